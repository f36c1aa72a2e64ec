package vm

import (
	"slices"

	"github.com/eda-lang/eda/vm/value"
)

// View is what a machine remembers for one key of a rule, copied for showing.
type View struct {
	Key     []string
	Born    bool    // a kept event has come
	Latest  Event   // the latest kept event
	On      bool    // the situation is on
	Owed    bool    // its do waits for the limit or a mute
	Since   int64   // the instant the condition became true; meaningful if Holding
	Holding bool    // the condition is true
	Held    bool    // and has been for as long as asked
	Runs    []int64 // instants of the runs a limit still counts
	Wake    int64   // the instant of its next timer step
	Waking  bool    // there is one
	Windows []WindowView
	Pending []Pending // of a sequence: events that may yet be part of a match, and openers that wait
}

// Pending is an event that a sequence keeps.
type Pending struct {
	Elem     int // index into Rule.Elems
	Event    Event
	Opener   bool  // it waits for what must not come
	Deadline int64 // of an opener
}

// WindowView is a window's content for one key.
type WindowView struct {
	Spec    *Window
	Entries []Entry // of sliding and last windows, oldest first
	Count   int     // entries, or events in the current pane or run
	Results []value.Value
}

// Views returns what is remembered for each key of the rule with that index,
// in order of key, as of Now.
func (m *Machine) Views(rule int) []View {
	rs := m.rules[rule]
	cells := make([]*cell, 0, len(rs.cells))
	for _, c := range rs.cells {
		cells = append(cells, c)
	}
	slices.SortFunc(cells, func(a, b *cell) int { return compareKeys(a.key, b.key) })
	out := make([]View, len(cells))
	for i, c := range cells {
		out[i] = m.view(c)
	}
	return out
}

func (m *Machine) view(c *cell) View {
	v := View{Key: slices.Clone(c.key), Born: c.born, Latest: c.latest, On: c.on, Owed: c.pending,
		Since: c.cond.since, Holding: c.cond.is, Held: c.cond.held, Runs: slices.Clone(c.runs.at),
		Wake: c.wake, Waking: c.place >= 0}
	for i := range c.windows {
		w := &c.windows[i]
		w.settle(m.now)
		wv := WindowView{Spec: w.spec, Count: w.count}
		if w.spec.Kind == Sliding || w.spec.Kind == Last {
			wv.Count = w.n
			for j := range w.n {
				wv.Entries = append(wv.Entries, w.entry(j))
			}
		}
		for j := range w.accs {
			r, _ := w.read(j, m.now)
			wv.Results = append(wv.Results, r)
		}
		v.Windows = append(v.Windows, wv)
	}
	if c.seq != nil {
		for _, e := range c.seq.entries {
			if e.ev.T >= m.now-c.rule.plan.within {
				v.Pending = append(v.Pending, Pending{Elem: e.elem, Event: e.ev})
			}
		}
		for _, o := range c.seq.open {
			v.Pending = append(v.Pending, Pending{Elem: o.elem, Event: o.ev, Opener: true, Deadline: o.deadline})
		}
	}
	return v
}

// Probe evaluates the probes of a rule for one key as of Now: the parts of its
// conditions, in the order of Rule.Probes. It is nil for a key the rule does
// not know. It changes nothing that can be observed.
func (m *Machine) Probe(rule int, key []string) []value.Value {
	rs := m.rules[rule]
	c := rs.cells[string(appendKey(nil, key))]
	if c == nil || !c.born {
		return nil
	}
	m.see(c)
	out := make([]value.Value, len(rs.Probes))
	for i, p := range rs.Probes {
		out[i] = m.run(p.Code)
	}
	return out
}
