package compiler_test

import (
	"fmt"
	"strings"
)

var regressAgg = []handCase{
	{
		// Canon 22: events that were turned away count too, so an id that comes every half
		// hour stays known; at 2h the one at 1h is just out of (1h, 2h]. 7 and 7.0 are one; an
		// id that is missing or a list is unknown and not remembered (S17, S22).
		name:    "canon 22: unique",
		program: `rule r on "/ticket/{q}/new" where unique(id, 1h) do fire "/chat/{q}" { text: title }`,
		events: `0s /ticket/a/new {"id": 7, "title": "one"}
			1s /ticket/b/new {"id": 7, "title": "another queue"}
			2s /ticket/a/new {"id": "7", "title": "a text"}
			30m /ticket/a/new {"id": 7.0, "title": "again"}
			60m /ticket/a/new {"id": 7, "title": "and again"}
			61m /ticket/a/new {"title": "no id"}
			62m /ticket/a/new {"id": [7], "title": "a list"}
			120m /ticket/a/new {"id": 7, "title": "an hour later"}
			120m /ticket/a/new {"id": 7, "title": "at once"}`,
		until: "125m",
		want: `0s 0 r[a] fire /chat/a {"text":"one"}
			1s 0 r[b] fire /chat/b {"text":"another queue"}
			2s 0 r[a] fire /chat/a {"text":"a text"}
			120m 0 r[a] fire /chat/a {"text":"an hour later"}`,
	},
	{
		// unique looks at all events of the source, before where, also from do.
		name:    "unique before where",
		program: `rule r on "/a" where ok do fire "/b" { new: unique(x, 10s), missing: unique(y, 10s) }`,
		events: `0s /a {"ok": false, "x": 1}
			5s /a {"ok": true, "x": 1}
			6s /a {"ok": true, "x": 2}
			16s /a {"ok": true, "x": 2.0}`,
		until: "20s",
		want: `5s 0 r[] fire /b {"new":false,"missing":null}
			6s 0 r[] fire /b {"new":true,"missing":null}
			16s 0 r[] fire /b {"new":true,"missing":null}`,
	},
	{
		// Canon 23: eight events that alternate have seven changes; at 10m the first leaves
		// and with it one change.
		name:    "canon 23: flapping",
		program: `rule flap on "/link/{pop}/state" when changes(up, 10m) > 6 do fire "/link/{pop}/dampen" clear do fire "/link/{pop}/undampen"`,
		events: `0s /link/x/state {"up": true}
			1s /link/x/state {"up": false}
			2s /link/x/state {"up": true}
			3s /link/x/state {"up": false}
			4s /link/x/state {"up": true}
			5s /link/x/state {"up": false}
			6s /link/x/state {"up": true}
			6s /link/x/state {"up": true}
			6s /link/x/state {}
			7s /link/x/state {"up": false}`,
		until: "12m",
		want: `7s 0 flap[x] fire /link/x/dampen {}
			10m 0 flap[x] fire /link/x/undampen {}`,
	},
	{
		// Canon 24: a disk that fills by 1 a minute has 240 more in four hours, so it is over
		// 300 from 61 on; with one value there is no slope, and nothing is known.
		name: "canon 24: trend",
		program: `rule full on "/disk/{host}" when used + slope(used, 30m) * 14400 > size for 10m
			do fire "/page/ops" { text: "{host} full in 4h" }`,
		events: rising(75),
		until:  "76m",
		want:   `71m 0 full[a] fire /page/ops {"text":"a full in 4h"}`,
	},
	{
		// Canon 28: percentiles by nearest rank; of equal values an int stands before a float.
		name:    "canon 28: percentiles",
		program: `rule p on "/client/load/*" by none do fire "/report/load" { p95: pct(cur_load, 95, 5m), p50: pct(cur_load, 50, 5m), p0: pct(cur_load, 0, 5m), p999: pct(cur_load, 99.9, 5m) }`,
		events: `0s /client/load/a {"cur_load": 1.0}
			1s /client/load/a {"cur_load": 2}
			2s /client/load/b {"cur_load": 1}
			3s /client/load/a {"cur_load": "x"}
			3s /client/load/a {"cur_load": 4}
			300s /client/load/a {}
			303s /client/load/a {}`,
		until: "310s",
		want: `0s 0 p[] fire /report/load {"p95":1.0,"p50":1.0,"p0":1.0,"p999":1.0}
			1s 0 p[] fire /report/load {"p95":2,"p50":1.0,"p0":1.0,"p999":2}
			2s 0 p[] fire /report/load {"p95":2,"p50":1.0,"p0":1,"p999":2}
			3s 0 p[] fire /report/load {"p95":2,"p50":1.0,"p0":1,"p999":2}
			3s 0 p[] fire /report/load {"p95":4,"p50":1.0,"p0":1,"p999":4}
			300s 0 p[] fire /report/load {"p95":4,"p50":2,"p0":1,"p999":4}
			303s 0 p[] fire /report/load {"p95":null,"p50":null,"p0":null,"p999":null}`,
	},
	{
		// S17: a value below the one before is a restart from 0: 2 + 3 + 4 in 3 s. delta is
		// last - first. Both need time between them, not two events of one instant.
		name:    "counters",
		program: `rule c on "/n" do fire "/o" { rate: rate(n, 1m), delta: delta(n, 1m), slope: slope(n, 1m), dev: stddev(n, 1m) }`,
		events: `0s /n {"n": 100}
			0s /n {"n": 102}
			1s /n {"n": 105}
			3s /n {"n": 4}
			63s /n {"n": 4}`,
		until: "70s",
		want: `0s 0 c[] fire /o {"rate":null,"delta":null,"slope":null,"dev":0.0}
			0s 0 c[] fire /o {"rate":null,"delta":null,"slope":null,"dev":1.0}
			1s 0 c[] fire /o {"rate":5.0,"delta":5,"slope":4.0,"dev":2.0548046676563256}
			3s 0 c[] fire /o {"rate":3.0,"delta":-96,"slope":-32.33333333333333,"dev":42.61675140129759}
			63s 0 c[] fire /o {"rate":null,"delta":null,"slope":null,"dev":0.0}`,
	},
	{
		// S17: v at the first greatest x; an event that lacks either is skipped. Windows of
		// every kind, and where inside.
		name: "greatest by",
		program: `rule m on "/x" do fire "/y" { a: max_by(host, load, 1m), b: min_by(host, load, last 2), c: max_by(host, load, this 10s where ok),
			d: max_by(host, load, session 5s), e: max_by(host, load, each 10s) }`,
		events: `0s /x {"host": "a", "load": 3, "ok": true}
			1s /x {"host": "b", "load": 3.0}
			2s /x {"load": 9}
			3s /x {"host": "c", "load": "9"}
			4s /x {"host": "d", "load": 2}
			10s /x {"host": "e", "load": 1}`,
		until: "10s",
		want: `0s 0 m[] fire /y {"a":"a","b":"a","c":"a","d":"a","e":null}
			1s 0 m[] fire /y {"a":"a","b":"a","c":"a","d":"a","e":null}
			2s 0 m[] fire /y {"a":"a","b":"a","c":"a","d":"a","e":null}
			3s 0 m[] fire /y {"a":"a","b":"a","c":"a","d":"a","e":null}
			4s 0 m[] fire /y {"a":"a","b":"d","c":"a","d":"a","e":null}
			10s 0 m[] fire /y {"a":"a","b":"e","c":null,"d":"e","e":"a"}`,
	},
	{
		// 2 and 2.0 are one value, true and "true" are two; lists are skipped.
		name:    "distinct",
		program: `rule d on "/x" do fire "/y" { all: distinct(x, 10s), two: distinct(x, last 2), pane: distinct(x, each 5s), mixed: changes(x, 10s) }`,
		events: `0s /x {"x": 2}
			1s /x {"x": 2.0}
			2s /x {"x": "2"}
			3s /x {"x": [2]}
			4s /x {"x": true}
			5s /x {"x": false}
			14s /x {}`,
		until: "20s",
		want: `0s 0 d[] fire /y {"all":1,"two":1,"pane":0,"mixed":0}
			1s 0 d[] fire /y {"all":1,"two":1,"pane":0,"mixed":0}
			2s 0 d[] fire /y {"all":2,"two":2,"pane":0,"mixed":0}
			3s 0 d[] fire /y {"all":2,"two":2,"pane":0,"mixed":0}
			4s 0 d[] fire /y {"all":3,"two":2,"pane":0,"mixed":0}
			5s 0 d[] fire /y {"all":4,"two":2,"pane":3,"mixed":1}
			14s 0 d[] fire /y {"all":1,"two":2,"pane":1,"mixed":0}`,
	},
	{
		// Times and durations have a size; with numbers in one window they have no order.
		name: "quantities",
		program: `event "/x" { at: time?, n: int?, took: duration? }
			rule q on "/x" do fire "/y" { newest: max(at, 10s), wait: delta(at, 10s), slow: pct(took, 100, 10s), mixed: max(took ?? n, 10s), ends: delta(took ?? n, 10s), age: max(now - at, 10s) }`,
		events: `0s /x {"at": "2024-03-01T00:00:00Z", "took": "5s"}
			2s /x {"at": "2024-02-29T23:59:58Z", "took": "90s"}
			4s /x {"n": 3}
			12s /x {"n": 4}`,
		until: "12s",
		want: `0s 0 q[] fire /y {"newest":"2024-03-01T00:00:00Z","wait":null,"slow":"5s","mixed":"5s","ends":null,"age":"0s"}
			2s 0 q[] fire /y {"newest":"2024-03-01T00:00:00Z","wait":"-2s","slow":"1m30s","mixed":"1m30s","ends":"1m25s","age":"4s"}
			4s 0 q[] fire /y {"newest":"2024-03-01T00:00:00Z","wait":"-2s","slow":"1m30s","mixed":null,"ends":null,"age":"4s"}
			12s 0 q[] fire /y {"newest":null,"wait":null,"slow":null,"mixed":4,"ends":1,"age":null}`,
	},
}

// rising is a disk that fills by 1 a minute.
func rising(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%dm /disk/a {\"used\": %d, \"size\": 300}\n", i, i)
	}
	return b.String()
}
