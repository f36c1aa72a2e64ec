package lint

import (
	"maps"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/graph"
)

var slipRows = []row{
	{lang.CodeNameSlip, always, nameSlips},
}

// fieldUse is a field that no declaration covers.
type fieldUse struct {
	id   *lang.Ident
	rule *lang.RuleInfo
	tag  string
}

// nameSlips finds fields that no event declares, and that are spelt nearly as
// a name of the program that nothing uses, or as a field that other places
// read off the same tag.
func nameSlips(p *pass) {
	uses := map[string]map[string][]fieldUse{} // by tag and name
	var all []fieldUse
	for _, r := range p.Rules {
		home := ""
		for _, el := range r.Elems {
			home += el.Pattern.Unnamed() + "|"
		}
		var walk func(e lang.Expr, tag string)
		walk = func(e lang.Expr, tag string) {
			lang.Walk(e, func(x lang.Expr) bool {
				switch x := x.(type) {
				case *lang.Call:
					if from, ok := p.Info.Froms[x]; ok {
						for _, a := range x.Args {
							walk(a, from.Unnamed()+"|")
						}
						walk(x.Where, from.Unnamed()+"|")
						return false
					}
				case *lang.Ident:
					if s, ok := p.Info.Uses[x]; ok && s.Kind == lang.SymField && !p.Typed(x) {
						use := fieldUse{x, r, tag}
						if uses[tag] == nil {
							uses[tag] = map[string][]fieldUse{}
						}
						uses[tag][x.Text] = append(uses[tag][x.Text], use)
						all = append(all, use)
					}
				}
				return true
			})
		}
		lang.Exprs(r.Decl, func(e lang.Expr) { walk(e, home) })
		if r.Decl.Gather == nil {
			ungathered(p, r)
		}
	}
	if len(all) == 0 {
		return
	}
	slices.SortStableFunc(all, func(a, b fieldUse) int {
		if a.rule.File != b.rule.File {
			return strings.Compare(a.rule.File.Source.Name, b.rule.File.Source.Name)
		}
		return a.id.At.Start - b.id.At.Start
	})
	idle := idleNames(p)
	said := map[string]bool{}
	for _, use := range all {
		name := use.id.Text
		if said[name] || len(name) < 3 {
			continue
		}
		for _, n := range idle {
			if n.rule != nil && n.rule != use.rule || !near(name, n.name.Text) {
				continue
			}
			said[name] = true
			d := p.report(lang.CodeNameSlip, use.rule.File, use.rule, use.id.At, "nothing declares `"+name+"`, and nothing uses the "+n.what+" `"+n.name.Text+"`; did you mean that?")
			d.Labels = append(d.Labels, lang.Label{File: n.file.Source.Name, Span: n.name.At, Text: "the " + n.what})
			d.Fixes = append(d.Fixes, rewrite(use, n.name.Text))
			break
		}
		if said[name] || len(uses[use.tag][name]) > 1 || len(name) < 4 {
			continue
		}
		var others []string
		for other, where := range uses[use.tag] {
			if len(where) > 1 && slip(name, other) {
				others = append(others, other)
			}
		}
		if len(others) > 0 {
			slices.Sort(others)
			said[name] = true
			first := uses[use.tag][others[0]][0]
			d := p.report(lang.CodeNameSlip, use.rule.File, use.rule, use.id.At, "no other place reads `"+name+"` off this event, and several read `"+others[0]+"`; did you mean that?")
			d.Labels = append(d.Labels, lang.Label{File: first.rule.File.Source.Name, Span: first.id.At, Text: "one of them"})
			d.Fixes = append(d.Fixes, rewrite(use, others[0]))
		}
	}
}

// ungathered finds group.count in a rule that gathers nothing, unless `group`
// has another use there, as a field of that name has.
func ungathered(p *pass, r *lang.RuleInfo) {
	var counts []*lang.Select
	others := 0
	lang.Exprs(r.Decl, func(e lang.Expr) {
		lang.Walk(e, func(x lang.Expr) bool {
			switch x := x.(type) {
			case *lang.Select:
				if id, ok := x.X.(*lang.Ident); ok && id.Text == "group" && x.Name.Text == "count" && p.Info.Uses[id].Kind == lang.SymField && !p.Typed(id) {
					counts = append(counts, x)
					return false
				}
			case *lang.Ident:
				if x.Text == "group" {
					others++
				}
			}
			return true
		})
	})
	if len(counts) > 0 && others == 0 {
		p.report(lang.CodeNameSlip, r.File, r, counts[0].At, "this rule gathers nothing, so `group` is a field of the event here; `gather 1m` after the acts makes groups")
	}
}

func rewrite(use fieldUse, name string) lang.Fix {
	return lang.Fix{Title: "write `" + name + "`", Edits: []lang.Edit{{File: use.rule.File.Source.Name, Span: use.id.At, Text: name}}}
}

// idleName is a declared name that nothing uses.
type idleName struct {
	name lang.Name
	what string
	file *lang.File
	rule *lang.RuleInfo // of a let
}

func idleNames(p *pass) []idleName {
	used := p.used()
	states := maps.Clone(used.states)
	for n := range p.Graph().Of(graph.Register) {
		if _, reads, own := setsAndReads(n); reads == own {
			states[n.State] = false
		}
	}
	var out []idleName
	for _, x := range p.Params {
		if !used.params[x] {
			out = append(out, idleName{x.Decl.Name, "param", x.File, nil})
		}
	}
	for _, x := range p.States {
		if !states[x] {
			out = append(out, idleName{x.Decl.Name, "register", x.File, nil})
		}
	}
	for _, r := range p.Rules {
		for _, l := range r.Decl.Lets {
			if !used.lets[l] {
				out = append(out, idleName{l.Name, "name", r.File, r})
			}
		}
	}
	return out
}

// near reports whether a name may be a slip of another that has no other use.
func near(name, other string) bool {
	return name != other && !alike(name, other) && len(lang.Nearest(name, []string{other})) > 0
}

// slip is stricter: a swap of neighbours, or one letter too many or too few
// before the last. Names that differ by another letter, in their numbers or as one and
// many do are mostly two.
func slip(name, other string) bool {
	if alike(name, other) {
		return false
	}
	short, long := name, other
	if len(short) > len(long) {
		short, long = long, short
	}
	switch len(long) - len(short) {
	case 0:
		i := 0
		for i < len(name) && name[i] == other[i] {
			i++
		}
		return i+1 < len(name) && name[i] == other[i+1] && name[i+1] == other[i] && name[i+2:] == other[i+2:]
	case 1:
		i := 0
		for i < len(short) && short[i] == long[i] {
			i++
		}
		return i < len(short) && len(short) > 4 && short[i:] == long[i+1:]
	}
	return false
}

// alike reports whether names differ in digits and underscores alone.
func alike(a, b string) bool {
	strip := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '_' {
				return -1
			}
			return r
		}, s)
	}
	return strip(a) == strip(b)
}
