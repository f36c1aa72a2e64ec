package compiler_test

import "fmt"

// ofGroup is a value that only a rule that gathers has.
func (g *gen) ofGroup() string {
	names := append([]string{"v", "w", "s", "tag", "k", "event", "now"}, g.lets...)
	names = append(names, g.caps...)
	name := pick(g, names...)
	return pick(g, "group.count", "group.count", "group."+name, "group."+name, fmt.Sprintf("len(group.%s)", name), fmt.Sprintf("group.%s[0]", name),
		"(group.count + "+g.num(0)+")", "[group.count, "+g.num(1)+", now]")
}

func (g *gen) gathering(r *ruleModel) {
	r.gather = g.dur()
	switch {
	case g.chance(40):
		r.gatherBy = "none"
	case g.chance(30):
		r.gatherBy = pick(g, "h", "k", "s", "w", "tag", "k, s")
	}
}
