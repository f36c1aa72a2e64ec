package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
)

// project is a program of so many files with ten rules each, some 2.5 KB a
// file, each with events, situations, sequences and fired events of its own.
func project(files int) []lang.Source {
	var out []lang.Source
	for f := range files {
		var b strings.Builder
		fmt.Fprintf(&b, "event \"/svc%d/load/{host}\" { cur_load: float, cores: int, name: string?, ... }\n", f)
		fmt.Fprintf(&b, "event \"/svc%d/req/{path}\" { ms: float, status: int, user: string }\n", f)
		fmt.Fprintf(&b, "param crit_%d: float = %d.5\n\n", f, 20+f%7)
		for r := range 10 {
			switch r % 5 {
			case 0:
				fmt.Fprintf(&b, "rule hot_%d_%d on \"/svc%d/load/{host}\"\n  when avg(cur_load, %ds) > crit_%d and max(cur_load, 5m) < 9%d00 for 1m\n  do fire \"/alert/svc%d/{host}\" { load: cur_load, why: \"hot\", level: %d }\n  clear when avg(cur_load, %ds) < crit_%d / 2 do fire \"/clear/svc%d/{host}\" { host: host }\n  limit 3 per 10m\n\n", f, r, f, 10+r, f, r, f, r, 10+r, f, f)
			case 1:
				fmt.Fprintf(&b, "rule slow_%d_%d on \"/svc%d/req/{path}\" where status < 500\n  let p = pct(ms, 9%d, 1m)\n  when p > %d and count(1m) > 20 for 30s\n  do fire \"/alert/slow%d/{path}\" { path: path, p: p }, log \"service %d: {path} is slow, {p:.1f} ms\"\n  clear when p < %d do fire \"/clear/slow%d/{path}\" { path: path }\n\n", f, r, f, r, 100+10*r, f, f, 50+10*r, f)
			case 2:
				fmt.Fprintf(&b, "rule errors_%d_%d on \"/svc%d/req/{path}\" where status >= 500 and user != \"probe%d\"\n  do fire \"/error/svc%d/{path}\" { path: path, status: status, user: user }\n  limit 1 per 5m by path\n\n", f, r, f, r, f)
			case 3:
				fmt.Fprintf(&b, "rule lost_%d_%d on \"/svc%d/load/{host}\" when silent(%dm) and not active(hot_%d_0)\n  do fire \"/alert/lost%d/{host}\" { host: host, since: \"%d\" }\n  clear do log \"{host} is back\"\n\n", f, r, f, r+1, f, f, r)
			case 4:
				fmt.Fprintf(&b, "rule seq_%d_%d on \"/svc%d/down/{host}\" then not \"/svc%d/up/{host}\" within %dm\n  do fire \"/alert/down%d/{host}\" { host: host, rule: %d }\n  gather 30s by none\n\n", f, r, f, f, r+1, f, r)
			}
		}
		out = append(out, lang.Source{Name: fmt.Sprintf("rules/%03d.eda", f), Text: b.String()})
	}
	return out
}

// Linting is linear: four times the rules must not take sixteen times the memory
// traffic, which unlike time is the same in every run.
func TestLintIsLinear(t *testing.T) {
	env := environment()
	cost := func(files int) float64 {
		src := project(files)
		return testing.AllocsPerRun(1, func() {
			if _, ds := check(src, env); ds.HasErrors() {
				t.Fatal(ds[0].Message)
			}
		})
	}
	small, large := cost(25), cost(100)
	if large > 5*small {
		t.Errorf("100 files take %.0f allocations, 25 take %.0f", large, small)
	}
}

// 1,000 rules in 100 files, as edac lint reads them.
func BenchmarkLint(b *testing.B) {
	src := project(100)
	size := 0
	for _, s := range src {
		size += len(s.Text)
	}
	env := environment()
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		check(src, env)
	}
}
