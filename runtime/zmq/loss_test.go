package zmq

// What is delivered, what is lost and who is told, when peers are slow,
// stuck, away or come back.

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestStuckSubscriberHarmsNobodyElse(t *testing.T) {
	opt := Options{Linger: 200 * time.Millisecond}
	opt.Limits.PeerQueueBytes = 4 << 20
	opt.Limits.Stall = time.Hour
	pub := listenPub(t, opt)
	stuck := insider(t, pub.Addr(), "SUB")
	stuck.(*net.TCPConn).SetReadBuffer(4096)
	stuck.Write(frame(0, "\x01"))
	sub, err := DialSub(pub.Endpoint(), Options{}, "/healthy")
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	waitFor(t, func() bool { return pub.Subscribers() == 2 })

	const n = 20_000
	body := make([]byte, 1024)
	ctx := soon(t)
	go func() {
		for i := range n {
			pub.Send([]byte("/healthy"), fmt.Append(nil, i), body)
			if i%1000 == 999 {
				// A pace the healthy one keeps: its queue is bounded too.
				waitFor(t, func() bool { return healthyIdle(pub) })
			}
		}
	}()
	for i := range n {
		m, err := sub.Recv(ctx)
		if err != nil {
			t.Fatalf("after %d messages: %v", i, err)
		}
		if string(m.Frames[1]) != fmt.Sprint(i) {
			t.Fatalf("message %d is number %s", i, m.Frames[1])
		}
	}
	s := pub.Stats()
	if s.MessagesDropped == 0 || s.PeersCut != 0 {
		t.Errorf("%d messages dropped for the stuck one, %d peers cut", s.MessagesDropped, s.PeersCut)
	}
	honestSub(t, pub)

	began := time.Now()
	err = pub.Close()
	if took := time.Since(began); took < opt.Linger || took > 10*opt.Linger {
		t.Errorf("Close took %s, linger is %s", took, opt.Linger)
	}
	if err == nil || !strings.Contains(err.Error(), "did not reach") {
		t.Errorf("Close says %v", err)
	}
}

// healthyIdle reports whether some subscriber has an empty queue.
func healthyIdle(pub *Pub) bool {
	pub.mu.Lock()
	defer pub.mu.Unlock()
	for _, s := range pub.peers {
		if n, _ := s.q.state(); n == 0 {
			return true
		}
	}
	return false
}

func TestStuckSubscriberIsCut(t *testing.T) {
	pub := listenPub(t, quick)
	stuck := insider(t, pub.Addr(), "SUB")
	stuck.Write(frame(0, "\x01"))
	waitFor(t, func() bool { return pub.Subscribers() == 1 })
	body := make([]byte, 1<<20)
	for range 20 { // more than socket buffers hold
		pub.Send([]byte("t"), body[1:])
	}
	waitFor(t, func() bool { return pub.Stats().PeersCut == 1 && pub.Subscribers() == 0 })
	waitFor(t, func() bool { return pub.Stats().Undelivered > 0 })
	if err := pub.Flush(soon(t)); err != nil {
		t.Errorf("Flush with no peer left: %v", err)
	}
}

