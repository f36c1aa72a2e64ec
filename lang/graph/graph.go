package graph

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
)

// Graph is who can bring about what in a program. It is read-only after New,
// but for Count, and belongs to one goroutine.
type Graph struct {
	Unit  *lang.Unit
	Nodes []*Node // tags in order of their names, then the others, each kind in order of the files
	Edges []*Edge // in order of the nodes they begin at, then of those they end at
	Loops []Loop
	// Counted says that Count has put what a recording had beside the graph.
	Counted bool

	tags  map[string]*Node // by their pattern without names
	known map[any]*Node    // by what they stand for
	index tag.Index        // of tags
	list  []*Node          // what the ids of the index mean
}

// NodeKind is what a node stands for.
type NodeKind uint8

const (
	Tag NodeKind = iota
	Rule
	Action
	Register
	Table
)

var nodeKinds = [...]struct{ name, letter string }{
	Tag: {"tag", "t"}, Rule: {"rule", "r"}, Action: {"action", "a"}, Register: {"register", "s"}, Table: {"table", "d"},
}

func (k NodeKind) String() string { return nodeKinds[k].name }

// Node is a tag pattern, a rule, an action, a register or a table.
type Node struct {
	Kind NodeKind
	ID   string // unique in the graph: a letter for the kind and a number
	Name string // a tag as first written
	File *lang.File
	At   lang.Span // where it is declared; of a tag where it is first written

	Pattern tag.Pattern      // of a tag: with * for each capture
	Event   *lang.EventInfo  // of a tag that is declared so
	Rule    *lang.RuleInfo   // of a rule
	Action  *lang.ActionInfo // of an action
	State   *lang.StateInfo  // of a register
	Table   *lang.TableInfo  // of a table

	In, Out []*Edge
	Loop    int // the place in Graph.Loops of those that can bring about each other, -1 where it is in none
	Count   uint64

	place int // in Graph.Nodes
}

// EdgeKind is how one node acts on another.
type EdgeKind uint8

const (
	Listens EdgeKind = iota // tag → rule that takes its events
	Forbids                 // tag → rule that acts where its events do not come
	Ranges                  // tag → rule with an aggregate over its events
	Meets                   // tag that is fired → tag that is heard, where one event can have both
	Fires                   // rule → tag
	Calls                   // rule → action
	Sends                   // action → the tag of its calls
	Acks                    // tag of its answers → action
	Asks                    // rule → rule that asks whether it is active
	Writes                  // rule → register
	Reads                   // register → rule
	LooksUp                 // table → rule
)

// edgeKinds has for each kind its name, what the node it begins at does, a word
// that is put on it where the ends do not say enough, and whether by it an event
// at one end can lead to an event at the other.
var edgeKinds = [...]struct {
	name, does, label string
	leads             bool
}{
	Listens: {"listens", "is listened to by", "", true},
	Forbids: {"forbids", "is forbidden by", "not", false},
	Ranges:  {"ranges", "is ranged over by", "from", false},
	Meets:   {"meets", "may be", "as", true},
	Fires:   {"fires", "fires", "", true},
	Calls:   {"calls", "calls", "", true},
	Sends:   {"sends", "sends", "", true},
	Acks:    {"answers", "answers", "answers", false},
	Asks:    {"asks", "is asked by", "asked by", false},
	Writes:  {"writes", "writes", "sets", false},
	Reads:   {"reads", "is read by", "read by", false},
	LooksUp: {"looks-up", "is looked up by", "looked up by", false},
}

func (k EdgeKind) String() string { return edgeKinds[k].name }

// Edge leads from one node to another, once for each kind.
type Edge struct {
	Kind     EdgeKind
	From, To *Node
	Uses     []Use // the places that say so; none for Meets
	Count    uint64
}

// Use is a place that makes an edge.
type Use struct {
	File *lang.File
	At   lang.Span
	Act  *lang.Act // of Fires, Calls and Writes
	Elem int       // of Listens and Forbids: index into RuleInfo.Elems
}

