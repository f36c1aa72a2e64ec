package compiler_test

import (
	"slices"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// eventTime is what a declared event says of its time, mostly nothing.
func (g *gen) eventTime() string {
	if !g.chance(50) {
		return ""
	}
	out := " time ts" + pick(g, "", " late 5s", " late 10s", " late 15s", " late 10001ms")
	if g.chance(30) {
		out += "\nevent \"/c\" { ts: time?, ... } time ts late " + pick(g, "5s", "20s")
	}
	return out
}

// date lets most events of the kinds that may say so say when they happened:
// some time before they arrive.
func (g *gen) date(events []vm.Event) {
	for i := range events {
		e := &events[i]
		if e.Tag != "/c" && e.Tag[:2] != "/b" || g.chance(20) {
			continue
		}
		at := e.T - int64(g.IntN(6))*5*sec - int64(g.IntN(8)/7)
		ts := value.String(instant(at))
		if at%sec == 0 && g.chance(20) {
			ts = value.Int(at / sec)
		}
		e.Data = value.Object(value.SetField(slices.Clone(e.Data.Fields()), "ts", ts))
	}
}
