package scenario_test

import (
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// attached are the files of the tables in these tests.
var attached = map[string]lang.Attached{
	"owners.csv": {Name: "owners.csv", Text: "svc,team,level\nshop,web,1\n7,data,\n"},
	"hosts.csv":  {Name: "hosts.csv", Text: "host,rack\nweb1,r1\nweb2,r2\n"},
	"links.csv":  {Name: "links.csv", Text: "a,b,cost\nx,y,1\ny,x,2.5\n"},
}

func TestTables(t *testing.T) {
	passes(t, `
table owner from "owners.csv" key svc
fn share(used, total) = used / total
fn team(svc) = owner[svc].team ?? "ops"
param crit: float = 0.9
on "/mem/{svc}"
let part = share(used, total)
when part > crit for 1m
do fire "/page/{svc}" { team: team(svc), level: owner[svc].level ?? 0, text: "{svc} at {part:.2f}" }
test "rule 27" {
  send "/mem/shop" { used: 19, total: 20 }
  send "/mem/7" { used: 20, total: 20 }
  send "/mem/cache" { used: 20, total: 20 }
  wait 1m
  expect "/page/7" { team: "data", level: 0 } at 1m
  expect "/page/cache" { team: "ops", level: 0 } at 1m
  expect "/page/shop" { team: "web", level: 1, text: "shop at 0.95" } at 1m
}
test "other rows" {
  given table owner [ { svc: "cache", team: "infra" }, { svc: 7, team: "seven", level: 9 } ]
  send "/mem/shop" { used: 20, total: 20 }
  send "/mem/7" { used: 20, total: 20 }
  send "/mem/cache" { used: 20, total: 20 }
  wait 1m
  expect "/page/7" { team: "seven", level: 9 } at 1m
  expect "/page/cache" { team: "infra", level: 0 } at 1m
  expect "/page/shop" { team: "ops", level: 0 } at 1m
}
test "no rows" {
  given table owner []
  send "/mem/shop" { used: 20, total: 20 }
  wait 1m
  expect "/page/shop" { team: "ops" }
}`, `
table link from "links.csv" key a, b
on "/hop" do fire "/cost" { c: link[from, to].cost ?? -1, known: has link[from, to] }
on "/count" when count(10s where has link[from, to]) >= 2 do fire "/two"
test "two keys" {
  send "/hop" { from: "x", to: "y" }
  expect "/cost" { c: 1.0, known: true }
  send "/hop" { from: "y", to: "x" }
  expect "/cost" { c: 2.5, known: true }
  send "/hop" { from: "x", to: "x" }
  expect "/cost" { c: -1, known: false }
  send "/hop" { from: "x" }
  send "/hop" { from: ["x"], to: "y" }
  expect "/cost" { c: -1, known: false }
  expect "/cost" { c: -1, known: false }
  send "/count" { from: "x", to: "y" }
  send "/count" { from: "y", to: "y" }
  send "/count" { from: "y", to: "x" }
  expect "/two"
}`)
}

// A reload is an event: in its step the rows are the old ones, then those who
// look into the table in a condition are looked at, and a replay sees the same.
func TestTableReload(t *testing.T) {
	p, _ := compile(t, `table owner from "owners.csv" key svc
rule orphan on "/svc/{svc}" when not has owner[svc] do fire "/orphan/{svc}" clear do fire "/adopted/{svc}"
on "/eda/table/owner" do fire "/before" { team: owner["shop"].team ?? "none" }
on "/before" do fire "/after" { team: owner["shop"].team ?? "none", more: owner["shop"].level ?? -1 }`)
	m, err := vm.New(p, stdlib.Library())
	if err != nil {
		t.Fatal(err)
	}
	row := func(svc, team value.Value) value.Value {
		return value.Object([]value.Field{{Name: "svc", Value: svc}, {Name: "team", Value: team}, {Name: "level", Value: value.String("high")}, {Name: "new", Value: value.Int(1)}})
	}
	step := func(tag string, rows ...value.Value) (out string) {
		data := value.Object([]value.Field{{Name: "rows", Value: value.List(rows)}})
		if len(rows) == 1 && rows[0].Kind() != value.KindObject {
			data = value.Object([]value.Field{{Name: "rows", Value: rows[0]}})
		}
		if err := m.Event(&vm.Event{T: m.Now() + 1, Tag: tag, Data: data}); err != nil {
			t.Fatal(err)
		}
		for _, e := range m.Effects() {
			out += e.Tag + string(value.AppendJSON(nil, e.Data)) + " "
		}
		return out
	}
	for _, c := range []struct{ got, want string }{
		{step("/svc/shop") + step("/svc/cache") + step("/svc/7"), `/orphan/cachenull `},
		{step("/eda/table/owner", row(value.String("cache"), value.String("infra")), row(value.String("shop"), value.Int(5))),
			`/before{"team":"web"} /orphan/7null /adopted/cachenull /after{"team":"5","more":-1} `},
		{step("/eda/table/owner", row(value.Int(7), value.String("x")), row(value.String("7"), value.String("y"))), `/before{"team":"5"} /after{"team":"5","more":-1} `},
		{step("/eda/table/owner", row(value.Value{}, value.String("x"))), `/before{"team":"5"} /after{"team":"5","more":-1} `},
		{step("/eda/table/owner", value.Int(1)), `/before{"team":"5"} /after{"team":"5","more":-1} `},
		{step("/eda/table/other"), ``},
		{step("/eda/table/owner"), `/before{"team":"5"} /orphan/cachenull /orphan/shopnull /after{"team":"none","more":-1} `},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
	if n := m.Stats().Unloaded; n != 3 {
		t.Errorf("%d reloads refused, not 3", n)
	}
}

func TestDomains(t *testing.T) {
	passes(t, `
table inventory from "hosts.csv" key host
rule never_seen
on "/heartbeat/{host}" by host in inventory when silent(5m)
do fire "/alert/missing/{host}" { rack: inventory[host].rack ?? "?", tag: tag, load: load }
clear do fire "/alert/there/{host}"
test "rule 10: a host exists because the table says so" {
  wait 4m
  send "/heartbeat/web1" { load: 1 }
  send "/heartbeat/stranger" { load: 1 }
  wait 1m
  expect "/alert/missing/web2" { rack: "r2", tag: none, load: none } at 5m
  wait 4m
  expect "/alert/missing/web1" { rack: "r1", tag: "/heartbeat/web1", load: 1 } at 9m
  send "/heartbeat/web2" {}
  expect "/alert/there/web2" at 9m
  wait 240h
  expect "/alert/missing/web2" at 14m
}
test "a heartbeat on the dot is not late" {
  given table inventory [ { host: "a" } ]
  wait 5m
  send "/heartbeat/a" {}
  wait 299s
}
test "no rows, no keys" {
  given table inventory []
  send "/heartbeat/web1" {}
  wait 1h
}`, `
table inventory from "hosts.csv" key host
rule at_once on "/x/{h}/*" by h in inventory when count(1m) < 1 or active(other) do fire "/idle/{h}"
rule other on "/other" when count(1h) > 0
test "looked at in the first instant, after its events" {
  send "/x/web1/1" {}
  expect "/idle/web2" at 0s
  wait 1m
  expect "/idle/web1" at 1m
}`, `
table inventory from "hosts.csv" key host
rule kept on "/y" by host in inventory when n > 1 do fire "/n/{host}"
on "/y" by host in inventory do fire "/y/{host}" { n: count(1h) }
rule some on "/z/{a}" by a in inventory, b when silent(1m) do fire "/z/{a}/{b}"
test "key values are text, and outside is out" {
  given table inventory [ { host: 7 }, { host: "web1" } ]
  send "/y" { host: 7, n: 2 }
  send "/y" { host: "web9", n: 2 }
  send "/y" { n: 2 }
  expect "/n/7"
  expect "/y/7" { n: 1 }
  send "/z/web1" { b: 1 }
  send "/z/web9" { b: 1 }
  wait 1m
  expect "/z/web1/1" at 1m
}`)
}

// Rows that come bring keys from then on, rows that go end theirs.
func TestDomainReload(t *testing.T) {
	p, _ := compile(t, `table inventory from "hosts.csv" key host
rule gone on "/hb/{host}" by host in inventory when silent(10s) do fire "/gone/{host}" clear do fire "/back/{host}"
rule any_gone on "/hb/*" by none when active(gone) do fire "/any" clear do fire "/none"
on "/eda/forgotten" do fire "/forgot" { key: key.host }`)
	m, err := vm.New(p, stdlib.Library())
	if err != nil {
		t.Fatal(err)
	}
	const sec = int64(1e9)
	run := func(at int64, tag string, hosts ...string) (out string) {
		var rows []value.Value
		for _, h := range hosts {
			rows = append(rows, value.Object([]value.Field{{Name: "host", Value: value.String(h)}}))
		}
		if err := m.Event(&vm.Event{T: at * sec, Tag: tag, Data: value.Object([]value.Field{{Name: "rows", Value: value.List(rows)}})}); err != nil {
			t.Fatal(err)
		}
		for _, e := range m.Effects() {
			out += e.Tag + " "
		}
		return out
	}
	for _, c := range []struct{ got, want string }{
		{run(100, "/hb/web1"), ""},
		{run(105, "/hb/web1"), ""},
		{run(111, "/hb/x"), "/any /gone/web2 "}, // any_gone has its key from web1, and its name comes first
		{run(112, "/eda/table/inventory", "web1", "web3"), "/none /eda/forgotten /forgot "},
		{run(121, "/hb/web1"), "/any /gone/web1 /none /back/web1 "},
		{run(123, "/hb/web2"), "/any /gone/web3 "},
		{run(124, "/eda/table/inventory"), "/none /eda/forgotten /forgot "},
		{run(500, "/hb/web3"), ""},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
	if n := m.RuleStats(1).Keys; n != 0 {
		t.Errorf("%d keys are left", n)
	}
}

// Keys whose rows are gone end together: none is looked at for the end of
// another.
func TestDomainsEndTogether(t *testing.T) {
	p, _ := compile(t, `table inventory from "hosts.csv" key host
rule gone on "/hb/{host}" by host in inventory when silent(10s)
rule well on "/hb/{host}" by host in inventory when not active(gone) do fire "/fine/{host}"`)
	m, err := vm.New(p, stdlib.Library())
	if err != nil {
		t.Fatal(err)
	}
	for _, ev := range []vm.Event{{T: 100e9, Tag: "/hb/web1"}, {T: 120e9, Tag: "/eda/table/inventory", Data: value.Object([]value.Field{{Name: "rows", Value: value.List(nil)}})}} {
		if err := m.Event(&ev); err != nil {
			t.Fatal(err)
		}
		for _, e := range m.Effects() {
			if ev.T == 120e9 && e.T == ev.T && e.Kind == vm.Fired {
				t.Errorf("%s is fired for a key whose row is gone", e.Tag)
			}
		}
	}
}