// New makes the graph of a checked program. What the checker could not read is
// not in it.
func New(u *lang.Unit) *Graph {
	g := &Graph{Unit: u, tags: map[string]*Node{}, known: map[any]*Node{}}
	b := builder{Graph: g, edges: map[edgeKey]*Edge{}, fnTables: map[*lang.FnDecl][]*lang.TableInfo{}, fnFroms: map[*lang.FnDecl][]*lang.Call{}}
	b.declarations()
	for _, n := range slices.Clone(g.Nodes) {
		switch n.Kind {
		case Rule:
			b.rule(n)
		case Action:
			b.action(n)
		}
	}
	for i, n := range g.list {
		g.index.Add(n.Pattern, i)
	}
	b.meets()
	b.finish()
	g.findLoops()
	return g
}

// Of are the nodes of a kind.
func (g *Graph) Of(kind NodeKind) iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for _, n := range g.Nodes {
			if n.Kind == kind && !yield(n) {
				return
			}
		}
	}
}

// RuleNode is the node of a rule.
func (g *Graph) RuleNode(r *lang.RuleInfo) *Node { return g.known[r] }

// TagNode is the node of a tag that the program names, nil for another.
func (g *Graph) TagNode(p tag.Pattern) *Node { return g.tags[p.Unnamed()] }

// Meeting are the tags of the program that some event has together with p, in
// order of where they are first written.
func (g *Graph) Meeting(p tag.Pattern) []*Node {
	var out []*Node
	for _, i := range g.index.Meet(p, nil) {
		out = append(out, g.list[i])
	}
	return out
}

// Matching are the tags of the program that the tag of an event matches.
func (g *Graph) Matching(tag string) []*Node {
	var out []*Node
	for _, i := range g.index.Lookup(tag, nil) {
		out = append(out, g.list[i])
	}
	return out
}

// Along are the edges of some kinds among a node's In or Out.
func Along(edges []*Edge, kinds ...EdgeKind) iter.Seq[*Edge] {
	return func(yield func(*Edge) bool) {
		for _, e := range edges {
			if slices.Contains(kinds, e.Kind) && !yield(e) {
				return
			}
		}
	}
}

