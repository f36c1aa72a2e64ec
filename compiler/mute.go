package compiler

import (
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// mutes lowers those of the rule. They have no points: what covers the rule's
// conditions does not ask how often it was muted.
func (r *rule) mutes() {
	file := r.file
	for _, m := range r.info.Mutes {
		r.file = uint16(slices.Index(r.c.unit.Files, m.File))
		b := &code{}
		if m.Decl.Where == nil {
			r.constant(b, value.Bool(true))
		} else {
			if r.info.Decl.When != nil { // whose writes may let a rise go
				r.inCondition, r.reads = true, &r.out.MuteReads
			}
			r.expr(b, m.Decl.Where, nil)
			r.inCondition, r.reads = false, &r.out.Reads
		}
		r.out.Mutes = append(r.out.Mutes, r.place(b))
	}
	r.file = file
}

// keyPart emits a part of the key.
func (r *rule) keyPart(b *code, sym lang.Symbol) {
	b.emit(vm.Instr{Op: vm.OpKey, A: uint32(sym.Index)}, vm.Line{})
}
