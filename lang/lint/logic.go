package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

var logicRows = []row{
	{lang.CodeAlwaysTrue, always, judgeConditions},
}

// judgeConditions looks at all conditions: what they can be, and what their
// terms say beside each other.
func judgeConditions(p *pass) {
	names := newSame(p.Unit)
	rules := map[*lang.RuleDecl]*lang.RuleInfo{}
	for _, r := range p.Rules {
		rules[r.Decl] = r
	}
	bounds := &limits{of: map[int][]limit{}}
	acting := map[int][]*lang.RuleInfo{}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			j := &judge{pass: p, same: names, file: f, bounds: bounds}
			if r, ok := d.(*lang.RuleDecl); ok {
				if j.rule = rules[r]; j.rule == nil {
					continue
				}
				j.kept = keptBy(j.rule)
			}
			j.texts(d)
			if j.rule != nil {
				j.wildcards(j.rule.Decl)
			}
			if r, ok := d.(*lang.RuleDecl); ok && slices.ContainsFunc(r.Lets, func(l *lang.Let) bool { return p.broken(f, lang.Span{Start: l.Name.At.Start, End: l.Value.Span().End}) }) {
				continue // what they stand for is not known
			}
			said := len(p.found)
			j.declaration(d)
			faulty := slices.ContainsFunc(p.found[said:], func(d lang.Diag) bool { return d.Severity != lang.Hint })
			if j.rule != nil {
				j.clears(j.rule.Decl)
				if !faulty && !p.broken(f, d.Span()) { // what a rule asks by mistake is no reason to put it beside others
					j.double(j.rule, acting)
				}
			}
		}
	}
	bounds.magic(p)
}

// judge judges the conditions of one declaration.
type judge struct {
	*pass
	same *same
	file *lang.File
	rule *lang.RuleInfo // nil outside of rules
	kept lang.Expr      // what is true of each kept event, or nil
	deep int            // extents within extents

	bounds *limits
}

// keptBy is the where that every event of a rule has passed.
func keptBy(r *lang.RuleInfo) lang.Expr {
	if r.Sequence() || len(r.Elems) == 0 {
		return nil
	}
	for _, el := range r.Elems {
		if el.Where != r.Elems[0].Where {
			return nil
		}
	}
	return r.Elems[0].Where
}

// declaration judges all conditions in a declaration.
func (j *judge) declaration(d lang.Decl) {
	role := func(e lang.Expr) (clause string, given lang.Expr) {
		switch d := d.(type) {
		case *lang.MuteDecl:
			return "so this mutes nothing", nil
		case *lang.RuleDecl:
			switch {
			case e == d.When:
				return "so the rule never acts", j.kept
			case d.Clear != nil && e == d.Clear.When:
				return "so this never clears", j.kept
			case e == d.Source.Where || slices.ContainsFunc(j.rule.Elems, func(el lang.ElemInfo) bool { return el.Elem.Where == e }):
				return "so no event is ever taken", nil
			}
		}
		return "", nil
	}
	lang.Exprs(d, func(e lang.Expr) {
		if j.broken(j.file, e.Span()) {
			return
		}
		clause, given := role(e)
		j.visit(e, clause, given, false, clause != "")
	})
}

// visit finds the conditions in an expression: those that are no part of
// another, and those that stand in an aggregate.
func (j *judge) visit(e lang.Expr, clause string, given lang.Expr, inside, asked bool) {
	if !inside && (asked || isCondition(e)) {
		j.condition(e, clause, given)
		inside = true
	}
	down := func(xs ...lang.Expr) {
		for _, x := range xs {
			if x != nil {
				j.visit(x, "", nil, false, false)
			}
		}
	}
	switch e := e.(type) {
	case *lang.Paren:
		j.visit(e.X, "", nil, inside, false)
	case *lang.Unary:
		j.promised(e, e.X)
		j.detours(e)
		j.visit(e.X, "", nil, inside && e.Op == "not", false)
	case *lang.Binary:
		j.arithmetic(e)
		j.patterns(e)
		j.unitsOf(e)
		j.floats(e)
		j.bounds.add(j, e)
		j.detours(e)
		within := inside && (e.Op == "and" || e.Op == "or")
		j.visit(e.X, "", nil, within, false)
		j.visit(e.Y, "", nil, within, false)
	case *lang.Select:
		down(e.X)
	case *lang.Index:
		down(e.X)
		down(e.Args...)
	case *lang.List:
		down(e.Items...)
	case *lang.Obj:
		for _, p := range e.Parts {
			down(p.Value)
		}
	case *lang.Call:
		down(e.Args...)
		if e.Where != nil {
			given := j.kept
			if e.From != nil {
				given = nil
			}
			j.visit(e.Where, "so this is over nothing", given, false, true)
		}
	}
}

