package lint

import (
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
)

var graphRows = []row{
	{lang.CodeTagSlip, judges, slash},
}

// slash finds what is fired for a rule that listens to it with another leading
// slash, and for nobody else (D8).
func slash(p *pass) {
	u := p.Unit
	heard := func(p tag.Pattern) *lang.RuleInfo {
		for _, r := range u.Rules {
			for _, el := range r.Elems {
				if tag.Intersect(p, el.Pattern) {
					return r
				}
			}
		}
		return nil
	}
	for _, r := range u.Rules {
		for _, f := range r.Fires {
			text := f.Pattern.String()
			other, cut := strings.CutPrefix(text, "/")
			if !cut {
				other = "/" + text
			}
			near, err := tag.Parse(other)
			if err != nil || slices.ContainsFunc(u.Events, func(e *lang.EventInfo) bool {
				return tag.Intersect(e.Pattern, f.Pattern) || tag.Intersect(e.Pattern, near)
			}) {
				continue // declared: the checker has said what there is to say
			}
			listener := heard(near)
			if listener == nil || heard(f.Pattern) != nil {
				continue
			}
			d := p.report(lang.CodeTagSlip, r.File, r, f.Act.Tag.At, "no rule listens to this tag, but `"+listener.Label+"` does to one that differs in the leading slash")
			d.Labels = append(d.Labels, lang.Label{File: listener.File.Source.Name, Span: listener.Elems[0].Elem.Tag.At, Text: "here"})
		}
	}
}
