package compiler_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

type handCase struct {
	name, program string
	events        string // "5s /a/x {…}", a line each
	until         string
	want          string // "5s round rule[key] fire /out/x {…}"
}

// Small programs and streams with the effects that the language demands, each
// with its reason. Times count from an instant that all panes share. Engine
// and evaluator must both agree with them.
var regress = []handCase{
	{
		// D1: 25 at 1 Hz for a minute makes the one-liner act once.
		name:    "once per rise",
		program: `rule r on "/client/load/*" when avg(cur_load, 10s) > 20 do fire "/reconfig/lb"`,
		events:  every("1s", 60, `/client/load/web1 {"cur_load": 25}`),
		until:   "59s",
		want:    `0s 0 r[web1] fire /reconfig/lb {}`,
	},
	{
		// D1: with repeat 10s six times in that minute, in the timer step (S8).
		name:    "repeat",
		program: `rule r on "/client/load/*" when avg(cur_load, 10s) > 20 repeat 10s do fire "/reconfig/lb"`,
		events:  every("1s", 60, `/client/load/web1 {"cur_load": 25}`),
		until:   "59s",
		want: `0s 0 r[web1] fire /reconfig/lb {}
			10s 0 r[web1] fire /reconfig/lb {}
			20s 0 r[web1] fire /reconfig/lb {}
			30s 0 r[web1] fire /reconfig/lb {}
			40s 0 r[web1] fire /reconfig/lb {}
			50s 0 r[web1] fire /reconfig/lb {}`,
	},
	{
		// The trace of rule 6: drain at 30s, the average is exactly 15 at 69s and below at
		// 70s, so the clear hold ends at 190s.
		name: "hold and clear",
		program: `rule hot on "/client/load/{host}" when avg(cur_load, 1m) > 20 for 30s do fire "/lb/drain/{host}"
			clear when avg(cur_load, 1m) < 15 for 2m do fire "/lb/enable/{host}"`,
		events: every("1s", 40, `/client/load/web1 {"cur_load": 25}`) + after("40s", every("1s", 200, `/client/load/web1 {"cur_load": 5}`)),
		until:  "300s",
		want: `30s 0 hot[web1] fire /lb/drain/web1 {}
			190s 0 hot[web1] fire /lb/enable/web1 {}`,
	},
	{
		// The same with silence instead: the average becomes none, nobody is enabled (D3).
		name: "silence is no recovery",
		program: `rule hot on "/client/load/{host}" when avg(cur_load, 1m) > 20 for 30s do fire "/lb/drain/{host}"
			clear when avg(cur_load, 1m) < 15 for 2m do fire "/lb/enable/{host}"`,
		events: every("1s", 40, `/client/load/web1 {"cur_load": 25}`),
		until:  "10h",
		want:   `30s 0 hot[web1] fire /lb/drain/web1 {}`,
	},
	{
		// D20, S13: a live situation is closed as forgotten 24h after the last event, without clear do.
		name:    "forgotten",
		program: `rule hot on "/a/{h}" when v > 1 do log "on" clear do log "off"`,
		events:  `0s /a/x {"v": 2}`,
		until:   "30h",
		want: `0s 0 hot[x] log on
			24h 0 hot[x] note /eda/forgotten {"rule":"hot","key":{"h":"x"}}`,
	},
	{
		// D7, S6a: a heartbeat on the dot is not late; 30s after the last one it is.
		name:    "heartbeat on the dot",
		program: `rule down on "/hb/{h}" when silent(30s) do log "down" clear do log "up"`,
		events: `0s /hb/x {}
			30s /hb/x {}
			60001ms /hb/x {}`,
		until: "80s",
		want: `60s 0 down[x] log down
			60001ms 0 down[x] log up`,
	},
	{
		// S6: the event at exactly since + d that makes the condition unknown breaks the hold.
		name:    "hold broken at its end",
		program: `rule r on "/a/{h}" when v > 1 for 10s do log "held"`,
		events: `0s /a/x {"v": 2}
			10s /a/x {}
			15s /a/x {"v": 3}`,
		until: "60s",
		want:  `25s 0 r[x] log held`,
	},
	{
		// D3: true, unknown, true is no new rise.
		name:    "unknown is no fall",
		program: `rule r on "/a/{h}" when v > 1 do log "rise" clear do log "fall"`,
		events: `0s /a/x {"v": 2}
			1s /a/x {}
			2s /a/x {"v": "text"}
			3s /a/x {"v": 2}
			4s /a/x {"v": 1}`,
		until: "10s",
		want: `0s 0 r[x] log rise
			4s 0 r[x] log fall`,
	},
	{
		// S10: the second rise is blocked and acts when the first run leaves the window, at
		// 10s exactly; the one that was cleared before never acts, nor does its clear (D23).
		name:    "postponed rise",
		program: `rule r on "/a/{h}" when v > 1 do log "rise" clear do log "fall" limit 1 per 10s`,
		events: `0s /a/x {"v": 2}
			1s /a/x {"v": 0}
			2s /a/x {"v": 2}
			11s /a/x {"v": 0}
			12s /a/x {"v": 2}
			13s /a/x {"v": 0}`,
		until: "60s",
		want: `0s 0 r[x] log rise
			1s 0 r[x] log fall
			10s 0 r[x] log rise
			11s 0 r[x] log fall`,
	},
	{
		// S1, S2: what a step fires is taken before the next event of the instant; rules act in
		// order of identity, not of the text.
		name: "order at one instant",
		program: `rule z on "/a/{h}" do fire "/f/{h}" { n: 1 }
			rule b on "/a/{h}" do fire "/f/{h}" { n: 2 }
			rule m on "/f/{h}" do log "{n}"`,
		events: `0s /a/x {}
			0s /a/y {}`,
		until: "1s",
		want: `0s 0 b[x] fire /f/x {"n":2}
			0s 0 z[x] fire /f/x {"n":1}
			0s 1 m[x] log 2
			0s 1 m[x] log 1
			0s 0 b[y] fire /f/y {"n":2}
			0s 0 z[y] fire /f/y {"n":1}
			0s 1 m[y] log 2
			0s 1 m[y] log 1`,
	},
	{
		// S5: active sees this step's change, whatever the names' order.
		name: "active in dependency order",
		program: `rule zz on "/a/{h}" when v > 1 do log "on"
			rule aa on "/a/{h}" where active(zz) do log "seen"`,
		events: `0s /a/x {"v": 2}
			1s /a/x {"v": 3}
			2s /a/x {"v": 1}
			3s /a/y {"v": 1}`,
		until: "10s",
		want: `0s 0 aa[x] log seen
			0s 0 zz[x] log on
			1s 0 aa[x] log seen`,
	},
	{
		// S15: panes of ten seconds; the last completed one holds 5 (and not the event at 10s).
		name:    "each pane",
		program: `rule r on "/a/{h}" when sum(v, each 10s) >= 5 do log "{s}" clear do log "low" rule t on "/a/{h}" do log "this {n}"`,
		events: `1s /a/x {"v": 2, "s": "p"}
			9s /a/x {"v": 3, "s": "q"}
			10s /a/x {"v": 1, "s": "r", "n": 7}`,
		until: "60s",
		want: `1s 0 t[x] log this none
			9s 0 t[x] log this none
			10s 0 r[x] log r
			10s 0 t[x] log this 7
			20s 0 r[x] log low`,
	},
	{
		// S16: the window's value depends on its content alone.
		name:    "exact sum",
		program: `rule r on "/a/{h}" do log "{n}" rule s on "/a/{h}" let q = sum(v, 10s) do log "{q}"`,
		events: `0s /a/x {"v": 1e16}
			1s /a/x {"v": 1.5}
			2s /a/x {"v": -1e16}
			10s /a/x {"v": 1}
			30s /a/x {"v": 9223372036854775807}
			31s /a/x {"v": 1}`,
		until: "40s",
		want: `0s 0 r[x] log none
			0s 0 s[x] log 10000000000000000
			1s 0 r[x] log none
			1s 0 s[x] log 10000000000000002
			2s 0 r[x] log none
			2s 0 s[x] log 1.5
			10s 0 r[x] log none
			10s 0 s[x] log -9999999999999998
			30s 0 r[x] log none
			30s 0 s[x] log 9223372036854775807
			31s 0 r[x] log none
			31s 0 s[x] log none`,
	},
	{
		// S11: key values are text, a number 7 and a text "7" are one key; a list is none.
		name:    "keys are text",
		program: `rule r on "/a" by k let n = count(1m) do log "{n}"`,
		events: `0s /a {"k": 7}
			1s /a {"k": "7"}
			2s /a {"k": 7.0}
			3s /a {"k": [7]}
			4s /a {}
			5s /a {"k": 2.5}
			6s /a {"k": true}`,
		until: "10s",
		want: `0s 0 r[7] log 1
			1s 0 r[7] log 2
			2s 0 r[7] log 3
			5s 0 r[2.5] log 1
			6s 0 r[true] log 1`,
	},
	{
		// 3.2, S17: changed compares with the event before it, also with one that where refused.
		name:    "changed looks before where",
		program: `rule r on "/a/{h}" where changed(s) do log "{h} {s}"`,
		events: `0s /a/x {"s": "up"}
			1s /a/x {"s": "up"}
			2s /a/x {"s": "down"}
			3s /a/x {}
			4s /a/x {"s": "up"}
			5s /a/x {"s": "down"}
			5s /a/y {"s": "down"}`,
		until: "10s",
		want: `2s 0 r[x] log x down
			5s 0 r[x] log x down`,
	},
	{
		// S24: a none in a fired tag means no act, in an object it is null.
		name:    "none in what is fired",
		program: `rule r on "/a" do fire "/out/{k}", fire "/out" { k: k }`,
		events: `0s /a {}
			1s /a {"k": "x"}`,
		until: "10s",
		want: `0s 0 r[] fire /out {"k":null}
			1s 0 r[] fire /out/x {}
			1s 0 r[] fire /out {"k":"x"}`,
	},
	{
		// S9a: reached is an instant itself.
		name:    "reached",
		program: `rule r on "/a/{h}" when reached(ts) do log "now" clear do log "later"`,
		events: `0s /a/x {"ts": "2024-03-01T00:00:20Z"}
			5s /a/x {"ts": "2024-03-01T00:00:30.5Z"}
			40s /a/x {"ts": 1709251250}`,
		until: "60s",
		want: `30500ms 0 r[x] log now
			40s 0 r[x] log later
			50s 0 r[x] log now`,
	},
	{
		// S2: an effect carries the rule's key, also when its limit has a key of its own.
		name:    "key of a limited effect",
		program: `rule r on "/a/{h}" do log "{s}" limit 1 per 10s by s`,
		events: `0s /a/x {"s": "down"}
			1s /a/y {"s": "down"}
			2s /a/y {"s": "up"}
			10s /a/y {"s": "down"}
			11s /a/y {}`,
		until: "20s",
		want: `0s 0 r[x] log down
			2s 0 r[y] log up
			10s 0 r[y] log down`,
	},
	{
		// S14: what an aggregate skips is not there for it, whether none or of another kind; but
		// each aggregate skips for itself: for count a text is a value.
		name:    "skipped values take no place",
		program: `rule r on "/a/{h}" do fire "/out" { m: max(v, last 1), c: count(v, last 2), l: last(v, last 1), a: avg(v, session 10s) }`,
		events: `0s /a/x {"v": 1.0}
			6s /a/x {"v": true}
			12s /a/x {}
			13s /a/x {"v": 2}`,
		until: "20s",
		want: `0s 0 r[x] fire /out {"m":1.0,"c":1,"l":1.0,"a":1.0}
			6s 0 r[x] fire /out {"m":1.0,"c":2,"l":true,"a":1.0}
			12s 0 r[x] fire /out {"m":1.0,"c":2,"l":true,"a":1.0}
			13s 0 r[x] fire /out {"m":2,"c":2,"l":2,"a":2.0}`,
	},
	{
		// S13, SPEC 6: the pane [0s, 30s) keeps the key until 60s, but prev looks back for expire,
		// that instant included, and no further.
		name:    "prev forgets before the key",
		program: `rule r on "/a/{h}" let p = prev(v) let q = sum(v, each 30s) do log "{p} {q}" expire 35s`,
		events: `5s /a/x {"v": 1}
			5s /a/y {"v": 1}
			40s /a/x {"v": 2}
			41s /a/y {"v": 2}`,
		until: "50s",
		want: `5s 0 r[x] log none 0
			5s 0 r[y] log none 0
			40s 0 r[x] log 1 1
			41s 0 r[y] log none 1`,
	},
	{
		// S6a: rd asks re in its where alone, so re's change does not concern its situation: it
		// rises in its own timer step, after that of the asked rule.
		name: "asking in where is no concern of when",
		program: `rule re on "/a/{h}" when first(v, 20s) > 0 do log "{v}"
			rule rd on "/*/{h}" where active(re) by w when silent(5s) do fire "/out"`,
		events: `0s /a/y {"v": 0}
			15s /a/y {"v": 2.5}
			15s /a/x {"v": 0.5, "w": 3}`,
		until: "21s",
		want: `15s 0 re[x] log 0.5
			20s 0 re[y] log 2.5
			20s 0 rd[3] fire /out {}`,
	},
	{
		// The same with the ask in when: rd is looked at in re's step, where identity orders.
		name: "asking in when is",
		program: `rule re on "/a/{h}" when first(v, 20s) > 0 do log "{v}"
			rule rd on "/*/{h}" by w when silent(5s) and active(re) do fire "/out"`,
		events: `0s /a/y {"v": 0}
			15s /a/y {"v": 2.5, "w": 3}`,
		until: "21s",
		want: `20s 0 rd[3] fire /out {}
			20s 0 re[y] log 2.5`,
	},
	{
		// S26, S30b: fitted however it is spelled.
		name: "fitted in every spelling",
		program: `event "/b/{x}" { v: float, w: int, s: string }
			rule r on "/b/{h}" as it let q = event do fire "/x" { a: w, b: event.w, c: event["w"], d: it.w, e: it["w"], f: q.w, g: last(w), h: it }`,
		events: `0s /b/y {"v": 1, "w": 2.0, "s": 4}`,
		until:  "1s",
		want:   `0s 0 r[y] fire /x {"a":2,"b":2,"c":2,"d":2,"e":2,"f":2,"g":2,"h":{"v":1.0,"w":2,"s":null}}`,
	},
	{
		// S3: rounds 1 to 16 exist; the report is a cause of its own, which a rule may hear.
		name: "cascade",
		program: `rule a on "/a" do fire "/a" limit 100 per 1m
			rule b on "/eda/error/cascade" do log "{event.rule} {event.cut} {event.key}"`,
		events: `0s /a {}`,
		until:  "1s",
		want: rounds(16, "0s %d a[] fire /a {}") + `0s 0 a[] note /eda/error/cascade {"rule":"a","key":{},"tag":"/a","cut":1}
			0s 1 b[] log a 1 {}`,
	},
	{
		// S13: the last pane outlives expire; the key ends with it, and its situation is forgotten then.
		name:    "a pane keeps the key",
		program: `rule r on "/a/{h}" when sum(v, each 30s) >= 0 and has v do log "on" expire 35s`,
		events:  `5s /a/x {"v": 1}`,
		until:   "3m",
		want: `5s 0 r[x] log on
			60s 0 r[x] note /eda/forgotten {"rule":"r","key":{"h":"x"}}`,
	},
	{
		// Decisions in SPEC.md: at the instant a key dies it is looked at once more.
		name:    "a silence as long as the key's life",
		program: `rule r on "/a/{h}" when silent(30s) do log "gone" clear do log "back" expire 30s`,
		events: `0s /a/x {}
			40s /a/x {}`,
		until: "60s",
		want: `30s 0 r[x] log gone
			30s 0 r[x] note /eda/forgotten {"rule":"r","key":{"h":"x"}}`,
	},
	{
		// S2: the keys of a rule go in order within a step, also the one whose event it is: y/y
		// comes last, finds the shared limit used up, and acts when it lets go.
		name: "keys in order under one limit",
		program: `rule rg on "/d/{h}/{h}" when v > 0
			rule b on "/d/{rest**}" when active(rg) do log "{rest}" limit 2 per 10s by none`,
		events: `0s /d/x/7 {}
			0s /d/x/y {}
			20s /d/y/y {"v": 1}`,
		until: "60s",
		want: `20s 0 b[x/7] log x/7
			20s 0 b[x/y] log x/y
			30s 0 b[y/y] log y/y`,
	},
	{
		// S2: what rules can read does not tell where a rule stands; an unnamed one is told by its
		// identity in /eda/….
		name: "unnamed rules are told by identity",
		program: `on "/a" do fire "/a" limit 100 per 1m
			rule b on "/eda/error/cascade" when len(event.rule) == 16 do log "by identity"`,
		events: `0s /a {}`,
		until:  "1s",
		want: rounds(16, "0s %d 0.eda:1[] fire /a {}") + `0s 0 0.eda:1[] note /eda/error/cascade {"rule":"IDENTITY","key":{},"tag":"/a","cut":1}
			0s 1 b[] log by identity`,
	},
}

