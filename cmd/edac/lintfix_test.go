package main

import (
	"os"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
)

// A file that somebody else has changed since it was read is not written, and
// then none is; a link stays one.
func TestWriteFixed(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	write("a.eda", "old a")
	write("b.eda", "changed b")
	if err := os.Symlink("a.eda", "link.eda"); err != nil {
		t.Skip(err)
	}
	run := &lintRun{sources: []lang.Source{{Name: "link.eda", Text: "new a"}, {Name: "b.eda", Text: "new b"}}, changed: []string{"b.eda", "link.eda"}}
	var out, errw writer
	a := &app{out: &out, err: &errw}
	old := map[string]string{"link.eda": "old a", "b.eda": "old b"}
	if err := a.writeFixed(run, old); err == nil || !strings.HasPrefix(err.Error(), "b.eda has changed since it was read; nothing was written") {
		t.Error(err)
	}
	if got := read("a.eda") + read("b.eda"); got != "old achanged b" {
		t.Errorf("files are %q", got)
	}
	old["b.eda"] = "changed b"
	if err := a.writeFixed(run, old); err != nil {
		t.Error(err)
	}
	st, err := os.Lstat("link.eda")
	if got := read("a.eda") + read("b.eda"); err != nil || got != "new anew b" || st.Mode()&os.ModeSymlink == 0 {
		t.Errorf("files are %q, %v", got, err)
	}
	if st, err := os.Stat("a.eda"); err != nil || st.Mode().Perm() != 0o640 {
		t.Errorf("%v %v", st.Mode(), err)
	}
}
