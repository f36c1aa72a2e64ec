package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/cmd/edac/internal/config"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
	"github.com/eda-lang/eda/runtime/scenario"
	"github.com/eda-lang/eda/vm/calendar"
)

// testFlags are the flags of edac test.
type testFlags struct {
	run       string
	count     int
	shuffle   string
	cover     string
	coverMin  float64
	junit     string
	update    bool
	mutate    bool
	mutateMin float64
	mutateFor time.Duration
	format    string
	watch     bool

	settings lint.Settings

	pick *regexp.Regexp
	seed uint64

	report *testReport // what --format json prints
}

// sole is what a flag with an optional value holds without one.
const sole = "true"

// optional is text that may be left out: --cover, or --cover=FILE.
type optional struct{ text *string }

func (o optional) String() string     { return *o.text }
func (o optional) Set(s string) error { *o.text = s; return nil }
func (o optional) Type() string       { return "bool" } // for the help: it may stand alone

func (a *app) testCmd() *cobra.Command {
	var f testFlags
	cmd := &cobra.Command{
		Use:   "test [PATH…]",
		Short: "Run test blocks on virtual time",
		Long: `Run the test blocks of rules on virtual time: an hour of waiting takes as long
as its events do. A test is strict: what is fired and not expected fails it.
A failure is shown in the source, with the value of each part of the condition
at the instant that matters.`,
		Example: `  edac test rules/
  edac test --run "drained|enabled" -v rules/load.eda
  edac test --cover --cover-min 90 --junit results.xml rules/
  edac test --mutate rules/load.eda`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			args, c, err := a.rules(cmd, args)
			if err != nil {
				return err
			}
			f.take(c, cmd.Flags().Changed)
			if err := f.read(); err != nil {
				return err
			}
			if f.watch {
				if slices.Contains(args, "-") {
					return usage("--watch watches files; standard input is none")
				}
				return a.watchTests(cmd.Context(), args, &f)
			}
			return a.test(cmd.Context(), args, &f)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.run, "run", "", "run only tests whose name matches `REGEXP`")
	fl.IntVar(&f.count, "count", 1, "run each test `N` times")
	fl.Var(optional{&f.shuffle}, "shuffle", "run the tests in random order; --shuffle=SEED repeats an order")
	fl.Lookup("shuffle").NoOptDefVal = sole
	fl.Var(optional{&f.cover}, "cover", "report which rules, conditions and acts were seen; --cover=FILE writes the annotated source there")
	fl.Lookup("cover").NoOptDefVal = sole
	fl.Float64Var(&f.coverMin, "cover-min", 0, "fail below `PERCENT` of rules, conditions and acts seen")
	fl.StringVar(&f.junit, "junit", "", "write the results to `FILE` as JUnit XML")
	fl.BoolVar(&f.update, "update", false, "rewrite the expects of failing tests to say what was fired")
	fl.BoolVar(&f.mutate, "mutate", false, "change the rules a little, one change at a time, and list the changes that no test notices")
	fl.Float64Var(&f.mutateMin, "mutate-min", 0, "with --mutate: fail if the tests notice less than `PERCENT` of the changes")
	fl.DurationVar(&f.mutateFor, "mutate-for", 2*time.Minute, "with --mutate: stop after `TIME`")
	choose(cmd, &f.format, "format", "print for people, or one JSON object", "text", "json")
	fl.BoolVar(&f.watch, "watch", false, "run the tests again whenever a file changes, until interrupted")
	return cmd
}

// take sets what the project decides and no flag does. A bound on the coverage
// speaks of all tests, so not where --run picks some.
func (f *testFlags) take(c *config.Config, set func(flag string) bool) {
	f.settings = c.Settings
	if !set("cover-min") && !set("run") {
		f.coverMin = c.CoverMin
	}
	if !set("mutate-min") && f.mutate {
		f.mutateMin = c.MutateMin
	}
}

