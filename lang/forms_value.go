package lang

var operatorForms = []Form{
	{
		Name: "and", Group: Operators,
		Syntax:  "A and B",
		Doc:     "Both are true. False if one of them is false, whatever the other is; otherwise unknown if one is unknown.",
		Results: []Result{{"true and false", "false"}, {"true and none > 1", "none"}, {"false and none > 1", "false"}},
		See:     []string{"or", "not"},
	},
	{
		Name: "or", Group: Operators,
		Syntax:  "A or B",
		Doc:     "One of them is true. True if one is, whatever the other is; otherwise unknown if one is unknown.",
		Bounds:  "`and` binds tighter.",
		Results: []Result{{"true or none > 1", "true"}, {"false or none > 1", "none"}},
		See:     []string{"and", "in"},
	},
	{
		Name: "not", Group: Operators,
		Syntax:  "not A",
		Doc:     "The opposite; of unknown it is unknown, so `not x > 1` is not true where x is missing.",
		Bounds:  "Binds looser than comparisons: `not x > 1` is `not (x > 1)`.",
		Results: []Result{{"not 2 > 1", "false"}, {"not none > 1", "none"}},
		See:     []string{"and", "has"},
	},
	{
		Name: "==", Words: []string{"!="}, Group: Operators,
		Syntax:  "A == B\nA != B",
		Doc:     "Equal, or not equal. Ints and floats compare exactly; values of different kinds, lists and objects are unknown.",
		Bounds:  "Comparisons do not chain. Floats that were computed are seldom equal.",
		Results: []Result{{"2 == 2.0", "true"}, {`"a" != "b"`, "true"}, {"none == 1", "none"}},
		See:     []string{"in", "<", "has"},
	},
	{
		Name: "<", Words: []string{"<=", ">", ">="}, Group: Operators,
		Syntax:  "A < B   A <= B   A > B   A >= B",
		Doc:     "Numbers, texts, times and durations in their order. With a value that is missing, or of another kind, it is unknown.",
		Results: []Result{{"1 < 1.5", "true"}, {"90s >= 2m", "false"}, {`"web1" < "web2"`, "true"}, {"none > 1", "none"}},
		See:     []string{"==", "num", "min2"},
	},
	{
		Name: "in", Group: Operators,
		Syntax:  "x in [A, B, …]",
		Doc:     "x equals one of the list.",
		Results: []Result{{`"b" in ["a", "b"]`, "true"}, {"3 in [1, 2]", "false"}},
		See:     []string{"or", "like"},
	},
	{
		Name: "like", Group: Operators,
		Syntax:  "text like \"PATTERN\"",
		Doc:     "The whole text fits the pattern: `*` is any text, `?` is one character, all else is itself.",
		Bounds:  "The pattern is a constant. Case matters.",
		Results: []Result{{`"web12" like "web*"`, "true"}, {`"web12" like "web?"`, "false"}},
		See:     []string{"matches", "in", "lower"},
	},
	{
		Name: "matches", Group: Operators,
		Syntax:  "text matches \"REGEXP\"",
		Doc:     "Somewhere in the text is what the regular expression asks; `^` and `$` bind it to the ends.",
		Bounds:  "RE2, a constant; it takes time linear in the text. A brace is written `\\{`.",
		Results: []Result{{`"db12" matches "^db[0-9]+$"`, "true"}, {`"old-db1" matches "db"`, "true"}},
		See:     []string{"like"},
	},
	{
		Name: "+", Words: []string{"-"}, Group: Operators,
		Syntax:  "A + B   A - B   -A",
		Doc:     "Sum and difference of numbers and of durations; a time ± a duration is a time, a time - a time is a duration.",
		Bounds:  "A result that does not fit into 64 bits is none, and is counted. Texts are put together by printing: `\"{a}{b}\"`.",
		Results: []Result{{"1 + 2.5", "3.5"}, {"1h - 90s", "58m30s"}, {"9223372036854775807 + 1", "none"}},
		See:     []string{"??", "{x}", "delta"},
	},
	{
		Name: "*", Group: Operators,
		Syntax:  "A * B",
		Doc:     "Product of numbers, or of a duration and a number.",
		Bounds:  "A result that does not fit into 64 bits is none, and is counted.",
		Results: []Result{{"2 * 3", "6"}, {"1m * 1.5", "1m30s"}},
		See:     []string{"/"},
	},
	{
		Name: "/", Group: Operators,
		Syntax:  "A / B",
		Doc:     "Quotient, always a float; a duration over a duration is a number, over a number a duration.",
		Bounds:  "Division by zero gives none, and is counted.",
		Results: []Result{{"7 / 2", "3.5"}, {"10s / 4s", "2.5"}, {"10s / 4", "2s500ms"}, {"1 / 0", "none"}},
		See:     []string{"//", "%", "round"},
	},
	{
		Name: "//", Words: []string{"%"}, Group: Operators,
		Syntax:  "A // B   A % B",
		Doc:     "The whole quotient, rounded down, and what it leaves. What is left has the sign of the divisor.",
		Bounds:  "Division by zero gives none, and is counted.",
		Results: []Result{{"7 // 2", "3"}, {"-7 // 2", "-4"}, {"-7 % 2", "1"}},
		See:     []string{"/", "round"},
	},
	{
		Name: "??", Group: Operators,
		Syntax:  "A ?? B",
		Doc:     "A if it is known, otherwise B: the value for what is missing.",
		Bounds:  "Binds like +, so `x ?? 0 > 5` is `(x ?? 0) > 5`.",
		Results: []Result{{"none ?? 5", "5"}, {"3 ?? 5", "3"}},
		See:     []string{"has", "none", "pick"},
	},
	{
		Name: "has", Group: Operators,
		Syntax:  "has x",
		Doc:     "x is known. It is never unknown itself.",
		Results: []Result{{"has num(\"7\")", "true"}, {"has num(\"seven\")", "false"}},
		See:     []string{"??", "none"},
	},
	{
		Name: ".", Words: []string{"[]", "[", "]"}, Group: Operators,
		Syntax:  "object.NAME   object[\"NAME\"]   list[INDEX]   TABLE[KEY, …]",
		Doc:     "A member of an object, an item of a list (the first is 0), the row of a table or the cell of a register; none if it is not there.",
		Results: []Result{{`[10, 20][1]`, "20"}, {`[10, 20][2]`, "none"}, {`split("a,b", ",")[0]`, "a"}},
		See:     []string{"event", "table", "state", "len"},
	},
	{
		Name: "...", Group: Operators,
		Syntax: "{ ...OBJECT, NAME: VALUE }\nevent TAG { FIELD: TYPE, ... }",
		Doc:    "All members of an object, within another one; a later member of the same name wins. In `event` it allows fields that are not named.",
		Example: `on "/raw/{host}" do fire "/all/{host}" { ...event, host: host }

test "and one more" {
  send "/raw/a" { x: 1 }
  expect "/all/a" { x: 1, host: "a" }
}
`,
		See: []string{"event"},
	},
}

