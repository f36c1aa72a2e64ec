package lsp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// What the recording of the project says of names: evidence, not proof.

// observed is what the recording of the program's project had, nil without one.
func (a *spot) observed() *lang.Observed { return a.s.project(a.program).Settings.Observed }

// patternsAt are the tags whose events stand at a place: those of the rule's
// source, or of the aggregate around it.
func (a *spot) patternsAt() []tag.Pattern {
	d := a.file.DeclAt(a.offset)
	rule := a.ruleOf(d)
	if rule == nil {
		return nil
	}
	for _, e := range slices.Backward(lang.ExprsAt(d, a.offset)) {
		if call, ok := e.(*lang.Call); ok {
			if p, ok := a.unit.Info.Froms[call]; ok {
				return []tag.Pattern{p}
			}
		}
	}
	var out []tag.Pattern
	for _, el := range rule.Elems {
		out = append(out, el.Pattern)
	}
	return out
}

func (a *analysis) ruleOf(d lang.Decl) *lang.RuleInfo {
	for _, r := range a.unit.Rules {
		if lang.Decl(r.Decl) == d {
			return r
		}
	}
	return nil
}

// observedField says what a field was in the recording, empty without one.
func (a *spot) observedField(r lang.Ref, name string, declared *tag.Pattern) string {
	o := a.observed()
	if o == nil {
		return ""
	}
	patterns := a.patternsAt()
	if declared != nil && (r.Decl || len(patterns) == 0) {
		patterns = []tag.Pattern{*declared}
	}
	if len(patterns) == 0 {
		return ""
	}
	seen := o.Matching(patterns...)
	if seen == nil || seen.Count == 0 {
		return ""
	}
	f := seen.Data.Field(name)
	if f == nil {
		return fmt.Sprintf("\n\nIn none of %s of %s.", plural(seen.Count, "event"), o.Recording())
	}
	return "\n\n" + inRecording(f, seen.Count, o.Recording())
}

// inRecording is what stood at one place in a line.
func inRecording(f *lang.ObservedValue, events int, recording string) string {
	out := fmt.Sprintf("In %d of %s of %s", f.Count, plural(events, "event"), recording)
	var kinds []string
	for k, n := range f.Kinds {
		if n > 0 {
			kinds = append(kinds, value.Kind(k).String())
		}
	}
	if len(kinds) > 0 {
		out += ", " + strings.Join(kinds, " or ")
	}
	switch {
	case f.Numbers.Count > 0:
		out += fmt.Sprintf(", from %s to %s", number(f.Numbers.Min), number(f.Numbers.Max))
	case len(f.Values) > 0:
		var some []string
		for i, v := range f.Values {
			if i == 5 {
				some = append(some, "…")
				break
			}
			some = append(some, "`"+value.Text(v)+"`")
		}
		out += ": " + strings.Join(some, ", ")
	}
	return out + "."
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// observedCapture says what a capture stood for.
func (a *spot) observedCapture(d *lang.Def) string {
	o := a.observed()
	if o == nil || d.Rule == nil {
		return ""
	}
	var some []string
	for _, el := range d.Rule.Elems {
		for i, w := range el.Pattern.Wildcards() {
			if w.Name != d.Name {
				continue
			}
			if seen := o.Matching(el.Pattern); seen != nil {
				some = append(some, seen.Wildcard(el.Pattern, i)...)
			}
		}
	}
	slices.Sort(some)
	some = slices.Compact(some)
	if len(some) == 0 {
		return ""
	}
	n := len(some)
	if n > 5 {
		some = append(some[:5], "…")
	}
	return fmt.Sprintf("\n\n%s in %s: %s.", plural(n, "value"), o.Recording(), strings.Join(some, ", "))
}
