package lint

import (
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/graph"
	"github.com/eda-lang/eda/vm/tag"
)

// engineEvents are those of the engine that have a tag.
func engineEvents(p tag.Pattern) []lang.EngineEvent {
	var out []lang.EngineEvent
	for _, e := range lang.EngineTags {
		if tag.Intersect(e.Pattern(), p) {
			out = append(out, e)
		}
	}
	return out
}

// engineTags finds rules on tags under /eda/ that no event ever has, in any
// program or in this one.
func engineTags(p *pass) {
	for n := range p.Graph().Of(graph.Tag) {
		if !n.Engine() {
			continue
		}
		events := engineEvents(n.Pattern)
		var say string
		code, fix := lang.CodeEngineTag, ""
		if len(events) == 0 {
			say, fix = "the engine has no such event", ""
			text := "/" + strings.TrimPrefix(n.Pattern.String(), "/")
			var tags []string
			for _, e := range lang.EngineTags {
				tags = append(tags, e.Tag)
			}
			if slices.Contains(tags, text) {
				fix = text
			} else if near := lang.Nearest(text, tags); len(near) > 0 {
				fix = near[0]
			}
			if fix != "" {
				say += "; did you mean `" + fix + "`?"
			} else {
				say += ": there are " + strings.Join(tags, ", ")
			}
			if strings.Contains(fix, "NAME") {
				fix = ""
			}
		} else if len(events) == 1 {
			code = lang.CodeNeverCaused
			say, fix = p.never(events[0], n)
		}
		if say == "" {
			continue
		}
		for e := range graph.Along(n.Out, graph.Listens, graph.Forbids, graph.Ranges) {
			for _, u := range e.Uses {
				d := p.use(code, e.To, u, "%s", say)
				if fix != "" {
					d.Severity = lang.Warning                                                              // what it should be is known
					d.Fixes = append(d.Fixes, change(u.File, u.At, `"`+fix+`"`, `write "`+fix+`"`, false)) // then it acts
				}
			}
		}
	}
}

// never says why a program cannot cause an event of the engine, if so.
func (p *pass) never(e lang.EngineEvent, n *graph.Node) (why, fix string) {
	switch e.Tag {
	case "/eda/late":
		if !slices.ContainsFunc(p.Events, func(e *lang.EventInfo) bool { return e.Decl.Time.Text != "" }) {
			return "no event here can be late: none is declared with `time`, so each happens when it arrives", ""
		}
	case "/eda/dead":
		if !slices.ContainsFunc(p.Actions, func(a *lang.ActionInfo) bool { return a.Decl.Ack != nil }) {
			return "no call here can be without an answer: no action is declared with `ack`", ""
		}
	case "/eda/forgotten":
		if !slices.ContainsFunc(p.Rules, func(r *lang.RuleInfo) bool { return r.Decl.When != nil }) {
			return "no situation here can be forgotten: no rule has a `when`", ""
		}
	case "/eda/table/NAME":
		text, one := n.Pattern.Literal()
		name := strings.TrimPrefix(text, "/eda/table/")
		var names []string
		for _, t := range p.Tables {
			names = append(names, t.Decl.Name.Text)
		}
		if !one && len(names) > 0 || slices.Contains(names, name) {
			return "", ""
		}
		ask, best := nearest(name, names)
		if best != "" {
			best = "/eda/table/" + best
		}
		if !one {
			return "this program has no table", ""
		}
		return "this program has no table `" + name + "`" + ask, best
	}
	return "", ""
}

// engineNames finds events of the engine that are asked about a rule or an
// action which this program does not have.
func engineNames(p *pass) {
	var rules, actions []string
	for _, r := range p.Rules {
		rules = append(rules, r.Identity)
	}
	for _, a := range p.Actions {
		actions = append(actions, a.Decl.Name.Text)
	}
	for _, r := range p.Rules {
		for _, el := range r.Elems {
			if el.Where == nil || !tag.Reserved(el.Pattern.String()) {
				continue
			}
			for _, c := range p.Comparisons(el.Where) {
				id, ok := c.X.(*lang.Ident)
				if !ok || c.Op != "==" || p.Info.Uses[id].Kind != lang.SymField {
					continue
				}
				name, ok := c.V.AsString()
				names := map[string][]string{"rule": rules, "action": actions}[id.Text]
				if !ok || names == nil || slices.Contains(names, name) {
					continue
				}
				ask, best := nearest(name, names)
				at := c.At.Span()
				if b, ok := c.At.(*lang.Binary); ok {
					at = b.Y.Span()
					if b.X != c.X {
						at = b.X.Span()
					}
				}
				d := p.report(lang.CodeEngineName, r.File, r, at, "this program has no "+id.Text+" `"+name+"`, so this is never true"+ask)
				if best != "" && len(best) < 40 {
					d.Fixes = append(d.Fixes, change(r.File, at, `"`+best+`"`, `write "`+best+`"`, false))
				}
			}
		}
	}
}
