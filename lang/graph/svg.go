package graph

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"strings"
	"unicode/utf8"
)

// Measures of a picture: names are in a font of one width, so what they take is known.
const (
	margin     = 20
	charWidth  = 7.3
	nodeHeight = 26
	mostChars  = 44
	legendStep = 22
	backOffset = 7
)

// svgStyle has a light and a dark look; the picture brings its own background, so
// that it can be read on any page.
const svgStyle = `
  svg { --back: #ffffff; --ink: #1f2933; --quiet: #66727f; --line: #8a96a3; --tag: #f3f5f7; --rule: #dbe9f9; --rule-line: #4a7fb5; --action: #e3f1dc; --action-line: #5d9645; --register: #fbeecb; --register-line: #b08a2c; --table: #efe6f7; --table-line: #8763ad; --loop: #c0392b; }
  @media (prefers-color-scheme: dark) { svg { --back: #12171d; --ink: #e4e9ee; --quiet: #96a2ae; --line: #6d7985; --tag: #222a32; --rule: #1d3650; --rule-line: #6ca3dc; --action: #22391b; --action-line: #7dbb63; --register: #3d3216; --register-line: #d0a945; --table: #33263f; --table-line: #aa85d2; --loop: #ff7565; } }
  text { font: 12px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink); }
  .label { font-size: 10.5px; fill: var(--quiet); paint-order: stroke; stroke: var(--back); stroke-width: 4px; }
  .back { fill: var(--back); }
  .edge { fill: none; stroke: var(--line); stroke-width: 1.3; }
  .side { stroke-dasharray: 5 4; }
  .loop { stroke: var(--loop); stroke-width: 2; }
  .tip { fill: var(--line); } .loop-tip { fill: var(--loop); }
  .tag { fill: var(--tag); stroke: var(--line); } .rule { fill: var(--rule); stroke: var(--rule-line); } .action { fill: var(--action); stroke: var(--action-line); }
  .register { fill: var(--register); stroke: var(--register-line); } .table { fill: var(--table); stroke: var(--table-line); }
  .in-loop { stroke: var(--loop); stroke-width: 2; }
`

// SVG writes a graph as a picture: without scripts, without fonts from elsewhere,
// with a title and a description, and for each node what it is and where it stands.
func (g *Graph) SVG(w io.Writer) error {
	boxes, lines, width, height := layout(g.Nodes, g.Edges, func(n *Node) (float64, float64) {
		return 20 + charWidth*columns(svgName(n.Name)), nodeHeight
	})
	kinds := g.kinds()
	legend := 0.0
	for _, k := range kinds {
		legend += 34 + charWidth*float64(len(k.String()))
	}
	width = max(width, legend) + 2*margin
	height += 2*margin + 2*legendStep
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img" aria-labelledby="title about">`+"\n", width, height, width, height)
	fmt.Fprintf(out, "<title id=\"title\">Rule graph</title>\n<desc id=\"about\">%s</desc>\n<style>%s</style>\n", svgText(g.summary()), svgStyle)
	fmt.Fprintf(out, "<defs>\n")
	for _, tip := range []string{"tip", "loop-tip"} {
		fmt.Fprintf(out, `<marker id="%s" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="%s" d="M0 0.5 L8 4 L0 7.5 Z"/></marker>`+"\n", tip, tip)
	}
	fmt.Fprintf(out, "</defs>\n<rect class=\"back\" width=\"100%%\" height=\"100%%\"/>\n<g transform=\"translate(%d %d)\">\n", margin, margin)
	for _, l := range lines {
		class, tip := "edge", "tip"
		if !edgeKinds[l.edge.Kind].leads || l.edge.Kind == Meets {
			class += " side"
		}
		if g.loops(l.edge) {
			class, tip = class+" loop", "loop-tip"
		}
		fmt.Fprintf(out, "<path class=\"%s\" marker-end=\"url(#%s)\" d=\"%s\"><title>%s</title></path>\n", class, tip, curve(l.via), svgText(l.edge.From.Name+" "+edgeKinds[l.edge.Kind].does+" "+l.edge.To.Name))
	}
	for _, l := range lines {
		if label := g.label(l.edge); label != "" {
			x, y := middle(l.via)
			fmt.Fprintf(out, "<text class=\"label\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", x, y-3, svgText(label))
		}
	}
	for _, b := range boxes {
		if b.node == nil {
			continue
		}
		class := b.node.Kind.String()
		if b.node.Loop >= 0 {
			class += " in-loop"
		}
		name := svgName(b.node.Name)
		fmt.Fprintf(out, "<g><title>%s</title>%s<text x=\"%.1f\" y=\"%.1f\" textLength=\"%.1f\" lengthAdjust=\"spacingAndGlyphs\">%s</text></g>\n",
			svgText(g.about(b.node)), shape(b.node.Kind, class, b.x, b.y, b.w, b.h), b.x+10, b.y+b.h/2+4, charWidth*columns(name), svgText(name))
	}
	x, y := 0.0, height-2*margin-legendStep/2
	for _, k := range kinds {
		fmt.Fprintf(out, "%s<text class=\"label\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", shape(k, k.String(), x, y-9, 18, 12), x+24, y+1, k)
		x += 34 + charWidth*float64(len(k.String()))
	}
	fmt.Fprintf(out, "</g>\n</svg>\n")
	return out.Flush()
}

