package main

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// A changed table is sent with all its rows; one that is unchanged, gone or
// broken is not, and what is sent fits the program.
func TestReloadTables(t *testing.T) {
	files := map[string]string{"r/own.csv": "h,n\nx,1\n", "r/b.csv": "a\nq\n"}
	read := func(name string) (string, error) {
		text, ok := files[name]
		if !ok {
			return "", errors.New("gone")
		}
		return text, nil
	}
	sources := lang.Join([]lang.Source{{Name: "r/x.eda", Text: `table own from "own.csv" key h
table b from "b.csv" key a
on "/a/{h}" do fire "/n" { n: own[h].n ?? 0, b: has b[h] }`}}, read)
	p, u, ds := compiler.Build(sources, environment())
	if p == nil {
		t.Fatal(ds)
	}
	m, err := vm.New(p, stdlib.Library())
	if err != nil {
		t.Fatal(err)
	}
	tables := tableFiles(p, u)
	var log strings.Builder
	step := func() (sent int) {
		reload(tables, read, func(events ...vm.Event) {
			for _, e := range events {
				sent++
				if err := m.Event(&e); err != nil {
					t.Fatal(err)
				}
			}
		}, slog.New(slog.NewTextHandler(&log, nil)))
		return sent
	}
	says := func(h string) string {
		if err := m.Event(&vm.Event{Tag: "/a/" + h}); err != nil {
			t.Fatal(err)
		}
		es := m.Effects()
		return string(value.AppendJSON(nil, es[len(es)-1].Data))
	}
	if n := step(); n != 0 {
		t.Errorf("%d events where nothing has changed", n)
	}
	files["r/own.csv"] = "h,n\nx,2\ny,\n"
	delete(files, "r/b.csv")
	if n := step(); n != 1 || says("x") != `{"n":2,"b":false}` || says("q") != `{"n":0,"b":true}` {
		t.Errorf("%d events, then %s and %s", n, says("x"), says("q"))
	}
	files["r/own.csv"] = "h,n\nx,2\nx,3\n"
	if n := step(); n != 0 || !strings.Contains(log.String(), "line 3: the key x stands in line 2 already") {
		t.Errorf("%d events, log %s", n, &log)
	}
	if m.Stats().Unloaded != 0 {
		t.Error("what was sent does not fit")
	}
}
