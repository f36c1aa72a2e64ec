package lint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
)

func env(t *testing.T) *lang.Env {
	t.Helper()
	e, err := lang.NewEnv(nil)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// drawn is what a program draws, a line "line:column slug" for each finding, and
// in brackets what comments silence.
func drawn(t *testing.T, text string, s Settings) string {
	t.Helper()
	r := Program([]lang.Source{{Name: "t.eda", Text: text}}, env(t), s)
	var out []string
	for _, d := range r.Findings {
		line, col := lang.LineCol(text, d.Primary.Span.Start)
		out = append(out, fmt.Sprintf("%d:%d %s", line, col, d.Slug()))
	}
	for _, d := range r.Suppressed {
		out = append(out, fmt.Sprintf("[%s %s]", d.Slug(), d.Reason))
	}
	return strings.Join(out, ", ")
}

func TestIgnores(t *testing.T) {
	const rule = "on \"/a\" where 1 < 2 do log \"x\"\n"
	for _, c := range []struct{ name, text, want string }{
		{"the declaration after it, and only that", "# edac:ignore always-true -- why\n" + rule + strings.Replace(rule, "/a", "/b", 1), "3:15 always-true, [always-true why]"},
		{"over blank lines and other comments", "#edac:ignore EDA0501 -- why\n\n# what it does\n" + rule, "[always-true why]"},
		{"that line", "on \"/a\"\nwhere 1 < 2 # edac:ignore eda0501 -- a -- b\ndo log \"x\"\n", "[always-true a -- b]"},
		{"not the line after", "on \"/a\" # edac:ignore always-true -- why\nwhere 1 < 2\ndo log \"x\"\n", "1:9 unused-ignore, 2:7 always-true"},
		{"the next line within a declaration", "on \"/a\"\n# edac:ignore always-true -- why\nwhere 1 < 2\ndo log \"x\"\n", "[always-true why]"},
		{"the file", "# rules\n# edac:ignore-file always-true -- why\n" + rule + strings.Replace(rule, "/a", "/b", 1), "[always-true why], [always-true why]"},
		{"a file below its top", rule + "# edac:ignore-file always-true -- why\n", "1:15 always-true, 2:1 bad-ignore"},
		{"in a string it is none", "on \"/a\" where 1 < 2 do log \"# edac:ignore always-true -- why\"\n", "1:15 always-true"},
		{"several", "# edac:ignore always-true,unused -- why\nrule r on \"/a\" as e where 1 < 2 do log \"x\"\n", "[unused why], [always-true why]"},
		{"one too many", "# edac:ignore always-true, unused, contradiction -- why\nrule r on \"/a\" where 1 < 2 do log \"x\"\n", "1:28 unused-ignore, 1:36 unused-ignore, [always-true why]"},
		{"without a reason", "# edac:ignore always-true\n" + rule, "1:1 ignore-without-reason, [always-true ]"},
		{"a reason that is not given", "# edac:ignore-file ignore-without-reason -- old code\n# edac:ignore always-true\n" + rule, "[always-true ], [ignore-without-reason old code]"},
		{"what speaks of comments and of none", "# edac:ignore-file unused-ignore -- old code\n" + rule, "1:1 unused-ignore, 2:15 always-true"},
		{"an unused one that is ignored", "# edac:ignore-file unused-ignore -- old code\n# edac:ignore unused -- why\n" + rule, "3:15 always-true, [unused-ignore old code]"},
		{"at the end of the file", "on \"/a\" where 1 < 2 do log \"x\" # edac:ignore always-true -- why", "[always-true why]"},
		{"before nothing", rule + "# edac:ignore always-true -- why", "1:15 always-true, 2:1 unused-ignore"},
		{"an error stays, and nothing else is said", "on \"/a\" where nope(1) do log \"x\" # edac:ignore unknown-function -- why\n", "1:15 unknown-function, 1:48 bad-ignore"},
		{"carriage returns", "# edac:ignore always-true -- why\r\non \"/a\"\r\nwhere 1 < 2 # edac:ignore always-true -- more\r\ndo log \"x\"\r\n", "3:13 unused-ignore, [always-true why]"},
	} {
		if got := drawn(t, c.text, Settings{}); got != c.want {
			t.Errorf("%s:\n%s\ngives %s\nwant  %s", c.name, c.text, got, c.want)
		}
	}
}

// A lint that is off finds nothing, so a comment about it is not unused.
func TestIgnoreOfWhatIsOff(t *testing.T) {
	var s Settings
	s.Switch(lang.CodeAlwaysTrue, true)
	if got := drawn(t, "# edac:ignore always-true -- why\non \"/a\" where 1 < 2 do log \"x\"\n", s); got != "" {
		t.Error(got)
	}
	s = Settings{}
	s.Level(lang.CodeUnusedIgnore, lang.Hint)
	r := Program([]lang.Source{{Name: "t.eda", Text: "# edac:ignore unused -- why\non \"/a\" do log \"x\"\n"}}, env(t), s)
	if len(r.Findings) != 1 || r.Findings[0].Severity != lang.Hint {
		t.Error(r.Findings)
	}
}

// The fixes of such comments take away what silences nothing and leave the rest
// as it is.
func TestIgnoreFixes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"# edac:ignore unused -- why\non \"/a\" do log \"x\"\n", "on \"/a\" do log \"x\"\n"},
		{"  # edac:ignore unused -- why\r\non \"/a\" do log \"x\"\n", "on \"/a\" do log \"x\"\n"},
		{"on \"/a\" do log \"x\"  # edac:ignore unused -- why\n", "on \"/a\" do log \"x\"\n"},
		{"on \"/a\" do log \"x\"  # edac:ignore unused -- why\r\n", "on \"/a\" do log \"x\"\r\n"},
		{"on \"/a\" do log \"x\" # edac:ignore unused -- why", "on \"/a\" do log \"x\""},
		{"# edac:ignore unused, always-true, contradiction -- why\non \"/a\" where 1 < 2 do log \"x\"\n", "# edac:ignore always-true -- why\non \"/a\" where 1 < 2 do log \"x\"\n"},
		{"# edac:ignore alwaystrue -- why\non \"/a\" where 1 < 2 do log \"x\"\n", "# edac:ignore always-true -- why\non \"/a\" where 1 < 2 do log \"x\"\n"},
	} {
		f := Fix([]lang.Source{{Name: "t.eda", Text: c.text}}, env(t), Settings{}, Safe, nil)
		if got := f.Sources[0].Text; got != c.want {
			t.Errorf("%q\nbecomes %q\nwant    %q", c.text, got, c.want)
		}
	}
}
