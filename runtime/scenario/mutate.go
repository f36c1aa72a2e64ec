package scenario

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// Mutant is a small change to the rules that their tests should notice.
type Mutant struct {
	File *lang.File
	At   lang.Span
	New  string // in place of what stands there; "" drops it
}

// Old is what the mutant replaces.
func (m *Mutant) Old() string { return m.File.Source.Text[m.At.Start:m.At.End] }

// swaps are the operators and what each is changed to.
var swaps = map[lang.Op]string{
	"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "and": "or", "or": "and", "+": "-", "-": "+",
}

// Mutants lists the mutants of a unit in order of file and place: operators
// exchanged, numbers of conditions a little more and less, durations doubled
// and halved, clauses dropped.
func Mutants(u *lang.Unit) []Mutant {
	var out []Mutant
	for _, f := range u.Files {
		if f.Source.Joined { // it has tests of its own
			continue
		}
		m := &mutator{file: f, info: u.Info}
		for _, d := range f.Decls {
			m.decl(d)
		}
		slices.SortStableFunc(m.out, func(a, b Mutant) int {
			return cmp.Or(cmp.Compare(a.At.Start, b.At.Start), cmp.Compare(a.At.End, b.At.End))
		})
		out = append(out, m.out...)
	}
	return out
}

type mutator struct {
	file *lang.File
	info *lang.Info
	out  []Mutant
}

func (m *mutator) add(at lang.Span, text string) {
	if m.file.Source.Text[at.Start:at.End] != text {
		m.out = append(m.out, Mutant{File: m.file, At: at, New: text})
	}
}

func (m *mutator) decl(d lang.Decl) {
	switch d := d.(type) {
	case *lang.RuleDecl:
		m.rule(d)
	case *lang.FnDecl:
		m.expr(d.Body, true)
	case *lang.ParamDecl:
		m.expr(d.Value, true)
	case *lang.StateDecl, *lang.ActionDecl:
		lang.Exprs(d, func(x lang.Expr) { m.expr(x, true) })
	case *lang.MuteDecl:
		m.drop("where", d.Where)
		m.expr(d.Where, true)
	}
}

func (m *mutator) rule(d *lang.RuleDecl) {
	limits := map[lang.Expr]bool{} // where a number is a bound
	bound := func(xs ...lang.Expr) {
		for _, x := range xs {
			limits[x] = true
		}
	}
	bound(d.Source.Every, d.Source.Where, d.Source.Within, d.When, d.For, d.Repeat, d.Expire)
	m.drop("where", d.Source.Where)
	for i, s := range d.Source.Steps {
		if s.Not && i > 0 {
			before := strings.TrimRight(m.file.Source.Text[:s.At.Start], " \t\r\n")
			before = strings.TrimRight(strings.TrimSuffix(before, "not"), " \t\r\n")
			if before, ok := strings.CutSuffix(before, "then"); ok {
				m.clause("then", len(before), s.At.End)
			}
		}
		for _, e := range s.Elems {
			bound(e.Count, e.Where)
			m.drop("where", e.Where)
		}
	}
	for _, l := range d.Lets {
		bound(l.Value)
	}
	m.drop("for", d.For)
	m.drop("repeat", d.Repeat)
	if c := d.Clear; c != nil {
		bound(c.When, c.For)
		m.drop("for", c.For)
		end := c.Pos.Offset + len("clear")
		for _, x := range []lang.Expr{c.When, c.For} {
			if x != nil {
				end = x.Span().End
			}
		}
		if n := len(c.Do); n > 0 {
			end = c.Do[n-1].At.End
		}
		m.clause("clear", c.Pos.Offset, end)
	}
	if l := d.Limit; l != nil {
		bound(l.N, l.Per)
		m.clause("limit", l.Pos.Offset, end(l.Per, l.By))
	}
	if g := d.Gather; g != nil {
		bound(g.Dur)
		m.clause("gather", g.Pos.Offset, end(g.Dur, g.By))
	}
	lang.Exprs(d, func(x lang.Expr) { m.expr(x, limits[x]) })
}

