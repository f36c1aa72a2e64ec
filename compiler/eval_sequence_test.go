package compiler_test

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// Sequences as past formulas (3.5, S18-S21): every assignment of events to the
// elements is looked at, and the one chosen by the rule of S19 taken. Readings:
//
//  1. An event belongs to an element if its tag matches, the element's where is
//     true of it and its key is one; the key is read with that element's captures.
//  2. A capture has one value throughout a match. That holds for every two events
//     whose elements both name it, for the N of one element, and for what stands
//     behind `not`, which counts if it contradicts no capture of the match.
//     Wildcards without a name are no captures where several elements come
//     together, and are bound to nothing where there is one step with `N of`.
//  3. S19: of all assignments that end with the event, the one whose next to last
//     event is the latest, then the one before that, and so on; the same event at
//     an element written earlier goes before one written later.
//  4. One match per rule and event: where an event could end one for several
//     elements, the element written first decides, whatever their keys.
//  5. An event of a match is used, for all elements, in the key of the match. It
//     still counts behind a `not`.
//  6. S20: openers of one key that agree in all captures which occur behind the
//     last `not` are one question. The one that began first sets the deadline; when
//     it comes unanswered, the rule acts once and all of them are done with.
//  7. The kept event has the data and tag of the event that closed the match (or
//     the opener), the instant at which the rule acts, the captures of all events.
//  8. Blind time: openers that wait count anew from its end. Where it lies between
//     two events, it is not known what came between them.

// seqStep is a step of a sequence; elements are numbers into rule.alts.
type seqStep struct {
	not, both bool
	elems     []int
	counts    []int
}

type sequence struct {
	steps  []seqStep
	within int64
	named  bool // only written names are captures
}

// placed is an event at an element.
type placed struct {
	*occ
	elem int
}

// history is all that came to one key of a sequence.
type history struct {
	key   []string
	all   []placed
	used  map[int]bool // by occ.n
	opens []*opening
}

type opening struct {
	match    *occ
	firstN   int
	deadline int64
	done     bool // answered, covered, or acted on
}

// sequenceOf reads the source; nil if it takes single events.
func (w *world) sequenceOf(d *lang.RuleDecl) *sequence {
	if len(d.Source.Steps) == 0 {
		return nil // time feeds it
	}
	s := &sequence{named: len(d.Source.Steps) > 1 || d.Source.Steps[0].Both}
	n, several := 0, s.named
	for _, st := range d.Source.Steps {
		step := seqStep{not: st.Not, both: st.Both}
		for _, e := range st.Elems {
			count := int64(1)
			if e.Count != nil {
				several = true
				count, _ = w.constant(e.Count).AsInt()
			}
			step.elems, step.counts = append(step.elems, n), append(step.counts, int(count))
			n++
		}
		s.steps = append(s.steps, step)
	}
	if !several {
		return nil
	}
	s.within = w.duration(d.Source.Within)
	return s
}

// absence is the last step if it says what must not come.
func (s *sequence) absence() *seqStep {
	if last := &s.steps[len(s.steps)-1]; last.not {
		return last
	}
	return nil
}

