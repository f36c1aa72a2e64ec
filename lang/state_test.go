package lang_test

import "testing"

// Registers: D13, D19, D25, S35, S37, S38, S40.
func TestRegisters(t *testing.T) {
	const maint = "state maint: bool by host = false expire 8h\n"
	const peak = "state peak: float by host\n"
	const read = "\n" + `on "/z" do log "{total} {b}"`
	const total = "state total: int = 0\n"
	holds(t, false, []said{
		none(maint + `on "/m/{host}/begin" do set maint = true` + "\n" + `on "/a/{host}" where not maint do log "x"`),
		none(maint + `on "/m/*" do set maint[1] = true` + "\n" + `on "/a/*" when maint["web1"] do log "x"`),
		none(maint + `event "/a" { host: string }` + "\n" + `on "/a" where maint do log "x"`),
		none(maint + `on "/a" by host when maint do log "x"`),
		none(maint + `on "/a/*" let host = lower(s) do log "{maint}"`),
		none("state pair: string by a, b = \"x\"\n" + `on "/{a}/{b}" where pair == "x" do set pair = "y", set pair[b, a] = "z"`),
		draws("state m: bol = false", "EDA0303 write `bool`"),
		draws("state m: [int]", "EDA0301 one plain value"),
		draws("state m: any", "EDA0301 one plain value"),
		draws("state m: int = 1.5", "EDA0301 declared as int"),
		draws("state m: int = x", "EDA0417 known at load"),
		draws("state m: int expire 5", "EDA0417 write `5s`"),
		draws("state m: int by a, a", "EDA0213 twice"),
		draws("state m: int\nparam m: int = 1", "EDA0213 as a register"),
		draws("param host: string = \"x\"\n"+maint, "EDA0207 part of this key and a param"),
		draws(maint+`on "/a/{maint}" do log "x"`, "EDA0207 capture here and a register"),
		draws(maint+`event "/a" { maint: bool }`, "EDA0207 which it would hide"),
		draws(maint+`on "/a" where maint do log "x"`, "EDA0614 say whose is meant"),
		draws(maint+`on "/a/{host}" | "/b" where maint do log "x"`, "EDA0209 the alternative /b has no"),
		draws(maint+`on "/a/{host}" where maint[host, 1] do log "x"`, "EDA0614 write a value for each: `maint[host]`"),
		draws(total+`on "/a" where total[1] > 1 do log "x"`, "EDA0614 has no key"),
		draws(total+`on "/a" do set total[x] = 1`, "EDA0614 has no key"),
		draws(maint+`on "/a" where maint[[1]] do log "x"`, "EDA0301 a list cannot be a part of a key"),
		draws(total+`on "/a" where total like "x" do log "x"`, "EDA0301 compares text"),
		draws(total+`on "/a" where totl > 1 do set totl = 1`, "EDA0201 write `total`"),
		draws(`on "/a/{host}" do set m = true`, "EDA0201 there is no register `m`"),
		draws(total+`on "/a" do set total = "x"`, "EDA0301 declared as int, and this is text"),
		draws(total+`on "/a" do set total = none`, "EDA0301 writes nothing"),
		draws(total+`fn f(x) = x + total`, "EDA0201 a function sees"),
		draws(total+`on "/a" do log "x"`+"\ntest \"t\" { given state totl = 1 expect nothing }", "EDA0201 write `total`"),
		draws(total+`on "/a" do log "x"`+"\ntest \"t\" { given state total = \"x\" expect nothing }", "EDA0301 declared as int"),
		draws(total+`on "/a" do log "x"`+"\ntest \"t\" { given state total[1] = 1 expect nothing }", "EDA0614 0 key parts"),
		// S35: a register without a default may be none
		draws(peak+`on "/a/{host}" do fire "/b" { p: peak }`, "EDA0310 `peak` may be missing"),
		draws(peak+`on "/a/{host}" do set peak = peak`, "EDA0310 `peak` may be missing"),
		draws(peak+`on "/a/{host}" where has peak["x"] do set peak = peak`, "EDA0310 `peak` may be missing"),
		none(peak + `on "/a/{host}" where has peak do fire "/b" { p: peak }`),
		none(peak + `on "/a/{host}" where peak > 1 do set peak = peak + 1`),
		none(peak + `on "/a/{host}" do fire "/b" { p: peak ?? 0.0 }`),
		none(peak + `on "/a/*" where has peak["x"] do fire "/b" { p: peak["x"] }`),
		draws(total+`on "/a" when count(1m) > 2 do set total = max(n, 1m)`, "EDA0310 nothing would be set"),
		none(total + `on "/a" when max(n, 1m) > 2 do set total = max(n, 1m)` + read),
		// S38: two writers
		draws(total+`on "/a" do set total = 1`+"\n"+`on "/{x}" do set total = 2`, "EDA0613 can both set"),
		draws(total+`on "/a" where n > 1 do set total = 1`+"\n"+`on "/a" where n > 2 do set total = 2`, "EDA0613"),
		draws(total+`on "/a" where n > 1 or x do set total = 1`+"\n"+`on "/a" where n < 1 do set total = 2`, "EDA0613"),
		draws(total+`on "/a" where n > 1 do set total = 1`+"\n"+`on "/a" do set total = 2`, "EDA0613"),
		draws(total+`on "/{a}/{b}" where a == "x" do set total = 1`+"\n"+`on "/{b}/{a}" where a == "y" do set total = 2`, "EDA0613"),
		draws(total+`on "/a" | "/b" where n > 1 do set total = 1`+"\n"+`on "/b" where n > 0 do set total = 2`, "EDA0613"),
		draws(maint+`on "/a/{host}" where maint do set maint = false`+"\n"+`on "/a/{host}" where not maint["x"] do set maint = true`, "EDA0613"),
		none(total + `on "/a" do set total = 1` + "\n" + `on "/b" do set total = 2` + read),
		draws(total+`on "/a" do set total = 1, set total = 2`+read, "EDA0646 only the later write counts"),
		none(total + `on "/a" where n > 1 do set total = 1` + "\n" + `on "/a" where event.n <= 1 do set total = 2` + read),
		none(total + `on "/a" where ok do set total = 1` + "\n" + `on "/a" where not ok do set total = 2` + read),
		none(total + `on "/a" where s == "x" do set total = 1` + "\n" + `on "/a" where not (q or s == "y") and s != "x" do set total = 2` + read),
		none(total + `on "/a" where total == 0 do set total = 1` + "\n" + `on "/a" where total == 1 do set total = 0`),
		none(maint + `on "/a/{host}" where maint do set maint = false` + "\n" + `on "/a/{host}" where not maint do set maint = true`),
		none(total + `on "/{a}" where a == "x" do set total = 1` + "\n" + `on "/{a}" where a == "y" do set total = 2` + read),
		none("state b: int = 0\n" + total + `on "/a" do set total = 1` + "\n" + `on "/a" do set b = total` + read),
	})
	lints(t)
}

func lints(t *testing.T) {
	holds(t, true, []said{
		draws("state m: int = 0\n"+`on "/a" do set m = 1`, "EDA0626 nothing reads it"),
		none("state m: bool = false\n" + `on "/a" do set m = true` + "\n" + `rule r on "/b" when m do log "x"`),
	})
}
