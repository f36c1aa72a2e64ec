package compiler_test

import (
	"time"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
)

// Blind time (D22), in these readings:
//
//  1. Nothing happens in the blind time that /eda/resumed tells of: what is due
//     in it and at its end is looked at in the timer step of its end, all
//     situations with it. What was due at its beginning happened.
//  2. Until a key has had a kept event since, silent(d) and windows of d are
//     unknown while they reach back before the resume. last n and session do not
//     reach back: they say what was last.
//  3. Holds count from the resume, those reached too. Repeats keep their places;
//     those missed are missed. A key lives on for its expire.
type blindness struct {
	resumed int64 // the end of the latest blind time
	blinds  []int // each by the number of the event that ended it
}

// seen is the last instant up to t that does not lie in blind time.
func seen(events []vm.Event, t int64) int64 {
	for _, e := range events {
		if from := e.T - blindOf(e); from < t && t < e.T {
			t = from
		}
	}
	return t
}

func blindOf(e vm.Event) int64 {
	if e.Tag != "/eda/resumed" {
		return 0
	}
	v := e.Data.Get("blind")
	if s, ok := v.AsString(); ok {
		d, _ := time.ParseDuration(s)
		return int64(d)
	}
	d, _ := v.AsDuration()
	return d
}

func (w *world) resume(e vm.Event) {
	if blindOf(e) <= 0 {
		return
	}
	w.resumed = w.now
	for t := range w.due {
		if t < w.now {
			delete(w.due, t)
		}
	}
	w.due[w.now] = true
	w.resumeTicks()
	w.resumeCalls()
	w.blinds = append(w.blinds, w.steps+1)
	for _, r := range w.rules {
		for _, h := range r.history {
			for _, o := range h.opens {
				o.deadline = w.now + r.seq.within
			}
		}
		for _, c := range r.cells {
			c.since, c.held = w.now, false
			c.clearSince, c.clearH = w.now, false
		}
	}
}

func (w *world) unheard(c *cell) bool { return c != nil && c.latest().t < w.resumed }

func (w *world) reachesBack(kind lang.WinKind, d int64) bool {
	switch kind {
	case lang.Sliding:
		return w.now-d < w.resumed
	case lang.Each:
		return (floorDiv(w.now, d)-1)*d < w.resumed
	case lang.This:
		return floorDiv(w.now, d)*d < w.resumed
	}
	return false
}
