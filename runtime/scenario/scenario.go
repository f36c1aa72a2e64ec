// Package scenario runs test blocks on virtual time: the same form serves
// users' tests, ours, and bug reports. Nothing sleeps; an hour of waiting takes
// as long as its events do.
package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// Start is when a test begins unless it says otherwise: 2000-01-01T00:00:00Z.
var Start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano()

// MaxEvents bounds what one test may send.
const MaxEvents = 10_000_000

// Result is the outcome of one test.
type Result struct {
	Test     *lang.TestInfo
	Failures []Failure
	Events   int
	Effects  int
	Span     int64 // virtual time from its start to its end, ns

	unit    *lang.Unit  // with what the test gives
	script  *script     // nil if the test cannot be run
	effects []vm.Effect // those a test is strict about
}

// Passed reports whether nothing failed.
func (r *Result) Passed() bool { return len(r.Failures) == 0 }

// Failure is one expectation that was not met, or an effect that none expected.
type Failure struct {
	At      lang.Span // in the test's file
	Message string
	Notes   []string // what happened instead
	Causes  []Cause  // why

	want  *expectation // that was not met
	stray *vm.Effect   // that none expected
}

// expectation is an expect, laid out in time.
type expectation struct {
	at      lang.Span
	until   int64 // its clock
	sent    int   // events sent before it
	nothing bool
	tag     string
	fields  value.Value
	exact   int64 // of "at"
	timed   bool
}

// script is a test laid out.
type script struct {
	start, end int64
	events     []vm.Event
	expects    []expectation
	clocks     []int64 // after each step
	params     map[string]value.Value
	states     []givenState
	tables     []givenTable
}

// givenTable are the rows of a table that a test begins with.
type givenTable struct {
	at   lang.Span
	name string
	rows value.Value
}

// givenState is a cell of a register that a test begins with.
type givenState struct {
	at    lang.Span
	name  string
	key   []string
	value value.Value
}

// Suite is a checked program whose tests are run.
type Suite struct {
	unit  *lang.Unit
	env   *lang.Env
	prog  *vm.Program // compiled when first needed
	cover *Coverage
}

// New makes a suite of a unit that was checked without errors.
func New(u *lang.Unit, env *lang.Env) *Suite { return &Suite{unit: u, env: env} }

// Run runs one test of a checked unit. An error means that the test itself
// cannot be run, with the place in it.
func Run(u *lang.Unit, t *lang.TestInfo, env *lang.Env) (*Result, error) { return New(u, env).Run(t) }

// Run runs one test of the suite.
func (s *Suite) Run(t *lang.TestInfo) (*Result, error) {
	r, err := s.judged(t)
	if err == nil && !r.Passed() && r.script != nil {
		err = explain(r)
	}
	return r, err
}

// judged runs one test and asks for no reasons.
func (s *Suite) judged(t *lang.TestInfo) (*Result, error) {
	sc, fail := layOut(s.unit, t)
	if fail != nil {
		return &Result{Test: t, Failures: []Failure{*fail}}, nil
	}
	u, fail := s.given(sc, t)
	if fail != nil {
		return &Result{Test: t, Failures: []Failure{*fail}}, nil
	}
	r := &Result{Test: t, Events: len(sc.events), Span: sc.end - sc.start, script: sc, unit: u}
	p, m, err := s.machine(u)
	if err != nil {
		return nil, err
	}
	if fail := sc.begin(p, m); fail != nil {
		return &Result{Test: t, Failures: []Failure{*fail}}, nil
	}
	for i := range sc.events {
		if err := m.Event(&sc.events[i]); err != nil {
			return nil, err
		}
		r.take(s, m)
	}
	m.Flush(sc.end)
	r.take(s, m)
	s.cover.ran(m)
	r.Effects = len(r.effects)
	r.Failures = sc.judge(p, r.effects, t)
	return r, nil
}

