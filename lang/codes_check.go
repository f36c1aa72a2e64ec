package lang

// Codes of what is read but has no meaning, or hardly the one meant.
const (
	codeUnknownRule  Code = 201
	codeTagSlip      Code = 202
	codeUnknownField Code = 203
	codeUnknownFunc  Code = 204
	codeClash        Code = 207
	codeRing         Code = 208
	codeShadow       Code = 210
	codeUnbound      Code = 209
	codeDuplicate    Code = 213
	codeSameRule     Code = 214
	codeOverlap      Code = 216
	codeBadTag       Code = 217
	codeBadRegexp    Code = 218
	codeNoJoin       Code = 219
	codeUse          Code = 220
	codeZone         Code = 222
	codeSpans        Code = 223
	codeType         Code = 301
	codeUnknownType  Code = 303
	codeArity        Code = 304
	codeOptional     Code = 310
	codeBadEscape    Code = 311
	codeWindow       Code = 410
	codeAggPlace     Code = 411
	codeComparer     Code = 413
	codeNow          Code = 414
	codeClear        Code = 415
	codeLimit        Code = 416
	codeConstant     Code = 417
	codeSequence     Code = 418
	codeUnnamed      Code = 419
	codeSchedule     Code = 423
	codePercent      Code = 425
	codeNoneEqual    Code = 520
	codeLoop         Code = 601
	codeActiveRing   Code = 602
	codeFireTag      Code = 611
	codeMisfit       Code = 612
	codeWriters      Code = 613
	codeRegister     Code = 614
	codeMay          Code = 620
	codeGather       Code = 621
	codeAction       Code = 622
	codeTable        Code = 615
	codeMute         Code = 623
)

