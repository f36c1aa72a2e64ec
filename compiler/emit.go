package compiler

import (
	"encoding/binary"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// code is a block under construction: jump targets count from its own start.
type code struct {
	instrs []vm.Instr
	lines  []vm.Line
	bound  int // instructions before this one may be jumped over: do not fold across

	watched bool // a condition whose parts are points (WithPoints)
	part    ConditionPart
}

func (b *code) emit(in vm.Instr, line vm.Line) int {
	b.instrs = append(b.instrs, in)
	b.lines = append(b.lines, line)
	return len(b.instrs) - 1
}

// land makes the jump at pc go to what is emitted next.
func (b *code) land(pc int) {
	b.instrs[pc].A = uint32(len(b.instrs))
	b.bound = len(b.instrs)
}

// consts returns the values of the last n instructions if all are constants
// that nothing jumps between.
func (b *code) constants(p *vm.Program, n int) ([]value.Value, bool) {
	first := len(b.instrs) - n
	if first < b.bound {
		return nil, false
	}
	vals := make([]value.Value, n)
	for i := range vals {
		in := b.instrs[first+i]
		if in.Op != vm.OpConst {
			return nil, false
		}
		vals[i] = p.Consts[in.A]
	}
	return vals, true
}

// cut drops the last n instructions.
func (b *code) cut(n int) {
	b.instrs = b.instrs[:len(b.instrs)-n]
	b.lines = b.lines[:len(b.lines)-n]
}

// jumps reports whether the operand of op is a place in the code.
func jumps(op vm.Op) bool {
	return op == vm.OpJumpFalse || op == vm.OpJumpTrue || op == vm.OpJumpKnown
}

// place appends a finished block to the program, or finds the same one among
// those of this rule.
func (r *rule) place(b *code) vm.Block {
	b.emit(vm.Instr{Op: vm.OpRet}, vm.Line{})
	key := make([]byte, 0, 7*len(b.instrs))
	for _, in := range b.instrs {
		key = append(key, byte(in.Op))
		key = binary.LittleEndian.AppendUint16(key, in.B)
		key = binary.LittleEndian.AppendUint32(key, in.A)
	}
	if at, ok := r.blocks[string(key)]; ok {
		return at
	}
	p := r.c.prog
	at := vm.Block(len(p.Code))
	for _, in := range b.instrs {
		if jumps(in.Op) {
			in.A += uint32(at)
		}
		p.Code = append(p.Code, in)
	}
	p.Lines = append(p.Lines, b.lines...)
	r.blocks[string(key)] = at
	return at
}

// lineIndex finds line and column of an offset.
type lineIndex struct {
	text   string
	starts []int
}

func newLineIndex(text string) lineIndex {
	x := lineIndex{text: text, starts: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			x.starts = append(x.starts, i+1)
		}
	}
	return x
}

// at returns line and column from 1, the column in runes.
func (x lineIndex) at(offset int) (line, col uint32) {
	offset = min(offset, len(x.text))
	i := sort.SearchInts(x.starts, offset+1) - 1
	return uint32(i + 1), uint32(utf8.RuneCountInString(x.text[x.starts[i]:offset]) + 1)
}

// line is where an expression stands and how it is written.
func (r *rule) line(s lang.Span) vm.Line {
	l := vm.Line{File: r.file}
	x := r.c.lines[r.file]
	l.Line, l.Col = x.at(s.Start)
	l.Text = r.text(s)
	return l
}

// text is the source of a span on one line.
func (r *rule) text(s lang.Span) string {
	text := r.c.lines[r.file].text
	if s.Start < 0 || s.End > len(text) || s.Start > s.End {
		return ""
	}
	return strings.Join(strings.Fields(text[s.Start:s.End]), " ")
}
