package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// bounds is what the conditions joined by and leave for one expression.
type bounds struct {
	low, high         *bound
	equal             *bound
	lowOpen, highOpen bool // the bound itself is excluded
}

type bound struct {
	v  value.Value
	at lang.Expr // the comparison
}

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
			known := map[string]*bounds{}
			for _, cmp := range conjuncts(u, e, nil, map[*lang.Let]bool{}) {
				x, op := cmp.X, cmp.Op
				v, ok := u.Constant(cmp.Y)
				if !ok {
					if v, ok = u.Constant(cmp.X); !ok {
						continue
					}
					x, op = cmp.Y, turned[op]
				}
				if _, constant := u.Constant(x); constant || v.IsNone() || op == "" {
					continue
				}
				name := show(x)
				b := known[name]
				if b == nil {
					b = &bounds{}
					known[name] = b
				}
				if other := b.add(op, &bound{v, cmp}); other != nil {
					d := report(lang.CodeConflict, r.File, r, e.Span(), fmt.Sprintf("no `%s` meets both `%s` and `%s`", name, show(other), show(cmp)))
					d.Labels = append(d.Labels, lang.Label{File: r.File.Source.Name, Span: other.Span(), Text: "this"}, lang.Label{File: r.File.Source.Name, Span: cmp.At, Text: "excludes this"})
					return
				}
			}
		})
	}
}

var turned = map[lang.Op]lang.Op{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}

// conjuncts lists the comparisons that must all be true.
func conjuncts(u *lang.Unit, e lang.Expr, out []*lang.Binary, seen map[*lang.Let]bool) []*lang.Binary {
	switch e := e.(type) {
	case *lang.Paren:
		return conjuncts(u, e.X, out, seen)
	case *lang.Ident:
		if s := u.Info.Uses[e]; s.Kind == lang.SymLet && !seen[s.Let] {
			seen[s.Let] = true
			return conjuncts(u, s.Let.Value, out, seen)
		}
	case *lang.Binary:
		if e.Op == "and" {
			return conjuncts(u, e.Y, conjuncts(u, e.X, out, seen), seen)
		}
		if turned[e.Op] != "" {
			return append(out, e)
		}
	}
	return out
}

// add narrows the bounds, and returns the comparison that leaves nothing.
func (b *bounds) add(op lang.Op, n *bound) lang.Expr {
	order := func(a, o *bound) (int, bool) {
		if a == nil || o == nil {
			return 0, false
		}
		c, f := value.Compare(a.v, o.v)
		return c, f == value.OK
	}
	open := op == "<" || op == ">"
	switch op {
	case ">", ">=":
		if c, ok := order(n, b.low); b.low == nil || ok && (c > 0 || c == 0 && open) {
			b.low, b.lowOpen = n, open
		}
	case "<", "<=":
		if c, ok := order(n, b.high); b.high == nil || ok && (c < 0 || c == 0 && open) {
			b.high, b.highOpen = n, open
		}
	case "==":
		if b.equal != nil {
			if same, f := value.Equal(n.v, b.equal.v); f == value.OK && value.False(same) {
				return b.equal.at
			}
		}
		b.equal = n
	}
	pick := func(a, o *bound) lang.Expr {
		if a == n {
			return o.at
		}
		return a.at
	}
	if c, ok := order(b.low, b.high); ok && (c > 0 || c == 0 && (b.lowOpen || b.highOpen)) {
		return pick(b.low, b.high)
	}
	if c, ok := order(b.equal, b.low); ok && (c < 0 || c == 0 && b.lowOpen) {
		return pick(b.equal, b.low)
	}
	if c, ok := order(b.equal, b.high); ok && (c > 0 || c == 0 && b.highOpen) {
		return pick(b.equal, b.high)
	}
	return nil
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
