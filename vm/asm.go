package vm

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// The text form of a program. It says all of it, one thing a line, and
// Assemble reads back exactly what Fprint printed, also for a program that
// Verify would refuse.
//
//	program = "program" FORMAT [ "bare" ] { decl } [ code ] { rule code } .
//	decl    = "file" name | "event" STR [ "time" name ] [ "late" dur ] { "field" name kind } | "names" { name } | "funcs" { name }
//	        | "regexp" STR | "const" literal | "register" name kind [ "default" literal ] [ "expire" dur ] [ "by" { name } ]
//	        | "permit" { STR } | "action" name [ "retry" INT ] "backoff" dur "timeout" dur | "param" name kind [ "optional" ]
//	        | "table" name { name } | "column" name kind | "row" { literal } | "spans" STR "in" STR .
//	rule    = "rule" [ "#" INT ] name { part } .
//	part    = "identity" STR | "unnamed" | "situation" ( "yes" | "no" ) | "order" INT | "expire" dur
//	        | "captures" { name } | "elem" STR [ ints ] [ "where" block ] | "ticks" dur STR STR | "sequence" dur | "step" [ "not" ] [ "both" ] ints | "key" name block [ "in" INT ] | "comparer" block | "unique" INT "within" dur
//	        | "window" window | "stream" STR [ ints ] [ "joins" ints ints ] window
//	        | "ask" INT ints ints | "read" block | "when" block [ "for" dur ] [ "repeat" dur ] | "clear" block [ "for" dur ]
//	        | ( "do" | "clear_do" ) ( "fire" | "log" | "set" | "call" ) [ "tag" block ] [ "data" block ] [ "text" block ]
//	          [ "register" INT ] { "cell" block } [ "value" block ] [ "permits" ints ] [ "action" INT ] [ "ack" block ]
//	        | "mute" block | "mute_read" block | "limit" INT "per" dur [ "own" ] | "limit_key" name block [ "in" INT ]
//	        | "gather" dur [ "own" ] | "gather_key" name block [ "in" INT ] | "take" block | "probe" block "depth" INT [ "clear" ] STR [ source ] .
//	window  = ( "sliding" | "last" | "each" | "this" | "session" ) dur [ "arg" block ] [ "carry" block ] [ "where" block ] [ "of" STR ] "aggs" { name [ "=" INT ] } .
//	code    = [ "code" ] { label ":" | op { operand } [ source ] } .
//	operand = literal | name | INT | block | "#" INT .
//	block   = label | "@" INT | "-" .
//	source  = ";" ( name | "#" INT ) ":" LINE ":" COLUMN [ STR | text to the end of the line ] .
//	literal = "none" | "true" | "false" | INT | FLOAT | STR | TIME | dur | "[" [ literal { "," literal } ] "]"
//	        | "{" [ STR ":" literal { "," STR ":" literal } ] "}" .
//	name    = ID | STR .     dur = [ "-" ] DUR | INT .     ints = "[" { INT } "]" .
//
// Each decl and part, label and op has a line of its own; text in parentheses
// is a comment. STR is quoted as in Go; a float has a point or an exponent, an
// int has none; TIME is RFC 3339 in UTC; a plain INT as dur counts ns, or
// events for last.
//
// A label belongs to the rule it stands under. "@" INT is a place in the code
// that has no label there, "-" no block. The ret at place 0 is not written,
// unless the program is bare of it.
//
// Constants, names, functions and regular expressions are written where they
// are used. One that is not declared yet joins the end of its pool, so that
// only those are declared whose place their use does not give; "#" INT is an
// entry by its place in the pool. Rules stand in the order of their code, and
// say "#" INT where that is not their order in the program.

// Fprint prints a program in its text form. Besides the errors of w there is
// one for a program with more or fewer lines than instructions, and for a
// constant nested deeper than Verify allows.
func Fprint(w io.Writer, p *Program) error { return fprint(w, p, false) }

// Listing prints as Fprint does, with the place of each block and the stack
// picture of each instruction beside it as comments.
func Listing(w io.Writer, p *Program) error { return fprint(w, p, true) }

