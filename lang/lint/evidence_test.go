package lint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/runtime/observe"
	"github.com/eda-lang/eda/vm"
)

// recording makes one of lines "TAG EVERY TIMES DATA": so many events with so
// many seconds between them.
func recording(t *testing.T, lines string) *lang.Observed {
	t.Helper()
	var all []vm.Event
	for line := range strings.Lines(lines) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		var name string
		var every, times int
		var data string
		f := strings.SplitN(strings.TrimSpace(line), " ", 4)
		name, data = f[0], f[3]
		fmt.Sscan(f[1], &every)
		fmt.Sscan(f[2], &times)
		for i := range times {
			v, err := runtime.ParseJSON([]byte(strings.ReplaceAll(data, "#", fmt.Sprint(i))))
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			all = append(all, vm.Event{T: int64(1_772_323_200+i*every) * 1e9, Tag: name, Data: v})
		}
	}
	runtime.Sort(all)
	var o observe.Observer
	o.Begin("day.edr")
	for i := range all {
		o.Add(&all[i])
	}
	return o.Observed()
}

// shown is what a program draws beside a recording and not without it: the
// slug and the place of warnings and errors, and of hints in brackets.
func shown(t *testing.T, text string, o *lang.Observed) []string {
	t.Helper()
	src := []lang.Source{{Name: "a.eda", Text: text}}
	without := lint.Program(src, environment(t), lint.Settings{}).Findings
	var out []string
	for _, d := range lint.Program(src, environment(t), lint.Settings{Observed: o}).Findings {
		if slices.ContainsFunc(without, func(w lang.Diag) bool { return w.Code == d.Code && w.Primary == d.Primary }) {
			continue
		}
		s := d.Slug() + " " + text[d.Primary.Span.Start:d.Primary.Span.End]
		if d.Severity == lang.Hint {
			s = "(" + s + ")"
		}
		if !strings.Contains(d.Message, "day.edr") || !slices.ContainsFunc(d.Notes, func(n string) bool { return strings.Contains(n, "evidence, not proof") }) {
			t.Errorf("%s does not say that it is evidence from day.edr: %s", d.Slug(), d.Message)
		}
		out = append(out, s)
	}
	return out
}

