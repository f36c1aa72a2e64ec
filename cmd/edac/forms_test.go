package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime/scenario"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// Every word and sign of the grammar, every type, every question and every
// event of the engine has a form.
func TestFormsAreComplete(t *testing.T) {
	grammar := fenced(t, part(t, "SPEC.md", "Grammar"), "ebnf", 0)
	var names []string
	for _, m := range regexp.MustCompile(`"([^" ]+)"`).FindAllStringSubmatch(grammar, -1) {
		names = append(names, m[1])
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z]+)` \\|").FindAllStringSubmatch(part(t, "SPEC.md", "Types"), -1) {
		names = append(names, m[1])
	}
	for _, m := range regexp.MustCompile("`(/eda/[a-zA-Z/]+)`").FindAllStringSubmatch(part(t, "SPEC.md", "Events of the engine"), -1) {
		names = append(names, m[1])
	}
	for _, name := range environment().FuncNames() {
		if !documented(name) {
			names = append(names, name)
		}
	}
	if len(names) < 100 {
		t.Fatalf("only %d words in SPEC.md", len(names))
	}
	for _, name := range names {
		if !slices.Contains([]string{"(", ")", "{", "}", ",", ":"}, name) && len(lang.FormsOf(name)) == 0 {
			t.Errorf("there is no form of %s", name)
		}
	}
}

// documented reports whether a function or an aggregate has a row in stdlib.
func documented(name string) bool {
	return slices.ContainsFunc(stdlib.Funcs(), func(f stdlib.Func) bool { return f.Name() == name }) ||
		slices.ContainsFunc(stdlib.Aggs(), func(a stdlib.Agg) bool { return a.Name == name })
}

// No form has a gap, each stands once in its group, and what it refers to is there.
func TestFormsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range lang.Forms() {
		where := fmt.Sprintf("%s (%s)", f.Name, f.Group)
		if seen[where] {
			t.Errorf("%s stands twice", where)
		}
		seen[where] = true
		if f.Syntax == "" || f.Doc == "" || f.Example == "" && f.Results == nil || len(f.See) == 0 || !slices.Contains(lang.Groups(), f.Group) {
			t.Errorf("%s has a gap", where)
		}
		if !strings.HasSuffix(f.Doc, ".") || f.Bounds != "" && !strings.HasSuffix(f.Bounds, ".") && !strings.HasSuffix(f.Bounds, ".)") {
			t.Errorf("%s is not made of sentences", where)
		}
		for line := range strings.Lines(f.Syntax) {
			if len([]rune(line)) > docWidth-2 {
				t.Errorf("%s: wider than a page: %s", where, line)
			}
		}
		for _, name := range f.See {
			if len(lang.FormsOf(name)) == 0 && !documented(name) {
				t.Errorf("%s refers to %s, which is not there", where, name)
			}
			if name == f.Name && len(lang.FormsOf(name)) == 1 && !documented(name) {
				t.Errorf("%s refers to itself", where)
			}
		}
	}
}

// The example of a form is a program without an error or a warning, whose
// tests pass, and its expressions have the values that stand beside them.
func TestFormsRun(t *testing.T) {
	for _, f := range lang.Forms() {
		for _, r := range f.Results {
			if got := formResult(t, r.Expr); got != r.Is {
				t.Errorf("%s: %s is %s, not %s", f.Name, r.Expr, got, r.Is)
			}
		}
		if f.Example == "" {
			continue
		}
		report := exampleReport(t, f.Example)
		for _, d := range report.Findings {
			if d.Severity != lang.Hint {
				t.Errorf("%s draws %s: %s in\n%s", f.Name, d.Code, d.Message, f.Example)
			}
		}
		if report.Findings.HasErrors() {
			continue
		}
		if len(report.Unit.Tests) == 0 {
			t.Errorf("%s has no test", f.Name)
		}
		for _, test := range report.Unit.Tests {
			r, err := scenario.Run(report.Unit, test, environment())
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			for _, x := range r.Failures {
				t.Errorf("%s: %q: %s\n  %s", f.Name, test.Name, x.Message, strings.Join(x.Notes, "\n  "))
			}
		}
		if text, _ := lang.Format(lang.Source{Name: "x.eda", Text: strings.SplitN(f.Example, "-- ", 2)[0]}); !strings.HasPrefix(f.Example, text) {
			t.Errorf("%s: the example is not formatted:\n%s", f.Name, text)
		}
	}
}

// formResult evaluates a constant expression as a rule does.
func formResult(t *testing.T, expr string) string {
	t.Helper()
	p, _, ds := compiler.Build([]lang.Source{{Name: "x.eda", Text: `on "/a" do fire "/b" { v: ` + expr + ` }`}}, environment())
	if p == nil {
		t.Errorf("%s: %v", expr, ds)
		return ""
	}
	m, err := vm.New(p, stdlib.Library())
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Event(&vm.Event{Tag: "/a", Data: value.Object(nil)}); err != nil {
		t.Fatal(err)
	}
	return value.Text(m.Effects()[0].Data.Get("v"))
}
