package scenario

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// Cause says what a rule saw at an instant: why it fired, or did not.
type Cause struct {
	Rule  *lang.RuleInfo
	Text  string   // "rule hot, host web1, at +9s"
	Parts []Part   // of its condition
	Notes []string // what else kept it
}

// Part is the value of a part of a condition, to be written below its source.
type Part struct {
	At   lang.Span // in the rule's file; the value belongs below its first character
	Text string
}

// At most so many rules, and keys of one rule, are shown for one expectation.
const (
	maxRules = 3
	maxKeys  = 2
)

// maxLooks bounds what a witness remembers; more keys and tags than that are
// not told apart in a test that fails.
const maxLooks = 100_000

// look is one evaluation of a condition: what its parts were worth.
type look struct {
	rule   int
	key    []string
	where  bool // of the source; otherwise of when and clear when
	t      int64
	step   uint64
	tag    string // of the event
	points []int
	values []value.Value
}

// lookID names whose looks replace one another: those of a key, or, as the key
// may not be known yet, those of the events of one tag.
type lookID struct {
	rule  int
	key   string
	where bool
}

// witness runs a test again and remembers the latest look of each rule and
// key, and all looks since it last forgot.
type witness struct {
	unit   *lang.Unit
	r      *Result
	prog   *vm.Program
	m      *vm.Machine
	start  int64
	points []compiler.Point
	recent []*look
	latest map[lookID]*look
	order  []lookID // of latest, by first appearance
}

// explain finds the causes of the failures of r by running its test once more
// with a watched program.
func explain(r *Result) error {
	w := &witness{unit: r.unit, r: r, start: r.script.start, latest: map[lookID]*look{}}
	w.prog = compiler.Compile(r.unit, compiler.WithPoints(&w.points))
	m, err := vm.New(w.prog, stdlib.Library())
	if err != nil {
		return err
	}
	w.m = m
	if f := r.script.begin(w.prog, m); f != nil {
		return nil
	}
	m.Watch(w.see)
	var asked []*Failure // by instant
	fired := map[int]*Failure{}
	for i := range r.Failures {
		f := &r.Failures[i]
		switch {
		case f.stray != nil:
			for j := range r.effects {
				if f.stray == &r.effects[j] {
					fired[j] = f
				}
			}
		case f.want != nil && f.want.instant() <= f.want.until && !f.want.near(r.effects):
			asked = append(asked, f)
		}
	}
	slices.SortStableFunc(asked, func(a, b *Failure) int { return int(max(-1, min(1, a.want.instant()-b.want.instant()))) })
	n := 0
	collect := func() {
		for _, e := range m.Effects() {
			if e.Kind != vm.Logged {
				if f := fired[n]; f != nil {
					f.Causes = w.why(&e)
				}
				n++
			}
		}
		w.fold()
	}
	until := func(t int64) {
		for next, ok := m.Next(); ok && next <= t; next, ok = m.Next() {
			m.Advance(next)
			collect()
		}
	}
	answer := func(before int64) { // nothing at these instants is to come
		for len(asked) > 0 && asked[0].want.instant()+m.Lateness() < before {
			t := asked[0].want.instant()
			until(t + m.Lateness())
			m.Advance(t + m.Lateness())
			collect()
			asked[0].Causes = w.whyNot(asked[0].want, t)
			asked = asked[1:]
		}
	}
	for i := range r.script.events {
		e := r.script.events[i]
		answer(e.T)
		until(e.T - 1)
		if err := m.Event(&e); err != nil {
			return err
		}
		collect()
	}
	answer(r.script.end + 1)
	until(r.script.end)
	m.Flush(r.script.end)
	collect()
	for len(asked) > 0 && asked[0].want.instant() <= r.script.end {
		asked[0].Causes = w.whyNot(asked[0].want, r.script.end)
		asked = asked[1:]
	}
	return nil
}

