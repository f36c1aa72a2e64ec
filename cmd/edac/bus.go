package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/cmd/edac/internal/beacon"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/runtime/zmq"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// Where events go in and come out unless a command says otherwise.
const (
	defaultIn  = "tcp://127.0.0.1:2001"
	defaultOut = "tcp://127.0.0.1:2000"
)

// logger writes what goes on to standard error, for people.
func (a *app) logger() *slog.Logger {
	level := slog.LevelInfo
	if a.quiet {
		level = slog.LevelWarn
	}
	return slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: level}))
}

func (a *app) sendCmd() *cobra.Command {
	to := defaultIn
	cmd := &cobra.Command{
		Use:   "send [TAG ['JSON']]",
		Short: "Push one event, or JSON lines from standard input",
		Long: `Push one event to a running engine: its tag, and its data as a JSON object,
which is empty if it is left out. Without a tag, events are read from standard
input, one JSON object with "tag" and "data" in each line.`,
		Example: `  edac send /client/load/web1 '{"cur_load": 25}'
  edac send < events.jsonl`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			var next func() (*vm.Event, error)
			switch len(args) {
			case 0:
				next = a.jsonLines()
			default:
				data := "{}"
				if len(args) == 2 {
					data = args[1]
				}
				if err := tag.ValidTag(args[0]); err != nil {
					return usage("send: %q: %w", args[0], err)
				}
				v, err := runtime.ParseJSON([]byte(data))
				if err != nil {
					return usage("send: the data is no JSON: %w", err)
				}
				if v.Kind() != value.KindObject {
					return usage("send: the data is a JSON object such as '{\"cur_load\": 25}', not a %s", v.Kind())
				}
				one := &vm.Event{Tag: args[0], Data: v}
				next = func() (*vm.Event, error) {
					ev := one
					one = nil
					if ev == nil {
						return nil, io.EOF
					}
					return ev, nil
				}
			}
			push, err := zmq.DialPush(to, zmq.Options{})
			if err != nil {
				return usage("send: %w; is `edac run` there?", err)
			}
			n := 0
			for {
				ev, err := next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err == nil {
					err = push.Send(cmd.Context(), runtime.AppendFrame(nil, ev.Tag, ev.Data))
				}
				if err != nil {
					push.Close()
					return usage("send: after %s: %w", plural(n, "event"), err)
				}
				n++
			}
			if err := push.Close(); err != nil {
				return usage("send: %w", err)
			}
			if len(args) == 0 && !a.quiet {
				fmt.Fprintf(a.err, "sent %s to %s\n", plural(n, "event"), to)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&to, "to", defaultIn, "send to the engine at `ADDRESS`")
	return cmd
}

// jsonLines reads events off standard input; their times are not needed.
func (a *app) jsonLines() func() (*vm.Event, error) {
	lines := bufio.NewScanner(a.in)
	lines.Buffer(nil, 1<<20)
	n := 0
	return func() (*vm.Event, error) {
		for lines.Scan() {
			n++
			text := strings.TrimSpace(lines.Text())
			if text == "" {
				continue
			}
			v, err := runtime.ParseJSON([]byte(text))
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			t, ok := v.Get("tag").AsString()
			if !ok {
				return nil, fmt.Errorf("line %d: an event has a \"tag\" that is text", n)
			}
			if err := tag.ValidTag(t); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			data := v.Get("data")
			if data.IsNone() {
				data = value.Object(nil)
			}
			if data.Kind() != value.KindObject {
				return nil, fmt.Errorf("line %d: the \"data\" of an event is an object", n)
			}
			return &vm.Event{Tag: t, Data: data}, nil
		}
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		return nil, io.EOF
	}
}

func (a *app) tailCmd() *cobra.Command {
	var from, format string
	var limit int
	cmd := &cobra.Command{
		Use:   "tail [PATTERN]",
		Short: "Subscribe to what rules fire, and print it",
		Long: `Subscribe to what rules fire, and print it, until interrupted. PATTERN is a tag
pattern such as "/lb/**"; without one everything is printed.`,
		Example: `  edac tail
  edac tail "/lb/**" --format jsonl -n 10`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text := "**"
			if len(args) == 1 {
				text = args[0]
			}
			pattern, err := tag.Parse(text)
			if err != nil {
				return usage("tail: %q: %w", text, err)
			}
			prefix := text[:strings.IndexAny(text+"*", "*{")]
			sub, err := zmq.DialSub(from, zmq.Options{}, prefix)
			if err != nil {
				return usage("tail: %w", err)
			}
			defer sub.Close()
			ctx := cmd.Context()
			wait, cancel := context.WithTimeout(ctx, 2*time.Second)
			if err := sub.Ready(wait); err != nil && ctx.Err() == nil && !a.quiet {
				fmt.Fprintf(a.err, "nothing answers at %s yet; waiting for it\n", from)
			}
			cancel()
			var caps []string
			for n := 0; limit == 0 || n < limit; {
				m, err := sub.Recv(ctx)
				if err != nil {
					return nil // interrupted: that is how a tail ends
				}
				in, err := runtime.DecodeMessage(m.Frames, runtime.FrameLimits{})
				if err != nil {
					fmt.Fprintf(a.err, "dropped: %v\n", err)
					continue
				}
				var ok bool
				if caps, ok = pattern.Match(in.Event.Tag, caps); !ok && text != "**" {
					continue
				}
				n++
				a.printEvent(format, time.Now(), &in.Event)
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&from, "from", defaultOut, "subscribe to the engine at `ADDRESS`")
	f.IntVarP(&limit, "count", "n", 0, "end after `N` events; 0 goes on until interrupted")
	choose(cmd, &format, "format", "print lines for people, or one JSON object per event", "text", "jsonl")
	return cmd
}

func (a *app) printEvent(format string, at time.Time, ev *vm.Event) {
	if format == "jsonl" {
		ev.T = at.UnixNano()
		fmt.Fprintf(a.out, "%s\n", runtime.AppendEventJSON(nil, ev))
		return
	}
	data := ""
	if len(ev.Data.Fields()) > 0 {
		data = "  " + string(value.AppendJSON(nil, ev.Data))
	}
	fmt.Fprintf(a.out, "%s  %s%s\n", at.Format("15:04:05.000"), printable(ev.Tag), data)
}

// printable shows text from outside without its control characters.
func printable(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) < 0 {
		return s
	}
	return strconv.Quote(s)
}

func (a *app) beaconCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "beacon load",
		Short: "Send this machine's load as events",
		Long: `Measure this machine's load and push it to a running engine, as events
/client/load/HOSTNAME. It goes on until interrupted, or for --for.`,
		Example: `  edac beacon load
  edac beacon load --every 5s --for 1m`,
		ValidArgs: []string{"load"},
		Args:      cobra.ExactArgs(1),
	}
	to := defaultIn
	every := time.Second
	var last time.Duration
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if args[0] != "load" {
			return usage("beacon: there is no beacon %q; there is: load", args[0])
		}
		if every < 10*time.Millisecond {
			return usage("--every is at least 10ms, not %s", every)
		}
		load, err := beacon.NewLoad()
		if err != nil {
			return usage("beacon: %w", err)
		}
		push, err := zmq.DialPush(to, zmq.Options{Log: a.logger()})
		if err != nil {
			return usage("beacon: %w; is `edac run` there?", err)
		}
		ctx := cmd.Context()
		if last > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, last)
			defer cancel()
		}
		if !a.quiet {
			fmt.Fprintf(a.err, "sending /client/load/%s to %s every %s; ^C ends\n", load.Host(), to, every)
		}
		n := 0
		err = load.Every(ctx, every, func(ev *vm.Event) error {
			if err := push.Send(ctx, runtime.AppendFrame(nil, ev.Tag, ev.Data)); err != nil && ctx.Err() == nil {
				return err
			}
			n++
			return nil
		})
		closed := push.Close()
		if err == nil {
			err = closed
		}
		if err != nil {
			return usage("beacon: after %s: %w", plural(n, "event"), err)
		}
		if !a.quiet {
			fmt.Fprintf(a.err, "sent %s\n", plural(n, "event"))
		}
		return nil
	}
	f := cmd.Flags()
	f.StringVar(&to, "to", defaultIn, "send to the engine at `ADDRESS`")
	f.DurationVar(&every, "every", every, "let `TIME` pass between two events, at least 10ms")
	f.DurationVar(&last, "for", 0, "end after `TIME`; 0 goes on until interrupted")
	return cmd
}

func (a *app) versionCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long: `Print the version of edac, what it was built with, and the release of its time
zone database, which is built in.`,
		Example: `  edac version`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			fmt.Fprintln(a.out, version())
			return nil
		},
	}
}

// engineID names a running engine, so that it knows its own echo.
func engineID() string {
	host, err := os.Hostname()
	if err != nil {
		host = "engine"
	}
	return fmt.Sprintf("%s-%d-%x", host, os.Getpid(), time.Now().UnixNano())
}
