package compiler_test

import "fmt"

// moreAgg is an aggregate beyond sums and ends that is a number, or none.
func (g *gen) moreAgg(where string) string {
	arg := pick(g, "v", "v", "v", "w")
	if g.chance(20) {
		arg = g.num(1)
	}
	if g.chance(8) {
		arg = "pick(ok, v, w)"
	}
	w := g.win()
	switch g.IntN(14) {
	case 0:
		return fmt.Sprintf("distinct(%s, %s%s)", pick(g, "v", "v", "w", "s", "k", "l", "ok", "v + w"), w, where)
	case 1:
		return fmt.Sprintf("changes(%s, %s%s)", pick(g, "v", "s", "ok", "k", "w", "l"), w, where)
	case 2, 3:
		return fmt.Sprintf("%s(%s, %s, %s%s)", pick(g, "max_by", "min_by"), pick(g, "v", "w", "v + 1"), arg, w, where)
	case 4, 5, 6:
		p := pick(g, "0", "50", "95", "99.9", "100", "33.333333", "12.5", "66.7", "25")
		return fmt.Sprintf("pct(%s, %s, %s%s)", arg, p, w, where)
	case 7: // instants are quantities too
		return fmt.Sprintf("%s / 1s", pick(g, "(max(now, "+w+where+") - min(now, "+w+where+"))", "delta(now, "+w+where+")", "max(now - ts, "+w+where+")"))
	case 8: // which have no order with numbers
		return fmt.Sprintf("%s(pick(ok, v, now), %s%s)", pick(g, "max", "min", "delta"), w, where)
	}
	return fmt.Sprintf("%s(%s, %s%s)", pick(g, "rate", "slope", "stddev", "delta"), arg, w, where)
}

// isNew is a comparison with earlier events.
func (g *gen) isNew() string {
	return fmt.Sprintf("unique(%s, %s)", pick(g, "v", "v", "s", "k", "w", "l", "v // 2", "k ?? v"), g.dur())
}