var checkCodes = []CodeRow{
	{codeUnknownRule, "unknown-rule", Error, "a rule that is not there", `on "/a" where active(hto) do log "x"`, `rule hot on "/a" when x > 1 do log "x"` + "\n" + `on "/a" where active(hot) do log "x"`},
	{codeTagSlip, "tag-slip", Warning, "a tag that is nearly a declared one", `event "/client/load/{h}" { x: int }` + "\n" + `on "client/load/*" do log "x"`, `event "/client/load/{h}" { x: int }` + "\n" + `on "/client/load/*" do log "x"`},
	{codeUnknownField, "unknown-field", Error, "a field that the declared event does not have", `event "/a" { load: float }` + "\n" + `on "/a" where laod > 1 do log "x"`, `event "/a" { load: float }` + "\n" + `on "/a" where load > 1 do log "x"`},
	{codeUnknownFunc, "unknown-function", Error, "a function that is not there", `on "/a" when agv(x, 10s) > 1 do log "x"`, `on "/a" when avg(x, 10s) > 1 do log "x"`},
	{codeClash, "name-clash", Error, "one name for two things", `param x: int = 1` + "\n" + `on "/a/{x}" do log "x"`, `param y: int = 1` + "\n" + `on "/a/{x}" do log "x"`},
	{codeRing, "ring", Error, "a name that is explained by itself", `on "/a" let x = x + 1 do log "{x}"`, `on "/a" let y = x + 1 do log "{y}"`},
	{codeUnbound, "unbound-capture", Error, "a capture that one alternative does not have", `on "/a/{x}" | "/b" do log "{x}"`, `on "/a/{x}" | "/b/{x}" do log "{x}"`},
	{codeShadow, "shadowed-field", Hint, "a declared field behind a capture of its name", `event "/a/{host}" { host: string }` + "\n" + `on "/a/{host}" do log "{host}"`, `event "/a/{host}" { host: string }` + "\n" + `on "/a/{host}" do log "{event.host}"`},
	{codeDuplicate, "duplicate-name", Error, "two declarations of one name", `param x: int = 1` + "\n" + `param x: int = 2`, `param x: int = 1` + "\n" + `param y: int = 2`},
	{codeSameRule, "duplicate-rule", Warning, "one rule twice", `on "/a" do log "x"` + "\n" + `on "/a"  do log "x"`, `on "/a" do log "x"` + "\n" + `on "/a" do log "y"`},
	{codeOverlap, "overlapping-events", Error, "two declarations of one event", `event "/a/*" { x: int }` + "\n" + `event "/a/b" { x: float }`, `event "/a/*" { x: int }` + "\n" + `event "/b/b" { x: float }`},
	{codeBadTag, "bad-tag", Error, "a tag pattern that is none", `on "/a/**/**" do log "x"`, `on "/a/**" do log "x"`},
	{codeBadRegexp, "bad-regexp", Error, "a regular expression that is none", `on "/a" where s matches "(" do log "x"`, `on "/a" where s matches "a+" do log "x"`},
	{codeNoJoin, "active-without-join", Warning, "active(rule) with no key in common", `rule hot on "/load/{host}" when silent(1m)` + "\n" + `on "/svc/{name}" where active(hot) do log "x"`, `rule hot on "/load/{host}" when silent(1m)` + "\n" + `on "/svc/{name}/{host}" where active(hot) do log "x"`},
	{codeUse, "joined-file", Error, "a file that cannot be joined, or a name that it does not declare", `use "lib/net.txt" as net`, `on "/a" do log "x"`},
	{codeZone, "unknown-zone", Error, "a time zone that is not there", `on "/b" where hour(now, "Europe/Berln") > 8 do log "x"`, `on "/b" where hour(now, "Europe/Berlin") > 8 do log "x"`},
	{codeSpans, "bad-spans", Error, "days and hours that are none", `on "/a" where during("sat") do log "x"`, `on "/a" where during("sat 22:00-24:00") do log "x"`},
	{codeType, "type-mismatch", Error, "values that do not go together", `on "/a" where "5" > 3 do log "x"`, `on "/a" where num("5") > 3 do log "x"`},
	{codeUnknownType, "unknown-type", Error, "a type that is not there", `param x: integer = 1`, `param x: int = 1`},
	{codeArity, "argument-count", Error, "too many or too few arguments", `on "/a" where lower() == "x" do log "x"`, `on "/a" where lower(s) == "x" do log "x"`},
	{codeOptional, "optional-value", Error, "a value that may be missing where one is needed", `event "/a" { x: int? }` + "\n" + `on "/a" do log "{x}"`, `event "/a" { x: int? }` + "\n" + `on "/a" where has x do log "{x}"`},
	{codeBadEscape, "bad-escape", Error, "a backslash that escapes nothing", `on "/a" do log "a\d"`, `on "/a" do log "a\\d"`},
	{codeWindow, "window", Error, "an aggregate whose window is missing or wrong", `on "/a" when avg(x, 10) > 1 do log "x"`, `on "/a" when avg(x, last 10) > 1 do log "x"`},
	{codeAggPlace, "aggregate-place", Error, "an aggregate where its own events are not known yet", `on "/a" where avg(x, 10s) > 1 do log "x"`, `on "/a" when avg(x, 10s) > 1 do log "x"`},
	{codeComparer, "comparer-place", Error, "prev, changed or unique where there is no event at hand", `on "/a" when changed(x) do log "x"`, `on "/a" where changed(x) do log "x"`},
	{codeNow, "now-in-when", Error, "now in a condition that must not poll", `on "/a" when now > t do log "x"`, `on "/a" when reached(t) do log "x"`},
	{codeClear, "clear-without-when", Error, "clear without a situation", `on "/a" do log "x" clear do log "y"`, `on "/a" when x > 1 do log "x" clear do log "y"`},
	{codeLimit, "limit-zero", Error, "a limit that lets nothing through", `on "/a" do log "x" limit 0 per 1m`, `on "/a" do log "x" limit 1 per 1m`},
	{codeConstant, "not-constant", Error, "a clause that must be known at load", `on "/a" when x > 1 for y do log "x"`, `on "/a" when x > 1 for 5m do log "x"`},
	{codeSequence, "sequence", Error, "a sequence without an end, or one that cannot be", `on "/a" then "/b" do log "x"`, `on "/a" then "/b" within 5m do log "x"`},
	{codeUnnamed, "unnamed-wildcard", Hint, "a wildcard without a name in a sequence, which joins nothing", `on "/a/*" then "/b/*" within 5m do log "x"`, `on "/a/{host}" then "/b/{host}" within 5m do log "x"`},
	{codeSchedule, "schedule", Error, "a schedule that is none, or data asked of a tick", `on cron "0 25 * * *" do log "x"`, `on cron "0 2 * * mon-fri" in "Europe/Berlin" do log "x"`},
	{codePercent, "fraction-for-percent", Warning, "a fraction where a percentage is meant", `on "/a" when pct(x, 0.95, 1m) > 1 do log "x"`, `on "/a" when pct(x, 95, 1m) > 1 do log "x"`},
	{codeNoneEqual, "none-comparison", Warning, "a comparison with none, which is never true", `on "/a" where x == none do log "x"`, `on "/a" where not has x do log "x"`},
	{codeLoop, "fire-loop", Error, "rules that fire each other without end", `on "/a" do fire "/a"`, `on "/a" do fire "/b"`},
	{codeActiveRing, "active-ring", Error, "rules that ask each other in a ring", `rule a on "/x" when active(b) do log "x"` + "\n" + `rule b on "/x" when active(a) do log "x"`, `rule a on "/x" when active(b) do log "x"` + "\n" + `rule b on "/x" when x > 1 do log "x"`},
	{codeFireTag, "fired-tag", Error, "a tag that cannot be fired", `on "/a" do fire "/b/*"`, `on "/a" do fire "/b/c"`},
	{codeMisfit, "fired-data", Error, "what is fired does not fit the declared event", `event "/b" { x: int }` + "\n" + `on "/a" do fire "/b" { y: 1 }`, `event "/b" { x: int }` + "\n" + `on "/a" do fire "/b" { x: 1 }`},
	{codeWriters, "two-writers", Error, "two rules that write one register on one event", `state m: int = 0` + "\n" + `on "/a" do set m = 1` + "\n" + `on "/*" do set m = 2`, `state m: int = 0` + "\n" + `on "/a" where x > 1 do set m = 1` + "\n" + `on "/*" where x < 1 do set m = 2`},
	{codeRegister, "register-key", Error, "a register whose key is not known where it stands", `state m: int by host = 0` + "\n" + `on "/a" where m > 1 do log "x"`, `state m: int by host = 0` + "\n" + `on "/a/{host}" where m > 1 do log "x"`},
	{codeMay, "outside-may-fire", Error, "a tag that its file may not fire", `may fire "/lb/**"` + "\n" + `on "/a" do fire "/act/page"`, `may fire "/lb/**"` + "\n" + `on "/a/{host}" do fire "/lb/drain/{host}"`},
	{codeGather, "gather", Error, "group where nothing is gathered yet, or nothing to gather", `on "/a" where group.count > 1 do log "x" gather 1m`, `on "/a" do log "{group.count}" gather 1m`},
	{codeAction, "action-delivery", Error, "a delivery that has no meaning", `action page(text: string) to "/act/page" retry 3`, `action page(text: string) to "/act/page" ack "/act/page/done" retry 3`},
	{codeTable, "table-file", Error, "a table whose file cannot be read as one", `table t from "x.txt" key a` + "\n" + `on "/a/{a}" where has t[a] do log "x"`, `on "/a/{a}" do log "x"`},
	{codeMute, "mute", Error, "a mute that asks about an event", `rule hot on "/a/{host}" when x > 1 do log "x"` + "\n" + `mute hot where x > 1`, `rule hot on "/a/{host}" when x > 1 do log "x"` + "\n" + `mute hot where host == "web1"`},
}
