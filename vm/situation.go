package vm

import (
	"slices"

	"github.com/eda-lang/eda/vm/value"
)

// Situations: what a rule with when remembers of its condition, when it turns
// on and off, and who is told (S5-S10, S13).

// see sets what code sees to the latest kept event of c (S9).
func (m *Machine) see(c *cell) {
	m.ruleAt, m.c, m.key = c.rule.index, c, c.key
	m.ev, m.typ, m.elem, m.parts = &c.latest, c.typ, c.elem, c.parts
	copy(m.caps[:len(c.caps)], c.caps)
}

// due is the timer step of a cell: its situation is looked at, then its key
// may have reached the end of its life.
func (c *cell) due(m *Machine) {
	if c.rule.domain && c.born && m.outside(c) { // of a program whose table had the row
		m.forget(c)
		return
	}
	if c.seq != nil {
		m.absent(c)
	}
	if c.rule.Situation && c.born {
		m.see(c)
		m.look(c, true)
	}
	if d := m.death(c); d > m.now {
		if !c.rule.Situation || !c.born {
			m.arm(c, d)
		}
		return
	}
	m.forget(c)
}

// death is the instant at which c's key is forgotten (S13): expire after its
// last kept event, when its panes are empty too. Before the first kept event
// only prev and changed remember anything, for expire after the last event.
func (m *Machine) death(c *cell) int64 {
	if !c.born && c.seq != nil {
		return c.seq.ends(c.rule.plan.within)
	}
	if !c.born {
		return after(c.seen, c.rule.Expire)
	}
	if c.rule.domain {
		return never
	}
	d := after(max(c.latest.T, c.rule.resumed), c.rule.Expire)
	for i := range c.windows {
		d = max(d, c.windows[i].empties(m.now))
	}
	return d
}

func (m *Machine) forget(c *cell) {
	rs := c.rule
	m.timers.set(&c.timer, never)
	m.unwatch(c, 0)
	c.unheed()
	was := c.on
	m.leave(c)
	if end := after(c.seen, rs.Expire); c.hasPrev && end > m.now { // prev remembers on
		fresh := m.newCell(rs, c.key)
		fresh.prev, fresh.hasPrev, fresh.seen, fresh.recent = c.prev, true, c.seen, c.recent
		*c = *fresh
		c.what = c
		m.timers.set(&c.timer, end)
	} else if c.seq != nil && c.seq.ends(rs.plan.within) > m.now { // its events may yet be part of a match
		fresh := m.newCell(rs, c.key)
		fresh.seq = c.seq
		*c = *fresh
		c.what = c
		m.arm(c, m.death(c))
	} else {
		m.keyBuf = appendKey(m.keyBuf[:0], c.key)
		delete(rs.cells, string(m.keyBuf))
	}
	if was {
		c.on = false
		m.stats.Forgotten++
		m.emit(Effect{Rule: rs.index, Key: c.key, Act: -1, Kind: Noted, Tag: "/eda/forgotten", Data: value.Object([]value.Field{
			{Name: "rule", Value: value.String(rs.Identity)}, {Name: "key", Value: keyObject(rs.Key, c.key)},
		})})
		m.changed(c)
	}
}

