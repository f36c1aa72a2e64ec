package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"edac": main})
}

// Each script in testdata/script is one story of commands. EDA_UPDATE=1
// rewrites what they compare.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", "..", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join(root, "script"),
		UpdateScripts: os.Getenv("EDA_UPDATE") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("TESTDATA", root)
			e.Setenv("NO_COLOR", "")
			e.Setenv("GORACE", os.Getenv("GORACE"))
			return nil
		},
	})
}

// No user error ends in a Go stack trace, and no command panics on odd arguments.
func TestOddArguments(t *testing.T) {
	for _, args := range [][]string{
		{"lint"}, {"lint", "nowhere.eda"}, {"replay", "x.edr"}, {"replay", "--rules", "x", "y"}, {"convert", "a", "b"}, {"nonsense"},
		{"send"}, {"send", "/a/*", "{}"}, {"send", "/a", "[1]"}, {"send", "/a", "{"}, {"beacon", "cpu"}, {"build", "x.eda"},
		{"record"}, {"run", "nowhere"}, {"--color", "pink", "version"}, {"lint", "--format", "xml", "x"}, {"tail", "/a/**/**"},
	} {
		in, _ := os.Open(os.DevNull)
		var out, errw writer
		if code := run(context.Background(), args, in, &out, &errw); code != exitUsage {
			t.Errorf("edac %q ends with %d, want %d: %s", args, code, exitUsage, errw)
		}
		if len(errw) == 0 {
			t.Errorf("edac %q says nothing", args)
		}
		in.Close()
	}
}

type writer []byte

func (w *writer) Write(p []byte) (int, error) { *w = append(*w, p...); return len(p), nil }
