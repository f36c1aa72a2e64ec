package zmq

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// soon is a context for what must happen within a moment.
func soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

const anyPort = "tcp://127.0.0.1:0"

func TestPushPullDeliversInOrder(t *testing.T) {
	pull, err := ListenPull(anyPort, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer pull.Close()
	push, err := DialPush(pull.Endpoint(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	const n = 5000
	go func() {
		for i := range n {
			if err := push.Send(soon(t), fmt.Append(nil, i), make([]byte, i)); err != nil {
				t.Error(err)
			}
		}
		if err := push.Close(); err != nil {
			t.Error(err)
		}
	}()
	for i := 0; i < n; {
		ms, err := pull.Recv(soon(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ms {
			if len(m.Frames) != 2 || string(m.Frames[0]) != fmt.Sprint(i) || len(m.Frames[1]) != i {
				t.Fatalf("message %d: %d frames, first %q", i, len(m.Frames), m.Frames[0])
			}
			i++
		}
	}
}

func TestPubSubFiltersByPrefix(t *testing.T) {
	pub, err := ListenPub(anyPort, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer pub.Close()
	sub, err := DialSub(pub.Endpoint(), Options{}, "/a/")
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	waitFor(t, func() bool { return pub.Subscribers() == 1 })
	const n = 2000
	for i := range n {
		for _, tag := range []string{"/a/x", "/b/x"} {
			if err := pub.Send([]byte(tag), fmt.Append(nil, i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := pub.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		m, err := sub.Recv(soon(t))
		if err != nil {
			t.Fatal(err)
		}
		if string(m.Frames[0]) != "/a/x" || string(m.Frames[1]) != fmt.Sprint(i) {
			t.Fatalf("message %d: %q", i, m.Frames)
		}
	}
}

// waitFor waits until cond holds.
func waitFor(t testing.TB, cond func() bool) {
	t.Helper()
	ctx := soon(t)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("the condition does not come true")
		}
	}
}
