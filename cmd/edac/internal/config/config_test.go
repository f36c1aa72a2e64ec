package config

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
)

// compact is what a file draws, a line for each finding.
func compact(t *testing.T, text string) string {
	t.Helper()
	_, ds := Parse(lang.Source{Name: "edac.toml", Text: text})
	var b strings.Builder
	if err := lang.Render(&b, ds, map[string]string{"edac.toml": text}, lang.RenderOptions{Format: "compact"}); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), " error[EDA0191]", "")
}

func TestFindings(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"rule = [\"rules\"]", "edac.toml:1:1: unknown key `rule`; did you mean `rules`?\n"},
		{"fail-on = \"hint\"", "edac.toml:1:1: unknown key `fail-on`; did you mean `fail-on` of [lint]?\n"},
		{"[lint]\nfail_on = \"hint\"", "edac.toml:2:1: unknown key `fail_on` in [lint]; did you mean `fail-on`?\n"},
		{"[lnt]\nfail-on = \"hint\"\nx = 1", "edac.toml:1:2: unknown key `lnt`; did you mean `lint`?\n"},
		{"[lint]\nstrict = true", "edac.toml:2:1: unknown key `strict` in [lint]; did you mean `strict` at the top?\n"},
		{"[test]\nqqqqqq = 1", "edac.toml:2:1: unknown key `qqqqqq` in [test]; the keys are `cover-min`, `mutate-min`\n"},
		{"lint = { fial-on = \"hint\" }", "edac.toml:1:10: unknown key `fial-on` in [lint]; did you mean `fail-on`?\n"},
		{"lint.severity.unusde = \"hint\"", "edac.toml:1:15: there is no finding `unusde`; did you mean `unused`?\n"},
		{"lint = 3", "edac.toml:1:1: `lint` is a table; write `[lint]` and its keys below\n"},
		{"[rules]\nx = 1", "edac.toml:1:2: `rules` is a key, not a table; write `rules = …`\n"},
		{"strict = 1", "edac.toml:1:10: `strict` takes true or false, such as `true`\n"},
		{"rules = \"rules\"", "edac.toml:1:9: `rules` takes a list of paths, such as `[\"rules\"]`\n"},
		{"rules = [1, 2] # no", "edac.toml:1:9: `rules` takes a list of paths, such as `[\"rules\"]`\n"},
		{"outputs = [\"/act/**\", \"/a/**/**\"]", "edac.toml:1:23: only one ** can stand in a pattern\n"},
		{"[lint]\nfail-on = \"warnings\"", "edac.toml:2:11: `fail-on` takes error, warning or hint, such as `\"warning\"`\n"},
		{"[lint]\ndisable = [\"unknown-field\"]", "edac.toml:2:12: `unknown-field` is an error, which cannot be switched off: rules with one have no meaning and do not load\n"},
		{"[lint]\ndisable = [\n  \"unused\", # known\n  \"eda9999\",\n]", "edac.toml:4:3: there is no finding `eda9999`\n"},
		{"[lint.severity]\nEDA0203 = \"hint\"", "edac.toml:2:1: `EDA0203` is an error, which cannot be lowered: rules with one have no meaning and do not load\n"},
		{"[lint.severity]\nunused = \"error\"", "edac.toml:2:10: `unused` takes warning, hint or off, such as `\"hint\"`\n"},
		{"[test]\ncover-min = 101", "edac.toml:2:13: `cover-min` takes a number from 0 to 100, such as `80`\n"},
		{"[lint.limits]\nacts = 0", "edac.toml:2:8: `acts` takes a whole number above 0, such as `200`\n"},
		{"[lint.limits]\nfanout = 5", "edac.toml:2:1: unknown key `fanout` in [lint.limits]; the keys are `acts`, `bytes-per-key`, `bytes-per-rule`\n"},
		{"strict = true\nstrict = false", "edac.toml:2:1: this is not TOML: key strict is already defined\n"},
		{"strict = ", "edac.toml:1:9: this is not TOML: expected value, not end of input\n"},
		{"[[lint]]\nfail-on = \"hint\"", "edac.toml:1:3: `lint` is a table; write `[lint]` and its keys below\n"},
	} {
		if got := compact(t, c.text); got != c.want {
			t.Errorf("%s\ngives\n%swant\n%s", c.text, got, c.want)
		}
	}
}

