package lang

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/table"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// Check resolves and types a program: all files named together. It always
// returns a Unit; only one without errors may be compiled.
func Check(files []*File, env *Env) (*Unit, Diagnostics) {
	c := newChecker(files, env)
	c.check()
	return c.unit, c.diags
}

func newChecker(files []*File, env *Env) *checker {
	size := 0 // of the source, of which an expression takes some 20 bytes, and a name 40
	for _, f := range files {
		size += len(f.Source.Text)
	}
	return &checker{env: env, unit: &Unit{
		Files: files, Env: env, Fns: map[string]*FnDecl{},
		Info: &Info{Uses: make(map[*Ident]Symbol, size/40), Types: make(map[Expr]Type, size/20), Windows: map[*Call]Window{}, Asks: map[*Call]*RuleInfo{}, Qualified: map[*Select]*Ident{},
			Consts: map[Expr]value.Value{}, FileOf: map[Decl]*File{}, Froms: map[*Call]tag.Pattern{}, Lookups: map[Expr]*Lookup{}, Sets: map[*Act]*Lookup{}, Permits: map[*Act][]*PermitInfo{}, Calls: map[*Act]*ActionInfo{}, Members: map[*Select]*Ident{}, Spans: map[*Call]Spans{}},
	}, byState: map[string]*StateInfo{}, byTable: map[string]*TableInfo{}, names: map[string]declared{}, rules: map[string]*RuleInfo{}, params: map[*FnDecl][][]place{}, flowing: map[*FnDecl][]bool{}, foreigns: map[*FnDecl][][]*foreign{}, looked: map[any][lookers]Expr{},
		stood: map[standing]bool{}, covers: map[*Elem]*EventInfo{}, byParam: map[string]*ParamInfo{}, folding: map[*ParamInfo]foldState{}, unbuilt: map[*RuleInfo]bool{}, modules: map[*File]map[string]module{},
		tags: map[string]tag.Pattern{}, byAction: map[string]*ActionInfo{}, missed: map[missing]bool{}, permits: map[*File]*PermitInfo{}, lostPermits: map[*PermitInfo]bool{}}
}

func (c *checker) check() {
	c.declare()
	c.checkUses()
	c.checkParams()
	c.checkStates()
	c.checkTables()
	c.checkEvents()
	c.checkPermits()
	c.checkActions()
	c.checkFns()
	for _, r := range c.unit.Rules {
		c.checkRule(r)
	}
	c.checkMutes()
	for _, t := range c.unit.Tests {
		c.checkTest(t)
	}
	c.order()
	c.checkWriters()
	c.checkLoops()
	if !c.diags.HasErrors() {
		c.checkCosts()
	}
	c.diags.Sort()
	for i := range c.diags {
		if c.diags[i].Severity == Error {
			c.unit.Errors = append(c.unit.Errors, c.diags[i].Primary)
		}
	}
	c.unit.Broken = len(c.unit.Errors) > 0
}

type checker struct {
	env   *Env
	unit  *Unit
	diags Diagnostics
	names map[string]declared // rules, params, fns and what is not built yet
	rules map[string]*RuleInfo
	lost  map[string]bool // names of declarations that could not be read, and the first word of those without one

	// what is being checked
	file   *File
	rule   *RuleInfo
	fn     *FnDecl
	muted  *RuleInfo // by the mute that is being checked
	lets   map[string]*Let
	using  []*Let     // lets being checked, to find rings
	scope  []ElemInfo // the alternatives whose events it may be about
	match  bool       // it is about a match of a sequence: scope has the closing ones
	keyed  bool       // it is a key
	covers map[*Elem]*EventInfo

	declared declaredEvents // Unit.Events
	tags     map[string]tag.Pattern
	other    *foreign     // the source of the aggregate at hand, where it has its own
	events   []*EventInfo // declared for the rule's alternatives
	known0   guards       // what is known where the acts run (S35)
	shadows  map[string]bool
	watch    *watch // the recording that fields without a declaration are typed by

	// what was found of lets, fns and params
	params   map[*FnDecl][][]place
	flowing  map[*FnDecl][]bool
	foreigns map[*FnDecl][][]*foreign
	looked   map[any][lookers]Expr
	stood    map[standing]bool
	byParam  map[string]*ParamInfo
	folding  map[*ParamInfo]foldState
	byState  map[string]*StateInfo
	byTable  map[string]*TableInfo
	leaking  map[*FnDecl]bool // whether what a fn looks up in a table may be its value
	excused  bool             // the constant that was not found has its finding already
	unbuilt  map[*RuleInfo]bool
	modules  map[*File]map[string]module // files joined by use, by the name they have in each file
	bare     bool                        // a name of the program is looked for, not of the rule
	fires    []fire

	missed      map[missing]bool
	permits     map[*File]*PermitInfo
	byAction    map[string]*ActionInfo
	lostPermits map[*PermitInfo]bool // those with a tag that cannot be read
}

