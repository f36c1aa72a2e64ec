package lang_test

import "testing"

// Aggregates over other events (S14, S37): their names are those of the other
// tag, and what joins has to be there.
func TestOtherSources(t *testing.T) {
	holds(t, false, []said{
		draws(`on "/a/{h}" when avg(x, 1m from "/b/{h}") > 1 do log "x"`),
		draws(`on "/a/{h}" where avg(x, 1m from "/b/{h}") > y do log "x"`),
		draws(`on "/a/{h}" let n = last(x from "/b/{h}") where v > 1 do log "x"`, "EDA0110"),
		draws("fn io(x) = avg(x, 1m from \"/b/{h}\")\n" + `on "/a/{h}" where io(y) > 1 do log "x"`),
		draws("event \"/a/{h}\" { v: int }\nevent \"/b/{h}\" { x: int }\n" + `on "/a/{h}" when avg(x, 1m from "/b/{h}") > 1 do log "x"`),
		draws("event \"/a/{h}\" { v: int }\nevent \"/b/{h}\" { x: int }\n"+`on "/a/{h}" when avg(v, 1m from "/b/{h}") > 1 do log "x"`, "EDA0203 `v`"),
		draws("event \"/a/{h}\" { v: int }\nevent \"/b/{h}\" { x: int }\nfn io(y) = avg(y, 1m from \"/b/{h}\")\n" + `on "/a/{h}" when io(x) > 1 do log "x"`),
		draws("event \"/a/{h}\" { v: int }\nevent \"/b/{h}\" { x: int }\nfn io(y) = avg(y, 1m from \"/b/{h}\")\n"+`on "/a/{h}" when io(v) > 1 do log "x"`, "EDA0203 `v`"),
		draws(`on "/a/{h}" when count(1m from "/b/{k}" where k == "x") > 1 do log "x"`),
		draws(`on "/a/{h}" when count(1m from "/b/{k}" where k == h) > 1 do log "x"`, "EDA0209 `h`"),
		draws(`on "/a/{h}" as it when count(1m from "/b/{k}" where x == it.x) > 1 do log "x"`, "EDA0209 `it`"),
		draws(`on "/a/{h}" let me = h when count(1m from "/b/{k}" where k == me) > 1 do log "x"`, "EDA0209 `h`"),
		draws(`on "/a/{h}" let half = v / 2 when max(half, 1m from "/b/{k}") > 1 do log "x"`),
		draws(`on "/a/{h}" when last(text("{1}") from "/b/*") == "x" do log "x"`),
		draws(`on "/a/{h}" when last(text("{2}") from "/b/*") == "x" do log "x"`, "EDA0209 `{2}`"),
		draws(`on "/a/{h}" | "/c" when avg(x, 1m from "/b/{h}") > 1 do log "x"`, "EDA0209 /c"),
		draws(`on "/a/{h}" | "/c/{h}" by none when avg(x, 1m from "/b/{h}") > 1 do log "x"`),
		draws(`on "/a/{h}" by count(1m from "/b/{h}") do log "x"`, "EDA0411 key"),
		draws(`on "/a/{h}" when max(count(1m from "/b/{h}"), 1m) > 1 do log "x"`, "EDA0411"),
		draws(`on "/a/{h}" where prev(count(1m from "/b/{h}")) > 1 do log "x"`, "EDA0413"),
		draws(`on "/a/{h}" when avg(x from "/b/{h}") > 1 do log "x"`, "EDA0410"),
		draws(`on "/a/{h}" when silent(1m from "/b/{h}") do log "x"`, "EDA0410 `from`"),
		draws(`on "/a/{h}" when avg(x, 1m from "/b/**/**") > 1 do log "x"`, "EDA0217"),
		draws("param h: int = 1\n"+`on "/a/*" when avg(x, 1m from "/b/{h}") > 1 do log "x"`, "EDA0207 `h`"),
	})
}