func TestEvidence(t *testing.T) {
	o := recording(t, `
/load/web1 10 30 {"load": 1#.5, "list": [1, 2], "name": "n#", "cpu": {"user": 0.5}, "ok": true}
/load/web2 10 30 {"load": 2#.5, "list": [1, 2], "name": "n#", "cpu": {"user": 0.5}, "ok": true}
/beat 15 20 {"host": "a", "n": #}
/beat 20 20 {"host": "b", "n": #}
/mixed/x 10 20 {"v": #, "w": "text"}
/mixed/y 10 20 {"v": "n/a", "w": "text"}
/job/done 60 12 {"status": "failed", "id": "j#"}
/slow/a 300 12 {"v": #}
/slow/b 300 12 {"v": #}
`)
	for _, c := range []struct{ rule, want string }{
		// tags
		{`on "/laod/{host}" do log "x"`, `unseen-tag "/laod/{host}"`},
		{`on "load/{host}" do log "x"`, `unseen-tag "load/{host}"`},
		{`on "/Load/{host}" do log "x"`, `unseen-tag "/Load/{host}"`},
		{`on "/load" do log "x"`, `(not-recorded "/load")`},
		{`on "/load/web3" do log "x"`, `(not-recorded "/load/web3")`},
		{`on "/oom/{host}" when avg(bogus, 1s) > 1000 for 1s do log "x"`, `(not-recorded "/oom/{host}")`},
		{`on "/eda/late" do log "x"`, ""},
		{`on "/load/{host}" do fire "/laod/{host}"` + "\n" + `on "/laod/{host}" do log "x"`, ""},
		{`on "/load/{host}" do fire "/page" { n: count(1m from "/laod/*") }`, `unseen-tag "/laod/*"`},
		{`on "**" do log "x"`, ""},
		{`on every 1m do fire "/n" { n: count(1m from "/load/*") }`, ""},
		// fields
		{`on "/load/{host}" where laod > 3 do log "{laod}"`, `unseen-field laod`},
		{`on "/load/{host}" where bogus > 3 do log "x"`, `(not-recorded bogus)`},
		{`on "/load/{host}" where has laod and laod > 3 do log "x"`, ""},
		{`on "/load/{host}" where (laod ?? 1) > 3 do log "x"`, ""},
		{`on "/load/{host}" where cpu.usr > 0.1 do log "x"`, `unseen-field usr`},
		{`on "/load/{host}" as e where e.laod > 15 do log "x"`, `unseen-field laod`},
		{`on "/load/{host}" let l = laod when l > 15 for 1m do log "x"`, `unseen-field laod`},
		{`on "/beat" by host when max(load, 5m from "/load/{host}") > 15 for 5m do log "x"`, ""},
		{`on "/beat" by host when max(laod, 5m from "/load/{host}") > 15 for 5m do log "x"`, `unseen-field laod`},
		// kinds
		{`on "/load/{host}" when avg(list, 1m) > 0.5 for 1m do log "x"`, `recorded-kind list`},
		{`on "/load/{host}" when avg(list[0], 1m) > 1 for 1m do log "x"`, ""},
		{`on "/load/{host}" let l = list when l > 0.5 for 1m do log "x"`, `recorded-kind l`},
		{`on "/load/{host}" where abs(list) > 3 do log "x"`, `recorded-kind list`},
		{`on "/load/{host}" as e where e.list > 3 do log "x"`, `recorded-kind e.list`},
		{`on "/load/{host}" where list > 3 and list < 9 do log "x"`, `recorded-kind list`},
		{`on "/load/{host}" where len(list) > 1 do log "x"`, ""},
		{`on "/load/{host}" where 1 in list do log "x"`, ""},
		{`on "/beat" by host when max(list, 5m from "/load/{host}") > 15 for 5m do log "x"`, `recorded-kind list`},
		{`on "/load/{host}" where ok > 3 do log "x"`, `recorded-kind ok > 3`},
		{`on "/mixed/{h}" where v > 3 do log "x"`, `recorded-mixed v > 3`},
		{`on "/mixed/x" where v > 3 do log "x"`, ""},
		{`on "/mixed/{h}" where num(v) > 3 do log "x"`, ""},
		{`on "/mixed/y" where v == "n/a" do log "x"`, ""},
		// texts
		{`on "/job/done" where status == "faild" do log "x"`, `unseen-value "faild"`},
		{`on "/job/done" where status != "Failed" do log "x"`, `unseen-value "Failed"`},
		{`on "/job/done" where status in ["ok", "faild"] do log "x"`, `(not-recorded "ok") unseen-value "faild"`},
		{`on "/load/{host}" where host == "wbe1" do log "x"`, `unseen-value "wbe1"`},
		{`on "/load/{host}" where host == "web3" do log "x"`, `(not-recorded "web3")`},
		{`on "/job/done" where id == "j77" do log "x"`, `(not-recorded "j77")`},
		// thresholds
		{`on "/load/{host}" where load > 15 do log "x"`, ""},
		{`on "/load/{host}" where load > 300 do log "x"`, `(threshold-not-crossed load > 300)`},
		{`on "/load/{host}" where 300 < load do log "x"`, `(threshold-not-crossed 300 < load)`},
		{`on "/load/{host}" where load > 30000 or ok do log "x"`, `threshold-out-of-range load > 30000`},
		{`param most: int = 30000` + "\n" + `on "/load/{host}" where load > most do log "x"`, `threshold-out-of-range load > most`},
		{`on "/load/{host}" when pct(load, 95, 1m) > 30000 for 1m do log "x"`, `threshold-out-of-range pct(load, 95, 1m) > 30000`},
		{`on "/load/{host}" when sum(load, 1m) > 30000 for 1m do log "x"`, ""},
		{`on "/load/{host}" when delta(load, 1m) > 30000 for 1m do log "x"`, ""},
		{`on "/load/{host}" where load > 0 do log "x"`, `(threshold-not-crossed load > 0)`},
		{`on "/load/{host}" where cpu.user > 50 do log "x"`, `threshold-out-of-range cpu.user > 50`},
		{`event "/load/{host}" { load: float, ... }` + "\n" + `on "/load/{host}" where load > 30000 do log "x"`, `threshold-out-of-range load > 30000`},
		{`on "/beat" where n > 5000 by host do log "x"`, `(threshold-not-crossed n > 5000)`},
		{`on "/load/{host}" where load < 30000 do log "x"`, `(threshold-not-crossed load < 30000)`},
		{`on "/load/{host}" where load > 0.9 do log "x"`, `(threshold-not-crossed load > 0.9)`},
		{`on "/load/{host}" where (laod ?? load) > 15 do log "x"`, ""},
		{`on "/load/{host}" where (load ?? old_load) > 15 do log "x"`, ""},
		// time between events
		{`on "/load/{host}" when avg(load, 5s) > 15 for 1m do log "x"`, `window-below-period 5s`},
		{`on "/load/{host}" when avg(load, 10s) > 15 for 1m do log "x"`, ""},
		{`on "/load/{host}" when avg(load, each 5s) > 15 for 1m do fire "/x" { m: max(load, 5s) }`, `window-below-period 5s`},
		{`on "/load/*" by none when avg(load, 8s) > 15 for 1m do log "x"`, ""},
		{`on "/load/*" by none when avg(load, 4s) > 15 for 1m do log "x"`, `window-below-period 4s`},
		{`on "/load/{host}" | "/slow/{host}" when count(1m) > 3 for 1m do log "x"`, ""},
		{`on "/slow/{h}" | "/load/{h}" where v > 3 when count(1m) > 3 for 1m do log "x"`, ""},
		{`on "/beat" by host when count(12s) >= 2 for 1m do log "x"`, `window-below-period 12s`},
		{`on "/beat" by host when count(17s) >= 2 for 1m do log "x"`, ""},
		{`on "/slow/{h}" when v > 3 for 1m do log "x"`, `hold-below-period 1m`},
		{`on "/slow/{h}" when avg(v, 1m) > 3 for 1m do log "x"`, `window-below-period 1m`},
		{`on "/slow/{h}" when avg(v, last 3) > 3 for 10m do log "x" clear when v < 2 for 1m`, `hold-below-period 1m`},
		{`rule q on "/slow/{h}" when silent(2m) for 1m do log "x"`, `usual-silence 2m`},
		{`rule q on "/slow/{h}" when silent(5m) do log "x"`, ""},
		{`rule q on "/beat" by host when silent(16s) do log "x"`, ""},
		{`rule q on "/beat" by host when silent(14s) do log "x"`, `usual-silence 14s`},
		{`on "/slow/{h}" when avg(v, last 12) > 3 for 10m do log "x"`, ""},
		{`on "/slow/{h}" when avg(v, last 13) > 3 for 10m do log "x"`, `(long-last 13)`},
		{`on "/slow/{h}" do log "x" limit 1 per 5m`, `(idle-limit 1 per 5m)`},
		{`on "/slow/{h}" do log "x" limit 1 per 6m`, ""},
		{`on "/slow/{h}" do log "x" limit 1 per 5m by none`, ""},
		{`on "/slow/{h}" by upper(h) when avg(v, 1m) > 3 for 1m do log "x"`, ""}, // what the key is, no recording says
		{`on "/slow/a" then "/slow/b" within 1m do log "{v}"`, ""},
		// keys
		{`on "/load/{host}" by name when count(5m) > 3 for 1m do log "x"`, ""}, // there twice each
		{`on "/load/web1" by name when count(5m) > 3 for 1m do log "x"`, `key-per-event name`},
		{`on "/load/web1" by name do log "x"`, ""},
	} {
		if got := strings.Join(shown(t, c.rule, o), " "); got != c.want {
			t.Errorf("%s\n draws %s\n want  %s", c.rule, got, c.want)
		}
	}
}

