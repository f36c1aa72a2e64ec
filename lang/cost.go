package lang

import "github.com/eda-lang/eda/vm/value"

// What an expression costs a machine: how many values it holds at once, and
// how many operations it is. Lets and fns are written out where they are used,
// so a few lines can be more than any machine has room for; their costs are
// found once each, so that finding it takes no longer than reading them.

// A program is refused beyond these: a machine's stack is of that size
// (vm.Verify), and a rule that is longer is nothing anyone wrote.
const (
	maxValues = 64
	maxNested = 63 // lists and objects of a constant, one in the other
	maxSteps  = 50_000
)

// cost is that of an expression. In the body of a fn it goes without its
// parameters, which are in uses.
type cost struct {
	values, steps int
	constant      bool
	nested        int   // how deep its constants are
	uses          []use // by parameter
}

// use is where the parameters of a fn stand: how often, and how many values
// lie below at most.
type use struct{ below, count int }

// then adds what is evaluated with so many values below it.
func (k *cost) then(below int, x cost) {
	k.values = max(k.values, below+x.values)
	k.steps = min(k.steps+x.steps, 1<<30)
	k.constant = k.constant && x.constant
	k.nested = max(k.nested, x.nested)
	for i, u := range x.uses {
		if i == len(k.uses) {
			k.uses = append(k.uses, use{})
		}
		if u.count > 0 {
			k.uses[i] = use{max(k.uses[i].below, below+u.below), min(k.uses[i].count+u.count, 1<<30)}
		}
	}
}

// costs finds the costs of a unit's expressions.
type costs struct {
	unit   *Unit
	lets   map[*Let]cost
	params map[*ParamInfo]cost
	fns    map[*FnDecl]cost
}

// checkCosts reports the expressions that no machine has room for. It needs a
// unit without errors: no let or fn is part of itself.
func (c *checker) checkCosts() {
	k := costs{c.unit, map[*Let]cost{}, map[*ParamInfo]cost{}, map[*FnDecl]cost{}}
	for _, f := range c.unit.Files {
		c.file, c.rule = f, nil
		for _, d := range f.Decls {
			patterns := map[Expr]bool{} // say what is taken; nothing is put together
			switch d := d.(type) {
			case *RuleDecl:
				for _, s := range d.Source.Steps {
					for _, e := range s.Elems {
						patterns[e.Tag] = true
					}
				}
			case *ParamDecl, *ActionDecl, *MuteDecl:
			default:
				continue
			}
			found := false
			if p, ok := d.(*ParamDecl); ok {
				if info := c.byParam[p.Name.Text]; info != nil && k.param(info).nested > maxNested {
					c.report(codeTooDeep, p.Value.Span(), "this value is nested %d deep, and %d is the most", k.param(info).nested, maxNested)
					continue
				}
			}
			each := func(e Expr, x cost) {
				switch {
				case found: // one is enough to begin with
					return
				case x.nested > maxNested:
					c.report(codeTooDeep, e.Span(), "this value is nested %d deep, and %d is the most", x.nested, maxNested)
				case x.values > maxValues:
					c.report(codeTooDeep, e.Span(), "this needs more than %d values at once, with its lets and fns written out; take it apart, for instance into members of its own that are objects or lists", maxValues)
				case x.steps > maxSteps:
					c.report(codeTooDeep, e.Span(), "this is more than %d operations with its lets and fns written out; let a rule fire what others need", maxSteps)
				default:
					return
				}
				found = true
			}
			Exprs(d, func(e Expr) {
				if !patterns[e] {
					each(e, k.of(e))
				}
			})
			if r, ok := d.(*RuleDecl); ok {
				for i := range r.Do {
					if args := r.Do[i].Args; len(args) > 0 {
						each(args[0], k.row(args))
					}
				}
			}
		}
	}
}

// Operations counts what a machine does for an expression, its lets and fns
// written out; what the aggregates in it do for each event is not in it. The
// unit must be one without errors.
func (u *Unit) Operations() func(Expr) int {
	k := costs{u, map[*Let]cost{}, map[*ParamInfo]cost{}, map[*FnDecl]cost{}}
	return func(e Expr) int {
		if e == nil {
			return 0
		}
		return k.of(e).steps
	}
}

