package zmq

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

const (
	minRedial = 10 * time.Millisecond
	maxRedial = time.Second
)

// dialer keeps one connection to a server: it dials, shakes hands, serves
// until the connection is gone, and dials again.
type dialer struct {
	addr       string // as it was written
	network    string
	hostport   string
	socketType string
	allow      []string
	opt        Options
	stats      *counters

	mu      sync.Mutex
	up      bool
	err     error // why there is no connection
	changed chan struct{}
}

func newDialer(addr, socketType string, allow []string, opt Options) (*dialer, error) {
	opt = opt.withDefaults()
	network, host, port, err := splitAddr(addr)
	if err != nil {
		return nil, err
	}
	hostport := host
	if network == "tcp" {
		if host == "" || host == "*" || port == "0" {
			return nil, fmt.Errorf("zmq: %s is no address to connect to: give host and port, such as tcp://127.0.0.1:2001", addr)
		}
		hostport = net.JoinHostPort(host, port)
	}
	return &dialer{
		addr: addr, network: network, hostport: hostport,
		socketType: socketType, allow: allow, opt: opt,
		stats:   newCounters(opt.Log, socketType, addr),
		err:     errors.New("not connected yet"),
		changed: make(chan struct{}),
	}, nil
}

// run serves one connection after the other until ctx is done or serve
// returns false.
func (d *dialer) run(ctx context.Context, serve func(*conn) (again bool)) {
	pause := minRedial
	for {
		c, err := d.dial(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			d.set(false, err)
			d.stats.note(dialError, "err", err)
		} else {
			began := time.Now()
			d.stats.add(accepted, 1)
			d.stats.open.Add(1)
			stop := context.AfterFunc(ctx, func() { c.Close() })
			again := serve(c)
			stop()
			c.Close()
			d.stats.open.Add(-1)
			d.stats.add(left, 1)
			d.set(false, errors.New("the connection was lost"))
			if !again {
				return
			}
			if time.Since(began) > maxRedial {
				pause = minRedial
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		pause = min(2*pause, maxRedial)
	}
}

func (d *dialer) dial(ctx context.Context) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.opt.Limits.Handshake)
	defer cancel()
	var nd net.Dialer
	raw, err := nd.DialContext(ctx, d.network, d.hostport)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { raw.Close() })
	peer, err := shake(raw, null{}, d.socketType, d.allow)
	if !stop() {
		err = errors.New("the server accepts connections but does not answer in ZMTP")
	}
	var c *conn
	if err == nil {
		c, err = newConn(raw, d.socketType, peer, d.opt.Limits, d.stats)
	}
	if err != nil {
		raw.Close()
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			err = errors.New("the server closed the connection during the handshake: it is full, or no fitting socket")
		}
		return nil, err
	}
	return c, nil
}

func (d *dialer) set(up bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.up, d.err = up, err
	close(d.changed)
	d.changed = make(chan struct{})
}

func (d *dialer) state() (up bool, err error, changed <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.up, d.err, d.changed
}

// wait returns when the connection is up, or when ctx is done, with the
// reason why it is not.
func (d *dialer) wait(ctx context.Context) error {
	for {
		up, err, changed := d.state()
		if up {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("zmq: no %s answers at %s: %w", d.allow[0], d.addr, err)
		}
	}
}

// Push is a connected PUSH socket with one PULL peer: it queues, bounded by
// PeerQueueBytes, and reconnects beneath. Its methods are safe for
// concurrent use.
//
// PUSH has no acknowledgement. What the kernel had taken when a connection
// broke may be lost; all that was still queued goes to the next connection.
type Push struct {
	d      *dialer
	q      *queue
	cancel context.CancelFunc
	ended  chan struct{}
}

// DialPush connects to the PULL at addr and waits for it up to opt.Timeout;
// the error then says what stood in the way. It never checks for loopback:
// whom to send to is the caller's choice.
func DialPush(addr string, opt Options) (*Push, error) {
	d, err := newDialer(addr, "PUSH", []string{"PULL"}, opt)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &Push{d: d, q: newQueue(d.opt.Limits.PeerQueueBytes), cancel: cancel, ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		d.run(ctx, p.serve)
	}()
	wctx, wcancel := timeout(ctx, d.opt.Timeout)
	defer wcancel()
	if err := d.wait(wctx); err != nil {
		cancel()
		<-p.ended
		return nil, err
	}
	return p, nil
}

// timeout is context.WithTimeout where negative means none.
func timeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d < 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d)
}

func (p *Push) serve(c *conn) (again bool) {
	p.d.set(true, nil)
	read := make(chan struct{})
	go func() {
		defer close(read)
		// A PULL sends nothing but commands; this notices that it left.
		if _, err := c.recv(); err == nil {
			c.refuse(malformed, "a PULL sent a message")
		}
		c.Close()
	}()
	if err := c.pump(p.q, false); err == nil {
		c.finish()
		<-read
	}
	c.Close()
	<-read
	n, closed := p.q.state()
	return n > 0 || !closed
}

