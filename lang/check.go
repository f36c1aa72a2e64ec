package lang

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// Check resolves and types a program: all files named together. It always
// returns a Unit; only one without errors may be compiled.
func Check(files []*File, env *Env) (*Unit, Diagnostics) {
	c := &checker{env: env, unit: &Unit{
		Files: files, Fns: map[string]*FnDecl{},
		Info: &Info{Uses: map[*Ident]Symbol{}, Types: map[Expr]Type{}, Windows: map[*Call]Window{}, Asks: map[*Call]*RuleInfo{},
			Consts: map[Expr]value.Value{}, FileOf: map[Decl]*File{}},
	}, names: map[string]declared{}, rules: map[string]*RuleInfo{}}
	c.declare()
	c.checkParams()
	c.checkEvents()
	c.checkFns()
	for _, r := range c.unit.Rules {
		c.checkRule(r)
	}
	for _, t := range c.unit.Tests {
		c.checkTest(t)
	}
	c.order()
	c.checkLoops()
	c.diags.Sort()
	return c.unit, c.diags
}

type checker struct {
	env   *Env
	unit  *Unit
	diags Diagnostics
	names map[string]declared // rules, params, fns and what is not built yet
	rules map[string]*RuleInfo
	lost  map[string]bool // names of declarations that could not be read

	// what is being checked
	file  *File
	rule  *RuleInfo
	fn    *FnDecl
	lets  map[string]*Let
	using []*Let // lets being checked, to find rings
	where place
	inAgg bool
	// fields known not to be none where the acts run (S35)
	guarded map[string]bool
	fires   []fire
}

// declared is a name of the program.
type declared struct {
	what string
	file *File
	at   Span
}

// place is the clause an expression stands in.
type place uint8

const (
	inWhere place = iota
	inKey
	inWhen
	inClear
	inDo
	inFn
	inConst // of a param or a test
)

type fire struct {
	rule *RuleInfo
	tag  *Str
	pat  tag.Pattern // with * for what is interpolated
}

func (c *checker) report(code Code, at Span, format string, args ...any) *Diag {
	d := Diag{Code: code, Severity: code.Row().Severity, Message: fmt.Sprintf(format, args...), Primary: Label{File: c.file.Source.Name, Span: at}}
	if c.rule != nil {
		d.Rule = c.rule.Label
	}
	c.diags = append(c.diags, d)
	return &c.diags[len(c.diags)-1]
}

// fix adds a change of the file at hand to a finding.
func (c *checker) fix(d *Diag, at Span, text, title string, safe bool) {
	d.Fixes = append(d.Fixes, Fix{Title: title, Safe: safe, Edits: []Edit{{c.file.Source.Name, at, text}}})
}

func (c *checker) label(d *Diag, file *File, at Span, text string) {
	d.Labels = append(d.Labels, Label{file.Source.Name, at, text})
}

// notBuilt reports a form that this version does not have.
func (c *checker) notBuilt(at Span, what string) {
	c.report(codeNotBuilt, at, "%s not built yet: this version cannot run it", what)
}

