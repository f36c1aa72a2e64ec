package lint_test

import (
	"slices"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// What a fix makes of a text, which then draws nothing of that kind, and no error.
func TestFixedTexts(t *testing.T) {
	var asked lint.Settings
	for _, c := range []lang.Code{lang.CodeUnformatted, lang.CodeUndescribed} {
		asked.Switch(c, false)
	}
	for _, c := range []struct {
		code       lang.Code
		text, want string
	}{
		{lang.CodeUnformatted, "on \"/a\"   where x>20 do log \"x\"\n", "on \"/a\" where x > 20 do log \"x\"\n"},
		{lang.CodeUnformatted, "# one\non \"/a\" do log \"x\"\n\n\n\n# two\non   \"/b\" do log \"x\"  # end", "# one\non \"/a\" do log \"x\"\n\n# two\non \"/b\" do log \"x\"  # end\n"},
		{lang.CodeNameStyle, "on \"/a\" let maxLoad = load + 1 when maxLoad > 2 do log \"{maxLoad:.1f}\"\n", "on \"/a\" let max_load = load + 1 when max_load > 2 do log \"{max_load:.1f}\"\n"},
		{lang.CodeNameStyle, "on \"/a\" let maxLoad = max_load + 1 when maxLoad > 2 do log \"x\"\n", ""}, // it would hide a field
		{lang.CodeMagic, "param p: int = 1\non \"/a\" where x > 20.5 do log \"{p}\"\non \"/b\" where 20.5 < x do log \"b\"\non \"/c\" where x <= 20.5 do log \"c\"\n",
			"param p: int = 1\nparam x_limit: float = 20.5\non \"/a\" where x > x_limit do log \"{p}\"\non \"/b\" where x_limit < x do log \"b\"\non \"/c\" where x <= x_limit do log \"c\"\n"},
		{lang.CodeDefaultClear, "on \"/a\" when s == 1 do log \"x\"\nclear when s != 1 do log \"y\"\n", "on \"/a\" when s == 1 do log \"x\"\nclear do log \"y\"\n"},
		{lang.CodeClearsAtOnce, "on \"/a\" when s > 20 do log \"x\" clear when s > 15\n", "on \"/a\" when s > 20 do log \"x\" clear when s < 15\n"},
		{lang.CodeConflict, "on \"/a\" where s == 1 and s == 2 do log \"x\"\n", "on \"/a\" where s == 1 or s == 2 do log \"x\"\n"},
		{lang.CodeAlwaysTrue, "on \"/a\" where s != 1 or s != 2 do log \"x\"\n", "on \"/a\" where s != 1 and s != 2 do log \"x\"\n"},
		{lang.CodeRedundant, "on \"/a\" where s > 1 # why\nand s > 2 do log \"x\"\n", ""}, // a comment would go with it
		{lang.CodeUnits, "on \"/a\" where took_ms > 1m30s do log \"x\"\n", "on \"/a\" where took_ms > 90000 do log \"x\"\n"},
	} {
		env := environment(t)
		read := func(text string) lang.Diagnostics {
			return lint.Program([]lang.Source{{Name: "a.eda", Text: text}}, env, asked).Findings
		}
		fixed := c.text
		found := read(c.text)
		slices.Reverse(found) // so that places before it stay
		drawn := false
		for _, d := range found {
			if d.Code == c.code {
				drawn = true
				for _, f := range d.Fixes {
					fixed = apply(fixed, f)
				}
			}
		}
		want := c.want
		if want == "" {
			want = c.text
		}
		if !drawn || fixed != want {
			t.Errorf("%s is fixed to\n%s", c.text, fixed)
		}
		if c.want == "" {
			continue
		}
		for _, d := range read(fixed) {
			if d.Code == c.code || d.Severity == lang.Error {
				t.Errorf("%s, fixed to\n%s, draws %s %s", c.text, fixed, d.Code, d.Message)
			}
		}
	}
}
