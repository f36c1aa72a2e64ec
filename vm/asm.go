package vm

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/eda-lang/eda/vm/value"
)

// The text form has one thing a line; what follows ";" is for the reader.
//
//	program 1
//	file "x.eda"
//	const float 20            values with their kind, in order of their index
//	rule "hot" …              then its parts, indented
//	code
//	L4:                       a place that something refers to
//	    const 1               ; 20
//	    gt @0:1:45 "…"        the source: file, line, column and text
//
// Assemble reads back exactly what Fprint printed.

// Fprint prints a program in its text form.
func Fprint(w io.Writer, p *Program) error {
	a := &printer{w: bufio.NewWriter(w), p: p}
	a.program()
	return a.w.Flush()
}

type printer struct {
	w *bufio.Writer
	p *Program
}

func (a *printer) line(format string, args ...any) { fmt.Fprintf(a.w, format+"\n", args...) }

func ints(xs []int) string {
	s := ""
	for _, x := range xs {
		s += " " + strconv.Itoa(x)
	}
	return s
}

func flag(b bool, name string) string {
	if b {
		return " " + name
	}
	return ""
}

var windowNames = []string{"sliding", "last", "each", "this", "session"}
var actNames = []string{"fire", "log"}

func nameOf[T ~uint8](names []string, k T) string {
	if int(k) < len(names) {
		return names[k]
	}
	return strconv.Itoa(int(k))
}

func (a *printer) program() {
	p := a.p
	a.line("program %d", format)
	for _, f := range p.Files {
		a.line("file %q", f)
	}
	for _, e := range p.Events {
		a.line("event %q", e.Pattern)
		for _, f := range e.Fields {
			a.line("  field %q %s", f.Name, f.Kind)
		}
	}
	for _, r := range p.Regexps {
		a.line("regexp %q", r)
	}
	for _, f := range p.Funcs {
		a.line("func %q", f)
	}
	for _, n := range p.Names {
		a.line("name %q", n)
	}
	for _, v := range p.Consts {
		a.line("const %s", literal(v))
	}
	for i := range p.Rules {
		a.rule(&p.Rules[i])
	}
	a.line("code")
	places := map[Block]bool{}
	for i := range p.Rules {
		for _, b := range p.Rules[i].placed() {
			places[b.at] = true
		}
	}
	for _, in := range p.Code {
		if in.Op < numOps && in.Op.jumps() {
			places[Block(in.A)] = true
		}
	}
	for pc, in := range p.Code {
		if places[Block(pc)] {
			a.line("L%d:", pc)
		}
		a.instr(in, p.Lines[pc])
	}
}

func (a *printer) where(l Line) string {
	if l == (Line{}) {
		return ""
	}
	return fmt.Sprintf(" @%d:%d:%d %q", l.File, l.Line, l.Col, l.Text)
}

func (a *printer) instr(in Instr, l Line) {
	s := "    " + in.Op.String()
	note := ""
	if in.Op >= numOps {
		s = fmt.Sprintf("    op %d %d %d", in.Op, in.A, in.B)
	} else {
		switch ops[in.Op].Arg {
		case argNone:
			if in.A != 0 {
				s += fmt.Sprintf(" %d", in.A)
			}
		case argTarget:
			s += fmt.Sprintf(" L%d", in.A)
		case argFunc, argAgg:
			s += fmt.Sprintf(" %d %d", in.A, in.B)
		default:
			s += fmt.Sprintf(" %d", in.A)
		}
		if in.B != 0 && ops[in.Op].Arg != argFunc && ops[in.Op].Arg != argAgg {
			s = fmt.Sprintf("    op %d %d %d", in.Op, in.A, in.B)
		}
		switch ops[in.Op].Arg {
		case argConst, argDuration, argShape:
			if int(in.A) < len(a.p.Consts) {
				note = value.Text(a.p.Consts[in.A])
			}
		case argName:
			if int(in.A) < len(a.p.Names) {
				note = a.p.Names[in.A]
			}
		case argFunc:
			if int(in.A) < len(a.p.Funcs) {
				note = a.p.Funcs[in.A]
			}
		}
	}
	s += a.where(l)
	if note != "" {
		s += "  ; " + strconv.Quote(note)
	}
	a.line("%s", s)
}

