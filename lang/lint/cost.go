package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
)

var costRows = []row{
	{lang.CodeLeadingWildcard, always, leadingWildcards},
	{lang.CodeCostlyWindow, judges, costly},
	{lang.CodeRepeatedAggregate, always, repeatedAggregates},
}

// RuleCost is what a rule keeps in memory, as far as it can be said beforehand.
type RuleCost struct {
	Rule    *lang.RuleInfo
	PerKey  int64   // bytes for one key, with its windows full; 0 where nothing is remembered
	Rate    float64 // events of one key a second
	Assumed bool    // nothing was recorded of them: Rate is a guess
	Keys    int     // that were recorded; 0 where that is not known
	Windows []WindowCost
}

// String is the cost in words: about 12 KiB a key, at 1 event/s (assumed).
func (c RuleCost) String() string {
	if c.PerKey == 0 {
		return "nothing is remembered"
	}
	rate := fmt.Sprintf("%.3g events/s", c.Rate)
	if c.Assumed {
		rate = "1 event/s (assumed)"
	}
	s := fmt.Sprintf("about %s a key at %s", Bytes(c.PerKey), rate)
	if c.Keys > 0 {
		s += fmt.Sprintf(", %d recorded", c.Keys)
	}
	return s
}

// WindowCost is the part of what looks back over events.
type WindowCost struct {
	At     lang.Span // the aggregate, the `unique` or the source
	Text   string    // its window as written
	Events int64     // it holds, at most
	Bytes  int64

	panes bool // panes would keep less
}

// Sizes in bytes of what a machine keeps, measured (TestCosts of cmd/edac): for
// a key, for an event of a window, of a sorted list, of a set of values, of a
// sequence, and for an accumulator.
const (
	keyBytes         = 800
	fieldBytes       = 48
	slotBytes        = 32
	carryBytes       = 24
	rankBytes        = 36
	distinctBytes    = 80
	uniqueBytes      = 130
	sequenceBytes    = 300
	accumulatorBytes = 220
	runBytes         = 8
)

// assumedRate is how many events a second a key is taken to have where nothing
// was recorded.
const assumedRate = 1

// Costs estimates what each rule of a program keeps. What was recorded says how
// often events come and how many keys they have; without it one a second is
// assumed. Filters are not judged, so it is rather too much than too little.
func Costs(u *lang.Unit, o *lang.Observed) []RuleCost {
	var out []RuleCost
	for _, r := range u.Rules {
		out = append(out, costOf(u, o, r, callsIn(r.Decl)))
	}
	return out
}