// instant is when an expectation is judged.
func (x *expectation) instant() int64 {
	if x.timed {
		return x.exact
	}
	return x.until
}

// near reports whether something was fired that differs from what is expected
// in its data alone: then the conditions are not what is wrong.
func (x *expectation) near(effects []vm.Effect) bool {
	return slices.ContainsFunc(effects, func(e vm.Effect) bool {
		return e.Tag == x.tag && e.T <= x.until && (!x.timed || e.T == x.exact)
	})
}

// see takes what the machine shows.
func (w *witness) see(s vm.Sight) {
	part := w.points[s.Point].Part
	if part == compiler.Write {
		return
	}
	where := part == compiler.Where
	var l *look
	if n := len(w.recent); n > 0 {
		if r := w.recent[n-1]; r.rule == s.Rule && r.where == where && r.step == s.Step && slices.Equal(r.key, s.Key) {
			l = r
		}
	}
	if l == nil {
		l = &look{rule: s.Rule, key: slices.Clone(s.Key), where: where, t: s.T, step: s.Step, tag: s.Tag}
		w.recent = append(w.recent, l)
	}
	if i := slices.Index(l.points, s.Point); i >= 0 {
		l.values[i] = s.Value
		return
	}
	l.points, l.values = append(l.points, s.Point), append(l.values, s.Value)
}

// fold makes the recent looks the latest ones.
func (w *witness) fold() {
	for _, l := range w.recent {
		id := lookID{l.rule, strings.Join(l.key, "\x00"), l.where}
		if l.where {
			id.key = l.tag
		}
		if w.latest[id] == nil {
			if len(w.order) == maxLooks {
				continue
			}
			w.order = append(w.order, id)
		}
		w.latest[id] = l
	}
	w.recent = w.recent[:0]
}

// why says what made an effect: the look of its rule and key in its step.
func (w *witness) why(e *vm.Effect) []Cause {
	for _, where := range []bool{false, true} {
		for i := len(w.recent) - 1; i >= 0; i-- {
			if l := w.recent[i]; l.rule == e.Rule && l.step == e.Step && l.where == where && (where || slices.Equal(l.key, e.Key)) {
				c := w.cause(e.Rule, e.Key, e.T)
				c.Parts = w.parts(l, e.Act >= len(w.prog.Rules[e.Rule].Do))
				return []Cause{c}
			}
		}
	}
	return nil
}

// whyNot says what the rules that can fire the tag saw instead.
func (w *witness) whyNot(x *expectation, t int64) []Cause {
	var out []Cause
	able := 0
	for i, r := range w.unit.Rules {
		if !canFire(r, x.tag) {
			continue
		}
		if able++; able <= maxRules {
			out = append(out, w.silent(i, r, x.tag, t)...)
		}
	}
	switch {
	case able == 0:
		return []Cause{{Text: fmt.Sprintf("no rule fires %q", x.tag)}}
	case able > maxRules:
		out = append(out, Cause{Text: fmt.Sprintf("and %d more rules can fire %q", able-maxRules, x.tag)})
	}
	return out
}

