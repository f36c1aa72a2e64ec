package compiler_test

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// Ticks, from S27, D27 and S42. Where the design leaves a choice:
//
// 40. The ticks of a rule at an instant are steps of their own before those of its
//     keys, each a kept event: one for each key where tables say which there are, in
//     their order.
// 41. Ticks come from the first event's instant on, one at that very instant after
//     all its events. Those in blind time are missed; one at its end comes.

// ticks are the keys of a rule's ticks at now; none where it has none then.
func (w *world) ticks(r *rule) []queued {
	s := r.decl.Source
	if s.Every == nil && s.Cron == nil || !w.begun || r.ticked == w.now {
		return nil
	}
	r.ticked = w.now
	if !w.ticksAt(r, w.now) {
		return nil
	}
	if !r.domain {
		return []queued{{tick: r, data: value.Object(nil)}}
	}
	var out []queued
	for _, key := range w.rowKeys(r) {
		out = append(out, queued{tick: r, data: keyObject(r, key, false)})
	}
	return out
}

func (w *world) rowKeys(r *rule) [][]string {
	keys := [][]string{{}}
	for _, p := range r.key {
		all := w.loaded[p.in].all
		var longer [][]string
		for _, k := range keys {
			for _, row := range all[len(all)-1].rows {
				longer = append(longer, append(slices.Clone(k), value.Text(row.Get(w.loaded[p.in].info.Decl.Keys[0].Text))))
			}
		}
		keys = longer
	}
	slices.SortFunc(keys, slices.Compare)
	return keys
}

// ticksAt reports whether t is one of the instants of a rule's source.
func (w *world) ticksAt(r *rule, t int64) bool {
	s := r.decl.Source
	if s.Every != nil {
		return t%w.duration(s.Every) == 0
	}
	if t%int64(time.Minute) != 0 {
		return false
	}
	name := "UTC"
	if s.Zone != nil {
		name = tagText(s.Zone)
	}
	loc, err := calendar.LoadZone(name)
	if err != nil {
		panic(err)
	}
	wall := func(t int64) int64 { // minutes on the clock
		_, offset := time.Unix(0, t).In(loc).Zone()
		return t/int64(time.Minute) + int64(offset)/60
	}
	for back := int64(1); back <= 180; back++ {
		if wall(t-back*int64(time.Minute)) == wall(t) {
			return false // the second time
		}
	}
	shown := wall(t - int64(time.Minute))
	for m := min(shown+1, wall(t)); m <= wall(t); m++ { // with those that were skipped
		if onSchedule(tagText(s.Cron), time.Unix(m*60, 0).UTC()) {
			return true
		}
	}
	return false
}

// onSchedule knows *, */n, a, a-b and lists, and days of one kind only.
func onSchedule(text string, at time.Time) bool {
	now := []int{at.Minute(), at.Hour(), at.Day(), int(at.Month()), int(at.Weekday())}
	for i, field := range strings.Fields(text) {
		in := false
		for _, item := range strings.Split(field, ",") {
			span, every, _ := strings.Cut(item, "/")
			from, to, ranged := strings.Cut(span, "-")
			a, _ := strconv.Atoi(from)
			b, _ := strconv.Atoi(to)
			n, _ := strconv.Atoi(every)
			switch {
			case span == "*":
				a, b = 0, 99
			case !ranged:
				b = a
			}
			in = in || now[i] >= a && now[i] <= b && (n == 0 || (now[i]-a)%n == 0)
		}
		if !in {
			return false
		}
	}
	return true
}

// awaitTick makes the first tick of a rule from t on an instant.
func (w *world) awaitTick(r *rule, t int64) {
	step := int64(time.Minute)
	switch s := r.decl.Source; {
	case s.Every != nil:
		step = w.duration(s.Every)
	case s.Cron == nil:
		return
	}
	at := floorDiv(t, step) * step
	for n := 0; at < t || !w.ticksAt(r, at); n++ {
		if at += step; n > 3000 {
			return
		}
	}
	w.due[at] = true
}

func (w *world) beginTicks() {
	w.begun = true
	for _, r := range w.rules {
		r.ticked = -1 << 63
		w.awaitTick(r, w.now)
	}
}

func (w *world) resumeTicks() {
	if w.begun {
		for _, r := range w.rules {
			w.awaitTick(r, w.now)
		}
	}
}
