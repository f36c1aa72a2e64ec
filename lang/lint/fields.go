package lint

import (
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/graph"
	"github.com/eda-lang/eda/vm/tag"
)

// read is a field that a rule reads off the events of a tag.
type read struct {
	rule *lang.RuleInfo
	name lang.Name
}

// reads lists what is read off the events of each tag, but for what a rule asks
// about first, or has something else for, and for what may be of several tags.
func (p *pass) reads() map[*graph.Node][]read {
	g := p.Graph()
	out := map[*graph.Node][]read{}
	for n := range g.Of(graph.Rule) {
		r := n.Rule
		asked := map[string]bool{}
		var own []read
		elem := func(els []lang.ElemInfo) *graph.Node {
			if len(els) != 1 {
				return nil
			}
			return g.TagNode(els[0].Pattern)
		}
		from := map[*graph.Node][]read{}
		var look func(e lang.Expr, at *graph.Node)
		look = func(e lang.Expr, at *graph.Node) {
			lang.Walk(e, func(x lang.Expr) bool {
				switch x := x.(type) {
				case *lang.Call:
					if pat, ok := p.Info.Froms[x]; ok {
						for _, a := range append(slices.Clone(x.Args), x.Where) {
							look(a, g.TagNode(pat))
						}
						return false
					}
				case *lang.Unary:
					if x.Op == "has" {
						asked[fieldName(p, x.X)] = true
					}
				case *lang.Binary:
					if x.Op == "??" {
						asked[fieldName(p, x.X)] = true
					}
				case *lang.Select:
					id, ok := x.X.(*lang.Ident)
					if !ok {
						return true
					}
					switch p.Info.Uses[id].Kind {
					case lang.SymEvent:
						from[at] = append(from[at], read{r, x.Name})
						return false
					case lang.SymAlias:
						var named []lang.ElemInfo
						for _, el := range r.Elems {
							if el.Elem.As.Text == id.Text {
								named = append(named, el)
							}
						}
						from[elem(named)] = append(from[elem(named)], read{r, x.Name})
						return false
					case lang.SymGroup:
						return false
					}
				case *lang.Ident:
					if s, ok := p.Info.Uses[x]; ok && s.Kind == lang.SymField {
						from[at] = append(from[at], read{r, x.Name})
					}
				}
				return true
			})
		}
		closing := elem(r.Closing())
		for i, el := range r.Elems {
			if el.Where != nil && !slices.ContainsFunc(r.Elems[:i], func(o lang.ElemInfo) bool { return o.Where == el.Where }) {
				look(el.Where, elem(r.Elems[i:i+1]))
			}
		}
		lang.Exprs(r.Decl, func(e lang.Expr) {
			if !slices.ContainsFunc(r.Elems, func(el lang.ElemInfo) bool { return el.Where == e }) {
				look(e, closing)
			}
		})
		for tag, list := range from {
			own = slices.DeleteFunc(list, func(x read) bool { return asked[x.name.Text] })
			if tag != nil {
				out[tag] = append(out[tag], own...)
			}
		}
	}
	return out
}

// fieldName is the field that an expression is, empty if it is none.
func fieldName(p *pass, e lang.Expr) string {
	switch e := e.(type) {
	case *lang.Ident:
		if p.Info.Uses[e].Kind == lang.SymField {
			return e.Text
		}
	case *lang.Select:
		return e.Name.Text
	}
	return ""
}

// feed is an act by which the program itself sends events of a tag.
type feed struct {
	edge    *graph.Edge
	use     graph.Use
	members []lang.Name
}

