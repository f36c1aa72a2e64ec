package lang

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/tag"
)

// letOnce types a let where it is first used or declared, and finds rings.
func (c *checker) letOnce(l *Let) Type {
	if slices.Contains(c.using, l) {
		var names []string
		for _, u := range append(c.using[slices.Index(c.using, l):], l) {
			names = append(names, u.Name.Text)
		}
		c.report(codeRing, l.Name.At, "`let %s` is explained by itself: %s", l.Name.Text, strings.Join(names, " → "))
		return of(badType)
	}
	c.using = append(c.using, l)
	t := c.expr(l.Value)
	c.using = c.using[:len(c.using)-1]
	return t
}

// condition checks what must be true or false.
func (c *checker) condition(e Expr, what string) {
	if e == nil {
		return
	}
	t := c.expr(e)
	if !t.couldBe(boolType) {
		c.report(codeType, e.Span(), "%s asks a question, and this is %s; compare it with something", what, t.article())
	}
}

// expr types an expression and resolves what is in it.
func (c *checker) expr(e Expr) Type {
	t := c.typeOf(e)
	c.unit.Info.Types[e] = t
	return t
}

func (c *checker) typeOf(e Expr) Type {
	switch e := e.(type) {
	case *Lit:
		return typeOfValue(e.Value)
	case *Str:
		for _, p := range e.Parts {
			if p.Path != nil {
				t := c.expr(p.Path)
				if p.Digits >= 0 && !t.couldBe(numType) {
					c.report(codeType, p.At, "`:.%df` prints numbers, and this is %s", p.Digits, t.article())
				}
			}
		}
		return of(stringType)
	case *Paren:
		return c.expr(e.X)
	case *Ident:
		return c.ident(e)
	case *Unary:
		return c.unary(e)
	case *Binary:
		return c.binary(e)
	case *Select:
		return c.sel(e)
	case *Index:
		return c.index(e)
	case *Call:
		return c.call(e)
	case *List:
		var elem *Type
		for _, x := range e.Items {
			t := c.expr(x)
			if elem == nil {
				elem = &t
			} else if elem.kind != t.kind {
				elem = &Type{}
			}
		}
		return Type{kind: listType, elem: elem}
	case *Obj:
		t := Type{kind: objectType}
		for _, p := range e.Parts {
			pt := c.expr(p.Value)
			if p.Spread {
				if !pt.couldBe(objectType) {
					c.report(codeType, p.Value.Span(), "`...` spreads an object, and this is %s", pt.article())
				}
				t.fields, t.open = append(t.fields, pt.fields...), true
				continue
			}
			t.fields = append(t.fields, TypeField{p.Name.Text, pt})
		}
		return t
	}
	return of(badType)
}

// ident finds what a name means: let, capture, alias, param, event tag now,
// field (D13).
func (c *checker) ident(e *Ident) Type {
	use := func(s Symbol, t Type) Type {
		s.Name = e.Text
		c.unit.Info.Uses[e] = s
		return t
	}
	name := e.Text
	if c.fn != nil {
		if i := slices.IndexFunc(c.fn.Params, func(n Name) bool { return n.Text == name }); i >= 0 {
			return use(Symbol{Kind: SymFnParam, Index: i}, Type{})
		}
	}
	if c.rule != nil {
		if l := c.lets[name]; l != nil {
			t, done := c.unit.Info.Types[l.Value]
			if !done || slices.Contains(c.using, l) {
				t = c.letOnce(l)
			}
			return use(Symbol{Kind: SymLet, Let: l}, t)
		}
		if slot := slices.Index(c.rule.Caps, name); slot >= 0 {
			for _, el := range c.rule.Elems {
				if !slices.Contains(el.Caps, slot) && c.where != inWhere {
					d := c.report(codeUnbound, e.At, "the alternative %s has no `{%s}`, so it would have no value there", el.Pattern, name)
					c.label(d, c.file, el.Elem.Tag.At, "this one")
					return use(Symbol{Kind: SymCapture}, of(badType))
				}
			}
			return use(Symbol{Kind: SymCapture}, of(stringType))
		}
		for _, el := range c.rule.Elems {
			if el.Elem.As.Text == name {
				return use(Symbol{Kind: SymAlias}, c.eventType())
			}
		}
	}
	for _, p := range c.unit.Params {
		if p.Decl.Name.Text == name {
			t := c.typeExpr(p.Decl.Type)
			if !p.Value.IsNone() && t.unknown() {
				t = typeOfValue(p.Value)
			}
			return use(Symbol{Kind: SymParam, Param: p}, t)
		}
	}
	if c.lost[name] {
		return use(Symbol{Kind: SymUnbuilt}, of(badType))
	}
	if c.fn != nil {
		var names []string
		for _, p := range c.fn.Params {
			names = append(names, p.Text)
		}
		c.report(codeUnknownRule, e.At, "a function sees its parameters, params and other functions; `%s` is none of these%s", name, didYouMean(Nearest(name, names)))
		return use(Symbol{Kind: SymUnbuilt}, of(badType))
	}
	switch name {
	case "event":
		return use(Symbol{Kind: SymEvent}, c.eventType())
	case "tag":
		return use(Symbol{Kind: SymTag}, of(stringType))
	case "now":
		if c.where == inWhen || c.where == inClear {
			c.report(codeNow, e.At, "`now` changes at every instant, so a condition on it would have to poll; use reached(time), silent(duration) or a window")
		}
		return use(Symbol{Kind: SymNow}, of(timeType))
	case "group":
		if c.rule != nil && c.rule.Decl.Gather != nil {
			return use(Symbol{Kind: SymUnbuilt}, of(badType))
		}
	}
	return use(Symbol{Kind: SymField}, c.field(name, e.At))
}

