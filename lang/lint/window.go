package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

var windowRows = []row{
	{lang.CodeThinEvidence, always, thinEvidence},
	{lang.CodeNearWindows, always, nearWindows},
	{lang.CodeOneEvent, always, windows},
	{lang.CodePartialPane, always, counts},
}

// wording is what stands in the source, on one line.
func wording(f *lang.File, s lang.Span) string {
	text := f.Source.Text
	if s.Start < 0 || s.End > len(text) || s.Start > s.End {
		return ""
	}
	return strings.Join(strings.Fields(text[s.Start:s.End]), " ")
}

// change is an edit as a fix.
func change(f *lang.File, at lang.Span, text, title string, safe bool) lang.Fix {
	return lang.Fix{Title: title, Safe: safe, Edits: []lang.Edit{{File: f.Source.Name, Span: at, Text: text}}}
}

// insert is an edit that adds.
func insert(f *lang.File, at int, text string) lang.Fix {
	return change(f, lang.Span{Start: at, End: at}, text, "add `"+strings.TrimSpace(text)+"`", false)
}

// throughLets walks an expression and the lets it names, each once.
func throughLets(u *lang.Unit, e lang.Expr, f func(lang.Expr) bool) {
	seen := map[*lang.Let]bool{}
	var look func(e lang.Expr) bool
	look = func(e lang.Expr) bool {
		if !f(e) {
			return false
		}
		if id, ok := e.(*lang.Ident); ok {
			if s := u.Info.Uses[id]; s.Kind == lang.SymLet && !seen[s.Let] {
				seen[s.Let] = true
				lang.Walk(s.Let.Value, look)
			}
		}
		return true
	}
	lang.Walk(e, look)
}

// meant is an expression without its parentheses, and the value of a let.
func meant(u *lang.Unit, e lang.Expr) lang.Expr {
	for range 100 {
		switch x := e.(type) {
		case *lang.Paren:
			e = x.X
			continue
		case *lang.Ident:
			if s := u.Info.Uses[x]; s.Kind == lang.SymLet {
				e = s.Let.Value
				continue
			}
		}
		break
	}
	return e
}

// aggregateOf is a call over a window; ok is false of anything else.
func aggregateOf(u *lang.Unit, e lang.Expr) (c *lang.Call, w lang.Window, ok bool) {
	if c, ok = e.(*lang.Call); ok {
		w, ok = u.Info.Windows[c]
	}
	return c, w, ok
}

// windowText is the window of a call as it is written.
func windowText(f *lang.File, c *lang.Call) string {
	switch {
	case c.Win != nil:
		return wording(f, c.Win.At)
	case len(c.Args) > 0:
		return wording(f, c.Args[len(c.Args)-1].Span())
	}
	return ""
}

// thinEvidence advises on shares that a single event decides, where neither a
// hold nor a count asks for more.
func thinEvidence(p *pass) {
	u := p.Unit
	for _, r := range u.Rules {
		d := r.Decl
		if d.When == nil || d.For != nil || r.Sequence() || !calling(p.callsOf(r), "count") {
			continue
		}
		var all *lang.Call // what the share is of
		counted := false
		throughLets(u, d.When, func(e lang.Expr) bool {
			b, ok := e.(*lang.Binary)
			if !ok {
				return true
			}
			x, _, isX := aggregateOf(u, meant(u, b.X))
			y, _, isY := aggregateOf(u, meant(u, b.Y))
			isX, isY = isX && x.Fn.Text == "count", isY && y.Fn.Text == "count"
			switch b.Op {
			case "/":
				if isX && isY && all == nil {
					all = y
				}
			case ">", ">=", "<", "<=", "==":
				counted = counted || isX || isY
			}
			return true
		})
		if all == nil || counted {
			continue
		}
		dg := p.report(lang.CodeThinEvidence, r.File, r, d.When.Span(), "for one event alone this share is 0 or 1; ask for enough of them: `and count("+windowText(r.File, all)+") >= 20`")
		if b, ok := d.When.(*lang.Binary); (!ok || b.Op != "or") && all.From == nil && windowText(r.File, all) != "" {
			dg.Fixes = append(dg.Fixes, insert(r.File, d.When.Span().End, fmt.Sprintf(" and count(%s) >= 20", windowText(r.File, all))))
		}
	}
}

