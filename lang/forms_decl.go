package lang

var declForms = []Form{
	{
		Name: "rule", Group: Declarations,
		Syntax: "[rule NAME] on SOURCE [where C] [by KEY] [let NAME = EXPR]…\n" +
			"  [when C [for D] [repeat D]] [do ACT, …]\n" +
			"  [clear [when C [for D]] [do ACT, …]]\n" +
			"  [limit N per D [by KEY]] [gather D [by KEY]] [expire D]",
		Doc:    "A rule: on which events, in what situation, and what happens then. A name lets other rules ask it with `active`, lets `mute` hold it back, and keeps its ids and its memory when its text changes.",
		Bounds: "At most 100,000 keys; an event of a further one is kept out and counted.",
		Example: `rule hot
on "/load/{host}"
when avg(load, 1m) > 20
do fire "/drain/{host}"
clear when avg(load, 1m) < 15 do fire "/enable/{host}"

test "drained once" {
  send "/load/web1" { load: 25 } every 10s for 1m
  expect "/drain/web1" at 0s
}
`,
		See: []string{"on", "when", "do", "clear", "active", "mute", "test"},
	},
	{
		Name: "event", Group: Declarations,
		Syntax: "event TAG { FIELD: TYPE, …, [...] } [time FIELD [late D]]",
		Doc:    "What events of a tag hold. From then on a misspelt field, a comparison that can never be known and a fired event that does not fit are errors before anything runs; `...` allows fields that are not named.",
		Bounds: "`time FIELD` says when the event happened, `late D` how much later it may arrive. No two declarations may match one tag.",
		Example: `event "/temp/{room}" { celsius: float, door: bool? }
on "/temp/{room}" where celsius > 30 and not (door ?? false) do fire "/hot/{room}" { celsius: celsius }

test "an int fits a float" {
  send "/temp/lab" { celsius: 31 }
  expect "/hot/lab" { celsius: 31.0 }
}
`,
		See: []string{"late", "has", "??", "/eda/late"},
	},
	{
		Name: "time", Words: []string{"late"}, Group: Declarations,
		Syntax: "event TAG { … } time FIELD [late D]",
		Doc:    "Events of this tag happened when their field says, not when they arrived. The program takes all events in that order, and waits up to D for those that come late.",
		Bounds: "Everything the program decides comes later by the largest `late`. An event that is later still is dropped, and `/eda/late` says so. At most 100,000 events are held.",
		Example: `event "/door/{id}" { open: bool, ts: time } time ts late 10s
on "/door/{id}" where changed(open) do fire "/door/{id}/changed" { open: open }

test "in the order in which it happened" {
  given time "2026-03-01T12:00:00Z"
  wait 9s
  send "/door/7" { open: true, ts: "2026-03-01T12:00:08Z" }
  send "/door/7" { open: false, ts: "2026-03-01T12:00:04Z" }
  expect "/door/7/changed" { open: true } at 8s
}
`,
		See: []string{"event", "/eda/late", "now"},
	},
	{
		Name: "param", Group: Declarations,
		Syntax: "param NAME: TYPE = EXPR",
		Doc:    "A constant with a name: a threshold, a duration, a list. It may stand wherever a literal may, and a test can give it another value.",
		Bounds: "The value is known when rules are loaded; it may use other params.",
		Example: `param limit_load: num = 20
param window: duration = 30s
on "/load/{host}" when avg(load, window) > limit_load do fire "/hot/{host}"

test "another bar" {
  given param limit_load = 5
  send "/load/a" { load: 6 }
  expect "/hot/a"
}
`,
		See: []string{"given", "table", "fn"},
	},
	{
		Name: "table", Words: []string{"key"}, Group: Declarations,
		Syntax: "table NAME from \"FILE\" key COLUMN, …",
		Doc:    "Rows to look up, from a CSV file with a header or a file of JSON lines. `NAME[x]` is the row with that key, or none, so what is read off it needs `??`, `has` or a comparison before it is sent.",
		Bounds: "The path is relative to the file that names it. Keys are text, and each stands once. `edac run` reads the file again on SIGHUP.",
		Example: `table inventory from "inventory.csv" key host
on "/oom/{host}" do fire "/page" { owner: inventory[host].owner ?? "ops" }

test "known and unknown" {
  send "/oom/web1" {}
  expect "/page" { owner: "shop" }
  send "/oom/web9" {}
  expect "/page" { owner: "ops" }
}
-- inventory.csv --
host,owner
web1,shop
`,
		See: []string{"by", "in", "??", "/eda/table/NAME", "given"},
	},
	{
		Name: "state", Group: Declarations,
		Syntax: "state NAME: TYPE [by NAME, …] [= VALUE] [expire D]",
		Doc:    "A register: one value for each key that all rules read and `set` writes. It is read as it stood when the step began, and written when the step ends, so the order of rules does not matter.",
		Bounds: "A value that was not written, or was written D ago, reads as VALUE, or none. At most 100,000 cells differ from it.",
		Example: `state maint: bool by host = false expire 8h
on "/maint/{host}" do set maint = true
on "/down/{host}" where not maint do fire "/page/{host}"

test "quiet for eight hours" {
  send "/maint/a" {}
  send "/down/a" {}
  wait 8h
  send "/down/a" {}
  expect "/page/a" at 8h
}
`,
		See: []string{"set", "given", "mute"},
	},
	{
		Name: "fn", Group: Declarations,
		Syntax: "fn NAME(NAME, …) = EXPR",
		Doc:    "An expression with a name and parameters, written out where it is called. It sees its parameters, params, tables and other functions, and nothing of the rule.",
		Bounds: "It cannot call itself, directly or through others.",
		Example: `fn share(used, total) = used / total
on "/mem/{host}" where share(used, total) > 0.9 do fire "/full/{host}"

test "above nine tenths" {
  send "/mem/a" { used: 19, total: 20 }
  expect "/full/a"
}
`,
		See: []string{"let", "param"},
	},
	{
		Name: "action", Words: []string{"to", "ack", "retry", "backoff", "timeout"}, Group: Declarations,
		Syntax: "action NAME(PARAM: TYPE, …) to TAG [ack TAG] [retry N] [backoff D] [timeout D]",
		Doc:    "An event to something that acts, called by its name in `do`. With `ack` the call waits for an event on that tag whose field `id` is the call's id, is sent again without one, and ends with `/eda/dead`.",
		Bounds: "`retry` is 0 (at most 30), `backoff` 1s and doubles each time, `timeout` 30s unless you say otherwise. A rule waits for at most 10,000 answers.",
		Example: `action page(team: string, text: string) to "/act/page" ack "/act/page/done" retry 1 backoff 2s timeout 10s
on "/oom/{host}" do page("ops", "OOM on {host}")

test "sent again when nobody answers" {
  send "/oom/web1" {}
  expect "/act/page" { team: "ops", text: "OOM on web1" } at 0s
  wait 20s
  expect "/act/page" at 12s
}
`,
		See: []string{"call", "/eda/dead", "may"},
	},
	{
		Name: "use", Words: []string{"as"}, Group: Declarations,
		Syntax: "use \"FILE\" as NAME",
		Doc:    "Joins another file to the program, its rules included. `NAME.x` is the `x` that the file declares.",
		Bounds: "The path is relative to the file that names it. Files that join each other in a ring are an error.",
		Example: `use "lib/net.eda" as net
on "/drops/{port}" where drops > net.worst do fire "/bad/{port}"

test "the bar of the joined file" {
  send "/drops/eth0" { drops: 6 }
  expect "/bad/eth0"
}
-- lib/net.eda --
param worst: int = 5
`,
		See: []string{"may", "fn", "param"},
	},
	{
		Name: "may", Group: Declarations,
		Syntax: "may fire TAG, …",
		Doc:    "All that the rules of this file may fire. A tag that cannot be among them is an error; one that is only known later is checked then, and not fired if it is not allowed.",
		Bounds: "It speaks of its own file alone; a file without it may fire everything but `/eda/`.",
		Example: `may fire "/lb/**", "/page/*"
on "/load/{host}" where load > 20 do fire "/lb/drain/{host}"

test "allowed" {
  send "/load/web1" { load: 25 }
  expect "/lb/drain/web1"
}
`,
		See: []string{"fire", "action", "use"},
	},
	{
		Name: "mute", Group: Declarations,
		Syntax: "mute RULE [where C]",
		Doc:    "Holds back what a rule would do while C is true. A situation that is still on when the mute ends acts then; nobody is told of what is over by then.",
		Bounds: "C sees the parts of the rule's key, params, registers, tables and `during`. `clear do` is never muted.",
		Example: `rule down on "/ping/{host}" when silent(30s) do fire "/page/{host}"
mute down where host like "test*"

test "test machines page nobody" {
  send "/ping/test1" {}
  send "/ping/web1" {}
  wait 1m
  expect "/page/web1" at 30s
}
`,
		See: []string{"during", "state", "limit", "rule"},
	},
	{
		Name: "test", Group: Declarations,
		Syntax: "test \"WHAT IS TRUE\" { LINE… }",
		Doc:    "A scenario on virtual time: what is sent, and what must be fired. It is strict: what is fired and not expected fails it.",
		Bounds: "An hour of waiting takes no time. The clock begins at 2000-01-01T00:00:00Z. `log` and events under `/eda/` need not be expected.",
		Example: `on "/job/{id}" when silent(1h) do fire "/stuck/{id}"

test "an hour without a sign" {
  send "/job/7" {}
  wait 2h
  expect "/stuck/7" at 1h
}
`,
		See: []string{"given", "send", "wait", "expect"},
	},
}

