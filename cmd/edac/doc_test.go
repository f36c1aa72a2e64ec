package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/stdlib"
)

// The manual has every form, function and aggregate, each with a summary that
// is a sentence, and finds each by all its names.
func TestManualIsComplete(t *testing.T) {
	known := manual()
	want := len(lang.Forms()) + len(stdlib.Funcs()) + len(stdlib.Aggs())
	if len(known) != want {
		t.Errorf("%d entries, want %d", len(known), want)
	}
	var groups []string
	for _, e := range known {
		if e.name == "" || e.group == "" || e.syntax == "" || len(e.results) == 0 && e.example == "" || !strings.HasSuffix(e.summary(), ".") {
			t.Errorf("%s has a gap: summary %q", e.name, e.summary())
		}
		if !slices.Contains(groups, e.group) {
			groups = append(groups, e.group)
		} else if groups[len(groups)-1] != e.group {
			t.Errorf("%s is not with the others of %s", e.name, e.group)
		}
		for _, name := range e.see {
			if len(named(known, name)) == 0 {
				t.Errorf("%s refers to %s, which is not there", e.name, name)
			}
		}
	}
	for _, name := range environment().FuncNames() {
		if len(named(known, name)) == 0 {
			t.Errorf("the manual lacks %s", name)
		}
	}
}

// docs/reference.md is the list. EDA_UPDATE=1 rewrites it.
func TestReference(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Reference\n\nAll that rules can say, group by group. `edac doc NAME` says more of each, with bounds and examples that run;\n[SPEC.md](../SPEC.md) says what the language means.\n\n")
	p := &docPrinter{w: &b}
	p.listMD(manual())
	path := filepath.Join("..", "..", "docs", "reference.md")
	if os.Getenv("EDA_UPDATE") != "" {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if document(t, "docs/reference.md") != b.String() {
		t.Error("docs/reference.md is not what the manual says; EDA_UPDATE=1 rewrites it")
	}
}