// rounds writes a line for each round from 0.
func rounds(n int, line string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, line+"\n", i)
	}
	return b.String()
}

// every writes a line n times, each step later.
func every(step string, n int, line string) string {
	d, _ := time.ParseDuration(step)
	var b strings.Builder
	for i := range n {
		fmt.Fprintln(&b, time.Duration(i)*d, line)
	}
	return b.String()
}

// after moves lines by d.
func after(d, lines string) string {
	by, _ := time.ParseDuration(d)
	var b strings.Builder
	for l := range strings.Lines(lines) {
		at, rest, _ := strings.Cut(strings.TrimSpace(l), " ")
		t, _ := time.ParseDuration(at)
		fmt.Fprintln(&b, t+by, rest)
	}
	return b.String()
}

func parseEvents(t *testing.T, text string) []vm.Event {
	t.Helper()
	var out []vm.Event
	for l := range strings.Lines(text) {
		parts := strings.SplitN(strings.TrimSpace(l), " ", 3)
		if len(parts) < 3 {
			continue
		}
		out = append(out, vm.Event{T: at(t, parts[0]), Tag: parts[1], Data: parseJSON(t, parts[2])})
	}
	return out
}

// at reads a time after the common start.
func at(t *testing.T, s string) int64 {
	t.Helper()
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return epoch + int64(d)
}