// eventType is the object of the event at hand.
func (c *checker) eventType() Type {
	t := Type{kind: objectType, open: true}
	return t
}

// schemas are the declared events that a rule's alternatives surely match; ok
// is false where some alternative may match undeclared ones.
func (c *checker) schemas() (found []*EventInfo, ok bool) {
	if c.rule == nil || len(c.unit.Events) == 0 {
		return nil, false
	}
	for _, el := range c.rule.Elems {
		covered := false
		for _, ev := range c.unit.Events {
			if tag.Covers(ev.Pattern, el.Pattern) {
				covered = true
				if !slices.Contains(found, ev) {
					found = append(found, ev)
				}
			}
		}
		if !covered {
			return nil, false
		}
	}
	return found, len(found) > 0
}

// field types a plain field under the declared events (D12).
func (c *checker) field(name string, at Span) Type {
	evs, ok := c.schemas()
	if !ok {
		return Type{}
	}
	var out *Type
	for _, ev := range evs {
		i := slices.IndexFunc(ev.Fields, func(f EventField) bool { return f.Name == name })
		if i < 0 {
			if ev.Decl.Open {
				out = &Type{}
				continue
			}
			var names []string
			for _, f := range ev.Fields {
				names = append(names, f.Name)
			}
			names = append(names, slices.Collect(maps.Keys(c.lets))...)
			names = append(names, c.rule.Caps...)
			for _, p := range c.unit.Params {
				names = append(names, p.Decl.Name.Text)
			}
			near := Nearest(name, names)
			d := c.report(codeUnknownField, at, "no field `%s` on events tagged %s%s", name, ev.Pattern, didYouMean(near))
			c.label(d, ev.File, ev.Decl.Tag.At, "the event is declared here")
			if len(near) > 0 {
				c.fix(d, at, near[0], "write `"+near[0]+"`", true)
			}
			return of(badType)
		}
		t := ev.Fields[i].Type
		if out != nil && out.kind != t.kind {
			t = Type{}
		}
		out = &t
	}
	return *out
}

func (c *checker) unary(e *Unary) Type {
	t := c.expr(e.X)
	switch e.Op {
	case "not":
		if !t.couldBe(boolType) {
			c.report(codeType, e.X.Span(), "`not` turns true and false around, and this is %s", t.article())
		}
		return maybe(boolType)
	case "neg":
		if !t.couldBe(numType) && !t.couldBe(durationType) {
			c.report(codeType, e.X.Span(), "`-` needs a number or a duration, and this is %s", t.article())
			return of(badType)
		}
		return t
	}
	return of(boolType) // has
}

