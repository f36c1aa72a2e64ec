package lang_test

import "testing"

// Event time: D9, S29a.
func TestEventTime(t *testing.T) {
	const rule = "\n" + `on "/a" do log "x"`
	holds(t, false, []said{
		none(`event "/a" { ts: time } time ts late 5s` + rule),
		none(`event "/a" { ts: time?, ... } time ts late 1m` + rule),
		draws(`event "/a" { ts: time?, ... } time ts`+rule, "EDA0438 add `late 5s`"),
		none(`param wait: duration = 5s` + "\n" + `event "/a" { ts: time } time ts late wait` + rule),
		draws(`event "/a" { ts: time } time st late 5s`+rule, "EDA0203 write `ts`"),
		draws(`event "/a" { x: int, ... } time ts late 5s`+rule, "EDA0203 declare it: `ts: time`"),
		draws(`event "/a" { ts: int } time ts late 5s`+rule, "EDA0301 declare it `ts: time`"),
		draws(`event "/a" { ts: any } time ts late 5s`+rule, "EDA0301 declare it `ts: time`"),
		draws(`event "/a" { ts: tme } time ts late 5s`+rule, "EDA0303 write `time`"),
		draws(`event "/a" { ts: time } time ts late 5`+rule, "EDA0417 write `5s`"),
		draws(`event "/a" { ts: time } time ts late x`+rule, "EDA0417 known at load"),
		draws(`event "/a" { ts: time } time ts late 0s`+rule, "EDA0104"),
	})
}
