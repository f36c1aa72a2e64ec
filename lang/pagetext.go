package lang

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// pageWidth is how wide the paragraphs of a page are on a terminal.
const pageWidth = 80

// RenderPage is a page for a terminal: headings without marks, paragraphs
// wrapped, programs indented and, in colour, with their words set apart.
func RenderPage(page string, sev Severity, color bool) string {
	r := renderer{opt: RenderOptions{Color: color}}
	var b strings.Builder
	var par []string
	flush := func() {
		if len(par) > 0 {
			r.paragraph(&b, strings.Join(par, " "))
			par = nil
		}
	}
	fence, mark := false, ""
	var code strings.Builder
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case fence && line == "```":
			fence = false
			r.program(&b, code.String(), mark)
			code.Reset()
		case fence:
			code.WriteString(line + "\n")
		case strings.HasPrefix(line, "```"):
			flush()
			fence, mark = true, strings.TrimPrefix(line, "```")
		case strings.HasPrefix(line, "# "):
			flush()
			fmt.Fprintf(&b, "%s (%s)\n", r.paint(bold, line[2:]), r.paint(severityColor[sev], sev.String()))
		case strings.HasPrefix(line, "#"):
			flush()
			fmt.Fprintf(&b, "%s\n", r.paint(bold, strings.ToUpper(strings.TrimLeft(line, "# "))))
		case line == "":
			flush()
			b.WriteByte('\n')
		case strings.HasPrefix(line, "- "), strings.HasPrefix(line, "|"):
			flush()
			par = append(par, line)
			if line[0] == '|' {
				b.WriteString(line + "\n")
				par = nil
			}
		default:
			par = append(par, line)
		}
	}
	flush()
	return b.String()
}

// paragraph wraps a text; what stands in backquotes is set apart in colour.
func (r *renderer) paragraph(b *strings.Builder, text string) {
	at := 0
	lit := false
	for i, word := range strings.Fields(text) {
		width := utf8.RuneCountInString(word)
		if i > 0 && at+1+width > pageWidth {
			b.WriteByte('\n')
			at = 0
		} else if i > 0 {
			b.WriteByte(' ')
			at++
		}
		at += width
		if !r.opt.Color {
			b.WriteString(word)
			continue
		}
		for j, part := range strings.Split(word, "`") {
			if j > 0 {
				lit = !lit
			}
			if lit {
				part = r.paint(cyan, part)
			}
			b.WriteString(part)
		}
	}
	b.WriteByte('\n')
}

// program indents a block, with the words of the language, texts and comments
// set apart in colour.
func (r *renderer) program(b *strings.Builder, text, mark string) {
	if r.opt.Color && strings.HasPrefix(mark, "eda") {
		text = r.highlight(text)
	}
	for line := range strings.Lines(text) {
		if line != "\n" {
			line = "    " + line
		}
		b.WriteString(line)
	}
}

func (r *renderer) highlight(text string) string {
	toks, _ := scan(Source{Text: text})
	var b strings.Builder
	start := true
	for _, t := range toks {
		word := text[t.At.Start:t.At.End]
		switch {
		case t.Kind == Comment:
			word = r.paint("2", word)
		case t.Kind == StrTok && !strings.Contains(word, "\n"):
			word = r.paint(green, word)
		case t.Kind == Keyword, start && declWords[word]:
			word = r.paint(blue, word)
		}
		if t.Kind != EOF {
			start = strings.HasSuffix(text[t.At.Start:t.At.End], "\n")
		}
		b.WriteString(word)
	}
	return b.String()
}
