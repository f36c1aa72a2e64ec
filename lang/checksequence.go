package lang

import (
	"slices"
	"strings"
)

// Sequences: sources of several events (S18-S21, S37).

// mostEvents is how many events one match may take: more than a machine keeps
// for a key could never come together (vm.MaxPending).
const mostEvents = 1_000

// mostElems is how many tags a source may name (vm.Verify).
const mostElems = 32

// StepInfo is one place in a sequence: the elements First to First+N-1 of the
// rule, one of which has to come, all of which in any order (Both), or none of
// which may (Not).
type StepInfo struct {
	Not, Both bool
	First, N  int
}

// sequential reports whether a source takes more than one event.
func sequential(s *RuleSource) bool {
	return len(s.Steps) > 1 || len(s.Steps) == 1 && (s.Steps[0].Both || slices.ContainsFunc(s.Steps[0].Elems, func(e *Elem) bool { return e.Count != nil }))
}

// Sequence reports whether the rule's source takes several events.
func (r *RuleInfo) Sequence() bool { return len(r.Steps) > 0 }

// Absence reports whether the rule acts because something did not come.
func (r *RuleInfo) Absence() bool { return r.Sequence() && r.Steps[len(r.Steps)-1].Not }

// elems are the elements of a step.
func (r *RuleInfo) elems(s StepInfo) []ElemInfo { return r.Elems[s.First : s.First+s.N] }

// Closing are the elements whose event a match ends with, which plain fields
// speak of; in an absence those its opener ends with (S21). Of a plain source
// they are its alternatives.
func (r *RuleInfo) Closing() []ElemInfo {
	for i := len(r.Steps) - 1; i >= 0; i-- {
		if !r.Steps[i].Not {
			return r.elems(r.Steps[i])
		}
	}
	return r.Elems
}

// Takes reports whether events of an element become part of what the rule acts
// on; those behind `not` do not.
func (r *RuleInfo) Takes(i int) bool {
	return !slices.ContainsFunc(r.Steps, func(s StepInfo) bool { return s.Not && s.First <= i && i < s.First+s.N })
}

// fed reports whether every event of a match can be one of those asked about.
func (r *RuleInfo) fed(by func(e ElemInfo) bool) bool {
	for _, st := range r.Steps {
		elems := r.elems(st)
		switch {
		case st.Not:
		case st.Both && slices.ContainsFunc(elems, func(e ElemInfo) bool { return !by(e) }), !slices.ContainsFunc(elems, by):
			return false
		}
	}
	return true
}

// sequence checks the shape of a source of several events. Its elements are
// read already.
func (c *checker) sequence(r *RuleInfo) {
	s := &r.Decl.Source
	first, takes := 0, 0
	for i := range s.Steps {
		st := &s.Steps[i]
		info := StepInfo{Not: st.Not, Both: st.Both, First: first, N: len(st.Elems)}
		first += len(st.Elems)
		r.Steps = append(r.Steps, info)
		if !st.Not {
			most := 0
			for j, e := range st.Elems {
				n := c.count(e)
				r.Elems[info.First+j].Count = n
				if most = max(most, n); st.Both {
					takes += n
				}
			}
			if !st.Both {
				takes += most
			}
			continue
		}
		switch {
		case i > 0 && s.Steps[i-1].Not:
			c.report(codeSequence, st.At, "two `not` in a row forbid the same stretch; write one: not %s | %s", c.text(s.Steps[i-1].Elems[0].Tag), c.text(st.Elems[0].Tag))
		case st.Both:
			c.report(codeSequence, st.At, "`not` forbids events one by one, and `&` asks for several; forbid either with `|`")
		}
		for j, e := range st.Elems {
			r.Elems[info.First+j].Count = 1
			if e.Count != nil {
				c.report(codeSequence, e.Count.Span(), "`not` forbids events one by one; `N of` cannot stand behind it")
			}
			if e.As.Text != "" {
				c.report(codeSequence, e.As.At, "`%s` would name an event that did not come", e.As.Text)
			}
		}
	}
	if takes > mostEvents {
		c.report(codeSequence, s.Steps[0].At, "a match of %d events is more than is remembered for a key, which is %d", takes, mostEvents)
	}
	if s.Within == nil {
		what := "`N of`"
		if len(s.Steps) > 1 {
			what = "`then`"
		} else if s.Steps[0].Both {
			what = "`&`"
		}
		last := s.Steps[len(s.Steps)-1].At
		d := c.report(codeSequence, last, "%s needs a `within`, so that what has come so far is not kept for ever; add `within 5m`", what)
		c.fix(d, Span{last.End, last.End}, " within 5m", "add `within 5m`", false)
	}
	for i, st := range r.Steps { // an alias names one event of a match
		for j, e := range r.elems(st) {
			as := e.Elem.As
			if as.Text == "" {
				continue
			}
			k := slices.IndexFunc(r.Elems[:st.First+j], func(o ElemInfo) bool { return o.Elem.As.Text == as.Text })
			if k >= 0 && (st.Both || k < r.Steps[i].First) {
				c.report(codeDuplicate, as.At, "`%s` names two events of this sequence", as.Text)
			}
		}
	}
}

