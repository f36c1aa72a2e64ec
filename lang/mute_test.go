package lang_test

import "testing"

// mute RULE where …: D24, S42.
func TestMute(t *testing.T) {
	const r = "state quiet: bool by host = false\nstate all: bool = false\nparam who: string = \"web1\"\nfn night() = during(\"daily 22:00-06:00\")\n" +
		`rule hot on "/load/{host}/*" when last(v) > 1 do log "x"` + "\n" + `rule on_each on "/a" by k, lower(s) do log "x"` + "\n"
	holds(t, false, []said{
		none(`rule hot on "/load/*" when last(v) > 1 do log "x"` + "\nmute hot"),
		none(r + `mute hot where during("sat 22:00-24:00", "Europe/Berlin")` + "\n" + `mute hot where quiet or all and night() and host != who` + "\n" + `mute hot where quiet[host] or host like "web*"` + "\n" + `mute on_each where k in ["a", "b"] or quiet[k]`),
		draws(r+"mute hto", "EDA0201 write `hot`"),
		draws(r+"mute hot where v > 1", "EDA0623 `v` is none of these"),
		draws(r+"mute hot where hst == who", "EDA0623 write `host`"),
		draws(r+"mute hot where event.v > 1", "EDA0623 `event` is none of these"),
		draws(r+"mute on_each where s == \"x\"", "EDA0623 which is k"),
		draws(r+"mute hot where count(1m) > 1", "EDA0623 `count` cannot stand in it"),
		draws(r+"mute hot where silent(1m)", "EDA0623 `silent` cannot stand in it"),
		draws(r+"mute hot where active(hot)", "EDA0623 `active` cannot stand in it"),
		draws(r+"mute hot where host > 5", "EDA0301"),
		draws(r+"mute hot where host", "EDA0301 asks a question"),
		draws(r+"mute on_each where quiet", "EDA0614 by host"),
		draws(r+"mute hot where during(\"sat\")", "EDA0223 no hours"),
	})
}
