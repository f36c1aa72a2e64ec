package vm

import "github.com/eda-lang/eda/vm/value"

// Gathering: what several acts of a rule would do is done once for all of
// them. The first act of a group starts it, and when its time is over the acts
// run, as a timer step; until then each act only says what it was about
// (S29b). Groups end after all other timers of an instant, so what happens at
// that very instant is in.

// MaxMembers is how many members of a group are listed; those beyond are
// counted.
const MaxMembers = 1_000

// Gather is gather For. Own says that the groups have a key of their own; else
// there is one for each key of the rule. Takes are what the acts need to know
// of each member, taken when it joins.
type Gather struct {
	For   int64 // ns
	Own   bool
	Key   []KeyPart
	Takes []Block
}

// group is one that has begun.
type group struct {
	rule    *ruleState
	limit   string // the key of the limit, as appendKey writes it
	n       int    // members
	members []gathered
	timer
}

// gathered is one act that is part of a group.
type gathered struct {
	cell   string // of a situation: the key, as appendKey writes it
	tag    string // of the event at hand, for messages
	hops   int
	values []value.Value // of Gather.Takes
}

// wait says how many of a group's members are acts of one key's situation.
type wait struct {
	group string
	n     int
}

// keyNames are the parts of the key that an effect has: those of the group it
// was decided for, or of the rule.
func (r *Rule) keyNames(grouped bool) []KeyPart {
	if grouped {
		return r.Gather.Key
	}
	return r.Key
}

// KeyParts are the parts of the key of an effect, which name its values.
func (p *Program) KeyParts(e *Effect) []KeyPart {
	if e.Rule < 0 {
		return nil
	}
	return p.Rules[e.Rule].keyNames(e.Grouped)
}

// join makes an act a member of its group instead of running it.
func (m *Machine) join(rs *ruleState, c *cell) {
	parts := m.key
	if rs.Gather.Own {
		var ok bool
		if parts, ok = m.otherKey(rs.Gather.Key); !ok {
			m.stats.Keyless++
			return
		}
	}
	name := string(appendKey(m.keyBuf[:0], parts))
	g := rs.groups[name]
	if g == nil {
		if len(rs.groups) >= MaxKeys {
			m.refuse(rs, cloneStrings(parts), rs.Gather.Own)
			return
		}
		g = m.newGroup(rs, cloneStrings(parts))
		g.limit = name
		if l := rs.Limit; l != nil && l.Own {
			own, ok := m.otherKey(l.Key)
			if !ok {
				m.stats.Keyless++
				return
			}
			g.limit = string(appendKey(m.keyBuf[:0], own))
		}
		rs.groups[name] = g
		m.timers.set(&g.timer, after(m.now, rs.Gather.For))
	}
	g.n++
	x := gathered{hops: m.ev.Hops, tag: m.ev.Tag}
	if rs.Situation {
		x.cell = string(appendKey(m.keyBuf[:0], c.key))
		c.waits = addWait(c.waits, name)
	}
	if len(g.members) == MaxMembers {
		m.stats.Unlisted++
		return
	}
	for _, b := range rs.Gather.Takes {
		x.values = append(x.values, m.run(b))
	}
	g.members = append(g.members, x)
}

func (m *Machine) newGroup(rs *ruleState, key []string) *group {
	g := &group{rule: rs, timer: timer{wake: never, place: -1, rank: rankGroup, order: rs.Order, key: key}}
	g.what = g
	return g
}

func addWait(waits []wait, group string) []wait {
	for i := range waits {
		if waits[i].group == group {
			waits[i].n++
			return waits
		}
	}
	return append(waits, wait{group, 1})
}

// otherKey computes a key that is not the rule's own.
func (m *Machine) otherKey(parts []KeyPart) ([]string, bool) {
	m.keyParts, m.limitParts = m.limitParts, m.keyParts // the rule's own key stays
	ok := m.keyOf(parts)
	out := m.keyParts
	m.keyParts, m.limitParts = m.limitParts, m.keyParts
	return out, ok
}

// leave takes what c's situation gave to groups out of them: it is over before
// they acted. A group that all have left is over too.
func (m *Machine) leave(c *cell) {
	for _, w := range c.waits {
		g := c.rule.groups[w.group]
		g.n -= w.n
		if g.n == 0 {
			m.disband(g, w.group)
			continue
		}
		name := string(appendKey(nil, c.key))
		kept := g.members[:0]
		for _, x := range g.members {
			if x.cell != name {
				kept = append(kept, x)
			}
		}
		clear(g.members[len(kept):])
		g.members = kept
	}
	c.waits = nil
}