// count is how many events an element takes.
func (c *checker) count(e *Elem) int {
	if e.Count == nil {
		return 1
	}
	v, ok := c.constant(e.Count)
	n, isInt := v.AsInt()
	switch {
	case !ok && c.excused:
		return 2
	case !ok || !isInt:
		c.report(codeConstant, e.Count.Span(), "`of` takes a whole number known at load")
		return 2
	case n < 2:
		c.report(codeSequence, e.Count.Span(), "`%d of` repeats nothing: write 2 or more, or leave it out", n)
		return 2
	case n > mostEvents:
		c.report(codeSequence, e.Count.Span(), "%d events are more than is remembered for a key, which is %d", n, mostEvents)
		return 2
	}
	c.unit.Info.Consts[e.Count] = v
	return int(n)
}

// unnamed advises on wildcards without a name where several events come
// together: they join nothing (S11).
func (c *checker) unnamed(e *Elem) {
	c.report(codeUnnamed, e.Tag.At, "an unnamed wildcard joins nothing in a sequence, so any segment will do; a name, such as {host}, in each step means the same one")
}

// lacking finds an element for which nothing is said where c.match or scope
// make an expression stand: an alternative without it, or a sequence in which
// no step always has it.
func (c *checker) lacking(has func(e ElemInfo) bool) *ElemInfo {
	lacks := func(e ElemInfo) bool { return !has(e) }
	if !c.match {
		if i := slices.IndexFunc(c.scope, lacks); i >= 0 {
			return &c.scope[i]
		}
		return nil
	}
	var some *ElemInfo
	for i, st := range c.rule.Steps {
		elems := c.rule.elems(st)
		at := slices.IndexFunc(elems, lacks)
		switch {
		case st.Not:
			continue
		case at < 0, st.Both && slices.ContainsFunc(elems, has):
			return nil
		case slices.ContainsFunc(elems, has) || some == nil && i == len(c.rule.Steps)-1:
			some = &elems[at]
		}
	}
	if some == nil {
		some = &c.rule.Closing()[0]
	}
	return some
}

// absent reports a name that has no value where it stands in a sequence.
func (c *checker) absent(e *Ident, what string, has func(e ElemInfo) bool) {
	i := slices.IndexFunc(c.rule.Elems, has)
	tag := c.rule.Elems[i].Elem.Tag
	switch {
	case !c.match && c.keyed:
		d := c.report(codeUnbound, e.At, "the key is read off each event of the sequence, and not every one has %s", what)
		c.label(d, c.file, tag.At, "this one has")
	case !c.match:
		d := c.report(codeUnbound, e.At, "`where` asks about its own event, and %s is of another; a common `by` joins equal values, and for the rest fire an event with what the match has, and ask `where` of that", what)
		c.label(d, c.file, tag.At, "of this one")
	case !c.rule.Takes(i):
		d := c.report(codeUnbound, e.At, "%s belongs to what did not come, so it has no value", what)
		c.label(d, c.file, tag.At, "this one")
	default:
		d := c.report(codeUnbound, e.At, "%s is in one alternative alone, so it would have no value where the other came", what)
		c.label(d, c.file, tag.At, "this one")
	}
}

// matchGuards is what the wheres of a sequence make known of a match: of plain
// fields those of its closing event, of aliases those of their own.
func (c *checker) matchGuards(r *RuleInfo) guards {
	out := guards{}
	closing := r.Closing()[0].Elem
	for _, st := range r.Steps {
		if st.Not {
			continue
		}
		elems := r.elems(st)
		var plain, named guards
		for i, e := range elems {
			g := guards{}
			if e.Where != nil {
				c.guard(g, e.Where, true)
			}
			p, n := guards{}, guards{}
			for path := range g {
				rest, own := strings.CutPrefix(path, e.Elem.As.Text+".")
				if own && e.Elem.As.Text != "" {
					path = rest
				}
				p[path] = true
				if e.Elem.As.Text != "" {
					n[e.Elem.As.Text+"."+path] = true
				}
			}
			if i == 0 {
				plain, named = p, n
				continue
			}
			keep(plain, p)
			if st.Both {
				for path := range n {
					named[path] = true
				}
			} else {
				keep(named, n)
			}
		}
		if elems[0].Elem == closing {
			for path := range plain {
				out[path] = true
			}
		}
		for path := range named {
			out[path] = true
		}
	}
	return out
}

// keep leaves in g what is in o too.
func keep(g, o guards) {
	for p := range g {
		if !o[p] {
			delete(g, p)
		}
	}
}
