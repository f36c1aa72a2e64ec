package lint

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/tag"
)

// Windows, holds, silences and limits against the time that usually lies
// between the events of a key, and keys against how many there were.

var periodRows = []row{
	{lang.CodeShortWindow, always, periods},
	{lang.CodeKeyPerEvent, always, keys},
}

// period is the time between the events of one key of a rule, by what was
// recorded.
type period struct {
	usual []float64 // ns, ascending: the typical time of each key that had enough events
	least float64   // ns: the shortest time between two events of a key
	most  int       // events of the busiest key
	whose string    // " for each host"
}

// fewGaps is how many times between events show what is usual.
const fewGaps = 2

// at is the typical time of the key of that rank, 0 for the busiest and 1 for
// the quietest.
func (d *period) at(p float64) float64 { return d.usual[int(p*float64(len(d.usual)-1))] }

// fast is that of the busiest keys: what is said of it holds for nearly all.
func (d *period) fast() float64 { return d.at(0.1) }

// stream is some events by their keys: the tags that they come with, the
// wildcards of each that are in the key, and the field that is, if one is.
type stream struct {
	tags  []tag.Pattern
	in    []func(w int) bool
	field string
	names []string // of the parts of the key
}

// streamOf is the stream that a rule listens to, or that of an aggregate over
// other events; ok is false where the recording does not show its keys.
func (p *pass) streamOf(r *lang.RuleInfo, from *tag.Pattern) (s stream, ok bool) {
	if from != nil {
		s.names = r.Joins(*from)
		wilds := from.Wildcards()
		s.tags = []tag.Pattern{*from}
		s.in = []func(w int) bool{func(w int) bool { return slices.Contains(s.names, wilds[w].Name) }}
		return s, true
	}
	inKey := map[int]bool{}
	for _, k := range r.Key {
		s.names = append(s.names, k.Name)
		if k.Capture >= 0 {
			inKey[k.Capture] = true
			continue
		}
		id, is := k.Expr.(*lang.Ident)
		if !is || s.field != "" || p.Info.Uses[id].Kind != lang.SymField {
			return s, false // computed
		}
		s.field = id.Text
	}
	for _, el := range r.Elems {
		s.tags = append(s.tags, el.Pattern)
		s.in = append(s.in, func(w int) bool { return w < len(el.Caps) && el.Caps[w] >= 0 && inKey[el.Caps[w]] })
	}
	return s, true
}

// period finds that of a rule, or of an aggregate over other events; ok is
// false where the recording does not show it.
func (p *pass) period(r *lang.RuleInfo, from *tag.Pattern) (d period, ok bool) {
	s, ok := p.streamOf(r, from)
	if !ok {
		return d, false
	}
	var key strings.Builder
	for i, x := range s.tags {
		key.WriteString(x.String())
		for w := range x.Wildcards() {
			if s.in[i](w) {
				fmt.Fprintf(&key, " %d", w)
			}
		}
		key.WriteByte('\n')
	}
	key.WriteString(s.field)
	d, done := p.gaps[key.String()]
	if !done {
		if p.gaps == nil {
			p.gaps = map[string]period{}
		}
		d = p.measure(s)
		p.gaps[key.String()] = d
	}
	var shown []string
	for _, n := range s.names {
		if strings.Trim(n, "0123456789") != "" {
			shown = append(shown, n)
		}
	}
	switch {
	case len(shown) > 0:
		d.whose = " for each " + strings.Join(shown, " and ")
	case len(s.names) > 0:
		d.whose = " for each tag"
	}
	return d, len(d.usual) > 0
}

