package zmq

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The ZMTP 3 handshake (RFC 23, RFC 37): both sides send a greeting of 64
// bytes naming version and security mechanism, then the mechanism exchanges
// commands. NULL exchanges one READY each, with the metadata.

const (
	greetingSize = 64
	maxCommand   = 2048 // bytes of a command's body; libzmq's own are below 300

	flagMore    = 1
	flagLong    = 2
	flagCommand = 4
)

// A mechanism is one way to secure a connection. Endpoints carry one, the
// greeting names it, and a peer that names another is refused. NULL is the
// only one yet; one that seals frames will return, beside the metadata, the
// session the conn seals and opens frames with.
type mechanism interface {
	name() string
	// exchange does what follows the greetings and returns the peer's
	// metadata. It reads exactly its own commands and no byte more.
	exchange(rw io.ReadWriter, socketType string) (metadata, error)
}

// metadata maps property names in lower case to values.
type metadata map[string]string

// null is RFC 23's NULL mechanism: no authentication, no encryption.
type null struct{}

func (null) name() string { return "NULL" }

func (null) exchange(rw io.ReadWriter, socketType string) (metadata, error) {
	ready := appendProperty([]byte("\x05READY"), "Socket-Type", socketType)
	ready = appendProperty(ready, "Identity", "")
	if _, err := rw.Write(appendCommand(nil, ready)); err != nil {
		return nil, err
	}
	body, err := readCommand(rw)
	if err != nil {
		return nil, err
	}
	name, rest, err := cutCommand(body)
	if err != nil {
		return nil, err
	}
	switch name {
	case "READY":
		return parseMetadata(rest)
	case "ERROR":
		return nil, fmt.Errorf("the peer refuses: %q", clip(rest))
	}
	return nil, fmt.Errorf("command %q where READY is due", clip([]byte(name)))
}

// shake does the whole handshake over rw as a socketType whose peers must be
// of an allowed type, and returns the peer's type.
func shake(rw io.ReadWriter, m mechanism, socketType string, allow []string) (string, error) {
	if _, err := rw.Write(greeting(m.name())); err != nil {
		return "", err
	}
	if err := readGreeting(rw, m.name()); err != nil {
		return "", err
	}
	md, err := m.exchange(rw, socketType)
	if err != nil {
		return "", err
	}
	peer, ok := md["socket-type"]
	if !ok {
		return "", errors.New("READY without Socket-Type")
	}
	if !slices.Contains(allow, peer) {
		return "", fmt.Errorf("peer is a %q, and a %s talks to %s only", clip([]byte(peer)), socketType, strings.Join(allow, " and "))
	}
	return peer, nil
}

// greeting announces ZMTP 3.0: a 3.1 peer then sends subscriptions as
// messages. We understand its commands all the same.
func greeting(mechanism string) []byte {
	g := make([]byte, greetingSize)
	g[0], g[8], g[9], g[10] = 0xFF, 1, 0x7F, 3
	copy(g[12:32], mechanism)
	return g
}

func readGreeting(r io.Reader, mechanism string) error {
	var g [greetingSize]byte
	// The first 11 bytes decide alone, so that an HTTP client or a ZMTP 2
	// peer, which sends no 64, is told apart at once.
	if _, err := io.ReadFull(r, g[:11]); err != nil {
		return err
	}
	if g[0] != 0xFF || g[9] != 0x7F {
		return fmt.Errorf("not ZMTP: the peer begins with %q", g[:11])
	}
	if g[10] < 3 {
		return fmt.Errorf("ZMTP version %d: the peer must speak ZMTP 3 (libzmq 4 or later)", g[10])
	}
	if _, err := io.ReadFull(r, g[11:]); err != nil {
		return err
	}
	want := make([]byte, 20)
	copy(want, mechanism)
	if !bytes.Equal(g[12:32], want) {
		return fmt.Errorf("security mechanism %q, and %s is spoken here", bytes.TrimRight(g[12:32], "\x00"), mechanism)
	}
	if g[32] > 1 {
		return fmt.Errorf("as-server flag is %#x", g[32])
	}
	return nil
}

// readCommand reads one command frame and returns its body.
func readCommand(r io.Reader) ([]byte, error) {
	var h [9]byte
	if _, err := io.ReadFull(r, h[:2]); err != nil {
		return nil, err
	}
	size := uint64(h[1])
	switch h[0] {
	case flagCommand:
	case flagCommand | flagLong:
		if _, err := io.ReadFull(r, h[2:]); err != nil {
			return nil, err
		}
		size = binary.BigEndian.Uint64(h[1:])
	default:
		return nil, fmt.Errorf("frame flags %#x where a command is due", h[0])
	}
	if size > maxCommand {
		return nil, fmt.Errorf("command of %d bytes, limit %d", size, maxCommand)
	}
	body := make([]byte, size)
	_, err := io.ReadFull(r, body)
	return body, err
}

// appendCommand appends body as a command frame.
func appendCommand(b, body []byte) []byte {
	if len(body) > 255 {
		b = append(b, flagCommand|flagLong)
		b = binary.BigEndian.AppendUint64(b, uint64(len(body)))
	} else {
		b = append(b, flagCommand, byte(len(body)))
	}
	return append(b, body...)
}

// cutCommand splits a command's body into name and the rest.
func cutCommand(body []byte) (name string, rest []byte, err error) {
	if len(body) == 0 || body[0] == 0 || int(body[0]) > len(body)-1 {
		return "", nil, errors.New("command without a name")
	}
	n := int(body[0])
	return string(body[1 : 1+n]), body[1+n:], nil
}

func appendProperty(b []byte, name, value string) []byte {
	b = append(b, byte(len(name)))
	b = append(b, name...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(value)))
	return append(b, value...)
}

// parseMetadata reads RFC 23's metadata strictly: every length must fit, a
// name consists of the letters the RFC gives and comes once.
func parseMetadata(b []byte) (metadata, error) {
	md := metadata{}
	for len(b) > 0 {
		n := int(b[0])
		if n == 0 || len(b) < 1+n+4 {
			return nil, errors.New("metadata is cut short in a name")
		}
		name := string(b[1 : 1+n])
		for i := range len(name) {
			if c := name[i]; !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-_.+", c) >= 0) {
				return nil, fmt.Errorf("metadata name %q has a character that is not allowed", clip([]byte(name)))
			}
		}
		size := binary.BigEndian.Uint32(b[1+n:])
		b = b[1+n+4:]
		if uint64(size) > uint64(len(b)) {
			return nil, fmt.Errorf("metadata %q claims %d bytes and %d are left", clip([]byte(name)), size, len(b))
		}
		name = strings.ToLower(name)
		if _, dup := md[name]; dup {
			return nil, fmt.Errorf("metadata %q comes twice", clip([]byte(name)))
		}
		if name == "identity" && size > 255 {
			return nil, fmt.Errorf("identity of %d bytes, limit 255", size)
		}
		md[name] = string(b[:size])
		b = b[size:]
	}
	return md, nil
}

// clip shortens what a peer sent to what fits a log line.
func clip(b []byte) []byte { return b[:min(len(b), 40)] }
