package lang

var clauseForms = []Form{
	{
		Name: "on", Group: Clauses,
		Syntax: "on TAG [as NAME] [where C] [| TAG …]\non every D | on cron \"SCHEDULE\" [in \"ZONE\"]\non A then B within D",
		Doc:    "Which events a rule takes: those whose tag matches, one sequence of several, or instants. The wildcards of the tag are the rule's key.",
		Bounds: "At most 32 tags. Events under `/eda/` match only a tag that begins with `/eda/`.",
		Example: `on "/client/load/{host}" | "/server/load/{host}" where load > 20 do fire "/hot/{host}"

test "either tag" {
  send "/server/load/db1" { load: 21 }
  expect "/hot/db1"
}
`,
		See: []string{"where", "by", "*", "then", "every", "|"},
	},
	{
		Name: "where", Group: Clauses,
		Syntax: "on TAG where C\navg(x, 1m where C)",
		Doc:    "Which events are kept; the others do not exist for the rule, its windows and its silence. Within an aggregate: which events it counts.",
		Bounds: "Unknown, such as a comparison with a missing field, keeps nothing. Aggregates stand in it only with `from`.",
		Example: `on "/http/{svc}"
when count(1m where status >= 500) > 0.5 * count(1m)
do fire "/failing/{svc}"

test "two of three" {
  send "/http/web" { status: 200 }
  send "/http/web" { status: 500 }
  wait 1s
  send "/http/web" { status: 503 }
  expect "/failing/web" at 1s
}
`,
		See: []string{"when", "on", "has"},
	},
	{
		Name: "by", Group: Clauses,
		Syntax: "by EXPR, … | by NAME in TABLE | by none",
		Doc:    "Whose events they are: each key has its own windows, situation and limit. Without it the key is the wildcards of the tag; `by none` puts all events together.",
		Bounds: "A key part is text; an event whose part is none, a list or an object is kept out and counted. With `in TABLE` only keys of the table's rows exist, and they exist from the start.",
		Example: `on "/http" by svc when count(1m where status >= 500) >= 2 do fire "/failing/{svc}"

test "each service by itself" {
  send "/http" { svc: "web", status: 500 }
  send "/http" { svc: "db", status: 500 }
  wait 1s
  send "/http" { svc: "web", status: 500 }
  expect "/failing/web" at 1s
}
`,
		See: []string{"on", "in", "table", "expire"},
	},
	{
		Name: "in", Group: Clauses,
		Syntax: "by NAME in TABLE",
		Doc:    "The key is one of a table's rows: others are kept out, and each row is a key from the first instant, heard of or not. So a host that never reported can be missed.",
		Bounds: "The table has one key column. (After `cron`, `in` names a time zone.)",
		Example: `table inventory from "inventory.csv" key host
on "/heartbeat/{host}" by host in inventory when silent(5m) do fire "/missing/{host}"

test "never heard of, and missed" {
  wait 5m
  expect "/missing/web1" at 5m
}
-- inventory.csv --
host
web1
`,
		See: []string{"by", "table", "silent", "cron"},
	},
	{
		Name: "let", Words: []string{"="}, Group: Clauses,
		Syntax: "let NAME = EXPR",
		Doc:    "Names an expression within the rule. It is evaluated where and when the name is used.",
		Example: `on "/mem/{host}"
let share = used / total
when share > 0.9
do fire "/full/{host}" { text: "{share:.2f}" }

test "nine tenths" {
  send "/mem/a" { used: 19, total: 20 }
  expect "/full/a" { text: "0.95" }
}
`,
		See: []string{"fn", "param"},
	},
	{
		Name: "when", Group: Clauses,
		Syntax: "when C [for D] [repeat D]",
		Doc:    "In what situation the rule acts: once when C becomes true for a key, and again only after it was over. It is looked at exactly when it can change, also between events.",
		Bounds: "It is over when C is known to be false, or when `clear when` is true. Unknown starts nothing and ends nothing.",
		Example: `on "/load/{host}" when avg(load, 10s) > 20 do fire "/hot/{host}"

test "once per rise" {
  send "/load/a" { load: 25 } every 1s for 5s
  expect "/hot/a" at 0s
}
`,
		See: []string{"for", "repeat", "clear", "where"},
	},
	{
		Name: "for", Group: Clauses,
		Syntax: "when C for D | clear when C for D",
		Doc:    "C must be true for so long without a break. An event at the very end that makes it false, or unknown, breaks it.",
		Example: `on "/load/{host}" when load > 20 for 30s do fire "/hot/{host}"

test "a dip starts it anew" {
  send "/load/a" { load: 25 }
  wait 20s
  send "/load/a" { load: 5 }
  wait 5s
  send "/load/a" { load: 25 }
  wait 1m
  expect "/hot/a" at 55s
}
`,
		See: []string{"when", "clear", "silent"},
	},
	{
		Name: "repeat", Group: Clauses,
		Syntax: "when C [for D] repeat D",
		Doc:    "Acts again every D while the situation is on, if C is true at that instant. It counts from the rise.",
		Bounds: "A repeat that a limit or a mute holds back is dropped and counted.",
		Example: `on "/disk/{host}" when free < 10 repeat 1h do fire "/page/{host}"

test "each hour" {
  send "/disk/a" { free: 5 }
  wait 90m
  expect "/page/a" at 0s
  expect "/page/a" at 1h
}
`,
		See: []string{"when", "limit"},
	},
	{
		Name: "do", Group: Clauses,
		Syntax: "do ACT, …",
		Doc:    "What happens: `fire` an event, call an action, `set` a register, `log` a line. They are performed in the order written, at one instant.",
		Example: `on "/oom/{host}" do fire "/page/ops" { text: "OOM on {host}" }, log "OOM on {host}"

test "both acts" {
  send "/oom/web1" {}
  expect "/page/ops" { text: "OOM on web1" }
}
`,
		See: []string{"fire", "set", "log", "call", "limit", "gather"},
	},
	{
		Name: "clear", Group: Clauses,
		Syntax: "clear [when C [for D]] [do ACT, …]",
		Doc:    "When the situation is over, and what happens then. Without `when` it is over as soon as the condition is known to be false; two different thresholds keep it from flapping.",
		Bounds: "Its `do` runs only if the `do` of that rise ran, and is never limited or muted. A key that expires does not run it.",
		Example: `rule hot
on "/load/{host}"
when load > 20 do fire "/drain/{host}"
clear when load < 15 do fire "/enable/{host}"

test "between the two nothing changes" {
  send "/load/a" { load: 25 }
  expect "/drain/a"
  send "/load/a" { load: 18 }
  send "/load/a" { load: 22 }
  wait 1s
  send "/load/a" { load: 12 }
  expect "/enable/a" at 1s
}
`,
		See: []string{"when", "for", "/eda/forgotten"},
	},
	{
		Name: "limit", Words: []string{"per"}, Group: Clauses,
		Syntax: "limit N per D [by KEY]",
		Doc:    "At most N runs of `do` in any D, per key of the rule or per its own. A situation that is held back acts as soon as it may, if it is still on; a single event is dropped and counted.",
		Bounds: "`clear do` is never limited.",
		Example: `on "/oom" do fire "/page" limit 1 per 10m

test "one in ten minutes" {
  send "/oom" {} every 1m for 11m
  expect "/page" at 0s
  expect "/page" at 10m
}
`,
		See: []string{"gather", "repeat", "mute"},
	},
	{
		Name: "gather", Group: Clauses,
		Syntax: "gather D [by KEY]",
		Doc:    "Makes one act of all that come within D of the first, such as one page for a rack. `group.count` is how many there are, `group.NAME` the list of what NAME was for each.",
		Bounds: "What is over before the group ends leaves it. A group lists 1,000 members and counts the rest.",
		Example: `on "/heartbeat/{host}" when silent(1m)
do fire "/page" { text: "{group.count} hosts silent", hosts: group.host }
gather 30s by none

test "one page for two hosts" {
  send "/heartbeat/a" {}
  send "/heartbeat/b" {}
  wait 2m
  expect "/page" { text: "2 hosts silent", hosts: ["a", "b"] } at 90s
}
`,
		See: []string{"group", "limit", "by"},
	},
	{
		Name: "expire", Group: Clauses,
		Syntax: "expire D",
		Doc:    "How long a key lives of which nothing is heard; then all it held is gone. In `state` it says how long a value is valid.",
		Bounds: "24h unless you say otherwise, and never less than the longest duration of the rule. A situation that is on ends with `/eda/forgotten`.",
		Example: `rule hot on "/load/{host}" when load > 20 do fire "/hot/{host}" expire 1h

test "a new key after an hour" {
  send "/load/a" { load: 25 }
  expect "/hot/a" at 0s
  wait 2h
  send "/load/a" { load: 25 }
  expect "/hot/a" at 2h
}
`,
		See: []string{"/eda/forgotten", "state", "by"},
	},
}

