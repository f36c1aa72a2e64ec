package lint

import (
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// arithmetic looks at an operation whose result does not depend on what it is of.
func (j *judge) arithmetic(e *lang.Binary) {
	switch e.Op {
	case "??":
		j.fallback(e)
		return
	case "-", "*", "/", "//", "%":
	default:
		return
	}
	say := func(code lang.Code, at lang.Span, message string) { j.report(code, j.file, j.rule, at, message) }
	y, fixed := j.constant(e.Y)
	x, both := j.constant(e.X)
	is := func(v value.Value, ok bool, n int64) bool { return ok && value.Identical(v, value.Int(n)) }
	switch {
	case fixed && both: // 1 / 0 is a way to write none
	case e.Op != "-" && e.Op != "*" && is(y, fixed, 0):
		say(lang.CodeZeroDivision, e.Span(), "a division by 0 has no result, so this is never known; another divisor is meant")
	case e.Op == "*" && (is(y, fixed, 0) || is(x, both, 0)):
		say(lang.CodeIdle, e.Span(), "this is always 0; another factor is meant")
	case e.Op == "%" && is(y, fixed, 1) && j.Info.Types[e.X].Kind() == value.KindInt:
		say(lang.CodeIdle, e.Span(), "a whole number divided by 1 always leaves 0; another divisor is meant")
	case e.Op != "*" && !fixed && j.same.of(e.X) == j.same.of(e.Y):
		result := map[lang.Op]string{"-": "0", "/": "1", "//": "1", "%": "0"}[e.Op]
		say(lang.CodeSelf, e.Span(), "`"+j.show(e.X)+"` stands on both sides, so this is "+result+", whatever the value; something else is meant on one side")
	}
}

// fallback looks at what stands in for something that is always known.
func (j *judge) fallback(e *lang.Binary) {
	if x := j.extent(e.X); x.of[none] {
		j.promised(e, e.X)
		return
	}
	d := j.report(lang.CodeDefault, j.file, j.rule, lang.Span{Start: e.X.Span().End, End: e.Span().End}, "`"+j.show(e.X)+"` is never none, so this is never used; leave it out")
	away := lang.Span{Start: e.X.Span().End, End: e.Y.Span().End}
	if !commented(j.file, away) {
		j.fix(d, away, "", "leave it out", true)
	}
}

// promised hints at a question whether a field is there that its declaration
// says is always there.
func (j *judge) promised(e, x lang.Expr) {
	if u, ok := e.(*lang.Unary); ok && u.Op != "has" {
		return
	}
	id, ok := unparen(x).(*lang.Ident)
	if !ok || j.Info.Uses[id].Kind != lang.SymField {
		return
	}
	t := j.Info.Types[id]
	if t.Optional || t.String() == "any" {
		return
	}
	at := e.Span()
	if b, ok := e.(*lang.Binary); ok {
		at.Start = b.X.Span().End
	}
	j.report(lang.CodePromised, j.file, j.rule, at, "`"+id.Text+"` is declared without `?`, so an event without it breaks its declaration; leave this out, or declare `"+id.Text+": "+t.String()+"?`")
}

// commented reports whether a comment may stand in a stretch of a file.
func commented(f *lang.File, at lang.Span) bool {
	return strings.Contains(f.Source.Text[at.Start:at.End], "#")
}