// read checks the flags.
func (f *testFlags) read() (err error) {
	if f.pick, err = regexp.Compile(f.run); err != nil {
		return usage("--run: %w", err)
	}
	if f.count < 1 {
		return usage("--count is at least 1, not %d", f.count)
	}
	if f.coverMin < 0 || f.coverMin > 100 {
		return usage("--cover-min is a percentage from 0 to 100, not %v", f.coverMin)
	}
	if f.mutateMin < 0 || f.mutateMin > 100 {
		return usage("--mutate-min is a percentage from 0 to 100, not %v", f.mutateMin)
	}
	if f.mutateFor <= 0 {
		return usage("--mutate-for is a duration above 0, not %s", f.mutateFor)
	}
	if f.mutateMin > 0 {
		f.mutate = true
	}
	if f.update && f.watch {
		return usage("--update and --watch do not go together: each rewrite would be a change to watch")
	}
	if f.coverMin > 0 && f.cover == "" {
		f.cover = sole
	}
	switch f.shuffle {
	case "":
	case sole:
		f.seed = rand.Uint64() % 1_000_000
	default:
		if f.seed, err = strconv.ParseUint(f.shuffle, 10, 64); err != nil {
			return usage("--shuffle takes a whole number, not %q", f.shuffle)
		}
	}
	return nil
}

// suite is one program and its tests.
type suite struct {
	*scenario.Suite
	unit  *lang.Unit
	tests []*lang.TestInfo
	cover *scenario.Coverage
}

// outcome is a test that was run.
type outcome struct {
	suite *suite
	test  *lang.TestInfo
	*scenario.Result
	took time.Duration
}

