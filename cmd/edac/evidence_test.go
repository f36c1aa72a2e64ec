package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
)

var took = regexp.MustCompile(`in \d+ ms`)

// The transcripts of docs/evidence.md and docs/graph.md are what the commands
// print, each in the folder of testdata with its name. EDA_UPDATE=1 rewrites them.
func TestTranscripts(t *testing.T) {
	for _, page := range []string{"evidence", "graph"} {
		t.Run(page, func(t *testing.T) { transcripts(t, page) })
	}
}

func transcripts(t *testing.T, page string) {
	name, err := filepath.Abs(filepath.Join("..", "..", "docs", page+".md"))
	if err != nil {
		t.Fatal(err)
	}
	text := document(t, "docs/"+page+".md")
	t.Chdir(filepath.Join("..", "..", "testdata", page))
	t.Setenv("NO_COLOR", "1")
	var out strings.Builder
	lines := strings.Split(text, "\n")
	n := 0
	for i := 0; i < len(lines); i++ {
		out.WriteString(lines[i] + "\n")
		args, ok := strings.CutPrefix(lines[i], "    $ edac ")
		if !ok {
			continue
		}
		n++
		var printed writer
		run(context.Background(), strings.Fields(args), strings.NewReader(""), &printed, &printed)
		for line := range strings.Lines(took.ReplaceAllString(string(printed), "in 8 ms")) {
			out.WriteString(strings.TrimRight("    "+line, " \n") + "\n")
		}
		for i+1 < len(lines) && (strings.HasPrefix(lines[i+1], "    ") || lines[i+1] == "" && i+2 < len(lines) && strings.HasPrefix(lines[i+2], "    ")) {
			i++
		}
	}
	got := strings.TrimSuffix(out.String(), "\n")
	if n == 0 {
		t.Fatal("no transcript was found")
	}
	if got == text {
		return
	}
	if os.Getenv("EDA_UPDATE") != "" {
		if err := os.WriteFile(name, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("docs/%s.md does not say what is printed; EDA_UPDATE=1 rewrites it:\n%s", page, got)
}

// What the fixes of evidence leave does not draw the finding again, and what it draws instead has a fix:
// a field that is declared as the list it is shows where its first item is meant.
func TestEvidenceFixes(t *testing.T) {
	fixed := 0
	for _, code := range []lang.Code{lang.CodeUnseenTag, lang.CodeUnseenField, lang.CodeUnseenValue, lang.CodeFarThreshold,
		lang.CodeRecordedKind, lang.CodeRecordedMixed, lang.CodeMayBeMissing, lang.CodeNeverMissing} {
		avoid, _ := code.Examples()
		for _, text := range avoid {
			for _, d := range exampleFindings(t, text) {
				if d.Code != code {
					continue
				}
				for _, fix := range d.Fixes {
					fixed++
					after := applied(text, fix)
					for _, left := range exampleFindings(t, after) {
						if left.Severity == lang.Error && len(left.Fixes) == 0 || left.Code == code && left.Primary.Span.Start == d.Primary.Span.Start {
							t.Errorf("%s: %q of\n%s\ngives\n%s\nwhich draws %s: %s", code, fix.Title, text, after, left.Code, left.Message)
						}
					}
				}
			}
		}
	}
	if fixed < 20 {
		t.Errorf("only %d fixes were tried", fixed)
	}
}