// constant is the value of an expression that nothing can change, not even
// another value for a param.
func (j *judge) constant(e lang.Expr) (value.Value, bool) {
	if j.varies(e) {
		return value.Value{}, false
	}
	return j.Constant(e)
}

func (j *judge) varies(e lang.Expr) (is bool) {
	lang.Walk(e, func(x lang.Expr) bool {
		if id, ok := x.(*lang.Ident); ok {
			s := j.Info.Uses[id]
			is = is || s.Kind != lang.SymLet || j.varies(s.Let.Value)
		}
		_, call := x.(*lang.Call)
		is = is || call
		return !is
	})
	return is
}

// known is what the argument of an aggregate can be, by what is true of each
// event that it is over.
func (j *judge) known(call *lang.Call, arg lang.Expr) extent {
	x := j.extent(arg)
	var conds []lang.Expr
	if call.From == nil && j.kept != nil {
		conds = append(conds, j.kept)
	}
	if call.Where != nil {
		conds = append(conds, call.Where)
	}
	if len(conds) == 0 || j.deep > 4 {
		return x
	}
	j.deep++
	defer func() { j.deep-- }()
	c := j.builder()
	var terms []*node
	for _, e := range conds {
		terms = append(terms, conjuncts(c.build(e))...)
	}
	s := c.subjects[j.same.of(arg)]
	if s == nil {
		return x
	}
	for _, group := range c.groups(terms) {
		var over []*subject
		for _, n := range group {
			over = union(over, n.over)
		}
		if !slices.Contains(over, s) {
			continue
		}
		t, ok := c.table(over)
		if !ok {
			break
		}
		is := t.real
		for _, n := range group {
			t.fill(n)
			is = is.and(n.truth.yes)
		}
		x = s.narrowed(x, is, t.size)
	}
	return x
}

// narrowed is an extent in some cases alone.
func (s *subject) narrowed(x extent, in set, size int) extent {
	seen := map[instance]bool{}
	for i := range size {
		if in.has(i) {
			seen[s.at(i)] = true
		}
	}
	out := x
	out.of = [classes]bool{}
	first, points := true, true
	var texts []string
	for _, k := range s.cases {
		if !seen[k] {
			continue
		}
		if k.class == other {
			for c := boolean; c < classes; c++ {
				out.of[c] = out.of[c] || x.of[c] && !s.asked[c] || c == other && x.of[other]
			}
			continue
		}
		out.of[k.class] = true
		switch k.class {
		case number:
			lo, hi, loOpen, hiOpen := s.stretch(k)
			one := extent{lo: lo, hi: hi, loOpen: loOpen, hiOpen: hiOpen, whole: x.whole}
			if first {
				out.lo, out.hi, out.loOpen, out.hiOpen = lo, hi, loOpen, hiOpen
			} else {
				j := extent{lo: out.lo, hi: out.hi, loOpen: out.loOpen, hiOpen: out.hiOpen}.join(one)
				out.lo, out.hi, out.loOpen, out.hiOpen = j.lo, j.hi, j.loOpen, j.hiOpen
			}
			first = false
		case text:
			if points = points && k.pos%2 == 1; points {
				v, _ := s.consts[text][k.pos/2].AsString()
				texts = append(texts, v)
			}
		}
	}
	if points && texts != nil && x.texts == nil {
		slices.Sort(texts)
		out.texts = slices.Compact(texts)
	}
	out.why = "only events that pass `where` count here"
	return out
}

