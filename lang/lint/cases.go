package lint

import (
	"math"
	"math/bits"
	"regexp"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// A condition is judged by its cases. What it compares with constants is cut
// by them into stretches: of x > 20 and x < 10 there are x below 10, 10, x
// between, 20, x above, x unknown, and x something else than a number. Within
// a stretch no comparison changes, so the condition has one value in each case,
// and a table of all cases says whether it can be true, what excludes what, and
// which term asks nothing more. What cannot be cut up, an active(rule), say,
// is true, false or unknown. A table may have cases that never come, and lacks
// none that may; so what it says is certain, and what it does not say may be.

// set is a set of cases.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (s set) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s set) meets(o set) bool {
	for i := range s {
		if s[i]&o[i] != 0 {
			return true
		}
	}
	return false
}

// and keeps what is in o too.
func (s set) and(o set) set {
	out := slices.Clone(s)
	for i := range out {
		out[i] &= o[i]
	}
	return out
}

func (s set) without(o set) set {
	out := slices.Clone(s)
	for i := range out {
		out[i] &^= o[i]
	}
	return out
}

func (s set) empty() bool {
	return !slices.ContainsFunc(s, func(w uint64) bool { return w != 0 })
}

func (s set) size() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// truth is what a condition is in each case; where neither, it is unknown.
type truth struct{ yes, no set }

func (a truth) and(b truth) truth {
	return truth{a.yes.and(b.yes), join(a.no, b.no)}
}

func (a truth) not() truth { return truth{a.no, a.yes} }

func (a truth) or(b truth) truth { return truth{join(a.yes, b.yes), a.no.and(b.no)} }

func join(a, b set) set {
	out := slices.Clone(a)
	for i := range out {
		out[i] |= b[i]
	}
	return out
}

// equal reports whether two conditions are the same in all those cases.
func (a truth) equal(b truth, within set) bool {
	for i := range within {
		if ((a.yes[i]^b.yes[i])|(a.no[i]^b.no[i]))&within[i] != 0 {
			return false
		}
	}
	return true
}

// subject is what is compared: an expression, or two with each other.
type subject struct {
	id       int
	e        lang.Expr
	a, b     int // of two: their numbers
	ext      extent
	asked    [classes]bool
	consts   [classes][]value.Value // sorted when sealed
	patterns []*regexp.Regexp
	like     []string // beside patterns, for those with * at the end alone; else empty
	cases    []instance
	stride   int
}

// instance is one case of one subject. Positions alternate between stretches
// and the constants that part them; of two subjects they are less, equal and more.
type instance struct {
	class class
	pos   int
	fits  uint64 // the patterns
}

// two is the class of a pair that has an order, odd of one that has none.
const (
	two class = classes + iota
	odd
)

// atom asks one subject.
type atom struct {
	s       *subject
	op      lang.Op // a comparison, "has", "in", "like", or "" for a bare condition
	v       value.Value
	list    []value.Value
	pattern int
}

// node is a condition as it is written: "and" and "or" with all their terms,
// "not", "let", which is a name for its term, or one atom. A condition without
// subjects has its value in every case.
type node struct {
	e      lang.Expr // with its parentheses
	op     lang.Op
	kids   []*node
	atom   *atom
	fixed  *bool // always so
	over   []*subject
	parent *node
	truth  truth
	said   bool // something was said about it or a part of it
}

// builder makes the nodes of conditions that are judged together.
type builder struct {
	*judge
	subjects map[int]*subject
	order    []*subject
}

func (j *judge) builder() *builder {
	return &builder{judge: j, subjects: map[int]*subject{}}
}

// subjectOf finds or makes the subject of an expression.
func (c *builder) subjectOf(e lang.Expr) *subject {
	id := c.same.of(e)
	s := c.subjects[id]
	if s == nil {
		s = &subject{id: id, e: e, ext: c.extent(e)}
		c.subjects[id] = s
		c.order = append(c.order, s)
	}
	return s
}

func (c *builder) pairOf(a, b int, e lang.Expr) *subject {
	id := -c.same.number("pair", a, b)
	s := c.subjects[id]
	if s == nil {
		s = &subject{id: id, e: e, a: a, b: b}
		c.subjects[id] = s
		c.order = append(c.order, s)
	}
	return s
}

// build reads a condition.
func (c *builder) build(e lang.Expr) *node {
	n := c.read(e)
	n.e = e
	for _, k := range n.kids {
		k.parent = n
		for _, s := range k.over {
			if !slices.Contains(n.over, s) {
				n.over = append(n.over, s)
			}
		}
	}
	return n
}

