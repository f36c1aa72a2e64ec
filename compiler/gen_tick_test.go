package compiler_test

import (
	"fmt"
	"strings"
)

// tickRule is a rule that time itself feeds.
func (g *gen) tickRule(r *ruleModel, layer int) *ruleModel {
	r.tick = "every " + pick(g, "5s", "10s", "10s", "15s", "20s", "10001ms")
	if g.chance(25) {
		r.tick = pick(g, `cron "* * * * *"`, `cron "*/2 * * * *" in "Asia/Kolkata"`, `cron "0,1,3-9 * * * *" in "Europe/Berlin"`)
	}
	g.inside, g.lets, g.caps, g.aliases = true, nil, nil, nil
	part := "z"
	if len(g.tabs) > 0 && g.tabs[0] == "own" && g.chance(70) {
		r.by, part = pick(g, "h in own", "h in own", "h in own, k in own"), "{h}"
	} else if g.chance(10) {
		r.by = "none"
	}
	num := func() string {
		switch {
		case len(r.lets) > 0 && g.chance(30):
			return "n0"
		case g.chance(20):
			return pick(g, "1", "2.5")
		}
		return g.agg()
	}
	cond := func() string {
		if len(g.situations) > 0 && g.chance(30) {
			return fmt.Sprintf("%sactive(%s)", pick(g, "", "not "), pick(g, g.situations...))
		}
		return fmt.Sprintf("%s %s %s", num(), pick(g, ">", "<", ">=", "!="), pick(g, "0", "1", "2", "2.5"))
	}
	if g.chance(30) {
		r.tick += " where " + cond()
	}
	if g.chance(40) {
		r.lets = append(r.lets, "n0 = "+g.agg())
	}
	if g.chance(50) {
		r.when = cond()
		switch g.IntN(6) {
		case 0:
			r.when = "silent(" + pick(g, "5s", "10s", "20s") + ")"
		case 1:
			r.when = fmt.Sprintf("(%s) %s (%s)", r.when, pick(g, "and", "or"), cond())
		}
		if g.chance(45) {
			r.hold = g.dur()
		}
		if g.chance(30) {
			r.repeat = g.dur()
		}
		if g.chance(50) {
			r.clear = true
			if g.chance(50) {
				r.clearWhen = cond()
				if g.chance(40) {
					r.clearHold = g.dur()
				}
			}
		}
	}
	if g.chance(15) {
		r.name = ""
	}
	if g.chance(20) {
		r.gather = g.dur()
		if g.chance(40) {
			r.gatherBy = "none"
		}
	}
	act := func(gathered bool) string {
		if g.chance(25) {
			return fmt.Sprintf(`log "tick %s"`, part)
		}
		parts := []string{"v: " + num()}
		if gathered {
			parts = append(parts, "g: group.count")
		}
		if g.chance(30) {
			parts = append(parts, "k: now")
		}
		to := part
		if gathered && r.gatherBy != "" {
			to = "z"
		}
		return fmt.Sprintf(`fire "/f%d/%s" { %s }`, layer+1, to, strings.Join(parts, ", "))
	}
	for range 1 + g.IntN(2) {
		r.do = append(r.do, act(r.gather != ""))
	}
	if r.clear && (r.clearWhen == "" || g.chance(80)) {
		r.clearDo = append(r.clearDo, act(false))
	}
	if g.chance(25) {
		r.limit = fmt.Sprintf("%d per %s", pick(g, 1, 1, 2, 3), g.dur())
		if g.chance(30) {
			r.limitBy = "none"
		}
	}
	if g.chance(35) {
		r.expire = pick(g, "5s", "30s", "1m")
	}
	return r
}