// offerSequence gives an event to the rule and returns the key for which it
// became a match that is kept at once.
func (w *world) offerSequence(r *rule, ev queued) *cell {
	segs := segments(ev.tag)
	var here []placed
	keys := map[int][]string{}
	for i, a := range r.alts {
		caps, ok := a.match(segs)
		if !ok {
			continue
		}
		if r.seq.named {
			maps.DeleteFunc(caps, func(n, _ string) bool { return n[0] <= '9' })
		}
		o := &occ{t: w.now, n: w.steps, tag: ev.tag, data: w.fit(ev.tag, ev.data), caps: caps}
		key, ok := w.keyOf(r, r.key, o, nil)
		if !ok || a.where != nil && !value.True(w.eval(a.where, &ctx{r: r, key: key, o: o}, nil)) {
			continue
		}
		here = append(here, placed{o, i})
		keys[i] = key
		h := r.history[join(key)]
		if h == nil {
			h = &history{key: key, used: map[int]bool{}}
			r.history[join(key)] = h
		}
		h.all = append(h.all, here[len(here)-1])
	}
	if not := r.seq.absence(); not != nil {
		for _, e := range here {
			if !slices.Contains(not.elems, e.elem) {
				continue
			}
			for _, o := range r.history[join(keys[e.elem])].opens {
				if agree(o.match.caps, e.caps) {
					o.done = true
				}
			}
		}
	}
	for _, e := range here {
		key := keys[e.elem]
		h := r.history[join(key)]
		best := w.search(r, h, e)
		if best == nil {
			continue
		}
		o := &occ{t: w.now, n: w.steps, tag: e.tag, data: e.data, caps: map[string]string{}, parts: map[string]value.Value{}}
		first := e
		for _, x := range best { // from the latest
			h.used[x.n] = true
			first = x
			for n, v := range x.caps {
				if _, ok := o.caps[n]; !ok {
					o.caps[n] = v
				}
			}
			if as := r.elemAs[x.elem]; as != "" {
				if _, ok := o.parts[as]; !ok {
					o.parts[as] = x.data
				}
			}
		}
		if r.seq.absence() != nil {
			h.opens = append(h.opens, &opening{match: o, firstN: first.n, deadline: first.t + r.seq.within})
			return nil
		}
		return r.keep(key, o)
	}
	return nil
}

func (r *rule) keep(key []string, o *occ) *cell {
	c := r.cells[join(key)]
	if c == nil {
		c = &cell{key: key}
		r.cells[join(key)] = c
	}
	c.events = append(c.events, o)
	return c
}

// agree reports whether captures contradict each other nowhere.
func agree(a, b map[string]string) bool {
	for n, v := range a {
		if n[0] <= '9' {
			continue
		}
		if o, ok := b[n]; ok && o != v {
			return false
		}
	}
	return true
}

func agreeAll(es []placed) bool {
	for i := range es {
		for j := range i {
			if !agree(es[i].caps, es[j].caps) {
				return false
			}
		}
	}
	return true
}

// search looks at all assignments that end with an event at its element and
// returns the chosen one from its latest event to its first.
func (w *world) search(r *rule, h *history, last placed) []placed {
	var best []placed
	better := func(a, b []placed) bool {
		return slices.CompareFunc(a, b, func(x, y placed) int { return cmp.Or(cmp.Compare(x.n, y.n), cmp.Compare(y.elem, x.elem)) }) > 0
	}
	var steps []seqStep
	for _, s := range r.seq.steps {
		if !s.not {
			steps = append(steps, s)
		}
	}
	var events []placed
	for _, e := range h.all {
		if !h.used[e.n] && e.n <= last.n && e.t >= w.now-r.seq.within {
			events = append(events, e)
		}
	}
	// place fills what is still wanted of a step with events after one; done goes on.
	var place func(want []int, chosen []placed, from, after int, done func(chosen []placed))
	place = func(want []int, chosen []placed, from, after int, done func([]placed)) {
		left := 0
		for _, n := range want {
			left += n
		}
		if left == 0 {
			done(chosen)
			return
		}
		for i := from; i < len(events); i++ {
			e := events[i]
			if w.tried++; w.tried > 200_000 {
				panic(tooLong)
			}
			if e.n == last.n { // it is the last of all, and placed already
				break
			}
			if want[e.elem] == 0 || e.n <= after || slices.ContainsFunc(chosen, func(x placed) bool { return x.n == e.n || !agree(x.caps, e.caps) }) {
				continue
			}
			want[e.elem]--
			place(want, append(slices.Clone(chosen), e), i+1, after, done)
			want[e.elem]++
		}
	}
	var walk func(i int, chosen []placed, ends []int)
	walk = func(i int, chosen []placed, ends []int) {
		if i == len(steps) {
			if w.forbidden(r, h, chosen, ends) {
				return
			}
			rev := slices.Clone(chosen)
			slices.Reverse(rev)
			if best == nil || better(rev, best) {
				best = rev
			}
			return
		}
		after := 0
		if i > 0 {
			after = chosen[len(chosen)-1].n
		}
		want := make([]int, len(r.alts))
		done := func(chosen []placed) {
			if i == len(steps)-1 {
				if chosen = append(slices.Clone(chosen), last); !agreeAll(chosen) {
					return
				}
			}
			walk(i+1, chosen, append(slices.Clone(ends), len(chosen)))
		}
		all := func() {
			if i < len(steps)-1 {
				place(want, chosen, 0, after, done)
			} else if want[last.elem] > 0 {
				want[last.elem]--
				place(want, chosen, 0, after, done)
			}
		}
		s := steps[i]
		for j, e := range s.elems {
			want[e] = s.counts[j]
			if !s.both {
				all()
				want[e] = 0
			}
		}
		if s.both {
			all()
		}
	}
	walk(0, nil, nil)
	return best
}

