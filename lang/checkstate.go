package lang

import (
	"maps"
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/value"
)

// Registers: what a rule writes down for itself and others.

// scalars are the types a register may have (D25).
var scalars = map[typeKind]bool{boolType: true, intType: true, floatType: true, numType: true, stringType: true, timeType: true, durationType: true}

func (c *checker) checkStates() {
	for _, st := range c.unit.States {
		d := st.Decl
		c.file = st.File
		st.Type = c.typeExpr(d.Type)
		st.Type.Optional = false
		if st.Type.kind != badType && !scalars[st.Type.kind] {
			c.report(codeType, d.Type.At, "a register holds one plain value: bool, int, float, num, string, time or duration; %s is none of these", st.Type)
			st.Type = of(badType)
		}
		c.keyParts(codeRegister, "register", d.By)
		for i, n := range d.By {
			if slices.ContainsFunc(d.By[:i], func(o Name) bool { return o.Text == n.Text }) {
				c.report(codeDuplicate, n.At, "`%s` stands twice in this key", n.Text)
			}
			if old, is := c.names[n.Text]; is && hides[old.what] {
				dg := c.report(codeClash, n.At, "`%s` is a part of this key and a %s of the program; one of them needs another name", n.Text, old.what)
				c.label(dg, old.file, old.at, "the "+old.what)
			}
		}
		st.Expire = c.duration(d.Expire, "`expire`")
		if d.Default == nil {
			continue
		}
		v, ok := c.constant(d.Default)
		if !ok {
			if !c.excused {
				c.report(codeConstant, d.Default.Span(), "a register starts with a value known at load: a number, text, true, false, a duration, or a param")
			}
			continue
		}
		if st.Default, ok = fitted(v, st.Type); !ok {
			dg := c.report(codeType, d.Default.Span(), "this is %s, but the register `%s` is declared as %s", typeOfValue(v).article(), d.Name.Text, st.Type)
			c.label(dg, st.File, d.Type.At, "declared here")
		}
	}
	slices.SortFunc(c.unit.States, func(a, b *StateInfo) int { return strings.Compare(a.Decl.Name.Text, b.Decl.Name.Text) })
	c.file = nil
}

// stateNamed is the name of the register that e is, nil if it is none.
func (c *checker) stateNamed(e Expr) *Ident {
	if c.fn != nil {
		return nil
	}
	switch e := e.(type) {
	case *Ident:
		if c.byState[e.Text] != nil && !c.local(e.Text) {
			return e
		}
	case *Select:
		if q, _ := c.qualified(e); q != nil && c.byState[q.Text] != nil {
			return q
		}
	}
	return nil
}

// readState types a read of a register: NAME with the key that its by implies,
// or NAME[key, …].
func (c *checker) readState(e Expr, id *Ident, keys []Expr) Type {
	st := c.byState[id.Text]
	defer func(was bool) { c.bare = was }(c.bare)
	c.bare = false // the key is of the rule
	c.unit.Info.Uses[id] = Symbol{Kind: SymState, Name: id.Text, State: st}
	t := st.Type
	c.unit.Info.Types[id] = t
	l, ok := c.cellOf(st, id.Name, keys)
	if !ok {
		return of(badType)
	}
	c.unit.Info.Lookups[e] = l
	t.Optional = st.Default.IsNone()
	for _, k := range l.Keys {
		t.Optional = t.Optional || c.unit.Info.Types[k].Optional
	}
	return t
}

// cellOf types the key of a register; without one written it is what the names
// after by mean here (S37).
func (c *checker) cellOf(st *StateInfo, at Name, keys []Expr) (*Lookup, bool) {
	by := st.Decl.By
	l := &Lookup{State: st, Keys: keys}
	if keys == nil && len(by) > 0 {
		l.Implied = true
		for _, n := range by {
			id := &Ident{Name{n.Text, at.At}}
			if !c.binds(n.Text) {
				d := c.report(codeRegister, at.At, "`%s` is kept by %s, and this rule has no capture, key part or declared field `%s`; say whose is meant: `%s[…]`", at.Text, names(by), n.Text, at.Text)
				c.label(d, st.File, n.At, "kept by this")
				return nil, false
			}
			l.Keys = append(l.Keys, id)
		}
	}
	ok := true
	for _, k := range l.Keys {
		t := c.expr(k)
		if t.kind == listType || t.kind == objectType || t.kind == noneType {
			c.report(codeType, k.Span(), "%s cannot be a part of a key", t.article())
			ok = false
		}
		ok = ok && t.kind != badType
	}
	if len(l.Keys) != len(by) {
		what := "has no key; leave the brackets out"
		if len(by) > 0 {
			what = "is kept by " + names(by) + "; write a value for each: `" + at.Text + "[" + names(by) + "]`"
		}
		d := c.report(codeRegister, at.At, "`%s` %s", at.Text, what)
		c.label(d, st.File, st.Decl.Name.At, "declared here")
		return nil, false
	}
	return l, ok
}

