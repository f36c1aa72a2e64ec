package main

import (
	"io"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// printDiff writes what would change in a text as a unified diff, in colour
// where w gets it.
func (a *app) printDiff(w io.Writer, from, to, before, after string) error {
	diff := udiff.Unified(from, to, before, after)
	if a.colored(w) {
		diff = colorDiff(diff)
	}
	_, err := io.WriteString(w, diff)
	return err
}

// diffColors are those of lines by how they begin; the first that fits counts.
var diffColors = []struct{ begin, color string }{
	{"---", "1"}, {"+++", "1"}, {"@@", "36"}, {"-", "31"}, {"+", "32"},
}

func colorDiff(diff string) string {
	var b strings.Builder
	for line := range strings.Lines(diff) {
		text, end := strings.CutSuffix(line, "\n")
		color := ""
		for _, c := range diffColors {
			if strings.HasPrefix(text, c.begin) {
				color = c.color
				break
			}
		}
		if color != "" {
			text = "\x1b[" + color + "m" + text + "\x1b[0m"
		}
		b.WriteString(text)
		if end {
			b.WriteByte('\n')
		}
	}
	return b.String()
}
