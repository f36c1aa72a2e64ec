package vm

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// Bounds of what one machine does (D18, D20, S3).
const (
	MaxRounds = 16      // rounds of fired events an external event or timer may cause
	MaxFired  = 1_000   // fired events it may cause
	MaxKeys   = 100_000 // keys per rule
	maxStack  = 64
)

// ErrTimeBack is returned for an event that lies before one already taken.
var ErrTimeBack = errors.New("time goes back: events must come in order of time")

// Machine runs a program over events: a pure function of the events so far.
// It reads no clock; time comes with events and with Advance. It belongs to
// one goroutine. After Event or Advance the effects decided wait in Effects.
//
// The order of work is the language's (S1-S6a): an external event is a step,
// what it fires is queued and taken one event at a time, breadth first, and
// when no event of an instant is left the timers due at it run, each a step.
type Machine struct {
	prog     *Program
	lib      *Library
	funcs    []Func
	regexps  []*regexp.Regexp
	rules    []*ruleState // by index
	order    []*ruleState // by Order
	routes   *tag.Index   // pattern -> index into inputs
	inputs   []input      // by place in order, the streams of a rule before its source
	types    *tag.Index   // pattern -> index into prog.Events
	patterns [][]tag.Pattern
	permits  [][]tag.Pattern
	timers   timers
	now      int64
	step     uint64
	asks     bool // some rule asks another by active

	queue []queued
	fired int
	cut   cut
	out   []Effect
	taken bool // Effects was called since out was begun
	first int  // of the current step in out
	ids   map[string]uint32
	idsAt int64

	arrivals  *arrivals // nil where no event says when it happened
	dark      int64     // the beginning of blind time whose end is still held; never when there is none
	registers []*register
	tables    []*tableState
	weeks     []weekState // by index into Program.Spans
	begun     bool        // the stream has
	pending   pending

	calls  map[[16]byte]*call // that wait for an answer, by id
	sent   uint64             // how many ever did
	group  *group             // whose acts run
	agenda []*cell            // situations to look at in this step, by (Order, key)

	faults faults
	stats  Stats
	watch  func(Sight) // nil when nobody watches

	// what code sees
	ruleAt int
	ev     *Event
	typ    int
	elem   int
	caps   []string
	key    []string
	parts  []member // events of a match; nil where there is none
	c      *cell
	cur    []value.Value // arguments of comparers at this event
	wake   int64         // the next instant at which what was read can change
	stack  [maxStack]value.Value

	routed     []int
	typed      []int
	matched    []string
	keyParts   []string
	limitParts []string
	keyBuf     []byte
	arrived    []arrival
	seek       seeker
	text       []byte
}

type queued struct {
	ev    Event
	round int
}

// cut remembers the first fire beyond the bounds of a cascade.
type cut struct {
	n       int
	rule    int
	key     []string
	grouped bool // it is that of a group
	tag     string
	state   string // the register, where the first was no fire but a look at what reads it
}

// Stats counts what a machine did and what it dropped.
type Stats struct {
	Events     uint64 // external events taken
	Steps      uint64
	Fired      uint64 // events fired by rules
	Cut        uint64 // fires beyond the bounds of a cascade
	Forgotten  uint64 // active situations closed because their key expired
	Unnamed    uint64 // fires not performed because a part of their tag was none (S24)
	Forbidden  uint64 // fires not performed because their file may not fire the tag (S31)
	Keyless    uint64 // events kept out of a rule because a part of their key was none, a list or an object, or outside its table (S11)
	Refused    uint64 // events kept out of a rule because it had MaxKeys keys (D20)
	Suppressed uint64 // runs of do dropped by a limit or a mute (S10, D24)
	Late       uint64 // events that came too late for their own time (S29a)
	Undated    uint64 // events whose own time could not be read: they are taken as of their arrival
	Hurried    uint64 // times the program's clock moved on because MaxHeld events waited for it
	Unset      uint64 // writes to registers not performed: the value or a part of the key was none or did not fit (S4)
	Unloaded   uint64 // events that were to replace the rows of a table and had none that fit it
	Unkept     uint64 // writes to registers not performed because the register had MaxKeys cells
	Crowded    uint64 // events of sequences forgotten before `within` because a key had MaxPending
	Unsent     uint64 // calls of actions not performed because an argument was none or did not fit
	Resent     uint64 // calls sent again because nobody answered in time
	Dead       uint64 // calls given up
	Unwatched  uint64 // calls whose answer is not waited for: a rule had MaxCalls
	Unlisted   uint64 // members of groups that are counted, but not listed: there were MaxMembers
}