func names(ids []Name) string {
	out := make([]string, len(ids))
	for i, n := range ids {
		out[i] = n.Text
	}
	return strings.Join(out, ", ")
}

// binds reports whether the rule at hand gives a name a meaning that a key can
// be taken from: a let, a capture, a part of its own key, or a declared field.
func (c *checker) binds(name string) bool {
	if c.muted != nil {
		return c.mutedKey(name) >= 0
	}
	if c.rule == nil {
		return false
	}
	if c.other != nil && slices.Contains(c.other.caps, name) {
		return true
	}
	if c.lets[name] != nil || c.other == nil && slices.Contains(c.rule.Caps, name) {
		return true
	}
	if by := c.rule.Decl.By; c.other == nil && by != nil && slices.ContainsFunc(by.Parts, func(p ByPart) bool {
		id, ok := p.Expr.(*Ident)
		return ok && id.Text == name
	}) {
		return true
	}
	evs, ok := c.schemas()
	return ok && slices.ContainsFunc(evs, func(ev *EventInfo) bool {
		return slices.ContainsFunc(ev.Fields, func(f EventField) bool { return f.Name == name })
	})
}

// impliedKey is the key of a read that does not write one.
func (c *checker) impliedKey(e Expr) []Expr {
	if l := c.unit.Info.Lookups[e]; l != nil && l.Implied {
		return l.Keys
	}
	return nil
}

func (c *checker) noState(n Name) {
	near := Nearest(n.Text, slices.Sorted(maps.Keys(c.byState)))
	d := c.report(codeUnknownRule, n.At, "there is no register `%s`%s", n.Text, didYouMean(near))
	switch {
	case len(near) > 0:
		c.fix(d, n.At, near[0], "write `"+near[0]+"`", true)
	default:
		d.Notes = append(d.Notes, shapes["state"])
	}
}

// set checks a write.
func (c *checker) set(a *Act, where place) {
	for _, x := range append(slices.Clone(a.Keys), a.Expr) {
		if x != nil {
			c.expr(x)
			c.stand(x, where)
		}
	}
	st := c.byState[a.Name.Text]
	if st == nil {
		if a.Name.Text != "" && !c.isLost(a.Name.Text, "state") {
			c.noState(a.Name)
		}
		return
	}
	l, ok := c.cellOf(st, a.Name, a.Keys)
	if !ok || a.Expr == nil {
		return
	}
	for _, k := range l.Keys {
		c.stand(k, where)
		c.neededBy(k, "set")
	}
	c.unit.Info.Sets[a] = l
	c.rule.Sets = append(c.rule.Sets, SetInfo{a, l})
	t := c.unit.Info.Types[a.Expr]
	switch {
	case t.kind == noneType:
		c.report(codeType, a.Expr.Span(), "`set` to none writes nothing; set the value that stands for it, or let the register expire")
	case !fits(t, st.Type):
		d := c.report(codeType, a.Expr.Span(), "the register `%s` is declared as %s, and this is %s", a.Name.Text, st.Type, t.article())
		c.label(d, st.File, st.Decl.Name.At, "declared here")
	default:
		c.neededBy(a.Expr, "set")
	}
}

// checkWriters finds registers that two rules write on one event, so that it
// would depend on their order what stays (D19, S38).
func (c *checker) checkWriters() {
	type writer struct {
		r *RuleInfo
		s SetInfo
	}
	writers := map[*StateInfo][]writer{}
	for _, r := range c.unit.Rules {
		for _, s := range r.Sets {
			writers[s.Cell.State] = append(writers[s.Cell.State], writer{r, s})
		}
	}
	for _, st := range c.unit.States {
		all := writers[st]
		for i, w := range all {
			c.file, c.rule = w.r.File, w.r
			for _, o := range all[:i] {
				if o.r == w.r {
					continue // its acts have an order: the last one stays
				}
				if !c.unbuilt[w.r] && !c.unbuilt[o.r] && c.sameEvent(o.r, w.r) {
					d := c.report(codeWriters, w.s.Act.Name.At, "`%s` and `%s` can both set `%s` on one event, and then nothing says which value stays; let their `where`s exclude each other, or let one rule set it", o.r.Label, w.r.Label, st.Decl.Name.Text)
					c.label(d, o.r.File, o.s.Act.Name.At, "the other one")
					break
				}
			}
		}
	}
	c.rule = nil
}