// declare collects the names of the program.
func (c *checker) declare() {
	c.lost = map[string]bool{}
	name := func(n Name, what string) bool {
		if n.Text == "" {
			return true
		}
		if old, ok := c.names[n.Text]; ok {
			d := c.report(codeDuplicate, n.At, "%s `%s` is declared already, as a %s", what, n.Text, old.what)
			c.label(d, old.file, old.at, "here")
			return false
		}
		c.names[n.Text] = declared{what, c.file, n.At}
		return true
	}
	for _, f := range c.unit.Files {
		c.file = f
		for _, d := range f.Decls {
			c.unit.Info.FileOf[d] = f
			switch d := d.(type) {
			case *RuleDecl:
				r := &RuleInfo{Decl: d, File: f, Label: d.Name.Text, Identity: d.Name.Text}
				if d.Name.Text == "" {
					line, _ := LineCol(f.Source.Text, d.At.Start)
					r.Label = fmt.Sprintf("%s:%d", path.Base(f.Source.Name), line)
					r.Identity = structuralHash(f.Source.Text[d.At.Start:d.At.End])
				} else if name(d.Name, "rule") {
					c.rules[d.Name.Text] = r
				} else {
					continue
				}
				c.unit.Rules = append(c.unit.Rules, r)
			case *ParamDecl:
				if name(d.Name, "param") {
					c.unit.Params = append(c.unit.Params, &ParamInfo{Decl: d, File: f})
				}
			case *FnDecl:
				if name(d.Name, "fn") {
					c.unit.Fns[d.Name.Text] = d
				}
			case *EventDecl:
				c.unit.Events = append(c.unit.Events, &EventInfo{Decl: d, File: f})
			case *TestDecl:
				text, _ := d.Name.Literal()
				c.unit.Tests = append(c.unit.Tests, &TestInfo{Decl: d, File: f, Name: text})
			case *UseDecl:
				c.notBuilt(d.At, "`use` is")
				c.lost[d.Name.Text] = true
			case *TableDecl:
				c.notBuilt(d.At, "tables are")
				c.lost[d.Name.Text] = true
			case *StateDecl:
				c.notBuilt(d.At, "registers (`state`) are")
				c.lost[d.Name.Text] = true
			case *ActionDecl:
				c.notBuilt(d.At, "actions are")
				c.lost[d.Name.Text] = true
			case *MayDecl:
				c.notBuilt(d.At, "`may fire` is")
			case *MuteDecl:
				c.notBuilt(d.At, "`mute` is")
			case *BadDecl:
				c.lost[d.Name] = true
			}
		}
	}
	slices.SortStableFunc(c.unit.Rules, func(a, b *RuleInfo) int {
		if an, bn := a.Decl.Name.Text == "", b.Decl.Name.Text == ""; an != bn {
			if an {
				return 1
			}
			return -1
		}
		return strings.Compare(a.Identity, b.Identity)
	})
}

// checkParams evaluates the params: constants, in any order.
func (c *checker) checkParams() {
	for _, p := range c.unit.Params {
		c.file, c.where = p.File, inConst
		t := c.typeExpr(p.Decl.Type)
		v, ok := c.constant(p.Decl.Value)
		if !ok {
			c.report(codeConstant, p.Decl.Value.Span(), "a param has a constant value: a number, text, duration, list or object")
			continue
		}
		if given, ok := c.env.params[p.Decl.Name.Text]; ok {
			v = given
		}
		if f, ok := v.AsInt(); ok && t.kind == floatType {
			v = value.Float(float64(f))
		}
		if !fits(typeOfValue(v), t) || v.IsNone() && !t.Optional {
			d := c.report(codeType, p.Decl.Value.Span(), "this is %s, but `%s` is declared as %s", typeOfValue(v).article(), p.Decl.Name.Text, t)
			c.label(d, p.File, p.Decl.Type.At, "declared here")
		}
		p.Value = v
	}
}

// constant evaluates an expression without events.
func (c *checker) constant(e Expr) (value.Value, bool) {
	switch e := e.(type) {
	case *Lit:
		return e.Value, true
	case *Str:
		if text, ok := e.Literal(); ok {
			return value.String(text), true
		}
	case *Paren:
		return c.constant(e.X)
	case *Ident:
		for _, p := range c.unit.Params {
			if p.Decl.Name.Text == e.Text {
				c.unit.Info.Uses[e] = Symbol{Kind: SymParam, Name: e.Text, Param: p}
				return p.Value, !p.Value.IsNone()
			}
		}
	case *Unary:
		if x, ok := c.constant(e.X); ok && e.Op == "neg" {
			v, f := value.Neg(x)
			return v, f == value.OK
		}
	case *Binary:
		x, ok := c.constant(e.X)
		y, ok2 := c.constant(e.Y)
		fn := map[Op]func(a, b value.Value) (value.Value, value.Fault){"+": value.Add, "-": value.Sub, "*": value.Mul, "/": value.Div, "//": value.FloorDiv, "%": value.Mod}[e.Op]
		if ok && ok2 && fn != nil {
			v, f := fn(x, y)
			return v, f == value.OK
		}
	case *List:
		items := make([]value.Value, len(e.Items))
		for i := range e.Items {
			var ok bool
			if items[i], ok = c.constant(e.Items[i]); !ok {
				return value.Value{}, false
			}
		}
		return value.List(items), true
	case *Obj:
		var fields []value.Field
		for _, p := range e.Parts {
			v, ok := c.constant(p.Value)
			if !ok || p.Spread {
				return value.Value{}, false
			}
			fields = value.SetField(fields, p.Name.Text, v)
		}
		return value.Object(fields), true
	}
	return value.Value{}, false
}

