package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/graph"
	"github.com/eda-lang/eda/vm/tag"
)

// The lints of the rule graph: who can bring about what (package graph).

var graphRows = []row{
	{lang.CodeTagSlip, always, slips},
	{lang.CodeUnheardTag, judges, unheardTags},
	{lang.CodeUnheard, judges, unheardEvents},
	{lang.CodeDeadRule, always, deadRules},
	{lang.CodeEngineTag, always, engineTags},
	{lang.CodeEngineName, always, engineNames},
	{lang.CodeUnfired, always, fields},
	{lang.CodeMissingKey, always, missingKeys},
	{lang.CodeGuardedLoop, judges, loops},
	{lang.CodeFanOut, judges, fanOut},
	{lang.CodeSharedTag, judges, sharedTags},
	{lang.CodeUnusedMay, judges, permissions},
	{lang.CodeUnread, always, registers},
	{lang.CodeIdleMute, always, idleMutes},
}

// use reports a finding at a place of an edge, which is in rule if that is not nil.
func (p *pass) use(code lang.Code, rule *graph.Node, u graph.Use, format string, args ...any) *lang.Diag {
	var r *lang.RuleInfo
	if rule != nil {
		r = rule.Rule
	}
	return p.report(code, u.File, r, u.At, fmt.Sprintf(format, args...))
}

// note adds a place to a finding.
func note(d *lang.Diag, file *lang.File, at lang.Span, text string) {
	d.Labels = append(d.Labels, lang.Label{File: file.Source.Name, Span: at, Text: text})
}

// nearest is the closing half-sentence and the name of the best candidate for a
// misspelt name, or nothing.
func nearest(name string, candidates []string) (ask, best string) {
	near := lang.Nearest(name, candidates)
	if len(near) == 0 {
		return "", ""
	}
	return "; did you mean `" + near[0] + "`?", near[0]
}

// declared reports whether an event is declared with a tag that one has.
func declared(g *graph.Graph, p tag.Pattern) bool {
	if len(g.Unit.Events) == 0 {
		return false
	}
	for _, n := range g.Meeting(p) {
		if n.Event != nil {
			return true
		}
	}
	return false
}

// covered reports whether one of some patterns has all that a tag can be.
func covered(by []tag.Pattern, p tag.Pattern) bool {
	for _, b := range by {
		if tag.Covers(b, p) {
			return true
		}
	}
	return false
}