// Fed are the edges by which events of a tag come from the program itself: by
// its rules and actions, also as another tag that may be this one.
func (n *Node) Fed() iter.Seq[*Edge] {
	return func(yield func(*Edge) bool) {
		for e := range Along(n.In, Fires, Sends) {
			if !yield(e) {
				return
			}
		}
		for m := range Along(n.In, Meets) {
			for e := range Along(m.From.In, Fires, Sends) {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// Heard are the edges by which events of a tag reach a rule or an action, also
// as another tag that may be this one.
func (n *Node) Heard() iter.Seq[*Edge] {
	kinds := []EdgeKind{Listens, Forbids, Ranges, Acks}
	return func(yield func(*Edge) bool) {
		for e := range Along(n.Out, kinds...) {
			if !yield(e) {
				return
			}
		}
		for m := range Along(n.Out, Meets) {
			for e := range Along(m.To.Out, kinds...) {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// Sender is the action that sends what has a tag, nil where none does.
func (n *Node) Sender() *Node {
	for e := range Along(n.In, Sends) {
		return e.From
	}
	return nil
}

// Party is the end of an edge that is no tag: who fires, sends or listens.
func (e *Edge) Party() *Node {
	if e.From.Kind == Tag {
		return e.To
	}
	return e.From
}

// None reports whether a sequence of edges is empty.
func None(edges iter.Seq[*Edge]) bool {
	for range edges {
		return false
	}
	return true
}

// Engine reports whether events of a tag are the engine's own.
func (n *Node) Engine() bool { return tag.Reserved(n.Pattern.String()) }

type edgeKey struct {
	kind     EdgeKind
	from, to *Node
}

type builder struct {
	*Graph
	edges    map[edgeKey]*Edge
	fnTables map[*lang.FnDecl][]*lang.TableInfo // tables that a fn looks into
	fnFroms  map[*lang.FnDecl][]*lang.Call      // aggregates with from in a fn
}

func (b *builder) edge(kind EdgeKind, from, to *Node, use Use) {
	if from == nil || to == nil {
		return
	}
	key := edgeKey{kind, from, to}
	e := b.edges[key]
	if e == nil {
		e = &Edge{Kind: kind, From: from, To: to}
		b.edges[key] = e
		b.Edges = append(b.Edges, e)
	}
	if use.File != nil {
		e.Uses = append(e.Uses, use)
	}
}

// add makes the node of a declaration.
func (b *builder) add(of any, n Node) *Node {
	n.Loop = -1
	b.known[of] = &n
	b.Nodes = append(b.Nodes, &n)
	return &n
}

// tag is the node of a pattern. What is first written names it.
func (b *builder) tag(p tag.Pattern, written *lang.Str, file *lang.File) *Node {
	key := p.Unnamed()
	if n := b.tags[key]; n != nil {
		return n
	}
	pattern := p
	if key != p.String() {
		var err error
		if pattern, err = tag.Parse(key); err != nil {
			return nil
		}
	}
	name := strings.TrimSuffix(strings.TrimPrefix(written.Raw, `"`), `"`)
	n := b.add(written, Node{Kind: Tag, Name: name, File: file, At: written.At, Pattern: pattern})
	b.tags[key] = n
	b.list = append(b.list, n)
	return n
}

// declarations makes the nodes of what is declared, in order of the files.
func (b *builder) declarations() {
	u := b.Unit
	of := map[any]func(f *lang.File){}
	for _, e := range u.Events {
		of[e.Decl] = func(f *lang.File) { b.tag(e.Pattern, e.Decl.Tag, f).Event = e }
	}
	for _, r := range u.Rules {
		of[r.Decl] = func(f *lang.File) {
			at := r.Decl.Name.At
			if r.Decl.Name.Text == "" {
				at = lang.Span{Start: r.Decl.At.Start, End: r.Decl.At.Start + len("on")}
			}
			b.add(r, Node{Kind: Rule, Name: r.Label, File: f, At: at, Rule: r})
		}
	}
	for _, a := range u.Actions {
		of[a.Decl] = func(f *lang.File) {
			b.add(a, Node{Kind: Action, Name: a.Decl.Name.Text, File: f, At: a.Decl.Name.At, Action: a})
		}
	}
	for _, s := range u.States {
		of[s.Decl] = func(f *lang.File) {
			b.add(s, Node{Kind: Register, Name: s.Decl.Name.Text, File: f, At: s.Decl.Name.At, State: s})
		}
	}
	for _, t := range u.Tables {
		of[t.Decl] = func(f *lang.File) {
			b.add(t, Node{Kind: Table, Name: t.Decl.Name.Text, File: f, At: t.Decl.Name.At, Table: t})
		}
	}
	for _, f := range u.Files {
		for _, d := range f.Decls {
			if make := of[d]; make != nil {
				make(f)
			}
		}
	}
}

// rule makes the edges of a rule, and the tags that it names.
func (b *builder) rule(n *Node) {
	r, u := n.Rule, b.Unit
	for i, el := range r.Elems {
		kind := Listens
		if !r.Takes(i) {
			kind = Forbids
		}
		b.edge(kind, b.tag(el.Pattern, el.Elem.Tag, r.File), n, Use{File: r.File, At: el.Elem.Tag.At, Elem: i})
	}
	for _, f := range r.Fires {
		if f.Act.Kind == lang.CallAction {
			a := b.known[u.Info.Calls[f.Act]]
			b.edge(Calls, n, a, Use{File: r.File, At: f.Act.At, Act: f.Act})
			continue
		}
		b.edge(Fires, n, b.tag(f.Pattern, f.Act.Tag, r.File), Use{File: r.File, At: f.Act.Tag.At, Act: f.Act})
	}
	for _, s := range r.Sets {
		b.edge(Writes, n, b.known[s.Cell.State], Use{File: r.File, At: s.Act.Name.At, Act: s.Act})
	}
	for _, k := range r.Key {
		if k.In != nil {
			b.edge(LooksUp, b.known[k.In], n, Use{File: r.File, At: n.At})
		}
	}
	lang.Exprs(r.Decl, func(e lang.Expr) { b.expr(n, r.File, e) })
	for _, m := range r.Mutes {
		lang.Exprs(m.Decl, func(e lang.Expr) { b.expr(n, m.File, e) })
	}
}

// expr makes the edges of what an expression of a rule looks at.
func (b *builder) expr(n *Node, file *lang.File, e lang.Expr) {
	info := b.Unit.Info
	lang.Walk(e, func(x lang.Expr) bool {
		if l := info.Lookups[x]; l != nil {
			use := Use{File: file, At: x.Span()}
			if l.State != nil {
				b.edge(Reads, b.known[l.State], n, use)
			} else {
				b.edge(LooksUp, b.known[l.Table], n, use)
			}
		}
		call, ok := x.(*lang.Call)
		if !ok {
			return true
		}
		use := Use{File: file, At: call.At}
		if asked := info.Asks[call]; asked != nil {
			b.edge(Asks, b.known[asked], n, use)
		}
		b.ranges(n, call, file)
		if fn := b.Unit.Fns[call.Fn.Text]; fn != nil {
			tables, froms := b.fn(fn)
			for _, t := range tables {
				b.edge(LooksUp, b.known[t], n, use)
			}
			for _, from := range froms {
				b.ranges(n, from, info.FileOf[fn])
			}
		}
		return true
	})
}

// ranges makes the edge of an aggregate over other events.
func (b *builder) ranges(n *Node, call *lang.Call, file *lang.File) {
	if p, ok := b.Unit.Info.Froms[call]; ok {
		b.edge(Ranges, b.tag(p, call.From, file), n, Use{File: file, At: call.From.At})
	}
}

// fn is what a fn looks at beyond its parameters.
func (b *builder) fn(fn *lang.FnDecl) ([]*lang.TableInfo, []*lang.Call) {
	if tables, done := b.fnTables[fn]; done {
		return tables, b.fnFroms[fn]
	}
	b.fnTables[fn] = nil // a ring is an error
	var tables []*lang.TableInfo
	var froms []*lang.Call
	lang.Walk(fn.Body, func(x lang.Expr) bool {
		if l := b.Unit.Info.Lookups[x]; l != nil && l.Table != nil {
			tables = append(tables, l.Table)
		}
		if call, ok := x.(*lang.Call); ok {
			if _, ok := b.Unit.Info.Froms[call]; ok {
				froms = append(froms, call)
			}
			if g := b.Unit.Fns[call.Fn.Text]; g != nil {
				t, f := b.fn(g)
				tables, froms = append(tables, t...), append(froms, f...)
			}
		}
		return true
	})
	b.fnTables[fn], b.fnFroms[fn] = tables, froms
	return tables, froms
}

// action makes the edges of an action, and the tags that it names.
func (b *builder) action(n *Node) {
	a := n.Action
	b.edge(Sends, n, b.tag(a.To, a.Decl.To, n.File), Use{File: n.File, At: a.Decl.To.At})
	if a.Decl.Ack != nil {
		b.edge(Acks, b.tag(a.Ack, a.Decl.Ack, n.File), n, Use{File: n.File, At: a.Decl.Ack.At})
	}
}

// meets makes the edges between tags that are fired and other tags that are heard.
func (b *builder) meets() {
	fed, heard := map[*Node]bool{}, map[*Node]bool{}
	for _, e := range b.Edges {
		switch e.Kind {
		case Fires, Sends:
			fed[e.To] = true
		case Listens, Forbids, Ranges, Acks:
			heard[e.From] = true
		}
	}
	for _, n := range b.list {
		if !fed[n] {
			continue
		}
		for _, o := range b.Meeting(n.Pattern) {
			if o != n && heard[o] {
				b.edge(Meets, n, o, Use{})
			}
		}
	}
}

// finish puts nodes and edges in order.
func (b *builder) finish() {
	slices.SortStableFunc(b.Nodes, func(x, y *Node) int {
		if x.Kind == Tag && y.Kind == Tag {
			return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Pattern.String(), y.Pattern.String()))
		}
		return cmp.Compare(x.Kind, y.Kind)
	})
	var numbers [len(nodeKinds)]int
	for i, n := range b.Nodes {
		n.place = i
		numbers[n.Kind]++
		n.ID = fmt.Sprint(nodeKinds[n.Kind].letter, numbers[n.Kind])
	}
	slices.SortFunc(b.Edges, func(x, y *Edge) int {
		return cmp.Or(cmp.Compare(x.From.place, y.From.place), cmp.Compare(x.To.place, y.To.place), cmp.Compare(x.Kind, y.Kind))
	})
	for _, e := range b.Edges {
		e.From.Out = append(e.From.Out, e)
		e.To.In = append(e.To.In, e)
	}
}
