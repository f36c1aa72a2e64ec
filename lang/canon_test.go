package lang

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// read is a file of testdata as a source.
func read(t testing.TB, name string) Source {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return Source{Name: name, Text: string(text)}
}

func canon(t testing.TB) Source { t.Helper(); return read(t, "rules/canon.eda") }

// shown is a list of findings for a failure's text.
func shown(src Source, ds Diagnostics) string {
	var b strings.Builder
	_ = Render(&b, ds, map[string]string{src.Name: src.Text}, RenderOptions{})
	return b.String()
}

func TestCanonParses(t *testing.T) {
	src := canon(t)
	f, ds := Parse(src)
	if len(ds) > 0 {
		t.Errorf("the canon has findings:\n%s", shown(src, ds))
	}
	words := map[string]int{}
	for _, d := range f.Decls {
		words[d.Word()]++
		if _, bad := d.(*BadDecl); bad {
			t.Errorf("not read: %s", src.Text[d.Span().Start:d.Span().End])
		}
	}
	want := map[string]int{"rule": 34, "table": 2, "state": 2, "param": 1, "fn": 1, "mute": 1, "event": 1, "action": 1, "may": 1, "use": 1, "test": 2}
	if fmt.Sprint(words) != fmt.Sprint(want) {
		t.Errorf("declarations are %v, want %v", words, want)
	}
}

// Every byte of a source is in exactly one token.
func TestTokensCoverTheSource(t *testing.T) {
	for _, src := range corpus(t) {
		covers(t, src)
	}
}

func covers(t *testing.T, src Source) {
	t.Helper()
	toks, _ := scan(src)
	at := 0
	for _, tok := range toks {
		if tok.At.Start != at || tok.At.End < at {
			t.Fatalf("%s: a token at %v, the one before ended at %d", src.Name, tok.At, at)
		}
		at = tok.At.End
	}
	if at != len(src.Text) {
		t.Fatalf("%s: the tokens end at %d of %d", src.Name, at, len(src.Text))
	}
}

// corpus is every source of testdata.
// rounds is how often what depends on no goroutine is tried: -short, which the
// race detector runs with, has seen enough after a tenth.
func rounds(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

func corpus(t testing.TB) []Source {
	t.Helper()
	var out []Source
	for _, dir := range []string{"rules", "errors"} {
		names, err := filepath.Glob(filepath.Join("testdata", dir, "*.eda"))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			out = append(out, read(t, filepath.ToSlash(filepath.Join(dir, filepath.Base(n)))))
		}
	}
	return out
}

// The span of every node holds what it was read from: those of names are the
// names, and a node lies within the one around it.
func TestSpans(t *testing.T) {
	src := canon(t)
	f, _ := Parse(src)
	for _, d := range f.Decls {
		outer := d.Span()
		Exprs(d, func(x Expr) {
			var check func(x Expr, in Span)
			check = func(x Expr, in Span) {
				at := x.Span()
				if at.Start < in.Start || at.End > in.End || at.Start >= at.End {
					t.Errorf("%T at %v is not within %v: %q", x, at, in, src.Text[in.Start:in.End])
					return
				}
				text := src.Text[at.Start:at.End]
				switch x := x.(type) {
				case *Ident:
					if text != x.Text {
						t.Errorf("name %q stands at %q", x.Text, text)
					}
				case *Lit:
					if text != x.Raw {
						t.Errorf("literal %q stands at %q", x.Raw, text)
					}
				case *Str:
					if text != x.Raw {
						t.Errorf("string %s stands at %s", x.Raw, text)
					}
				case *Paren:
					if text[0] != '(' || text[len(text)-1] != ')' {
						t.Errorf("parentheses at %q", text)
					}
				case *Call:
					if text[len(text)-1] != ')' || !strings.Contains(text, x.Fn.Text) {
						t.Errorf("call of %s at %q", x.Fn.Text, text)
					}
				case *Binary:
					if op := src.Text[x.OpAt.Start:x.OpAt.End]; op != string(x.Op) {
						t.Errorf("operator %s at %q", x.Op, op)
					}
				}
				first := true
				Walk(x, func(y Expr) bool {
					if first { // x itself
						first = false
						return true
					}
					check(y, at)
					return false
				})
			}
			check(x, outer)
		})
	}
}

