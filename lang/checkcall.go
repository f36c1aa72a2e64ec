package lang

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/calendar"
)

// Calls: functions, what looks at more than its arguments, and aggregates
// with their windows.

// likes are functions of other languages that ask about a part of a text, and
// the pattern after like that does.
var likes = map[string]string{"startswith": "%s*", "hasprefix": "%s*", "prefix": "%s*", "endswith": "*%s", "hassuffix": "*%s", "suffix": "*%s", "contains": "*%s*", "includes": "*%s*"}

// likePattern reports such a function, and what to write instead.
func (c *checker) likePattern(at, whole Span, subject string, arg Expr, pattern, name string) {
	s, ok := arg.(*Str)
	text, plain := "", false
	if ok {
		text, plain = s.Literal()
	}
	if !plain || strings.ContainsAny(text, "*?\\\"") {
		c.report(codeUnknownFunc, at, "there is no function `%s`; `like` compares a text with a pattern, as in `x like \"%s\"`", name, fmt.Sprintf(pattern, "a"))
		return
	}
	instead := fmt.Sprintf("%s like \""+pattern+"\"", subject, text)
	d := c.report(codeUnknownFunc, at, "there is no function `%s`; write `%s`", name, instead)
	c.fix(d, whole, instead, "write `"+instead+"`", true)
}

// method reports a call that is written as a method of a value.
func (c *checker) method(e *Call) bool {
	if _, declared := c.names[e.Module.Text]; !declared && c.rule == nil {
		return false
	}
	if pattern := likes[strings.ToLower(strings.ReplaceAll(e.Fn.Text, "_", ""))]; pattern != "" && len(e.Args) == 1 {
		c.likePattern(e.Fn.At, e.At, e.Module.Text, e.Args[0], pattern, e.Fn.Text)
		return true
	}
	_, known := c.env.funcs[e.Fn.Text]
	if _, agg := aggregates[e.Fn.Text]; known || agg {
		c.report(codeUnknownFunc, e.Fn.At, "values have no methods; write `%s(%s, …)`", e.Fn.Text, e.Module.Text)
		return true
	}
	return false
}

