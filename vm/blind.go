package vm

import "github.com/eda-lang/eda/vm/value"

// Blind time: a machine that was down has seen nothing, so nothing may be
// concluded from having seen nothing (D22). The event /eda/resumed {blind} says
// so: no timer runs in the blind time before it, and after it each key is told
// apart by whether it has been heard of since. Until it has, silent(d) and the
// windows of d are unknown, each until d has passed since the resume; unknown
// starts and ends nothing, so what is active stays active. Holds, and the life
// of keys, begin to count anew.

// ResumedTag is the tag of the event that ends blind time.
const ResumedTag = "/eda/resumed"

// Resumed is the event with which a machine restored from a snapshot goes on at
// t: give it to Event, and to the recording, before all others. Its field missed
// says how many runs of its schedule (cron) a rule has missed, by identity.
func (m *Machine) Resumed(t int64) Event {
	seen := m.now // up to here
	if m.arrivals != nil {
		seen = max(seen, m.arrivals.arrived)
	}
	blind := int64(0)
	if seen != past {
		blind = max(0, t-seen)
	}
	data := []value.Field{{Name: "blind", Value: value.Duration(blind)}}
	if missed := m.missed(t); len(missed) > 0 {
		data = append(data, value.Field{Name: "missed", Value: value.Object(missed)})
	}
	return Event{T: t, Tag: ResumedTag, Data: value.Object(data)}
}

// blind is how much time before ev nothing was seen in.
func blind(ev *Event) int64 {
	if ev.Tag != ResumedTag {
		return 0
	}
	v, _ := fit(ev.Data.Get("blind"), value.KindDuration)
	d, _ := v.AsDuration()
	return max(0, d)
}

// darkFrom is the instant at which the blind time d before ev began.
func darkFrom(ev *Event, d int64) int64 {
	if t := ev.T - d; t < ev.T {
		return t
	}
	return past
}

// resume ends blind time: all that counts time begins anew now, and every
// situation is looked at in the timer step of this instant.
func (m *Machine) resume() {
	for _, o := range m.owners() {
		if o.rule != nil {
			o.rule.resumed = m.now
		}
		o.parts(func(row *remembered) {
			if row.resume != nil {
				row.resume(o)
			}
		})
	}
}

// unheard reports whether the key at hand has not been heard of since the end
// of blind time, and when that was.
func (m *Machine) unheard() (since int64, ok bool) {
	r := m.c.rule.resumed
	return r, m.c.latest.T < r
}

// known is the first instant at which all that a window can hold came after t.
func (w *Window) known(t int64) int64 {
	switch w.Kind {
	case Sliding:
		return after(t, w.Size)
	case Each, This:
		pane := floorTo(t, w.Size)
		if pane < t {
			pane = after(pane, w.Size)
		}
		if w.Kind == Each {
			pane = after(pane, w.Size)
		}
		return pane
	}
	return past // their values last
}

func (h *hold) resume(t int64) {
	if h.is {
		h.since, h.held = t, false
	}
}
