package compiler_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// More of what holds of every program (language design, 3.5): a past that
// nothing can remember, and other names for the same keys, change nothing. That
// a recording may be split in two, TestSnapshotsResume says.

// shifted moves events in time, with what they say of it.
func shifted(events []vm.Event, by int64) []vm.Event {
	out := slices.Clone(events)
	for i := range out {
		e := &out[i]
		e.T += by
		if ts, ok := asTime(e.Data.Get("ts")); ok {
			e.Data = value.Object(value.SetField(slices.Clone(e.Data.Fields()), "ts", value.String(instant(ts+by))))
		}
	}
	return out
}

var registers = regexp.MustCompile(`(?m)^state [^\n]*$`)

// looksUp reports whether a program has a table, whose rows stay until others
// come and name keys.
func looksUp(program string) bool { return strings.Contains("\n"+program, "\ntable ") }

// remembersForEver reports whether a program has a register without expire, or a table.
func remembersForEver(program string) bool {
	return looksUp(program) || slices.ContainsFunc(registers.FindAllString(program, -1), func(s string) bool { return !strings.Contains(s, " expire ") })
}

// Forgetful: whatever happened so long ago that every key, window, limit and
// register of it has ended leaves no trace.
func TestTheDistantPastIsForgotten(t *testing.T) {
	done := 0
	eachPair(t, 9e6, func(g *gen, x pair, run []vm.Effect) {
		if remembersForEver(x.m.String()) {
			return
		}
		const past = 40 * 24 * 3600 * sec
		long := shifted(x.events, -past)
		m, _ := ranTo(t, x.p, long)
		m.Flush(x.horizon - past + 24*3600*sec)
		if _, waits := m.Next(); waits { // a repeat that keeps its own key alive goes on for ever
			return
		}
		before := len(mustRun(t, x.p, long, x.horizon-past+24*3600*sec))
		after := mustRun(t, x.p, slices.Concat(long, x.events), x.horizon)[before:]
		sameLines(t, "after a distant past", x, lines(x.p, after, 0, true), lines(x.p, run, 0, true))
		done++
	})
	t.Logf("%d compared", done)
	if done == 0 {
		t.Error("no program forgets")
	}
}

// Keys are names: other names in the same order give the same effects under them.
func TestNamesOfKeysAreFree(t *testing.T) {
	word := regexp.MustCompile(`\b(x|y)(1?)\b`)
	rename := func(s string) string { return word.ReplaceAllString(s, "$1$1$2") }
	var of func(v value.Value) value.Value
	of = func(v value.Value) value.Value {
		if s, ok := v.AsString(); ok {
			return value.String(rename(s))
		}
		return v
	}
	// text that is measured, compared with a name, or put where names stand
	named := regexp.MustCompile(`len\(|\bx\b|\by\b|/A/|x\*`)
	done := 0
	eachPair(t, 10e6, func(g *gen, x pair, run []vm.Effect) {
		program := x.m.String()
		program = strings.ReplaceAll(program, `event "/b/{x}"`, "") // names of captures are no keys, but stand in /eda/ events
		if named.MatchString(program) || looksUp(program) {
			return
		}
		events := slices.Clone(x.events)
		for i := range events {
			e := &events[i]
			if !strings.HasPrefix(e.Tag, "/eda/") {
				e.Tag = rename(e.Tag)
			}
			fields := slices.Clone(e.Data.Fields())
			for j := range fields {
				fields[j].Value = of(fields[j].Value)
			}
			if len(fields) > 0 {
				e.Data = value.Object(fields)
			}
		}
		want := lines(x.p, run, 0, false)
		for i := range want {
			want[i] = rename(want[i])
		}
		sameLines(t, "under other names", x, lines(x.p, mustRun(t, x.p, events, x.horizon), 0, false), want)
		done++
	})
	t.Logf("%d compared", done)
	if done == 0 {
		t.Error("no program was compared")
	}
}