// look evaluates a situation (S6-S10). timer says that this is its own timer
// step, the only place where holds end and repeats happen.
func (m *Machine) look(c *cell, timer bool) {
	r := c.rule
	t := m.now
	m.wake = never
	if len(r.Reads) > 0 {
		m.noteReads(c)
	}
	cond := m.run(r.When)
	is := value.True(cond)
	high := m.hold(&c.cond, is, r.For, timer)
	low := value.False(cond)
	if r.Clear != 0 {
		low = m.hold(&c.clear, value.True(m.run(r.Clear)), r.ClearFor, timer)
	}
	switch {
	case !c.on && high && !(r.Clear != 0 && low):
		c.on, c.acted, c.pending = true, false, true
		c.repeatAt = after(t, r.Repeat)
		m.changed(c)
	case c.on && low:
		if c.acted {
			m.perform(r, r.ClearDo, len(r.Do))
		}
		c.on, c.acted, c.pending = false, false, false
		m.leave(c)
		m.changed(c)
	}
	switch {
	case !c.on || !c.pending:
	case len(r.Mutes) > 0 && m.muted(r): // asked again when that may have changed
	case len(r.Do) == 0: // nothing to run counts as run
		c.pending, c.acted = false, true
	case r.Gather != nil: // do has run when the group has ended
		c.pending = false
		m.join(r, c)
	case m.allowed(c):
		c.pending, c.acted = false, true
		m.perform(r, r.Do, 0)
	}
	if c.on && r.Repeat > 0 && len(r.Do) > 0 {
		if timer && t >= c.repeatAt {
			c.repeatAt = after(c.repeatAt, r.Repeat)
			if is {
				m.act(r, c)
			}
		}
		m.wake = min(m.wake, c.repeatAt)
	}
	if len(r.MuteReads) > 0 {
		m.noteReads(c)
	}
	m.wake = min(m.wake, m.death(c))
	m.arm(c, m.wake)
}

// hold follows a condition and says whether it has held for d (S6).
func (m *Machine) hold(h *hold, is bool, d int64, timer bool) bool {
	if !is {
		*h = hold{}
		return false
	}
	if !h.is {
		*h = hold{is: true, since: m.now}
	}
	if d == 0 {
		return true
	}
	if !h.held {
		end := after(h.since, d)
		if timer && m.now >= end {
			h.held = true
		} else {
			m.wake = min(m.wake, end)
		}
	}
	return h.held
}

// allowed asks the limit whether do may run for the rise that is owed, and
// counts the run; otherwise it sets the instant to ask again.
func (m *Machine) allowed(c *cell) bool {
	l := c.rule.Limit
	if l == nil {
		c.rule.stats.Runs++
		return true
	}
	r := m.runsOf(c.rule, c)
	if r == nil {
		return false
	}
	ok, at := r.free(l, m.now)
	if !ok {
		m.wake = min(m.wake, at)
		return false
	}
	r.add(m.now)
	c.rule.stats.Runs++
	return true
}

// changed tells the rules that ask c's that its situation turned on or off.
func (m *Machine) changed(c *cell) {
	d := -1
	if c.on {
		d = 1
	}
	m.countActive(c, d)
	for i := range c.rule.askers {
		a := &c.rule.askers[i]
		for _, other := range a.rule.cells {
			if other.born && joins(a.ask, other.key, c.key) {
				m.plan(other)
			}
		}
	}
}

// countActive counts c's key among the active ones, or no longer.
func (m *Machine) countActive(c *cell, d int) {
	for i := range c.rule.asked {
		p := &c.rule.asked[i]
		m.text = appendSome(m.text[:0], c.key, p.parts)
		if n := p.on[string(m.text)] + d; n > 0 {
			p.on[string(m.text)] = n
		} else {
			delete(p.on, string(m.text))
		}
	}
}

func joins(a *Ask, mine, their []string) bool {
	for i := range a.Mine {
		if mine[a.Mine[i]] != their[a.Their[i]] {
			return false
		}
	}
	return true
}

func agendaOrder(a, b *cell) int {
	if a.rule.Order != b.rule.Order {
		return a.rule.Order - b.rule.Order
	}
	return compareKeys(a.key, b.key)
}

// plan puts a cell on the step's agenda, in order, once.
func (m *Machine) plan(c *cell) {
	i, found := slices.BinarySearchFunc(m.agenda, c, agendaOrder)
	if !found {
		m.agenda = slices.Insert(m.agenda, i, c)
	}
}

// runAgendaBefore looks at the planned situations of rules that come before
// the one with that Order; those they change in turn come later (S5).
func (m *Machine) runAgendaBefore(order int) {
	for len(m.agenda) > 0 && m.agenda[0].rule.Order < order {
		c := m.agenda[0]
		m.agenda = slices.Delete(m.agenda, 0, 1)
		ev, typ := m.ev, m.typ
		m.see(c)
		m.look(c, false)
		m.ev, m.typ, m.parts = ev, typ, nil
	}
}

func (m *Machine) runAgenda() { m.runAgendaBefore(len(m.order)) }
