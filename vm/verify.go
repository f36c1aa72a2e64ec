package vm

import (
	"fmt"
	"math/bits"
	"regexp"

	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// VerifyError says what keeps a program from being run, and where. Rule and PC
// are -1 where none is to blame.
type VerifyError struct {
	Rule, PC int
	Message  string
}

func (e *VerifyError) Error() string {
	s := "bad program"
	if e.Rule >= 0 {
		s += fmt.Sprintf(", rule %d", e.Rule)
	}
	if e.PC >= 0 {
		s += fmt.Sprintf(", instruction %d", e.PC)
	}
	return s + ": " + e.Message
}

// Verify checks a program before it runs: every operand is in range for the
// rule whose code it is in, every block leaves exactly one value within the
// bounds of the stack, jumps go forward and meet at equal depth, patterns and
// regular expressions parse, and the order of rules is sound. A verified
// program never makes the machine panic or read out of range. Without a
// library the names of functions and aggregators are not looked up.
func Verify(p *Program, lib *Library) error {
	v := &verifier{p: p, lib: lib, rule: -1}
	return v.program()
}

type verifier struct {
	p    *Program
	lib  *Library
	rule int
	r    *Rule
	// depth of the stack before each instruction of the block at hand, -1 unknown
	depth []int8
	// comparers and windows may be read by code where their cells exist
	inComparer bool
}

func (v *verifier) fail(pc int, format string, args ...any) error {
	return &VerifyError{v.rule, pc, fmt.Sprintf(format, args...)}
}

func (v *verifier) program() error {
	p := v.p
	if len(p.Code) == 0 || p.Code[0].Op != OpRet {
		return v.fail(-1, "the code does not begin with ret")
	}
	if len(p.Lines) != len(p.Code) {
		return v.fail(-1, "%d lines for %d instructions", len(p.Lines), len(p.Code))
	}
	for i, l := range p.Lines {
		if int(l.File) >= len(p.Files) && (l.Line > 0 || l.File > 0) {
			return v.fail(i, "its line is in file %d of %d", l.File, len(p.Files))
		}
	}
	for _, re := range p.Regexps {
		if _, err := regexp.Compile(re); err != nil {
			return v.fail(-1, "%v", err)
		}
	}
	for _, e := range p.Events {
		if _, err := tag.Parse(e.Pattern); err != nil {
			return v.fail(-1, "event %q: %v", e.Pattern, err)
		}
		for _, f := range e.Fields {
			if f.Kind > value.KindObject {
				return v.fail(-1, "event %q: field %q has kind %d", e.Pattern, f.Name, f.Kind)
			}
		}
	}
	if v.lib != nil {
		for _, f := range p.Funcs {
			if _, ok := v.lib.Funcs[f]; !ok {
				return v.fail(-1, "there is no function %q here", f)
			}
		}
	}
	places := make([]bool, len(p.Rules))
	v.depth = make([]int8, len(p.Code)+1)
	for i := range p.Rules {
		v.rule, v.r = i, &p.Rules[i]
		if i > 0 && !inOrder(&p.Rules[i-1], v.r) {
			return v.fail(-1, "rules are not in order of identity")
		}
		if v.r.Order < 0 || v.r.Order >= len(places) || places[v.r.Order] {
			return v.fail(-1, "its place %d in the order of evaluation is taken or out of range", v.r.Order)
		}
		places[v.r.Order] = true
		if err := v.ruleOf(); err != nil {
			return err
		}
	}
	v.rule = -1
	for i := range p.Rules {
		for _, a := range p.Rules[i].Asks {
			if p.Rules[a.Rule].Order >= p.Rules[i].Order {
				return v.fail(-1, "rule %d asks rule %d, which is evaluated later", i, a.Rule)
			}
		}
	}
	return nil
}

// inOrder: named rules by name, then unnamed ones (S2). Equal unnamed rules
// may stand side by side.
func inOrder(a, b *Rule) bool {
	if a.Unnamed != b.Unnamed {
		return !a.Unnamed
	}
	return a.Identity < b.Identity || a.Unnamed && a.Identity == b.Identity
}

func (v *verifier) ruleOf() error {
	p, r := v.p, v.r
	if r.Situation != (r.When != 0) {
		return v.fail(-1, "a situation has a when, and nothing else has")
	}
	if !r.Situation && (r.Clear != 0 || len(r.ClearDo) > 0 || r.For != 0 || r.Repeat != 0 || r.ClearFor != 0) {
		return v.fail(-1, "a rule without when has no hold, repeat or clear")
	}
	if r.For < 0 || r.Repeat < 0 || r.ClearFor < 0 || r.Expire <= 0 {
		return v.fail(-1, "a duration is negative, or expire is not positive")
	}
	if len(r.Elems) == 0 || len(r.Elems) > 32 {
		return v.fail(-1, "%d alternatives; there may be 1 to 32", len(r.Elems))
	}
	for _, e := range r.Elems {
		pat, err := tag.Parse(e.Pattern)
		if err != nil {
			return v.fail(-1, "pattern %q: %v", e.Pattern, err)
		}
		if len(e.Caps) != len(pat.Wildcards()) {
			return v.fail(-1, "pattern %q has %d wildcards, not %d", e.Pattern, len(pat.Wildcards()), len(e.Caps))
		}
		for _, slot := range e.Caps {
			if slot < -1 || slot >= len(r.Caps) {
				return v.fail(-1, "pattern %q sets capture %d of %d", e.Pattern, slot, len(r.Caps))
			}
		}
	}
	for _, acts := range [][]Act{r.Do, r.ClearDo} {
		for _, a := range acts {
			if a.Kind > Log {
				return v.fail(-1, "there is no act of kind %d", a.Kind)
			}
		}
	}
	for i := range r.Asks {
		a := &r.Asks[i]
		if a.Rule < 0 || a.Rule >= len(p.Rules) || len(a.Mine) != len(a.Their) {
			return v.fail(-1, "ask %d is malformed", i)
		}
		for j := range a.Mine {
			if a.Mine[j] < 0 || a.Mine[j] >= len(r.Key) || a.Their[j] < 0 || a.Their[j] >= len(p.Rules[a.Rule].Key) {
				return v.fail(-1, "ask %d joins on a key part that is not there", i)
			}
		}
		if !p.Rules[a.Rule].Situation {
			return v.fail(-1, "ask %d is for a rule without when", i)
		}
	}
	for i := range r.Windows {
		w := &r.Windows[i]
		if w.Kind > Session || w.Size <= 0 || w.Kind == Last && w.Size > 1<<31 {
			return v.fail(-1, "window %d has kind %d and size %d", i, w.Kind, w.Size)
		}
		if v.lib != nil {
			for j, name := range w.Aggs {
				row, ok := v.lib.Aggs[name]
				if !ok {
					return v.fail(-1, "there is no aggregator %q here", name)
				}
				if j > 0 && row.Numeric != v.lib.Aggs[w.Aggs[0]].Numeric {
					return v.fail(-1, "window %d is over numbers for one aggregator and over all values for another", i)
				}
			}
		}
	}
	if l := r.Limit; l != nil {
		if l.N <= 0 || l.Per <= 0 || !l.Own && len(l.Key) > 0 {
			return v.fail(-1, "the limit is malformed")
		}
	}
	return v.codeOf()
}

// place says in which kind of code a block stands: what it may read.
type place uint8

const (
	onEvent     place = iota // sees an event only: keys, arguments of comparers and aggregates
	beforeWhere              // where: comparers and asks too
	onCell                   // all
)

// codeOf walks every block of the rule.
func (v *verifier) codeOf() error {
	r := v.r
	for _, b := range r.placed() {
		if b.at == 0 && b.optional {
			continue
		}
		if err := v.block(b.at, b.place); err != nil {
			return err
		}
	}
	return nil
}

// placed is a block and where it stands.
type placed struct {
	at       Block
	place    place
	optional bool
}

// placed lists all blocks of a rule.
func (r *Rule) placed() []placed {
	var out []placed
	add := func(b Block, p place, optional bool) { out = append(out, placed{b, p, optional}) }
	for _, e := range r.Elems {
		add(e.Where, beforeWhere, true)
	}
	for _, k := range r.Key {
		add(k.Code, onEvent, false)
	}
	for _, b := range r.Comparers {
		add(b, onEvent, false)
	}
	for _, w := range r.Windows {
		add(w.Arg, onEvent, true)
		add(w.Where, onEvent, true)
	}
	add(r.When, onCell, true)
	add(r.Clear, onCell, true)
	for _, acts := range [][]Act{r.Do, r.ClearDo} {
		for _, a := range acts {
			if a.Kind == Log {
				add(a.Text, onCell, false)
			} else {
				add(a.Tag, onCell, false)
				add(a.Data, onCell, true)
			}
		}
	}
	if r.Limit != nil {
		for _, k := range r.Limit.Key {
			add(k.Code, onCell, false)
		}
	}
	for _, p := range r.Probes {
		add(p.Code, onCell, false)
	}
	return out
}

// uses reports whether any block of r has the op.
func (r *Rule) uses(p *Program, op Op) bool {
	for _, b := range r.placed() {
		if b.at == 0 {
			continue
		}
		for pc := b.at; ; pc++ {
			if p.Code[pc].Op == op {
				return true
			}
			if p.Code[pc].Op == OpRet {
				break
			}
		}
	}
	return false
}

// block walks one block. Jumps go forward, so one pass in order sees every
// way to an instruction before the instruction.
func (v *verifier) block(b Block, in place) error {
	p := v.p
	if b == 0 || int(b) >= len(p.Code) {
		return v.fail(int(b), "no code begins here")
	}
	start := int(b)
	const unknown = -1
	depth, end := 0, start // end: the farthest target of a jump
	v.depth[start] = 0
	clean := start // depths up to here are set
	reach := func(pc, d int) error {
		for clean < pc {
			clean++
			v.depth[clean] = unknown
		}
		if v.depth[pc] != unknown && int(v.depth[pc]) != d {
			return v.fail(pc, "is reached with %d and with %d values", v.depth[pc], d)
		}
		v.depth[pc] = int8(d)
		return nil
	}
	for pc := start; ; pc++ {
		if pc >= len(p.Code) {
			return v.fail(pc-1, "the block has no end")
		}
		if pc > clean {
			clean = pc
			v.depth[pc] = unknown
		}
		if v.depth[pc] == unknown {
			return v.fail(pc, "is never reached")
		}
		depth = int(v.depth[pc])
		i := p.Code[pc]
		if i.Op >= numOps {
			return v.fail(pc, "there is no operation %d", i.Op)
		}
		if err := v.operand(pc, i, in); err != nil {
			return err
		}
		takes := i.takes(p)
		if takes > depth {
			return v.fail(pc, "%s takes %d values of %d", i.Op, takes, depth)
		}
		row := &ops[i.Op]
		depth += row.Pushes - takes
		if depth > maxStack {
			return v.fail(pc, "more than %d values", maxStack)
		}
		if i.Op == OpRet {
			if depth != 0 {
				return v.fail(pc, "ret leaves %d values", depth)
			}
			if end > pc {
				return v.fail(pc, "a jump goes beyond the end of the block")
			}
			return nil
		}
		if i.Op.jumps() {
			t := int(i.A)
			if t <= pc || t >= len(p.Code) {
				return v.fail(pc, "jumps to %d", t)
			}
			end = max(end, t)
			if err := reach(t, depth+row.Jump); err != nil {
				return err
			}
		}
		if pc+1 < len(p.Code) {
			if err := reach(pc+1, depth); err != nil {
				return err
			}
		}
	}
}

func (v *verifier) operand(pc int, i Instr, in place) error {
	p, r, a := v.p, v.r, int(i.A)
	index := func(n int, what string) error {
		if a >= n {
			return v.fail(pc, "%s %d of %d", what, a, n)
		}
		return nil
	}
	if ops[i.Op].Arg != argFunc && ops[i.Op].Arg != argAgg && i.B != 0 {
		return v.fail(pc, "%s has one operand", i.Op)
	}
	switch ops[i.Op].Arg {
	case argNone:
		if a != 0 {
			return v.fail(pc, "%s has no operand", i.Op)
		}
	case argConst:
		return index(len(p.Consts), "constant")
	case argName:
		return index(len(p.Names), "name")
	case argCapture:
		return index(len(r.Caps), "capture")
	case argAliases:
		if bits.Len32(i.A) > len(r.Elems) {
			return v.fail(pc, "alternatives beyond the source's %d", len(r.Elems))
		}
	case argRegexp:
		return index(len(p.Regexps), "regular expression")
	case argFunc:
		if err := index(len(p.Funcs), "function"); err != nil {
			return err
		}
		if v.lib != nil {
			if f := v.lib.Funcs[p.Funcs[a]]; int(i.B) < f.Min || int(i.B) > f.Max {
				return v.fail(pc, "%s takes %d to %d arguments, not %d", f.Name, f.Min, f.Max, i.B)
			}
		}
	case argCount:
		if a > maxStack {
			return v.fail(pc, "%d values", a)
		}
	case argDigits:
		if a > 9 {
			return v.fail(pc, "%d decimals", a)
		}
	case argShape:
		if err := index(len(p.Consts), "constant"); err != nil {
			return err
		}
		if p.Consts[a].Kind() != value.KindList {
			return v.fail(pc, "the names of an object are no list")
		}
		for _, name := range p.Consts[a].Items() {
			if name.Kind() != value.KindString {
				return v.fail(pc, "a name of an object is no text")
			}
		}
	case argDuration:
		if err := index(len(p.Consts), "constant"); err != nil {
			return err
		}
		if d, ok := p.Consts[a].AsDuration(); !ok || d <= 0 {
			return v.fail(pc, "%s needs a duration", i.Op)
		}
		return v.onlyOn(pc, i, in, onCell)
	case argAgg:
		if err := index(len(r.Windows), "window"); err != nil {
			return err
		}
		if int(i.B) >= len(r.Windows[a].Aggs) {
			return v.fail(pc, "aggregate %d of %d", i.B, len(r.Windows[a].Aggs))
		}
		return v.onlyOn(pc, i, in, onCell)
	case argComparer:
		if err := index(len(r.Comparers), "comparer"); err != nil {
			return err
		}
		return v.onlyOn(pc, i, in, beforeWhere)
	case argAsk:
		if err := index(len(r.Asks), "ask"); err != nil {
			return err
		}
		return v.onlyOn(pc, i, in, beforeWhere)
	}
	return nil
}

func (v *verifier) onlyOn(pc int, i Instr, in, least place) error {
	if in < least {
		return v.fail(pc, "%s cannot stand in a key, an argument or a filter here", i.Op)
	}
	return nil
}
