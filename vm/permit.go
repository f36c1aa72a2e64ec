package vm

import (
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// Permits: what a file may fire (S31). The checker proves what it can; acts
// whose tag shows it only when it is known have the permits to ask.

func (m *Machine) linkPermits() {
	for _, x := range m.prog.Permits {
		var patterns []tag.Pattern
		for _, s := range x {
			pat, _ := tag.Parse(s) // verified
			patterns = append(patterns, pat)
		}
		m.permits = append(m.permits, patterns)
	}
}

// permitted asks the permits of an act for its tag, and counts a refusal.
func (m *Machine) permitted(a *Act, name string) bool {
	for _, i := range a.Permits {
		if !m.allows(m.permits[i], name) {
			m.stats.Forbidden++
			m.fault(a.Tag, value.Forbidden, value.String(name), value.Value{})
			return false
		}
	}
	return true
}

func (m *Machine) allows(patterns []tag.Pattern, name string) bool {
	for i := range patterns {
		var ok bool
		if m.matched, ok = patterns[i].Match(name, m.matched[:0]); ok {
			return true
		}
	}
	return false
}

func (v *verifier) permitsOf(a *Act) error {
	for _, i := range a.Permits {
		if i < 0 || i >= len(v.p.Permits) {
			return v.fail(-1, "an act asks permit %d of %d", i, len(v.p.Permits))
		}
	}
	if a.Kind != Fire && a.Kind != Call && len(a.Permits) > 0 {
		return v.fail(-1, "only what is fired needs a permit")
	}
	return nil
}