// suites checks the programs on the command line and picks their tests.
func (a *app) suites(paths []string, f *testFlags) ([]*suite, error) {
	sets, err := a.programs(paths)
	if err != nil {
		return nil, err
	}
	env := environment()
	a.read = nil
	var out []*suite
	for _, set := range sets {
		set = lang.Join(set, readText)
		r := lint.Program(set, env, f.settings)
		u, ds := r.Unit, r.Findings
		if ds.HasErrors() {
			if err := a.render(a.err, set, ds); err != nil {
				return nil, err
			}
			return nil, usage("the rules do not compile: %s", count(ds, lang.Error, "error"))
		}
		for _, file := range set {
			a.read = append(a.read, file.Name)
		}
		s := &suite{Suite: scenario.New(u, env), unit: u}
		for _, t := range u.Tests {
			if f.pick.MatchString(t.Name) {
				s.tests = append(s.tests, t)
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// test is one run of edac test.
func (a *app) test(ctx context.Context, paths []string, f *testFlags) error {
	start := time.Now()
	f.report = &testReport{}
	out := a.out
	if f.format == "json" { // in place of all that is text
		a.out = io.Discard
		defer func() { a.out = out }()
	}
	suites, err := a.suites(paths, f)
	if err != nil {
		return err
	}
	if f.update {
		if suites, err = a.updateTests(ctx, suites, paths, f); err != nil {
			return err
		}
	}
	if f.cover != "" {
		for _, s := range suites {
			s.cover = s.Cover()
		}
	}
	results, err := a.runTests(ctx, suites, f)
	if err != nil {
		return err
	}
	if len(results) == 0 {
		if f.run != "" {
			fmt.Fprintf(a.err, "no test block matches --run %q\n", f.run)
		} else {
			fmt.Fprintln(a.err, "no test block in these rules")
		}
	}
	failed := 0
	for i := range results {
		if !results[i].Passed() {
			failed++
		}
	}
	if len(results) > 0 {
		a.printVerdict(results, failed, time.Since(start))
	}
	if f.junit != "" {
		if err := writeJUnit(f.junit, results); err != nil {
			return err
		}
	}
	low := false
	if f.cover != "" {
		if low, err = a.coverage(suites, f); err != nil {
			return err
		}
	}
	few := false
	switch {
	case f.mutate && failed > 0:
		fmt.Fprintln(a.err, "no mutants were made: the tests fail without any")
	case f.mutate && len(results) > 0:
		if few, err = a.mutants(ctx, suites, f); err != nil {
			return err
		}
	}
	if f.format == "json" {
		if err := f.report.write(out, results); err != nil {
			return err
		}
	}
	if failed > 0 || low || few {
		return &status{code: exitFindings}
	}
	return nil
}

// runTests runs what was picked, each as often as asked.
func (a *app) runTests(ctx context.Context, suites []*suite, f *testFlags) ([]outcome, error) {
	var list []outcome
	for range f.count {
		for _, s := range suites {
			for _, t := range s.tests {
				list = append(list, outcome{suite: s, test: t})
			}
		}
	}
	if f.shuffle != "" {
		fmt.Fprintf(a.err, "shuffled with seed %d (--shuffle=%d repeats this order)\n", f.seed, f.seed)
		rand.New(rand.NewPCG(f.seed, 0)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	for i := range list {
		if ctx.Err() != nil {
			return nil, &status{exitInterrupted, fmt.Errorf("interrupted after %d of %s", i, plural(len(list), "test"))}
		}
		o := &list[i]
		start := time.Now()
		r, err := o.suite.Run(o.test)
		if err != nil {
			return nil, err
		}
		o.Result, o.took = r, time.Since(start)
		if !r.Passed() {
			if err := a.printFailure(o); err != nil {
				return nil, err
			}
		} else if a.verbose {
			fmt.Fprintf(a.out, "ok    %s  (%s, %s of virtual time)\n", o.test.Name, plural(r.Events, "event"), calendar.FormatDuration(r.Span))
		}
	}
	return list, nil
}

// printVerdict is the line below all tests.
func (a *app) printVerdict(results []outcome, failed int, took time.Duration) {
	virtual := int64(0)
	for i := range results {
		virtual += results[i].Span
	}
	verdict := fmt.Sprintf("ok %d", len(results)-failed)
	if failed > 0 {
		verdict += fmt.Sprintf(", failed %d", failed)
	}
	fmt.Fprintf(a.out, "%s in %d ms, %s of virtual time\n", verdict, took.Milliseconds(), calendar.FormatDuration(virtual))
}

// printFailure shows a failed test: each expectation in its place, what was
// fired instead, and what the rules saw.
func (a *app) printFailure(o *outcome) error {
	src := o.test.File.Source
	opt := lang.RenderOptions{Color: a.colored(a.out)}
	fmt.Fprintf(a.out, "FAIL  %s\n", o.test.Name)
	for i, f := range o.Failures {
		line, col := lang.LineCol(src.Text, f.At.Start)
		fmt.Fprintf(a.out, "%s:%d:%d: %s\n", src.Name, line, col, f.Message)
		if i == 0 || o.Failures[i-1].At != f.At {
			if err := lang.Annotate(a.out, src, []lang.Mark{{At: f.At, Under: '^'}}, false, opt); err != nil {
				return err
			}
		}
		for _, n := range f.Notes {
			fmt.Fprintf(a.out, "  %s\n", n)
		}
		for _, c := range f.Causes {
			if err := a.printCause(c, src.Name, opt); err != nil {
				return err
			}
		}
	}
	fmt.Fprintln(a.out)
	return nil
}

// printCause shows what a rule saw; the test is in the file named test.
func (a *app) printCause(c scenario.Cause, test string, opt lang.RenderOptions) error {
	where := ""
	if c.Rule != nil && c.Rule.File.Source.Name != test {
		where = " (" + c.Rule.File.Source.Name + ")"
	}
	fmt.Fprintf(a.out, "  %s%s\n", c.Text, where)
	for _, n := range c.Notes {
		fmt.Fprintf(a.out, "  %s\n", n)
	}
	if len(c.Parts) == 0 {
		return nil
	}
	marks := make([]lang.Mark, len(c.Parts))
	for i, p := range c.Parts {
		marks[i] = lang.Mark{At: p.At, Text: p.Text}
	}
	return lang.Annotate(a.out, c.Rule.File.Source, marks, false, opt)
}
