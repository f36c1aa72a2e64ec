package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime/scenario"
)

// coverage prints what the tests have seen, writes the annotated source if
// asked, and reports whether it is less than wanted.
func (a *app) coverage(suites []*suite, f *testFlags) (low bool, err error) {
	var sum scenario.Summary
	for _, s := range suites {
		sum.Add(s.cover.Rules())
		f.report.cover(s, &sum)
	}
	worst := ""
	if sum.Worst != "" {
		worst = fmt.Sprintf("; worst: %s %s", sum.Worst, share(sum.WorstShare))
	}
	fmt.Fprintf(a.out, "coverage: rules %s, conditions %s, actions %s%s\n", share(sum.Rules), share(sum.Conditions), share(sum.Acts), worst)
	if f.cover != sole {
		var b bytes.Buffer
		for _, s := range suites {
			if err := annotateCoverage(&b, s); err != nil {
				return false, err
			}
		}
		if err := os.WriteFile(f.cover, b.Bytes(), 0o666); err != nil {
			return false, unreadable(f.cover, err)
		}
	}
	if p := sum.Percent(); p < f.coverMin {
		fmt.Fprintf(a.err, "coverage is %.1f %% of rules, conditions and actions; --cover-min asks for %v %%\n", p, f.coverMin)
		return true, nil
	}
	return false, nil
}

func share(s scenario.Share) string { return fmt.Sprintf("%d/%d", s.Hit, s.Of) }

// miss is something that no test has seen.
type miss struct {
	rule *lang.RuleInfo
	at   lang.Span
	text string
}

// misses lists what the tests of a program have not seen.
func misses(s *suite) []miss {
	var out []miss
	for _, r := range s.cover.Rules() {
		if !r.Ran {
			out = append(out, miss{r.Rule, firstLine(r.Rule.File.Source.Text, r.Rule.Decl.At), "never ran"})
		}
		for _, c := range r.Conditions {
			if text := c.Missing(); text != "" {
				out = append(out, miss{r.Rule, c.Expr.Span(), text})
			}
		}
		for _, act := range r.Acts {
			if r.Ran && !act.Done {
				out = append(out, miss{r.Rule, act.Act.At, "never performed"})
			}
		}
	}
	return out
}

// annotateCoverage writes each file with rules, and below its lines what no
// test has seen.
func annotateCoverage(b *bytes.Buffer, s *suite) error {
	all := misses(s)
	for _, file := range s.unit.Files {
		var sum scenario.Summary
		for _, r := range s.cover.Rules() {
			if r.Rule.File == file {
				sum.Add([]scenario.RuleCoverage{r})
			}
		}
		if sum.Rules.Of == 0 {
			continue
		}
		var marks []lang.Mark
		for _, m := range all {
			if m.rule.File == file {
				marks = append(marks, lang.Mark{At: m.at, Under: '^', Text: m.text})
			}
		}
		fmt.Fprintf(b, "%s: rules %s, conditions %s, actions %s\n", file.Source.Name, share(sum.Rules), share(sum.Conditions), share(sum.Acts))
		if err := lang.Annotate(b, file.Source, marks, true, lang.RenderOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// firstLine is the part of a span on its first line.
func firstLine(text string, at lang.Span) lang.Span {
	for i := at.Start; i < at.End; i++ {
		if text[i] == '\n' {
			return lang.Span{Start: at.Start, End: i}
		}
	}
	return at
}
