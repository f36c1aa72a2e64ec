package lang_test

import "testing"

// Actions: declarations, calls and what they carry (S29c, S31, S36, S37).
func TestActions(t *testing.T) {
	const page = "action page(team: string, n: float, note: string?) to \"/act/page\" ack \"/act/page/done\" retry 3 backoff 2s timeout 30s\n"
	holds(t, false, []said{
		none(page + `on "/a/{host}" do page("net", 1, none), page("net", count(1m), "{host} drops frames")`),
		none(page + `on "/a/{host}" when x > 1 do page(host, 2.5, note) clear do page(host, 0, "ok") limit 1 per 1m gather 30s by none`),
		none("action boot(host: string) to \"/act/{host}/boot\" ack \"/act/{host}/booted\"\n" + `on "/a/{h}" do boot(h)`),
		none("param site: string = \"x\"\naction boot() to \"/act/{site}/boot\"\n" + `on "/a" do boot()`),
		draws(page+`on "/a" do page("net", 1)`, "EDA0304 `page` takes 3 arguments, not 2"),
		draws(page+`on "/a" do page("net", "one", none)`, "EDA0612 `n` is declared as float, and this is text"),
		draws(page+`on "/a" do page(none, 1, none)`, "EDA0612 `team` is declared as string, and this is none"),
		draws(page+`on "/a" when x > 1 do page("net", avg(x, 1m), none)`, "EDA0310 nothing would be sent"),
		draws("event \"/a\" { x: float? }\n"+page+`on "/a" do page("net", x, none)`, "EDA0310 `x` may be missing"),
		draws(page+`on "/a" do pgae("net", 1, none)`, "EDA0204 write `page`"),
		draws(`on "/a" do boot()`, "EDA0204 declare it"),
		draws("rule boot on \"/a\" do boot()", "EDA0204 `boot` is a rule"),
		draws(page+`on "/a" do page("net", prev(x) ?? 1, none) gather 30s`+"\n"+`on "/b" when y > 1 do page("net", prev(x) ?? 1, none)`, "EDA0413"),
		draws(page+page, "EDA0213 action `page` is declared already"),
		draws("action a(x: int, x: int) to \"/act/a\"", "EDA0213 parameter `x` stands twice"),
		draws("action a(x: integer) to \"/act/a\"\n"+`on "/b" do a(1)`, "EDA0303"),
		draws("action a() to \"/act/*\"", "EDA0611 no `*`"),
		draws("action a() to \"/act/{host}\"", "EDA0611 `host` is not a parameter"),
		draws("action a(host: string) to \"/act/x\" ack \"/act/{hots}\"", "EDA0611 write `host`"),
		draws("action a(h: string?) to \"/act/{h}\"", "EDA0310 no tag"),
		draws("action a(h: [string]) to \"/act/{h}\"", "EDA0301 a list"),
		draws("action a() to \"/eda/x\"", "EDA0611 the engine's own"),
		draws("action a() to \"/act/a\" retry 3 backoff 1s timeout 1s", "EDA0622 `retry`", "EDA0622 `backoff`", "EDA0622 `timeout`"),
		draws("action a() to \"/act/a\" ack \"/b\" retry 31", "EDA0622 from 0 to 30"),
		draws("action a() to \"/act/a\" ack \"/b\" retry 1.5", "EDA0417"),
		draws("action a() to \"/act/a\" ack \"/b\" timeout 5", "EDA0417"),
		draws("may fire \"/lb/**\"\n"+page+`on "/a" do page("net", 1, none)`, `EDA0620 "/act/page"`),
		none("may fire \"/act/*\"\naction a(x: any) to \"/act/{x}\"\n" + `on "/b" do a(x)`), // asked for each call
		draws("event \"/act/a\" { x: int }\naction a(x: float) to \"/act/a\"", "EDA0612 `x` is declared as int in the event"),
		draws("event \"/act/a\" { x: int }\naction a() to \"/act/a\"", "EDA0612 needs `x: int`"),
		draws("event \"/act/a\" { x: int }\naction a(x: int, y: int) to \"/act/a\"", "EDA0612 has no field `y`"),
		draws("action a() to \"/act/a\"\n"+`on "/act/a" do a()`, "EDA0601 fires itself without end"),
	})
}
