package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
)

// environment is what rules can call.
func environment() *lang.Env {
	env, err := lang.NewEnv(stdlib.Signatures())
	if err != nil {
		panic(err)
	}
	return env
}

// programs reads the files and folders named on the command line. They are
// one program; a folder is its *.eda files, and its subfolders are programs of
// their own (S31). "-" is standard input.
func (a *app) programs(paths []string) ([][]lang.Source, error) {
	var main []lang.Source
	var others [][]lang.Source
	for _, p := range paths {
		if p == "-" {
			text, err := io.ReadAll(a.in)
			if err != nil {
				return nil, usage("standard input: %w", err)
			}
			main = append(main, lang.Source{Name: cmp.Or(a.stdinName, "<stdin>"), Text: string(text)})
			continue
		}
		st, err := os.Stat(p)
		if err != nil {
			return nil, unreadable(p, err)
		}
		if !st.IsDir() {
			src, err := readSource(p)
			if err != nil {
				return nil, err
			}
			main = append(main, src)
			continue
		}
		found := map[string][]lang.Source{}
		var dirs []string
		err = filepath.WalkDir(p, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return unreadable(path, err)
			}
			if d.IsDir() {
				if path != p && strings.HasPrefix(d.Name(), ".") {
					return filepath.SkipDir
				}
				return nil
			}
			if filepath.Ext(path) != ".eda" {
				return nil
			}
			src, err := readSource(path)
			if err != nil {
				return err
			}
			dir := filepath.Dir(path)
			if found[dir] == nil {
				dirs = append(dirs, dir)
			}
			found[dir] = append(found[dir], src)
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(dirs) == 0 {
			return nil, usage("%s: no *.eda file in this folder", p)
		}
		slices.Sort(dirs)
		for _, dir := range dirs {
			if dir == filepath.Clean(p) {
				main = append(main, found[dir]...)
			} else {
				others = append(others, found[dir])
			}
		}
	}
	if len(main) > 0 {
		others = append([][]lang.Source{main}, others...)
	}
	return others, nil
}

func readSource(path string) (lang.Source, error) {
	text, err := readText(path)
	if err != nil {
		return lang.Source{}, unreadable(path, err)
	}
	return lang.Source{Name: filepath.ToSlash(path), Text: text}, nil
}

// readText reads a file that another one joins.
func readText(name string) (string, error) {
	text, err := os.ReadFile(filepath.FromSlash(name))
	return string(text), err
}

func unreadable(path string, err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return usage("%s: %w", path, err)
}

// program compiles the rules named on the command line, or reads one compiled
// before. Findings go to standard error; errors among them end the command.
func (a *app) program(paths []string, opts ...compiler.Option) (*vm.Program, error) {
	if len(paths) == 1 && filepath.Ext(paths[0]) == ".edb" {
		data, err := os.ReadFile(paths[0])
		if err != nil {
			return nil, unreadable(paths[0], err)
		}
		p, err := vm.Decode(data)
		if err != nil {
			return nil, usage("%s: %w", paths[0], err)
		}
		if err := vm.Verify(p, stdlib.Library()); err != nil {
			return nil, usage("%s: not a program this edac can run: %w", paths[0], err)
		}
		return p, nil
	}
	sets, err := a.programs(paths)
	if err != nil {
		return nil, err
	}
	var sources []lang.Source
	for _, s := range sets {
		sources = append(sources, s...)
	}
	sources = lang.Join(sources, readText)
	p, u, ds := compiler.Build(sources, environment(), opts...)
	ds = lint.Heard(u, ds)
	if p != nil {
		a.tables = tableFiles(p, u)
	} else {
		if err := a.render(a.err, sources, ds); err != nil {
			return nil, err
		}
		return nil, usage("the rules do not compile: %s", count(ds, lang.Error, "error"))
	}
	return p, a.render(a.err, sources, ds)
}

// render shows errors and warnings; hints are for lint alone.
func (a *app) render(w io.Writer, sources []lang.Source, ds lang.Diagnostics) error {
	ds = slices.DeleteFunc(slices.Clone(ds), func(d lang.Diag) bool { return d.Severity == lang.Hint })
	return lang.Render(w, ds, texts(sources), lang.RenderOptions{Color: a.colored(w), MaxErrors: 50})
}

func texts(sources []lang.Source) map[string]string {
	m := map[string]string{}
	for _, s := range sources {
		m[s.Name] = s.Text
	}
	return m
}

func count(ds lang.Diagnostics, sev lang.Severity, what string) string {
	n := 0
	for _, d := range ds {
		if d.Severity == sev {
			n++
		}
	}
	return plural(n, what)
}

func plural[N int | int64 | uint64](n N, what string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, what)
	}
	return fmt.Sprintf("%d %ss", n, what)
}