// measure finds the time between the events of each key of a stream.
func (p *pass) measure(s stream) period {
	byKey := map[string][]*lang.ObservedTag{}
	in := map[string]map[*lang.ObservedTag]bool{} // where a key has several
	var order []string
	for i, x := range s.tags {
		var caps []string
		for _, t := range p.recorded(x).Tags {
			var ok bool
			if caps, ok = x.Match(t.Tag, caps); !ok {
				continue
			}
			k := ""
			for w, text := range caps {
				if s.in[i](w) {
					k += text + "\x00"
				}
			}
			switch {
			case byKey[k] == nil:
				order = append(order, k)
				in[k] = map[*lang.ObservedTag]bool{}
			case in[k][t]:
				continue
			}
			in[k][t] = true
			byKey[k] = append(byKey[k], t)
		}
	}
	d := period{least: math.Inf(1)}
	for _, k := range order {
		perSecond, n, enough := 0.0, 0, false
		for _, t := range byKey[k] {
			gaps := &t.Gaps
			if s.field != "" {
				f := t.Data.Field(s.field)
				if f == nil {
					continue
				}
				gaps = &f.Gaps
			}
			n += t.Count
			if gaps.Count == 0 {
				continue
			}
			d.least = min(d.least, gaps.Min)
			if m, ok := gaps.Quantile(0.5); ok && gaps.Count >= fewGaps {
				enough = true
				perSecond += 1e9 / max(m, 1)
			}
		}
		if len(byKey[k]) > 1 {
			d.least = 0 // of two tags, anything may lie between
		}
		d.most = max(d.most, n)
		if enough {
			d.usual = append(d.usual, 1e9/perSecond)
		}
	}
	slices.Sort(d.usual)
	return d
}

// periods looks through the durations of each rule.
func periods(p *pass) {
	if p.Observed == nil {
		return
	}
	for _, r := range p.Rules {
		if r.Ticks == nil && len(r.Elems) == 0 {
			continue
		}
		s := &spans{pass: p, r: r}
		if r.Ticks == nil {
			s.own, s.known = p.period(r, nil)
		}
		s.rule()
	}
}

// spans looks through the durations of one rule.
type spans struct {
	*pass
	r     *lang.RuleInfo
	own   period
	known bool
}

func (s *spans) rule() {
	short := map[int64]*lang.Diag{}
	var order []*lang.Call
	seen := map[*lang.Call]bool{}
	lang.Exprs(s.r.Decl, func(e lang.Expr) {
		lang.Walk(e, func(x lang.Expr) bool {
			if call, ok := x.(*lang.Call); ok && !seen[call] {
				seen[call] = true
				order = append(order, call)
			}
			return true
		})
	})
	for _, call := range order {
		if w, ok := s.Info.Windows[call]; ok && w.Size > 0 {
			s.window(call, w, short)
		} else if call.Fn.Text == "silent" && len(call.Args) == 1 {
			s.silence(call)
		}
	}
	if s.r.Sequence() || !s.known {
		return
	}
	d := s.r.Decl
	if len(short) == 0 && d.When != nil && s.byEvents(d.When) {
		s.hold(d.For)
		if d.Clear != nil && (d.Clear.When == nil || s.byEvents(d.Clear.When)) {
			s.hold(d.Clear.For)
		}
	}
	if l := d.Limit; l != nil && d.When == nil && !s.r.LimitBy && s.own.least > 0 {
		n, ok := s.Info.Consts[l.N].AsInt()
		per, ok2 := s.Info.Consts[l.Per].AsDuration()
		if possible := math.Ceil(float64(per) / s.own.least); ok && ok2 && s.own.most >= someEvents && float64(n) >= possible {
			s.evident(s.report(lang.CodeIdleLimit, s.r.File, s.r, lang.Span{Start: l.N.Span().Start, End: l.Per.Span().End},
				fmt.Sprintf("this limit holds nothing back: in %s events %s come no closer than %s%s; take a lower one, or leave it out", s.Observed.Recording(), s.tagged(nil), lang.RoughDuration(s.own.least), s.own.whose)))
		}
	}
}

