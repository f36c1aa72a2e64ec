package compiler_test

import "fmt"

// during is one whose edges lie near the stream, which begins on Friday at
// 00:00 in UTC.
func (g *gen) during() string {
	zone := pick(g, "UTC", "UTC", "Asia/Kolkata", "America/New_York")
	day, before, hour, half := "fri", "thu", 0, 0
	switch zone {
	case "Asia/Kolkata":
		hour, half = 5, 30
	case "America/New_York":
		day, before, hour = "thu", "thu", 19
	}
	at := func(min int) string { return fmt.Sprintf("%02d:%02d", hour, half+min) }
	from := g.IntN(6)
	to := from + 1 + g.IntN(3)
	text := fmt.Sprintf("%s %s-%s", pick(g, day, day, "daily", before+"-"+day, "mon,"+day, "sat"), at(from), at(to))
	switch g.IntN(6) {
	case 0:
		text += fmt.Sprintf("; daily %s-%s", at(to+1), at(to+2))
	case 1:
		text = fmt.Sprintf("%s 18:00-%s", before, at(to))
	case 2:
		text = fmt.Sprintf("%s %s-%s", pick(g, day, "daily"), at(to), at(from))
	}
	if zone == "UTC" && g.chance(70) {
		return fmt.Sprintf("during(%q)", text)
	}
	return fmt.Sprintf("during(%q, %q)", text, zone)
}