// silent says why one rule did not fire a tag.
func (w *witness) silent(rule int, r *lang.RuleInfo, tag string, t int64) []Cause {
	clears := onlyClears(r, tag)
	var out []Cause
	var other *look // of a key that cannot be meant
	more := 0
	for _, id := range w.order {
		l := w.latest[id]
		switch {
		case id.rule != rule || id.where:
		case !keyFits(r, l.key, tag):
			other = l
		case len(out) == maxKeys:
			more++
		default:
			c := w.cause(rule, l.key, t)
			c.Parts = w.parts(l, clears)
			c.Notes = w.state(rule, l, clears)
			out = append(out, c)
		}
	}
	if more > 0 {
		out = append(out, Cause{Text: fmt.Sprintf("and %s more of rule %s", number(more, "key"), r.Label)})
	}
	if len(out) > 0 {
		return out
	}
	c := w.cause(rule, nil, t)
	stats := w.m.RuleStats(rule)
	switch l := w.offered(rule, r, tag); {
	case l != nil:
		c = w.cause(rule, nil, l.t)
		c.Parts = w.parts(l, false)
		c.Notes = append(c.Notes, fmt.Sprintf("this is the last %q that came to it", l.tag))
	case other != nil:
		c.Notes = append(c.Notes, "it has seen "+w.keyText(rule, other.key)+", but no key for which it fires this")
	}
	if missing := w.unheard(r, t); missing != "" {
		c.Notes = append(c.Notes, "no event has matched "+missing)
	} else if len(r.Steps) > 0 && stats.Kept == 0 {
		c.Notes = append(c.Notes, "its sequence has not been completed")
	}
	if stats.Suppressed > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("its `limit` has dropped %s", number(int(stats.Suppressed), "run")))
	}
	if c.Parts == nil && c.Notes == nil {
		return nil
	}
	return []Cause{c}
}

// offered is the last look at the where of a rule for an event that would have
// made it fire the tag.
func (w *witness) offered(rule int, r *lang.RuleInfo, tag string) *look {
	var last *look
	for _, id := range w.order {
		l := w.latest[id]
		if id.rule == rule && id.where && (last == nil || l.step > last.step) && keyFits(r, keyOf(r, l.tag), tag) {
			last = l
		}
	}
	return last
}

// unheard is the first part of a rule's source that it needs and that no event
// up to t has matched, as it is written; "" if there is none.
func (w *witness) unheard(r *lang.RuleInfo, t int64) string {
	heard := func(el lang.ElemInfo) bool {
		matches := func(tag string, at int64) bool {
			_, ok := el.Pattern.Match(tag, nil)
			return ok && at <= t
		}
		return slices.ContainsFunc(w.r.script.events, func(e vm.Event) bool { return matches(e.Tag, e.T) }) ||
			slices.ContainsFunc(w.r.effects, func(e vm.Effect) bool { return matches(e.Tag, e.T) })
	}
	steps := r.Steps
	if len(steps) == 0 { // a plain source is one step of alternatives
		steps = []lang.StepInfo{{N: len(r.Elems)}}
	}
	for _, s := range steps {
		elems := r.Elems[s.First : s.First+s.N]
		if s.Both {
			for _, el := range elems {
				if !heard(el) {
					return el.Elem.Tag.Raw
				}
			}
		} else if len(elems) > 0 && !s.Not && !slices.ContainsFunc(elems, heard) {
			return elems[0].Elem.Tag.Raw
		}
	}
	return ""
}

// keyOf is the key that a rule gives an event of that tag, as far as it is made
// of captures; nil if it is not.
func keyOf(r *lang.RuleInfo, tag string) []string {
	for i := range r.Elems {
		el := &r.Elems[i]
		found, ok := el.Pattern.Match(tag, nil)
		if !ok {
			continue
		}
		var key []string
		for _, k := range r.Key {
			at := slices.Index(el.Caps, k.Capture)
			if k.Capture < 0 || at < 0 {
				return nil
			}
			key = append(key, found[at])
		}
		return key
	}
	return nil
}

// state says what beside the values keeps a situation from acting.
func (w *witness) state(rule int, l *look, clears bool) []string {
	for _, v := range w.m.Views(rule) {
		if !slices.Equal(v.Key, l.key) {
			continue
		}
		switch hold := w.prog.Rules[rule].For; {
		case clears && !v.On:
			return []string{"it is not on; `clear do` runs when it turns off"}
		case clears:
			return nil
		case v.On && v.Owed:
			return []string{"it is on, but " + w.prog.Rules[rule].HeldBy() + " holds `do` back"}
		case v.On:
			return []string{"it is on already; `do` runs only when it turns on"}
		case v.Holding && !v.Held && hold > 0:
			return []string{fmt.Sprintf("its condition has been true since %s; `for %s` ends at %s",
				since(v.Since-w.start), calendar.FormatDuration(hold), since(v.Since+hold-w.start))}
		}
		return nil
	}
	return []string{"its key has been forgotten since"}
}

