package vm

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// Sequences: sources of several events (S18-S21). A cell keeps the events that
// may yet be part of a match, none older than `within`. When an event comes
// that can end a match, the others are looked for from it backwards, the latest
// first; where that leads nowhere, the next latest is tried. What was found is
// the rule's kept event.

// MaxPending is how many events a sequence keeps for one key, and how many
// openers that wait for an answer. The oldest are forgotten first and counted.
const MaxPending = 1_000

// sequence is what a cell remembers of events that may yet be part of a match.
type sequence struct {
	entries []entry  // in order of arrival; those of one event by falling element
	open    []opener // of an absence: by deadline, then by first event
}

// entry is an event at an element of the sequence: one it fills, or one behind
// `not`. An event may have several. An element beyond the last is blind time,
// in which anything may have come (D22).
type entry struct {
	n    uint64 // the step it came in: the order of events of one instant
	elem int
	typ  int
	ev   Event
	caps []string
}

// match is a complete sequence: the event it ended with, and of the others what
// code can read.
type match struct {
	ev     Event
	elem   int
	typ    int
	caps   []string
	bound  []bool   // captures that have a value
	parts  []member // by element, for aliases; nil where none is read
	first  int64    // the instant of its first event
	firstN uint64
}

// member is the event an alias stands for, the latest of `N of`.
type member struct {
	ev  Event
	typ int
	set bool
}

// opener is a match that waits for what must not come.
type opener struct {
	match
	deadline int64
}

// next is the instant of the earliest deadline.
func (s *sequence) next() int64 {
	if s == nil || len(s.open) == 0 {
		return never
	}
	return s.open[0].deadline
}

// ends is the instant from which on nothing is remembered. An event at exactly
// `within` still counts, in any step of that instant.
func (s *sequence) ends(within int64) int64 {
	end := int64(past)
	if n := len(s.entries); n > 0 {
		end = after(after(s.entries[n-1].ev.T, within), 1)
	}
	for i := range s.open {
		end = max(end, after(s.open[i].deadline, 1))
	}
	return end
}

// plan is a Sequence as the machine walks it.
type plan struct {
	within  int64
	steps   []planStep // those that take events, in order
	caps    [][]int    // for each element its captures, and none for blind time
	at      []int      // for each element its step, or -1 behind `not` and for blind time
	counts  []int      // for each element
	joins   []bool     // for each capture: it has one value throughout a match
	answers []bool     // for each element: it answers openers
	absence bool
	bars    bool  // some step is followed by a `not` and another step
	group   []int // captures by which openers are told apart: those an answer is joined on
	most    int   // events a match takes
	aliased bool  // code reads the events of a match by their aliases
}

type planStep struct {
	both   bool
	elems  []int
	total  int    // events it takes where both
	waits  bool   // an event of it may have to be kept for a later one
	barred []bool // elements, and blind time, that may not come between this step and the next; nil for none
}

func newPlan(p *Program, r *Rule) *plan {
	s := &plan{within: r.Sequence.Within, answers: make([]bool, len(r.Elems)), joins: make([]bool, len(r.Caps)), aliased: r.uses(p, OpAlias)}
	for i, name := range r.Caps {
		s.joins[i] = name != "" && (name[0] < '0' || name[0] > '9')
	}
	elem := 0
	for i, st := range r.Sequence.Steps {
		last := i == len(r.Sequence.Steps)-1
		var step planStep
		most := 0
		for _, n := range st.Counts {
			s.counts = append(s.counts, n)
			if st.Not {
				s.at = append(s.at, -1)
				if s.answers[elem] = last; !last {
					open := &s.steps[len(s.steps)-1]
					if open.barred == nil {
						open.barred = make([]bool, len(r.Elems)+1)
						open.barred[len(r.Elems)] = true
						s.bars = true
					}
					open.barred[elem] = true
				}
			} else {
				s.at = append(s.at, len(s.steps))
				step.elems = append(step.elems, elem)
				step.total += n
				most = max(most, n)
			}
			elem++
		}
		if st.Not {
			s.absence = s.absence || last
			continue
		}
		step.both = st.Both
		if step.both {
			most = step.total
		}
		step.waits = most > 1
		s.most += most
		s.steps = append(s.steps, step)
	}
	for i := range s.steps[:len(s.steps)-1] {
		s.steps[i].waits = true
	}
	s.at = append(s.at, -1)
	for _, e := range r.Elems {
		s.caps = append(s.caps, e.Caps)
	}
	s.caps = append(s.caps, nil)
	for slot := range r.Caps {
		var taken, answer bool
		for i, e := range r.Elems {
			if slices.Contains(e.Caps, slot) {
				taken = taken || s.at[i] >= 0
				answer = answer || s.answers[i]
			}
		}
		if taken && answer && s.joins[slot] {
			s.group = append(s.group, slot)
		}
	}
	return s
}