// nearWindows advises where one rule has two windows of one value that hardly
// differ.
func nearWindows(p *pass) {
	u := p.Unit
	type seen struct {
		call *lang.Call
		w    lang.Window
	}
	for _, r := range u.Rules {
		var all []seen
		for _, c := range p.callsOf(r) {
			if w, ok := u.Info.Windows[c]; ok && (w.Kind != lang.Last || w.Size >= 5) {
				all = append(all, seen{c, w})
			}
		}
		if len(all) < 2 {
			continue
		}
		var kinds []string
		byKind := map[string][]seen{}
		for _, x := range all {
			kind := fmt.Sprint(x.w.Kind, over(r.File, x.call, x.w))
			if byKind[kind] == nil {
				kinds = append(kinds, kind)
			}
			byKind[kind] = append(byKind[kind], x)
		}
		for _, k := range kinds {
			all := byKind[k]
			slices.SortStableFunc(all, func(a, b seen) int { return cmp.Compare(a.w.Size, b.w.Size) })
			for i := 1; i < len(all); i++ {
				a, b := all[i-1], all[i]
				if a.w.Size == b.w.Size || b.w.Size-a.w.Size >= a.w.Size/4 {
					continue
				}
				if b.call.At.Start < a.call.At.Start {
					a, b = b, a
				}
				d := p.report(lang.CodeNearWindows, r.File, r, b.call.Span(), fmt.Sprintf("%s and %s of one value are two windows in memory for nearly the same events; would one of them do?", windowText(r.File, a.call), windowText(r.File, b.call)))
				d.Labels = append(d.Labels, lang.Label{File: r.File.Source.Name, Span: a.call.Span(), Text: "the other one"})
			}
		}
	}
}

// ofOne is what an aggregate over one event is; the others are the value itself.
var ofOne = map[string]string{
	"rate": "none, for it needs two values", "delta": "none, for it needs two values", "slope": "none, for it needs two values",
	"stddev": "0", "changes": "0, for it needs two values", "distinct": "1",
}

// windows judges each window by itself, in rules and functions.
func windows(p *pass) {
	for _, d := range p.Calls() {
		for _, c := range d.calls {
			if w, ok := p.Info.Windows[c]; ok {
				window(p, d.file, d.rule, c, w)
			}
		}
	}
}

// over is what a window is over, as text to compare.
func over(f *lang.File, c *lang.Call, w lang.Window) string {
	text := ""
	for _, a := range w.Args {
		text += "\x00" + wording(f, a.Span())
	}
	if w.Carry != nil {
		text += "\x00carry " + wording(f, w.Carry.Span())
	}
	if c.From != nil {
		text += "\x00from " + c.From.Raw
	}
	if c.Where != nil {
		text += "\x00where " + wording(f, c.Where.Span())
	}
	return text
}

func window(p *pass, f *lang.File, r *lang.RuleInfo, c *lang.Call, w lang.Window) {
	name := c.Fn.Text
	plain := func() string { // what it is over and where, without the window
		text := wording(f, w.Args[0].Span())
		if c.From != nil {
			text += " from " + c.From.Raw
		}
		if c.Where != nil {
			text += " where " + wording(f, c.Where.Span())
		}
		return text
	}
	switch {
	case w.Kind == lang.Last && w.Size == 1 && c.Win != nil && name != "count" && name != "last":
		if always, ok := ofOne[name]; ok {
			p.report(lang.CodeOneEvent, f, r, c.Win.At, fmt.Sprintf("over one event `%s` is always %s; write how many, `last 10`, or how long, `5m`", name, always))
			return
		}
		d := p.report(lang.CodeOneEvent, f, r, c.Win.At, fmt.Sprintf("over one event `%s` is the value itself; write how many, `last 10`, or how long, `5m`", name))
		if w.Carry == nil && len(w.Args) > 0 {
			d.Fixes = append(d.Fixes, change(f, c.Span(), "last("+plain()+")", "take the latest value: `last("+plain()+")`", false))
		}
	case name == "pct" && w.Param > 0 && w.Param < 1e6: // a fraction, of which the checker speaks
	case name == "pct" && len(w.Args) > 0:
		if best := extreme(w); best != "" {
			size := windowText(f, c)
			of := "this is"
			if w.Kind == lang.Last && w.Param > 0 && w.Param < 100e6 {
				of = fmt.Sprintf("of %d values this is", w.Size)
			}
			d := p.report(lang.CodeDegeneratePct, f, r, c.Args[1].Span(), fmt.Sprintf("%s the %s value; write `%s(%s, %s)`, or a longer window", of, map[string]string{"max": "greatest", "min": "smallest"}[best], best, wording(f, w.Args[0].Span()), size))
			repl := best + "(" + wording(f, w.Args[0].Span()) + ", " + size + strings.TrimPrefix(plain(), wording(f, w.Args[0].Span())) + ")"
			d.Fixes = append(d.Fixes, change(f, c.Span(), repl, "write `"+repl+"`", false))
		}
	case w.Kind == lang.Each || w.Kind == lang.This:
		if odd := oddMultiple(w.Size); odd != "" && c.Win != nil {
			p.report(lang.CodeEpochAligned, f, r, c.Win.At, "panes are counted from 1970, so those of "+wording(f, c.Win.Size.Span())+" "+odd)
		}
	}
}

