package lsp

import (
	"context"
	"strings"

	"github.com/eda-lang/eda/lang"
)

// kinds of symbols, by the word of the declaration
var symbolKinds = map[string]int{"rule": 24, "event": 23, "param": 14, "fn": 12, "table": 18, "state": 13, "action": 6, "use": 2, "may": 20, "mute": 20, "test": 2, "let": 13, "field": 8}

// heading is a declaration as an outline shows it: its name, where that stands,
// and what there is to say beside it.
func heading(f *lang.File, d lang.Decl) (name string, at lang.Span, detail string) {
	text := func(x lang.Expr) string { return f.Source.Text[x.Span().Start:x.Span().End] }
	at = d.Span()
	named := func(n lang.Name) { name, at = n.Text, n.At }
	switch d := d.(type) {
	case *lang.RuleDecl:
		from := sourceSpan(d)
		detail = clipped(f.Source.Text[from.Start:from.End])
		if d.Name.Text != "" {
			named(d.Name)
		} else {
			name, at, detail = "on "+detail, from, ""
		}
	case *lang.EventDecl:
		name, at = text(d.Tag), d.Tag.At
	case *lang.ParamDecl:
		named(d.Name)
		detail = f.Source.Text[d.Type.At.Start:d.Type.At.End] + " = " + clipped(text(d.Value))
	case *lang.FnDecl:
		named(d.Name)
		var ps []string
		for _, p := range d.Params {
			ps = append(ps, p.Text)
		}
		detail = "(" + strings.Join(ps, ", ") + ")"
	case *lang.TableDecl:
		named(d.Name)
		detail = text(d.Path)
	case *lang.StateDecl:
		named(d.Name)
		detail = f.Source.Text[d.Type.At.Start:d.Type.At.End]
	case *lang.ActionDecl:
		named(d.Name)
		detail = "to " + text(d.To)
	case *lang.UseDecl:
		named(d.Name)
		detail = text(d.Path)
	case *lang.MayDecl:
		name = clipped(f.Source.Text[d.At.Start:d.At.End])
	case *lang.MuteDecl:
		name, at = "mute "+d.Rule.Text, d.Rule.At
	case *lang.TestDecl:
		name, at = text(d.Name), d.Name.At
	case *lang.BadDecl:
		if name = d.Name; name == "" {
			name = clipped(f.Source.Text[d.At.Start:d.At.End])
		}
	}
	if name == "" {
		name = d.Word()
	}
	return name, at, detail
}

// sourceSpan is what a rule listens to, without on.
func sourceSpan(d *lang.RuleDecl) lang.Span {
	s := &d.Source
	var at lang.Span
	switch {
	case s.Every != nil:
		at = s.Every.Span()
	case s.Cron != nil:
		at = s.Cron.At
		if s.Zone != nil {
			at = at.Join(s.Zone.At)
		}
	case len(s.Steps) > 0:
		at = s.Steps[0].At.Join(s.Steps[len(s.Steps)-1].At)
	default:
		return d.At
	}
	if s.Where != nil {
		at = at.Join(s.Where.Span())
	}
	if s.Within != nil {
		at = at.Join(s.Within.Span())
	}
	return at
}

// clipped is a text on one line, its beginning where it is long.
func clipped(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return text
}

