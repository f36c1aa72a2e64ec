package compiler

import (
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
)

// register lowers a register; its index is that in lang.Unit.States.
func (c *compiler) register(s *lang.StateInfo) {
	r := vm.Register{Name: s.Decl.Name.Text, Kind: s.Type.Kind(), Default: s.Default, Expire: s.Expire}
	for _, n := range s.Decl.By {
		r.By = append(r.By, n.Text)
	}
	c.registers[s] = len(c.prog.Registers)
	c.prog.Registers = append(c.prog.Registers, r)
}

// lookup emits a read of a register or a table. Those of registers in a
// condition are noted, so that a commit finds whom it concerns.
func (r *rule) lookup(b *code, l *lang.Lookup, s *scope, at lang.Span) {
	if r.inCondition && l.State != nil {
		r.inCondition = false
		own := &code{}
		r.lookup(own, l, s, at)
		r.read(r.place(own))
		r.inCondition = true
	}
	for _, k := range l.Keys {
		was := r.inCondition
		r.inCondition = was && l.State == nil // those of a register's key come with it
		r.expr(b, k, s)
		r.inCondition = was
	}
	if l.Table != nil {
		b.emit(vm.Instr{Op: vm.OpLookup, A: uint32(r.c.tables[l.Table])}, r.line(at))
		return
	}
	b.emit(vm.Instr{Op: vm.OpRegister, A: uint32(r.c.registers[l.State])}, r.line(at))
}

func (r *rule) read(at vm.Block) {
	for _, o := range *r.reads {
		if o == at {
			return
		}
	}
	*r.reads = append(*r.reads, at)
}

// set lowers a write.
func (r *rule) set(a *lang.Act) vm.Act {
	l := r.c.unit.Info.Sets[a]
	act := vm.Act{Kind: vm.Set, Register: r.c.registers[l.State], Value: r.written(a)}
	for _, k := range l.Keys {
		act.Keys = append(act.Keys, r.block(k))
	}
	return act
}
