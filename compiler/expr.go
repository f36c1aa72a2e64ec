package compiler

import (
	"fmt"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// scope binds the parameters of a function to what it was called with. The
// arguments mean what they meant at the call, in outer.
type scope struct {
	args  []lang.Expr
	outer *scope
}

var binaryOps = map[lang.Op]vm.Op{
	"+": vm.OpAdd, "-": vm.OpSub, "*": vm.OpMul, "/": vm.OpDiv, "//": vm.OpFloorDiv, "%": vm.OpMod,
	"==": vm.OpEq, "!=": vm.OpNe, "<": vm.OpLt, "<=": vm.OpLe, ">": vm.OpGt, ">=": vm.OpGe,
	"in": vm.OpIn, "like": vm.OpLike,
}

// expr emits code that leaves the value of e on the stack.
func (r *rule) expr(b *code, e lang.Expr, s *scope) {
	r.value(b, e, s)
	if b.watched && s == nil {
		r.watch(b, e)
	}
}

func (r *rule) value(b *code, e lang.Expr, s *scope) {
	if r.gathering && r.ofMember(b, e, s) {
		return
	}
	info := r.c.unit.Info
	if l := info.Lookups[e]; l != nil {
		r.lookup(b, l, s, e.Span())
		return
	}
	switch e := e.(type) {
	case *lang.Lit:
		r.constant(b, e.Value)
	case *lang.Str:
		r.str(b, e, s, vm.OpConcat)
	case *lang.Paren:
		r.expr(b, e.X, s)
	case *lang.Ident:
		r.ident(b, e, s)
	case *lang.Unary:
		r.expr(b, e.X, s)
		op := map[lang.Op]vm.Op{"not": vm.OpNot, "neg": vm.OpNeg, "has": vm.OpHas}[e.Op]
		r.fold(b, vm.Instr{Op: op}, 1, e)
	case *lang.Binary:
		r.binary(b, e, s)
	case *lang.Select:
		if x, ok := r.isOfGroup(e); ok {
			r.ofGroup(b, x)
			return
		}
		if q := info.Qualified[e]; q != nil {
			r.expr(b, q, s)
			return
		}
		if id, ok := e.X.(*lang.Ident); ok {
			switch sym := info.Uses[id]; {
			case sym.Kind == lang.SymEvent, sym.Kind == lang.SymAlias && r.always(sym.Name):
				b.emit(vm.Instr{Op: vm.OpField, A: r.c.name(e.Name.Text)}, r.line(e.At))
				return
			}
		}
		r.expr(b, e.X, s)
		b.emit(vm.Instr{Op: vm.OpGet, A: r.c.name(e.Name.Text)}, r.line(e.At))
	case *lang.Index:
		if id, ok := e.X.(*lang.Ident); ok && info.Uses[id].Kind == lang.SymEvent {
			if str, ok := e.Args[0].(*lang.Str); ok {
				if name, ok := str.Literal(); ok {
					b.emit(vm.Instr{Op: vm.OpField, A: r.c.name(name)}, r.line(e.At))
					return
				}
			}
		}
		r.expr(b, e.X, s)
		r.expr(b, e.Args[0], s)
		b.emit(vm.Instr{Op: vm.OpIndex}, r.line(e.At))
	case *lang.Call:
		r.call(b, e, s)
	case *lang.List:
		for _, x := range e.Items {
			r.expr(b, x, s)
		}
		if vals, ok := b.constants(r.c.prog, len(e.Items)); ok {
			b.cut(len(vals))
			r.constant(b, value.List(vals))
			return
		}
		b.emit(vm.Instr{Op: vm.OpMakeList, A: uint32(len(e.Items))}, r.line(e.At))
	case *lang.Obj:
		names := make([]string, len(e.Parts))
		for i, p := range e.Parts {
			if !p.Spread {
				names[i] = p.Name.Text
			}
			r.expr(b, p.Value, s)
		}
		b.emit(vm.Instr{Op: vm.OpMakeObject, A: r.c.shape(names)}, r.line(e.At))
	default:
		panic(fmt.Sprintf("compiler: %T in a checked unit", e))
	}
}

func (r *rule) constant(b *code, v value.Value) {
	b.emit(vm.Instr{Op: vm.OpConst, A: r.c.constant(v)}, vm.Line{})
}

// always reports whether every alternative of the source has that alias.
func (r *rule) always(alias string) bool {
	for _, e := range r.info.Elems {
		if e.Elem.As.Text != alias {
			return false
		}
	}
	return true
}

func (r *rule) ident(b *code, e *lang.Ident, s *scope) {
	sym := r.c.unit.Info.Uses[e]
	switch sym.Kind {
	case lang.SymField, lang.SymCapture:
		if r.foreign == nil && sym.Kind == lang.SymCapture || r.foreign[e.Text] {
			b.emit(vm.Instr{Op: vm.OpCap, A: uint32(r.slot(e.Text))}, vm.Line{})
			return
		}
		b.emit(vm.Instr{Op: vm.OpField, A: r.c.name(e.Text)}, r.line(e.At))
	case lang.SymLet:
		r.expr(b, sym.Let.Value, nil)
	case lang.SymAlias:
		mask := uint32(0)
		for i, el := range r.info.Elems {
			if el.Elem.As.Text == sym.Name {
				mask |= 1 << i
			}
		}
		b.emit(vm.Instr{Op: vm.OpAlias, A: mask}, vm.Line{})
	case lang.SymKey:
		r.keyPart(b, sym)
	case lang.SymParam:
		r.constant(b, sym.Param.Value)
	case lang.SymFnParam:
		r.expr(b, s.args[sym.Index], s.outer)
	case lang.SymEvent:
		b.emit(vm.Instr{Op: vm.OpEvent}, vm.Line{})
	case lang.SymTag:
		b.emit(vm.Instr{Op: vm.OpTag}, vm.Line{})
	case lang.SymNow:
		b.emit(vm.Instr{Op: vm.OpNow}, vm.Line{})
	default:
		panic("compiler: " + e.Text + " has a meaning that is not built")
	}
}

// binary emits x op y. Kleene's and, or skip y where x decides; ?? skips it
// where x is known.
func (r *rule) binary(b *code, e *lang.Binary, s *scope) {
	r.expr(b, e.X, s)
	switch e.Op {
	case "and", "or":
		op, join := vm.OpJumpFalse, vm.OpAnd
		if e.Op == "or" {
			op, join = vm.OpJumpTrue, vm.OpOr
		}
		if b.watched { // both sides are wanted
			r.expr(b, e.Y, s)
			b.emit(vm.Instr{Op: join}, r.line(e.At))
			return
		}
		jump := b.emit(vm.Instr{Op: op}, vm.Line{})
		r.expr(b, e.Y, s)
		b.emit(vm.Instr{Op: join}, r.line(e.At))
		b.land(jump)
	case "??":
		jump := b.emit(vm.Instr{Op: vm.OpJumpKnown}, vm.Line{})
		r.expr(b, e.Y, s)
		b.land(jump)
	case "matches":
		b.emit(vm.Instr{Op: vm.OpMatch, A: intern(&r.c.prog.Regexps, r.c.regexps, r.pattern(e.Y))}, r.line(e.At))
	default:
		op, ok := binaryOps[e.Op]
		if !ok {
			panic("compiler: operator " + string(e.Op))
		}
		r.expr(b, e.Y, s)
		r.fold(b, vm.Instr{Op: op}, 2, e)
	}
}

// pattern is the constant text of a regular expression.
func (r *rule) pattern(e lang.Expr) string {
	switch e := e.(type) {
	case *lang.Paren:
		return r.pattern(e.X)
	case *lang.Str:
		text, _ := e.Literal()
		return text
	case *lang.Ident:
		if sym := r.c.unit.Info.Uses[e]; sym.Kind == lang.SymParam {
			text, _ := sym.Param.Value.AsString()
			return text
		}
	case *lang.Select:
		if q := r.c.unit.Info.Qualified[e]; q != nil {
			return r.pattern(q)
		}
	}
	panic("compiler: a regular expression that is not constant")
}

// str emits a string: a constant, or its parts joined by op.
func (r *rule) str(b *code, e *lang.Str, s *scope, op vm.Op) {
	if text, ok := e.Literal(); ok {
		r.constant(b, value.String(text))
		return
	}
	for _, p := range e.Parts {
		if p.Path == nil {
			r.constant(b, value.String(p.Text))
			continue
		}
		r.expr(b, p.Path, s)
		if p.Digits >= 0 {
			b.emit(vm.Instr{Op: vm.OpFixed, A: uint32(p.Digits)}, r.line(p.At))
		}
	}
	b.emit(vm.Instr{Op: op, A: uint32(len(e.Parts))}, r.line(e.At))
}

func (r *rule) call(b *code, e *lang.Call, s *scope) {
	info := r.c.unit.Info
	if _, ok := info.Froms[e]; ok {
		stream, agg := r.stream(e, s)
		b.emit(vm.Instr{Op: vm.OpFrom, A: uint32(stream), B: uint16(agg)}, r.line(e.At))
		return
	}
	if _, ok := info.Windows[e]; ok {
		win, agg := r.window(e, s)
		b.emit(vm.Instr{Op: vm.OpAgg, A: uint32(win), B: uint16(agg)}, r.line(e.At))
		return
	}
	if other, ok := info.Asks[e]; ok {
		b.emit(vm.Instr{Op: vm.OpActive, A: uint32(r.ask(other))}, vm.Line{})
		return
	}
	if fn, ok := r.c.unit.Fns[e.Fn.Text]; ok {
		r.expr(b, fn.Body, &scope{args: e.Args, outer: s})
		return
	}
	switch e.Fn.Text {
	case "silent":
		b.emit(vm.Instr{Op: vm.OpSilent, A: r.c.constant(info.Consts[e.Args[0]])}, vm.Line{})
		return
	case "reached":
		r.expr(b, e.Args[0], s)
		b.emit(vm.Instr{Op: vm.OpReached}, r.line(e.At))
		return
	case "during":
		b.emit(vm.Instr{Op: vm.OpDuring, A: r.c.spans(info.Spans[e])}, vm.Line{})
		return
	case "unique":
		b.emit(vm.Instr{Op: vm.OpUnique, A: uint32(r.unique(e, s))}, r.line(e.At))
		return
	case "prev":
		b.emit(vm.Instr{Op: vm.OpPrev, A: uint32(r.comparer(e.Args[0], s))}, vm.Line{})
		return
	case "changed":
		b.emit(vm.Instr{Op: vm.OpChanged, A: uint32(r.comparer(e.Args[0], s))}, r.line(e.At))
		return
	}
	for _, a := range e.Args {
		r.expr(b, a, s)
	}
	f := intern(&r.c.prog.Funcs, r.c.funcs, e.Fn.Text)
	b.emit(vm.Instr{Op: vm.OpCall, A: f, B: uint16(len(e.Args))}, r.line(e.At))
}
