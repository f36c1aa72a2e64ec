package compiler_test

import (
	"strings"
	"testing"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
)

// Joining a file means what its text in the same program would: names are
// those of the program, the prefix only names.
func TestJoinedFilesCompileAlike(t *testing.T) {
	lib := "param budget: float = 0.5\nparam word: string = \"a+\"\nfn twice(x) = x * 2\nrule busy on \"/n/{dev}\" when max(rx, 1m) > budget\n"
	main := `on "/n/{dev}" where net.twice(rx) > net.budget and dev matches net.word let b = active(net.busy) do log "{dev} {b}"` + "\n" +
		`rule r on "/n/{dev}" when avg(rx, 1m) > net.budget and not active(net.busy) do fire "/x/{dev}"` + "\n"
	flat := strings.ReplaceAll(main, "net.", "")
	env, err := lang.NewEnv(stdlib.Signatures())
	if err != nil {
		t.Fatal(err)
	}
	compile := func(main string, use string) string {
		p, _, ds := compiler.Build([]lang.Source{{Name: "main.eda", Text: use + main}, {Name: "lib.eda", Text: lib}}, env)
		if p == nil {
			t.Fatal(ds)
		}
		p.Lines = make([]vm.Line, len(p.Code))
		for i := range p.Rules { // named for where and how they are written
			if p.Rules[i].Unnamed {
				p.Rules[i].Name, p.Rules[i].Identity = "unnamed", "unnamed"
			}
			for j := range p.Rules[i].Windows {
				p.Rules[i].Windows[j].Text = ""
			}
		}
		return string(vm.Encode(p))
	}
	if compile(main, "use \"lib.eda\" as net\n") != compile(flat, "") {
		t.Error("the joined program differs from the flat one")
	}
}
