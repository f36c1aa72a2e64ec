package lang

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	wantComment = regexp.MustCompile(`# want (below )?((?:EDA\d{4} "[^"]*" ?)+)`)
	wantOne     = regexp.MustCompile(`(EDA\d{4}) "([^"]*)"`)
)

// Each file of testdata/errors says on the line of a finding, or where the line
// cannot hold a comment on the one above it, which finding is wanted there:
// # want EDA0110 "regexp". Only codes of what cannot be read are asked for here.
func TestErrors(t *testing.T) {
	for _, src := range corpus(t) {
		if !strings.HasPrefix(src.Name, "errors/") {
			continue
		}
		t.Run(filepath.Base(src.Name), func(t *testing.T) {
			wants := map[int][][]string{}
			for i, line := range strings.Split(src.Text, "\n") {
				m := wantComment.FindStringSubmatch(line)
				if m == nil {
					continue
				}
				at := i + 1
				if m[1] != "" {
					at++
				}
				for _, w := range wantOne.FindAllStringSubmatch(m[2], -1) {
					if w[1] < "EDA0190" {
						wants[at] = append(wants[at], w)
					}
				}
			}
			_, ds := Parse(src)
			lines := lineIndexOf(src.Text)
			for i := range ds {
				d := &ds[i]
				line, _ := lines.at(d.Primary.Span.Start)
				k := slices.IndexFunc(wants[line], func(w []string) bool {
					return w[1] == d.Code.String() && regexp.MustCompile(w[2]).MatchString(d.Message)
				})
				if k < 0 {
					t.Errorf("%s:%d: not wanted: %s %s", src.Name, line, d.Code, d.Message)
					continue
				}
				wants[line] = slices.Delete(wants[line], k, k+1)
			}
			for line, ws := range wants {
				for _, w := range ws {
					t.Errorf("%s:%d: no %s %q", src.Name, line, w[1], w[2])
				}
			}
		})
	}
}

// Every example of a code of what cannot be read shows it to the parser already,
// and nothing else; those to prefer show it nothing.
func TestSyntaxCodes(t *testing.T) {
	for _, r := range syntaxCodes {
		if r.Code == codeNotBuilt {
			continue // the checker's
		}
		avoid, prefer := r.Code.Examples()
		for _, text := range prefer {
			if src := (Source{Name: "prefer", Text: text}); true {
				if _, ds := Parse(src); len(ds) > 0 {
					t.Errorf("%s: the example to prefer has findings:\n%s", r.Code, shown(src, ds))
				}
			}
		}
		for _, text := range avoid {
			src := Source{Name: "avoid", Text: text}
			_, ds := Parse(src)
			if len(ds) == 0 || slices.ContainsFunc(ds, func(d Diag) bool { return d.Code != r.Code }) {
				t.Errorf("%s: the example to avoid shows:\n%s", r.Code, shown(src, ds))
			}
		}
	}
}

// Every safe fix, applied, makes its finding go and brings no other.
func TestSafeFixesMend(t *testing.T) {
	fixes := 0
	for _, src := range corpus(t) {
		_, ds := Parse(src)
		for i := range ds {
			for _, f := range ds[i].Fixes {
				if !f.Safe {
					continue
				}
				fixes++
				text := applied(src.Text, f)
				if _, after := Parse(Source{Name: src.Name, Text: text}); len(after) >= len(ds) {
					t.Errorf("%q leaves %d findings of %d:\n%s", f.Title, len(after), len(ds), shown(src, ds[i:i+1]))
				}
			}
		}
	}
	if fixes < 30 {
		t.Errorf("only %d safe fixes in the corpus", fixes)
	}
}

func applied(text string, f Fix) string {
	edits := slices.Clone(f.Edits)
	slices.SortFunc(edits, func(a, b Edit) int { return b.Span.Start - a.Span.Start })
	for _, e := range edits {
		text = text[:e.Span.Start] + e.Text + text[e.Span.End:]
	}
	return text
}

// golden compares with a file of testdata; EDA_UPDATE=1 rewrites it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "render", name)
	if os.Getenv("EDA_UPDATE") != "" {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (EDA_UPDATE=1 rewrites it):\n%s", file, got)
	}
}

