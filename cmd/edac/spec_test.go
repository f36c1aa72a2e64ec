package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime/scenario"
)

var attached = regexp.MustCompile("(?ms)^```csv ([^\n]+)\n(.*?)^```$")

var fence = regexp.MustCompile("(?ms)^```eda *([^\n]*)\n(.*?)^```$")

// The blocks of the documents mean what they say: one marked eda is a program
// without an error or a warning, and its test blocks pass; one marked
// eda EDA0203 draws just that. A block marked csv and a name is a file that
// their tables are read from.
func TestDocumentedPrograms(t *testing.T) {
	names := []string{"README.md", "SPEC.md"}
	docs, err := filepath.Glob(filepath.Join("..", "..", "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		names = append(names, "docs/"+filepath.Base(d))
	}
	programs, tests := 0, 0
	for _, name := range names {
		text := document(t, name)
		tables := map[string]lang.Attached{}
		for _, m := range attached.FindAllStringSubmatch(text, -1) {
			tables[m[1]] = lang.Attached{Name: m[1], Text: m[2]}
		}
		for _, m := range fence.FindAllStringSubmatchIndex(text, -1) {
			marks, program := strings.Fields(text[m[2]:m[3]]), text[m[4]:m[5]]
			line, _ := lang.LineCol(text, m[4])
			programs++
			u, ds := check([]lang.Source{{Name: name, Text: program, Tables: tables}}, environment())
			seen := map[string]bool{}
			for _, d := range ds {
				wanted := len(marks) > 0 && d.Code.String() == marks[0]
				if d.Severity != lang.Hint && !wanted {
					at, _ := lang.LineCol(program, d.Primary.Span.Start)
					t.Errorf("%s:%d: draws %s: %s", name, line+at-1, d.Code, d.Message)
				}
				seen[d.Code.String()] = true
			}
			for _, code := range marks {
				if !seen[code] {
					t.Errorf("%s:%d: does not draw %s", name, line, code)
				}
			}
			if ds.HasErrors() {
				continue
			}
			for _, test := range u.Tests {
				tests++
				r, err := scenario.Run(u, test, environment())
				if err != nil {
					t.Errorf("%s:%d: %q: %v", name, line, test.Name, err)
					continue
				}
				for _, f := range r.Failures {
					at, _ := lang.LineCol(program, f.At.Start)
					t.Errorf("%s:%d: %q: %s\n  %s", name, line+at-1, test.Name, f.Message, strings.Join(f.Notes, "\n  "))
				}
			}
		}
	}
	if programs < 5 || tests < 8 {
		t.Errorf("only %d programs with %d tests in the documents", programs, tests)
	}
}
