package runtime

import (
	"maps"
	"sync"
	"sync/atomic"

	"github.com/eda-lang/eda/vm"
)

// Metrics counts what an engine did. The zero value is not ready; the engine
// makes its own.
type Metrics struct {
	events, fired, logged, echoes, failed atomic.Uint64

	mu      sync.Mutex
	refused map[string]uint64
	stats   vm.Stats
}

// Snapshot is a copy of the counters at one moment.
type Snapshot struct {
	Events  uint64            // taken
	Fired   uint64            // effects handed to sinks, logs apart
	Logged  uint64            // lines logged by rules
	Echoes  uint64            // own events that came back and were dropped
	Failed  uint64            // calls of a sink that failed
	Refused map[string]uint64 // messages dropped, by reason
	Machine vm.Stats          // as of the end of Run
}

func (m *Metrics) init() { m.refused = map[string]uint64{} }

func (m *Metrics) refuse(reason string) uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refused[reason]++
	return m.refused[reason]
}

func (m *Metrics) machine(vm *vm.Machine) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stats = vm.Stats()
}

func (m *Metrics) snapshot() Snapshot {
	m.mu.Lock()
	defer m.mu.Unlock()
	return Snapshot{
		Events: m.events.Load(), Fired: m.fired.Load(), Logged: m.logged.Load(), Echoes: m.echoes.Load(),
		Failed: m.failed.Load(), Refused: maps.Clone(m.refused), Machine: m.stats,
	}
}
