package lang

import "github.com/eda-lang/eda/vm/value"

// Comparison is a condition that compares X with a constant, turned so that
// the constant stands on the right. A bare condition is X == true.
type Comparison struct {
	X  Expr
	Op Op
	V  value.Value
	At Expr
}

var turned = map[Op]Op{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}

// Comparisons lists those that must all be true for e to be, through lets.
func (u *Unit) Comparisons(e Expr) []Comparison {
	return u.comparisons(e, true, nil, map[*Let]bool{})
}

func (u *Unit) comparisons(e Expr, truth bool, out []Comparison, seen map[*Let]bool) []Comparison {
	switch e := e.(type) {
	case *Paren:
		return u.comparisons(e.X, truth, out, seen)
	case *Unary:
		if e.Op == "not" {
			return u.comparisons(e.X, !truth, out, seen)
		}
	case *Ident:
		switch s := u.Info.Uses[e]; s.Kind {
		case SymLet:
			if !seen[s.Let] {
				seen[s.Let] = true
				return u.comparisons(s.Let.Value, truth, out, seen)
			}
		case SymField, SymState:
			return append(out, Comparison{e, "==", value.Bool(truth), e})
		}
	case *Select, *Index:
		return append(out, Comparison{e, "==", value.Bool(truth), e})
	case *Binary:
		switch {
		case truth && e.Op == "and", !truth && e.Op == "or":
			return u.comparisons(e.Y, truth, u.comparisons(e.X, truth, out, seen), seen)
		case !truth || turned[e.Op] == "":
			return out
		}
		x, op := e.X, e.Op
		v, ok := u.Constant(e.Y)
		if !ok {
			if v, ok = u.Constant(e.X); !ok {
				return out
			}
			x, op = e.Y, turned[op]
		}
		if _, constant := u.Constant(x); constant || v.IsNone() {
			return out
		}
		return append(out, Comparison{x, op, v, e})
	}
	return out
}

// Range is what comparisons with constants leave for one expression.
type Range struct {
	low, high         *bound
	equal             *bound
	not               []bound
	lowOpen, highOpen bool // the bound itself is excluded
}

type bound struct {
	v  value.Value
	at Expr // the comparison
}

// Add narrows the range. If no value is left it returns the comparison that
// excludes this one.
func (r *Range) Add(c Comparison) Expr {
	n := &bound{c.V, c.At}
	order := func(a, o *bound) (int, bool) {
		if a == nil || o == nil {
			return 0, false
		}
		c, f := value.Compare(a.v, o.v)
		return c, f == value.OK
	}
	equal := func(a, o *bound) (same, known bool) {
		eq, f := value.Equal(a.v, o.v)
		return value.True(eq), f == value.OK
	}
	open := c.Op == "<" || c.Op == ">"
	switch c.Op {
	case ">", ">=":
		if c, ok := order(n, r.low); r.low == nil || ok && (c > 0 || c == 0 && open) {
			r.low, r.lowOpen = n, open
		}
	case "<", "<=":
		if c, ok := order(n, r.high); r.high == nil || ok && (c < 0 || c == 0 && open) {
			r.high, r.highOpen = n, open
		}
	case "==":
		if r.equal != nil {
			if same, known := equal(n, r.equal); known && !same {
				return r.equal.at
			}
		}
		r.equal = n
	case "!=":
		r.not = append(r.not, *n)
	}
	pick := func(a, o *bound) Expr {
		if a == n {
			return o.at
		}
		return a.at
	}
	if c, ok := order(r.low, r.high); ok && (c > 0 || c == 0 && (r.lowOpen || r.highOpen)) {
		return pick(r.low, r.high)
	}
	if c, ok := order(r.equal, r.low); ok && (c < 0 || c == 0 && r.lowOpen) {
		return pick(r.equal, r.low)
	}
	if c, ok := order(r.equal, r.high); ok && (c > 0 || c == 0 && r.highOpen) {
		return pick(r.equal, r.high)
	}
	for i := range r.not {
		if r.equal == nil {
			break
		}
		if same, known := equal(r.equal, &r.not[i]); known && same {
			if c.Op == "!=" {
				return r.equal.at
			}
			return r.not[i].at
		}
	}
	return nil
}
