package lsp

import (
	"context"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
)

// fixAll is the kind of the action that makes all safe fixes of a file.
const fixAll = "source.fixAll.edac"

// codeActions are the fixes of what was found in a range, and all safe ones of
// the file together.
func (s *server) codeActions(ctx context.Context, p *codeActionParams) (any, error) {
	a, d, err := s.program(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	asked := func(kind string) bool {
		return len(p.Context.Only) == 0 && kind != fixAll || slices.ContainsFunc(p.Context.Only, func(only string) bool {
			return only == kind || strings.HasPrefix(kind, only+".")
		})
	}
	out := []codeAction{}
	within := d.span(p.Range, s.enc)
	if asked("quickfix") {
		for i := range a.found {
			f := &a.found[i]
			at := f.Primary.Span
			if f.Primary.File != d.name || at.Start > within.End || at.End < within.Start {
				continue
			}
			for _, fix := range f.Fixes {
				if edit := s.fixes(a, fix); edit != nil {
					out = append(out, codeAction{Title: title(fix.Title), Kind: "quickfix", Diagnostics: []diagnostic{s.diagnostic(a, f)}, IsPreferred: fix.Safe && len(f.Fixes) == 1, Edit: edit})
				}
			}
			if e, ok := a.ignore(f); ok {
				out = append(out, codeAction{Title: "Ignore " + f.Slug() + " here", Kind: "quickfix", Diagnostics: []diagnostic{s.diagnostic(a, f)}, Edit: s.edit(map[*document][]replacement{d: {e}})})
			}
		}
	}
	if asked(fixAll) {
		all := map[*document][]replacement{}
		for i := range a.found {
			for _, fix := range a.found[i].Fixes {
				if !fix.Safe || !slices.ContainsFunc(fix.Edits, func(e lang.Edit) bool { return e.File == d.name }) || slices.ContainsFunc(fix.Edits, func(e lang.Edit) bool {
					return e.File != d.name || slices.ContainsFunc(all[d], func(r replacement) bool { return e.Span.Start < r.at.End && r.at.Start < e.Span.End || e.Span == r.at })
				}) {
					continue
				}
				for _, e := range fix.Edits {
					all[d] = append(all[d], replacement{e.Span, e.Text})
				}
				break
			}
		}
		if len(all[d]) > 0 {
			out = append(out, codeAction{Title: "Apply all safe fixes of edac", Kind: fixAll, Edit: s.edit(all)})
		}
	}
	return out, nil
}

// ignore is the comment that silences a finding, at the end of its line; where
// there is a comment already, above the declaration. Errors have none.
func (a *analysis) ignore(f *lang.Diag) (replacement, bool) {
	file := a.files[f.Primary.File]
	if f.Severity == lang.Error || file == nil {
		return replacement{}, false
	}
	text, at := file.Source.Text, f.Primary.Span.Start
	for _, x := range file.Ignores() { // one that speaks there already says more
		if n := len(x.Names); n > 0 && x.Over.Contains(at) && x.Over.End < len(text) {
			end := x.Names[n-1].At.End
			return replacement{lang.Span{Start: end, End: end}, ", " + f.Slug()}, true
		}
	}
	end := at
	for end < len(text) && text[end] != '\n' && text[end] != '\r' {
		end++
	}
	for _, t := range lang.Tokens(text) {
		if t.Kind != lang.Comment || t.At.Start < at || t.At.Start > end {
			continue
		}
		d := file.DeclAt(at)
		if d == nil || d.Span().Start > 0 && text[d.Span().Start-1] != '\n' {
			return replacement{}, false
		}
		start := d.Span().Start
		return replacement{lang.Span{Start: start, End: start}, "# edac:ignore " + f.Slug() + "\n"}, true
	}
	for end > at && (text[end-1] == ' ' || text[end-1] == '\t') {
		end--
	}
	return replacement{lang.Span{Start: end, End: end}, "  # edac:ignore " + f.Slug()}, true
}

// fixes is a fix as edits of documents.
func (s *server) fixes(a *analysis, fix lang.Fix) *workspaceEdit {
	all := map[*document][]replacement{}
	for _, e := range fix.Edits {
		d := a.docs[e.File]
		if d == nil {
			return nil
		}
		all[d] = append(all[d], replacement{e.Span, e.Text})
	}
	return s.edit(all)
}

// title begins a fix's title with a capital, as menus do.
func title(s string) string {
	if s == "" {
		return "Fix"
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