// keeps reports whether an event at an element is kept for later ones.
func (s *plan) keeps(elem int) bool {
	if at := s.at[elem]; at >= 0 {
		return s.steps[at].waits
	}
	return !s.answers[elem]
}

// closes reports whether an event at an element can end a match.
func (s *plan) closes(elem int) bool { return s.at[elem] == len(s.steps)-1 }

// alone reports whether one event at an element is a match.
func (s *plan) alone(elem int) bool {
	return len(s.steps) == 1 && s.counts[elem] == 1 && (!s.steps[0].both || s.steps[0].total == 1)
}

// arrival is the event at hand at an element of a sequence.
type arrival struct {
	elem int
	key  []string
	caps []string
}

// offerSequence gives an event to a rule with a sequence: it answers openers,
// then may end a match, one for the rule, then is kept for later ones (S20).
func (m *Machine) offerSequence(rs *ruleState, patterns []tag.Pattern, ev *Event) {
	p := rs.plan
	found := m.arrive(rs, patterns, ev)
	if len(found) == 0 {
		return
	}
	for i := range found {
		if a := &found[i]; p.answers[a.elem] {
			if c := m.cellOf(rs, a.key, false); c != nil {
				c.seq.answer(p, a)
				m.prune(c) // the opener may have been all that kept it
				m.rest(c)
			}
		}
	}
	var done *cell
	var got match
	for i := range found {
		a := &found[i]
		if !p.closes(a.elem) {
			continue
		}
		c := m.cellOf(rs, a.key, p.alone(a.elem))
		if c == nil {
			continue
		}
		m.prune(c)
		if m.seek.find(p, c.seq, a, m.now, m.step) {
			done, got = c, m.matchOf(rs, c.seq, a, ev)
			c.seq.use(p, m.seek.chosen)
			break
		}
	}
	if done != nil && p.absence {
		m.opens(done, got)
	}
	for i := len(found) - 1; i >= 0; i-- { // by falling element, as searches go backwards
		a := &found[i]
		taken := p.at[a.elem] >= 0
		if !p.keeps(a.elem) || taken && done != nil && slices.Equal(done.key, a.key) {
			continue
		}
		c := m.cellOf(rs, a.key, taken)
		if c == nil {
			continue
		}
		if m.prune(c); taken || len(c.seq.entries) > 0 { // nothing stands before what would be barred
			m.wait(c, entry{m.step, a.elem, m.typ, *ev, slices.Clone(a.caps)})
		}
		if c != done { // which has more to come
			m.rest(c)
		}
	}
	if done == nil {
		return
	}
	if p.absence {
		m.rest(done)
		return
	}
	m.keepMatch(done, &got)
	if rs.Situation {
		m.plan(done)
		m.runAgendaBefore(rs.Order + 1)
		return
	}
	m.act(rs, done)
	m.arm(done, m.death(done))
}

// arrive finds the elements whose pattern and where an event meets, each with
// its key. What it returns is used again by the next call.
func (m *Machine) arrive(rs *ruleState, patterns []tag.Pattern, ev *Event) []arrival {
	found := m.arrived[:0]
	for i := range rs.Elems {
		var ok bool
		if m.matched, ok = patterns[i].Match(ev.Tag, m.matched[:0]); !ok {
			continue
		}
		m.elem = i
		caps := m.caps[:len(rs.Caps)]
		clear(caps)
		for w, slot := range rs.Elems[i].Caps {
			if slot >= 0 {
				caps[slot] = m.matched[w]
			}
		}
		if rs.early { // where may ask about the key
			if ok = m.keyOf(rs.Key); ok {
				m.key = m.keyParts
			}
		}
		if w := rs.Elems[i].Where; ok && w != 0 && !value.True(m.run(w)) {
			continue
		}
		if !ok || !rs.early && !m.keyOf(rs.Key) {
			m.stats.Keyless++
			continue
		}
		if len(found) == cap(found) {
			found = append(found, arrival{})
		} else {
			found = found[:len(found)+1]
		}
		a := &found[len(found)-1]
		a.elem, a.key, a.caps = i, append(a.key[:0], m.keyParts...), append(a.caps[:0], caps...)
	}
	m.arrived = found
	return found
}