// RuleStats counts for one rule.
type RuleStats struct {
	Kept       uint64 // events kept
	Runs       uint64 // runs of do
	Suppressed uint64 // runs of do dropped by a limit or a mute
	Keys       int    // keys it remembers now
}

// New makes a machine for a verified copy of p. The program is verified and
// linked first; one that does not pass is refused.
func New(p *Program, lib *Library) (*Machine, error) {
	if err := Verify(p, lib); err != nil {
		return nil, err
	}
	m := &Machine{prog: p, lib: lib, now: past, dark: never, arrivals: newArrivals(p), idsAt: past, ids: map[string]uint32{}, calls: map[[16]byte]*call{}, routes: &tag.Index{}, types: &tag.Index{}}
	for _, name := range p.Funcs {
		m.funcs = append(m.funcs, lib.Funcs[name])
	}
	for _, re := range p.Regexps {
		m.regexps = append(m.regexps, regexp.MustCompile(re))
	}
	for i, e := range p.Events {
		pat, err := tag.Parse(e.Pattern)
		if err != nil {
			return nil, err
		}
		m.types.Add(pat, i)
	}
	for i := range p.Tables {
		m.tables = append(m.tables, newTable(&p.Tables[i]))
	}
	for i := range p.Registers {
		m.registers = append(m.registers, newRegister(&p.Registers[i]))
	}
	m.linkPermits()
	m.linkSpans()
	caps, comparers := 0, 0
	for i := range p.Rules {
		r := &p.Rules[i]
		rs := &ruleState{Rule: r, index: i, cells: map[string]*cell{}, limits: map[string]*runs{}, groups: map[string]*group{}, sweepAt: 1024, resumed: past}
		perKeyLimit := r.Limit != nil && !r.Limit.Own && r.Gather == nil
		rs.keyless = !r.Situation && len(r.Windows) == 0 && len(r.Comparers) == 0 && !perKeyLimit && !r.uses(p, OpSilent)
		rs.early = len(r.Comparers) > 0 || len(r.Asks) > 0
		if r.Sequence != nil {
			rs.plan, rs.keyless = newPlan(p, r), false
		}
		m.rules = append(m.rules, rs)
		caps, comparers = max(caps, len(r.Caps)), max(comparers, len(r.Comparers))
	}
	m.linkTables()
	for _, rs := range m.rules {
		rs.domain = rs.hasDomain()
	}
	m.order = slices.Clone(m.rules)
	sort.Slice(m.order, func(i, j int) bool { return m.order[i].Order < m.order[j].Order })
	m.patterns = make([][]tag.Pattern, len(m.order))
	for place, rs := range m.order {
		if err := m.newStreams(rs); err != nil {
			return nil, err
		}
		for i, s := range rs.streams { // fed before the rule looks
			m.routes.Add(s.pattern, len(m.inputs))
			m.inputs = append(m.inputs, input{place, i})
		}
		rs.ticker = newTicker(rs)
		for _, e := range rs.Elems {
			if rs.ticker != nil {
				break
			}
			pat, err := tag.Parse(e.Pattern)
			if err != nil {
				return nil, err
			}
			m.patterns[place] = append(m.patterns[place], pat)
			m.routes.Add(pat, len(m.inputs))
		}
		m.inputs = append(m.inputs, input{place, -1})
		for i := range rs.Asks {
			m.link(rs, &rs.Asks[i])
		}
	}
	m.caps = make([]string, caps)
	m.cur = make([]value.Value, comparers)
	return m, nil
}

