package compiler

import (
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

var foldUnary = map[vm.Op]func(value.Value) (value.Value, value.Fault){vm.OpNeg: value.Neg, vm.OpNot: value.Not}

var foldBinary = map[vm.Op]func(x, y value.Value) (value.Value, value.Fault){
	vm.OpAdd: value.Add, vm.OpSub: value.Sub, vm.OpMul: value.Mul, vm.OpDiv: value.Div,
	vm.OpFloorDiv: value.FloorDiv, vm.OpMod: value.Mod,
	vm.OpEq: value.Equal, vm.OpLt: value.Less, vm.OpLe: value.LessEqual,
}

// fold emits an operation, or its result where all n operands are constant and
// it has one. An operation without a result stays, to be counted when it runs.
func (r *rule) fold(b *code, in vm.Instr, n int, e lang.Expr) {
	if vals, ok := b.constants(r.c.prog, n); ok {
		v, f := value.Value{}, value.Mismatch
		if fn := foldUnary[in.Op]; fn != nil && n == 1 {
			v, f = fn(vals[0])
		}
		if fn := foldBinary[in.Op]; fn != nil && n == 2 {
			v, f = fn(vals[0], vals[1])
		}
		if f == value.OK {
			b.cut(n)
			r.constant(b, v)
			return
		}
	}
	b.emit(in, r.line(e.Span()))
}
