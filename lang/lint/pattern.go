package lint

import (
	"regexp"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

var (
	globInRegexp = regexp.MustCompile(`^[\w/.-]*\w\*$`)          // matches "web*"
	regexpInGlob = regexp.MustCompile(`^\^|^\.\*|\\[dwsb]`)      // like "^web.*$", and not like "10.*"
	plainRegexp  = regexp.MustCompile(`\||\.\+|.\$$`)            // without * and ?: like "error|fatal"
	percentGlob  = regexp.MustCompile(`^%[^%*?]+%?$|^[^%*?]+%$`) // like "web%"
)

// patterns looks at what a text is compared with by like and matches, and at
// the items that one value is looked for among.
func (j *judge) patterns(e *lang.Binary) {
	if e.Op == "in" {
		j.items(e)
		return
	}
	s, ok := unparen(e.Y).(*lang.Str)
	if x, text := unparen(e.X).(*lang.Str); text && !ok && e.Op == "like" && strings.ContainsAny(x.Raw, "*?") {
		d := j.report(lang.CodeForeignPattern, j.file, j.rule, e.At, "the pattern stands on the right: write `"+j.show(e.Y)+" like "+j.show(e.X)+"`")
		j.fix(d, e.At, j.show(e.Y)+" like "+j.show(e.X), "turn it around", false)
		return
	}
	if !ok || e.Op != "like" && e.Op != "matches" {
		return
	}
	p, ok := s.Literal()
	if !ok {
		return
	}
	say := func(code lang.Code, message string) *lang.Diag {
		return j.report(code, j.file, j.rule, s.At, message)
	}
	quoted := func(text string) string { return `"` + text + `"` }
	switch {
	case e.Op == "matches" && globInRegexp.MatchString(p):
		last := p[len(p)-2 : len(p)-1]
		d := say(lang.CodeForeignPattern, "in a regular expression `"+last+"*` is any number of `"+last+"`, and the rest of the text is free anyway; write `like "+quoted(p)+"` for a text that begins so")
		j.fix(d, e.OpAt, "like", "write `like`", false)
	case e.Op == "like" && percentGlob.MatchString(p):
		to := strings.ReplaceAll(p, "%", "*")
		d := say(lang.CodeForeignPattern, "`like` knows `*` for any text, and `%` is just itself here; write "+quoted(to))
		j.fix(d, s.At, quoted(to), "write `"+quoted(to)+"`", false)
	case e.Op == "like" && (regexpInGlob.MatchString(p) || !strings.ContainsAny(p, "*?") && plainRegexp.MatchString(p)):
		d := say(lang.CodeForeignPattern, "this is a regular expression, and `like` knows only `*` and `?`; write `matches`")
		j.fix(d, e.OpAt, "matches", "write `matches`", false)
	case e.Op == "like" && !strings.ContainsAny(p, "*?") && p != "":
		d := j.report(lang.CodeLiteralPattern, j.file, j.rule, e.At, "there is no `*` or `?` in the pattern, so only "+quoted(p)+" itself is like it; write `==`, or `*"+p+"*` for a text that has it")
		j.fix(d, e.OpAt, "==", "write `==`", true)
	}
}

// items looks for items of a list that stand there twice, or that the value
// cannot be.
func (j *judge) items(e *lang.Binary) {
	list, ok := unparen(e.Y).(*lang.List)
	if !ok {
		return
	}
	var seen []value.Value
	x := j.extent(e.X)
	for i, item := range list.Items {
		v, ok := j.constant(item)
		if !ok || v.IsNone() {
			continue
		}
		if k := slices.IndexFunc(seen, func(o value.Value) bool { return value.Identical(o, v) }); k >= 0 {
			d := j.report(lang.CodeRedundant, j.file, j.rule, item.Span(), "this stands in the list twice; leave one out")
			away := lang.Span{Start: list.Items[i-1].Span().End, End: item.Span().End}
			if !commented(j.file, away) {
				j.fix(d, away, "", "leave it out", true)
			}
			continue
		}
		seen = append(seen, v)
		if len(list.Items) == 1 || len(seen) > 64 {
			continue // of one item the whole is said
		}
		text, isText := v.AsString()
		if !isText || x.texts == nil && x.fits == nil || x.texts != nil && slices.Contains(x.texts, text) || x.fits != nil && x.fits(text) {
			continue
		}
		if x.why == "" || !j.someFits(&x, list) {
			continue
		}
		d := j.report(lang.CodeAlwaysFalse, j.file, j.rule, item.Span(), "`"+j.show(e.X)+"` is never this: "+x.why)
		if near := nearestText(text, x.texts); near != "" {
			d.Message += "; did you mean `\"" + near + "\"`?"
			j.fix(d, item.Span(), `"`+near+`"`, `write "`+near+`"`, false)
		}
	}
}

// someFits reports whether the value can be some item of a list; otherwise the
// whole is never true, and that is said.
func (j *judge) someFits(x *extent, list *lang.List) bool {
	return slices.ContainsFunc(list.Items, func(e lang.Expr) bool {
		v, ok := j.constant(e)
		s, isText := v.AsString()
		return !ok || isText && (x.texts == nil || slices.Contains(x.texts, s)) && (x.fits == nil || x.fits(s))
	})
}

// detours hints at conditions that can be said more directly.
func (j *judge) detours(e lang.Expr) {
	switch e := e.(type) {
	case *lang.Unary:
		if e.Op != "not" {
			return
		}
		switch x := unparen(e.X).(type) {
		case *lang.Unary:
			if x.Op == "not" {
				d := j.report(lang.CodeDetour, j.file, j.rule, e.At, "two `not` cancel each other; leave both out")
				j.instead(d, e.At, j.show(x.X), j.surely(x.X))
			}
		case *lang.Binary:
			op, ok := map[lang.Op]lang.Op{"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}[x.Op]
			if ok && !j.truths(x) {
				to := j.show(x.X) + " " + string(op) + " " + j.show(x.Y)
				d := j.report(lang.CodeNegated, j.file, j.rule, e.At, "this says `"+to+"`, also for a missing value; write that")
				j.instead(d, e.At, to, true)
			}
		}
	case *lang.Binary:
		if e.Op != "==" && e.Op != "!=" {
			return
		}
		x, v := e.X, e.Y
		if _, ok := unparen(x).(*lang.Lit); ok {
			x, v = v, x
		}
		lit, ok := unparen(v).(*lang.Lit)
		if !ok {
			return
		}
		if b, ok := lit.Value.AsBool(); ok {
			to := j.show(x)
			if b != (e.Op == "==") {
				to = "not " + to
			}
			d := j.report(lang.CodeDetour, j.file, j.rule, e.At, "a condition is true by itself; write `"+to+"`")
			j.instead(d, e.At, to, j.surely(x))
		}
	}
}

// truths reports whether true or false is one side of a comparison.
func (j *judge) truths(e *lang.Binary) bool {
	for _, x := range []lang.Expr{e.X, e.Y} {
		if lit, ok := unparen(x).(*lang.Lit); ok && lit.Value.Kind() == value.KindBool {
			return true
		}
	}
	return false
}

// surely reports whether an expression is true, false or none, and nothing else.
func (j *judge) surely(e lang.Expr) bool {
	x := j.extent(e)
	return x.isOnly(boolean)
}

func (j *judge) instead(d *lang.Diag, at lang.Span, text string, safe bool) {
	if !commented(j.file, at) {
		j.fix(d, at, text, "write `"+text+"`", safe)
	}
}
