package zmq

import (
	"log/slog"
	"time"
)

// Limits bound what one peer, and all peers together, can make this process
// hold or do. A zero field means its default; a limit cannot be switched off.
type Limits struct {
	// MaxConns is the number of connections a listener keeps, those still in
	// the handshake included. When all are taken, the oldest unfinished
	// handshake makes way; when there is none, the new connection is closed.
	MaxConns int

	MaxFrame   int // bytes of one frame, checked at its header, before anything is allocated
	MaxMessage int // bytes of all frames of one message
	MaxFrames  int // frames of one message

	// MaxSubscriptions is the number of prefixes one subscriber may hold;
	// further ones are refused and counted, the peer stays.
	MaxSubscriptions int

	// PeerQueueBytes bounds what waits for one peer: frames plus 64 bytes a
	// message. A PUB queues a message once and shares it among its
	// subscribers, so the sum is far below peers times limit unless each
	// peer is stuck at another place.
	PeerQueueBytes int

	Handshake time.Duration // from accepting or dialling to the end of the handshake

	// Stall is how long a peer may take for the rest of a message it has
	// begun, and how long a subscriber may take no byte at all before it is
	// cut. A PULL that reads nothing is never cut by a PUSH: that is
	// backpressure.
	Stall time.Duration
}

// DefaultLimits returns the limits used where a field of Limits is zero.
func DefaultLimits() Limits {
	return Limits{
		MaxConns:         256,
		MaxFrame:         1 << 20,
		MaxMessage:       1 << 20,
		MaxFrames:        16,
		MaxSubscriptions: 256,
		PeerQueueBytes:   32 << 20,
		Handshake:        2 * time.Second,
		Stall:            10 * time.Second,
	}
}

// Options configure an endpoint. The zero value is ready for use.
type Options struct {
	Limits Limits

	// Linger is how long Close may wait for queued messages to leave: 1 s
	// when zero, not at all when negative.
	Linger time.Duration

	// Timeout is how long a Push works without a server: DialPush waits so
	// long for the first handshake, and Send, with its queue full, for the
	// server to come back. 5 s when zero, for ever when negative.
	Timeout time.Duration

	// Insecure lets a listener bind an address that other machines reach,
	// although the bus neither authenticates nor encrypts.
	Insecure bool

	// Log receives what goes wrong with peers, at most one line a second for
	// each reason; nil discards it. The counters of Stats see everything.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	d := DefaultLimits()
	l := &o.Limits
	for _, f := range []struct{ field, def *int }{
		{&l.MaxConns, &d.MaxConns},
		{&l.MaxFrame, &d.MaxFrame},
		{&l.MaxMessage, &d.MaxMessage},
		{&l.MaxFrames, &d.MaxFrames},
		{&l.MaxSubscriptions, &d.MaxSubscriptions},
		{&l.PeerQueueBytes, &d.PeerQueueBytes},
	} {
		if *f.field <= 0 {
			*f.field = *f.def
		}
	}
	for _, f := range []struct {
		field *time.Duration
		def   time.Duration
	}{
		{&l.Handshake, d.Handshake},
		{&l.Stall, d.Stall},
		{&o.Linger, time.Second},
		{&o.Timeout, 5 * time.Second},
	} {
		if *f.field == 0 {
			*f.field = f.def
		}
	}
	o.Linger = max(o.Linger, 0)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
