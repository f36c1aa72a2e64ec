package main

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// fixable is a program whose findings are mended.
type fixable struct {
	name     string
	sources  []lang.Source
	settings lint.Settings
}

// fixables are the programs of all pages, the programs that are wrong in many
// ways, and those that are right.
func fixables(t *testing.T) []fixable {
	t.Helper()
	var out []fixable
	for _, row := range lang.Codes() {
		avoid, prefer := row.Code.Examples()
		for i, text := range slices.Concat(avoid, prefer) {
			sources, settings, _ := exampleProgram(t, text)
			out = append(out, fixable{fmt.Sprintf("%s %d", row.Slug, i), sources, settings})
		}
	}
	for _, pattern := range []string{"lang/testdata/errors/*.eda", "testdata/canon/*.eda", "testdata/nexmark/*.eda"} {
		names, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pattern)))
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			name = filepath.ToSlash(name)
			out = append(out, fixable{name, lang.Join([]lang.Source{{Name: name, Text: string(text)}}, readText), lint.Settings{}})
		}
	}
	return out
}

// After its fixes a program has no finding left that could be fixed so, and no
// error or warning of a kind that it did not have before; where it loaded, it
// means the same after the safe ones: the same events have the same effects.
func TestFixes(t *testing.T) {
	env := environment()
	applied, compared, effects := 0, 0, 0
	for _, x := range fixables(t) {
		before := lint.Program(x.sources, env, x.settings)
		for which, kind := range []string{"safe", "unsafe"} {
			f := lint.Fix(x.sources, env, x.settings, lint.Fixes(which), nil)
			applied += len(f.Applied)
			text := func() string {
				return fmt.Sprintf("%s, %s fixes, of\n%s\ngive\n%s\n", x.name, kind, x.sources[0].Text, f.Sources[0].Text)
			}
			for i := range f.Report.Findings {
				if d := &f.Report.Findings[i]; lint.Fixes(which).Applies(d) && !joined(x.sources, d.Primary.File) {
					t.Errorf("%swhich still draws %s %s: %s", text(), d.Code, d.Slug(), d.Message)
				}
			}
			had := kinds(before)
			if before.Findings.HasErrors() { // which hide others
				if had, has := errorsOf(before), errorsOf(f.Report); has > had {
					t.Errorf("%swhich draws %d errors, before %d", text(), has, had)
				}
				continue
			}
			for code, n := range kinds(f.Report) {
				if n > had[code] {
					t.Errorf("%swhich draws %s %s, %d times, before %d", text(), code, code.Row().Slug, n, had[code])
				}
			}
			if which == int(lint.Safe) && len(f.Applied) > 0 {
				compared++
				events := eventsFor(before.Unit)
				was, is := effectsOf(t, x.sources, events), effectsOf(t, f.Sources, events)
				effects += len(was)
				for i := range max(len(was), len(is)) {
					if i >= len(was) || i >= len(is) || was[i] != is[i] {
						t.Errorf("%swhich does something else: %q, then %q", text(), was[min(i, len(was)):min(i+1, len(was))], is[min(i, len(is)):min(i+1, len(is))])
						break
					}
				}
			}
		}
	}
	t.Logf("%d fixes, %d programs compared by %d effects", applied, compared, effects)
	if applied < 300 || compared < 30 || effects < 1000 {
		t.Errorf("%d fixes, %d programs compared by %d effects", applied, compared, effects)
	}
}

func joined(sources []lang.Source, name string) bool {
	return slices.ContainsFunc(sources, func(s lang.Source) bool { return s.Name == name && s.Joined })
}

func errorsOf(r *lint.Report) (n int) {
	for _, d := range r.Findings {
		if d.Severity == lang.Error {
			n++
		}
	}
	return n
}

// kinds counts errors and warnings by kind.
func kinds(r *lint.Report) map[lang.Code]int {
	n := map[lang.Code]int{}
	for _, d := range r.Findings {
		if d.Severity != lang.Hint {
			n[d.Code]++
		}
	}
	return n
}