// cellOf is the cell of a key, made if wanted.
func (m *Machine) cellOf(rs *ruleState, key []string, make bool) *cell {
	m.keyParts = append(m.keyParts[:0], key...)
	return m.find(rs, make)
}

// prune forgets what is too old to be part of a match from now on, and what is
// behind `not` with nothing before it.
func (m *Machine) prune(c *cell) {
	p, s := c.rule.plan, c.seq
	i := 0
	for i < len(s.entries) && (s.entries[i].ev.T < m.now-p.within || p.at[s.entries[i].elem] < 0) {
		i++
	}
	if i > 0 {
		clear(s.entries[:i])
		s.entries = s.entries[i:]
	}
}

// wait keeps an event for later ones.
func (m *Machine) wait(c *cell, e entry) {
	if len(c.seq.entries) == MaxPending {
		c.seq.entries = slices.Delete(c.seq.entries, 0, 1)
		m.stats.Crowded++
	}
	c.seq.entries = append(c.seq.entries, e)
}

// resumeSequence is what blind time does: an absence counts anew, and between
// events before and after it nothing can be said not to have come (D22).
func (m *Machine) resumeSequence(c *cell) {
	p, s := c.rule.plan, c.seq
	for i := range s.open {
		s.open[i].deadline = after(m.now, p.within)
	}
	slices.SortFunc(s.open, inTurn)
	if p.bars && len(s.entries) > 0 {
		m.wait(c, entry{n: m.step, elem: len(p.caps) - 1, typ: -1, ev: Event{T: m.now}})
	}
}

// inTurn is the order in which openers act.
func inTurn(a, b opener) int {
	return cmp.Or(cmp.Compare(a.deadline, b.deadline), cmp.Compare(a.firstN, b.firstN))
}

// rest leaves a cell until its next instant. One that remembers nothing goes.
func (m *Machine) rest(c *cell) {
	switch {
	case c.born:
		m.arm(c, c.wake)
	case len(c.seq.entries) == 0 && len(c.seq.open) == 0:
		m.timers.set(&c.timer, never)
		m.keyBuf = appendKey(m.keyBuf[:0], c.key)
		delete(c.rule.cells, string(m.keyBuf))
	default:
		m.arm(c, m.death(c))
	}
}

// arm sets the timer of a cell to its own next instant, or an earlier deadline.
func (m *Machine) arm(c *cell, wake int64) { m.timers.set(&c.timer, min(wake, c.seq.next())) }

// matchOf is the match that the search has found for a closing event.
func (m *Machine) matchOf(rs *ruleState, s *sequence, a *arrival, ev *Event) match {
	q := &m.seek
	t := match{ev: *ev, elem: a.elem, typ: m.typ, caps: slices.Clone(a.caps), bound: make([]bool, len(rs.Caps)), first: ev.T, firstN: m.step}
	fill := func(elem int, caps []string, ev *Event, typ int) { // from the latest to the first
		for _, slot := range rs.plan.caps[elem] {
			if slot >= 0 && !t.bound[slot] {
				t.caps[slot], t.bound[slot] = caps[slot], true
			}
		}
		if t.parts != nil && !t.parts[elem].set {
			t.parts[elem] = member{*ev, typ, true}
		}
	}
	if rs.plan.aliased {
		t.parts = make([]member, len(rs.Elems))
	}
	fill(a.elem, a.caps, ev, m.typ)
	for _, i := range q.chosen {
		e := &s.entries[i]
		fill(e.elem, e.caps, &e.ev, e.typ)
		t.first, t.firstN = e.ev.T, e.n
	}
	return t
}

// use lets go of the events of a match, whichever elements they were kept for.
func (s *sequence) use(p *plan, chosen []int) {
	if len(chosen) == 0 {
		return
	}
	used := make([]uint64, len(chosen))
	for i, at := range chosen {
		used[i] = s.entries[at].n
	}
	s.entries = slices.DeleteFunc(s.entries, func(e entry) bool { return p.at[e.elem] >= 0 && slices.Contains(used, e.n) })
}

