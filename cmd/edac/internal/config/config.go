// Package config reads edac.toml, in which a project says once what it would
// otherwise say with flags each time. There is one table of keys: reading,
// documentation and the commented file for a new project are made from it.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// Name is the name of the file.
const Name = "edac.toml"

// Config is what a project decided; the zero value decides nothing. Paths are
// as the working folder has them.
type Config struct {
	File      string   // where it was read, empty without a file
	Rules     []string // for commands without arguments
	Recording []string
	Settings  lint.Settings
	FailOn    *lang.Severity // nil where it is not said
	Baseline  string
	CoverMin  float64 // percent; 0 for none
	MutateMin float64
}

// Find is the edac.toml that speaks for a folder: the one in it or in the
// nearest folder above. It is empty where there is none.
func Find(folder string) (string, error) {
	dir, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	here, err := filepath.Abs(".")
	if err != nil {
		return "", err
	}
	for {
		name := filepath.Join(dir, Name)
		st, err := os.Stat(name)
		if err == nil && !st.IsDir() {
			if rel, err := filepath.Rel(here, name); err == nil {
				name = rel
			}
			return filepath.ToSlash(name), nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", nil
		}
		dir = up
	}
}

// Load reads the named file, or the one that Find finds for a folder where no
// name is given. The source is the file's, to show the findings in.
func Load(name, folder string) (*Config, lang.Source, lang.Diagnostics, error) {
	if name == "" {
		var err error
		if name, err = Find(folder); name == "" || err != nil {
			return &Config{}, lang.Source{}, nil, err
		}
	}
	text, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return &Config{}, lang.Source{}, nil, fmt.Errorf("%s: %w", name, err)
	}
	src := lang.Source{Name: filepath.ToSlash(name), Text: string(text)}
	c, ds := Parse(src)
	return c, src, ds, nil
}

// Parse reads a file. What has no meaning is reported, each key by itself; the
// others count.
func Parse(src lang.Source) (*Config, lang.Diagnostics) {
	p := &parser{src: src, Config: &Config{File: src.Name}}
	list, bad := entries(src.Text)
	if bad != nil {
		p.report(bad.at, "this is not TOML: %s", bad.message)
		return p.Config, p.found
	}
	lost := map[string]bool{} // tables that are not there: one finding is enough
	for _, e := range list {
		name := strings.Join(e.path, ".")
		k, known := find(name)
		_, table := e.value.is.(map[string]any)
		switch {
		case slices.ContainsFunc(parents(e.path), func(up string) bool { return lost[up] }):
		case known && table:
			p.report(e.key, "`%s` is a key, not a table; write `%s = …`", name, e.path[len(e.path)-1])
			lost[name] = true
		case known:
			e.row = k
			k.set(p, e)
		case !tables[name]:
			lost[name] = true
			p.unknown(e)
		case !table:
			p.report(e.key, "`%s` is a table; write `[%s]` and its keys below", name, name)
		}
	}
	p.found.Sort()
	return p.Config, p.found
}

// parents are the tables that a key is in, the outermost first.
func parents(path []string) []string {
	var out []string
	for i := 1; i < len(path); i++ {
		out = append(out, strings.Join(path[:i], "."))
	}
	return out
}

type parser struct {
	*Config
	src   lang.Source
	found lang.Diagnostics
}

func (p *parser) report(at lang.Span, format string, args ...any) *lang.Diag {
	code := lang.CodeConfig
	p.found = append(p.found, lang.Diag{Code: code, Severity: code.Row().Severity, Message: fmt.Sprintf(format, args...), Primary: lang.Label{File: p.src.Name, Span: at}})
	return &p.found[len(p.found)-1]
}

// unknown reports a key that is none, with the ones probably meant: those of
// its table first, then the same word elsewhere.
func (p *parser) unknown(e entry) {
	last := strings.ReplaceAll(e.path[len(e.path)-1], "_", "-")
	up := strings.Join(e.path[:len(e.path)-1], ".")
	var beside, elsewhere []string
	place := map[string]string{}
	for _, name := range Names() {
		table, word := cut(name)
		if table == up {
			beside = append(beside, word)
			continue
		}
		elsewhere = append(elsewhere, word)
		place[word] = "`" + word + "` of [" + table + "]"
		if table == "" {
			place[word] = "`" + word + "` at the top"
		}
	}
	in := ""
	if up != "" {
		in = " in [" + up + "]"
	}
	d := p.report(e.key, "unknown key `%s`%s", e.path[len(e.path)-1], in)
	near := lang.Nearest(last, beside)
	switch {
	case slices.Contains(beside, last):
		near = []string{last}
		fallthrough
	case len(near) > 0:
		d.Message += "; did you mean `" + strings.Join(near, "` or `") + "`?"
		d.Fixes = append(d.Fixes, lang.Fix{Title: "write `" + near[0] + "`", Safe: true, Edits: []lang.Edit{{File: p.src.Name, Span: e.key, Text: near[0]}}})
	case place[last] != "":
		d.Message += "; did you mean " + place[last] + "?"
	default:
		if near := lang.Nearest(last, elsewhere); len(near) > 0 {
			d.Message += "; did you mean " + place[near[0]] + "?"
		} else {
			d.Message += "; the keys are `" + strings.Join(beside, "`, `") + "`"
		}
	}
}

// cut is a full name as its table and the word in it.
func cut(name string) (table, word string) {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i], name[i+1:]
	}
	return "", name
}

// path is a path as the working folder has it: it is written relative to the file.
func (p *parser) path(s string) string {
	if path.IsAbs(s) || filepath.IsAbs(s) {
		return s
	}
	return path.Join(path.Dir(p.src.Name), filepath.ToSlash(s))
}
