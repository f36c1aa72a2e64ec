package lint

import (
	"github.com/eda-lang/eda/lang"
)

var edgeRows = []row{
	{lang.CodeFlapping, always, flapping},
	{lang.CodeEdgeOnField, always, edgeOnField},
}

// flapping advises on thresholds that nothing steadies.
func flapping(p *pass) {
	u := p.Unit
	for _, r := range u.Rules {
		d := r.Decl
		if d.When == nil || d.For != nil || d.Clear != nil || d.Limit != nil || !threshold(d.When) || p.stepped(d.When) {
			continue
		}
		p.report(lang.CodeFlapping, r.File, r, d.When.Span(), "near its bound this can turn on and off at every event; `for 1m` or `clear when …` would steady it")
	}
}

// stepped reports whether a condition asks a pane, which ends at its time, or
// only grows until then.
func (p *pass) stepped(e lang.Expr) bool {
	found := false
	lang.Walk(e, func(x lang.Expr) bool {
		if call, ok := x.(*lang.Call); ok && (p.Info.Windows[call].Kind == lang.Each || p.Info.Windows[call].Kind == lang.This) {
			found = true
		}
		return !found
	})
	return found
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
func edgeOnField(p *pass) {
	u := p.Unit
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
			p.report(lang.CodeEdgeOnField, r.File, r, d.When.Span(), "this acts once when the condition becomes true; if "+instead)
		}
	}
}
