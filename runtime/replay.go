package runtime

import (
	"errors"
	"io"

	"github.com/eda-lang/eda/vm"
)

// ReplayStats says what a replay read and decided.
type ReplayStats struct {
	Events  uint64
	Effects uint64
	Skipped uint64 // events under /eda/ that the engine makes itself (S29)
	First   int64  // times of the first and last event, ns; 0 if there was none
	Last    int64
}

// Replay gives a recording to a machine and its effects, in order, to emit.
// The horizon is the time of the last event: deadlines up to and at it are
// processed, later ones are not (S28). A later until moves it further; an
// until before the last event ends the replay there.
func Replay(m *vm.Machine, r EventReader, until *int64, emit func(*vm.Effect) error) (ReplayStats, error) {
	var s ReplayStats
	drain := func() error {
		effects := m.Effects()
		for i := range effects {
			s.Effects++
			if err := emit(&effects[i]); err != nil {
				return err
			}
		}
		return nil
	}
	batch := make([]vm.Event, 256)
	for end := false; !end; {
		n, err := r.Next(batch)
		if err != nil && !errors.Is(err, io.EOF) {
			return s, err
		}
		end = err != nil
		for i := range batch[:n] {
			ev := &batch[i]
			if until != nil && ev.T > *until {
				end = true
				break
			}
			if SkipDerived(ev.Tag) {
				s.Skipped++
				continue
			}
			if s.Events == 0 {
				s.First = ev.T
			}
			s.Events++
			s.Last = ev.T
			if err := m.Event(ev); err != nil {
				return s, err
			}
			if err := drain(); err != nil {
				return s, err
			}
		}
	}
	horizon := s.Last
	if until != nil {
		horizon = *until
	}
	if s.Events > 0 || until != nil {
		m.Flush(horizon)
	}
	return s, drain()
}
