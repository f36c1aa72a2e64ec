package lint

import "github.com/eda-lang/eda/lang"

// declCalls are the calls of a declaration, in the order of the source: most
// lints of windows and time look at nothing else.
type declCalls struct {
	file  *lang.File
	rule  *lang.RuleInfo // nil of other declarations
	calls []*lang.Call
}

// callIndex holds the calls of a program, found once. Embedded in pass.
type callIndex struct {
	all    []declCalls
	byRule map[*lang.RuleInfo][]*lang.Call
}

// Calls are those of each declaration that has some, in order of the files.
func (p *pass) Calls() []declCalls {
	if p.byRule == nil {
		p.find()
	}
	return p.all
}

// callsOf are the calls of a rule.
func (p *pass) callsOf(r *lang.RuleInfo) []*lang.Call {
	if p.byRule == nil {
		p.find()
	}
	return p.byRule[r]
}

func (p *pass) find() {
	rules := map[lang.Decl]*lang.RuleInfo{}
	for _, r := range p.Rules {
		rules[r.Decl] = r
	}
	p.byRule = map[*lang.RuleInfo][]*lang.Call{}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			calls := callsIn(d)
			if len(calls) == 0 {
				continue
			}
			r := rules[d]
			p.all = append(p.all, declCalls{f, r, calls})
			if r != nil {
				p.byRule[r] = calls
			}
		}
	}
}

// callsIn are the calls of a declaration.
func callsIn(d lang.Decl) []*lang.Call {
	var out []*lang.Call
	look := func(e lang.Expr) bool {
		if c, ok := e.(*lang.Call); ok {
			out = append(out, c)
		}
		return true
	}
	lang.Exprs(d, func(e lang.Expr) { lang.Walk(e, look) })
	return out
}

// calling reports whether one of the calls is of a function of these names.
func calling(calls []*lang.Call, names ...string) bool {
	for _, c := range calls {
		for _, n := range names {
			if c.Fn.Text == n {
				return true
			}
		}
	}
	return false
}
