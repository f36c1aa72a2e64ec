package compiler_test

import (
	"fmt"
	"strings"
)

// mutes are those of some rules of a random program.
func (g *gen) mutes(rules []*ruleModel) []string {
	var out []string
	for _, r := range rules {
		for r.name != "" && g.chance(14) {
			out = append(out, "mute "+r.name+g.muteWhere(r))
		}
	}
	return out
}

// keyNames are the names of the parts of the key, as far as they are plain to see.
func (r *ruleModel) keyNames() []string {
	var out []string
	for part := range strings.SplitSeq(r.by, ", ") {
		if name, _, _ := strings.Cut(part, " "); name != "" && name != "none" && !strings.Contains(name, "(") {
			out = append(out, name)
		}
	}
	if r.by == "" && r.seq == nil {
		out = r.caps
	}
	return out
}

func (g *gen) muteWhere(r *ruleModel) string {
	names := r.keyNames()
	if g.chance(6) {
		return ""
	}
	part := func() string {
		if len(names) > 0 && g.chance(75) {
			return pick(g, names...)
		}
		return pick(g, `"x"`, "7")
	}
	one := func() string {
		switch g.IntN(5) {
		case 0:
			if len(names) > 0 {
				return fmt.Sprintf("%s %s %s", pick(g, names...), pick(g, "==", "!=", "like"), pick(g, `"x"`, `"y"`, `"7"`))
			}
		case 1, 2:
			if len(g.regs) > 0 {
				reg := pick(g, g.regs...)
				at := reg.name
				if len(reg.by) > 0 {
					keys := make([]string, len(reg.by))
					for i := range keys {
						keys[i] = part()
					}
					at += "[" + strings.Join(keys, ", ") + "]"
				}
				switch reg.kind {
				case "bool":
					return pick(g, "", "not ") + at
				case "string":
					return at + pick(g, ` == "up"`, ` != "up"`)
				case "time":
					return pick(g, "has ", "not has ") + at
				}
				return fmt.Sprintf("%s %s %s", at, pick(g, ">", "<", ">=", "=="), pick(g, "0", "1", "2"))
			}
		case 3:
			if len(g.tabs) > 0 {
				row := "own[" + part() + "]"
				if g.tabs[0] != "own" {
					row = "pair[" + part() + ", " + part() + "]"
				}
				return pick(g, "has "+row, row+".n > 1", "not has "+row)
			}
		}
		return g.during()
	}
	switch g.IntN(5) {
	case 0:
		return fmt.Sprintf(" where %s %s %s", one(), pick(g, "and", "or"), one())
	case 1:
		return fmt.Sprintf(" where not (%s)", one())
	}
	return " where " + one()
}
