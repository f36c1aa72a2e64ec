package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

func (a *app) lintCmd() *cobra.Command {
	var format, failOn string
	var hints, ascii, initConfig bool
	var most int
	var recordings []string
	cmd := &cobra.Command{
		Use:   "lint [PATH…]",
		Short: "Check rules: what is wrong, where, and what to do",
		Long: `Check rules and print what was found, with its place and advice.

Files and folders named together are one program; subfolders are programs of
their own. Errors and warnings are printed, hints are counted (--hints prints
them). The exit status is 1 if something at or above --fail-on was found.`,
		Example: `  edac lint
  edac lint --hints --fail-on warning rules/load.eda
  edac lint --format json - < draft.eda
  edac lint --init-config`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if initConfig {
				return a.initConfig()
			}
			level := map[string]lang.Severity{"error": lang.Error, "warning": lang.Warning, "hint": lang.Hint}[failOn]
			start := time.Now()
			args, c, err := a.rules(cmd, args)
			if err != nil {
				return err
			}
			if c.FailOn != nil && !cmd.Flags().Changed("fail-on") {
				level = *c.FailOn
			}
			sets, err := a.programs(args)
			if err != nil {
				return err
			}
			if len(recordings) == 0 {
				recordings = c.Recording
			}
			if c.Settings.Observed, err = a.observed(recordings); err != nil {
				return err
			}
			var all lang.Diagnostics
			var sources []lang.Source
			var units []*lang.Unit
			env := environment()
			for _, set := range sets {
				set = lang.Join(set, readText)
				r := lint.Program(set, env, c.Settings)
				all = append(all, r.Findings...)
				sources = append(sources, set...)
				units = append(units, r.Unit)
			}
			all.Sort()
			shown := all
			if !hints && format != "json" {
				shown = nil
				for _, d := range all {
					if d.Severity != lang.Hint {
						shown = append(shown, d)
					}
				}
			}
			if err := a.lintOutput(format, shown, sources, units, ascii, most); err != nil {
				return err
			}
			failed := false
			for _, d := range all {
				failed = failed || d.Severity <= level
			}
			if !a.quiet {
				a.lintSummary(all, len(texts(sources)), units, c.Settings.Observed, hints, time.Since(start))
			}
			if failed {
				return &status{code: exitFindings}
			}
			return nil
		},
	}
	f := cmd.Flags()
	choose(cmd, &format, "format", "how findings are printed", "text", "compact", "json")
	choose(cmd, &failOn, "fail-on", "lowest severity that makes the exit status 1", "error", "warning", "hint")
	f.BoolVar(&hints, "hints", false, "print hints too")
	f.BoolVar(&initConfig, "init-config", false, "write an edac.toml with all keys, each with what it does, and end")
	f.BoolVar(&ascii, "ascii", false, "draw frames in ASCII")
	f.StringArrayVar(&recordings, "recording", nil, "take this `RECORDING` of the bus as evidence for further findings; may be repeated")
	f.IntVar(&most, "max-errors", 50, "stop printing after `N` findings; 0 prints all")
	return cmd
}

// check reads one program.
func check(set []lang.Source, env *lang.Env) (*lang.Unit, lang.Diagnostics) {
	r := lint.Program(set, env, lint.Settings{})
	return r.Unit, r.Findings
}

func (a *app) lintOutput(format string, ds lang.Diagnostics, sources []lang.Source, units []*lang.Unit, ascii bool, most int) error {
	opt := lang.RenderOptions{Color: a.colored(a.out), ASCII: ascii, MaxErrors: most, Format: format, Units: units}
	return lang.Render(a.out, ds, texts(sources), opt)
}

// lintSummary says on standard error what was looked at.
func (a *app) lintSummary(ds lang.Diagnostics, files int, units []*lang.Unit, seen *lang.Observed, hints bool, took time.Duration) {
	rules := 0
	for _, u := range units {
		rules += len(u.Rules)
		if a.verbose {
			for _, c := range lint.Costs(u, seen) {
				fmt.Fprintf(a.err, "%s: key %s; %s\n", c.Rule.Label, keyText(c.Rule), c)
			}
		}
	}
	more := ""
	if n := count(ds, lang.Hint, "hint"); n != "0 hints" && !hints {
		more = "; " + n + " (--hints shows them)"
	}
	verdict := "ok"
	if e, w := count(ds, lang.Error, "error"), count(ds, lang.Warning, "warning"); e != "0 errors" || w != "0 warnings" {
		verdict = e + ", " + w
	}
	fmt.Fprintf(a.err, "%s: %s, %s in %d ms%s\n", verdict, plural(files, "file"), plural(rules, "rule"), took.Milliseconds(), more)
}

// keyText is the key of a rule in words.
func keyText(r *lang.RuleInfo) string {
	if len(r.Key) == 0 {
		return "none: all events share one state"
	}
	s := ""
	for i, k := range r.Key {
		if i > 0 {
			s += ", "
		}
		s += k.Name
	}
	return s
}
