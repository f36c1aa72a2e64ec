package main

import (
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// cost is what each rule keeps in bytes for one key, and how many operations an
// event costs it, for the format that says so.
func (run *lintRun) cost() func(*lang.RuleInfo) (bytes int64, operations int) {
	if run.format != "json" {
		return nil
	}
	bytes := map[*lang.RuleInfo]int64{}
	of := map[*lang.RuleInfo]int{}
	for _, u := range run.units {
		operations := lint.Operations(u)
		for _, c := range lint.Costs(u, run.seen) {
			bytes[c.Rule], of[c.Rule] = c.PerKey, operations(c.Rule)
		}
	}
	return func(r *lang.RuleInfo) (int64, int) { return bytes[r], of[r] }
}
