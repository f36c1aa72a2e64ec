package lint

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/tag"
)

var timeRows = []row{
	{lang.CodeExpireNoEffect, always, expires},
	{lang.CodeTinyDuration, always, tinyDurations},
	{lang.CodeTinyDuration, always, tinyWaits},
	{lang.CodeNoLateness, always, lateness},
	{lang.CodeNoZone, always, zones}, // and the other slips of schedules
	{lang.CodeEpochAligned, always, everyTicks},
	{lang.CodeAnswersItself, always, elements},
	{lang.CodeHoldOfSilence, always, holds},
	{lang.CodeBusyRepeat, always, repeats},
}

// durationOf is a clause's duration in ns, 0 where it has none.
func durationOf(u *lang.Unit, e lang.Expr) int64 {
	if e == nil {
		return 0
	}
	d, _ := u.Info.Consts[e].AsDuration()
	return d
}

// expires finds lives of keys that are shorter than what the rule waits for:
// a key lives as long as the longest of its durations (S13).
func expires(p *pass) {
	for _, r := range p.Rules {
		e := r.Decl.Expire
		if own := durationOf(p.Unit, e); own > 0 && own < r.Expire {
			longest := calendar.FormatDuration(r.Expire)
			d := p.report(lang.CodeExpireNoEffect, r.File, r, e.Span(), "a key lives for "+longest+" at least, the longest duration of this rule, so a shorter `expire` changes nothing; write a longer one, or leave it out")
			d.Fixes = append(d.Fixes, change(r.File, e.Span(), longest, "write `"+longest+"`, which is what happens", true))
		}
	}
}

const leastMeant = int64(1e6) // ns: below it an automation's durations are slips of unit

// tinyDurations advises on holds, windows and limits below a millisecond.
func tinyDurations(p *pass) {
	u := p.Unit
	for _, r := range u.Rules {
		say := func(at lang.Span, ns int64, what string) {
			if ns > 0 && ns < leastMeant {
				p.report(lang.CodeTinyDuration, r.File, r, at, fmt.Sprintf("%s of %s is shorter than the time between events; is another unit meant, such as ms or s?", what, calendar.FormatDuration(ns)))
			}
		}
		clause := func(e lang.Expr, what string) {
			if e != nil {
				say(e.Span(), durationOf(u, e), what)
			}
		}
		d := r.Decl
		clause(d.Source.Within, "a `within`")
		clause(d.For, "a hold")
		clause(d.Repeat, "a `repeat`")
		clause(d.Expire, "an `expire`")
		if d.Clear != nil {
			clause(d.Clear.For, "a hold")
		}
		if d.Limit != nil {
			clause(d.Limit.Per, "a limit's time")
		}
		if d.Gather != nil {
			clause(d.Gather.Dur, "a `gather`")
		}
		for _, c := range p.callsOf(r) {
			if w, ok := u.Info.Windows[c]; ok {
				if at := windowSpan(c); w.Kind != lang.Last && at.End > 0 {
					say(at, w.Size, "a window")
				}
			} else if c.Fn.Text == "unique" && len(c.Args) == 2 {
				clause(c.Args[1], "a time")
			} else if c.Fn.Text == "silent" && len(c.Args) == 1 && d.Clear == nil {
				clause(c.Args[0], "a silence")
			}
		}
	}
}

// tinyWaits are those of actions and registers.
func tinyWaits(p *pass) {
	say := func(f *lang.File, e lang.Expr, what string) {
		if ns := durationOf(p.Unit, e); ns > 0 && ns < leastMeant {
			p.report(lang.CodeTinyDuration, f, nil, e.Span(), fmt.Sprintf("%s of %s is over before anybody can answer; is another unit meant, such as ms or s?", what, calendar.FormatDuration(ns)))
		}
	}
	for _, a := range p.Actions {
		say(a.File, a.Decl.Timeout, "a timeout")
		say(a.File, a.Decl.Backoff, "a backoff")
	}
	for _, st := range p.States {
		say(st.File, st.Decl.Expire, "an `expire`")
	}
}

