package compiler_test

import (
	"testing"

	"github.com/eda-lang/eda/vm"
)

const clocked = `event "/a/{h}" { v: int, ts: time? } time ts late 10s
event "/b" { ts: time? } time ts late 5s
`

// Times are from 2024-03-01T00:00:00Z; events stand at their arrival.
func TestEventTime(t *testing.T) {
	for _, c := range []struct{ name, rule, events, until, want string }{
		{"events in their own order", `on "/a/*" do log "{v}"`,
			"0s /a/x {\"v\": 0}\n8s /a/x {\"v\": 1, \"ts\": \"2024-03-01T00:00:07Z\"}\n9s /a/x {\"v\": 2, \"ts\": \"2024-03-01T00:00:03Z\"}", "9s", "0s 0, 3s 2, 7s 1"},
		{"one instant: in order of arrival", `on "/*" | "/a/*" do log "{tag}"`,
			"3s /c {}\n4s /a/x {\"ts\": \"2024-03-01T00:00:03Z\"}\n5s /a/y {\"ts\": \"2024-03-01T00:00:03Z\"}", "9s", "3s /c, 3s /a/x, 3s /a/y"},
		{"exactly as late as may be", `on "/a/*" do log "{v}"` + "\n" + `on "/eda/late" do log "late {late}"`,
			"12s /a/x {\"v\": 1, \"ts\": \"2024-03-01T00:00:02Z\"}\n12s /a/x {\"v\": 2, \"ts\": \"2024-03-01T00:00:01.999999999Z\"}", "12s", "2s 1, 12s late 1ns"},
		{"the largest late is the program's", `on "/b" do log "b"` + "\n" + `on "/eda/late" do log "late"`,
			"9s /b {\"ts\": \"2024-03-01T00:00:00Z\"}", "9s", "0s b"},
		{"ahead of arrival is arrival", `on "/a/*" do log "{v}"`,
			"1s /a/x {\"v\": 1, \"ts\": \"2030-01-01T00:00:00Z\"}\n2s /a/x {\"v\": 2}", "2s", "1s 1, 2s 2"},
		{"no time is arrival", `on "/a/*" do log "{v}"`,
			"1s /a/x {\"v\": 1, \"ts\": \"soon\"}\n2s /a/x {\"v\": 2, \"ts\": null}", "2s", "1s 1, 2s 2"},
		{"seconds since the epoch", `on "/a/*" do log "{v}"`, "3s /a/x {\"v\": 1, \"ts\": 1709251201}", "3s", "1s 1"},
		{"other events too are taken in order", `on "/a/{h}" when last(v) > 1 and count(1m) > 0 do log "high"` + "\n" + `on "/ask" where active(r) do log "yes"` + "\n" + `rule r on "/a/{h}" when last(v) > 1`,
			"5s /ask {}\n6s /a/x {\"v\": 2, \"ts\": \"2024-03-01T00:00:04Z\"}", "9s", "4s high, 5s yes"},
		{"a window of event time", `on "/a/{h}" when count(5s) >= 3 do log "three"`,
			"1s /a/x {}\n3s /a/x {}\n9s /a/x {\"ts\": \"2024-03-01T00:00:02Z\"}\n", "20s", "3s three"},
		{"silence broken in time, though it was heard of late", `on "/a/{h}" when silent(5s) do log "silent"`,
			"0s /a/x {}\n8s /a/x {\"ts\": \"2024-03-01T00:00:04Z\"}\n8s /a/x {\"ts\": \"2024-03-01T00:00:05Z\"}", "9.5s", ""},
		{"what the late event was", `on "/eda/late" do log "{event.tag} {event.data.v} {event.time} {late}"`,
			"30s /a/x {\"v\": 7, \"ts\": \"2024-03-01T00:00:02Z\"}", "30s", "30s /a/x 7 2024-03-01T00:00:02Z 18s"},
		{"only what says so has a time", `on "/c" do log "{ts}"`, "5s /c {\"ts\": 0}", "5s", "5s 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, u, err := build(clocked + c.rule)
			if err != nil {
				t.Fatal(err)
			}
			events, until := parseEvents(t, c.events), at(t, c.until)
			if s := logs(mustRun(t, p, events, until)); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
			if d, _ := difference(p, u, events, until); d != "" {
				t.Error(d)
			}
		})
	}
}

