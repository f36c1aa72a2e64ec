package zmq

import (
	"context"
	"sync"
)

// A Message is one ZeroMQ message: one frame or more, delivered whole or not
// at all. Frames of a received message are freshly allocated and belong to
// the receiver.
type Message struct {
	Frames [][]byte
}

// messageOverhead stands for a message's bookkeeping in a queue's bytes.
const messageOverhead = 64

func (m Message) cost() int {
	n := messageOverhead
	for _, f := range m.Frames {
		n += len(f)
	}
	return n
}

// newMessage copies frames, with one allocation for all bytes, so that the
// caller may use its own again.
func newMessage(frames [][]byte) Message {
	n := 0
	for _, f := range frames {
		n += len(f)
	}
	buf := make([]byte, 0, n)
	out := make([][]byte, len(frames))
	for i, f := range frames {
		k := len(buf)
		buf = append(buf, f...)
		out[i] = buf[k:len(buf):len(buf)]
	}
	return Message{Frames: out}
}

// queue holds the messages that wait for one peer: many producers, one pump.
// A message stays in it until the kernel has all its bytes, so a pump that
// fails leaves the rest for the next connection.
type queue struct {
	max int // bytes

	mu      sync.Mutex
	items   []Message
	bytes   int
	added   uint64 // messages ever queued
	gone    uint64 // messages ever written or given up
	closed  bool   // nothing more is queued
	changed chan struct{}

	wake chan struct{} // for the pump: there is work, or the queue is closed
}

func newQueue(max int) *queue { return &queue{max: max, wake: make(chan struct{}, 1)} }

// offer queues m unless the queue is full or closed. An empty queue takes
// any message.
func (q *queue) offer(m Message, cost int) (ok, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false, true
	}
	if q.bytes > 0 && q.bytes+cost > q.max {
		return false, false
	}
	q.items = append(q.items, m)
	q.bytes += cost
	q.added++
	if len(q.items) == 1 {
		q.poke()
	}
	return true, false
}

// take returns the first messages, up to about max bytes, without removing
// them. It waits for one; nil means closed and empty, or dead.
func (q *queue) take(max int, dead <-chan struct{}) []Message {
	for {
		q.mu.Lock()
		if n := len(q.items); n > 0 {
			i, size := 0, 0
			for i < n && (i == 0 || size < max) {
				size += q.items[i].cost()
				i++
			}
			ms := q.items[:i:i]
			q.mu.Unlock()
			return ms
		}
		closed := q.closed
		q.mu.Unlock()
		if closed {
			return nil
		}
		select {
		case <-q.wake:
		case <-dead:
			return nil
		}
	}
}

// done removes the first n messages.
func (q *queue) done(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.remove(min(n, len(q.items)))
}

func (q *queue) remove(n int) {
	for i := range n {
		q.bytes -= q.items[i].cost()
	}
	clear(q.items[:n])
	q.items = q.items[n:]
	if len(q.items) == 0 {
		q.items = nil // a burst's memory is not kept
	}
	q.gone += uint64(n)
	q.broadcast()
}

// close lets nothing more in; the pump ends when the rest is out.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.poke()
	q.broadcast()
}

// abandon closes the queue, empties it and returns how many were in it.
func (q *queue) abandon() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	n := len(q.items)
	q.remove(n)
	q.poke()
	return n
}

func (q *queue) poke() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *queue) broadcast() {
	if q.changed != nil {
		close(q.changed)
		q.changed = nil
	}
}

// watch returns a channel closed at the next removal or close. It is taken
// before looking at the queue, so that no change is missed.
func (q *queue) watch() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.changed == nil {
		q.changed = make(chan struct{})
	}
	return q.changed
}

// flush waits until all that is queued now has left.
func (q *queue) flush(ctx context.Context) error {
	q.mu.Lock()
	target := q.added
	q.mu.Unlock()
	for {
		changed := q.watch()
		q.mu.Lock()
		ok := q.gone >= target
		q.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (q *queue) state() (n int, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items), q.closed
}
