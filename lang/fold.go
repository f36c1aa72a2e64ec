package lang

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/value"
)

// foldState says how far a param's value is known.
type foldState uint8

const (
	foldNew foldState = iota
	folding
	folded
	foldFailed // and reported
)

// checkParams evaluates the params: constants, in any order.
func (c *checker) checkParams() {
	for _, p := range c.unit.Params {
		c.param(p, nil)
	}
	c.file = nil
}

// param evaluates one, and those it is made of.
func (c *checker) param(p *ParamInfo, path []*ParamInfo) bool {
	name := p.Decl.Name.Text
	switch c.folding[p] {
	case folded:
		return true
	case foldFailed:
		return false
	case folding:
		var names []string
		for _, q := range append(path[slices.Index(path, p):], p) {
			names = append(names, q.Decl.Name.Text)
		}
		c.file = p.File
		c.report(codeRing, p.Decl.Name.At, "the param `%s` is defined by itself: %s", name, strings.Join(names, " → "))
		return false
	}
	c.folding[p] = folding
	was := c.file
	defer func() { c.file = was }()
	c.file = p.File
	t := c.typeExpr(p.Decl.Type)
	v, ok := c.foldAlong(p.Decl.Value, append(path, p))
	c.file = p.File
	c.folding[p] = foldFailed
	if !ok {
		if !c.excused {
			c.notConstant(p.Decl.Value)
		}
		return false
	}
	v, ok = fitted(v, t)
	if !ok {
		d := c.report(codeType, p.Decl.Value.Span(), "this is %s, but `%s` is declared as %s", typeOfValue(v).article(), name, t)
		if p.Decl.Type != nil {
			c.label(d, p.File, p.Decl.Type.At, "declared here")
		}
		return false
	}
	if given, is := c.env.params[name]; is {
		if v, ok = fitted(given, t); !ok {
			c.report(codeType, p.Decl.Name.At, "the value given for `%s` is %s, but it is declared as %s", name, typeOfValue(given).article(), t)
			return false
		}
	}
	p.Value, c.folding[p] = v, folded
	return true
}

// fitted is a constant as a declared type takes it: a float takes an int.
func fitted(v value.Value, t Type) (value.Value, bool) {
	if n, ok := v.AsInt(); ok && t.kind == floatType {
		v = value.Float(float64(n))
	}
	return v, fits(typeOfValue(v), t) && (!v.IsNone() || t.Optional)
}

// isFitted reports whether a constant may stand where a type is declared.
func isFitted(v value.Value, t Type) bool {
	_, ok := fitted(v, t)
	return ok
}

// notConstant says why a param has no value.
func (c *checker) notConstant(e Expr) {
	at, why := e.Span(), ""
	Walk(e, func(x Expr) bool {
		switch x := x.(type) {
		case *Ident:
			if c.byParam[x.Text] == nil {
				at, why = x.At, fmt.Sprintf("; `%s` is not a param", x.Text)
			}
		case *Call:
			at, why = x.At, fmt.Sprintf("; `%s(…)` is computed when rules run", x.Fn.Text)
		}
		return why == ""
	})
	if why == "" {
		why = "; this has no result"
	}
	c.report(codeConstant, at, "a param has a constant value: a number, text, duration, list or object%s", why)
}

// constant evaluates an expression without events. Where there is no value,
// excused says that another finding explains it.
func (c *checker) constant(e Expr) (value.Value, bool) { return c.foldAlong(e, nil) }

func (c *checker) foldAlong(e Expr, path []*ParamInfo) (value.Value, bool) {
	c.excused = false
	return c.fold(e, path)
}

func (c *checker) fold(e Expr, path []*ParamInfo) (value.Value, bool) {
	switch e := e.(type) {
	case *Lit:
		return e.Value, true
	case *Str:
		c.escapes(e)
		if text, ok := e.Literal(); ok {
			return value.String(text), true
		}
	case *Paren:
		return c.fold(e.X, path)
	case *Ident:
		p := c.byParam[e.Text]
		if p == nil || c.fn != nil && slices.ContainsFunc(c.fn.Params, func(n Name) bool { return n.Text == e.Text }) {
			c.excused = c.excused || c.isLost(e.Text, "param")
			return value.Value{}, false
		}
		c.unit.Info.Uses[e] = Symbol{Kind: SymParam, Name: e.Text, Param: p}
		if !c.param(p, path) {
			c.excused = true
			return value.Value{}, false
		}
		return p.Value, true
	case *Select:
		if q, ok := c.qualified(e); q != nil {
			return c.fold(q, path)
		} else if ok {
			c.excused = true
		}
	case *Unary:
		if x, ok := c.fold(e.X, path); ok && e.Op == "neg" {
			v, f := value.Neg(x)
			return v, f == value.OK
		}
	case *Binary:
		x, ok := c.fold(e.X, path)
		y, ok2 := c.fold(e.Y, path)
		if fn := arithmetic[e.Op]; ok && ok2 && fn != nil {
			v, f := fn(x, y)
			return v, f == value.OK
		}
	case *List:
		items := make([]value.Value, len(e.Items))
		for i := range e.Items {
			var ok bool
			if items[i], ok = c.fold(e.Items[i], path); !ok {
				return value.Value{}, false
			}
		}
		return value.List(items), true
	case *Obj:
		var fields []value.Field
		for _, p := range e.Parts {
			v, ok := c.fold(p.Value, path)
			if !ok || p.Spread {
				return value.Value{}, false
			}
			fields = value.SetField(fields, p.Name.Text, v)
		}
		return value.Object(fields), true
	case *Bad:
		c.excused = true
	}
	return value.Value{}, false
}

