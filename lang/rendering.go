package lang

import (
	"fmt"
	"slices"
	"strings"
)

// Rendering is a way to write findings.
type Rendering struct {
	Name  string
	Ext   string // of files that hold it
	For   string // what it is for, in a few words
	Hints bool   // it has hints whether or not they are asked for

	write func(r *renderer, ds Diagnostics) error
}

// Renderings lists the ways to write findings.
func Renderings() []Rendering { return slices.Clone(renderings) }

var renderings = []Rendering{
	{"text", ".txt", "people: each finding with its lines", false, func(r *renderer, ds Diagnostics) error { return r.capped(ds, r.text) }},
	{"compact", ".txt", "one line for each finding", false, func(r *renderer, ds Diagnostics) error { return r.capped(ds, r.compact) }},
	{"json", ".json", "programs; `edac lint --schema` prints its schema", true, (*renderer).json},
	{"jsonl", ".jsonl", "programs, one finding a line", true, (*renderer).jsonl},
	{"sarif", ".sarif", "code scanning (SARIF 2.1.0)", true, (*renderer).sarif},
	{"github", ".txt", "annotations in GitHub Actions", false, func(r *renderer, ds Diagnostics) error { return r.capped(ds, r.github) }},
	{"junit", ".xml", "test reports of CI: a suite for each file", false, (*renderer).junit},
}

// LookupRendering finds a way to write findings by its name. The error lists them.
func LookupRendering(name string) (Rendering, error) {
	var names []string
	for _, f := range renderings {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	last := len(names) - 1
	return Rendering{}, fmt.Errorf("findings cannot be written as %q; there are %s and %s%s", name, strings.Join(names[:last], ", "), names[last], didYouMean(Nearest(name, names)))
}
