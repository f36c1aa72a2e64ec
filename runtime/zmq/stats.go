package zmq

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Stats is a snapshot of an endpoint's counters. All but Connections only
// ever rise. The fields are read one by one, so they may be a message apart.
type Stats struct {
	Connections uint64 // peers connected now, handshake finished

	Accepted uint64 // handshakes finished since the start
	Left     uint64 // connections ended since the start, for any reason
	Received uint64 // messages received
	Sent     uint64 // messages given to the kernel, once for each peer

	ConnsRefused       uint64 // connections closed at once because MaxConns peers are there
	AcceptErrors       uint64 // failed accepts, such as no file descriptor left
	HandshakesRefused  uint64 // peers that sent something else than a fitting ZMTP 3 handshake
	HandshakesTimedOut uint64 // peers silent in the handshake, or displaced there by newer ones
	DialErrors         uint64 // attempts to connect that found no server

	FramesTooLarge   uint64 // frames over MaxFrame; the peer is closed
	MessagesTooLarge uint64 // messages over MaxMessage; the peer is closed
	TooManyFrames    uint64 // messages over MaxFrames; the peer is closed
	Malformed        uint64 // frames or commands ZMTP forbids; the peer is closed
	Stalled          uint64 // peers closed because they began a message and did not end it in time
	CommandsDropped  uint64 // commands ignored: unknown, or of no meaning here

	SubscriptionsRefused uint64 // subscriptions over the limit, and messages to a PUB that are none
	MessagesDropped      uint64 // PUB: messages not queued because a subscriber's queue was full
	Undelivered          uint64 // messages that were queued for a peer when it left or at Close
	PeersCut             uint64 // PUB: subscribers closed because they took no byte for Stall
}

// reason names one counter.
type reason int

const (
	accepted reason = iota
	left
	received
	sent
	connRefused
	acceptError
	handshakeRefused
	handshakeTimedOut
	dialError
	frameTooLarge
	messageTooLarge
	tooManyFrames
	malformed
	stalled
	commandDropped
	subscriptionRefused
	messageDropped
	undelivered
	peerCut
	numReasons
)

// reasons has one row a reason: the words of its log line and its field.
var reasons = [numReasons]struct {
	text  string
	field func(*Stats) *uint64
}{
	accepted:            {"peer connected", func(s *Stats) *uint64 { return &s.Accepted }},
	left:                {"peer left", func(s *Stats) *uint64 { return &s.Left }},
	received:            {"message received", func(s *Stats) *uint64 { return &s.Received }},
	sent:                {"message sent", func(s *Stats) *uint64 { return &s.Sent }},
	connRefused:         {"connection refused: too many peers", func(s *Stats) *uint64 { return &s.ConnsRefused }},
	acceptError:         {"cannot accept connections", func(s *Stats) *uint64 { return &s.AcceptErrors }},
	handshakeRefused:    {"handshake refused", func(s *Stats) *uint64 { return &s.HandshakesRefused }},
	handshakeTimedOut:   {"handshake not finished in time", func(s *Stats) *uint64 { return &s.HandshakesTimedOut }},
	dialError:           {"cannot connect", func(s *Stats) *uint64 { return &s.DialErrors }},
	frameTooLarge:       {"peer closed: frame too large", func(s *Stats) *uint64 { return &s.FramesTooLarge }},
	messageTooLarge:     {"peer closed: message too large", func(s *Stats) *uint64 { return &s.MessagesTooLarge }},
	tooManyFrames:       {"peer closed: too many frames in a message", func(s *Stats) *uint64 { return &s.TooManyFrames }},
	malformed:           {"peer closed: malformed ZMTP", func(s *Stats) *uint64 { return &s.Malformed }},
	stalled:             {"peer closed: message begun and not ended", func(s *Stats) *uint64 { return &s.Stalled }},
	commandDropped:      {"command ignored", func(s *Stats) *uint64 { return &s.CommandsDropped }},
	subscriptionRefused: {"subscription refused", func(s *Stats) *uint64 { return &s.SubscriptionsRefused }},
	messageDropped:      {"message dropped: subscriber's queue is full", func(s *Stats) *uint64 { return &s.MessagesDropped }},
	undelivered:         {"messages not delivered", func(s *Stats) *uint64 { return &s.Undelivered }},
	peerCut:             {"subscriber cut: it takes no data", func(s *Stats) *uint64 { return &s.PeersCut }},
}

// logEvery is the shortest time between two log lines of one reason.
const logEvery = time.Second

// counters counts and, at a bounded rate, logs. It is safe for concurrent use.
type counters struct {
	log  *slog.Logger
	n    [numReasons]atomic.Uint64
	open atomic.Int64 // peers connected now

	mu    sync.Mutex
	lines [numReasons]struct {
		last       time.Time
		suppressed uint64
	}
}

func newCounters(log *slog.Logger, kind, addr string) *counters {
	return &counters{log: log.With("socket", kind, "addr", addr)}
}

func (c *counters) add(r reason, n int) { c.n[r].Add(uint64(n)) }

// note counts r once and logs it unless a line of r was logged less than
// logEvery ago; the next line then says how many were suppressed.
func (c *counters) note(r reason, args ...any) { c.noteN(r, 1, args...) }

func (c *counters) noteN(r reason, n int, args ...any) {
	c.add(r, n)
	if !c.log.Enabled(context.Background(), slog.LevelWarn) {
		return
	}
	now := time.Now()
	c.mu.Lock()
	line := &c.lines[r]
	if !line.last.IsZero() && now.Sub(line.last) < logEvery {
		line.suppressed++
		c.mu.Unlock()
		return
	}
	suppressed := line.suppressed
	line.last, line.suppressed = now, 0
	c.mu.Unlock()
	if suppressed > 0 {
		args = append(args, "suppressed", suppressed)
	}
	c.log.Warn(reasons[r].text, args...)
}

func (c *counters) snapshot() Stats {
	s := Stats{Connections: uint64(max(c.open.Load(), 0))}
	for r := range reasons {
		*reasons[r].field(&s) = c.n[r].Load()
	}
	return s
}