var sourceForms = []Form{
	{
		Name: "every", Group: Sources,
		Syntax: "on every D [where C]",
		Doc:    "A rule that time itself feeds: it acts at each multiple of D since 1970 in UTC, so `every 1h` is on the hour.",
		Bounds: "D is at least 1ms. There is no event, so aggregates need `from`.",
		Example: `on every 1m do fire "/report" { events: count(1m from "/load/*") }

test "on the minute" {
  given time "2026-03-02T12:00:30Z"
  send "/load/a" {}
  wait 30s
  expect "/report" { events: 1 } at 30s
}
`,
		See: []string{"cron", "from", "repeat"},
	},
	{
		Name: "cron", Group: Sources,
		Syntax: "on cron \"MINUTE HOUR DAY MONTH WEEKDAY\" [in \"ZONE\"] [where C]",
		Doc:    "A rule that acts on a schedule, on the clocks of a time zone (UTC without one). When clocks change, a time that is skipped comes at the first minute after, and one that comes twice counts once.",
		Bounds: "Fields are `*`, values, ranges `a-b`, lists `a,b` and steps `*/n`. A schedule that never comes is an error. Runs missed while the program was down are not made up.",
		Example: `on cron "0 2 * * mon-fri" in "Europe/Berlin" do fire "/backup"

test "at two in Berlin" {
  given time "2026-03-06T00:59:00Z"
  wait 1m
  expect "/backup" at 1m
}
`,
		See: []string{"every", "during", "/eda/resumed"},
	},
	{
		Name: "then", Group: Sources,
		Syntax: "on A then B within D",
		Doc:    "A sequence: a B after an A, with anything in between. Captures of one name are equal throughout, so the two belong together.",
		Bounds: "It needs `within`. A match uses its events up; the latest unused ones are taken. For each key 1,000 events wait.",
		Example: `on "/deploy/{svc}" as d then "/alarm/{svc}" within 10m do fire "/rollback/{svc}" { build: d.build }

test "an alarm soon after" {
  send "/deploy/web" { build: 7 }
  wait 5m
  send "/alarm/web" {}
  expect "/rollback/web" { build: 7 } at 5m
}
`,
		See: []string{"not", "within", "&", "of", "as"},
	},
	{
		Name: "not", Group: Sources,
		Syntax: "on A then not B within D\non A then not X then B within D",
		Doc:    "What must not come. At the end of a sequence the rule acts when the time is over without a B; in the middle no X may lie between the two.",
		Example: `on "/reboot/{host}" then not "/started/{host}" within 3m do fire "/page" { text: "{host} did not come back" }

test "no answer" {
  send "/reboot/a" {}
  wait 5m
  expect "/page" { text: "a did not come back" } at 3m
}
`,
		See: []string{"then", "within", "silent"},
	},
	{
		Name: "within", Group: Sources,
		Syntax: "on A then B within D",
		Doc:    "How long a sequence may take, from its first event to its last. An event at exactly D is in time.",
		Example: `on "/start/{job}" then "/end/{job}" within 1m do fire "/quick/{job}"

test "exactly a minute" {
  send "/start/a" {}
  wait 1m
  send "/end/a" {}
  expect "/quick/a" at 1m
}
`,
		See: []string{"then", "not"},
	},
	{
		Name: "&", Group: Sources,
		Syntax: "on A & B within D",
		Doc:    "Both events, in any order.",
		Example: `on "/door/{id}/open" & "/alarm/{id}" within 30s do fire "/break_in/{id}"

test "in any order" {
  send "/alarm/7" {}
  wait 10s
  send "/door/7/open" {}
  expect "/break_in/7" at 10s
}
`,
		See: []string{"then", "|", "within"},
	},
	{
		Name: "|", Group: Sources,
		Syntax: "on A [where C] | B [where C]",
		Doc:    "One event or the other. The first alternative that matches and whose `where` is true takes the event; a `where` after the last alone speaks for all.",
		Bounds: "The key is the captures that stand in every alternative.",
		Example: `on "/oom/{host}" | "/panic/{host}" do fire "/page/{host}"

test "either" {
  send "/panic/a" {}
  expect "/page/a"
}
`,
		See: []string{"on", "&", "where"},
	},
	{
		Name: "of", Group: Sources,
		Syntax: "on N of A … within D",
		Doc:    "N events of a kind, as a step of a sequence or alone.",
		Bounds: "N is at most 1,000. To ask how many there were, `count` in `when` is often plainer.",
		Example: `on 3 of "/fail/{user}" then "/login/{user}" within 5m do fire "/taken/{user}"

test "three failures, then in" {
  send "/fail/eve" {} every 1s for 3s
  send "/login/eve" {}
  expect "/taken/eve" at 3s
}
`,
		See: []string{"then", "count", "within"},
	},
	{
		Name: "as", Group: Sources,
		Syntax: "on TAG as NAME",
		Doc:    "Names the event of an alternative or of a step of a sequence: `NAME.field` is its field. In a sequence, fields without a name are those of the last event.",
		Example: `on "/quote/{item}" as a then "/quote/{item}" as b within 1h do fire "/step/{item}" { was: a.price, is: b.price }

test "two prices" {
  send "/quote/x" { price: 3 }
  send "/quote/x" { price: 7 }
  expect "/step/x" { was: 3, is: 7 }
}
`,
		See: []string{"then", "on", "event"},
	},
}

