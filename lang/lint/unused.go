package lint

import (
	"github.com/eda-lang/eda/lang"
)

var unusedRows = []row{
	{lang.CodeUnused, judges, unused},
}

// unused finds params, registers, lets and aliases that nothing uses. A program with a
// declaration that could not be read is not judged: it may use anything.
func unused(p *pass) {
	u := p.Unit
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
				for _, x := range u.Params {
					params[x] = params[x] || x.Decl.Name.Text == s.Name.Text
				}
			}
		}
	}
	for _, x := range u.Params {
		if !params[x] {
			p.report(lang.CodeUnused, x.File, nil, x.Decl.Name.At, "nothing uses the param `"+x.Decl.Name.Text+"`")
		}
	}
	for _, t := range u.Tables {
		if !tables[t] {
			p.report(lang.CodeUnused, t.File, nil, t.Decl.Name.At, "nothing looks into the table `"+t.Decl.Name.Text+"`")
		}
	}
	for _, st := range u.States {
		if !states[st] {
			p.report(lang.CodeUnused, st.File, nil, st.Decl.Name.At, "nothing reads the register `"+st.Decl.Name.Text+"`")
		}
	}
	for _, r := range u.Rules {
		for _, l := range r.Decl.Lets {
			if !lets[l] {
				p.report(lang.CodeUnused, r.File, r, l.Name.At, "nothing in this rule uses `"+l.Name.Text+"`")
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
				p.report(lang.CodeUnused, r.File, r, as.At, "nothing in this rule uses `"+as.Text+"`")
			}
		}
	}
}