func fprint(w io.Writer, p *Program, pictures bool) error {
	if len(p.Lines) != len(p.Code) {
		return fmt.Errorf("%d lines for %d instructions", len(p.Lines), len(p.Code))
	}
	a := &printer{w: bufio.NewWriter(w), p: p, pictures: pictures}
	for i, v := range p.Consts {
		key, ok := constKey(v)
		if !ok {
			return fmt.Errorf("constant %d is nested deeper than %d", i, maxNested)
		}
		a.pools[argConst].add(key)
	}
	for arg, list := range a.p.pooled() {
		for _, s := range *list {
			a.pools[arg].add(s)
		}
	}
	for _, f := range p.Files {
		a.files.add(f)
	}
	a.program()
	return a.w.Flush()
}

// pooled lists the pools of texts by the operand that points into them.
func (p *Program) pooled() map[operand]*[]string {
	return map[operand]*[]string{argName: &p.Names, argFunc: &p.Funcs, argRegexp: &p.Regexps}
}

// pool finds entries of a constant pool by their exact content.
type pool struct {
	keys  []string
	first map[string]int
}

func (l *pool) add(key string) int {
	if l.first == nil {
		l.first = map[string]int{}
	}
	at := len(l.keys)
	if _, ok := l.first[key]; !ok {
		l.first[key] = at
	}
	l.keys = append(l.keys, key)
	return at
}

// constKey tells constants apart exactly: 2 from 2.0, 0.0 from -0.0.
func constKey(v value.Value) (string, bool) {
	c := &codec{}
	c.value(&v, maxNested)
	return string(c.buf), c.err == nil
}

// poolOf is the pool an instruction's A points into, argNone if it does not.
func (in Instr) poolOf() operand {
	if in.raw() {
		return argNone
	}
	switch arg := ops[in.Op].Arg; arg {
	case argConst, argShape, argDuration:
		return argConst
	case argName, argFunc, argRegexp:
		return arg
	}
	return argNone
}

// raw reports whether an instruction has to be written by number: it is none,
// or it has an operand it does not use.
func (in Instr) raw() bool {
	if in.Op >= numOps {
		return true
	}
	arg := ops[in.Op].Arg
	return in.B != 0 && !in.Op.two() || in.A != 0 && arg == argNone
}

// declared is how many entries of a pool have to be declared: all before the
// longest tail that is first used in its own order.
func declared(l *pool, arg operand, code []Instr) int {
	rank := map[int]int{}
	for _, in := range code {
		if a := int(in.A); in.poolOf() == arg && in.A < uint32(len(l.keys)) {
			if _, ok := rank[a]; !ok {
				rank[a] = len(rank)
			}
		}
	}
	n := len(l.keys)
	for last := math.MaxInt; n > 0; n-- {
		r, used := rank[n-1]
		if !used || r >= last || l.first[l.keys[n-1]] != n-1 {
			break
		}
		last = r
	}
	return n
}

type printer struct {
	w        *bufio.Writer
	p        *Program
	pictures bool
	pools    [numOperands]pool // by operand
	files    pool
	section  []int          // for each place the section it is printed in: 0 before the rules
	labels   map[int]string // by place
	sections []section
}

func (a *printer) line(format string, args ...any) { fmt.Fprintf(a.w, format+"\n", args...) }

// role is a block of a rule and what it is called.
type role struct {
	at   Block
	name string
}

