package lang

// DeclAt is the declaration that holds an offset, nil between declarations.
func (f *File) DeclAt(offset int) Decl {
	for _, d := range f.Decls {
		if d.Span().Contains(offset) {
			return d
		}
	}
	return nil
}

// ExprsAt lists the expressions of a declaration that hold an offset, the
// outermost first.
func ExprsAt(d Decl, offset int) []Expr {
	var out []Expr
	Exprs(d, func(e Expr) {
		Walk(e, func(x Expr) bool {
			in := x.Span().Contains(offset)
			if in {
				out = append(out, x)
			}
			return in
		})
	})
	return out
}
