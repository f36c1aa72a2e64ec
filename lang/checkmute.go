package lang

import (
	"slices"
	"strings"
)

// MuteInfo is a mute of a rule.
type MuteInfo struct {
	Decl *MuteDecl
	File *File
}

// checkMutes finds the rules that are muted, and types the conditions. Those
// see the key of the rule and what is not about an event (S42).
func (c *checker) checkMutes() {
	for _, f := range c.unit.Files {
		for _, d := range f.Decls {
			m, ok := d.(*MuteDecl)
			if !ok || m.Rule.Text == "" {
				continue
			}
			c.file, c.fn, c.rule = f, nil, nil
			r := c.rules[m.Rule.Text]
			switch {
			case r == nil && c.isLost(m.Rule.Text, "rule"):
			case r == nil:
				c.unknownRule(m.Rule)
			default:
				c.muted = r
				c.condition(m.Where, "a mute's `where`")
				c.stand(m.Where, inMute)
				c.muted = nil
				r.Mutes = append(r.Mutes, MuteInfo{m, f})
			}
		}
	}
}

// mutedKey is the place of a name in the key of the rule that is muted, -1 if
// it is no part of it.
func (c *checker) mutedKey(name string) int {
	return slices.IndexFunc(c.muted.Key, func(k KeyInfo) bool { return k.named() && k.Name == name })
}

// unseen reports a name that a mute does not see.
func (c *checker) unseen(e *Ident) {
	var parts []string
	for _, k := range c.muted.Key {
		if k.named() {
			parts = append(parts, k.Name)
		}
	}
	key := "which has no parts with a name"
	if len(parts) > 0 {
		key = "which is " + strings.Join(parts, ", ")
	}
	d := c.report(codeMute, e.At, "a mute is asked without an event: it sees the key of `%s`, %s, and params, registers and tables; `%s` is none of these", c.muted.Label, key, e.Text)
	if near := Nearest(e.Text, parts); len(near) > 0 {
		c.fix(d, e.At, near[0], "write `"+near[0]+"`", false)
	}
	c.label(d, c.muted.File, c.muted.Decl.Name.At, "the rule")
}
