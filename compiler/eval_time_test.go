package compiler_test

import (
	"cmp"
	"slices"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// Event time (D9, S29a), in these readings:
//
//  1. An event whose declaration says `time f` happened at f, but not after it
//     arrived; where f is no time, and where nothing is declared, when it arrived.
//  2. It is too late if it happened before arrival less the largest `late`; then
//     /eda/late happens when it arrives, in its place.
//  3. All is taken in the order of when it happened, then of arrival. So what
//     matters is which events there are, not what the clock showed in between.

// inTime are the events at the times they happened, in that order.
func (w *world) inTime(events []vm.Event) []vm.Event {
	late, timed := int64(0), false
	for _, d := range w.u.Events {
		if d.Decl.Time.Text != "" {
			timed = true
			late = max(late, w.duration(d.Decl.Late))
		}
	}
	if !timed {
		return events
	}
	var out []vm.Event
	for _, e := range events {
		arrived := e.T
		for _, d := range w.u.Events {
			if _, ok := matchTag(segments(tagText(d.Decl.Tag)), segments(e.Tag)); !ok || d.Decl.Time.Text == "" {
				continue
			}
			if t, ok := asTime(e.Data.Get(d.Decl.Time.Text)); ok && t < arrived {
				e.T = t
			}
		}
		if e.T < arrived-late {
			e = vm.Event{T: arrived, Tag: "/eda/late", Data: value.Object([]value.Field{
				{Name: "tag", Value: value.String(e.Tag)}, {Name: "time", Value: value.Time(e.T)},
				{Name: "late", Value: value.Duration(arrived - late - e.T)}, {Name: "data", Value: e.Data}})}
		}
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b vm.Event) int { return cmp.Compare(a.T, b.T) })
	w.timed = true
	return out
}

func (w *world) isLate(e vm.Event) bool { return w.timed && e.Tag == "/eda/late" }

// tooLate is the step of the engine's own event about one that came too late.
func (w *world) tooLate(e vm.Event) {
	n := w.numbered["late "+instant(w.now)]
	w.numbered["late "+instant(w.now)]++
	w.steps++
	w.instants()
	w.fired, w.cut = 1, 0
	w.out = append(w.out, effect{T: w.now, Act: -1, Kind: vm.Noted, Tag: e.Tag, Data: jsonOf(e.Data), N: n, ID: idOf("", nil, w.now, n)})
	w.queue = append(w.queue, queued{round: 1, tag: e.Tag, data: e.Data})
	w.follow()
}
