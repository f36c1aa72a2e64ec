package graph

// Counts are what happened when a program ran over recordings.
type Counts struct {
	Events map[string]uint64 // events by tag, those that rules fired among them
	Runs   map[string]uint64 // runs of a rule's do, by its identity
	Acts   map[ActOf]uint64  // acts performed
}

// ActOf is one act of a rule: Rule is its identity, Act the place among the acts
// of do and then those of clear do.
type ActOf struct {
	Rule string
	Act  int
}

// Count puts counts beside the graph: at tags the events that match, at rules
// how often they ran, at the edges the events that came and the acts performed.
func (g *Graph) Count(c Counts) {
	g.Counted = true
	meets := map[*Node][]*Edge{}
	for _, e := range g.Edges {
		if e.Kind == Meets {
			meets[e.From] = append(meets[e.From], e)
		}
	}
	for tag, n := range c.Events {
		at := map[*Node]bool{}
		for _, t := range g.Matching(tag) {
			t.Count += n
			at[t] = true
		}
		for t := range at {
			for _, e := range meets[t] {
				if at[e.To] {
					e.Count += n
				}
			}
		}
	}
	for n := range g.Of(Rule) {
		n.Count = c.Runs[n.Rule.Identity]
		place := map[any]int{}
		d := n.Rule.Decl
		for i := range d.Do {
			place[&d.Do[i]] = i
		}
		if d.Clear != nil {
			for i := range d.Clear.Do {
				place[&d.Clear.Do[i]] = len(d.Do) + i
			}
		}
		for e := range Along(n.Out, Fires, Calls) {
			for _, u := range e.Uses {
				e.Count += c.Acts[ActOf{n.Rule.Identity, place[u.Act]}]
			}
			if e.Kind == Calls {
				e.To.Count += e.Count
			}
		}
	}
	for _, e := range g.Edges {
		switch e.Kind {
		case Listens, Forbids, Ranges, Acks:
			e.Count = e.From.Count
		case Sends:
			e.Count = e.From.Count
		}
	}
}

// counted reports whether a kind of edge has a count.
func (k EdgeKind) counted() bool { return k <= Acks }