// feeds lists the acts that send events of a tag, and all that those can be;
// known says that what each of them sends is written out.
func feeds(n *graph.Node) (out []feed, known bool) {
	known = true
	for e := range n.Fed() {
		known = known && tag.Covers(n.Pattern, e.To.Pattern)
		if e.Kind == graph.Sends {
			f := feed{edge: e, use: e.Uses[0]}
			for _, p := range e.From.Action.Decl.Params {
				f.members = append(f.members, p.Name)
			}
			out = append(out, f)
			continue
		}
		for _, u := range e.Uses {
			f := feed{edge: e, use: u}
			if u.Act.Data != nil {
				for _, part := range u.Act.Data.Parts {
					known = known && !part.Spread
					f.members = append(f.members, part.Name)
				}
			}
			out = append(out, f)
		}
	}
	return out, known
}

func (f *feed) has(name string) bool {
	return slices.ContainsFunc(f.members, func(m lang.Name) bool { return m.Text == name })
}

// mostFields bounds the fields that are read off a tag times the acts that send
// it: beyond, it is no one kind of event, and comparing all would take long.
const mostFields = 4096

// fields holds what rules read off events that no declaration speaks of
// against what is in them: by the engine's table, or by what the program fires.
func fields(p *pass) {
	g := p.Graph()
	var judged []*graph.Node
	for n := range g.Of(graph.Tag) {
		if !graph.None(graph.Along(n.Out, graph.Listens, graph.Ranges)) && (n.Engine() || !graph.None(n.Fed()) && !declared(g, n.Pattern)) {
			judged = append(judged, n)
		}
	}
	if len(judged) == 0 {
		return
	}
	all := p.reads()
	words := map[string]int(nil)
	for _, n := range judged {
		reads := all[n]
		switch {
		case len(reads) == 0:
			continue
		case n.Engine():
			p.engineFields(n, reads)
			continue
		}
		sent, known := feeds(n)
		if len(sent) == 0 || !known {
			continue
		}
		var names []string
		done := map[string]bool{}
		for _, r := range reads {
			if name := r.name.Text; !done[name] {
				done[name] = true
				names = append(names, name)
			}
		}
		if len(names)*len(sent) > mostFields {
			continue
		}
		if words == nil {
			words = p.words()
		}
		for _, name := range names {
			p.unfired(n, name, reads, sent, words)
		}
	}
}

// comes reports whether a test, or a recording, has an event of a tag with a
// field: then others send it too.
func (p *pass) comes(n *graph.Node, name string) bool {
	for _, t := range p.Tests {
		for _, s := range t.Decl.Steps {
			if s.Kind != lang.Send || s.Tag == nil || s.Data == nil {
				continue
			}
			if text, ok := s.Tag.Literal(); ok {
				if _, ok := n.Pattern.Match(text, nil); ok && slices.ContainsFunc(s.Data.Parts, func(m lang.ObjPart) bool { return m.Name.Text == name }) {
					return true
				}
			}
		}
	}
	if p.Observed == nil {
		return false
	}
	return slices.ContainsFunc(p.recorded(n.Pattern).Tags, func(t *lang.ObservedTag) bool {
		return slices.ContainsFunc(t.Data.Fields, func(f *lang.ObservedValue) bool { return f.Name == name })
	})
}

