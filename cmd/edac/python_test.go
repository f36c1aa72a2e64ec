package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

const python = "/usr/bin/python3"

// needPython skips where Debian's python3-zmq and python3-msgpack are missing.
func needPython(t *testing.T) {
	t.Helper()
	if err := exec.Command(python, "-c", "import zmq, msgpack").Run(); err != nil {
		t.Skip("python3-zmq and python3-msgpack are not installed:", err)
	}
}

// running is `edac run` within this process.
type running struct {
	in, out string
	stop    context.CancelFunc
	done    chan int
	mu      sync.Mutex
	said    bytes.Buffer
}

func (r *running) log() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.said.String()
}

var endpoint = regexp.MustCompile(`msg="(events come in|what is fired goes out)" at=(\S+)`)

// start runs rules on free loopback ports and waits until both are open.
func start(t *testing.T, rules string) *running {
	t.Helper()
	file := filepath.Join(t.TempDir(), "rules.eda")
	if err := os.WriteFile(file, []byte(rules), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{stop: cancel, done: make(chan int, 1)}
	pr, pw := io.Pipe()
	go func() {
		code := run(ctx, []string{"run", "--in", "tcp://127.0.0.1:0", "--out", "tcp://127.0.0.1:0", file}, strings.NewReader(""), io.Discard, pw)
		pw.Close()
		r.done <- code
	}()
	ready := make(chan struct{})
	go func() {
		lines := bufio.NewScanner(pr)
		for lines.Scan() {
			r.mu.Lock()
			fmt.Fprintln(&r.said, lines.Text())
			r.mu.Unlock()
			if m := endpoint.FindStringSubmatch(lines.Text()); m != nil {
				if m[1] == "events come in" {
					r.in = m[2]
				} else {
					r.out = m[2]
				}
			}
			if strings.Contains(lines.Text(), "msg=running") {
				close(ready)
			}
		}
	}()
	select {
	case <-ready:
	case code := <-r.done:
		t.Fatalf("edac run ended with %d: %s", code, r.log())
	case <-time.After(10 * time.Second):
		t.Fatalf("edac run does not start: %s", r.log())
	}
	t.Cleanup(cancel)
	return r
}

// end stops the engine as ^C does and returns what it said.
func (r *running) end(t *testing.T) string {
	t.Helper()
	r.stop()
	select {
	case code := <-r.done:
		if code != 0 {
			t.Errorf("edac run ended with %d", code)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("edac run does not end")
	}
	return r.log()
}

// A sender and a subscriber that know nothing of this project.
const peers = `
import sys, time, zmq, msgpack
ctx = zmq.Context()
sub = ctx.socket(zmq.SUB); sub.connect(sys.argv[2]); sub.setsockopt(zmq.SUBSCRIBE, b"/reconfig")
push = ctx.socket(zmq.PUSH); push.connect(sys.argv[1])
time.sleep(0.3)  # the subscription has to arrive before anything is fired
data = eval(sys.argv[3])
poll = zmq.Poller(); poll.register(sub, zmq.POLLIN)
first, got = time.time(), []
for i in range(4):
    push.send(msgpack.packb({"tag": "/client/load/silver", "data": {"cur_load": data}}))
    end = first + 0.25 * (i + 1)
    while True:
        left = end - time.time()
        if left <= 0: break
        if poll.poll(left * 1000):
            frames = sub.recv_multipart()
            m = msgpack.unpackb(frames[1])
            got.append((frames[0].decode(), m["tag"], m["data"], sorted(m["_eda"]), time.time() - first < 1.0))
print(got)
ctx.destroy(linger=500)
`

func pythonPeers(t *testing.T, r *running, data string) string {
	t.Helper()
	out, err := exec.Command(python, "-c", peers, r.in, r.out, data).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// pyzmq pushes load 25; pyzmq receives /reconfig/lb once, within a second.
func TestPythonPeers(t *testing.T) {
	needPython(t)
	r := start(t, oneLiner)
	want := `[('/reconfig/lb', '/reconfig/lb', {}, ['engine', 'hops', 'id', 'rule'], True)]`
	if got := pythonPeers(t, r, "25.0"); got != want {
		t.Errorf("the subscriber got %s, want %s", got, want)
	}
	if said := r.end(t); !strings.Contains(said, "4 events taken, 1 event fired") {
		t.Errorf("the summary is %s", said)
	}
}

// A beacon that sends os.getloadavg(), a list of three, draws one clear
// warning with the fix; with the fix it fires.
func TestPythonLoadavg(t *testing.T) {
	needPython(t)
	r := start(t, oneLiner)
	if got := pythonPeers(t, r, "[25.0, 20.0, 15.0]"); got != "[]" {
		t.Errorf("the subscriber got %s, want nothing", got)
	}
	said := r.end(t)
	if n := strings.Count(said, "cur_load[0]"); n != 1 {
		t.Errorf("%d warnings name the fix cur_load[0], want one: %s", n, said)
	}
	r = start(t, strings.Replace(oneLiner, "cur_load,", "cur_load[0],", 1))
	if got := pythonPeers(t, r, "[25.0, 20.0, 15.0]"); !strings.HasPrefix(got, "[('/reconfig/lb'") {
		t.Errorf("with the fix the subscriber got %s", got)
	}
	r.end(t)
}

// Frames that are no events are counted by reason and stop nothing.
func TestPythonBadFrames(t *testing.T) {
	needPython(t)
	r := start(t, oneLiner)
	script := `
import sys, time, zmq, msgpack
ctx = zmq.Context(); push = ctx.socket(zmq.PUSH); push.connect(sys.argv[1])
deep = {}
for _ in range(40): deep = {"d": deep}
for bad in [b"\xc1", b"", msgpack.packb([1]), msgpack.packb({"data": {}}), msgpack.packb({"tag": 5}), msgpack.packb({"tag": "/a", "data": 3}),
            msgpack.packb({"tag": "/eda/x"}), msgpack.packb({"tag": "/a", "data": deep}), b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff"]:
    push.send(bad)
push.send(msgpack.packb({"tag": "/client/load/silver", "data": {"cur_load": 25}}))
push.close(linger=2000); ctx.term()
`
	if out, err := exec.Command(python, "-c", script, r.in).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	deadline := time.Now().Add(5 * time.Second)
	for !strings.Contains(r.log(), "/eda/") && time.Now().Before(deadline) {
		goruntime.Gosched()
	}
	said := r.end(t)
	for _, want := range []string{"1 event taken, 1 event fired", "not msgpack", "no tag", "the tag is not text", "data is no map", "nested too deep", "an array, which is reserved", "tag under /eda/", "too many items"} {
		if !strings.Contains(said, want) {
			t.Errorf("the log does not say %q:\n%s", want, said)
		}
	}
}
