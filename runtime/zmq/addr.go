package zmq

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
)

const addrAdvice = "write tcp://127.0.0.1:2001 or ipc:///run/eda/events.sock"

// ParseAddr reads an endpoint such as tcp://127.0.0.1:2001 (port 0, or *, is
// any free port), tcp://[::1]:2001 or ipc:///run/eda/events.sock. It returns
// what net.Listen wants: a network, tcp or unix, and an address whose host is
// resolved to a number, so that what was checked is what is bound. loopback
// says that no other machine can reach it; for a name, that is so only if all
// its addresses are loopback addresses.
func ParseAddr(s string) (network, hostport string, loopback bool, err error) {
	network, host, port, err := splitAddr(s)
	if err != nil || network == "unix" {
		return network, host, err == nil, err
	}
	if host == "" || host == "*" {
		return network, ":" + port, false, nil
	}
	ips := []netip.Addr{}
	if ip, err := netip.ParseAddr(host); err == nil {
		ips = append(ips, ip)
	} else {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if ips, err = net.DefaultResolver.LookupNetIP(ctx, "ip", host); err != nil {
			return "", "", false, fmt.Errorf("zmq: %s: cannot resolve host %q: %w: use a number such as 127.0.0.1", s, host, err)
		}
	}
	if len(ips) == 0 {
		return "", "", false, fmt.Errorf("zmq: %s: host %q has no address: use a number such as 127.0.0.1", s, host)
	}
	use, loopback := ips[0].Unmap(), true
	for _, ip := range ips {
		ip = ip.Unmap()
		loopback = loopback && ip.IsLoopback()
		if ip.Is4() && !use.Is4() {
			use = ip
		}
	}
	return network, net.JoinHostPort(use.String(), port), loopback, nil
}

// splitAddr checks the form of an endpoint and resolves nothing. For ipc the
// path comes back as host.
func splitAddr(s string) (network, host, port string, err error) {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return "", "", "", fmt.Errorf("zmq: address %q has no transport: %s", s, addrAdvice)
	}
	switch scheme {
	case "tcp":
	case "ipc":
		if rest == "" || strings.HasPrefix(rest, "@") || strings.IndexByte(rest, 0) >= 0 {
			return "", "", "", fmt.Errorf("zmq: address %q names no file: %s", s, addrAdvice)
		}
		return "unix", rest, "", nil
	default:
		return "", "", "", fmt.Errorf("zmq: address %q: transport %q is not supported, only tcp and ipc: %s", s, scheme, addrAdvice)
	}
	host, port, err = net.SplitHostPort(rest)
	if err != nil {
		return "", "", "", fmt.Errorf("zmq: address %q is not host:port (an IPv6 host stands in brackets): %s", s, addrAdvice)
	}
	if port == "*" {
		port = "0"
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", "", "", fmt.Errorf("zmq: address %q: port %q is not a number from 0 to 65535: %s", s, port, addrAdvice)
	} else {
		port = strconv.FormatUint(n, 10)
	}
	return "tcp", host, port, nil
}

// A NotLoopbackError reports an endpoint that other machines can reach. The
// bus neither authenticates nor encrypts, so binding one takes Options.Insecure.
type NotLoopbackError struct {
	Addr string // as it was written
}

func (e *NotLoopbackError) Error() string {
	return fmt.Sprintf("zmq: %s can be reached from other machines, and the bus has no authentication: "+
		"anyone there could send events and read actions; use tcp://127.0.0.1:PORT or ipc://PATH, "+
		"or say insecure if everyone on that network is trusted", e.Addr)
}

// CheckLoopback returns nil if only this machine can reach the endpoint, a
// *NotLoopbackError if others can, and ParseAddr's error if it is not one.
func CheckLoopback(addr string) error {
	_, _, loopback, err := ParseAddr(addr)
	if err == nil && !loopback {
		err = &NotLoopbackError{Addr: addr}
	}
	return err
}

// listen binds addr after checking it.
func listen(addr string, opt Options) (net.Listener, error) {
	network, hostport, loopback, err := ParseAddr(addr)
	if err != nil {
		return nil, err
	}
	if !loopback && !opt.Insecure {
		return nil, &NotLoopbackError{Addr: addr}
	}
	if network == "unix" {
		if err := removeStale(hostport); err != nil {
			return nil, fmt.Errorf("zmq: %s: %w", addr, err)
		}
	}
	ln, err := net.Listen(network, hostport)
	if err != nil {
		return nil, fmt.Errorf("zmq: cannot listen on %s: %w", addr, err)
	}
	if network == "unix" {
		if err := os.Chmod(hostport, 0o600); err != nil {
			ln.Close()
			return nil, fmt.Errorf("zmq: %s: %w", addr, err)
		}
	}
	return ln, nil
}

// removeStale removes a socket file nobody listens on, as a killed process
// leaves it. Anything else at path is left alone.
func removeStale(path string) error {
	st, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if st.Mode()&os.ModeSocket == 0 {
		return errors.New("the file exists and is no socket: choose another path")
	}
	if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
		c.Close()
		return errors.New("another process listens there: stop it or choose another path")
	}
	return os.Remove(path)
}
