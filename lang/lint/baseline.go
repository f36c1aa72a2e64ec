package lint

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
)

// Baseline is a list of findings that are known and not counted, so that a team
// can take up a check while old rules still draw it. A finding is known by its
// fingerprint, which does not change where lines move.
type Baseline struct {
	name    string
	entries []baselineEntry
}

type baselineEntry struct {
	print, code, file string
}

const baselineHead = `# Findings that are known: edac lint does not count them (--baseline).
# edac lint --write-baseline writes this file anew.
`

// ParseBaseline reads one.
func ParseBaseline(src lang.Source) (*Baseline, error) {
	b := &Baseline{name: src.Name}
	number := 0
	for line := range strings.Lines(src.Text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.SplitN(line, " ", 4)
		if len(parts) < 4 || len(parts[0]) != 16 || strings.Trim(parts[0], "0123456789abcdef") != "" {
			return nil, fmt.Errorf("%s:%d: this is not a line of a baseline; `edac lint --write-baseline` writes it anew", src.Name, number)
		}
		b.entries = append(b.entries, baselineEntry{parts[0], parts[1], path.Join(path.Dir(src.Name), parts[3])})
	}
	return b, nil
}

// FormatBaseline writes the findings that are to be known from now on, but for
// errors, which nothing silences. The files are named from the folder that the
// baseline, whose name is given, lies in.
func FormatBaseline(name string, ds lang.Diagnostics, files map[string]string) (text string, entries int) {
	prints := lang.Fingerprints(ds, files)
	var lines []string
	for i, d := range ds {
		if d.Severity == lang.Error {
			continue
		}
		file := d.Primary.File
		if rel, err := filepath.Rel(filepath.FromSlash(path.Dir(name)), filepath.FromSlash(file)); err == nil {
			file = filepath.ToSlash(rel)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s\n", prints[i], d.Code, d.Slug(), file))
	}
	// in order of file and code, so that a change is small
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[17:]+a[:17], b[17:]+b[:17]) })
	return baselineHead + strings.Join(lines, ""), len(lines)
}

// Known takes the findings that the baseline has out of a list. Stale is how
// many of its entries were for files that were read, and found nothing.
func (b *Baseline) Known(ds lang.Diagnostics, files map[string]string) (kept lang.Diagnostics, known []lang.Suppressed, stale int) {
	of := map[string]int{} // entries left, by code and fingerprint
	for _, e := range b.entries {
		of[e.code+e.print]++
	}
	prints := lang.Fingerprints(ds, files)
	for i, d := range ds {
		key := d.Code.String() + prints[i]
		if of[key] == 0 || d.Severity == lang.Error {
			kept = append(kept, d)
			continue
		}
		of[key]--
		known = append(known, lang.Suppressed{Diag: d, By: lang.ByBaseline, Reason: "known: " + b.name})
	}
	for _, e := range b.entries {
		if _, read := files[e.file]; read && of[e.code+e.print] > 0 {
			of[e.code+e.print]--
			stale++
		}
	}
	return kept, known, stale
}