// keepMatch makes a match the kept event of its cell, at the present instant.
func (m *Machine) keepMatch(c *cell, t *match) {
	c.rule.stats.Kept++
	c.born = true
	c.latest, c.elem, c.typ = t.ev, t.elem, t.typ
	c.latest.T = m.now
	c.caps, c.parts = t.caps, t.parts
	m.see(c)
	m.fill(c)
}

// opens puts a complete opener among those that wait. Of those an answer cannot
// tell apart the earliest holds the deadline, and covers the others (D14).
func (m *Machine) opens(c *cell, t match) {
	p, s := c.rule.plan, c.seq
	o := opener{t, after(t.first, p.within)}
	same := slices.IndexFunc(s.open, func(x opener) bool {
		for _, slot := range p.group {
			if x.bound[slot] != o.bound[slot] || x.caps[slot] != o.caps[slot] {
				return false
			}
		}
		return true
	})
	if same >= 0 {
		if inTurn(s.open[same], o) <= 0 {
			return
		}
		s.open = slices.Delete(s.open, same, same+1)
	}
	if len(s.open) == MaxPending {
		s.open = slices.Delete(s.open, 0, 1)
		m.stats.Crowded++
	}
	i, _ := slices.BinarySearchFunc(s.open, o, inTurn)
	s.open = slices.Insert(s.open, i, o)
}

// answer lets go of the openers that an event answers: those whose captures it
// does not contradict.
func (s *sequence) answer(p *plan, a *arrival) {
	s.open = slices.DeleteFunc(s.open, func(o opener) bool {
		for _, slot := range p.caps[a.elem] {
			if slot >= 0 && p.joins[slot] && o.bound[slot] && o.caps[slot] != a.caps[slot] {
				return false
			}
		}
		return true
	})
}

// absent makes the openers whose deadline has come the rule's kept events, in
// order of their deadlines.
func (m *Machine) absent(c *cell) {
	for c.seq.next() <= m.now {
		t := c.seq.open[0].match
		c.seq.open = slices.Delete(c.seq.open, 0, 1)
		m.keepMatch(c, &t)
		if !c.rule.Situation {
			m.act(c.rule, c)
		}
	}
	m.prune(c)
}

// hops of the last opener that is due at t; ok is false where none is.
func (s *sequence) hops(t int64) (n int, ok bool) {
	if s != nil {
		for i := range s.open {
			if s.open[i].deadline <= t {
				n, ok = s.open[i].ev.Hops, true
			}
		}
	}
	return n, ok
}

// seeker looks for the events of a match from the closing one backwards. Its
// memory is used again by every search.
type seeker struct {
	p       *plan
	entries []entry
	from    int64
	step    int
	have    []int // for each element the events there are
	stands  bool  // some of them are behind `not`
	left    []int // for each element the events still wanted in the step at hand
	missing int   // of them all; -1 before one of its alternatives is chosen
	caps    []string
	bound   []bool
	chosen  []int          // entries, from the latest to the first
	gaps    []gap          // stretches to be judged when all captures are known
	slots   []int          // captures in the order they were bound
	failed  map[string]int // for each state the last place from which it led nowhere
	buf     []byte
}

// gap is a stretch between two neighbours in which what is barred has come
// with captures that may yet turn out to be others.
type gap struct {
	lo, hi uint64
	step   int
}

// find looks for a match that ends with an arrival.
func (q *seeker) find(p *plan, s *sequence, a *arrival, now int64, n uint64) bool {
	q.p, q.entries, q.from = p, s.entries, now-p.within
	q.chosen, q.gaps, q.slots = q.chosen[:0], q.gaps[:0], q.slots[:0]
	q.left = append(q.left[:0], p.counts...)
	q.caps = append(q.caps[:0], a.caps...)
	q.bound = append(q.bound[:0], p.joins...)
	clear(q.bound)
	clear(q.failed)
	if p.most > 2 && !q.enough(a.elem) {
		return false
	}
	q.step = len(p.steps) - 1
	q.enter()
	q.bind(a.elem, a.caps)
	q.fill(a.elem)
	return q.rest(len(q.entries), n)
}

// enough counts the events and reports whether there are as many events as a match takes, wherever
// they stand: most searches that fail end here.
func (q *seeker) enough(closing int) bool {
	q.have = append(append(q.have[:0], q.p.counts...), 0)
	clear(q.have)
	q.have[closing]++
	q.stands = false
	for i := range q.entries {
		e := q.entries[i].elem
		q.have[e]++
		q.stands = q.stands || q.p.at[e] < 0
	}
	for i := range q.p.steps {
		s := &q.p.steps[i]
		ok := s.both
		for _, e := range s.elems {
			if is := q.have[e] >= q.p.counts[e]; s.both {
				ok = ok && is
			} else {
				ok = ok || is
			}
		}
		if !ok {
			return false
		}
	}
	return true
}