// windowSpan is where the window of a call stands.
func windowSpan(c *lang.Call) lang.Span {
	switch {
	case c.Win != nil:
		return c.Win.Size.Span()
	case len(c.Args) > 0:
		return c.Args[len(c.Args)-1].Span()
	}
	return lang.Span{}
}

const longLateness = 10 * minute

// lateness judges what declared events say about arriving late.
func lateness(p *pass) {
	for _, e := range p.Events {
		d := e.Decl
		switch {
		case d.Time.Text == "":
		case d.Late == nil:
			dg := p.report(lang.CodeNoLateness, e.File, nil, d.Time.At, "without `late` no event is waited for, and one whose `"+d.Time.Text+"` lies before its arrival, as nearly all do, comes too late; add `late 5s`")
			dg.Fixes = append(dg.Fixes, insert(e.File, d.Time.At.End, " late 5s"))
		case e.Late > longLateness:
			p.report(lang.CodeLongLateness, e.File, nil, d.Late.Span(), fmt.Sprintf("all that this program decides waits %s for late events; is an event that late still of use?", calendar.FormatDuration(e.Late)))
		}
	}
}

// zones advises where hours and days are those of UTC, and nothing says so.
func zones(p *pass) {
	u := p.Unit
	for _, r := range u.Rules {
		if r.Ticks != nil && r.Decl.Source.Cron != nil {
			cron(p, r)
		}
		if s := &r.Decl.Source; s.Cron != nil && s.Zone == nil && r.Ticks != nil && ofDay(r.Ticks.Cron) {
			d := p.report(lang.CodeNoZone, r.File, r, s.Cron.At, "these hours are UTC; say whose are meant: `in \"Europe/Berlin\"`, or `in \"UTC\"`")
			d.Fixes = append(d.Fixes, insert(r.File, s.Cron.At.End, ` in "UTC"`))
		}
	}
	for _, d := range p.Calls() {
		said := false // one of a declaration is enough
		for _, c := range d.calls {
			if !said && ofUTC(c) {
				said = true
				dg := p.report(lang.CodeNoZone, d.file, d.rule, c.Span(), "these are hours and days of UTC; say whose are meant: `"+strings.TrimSuffix(wording(d.file, c.Span()), ")")+", \"Europe/Berlin\")`, or \"UTC\"")
				if end := c.At.End - 1; end > 0 && end < len(d.file.Source.Text) && d.file.Source.Text[end] == ')' {
					dg.Fixes = append(dg.Fixes, insert(d.file, end, `, "UTC"`))
				}
			}
			if spans, ok := u.Info.Spans[c]; ok && wholeWeek(spans.Text) {
				p.report(lang.CodeWholeWeek, d.file, d.rule, c.Args[0].Span(), "this is every minute of the week, so it is always true; leave it out, or name the hours")
			}
		}
	}
}

// ofUTC reports whether a call reads a clock without saying whose.
func ofUTC(c *lang.Call) bool {
	name := c.Fn.Text
	return len(c.Args) == 1 && (name == "during" || name == "hour" || name == "weekday" || name == "date")
}

// cron finds the two slips of schedules: each minute of an hour, and days of
// the month beside days of the week, which do not narrow each other.
func cron(p *pass, r *lang.RuleInfo) {
	at, text := r.Decl.Source.Cron.At, r.Ticks.Cron
	fields := strings.Fields(text)
	if _, bad := calendar.ParseCron(text); bad != nil || len(fields) != 5 {
		return
	}
	offer := func(d *lang.Diag, repl string) {
		d.Fixes = append(d.Fixes, change(r.File, at, strconv.Quote(repl), "write "+strconv.Quote(repl), false))
	}
	if fields[0] == "*" && fields[1] != "*" && !strings.ContainsAny(fields[1], ",-/*") {
		once := "0 " + strings.Join(fields[1:], " ")
		d := p.report(lang.CodeEachMinute, r.File, r, at, "this comes 60 times, each minute from "+fields[1]+":00 to "+fields[1]+":59; to come once write \""+once+"\"")
		offer(d, once)
	}
	if day, weekday := fields[2], fields[4]; !strings.HasPrefix(day, "*") && !strings.HasPrefix(weekday, "*") {
		fields[4] = "*"
		alone := strings.Join(fields, " ")
		d := p.report(lang.CodeDayOrWeekday, r.File, r, at, "this comes on day "+day+" of the month and also on every "+weekday+", as one of the two is enough; write `*` for one of them, and ask for the other in `where`")
		offer(d, alone)
	}
}

