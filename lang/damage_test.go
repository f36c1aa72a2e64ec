package lang_test

import (
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// Damage to one token is said about once, and in the declaration where it is:
// all that lint prints, errors and warnings. What is damaged is the canon, and
// the two longest clean programs that join no file.
func TestDamageIsSaidOnce(t *testing.T) {
	read := func(name string) (string, error) {
		text, err := os.ReadFile(filepath.FromSlash(name))
		return string(text), err
	}
	must := func(name string) string {
		text, err := read(name)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	canon := path.Join("testdata", "rules", "canon.eda")
	sets := [][]lang.Source{lang.Join([]lang.Source{{Name: canon, Text: must(canon)}}, read)}
	programs := strings.Split(must("../testdata/lint/clean_sre.txt"), "\n====\n")
	programs = slices.DeleteFunc(programs, func(p string) bool { return strings.Contains(p, "\n-- ") })
	slices.SortStableFunc(programs, func(a, b string) int { return len(b) - len(a) })
	for _, p := range programs[:2] {
		sets = append(sets, []lang.Source{{Name: "rules.eda", Text: p + "\n"}})
	}
	for _, set := range sets {
		t.Run(path.Base(set[0].Name), func(t *testing.T) { damage(t, set) })
	}
}

// damage damages the first file of a program.
func damage(t *testing.T, joined []lang.Source) {
	env := environment(t)
	name, text := joined[0].Name, joined[0].Text
	said := func(text string) lang.Diagnostics {
		set := append([]lang.Source{{Name: name, Text: text, Tables: joined[0].Tables}}, joined[1:]...)
		var out lang.Diagnostics
		for _, d := range lint.Program(set, env, lint.Settings{}).Findings {
			if d.Severity != lang.Hint {
				out = append(out, d)
			}
		}
		return out
	}
	usual := map[string]bool{}
	for _, d := range said(text) {
		usual[d.Message] = true
	}
	runs := lang.Rounds(1000)
	r := rand.New(rand.NewPCG(3, 4))
	confined, findings, wrong := 0, 0, 0
	for range runs {
		hurt, at := lang.Damaged(r, joined[0])
		f, _ := lang.Parse(lang.Source{Name: name, Text: hurt})
		home := func(s lang.Span) int {
			for i, d := range f.Decls {
				if d.Span().Start <= s.Start && s.Start <= d.Span().End {
					return i
				}
			}
			return -1
		}
		n, places := 0, map[int]bool{}
		for _, d := range said(hurt) {
			if !usual[d.Message] {
				n++
				places[home(d.Primary.Span)] = true
			}
		}
		if len(places) <= 1 {
			confined++
		}
		if n > 0 {
			wrong++
			findings += n
		}
		if os.Getenv("EDA_SHOW") != "" && (n > 1 || len(places) > 1) {
			t.Logf("%q", hurt[max(0, at.Start-60):min(len(hurt), at.End+60)])
			for _, d := range said(hurt) {
				if !usual[d.Message] {
					l, c := lang.LineCol(hurt, d.Primary.Span.Start)
					t.Logf("    %d:%d %s %s", l, c, d.Slug(), d.Message)
				}
			}
		}
	}
	share, mean := float64(confined)/float64(runs), float64(findings)/float64(max(wrong, 1))
	t.Logf("%.2f %% of damage is said in one declaration; %.3f findings where there are any (%d of %d)", 100*share, mean, wrong, runs)
	if share < 0.98 || mean > 1.3 {
		t.Error("want at least 98 % and at most 1.3")
	}
}