func (m *Machine) link(rs *ruleState, ask *Ask) {
	r := m.rules[ask.Rule]
	proj := slices.IndexFunc(r.asked, func(p projection) bool { return slices.Equal(p.parts, ask.Their) })
	if proj < 0 {
		proj = len(r.asked)
		r.asked = append(r.asked, projection{parts: ask.Their, on: map[string]int{}})
	}
	rs.joinOn = append(rs.joinOn, proj)
	// Only conditions make a situation concerned by another's change (S6a).
	for _, b := range []Block{rs.When, rs.Clear} {
		for pc := b; pc != 0 && m.prog.Code[pc].Op != OpRet; pc++ {
			if in := m.prog.Code[pc]; in.Op == OpActive && &rs.Asks[in.A] == ask {
				r.askers = append(r.askers, asker{rule: rs, ask: ask})
				return
			}
		}
	}
}

// Program is what the machine runs.
func (m *Machine) Program() *Program { return m.prog }

// Now is the instant the machine has reached.
func (m *Machine) Now() int64 { return m.now }

// Next is the earliest instant t for which Advance(t) may do something; ok is
// false when there is none. With event time it lies behind the deadline it is for.
func (m *Machine) Next() (t int64, ok bool) {
	t = m.timers.next()
	if a := m.arrivals; a != nil {
		if len(a.held) > 0 {
			t = min(t, a.held[0].T)
		}
		t = after(t, a.late)
	}
	return t, t != never
}

// Stats returns the counts so far; RuleStats those of one rule.
func (m *Machine) Stats() Stats { return m.stats }

// RuleStats returns the counts of the rule with that index.
func (m *Machine) RuleStats(rule int) RuleStats {
	s := m.rules[rule].stats
	s.Keys = len(m.rules[rule].cells)
	return s
}

// Effects returns what was decided since the last call, in order. The slice
// is the machine's and is used again after the next Event or Advance.
func (m *Machine) Effects() []Effect {
	m.taken = true
	return m.out
}

// reuse empties the list of effects once they have been taken.
func (m *Machine) reuse() {
	if m.taken {
		m.out = m.out[:0]
		m.taken = false
	}
}

// Event takes an external event: first the timers before ev.T run, then the
// event and all it fires. Timers due at ev.T itself wait, because events of an
// instant come before its timers (D7).
//
// With event time ev.T is its arrival: the event waits until the program's clock
// has come to its own time.
func (m *Machine) Event(ev *Event) error {
	if m.arrivals != nil {
		return m.receive(ev)
	}
	if ev.T < m.now {
		return ErrTimeBack
	}
	m.reuse()
	m.happen(ev)
	return nil
}

// happen takes an event at its own time.
func (m *Machine) happen(ev *Event) {
	dark := blind(ev)
	if ev.T > m.now {
		upTo := min(ev.T-1, m.dark)
		if dark > 0 { // deadlines up to its beginning were kept
			upTo = min(m.dark, darkFrom(ev, dark))
		}
		m.runTimers(upTo)
		m.now = ev.T
	}
	if dark > 0 {
		m.resume()
	}
	m.start(ev.T)
	m.cause()
	if m.arrivals != nil && ev.Tag == lateTag {
		m.tooLate(ev)
	} else {
		m.stats.Events++
		m.take(ev, 0)
	}
	m.drain()
}

// Advance runs all timers at or before t. No event at or before t may follow.
// With event time t is one of arrival, and so the program's clock comes to less.
func (m *Machine) Advance(t int64) {
	m.reuse()
	if m.arrivals != nil {
		m.moveClock(t)
		m.release()
		t = min(t, m.arrivals.clock)
	}
	t = min(t, m.dark)
	m.runTimers(t)
	if t > m.now {
		m.now = t
	}
}

