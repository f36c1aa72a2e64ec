package scenario_test

import (
	"strings"
	"testing"

	"github.com/eda-lang/eda/runtime/scenario"
)

// A test may expect the engine's own events, and need not (S30e).
func TestOwnEventsMayBeExpected(t *testing.T) {
	const rules = `rule down on "/h/{host}" when silent(30s) do fire "/down" expire 1m
`
	for text, want := range map[string]string{
		`send "/h/a" {} wait 2m expect "/down" expect "/eda/forgotten" { rule: "down" } at 1m`: "",
		`send "/h/a" {} wait 2m expect "/down" expect nothing`:                                 "",
		`send "/h/a" {} wait 2m expect "/down" expect "/eda/forgotten" { rule: "up" }`:         "but it was not fired",
		`send "/h/a" {} wait 2m expect "/eda/forgotten"`:                                       "no expect in this test claims it",
	} {
		_, u := compile(t, rules+"test \"t\" { "+text+" }")
		r, err := scenario.Run(u, u.Tests[0], environment(t))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range r.Failures {
			got += f.Message + "\n"
		}
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s\n draws %q, want %q", text, got, want)
		}
	}
}
