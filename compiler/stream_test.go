package compiler_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// What an aggregate over other events remembers, where it ends and what joins
// it, as hand cases: seconds, tags and the field v. Machine and evaluator agree.
func TestOtherSources(t *testing.T) {
	type at struct {
		s   float64
		tag string
		v   int64
	}
	for _, c := range []struct {
		name, rules string
		events      []at
		want        string // logs, with their seconds
	}{
		{"last n from ends at the instant that expire has passed",
			`on "/a/{h}" let n = last(v from "/b/{h}") do log "{n}" expire 10s`,
			[]at{{0, "/b/x", 1}, {9, "/a/x", 0}, {9.999, "/a/x", 0}, {10, "/a/x", 0}}, "9 1, 9.999 1, 10 none"},
		{"and is kept by any event of the tag, counted or not",
			`on "/a/{h}" let n = last(v from "/b/{h}" where v > 0) do log "{n}" expire 10s`,
			[]at{{0, "/b/x", 1}, {6, "/b/x", -1}, {12, "/a/x", 0}, {16, "/a/x", 0}}, "12 1, 16 none"},
		{"what comes after that begins anew",
			`on "/a/{h}" let n = count(last 5 from "/b/{h}") do log "{n}" expire 10s`,
			[]at{{0, "/b/x", 1}, {9, "/b/x", 1}, {9, "/a/x", 1}, {19, "/b/x", 1}, {19, "/a/x", 1}}, "9 2, 19 1"},
		{"a situation sees that end, with its timer",
			`on "/a/{h}" by none when count(last 5 from "/b/*") > 0 do log "on" clear do log "off" expire 10s`,
			[]at{{0, "/b/x", 1}, {1, "/a/x", 1}, {5, "/a/x", 1}, {14, "/c", 1}}, "1 on, 10 off"},
		{"a part of the key comes before the capture of its name",
			`on "/a/{h}" where count(1m from "/b/{h}") > 0 by h let h = "y" do log "{v}"`,
			[]at{{0, "/b/x", 1}, {1, "/a/x", 1}, {2, "/b/y", 1}, {3, "/a/x", 2}}, "3 2"},
		{"without a key of that name the latest event's capture joins",
			`on "/a/{h}" by none when count(1m from "/b/{h}") > 0 do log "{h}" clear do log "not {h}"`,
			[]at{{0, "/b/x", 1}, {1, "/a/x", 1}, {2, "/a/y", 1}, {3, "/b/y", 1}, {4, "/b/x", 1}, {5, "/a/z", 1}}, "1 x, 2 not y, 3 y, 5 not z"},
		{"an event at hand is there, in where too",
			`on "/a/{h}" where count(1m from "/a/{h}") == 2 do log "second"`,
			[]at{{0, "/a/x", 1}, {0, "/a/y", 1}, {0, "/a/x", 1}, {0, "/a/x", 1}}, "0 second"},
		{"an event at t is out of (t, t+d] and on the dot it is not looked at before its timers",
			`on "/a/{h}" when count(10s from "/b/{h}") == 0 do log "none"`,
			[]at{{0, "/b/x", 1}, {0, "/a/x", 1}, {10, "/b/y", 1}}, "10 none"},
		{"what another rule fires is another source like any",
			`on "/c" do fire "/b/x" { v: v }` + "\n" + `on "/a/{h}" when sum(v, 1m from "/b/{h}") > 2 do log "more"`,
			[]at{{0, "/a/x", 1}, {1, "/c", 1}, {2, "/c", 2}}, "2 more"},
	} {
		p, u, err := build(c.rules)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var events []vm.Event
		for _, e := range c.events {
			events = append(events, vm.Event{T: epoch + int64(e.s*1e9), Tag: e.tag, Data: value.Object([]value.Field{{Name: "v", Value: value.Int(e.v)}})})
		}
		horizon := events[len(events)-1].T
		why, _ := difference(p, u, events, horizon)
		if why != "" {
			t.Errorf("%s: %s", c.name, why)
		}
		es, err := engineRun(p, events, horizon)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range es {
			if e.Kind == vm.Logged {
				got = append(got, fmt.Sprintf("%v %s", float64(e.T-epoch)/1e9, e.Text))
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, strings.Join(got, ", "), c.want)
		}
	}
}

// Windows over other events that are empty are collected, and one set of
// captures too many is refused aloud.
func TestOtherSourcesAreBounded(t *testing.T) {
	p, _, err := build(`on "/a/{h}" where count(10s from "/b/{h}") > 0 do log "yes"`)
	if err != nil {
		t.Fatal(err)
	}
	m, err := vm.New(p, library)
	if err != nil {
		t.Fatal(err)
	}
	send := func(at int64, tag string) int {
		if err := m.Event(&vm.Event{T: epoch + at, Tag: tag}); err != nil {
			t.Fatal(err)
		}
		return len(m.Effects())
	}
	for i := range 3 * vm.MaxKeys { // never more than ten seconds' worth at once
		if send(int64(i)*1e6, fmt.Sprintf("/b/%d", i)); m.Stats().Refused > 0 {
			t.Fatalf("refused after %d", i)
		}
	}
	now := int64(3*vm.MaxKeys) * 1e6
	for i := range vm.MaxKeys + 1 {
		send(now+20e9, fmt.Sprintf("/b/n%d", i))
	}
	if n := m.Stats().Refused; n != 1 {
		t.Errorf("%d refused, want 1", n)
	}
	if send(now+20e9, "/a/n0") != 1 || send(now+20e9, fmt.Sprintf("/a/n%d", vm.MaxKeys)) != 0 {
		t.Error("not the last one was refused")
	}
}
