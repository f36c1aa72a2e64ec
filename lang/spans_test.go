package lang_test

import "testing"

// during(spans, zone): S42, D27.
func TestDuring(t *testing.T) {
	holds(t, false, []said{
		none(`on "/a" where during("sat 22:00-24:00") do log "x"`),
		none(`on "/a" let open = during("mon-fri 09:00-17:00; sat,sun 10:00-12:00", "Europe/Berlin") when open clear when not open do log "x"`),
		none("param hours: string = \"daily 09:00-17:00\"\nparam zone: string = \"UTC\"\nfn office() = during(hours, zone)\n" + `on "/a" let still = during(hours) when x > 1 and office() do log "{still}"`),
		draws(`on "/a" where during() do log "x"`, "EDA0304 days and hours"),
		draws(`on "/a" where during("sat 22:00-24:00", "UTC", 1) do log "x"`, "EDA0304 days and hours"),
		draws(`on "/a" where during("sat") do log "x"`, "EDA0223 says no hours"),
		draws(`on "/a" where during("sat") do log "x"`, "EDA0223 sat 00:00-24:00"),
		draws(`on "/a" where during("monday 09:00-17:00") do log "x"`, "EDA0223 write mon"),
		draws(`on "/a" where during("mon 9:00-17:00") do log "x"`, "EDA0223 HH:MM"),
		draws("param hours: string = \"never\"\n"+`on "/a" where during(hours) do log "x"`, "EDA0223 \"never\" is not a day"),
		draws(`on "/a" where during("sat 22:00-24:00", "Europe/Bonn") do log "x"`, "EDA0222 Europe/Bonn"),
		draws(`on "/a" where during(hours) do log "x"`, "EDA0417 known at load"),
		draws(`on "/a" where during("sat 22:00-{h}") do log "x"`, "EDA0417 known at load"),
		draws(`on "/a" where during("sat 22:00-24:00", zone) do log "x"`, "EDA0417 known at load"),
		draws(`on "/a" where during(5m) do log "x"`, "EDA0301 is a text, and this is a duration"),
		draws("fn open(h) = during(h)\n"+`on "/a" where open("sat 22:00-24:00") do log "x"`, "EDA0417 known at load"),
		draws(`on "/a" where during("sat 22:00-24:00") > 1 do log "x"`, "EDA0301"),
	})
}
