package vm

import (
	"slices"

	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// Streams: aggregates over other events than the rule's own. Their windows
// belong to what the events share with the rule, not to its keys, so they
// remember events of keys that do not exist yet.

// Stream is a window of a rule over all events of a tag.
type Stream struct {
	Pattern string
	Caps    []int // for each wildcard of the pattern its capture slot, or -1
	Joins   []Join
	Window  Window
}

// Join is a capture that a stream's events share with the rule: a capture
// slot, and the part of the rule's key it equals, or -1 where it is the rule's
// own capture in that slot.
type Join struct{ Slot, Key int }

// stream is a Stream with its windows.
type stream struct {
	*Stream
	rule    *ruleState
	pattern tag.Pattern
	cells   map[string]*streamCell
	readers map[string][]*cell // situations whose condition reads the window; nil if none does
	empty   window             // what is read where there is no cell
	sweepAt int                // number of cells at which empty ones are collected
}

// streamCell is a window for one set of values to join on.
type streamCell struct {
	join   []string
	seen   int64 // the latest event with these values, counted or not
	taken  int64 // the latest that the window took
	window window
}

// input is where the events of a pattern go: to a rule's source, or to one of
// its streams.
type input struct {
	place  int // of the rule in order
	stream int // -1 for the source
}

func (m *Machine) newStreams(rs *ruleState) error {
	for i := range rs.Streams {
		s := &rs.Streams[i]
		pat, err := tag.Parse(s.Pattern)
		if err != nil {
			return err
		}
		st := &stream{Stream: s, rule: rs, pattern: pat, cells: map[string]*streamCell{}, empty: newWindow(&s.Window, m.lib), sweepAt: 1024}
		for _, b := range []Block{rs.When, rs.Clear} {
			if b != 0 && m.prog.reads(b, OpFrom, i) {
				st.readers = map[string][]*cell{}
				rs.heeds = true
			}
		}
		rs.streams = append(rs.streams, st)
	}
	for _, e := range rs.Elems {
		rs.early = rs.early || e.Where != 0 && m.prog.reads(e.Where, OpFrom, -1)
	}
	return nil
}

// reads reports whether a block has op, on the operand a unless that is -1.
func (p *Program) reads(b Block, op Op, a int) bool {
	for pc := b; p.Code[pc].Op != OpRet; pc++ {
		if in := p.Code[pc]; in.Op == op && (a < 0 || int(in.A) == a) {
			return true
		}
	}
	return false
}

// keeps reports whether the window holds on to its events for ever; then it
// holds them for as long as a key lives (S13).
func (s *stream) keeps() bool { return s.Window.Kind == Last || s.Window.Kind == Session }

func (s *stream) over(c *streamCell, t int64) bool {
	return s.keeps() && t >= after(c.seen, s.rule.Expire)
}

// joinOf writes the values that the event at hand shares with the rule: as the
// stream's own event has them, or as the rule asks for them.
func (m *Machine) joinOf(s *stream, own bool) []byte {
	b := m.keyBuf[:0]
	for _, j := range s.Joins {
		v := m.caps[j.Slot]
		if !own && j.Key >= 0 {
			v = m.key[j.Key]
		}
		n := len(v)
		if !own && j.Key < 0 && n == 0 && m.ev.Tag == "" {
			n = -1 // a key without an event has no such capture, which equals none
		}
		b = append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
		b = append(b, v...)
	}
	m.keyBuf = b
	return b
}

// feed gives an event to a stream whose pattern matches its tag, and plans the
// situations that it concerns (S6a).
func (m *Machine) feed(s *stream, ev *Event) {
	var ok bool
	if m.matched, ok = s.pattern.Match(ev.Tag, m.matched[:0]); !ok {
		return
	}
	m.ruleAt, m.ev, m.c, m.key, m.elem = s.rule.index, ev, nil, nil, -1
	caps := m.caps[:len(s.rule.Caps)]
	clear(caps)
	for w, slot := range s.Caps {
		if slot >= 0 {
			caps[slot] = m.matched[w]
		}
	}
	key := m.joinOf(s, true)
	for _, c := range s.readers[string(key)] {
		m.plan(c)
	}
	c := s.cells[string(key)]
	if c != nil && s.over(c, ev.T) {
		delete(s.cells, string(key))
		c = nil
	}
	if c != nil {
		c.seen = ev.T
	}
	e, ok := m.entry(&s.Window, s.empty.over)
	if !ok {
		return
	}
	if c == nil {
		if c = m.newStreamCell(s); c == nil {
			return
		}
	}
	c.taken = ev.T
	c.window.put(e)
}

func (m *Machine) newStreamCell(s *stream) *streamCell {
	var join []string
	for _, j := range s.Joins {
		join = append(join, m.caps[j.Slot])
	}
	join = cloneStrings(join)
	if len(s.cells) >= min(s.sweepAt, MaxKeys) {
		s.sweep(m.now)
	}
	if len(s.cells) >= MaxKeys {
		m.stats.Refused++
		fields := make([]value.Field, len(join))
		for i, j := range s.Joins {
			fields[i] = value.Field{Name: s.rule.Caps[j.Slot], Value: value.String(join[i])}
		}
		m.emit(Effect{Rule: s.rule.index, Key: join, Act: -1, Kind: Noted, Tag: "/eda/error/keys", Data: value.Object([]value.Field{
			{Name: "rule", Value: value.String(s.rule.Identity)}, {Name: "key", Value: value.Object(fields)}, {Name: "keys", Value: value.Int(MaxKeys)},
		})})
		return nil
	}
	c := &streamCell{join: join, seen: m.now, window: newWindow(&s.Window, m.lib)}
	s.cells[string(m.joinOf(s, true))] = c
	return c
}

// sweep collects the cells that read as if they were not there.
func (s *stream) sweep(t int64) {
	for k, c := range s.cells {
		if s.over(c, t) || !s.keeps() && c.window.vacant(t) {
			delete(s.cells, k)
		}
	}
	s.sweepAt = max(1024, 2*len(s.cells))
}

// readStream is an aggregate over the stream's events that share with the
// rule's what both have.
func (m *Machine) readStream(i, agg int) value.Value {
	s := m.rules[m.ruleAt].streams[i]
	c := s.cells[string(m.joinOf(s, false))]
	if r := s.rule.resumed; r != past && (c == nil || c.taken < r) { // nothing is concluded from blind time (D22)
		if known := s.Window.known(r); m.now < known {
			m.wake = min(m.wake, known)
			return value.Value{}
		}
	}
	if c == nil || s.over(c, m.now) {
		v, _ := s.empty.read(agg, m.now)
		return v
	}
	v, next := c.window.read(agg, m.now)
	if s.keeps() {
		next = after(c.seen, s.rule.Expire)
	}
	m.wake = min(m.wake, next)
	return v
}

// heed makes c, whose latest kept event is at hand, hear of the streams that
// its conditions read.
func (m *Machine) heed(c *cell) {
	first := c.heeds == nil
	if first {
		c.heeds = make([]string, len(c.rule.streams))
	}
	for i, s := range c.rule.streams {
		if s.readers == nil {
			continue
		}
		key := m.joinOf(s, false)
		if !first {
			if c.heeds[i] == string(key) {
				continue
			}
			s.drop(c, c.heeds[i])
		}
		c.heeds[i] = string(key)
		s.readers[c.heeds[i]] = append(s.readers[c.heeds[i]], c)
	}
}

// unheed lets go of what c hears.
func (c *cell) unheed() {
	if c.heeds == nil {
		return
	}
	for i, s := range c.rule.streams {
		if s.readers != nil {
			s.drop(c, c.heeds[i])
		}
	}
	c.heeds = nil
}

func (s *stream) drop(c *cell, key string) {
	list := s.readers[key]
	if i := slices.Index(list, c); len(list) > 1 {
		s.readers[key] = slices.Delete(list, i, i+1)
	} else {
		delete(s.readers, key)
	}
}

// save writes or reads a cell of a stream.
func (c *streamCell) save(x *codec, o *owner) {
	list(x, &c.join, x.str)
	x.instant(&c.seen, o)
	x.instant(&c.taken, o)
	if len(c.join) != len(o.rule.Streams[o.i].Joins) {
		x.fail()
	}
	c.window.save(x, o)
}

// heedAll makes all keys of a rule hear of its streams.
func heedAll(o *owner) {
	for _, x := range o.cells {
		if x.born {
			o.m.see(x)
			o.m.heed(x)
		}
	}
}
