package vm

import "github.com/eda-lang/eda/vm/value"

// Event is something that happened: a tag and data at an instant. Data is an
// object (none counts as an empty one) and is immutable; machines keep it.
type Event struct {
	T    int64 // ns since the epoch
	Tag  string
	Data value.Value
	Hops int // processes it has passed through (S30c)
}

// EffectKind says what an effect is.
type EffectKind uint8

const (
	Fired  EffectKind = iota // an event fired by a rule
	Logged                   // a line of text
	Noted                    // an /eda/… event made by the engine
	Called                   // an event to an actor, by the call of an action
)

// Effect is what a rule decided. Effects come in the order (T, step, rule,
// key, act) and no other (S2).
type Effect struct {
	T       int64
	Step    uint64 // counts steps from 0 over the life of the machine
	Round   int
	Rule    int      // index into Program.Rules; -1 of an /eda/… event that no rule brought about
	Key     []string // the parts of the key, as Rule.Key names them
	Grouped bool     // Key is that of a group with a key of its own, which Rule.Gather.Key names
	Act     int
	Kind    EffectKind
	Tag     string
	Data    value.Value // object; none when there is none
	Text    string      // of a log
	ID      [16]byte    // D31
	Attempt int         // of a call that waits for an answer: which sending this is, from 1. All have one ID
	Hops    int

	ack string // of a call: the tag on which it is answered
}
