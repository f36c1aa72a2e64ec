package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/eda-lang/eda/cmd/edac/internal/config"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/stdlib"
)

func document(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	commandRow = regexp.MustCompile("(?m)^\\| `edac ([a-z]+)[^|]*\\|(.*)$")
	flagWord   = regexp.MustCompile("`(--?[a-z][a-z-]*)")
	shellLine  = regexp.MustCompile(`(?m)^ {4}edac ([a-z]+)`)
)

// The commands and flags that the documents name exist, and every command is
// in the table.
func TestDocumentedCommands(t *testing.T) {
	root := (&app{}).root()
	rows := map[string]string{}
	for _, m := range commandRow.FindAllStringSubmatch(document(t, "docs/commands.md"), -1) {
		rows[m[1]] = m[0]
	}
	for _, c := range root.Commands() {
		row, ok := rows[c.Name()]
		if !ok {
			if c.Name() != "version" && c.Name() != "help" && c.Name() != "completion" {
				t.Errorf("docs/commands.md lacks `edac %s`", c.Name())
			}
			continue
		}
		for _, f := range flagWord.FindAllStringSubmatch(row, -1) {
			name := strings.TrimLeft(f[1], "-")
			if len(f[1]) == 2 {
				if c.Flags().ShorthandLookup(name) == nil && root.PersistentFlags().ShorthandLookup(name) == nil {
					t.Errorf("`edac %s` has no flag %s", c.Name(), f[1])
				}
			} else if c.Flags().Lookup(name) == nil {
				t.Errorf("`edac %s` has no flag %s", c.Name(), f[1])
			}
		}
		delete(rows, c.Name())
	}
	for name := range rows {
		t.Errorf("docs/commands.md names `edac %s`, which is not there", name)
	}
	for _, m := range shellLine.FindAllStringSubmatch(document(t, "README.md"), -1) {
		if c, _, err := root.Find([]string{m[1]}); err != nil || c == root {
			t.Errorf("README.md names `edac %s`, which is not there", m[1])
		}
	}
}

// The rules that the documents show check without an error or a warning.
func TestDocumentedRules(t *testing.T) {
	n := 0
	for _, name := range []string{"README.md", "SPEC.md"} {
		for line := range strings.Lines(document(t, name)) {
			text, ok := strings.CutPrefix(line, "    on \"")
			if !ok {
				continue
			}
			n++
			_, ds := check([]lang.Source{{Name: name, Text: "on \"" + text}}, environment())
			for _, d := range ds {
				if d.Severity != lang.Hint {
					t.Errorf("%s: %s draws %s: %s", name, strings.TrimSpace(line), d.Code, d.Message)
				}
			}
		}
	}
	if n < 2 {
		t.Errorf("only %d rules found in the documents", n)
	}
}

// The README's two commands are what it says: the demo, and the tests that CI runs.
func TestReadmeCommands(t *testing.T) {
	readme, ci := document(t, "README.md"), document(t, ".ci/run")
	for _, want := range []string{"go run ./cmd/edac demo", "go test ./..."} {
		if !strings.Contains(readme, want) {
			t.Errorf("README.md does not name %q", want)
		}
	}
	if !strings.Contains(ci, "\ngo test ./...\n") {
		t.Error(".ci/run does not call the README's test command")
	}
}

// SPEC.md has every function with its signature, and every aggregate.
func TestFunctionsAreSpecified(t *testing.T) {
	spec := document(t, "SPEC.md")
	for _, f := range stdlib.Funcs() {
		if !strings.Contains(spec, "`"+f.Signature+"`") {
			t.Errorf("SPEC.md does not have %s", f.Signature)
		}
	}
	for _, a := range stdlib.Aggs() {
		if !strings.Contains(spec, "`"+a.Name+"(") {
			t.Errorf("SPEC.md does not have the aggregate %s", a.Name)
		}
	}
}

// docs/config.md has every key as the table of keys has it, in its order, and
// its example is one.
func TestConfigDocument(t *testing.T) {
	text := document(t, "docs/config.md")
	var want strings.Builder
	want.WriteString("| key | takes | does |\n| --- | --- | --- |\n")
	for _, k := range config.Keys() {
		fmt.Fprintf(&want, "| `%s` | %s, such as `%s` | %s |\n", k.Name, k.Takes, k.Example, k.Doc)
	}
	if !strings.Contains(text, want.String()) {
		t.Errorf("docs/config.md lacks this table:\n%s", want.String())
	}
	_, rest, _ := strings.Cut(text, "\n    rules = ")
	example, _, _ := strings.Cut("    rules = "+rest, "\n\nThe file")
	if _, ds := config.Parse(lang.Source{Name: config.Name, Text: strings.ReplaceAll(example, "    ", "")}); len(ds) > 0 || len(example) < 100 {
		t.Errorf("its example draws %v:\n%s", ds, example)
	}
}

// docs/lint.md has every format as the table of formats has it.
func TestFormatsDocument(t *testing.T) {
	var want strings.Builder
	want.WriteString("| `--format` | is for |\n| --- | --- |\n")
	for _, r := range lang.Renderings() {
		fmt.Fprintf(&want, "| `%s` | %s |\n", r.Name, r.For)
	}
	if !strings.Contains(document(t, "docs/lint.md"), want.String()+"\n") {
		t.Errorf("docs/lint.md lacks this table:\n%s", want.String())
	}
}