// unfired reports a field that is read and is in none, or not in all, of what
// the program sends.
func (p *pass) unfired(n *graph.Node, name string, reads []read, sent []feed, words map[string]int) {
	var readers []read
	for _, r := range reads {
		if r.name.Text == name && !slices.ContainsFunc(readers, func(o read) bool { return o.rule == r.rule }) {
			readers = append(readers, r)
		}
	}
	var with, without []feed
	for _, f := range sent {
		if f.has(name) {
			with = append(with, f)
		} else {
			without = append(without, f)
		}
	}
	if len(without) == 0 || p.comes(n, name) {
		return
	}
	// a member that nobody reads, and that may be this one
	slip := func(f feed) *lang.Name {
		var unread []string
		for _, m := range f.members {
			if m.Text != "" && !slices.ContainsFunc(reads, func(r read) bool { return r.name.Text == m.Text }) &&
				!slices.ContainsFunc(with, func(o feed) bool { return o.has(m.Text) }) {
				unread = append(unread, m.Text)
			}
		}
		near := lang.Nearest(name, unread)
		if len(near) == 0 || min(len(name), len(near[0])) < 4 && !strings.EqualFold(name, near[0]) {
			return nil // short names are near by chance
		}
		i := slices.IndexFunc(f.members, func(m lang.Name) bool { return m.Text == near[0] })
		return &f.members[i]
	}
	first := readers[0]
	if len(with) == 0 {
		// one of the two names is a slip: the one that stands here less often
		member := slip(without[0])
		if member == nil {
			return // it may come from outside
		}
		same, declares := 0, false
		for _, f := range without {
			if f.has(member.Text) {
				same++
				declares = declares || f.edge.Kind == graph.Sends
			}
		}
		if declares || len(readers) < same || len(readers) == same && (words[name] < words[member.Text] || words[name] == words[member.Text] && lacksLetter(name, member.Text)) {
			for _, r := range readers {
				d := p.report(lang.CodeUnfired, r.rule.File, r.rule, r.name.At, "nothing here fires this event with `"+name+"`; did you mean `"+member.Text+"`?")
				note(d, without[0].use.File, member.At, "fired here")
				d.Fixes = append(d.Fixes, change(r.rule.File, r.name.At, member.Text, "write `"+member.Text+"`", false))
			}
			return
		}
	}
	for _, f := range without {
		code, at, say := lang.CodeUnfired, f.use.At, ""
		member := slip(f)
		switch {
		case member != nil:
			at, say = member.At, "no rule reads `"+member.Text+"`, and `"+first.rule.Label+"`, which listens to this, reads `"+name+"`; did you mean that?"
		case len(with) > 0:
			code, say = lang.CodeUnevenData, "`"+first.rule.Label+"` reads `"+name+"` off this event, which has it when `"+with[0].edge.From.Name+"` fires it, but not here; add it"
		default:
			continue
		}
		d := p.use(code, f.edge.Party(), graph.Use{File: f.use.File, At: at}, "%s", say)
		note(d, first.rule.File, first.name.At, "read here")
		if member != nil {
			d.Fixes = append(d.Fixes, change(f.use.File, at, name, "write `"+name+"`", false))
		}
	}
}

// lacksLetter reports whether a word is another one without a letter, which is how
// a slip differs from the word that is meant, unless the letter stands there twice.
func lacksLetter(word, other string) bool {
	if len(word)+1 != len(other) {
		return false
	}
	i := 0
	for i < len(word) && word[i] == other[i] {
		i++
	}
	return word[i:] == other[i+1:] && (i == 0 || other[i] != other[i-1])
}

// engineFields reports fields that an event of the engine does not have.
func (p *pass) engineFields(n *graph.Node, reads []read) {
	var names []string
	for _, e := range engineEvents(n.Pattern) {
		names = append(names, e.Fields...)
	}
	if len(names) == 0 {
		return
	}
	for _, r := range reads {
		name := r.name.Text
		if slices.Contains(names, name) {
			continue
		}
		ask, best := nearest(name, names)
		if best == "" {
			ask = "; it has " + list(slices.Clone(names))
		}
		d := p.report(lang.CodeEngineField, r.rule.File, r.rule, r.name.At, "the engine's event `"+n.Name+"` has no field `"+name+"`"+ask)
		if best != "" {
			d.Fixes = append(d.Fixes, change(r.rule.File, r.name.At, best, "write `"+best+"`", false))
		}
	}
}

