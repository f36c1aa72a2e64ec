package scenario

import (
	"slices"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// Coverage says what the tests of a suite have seen of its rules: which ran,
// which of their acts were performed, and which conditions were both true and
// false. A condition is atomic: what "and", "or" and "not" join in a where, a
// when or a clear when, also by way of a let.
type Coverage struct {
	unit   *lang.Unit
	rules  []RuleCoverage
	number map[lang.Expr]place
}

// place is where a condition is noted.
type place struct{ rule, cond int }

// RuleCoverage is the coverage of one rule.
type RuleCoverage struct {
	Rule       *lang.RuleInfo
	Ran        bool
	Conditions []ConditionCoverage // in order of the source
	Acts       []ActCoverage       // of do, then of clear do

	bare lang.Expr // the when of a rule without acts, which runs by being true
}

// ConditionCoverage says what an atomic condition was seen to be.
type ConditionCoverage struct {
	Expr        lang.Expr
	True, False bool
}

// ActCoverage says whether an act was performed.
type ActCoverage struct {
	Act  *lang.Act
	Done bool
}

// Share is how many of how many.
type Share struct{ Hit, Of int }

func (s *Share) add(hit bool) {
	s.Of++
	if hit {
		s.Hit++
	}
}

// Percent is the share in percent; 100 of nothing.
func (s Share) Percent() float64 {
	if s.Of == 0 {
		return 100
	}
	return 100 * float64(s.Hit) / float64(s.Of)
}

// Cover makes the suite observe what the tests run from now on see.
func (s *Suite) Cover() *Coverage {
	c := &Coverage{unit: s.unit, number: map[lang.Expr]place{}}
	var points []compiler.Point
	compiler.Compile(s.unit, compiler.WithPoints(&points))
	for i, r := range s.unit.Rules {
		rc := RuleCoverage{Rule: r}
		for _, p := range points {
			if p.Rule == i && p.Atom {
				if _, known := c.number[p.Expr]; !known {
					c.number[p.Expr] = place{rule: i}
					rc.Conditions = append(rc.Conditions, ConditionCoverage{Expr: p.Expr})
				}
			}
		}
		slices.SortStableFunc(rc.Conditions, func(a, b ConditionCoverage) int { return a.Expr.Span().Start - b.Expr.Span().Start })
		for j := range rc.Conditions {
			c.number[rc.Conditions[j].Expr] = place{i, j}
		}
		for j := range r.Decl.Do {
			rc.Acts = append(rc.Acts, ActCoverage{Act: &r.Decl.Do[j]})
		}
		if clear := r.Decl.Clear; clear != nil {
			for j := range clear.Do {
				rc.Acts = append(rc.Acts, ActCoverage{Act: &clear.Do[j]})
			}
		}
		if len(rc.Acts) == 0 {
			rc.bare = unwrapped(r.Decl.When)
		}
		c.rules = append(c.rules, rc)
	}
	s.cover = c
	return c
}

// unwrapped is an expression without the parentheses around it.
func unwrapped(e lang.Expr) lang.Expr {
	for {
		p, ok := e.(*lang.Paren)
		if !ok {
			return e
		}
		e = p.X
	}
}

// watcher notes what a program with these points shows.
func (c *Coverage) watcher(points []compiler.Point) func(vm.Sight) {
	atoms := make([]*ConditionCoverage, len(points))
	writes := map[int]*ActCoverage{}
	for i, p := range points {
		for j := range c.rules[p.Rule].Acts {
			if a := &c.rules[p.Rule].Acts[j]; p.Part == compiler.Write && a.Act == p.Act {
				writes[i] = a
			}
		}
		if at, ok := c.number[p.Expr]; ok && p.Atom {
			atoms[i] = &c.rules[at.rule].Conditions[at.cond]
		}
	}
	return func(s vm.Sight) {
		if w := writes[s.Point]; w != nil {
			w.Done = true
			return
		}
		if r := &c.rules[s.Rule]; points[s.Point].Expr == r.bare && value.True(s.Value) {
			r.Ran = true
		}
		if a := atoms[s.Point]; a != nil {
			a.True = a.True || value.True(s.Value)
			a.False = a.False || value.False(s.Value)
		}
	}
}

// acted notes an effect.
func (c *Coverage) acted(e *vm.Effect) {
	if c == nil || e.Act < 0 || e.Rule < 0 || e.Rule >= len(c.rules) {
		return
	}
	r := &c.rules[e.Rule]
	r.Ran = true
	if e.Act < len(r.Acts) {
		r.Acts[e.Act].Done = true
	}
}

// ran notes which rules have run by the end of a test.
func (c *Coverage) ran(m *vm.Machine) {
	if c == nil {
		return
	}
	for i := range c.rules {
		if m.RuleStats(i).Runs > 0 {
			c.rules[i].Ran = true
		}
	}
}

// Rules is the coverage of each rule, in order of file and place.
func (c *Coverage) Rules() []RuleCoverage {
	out := slices.Clone(c.rules)
	slices.SortStableFunc(out, func(a, b RuleCoverage) int {
		if a.Rule.File != b.Rule.File {
			return slices.Index(c.unit.Files, a.Rule.File) - slices.Index(c.unit.Files, b.Rule.File)
		}
		return a.Rule.Decl.At.Start - b.Rule.Decl.At.Start
	})
	return out
}

// Both reports whether the condition was seen true and false.
func (c *ConditionCoverage) Both() bool { return c.True && c.False }

// Missing says what was not seen, "" if nothing.
func (c *ConditionCoverage) Missing() string {
	switch {
	case !c.True && !c.False:
		return "never true, never false"
	case !c.True:
		return "never true"
	case !c.False:
		return "never false"
	}
	return ""
}

// Shares are the conditions and acts of the rule.
func (r *RuleCoverage) Shares() (conditions, acts Share) {
	for i := range r.Conditions {
		conditions.add(r.Conditions[i].Both())
	}
	for _, a := range r.Acts {
		acts.add(a.Done)
	}
	return conditions, acts
}

// Summary adds coverage up.
type Summary struct {
	Rules, Conditions, Acts Share
	Worst                   string // the rule with the least share of its conditions, "" if none misses one
	WorstShare              Share
}

// Add counts the rules of one more program.
func (s *Summary) Add(rules []RuleCoverage) {
	for i := range rules {
		r := &rules[i]
		conditions, acts := r.Shares()
		s.Rules.add(r.Ran)
		s.Conditions.Hit, s.Conditions.Of = s.Conditions.Hit+conditions.Hit, s.Conditions.Of+conditions.Of
		s.Acts.Hit, s.Acts.Of = s.Acts.Hit+acts.Hit, s.Acts.Of+acts.Of
		if conditions.Hit < conditions.Of && (s.Worst == "" || conditions.Percent() < s.WorstShare.Percent()) {
			s.Worst, s.WorstShare = r.Rule.Label, conditions
		}
	}
}

// Percent is the share of all that there is to see: rules, conditions and acts.
func (s *Summary) Percent() float64 {
	return Share{s.Rules.Hit + s.Conditions.Hit + s.Acts.Hit, s.Rules.Of + s.Conditions.Of + s.Acts.Of}.Percent()
}