func costOf(u *lang.Unit, o *lang.Observed, r *lang.RuleInfo, calls []*lang.Call) RuleCost {
	c := RuleCost{Rule: r, PerKey: keyBytes}
	var patterns []tag.Pattern
	for _, el := range r.Elems {
		patterns = append(patterns, el.Pattern)
	}
	seen := recorded(o, patterns)
	c.Rate, c.Keys, c.Assumed = seen.rate(r.Key)
	fields := 4 // of an event, as far as nothing is known
	if seen != nil && len(seen.Data.Fields) > 0 {
		fields = len(seen.Data.Fields)
	}
	c.PerKey += int64(fields) * fieldBytes
	look := func(at lang.Span, text string, events float64, each float64, fixed int64) *WindowCost {
		w := WindowCost{At: at, Text: text, Events: int64(min(events, 1e15))}
		w.Bytes = fixed + int64(min(events*each, 1e18))
		c.Windows = append(c.Windows, w)
		c.PerKey = min(c.PerKey+w.Bytes, 1<<60)
		return &c.Windows[len(c.Windows)-1]
	}
	rings := map[string]bool{}
	for _, call := range throughFns(u, calls) {
		w, isWindow := u.Info.Windows[call]
		switch {
		case isWindow:
			rate := c.Rate
			if from, other := u.Info.Froms[call]; other {
				rate, _, _ = recorded(o, []tag.Pattern{from}).rate(r.Key)
			}
			each, fixed, events := windowBytes(call.Fn.Text, w, rate)
			if (w.Kind == lang.Sliding || w.Kind == lang.Last) && len(calls) > 1 { // equal ones share their events
				ring := fmt.Sprint(w.Kind, w.Size, lang.Over(call.Fn.Text), over(r.File, call, w))
				if rings[ring] {
					fixed -= int64(ringBytes(w, events))
				}
				rings[ring] = true
			}
			look(call.Span(), windowText(r.File, call), events, each, fixed).panes = w.Kind == lang.Sliding && each == 0
		case call.Fn.Text == "unique" && len(call.Args) == 2:
			look(call.Span(), wording(r.File, call.Args[1].Span()), c.Rate*float64(durationOf(u, call.Args[1]))/1e9, uniqueBytes, 0)
		}
	}
	if r.Sequence() && r.Decl.Source.Within != nil {
		const most = 1000 // events that a machine keeps for a key
		events := min(c.Rate*float64(durationOf(u, r.Decl.Source.Within))/1e9, most)
		look(r.Decl.Source.Within.Span(), wording(r.File, r.Decl.Source.Within.Span()), events, sequenceBytes, 0)
	}
	if l := r.Decl.Limit; l != nil && !r.LimitBy {
		n, _ := u.Info.Consts[l.N].AsInt()
		c.PerKey += min(n, int64(c.Rate*float64(durationOf(u, l.Per))/1e9)+1) * runBytes
	}
	if len(c.Windows) == 0 && !remembers(u, r, calls) && !r.Sequence() && r.Decl.Gather == nil && (r.Decl.Limit == nil || r.LimitBy) {
		c.PerKey = 0
	}
	return c
}

// throughFns are calls, and those of the functions they call, each once.
func throughFns(u *lang.Unit, calls []*lang.Call) []*lang.Call {
	var seen map[*lang.FnDecl]bool
	for i := 0; i < len(calls); i++ {
		if fn := u.Fns[calls[i].Fn.Text]; fn != nil && !seen[fn] {
			if seen == nil {
				seen = map[*lang.FnDecl]bool{}
			}
			seen[fn] = true
			calls = slices.Concat(calls, callsIn(fn))
		}
	}
	return calls
}

// windowBytes is what an aggregate keeps for each event and at all, and how
// many events there are at a rate. Events of a sliding window lie in a ring,
// whose length is a power of two.
func windowBytes(name string, w lang.Window, rate float64) (each float64, fixed int64, events float64) {
	events = max(1, rate*float64(w.Size)/1e9)
	fixed = accumulatorBytes
	switch w.Kind {
	case lang.Last:
		events = float64(w.Size)
	case lang.Session:
		events = rate * 1e3 // as long as it lasts; nobody can say
	}
	switch name {
	case "pct":
		each = rankBytes
	case "distinct":
		each = distinctBytes
	}
	if w.Kind == lang.Sliding || w.Kind == lang.Last {
		fixed += int64(ringBytes(w, events))
	} else if w.Kind == lang.Each {
		fixed += accumulatorBytes
		each *= 2 // the pane so far, and the latest full one
	}
	return each, fixed, events
}

func ringBytes(w lang.Window, events float64) float64 {
	size := 4.0
	for size < events && size < 1e15 {
		size *= 2
	}
	if w.Carry != nil {
		return size * (slotBytes + carryBytes)
	}
	return size * slotBytes
}

// recordedEvents are those of some patterns in recordings.
type recordedEvents struct {
	*lang.ObservedTags
	patterns []tag.Pattern
}

// recorded are the events of patterns; nil where nothing was recorded of them.
func recorded(o *lang.Observed, patterns []tag.Pattern) *recordedEvents {
	if o == nil || len(patterns) == 0 {
		return nil
	}
	if tags := o.Matching(patterns...); tags.Count > 0 {
		return &recordedEvents{tags, patterns}
	}
	return nil
}

