package vm

import (
	"time"

	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// Ticks are the source of a rule that time itself feeds: at the multiples of
// Every since the epoch, or at the minutes of Cron in Zone. A tick is an event
// without tag for its rule alone, and a timer step of its own, before the steps
// of the rule's keys at that instant (S27). A rule whose key is rows of tables
// has a tick for each of its keys, in their order; the tick's data is the key.
type Ticks struct {
	Every int64 // ns; 0 for Cron
	Cron  string
	Zone  string
}

// MinTick is the shortest time between two ticks.
const MinTick = int64(time.Millisecond)

// ticker is when a rule's next tick comes.
type ticker struct {
	rule *ruleState
	cron *calendar.Cron
	zone *time.Location
	rows [][]string // keys whose ticks of this instant are still to come
	timer
}

// ticks checks the source of a rule that time feeds.
func (v *verifier) ticks() error {
	r, k := v.r, v.r.Ticks
	if len(r.Elems) != 1 || r.Elems[0].Pattern != "" || len(r.Elems[0].Caps) > 0 || r.Sequence != nil {
		return v.fail(-1, "ticks are one source without a tag")
	}
	if k.Cron == "" {
		if k.Every < MinTick || k.Zone != "" {
			return v.fail(-1, "ticks come every %d ns", k.Every)
		}
		return nil
	}
	if _, err := calendar.ParseCron(k.Cron); err != nil || k.Every != 0 {
		return v.fail(-1, "ticks of the schedule %q and every %d ns", k.Cron, k.Every)
	}
	if _, err := calendar.LoadZone(k.Zone); err != nil {
		return v.fail(-1, "ticks in the zone %q: %v", k.Zone, err)
	}
	return nil
}

// newTicker is nil for a rule that events feed.
func newTicker(rs *ruleState) *ticker {
	if rs.Ticks == nil {
		return nil
	}
	k := &ticker{rule: rs, timer: timer{wake: never, place: -1, order: rs.Order}}
	k.what = k
	if rs.Ticks.Cron != "" { // both have been verified
		k.cron, _ = calendar.ParseCron(rs.Ticks.Cron)
		k.zone, _ = calendar.LoadZone(rs.Ticks.Zone)
	}
	return k
}

// next is the first tick after t.
func (k *ticker) next(t int64) int64 {
	if k.cron == nil {
		return after(floorTo(t, k.rule.Ticks.Every), k.rule.Ticks.Every)
	}
	if next, ok := k.cron.Next(t, k.zone); ok {
		return next
	}
	return never
}

// begin makes the first tick at or after now the next.
func (k *ticker) begin(m *Machine) {
	if k != nil {
		m.timers.set(&k.timer, k.next(max(m.now, past+1)-1))
	}
}

// due is one tick. Those of other keys at the same instant are steps of their
// own, which follow at once.
func (k *ticker) due(m *Machine) {
	rs := k.rule
	ev := &Event{T: m.now}
	if rs.domain {
		if k.rows == nil {
			k.rows = m.domainOf(rs)
		}
		if len(k.rows) > 0 {
			ev.Data = keyObject(rs.Key, k.rows[0])
			k.rows = k.rows[1:]
		} else {
			ev = nil // the tables have no rows
		}
	}
	if len(k.rows) == 0 {
		k.rows = nil
		m.timers.set(&k.timer, k.next(m.now))
	}
	if ev != nil {
		m.typ = -1
		m.offer(rs, nil, ev)
	}
}

func (k *ticker) hops() int { return 0 }

// resume leaves out the ticks that blind time took.
func (k *ticker) resume(m *Machine) {
	if k.wake < m.now {
		k.begin(m)
	}
}

// maxMissed bounds how many missed runs are counted.
const maxMissed = 100_000

// missed are the runs of schedules from now on before t, by rule.
func (m *Machine) missed(t int64) []value.Field {
	var out []value.Field
	for _, rs := range m.rules {
		k := rs.ticker
		if k == nil || k.cron == nil {
			continue
		}
		n := int64(0)
		for at := k.wake; at < t && n < maxMissed; at = k.next(at) {
			n++
		}
		if n > 0 {
			out = append(out, value.Field{Name: rs.Identity, Value: value.Int(n)})
		}
	}
	return out
}

func (c *codec) ticks(k **Ticks) {
	has := *k != nil
	if c.bool(&has); !has {
		return
	}
	if c.reading {
		*k = &Ticks{}
	}
	c.int64(&(*k).Every)
	c.str(&(*k).Cron)
	c.str(&(*k).Zone)
}