// sameEvent reports whether one event can be kept by both rules.
func (c *checker) sameEvent(a, b *RuleInfo) bool {
	if a.Absence() || b.Absence() {
		return false // it acts in a step of its own
	}
	for _, x := range a.Closing() {
		for _, y := range b.Closing() {
			if meet(x.Pattern, y.Pattern) && !c.exclude(a, x, b, y) {
				return true
			}
		}
	}
	return false
}

// exclude reports whether no event meets the wheres of both alternatives, by
// what they compare fields and registers with.
func (c *checker) exclude(a *RuleInfo, x ElemInfo, b *RuleInfo, y ElemInfo) bool {
	ranges := map[string]*Range{}
	for _, side := range []struct {
		r  *RuleInfo
		el ElemInfo
	}{{a, x}, {b, y}} {
		if side.el.Where == nil {
			return false
		}
		c.rule, c.file = side.r, side.r.File
		for _, cmp := range c.unit.Comparisons(side.el.Where) {
			name := c.subject(cmp.X, x.Pattern.String() == y.Pattern.String())
			if name == "" {
				continue
			}
			if ranges[name] == nil {
				ranges[name] = &Range{}
			}
			if ranges[name].Add(cmp) != nil {
				return true
			}
		}
	}
	return false
}

// subject names what is compared if it is the same in every rule that takes an
// event: a field, a register without key, or, where the tags are the same, a
// capture, or a register kept by captures.
func (c *checker) subject(e Expr, sameTag bool) string {
	if s, ok := e.(*Select); ok {
		if q := c.unit.Info.Qualified[s]; q != nil {
			e = q
		}
	}
	if l := c.unit.Info.Lookups[e]; l != nil {
		out := "table "
		if l.Table != nil {
			out += l.Table.Decl.Name.Text
		} else {
			out = "state " + l.State.Decl.Name.Text
		}
		for _, k := range l.Keys {
			s := c.subject(k, sameTag)
			if s == "" {
				return ""
			}
			out += " [" + s
		}
		return out
	}
	switch e := e.(type) {
	case *Paren:
		return c.subject(e.X, sameTag)
	case *Str:
		text, ok := e.Literal()
		if ok {
			return "text " + text
		}
	case *Ident:
		switch c.unit.Info.Uses[e].Kind {
		case SymCapture:
			if sameTag {
				return "capture " + e.Text
			}
			return ""
		case SymField:
			return "field " + e.Text
		}
	case *Select, *Index:
		if p := c.path(e); p != "" && !strings.ContainsAny(p, " =") {
			if id := root(e); id != nil && (c.unit.Info.Uses[id].Kind == SymField || c.unit.Info.Uses[id].Kind == SymEvent) {
				return "field " + p
			}
		}
	}
	return ""
}

// root is the name that a path begins with.
func root(e Expr) *Ident {
	for {
		switch x := e.(type) {
		case *Ident:
			return x
		case *Select:
			e = x.X
		case *Index:
			e = x.X
		default:
			return nil
		}
	}
}

// givenState checks what a register holds when a test begins.
func (c *checker) givenState(s *TestStep) {
	for _, k := range s.Keys {
		c.testValue(k)
	}
	if s.Value == nil {
		return
	}
	c.testValue(s.Value)
	st := c.byState[s.Name.Text]
	if st == nil {
		if s.Name.Text != "" && !c.isLost(s.Name.Text, "state") {
			c.noState(s.Name)
		}
		return
	}
	if len(s.Keys) != len(st.Decl.By) {
		d := c.report(codeRegister, s.Name.At, "a test says which one it means: `%s` has %d key parts, and here stand %d", s.Name.Text, len(st.Decl.By), len(s.Keys))
		c.label(d, st.File, st.Decl.Name.At, "declared here")
	}
	if v, ok := c.constant(s.Value); ok {
		if v.IsNone() || !isFitted(v, st.Type) {
			d := c.report(codeType, s.Value.Span(), "this is %s, but `%s` is declared as %s", typeOfValue(v).article(), s.Name.Text, st.Type)
			c.label(d, st.File, st.Decl.Name.At, "declared here")
		}
	}
	for _, k := range s.Keys {
		if v, ok := c.constant(k); ok {
			if _, ok := value.AppendKey(nil, v); !ok {
				c.report(codeType, k.Span(), "%s cannot be a part of a key", typeOfValue(v).article())
			}
		}
	}
}

// keyParts reports a key of more parts than a machine looks up.
func (c *checker) keyParts(code Code, what string, by []Name) {
	if len(by) > maxValues {
		c.report(code, by[maxValues].At, "the key of a %s has %d parts at most; this is one of %d", what, maxValues, len(by))
	}
}