func (m *Machine) runTimers(t int64) {
	for m.timers.next() <= t {
		t := m.timers.heap[0]
		if t.wake > m.now {
			m.now = t.wake
		}
		m.cause()
		m.begin()
		hops := t.what.hops()
		t.what.due(m)
		m.runAgenda()
		m.end(0, hops)
		m.drain()
	}
}

// cause begins a cascade: an external event or a timer.
func (m *Machine) cause() {
	m.fired = 0
	m.cut = cut{}
}

// drain takes what was fired, breadth first, until nothing is left. What went
// beyond the bounds is reported once; a cascade that the report sets off is
// bounded alike, but not reported again.
func (m *Machine) drain() {
	m.takeQueue()
	if m.cut.n > 0 {
		m.reportCut()
		m.takeQueue()
	}
}

func (m *Machine) takeQueue() {
	for i := 0; i < len(m.queue); i++ {
		ev := m.queue[i].ev // take may move the queue
		m.take(&ev, m.queue[i].round)
	}
	clear(m.queue)
	m.queue = m.queue[:0]
}

// reportCut fires /eda/error/cascade for the first fire that was cut (S3).
func (m *Machine) reportCut() {
	c := m.cut
	m.cause()
	m.begin()
	r := m.rules[c.rule]
	what := value.Field{Name: "tag", Value: value.String(c.tag)}
	if c.state != "" {
		what = value.Field{Name: "state", Value: value.String(c.state)}
	}
	m.emit(Effect{Rule: c.rule, Key: c.key, Grouped: c.grouped, Act: -1, Kind: Noted, Tag: "/eda/error/cascade", Data: value.Object([]value.Field{
		{Name: "rule", Value: value.String(r.Identity)}, {Name: "key", Value: keyObject(r.keyNames(c.grouped), c.key)},
		what, {Name: "cut", Value: value.Int(int64(c.n))},
	})})
	m.end(0, 0)
}

// begin and end bracket a step.
func (m *Machine) begin() {
	m.first = len(m.out)
	m.agenda = m.agenda[:0]
}

// end commits what the step wrote, puts its effects in order and queues what
// they fire.
func (m *Machine) end(round, hops int) {
	m.commit()
	step := m.out[m.first:]
	if len(step) > 1 {
		slices.SortStableFunc(step, func(a, b Effect) int {
			if a.Rule != b.Rule {
				return a.Rule - b.Rule
			}
			return compareKeys(a.Key, b.Key)
		})
	}
	kept := step[:0]
	for i := range step {
		e := step[i]
		if e.Kind != Logged {
			if round == MaxRounds || m.fired == MaxFired {
				m.stats.Cut++
				if m.cut.n == 0 {
					m.cut = cut{rule: e.Rule, key: e.Key, grouped: e.Grouped, tag: e.Tag}
				}
				m.cut.n++
				continue
			}
			m.fired++
			m.stats.Fired++
			e.Hops = hops + 1
			m.queue = append(m.queue, queued{Event{T: m.now, Tag: e.Tag, Data: e.Data, Hops: e.Hops}, round + 1})
		}
		e.T, e.Step, e.Round = m.now, m.step, round
		if e.Attempt < 2 {
			m.identify(&e)
		}
		if e.ack != "" {
			m.awaitAnswer(&e)
		}
		kept = append(kept, e)
	}
	m.out = m.out[:m.first+len(kept)]
	m.step++
	m.stats.Steps++
	if len(m.pending.follow) > 0 || len(m.pending.ended) > 0 {
		m.follow(round, hops)
	}
}