func (c *checker) call(e *Call) Type {
	name := e.Fn.Text
	if e.Module.Text != "" {
		m, ok := c.modules[c.file][e.Module.Text]
		if !ok && !c.isLost(e.Module.Text, "use") && !c.method(e) {
			c.report(codeUse, e.Module.At, "no file is joined as `%s`; write use \"….eda\" as %s", e.Module.Text, e.Module.Text)
		}
		if !ok || !c.member(m, e.Fn) || c.unit.Fns[name] == nil {
			if ok && m.file != nil && c.names[name].file == m.file {
				c.report(codeUnknownFunc, e.Fn.At, "`%s` is a %s, and only functions are called in an expression", name, c.names[name].what)
			}
			for _, a := range e.Args {
				c.expr(a)
			}
			return of(badType)
		}
	}
	if agg, ok := aggregates[name]; ok && c.unit.Fns[name] == nil {
		return c.aggregate(e, agg)
	}
	if e.Win != nil {
		for _, a := range e.Args {
			c.expr(a)
		}
		c.report(codeWindow, e.Win.At, "only aggregates take a window, and `%s` is not one", name)
		return of(badType)
	}
	if (e.From != nil || e.Where != nil) && (c.unit.Fns[name] != nil || slices.Contains(c.env.FuncNames(), name)) {
		c.report(codeWindow, e.At, "`from` and `where` stand in aggregates only, and `%s` is not one", name)
	}
	if fn := c.unit.Fns[name]; fn != nil {
		for i, a := range e.Args {
			other := c.other
			if other == nil && i < len(fn.Params) {
				other = c.foreignParam(fn, i)
			}
			c.about(other, func() { c.expr(a) })
		}
		if len(e.Args) != len(fn.Params) {
			d := c.report(codeArity, e.At, "`%s` takes %s, not %d", name, arguments(len(fn.Params)), len(e.Args))
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
		c.duration(e.Args[0], "silent(…)")
		return of(boolType)
	case "reached":
		if !c.arity(e, 1) {
			return maybe(boolType)
		}
		if t := c.expr(e.Args[0]); !t.couldBe(timeType) && !t.couldBe(stringType) && !t.number() {
			c.report(codeType, e.Args[0].Span(), "reached(…) takes a time, and this is %s", t.article())
		}
		return maybe(boolType)
	case "during":
		return c.during(e)
	case "active":
		return c.active(e)
	case "unique":
		return c.unique(e)
	case "prev", "changed":
		if !c.arity(e, 1) {
			return Type{Optional: true}
		}
		t := c.expr(e.Args[0])
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
		if c.isLost(name, "fn") {
			return of(badType)
		}
		if (name == "now" || name == "event" || name == "tag") && len(e.Args) == 0 {
			d := c.report(codeUnknownFunc, e.At, "`%s` is a value and stands without brackets", name)
			c.fix(d, e.At, name, "write `"+name+"`", true)
			return of(badType)
		}
		names := c.env.FuncNames()
		for n := range c.unit.Fns {
			names = append(names, n)
		}
		near := Nearest(name, names)
		if pattern := likes[strings.ToLower(strings.ReplaceAll(name, "_", ""))]; pattern != "" && len(e.Args) == 2 {
			c.likePattern(e.Fn.At, e.At, c.text(e.Args[0]), e.Args[1], pattern, name)
			return of(boolType)
		}
		if alias := map[string]string{"avg_over_time": "avg", "mean": "avg", "average": "avg", "length": "len", "int": "num", "float": "num", "str": "text", "string": "text",
			"max_over_time": "max", "min_over_time": "min", "sum_over_time": "sum", "count_over_time": "count", "tolower": "lower", "toupper": "upper", "absent": "silent",
			"percentile": "pct", "quantile": "pct", "median": "pct", "p50": "pct", "p90": "pct", "p95": "pct", "p99": "pct", "increase": "rate", "irate": "rate", "deriv": "slope",
			"std": "stddev", "stdev": "stddev", "nunique": "distinct", "count_distinct": "distinct", "argmax": "max_by", "argmin": "min_by", "dedup": "unique", "dedupe": "unique"}[strings.ToLower(name)]; alias != "" {
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
		d := c.report(codeArity, e.At, "`%s` is called with %s", name, arguments(len(e.Args)))
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
		} else if name == "len" && !t.couldBe(stringType) && t.kind != listType && t.kind != objectType {
			c.report(codeType, a.Span(), "`len` counts the letters of a text or the items of a list, and this is %s", t.article())
		} else if sig.params[i].Name == "zone" {
			c.zone(a)
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
	return c.unit.Info.Types[fn.Body]
}

func (c *checker) arity(e *Call, n int) bool {
	if len(e.Args) == n {
		return true
	}
	for _, a := range e.Args {
		c.expr(a)
	}
	c.report(codeArity, e.At, "`%s` takes %s, not %d", e.Fn.Text, arguments(n), len(e.Args))
	return false
}

// arguments is a number of arguments as a sentence says it.
func arguments(n int) string {
	switch n {
	case 0:
		return "no argument"
	case 1:
		return "one argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

func (c *checker) active(e *Call) Type {
	if !c.arity(e, 1) {
		return of(boolType)
	}
	if c.rule == nil {
		return of(boolType) // in a fn, which stand refuses
	}
	id, ok := c.named(e.Args[0])
	if ok && id == nil {
		return of(badType)
	}
	if !ok {
		d := c.report(codeUnknownRule, e.Args[0].Span(), "active(…) takes the name of a rule, without quotes")
		if s, is := e.Args[0].(*Str); is {
			if name, _ := s.Literal(); c.rules[name] != nil {
				c.fix(d, s.At, name, "write `"+name+"`", true)
			}
		}
		return of(boolType)
	}
	r := c.rules[id.Text]
	switch {
	case c.isLost(id.Text, "rule"):
		return of(badType)
	case r == nil:
		c.unknownRule(id.Name)
		return of(badType)
	case r.Decl.When == nil:
		d := c.report(codeUnknownRule, id.At, "rule `%s` has no `when`, so it is never active: it acts on each event", id.Text)
		c.label(d, r.File, r.Decl.Name.At, "the rule")
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
func (c *checker) aggregate(e *Call, agg *aggregate) Type {
	if e.From != nil {
		other, ok := c.from(e)
		if !ok {
			return of(badType)
		}
		var t Type
		c.about(other, func() { t = c.windowed(e, agg) })
		return t
	}
	return c.windowed(e, agg)
}

// windowed types an aggregate, and what stands in it by the events it is over.
func (c *checker) windowed(e *Call, agg *aggregate) Type {
	name := e.Fn.Text
	w := Window{Args: e.Args}
	switch {
	case e.Win != nil:
		w.Kind = e.Win.Kind
		v, ok := c.constant(e.Win.Size)
		n, isInt := v.AsInt()
		d, isDur := v.AsDuration()
		switch {
		case !ok && c.excused:
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
				if d, isDur := v.AsDuration(); isDur && d == 0 && said(last) {
					return of(badType)
				} else if isDur && d > 0 {
					w.Kind, w.Size, w.Args = Sliding, d, e.Args[:n-1]
				} else if i, isInt := v.AsInt(); isInt && (n == agg.values()+1 || name == "count") && i > 0 {
					was := c.text(last)
					diag := c.report(codeWindow, last.Span(), "%s what? write `%ds` for the last %d seconds or `last %s` for the last %s events", was, i, i, was, was)
					if _, lit := last.(*Lit); lit {
						c.fix(diag, last.Span(), was+"s", "write `"+was+"s`", false)
					}
					c.fix(diag, last.Span(), "last "+was, "write `last "+was+"`", false)
					for _, a := range e.Args[:n-1] {
						c.expr(a)
					}
					return of(badType)
				}
			}
		}
		if w.Size == 0 {
			if name != "last" {
				for _, a := range e.Args {
					c.expr(a)
				}
				c.windowless(e, agg)
				return of(badType)
			}
			w.Kind, w.Size = Last, 1
		}
	}
	switch {
	case len(w.Args) == 0 && name != "count":
		c.report(codeArity, e.At, "`%s` needs what to look at: %s", name, agg.shape(name))
		return of(badType)
	case agg.param && len(w.Args) == 1:
		c.report(codeArity, e.At, "`%s` needs a percentage: %s(%s, 95, …)", name, name, c.text(w.Args[0]))
		return of(badType)
	case agg.carry && len(w.Args) == 1:
		c.report(codeArity, e.At, "`%s` needs two values, what you want and what it is the greatest or smallest of: %s", name, agg.shape(name))
		return of(badType)
	case len(w.Args) > agg.values():
		c.report(codeArity, e.At, "`%s` takes %d arguments and a window, not %d: %s", name, agg.values(), len(w.Args), agg.shape(name))
		return of(badType)
	}
	var t, yielded Type
	if agg.carry {
		w.Carry, w.Args = w.Args[0], w.Args[1:]
		yielded = c.expr(w.Carry)
	}
	if agg.param {
		p, ok := c.percentage(w.Args[1])
		if !ok {
			c.expr(w.Args[0])
			return of(badType)
		}
		w.Param, w.Args = p, w.Args[:1]
	}
	for _, a := range w.Args {
		t = c.expr(a)
		c.over(agg, name, a, t)
	}
	if e.Where != nil {
		c.condition(e.Where, "`where`")
	}
	c.unit.Info.Windows[e] = w
	switch {
	case agg.carry:
		return agg.yields(yielded)
	case agg.yields != nil:
		return agg.yields(t)
	}
	return agg.result
}

// unique types unique(x, d).
func (c *checker) unique(e *Call) Type {
	if len(e.Args) != 2 {
		for _, a := range e.Args {
			c.expr(a)
		}
		shown := "id"
		if len(e.Args) > 0 {
			shown = c.text(e.Args[0])
		}
		c.report(codeArity, e.At, "`unique` takes what must be new, and for how long: unique(%s, 1h)", shown)
		return maybe(boolType)
	}
	if t := c.expr(e.Args[0]); t.kind == listType || t.kind == objectType {
		d := c.report(codeType, e.Args[0].Span(), "`unique` takes a value that can be compared, and `%s` is %s", c.text(e.Args[0]), t.article())
		d.Notes = append(d.Notes, "take what is in it: a field of an object, an item of a list")
	}
	c.duration(e.Args[1], "unique(…)")
	return maybe(boolType)
}

// windowless reports an aggregate without a window, and finds the slips that
// stand where it should be.
func (c *checker) windowless(e *Call, agg *aggregate) {
	name, n := e.Fn.Text, len(e.Args)
	shown := name + "(10s)"
	if n > 0 {
		shown = name + "("
		for _, a := range e.Args[:min(n, agg.values())] {
			shown += c.text(a) + ", "
		}
		shown += "10s)"
	}
	if n > 1 {
		last := e.Args[n-1]
		if s, ok := last.(*Str); ok {
			if text, _ := s.Literal(); isDuration(text) {
				d := c.report(codeWindow, s.At, "a duration is written without quotes")
				c.fix(d, s.At, text, "write `"+text+"`", true)
				return
			}
		}
		if v, ok := c.constant(e.Args[0]); ok && n == 2 {
			if _, ok := v.AsDuration(); ok {
				d := c.report(codeWindow, e.At, "the window of `%s` stands last", name)
				repl := name + "(" + c.text(last) + ", " + c.text(e.Args[0]) + ")"
				c.fix(d, Span{e.Fn.At.Start, e.At.End}, repl, "write `"+repl+"`", true)
				return
			}
		}
		if n <= agg.values() {
			// what it is over and beside that, and no window
		} else if t, typed := c.unit.Info.Types[last]; typed && t.kind == badType {
			return // it has its finding
		} else if v, ok := c.constant(last); !ok && !c.excused {
			c.report(codeWindow, last.Span(), "the window of `%s` is known at load: a duration such as 10s, `last 10`, or a param; `%s` is neither", name, c.text(last))
			return
		} else if ok && typeOfValue(v).number() {
			c.report(codeWindow, last.Span(), "a window is a duration such as 10s, or `last 10`; this is %s", typeOfValue(v).article())
			return
		}
	}
	if c.excused {
		return
	}
	c.report(codeWindow, e.At, "`%s` needs a window: a duration such as `%s`", name, shown)
}

func isDuration(text string) bool {
	_, err := calendar.ParseDuration(text)
	return err == nil
}
