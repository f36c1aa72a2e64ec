package zmq

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"
)

// tape is a peer that has said all it will say, and takes everything.
type tape struct{ io.Reader }

func (tape) Write(p []byte) (int, error)      { return len(p), nil }
func (tape) Close() error                     { return nil }
func (tape) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (tape) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (tape) SetDeadline(time.Time) error      { return nil }
func (tape) SetReadDeadline(time.Time) error  { return nil }
func (tape) SetWriteDeadline(time.Time) error { return nil }

// Whatever a peer says in the handshake, it ends in an allowed socket type
// or in an error; what is accepted once is accepted again when we write it.
func FuzzHandshake(f *testing.F) {
	for _, tt := range hostileHandshakes {
		if tt.raw {
			f.Add(tt.send)
		} else {
			f.Add(append(greeting("NULL"), tt.send...))
		}
	}
	good := append(greeting("NULL"), ready(property("Socket-Type", "PUSH")+property("Identity", "me")+property("X-Any", "thing"))...)
	f.Add(good)
	f.Add(append(good, frame(0, "early")...))
	f.Fuzz(func(t *testing.T, in []byte) {
		allow := []string{"PUSH", "SUB"}
		r := bytes.NewReader(in)
		peer, err := shake(tape{r}, null{}, "PULL", allow)
		if err != nil {
			return
		}
		if peer != "PUSH" && peer != "SUB" {
			t.Fatalf("peer type %q is let in", peer)
		}
		if r.Len() > len(in)-greetingSize-2 {
			t.Fatal("let in before READY")
		}
		md, err := parseMetadata([]byte(property("Socket-Type", peer)))
		if err != nil || md["socket-type"] != peer {
			t.Fatalf("%q does not survive: %v", peer, err)
		}
	})
}

// Whatever a peer sends after the handshake, each message it delivers is
// within the limits, no message is larger than what was sent, and the end
// is an error that zmq4 takes for the end.
func FuzzFrames(f *testing.F) {
	f.Add(true, frame(0, "one"))
	f.Add(true, append(frame(flagMore, "a"), frame(0, "b")...))
	f.Add(true, append(command("PING", "\x00\x00ctx"), frame(0, "after")...))
	f.Add(true, header(flagLong, 1<<62))
	f.Add(true, append(header(flagLong, 3), "abc"...))
	f.Add(true, bytes.Repeat(frame(flagMore, ""), 20))
	f.Add(true, bytes.Repeat(frame(0, "x"), 300))
	f.Add(false, frame(0, "\x01topic"))
	f.Add(false, append(command("SUBSCRIBE", "topic"), command("CANCEL", "topic")...))
	f.Add(false, command("SUBSCRIBE", ""))
	f.Add(false, frame(flagCommand, "\x20SUBSCRIBE"))
	opt := Options{Limits: Limits{MaxFrame: 400, MaxMessage: 600, MaxFrames: 3}}.withDefaults()
	stats := newCounters(opt.Log, "", "")
	f.Fuzz(func(t *testing.T, pull bool, in []byte) {
		kind, peer := "PULL", "PUSH"
		if !pull {
			kind, peer = "PUB", "SUB"
		}
		c, err := newConn(tape{bytes.NewReader(in)}, kind, peer, opt.Limits, stats)
		if err != nil {
			t.Fatal(err)
		}
		pub, total := &Pub{l: &listener{opt: opt, stats: stats}}, 0
		s := &subscriber{c: c}
		s.prefixes.Store(new([][]byte))
		for {
			batch, err := c.recvBatch()
			if len(batch) > maxBatch {
				t.Fatalf("batch of %d", len(batch))
			}
			for _, m := range batch {
				size := 0
				for _, fr := range m.Frames {
					size += len(fr)
				}
				if len(m.Frames) == 0 || len(m.Frames) > 3 || size > 600 {
					t.Fatalf("message of %d frames, %d bytes", len(m.Frames), size)
				}
				total += size
				pub.subscribe(s, m)
			}
			if err != nil {
				break
			}
		}
		if total > len(in) {
			t.Fatalf("%d bytes sent, %d delivered", len(in), total)
		}
		if !c.zc.Closed() {
			t.Fatal("zmq4 takes the connection for open")
		}
	})
}