// words counts how often names of fields, members and values stand in the program.
func (p *pass) words() map[string]int {
	out := map[string]int{}
	for _, r := range p.Rules {
		for _, name := range r.Caps {
			out[name]++
		}
	}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			if e, ok := d.(*lang.EventDecl); ok {
				for _, field := range e.Fields {
					out[field.Name.Text]++
				}
			}
			lang.Exprs(d, func(e lang.Expr) {
				lang.Walk(e, func(x lang.Expr) bool {
					switch x := x.(type) {
					case *lang.Ident:
						out[x.Text]++
					case *lang.Select:
						out[x.Name.Text]++
					case *lang.Obj:
						for _, part := range x.Parts {
							out[part.Name.Text]++
						}
					}
					return true
				})
			})
		}
	}
	return out
}

// mixing are the aggregates whose value is made of many events, so that none of
// them is the one it speaks of.
var mixing = []string{"avg", "sum", "count", "pct", "distinct", "rate", "slope", "delta", "stddev", "silent", "changes"}

// places are fields that say which of several things an event is about.
var places = []string{"host", "hostname", "node", "server", "machine", "device", "instance", "pod", "container", "svc", "service", "user", "pop", "site"}

// missingKeys finds situations over the events of one tag whose acts name one of
// the things they are about: without a key, that of the latest event.
func missingKeys(p *pass) {
	for _, r := range p.Rules {
		d := r.Decl
		if d.When == nil || d.By != nil || len(r.Key) > 0 || len(r.Elems) == 0 || r.Sequence() || !p.mixes(d.When, map[*lang.Let]bool{}) {
			continue
		}
		said := map[string]bool{}
		look := func(x lang.Expr) bool {
			switch x := x.(type) {
			case *lang.Call:
				return false
			case *lang.Str:
				return !slices.ContainsFunc(x.Parts, func(part lang.Part) bool { return sample(part.Text) })
			case *lang.Select:
				id, ok := x.X.(*lang.Ident)
				return !ok || p.Info.Uses[id].Kind != lang.SymGroup
			case *lang.Ident:
				if s, ok := p.Info.Uses[x]; !ok || said[x.Text] || s.Kind != lang.SymField || !slices.Contains(places, x.Text) {
					return true
				}
				said[x.Text] = true
				found := p.report(lang.CodeMissingKey, r.File, r, x.At, "without a wildcard in its tag this rule takes all events together, so `"+x.Text+"` is that of whichever came last; `by "+x.Text+"` keeps them apart")
				at := r.Elems[len(r.Elems)-1].Elem.At.End
				found.Fixes = append(found.Fixes, change(r.File, lang.Span{Start: at, End: at}, " by "+x.Text, "add `by "+x.Text+"`", false))
			}
			return true
		}
		for _, acts := range [][]lang.Act{d.Do, clearActs(d)} {
			for i := range acts {
				actExprs(&acts[i], func(e lang.Expr) {
					if obj, ok := e.(*lang.Obj); ok {
						for _, part := range obj.Parts {
							if !sample(part.Name.Text) {
								lang.Walk(part.Value, look)
							}
						}
						return
					}
					lang.Walk(e, look)
				})
			}
		}
	}
}

// sample reports whether the name of a member, or a text, says that one of
// several is meant.
func sample(text string) bool {
	return slices.ContainsFunc([]string{"last", "latest", "recent", "example", "sample", "such as", "e.g."}, func(word string) bool { return strings.Contains(strings.ToLower(text), word) })
}

func clearActs(d *lang.RuleDecl) []lang.Act {
	if d.Clear == nil {
		return nil
	}
	return d.Clear.Do
}

// mixes reports whether a condition has an aggregate of many of its events.
func (p *pass) mixes(e lang.Expr, lets map[*lang.Let]bool) bool {
	found := false
	lang.Walk(e, func(x lang.Expr) bool {
		switch x := x.(type) {
		case *lang.Call:
			found = found || x.From == nil && slices.Contains(mixing, x.Fn.Text)
		case *lang.Ident:
			if s := p.Info.Uses[x]; s.Kind == lang.SymLet && !lets[s.Let] {
				lets[s.Let] = true
				found = found || p.mixes(s.Let.Value, lets)
			}
		}
		return !found
	})
	return found
}
