package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/cmd/edac/internal/config"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// lintFlags are the flags of edac lint.
type lintFlags struct {
	format, output string
	failOn         string
	enable         []string
	disable        []string
	hints, ascii   bool
	most           int
	recordings     []string

	fix, fixUnsafe, diff bool

	baseline      string
	writeBaseline bool
	newFrom       string

	stats, listRules, schema, initConfig bool
}

func (a *app) lintCmd() *cobra.Command {
	var f lintFlags
	cmd := &cobra.Command{
		Use:   "lint [PATH…]",
		Short: "Check rules: what is wrong, where, and what to do",
		Long: `Check rules and print what was found, with its place and advice.

Files and folders named together are one program; subfolders are programs of
their own; "-" is standard input. The formats are

` + formatHelp() + `

Errors and warnings are printed, hints are counted (--hints prints them). The
exit status is 1 if something at or above --fail-on was found.`,
		Example: `  edac lint
  edac lint --hints --fail-on warning rules/load.eda
  edac lint --fix rules
  edac lint --format sarif -o lint.sarif rules
  edac lint --format json - < draft.eda
  edac lint --init-config`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case f.initConfig:
				return a.initConfig()
			case f.schema:
				_, err := fmt.Fprint(a.out, lang.FindingsSchema())
				return err
			}
			if f.listRules && len(args) == 0 {
				args = []string{"."} // whose settings it shows
			}
			args, c, err := a.rules(cmd, args)
			if err != nil {
				return err
			}
			if err := f.take(c, cmd.Flags().Changed); err != nil {
				return err
			}
			if f.listRules {
				return a.listRules(&f, c.Settings)
			}
			if c.Settings.Observed, err = a.observed(f.recordings); err != nil {
				return err
			}
			return a.lint(cmd.Context(), args, &f, c.Settings)
		},
	}
	fl := cmd.Flags()
	choose(cmd, &f.format, "format", "how findings are printed", formatNames()...)
	fl.StringVarP(&f.output, "output", "o", "", "write the findings to this `FILE`; its ending decides the format unless --format does")
	choose(cmd, &f.failOn, "fail-on", "lowest severity that makes the exit status 1", "error", "warning", "hint")
	fl.StringSliceVar(&f.enable, "enable", nil, "show findings of this `ID` or slug that would be off; may be repeated")
	fl.StringSliceVar(&f.disable, "disable", nil, "hide findings of this `ID` or slug; may be repeated")
	fl.BoolVar(&f.hints, "hints", false, "print hints too")
	fl.BoolVar(&f.ascii, "ascii", false, "draw frames in ASCII")
	fl.IntVar(&f.most, "max-errors", 50, "stop printing after `N` findings; 0 prints all")
	fl.StringArrayVar(&f.recordings, "recording", nil, "take this `RECORDING` of the bus as evidence for further findings; may be repeated")
	fl.BoolVar(&f.fix, "fix", false, "mend what can be mended safely, in the files; with --hints also what hints are about")
	fl.BoolVar(&f.fixUnsafe, "fix-unsafe", false, "also apply fixes that may change what rules mean: look at them with --diff first")
	fl.BoolVar(&f.diff, "diff", false, "show what --fix or --fix-unsafe would change, and write nothing; exit status 1 if anything would")
	fl.StringVar(&f.baseline, "baseline", "", "a `FILE` of findings that are known and not counted")
	fl.BoolVar(&f.writeBaseline, "write-baseline", false, "write what is found to the file of --baseline, as known from now on")
	fl.StringVar(&f.newFrom, "new-from", "", "only findings on lines that changed since this `REVISION` of git, and errors")
	fl.BoolVar(&f.stats, "stats", false, "also count the findings of each kind and the time of each part of the work, on standard error")
	fl.BoolVar(&f.listRules, "list-rules", false, "list all kinds of findings, and which of them are on; with --format json for programs")
	fl.BoolVar(&f.schema, "schema", false, "print the JSON schema of --format json")
	fl.BoolVar(&f.initConfig, "init-config", false, "write an edac.toml with all keys, each with what it does")
	fl.StringVar(&a.stdinName, "stdin-name", "<stdin>", "what standard input is called in findings, such as the `NAME` of the file it is from")
	return cmd
}

func formatNames() (names []string) {
	for _, r := range lang.Renderings() {
		names = append(names, r.Name)
	}
	return names
}

func formatHelp() string {
	var b strings.Builder
	for _, r := range lang.Renderings() {
		fmt.Fprintf(&b, "  %-8s for %s\n", r.Name, r.For)
	}
	return strings.TrimRight(b.String(), "\n")
}