func (c *builder) read(e lang.Expr) *node {
	switch e := e.(type) {
	case *lang.Paren:
		return c.read(e.X)
	case *lang.Unary:
		switch e.Op {
		case "not":
			return &node{op: "not", kids: []*node{c.build(e.X)}}
		case "has":
			if v, ok := c.constant(e.X); ok {
				known := !v.IsNone()
				return &node{fixed: &known}
			}
			return c.leaf(c.subjectOf(e.X), atom{op: "has"})
		}
	case *lang.Binary:
		switch e.Op {
		case "and", "or":
			n := &node{op: e.Op}
			for x := lang.Expr(e); ; {
				b, ok := x.(*lang.Binary)
				if !ok || b.Op != e.Op {
					n.kids = append(n.kids, c.build(x))
					break
				}
				n.kids = append(n.kids, c.build(b.Y))
				x = b.X
			}
			slices.Reverse(n.kids)
			return n
		case "==", "!=", "<", "<=", ">", ">=":
			return c.comparison(e)
		case "in":
			return c.among(e)
		case "like", "matches":
			return c.pattern(e)
		}
	case *lang.Ident:
		if s := c.Info.Uses[e]; s.Kind == lang.SymLet && isCondition(s.Let.Value) {
			return &node{op: "let", kids: []*node{c.build(s.Let.Value)}}
		}
	}
	if v, ok := c.constant(e); ok {
		if is, isBool := v.AsBool(); isBool {
			return &node{fixed: &is}
		}
	}
	return c.bare(e)
}

func (c *builder) leaf(s *subject, a atom) *node {
	a.s = s
	return &node{atom: &a, over: []*subject{s}}
}

func (c *builder) bare(e lang.Expr) *node {
	s := c.subjectOf(e)
	s.asked[boolean] = true
	return c.leaf(s, atom{})
}

// isCondition reports whether an expression is made of conditions.
func isCondition(e lang.Expr) bool {
	switch e := e.(type) {
	case *lang.Paren:
		return isCondition(e.X)
	case *lang.Unary:
		return e.Op == "not" || e.Op == "has"
	case *lang.Binary:
		switch e.Op {
		case "and", "or", "==", "!=", "<", "<=", ">", ">=", "in", "like", "matches":
			return true
		}
	}
	return false
}

var turned = map[lang.Op]lang.Op{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}

func (c *builder) comparison(e *lang.Binary) *node {
	x, xok := c.constant(e.X)
	y, yok := c.constant(e.Y)
	switch {
	case xok && yok:
		v, ok := c.Constant(e)
		if is, isBool := v.AsBool(); ok && isBool {
			return &node{fixed: &is}
		}
		return c.bare(e)
	case xok:
		return c.against(e, e.Y, turned[e.Op], x)
	case yok:
		return c.against(e, e.X, e.Op, y)
	}
	a, b, op := c.same.of(e.X), c.same.of(e.Y), e.Op
	if a > b {
		a, b, op = b, a, turned[op]
	}
	return c.leaf(c.pairOf(a, b, e), atom{op: op})
}

// against is a comparison with a constant.
func (c *builder) against(e, x lang.Expr, op lang.Op, v value.Value) *node {
	cl := classOf(v.Kind())
	if cl == none || cl == other {
		return c.bare(e)
	}
	s := c.subjectOf(x)
	s.ask(v)
	return c.leaf(s, atom{op: op, v: v})
}

// ask notes a constant that the subject is compared with.
func (s *subject) ask(v value.Value) {
	cl := classOf(v.Kind())
	s.asked[cl] = true
	if cl != boolean {
		s.consts[cl] = append(s.consts[cl], v)
	}
}

func (c *builder) among(e *lang.Binary) *node {
	list, ok := e.Y.(*lang.List)
	if !ok {
		return c.bare(e)
	}
	a := atom{op: "in"}
	for _, x := range list.Items {
		v, ok := c.constant(x)
		if cl := classOf(v.Kind()); !ok || cl == none || cl == other {
			return c.bare(e)
		}
		a.list = append(a.list, v)
	}
	if x, ok := c.constant(e.X); ok {
		is := false
		for _, v := range a.list {
			eq, _ := value.Equal(x, v)
			is = is || value.True(eq)
		}
		return &node{fixed: &is}
	}
	s := c.subjectOf(e.X)
	for _, v := range a.list {
		s.ask(v)
	}
	return c.leaf(s, a)
}

