package lang

import "slices"

// checkEventTime checks time FIELD late DUR of a declared event (D9): the field
// is one of the event's, and a time.
func (c *checker) checkEventTime(e *EventInfo) {
	d := e.Decl
	if d.Time.Text == "" {
		return
	}
	e.Late = c.duration(d.Late, "`late`")
	i := slices.IndexFunc(e.Fields, func(f EventField) bool { return f.Name == d.Time.Text })
	if i < 0 {
		var names []string
		for _, f := range e.Fields {
			if f.Type.kind == timeType {
				names = append(names, f.Name)
			}
		}
		near := Nearest(d.Time.Text, names)
		diag := c.report(codeUnknownField, d.Time.At, "the event %s declares no field `%s` that says when it happened%s", e.Pattern, d.Time.Text, didYouMean(near))
		if len(near) > 0 {
			c.fix(diag, d.Time.At, near[0], "write `"+near[0]+"`", true)
		} else {
			diag.Message += "; declare it: `" + d.Time.Text + ": time`"
		}
		return
	}
	if t := e.Fields[i].Type; t.kind != timeType && t.kind != badType {
		diag := c.report(codeType, d.Time.At, "`%s` is %s, and not a time that says when the event happened; declare it `%s: time`, which reads RFC 3339 text and seconds since the epoch", d.Time.Text, t.article(), d.Time.Text)
		c.label(diag, e.File, e.Fields[i].At, "declared here")
	}
}