// Of a recording whose tags are not all known nothing is said to be missing.
func TestEvidenceIncomplete(t *testing.T) {
	o := recording(t, `/load/web1 10 30 {"load": 1#.5}`)
	o.Rest = 1
	if got := shown(t, `on "/laod/{host}" do log "x"`+"\n"+`event "/gone" { x: int }`, o); len(got) > 0 {
		t.Errorf("draws %s", got)
	}
	o.Rest = 0
	o.Tags[0].Data.Cut = true
	if got := shown(t, `on "/load/{host}" where bogus > 3 do log "x"`, o); len(got) > 0 {
		t.Errorf("draws %s", got)
	}
}

// A list that is used twice in a rule is one finding, and its fix mends both.
func TestMisuseOnce(t *testing.T) {
	o := recording(t, `/load/web1 10 30 {"load": [1, 2]}`)
	src := []lang.Source{{Name: "a.eda", Text: `on "/load/{host}" where load > 1 when avg(load, 1m) > 1 for 1m do log "x"`}}
	found := lint.Program(src, environment(t), lint.Settings{Observed: o}).Findings
	for _, d := range found {
		if d.Code == lang.CodeRecordedKind {
			if len(d.Fixes) != 1 || len(d.Fixes[0].Edits) != 2 || d.Fixes[0].Edits[0].Text != "load[0]" || d.Fixes[0].Safe {
				t.Errorf("the fix is %+v", d.Fixes)
			}
			return
		}
	}
	t.Errorf("nothing was found: %v", found)
}

