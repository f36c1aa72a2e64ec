package lang

import "slices"

// An optional value may reach an act only where something says that it is
// there, or what to use instead (S35). guards collects what the conditions of
// a rule make known; missing finds what of an act's value is not.

// guards are the paths and lets that are known where the acts run.
type guards map[string]bool

// path names a field, or a member of one, the same however it is reached: x
// and event.x are one. Lets have a name of their own; other values have none.
func (c *checker) path(e Expr) string {
	switch e := e.(type) {
	case *Ident:
		switch sym := c.unit.Info.Uses[e]; sym.Kind {
		case SymField:
			return e.Text
		case SymState:
			return "state " + e.Text
		case SymLet:
			return "let " + e.Text
		}
	case *Paren:
		return c.path(e.X)
	case *Select:
		if q := c.unit.Info.Qualified[e]; q != nil {
			return c.path(q)
		}
		if id, ok := e.X.(*Ident); ok {
			switch sym := c.unit.Info.Uses[id]; sym.Kind {
			case SymEvent:
				return e.Name.Text
			case SymAlias:
				if len(c.rule.Elems) == 1 {
					return e.Name.Text
				}
				return sym.Name + "." + e.Name.Text
			}
		}
		if p := c.path(e.X); p != "" {
			return p + "." + e.Name.Text
		}
	case *Index:
		if c.unit.Info.Lookups[e] != nil {
			return "= " + c.text(e)
		}
		if id, ok := e.X.(*Ident); ok && len(e.Args) == 1 && c.unit.Info.Uses[id].Kind == SymEvent {
			if s, ok := e.Args[0].(*Str); ok {
				name, _ := s.Literal()
				return name
			}
		}
	}
	return ""
}

// guard notes what must be known for e to be true, or to be false.
func (c *checker) guard(g guards, e Expr, truth bool) {
	switch e := e.(type) {
	case *Paren:
		c.guard(g, e.X, truth)
	case *Unary:
		switch {
		case e.Op == "not":
			c.guard(g, e.X, !truth)
		case e.Op == "has" && truth:
			c.known(g, e.X)
		}
	case *Binary:
		switch e.Op {
		case "and", "or":
			if truth == (e.Op == "and") {
				c.guard(g, e.X, truth)
				c.guard(g, e.Y, truth)
			}
		default:
			c.known(g, e)
		}
	case *Ident:
		if sym := c.unit.Info.Uses[e]; sym.Kind == SymLet {
			if p := "let " + e.Text; !g[p] {
				g[p] = true
				c.guard(g, sym.Let.Value, truth)
			}
			return
		}
		c.known(g, e)
	case *Select, *Index:
		c.known(g, e)
	}
}

// known notes what must be known for e to be.
func (c *checker) known(g guards, e Expr) {
	switch e := e.(type) {
	case *Ident:
		p := c.path(e)
		if p == "" || g[p] {
			return
		}
		g[p] = true
		if sym := c.unit.Info.Uses[e]; sym.Kind == SymLet {
			c.known(g, sym.Let.Value)
		}
	case *Select:
		if p := c.path(e); p != "" {
			g[p] = true
		}
		if depth(e) < 100 {
			c.known(g, e.X)
		}
	case *Index:
		if p := c.path(e); p != "" {
			g[p] = true
		}
		if c.unit.Info.Lookups[e] == nil {
			c.known(g, e.X)
		}
	case *Paren:
		c.known(g, e.X)
	case *Unary:
		if e.Op != "has" {
			c.known(g, e.X)
		}
	case *Binary:
		switch e.Op {
		case "??", "and", "or":
		case "in":
			c.known(g, e.X)
		default:
			c.known(g, e.X)
			c.known(g, e.Y)
		}
	case *Call:
		g["= "+c.text(e)] = true
		// a function of an unknown is unknown, but for the two that choose
		if _, ok := c.env.funcs[e.Fn.Text]; ok && c.unit.Fns[e.Fn.Text] == nil && e.Fn.Text != "text" && e.Fn.Text != "pick" {
			for _, a := range e.Args {
				c.known(g, a)
			}
		}
	}
}

// depth is how many members follow one another, up to a hundred: paths longer
// than that are nobody's.
func depth(e Expr) int {
	n := 0
	for n < 100 {
		s, ok := e.(*Select)
		if !ok {
			break
		}
		e = s.X
		n++
	}
	return n
}

// guardsOf is what a rule's conditions make known: each alternative's where,
// and the condition under which the acts run.
func (c *checker) guardsOf(r *RuleInfo, cond Expr, truth bool) guards {
	if r.Sequence() {
		out := c.matchGuards(r)
		if cond != nil {
			c.guard(out, cond, truth)
		}
		return out
	}
	var out guards
	for _, el := range r.Elems {
		g := guards{}
		if el.Where != nil {
			c.guard(g, el.Where, true)
		}
		if out == nil {
			out = g
			continue
		}
		for p := range out {
			if !g[p] {
				delete(out, p)
			}
		}
	}
	if out == nil {
		out = guards{}
	}
	if cond != nil {
		c.guard(out, cond, truth)
	}
	return out
}

// gap is an optional value that nothing makes known.
type gap struct {
	at   Expr // the field or the call
	name *Ident
	call bool
}

// needed reports the optional values that reach an act unguarded. In a fired
// object and in text the none of an aggregate or of prev may stand (S24).
func (c *checker) needed(e Expr, strict bool) {
	c.neededFor(e, strict, "the event would not be fired")
}

// neededBy is needed for an act that takes no none.
func (c *checker) neededBy(e Expr, act string) { c.neededFor(e, true, "nothing would be "+act) }

