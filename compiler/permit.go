package compiler

import (
	"slices"

	"github.com/eda-lang/eda/lang"
)

// permits lowers what the files may fire.
func (c *compiler) permits() {
	for _, p := range c.unit.Permits {
		var patterns []string
		for _, pat := range p.Patterns {
			patterns = append(patterns, pat.String())
		}
		c.prog.Permits = append(c.prog.Permits, patterns)
	}
}

// permitsOf are those that an act has to ask when its tag is known.
func (c *compiler) permitsOf(a *lang.Act) []int {
	var out []int
	for _, p := range c.unit.Info.Permits[a] {
		out = append(out, slices.Index(c.unit.Permits, p))
	}
	return out
}
