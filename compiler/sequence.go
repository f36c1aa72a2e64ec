package compiler

import "github.com/eda-lang/eda/vm"

// sequence lowers a source of several events; nil for a plain one.
func (r *rule) sequence() *vm.Sequence {
	if !r.info.Sequence() {
		return nil
	}
	out := &vm.Sequence{Within: r.duration(r.info.Decl.Source.Within)}
	for _, st := range r.info.Steps {
		step := vm.Step{Not: st.Not, Both: st.Both}
		for _, e := range r.info.Elems[st.First : st.First+st.N] {
			step.Counts = append(step.Counts, e.Count)
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}
