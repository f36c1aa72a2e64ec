package compiler_test

import "testing"

// Ticks by hand: where they begin, what they come before and after, whose they
// are, and that the evaluator says the same.
func TestTicks(t *testing.T) {
	const own = `table own from "own.csv" key h` + "\n"
	for _, c := range []struct{ name, rules, events, until, want string }{
		{"one at the first instant", `on every 10s do log "tick"`, "0s /a {}", "25s", "0s tick, 10s tick, 20s tick"},
		{"multiples, not distances", `on every 10s do log "tick"`, "3s /a {}", "25s", "10s tick, 20s tick"},
		{"none without a stream", `on every 10s do log "tick"`, "", "25s", ""},
		{"one for each row", own + `on every 10s by h in own do log "{h}"`, "1s /a {}", "15s", "10s 7, 10s x, 10s z"},
		{"rows come and go", own + `on every 10s where has own[h].n by h in own do log "{h}"`,
			"1s /a {}\n12s /eda/table/own {\"rows\": [{\"h\": \"b\", \"n\": 4}, {\"h\": \"a\", \"n\": 5}]}", "25s", "10s 7, 10s x, 20s a, 20s b"},
		{"each row is a step of its own", own + `state n: int = 0` + "\n" + `on every 10s by h in own do set n = n + 1, log "{h} {n}"`, "1s /a {}", "10s", "10s 7 0, 10s x 1, 10s z 2"},
		{"an event at that instant is in", `on every 10s do fire "/n" { n: count(10s from "/a") }` + "\n" + `on "/n" do log "{n}"`,
			"1s /a {}\n10s /a {}\n15s /a {}", "20s", "10s 2, 20s 1"},
		{"where keeps some", `on every 10s where count(10s from "/a") > 0 do log "heard"`, "1s /a {}\n25s /b {}", "40s", "10s heard"},
		{"a situation over ticks", `rule quiet on every 10s when count(10s from "/a") == 0 for 10s do log "quiet" clear do log "loud"`,
			"1s /a {}\n35s /a {}", "50s", "21s quiet, 35s loud"},
		{"limit", `on every 10s do log "tick" limit 1 per 25s`, "5s /a {}", "60s", "10s tick, 40s tick"},
		{"gather", `on every 10s do log "{group.count}" gather 20s`, "5s /a {}", "60s", "30s 3, 1m0s 3"},
		{"a minute of the clock", `on cron "1,3 * * * *" in "Asia/Kolkata" do log "run"`, "0s /a {}", "1h", "31m0s run, 33m0s run"},
		{"its own rule alone", `on every 30s do log "tick"` + "\n" + `on "/**" do log "any"`, "10s /a {}", "30s", "10s any, 30s tick"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, u, err := build(c.rules)
			if err != nil {
				t.Fatal(err)
			}
			events := parseEvents(t, c.events)
			until := at(t, c.until)
			if got := logs(mustRun(t, p, events, until)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if d, _ := difference(p, u, events, until); d != "" {
				t.Error(d)
			}
		})
	}
}
