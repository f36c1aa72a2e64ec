package vm

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/eda-lang/eda/vm/value"
)

// soundLibrary is library with functions of several arities; the last faults.
func soundLibrary() *Library {
	lib := library()
	add := func(name string, least, most int, f value.Fault) {
		lib.Funcs[name] = Func{Name: name, Min: least, Max: most, Call: func(args []value.Value) (value.Value, value.Fault) {
			if f != value.OK || len(args) == 0 {
				return value.Value{}, f
			}
			return args[0], f
		}}
	}
	add("zero", 0, 0, value.OK)
	add("some", 1, 3, value.OK)
	add("fault", 0, 2, value.Range)
	return lib
}

// sounder makes a program that Verify accepts.
type sounder struct {
	r *rand.Rand
	p *Program
}

// soundProgram makes a random program that Verify accepts with soundLibrary,
// with every operation in every place it may stand.
func soundProgram(r *rand.Rand) *Program {
	s := &sounder{r, &Program{
		Names:   []string{"cur_load", "host", "ü \"", ""},
		Regexps: []string{"^a+", "", `\d{2}`},
		Funcs:   []string{"some", "zero", "fault"},
		Files:   []string{"x.eda", "a b:c", "x.eda"},
		Tables: []Table{{Name: "owner", By: []string{"host"}, Columns: []FieldType{{"host", value.KindString}, {"n", value.KindInt}, {"", value.KindNone}},
			Rows: [][]value.Value{{value.String("x"), value.Int(1), {}}, {value.String("y"), {}, {}}}}, {Name: "ü", By: []string{"a", "b"}, Columns: []FieldType{{"b", value.KindString}, {"a", value.KindString}}}},
		Registers: []Register{{Name: "flag", Kind: value.KindBool, Default: value.Bool(false), Expire: r.Int64N(3) * 1e9, By: []string{"host"}},
			{Name: "total", Kind: value.KindNone}, {Name: "pair", Kind: value.KindString, By: []string{"a", "ü \""}, Expire: 1e9}},
		Actions: []Action{{"a", []ActionParam{{"host", value.Kind(r.IntN(9)), r.IntN(2) == 0}, {"", value.KindNone, true}}, r.IntN(3), 1 + r.Int64N(2e9), 1 + r.Int64N(2e9)}, {"ü \"", nil, 0, 1, 1}},
		Spans:   []Spans{{"daily 00:00-00:01; thu 23:59-00:01", "UTC"}, {"mon-fri 09:00-17:00", "Asia/Kolkata"}},
		Permits: [][]string{nil, {"/a/*", "/x/**"}},
		Events:  []EventType{{"/a/*", []FieldType{{"cur_load", value.Kind(r.IntN(9))}, {"host", value.KindTime}}, "", 0}},
	}}
	p := s.p
	p.Consts = []value.Value{value.Duration(1 + r.Int64N(1e10)), value.List([]value.Value{value.String("a"), value.String(""), value.String("a")}), value.List(nil),
		value.Int(math.MaxInt64), value.Float(0.1), value.Value{}, value.Int(0), value.Int(0)}
	for range r.IntN(6) {
		p.Consts = append(p.Consts, randomValue(r, 4))
	}
	p.Code, p.Lines = []Instr{{}}, []Line{{}}
	p.Rules = make([]Rule, r.IntN(5))
	// what other rules may refer to, before any code
	for i, order := range r.Perm(len(p.Rules)) {
		rule := &p.Rules[i]
		rule.Name = fmt.Sprintf("r%d", i)
		rule.Identity, rule.Order, rule.Situation = rule.Name, order, r.IntN(2) == 0
		rule.Unnamed = i > 0 && p.Rules[i-1].Unnamed || r.IntN(3) == 0
		rule.Expire = 1 + r.Int64N(1e11)
		rule.Key = make([]KeyPart, r.IntN(3))
	}
	for _, i := range r.Perm(len(p.Rules)) { // code in another order than the rules
		s.rule(&p.Rules[i])
	}
	return p
}

