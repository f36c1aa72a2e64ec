package lang

import (
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/tag"
)

// WithStrict is the same environment for programs in which every tag and field
// is declared: one that is not is an error (S33).
func (e *Env) WithStrict() *Env {
	s := *e
	s.strict = true
	return &s
}

// usedTag checks a tag that is listened to, fired, sent or expected: of a
// strict project that it is declared, of another that it is no slip of one that is.
func (c *checker) usedTag(s *Str, pat tag.Pattern) {
	if !c.env.strict || strings.HasPrefix(pat.String(), "/eda/") {
		c.tagSlip(s, pat)
		return
	}
	if len(c.declared.meeting(pat)) > 0 {
		return
	}
	want, e, how := c.nearTag(s, pat)
	if e == nil {
		c.report(codeUndeclaredTag, s.At, "no event declares this tag, and the project is strict; declare it: event \"%s\" { … }", pat)
		return
	}
	d := c.report(codeUndeclaredTag, s.At, "no event declares this tag, and the project is strict; %s is declared, %s", e.Pattern, how)
	c.label(d, e.File, e.Decl.Tag.At, "declared here")
	c.fix(d, s.At, `"`+want+`"`, "write \""+want+"\"", false)
}

// undeclared reports, in a strict project and once a rule, a field that no
// event declares which has a tag of the place. Where no event has, the tag has
// its finding.
func (c *checker) undeclared(name string, at Span) {
	if !c.env.strict || c.rule == nil {
		return
	}
	var patterns []tag.Pattern
	if c.other != nil {
		patterns = append(patterns, c.unit.Info.Froms[c.other.call])
	} else {
		for _, el := range c.scope {
			patterns = append(patterns, el.Pattern)
		}
	}
	var near *EventInfo
	for _, p := range patterns {
		for _, i := range c.declared.meeting(p) {
			e := c.unit.Events[i]
			if slices.ContainsFunc(e.Fields, func(f EventField) bool { return f.Name == name }) {
				return
			}
			if near == nil {
				near = e
			}
		}
	}
	if near == nil || c.missed[missing{c.rule, name}] {
		return
	}
	c.missed[missing{c.rule, name}] = true
	d := c.report(codeUndeclaredField, at, "the event %s does not declare `%s`, and the project is strict; add it to the declaration, with its type", near.Pattern, name)
	c.label(d, near.File, near.Decl.Tag.At, "declared here")
}

// missing is a field that a rule asks for and no event declares.
type missing struct {
	rule *RuleInfo
	name string
}