// duration reads a clause that must be a duration known at load.
func (c *checker) duration(e Expr, what string) int64 {
	if e == nil {
		return 0
	}
	if _, bad := e.(*Bad); bad {
		return 0
	}
	v, ok := c.constant(e)
	if !ok {
		c.report(codeConstant, e.Span(), "%s is a duration known at load: write one such as 5m, or a param", what)
		return 0
	}
	d, ok := v.AsDuration()
	if !ok || d <= 0 {
		diag := c.report(codeConstant, e.Span(), "%s is a duration greater than zero, such as 5m; this is %s", what, typeOfValue(v).article())
		if n, ok := v.AsInt(); ok {
			c.fix(diag, e.Span(), fmt.Sprintf("%ds", n), fmt.Sprintf("write `%ds`", n), false)
		}
		return 0
	}
	c.unit.Info.Consts[e] = v
	return d
}

// typeExpr is the type that is written.
func (c *checker) typeExpr(t *TypeExpr) Type {
	if t == nil {
		return Type{}
	}
	out := Type{}
	switch {
	case t.Elem != nil:
		elem := c.typeExpr(t.Elem)
		out = Type{kind: listType, elem: &elem}
	case t.Object != nil:
		out = Type{kind: objectType, open: t.Object.Open}
		for _, f := range t.Object.Fields {
			out.fields = append(out.fields, TypeField{f.Name.Text, c.typeExpr(f.Type)})
		}
	default:
		k, ok := namedTypes[t.Name.Text]
		if !ok {
			var names []string
			for n := range namedTypes {
				names = append(names, n)
			}
			near := Nearest(t.Name.Text, names)
			if alias := map[string]string{"integer": "int", "number": "num", "str": "string", "text": "string", "boolean": "bool", "double": "float", "timestamp": "time"}[t.Name.Text]; alias != "" {
				near = []string{alias}
			}
			d := c.report(codeUnknownType, t.Name.At, "there is no type `%s`%s", t.Name.Text, didYouMean(near))
			if len(near) == 0 {
				d.Message += "; the types are int, float, num, string, bool, time, duration, [type], {…} and any"
			} else {
				c.fix(d, t.Name.At, near[0], "write `"+near[0]+"`", true)
			}
			k = badType
		}
		out.kind = k
	}
	out.Optional = t.Optional
	return out
}

func (c *checker) checkEvents() {
	var kept []*EventInfo
	for _, e := range c.unit.Events {
		c.file = e.File
		pat, ok := c.pattern(e.Decl.Tag)
		if !ok {
			continue
		}
		e.Pattern = pat
		if e.Decl.Time.Text != "" {
			c.notBuilt(e.Decl.Time.At, "event time (`time`, `late`) is")
		}
		seen := map[string]bool{}
		for _, f := range e.Decl.Fields {
			if seen[f.Name.Text] {
				c.report(codeDuplicate, f.Name.At, "field `%s` is declared twice", f.Name.Text)
				continue
			}
			seen[f.Name.Text] = true
			e.Fields = append(e.Fields, EventField{f.Name.Text, c.typeExpr(f.Type), f.At})
		}
		overlap := false
		for _, o := range kept {
			if tag.Intersect(o.Pattern, e.Pattern) {
				d := c.report(codeOverlap, e.Decl.Tag.At, "some tag is both a %s and a %s, so its fields would be declared twice", pat, o.Pattern)
				c.label(d, o.File, o.Decl.Tag.At, "the other declaration")
				overlap = true
				break
			}
		}
		if !overlap {
			kept = append(kept, e)
		}
	}
	c.unit.Events = kept
}