func (s *sounder) rule(rule *Rule) {
	r, p := s.r, s.p
	rule.Caps = []string{"host", "1"}[:r.IntN(3)]
	for range 1 + r.IntN(3) {
		e := []Elem{{Pattern: "/a/*"}, {Pattern: "/a/{x}"}, {Pattern: "/b"}, {Pattern: "/**"}}[r.IntN(4)]
		if e.Pattern != "/b" {
			e.Caps = []int{r.IntN(len(rule.Caps)+1) - 1}
		}
		rule.Elems = append(rule.Elems, e)
	}
	if r.IntN(8) == 0 {
		rule.Elems = []Elem{{}}
		rule.Ticks = []*Ticks{{Every: 1e9 + r.Int64N(9e9)}, {Cron: "* * * * *", Zone: "UTC"}, {Cron: "*/20 2,3 * * *", Zone: "Europe/Berlin"}}[r.IntN(3)]
	}
	for i := range p.Rules {
		if o := &p.Rules[i]; o.Situation && o.Order < rule.Order && r.IntN(2) == 0 {
			ask := Ask{Rule: i}
			for range r.IntN(3) {
				if len(o.Key) > 0 && len(rule.Key) > 0 {
					ask.Mine, ask.Their = append(ask.Mine, r.IntN(len(rule.Key))), append(ask.Their, r.IntN(len(o.Key)))
				}
			}
			rule.Asks = append(rule.Asks, ask)
		}
	}
	if rule.Ticks == nil && r.IntN(3) == 0 {
		s.sequence(rule)
	}
	for range r.IntN(3) {
		if rule.Sequence != nil {
			break
		}
		rule.Comparers = append(rule.Comparers, s.block(rule, onEvent))
	}
	for range r.IntN(2) {
		if n := len(rule.Comparers); n > 0 {
			rule.Uniques = append(rule.Uniques, Unique{r.IntN(n), 1 + r.Int64N(8e9)})
		}
	}
	for range r.IntN(4) {
		rule.Windows = append(rule.Windows, s.window(rule))
	}
	for range r.IntN(3) {
		st := Stream{Pattern: []string{"/a/*", "/b", "/c/{x}/e"}[r.IntN(3)], Window: s.window(rule)}
		if st.Pattern != "/b" {
			st.Caps = []int{r.IntN(len(rule.Caps)+1) - 1}
		}
		for slot := range rule.Caps {
			if r.IntN(2) == 0 {
				st.Joins = append(st.Joins, Join{slot, r.IntN(len(rule.Key)+1) - 1})
			}
		}
		rule.Streams = append(rule.Streams, st)
	}
	for i := range rule.Key {
		rule.Key[i] = KeyPart{texts[r.IntN(len(texts))], s.block(rule, onEvent), r.IntN(2)}
	}
	for i := range rule.Elems {
		rule.Elems[i].Where = s.maybe(rule, beforeWhere)
	}
	if r.IntN(3) == 0 {
		g := &Gather{For: 1 + r.Int64N(5e9), Own: r.IntN(2) == 0}
		if g.Own {
			g.Key = []KeyPart{{"k", s.block(rule, onCell), 0}}
		}
		for range r.IntN(3) {
			g.Takes = append(g.Takes, s.block(rule, onCell))
		}
		rule.Gather = g
	}
	rule.Do = s.acts(rule, rule.actPlace())
	if rule.Situation {
		for range r.IntN(3) {
			rule.Reads = append(rule.Reads, s.block(rule, onCell))
		}
		rule.When, rule.Clear, rule.ClearDo = s.block(rule, onCell), s.maybe(rule, onCell), s.acts(rule, onCell)
		rule.For, rule.Repeat, rule.ClearFor = r.Int64N(3)*1e9, r.Int64N(3)*1e9, r.Int64N(3)*1e9
	}
	for range r.IntN(3) {
		rule.Mutes = append(rule.Mutes, s.block(rule, onKey))
		if rule.Situation {
			rule.MuteReads = append(rule.MuteReads, s.block(rule, onKey))
		}
	}
	if r.IntN(2) == 0 {
		rule.Limit = &Limit{N: 1 + r.IntN(3), Per: 1 + r.Int64N(1e10), Own: r.IntN(2) == 0}
		if rule.Limit.Own {
			rule.Limit.Key = []KeyPart{{"k", s.block(rule, onCell), 0}}
		}
	}
	for range r.IntN(3) {
		rule.Probes = append(rule.Probes, Probe{texts[r.IntN(len(texts))], s.block(rule, onCell), s.line(), r.IntN(4), r.IntN(2) == 0})
	}
}