var testForms = []Form{
	{
		Name: "given", Group: TestLines,
		Syntax: "given time \"TIME\"\ngiven param NAME = VALUE\ngiven state NAME[KEY, …] = VALUE\ngiven table NAME [ { COLUMN: VALUE, … }, … ]",
		Doc:    "What holds from the start of the test: its time, the value of a param, of a register, or the rows of a table.",
		Bounds: "It holds from the start, wherever it stands.",
		Example: `param most: int = 100
state mode: string by host = "day"
on "/n/{host}" where n > most and mode == "night" do fire "/many/{host}"

test "given" {
  given time "2026-03-01T22:00:00Z"
  given param most = 1
  given state mode["a"] = "night"
  send "/n/a" { n: 2 }
  send "/n/b" { n: 2 }
  expect "/many/a"
}
`,
		See: []string{"test", "param", "state", "table"},
	},
	{
		Name: "send", Group: TestLines,
		Syntax: "send TAG [{ FIELD: VALUE, … }] [every D for D]",
		Doc:    "An event at the test's clock. With `every d for D` there is one at 0, d, … before D, and the clock moves by D.",
		Bounds: "A test sends at most 10,000,000 events.",
		Example: `on "/a" when count(1m) >= 3 do fire "/three"

test "three in a minute" {
  send "/a" {} every 10s for 30s
  expect "/three" at 20s
}
`,
		See: []string{"test", "wait", "expect"},
	},
	{
		Name: "wait", Group: TestLines,
		Syntax: "wait D",
		Doc:    "Moves the test's clock. What is due in that time happens, up to and at its end.",
		Example: `on "/a" when silent(10s) do fire "/quiet"

test "at ten seconds, not before" {
  send "/a" {}
  wait 10s
  expect "/quiet" at 10s
}
`,
		See: []string{"test", "send"},
	},
	{
		Name: "expect", Words: []string{"nothing", "at"}, Group: TestLines,
		Syntax: "expect TAG [{ FIELD: VALUE, … }] [at D]\nexpect nothing",
		Doc:    "Claims the earliest effect so far with that tag, those fields (it may have others) and, with `at`, that time after the start. `expect nothing`: nothing is left unclaimed so far.",
		Bounds: "What nobody claims fails the test. `expect nothing` speaks of all of its instant, so put a `wait` between it and a `send` that fires.",
		Example: `on "/a" do fire "/b" { x: x, y: 1 }

test "some of its fields" {
  wait 1s
  expect nothing
  wait 1s
  send "/a" { x: 2 }
  expect "/b" { x: 2 } at 2s
}
`,
		See: []string{"test", "send"},
	},
}

