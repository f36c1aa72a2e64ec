package vm

import "github.com/eda-lang/eda/vm/value"

// Muting: a run of do is held back while one of the rule's mutes is true. A
// rise acts when none is any more, if its situation is still on; a plain event
// or a repeat is dropped (D24). A mute sees the key, and what does not come from
// an event.

// muted reports whether one of the mutes of the rule at hand is true. When that
// may change by itself is an instant.
func (m *Machine) muted(rs *ruleState) bool {
	for _, b := range rs.Mutes {
		if value.True(m.run(b)) {
			return true
		}
	}
	return false
}

// ofKey reports whether an operation speaks of the key as it stands alone,
// which only mutes do; they speak of nothing that has to do with an event.
func (op Op) ofKey() bool { return ops[op].Arg == argKey }

// mutesOf checks the mutes of a rule.
func (v *verifier) mutesOf() error {
	if len(v.r.MuteReads) > 0 && (!v.r.Situation || len(v.r.Mutes) == 0) {
		return v.fail(-1, "only the mutes of a situation have reads")
	}
	return nil
}

// mutes adds the blocks that decide whether a rule is muted.
func (r *Rule) mutes(add func(b Block, p place, optional bool)) {
	for _, b := range r.Mutes {
		add(b, onKey, false)
	}
	for _, b := range r.MuteReads {
		add(b, onKey, false)
	}
}

// HeldBy says what can make a rise of the rule wait.
func (r *Rule) HeldBy() string {
	switch {
	case len(r.Mutes) == 0:
		return "its `limit`"
	case r.Limit == nil:
		return "a `mute`"
	}
	return "its `limit` or a `mute`"
}