func (a *printer) rule(r *Rule) {
	a.line("rule %q identity %q order %d expire %d%s%s", r.Name, r.Identity, r.Order, r.Expire, flag(r.Unnamed, "unnamed"), flag(r.Situation, "situation"))
	for _, e := range r.Elems {
		a.line("  elem %q where L%d caps%s", e.Pattern, e.Where, ints(e.Caps))
	}
	for _, c := range r.Caps {
		a.line("  cap %q", c)
	}
	for _, k := range r.Key {
		a.line("  key %q L%d", k.Name, k.Code)
	}
	for _, c := range r.Comparers {
		a.line("  comparer L%d", c)
	}
	for _, w := range r.Windows {
		s := ""
		for _, g := range w.Aggs {
			s += " " + strconv.Quote(g)
		}
		a.line("  window %s %d arg L%d where L%d text %q%s", nameOf(windowNames, w.Kind), w.Size, w.Arg, w.Where, w.Text, s)
	}
	for _, k := range r.Asks {
		a.line("  ask %d mine%s their%s", k.Rule, ints(k.Mine), ints(k.Their))
	}
	a.line("  when L%d for %d repeat %d", r.When, r.For, r.Repeat)
	a.line("  clear L%d for %d", r.Clear, r.ClearFor)
	acts := func(word string, list []Act) {
		for _, x := range list {
			a.line("  %s %s tag L%d data L%d text L%d", word, nameOf(actNames, x.Kind), x.Tag, x.Data, x.Text)
		}
	}
	acts("do", r.Do)
	acts("clear_do", r.ClearDo)
	if l := r.Limit; l != nil {
		a.line("  limit %d per %d%s", l.N, l.Per, flag(l.Own, "own"))
		for _, k := range l.Key {
			a.line("  limit_key %q L%d", k.Name, k.Code)
		}
	}
	for _, p := range r.Probes {
		a.line("  probe %q L%d depth %d%s%s", p.Text, p.Code, p.Depth, flag(p.Clear, "clear"), a.where(p.Line))
	}
}

// literal writes a value with its kind, exactly.
func literal(v value.Value) string {
	switch v.Kind() {
	case value.KindFloat:
		f, _ := v.AsFloat()
		return "float " + strconv.FormatFloat(f, 'g', -1, 64)
	case value.KindString:
		s, _ := v.AsString()
		return "string " + strconv.Quote(s)
	case value.KindTime:
		n, _ := v.AsTime()
		return fmt.Sprintf("time %d", n)
	case value.KindDuration:
		n, _ := v.AsDuration()
		return fmt.Sprintf("duration %d", n)
	case value.KindList:
		s := fmt.Sprintf("list %d", len(v.Items()))
		for _, x := range v.Items() {
			s += " " + literal(x)
		}
		return s
	case value.KindObject:
		s := fmt.Sprintf("object %d", len(v.Fields()))
		for _, f := range v.Fields() {
			s += " " + strconv.Quote(f.Name) + " " + literal(f.Value)
		}
		return s
	case value.KindNone:
		return "none"
	}
	return v.Kind().String() + " " + value.Text(v)
}

// Assemble reads the text form. An error names the line.
func Assemble(text string) (*Program, error) {
	a := &assembler{p: &Program{}, labels: map[string]uint32{}}
	n := 0
	for line := range strings.Lines(text) {
		n++
		if a.words(line); a.err == nil && len(a.toks) > 0 {
			a.read()
		}
		if a.err == nil && len(a.toks) > a.at {
			a.fail("%q is too much here", a.toks[a.at])
		}
		if a.err != nil {
			return nil, fmt.Errorf("line %d: %w", n, a.err)
		}
	}
	if !a.begun {
		return nil, fmt.Errorf("the text does not begin with \"program %d\"", format)
	}
	for _, f := range a.fixups {
		pc, ok := a.labels[f.label]
		if !ok {
			return nil, fmt.Errorf("line %d: there is no label %s", f.line, f.label)
		}
		f.set(pc)
	}
	for _, r := range a.rules {
		a.p.Rules = append(a.p.Rules, *r)
	}
	return a.p, nil
}