var eventForms = []Form{
	{
		Name: "/eda/late", Group: EngineEvents,
		Syntax: "\"/eda/late\" { tag, time, late, data }",
		Doc:    "An event came later than its declaration allows, and was dropped: its tag, when it happened, how much too late it was, and what it held.",
		Example: `event "/door/{id}" { ts: time } time ts late 10s
on "/eda/late" do fire "/missed" { what: event.tag, by: late }

test "four seconds too late" {
  given time "2026-03-01T12:00:00Z"
  wait 20s
  send "/door/7" { ts: "2026-03-01T12:00:06Z" }
  expect "/missed" { what: "/door/7", by: 4s } at 20s
}
`,
		See: []string{"event", "time"},
	},
	{
		Name: "/eda/forgotten", Group: EngineEvents,
		Syntax: "\"/eda/forgotten\" { rule, key }",
		Doc:    "A situation that was on ended because nothing was heard of its key for so long that the key expired. That is no recovery, so `clear do` did not run.",
		Example: `rule hot on "/load/{host}" when load > 20 do fire "/hot/{host}" expire 1h
on "/eda/forgotten" where rule == "hot" do fire "/gone" { of: key }

test "an hour after the last event" {
  send "/load/a" { load: 25 }
  expect "/hot/a"
  wait 1h
  expect "/gone" at 1h
}
`,
		See: []string{"expire", "clear"},
	},
	{
		Name: "/eda/dead", Group: EngineEvents,
		Syntax: "\"/eda/dead\" { action, id, attempts }",
		Doc:    "Nobody answered the call of an action, and it is not sent again. `attempts` is how often it was sent.",
		Example: `action page(text: string) to "/act/page" ack "/act/page/done" timeout 10s
on "/oom/{host}" do page("OOM on {host}")
on "/eda/dead" where action == "page" do fire "/mail/ops" { sent: attempts }

test "nobody answers" {
  send "/oom/a" {}
  expect "/act/page"
  wait 1m
  expect "/mail/ops" { sent: 1 } at 10s
}
`,
		See: []string{"action"},
	},
	{
		Name: "/eda/error/cascade", Group: EngineEvents,
		Syntax: "\"/eda/error/cascade\" { rule, key, tag, cut }",
		Doc:    "What followed from one event was cut, because it went on too long: `tag` is the first that was not fired, `cut` how many were not.",
		Bounds: "At most 16 rounds and 1,000 fired events follow from one event or timer.",
		Example: `on "/ping" do fire "/ping" limit 100 per 1s
on "/eda/error/cascade" do fire "/page" { rounds: "too many", tag: tag }

test "rounds 1 to 16" {
  send "/ping" {}
  expect "/ping" expect "/ping" expect "/ping" expect "/ping"
  expect "/ping" expect "/ping" expect "/ping" expect "/ping"
  expect "/ping" expect "/ping" expect "/ping" expect "/ping"
  expect "/ping" expect "/ping" expect "/ping" expect "/ping"
  expect "/page"
}
`,
		See: []string{"fire", "limit"},
	},
	{
		Name: "/eda/error/keys", Group: EngineEvents,
		Syntax: "\"/eda/error/keys\" { rule or state, key, keys }",
		Doc:    "A rule or a register has as many keys as it may, so a new one was refused: which, and how many there are.",
		Bounds: "100,000 keys of a rule, cells of a register, groups of a rule.",
		Example: `on "/eda/error/keys" do fire "/page" { text: "{rule} has too many keys, such as {key}" }

test "tests cannot send events of the engine" {
  wait 1h
  expect nothing
}
`,
		See: []string{"by", "expire", "state"},
	},
	{
		Name: "/eda/resumed", Group: EngineEvents,
		Syntax: "\"/eda/resumed\" { blind, missed }",
		Doc:    "The program goes on after having been down for `blind`; `missed` says how many runs of `cron` each rule has missed. What depends on hearing nothing is unknown until it has listened long enough again.",
		Example: `on "/eda/resumed" where blind > 10m do fire "/page" { text: "blind for {blind}" }

test "a test is never down" {
  wait 1h
  expect nothing
}
`,
		See: []string{"silent", "cron"},
	},
	{
		Name: "/eda/table/NAME", Words: []string{"/eda/table"}, Group: EngineEvents,
		Syntax: "\"/eda/table/NAME\" { rows }",
		Doc:    "The rows of table NAME from the end of this step on, all of them. `edac run` makes it when a file has changed and SIGHUP comes, and a recording keeps it, so a replay uses the rows of that time.",
		Example: `table owner from "owner.csv" key svc
on "/oom/{svc}" do fire "/page" { to: owner[svc].team ?? "ops" }

test "a test says the rows itself" {
  given table owner [{ svc: "db", team: "night" }]
  send "/oom/db" {}
  expect "/page" { to: "night" }
}
-- owner.csv --
svc,team
db,data
`,
		See: []string{"table"},
	},
	{
		Name: "/eda/gap", Words: []string{"/eda/slow"}, Group: EngineEvents,
		Syntax: "\"/eda/gap\", \"/eda/slow\"",
		Doc:    "Reserved for what a connection has to say of lost or slow events. Nothing makes them yet; a recording that has them is replayed with them.",
		Example: `on "/eda/gap" do log "events may be missing"

test "a test has no gaps" {
  wait 1h
  expect nothing
}
`,
		See: []string{"/eda/resumed"},
	},
}
