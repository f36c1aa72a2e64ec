package lint

import (
	"cmp"
	"math"
	"slices"

	"github.com/eda-lang/eda/lang"
)

// Subjects that say something of each other are judged together: those of one
// window, as min <= avg <= max, and two expressions that are compared with each
// other and with constants.

// ranks are aggregates of one window in order: each is at most those of a
// higher rank.
var ranks = map[string]int{"min": 1, "avg": 2, "pct": 2, "first": 2, "last": 2, "max": 3}

// ranked finds what an aggregate ranges over, and its rank among those of it.
func (j *judge) ranked(e lang.Expr) (over, rank int) {
	call, ok := j.stands(e).(*lang.Call)
	if !ok || ranks[call.Fn.Text] == 0 || j.Fns[call.Fn.Text] != nil {
		return 0, 0
	}
	w, ok := j.Info.Windows[call]
	if !ok || len(w.Args) != 1 {
		return 0, 0
	}
	return j.same.number("over", j.same.window(call), j.same.of(w.Args[0])), ranks[call.Fn.Text]
}

// links are the numbers by which subjects belong together.
func (c *builder) links(s *subject) []int {
	if s.a != 0 {
		return []int{s.id, s.a, s.b}
	}
	out := []int{s.id}
	if over, rank := c.ranked(s.e); rank > 0 {
		out = append(out, over)
	}
	return out
}

// groups parts nodes by what links their subjects. A node without subjects is
// alone.
func (c *builder) groups(nodes []*node) [][]*node {
	var out [][]*node
	var keys [][]int
	for _, n := range nodes {
		var mine []int
		for _, s := range n.over {
			mine = append(mine, c.links(s)...)
		}
		group := []*node{}
		for i := 0; i < len(out); i++ {
			if slices.ContainsFunc(keys[i], func(k int) bool { return slices.Contains(mine, k) }) {
				group, mine = append(group, out[i]...), append(mine, keys[i]...)
				out, keys = slices.Delete(out, i, i+1), slices.Delete(keys, i, i+1)
				i--
			}
		}
		out, keys = append(out, append(group, n)), append(keys, mine)
	}
	return out
}

// relate takes out the cases that cannot be together.
func (c *builder) relate(t *table) {
	drop := func(s, o *subject, never func(k, l instance) bool) {
		real := slices.Clone(t.real)
		for i := range t.size {
			if never(s.at(i), o.at(i)) {
				real[i/64] &^= 1 << (i % 64)
			}
		}
		t.real = real
	}
	find := func(id int) *subject {
		i := slices.IndexFunc(t.subjects, func(s *subject) bool { return s.id == id })
		if i < 0 {
			return nil
		}
		return t.subjects[i]
	}
	for _, s := range t.subjects {
		if s.a != 0 {
			if never := c.never(s); never != 0 {
				drop(s, s, func(k, _ instance) bool { return k.class == two && k.pos-1 == never })
			}
			a, b := find(s.a), find(s.b)
			if a == nil || b == nil || a == b {
				continue
			}
			real := slices.Clone(t.real)
			for i := range t.size {
				if p := s.at(i); p.class == two && !ordered(a, a.at(i), b, b.at(i), p.pos-1) {
					real[i/64] &^= 1 << (i % 64)
				}
			}
			t.real = real
			continue
		}
		over, rank := c.ranked(s.e)
		for _, o := range t.subjects {
			if oOver, oRank := 0, 0; rank > 0 && o.a == 0 {
				if oOver, oRank = c.ranked(o.e); oOver == over && rank < oRank {
					drop(s, o, func(k, l instance) bool {
						if k.class != number || l.class != number {
							return false
						}
						lo, _, _, _ := s.stretch(k)
						_, hi, _, _ := o.stretch(l)
						return lo > hi // an average may pass its bound by a hair, so not where they meet
					})
				}
			}
		}
	}
}

// never is the order in which the two of a pair cannot stand, as a minimum is
// never more than a maximum of one window; 0 for none. An average may pass its
// bound by a hair.
func (c *builder) never(pair *subject) int {
	e, ok := pair.e.(*lang.Binary)
	if !ok {
		return 0
	}
	a, b := e.X, e.Y
	if c.same.of(a) != pair.a {
		a, b = b, a
	}
	for _, x := range []lang.Expr{a, b} {
		if call, ok := c.stands(x).(*lang.Call); ok && call.Fn.Text == "avg" {
			return 0
		}
	}
	over, rank := c.ranked(a)
	oOver, oRank := c.ranked(b)
	if rank == 0 || over != oOver {
		return 0
	}
	return cmp.Compare(oRank, rank)
}

// stretch is the numbers of a case.
func (s *subject) stretch(k instance) (lo, hi float64, loOpen, hiOpen bool) {
	consts := s.consts[number]
	lo, hi = math.Inf(-1), math.Inf(1)
	if k.pos%2 == 1 {
		f, _ := consts[k.pos/2].AsNumber()
		return f, f, false, false
	}
	if i := k.pos/2 - 1; i >= 0 {
		lo, _ = consts[i].AsNumber()
		loOpen = true
	}
	if i := k.pos / 2; i < len(consts) {
		hi, _ = consts[i].AsNumber()
		hiOpen = true
	}
	return max(lo, s.ext.lo), min(hi, s.ext.hi), loOpen, hiOpen
}

// ordered reports whether a value of one case can stand in that order to one
// of another.
func ordered(a *subject, k instance, b *subject, l instance, order int) bool {
	if k.class == none || l.class == none {
		return false
	}
	if k.class != number || l.class != number {
		return true
	}
	alo, ahi, aloOpen, ahiOpen := a.stretch(k)
	blo, bhi, bloOpen, bhiOpen := b.stretch(l)
	rounded := func(f float64) bool { return math.Abs(f) >= exact && !math.IsInf(f, 0) }
	switch {
	case rounded(alo) || rounded(ahi) || rounded(blo) || rounded(bhi):
		return true
	case order < 0:
		return alo < bhi
	case order > 0:
		return ahi > blo
	}
	return !(alo > bhi || alo == bhi && (aloOpen || bhiOpen)) && !(blo > ahi || blo == ahi && (bloOpen || ahiOpen))
}