// tagged names the events of the rule, or of an aggregate's own tag.
func (s *spans) tagged(from *tag.Pattern) string {
	if from != nil {
		return tagged([]tag.Pattern{*from})
	}
	var tags []tag.Pattern
	for _, el := range s.r.Elems {
		tags = append(tags, el.Pattern)
	}
	return tagged(tags)
}

// byEvents reports whether a condition changes with the rule's own events: it
// has a field, and nothing that changes by itself.
func (s *spans) byEvents(e lang.Expr) bool {
	fields, others := false, false
	seen := map[*lang.Let]bool{}
	var look func(e lang.Expr)
	look = func(e lang.Expr) {
		lang.Walk(e, func(x lang.Expr) bool {
			switch x := x.(type) {
			case *lang.Ident:
				switch sym := s.Info.Uses[x]; sym.Kind {
				case lang.SymLet:
					if !seen[sym.Let] {
						seen[sym.Let] = true
						look(sym.Let.Value)
					}
				case lang.SymField:
					fields = true
				case lang.SymState, lang.SymTable, lang.SymNow:
					others = true
				}
			case *lang.Call:
				switch {
				case x.Fn.Text == "silent", x.Fn.Text == "reached", x.Fn.Text == "active", x.Fn.Text == "during", x.From != nil:
					others = true
				case x.Fn.Text == "count":
					fields = true
				}
			}
			return true
		})
	}
	look(e)
	return fields && !others
}

// window reports one that holds one event at most, once for each length.
func (s *spans) window(call *lang.Call, w lang.Window, short map[int64]*lang.Diag) {
	var from *tag.Pattern
	d, known := s.own, s.known
	if x, ok := s.Info.Froms[call]; ok {
		from = &x
		d, known = s.period(s.r, from)
	} else if s.r.Sequence() {
		return
	}
	if !known {
		return
	}
	at := s.size(call)
	switch {
	case w.Kind == lang.Last:
		if d.most >= someEvents && w.Size > int64(d.most) {
			s.evident(s.report(lang.CodeLongLast, s.r.File, s.r, at.Span(), fmt.Sprintf("`last %d` reaches back about %s, and is never full: in %s events %s come about every %s%s, and there are no more than %s; take fewer",
				w.Size, lang.RoughDuration(d.fast()*float64(w.Size)), s.Observed.Recording(), s.tagged(from), lang.RoughDuration(d.fast()), d.whose, lang.Grouped(d.most))))
		}
		return
	case float64(w.Size) >= d.fast():
		return
	}
	text := calendar.FormatDuration(wider(3 * d.fast()))
	_, literal := at.(*lang.Lit)
	if first := short[w.Size]; first != nil {
		if literal && len(first.Fixes) > 0 {
			first.Fixes[0].Edits = append(first.Fixes[0].Edits, lang.Edit{File: s.r.File.Source.Name, Span: at.Span(), Text: text})
		}
		return
	}
	size := calendar.FormatDuration(w.Size)
	f := s.evident(s.report(lang.CodeShortWindow, s.r.File, s.r, at.Span(), fmt.Sprintf("a window of %s holds one event at most: in %s events %s come about every %s%s; take several times that, or `last n`",
		size, s.Observed.Recording(), s.tagged(from), lang.RoughDuration(d.fast()), d.whose)))
	if literal {
		s.fix(f, s.r.File, at.Span(), text, "write `"+text+"`")
	}
	short[w.Size] = f
}

// size is the length of a window as it is written.
func (s *spans) size(call *lang.Call) lang.Expr {
	if call.Win != nil {
		return call.Win.Size
	}
	return call.Args[len(call.Args)-1]
}

