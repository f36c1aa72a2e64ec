package runtime

import (
	"fmt"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// Explain says in words what went wrong at one place of a program: what was
// found instead of what, where, and what to write instead.
func Explain(p *vm.Program, f vm.FaultCount) string {
	l := p.Lines[f.PC]
	where := p.Rules[f.Rule].Name
	if l.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", p.Files[l.File], l.Line, l.Col)
		if !p.Rules[f.Rule].Unnamed {
			where += " (rule " + p.Rules[f.Rule].Name + ")"
		}
	}
	what := complaint(p, f, l.Text)
	if f.Fault != value.Missing && f.Fault != value.Forbidden && f.Fault != value.NoArgument {
		what += "; the value counts as unknown"
	}
	return fmt.Sprintf("%s: %s (seen on %s)", where, what, f.Tag)
}

func complaint(p *vm.Program, f vm.FaultCount, text string) string {
	x, y := operands(p, f.PC, text)
	switch f.Fault {
	case value.Mismatch:
		for _, o := range []struct {
			kind value.Kind
			text string
		}{{f.X, x}, {f.Y, y}} {
			if o.kind == value.KindList {
				return fmt.Sprintf("`%s` is a list, where one value is wanted; write `%s[0]` for its first item", o.text, o.text)
			}
		}
		if f.Y == value.KindNone {
			return fmt.Sprintf("`%s` is %s here, which does not fit", text, kind(f.X))
		}
		return fmt.Sprintf("`%s` puts %s and %s together", text, kind(f.X), kind(f.Y))
	case value.Missing:
		return "a part of the tag to fire is unknown, so nothing was fired"
	case value.NoArgument:
		return "an argument of the action is unknown, so nothing was sent"
	case value.Forbidden:
		return "the tag is none that its file may fire, so nothing was fired"
	}
	return fmt.Sprintf("`%s` has no result: %s", text, f.Fault)
}

// operands guesses the source of both sides of an operation: the instructions
// before it, where they are plain fields; otherwise its own text.
func operands(p *vm.Program, pc int, text string) (x, y string) {
	x, y = text, text
	if pc < 2 {
		return x, y
	}
	before := func(i int) (string, bool) {
		in := p.Code[i]
		return p.Lines[i].Text, in.Op == vm.OpField && p.Lines[i].Text != ""
	}
	if t, ok := before(pc - 1); ok {
		y = t
	}
	if t, ok := before(pc - 2); ok {
		x = t
	}
	return x, y
}

func kind(k value.Kind) string {
	switch k {
	case value.KindInt:
		return "an int"
	case value.KindObject:
		return "an object"
	case value.KindNone:
		return "none"
	}
	return "a " + k.String()
}