// row is the cost of values one after the other.
func (k *costs) row(xs []Expr) cost {
	out := cost{values: 1, steps: 1, constant: true}
	for i, x := range xs {
		out.then(i, k.of(x))
	}
	return out
}

func (k *costs) of(e Expr) cost {
	info := k.unit.Info
	if l := info.Lookups[e]; l != nil {
		out := k.row(l.Keys)
		out.constant = false
		return out
	}
	out := cost{values: 1, steps: 1}
	switch e := e.(type) {
	case *Lit:
		out.constant = true
	case *Str:
		out.constant = true
		i := 0
		for _, p := range e.Parts {
			if p.Path != nil {
				out.then(i, k.of(p.Path))
			}
			i++
		}
		out.values = max(out.values, i)
	case *Paren:
		return k.of(e.X)
	case *Ident:
		switch sym := info.Uses[e]; sym.Kind {
		case SymLet:
			return k.let(sym.Let)
		case SymParam:
			return k.param(sym.Param)
		case SymFnParam:
			out = cost{uses: make([]use, sym.Index+1)}
			out.uses[sym.Index].count = 1
		}
	case *Unary:
		out.constant = true
		out.then(0, k.of(e.X))
	case *Binary:
		out.constant = true
		out.then(0, k.of(e.X))
		below := 1
		if e.Op == "??" { // it takes the place of what is none
			below = 0
		}
		out.then(below, k.of(e.Y))
	case *Select:
		if q := info.Qualified[e]; q != nil {
			return k.of(q)
		}
		out.then(0, k.of(e.X))
	case *Index:
		out.then(0, k.of(e.X))
		out.then(1, k.row(e.Args))
	case *List:
		out = k.row(e.Items)
		if out.constant { // it is one constant
			out.values = 1
			out.nested++
		}
	case *Obj:
		for i, p := range e.Parts {
			out.then(i, k.of(p.Value))
		}
	case *Call:
		if _, ok := info.Asks[e]; ok {
			return out
		}
		fn, ok := k.unit.Fns[e.Fn.Text]
		if !ok {
			out = k.row(e.Args)
			out.constant = false
			if e.Where != nil {
				out.then(0, k.of(e.Where))
			}
			return out
		}
		body := k.fn(fn)
		out = cost{values: body.values, steps: body.steps, constant: body.constant}
		for i, u := range body.uses {
			if u.count > 0 && i < len(e.Args) {
				x := k.of(e.Args[i])
				x.steps = min(x.steps*u.count, 1<<30)
				for j := range x.uses {
					x.uses[j].count = min(x.uses[j].count*u.count, 1<<30)
				}
				out.then(u.below, x)
			}
		}
	}
	return out
}

func (k *costs) let(l *Let) cost {
	if x, ok := k.lets[l]; ok {
		return x
	}
	x := k.of(l.Value)
	k.lets[l] = x
	return x
}

// param is the cost of its value, which is known: it is one constant.
func (k *costs) param(p *ParamInfo) cost {
	if x, ok := k.params[p]; ok {
		return x
	}
	x := k.of(p.Decl.Value)
	x.values, x.constant = 1, true
	if x.steps <= maxSteps {
		x.nested = nesting(p.Value)
	}
	k.params[p] = x
	return x
}

func (k *costs) fn(f *FnDecl) cost {
	if x, ok := k.fns[f]; ok {
		return x
	}
	x := k.of(f.Body)
	k.fns[f] = x
	return x
}

// nesting is how many lists and objects of a value lie one in the other.
func nesting(v value.Value) int {
	most := -1
	for _, x := range v.Items() {
		most = max(most, nesting(x))
	}
	for _, f := range v.Fields() {
		most = max(most, nesting(f.Value))
	}
	if k := v.Kind(); k == value.KindList || k == value.KindObject {
		return max(most, 0) + 1
	}
	return 0
}