// Every key counts, in each of the forms that TOML has for it.
func TestValues(t *testing.T) {
	want, ds := Parse(lang.Source{Name: "p/edac.toml", Text: `
rules = ["rules", "/abs/x.eda"]
recording = ["data/day.edr"]
outputs = ["/act/**", "/log"]
inputs = ["/client/**"]
strict = true
[lint]
fail-on = "warning"
enable = ["unused"]
disable = ["EDA0511", "always-true"]
baseline = "known"
[lint.severity]
edge-on-field = "warning"
contradiction = "off"
[lint.limits]
acts = 7
[test]
cover-min = 80
mutate-min = 62.5
`})
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	same, ds := Parse(lang.Source{Name: "p/edac.toml", Text: `
strict = true
outputs = ['/act/**', """/log"""]
inputs = ["/client/**"]
lint.limits.acts = 7
rules = [
  "rules", # ours
  "/abs/x.eda",
]
recording = ["data/day.edr"]
test = { cover-min = 80.0, mutate-min = 6_2.5 }
lint.severity = { "edge-on-field" = "warning", contradiction = "off" }
lint.fail-on = "warning"
lint.enable = ["EDA0211"]
lint.disable = ["missing-hysteresis", "EDA0501"]
lint.baseline = "known"
`})
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	if !reflect.DeepEqual(want, same) {
		t.Errorf("\n%+v\n%+v", want, same)
	}
	if want.Rules[0] != "p/rules" || want.Rules[1] != "/abs/x.eda" || want.Baseline != "p/known" || want.CoverMin != 80 || want.MutateMin != 62.5 ||
		len(want.Settings.Outputs) != 2 || len(want.Settings.Inputs) != 1 || want.Settings.MostActs != 7 || !want.Settings.Strict || *want.FailOn != lang.Warning || want.Settings.Off[lang.CodeUnused] || !want.Settings.Off[lang.CodeConflict] {
		t.Errorf("%+v", want)
	}
}

// The commented file decides nothing, and each of its keys can be put in force.
func TestCommented(t *testing.T) {
	text := Commented()
	if got := compact(t, text); got != "" {
		t.Error(got)
	}
	if c, _ := Parse(lang.Source{Name: Name, Text: text}); !reflect.DeepEqual(c, &Config{File: Name}) {
		t.Errorf("%+v", c)
	}
	live := regexp.MustCompile(`(?m)^# ([a-z-]+ = )`).ReplaceAllString(text, "$1")
	if got := compact(t, live); got != "" {
		t.Errorf("%s\ndraws\n%s", live, got)
	}
	if n := strings.Count(live, " = "); n < len(keys) {
		t.Errorf("%d of %d keys", n, len(keys))
	}
}

// The nearest file speaks; its paths are as the working folder has them.
func TestFind(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, d := range []string{"a/b/c", "a/x"} {
		if err := os.MkdirAll(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []string{"edac.toml", "a/b/edac.toml"} {
		if err := os.WriteFile(filepath.FromSlash(f), []byte("rules = [\"r\"]\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ folder, file, rules string }{
		{".", "edac.toml", "r"}, {"a/x", "edac.toml", "r"}, {"a/b/c", "a/b/edac.toml", "a/b/r"}, {"a/b", "a/b/edac.toml", "a/b/r"},
	} {
		got, _, ds, err := Load("", c.folder)
		if err != nil || len(ds) > 0 || got.File != c.file || got.Rules[0] != c.rules {
			t.Errorf("%s: %+v %v %v", c.folder, got, ds, err)
		}
	}
	t.Chdir("a/x")
	if got, _, _, err := Load("", "."); err != nil || got.Rules[0] != "../../r" {
		t.Errorf("%+v %v", got, err)
	}
	if _, _, _, err := Load("none.toml", "."); err == nil || err.Error() != "none.toml: no such file or directory" {
		t.Error(err)
	}
}