// ofDay reports whether a schedule names hours or days.
func ofDay(cron string) bool {
	fields := strings.Fields(cron)
	if len(fields) != 5 {
		return false
	}
	for _, f := range fields[1:] {
		if !strings.HasPrefix(f, "*") {
			return true
		}
	}
	return false
}

// wholeWeek reports whether days and hours leave nothing out.
func wholeWeek(text string) bool {
	zone, err := calendar.LoadZone("UTC")
	if err != nil {
		return false
	}
	w, bad := calendar.ParseWeek(text, zone)
	if bad != nil {
		return false
	}
	for t := 4 * day; t < 12*day; {
		in, until := w.In(t)
		if !in {
			return false
		}
		t = until
	}
	return true
}

// everyTicks advises on ticks that fall at odd times.
func everyTicks(p *pass) {
	for _, r := range p.Rules {
		if r.Ticks == nil || r.Decl.Source.Every == nil || r.Ticks.Every < minute {
			continue
		}
		if odd := oddMultiple(r.Ticks.Every); odd != "" {
			if strings.HasPrefix(odd, "begin on") {
				odd = strings.Replace(odd, "begin on", "come on", 1) + "; `on cron \"0 9 * * mon\" in \"Europe/Berlin\"` says when"
			} else {
				odd = strings.Replace(odd, "begin", "come", 1)
			}
			p.report(lang.CodeEpochAligned, r.File, r, r.Decl.Source.Every.Span(), "ticks are counted from 1970, so those of "+wording(r.File, r.Decl.Source.Every.Span())+" "+odd)
		}
	}
}

// elements judges how the events of a source lie to each other.
func elements(p *pass) {
	for _, r := range p.Rules {
		steps := r.Decl.Source.Steps
		same := func(a, b *lang.Elem) bool {
			text := func(e *lang.Elem) string {
				if e.Where == nil {
					return ""
				}
				return wording(r.File, e.Where.Span())
			}
			return a.Tag != nil && b.Tag != nil && a.Tag.Raw == b.Tag.Raw && text(a) == text(b)
		}
		for i := range steps {
			st := &steps[i]
			seen := map[string]*lang.Elem{}
			for j, e := range st.Elems {
				if e.Tag == nil {
					continue
				}
				first := seen[e.Tag.Raw]
				if first == nil || !same(first, e) {
					seen[e.Tag.Raw] = e
					continue
				}
				if st.Both && (first.Count != nil || e.Count != nil || first.As.Text != "" || e.As.Text != "") {
					continue
				}
				instead := "leave it out"
				if st.Both {
					instead = "write `2 of " + e.Tag.Raw + "`"
				}
				if !st.Both && j == len(st.Elems)-1 && e.Where != nil {
					continue // it speaks for all
				}
				d := p.report(lang.CodeRepeatedElement, r.File, r, e.At, "this event stands here already; "+instead)
				d.Labels = append(d.Labels, lang.Label{File: r.File.Source.Name, Span: first.At, Text: "here"})
			}
			if i == 0 || len(st.Elems) != 1 || len(steps[i-1].Elems) != 1 {
				continue
			}
			before, e := steps[i-1].Elems[0], st.Elems[0]
			if !st.Not && !steps[i-1].Not && same(before, e) && before.Count == nil && e.Count == nil && before.As.Text == "" && e.As.Text == "" {
				d := p.report(lang.CodeRepeatedElement, r.File, r, e.At, "this is the same event again; write `2 of "+e.Tag.Raw+"`")
				if i == 1 && len(steps) == 2 {
					d.Fixes = append(d.Fixes, change(r.File, lang.Span{Start: before.At.Start, End: e.At.End}, "2 of "+wording(r.File, before.At), "write `2 of "+e.Tag.Raw+"`", false))
				}
			}
		}
		if r.Absence() && len(r.Steps) == 2 && r.Decl.Source.Within != nil && r.Steps[0].N == 1 && r.Steps[1].N == 1 {
			a, b := r.Elems[r.Steps[0].First], r.Elems[r.Steps[1].First]
			if b.Where == nil && a.Count == 1 && tag.Covers(b.Pattern, a.Pattern) {
				within := wording(r.File, r.Decl.Source.Within.Span())
				p.report(lang.CodeAnswersItself, r.File, r, b.Elem.At, "the next "+a.Elem.Tag.Raw+" answers the one before, so this acts when none has come for "+within+"; that is `on "+a.Elem.Tag.Raw+" when silent("+within+")`")
			}
		}
	}
}

