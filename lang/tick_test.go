package lang_test

import "testing"

// The sources that time feeds: what their text may be, and that a tick has no
// data.
func TestTicks(t *testing.T) {
	holds(t, true, []said{
		none(`on every 1m do fire "/a"`),
		none(`param p: duration = 1m` + "\n" + `on every p do fire "/a"`),
		none(`on cron "0 2 * * *" in "Europe/Berlin" do fire "/a"`),
		none(`on every 1m let n = count(5m from "/b/*") when n > 3 for 2m do fire "/a" { n: n, at: now } clear do log "over" limit 1 per 1h`),
		none(`on every 1m where avg(v, 1m from "/b" where v > 1) > 2 do log "x"`),
		draws(`on every 0s do log "x"`, "EDA0104"),
		draws(`on every 1 do log "x"`, "EDA0417 greater than zero"),
		draws(`on every 10us do log "x"`, "EDA0423 at least 1ms"),
		draws(`on cron "0 25 * * *" do log "x"`, "EDA0423 from 0 to 23"),
		draws(`on cron "0 2 * *" do log "x"`, "EDA0423 five fields"),
		draws(`on cron "" do log "x"`, "EDA0423 five fields"),
		draws(`on cron "0 0 30 2 *" do log "x"`, "EDA0423 never comes"),
		draws(`on cron "0 2 * * *" in "Europe/Berln" do log "x"`, "EDA0222"),
		draws(`on every 1m where v > 1 do log "x"`, "EDA0423 no field `v`"),
		draws(`on every 1m do log "{tag}"`, "EDA0423 no `tag`"),
		draws(`on every 1m do fire "/a" { ...event }`, "EDA0423 no `event`"),
		draws(`on every 1m when count(5m) > 1 for 1m do log "x"`, "EDA0411 from"),
		draws("fn mean(x) = avg(x, 5m)\n"+`on every 1m when mean(1) > 1 for 1m do log "x"`, "EDA0411 from"),
		draws(`on every 1m where changed(1) do log "x"`, "EDA0413 no data"),
		draws(`on every 1m by host do log "x"`, "EDA0423 TABLE"),
		draws(`on every 1m when agv(x, 1m) > 1 for 1m do fire "/a"`, "EDA0204", "EDA0423"),
	})
}
