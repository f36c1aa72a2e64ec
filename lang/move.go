package lang

import "github.com/alecthomas/participle/v2/lexer"

// mover copies what was read to a place so many bytes further on. The tree is
// immutable, so what an edit has moved is copied; what was read without a
// finding keeps none.
type mover int

func (m mover) span(s Span) Span { return Span{s.Start + int(m), s.End + int(m)} }

func (m mover) pos(p lexer.Position) lexer.Position {
	p.Offset += int(m)
	p.Column += int(m)
	return p
}

func (m mover) name(n Name) Name {
	if n == (Name{}) {
		return n
	}
	return Name{n.Text, m.span(n.At)}
}

func (m mover) names(ns []Name) []Name { return each(ns, m.name) }

// each is a list with f applied, nil where it is nil.
func each[T any](xs []T, f func(T) T) []T {
	if xs == nil {
		return nil
	}
	out := make([]T, len(xs))
	for i, x := range xs {
		out[i] = f(x)
	}
	return out
}

// copied is a changed copy of what p points to, nil for nil.
func copied[T any](p *T, change func(*T)) *T {
	if p == nil {
		return nil
	}
	c := *p
	change(&c)
	return &c
}

func (m mover) exprs(xs []Expr) []Expr { return each(xs, m.expr) }

func (m mover) str(s *Str) *Str {
	return copied(s, func(s *Str) {
		s.At, s.odd = m.span(s.At), each(s.odd, m.span)
		s.Parts = each(s.Parts, func(p Part) Part {
			p.At, p.Path = m.span(p.At), m.expr(p.Path)
			return p
		})
	})
}

func (m mover) obj(o *Obj) *Obj {
	return copied(o, func(o *Obj) {
		o.At = m.span(o.At)
		o.Parts = each(o.Parts, func(p ObjPart) ObjPart {
			p.At, p.Name, p.Value = m.span(p.At), m.name(p.Name), m.expr(p.Value)
			return p
		})
	})
}

func (m mover) expr(x Expr) Expr {
	switch x := x.(type) {
	case nil:
		return nil
	case *Ident:
		return &Ident{m.name(x.Name)}
	case *Lit:
		return copied(x, func(x *Lit) { x.At = m.span(x.At) })
	case *Str:
		return m.str(x)
	case *Unary:
		return copied(x, func(x *Unary) { x.At, x.OpAt, x.X = m.span(x.At), m.span(x.OpAt), m.expr(x.X) })
	case *Binary:
		return copied(x, func(x *Binary) {
			x.At, x.OpAt, x.X, x.Y = m.span(x.At), m.span(x.OpAt), m.expr(x.X), m.expr(x.Y)
		})
	case *Select:
		return copied(x, func(x *Select) { x.At, x.X, x.Name = m.span(x.At), m.expr(x.X), m.name(x.Name) })
	case *Index:
		return copied(x, func(x *Index) { x.At, x.X, x.Args = m.span(x.At), m.expr(x.X), m.exprs(x.Args) })
	case *Call:
		return copied(x, func(x *Call) {
			x.At, x.Module, x.Fn, x.Args = m.span(x.At), m.name(x.Module), m.name(x.Fn), m.exprs(x.Args)
			x.Win = copied(x.Win, func(w *Win) { w.At, w.Size = m.span(w.At), m.expr(w.Size) })
			x.From, x.Where = m.str(x.From), m.expr(x.Where)
		})
	case *List:
		return copied(x, func(x *List) { x.At, x.Items = m.span(x.At), m.exprs(x.Items) })
	case *Obj:
		return m.obj(x)
	case *Paren:
		return copied(x, func(x *Paren) { x.At, x.X = m.span(x.At), m.expr(x.X) })
	case *Bad:
		return copied(x, func(x *Bad) { x.At = m.span(x.At) })
	}
	panic("lang: an expression that cannot be moved")
}

func (m mover) typ(t *TypeExpr) *TypeExpr {
	return copied(t, func(t *TypeExpr) {
		t.At, t.Name, t.Elem, t.Object = m.span(t.At), m.name(t.Name), m.typ(t.Elem), m.fieldSet(t.Object)
	})
}

func (m mover) fields(fs []*Field) []*Field {
	return each(fs, func(f *Field) *Field {
		return copied(f, func(f *Field) { f.At, f.Name, f.Type = m.span(f.At), m.name(f.Name), m.typ(f.Type) })
	})
}

func (m mover) fieldSet(s *FieldSet) *FieldSet {
	return copied(s, func(s *FieldSet) { s.Fields = m.fields(s.Fields) })
}

func (m mover) by(b *ByClause) *ByClause {
	return copied(b, func(b *ByClause) {
		b.Pos = m.pos(b.Pos)
		b.Parts = each(b.Parts, func(p ByPart) ByPart { return ByPart{m.expr(p.Expr), m.name(p.In)} })
	})
}

func (m mover) acts(as []Act) []Act {
	return each(as, func(a Act) Act {
		a.At, a.Tag, a.Data, a.Text = m.span(a.At), m.str(a.Tag), m.obj(a.Data), m.str(a.Text)
		a.Name, a.Mod, a.Keys, a.Args, a.Expr = m.name(a.Name), m.name(a.Mod), m.exprs(a.Keys), m.exprs(a.Args), m.expr(a.Expr)
		return a
	})
}

