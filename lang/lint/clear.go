package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// clears judges when and clear when of one rule beside each other (S7): a
// situation does not turn on while its clear condition is true.
func (j *judge) clears(d *lang.RuleDecl) {
	if d.When == nil || d.Clear == nil || d.Clear.When == nil || j.broken(j.file, d.When.Span()) || j.broken(j.file, d.Clear.When.Span()) {
		return
	}
	c := j.builder()
	on, off := c.build(d.When), c.build(d.Clear.When)
	if len(on.over) == 0 || len(off.over) == 0 || len(c.groups([]*node{on, off})) > 1 {
		return
	}
	t, ok := c.table(union(slices.Clone(on.over), off.over))
	if !ok {
		return
	}
	t.fill(on)
	t.fill(off)
	up, down := on.truth.yes.and(t.real), off.truth.yes.and(t.real)
	if up.empty() || down.empty() {
		return // there is a finding
	}
	held := d.For != nil || d.Clear.For != nil
	say := func(code lang.Code, format string, args ...any) *lang.Diag {
		r := j.report(code, j.file, j.rule, d.Clear.When.Span(), fmt.Sprintf(format, args...))
		r.Labels = append(r.Labels, lang.Label{File: j.file.Source.Name, Span: d.When.Span(), Text: "this turns the rule on"})
		return r
	}
	one := len(on.over) == 1 && len(off.over) == 1 && on.over[0].a == 0 && on.over[0].id == off.over[0].id
	switch {
	case d.Clear.For == nil && up.without(down).empty():
		r := say(lang.CodeClearsAtOnce, "this is true whenever `%s` is, and then the rule never turns on; let it begin where the other has ended", j.show(d.When))
		if one {
			j.turn(r, on, off)
		}
	case one && up.meets(down):
		what := j.show(on.over[0].e)
		r := say(lang.CodeClearsAtOnce, "`%s` can meet both this and `%s`, and then the rule does not turn on; let one begin where the other has ended", what, j.show(d.When))
		j.turn(r, on, off)
	case on.truth.not().equal(off.truth, t.real) || one && sameBound(on, off):
		switch {
		case threshold(d.When) && !held:
			r := j.report(lang.CodeFlapping, j.file, j.rule, d.Clear.When.Span(), "this turns off at the bound that turns on, so near it the rule can do both at every event; leave a gap, or hold it: `for 1m`")
			r.Labels = append(r.Labels, lang.Label{File: j.file.Source.Name, Span: d.When.Span(), Text: "the same bound"})
		case !threshold(d.When) && d.Clear.For == nil && on.truth.not().equal(off.truth, t.real):
			r := say(lang.CodeDefaultClear, "`clear` without `when` means just this: the condition is known to be false; leave it out")
			if at, ok := j.before(d.Clear.When.Span().Start, "when"); ok && len(d.Clear.Do) > 0 {
				away := lang.Span{Start: at, End: d.Clear.When.Span().End}
				for away.End < len(j.file.Source.Text) && j.file.Source.Text[away.End] == ' ' {
					away.End++
				}
				if !commented(j.file, away) {
					j.fix(r, away, "", "leave it out", true)
				}
			}
		}
	}
}

// turn offers the other direction for a clear condition that asks the same
// side of a bound as the condition.
func (j *judge) turn(d *lang.Diag, on, off *node) {
	a, b := on.atom, off.atom
	if a == nil || b == nil || a.op == "" || len(a.op) > 2 || len(b.op) > 2 || a.op[0] != b.op[0] || a.op[0] != '<' && a.op[0] != '>' {
		return
	}
	e, ok := unparen(off.e).(*lang.Binary)
	if !ok {
		return
	}
	to := strings.NewReplacer("<", ">", ">", "<").Replace(string(e.Op))
	j.fix(d, e.OpAt, to, "write `"+to+"`", false)
}

// sameBound reports whether two comparisons part at one constant, whichever of
// them takes the constant itself.
func sameBound(on, off *node) bool {
	a, b := on.atom, off.atom
	if a == nil || b == nil {
		return false
	}
	up := func(op lang.Op) bool { return op == ">" || op == ">=" }
	down := func(op lang.Op) bool { return op == "<" || op == "<=" }
	return value.Identical(a.v, b.v) && (up(a.op) && down(b.op) || down(a.op) && up(b.op))
}

// before is where a word stands right before a place.
func (j *judge) before(at int, word string) (int, bool) {
	text := strings.TrimRight(j.file.Source.Text[:at], " \t\r\n(")
	if !strings.HasSuffix(text, word) {
		return 0, false
	}
	return len(text) - len(word), strings.TrimSpace(j.file.Source.Text[len(text):at]) == ""
}
