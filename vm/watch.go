package vm

import "github.com/eda-lang/eda/vm/value"

// Sight is the value of a part of a condition, seen while the machine worked
// it out. The key is nil before the event has one, and belongs to the machine.
type Sight struct {
	Rule  int
	Key   []string
	T     int64
	Step  uint64
	Tag   string // of the event at hand
	Point int    // the operand of the watch instruction
	Value value.Value
}

// Watch makes f see what the program's watch instructions pass, until another
// takes its place; nil ends it. Only programs compiled for it have any, so it
// costs the others nothing. f must not call the machine.
func (m *Machine) Watch(f func(Sight)) { m.watch = f }

func (m *Machine) sight(point int, v value.Value) {
	if m.watch == nil {
		return
	}
	s := Sight{Rule: m.ruleAt, Key: m.key, T: m.now, Step: m.step, Point: point, Value: v}
	if m.ev != nil {
		s.Tag = m.ev.Tag
	}
	m.watch(s)
}