func (m mover) steps(ss []Step) []Step {
	return each(ss, func(s Step) Step {
		s.At = m.span(s.At)
		s.Elems = each(s.Elems, func(e *Elem) *Elem {
			return &Elem{m.span(e.At), m.expr(e.Count), m.str(e.Tag), m.name(e.As), m.expr(e.Where)}
		})
		return s
	})
}

func (m mover) decl(d Decl) Decl {
	switch d := d.(type) {
	case *RuleDecl:
		return copied(d, func(d *RuleDecl) {
			d.At, d.Name = m.span(d.At), m.name(d.Name)
			s := &d.Source
			s.Every, s.Cron, s.Zone, s.Where, s.Steps, s.Within = m.expr(s.Every), m.str(s.Cron), m.str(s.Zone), m.expr(s.Where), m.steps(s.Steps), m.expr(s.Within)
			d.By = m.by(d.By)
			d.Lets = each(d.Lets, func(l *Let) *Let { return &Let{m.name(l.Name), m.expr(l.Value)} })
			d.When, d.For, d.Repeat, d.Do = m.expr(d.When), m.expr(d.For), m.expr(d.Repeat), m.acts(d.Do)
			d.Clear = copied(d.Clear, func(c *ClearClause) {
				c.Pos, c.When, c.For, c.Do = m.pos(c.Pos), m.expr(c.When), m.expr(c.For), m.acts(c.Do)
			})
			d.Limit = copied(d.Limit, func(l *LimitClause) { l.Pos, l.N, l.Per, l.By = m.pos(l.Pos), m.expr(l.N), m.expr(l.Per), m.by(l.By) })
			d.Gather = copied(d.Gather, func(g *GatherClause) { g.Pos, g.Dur, g.By = m.pos(g.Pos), m.expr(g.Dur), m.by(g.By) })
			d.Expire = m.expr(d.Expire)
		})
	case *ParamDecl:
		return copied(d, func(d *ParamDecl) {
			d.At, d.Name, d.Type, d.Value = m.span(d.At), m.name(d.Name), m.typ(d.Type), m.expr(d.Value)
		})
	case *FnDecl:
		return copied(d, func(d *FnDecl) {
			d.At, d.Name, d.Params, d.Body = m.span(d.At), m.name(d.Name), m.names(d.Params), m.expr(d.Body)
		})
	case *EventDecl:
		return copied(d, func(d *EventDecl) {
			d.At, d.Tag, d.Body, d.Time, d.Late = m.span(d.At), m.str(d.Tag), m.fieldSet(d.Body), m.name(d.Time), m.expr(d.Late)
			if d.Body != nil {
				d.Fields = d.Body.Fields
			}
		})
	case *UseDecl:
		return copied(d, func(d *UseDecl) { d.At, d.Path, d.Name = m.span(d.At), m.str(d.Path), m.name(d.Name) })
	case *TableDecl:
		return copied(d, func(d *TableDecl) {
			d.At, d.Name, d.Path, d.Keys = m.span(d.At), m.name(d.Name), m.str(d.Path), m.names(d.Keys)
		})
	case *StateDecl:
		return copied(d, func(d *StateDecl) {
			d.At, d.Name, d.Type, d.By = m.span(d.At), m.name(d.Name), m.typ(d.Type), m.names(d.By)
			d.Default, d.Expire = m.expr(d.Default), m.expr(d.Expire)
		})
	case *ActionDecl:
		return copied(d, func(d *ActionDecl) {
			d.At, d.Name, d.Params, d.To, d.Ack = m.span(d.At), m.name(d.Name), m.fields(d.Params), m.str(d.To), m.str(d.Ack)
			d.Retry, d.Backoff, d.Timeout = m.expr(d.Retry), m.expr(d.Backoff), m.expr(d.Timeout)
		})
	case *MayDecl:
		return copied(d, func(d *MayDecl) { d.At, d.Tags = m.span(d.At), each(d.Tags, m.str) })
	case *MuteDecl:
		return copied(d, func(d *MuteDecl) { d.At, d.Rule, d.Where = m.span(d.At), m.name(d.Rule), m.expr(d.Where) })
	case *TestDecl:
		return copied(d, func(d *TestDecl) {
			d.At, d.Name = m.span(d.At), m.str(d.Name)
			d.Steps = each(d.Steps, func(s *TestStep) *TestStep {
				return copied(s, func(s *TestStep) {
					s.At, s.Tag, s.Data = m.span(s.At), m.str(s.Tag), m.obj(s.Data)
					s.Every, s.For, s.Dur, s.Value = m.expr(s.Every), m.expr(s.For), m.expr(s.Dur), m.expr(s.Value)
					s.What, s.Name, s.Keys = m.name(s.What), m.name(s.Name), m.exprs(s.Keys)
					s.Rows = each(s.Rows, m.obj)
				})
			})
		})
	}
	panic("lang: a declaration that cannot be moved")
}
