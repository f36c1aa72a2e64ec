package lsp

import (
	"context"
	"strings"

	"github.com/eda-lang/eda/lang"
)

// signatureHelp shows how the call is written that is not closed before the place.
func (s *server) signatureHelp(ctx context.Context, p *placeParams) (any, error) {
	at, err := s.at(ctx, *p)
	if err != nil {
		return nil, err
	}
	cur := lang.CursorAt(at.doc.text, at.offset)
	if len(cur.Calls) == 0 {
		return nil, nil
	}
	call := cur.Calls[len(cur.Calls)-1]
	label, docs := at.signatureOf(call.Fn)
	if label == "" {
		return nil, nil
	}
	out := signature{Label: label, Parameters: []parameter{}}
	if docs != "" {
		out.Documentation = &markup{"markdown", docs}
	}
	start := strings.IndexByte(label, '(') + 1
	end := strings.IndexByte(label, ')')
	if end > start {
		for _, a := range strings.Split(label[start:end], ", ") {
			out.Parameters = append(out.Parameters, parameter{[2]int{start, start + len(a)}})
			start += len(a) + 2
		}
	}
	active := call.Arg
	if n := len(out.Parameters); active >= n {
		active = max(0, n-1)
	}
	return signatureHelp{Signatures: []signature{out}, ActiveParameter: active}, nil
}

// signatureOf is how a function or an action is called, and what it is.
func (at *spot) signatureOf(name string) (label, docs string) {
	if f := at.unit.Fns[name]; f != nil {
		var ps []string
		for _, p := range f.Params {
			ps = append(ps, p.Text)
		}
		file := at.unit.Info.FileOf[f]
		return name + "(" + strings.Join(ps, ", ") + ")", strings.TrimSpace(comment(file, f) + "\n\n" + code("= "+sourceOf(file, f.Body.Span())))
	}
	for _, f := range at.s.config.Functions {
		if f.Name == name {
			return f.Signature, f.Doc
		}
	}
	for _, q := range questions {
		if q.name == name {
			return q.signature, formText(name)
		}
	}
	for _, a := range at.unit.Actions {
		if a.Decl.Name.Text == name {
			var ps []string
			for _, p := range a.Params {
				ps = append(ps, p.Name+": "+p.Type.String())
			}
			return name + "(" + strings.Join(ps, ", ") + ")", comment(a.File, a.Decl)
		}
	}
	return "", ""
}