// take checks the flags, and joins them with what the project decides; set says
// which were given.
func (f *lintFlags) take(c *config.Config, set func(flag string) bool) error {
	if c.FailOn != nil && !set("fail-on") {
		f.failOn = c.FailOn.String()
	}
	if !set("format") {
		for _, r := range lang.Renderings() {
			if f.output != "" && path.Ext(f.output) == r.Ext {
				f.format = r.Name
				break
			}
		}
	}
	if !set("recording") {
		f.recordings = c.Recording
	}
	if !set("baseline") {
		f.baseline = c.Baseline
	}
	if f.writeBaseline && f.baseline == "" {
		return usage("--write-baseline needs the name of the file: --baseline FILE, or `baseline` under [lint] in %s", config.Name)
	}
	if f.fixUnsafe {
		f.fix = true
	}
	switch {
	case f.diff && !f.fix:
		f.fix = true
	case f.writeBaseline && f.fix:
		return usage("--write-baseline and --fix do not go together: mend first, then write down what is left")
	case f.newFrom != "" && f.fix:
		return usage("--new-from and --fix do not go together: fixes move the lines that git has counted")
	}
	for _, list := range []struct {
		names []string
		flag  string
		off   bool
	}{{f.enable, "--enable", false}, {f.disable, "--disable", true}} {
		for _, name := range list.names {
			row, ok := lang.LookupCode(name)
			switch {
			case !ok:
				return usage("%s: %s", list.flag, lang.UnknownCode(name))
			case row.Severity == lang.Error && list.off:
				return usage("%s: `%s` is an error, which cannot be switched off: rules with one have no meaning and do not load", list.flag, name)
			}
			c.Settings.Switch(row.Code, list.off)
		}
	}
	return nil
}

// lint checks the programs and says what was found.
func (a *app) lint(ctx context.Context, args []string, f *lintFlags, s lint.Settings) error {
	run := &lintRun{lintFlags: f, start: time.Now(), seen: s.Observed}
	if f.stats {
		s.Around = run.around
	}
	sets, err := a.programs(args)
	if err != nil {
		return err
	}
	for i, set := range sets {
		sets[i] = lang.Join(set, readText)
		run.sources = append(run.sources, sets[i]...)
	}
	run.texts = texts(run.sources)
	if err := run.filters(ctx); err != nil {
		return err
	}
	env := environment()
	if f.fix {
		if err := a.mend(run, sets, env, s); err != nil {
			return err
		}
	} else {
		for _, set := range sets {
			run.add(lint.Program(set, env, s))
		}
	}
	return a.conclude(run)
}

// conclude filters what was found, writes it, and ends with the status.
func (a *app) conclude(run *lintRun) error {
	run.found.Sort()
	found := run.found
	if run.writeBaseline {
		return a.writeBaseline(run)
	}
	found = run.count(found)
	shown := found
	if r, _ := lang.LookupRendering(run.format); !r.Hints && !run.hints {
		shown = noHints(found)
	}
	if !run.diff {
		if err := a.writeFindings(run, shown); err != nil {
			return err
		}
	}
	failed := run.diff && len(run.changed) > 0
	level, _ := lang.ParseSeverity(run.failOn)
	for _, d := range found {
		failed = failed || d.Severity <= level
	}
	if !a.quiet {
		a.lintSummary(run, found, failed)
	}
	if run.stats {
		a.lintStats(run, found)
	}
	if failed {
		return &status{code: exitFindings}
	}
	return nil
}

// writeFindings writes them where they are wanted.
func (a *app) writeFindings(run *lintRun, ds lang.Diagnostics) error {
	opt := lang.RenderOptions{ASCII: run.ascii, MaxErrors: run.most, Format: run.format, Units: run.units, Cost: run.cost(), Suppressed: run.suppressed, Version: moduleVersion()}
	if !run.fix {
		opt.FixHint = "edac lint --fix applies this"
	}
	if name := os.Getenv("GITHUB_STEP_SUMMARY"); name != "" && run.format == "github" {
		var b bytes.Buffer
		if err := lang.GitHubSummary(&b, ds, run.texts); err != nil {
			return err
		}
		if err := appendFile(name, b.Bytes()); err != nil {
			return unreadable(name, err)
		}
	}
	if run.output == "" {
		out := a.out
		if run.piped {
			out = a.err // standard output has the rules
		}
		opt.Color = a.colored(out)
		return lang.Render(out, ds, run.texts, opt)
	}
	var b bytes.Buffer
	if err := lang.Render(&b, ds, run.texts, opt); err != nil {
		return err
	}
	if err := os.WriteFile(run.output, b.Bytes(), 0o666); err != nil {
		return unreadable(run.output, err)
	}
	return nil
}

func appendFile(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// check reads one program.
func check(set []lang.Source, env *lang.Env) (*lang.Unit, lang.Diagnostics) {
	r := lint.Program(set, env, lint.Settings{})
	return r.Unit, r.Findings
}
