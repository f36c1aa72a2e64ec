package lang

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Calls: functions, what looks at more than its arguments, and aggregates
// with their windows.

func (c *checker) call(e *Call) Type {
	name := e.Fn.Text
	if e.Module.Text != "" {
		if c.lost[e.Module.Text] {
			return of(badType) // the use has been reported
		}
		c.notBuilt(e.At, "calling into a module is")
		return of(badType)
	}
	if agg, ok := aggregates[name]; ok && c.unit.Fns[name] == nil {
		return c.aggregate(e, agg.numeric, agg.args, agg.result)
	}
	if slices.Contains(later, name) && c.unit.Fns[name] == nil {
		c.notBuilt(e.Fn.At, "`"+name+"` is")
		return of(badType)
	}
	if e.Win != nil {
		c.report(codeWindow, e.Win.At, "only aggregates take a window, and `%s` is none", name)
	}
	if e.From != nil || e.Where != nil {
		c.report(codeWindow, e.At, "`from` and `where` stand in aggregates only, and `%s` is none", name)
	}
	if fn := c.unit.Fns[name]; fn != nil {
		for _, a := range e.Args {
			c.expr(a)
		}
		if len(e.Args) != len(fn.Params) {
			d := c.report(codeArity, e.At, "`%s` takes %d arguments, not %d", name, len(fn.Params), len(e.Args))
			c.label(d, c.unit.Info.FileOf[fn], fn.Name.At, "declared here")
			return of(badType)
		}
		return c.fnType(fn, e)
	}
	switch name {
	case "silent":
		if !c.arity(e, 1) {
			return of(boolType)
		}
		if c.where == inWhere || c.where == inKey {
			c.report(codeAggPlace, e.At, "silence is a situation: ask silent(…) in `when`")
		}
		c.duration(e.Args[0], "silent(…)")
		return of(boolType)
	case "reached":
		if !c.arity(e, 1) {
			return maybe(boolType)
		}
		if t := c.expr(e.Args[0]); !t.couldBe(timeType) && !t.couldBe(stringType) && !t.number() {
			c.report(codeType, e.Args[0].Span(), "reached(…) takes a time, and this is %s", t.article())
		}
		Walk(e.Args[0], func(x Expr) bool {
			if call, ok := x.(*Call); ok && call.Fn.Text != "" {
				if _, agg := aggregates[call.Fn.Text]; agg {
					c.report(codeAggPlace, call.At, "reached(…) takes a time out of the event; an aggregate would move it")
				}
			}
			return true
		})
		return maybe(boolType)
	case "active":
		return c.active(e)
	case "prev", "changed":
		if !c.arity(e, 1) {
			return Type{Optional: true}
		}
		plain := c.rule != nil && c.rule.Decl.When == nil
		if c.inAgg || c.where == inWhen || c.where == inClear || c.where == inKey || c.where == inFn || c.where == inDo && !plain {
			d := c.report(codeComparer, e.At, "`%s` compares an event with the one before, so it stands in `where`, or in `let` and `do` of a rule without `when`", name)
			if c.where == inWhen {
				d.Notes = append(d.Notes, "`where "+c.text(e)+"` keeps the events that differ; a rule without `when` acts on each of them")
			}
		}
		t := c.expr(e.Args[0])
		Walk(e.Args[0], func(x Expr) bool {
			if call, ok := x.(*Call); ok {
				if _, agg := aggregates[call.Fn.Text]; agg || slices.Contains(world, call.Fn.Text) {
					c.report(codeComparer, call.At, "`%s` takes what is in the event: a field or what is computed from fields", name)
				}
			}
			return true
		})
		if name == "changed" {
			return maybe(boolType)
		}
		t.Optional = true
		return t
	}
	sig, ok := c.env.funcs[name]
	if !ok {
		for _, a := range e.Args {
			c.expr(a)
		}
		if c.lost[name] {
			return of(badType)
		}
		names := c.env.FuncNames()
		for n := range c.unit.Fns {
			names = append(names, n)
		}
		near := Nearest(name, names)
		if alias := map[string]string{"avg_over_time": "avg", "mean": "avg", "average": "avg", "length": "len", "int": "num", "float": "num", "str": "text", "string": "text",
			"max_over_time": "max", "min_over_time": "min", "sum_over_time": "sum", "count_over_time": "count", "tolower": "lower", "toupper": "upper", "absent": "silent"}[strings.ToLower(name)]; alias != "" {
			near = []string{alias}
		}
		d := c.report(codeUnknownFunc, e.Fn.At, "there is no function `%s`%s", name, didYouMean(near))
		if len(near) > 0 {
			c.fix(d, e.Fn.At, near[0], "write `"+near[0]+"`", false)
		}
		return of(badType)
	}
	least := 0
	for i, p := range sig.params {
		if !p.Type.Optional {
			least = i + 1
		}
	}
	if len(e.Args) < least || len(e.Args) > len(sig.params) {
		for _, a := range e.Args {
			c.expr(a)
		}
		d := c.report(codeArity, e.At, "`%s` is called with %d arguments", name, len(e.Args))
		d.Notes = append(d.Notes, "it is "+sig.text)
		return of(badType)
	}
	opt := sig.result.Optional
	for i, a := range e.Args {
		t := c.expr(a)
		opt = opt || t.Optional
		want := sig.params[i].Type
		want.Optional = false
		if !fits(t, want) {
			d := c.report(codeType, a.Span(), "`%s` wants %s for `%s`, and this is %s", name, want, sig.params[i].Name, t.article())
			if t.kind == listType && want.number() {
				c.listFix(d, a)
			}
			d.Notes = append(d.Notes, "it is "+sig.text)
		}
	}
	res := sig.result
	res.Optional = opt
	return res
}

