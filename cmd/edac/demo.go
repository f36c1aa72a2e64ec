package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/cmd/edac/internal/beacon"
	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/runtime/zmq"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

const (
	oneLiner = `on "/client/load/*" when avg(cur_load, 10s) > 20 do fire "/reconfig/lb"`

	demoHost  = "web1-simulated"
	demoEvery = time.Second
	demoLimit = 25 * time.Second // it ends by itself, whatever happens
)

// demoLoad is the simulated host's load at its nth event: it climbs until the
// average of ten seconds has passed 20, at the eleventh event.
func demoLoad(n int) float64 { return min(4+3.2*float64(n), 40) }

func (a *app) demoCmd() *cobra.Command {
	var forever bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See one rule at work, on the load of this machine",
		Long: `Run one rule on the load of this machine and of a simulated one, and print what
comes in, what is in its window, and what it fires. Nothing leaves the machine,
and it ends by itself after some 15 seconds.`,
		Example: `  edac demo`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.demo(cmd.Context(), forever)
		},
	}
	cmd.Flags().BoolVar(&forever, "forever", false, "go on until interrupted")
	return cmd
}

func (a *app) demo(ctx context.Context, forever bool) error {
	limit := demoLimit
	if forever {
		limit = 100 * 365 * 24 * time.Hour
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	p, _, ds := compiler.Build([]lang.Source{{Name: "demo.eda", Text: oneLiner + "\n"}}, environment())
	if p == nil {
		return fmt.Errorf("the demo's rule does not compile: %v", ds)
	}
	pull, err := zmq.ListenPull("tcp://127.0.0.1:0", zmq.Options{})
	if err != nil {
		return usage("demo: %w", err)
	}
	defer pull.Close()
	pub, err := zmq.ListenPub("tcp://127.0.0.1:0", zmq.Options{})
	if err != nil {
		return usage("demo: %w", err)
	}
	defer pub.Close()
	sub, err := zmq.DialSub(pub.Endpoint(), zmq.Options{})
	if err != nil {
		return usage("demo: %w", err)
	}
	defer sub.Close()
	load, err := beacon.NewLoad()
	if err != nil {
		return usage("demo: %w", err)
	}

	fmt.Fprintf(a.out, "The rule:  %s\n\n", oneLiner)
	fmt.Fprintf(a.out, "Events come in at %s, what is fired goes out at %s.\n", pull.Endpoint(), pub.Endpoint())
	fmt.Fprintf(a.out, "%s is this machine, measured; %s is simulated, and its load climbs.\n\n", load.Host(), demoHost)

	var mu sync.Mutex // lines are written whole
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(a.out, format, args...)
	}
	id := engineID()
	e, err := runtime.NewEngine(runtime.Config{
		Program: p, Library: stdlib.Library(), ID: id,
		Sources: []runtime.Source{&zmq.Source{Pull: pull}},
		Sinks:   []runtime.Sink{&zmq.Sink{Pub: pub, Engine: id}},
		Observe: func(m *vm.Machine, ev *vm.Event) { say("%s", demoLine(m, ev)) },
	})
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	fired := make(chan struct{}, 1)
	wg.Go(func() {
		if err := e.Run(ctx); err != nil {
			say("the engine stopped: %v\n", err)
		}
	})
	wg.Go(func() { // the subscriber
		for {
			m, err := sub.Recv(ctx)
			if err != nil {
				return
			}
			in, err := runtime.DecodeMessage(m.Frames, runtime.FrameLimits{})
			if err != nil {
				continue
			}
			say("%s  ● fired: %s\n", time.Now().Format("15:04:05"), in.Event.Tag)
			select {
			case fired <- struct{}{}:
			default:
			}
		}
	})
	// The subscription must have arrived before anything is fired.
	for pub.Subscribers() == 0 && ctx.Err() == nil {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
		}
	}
	push, err := zmq.DialPush(pull.Endpoint(), zmq.Options{})
	if err != nil {
		return usage("demo: %w", err)
	}
	send := func(ev *vm.Event) error { return push.Send(ctx, runtime.AppendFrame(nil, ev.Tag, ev.Data)) }
	wg.Go(func() { _ = load.Every(ctx, demoEvery, send) })
	wg.Go(func() { demoClimb(ctx, send) })

	seen := false
	select {
	case <-fired:
		seen = true
		if !forever {
			select { // one more round of events, to show that it fires once
			case <-time.After(2200 * time.Millisecond):
			case <-ctx.Done():
			}
		} else {
			<-ctx.Done()
		}
	case <-ctx.Done():
	}
	cancel()
	wg.Wait()
	push.Close()
	if !seen {
		fmt.Fprintf(a.out, "\nThe rule has not fired in this time.\n")
		if !forever {
			return &status{code: exitFindings}
		}
		return nil
	}
	fmt.Fprint(a.out, demoNext)
	return nil
}

// demoClimb sends the simulated host's load until ctx is done.
func demoClimb(ctx context.Context, send func(*vm.Event) error) {
	tick := time.NewTicker(demoEvery)
	defer tick.Stop()
	for n := 0; ; n++ {
		ev := vm.Event{Tag: "/client/load/" + demoHost, Data: value.Object([]value.Field{{Name: "cur_load", Value: value.Float(demoLoad(n))}})}
		if send(&ev) != nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// demoLine shows an event and the window of its host.
func demoLine(m *vm.Machine, ev *vm.Event) string {
	host := strings.TrimPrefix(ev.Tag, "/client/load/")
	if host == ev.Tag {
		return ""
	}
	load, _ := ev.Data.Get("cur_load").AsNumber()
	line := fmt.Sprintf("%s  %-32s cur_load %5.2f", time.Unix(0, ev.T).Format("15:04:05"), ev.Tag, load)
	for _, v := range m.Views(0) {
		if len(v.Key) != 1 || v.Key[0] != host || len(v.Windows) == 0 {
			continue
		}
		w := v.Windows[0]
		avg, _ := w.Results[0].AsNumber()
		state := ""
		if v.On {
			state = "  above 20"
		}
		line += fmt.Sprintf("   10s %-10s avg %5.2f%s", spark(w.Entries), avg, state)
	}
	return line + "\n"
}

// spark draws the values of a window, lowest to highest.
func spark(entries []vm.Entry) string {
	const bars = "▁▂▃▄▅▆▇█"
	steps := []rune(bars)
	var b strings.Builder
	for _, e := range entries[max(0, len(entries)-10):] {
		x, _ := e.V.AsNumber()
		b.WriteRune(steps[max(0, min(len(steps)-1, int(x/40*float64(len(steps)))))])
	}
	return b.String()
}

const demoNext = `
The average of ten seconds rose above 20 on one host, so the rule fired: once, and
only for that host. It fires again when the average has fallen and risen anew.

Try next:
  edac run rules.eda                        run your own rules; events in at port 2001
  edac send /client/load/web1 '{"cur_load": 25}'
  edac tail                                 what rules fire, at port 2000
  edac lint rules.eda                       what is wrong, where, and what to do
  edarepl testdata/recordings/demo.jsonl    ask questions of a recording
`
