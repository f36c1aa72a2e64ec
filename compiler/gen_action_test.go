package compiler_test

import (
	"fmt"
	"slices"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// answers adds to the events of a pair some that answer the calls it makes, at
// instants of all kinds.
func (g *gen) answers(x *pair) {
	es, err := engineRun(x.p, x.events, x.horizon)
	if err != nil {
		panic(err)
	}
	for _, e := range copied(es) {
		if e.Attempt != 1 || g.chance(40) || len(x.events) > 60 {
			continue
		}
		t := e.T + int64(g.IntN(8))*5*sec + int64(g.IntN(3)-1)
		ev := vm.Event{T: max(t, e.T), Tag: pick(g, "/done", "/done", "/done/x", "/c"), Data: value.Object([]value.Field{{Name: "id", Value: value.String(fmt.Sprintf("%x", e.ID))}})}
		i, _ := slices.BinarySearchFunc(x.events, ev.T+1, func(a vm.Event, t int64) int {
			if a.T < t {
				return -1
			}
			return 1
		})
		if i < len(x.events) && ev.T > x.events[i].T-blindOf(x.events[i]) {
			continue // nothing comes in blind time
		}
		x.events = slices.Insert(x.events, i, ev)
	}
	x.horizon = max(x.horizon, x.events[len(x.events)-1].T)
}

// actionDecls are declarations, one for each layer that calls may be heard in.
func (g *gen) actionDecls() []string {
	var out []string
	for layer := 1; layer <= 3; layer++ {
		v, s := pick(g, "float?", "float?", "any?", "int?", "num?", "any", "float"), pick(g, "string?", "string?", "any?", "any?", "any")
		printed := []string{"x", "z"}
		if v[len(v)-1] != '?' {
			printed = append(printed, "{v}", "{v}")
		}
		ack := []string{"/done", "/done", "/c"}
		if s[len(s)-1] != '?' {
			printed = append(printed, "{s}", "{s}")
			ack = append(ack, "/done/{s}", "/done/{s}")
		}
		d := fmt.Sprintf("action act%d(v: %s, s: %s) to \"/f%d/%s\"", layer, v, s, layer, pick(g, printed...))
		if g.chance(75) {
			d += " ack \"" + pick(g, ack...) + "\""
			if g.chance(60) {
				d += fmt.Sprintf(" retry %d", g.IntN(4))
			}
			if g.chance(60) {
				d += " backoff " + g.dur()
			}
			if g.chance(70) {
				d += " timeout " + g.dur()
			}
		}
		out = append(out, d)
	}
	return out
}
