package lsp

import (
	"context"

	"github.com/eda-lang/eda/lang"
)

func (s *server) formatting(_ context.Context, p *documentParams) (any, error) {
	d, err := s.opened(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	return s.layout(d, lang.Span{Start: 0, End: len(d.text)}), nil
}

// rangeFormatting formats the lines that a range touches.
func (s *server) rangeFormatting(_ context.Context, p *rangeParams) (any, error) {
	d, err := s.opened(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	at := d.span(p.Range, s.enc)
	first, last := d.position(at.Start, s.enc).Line, d.position(at.End, s.enc).Line
	at.Start = d.starts[first]
	at.End = d.starts[last] + len(d.line(last))
	if first > 0 {
		at.Start-- // the indentation of a line begins before it
	}
	return s.layout(d, at), nil
}

// layout is the formatting of a part of a document as edits of the white space
// between words, and of nothing else: cursors stay where they are.
func (s *server) layout(d *document, within lang.Span) []textEdit {
	text, _ := lang.Format(lang.Source{Name: d.name, Text: d.text})
	edits := []textEdit{}
	if text == d.text {
		return edits
	}
	before, after := gaps(d.text), gaps(text)
	if len(before) != len(after) {
		return edits // words differ, which formatting never does
	}
	for i := range before {
		b, a := before[i], after[i]
		if d.text[b.Start:b.End] == text[a.Start:a.End] || b.Start < within.Start || b.End > within.End {
			continue
		}
		edits = append(edits, textEdit{d.rangeOf(b, s.enc), text[a.Start:a.End]})
	}
	return edits
}

// gaps are the stretches of white space before, between and after the words and
// comments of a text; space at the end of a comment belongs to the gap after it.
func gaps(text string) []lang.Span {
	var out []lang.Span
	last := 0
	for _, t := range lang.Tokens(text) {
		if t.Kind == lang.EOF || t.Kind == lang.Space && isBlank(text[t.At.Start:t.At.End]) {
			continue
		}
		end := t.At.End
		if t.Kind == lang.Comment {
			for end > t.At.Start && isBlank(text[end-1:end]) {
				end--
			}
		}
		out = append(out, lang.Span{Start: last, End: t.At.Start})
		last = end
	}
	return append(out, lang.Span{Start: last, End: len(text)})
}

func isBlank(s string) bool {
	for i := range len(s) {
		if s[i] != ' ' && s[i] != '\t' && s[i] != '\n' && s[i] != '\r' {
			return false
		}
	}
	return true
}