// dump writes an expression with a bracket around every operation.
func dump(x Expr) string {
	list := func(xs []Expr) string {
		var s []string
		for _, x := range xs {
			s = append(s, dump(x))
		}
		return strings.Join(s, ", ")
	}
	switch x := x.(type) {
	case *Ident:
		return x.Text
	case *Lit:
		return x.Raw
	case *Str:
		return x.Raw
	case *Unary:
		return "(" + string(x.Op) + " " + dump(x.X) + ")"
	case *Binary:
		return "(" + dump(x.X) + " " + string(x.Op) + " " + dump(x.Y) + ")"
	case *Select:
		return dump(x.X) + "." + x.Name.Text
	case *Index:
		return dump(x.X) + "[" + list(x.Args) + "]"
	case *Call:
		s := x.Fn.Text + "(" + list(x.Args)
		if x.Module.Text != "" {
			s = x.Module.Text + "." + s
		}
		if x.Win != nil {
			s += fmt.Sprintf("; window %d %s", x.Win.Kind, dump(x.Win.Size))
		}
		if x.From != nil {
			s += " from " + x.From.Raw
		}
		if x.Where != nil {
			s += " where " + dump(x.Where)
		}
		return s + ")"
	case *List:
		return "[" + list(x.Items) + "]"
	case *Obj:
		var s []string
		for _, p := range x.Parts {
			if p.Spread {
				s = append(s, "..."+dump(p.Value))
			} else {
				s = append(s, p.Name.Text+": "+dump(p.Value))
			}
		}
		return "{" + strings.Join(s, ", ") + "}"
	case *Paren:
		return dump(x.X)
	case *Bad:
		return "BAD"
	}
	return fmt.Sprintf("%T", x)
}

func TestPrecedence(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a or b and not c == d + e * -f.g", "(a or (b and (not (c == (d + (e * (neg f.g)))))))"},
		{"not a == b", "(not (a == b))"},
		{"not a in xs and b", "((not (a in xs)) and b)"},
		{"x ?? 1 > 5", "((x ?? 1) > 5)"},
		{"a - b - c", "((a - b) - c)"},
		{"a + b ?? c", "((a + b) ?? c)"},
		{"a / b // c % d", "(((a / b) // c) % d)"},
		{"-a * b", "((neg a) * b)"},
		{"-2", "(neg 2)"},
		{"--a", "(neg (neg a))"},
		{"a - -b", "(a - (neg b))"},
		{"has x and y", "((has x) and y)"},
		{"has x.y[0]", "(has x.y[0])"},
		{"has (x)", "(has x)"},
		{"- has x", "(neg (has x))"},
		{"has like \"a\"", "(has like \"a\")"},
		{"has matches \"a\"", "(has matches \"a\")"},
		{"has == 1", "(has == 1)"},
		{"has", "has"},
		{"name like \"web*\" or name matches \"^db\"", "((name like \"web*\") or (name matches \"^db\"))"},
		{"like like \"x\"", "(like like \"x\")"},
		{"(a or b) and c", "((a or b) and c)"},
		{"owner[svc].team ?? \"ops\"", "(owner[svc].team ?? \"ops\")"},
		{"t[a, b].c", "t[a, b].c"},
		{"net.budget(dev) + 1", "(net.budget(dev) + 1)"},
		{"avg(x, 10s)", "avg(x, 10s)"},
		{"avg(x, last 10)", "avg(x; window 1 10)"},
		{"avg(x, last n)", "avg(x; window 1 n)"},
		{"sum(x, each 1m where y > 1)", "sum(x; window 2 1m where (y > 1))"},
		{"sum(x, this d from \"/a/*\")", "sum(x; window 3 d from \"/a/*\")"},
		{"count(session 5m)", "count(; window 4 5m)"},
		{"max(last)", "max(last)"},
		{"max(last - this)", "max((last - this))"},
		{"last(state) == \"failed\"", "(last(state) == \"failed\")"},
		{"count(1m where status >= 500) / count(1m)", "(count(1m where (status >= 500)) / count(1m))"},
		{"count(from, 1m)", "count(from, 1m)"},
		{"avg(x, 1m,)", "avg(x, 1m)"},
		{"{ a: 1, \"b c\": [2, 3], ...event }", "{a: 1, b c: [2, 3], ...event}"},
		{"{}", "{}"},
		{"[]", "[]"},
		{"1 in [1, 2]", "(1 in [1, 2])"},
		{"true and none == false", "(true and (none == false))"},
		{"1h30m + 10s", "(1h30m + 10s)"},
		{"1.5e3 > 2", "(1.5e3 > 2)"},
		{"state + time + limit + key", "(((state + time) + limit) + key)"},
	} {
		x, ds := ParseExpr(c.text, "expr")
		if got := dump(x); got != c.want || len(ds) > 0 {
			t.Errorf("%s\n got %s\nwant %s\n%s", c.text, got, c.want, shown(Source{Name: "expr", Text: c.text}, ds))
		}
	}
}

