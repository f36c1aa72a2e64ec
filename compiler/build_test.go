package compiler

import (
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

func build(t testing.TB, text string) *vm.Program {
	t.Helper()
	env, err := lang.NewEnv(stdlib.Signatures())
	if err != nil {
		t.Fatal(err)
	}
	p, _, ds := Build([]lang.Source{{Name: "t.eda", Text: text}}, env)
	for _, d := range ds {
		if d.Severity == lang.Error {
			t.Fatalf("%s at %v: %s", d.Code, d.Primary.Span, d.Message)
		}
	}
	return p
}

// The one-liner acts once for load 25 at 1 Hz, per host (D1).
func TestOneLiner(t *testing.T) {
	m, err := vm.New(build(t, `on "/client/load/*" when avg(cur_load, 10s) > 20 do fire "/reconfig/lb"`), stdlib.Library())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range int64(60) {
		ev := vm.Event{T: i * 1e9, Tag: "/client/load/silver", Data: value.Object([]value.Field{{Name: "cur_load", Value: value.Float(25)}})}
		if err := m.Event(&ev); err != nil {
			t.Fatal(err)
		}
		for _, e := range m.Effects() {
			n++
			if e.T != 0 || e.Tag != "/reconfig/lb" || len(e.Key) != 1 || e.Key[0] != "silver" {
				t.Errorf("effect %+v", e)
			}
		}
	}
	if n != 1 {
		t.Errorf("fired %d times, want 1", n)
	}
}