// identify gives an effect its id: the first half of SHA-256 over the rule's
// identity, the key, the instant and n, which counts the effects of that rule
// and key at that instant from 0 (D31).
func (m *Machine) identify(e *Effect) {
	if m.idsAt != m.now {
		clear(m.ids)
		m.idsAt = m.now
	}
	b := m.text[:0]
	id := ""
	if e.Rule >= 0 {
		id = m.rules[e.Rule].Identity
	}
	b = binary.AppendUvarint(b, uint64(len(id)))
	b = append(b, id...)
	b = binary.AppendUvarint(b, uint64(len(e.Key)))
	for _, k := range e.Key {
		b = binary.AppendUvarint(b, uint64(len(k)))
		b = append(b, k...)
	}
	n := m.ids[string(b)]
	m.ids[string(b)] = n + 1
	b = binary.BigEndian.AppendUint64(b, uint64(e.T))
	b = binary.BigEndian.AppendUint32(b, n)
	sum := sha256.Sum256(b)
	copy(e.ID[:], sum[:])
	m.text = b
}

// take is the step of one event.
func (m *Machine) take(ev *Event, round int) {
	m.begin()
	if len(m.calls) > 0 {
		m.answered(ev)
	}
	m.routed = m.routes.Lookup(ev.Tag, m.routed[:0])
	if len(m.routed) > 0 {
		m.typ = m.typeOf(ev.Tag)
		last := -1
		for _, id := range m.routed {
			if id == last { // several alternatives match
				continue
			}
			last = id
			in := m.inputs[id]
			rs := m.order[in.place]
			m.runAgendaBefore(in.place)
			if in.stream >= 0 {
				m.feed(rs.streams[in.stream], ev)
			} else {
				m.offer(rs, m.patterns[in.place], ev)
			}
		}
	}
	m.runAgenda()
	if round == 0 && len(m.tables) > 0 {
		m.reload(ev)
	}
	m.end(round, ev.Hops)
}

func (m *Machine) typeOf(t string) int {
	if len(m.prog.Events) == 0 {
		return -1
	}
	m.typed = m.types.Lookup(t, m.typed[:0])
	if len(m.typed) == 0 {
		return -1
	}
	return m.typed[0]
}

// offer gives an event to a rule whose source matches its tag.
func (m *Machine) offer(rs *ruleState, patterns []tag.Pattern, ev *Event) {
	m.ruleAt, m.ev, m.c, m.wake = rs.index, ev, nil, never
	m.key, m.parts = nil, nil
	if rs.plan != nil {
		m.offerSequence(rs, patterns, ev)
		return
	}
	early := !rs.early
	var c *cell
	kept := false
	for i := range rs.Elems {
		if rs.ticker == nil { // a tick is its rule's alone
			var ok bool
			m.matched, ok = patterns[i].Match(ev.Tag, m.matched[:0])
			if !ok {
				continue
			}
		}
		m.elem = i
		caps := m.caps[:len(rs.Caps)]
		clear(caps)
		for w, slot := range rs.Elems[i].Caps {
			if slot >= 0 {
				caps[slot] = m.matched[w]
			}
		}
		if !early { // once per event, with the captures of the first match
			early = true
			if !m.keyOf(rs.Key) {
				m.stats.Keyless++
				return
			}
			m.key = m.keyParts
			if len(rs.Comparers) > 0 {
				if c = m.find(rs, true); c == nil {
					return
				}
				m.c, m.key = c, c.key
				for j, b := range rs.Comparers {
					m.cur[j] = m.run(b)
				}
			}
		}
		if w := rs.Elems[i].Where; w == 0 || value.True(m.run(w)) {
			kept = true
			break
		}
	}
	if kept {
		m.keep(rs, ev, c)
	}
	if c != nil { // this event is now the one before
		c.prev = append(c.prev[:0], m.cur[:len(rs.Comparers)]...)
		c.noteUnique(m.cur, ev.T)
		c.hasPrev = true
		c.seen = ev.T
		wake := m.death(c)
		if rs.Situation && c.born {
			wake = min(wake, c.wake)
		}
		m.timers.set(&c.timer, wake)
	}
}