func (m *Machine) disband(g *group, name string) {
	m.timers.set(&g.timer, never)
	delete(g.rule.groups, name)
}

// due is the end of a group: its acts run. If the limit does not allow that, a
// group of situations waits until it does, and another is dropped (S10).
func (g *group) due(m *Machine) {
	rs := g.rule
	ran := true
	if l := rs.Limit; l != nil {
		r := m.runsFor(rs, g.limit)
		ok, at := r.free(l, m.now)
		if !ok && rs.Situation {
			m.timers.set(&g.timer, at)
			return
		}
		if ran = ok; ok {
			r.add(m.now)
		}
	}
	name := string(appendKey(nil, g.key))
	m.disband(g, name)
	if !ran {
		m.ruleAt = rs.index
		m.suppress(rs)
		return
	}
	m.released(g, name)
	rs.stats.Runs++
	m.group, m.ruleAt, m.c, m.key = g, rs.index, nil, g.key
	m.ev, m.typ, m.elem = &Event{T: m.now}, -1, 0
	if len(g.members) > 0 {
		m.ev.Tag = g.members[len(g.members)-1].tag
	}
	m.perform(rs, rs.Do, 0)
	m.group = nil
}

// released tells the situations in a group that their do has run (D23).
func (m *Machine) released(g *group, name string) {
	if !g.rule.Situation {
		return
	}
	free := func(c *cell) {
		for i := range c.waits {
			if c.waits[i].group == name {
				c.waits = append(c.waits[:i], c.waits[i+1:]...)
				c.acted = true
				return
			}
		}
	}
	if g.n > len(g.members) {
		for _, c := range g.rule.cells {
			free(c)
		}
		return
	}
	for i := range g.members {
		free(g.rule.cells[g.members[i].cell])
	}
}

func (g *group) hops() int {
	if len(g.members) == 0 {
		return 0
	}
	return g.members[len(g.members)-1].hops
}

// last is what a take was for the last member, none when none is listed.
func (g *group) last(take int) value.Value {
	if len(g.members) == 0 {
		return value.Value{}
	}
	return g.members[len(g.members)-1].values[take]
}

// list is what a take was for each member, in order.
func (g *group) list(take int) value.Value {
	items := make([]value.Value, len(g.members))
	for i := range g.members {
		items[i] = g.members[i].values[take]
	}
	return value.List(items)
}

// ofMember reports whether an operation speaks of one event or key, which a
// group has no one of; of a group speak those whose operand is a take.
func (op Op) ofMember() bool {
	switch ops[op].Arg {
	case argCapture, argAliases, argAgg, argDuration, argComparer, argUnique, argAsk, argFrom:
		return true
	}
	return op == OpField || op == OpEvent || op == OpTag
}

func (op Op) ofGroup() bool { return ops[op].Arg == argTake || op == OpGroupCount }

// gatherOf checks the gathering of a rule.
func (v *verifier) gatherOf() error {
	g := v.r.Gather
	if g == nil {
		return nil
	}
	if g.For <= 0 || !g.Own && len(g.Key) > 0 {
		return v.fail(-1, "the gathering is malformed")
	}
	return nil
}

// actPlace is where the acts stand that a rule gathers.
func (r *Rule) actPlace() place {
	if r.Gather != nil {
		return onGroup
	}
	return onCell
}

// groupKey are the parts of the key of a group.
func (r *Rule) groupKey() []KeyPart { return r.keyNames(r.Gather.Own) }

func (g *group) save(c *codec, o *owner) {
	for i := range g.key {
		c.str(&g.key[i])
	}
	c.str(&g.limit)
	c.int(&g.n)
	list(c, &g.members, func(x *gathered) {
		c.str(&x.cell)
		c.str(&x.tag)
		c.int(&x.hops)
		list(c, &x.values, c.remembered)
		if c.err == nil && (len(x.values) != len(g.rule.Gather.Takes) || g.rule.Situation && g.rule.cells[x.cell] == nil) {
			c.fail()
		}
	})
	if c.reading && (g.n <= 0 || len(g.members) > min(g.n, MaxMembers)) {
		c.fail()
	}
	g.timer.save(c, o)
}

// gather adds whose groups they are.
func (h *shape) gather(r *Rule) {
	if r.Gather == nil {
		return
	}
	h.text("gather")
	if r.Gather.Own {
		h.key(r.Gather.Key)
		return
	}
	h.keys(r)
}
