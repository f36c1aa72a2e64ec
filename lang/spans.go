package lang

import (
	"strconv"
	"time"

	"github.com/eda-lang/eda/vm/calendar"
)

// Spans are those of a during(…).
type Spans struct{ Text, Zone string }

// during types during(spans, zone), both known at load (D27).
func (c *checker) during(e *Call) Type {
	if len(e.Args) == 0 || len(e.Args) > 2 {
		for _, a := range e.Args {
			c.expr(a)
		}
		c.report(codeArity, e.At, "`during` takes days and hours, and a time zone where it is not UTC: during(\"mon-fri 09:00-17:00\", \"Europe/Berlin\")")
		return of(boolType)
	}
	out := Spans{Zone: "UTC"}
	ok := c.constantText(e.Args[0], "what during(…) takes", &out.Text)
	if ok {
		if _, bad := calendar.ParseWeek(out.Text, time.UTC); bad != nil {
			ok = false
			d := c.report(codeSpans, e.Args[0].Span(), "%s", bad.Message)
			if _, lit := e.Args[0].(*Str); lit && bad.Fix != "" {
				repl := strconv.Quote(bad.Fix)
				c.fix(d, e.Args[0].Span(), repl, "write `"+repl+"`", true)
			}
		}
	}
	if len(e.Args) == 2 && c.constantText(e.Args[1], "the time zone of during(…)", &out.Zone) {
		c.zone(e.Args[1])
	}
	if ok {
		c.unit.Info.Spans[e] = out
	}
	return of(boolType)
}

// constantText reads a text that is known at load.
func (c *checker) constantText(e Expr, what string, to *string) bool {
	t := c.expr(e)
	v, ok := c.constant(e)
	switch {
	case !ok && c.excused || t.kind == badType:
		return false
	case !ok:
		c.report(codeConstant, e.Span(), "%s is a text known at load: write it in quotes, or a param", what)
		return false
	}
	text, ok := v.AsString()
	if !ok {
		c.report(codeType, e.Span(), "%s is a text, and this is %s", what, typeOfValue(v).article())
		return false
	}
	*to = text
	return true
}
