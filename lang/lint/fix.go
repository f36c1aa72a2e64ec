package lint

import (
	"slices"

	"github.com/eda-lang/eda/lang"
)

// Fixes says which fixes are applied.
type Fixes uint8

const (
	Safe   Fixes = iota // those that keep the meaning, or mend what had none
	Unsafe              // the others too
)

// rounds bounds how often a program is read again for what earlier fixes brought
// to light or stood in the way of.
const rounds = 10

// Applies reports whether a finding has a fix of the kind.
func (which Fixes) Applies(d *lang.Diag) bool { return fixOf(d, which) != nil }

// Fixed is a program after its fixes.
type Fixed struct {
	Sources []lang.Source // all, with their new texts
	Report  *Report       // of those
	Applied []lang.Diag   // what was mended, each with the one fix that was applied, in order of the rounds
}

// Fix applies the fixes of a program's findings until no more can be applied:
// many at once where they do not touch, and none that would bring an error. It
// changes no file that is only joined, and mends what pick leaves of the
// findings; nil leaves all.
func Fix(sources []lang.Source, env *lang.Env, s Settings, which Fixes, pick func(ds lang.Diagnostics, files map[string]string) lang.Diagnostics) *Fixed {
	f := &Fixed{Sources: slices.Clone(sources), Report: Program(sources, env, s)}
	refused := map[refusal]bool{}
	for range rounds {
		texts := f.texts()
		e := lang.NewEdited(texts)
		var picks []lang.Diag
		found := f.Report.Findings
		if pick != nil {
			found = pick(found, texts)
		}
		for _, d := range found {
			if fix := fixOf(&d, which); fix != nil && !refused[refuse(&d, fix)] && e.Take(fix) {
				d.Fixes = []lang.Fix{*fix}
				picks = append(picks, d)
			}
		}
		if len(picks) == 0 {
			break
		}
		next := f.with(e)
		report := Program(next, env, s)
		if worse(report, f.Report) { // one of them: find out which
			picks, next, report = f.each(picks, env, s, refused)
		}
		f.Sources, f.Report = next, report
		f.Applied = append(f.Applied, picks...)
	}
	return f
}

// fixOf is the fix of a finding that is applied: the first safe one, or else the
// first.
func fixOf(d *lang.Diag, which Fixes) *lang.Fix {
	for i := range d.Fixes {
		if d.Fixes[i].Safe {
			return &d.Fixes[i]
		}
	}
	if which == Unsafe && len(d.Fixes) > 0 {
		return &d.Fixes[0]
	}
	return nil
}

// refusal is a fix that brought an error.
type refusal struct {
	code lang.Code
	file string
	edit string
}

func refuse(d *lang.Diag, f *lang.Fix) refusal {
	r := refusal{d.Code, d.Primary.File, f.Title}
	for _, e := range f.Edits {
		r.edit += "\x00" + e.Text
	}
	return r
}

// worse reports whether a program has more errors than before.
func worse(now, before *Report) bool {
	return errors(now.Findings) > errors(before.Findings)
}

func errors(ds lang.Diagnostics) (n int) {
	for _, d := range ds {
		if d.Severity == lang.Error {
			n++
		}
	}
	return n
}

// each applies fixes one by one, leaving out those that bring an error.
func (f *Fixed) each(picks []lang.Diag, env *lang.Env, s Settings, refused map[refusal]bool) ([]lang.Diag, []lang.Source, *Report) {
	next, report := f.Sources, f.Report
	var kept []lang.Diag
	for _, d := range picks {
		e := lang.NewEdited(f.texts())
		for i := range kept {
			e.Take(&kept[i].Fixes[0])
		}
		e.Take(&d.Fixes[0])
		tried := f.with(e)
		if r := Program(tried, env, s); worse(r, report) {
			refused[refuse(&d, &d.Fixes[0])] = true
		} else {
			next, report, kept = tried, r, append(kept, d)
		}
	}
	return kept, next, report
}

// texts are those that may be changed.
func (f *Fixed) texts() map[string]string {
	m := map[string]string{}
	for _, src := range f.Sources {
		if !src.Joined && src.Err == nil {
			m[src.Name] = src.Text
		}
	}
	return m
}

func (f *Fixed) with(e *lang.Edited) []lang.Source {
	out := slices.Clone(f.Sources)
	for _, name := range e.Files() {
		i := slices.IndexFunc(out, func(s lang.Source) bool { return s.Name == name && !s.Joined })
		out[i].Text = e.Text(name)
	}
	return out
}
