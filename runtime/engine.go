package runtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/eda-lang/eda/vm"
)

// MaxHops is how many processes an event may pass through; one that comes from
// further is refused, so that loops through other engines end (D18).
const MaxHops = 8

// Config is what an Engine is made of. Program and Library must be set.
type Config struct {
	Program *vm.Program
	Library *vm.Library
	Sources []Source
	Sinks   []Sink
	Record  EventWriter      // is given every event taken, with its time; nil for none
	Now     func() time.Time // the clock; time.Now if nil. Only differences on its monotonic reading count after the start
	ID      string           // names this engine in what it publishes; its own echo is dropped by it
	Log     *slog.Logger     // nil for none
	// Observe is called after each event taken, from the engine's goroutine,
	// and may look at the machine; nil for none. Effects are not yet published.
	Observe func(m *vm.Machine, ev *vm.Event)
}

// Engine runs a program on live input. Run may be called once.
type Engine struct {
	cfg     Config
	machine *vm.Machine
	log     *slog.Logger
	metrics Metrics
	start   time.Time
	last    int64 // the latest instant stamped or advanced to
	done    int64 // timers up to here have run
	faults  reporter
}

// NewEngine verifies and links the program.
func NewEngine(cfg Config) (*Engine, error) {
	m, err := vm.New(cfg.Program, cfg.Library)
	if err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{cfg: cfg, machine: m, log: cfg.Log}
	e.metrics.init()
	return e, nil
}

// Metrics are the engine's counters. They may be read at any time from any
// goroutine.
func (e *Engine) Metrics() Snapshot { return e.metrics.snapshot() }

// Run takes events from all sources until ctx is done or every source has
// ended. Then it takes what was received already, publishes what follows from
// it and returns nil. It returns an error if an event could not be recorded or
// an effect not be published; nothing else stops it.
func (e *Engine) Run(ctx context.Context) error {
	e.start = e.cfg.Now()
	e.last = e.start.UnixNano()
	e.done = e.last - 1
	e.machine.Begin(e.last)
	batches := make(chan Batch, 16)
	var open atomic.Int64
	open.Store(int64(len(e.cfg.Sources)))
	for _, s := range e.cfg.Sources {
		go func() {
			e.receive(ctx, s, batches)
			if open.Add(-1) == 0 {
				close(batches)
			}
		}()
	}
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		e.setTimer(timer)
		select {
		case b, ok := <-batches:
			if !ok {
				return e.flush()
			}
			if err := e.take(b); err != nil {
				return err
			}
		case <-timer.C:
			e.advance(e.now())
			if err := e.publish(); err != nil {
				return err
			}
		}
	}
}

// receive moves batches from a source to the loop until it ends.
func (e *Engine) receive(ctx context.Context, s Source, to chan<- Batch) {
	for {
		b, err := s.Recv(ctx)
		if len(b.Events) > 0 || len(b.Refused) > 0 {
			to <- b
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
			return
		default:
			e.log.Warn("source failed; it is tried again", "error", err)
			select {
			case <-time.After(100 * time.Millisecond):
			case <-ctx.Done():
				return
			}
		}
	}
}

// now is the wall clock at the start plus what the monotonic clock says has
// passed, so that a jump of the wall clock moves nothing. It never goes back.
func (e *Engine) now() int64 {
	t := e.start.UnixNano() + int64(e.cfg.Now().Sub(e.start))
	return max(t, e.last)
}

func (e *Engine) setTimer(timer *time.Timer) {
	next, ok := e.machine.Next()
	if !ok {
		timer.Reset(time.Hour)
		return
	}
	timer.Reset(max(0, time.Duration(next-e.now())))
}

// advance runs the timers up to t. Events stamped later lie after t, so that
// a replay sees what was seen here.
func (e *Engine) advance(t int64) {
	e.machine.Advance(t)
	e.last, e.done = t, t
}

// take stamps a batch with one reading of the clock and gives it to the machine.
func (e *Engine) take(b Batch) error {
	for _, r := range b.Refused {
		e.refuse(r.Reason, r.Bytes)
	}
	t := e.now()
	if t <= e.done {
		t = e.done + 1
	}
	for i := range b.Events {
		in := &b.Events[i]
		switch {
		case e.cfg.ID != "" && in.Engine == e.cfg.ID:
			e.metrics.echoes.Add(1)
			continue
		case in.Event.Hops > MaxHops:
			e.refuse(fmt.Sprintf("passed through more than %d processes", MaxHops), 0)
			continue
		case in.Engine == "" && !in.Own && reserved(in.Event.Tag):
			e.refuse("tag under /eda/, which is the engine's own", 0)
			continue
		}
		in.Event.T = t
		e.last = t
		if e.cfg.Record != nil {
			if err := e.cfg.Record.Write(&in.Event); err != nil {
				return fmt.Errorf("recording stopped, and with it the engine: %w", err)
			}
		}
		if err := e.machine.Event(&in.Event); err != nil {
			return err
		}
		e.metrics.events.Add(1)
		if e.cfg.Observe != nil {
			e.cfg.Observe(e.machine, &in.Event)
		}
		if err := e.publish(); err != nil {
			return err
		}
	}
	return nil
}

// reserved reports whether a tag is one that outsiders cannot send (S29).
func reserved(tag string) bool {
	return strings.HasPrefix(tag, "/eda/") || tag == "/eda" || strings.HasPrefix(tag, "eda/")
}

// refuse counts a message that was dropped and reports it at a bounded rate.
func (e *Engine) refuse(reason string, bytes int) {
	n := e.metrics.refuse(reason)
	if held, ok := e.faults.allow(reason, e.cfg.Now()); ok {
		e.log.Warn("message dropped: "+reason, "bytes", bytes, "so_far", n, "not_shown", held)
	}
}

// publish hands the effects decided so far to the sinks.
func (e *Engine) publish() error {
	for _, f := range e.machine.NewFaults() {
		e.log.Warn(Explain(e.machine.Program(), f))
	}
	effects := e.machine.Effects()
	if len(effects) == 0 {
		return nil
	}
	for i := range effects {
		if effects[i].Kind == vm.Logged {
			e.metrics.logged.Add(1)
		} else {
			e.metrics.fired.Add(1)
		}
	}
	for _, s := range e.cfg.Sinks {
		if err := s.Publish(e.machine.Program(), effects); err != nil {
			e.metrics.failed.Add(1)
			e.log.Error("an effect could not be published", "error", err)
		}
	}
	return nil
}

// flush runs what is due now and publishes it.
func (e *Engine) flush() error {
	t := e.now()
	e.machine.Flush(t)
	e.last, e.done = t, t
	err := e.publish()
	e.metrics.machine(e.machine)
	return err
}

// reporter lets a line of each kind through every ten seconds.
type reporter struct {
	seen map[string]*reported
}

type reported struct {
	at   time.Time
	held uint64
}

// allow reports whether a line may be written now, and how many were held back.
func (r *reporter) allow(kind string, now time.Time) (held uint64, ok bool) {
	if r.seen == nil {
		r.seen = map[string]*reported{}
	}
	s := r.seen[kind]
	if s == nil {
		r.seen[kind] = &reported{at: now}
		return 0, true
	}
	if now.Sub(s.at) < 10*time.Second {
		s.held++
		return 0, false
	}
	held = s.held
	*s = reported{at: now}
	return held, true
}