func parseJSON(t *testing.T, s string) value.Value {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(s)))
	d.UseNumber()
	v, err := readJSON(d)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return v
}

func readJSON(d *json.Decoder) (value.Value, error) {
	tok, err := d.Token()
	if err != nil {
		return value.Value{}, err
	}
	switch tok := tok.(type) {
	case json.Delim:
		if tok == '[' {
			items := []value.Value{}
			for d.More() {
				v, err := readJSON(d)
				if err != nil {
					return v, err
				}
				items = append(items, v)
			}
			_, err := d.Token()
			return value.List(items), err
		}
		var fields []value.Field
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return value.Value{}, err
			}
			v, err := readJSON(d)
			if err != nil {
				return v, err
			}
			fields = value.SetField(fields, name.(string), v)
		}
		_, err := d.Token()
		return value.Object(fields), err
	case json.Number:
		if n, err := tok.Int64(); err == nil {
			return value.Int(n), nil
		}
		f, err := tok.Float64()
		return value.Float(f), err
	case string:
		return value.String(tok), nil
	case bool:
		return value.Bool(tok), nil
	}
	return value.Value{}, nil
}

// brief is an effect as the tables write it.
func brief(e effect) string {
	what := "fire " + e.Tag + " " + e.Data
	switch e.Kind {
	case vm.Logged:
		what = "log " + e.Text
	case vm.Noted:
		what = "note " + e.Tag + " " + e.Data
	}
	return fmt.Sprintf("%s %d %s[%s] %s", time.Duration(e.T-epoch), e.Round, e.Rule, e.Key, what)
}

