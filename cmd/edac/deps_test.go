package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/eda-lang/eda/"

// layers says which packages of ours each package may import: the house, from
// the bottom up. A package that is not named here may not exist.
const layers = `
vm/calendar:
vm/value: vm/calendar
vm/tag:
vm/table: vm/value
lang: vm/value vm/tag vm/calendar vm/table
lang/graph: lang vm/tag
lang/lint: lang lang/graph vm/value vm/tag vm/calendar
vm: vm/value vm/tag vm/calendar
stdlib: vm vm/value vm/tag vm/calendar
compiler: lang vm vm/value vm/tag vm/calendar
runtime: vm vm/value vm/tag vm/calendar
runtime/zmq: runtime vm vm/value
runtime/observe: lang runtime vm vm/value vm/tag vm/calendar
runtime/scenario: lang compiler stdlib runtime vm vm/value vm/tag vm/calendar
cmd/internal/repl: *
cmd/internal/term:
cmd/edac: *
cmd/edac/internal/beacon: *
cmd/edac/internal/config: lang lang/lint vm/tag
cmd/edac/internal/lsp: lang lang/lint lang/graph vm/value vm/tag vm/calendar vm/table
cmd/edarepl: *
`

// importers names the one package that imports each module from outside.
const importers = `
github.com/alecthomas/participle/v2: lang
github.com/go-zeromq/zmq4: runtime/zmq
github.com/vmihailenco/msgpack/v5: runtime
github.com/peterh/liner: cmd/edarepl
github.com/spf13/cobra: cmd/edac
github.com/spf13/pflag: cmd/edac
github.com/cpuguy83/go-md2man/v2: cmd/edac
github.com/aymanbagabas/go-udiff: cmd/edac
github.com/shirou/gopsutil/v4: cmd/edac/internal/beacon
github.com/pelletier/go-toml/v2: cmd/edac/internal/config
github.com/creachadair/jrpc2: cmd/edac/internal/lsp
`

// pure packages read no clock, no file, no chance, and print nothing.
var pure = []string{"lang", "lang/graph", "lang/lint", "vm", "vm/value", "vm/tag", "vm/calendar", "vm/table", "stdlib", "compiler"}

var impure = map[string][]string{
	"time": {"Now", "Since", "Until", "Sleep", "After", "NewTimer", "NewTicker", "Tick"},
	"os":   nil, "math/rand": nil, "math/rand/v2": nil, "net": nil,
	"fmt": {"Print", "Printf", "Println"},
}

func policy(text string) map[string][]string {
	m := map[string][]string{}
	for line := range strings.Lines(text) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), ":")
		if ok {
			m[name] = strings.Fields(rest)
		}
	}
	return m
}

func TestLayers(t *testing.T) {
	may, sole := policy(layers), policy(importers)
	root := filepath.Join("..", "..")
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(rel)
		allowed, ok := may[pkg]
		if !ok {
			t.Errorf("package %s is not in the layers", pkg)
			return nil
		}
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		for _, imp := range file.Imports {
			p, _ := strconv.Unquote(imp.Path.Value)
			if ours, ok := strings.CutPrefix(p, module); ok {
				if !slices.Contains(allowed, ours) && !slices.Contains(allowed, "*") {
					t.Errorf("%s: %s may not import %s", path, pkg, ours)
				}
				continue
			}
			if !strings.Contains(strings.Split(p, "/")[0], ".") {
				continue
			}
			found := false
			for mod, by := range sole {
				if p == mod || strings.HasPrefix(p, mod+"/") {
					found = true
					if !slices.Contains(by, pkg) {
						t.Errorf("%s: %s is imported by %v alone", path, p, by)
					}
				}
			}
			if !found {
				t.Errorf("%s: %s has no sole importer in the list", path, p)
			}
		}
		if slices.Contains(pure, pkg) {
			checkPure(t, fset, file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// checkPure forbids what would make a result depend on anything but its input.
func checkPure(t *testing.T, fset *token.FileSet, file *ast.File) {
	for _, imp := range file.Imports {
		p, _ := strconv.Unquote(imp.Path.Value)
		if names, ok := impure[p]; ok && names == nil {
			t.Errorf("%s: imports %s", fset.Position(imp.Pos()), p)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := sel.X.(*ast.Ident)
		if ok && x.Obj == nil && slices.Contains(impure[x.Name], sel.Sel.Name) {
			t.Errorf("%s: uses %s.%s", fset.Position(sel.Pos()), x.Name, sel.Sel.Name)
		}
		return true
	})
}

// The table must not outlive what it speaks of.
func TestLayersExist(t *testing.T) {
	for pkg := range policy(layers) {
		if _, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(pkg))); err != nil {
			t.Errorf("layers name %s: %v", pkg, err)
		}
	}
}