// An error in one rule keeps nothing back that a recording says of another;
// of the rule itself, and of tags that it may send, nothing is said.
func TestEvidenceBesideErrors(t *testing.T) {
	o := recording(t, `/load/web1 10 30 {"load": 1#.5, "list": [1]}`)
	const text = `rule a on "/load/{host}" when agv(list, 5s) > laod for 1m do log "x"
rule b on "/load/{host}" where list > 3 do log "x"
rule c on "/laod/{host}" do log "x"
`
	if got := strings.Join(shown(t, text, o), " "); got != "recorded-kind list" {
		t.Errorf("draws %s", got)
	}
}

// Whatever is damaged, what a recording shows is said without a panic.
func TestEvidenceOfDamage(t *testing.T) {
	o := recording(t, `
/load/web1 10 30 {"load": 1#.5, "list": [1, 2], "name": "n#", "cpu": {"user": 0.5}}
/beat 15 20 {"host": "a", "at": 1772323200}
`)
	const text = `event "/beat" { host: string, at: time } time at late 5s
param most: float = 3
table t from "t.csv" key host
state s: int by host = 0 expire 1h
fn f(x) = x + most
rule a on "/load/{host}" as e where e.laod > 3 and cpu.usr in [1, "x"] let l = avg(list[0], each 5s) when l > most for 5s repeat 10s do fire "/x/{host}" { a: f(l), b: max(load, 5s from "/load/{host}" where load > 1) } clear when silent(5s) for 1s limit 5 per 1s gather 3s by host
rule b on "/beat" by host in t when silent(5s) do set s = s + 1
on "/load/{a}" then not "/beat" | "/laod/*" within 10s do log "{a}"
on every 1m do fire "/y" { n: count(1m from "/load/*") }
`
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' })
	env := environment(t)
	for i := range words {
		for _, with := range []string{"", "(", "}", `"`, "5", "on", "laod"} {
			damaged := slices.Clone(words)
			damaged[i] = with
			lint.Program([]lang.Source{{Name: "a.eda", Text: strings.ReplaceAll(strings.Join(damaged, " "), " rule ", "\nrule ")}}, env, lint.Settings{Observed: o})
			lint.Program([]lang.Source{{Name: "a.eda", Text: strings.Replace(text, words[i], with, 1)}}, env, lint.Settings{Observed: o})
		}
	}
}
