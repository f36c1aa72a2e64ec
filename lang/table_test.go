package lang

import (
	"strings"
	"testing"
)

// Tables: D13, S31, S35, and what their files may hold.
func TestTables(t *testing.T) {
	const owner = "table owner from \"data/owner.csv\" key svc\n"
	files := map[string]string{
		"rules/data/owner.csv": "svc,team,level\nshop,web,1\ndb,data,2\n",
		"rules/pair.jsonl":     `{"a": 1, "b": "x", "n": 2.5}`,
		"rules/bad.csv":        "a,b\nx,1\nx,2\n",
		"rules/lib/l.eda":      "table racks from \"racks.csv\" key host\nfn rack(h) = racks[h].rack ?? \"?\"\n",
		"rules/lib/racks.csv":  "host,rack\nweb1,r1\n",
	}
	for _, c := range []struct{ text, want string }{
		{owner + `on "/a/{svc}" let team = owner[svc].team ?? "ops" do fire "/p/{team}"`, ""},
		{owner + `on "/a/{svc}" where owner[svc].level > 1 do fire "/p" { l: owner[svc].level }`, ""},
		{owner + `on "/a/{svc}" where has owner[svc] do log "x"`, ""},
		{owner + `fn team(s) = owner[s].team ?? "ops"` + "\n" + `on "/a/{svc}" do fire "/p/{x}" { t: team(svc) }`, ""},
		{"table pair from \"pair.jsonl\" key a, b\n" + `on "/a/{x}" when pair[x, k].n > 1 do log "x"`, ""},
		{"use \"lib/l.eda\" as l\n" + `on "/a/{h}" where l.racks[h].rack == "r1" do log "x" on "/b/{h}" do fire "/r" { r: l.rack(h) }`, ""},
		{owner + `on "/a/{svc}" do fire "/p" { t: owner[svc].team }`, "EDA0310 `owner[svc].team` may be missing"},
		{owner + `on "/a/{svc}" do log "x" on "/b/{svc}" let t = owner[svc].team do log "{t}"`, "EDA0310 `t` comes from `owner[svc].team`, which may be missing"},
		{owner + `fn team(s) = owner[s].team` + "\n" + `on "/a/{svc}" do fire "/p" { t: team(svc) }`, "EDA0310 `team(svc)` may be missing"},
		{owner + `fn team(s) = lower(owner[s].team)` + "\n" + `fn lower(s) = s` + "\n" + `on "/a/{svc}" where has team(svc) do fire "/p" { t: team(svc) }`, ""},
		{owner + `on "/a/{svc}" where has owner["x"].team do fire "/p" { t: owner[svc].team }`, "EDA0310"},
		{owner + `on "/a/{svc}" where owner[svc].taem == "x" do log "x"`, "EDA0203 no member `taem`"},
		{owner + `on "/a/{svc}" where owner[svc].level == "x" do log "x"`, "EDA0301 compares an int with text"},
		{owner + `on "/a/{svc}" where owner == "x" do log "{x}" on "/b" where has owner["x"] do log "x"`, "EDA0301 a row of it is owner[…]"},
		{owner + `on "/a/{svc}" where has owner[svc, 1] do log "x"`, "EDA0304 write a value for each: `owner[svc]`"},
		{owner + `on "/a/{owner}" do log "x"`, "EDA0207 capture here and a table"},
		{owner + `event "/a" { owner: string }` + "\n" + `on "/b" where has owner["x"] do log "x"`, "EDA0207 which it would hide"},
		{owner + "param owner: int = 1", "EDA0213 as a table"},
		{"table t from \"gone.csv\" key a\n" + `on "/a" where has t["x"] do log "x"`, "EDA0615 rules/gone.csv: it cannot be read: file does not exist"},
		{"table t from \"bad.csv\" key a\n" + `on "/a" where has t["x"] do log "x"`, "EDA0615 rules/bad.csv: line 3: the key x stands in line 2 already"},
		{"table t from \"bad.csv\" key q\n" + `on "/a" where has t["x"] do log "x"`, "EDA0615 rules/bad.csv: there is no column \"q\"; there are a, b"},
		{"table t from \"bad.txt\" key q\n" + `on "/a" where has t["x"] do log "x"`, "EDA0615 rules/bad.txt: a table is a .csv file"},
		{"table t from \"{x}.csv\" key q\n" + `on "/a" where has t["x"] do log "x"`, "EDA0615 a fixed name"},
		{owner + `on "/a/{svc}" by svc in owner when silent(5m) do log "x"`, ""},
		{owner + `on "/a/*" by s in owner, k when silent(5m) do log "x"`, ""},
		{owner + `on "/a/{svc}" by svc in ownr when silent(5m) do log "x" on "/b" where has owner["x"] do log "x"`, "EDA0201 no table `ownr`; did you mean `owner`"},
		{"table pair from \"pair.jsonl\" key a, b\n" + `on "/a/{x}" by x in pair when silent(5m) do log "x" on "/b" where has pair["x", "y"] do log "x"`, "EDA0615 one key column, and `pair` has a, b"},
		{owner + `on "/a/{svc}" where has owner[svc] do log "x" limit 1 per 1m by svc in owner`, "EDA0615 the key of a `limit` has no domain"},
		{owner + `on "/a/{svc}" where has owner[svc] do log "x"` + "\n" + `test "t" { given table owner [ { svc: "x", level: 3 } ] expect nothing }`, ""},
		{owner + `on "/a/{svc}" where has owner[svc] do log "x"` + "\n" + `test "t" { given table ownr [ { svc: "x" } ] expect nothing }`, "EDA0201 there is no table `ownr`; did you mean `owner`"},
		{owner + `on "/a/{svc}" where has owner[svc] do log "x"` + "\n" + `test "t" { given table owner [ { team: "x" } ] expect nothing }`, "EDA0615 needs a value for its key `svc`"},
		{owner + `on "/a/{svc}" where has owner[svc] do log "x"` + "\n" + `test "t" { given table owner [ { svc: "x" }, { svc: "x" } ] expect nothing }`, "EDA0615 two rows have this key; leave one out"},
		{owner + `on "/a/{svc}" where has owner[svc] do log "x"` + "\n" + `test "t" { given table owner [ { svc: "x", tem: 1 } ] expect nothing }`, "EDA0615 no column `tem`"},
		{owner + `on "/a/{svc}" where has owner[svc] do log "x"` + "\n" + `test "t" { given table owner [ { svc: "x", level: "1" } ] expect nothing }`, "EDA0615 the column `level` is int, and this is text"},
	} {
		files["rules/main.eda"] = c.text
		_, ds := joined(t, files)
		var got []string
		for _, d := range ds {
			if d.Severity != Hint {
				got = append(got, d.Code.String()+" "+d.Message)
			}
		}
		code, words, _ := strings.Cut(c.want, " ")
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], code) || !strings.Contains(got[0], words)) {
			t.Errorf("%s\n  draws %s\n  want  %s", c.text, strings.Join(got, "\n        "), c.want)
		}
	}
}
