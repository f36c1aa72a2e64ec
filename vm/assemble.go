package vm

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// AsmError says what cannot be read in the text form of a program, and where:
// the line from 1, the column from 1 in characters.
type AsmError struct {
	Line, Col int
	Message   string
}

func (e *AsmError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Message) }

// Assemble reads the text form (asm.go). It does not verify the program. The
// error is an *AsmError.
func Assemble(text string) (*Program, error) {
	a := &assembler{p: &Program{}, labels: map[label]uint32{}}
	a.texts = a.p.pooled()
	for line := range strings.Lines(text) {
		a.line++
		if a.cut(line); a.err == nil && a.more() {
			a.read()
		}
		if a.err == nil && a.more() {
			a.failAt(a.toks[a.at].col, "%s is too much here", a.toks[a.at].text)
		}
		if a.err == nil && a.hasSource {
			a.failAt(a.sourceCol, "only an instruction or a probe has a source")
		}
		if a.err != nil {
			return nil, a.err
		}
	}
	if a.err = a.end(); a.err != nil {
		return nil, a.err
	}
	return a.p, nil
}

// token is a word, a text in quotes, or one of []{}:,
type token struct {
	text string // quotes and all
	col  int
}

// label is a label and the section it stands in.
type label struct {
	section int
	name    string
}

// reference is where a label is used.
type reference struct {
	label
	line, col int
	set       func(pc uint32)
}

// state says which lines may come.
type state uint8

const (
	atStart state = iota
	inDecls
	inRule
	inCode
)

type assembler struct {
	p         *Program
	line      int
	toks      []token
	at        int
	endCol    int    // after the last token
	source    string // what follows ";"
	sourceCol int
	hasSource bool
	err       error
	state     state
	pools     [numOperands]pool
	texts     map[operand]*[]string
	section   int
	labels    map[label]uint32
	refs      []reference
	files     pool
	rules     []*draft
}

// draft is a rule until all labels are known.
type draft struct {
	Rule
	place     int  // in the program; -1 if it does not say
	situation bool // it says itself whether it is one
	line, col int
}

func (a *assembler) failAt(col int, format string, args ...any) {
	if a.err == nil {
		a.err = &AsmError{a.line, col, fmt.Sprintf(format, args...)}
	}
}

// fail blames the token taken last.
func (a *assembler) fail(format string, args ...any) {
	col := a.endCol
	if a.at > 0 && a.at <= len(a.toks) {
		col = a.toks[a.at-1].col
	}
	a.failAt(col, format, args...)
}

// cut cuts a line into tokens.
func (a *assembler) cut(line string) {
	a.toks, a.at, a.hasSource = a.toks[:0], 0, false
	rest, col := strings.TrimRight(line, " \t\r\n"), 1
	take := func(n int) string {
		s := rest[:n]
		rest, col = rest[n:], col+utf8.RuneCountInString(s)
		return s
	}
	for rest != "" && a.err == nil {
		start := col
		switch c := rest[0]; {
		case c == ' ' || c == '\t':
			take(1)
		case c == ';':
			take(1)
			take(len(rest) - len(strings.TrimLeft(rest, " \t")))
			a.hasSource, a.source, a.sourceCol, rest = true, rest, col, ""
		case c == '(':
			n, open := 0, 0
			for ; n < len(rest); n++ {
				if rest[n] == '(' {
					open++
				} else if rest[n] == ')' {
					if open--; open == 0 {
						break
					}
				}
			}
			if n == len(rest) {
				a.failAt(start, "the comment is not closed")
				return
			}
			take(n + 1)
		case c == '"':
			q, err := strconv.QuotedPrefix(rest)
			if err != nil {
				a.failAt(start, "the text is not closed, or has an escape that is none")
				return
			}
			a.toks = append(a.toks, token{take(len(q)), start})
		case c == ')':
			a.failAt(start, "no comment ends here")
		case strings.IndexByte("[]{},:", c) >= 0:
			a.toks = append(a.toks, token{take(1), start})
		default:
			n := strings.IndexAny(rest, " \t[]{},;()\"")
			if n < 0 {
				n = len(rest)
			}
			word := take(n)
			if w, ok := strings.CutSuffix(word, ":"); ok {
				a.toks = append(a.toks, token{w, start}, token{":", col - 1})
			} else {
				a.toks = append(a.toks, token{word, start})
			}
		}
	}
	a.endCol = col
}

func (a *assembler) more() bool { return a.at < len(a.toks) }

