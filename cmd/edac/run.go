package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/runtime/zmq"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

func (a *app) runCmd() *cobra.Command {
	var in, out []string
	var dry, insecure bool
	var record string
	cmd := &cobra.Command{
		Use:   "run [RULES…]",
		Short: "Run rules on live events",
		Long: `Run rules on the events that senders PUSH to --in, and PUB to --out what they
fire. ^C takes what has arrived, publishes what follows from it, and ends with
a summary and status 0.

SIGHUP reads the files of tables again; one that has changed is taken as an
event /eda/table/NAME with all its rows, and recorded like any other.

Both addresses may be repeated. An address that other machines can reach is
refused unless --insecure says so: this version neither encrypts nor asks who
is there.`,
		Example: `  edac run rules/
  edac run --dry-run --record today.edr rules/load.eda
  edac run --in tcp://127.0.0.1:4001 --out tcp://127.0.0.1:4000 rules.edb`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			args, err := a.paths(cmd, args)
			if err != nil {
				return err
			}
			p, err := a.program(args)
			if err != nil {
				return err
			}
			log := a.logger()
			opt := zmq.Options{Insecure: insecure, Log: log}
			cfg := runtime.Config{Program: p, Library: stdlib.Library(), ID: engineID(), Log: log}
			var pulls []*zmq.Pull
			var pubs []*zmq.Pub
			defer func() {
				for _, x := range pulls {
					x.Close()
				}
				for _, x := range pubs {
					x.Close()
				}
			}()
			for _, addr := range in {
				pull, err := zmq.ListenPull(addr, opt)
				if err != nil {
					return usage("--in %s: %w%s", addr, err, insecureHint(err))
				}
				pulls = append(pulls, pull)
				cfg.Sources = append(cfg.Sources, &zmq.Source{Pull: pull})
				log.Info("events come in", "at", pull.Endpoint())
			}
			if dry {
				cfg.Sinks = append(cfg.Sinks, runtime.SinkFunc(a.printEffects))
			} else {
				for _, addr := range out {
					pub, err := zmq.ListenPub(addr, opt)
					if err != nil {
						return usage("--out %s: %w%s", addr, err, insecureHint(err))
					}
					pubs = append(pubs, pub)
					cfg.Sinks = append(cfg.Sinks, &zmq.Sink{Pub: pub, Engine: cfg.ID})
					log.Info("what is fired goes out", "at", pub.Endpoint())
				}
				cfg.Sinks = append(cfg.Sinks, runtime.SinkFunc(a.logLines))
			}
			if record != "" {
				w, close, err := createRecording(record)
				if err != nil {
					return err
				}
				defer close()
				cfg.Record = w
			}
			if len(a.tables) > 0 {
				own := runtime.NewMemory()
				cfg.Sources = append(cfg.Sources, own)
				reloadOnHangup(cmd.Context(), a.tables, own.SendOwn, log)
			}
			e, err := runtime.NewEngine(cfg)
			if err != nil {
				return usage("%w", err)
			}
			log.Info("running", "rules", len(p.Rules))
			err = e.Run(cmd.Context())
			for _, pub := range pubs {
				flush, cancel := context.WithTimeout(context.Background(), time.Second)
				_ = pub.Flush(flush)
				cancel()
			}
			a.summary(e.Metrics())
			if err != nil {
				return usage("%w", err)
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&in, "in", []string{defaultIn}, "receive events at `ADDRESS`; may be repeated")
	f.StringArrayVar(&out, "out", []string{defaultOut}, "publish at `ADDRESS`; may be repeated")
	f.BoolVar(&dry, "dry-run", false, "publish nothing; print what would be published")
	f.BoolVar(&insecure, "insecure", false, "allow addresses that other machines can reach")
	f.StringVar(&record, "record", "", "also write what arrives to `FILE`, .edr or .jsonl")
	return cmd
}

// insecureHint names the flag where an address was refused.
func insecureHint(err error) string {
	var far *zmq.NotLoopbackError
	if errors.As(err, &far) {
		return " (--insecure)"
	}
	return ""
}

// printEffects is the sink of a dry run.
func (a *app) printEffects(p *vm.Program, effects []vm.Effect) error {
	for i := range effects {
		fmt.Fprintf(a.out, "%s\n", effectText(p, &effects[i]))
	}
	return nil
}

// logLines prints what rules log.
func (a *app) logLines(p *vm.Program, effects []vm.Effect) error {
	for i := range effects {
		if e := &effects[i]; e.Kind == vm.Logged {
			fmt.Fprintf(a.out, "%s\n", effectText(p, e))
		}
	}
	return nil
}

// effectText is an effect on one line for people.
func effectText(p *vm.Program, e *vm.Effect) string {
	at := time.Unix(0, e.T).UTC().Format("15:04:05.000")
	name := p.RuleName(e.Rule)
	if e.Kind == vm.Logged {
		return fmt.Sprintf("%s  %s  log %s", at, name, printable(e.Text))
	}
	text := fmt.Sprintf("%s  %s  fire %q", at, name, e.Tag)
	if len(e.Data.Fields()) > 0 {
		text += " " + string(value.AppendJSON(nil, e.Data))
	}
	return text
}

// summary says what a run did and everything it dropped.
func (a *app) summary(s runtime.Snapshot) {
	if a.quiet {
		return
	}
	fmt.Fprintf(a.err, "%s taken, %s fired, %s logged\n", plural(s.Events, "event"), plural(s.Fired, "event"), plural(s.Logged, "line"))
	drop := func(n uint64, what string) {
		if n > 0 {
			fmt.Fprintf(a.err, "  %d %s\n", n, what)
		}
	}
	var reasons []string
	for r := range s.Refused {
		reasons = append(reasons, r)
	}
	slices.Sort(reasons)
	for _, r := range reasons {
		drop(s.Refused[r], "dropped: "+r)
	}
	drop(s.Echoes, "own echoes dropped")
	drop(s.Failed, "publications failed")
	drop(s.Machine.Suppressed, "runs of `do` dropped by a limit or a mute")
	drop(s.Machine.Crowded, "events of sequences forgotten early: a key had as many as it may")
	drop(s.Machine.Keyless, "events kept out of a rule: a part of the key was unknown")
	drop(s.Machine.Refused, "events kept out of a rule: it has as many keys as it may")
	drop(s.Machine.Late, "events came too late for their own time; `/eda/late` told of each")
	drop(s.Machine.Undated, "events taken as of their arrival: when they happened could not be read")
	drop(s.Machine.Hurried, "times the clock moved on early: too many events waited for it")
	drop(s.Machine.Unloaded, "reloads of a table dropped: the rows do not fit it")
	drop(s.Machine.Unset, "registers not set: the value or a part of the key was unknown or did not fit")
	drop(s.Machine.Unkept, "registers not set: one has as many cells as it may")
	drop(s.Machine.Unnamed, "fires not performed: a part of the tag was unknown")
	drop(s.Machine.Forbidden, "fires not performed: their file may not fire the tag")
	drop(s.Machine.Cut, "fires cut: a cascade was too long")
	drop(s.Machine.Unsent, "calls of actions not performed: an argument was unknown or did not fit")
	drop(s.Machine.Resent, "calls sent again: nobody answered in time")
	drop(s.Machine.Dead, "calls given up: nobody answered")
	drop(s.Machine.Unwatched, fmt.Sprintf("calls whose answer is not waited for: a rule had %d waiting", vm.MaxCalls))
	drop(s.Machine.Unlisted, fmt.Sprintf("members of groups counted but not listed: there were more than %d", vm.MaxMembers))
	drop(s.Machine.Forgotten, "active situations forgotten")
}

// createRecording opens a recording for writing by its name.
func createRecording(name string) (runtime.EventWriter, func() error, error) {
	format, err := runtime.FormatOf(name)
	if err != nil {
		return nil, nil, usage("%w", err)
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, nil, unreadable(name, err)
	}
	w, err := runtime.NewWriter(f, format)
	if err != nil {
		f.Close()
		return nil, nil, usage("%s: %w", name, err)
	}
	return w, func() error {
		err := w.Close()
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		return err
	}, nil
}