var valueForms = []Form{
	{
		Name: "event", Group: Values,
		Syntax: "event   event.NAME   event[\"odd name\"]",
		Doc:    "All data of the event, as an object. It reaches fields that a capture hides, and those whose name is not a word.",
		Example: `on "/m/{host}" do fire "/n/{host}" { all: event, odd: event["cpu load"] }

test "any field" {
  send "/m/a" { "cpu load": 1 }
  expect "/n/a" { odd: 1 }
}
`,
		See: []string{"tag", ".", "..."},
	},
	{
		Name: "tag", Group: Values,
		Syntax: "tag",
		Doc:    "The tag of the event, as text.",
		Example: `on "/a/**" do fire "/seen" { tag: tag }

test "the whole tag" {
  send "/a/b/c" {}
  expect "/seen" { tag: "/a/b/c" }
}
`,
		See: []string{"event", "**"},
	},
	{
		Name: "now", Group: Values,
		Syntax: "now",
		Doc:    "The instant of this step on the program's clock: the same in every replay. Within an aggregate it is each event's own.",
		Bounds: "It does not stand in `when` and `clear when`; ask `reached`, `during`, `for` or `silent` there.",
		Example: `on "/job/{id}" where now - sent > 1m do fire "/slow/{id}"
event "/job/{id}" { sent: time }

test "two minutes on the way" {
  given time "2026-03-01T12:02:00Z"
  send "/job/a" { sent: "2026-03-01T12:00:00Z" }
  expect "/slow/a"
}
`,
		See: []string{"reached", "during", "hour"},
	},
	{
		Name: "group", Group: Values,
		Syntax: "group.count   group.NAME",
		Doc:    "In the acts of a rule that gathers: how many members the group has, and the list of what NAME was for each.",
		Bounds: "The first 1,000 members are listed.",
		Example: `on "/oom/{host}" do fire "/page" { hosts: group.host, n: group.count } gather 10s by none

test "both hosts" {
  send "/oom/a" {}
  send "/oom/b" {}
  wait 10s
  expect "/page" { hosts: ["a", "b"], n: 2 } at 10s
}
`,
		See: []string{"gather"},
	},
	{
		Name: "none", Group: Values,
		Syntax:  "none",
		Doc:     "What is not there: a missing field, a window without values, an operation without a result. A comparison with it is unknown, which satisfies no `where` and starts nothing.",
		Results: []Result{{"none ?? 1", "1"}, {"none > 1", "none"}, {"has num(\"x\")", "false"}},
		See:     []string{"??", "has", "not"},
	},
	{
		Name: "true", Words: []string{"false"}, Group: Values,
		Syntax:  "true   false",
		Doc:     "The two values of a condition that is known.",
		Results: []Result{{"2 > 1", "true"}, {"not true", "false"}},
		See:     []string{"bool", "none"},
	},
	{
		Name: "{x}", Words: []string{"{}"}, Group: Values,
		Syntax: "\"/tag/{NAME}\"   \"text {x}, {x:.2f}, {o.p[0]}\"",
		Doc:    "In a tag that is listened to: one segment, with a name. In a text or a tag that is fired: prints the value, `{x:.2f}` with two decimals.",
		Bounds: "0 to 9 decimals. A brace itself is written `\\{`.",
		Example: `on "/load/{host}" do fire "/seen/{host}" { text: "{host} at {load:.1f}" }

test "captured and printed" {
  send "/load/web1" { load: 2.25 }
  expect "/seen/web1" { text: "web1 at 2.2" }
}
`,
		See: []string{"*", "**", "text", "round"},
	},
	{
		Name: "*", Group: Values,
		Syntax: "\"/client/*\"   \"/disk/sd*\"",
		Doc:    "In a tag: any one segment, or any text within a segment. Unnamed wildcards are named by their place: `{1}`, `{2}`.",
		Example: `on "/client/*/web*" do fire "/seen/{1}/{2}"

test "by place" {
  send "/client/a/web7" {}
  expect "/seen/a/web7"
}
`,
		See: []string{"**", "{x}", "by"},
	},
	{
		Name: "**", Words: []string{"{x**}"}, Group: Values,
		Syntax: "\"/lb/**\"   \"/lb/{rest**}\"",
		Doc:    "In a tag: any number of segments, none included. `{rest**}` at the end names them.",
		Bounds: "At most one in a tag. `/**` does not match events under `/eda/`.",
		Example: `on "/lb/{rest**}" do fire "/seen" { rest: rest }

test "the rest" {
  send "/lb/a/b" {}
  expect "/seen" { rest: "a/b" }
}
`,
		See: []string{"*", "{x}"},
	},
	{
		Name: "#", Group: Values,
		Syntax: "# a comment",
		Doc:    "A comment, to the end of the line. Comments directly above a declaration speak of it; `edac doc` shows them.",
		Example: `# Pages ops when a host runs out of memory.
rule oom on "/oom/{host}" do fire "/page/{host}"

test "paged" {
  send "/oom/a" {}
  expect "/page/a"
}
`,
		See: []string{"rule"},
	},
}