// An expression never fails: what is wrong is a finding, and reading goes on.
func TestExpressionFindings(t *testing.T) {
	for _, c := range []struct{ text, want, code string }{
		{"1 < x < 5", "((1 < x) < 5)", "EDA0114"},
		{"a == b == c", "((a == b) == c)", "EDA0114"},
		{"x not in xs", "(not (x in xs))", "EDA0115"},
		{"a && b || !c", "((a and b) or (not c))", "EDA0106 EDA0106 EDA0106"},
		{"a = 1", "(a == 1)", "EDA0106"},
		{"x == 'up'", "(x == \"up\")", "EDA0103"},
		{"a +", "(a + BAD)", "EDA0112"},
		{"", "BAD", "EDA0112"},
		{"(a", "BAD", "EDA0113"},
		{"[1, 2", "BAD", "EDA0113"},
		{"avg(x, 1.5h)", "avg(x, 1h30m)", "EDA0104"},
		{"avg(x, 10sec)", "avg(x, 10s)", "EDA0104"},
		{"99999999999999999999", "BAD", "EDA0105"},
		{"1e999", "BAD", "EDA0105"},
		{"a b", "a", "EDA0110"},
		{"a )", "a", "EDA0110"},
		{"{ a = 1 }", "{a: 1}", "EDA0106"},
		{"{ host }", "{host: host}", "EDA0117"},
		{"\"a {b", "\"a {b\"", "EDA0102"},
		{"\"{a + b}\"", "\"{a + b}\"", "EDA0108"},
		{"\"{a:.2}\"", "\"{a:.2}\"", "EDA0108"},
		{"\"{}\"", "\"{}\"", "EDA0108"},
		{"\"\\u{110000}\"", "\"\\u{110000}\"", "EDA0108"},
	} {
		x, ds := ParseExpr(c.text, "expr")
		var codes []string
		for i := range ds {
			codes = append(codes, ds[i].Code.String())
		}
		if got := strings.Join(codes, " "); got != c.code || dump(x) != c.want {
			t.Errorf("%s: %s with %s, want %s with %s\n%s", c.text, dump(x), got, c.want, c.code, shown(Source{Name: "expr", Text: c.text}, ds))
		}
	}
}

func TestStrings(t *testing.T) {
	x, ds := ParseExpr(`"\"{host.name[0]}\" is \{up\} at {load:.2f}\n\u{1F600}{1}"`, "expr")
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	s := x.(*Str)
	var got []string
	for _, p := range s.Parts {
		if p.Path == nil {
			got = append(got, fmt.Sprintf("%q", p.Text))
		} else {
			got = append(got, fmt.Sprintf("%s at %q :%d", dump(p.Path), s.Raw[p.At.Start:p.At.End], p.Digits))
		}
	}
	want := `"\"" | host.name[0] at "{host.name[0]}" :-1 | "\" is {up} at " | load at "{load:.2f}" :2 | "\n😀" | 1 at "{1}" :-1`
	if strings.Join(got, " | ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " | "), want)
	}
	if s, _ := ParseExpr(`"a\d+"`, "expr"); dump(s) != `"a\d+"` {
		t.Error("a backslash that escapes nothing stays (S41)")
	}
}

// damaged is a source with one token deleted, doubled, exchanged with the next,
// or replaced by another token of the same source.
func damaged(r *rand.Rand, src Source, toks []Token) (string, Span) {
	var solid []int
	for i := range toks {
		if toks[i].solid() {
			solid = append(solid, i)
		}
	}
	k := r.IntN(len(solid) - 1)
	t, u := toks[solid[k]].At, toks[solid[k+1]].At
	text := src.Text
	switch r.IntN(4) {
	case 0:
		return text[:t.Start] + text[t.End:], t
	case 1:
		return text[:t.End] + " " + text[t.Start:t.End] + text[t.End:], t
	case 2:
		return text[:t.Start] + text[u.Start:u.End] + text[t.End:u.Start] + text[t.Start:t.End] + text[u.End:], Span{t.Start, u.End}
	}
	o := toks[solid[r.IntN(len(solid))]].At
	return text[:t.Start] + text[o.Start:o.End] + text[t.End:], t
}

