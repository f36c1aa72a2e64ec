package graph

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// mermaidShapes are the brackets around the names of the kinds of nodes.
var mermaidShapes = [...][2]string{
	Tag: {"([", "])"}, Rule: {"[", "]"}, Action: {"[[", "]]"}, Register: {"[(", ")]"}, Table: {"[/", "/]"},
}

// Mermaid writes a graph as a flowchart, for pages in Markdown.
func (g *Graph) Mermaid(w io.Writer) error {
	out := bufio.NewWriter(w)
	var special strings.Builder
	fmt.Fprintln(out, "flowchart LR")
	for _, n := range g.Nodes {
		shape := mermaidShapes[n.Kind]
		fmt.Fprintf(out, "  %s%s%s%s\n", n.ID, shape[0], mermaidText(n.Name), shape[1])
	}
	for i, e := range g.Edges {
		line := "-->"
		if !edgeKinds[e.Kind].leads || e.Kind == Meets {
			line = "-.->"
		}
		if label := g.label(e); label != "" {
			line += "|" + mermaidText(label) + "|"
		}
		fmt.Fprintf(out, "  %s %s %s\n", e.From.ID, line, e.To.ID)
		if g.loops(e) {
			fmt.Fprintf(&special, ",%d", i)
		}
	}
	if special.Len() > 0 {
		fmt.Fprintf(out, "  linkStyle %s stroke:#c0392b,stroke-width:2px\n", special.String()[1:])
	}
	return out.Flush()
}

// mermaidText is a text in quotes, with what means something in one as entities.
func mermaidText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range shown(s) {
		if strings.ContainsRune("\"#;&<>`\\", r) {
			fmt.Fprintf(&b, "#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
