package lint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// TestTimeAndKeys says of windows, durations, keys, delivery and tests what is
// drawn, where, and what is not.
func TestTimeAndKeys(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// windows
		{`on "/a/{k}" when max(x, last 2) > 1 for 1m do log "{k}"`, ""},
		{`on "/a/{k}" when last(x, last 1) > 1 for 1m do log "{k}"`, ""},
		{`on "/a/{k}" when count(last 1) > 0 and max_by(y, x, last 1) > 0 for 1m do log "{k}"`, "one-event-window last 1"},
		{`param n: int = 1` + "\n" + `on "/a/{k}" when delta(x, last n) > 1 for 1m do log "{k}"`, "one-event-window last n"},
		{`fn climbs(x) = slope(x, last 1) > 0` + "\n" + `on "/a/{k}" when climbs(x) for 1m do log "{k}"`, "one-event-window last 1"},
		{`on "/a/{k}" when pct(x, 90, last 10) > 1 for 1m do log "{k}"`, ""},
		{`on "/a/{k}" when pct(x, 91, last 10) > 1 for 1m do log "{k}"`, "degenerate-percentile 91"},
		{`on "/a/{k}" when pct(x, 10, last 10) > 1 for 1m do log "{k}"`, "degenerate-percentile 10"},
		{`on "/a/{k}" when pct(x, 11, last 10) > 1 for 1m do log "{k}"`, ""},
		{`on "/a/{k}" when pct(x, 0.9, last 10) > 1 for 1m do log "{k}"`, "fraction-for-percent 0.9"},
		{`on "/a/{k}" when avg(x, 4m) > 1 and max(x, 5m) > 2 for 1m do log "{k}"`, ""},
		{`on "/a/{k}" when avg(x, 1m) > 1 and avg(y, 61s) > 2 for 1m do log "{k}"`, ""},
		{`on "/a/{k}" when avg(x, 1m) > 1 and avg(x, 61s from "/b/{k}") > 2 for 1m do log "{k}"`, ""},
		{`on "/a/{k}" when avg(x, 61s) > 1 and avg(x, 1m) > 2 for 1m do log "{k}"`, "near-equal-windows avg(x, 1m)"},
		{`on "/a/{k}" when count(this 1h) > 10 for 1m do log "{k}"`, ""},
		{`on "/a/{k}" when avg(x, this 1h) < 10 for 1m do log "{k}"`, ""},
		{`on "/a/{k}" when count(5m) < 3 do log "{k}"`, "low-count count(5m) < 3"},
		{`on "/a/{k}" let n = count(5m) when 3 > n do log "{k}"`, "low-count 3 > n"},
		{`on "/a/{k}" when active(b) and count(5m from "/c/{k}") < 3 do log "{k}"` + "\n" + `rule b on "/b/{k}" when avg(x, 1m) > 3 for 1m`, ""},
		{`on "/a/{k}" where count(5m from "/c/{k}") == 0 do log "{k}"`, ""},
		{`on "/a/{k}" when last(x) > 1 for 1m do log "{k}" clear when count(5m) < 1`, "count-for-silence count(5m) < 1"},
		{`on "/a/{k}" when max(x, each 2d) > 1 for 1m do log "{k}"`, ""},
		{`on "/a/{k}" when max(x, each 90s) > 1 for 1m do log "{k}"`, ""},
		{`on "/a/{k}" when max(x, each 25h) > 1 for 1m do log "{k}"`, "epoch-aligned each 25h"},
		{`on every 1d do fire "/eod"`, ""},
		{`on every 45m do fire "/r"`, ""},
		{`on every 50m do fire "/r"`, "epoch-aligned 50m"},
		// durations
		{`on "/a/{k}" when avg(x, 1h) > 1 for 1m do log "{k}" expire 1h`, ""},
		{`on "/a/{k}" when avg(x, 1h) > 1 for 1m do log "{k}" expire 59m`, "expire-without-effect 59m"},
		{`on "/a/{k}" when avg(x, 1ms) > 1 for 1ms do log "{k}"`, ""},
		{`on "/a/{k}" then "/b/{k}" within 999us do log "{k}"`, "tiny-duration 999us"},
		{`on "/a/{k}" when avg(x, 1m) > 1 for 1m repeat 1s do log "{k}"`, ""},
		{`on "/a/{k}" when avg(x, 1m) > 1 for 1m repeat 10m do log "{k}" limit 1 per 10m`, ""},
		{`event "/a" { t: time, ... } time t late 10m`, ""},
		{`event "/a" { t: time, ... } time t late 601s`, "long-lateness 601s"},
		{`on cron "*/5 * * * *" do fire "/x"`, ""},
		{`on cron "0 */6 * * *" do fire "/x"`, ""},
		{`on cron "0 6 * * *" in "UTC" do fire "/x"`, ""},
		{`on cron "*/5 9-17 * * *" do fire "/x"`, `zone-missing "*/5 9-17 * * *"`},
		{`on "/a/{k}" do fire "/b/{k}" { d: date(now) }`, "zone-missing date(now)"},
		{`on "/a/{k}" where minute(now) == 0 do log "{k}"`, ""},
		{`on cron "*/5 9 * * *" in "UTC" do fire "/x"`, ""},
		{`on cron "* 9,10 * * *" in "UTC" do fire "/x"`, ""},
		{`on cron "* 9 * * *" in "UTC" do fire "/x"`, `each-minute "* 9 * * *"`},
		{`on cron "0 9 */2 * mon" in "UTC" do fire "/x"`, ""}, // * and what begins with it says nothing
		{`on cron "0 9 2 * mon" in "UTC" do fire "/x"`, `day-or-weekday "0 9 2 * mon"`},
		{`on "/a/{k}" where hour(now) > 22 or hour(now) < 6 do log "{k}"`, "zone-missing hour(now)"},
		{`on "/*" do log "{tag}"`, `leading-wildcard "/*"`},
		// sources
		{`on "/a/{k}" then not "/a/{k}" where x > 1 within 1m do log "{k}"`, ""},
		{`on 2 of "/a/{k}" then not "/a/{k}" within 1m do log "{k}"`, ""},
		{`on "/a/{k}" where x > 1 then "/a/{k}" where x < 1 within 1m do log "{k}"`, ""},
		{`on "/a/{k}" as p then "/a/{k}" as q within 1m do log "{p.x} {q.x}"`, ""},
		{`on "/a/{k}" where x > 1 | "/a/{k}" where x < -1 do log "{k}"`, ""},
		// keys
		{`on "/r/{uuid}" do log "{uuid}"`, ""},
		{`on "/r/{uuid}" where x > 1 do log "{uuid}" limit 1 per 1m`, ""},
		{`on "/r/{uuid}" where changed(x) do log "{uuid}"`, "unbounded-key {uuid}"},
		{`on "/r/{requestId}" when count(13h) > 3 for 1m do log "x"`, ""}, // expire would be longer than the day
		{`on "/sensor/{id}" when avg(x, 1m) > 3 for 1m do log "{id}"`, ""},
		{`on "/orders/{id}" when avg(x, 1m) > 3 for 1m do log "{id}"`, "unbounded-key {id}"},
		{`on "/a/b" when silent(1h) do log "quiet"`, ""},
		{`on "/a/{k}" by none when max(x, 1m) > 3 for 1m do fire "/p" { who: max_by(k, x, 1m) }`, ""},
		{`on "/a/{k}" by none when max(x, 1m) > 3 for 1m do fire "/p" { who: group.k } gather 1m`, ""},
		{`on "/a/{k}" where x > 3 by none do log "{k}" limit 1 per 1m`, ""},
		{`on "/a/*" by "{1}" when avg(x, 1m) > 3 for 1m do log "x"`, ""},
		{`param k: string = "a"` + "\n" + `on "/a/*" by k when avg(x, 1m) > 3 for 1m do log "x"`, "constant-key k"},
		// delivery
		{`on "/a/{k}" when avg(x, 1m) > 3 for 1m do log "{k}" limit 1 per 1m gather 1m`, "idle-clause limit 1 per 1m"},
		{`on "/a/{k}" when avg(x, 1m) > 3 for 1m do log "{k}" limit 1 per 61s gather 1m`, ""},
		{`on every 7s do fire "/r" limit 8 per 1m`, ""},
		{`on every 7s do fire "/r" limit 9 per 1m`, "idle-clause limit 9 per 1m"},
		{`on "/a/{k}" do log "{k} {event.x}" expire 1m`, "idle-clause expire 1m"},
		{`on "/a/{k}" where changed(x) do log "{k}" expire 1m`, ""},
		{`on "/a/{k}" when avg(x, 1m) > 3 for 1m do fire "/b/{k}" { x: last(x) } clear do fire "/b/{k}" { x: last(x) }`, ""},
		{`on "/a/{k}" when avg(x, 1m) > 3 for 1m do log "{k}" clear do log "{k}"`, ""},
		{`rule a on "/a/{k}" when avg(x, 1m) > 3 for 1m`, "rule-without-act a"},
		{`on "/a/{k}" when avg(x, 1m) > 3 for 1m clear do log "{k}"`, ""},
		{`action p(t: string) to "/p" ack "/q" retry 10` + "\n" + `on "/a/{k}" do p(k)`, ""},
		{`action p(t: string) to "/p" ack "/q" timeout 30us` + "\n" + `on "/a/{k}" do p(k)`, "tiny-duration 30us"},
		// tests
		{`on "/a/{k}" where x > 3 do fire "/b/{k}"` + "\n" + `test "t" { send "/a/k" { x: 4 } every 1s for 1s500ms expect "/b/k" at 1s }`, ""},
		{`on "/a/{k}" where x > 3 do fire "/b/{k}"` + "\n" + `test "t" { wait 1s send "/a/k" { x: 4 } expect "/b/k" at 1s1ms }`, "early-expect 1s1ms"},
		{`on "/a/{k}" where x > 3 do fire "/b/{k}"` + "\n" + `test "t" { send "/c" {} expect nothing }`, `unmatched-send "/c"`},
		{`on "/aa1/{k}" where x > 3 do fire "/b/{k}"` + "\n" + `test "t" { send "/aa2/x" {} expect nothing }`, `unmatched-send "/aa2/x"`},
		{`on "/a/{k}" where x > 3 do fire "/b/{k}"` + "\n" + `test "t" { send "/a/k" { x: 4, extra: 1 } expect "/b/k" }`, ""},
		{`on "/a/{k}" where x > 3 do fire "/b/{k}/{event.way}"` + "\n" + `test "t" { send "/a/k" { x: 4 } expect "/b/k/left" }`, ""},
		{`on "/a/{k}" where x > 3 do fire "/b/{k}"` + "\n" + `test "t" { send "/a/k" { x: 1 } wait 1m }`, `test-without-expect "t"`},
	} {
		var out []string
		for _, d := range lint.Program([]lang.Source{{Name: "a.eda", Text: c.text}}, environment(t), lint.Settings{}).Findings {
			if row := d.Code; row == lang.CodeUnheardTag || row == lang.CodeNeverSeen {
				continue // true of any of these, and not what is asked
			}
			out = append(out, d.Slug()+" "+c.text[d.Primary.Span.Start:d.Primary.Span.End])
		}
		if got := strings.Join(slices.Compact(out), "; "); got != c.want {
			t.Errorf("%s\n  draws %s\n  want  %s", c.text, got, c.want)
		}
	}
}