// kinds are the kinds of nodes there are.
func (g *Graph) kinds() []NodeKind {
	var out []NodeKind
	for k := range nodeKinds {
		if len(collect(g.Of(NodeKind(k)))) > 0 {
			out = append(out, NodeKind(k))
		}
	}
	return out
}

func collect(nodes func(func(*Node) bool)) (out []*Node) {
	nodes(func(n *Node) bool { out = append(out, n); return true })
	return out
}

// summary says in a sentence or two what is in the picture.
func (g *Graph) summary() string {
	var parts []string
	for _, k := range g.kinds() {
		n := len(collect(g.Of(k)))
		s := fmt.Sprintf("%d %s", n, k)
		if n != 1 {
			s += "s"
		}
		parts = append(parts, s)
	}
	text := strings.Join(parts, ", ") + ", from left to right as events lead to each other."
	if len(g.Loops) == 0 {
		text += " No loops."
	}
	for i := range g.Loops {
		text += " Loop: " + g.Loops[i].String() + "."
	}
	return text
}

// svgName is a name as it is drawn: a long one without its middle.
func svgName(s string) string {
	r := []rune(shown(s))
	if len(r) > mostChars {
		r = append(append(r[:mostChars*2/3:mostChars*2/3], '…'), r[len(r)-mostChars/3:]...)
	}
	return string(r)
}

// columns is what a name takes, wide characters for two.
func columns(s string) float64 {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r >= 0x1100 {
			n++
		}
	}
	return float64(n)
}

func svgText(s string) string { return html.EscapeString(shown(s)) }

// shape is the outline of a kind of node.
func shape(k NodeKind, class string, x, y, w, h float64) string {
	switch k {
	case Tag:
		return fmt.Sprintf(`<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="%.1f"/>`, class, x, y, w, h, h/2)
	case Action:
		return fmt.Sprintf(`<path class="%s" d="M%.1f %.1f h%.1f l%.1f %.1f l%.1f %.1f h%.1f Z"/>`, class, x, y, w-h/3, h/3, h/2, -h/3, h/2, h/3-w)
	case Register:
		return fmt.Sprintf(`<path class="%s" d="M%.1f %.1f v%.1f a%.1f 4 0 0 0 %.1f 0 v%.1f a%.1f 4 0 0 0 %.1f 0 a%.1f 4 0 0 0 %.1f 0"/>`, class, x, y+2, h-4, w/2, w, 4-h, w/2, -w, w/2, w)
	case Table:
		return fmt.Sprintf(`<path class="%s" d="M%.1f %.1f h%.1f v%.1f h%.1f Z M%.1f %.1f h%.1f"/>`, class, x, y, w, h, -w, x, y+4, w)
	}
	return fmt.Sprintf(`<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="3"/>`, class, x, y, w, h)
}

// curve is the way of an edge from box to box: across the gaps as a curve, across
// the columns straight.
func curve(via []*box) string {
	var b strings.Builder
	for i := 1; i < len(via); i++ {
		x1, y1, x2, y2 := span(via[i-1], via[i])
		if i == 1 {
			fmt.Fprintf(&b, "M%.1f %.1f", x1, y1)
		} else {
			fmt.Fprintf(&b, " L%.1f %.1f", x1, y1)
		}
		mid := (x1 + x2) / 2
		fmt.Fprintf(&b, " C%.1f %.1f %.1f %.1f %.1f %.1f", mid, y1, mid, y2, x2, y2)
	}
	return b.String()
}

// span is the stretch of an edge between two boxes, in the direction it has.
func span(a, b *box) (x1, y1, x2, y2 float64) {
	y1, y2 = a.y+a.h/2, b.y+b.h/2
	if a.layer < b.layer {
		return a.x + a.w, y1, b.x, y2
	}
	if a.node != nil { // beside what leads on
		y1 += backOffset
	}
	if b.node != nil {
		y2 += backOffset
	}
	return a.x, y1, b.x + b.w, y2
}

// middle is where the label of an edge stands: halfway over its first gap.
func middle(via []*box) (x, y float64) {
	x1, y1, x2, y2 := span(via[0], via[1])
	return (x1 + x2) / 2, (y1 + y2) / 2
}
