package lsp

import (
	"context"

	"github.com/eda-lang/eda/lang"
)

// inlayHints shows what is not written: the key that a source implies, and the
// types of lets.
func (s *server) inlayHints(ctx context.Context, p *rangeParams) (any, error) {
	a, d, err := s.program(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	within := d.span(p.Range, s.enc)
	out := []inlayHint{}
	for _, r := range a.rulesIn(d.name) {
		if r.Decl.At.End < within.Start || r.Decl.At.Start > within.End {
			continue
		}
		if r.Decl.By == nil && (len(r.Elems) > 0 || r.Ticks != nil) && len(r.Decl.Source.Steps) > 0 {
			out = append(out, inlayHint{Position: d.position(sourceSpan(r.Decl).End, s.enc), Label: "by " + keyOf(r), PaddingLeft: true, Tooltip: "The key, from the tag: the rule keeps a state for each. `by` sets another."})
		}
		for _, l := range r.Decl.Lets {
			if t, ok := a.unit.Info.Types[l.Value]; ok && !t.IsAny() {
				out = append(out, inlayHint{Position: d.position(l.Name.At.End, s.enc), Label: ": " + t.String(), Kind: 1})
			}
		}
	}
	return out, nil
}

// rulesIn are the rules of a file, in order of the file.
func (a *analysis) rulesIn(name string) []*lang.RuleInfo {
	byDecl := map[lang.Decl]*lang.RuleInfo{}
	for _, r := range a.unit.Rules {
		byDecl[r.Decl] = r
	}
	var out []*lang.RuleInfo
	for _, d := range a.files[name].Decls {
		if r := byDecl[d]; r != nil {
			out = append(out, r)
		}
	}
	return out
}

// selectionRanges grows a selection from a word to its expressions, its
// declaration and the file.
func (s *server) selectionRanges(_ context.Context, p *selectionParams) (any, error) {
	d, err := s.opened(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	f, _ := lang.Parse(lang.Source{Name: d.name, Text: d.text})
	out := []selectionRange{}
	for _, pos := range p.Positions {
		offset := d.offset(pos, s.enc)
		spans := []lang.Span{{Start: 0, End: len(d.text)}}
		if decl := f.DeclAt(offset); decl != nil {
			spans = append(spans, decl.Span())
			for _, e := range lang.ExprsAt(decl, offset) {
				spans = append(spans, e.Span())
			}
		}
		for _, t := range lang.Tokens(d.text) {
			if t.Kind != lang.Space && t.Kind != lang.EOF && t.At.Contains(offset) {
				spans = append(spans, t.At)
				break
			}
		}
		var r *selectionRange
		for i, at := range spans {
			if i > 0 && (at == spans[i-1] || at.Start < spans[i-1].Start || at.End > spans[i-1].End) {
				continue
			}
			r = &selectionRange{d.rangeOf(at, s.enc), r}
		}
		out = append(out, *r)
	}
	return out, nil
}