// rate is how many events a second a key has on average, and how many keys
// there are.
func (e *recordedEvents) rate(key []lang.KeyInfo) (rate float64, keys int, assumed bool) {
	if e == nil || e.Count < 2 || e.Last <= e.First {
		return assumedRate, 0, true
	}
	keys = 1
	values := map[string]bool{} // of the parts that are captures
	var caps []string
	for _, t := range e.Tags {
		for _, p := range e.patterns {
			var ok bool
			if caps, ok = p.Match(t.Tag, caps); !ok {
				continue
			}
			text := ""
			for _, k := range key {
				for i, w := range p.Wildcards() {
					if k.Capture >= 0 && (w.Name == k.Name || w.Name == "" && fmt.Sprint(w.Position) == k.Name) {
						text += caps[i] + "\x00"
					}
				}
			}
			values[text] = true
			break
		}
	}
	keys = max(1, len(values))
	for _, k := range key {
		if id, ok := k.Expr.(*lang.Ident); ok && k.Capture < 0 {
			if f := e.Data.Field(id.Text); f != nil {
				keys *= max(1, len(f.Seen))
			}
		}
	}
	keys = min(keys, e.Count)
	return float64(e.Count) * 1e9 / float64(e.Last-e.First) / float64(keys), keys, false
}

const (
	mostPerKey = 16 << 20 // bytes: more for one key is worth a word
	mostInAll  = 1 << 30  // for all recorded keys of a rule
)

// costly finds rules that keep very much (W9). With a recording it is evidence.
func costly(p *pass) {
	perKey, inAll := int64(cmp.Or(p.BytesPerKey, mostPerKey)), int64(cmp.Or(p.BytesPerRule, mostInAll))
	for _, r := range p.Rules {
		c := costOf(p.Unit, p.Observed, r, p.callsOf(r))
		if len(c.Windows) == 0 || c.PerKey <= perKey && c.PerKey*int64(max(1, c.Keys)) <= inAll {
			continue
		}
		most := c.Windows[0]
		for _, w := range c.Windows {
			if w.Bytes > most.Bytes {
				most = w
			}
		}
		basis := "at one event a second, a guess that `--recording` makes better"
		if !c.Assumed {
			basis = fmt.Sprintf("at %.3g events a second, as in %s", c.Rate, p.Observed.Recording())
		}
		in := ""
		if c.Keys > 1 {
			in = fmt.Sprintf(", and %s for the %d keys there", Bytes(c.PerKey*int64(c.Keys)), c.Keys)
		}
		less := "time keeps"
		if most.panes {
			less = "one, or panes (`each " + most.Text + "`), keep"
		}
		d := p.report(lang.CodeCostlyWindow, r.File, r, most.At, fmt.Sprintf("over `%s` this keeps about %s for each key%s, %s; a shorter %s less", most.Text, Bytes(c.PerKey), in, basis, less))
		if !c.Assumed {
			d.Severity = lang.Warning
			p.evident(d)
		}
	}
}

// Bytes is an amount of memory in words: 12 KiB, 3.4 MiB.
func Bytes(n int64) string {
	size, unit := float64(n), "bytes"
	for _, u := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if size < 1024 {
			break
		}
		size, unit = size/1024, u
	}
	if size >= 10 || unit == "bytes" {
		return fmt.Sprintf("%.0f %s", size, unit)
	}
	return fmt.Sprintf("%.1f %s", size, unit)
}

// leadingWildcards advises on tags that any event may begin like.
func leadingWildcards(p *pass) {
	for _, r := range p.Rules {
		for _, el := range r.Elems {
			segs := strings.Split(strings.TrimPrefix(el.Pattern.String(), "/"), "/")
			if !strings.ContainsAny(segs[0], "*{") {
				continue
			}
			message := "this takes every event there is; name the beginning of the tags that are meant"
			if len(segs) > 1 || !strings.Contains(segs[0], "**") {
				message = "a tag that begins with a wildcard has to be tried on every event there is; name its beginning, such as \"/client/" + strings.TrimPrefix(el.Pattern.String(), "/") + "\", if all tags that you mean begin so"
			}
			p.report(lang.CodeLeadingWildcard, r.File, r, el.Elem.Tag.At, message)
		}
	}
}