// begin gives a fresh machine the state that the test begins with.
func (s *script) begin(p *vm.Program, m *vm.Machine) *Failure {
	for _, g := range s.tables {
		i := slices.IndexFunc(p.Tables, func(t vm.Table) bool { return t.Name == g.name })
		if err := m.SetTable(i, g.rows); err != nil {
			return &Failure{At: g.at, Message: err.Error()}
		}
	}
	for _, g := range s.states {
		i := slices.IndexFunc(p.Registers, func(r vm.Register) bool { return r.Name == g.name })
		if err := m.SetRegister(i, g.key, g.value, s.start); err != nil {
			return &Failure{At: g.at, Message: err.Error()}
		}
	}
	m.Begin(s.start)
	return nil
}

// given is the unit with the params that the test gives.
func (s *Suite) given(sc *script, t *lang.TestInfo) (*lang.Unit, *Failure) {
	if len(sc.params) == 0 {
		return s.unit, nil
	}
	u, ds := lang.Check(s.unit.Files, s.env.WithParams(sc.params))
	if ds.HasErrors() {
		return nil, &Failure{At: t.Decl.Span(), Message: "with the given params the rules are wrong: " + firstError(ds)}
	}
	return u, nil
}

// machine is a fresh one for a unit, watched if coverage is wanted.
func (s *Suite) machine(u *lang.Unit) (*vm.Program, *vm.Machine, error) {
	p := s.prog
	var points []compiler.Point
	switch {
	case s.cover != nil:
		p = compiler.Compile(u, compiler.WithPoints(&points))
	case u != s.unit:
		p = compiler.Compile(u)
	case p == nil:
		p = compiler.Compile(u)
		s.prog = p
	}
	m, err := vm.New(p, stdlib.Library())
	if err == nil && s.cover != nil {
		m.Watch(s.cover.watcher(points))
	}
	return p, m, err
}

// take collects what the machine decided since the last call.
func (r *Result) take(s *Suite, m *vm.Machine) {
	for _, e := range m.Effects() {
		s.cover.acted(&e)
		if e.Kind != vm.Logged {
			r.effects = append(r.effects, e)
		}
	}
}

// strict reports whether a test has to expect an effect.
func strict(e *vm.Effect) bool {
	return e.Kind != vm.Logged && !strings.HasPrefix(e.Tag, "/eda/")
}

func firstError(ds lang.Diagnostics) string {
	for _, d := range ds {
		if d.Severity == lang.Error {
			return d.Message
		}
	}
	return ""
}

// layOut turns the script into events and expectations (S30e).
func layOut(u *lang.Unit, t *lang.TestInfo) (*script, *Failure) {
	s := &script{start: Start, params: map[string]value.Value{}}
	dur := func(e lang.Expr) int64 {
		d, _ := u.Info.Consts[e].AsDuration()
		return d
	}
	for _, st := range t.Decl.Steps { // given time moves the start, wherever it stands
		if st.Kind == lang.Given && st.What.Text == "time" {
			text, _ := st.Value.(*lang.Str).Literal()
			ns, err := calendar.ParseTime(text)
			if err != nil {
				return nil, &Failure{At: st.Value.Span(), Message: fmt.Sprintf("%q is not a time; write it as \"2006-01-02T15:04:05Z\"", text)}
			}
			s.start = ns
		}
	}
	clock := s.start
	for _, st := range t.Decl.Steps {
		switch st.Kind {
		case lang.Given:
			if st.What.Text == "table" {
				var rows []value.Value
				for _, row := range st.Rows {
					v, err := object(u, row)
					if err != nil {
						return nil, &Failure{At: row.At, Message: err.Error()}
					}
					rows = append(rows, v)
				}
				s.tables = append(s.tables, givenTable{st.At, st.Name.Text, value.List(rows)})
				break
			}
			if st.What.Text != "param" && st.What.Text != "state" {
				break
			}
			v, err := constant(u, st.Value)
			if err != nil {
				return nil, &Failure{At: st.Value.Span(), Message: err.Error()}
			}
			if st.What.Text == "param" {
				s.params[st.Name.Text] = v
				break
			}
			g := givenState{at: st.At, name: st.Name.Text, value: v}
			for _, k := range st.Keys {
				v, err := constant(u, k)
				if err != nil {
					return nil, &Failure{At: k.Span(), Message: err.Error()}
				}
				g.key = append(g.key, value.Text(v))
			}
			s.states = append(s.states, g)
		case lang.Send:
			tag, _ := st.Tag.Literal()
			data, err := object(u, st.Data)
			if err != nil {
				return nil, &Failure{At: st.Data.Span(), Message: err.Error()}
			}
			if st.Every == nil {
				s.events = append(s.events, vm.Event{T: clock, Tag: tag, Data: data})
				break
			}
			every, span := dur(st.Every), dur(st.For)
			if every <= 0 || span/every > MaxEvents-int64(len(s.events)) {
				return nil, &Failure{At: st.At, Message: fmt.Sprintf("this sends more than %d events", MaxEvents)}
			}
			for at := int64(0); at < span; at += every {
				s.events = append(s.events, vm.Event{T: clock + at, Tag: tag, Data: data})
			}
			clock += span
		case lang.Wait:
			clock += dur(st.Dur)
		case lang.Expect, lang.ExpectNothing:
			e := expectation{at: st.At, until: clock, sent: len(s.events), nothing: st.Kind == lang.ExpectNothing}
			if !e.nothing {
				e.tag, _ = st.Tag.Literal()
				var err error
				if e.fields, err = object(u, st.Data); err != nil {
					return nil, &Failure{At: st.Data.Span(), Message: err.Error()}
				}
				if st.Dur != nil {
					e.exact, e.timed = s.start+dur(st.Dur), true
				}
			}
			s.expects = append(s.expects, e)
		}
		s.clocks = append(s.clocks, clock)
	}
	s.end = clock
	return s, nil
}

