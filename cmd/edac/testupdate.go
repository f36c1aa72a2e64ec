package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime/scenario"
)

// updateTests rewrites the expects of failing tests in their files and reads
// the files again.
func (a *app) updateTests(ctx context.Context, suites []*suite, paths []string, f *testFlags) ([]*suite, error) {
	if slices.Contains(paths, "-") {
		return nil, usage("--update rewrites files; standard input is none")
	}
	changed := false
	for _, s := range suites {
		var results []*scenario.Result
		for _, t := range s.tests {
			if err := interrupted(ctx); err != nil {
				return nil, err
			}
			r, err := s.Run(t)
			if err != nil {
				return nil, err
			}
			results = append(results, r)
		}
		up, err := s.Update(results)
		if err != nil {
			return nil, err
		}
		for _, file := range s.unit.Files {
			src := file.Source
			text := scenario.Apply(src, up.Edits)
			if text == src.Text {
				continue
			}
			if err := replaceFile(src.Name, text); err != nil {
				return nil, unreadable(src.Name, err)
			}
			changed = true
		}
		for _, t := range up.Updated {
			fmt.Fprintf(a.err, "updated %s: %s\n", place(t.File.Source, t.Decl.At.Start), t.Name)
		}
		for _, l := range up.Left {
			fmt.Fprintf(a.err, "not updated %s: %s: %s\n", place(l.Test.File.Source, l.Test.Decl.At.Start), l.Test.Name, l.Why)
		}
	}
	if !changed {
		return suites, nil
	}
	return a.suites(paths, f)
}

// place is where an offset is, "file:line".
func place(src lang.Source, offset int) string {
	line, _ := lang.LineCol(src.Text, offset)
	return fmt.Sprintf("%s:%d", src.Name, line)
}

func interrupted(ctx context.Context) error {
	if ctx.Err() != nil {
		return &status{exitInterrupted, fmt.Errorf("interrupted")}
	}
	return nil
}