// roles lists all places a rule refers to, in the order of its parts.
func (r *Rule) roles() []role {
	var out []role
	add := func(b Block, name string, i int) {
		if i > 0 {
			name += strconv.Itoa(i)
		}
		if b != 0 {
			out = append(out, role{b, name})
		}
	}
	for i, e := range r.Elems {
		add(e.Where, "where", i)
	}
	for i, k := range r.Key {
		add(k.Code, "key", i)
	}
	for i, b := range r.Comparers {
		add(b, "comparer", i)
	}
	for i, w := range r.Windows {
		add(w.Arg, "arg", i)
		add(w.Carry, "carry", i)
		add(w.Where, "filter", i)
	}
	for i, st := range r.Streams {
		add(st.Window.Arg, "stream_arg", i)
		add(st.Window.Carry, "stream_carry", i)
		add(st.Window.Where, "stream_filter", i)
	}
	for i, b := range r.Reads {
		add(b, "read", i)
	}
	add(r.When, "when", 0)
	add(r.Clear, "clear", 0)
	acts := func(prefix string, list []Act) {
		cells := 0
		for i, x := range list {
			add(x.Tag, prefix+"tag", i)
			add(x.Data, prefix+"data", i)
			add(x.Text, prefix+"text", i)
			add(x.Ack, prefix+"ack", i)
			for _, k := range x.Keys {
				add(k, prefix+"cell", cells)
				cells++
			}
			add(x.Value, prefix+"value", i)
		}
	}
	acts("", r.Do)
	acts("clear_", r.ClearDo)
	if r.Limit != nil {
		for i, k := range r.Limit.Key {
			add(k.Code, "limit_key", i)
		}
	}
	if r.Gather != nil {
		for i, k := range r.Gather.Key {
			add(k.Code, "gather_key", i)
		}
		for i, b := range r.Gather.Takes {
			add(b, "take", i)
		}
	}
	for i, p := range r.Probes {
		add(p.Code, "probe", i)
	}
	return out
}

// section is a rule and where its code begins.
type section struct{ rule, start int }

