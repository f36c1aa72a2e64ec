package compiler_test

import (
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// Mutes, from D23, D24, S5 and S42. Where the design leaves a choice:
//
// 37. D24, S10: a mute is asked before the limit and before gathering. A muted
//     run takes no leave of the limit, and joins no group; what has joined one
//     acts with it, muted or not.
// 38. S42: a change of a register or a table that a mute reads looks at the keys
//     whose rise waits, for a mute or for the limit, as one that a condition reads
//     looks at all keys.
// 39. D23: a rise without do has run once no mute holds it back.

// silencer is a mute as a rule that shares the cells of the one it mutes.
type silencer struct {
	*rule
	where lang.Expr
}

func (w *world) loadMutes() {
	for _, f := range w.u.Files {
		for _, d := range f.Decls {
			m, ok := d.(*lang.MuteDecl)
			if !ok {
				continue
			}
			of := w.byName[m.Rule.Text]
			s := silencer{&rule{info: of.info, decl: of.decl, of: of, cells: of.cells}, m.Where}
			of.mutes = append(of.mutes, s)
			w.walk(s.rule, m.Where, nil, func(x lang.Expr, sc *scope) {
				w.noteRead(s.rule, x, sc)
				w.noteLookup(s.rule, x, sc)
			})
		}
	}
}

func (w *world) muted(r *rule, key []string) bool {
	return slices.ContainsFunc(r.mutes, func(s silencer) bool {
		return s.where == nil || value.True(w.eval(s.where, &ctx{r: s.rule, key: key}, nil))
	})
}

// concerns reports whether what r reads matters to a key: to one of a mute only
// while its rise waits.
func (r *rule) concerns(c *cell) bool { return r.of == nil || c.on && c.owed }

// partOf is a part of the key of the rule that x's mutes.
func (x *ctx) partOf(name string) (value.Value, bool) {
	if x.r.of != nil {
		for i, p := range x.r.of.key {
			if p.name == name {
				return value.String(x.key[i]), true
			}
		}
	}
	return value.Value{}, false
}
