package lint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// warned is what a program draws beside hints: code and place.
func warned(t *testing.T, text string) []string {
	t.Helper()
	var out []string
	for _, d := range lint.Program([]lang.Source{{Name: "a.eda", Text: text}}, environment(t), lint.Settings{}).Findings {
		if d.Severity != lang.Hint {
			out = append(out, fmt.Sprintf("%s %s", d.Slug(), text[d.Primary.Span.Start:d.Primary.Span.End]))
		}
	}
	return out
}

// TestConditions says of conditions what is drawn, and where: one finding, and
// none of what is no mistake.
func TestConditions(t *testing.T) {
	const ev = `event "/e/{h}" { n: int?, f: float?, s: string?, ok: bool?, d: duration?, t: time? }` + "\n"
	for _, c := range []struct{ rule, want string }{
		{`where n > 3 and n < 5`, ""},
		{`where n > 3 and n < 4`, "contradiction n > 3 and n < 4"},
		{`where f > 3 and f < 4`, ""},
		{`where n == 2.5`, "always-false n == 2.5"},
		{`where n != 2.5 and ok`, "always-true n != 2.5"},
		{`where ok and (f > 20 and s == "a" and f < 10)`, `contradiction f > 20 and s == "a" and f < 10`},
		{`where s == "a" or (f > 20 and f < 10)`, "contradiction f > 20 and f < 10"},
		{`where not (f < 10 or f > 20) and f > 30`, "contradiction not (f < 10 or f > 20) and f > 30"},
		{`where s != "a" or s != "b"`, `always-true s != "a" or s != "b"`},
		{`where s != "a" and s != "b"`, ""},
		{`where s == "a" or s == "b"`, ""},
		{`where not s == "a" or not s == "b"`, `always-true not s == "a" or not s == "b"`},
		{`where s in ["a", "b"] and not s in ["a", "b"]`, `contradiction s in ["a", "b"] and not s in ["a", "b"]`},
		{`where s in ["a", "b"] and s in ["c", "d"]`, `contradiction s in ["a", "b"] and s in ["c", "d"]`},
		{`where s in ["a", "b"] and s in ["b", "c"]`, ""},
		{`where s like "web*" and s like "*1"`, ""},
		{`where s like "web*" and s like "web1*"`, `redundant-term s like "web*"`},
		{`where s like "web*" and s in ["web1", "db1"]`, ""},
		{`where s like "web*" and s in ["db1", "db2"]`, `contradiction s like "web*" and s in ["db1", "db2"]`},
		{`where f > 20 and f > 10`, "redundant-term f > 10"},
		{`where f > 10 and f > 20 and ok`, "redundant-term f > 10"},
		{`where f > 20 or f > 10`, "redundant-term f > 20"},
		{`where ok or (f > 3 and f > 1)`, "redundant-term f > 1"},
		{`where f > 20 and (ok or f < 3)`, "contradiction f < 3"},
		{`where has f and f > 3`, ""}, // they differ where f is missing
		{`where not has f or f > 3`, ""},
		{`where f > 3 and f > p`, ""},
		{`where f > p and f < p`, "contradiction f > p and f < p"},
		{`where p > 3`, ""},
		{`where f == p or f != p`, "always-true f == p or f != p"},
		{`where ok or not ok`, "always-true ok or not ok"},
		{`where ok and ok`, "redundant-term ok"},
		{`where d > 1m and d < 30s`, "contradiction d > 1m and d < 30s"},
		{`where t > now and t < now`, "contradiction t > now and t < now"},
		{`where h == ""`, `always-false h == ""`},
		{`where h == "a/b" or h == "c"`, `always-false h == "a/b"`},
		{`where len(s) >= 0`, "always-true len(s) >= 0"},
		{`where len(s) == 0`, ""},
		{`where hour(t) >= 22 or hour(t) < 6`, ""},
		{`where hour(t) >= 22 and hour(t) < 6`, "contradiction hour(t) >= 22 and hour(t) < 6"},
		{`where minute(t) == 60`, "always-false minute(t) == 60"},
		{`where date(t) == "2026-1-5"`, `always-false date(t) == "2026-1-5"`},
		{`where weekday(t) in ["sat", "sunday"]`, `always-false "sunday"`},
		{`where weekday(t) in ["sat", "sun"]`, ""},
		{`where s in ["a", "b", "a"]`, `redundant-term "a"`},
		{`where h in ["a", "b/c"]`, `always-false "b/c"`},
		{`where lower(s) in ["Web", "DB"]`, `always-false lower(s) in ["Web", "DB"]`},
		{`where s like "web%"`, `foreign-pattern "web%"`},
		{`where s like "100%*"`, ""},
		{`where s like "10.*" or s like "*|error|*"`, ""},
		{`where s like "error|fatal"`, `foreign-pattern "error|fatal"`},
		{`where s like ".*timeout.*"`, `foreign-pattern ".*timeout.*"`},
		{`where s like "^web.*$"`, `foreign-pattern "^web.*$"`},
		{`where s like "10.0.*"`, ""},
		{`where "web*" like s`, `foreign-pattern "web*" like s`},
		{`where s matches "web*"`, `foreign-pattern "web*"`},
		{`where s matches "^web[0-9]*"`, ""},
		{`where s like "web"`, ""}, // a hint
		{`when f > 20 clear when f > 15 do log "y"`, "clear-overlaps-when f > 15"},
		{`when f > 20 for 1m clear when f > 15 for 2m do log "y"`, "clear-overlaps-when f > 15"},
		{`when f > 20 clear when f < 25 do log "y"`, "clear-overlaps-when f < 25"},
		{`when pct(f, 90, 1m) > 20 clear when pct(f, 50, 1m) < 25 do log "y"`, ""},
		{`when f > 20 clear when f < 15 do log "y"`, ""},
		{`when f > 20 clear when ok do log "y"`, ""},
		{`when f > 20 clear when f < 15 or ok do log "y"`, ""},
		{`when s == "down" clear when s == "up" do log "y"`, ""},
		{`when s == "down" clear when s != "down" do log "y"`, ""}, // a hint
		{`when s != "up" clear when s != "down" do log "y"`, `clear-overlaps-when s != "down"`},
		{`when f > 20 and ok clear when f > 20 do log "y"`, "clear-overlaps-when f > 20"},
		{`where n % 10 == 10`, "always-false n % 10 == 10"},
		{`where n % 10 == 3`, ""},
		{`where abs(f) < 0`, "always-false abs(f) < 0"},
		{`where max2(n, 3) < 2`, "always-false max2(n, 3) < 2"},
		{`where count(5m from "/x/{h}") < 0`, `always-false count(5m from "/x/{h}") < 0`},
		{`where avg(f, 5m from "/x/{h}" where f > 10) < 5`, `always-false avg(f, 5m from "/x/{h}" where f > 10) < 5`},
		{`where f > 30 when avg(f, 1m) > 35`, ""},
		{`where f > 30 when avg(f, 1m) >= 30`, "always-true avg(f, 1m) >= 30"},
		{`where f > 30 or ok when avg(f, 1m) < 30`, ""},
		{`where f > 30 when f > 40`, ""},
		{`where f > 30 when f < 20 and ok`, "contradiction f < 20"},
		{`where maint when not maint`, ""}, // a register may change in between
		{`where s == "a" when last(s) == "b"`, `always-false last(s) == "b"`},
		{`where s != "a" when last(s) == "b"`, ""},
		{`when count(last 10) > 10`, "always-false count(last 10) > 10"},
		{`when count(last 10) >= 10`, ""},
		{`when count(last 10 where ok) / count(last 10) > 2`, ""},
		{`when distinct(s, 1m) >= 1`, ""},
		{`when min(f, 1m) > 10 and avg(f, 1m) < 5`, "contradiction min(f, 1m) > 10 and avg(f, 1m) < 5"},
		{`when min(f, 1m) > 10 and avg(f, 5m) < 5`, ""},
		{`when min(f, 1m) < 10 and max(f, 1m) > 20`, ""},
		{`let hot = f > 20 when hot and f < 10`, "contradiction hot and f < 10"},
		{`let hot = f > 20 and f < 10 when hot`, "contradiction f > 20 and f < 10"},
		{`let x = avg(f, 1m) when x > 20 and avg(f, 1m) > 10`, "redundant-term avg(f, 1m) > 10"},
		{`when f > 20 and event.f < 10`, "contradiction f > 20 and event.f < 10"},
		{`when active(r) or not active(r)`, "always-true active(r) or not active(r)"},
	} {
		if !strings.Contains(c.rule, " do ") {
			c.rule += ` do log "x"`
		} else {
			c.rule = strings.Replace(c.rule, "clear", `do log "x" clear`, 1)
		}
		text := ev + "param p: int = 3\nstate maint: bool = false\non \"/maint\" do set maint = true\nrule r on \"/m\" when x > p or maint do log \"x\"\n" + `on "/e/{h}" ` + c.rule + "\n"
		want := []string{c.want}
		if c.want == "" {
			want = nil
		}
		if got := warned(t, text); !slices.Equal(got, want) {
			t.Errorf("%s\n draws %q\n want  %q", c.rule, got, want)
		}
	}
}