// forbidden reports whether something behind a `not` came between the steps
// around it; ends are the numbers of events chosen after each step.
func (w *world) forbidden(r *rule, h *history, chosen []placed, ends []int) bool {
	caps := map[string]string{}
	for _, e := range chosen {
		maps.Copy(caps, e.caps)
	}
	step := -1
	for i, s := range r.seq.steps {
		if !s.not {
			step++
			continue
		}
		if i == len(r.seq.steps)-1 {
			continue
		}
		lo, hi := chosen[ends[step]-1].n, chosen[ends[step]].n
		if slices.ContainsFunc(w.blinds, func(n int) bool { return n > lo && n < hi }) { // nobody was there to see
			return true
		}
		for _, e := range h.all {
			if e.n > lo && e.n < hi && slices.Contains(s.elems, e.elem) && agree(caps, e.caps) {
				return true
			}
		}
	}
	return false
}

// expired is the opener of a key whose deadline has come unanswered, the one
// that began first.
func (w *world) expired(r *rule, h *history) *opening {
	var out *opening
	for _, o := range h.opens {
		if !o.done && o.deadline <= w.now && (out == nil || cmp.Or(cmp.Compare(o.deadline, out.deadline), cmp.Compare(o.firstN, out.firstN)) < 0) {
			out = o
		}
	}
	return out
}

// absent keeps what has not come by now, and returns the key's cell if there
// was any.
func (w *world) absent(r *rule, key []string) (c *cell) {
	h := r.history[join(key)]
	if r.seq == nil || r.seq.absence() == nil || h == nil {
		return nil
	}
	shared := map[string]bool{}
	for _, e := range r.seq.absence().elems {
		for _, n := range r.alts[e].names {
			shared[n] = n[0] > '9'
		}
	}
	for o := w.expired(r, h); o != nil; o = w.expired(r, h) {
		for _, other := range h.opens {
			same := true
			for n, is := range shared {
				a, hasA := o.match.caps[n]
				b, hasB := other.match.caps[n]
				same = same && (!is || a == b && hasA == hasB)
			}
			other.done = other.done || same
		}
		kept := *o.match
		kept.t, kept.n = w.now, w.steps
		w.instants()
		if c = r.keep(key, &kept); r.decl.When == nil {
			w.plain(r, c, nil)
		}
	}
	return c
}

// overdue runs the absences that are over with the instant in which a group or
// a call at its end has opened them.
func (w *world) overdue() {
	for again := true; again; {
		again = false
		for _, r := range w.timers {
			for _, key := range r.timerKeys() {
				if h := r.history[join(key)]; !again && h != nil && w.expired(r, h) != nil {
					w.external(queued{}, r, key)
					again = true
				}
			}
		}
	}
}

// timerKeys are the keys of a rule that may have a timer step, in order.
func (r *rule) timerKeys() [][]string {
	keys := map[string][]string{}
	for id, c := range r.cells {
		keys[id] = c.key
	}
	for id, h := range r.history {
		keys[id] = h.key
	}
	return slices.SortedFunc(maps.Values(keys), slices.Compare)
}

// elemNames are the aliases of the elements.
func elemNames(d *lang.RuleDecl) (out []string) {
	for _, s := range d.Source.Steps {
		for _, e := range s.Elems {
			out = append(out, strings.TrimSpace(e.As.Text))
		}
	}
	return out
}
