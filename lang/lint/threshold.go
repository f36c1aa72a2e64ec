package lint

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// Comparisons with constants against recorded values.

// among are the aggregates whose value lies among those they are over.
var among = map[string]bool{"avg": true, "min": true, "max": true, "first": true, "last": true, "pct": true}

// compares looks at a comparison with a constant.
func (s *sights) compares(e *lang.Binary, from *tag.Pattern) {
	x, op, c := e.X, e.Op, e.Y
	v, ok := s.Constant(c)
	if op == "in" {
		if list, is := c.(*lang.List); is {
			for _, item := range list.Items {
				if v, ok := s.Constant(item); ok {
					s.text(x, from, item, v)
				}
			}
		}
		return
	}
	turned := map[lang.Op]lang.Op{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
	if turned[op] == "" {
		return
	}
	if !ok {
		if v, ok = s.Constant(x); !ok {
			return
		}
		x, c, op = c, x, turned[op]
	}
	if _, both := s.Constant(x); both {
		return
	}
	if n, ok := v.AsNumber(); ok {
		s.threshold(e, x, from, op, c, n)
	} else {
		s.text(x, from, c, v)
	}
}

// measured is the place of what is compared: a field, or what an aggregate
// that stays within its values is over.
func (s *sights) measured(x lang.Expr, from *tag.Pattern) (place, bool) {
	switch x := x.(type) {
	case *lang.Paren:
		return s.measured(x.X, from)
	case *lang.Ident:
		if sym := s.Info.Uses[x]; sym.Kind == lang.SymLet {
			return s.measured(sym.Let.Value, from)
		}
	case *lang.Call:
		w, ok := s.Info.Windows[x]
		if among[x.Fn.Text] {
			if f, is := s.Info.Froms[x]; is {
				from = &f
			}
			switch {
			case ok && len(w.Args) > 0:
				return s.place(w.Args[0], from)
			case len(x.Args) > 0:
				return s.place(x.Args[0], from)
			}
		}
		return place{}, false
	}
	return s.place(x, from)
}

// threshold reports one with all recorded numbers on one side.
func (s *sights) threshold(e *lang.Binary, x lang.Expr, from *tag.Pattern, op lang.Op, c lang.Expr, limit float64) {
	pl, ok := s.measured(x, from)
	if !ok || pl.value == nil || pl.cap != nil || !pl.value.Are(value.KindInt, value.KindFloat) {
		return
	}
	n := &pl.value.Numbers
	below, above := limit > n.Max, limit < n.Min // the numbers are all below or above the threshold
	switch op {
	case ">", "<=":
		below = limit >= n.Max
	case "<", ">=":
		above = limit <= n.Min
	case "!=":
		return
	}
	if !below && !above || n.Min == limit && n.Max == limit {
		return
	}
	verdict := "was never true"
	if below == (op == "<" || op == "<=") && op != "==" {
		verdict = "was always true"
	}
	never := verdict == "was never true"
	greatest := max(math.Abs(n.Min), math.Abs(n.Max))
	level := greatest > 0 && (!pl.value.Are(value.KindInt) || n.Min >= 1) // numbers of things come from 0, and have bad days
	times := math.Abs(limit) / greatest
	far, advice := false, ""
	switch {
	case never && n.Min >= 0 && n.Max <= 1 && limit >= 50 && limit <= 100:
		far, advice = true, fmt.Sprintf("; if these are fractions, write %s", lang.RoughNumber(limit/100))
	case above && limit > 0 && limit < 1 && n.Min >= 1 && n.Max <= 100 && n.Max > 2:
		far, advice = true, fmt.Sprintf("; if these are percentages, write %s", lang.RoughNumber(limit*100))
	case never && level && (times >= 100 || times >= 20 && n.Count >= 1000):
		far, advice = true, "; is it in another unit?"
	}
	code := lang.CodeNeverCrossed
	if far {
		code = lang.CodeFarThreshold
	} else if n.Count < someEvents {
		return
	}
	runs := "runs from " + lang.RoughNumber(n.Min) + " to " + lang.RoughNumber(n.Max)
	if n.Min == n.Max {
		runs = "is always " + lang.RoughNumber(n.Min)
	}
	d := s.evident(s.report(code, s.r.File, s.r, e.At, fmt.Sprintf("in %s `%s` %s in %s %s, so this %s%s",
		s.Observed.Recording(), pl.text, runs, lang.Amount(n.Count, "event"), tagged(pl.tags), verdict, advice)))
	if _, lit := c.(*lang.Lit); lit && strings.Contains(advice, "write ") {
		repl := advice[strings.Index(advice, "write ")+len("write "):]
		s.fix(d, s.r.File, c.Span(), repl, "write `"+repl+"`")
	}
}

// text reports a comparison with a text that was never there.
func (s *sights) text(x lang.Expr, from *tag.Pattern, c lang.Expr, v value.Value) {
	want, ok := v.AsString()
	pl, found := s.measured(x, from)
	if !ok || !found || !s.complete() {
		return
	}
	texts := pl.cap
	what := strings.TrimSpace(s.source(x))
	if pl.cap == nil {
		if pl.value == nil || !pl.value.Complete() || !pl.value.Are(value.KindString) {
			return
		}
		for _, t := range pl.value.Values {
			text, _ := t.AsString()
			texts = append(texts, text)
		}
	}
	if slices.Contains(texts, want) {
		return
	}
	near := slices.DeleteFunc(lang.Nearest(want, texts), func(t string) bool { return !lang.Misspelt(want, t) })
	message := fmt.Sprintf("in %s `%s` is never \"%s\" in %s %s", s.Observed.Recording(), what, want, lang.Amount(pl.seen.Count, "event"), tagged(pl.tags))
	if len(near) == 0 {
		if pl.seen.Count >= someEvents {
			s.evident(s.report(lang.CodeNotRecorded, s.r.File, s.r, c.Span(), message))
		}
		return
	}
	d := s.evident(s.report(lang.CodeUnseenValue, s.r.File, s.r, c.Span(), message+strings.ReplaceAll(didYouMean(near), "`", `"`)))
	if _, lit := c.(*lang.Str); lit {
		s.fix(d, s.r.File, c.Span(), `"`+near[0]+`"`, `write "`+near[0]+`"`)
	}
}

// source is an expression as it is written.
func (s *sights) source(e lang.Expr) string {
	at := e.Span()
	text := s.r.File.Source.Text
	if at.Start < 0 || at.End > len(text) || at.Start > at.End {
		return ""
	}
	return strings.Join(strings.Fields(text[at.Start:at.End]), " ")
}
