package zmq

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
)

const (
	readBuffer = 64 << 10
	writeChunk = 64 << 10 // the pump encodes about so much before it writes
	maxBatch   = 256      // messages handed over at once
	maxPrefix  = 1024     // bytes of a subscription
	readAhead  = 16       // batches that wait for Recv
)

// conn is the guard: to zmq4 it is the network, to the network it is the
// peer. zmq4 sees only frames that were checked, and never a command.
//
// Reading belongs to one goroutine (recv, recvBatch), encoding to one other
// (sendAll); Close is for everyone.
type conn struct {
	net.Conn        // the network
	name     string // the peer's address
	zc       *zmq4.Conn
	lim      Limits
	stats    *counters
	maxFrame int  // lim.MaxFrame, or less where only subscriptions come
	subs     bool // the peer subscribes: SUBSCRIBE and CANCEL mean something

	dead chan struct{}
	once sync.Once

	// Of the reader.
	br      *bufio.Reader
	hdr     [9 + 1 + maxPrefix]byte
	pending []byte // of hdr: what zmq4 is to read next
	left    int    // body bytes of the current frame zmq4 has not read
	more    bool   // inside a message
	frames  int    // of the current message
	size    int    // of the current message
	armed   bool   // the deadline for the rest of a message is set

	dmu     sync.Mutex
	stopped bool // reading is over: no deadline may be set again

	// Of the pump.
	live bool // zmq4's own handshake is over
	wbuf []byte
	ends []int

	wmu sync.Mutex // held for one write of whole messages, or one PONG
}

// trusted is the zmq4 Security of a connection whose handshake we have
// finished: it hands zmq4 the verified result and exchanges nothing.
type trusted struct{ peerType zmq4.SocketType }

func (trusted) Type() zmq4.SecurityType { return zmq4.NullSecurity }

func (t trusted) Handshake(c *zmq4.Conn, _ bool) error {
	c.Peer.Meta["Socket-Type"] = string(t.peerType)
	return nil
}

func (trusted) Encrypt(w io.Writer, b []byte) (int, error) { return w.Write(b) }
func (trusted) Decrypt(w io.Writer, b []byte) (int, error) { return w.Write(b) }

// newConn makes a guarded connection of raw, whose handshake is done.
func newConn(raw net.Conn, socketType, peerType string, lim Limits, stats *counters) (*conn, error) {
	c := &conn{
		Conn:     raw,
		name:     raw.RemoteAddr().String(),
		lim:      lim,
		stats:    stats,
		maxFrame: lim.MaxFrame,
		dead:     make(chan struct{}),
		br:       bufio.NewReaderSize(raw, readBuffer),
		pending:  greeting("NULL"),
	}
	if socketType == "PUB" {
		c.subs = true
		c.maxFrame = min(c.maxFrame, 1+maxPrefix)
	}
	var err error
	c.zc, err = zmq4.Open(c, trusted{zmq4.SocketType(peerType)}, zmq4.SocketType(socketType), nil, false, nil)
	if err != nil {
		return nil, err
	}
	c.live = true
	return c, nil
}

// Close closes the network connection, once.
func (c *conn) Close() error {
	c.once.Do(func() {
		c.Conn.Close()
		close(c.dead)
	})
	return nil
}

// A peerError ends a connection. It is a net.Error that is no timeout: the
// only kind, beside a bare io.EOF, at which zmq4 takes a connection for closed.
type peerError struct {
	reason reason
	err    error
}

func (e *peerError) Error() string   { return reasons[e.reason].text + ": " + e.err.Error() }
func (e *peerError) Unwrap() error   { return e.err }
func (e *peerError) Timeout() bool   { return false }
func (e *peerError) Temporary() bool { return false }

var _ net.Error = (*peerError)(nil)

// refuse counts what the peer did and returns the error that closes it.
func (c *conn) refuse(r reason, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	c.stats.note(r, "peer", c.name, "err", err)
	return &peerError{r, err}
}

// wrap makes a peerError of a failed read or write.
func (c *conn) wrap(err error) error {
	var pe *peerError
	if errors.As(err, &pe) {
		return err
	}
	if errors.Is(err, os.ErrDeadlineExceeded) && !c.isStopped() {
		return c.refuse(stalled, "the rest of a message did not come within %s", c.lim.Stall)
	}
	return &peerError{left, err} // counted when the connection is forgotten
}

