package vm

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/eda-lang/eda/vm/value"
)

// No row of the instruction table is empty.
func TestOpsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for i, row := range ops {
		if row.Name == "" || row.Picture == "" || row.Doc == "" {
			t.Errorf("operation %d has an empty row: %+v", i, row)
		}
		if seen[row.Name] {
			t.Errorf("operation %q stands twice", row.Name)
		}
		seen[row.Name] = true
	}
}

// sample is a program with one of everything that the verifier accepts.
func sample() *Program {
	p := &Program{
		Consts: []value.Value{{}, value.Float(20), value.Duration(10e9), value.String("/b"),
			value.List([]value.Value{value.String("x"), value.String("")}), value.Float(math.Copysign(0, -1)),
			value.Object([]value.Field{{Name: "ü\n", Value: value.Bool(true)}}), value.Time(5), value.Int(math.MinInt64)},
		Names: []string{"cur_load"}, Regexps: []string{"a+"}, Files: []string{"x.eda"},
		Events: []EventType{{"/a/*", []FieldType{{"cur_load", value.KindFloat}}, "cur_load", 5e9}}, Permits: [][]string{{"/b", "/c/**"}, nil}, Spans: []Spans{{"sat 22:00-24:00", "Europe/Berlin"}},
		Actions: []Action{{"page", []ActionParam{{"team", value.KindString, false}, {"ü n", value.KindNone, true}}, 0, 1e9, 30e9}, {"boot", nil, 3, 2e9, 1}},
	}
	emit := func(ins ...Instr) Block {
		at := Block(len(p.Code))
		for _, in := range ins {
			p.Code = append(p.Code, in)
			p.Lines = append(p.Lines, Line{Line: 1, Col: uint32(len(p.Code)), Text: "x > \"1\""})
		}
		return at
	}
	emit(Instr{Op: OpRet})
	field := emit(Instr{Op: OpField}, Instr{Op: OpRet})
	key := emit(Instr{Op: OpCap}, Instr{Op: OpRet})
	cond := emit(Instr{Op: OpAgg}, Instr{Op: OpConst, A: 1}, Instr{Op: OpGt}, Instr{Op: OpJumpFalse}, Instr{Op: OpSilent, A: 2}, Instr{Op: OpAnd}, Instr{Op: OpDuring}, Instr{Op: OpAnd}, Instr{Op: OpRet})
	p.Code[cond+3].A = uint32(cond + 6)
	tag := emit(Instr{Op: OpConst, A: 3}, Instr{Op: OpRet})
	own := emit(Instr{Op: OpConst, A: 3}, Instr{Op: OpRet})
	data := emit(Instr{Op: OpField}, Instr{Op: OpEvent}, Instr{Op: OpMakeObject, A: 4}, Instr{Op: OpRet})
	quiet := emit(Instr{Op: OpKey}, Instr{Op: OpRet})
	p.Rules = []Rule{{
		Mutes: []Block{quiet, quiet}, MuteReads: []Block{quiet},
		Name: "hot", Identity: "hot", Elems: []Elem{{"/a/*", []int{0}, 0}}, Caps: []string{"1"}, Key: []KeyPart{{Name: "1", Code: key}},
		Windows:   []Window{{Kind: Sliding, Size: 10e9, Arg: field, Aggs: []Agg{{Name: "avg"}, {Name: "max"}}, Text: "cur_load"}},
		Situation: true, When: cond, For: 5e9, Repeat: 1e9, Clear: cond, ClearFor: 1, Do: []Act{{Kind: Fire, Tag: tag, Data: data, Permits: []int{0}}},
		ClearDo: []Act{{Kind: Log, Text: tag}, {Kind: Call, Tag: tag, Data: data, Ack: tag, Action: 1, Permits: []int{1}}, {Kind: Call, Tag: tag}}, Limit: &Limit{N: 1, Per: 60e9, Own: true, Key: []KeyPart{{Name: "k", Code: key}}}, Expire: 86400e9,
		Probes: []Probe{{Text: "a > 1", Code: cond, Line: Line{Line: 3, Col: 4, Text: "a"}, Depth: 2, Clear: true}},
	}, {
		Name: "x.eda:9", Identity: "ff", Unnamed: true, Order: 1, Elems: []Elem{{"/b", nil, 0}}, Do: []Act{{Kind: Log, Text: own}}, Expire: 1,
		Asks: []Ask{{Rule: 0, Mine: nil, Their: nil}}, Gather: &Gather{For: 30e9, Own: true, Key: []KeyPart{{Name: "g", Code: own}}, Takes: []Block{own}},
	}}
	return p
}

