package lang

import (
	"slices"
	"strconv"

	"github.com/eda-lang/eda/vm/tag"
)

// Other sources: an aggregate with `from` ranges over all events of a tag, and
// what stands in it is about those events. Captures of that tag which the rule
// has too, or has as parts of its key, join (S14).

// foreign is the source of the aggregate at hand.
type foreign struct {
	call   *Call
	caps   []string
	events []*EventInfo // declared for its tag
}

// capturesOf lists what the wildcards of a pattern are called.
func capturesOf(p tag.Pattern) []string {
	var out []string
	for _, w := range p.Wildcards() {
		if w.Name != "" {
			out = append(out, w.Name)
		} else {
			out = append(out, strconv.Itoa(w.Position))
		}
	}
	return out
}

// Joins lists the captures of a from tag by which its events belong to a rule:
// those with a name that the rule has as a part of its key or as a capture.
func (r *RuleInfo) Joins(from tag.Pattern) []string {
	var out []string
	for _, w := range from.Wildcards() {
		if w.Name == "" || slices.Contains(out, w.Name) {
			continue
		}
		if r.keyPart(w.Name) >= 0 || slices.Contains(r.Caps, w.Name) {
			out = append(out, w.Name)
		}
	}
	return out
}

func (r *RuleInfo) keyPart(name string) int {
	return slices.IndexFunc(r.Key, func(k KeyInfo) bool { return k.Name == name })
}

// from reads the tag of an aggregate's own source.
func (c *checker) from(e *Call) (*foreign, bool) {
	pat, done := c.unit.Info.Froms[e]
	if !done {
		var ok bool
		if pat, ok = c.pattern(e.From); !ok {
			return nil, false
		}
		c.unit.Info.Froms[e] = pat
		for _, name := range capturesOf(pat) {
			if old, clash := c.names[name]; clash && hides[old.what] {
				d := c.report(codeClash, e.From.At, "`%s` is a capture here and a %s of the program; one of them needs another name", name, old.what)
				c.label(d, old.file, old.at, "the "+old.what)
			}
		}
		c.usedTag(e.From, pat)
	}
	f := &foreign{call: e, caps: capturesOf(pat)}
	if ev := c.declared.covering(pat); ev != nil {
		f.events = []*EventInfo{ev}
	}
	return f, true
}

// about types what f does as standing in an aggregate over other events, or
// over the rule's own where other is nil.
func (c *checker) about(other *foreign, f func()) {
	was := c.other
	c.other = other
	f()
	c.other = was
}

// foreignName finds what a name means within an aggregate over other events,
// where it is not a let and no name of the program.
func (c *checker) foreignName(e *Ident) (Symbol, Type, bool) {
	name := e.Text
	switch {
	case slices.Contains(c.other.caps, name):
		return Symbol{Kind: SymCapture}, of(stringType), true
	case isDigit(name[0]):
		c.report(codeUnbound, e.At, "`{%s}` is an unnamed wildcard of %s here, counted among all of them, and there is none", name, c.other.call.From.Raw)
		return Symbol{Kind: SymCapture}, of(badType), true
	case slices.Contains(c.rule.Caps, name):
		c.notForeign(e, e.At)
		return Symbol{Kind: SymCapture}, of(badType), true
	case slices.ContainsFunc(c.rule.Elems, func(el ElemInfo) bool { return el.Elem.As.Text == name }):
		c.notForeign(e, e.At)
		return Symbol{Kind: SymAlias}, of(badType), true
	}
	return Symbol{}, Type{}, false
}

// notForeign reports a name of the rule's own events among those of another tag.
func (c *checker) notForeign(e *Ident, at Span) {
	raw := c.other.call.From.Raw
	if slices.Contains(c.rule.Caps, e.Text) {
		d := c.report(codeUnbound, at, "`%s` is a capture of the rule's own events, and this aggregate is over those of %s", e.Text, raw)
		d.Notes = append(d.Notes, "{"+e.Text+"} in that tag joins the two; a field of that name is `event."+e.Text+"`")
		return
	}
	c.report(codeUnbound, at, "`%s` is the rule's own event, and this aggregate is over those of %s", e.Text, raw)
}