// Read gives zmq4 its canned greeting, then the peer's checked frames.
func (c *conn) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(c.pending) == 0 && c.left == 0 {
		if err := c.next(); err != nil {
			return 0, c.wrap(err)
		}
	}
	if len(c.pending) > 0 {
		n := copy(p, c.pending)
		c.pending = c.pending[n:]
		return n, nil
	}
	if len(p) > c.left {
		p = p[:c.left]
	}
	if c.br.Buffered() == 0 {
		c.arm()
	}
	n, err := c.br.Read(p)
	c.left -= n
	if err != nil {
		err = c.wrap(err)
	}
	return n, err
}

// next reads the header of the peer's next message frame into pending, and
// deals with the commands before it.
func (c *conn) next() error {
	for {
		if !c.more {
			c.frames, c.size = 0, 0
			c.disarm()
			if c.br.Buffered() == 0 {
				if _, err := c.br.Peek(1); err != nil { // idle: no deadline
					return err
				}
			}
		}
		h, err := c.peek(2)
		if err != nil {
			return err
		}
		flags, size := h[0], uint64(h[1])
		if flags&flagLong != 0 {
			if h, err = c.peek(9); err != nil {
				return err
			}
			size = binary.BigEndian.Uint64(h[1:])
		}
		if flags&flagCommand != 0 {
			if err := c.command(flags, len(h), size); err != nil || len(c.pending) > 0 {
				return err
			}
			continue
		}
		if flags&^(flagMore|flagLong) != 0 {
			return c.refuse(malformed, "frame flags %#x", flags)
		}
		if size > uint64(c.maxFrame) {
			return c.refuse(frameTooLarge, "frame of %d bytes, limit %d", size, c.maxFrame)
		}
		if c.size += int(size); c.size > c.lim.MaxMessage {
			return c.refuse(messageTooLarge, "message of %d bytes or more, limit %d", c.size, c.lim.MaxMessage)
		}
		if c.frames++; c.frames > c.lim.MaxFrames {
			return c.refuse(tooManyFrames, "message of more than %d frames", c.lim.MaxFrames)
		}
		c.pending = c.hdr[:copy(c.hdr[:], h)]
		c.left = int(size)
		c.more = flags&flagMore != 0
		c.br.Discard(len(h))
		return nil
	}
}

// command reads and answers, refuses or drops one command of size bytes
// whose header of h bytes is buffered. A subscription becomes the message
// that ZMTP 3.0 has for it.
func (c *conn) command(flags byte, h int, size uint64) error {
	switch {
	case flags&^(flagCommand|flagLong) != 0 || c.more:
		return c.refuse(malformed, "command flags %#x, inside a message: %t", flags, c.more)
	case size > maxCommand:
		return c.refuse(frameTooLarge, "command of %d bytes, limit %d", size, maxCommand)
	}
	b, err := c.peek(h + int(size))
	if err != nil {
		return err
	}
	defer c.br.Discard(len(b))
	name, rest, err := cutCommand(b[h:])
	if err != nil {
		return c.refuse(malformed, "%w", err)
	}
	switch {
	case name == "PING":
		// RFC 37: two bytes time to live, then up to 16 bytes to be sent back.
		if len(rest) < 2 || len(rest) > 2+16 {
			return c.refuse(malformed, "PING of %d bytes", len(rest))
		}
		pong := appendCommand(nil, append([]byte("\x04PONG"), rest[2:]...))
		_, err := c.write(pong, true)
		return err
	case name == "PONG":
		return nil
	case name == "ERROR":
		return c.refuse(malformed, "the peer reports an error: %q", clip(rest))
	case c.subs && (name == "SUBSCRIBE" || name == "CANCEL"):
		if len(rest) > maxPrefix {
			return c.refuse(frameTooLarge, "subscription of %d bytes, limit %d", len(rest), maxPrefix)
		}
		m := binary.BigEndian.AppendUint64(append(c.hdr[:0], flagLong), uint64(1+len(rest)))
		verb := byte(0)
		if name == "SUBSCRIBE" {
			verb = 1
		}
		c.pending = append(append(m, verb), rest...)
		return nil
	}
	c.stats.note(commandDropped, "peer", c.name, "command", string(clip([]byte(name))))
	return nil
}

