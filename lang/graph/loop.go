package graph

import (
	"slices"
	"strings"
)

// Loop is a set of rules, actions and tags each of which can bring about all
// others. In a program without errors something on each way round bounds it
// (S39).
type Loop struct {
	Members []*Node // in order of Graph.Nodes
	Path    []*Edge // the shortest way round from the first rule among them
}

// Guard is what makes a rule of a loop stop after a while.
type Guard struct {
	Rule *Node
	By   string // as the language writes it: "when", "limit", "then not"
}

// Guards are the bounds on a loop's path.
func (l *Loop) Guards() []Guard {
	var out []Guard
	for _, n := range l.Rules() {
		r := n.Rule
		for _, g := range []struct {
			by string
			is bool
		}{{"when", r.Decl.When != nil}, {"limit", r.Decl.Limit != nil}, {"then not", r.Absence()}} {
			if g.is {
				out = append(out, Guard{n, g.by})
			}
		}
	}
	return out
}

// Rules are the rules on a loop's path.
func (l *Loop) Rules() []*Node {
	var out []*Node
	for _, e := range l.Path {
		if e.From.Kind == Rule {
			out = append(out, e.From)
		}
	}
	return out
}

// String is the path: rule → tag → rule.
func (l *Loop) String() string {
	var names []string
	last := Fires
	for _, e := range l.Path {
		if last != Meets { // the tag that is fired says it
			names = append(names, e.From.Name)
		}
		last = e.Kind
	}
	return strings.Join(append(names, l.Path[0].From.Name), " → ")
}

// spot is a node on the way of an event. A tag is heard when another one that
// was fired may be it: that the two may be one says nothing of a third.
type spot struct {
	*Node
	heard bool
}

// next are the edges by which an event at a spot leads on.
func (s spot) next(yield func(*Edge, spot) bool) {
	for _, e := range s.Out {
		if edgeKinds[e.Kind].leads && !(s.heard && e.Kind == Meets) && !yield(e, spot{e.To, e.Kind == Meets}) {
			return
		}
	}
}

// findLoops finds what can bring about itself: the strongly connected
// components along the edges that lead from event to event (Tarjan,
// "Depth-first search and linear graph algorithms", 1972).
func (g *Graph) findLoops() {
	type mark struct {
		low, index, height int
		on                 bool
	}
	marks := map[spot]*mark{}
	var stack []spot
	in := map[spot]int{} // the components with several spots, numbered from 1
	found := 0
	var visit func(s spot) *mark
	visit = func(s spot) *mark {
		m := &mark{len(marks), len(marks), len(stack), true}
		marks[s] = m
		stack = append(stack, s)
		for _, to := range s.next {
			if o := marks[to]; o == nil {
				m.low = min(m.low, visit(to).low)
			} else if o.on {
				m.low = min(m.low, o.index)
			}
		}
		if m.low == m.index {
			part := stack[m.height:]
			stack = stack[:m.height]
			if len(part) > 1 {
				found++
			}
			for _, o := range part {
				if marks[o].on = false; len(part) > 1 {
					in[o] = found
				}
			}
		}
		return m
	}
	for n := range g.Of(Rule) {
		if marks[spot{Node: n}] == nil {
			visit(spot{Node: n})
		}
	}
	place := map[int]int{} // in Loops, which are in order of their first rules
	for n := range g.Of(Rule) {
		if i := in[spot{Node: n}]; i > 0 && place[i] == 0 {
			place[i] = len(place) + 1
		}
	}
	g.Loops = make([]Loop, len(place))
	for _, n := range g.Nodes {
		if i := max(in[spot{Node: n}], in[spot{n, true}]); i > 0 {
			n.Loop = place[i] - 1
			l := &g.Loops[n.Loop]
			l.Members = append(l.Members, n)
		}
	}
	for i := range g.Loops {
		l := &g.Loops[i]
		first := slices.IndexFunc(l.Members, func(n *Node) bool { return n.Kind == Rule })
		l.Path = round(spot{Node: l.Members[first]}, func(s spot) bool { return place[in[s]] == i+1 })
	}
}

// round is the shortest way from a spot of a loop back to it.
func round(start spot, inside func(spot) bool) []*Edge {
	type step struct {
		from spot
		by   *Edge
	}
	came := map[spot]step{}
	for queue := []spot{start}; len(queue) > 0; queue = queue[1:] {
		for e, to := range queue[0].next {
			if came[to].by != nil || !inside(to) {
				continue
			}
			came[to] = step{queue[0], e}
			if to != start {
				queue = append(queue, to)
				continue
			}
			var path []*Edge
			for at := start; len(path) == 0 || at != start; {
				path = append(path, came[at].by)
				at = came[at].from
			}
			slices.Reverse(path)
			return path
		}
	}
	return nil // not inside a loop
}
