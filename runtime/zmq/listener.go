package zmq

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"time"
)

// ErrClosed is returned by an endpoint that was closed.
var ErrClosed = errors.New("zmq: endpoint is closed")

// listener accepts connections, does their handshakes, each on its own
// goroutine with a deadline, and hands the finished ones to serve.
type listener struct {
	ln         net.Listener
	socketType string
	allow      []string // socket types of peers
	opt        Options
	stats      *counters
	serve      func(*conn) // runs until the peer is gone

	mu      sync.Mutex
	pending []net.Conn // in the handshake, oldest first
	conns   map[*conn]struct{}
	done    chan struct{} // closed when no connection is accepted any more
	closed  bool
	wg      sync.WaitGroup
}

func newListener(addr, socketType string, allow []string, opt Options) (*listener, error) {
	opt = opt.withDefaults()
	ln, err := listen(addr, opt)
	if err != nil {
		return nil, err
	}
	return &listener{
		ln:         ln,
		socketType: socketType,
		allow:      allow,
		opt:        opt,
		stats:      newCounters(opt.Log, socketType, ln.Addr().String()),
		conns:      map[*conn]struct{}{},
		done:       make(chan struct{}),
	}, nil
}

func (l *listener) start(serve func(*conn)) {
	l.serve = serve
	l.wg.Go(l.accept)
}

func (l *listener) accept() {
	const minPause, maxPause = 5 * time.Millisecond, time.Second
	pause := minPause
	for {
		raw, err := l.ln.Accept()
		if err != nil {
			select {
			case <-l.done:
				return
			default:
			}
			// No file descriptor left, most likely: trying at once again
			// would only burn the processor.
			l.stats.note(acceptError, "err", err)
			select {
			case <-l.done:
				return
			case <-time.After(pause):
			}
			pause = min(2*pause, maxPause)
			continue
		}
		pause = minPause
		if !l.admit(raw) {
			raw.Close()
			continue
		}
		l.wg.Go(func() {
			if c := l.shake(raw); c != nil {
				l.serve(c)
				c.Close()
				l.forget(c)
			} else {
				raw.Close()
			}
		})
	}
}

// admit takes raw among the pending handshakes.
func (l *listener) admit(raw net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	if len(l.pending)+len(l.conns) >= l.opt.Limits.MaxConns {
		if len(l.pending) == 0 {
			l.stats.note(connRefused, "peer", raw.RemoteAddr().String(), "limit", l.opt.Limits.MaxConns)
			return false
		}
		l.pending[0].Close() // its goroutine notices and counts it
		l.pending = slices.Delete(l.pending, 0, 1)
	}
	l.pending = append(l.pending, raw)
	return true
}

// shake does raw's handshake and returns nil if it failed.
func (l *listener) shake(raw net.Conn) *conn {
	raw.SetDeadline(time.Now().Add(l.opt.Limits.Handshake))
	peer, err := shake(raw, null{}, l.socketType, l.allow)
	var c *conn
	if err == nil {
		raw.SetDeadline(time.Time{})
		c, err = newConn(raw, l.socketType, peer, l.opt.Limits, l.stats)
	}

	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.Index(l.pending, raw)
	if i >= 0 {
		l.pending = slices.Delete(l.pending, i, i+1)
	}
	switch {
	case l.closed:
	case i < 0 || errors.Is(err, os.ErrDeadlineExceeded):
		l.stats.note(handshakeTimedOut, "peer", raw.RemoteAddr().String())
	case err != nil:
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			err = errors.New("the peer left during the handshake")
		}
		l.stats.note(handshakeRefused, "peer", raw.RemoteAddr().String(), "err", err)
	default:
		l.conns[c] = struct{}{}
		l.stats.add(accepted, 1)
		l.stats.open.Add(1)
		return c
	}
	return nil
}

func (l *listener) forget(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
	l.stats.open.Add(-1)
	l.stats.add(left, 1)
}

// stop accepts no more, ends pending handshakes, and calls each for the
// connections that are there. It returns false if it was called before.
func (l *listener) stop(each func(*conn)) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.closed = true
	close(l.done)
	l.ln.Close()
	for _, raw := range l.pending {
		raw.Close()
	}
	for c := range l.conns {
		each(c)
	}
	return true
}

// cut closes every connection.
func (l *listener) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		c.Close()
	}
}

// Pull is a bound PULL socket: any number of PUSH peers, whose messages come
// out as one stream, in order for each peer. Its methods are safe for
// concurrent use.
//
// While Recv is not called, readAhead batches are kept and then each peer's
// connection is left unread: nothing is lost, the peers' queues fill. Their
// PINGs wait as well, so a libzmq peer with a heartbeat timeout shorter than
// such a pause reconnects.
type Pull struct {
	l    *listener
	ch   chan []Message // when it is full the readers wait, and that is the backpressure
	done chan struct{}  // closed by Close: readers drop what they hold
	idle chan struct{}  // closed when the last reader has ended
	once sync.Once
}

// ListenPull binds a PULL at addr, see ParseAddr. Unless opt says Insecure,
// it returns a *NotLoopbackError for an address that other machines reach.
func ListenPull(addr string, opt Options) (*Pull, error) {
	l, err := newListener(addr, "PULL", []string{"PUSH"}, opt)
	if err != nil {
		return nil, err
	}
	p := &Pull{l: l, ch: make(chan []Message, readAhead), done: make(chan struct{}), idle: make(chan struct{})}
	l.start(p.serve)
	return p, nil
}

func (p *Pull) serve(c *conn) {
	for {
		batch, err := c.recvBatch()
		if len(batch) > 0 {
			select {
			case p.ch <- batch:
			case <-p.done:
				p.l.stats.add(undelivered, len(batch))
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// Recv waits for messages and returns one to 256 of one peer, in its order.
// A peer that comes, leaves or misbehaves is no error here: see Stats. The
// errors are that of ctx, and ErrClosed.
func (p *Pull) Recv(ctx context.Context) ([]Message, error) {
	select {
	case batch := <-p.ch:
		return batch, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-p.idle:
	}
	select {
	case batch := <-p.ch: // read before Stop
		return batch, nil
	default:
		return nil, ErrClosed
	}
}

// Stop accepts and reads nothing more. Recv still returns what had been read
// before, then ErrClosed; so a receiver that stops, goes on until ErrClosed
// and closes has lost nothing that had reached this process.
func (p *Pull) Stop() {
	if p.l.stop((*conn).stopReading) {
		go func() {
			p.l.wg.Wait()
			close(p.idle)
		}()
	}
}

// Close stops, drops what Recv has not fetched, and returns when all
// connections are closed. A second call does nothing.
func (p *Pull) Close() error {
	p.Stop()
	p.once.Do(func() { close(p.done) })
	p.l.cut()
	<-p.idle
	for {
		select {
		case batch := <-p.ch:
			p.l.stats.add(undelivered, len(batch))
		default:
			return nil
		}
	}
}

// Addr is the bound address, with the port the system chose for port 0.
func (p *Pull) Addr() net.Addr { return p.l.ln.Addr() }

// Endpoint is Addr in the form DialPush takes.
func (p *Pull) Endpoint() string { return endpoint(p.Addr()) }

// Stats returns the counters.
func (p *Pull) Stats() Stats { return p.l.stats.snapshot() }

func endpoint(a net.Addr) string {
	if a.Network() == "unix" {
		return "ipc://" + a.String()
	}
	return fmt.Sprintf("tcp://%s", a)
}