// holds judges what a condition must be true for.
func holds(p *pass) {
	u := p.Unit
	for _, r := range u.Rules {
		d := r.Decl
		hold := durationOf(u, d.For)
		if d.When == nil || hold == 0 {
			continue
		}
		if c, ok := d.When.(*lang.Call); ok && c.Fn.Text == "silent" && len(c.Args) == 1 && d.Clear == nil {
			if silent := durationOf(u, c.Args[0]); silent > 0 {
				repl := "silent(" + calendar.FormatDuration(silent+hold) + ")"
				dg := p.report(lang.CodeHoldOfSilence, r.File, r, c.Span().Join(d.For.Span()), fmt.Sprintf("a silence of %s that lasts %s is one of %s: `%s`", wording(r.File, c.Args[0].Span()), wording(r.File, d.For.Span()), calendar.FormatDuration(silent+hold), repl))
				if _, param := c.Args[0].(*lang.Ident); !param {
					if _, param := d.For.(*lang.Ident); !param {
						dg.Fixes = append(dg.Fixes, change(r.File, c.Span().Join(d.For.Span()), repl, "write `"+repl+"`", true))
					}
				}
			}
		}
		throughLets(u, d.When, func(e lang.Expr) bool {
			if l := u.Info.Lookups[e]; l != nil && l.State != nil && l.State.Expire > 0 && l.State.Expire < hold {
				st := l.State
				dg := p.report(lang.CodeRegisterExpires, r.File, r, d.For.Span(), fmt.Sprintf("`%s` expires %s after it is written, before this hold of %s is over; hold for less, or let it expire later", st.Decl.Name.Text, calendar.FormatDuration(st.Expire), calendar.FormatDuration(hold)))
				dg.Labels = append(dg.Labels, lang.Label{File: st.File.Source.Name, Span: st.Decl.Expire.Span(), Text: "it expires after this time"})
				return false
			}
			return true
		})
	}
}

// repeats judges how often a rule acts again.
func repeats(p *pass) {
	u := p.Unit
	for _, r := range u.Rules {
		d := r.Decl
		every := durationOf(u, d.Repeat)
		switch {
		case every < leastMeant: // none, or said already
		case every < second:
			p.report(lang.CodeBusyRepeat, r.File, r, d.Repeat.Span(), fmt.Sprintf("this acts %d times a second while the condition is true; is another unit meant?", second/every))
		case d.Limit != nil && !r.LimitBy:
			n, _ := u.Info.Consts[d.Limit.N].AsInt()
			per := durationOf(u, d.Limit.Per)
			if n > 0 && per > 0 && per/every >= n && per/n > every {
				dg := p.report(lang.CodeBusyRepeat, r.File, r, d.Repeat.Span(), fmt.Sprintf("this is %d times in %s, and the limit lets %d through; say in one of them what is meant", per/every, wording(r.File, d.Limit.Per.Span()), n))
				dg.Labels = append(dg.Labels, lang.Label{File: r.File.Source.Name, Span: d.Limit.N.Span().Join(d.Limit.Per.Span()), Text: "the limit"})
			}
		}
	}
}
