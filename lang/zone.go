package lang

import (
	"strconv"

	"github.com/eda-lang/eda/vm/calendar"
)

// zone reports a constant that names no time zone.
func (c *checker) zone(e Expr) {
	v, ok := c.constant(e)
	name, isText := v.AsString()
	if !ok || !isText {
		return
	}
	if _, err := calendar.LoadZone(name); err == nil {
		return
	}
	near := Nearest(name, calendar.Zones())
	d := c.report(codeZone, e.Span(), "there is no time zone `%s`%s", name, didYouMean(near))
	if _, lit := e.(*Str); lit && len(near) > 0 {
		repl := strconv.Quote(near[0])
		c.fix(d, e.Span(), repl, "write `"+repl+"`", true)
	} else if len(near) == 0 {
		d.Notes = append(d.Notes, "zones are named as in the IANA database: \"UTC\", \"Europe/Berlin\", \"America/New_York\"")
	}
}
