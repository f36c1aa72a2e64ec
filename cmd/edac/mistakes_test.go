package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/eda-lang/eda/lang"
)

// corpora are the files of testdata/lint whose names match, each with its
// programs. A line of ==== stands between two programs; each is a txtar text of
// the rules and the files that they name.
func corpora(t *testing.T, names string) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "lint", names))
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus %s: %v", names, err)
	}
	out := map[string][]string{}
	for _, f := range files {
		name := filepath.Base(f)
		out[name] = strings.Split(strings.TrimSuffix(document(t, "testdata/lint/"+name), "\n"), "\n====\n")
	}
	return out
}

// A remark is an error or a warning at its place in the text of a program.
type remark struct {
	at   lang.Span
	text string
}

// remarks are the errors and the warnings of a program.
func remarks(t *testing.T, text string) []remark {
	t.Helper()
	starts := map[string]int{"rules.eda": 0}
	for _, f := range txtar.Parse([]byte(text)).Files {
		head := "-- " + f.Name + " --\n"
		starts[f.Name] = strings.Index(text, head) + len(head)
	}
	var out []remark
	for _, d := range exampleFindings(t, text) {
		if d.Severity != lang.Hint {
			at, start := d.Primary.Span, starts[d.Primary.File]
			out = append(out, remark{lang.Span{Start: start + at.Start, End: start + at.End}, d.Slug() + ": " + d.Message})
		}
	}
	return out
}

// unmark takes the marks «so» out of a text, and says where they stood.
func unmark(marked string) (string, []lang.Span) {
	var text strings.Builder
	var marks []lang.Span
	for {
		before, rest, ok := strings.Cut(marked, "«")
		text.WriteString(before)
		inside, after, ok2 := strings.Cut(rest, "»")
		if !ok || !ok2 {
			return text.String(), marks
		}
		at := lang.Span{Start: text.Len(), End: text.Len() + len(inside)}
		if inside == "" { // something is missing: the remark is beside it
			at = lang.Span{Start: at.Start - 1, End: at.End + 1}
		}
		marks = append(marks, at)
		text.WriteString(inside)
		marked = after
	}
}

func line(text string, at int) string {
	before, after := text[:at], text[at:]
	rest, _, _ := strings.Cut(after, "\n")
	return before[strings.LastIndexByte(before, '\n')+1:] + rest
}

// Mistakes that people make, each marked «so» in a program that is right but for
// them: nearly all are found where they are, and said about once.
func TestSeededMistakes(t *testing.T) {
	for name, programs := range corpora(t, "mistakes*.txt") {
		found, said, all := 0, 0, 0
		for _, marked := range programs {
			text, marks := unmark(marked + "\n")
			if len(marks) == 0 {
				t.Errorf("%s: no mark in\n%s", name, marked)
			}
			rs := remarks(t, text)
			all += len(marks)
			said += len(rs)
			met := func(r remark, m lang.Span) bool { return r.at.Start <= m.End && m.Start <= r.at.End }
			for _, m := range marks {
				if slices.ContainsFunc(rs, func(r remark) bool { return met(r, m) }) {
					found++
				} else {
					t.Logf("%s: not found: «%s»\n\t%s", name, text[m.Start:m.End], line(text, m.Start))
				}
			}
			for _, r := range rs {
				if n := slices.IndexFunc(marks, func(m lang.Span) bool { return met(r, m) }); n < 0 {
					t.Logf("%s: beside: «%s» %s\n\t%s", name, text[r.at.Start:r.at.End], r.text, line(text, r.at.Start))
				}
			}
		}
		t.Logf("%s: %d of %d mistakes found, %.2f remarks for each", name, found, all, float64(said)/float64(all))
		if found*100 < all*96 || said*100 > all*105 {
			t.Errorf("%s: want at least 96 %% found, and at most 1.05 remarks for each", name)
		}
	}
}

// Programs as people write them draw no error and no warning.
func TestCleanPrograms(t *testing.T) {
	n := 0
	for name, programs := range corpora(t, "clean*.txt") {
		for _, text := range programs {
			n++
			text += "\n"
			for _, r := range remarks(t, text) {
				t.Errorf("%s: «%s» draws %s\n%s", name, text[r.at.Start:r.at.End], r.text, text)
			}
		}
	}
	if n < 110 {
		t.Errorf("only %d programs", n)
	}
}