func TestSlowSubscriberGetsWholeMessages(t *testing.T) {
	opt := quick
	opt.Limits.PeerQueueBytes, opt.Limits.Stall, opt.Linger = 64<<10, time.Hour, time.Minute
	pub := listenPub(t, opt)
	slow := insider(t, pub.Addr(), "SUB")
	slow.SetDeadline(time.Now().Add(time.Minute))
	slow.(*net.TCPConn).SetReadBuffer(64 << 10) // a smaller window would be read at the pace of TCP's persist timer
	slow.Write(frame(0, "\x01"))
	waitFor(t, func() bool { return pub.Subscribers() == 1 })
	part := bytes.Repeat([]byte("p"), 200)
	sent := 0
	for ; pub.Stats().MessagesDropped < 100; sent++ {
		pub.Send(fmt.Appendf(nil, "%d", sent), part, part)
	}
	dropped := int(pub.Stats().MessagesDropped)
	closed := make(chan error)
	go func() { closed <- pub.Close() }()
	last := -1
	unread := bufio.NewReader(slow)
	for range sent - dropped {
		f := strings.Split(readMessage(t, unread), "|")
		var i int
		fmt.Sscan(f[0], &i)
		if len(f) != 3 || len(f[1]) != 200 || len(f[2]) != 200 || i <= last {
			t.Fatalf("after %d: a torn message %d of %d frames", last, i, len(f))
		}
		last = i
	}
	slow.Close()
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestCloseOfPubLosesNothing(t *testing.T) {
	pub := listenPub(t, Options{Linger: 5 * time.Second})
	subs := make([]*Sub, 3)
	for i := range subs {
		var err error
		if subs[i], err = DialSub(pub.Endpoint(), Options{}); err != nil {
			t.Fatal(err)
		}
		defer subs[i].Close()
	}
	waitFor(t, func() bool { return pub.Subscribers() == len(subs) })
	const n = 20_000
	counts := make(chan int)
	ctx := soon(t)
	for _, s := range subs {
		go func() {
			i := 0
			for ; i < n; i++ {
				if _, err := s.Recv(ctx); err != nil {
					break
				}
			}
			counts <- i
		}()
	}
	buf := make([]byte, 100)
	for i := range n {
		copy(buf, fmt.Sprint(i)) // Send copies
		pub.Send(buf)
	}
	if err := pub.Close(); err != nil {
		t.Error(err)
	}
	for range subs {
		if got := <-counts; got != n {
			t.Errorf("a subscriber got %d of %d", got, n)
		}
	}
	if err := pub.Send([]byte("x")); err != ErrClosed {
		t.Errorf("Send after Close: %v", err)
	}
	if err := pub.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

func TestPushBlocksAndLosesNothingWhilePullIsSlow(t *testing.T) {
	opt := quick
	opt.Limits.PeerQueueBytes = 64 << 10
	pull := listenPull(t, opt)
	push, err := DialPush(pull.Endpoint(), opt)
	if err != nil {
		t.Fatal(err)
	}
	body := make([]byte, 16<<10)
	full, cancel := context.WithTimeout(context.Background(), 2*quick.Limits.Stall)
	defer cancel()
	n := 0
	for ; err == nil; n++ {
		err = push.Send(full, body)
	}
	n-- // the last was refused
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("Send into a full queue: %v", err)
	}
	got := 0
	for got < n {
		ms, err := pull.Recv(soon(t))
		if err != nil {
			t.Fatalf("after %d of %d: %v", got, n, err)
		}
		got += len(ms)
	}
	if err := push.Close(); err != nil {
		t.Error(err)
	}
	if s := push.Stats(); s.PeersCut != 0 || s.Sent != uint64(n) {
		t.Errorf("%d sent of %d, %d peers cut", s.Sent, n, s.PeersCut)
	}
}

func TestPushReconnectsAndKeepsItsQueue(t *testing.T) {
	pull := listenPull(t, Options{})
	addr := pull.Endpoint()
	push, err := DialPush(addr, Options{Linger: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	push.Send(soon(t), []byte("before"))
	if _, err := pull.Recv(soon(t)); err != nil {
		t.Fatal(err)
	}
	pull.Close()
	waitFor(t, func() bool { return push.Stats().Connections == 0 })
	for i := range 1000 {
		if err := push.Send(soon(t), fmt.Append(nil, i)); err != nil {
			t.Fatal(err)
		}
	}
	again, err := ListenPull(addr, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	closed := make(chan error)
	go func() { closed <- push.Close() }()
	for i := 0; i < 1000; {
		ms, err := again.Recv(soon(t))
		if err != nil {
			t.Fatalf("after %d: %v", i, err)
		}
		for _, m := range ms {
			if string(m.Frames[0]) != fmt.Sprint(i) {
				t.Fatalf("message %d is %q", i, m.Frames[0])
			}
			i++
		}
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestSubReconnectsAndSubscribesAgain(t *testing.T) {
	pub := listenPub(t, Options{})
	addr := pub.Endpoint()
	sub, err := DialSub(addr, Options{}, "/a", "/b")
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	for round := range 3 {
		if err := sub.Ready(soon(t)); err != nil {
			t.Fatal(err)
		}
		waitFor(t, func() bool { return pub.Subscribers() == 1 })
		pub.Send([]byte("/b"), fmt.Append(nil, round))
		m, err := sub.Recv(soon(t))
		if err != nil || string(m.Frames[1]) != fmt.Sprint(round) {
			t.Fatalf("round %d: %q, %v", round, m.Frames, err)
		}
		pub.Close()
		waitFor(t, func() bool { return sub.Stats().Connections == 0 })
		if pub, err = ListenPub(addr, Options{}); err != nil {
			t.Fatal(err)
		}
	}
	pub.Close()
	sub.Close()
	if _, err := sub.Recv(soon(t)); err != ErrClosed {
		t.Errorf("Recv after Close: %v", err)
	}
}

func TestDialPushSaysWhyThereIsNoServer(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free.Close()
	pub := listenPub(t, quick)
	opt := quick
	opt.Timeout = 300 * time.Millisecond
	for _, tt := range []struct{ addr, want string }{
		{"tcp://" + free.Addr().String(), "connection refused"},
		{"tcp://" + silent.Addr().String(), "does not answer in ZMTP"},
		{pub.Endpoint(), `peer is a "PUB"`},
		{"tcp://127.0.0.1:0", "no address to connect to"},
		{"tcp://*:2001", "no address to connect to"},
		{"127.0.0.1:2001", "has no transport"},
	} {
		_, err := DialPush(tt.addr, opt)
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.addr) {
			t.Errorf("%s: %v", tt.addr, err)
		}
	}
}

func TestPushReportsWhatItCouldNotDeliver(t *testing.T) {
	opt := quick
	opt.Timeout = 100 * time.Millisecond
	opt.Limits.PeerQueueBytes = 1000
	pull := listenPull(t, quick)
	push, err := DialPush(pull.Endpoint(), opt)
	if err != nil {
		t.Fatal(err)
	}
	pull.Close()
	waitFor(t, func() bool { return push.Stats().Connections == 0 })
	n := 0
	for ; err == nil; n++ {
		err = push.Send(soon(t), make([]byte, 100))
	}
	if !strings.Contains(err.Error(), "queue is full, and no PULL at "+pull.Endpoint()) {
		t.Errorf("Send without a server: %v", err)
	}
	err = push.Close()
	if want := fmt.Sprintf("%d messages were not delivered", n-1); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Close: %v, want %s", err, want)
	}
	if err := push.Send(soon(t), []byte("x")); err != ErrClosed {
		t.Errorf("Send after Close: %v", err)
	}
	if err := push.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

func TestStopHandsOverWhatWasRead(t *testing.T) {
	pull := listenPull(t, Options{})
	var want int
	for range 5 {
		c := insider(t, pull.Addr(), "PUSH")
		c.Write(bytes.Repeat(frame(0, "x"), 1000))
		want += 1000
	}
	waitFor(t, func() bool { return pull.Stats().Received >= 5 }) // each reader holds a batch
	waitFor(t, func() bool { return pull.Stats().Connections == 5 })
	pull.Stop()
	got := 0
	for {
		ms, err := pull.Recv(soon(t))
		if err == ErrClosed {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got += len(ms)
	}
	if uint64(got) != pull.Stats().Received || got == 0 || got > want {
		t.Errorf("Recv gave %d of %d, Stats counts %d", got, want, pull.Stats().Received)
	}
	if n := pull.Stats().Stalled; n != 0 {
		t.Errorf("%d peers blamed for our stop", n)
	}
}

func TestRecvEndsWithItsContext(t *testing.T) {
	pull := listenPull(t, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := pull.Recv(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	pull.Close()
	pull.Close()
	if _, err := pull.Recv(soon(t)); err != ErrClosed {
		t.Error(err)
	}
}

func TestSendRefusesWhatNobodyWouldTake(t *testing.T) {
	opt := quick
	opt.Limits.MaxFrame, opt.Limits.MaxMessage, opt.Limits.MaxFrames = 10, 15, 3
	pub := listenPub(t, opt)
	ten := make([]byte, 10)
	for _, frames := range [][][]byte{nil, {ten, ten}, {ten[:1], ten[:1], ten[:1], ten[:1]}, {append(ten, 0)}} {
		if err := pub.Send(frames...); err == nil {
			t.Errorf("%d frames are sent", len(frames))
		}
	}
	if err := pub.Send(nil, ten, ten[:5]); err != nil {
		t.Error(err)
	}
}

func TestNothingLeaks(t *testing.T) {
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	for range 20 {
		pull, err := ListenPull(anyPort, Options{})
		if err != nil {
			t.Fatal(err)
		}
		pub, err := ListenPub(anyPort, Options{Linger: 10 * time.Millisecond}) // the SUB does not read
		if err != nil {
			t.Fatal(err)
		}
		sub, err := DialSub(pub.Endpoint(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		push, err := DialPush(pull.Endpoint(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := sub.Ready(soon(t)); err != nil {
			t.Fatal(err)
		}
		for range 1000 { // left unread
			push.Send(soon(t), []byte("x"))
			pub.Send([]byte("x"))
		}
		push.Flush(soon(t))
		pull.Close()
		pub.Close()
		sub.Close()
		push.Close()
	}
	waitFor(t, func() bool { return runtime.NumGoroutine() <= goroutines+1 && openFiles(t) <= files })
}
