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
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/cmd/internal/term"
)

// program is what the root command is called.
const program = "edac"

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

	stdinName string // what standard input is called
	quiet     bool
	verbose   bool

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
		Use:   program,
		Short: "Rules that make something happen because something else happened",
		Long: `edac checks, formats, tests, compiles and runs rules over timed events, and
carries events by hand. ` + "`edac demo`" + ` shows one rule at work; ` + "`edac doc`" + ` lists all
that rules can say.`,
		Example: `  edac demo
  edac lint rules/
  edac doc avg`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return noCommand(cmd, args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if a.dir != "" {
				if err := os.Chdir(a.dir); err != nil {
					return usage("-C: %w", err)
				}
				a.dir = "" // from here on
			}
			return nil
		},
	}
	f := root.PersistentFlags()
	choose(root, &a.color, "color", "write in colour: on a terminal (auto), always or never", term.Modes...)
	f.StringVarP(&a.dir, "dir", "C", "", "change to this `FOLDER` first")
	f.StringVar(&a.config, "config", "", "take the settings of the project from `FILE`, not from the nearest edac.toml")
	f.BoolVarP(&a.quiet, "quiet", "q", false, "say only what was asked for")
	f.BoolVarP(&a.verbose, "verbose", "v", false, "say more, on standard error")
	root.SetFlagErrorFunc(badFlag)
	root.AddCommand(
		a.lintCmd(), a.explainCmd(), a.fmtCmd(), a.buildCmd(), a.disasmCmd(), a.testCmd(),
		a.runCmd(), a.replayCmd(), a.recordCmd(), a.convertCmd(), a.inferCmd(), a.graphCmd(),
		a.sendCmd(), a.tailCmd(), a.beaconCmd(), a.demoCmd(), a.versionCmd(),
		a.docCmd(), a.completionCmd(), a.manCmd(),
		a.lspCmd(),
	)
	root.CompletionOptions.DisableDefaultCmd = true
	help := a.helpCmd()
	root.SetHelpCommand(help)
	root.AddCommand(help)
	root.Version = version()
	root.SetVersionTemplate("{{.Version}}\n")
	root.InitDefaultVersionFlag()
	root.Flags().Lookup("version").Usage = "print the version"
	group(root)
	walk(root, func(c *cobra.Command) {
		c.DisableFlagsInUseLine = true
		c.InitDefaultHelpFlag()
		c.Flags().Lookup("help").Usage = "show this"
		c.Args = checkArgs(c.Args)
		a.completes(c)
	})
	return root
}

// groups are the chapters of the list of commands. What stands in none of them
// is about writing rules.
var groups = []struct {
	title string
	names []string
}{
	{"Write rules:", nil},
	{"Run them:", []string{"build", "disasm", "run", "replay"}},
	{"Carry and keep events:", []string{"demo", "send", "tail", "beacon", "record", "convert", "infer"}},
	{"About edac:", []string{"completion", "man", "help", "version"}},
}

func group(root *cobra.Command) {
	for i, g := range groups {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title})
		for _, c := range root.Commands() {
			if i == 0 || slices.Contains(g.names, c.Name()) {
				c.GroupID = g.title
			}
		}
	}
}

// walk calls f for each command, from the root down.
func walk(c *cobra.Command, f func(*cobra.Command)) {
	f(c)
	for _, sub := range c.Commands() {
		walk(sub, f)
	}
}

// colored reports whether w, which is standard output or error, gets colour.
func (a *app) colored(w io.Writer) bool { return term.Colored(a.color, w) }