func (c *checker) neededFor(e Expr, strict bool, otherwise string) {
	var gaps []gap
	c.missing(e, strict, nil, map[*Let]bool{}, &gaps)
	for _, g := range gaps {
		at := g.at.Span()
		if g.name != nil {
			at = g.name.At
		}
		if g.call {
			what := c.text(g.at)
			if g.name != nil {
				what = g.name.Text
			}
			c.report(codeOptional, at, "`%s` may be none, and then %s; give what to use instead, `%s ?? …`, or ask it in `when`", what, otherwise, what)
			continue
		}
		p := c.text(g.at)
		subject := "`" + p + "`"
		if g.name != nil {
			subject = "`" + g.name.Text + "` comes from `" + p + "`, which"
		}
		d := c.report(codeOptional, at, "%s may be missing; write `%s ?? …` with what to use instead, or ask `has %s` in `where`", subject, p, p)
		if ev := c.declaration(g.at); ev.At != (Span{}) {
			c.label(d, ev.file, ev.At, "it is optional here")
		}
	}
}

type declaredField struct {
	file *File
	At   Span
}

// declaration finds where the optional field is declared.
func (c *checker) declaration(e Expr) declaredField {
	name := c.path(e)
	for _, ev := range c.events {
		for _, f := range ev.Fields {
			if f.Name == name && f.Type.Optional {
				return declaredField{ev.File, f.At}
			}
		}
	}
	return declaredField{}
}

// missing collects what of e may be none. via is the let by which it was
// reached, if it was.
func (c *checker) missing(e Expr, strict bool, via *Ident, lets map[*Let]bool, out *[]gap) {
	again := func(x Expr) { c.missing(x, strict, via, lets, out) }
	switch e := e.(type) {
	case *Ident:
		sym := c.unit.Info.Uses[e]
		switch {
		case sym.Kind == SymLet:
			if lets[sym.Let] || c.known0["let "+e.Text] {
				return
			}
			lets[sym.Let] = true
			if via == nil {
				via = e
			}
			c.missing(sym.Let.Value, strict, via, lets, out)
		case (sym.Kind == SymField || sym.Kind == SymState) && c.unit.Info.Types[e].Optional && !c.known0[c.path(e)]:
			*out = append(*out, gap{at: e, name: via})
		}
	case *Select, *Index:
		if c.unit.Info.Types[e].Optional {
			if p := c.path(e); p == "" || !c.known0[p] {
				*out = append(*out, gap{at: e, name: via})
			}
		}
	case *Paren:
		again(e.X)
	case *Unary:
		if e.Op == "neg" {
			again(e.X)
		}
	case *Binary:
		switch e.Op {
		case "+", "-", "*", "/", "//", "%":
			again(e.X)
			again(e.Y)
		case "??":
			again(e.Y)
		}
	case *List:
		for _, x := range e.Items {
			again(x)
		}
	case *Obj:
		for _, p := range e.Parts {
			again(p.Value)
		}
	case *Str:
		for _, p := range e.Parts {
			if p.Path != nil {
				c.missing(p.Path, false, via, lets, out)
			}
		}
	case *Call:
		if fn := c.unit.Fns[e.Fn.Text]; fn != nil {
			for i, flows := range c.flows(fn) {
				if flows && i < len(e.Args) {
					again(e.Args[i])
				}
			}
			if c.looksUp(e) && !c.known0["= "+c.text(e)] {
				*out = append(*out, gap{at: e, name: via})
			}
			return
		}
		switch e.Fn.Text {
		case "text":
		case "pick":
			for _, a := range e.Args[min(1, len(e.Args)):] {
				again(a)
			}
		default:
			a := aggregates[e.Fn.Text]
			if a != nil && a.result.kind != intType && e.Fn.Text != "sum" || e.Fn.Text == "prev" {
				if strict && !c.known0["= "+c.text(e)] {
					*out = append(*out, gap{at: e, name: via, call: true})
				}
				return
			}
			if _, ok := c.env.funcs[e.Fn.Text]; ok {
				for _, a := range e.Args {
					again(a)
				}
			}
		}
	}
}

// flows says which arguments of a fn, if none, may make its value none.
func (c *checker) flows(fn *FnDecl) []bool {
	if out, done := c.flowing[fn]; done {
		return out
	}
	out := make([]bool, len(fn.Params))
	c.flowing[fn] = out
	var look func(e Expr)
	look = func(e Expr) {
		switch e := e.(type) {
		case *Ident:
			if sym := c.unit.Info.Uses[e]; sym.Kind == SymFnParam && sym.Index < len(out) {
				out[sym.Index] = true
			}
		case *Select:
			look(e.X)
		case *Index:
			look(e.X)
		case *Paren:
			look(e.X)
		case *Unary:
			if e.Op == "neg" {
				look(e.X)
			}
		case *Binary:
			switch {
			case e.Op == "??":
				look(e.Y)
			case slices.Contains([]Op{"+", "-", "*", "/", "//", "%"}, e.Op):
				look(e.X)
				look(e.Y)
			}
		case *List:
			for _, x := range e.Items {
				look(x)
			}
		case *Obj:
			for _, p := range e.Parts {
				look(p.Value)
			}
		case *Call:
			if g := c.unit.Fns[e.Fn.Text]; g != nil {
				for i, f := range c.flows(g) {
					if f && i < len(e.Args) {
						look(e.Args[i])
					}
				}
				return
			}
			if _, ok := c.env.funcs[e.Fn.Text]; ok && e.Fn.Text != "text" {
				for _, a := range e.Args {
					look(a)
				}
			}
		}
	}
	look(fn.Body)
	return out
}
