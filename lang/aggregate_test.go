package lang_test

import "testing"

// Aggregates and what they are over: S14-S17, S37.
func TestAggregates(t *testing.T) {
	const ev = `event "/a" { n: int, f: float?, s: string, ok: bool, at: time, took: duration, l: [float], o: { x: int } }` + "\n"
	when := func(cond string, want ...string) said { return said{ev + `on "/a" when ` + cond + ` do log "x"`, want} }
	holds(t, false, []said{
		none(`on "/a" when rate(x, 1m) > 1 and delta(x, last 5) > 1 and slope(x, each 1m) > 1 and stddev(x, this 1h) > 1 and distinct(x, session 5m) > 1 and changes(x, 1m) > 1 do log "x"`),
		none(`on "/a" when pct(x, 99.9, 1m) > 1 and max_by(host, x, 1m) == "a" and min_by(host, x, last 5 where ok) == "b" do log "x"`),
		none("param p: float = 99.9\nparam d: duration = 5m\n" + `on "/a" when pct(x, p, d) > 1 do log "x"`),
		none("fn p95(x) = pct(x, 95, 5m)\n" + `on "/a" when p95(x) > 1 do log "x"`),
		none(`on "/rate/{rate}" where pct > 1 and changes == unique do log "{rate} {delta}"`), // names only before a bracket
		// kinds
		when(`max(at, 1m) > at and min(took, 1m) > 5s and pct(took, 95, 1m) > 5s and delta(at, 1m) > 5s and delta(took, 1m) < 5s`),
		when(`max(n, 1m) > 1 and delta(f, 1m) > 1 and pct(n, 50, 1m) > 1`),
		when(`max(took, 1m) > 5`, "EDA0301"),
		when(`delta(at, 1m) > 5`, "EDA0301"),
		when(`max_by(s, n, 1m) > 5`, "EDA0301"),
		when(`max_by(s, took, 1m) == "x" and distinct(s, 1m) > 1 and changes(ok, 1m) > 1`),
		when(`rate(s, 1m) > 1`, "EDA0301 write `num(s)`"),
		when(`stddev(l, 1m) > 1`, "EDA0301 write `l[0]`"),
		when(`slope(took, 1m) > 1`, "EDA0301 write `(took) / 1s`"),
		when(`max(s, 1m) > 1`, "EDA0301 numbers, durations or times"),
		when(`max_by(n, s, 1m) > 1`, "EDA0301 numbers, durations or times"),
		when(`distinct(o, 1m) > 1`, "EDA0301 compared"),
		when(`distinct(l, 1m) > 1`, "EDA0301 compared"),
		// arguments
		when(`pct(n, 1m) > 1`, "EDA0304 pct(n, 95, …)"),
		when(`pct(n, 95) > 1`, "EDA0410 pct(n, 95, 10s)"),
		when(`pct(n, 95, 10) > 1`, "EDA0410 write `10s` | write `last 10`"),
		when(`pct(n, f, 1m) > 1`, "EDA0417 known at load"),
		when(`pct(n, 950, 1m) > 1`, "EDA0417 from 0 to 100, and this is 950"),
		when(`pct(n, -1, 1m) > 1`, "EDA0417 from 0 to 100"),
		when(`pct(n, "95", 1m) > 1`, "EDA0417 from 0 to 100"),
		when(`pct(n, 99.1234567, 1m) > 1`, "EDA0417 write `99.123457`"),
		when(`pct(n, 0.95, 1m) > 1`, "EDA0425 write `95`"),
		when(`pct(n, 0.999, 1m) > 1`, "EDA0425 write `99.9`"),
		when(`pct(n, 0, 1m) > 1 and pct(n, 1, 1m) > 1`),
		when(`max_by(n, 1m) > 1`, "EDA0304 two values"),
		when(`max_by(s, n) == "x"`, "EDA0410 max_by(s, n, 10s)"),
		when(`max_by(s, n, f, 1m) == "x"`, "EDA0304 takes 2"),
		when(`rate(n, f, 1m) > 1`, "EDA0304 takes 1"),
		when(`rate(1m) > 1`, "EDA0304 rate(field, 10s)"),
		when(`rate(n) > 1`, "EDA0410 rate(n, 10s)"),
		draws(`on "/a" when p95(x, 1m) > 1 do log "x"`, "EDA0204 write `pct`"),
		draws(`on "/a" when increase(x, 1m) > 1 do log "x"`, "EDA0204 write `rate`"),
		// totality: none over nothing, but for what counts
		said{ev + `on "/a" let d = distinct(n, 1m) + changes(n, 1m) do fire "/b/{d}"`, nil},
		said{ev + `on "/a" let r = rate(n, 1m) do fire "/b/{r}"`, []string{"EDA0310 `r`"}},
		said{ev + `on "/a" let r = pct(n, 95, 1m) do fire "/b/{r}"`, []string{"EDA0310 `r`"}},
		said{ev + `on "/a" let r = max_by(s, n, 1m) do fire "/b/{r}"`, []string{"EDA0310 `r`"}},
		said{ev + `on "/a" let r = stddev(n, 1m) do fire "/b" { r: r, s: slope(n, 1m), d: delta(at, 1m) }, log "{r}"`, nil},
		said{ev + `on "/a" let r = rate(n, 1m) when r > 1 do fire "/b/{r}"`, nil},
		// places
		draws(`on "/a" where rate(x, 1m) > 1 do log "x"`, "EDA0411 `where`"),
		draws(`on "/a" when max_by(prev(x), y, 1m) > 1 do log "x"`, "EDA0413"),
		draws(`on "/a" when pct(avg(x, 1m), 95, 1m) > 1 do log "x"`, "EDA0411"),
	})
}

// unique(x, d): S17, S37.
func TestUnique(t *testing.T) {
	holds(t, false, []said{
		none(`on "/a" where unique(id, 1h) do log "x"`),
		none(`on "/a" let fresh = unique(id, 1h) do fire "/b" { fresh: fresh, again: not unique(n, 5m) }`),
		none("param d: duration = 5m\n" + `on "/a" | "/b" where not unique(lower(id), d) do log "x"`),
		draws(`on "/a" where unique(id) do log "x"`, "EDA0304 unique(id, 1h)"),
		draws(`on "/a" where unique(id, 10) do log "x"`, "EDA0417 write `10s`"),
		draws(`on "/a" where unique(id, last 10) do log "x"`, "EDA0410 only aggregates"),
		draws(`on "/a" where unique(id, 1h where x) do log "x"`, "EDA0410 aggregates only"),
		draws(`event "/a" { id: [int] }`+"\n"+`on "/a" where unique(id, 1h) do log "x"`, "EDA0301 compared"),
		draws(`on "/a" when unique(id, 1h) do log "x"`, "EDA0413 where unique(id, 1h)"),
		draws(`on "/a" by unique(id, 1h) do log "x"`, "EDA0413 key"),
		draws(`on "/a" where unique(prev(id), 1h) do log "x"`, "EDA0413"),
		draws(`on "/a" where unique(avg(x, 1m), 1h) do log "x"`, "EDA0413"),
		draws(`on "/a" when count(1m where unique(id, 1h)) > 1 do log "x"`, "EDA0413"),
	})
}