func (c *checker) binary(e *Binary) Type {
	x, y := c.expr(e.X), c.expr(e.Y)
	if x.kind == badType || y.kind == badType {
		if slices.Contains([]Op{"+", "-", "*", "/", "//", "%", "??"}, e.Op) {
			return of(badType)
		}
		return maybe(boolType)
	}
	switch e.Op {
	case "and", "or":
		for _, s := range []struct {
			e Expr
			t Type
		}{{e.X, x}, {e.Y, y}} {
			if !s.t.couldBe(boolType) {
				c.report(codeType, s.e.Span(), "`%s` joins conditions, and this is %s", e.Op, s.t.article())
			}
		}
		return maybe(boolType)
	case "==", "!=", "<", "<=", ">", ">=":
		c.comparison(e, x, y)
		return maybe(boolType)
	case "in":
		if !y.couldBe(listType) {
			c.report(codeType, e.Y.Span(), "`in` looks into a list, and this is %s", y.article())
		} else if y.elem != nil && !y.elem.unknown() && !x.unknown() && !comparable(x, *y.elem) {
			c.report(codeType, e.At, "this looks for %s among items that are %s, which never equal it", x.article(), y.elem)
		}
		return maybe(boolType)
	case "like", "matches":
		if !x.couldBe(stringType) {
			c.report(codeType, e.X.Span(), "`%s` compares text, and this is %s", e.Op, x.article())
		}
		if !y.couldBe(stringType) {
			c.report(codeType, e.Y.Span(), "`%s` needs a pattern in quotes", e.Op)
		} else if e.Op == "matches" {
			v, ok := c.constant(e.Y)
			text, isText := v.AsString()
			if !ok || !isText {
				c.report(codeConstant, e.Y.Span(), "the regular expression must be known at load: a text in quotes, or a param")
			} else if _, err := regexp.Compile(text); err != nil {
				c.report(codeBadRegexp, e.Y.Span(), "this is no regular expression (RE2): %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
			}
		}
		return maybe(boolType)
	case "??":
		t := y
		if x.kind != y.kind && !y.unknown() && x.kind != noneType {
			if x.number() && y.number() {
				t.kind = numType
			} else if !x.unknown() {
				t = Type{Optional: y.Optional}
			}
		}
		return t
	}
	return c.arithmetic(e, x, y)
}

// comparable reports whether two types can be compared.
func comparable(x, y Type) bool {
	return x.unknown() || y.unknown() || x.number() && y.number() || x.kind == y.kind
}

func (c *checker) comparison(e *Binary, x, y Type) {
	for _, s := range []struct {
		e     Expr
		t, o  Type
		other Expr
	}{{e.X, x, y, e.Y}, {e.Y, y, x, e.X}} {
		if s.t.kind == noneType {
			d := c.report(codeNoneEqual, e.At, "a comparison with none is never true; ask `has %s`", c.text(s.other))
			if e.Op == "==" || e.Op == "!=" {
				repl := "has " + c.text(s.other)
				if e.Op == "==" {
					repl = "not " + repl
				}
				c.fix(d, e.At, repl, "write `"+repl+"`", false)
			}
			return
		}
		if s.t.kind == listType || s.t.kind == objectType {
			d := c.report(codeType, s.e.Span(), "%s cannot be compared", s.t.article())
			if s.t.kind == listType && s.o.number() {
				c.listFix(d, s.e)
			}
			return
		}
	}
	if !comparable(x, y) {
		d := c.report(codeType, e.At, "`%s` compares %s with %s, which is never true", e.Op, x.article(), y.article())
		for _, s := range []struct {
			e    Expr
			t, o Type
		}{{e.X, x, y}, {e.Y, y, x}} {
			if s.t.kind == stringType && s.o.number() {
				text := "num(" + c.text(s.e) + ")"
				if lit, ok := s.e.(*Str); ok {
					if inner, ok := lit.Literal(); ok && isDecimal(inner) {
						text = inner
					}
				}
				c.fix(d, s.e.Span(), text, "write `"+text+"`", false)
			}
			if s.t.kind == durationType && s.o.number() {
				d.Message = fmt.Sprintf("`%s` compares a duration with a number; a duration has a unit, as in 5m", e.Op)
			}
		}
		return
	}
	if x.kind == boolType && y.kind == boolType && e.Op != "==" && e.Op != "!=" {
		c.report(codeType, e.At, "true and false have no order; only == and != compare them")
	}
}

func isDecimal(s string) bool {
	_, ds := ParseExpr(s, "")
	return len(ds) == 0 && s != "" && strings.Trim(s, "0123456789.") == ""
}

// text is the source of an expression.
func (c *checker) text(e Expr) string {
	s := e.Span()
	if s.Start < 0 || s.End > len(c.file.Source.Text) || s.Start > s.End {
		return "…"
	}
	return strings.Join(strings.Fields(c.file.Source.Text[s.Start:s.End]), " ")
}

// listFix offers the first item of a list in its place.
func (c *checker) listFix(d *Diag, e Expr) {
	repl := c.text(e) + "[0]"
	d.Message = fmt.Sprintf("`%s` is a list, where a number is wanted; its first item is `%s`", c.text(e), repl)
	c.fix(d, e.Span(), repl, "write `"+repl+"`", false)
}

func (c *checker) arithmetic(e *Binary, x, y Type) Type {
	opt := x.Optional || y.Optional || e.Op == "/" || e.Op == "//" || e.Op == "%"
	res := func(k typeKind) Type { return Type{kind: k, Optional: opt} }
	if x.unknown() || y.unknown() || x.kind == noneType || y.kind == noneType {
		return Type{Optional: opt}
	}
	num, dur, tim := x.number() && y.number(), durationType, timeType
	if num {
		switch {
		case e.Op == "/":
			return res(floatType)
		case x.kind == intType && y.kind == intType:
			return res(intType)
		case x.kind == floatType || y.kind == floatType:
			return res(floatType)
		}
		return res(numType)
	}
	switch e.Op {
	case "+":
		switch {
		case x.kind == dur && y.kind == dur:
			return res(dur)
		case x.kind == tim && y.kind == dur, x.kind == dur && y.kind == tim:
			return res(tim)
		}
	case "-":
		switch {
		case x.kind == dur && y.kind == dur, x.kind == tim && y.kind == tim:
			return res(dur)
		case x.kind == tim && y.kind == dur:
			return res(tim)
		}
	case "*":
		if x.kind == dur && y.number() || x.number() && y.kind == dur {
			return res(dur)
		}
	case "/":
		if x.kind == dur && y.number() {
			return res(dur)
		}
		if x.kind == dur && y.kind == dur {
			return res(floatType)
		}
	case "//":
		if x.kind == dur && y.kind == dur {
			return res(intType)
		}
	case "%":
		if x.kind == dur && y.kind == dur {
			return res(dur)
		}
	}
	d := c.report(codeType, e.At, "`%s` does not work on %s and %s", e.Op, x.article(), y.article())
	if e.Op == "+" && (x.kind == stringType || y.kind == stringType) {
		d.Message += "; to put text together write \"{a}{b}\""
	}
	for _, s := range []struct {
		e Expr
		t Type
		o Type
	}{{e.X, x, y}, {e.Y, y, x}} {
		if s.t.kind == listType && s.o.number() {
			c.listFix(d, s.e)
		}
	}
	return of(badType)
}

func (c *checker) sel(e *Select) Type {
	if id, ok := e.X.(*Ident); ok {
		c.expr(id)
		switch sym := c.unit.Info.Uses[id]; {
		case sym.Kind == SymEvent:
			return c.field(e.Name.Text, e.Name.At)
		case sym.Kind == SymAlias:
			all := true
			for _, el := range c.rule.Elems {
				all = all && el.Elem.As.Text == sym.Name
			}
			if all {
				return c.field(e.Name.Text, e.Name.At)
			}
			return Type{}
		}
	}
	if e.Name.Text == "" {
		c.report(codeSyntax, e.At, "a name is missing after the dot")
		return of(badType)
	}
	t := c.expr(e.X)
	switch {
	case t.unknown() || t.kind == noneType:
		return of(t.kind).anyIfNone()
	case t.kind != objectType:
		d := c.report(codeType, e.Name.At, "only objects have members, and `%s` is %s", c.text(e.X), t.article())
		if id, ok := e.X.(*Ident); ok && c.unit.Info.Uses[id].Kind == SymCapture {
			d.Notes = append(d.Notes, fmt.Sprintf("`%s` is a part of the tag here; the field of that name is `event.%s`", id.Text, id.Text))
		}
		return of(badType)
	}
	if f := t.field(e.Name.Text); f != nil {
		return *f
	}
	if !t.open && len(t.fields) > 0 {
		var names []string
		for _, f := range t.fields {
			names = append(names, f.Name)
		}
		near := Nearest(e.Name.Text, names)
		d := c.report(codeUnknownField, e.Name.At, "`%s` has no member `%s`%s", c.text(e.X), e.Name.Text, didYouMean(near))
		if len(near) > 0 {
			c.fix(d, e.Name.At, near[0], "write `"+near[0]+"`", true)
		}
		return of(badType)
	}
	return Type{}
}

func (t Type) anyIfNone() Type {
	if t.kind == noneType {
		return Type{}
	}
	return t
}

func (c *checker) index(e *Index) Type {
	t := c.expr(e.X)
	for _, a := range e.Args {
		c.expr(a)
	}
	if len(e.Args) != 1 && t.kind != badType {
		c.report(codeType, e.At, "a list or an object is indexed by one value; tables, which take several, are not built yet")
		return of(badType)
	}
	at := c.unit.Info.Types[e.Args[0]]
	switch {
	case t.unknown():
		return t
	case t.kind == listType:
		if !at.couldBe(intType) && at.kind != numType {
			c.report(codeType, e.Args[0].Span(), "a list is indexed by an int from 0, and this is %s", at.article())
		}
		if t.elem != nil {
			return Type{kind: t.elem.kind, elem: t.elem.elem, fields: t.elem.fields, open: t.elem.open}
		}
		return Type{}
	case t.kind == objectType:
		if !at.couldBe(stringType) {
			c.report(codeType, e.Args[0].Span(), "an object is indexed by a name in quotes, and this is %s", at.article())
		}
		if s, ok := e.Args[0].(*Str); ok {
			if id, ok := e.X.(*Ident); ok && c.unit.Info.Uses[id].Kind == SymEvent {
				if name, ok := s.Literal(); ok {
					return c.field(name, s.At)
				}
			}
		}
		return Type{}
	}
	c.report(codeType, e.At, "only lists and objects are indexed, and `%s` is %s", c.text(e.X), t.article())
	return of(badType)
}

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
