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

	born     bool  // a kept event has come (S11)
	latest   Event // the latest kept event (S9)
	elem     int   // the alternative it came through
	typ      int   // index into Program.Events of its declaration, or -1
	caps     []string
	prev     []value.Value // arguments of prev and changed at the latest event that matched the source
	seen     int64         // its instant
	hasPrev  bool
	recent   []recent  // of each unique
	seq      *sequence // of a rule whose source is one
	parts    []member  // events of the latest match, for aliases
	windows  []window
	cond     hold
	clear    hold
	on       bool
	acted    bool       // do ran for this rise (D23)
	pending  bool       // do was blocked by the limit and is owed (S10)
	repeatAt int64      // the next repeat, while on
	waits    []wait     // for groups that its do is gathered in
	runs     runs       // of do, for a limit without a key of its own
	watching []cellName // the cells of registers that its condition reads
	heeds    []string   // for each of the rule's streams the values its condition joins on; nil before the first kept event

	timer // its next timer step
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
	limits  map[string]*runs // for a limit with a key of its own, or on what is gathered
	groups  map[string]*group
	waiting int          // calls that wait for an answer
	domain  bool         // tables say which keys there are
	sweepAt int          // size of limits at which empty ones are collected
	keyless bool         // nothing to remember: no cell is ever made
	early   bool         // the key is needed before where
	plan    *plan        // of a sequence
	asked   []projection // how other rules' active joins on this one
	askers  []asker
	joinOn  []int // for each of Asks the projection of the rule asked
	stats   RuleStats
	resumed int64 // the end of the latest blind time
	streams []*stream
	ticker  *ticker // of a source that time feeds
	heeds   bool    // its conditions read streams
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

func (c *cell) hops() int {
	if n, ok := c.seq.hops(c.wake); ok {
		return n
	}
	if c.born {
		return c.latest.Hops
	}
	return 0
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

// timer is something that has a step of its own when its instant comes: a
// cell, or whatever else waits for time to pass.
type timer struct {
	wake  int64 // the instant; never when there is none
	place int   // in the heap; -1 when absent
	rank  rank  // which timers of an instant come first
	order int   // of the rule it belongs to
	key   []string
	turn  uint64 // among calls of one rule and key; 1 of a cell, which its rule's ticks precede
	what  timed
}

// timed is what a timer belongs to.
type timed interface {
	due(m *Machine) // its timer step
	hops() int      // of the event it goes back to (S30c)
}

// rank puts the ends of groups after the other timers of an instant, and what
// calls wait for after those.
type rank uint8

const (
	rankCell rank = iota
	rankGroup
	rankCall
)

// timers is a heap by (wake, rank, order, key, turn), the order of timers at one
// instant (S1).
type timers struct {
	heap []*timer
}

func (h *timers) less(a, b *timer) bool {
	if a.wake != b.wake {
		return a.wake < b.wake
	}
	if a.rank != b.rank {
		return a.rank < b.rank
	}
	if a.order != b.order {
		return a.order < b.order
	}
	if c := compareKeys(a.key, b.key); c != 0 {
		return c < 0
	}
	return a.turn < b.turn
}

// set moves t to its new instant; never takes it out.
func (h *timers) set(t *timer, wake int64) {
	if t.wake == wake && t.place >= 0 {
		return
	}
	switch {
	case wake == never:
		if t.place >= 0 {
			h.remove(t)
		}
		t.wake = never
	case t.place < 0:
		t.wake = wake
		t.place = len(h.heap)
		h.heap = append(h.heap, t)
		h.up(t.place)
	default:
		earlier := wake < t.wake
		t.wake = wake
		if earlier {
			h.up(t.place)
		} else {
			h.down(t.place)
		}
	}
}

func (h *timers) remove(t *timer) {
	i, last := t.place, len(h.heap)-1
	h.swap(i, last)
	h.heap[last] = nil
	h.heap = h.heap[:last]
	t.place = -1
	if i < last {
		h.down(i)
		h.up(i)
	}
}

func (h *timers) swap(i, j int) {
	h.heap[i], h.heap[j] = h.heap[j], h.heap[i]
	h.heap[i].place, h.heap[j].place = i, j
}

func (h *timers) up(i int) {
	for i > 0 {
		p := (i - 1) / 2
		if !h.less(h.heap[i], h.heap[p]) {
			return
		}
		h.swap(i, p)
		i = p
	}
}

func (h *timers) down(i int) {
	for {
		c := 2*i + 1
		if c >= len(h.heap) {
			return
		}
		if c+1 < len(h.heap) && h.less(h.heap[c+1], h.heap[c]) {
			c++
		}
		if !h.less(h.heap[c], h.heap[i]) {
			return
		}
		h.swap(i, c)
		i = c
	}
}

// next is the instant of the earliest timer.
func (h *timers) next() int64 {
	if len(h.heap) == 0 {
		return never
	}
	return h.heap[0].wake
}

const past = math.MinInt64