type assembler struct {
	p      *Program
	toks   []string
	at     int
	n      int
	err    error
	begun  bool
	inCode bool
	labels map[string]uint32
	fixups []fixup
	rules  []*Rule // until all labels are known
}

type fixup struct {
	label string
	line  int
	set   func(pc uint32)
}

func (a *assembler) fail(format string, args ...any) {
	if a.err == nil {
		a.err = fmt.Errorf(format, args...)
	}
}

// words cuts a line into words and quoted texts.
func (a *assembler) words(line string) {
	a.toks, a.at = a.toks[:0], 0
	a.n++
	for {
		line = strings.TrimLeft(line, " \t\r\n")
		switch {
		case line == "" || line[0] == ';':
			return
		case line[0] == '"':
			q, err := strconv.QuotedPrefix(line)
			if err != nil {
				a.fail("a text is not closed")
				return
			}
			a.toks = append(a.toks, q)
			line = line[len(q):]
		default:
			end := strings.IndexAny(line, " \t\r\n;")
			if end < 0 {
				end = len(line)
			}
			a.toks = append(a.toks, line[:end])
			line = line[end:]
		}
	}
}

func (a *assembler) more() bool { return a.at < len(a.toks) }

func (a *assembler) next() string {
	if !a.more() {
		a.fail("the line ends too early")
		return ""
	}
	a.at++
	return a.toks[a.at-1]
}

// maybe takes the word if it comes next.
func (a *assembler) maybe(w string) bool {
	if a.more() && a.toks[a.at] == w {
		a.at++
		return true
	}
	return false
}

func (a *assembler) want(w string) {
	if got := a.next(); got != w {
		a.fail("%q was expected, not %q", w, got)
	}
}

func (a *assembler) quoted() string {
	t := a.next()
	s, err := strconv.Unquote(t)
	if err != nil || !strings.HasPrefix(t, `"`) {
		a.fail("a text in quotes was expected, not %s", t)
	}
	return s
}

func (a *assembler) number(bits int) int64 {
	t := a.next()
	n, err := strconv.ParseInt(t, 10, bits)
	if err != nil {
		a.fail("a number was expected, not %q", t)
	}
	return n
}

func (a *assembler) uint(bits int) uint32 {
	t := a.next()
	n, err := strconv.ParseUint(t, 10, bits)
	if err != nil {
		a.fail("a number was expected, not %q", t)
	}
	return uint32(n)
}

func (a *assembler) numbers() []int {
	var out []int
	for a.more() {
		n, err := strconv.Atoi(a.toks[a.at])
		if err != nil {
			break
		}
		out = append(out, n)
		a.at++
	}
	return out
}

// label sets a place once all are known.
func (a *assembler) label(set func(pc uint32)) {
	a.fixups = append(a.fixups, fixup{a.next(), a.n, set})
}

func (a *assembler) kind() value.Kind {
	t := a.next()
	for k := value.KindNone; k <= value.KindObject; k++ {
		if k.String() == t {
			return k
		}
	}
	a.fail("%q is no kind of value", t)
	return 0
}

