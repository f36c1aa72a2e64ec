package lang

import "slices"

// Form is a word or a sign of the language and what it says to those who write
// rules. The manual, the editor and the tests read the same rows; functions and
// aggregates have theirs in package stdlib.
type Form struct {
	Name    string   // as it is looked up: "where", "??", "/eda/late"
	Words   []string // further words and signs that are looked up here: "per" of limit
	Group   Group
	Syntax  string   // one or more lines; […] may be left out, … may be repeated
	Doc     string   // one or two sentences
	Bounds  string   // defaults, units and limits; empty where there is nothing to say
	Example string   // a program without an error or a warning, with tests that pass; files beside it follow as in a page
	Results []Result // in place of an Example where a value says it all
	See     []string // names of related forms, functions and aggregates
}

// Result is a constant expression and its value, as text.
type Result struct{ Expr, Is string }

// Group is a chapter of the manual.
type Group string

// The groups, in the order in which they are best read.
const (
	Declarations Group = "declarations"
	Clauses      Group = "clauses of a rule"
	Sources      Group = "sources of a rule"
	Acts         Group = "acts"
	Windows      Group = "windows"
	Questions    Group = "questions about the key and the world"
	Operators    Group = "operators"
	Values       Group = "values and names"
	TypeNames    Group = "types"
	TestLines    Group = "lines of a test"
	EngineEvents Group = "events of the engine"
)

// Groups lists the groups in order.
func Groups() []Group {
	return []Group{Declarations, Clauses, Sources, Acts, Windows, Questions, Operators, Values, TypeNames, TestLines, EngineEvents}
}

var forms = slices.Concat(declForms, clauseForms, sourceForms, actForms, windowForms, questionForms, operatorForms, valueForms, typeForms, testForms, eventForms)

// Forms lists the forms of the language, group by group.
func Forms() []Form { return slices.Clone(forms) }

// FormsOf lists the forms that a name stands for: "in" is an operator, and a
// word of by.
func FormsOf(name string) []Form {
	var out []Form
	for _, f := range forms {
		if f.Name == name || slices.Contains(f.Words, name) {
			out = append(out, f)
		}
	}
	return out
}
