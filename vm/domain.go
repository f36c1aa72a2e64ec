package vm

import (
	"maps"
	"slices"

	"github.com/eda-lang/eda/vm/value"
)

// Domains: by x in TABLE gives a key its domain. Events outside are kept out of
// the rule. Where every part of the key has one, keys exist from the first
// instant of the stream on, heard of or not, and stay as long as their rows (S11, S13).
// A sequence has no keys before its events.

// hasDomain reports whether the rows of tables say which keys a rule has.
func (rs *ruleState) hasDomain() bool {
	return len(rs.Key) > 0 && rs.plan == nil && !slices.ContainsFunc(rs.Key, func(k KeyPart) bool { return k.In == 0 })
}

// Begin is the first instant of the stream, if that is before its first event:
// the keys of tables exist from then on. Where events say when they happened,
// the stream begins with the first of them.
func (m *Machine) Begin(t int64) {
	if m.arrivals == nil {
		m.start(t)
	}
}

func (m *Machine) start(t int64) {
	if m.begun {
		return
	}
	m.begun = true
	m.now = max(m.now, t)
	for _, rs := range m.rules {
		m.populate(rs)
		rs.ticker.begin(m)
	}
}

// populate makes the keys that a rule does not have yet. They are looked at in
// the timer step of this instant.
func (m *Machine) populate(rs *ruleState) {
	if !rs.domain || !rs.Situation {
		return
	}
	for _, key := range m.domainOf(rs) {
		m.bear(rs, key)
	}
}

// domainOf are the keys that tables say a rule has, in order.
func (m *Machine) domainOf(rs *ruleState) [][]string {
	keys := [][]string{nil}
	for _, k := range rs.Key {
		parts := slices.Sorted(maps.Keys(m.tables[k.In-1].rows))
		var longer [][]string
		for _, key := range keys {
			for _, part := range parts {
				longer = append(longer, append(slices.Clip(key), part))
			}
		}
		keys = longer
	}
	return keys
}

// bear makes a key without an event. Where an event is asked for, there is the
// key alone: its parts by their names, and the captures that it is made of.
func (m *Machine) bear(rs *ruleState, key []string) {
	c := rs.cells[string(appendKey(nil, key))]
	switch {
	case c != nil && c.born:
		return
	case c == nil && len(rs.cells) >= MaxKeys:
		m.stats.Refused++
		return
	case c == nil:
		c = m.newCell(rs, cloneStrings(key))
		rs.cells[string(appendKey(nil, key))] = c
	}
	c.born = true
	c.latest, c.elem, c.typ = Event{T: m.now, Data: keyObject(rs.Key, c.key)}, 0, -1
	c.caps = make([]string, len(rs.Caps))
	for i, k := range rs.Key {
		if code := m.prog.Code[k.Code:]; code[0].Op == OpCap && code[1].Op == OpRet {
			c.caps[code[0].A] = c.key[i]
		}
	}
	if rs.heeds {
		m.see(c)
		m.heed(c)
	}
	m.timers.set(&c.timer, m.now)
}

// outside reports whether a row that c's key comes from is gone.
func (m *Machine) outside(c *cell) bool {
	for i, k := range c.rule.Key {
		if k.In > 0 {
			if _, in := m.tables[k.In-1].rows[c.key[i]]; !in {
				return true
			}
		}
	}
	return false
}

// settleDomains ends the keys whose rows are gone with the new version of a
// table, in the step that follows, and makes those that have come.
func (m *Machine) settleDomains(t *tableState) {
	for _, rs := range m.rules {
		if !rs.domain || !slices.ContainsFunc(rs.Key, func(k KeyPart) bool { return m.tables[k.In-1] == t }) {
			continue
		}
		gone := len(m.pending.ended)
		for _, c := range rs.cells {
			if c.born && m.outside(c) {
				m.pending.ended = append(m.pending.ended, c)
			}
		}
		slices.SortFunc(m.pending.ended[gone:], agendaOrder)
		m.populate(rs)
	}
}

// captured is what a wildcard stood for; a key without an event has those only
// that it is made of.
func (m *Machine) captured(slot uint32) value.Value {
	if m.caps[slot] == "" && m.ev.Tag == "" {
		return value.Value{}
	}
	return value.String(m.caps[slot])
}

// tag is the tag of the event at hand, none where there is none.
func (m *Machine) tag() value.Value {
	if m.ev.Tag == "" {
		return value.Value{}
	}
	return value.String(m.ev.Tag)
}
