package lang

// Walk calls f for x and, where f says true, for what is in it, in the order
// of the source.
func Walk(x Expr, f func(Expr) bool) {
	if x == nil || !f(x) {
		return
	}
	switch x := x.(type) {
	case *Str:
		for _, p := range x.Parts {
			Walk(p.Path, f)
		}
	case *Unary:
		Walk(x.X, f)
	case *Binary:
		Walk(x.X, f)
		Walk(x.Y, f)
	case *Select:
		Walk(x.X, f)
	case *Index:
		Walk(x.X, f)
		walkAll(x.Args, f)
	case *Call:
		walkAll(x.Args, f)
		if x.Win != nil {
			Walk(x.Win.Size, f)
		}
		if x.From != nil {
			Walk(x.From, f)
		}
		Walk(x.Where, f)
	case *List:
		walkAll(x.Items, f)
	case *Obj:
		for _, p := range x.Parts {
			Walk(p.Value, f)
		}
	case *Paren:
		Walk(x.X, f)
	}
}

func walkAll(xs []Expr, f func(Expr) bool) {
	for _, x := range xs {
		Walk(x, f)
	}
}

// gather collects the findings that reading left in an expression.
func gather(x Expr) Diagnostics {
	var out Diagnostics
	Walk(x, func(x Expr) bool {
		switch x := x.(type) {
		case *Bad:
			out = append(out, x.diags...)
		case *Binary:
			out = append(out, x.diags...)
		case *Call:
			out = append(out, x.diags...)
		case *Str:
			out = append(out, x.diags...)
		case *Obj:
			out = append(out, x.diags...)
		}
		return true
	})
	return out
}

// Exprs calls f for each expression that stands directly in a declaration, in
// the order of the source. Nil ones are left out.
func Exprs(d Decl, f func(Expr)) {
	one := func(xs ...Expr) {
		for _, x := range xs {
			if x != nil {
				f(x)
			}
		}
	}
	str := func(ss ...*Str) {
		for _, s := range ss {
			if s != nil {
				f(s)
			}
		}
	}
	obj := func(o *Obj) {
		if o != nil {
			f(o)
		}
	}
	by := func(b *ByClause) {
		if b != nil {
			for _, p := range b.Parts {
				one(p.Expr)
			}
		}
	}
	acts := func(list []Act) {
		for i := range list {
			a := &list[i]
			str(a.Tag)
			obj(a.Data)
			str(a.Text)
			one(a.Keys...)
			one(a.Args...)
			one(a.Expr)
		}
	}
	switch d := d.(type) {
	case *RuleDecl:
		one(d.Source.Every)
		str(d.Source.Cron, d.Source.Zone)
		one(d.Source.Where)
		for _, s := range d.Source.Steps {
			for _, e := range s.Elems {
				one(e.Count)
				str(e.Tag)
				one(e.Where)
			}
		}
		one(d.Source.Within)
		by(d.By)
		for _, l := range d.Lets {
			one(l.Value)
		}
		one(d.When, d.For, d.Repeat)
		acts(d.Do)
		if c := d.Clear; c != nil {
			one(c.When, c.For)
			acts(c.Do)
		}
		if l := d.Limit; l != nil {
			one(l.N, l.Per)
			by(l.By)
		}
		if g := d.Gather; g != nil {
			one(g.Dur)
			by(g.By)
		}
		one(d.Expire)
	case *ParamDecl:
		one(d.Value)
	case *FnDecl:
		one(d.Body)
	case *EventDecl:
		str(d.Tag)
		one(d.Late)
	case *UseDecl:
		str(d.Path)
	case *TableDecl:
		str(d.Path)
	case *StateDecl:
		one(d.Default, d.Expire)
	case *ActionDecl:
		str(d.To, d.Ack)
		one(d.Retry, d.Backoff, d.Timeout)
	case *MayDecl:
		str(d.Tags...)
	case *MuteDecl:
		one(d.Where)
	case *TestDecl:
		str(d.Name)
		for _, s := range d.Steps {
			str(s.Tag)
			obj(s.Data)
			one(s.Every, s.For, s.Dur)
			one(s.Keys...)
			one(s.Value)
			for _, r := range s.Rows {
				obj(r)
			}
		}
	}
}

// findings collects what reading left in a declaration.
func findings(d Decl) Diagnostics {
	var out Diagnostics
	Exprs(d, func(x Expr) { out = append(out, gather(x)...) })
	var types func(t *TypeExpr)
	set := func(fs *FieldSet) {
		if fs == nil {
			return
		}
		out = append(out, fs.diags...)
		for _, f := range fs.Fields {
			if f.Type != nil {
				types(f.Type)
			}
		}
	}
	types = func(t *TypeExpr) {
		if t == nil {
			return
		}
		out = append(out, t.diags...)
		types(t.Elem)
		set(t.Object)
	}
	switch d := d.(type) {
	case *RuleDecl:
		for i := range d.Do {
			out = append(out, d.Do[i].diags...)
		}
		if d.Clear != nil {
			for i := range d.Clear.Do {
				out = append(out, d.Clear.Do[i].diags...)
			}
		}
	case *ParamDecl:
		types(d.Type)
	case *StateDecl:
		types(d.Type)
	case *EventDecl:
		set(d.Body)
	case *ActionDecl:
		for _, f := range d.Params {
			types(f.Type)
		}
	case *TestDecl:
		for _, s := range d.Steps {
			out = append(out, s.diags...)
		}
	}
	return out
}
