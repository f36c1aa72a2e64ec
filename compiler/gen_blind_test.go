package compiler_test

import (
	"slices"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// blinded puts blind time into some of the gaps of a stream.
func (g *gen) blinded(events []vm.Event) []vm.Event {
	if !g.chance(35) {
		return events
	}
	for range 1 + g.IntN(2) {
		i := g.IntN(len(events)-1) + 1
		gap := events[i].T - events[i-1].T
		if gap == 0 {
			continue
		}
		at := events[i].T
		if g.chance(50) {
			at -= g.Int64N(gap) / 5 / sec * 5 * sec
		}
		if events[i].Tag == "/eda/resumed" {
			continue // blind time holds no events, and its end is the first of its instant
		}
		dark := at - events[i-1].T
		if g.chance(50) {
			dark = 1 + g.Int64N(dark)
		}
		blind := value.Duration(dark)
		if g.chance(30) {
			blind = value.String(value.Text(blind))
		} else if g.chance(5) {
			blind = value.Value{}
		}
		events = slices.Insert(events, i, vm.Event{T: at, Tag: "/eda/resumed", Data: value.Object([]value.Field{{Name: "blind", Value: blind}})})
	}
	return events
}

// isDark reports whether t lies in blind time: after its beginning, before the
// event that ends it.
func isDark(events []vm.Event, t int64) bool {
	return slices.ContainsFunc(events, func(e vm.Event) bool { return e.T-blindOf(e) < t && t < e.T })
}