// keep takes an event that passed the rule's where.
func (m *Machine) keep(rs *ruleState, ev *Event, c *cell) {
	if !rs.early && !m.keyOf(rs.Key) {
		m.stats.Keyless++
		return
	}
	rs.stats.Kept++
	if rs.keyless {
		m.key = m.keyParts
		m.act(rs, nil)
		return
	}
	if c == nil {
		if c = m.find(rs, true); c == nil {
			return
		}
	}
	m.c, m.key = c, c.key
	c.born = true
	c.latest, c.elem, c.typ = *ev, m.elem, m.typ
	c.caps = append(c.caps[:0], m.caps[:len(rs.Caps)]...)
	m.fill(c)
	if rs.Situation { // with the rule's other keys that this step concerns, in their order (S2)
		m.plan(c)
		m.runAgendaBefore(rs.Order + 1)
		return
	}
	m.act(rs, c)
	m.timers.set(&c.timer, m.death(c))
}

// fill gives the kept event at hand to the windows of its cell.
func (m *Machine) fill(c *cell) {
	for i := range c.windows {
		w := &c.windows[i]
		if e, ok := m.entry(w.spec, w.over); ok {
			w.put(e)
		}
	}
	if c.rule.heeds {
		m.heed(c)
	}
}

// entry is what the event at hand adds to a window; ok is false if that is nothing.
func (m *Machine) entry(w *Window, over value.Domain) (e Entry, ok bool) {
	if w.Where != 0 && !value.True(m.run(w.Where)) {
		return e, false
	}
	e.T = m.now
	if w.Arg == 0 {
		return e, true
	}
	if e.V = m.run(w.Arg); e.V.IsNone() {
		return e, false
	}
	if !over.Has(e.V) {
		m.fault(w.Arg, value.Mismatch, e.V, value.Value{})
		return e, false
	}
	if w.Carry != 0 {
		if e.Carry = m.run(w.Carry); e.Carry.IsNone() {
			return e, false
		}
	}
	return e, true
}

// act runs do for a plain event or a repeat, unless a mute or the limit drops
// it (D24, S10).
func (m *Machine) act(rs *ruleState, c *cell) {
	if len(rs.Mutes) > 0 && m.muted(rs) {
		m.suppress(rs)
		return
	}
	if rs.Gather != nil {
		m.join(rs, c)
		return
	}
	if l := rs.Limit; l != nil {
		r := m.runsOf(rs, c)
		if r == nil {
			return
		}
		if ok, _ := r.free(l, m.now); !ok {
			m.suppress(rs)
			return
		}
		r.add(m.now)
	}
	rs.stats.Runs++
	m.perform(rs, rs.Do, 0)
}

func (m *Machine) suppress(rs *ruleState) {
	m.stats.Suppressed++
	rs.stats.Suppressed++
}

// runsOf is the limit's memory for the key at hand; nil when its own key is none.
func (m *Machine) runsOf(rs *ruleState, c *cell) *runs {
	if !rs.Limit.Own {
		return &c.runs
	}
	parts, ok := m.otherKey(rs.Limit.Key)
	if !ok {
		m.stats.Keyless++
		return nil
	}
	m.keyBuf = appendKey(m.keyBuf[:0], parts)
	if r := rs.limits[string(m.keyBuf)]; r != nil {
		return r
	}
	return m.runsFor(rs, string(m.keyBuf))
}

// runsFor is the memory of a limit that is not on a key of the rule.
func (m *Machine) runsFor(rs *ruleState, key string) *runs {
	r := rs.limits[key]
	if r == nil {
		if len(rs.limits) >= rs.sweepAt { // collect what equals a fresh one (D20)
			for k, r := range rs.limits {
				if len(r.at) == 0 || r.at[len(r.at)-1] <= m.now-rs.Limit.Per {
					delete(rs.limits, k)
				}
			}
			rs.sweepAt = max(1024, 2*len(rs.limits))
		}
		r = &runs{}
		rs.limits[key] = r
	}
	return r
}

