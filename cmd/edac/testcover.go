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

// annotateCoverage writes each file with rules, and below its lines what no
// test has seen.
func annotateCoverage(b *bytes.Buffer, s *suite) error {
	for _, file := range s.unit.Files {
		var sum scenario.Summary
		var marks []lang.Mark
		for _, r := range s.cover.Rules() {
			if r.Rule.File != file {
				continue
			}
			sum.Add([]scenario.RuleCoverage{r})
			if !r.Ran {
				marks = append(marks, lang.Mark{At: firstLine(file.Source.Text, r.Rule.Decl.At), Under: '^', Text: "never ran"})
			}
			for _, c := range r.Conditions {
				if miss := c.Missing(); miss != "" {
					marks = append(marks, lang.Mark{At: c.Expr.Span(), Under: '^', Text: miss})
				}
			}
			for _, act := range r.Acts {
				if r.Ran && !act.Done {
					marks = append(marks, lang.Mark{At: act.Act.At, Under: '^', Text: "never performed"})
				}
			}
		}
		if sum.Rules.Of == 0 {
			continue
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