// pattern is like or matches with a constant.
func (c *builder) pattern(e *lang.Binary) *node {
	v, ok := c.constant(e.Y)
	p, isText := v.AsString()
	if _, fixed := c.constant(e.X); fixed || !ok || !isText {
		return c.bare(e)
	}
	if e.Op == "like" && !strings.ContainsAny(p, "*?") {
		return c.against(e, e.X, "==", v)
	}
	source, prefix := p, ""
	if e.Op == "like" {
		source = "(?s)^" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(p)) + "$"
		if head, ok := strings.CutSuffix(p, "*"); ok && !strings.ContainsAny(head, "*?") {
			prefix = head + "*"
		}
	}
	re, err := regexp.Compile(source)
	if err != nil {
		return c.bare(e)
	}
	s := c.subjectOf(e.X)
	s.asked[text] = true
	i := slices.IndexFunc(s.patterns, func(o *regexp.Regexp) bool { return o.String() == source })
	if i < 0 {
		i = len(s.patterns)
		s.patterns, s.like = append(s.patterns, re), append(s.like, prefix)
	}
	return c.leaf(s, atom{op: "like", pattern: i})
}

// seal finds the cases of a subject, when all that is asked of it is known.
func (s *subject) seal() {
	if s.a != 0 {
		s.sealPair()
		return
	}
	s.cases = s.cases[:0]
	add := func(c class, pos int, fits uint64) { s.cases = append(s.cases, instance{c, pos, fits}) }
	if s.ext.of[none] {
		add(none, 0, 0)
	}
	rest := s.ext.of[other] // something is left that no comparison speaks of
	for cl := boolean; cl < other; cl++ {
		switch {
		case !s.ext.of[cl]:
		case !s.asked[cl]:
			rest = true
		case cl == boolean:
			add(boolean, 0, 0)
			add(boolean, 1, 0)
		case cl == text:
			s.sealText(add)
		default:
			consts := s.sorted(cl)
			for pos := range 2*len(consts) + 1 {
				if cl != number || s.ext.number(consts, pos) {
					add(cl, pos, 0)
				}
			}
		}
	}
	if rest {
		add(other, 0, 0)
	}
}

// sorted are the constants of a class in order, each once.
func (s *subject) sorted(cl class) []value.Value {
	list := s.consts[cl]
	slices.SortFunc(list, func(a, b value.Value) int { o, _ := value.Compare(a, b); return o })
	list = slices.CompactFunc(list, func(a, b value.Value) bool { o, _ := value.Compare(a, b); return o == 0 })
	s.consts[cl] = list
	return list
}

// number reports whether some number stands at that position.
func (x *extent) number(consts []value.Value, pos int) bool {
	at := func(i int) (f float64, open bool) {
		switch {
		case i < 0:
			return math.Inf(-1), false
		case i >= len(consts):
			return math.Inf(1), false
		}
		f, _ = consts[i].AsNumber()
		return f, math.Abs(f) < exact
	}
	if pos%2 == 1 {
		f, _ := at(pos / 2)
		return x.between(f, f, false, false)
	}
	lo, loOpen := at(pos/2 - 1)
	hi, hiOpen := at(pos / 2)
	return x.between(lo, hi, loOpen, hiOpen)
}

// sealText adds the cases of texts.
func (s *subject) sealText(add func(class, int, uint64)) {
	consts := s.sorted(text)
	fits := func(v string) (bits uint64) {
		for i, p := range s.patterns {
			if p.MatchString(v) {
				bits |= 1 << i
			}
		}
		return bits
	}
	if s.ext.texts != nil {
		for _, t := range s.ext.texts {
			i, is := slices.BinarySearchFunc(consts, t, func(v value.Value, t string) int {
				c, _ := v.AsString()
				return strings.Compare(c, t)
			})
			pos := 2 * i
			if is {
				pos++
			}
			add(text, pos, fits(t))
		}
		return
	}
	for pos := range 2*len(consts) + 1 {
		if pos%2 == 1 {
			if v, _ := consts[pos/2].AsString(); s.ext.fits == nil || s.ext.fits(v) {
				add(text, pos, fits(v))
			}
			continue
		}
		if pos == 0 && len(consts) > 0 && value.Identical(consts[0], value.String("")) {
			continue // nothing is before the empty text
		}
		for bits := range uint64(1) << len(s.patterns) {
			if s.possible(bits) {
				add(text, pos, bits)
			}
		}
	}
}

// possible reports whether one text may match just those patterns: of two
// texts with a * at the end alone, one begins the other or they exclude each
// other. Of other patterns anything may be.
func (s *subject) possible(bits uint64) bool {
	is := func(i int) bool { return bits&(1<<i) != 0 }
	for i, p := range s.like {
		if p == "" {
			continue
		}
		p = p[:len(p)-1]
		if p == "" && !is(i) {
			return false
		}
		for k, q := range s.like {
			if q == "" || k == i {
				continue
			}
			q = q[:len(q)-1]
			if strings.HasPrefix(p, q) {
				if is(i) && !is(k) {
					return false
				}
			} else if !strings.HasPrefix(q, p) && is(i) && is(k) {
				return false
			}
		}
	}
	return true
}

