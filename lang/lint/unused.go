package lint

import (
	"maps"
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/graph"
)

var unusedRows = []row{
	{lang.CodeUnused, always, unused},
}

// names are the declared names that something uses.
type names struct {
	params map[*lang.ParamInfo]bool
	states map[*lang.StateInfo]bool
	lets   map[*lang.Let]bool
}

// used finds them, once for all lints.
func (p *pass) used() *names {
	if p.inUse == nil {
		p.inUse = &names{map[*lang.ParamInfo]bool{}, map[*lang.StateInfo]bool{}, map[*lang.Let]bool{}}
		for _, s := range p.Info.Uses {
			p.inUse.params[s.Param], p.inUse.states[s.State], p.inUse.lets[s.Let] = true, true, true
		}
	}
	return p.inUse
}

// unused finds declarations, lets and aliases that nothing uses. Declarations
// of a joined file, and of a program without rules, are there for others.
func unused(p *pass) {
	u := p.Unit
	used := p.used()
	params := maps.Clone(used.params)
	states, lets := used.states, used.lets
	tables := map[*lang.TableInfo]bool{}
	for _, l := range u.Info.Lookups {
		tables[l.Table] = true
	}
	for _, r := range u.Rules {
		for _, k := range r.Key {
			tables[k.In] = true
		}
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
	say := func(file *lang.File, name lang.Name, message string) {
		if !file.Source.Joined && len(u.Rules) > 0 {
			p.report(lang.CodeUnused, file, nil, name.At, message+" `"+name.Text+"`; delete it, or use it")
		}
	}
	for _, x := range u.Params {
		if !params[x] {
			say(x.File, x.Decl.Name, "nothing uses the param")
		}
	}
	for _, t := range u.Tables {
		if !tables[t] {
			say(t.File, t.Decl.Name, "nothing looks into the table")
		}
	}
	for n := range p.Graph().Of(graph.Register) {
		if !states[n.State] && len(n.In) == 0 {
			say(n.File, n.State.Decl.Name, "nothing sets or reads the register")
		}
	}
	for n := range p.Graph().Of(graph.Action) {
		if graph.None(graph.Along(n.In, graph.Calls)) {
			say(n.File, n.Action.Decl.Name, "no rule calls the action")
		}
	}
	p.unusedFns(say)
	p.unusedFiles()
	for _, r := range u.Rules {
		for _, l := range r.Decl.Lets {
			if !lets[l] {
				p.report(lang.CodeUnused, r.File, r, l.Name.At, "nothing in this rule uses `"+l.Name.Text+"`; delete it, or use it")
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
				p.report(lang.CodeUnused, r.File, r, as.At, "nothing in this rule uses `"+as.Text+"`; delete it, or use it")
			}
		}
	}
}

// unusedFns finds fns that nothing calls.
func (p *pass) unusedFns(say func(*lang.File, lang.Name, string)) {
	called := map[string]bool{}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			fn, _ := d.(*lang.FnDecl)
			lang.Exprs(d, func(e lang.Expr) {
				lang.Walk(e, func(x lang.Expr) bool {
					if call, ok := x.(*lang.Call); ok && (fn == nil || fn.Name.Text != call.Fn.Text) {
						called[call.Fn.Text] = true
					}
					return true
				})
			})
		}
	}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			if fn, ok := d.(*lang.FnDecl); ok && !called[fn.Name.Text] {
				say(f, fn.Name, "nothing calls the fn")
			}
		}
	}
}

// unusedFiles finds joined files that only declare names, none of which stands
// in another file.
func (p *pass) unusedFiles() {
	if !slices.ContainsFunc(p.Files, func(f *lang.File) bool { return f.Source.Joined }) {
		return
	}
	named := map[string][]*lang.File{} // the files in which a name stands
	note := func(f *lang.File, name string) {
		if fs := named[name]; !slices.Contains(fs, f) {
			named[name] = append(fs, f)
		}
	}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *lang.RuleDecl:
				for _, acts := range [][]lang.Act{d.Do, clearActs(d)} {
					for i := range acts {
						note(f, acts[i].Name.Text)
					}
				}
				if d.By != nil {
					for _, part := range d.By.Parts {
						note(f, part.In.Text)
					}
				}
			case *lang.TestDecl:
				for _, s := range d.Steps {
					note(f, s.Name.Text)
				}
			}
			lang.Exprs(d, func(e lang.Expr) {
				lang.Walk(e, func(x lang.Expr) bool {
					switch x := x.(type) {
					case *lang.Ident:
						note(f, x.Text)
					case *lang.Select:
						note(f, x.Name.Text)
					case *lang.Call:
						note(f, x.Fn.Text)
					}
					return true
				})
			})
		}
	}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			u, ok := d.(*lang.UseDecl)
			if !ok {
				continue
			}
			file := p.UsedFile(f, u)
			if file == nil {
				continue
			}
			needed := false
			for _, d := range file.Decls {
				var name lang.Name
				switch d := d.(type) {
				case *lang.ParamDecl:
					name = d.Name
				case *lang.FnDecl:
					name = d.Name
				case *lang.TableDecl:
					name = d.Name
				case *lang.StateDecl:
					name = d.Name
				case *lang.ActionDecl:
					name = d.Name
				default: // it acts by itself, or joins others that may
					needed = true
				}
				needed = needed || slices.ContainsFunc(named[name.Text], func(o *lang.File) bool { return o != file })
			}
			if !needed && len(file.Decls) > 0 {
				p.report(lang.CodeUnused, f, nil, u.Name.At, "nothing here uses what `"+file.Source.Name+"` declares; leave the `use` out, or use it")
			}
		}
	}
}