func (a *assembler) next() string {
	if !a.more() {
		a.failAt(a.endCol, "the line ends too early")
		return ""
	}
	a.at++
	return a.toks[a.at-1].text
}

// maybe takes the word if it comes next.
func (a *assembler) maybe(w string) bool {
	if a.more() && a.toks[a.at].text == w {
		a.at++
		return true
	}
	return false
}

func (a *assembler) want(w string) {
	if got := a.next(); got != w {
		a.fail("%q was expected, not %s", w, got)
	}
}

func (a *assembler) quoted() string {
	t := a.next()
	s, err := strconv.Unquote(t)
	if err != nil || t[0] != '"' {
		a.fail("a text in quotes was expected, not %s", t)
	}
	return s
}

// name reads a name, in quotes or plain.
func (a *assembler) name() string {
	if t := a.next(); t != "" && t[0] != '"' && nameText(t) == t {
		return t
	}
	if a.err != nil {
		return ""
	}
	a.at--
	return a.quoted()
}

func (a *assembler) names() (out []string) {
	for a.more() && a.err == nil {
		out = append(out, a.name())
	}
	return out
}

func (a *assembler) int64() int64 {
	t := a.next()
	n, err := strconv.ParseInt(t, 10, 64)
	if err != nil {
		a.fail("a whole number was expected, not %s", t)
	}
	return n
}

func (a *assembler) int() int {
	t := a.next()
	n, err := strconv.Atoi(t)
	if err != nil {
		a.fail("a whole number was expected, not %s", t)
	}
	return n
}

func (a *assembler) uint(bits int) uint32 {
	t := a.next()
	n, err := strconv.ParseUint(t, 10, bits)
	if err != nil {
		a.fail("a number of up to %d bits was expected, not %s", bits, t)
	}
	return uint32(n)
}

func (a *assembler) ints() (out []int) {
	a.want("[")
	for a.err == nil && !a.maybe("]") {
		out = append(out, a.int())
	}
	return out
}

// numbered reads "#" INT if it comes next.
func (a *assembler) numbered(bits int) (uint32, bool) {
	if !a.more() {
		return 0, false
	}
	t, ok := strings.CutPrefix(a.toks[a.at].text, "#")
	if !ok {
		return 0, false
	}
	a.at++
	n, err := strconv.ParseUint(t, 10, bits)
	if err != nil {
		a.fail("a number of up to %d bits was expected, not %s", bits, t)
	}
	return uint32(n), true
}

// choice reads one of a few names, or the number of one that has none.
func (a *assembler) choice(names []string) uint8 {
	if n, ok := a.numbered(8); ok {
		return uint8(n)
	}
	t := a.next()
	i := slices.Index(names, t)
	if i < 0 {
		a.fail("one of %s was expected, not %s", strings.Join(names, ", "), t)
		return 0
	}
	return uint8(i)
}

func parseDur(s string) (int64, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	switch {
	case s == "0s":
		return 0, true
	case s == durText(math.MinInt64): // its positive twin is none
		return math.MinInt64, true
	}
	digits, negative := strings.CutPrefix(s, "-")
	n, err := calendar.ParseDuration(digits)
	if negative {
		n = -n
	}
	return n, err == nil
}

func (a *assembler) dur() int64 {
	t := a.next()
	n, ok := parseDur(t)
	if !ok {
		a.fail("a duration such as 1h30m was expected, not %s", t)
	}
	return n
}

func (a *assembler) literal(depth int) (v value.Value) {
	if depth == 0 {
		a.fail("a value may be nested %d deep", maxNested)
		return v
	}
	switch t := a.next(); {
	case t == "":
	case t == "[":
		var items []value.Value
		for a.err == nil && !a.maybe("]") {
			if len(items) > 0 {
				a.want(",")
			}
			items = append(items, a.literal(depth-1))
		}
		return value.List(items)
	case t == "{":
		var fields []value.Field
		for a.err == nil && !a.maybe("}") {
			if len(fields) > 0 {
				a.want(",")
			}
			name := a.quoted()
			a.want(":")
			fields = append(fields, value.Field{Name: name, Value: a.literal(depth - 1)})
		}
		return value.Object(fields)
	case t[0] == '"':
		a.at--
		return value.String(a.quoted())
	case t == "none":
	case t == "true" || t == "false":
		return value.Bool(t == "true")
	default:
		if v, ok := scalar(t); ok {
			return v
		}
		a.fail("%s is no value", t)
	}
	return v
}