// enter begins the step at hand.
func (q *seeker) enter() {
	s := &q.p.steps[q.step]
	q.missing = -1
	if s.both {
		q.missing = s.total
	}
	for _, e := range s.elems {
		q.left[e] = q.p.counts[e]
	}
}

// fresh reports whether no event of the step at hand is chosen yet.
func (q *seeker) fresh() bool {
	return q.missing < 0 || q.p.steps[q.step].both && q.missing == q.p.steps[q.step].total
}

// fill counts an event chosen for an element.
func (q *seeker) fill(elem int) {
	if q.missing < 0 { // the others of the step are out
		q.missing = q.left[elem]
		for _, e := range q.p.steps[q.step].elems {
			if e != elem {
				q.left[e] = 0
			}
		}
	}
	q.left[elem]--
	q.missing--
}

// rest looks for the events still missing among the entries before at; next is
// the earliest event chosen so far.
func (q *seeker) rest(at int, next uint64) bool {
	if q.missing == 0 {
		if q.step == 0 {
			return !q.barredAtLast()
		}
		q.step--
		q.enter()
		if q.rest(at, next) {
			return true
		}
		q.step++
		q.missing = 0
		return false
	}
	if q.known(at) {
		return false
	}
	for i := at - 1; i >= 0 && q.entries[i].ev.T >= q.from; i-- {
		e := &q.entries[i]
		if e.n == next || q.p.at[e.elem] != q.step || q.left[e.elem] == 0 || !q.agrees(e.elem, e.caps) {
			continue
		}
		slots, gaps, missing := len(q.slots), len(q.gaps), q.missing
		q.bind(e.elem, e.caps)
		if !q.fresh() || !q.barred(i, next) {
			q.fill(e.elem)
			q.chosen = append(q.chosen, i)
			step := q.step
			if q.rest(i, e.n) {
				return true
			}
			q.chosen = q.chosen[:len(q.chosen)-1]
			q.step = step
			if missing < 0 {
				q.enter()
			} else {
				q.left[e.elem]++
			}
			q.missing = missing
		}
		for _, slot := range q.slots[slots:] {
			q.bound[slot] = false
		}
		q.slots, q.gaps = q.slots[:slots], q.gaps[:gaps]
	}
	q.remember(at)
	return false
}

// agrees reports whether captures of an element have the values chosen so far.
func (q *seeker) agrees(elem int, caps []string) bool {
	for _, slot := range q.p.caps[elem] {
		if slot >= 0 && q.bound[slot] && q.caps[slot] != caps[slot] {
			return false
		}
	}
	return true
}

func (q *seeker) bind(elem int, caps []string) {
	for _, slot := range q.p.caps[elem] {
		if slot >= 0 && q.p.joins[slot] && !q.bound[slot] {
			q.caps[slot], q.bound[slot] = caps[slot], true
			q.slots = append(q.slots, slot)
		}
	}
}

// barred reports whether what may not come between the step at hand and the
// next has come between entry i, which would be its last, and event next.
func (q *seeker) barred(i int, next uint64) bool {
	s := &q.p.steps[q.step]
	if s.barred == nil {
		return false
	}
	lo, open := q.entries[i].n, false
	for j := i + 1; j < len(q.entries); j++ {
		e := &q.entries[j]
		if e.n >= next {
			break
		}
		if e.n == lo || !s.barred[e.elem] || !q.agrees(e.elem, e.caps) {
			continue
		}
		sure := true
		for _, slot := range q.p.caps[e.elem] {
			sure = sure && (slot < 0 || !q.p.joins[slot] || q.bound[slot])
		}
		if sure {
			return true
		}
		open = true
	}
	if open {
		q.gaps = append(q.gaps, gap{lo, next, q.step})
	}
	return false
}

// barredAtLast judges the stretches that were left open: a capture that has no
// value to the end is shared with nothing.
func (q *seeker) barredAtLast() bool {
	for _, g := range q.gaps {
		s := &q.p.steps[g.step]
		for i := range q.entries {
			if e := &q.entries[i]; e.n > g.lo && e.n < g.hi && s.barred[e.elem] && q.agrees(e.elem, e.caps) {
				return true
			}
		}
	}
	return false
}

