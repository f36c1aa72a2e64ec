package lang

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity ranks a diagnostic (S43).
type Severity uint8

const (
	Error   Severity = iota // has no meaning: does not load
	Warning                 // is almost surely a mistake
	Hint                    // is advice
)

var severityNames = [...]string{"error", "warning", "hint"}

func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads the name of a severity.
func ParseSeverity(name string) (Severity, bool) {
	i := slices.Index(severityNames[:], name)
	return Severity(max(i, 0)), i >= 0
}

// Label is a place and what to say about it.
type Label struct {
	File string
	Span Span
	Text string
}

// Fix is a change that mends a finding. A safe one keeps what is meant.
type Fix struct {
	Title string
	Safe  bool
	Edits []Edit
}

// Edit replaces a stretch of a file by a text.
type Edit struct {
	File string
	Span Span
	Text string
}

// Diag is one finding.
type Diag struct {
	Code     Code
	Severity Severity
	Message  string
	Rule     string // the rule it is in, empty outside of rules
	Primary  Label
	Labels   []Label
	Notes    []string
	Fixes    []Fix
}

// Slug is the readable id of the finding's code.
func (d *Diag) Slug() string { return d.Code.Row().Slug }

// Diagnostics is a list of findings: a value, returned and never printed here.
type Diagnostics []Diag

// HasErrors reports whether there is an error among them.
func (ds Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(ds, func(d Diag) bool { return d.Severity == Error })
}

// Sort puts findings in order of file, place and code and drops repeats of a
// code at one place.
func (ds *Diagnostics) Sort() {
	slices.SortStableFunc(*ds, func(a, b Diag) int {
		return cmp.Or(cmp.Compare(a.Primary.File, b.Primary.File), cmp.Compare(a.Primary.Span.Start, b.Primary.Span.Start), cmp.Compare(a.Code, b.Code))
	})
	*ds = slices.CompactFunc(*ds, func(a, b Diag) bool {
		return a.Code == b.Code && a.Primary.File == b.Primary.File && a.Primary.Span.Start == b.Primary.Span.Start
	})
}

// Code is the number of a kind of finding; it is never used again for another.
type Code uint16

func (c Code) String() string { return fmt.Sprintf("EDA%04d", uint16(c)) }

// CodeRow is one kind of finding: its readable id, how bad it is, and what it
// is in one line. The rest is on its page.
type CodeRow struct {
	Code     Code
	Slug     string
	Severity Severity
	Title    string
}

var rowOf = func() map[Code]CodeRow {
	m := map[Code]CodeRow{}
	for _, r := range Codes() {
		if _, twice := m[r.Code]; twice {
			panic("lang: code " + r.Code.String() + " stands twice in the tables")
		}
		m[r.Code] = r
	}
	return m
}()

// Row is the table's row of the code.
func (c Code) Row() CodeRow { return rowOf[c] }

// Codes lists all kinds of findings in order of code.
func Codes() []CodeRow {
	all := slices.Concat(syntaxCodes, configCodes, checkCodes, nameCodes, graphCodes, logicCodes,
		timeCodes, deliveryCodes, testCodes, costCodes,
		evidenceCodes, styleCodes,
		ignoreCodes,
	)
	slices.SortFunc(all, func(a, b CodeRow) int { return cmp.Compare(a.Code, b.Code) })
	return all
}