// scalar reads a number, a time or a duration: an int is all digits, a time
// has a T, a duration ends with a unit.
func scalar(t string) (value.Value, bool) {
	if n, err := strconv.ParseInt(t, 10, 64); err == nil {
		return value.Int(n), true
	}
	if d := strings.TrimPrefix(t, "-"); d == "" || !digit(d[0]) {
		return value.Value{}, false
	}
	if strings.Contains(t, "T") {
		ns, err := calendar.ParseTime(t)
		return value.Time(ns), err == nil
	}
	if letter(t[len(t)-1]) {
		ns, ok := parseDur(t)
		return value.Duration(ns), ok
	}
	f, err := strconv.ParseFloat(t, 64)
	if err != nil || !strings.ContainsAny(t, ".e") {
		return value.Value{}, false
	}
	return value.Float(f), true
}

// block reads a reference to code.
func (a *assembler) block(set func(b Block)) {
	if a.maybe("-") {
		set(0)
		return
	}
	a.target(func(pc uint32) { set(Block(pc)) })
}

func (a *assembler) target(set func(pc uint32)) {
	t := a.next()
	if n, ok := strings.CutPrefix(t, "@"); ok {
		pc, err := strconv.ParseUint(n, 10, 32)
		if err != nil {
			a.fail("a place is written @ and a number, not %s", t)
		}
		set(uint32(pc))
		return
	}
	if a.err != nil {
		return
	}
	if nameText(t) != t {
		a.fail("a label was expected, not %s", t)
		return
	}
	a.refs = append(a.refs, reference{label{a.section, t}, a.line, a.toks[a.at-1].col, set})
}

// maybeBlock reads a word and a block if the word comes next.
func (a *assembler) maybeBlock(word string, b *Block) {
	if a.maybe(word) {
		a.block(func(x Block) { *b = x })
	}
}

// place reads what follows ";" if there is anything.
func (a *assembler) place() (l Line) {
	if !a.hasSource {
		return l
	}
	a.hasSource = false
	bad := func() Line {
		a.failAt(a.sourceCol, "a source is written file:line:column and text")
		return Line{}
	}
	s := a.source
	var file string
	if strings.HasPrefix(s, `"`) {
		q, err := strconv.QuotedPrefix(s)
		if err != nil {
			return bad()
		}
		file, _ = strconv.Unquote(q)
		s = s[len(q):]
	} else {
		n := max(0, strings.IndexByte(s, ':'))
		file, s = s[:n], s[n:]
	}
	if n, ok := strings.CutPrefix(file, "#"); ok && !strings.HasPrefix(a.source, `"`) {
		i, err := strconv.ParseUint(n, 10, 16)
		if err != nil {
			return bad()
		}
		l.File = uint16(i)
	} else {
		i, ok := a.files.first[file]
		if !ok || i > math.MaxUint16 {
			a.failAt(a.sourceCol, "%q is no file of the program", file)
			return l
		}
		l.File = uint16(i)
	}
	place, text, _ := strings.Cut(s, " ")
	parts := strings.Split(place, ":")
	if len(parts) != 3 || parts[0] != "" {
		return bad()
	}
	line, err := strconv.ParseUint(parts[1], 10, 32)
	col, err2 := strconv.ParseUint(parts[2], 10, 32)
	if err != nil || err2 != nil {
		return bad()
	}
	l.Line, l.Col = uint32(line), uint32(col)
	if l.Text = strings.TrimLeft(text, " \t"); strings.HasPrefix(l.Text, `"`) {
		if l.Text, err = strconv.Unquote(l.Text); err != nil {
			return bad()
		}
	}
	return l
}

// entry reads the operand that points into a pool, and adds to the pool what
// is not in it.
func (a *assembler) entry(arg operand) uint32 {
	if n, ok := a.numbered(32); ok {
		return n
	}
	l := &a.pools[arg]
	var v value.Value
	var key string
	switch arg {
	case argConst:
		v = a.literal(maxNested)
		key, _ = constKey(v)
	case argRegexp:
		key = a.quoted()
	default:
		key = a.name()
	}
	if a.err != nil {
		return 0
	}
	if i, ok := l.first[key]; ok {
		return uint32(i)
	}
	return uint32(a.join(arg, key, v))
}

// join puts an entry at the end of a pool.
func (a *assembler) join(arg operand, key string, v value.Value) int {
	if arg == argConst {
		a.p.Consts = append(a.p.Consts, v)
	} else {
		*a.texts[arg] = append(*a.texts[arg], key)
	}
	return a.pools[arg].add(key)
}