// sections puts the rules in the order of their code; those without any come last.
func (p *Program) sections() []section {
	out := make([]section, len(p.Rules))
	for i := range p.Rules {
		out[i] = section{i, len(p.Code)}
		for _, b := range p.Rules[i].roles() {
			if int64(b.at) < int64(out[i].start) {
				out[i].start = int(b.at)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b section) int { return a.start - b.start })
	return out
}

func (a *printer) program() {
	p := a.p
	first := 1
	if len(p.Code) == 0 || p.Code[0] != (Instr{}) || p.Lines[0] != (Line{}) {
		first = 0
	}
	a.line("program %d%s", format, flag(first == 0, "bare"))
	a.decls()

	sections := p.sections()
	a.sections = sections
	own := slices.IsSortedFunc(sections, func(x, y section) int { return x.rule - y.rule })
	a.section = make([]int, len(p.Code))
	for i, s := range sections {
		end := len(p.Code)
		if i+1 < len(sections) {
			end = sections[i+1].start
		}
		for pc := s.start; pc < end; pc++ {
			a.section[pc] = i + 1
		}
	}
	a.name(sections)

	next := 0
	for pc := first; pc <= len(p.Code); pc++ {
		for ; next < len(sections) && sections[next].start == pc; next++ {
			a.rule(sections[next].rule, next+1, own)
		}
		if pc == len(p.Code) {
			break
		}
		if pc == first && next == 0 {
			a.line("\ncode")
		}
		if l, ok := a.labels[pc]; ok {
			if !isJumpLabel(l) {
				a.line("")
			}
			if a.pictures && !isJumpLabel(l) {
				a.line("%s: (%d)", l, pc)
			} else {
				a.line("%s:", l)
			}
		}
		a.instr(pc)
	}
}

func isJumpLabel(l string) bool { return l[0] == 'L' }

// name gives a label to every place that something of its own section refers
// to: that of its first role, or L and a number for the targets of jumps.
func (a *printer) name(sections []section) {
	a.labels = map[int]string{}
	for i, s := range sections {
		for _, r := range a.p.Rules[s.rule].roles() {
			if at := int64(r.at); at < int64(len(a.p.Code)) && a.section[at] == i+1 && a.labels[int(at)] == "" {
				a.labels[int(at)] = r.name
			}
		}
	}
	targets := map[int]bool{}
	for pc, in := range a.p.Code {
		if !in.raw() && in.Op.jumps() && in.A < uint32(len(a.p.Code)) && a.section[in.A] == a.section[pc] {
			targets[int(in.A)] = true
		}
	}
	if len(a.p.Code) > 0 && a.p.Code[0] == (Instr{}) && a.p.Lines[0] == (Line{}) {
		delete(targets, 0) // it is not printed
	}
	n, in := 0, -1
	for pc := range a.p.Code {
		if a.section[pc] != in {
			n, in = 0, a.section[pc]
		}
		if targets[pc] && a.labels[pc] == "" {
			n++
			a.labels[pc] = "L" + strconv.Itoa(n)
		}
	}
}

// block writes a reference made in a section.
func (a *printer) block(b Block, section int) string {
	if b == 0 {
		return "-"
	}
	return a.target(uint32(b), section)
}

func (a *printer) target(at uint32, section int) string {
	if int64(at) < int64(len(a.p.Code)) && a.section[at] == section {
		if l, ok := a.labels[int(at)]; ok {
			return l
		}
	}
	return fmt.Sprintf("@%d", at)
}

// decls prints what is declared ahead of the rules.
func (a *printer) decls() {
	p := a.p
	for _, f := range p.Files {
		a.line("file %s", fileText(f))
	}
	for _, e := range p.Events {
		a.line("event %q%s", e.Pattern, timeText(&e))
		for _, f := range e.Fields {
			a.line("  field %s %s", nameText(f.Name), kindText(f.Kind))
		}
	}
	for i := range p.Tables {
		a.table(&p.Tables[i])
	}
	for i := range p.Spans {
		a.spans(&p.Spans[i])
	}
	for _, r := range p.Registers {
		a.line("%s", registerText(&r))
	}
	for _, x := range p.Actions {
		retry := ""
		if x.Retry != 0 {
			retry = fmt.Sprintf(" retry %d", x.Retry)
		}
		a.line("action %s%s backoff %s timeout %s", nameText(x.Name), retry, durText(x.Backoff), durText(x.Timeout))
		for _, f := range x.Params {
			a.line("  param %s %s%s", nameText(f.Name), kindText(f.Kind), flag(f.Optional, "optional"))
		}
	}
	for _, x := range p.Permits {
		a.w.WriteString("permit")
		for _, pattern := range x {
			a.w.WriteString(" " + strconv.Quote(pattern))
		}
		a.w.WriteString("\n")
	}
	list := func(word string, names []string) {
		for chunk := range slices.Chunk(names, 10) {
			a.w.WriteString(word)
			for _, n := range chunk {
				a.w.WriteString(" " + nameText(n))
			}
			a.w.WriteString("\n")
		}
	}
	list("names", p.Names[:declared(&a.pools[argName], argName, p.Code)])
	list("funcs", p.Funcs[:declared(&a.pools[argFunc], argFunc, p.Code)])
	for _, r := range p.Regexps[:declared(&a.pools[argRegexp], argRegexp, p.Code)] {
		a.line("regexp %q", r)
	}
	for _, v := range p.Consts[:declared(&a.pools[argConst], argConst, p.Code)] {
		a.line("const %s", appendLiteral(nil, v))
	}
}

func (a *printer) rule(index, section int, own bool) {
	r := &a.p.Rules[index]
	number := ""
	if !own {
		number = fmt.Sprintf("#%d ", index)
	}
	a.line("\nrule %s%s", number, nameText(r.Name))
	if r.Identity != r.Name {
		a.line("  identity %q", r.Identity)
	}
	if r.Unnamed {
		a.line("  unnamed")
	}
	if r.Situation != (r.When != 0) {
		a.line("  situation %s", map[bool]string{true: "yes", false: "no"}[r.Situation])
	}
	a.line("  order %d", r.Order)
	a.line("  expire %s", durText(r.Expire))
	if len(r.Caps) > 0 {
		a.line("  captures%s", nameTexts(r.Caps))
	}
	part := func(word string, b Block) string {
		if b == 0 {
			return ""
		}
		return " " + word + " " + a.block(b, section)
	}
	hold := func(word string, d int64) string {
		if d == 0 {
			return ""
		}
		return " " + word + " " + durText(d)
	}
	for _, e := range r.Elems {
		caps := ""
		if len(e.Caps) > 0 {
			caps = " " + intsText(e.Caps)
		}
		a.line("  elem %q%s%s", e.Pattern, caps, part("where", e.Where))
	}
	if k := r.Ticks; k != nil {
		a.line("  ticks %s %q %q", durText(k.Every), k.Cron, k.Zone)
	}
	if s := r.Sequence; s != nil {
		a.line("  sequence %s", durText(s.Within))
		for _, st := range s.Steps {
			a.line("  step%s%s %s", flag(st.Not, "not"), flag(st.Both, "both"), intsText(st.Counts))
		}
	}
	for _, k := range r.Key {
		a.line("  key %s %s%s", nameText(k.Name), a.block(k.Code, section), k.domain())
	}
	for _, b := range r.Comparers {
		a.line("  comparer %s", a.block(b, section))
	}
	for _, u := range r.Uniques {
		a.line("  unique %d within %s", u.Comparer, durText(u.Within))
	}
	window := func(w *Window) string {
		size := durText(w.Size)
		if w.Kind == Last {
			size = strconv.FormatInt(w.Size, 10)
		}
		of := ""
		if w.Text != "" {
			of = " of " + strconv.Quote(w.Text)
		}
		aggs := ""
		for _, g := range w.Aggs {
			aggs += " " + nameText(g.Name)
			if g.Param != 0 {
				aggs += fmt.Sprintf(" = %d", g.Param)
			}
		}
		return fmt.Sprintf("%s %s%s%s%s%s aggs%s", choice(windowNames, w.Kind), size, part("arg", w.Arg), part("carry", w.Carry), part("where", w.Where), of, aggs)
	}
	for i := range r.Windows {
		a.line("  window %s", window(&r.Windows[i]))
	}
	for i := range r.Streams {
		st := &r.Streams[i]
		joins := ""
		if len(st.Joins) > 0 {
			var slots, keys []int
			for _, j := range st.Joins {
				slots, keys = append(slots, j.Slot), append(keys, j.Key)
			}
			joins = " joins " + intsText(slots) + " " + intsText(keys)
		}
		caps := ""
		if len(st.Caps) > 0 {
			caps = " " + intsText(st.Caps)
		}
		a.line("  stream %q%s%s %s", st.Pattern, caps, joins, window(&st.Window))
	}
	for _, k := range r.Asks {
		note := ""
		if k.Rule >= 0 && k.Rule < len(a.p.Rules) {
			note = comment(a.p.Rules[k.Rule].Name)
		}
		a.line("  ask %d %s %s%s", k.Rule, intsText(k.Mine), intsText(k.Their), note)
	}
	for _, b := range r.Reads {
		a.line("  read %s", a.block(b, section))
	}
	if r.When != 0 || r.For != 0 || r.Repeat != 0 {
		a.line("  when %s%s%s", a.block(r.When, section), hold("for", r.For), hold("repeat", r.Repeat))
	}
	if r.Clear != 0 || r.ClearFor != 0 {
		a.line("  clear %s%s", a.block(r.Clear, section), hold("for", r.ClearFor))
	}
	acts := func(word string, list []Act) {
		for _, x := range list {
			permits := ""
			if len(x.Permits) > 0 {
				permits = " permits " + intsText(x.Permits)
			}
			if x.Action != 0 {
				permits += fmt.Sprintf(" action %d", x.Action)
			}
			permits += part("ack", x.Ack)
			a.line("  %s %s%s%s%s%s%s", word, choice(actNames, x.Kind), part("tag", x.Tag), part("data", x.Data), part("text", x.Text), a.cellText(&x, section), permits)
		}
	}
	acts("do", r.Do)
	acts("clear_do", r.ClearDo)
	for _, b := range r.Mutes {
		a.line("  mute %s", a.block(b, section))
	}
	for _, b := range r.MuteReads {
		a.line("  mute_read %s", a.block(b, section))
	}
	if l := r.Limit; l != nil {
		a.line("  limit %d per %s%s", l.N, durText(l.Per), flag(l.Own, "own"))
		for _, k := range l.Key {
			a.line("  limit_key %s %s%s", nameText(k.Name), a.block(k.Code, section), k.domain())
		}
	}
	if g := r.Gather; g != nil {
		a.line("  gather %s%s", durText(g.For), flag(g.Own, "own"))
		for _, k := range g.Key {
			a.line("  gather_key %s %s%s", nameText(k.Name), a.block(k.Code, section), k.domain())
		}
		for _, b := range g.Takes {
			a.line("  take %s", a.block(b, section))
		}
	}
	for _, p := range r.Probes {
		s := fmt.Sprintf("  probe %s depth %d%s %q", a.block(p.Code, section), p.Depth, flag(p.Clear, "clear"), p.Text)
		if l := a.source(p.Line); l != "" {
			s += "  " + l
		}
		a.line("%s", s)
	}
}

func (a *printer) instr(pc int) {
	in := a.p.Code[pc]
	s := "    " + a.operation(in, a.section[pc])
	if a.pictures && in.Op < numOps {
		s = pad(s, 32) + "( " + ops[in.Op].Picture + " )"
		if l := a.source(a.p.Lines[pc]); l != "" {
			s = pad(s, 56) + l
		}
	} else if l := a.source(a.p.Lines[pc]); l != "" {
		s = pad(s, 40) + l
	}
	a.line("%s", s)
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(2, width-utf8.RuneCountInString(s)))
}

