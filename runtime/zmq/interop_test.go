package zmq

// Against libzmq, through pyzmq as Debian ships it (python3-zmq).

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const prelude = `
import sys, zmq
ctx = zmq.Context()
def sock(kind, **opts):
    s = ctx.socket(kind)
    s.linger, s.rcvtimeo, s.sndtimeo = 5000, 5000, 5000
    for k, v in opts.items():
        setattr(s, k, v)
    return s
def say(*a):
    print(*a, flush=True)
addr = sys.argv[1]
`

// python runs a script with addr as its argument. What it prints comes out
// of the returned lines; it must end well.
func python(t *testing.T, script, addr string) (lines *bufio.Scanner, in io.Writer) {
	t.Helper()
	const py = "/usr/bin/python3"
	if out, err := exec.Command(py, "-c", "import zmq").CombinedOutput(); err != nil {
		t.Skipf("no pyzmq to talk to (install python3-zmq): %v %s", err, out)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	cmd := exec.CommandContext(ctx, py, "-c", prelude+script, addr)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	w, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	r, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.Close()
		io.Copy(io.Discard, r)
		if err := cmd.Wait(); err != nil {
			t.Errorf("python: %v\n%s", err, &stderr)
		}
		cancel()
	})
	return bufio.NewScanner(r), w
}

// said is the next line.
func said(t *testing.T, lines *bufio.Scanner) string {
	t.Helper()
	if !lines.Scan() {
		t.Fatal("python says nothing more")
	}
	return lines.Text()
}

func TestInteropPushToPull(t *testing.T) {
	pull := listenPull(t, Options{})
	python(t, `
s = sock(zmq.PUSH)
s.connect(addr)
for i in range(1000):
    s.send_multipart([b"%d" % i, b"", b"x" * i])
s.close(); ctx.term()
`, pull.Endpoint())
	ctx := soon(t)
	for i := 0; i < 1000; {
		ms, err := pull.Recv(ctx)
		if err != nil {
			t.Fatalf("after %d: %v", i, err)
		}
		for _, m := range ms {
			if len(m.Frames) != 3 || string(m.Frames[0]) != fmt.Sprint(i) || len(m.Frames[1]) != 0 || len(m.Frames[2]) != i {
				t.Fatalf("message %d: %d frames, first %q", i, len(m.Frames), m.Frames[0])
			}
			i++
		}
	}
}

func TestInteropPubToSub(t *testing.T) {
	pub := listenPub(t, Options{})
	lines, in := python(t, `
s = sock(zmq.SUB)
s.connect(addr)
s.subscribe(b"/a/"); s.subscribe(b"/gone/")
n = 0
while True:
    f = s.recv_multipart()
    if f[0] == b"/a/end": break
    assert f == [b"/a/x", b"%d" % n, b"y" * n], (n, f[:2])
    n += 1
say(n)
s.unsubscribe(b"/a/")
sys.stdin.readline()
assert s.recv_multipart() == [b"/gone/2"]
s.close(linger=0); ctx.term()
`, pub.Endpoint())
	prefixes := func() (n int) {
		pub.mu.Lock()
		defer pub.mu.Unlock()
		for _, s := range pub.peers {
			n += len(*s.prefixes.Load())
		}
		return n
	}
	waitFor(t, func() bool { return prefixes() == 2 })
	for i := range 1000 {
		pub.Send([]byte("/b/x"), []byte("not for you"))
		pub.Send([]byte("/a/x"), fmt.Append(nil, i), []byte(strings.Repeat("y", i)))
	}
	pub.Send([]byte("/a/end"))
	if got := said(t, lines); got != "1000" {
		t.Errorf("python got %s of 1000", got)
	}
	waitFor(t, func() bool { return prefixes() == 1 })
	pub.Send([]byte("/a/unheard"))
	pub.Send([]byte("/gone/2"))
	fmt.Fprintln(in)
	if err := pub.Close(); err != nil {
		t.Error(err)
	}
}

func TestInteropPushToLibzmqPull(t *testing.T) {
	lines, _ := python(t, `
s = sock(zmq.PULL)
s.bind("tcp://127.0.0.1:*")
say(s.last_endpoint.decode())
for i in range(1000):
    f = s.recv_multipart()
    assert f == [b"%d" % i, b"z" * i], (i, f[0])
say("all")
s.close(); ctx.term()
`, "")
	push, err := DialPush(said(t, lines), Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := soon(t)
	for i := range 1000 {
		if err := push.Send(ctx, fmt.Append(nil, i), []byte(strings.Repeat("z", i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := push.Close(); err != nil {
		t.Error(err)
	}
	if got := said(t, lines); got != "all" {
		t.Error(got)
	}
}

func TestInteropLibzmqPubToSub(t *testing.T) {
	lines, in := python(t, `
s = sock(zmq.XPUB)
s.bind("tcp://127.0.0.1:*")
say(s.last_endpoint.decode())
assert s.recv() == b"\x01/a/"
for i in range(1000):
    s.send_multipart([b"/b/", b"no"])
    s.send_multipart([b"/a/", b"%d" % i])
sys.stdin.readline()
s.close(); ctx.term()
`, "")
	sub, err := DialSub(said(t, lines), Options{}, "/a/")
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	ctx := soon(t)
	for i := range 1000 {
		m, err := sub.Recv(ctx)
		if err != nil {
			t.Fatalf("after %d: %v", i, err)
		}
		if len(m.Frames) != 2 || string(m.Frames[0]) != "/a/" || string(m.Frames[1]) != fmt.Sprint(i) {
			t.Fatalf("message %d: %q", i, m.Frames)
		}
	}
	fmt.Fprintln(in)
}

// A libzmq peer with heartbeats cuts a link on which its PING stays
// unanswered for a second: more than that must pass on one connection, PUSH and SUB alike.
func TestInteropHeartbeatsKeepTheLink(t *testing.T) {
	opt := Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	pull, pub := listenPull(t, opt), listenPub(t, opt)
	lines, _ := python(t, `
pull, pub = addr.split()
hb = dict(heartbeat_ivl=50, heartbeat_timeout=1000, heartbeat_ttl=5000)
a, b = sock(zmq.PUSH, **hb), sock(zmq.SUB, **hb)
events = [s.get_monitor_socket(zmq.EVENT_DISCONNECTED) for s in (a, b)]
b.subscribe(b"")
a.connect(pull); b.connect(pub)
a.send(b"first")
poller = zmq.Poller()
for e in events: poller.register(e, zmq.POLLIN)
say("cut" if poller.poll(1500) else "kept")
a.send(b"last")
for s in (b, *events, a): s.close()
ctx.term()
`, pull.Endpoint()+" "+pub.Endpoint())
	if got := said(t, lines); got != "kept" {
		t.Errorf("the link was %s", got)
	}
	for _, want := range []string{"first", "last"} {
		ms, err := pull.Recv(soon(t))
		if err != nil || string(ms[0].Frames[0]) != want {
			t.Fatalf("%v %v", ms, err)
		}
	}
	if s := pull.Stats(); s.Accepted != 1 {
		t.Errorf("%d connections, want 1", s.Accepted)
	}
	if s := pub.Stats(); s.Accepted != 1 {
		t.Errorf("%d connections, want 1", s.Accepted)
	}
}
