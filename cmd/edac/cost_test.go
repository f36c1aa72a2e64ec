package main

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// What is estimated of a rule's memory is what a machine takes, within a factor
// of two, over rules of each kind.
func TestCosts(t *testing.T) {
	for _, c := range []struct {
		rule         string
		keys, events int // a second apart, of each key
	}{
		{`on "/a/{k}" when last(x) > 2000000 do log "x"`, 2000, 3},
		{`on "/a/{k}" when avg(x, 1m) > 2000000 do log "x"`, 500, 120},
		{`on "/a/{k}" when avg(x, 10m) > 2000000 and max(x, 10m) > 2000000 do log "x"`, 100, 700},
		{`on "/a/{k}" when avg(x, 10m) > 2000000 and max(y, 10m) > 2000000 do log "x"`, 100, 700},
		{`on "/a/{k}" when count(1h) > 2000000 do log "x"`, 20, 3700},
		{`on "/a/{k}" when pct(x, 95, 20m) > 2000000 do log "x"`, 50, 1300},
		{`on "/a/{k}" when max(x, last 500) > 2000000 do log "x"`, 100, 600},
		{`on "/a/{k}" when max_by(y, x, 20m) > 2000000 do log "x"`, 50, 1300},
		{`on "/a/{k}" when distinct(x, 20m) > 2000000 do log "x"`, 50, 1300},
		{`on "/a/{k}" when pct(x, 95, each 20m) > 2000000 do log "x"`, 50, 2500},
		{`on "/a/{k}" when sum(x, each 20m) > 2000000 do log "x"`, 1000, 30},
		{`on "/a/{k}" where unique(x, 20m) do log "x"`, 50, 1300},
		{`on "/a/{k}" then "/b/{k}" within 10m do log "x"`, 50, 700},
	} {
		p, u, ds := compiler.Build([]lang.Source{{Name: "rules.eda", Text: c.rule}}, environment())
		if ds.HasErrors() {
			t.Fatalf("%s: %v", c.rule, ds)
		}
		m, err := vm.New(p, stdlib.Library())
		if err != nil {
			t.Fatal(err)
		}
		before := heap()
		for i := range c.events {
			for k := range c.keys {
				data := value.Object([]value.Field{{Name: "x", Value: value.Int(int64(i*31337%1000003 + k))}, {Name: "y", Value: value.Float(float64(i % 17))}})
				if err := m.Event(&vm.Event{T: int64(i+1) * 1e9, Tag: fmt.Sprintf("/a/%d", k), Data: data}); err != nil {
					t.Fatal(err)
				}
				m.Effects()
			}
		}
		real := float64(heap()-before) / float64(c.keys)
		cost := lint.Costs(u, nil)[0]
		if said := float64(cost.PerKey); said < real/2 || said > real*2 || !cost.Assumed {
			t.Errorf("%s: %.0f bytes for each key, and %.0f were estimated", c.rule, real, said)
		}
		runtime.KeepAlive(m)
	}
}

// What is estimated of a rule's operations is the length of its code, within a
// factor of two: of all but what it does, or of all where it acts on each event.
func TestOperations(t *testing.T) {
	for _, rule := range []string{
		`on "/a/{k}" when avg(x, 1m) > 20 for 1m do log "x"`,
		`on "/a/{k}" where x > 1 and y < 5 when avg(x, 1m) > 20 and max(y, 5m) < 3 do log "x" clear when avg(x, 1m) < 10 do log "y"`,
		`on "/a/{k}" where x * 2 + y > 10 or not (s like "web*") do fire "/b/{k}" { x: x, y: y + 1, k: k }`,
		`on "/a/{k}" let half = x / 2 let more = half + half * half when avg(more, 1m) > 20 do log "x"`,
		`on "/a/{k}" by s when count(1m where x > 5) / count(1m) > 0.5 do log "x"`,
		`on "/a/{k}" do log "x"`,
	} {
		p, u, ds := compiler.Build([]lang.Source{{Name: "rules.eda", Text: rule}}, environment())
		if ds.HasErrors() {
			t.Fatalf("%s: %v", rule, ds)
		}
		if said, real := lint.Operations(u)(u.Rules[0]), len(p.Code)-1; said*2 < real || said > real*2 {
			t.Errorf("%s: %d operations, and %d were estimated", rule, real, said)
		}
	}
}

// A recording says how many keys there are, and how often each has an event.
func TestCostsOfRecorded(t *testing.T) {
	_, u, _ := compiler.Build([]lang.Source{{Name: "rules.eda", Text: `on "/a/{k}" when avg(x, 1m) > 20 do log "x"`}}, environment())
	o := &lang.Observed{Tags: []*lang.ObservedTag{
		{Tag: "/a/1", Count: 1001, Last: 100e9}, {Tag: "/a/2", Count: 1001, Last: 100e9}, {Tag: "/b/2", Count: 9000, Last: 100e9},
	}}
	c := lint.Costs(u, o)[0]
	if c.Keys != 2 || c.Rate < 10 || c.Rate > 10.1 || c.Assumed || len(c.Windows) != 1 || c.Windows[0].Events < 600 || c.Windows[0].Events > 610 {
		t.Errorf("2 keys with 10 events a second each are %+v", c)
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}