// Who claims an effect that no expectation does: it fails the test, or it is an
// event of the engine's own, which a test may expect and need not.
const (
	unclaimed = -1
	excused   = -2
)

// claims lets each expectation claim the earliest effect that fits and is not
// claimed before, and "nothing" all that is left up to its clock. It returns
// for each effect the expectation that claims it, and for each expectation
// whether it is met.
func (s *script) claims(effects []vm.Effect) (by []int, met []bool) {
	by, met = make([]int, len(effects)), make([]bool, len(s.expects))
	for j := range by {
		by[j] = unclaimed
		if !strict(&effects[j]) {
			by[j] = excused
		}
	}
	for i := range s.expects {
		x := &s.expects[i]
		met[i] = x.nothing
		for j := range effects {
			switch {
			case effects[j].T > x.until || by[j] >= 0:
				continue
			case x.nothing:
				if by[j] == unclaimed {
					by[j], met[i] = i, false
				}
				continue
			case !x.fits(&effects[j]):
				continue
			}
			by[j], met[i] = i, true
			break
		}
	}
	return by, met
}

// judge says which expectations are not met, and what was fired that none
// claims.
func (s *script) judge(p *vm.Program, effects []vm.Effect, t *lang.TestInfo) []Failure {
	by, met := s.claims(effects)
	var out []Failure
	describe := func(e *vm.Effect) string {
		text := fmt.Sprintf("%s %q", since(e.T-s.start), e.Tag)
		if len(e.Data.Fields()) > 0 {
			text += " " + string(value.AppendJSON(nil, e.Data))
		}
		return text + " by " + p.RuleName(e.Rule)
	}
	// stray reports what i claims but does not want, the first three one by one.
	stray := func(i int, at lang.Span, message string) {
		n := 0
		for j := range effects {
			if by[j] != i {
				continue
			}
			if n++; n > 3 {
				continue
			}
			f := Failure{At: at, Message: message, Notes: []string{describe(&effects[j])}, stray: &effects[j]}
			if i != unclaimed && s.shares(&s.expects[i], effects[j].T) {
				f.Notes = append(f.Notes, "`expect nothing` speaks of all of the instant "+since(effects[j].T-s.start)+", in which the test sends more: put a `wait` before that `send`")
			}
			out = append(out, f)
		}
		if n > 3 {
			out = append(out, Failure{At: at, Message: fmt.Sprintf("and %d more that no expect claims", n-3)})
		}
	}
	for i := range s.expects {
		x := &s.expects[i]
		if met[i] {
			continue
		}
		if x.nothing {
			stray(i, x.at, "expected nothing more, but something was fired")
			continue
		}
		f := Failure{At: x.at, Message: "expected " + x.text(s.start) + ", but it was not fired", want: x}
		if !x.timed {
			f.Message += " by " + since(x.until-s.start)
		}
		if x.timed && x.exact > x.until {
			f.Notes = []string{"this line stands at " + since(x.until-s.start) + " of the test, before that instant: put it after what moves the clock there"}
			out = append(out, f)
			continue
		}
		var same, others []string
		for j := range effects {
			e := &effects[j]
			switch before := by[j] >= 0 && by[j] < i; {
			case e.T > x.until || len(same) == 3:
			case e.Tag == x.tag && before:
				same = append(same, "fired "+describe(e)+" (claimed by an earlier expect)")
			case e.Tag == x.tag:
				same = append(same, "fired "+describe(e))
			case !before && by[j] != excused && len(others) < 3:
				others = append(others, "fired instead: "+describe(e))
			}
		}
		if f.Notes = same; same == nil {
			f.Notes = others
		}
		out = append(out, f)
	}
	stray(unclaimed, t.Decl.Name.Span(), "fired, but no expect in this test claims it")
	return out
}