func TestRender(t *testing.T) {
	src := read(t, "errors/mistakes18.eda")
	_, ds := Parse(src)
	schema := Source{Name: "rules/schema.eda", Text: "event \"/client/load/*\" { cur_load: float, host: string }\n"}
	load := Source{Name: "rules/load.eda", Text: "rule high_load\non \"/client/load/*\"\n\n\twhen avg(cur_laod, 10s) > 20 # 日本 ⚠ \x1b[31m\ndo log \"日本語のログ {cur_laod}\", log \"" + strings.Repeat("long ", 40) + "{cur_laod}" + strings.Repeat(" long", 40) + "\"\n"}
	at := func(s, what string, n int) Span {
		i := -1
		for range n {
			i += 1 + strings.Index(s[i+1:], what)
		}
		return Span{i, i + len(what)}
	}
	field := at(load.Text, "cur_laod", 1)
	rich := Diagnostics{
		{Code: 203, Severity: Error, Rule: "high_load", Message: "no field `cur_laod` on events tagged `/client/load/*`",
			Primary: Label{load.Name, field, "not in this tag's schema"},
			Labels:  []Label{{schema.Name, at(schema.Text, "\"/client/load/*\"", 1), "the schema is declared here"}},
			Notes:   []string{"fields are closed unless the event says `...`"},
			Fixes:   []Fix{{"did you mean `cur_load`?", true, []Edit{{load.Name, field, "cur_load"}}}}},
		{Code: 203, Severity: Warning, Rule: "high_load", Message: "wide characters before the place", Primary: Label{load.Name, at(load.Text, "cur_laod", 2), ""}},
		{Code: 203, Severity: Hint, Message: "a long line is cut around the place", Primary: Label{load.Name, at(load.Text, "cur_laod", 3), "here"}},
		{Code: 203, Severity: Error, Message: "the file is not there", Primary: Label{"gone.eda", Span{1, 2}, ""}},
		{Code: 203, Severity: Error, Message: "at the end \x1b[2J", Primary: Label{load.Name, Span{len(load.Text), len(load.Text)}, ""}},
	}
	files := map[string]string{src.Name: src.Text, load.Name: load.Text, schema.Name: schema.Text}
	show := func(ds Diagnostics, opt RenderOptions) string {
		var b strings.Builder
		if err := Render(&b, ds, files, opt); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	fix := "edac lint --fix applies this"
	golden(t, "mistakes18.txt", show(ds, RenderOptions{FixHint: fix}))
	golden(t, "mistakes18.compact", show(ds, RenderOptions{Format: "compact"}))
	golden(t, "mistakes18.json", show(ds, RenderOptions{Format: "json"}))
	golden(t, "rich.txt", show(rich, RenderOptions{FixHint: fix}))
	golden(t, "rich.color", show(rich, RenderOptions{Color: true}))
	golden(t, "rich.ascii", show(rich, RenderOptions{ASCII: true}))
	golden(t, "rich.jsonl", show(rich, RenderOptions{Format: "jsonl"}))

	for _, opt := range []RenderOptions{{}, {ASCII: true}, {Format: "compact"}} {
		if s := show(rich, opt); strings.Contains(s, "\x1b") {
			t.Errorf("%+v: an escape reaches the terminal", opt)
		}
	}
	for _, c := range show(rich, RenderOptions{ASCII: true}) {
		if c >= 0x80 {
			t.Errorf("%q is not ASCII", c)
		}
	}
	many := slices.Repeat(rich, 13)
	if s := show(many, RenderOptions{Format: "compact", MaxErrors: 50}); !strings.HasSuffix(s, "and 15 more in 2 files\n") || strings.Count(s, "\n") != 51 {
		t.Error("more than 50 are counted, not shown:", s[max(0, len(s)-60):])
	}
	if err := Render(&strings.Builder{}, nil, nil, RenderOptions{Format: "xml"}); err == nil {
		t.Error("an unknown format is an error")
	}
}

func TestSortAndRepeats(t *testing.T) {
	at := func(file string, start int, code Code, message string) Diag {
		return Diag{Code: code, Message: message, Primary: Label{File: file, Span: Span{start, start + 1}}}
	}
	ds := Diagnostics{at("b", 1, 110, ""), at("a", 9, 110, ""), at("a", 2, 112, ""), at("a", 2, 110, "first"), at("a", 2, 110, "second")}
	ds.Sort()
	var got []string
	for _, d := range ds {
		got = append(got, fmt.Sprint(d.Primary.File, d.Primary.Span.Start, " ", d.Code, d.Message))
	}
	if want := "a2 EDA0110first, a2 EDA0112, a9 EDA0110, b1 EDA0110"; strings.Join(got, ", ") != want {
		t.Errorf("got %s", strings.Join(got, ", "))
	}
	if !ds.HasErrors() || (Diagnostics{{Severity: Hint}}).HasErrors() {
		t.Error("HasErrors")
	}
}

func TestNearest(t *testing.T) {
	for _, c := range []struct{ name, from, want string }{
		{"frie", "fire log set", "fire"},
		{"WHEN", "when where", "when"},
		{"coun", "count avg", "count"},
		{"cur_laod", "cur_load cores", "cur_load"},
		{"max", "max_by min max2", "max2 max_by"},
		{"zebra", "fire log set", ""},
		{"fire", "fire", ""},
	} {
		if got := strings.Join(Nearest(c.name, strings.Fields(c.from)), " "); got != c.want {
			t.Errorf("%s among %s: %q, want %q", c.name, c.from, got, c.want)
		}
	}
}

func TestComplete(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "x": true, "x + 1": true, "x +": false, "avg(x,": false, "avg(x, 10s)": true, "\"abc": false, "\"abc\"": true,
		"{ a: 1": false, "[1, 2]": true, "on": false, "on \"/a\"": true, "on \"/a\" when": false, "on \"/a\" do": false,
		"on \"/a\" do log \"x\"": true, "on \"/a\" do log \"x\",": false, "test \"t\" {\n  expect nothing": false,
		"test \"t\" {\n  expect nothing\n}": true, "not": false, "a and": false, "true": true, "name like": false, "rule": false, "x )": true, "# a comment": true,
	} {
		if Complete(text) != want {
			t.Errorf("Complete(%q) is %v", text, !want)
		}
	}
}

