package compiler_test

import (
	"cmp"
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// Registers, from S4, S11, D25 and D19. A register is all that was ever
// written to it, each write with the step that made it: a step reads the
// latest write of a step before it, if it is less than expire old. Where the
// design leaves a choice:
//
// 17. S4: "the keys that read that very cell" are those for whose latest kept
//     event a read written in when or clear when, through lets and fns, names that
//     cell, whether or not the rest of the condition lets it matter. What stands in
//     an aggregate is read when its event comes, and is no such read.
// 18. S4: "at once" is before anything fired that still waits. A write that
//     changes nothing that a read could tell asks for no step. A step asked for
//     beyond round 16 is cut and reported like a fire, with the register's name.
// 19. D19: where several acts of one step write a cell, the last in the order of
//     effects stays. A set is no effect: it has no id and takes no number.
// 20. S11: a cell whose key is unknown reads as none, not as the default.

type memory struct {
	registers map[string]*registerLog
	sets      []setting
	reads     map[*rule][]scoped // of registers in when and clear when
	indexed   map[lang.Expr]bool // names of registers that stand before a bracket
	stale     bool               // a look was cut: when its keys are looked at next is the engine's affair
	within    int                // aggregates around what is walked
}

type registerLog struct {
	decl   *lang.StateDecl
	start  value.Value
	expire int64
	writes []setting
}

type setting struct {
	r     *rule
	owner []string
	reg   *registerLog
	cell  string
	v     value.Value
	t     int64
	step  int
}

func (w *world) remember() {
	w.registers, w.reads, w.indexed = map[string]*registerLog{}, map[*rule][]scoped{}, map[lang.Expr]bool{}
	for _, s := range w.u.States {
		reg := &registerLog{decl: s.Decl, expire: w.duration(s.Decl.Expire)}
		if s.Decl.Default != nil {
			v := w.constant(s.Decl.Default)
			if str, ok := s.Decl.Default.(*lang.Str); ok {
				text, _ := str.Literal()
				v = value.String(text)
			}
			reg.start = fitScalar(v, s.Decl.Type)
		}
		w.registers[s.Decl.Name.Text] = reg
		if reg.expire > 0 {
			w.durations[reg.expire] = true
		}
	}
}

func fitScalar(v value.Value, t *lang.TypeExpr) value.Value {
	v = fitValue(v, t)
	if t.Name.Text == "num" && v.Kind() != value.KindInt && v.Kind() != value.KindFloat {
		return value.Value{}
	}
	return v
}

// register is the one that an expression names.
func (w *world) register(r *rule, e lang.Expr, sc *scope) *registerLog {
	id, ok := e.(*lang.Ident)
	if !ok || sc != nil || r.lets[id.Text] != nil || r.caps[id.Text] || r.aliases[id.Text] {
		return nil
	}
	return w.registers[id.Text]
}

// noteRead notes the reads of conditions.
func (w *world) noteRead(r *rule, x lang.Expr, sc *scope) {
	if i, ok := x.(*lang.Index); ok && w.register(r, i.X, sc) != nil {
		w.indexed[i.X] = true
		if w.within == 0 {
			w.reads[r] = append(w.reads[r], scoped{x, sc})
		}
	} else if reg := w.register(r, x, sc); reg != nil && !w.indexed[x] && w.within == 0 {
		w.reads[r] = append(w.reads[r], scoped{x, sc})
		for _, n := range reg.decl.By { // the key may come by a let that reads another
			if l := r.lets[n.Text]; l != nil {
				w.walk(r, l, nil, func(x lang.Expr, sc *scope) { w.noteRead(r, x, sc) })
			}
		}
	}
}

// cellOf is the cell that a read or a write names; ok is false where it has no key.
func (w *world) cellOf(reg *registerLog, keys []lang.Expr, x *ctx, sc *scope) (string, bool) {
	parts := []string{}
	add := func(v value.Value) bool {
		parts = append(parts, value.Text(v))
		return !v.IsNone() && v.Kind() != value.KindList && v.Kind() != value.KindObject
	}
	if len(keys) == 0 {
		for _, n := range reg.decl.By {
			if !add(w.name(n.Text, x, nil)) {
				return "", false
			}
		}
	}
	for _, k := range keys {
		if !add(w.eval(k, x, sc)) {
			return "", false
		}
	}
	return join(parts), true
}

func (w *world) read(reg *registerLog, keys []lang.Expr, x *ctx, sc *scope) value.Value {
	cell, ok := w.cellOf(reg, keys, x, sc)
	if !ok {
		return value.Value{}
	}
	if x.then {
		return reg.at(cell, x.o.n, x.o.t)
	}
	return reg.at(cell, w.steps, w.now)
}

// at is what a step reads at t.
func (reg *registerLog) at(cell string, step int, t int64) value.Value {
	for _, s := range slices.Backward(reg.writes) {
		if s.cell == cell && s.step < step {
			if reg.expire > 0 && t-s.t >= reg.expire {
				break
			}
			return s.v
		}
	}
	return reg.start
}

func (w *world) set(r *rule, a lang.Act, x *ctx) {
	reg := w.registers[a.Name.Text]
	v := fitScalar(w.eval(a.Expr, x, nil), reg.decl.Type)
	cell, ok := w.cellOf(reg, a.Keys, x, nil)
	if ok && !v.IsNone() {
		w.sets = append(w.sets, setting{r, x.key, reg, cell, v, w.now, w.steps})
	}
}

// store commits what the step has set, and takes the step that this asks for.
func (w *world) store() {
	sets, looks := w.sets, map[*cell]bool{}
	w.sets = nil
	ended := w.swap(looks)
	slices.SortStableFunc(sets, func(a, b setting) int {
		return cmp.Or(cmp.Compare(a.r.place, b.r.place), slices.Compare(a.owner, b.owner))
	})
	for _, s := range sets {
		s.reg.writes = append(s.reg.writes, s)
		if s.reg.expire > 0 {
			w.wake(w.now + s.reg.expire)
		}
	}
	var cause setting
	for _, s := range sets {
		was, is := s.reg.at(s.cell, w.steps, w.now), s.reg.at(s.cell, w.steps+1, w.now)
		if was.Kind() == is.Kind() && jsonOf(was) == jsonOf(is) {
			continue
		}
		for r, reads := range w.reads {
			for _, c := range r.cells {
				for _, read := range reads {
					if c.looked && r.concerns(c) && w.names(s, read, &ctx{r: r, key: c.key, c: c, o: c.latest()}) {
						looks[c] = true
						if cause.r == nil {
							cause = s
						}
					}
				}
			}
		}
	}
	switch {
	case len(looks) == 0 && len(ended) == 0:
	case w.round+1 > 16:
		if w.cut == 0 {
			for name, reg := range w.registers {
				if reg == cause.reg {
					w.firstCut = pending{r: cause.r, key: cause.owner, state: name}
				}
			}
		}
		w.cut++
		w.stale = true
	default:
		w.step(queued{round: w.round + 1, looks: looks, ended: ended}, nil, nil)
	}
}

// names reports whether a read names the cell of a write.
func (w *world) names(s setting, read scoped, x *ctx) bool {
	var keys []lang.Expr
	e := read.x
	if i, ok := e.(*lang.Index); ok {
		e, keys = i.X, i.Args
	}
	if w.register(x.r, e, read.sc) != s.reg {
		return false
	}
	cell, ok := w.cellOf(s.reg, keys, x, read.sc)
	return ok && cell == s.cell
}