var arithmetic = map[Op]func(a, b value.Value) (value.Value, value.Fault){
	"+": value.Add, "-": value.Sub, "*": value.Mul, "/": value.Div, "//": value.FloorDiv, "%": value.Mod,
}

// duration reads a clause that must be a duration known at load.
func (c *checker) duration(e Expr, what string) int64 { return c.durationFrom(1, e, what) }

// said reports whether a duration of zero is written out: the lexer has said
// what there is to say.
func said(e Expr) bool {
	lit, ok := e.(*Lit)
	return ok && lit.Raw != ""
}

// durationFrom is that of at least so many ns.
func (c *checker) durationFrom(least int64, e Expr, what string) int64 {
	if e == nil {
		return 0
	}
	v, ok := c.constant(e)
	if !ok {
		if !c.excused {
			c.report(codeConstant, e.Span(), "%s is a duration known at load: write one such as 5m, or a param", what)
		}
		return 0
	}
	d, ok := v.AsDuration()
	if ok && d == 0 && said(e) {
		return 0
	}
	if !ok || d < least {
		diag := c.report(codeConstant, e.Span(), "%s is a duration greater than zero, such as 5m; this is %s", what, typeOfValue(v).article())
		if _, lit := e.(*Lit); lit {
			if n, ok := v.AsInt(); ok && n > 0 {
				c.fix(diag, e.Span(), fmt.Sprintf("%ds", n), fmt.Sprintf("write `%ds`", n), false)
			}
		}
		return 0
	}
	c.unit.Info.Consts[e] = v
	return d
}

// Constant evaluates an expression as far as it does not depend on events:
// false and anything is false. ok is false where it does.
func (u *Unit) Constant(e Expr) (v value.Value, ok bool) {
	return (&folder{u, map[*Let]constant{}}).eval(e)
}

type constant struct {
	v  value.Value
	ok bool
}

type folder struct {
	u    *Unit
	lets map[*Let]constant
}

func (f *folder) eval(e Expr) (value.Value, bool) {
	switch e := e.(type) {
	case *Lit:
		return e.Value, true
	case *Str:
		text, ok := e.Literal()
		return value.String(text), ok
	case *Paren:
		return f.eval(e.X)
	case *Ident:
		switch sym := f.u.Info.Uses[e]; sym.Kind {
		case SymParam:
			return sym.Param.Value, !sym.Param.Value.IsNone()
		case SymLet:
			if done, is := f.lets[sym.Let]; is {
				return done.v, done.ok
			}
			f.lets[sym.Let] = constant{} // a ring has no value
			v, ok := f.eval(sym.Let.Value)
			f.lets[sym.Let] = constant{v, ok}
			return v, ok
		}
	case *Select:
		if q := f.u.Info.Qualified[e]; q != nil {
			return f.eval(q)
		}
	case *Unary:
		x, ok := f.eval(e.X)
		if !ok {
			break
		}
		switch e.Op {
		case "not":
			v, _ := value.Not(x)
			return v, true
		case "neg":
			v, _ := value.Neg(x)
			return v, true
		}
	case *Binary:
		return f.binary(e)
	}
	return value.Value{}, false
}

func (f *folder) binary(e *Binary) (value.Value, bool) {
	x, xok := f.eval(e.X)
	y, yok := f.eval(e.Y)
	switch e.Op {
	case "and", "or":
		decides := value.Bool(e.Op == "or")
		if xok && value.Identical(x, decides) || yok && value.Identical(y, decides) {
			return decides, true
		}
		if xok && yok {
			join := value.And
			if e.Op == "or" {
				join = value.Or
			}
			v, _ := join(x, y)
			return v, true
		}
		return value.Value{}, false
	}
	if !xok || !yok {
		return value.Value{}, false
	}
	if fn := arithmetic[e.Op]; fn != nil {
		v, _ := fn(x, y)
		return v, true
	}
	var v value.Value
	switch e.Op {
	case "==":
		v, _ = value.Equal(x, y)
	case "!=":
		v, _ = value.Equal(x, y)
		v, _ = value.Not(v)
	case "<":
		v, _ = value.Less(x, y)
	case "<=":
		v, _ = value.LessEqual(x, y)
	case ">":
		v, _ = value.Less(y, x)
	case ">=":
		v, _ = value.LessEqual(y, x)
	default:
		return value.Value{}, false
	}
	return v, true
}
