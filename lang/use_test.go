package lang

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// joined checks main.eda of a folder with what it joins.
func joined(t *testing.T, files map[string]string) (*Unit, Diagnostics) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	sources := Join([]Source{{Name: "rules/main.eda", Text: files["rules/main.eda"]}}, func(name string) (string, error) {
		text, err := fs.ReadFile(fsys, name)
		return string(text), err
	})
	var parsed []*File
	var all Diagnostics
	for _, s := range sources {
		f, ds := Parse(s)
		parsed = append(parsed, f)
		all = append(all, ds...)
	}
	env, err := NewEnv([]string{"len(x: any) -> int"})
	if err != nil {
		t.Fatal(err)
	}
	u, ds := Check(parsed, env)
	return u, append(all, ds...)
}

func TestUse(t *testing.T) {
	net := "param budget: float = 0.5\nfn twice(x) = x * 2\nrule busy on \"/net/{dev}\" when max(rx, 1m) > budget\n" +
		"test \"of its own\" { expect nothing }\n"
	u, ds := joined(t, map[string]string{
		"rules/main.eda": `use "lib/net.eda" as net
use "../shared/base.eda" as base
param mine: float = net.budget
on "/net/{dev}" where rx > net.budget and net.twice(rx) > base.least and active(net.busy) do log "{dev}"
on "/net/{dev}" where net.rx > 1 do log "no field of that name is meant"`,
		"rules/lib/net.eda": net + `use "../../shared/base.eda" as b` + "\n" + `on "/x" where y > b.least do log "y"`,
		"shared/base.eda":   "param least: int = 3",
	})
	for _, d := range ds {
		if d.Severity == Error && !strings.Contains(d.Message, "declares no `rx`") {
			t.Errorf("%s:%d: %s", d.Primary.File, d.Primary.Span.Start, d.Message)
		}
	}
	if len(u.Files) != 3 || len(u.Rules) != 4 || len(u.Tests) != 0 {
		t.Errorf("%d files, %d rules, %d tests", len(u.Files), len(u.Rules), len(u.Tests))
	}
	if p := u.Params; len(p) != 3 {
		t.Errorf("%d params", len(p))
	}
}

func TestUseErrors(t *testing.T) {
	lib := map[string]string{"rules/lib.eda": "param budget: float = 0.5\nfn twice(x) = x * 2\nrule busy on \"/n/{dev}\" when max(rx, 1m) > budget"}
	for _, c := range []struct{ name, main, want string }{
		{"no such file", `use "nolib.eda" as lib`, "rules/nolib.eda cannot be read: file does not exist; the path is relative to this file"},
		{"no rules", `use "lib.txt" as lib`, `"lib.txt" is not a file of rules: their names end in .eda`},
		{"a name in braces", `use "{x}.eda" as lib`, "a fixed name"},
		{"itself", `use "main.eda" as me`, "in a ring: rules/main.eda -> rules/main.eda; move"},
		{"twice one name", "use \"lib.eda\" as lib\nuse \"lib.eda\" as lib", "`lib` is the name of a joined file already"},
		{"a name of the program", "use \"lib.eda\" as lib\nparam lib: int = 1", "`lib` is a param of this program"},
		{"no such name", "use \"lib.eda\" as lib\non \"/a\" where x > lib.bugdet do log \"x\"", "rules/lib.eda declares no `bugdet`; did you mean `budget`?"},
		{"no such function", "use \"lib.eda\" as lib\non \"/a\" where lib.twcie(x) > 1 do log \"x\"", "rules/lib.eda declares no `twcie`; did you mean `twice`?"},
		{"no function", "use \"lib.eda\" as lib\non \"/a\" where lib.budget(x) > 1 do log \"x\"", "`budget` is a param, and only functions are called"},
		{"no such rule", "use \"lib.eda\" as lib\non \"/a/{dev}\" where active(lib.bsy) do log \"x\"", "rules/lib.eda declares no `bsy`"},
		{"a rule as a value", "use \"lib.eda\" as lib\non \"/a\" where lib.busy do log \"x\"", "`busy` is a rule, which has no value here"},
		{"not joined", "on \"/a\" where net.f(x) > 1 do log \"x\"", "no file is joined as `net`; write use \"….eda\" as net"},
		{"own name in another file", "use \"lib.eda\" as lib\nparam own: int = 1\non \"/a\" where x > lib.own do log \"x\"", "rules/lib.eda declares no `own`"},
		{"a param of no value", "use \"lib.eda\" as lib\nparam own: float = lib.bugdet", "rules/lib.eda declares no `bugdet`"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lib["rules/main.eda"] = c.main
			_, ds := joined(t, lib)
			var said []string
			for _, d := range ds {
				if d.Severity == Error {
					said = append(said, fmt.Sprintf("%s:%d: %s", d.Primary.File, d.Primary.Span.Start, d.Message))
				}
			}
			if len(said) != 1 || !strings.Contains(said[0], c.want) {
				t.Errorf("want %q, got:\n%s", c.want, strings.Join(said, "\n"))
			}
		})
	}
}

// A capture, a let or an alias of that name means itself: a prefix hides nothing.
func TestUseHidesNothing(t *testing.T) {
	_, ds := joined(t, map[string]string{
		"rules/main.eda": "use \"lib.eda\" as lib\n" + `on "/a" as lib where lib.x > 1 do log "{lib.x}"`,
		"rules/lib.eda":  "param budget: float = 0.5",
	})
	if ds.HasErrors() {
		t.Error(ds[0].Message)
	}
}