// shares reports whether the test sends more at instant t after x, whose clock
// shows t.
func (s *script) shares(x *expectation, t int64) bool {
	return t == x.until && x.sent < len(s.events) && s.events[x.sent].T == t
}

func since(d int64) string { return "+" + calendar.FormatDuration(d) }

func (x *expectation) fits(e *vm.Effect) bool {
	if e.Tag != x.tag || x.timed && e.T != x.exact {
		return false
	}
	for _, f := range x.fields.Fields() {
		got := e.Data.Get(f.Name)
		if !same(got, f.Value) {
			return false
		}
	}
	return true
}

// same compares as a reader would: 2 is 2.0, none is none, lists and objects
// by their parts, a time with the text it is sent as.
func same(got, want value.Value) bool {
	if text, ok := want.AsString(); ok && got.Kind() == value.KindTime {
		return value.Text(got) == text
	}
	return value.Identical(got, want)
}

func (x *expectation) text(start int64) string {
	s := fmt.Sprintf("%q", x.tag)
	if len(x.fields.Fields()) > 0 {
		s += " " + string(value.AppendJSON(nil, x.fields))
	}
	if x.timed {
		s += " at " + since(x.exact-start)
	}
	return s
}

// object is the value of the data of a send or an expect.
func object(u *lang.Unit, o *lang.Obj) (value.Value, error) {
	if o == nil {
		return value.Object(nil), nil
	}
	return constant(u, o)
}

// constant evaluates what stands in a test: literals, params, lists, objects.
func constant(u *lang.Unit, e lang.Expr) (value.Value, error) {
	switch e := e.(type) {
	case *lang.Lit:
		return e.Value, nil
	case *lang.Str:
		if text, ok := e.Literal(); ok {
			return value.String(text), nil
		}
	case *lang.Paren:
		return constant(u, e.X)
	case *lang.Unary:
		if e.Op == "neg" {
			v, err := constant(u, e.X)
			if err != nil {
				return v, err
			}
			v, _ = value.Neg(v)
			return v, nil
		}
	case *lang.Ident:
		for _, p := range u.Params {
			if p.Decl.Name.Text == e.Text {
				return p.Value, nil
			}
		}
	case *lang.List:
		items := make([]value.Value, len(e.Items))
		for i := range e.Items {
			var err error
			if items[i], err = constant(u, e.Items[i]); err != nil {
				return value.Value{}, err
			}
		}
		return value.List(items), nil
	case *lang.Obj:
		var fields []value.Field
		for _, p := range e.Parts {
			v, err := constant(u, p.Value)
			if err != nil {
				return v, err
			}
			if !p.Spread {
				fields = value.SetField(fields, p.Name.Text, v)
				continue
			}
			for _, f := range v.Fields() {
				fields = value.SetField(fields, f.Name, f.Value)
			}
		}
		return value.Object(fields), nil
	}
	return value.Value{}, fmt.Errorf("a test sends and expects constants: write the value itself here")
}
