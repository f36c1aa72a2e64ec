package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
)

// conflicts finds comparisons of one expression with constants that no value
// satisfies together.
func conflicts(u *lang.Unit, report reporter) {
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
					d := report(lang.CodeConflict, r.File, r, e.Span(), fmt.Sprintf("no `%s` meets both `%s` and `%s`", name, show(other), show(cmp.At)))
					d.Labels = append(d.Labels, lang.Label{File: r.File.Source.Name, Span: other.Span(), Text: "this"}, lang.Label{File: r.File.Source.Name, Span: cmp.At.Span(), Text: "excludes this"})
					return
				}
			}
		})
	}
}

// slash finds what is fired for a rule that listens to it with another leading
// slash, and for nobody else (D8).
func slash(u *lang.Unit, report reporter) {
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
			p, err := tag.Parse(other)
			if err != nil || slices.ContainsFunc(u.Events, func(e *lang.EventInfo) bool {
				return tag.Intersect(e.Pattern, f.Pattern) || tag.Intersect(e.Pattern, p)
			}) {
				continue // declared: the checker has said what there is to say
			}
			listener := heard(p)
			if listener == nil || heard(f.Pattern) != nil {
				continue
			}
			d := report(lang.CodeTagSlip, r.File, r, f.Act.Tag.At, "no rule listens to this tag, but `"+listener.Label+"` does to one that differs in the leading slash")
			d.Labels = append(d.Labels, lang.Label{File: listener.File.Source.Name, Span: listener.Elems[0].Elem.Tag.At, Text: "here"})
		}
	}
}
