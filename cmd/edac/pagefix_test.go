package main

import (
	"slices"
	"testing"

	"github.com/eda-lang/eda/lang"
)

// further are fixes after which something else is to be decided: an example's
// error of another kind may be left.
var further = map[string]bool{"write `used: used`": true, "declare `[float]`": true}

// What a fix of an example's rules leaves is a program without errors that does
// not draw the finding again.
func TestPageFixes(t *testing.T) {
	fixed := 0
	for _, row := range lang.Codes() {
		avoid, _ := row.Code.Examples()
		for _, text := range avoid {
			for _, d := range exampleFindings(t, text) {
				if d.Code != row.Code {
					continue
				}
				for _, fix := range d.Fixes {
					if slices.ContainsFunc(fix.Edits, func(e lang.Edit) bool { return e.File != "rules.eda" }) {
						continue
					}
					fixed++
					after := applied(text, fix)
					for _, left := range exampleFindings(t, after) {
						if left.Severity == lang.Error && !further[fix.Title] || left.Code == d.Code && left.Message == d.Message && left.Primary == d.Primary {
							t.Errorf("%s: %q of\n%s\ngives\n%s\nwhich draws %s: %s", row.Code, fix.Title, text, after, left.Code, left.Message)
						}
					}
				}
			}
		}
	}
	if fixed < 200 {
		t.Errorf("only %d fixes were tried", fixed)
	}
}

// applied is an example after a fix of its rules.
func applied(text string, fix lang.Fix) string {
	edits := slices.Clone(fix.Edits)
	slices.SortFunc(edits, func(a, b lang.Edit) int { return b.Span.Start - a.Span.Start })
	for _, e := range edits {
		text = text[:e.Span.Start] + e.Text + text[e.Span.End:]
	}
	return text
}