// read reads one line.
func (a *assembler) read() {
	word := a.next()
	switch {
	case a.state == atStart:
		if word != "program" || a.int64() != format {
			a.failAt(1, "the text does not begin with \"program %d\"", format)
			return
		}
		if !a.maybe("bare") {
			a.p.Code, a.p.Lines = []Instr{{}}, []Line{{}}
		}
		a.state = inDecls
	case a.more() && a.toks[a.at].text == ":": // before parts of the same name
		a.code(word)
	case word == "rule":
		a.rule()
	case a.state == inDecls && a.decl(word):
	case a.state == inRule && a.part(a.rules[len(a.rules)-1], word):
	default:
		a.code(word)
	}
}

// decl reads what is declared ahead of the rules.
func (a *assembler) decl(word string) bool {
	p := a.p
	switch word {
	case "file":
		t := a.next()
		if a.err == nil && fileText(t) != t {
			a.at--
			t = a.quoted()
		}
		p.Files = append(p.Files, t)
		a.files.add(t)
	case "event":
		p.Events = append(p.Events, a.event())
	case "field":
		if len(p.Events) == 0 {
			a.fail("a field belongs to an event")
			return true
		}
		e := &p.Events[len(p.Events)-1]
		e.Fields = append(e.Fields, FieldType{a.name(), a.kind()})
	case "table":
		p.Tables = append(p.Tables, Table{Name: a.name(), By: a.names()})
	case "column", "row":
		a.table(word)
	case "spans":
		p.Spans = append(p.Spans, a.spans())
	case "register":
		p.Registers = append(p.Registers, a.register())
	case "action":
		x := Action{Name: a.name()}
		if a.maybe("retry") {
			x.Retry = a.int()
		}
		a.want("backoff")
		x.Backoff = a.dur()
		a.want("timeout")
		x.Timeout = a.dur()
		p.Actions = append(p.Actions, x)
	case "param":
		if len(p.Actions) == 0 {
			a.fail("a param belongs to an action")
			return true
		}
		x := &p.Actions[len(p.Actions)-1]
		x.Params = append(x.Params, ActionParam{a.name(), a.kind(), a.maybe("optional")})
	case "permit":
		var patterns []string
		for a.more() && a.err == nil {
			patterns = append(patterns, a.quoted())
		}
		p.Permits = append(p.Permits, patterns)
	case "names", "funcs":
		arg := argName
		if word == "funcs" {
			arg = argFunc
		}
		for _, n := range a.names() {
			a.join(arg, n, value.Value{})
		}
	case "regexp":
		a.join(argRegexp, a.quoted(), value.Value{})
	case "const":
		v := a.literal(maxNested)
		key, _ := constKey(v)
		a.join(argConst, key, v)
	default:
		return false
	}
	return true
}

func (a *assembler) kind() value.Kind {
	if n, ok := a.numbered(8); ok {
		return value.Kind(n)
	}
	t := a.next()
	for k := value.KindNone; k <= value.KindObject; k++ {
		if kindText(k) == t {
			return k
		}
	}
	a.fail("%s is no type of a field", t)
	return 0
}

func (a *assembler) rule() {
	r := &draft{place: -1, line: a.line, col: a.toks[0].col}
	if n, ok := a.numbered(31); ok {
		r.place = int(n)
	}
	r.Name = a.name()
	r.Identity = r.Name
	a.rules = append(a.rules, r)
	a.section++
	a.state = inRule
}

