package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// --watch runs again on each change, also after rules that do not compile, and
// ends without a failure.
func TestWatch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.eda")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	const test = `test "t" { send "/a" {} expect "/b" }`
	write(`on "/a" do fire "/c"` + "\n" + test)
	ctx, cancel := context.WithCancel(context.Background())
	versions := []string{`on "/a" do fyre "/b"`, `on "/a" do fire "/b"`}
	var out, errw bytes.Buffer
	a := &app{out: &out, err: &errw, color: "never", changes: func(context.Context) bool {
		if len(versions) == 0 {
			cancel()
			return false
		}
		write(versions[0] + "\n" + test)
		versions = versions[1:]
		return true
	}}
	f := testFlags{count: 1, watch: true, mutateFor: 1, format: "text"}
	if err := f.read(); err != nil {
		t.Fatal(err)
	}
	if err := a.watchTests(ctx, []string{path}, &f); err != nil {
		t.Errorf("ends with %v", err)
	}
	if s := out.String(); strings.Count(s, "ok 0, failed 1 in ") != 1 || strings.Count(s, "ok 1 in ") != 1 {
		t.Errorf("standard output\n%s", s)
	}
	if s := errw.String(); strings.Count(s, "waiting for a change") != 3 || !strings.Contains(s, "edac: the rules do not compile: 1 error\n") {
		t.Errorf("standard error\n%s", s)
	}
}

// A change of the rules' files is seen, one of other files is not.
func TestFingerprint(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Mkdir(at("sub"), 0o777); err != nil {
		t.Fatal(err)
	}
	changes := func(name string, paths, read []string) bool {
		before := fingerprint(paths, read)
		if err := os.WriteFile(at(name), []byte(t.Name()), 0o666); err != nil {
			t.Fatal(err)
		}
		stamp := time.Unix(int64(len(name)), 0) // as if it were of another time
		if err := os.Chtimes(at(name), stamp, stamp); err != nil {
			t.Fatal(err)
		}
		return fingerprint(paths, read) != before
	}
	for _, c := range []struct {
		name        string
		paths, read []string
		want        bool
	}{
		{"a.eda", []string{dir}, nil, true},
		{"sub/b.eda", []string{dir}, nil, true},
		{"sub/t.csv", []string{dir}, nil, true},
		{"notes.txt", []string{dir}, nil, false},
		{"bb.eda", []string{at("a.eda")}, nil, true},
		{"sub/ccc.eda", []string{at("a.eda")}, nil, false},
		{"sub/dddd.eda", []string{at("a.eda")}, []string{at("sub/dddd.eda")}, true},
	} {
		if got := changes(c.name, c.paths, c.read); got != c.want {
			t.Errorf("%s below %v: %v", c.name, c.paths, got)
		}
	}
}