// fnType types a function's body for the arguments of a call, as far as the
// body is its parameters.
func (c *checker) fnType(fn *FnDecl, e *Call) Type {
	if id, ok := fn.Body.(*Ident); ok {
		for i, p := range fn.Params {
			if p.Text == id.Text {
				return c.unit.Info.Types[e.Args[i]]
			}
		}
	}
	t := c.unit.Info.Types[fn.Body]
	// an aggregate in the body counts where the call stands (S37)
	Walk(fn.Body, func(x Expr) bool {
		if call, ok := x.(*Call); ok {
			if _, agg := aggregates[call.Fn.Text]; agg && (c.where == inWhere || c.where == inKey || c.inAgg) {
				c.report(codeAggPlace, e.At, "`%s` uses the aggregate `%s`, which cannot stand here", fn.Name.Text, call.Fn.Text)
				return false
			}
		}
		return true
	})
	return t
}

func (c *checker) arity(e *Call, n int) bool {
	if len(e.Args) == n {
		return true
	}
	for _, a := range e.Args {
		c.expr(a)
	}
	what := "one argument"
	c.report(codeArity, e.At, "`%s` takes %s, not %d", e.Fn.Text, what, len(e.Args))
	return false
}

func (c *checker) active(e *Call) Type {
	if !c.arity(e, 1) {
		return of(boolType)
	}
	id, ok := e.Args[0].(*Ident)
	if !ok {
		c.report(codeUnknownRule, e.Args[0].Span(), "active(…) takes the name of a rule, without quotes")
		return of(boolType)
	}
	r := c.rules[id.Text]
	switch {
	case c.lost[id.Text]:
		return of(badType)
	case r == nil:
		names := slices.Collect(maps.Keys(c.rules))
		near := Nearest(id.Text, names)
		d := c.report(codeUnknownRule, id.At, "there is no rule `%s`%s", id.Text, didYouMean(near))
		if len(near) > 0 {
			c.fix(d, id.At, near[0], "write `"+near[0]+"`", true)
		}
		return of(badType)
	case r.Decl.When == nil:
		d := c.report(codeUnknownRule, id.At, "rule `%s` has no `when`, so it is never active: it acts on each event", id.Text)
		c.label(d, r.File, r.Decl.Name.At, "the rule")
		return of(badType)
	case c.rule == nil || c.where == inFn || c.where == inKey || c.inAgg:
		c.report(codeAggPlace, e.At, "active(…) cannot stand here; it belongs in `where`, `when`, `let`, `do` or `clear` of a rule")
		return of(badType)
	}
	c.unit.Info.Asks[e] = r
	r.Asked = true
	if !slices.Contains(c.rule.Asks, r) {
		c.rule.Asks = append(c.rule.Asks, r)
	}
	return of(boolType)
}

