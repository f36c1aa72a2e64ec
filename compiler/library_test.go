package compiler

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// The examples of the library hold.
func TestLibraryExamples(t *testing.T) {
	for _, f := range stdlib.Funcs() {
		if f.Doc == "" {
			t.Errorf("%s has no documentation", f.Name())
		}
		for _, x := range f.Examples {
			m, err := vm.New(build(t, fmt.Sprintf(`on "/a" do fire "/b" { v: %s }`, x.Expr)), stdlib.Library())
			if err != nil {
				t.Fatal(err)
			}
			if err := m.Event(&vm.Event{Tag: "/a"}); err != nil {
				t.Fatal(err)
			}
			got := "nothing"
			if e := m.Effects(); len(e) == 1 {
				got = value.Text(e[0].Data.Get("v"))
			}
			if got != x.Want {
				t.Errorf("%s is %s, want %s", x.Expr, got, x.Want)
			}
		}
	}
}

// So do those of the aggregators.
func TestAggregatorExamples(t *testing.T) {
	for _, a := range stdlib.Aggs() {
		for _, x := range a.Examples {
			m, err := vm.New(build(t, fmt.Sprintf(`on "/a" do fire "/b" { v: %s }`, x.Expr)), stdlib.Library())
			if err != nil {
				t.Fatal(err)
			}
			got := "nothing"
			for i, word := range strings.Fields(x.Over) {
				v := constant(t, word)
				data := value.Object([]value.Field{{Name: "x", Value: v}, {Name: "n", Value: value.Int(int64(i + 1))}})
				if err := m.Event(&vm.Event{T: int64(i) * 1e9, Tag: "/a", Data: data}); err != nil {
					t.Fatal(err)
				}
				if e := m.Effects(); len(e) == 1 {
					got = value.Text(e[0].Data.Get("v"))
				}
			}
			if got != x.Want {
				t.Errorf("%s over %s is %s, want %s", x.Expr, x.Over, got, x.Want)
			}
		}
	}
}

// constant is the value of a literal.
func constant(t *testing.T, text string) value.Value {
	m, err := vm.New(build(t, fmt.Sprintf(`on "/a" do fire "/b" { v: %s }`, text)), stdlib.Library())
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Event(&vm.Event{Tag: "/a"}); err != nil {
		t.Fatal(err)
	}
	return m.Effects()[0].Data.Get("v")
}

// What the checker knows of an aggregate is what its row says.
func TestAggregatorsAgree(t *testing.T) {
	names := lang.Aggregates()
	for _, a := range stdlib.Aggs() {
		if !slices.Contains(names, a.Name) || lang.Over(a.Name) != a.Over {
			t.Errorf("%s is over %d for the machine and over %d for the checker", a.Name, a.Over, lang.Over(a.Name))
		}
	}
	if len(names) != len(stdlib.Aggs()) {
		t.Errorf("the checker has %v", names)
	}
}

func events(n int) []vm.Event {
	out := make([]vm.Event, n)
	for i := range out {
		load := 10 + float64(i*7%17) // never above 20 on average
		out[i] = vm.Event{T: int64(i) * 1e9, Tag: "/client/load/silver", Data: value.Object([]value.Field{{Name: "cur_load", Value: value.Float(load)}})}
	}
	return out
}

// In the steady state the machine allocates nothing for the one-liner.
func TestOneLinerAllocatesNothing(t *testing.T) {
	m, err := vm.New(build(t, `on "/client/load/*" when avg(cur_load, 10s) > 20 do fire "/reconfig/lb"`), stdlib.Library())
	if err != nil {
		t.Fatal(err)
	}
	evs := events(4000)
	for i := range evs[:1000] {
		_ = m.Event(&evs[i])
		m.Effects()
	}
	i := 1000
	if n := testing.AllocsPerRun(2000, func() {
		_ = m.Event(&evs[i])
		m.Effects()
		i++
	}); n != 0 {
		t.Errorf("%v allocations an event, want none", n)
	}
}

// The machine alone, an event of the one-liner.
func BenchmarkMachine(b *testing.B) {
	m, err := vm.New(build(b, `on "/client/load/*" when avg(cur_load, 10s) > 20 do fire "/reconfig/lb"`), stdlib.Library())
	if err != nil {
		b.Fatal(err)
	}
	evs := events(1024)
	b.ReportAllocs()
	t := int64(0)
	for i := 0; b.Loop(); i++ {
		ev := &evs[i&1023]
		ev.T = t
		t += 1e9
		if err := m.Event(ev); err != nil {
			b.Fatal(err)
		}
		m.Effects()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// An event of unique, a tenth of whose ids are new.
func BenchmarkUnique(b *testing.B) {
	m, err := vm.New(build(b, `on "/ticket/{q}/new" where unique(id, 1h) do fire "/chat/{q}" { text: title }`), stdlib.Library())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := int64(0); b.Loop(); i++ {
		ev := vm.Event{T: i * 1e9, Tag: "/ticket/ops/new", Data: value.Object([]value.Field{{Name: "id", Value: value.Int(i / 10)}})}
		if err := m.Event(&ev); err != nil {
			b.Fatal(err)
		}
		m.Effects()
	}
}
