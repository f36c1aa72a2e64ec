package scenario_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime/scenario"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

func compile(t testing.TB, text string) (*vm.Program, *lang.Unit) {
	t.Helper()
	p, u, ds := compiler.Build([]lang.Source{{Name: "x.eda", Text: text, Tables: attached}}, environment(t))
	if p == nil {
		t.Fatalf("%v\n%s", ds, text)
	}
	return p, u
}

// passes runs the test blocks of programs.
func passes(t *testing.T, programs ...string) {
	t.Helper()
	for _, text := range programs {
		_, u := compile(t, text)
		if len(u.Tests) == 0 {
			t.Errorf("no test in\n%s", text)
		}
		for _, test := range u.Tests {
			r, err := scenario.Run(u, test, environment(t))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range r.Failures {
				t.Errorf("%s: %s %s\n%s", test.Name, f.Message, strings.Join(f.Notes, "; "), text)
			}
		}
	}
}

func TestRegisters(t *testing.T) {
	passes(t, `
# every rule sees what stood there when the step began, whatever its place
state n: int = 0
on "/a" do set n = n + 1
on "/a" do fire "/seen/{n}"
rule zz on "/a" do fire "/too/{n}"
test "as it stood" {
  send "/a" {}
  expect "/seen/0"
  expect "/too/0"
  send "/a" {}
  expect "/seen/1"
  expect "/too/1"
}`, `
# what a rule fires is the next round, so it sees the write
state n: int = 0
on "/a" do set n = 5, fire "/b"
on "/b" do fire "/n/{n}"
test "the next round" {
  send "/a" {}
  expect "/b"
  expect "/n/5"
}`, `
# the value is over at written + expire: an event of that instant sees the default
state f: bool = false expire 10s
on "/set" do set f = true
on "/ask" do fire "/is/{f}"
rule r on "/look" when f do fire "/on" clear do fire "/off"
test "until" {
  send "/look" {}
  send "/set" {}
  expect "/on" at 0s
  wait 9999ms
  send "/ask" {}
  expect "/is/true"
  wait 1ms
  send "/ask" {}
  expect "/is/false"
  expect "/off" at 10s
  wait 1h
}
test "a write begins it anew" {
  send "/look" {}
  send "/set" {} every 6s for 12s
  expect "/on" at 0s
  wait 3s
  expect nothing
  wait 1s
  expect "/off" at 16s
}
test "given" {
  given state f = true
  send "/ask" {}
  expect "/is/true"
  wait 10s
  send "/ask" {}
  expect "/is/false"
}`, `
# keys are text, wherever they come from
state n: int by h = 0
on "/set/{h}" do set n = 1
on "/num" do set n[k] = 2
on "/ask" do fire "/n" { a: n[7], b: n["7"], c: n["true"], d: n[x] }
test "7" {
  given state n[true] = 9
  send "/set/7" {}
  send "/ask" {}
  expect "/n" { a: 1, b: 1, c: 9, d: none }
  send "/num" { k: 7 }
  send "/num" { k: [7] }
  send "/num" {}
  send "/ask" { x: [1] }
  expect "/n" { a: 2, b: 2, c: 9, d: none }
}`, `
# of several writes in one step the last in the order of effects stays: keys in order, then acts
state last_one: string = ""
state twice: int = 0
rule up on "/up" by none when x > 0
rule each_of on "/x/{h}" when active(up) do set last_one = h, set twice = 1, set twice = 2
on "/ask" do fire "/last/{last_one}/{twice}"
test "in order" {
  send "/x/c" {}
  send "/x/a" {}
  send "/x/b" {}
  send "/up" { x: 1 }
  send "/ask" {}
  expect "/last/c/2"
}`, `
# a write that changes nothing asks for no look: the owed rise waits for its timer, and is cleared before
state mode: int = 0
on "/mode" do set mode = m
rule r on "/a" when mode > 0 do fire "/x" limit 1 per 10s
test "no look" {
  send "/a" {}
  send "/mode" { m: 1 }
  expect "/x" at 0s
  send "/mode" { m: 0 }
  send "/mode" { m: 1 }
  wait 10s
  send "/mode" { m: 1 }
  send "/mode" { m: 0 }
  wait 1h
}
test "a look" {
  send "/a" {}
  send "/mode" { m: 1 }
  expect "/x" at 0s
  send "/mode" { m: 0 }
  send "/mode" { m: 1 }
  wait 10s
  send "/mode" { m: 2 }
  send "/mode" { m: 0 }
  expect "/x" at 10s
}`, `
# only the keys that read that very cell are looked at
state f: bool by h = false
on "/set/{h}" do set f = true
rule r on "/a/{h}/*" when f do fire "/on/{h}" { n: event.n }
rule other on "/b/{h}" when f["y"] or q do fire "/y/{h}"
test "keys" {
  send "/a/x/1" { n: 1 }
  send "/a/x/2" { n: 2 }
  send "/a/y/1" { n: 3 }
  send "/b/z" { q: false }
  send "/set/x" {}
  expect "/on/x" { n: 1 }
  expect "/on/x" { n: 2 }
  expect nothing
  wait 1s
  send "/set/y" {}
  expect "/on/y" { n: 3 }
  expect "/y/z"
}`, `
# rules that set each other off are cut like a cascade
state f: bool = false
rule a on "/a" when not f do set f = true
rule b on "/b" when f do set f = false
on "/eda/error/cascade" do fire "/cut" { state: state, cut: cut, tag: event.tag }
test "cut" {
  send "/a" {}
  expect nothing
  wait 1s
  send "/b" {}
  expect "/cut" { state: "f", cut: 1, tag: none }
}`, `
# deadlines out of registers; what stands in an aggregate is read at its event
state until: time by h
state on_call: bool = false
on "/lease/{h}" do set until = now + 5m
rule over on "/job/{h}" when reached(until) do fire "/over/{h}"
on "/call" do set on_call = true
rule many on "/page" when count(1m where on_call) >= 2 do fire "/many"
test "lease" {
  send "/job/a" {}
  send "/lease/a" {}
  wait 4m
  send "/lease/a" {}
  wait 5m
  expect "/over/a" at 9m
}
test "pages" {
  send "/page" {}
  send "/page" {}
  send "/call" {}
  send "/page" {}
  expect nothing
  wait 1s
  send "/page" {}
  expect "/many" at 1s
}`)
}