var actForms = []Form{
	{
		Name: "fire", Group: Acts,
		Syntax: "fire TAG [{ FIELD: VALUE, … }]",
		Doc:    "Sends an event to subscribers and to the program's own rules, in the same instant. `{name}` in the tag prints a value.",
		Bounds: "A value that is none is sent as null; if a value in the tag is none, nothing is fired, and that is counted. At most 16 rounds follow from one event. `/eda/` is the engine's.",
		Example: `on "/load/{host}" where load > 20 do fire "/lb/drain/{host}" { load: load }

test "fired with a field" {
  send "/load/web1" { load: 25 }
  expect "/lb/drain/web1" { load: 25 }
}
`,
		See: []string{"may", "call", "{x}", "/eda/error/cascade"},
	},
	{
		Name: "set", Group: Acts,
		Syntax: "set NAME = EXPR\nset NAME[KEY, …] = EXPR",
		Doc:    "Writes a register when the step ends. Without brackets the key is what the names after the register's `by` mean in the rule.",
		Bounds: "none, or a value that does not fit the type, writes nothing and is counted.",
		Example: `state tries: int by name = 0 expire 1h
on "/died/{name}" do set tries = tries + 1
on "/died/{name}" where tries < 2 do fire "/restart/{name}"

test "two restarts" {
  send "/died/db" {} every 1s for 3s
  expect "/restart/db" at 0s
  expect "/restart/db" at 1s
}
`,
		See: []string{"state", "do"},
	},
	{
		Name: "log", Group: Acts,
		Syntax: "log \"TEXT\"",
		Doc:    "Writes a line for people; `{name}` prints a value, `{x:.2f}` a number with two decimals. No rule hears it.",
		Example: `on "/load/{host}" where load > 20 do log "{host} is at {load:.1f}"

test "a log needs no expect" {
  send "/load/a" { load: 25 }
  expect nothing
}
`,
		See: []string{"fire", "{x}", "text"},
	},
	{
		Name: "call", Group: Acts,
		Syntax: "NAME(ARG, …)",
		Doc:    "Calls an action by its name: an event on its tag, with the arguments under the names of its parameters.",
		Bounds: "An argument that is none, or does not fit its type, keeps the call from being sent, and is counted.",
		Example: `action reboot(host: string) to "/act/reboot"
on "/hung/{host}" do reboot(host)

test "an event to the actor" {
  send "/hung/web1" {}
  expect "/act/reboot" { host: "web1" }
}
`,
		See: []string{"action", "do", "/eda/dead"},
	},
}