// conjuncts are the terms of a condition that must all be true.
func conjuncts(n *node) []*node {
	switch n.op {
	case "and":
		var out []*node
		for _, k := range n.kids {
			out = append(out, conjuncts(k)...)
		}
		return out
	case "let":
		return conjuncts(n.kids[0])
	}
	return []*node{n}
}

func union(a, b []*subject) []*subject {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// stays reports whether a condition says the same of an event for as long as
// anyone looks at it: it asks nothing but the event.
func (j *judge) stays(e lang.Expr) bool { return j.asks(e, lang.SymField) }

// asks reports whether an expression asks nothing but the event, and one more.
func (j *judge) asks(e lang.Expr, more lang.SymbolKind) (is bool) {
	is = true
	lang.Walk(e, func(x lang.Expr) bool {
		if j.Info.Lookups[x] != nil {
			is = false
		}
		switch x := x.(type) {
		case *lang.Ident:
			switch s := j.Info.Uses[x]; s.Kind {
			case lang.SymField, lang.SymCapture, lang.SymTag, lang.SymEvent, lang.SymParam, more:
			case lang.SymLet:
				is = is && j.asks(s.Let.Value, more)
			default:
				is = false
			}
		case *lang.Call:
			is = is && functions[x.Fn.Text] != nil && j.Fns[x.Fn.Text] == nil
		}
		return is
	})
	return is
}

// condition judges one condition. Given is what is true of each event that it
// is asked about, nil for nothing.
func (j *judge) condition(e lang.Expr, clause string, given lang.Expr) {
	if given == nil && j.open(e) {
		return
	}
	c := j.builder()
	root := c.build(e)
	var known []*node
	if given != nil {
		for _, n := range conjuncts(c.build(given)) {
			n.parent = nil
			if j.stays(n.e) {
				known = append(known, n)
			}
		}
	}
	v := verdict{builder: c, root: root, clause: clause}
	v.list([]*node{root}, "", known)
}

// open reports whether a condition is one comparison of a value with a
// constant, of which nothing is known: most are.
func (j *judge) open(e lang.Expr) bool {
	b, ok := e.(*lang.Binary)
	if !ok || turned[b.Op] == "" {
		return false
	}
	if _, ok := b.Y.(*lang.Lit); !ok {
		return false
	}
	x := b.X
	if call, ok := x.(*lang.Call); ok && ranks[call.Fn.Text] > 0 && call.Where == nil && j.kept == nil && j.Fns[call.Fn.Text] == nil {
		if w := j.Info.Windows[call]; len(w.Args) == 1 {
			x = w.Args[0]
		}
	}
	id, ok := x.(*lang.Ident)
	return ok && j.Info.Uses[id].Kind == lang.SymField && j.Info.Types[id].Kind() != value.KindInt
}

// verdict is what is said about one condition.
type verdict struct {
	*builder
	root   *node
	clause string // what follows if it is never true
}

// list judges the terms of an and or an or, or one alone, in groups of those
// that say something of each other.
func (v *verdict) list(terms []*node, op lang.Op, known []*node) {
	isKnown := func(n *node) bool { return slices.Contains(known, n) }
	for _, group := range v.groups(slices.Concat(known, terms)) {
		given, mine := group[:0:0], group[:0:0]
		for _, n := range slices.Concat(known, terms) { // in their order
			if slices.Contains(group, n) {
				if isKnown(n) {
					given = append(given, n)
				} else {
					mine = append(mine, n)
				}
			}
		}
		if len(mine) == 0 {
			continue
		}
		if len(mine) == 1 && len(given) == 0 {
			n := mine[0]
			if n.atom != nil && n.atom.open() {
				continue
			}
			for n.op == "not" {
				n = n.kids[0]
			}
			if n.op == "and" || n.op == "or" {
				v.list(n.kids, n.op, nil)
				continue
			}
		}
		var over []*subject
		for _, n := range group {
			over = union(over, n.over)
		}
		t, ok := v.table(over)
		if !ok {
			for _, n := range mine { // each for itself, down to what is small enough
				if len(mine) > 1 || len(given) > 0 {
					v.list([]*node{n}, op, nil)
				}
			}
			continue
		}
		for _, n := range group {
			t.fill(n)
		}
		v.judge(t, mine, op, given)
	}
}

// judge says what a table shows of the terms of a list.
func (v *verdict) judge(t *table, terms []*node, op lang.Op, given []*node) {
	for _, n := range terms {
		v.constants(t, n)
	}
	if len(terms) > 1 && !anySaid(terms) {
		v.joined(t, terms, op)
	}
	if len(given) > 0 && !anySaid(terms) {
		is := t.real
		for _, g := range given {
			is = is.and(g.truth.yes)
		}
		if !is.empty() { // otherwise it is the given that has its finding
			for _, n := range terms {
				v.excluded(t, n, is, given)
			}
		}
	}
	if !anySaid(terms) {
		v.within(t, terms, op, t.real, nil)
	}
	if len(terms) > 1 && !anySaid(terms) {
		v.redundant(t, terms, op)
	}
	for _, n := range terms {
		v.inner(t, n)
	}
}

func anySaid(ns []*node) bool { return slices.ContainsFunc(ns, func(n *node) bool { return n.said }) }

// say marks a node and all around it.
func (n *node) say() {
	for ; n != nil; n = n.parent {
		n.said = true
	}
}

// constants reports the smallest parts that are never true or never false.
func (v *verdict) constants(t *table, n *node) {
	if n.op == "let" {
		// what stands behind the name is judged where it stands
		if !n.truth.yes.meets(t.real) || !n.truth.no.meets(t.real) {
			n.say()
		}
		return
	}
	for _, k := range n.kids {
		v.constants(t, k)
	}
	if (n.op == "and" || n.op == "or") && !anySaid(n.kids) {
		v.joined(t, n.kids, n.op)
	}
	if n.said {
		return
	}
	switch {
	case n.op != "":
	case !n.truth.yes.meets(t.real):
		n.say()
		v.never(n, v.reason(n))
	case !n.truth.no.meets(t.real):
		n.say()
		v.always(n, n.truth.yes.and(t.real).size() < t.real.size())
	}
}

// joined reports terms that exclude each other, or of which one is always true.
func (v *verdict) joined(t *table, terms []*node, op lang.Op) {
	all := terms[0].truth
	for _, n := range terms[1:] {
		all = together(op, all, n.truth)
	}
	switch {
	case op == "and" && !all.yes.meets(t.real):
	case op == "or" && !all.no.meets(t.real):
	default:
		return
	}
	// the first two that do, or all
	a, b := terms[0], terms[len(terms)-1]
	pair := false
search:
	for i := range terms {
		for _, m := range terms[:i] {
			two := together(op, m.truth, terms[i].truth)
			if op == "and" && !two.yes.meets(t.real) || op == "or" && !two.no.meets(t.real) {
				a, b, pair = m, terms[i], true
				break search
			}
		}
	}
	for _, n := range terms {
		n.say()
	}
	v.together(a, b, op, pair, len(terms))
}

// excluded reports what cannot be true, or cannot be false, where something
// else is known to be true.
func (v *verdict) excluded(t *table, n *node, is set, given []*node) {
	if n.op == "and" || n.op == "or" {
		for _, k := range n.kids {
			v.excluded(t, k, is, given)
		}
		return
	}
	if n.op == "not" && len(n.kids[0].kids) > 0 {
		v.excluded(t, n.kids[0], is, given)
		return
	}
	yes, no := n.truth.yes.meets(is), n.truth.no.meets(is)
	unknown := !is.without(n.truth.yes).without(n.truth.no).empty()
	if yes && (no || unknown) {
		return
	}
	// the one that says it, if one alone does
	from := given[0]
	for _, g := range given {
		in := t.real.and(g.truth.yes)
		if !yes && !n.truth.yes.meets(in) || yes && in.without(n.truth.yes).empty() {
			from = g
			break
		}
	}
	n.say()
	if !yes {
		d := v.say(lang.CodeConflict, n, "no event that passes `%s` meets `%s`%s", v.show(from.e), v.show(n.e), v.therefore(n))
		v.label(d, from.e, "`where` asks this")
		return
	}
	advice := "leave it out"
	if n.parent != nil && n.parent.op == "or" {
		advice = "the rest is always true"
	}
	d := v.say(lang.CodeAlwaysTrue, n, "every event that passes `%s` meets this; %s", v.show(from.e), advice)
	v.label(d, from.e, "`where` asks this")
	v.drop(d, n)
}

// within reports alternatives that what stands beside them excludes: the
// second of `x > 5 and (y or x < 3)`. Is has the cases in which all of that is true.
func (v *verdict) within(t *table, terms []*node, op lang.Op, is set, beside []*node) {
	for _, k := range terms {
		in, others := is, beside
		switch {
		case op == "and" && k.op == "or":
			others = slices.Clone(beside)
			for _, o := range terms {
				if o != k {
					in, others = in.and(o.truth.yes), append(others, o)
				}
			}
		case op == "not":
			in, others = t.real, nil
		case op == "or" && len(beside) > 0 && !is.empty() && !k.truth.yes.meets(is):
			from := beside
			for i, g := range beside {
				if !k.truth.yes.meets(t.real.and(g.truth.yes)) {
					from = beside[i : i+1]
					break
				}
			}
			k.say()
			d := v.say(lang.CodeConflict, k, "this is never true beside `%s`, so it is no alternative", v.show(from[0].e))
			for _, g := range from {
				v.label(d, g.e, "excludes it")
			}
			continue
		}
		if k.op != "let" {
			v.within(t, k.kids, k.op, in, others)
		}
	}
}

// inner judges the lists within a term by themselves.
func (v *verdict) inner(t *table, n *node) {
	if n.op == "let" {
		return
	}
	if (n.op == "and" || n.op == "or") && !n.said {
		v.redundant(t, n.kids, n.op)
	}
	for _, k := range n.kids {
		v.inner(t, k)
	}
}

// redundant reports terms without which a list has the same value in each case.
func (v *verdict) redundant(t *table, terms []*node, op lang.Op) {
	left := slices.Clone(terms)
	whole := func(ns []*node) truth {
		out := ns[0].truth
		for _, n := range ns[1:] {
			out = together(op, out, n.truth)
		}
		return out
	}
	all := whole(terms)
	for i := len(terms) - 1; i >= 0 && len(left) > 1; i-- {
		n := terms[i]
		rest := slices.DeleteFunc(slices.Clone(left), func(o *node) bool { return o == n })
		if !whole(rest).equal(all, t.real) {
			continue
		}
		left = rest
		from := rest
		for _, o := range rest {
			if together(op, o.truth, n.truth).equal(o.truth, t.real) {
				from = []*node{o}
				break
			}
		}
		n.say()
		var d *lang.Diag
		switch by := v.show(from[0].e); {
		case len(from) > 1:
			d = v.say(lang.CodeRedundant, n, "this changes nothing beside the other terms; leave it out")
		case v.same.of(from[0].e) == v.same.of(n.e):
			d = v.say(lang.CodeRedundant, n, "this is said twice; leave one out")
			v.label(d, from[0].e, "the same")
		case op == "and":
			d = v.say(lang.CodeRedundant, n, "`%s` says this already; leave it out", by)
			v.label(d, from[0].e, "this asks more")
		default:
			d = v.say(lang.CodeRedundant, n, "`%s` allows this already; leave it out, or write `and` if both are meant", by)
			v.label(d, from[0].e, "this allows more")
		}
		if n.parent != nil && n.parent.op == op {
			v.take(d, n, op, true)
		}
	}
}

// say reports something of a node.
func (v *verdict) say(code lang.Code, n *node, format string, args ...any) *lang.Diag {
	return v.report(code, v.file, v.rule, n.e.Span(), fmt.Sprintf(format, args...))
}

func (v *verdict) label(d *lang.Diag, e lang.Expr, text string) {
	d.Labels = append(d.Labels, lang.Label{File: v.file.Source.Name, Span: e.Span(), Text: text})
}

// show is an expression as it is written.
func (j *judge) show(e lang.Expr) string { return shown(j.file, e) }

func shown(f *lang.File, e lang.Expr) string {
	s := e.Span()
	if s.Start < 0 || s.End > len(f.Source.Text) || s.Start > s.End {
		return "…"
	}
	return strings.Join(strings.Fields(f.Source.Text[s.Start:s.End]), " ")
}

// therefore is what follows if a node is never true, for the whole condition.
func (v *verdict) therefore(n *node) string {
	for ; n != v.root; n = n.parent {
		if n == nil || n.parent == nil || n.parent.op != "and" && n.parent.op != "let" {
			return ""
		}
	}
	if v.clause == "" {
		return ""
	}
	return ", " + v.clause
}

// reason says why an atom is never true.
func (v *verdict) reason(n *node) string {
	a := n.atom
	if a == nil || a.s.a != 0 {
		return ""
	}
	if a.op == "in" && len(a.list) == 0 {
		return "nothing is in an empty list"
	}
	return a.s.ext.why
}

func (v *verdict) never(n *node, why string) {
	if v.self(n) {
		return
	}
	message := "this is never true"
	if why != "" {
		message += ": " + why
	}
	d := v.say(lang.CodeAlwaysFalse, n, "%s%s", message, v.therefore(n))
	if n.atom != nil && n.atom.s.a == 0 && n.atom.s.ext.texts != nil {
		if lit, ok := unparen(n.e).(*lang.Binary); ok {
			if s, ok := unparen(lit.Y).(*lang.Str); ok {
				written, _ := s.Literal()
				if near := nearestText(written, n.atom.s.ext.texts); near != "" {
					d.Message += "; did you mean `\"" + near + "\"`?"
					v.fix(d, s.At, `"`+near+`"`, `write "`+near+`"`, false)
				}
			}
		}
	}
}

func nearestText(written string, texts []string) string {
	for _, t := range texts {
		if len(written) > len(t) && strings.HasPrefix(strings.ToLower(written), t) {
			return t // "monday" for "mon"
		}
	}
	if near := lang.Nearest(written, texts); len(near) > 0 {
		return near[0]
	}
	return ""
}

func (v *verdict) always(n *node, unknown bool) {
	if v.self(n) {
		return
	}
	why := v.reason(n)
	if why != "" {
		why = ": " + why
	}
	if unknown && n.atom != nil && n.atom.s.a == 0 {
		v.say(lang.CodeAlwaysTrue, n, "this is true whenever `%s` has a value%s; leave it out, or ask `has %s`", v.show(n.atom.s.e), why, v.show(n.atom.s.e))
		return
	}
	d := v.say(lang.CodeAlwaysTrue, n, "this is always true%s; leave it out", why)
	v.drop(d, n)
}

// self reports a comparison of one thing with itself.
func (v *verdict) self(n *node) bool {
	if n.atom == nil || n.atom.s.a == 0 || n.atom.s.a != n.atom.s.b {
		return false
	}
	b, ok := unparen(n.e).(*lang.Binary)
	if !ok {
		return false
	}
	what := "never true"
	if inOrder(b.Op, 0) {
		what = "true of every known value"
	}
	v.say(lang.CodeSelf, n, "`%s` is compared with itself, which is %s; something else is meant on one side", v.show(b.X), what)
	return true
}

func unparen(e lang.Expr) lang.Expr {
	for {
		p, ok := e.(*lang.Paren)
		if !ok {
			return e
		}
		e = p.X
	}
}

// together reports two terms, or several, that exclude each other or leave
// nothing out.
func (v *verdict) together(a, b *node, op lang.Op, pair bool, terms int) {
	at := lang.Span{Start: a.e.Span().Start, End: b.e.Span().End}
	if at.Start > at.End {
		at = b.e.Span()
	}
	var d *lang.Diag
	about := v.about(a, b)
	switch {
	case op == "and" && pair && about != "":
		d = v.report(lang.CodeConflict, v.file, v.rule, at, fmt.Sprintf("no `%s` meets both `%s` and `%s`%s", about, v.show(a.e), v.show(b.e), v.therefore(b)))
	case op == "and" && pair:
		d = v.report(lang.CodeConflict, v.file, v.rule, at, fmt.Sprintf("`%s` and `%s` are never true together%s", v.show(a.e), v.show(b.e), v.therefore(b)))
	case op == "and":
		d = v.report(lang.CodeConflict, v.file, v.rule, at, "these conditions are never true together"+v.therefore(b))
	case pair && about != "":
		d = v.report(lang.CodeAlwaysTrue, v.file, v.rule, at, fmt.Sprintf("every `%s` meets `%s` or `%s`, so this is always true", about, v.show(a.e), v.show(b.e)))
	default:
		d = v.report(lang.CodeAlwaysTrue, v.file, v.rule, at, "one of these is always true, so this is always true")
	}
	if pair {
		v.label(d, a.e, "this")
		v.label(d, b.e, map[lang.Op]string{"and": "excludes this", "or": "or else this"}[op])
	}
	if pair && terms == 2 && about != "" && compares(a) && compares(b) {
		instead := map[lang.Op]string{"and": "or", "or": "and"}[op]
		d.Message += "; `" + instead + "` may be meant"
		if gap, ok := v.gap(a, b, op); ok {
			v.fix(d, gap, instead, "write `"+instead+"`", false)
		}
	}
}

func compares(n *node) bool { return n.atom != nil && n.atom.op != "has" && n.atom.op != "" }

// about is the one thing that two terms ask about.
func (v *verdict) about(a, b *node) string {
	if len(a.over) != 1 || len(b.over) != 1 || a.over[0] != b.over[0] || a.over[0].a != 0 {
		return ""
	}
	return v.show(a.over[0].e)
}

// gap is the place of the operator between two terms, if nothing else stands
// there.
func (v *verdict) gap(a, b *node, op lang.Op) (lang.Span, bool) {
	at := lang.Span{Start: a.e.Span().End, End: b.e.Span().Start}
	if at.Start > at.End {
		return at, false
	}
	between := v.file.Source.Text[at.Start:at.End]
	if strings.TrimSpace(between) != string(op) {
		return at, false
	}
	i := strings.Index(between, string(op))
	return lang.Span{Start: at.Start + i, End: at.Start + i + len(op)}, true
}

// take offers to take a term out of its list, with the operator beside it.
func (v *verdict) take(d *lang.Diag, n *node, op lang.Op, safe bool) {
	list, at := n.parent, n.e.Span()
	i := slices.Index(list.kids, n)
	if len(list.kids) < 2 {
		return
	}
	var away lang.Span
	if i > 0 {
		if _, ok := v.gap(list.kids[i-1], list.kids[i], op); !ok {
			return
		}
		away = lang.Span{Start: list.kids[i-1].e.Span().End, End: at.End}
	} else {
		if _, ok := v.gap(list.kids[0], list.kids[1], op); !ok {
			return
		}
		away = lang.Span{Start: at.Start, End: list.kids[1].e.Span().Start}
	}
	if !commented(v.file, away) {
		v.fix(d, away, "", "leave it out", safe)
	}
}

// drop offers to leave out a term that is always true from among others that
// must be true too.
func (v *verdict) drop(d *lang.Diag, n *node) {
	if n.parent != nil && n.parent.op == "and" {
		v.take(d, n, "and", false)
	}
}

func (j *judge) fix(d *lang.Diag, at lang.Span, text, title string, safe bool) {
	d.Fixes = append(d.Fixes, lang.Fix{Title: title, Safe: safe, Edits: []lang.Edit{{File: j.file.Source.Name, Span: at, Text: text}}})
}
