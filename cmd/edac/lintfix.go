package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// mend applies the fixes of what is found to the programs, and writes the files
// that change, or shows how they would. What is left is what was found.
func (a *app) mend(run *lintRun, sets [][]lang.Source, env *lang.Env, s lint.Settings) error {
	which := lint.Safe
	if run.fixUnsafe {
		which = lint.Unsafe
	}
	pick := func(ds lang.Diagnostics, files map[string]string) lang.Diagnostics {
		if run.known != nil {
			ds, _, _ = run.known.Known(ds, files)
		}
		if !run.hints {
			ds = noHints(ds)
		}
		return ds
	}
	old := run.texts
	var applied []lang.Diag
	reports := make([]*lint.Report, len(sets))
	now := map[string]string{}
	for i, set := range sets {
		fixed := lint.Fix(set, env, s, which, pick)
		sets[i], reports[i] = fixed.Sources, fixed.Report
		applied = append(applied, fixed.Applied...)
		for _, src := range fixed.Sources {
			if !src.Joined && src.Text != old[src.Name] {
				now[src.Name] = src.Text
				run.changed = append(run.changed, src.Name)
			}
		}
	}
	slices.Sort(run.changed)
	run.sources = nil
	for i, set := range sets {
		stale := false // a file that it joins was mended
		for j, src := range set {
			if text, ok := now[src.Name]; ok && src.Text != text {
				set[j].Text, stale = text, true
			}
		}
		if stale {
			reports[i] = lint.Program(set, env, s)
		}
		run.sources = append(run.sources, set...)
		run.add(reports[i])
	}
	run.texts = texts(run.sources)
	put := a.writeFixed
	if run.diff {
		put = a.showDiff
	}
	if err := put(run, old); err != nil {
		return err
	}
	if !a.quiet {
		a.fixSummary(run, applied)
	}
	return nil
}

// showDiff prints how the files would change.
func (a *app) showDiff(run *lintRun, old map[string]string) error {
	for _, name := range run.changed {
		if err := a.printDiff(a.out, name, name+" (fixed)", old[name], run.texts[name]); err != nil {
			return err
		}
	}
	return nil
}

// writeFixed writes the files that changed, each as a whole or not at all. One
// that somebody else has changed since it was read is left alone, and so are
// the others then.
func (a *app) writeFixed(run *lintRun, old map[string]string) error {
	for _, name := range run.changed {
		if name == a.stdinName {
			continue
		}
		if text, err := os.ReadFile(filepath.FromSlash(name)); err != nil || string(text) != old[name] {
			return usage("%s has changed since it was read; nothing was written: run `edac lint --fix` again", name)
		}
	}
	for _, src := range run.sources {
		if src.Name == a.stdinName && !src.Joined {
			run.piped = true
			fmt.Fprint(a.out, src.Text)
		} else if slices.Contains(run.changed, src.Name) && !src.Joined {
			if err := replaceFile(filepath.FromSlash(src.Name), src.Text); err != nil {
				return unreadable(src.Name, err)
			}
		}
	}
	return nil
}

// fixSummary says on standard error what was mended in each file, and what is left.
func (a *app) fixSummary(run *lintRun, applied []lang.Diag) {
	type file struct {
		n     int
		codes []lang.Code
		left  int
	}
	of := map[string]*file{}
	at := func(name string) *file {
		if of[name] == nil {
			of[name] = &file{}
		}
		return of[name]
	}
	for _, d := range applied {
		f := at(d.Primary.File)
		f.n++
		if !slices.Contains(f.codes, d.Code) {
			f.codes = append(f.codes, d.Code)
		}
	}
	left := run.found
	if !run.hints {
		left = noHints(left)
	}
	for i := range left {
		if !run.fixUnsafe && lint.Unsafe.Applies(&left[i]) {
			at(left[i].Primary.File).left++
		}
	}
	verb := "fixed"
	if run.diff {
		verb = "to fix"
	}
	for _, src := range run.sources {
		f := of[src.Name]
		if f == nil {
			continue
		}
		delete(of, src.Name)
		var said []string
		if f.n > 0 {
			slices.Sort(f.codes)
			var names []string
			for _, c := range f.codes {
				names = append(names, c.String()+" "+c.Row().Slug)
			}
			said = append(said, fmt.Sprintf("%d %s (%s)", f.n, verb, strings.Join(names, ", ")))
		}
		switch {
		case f.left == 1:
			said = append(said, "1 left needs --fix-unsafe")
		case f.left > 1:
			said = append(said, fmt.Sprintf("%d left need --fix-unsafe", f.left))
		}
		fmt.Fprintf(a.err, "%s: %s\n", src.Name, strings.Join(said, "; "))
	}
}