// peek waits for n bytes; once the first is there, the rest has a deadline.
func (c *conn) peek(n int) ([]byte, error) {
	if c.br.Buffered() < n {
		c.arm()
	}
	b, err := c.br.Peek(n)
	if err == io.EOF && len(b) > 0 {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}

func (c *conn) arm() {
	if !c.armed {
		c.armed = true
		c.readDeadline(time.Now().Add(c.lim.Stall))
	}
}

func (c *conn) disarm() {
	if c.armed {
		c.armed = false
		c.readDeadline(time.Time{})
	}
}

func (c *conn) readDeadline(t time.Time) {
	c.dmu.Lock()
	defer c.dmu.Unlock()
	if !c.stopped {
		c.SetReadDeadline(t)
	}
}

// stopReading makes the reader end once it has handed over what is buffered.
func (c *conn) stopReading() {
	c.dmu.Lock()
	defer c.dmu.Unlock()
	c.stopped = true
	c.SetReadDeadline(time.Unix(1, 0))
}

func (c *conn) isStopped() bool {
	c.dmu.Lock()
	defer c.dmu.Unlock()
	return c.stopped
}

// recv returns the peer's next message.
func (c *conn) recv() (Message, error) {
	m, err := c.zc.RecvMsg()
	if err != nil {
		return Message{}, err
	}
	return Message{Frames: m.Frames}, nil
}

// recvBatch waits for one message and adds those that are buffered whole, so
// that no message waits for a later one. Besides err there may be messages.
func (c *conn) recvBatch() ([]Message, error) {
	m, err := c.recv()
	if err != nil {
		return nil, err
	}
	batch := append(make([]Message, 0, 8), m)
	for len(batch) < maxBatch && c.buffered() {
		if m, err = c.recv(); err != nil {
			break
		}
		batch = append(batch, m)
	}
	c.stats.add(received, len(batch))
	return batch, err
}

// buffered reports whether a whole message is in the read buffer.
func (c *conn) buffered() bool {
	b, _ := c.br.Peek(c.br.Buffered())
	for len(b) >= 2 && b[0]&flagCommand == 0 {
		flags, h, size := b[0], 2, uint64(b[1])
		if flags&flagLong != 0 {
			if len(b) < 9 {
				return false
			}
			h, size = 9, binary.BigEndian.Uint64(b[1:])
		}
		if size > uint64(len(b)-h) {
			return false
		}
		if flags&flagMore == 0 {
			return true
		}
		b = b[h+int(size):]
	}
	return false
}

// Write collects what zmq4 encodes; sendAll sends it. zmq4's own greeting
// goes nowhere.
func (c *conn) Write(p []byte) (int, error) {
	if c.live {
		c.wbuf = append(c.wbuf, p...)
	}
	return len(p), nil
}

// sendAll writes messages and returns how many the kernel has taken whole.
// With cut, a peer that takes no byte for Stall is an error.
func (c *conn) sendAll(ms []Message, cut bool) (int, error) {
	c.wbuf, c.ends = c.wbuf[:0], c.ends[:0]
	for _, m := range ms {
		if err := c.zc.SendMsg(zmq4.NewMsgFrom(m.Frames...)); err != nil {
			return 0, err
		}
		c.ends = append(c.ends, len(c.wbuf))
	}
	n, err := c.write(c.wbuf, cut)
	k := 0
	for k < len(ms) && c.ends[k] <= n {
		k++
	}
	if cap(c.wbuf) > 4*writeChunk {
		c.wbuf = nil // a large message's buffer is not kept
	}
	return k, err
}

// write writes b to the network, as one piece among the other writers.
func (c *conn) write(b []byte, cut bool) (n int, err error) {
	c.wmu.Lock()
	defer c.wmu.Unlock()
	for {
		var deadline time.Time
		if cut {
			deadline = time.Now().Add(c.lim.Stall)
		}
		c.SetWriteDeadline(deadline)
		k, err := c.Conn.Write(b[n:])
		n += k
		switch {
		case err == nil:
			return n, nil
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return n, c.wrap(err)
		case k == 0:
			return n, c.refuse(peerCut, "no byte taken for %s", c.lim.Stall)
		}
	}
}

// pump sends what is queued until the queue is closed and empty (nil), or
// the connection is dead.
func (c *conn) pump(q *queue, cut bool) error {
	for {
		ms := q.take(writeChunk, c.dead)
		if ms == nil {
			select {
			case <-c.dead:
				return net.ErrClosed
			default:
				return nil
			}
		}
		n, err := c.sendAll(ms, cut)
		q.done(n)
		c.stats.add(sent, n)
		if err != nil {
			return err
		}
	}
}

// finish tells the peer that nothing more comes. Its own close then ends our
// reader; closing at once could reset the connection and lose what the peer
// has not read yet.
func (c *conn) finish() {
	if hc, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		hc.CloseWrite()
		return
	}
	c.Close()
}
