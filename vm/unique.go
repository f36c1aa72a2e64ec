package vm

import (
	"cmp"
	"slices"

	"github.com/eda-lang/eda/vm/value"
)

// Unique is a unique(x, d) of a rule: no earlier event of the key that matched
// the source, in (t-d, t], had this x.
type Unique struct {
	Comparer int   // x, by its place in Rule.Comparers
	Within   int64 // d, ns
}

// recent remembers when each value was last seen, for as long as that can
// matter: a value leaves within d after that time has come. Values that == says
// are equal are one.
type recent struct {
	last  map[value.Scalar]int64
	queue []sighting // one for each value, the first to be looked at in front
	head  int
}

// sighting is a value and an instant it was seen, not always the last.
type sighting struct {
	x value.Scalar
	t int64
}

// has reports whether x was seen in (t-d, t].
func (r *recent) has(x value.Scalar, t, d int64) bool {
	last, ok := r.last[x]
	return ok && last > t-d
}

// note sees x at t, which is no earlier than any before, and lets go of what
// is out of reach, each value once for a time of d.
func (r *recent) note(x value.Scalar, t, d int64) {
	for r.head < len(r.queue) && r.queue[r.head].t <= t-d {
		old := r.queue[r.head].x
		r.queue[r.head] = sighting{}
		r.head++
		if last := r.last[old]; last > t-d {
			r.queue = append(r.queue, sighting{old, t})
		} else {
			delete(r.last, old)
		}
	}
	if r.last == nil {
		r.last = map[value.Scalar]int64{}
	}
	if _, known := r.last[x]; !known {
		if len(r.queue) == cap(r.queue) && 2*r.head >= len(r.queue) {
			r.queue, r.head = r.queue[:copy(r.queue, r.queue[r.head:])], 0
		}
		r.queue = append(r.queue, sighting{x, t})
	}
	r.last[x] = t
}

// unique is what a Unique of the rule at hand says of this event; unknown if
// its argument is none, a list or an object.
func (m *Machine) unique(i int, pc Block) value.Value {
	u := &m.rules[m.ruleAt].Uniques[i]
	v := m.cur[u.Comparer]
	x, ok := value.AsScalar(v)
	if !ok {
		m.mismatch(pc, v, value.Value{})
		return value.Value{}
	}
	return value.Bool(!m.c.recent[i].has(x, m.now, u.Within))
}

// noteUnique remembers the arguments of this event for those after it.
func (c *cell) noteUnique(cur []value.Value, t int64) {
	for i, u := range c.rule.Uniques {
		if x, ok := value.AsScalar(cur[u.Comparer]); ok {
			c.recent[i].note(x, t, u.Within)
		}
	}
}

// save writes the values that are in reach, in order.
func (r *recent) save(c *codec, o *owner, d int64) {
	var all []sighting
	for x, t := range r.last {
		if t > o.m.now-d {
			all = append(all, sighting{x, t})
		}
	}
	slices.SortFunc(all, func(a, b sighting) int { return value.Order(a.x.Value(), b.x.Value()) })
	list(c, &all, func(s *sighting) {
		v := s.x.Value()
		c.remembered(&v)
		c.instant(&s.t, o)
		if c.reading {
			var ok bool
			if s.x, ok = value.AsScalar(v); !ok {
				c.fail()
			}
		}
	})
	if !c.reading || c.err != nil {
		return
	}
	slices.SortStableFunc(all, func(a, b sighting) int { return cmp.Compare(a.t, b.t) })
	for _, s := range all {
		r.note(s.x, s.t, d)
	}
}

func (h *shape) unique(u *Unique) {
	h.block(h.r.Comparers[u.Comparer])
	h.int64(u.Within)
}
