package main

import (
	"fmt"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime/scenario"
	"github.com/eda-lang/eda/vm/calendar"
)

func (a *app) testCmd() *cobra.Command {
	var only string
	cmd := &cobra.Command{
		Use:   "test PATH…",
		Short: "Run test blocks on virtual time",
		Long: `Run the test blocks of rules on virtual time: an hour of waiting takes as long
as its events do. A test is strict: what is fired and not expected fails it.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			pick, err := regexp.Compile(only)
			if err != nil {
				return usage("--run: %w", err)
			}
			sets, err := a.programs(args)
			if err != nil {
				return err
			}
			env := environment()
			start := time.Now()
			passed, failed, virtual := 0, 0, int64(0)
			for _, set := range sets {
				set = lang.Join(set, readText)
				u, ds := check(set, env)
				if ds.HasErrors() {
					if err := a.render(a.err, set, ds); err != nil {
						return err
					}
					return usage("the rules do not compile: %s", count(ds, lang.Error, "error"))
				}
				for _, t := range u.Tests {
					if !pick.MatchString(t.Name) {
						continue
					}
					r, err := scenario.Run(u, t, env)
					if err != nil {
						return err
					}
					virtual += r.Span
					if r.Passed() {
						passed++
						if a.verbose {
							fmt.Fprintf(a.out, "ok    %s  (%s, %s of virtual time)\n", t.Name, plural(r.Events, "event"), calendar.FormatDuration(r.Span))
						}
						continue
					}
					failed++
					a.printFailure(t, r)
				}
			}
			if passed+failed == 0 {
				what := "no test block in these rules"
				if only != "" {
					what = fmt.Sprintf("no test block matches --run %q", only)
				}
				fmt.Fprintln(a.err, what)
				return nil
			}
			verdict := fmt.Sprintf("ok %d", passed)
			if failed > 0 {
				verdict += fmt.Sprintf(", failed %d", failed)
			}
			fmt.Fprintf(a.out, "%s in %d ms, %s of virtual time\n", verdict, time.Since(start).Milliseconds(), calendar.FormatDuration(virtual))
			if failed > 0 {
				return &status{code: exitFindings}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&only, "run", "", "run only tests whose name matches this regular expression")
	return cmd
}

func (a *app) printFailure(t *lang.TestInfo, r *scenario.Result) {
	fmt.Fprintf(a.out, "FAIL  %s\n", t.Name)
	for _, f := range r.Failures {
		line, col := lang.LineCol(t.File.Source.Text, f.At.Start)
		fmt.Fprintf(a.out, "  %s:%d:%d: %s\n", t.File.Source.Name, line, col, f.Message)
		for _, n := range f.Notes {
			fmt.Fprintf(a.out, "      %s\n", n)
		}
	}
}