func TestRegress(t *testing.T) {
	handCases(t, slices.Concat(regress, regressAgg, regressGather, regressSpans, regressMute, sequences))
}

func handCases(t *testing.T, cases []handCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(strings.ReplaceAll(c.name, " ", "-"), func(t *testing.T) {
			p, u, err := build(strings.ReplaceAll(c.program, "\t", ""))
			if err != nil {
				t.Fatal(err)
			}
			events, until := parseEvents(t, c.events), at(t, c.until)
			var want []string
			for l := range strings.Lines(strings.ReplaceAll(c.want, "IDENTITY", u.Rules[len(u.Rules)-1].Identity)) {
				when, rest, _ := strings.Cut(strings.TrimSpace(l), " ")
				want = append(want, fmt.Sprintf("%s %s", time.Duration(at(t, when)-epoch), rest))
			}
			es, err := engineRun(p, events, until)
			if err != nil {
				t.Fatal(err)
			}
			check := func(who string, es []effect) {
				var got []string
				for _, e := range es {
					got = append(got, brief(e))
				}
				if a, b := strings.Join(got, "\n"), strings.Join(want, "\n"); a != b {
					t.Errorf("%s has\n%s\nwant\n%s", who, a, b)
				}
			}
			check("engine", convert(p, es))
			check("evaluator", evaluate(u, library, events, until))
		})
	}
}

// S5, S11: active joins on names; two rules that compute a key part in the same
// words share no name.
func TestComputedKeyPartsDoNotJoin(t *testing.T) {
	p, _, err := build(`rule hot on "/a" by lower(s) when x > 1
on "/b" where active(hot) by lower(s) do log "{s}"`)
	if err != nil {
		t.Fatal(err)
	}
	if a := p.Rules[1].Asks; len(a) != 1 || len(a[0].Mine) != 0 {
		t.Errorf("asks %+v", a)
	}
}