// operation writes an instruction with its operands.
func (a *printer) operation(in Instr, section int) string {
	if in.raw() {
		return fmt.Sprintf("raw %d %d %d", in.Op, in.A, in.B)
	}
	row := &ops[in.Op]
	if arg := in.poolOf(); arg != argNone {
		s := fmt.Sprintf("#%d", in.A)
		if l := &a.pools[arg]; in.A < uint32(len(l.keys)) && l.first[l.keys[in.A]] == int(in.A) {
			switch arg {
			case argConst:
				s = string(appendLiteral(nil, a.p.Consts[in.A]))
			case argRegexp:
				s = strconv.Quote(l.keys[in.A])
			default:
				s = nameText(l.keys[in.A])
			}
		}
		if arg == argFunc {
			s += fmt.Sprintf(" %d", in.B)
		}
		return row.Name + " " + s
	}
	var r *Rule
	if section > 0 {
		r = &a.p.Rules[a.sections[section-1].rule]
	}
	switch row.Arg {
	case argNone:
		return row.Name
	case argTarget:
		return row.Name + " " + a.target(in.A, section)
	case argAgg:
		s := fmt.Sprintf("%s %d %d", row.Name, in.A, in.B)
		if r != nil && in.A < uint32(len(r.Windows)) && int(in.B) < len(r.Windows[in.A].Aggs) {
			s += comment(strings.TrimSpace(r.Windows[in.A].Aggs[in.B].Name + " " + r.Windows[in.A].Text))
		}
		return s
	}
	if row.Arg == argFrom {
		s := fmt.Sprintf("%s %d %d", row.Name, in.A, in.B)
		if r != nil && in.A < uint32(len(r.Streams)) {
			s += comment(r.Streams[in.A].Pattern)
		}
		return s
	}
	s := fmt.Sprintf("%s %d", row.Name, in.A)
	switch {
	case r == nil:
	case row.Arg == argCapture && in.A < uint32(len(r.Caps)):
		s += comment(r.Caps[in.A])
	case row.Arg == argTable && in.A < uint32(len(a.p.Tables)):
		s += comment(a.p.Tables[in.A].Name)
	case row.Arg == argKey && in.A < uint32(len(r.Key)):
		s += comment(r.Key[in.A].Name)
	case row.Arg == argSpans && in.A < uint32(len(a.p.Spans)):
		s += comment(a.p.Spans[in.A].String())
	case row.Arg == argRegister && in.A < uint32(len(a.p.Registers)):
		s += comment(a.p.Registers[in.A].Name)
	case row.Arg == argAsk && in.A < uint32(len(r.Asks)):
		if asked := r.Asks[in.A].Rule; asked >= 0 && asked < len(a.p.Rules) {
			s += comment(a.p.Rules[asked].Name)
		}
	}
	return s
}