// Live, the program's clock runs behind: what is decided comes late by that.
func TestEventTimeLive(t *testing.T) {
	p, _, err := build(clocked + `on "/a/{h}" when silent(20s) do log "silent"` + "\n" + `on "/c" do log "c"`)
	if err != nil {
		t.Fatal(err)
	}
	m, err := vm.New(p, library)
	if err != nil {
		t.Fatal(err)
	}
	if m.Lateness() != 10*sec {
		t.Errorf("it waits %d ns", m.Lateness())
	}
	step := func(do func(), next, want string) {
		t.Helper()
		do()
		if s := logs(m.Effects()); s != want {
			t.Errorf("got %q, want %q", s, want)
		}
		n, ok := m.Next()
		if ok != (next != "") || ok && n != at(t, next) {
			t.Errorf("next is %v %v, want %q", instant(n), ok, next)
		}
	}
	take := func(text string) func() {
		return func() {
			for _, e := range parseEvents(t, text) {
				if err := m.Event(&e); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	advance := func(d string) func() { return func() { m.Advance(at(t, d)) } }
	step(func() {}, "", "")
	step(take("5s /a/x {}"), "15s", "") // held until 15 s
	step(take("6s /c {}"), "15s", "")
	step(advance("14.999999999s"), "15s", "")
	step(advance("15s"), "16s", "") // silent at 25 s, known at 35 s
	step(advance("16s"), "35s", "6s c")
	step(advance("34.999999999s"), "35s", "")
	step(take(`35s /a/x {"ts": "2024-03-01T00:00:25Z"}`), "55s", "") // on the dot
	step(advance("55s"), "24h0m35s", "45s silent")
	step(take("56s /c {}"), "1m6s", "")
	step(func() { m.Flush(at(t, "56s")) }, "24h0m35s", "56s c")
	if err := m.Event(&vm.Event{T: at(t, "55s"), Tag: "/c"}); err != vm.ErrTimeBack {
		t.Errorf("arrival went back: %v", err)
	}
	step(take(`56s /a/x {"ts": "2024-03-01T00:00:55Z"}`), "24h0m35s", "") // too late: all up to 56 s is decided
	if s := m.Stats(); s.Late != 1 {
		t.Errorf("%+v", s)
	}
}

// Too many events that wait: the clock moves on, and says so.
func TestEventTimeIsBounded(t *testing.T) {
	p, _, err := build(`event "/a" { ts: time } time ts late 1d` + "\n" + `on "/eda/late" do log "late {late}"`)
	if err != nil {
		t.Fatal(err)
	}
	m, err := vm.New(p, library)
	if err != nil {
		t.Fatal(err)
	}
	for i := range int64(vm.MaxHeld + 10) {
		if err := m.Event(&vm.Event{T: epoch + i, Tag: "/c"}); err != nil {
			t.Fatal(err)
		}
	}
	if s := m.Stats(); s.Hurried != 10 || s.Events != 10 || m.Now() != epoch+9 {
		t.Errorf("%+v at %d", s, m.Now()-epoch)
	}
	if m, _, err = vm.Restore(p, library, m.Snapshot()); err != nil {
		t.Fatal(err)
	}
	e := parseEvents(t, `1s /a {"ts": "2024-03-01T00:00:00Z"}`)[0]
	if err := m.Event(&e); err != nil {
		t.Fatal(err)
	}
	m.Flush(at(t, "1s"))
	if s := logs(m.Effects()); s != "1s late 9ns" || m.Stats().Events != vm.MaxHeld+10 {
		t.Errorf("%s, %+v", s, m.Stats())
	}
}

// Events that happened in blind time and come after it do not make its
// deadlines happen.
func TestEventTimeInBlindTime(t *testing.T) {
	p, u, err := build(clocked + `on "/a/{h}" when silent(5s) do log "silent {h}"`)
	if err != nil {
		t.Fatal(err)
	}
	events := parseEvents(t, `0s /a/x {}
1s /a/y {}
14s /eda/resumed {"blind": "10s"}
15s /a/x {"ts": "2024-03-01T00:00:12Z"}
`)
	want := "19s silent x, 19s silent y"
	if s := logs(mustRun(t, p, events, at(t, "40s"))); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	if s := logs(mustRun(t, p, events, at(t, "40s"), at(t, "16s"), at(t, "22s"), at(t, "25s"))); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	if d, _ := difference(p, u, events, at(t, "40s")); d != "" {
		t.Error(d)
	}
}