var typeForms = []Form{
	{
		Name: "bool", Group: TypeNames, Syntax: "bool",
		Doc:     "true or false.",
		Results: []Result{{"1 < 2", "true"}},
		See:     []string{"true", "and"},
	},
	{
		Name: "int", Group: TypeNames, Syntax: "int",
		Doc:     "Whole numbers of 64 bits. Where a type is declared a whole float fits, too.",
		Bounds:  "-9223372036854775808 to 9223372036854775807; a result beyond them is none, and is counted.",
		Results: []Result{{"7 // 2", "3"}, {"9223372036854775807 + 1", "none"}},
		See:     []string{"float", "num", "round"},
	},
	{
		Name: "float", Group: TypeNames, Syntax: "float",
		Doc:     "Numbers with a fraction, of 64 bits (IEEE 754). An int fits where one is asked.",
		Bounds:  "Never NaN, never infinite: such a result is none, and is counted.",
		Results: []Result{{"7 / 2", "3.5"}, {"0.1 + 0.2 == 0.3", "false"}},
		See:     []string{"int", "num", "round"},
	},
	{
		Name: "num", Group: TypeNames, Syntax: "num",
		Doc:     "An int or a float. The function `num(x)` reads a number from text.",
		Results: []Result{{"1 + 0.5", "1.5"}, {`num("25")`, "25"}},
		See:     []string{"int", "float"},
	},
	{
		Name: "string", Group: TypeNames, Syntax: "string   \"text with {x}\"",
		Doc:     "Text in UTF-8, in double quotes on one line. Escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\u{…}` and `\\{`.",
		Results: []Result{{`"a" < "b"`, "true"}, {`len("äö")`, "2"}},
		See:     []string{"{x}", "like", "text", "split"},
	},
	{
		Name: "time", Group: TypeNames, Syntax: "time",
		Doc:    "An instant, to the nanosecond. A field of this type may arrive as RFC 3339 text, as seconds since 1970, or as a time.",
		Bounds: "The years 1678 to 2262.",
		Example: `event "/cert/{host}" { ends: time }
on "/cert/{host}" where ends - now < 7d do fire "/renew/{host}"

test "six days left" {
  given time "2026-03-01T00:00:00Z"
  send "/cert/a" { ends: "2026-03-07T00:00:00Z" }
  expect "/renew/a"
}
`,
		See: []string{"now", "duration", "date", "reached"},
	},
	{
		Name: "duration", Words: []string{"ns", "us", "ms", "s", "m", "h", "d", "w"}, Group: TypeNames,
		Syntax:  "duration   10s   1h30m",
		Doc:     "A span of time, written as whole numbers with units: ns us ms s m h d w. It is no number: a field of seconds is made one by `seconds(x)`.",
		Bounds:  "A day is 24h, a week 7d. Zero is an error, and so is 1.5h (write 1h30m).",
		Results: []Result{{"1h30m / 1m", "90"}, {"2 * 45s", "1m30s"}, {"seconds(90)", "1m30s"}},
		See:     []string{"seconds", "time", "window"},
	},
	{
		Name: "any", Group: TypeNames, Syntax: "any",
		Doc:     "Anything. Fields of a tag that no `event` declares are any, and nothing is checked before they are used.",
		Results: []Result{{`len([1, "a"])`, "2"}},
		See:     []string{"event", "??"},
	},
	{
		Name: "list", Words: []string{"[T]"}, Group: TypeNames, Syntax: "[T]   [A, B, …]",
		Doc:     "A list of values of one type. `x[0]` is the first item, `len(x)` how many there are.",
		Results: []Result{{"[10, 20][0]", "10"}, {"len([10, 20])", "2"}},
		See:     []string{"in", ".", "split", "len"},
	},
	{
		Name: "object", Words: []string{"{…}"}, Group: TypeNames, Syntax: "{ NAME: TYPE, … }   { NAME: VALUE, … }",
		Doc: "Members with names. As a type, `?` after a member's type means that it may be missing, and `...` that there may be others.",
		Example: `event "/m" { cpu: { user: float, sys: float? } }
on "/m" where cpu.user + (cpu.sys ?? 0) > 0.9 do fire "/busy"

test "a member may be missing" {
  send "/m" { cpu: { user: 0.95 } }
  expect "/busy"
}
`,
		See: []string{".", "...", "?"},
	},
	{
		Name: "?", Group: TypeNames, Syntax: "TYPE?",
		Doc: "That type, or none: the field may be missing. Its value needs `??`, `has` or a comparison before it is put into an act.",
		Example: `event "/load/{host}" { load: float, cores: int? }
on "/load/{host}" do fire "/per_core/{host}" { load: load / (cores ?? 1) }

test "one core unless it says" {
  send "/load/a" { load: 2.0 }
  expect "/per_core/a" { load: 2.0 }
}
`,
		See: []string{"??", "has", "none", "event"},
	},
}
