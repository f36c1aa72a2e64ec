package lint_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// What a lint says of a condition is compared with what the machine computes:
// random conditions over random events. What is said to be never true must
// never be true, what is always true never false, and a program to which a safe
// fix was applied must do the same at each event.

func environment(t testing.TB) *lang.Env {
	t.Helper()
	env, err := lang.NewEnv(stdlib.Signatures())
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// conditionGen makes random conditions, with few constants so that they meet.
type conditionGen struct {
	*rand.Rand
	where bool // aggregates over the rule's own events are not allowed
	deep  bool // within an aggregate
	lets  []string
}

func (g *conditionGen) of(xs ...string) string { return xs[g.IntN(len(xs))] }

func (g *conditionGen) num() string {
	if g.IntN(3) > 0 {
		return g.of("a", "a", "n", "n", "f", "b", "event.a")
	}
	if !g.where && !g.deep && g.IntN(2) == 0 {
		w := g.of("10s", "last 2", "each 5s", "this 10s", "session 3s")
		x := g.of("f", "f", "n", "a", "n * 2")
		if g.IntN(3) == 0 {
			g.deep = true
			w += " where " + g.cond(1)
			g.deep = false
		}
		switch g.IntN(8) {
		case 0, 1:
			return "count(" + w + ")"
		case 2:
			d := g.of("10s", "last 2", "this 10s")
			return fmt.Sprintf("count(%s where %s) / count(%s)", d, g.of("f > 1", "n > 1 or a == 1"), d)
		case 3:
			return fmt.Sprintf("%s(%s, %s)", g.of("distinct", "changes", "stddev", "rate", "sum"), x, w)
		}
		return fmt.Sprintf("%s(%s, %s)", g.of("min", "avg", "max", "first", "last"), x, w)
	}
	switch g.IntN(12) {
	case 0:
		return "len(s)"
	case 1:
		return "abs(" + g.of("f", "n", "a", "n - 2") + ")"
	case 2:
		return "hour(now)"
	case 3:
		return g.of("n", "f", "a") + " % " + g.of("2", "1", "3")
	case 4:
		return g.of("n", "f") + " // 2"
	case 5:
		if !g.where && !g.deep && g.IntN(2) == 0 {
			return "(" + g.of("count(5s)", "distinct(a, last 2)", "changes(n, 10s)", "sum(n, 5s)") + " ?? 0)"
		}
		return "(" + g.of("a", "n", "f", "len(text(a))", "1") + " ?? 0)"
	case 6:
		return "pick(ok, 1, 2)"
	case 7:
		return "round(" + g.of("f", "abs(f)", "a") + ")"
	case 8:
		return g.of("min2", "max2") + "(abs(f), " + g.of("n", "1", "len(s)") + ")"
	case 9:
		return "(" + g.of("n", "abs(f)", "len(s)") + g.of(" + ", " * ", " - ") + g.of("1", "2", "abs(n)", "-1") + ")"
	case 10:
		return "p"
	}
	return "-n"
}

func (g *conditionGen) cond(depth int) string {
	if depth > 0 && g.IntN(5) > 0 {
		switch g.IntN(7) {
		case 0:
			return "not (" + g.cond(depth-1) + ")"
		case 1, 2, 3:
			return "(" + g.cond(depth-1) + " or " + g.cond(depth-1) + ")"
		}
		n := 2 + g.IntN(2)
		var terms []string
		for range n {
			terms = append(terms, g.cond(depth-1))
		}
		return "(" + strings.Join(terms, " and ") + ")"
	}
	op := func() string { return g.of("<", "<=", ">", ">=", "==", "!=") }
	lit := func() string { return g.of("0", "1", "2", "1.5", "3", "24", "-1") }
	switch g.IntN(13) {
	case 0:
		return "s " + g.of("==", "!=", "<", ">=") + " " + g.of(`"a"`, `"b"`, `"web1"`, `"UP"`, `""`)
	case 1:
		return "s " + g.of(`like "web*"`, `like "w*"`, `like "a*"`, `like "?"`, `like "*"`, `matches "^w"`, `like "a"`)
	case 2:
		return g.of("s", "s", "a", "lower(s)", "h") + " in " + g.of(`["a", "b"]`, `["web1"]`, `["a", "UP"]`, `[1, "a"]`, `["a/b"]`, "[]")
	case 3:
		return g.of(`lower(s) == "up"`, `lower(s) == "UP"`, `upper(s) == "UP"`, `weekday(now) == "sat"`, `weekday(now) == "monday"`, `weekday(now) in ["sat", "sun"]`, `h == "x"`, `h != ""`, `text(a) == "1"`, `date(now) == "2000-01-01"`)
	case 4:
		return g.of("ok", "ok == true", "ok != false", "ok == false", "has a", "has s", "has f", "has (n + a)", "not ok")
	case 5:
		x := g.of("n", "a", "f", "min(f, 10s)", "s")
		if g.where || g.deep {
			x = g.of("n", "a", "f", "s")
		}
		return x + " " + op() + " " + g.of("f", "n", "a", "b", "a")
	case 6:
		return lit() + " " + op() + " " + g.num()
	case 7:
		if len(g.lets) > 0 && !g.deep {
			return g.of(g.lets...)
		}
	}
	return g.num() + " " + op() + " " + lit()
}

// example is a random program: what it keeps, its names, and a condition.
type example struct{ where, let, cond string }

const head = `event "/e/{h}" { n: int?, f: float?, s: string?, ok: bool, a: any, b: any }` + "\nparam p: int = 2\n"

// text is the program; more are members beside the condition.
func (x example) text(more ...string) string {
	t := head + `on "/e/{h}"`
	if x.where != "" {
		t += "\nwhere " + x.where
	}
	return t + "\nlet l = " + x.let + "\nlet m = n + 1\ndo fire \"/v\" { c: " + x.cond + strings.Join(append([]string{""}, more...), ", ") + " }\n"
}

func randomEvents(g *rand.Rand, n int) []vm.Event {
	of := func(vs ...value.Value) value.Value { return vs[g.IntN(len(vs))] }
	none, i, f, s := value.Value{}, value.Int, value.Float, value.String
	at := int64(946684800e9) // 2000-01-01, a Saturday
	var out []vm.Event
	for range n {
		at += int64(g.IntN(5)) * 1e9
		if g.IntN(10) == 0 {
			at += int64(g.IntN(40)) * 3600e9
		}
		var fields []value.Field
		set := func(name string, v value.Value) {
			if !v.IsNone() {
				fields = append(fields, value.Field{Name: name, Value: v})
			}
		}
		set("n", of(none, i(-1), i(0), i(1), i(2), i(3), i(4), i(1), i(2), s("1"), f(1.5)))
		set("f", of(none, f(-1), f(0), f(0.5), f(1), f(1.5), f(2), i(3), f(2.5), f(0.1), f(30)))
		set("s", of(none, s(""), s("a"), s("b"), s("web"), s("web1"), s("UP"), s("up"), s("x"), i(1)))
		set("ok", of(none, value.Bool(true), value.Bool(false), value.Bool(true), i(1)))
		for _, name := range []string{"a", "b"} {
			set(name, of(none, i(0), i(1), i(2), f(1.5), f(1), i(3), s("a"), s("1"), value.Bool(true), value.List(nil), i(24)))
		}
		out = append(out, vm.Event{T: at, Tag: "/e/" + []string{"x", "y"}[g.IntN(2)], Data: value.Object(fields)})
	}
	return out
}

// run is what a program fires, each with its members.
func run(t *testing.T, env *lang.Env, text string, events []vm.Event) []value.Value {
	t.Helper()
	p, _, ds := compiler.Build([]lang.Source{{Name: "a.eda", Text: text}}, env)
	if p == nil {
		t.Fatalf("%s\n%v", text, ds)
	}
	m, err := vm.New(p, stdlib.Library())
	if err != nil {
		t.Fatal(err)
	}
	var out []value.Value
	for _, e := range events {
		if err := m.Event(&e); err != nil {
			t.Fatal(err)
		}
		for _, f := range m.Effects() {
			if f.Tag == "/v" {
				out = append(out, f.Data)
			}
		}
	}
	return out
}

// apply makes the edits of a fix.
func apply(text string, f lang.Fix) string {
	edits := slices.Clone(f.Edits)
	slices.SortFunc(edits, func(a, b lang.Edit) int { return b.Span.Start - a.Span.Start })
	for _, e := range edits {
		text = text[:e.Span.Start] + e.Text + text[e.Span.End:]
	}
	return text
}

func TestVerdicts(t *testing.T) {
	env := environment(t)
	programs := 1000
	if testing.Short() {
		programs = 300
	}
	g := rand.New(rand.NewPCG(5, 1))
	said := map[lang.Code]int{}
	for range programs {
		c := &conditionGen{Rand: g}
		x := example{let: c.cond(1)}
		c.where = true
		if g.IntN(2) == 0 {
			x.where = c.cond(2)
		}
		c.where, c.lets = false, []string{"l", "l", "m > 1", "m < 3"}
		x.cond = c.cond(3)
		text := x.text()
		report := lint.Program([]lang.Source{{Name: "a.eda", Text: text}}, env, lint.Settings{})
		if report.Findings.HasErrors() {
			continue
		}
		events := randomEvents(g, 50)
		var before []value.Value
		for _, d := range report.Findings {
			at := func(l lang.Label) string { return "(" + text[l.Span.Start:l.Span.End] + ")" }
			claim := at(d.Primary)
			never, always := false, false
			switch d.Code {
			case lang.CodeAlwaysFalse:
				never = true
			case lang.CodeConflict:
				never = true
				if strings.Contains(d.Message, "beside") {
					for _, l := range d.Labels {
						claim += " and " + at(l)
					}
				}
			case lang.CodeAlwaysTrue:
				always = true
			case lang.CodeSelf:
				never = strings.Contains(d.Message, "never")
				always = !never
			}
			said[d.Code]++
			y := x
			if x.where != "" && d.Primary.Span.End <= strings.Index(text, "\nlet l =") {
				y.where = "" // it is said of events that are not kept too
			}
			if never || always {
				for i, v := range run(t, env, y.text("t: "+claim), events) {
					if is := v.Get("t"); never && value.True(is) || always && value.False(is) {
						t.Fatalf("%s\n%s %s\nis said of %s, which is %s at %d: %s", text, d.Code, d.Message, claim, value.Text(is), i, value.Text(v))
					}
				}
			}
			for _, f := range d.Fixes {
				if !f.Safe {
					continue
				}
				if before == nil {
					before = run(t, env, text, events)
				}
				fixed := apply(text, f)
				after := run(t, env, fixed, events)
				for i := range max(len(before), len(after)) {
					if i >= len(before) || i >= len(after) || !value.Identical(before[i], after[i]) {
						t.Fatalf("%s\n%s %s\nis fixed to\n%swhich differs at %d", text, d.Code, d.Message, fixed, i)
					}
				}
			}
		}
	}
	t.Log(said)
	for _, code := range []lang.Code{lang.CodeAlwaysTrue, lang.CodeAlwaysFalse, lang.CodeConflict, lang.CodeRedundant, lang.CodeSelf, lang.CodeDefault} {
		if said[code] < programs/50 {
			t.Errorf("%s was said %d times in %d programs", code, said[code], programs)
		}
	}
}

// What is said of when beside clear when, and of one rule beside another, is
// held against the machine too.
func TestRuleVerdicts(t *testing.T) {
	env := environment(t)
	programs := 800
	if testing.Short() {
		programs = 200
	}
	g := rand.New(rand.NewPCG(7, 1))
	said := map[string]int{}
	for range programs {
		c := &conditionGen{Rand: g, where: true}
		x, y := c.cond(g.IntN(2)), c.cond(g.IntN(2))
		switch g.IntN(5) {
		case 0:
			y = "not (" + x + ")"
		case 1:
			y = x + " or " + y
		case 2:
			y = x + " and " + y
		}
		events := randomEvents(g, 40)
		find := func(text string, code lang.Code) *lang.Diag {
			r := lint.Program([]lang.Source{{Name: "a.eda", Text: text}}, env, lint.Settings{})
			if i := slices.IndexFunc(r.Findings, func(d lang.Diag) bool { return d.Code == code }); i >= 0 && !r.Findings.HasErrors() {
				said[code.Row().Slug]++
				return &r.Findings[i]
			}
			return nil
		}
		const up, down = ` do fire "/v" { on: true }`, ` do fire "/v" { on: false }`
		both := head + `on "/e/{h}" when ` + x + up + ` clear when ` + y + down + "\n"
		if d := find(both, lang.CodeClearsAtOnce); d != nil && strings.Contains(d.Message, "never") {
			if out := run(t, env, both, events); len(out) > 0 {
				t.Fatalf("%s\n%s, and it acts: %s", both, d.Message, value.Text(out[0]))
			}
		}
		if d := find(both, lang.CodeDefaultClear); d != nil && len(d.Fixes) > 0 {
			before, after := run(t, env, both, events), run(t, env, apply(both, d.Fixes[0]), events)
			if !value.Identical(value.List(before), value.List(after)) {
				t.Fatalf("%s\n%s\nis not the same as\n%s", both, d.Message, apply(both, d.Fixes[0]))
			}
		}
		two := func(first, second string) string {
			return head + `rule x on "/e/{h}" where ` + x + ` do fire "/v" { by: ` + first + `, at: now }` + "\n" +
				`rule y on "/e/{h}" where ` + y + ` do fire "/v" { by: ` + second + `, at: now }` + "\n"
		}
		if d := find(two("0", "0"), lang.CodeSubsumed); d != nil {
			wider := strings.Contains(d.Message, "on all events which that rule takes") // the second one is
			more := map[string]int{}                                                    // acts of the wider rule, less those of the other
			for _, v := range run(t, env, two("1", "2"), events) {
				if at := value.Text(v.Get("at")); value.Identical(v.Get("by"), value.Int(2)) == wider {
					more[at]++
				} else {
					more[at]--
				}
			}
			for at, n := range more {
				if n < 0 {
					t.Fatalf("%s\n%s\nand what happened at %s is taken by the other alone", two("0", "0"), d.Message, at)
				}
			}
		}
	}
	t.Log(said)
	for _, slug := range []string{"clear-overlaps-when", "default-clear", "subsumed-rule"} {
		if said[slug] < programs/50 {
			t.Errorf("%s was said %d times in %d programs", slug, said[slug], programs)
		}
	}
}
