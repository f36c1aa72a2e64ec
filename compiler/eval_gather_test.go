package compiler_test

import (
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// Gathering, from S29b, D13, D23 and S10. Where the design leaves a choice:
//
// 30. Groups end after all other timers of their instant, in the order of the
//     rules that timers have, then by key: what happens at that instant is in.
// 31. Plain names in gathered acts are those of the last member, as of when it
//     joined, like all that looks at events; registers, `now` and reached are
//     those of the instant at which the acts run.
// 32. D23, S10: a rise whose situation ends before its group does leaves the
//     group, and its clear do does not run; so do repeats. A group that all have
//     left is no more.
// 33. S10: the limit is asked when the group ends, with the key of the group or
//     its own, read when the group began. A group of situations waits for it and
//     goes on gathering; another is dropped.

type gathering struct {
	key     []string
	end     int64
	limit   string
	members []*membership
}

// membership is an act that was gathered, with all that its acts may ask.
type membership struct {
	c       *cell // whose situation it is of
	x       *ctx
	at      int64
	step    int
	resumed int64
	on      map[*rule][][]string
	lists   map[string]value.Value
}

// isGroup reports whether a name means the group whose acts run.
func (w *world) isGroup(e lang.Expr, x *ctx, sc *scope) bool {
	id, ok := e.(*lang.Ident)
	if !ok || id.Text != "group" || sc != nil || x.r.decl.Gather == nil {
		return false
	}
	_, let := x.r.lets["group"]
	_, param := w.params["group"]
	return !let && !x.r.caps["group"] && !x.r.aliases["group"] && !param && w.registers["group"] == nil
}

func (w *world) ofGroup(name string, x *ctx) value.Value {
	if name == "count" {
		return value.Int(int64(len(x.g.members)))
	}
	items := []value.Value{}
	for _, m := range x.g.members {
		items = append(items, m.lists[name])
	}
	return value.List(items)
}

// joinGroup gathers an act.
func (w *world) joinGroup(r *rule, x *ctx) {
	key := x.c.key
	if r.decl.Gather.By != nil {
		var ok bool
		if key, ok = w.keyOf(r, r.gatherKey, x.c.latest(), x.c); !ok {
			return
		}
	}
	g := r.groups[join(key)]
	if g == nil {
		g = &gathering{key: key, end: w.now + w.duration(r.decl.Gather.Dur), limit: join(key)}
		if l := r.decl.Limit; l != nil && l.By != nil {
			own, ok := w.keyOf(r, r.limitKey, x.c.latest(), x.c)
			if !ok {
				return
			}
			g.limit = join(own)
		}
		r.groups[join(key)] = g
		w.wake(g.end)
	}
	then := *x
	frozen := *x.c
	frozen.events = slices.Clone(x.c.events)
	then.c = &frozen
	m := &membership{x: &then, at: w.now, step: w.steps, resumed: w.resumed, on: map[*rule][][]string{}, lists: map[string]value.Value{}}
	if r.decl.When != nil {
		m.c = x.c
	}
	for _, other := range w.rules {
		for _, c := range other.cells {
			if c.on {
				m.on[other] = append(m.on[other], c.key)
			}
		}
	}
	visit := func(e lang.Expr, sc *scope) {
		if s, ok := e.(*lang.Select); ok && w.isGroup(s.X, x, sc) && s.Name.Text != "count" {
			m.lists[s.Name.Text] = w.name(s.Name.Text, x, nil)
		}
	}
	for _, a := range r.decl.Do {
		for _, e := range expressions(a) {
			w.walk(r, e, nil, visit)
		}
	}
	g.members = append(g.members, m)
}

// expressions are those of an act.
func expressions(a lang.Act) []lang.Expr {
	out := append(slices.Clone(a.Args), a.Keys...)
	if a.Tag != nil {
		out = append(out, a.Tag)
	}
	if a.Data != nil {
		out = append(out, a.Data)
	}
	if a.Text != nil {
		out = append(out, a.Text)
	}
	if a.Expr != nil {
		out = append(out, a.Expr)
	}
	return out
}

// leave takes the acts of a situation that is over out of the groups.
func (w *world) leave(r *rule, c *cell) {
	for id, g := range r.groups {
		g.members = slices.DeleteFunc(g.members, func(m *membership) bool { return m.c == c })
		if len(g.members) == 0 {
			delete(r.groups, id)
		}
	}
}

// endGroups ends the groups whose time has come.
func (w *world) endGroups() {
	for _, r := range w.timers {
		var due []*gathering
		for _, g := range r.groups {
			if g.end <= w.now {
				due = append(due, g)
			}
		}
		slices.SortFunc(due, func(a, b *gathering) int { return slices.Compare(a.key, b.key) })
		for _, g := range due {
			if r.groups[join(g.key)] == g && g.end <= w.now {
				w.cascade(func() { w.endGroup(r, g) })
				w.overdue()
			}
		}
	}
}

func (w *world) endGroup(r *rule, g *gathering) {
	if w.steps++; w.steps > 20000 {
		panic(tooLong)
	}
	w.round, w.acts, w.changed = 0, nil, map[*rule][][]string{}
	defer w.commit()
	if l := r.decl.Limit; l != nil {
		n, _ := w.constant(l.N).AsInt()
		per := w.duration(l.Per)
		in := slices.DeleteFunc(slices.Clone(r.runs[g.limit]), func(t int64) bool { return t <= w.now-per })
		if int64(len(in)) >= n {
			if r.decl.When == nil {
				delete(r.groups, join(g.key))
			}
			return // a situation's waits: the end of each run in the way is an instant
		}
		r.runs[g.limit] = append(in, w.now)
		w.wake(w.now + per)
	}
	delete(r.groups, join(g.key))
	for _, m := range g.members {
		if m.c != nil {
			m.c.ran = true
		}
	}
	last := g.members[len(g.members)-1]
	x := *last.x
	x.key, x.g, x.m = g.key, g, last
	w.grouped = r.decl.Gather.By != nil
	w.perform(r, r.decl.Do, 0, &x)
	w.grouped = false
}

// asOf has the value that what looks beyond an event had when the member
// joined.
func (w *world) asOf(e *lang.Call, x *ctx, sc *scope) value.Value {
	now, step, resumed := w.now, w.steps, w.resumed
	w.now, w.steps, w.resumed = x.m.at, x.m.step, x.m.resumed
	y := *x.m.x
	y.on, y.then = x.m.on, true
	v := w.call(e, &y, sc)
	w.now, w.steps, w.resumed = now, step, resumed
	return v
}

// looksBack are the functions that look beyond the event.
func looksBack(name string) bool {
	return aggregates[name] || slices.Contains([]string{"silent", "active", "prev", "changed", "unique"}, name)
}