var windowForms = []Form{
	{
		Name: "window", Words: []string{"sliding"}, Group: Windows,
		Syntax: "avg(x, D)\navg(x, last N)   avg(x, each D)   avg(x, this D)   avg(x, session D)",
		Doc:    "Which events an aggregate is over. A bare duration is the last D: (t-D, t], without what is exactly D old; it moves by itself when an event leaves it.",
		Bounds: "Only kept events of the rule's key count. 32 bytes for each event it holds.",
		Example: `on "/job/{id}" when count(10s) >= 2 do fire "/busy/{id}" clear do fire "/idle/{id}"

test "it moves without an event" {
  send "/job/a" {}
  wait 9s
  send "/job/a" {}
  expect "/busy/a" at 9s
  wait 5s
  expect "/idle/a" at 10s
}
`,
		See: []string{"last", "each", "this", "session", "from", "where"},
	},
	{
		Name: "last", Group: Windows,
		Syntax: "avg(x, last N)",
		Doc:    "The N latest events, however old they are. As an aggregate of its own, `last(x)` is the latest known value.",
		Example: `on "/temp/{room}" when min(celsius, last 3) > 30 and count(last 3) == 3 do fire "/hot/{room}"

test "three in a row" {
  send "/temp/lab" { celsius: 31 } every 1m for 3m
  expect "/hot/lab" at 2m
}
`,
		See: []string{"window", "count"},
	},
	{
		Name: "each", Group: Windows,
		Syntax: "avg(x, each D)",
		Doc:    "The last completed stretch of D; stretches begin at multiples of D since 1970 in UTC. `each 1h` asked at 12:10 is 11:00 to 12:00.",
		Example: `on "/a" do fire "/n" { done: count(each 10s) }

test "what was in the last ten seconds by the clock" {
  send "/a" {}
  expect "/n" { done: 0 }
  wait 10s
  send "/a" {}
  expect "/n" { done: 1 }
}
`,
		See: []string{"this", "window", "every"},
	},
	{
		Name: "this", Group: Windows,
		Syntax: "avg(x, this D)",
		Doc:    "The stretch of D that is under way, so far. `this 1d` is today, in UTC.",
		Example: `on "/a" do fire "/n" { so_far: count(this 10s) }

test "it begins anew on the ten seconds" {
  send "/a" {} every 5s for 15s
  expect "/n" { so_far: 1 } at 0s
  expect "/n" { so_far: 2 } at 5s
  expect "/n" { so_far: 1 } at 10s
}
`,
		See: []string{"each", "window"},
	},
	{
		Name: "session", Group: Windows,
		Syntax: "count(session D)",
		Doc:    "The latest run of events less than D apart. It stays until the next run begins.",
		Example: `on "/click/{user}" do fire "/n" { clicks: count(session 10s) }

test "ten seconds apart is a new run" {
  send "/click/a" {}
  expect "/n" { clicks: 1 }
  wait 9s
  send "/click/a" {}
  expect "/n" { clicks: 2 }
  wait 10s
  send "/click/a" {}
  expect "/n" { clicks: 1 }
}
`,
		See: []string{"window", "silent"},
	},
	{
		Name: "from", Group: Windows,
		Syntax: "avg(x, 1h from TAG [where C])",
		Doc:    "The aggregate is over all events of another tag, whatever the rule itself keeps. A capture `{x}` of that tag joins: it equals the rule's own x.",
		Bounds: "Fields inside are those of the other events. At most 100,000 sets of captures for each window.",
		Example: `on "/order/{shop}/new"
where amount > 3 * avg(amount, 1h from "/order/{shop}/paid")
do fire "/check/{shop}"

test "much more than was paid in that shop" {
  send "/order/a/paid" { amount: 10 }
  send "/order/b/paid" { amount: 1000 }
  send "/order/a/new" { amount: 31 }
  expect "/check/a"
}
`,
		See: []string{"window", "every", "active"},
	},
}

