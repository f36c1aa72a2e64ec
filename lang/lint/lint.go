// Package lint holds the lints: advice beyond what a program needs to load.
// Each is one row with one function; to add one, add its code to the table in
// package lang and a row here.
package lint

import (
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// rows are the lints in order of code.
var rows = []struct {
	code   lang.Code
	judges bool // the whole program: nothing is said while that has errors
	run    func(u *lang.Unit, report reporter)
}{
	{lang.CodeTagSlip, true, slash},
	{lang.CodeUnused, true, unused},
	{lang.CodeAlwaysTrue, true, constants},
	{lang.CodeConflict, true, conflicts},
	{lang.CodeFlapping, false, flapping},
	{lang.CodeEdgeOnField, false, edgeOnField},
}

type reporter func(code lang.Code, file *lang.File, rule *lang.RuleInfo, at lang.Span, message string) *lang.Diag

// Run reads a checked program. It is meant for programs without errors; on
// others it says what it can.
func Run(u *lang.Unit) lang.Diagnostics {
	var out lang.Diagnostics
	report := func(code lang.Code, file *lang.File, rule *lang.RuleInfo, at lang.Span, message string) *lang.Diag {
		d := lang.Diag{Code: code, Severity: code.Row().Severity, Message: message, Primary: lang.Label{File: file.Source.Name, Span: at}}
		if rule != nil {
			d.Rule = rule.Label
		}
		out = append(out, d)
		return &out[len(out)-1]
	}
	for _, row := range rows {
		if u.Broken && row.judges {
			continue
		}
		row.run(u, report)
	}
	// One cause, one finding: what is said of a plain field is not said again
	// as flapping (S43).
	out = slices.DeleteFunc(out, func(d lang.Diag) bool {
		return d.Code == lang.CodeFlapping && slices.ContainsFunc(out, func(o lang.Diag) bool {
			return o.Code == lang.CodeEdgeOnField && o.Primary == d.Primary
		})
	})
	out.Sort()
	return out
}

// conditions calls f for each where and when of a rule, each once.
func conditions(r *lang.RuleInfo, f func(e lang.Expr)) {
	for i, el := range r.Elems {
		if el.Where != nil && !slices.ContainsFunc(r.Elems[:i], func(o lang.ElemInfo) bool { return o.Where == el.Where }) {
			f(el.Where)
		}
	}
	if r.Decl.When != nil {
		f(r.Decl.When)
	}
	if r.Decl.Clear != nil && r.Decl.Clear.When != nil {
		f(r.Decl.Clear.When)
	}
}

// unused finds params, registers, lets and aliases that nothing uses. A program with a
// declaration that could not be read is not judged: it may use anything.
func unused(u *lang.Unit, report reporter) {
	for _, f := range u.Files {
		for _, d := range f.Decls {
			if _, bad := d.(*lang.BadDecl); bad {
				return
			}
		}
	}
	params := map[*lang.ParamInfo]bool{}
	lets := map[*lang.Let]bool{}
	tables := map[*lang.TableInfo]bool{}
	for _, l := range u.Info.Lookups {
		tables[l.Table] = true
	}
	for _, r := range u.Rules {
		for _, k := range r.Key {
			tables[k.In] = true
		}
	}
	states := map[*lang.StateInfo]bool{}
	for _, s := range u.Info.Uses {
		params[s.Param] = true
		states[s.State] = true
		lets[s.Let] = true
	}
	for _, t := range u.Tests {
		for _, s := range t.Decl.Steps {
			if s.Kind == lang.Given {
				for _, p := range u.Params {
					params[p] = params[p] || p.Decl.Name.Text == s.Name.Text
				}
			}
		}
	}
	for _, p := range u.Params {
		if !params[p] {
			report(lang.CodeUnused, p.File, nil, p.Decl.Name.At, "nothing uses the param `"+p.Decl.Name.Text+"`")
		}
	}
	for _, t := range u.Tables {
		if !tables[t] {
			report(lang.CodeUnused, t.File, nil, t.Decl.Name.At, "nothing looks into the table `"+t.Decl.Name.Text+"`")
		}
	}
	for _, st := range u.States {
		if !states[st] {
			report(lang.CodeUnused, st.File, nil, st.Decl.Name.At, "nothing reads the register `"+st.Decl.Name.Text+"`")
		}
	}
	for _, r := range u.Rules {
		for _, l := range r.Decl.Lets {
			if !lets[l] {
				report(lang.CodeUnused, r.File, r, l.Name.At, "nothing in this rule uses `"+l.Name.Text+"`")
			}
		}
		aliases := map[string]bool{}
		lang.Exprs(r.Decl, func(e lang.Expr) {
			lang.Walk(e, func(x lang.Expr) bool {
				if id, ok := x.(*lang.Ident); ok && u.Info.Uses[id].Kind == lang.SymAlias {
					aliases[id.Text] = true
				}
				return true
			})
		})
		for _, el := range r.Elems {
			if as := el.Elem.As; as.Text != "" && !aliases[as.Text] {
				aliases[as.Text] = true
				report(lang.CodeUnused, r.File, r, as.At, "nothing in this rule uses `"+as.Text+"`")
			}
		}
	}
}

// constants finds conditions that no event can change.
func constants(u *lang.Unit, report reporter) {
	for _, r := range u.Rules {
		conditions(r, func(e lang.Expr) {
			v, ok := u.Constant(e)
			if !ok {
				return
			}
			if value.True(v) {
				report(lang.CodeAlwaysTrue, r.File, r, e.Span(), "this is true whatever happens; leave it out")
			} else {
				report(lang.CodeAlwaysFalse, r.File, r, e.Span(), "this is never true, so the rule never acts")
			}
		})
	}
}

// flapping advises on thresholds that nothing steadies.
func flapping(u *lang.Unit, report reporter) {
	for _, r := range u.Rules {
		d := r.Decl
		if d.When == nil || d.For != nil || d.Clear != nil || !threshold(d.When) {
			continue
		}
		report(lang.CodeFlapping, r.File, r, d.When.Span(), "near its bound this can turn on and off at every event; `for 1m` or `clear when …` would steady it")
	}
}

// threshold reports whether a condition is an order comparison at its top.
func threshold(e lang.Expr) bool {
	switch e := e.(type) {
	case *lang.Paren:
		return threshold(e.X)
	case *lang.Binary:
		return e.Op == "<" || e.Op == "<=" || e.Op == ">" || e.Op == ">="
	}
	return false
}

// edgeOnField advises where a situation is asked of single events: nothing in
// it remembers, so each event was probably meant.
func edgeOnField(u *lang.Unit, report reporter) {
	for _, r := range u.Rules {
		d := r.Decl
		if d.When == nil || d.For != nil || d.Repeat != nil || d.Clear != nil || r.Asked {
			continue
		}
		remembers := false
		var look func(e lang.Expr)
		look = func(e lang.Expr) {
			lang.Walk(e, func(x lang.Expr) bool {
				switch x := x.(type) {
				case *lang.Call:
					remembers = true
				case *lang.Ident:
					switch s := u.Info.Uses[x]; s.Kind {
					case lang.SymLet:
						look(s.Let.Value)
					case lang.SymState:
						remembers = true
					}
				}
				return !remembers
			})
		}
		look(d.When)
		if !remembers {
			instead := "each such event is meant, write `where` instead of `when`"
			if r.Sequence() {
				instead = "each such match is meant, fire an event with what it has, and ask `where` of that"
			}
			report(lang.CodeEdgeOnField, r.File, r, d.When.Span(), "this acts once when the condition becomes true; if "+instead)
		}
	}
}
