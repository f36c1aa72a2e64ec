package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The picture of docs/graph.md is what the command draws. EDA_UPDATE=1 draws it anew.
func TestGraphPicture(t *testing.T) {
	name, err := filepath.Abs(filepath.Join("..", "..", "docs", "graph.svg"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join("..", "..", "testdata", "graph"))
	var out, errw writer
	if code := run(context.Background(), []string{"graph", "--format", "svg", "load.eda"}, strings.NewReader(""), &out, &errw); code != 0 {
		t.Fatalf("%d %s", code, errw)
	}
	if os.Getenv("EDA_UPDATE") != "" {
		if err := os.WriteFile(name, out, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if was, err := os.ReadFile(name); err != nil || !bytes.Equal(was, out) {
		t.Errorf("docs/graph.svg is not what is drawn (%v); EDA_UPDATE=1 draws it", err)
	}
}
