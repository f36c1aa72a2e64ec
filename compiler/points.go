package compiler

import (
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
)

// ConditionPart says which condition of a rule is meant.
type ConditionPart uint8

const (
	Where ConditionPart = iota // of the source
	When
	Clear // of clear when
	Write // no condition, but the value that a set writes
)

// Point is a part of a condition whose value a program shows while it runs
// (vm.Machine.Watch); its number is its index.
type Point struct {
	Rule int // index into Unit.Rules and Program.Rules
	Part ConditionPart
	Expr lang.Expr
	Atom bool      // a condition without and, or, not, or a let that names one
	Act  *lang.Act // of Write
}

// WithPoints compiles a program that shows the value of each part of its
// conditions whenever they are worked out, and lists the parts. Such a program
// does the same as the one compiled without; it works out both sides of "and"
// and "or" where that one stops as soon as it can.
func WithPoints(list *[]Point) Option {
	return func(c *compiler) {
		*list = nil
		c.points = list
	}
}

// condition lowers a condition to a block of its own; 0 for nil.
func (r *rule) condition(e lang.Expr, part ConditionPart) vm.Block {
	r.inCondition = part != Where // what it reads of registers concerns the situation (S4)
	defer func() { r.inCondition = false }()
	if e == nil || r.c.points == nil {
		return r.block(e)
	}
	r.atoms(e, part)
	b := &code{watched: true, part: part}
	r.expr(b, e, nil)
	return r.place(b)
}

// written lowers the value of a set.
func (r *rule) written(a *lang.Act) vm.Block {
	if r.c.points == nil {
		return r.block(a.Expr)
	}
	b := &code{}
	r.expr(b, a.Expr, nil)
	n := r.point(a.Expr, Write)
	(*r.c.points)[n].Act = a
	b.emit(vm.Instr{Op: vm.OpWatch, A: uint32(n)}, vm.Line{})
	return r.place(b)
}

// point is the number of a part, noted if it is new. Where several
// alternatives share a condition, or a let is used twice, it is one point.
func (r *rule) point(e lang.Expr, part ConditionPart) int {
	list := r.c.points
	rule := slices.Index(r.c.unit.Rules, r.info)
	for i := len(*list) - 1; i >= 0 && (*list)[i].Rule == rule; i-- {
		if (*list)[i].Expr == e && (*list)[i].Part == part {
			return i
		}
	}
	*list = append(*list, Point{Rule: rule, Part: part, Expr: e})
	return len(*list) - 1
}

// atoms marks what and, or and not join.
func (r *rule) atoms(e lang.Expr, part ConditionPart) {
	switch e := e.(type) {
	case *lang.Paren:
		r.atoms(e.X, part)
		return
	case *lang.Unary:
		if e.Op == "not" {
			r.atoms(e.X, part)
			return
		}
	case *lang.Binary:
		if e.Op == "and" || e.Op == "or" {
			r.atoms(e.X, part)
			r.atoms(e.Y, part)
			return
		}
	case *lang.Ident:
		if sym := r.c.unit.Info.Uses[e]; sym.Kind == lang.SymLet {
			r.atoms(sym.Let.Value, part)
			return
		}
	case *lang.Lit:
		return
	}
	(*r.c.points)[r.point(e, part)].Atom = true
}

// watch emits what shows the value of e, unless it is plain to see.
func (r *rule) watch(b *code, e lang.Expr) {
	switch e := e.(type) {
	case *lang.Lit, *lang.Str, *lang.List, *lang.Obj, *lang.Paren:
		return
	case *lang.Unary:
		if _, lit := e.X.(*lang.Lit); lit && e.Op == "neg" {
			return
		}
	case *lang.Ident:
		if sym := r.c.unit.Info.Uses[e]; sym.Kind == lang.SymEvent || sym.Kind == lang.SymAlias {
			return
		}
	}
	b.emit(vm.Instr{Op: vm.OpWatch, A: uint32(r.point(e, b.part))}, vm.Line{})
}
