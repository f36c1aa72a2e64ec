package vm

import (
	"slices"

	"github.com/eda-lang/eda/vm/value"
)

// Event time (D9, S29a): where an event is declared with the field that says
// when it happened, the program's clock runs behind the arrival of events, by
// the largest `late` declared. Events are held until the clock has come to their
// own time and are taken in that order; those of other kinds happened when they
// arrived. An event older than the clock is too late for that: /eda/late says so.
// What arrives moves the clock whatever it says of itself, so a source that falls
// silent stops nothing, and one that is ahead of its time pushes nothing forward.

// MaxHeld bounds the events that wait for the clock. When there are more the
// clock moves on to the earliest, and what is older than that comes too late.
const MaxHeld = 100_000

const lateTag = "/eda/late"

// arrivals are the events that wait for the clock.
type arrivals struct {
	late    int64 // how far the clock runs behind arrival, ns
	arrived int64 // the latest arrival
	clock   int64
	held    []held // a heap by (T, n)
	n       uint64
}

// held is an event at its own time; n counts arrivals.
type held struct {
	Event
	n uint64
}

func (h held) before(o held) bool { return h.T < o.T || h.T == o.T && h.n < o.n }

func newArrivals(p *Program) *arrivals {
	a := &arrivals{arrived: past, clock: past}
	timed := false
	for _, e := range p.Events {
		timed = timed || e.Time != ""
		a.late = max(a.late, e.Late)
	}
	if !timed {
		return nil
	}
	return a
}

// happened is when an event that arrives now happened, at the latest now. One
// whose field says nothing that is a time happened when it arrived.
func (m *Machine) happened(ev *Event) int64 {
	typ := m.typeOf(ev.Tag)
	if typ < 0 || m.prog.Events[typ].Time == "" {
		return ev.T
	}
	v, ok := toTime(ev.Data.Get(m.prog.Events[typ].Time))
	if t, _ := v.AsTime(); ok {
		return min(t, ev.T)
	}
	m.stats.Undated++
	return ev.T
}

// receive takes an event at its arrival.
func (m *Machine) receive(ev *Event) error {
	a := m.arrivals
	if ev.T < a.arrived {
		return ErrTimeBack
	}
	m.reuse()
	m.moveClock(ev.T)
	e := *ev
	if e.T = m.happened(ev); e.T < a.clock {
		m.stats.Late++
		e = Event{T: ev.T, Tag: lateTag, Hops: ev.Hops, Data: value.Object([]value.Field{
			{Name: "tag", Value: value.String(ev.Tag)}, {Name: "time", Value: value.Time(e.T)},
			{Name: "late", Value: value.Duration(a.clock - e.T)}, {Name: "data", Value: ev.Data},
		})}
	}
	m.await(e)
	if len(a.held) > MaxHeld {
		m.stats.Hurried++
		a.clock = a.held[0].T
	}
	m.release()
	return nil
}

// moveClock says that it is arrival time t.
func (m *Machine) moveClock(t int64) {
	a := m.arrivals
	a.arrived = max(a.arrived, t)
	if c := a.arrived - a.late; c <= a.arrived {
		a.clock = max(a.clock, c)
	}
}

// await holds an event until the clock has come to it.
func (m *Machine) await(e Event) {
	a := m.arrivals
	a.n++
	if d := blind(&e); d > 0 { // no timer runs from its beginning on
		m.dark = min(m.dark, darkFrom(&e, d))
	}
	a.held = append(a.held, held{e, a.n})
	for i := len(a.held) - 1; i > 0; {
		p := (i - 1) / 2
		if !a.held[i].before(a.held[p]) {
			break
		}
		a.held[i], a.held[p] = a.held[p], a.held[i]
		i = p
	}
}

// pop is the earliest event held.
func (a *arrivals) pop() Event {
	e := a.held[0].Event
	last := len(a.held) - 1
	a.held[0], a.held[last] = a.held[last], held{}
	a.held = a.held[:last]
	for i := 0; ; {
		c := 2*i + 1
		if c >= last {
			break
		}
		if c+1 < last && a.held[c+1].before(a.held[c]) {
			c++
		}
		if !a.held[c].before(a.held[i]) {
			break
		}
		a.held[i], a.held[c] = a.held[c], a.held[i]
		i = c
	}
	return e
}

// release takes the events that the clock has come to.
func (m *Machine) release() {
	a := m.arrivals
	for len(a.held) > 0 && a.held[0].T <= a.clock {
		e := a.pop()
		m.happen(&e)
		if blind(&e) > 0 {
			m.dark = never
			for i := range a.held {
				if d := blind(&a.held[i].Event); d > 0 {
					m.dark = min(m.dark, darkFrom(&a.held[i].Event, d))
				}
			}
		}
	}
}

// tooLate fires the engine's own event about an event that came too late.
func (m *Machine) tooLate(ev *Event) {
	m.begin()
	m.emit(Effect{Rule: -1, Act: -1, Kind: Noted, Tag: ev.Tag, Data: ev.Data})
	m.end(0, ev.Hops)
}

// Flush says that no event follows: what is held is taken, and the timers at or
// before t run. Without event time it is Advance.
func (m *Machine) Flush(t int64) {
	if a := m.arrivals; a != nil {
		a.arrived = max(a.arrived, t)
		a.clock = max(a.clock, a.arrived)
	}
	m.Advance(t)
}

// Lateness is how far the program's clock runs behind arrival.
func (m *Machine) Lateness() int64 {
	if m.arrivals == nil {
		return 0
	}
	return m.arrivals.late
}

// save writes and reads the events held, in their order.
func (a *arrivals) save(c *codec, o *owner) {
	c.int64(&a.arrived)
	c.int64(&a.clock)
	waiting := slices.Clone(a.held)
	slices.SortFunc(waiting, func(x, y held) int {
		if x.before(y) {
			return -1
		}
		return 1
	})
	before := o.m.now
	list(c, &waiting, func(h *held) {
		c.int64(&h.T)
		c.str(&h.Tag)
		c.remembered(&h.Data)
		c.int(&h.Hops)
		if !c.reading {
			return
		}
		if h.T < before || len(a.held) > MaxHeld {
			c.fail()
			return
		}
		before = h.T
		o.m.await(h.Event)
	})
}

// timeText writes what a declared event says of its time.
func timeText(e *EventType) string {
	s := ""
	if e.Time != "" {
		s += " time " + nameText(e.Time)
	}
	if e.Late != 0 {
		s += " late " + durText(e.Late)
	}
	return s
}

// event reads a declared event.
func (a *assembler) event() EventType {
	e := EventType{Pattern: a.quoted()}
	if a.maybe("time") {
		e.Time = a.name()
	}
	if a.maybe("late") {
		e.Late = a.dur()
	}
	return e
}
