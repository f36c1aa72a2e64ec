package main

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/runtime/zmq"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// The demo shows the window filling, fires once, and ends by itself.
func TestDemo(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the demo takes twelve seconds")
	}
	var out, errw writer
	start := time.Now()
	if code := run(context.Background(), []string{"demo"}, strings.NewReader(""), &out, &errw); code != 0 {
		t.Fatalf("the demo ends with %d: %s%s", code, out, errw)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("the demo took %v, more than 30 s", took)
	}
	text := string(out)
	if n := strings.Count(text, "● fired: /reconfig/lb"); n != 1 {
		t.Errorf("it fired %d times, want once:\n%s", n, text)
	}
	for _, want := range []string{oneLiner, "is simulated", "10s ▁", "above 20", "Try next:"} {
		if !strings.Contains(text, want) {
			t.Errorf("the demo does not show %q:\n%s", want, text)
		}
	}
}

// From the push of an event to the arrival of what it fired, over the real bus.
func BenchmarkBusToFired(b *testing.B) {
	p, _, _ := compiler.Build([]lang.Source{{Name: "b.eda", Text: `on "/client/load/*" where cur_load > 20 do fire "/reconfig/lb"`}}, environment())
	pull, err := zmq.ListenPull("tcp://127.0.0.1:0", zmq.Options{})
	if err != nil {
		b.Fatal(err)
	}
	pub, err := zmq.ListenPub("tcp://127.0.0.1:0", zmq.Options{})
	if err != nil {
		b.Fatal(err)
	}
	e, err := runtime.NewEngine(runtime.Config{Program: p, Library: stdlib.Library(), ID: "bench",
		Sources: []runtime.Source{&zmq.Source{Pull: pull}}, Sinks: []runtime.Sink{&zmq.Sink{Pub: pub, Engine: "bench"}}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { _ = e.Run(ctx); close(done) }()
	sub, err := zmq.DialSub(pub.Endpoint(), zmq.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for pub.Subscribers() == 0 {
		time.Sleep(time.Millisecond)
	}
	push, err := zmq.DialPush(pull.Endpoint(), zmq.Options{})
	if err != nil {
		b.Fatal(err)
	}
	frame := runtime.AppendFrame(nil, "/client/load/silver", value.Object([]value.Field{{Name: "cur_load", Value: value.Float(25)}}))
	var took []time.Duration
	next := time.Now()
	for b.Loop() { // 500 events a second
		next = next.Add(2 * time.Millisecond)
		time.Sleep(time.Until(next))
		sent := time.Now()
		if err := push.Send(ctx, frame); err != nil {
			b.Fatal(err)
		}
		if _, err := sub.Recv(ctx); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(sent))
	}
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
	push.Close()
	sub.Close()
	cancel()
	<-done
	pull.Close()
	pub.Close()
}

// A replay of 20,160 events with the one-liner, decoding left out.
func BenchmarkReplay(b *testing.B) {
	p, _, _ := compiler.Build([]lang.Source{{Name: "b.eda", Text: oneLiner}}, environment())
	evs := make([]vm.Event, 20160)
	for i := range evs {
		evs[i] = vm.Event{T: int64(i/5) * 300e9, Tag: "/client/load/" + string(rune('a'+i%5)), Data: value.Object([]value.Field{{Name: "cur_load", Value: value.Float(float64(i*37%40) / 2)}})}
	}
	b.ReportAllocs()
	for b.Loop() {
		m, err := vm.New(p, stdlib.Library())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := runtime.Replay(m, &runtime.Events{List: evs}, nil, func(*vm.Effect) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(evs))/b.Elapsed().Seconds(), "events/s")
}
