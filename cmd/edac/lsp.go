package main

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/cmd/edac/internal/lsp"
	"github.com/eda-lang/eda/stdlib"
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
			config := languageServer()
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
func languageServer() lsp.Config {
	c := lsp.Config{
		Version: version(),
		Env:     environment(),
		Read:    readText,
		List: func(folder string) ([]string, error) {
			entries, err := os.ReadDir(filepath.FromSlash(folder))
			var out []string
			for _, e := range entries {
				if !e.IsDir() && filepath.Ext(e.Name()) == ".eda" {
					out = append(out, folder+"/"+e.Name())
				}
			}
			return out, err
		},
		Walk: ruleFolders,
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
