package scenario_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime/scenario"
)

const updateRules = `on "/a/{k}" do fire "/b/{k}" { x: x, y: y, list: [x, { z: y }] }, log "{tag}"
on "/a/{k}" where x > 2 do fire "/b/{k}" { x: x }, fire "/c"
on "/a/*" when silent(3s) do fire "/quiet" { at: now, for: 3s } clear do fire "/loud"
`

// someTest is a test whose expects are as often wrong as right, laid out as
// authors do.
func someTest(r *rand.Rand, name string) string {
	pick := func(xs ...string) string { return xs[r.IntN(len(xs))] }
	var steps []string
	for range 1 + r.IntN(8) {
		switch r.IntN(7) {
		case 0, 1:
			s := fmt.Sprintf(`send "/a/%s" { x: %s, y: %s }`, pick("k", "l"), pick("1", "3", "2.5e30", "-4", "\"\\\"q\\{é\\\\\""), pick("none", "true", "[1, 2.0]"))
			if r.IntN(3) == 0 {
				s += pick(" every 1s for 3s", " every 2s for 1s")
			}
			steps = append(steps, s)
		case 2:
			steps = append(steps, "wait "+pick("1s", "3s", "10s"))
		case 3:
			steps = append(steps, "expect nothing")
		default:
			s := "expect " + pick(`"/b/k"`, `"/b/l"`, `"/c"`, `"/quiet"`, `"/loud"`, `"/never"`)
			s += pick("", "", ` { x: 3 }`, ` { x: 1, y: none }`, " {}", ` { nope: 1 }`) + pick("", "", " at 0s", " at 3s", " at 1h")
			steps = append(steps, s)
		}
	}
	if r.IntN(5) == 0 {
		return fmt.Sprintf("test %q { %s }\n", name, strings.Join(steps, " "))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "test %q {\n", name)
	for i, s := range steps {
		sep := "\n"
		if i+1 < len(steps) && r.IntN(6) == 0 {
			sep = " "
		} else if r.IntN(4) == 0 {
			sep = fmt.Sprintf("  # c%d\n", i)
		}
		if i == 0 || strings.HasSuffix(b.String(), "\n") {
			b.WriteString("  ")
		}
		b.WriteString(s + sep)
		if sep == "\n" && r.IntN(8) == 0 {
			b.WriteString(pick("\n", "  # alone\n"))
		}
	}
	b.WriteString("}\n")
	return b.String()
}

var comments = regexp.MustCompile(`(?m)# (c\d+|alone|between)$`)

func parts(u *lang.Unit) (tests []string, rest string) {
	text, at := u.Files[0].Source.Text, 0
	for _, t := range u.Tests {
		span := t.Decl.At
		tests = append(tests, text[span.Start:span.End])
		rest += text[at:span.Start] + "…"
		at = span.End
	}
	return tests, rest + text[at:]
}

// What an update gives passes, once and for all; what passed before, comments,
// and everything outside of failing tests stays; what was formatted still is.
func TestUpdate(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	env := environment(t)
	updated := 0
	for n := range 60 {
		text := updateRules
		for i := range 1 + r.IntN(4) {
			text += "# between\n" + someTest(r, fmt.Sprint("t", i))
		}
		text, _ = lang.Format(lang.Source{Name: "x.eda", Text: text})
		u := unit(t, []lang.Source{{Name: "x.eda", Text: text}})
		run := func(u *lang.Unit) (*scenario.Suite, []*scenario.Result) {
			s := scenario.New(u, env)
			var out []*scenario.Result
			for _, test := range u.Tests {
				res, err := s.Run(test)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, res)
			}
			return s, out
		}
		s, results := run(u)
		up, err := s.Update(results)
		if err != nil {
			t.Fatal(err)
		}
		if len(up.Left) > 0 {
			t.Fatalf("%d: left %v\n%s", n, up.Left, text)
		}
		next := scenario.Apply(u.Files[0].Source, up.Edits)
		v := unit(t, []lang.Source{{Name: "x.eda", Text: next}})
		fail := func(format string, args ...any) {
			t.Fatalf("%d: %s\n--- before\n%s--- after\n%s", n, fmt.Sprintf(format, args...), text, next)
		}
		again, after := run(v)
		for i, res := range after {
			if !res.Passed() {
				fail("%s fails: %s %q", res.Test.Name, res.Failures[0].Message, res.Failures[0].Notes)
			}
			if !results[i].Passed() {
				updated++
			}
		}
		if more, err := again.Update(after); err != nil || len(more.Edits) > 0 {
			fail("a second update changes %v", more.Edits)
		}
		was, outside := parts(u)
		is, outside2 := parts(v)
		if outside != outside2 {
			fail("what is outside of tests changed")
		}
		for i := range was {
			if results[i].Passed() != (was[i] == is[i]) {
				fail("%s passed: %v, changed: %v", results[i].Test.Name, results[i].Passed(), was[i] != is[i])
			}
			if a, b := comments.FindAllString(was[i], -1), comments.FindAllString(is[i], -1); !slices.Equal(a, b) {
				fail("comments were %q, are %q", a, b)
			}
		}
		if f, _ := lang.Format(lang.Source{Name: "x.eda", Text: next}); f != next {
			fail("no longer formatted")
		}
	}
	if updated < 60 {
		t.Errorf("only %d tests were updated", updated)
	}
}