// declared is a name of the program.
type declared struct {
	what string
	file *File
	at   Span
}

type fire struct {
	rule *RuleInfo
	act  *Act
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

// isLost reports whether a name may be that of a declaration of some kind that
// could not be read: one finding is enough, and that is there.
func (c *checker) isLost(name, kind string) bool {
	if len(c.lost) == 0 {
		return false
	}
	if c.lost[name] || c.lost["= "+kind] {
		return true
	}
	for n := range c.lost {
		if len(name) > 2 && strings.HasPrefix(n, name) { // run together with the next word
			return true
		}
	}
	return false
}

// found reports whether a finding of a code covers a place of the file at hand.
func (c *checker) found(code Code, at Span) bool {
	return slices.ContainsFunc(c.diags, func(d Diag) bool {
		return d.Code == code && d.Primary.File == c.file.Source.Name && d.Primary.Span.Start <= at.Start && at.End <= d.Primary.Span.End
	})
}

// fix adds a change of the file at hand to a finding.
func (c *checker) fix(d *Diag, at Span, text, title string, safe bool) {
	d.Fixes = append(d.Fixes, Fix{Title: title, Safe: safe, Edits: []Edit{{c.file.Source.Name, at, text}}})
}

func (c *checker) label(d *Diag, file *File, at Span, text string) {
	d.Labels = append(d.Labels, Label{file.Source.Name, at, text})
}

// notBuilt reports a form that this version does not have.
// instead says what to do until it has.
func (c *checker) notBuilt(at Span, what, instead string) {
	d := c.report(codeNotBuilt, at, "%s not built yet: this version cannot run it; leave it out", what)
	if instead != "" {
		d.Notes = append(d.Notes, instead)
	}
}

// declare collects the names of the program.
func (c *checker) declare() {
	c.lost = map[string]bool{}
	name := func(n Name, what string) bool {
		if n.Text == "" {
			return true
		}
		if old, ok := c.names[n.Text]; ok {
			as := ""
			if old.what != what {
				as = ", as " + article(old.what)
			}
			d := c.report(codeDuplicate, n.At, "%s `%s` is declared already%s; give one of them another name", what, n.Text, as)
			c.label(d, old.file, old.at, "here")
			return false
		}
		c.names[n.Text] = declared{what, c.file, n.At}
		return true
	}
	for _, f := range c.unit.Files {
		c.file = f
		line, counted := 1, 0 // of the text up to there
		for _, d := range f.Decls {
			c.unit.Info.FileOf[d] = f
			switch d := d.(type) {
			case *RuleDecl:
				r := &RuleInfo{Decl: d, File: f, Label: d.Name.Text, Identity: d.Name.Text}
				if d.Name.Text == "" {
					line += strings.Count(f.Source.Text[counted:d.At.Start], "\n")
					counted = d.At.Start
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
					p := &ParamInfo{Decl: d, File: f}
					c.unit.Params = append(c.unit.Params, p)
					c.byParam[d.Name.Text] = p
				}
			case *FnDecl:
				if name(d.Name, "fn") {
					c.unit.Fns[d.Name.Text] = d
				}
			case *EventDecl:
				c.unit.Events = append(c.unit.Events, &EventInfo{Decl: d, File: f})
			case *TestDecl:
				if f.Source.Joined {
					continue // a test runs its own program alone
				}
				text, _ := d.Name.Literal()
				c.unit.Tests = append(c.unit.Tests, &TestInfo{Decl: d, File: f, Name: text})
			case *UseDecl: // checkUses
			case *TableDecl:
				if name(d.Name, "table") {
					t := &TableInfo{Decl: d, File: f, Table: &table.Table{}}
					c.unit.Tables = append(c.unit.Tables, t)
					c.byTable[d.Name.Text] = t
				}
			case *StateDecl:
				if name(d.Name, "register") {
					st := &StateInfo{Decl: d, File: f}
					c.unit.States = append(c.unit.States, st)
					c.byState[d.Name.Text] = st
				}
			case *ActionDecl:
				if name(d.Name, "action") {
					a := &ActionInfo{Decl: d, File: f}
					c.unit.Actions = append(c.unit.Actions, a)
					c.byAction[d.Name.Text] = a
				}
			case *MayDecl: // checkPermits
			case *MuteDecl: // checkMutes
			case *BadDecl:
				c.lost[d.Name] = true
				if d.Name == "" {
					c.lost["= "+d.First] = true
				}
				for _, n := range d.Names {
					c.lost[n] = true
				}
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
	for i, r := range c.unit.Rules {
		if i > 0 && r.Decl.Name.Text == "" && c.unit.Rules[i-1].Identity == r.Identity {
			c.file = r.File
			d := c.report(codeSameRule, r.Decl.At, "this rule stands in the program twice, and the acts of both have the same ids; delete one")
			first := c.unit.Rules[i-1]
			c.label(d, first.File, first.Decl.At, "the same rule")
		}
	}
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
	for _, e := range c.unit.Events {
		c.file = e.File
		pat, ok := c.pattern(e.Decl.Tag)
		if !ok {
			continue
		}
		e.Pattern = pat
		seen := map[string]bool{}
		for _, f := range e.Decl.Fields {
			if seen[f.Name.Text] {
				c.report(codeDuplicate, f.Name.At, "field `%s` is declared twice; leave one out", f.Name.Text)
				continue
			}
			seen[f.Name.Text] = true
			e.Fields = append(e.Fields, EventField{f.Name.Text, c.typeExpr(f.Type), f.At})
		}
		c.checkEventTime(e)
		if others := c.declared.meeting(pat); len(others) > 0 {
			o := c.declared.events[others[0]]
			d := c.report(codeOverlap, e.Decl.Tag.At, "one tag can match both %s and %s, so its fields would be declared twice; make one of them narrower", pat, o.Pattern)
			c.label(d, o.File, o.Decl.Tag.At, "the other declaration")
			continue
		}
		c.declared.add(e)
	}
	kept := c.declared.events
	c.unit.Events = kept
	// a param, a register or a table would hide the field (D13)
	clashed := map[string]bool{}
	for _, e := range kept {
		for _, f := range e.Fields {
			old, is := c.names[f.Name]
			if !is || !hides[old.what] || clashed[f.Name] {
				continue
			}
			clashed[f.Name] = true
			c.file = old.file
			d := c.report(codeClash, old.at, "`%s` is a %s and a field of the event %s, which it would hide; one of them needs another name", f.Name, old.what, e.Pattern)
			c.label(d, e.File, f.At, "the field")
		}
	}
}

// hides are the declarations whose names mean them wherever they stand in a rule.
var hides = map[string]bool{"param": true, "register": true, "table": true}

// meet reports whether some tag matches both patterns.
func meet(a, b tag.Pattern) bool {
	x, y := a.String(), b.String()
	for i := range min(len(x), len(y)) {
		if x[i] == '*' || x[i] == '{' || y[i] == '*' || y[i] == '{' {
			break
		}
		if x[i] != y[i] {
			return false
		}
	}
	return tag.Intersect(a, b)
}

// tagOf is tag.Parse, once for each text: what is fired is looked at from
// several sides.
func (c *checker) tagOf(text string) (tag.Pattern, error) {
	if p, ok := c.tags[text]; ok {
		return p, nil
	}
	p, err := tag.Parse(text)
	if err == nil {
		c.tags[text] = p
	}
	return p, err
}

// pattern reads the tag pattern of a source or a declaration.
func (c *checker) pattern(s *Str) (tag.Pattern, bool) {
	p, err := c.tagOf(s.inner())
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
			c.file, c.fn, c.rule = f, fn, nil
			if slices.Contains(c.env.FuncNames(), fn.Name.Text) {
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
	var visit func(fn *FnDecl, path []string)
	visit = func(fn *FnDecl, path []string) {
		name := fn.Name.Text
		if i := slices.Index(path, name); i >= 0 {
			c.file = c.unit.Info.FileOf[fn]
			c.report(codeRing, fn.Name.At, "`%s` calls itself, and functions cannot recur: %s", name, strings.Join(append(slices.Clone(path[i:]), name), " → "))
			return
		}
		if state[name] == 2 {
			return
		}
		state[name] = 2
		path = append(path, name)
		Walk(fn.Body, func(x Expr) bool {
			if call, is := x.(*Call); is && c.unit.Fns[call.Fn.Text] != nil {
				visit(c.unit.Fns[call.Fn.Text], path)
			}
			return true
		})
	}
	for _, f := range c.unit.Files {
		for _, d := range f.Decls {
			if fn, is := d.(*FnDecl); is && c.unit.Fns[fn.Name.Text] == fn {
				visit(fn, nil)
				c.file = f
				c.stand(fn.Body, inFn)
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
			c.report(codeActiveRing, r.Decl.Name.At, "rules ask each other by active(…) in a ring: %s", strings.Join(names, " → "))
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
		c.joins(r)
	}
	c.rule = nil
}

// joins warns of active(r) where no part of the keys says whose situation is
// asked for (S37).
func (c *checker) joins(r *RuleInfo) {
	shares := func(o *RuleInfo) bool {
		return slices.ContainsFunc(o.Key, func(k KeyInfo) bool {
			return slices.ContainsFunc(r.Key, func(mine KeyInfo) bool { return mine.Joins(k) })
		})
	}
	Exprs(r.Decl, func(e Expr) {
		Walk(e, func(x Expr) bool {
			call, ok := x.(*Call)
			if !ok {
				return true
			}
			if o := c.unit.Info.Asks[call]; o != nil && len(o.Key) > 0 && !shares(o) && !c.unbuilt[o] && !c.unbuilt[r] {
				c.file, c.rule = r.File, r
				var names []string
				for _, k := range o.Key {
					names = append(names, k.Name)
				}
				d := c.report(codeNoJoin, call.At, "`%s` is kept by %s, and this rule has no key of that name, so any active one counts; add the key if the same one is meant", o.Label, strings.Join(names, ", "))
				c.label(d, o.File, o.Decl.Name.At, "the rule that is asked")
			}
			return true
		})
	})
}

// checkLoops finds rules that fire each other without end (E7, S39): a cycle
// in which no rule has a when, which acts once per rise, or a limit.
func (c *checker) checkLoops() {
	bounded := func(r *RuleInfo) bool {
		return r.Decl.When != nil || r.Decl.Limit != nil || r.Absence() || c.unbuilt[r]
	}
	type step struct {
		to  *RuleInfo
		act *Act
	}
	var fired, ears tag.Index
	once := map[string]bool{}
	for i, f := range c.fires {
		if text := f.pat.String(); !bounded(f.rule) && !once[text] {
			once[text] = true
			fired.Add(f.pat, i)
		}
	}
	var open []*RuleInfo
	place := map[*RuleInfo]int{} // in open, from 1
	for _, r := range c.unit.Rules {
		// a match uses up its events, so a sequence goes on only while each of them is fired again
		if bounded(r) || !r.fed(func(e ElemInfo) bool { return len(fired.Meet(e.Pattern, nil)) > 0 }) {
			continue
		}
		for i, e := range r.Elems {
			if r.Takes(i) {
				ears.Add(e.Pattern, len(open))
			}
		}
		open = append(open, r)
		place[r] = len(open)
	}
	next := map[*RuleInfo][]step{}
	for _, f := range c.fires {
		if place[f.rule] == 0 {
			continue
		}
		for _, i := range slices.Compact(ears.Meet(f.pat, nil)) {
			next[f.rule] = append(next[f.rule], step{open[i], f.act})
		}
	}
	const entered, left = 1, 2
	state := map[*RuleInfo]int{}
	type visited struct {
		rule *RuleInfo
		act  *Act // that leads on
	}
	var visit func(r *RuleInfo, path []visited)
	visit = func(r *RuleInfo, path []visited) {
		state[r] = entered
		for _, n := range next[r] {
			path := append(path, visited{r, n.act})
			switch state[n.to] {
			case entered:
				i := slices.IndexFunc(path, func(v visited) bool { return v.rule == n.to })
				c.loop(n.to, func(yield func(*RuleInfo, *Act) bool) {
					for _, v := range path[i:] {
						if !yield(v.rule, v.act) {
							return
						}
					}
				})
			case left:
			default:
				visit(n.to, path)
			}
		}
		state[r] = left
	}
	for _, r := range open {
		if state[r] == 0 {
			visit(r, nil)
		}
	}
	c.rule = nil
}

// loop reports a cycle: the rules of it, each with the act that leads on.
func (c *checker) loop(first *RuleInfo, cycle func(func(*RuleInfo, *Act) bool)) {
	path := ""
	var d *Diag
	cycle(func(r *RuleInfo, a *Act) bool {
		path += r.Label + " → "
		if d == nil {
			c.file, c.rule = r.File, r
			d = c.report(codeLoop, a.At, "")
		} else {
			c.label(d, r.File, a.At, "which fires this in `"+r.Label+"`")
		}
		return true
	})
	d.Message = "this fires itself without end: " + path + first.Label + "; a `when` or a `limit` on the way would bound it"
}

func (c *checker) checkTest(t *TestInfo) {
	c.file, c.rule = t.File, nil
	for _, s := range t.Decl.Steps {
		switch s.Kind {
		case Given:
			switch s.What.Text {
			case "param":
				p := c.byParam[s.Name.Text]
				if p == nil && s.Name.Text != "" && !c.isLost(s.Name.Text, "param") {
					c.report(codeUnknownRule, s.Name.At, "there is no param `%s`%s", s.Name.Text, didYouMean(Nearest(s.Name.Text, slices.Sorted(maps.Keys(c.byParam)))))
				}
				c.testValue(s.Value)
				if v, ok := c.constant(s.Value); ok && p != nil {
					if t := c.typeExpr(p.Decl.Type); !isFitted(v, t) {
						d := c.report(codeType, s.Value.Span(), "this is %s, but `%s` is declared as %s", typeOfValue(v).article(), s.Name.Text, t)
						c.label(d, p.File, p.Decl.Name.At, "declared here")
					}
				}
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
			case "state":
				c.givenState(s)
			case "table":
				c.givenTable(s)
			default:
				if !c.isLost(s.Name.Text, "param") {
					c.notBuilt(s.At, "`given "+s.What.Text+"` is", "")
				}
			}
		case Send, Expect:
			c.testTag(s)
			if s.Data != nil {
				c.testValue(s.Data)
			}
			c.duration(s.Every, "`every`")
			c.duration(s.For, "`for`")
			c.durationFrom(0, s.Dur, "`at`")
		case Wait:
			c.duration(s.Dur, "`wait`")
		}
	}
}

// testValue is what a test sends or expects: constants.
func (c *checker) testValue(e Expr) {
	if _, ok := c.constant(e); !ok && !c.excused {
		if id, is := e.(*Ident); is {
			c.report(codeConstant, id.At, "a test sends and expects constants; `%s` is not a param (text stands in quotes)", id.Text)
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

// testTag checks a tag that a test sends or expects. It may expect the
// engine's own, but not send them.
func (c *checker) testTag(s *TestStep) {
	if s.Tag == nil {
		return
	}
	if pat, ok := c.firedTag(s.Tag, false, s.Kind == Expect); ok {
		c.usedTag(s.Tag, pat)
	}
}

// unknownRule reports the name of a rule that is not there.
func (c *checker) unknownRule(n Name) {
	near := Nearest(n.Text, slices.Sorted(maps.Keys(c.rules)))
	d := c.report(codeUnknownRule, n.At, "there is no rule `%s`%s", n.Text, didYouMean(near))
	if len(near) > 0 {
		c.fix(d, n.At, near[0], "write `"+near[0]+"`", true)
	}
}

// article puts a or an before a word.
func article(word string) string {
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}