// eventsFor are events that a program may take: tags of its patterns, and
// fields it reads with values near those it compares with.
func eventsFor(u *lang.Unit) []vm.Event {
	words, numbers, gaps := []string{"a", "b"}, []float64{0, 1, -1}, []int64{1e6, 1e9, 10e9}
	fields := map[string]bool{}
	var tags []string
	see := func(e lang.Expr) {
		lang.Walk(e, func(x lang.Expr) bool {
			switch x := x.(type) {
			case *lang.Lit:
				v := u.Info.Consts[x]
				if c, ok := u.Constant(x); ok {
					v = c
				}
				if n, ok := v.AsNumber(); ok {
					numbers = append(numbers, n-1, n, n+1)
				}
				if d, ok := v.AsDuration(); ok {
					gaps = append(gaps, d/2, d, d+1)
				}
			case *lang.Str:
				if s, ok := x.Literal(); ok {
					words = append(words, s)
				}
			case *lang.Ident:
				if u.Info.Uses[x].Kind == lang.SymField {
					fields[x.Text] = true
				}
			case *lang.Select:
				fields[x.Name.Text] = true
			}
			return true
		})
	}
	for _, r := range u.Rules {
		lang.Exprs(r.Decl, see)
		for _, el := range r.Elems {
			tags = append(tags, el.Pattern.String())
		}
	}
	for _, p := range u.Params {
		see(p.Decl.Value)
	}
	for _, p := range u.Info.Froms {
		tags = append(tags, p.String())
	}
	for _, e := range u.Events {
		for _, f := range e.Fields {
			fields[f.Name] = true
		}
	}
	slices.Sort(tags)
	names := slices.Sorted(maps.Keys(fields))
	slices.Sort(words)
	slices.Sort(numbers)
	slices.Sort(gaps)
	random := rand.New(rand.NewPCG(1, 2))
	var out []vm.Event
	now := int64(1_800_000_000e9)
	for range 300 {
		if len(tags) == 0 {
			return nil
		}
		var segs []string
		for _, s := range strings.Split(tags[random.IntN(len(tags))], "/") {
			switch word := words[random.IntN(2)]; {
			case strings.Contains(s, "**"):
				segs = append(segs, word, "c")
			case strings.ContainsAny(s, "*{"):
				if w := words[random.IntN(len(words))]; w != "" && !strings.ContainsAny(w, "/*{} ") {
					word = w
				}
				segs = append(segs, word)
			default:
				segs = append(segs, s)
			}
		}
		var data []value.Field
		for _, name := range names {
			switch random.IntN(8) {
			case 0:
			case 1:
				data = append(data, value.Field{Name: name, Value: value.String(words[random.IntN(len(words))])})
			case 2:
				data = append(data, value.Field{Name: name, Value: value.Bool(random.IntN(2) == 0)})
			case 3:
				data = append(data, value.Field{Name: name, Value: value.Int(int64(numbers[random.IntN(len(numbers))]))})
			default:
				data = append(data, value.Field{Name: name, Value: value.Float(numbers[random.IntN(len(numbers))])})
			}
		}
		now += min(gaps[random.IntN(len(gaps))], int64(3600e9))
		out = append(out, vm.Event{T: now, Tag: strings.Join(segs, "/"), Data: value.Object(data)})
	}
	return out
}

type eventList []vm.Event

func (l *eventList) Next(batch []vm.Event) (int, error) {
	n := copy(batch, *l)
	*l = (*l)[n:]
	if len(*l) == 0 {
		return n, io.EOF
	}
	return n, nil
}

// effectsOf are what a program does about events, a line each, but for the ids
// and the order within an instant: both follow the text of rules without names.
func effectsOf(t *testing.T, sources []lang.Source, events []vm.Event) []string {
	t.Helper()
	p, _, ds := compiler.Build(sources, environment())
	if p == nil {
		t.Fatal(ds)
	}
	m, err := vm.New(p, stdlib.Library())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	list := eventList(slices.Clone(events))
	_, err = runtime.Replay(m, &list, nil, func(e *vm.Effect) error {
		if e.Kind != vm.Noted {
			out = append(out, fmt.Sprintf("%d %d %s %s %s", e.T, e.Kind, e.Tag, value.AppendJSON(nil, e.Data), e.Text))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}