func (a *assembler) literal(depth int) value.Value {
	if depth == 0 {
		a.fail("nested too deep")
		return value.Value{}
	}
	switch a.kind() {
	case value.KindBool:
		t := a.next()
		if t != "true" && t != "false" {
			a.fail("%q is neither true nor false", t)
		}
		return value.Bool(t == "true")
	case value.KindInt:
		return value.Int(a.number(64))
	case value.KindFloat:
		t := a.next()
		f, err := strconv.ParseFloat(t, 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			a.fail("%q is no float", t)
		}
		return value.Float(f)
	case value.KindString:
		return value.String(a.quoted())
	case value.KindTime:
		return value.Time(a.number(64))
	case value.KindDuration:
		return value.Duration(a.number(64))
	case value.KindList:
		var items []value.Value
		for range max(0, a.number(32)) {
			if a.err != nil {
				break
			}
			items = append(items, a.literal(depth-1))
		}
		return value.List(items)
	case value.KindObject:
		var fields []value.Field
		for range max(0, a.number(32)) {
			if a.err != nil {
				break
			}
			name := a.quoted()
			fields = append(fields, value.Field{Name: name, Value: a.literal(depth - 1)})
		}
		return value.Object(fields)
	}
	return value.Value{}
}

// place reads the source of an instruction if it is there.
func (a *assembler) place() (l Line) {
	if !a.more() || !strings.HasPrefix(a.toks[a.at], "@") {
		return l
	}
	parts := strings.Split(a.next()[1:], ":")
	if len(parts) != 3 {
		a.fail("a place is written @file:line:column")
		return l
	}
	var n [3]uint64
	for i := range parts {
		var err error
		if n[i], err = strconv.ParseUint(parts[i], 10, 32); err != nil || i == 0 && n[i] > math.MaxUint16 {
			a.fail("a place is written @file:line:column")
		}
	}
	return Line{File: uint16(n[0]), Line: uint32(n[1]), Col: uint32(n[2]), Text: a.quoted()}
}

func (a *assembler) read() {
	p := a.p
	word := a.next()
	if !a.begun {
		if word != "program" || a.number(32) != format {
			a.fail("the text does not begin with \"program %d\"", format)
		}
		a.begun = true
		return
	}
	if a.inCode {
		a.instr(word)
		return
	}
	if len(a.rules) > 0 && a.rulePart(a.rules[len(a.rules)-1], word) {
		return
	}
	switch word {
	case "file":
		p.Files = append(p.Files, a.quoted())
	case "event":
		p.Events = append(p.Events, EventType{Pattern: a.quoted()})
	case "field":
		if len(p.Events) == 0 {
			a.fail("a field belongs to an event")
			return
		}
		e := &p.Events[len(p.Events)-1]
		name := a.quoted()
		e.Fields = append(e.Fields, FieldType{name, a.kind()})
	case "regexp":
		p.Regexps = append(p.Regexps, a.quoted())
	case "func":
		p.Funcs = append(p.Funcs, a.quoted())
	case "name":
		p.Names = append(p.Names, a.quoted())
	case "const":
		p.Consts = append(p.Consts, a.literal(maxNested))
	case "rule":
		r := Rule{Name: a.quoted()}
		a.want("identity")
		r.Identity = a.quoted()
		a.want("order")
		r.Order = int(a.number(32))
		a.want("expire")
		r.Expire = a.number(64)
		r.Unnamed = a.maybe("unnamed")
		r.Situation = a.maybe("situation")
		a.rules = append(a.rules, &r)
	case "code":
		a.inCode = true
	default:
		a.fail("%q means nothing here", word)
	}
}

func (a *assembler) instr(word string) {
	p := a.p
	if name, ok := strings.CutSuffix(word, ":"); ok {
		if _, twice := a.labels[name]; twice {
			a.fail("label %s stands twice", name)
		}
		a.labels[name] = uint32(len(p.Code))
		return
	}
	pc := len(p.Code)
	in := Instr{}
	if word == "op" {
		in = Instr{Op: Op(a.uint(8)), A: a.uint(32), B: uint16(a.uint(16))}
	} else {
		i := slices.IndexFunc(ops[:], func(r opRow) bool { return r.Name == word })
		if i < 0 {
			a.fail("there is no instruction %q", word)
			return
		}
		in.Op = Op(i)
		switch ops[i].Arg {
		case argNone:
			if a.more() && !strings.HasPrefix(a.toks[a.at], "@") {
				in.A = a.uint(32)
			}
		case argTarget:
			a.label(func(to uint32) { p.Code[pc].A = to })
		case argFunc, argAgg:
			in.A, in.B = a.uint(32), uint16(a.uint(16))
		default:
			in.A = a.uint(32)
		}
	}
	p.Code = append(p.Code, in)
	p.Lines = append(p.Lines, a.place())
}