// aggregate types avg(x, 10s) and the like, and finds their window.
func (c *checker) aggregate(e *Call, num bool, most int, result Type) Type {
	name := e.Fn.Text
	switch {
	case c.inAgg:
		c.report(codeAggPlace, e.At, "an aggregate cannot stand in an aggregate")
		return of(badType)
	case c.where == inConst:
		c.report(codeAggPlace, e.At, "an aggregate needs events, and there are none here")
		return of(badType)
	case c.where == inWhere && e.From == nil:
		d := c.report(codeAggPlace, e.At, "`where` decides which events `%s` is over, so `%s` cannot stand in it; ask it in `when`", name, name)
		_ = d
		return of(badType)
	case c.where == inKey:
		c.report(codeAggPlace, e.At, "a key is read off one event; an aggregate cannot stand in it")
		return of(badType)
	}
	if e.From != nil {
		c.notBuilt(e.From.At, "`from` in an aggregate is")
		return of(badType)
	}
	w := Window{Args: e.Args}
	switch {
	case e.Win != nil:
		w.Kind = e.Win.Kind
		v, ok := c.constant(e.Win.Size)
		n, isInt := v.AsInt()
		d, isDur := v.AsDuration()
		switch {
		case !ok:
			c.report(codeConstant, e.Win.Size.Span(), "the size of a window must be known at load: a number, a duration, or a param")
		case w.Kind == Last && isDur:
			diag := c.report(codeWindow, e.Win.At, "`last` counts events; for a time write the duration alone")
			c.fix(diag, e.Win.At, c.text(e.Win.Size), "write `"+c.text(e.Win.Size)+"`", true)
		case w.Kind == Last && (!isInt || n <= 0 || n > 1<<31):
			c.report(codeWindow, e.Win.At, "`last` takes how many events, 1 or more")
		case w.Kind != Last && !isDur:
			c.report(codeWindow, e.Win.At, "this window takes a duration, such as 1m")
		case w.Kind == Last:
			w.Size = n
		default:
			w.Size = d
		}
		if !ok || w.Size <= 0 {
			return of(badType)
		}
	default:
		if n := len(e.Args); n > 0 {
			last := e.Args[n-1]
			if v, ok := c.constant(last); ok {
				if d, isDur := v.AsDuration(); isDur && d > 0 {
					w.Kind, w.Size, w.Args = Sliding, d, e.Args[:n-1]
				} else if i, isInt := v.AsInt(); isInt && (n == 2 || name == "count") && i > 0 {
					diag := c.report(codeWindow, last.Span(), "%d what? write `%ds` for the last %d seconds or `last %d` for the last %d events", i, i, i, i, i)
					c.fix(diag, last.Span(), fmt.Sprintf("%ds", i), fmt.Sprintf("write `%ds`", i), false)
					c.fix(diag, last.Span(), fmt.Sprintf("last %d", i), fmt.Sprintf("write `last %d`", i), false)
					for _, a := range e.Args[:n-1] {
						c.aggArg(a)
					}
					return of(badType)
				}
			}
		}
		if w.Size == 0 {
			if name != "last" {
				for _, a := range e.Args {
					c.aggArg(a)
				}
				d := c.report(codeWindow, e.At, "`%s` needs a window: a duration such as %s", name, example(name, e, c))
				_ = d
				return of(badType)
			}
			w.Kind, w.Size = Last, 1
		}
	}
	switch {
	case len(w.Args) > most:
		c.report(codeArity, e.At, "`%s` takes one value and a window, not %d values", name, len(w.Args))
		return of(badType)
	case len(w.Args) == 0 && name != "count":
		c.report(codeArity, e.At, "`%s` needs what to look at: %s(field, 10s)", name, name)
		return of(badType)
	}
	var t Type
	for _, a := range w.Args {
		t = c.aggArg(a)
		if num && !t.couldBe(numType) {
			d := c.report(codeType, a.Span(), "`%s` is over numbers, and `%s` is %s", name, c.text(a), t.article())
			switch t.kind {
			case listType:
				c.listFix(d, a)
			case stringType:
				repl := "num(" + c.text(a) + ")"
				c.fix(d, a.Span(), repl, "write `"+repl+"`", false)
			}
		}
	}
	if e.Where != nil {
		c.inAgg = true
		was := c.where
		if was == inWhen || was == inClear {
			c.where = inDo
		}
		c.condition(e.Where, "`where`")
		c.where = was
		c.inAgg = false
	}
	c.unit.Info.Windows[e] = w
	switch {
	case name == "first" || name == "last":
		t.Optional = true
		return t
	case (name == "sum" || name == "min" || name == "max") && t.number():
		return maybe(t.kind)
	}
	return result
}

func example(name string, e *Call, c *checker) string {
	if len(e.Args) > 0 {
		return "`" + name + "(" + c.text(e.Args[0]) + ", 10s)`"
	}
	return "`" + name + "(10s)`"
}

// aggArg types what an aggregate is over: each event's own.
func (c *checker) aggArg(e Expr) Type {
	c.inAgg = true
	t := c.expr(e)
	c.inAgg = false
	return t
}
