package runtime

import (
	"context"
	"io"
	"sync"

	"github.com/eda-lang/eda/vm"
)

// Source hands over events in batches, so that the engine pays for a clock
// reading and a hand-over once for many events.
type Source interface {
	// Recv waits until there is something and returns it. io.EOF says that
	// nothing will come any more; ctx.Err() that ctx is done. The batch is the
	// caller's until its next Recv.
	Recv(ctx context.Context) (Batch, error)
}

// Batch is what a source received at once.
type Batch struct {
	Events  []Incoming
	Refused []Refusal
}

// Incoming is an event without its time, which the engine stamps, and the
// engine it came from, empty for events from outside.
type Incoming struct {
	Event  vm.Event
	Engine string
	Own    bool // made by this process itself: its tag may be one under /eda/
}

// Refusal is a message that was not an event. It was dropped; it stops nothing.
type Refusal struct {
	Reason string // one of a small set: counted by it
	Bytes  int    // size of the message
}

// Sink takes what rules decided, in order. The engine calls it from one
// goroutine, after each batch. The slice is valid during the call.
type Sink interface {
	Publish(p *vm.Program, effects []vm.Effect) error
}

// SinkFunc is a function as a Sink.
type SinkFunc func(p *vm.Program, effects []vm.Effect) error

// Publish calls f.
func (f SinkFunc) Publish(p *vm.Program, effects []vm.Effect) error { return f(p, effects) }

// Memory is a bus within the process: a Source that is given its events. It is
// safe for concurrent use.
type Memory struct {
	mu     sync.Mutex
	events []Incoming
	ready  chan struct{}
	closed bool
}

// NewMemory makes an empty one.
func NewMemory() *Memory { return &Memory{ready: make(chan struct{}, 1)} }

// Send queues events.
func (m *Memory) Send(events ...vm.Event) {
	m.mu.Lock()
	for _, e := range events {
		m.events = append(m.events, Incoming{Event: e})
	}
	m.mu.Unlock()
	m.wake()
}

// SendOwn queues events that this process makes itself, under /eda/.
func (m *Memory) SendOwn(events ...vm.Event) {
	m.mu.Lock()
	for _, e := range events {
		m.events = append(m.events, Incoming{Event: e, Own: true})
	}
	m.mu.Unlock()
	m.wake()
}

// Close lets Recv return io.EOF once the queue is empty.
func (m *Memory) Close() {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.wake()
}

func (m *Memory) wake() {
	select {
	case m.ready <- struct{}{}:
	default:
	}
}

// Recv implements Source.
func (m *Memory) Recv(ctx context.Context) (Batch, error) {
	for {
		m.mu.Lock()
		events, closed := m.events, m.closed
		m.events = nil
		m.mu.Unlock()
		if len(events) > 0 {
			return Batch{Events: events}, nil
		}
		if closed {
			return Batch{}, io.EOF
		}
		select {
		case <-m.ready:
		case <-ctx.Done():
			return Batch{}, ctx.Err()
		}
	}
}
