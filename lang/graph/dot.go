package graph

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// dotShapes are the shapes of the kinds of nodes.
var dotShapes = [...]string{
	Tag: "shape=box style=rounded", Rule: "shape=box style=filled fillcolor=\"#dbe9f9\"", Action: "shape=cds style=filled fillcolor=\"#e3f1dc\"",
	Register: "shape=cylinder style=filled fillcolor=\"#fbeecb\"", Table: "shape=folder",
}

// Dot writes a graph in the language of Graphviz.
func (g *Graph) Dot(w io.Writer) error {
	out := bufio.NewWriter(w)
	quote := func(s string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(shown(s)) + `"`
	}
	fmt.Fprintln(out, "digraph rules {")
	fmt.Fprintln(out, "  rankdir=LR")
	fmt.Fprintln(out, "  node [fontname=\"sans-serif\" fontsize=11]")
	fmt.Fprintln(out, "  edge [fontname=\"sans-serif\" fontsize=10]")
	for _, n := range g.Nodes {
		fmt.Fprintf(out, "  %s [label=%s %s tooltip=%s]\n", n.ID, quote(n.Name), dotShapes[n.Kind], quote(g.about(n)))
	}
	for _, e := range g.Edges {
		var attrs []string
		if label := g.label(e); label != "" {
			attrs = append(attrs, "label="+quote(label))
		}
		if !edgeKinds[e.Kind].leads || e.Kind == Meets {
			attrs = append(attrs, "style=dashed")
		}
		if g.loops(e) {
			attrs = append(attrs, `color="#c0392b" penwidth=2`)
		}
		more := ""
		if len(attrs) > 0 {
			more = " [" + strings.Join(attrs, " ") + "]"
		}
		fmt.Fprintf(out, "  %s -> %s%s\n", e.From.ID, e.To.ID, more)
	}
	fmt.Fprintln(out, "}")
	return out.Flush()
}

// label is what is written on an edge.
func (g *Graph) label(e *Edge) string {
	label := edgeKinds[e.Kind].label
	if g.Counted && e.Kind.counted() {
		if label != "" {
			label += " "
		}
		label += fmt.Sprint(e.Count)
	}
	return label
}

// loops reports whether an edge is a part of a loop.
func (g *Graph) loops(e *Edge) bool {
	return edgeKinds[e.Kind].leads && e.From.Loop >= 0 && e.From.Loop == e.To.Loop
}