var questionForms = []Form{
	{
		Name: "silent", Group: Questions,
		Syntax: "silent(d: duration) -> bool",
		Doc:    "No event of the key was kept for d, and the key was there before. An event exactly d after the last one is in time.",
		Bounds: "A key that was never heard is not silent; `by x in TABLE` makes keys that exist from the start.",
		Example: `on "/heartbeat/{host}" when silent(30s) do fire "/down/{host}" clear do fire "/up/{host}"

test "down and up" {
  send "/heartbeat/a" {}
  wait 40s
  expect "/down/a" at 30s
  send "/heartbeat/a" {}
  expect "/up/a" at 40s
}
`,
		See: []string{"in", "not", "for", "/eda/resumed"},
	},
	{
		Name: "reached", Group: Questions,
		Syntax: "reached(t: time) -> bool",
		Doc:    "True from the instant t on. t may be a time, text such as \"2026-03-01T12:00:00Z\", or seconds since 1970.",
		Example: `on "/lease/{id}" when reached(until) do fire "/lease/{id}/over"

test "from the instant on" {
  send "/lease/7" { until: "2000-01-01T00:01:00Z" }
  wait 2m
  expect "/lease/7/over" at 1m
}
`,
		See: []string{"now", "during", "time"},
	},
	{
		Name: "active", Group: Questions,
		Syntax: "active(RULE) -> bool",
		Doc:    "The situation of another rule is on, for a key that agrees in the parts that both rules have by name.",
		Bounds: "The other rule has a name and a `when`. Rules that ask each other in a ring are an error.",
		Example: `rule router_down on "/router/{site}" when silent(1m) do fire "/page/{site}"
on "/host/{site}/{host}" when silent(2m) and not active(router_down) do fire "/page/{site}/{host}"

test "one page, not one for each host" {
  send "/router/b1" {}
  send "/host/b1/a" {}
  wait 10m
  expect "/page/b1" at 1m
}
`,
		See: []string{"rule", "when", "mute"},
	},
	{
		Name: "prev", Group: Questions,
		Syntax: "prev(x: any) -> any",
		Doc:    "What x was at the event before, of the same key; unknown if that had none. Events that `where` does not keep count too.",
		Bounds: "Stands in `where`, and in `let` and `do` of a rule without `when`. It looks back 24h, or as long as `expire` says.",
		Example: `on "/temp/{room}" where celsius - prev(celsius) > 10 do fire "/jump/{room}"

test "more than ten at once" {
  send "/temp/lab" { celsius: 20 }
  send "/temp/lab" { celsius: 31 }
  expect "/jump/lab"
}
`,
		See: []string{"changed", "delta", "as"},
	},
	{
		Name: "changed", Group: Questions,
		Syntax: "changed(x: any) -> bool",
		Doc:    "x is known to differ from what it was at the event before, of the same key. The first event has changed nothing.",
		Bounds: "Stands in `where`, and in `let` and `do` of a rule without `when`.",
		Example: `on "/state/{svc}" where changed(state) do fire "/state/{svc}/changed" { from: prev(state), to: state }

test "only when it differs" {
  send "/state/db" { state: "up" }
  send "/state/db" { state: "up" }
  send "/state/db" { state: "down" }
  expect "/state/db/changed" { from: "up", to: "down" }
}
`,
		See: []string{"prev", "changes", "unique"},
	},
	{
		Name: "unique", Group: Questions,
		Syntax: "unique(x: any, d: duration) -> bool",
		Doc:    "No earlier event of the key within d had the same x. It drops what was sent twice.",
		Bounds: "Stands where `prev` does. About 150 bytes for each different x, for up to twice d.",
		Example: `on "/order" where unique(id, 10m) do fire "/new" { id: id }

test "sent twice, taken once" {
  send "/order" { id: 7 }
  send "/order" { id: 7 }
  expect "/new" { id: 7 }
}
`,
		See: []string{"changed", "distinct", "limit"},
	},
	{
		Name: "during", Group: Questions,
		Syntax: "during(\"DAYS HH:MM-HH:MM; …\", \"ZONE\") -> bool",
		Doc:    "Now lies in one of these spans of the week, in UTC where no zone is given. A span may end on the next day; its end is no part of it.",
		Bounds: "Days are mon … sun, ranges, lists, and daily. Spans and zone are constants.",
		Example: `on "/job/{id}" where during("mon-fri 09:00-17:00", "Europe/Berlin") do fire "/work/{id}"

test "nine in Berlin is eight in UTC, in winter" {
  given time "2026-03-06T07:59:00Z"
  send "/job/a" {}
  wait 1m
  send "/job/b" {}
  expect "/work/b" at 1m
}
`,
		See: []string{"mute", "cron", "hour"},
	},
}
