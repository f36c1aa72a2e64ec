package compiler_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// sendings runs a program that calls once, at 0s, answers the first call at
// some instants, and says what was sent when; engine and evaluator agree.
func sendings(t *testing.T, program string, answer func(id string) []vm.Event) (string, *vm.Machine) {
	t.Helper()
	p, u, err := build(program)
	if err != nil {
		t.Fatal(err)
	}
	events := []vm.Event{{T: epoch, Tag: "/a/x", Data: value.Object([]value.Field{{Name: "v", Value: value.Int(7)}})}}
	m, err := vm.New(p, library)
	if err != nil {
		t.Fatal(err)
	}
	first := events[0]
	if err := m.Event(&first); err != nil {
		t.Fatal(err)
	}
	es := copied(m.Effects())
	if len(es) == 0 {
		t.Fatal("nothing was called")
	}
	id := fmt.Sprintf("%x", es[0].ID)
	if answer != nil {
		events = append(events, answer(id)...)
	}
	for i := range events[1:] {
		ev := events[i+1]
		if err := m.Event(&ev); err != nil {
			t.Fatal(err)
		}
		es = append(es, copied(m.Effects())...)
	}
	until := epoch + 600*sec
	m.Advance(until)
	es = append(es, copied(m.Effects())...)
	if why := compare(convert(p, es), evaluate(u, library, events, until)); why != "" {
		t.Error(why)
	}
	var out []string
	for _, e := range es {
		switch {
		case e.Attempt > 0 && fmt.Sprintf("%x", e.ID) != id:
			t.Errorf("a sending has the id %x, the first had %s", e.ID, id)
		case e.Attempt > 0:
			out = append(out, fmt.Sprintf("%v %s %d", time.Duration(e.T-epoch), e.Tag, e.Attempt))
		default:
			out = append(out, fmt.Sprintf("%v %s %s", time.Duration(e.T-epoch), e.Tag, strings.ReplaceAll(jsonOf(e.Data), id, "ID")))
		}
	}
	return strings.Join(out, "; "), m
}

func TestCallsAreSentAgain(t *testing.T) {
	const (
		page = `action page(v: float) to "/act/page" ack "/act/page/done" retry 2 backoff 2s timeout 10s` + "\n"
		call = `on "/a/{h}" do page(v)`
	)
	ack := func(tag string, at ...int64) func(string) []vm.Event {
		return func(id string) (out []vm.Event) {
			for _, t := range at {
				out = append(out, vm.Event{T: epoch + t, Tag: tag, Data: value.Object([]value.Field{{Name: "id", Value: value.String(id)}})})
			}
			return out
		}
	}
	const (
		once = "0s /act/page 1"
		all  = once + "; 12s /act/page 2; 26s /act/page 3; 36s /eda/dead {\"action\":\"page\",\"id\":\"ID\",\"attempts\":3}"
	)
	for _, c := range []struct {
		name, program string
		answer        func(string) []vm.Event
		want          string
	}{
		{"nobody answers", page + call, nil, all},
		{"answered", page + call, ack("/act/page/done", 3*sec), once},
		{"on the dot", page + call, ack("/act/page/done", 10*sec), once},
		{"while it waits to be sent again", page + call, ack("/act/page/done", 11*sec), once},
		{"at the instant it would be sent again", page + call, ack("/act/page/done", 12*sec), once},
		{"after the second sending", page + call, ack("/act/page/done", 12*sec+1), once + "; 12s /act/page 2"},
		{"another tag", page + call, ack("/act/page/other", 3*sec), all},
		{"another id", page + call, func(id string) []vm.Event { return ack("/act/page/done", 3*sec)(strings.ToUpper(id) + "0") }, all},
		{"twice", page + call, ack("/act/page/done", 3*sec, 4*sec), once},
		{"defaults", "action page(v: int) to \"/act/page\" ack \"/ok\"\n" + call, nil, once + `; 30s /eda/dead {"action":"page","id":"ID","attempts":1}`},
		{"default backoff", "action page(v: int) to \"/act/page\" ack \"/ok\" retry 1\n" + call, nil, once + `; 31s /act/page 2; 1m1s /eda/dead {"action":"page","id":"ID","attempts":2}`},
		{"the tag says whose answer", "action page(h: string) to \"/act/{h}\" ack \"/ok/{h}\" retry 1\n" + `on "/a/{h}" do page(h)`, ack("/ok/y", sec), `0s /act/x 1; 31s /act/x 2; 1m1s /eda/dead {"action":"page","id":"ID","attempts":2}`},
		{"and this one's", "action page(h: string) to \"/act/{h}\" ack \"/ok/{h}\" retry 1\n" + `on "/a/{h}" do page(h)`, ack("/ok/x", sec), `0s /act/x 1`},
		{"a rule hears every sending", page + call + "\n" + `on "/act/page" do fire "/heard"`, nil,
			"0s /act/page 1; 0s /heard {}; 12s /act/page 2; 12s /heard {}; 26s /act/page 3; 26s /heard {}; 36s /eda/dead {\"action\":\"page\",\"id\":\"ID\",\"attempts\":3}"},
		{"a rule hears of the end", page + call + "\n" + `on "/eda/dead" do fire "/alarm" { a: action, n: attempts }`, nil, all + `; 36s /alarm {"a":"page","n":3}`},
	} {
		if got, _ := sendings(t, c.program, c.answer); got != c.want {
			t.Errorf("%s:\n have %s\n want %s", c.name, got, c.want)
		}
	}
}