// source writes where something comes from; nothing if that is not known.
func (a *printer) source(l Line) string {
	if l == (Line{}) {
		return ""
	}
	file := fmt.Sprintf("#%d", l.File)
	if i := int(l.File); i < len(a.p.Files) && a.files.first[a.p.Files[i]] == i {
		file = fileText(a.p.Files[i])
	}
	s := fmt.Sprintf("; %s:%d:%d", file, l.Line, l.Col)
	switch {
	case l.Text == "":
		return s
	case plainText(l.Text):
		return s + " " + l.Text
	}
	return s + " " + strconv.Quote(l.Text)
}

// fileText writes the name of a file, in quotes unless it is a plain path.
func fileText(s string) string {
	for i := range len(s) {
		if c := s[i]; !letter(c) && !digit(c) && strings.IndexByte("_-./", c) < 0 {
			return strconv.Quote(s)
		}
	}
	if s == "" {
		return `""`
	}
	return s
}

// plainText reports whether text can stand at the end of a line as it is.
func plainText(s string) bool {
	if !utf8.ValidString(s) || s[0] == '"' || s[0] == ' ' || s[len(s)-1] == ' ' {
		return false
	}
	for _, r := range s {
		if !strconv.IsPrint(r) {
			return false
		}
	}
	return true
}