// pattern reads the tag pattern of a source or a declaration.
func (c *checker) pattern(s *Str) (tag.Pattern, bool) {
	p, err := tag.Parse(s.inner())
	if err != nil {
		at := s.At
		var pe *tag.ParseError
		if e, ok := err.(*tag.ParseError); ok && len(s.Raw) == s.At.End-s.At.Start {
			pe = e
			start := min(s.At.Start+1+pe.Offset, s.At.End-1)
			end := start
			for end < s.At.End-1 && c.file.Source.Text[end] != '/' {
				end++
			}
			at = Span{start, max(end, start+1)}
		}
		c.report(codeBadTag, at, "%s", err)
		return p, false
	}
	return p, true
}

func (c *checker) checkFns() {
	for _, f := range c.unit.Files {
		for _, d := range f.Decls {
			fn, ok := d.(*FnDecl)
			if !ok || c.unit.Fns[fn.Name.Text] != fn {
				continue
			}
			c.file, c.fn, c.where, c.rule = f, fn, inFn, nil
			if _, ok := c.env.funcs[fn.Name.Text]; ok {
				c.report(codeDuplicate, fn.Name.At, "`%s` is a function of the language; give yours another name", fn.Name.Text)
			}
			seen := map[string]bool{}
			for _, p := range fn.Params {
				if seen[p.Text] {
					c.report(codeDuplicate, p.At, "parameter `%s` stands twice", p.Text)
				}
				seen[p.Text] = true
			}
			c.expr(fn.Body)
			c.fn = nil
		}
	}
	// no function may come to itself
	state := map[string]int{}
	var visit func(name string) bool
	visit = func(name string) bool {
		if state[name] != 0 {
			return state[name] == 2
		}
		state[name] = 1
		ok := true
		Walk(c.unit.Fns[name].Body, func(x Expr) bool {
			if call, is := x.(*Call); is && c.unit.Fns[call.Fn.Text] != nil && !visit(call.Fn.Text) {
				ok = false
			}
			return true
		})
		if ok {
			state[name] = 2
		}
		return ok
	}
	for _, f := range c.unit.Files {
		for _, d := range f.Decls {
			if fn, is := d.(*FnDecl); is && c.unit.Fns[fn.Name.Text] == fn && !visit(fn.Name.Text) {
				c.file = f
				c.report(codeRing, fn.Name.At, "`%s` comes to itself; functions cannot repeat", fn.Name.Text)
			}
		}
	}
}

// order finds who asks whom by active, and refuses rings (S5, E9).
func (c *checker) order() {
	state := map[*RuleInfo]int{}
	var visit func(r *RuleInfo, path []*RuleInfo) int
	visit = func(r *RuleInfo, path []*RuleInfo) int {
		if state[r] == 1 {
			i := slices.Index(path, r)
			var names []string
			for _, p := range append(slices.Clone(path[i:]), r) {
				names = append(names, p.Label)
			}
			c.file, c.rule = r.File, r
			c.report(codeActiveRing, r.Decl.Name.At, "rules ask each other in a ring: %s", strings.Join(names, " → "))
			return 0
		}
		if state[r] == 2 {
			return r.Level
		}
		state[r] = 1
		level := 0
		for _, a := range r.Asks {
			level = max(level, visit(a, append(path, r))+1)
		}
		r.Level, state[r] = level, 2
		return level
	}
	for _, r := range c.unit.Rules {
		slices.SortFunc(r.Asks, func(a, b *RuleInfo) int { return strings.Compare(a.Identity, b.Identity) })
		visit(r, nil)
	}
	c.rule = nil
}

