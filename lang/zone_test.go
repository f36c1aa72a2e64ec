package lang_test

import "testing"

// Zones that are constants are looked up when rules are checked.
func TestZones(t *testing.T) {
	holds(t, false, []said{
		none(`on "/a" where hour(now) > 8 and weekday(now, "Europe/Berlin") == "mon" do log "x"`),
		none(`on "/a" where date(now, zone) == "2026-01-01" do log "x"`),
		none("param zone: string = \"UTC\"\n" + `on "/a" where minute(now, zone) == 5 do log "x"`),
		draws(`on "/a" where hour(now, "Europe/Berln") > 8 do log "x"`, "EDA0222 write `\"Europe/Berlin\"`"),
		draws(`on "/a" where hour(now, "utc") > 8 do log "x"`, "EDA0222 write `\"UTC\"`"),
		draws(`on "/a" where hour(now, "") > 8 do log "x"`, "EDA0222"),
		draws(`on "/a" where hour(now, "Middle Earth") > 8 do log "x"`, "EDA0222 Europe/Berlin"),
		draws("param zone: string = \"Local\"\n"+`on "/a" where minute(now, zone) == 5 do log "x"`, "EDA0222"),
		draws(`on "/a" where hour(now, 2) > 8 do log "x"`, "EDA0301"),
		draws(`on "/a" where hour("x") > 8 do log "x"`, "EDA0301"),
	})
}
