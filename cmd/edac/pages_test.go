package main

import (
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/eda-lang/eda/cmd/edac/internal/config"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/runtime/observe"
)

// enough is how many examples of a kind a page has at least.
const enough = 3

// Every kind of finding has a row without gaps and a page with examples: those
// to avoid draw it, and no other error or warning; those to prefer draw no
// error, no warning, and not this.
func TestPages(t *testing.T) {
	slugs := map[string]bool{}
	for _, row := range lang.Codes() {
		name := row.Code.String() + " " + row.Slug
		if row.Slug == "" || row.Title == "" || slugs[row.Slug] {
			t.Errorf("%s: an empty or repeated part: %+v", name, row)
		}
		slugs[row.Slug] = true
		if !strings.HasPrefix(row.Code.Page(), "# "+name+"\n\n") {
			t.Errorf("%s: no page with the title # %s", name, name)
		}
		avoid, prefer := row.Code.Examples()
		if len(avoid) < enough || len(prefer) < enough {
			t.Errorf("%s: %d examples to avoid and %d to prefer, want %d of each", name, len(avoid), len(prefer), enough)
		}
		for _, text := range avoid {
			drawn := false
			for _, d := range exampleFindings(t, text) {
				if d.Code == row.Code && d.Severity == row.Severity {
					drawn = true
				} else if d.Severity != lang.Hint {
					t.Errorf("%s: to avoid:\n%s\nalso draws %s %s: %s", name, text, d.Code, d.Slug(), d.Message)
				}
			}
			if !drawn {
				t.Errorf("%s: to avoid:\n%s\ndoes not draw it", name, text)
			}
		}
		for _, text := range prefer {
			for _, d := range exampleFindings(t, text) {
				if d.Code == row.Code || d.Severity != lang.Hint {
					t.Errorf("%s: to prefer:\n%s\ndraws %s %s: %s", name, text, d.Code, d.Slug(), d.Message)
				}
			}
		}
	}
}

// exampleFindings reads an example as the command would read its files: the
// rules first, then the files beside them.
func exampleFindings(t *testing.T, text string) lang.Diagnostics {
	t.Helper()
	return exampleReport(t, text).Findings
}

func exampleReport(t *testing.T, text string) *lint.Report {
	t.Helper()
	sources, settings, found := exampleProgram(t, text)
	r := lint.Program(sources, environment(), settings)
	r.Findings = append(found, r.Findings...)
	return r
}

// exampleProgram is an example with its settings, and what those draw.
func exampleProgram(t *testing.T, text string) ([]lang.Source, lint.Settings, lang.Diagnostics) {
	t.Helper()
	a := txtar.Parse([]byte(text))
	files := map[string]string{}
	for _, f := range a.Files {
		files[path.Clean(f.Name)] = string(f.Data)
	}
	sources := lang.Join([]lang.Source{{Name: "rules.eda", Text: string(a.Comment)}}, func(name string) (string, error) {
		text, ok := files[name]
		if !ok {
			return "", fs.ErrNotExist
		}
		return text, nil
	})
	c, found := config.Parse(lang.Source{Name: config.Name, Text: files[config.Name]})
	c.Settings.Observed = exampleRecording(t, files)
	return sources, c.Settings, found
}

// exampleRecording reads rec.jsonl or rec.csv of an example.
func exampleRecording(t *testing.T, files map[string]string) *lang.Observed {
	t.Helper()
	for _, name := range []string{"rec.jsonl", "rec.csv"} {
		text, ok := files[name]
		if !ok {
			continue
		}
		form, err := runtime.FormatOf(name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := runtime.NewReader(strings.NewReader(text), form, name, runtime.CSVOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var o observe.Observer
		if err := o.Recording(name, r); err != nil {
			t.Fatal(err)
		}
		return o.Observed()
	}
	return nil
}