// hold reports one that is over before the next event.
func (s *spans) hold(e lang.Expr) {
	if e == nil {
		return
	}
	d, ok := s.Info.Consts[e].AsDuration()
	if !ok || float64(d) >= s.own.fast() {
		return
	}
	text := calendar.FormatDuration(wider(2 * s.own.fast()))
	f := s.evident(s.report(lang.CodeShortHold, s.r.File, s.r, e.Span(), fmt.Sprintf("`for %s` is over before the next event can say otherwise: in %s events %s come about every %s%s; hold for two of them or more",
		calendar.FormatDuration(d), s.Observed.Recording(), s.tagged(nil), lang.RoughDuration(s.own.fast()), s.own.whose)))
	if _, lit := e.(*lang.Lit); lit {
		s.fix(f, s.r.File, e.Span(), text, "write `"+text+"`")
	}
}

// silence reports one that is usual.
func (s *spans) silence(call *lang.Call) {
	e := call.Args[0]
	d, ok := s.Info.Consts[e].AsDuration()
	if !ok || !s.known || float64(d) >= s.own.at(0.5) {
		return
	}
	text := calendar.FormatDuration(wider(3 * s.own.at(0.9)))
	f := s.evident(s.report(lang.CodeShortSilence, s.r.File, s.r, e.Span(), fmt.Sprintf("%s of silence is usual: in %s events %s come about every %s%s, so this is true between any two of them; wait for several times that",
		calendar.FormatDuration(d), s.Observed.Recording(), s.tagged(nil), lang.RoughDuration(s.own.at(0.5)), s.own.whose)))
	if _, lit := e.(*lang.Lit); lit {
		s.fix(f, s.r.File, e.Span(), text, "write `"+text+"`")
	}
}

// wider is a duration that a person would write, at least as long.
func wider(ns float64) int64 {
	for _, unit := range []time.Duration{time.Millisecond, time.Second, time.Minute, time.Hour} {
		for _, n := range []int64{1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90} {
			if d := n * int64(unit); ns <= float64(d) {
				return d
			}
		}
		if unit == time.Millisecond {
			for _, n := range []int64{100, 200, 500} {
				if d := n * int64(unit); ns <= float64(d) {
					return d
				}
			}
		}
	}
	day := float64(24 * time.Hour)
	return int64(math.Ceil(ns/day) * day)
}

// Of keys there are too many if nearly every event has its own.
const (
	manyKeys = 20
	nearly   = 0.9
)

// keys finds keys of which nearly every event has its own: a window, a hold
// or a count by such a key never has a second event.
func keys(p *pass) {
	if p.Observed == nil {
		return
	}
	for _, r := range p.Rules {
		if r.Ticks != nil || r.Sequence() || !remembers(p.Unit, r, p.callsOf(r)) && r.Decl.Limit == nil && r.Decl.Gather == nil {
			continue
		}
		s := &sights{pass: p, r: r}
		for _, k := range r.Key {
			if k.In != nil {
				continue
			}
			n, of, more := 0, 0, ""
			if k.Capture >= 0 {
				texts := map[string]bool{}
				for _, el := range r.Elems {
					g := p.recorded(el.Pattern)
					of += g.Count
					for w, c := range el.Caps {
						if c == k.Capture {
							for _, t := range p.captured(el.Pattern, w) {
								texts[t] = true
							}
						}
					}
				}
				n = len(texts)
				if p.Observed.Rest > 0 {
					more = "more than "
				}
			} else if pl, ok := s.place(k.Expr, nil); ok && pl.value != nil && pl.cap == nil {
				n, of = len(pl.value.Seen), pl.value.Known()
				if pl.value.More {
					more = "more than "
				}
			}
			if n < manyKeys || more == "" && float64(n) < nearly*float64(of) {
				continue
			}
			if more != "" && float64(n) < nearly*float64(min(of, lang.MaxObservedDistinct)) {
				continue
			}
			p.evident(p.report(lang.CodeKeyPerEvent, r.File, r, keySpan(r, k), fmt.Sprintf("in %s there are %s%s different `%s` in %s: each event begins a state of its own, kept until it expires; take a key that events have in common",
				p.Observed.Recording(), more, lang.Grouped(n), k.Name, lang.Amount(of, "event"))))
		}
	}
}
