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
			out = append(out, codeAction{Title: "Make all safe fixes of edac", Kind: fixAll, Edit: s.edit(all)})
		}
	}
	return out, nil
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
