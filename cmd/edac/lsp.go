package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/cmd/edac/internal/config"
	"github.com/eda-lang/eda/cmd/edac/internal/lsp"
	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/runtime/scenario"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
)

func (a *app) lspCmd() *cobra.Command {
	var logFile string
	cmd := &cobra.Command{
		Use:   "lsp",
		Short: "Serve editors: the language server, on standard input and output",
		Long: `Serve editors: the Language Server Protocol on standard input and output.

An editor starts this itself, with the command as it is; docs/lsp.md says how
to tell it. The exit status is 0 after the shutdown of the protocol.`,
		Example: `  edac lsp
  edac lsp --log /tmp/edac.log`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			debug.SetGCPercent(400) // what is made for each key is soon garbage
			config := a.languageServer()
			if logFile != "" {
				f, err := os.OpenFile(logFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
				if err != nil {
					return unreadable(logFile, err)
				}
				defer f.Close()
				config.Log = f
			}
			if code := lsp.Serve(cmd.Context(), config, a.in, closer{a.out}); code != 0 {
				return &status{code: code}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&logFile, "log", "", "append what goes wrong within the server to `FILE`")
	return cmd
}

type closer struct{ io.Writer }

func (closer) Close() error { return nil }

// languageServer is what the editor server is given of this command.
func (a *app) languageServer() lsp.Config {
	env := environment()
	c := lsp.Config{
		Version: version(),
		Env:     env,
		Read:    readText,
		List: func(folder string) ([]string, error) {
			entries, err := os.ReadDir(filepath.FromSlash(folder))
			var out []string
			for _, e := range entries {
				if !e.IsDir() && filepath.Ext(e.Name()) == ".eda" {
					out = append(out, path.Join(folder, e.Name()))
				}
			}
			return out, err
		},
		Walk:  ruleFolders,
		Files: filesBelow,
		Project: func(folder string) (lsp.Project, error) {
			c, err := a.project(folder)
			if err != nil {
				return lsp.Project{}, err
			}
			p := lsp.Project{Settings: c.Settings}
			if p.Settings.Observed, err = a.observed(c.Recording); p.Settings.Observed != nil {
				p.Recording = p.Settings.Observed.Recording()
			}
			return p, err
		},
		Test: func(_ context.Context, u *lang.Unit, t *lang.TestInfo) (lsp.TestResult, error) {
			r, err := scenario.Run(u, t, env)
			if err != nil {
				return lsp.TestResult{}, err
			}
			out := lsp.TestResult{Summary: fmt.Sprintf("ok: %s (%s, %s of virtual time)", t.Name, plural(r.Events, "event"), calendar.FormatDuration(r.Span))}
			for _, f := range r.Failures {
				message := strings.Join(append([]string{f.Message}, f.Notes...), "\n")
				for _, cause := range f.Causes {
					message += "\n" + cause.Text
				}
				out.Failures = append(out.Failures, lsp.Failure{At: f.At, Message: message})
			}
			if !r.Passed() {
				out.Summary = "failed: " + t.Name
			}
			return out, nil
		},
		Replay: func(ctx context.Context, u *lang.Unit, folder string) (lsp.ReplayResult, error) {
			c, err := a.project(folder)
			if err != nil {
				return lsp.ReplayResult{}, err
			}
			return a.replayed(ctx, compiler.Compile(u), c.Recording)
		},
	}
	for _, f := range stdlib.Funcs() {
		d := lsp.Function{Name: f.Name(), Signature: f.Signature, Doc: f.Doc}
		for _, e := range f.Examples {
			d.Examples = append(d.Examples, e.Expr+" is "+e.Want)
		}
		c.Functions = append(c.Functions, d)
	}
	for _, f := range stdlib.Aggs() {
		d := lsp.Function{Name: f.Name, Signature: f.Signature, Doc: f.Doc}
		for _, e := range f.Examples {
			d.Examples = append(d.Examples, e.Expr+" over "+e.Over+" is "+e.Want)
		}
		c.Functions = append(c.Functions, d)
	}
	return c
}

// project is what the edac.toml of a folder has decided.
func (a *app) project(folder string) (*config.Config, error) {
	c, src, ds, err := config.Load("", filepath.FromSlash(folder))
	switch {
	case err != nil:
		return nil, err
	case len(ds) > 0:
		line, _ := lang.LineCol(src.Text, ds[0].Primary.Span.Start)
		return nil, fmt.Errorf("%s:%d: %s", src.Name, line, ds[0].Message)
	}
	return c, nil
}

// replayed counts what a program does on recordings.
func (a *app) replayed(ctx context.Context, p *vm.Program, recordings []string) (out lsp.ReplayResult, err error) {
	var readers []runtime.EventReader
	for _, name := range recordings {
		r, done, err := a.openRecording(name, "", runtime.CSVOptions{})
		if err != nil {
			return out, err
		}
		defer done()
		readers = append(readers, r)
	}
	m, err := vm.New(p, stdlib.Library())
	if err != nil {
		return out, err
	}
	out.Acts = map[string]int{}
	stats, err := runtime.Replay(m, runtime.Merged(readers), nil, func(e *vm.Effect) error {
		if e.Rule >= 0 {
			out.Acts[p.Rules[e.Rule].Name]++
		}
		return ctx.Err()
	})
	out.Summary = fmt.Sprintf("%s, %s", plural(stats.Events, "event"), plural(stats.Effects, "effect"))
	return out, err
}

// filesBelow are the files of a folder and those below it, down to three
// levels, whose names have one of these endings.
func filesBelow(folder string, exts []string) []string {
	const most = 500
	var out []string
	root := filepath.FromSlash(folder)
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case d.IsDir():
			rel, _ := filepath.Rel(root, path)
			if path != root && (strings.HasPrefix(d.Name(), ".") || strings.Count(filepath.ToSlash(rel), "/") >= 3) {
				return filepath.SkipDir
			}
		case slices.Contains(exts, filepath.Ext(path)):
			if out = append(out, filepath.ToSlash(path)); len(out) == most {
				return filepath.SkipAll
			}
		}
		return nil
	})
	return out
}

// ruleFolders are the folders from one downwards that have rules, hidden ones
// left out, and no more than a workspace of rules has.
func ruleFolders(root string) []string {
	const most = 2000
	var out []string
	seen := 0
	filepath.WalkDir(filepath.FromSlash(root), func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be read has no rules
		case d.IsDir():
			if seen++; seen > 20*most || len(out) >= most {
				return filepath.SkipAll
			}
			if name := d.Name(); filepath.Clean(path) != filepath.Clean(root) && (strings.HasPrefix(name, ".") || name == "node_modules") {
				return filepath.SkipDir
			}
		case filepath.Ext(path) == ".eda":
			if dir := filepath.ToSlash(filepath.Dir(path)); !slices.Contains(out, dir) {
				out = append(out, dir)
			}
		}
		return nil
	})
	return out
}
