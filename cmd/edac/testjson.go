package main

import (
	"encoding/json"
	"io"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime/scenario"
	"github.com/eda-lang/eda/vm/calendar"
)

// The shape of edac test --format json, version 1. It has no wall time in it:
// the same rules and tests give the same bytes.
type (
	testReport struct {
		Version  int            `json:"version"`
		Tool     string         `json:"tool"`
		Tests    []testJSON     `json:"tests"`
		Coverage *coverageJSON  `json:"coverage,omitempty"`
		Mutants  *mutantsJSON   `json:"mutants,omitempty"`
		Summary  map[string]int `json:"summary"`
	}
	testJSON struct {
		Name     string        `json:"name"`
		File     string        `json:"file"`
		Line     int           `json:"line"`
		Passed   bool          `json:"passed"`
		Events   int           `json:"events"`
		Virtual  string        `json:"virtual"`
		Failures []failureJSON `json:"failures"`
	}
	failureJSON struct {
		Line    int         `json:"line"`
		Column  int         `json:"column"`
		Message string      `json:"message"`
		Notes   []string    `json:"notes"`
		Causes  []causeJSON `json:"causes"`
	}
	causeJSON struct {
		Text  string     `json:"text"`
		Rule  string     `json:"rule,omitempty"`
		File  string     `json:"file,omitempty"`
		Notes []string   `json:"notes"`
		Parts []partJSON `json:"parts"`
	}
	partJSON struct {
		Line   int    `json:"line"`
		Column int    `json:"column"`
		Value  string `json:"value"`
	}
	shareJSON struct {
		Hit int `json:"hit"`
		Of  int `json:"of"`
	}
	coverageJSON struct {
		Rules      shareJSON  `json:"rules"`
		Conditions shareJSON  `json:"conditions"`
		Actions    shareJSON  `json:"actions"`
		Missing    []missJSON `json:"missing"`
	}
	missJSON struct {
		Rule   string `json:"rule"`
		File   string `json:"file"`
		Line   int    `json:"line"`
		Column int    `json:"column"`
		What   string `json:"what"`
	}
	mutantsJSON struct {
		Killed   int          `json:"killed"`
		Refused  int          `json:"refused"`
		Survived []mutantJSON `json:"survived"`
	}
	mutantJSON struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Column int    `json:"column"`
		Old    string `json:"old"`
		New    string `json:"new"`
	}
)

// write writes the report of results.
func (r *testReport) write(w io.Writer, results []outcome) error {
	r.Version, r.Tool, r.Tests = 1, "edac", []testJSON{}
	r.Summary = map[string]int{"passed": 0, "failed": 0}
	for i := range results {
		o := &results[i]
		r.Tests = append(r.Tests, testOf(o))
		if o.Passed() {
			r.Summary["passed"]++
		} else {
			r.Summary["failed"]++
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}

func testOf(o *outcome) testJSON {
	src := o.test.File.Source
	line, _ := lang.LineCol(src.Text, o.test.Decl.At.Start)
	t := testJSON{Name: o.test.Name, File: src.Name, Line: line, Passed: o.Passed(), Events: o.Events,
		Virtual: calendar.FormatDuration(o.Span), Failures: []failureJSON{}}
	for _, f := range o.Failures {
		line, column := lang.LineCol(src.Text, f.At.Start)
		j := failureJSON{Line: line, Column: column, Message: f.Message, Notes: append([]string{}, f.Notes...), Causes: []causeJSON{}}
		for _, c := range f.Causes {
			j.Causes = append(j.Causes, causeOf(c))
		}
		t.Failures = append(t.Failures, j)
	}
	return t
}

func causeOf(c scenario.Cause) causeJSON {
	j := causeJSON{Text: c.Text, Notes: append([]string{}, c.Notes...), Parts: []partJSON{}}
	if c.Rule == nil {
		return j
	}
	src := c.Rule.File.Source
	j.Rule, j.File = c.Rule.Label, src.Name
	for _, p := range c.Parts {
		line, column := lang.LineCol(src.Text, p.At.Start)
		j.Parts = append(j.Parts, partJSON{line, column, p.Text})
	}
	return j
}

// cover notes what the tests of a program have seen.
func (r *testReport) cover(s *suite, sum *scenario.Summary) {
	if r.Coverage == nil {
		r.Coverage = &coverageJSON{Missing: []missJSON{}}
	}
	c := r.Coverage
	c.Rules, c.Conditions, c.Actions = shareJSON(sum.Rules), shareJSON(sum.Conditions), shareJSON(sum.Acts)
	for _, m := range misses(s) {
		line, column := lang.LineCol(m.rule.File.Source.Text, m.at.Start)
		c.Missing = append(c.Missing, missJSON{m.rule.Label, m.rule.File.Source.Name, line, column, m.text})
	}
}
