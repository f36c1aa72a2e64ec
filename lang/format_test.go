package lang

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"spaces", `on   "/a/{x}"when avg( x ,10s )>20   do fire "/b"{x:x,...event}`, `on "/a/{x}" when avg(x, 10s) > 20 do fire "/b" { x: x, ...event }`},
		{"signs", `on "/a" where - x- -1>(-2)and not(x in[ -1,2 ])do log "x"`, `on "/a" where -x - -1 > (-2) and not (x in [-1, 2]) do log "x"`},
		{"paths", `on "/a" where owner [ svc ] . team ?? "x"like "y*" do log "x"`, `on "/a" where owner[svc].team ?? "x" like "y*" do log "x"`},
		{"lines are kept", "rule a\n   on \"/a\"\n\twhen x>1\n do log \"x\"", "rule a\non \"/a\"\nwhen x > 1\ndo log \"x\""},
		{"blank lines", "\n\n\n# one\n\n\n\non \"/a\" do log \"x\"\n\n\n", "# one\n\non \"/a\" do log \"x\""},
		{"braces", "test \"t\"{\nsend \"/a\"{\nx:1,\n  y:[\n1,\n2 ] }\nexpect nothing\n}", "test \"t\" {\n  send \"/a\" {\n    x: 1,\n    y: [\n      1,\n      2] }\n  expect nothing\n}"},
		{"closing lines", "on \"/a\" do page(\"x\", {\na: 1\n})", "on \"/a\" do page(\"x\", {\n  a: 1\n})"},
		{"comments", "on \"/a\"# why  \n   # own line\n  do log \"x\"   #end\ntest \"t\" {\n# in\nexpect nothing # all\n}", "on \"/a\"  # why\n# own line\ndo log \"x\"  #end\ntest \"t\" {\n  # in\n  expect nothing  # all\n}"},
		{"types", `event "/a"{x:int ?,y:[ float ],z:{a:int}?,...}time x late 5s`, `event "/a" { x: int?, y: [float], z: { a: int }?, ... } time x late 5s`},
		{"sources", `on 5 of "/a"then not"/b"|"/c"within 2m do log "x"`, `on 5 of "/a" then not "/b" | "/c" within 2m do log "x"`},
		{"empty braces", `test "t" { send "/a" {   } }`, `test "t" { send "/a" {} }`},
		{"crlf", "on \"/a\"\r\ndo log \"x\" # c\r\n", "on \"/a\"\ndo log \"x\"  # c"},
		{"two on a line", `on "/a" do log "x"    on "/b" do log "y"`, `on "/a" do log "x" on "/b" do log "y"`},
		{"broken ones stay", "on \"/a\"   do log   \"x\"\non   \"/b\"  wehn  x do  log \"x\"\non \"/c\"   do log \"x\"", "on \"/a\" do log \"x\"\non   \"/b\"  wehn  x do  log \"x\"\non \"/c\" do log \"x\""},
		{"repaired ones stay", "on   '/a'   do log \"x\"", "on   '/a'   do log \"x\""},
	} {
		got, _ := Format(Source{Name: c.name, Text: c.in})
		if got != c.want+"\n" {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want+"\n")
		}
	}
	if got, _ := Format(Source{Name: "empty", Text: " \n\n"}); got != "" {
		t.Errorf("an empty file becomes %q", got)
	}
}

func TestCanonIsFormatted(t *testing.T) {
	src := canon(t)
	if got, _ := Format(src); got != src.Text {
		t.Error("the canon is not in canonical form")
	}
}

// formats checks what holds for every source: no token and no comment changes,
// and what is formatted is in its final form.
func formats(t *testing.T, src Source) string {
	t.Helper()
	once, _ := Format(src)
	next := Source{Name: src.Name, Text: once}
	if !sameTokens(src, next) {
		t.Fatalf("a token or comment changed:\n%s\n---\n%s", src.Text, once)
	}
	if twice, _ := Format(next); twice != once {
		t.Fatalf("not in its final form:\n%q\n%q", once, twice)
	}
	return once
}

// scrambled is a source with other white space between its tokens, and with
// comments where there is a line's end.
func scrambled(r *rand.Rand, src Source) string {
	toks, _ := scan(src)
	var b strings.Builder
	for i, t := range toks {
		text := src.Text[t.At.Start:t.At.End]
		if t.Kind != Space {
			b.WriteString(text)
			if i+1 < len(toks) && toks[i+1].solid() && t.solid() && r.IntN(8) == 0 && t.Kind == Punct && t.Text != "." && t.Text != "..." {
				b.WriteByte(' ')
			}
			continue
		}
		switch lines := strings.Count(text, "\n"); {
		case lines == 0:
			b.WriteString(strings.Repeat(" ", 1+r.IntN(3)))
		default:
			if r.IntN(6) == 0 {
				b.WriteString(" # a comment\t ")
			}
			b.WriteString(strings.Repeat("\n", lines))
			if i+1 < len(toks) && !declWords[toks[i+1].Text] && toks[i+1].Kind != Comment {
				b.WriteString(strings.Repeat(" \t"[r.IntN(2):][:1], r.IntN(4)))
			}
		}
	}
	return b.String()
}

func TestFormatScrambled(t *testing.T) {
	src := canon(t)
	r := rand.New(rand.NewPCG(3, 4))
	asIs := 0
	for range rounds(1000) {
		text := scrambled(r, src)
		if formats(t, Source{Name: src.Name, Text: text}) == text {
			asIs++
		}
	}
	if asIs > 0 {
		t.Errorf("%d scrambled files stayed as they were", asIs)
	}
}

func TestFormatDamaged(t *testing.T) {
	src := canon(t)
	toks, _ := scan(src)
	r := rand.New(rand.NewPCG(5, 6))
	asIs := 0
	runs := rounds(1000)
	for range runs {
		text, _ := damaged(r, Source{Name: src.Name, Text: src.Text}, toks)
		text = strings.Replace(text, "on \"/client", "on    \"/client", 3)
		if formats(t, Source{Name: src.Name, Text: text}) == text {
			asIs++
		}
	}
	t.Logf("%d of %d damaged files stayed as they were", asIs, runs)
	if asIs > runs/20 {
		t.Errorf("%d of %d damaged files stayed as they were", asIs, runs)
	}
	for _, src := range corpus(t) {
		formats(t, src)
	}
}

// The tree of what is formatted is the tree of the source.
func TestFormatKeepsTheTree(t *testing.T) {
	src := canon(t)
	r := rand.New(rand.NewPCG(7, 8))
	dumped := func(s Source) string {
		f, _ := Parse(s)
		var b strings.Builder
		for _, d := range f.Decls {
			b.WriteString(d.Word() + ":")
			Exprs(d, func(x Expr) { b.WriteString(" " + dump(x)) })
			b.WriteByte('\n')
		}
		return b.String()
	}
	want := dumped(src)
	for range 100 {
		once, _ := Format(Source{Name: src.Name, Text: scrambled(r, src)})
		if got := dumped(Source{Name: src.Name, Text: once}); got != want {
			t.Fatalf("the tree changed:\n%s", got)
		}
	}
}

// The rows of a given table are no index.
func TestFormatGivenTable(t *testing.T) {
	const want = "test \"t\" {\n  given table side [{ a: 1 }]\n  given state n[\"a\"] = 1\n}\n"
	if got, _ := Format(Source{Name: "t", Text: strings.ReplaceAll(want, "side [", "side[")}); got != want {
		t.Errorf("got\n%s", got)
	}
}
