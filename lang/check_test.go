package lang_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
	"github.com/eda-lang/eda/stdlib"
)

func environment(t testing.TB) *lang.Env {
	t.Helper()
	env, err := lang.NewEnv(stdlib.Signatures())
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// findings is all that lint would say of a text.
func findings(env *lang.Env, text string) lang.Diagnostics {
	return lint.Program([]lang.Source{{Name: "t.eda", Text: text}}, env, lint.Settings{}).Findings
}

// 18 typical mistakes in one file are at least 17 located findings and at most 22.
func TestTypicalMistakes(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "errors", "mistakes18.eda"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, d := range findings(environment(t), string(text)) {
		if d.Severity == lang.Hint {
			continue
		}
		n++
		line, col := lang.LineCol(string(text), d.Primary.Span.Start)
		t.Logf("%d:%d: %s %s", line, col, d.Code, d.Message)
		if d.Primary.Span.End < d.Primary.Span.Start || d.Message == "" {
			t.Errorf("finding without a place or words: %+v", d)
		}
	}
	if n < 17 || n > 22 {
		t.Errorf("%d findings, want 17 to 22", n)
	}
}

// The canon checks clean.
func TestCanon(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "rules", "canon.eda"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	sources := lang.Join([]lang.Source{{Name: "testdata/rules/canon.eda", Text: string(text)}}, func(name string) (string, error) {
		text, err := os.ReadFile(name)
		return string(text), err
	})
	var files []*lang.File
	var found lang.Diagnostics
	for _, s := range sources {
		f, ds := lang.Parse(s)
		files = append(files, f)
		found = append(found, ds...)
	}
	_, ds := lang.Check(files, environment(t))
	for _, d := range append(found, ds...) {
		switch {
		case d.Code.String() == "EDA0620": // rule 29 has a file of its own; its permit is not for the others
		case d.Code.String() == "EDA0190":
			n++
		case d.Severity != lang.Hint:
			line, _ := lang.LineCol(string(text), d.Primary.Span.Start)
			t.Errorf("line %d: %s: %s", line, d.Code, d.Message)
		}
	}
	if n > 0 {
		t.Errorf("%d forms of the canon are refused", n)
	}
}

// The one-liner is good style: no error, no warning, for ever.
func TestOneLinerIsClean(t *testing.T) {
	for _, d := range findings(environment(t), `on "/client/load/*" when avg(cur_load, 10s) > 20 do fire "/reconfig/lb"`) {
		if d.Severity != lang.Hint {
			t.Errorf("%s: %s", d.Code, d.Message)
		}
	}
}

// What the checker says of programs, by the words that must be in it; "" means
// that it says nothing.
func TestCheck(t *testing.T) {
	env := environment(t)
	const load = `event "/client/load/{host}" { cur_load: [float], up: bool, note: string?, n: int }` + "\n"
	for _, c := range []struct{ text, want string }{
		{load + `on "/client/load/*" when avg(cur_load, 10s) > 20 do log "x"`, "cur_load[0]"},
		{load + `on "/client/load/*" when avg(cur_load[0], 10s) > 20 do log "x"`, ""},
		{load + `on "/client/load/*" where cur_load > 20 do log "x"`, "cur_load[0]"},
		{load + `on "/client/load/*" where note > 20 do log "x"`, "num(note)"},
		{load + `on "/client/load/*" where note == "a" do fire "/b" { n: note }`, ""},
		{load + `on "/client/load/*" do fire "/b/{note}"`, "note ?? …"},
		{load + `on "/client/load/*" do fire "/b" { n: note ?? "-" }`, ""},
		{`on "/a" when avg(x, 10) > 1 do log "x"`, "last 10"},
		{`on "/a" when avg(x) > 1 do log "x"`, "needs a window"},
		{`on "/a" when avg(max(x, 1m), 1m) > 1 do log "x"`, "cannot stand in an aggregate"},
		{`fn load(x) = avg(x, 10s)` + "\n" + `on "/a" where load(v) > 1 do log "x"`, "cannot stand"},
		{`param d: duration = 5m` + "\n" + `on "/a" when x > 1 for d do log "x"`, ""},
		{`param d: int = 5` + "\n" + `on "/a" when x > 1 for d do log "x"`, "duration greater than zero"},
		{`on "/a/{x}" | "/b/{x}" do log "{x}"`, ""},
		{`on "/a/*" do log "{1}"`, ""},
		{`on "/a" do fire "/b"` + "\n" + `on "/b" do fire "/a"`, "without end"},
		{`on "/a" do fire "/b"` + "\n" + `on "/b" when x > 1 do fire "/a"`, ""},
		{`on "/a" do fire "/eda/x"`, "engine's own"},
		{`rule r on "/a" when x > 1 do log "x"` + "\n" + `rule r on "/a" do log "x"`, "declared already"},
		{`on "/a" where silent(5m) do log "x"`, "situation"},
		{`on "/a" when x > 1 and up do log "x" clear when x < 1 for 2m do log "y" limit 1 per 1m by none expire 1h`, ""},
		{`on "/a" where x in ["a", "b"] and name like "web*" and has y do log "x"`, ""},
		{`on "/a" where 5m > x do log "x"`, ""},
		{`on "/a" where 5m > 300 do log "x"`, "unit"},
		{`on "/a" by lower(host) do log "x"`, ""},
		{`on "/a" as e do fire "/b" { ...event, h: e.host }`, ""},
	} {
		var got []string
		for _, d := range findings(env, c.text) {
			if d.Severity == lang.Hint {
				continue
			}
			all := d.Message
			for _, f := range d.Fixes {
				all += " " + f.Title
			}
			got = append(got, all)
		}
		switch {
		case c.want == "" && len(got) > 0:
			t.Errorf("%s\n  draws %q", c.text, got)
		case c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)):
			t.Errorf("%s\n  draws %q, want one with %q", c.text, got, c.want)
		}
	}
}

// No tree makes the checker or the lints panic.
func FuzzCheck(f *testing.F) {
	for _, row := range lang.Codes() {
		avoid, prefer := row.Code.Examples()
		for _, text := range slices.Concat(avoid, prefer) {
			f.Add(text)
		}
	}
	env := environment(f)
	f.Fuzz(func(t *testing.T, text string) { findings(env, text) })
}