// What a call carries is fitted to the parameters; one that does not fit is not
// sent, and is counted.
func TestCallsCarryWhatIsDeclared(t *testing.T) {
	p, _, err := build(`action a(n: float, k: string, o: int?) to "/act"`, `on "/a" do a(n, k, o)`)
	if err != nil {
		t.Fatal(err)
	}
	m, err := vm.New(p, library)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ data, want string }{
		{`{"n": 1, "k": "x"}`, `{"n":1.0,"k":"x","o":null}`},
		{`{"n": 2.5, "k": "x", "o": 3.0}`, `{"n":2.5,"k":"x","o":3}`},
		{`{"n": "1", "k": "x"}`, ""},
		{`{"k": "x"}`, ""},
		{`{"n": 1, "k": 7}`, ""},
		{`{"n": 1, "k": "x", "o": 2.5}`, ""},
	} {
		before := m.Stats().Unsent
		ev := parseEvents(t, "0s /a "+c.data)[0]
		if err := m.Event(&ev); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, e := range m.Effects() {
			got += jsonOf(e.Data)
			if e.Kind != vm.Called || e.Attempt != 0 {
				t.Errorf("%s: kind %d, attempt %d", c.data, e.Kind, e.Attempt)
			}
		}
		if got != c.want || (m.Stats().Unsent > before) != (c.want == "") {
			t.Errorf("%s: sent %s, want %s; counted %d", c.data, got, c.want, m.Stats().Unsent-before)
		}
	}
	if len(m.Faults()) != 2 { // a missing argument, one that does not fit
		t.Error(m.Faults())
	}
}

// A rule waits for so many answers; further calls are sent all the same.
func TestCallsAreBounded(t *testing.T) {
	p, _, err := build(`action a(h: string) to "/act" ack "/ok" retry 1`, `on "/a/{h}" do a(h)`)
	if err != nil {
		t.Fatal(err)
	}
	m, err := vm.New(p, library)
	if err != nil {
		t.Fatal(err)
	}
	const more = 3
	sent := 0
	for i := range vm.MaxCalls + more {
		ev := vm.Event{T: epoch, Tag: fmt.Sprintf("/a/%d", i)}
		if err := m.Event(&ev); err != nil {
			t.Fatal(err)
		}
		sent += len(m.Effects())
	}
	m.Advance(epoch + 100*sec)
	s := m.Stats()
	if sent != vm.MaxCalls+more || s.Unwatched != more || s.Resent != vm.MaxCalls || s.Dead != vm.MaxCalls {
		t.Errorf("%d sent, %+v", sent, s)
	}
	if _, waits := m.Next(); waits {
		t.Error("something waits on, although all calls are given up")
	}
}