// A term that stands many times, or among many others, takes no longer than it
// is long.
func TestManyTerms(t *testing.T) {
	var terms []string
	for i := range 400 {
		terms = append(terms, fmt.Sprintf("(x%d > %d or y%d == \"a\")", i%200, i, i%190))
	}
	warned(t, `on "/a" where `+strings.Join(terms, " and ")+` do log "x"`)
	warned(t, `on "/a" where s in ["`+strings.Join(strings.Split(strings.Repeat("a", 500), ""), `", "`)+`"] do log "x"`)
}

// One rule beside another: a pair draws one finding, at the later of the two.
func TestRulesBeside(t *testing.T) {
	for _, c := range []struct{ first, second, want string }{
		{`rule a on "/x/{h}" where f > 10 do fire "/y/{h}"`, `rule b on "/x/{h}" where f > 20 do fire "/y/{h}"`, "subsumed-rule f > 20"},
		{`rule a on "/x/{h}" where f > 20 do fire "/y/{h}"`, `rule b on "/x/{h}" where f > 10 do fire "/y/{h}"`, "subsumed-rule f > 10"},
		{`rule a on "/x/{h}" where f > 20 do fire "/y/{h}"`, `rule b on "/x/{h}" do fire "/y/{h}"`, "subsumed-rule b"},
		{`rule a on "/x/{h}" where f > 20 do fire "/y/{h}"`, `rule b on "/x/{h}" where f > 10 do fire "/z/{h}"`, ""},
		{`rule a on "/x/{h}" where f > 20 do fire "/y/{h}"`, `rule b on "/x/{h}" where f < 10 do fire "/y/{h}"`, ""},
		{`rule a on "/x/{h}" where f > 20 do fire "/y/{h}"`, `rule b on "/w/{h}" where f > 10 do fire "/y/{h}"`, ""},
		{`rule a on "/x/*" where f > 10 do fire "/y"`, `rule b on "/x/web" where f > 20 do fire "/y"`, "subsumed-rule f > 20"},
		{`rule a on "/x/*" where f > 10 do fire "/y"`, `rule b on "/x/**" where f > 20 do fire "/y"`, ""},
		{`rule a on "/x/{h}" where f > 10 do fire "/y/{h}" limit 1 per 1m`, `rule b on "/x/{h}" where f > 20 do fire "/y/{h}"`, ""},
		{`rule a on "/x/{h}" when f > 10 do fire "/y/{h}"`, `rule b on "/x/{h}" when f > 20 do fire "/y/{h}"`, ""},
		{`rule a on "/x/{h}" when avg(f, 1m) > 10 for 1m do fire "/y/{h}"`, `rule b on "/x/{h}" when avg(f,1m)>10 for 1m do fire "/y/{h}"`, "duplicate-rule b"},
		{`rule a on "/x/{h}" let l = avg(f, 1m) when l > 10 for 1m do fire "/y/{h}"`, `rule b on "/x/{h}" when avg(f, 1m) > 10 for 1m do fire "/y/{h}"`, "duplicate-rule b"},
		{`rule a on "/x/{h}" when avg(f, 1m) > 10 for 1m do fire "/y/{h}"`, `rule b on "/x/{h}" when avg(f, 1m) > 10 for 2m do fire "/y/{h}"`, ""},
		{`rule a on "/x/{h}" where f > 10 and ok do fire "/y/{h}"`, `rule b on "/x/{h}" where ok and f > 10 do fire "/y/{h}"`, "duplicate-rule b"},
	} {
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		if got := warned(t, c.first+"\n"+c.second+"\n"); !slices.Equal(got, want) {
			t.Errorf("%s\n%s\n draws %q\n want  %q", c.first, c.second, got, want)
		}
	}
}