// keyOf computes a key into keyParts.
func (m *Machine) keyOf(parts []KeyPart) bool {
	m.keyParts = m.keyParts[:0]
	for i := range parts {
		v := m.run(parts[i].Code)
		if s, ok := v.AsString(); ok {
			m.keyParts = append(m.keyParts, s)
			continue
		}
		b, ok := value.AppendKey(m.text[:0], v)
		m.text = b
		if !ok {
			return false
		}
		m.keyParts = append(m.keyParts, string(b))
	}
	for i := range parts {
		if in := parts[i].In; in > 0 {
			if _, ok := m.tables[in-1].rows[m.keyParts[i]]; !ok {
				return false
			}
		}
	}
	return true
}

// find is the cell of the key in keyParts, made if there is none.
func (m *Machine) find(rs *ruleState, make bool) *cell {
	m.keyBuf = appendKey(m.keyBuf[:0], m.keyParts)
	if c := rs.cells[string(m.keyBuf)]; c != nil || !make {
		return c
	}
	if len(rs.cells) >= MaxKeys {
		m.refuse(rs, cloneStrings(m.keyParts), false)
		return nil
	}
	c := m.newCell(rs, cloneStrings(m.keyParts))
	rs.cells[string(m.keyBuf)] = c
	return c
}

func (m *Machine) newCell(rs *ruleState, key []string) *cell {
	c := &cell{rule: rs, typ: -1, timer: timer{wake: never, place: -1, order: rs.Order, key: key, turn: 1}}
	c.what = c
	if n := len(rs.Uniques); n > 0 {
		c.recent = make([]recent, n)
	}
	if rs.plan != nil {
		c.seq = &sequence{}
	}
	for i := range rs.Windows {
		c.windows = append(c.windows, newWindow(&rs.Windows[i], m.lib))
	}
	return c
}

func cloneStrings(s []string) []string {
	out := make([]string, len(s))
	for i := range s {
		out[i] = strings.Clone(s[i])
	}
	return out
}

// refuse turns a new key away and says so once per step (D20).
func (m *Machine) refuse(rs *ruleState, key []string, grouped bool) {
	m.stats.Refused++
	m.emit(Effect{Rule: rs.index, Key: key, Grouped: grouped, Act: -1, Kind: Noted, Tag: "/eda/error/keys", Data: value.Object([]value.Field{
		{Name: "rule", Value: value.String(rs.Identity)}, {Name: "key", Value: keyObject(rs.keyNames(grouped), key)}, {Name: "keys", Value: value.Int(MaxKeys)},
	})})
}

func keyObject(names []KeyPart, key []string) value.Value {
	fields := make([]value.Field, len(key))
	for i := range key {
		fields[i] = value.Field{Name: names[i].Name, Value: value.String(key[i])}
	}
	return value.Object(fields)
}

func (m *Machine) emit(e Effect) { m.out = append(m.out, e) }

// perform evaluates acts; offset is added to their numbers.
func (m *Machine) perform(rs *ruleState, acts []Act, offset int) {
	if len(acts) == 0 {
		return
	}
	key := m.key
	if m.c == nil {
		key = cloneStrings(key)
	}
	for i := range acts {
		a := &acts[i]
		if a.Kind == Set {
			m.write(rs, key, a)
			continue
		}
		e := Effect{Rule: rs.index, Key: key, Grouped: m.group != nil && rs.Gather.Own, Act: offset + i}
		if a.Kind == Log {
			e.Kind = Logged
			e.Text, _ = m.run(a.Text).AsString()
			m.emit(e)
			continue
		}
		t := m.run(a.Tag)
		name, ok := t.AsString()
		if !ok {
			m.stats.Unnamed++
			m.fault(a.Tag, value.Missing, t, value.Value{})
			continue
		}
		if !m.permitted(a, name) {
			continue
		}
		e.Tag = name
		if a.Kind == Call {
			e.Kind = Called
			if e.Data, ok = m.fittedCall(a); !ok {
				continue
			}
			if e.ack, ok = m.ackOf(a); !ok {
				m.stats.Unnamed++
				continue
			}
			if a.Ack != 0 {
				e.Attempt = 1
			}
		} else if a.Data != 0 {
			e.Data = m.run(a.Data)
		}
		m.emit(e)
	}
}
