package lang

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// letOnce types a let where it is first used or declared, and finds rings.
func (c *checker) letOnce(l *Let) Type {
	if slices.Contains(c.using, l) {
		var names []string
		for _, u := range append(c.using[slices.Index(c.using, l):], l) {
			names = append(names, u.Name.Text)
		}
		c.report(codeRing, l.Name.At, "`let %s` is defined by itself: %s", l.Name.Text, strings.Join(names, " → "))
		return of(badType)
	}
	c.using = append(c.using, l)
	var t Type
	c.about(nil, func() { t = c.expr(l.Value) })
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
		c.escapes(e)
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
		for i, p := range e.Parts {
			pt := c.expr(p.Value)
			if p.Spread {
				if !pt.couldBe(objectType) {
					c.report(codeType, p.Value.Span(), "`...` spreads an object, and this is %s", pt.article())
				}
				t.fields, t.open = append(t.fields, pt.fields...), true
				continue
			}
			for _, before := range e.Parts[:i] {
				if !before.Spread && before.Name.Text == p.Name.Text && p.Name.Text != "" {
					d := c.report(codeTwice, p.Name.At, "`%s` stands twice in this object, and the last one counts; leave one out", p.Name.Text)
					c.label(d, c.file, before.Name.At, "the first one")
					break
				}
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
	if c.fn != nil && !c.bare {
		if i := slices.IndexFunc(c.fn.Params, func(n Name) bool { return n.Text == name }); i >= 0 {
			return use(Symbol{Kind: SymFnParam, Index: i}, Type{})
		}
	}
	if c.muted != nil && !c.bare {
		if i := c.mutedKey(name); i >= 0 {
			return use(Symbol{Kind: SymKey, Index: i}, of(stringType))
		}
	}
	if c.rule != nil && !c.bare {
		if l := c.lets[name]; l != nil {
			if c.rule.Sequence() && !c.match {
				c.report(codeSequence, e.At, "`let %s` is about a whole match, which is not there yet; write out what it says, or make it a fn", name)
				return of(badType)
			}
			if slices.Contains(c.using, l) {
				return c.letOnce(l) // a ring; it is not closed, so that whoever follows lets comes to an end
			}
			t, done := c.unit.Info.Types[l.Value]
			if !done {
				t = c.letOnce(l)
			}
			if c.other != nil {
				c.foreignLet(e.At, l, map[*Let]bool{})
			}
			return use(Symbol{Kind: SymLet, Let: l}, t)
		}
		if c.other != nil {
			if sym, t, ok := c.foreignName(e); ok {
				return use(sym, t)
			}
		} else if slot := slices.Index(c.rule.Caps, name); slot >= 0 {
			has := func(el ElemInfo) bool { return slices.Contains(el.Caps, slot) }
			if el := c.lacking(has); el != nil && !c.unbuilt[c.rule] {
				if c.rule.Sequence() {
					c.absent(e, "`{"+name+"}`", has)
				} else {
					d := c.report(codeUnbound, e.At, "the alternative %s has no `{%s}`, so it would have no value there; give every alternative that name, or leave it out", el.Pattern, name)
					c.label(d, c.file, el.Elem.Tag.At, "this one")
				}
				return use(Symbol{Kind: SymCapture}, of(badType))
			}
			c.shadow(e)
			return use(Symbol{Kind: SymCapture}, of(stringType))
		} else if isDigit(name[0]) {
			c.noWildcard(e)
			return use(Symbol{Kind: SymCapture}, of(badType))
		}
		for _, el := range c.rule.Elems {
			if el.Elem.As.Text != name {
				continue
			}
			has := func(o ElemInfo) bool { return o.Elem.As.Text == name }
			if c.rule.Sequence() {
				if c.lacking(has) != nil {
					c.absent(e, "`"+name+"`", has)
					return use(Symbol{Kind: SymAlias}, of(badType))
				}
				return use(Symbol{Kind: SymAlias}, c.eventType())
			}
			if !slices.ContainsFunc(c.scope, has) {
				d := c.report(codeUnbound, e.At, "`%s` is the event of another alternative, so it would have no value here", name)
				c.label(d, c.file, el.Elem.Tag.At, "of this one")
				return use(Symbol{Kind: SymAlias}, of(badType))
			}
			return use(Symbol{Kind: SymAlias}, c.eventType())
		}
	}
	if st := c.byState[name]; st != nil && c.fn == nil {
		return c.readState(e, e, nil)
	}
	if p := c.byParam[name]; p != nil {
		if c.folding[p] == foldFailed {
			return use(Symbol{Kind: SymParam, Param: p}, of(badType))
		}
		t := c.typeOfParam(p)
		return use(Symbol{Kind: SymParam, Param: p}, t)
	}
	if c.byTable[name] != nil {
		c.report(codeType, e.At, "`%s` is a table; a row of it is %s[…]", name, name)
		return use(Symbol{Kind: SymTable}, of(badType))
	}
	if c.lost[name] {
		return use(Symbol{Kind: SymUnbuilt}, of(badType))
	}
	if c.bare {
		c.report(codeUnknownField, e.At, "`%s` is a %s, which has no value here", name, c.names[name].what)
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
	if c.muted != nil {
		c.unseen(e)
		return use(Symbol{Kind: SymUnbuilt}, of(badType))
	}
	if c.rule != nil && c.rule.Ticks != nil && c.other == nil && name != "now" && !c.isGroup(e) {
		return use(Symbol{Kind: SymField}, c.ofTick(e))
	}
	switch name {
	case "event":
		return use(Symbol{Kind: SymEvent}, c.eventType())
	case "tag":
		return use(Symbol{Kind: SymTag}, of(stringType))
	case "now":
		return use(Symbol{Kind: SymNow}, of(timeType))
	case "group":
		if c.isGroup(e) {
			c.report(codeGather, e.At, "`group` is all members together: group.count says how many, and group.NAME lists what NAME was for each")
			return use(Symbol{Kind: SymGroup}, of(badType))
		}
	}
	return use(Symbol{Kind: SymField}, c.field(name, e.At))
}

// typeOfParam is the declared type, or that of the value where it is any.
func (c *checker) typeOfParam(p *ParamInfo) Type {
	was, n := c.file, len(c.diags)
	c.file = p.File
	t := c.typeExpr(p.Decl.Type)
	c.file, c.diags = was, c.diags[:n] // the declaration has its finding
	if t.kind == anyType && !p.Value.IsNone() {
		t = typeOfValue(p.Value)
	}
	return t
}

// shadow hints, once a rule, at a declared field that a capture hides (D13).
func (c *checker) shadow(e *Ident) {
	if c.shadows[e.Text] {
		return
	}
	for _, ev := range c.events {
		for _, f := range ev.Fields {
			if f.Name == e.Text {
				c.shadows[e.Text] = true
				d := c.report(codeShadow, e.At, "`%s` is the capture of the tag here; the field of that name is `event.%s`", e.Text, e.Text)
				c.label(d, ev.File, f.At, "the field")
				return
			}
		}
	}
}

// noWildcard reports {1} where the source has no unnamed wildcard there.
func (c *checker) noWildcard(e *Ident) {
	d := c.report(codeUnbound, e.At, "`{%s}` is an unnamed wildcard of the source, counted among all of them, and there is none", e.Text)
	if c.rule.Sequence() && slices.ContainsFunc(c.rule.Elems, func(el ElemInfo) bool { return slices.Contains(el.Caps, -1) }) {
		d.Message = "in a sequence only wildcards with a name have a value: write {host} in place of `*`, and {host} here"
		return
	}
	for _, el := range c.rule.Elems {
		for _, w := range el.Pattern.Wildcards() {
			if w.Name != "" && strconv.Itoa(w.Position) == e.Text {
				d.Message = fmt.Sprintf("`{%s}` is an unnamed wildcard of the source, but that one has a name", e.Text)
				c.fix(d, e.At, w.Name, "write {"+w.Name+"}", true)
				return
			}
		}
	}
}

// eventType is the object of the event at hand.
func (c *checker) eventType() Type { return Type{kind: objectType, open: true} }

// schemas are the declared events that a rule's alternatives surely match; ok
// is false where some alternative may match undeclared ones.
func (c *checker) schemas() (found []*EventInfo, ok bool) {
	if c.other != nil {
		return c.other.events, len(c.other.events) > 0
	}
	if c.rule == nil || len(c.unit.Events) == 0 {
		return nil, false
	}
	for _, el := range c.scope {
		ev, done := c.covers[el.Elem]
		if !done {
			ev = c.declared.covering(el.Pattern)
			c.covers[el.Elem] = ev
		}
		if ev == nil {
			return nil, false
		}
		if !slices.Contains(found, ev) {
			found = append(found, ev)
		}
	}
	return found, len(found) > 0
}

// field types a plain field under the declared events (D12).
func (c *checker) field(name string, at Span) Type {
	evs, ok := c.schemas()
	if !ok {
		c.undeclared(name, at)
		return c.recorded(name, at)
	}
	c.unit.Info.Fields = append(c.unit.Info.Fields, FieldUse{c.file, at, name, evs})
	var out *Type
	var lacks *EventInfo
	for _, ev := range evs {
		t := Type{}
		i := slices.IndexFunc(ev.Fields, func(f EventField) bool { return f.Name == name })
		switch {
		case i >= 0:
			t = ev.Fields[i].Type
		case !ev.Decl.Open:
			if lacks == nil {
				lacks = ev
			}
			continue
		}
		if out != nil && out.kind != t.kind {
			t = Type{Optional: t.Optional}
		}
		t.Optional = t.Optional || out != nil && out.Optional
		out = &t
	}
	if out == nil {
		return c.unknownField(name, at, lacks)
	}
	c.undeclared(name, at)
	// one that another alternative does not have may be missing
	out.Optional = out.Optional || lacks != nil
	return *out
}

// constantWords are what other languages write for the constants.
var constantWords = map[string]string{
	"True": "true", "TRUE": "true", "False": "false", "FALSE": "false", "None": "none", "NONE": "none",
	"null": "none", "NULL": "none", "Null": "none", "nil": "none", "undefined": "none",
}

func (c *checker) unknownField(name string, at Span, ev *EventInfo) Type {
	var names []string
	for _, f := range ev.Fields {
		names = append(names, f.Name)
	}
	names = append(names, slices.Sorted(maps.Keys(c.lets))...)
	names = append(names, c.rule.Caps...)
	names = slices.AppendSeq(names, maps.Keys(c.byParam)) // Nearest brings order
	near := Nearest(name, names)
	if w := constantWords[name]; w != "" {
		near = []string{w}
	}
	d := c.report(codeUnknownField, at, "no field `%s` on events tagged %s%s", name, ev.Pattern, didYouMean(near))
	c.label(d, ev.File, ev.Decl.Tag.At, "the event is declared here")
	if len(near) > 0 {
		c.fix(d, at, near[0], "write `"+near[0]+"`", true)
	}
	return of(badType)
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

// connected reports what `and` or `or` joins that is no condition. Often it is the
// other half of a comparison, whose first half stands before the word.
func (c *checker) connected(e *Binary, x, y Type) {
	left, right := x.couldBe(boolType), y.couldBe(boolType)
	switch {
	case !left && !right:
		c.report(codeType, e.Span(), "`%s` joins conditions, and these are values; to compare with one of several write `x in [%s, %s]`", e.Op, c.text(e.X), c.text(e.Y))
	case !left:
		c.report(codeType, e.X.Span(), "`%s` joins conditions, and this is %s", e.Op, x.article())
	case !right:
		at := e.Y.Span()
		last := e.X
		if b, ok := last.(*Binary); ok && b.Op == e.Op {
			last = b.Y
		}
		if b, ok := last.(*Binary); ok && (b.Op == "==" || b.Op == "!=" || b.Op == "like") {
			half := c.text(b.X) + " " + string(b.Op) + " "
			d := c.report(codeType, at, "`%s` joins conditions, and this is %s; say what it is compared with: `%s%s`", e.Op, y.article(), half, c.text(e.Y))
			c.fix(d, Span{at.Start, at.Start}, half, "write `"+half+"` before it", false)
			return
		}
		c.report(codeType, at, "`%s` joins conditions, and this is %s", e.Op, y.article())
	}
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
		c.connected(e, x, y)
		return maybe(boolType)
	case "==", "!=", "<", "<=", ">", ">=":
		c.comparison(e, x, y)
		return maybe(boolType)
	case "in":
		if !y.couldBe(listType) {
			c.report(codeType, e.Y.Span(), "`in` looks into a list, and this is %s", y.article())
		} else if y.elem != nil && !y.elem.unknown() && !x.unknown() && !comparable(x, *y.elem) {
			c.report(codeType, e.At, "this looks for %s among items that are %s, which never equal it", x.article(), y.elem)
		} else if list, ok := e.Y.(*List); ok && !x.unknown() {
			for _, item := range list.Items {
				if t := c.unit.Info.Types[item]; !t.unknown() && !comparable(x, t) {
					c.report(codeType, item.Span(), "this is %s, which never equals `%s`, %s", t.article(), c.text(e.X), x.article())
				}
			}
		}
		return maybe(boolType)
	case "like", "matches":
		if !x.couldBe(stringType) {
			c.report(codeType, e.X.Span(), "`%s` compares text, and this is %s", e.Op, x.article())
		} else if !y.couldBe(stringType) {
			c.report(codeType, e.Y.Span(), "`%s` needs a pattern in quotes", e.Op)
		} else if e.Op == "matches" {
			v, ok := c.constant(e.Y)
			text, isText := v.AsString()
			if !ok && c.excused {
			} else if !ok || !isText {
				c.report(codeConstant, e.Y.Span(), "the regular expression must be known at load: a text in quotes, or a param")
			} else if _, err := regexp.Compile(text); err != nil {
				c.report(codeBadRegexp, e.Y.Span(), "this regular expression (RE2) cannot be read: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
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
			repl := "has " + c.text(s.other)
			if e.Op == "==" {
				repl = "not " + repl
			}
			d := c.report(codeNoneEqual, e.At, "a comparison with none is never true; ask `%s`", repl)
			if e.Op == "==" || e.Op == "!=" {
				c.fix(d, e.At, repl, "write `"+repl+"`", false)
			}
			return
		}
		if s.t.kind == listType || s.t.kind == objectType {
			d := c.report(codeType, s.e.Span(), "%s cannot be compared", s.t.article())
			if s.t.kind == listType && s.o.number() {
				c.listFix(d, s.e)
			}
			if id, ok := s.e.(*Ident); ok && c.unit.Info.Uses[id].Kind == SymEvent {
				d.Message = "`event` is the whole object of the event, which cannot be compared; a field of that name is `event.event`"
				c.fix(d, id.At, "event.event", "write `event.event`", false)
			}
			return
		}
	}
	if !comparable(x, y) {
		d := c.report(codeType, e.At, "`%s` compares %s with %s, which is never true", e.Op, x.article(), y.article())
		for _, s := range []struct {
			e     Expr
			t, o  Type
			other Expr
		}{{e.X, x, y, e.Y}, {e.Y, y, x, e.X}} {
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
				if lit, ok := s.other.(*Lit); ok {
					if n, ok := lit.Value.AsInt(); ok && n > 0 {
						c.fix(d, lit.At, lit.Raw+"s", "write `"+lit.Raw+"s`", false)
					}
				}
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
	if q, ok := c.qualified(e); ok {
		if q == nil {
			return of(badType)
		}
		c.bare = true
		t := c.expr(q)
		c.bare = false
		return t
	}
	if id, ok := e.X.(*Ident); ok {
		if c.isGroup(id) {
			return c.group(e, id)
		}
		c.expr(id)
		switch sym := c.unit.Info.Uses[id]; {
		case sym.Kind == SymEvent:
			return c.field(e.Name.Text, e.Name.At)
		case sym.Kind == SymAlias && c.unit.Info.Types[id].kind != badType:
			was := c.scope
			all := was
			if c.match {
				all = c.rule.Elems
			}
			c.scope = nil
			for _, el := range all {
				if el.Elem.As.Text == sym.Name {
					c.scope = append(c.scope, el)
				}
			}
			t := c.field(e.Name.Text, e.Name.At)
			t.Optional = t.Optional || !c.match && t.kind != anyType && len(c.scope) < len(was) // none where it is another's event
			c.scope = was
			return t
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
		m := *f
		m.Optional = m.Optional || t.Optional
		return m
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
	if id := c.stateNamed(e.X); id != nil {
		return c.readState(e, id, e.Args)
	}
	if id := c.tableNamed(e.X); id != nil {
		return c.lookUp(e, id)
	}
	t := c.expr(e.X)
	for _, a := range e.Args {
		c.expr(a)
	}
	if len(e.Args) != 1 && t.kind != badType {
		c.report(codeType, e.At, "a list or an object is indexed by one value; several are the key of a table or a register")
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
