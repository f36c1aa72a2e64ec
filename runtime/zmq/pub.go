package zmq

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Pub is a bound PUB socket. Each subscriber has its own queue and its own
// pump, so none waits for another. Its methods are safe for concurrent use.
type Pub struct {
	l *listener

	mu     sync.Mutex // held while one message is queued for all: all subscribers see one order
	peers  []*subscriber
	closed bool
}

type subscriber struct {
	c        *conn
	q        *queue
	prefixes atomic.Pointer[[][]byte] // replaced, never changed
}

func (s *subscriber) wants(topic []byte) bool {
	for _, p := range *s.prefixes.Load() {
		if bytes.HasPrefix(topic, p) {
			return true
		}
	}
	return false
}

// ListenPub binds a PUB at addr, see ParseAddr. Unless opt says Insecure, it
// returns a *NotLoopbackError for an address that other machines reach.
func ListenPub(addr string, opt Options) (*Pub, error) {
	l, err := newListener(addr, "PUB", []string{"SUB", "XSUB"}, opt)
	if err != nil {
		return nil, err
	}
	p := &Pub{l: l}
	l.start(p.serve)
	return p, nil
}

func (p *Pub) serve(c *conn) {
	s := &subscriber{c: c, q: newQueue(p.l.opt.Limits.PeerQueueBytes)}
	s.prefixes.Store(new([][]byte))
	if !p.join(s) {
		return
	}
	pumped := make(chan struct{})
	go func() {
		defer close(pumped)
		if c.pump(s.q, true) == nil {
			c.finish()
		} else {
			c.Close()
		}
	}()
	for {
		m, err := c.recv()
		if err != nil {
			break
		}
		p.subscribe(s, m)
	}
	p.leave(s)
	c.Close()
	<-pumped
	if n := s.q.abandon(); n > 0 {
		p.l.stats.noteN(undelivered, n, "peer", c.name, "messages", n)
	}
}

func (p *Pub) join(s *subscriber) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.peers = append(p.peers, s)
	}
	return !p.closed
}

func (p *Pub) leave(s *subscriber) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.peers, s); i >= 0 {
		p.peers = slices.Delete(p.peers, i, i+1)
	}
}

// subscribe carries out a subscriber's message: one frame, 1 or 0, then the
// prefix. Anything else is counted and ignored.
func (p *Pub) subscribe(s *subscriber, m Message) {
	f := m.Frames[0]
	old := *s.prefixes.Load()
	if len(m.Frames) == 1 && len(f) > 0 && f[0] <= 1 {
		is := func(p []byte) bool { return bytes.Equal(p, f[1:]) }
		i := slices.IndexFunc(old, is)
		switch {
		case f[0] == 0 && i >= 0:
			now := slices.Delete(slices.Clone(old), i, i+1)
			s.prefixes.Store(&now)
			return
		case f[0] == 0 || i >= 0:
			return // not held, or held already
		case len(old) < p.l.opt.Limits.MaxSubscriptions:
			now := append(slices.Clone(old), f[1:])
			s.prefixes.Store(&now)
			return
		}
	}
	p.l.stats.note(subscriptionRefused, "peer", s.c.name, "subscriptions", len(old))
}

// Send queues a message for every subscriber with a prefix of frame one, and
// never waits: a subscriber whose queue is full misses this message, whole
// and counted. The frames are copied. The errors are ErrClosed, and that of
// a message no receiver with the same limits would take.
func (p *Pub) Send(frames ...[]byte) error {
	if err := checkOutgoing(frames, p.l.opt.Limits); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	var m Message
	cost := 0
	for _, s := range p.peers {
		if !s.wants(frames[0]) {
			continue
		}
		if cost == 0 {
			m = newMessage(frames)
			cost = m.cost()
		}
		if ok, _ := s.q.offer(m, cost); !ok {
			p.l.stats.note(messageDropped, "peer", s.c.name)
		}
	}
	return nil
}

// Flush waits until what was queued before has been given to the kernel for
// every subscriber that is still there.
func (p *Pub) Flush(ctx context.Context) error {
	p.mu.Lock()
	peers := slices.Clone(p.peers)
	p.mu.Unlock()
	for _, s := range peers {
		if err := s.q.flush(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Close sends what is queued, for up to Linger, tells subscribers that
// nothing more comes, and returns when all connections are closed. The error
// says how many messages did not leave in time. A second call does nothing.
func (p *Pub) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		p.l.wg.Wait()
		return nil
	}
	p.closed = true
	before := p.l.stats.n[undelivered].Load()
	for _, s := range p.peers {
		s.q.close()
	}
	p.mu.Unlock()

	p.l.stop(func(*conn) {})
	t := time.AfterFunc(p.l.opt.Linger, p.l.cut)
	p.l.wg.Wait()
	t.Stop()
	if n := p.l.stats.n[undelivered].Load() - before; n > 0 {
		return fmt.Errorf("zmq: %d messages did not reach their subscribers within %s", n, p.l.opt.Linger)
	}
	return nil
}

// Subscribers is the number of peers with at least one subscription.
func (p *Pub) Subscribers() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, s := range p.peers {
		if len(*s.prefixes.Load()) > 0 {
			n++
		}
	}
	return n
}

// Addr is the bound address, with the port the system chose for port 0.
func (p *Pub) Addr() net.Addr { return p.l.ln.Addr() }

// Endpoint is Addr in the form DialSub takes.
func (p *Pub) Endpoint() string { return endpoint(p.Addr()) }

// Stats returns the counters.
func (p *Pub) Stats() Stats { return p.l.stats.snapshot() }

// checkOutgoing holds our own messages to the limits of those we receive.
func checkOutgoing(frames [][]byte, l Limits) error {
	if len(frames) == 0 {
		return errors.New("zmq: a message needs a frame")
	}
	if len(frames) > l.MaxFrames {
		return fmt.Errorf("zmq: message of %d frames, limit %d", len(frames), l.MaxFrames)
	}
	n := 0
	for _, f := range frames {
		if len(f) > l.MaxFrame {
			return fmt.Errorf("zmq: frame of %d bytes, limit %d", len(f), l.MaxFrame)
		}
		n += len(f)
	}
	if n > l.MaxMessage {
		return fmt.Errorf("zmq: message of %d bytes, limit %d", n, l.MaxMessage)
	}
	return nil
}