// part reads a line of a rule; false if it is none.
func (a *assembler) part(r *draft, word string) bool {
	switch word {
	case "identity":
		r.Identity = a.quoted()
	case "unnamed":
		r.Unnamed = true
	case "situation":
		r.Situation, r.situation = a.choice([]string{"no", "yes"}) == 1, true
	case "order":
		r.Order = a.int()
	case "expire":
		r.Expire = a.dur()
	case "captures":
		r.Caps = append(r.Caps, a.names()...)
	case "elem":
		e := Elem{Pattern: a.quoted()}
		if a.more() && a.toks[a.at].text == "[" {
			e.Caps = a.ints()
		}
		r.Elems = append(r.Elems, e)
		i := len(r.Elems) - 1
		if a.maybe("where") {
			a.block(func(b Block) { r.Elems[i].Where = b })
		}
	case "ticks":
		r.Ticks = &Ticks{a.dur(), a.quoted(), a.quoted()}
	case "sequence":
		r.Sequence = &Sequence{Within: a.dur()}
	case "step":
		if r.Sequence == nil {
			a.fail("step comes after its sequence")
			return true
		}
		r.Sequence.Steps = append(r.Sequence.Steps, Step{Not: a.maybe("not"), Both: a.maybe("both"), Counts: a.ints()})
	case "key":
		r.Key = append(r.Key, KeyPart{Name: a.name()})
		i := len(r.Key) - 1
		a.block(func(b Block) { r.Key[i].Code = b })
		if a.maybe("in") {
			r.Key[i].In = a.int()
		}
	case "comparer":
		r.Comparers = append(r.Comparers, 0)
		i := len(r.Comparers) - 1
		a.block(func(b Block) { r.Comparers[i] = b })
	case "unique":
		u := Unique{Comparer: a.int()}
		a.want("within")
		u.Within = a.dur()
		r.Uniques = append(r.Uniques, u)
	case "window":
		r.Windows = append(r.Windows, Window{})
		i := len(r.Windows) - 1
		a.window(func() *Window { return &r.Windows[i] })
	case "stream":
		st := Stream{Pattern: a.quoted()}
		if a.more() && a.toks[a.at].text == "[" {
			st.Caps = a.ints()
		}
		if a.maybe("joins") {
			slots, keys := a.ints(), a.ints()
			if len(slots) != len(keys) {
				a.fail("%d captures are joined with %d key parts", len(slots), len(keys))
				return true
			}
			for i := range slots {
				st.Joins = append(st.Joins, Join{slots[i], keys[i]})
			}
		}
		r.Streams = append(r.Streams, st)
		i := len(r.Streams) - 1
		a.window(func() *Window { return &r.Streams[i].Window })
	case "mute":
		r.Mutes = append(r.Mutes, 0)
		i := len(r.Mutes) - 1
		a.block(func(b Block) { r.Mutes[i] = b })
	case "mute_read":
		r.MuteReads = append(r.MuteReads, 0)
		i := len(r.MuteReads) - 1
		a.block(func(b Block) { r.MuteReads[i] = b })
	case "read":
		r.Reads = append(r.Reads, 0)
		i := len(r.Reads) - 1
		a.block(func(b Block) { r.Reads[i] = b })
	case "ask":
		r.Asks = append(r.Asks, Ask{a.int(), a.ints(), a.ints()})
	case "when":
		a.block(func(b Block) { r.When = b })
		if a.maybe("for") {
			r.For = a.dur()
		}
		if a.maybe("repeat") {
			r.Repeat = a.dur()
		}
	case "clear":
		a.block(func(b Block) { r.Clear = b })
		if a.maybe("for") {
			r.ClearFor = a.dur()
		}
	case "do", "clear_do":
		list := &r.Do
		if word == "clear_do" {
			list = &r.ClearDo
		}
		*list = append(*list, Act{Kind: ActKind(a.choice(actNames))})
		i := len(*list) - 1
		if a.maybe("tag") {
			a.block(func(b Block) { (*list)[i].Tag = b })
		}
		if a.maybe("data") {
			a.block(func(b Block) { (*list)[i].Data = b })
		}
		if a.maybe("text") {
			a.block(func(b Block) { (*list)[i].Text = b })
		}
		if a.maybe("register") {
			(*list)[i].Register = a.int()
		}
		for a.maybe("cell") {
			(*list)[i].Keys = append((*list)[i].Keys, 0)
			j := len((*list)[i].Keys) - 1
			a.block(func(b Block) { (*list)[i].Keys[j] = b })
		}
		if a.maybe("value") {
			a.block(func(b Block) { (*list)[i].Value = b })
		}
		if a.maybe("permits") {
			(*list)[i].Permits = a.ints()
		}
		if a.maybe("action") {
			(*list)[i].Action = a.int()
		}
		if a.maybe("ack") {
			a.block(func(b Block) { (*list)[i].Ack = b })
		}
	case "limit":
		l := &Limit{N: a.int()}
		a.want("per")
		l.Per = a.dur()
		l.Own = a.maybe("own")
		r.Limit = l
	case "limit_key":
		if r.Limit == nil {
			a.fail("limit_key comes after its limit")
			return true
		}
		l := r.Limit
		l.Key = append(l.Key, KeyPart{Name: a.name()})
		i := len(l.Key) - 1
		a.block(func(b Block) { l.Key[i].Code = b })
		if a.maybe("in") {
			l.Key[i].In = a.int()
		}
	case "gather":
		r.Gather = &Gather{For: a.dur(), Own: a.maybe("own")}
	case "gather_key", "take":
		g := r.Gather
		if g == nil {
			a.fail("%s comes after its gather", word)
			return true
		}
		if word == "take" {
			g.Takes = append(g.Takes, 0)
			i := len(g.Takes) - 1
			a.block(func(b Block) { g.Takes[i] = b })
			break
		}
		g.Key = append(g.Key, KeyPart{Name: a.name()})
		i := len(g.Key) - 1
		a.block(func(b Block) { g.Key[i].Code = b })
		if a.maybe("in") {
			g.Key[i].In = a.int()
		}
	case "probe":
		r.Probes = append(r.Probes, Probe{})
		i := len(r.Probes) - 1
		a.block(func(b Block) { r.Probes[i].Code = b })
		a.want("depth")
		r.Probes[i].Depth = a.int()
		r.Probes[i].Clear = a.maybe("clear")
		r.Probes[i].Text = a.quoted()
		r.Probes[i].Line = a.place()
	default:
		return false
	}
	return true
}