// end is where a clause with a duration and perhaps a key ends.
func end(x lang.Expr, by *lang.ByClause) int {
	if by == nil {
		return x.Span().End
	}
	if by.None || len(by.Parts) == 0 {
		return -1
	}
	last := by.Parts[len(by.Parts)-1]
	return max(last.Expr.Span().End, last.In.At.End)
}

// clause drops what stands from start to end and begins with a word.
func (m *mutator) clause(word string, start, end int) {
	text := m.file.Source.Text
	if end < 0 { // by none
		if i := strings.Index(text[start:], "none"); i >= 0 {
			end = start + i + len("none")
		}
	}
	if start < end && strings.HasPrefix(text[start:], word) {
		m.add(lang.Span{Start: start, End: end}, "")
	}
}

// drop drops an expression with the word before it.
func (m *mutator) drop(word string, x lang.Expr) {
	if x == nil {
		return
	}
	before := strings.TrimRight(m.file.Source.Text[:x.Span().Start], " \t\r\n")
	if strings.HasSuffix(before, word) {
		m.clause(word, len(before)-len(word), x.Span().End)
	}
}

// expr changes operators and durations anywhere, numbers where they bound.
func (m *mutator) expr(x lang.Expr, bound bool) {
	lang.Walk(x, func(x lang.Expr) bool {
		switch x := x.(type) {
		case *lang.Binary:
			if to, ok := swaps[x.Op]; ok {
				m.add(x.OpAt, to)
			}
		case *lang.Call:
			if x.Where != nil {
				m.drop("where", x.Where)
			}
			if x.Win != nil {
				m.window(x.Win)
			}
		case *lang.Lit:
			m.literal(x, bound)
		}
		return true
	})
}

// window halves and doubles a number of events; durations are literals like others.
func (m *mutator) window(w *lang.Win) {
	l, ok := w.Size.(*lang.Lit)
	if !ok {
		return
	}
	if n, ok := l.Value.AsInt(); ok {
		m.sizes(l.At, n, func(n int64) string { return strconv.FormatInt(n, 10) })
	}
}

func (m *mutator) sizes(at lang.Span, n int64, text func(int64) string) {
	if n > 1 {
		m.add(at, text(n/2))
	}
	if n < 1<<61 {
		m.add(at, text(2*n))
	}
}

func (m *mutator) literal(l *lang.Lit, bound bool) {
	switch l.Value.Kind() {
	case value.KindDuration:
		d, _ := l.Value.AsDuration()
		m.sizes(l.At, d, calendar.FormatDuration)
	case value.KindInt:
		n, _ := l.Value.AsInt()
		if bound && !m.done(l.At) {
			step := int64(1)
			if n >= 100 {
				step = n / 10
			}
			m.add(l.At, strconv.FormatInt(n-step, 10))
			if n+step > n {
				m.add(l.At, strconv.FormatInt(n+step, 10))
			}
		}
	case value.KindFloat:
		f, _ := l.Value.AsFloat()
		step := f / 10
		if f == 0 {
			step = 0.1
		}
		if bound {
			m.add(l.At, float(f-step))
			m.add(l.At, float(f+step))
		}
	}
}

// done reports whether a place is changed already: the size of a window.
func (m *mutator) done(at lang.Span) bool {
	return slices.ContainsFunc(m.out, func(o Mutant) bool { return o.At == at })
}

// float writes a float with a point and six digits at most.
func float(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if short := strconv.FormatFloat(f, 'g', 6, 64); !strings.ContainsAny(short, "e") {
		s = short
	}
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// Fate is what became of a mutant.
type Fate uint8

const (
	Survived Fate = iota // all tests pass with it
	Killed               // a test fails with it
	Refused              // it does not check
)

// Try runs tests against a mutant until one fails.
func (s *Suite) Try(m *Mutant, tests []*lang.TestInfo) (Fate, error) {
	text := m.File.Source.Text
	u, ok := s.changed(m.File, text[:m.At.Start]+m.New+text[m.At.End:])
	if !ok {
		return Refused, nil
	}
	mutated := New(u, s.env)
	for _, t := range tests {
		r, err := mutated.judged(u.Tests[slices.Index(s.unit.Tests, t)])
		if err != nil {
			return Survived, err
		}
		if !r.Passed() {
			return Killed, nil
		}
	}
	return Survived, nil
}
