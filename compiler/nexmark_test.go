package compiler_test

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime/scenario"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
)

func nexNames() []string { return slices.Sorted(maps.Keys(nexQueries)) }

// nexProgram builds queries, each with the files that it joins.
func nexProgram(t *testing.T, names ...string) (*vm.Program, *lang.Unit, *lang.Env) {
	t.Helper()
	env, err := lang.NewEnv(stdlib.Signatures())
	if err != nil {
		t.Fatal(err)
	}
	folder := os.DirFS(filepath.Join("..", "testdata", "nexmark"))
	var files []string
	for _, n := range names {
		files = append(files, n+".eda")
	}
	sources, err := lang.Load(folder, files)
	if err != nil {
		t.Fatal(err)
	}
	sources = lang.Join(sources, func(name string) (string, error) {
		text, err := fs.ReadFile(folder, name)
		return string(text), err
	})
	p, u, ds := compiler.Build(sources, env)
	for _, d := range ds {
		if d.Severity != lang.Hint {
			t.Errorf("%v: %s draws %s: %s", names, d.Primary.File, d.Code, d.Message)
		}
	}
	if p == nil {
		t.FailNow()
	}
	return p, u, env
}

func nexMessages(es []nexEvent) (out []vm.Event, until int64) {
	for _, e := range es {
		out = append(out, e.message())
	}
	return out, es[len(es)-1].t + 30*sec
}

// results are the rows of a query among the effects.
func results(query string, es []vm.Effect) []string {
	var out []string
	for _, e := range es {
		if e.Kind == vm.Fired && (e.Tag == "/"+query || strings.HasPrefix(e.Tag, "/"+query+"/")) {
			out = append(out, fmt.Sprintf("%s %s %s", instant(e.T), e.Tag, jsonOf(e.Data)))
		}
	}
	return out
}

// Each query, as a rule, says what the query asks: effect by effect, in order.
func TestNexmark(t *testing.T) {
	for _, query := range nexNames() {
		t.Run(query, func(t *testing.T) {
			p, _, _ := nexProgram(t, query)
			total := 0
			for seed := range uint64(12) {
				es := nexEvents(seed, 400)
				events, until := nexMessages(es)
				rows := nexQueries[query](es, until)
				slices.SortStableFunc(rows, func(a, b nexRow) int {
					return cmp.Or(cmp.Compare(a.t, b.t), cmp.Compare(a.n, b.n), cmp.Compare(a.key, b.key))
				})
				var want []string
				for _, r := range rows {
					if r.t <= until {
						want = append(want, fmt.Sprintf("%s %s %s", instant(r.t), r.tag, r.data))
					}
				}
				got := results(query, mustRun(t, p, events, until))
				total += len(want)
				for i := range max(len(got), len(want)) {
					g, w := "nothing more", "nothing more"
					if i < len(got) {
						g = got[i]
					}
					if i < len(want) {
						w = want[i]
					}
					if g != w {
						t.Fatalf("seed %d, row %d\n rule   %s\n query  %s", seed, i, g, w)
					}
				}
			}
			if total < 24 {
				t.Errorf("only %d rows in all", total)
			}
			t.Logf("%d rows", total)
		})
	}
}

// A query says the same where all of them run as one program.
func TestNexmarkTogether(t *testing.T) {
	names := nexNames()
	all, _, _ := nexProgram(t, names...)
	events, until := nexMessages(nexEvents(100, 600))
	together := mustRun(t, all, events, until)
	for _, q := range names {
		alone, _, _ := nexProgram(t, q)
		if got, want := results(q, together), results(q, mustRun(t, alone, events, until)); !slices.Equal(got, want) || len(want) == 0 {
			t.Errorf("%s: %d rows together, %d alone", q, len(got), len(want))
		}
	}
}

// The machine and the evaluator agree on the queries.
func TestNexmarkEvaluated(t *testing.T) {
	for _, query := range nexNames() {
		p, u, _ := nexProgram(t, query)
		for seed := range uint64(3) {
			events, until := nexMessages(nexEvents(200+seed, 60))
			if why, _ := difference(p, u, events, until); why != "" {
				t.Errorf("%s, seed %d: %s", query, seed, why)
			}
		}
	}
}

// The test blocks of the queries pass.
func TestNexmarkBlocks(t *testing.T) {
	for _, query := range nexNames() {
		_, u, env := nexProgram(t, query)
		if len(u.Tests) == 0 {
			t.Errorf("%s has no test", query)
		}
		for _, test := range u.Tests {
			r, err := scenario.Run(u, test, env)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range r.Failures {
				t.Errorf("%s: %q: %s\n  %s", query, test.Name, f.Message, strings.Join(f.Notes, "\n  "))
			}
		}
	}
}

var nexBlock = regexp.MustCompile("(?ms)^```(?:eda|text)\n(.*?)^```$")

// Every file of a query is computed here, and its rules are what docs/nexmark.md shows.
func TestNexmarkDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "docs", "nexmark.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join("..", "testdata", "nexmark", "*.eda"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := nexBlock.FindAllStringSubmatch(string(page), -1)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(f), ".eda")
		if _, ok := nexQueries[name]; !ok && name != "nexmark" {
			t.Errorf("%s is not held to anything", f)
		}
		if !slices.ContainsFunc(blocks, func(b []string) bool { return strings.Contains(string(text), b[1]) }) {
			t.Errorf("docs/nexmark.md does not show the rules of %s", f)
		}
	}
	if len(files) != len(nexQueries)+1 {
		t.Errorf("%d files for %d queries", len(files), len(nexQueries))
	}
}
