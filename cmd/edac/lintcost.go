package main

import (
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// memory is what each rule keeps in bytes for one key, for the format that says so.
func (run *lintRun) memory() func(*lang.RuleInfo) int64 {
	if run.format != "json" {
		return nil
	}
	bytes := map[*lang.RuleInfo]int64{}
	for _, u := range run.units {
		for _, c := range lint.Costs(u, run.seen) {
			bytes[c.Rule] = c.PerKey
		}
	}
	return func(r *lang.RuleInfo) int64 { return bytes[r] }
}