// No text takes the parser long, or exhausts its stack: 40 KB of each of these
// is done in far less than the test's limit.
func TestHostileTexts(t *testing.T) {
	n := rounds(40 << 10)
	fill := func(s string) string { return strings.Repeat(s, n/len(s)) }
	for _, text := range []string{
		fill("on 'a' do log \"x\"\n"), "on \"/a\" do log \"x\"\n" + fill("x : y\n"), "on \"/a\" do log \"x\"\n" + fill("\"x\" do log \"y\"\n"),
		fill("'"), fill("\n\""), fill("\xff"), fill("rule "), fill("on "), fill("}"),
		"on \"/a\" where " + fill("("), "on \"/a\" where " + fill("["), "on \"/a\" where " + fill("f("), "on \"/a\" where " + fill("not "),
		"on \"/a\" where " + fill("-"), "on \"/a\" where a" + fill("[b"), "on \"/a\" where a" + fill(".b"), "on \"/a\" where " + fill("a+"),
		"on \"/a\" where " + fill("a<"), "on \"/a\" do fire \"/b\" " + fill("{a:"), "on \"/a\" do " + fill("frie \"/b\","),
		"on \"/a\" do log \"" + fill("{") + "\"", "on \"/a\" do log \"" + fill("{a.") + "\"", "event \"/a\" { x: " + fill("["), "event \"/a\" " + fill("{x:"),
		"test \"t\" {" + fill("sned x\n") + "}", "on \"/a\" " + fill("then \"/b\" "), "on \"/a\" when " + fill("a in [1, "),
	} {
		src := Source{Name: "hostile", Text: text}
		_, ds := Parse(src)
		_ = shown(src, ds[:min(len(ds), 3)])
		Format(src)
	}
}
