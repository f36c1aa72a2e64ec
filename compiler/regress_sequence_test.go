package compiler_test

import (
	"fmt"
	"testing"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

const (
	rollback = `rule r on "/deploy/{svc}/done" as d then "/http/{svc}/alarm" within 10m do fire "/rollback/{svc}" { build: d.build }`
	back     = `rule r on "/act/reboot/{host}" then not "/minion/{host}/start" within 3m do fire "/page" { host: host, by: who }`
	takeover = `rule r on 5 of "/auth/{user}/fail" then "/auth/{user}/ok" within 2m do fire "/sec/{user}"`
	empty    = `rule r on "/job/{id}/start" then not "/job/{id}/step" then "/job/{id}/end" within 1h do fire "/audit/{id}"`
	isolated = `rule r on "/link/{pop}/a/down" & "/link/{pop}/b/down" within 30s do fire "/page/{pop}"`
)

var sequences = []handCase{
	{
		// within is closed at d; the service is joined; an alarm before the deployment is none.
		name: "13", program: rollback,
		events: `0s /http/web/alarm {}
			1s /deploy/web/done {"build": 7}
			2s /http/db/alarm {}
			10m1s /http/web/alarm {}
			11m /deploy/db/done {"build": 8}
			21m0.000000001s /http/db/alarm {}`,
		until: "1h",
		want:  `10m1s 0 r[web] fire /rollback/web {"build":7}`,
	},
	{
		// D14: the latest unused opener; each event is used once.
		name: "latest unused", program: rollback,
		events: `1s /deploy/web/done {"build": 1}
			2s /deploy/web/done {"build": 2}
			3s /http/web/alarm {}
			4s /http/web/alarm {}
			5s /http/web/alarm {}`,
		until: "1h",
		want: `3s 0 r[web] fire /rollback/web {"build":2}
			4s 0 r[web] fire /rollback/web {"build":1}`,
	},
	{
		// S18: at one instant the order of arrival is before and after.
		name: "one instant", program: rollback,
		events: `0s /http/a/alarm {}
			0s /deploy/a/done {"build": 1}
			0s /deploy/b/done {"build": 2}
			0s /http/b/alarm {}`,
		until: "0s",
		want:  `0s 0 r[b] fire /rollback/b {"build":2}`,
	},
	{
		// A missing field: where is unknown and takes nothing; in do it is none.
		name:    "missing fields",
		program: `rule r on "/a" where v > 1 then "/b" as b where w > 1 within 10s do fire "/out" { v: v, w: b.w }`,
		events: `0s /a {}
			1s /b {"w": 2}
			2s /a {"v": 2}
			3s /b {}
			4s /b {"w": 2}`,
		until: "1m",
		want:  `4s 0 r[] fire /out {"v":null,"w":2}`,
	},
	{
		// S20, D7: an answer on the dot is one; without, the rule acts in the deadline's timer step.
		name: "14", program: back,
		events: `0s /act/reboot/a {"who": "x"}
			0s /act/reboot/b {"who": "y"}
			3m /minion/a/start {}`,
		until: "1h",
		want:  `3m 0 r[b] fire /page {"host":"b","by":"y"}`,
	},
	{
		// D14: the earliest unanswered opener holds the deadline; those that came meanwhile are covered.
		name: "retries are covered", program: back,
		events: `0s /act/reboot/a {"who": "1"}
			1m /act/reboot/a {"who": "2"}
			3m /act/reboot/a {"who": "3"}
			4m /act/reboot/a {"who": "4"}`,
		until: "1h",
		want: `3m 0 r[a] fire /page {"host":"a","by":"1"}
			7m 0 r[a] fire /page {"host":"a","by":"4"}`,
	},
	{
		// An answer is for all openers so far; what comes after it opens anew.
		name: "an answer is for all", program: back,
		events: `0s /act/reboot/a {"who": "1"}
			1m /act/reboot/a {"who": "2"}
			2m /minion/a/start {}
			2m /act/reboot/a {"who": "3"}`,
		until: "1h",
		want:  `5m 0 r[a] fire /page {"host":"a","by":"3"}`,
	},
	{
		// S20: an event that is both answers first, then opens.
		name:    "answers and opens",
		program: `rule r on "/beat/{h}" then not "/beat/{h}" within 10s do fire "/late/{h}" { n: n }`,
		events: `0s /beat/x {"n": 1}
			10s /beat/x {"n": 2}
			15s /beat/x {"n": 3}`,
		until: "1m",
		want:  `25s 0 r[x] fire /late/x {"n":3}`,
	},
	{
		// S20: the opener may be a sequence; its deadline counts from its first event. What comes between its own
		// events is no answer.
		name:    "an opener of several",
		program: `rule r on 3 of "/a" then not "/b" within 10s do fire "/out" { n: n }`,
		events: `0s /a {"n": 1}
			1s /b {}
			2s /a {"n": 2}
			9s /a {"n": 3}
			20s /a {"n": 4}
			25s /a {"n": 5}
			30s /a {"n": 6}
			30s /b {}`,
		until: "1m",
		want:  `10s 0 r[] fire /out {"n":3}`,
	},
	{
		// An opener whose last event comes at the deadline has the rest of that instant.
		name:    "opened at its deadline",
		program: `rule r on "/a" then "/c" then not "/b" within 10s do fire "/out" { n: n }`,
		events: `0s /a {}
			10s /c {"n": 1}
			20s /a {}
			30s /c {"n": 2}
			30s /b {}`,
		until: "1m",
		want:  `10s 0 r[] fire /out {"n":1}`,
	},
	{
		// S1: timers of one instant go by identity; what an earlier one fires answers, a later one's is too late.
		name: "answers in the last instant",
		program: `rule a on "/x" then not "/never" within 10s do fire "/b"
			rule m on "/a" then not "/b" within 10s do fire "/out/m"
			rule n on "/a" then not "/c" within 10s do fire "/out/n"
			rule z on "/x" then not "/never" within 10s do fire "/c"`,
		events: `0s /a {}
			0s /x {}`,
		until: "1m",
		want: `10s 0 a[] fire /b {}
			10s 0 n[] fire /out/n {}
			10s 0 z[] fire /c {}`,
	},
	{
		// Where the key leaves captures apart, openers that an answer can tell apart are questions of their own.
		name:    "openers by captures",
		program: `rule r on "/a/{h}/{k}" then not "/b/{h}" within 10s by none do fire "/out/{h}/{k}"`,
		events: `0s /a/x/1 {}
			1s /a/y/1 {}
			2s /a/x/2 {}
			3s /b/y {}
			4s /a/y/2 {}`,
		until: "1m",
		want: `10s 0 r[] fire /out/x/1 {}
			14s 0 r[] fire /out/y/2 {}`,
	},
	{
		name: "15", program: takeover,
		events: every("10s", 5, "/auth/eve/fail {}") + after("41s", `0s /auth/eve/ok {}
			1s /auth/eve/fail {}
			2s /auth/eve/ok {}`) + after("10m", every("10s", 4, "/auth/bob/fail {}")+"40s /auth/bob/ok {}\n") +
			after("20m", every("30s", 5, "/auth/dan/fail {}")+"2m /auth/dan/ok {}\n") +
			after("30m", every("30s", 5, "/auth/ann/fail {}")+"2m0.000000001s /auth/ann/ok {}\n"),
		until: "1h",
		want: `41s 0 r[eve] fire /sec/eve {}
			22m 0 r[dan] fire /sec/dan {}`,
	},
	{
		// S19: the N latest unused, so that the fails left over count next time.
		name:    "the latest N",
		program: `rule r on 2 of "/f" as f then "/ok" within 1m do fire "/out" { n: f.n }`,
		events: `0s /f {"n": 1}
			1s /f {"n": 2}
			2s /f {"n": 3}
			3s /ok {}
			4s /f {"n": 4}
			5s /ok {}
			6s /ok {}`,
		until: "1h",
		want: `3s 0 r[] fire /out {"n":3}
			5s 0 r[] fire /out {"n":4}`,
	},
	{
		// N of alone: the Nth closes, and the next N begin.
		name:    "N of alone",
		program: `rule r on 3 of "/a/*" within 10s do fire "/out" { n: n }`,
		events: `0s /a/x {"n": 1}
			0s /a/y {"n": 2}
			5s /a/x {"n": 3}
			10s /a/x {"n": 4}
			11s /a/x {"n": 5}
			12s /a/x {"n": 6}
			20s /a/x {"n": 7}`,
		until: "1m",
		want: `10s 0 r[x] fire /out {"n":4}
			20s 0 r[x] fire /out {"n":7}`,
	},
	{
		name: "16", program: empty,
		events: `0s /job/1/start {}
			1s /job/2/start {}
			2s /job/1/step {}
			3s /job/1/end {}
			4s /job/2/end {}
			5s /job/1/start {}
			6s /job/1/end {}
			7s /job/1/end {}`,
		until: "2h",
		want: `4s 0 r[2] fire /audit/2 {}
			6s 0 r[1] fire /audit/1 {}`,
	},
	{
		// S19: what is forbidden counts strictly between the neighbours; an earlier opener lies before it too.
		name:    "nothing between",
		program: `rule r on "/a" as a then not "/x*" then "/x1" within 1m do fire "/out" { n: a.n }`,
		events: `0s /a {"n": 1}
			1s /x1 {}
			2s /a {"n": 2}
			3s /x2 {}
			4s /a {"n": 3}
			4s /x1 {}
			5s /x1 {}`,
		until: "1h",
		want: `1s 0 r[] fire /out {"n":1}
			4s 0 r[] fire /out {"n":3}`,
	},
	{
		// A forbidden event of another capture does not stand in the way; that is known only when the first event is chosen.
		name:    "nothing between, joined later",
		program: `rule r on "/a/{k}" then "/b" then not "/x/{k}" then "/c" within 1m do fire "/out/{k}"`,
		events: `0s /a/1 {}
			1s /a/2 {}
			2s /b {}
			3s /x/2 {}
			4s /c {}`,
		until: "1h",
		want:  `4s 0 r[] fire /out/1 {}`,
	},
	{
		name: "17", program: isolated,
		events: `0s /link/x/a/down {}
			30s /link/x/b/down {}
			31s /link/x/b/down {}
			40s /link/y/b/down {}
			41s /link/z/a/down {}
			50s /link/y/a/down {}
			2m /link/x/a/down {}
			2m30.000000001s /link/x/b/down {}`,
		until: "1h",
		want: `30s 0 r[x] fire /page/x {}
			50s 0 r[y] fire /page/y {}`,
	},
	{
		// An event takes one place: the same alarm is not both.
		name:    "one place each",
		program: `rule r on "/a/{k}" & "/*/{k}" within 1m do fire "/out/{k}"`,
		events: `0s /a/1 {}
			1s /b/2 {}
			2s /a/1 {}
			3s /a/2 {}`,
		until: "1h",
		want: `2s 0 r[1] fire /out/1 {}
			3s 0 r[2] fire /out/2 {}`,
	},
	{
		// S19: where the latest choice cannot be completed, the next latest is tried. Captures that only some elements name join too.
		name:    "back to the next latest",
		program: `rule r on "/a/{k}" then "/b/{k}" then "/c" within 1m do fire "/out/{k}"`,
		events: `0s /a/1 {}
			1s /b/1 {}
			2s /b/2 {}
			3s /a/2 {}
			4s /c {}
			5s /c {}`,
		until: "1h",
		want:  `4s 0 r[] fire /out/1 {}`,
	},
	{
		// One of several alternatives, each with its number; the first written goes first on equal terms.
		name:    "alternatives",
		program: `rule r on 2 of "/x/{k}" as e | "/y/{k}" as e then "/z/{k}" within 1m do fire "/out" { n: e.n }`,
		events: `0s /x/1 {"n": 1}
			1s /z/1 {}
			2s /y/1 {"n": 2}
			3s /z/1 {}
			4s /x/1 {"n": 3}
			5s /z/1 {}`,
		until: "1h",
		want: `3s 0 r[1] fire /out {"n":2}
			5s 0 r[1] fire /out {"n":3}`,
	},
	{
		// D1, S9: with when a match is the kept event: windows hold matches, plain fields and aliases are the latest one's.
		name: "matches in a situation",
		program: `rule r on "/a/{h}" as a then "/b/{h}" within 5s when count(30s) >= 2 for 10s do fire "/on/{h}" { a: a.n, b: n, sum: sum(a.n, 30s) }
			clear do fire "/off/{h}"`,
		events: `0s /a/x {"n": 1}
			1s /b/x {"n": 2}
			10s /a/x {"n": 3}
			11s /b/x {"n": 4}
			12s /b/x {"n": 5}
			15s /a/x {"n": 6}`,
		until: "1h",
		want: `21s 0 r[x] fire /on/x {"a":3,"b":4,"sum":4}
			31s 0 r[x] fire /off/x {}`,
	},
	{
		// An absence is kept at its deadline: windows and silence count from there.
		name:    "absences in a situation",
		program: `rule r on "/a/{h}" then not "/b/{h}" within 10s when count(20s) >= 1 and silent(15s) do fire "/on/{h}" { n: n } clear do fire "/off/{h}"`,
		events:  `0s /a/x {"n": 1}`,
		until:   "1h",
		want: `25s 0 r[x] fire /on/x {"n":1}
			30s 0 r[x] fire /off/x {}`,
	},
	{
		// S10: a limit counts runs of do for matches as for any event.
		name:    "limit",
		program: `rule r on "/a" then "/b" within 5s do fire "/out" { n: n } limit 1 per 10s`,
		events: `0s /a {}
			0s /b {"n": 1}
			9s /a {}
			9s /b {"n": 2}
			10s /a {}
			10s /b {"n": 3}`,
		until: "1h",
		want: `0s 0 r[] fire /out {"n":1}
			10s 0 r[] fire /out {"n":3}`,
	},
	{
		// S13: a key lives expire from its last match; events that wait for theirs outlive it.
		name:    "forgotten in the middle",
		program: `rule r on "/a/{h}" then "/b/{h}" within 10s when n > 0 do fire "/on" { n: n } expire 10s`,
		events: `0s /a/x {}
			1s /b/x {"n": 1}
			8s /a/x {}
			12s /b/x {"n": 2}`,
		until: "15s",
		want: `1s 0 r[x] fire /on {"n":1}
			11s 0 r[x] note /eda/forgotten {"rule":"r","key":{"h":"x"}}
			12s 0 r[x] fire /on {"n":2}`,
	},
	{
		// S20: one match per rule and closing event: the element written first decides, though it would end one for two keys.
		name:    "one match for an event",
		program: `rule r on "/s/{h}/{k}" then "/e/{h}/{k}" | "/e/{k}/{h}" within 1m by h do fire "/out/{h}/{k}"`,
		events: `0s /s/1/2 {}
			1s /s/2/1 {}
			2s /e/2/1 {}
			3s /e/2/1 {}`,
		until: "1h",
		want: `2s 0 r[2] fire /out/2/1 {}
			3s 0 r[1] fire /out/1/2 {}`,
	},
	{
		// D22: after blind time an absence counts anew.
		name: "an absence after blind time", program: back,
		events: `0s /act/reboot/a {"who": "1"}
			1m /act/reboot/b {"who": "2"}
			10m /eda/resumed {"blind": "8m"}
			12m59s /minion/a/start {}`,
		until: "1h",
		want:  `13m 0 r[b] fire /page {"host":"b","by":"2"}`,
	},
	{
		// D22: what came before and after blind time makes a sequence, but nobody knows that nothing was between.
		name: "blind time between",
		program: `rule p on "/a" then "/b" within 1h do fire "/pair"
			rule q on "/a" then not "/x" then "/b" within 1h do fire "/clean"`,
		events: `0s /a {}
			10m /eda/resumed {"blind": "5m"}
			11m /b {}
			12m /a {}
			13m /b {}`,
		until: "1h",
		want: `11m 0 p[] fire /pair {}
			13m 0 p[] fire /pair {}
			13m 0 q[] fire /clean {}`,
	},
	{
		// What a rule fires is an event in sequences too, in the same instant.
		name: "fired events",
		program: `rule p on "/a/{h}" do fire "/p/{h}" { n: n }
			rule r on "/a/{h}" as a then "/p/{h}" within 1s do fire "/out" { n: a.n }`,
		events: `0s /a/x {"n": 1}
			0s /a/x {"n": 2}`,
		until: "1m",
		want: `0s 0 p[x] fire /p/x {"n":1}
			0s 1 r[x] fire /out {"n":1}
			0s 0 p[x] fire /p/x {"n":2}
			0s 1 r[x] fire /out {"n":2}`,
	},
}

// A key keeps so many events and no more: the oldest go first, and are counted.
func TestSequencesAreBounded(t *testing.T) {
	run := func(program string, tags func(i int) []string, n int, horizon int64) (int, vm.Stats) {
		p, _, err := build(program)
		if err != nil {
			t.Fatal(err)
		}
		m, err := vm.New(p, library)
		if err != nil {
			t.Fatal(err)
		}
		effects := 0
		for i := range n {
			for _, tag := range tags(i) {
				if err := m.Event(&vm.Event{T: int64(i), Tag: tag, Data: value.Object(nil)}); err != nil {
					t.Fatal(err)
				}
				effects += len(m.Effects())
			}
		}
		m.Advance(horizon)
		return effects + len(m.Effects()), m.Stats()
	}
	first := func(i int) []string {
		if i < 1500 {
			return []string{"/a"}
		}
		return []string{"/b"}
	}
	if n, s := run(`on "/a" then "/b" within 1h do log "x"`, first, 3000, 3000); n != vm.MaxPending || s.Crowded != 500 {
		t.Errorf("%d matches, %d crowded out", n, s.Crowded)
	}
	open := func(i int) []string { return []string{fmt.Sprintf("/a/%d", i)} }
	if n, s := run(`on "/a/{x}" then not "/b/{x}" within 1h by none do log "x"`, open, 1500, 4e12); n != vm.MaxPending || s.Crowded != 500 {
		t.Errorf("%d absences, %d crowded out", n, s.Crowded)
	}
	// long sequences that cannot be completed are not tried in every combination
	worst := func(i int) []string { return []string{fmt.Sprintf("/b/%d", i%7), "/a/9", "/c/1"} }
	if n, _ := run(`on "/a/{x}" then 3 of "/b/{x}" then 2 of "/b/{y}" then "/c/{z}" within 1h do log "x"`, worst, 100, 100); n != 0 {
		t.Errorf("%d matches", n)
	}
}

// hops of what an absence fires are those of its opener and one (S30c), and
// what waits is shown.
func TestAbsenceHopsAndView(t *testing.T) {
	p, _, err := build(`rule r on 2 of "/a/{x}" as e then not "/b/{x}" within 5s do fire "/out" { e: e.n }`)
	if err != nil {
		t.Fatal(err)
	}
	m, err := vm.New(p, library)
	if err != nil {
		t.Fatal(err)
	}
	send := func(at int64, hops int) {
		e := vm.Event{T: at, Tag: "/a/1", Hops: hops, Data: value.Object([]value.Field{{Name: "n", Value: value.Int(at)}})}
		if err := m.Event(&e); err != nil {
			t.Fatal(err)
		}
	}
	send(0, 1)
	send(1, 3)
	send(2, 5)
	v := m.Views(0)
	if len(v) != 1 || len(v[0].Pending) != 2 || v[0].Born || v[0].Pending[0].Opener || !v[0].Pending[1].Opener || v[0].Pending[1].Deadline != 5*sec {
		t.Fatalf("%+v", v)
	}
	m.Advance(5 * sec)
	es := m.Effects()
	if len(es) != 1 || es[0].Hops != 4 || jsonOf(es[0].Data) != `{"e":1}` {
		t.Fatalf("%+v", es)
	}
	m.Advance(6 * sec)
	if v := m.Views(0); len(v) != 1 || !v[0].Born || len(v[0].Pending) != 0 {
		t.Fatalf("%+v", v)
	}
}

func BenchmarkSequences(b *testing.B) {
	host := func(tag string, i int) string { return fmt.Sprintf(tag, i%1000) }
	for _, c := range []struct {
		name, program string
		tag           func(i int) string
	}{
		{"pairs", `on "/a/{h}" as a then "/b/{h}" within 1m do fire "/out/{h}" { v: a.v }`,
			func(i int) string { return host([]string{"/a/%d", "/b/%d"}[i/1000%2], i) }},
		{"absence", `on "/a/{h}" then not "/b/{h}" within 1m do fire "/out/{h}"`,
			func(i int) string { return host([]string{"/a/%d", "/b/%d"}[i/1000%2], i) }},
		{"five of", `on 5 of "/a/{h}" then "/b/{h}" within 1m do fire "/out/{h}"`,
			func(i int) string {
				return host([]string{"/a/%d", "/a/%d", "/a/%d", "/a/%d", "/a/%d", "/b/%d"}[i/1000%6], i)
			}},
		// every event that could end a match looks through all that wait, in vain
		{"in vain", `on "/a/{k}" then "/b/{k}" then not "/x/{k}" then 2 of "/c" within 1h by none do log "x"`,
			func(i int) string { return []string{fmt.Sprintf("/b/%d", i), fmt.Sprintf("/a/%d", i), "/c"}[i%3] }},
	} {
		b.Run(c.name, func(b *testing.B) {
			p, _, err := build(c.program)
			if err != nil {
				b.Fatal(err)
			}
			m, err := vm.New(p, library)
			if err != nil {
				b.Fatal(err)
			}
			events := make([]vm.Event, 12000)
			for i := range events {
				events[i] = vm.Event{Tag: c.tag(i), Data: value.Object([]value.Field{{Name: "v", Value: value.Int(int64(i))}})}
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				e := &events[i%len(events)]
				e.T = int64(i) * 1e6
				if err := m.Event(e); err != nil {
					b.Fatal(err)
				}
				m.Effects()
			}
		})
	}
}
