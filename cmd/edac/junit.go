package main

import (
	"bytes"
	"os"
	"strings"

	"github.com/eda-lang/eda/lang"
)

// writeJUnit writes the results to a file, in order of files and tests as they
// were run.
func writeJUnit(path string, results []outcome) error {
	var report lang.JUnit
	for i := range results {
		o := &results[i]
		src := o.test.File.Source
		line, _ := lang.LineCol(src.Text, o.test.Decl.At.Start)
		c := lang.JUnitCase{Name: o.test.Name, Class: strings.TrimSuffix(src.Name, ".eda"), File: src.Name, Line: line, Time: lang.Seconds(o.took)}
		if !o.Passed() {
			var text bytes.Buffer
			if err := (&app{out: &text, color: "never"}).printFailure(o); err != nil {
				return err
			}
			c.Failure = &lang.JUnitFailure{Message: o.Failures[0].Message, Type: "expectation", Text: text.String()}
		}
		report.Add(c)
	}
	var out bytes.Buffer
	if err := report.Write(&out); err != nil {
		return err
	}
	if err := os.WriteFile(path, out.Bytes(), 0o666); err != nil {
		return unreadable(path, err)
	}
	return nil
}
