package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/runtime/zmq"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
)

func (a *app) recordCmd() *cobra.Command {
	var in []string
	var out string
	var last time.Duration
	var insecure bool
	cmd := &cobra.Command{
		Use:   "record --in ADDRESS -o FILE",
		Short: "Record the events that arrive",
		Long: `Record the events that senders PUSH to --in, until interrupted or for --for. The
form is told by the name: .edr (compact) or .jsonl (text).`,
		Example: `  edac record -o today.edr
  edac record --for 1m -o peak.jsonl
  edac record info today.edr`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usage("record: say where to: -o FILE.edr")
			}
			log := a.logger()
			ctx := cmd.Context()
			if last > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, last)
				defer cancel()
			}
			cfg := runtime.Config{Program: emptyProgram(), Library: stdlib.Library(), Log: log}
			for _, addr := range in {
				pull, err := zmq.ListenPull(addr, zmq.Options{Insecure: insecure, Log: log})
				if err != nil {
					return usage("--in %s: %w%s", addr, err, insecureHint(err))
				}
				defer pull.Close()
				cfg.Sources = append(cfg.Sources, &zmq.Source{Pull: pull})
				log.Info("recording", "from", pull.Endpoint(), "to", out)
			}
			w, close, err := createRecording(out)
			if err != nil {
				return err
			}
			cfg.Record = w
			e, err := runtime.NewEngine(cfg)
			if err != nil {
				return err
			}
			err = e.Run(ctx)
			if cerr := close(); err == nil {
				err = cerr
			}
			if err != nil {
				return usage("record: %w", err)
			}
			a.summary(e.Metrics())
			return nil
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&in, "in", []string{defaultIn}, "receive events at `ADDRESS`; may be repeated")
	f.StringVarP(&out, "output", "o", "", "write the recording to `FILE`, .edr or .jsonl")
	f.DurationVar(&last, "for", 0, "end after `TIME`; 0 goes on until interrupted")
	f.BoolVar(&insecure, "insecure", false, "allow addresses that other machines can reach")
	cmd.AddCommand(a.recordInfoCmd())
	return cmd
}

func emptyProgram() *vm.Program {
	return &vm.Program{Code: []vm.Instr{{Op: vm.OpRet}}, Lines: []vm.Line{{}}}
}

func (a *app) recordInfoCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "info FILE…",
		Short: "Say what is in a recording",
		Long:  "Say how many events a recording has, from when to when, and how large it is.",
		Example: `  edac record info today.edr
  edac record info monday.edr tuesday.jsonl`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, name := range args {
				if err := a.recordInfo(name); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func (a *app) recordInfo(name string) error {
	format, err := runtime.FormatOf(name)
	if err != nil {
		return usage("%w", err)
	}
	f, err := os.Open(name)
	if err != nil {
		return unreadable(name, err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return unreadable(name, err)
	}
	n, first, last := 0, int64(0), int64(0)
	if format == runtime.EDR { // the index needs no decoding
		blocks, err := runtime.Index(f, st.Size(), name)
		var torn *runtime.TornError
		if errors.As(err, &torn) {
			fmt.Fprintf(a.err, "warning: %v\n", torn)
		} else if err != nil {
			return usage("%w", err)
		}
		for i, b := range blocks {
			n += b.Count
			if i == 0 {
				first = b.First
			}
			last = b.Last
		}
	} else {
		r, err := runtime.NewReader(f, format, name, runtime.CSVOptions{})
		if err != nil {
			return usage("%w", err)
		}
		batch := make([]vm.Event, 256)
		for {
			k, err := r.Next(batch)
			if k > 0 {
				if n == 0 {
					first = batch[0].T
				}
				last = batch[k-1].T
				n += k
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return usage("%w", err)
			}
		}
	}
	if n == 0 {
		fmt.Fprintf(a.out, "%s: no events, %d bytes\n", name, st.Size())
		return nil
	}
	show := func(ns int64) string { return time.Unix(0, ns).UTC().Format("2006-01-02 15:04:05") }
	fmt.Fprintf(a.out, "%s: %s, %s to %s, %s\n", name, plural(n, "event"), show(first), show(last), plural(st.Size(), "byte"))
	return nil
}