func print(t testing.TB, p *Program) string {
	t.Helper()
	var b bytes.Buffer
	if err := Fprint(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Both forms keep everything.
func TestForms(t *testing.T) {
	p := sample()
	if err := Verify(p, nil); err != nil {
		t.Fatal(err)
	}
	data := Encode(p)
	q, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(Encode(q), data) {
		t.Error("encoding a decoded program gives other bytes")
	}
	text := print(t, p)
	r, err := Assemble(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if !bytes.Equal(Encode(r), data) {
		t.Errorf("the text form loses something:\n%s\nbecomes\n%s", text, print(t, r))
	}
}

// A program with any byte changed is refused.
func TestDamage(t *testing.T) {
	data := Encode(sample())
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 1 << (i % 8)
		if _, err := Decode(bad); err == nil {
			t.Fatalf("byte %d changed, and it was read", i)
		}
	}
	for n := range data {
		if _, err := Decode(data[:n]); err == nil {
			t.Fatalf("cut to %d bytes, and it was read", n)
		}
	}
}

func TestVerifyRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(p *Program)
		want   string
	}{
		{"operand", func(p *Program) { p.Code[1].A = 9 }, "name 9 of 1"},
		{"operation", func(p *Program) { p.Code[1].Op = numOps }, "there is no operation"},
		{"underflow", func(p *Program) { p.Code[1] = Instr{Op: OpAdd} }, "takes 2 values of 0"},
		{"two values", func(p *Program) { p.Code[p.Rules[0].When+2] = Instr{Op: OpTag} }, "ret leaves"},
		{"jump back", func(p *Program) { p.Code[p.Rules[0].When+3].A = uint32(p.Rules[0].When) }, "jumps to"},
		{"jump out", func(p *Program) { p.Code[p.Rules[0].When+3].A = 1 << 30 }, "jumps to"},
		{"aggregate in a key", func(p *Program) { p.Rules[0].Key[0].Code = p.Rules[0].When }, "cannot stand"},
		{"no when", func(p *Program) { p.Rules[0].When = 0 }, "a situation has a when"},
		{"no code", func(p *Program) { p.Rules[0].Do[0].Tag = 1 << 20 }, "no code begins at"},
		{"missing act", func(p *Program) { p.Rules[0].Do[0].Tag = 0 }, "no code begins at"},
		{"pattern", func(p *Program) { p.Rules[0].Elems[0].Pattern = "/**/**" }, "only one **"},
		{"captures", func(p *Program) { p.Rules[0].Elems[0].Caps = []int{4} }, "sets capture 4 of 1"},
		{"regexp", func(p *Program) { p.Regexps[0] = "(" }, "missing closing )"},
		{"order", func(p *Program) { p.Rules[0].Unnamed = true }, "order of identity"},
		{"place", func(p *Program) { p.Rules[1].Order = 0 }, "taken or out of range"},
		{"ask order", func(p *Program) { p.Rules[0].Order, p.Rules[1].Order = 1, 0 }, "evaluated later"},
		{"ask", func(p *Program) { p.Rules[1].Asks[0].Rule = 7 }, "malformed"},
		{"window", func(p *Program) { p.Rules[0].Windows[0].Size = 0 }, "size 0"},
		{"limit", func(p *Program) { p.Rules[0].Limit.N = 0 }, "limit is malformed"},
		{"expire", func(p *Program) { p.Rules[0].Expire = 0 }, "expire is not positive"},
		{"shape", func(p *Program) { p.Consts[4] = value.Int(1) }, "are no list"},
		{"duration", func(p *Program) { p.Consts[2] = value.Int(1) }, "needs a duration"},
		{"lines", func(p *Program) { p.Lines = p.Lines[1:] }, "lines for"},
		{"first", func(p *Program) { p.Code[0].Op = OpTag }, "begin with ret"},
		{"act", func(p *Program) { p.Rules[0].Do[0].Kind = 9 }, "no act of kind 9"},
		{"unended", func(p *Program) { p.Code, p.Lines = p.Code[:len(p.Code)-1], p.Lines[:len(p.Lines)-1] }, "no end"},
	} {
		p := sample()
		c.change(p)
		if err := Verify(p, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// library has one accumulator of each sort; enough to run random programs.
func library() *Library {
	lib := &Library{Funcs: map[string]Func{}, Aggs: map[string]Aggregator{}}
	for _, a := range []Aggregator{{Name: "avg", Over: value.Numbers}, {Name: "max", Over: value.Numbers}, {Name: "max_by", Carries: true},
		{Name: "pct", Over: value.Numbers, Valid: func(p int64) bool { return p <= 5 }}} {
		a.New = func(bool, int64) Accumulator { return new(tally) }
		lib.Aggs[a.Name] = a
	}
	return lib
}

type tally struct{ n int64 }

func (t *tally) Add(Entry)           { t.n++ }
func (t *tally) Evict(Entry, Entry)  { t.n-- }
func (t *tally) Reset()              { t.n = 0 }
func (t *tally) Result() value.Value { return value.Int(t.n) }
func (t *tally) Save() value.Value   { return value.Int(t.n) }
func (t *tally) Load(v value.Value) (ok bool) {
	t.n, ok = v.AsInt()
	return ok
}

// mutate changes a few places of a program, mostly to values that fit.
func mutate(r *rand.Rand, p *Program) {
	starts := []Block{0}
	for pc := 1; pc < len(p.Code); pc++ {
		if p.Code[pc-1].Op == OpRet {
			starts = append(starts, Block(pc))
		}
	}
	for range 1 + r.IntN(6) {
		i := 1 + r.IntN(len(p.Code)-1)
		switch r.IntN(4) {
		case 0:
			p.Code[i].Op = Op(r.IntN(int(numOps)))
			p.Code[i].A, p.Code[i].B = uint32(r.IntN(3)), 0
		case 1:
			p.Code[i].A = uint32(r.IntN(len(p.Code)))
		case 2:
			rule := &p.Rules[r.IntN(len(p.Rules))]
			b := starts[r.IntN(len(starts))]
			switch r.IntN(5) {
			case 0:
				rule.When, rule.Situation = b, b != 0
			case 1:
				rule.Elems[0].Where = b
			case 2:
				if a := &rule.Do[0]; a.Kind == Log {
					a.Text = b
				} else {
					a.Tag = b
				}
			case 3:
				rule.Comparers = append(rule.Comparers, b)
			default:
				rule.Clear = b
			}
		default:
			p.Consts[r.IntN(len(p.Consts))] = value.Duration(int64(r.IntN(5)) * 1e9)
		}
	}
}

// What the verifier passes, the machine runs without panic, whatever it means.
func TestVerifiedProgramsRun(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	passed := 0
	for range 60_000 {
		p := sample()
		mutate(r, p)
		if Verify(p, library()) != nil {
			continue
		}
		passed++
		m, err := New(p, library())
		if err != nil {
			t.Fatal(err)
		}
		for i := range 6 {
			data := value.Object([]value.Field{{Name: "cur_load", Value: []value.Value{value.Int(25), value.String("x"), value.List(nil), {}}[r.IntN(4)]}})
			ev := Event{T: int64(i) * 3e9, Tag: []string{"/a/x", "/b", "/a/y"}[r.IntN(3)], Data: data}
			if err := m.Event(&ev); err != nil {
				t.Fatal(err)
			}
			m.Effects()
			m.Probe(0, []string{"x"})
		}
		m.Advance(1e12)
	}
	if passed < 1000 {
		t.Errorf("only %d of the changed programs passed the verifier: the test says too little", passed)
	}
	t.Logf("%d programs passed and ran", passed)
}

func FuzzDecode(f *testing.F) {
	f.Add(Encode(sample()))
	f.Add([]byte("EDB1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Decode(data)
		if err != nil {
			// the checksum keeps the fuzzer out: let it at the payload too
			c := &codec{buf: data, reading: true}
			p = &Program{}
			if c.program(p); c.err != nil {
				return
			}
			if d, err := Decode(Encode(p)); err != nil || !bytes.Equal(Encode(d), Encode(p)) {
				t.Fatalf("a program that was read does not survive: %v", err)
			}
		}
		_ = Verify(p, nil)
	})
}

func FuzzAssemble(f *testing.F) {
	f.Add(print(f, sample()))
	f.Add("program 1\ncode\nL0:\n    ret\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Assemble(text)
		if err != nil {
			return
		}
		if Verify(p, nil) != nil {
			return
		}
		q, err := Assemble(print(t, p))
		if err != nil {
			t.Fatalf("what was printed cannot be read: %v\n%s", err, print(t, p))
		}
		if !bytes.Equal(Encode(p), Encode(q)) {
			t.Fatalf("the text form loses something:\n%s", print(t, p))
		}
	})
}