// checkLoops finds rules that fire each other without end (E7, S39): a cycle
// in which no rule has a when, which acts once per rise, or a limit.
func (c *checker) checkLoops() {
	next := map[*RuleInfo][]*RuleInfo{}
	for _, f := range c.fires {
		if f.rule.Decl.When != nil || f.rule.Decl.Limit != nil {
			continue
		}
		for _, r := range c.unit.Rules {
			for _, e := range r.Elems {
				if tag.Intersect(f.pat, e.Pattern) && !slices.Contains(next[f.rule], r) && r.Decl.When == nil && r.Decl.Limit == nil {
					next[f.rule] = append(next[f.rule], r)
				}
			}
		}
	}
	state := map[*RuleInfo]int{}
	var visit func(r *RuleInfo, path []*RuleInfo)
	visit = func(r *RuleInfo, path []*RuleInfo) {
		if state[r] == 1 {
			var names []string
			for _, p := range append(slices.Clone(path[slices.Index(path, r):]), r) {
				names = append(names, p.Label)
			}
			c.file, c.rule = r.File, r
			at := r.Decl.At
			if len(r.Decl.Do) > 0 {
				at = r.Decl.Do[0].At
			}
			c.report(codeLoop, at, "this fires itself without end: %s; a `when` or a `limit` on the way would bound it", strings.Join(names, " → "))
			return
		}
		if state[r] == 2 {
			return
		}
		state[r] = 1
		for _, n := range next[r] {
			visit(n, append(path, r))
		}
		state[r] = 2
	}
	for _, r := range c.unit.Rules {
		visit(r, nil)
	}
	c.rule = nil
}

func (c *checker) checkTest(t *TestInfo) {
	c.file, c.where, c.rule = t.File, inConst, nil
	for _, s := range t.Decl.Steps {
		switch s.Kind {
		case Given:
			switch s.What.Text {
			case "param":
				if !slices.ContainsFunc(c.unit.Params, func(p *ParamInfo) bool { return p.Decl.Name.Text == s.Name.Text }) {
					var names []string
					for _, p := range c.unit.Params {
						names = append(names, p.Decl.Name.Text)
					}
					c.report(codeUnknownRule, s.Name.At, "there is no param `%s`%s", s.Name.Text, didYouMean(Nearest(s.Name.Text, names)))
				}
				c.testValue(s.Value)
			case "time":
				str, ok := s.Value.(*Str)
				text := ""
				if ok {
					text, ok = str.Literal()
				}
				if ok {
					_, err := calendar.ParseTime(text)
					ok = err == nil
				}
				if !ok {
					c.report(codeConstant, s.Value.Span(), "`given time` takes a time such as \"2026-03-01T12:00:00Z\"")
				}
			default:
				c.notBuilt(s.At, "`given "+s.What.Text+"` is")
			}
		case Send, Expect:
			c.firedTag(s.Tag, false)
			if s.Data != nil {
				c.testValue(s.Data)
			}
			c.duration(s.Every, "`every`")
			c.duration(s.For, "`for`")
			c.duration(s.Dur, "`at`")
		case Wait:
			c.duration(s.Dur, "`wait`")
		}
	}
}

// testValue is what a test sends or expects: constants.
func (c *checker) testValue(e Expr) {
	if _, ok := c.constant(e); !ok {
		if id, is := e.(*Ident); is {
			c.report(codeConstant, id.At, "a test sends and expects constants; `%s` is no param (text stands in quotes)", id.Text)
			return
		}
		if o, is := e.(*Obj); is {
			for _, p := range o.Parts {
				c.testValue(p.Value)
			}
			return
		}
		c.report(codeConstant, e.Span(), "a test sends and expects constants")
	}
}
