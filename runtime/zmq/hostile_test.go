package zmq

// What an unauthenticated peer can do to a listening socket, one test for
// each attack that killed, stalled or filled a stock endpoint. After each
// attack an honest peer must be served.

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-zeromq/zmq4"
)

// quick are limits that tests can wait for.
var quick = Options{Limits: Limits{Handshake: 200 * time.Millisecond, Stall: 200 * time.Millisecond}, Linger: 300 * time.Millisecond}

func listenPull(t testing.TB, opt Options) *Pull {
	t.Helper()
	p, err := ListenPull(anyPort, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func listenPub(t testing.TB, opt Options) *Pub {
	t.Helper()
	p, err := ListenPub(anyPort, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// attacker connects without a word.
func attacker(t testing.TB, a net.Addr) net.Conn {
	t.Helper()
	c, err := net.Dial(a.Network(), a.String())
	if err != nil {
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(5 * time.Second))
	t.Cleanup(func() { c.Close() })
	return c
}

// insider has finished a handshake as socketType.
func insider(t testing.TB, a net.Addr, socketType string) net.Conn {
	t.Helper()
	c := attacker(t, a)
	if _, err := shake(c, null{}, socketType, []string{"PULL", "PUB"}); err != nil {
		t.Fatal(err)
	}
	return c
}

// mustBeClosed reads to the end of c, which must come.
func mustBeClosed(t testing.TB, c net.Conn) {
	t.Helper()
	if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal("the connection stays open")
	}
}

// honestPush delivers 100 messages.
func honestPush(t testing.TB, pull *Pull) {
	t.Helper()
	push, err := DialPush(pull.Endpoint(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := soon(t)
	for i := range 100 {
		if err := push.Send(ctx, fmt.Appendf(nil, "honest %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i < 100; {
		ms, err := pull.Recv(ctx)
		if err != nil {
			t.Fatalf("after %d honest messages: %v", i, err)
		}
		for _, m := range ms {
			if got, want := string(m.Frames[0]), fmt.Sprintf("honest %d", i); got != want {
				t.Fatalf("got %q, want %q", got, want)
			}
			i++
		}
	}
	if err := push.Close(); err != nil {
		t.Fatal(err)
	}
}

// honestSub receives 100 messages.
func honestSub(t testing.TB, pub *Pub) {
	t.Helper()
	before := pub.Subscribers()
	sub, err := DialSub(pub.Endpoint(), Options{}, "/honest")
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	waitFor(t, func() bool { return pub.Subscribers() == before+1 })
	ctx := soon(t)
	for i := range 100 {
		if err := pub.Send([]byte("/honest"), fmt.Append(nil, i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 100 {
		m, err := sub.Recv(ctx)
		if err != nil {
			t.Fatalf("after %d messages: %v", i, err)
		}
		if string(m.Frames[1]) != fmt.Sprint(i) {
			t.Fatalf("message %d is %q", i, m.Frames)
		}
	}
}

func header(flags byte, size uint64) []byte {
	if flags&flagLong == 0 {
		return []byte{flags, byte(size)}
	}
	return binary.BigEndian.AppendUint64([]byte{flags}, size)
}

func frame(flags byte, body string) []byte {
	if len(body) > 255 {
		flags |= flagLong
	}
	return append(header(flags, uint64(len(body))), body...)
}

func command(name, body string) []byte {
	return appendCommand(nil, []byte(string(rune(len(name)))+name+body))
}

func ready(metadata string) []byte { return command("READY", metadata) }

func property(name, value string) string { return string(appendProperty(nil, name, value)) }

func patched(g []byte, at int, b ...byte) []byte {
	copy(g[at:], b)
	return g
}

var hostileHandshakes = []struct {
	name string
	send []byte // after the greeting, unless it is one
	raw  bool   // send is all
}{
	{name: "metadata of one zero byte", send: ready("\x00")},
	{name: "metadata cut after the name", send: ready("\x0bSocket-Type")},
	{name: "metadata cut in the name", send: ready("\x0bSock")},
	{name: "metadata cut in the value", send: ready("\x0bSocket-Type\x00\x00\x00\x04PU")},
	{name: "metadata value of 4 GiB", send: ready("\x0bSocket-Type\xff\xff\xff\xffPUSH")},
	{name: "metadata name with a space", send: ready(property("Socket Type", "PUSH"))},
	{name: "metadata twice", send: ready(property("Socket-Type", "PUSH") + property("socket-type", "PUSH"))},
	{name: "identity of 256 bytes", send: ready(property("Socket-Type", "PUSH") + property("Identity", strings.Repeat("i", 256)))},
	{name: "no socket type", send: ready("")},
	{name: "draft socket type", send: ready(property("Socket-Type", "SCATTER"))},
	{name: "socket type that does not fit", send: ready(property("Socket-Type", "DEALER"))},
	{name: "empty command", send: header(flagCommand, 0)},
	{name: "command name longer than the command", send: frame(flagCommand, "\x20READY")},
	{name: "other command", send: command("HELLO", "")},
	{name: "ERROR", send: command("ERROR", "\x03no!")},
	{name: "message in place of READY", send: frame(0, "x")},
	{name: "READY of 2^62 bytes", send: header(flagCommand|flagLong, 1<<62)},
	{name: "READY of 2^63 bytes", send: header(flagCommand|flagLong, 1<<63)},
	{name: "READY of 2^40 bytes", send: header(flagCommand|flagLong, 1<<40)},
	{name: "message of 2^62 bytes", send: header(flagLong, 1<<62)},
	{name: "HTTP", send: []byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), raw: true},
	{name: "zeros", send: make([]byte, greetingSize), raw: true},
	{name: "ZMTP 2", send: patched(greeting("NULL"), 10, 1)[:12], raw: true},
	{name: "PLAIN", send: greeting("PLAIN"), raw: true},
	{name: "no mechanism", send: greeting(""), raw: true},
	{name: "NULL with rubbish behind", send: greeting("NULL\x00X"), raw: true},
	{name: "as-server 2", send: patched(greeting("NULL"), 32, 2), raw: true},
}

func TestHostileHandshakeIsRefused(t *testing.T) {
	pull, pub := listenPull(t, quick), listenPub(t, quick)
	for _, tt := range hostileHandshakes {
		t.Run(tt.name, func(t *testing.T) {
			for _, l := range []*listener{pull.l, pub.l} {
				before := l.stats.snapshot().HandshakesRefused
				c := attacker(t, l.ln.Addr())
				if !tt.raw {
					c.Write(greeting("NULL"))
				}
				c.Write(tt.send)
				mustBeClosed(t, c)
				if got := l.stats.snapshot().HandshakesRefused; got != before+1 {
					t.Errorf("%s: %d handshakes refused, want 1", l.socketType, got-before)
				}
			}
		})
	}
	honestPush(t, pull)
	honestSub(t, pub)
}

func TestHostileFramesCloseThePeerAndNothingElse(t *testing.T) {
	opt := quick
	opt.Limits.MaxFrame, opt.Limits.MaxMessage = 1<<20, 1<<20+1<<19
	pull := listenPull(t, opt)
	big := string(make([]byte, 1<<20))
	for _, tt := range []struct {
		name    string
		send    []byte
		counter func(Stats) uint64
	}{
		{"frame of 2^62 bytes", header(flagLong, 1<<62), func(s Stats) uint64 { return s.FramesTooLarge }},
		{"frame of 2^63 bytes", header(flagLong, 1<<63), func(s Stats) uint64 { return s.FramesTooLarge }},
		{"frame of 2^64-1 bytes", header(flagLong, 1<<64-1), func(s Stats) uint64 { return s.FramesTooLarge }},
		{"frame of 2^46 bytes", header(flagLong, 1<<46), func(s Stats) uint64 { return s.FramesTooLarge }},
		{"frame of 2^40 bytes", header(flagLong, 1<<40), func(s Stats) uint64 { return s.FramesTooLarge }},
		{"frame of 4 GiB", header(flagLong, 4<<30), func(s Stats) uint64 { return s.FramesTooLarge }},
		{"frame of the limit and one", header(flagLong, 1<<20+1), func(s Stats) uint64 { return s.FramesTooLarge }},
		{"frames together over the limit", append(frame(flagMore, big), header(flagLong, 1<<19+1)...), func(s Stats) uint64 { return s.MessagesTooLarge }},
		{"endless MORE", bytes.Repeat(frame(flagMore, "x"), 17), func(s Stats) uint64 { return s.TooManyFrames }},
		{"endless empty MORE", bytes.Repeat(frame(flagMore, ""), 1000), func(s Stats) uint64 { return s.TooManyFrames }},
		{"reserved flags", frame(0x80, "x"), func(s Stats) uint64 { return s.Malformed }},
		{"command with MORE", frame(flagCommand|flagMore, "\x04PING\x00\x00"), func(s Stats) uint64 { return s.Malformed }},
		{"command inside a message", append(frame(flagMore, "x"), command("PING", "\x00\x00")...), func(s Stats) uint64 { return s.Malformed }},
		{"command without a name", frame(flagCommand, "\x09PING"), func(s Stats) uint64 { return s.Malformed }},
		{"command of 2^62 bytes", header(flagCommand|flagLong, 1<<62), func(s Stats) uint64 { return s.FramesTooLarge }},
		{"PING without time to live", command("PING", "\x00"), func(s Stats) uint64 { return s.Malformed }},
		{"PING with a long context", command("PING", "\x00\x00"+strings.Repeat("c", 17)), func(s Stats) uint64 { return s.Malformed }},
		{"ERROR", command("ERROR", "\x02no"), func(s Stats) uint64 { return s.Malformed }},
		{"half a header", []byte{flagLong, 0, 0}, func(s Stats) uint64 { return s.Stalled }},
		{"one byte", []byte{0}, func(s Stats) uint64 { return s.Stalled }},
		{"half a frame", frame(0, "half")[:4], func(s Stats) uint64 { return s.Stalled }},
		{"half a message", frame(flagMore, "half"), func(s Stats) uint64 { return s.Stalled }},
		{"half a command", command("PING", "\x00\x00")[:5], func(s Stats) uint64 { return s.Stalled }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := tt.counter(pull.Stats())
			c := insider(t, pull.Addr(), "PUSH")
			c.Write(tt.send)
			mustBeClosed(t, c)
			waitFor(t, func() bool { return tt.counter(pull.Stats()) == before+1 })
		})
	}
	if n := pull.Stats().Received; n != 0 {
		t.Errorf("%d messages were received from attackers", n)
	}
	honestPush(t, pull)
}

func TestAnnouncedFrameAllocatesNothing(t *testing.T) {
	pull := listenPull(t, quick)
	c := insider(t, pull.Addr(), "PUSH")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c.Write(header(flagLong, 1<<39))
	mustBeClosed(t, c)
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 2<<20 {
		t.Errorf("a frame header of 512 GiB allocated %d bytes", n)
	}
}

func TestSilentPeersDoNotStopOthers(t *testing.T) {
	opt := Options{Limits: Limits{MaxConns: 8, Handshake: time.Hour}}
	pull := listenPull(t, opt)
	for i := range 100 {
		c := attacker(t, pull.Addr())
		if i%2 == 0 {
			c.Write(greeting("NULL"))
		}
	}
	honestPush(t, pull) // displaces the oldest of them
	waitFor(t, func() bool { return pull.Stats().HandshakesTimedOut >= 92 })
}

func TestSilentPeersAreClosedInTime(t *testing.T) {
	pull := listenPull(t, quick)
	silent, greeted := attacker(t, pull.Addr()), attacker(t, pull.Addr())
	greeted.Write(greeting("NULL"))
	mustBeClosed(t, silent)
	mustBeClosed(t, greeted)
	waitFor(t, func() bool { return pull.Stats().HandshakesTimedOut == 2 })
	honestPush(t, pull)
}

// openFiles counts this process's file descriptors.
func openFiles(t testing.TB) int {
	d, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("needs /proc: ", err)
	}
	return len(d)
}

func TestFloodsLeaveNothingBehind(t *testing.T) {
	pull := listenPull(t, quick)
	files, goroutines := openFiles(t), runtime.NumGoroutine()
	dial := func() *net.TCPConn {
		c, err := net.Dial("tcp", pull.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		return c.(*net.TCPConn)
	}
	for range 500 { // garbage greetings
		c := dial()
		c.Write(bytes.Repeat([]byte("garbage!"), 8))
		c.Close()
	}
	for range 1000 { // connect and reset
		c := dial()
		c.SetLinger(0)
		c.Close()
	}
	for range 200 { // half a frame and away
		c := dial()
		if _, err := shake(c, null{}, "PUSH", []string{"PULL"}); err != nil {
			t.Fatal(err)
		}
		c.Write(header(flagLong, 1000))
		c.Close()
	}
	waitFor(t, func() bool {
		pull.l.mu.Lock()
		defer pull.l.mu.Unlock()
		return len(pull.l.conns) == 0 && len(pull.l.pending) == 0
	})
	waitFor(t, func() bool { return openFiles(t) <= files && runtime.NumGoroutine() <= goroutines })
	honestPush(t, pull)
}

func TestIdlePeersAreKeptUpToTheLimit(t *testing.T) {
	opt := quick
	opt.Limits.MaxConns = 8
	pull := listenPull(t, opt)
	idle := make([]net.Conn, 8)
	for i := range idle {
		idle[i] = insider(t, pull.Addr(), "PUSH")
	}
	waitFor(t, func() bool { return pull.Stats().Connections == 8 })
	mustBeClosed(t, attacker(t, pull.Addr()))
	if n := pull.Stats().ConnsRefused; n != 1 {
		t.Errorf("%d connections refused, want 1", n)
	}
	idle[3].Close()
	waitFor(t, func() bool { return pull.Stats().Connections == 7 })
	honestPush(t, pull)
}

// brokenListener has no file descriptors left.
type brokenListener struct {
	net.Listener
	accepts atomic.Int64
}

func (b *brokenListener) Accept() (net.Conn, error) {
	b.accepts.Add(1)
	return nil, errors.New("too many open files")
}
func (b *brokenListener) Close() error { return nil }

func TestFailingAcceptPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &brokenListener{}
		l := &listener{ln: b, stats: newCounters(Options{}.withDefaults().Log, "PULL", ""), done: make(chan struct{})}
		l.start(nil)
		time.Sleep(time.Minute) // of the bubble's clock
		l.stop(func(*conn) {})
		l.wg.Wait()
		if n := b.accepts.Load(); n < 50 || n > 80 {
			t.Errorf("%d accepts in a minute of failures", n)
		}
	})
}

func TestPingIsAnsweredAndNotDelivered(t *testing.T) {
	pull, pub := listenPull(t, quick), listenPub(t, quick)
	for _, tt := range []struct {
		l    *listener
		peer string
	}{{pull.l, "PUSH"}, {pub.l, "SUB"}} {
		c := insider(t, tt.l.ln.Addr(), tt.peer)
		c.Write(command("PING", "\x00\x0acontext"))
		c.Write(command("PONG", ""))
		c.Write(command("WHATEVER", "x"))
		c.Write(command("PING", "\x00\x0a"))
		for _, want := range []string{"context", ""} {
			body, err := readCommand(c)
			if err != nil {
				t.Fatal(err)
			}
			if string(body) != "\x04PONG"+want {
				t.Errorf("%s answers %q", tt.l.socketType, body)
			}
		}
		if n := tt.l.stats.snapshot().CommandsDropped; n != 1 {
			t.Errorf("%d commands dropped, want 1", n)
		}
	}
	if n := pull.Stats().Received; n != 0 {
		t.Errorf("%d commands were delivered as messages", n)
	}
	honestPush(t, pull)
}

func TestSubscriptionFloodIsBounded(t *testing.T) {
	pub := listenPub(t, quick)
	c := insider(t, pub.Addr(), "SUB")
	var b []byte
	for i := range 10_000 {
		b = append(b, frame(0, fmt.Sprintf("\x01%d", i))...)
	}
	c.Write(b)
	c.Write(frame(0, "\x01"+strings.Repeat("p", maxPrefix+1))) // too long even for one
	mustBeClosed(t, c)
	s := pub.Stats()
	if s.SubscriptionsRefused != 10_000-256 || s.FramesTooLarge != 1 {
		t.Errorf("%d subscriptions refused, %d frames too large", s.SubscriptionsRefused, s.FramesTooLarge)
	}
	honestSub(t, pub)
}

// readMessage reads a message of short frames as raw subscribers see it.
func readMessage(t testing.TB, r io.Reader) string {
	t.Helper()
	var parts []string
	for {
		var h [2]byte
		if _, err := io.ReadFull(r, h[:]); err != nil {
			t.Fatal(err)
		}
		body := make([]byte, h[1])
		if _, err := io.ReadFull(r, body); err != nil {
			t.Fatal(err)
		}
		parts = append(parts, string(body))
		if h[0] == 0 {
			return strings.Join(parts, "|")
		}
	}
}

func TestJunkDoesNotHideAnUnsubscribe(t *testing.T) {
	pub := listenPub(t, quick)
	for name, form := range map[string]func(verb byte, prefix string) []byte{
		"ZMTP 3.0": func(v byte, p string) []byte { return frame(0, string(rune(v))+p) },
		"ZMTP 3.1": func(v byte, p string) []byte { return command([]string{"CANCEL", "SUBSCRIBE"}[v], p) },
	} {
		c := insider(t, pub.Addr(), "SUB")
		before := pub.Stats().SubscriptionsRefused
		c.Write(form(1, "a"))
		c.Write(form(1, "b"))
		c.Write(form(1, "a")) // held already: one CANCEL ends it
		for range 10 {
			c.Write(frame(0, "\x02junk"))
			c.Write(frame(0, ""))
			c.Write(append(frame(flagMore, "\x00b"), frame(0, "b")...))
		}
		c.Write(form(0, "a"))
		c.Write(form(0, "never held"))
		c.Write(command("PING", "\x00\x00")) // answered when all before is done
		if _, err := readCommand(c); err != nil {
			t.Fatal(err)
		}
		if n := pub.Stats().SubscriptionsRefused - before; n != 30 {
			t.Errorf("%s: %d refused, want 30", name, n)
		}
		pub.Send([]byte("a1"), []byte("x"))
		pub.Send([]byte("b1"), []byte("x"))
		if got := readMessage(t, c); got != "b1|x" {
			t.Errorf("%s: got %q first, want b1|x", name, got)
		}
		c.Close()
	}
}

// Of its own accord zmq4 forgets a connection only at io.EOF, or at a
// net.Error that is no timeout.
func TestEveryErrorClosesForZmq4(t *testing.T) {
	for name, in := range map[string][]byte{
		"end between messages": nil,
		"end in a header":      {flagLong},
		"end in a body":        frame(0, "abc")[:4],
		"end in a message":     frame(flagMore, "abc"),
		"refused":              header(flagLong, 1<<62),
		"stall":                {flagLong},
	} {
		t.Run(name, func(t *testing.T) {
			ours, theirs := net.Pipe()
			defer ours.Close()
			defer theirs.Close()
			opt := quick.withDefaults()
			opt.Limits.Stall = time.Millisecond
			c, err := newConn(ours, "PULL", "PUSH", opt.Limits, newCounters(opt.Log, "PULL", ""))
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				theirs.Write(in)
				if name != "stall" {
					theirs.Close()
				}
			}()
			_, err = c.recv()
			var ne net.Error
			if !errors.As(err, &ne) || ne.Timeout() {
				t.Errorf("%v (%T) is no net.Error, or a timeout", err, err)
			}
			if !c.zc.Closed() {
				t.Error("zmq4 takes the connection for open")
			}
		})
	}
	var _ zmq4.Security = trusted{}
}