func (s *subject) sealPair() {
	s.cases = s.cases[:0]
	s.cases = append(s.cases, instance{class: none}, instance{class: two, pos: 1})
	if s.a != s.b {
		s.cases = append(s.cases, instance{class: two, pos: 0}, instance{class: two, pos: 2}, instance{class: odd, pos: 0}, instance{class: odd, pos: 1})
	} else {
		s.cases = append(s.cases, instance{class: odd, pos: 1})
	}
}

// ask is what an atom is in a case of its subject.
func (a *atom) ask(k instance) (is, known bool) {
	switch a.op {
	case "has":
		return k.class != none, true
	case "":
		return k.pos == 1, k.class == boolean
	case "like":
		return k.fits&(1<<a.pattern) != 0, k.class == text
	case "in":
		known = true
		for _, v := range a.list {
			is, ok := a.s.compare("==", v, k)
			if ok && is {
				return true, true
			}
			known = known && ok
		}
		return false, known
	}
	switch k.class {
	case two:
		return inOrder(a.op, k.pos-1), true
	case odd:
		if a.op == "==" || a.op == "!=" {
			return inOrder(a.op, k.pos-1), true
		}
		return false, false
	}
	if a.s.a != 0 {
		return false, false
	}
	return a.s.compare(a.op, a.v, k)
}

// open reports whether an atom by itself can be true and false: a comparison of
// what has no bounds.
func (a *atom) open() bool {
	x := &a.s.ext
	return a.s.a == 0 && turned[a.op] != "" && math.IsInf(x.lo, -1) && math.IsInf(x.hi, 1) && !x.whole && x.texts == nil && x.fits == nil &&
		x.of[classOf(a.v.Kind())] && a.v.Kind() != value.KindString
}

// compare is a comparison with one of the subject's constants.
func (s *subject) compare(op lang.Op, v value.Value, k instance) (is, known bool) {
	cl := classOf(v.Kind())
	if k.class != cl {
		return false, false
	}
	if cl == boolean {
		b, _ := v.AsBool()
		return (k.pos == 1) == b == (op == "=="), op == "==" || op == "!="
	}
	i, _ := slices.BinarySearchFunc(s.consts[cl], v, func(a, b value.Value) int { o, _ := value.Compare(a, b); return o })
	return inOrder(op, k.pos-(2*i+1)), true
}

// inOrder reports whether a comparison is true of an order.
func inOrder(op lang.Op, order int) bool {
	switch op {
	case "==":
		return order == 0
	case "!=":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// tooMany is how many cases a table has at most.
const tooMany = 2048

// table is all cases of some subjects together.
type table struct {
	subjects []*subject
	size     int
	real     set // the cases that can be
	all      set
}

// table makes the table of subjects, unless it would be too large.
func (c *builder) table(subjects []*subject) (*table, bool) {
	t := &table{subjects: subjects, size: 1}
	for _, s := range subjects {
		if len(s.patterns) > 5 {
			return nil, false
		}
		s.seal()
		s.stride = t.size
		if t.size *= len(s.cases); t.size > tooMany {
			return nil, false
		}
	}
	t.all = newSet(t.size)
	for i := range t.size {
		t.all.add(i)
	}
	t.real = t.all
	c.relate(t)
	return t, true
}

func (s *subject) at(i int) instance { return s.cases[i/s.stride%len(s.cases)] }

// fill finds what a condition is in each case.
func (t *table) fill(n *node) {
	for _, k := range n.kids {
		t.fill(k)
	}
	switch n.op {
	case "not":
		n.truth = n.kids[0].truth.not()
	case "let":
		n.truth = n.kids[0].truth
	case "and", "or":
		n.truth = n.kids[0].truth
		for _, k := range n.kids[1:] {
			n.truth = together(n.op, n.truth, k.truth)
		}
	default:
		n.truth = truth{newSet(t.size), newSet(t.size)}
		for i := range t.size {
			is, known := false, true
			if n.fixed != nil {
				is = *n.fixed
			} else {
				is, known = n.atom.ask(n.atom.s.at(i))
			}
			switch {
			case known && is:
				n.truth.yes.add(i)
			case known:
				n.truth.no.add(i)
			}
		}
	}
}

func together(op lang.Op, a, b truth) truth {
	if op == "and" {
		return a.and(b)
	}
	return a.or(b)
}