// rulePart reads an indented line of a rule.
func (a *assembler) rulePart(r *Rule, word string) bool {
	block := func(set func(b Block)) { a.label(func(pc uint32) { set(Block(pc)) }) }
	choose := func(names []string) uint8 {
		t := a.next()
		if i := slices.Index(names, t); i >= 0 {
			return uint8(i)
		}
		n, err := strconv.ParseUint(t, 10, 8)
		if err != nil {
			a.fail("%q is none of %s", t, strings.Join(names, ", "))
		}
		return uint8(n)
	}
	switch word {
	case "elem":
		i := len(r.Elems)
		r.Elems = append(r.Elems, Elem{Pattern: a.quoted()})
		a.want("where")
		block(func(b Block) { r.Elems[i].Where = b })
		a.want("caps")
		r.Elems[i].Caps = a.numbers()
	case "cap":
		r.Caps = append(r.Caps, a.quoted())
	case "key":
		i := len(r.Key)
		r.Key = append(r.Key, KeyPart{Name: a.quoted()})
		block(func(b Block) { r.Key[i].Code = b })
	case "comparer":
		i := len(r.Comparers)
		r.Comparers = append(r.Comparers, 0)
		block(func(b Block) { r.Comparers[i] = b })
	case "window":
		i := len(r.Windows)
		r.Windows = append(r.Windows, Window{Kind: WindowKind(choose(windowNames)), Size: a.number(64)})
		a.want("arg")
		block(func(b Block) { r.Windows[i].Arg = b })
		a.want("where")
		block(func(b Block) { r.Windows[i].Where = b })
		a.want("text")
		r.Windows[i].Text = a.quoted()
		for a.more() && a.err == nil {
			r.Windows[i].Aggs = append(r.Windows[i].Aggs, a.quoted())
		}
	case "ask":
		k := Ask{Rule: int(a.number(32))}
		a.want("mine")
		k.Mine = a.numbers()
		a.want("their")
		k.Their = a.numbers()
		r.Asks = append(r.Asks, k)
	case "when":
		block(func(b Block) { r.When = b })
		a.want("for")
		r.For = a.number(64)
		a.want("repeat")
		r.Repeat = a.number(64)
	case "clear":
		block(func(b Block) { r.Clear = b })
		a.want("for")
		r.ClearFor = a.number(64)
	case "do", "clear_do":
		list := &r.Do
		if word == "clear_do" {
			list = &r.ClearDo
		}
		i := len(*list)
		*list = append(*list, Act{Kind: ActKind(choose(actNames))})
		a.want("tag")
		block(func(b Block) { (*list)[i].Tag = b })
		a.want("data")
		block(func(b Block) { (*list)[i].Data = b })
		a.want("text")
		block(func(b Block) { (*list)[i].Text = b })
	case "limit":
		l := &Limit{N: int(a.number(64))}
		a.want("per")
		l.Per = a.number(64)
		l.Own = a.maybe("own")
		r.Limit = l
	case "limit_key":
		if r.Limit == nil {
			a.fail("limit_key comes after its limit")
			return true
		}
		i, l := len(r.Limit.Key), r.Limit
		l.Key = append(l.Key, KeyPart{Name: a.quoted()})
		block(func(b Block) { l.Key[i].Code = b })
	case "probe":
		i := len(r.Probes)
		r.Probes = append(r.Probes, Probe{Text: a.quoted()})
		block(func(b Block) { r.Probes[i].Code = b })
		a.want("depth")
		r.Probes[i].Depth = int(a.number(32))
		r.Probes[i].Clear = a.maybe("clear")
		r.Probes[i].Line = a.place()
	default:
		return false
	}
	return true
}
