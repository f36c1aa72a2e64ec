package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime/scenario"
)

// mutants runs the tests against each mutant of the rules, prints those that
// no test notices, and reports whether fewer are noticed than wanted.
func (a *app) mutants(ctx context.Context, suites []*suite, f *testFlags) (few bool, err error) {
	start := time.Now()
	var killed scenario.Share
	refused, total, done := 0, 0, 0
	late := false
	survived := []mutantJSON{}
	for _, s := range suites {
		if len(s.tests) == 0 {
			continue
		}
		list := scenario.Mutants(s.unit)
		total += len(list)
		for i := range list {
			if err := interrupted(ctx); err != nil {
				return false, err
			}
			if late = late || time.Since(start) > f.mutateFor; late {
				break
			}
			m := &list[i]
			fate, err := s.Try(m, s.tests)
			if err != nil {
				return false, err
			}
			done++
			switch fate {
			case scenario.Refused:
				refused++
				continue
			case scenario.Killed:
				killed.Hit++
			case scenario.Survived:
				line, col := lang.LineCol(m.File.Source.Text, m.At.Start)
				survived = append(survived, mutantJSON{m.File.Source.Name, line, col, m.Old(), m.New})
				fmt.Fprintf(a.out, "survived: %s:%d:%d %s\n", m.File.Source.Name, line, col, mutation(m))
			}
			killed.Of++
		}
	}
	f.report.Mutants = &mutantsJSON{killed.Hit, refused, survived}
	verdict := fmt.Sprintf("%d of %s killed", killed.Hit, plural(killed.Of, "mutant"))
	if n := killed.Of - killed.Hit; n > 0 {
		verdict += fmt.Sprintf(", %d survived", n)
	}
	switch refused {
	case 0:
	case 1:
		verdict += "; 1 more does not compile"
	default:
		verdict += fmt.Sprintf("; %d more do not compile", refused)
	}
	fmt.Fprintf(a.out, "%s (%d ms)\n", verdict, time.Since(start).Milliseconds())
	if late {
		fmt.Fprintf(a.err, "stopped after %s with %d of %s tried; --mutate-for gives it longer\n", f.mutateFor, done, plural(total, "mutant"))
	}
	if p := killed.Percent(); p < f.mutateMin {
		fmt.Fprintf(a.err, "%.1f %% of the mutants were killed; --mutate-min asks for %v %%\n", p, f.mutateMin)
		return true, nil
	}
	return false, nil
}

// mutation says what a mutant changed.
func mutation(m *scenario.Mutant) string {
	old := strings.Join(strings.Fields(m.Old()), " ")
	if m.New == "" {
		return "without `" + old + "`"
	}
	return "`" + old + "` → `" + m.New + "`"
}