func (s *server) documentSymbols(_ context.Context, p *documentParams) (any, error) {
	d, err := s.opened(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	f, _ := lang.Parse(lang.Source{Name: d.name, Text: d.text})
	out := []documentSymbol{}
	for _, decl := range f.Decls {
		name, at, detail := heading(f, decl)
		sym := documentSymbol{Name: name, Detail: detail, Kind: kindOf(decl), Range: d.rangeOf(decl.Span(), s.enc), SelectionRange: d.rangeOf(at, s.enc)}
		child := func(kind string, n lang.Name, whole lang.Span) {
			if n.Text != "" {
				sym.Children = append(sym.Children, documentSymbol{Name: n.Text, Kind: symbolKinds[kind], Range: d.rangeOf(whole, s.enc), SelectionRange: d.rangeOf(n.At, s.enc)})
			}
		}
		switch decl := decl.(type) {
		case *lang.RuleDecl:
			for _, l := range decl.Lets {
				child("let", l.Name, l.Name.At.Join(l.Value.Span()))
			}
		case *lang.EventDecl:
			for _, f := range decl.Fields {
				child("field", f.Name, f.At)
			}
		}
		out = append(out, sym)
	}
	s.mu.Lock()
	nested := s.client.TextDocument.DocumentSymbol.Hierarchical
	s.mu.Unlock()
	if nested {
		return out, nil
	}
	flat := []symbolInformation{}
	for _, sym := range out {
		flat = append(flat, symbolInformation{Name: sym.Name, Kind: sym.Kind, Location: location{p.TextDocument.URI, sym.Range}})
	}
	return flat, nil
}

func kindOf(d lang.Decl) int {
	if k := symbolKinds[d.Word()]; k != 0 {
		return k
	}
	return symbolKinds["rule"]
}

// workspaceSymbols lists the declarations of all programs whose names have the
// letters that are asked for, in order.
func (s *server) workspaceSymbols(ctx context.Context, q *symbolQuery) (any, error) {
	s.mu.Lock()
	byKey := map[string]*program{}
	for key, p := range s.programs {
		if s.alive(p) {
			byKey[key] = p
		}
	}
	s.mu.Unlock()
	out := []symbolInformation{}
	seen := map[string]bool{}
	for _, key := range sortedKeys(byKey) {
		a, err := s.analyse(ctx, byKey[key])
		if err != nil {
			return nil, err
		}
		for _, f := range a.unit.Files {
			if seen[a.docs[f.Source.Name].name] {
				continue
			}
			seen[a.docs[f.Source.Name].name] = true
			for _, d := range f.Decls {
				if _, test := d.(*lang.TestDecl); test && q.Query == "" {
					continue
				}
				name, at, _ := heading(f, d)
				if within(strings.ToLower(q.Query), strings.ToLower(name)) {
					out = append(out, symbolInformation{Name: name, Kind: kindOf(d), Location: s.locate(a, f.Source.Name, at), ContainerName: f.Source.Name})
				}
			}
			if len(out) > 1000 {
				return out, nil
			}
		}
	}
	return out, nil
}

// within reports whether the letters of q stand in name in that order.
func within(q, name string) bool {
	for _, r := range q {
		i := strings.IndexRune(name, r)
		if i < 0 {
			return false
		}
		name = name[i+len(string(r)):]
	}
	return true
}

// folding folds declarations, runs of comments and runs of uses.
func (s *server) folding(_ context.Context, p *documentParams) (any, error) {
	d, err := s.opened(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	f, _ := lang.Parse(lang.Source{Name: d.name, Text: d.text})
	out := []foldingRange{}
	fold := func(at lang.Span, kind string) {
		first, last := d.position(at.Start, s.enc).Line, d.position(at.End, s.enc).Line
		if last > first {
			out = append(out, foldingRange{first, last, kind})
		}
	}
	var uses *lang.Span
	for _, decl := range f.Decls {
		if _, ok := decl.(*lang.UseDecl); ok {
			at := decl.Span()
			if uses != nil {
				at = uses.Join(at)
			}
			uses = &at
			continue
		}
		if uses != nil {
			fold(*uses, "imports")
			uses = nil
		}
		fold(decl.Span(), "")
	}
	if uses != nil {
		fold(*uses, "imports")
	}
	var run *lang.Span
	for _, t := range append(lang.Tokens(d.text), lang.Token{Kind: lang.EOF}) {
		switch {
		case t.Kind == lang.Comment && (run != nil || d.position(t.At.Start, utf8Columns).Character == 0):
			at := t.At
			if run != nil {
				at = run.Join(at)
			}
			run = &at
		case t.Kind == lang.Space && strings.Count(t.Text, "\n") <= 1:
		case run != nil:
			fold(*run, "comment")
			run = nil
		}
	}
	return out, nil
}