// Send queues a message and returns; it waits only while the queue is full.
// An error means that the message was not queued: that of ctx, ErrClosed,
// one over the limits, or no server for opt.Timeout. The frames are copied.
func (p *Push) Send(ctx context.Context, frames ...[]byte) error {
	if err := checkOutgoing(frames, p.d.opt.Limits); err != nil {
		return err
	}
	m := newMessage(frames)
	cost := m.cost()
	if ok, closed := p.q.offer(m, cost); ok {
		return nil
	} else if closed {
		return ErrClosed
	}
	return p.offerWhenRoom(ctx, m, cost)
}

// offerWhenRoom queues m as soon as there is room.
func (p *Push) offerWhenRoom(ctx context.Context, m Message, cost int) error {
	var away <-chan time.Time // fires when the server is away for Timeout
	for {
		roomy := p.q.watch()
		up, why, changed := p.d.state()
		if ok, closed := p.q.offer(m, cost); ok {
			return nil
		} else if closed {
			return ErrClosed
		}
		if up {
			away = nil
		} else if away == nil && p.d.opt.Timeout >= 0 {
			away = time.After(p.d.opt.Timeout)
		}
		select {
		case <-roomy:
		case <-changed:
		case <-away:
			return fmt.Errorf("zmq: queue is full, and no PULL at %s for %s: %w", p.d.addr, p.d.opt.Timeout, why)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Flush waits until what was queued before has been given to the kernel.
func (p *Push) Flush(ctx context.Context) error { return p.q.flush(ctx) }

// Close sends what is queued, for up to Linger, and closes. The error says
// how many messages were not delivered. A second call does nothing.
func (p *Push) Close() error {
	p.q.close()
	if n, _ := p.q.state(); n == 0 {
		if up, _, _ := p.d.state(); !up {
			p.cancel() // nothing to wait for
		}
	}
	t := time.AfterFunc(p.d.opt.Linger, p.cancel)
	<-p.ended
	t.Stop()
	p.cancel()
	n := p.q.abandon()
	if n == 0 {
		return nil
	}
	p.d.stats.noteN(undelivered, n, "messages", n)
	_, why, _ := p.d.state()
	return fmt.Errorf("zmq: %d messages were not delivered to %s within %s: %w", n, p.d.addr, p.d.opt.Linger, why)
}

// Stats returns the counters.
func (p *Push) Stats() Stats { return p.d.stats.snapshot() }

// Sub is a connected SUB socket: it reconnects and subscribes again by
// itself, for ever. What is published while it is away is missed, as with
// every SUB. Recv is for one goroutine at a time, the rest for any.
type Sub struct {
	d        *dialer
	prefixes []string
	ch       chan []Message
	batch    []Message // what Recv has left of the last batch
	cancel   context.CancelFunc
	ctx      context.Context
	ended    chan struct{}
}

// DialSub subscribes at addr to all messages whose first frame begins with
// one of prefixes; none is the same as "", everything. It returns at once:
// Ready tells when a server is there.
func DialSub(addr string, opt Options, prefixes ...string) (*Sub, error) {
	if len(prefixes) == 0 {
		prefixes = []string{""}
	}
	for _, p := range prefixes {
		if len(p) > maxPrefix {
			return nil, fmt.Errorf("zmq: subscription of %d bytes, limit %d", len(p), maxPrefix)
		}
	}
	d, err := newDialer(addr, "SUB", []string{"PUB", "XPUB"}, opt)
	if err != nil {
		return nil, err
	}
	s := &Sub{d: d, prefixes: prefixes, ch: make(chan []Message, readAhead), ended: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	go func() {
		defer close(s.ended)
		d.run(s.ctx, s.serve)
	}()
	return s, nil
}

func (s *Sub) serve(c *conn) (again bool) {
	subs := make([]Message, len(s.prefixes))
	for i, p := range s.prefixes {
		subs[i] = Message{Frames: [][]byte{append([]byte{1}, p...)}}
	}
	if _, err := c.sendAll(subs, true); err != nil {
		return true
	}
	s.d.set(true, nil)
	for {
		batch, err := c.recvBatch()
		if len(batch) > 0 {
			select {
			case s.ch <- batch:
			case <-s.ctx.Done():
				return false
			}
		}
		if err != nil {
			return true
		}
	}
}

// Ready waits until a server is connected and has been sent the
// subscriptions. That it has acted on them, no SUB can know.
func (s *Sub) Ready(ctx context.Context) error { return s.d.wait(ctx) }

// Recv waits for a message. The errors are that of ctx, and ErrClosed; a
// server that is away is none, see Ready and Stats.
func (s *Sub) Recv(ctx context.Context) (Message, error) {
	if len(s.batch) == 0 {
		select {
		case s.batch = <-s.ch:
		case <-ctx.Done():
			return Message{}, ctx.Err()
		case <-s.ended: // what was not fetched before Close is dropped
			return Message{}, ErrClosed
		}
	}
	m := s.batch[0]
	s.batch = s.batch[1:]
	return m, nil
}

// Close closes the connection and returns when it is closed.
func (s *Sub) Close() error {
	s.cancel()
	<-s.ended
	return nil
}

// Stats returns the counters.
func (s *Sub) Stats() Stats { return s.d.stats.snapshot() }