// cause begins with whom and when it is about.
func (w *witness) cause(rule int, key []string, t int64) Cause {
	r := w.unit.Rules[rule]
	text := "rule " + r.Label
	if k := w.keyText(rule, key); k != "" {
		text += ", " + k
	}
	return Cause{Rule: r, Text: text + ", at " + since(t-w.start)}
}

// keyText is a key in words: "host web1, mount tmp".
func (w *witness) keyText(rule int, key []string) string {
	text := ""
	for i, k := range key {
		if i > 0 {
			text += ", "
		}
		text += w.prog.Rules[rule].Key[i].Name + " " + k
	}
	return text
}

// parts are the values of a look where they are to be written: below the
// operator of an operation, below the name of a member, else at the beginning.
// Of when and clear when, those that decide whether the rule clears, or acts.
func (w *witness) parts(l *look, clears bool) []Part {
	var out []Part
	part := compiler.When
	if clears && w.prog.Rules[l.rule].Clear != 0 {
		part = compiler.Clear
	}
	for i, p := range l.points {
		if !l.where && w.points[p].Part != part {
			continue
		}
		e := w.points[p].Expr
		at := e.Span()
		switch e := e.(type) {
		case *lang.Binary:
			at = e.OpAt
		case *lang.Unary:
			at = e.OpAt
		case *lang.Select:
			at = e.Name.At
		}
		out = append(out, Part{at, shown(l.values[i])})
	}
	slices.SortStableFunc(out, func(a, b Part) int { return a.At.Start - b.At.Start })
	return out
}

// shown is a value as it is written in rules, cut if it is long.
func shown(v value.Value) string {
	s := value.Text(v)
	switch v.Kind() {
	case value.KindFloat, value.KindString, value.KindList, value.KindObject:
		s = string(value.AppendJSON(nil, v))
	}
	if utf8.RuneCountInString(s) > 40 {
		s = string([]rune(s)[:39]) + "…"
	}
	return s
}

func canFire(r *lang.RuleInfo, tag string) bool {
	return slices.ContainsFunc(r.Fires, func(f lang.FireInfo) bool {
		_, ok := f.Pattern.Match(tag, nil)
		return ok
	})
}

// onlyClears reports whether the acts of do cannot fire a tag.
func onlyClears(r *lang.RuleInfo, tag string) bool {
	for _, f := range r.Fires {
		_, ok := f.Pattern.Match(tag, nil)
		for i := range r.Decl.Do {
			if ok && f.Act == &r.Decl.Do[i] {
				return false
			}
		}
	}
	return true
}

// keyFits reports whether a rule can fire a tag for a key: not where a segment
// of the tag it fires is a part of the key, and another one.
func keyFits(r *lang.RuleInfo, key []string, tag string) bool {
	for _, f := range r.Fires {
		found, ok := f.Pattern.Match(tag, nil)
		if ok && (key == nil || fillsIn(r, key, f.Act.Tag, found)) {
			return true
		}
	}
	return false
}

func fillsIn(r *lang.RuleInfo, key []string, written *lang.Str, found []string) bool {
	if written == nil {
		return true
	}
	n := 0
	for i, p := range written.Parts {
		if p.Path == nil {
			continue
		}
		if i > 0 && !strings.HasSuffix(written.Parts[i-1].Text, "/") || i+1 < len(written.Parts) && !strings.HasPrefix(written.Parts[i+1].Text, "/") {
			return true // not a segment of its own
		}
		name, ok := p.Path.(*lang.Ident)
		for j, k := range r.Key {
			if ok && j < len(key) && n < len(found) && k.Name == name.Text && key[j] != found[n] {
				return false
			}
		}
		n++
	}
	return true
}

func number(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
