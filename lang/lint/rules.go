package lint

import (
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
)

// double finds rules that do what another one does already: the same acts, on
// the same events or on some of them. Rules are put beside those of the same
// acts alone, so this takes no longer than there are rules.
func (j *judge) double(r *lang.RuleInfo, others map[int][]*lang.RuleInfo) {
	d := r.Decl
	if len(d.Do) == 0 || r.Sequence() || len(r.Elems) == 0 {
		return
	}
	acts := j.acts(d.Do)
	earlier := others[acts]
	others[acts] = append(earlier, r)
	for _, o := range earlier[max(0, len(earlier)-8):] {
		if r.Identity == o.Identity {
			continue // the checker says so
		}
		if j.alike(r, o) {
			rep := j.report(lang.CodeSameRule, j.file, r, headOf(r), "this does what `"+o.Label+"` does, on the same events; delete one")
			rep.Labels = append(rep.Labels, lang.Label{File: o.File.Source.Name, Span: headOf(o), Text: "the same"})
			return
		}
		wider, narrower := r, o
		if !j.implied(wider, narrower) {
			if wider, narrower = o, r; !j.implied(wider, narrower) {
				continue
			}
		}
		message := "`" + wider.Label + "` does the same on all these events and on more, so it is done twice; delete this rule, or let one of the two leave out what the other takes"
		if wider == r {
			message = "this does the same as `" + narrower.Label + "` on all events which that rule takes, so it is done twice; delete that rule, or let one of the two leave out what the other takes"
		}
		at := headOf(r)
		if w := keptBy(r); w != nil {
			at = w.Span()
		}
		rep := j.report(lang.CodeSubsumed, j.file, r, at, message)
		to := headOf(o)
		if w := keptBy(o); w != nil {
			to = w.Span()
		}
		rep.Labels = append(rep.Labels, lang.Label{File: o.File.Source.Name, Span: to, Text: "the other one"})
		return
	}
}

// headOf is the name of a rule, or its tag where it has none.
func headOf(r *lang.RuleInfo) lang.Span {
	if n := r.Decl.Name; n.Text != "" {
		return n.At
	}
	return r.Elems[0].Elem.Tag.At
}

// acts numbers what acts do.
func (j *judge) acts(acts []lang.Act) int {
	var all []int
	str := func(s *lang.Str) int {
		if s == nil {
			return 0
		}
		return j.same.of(s)
	}
	for i := range acts {
		a := &acts[i]
		data, set := 0, 0
		if a.Data != nil {
			data = j.same.of(a.Data)
		}
		if a.Expr != nil {
			set = j.same.of(a.Expr)
		}
		parts := append([]int{int(a.Kind), str(a.Tag), str(a.Text), data, set, -1}, j.same.all(a.Keys)...)
		all = append(all, j.same.number("act "+a.Mod.Text+"."+a.Name.Text, append(append(parts, -1), j.same.all(a.Args)...)...))
	}
	return j.same.number("acts", all...)
}

// alike reports whether two rules are the same in all but their names.
func (j *judge) alike(a, b *lang.RuleInfo) bool {
	return j.whole(a) == j.whole(b)
}

// whole numbers a rule without its name and the names of its lets.
func (j *judge) whole(r *lang.RuleInfo) int {
	d := r.Decl
	expr := func(e lang.Expr) int {
		if e == nil {
			return 0
		}
		if v, ok := j.Info.Consts[e]; ok {
			return j.same.number("= " + v.Kind().String() + " " + shown(r.File, e))
		}
		return j.same.of(e)
	}
	by := func(keys []lang.KeyInfo) int {
		var parts []int
		for _, k := range keys {
			n := j.same.number("key " + k.Name)
			if k.Expr != nil {
				n = j.same.number("key", j.same.of(k.Expr))
			}
			if k.In != nil {
				n = j.same.number("key in "+k.In.Decl.Name.Text, n)
			}
			parts = append(parts, n)
		}
		return j.same.number("keys", parts...)
	}
	parts := []int{by(r.Key), expr(d.When), expr(d.For), expr(d.Repeat), j.acts(d.Do), expr(d.Expire)}
	for _, el := range r.Elems {
		parts = append(parts, j.same.number("on "+el.Pattern.String()+" as "+el.Elem.As.Text), expr(el.Where))
	}
	if c := d.Clear; c != nil {
		parts = append(parts, j.same.number("clear", expr(c.When), expr(c.For), j.acts(c.Do)))
	}
	if l := d.Limit; l != nil {
		parts = append(parts, j.same.number("limit", expr(l.N), expr(l.Per), by(r.LimitKey)))
	}
	if g := d.Gather; g != nil {
		parts = append(parts, j.same.number("gather", expr(g.Dur), by(r.GatherKey)))
	}
	return j.same.number("rule", parts...)
}

// implied reports whether each event on which one rule acts is one on which a
// wider one does too: both act on each event, and ask it alone.
func (j *judge) implied(wider, narrower *lang.RuleInfo) bool {
	for _, r := range []*lang.RuleInfo{wider, narrower} {
		d := r.Decl
		w := keptBy(r)
		if d.When != nil || d.Limit != nil || d.Gather != nil || len(r.Elems) != 1 || w != nil && !j.stays(w) || len(r.Mutes) > 0 || !j.eventAlone(d.Do) {
			return false
		}
	}
	p, q := wider.Elems[0].Pattern, narrower.Elems[0].Pattern
	if p.String() != q.String() && (!tag.Covers(p, q) || j.captures(wider) || j.captures(narrower)) {
		return false
	}
	w, n := keptBy(wider), keptBy(narrower)
	if w == nil {
		return true
	}
	if n == nil {
		return false
	}
	c := j.builder()
	a, b := c.build(w), c.build(n)
	t, ok := c.table(union(slices.Clone(a.over), b.over))
	if !ok {
		return false
	}
	t.fill(a)
	t.fill(b)
	is := b.truth.yes.and(t.real)
	return !is.empty() && is.without(a.truth.yes).empty()
}

// captures reports whether a rule asks or says a part of its tag.
func (j *judge) captures(r *lang.RuleInfo) (is bool) {
	lang.Exprs(r.Decl, func(e lang.Expr) {
		lang.Walk(e, func(x lang.Expr) bool {
			if id, ok := x.(*lang.Ident); ok {
				is = is || j.Info.Uses[id].Kind == lang.SymCapture
			}
			return !is
		})
	})
	return is
}

// eventAlone reports whether acts say nothing but of the event at hand, and when it came.
func (j *judge) eventAlone(acts []lang.Act) (is bool) {
	is = true
	for i := range acts {
		a := &acts[i]
		is = is && a.Kind != lang.Set
		for _, s := range []*lang.Str{a.Tag, a.Text} {
			is = is && (s == nil || j.asks(s, lang.SymNow))
		}
		is = is && (a.Data == nil || j.asks(a.Data, lang.SymNow))
		for _, e := range a.Args {
			is = is && j.asks(e, lang.SymNow)
		}
	}
	return is
}
