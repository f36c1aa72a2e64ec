package lint_test

import (
	"slices"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// What a test expects is fired so, fields and all.
func TestExpectedData(t *testing.T) {
	const rules = "on \"/in\" do fire \"/out\" { host: h }\non \"/in2\" do fire \"/all\" { ...event }\n"
	for _, c := range []struct{ expect, want string }{
		{`expect "/out" { host: "a" }`, ""},
		{`expect "/out" { hst: "a" }`, "unfired-expect hst"},
		{`expect "/out" { hst: none }`, ""},
		{`expect "/all" { hst: "a" }`, ""},
	} {
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		if got := warned(t, rules+"test \"t\" {\n  send \"/in\" { h: \"a\" }\n  send \"/in2\" {}\n  "+c.expect+"\n}\n"); !slices.Equal(got, want) {
			t.Errorf("%s draws %q, want %q", c.expect, got, want)
		}
	}
}

// Beside an error all else is said that is wrong, and nothing that may only be
// an echo of the error.
func TestBesideErrors(t *testing.T) {
	const bad = "on \"/other\" where count(1m) > 3 do log \"x\"\n"
	for _, c := range []struct{ text, want string }{
		{"on \"/a\" where x > 5 and x < 3 do log \"x\"\n", "contradiction x > 5 and x < 3"},
		{"on \"/a\" where x > 5 do log \"%s\"\n", "foreign-placeholder %s"},
		{"param most: int = 5\n", "unused most"},
		{"on \"/a/:x\" do log \"x\"\n", "foreign-placeholder :x"},
		{"test \"t\" {\n  expect nothing\n}\n", `test-without-expect "t"`},
		{"event \"/load/{h}\" { x: int }\non \"/load/{h}\" where x > 3 do log \"x\"\ntest \"t\" {\n  send \"/laod/a\" { x: 1 }\n  expect nothing\n}\n", `tag-slip "/laod/a"`},
		// what an error speaks of
		{"param most: int = 5\non \"/a\" where x > 2 and mots(3) do log \"x\"\n", ""},
		{"event \"/a\" { x: int }\nparam most: int = 5\non \"/a\" where x > mots do log \"x\"\n", ""},
		// what a declaration with an error may be about
		{"param most: int = 5\non \"/a\" wher x > most do log \"x\"\n", ""},
		{"rule r on \"/a\" as e let y = x when count(1m, z) > 3 do log \"x\"\n", ""},
		{"state n: int = 0\non \"/a\" do set n = \"x\"\n", ""},
		{"on \"/in\" do fire \"/out\" { x: x }\non \"/out\" do log \"{x}\"\ntest \"t\" {\n  send \"/iin\" {}\n  expect \"/out\"\n}\non \"/iin\" when when x do log \"x\"\n", ""},
		// rings come to an end
		{"on \"/a\" let x = y + 1 let y = x + 1 where x > 3 do log \"{x}\"\n", ""},
		{"fn f(x) = g(x)\nfn g(x) = f(x)\non \"/a\" where f(x) > 3 and f(x) > 4 do log \"x\"\n", "redundant-term f(x) > 3"},
	} {
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		var got []string
		text := c.text + bad
		for _, d := range lint.Program([]lang.Source{{Name: "a.eda", Text: text}}, environment(t), lint.Settings{}).Findings {
			if d.Severity == lang.Warning {
				got = append(got, d.Slug()+" "+text[d.Primary.Span.Start:d.Primary.Span.End])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s draws %q, want %q", c.text, got, want)
		}
	}
}
