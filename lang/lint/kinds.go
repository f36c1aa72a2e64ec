package lint

import (
	"fmt"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// kinds finds uses of fields whose recorded values are of a kind that does not
// go there: a list or a text where a number is wanted (S43a).
func kinds(p *pass) {
	if p.Observed == nil {
		return
	}
	for _, m := range lang.Misuses(p.Unit, p.Observed) {
		known, of := m.Seen.Known(), m.Seen.Of(m.Kind)
		if m.Kind == value.KindInt || m.Kind == value.KindFloat { // a number is a number
			of = m.Seen.Of(value.KindInt, value.KindFloat)
		}
		code, how := lang.CodeRecordedMixed, fmt.Sprintf("in %s of %s events", lang.Grouped(of), lang.Grouped(known))
		if of == known {
			code, how = lang.CodeRecordedKind, "in "+all(known)
		}
		why := ": " + m.Message
		if _, rest, ok := strings.Cut(m.Message, ", where a number is wanted; "); ok {
			why = ", where a number is wanted; " + rest
		}
		d := p.evident(p.report(code, m.File, m.In, m.Primary.Span, fmt.Sprintf("in %s `%s` is %s %s %s%s", p.Observed.Recording(), m.Name, kindWords[m.Kind], how, tagged(m.Tags), why)))
		d.Fixes = m.Fixes
	}
}

// all says of how many events something holds that holds of every one.
func all(events int) string {
	switch events {
	case 1:
		return "the one event"
	case 2:
		return "both events"
	}
	return "all " + lang.Amount(events, "event")
}