// list joins names as a sentence does, at most three of them.
func list(names []string) string {
	for i, n := range names {
		names[i] = "`" + n + "`"
	}
	switch n := len(names); {
	case n > 3:
		return strings.Join(names[:3], ", ") + fmt.Sprintf(" and %d more", n-3)
	case n > 1:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// loops advises on rules that bring about themselves, where something bounds
// them: what does not is an error (S39).
func loops(p *pass) {
	g := p.Graph()
	for i := range g.Loops {
		l := &g.Loops[i]
		own := len(l.Rules()) == 1
		var bounds []string
		for _, b := range l.Guards() {
			if own {
				bounds = append(bounds, "its `"+b.By+"`")
			} else {
				bounds = append(bounds, "the `"+b.By+"` of `"+b.Rule.Name+"`")
			}
		}
		bound := "only " + strings.Join(bounds, " and ") + " bounds it"
		switch len(bounds) {
		case 0:
			bound = "only that each match uses up its events bounds it"
		case 1:
		default:
			bound = strings.Join(bounds, " and ") + " bound it"
		}
		first := l.Path[0]
		if own {
			p.use(lang.CodeSelfTrigger, first.From, first.Uses[0], "this rule listens to what it fires: %s; %s", l, bound)
			continue
		}
		d := p.use(lang.CodeGuardedLoop, first.From, first.Uses[0], "what this fires comes back to the rule: %s; %s", l, bound)
		for _, e := range l.Path[1:] {
			if e.From.Kind == graph.Rule {
				note(d, e.Uses[0].File, e.Uses[0].At, "which leads on in `"+e.From.Name+"`")
			}
		}
	}
}

// mostActs is how many acts one event may cause, if the settings do not say otherwise.
const mostActs = 100

// noOther makes a pattern one tag that is like no other.
var noOther = strings.NewReplacer("**", "\x01", "*", "\x01")

// fanOut finds events that can cause very many acts: by the rules that act on
// each such event, and by those that act on what they fire.
func fanOut(p *pass) {
	g := p.Graph()
	most := p.MostActs
	if most == 0 {
		most = mostActs
	}
	known := map[string]int{}
	var of func(pattern tag.Pattern) int
	of = func(pattern tag.Pattern) int {
		one := noOther.Replace(pattern.String())
		acts, done := known[one]
		if done {
			return acts
		}
		known[one] = 0
		for _, n := range g.Matching(one) {
			for e := range graph.Along(n.Out, graph.Listens) {
				d := e.To.Rule.Decl
				if d.When != nil || d.Limit != nil || d.Gather != nil || e.To.Rule.Sequence() {
					continue
				}
				for _, f := range e.To.Rule.Fires {
					acts = min(acts+1+of(f.Pattern), 1_000_000)
				}
			}
		}
		known[one] = acts
		return acts
	}
	for n := range g.Of(graph.Tag) {
		if !graph.None(n.Fed()) {
			continue
		}
		for e := range graph.Along(n.Out, graph.Listens) {
			if acts := of(n.Pattern); acts > most {
				p.use(lang.CodeFanOut, e.To, e.Uses[0], "one event with this tag can cause %d acts, more than %d, by the rules that act on each such event and on what those fire; a `when`, a `limit` or a `gather` would bound them", acts, most)
			}
			break
		}
	}
}

// sharedTags advises where rules of several files fire one tag, and none of
// these files says that it may.
func sharedTags(p *pass) {
	g := p.Graph()
	may := map[*lang.File]bool{}
	for _, m := range p.Permits {
		may[m.File] = true
	}
	for n := range g.Of(graph.Tag) {
		var some []*graph.Edge
		for e := range graph.Along(n.In, graph.Fires) {
			if !may[e.From.File] {
				some = append(some, e)
			}
		}
		i := slices.IndexFunc(some, func(e *graph.Edge) bool { return e.From.File != some[0].From.File })
		if i < 0 {
			continue
		}
		first, e := some[0], some[i]
		d := p.use(lang.CodeSharedTag, e.From, e.Uses[0], "a rule of %s fires this tag too; say in each file what it `may fire`, or let both call one action", first.From.File.Source.Name)
		note(d, first.Uses[0].File, first.Uses[0].At, "here")
	}
}

// permissions advises on may fire: where it is missing, where it allows what
// the file does not fire, and where it allows everything.
func permissions(p *pass) {
	fired := map[*lang.File][]tag.Pattern{}
	first := map[*lang.File]graph.Use{}
	for n := range p.Graph().Of(graph.Rule) {
		for _, f := range n.Rule.Fires {
			if len(fired[n.File]) == 0 {
				at := f.Act.At
				if f.Act.Tag != nil {
					at = f.Act.Tag.At
				}
				first[n.File] = graph.Use{File: n.File, At: at}
			}
			fired[n.File] = append(fired[n.File], f.Pattern)
		}
	}
	for _, a := range p.Actions {
		fired[a.File] = append(fired[a.File], a.To)
	}
	permits := map[*lang.File]*lang.PermitInfo{}
	for _, m := range p.Permits {
		permits[m.File] = m
	}
	for _, f := range p.Files {
		m := permits[f]
		if m == nil {
			if at := first[f]; at.File != nil && len(p.Permits) > 0 {
				p.use(lang.CodeNoMayFire, nil, at, "other files of this program say what they may fire, and this one does not; add `may fire \"…\"`")
			}
			continue
		}
		i := 0
		for _, d := range f.Decls {
			d, ok := d.(*lang.MayDecl)
			if !ok {
				continue
			}
			for _, s := range d.Tags {
				allowed := m.Patterns[i]
				i++
				var some []string
				for _, pat := range fired[f] {
					if tag.Intersect(allowed, pat) {
						some = append(some, pat.String())
					}
				}
				switch text := allowed.String(); {
				case len(some) == 0:
					p.report(lang.CodeUnusedMay, f, nil, s.At, "nothing in this file fires such a tag; leave it out, so that nothing fires one by mistake")
				case text == "**" || text == "/**":
					p.report(lang.CodeWideMay, f, nil, s.At, "this allows every tag, so it guards nothing; write what the file fires: "+list(some))
				}
			}
		}
	}
}

// registers finds those that are only written, or only read.
func registers(p *pass) {
	given := map[string]bool{} // what tests say it holds
	for _, t := range p.Tests {
		for _, s := range t.Decl.Steps {
			given[s.Name.Text] = given[s.Name.Text] || s.Kind == lang.Given && s.What.Text == "state"
		}
	}
	for n := range p.Graph().Of(graph.Register) {
		if n.File.Source.Joined {
			continue // it is there for other programs too
		}
		name := n.Name
		sets, reads, own := setsAndReads(n)
		switch {
		case reads == 0 && len(sets) == 0: // unused says so
		case len(sets) == 0 && given[name]:
		case len(sets) == 0:
			p.report(lang.CodeUnset, n.File, nil, n.At, "nothing sets `"+name+"`, so it keeps its first value for ever; set it, or make it a param")
		case reads == own:
			d := p.report(lang.CodeUnread, n.File, nil, n.At, "`"+name+"` is set, and nothing reads it; read it, or leave it out")
			note(d, sets[0].File, sets[0].At, "set here")
		}
	}
}

// setsAndReads are the places that set a register, and how many read it: own are
// those that only say what is written to it next.
func setsAndReads(n *graph.Node) (sets []graph.Use, reads, own int) {
	for e := range graph.Along(n.In, graph.Writes) {
		sets = append(sets, e.Uses...)
	}
	for e := range graph.Along(n.Out, graph.Reads) {
		for _, u := range e.Uses {
			reads++
			if slices.ContainsFunc(sets, func(s graph.Use) bool {
				return s.File == u.File && s.Act.At.Start <= u.At.Start && u.At.End <= s.Act.At.End
			}) {
				own++
			}
		}
	}
	return sets, reads, own
}

// idleMutes finds mutes that change nothing: of rules that do nothing, and of
// rules that another mute silences for good.
func idleMutes(p *pass) {
	for n := range p.Graph().Of(graph.Rule) {
		d := n.Rule.Decl
		var always *lang.MuteInfo
		for i := range n.Rule.Mutes {
			if m := &n.Rule.Mutes[i]; m.Decl.Where == nil && always == nil {
				always = m
			}
		}
		for i := range n.Rule.Mutes {
			m := &n.Rule.Mutes[i]
			switch {
			case len(d.Do) == 0 && (d.Clear == nil || len(d.Clear.Do) == 0):
				found := p.report(lang.CodeIdleMute, m.File, n.Rule, m.Decl.Rule.At, "`"+n.Name+"` does nothing that could be muted: it has no `do`, and `active("+n.Name+")` stays what it is")
				note(found, n.File, n.At, "the rule")
			case always != nil && m != always:
				found := p.report(lang.CodeIdleMute, m.File, n.Rule, m.Decl.Rule.At, "`"+n.Name+"` is muted for good by another `mute`, so this one changes nothing; delete one of them")
				note(found, always.File, always.Decl.Rule.At, "the other one")
			}
		}
	}
}