// What a register does not take is counted, and a full one says so.
func TestRegistersAreBounded(t *testing.T) {
	p, _ := compile(t, `state n: int by h = 0
on "/a/{h}" do set n = x
on "/eda/error/keys" do fire "/full" { e: event }`)
	m, err := vm.New(p, stdlib.Library())
	if err != nil {
		t.Fatal(err)
	}
	send := func(h string, x value.Value) []vm.Effect {
		if err := m.Event(&vm.Event{T: m.Now() + 1, Tag: "/a/" + h, Data: value.Object([]value.Field{{Name: "x", Value: x}})}); err != nil {
			t.Fatal(err)
		}
		return m.Effects()
	}
	if err := m.Event(&vm.Event{T: 1, Tag: "/a/x"}); err != nil {
		t.Fatal(err)
	}
	send("x", value.String("1"))
	send("x", value.Float(1.5))
	send("x", value.Float(2))
	if n := m.Stats().Unset; n != 3 {
		t.Errorf("%d sets not performed, not 3", n)
	}
	if v := m.Registers(0); len(v) != 1 || v[0].Key[0] != "x" || v[0].Value.Kind() != value.KindInt {
		t.Errorf("cells: %v", v)
	}
	send("x", value.Int(0))
	if v := m.Registers(0); len(v) != 0 {
		t.Errorf("a cell that holds the default is kept: %v", v)
	}
	for i := range vm.MaxKeys {
		if es := send(fmt.Sprint(i), value.Int(1)); len(es) > 0 {
			t.Fatalf("cell %d: %v", i, es)
		}
	}
	es := send("more", value.Int(1))
	if len(es) != 2 || es[1].Tag != "/full" || m.Stats().Unkept != 1 {
		t.Fatalf("a full register: %v", es)
	}
	if got := string(value.AppendJSON(nil, es[0].Data)); got != `{"state":"n","key":{"h":"more"},"keys":100000}` {
		t.Errorf("it says %s", got)
	}
	if es := send("5", value.Int(2)); len(es) != 0 {
		t.Errorf("a cell that is there is refused: %v", es)
	}
}