// extreme is the aggregate that a percentile is, if it is the greatest or the
// smallest value whatever comes.
func extreme(w lang.Window) string {
	const all = 100e6 // millionths of a percent
	switch {
	case w.Param == 0:
		return "min"
	case w.Param == all:
		return "max"
	case w.Kind != lang.Last || w.Size == 1 || w.Size > 1e6:
		return ""
	case w.Param*w.Size <= all:
		return "min"
	case w.Param*w.Size > all*(w.Size-1):
		return "max"
	}
	return ""
}

const (
	second = int64(1e9)
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
	week   = 7 * day
)

// oddMultiple says where panes or ticks of a duration fall, if not where one
// would think.
func oddMultiple(d int64) string {
	switch {
	case d < second || day%d == 0 || d == 2*day:
		return ""
	case d%week == 0:
		return "begin on Thursdays, 00:00 UTC"
	case d%day == 0:
		return "begin on days that have nothing to do with weeks or months"
	}
	return "begin at other times each day; take a length that divides a day, such as " + calendar.FormatDuration(divisor(d))
}

// divisor is a usual part of a day near d.
func divisor(d int64) int64 {
	best := minute
	for _, n := range []int64{1, 2, 5, 10, 15, 20, 30} {
		for _, unit := range []int64{second, minute} {
			if x := n * unit; abs(x-d) < abs(best-d) {
				best = x
			}
		}
	}
	for _, n := range []int64{1, 2, 3, 4, 6, 8, 12, 24} {
		if x := n * hour; abs(x-d) < abs(best-d) {
			best = x
		}
	}
	return best
}

func abs(x int64) int64 { return max(x, -x) }

// growing are the aggregates that only grow while their pane does.
var growing = map[string]bool{"count": true, "sum": true, "distinct": true, "changes": true}

// counts judges what conditions ask of counts.
func counts(p *pass) {
	u := p.Unit
	for _, r := range u.Rules {
		d := r.Decl
		if !calling(p.callsOf(r), "count", "sum", "distinct", "changes") {
			continue
		}
		for _, e := range []lang.Expr{d.When, clearWhen(d)} {
			if e == nil {
				continue
			}
			for _, q := range u.Comparisons(e) {
				c, w, ok := aggregateOf(u, meant(u, q.X))
				n, isNumber := q.V.AsNumber()
				if !ok || !isNumber {
					continue
				}
				low := q.Op == "<" && n > 0 || q.Op == "<=" && n >= 0
				switch {
				case silence(q, c, w):
					repl := "silent(" + windowText(r.File, c) + ")"
					dg := p.report(lang.CodeCountForSilence, r.File, r, q.At.Span(), "to ask for no event in that time, write `"+repl+"`")
					dg.Fixes = append(dg.Fixes, change(r.File, q.At.Span(), repl, "write `"+repl+"`", false))
				case e != d.When || d.For != nil || !low || r.Sequence():
				case w.Kind == lang.This && growing[c.Fn.Text]:
					size := wording(r.File, c.Win.Size.Span())
					dg := p.report(lang.CodePartialPane, r.File, r, q.At.Span(), fmt.Sprintf("each pane of %s begins empty, so at its beginning this is true whatever comes; ask `each %s`, the latest full one", size, size))
					dg.Fixes = append(dg.Fixes, change(r.File, c.Win.At, "each "+size, "write `each "+size+"`", false))
				case w.Kind == lang.Sliding && c.Fn.Text == "count" && c.From == nil && !domain(r) && (n > 1 || n == 1 && q.Op == "<="):
					size := windowText(r.File, c)
					dg := p.report(lang.CodeLowCount, r.File, r, q.At.Span(), fmt.Sprintf("the first event of all is alone in its window, so it makes this true; `for %s` waits until the window is full", size))
					dg.Fixes = append(dg.Fixes, insert(r.File, d.When.Span().End, " for "+size))
				}
			}
		}
	}
}

func clearWhen(d *lang.RuleDecl) lang.Expr {
	if d.Clear == nil {
		return nil
	}
	return d.Clear.When
}

// silence reports whether a comparison asks that no event came for a while.
func silence(q lang.Comparison, c *lang.Call, w lang.Window) bool {
	if c.Fn.Text != "count" || w.Kind != lang.Sliding || len(w.Args) > 0 || c.From != nil || c.Where != nil {
		return false
	}
	n, _ := q.V.AsNumber()
	return q.V.Kind() != value.KindDuration && (q.Op == "==" && n == 0 || q.Op == "<=" && n == 0 || q.Op == "<" && n == 1)
}

// domain reports whether a table says which keys there are.
func domain(r *lang.RuleInfo) bool {
	return slices.ContainsFunc(r.Key, func(k lang.KeyInfo) bool { return k.In != nil })
}
