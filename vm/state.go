package vm

import (
	"math"
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/value"
)

// cell is what a rule remembers for one key. All of it is a function of the
// events so far, and plain data.
type cell struct {
	rule *ruleState
	key  []string

	born     bool  // a kept event has come (S11)
	latest   Event // the latest kept event (S9)
	elem     int   // the alternative it came through
	typ      int   // index into Program.Events of its declaration, or -1
	caps     []string
	prev     []value.Value // arguments of prev and changed at the latest event that matched the source
	seen     int64         // its instant
	hasPrev  bool
	windows  []window
	cond     hold
	clear    hold
	on       bool
	acted    bool  // do ran for this rise (D23)
	pending  bool  // do was blocked by the limit and is owed (S10)
	repeatAt int64 // the next repeat, while on
	runs     runs  // of do, for a limit without a key of its own

	wake  int64 // the instant of its next timer step
	place int   // in the heap; -1 when absent
}

// hold follows one condition through time (S6).
type hold struct {
	is    bool  // the condition is true
	since int64 // from this instant on
	held  bool  // and has been for as long as asked
}

// runs are the instants at which a limit let do run, the last n.
type runs struct {
	at []int64
}

// free reports whether another run is allowed at t, and if not, from when on.
func (r *runs) free(l *Limit, t int64) (bool, int64) {
	i := 0
	for i < len(r.at) && r.at[i] <= t-l.Per {
		i++
	}
	if i > 0 {
		r.at = append(r.at[:0], r.at[i:]...)
	}
	if len(r.at) < l.N {
		return true, t
	}
	return false, after(r.at[len(r.at)-l.N], l.Per)
}

func (r *runs) add(t int64) { r.at = append(r.at, t) }

// ruleState is a rule with its cells.
type ruleState struct {
	*Rule
	index   int
	cells   map[string]*cell
	limits  map[string]*runs // for a limit with a key of its own
	sweepAt int              // size of limits at which empty ones are collected
	keyless bool             // nothing to remember: no cell is ever made
	early   bool             // the key is needed before where
	asked   []projection     // how other rules' active joins on this one
	askers  []asker
	joinOn  []int // for each of Asks the projection of the rule asked
	stats   RuleStats
}

// projection counts the active keys of a rule by some of their parts (S5).
type projection struct {
	parts []int
	on    map[string]int
}

// asker is a rule that asks this one by active.
type asker struct {
	rule *ruleState
	ask  *Ask
}

// due is the instant of the cell's own timer step if it has one that counts.
func (c *cell) due(counts bool) int64 {
	if !counts {
		return never
	}
	return c.wake
}

func compareKeys(a, b []string) int { return slices.CompareFunc(a, b, strings.Compare) }

// appendKey writes key parts so that different keys have different bytes.
func appendKey(dst []byte, parts []string) []byte {
	if len(parts) == 1 {
		return append(dst, parts[0]...)
	}
	for _, p := range parts {
		n := len(p)
		dst = append(dst, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
		dst = append(dst, p...)
	}
	return dst
}

func appendSome(dst []byte, parts []string, which []int) []byte {
	for _, i := range which {
		n := len(parts[i])
		dst = append(dst, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
		dst = append(dst, parts[i]...)
	}
	return dst
}

// timers is a heap of cells by (wake, Order, key), one entry a cell.
type timers struct {
	cells []*cell
}

func (h *timers) less(a, b *cell) bool {
	if a.wake != b.wake {
		return a.wake < b.wake
	}
	if a.rule.Order != b.rule.Order {
		return a.rule.Order < b.rule.Order
	}
	return compareKeys(a.key, b.key) < 0
}

// set moves c to its new instant; never takes it out.
func (h *timers) set(c *cell, wake int64) {
	if c.wake == wake && c.place >= 0 {
		return
	}
	switch {
	case wake == never:
		if c.place >= 0 {
			h.remove(c)
		}
		c.wake = never
	case c.place < 0:
		c.wake = wake
		c.place = len(h.cells)
		h.cells = append(h.cells, c)
		h.up(c.place)
	default:
		earlier := wake < c.wake
		c.wake = wake
		if earlier {
			h.up(c.place)
		} else {
			h.down(c.place)
		}
	}
}

func (h *timers) remove(c *cell) {
	i, last := c.place, len(h.cells)-1
	h.swap(i, last)
	h.cells[last] = nil
	h.cells = h.cells[:last]
	c.place = -1
	if i < last {
		h.down(i)
		h.up(i)
	}
}

func (h *timers) swap(i, j int) {
	h.cells[i], h.cells[j] = h.cells[j], h.cells[i]
	h.cells[i].place, h.cells[j].place = i, j
}

func (h *timers) up(i int) {
	for i > 0 {
		p := (i - 1) / 2
		if !h.less(h.cells[i], h.cells[p]) {
			return
		}
		h.swap(i, p)
		i = p
	}
}

func (h *timers) down(i int) {
	for {
		c := 2*i + 1
		if c >= len(h.cells) {
			return
		}
		if c+1 < len(h.cells) && h.less(h.cells[c+1], h.cells[c]) {
			c++
		}
		if !h.less(h.cells[c], h.cells[i]) {
			return
		}
		h.swap(i, c)
		i = c
	}
}

// next is the instant of the earliest timer.
func (h *timers) next() int64 {
	if len(h.cells) == 0 {
		return never
	}
	return h.cells[0].wake
}

const past = math.MinInt64