// known reports whether this search has failed before, and remember notes that
// it did: without that, long sequences would be tried in every combination.
// What fails from one place fails from all before it, but where something may
// stand between that place and the next event.
func (q *seeker) known(at int) bool {
	if len(q.failed) == 0 {
		return false
	}
	to, ok := q.failed[string(q.state(at))]
	return ok && at <= to
}

func (q *seeker) remember(at int) {
	if q.p.most <= 2 {
		return // nothing comes here twice
	}
	if q.failed == nil {
		q.failed = map[string]int{}
	}
	key := q.state(at)
	q.failed[string(key)] = max(at, q.failed[string(key)])
}

// state is all that the rest of a search depends on.
func (q *seeker) state(at int) []byte {
	b := binary.AppendUvarint(q.buf[:0], uint64(q.step))
	if q.stands && q.fresh() && q.p.steps[q.step].barred != nil {
		b = binary.AppendUvarint(b, uint64(at)+1) // the next event is the other end of a stretch
	} else {
		b = append(b, 0)
	}
	b = binary.AppendVarint(b, int64(q.missing))
	for _, e := range q.p.steps[q.step].elems {
		b = binary.AppendUvarint(b, uint64(q.left[e]))
	}
	for slot, is := range q.bound {
		if is {
			b = binary.AppendUvarint(b, uint64(slot)+1)
			b = binary.AppendUvarint(b, uint64(len(q.caps[slot])))
			b = append(b, q.caps[slot]...)
		}
	}
	b = append(b, 0)
	for _, g := range q.gaps {
		b = binary.AppendUvarint(b, g.lo)
		b = binary.AppendUvarint(b, g.hi)
		b = binary.AppendUvarint(b, uint64(g.step))
	}
	q.buf = b
	return b
}

// save writes or reads what a key of a sequence remembers.
func (s *sequence) save(c *codec, o *owner) {
	elems := len(o.rule.Elems)
	before := entry{elem: elems}
	list(c, &s.entries, func(e *entry) {
		c.uint(&e.n)
		c.int(&e.elem)
		c.event(&e.ev, o)
		if e.elem < 0 || e.elem > elems || e.n > o.m.step || cmp.Or(cmp.Compare(before.n, e.n), cmp.Compare(e.elem, before.elem)) > 0 {
			c.fail()
			return
		}
		if e.typ = -1; e.elem < elems {
			c.captures(&e.caps, o)
			e.typ = o.m.typeOf(e.ev.Tag)
		}
		before = *e
	})
	list(c, &s.open, func(x *opener) {
		x.match.save(c, o)
		c.deadline(&x.deadline, o)
	})
	if c.reading && (len(s.entries) > MaxPending || len(s.open) > MaxPending || !o.rule.plan.absence && len(s.open) > 0 || !slices.IsSortedFunc(s.open, inTurn)) {
		c.fail()
	}
}

func (t *match) save(c *codec, o *owner) {
	c.event(&t.ev, o)
	c.int(&t.elem)
	c.captures(&t.caps, o)
	list(c, &t.bound, c.bool)
	c.members(&t.parts, o)
	c.instant(&t.first, o)
	c.uint(&t.firstN)
	if t.elem < 0 || t.elem >= len(o.rule.Elems) || len(t.bound) != len(o.rule.Caps) {
		c.fail()
		return
	}
	t.typ = o.m.typeOf(t.ev.Tag)
}

func (c *codec) captures(x *[]string, o *owner) {
	list(c, x, c.str)
	if len(*x) != len(o.rule.Caps) {
		c.fail()
	}
}

// members are the events of a match; none where no alias is read.
func (c *codec) members(x *[]member, o *owner) {
	if !o.rule.plan.aliased {
		return
	}
	list(c, x, func(p *member) {
		if c.bool(&p.set); p.set {
			c.event(&p.ev, o)
			p.typ = o.m.typeOf(p.ev.Tag)
		}
	})
	if len(*x) != len(o.rule.Elems) {
		c.fail()
	}
}

// sequence is what makes the events that wait mean the same: the source.
func (h *shape) sequence(r *Rule) {
	h.keys(r)
	h.filters(r)
	h.int64(r.Sequence.Within)
	for _, s := range r.Sequence.Steps {
		h.bool(&s.Not)
		h.bool(&s.Both)
		h.ints(s.Counts)
	}
}
