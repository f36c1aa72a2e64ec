package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// lintRun is one run of edac lint: what it reads and what it found.
type lintRun struct {
	*lintFlags
	start   time.Time
	sources []lang.Source
	texts   map[string]string

	seen       *lang.Observed
	units      []*lang.Unit
	found      lang.Diagnostics
	suppressed []lang.Suppressed

	known   *lint.Baseline // nil without one
	stale   int            // entries of the baseline that found nothing
	since   *lint.Changed  // nil without --new-from
	elder   int            // findings on lines that did not change
	changed []string       // files that fixes change
	piped   bool           // the mended rules are on standard output

	times []partTime // of --stats, in order of the first time
}

type partTime struct {
	part string
	took time.Duration
}

// around times a part of the work.
func (run *lintRun) around(part string, f func()) {
	i := slices.IndexFunc(run.times, func(t partTime) bool { return t.part == part })
	if i < 0 {
		i = len(run.times)
		run.times = append(run.times, partTime{part: part})
	}
	start := time.Now()
	f()
	run.times[i].took += time.Since(start)
}

// filters reads what says which findings count.
func (run *lintRun) filters(ctx context.Context) error {
	if run.baseline != "" && !run.writeBaseline {
		src, err := readSource(run.baseline)
		if err != nil {
			return err
		}
		if run.known, err = lint.ParseBaseline(src); err != nil {
			return usage("%w", err)
		}
	}
	if run.newFrom != "" {
		var err error
		if run.since, err = changedSince(ctx, run.newFrom); err != nil {
			return err
		}
	}
	return nil
}

func (run *lintRun) add(r *lint.Report) {
	run.units = append(run.units, r.Unit)
	run.found = append(run.found, r.Findings...)
	run.suppressed = append(run.suppressed, r.Suppressed...)
}

// count leaves the findings that count.
func (run *lintRun) count(found lang.Diagnostics) lang.Diagnostics {
	if run.known != nil {
		var known []lang.Suppressed
		found, known, run.stale = run.known.Known(found, run.texts)
		run.suppressed = append(run.suppressed, known...)
	}
	if run.since != nil {
		all := len(found)
		found = slices.DeleteFunc(slices.Clone(found), func(d lang.Diag) bool { return !run.since.Has(&d, run.texts) })
		run.elder = all - len(found)
	}
	return found
}

func noHints(ds lang.Diagnostics) lang.Diagnostics {
	return slices.DeleteFunc(slices.Clone(ds), func(d lang.Diag) bool { return d.Severity == lang.Hint })
}

// writeBaseline writes what was found as known. Errors do not end it, but they stay.
func (a *app) writeBaseline(run *lintRun) error {
	text, n := lint.FormatBaseline(run.baseline, run.found, run.texts)
	if err := os.WriteFile(run.baseline, []byte(text), 0o666); err != nil {
		return unreadable(run.baseline, err)
	}
	if !a.quiet {
		fmt.Fprintf(a.err, "wrote %s: %s\n", run.baseline, plural(n, "finding"))
	}
	if run.found.HasErrors() {
		return usage("%s among them: rules with one have no meaning, so it is not in the file", count(run.found, lang.Error, "error"))
	}
	return nil
}

// lintSummary says on standard error what was looked at.
func (a *app) lintSummary(run *lintRun, ds lang.Diagnostics, failed bool) {
	rules := 0
	for _, u := range run.units {
		rules += len(u.Rules)
		if a.verbose {
			operations := lint.Operations(u)
			for _, c := range lint.Costs(u, run.seen) {
				fmt.Fprintf(a.err, "%s: key %s; %s; about %s an event\n", c.Rule.Label, keyText(c.Rule), c, plural(operations(c.Rule), "operation"))
			}
		}
	}
	var parts []string
	by := map[lang.Suppressor]int{}
	for _, s := range run.suppressed {
		by[s.By]++
	}
	if n := by[lang.ByComment]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d suppressed", n))
	}
	if n := by[lang.ByBaseline]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d known", n))
	}
	if run.elder > 0 {
		parts = append(parts, fmt.Sprintf("%d on lines that did not change", run.elder))
	}
	more := ""
	hints := count(ds, lang.Hint, "hint")
	if hints != "0 hints" && !run.hints {
		more = "; " + hints + " (--hints shows them)"
	}
	errors, warnings := count(ds, lang.Error, "error"), count(ds, lang.Warning, "warning")
	files := plural(len(run.texts), "file")
	if errors == "0 errors" && warnings == "0 warnings" && !failed {
		parts = append([]string{files, plural(rules, "rule")}, parts...)
		fmt.Fprintf(a.err, "ok: %s in %d ms%s\n", strings.Join(parts, ", "), time.Since(run.start).Milliseconds(), more)
	} else {
		parts = append([]string{warnings, errors}, parts...)
		fmt.Fprintf(a.err, "%s in %s%s\n", strings.Join(parts, ", "), files, more)
	}
	if run.stale > 0 {
		fmt.Fprintf(a.err, "%s: %s stale: what was known is mended; `--write-baseline` writes the file anew\n", run.baseline, plural(run.stale, "line"))
	}
}

// lintStats counts what was found, and says where the time went.
func (a *app) lintStats(run *lintRun, ds lang.Diagnostics) {
	type line struct {
		name  string
		n     int
		took  time.Duration
		timed bool
	}
	var lines []line
	at := func(name string) *line {
		for i := range lines {
			if lines[i].name == name {
				return &lines[i]
			}
		}
		lines = append(lines, line{name: name})
		return &lines[len(lines)-1]
	}
	for _, t := range run.times {
		l := at(t.part)
		l.took, l.timed = t.took, true
	}
	for i := range ds {
		at(ds[i].Slug()).n++
	}
	slices.SortStableFunc(lines, func(a, b line) int { return int(b.took - a.took) })
	for _, l := range lines {
		took := ""
		if l.timed {
			took = fmt.Sprintf("%.2f ms", l.took.Seconds()*1000)
		}
		fmt.Fprintf(a.err, "%10s  %6d  %s\n", took, l.n, l.name)
	}
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
