package lang

import (
	"slices"

	"github.com/eda-lang/eda/vm/calendar"
)

// leastTick is the shortest time between two ticks, in ns (vm.MinTick).
const leastTick = 1e6

// TickInfo is the source of a rule that time itself feeds: Every, or Cron in Zone.
type TickInfo struct {
	Every      int64 // ns
	Cron, Zone string
}

// ticks reads `every` and `cron`.
func (c *checker) ticks(r *RuleInfo) {
	s := &r.Decl.Source
	r.Ticks = &TickInfo{}
	if s.Every != nil {
		d := c.duration(s.Every, "`every`")
		if d > 0 && d < leastTick {
			c.report(codeSchedule, s.Every.Span(), "ticks come at least 1ms apart")
		}
		r.Ticks.Every = d
		return
	}
	text, ok := c.written(s.Cron, "a schedule")
	if ok {
		r.Ticks.Cron = text
		if _, err := calendar.ParseCron(text); err != nil {
			at := s.Cron.At
			if len(text) == len(s.Cron.Raw)-2 { // no escapes
				at = Span{at.Start + 1 + err.Offset, at.Start + 1 + max(err.End, err.Offset+1)}
			}
			if text == "" {
				at = s.Cron.At
			}
			c.report(codeSchedule, at, "%s", err.Message)
		}
	}
	r.Ticks.Zone = "UTC"
	if s.Zone != nil {
		if text, ok := c.written(s.Zone, "a time zone"); ok {
			r.Ticks.Zone = text
			c.zone(s.Zone)
		}
	}
}

// written is a text that has to be written out.
func (c *checker) written(s *Str, what string) (string, bool) {
	if v, ok := c.constant(s); ok {
		return v.AsString()
	}
	if !c.excused {
		c.report(codeConstant, s.At, "%s is known at load: write it out", what)
	}
	return "", false
}

// tickKey refuses a key that ticks cannot have: they have no data to read it off.
func (c *checker) tickKey(by *ByClause) {
	if by == nil {
		return
	}
	for _, p := range by.Parts {
		if _, name := p.Expr.(*Ident); !name || p.In.Text == "" {
			c.report(codeSchedule, p.Expr.Span(), "a tick has no data to read a key off; `by x in TABLE` gives each row of a table a tick of its own")
		}
	}
}

// ofTick is what a name means that is none of the program's: a part of the key,
// for a tick has nothing else.
func (c *checker) ofTick(e *Ident) Type {
	if by := c.rule.Decl.By; by != nil && slices.ContainsFunc(by.Parts, func(p ByPart) bool { id, ok := p.Expr.(*Ident); return ok && id.Text == e.Text }) {
		return of(stringType)
	}
	what := "field `" + e.Text + "`"
	if e.Text == "event" || e.Text == "tag" {
		what = "`" + e.Text + "`"
	}
	c.report(codeSchedule, e.At, "a tick has no data, and so no %s; read a register, a table, or other events by an aggregate with `from`", what)
	return of(badType)
}