// Damage to one token stays in one declaration, and is said about once.
func TestDamageStaysInOneDeclaration(t *testing.T) {
	src := canon(t)
	toks, _ := scan(src)
	f, _ := Parse(src)
	r := rand.New(rand.NewPCG(1, 2))
	const runs = 4000
	confined, findings, wrong := 0, 0, 0
	worst := map[string]int{}
	for range runs {
		text, at := damaged(r, src, toks)
		hurt := map[int]bool{}
		for i, d := range f.Decls {
			if s := d.Span(); s.Start < at.End && at.Start < s.End {
				hurt[i] = true
			}
		}
		g, ds := Parse(Source{Name: src.Name, Text: text})
		good := map[string]int{}
		for _, d := range g.Decls {
			if _, bad := d.(*BadDecl); !bad {
				good[text[d.Span().Start:d.Span().End]]++
			}
		}
		lost := 0
		for i, d := range f.Decls {
			own := src.Text[d.Span().Start:d.Span().End]
			if !hurt[i] {
				if good[own] == 0 {
					lost++
				}
				good[own]--
			}
		}
		if lost == 0 {
			confined++
		} else {
			worst[fmt.Sprintf("%q", around(text, at))]++
		}
		if len(ds) > 0 {
			wrong++
			findings += len(ds)
		}
		if len(ds) > 2 && os.Getenv("EDA_SHOW") != "" {
			t.Logf("%q\n%s", around(text, at), shown(Source{Name: src.Name, Text: text}, ds))
		}
	}
	share, mean := float64(confined)/runs, float64(findings)/float64(wrong)
	t.Logf("%.2f %% of damage stays in one declaration; %.3f findings where there are any (%d of %d)", 100*share, mean, wrong, runs)
	if share < 0.98 || mean > 1.3 {
		t.Errorf("want at least 98 %% and at most 1.3")
		if os.Getenv("EDA_SHOW") != "" {
			for w, n := range worst {
				t.Log(n, w)
			}
		}
	}
}

func around(text string, at Span) string {
	return text[max(0, at.Start-30):min(len(text), at.End+40)]
}

// Several declarations, several of them broken: each has its finding, and the
// others are there.
func TestBrokenDeclarationsHideNoOthers(t *testing.T) {
	src := Source{Name: "x.eda", Text: `rule a on "/a" do log "a"
rule b on "/b" when x > do log "b"
rule c on "/c" do log "c"
on "/d" { do log "d"
param p int = 1
rule e on "/e" do log "e"
test "t" { send "/e" { x: 1 }
fn f(x) = x + 1
`}
	f, ds := Parse(src)
	var got []string
	for _, d := range f.Decls {
		w := d.Word()
		if b, bad := d.(*BadDecl); bad {
			w = "bad " + b.First
		}
		got = append(got, w)
	}
	if want := "rule, bad rule, rule, bad on, bad param, rule, bad test, fn"; strings.Join(got, ", ") != want {
		t.Errorf("got %s\nwant %s", strings.Join(got, ", "), want)
	}
	if len(ds) != 4 {
		t.Errorf("%d findings, want 4:\n%s", len(ds), shown(src, ds))
	}
}

// A word that begins declarations is a name elsewhere (S32).
func TestDeclarationWordsAsNames(t *testing.T) {
	for _, text := range []string{
		`on "/a" where state == "x" and test > event do fire "/b" { rule: rule, use: table, param: fn }`,
		"on \"/a\" where x ==\nstate do log \"x\"",
		"on \"/a\"\nby rule\ndo log \"x\"",
		"on \"/a\" do fire \"/b\" {\nevent: 1,\nstate: 2,\ntest: 3 }",
		`event "/a" { state: string, test: int?, rule: any, on: bool }`,
		"on \"/a\" do set state = state + 1 limit 1 per 1m",
		`fn test(state) = state * 2`,
		`param rule: int = 3`,
		"on \"/a\" where test(\n1) > 1 do log \"x\"",
		`rule rule on "/a" do log "x"`,
		"rule test\non \"/a\" as event where event.state do log \"x\"",
	} {
		src := Source{Name: "x.eda", Text: text}
		if f, ds := Parse(src); len(ds) > 0 || len(f.Decls) != 1 {
			t.Errorf("%d declarations\n%s\n%s", len(f.Decls), text, shown(src, ds))
		}
	}
	src := Source{Name: "x.eda", Text: `on "/a" do log "x" on "/b" do log "y" state n: int = 0 test "t" { expect nothing } fn f(x) = x param p: int = 1 event "/a" { x: int } mute r where x`}
	if f, ds := Parse(src); len(f.Decls) != 8 || len(ds) > 0 {
		t.Errorf("%d declarations on one line, want 8\n%s", len(f.Decls), shown(src, ds))
	}
}
