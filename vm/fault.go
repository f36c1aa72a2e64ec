package vm

import (
	"cmp"
	"slices"

	"github.com/eda-lang/eda/vm/value"
)

// FaultCount says how often an operation yielded none instead of a value, by
// the instruction it happened at (D29), with what was seen the first time.
type FaultCount struct {
	PC    int // index into Program.Code; Program.Lines says where in the source
	Rule  int // index into Program.Rules
	Fault value.Fault
	Count uint64
	T     int64  // instant of the first
	Tag   string // of the event then at hand
	X, Y  value.Kind
}

type faultKey struct {
	pc    uint32
	fault value.Fault
}

// faults are counted in a map of bounded size: one entry per instruction and
// kind of fault.
type faults struct {
	counts map[faultKey]*FaultCount
	fresh  []*FaultCount
}

// fault counts one. A missing operand is no fault: it is what none is for.
func (m *Machine) fault(pc Block, f value.Fault, x, y value.Value) {
	if m.pending.watcher != nil {
		return // the condition itself counts it
	}
	k := faultKey{uint32(pc), f}
	if n := m.faults.counts[k]; n != nil {
		n.Count++
		return
	}
	if m.faults.counts == nil {
		m.faults.counts = map[faultKey]*FaultCount{}
	}
	n := &FaultCount{PC: int(pc), Rule: m.ruleAt, Fault: f, Count: 1, T: m.now, X: x.Kind(), Y: y.Kind()}
	if m.ev != nil {
		n.Tag = m.ev.Tag
	}
	m.faults.counts[k] = n
	m.faults.fresh = append(m.faults.fresh, n)
}

// Faults lists all faults so far in the order of the code.
func (m *Machine) Faults() []FaultCount {
	out := make([]FaultCount, 0, len(m.faults.counts))
	for _, n := range m.faults.counts {
		out = append(out, *n)
	}
	slices.SortFunc(out, func(a, b FaultCount) int {
		return cmp.Or(cmp.Compare(a.PC, b.PC), cmp.Compare(a.Fault, b.Fault))
	})
	return out
}

// NewFaults lists the faults that were seen for the first time since the last
// call, in the order they came; it is how each is reported once.
func (m *Machine) NewFaults() []FaultCount {
	var out []FaultCount
	for _, n := range m.faults.fresh {
		out = append(out, *n)
	}
	m.faults.fresh = m.faults.fresh[:0]
	return out
}
