// Command edac checks, formats, compiles, tests and runs event-driven
// automation rules, and carries events by hand.
//
// Here are flags and printing only; what the commands do is in the packages
// they call. Each command is a file of its own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit statuses (see docs/commands.md).
const (
	exitFindings    = 1   // findings, a failed test, a difference
	exitUsage       = 2   // usage, an unreadable file, rules that do not compile
	exitInternal    = 3   // our mistake
	exitInterrupted = 130 // interrupted before the result
)

// status is an error that sets the exit status; Err may be nil when all has
// been said already.
type status struct {
	code int
	err  error
}

func (s *status) Error() string {
	if s.err == nil {
		return ""
	}
	return s.err.Error()
}

func (s *status) Unwrap() error { return s.err }

// usage is an error in how the command was called or in what it was given.
func usage(format string, args ...any) error {
	return &status{exitUsage, fmt.Errorf(format, args...)}
}

// app is where a command reads and writes, and its global flags.
type app struct {
	in       io.Reader
	out, err io.Writer
	color    string
	dir      string
	config   string
	quiet    bool
	verbose  bool

	read    []string                       // files of rules that edac test read last
	changes func(ctx context.Context) bool // what a test has instead of files that change
	tables  []tableFile                    // of the program compiled last
}

// brief are the commands that read, say, and end. They collect garbage only
// when there is much of it: linting 1,000 rules takes 0.06 s of user time so,
// and 0.15 s with the collector at work from the start (248 KB in 100 files).
var brief = map[string]bool{"lint": true, "fmt": true, "explain": true, "doc": true, "graph": true}

func main() {
	if len(os.Args) > 1 && brief[os.Args[1]] && os.Getenv("GOGC") == "" {
		debug.SetGCPercent(-1)
		debug.SetMemoryLimit(512 << 20)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole command as a function; it returns the exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) (code int) {
	a := &app{in: in, out: out, err: errw}
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(errw, "edac: internal error: %v\nThis is a mistake in edac, not in your rules. Please report it with the command and its input.\n", r)
			code = exitInternal
		}
	}()
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errw)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var s *status
	if !errors.As(err, &s) {
		s = &status{exitUsage, err}
	}
	if s.err != nil {
		fmt.Fprintf(errw, "edac: %s\n", s.err)
	}
	return s.code
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "edac",
		Short:         "Rules that make something happen because something else happened",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			switch a.color {
			case "auto", "always", "never":
			default:
				return usage("--color is auto, always or never, not %q", a.color)
			}
			if a.dir != "" {
				if err := os.Chdir(a.dir); err != nil {
					return usage("-C: %w", err)
				}
			}
			return nil
		},
	}
	f := root.PersistentFlags()
	f.StringVar(&a.color, "color", "auto", "colour on a terminal: auto, always or never")
	f.StringVarP(&a.dir, "dir", "C", "", "change to this folder first")
	f.StringVar(&a.config, "config", "", "the settings of the project, instead of the nearest edac.toml")
	f.BoolVarP(&a.quiet, "quiet", "q", false, "say only what was asked for")
	f.BoolVarP(&a.verbose, "verbose", "v", false, "say more, on standard error")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("%w; `%s --help` lists the flags", err, cmd.CommandPath())
	})
	root.AddCommand(
		a.lintCmd(), a.fmtCmd(), a.buildCmd(), a.disasmCmd(), a.testCmd(),
		a.runCmd(), a.replayCmd(), a.recordCmd(), a.convertCmd(), a.inferCmd(),
		a.sendCmd(), a.tailCmd(), a.beaconCmd(), a.demoCmd(), a.versionCmd(),
	)
	for _, c := range root.Commands() {
		c.DisableFlagsInUseLine = true
		args := c.Args
		c.Args = func(cmd *cobra.Command, list []string) error {
			if err := args(cmd, list); err != nil {
				return usage("%s: %w; usage: %s", cmd.Name(), err, strings.TrimSpace(cmd.UseLine()))
			}
			return nil
		}
	}
	return root
}

// colored reports whether w, which is standard output or error, gets colour.
func (a *app) colored(w io.Writer) bool {
	switch a.color {
	case "always":
		return true
	case "never":
		return false
	}
	if os.Getenv("NO_COLOR") != "" {
		return false
	}
	if force := os.Getenv("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true
	}
	return os.Getenv("TERM") != "dumb" && isTerminal(w)
}

// isTerminal reports whether w is a character device, such as a terminal.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}
