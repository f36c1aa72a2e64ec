package vm

import (
	"math"

	"github.com/eda-lang/eda/vm/value"
)

// never is the instant after all others: no timer is due then.
const never = math.MaxInt64

// after is t + d, at most never.
func after(t, d int64) int64 {
	if s := t + d; s >= t {
		return s
	}
	return never
}

// floorTo is the greatest multiple of d at or below t.
func floorTo(t, d int64) int64 {
	r := t % d
	if r < 0 {
		r += d
	}
	return t - r
}

// window is the state of one Window for one key: its entries where they leave
// one by one (Sliding, Last), its panes otherwise. Entries leave when the
// window is next read or written, which is exact because what it holds at an
// instant depends on that instant alone.
type window struct {
	spec *Window
	over value.Domain // what enters: the rest is skipped as if it were not there (S14)
	accs []aggregate
	// entries of Sliding and Last, oldest first, in a ring
	ring  []slot
	carry []value.Value // beside ring, for aggregators that carry
	head  int
	n     int
	// panes
	pane  int64 // start of the current pane; for Session the latest entry
	count int   // entries in the current pane or run
	done  int   // entries in the last completed pane
}

// slot is an entry without what it carries.
type slot struct {
	T int64
	V value.Value
}

// aggregate is one aggregate over a window. Each keeps the pane so far in acc
// and the last completed one in done.
type aggregate struct {
	acc  Accumulator
	done Accumulator
}

func newWindow(spec *Window, lib *Library) window {
	w := window{spec: spec, pane: math.MinInt64}
	for _, agg := range spec.Aggs {
		row := lib.Aggs[agg.Name]
		w.over = row.Over // the same for all of a window (verify.go)
		a := aggregate{acc: row.New(spec.Kind == Sliding || spec.Kind == Last, agg.Param)}
		if spec.Kind == Each {
			a.done = row.New(false, agg.Param)
		}
		w.accs = append(w.accs, a)
	}
	return w
}

// put takes an entry at its instant.
func (w *window) put(e Entry) {
	switch w.spec.Kind {
	case Sliding:
		w.evict(e.T)
	case Last:
		if w.n == int(w.spec.Size) {
			w.drop()
		}
	case Each, This:
		w.roll(e.T)
		w.count++
	case Session:
		if w.count > 0 && e.T-w.pane >= w.spec.Size {
			w.reset()
		}
		w.pane = e.T
		w.count++
	}
	if w.spec.Kind == Sliding || w.spec.Kind == Last {
		w.push(e)
	}
	for i := range w.accs {
		w.accs[i].acc.Add(e)
	}
}

// read is the value of aggregate i at t, and the instant at which it can next
// change without an event.
func (w *window) read(i int, t int64) (value.Value, int64) {
	next := w.settle(t)
	if w.spec.Kind == Each {
		return w.accs[i].done.Result(), next
	}
	return w.accs[i].acc.Result(), next
}

// settle lets leave what is out of the window at t and returns the instant of
// the next change.
func (w *window) settle(t int64) int64 {
	switch w.spec.Kind {
	case Sliding:
		w.evict(t)
		if w.n > 0 {
			return after(w.ring[w.head].T, w.spec.Size)
		}
	case Each, This:
		w.roll(t)
		if w.count > 0 || w.done > 0 {
			return after(w.pane, w.spec.Size)
		}
	}
	return never
}

// vacant reports whether a window that lets go of its events holds none at t.
func (w *window) vacant(t int64) bool {
	w.settle(t)
	return w.n == 0 && w.count == 0 && w.done == 0
}

// empties is the instant from which on the window holds nothing, as far as
// panes go: they alone can outlast a key's life (S13).
func (w *window) empties(t int64) int64 {
	switch w.spec.Kind {
	case Each:
		w.roll(t)
		if w.count > 0 {
			return after(after(w.pane, w.spec.Size), w.spec.Size)
		}
		if w.done > 0 {
			return after(w.pane, w.spec.Size)
		}
	case This:
		w.roll(t)
		if w.count > 0 {
			return after(w.pane, w.spec.Size)
		}
	}
	return t
}

func (w *window) evict(t int64) {
	for w.n > 0 && w.ring[w.head].T <= t-w.spec.Size {
		w.drop()
	}
}

// entry is the i-th of those in the ring, the oldest first.
func (w *window) entry(i int) Entry {
	at := (w.head + i) & (len(w.ring) - 1)
	e := Entry{T: w.ring[at].T, V: w.ring[at].V}
	if w.carry != nil {
		e.Carry = w.carry[at]
	}
	return e
}

func (w *window) drop() {
	e, next := w.entry(0), Entry{}
	if w.n > 1 {
		next = w.entry(1)
	}
	for i := range w.accs {
		w.accs[i].acc.Evict(e, next)
	}
	w.ring[w.head] = slot{}
	if w.carry != nil {
		w.carry[w.head] = value.Value{}
	}
	w.head = (w.head + 1) & (len(w.ring) - 1)
	w.n--
}

func (w *window) push(e Entry) {
	if w.n == len(w.ring) { // full: double, oldest first
		w.ring = unrolled(w.ring, w.head)
		if w.spec.Carry != 0 {
			w.carry = unrolled(w.carry, w.head)
		}
		w.head = 0
	}
	at := (w.head + w.n) & (len(w.ring) - 1)
	w.ring[at] = slot{e.T, e.V}
	if w.carry != nil {
		w.carry[at] = e.Carry
	}
	w.n++
}

// unrolled is a full ring of twice the size that begins at its head.
func unrolled[T any](ring []T, head int) []T {
	out := make([]T, max(4, 2*len(ring)))
	copy(out[copy(out, ring[head:]):], ring[:head])
	return out
}

// roll moves the panes on to the one that holds t.
func (w *window) roll(t int64) {
	pane := floorTo(t, w.spec.Size)
	if pane == w.pane {
		return
	}
	next := w.count > 0 && pane == after(w.pane, w.spec.Size)
	w.done = 0
	for i := range w.accs {
		a := &w.accs[i]
		if w.spec.Kind == Each {
			a.acc, a.done = a.done, a.acc
			if !next {
				a.done.Reset()
			}
		}
		a.acc.Reset()
	}
	if w.spec.Kind == Each && next {
		w.done = w.count
	}
	w.pane, w.count = pane, 0
}

func (w *window) reset() {
	for i := range w.accs {
		w.accs[i].acc.Reset()
	}
	w.count = 0
}
