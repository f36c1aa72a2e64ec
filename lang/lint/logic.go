package lint

import (
	"fmt"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

var logicRows = []row{
	{lang.CodeAlwaysTrue, judges, constants},
	{lang.CodeConflict, judges, conflicts},
}

// constants finds conditions that no event can change.
func constants(p *pass) {
	u := p.Unit
	for _, r := range u.Rules {
		conditions(r, func(e lang.Expr) {
			v, ok := u.Constant(e)
			if !ok {
				return
			}
			if value.True(v) {
				p.report(lang.CodeAlwaysTrue, r.File, r, e.Span(), "this is true whatever happens; leave it out")
			} else {
				p.report(lang.CodeAlwaysFalse, r.File, r, e.Span(), "this is never true, so the rule never acts")
			}
		})
	}
}

// conflicts finds comparisons of one expression with constants that no value
// satisfies together.
func conflicts(p *pass) {
	u := p.Unit
	for _, r := range u.Rules {
		text := r.File.Source.Text
		show := func(e lang.Expr) string {
			s := e.Span()
			if s.Start < 0 || s.End > len(text) || s.Start > s.End {
				return ""
			}
			return strings.Join(strings.Fields(text[s.Start:s.End]), " ")
		}
		conditions(r, func(e lang.Expr) {
			known := map[string]*lang.Range{}
			for _, cmp := range u.Comparisons(e) {
				name := show(cmp.X)
				b := known[name]
				if b == nil {
					b = &lang.Range{}
					known[name] = b
				}
				if other := b.Add(cmp); other != nil {
					d := p.report(lang.CodeConflict, r.File, r, e.Span(), fmt.Sprintf("no `%s` meets both `%s` and `%s`", name, show(other), show(cmp.At)))
					d.Labels = append(d.Labels, lang.Label{File: r.File.Source.Name, Span: other.Span(), Text: "this"}, lang.Label{File: r.File.Source.Name, Span: cmp.At.Span(), Text: "excludes this"})
					return
				}
			}
		})
	}
}
