package lang_test

import (
	"strings"
	"testing"
)

// Slips that the checker knows from other tools, each one finding.
func TestBorrowedMeanings(t *testing.T) {
	env := environment(t)
	for _, c := range []struct{ text, want string }{
		{`on "/d/{d}" where state == "open" or "ajar" do log "{d}"`, `say what it is compared with: ` + "`state == \"ajar\"`"},
		{`on "/d/{d}" where state == ("open" or "ajar") do log "{d}"`, "write `x in [\"open\", \"ajar\"]`"},
		{`on "/l/{host}" where startswith(host, "web") do log "x"`, "write `host like \"web*\"`"},
		{`on "/l/{host}" where host.ends_with("db") do log "x"`, "write `host like \"*db\"`"},
		{`on "/l/{host}" where host.contains(x) do log "x"`, "there is no function `contains`; `like` compares"},
		{`on "/l/{host}" where host.lower() == "a" do log "x"`, "values have no methods; write `lower(host, …)`"},
		{`on "/l/{host}" do fire "/x" { t: now() }`, "`now` is a value and stands without brackets"},
		{`on "/l/{host}" when now > 20 do log "x"`, "compares a time with an int"},
		{`on "every 1m" do log "x"`, "a schedule is written `on every 1m`"},
		{`on "cron 0 2 * * *" do log "x"`, "a schedule is written `on cron \"0 2 * * *\"`"},
		{"event \"/r/{svc}\" { status: int }\non \"/r/{svc}\" where status in [500, \"503\"] do log \"x\"", "this is text, which never equals `status`, an int"},
		{`on "/l/{host}" when avg(load, 0s) > 1 for 1m do log "x"`, "a duration of zero has no use here; write one such as 5m"},
		{"event \"/l/{host}\" { load: float }\non \"/l\" where load > 1 do log \"x\"", "with one segment more"},
		{"event \"/l/{host}\" { load: float }\non \"/l/*/\" where load > 1 do log \"x\"", "without the slash at its end"},
	} {
		var got []string
		for _, d := range findings(env, c.text+"\n") {
			if d.Severity.String() != "hint" {
				got = append(got, d.Message)
			}
		}
		if len(got) != 1 || !strings.Contains(got[0], c.want) {
			t.Errorf("%s\n  draws %q, want one with %q", c.text, got, c.want)
		}
	}
}

// What is no text is said once, not for each of its bytes.
func TestBinaryFile(t *testing.T) {
	ds := findings(environment(t), "\x7fELF\x02\x01\x00\x00\x80\x80on \"/a\" do\x00 fire\xff\xff")
	if len(ds) != 1 || !strings.Contains(ds[0].Message, "zero byte") {
		t.Errorf("draws %v", ds)
	}
}
