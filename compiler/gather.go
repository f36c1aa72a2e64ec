package compiler

import (
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
)

// What a gathered act says of one event is taken when a member joins; only what
// is about the group, or changes without an event, is worked out when the acts
// run.

// gather lowers the acts of a rule that gathers.
func (r *rule) gather(g *lang.GatherClause, acts []lang.Act) {
	r.out.Gather = &vm.Gather{For: r.duration(g.Dur), Own: r.info.GatherBy}
	if r.info.GatherBy {
		r.out.Gather.Key = r.key(r.info.GatherKey)
	}
	r.gathering = true
	r.out.Do = r.acts(acts)
	r.gathering = false
}

// ofMember emits what e was for the last member, if it is about a member.
func (r *rule) ofMember(b *code, e lang.Expr, s *scope) bool {
	switch e := e.(type) {
	case *lang.Lit, *lang.Paren:
		return false
	case *lang.Str:
		if _, ok := e.Literal(); ok {
			return false
		}
	case *lang.Ident:
		switch sym := r.c.unit.Info.Uses[e]; sym.Kind {
		case lang.SymParam, lang.SymFnParam:
			return false
		}
	}
	if r.late(e, s) {
		return false
	}
	b.emit(vm.Instr{Op: vm.OpMember, A: uint32(r.take(e, s))}, r.line(e.Span()))
	return true
}

// ofGroup emits group.NAME.
func (r *rule) ofGroup(b *code, e *lang.Select) {
	name := r.c.unit.Info.Members[e]
	if name == nil {
		b.emit(vm.Instr{Op: vm.OpGroupCount}, r.line(e.At))
		return
	}
	b.emit(vm.Instr{Op: vm.OpGroup, A: uint32(r.take(name, nil))}, r.line(e.At))
}

func (r *rule) isOfGroup(e lang.Expr) (*lang.Select, bool) {
	x, ok := e.(*lang.Select)
	if !ok {
		return nil, false
	}
	id, ok := x.X.(*lang.Ident)
	return x, ok && r.c.unit.Info.Uses[id].Kind == lang.SymGroup
}

// take finds or makes what is taken of each member.
func (r *rule) take(e lang.Expr, s *scope) int {
	r.gathering = false
	b := &code{}
	r.expr(b, e, s)
	r.gathering = true
	at := r.place(b)
	takes := &r.out.Gather.Takes
	if i := slices.Index(*takes, at); i >= 0 {
		return i
	}
	*takes = append(*takes, at)
	return len(*takes) - 1
}

// late reports whether e is worked out when the acts run: it is about the
// group, the instant, or a register.
func (r *rule) late(e lang.Expr, s *scope) bool {
	info := r.c.unit.Info
	found := false
	lang.Walk(e, func(x lang.Expr) bool {
		if found || info.Lookups[x] != nil {
			found = true
			return false
		}
		switch x := x.(type) {
		case *lang.Ident:
			switch sym := info.Uses[x]; sym.Kind {
			case lang.SymNow:
				found = true
			case lang.SymLet:
				found = r.late(sym.Let.Value, nil)
			case lang.SymFnParam:
				found = r.late(s.args[sym.Index], s.outer)
			}
		case *lang.Select:
			if _, ok := r.isOfGroup(x); ok {
				found = true
			} else if q := info.Qualified[x]; q != nil {
				found = r.late(q, s)
				return false
			}
		case *lang.Call:
			if fn := r.c.unit.Fns[x.Fn.Text]; fn != nil {
				found = r.late(fn.Body, &scope{args: x.Args, outer: s})
				return false
			}
			switch x.Fn.Text {
			case "reached", "during":
				found = true
			case "silent", "active", "prev", "changed", "unique":
				return false
			}
			if _, ok := info.Windows[x]; ok {
				return false
			}
		}
		return !found
	})
	return found
}