// window reads a window into where at leads, which may move meanwhile.
func (a *assembler) window(at func() *Window) {
	at().Kind, at().Size = WindowKind(a.choice(windowNames)), a.dur()
	if a.maybe("arg") {
		a.block(func(b Block) { at().Arg = b })
	}
	if a.maybe("carry") {
		a.block(func(b Block) { at().Carry = b })
	}
	if a.maybe("where") {
		a.block(func(b Block) { at().Where = b })
	}
	if a.maybe("of") {
		at().Text = a.quoted()
	}
	a.want("aggs")
	for a.more() && a.err == nil {
		g := Agg{Name: a.name()}
		if a.maybe("=") {
			g.Param = a.int64()
		}
		at().Aggs = append(at().Aggs, g)
	}
}

// code reads a label or an instruction.
func (a *assembler) code(word string) {
	p := a.p
	if a.maybe(":") {
		l := label{a.section, word}
		if _, twice := a.labels[l]; twice || nameText(word) != word {
			a.at--
			a.fail("label %s stands twice here, or is no name", word)
		}
		a.labels[l] = uint32(len(p.Code))
		a.state = inCode
		return
	}
	if word == "code" && !a.more() && a.state != inCode {
		a.state = inCode
		return
	}
	pc := len(p.Code)
	in := Instr{}
	if word == "raw" {
		in = Instr{Op: Op(a.uint(8)), A: a.uint(32), B: uint16(a.uint(16))}
	} else {
		i := slices.IndexFunc(ops[:], func(r opRow) bool { return r.Name == word })
		if i < 0 {
			a.fail("%s is no instruction, nor anything else that can stand here", word)
			return
		}
		in.Op = Op(i)
		arg := in.poolOf()
		switch {
		case arg != argNone:
			if in.A = a.entry(arg); arg == argFunc {
				in.B = uint16(a.uint(16))
			}
		case ops[i].Arg == argNone:
		case ops[i].Arg == argTarget:
			a.target(func(to uint32) {
				in.A = to
				if pc < len(p.Code) {
					p.Code[pc].A = to
				}
			})
		case ops[i].Arg == argAgg || ops[i].Arg == argFrom:
			in.A, in.B = a.uint(32), uint16(a.uint(16))
		default:
			in.A = a.uint(32)
		}
	}
	a.state = inCode
	p.Code = append(p.Code, in)
	p.Lines = append(p.Lines, a.place())
}

// end fits labels and rules into their places.
func (a *assembler) end() error {
	if a.state == atStart {
		a.failAt(1, "the text does not begin with \"program %d\"", format)
		return a.err
	}
	for _, r := range a.refs {
		pc, ok := a.labels[r.label]
		if !ok {
			return &AsmError{r.line, r.col, fmt.Sprintf("there is no label %s in this part", r.name)}
		}
		r.set(pc)
	}
	if len(a.rules) == 0 {
		return nil
	}
	a.p.Rules = make([]Rule, len(a.rules))
	taken := make([]bool, len(a.rules))
	for i, r := range a.rules {
		if !r.situation {
			r.Situation = r.When != 0
		}
		if r.place < 0 {
			r.place = i
		}
		if r.place >= len(taken) || taken[r.place] {
			return &AsmError{r.line, r.col, fmt.Sprintf("a program of %d rules has no place %d left", len(taken), r.place)}
		}
		taken[r.place] = true
		a.p.Rules[r.place] = r.Rule
	}
	return nil
}
