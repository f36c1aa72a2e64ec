package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
)

// openRecording opens a recording by its name; "-" is standard input, in the
// form that is given.
func (a *app) openRecording(name string, form runtime.Format, opt runtime.CSVOptions) (runtime.EventReader, func(), error) {
	if form == "" {
		if name == "-" {
			form = runtime.JSONLines
		} else {
			var err error
			if form, err = runtime.FormatOf(name); err != nil {
				return nil, nil, usage("%w", err)
			}
		}
	}
	var in io.Reader = a.in
	done := func() {}
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, nil, unreadable(name, err)
		}
		in, done = f, func() { f.Close() }
	}
	shown := name
	if name == "-" {
		shown = "<stdin>"
	}
	r, err := runtime.NewReader(in, form, shown, opt)
	if err != nil {
		done()
		return nil, nil, usage("%w", err)
	}
	return r, done, nil
}

func (a *app) replayCmd() *cobra.Command {
	var rules []string
	var until, format string
	cmd := &cobra.Command{
		Use:   "replay [--rules RULES] REC…",
		Short: "Run rules over recordings and print what they fire",
		Long: `Run rules over recordings and print what they decide, in order. Time is what
the recording says, so the same recording always gives the same effects with
the same ids. Deadlines up to the last event are processed; --until moves that.`,
		Example: `  edac replay --rules rules/ today.edr
  edac replay --rules load.eda --format jsonl --until 2026-03-01T13:00:00Z today.jsonl`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var horizon *int64
			if until != "" {
				t, err := calendar.ParseTime(until)
				if err != nil {
					return usage("--until: %w", err)
				}
				horizon = &t
			}
			rules, err := a.paths(cmd, rules)
			if err != nil {
				return err
			}
			p, err := a.program(rules)
			if err != nil {
				return err
			}
			var readers []runtime.EventReader
			for _, name := range args {
				r, done, err := a.openRecording(name, "", runtime.CSVOptions{})
				if err != nil {
					return err
				}
				defer done()
				readers = append(readers, r)
			}
			m, err := vm.New(p, stdlib.Library())
			if err != nil {
				return usage("%w", err)
			}
			out := bufio.NewWriterSize(a.out, 64<<10)
			defer out.Flush()
			var buf []byte
			start := time.Now()
			stop := errors.New("interrupted")
			stats, err := runtime.Replay(m, runtime.Merged(readers), horizon, func(e *vm.Effect) error {
				if cmd.Context().Err() != nil {
					return stop
				}
				if format == "jsonl" {
					buf = append(runtime.AppendEffectJSON(buf[:0], p, e), '\n')
					_, err := out.Write(buf)
					return err
				}
				_, err := fmt.Fprintf(out, "%s  %s\n", time.Unix(0, e.T).UTC().Format(time.DateOnly), effectText(p, e))
				return err
			})
			if errors.Is(err, stop) {
				return &status{code: exitInterrupted}
			}
			if ferr := out.Flush(); err == nil {
				err = ferr
			}
			if err != nil {
				return usage("%w", err)
			}
			for _, r := range readers {
				if torn := runtime.Torn(r); torn != nil {
					fmt.Fprintf(a.err, "warning: %v\n", torn)
				}
			}
			for _, f := range m.Faults() {
				fmt.Fprintf(a.err, "warning: %s; %d times\n", runtime.Explain(p, f), f.Count)
			}
			if !a.quiet {
				took := time.Since(start)
				fmt.Fprintf(a.err, "%s, %s, %s in %s (%s a second)\n", plural(stats.Events, "event"), plural(len(p.Rules), "rule"),
					plural(stats.Effects, "effect"), took.Round(time.Millisecond), thousands(float64(stats.Events)/took.Seconds()))
				if stats.Skipped > 0 {
					fmt.Fprintf(a.err, "  %s under /eda/ skipped: the engine makes these itself\n", plural(stats.Skipped, "event"))
				}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&rules, "rules", nil, "run these `RULES`: a file, a folder or an .edb; may be repeated")
	f.StringVar(&until, "until", "", "process deadlines, and events, up to `TIME`")
	choose(cmd, &format, "format", "print lines for people, or one JSON object per effect", "text", "jsonl")
	return cmd
}

// thousands writes a rate with a separator a reader can follow.
func thousands(x float64) string {
	n := int64(x + 0.5)
	if n < 1000 {
		return fmt.Sprint(n)
	}
	s := ""
	for n >= 1000 {
		s = fmt.Sprintf(",%03d%s", n%1000, s)
		n /= 1000
	}
	return fmt.Sprint(n) + s
}

// byName is the form of a recording whose name tells it.
const byName = "auto"

func (a *app) convertCmd() *cobra.Command {
	var to, from string
	var sorted bool
	var opt runtime.CSVOptions
	cmd := &cobra.Command{
		Use:   "convert IN OUT",
		Short: "Turn a recording into another form",
		Long: `Turn a recording into another form, told by the names: .jsonl, .edr, and .csv
for reading. "-" is a pipe, with --from and --to.`,
		Example: `  edac convert today.edr today.jsonl
  edac convert --tag '/client/load/{host}' --sort loads.csv loads.edr
  edac convert today.edr - --to jsonl`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			form := func(flag, name, text string) (runtime.Format, error) {
				switch {
				case text != byName:
					return runtime.Format(text), nil
				case name != "-":
					f, err := runtime.FormatOf(name)
					if err != nil {
						return "", usage("%w", err)
					}
					return f, nil
				case flag == "--from":
					return runtime.JSONLines, nil
				}
				return "", usage("convert: say which form the pipe gets: --to jsonl or --to edr")
			}
			inForm, err := form("--from", args[0], from)
			if err != nil {
				return err
			}
			outForm, err := form("--to", args[1], to)
			if err != nil {
				return err
			}
			r, done, err := a.openRecording(args[0], inForm, opt)
			if err != nil {
				return err
			}
			defer done()
			var out io.Writer = a.out
			if args[1] != "-" {
				f, err := os.Create(args[1])
				if err != nil {
					return unreadable(args[1], err)
				}
				defer f.Close()
				out = f
			}
			buf := bufio.NewWriterSize(out, 64<<10)
			w, err := runtime.NewWriter(buf, outForm)
			if err != nil {
				return usage("convert: %w", err)
			}
			n, err := runtime.Convert(r, w, sorted)
			if ferr := buf.Flush(); err == nil {
				err = ferr
			}
			if err != nil {
				return usage("%w (%s converted)", err, plural(n, "event"))
			}
			if torn := runtime.Torn(r); torn != nil {
				fmt.Fprintf(a.err, "warning: %v\n", torn)
			}
			if !a.quiet {
				fmt.Fprintf(a.err, "%s converted\n", plural(n, "event"))
			}
			return nil
		},
	}
	f := cmd.Flags()
	choose(cmd, &from, "from", "form of IN, where its name does not tell", byName, string(runtime.JSONLines), string(runtime.EDR), string(runtime.CSV))
	choose(cmd, &to, "to", "form of OUT, where its name does not tell", byName, string(runtime.JSONLines), string(runtime.EDR))
	f.BoolVar(&sorted, "sort", false, "put events in order of time first; those of one instant keep their order")
	f.StringVar(&opt.Time, "time", "", "read the time off this `COLUMN` of CSV (time or timestamp unless given)")
	f.StringVar(&opt.Tag, "tag", "", "read the tag off this `COLUMN` of CSV (tag unless given), or make it of columns: '/client/load/{host}'")
	return cmd
}
