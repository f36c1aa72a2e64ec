package lang_test

import "testing"

// gather, and what group means where (S29b, D13).
func TestGather(t *testing.T) {
	holds(t, false, []said{
		none(`on "/a/{host}" when silent(1m) do fire "/p" { n: group.count, hosts: group.host, text: "{group.count}: {group.host}" } gather 30s by none`),
		none(`on "/a/{host}" let load = avg(x, 1m) do fire "/p/{host}" { l: group.load, f: group.x, t: group.tag, e: group.event, load: load, first: group.host[0] } limit 1 per 1m gather 30s`),
		none(`on "/a/{host}" let n = group.count do log "{n}" gather 30s by x`),
		none(`on "/a" where group > 1 and group.count > 1 do log "{group}"`), // a field, where nothing is gathered
		draws(`on "/a" where group.count > 1 do log "x" gather 30s`, "EDA0621 in `do` alone"),
		draws(`on "/a" when group.count > 1 do log "x" gather 30s`, "EDA0621 in `do` alone"),
		draws(`on "/a" by group.count do log "x" gather 30s`, "EDA0621"),
		draws(`on "/a" let n = group.count when n > 1 do log "x" gather 30s`, "EDA0621 `n` uses `group`"),
		draws(`on "/a" when x > 1 do log "x" clear do log "{group.count}" gather 30s`, "EDA0621 in `do` alone"),
		draws(`on "/a" do log "{group}" gather 30s`, "EDA0621 group.NAME"),
		draws(`on "/a" let n = group.count do log "{group.n}" gather 30s`, "EDA0621 no group then"),
		draws(`on "/a" when x > 1 clear do log "x" gather 30s`, "EDA0621 nothing to gather"),
		draws("event \"/a\" { x: int }\n"+`on "/a" do log "{group.y}" gather 30s`, "EDA0203 `y`"),
		draws("event \"/p\" { n: string, xs: [int] }\nevent \"/a\" { x: int }\n"+`on "/a" do fire "/p" { n: group.count, xs: group.x } gather 30s`, "EDA0612 `n` is declared as string"),
		draws(`on "/a" do fire "/p/{group.x}" gather 30s`, "EDA0301 a list cannot be a part of a tag"),
		draws(`on "/a" do log "x" gather 30`, "EDA0417"),
		draws("param group: int = 1\n"+`on "/a" do log "{group.count}" gather 30s`, "EDA0301 only objects"),
	})
}
