package editors

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The problem matchers of GitHub and of Visual Studio Code read each line that
// edac prints for a finding, with its place and severity, and no other line.
func TestProblemMatchers(t *testing.T) {
	needEdac(t)
	type pattern struct {
		Regexp                                      string
		File, Line, Column, Severity, Code, Message int
	}
	type matcher struct {
		severity string
		pattern
	}
	read := func(name string, into any) {
		text, err := os.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var github struct {
		ProblemMatcher []struct {
			Owner, Severity string
			Pattern         []pattern
		}
	}
	var vscode struct {
		Contributes struct{ ProblemMatchers []struct{ Pattern pattern } }
	}
	read("github/eda.json", &github)
	read("vscode/package.json", &vscode)
	sets := map[string][]matcher{"vscode": {{"", vscode.Contributes.ProblemMatchers[0].Pattern}}}
	for _, m := range github.ProblemMatcher {
		sets["github"] = append(sets["github"], matcher{m.Severity, m.Pattern[0]})
	}

	out, status := edac(t, rules(t, severities), "lint", "--format", "compact", "--hints", ".")
	want := map[string]string{
		"vscode": "odd/b.eda 2 25 warning EDA0503\nodd/b.eda 3 24 hint EDA0511\nwrong/a.eda 2 43 error EDA0203\n",
		"github": "odd/b.eda 2 25 warning EDA0503\nodd/b.eda 3 24 notice EDA0511\nwrong/a.eda 2 43 error EDA0203\n",
	}
	if status != 1 || strings.Count(out, "\n") != 3 {
		t.Fatalf("status %d:\n%s", status, out)
	}
	for name, set := range sets {
		got := ""
		for line := range strings.Lines(out + "3 findings in 2 files\nrules/a.eda:1:2: not this\n") {
			for _, m := range set {
				r := regexp.MustCompile(m.Regexp).FindStringSubmatch(strings.TrimSuffix(line, "\n"))
				if r == nil {
					continue
				}
				if r[m.Message] == "" {
					t.Errorf("%s: no message in %s", name, line)
				}
				severity := m.severity
				if m.Severity > 0 {
					severity = r[m.Severity]
				}
				got += strings.Join([]string{r[m.File], r[m.Line], r[m.Column], severity, r[m.Code]}, " ") + "\n"
			}
		}
		if got != want[name] {
			t.Errorf("%s: got\n%swant\n%s", name, got, want[name])
		}
	}
}