// sequence makes the elements of a rule a sequence.
func (s *sounder) sequence(rule *Rule) {
	seq := &Sequence{Within: 1 + s.r.Int64N(6e9)}
	for left := len(rule.Elems); left > 0; {
		n := 1 + s.r.IntN(left)
		st := Step{Not: len(seq.Steps) > 0 && !seq.Steps[len(seq.Steps)-1].Not && s.r.IntN(3) == 0}
		st.Both = !st.Not && s.r.IntN(2) == 0
		for range n {
			count := 1
			if !st.Not {
				count += s.r.IntN(2)
			}
			st.Counts = append(st.Counts, count)
		}
		seq.Steps = append(seq.Steps, st)
		left -= n
	}
	rule.Sequence = seq
}

func (s *sounder) window(rule *Rule) Window {
	r := s.r
	w := Window{Kind: WindowKind(r.IntN(5)), Size: 1 + r.Int64N(8e9), Aggs: [][]Agg{{{Name: "avg"}}, {{Name: "max"}, {"pct", int64(r.IntN(6))}}, {{Name: "max_by"}}, nil}[r.IntN(4)], Text: texts[r.IntN(len(texts))]}
	if w.Kind == Last {
		w.Size = 1 + r.Int64N(5)
	}
	w.Arg, w.Where = s.maybe(rule, onEvent), s.maybe(rule, onEvent)
	if len(w.Aggs) > 0 && w.Aggs[0].Name == "max_by" {
		w.Carry = s.block(rule, onEvent)
	}
	return w
}

func (s *sounder) acts(rule *Rule, in place) (out []Act) {
	for range s.r.IntN(3) {
		switch s.r.IntN(3) {
		case 0:
			out = append(out, Act{Kind: Log, Text: s.block(rule, in)})
		case 1:
			a := Act{Kind: Set, Register: s.r.IntN(len(s.p.Registers)), Value: s.block(rule, in)}
			for range s.p.Registers[a.Register].By {
				a.Keys = append(a.Keys, s.block(rule, in))
			}
			out = append(out, a)
		default:
			a := Act{Kind: Fire, Tag: s.block(rule, in), Data: s.maybe(rule, in)}
			if s.r.IntN(3) == 0 {
				a.Kind, a.Action = Call, s.r.IntN(len(s.p.Actions))
				a.Ack = s.maybe(rule, in)
			}
			if s.r.IntN(3) == 0 {
				a.Permits = []int{s.r.IntN(len(s.p.Permits))}
			}
			out = append(out, a)
		}
	}
	return out
}

func (s *sounder) maybe(rule *Rule, in place) Block {
	if s.r.IntN(2) == 0 {
		return 0
	}
	return s.block(rule, in)
}

func (s *sounder) block(rule *Rule, in place) Block {
	at := Block(len(s.p.Code))
	s.expr(rule, in, 4)
	s.emit(OpRet, 0, 0)
	return at
}

func (s *sounder) line() (l Line) {
	if s.r.IntN(3) > 0 {
		l = Line{uint16(s.r.IntN(len(s.p.Files))), s.r.Uint32N(9), s.r.Uint32(), texts[s.r.IntN(len(texts))]}
	}
	return l
}

func (s *sounder) emit(op Op, a, b int) int {
	s.p.Code = append(s.p.Code, Instr{Op: op, A: uint32(a), B: uint16(b)})
	s.p.Lines = append(s.p.Lines, s.line())
	return len(s.p.Code) - 1
}

