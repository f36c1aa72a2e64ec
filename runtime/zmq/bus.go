package zmq

import (
	"context"
	"errors"
	"io"

	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/vm"
)

// Source reads events off a Pull for an engine. It is a runtime.Source.
type Source struct {
	Pull   *Pull
	Limits runtime.FrameLimits // zero fields mean their defaults
}

// Recv returns the next messages as events. When ctx is done it stops the
// Pull, returns what had reached this process, and then io.EOF.
func (s *Source) Recv(ctx context.Context) (runtime.Batch, error) {
	msgs, err := s.Pull.Recv(ctx)
	if err != nil && ctx.Err() != nil {
		s.Pull.Stop()
		msgs, err = s.Pull.Recv(context.WithoutCancel(ctx))
	}
	if errors.Is(err, ErrClosed) {
		return runtime.Batch{}, io.EOF
	}
	if err != nil {
		return runtime.Batch{}, err
	}
	b := runtime.Batch{Events: make([]runtime.Incoming, 0, len(msgs))}
	for _, m := range msgs {
		in, err := runtime.DecodeMessage(m.Frames, s.Limits)
		if err != nil {
			n := 0
			for _, f := range m.Frames {
				n += len(f)
			}
			b.Refused = append(b.Refused, runtime.Refusal{Reason: err.Error(), Bytes: n})
			continue
		}
		b.Events = append(b.Events, in)
	}
	return b, nil
}

// Sink publishes what rules fired: two frames, the tag and the event. Logs are
// not published. It is a runtime.Sink.
type Sink struct {
	Pub    *Pub
	Engine string // names the engine in _eda
	buf    []byte
}

// Publish implements runtime.Sink.
func (s *Sink) Publish(p *vm.Program, effects []vm.Effect) error {
	for i := range effects {
		e := &effects[i]
		if e.Kind == vm.Logged {
			continue
		}
		s.buf = runtime.AppendEffect(s.buf[:0], p, e, s.Engine)
		if err := s.Pub.Send([]byte(e.Tag), s.buf); err != nil {
			return err
		}
	}
	return nil
}