// comment writes a comment if s can be one: its parentheses have to match.
func comment(s string) string {
	open := 0
	for _, r := range s {
		switch {
		case r == '(':
			open++
		case r == ')':
			open--
		}
		if open < 0 || !strconv.IsPrint(r) {
			return ""
		}
	}
	if open != 0 || s == "" || !utf8.ValidString(s) {
		return ""
	}
	return " (" + s + ")"
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }

// nameText writes a name, in quotes unless it is a plain one.
func nameText(s string) string {
	for i := range len(s) {
		if c := s[i]; !letter(c) && c != '_' && (i == 0 || !digit(c)) {
			return strconv.Quote(s)
		}
	}
	if s == "" {
		return `""`
	}
	return s
}

func nameTexts(names []string) string {
	s := ""
	for _, n := range names {
		s += " " + nameText(n)
	}
	return s
}

func intsText(xs []int) string { return fmt.Sprint(xs) }

func flag(b bool, name string) string {
	if b {
		return " " + name
	}
	return ""
}

var windowNames = []string{"sliding", "last", "each", "this", "session"}
var actNames = []string{"fire", "log", "set", "call"}

// choice writes one of a few names, or the number that has none.
func choice[T ~uint8](names []string, k T) string {
	if int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("#%d", k)
}

// kindText writes the type of a field; any has no kind.
func kindText(k value.Kind) string {
	switch {
	case k == value.KindNone:
		return "any"
	case k <= value.KindObject:
		return k.String()
	}
	return fmt.Sprintf("#%d", k)
}

// domain writes the number of the table that a key part is looked for in.
func (k *KeyPart) domain() string {
	if k.In == 0 {
		return ""
	}
	return fmt.Sprintf(" in %d", k.In)
}

func durText(ns int64) string { return calendar.FormatDuration(ns) }

// appendLiteral writes a value with its kind, exactly.
func appendLiteral(dst []byte, v value.Value) []byte {
	switch v.Kind() {
	case value.KindFloat:
		f, _ := v.AsFloat()
		n := len(dst)
		if dst = strconv.AppendFloat(dst, f, 'g', -1, 64); !slices.ContainsFunc(dst[n:], func(c byte) bool { return c == '.' || c == 'e' }) {
			dst = append(dst, ".0"...)
		}
		return dst
	case value.KindString:
		s, _ := v.AsString()
		return strconv.AppendQuote(dst, s)
	case value.KindList:
		dst = append(dst, '[')
		for i, x := range v.Items() {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = appendLiteral(dst, x)
		}
		return append(dst, ']')
	case value.KindObject:
		dst = append(dst, '{')
		for i, f := range v.Fields() {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = append(strconv.AppendQuote(dst, f.Name), ": "...)
			dst = appendLiteral(dst, f.Value)
		}
		return append(dst, '}')
	}
	return value.AppendText(dst, v) // none, bool, int, time, duration
}