// expr emits code that leaves one value, with any operation that may stand
// there; what it takes is emitted first.
func (s *sounder) expr(rule *Rule, in place, depth int) {
	r, p := s.r, s.p
	for {
		op := Op(1 + r.IntN(int(numOps)-1))
		row := &ops[op]
		if depth == 0 && row.Pops != 0 {
			continue
		}
		a, b, takes := 0, 0, row.Pops
		has := in != onGroup && !op.ofGroup() || in == onGroup && !op.ofMember()
		if in == onKey && op.ofMember() || in != onKey && op.ofKey() {
			continue
		}
		switch row.Arg {
		case argTake:
			if has = has && len(rule.Gather.Takes) > 0; has {
				a = r.IntN(len(rule.Gather.Takes))
			}
		case argConst:
			a = r.IntN(len(p.Consts))
		case argName:
			a = r.IntN(len(p.Names))
		case argCapture:
			if has = has && len(rule.Caps) > 0; has {
				a = r.IntN(len(rule.Caps))
			}
		case argAliases:
			a = r.IntN(1 << len(rule.Elems))
		case argRegexp:
			a = r.IntN(len(p.Regexps))
		case argFunc:
			a = r.IntN(len(p.Funcs))
			f := soundFuncs[p.Funcs[a]]
			b = f.Min + r.IntN(f.Max-f.Min+1)
			takes = b
		case argCount:
			a = r.IntN(4)
			takes = a
		case argShape:
			a = 1 + r.IntN(2)
			takes = len(p.Consts[a].Items())
		case argDigits:
			a = r.IntN(10)
		case argAgg:
			if has = has && in == onCell && len(rule.Windows) > 0; has {
				a = r.IntN(len(rule.Windows))
				if has = len(rule.Windows[a].Aggs) > 0; has {
					b = r.IntN(len(rule.Windows[a].Aggs))
				}
			}
		case argFrom:
			if has = has && in >= beforeWhere && len(rule.Streams) > 0; has {
				a = r.IntN(len(rule.Streams))
				if has = len(rule.Streams[a].Window.Aggs) > 0; has {
					b = r.IntN(len(rule.Streams[a].Window.Aggs))
				}
			}
		case argDuration:
			has = has && in == onCell
		case argComparer:
			if has = has && in >= beforeWhere && len(rule.Comparers) > 0; has {
				a = r.IntN(len(rule.Comparers))
			}
		case argUnique:
			if has = has && in >= beforeWhere && len(rule.Uniques) > 0; has {
				a = r.IntN(len(rule.Uniques))
			}
		case argAsk:
			if has = has && in >= beforeWhere && len(rule.Asks) > 0; has {
				a = r.IntN(len(rule.Asks))
			}
		case argRegister:
			a = r.IntN(len(p.Registers))
			takes = len(p.Registers[a].By)
		case argKey:
			if has = has && len(rule.Key) > 0; has {
				a = r.IntN(len(rule.Key))
			}
		case argSpans:
			a = r.IntN(len(p.Spans))
		case argTable:
			a = r.IntN(len(p.Tables))
			takes = len(p.Tables[a].By)
		case argTarget: // x; jump; y; and; target — or, where x is dropped, without the and
			s.expr(rule, in, depth-1)
			jump := s.emit(op, 0, 0)
			s.expr(rule, in, depth-1)
			if op != OpJumpKnown {
				s.emit([]Op{OpAnd, OpOr, OpEq}[r.IntN(3)], 0, 0)
			}
			p.Code[jump].A = uint32(len(p.Code))
			if r.IntN(2) == 0 { // so that not every target is a ret
				s.emit(OpHas, 0, 0)
			}
			return
		}
		if !has || depth == 0 && takes > 0 {
			continue
		}
		for range takes {
			s.expr(rule, in, depth-1)
		}
		s.emit(op, a, b)
		return
	}
}

var soundFuncs = soundLibrary().Funcs

