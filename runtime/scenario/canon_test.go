package scenario_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime/scenario"
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

// load checks one file with what it joins.
func load(t testing.TB, path string) *lang.Unit {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return unit(t, lang.Join([]lang.Source{{Name: filepath.ToSlash(path), Text: string(text)}}, readText))
}

func readText(name string) (string, error) {
	text, err := os.ReadFile(filepath.FromSlash(name))
	return string(text), err
}

// unit checks sources in which there must be no error.
func unit(t testing.TB, sources []lang.Source) *lang.Unit {
	t.Helper()
	var files []*lang.File
	var all lang.Diagnostics
	for _, s := range sources {
		f, ds := lang.Parse(s)
		files = append(files, f)
		all = append(all, ds...)
	}
	u, ds := lang.Check(files, environment(t))
	if all = append(all, ds...); all.HasErrors() {
		t.Fatal(all)
	}
	return u
}

// The rules of the canon do what their tests say, every rule and act runs, and
// every condition is seen true and false.
func TestCanon(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "canon", "*.eda"))
	if err != nil || len(files) == 0 {
		t.Fatal("no canon", err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			u := load(t, path)
			s := scenario.New(u, environment(t))
			cover := s.Cover()
			for _, test := range u.Tests {
				r, err := s.Run(test)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range r.Failures {
					line, _ := lang.LineCol(test.File.Source.Text, f.At.Start)
					t.Errorf("%s, line %d: %s %q", test.Name, line, f.Message, f.Notes)
				}
			}
			for _, r := range cover.Rules() {
				if !r.Ran {
					t.Errorf("rule %s never ran", r.Rule.Label)
				}
				for _, a := range r.Acts {
					if !a.Done {
						t.Errorf("rule %s: an act was never performed: %s", r.Rule.Label, r.Rule.File.Source.Text[a.Act.At.Start:a.Act.At.End])
					}
				}
				for _, c := range r.Conditions {
					if !c.Both() {
						at := c.Expr.Span()
						t.Errorf("rule %s: `%s` was %s", r.Rule.Label, r.Rule.File.Source.Text[at.Start:at.End], c.Missing())
					}
				}
			}
		})
	}
}

// The tests of the canon notice small changes to its rules; and whatever a
// change does, a failure can be explained within the source.
func TestCanonMutants(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "canon", "*.eda"))
	if err != nil {
		t.Fatal(err)
	}
	killed, all := 0, 0
	for _, path := range files {
		u := load(t, path)
		s := scenario.New(u, environment(t))
		for _, m := range scenario.Mutants(u) {
			if fate, err := s.Try(&m, u.Tests); err != nil {
				t.Fatal(err)
			} else if fate == scenario.Refused {
				continue
			}
			all++
			src := m.File.Source
			src.Text = src.Text[:m.At.Start] + m.New + src.Text[m.At.End:]
			v := unit(t, lang.Join([]lang.Source{src}, readText))
			mutated, failed := scenario.New(v, environment(t)), false
			for _, test := range v.Tests {
				r, err := mutated.Run(test)
				if err != nil {
					t.Fatal(err)
				}
				failed = failed || !r.Passed()
				for _, f := range r.Failures {
					for _, c := range f.Causes {
						for _, p := range c.Parts {
							if p.At.Start < c.Rule.Decl.At.Start || p.At.End > c.Rule.Decl.At.End || p.Text == "" {
								t.Errorf("%s: %q at %v is not in rule %s", path, p.Text, p.At, c.Rule.Label)
							}
						}
					}
				}
			}
			if failed {
				killed++
			} else {
				line, _ := lang.LineCol(m.File.Source.Text, m.At.Start)
				t.Logf("%s:%d: %q → %q survives", filepath.Base(path), line, m.Old(), m.New)
			}
		}
	}
	t.Logf("%d of %d mutants killed", killed, all)
	if killed*10 < all*9 {
		t.Errorf("only %d of %d mutants are killed", killed, all)
	}
}
