package compiler

import (
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
)

// spans finds or makes those of a during.
func (c *compiler) spans(s lang.Spans) uint32 {
	list := &c.prog.Spans
	want := vm.Spans(s)
	if i := slices.Index(*list, want); i >= 0 {
		return uint32(i)
	}
	*list = append(*list, want)
	return uint32(len(*list) - 1)
}