// exercise runs a verified program on a few events, and reports what it left
// on the stack above the depth that was promised.
func exercise(t testing.TB, p *Program, lib *Library, r *rand.Rand) {
	t.Helper()
	most, err := MaxStack(p)
	if err != nil || most > maxStack {
		t.Fatalf("stack %d: %v", most, err)
	}
	m, err := New(p, lib)
	if err != nil {
		t.Fatal(err)
	}
	now := int64(0)
	for range 12 {
		now += r.Int64N(3e9)
		data := value.Object([]value.Field{{Name: "cur_load", Value: randomValue(r, 2)}, {Name: "host", Value: randomValue(r, 2)}})
		if r.IntN(8) == 0 {
			data = value.Value{}
		}
		if r.IntN(6) == 0 {
			data = value.Object([]value.Field{{Name: "rows", Value: value.List([]value.Value{data, value.Object([]value.Field{{Name: "host", Value: value.Int(int64(r.IntN(3)))}})})}})
		}
		if err := m.Event(&Event{T: now, Tag: []string{"/a/x", "/b", "/a/y", "/c/d/e", "/eda/table/owner"}[r.IntN(5)], Data: data}); err != nil {
			t.Fatal(err)
		}
		m.Effects()
	}
	m.Advance(now + 1e10)
	for i := range p.Registers {
		m.Registers(i)
	}
	for i := range p.Rules {
		for _, v := range m.Views(i) {
			m.Probe(i, v.Key)
		}
	}
	for i := most; i < maxStack; i++ {
		if m.stack[i].Kind() != value.KindNone {
			t.Fatalf("the stack was promised to hold %d values, and value %d was used", most, i+1)
		}
	}
}

// A sound program passes the verifier, survives both forms, and runs within
// the stack it was promised.
func TestSoundPrograms(t *testing.T) {
	lib := soundLibrary()
	var used [numOps]bool
	deepest := 0
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(31, seed))
		p := soundProgram(r)
		if err := Verify(p, lib); err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, print(t, p))
		}
		for _, in := range p.Code {
			used[in.Op] = true
		}
		q, err := Decode(Encode(p))
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		survives(t, q)
		var b bytes.Buffer
		if err := Listing(&b, p); err != nil {
			t.Fatal(err)
		}
		if q, err = Assemble(b.String()); err != nil || !bytes.Equal(Encode(q), Encode(p)) {
			t.Fatalf("seed %d: the listing loses something: %v\n%s", seed, err, b.String())
		}
		n, _ := MaxStack(p)
		deepest = max(deepest, n)
		exercise(t, p, lib, r)
	}
	for op, ok := range used {
		if !ok {
			t.Errorf("no program used %s", Op(op))
		}
	}
	t.Logf("the deepest stack held %d values", deepest)
}

// FuzzVerify: Verify never panics, whatever a program is made of, and what it
// passes runs without panic within the stack it was promised.
func FuzzVerify(f *testing.F) {
	for seed := range uint64(30) {
		f.Add(payloadOf(soundProgram(rand.New(rand.NewPCG(32, seed)))), seed)
	}
	lib := soundLibrary()
	f.Fuzz(func(t *testing.T, payload []byte, seed uint64) {
		p := &Program{}
		c := &codec{buf: payload, reading: true}
		if c.program(p); c.err != nil {
			return
		}
		_ = Verify(p, nil)
		if Verify(p, lib) == nil {
			exercise(t, p, lib, rand.New(rand.NewPCG(seed, 0)))
		}
	})
}

func TestOpSaysItsRow(t *testing.T) {
	for i, row := range Ops() {
		op := Op(i)
		if row.Name != op.String() || row.Doc != op.Doc() || row.Picture != op.Picture() || row.Operands == "" {
			t.Errorf("operation %d: %+v", i, row)
		}
	}
	if bad := Op(numOps); bad.String() != "op?" || bad.Doc() != "" || bad.Picture() != "" {
		t.Error("a number that is no operation has a row")
	}
}

func BenchmarkForms(b *testing.B) {
	p := &Program{} // the largest of some
	for seed := range uint64(300) {
		if q := soundProgram(rand.New(rand.NewPCG(33, seed))); len(q.Code) > len(p.Code) {
			p = q
		}
	}
	data, text := Encode(p), print(b, p)
	run := func(name string, f func()) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(p.Code)), "ns/instr")
		})
	}
	run("verify", func() { _ = Verify(p, nil) })
	run("encode", func() { Encode(p) })
	run("decode", func() { _, _ = Decode(data) })
	run("assemble", func() { _, _ = Assemble(text) })
}