// foreignLet refuses a let that reads what only the rule's own events have.
func (c *checker) foreignLet(at Span, l *Let, seen map[*Let]bool) {
	if seen[l] {
		return
	}
	seen[l] = true
	Walk(l.Value, func(x Expr) bool {
		if call, ok := x.(*Call); ok && call.From != nil {
			return false
		}
		id, ok := x.(*Ident)
		if !ok {
			return true
		}
		switch sym := c.unit.Info.Uses[id]; sym.Kind {
		case SymLet:
			c.foreignLet(at, sym.Let, seen)
		case SymAlias:
			c.notForeign(id, at)
		case SymCapture:
			if !slices.Contains(c.other.caps, id.Text) {
				c.notForeign(id, at)
			}
		}
		return true
	})
}

// foreignParam is the source of the aggregate that a fn's parameter stands in,
// nil where it stands in the rule's own.
func (c *checker) foreignParam(fn *FnDecl, i int) *foreign {
	stands := c.foreignParams(fn)[i]
	if len(stands) != 1 {
		return nil
	}
	return stands[0]
}

// foreignParams lists for each parameter of a fn the sources it stands among,
// nil for the rule's own.
func (c *checker) foreignParams(fn *FnDecl) [][]*foreign {
	if out, done := c.foreigns[fn]; done {
		return out
	}
	out := make([][]*foreign, len(fn.Params))
	c.foreigns[fn] = out // a ring is another finding
	var look func(e Expr, in *foreign)
	look = func(e Expr, in *foreign) {
		Walk(e, func(x Expr) bool {
			switch x := x.(type) {
			case *Ident:
				if sym := c.unit.Info.Uses[x]; sym.Kind == SymFnParam && sym.Index < len(out) && !slices.Contains(out[sym.Index], in) {
					out[sym.Index] = append(out[sym.Index], in)
				}
			case *Call:
				if _, ok := c.unit.Info.Froms[x]; ok && in == nil {
					other, _ := c.from(x)
					for _, a := range x.Args {
						look(a, other)
					}
					look(x.Where, other)
					return false
				}
				if g := c.unit.Fns[x.Fn.Text]; g != nil {
					for j, a := range x.Args {
						other := in
						if in == nil && j < len(g.Params) {
							other = c.foreignParam(g, j)
						}
						look(a, other)
					}
					return false
				}
			}
			return true
		})
	}
	look(fn.Body, nil)
	return out
}

// joined checks that each capture by which other events belong to the rule has
// a value whichever of its own alternatives an event came through.
func (c *checker) joined(r *RuleInfo) {
	seen := map[any]bool{}
	var look func(e Expr, at *Span)
	look = func(e Expr, at *Span) {
		Walk(e, func(x Expr) bool {
			call, ok := x.(*Call)
			if !ok {
				return true
			}
			place := call.At
			if at != nil {
				place = *at
			}
			if pat, ok := c.unit.Info.Froms[call]; ok && !seen[call] {
				seen[call] = true
				for _, name := range r.Joins(pat) {
					slot := slices.Index(r.Caps, name)
					if r.keyPart(name) >= 0 {
						continue
					}
					for _, el := range r.Elems {
						if !slices.Contains(el.Caps, slot) && !c.unbuilt[r] {
							d := c.report(codeUnbound, place, "%s has no `{%s}`, which joins it with %s", el.Pattern, name, call.From.Raw)
							c.label(d, c.file, el.Elem.Tag.At, "this one")
							break
						}
					}
				}
			}
			if fn := c.unit.Fns[call.Fn.Text]; fn != nil && !seen[fn] {
				seen[fn] = true
				look(fn.Body, &place)
			}
			return true
		})
	}
	Exprs(r.Decl, func(e Expr) { look(e, nil) })
}
