package vm

import (
	"fmt"
	"math"
	"math/bits"
	"regexp"
	"slices"

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
// rule whose code it is in, a block is the code from one ret to the next,
// belongs to one rule and leaves exactly one value within the bounds of the
// stack, jumps go forward within their block and meet at equal depth, patterns
// and regular expressions parse, constants can be encoded, and the order of
// rules is sound. A verified program never makes the machine panic or read out
// of range. Without a library the names of functions and aggregators are not
// looked up. The error is a *VerifyError. Verifying takes time in proportion to
// the program.
func Verify(p *Program, lib *Library) error {
	return newVerifier(p, lib).program()
}

// MaxStack is the most values any block of p has on the stack at once, and the
// error of Verify without a library if p does not pass it.
func MaxStack(p *Program) (int, error) {
	v := newVerifier(p, nil)
	err := v.program()
	return v.most, err
}

type verifier struct {
	p     *Program
	lib   *Library
	rule  int
	r     *Rule
	depth []int8          // of the stack before each instruction of the block at hand, unknown before it is reached
	owner []int           // for the first instruction of each block seen the rule it belongs to, plus 1
	seen  map[Block]place // blocks of the rule at hand, and the narrowest place each was checked for
	most  int             // the greatest depth
}

const unknown = -1

func newVerifier(p *Program, lib *Library) *verifier {
	return &verifier{p: p, lib: lib, rule: -1, seen: map[Block]place{},
		depth: make([]int8, len(p.Code)), owner: make([]int, len(p.Code))}
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
		if !v.inFile(l) {
			return v.fail(i, "its line is in file %d of %d", l.File, len(p.Files))
		}
	}
	for i, in := range p.Code { // readers of code look at all of it, used or not
		if in.Op >= numOps {
			return v.fail(i, "there is no operation %d", in.Op)
		}
	}
	for i, c := range p.Consts {
		if err := wellMade(c, maxNested); err != nil {
			return v.fail(-1, "constant %d %v", i, err)
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
		if e.Late < 0 || e.Late > 0 && e.Time == "" {
			return v.fail(-1, "event %q is waited for %d ns", e.Pattern, e.Late)
		}
		for _, f := range e.Fields {
			if f.Kind > value.KindObject {
				return v.fail(-1, "event %q: field %q has kind %d", e.Pattern, f.Name, f.Kind)
			}
		}
	}
	for i := range p.Tables {
		if err := p.Tables[i].check(); err != nil {
			return v.fail(-1, "table %q %v", p.Tables[i].Name, err)
		}
	}
	for i := range p.Registers {
		if err := p.Registers[i].check(); err != nil {
			return v.fail(-1, "register %q %v", p.Registers[i].Name, err)
		}
	}
	for _, x := range p.Permits {
		for _, pattern := range x {
			if _, err := tag.Parse(pattern); err != nil {
				return v.fail(-1, "permit %q: %v", pattern, err)
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
	if err := v.spansOf(); err != nil {
		return err
	}
	if err := v.actionsOf(); err != nil {
		return err
	}
	places := make([]bool, len(p.Rules))
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

// inFile reports whether a line is in a file of the program, or unknown.
func (v *verifier) inFile(l Line) bool {
	return int(l.File) < len(v.p.Files) || l.File == 0 && l.Line == 0
}

// wellMade reports what is wrong with a constant: it is nested deeper than the
// binary form allows, or an object names a member twice.
func wellMade(c value.Value, depth int) error {
	if depth == 0 {
		return fmt.Errorf("is nested deeper than %d", maxNested)
	}
	for _, x := range c.Items() {
		if err := wellMade(x, depth-1); err != nil {
			return err
		}
	}
	names := map[string]bool{}
	for _, f := range c.Fields() {
		if names[f.Name] {
			return fmt.Errorf("is an object with %q twice", f.Name)
		}
		names[f.Name] = true
		if err := wellMade(f.Value, depth-1); err != nil {
			return err
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
	if !r.Situation && (r.Clear != 0 || len(r.Reads) > 0 || len(r.ClearDo) > 0 || r.For != 0 || r.Repeat != 0 || r.ClearFor != 0) {
		return v.fail(-1, "a rule without when has no hold, repeat or clear")
	}
	if r.For < 0 || r.Repeat < 0 || r.ClearFor < 0 || r.Expire <= 0 {
		return v.fail(-1, "a duration is negative, or expire is not positive")
	}
	if len(r.Elems) == 0 || len(r.Elems) > 32 {
		return v.fail(-1, "%d alternatives; there may be 1 to 32", len(r.Elems))
	}
	if r.Ticks != nil {
		if err := v.ticks(); err != nil {
			return err
		}
	} else {
		for _, e := range r.Elems {
			if err := v.pattern(e.Pattern, e.Caps); err != nil {
				return err
			}
		}
	}
	if err := v.sequence(); err != nil {
		return err
	}
	for _, acts := range [][]Act{r.Do, r.ClearDo} {
		for _, a := range acts {
			if a.Kind > Call {
				return v.fail(-1, "there is no act of kind %d", a.Kind)
			}
			if a.Kind != Fire && a.Kind != Call && (a.Tag != 0 || a.Data != 0) || a.Kind != Log && a.Text != 0 ||
				a.Kind != Set && (a.Register != 0 || len(a.Keys) > 0 || a.Value != 0) {
				return v.fail(-1, "an act fires with tag and data, logs text, or sets a register, not two of them")
			}
			if a.Kind == Set && (a.Register < 0 || a.Register >= len(p.Registers) || len(a.Keys) != len(p.Registers[a.Register].By)) {
				return v.fail(-1, "an act sets register %d of %d with %d key parts", a.Register, len(p.Registers), len(a.Keys))
			}
			if err := v.callOf(&a); err != nil {
				return err
			}
			if err := v.permitsOf(&a); err != nil {
				return err
			}
		}
	}
	if r.Gather != nil && slices.ContainsFunc(r.Gather.Key, func(k KeyPart) bool { return k.In != 0 }) {
		return v.fail(-1, "the key of a gathering has no table")
	}
	for _, k := range r.Key {
		if k.In < 0 || k.In > len(p.Tables) || k.In > 0 && len(p.Tables[k.In-1].By) != 1 {
			return v.fail(-1, "key part %q is looked for in table %d of %d, or in one of several keys", k.Name, k.In, len(p.Tables))
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
	for i, u := range r.Uniques {
		if u.Comparer < 0 || u.Comparer >= len(r.Comparers) || u.Within <= 0 {
			return v.fail(-1, "unique %d is of comparer %d of %d, within %d ns", i, u.Comparer, len(r.Comparers), u.Within)
		}
	}
	for i := range r.Windows {
		if err := v.window(i, &r.Windows[i]); err != nil {
			return err
		}
	}
	for i := range r.Streams {
		st := &r.Streams[i]
		if err := v.window(i, &st.Window); err != nil {
			return err
		}
		if err := v.pattern(st.Pattern, st.Caps); err != nil {
			return err
		}
		for _, j := range st.Joins {
			if j.Slot < 0 || j.Slot >= len(r.Caps) || j.Key < -1 || j.Key >= len(r.Key) {
				return v.fail(-1, "stream %d joins capture %d with key part %d", i, j.Slot, j.Key)
			}
		}
	}
	if l := r.Limit; l != nil {
		if l.N <= 0 || l.Per <= 0 || !l.Own && len(l.Key) > 0 || slices.ContainsFunc(l.Key, func(k KeyPart) bool { return k.In != 0 }) {
			return v.fail(-1, "the limit is malformed")
		}
	}
	if err := v.mutesOf(); err != nil {
		return err
	}
	if err := v.gatherOf(); err != nil {
		return err
	}
	for i, pr := range r.Probes {
		if pr.Depth < 0 || pr.Depth > math.MaxUint16 || !v.inFile(pr.Line) {
			return v.fail(-1, "probe %d has depth %d and file %d of %d", i, pr.Depth, pr.Line.File, len(p.Files))
		}
	}
	return v.codeOf()
}

// sequence checks that the steps of a sequence take all elements, and that a
// match can be.
func (v *verifier) sequence() error {
	r, s := v.r, v.r.Sequence
	if s == nil {
		return nil
	}
	if s.Within <= 0 || len(s.Steps) == 0 || s.Steps[0].Not || len(r.Comparers) > 0 {
		return v.fail(-1, "a sequence has a duration, begins with what comes, and has no comparers")
	}
	elems, takes := 0, 0
	for i, st := range s.Steps {
		if len(st.Counts) == 0 || st.Not && (st.Both || s.Steps[i-1].Not) {
			return v.fail(-1, "step %d of the sequence is malformed", i)
		}
		elems += len(st.Counts)
		most := 0
		for _, n := range st.Counts {
			if n < 1 || n > MaxPending || st.Not && n != 1 {
				return v.fail(-1, "step %d of the sequence takes %d events", i, n)
			}
			if most = max(most, n); st.Both {
				takes += n
			}
		}
		if !st.Both && !st.Not {
			takes += most
		}
	}
	if elems != len(r.Elems) || takes > MaxPending {
		return v.fail(-1, "the sequence takes %d elements of %d and %d events of %d", elems, len(r.Elems), takes, MaxPending)
	}
	return nil
}

// pattern checks a pattern and the capture slots of its wildcards.
func (v *verifier) pattern(text string, caps []int) error {
	pat, err := tag.Parse(text)
	if err != nil {
		return v.fail(-1, "pattern %q: %v", text, err)
	}
	if len(caps) != len(pat.Wildcards()) {
		return v.fail(-1, "pattern %q has %d wildcards, not %d", text, len(pat.Wildcards()), len(caps))
	}
	for _, slot := range caps {
		if slot < -1 || slot >= len(v.r.Caps) {
			return v.fail(-1, "pattern %q sets capture %d of %d", text, slot, len(v.r.Caps))
		}
	}
	return nil
}

// window checks the ith window, or that of the ith stream.
func (v *verifier) window(i int, w *Window) error {
	if w.Kind > Session || w.Size <= 0 || w.Kind == Last && w.Size > 1<<31 {
		return v.fail(-1, "window %d has kind %d and size %d", i, w.Kind, w.Size)
	}
	if v.lib == nil {
		return nil
	}
	for j, agg := range w.Aggs {
		row, ok := v.lib.Aggs[agg.Name]
		switch {
		case !ok:
			return v.fail(-1, "there is no aggregator %q here", agg.Name)
		case row.Valid == nil && agg.Param != 0, row.Valid != nil && !row.Valid(agg.Param):
			return v.fail(-1, "aggregator %q does not take the parameter %d", agg.Name, agg.Param)
		case row.Carries != (w.Carry != 0):
			return v.fail(-1, "aggregator %q and window %d differ in what entries carry", agg.Name, i)
		case j > 0 && row.Over != v.lib.Aggs[w.Aggs[0].Name].Over:
			return v.fail(-1, "window %d is over numbers for one aggregator and over other values for another", i)
		}
	}
	return nil
}

// place says in which kind of code a block stands: what it may read.
type place uint8

const (
	onKey       place = iota // mutes: the key, and nothing of an event
	onEvent                  // sees an event only: keys, arguments of comparers and aggregates
	beforeWhere              // where: comparers and asks too
	onCell                   // all
	onGroup                  // acts that are gathered: nothing of one event or key
)

// codeOf walks every block of the rule, each once for every place narrower
// than those before.
func (v *verifier) codeOf() error {
	r := v.r
	clear(v.seen)
	for _, b := range r.placed() {
		if b.at == 0 && b.optional {
			continue
		}
		if in, ok := v.seen[b.at]; ok && in <= b.place && (in == onGroup) == (b.place == onGroup) && (in == onKey) == (b.place == onKey) {
			continue
		}
		if err := v.block(b.at, b.place); err != nil {
			return err
		}
		v.seen[b.at] = b.place
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
		add(w.Carry, onEvent, true)
		add(w.Where, onEvent, true)
	}
	for _, st := range r.Streams {
		add(st.Window.Arg, onEvent, true)
		add(st.Window.Carry, onEvent, true)
		add(st.Window.Where, onEvent, true)
	}
	for _, b := range r.Reads {
		add(b, onCell, false)
	}
	add(r.When, onCell, true)
	add(r.Clear, onCell, true)
	acts := func(list []Act, in place) {
		for _, a := range list {
			switch a.Kind {
			case Log:
				add(a.Text, in, false)
			case Set:
				for _, k := range a.Keys {
					add(k, in, false)
				}
				add(a.Value, in, false)
			default:
				add(a.Tag, in, false)
				add(a.Data, in, true)
				add(a.Ack, in, true)
			}
		}
	}
	acts(r.Do, r.actPlace())
	acts(r.ClearDo, onCell)
	if r.Gather != nil {
		for _, k := range r.Gather.Key {
			add(k.Code, onCell, false)
		}
		for _, b := range r.Gather.Takes {
			add(b, onCell, false)
		}
	}
	r.mutes(add)
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
	if b == 0 || int64(b) >= int64(len(p.Code)) {
		return v.fail(-1, "no code begins at %d", b)
	}
	start := int(b)
	if p.Code[start-1].Op != OpRet {
		return v.fail(start, "a block cannot begin within another")
	}
	if o := v.owner[start]; o != 0 && o != v.rule+1 {
		return v.fail(start, "the block belongs to rule %d", o-1)
	}
	v.owner[start] = v.rule + 1
	end := start
	for p.Code[end].Op != OpRet {
		v.depth[end] = unknown
		if end++; end == len(p.Code) {
			return v.fail(end-1, "the block has no end")
		}
	}
	v.depth[start], v.depth[end] = 0, unknown
	if start == end {
		return v.fail(start, "ret takes 1 value of 0")
	}
	reach := func(pc, d int) error {
		if v.depth[pc] != unknown && int(v.depth[pc]) != d {
			return v.fail(pc, "is reached with %d and with %d values", v.depth[pc], d)
		}
		v.depth[pc] = int8(d)
		v.most = max(v.most, d)
		return nil
	}
	for pc := start; pc < end; pc++ {
		i := p.Code[pc]
		if err := v.operand(pc, i, in); err != nil {
			return err
		}
		depth, takes, row := int(v.depth[pc]), i.takes(p), &ops[i.Op]
		if takes > depth {
			return v.fail(pc, "%s takes %d values of %d", i.Op, takes, depth)
		}
		depth += row.Pushes - takes
		if depth > maxStack {
			return v.fail(pc, "more than %d values", maxStack)
		}
		if i.Op.jumps() {
			if int64(i.A) <= int64(pc) || int64(i.A) > int64(end) {
				return v.fail(pc, "jumps to %d, which is not further on in its block", i.A)
			}
			if err := reach(int(i.A), depth+row.Jump); err != nil {
				return err
			}
		}
		if err := reach(pc+1, depth); err != nil {
			return err
		}
	}
	if d := v.depth[end]; d != 1 {
		return v.fail(end, "ret leaves %d values", d-1)
	}
	return v.operand(end, p.Code[end], in)
}

func (v *verifier) operand(pc int, i Instr, in place) error {
	p, r, a := v.p, v.r, int64(i.A)
	index := func(n int, what string) error {
		if a >= int64(n) {
			return v.fail(pc, "%s %d of %d", what, a, n)
		}
		return nil
	}
	if (in == onKey) != i.Op.ofKey() && (i.Op.ofKey() || i.Op.ofMember()) {
		return v.fail(pc, "%s cannot stand here: mutes speak of the key, and of no event", i.Op)
	}
	if in == onGroup && i.Op.ofMember() || in != onGroup && i.Op.ofGroup() {
		return v.fail(pc, "%s cannot stand here: acts that are gathered speak of the group, and nothing else does", i.Op)
	}
	if !i.Op.two() && i.B != 0 {
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
	case argFrom:
		if err := index(len(r.Streams), "stream"); err != nil {
			return err
		}
		if int(i.B) >= len(r.Streams[a].Window.Aggs) {
			return v.fail(pc, "aggregate %d of %d", i.B, len(r.Streams[a].Window.Aggs))
		}
		return v.onlyOn(pc, i, in, beforeWhere)
	case argComparer:
		if err := index(len(r.Comparers), "comparer"); err != nil {
			return err
		}
		return v.onlyOn(pc, i, in, beforeWhere)
	case argKey:
		return index(len(r.Key), "key part")
	case argSpans:
		return index(len(p.Spans), "spans")
	case argTable:
		return index(len(p.Tables), "table")
	case argRegister:
		return index(len(p.Registers), "register")
	case argUnique:
		if err := index(len(r.Uniques), "unique"); err != nil {
			return err
		}
		return v.onlyOn(pc, i, in, beforeWhere)
	case argTake:
		if r.Gather == nil {
			return v.fail(pc, "nothing is gathered")
		}
		return index(len(r.Gather.Takes), "take")
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