// often is how many times one thing is written before a name is advised.
const often = 3

// repeatedAggregates advises to compute once what is computed again and again:
// in one rule, or by rules of one source and key, each of which keeps its own
// window.
func repeatedAggregates(p *pass) {
	type place struct {
		file *lang.File
		rule *lang.RuleInfo
		call *lang.Call
	}
	var keys []string
	byRules := map[string][]place{} // the first of each rule
	for _, d := range p.Calls() {
		if d.rule == nil || len(d.rule.Decl.Source.Steps) == 0 {
			continue
		}
		home := ""
		for _, s := range d.rule.Decl.Source.Steps {
			home += wording(d.file, s.At) + "\x00"
		}
		for _, k := range d.rule.Key {
			home += k.Name + "\x00"
		}
		here := map[string][]*lang.Call{}
		for _, c := range d.calls {
			if w, window := p.Info.Windows[c]; !window || w.Kind == lang.Last && w.Size == 1 {
				continue
			}
			text := wording(d.file, c.Span())
			here[text] = append(here[text], c)
			switch key := home + text; len(here[text]) {
			case 1:
				if byRules[key] == nil {
					keys = append(keys, key)
				}
				byRules[key] = append(byRules[key], place{d.file, d.rule, c})
			case often:
				dg := p.report(lang.CodeRepeatedAggregate, d.file, d.rule, c.Span(), "this stands here again and again; give it a name: `let value = "+text+"`")
				for _, o := range here[text][:often-1] {
					dg.Labels = append(dg.Labels, lang.Label{File: d.file.Source.Name, Span: o.Span(), Text: "here"})
				}
			}
		}
	}
	for _, key := range keys {
		all := byRules[key]
		if len(all) < often {
			continue
		}
		last := all[len(all)-1]
		dg := p.report(lang.CodeRepeatedAggregate, last.file, last.rule, last.call.Span(), fmt.Sprintf("%d rules keep this window, each its own; one rule can fire the value, and the others listen to that", len(all)))
		for _, o := range all[:often-1] {
			dg.Labels = append(dg.Labels, lang.Label{File: o.file.Source.Name, Span: o.call.Span(), Text: "here"})
		}
	}
}

// Operations counts about what a machine does for each event that a rule takes:
// its where, its key, what its windows take in and let go, its conditions, and,
// where it acts on each event, its acts. It is 0 in a unit with errors.
func Operations(u *lang.Unit) func(*lang.RuleInfo) int {
	if u.Broken {
		return func(*lang.RuleInfo) int { return 0 }
	}
	of := u.Operations()
	return func(r *lang.RuleInfo) int {
		n := 0
		seen := map[lang.Expr]bool{}
		for _, el := range r.Elems {
			if el.Where != nil && !seen[el.Where] {
				seen[el.Where] = true
				n += of(el.Where)
			}
		}
		for _, k := range r.Key {
			n += max(1, of(k.Expr))
		}
		for _, call := range throughFns(u, callsIn(r.Decl)) {
			if _, window := u.Info.Windows[call]; window {
				n += 2 // in and out; what it takes is counted where the call stands
			}
		}
		d := r.Decl
		n += of(d.Source.Where) + of(d.When)
		if d.Clear != nil {
			n += of(d.Clear.When)
		}
		if d.When == nil {
			for i := range d.Do {
				a := &d.Do[i]
				for _, e := range slices.Concat(a.Args, a.Keys, []lang.Expr{a.Expr}) {
					n += of(e)
				}
				if a.Tag != nil {
					n += of(a.Tag)
				}
				if a.Data != nil {
					n += of(a.Data)
				}
				if a.Text != nil {
					n += of(a.Text)
				}
			}
		}
		return n
	}
}
