package lint

import (
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/graph"
	"github.com/eda-lang/eda/vm/tag"
)

var graphRows = []row{
	{lang.CodeTagSlip, judges, slash},
}

// slash finds what is fired for a rule that listens to it with another leading
// slash, and for nobody else (D8).
func slash(p *pass) {
	g := p.Graph()
	for n := range g.Of(graph.Tag) {
		if !graph.None(n.Heard()) || declared(g, n.Pattern) {
			continue // declared: the checker has said what there is to say
		}
		text := n.Pattern.String()
		other, cut := strings.CutPrefix(text, "/")
		if !cut {
			other = "/" + text
		}
		near, err := tag.Parse(other)
		if err != nil || declared(g, near) {
			continue
		}
		ear := listener(g, near)
		if ear == nil {
			continue
		}
		for e := range graph.Along(n.In, graph.Fires) {
			for _, use := range e.Uses {
				d := p.report(lang.CodeTagSlip, use.File, e.From.Rule, use.At, "no rule listens to this tag, but `"+ear.To.Name+"` does to one that differs in the leading slash")
				d.Labels = append(d.Labels, lang.Label{File: ear.Uses[0].File.Source.Name, Span: ear.Uses[0].At, Text: "here"})
			}
		}
	}
}

// declared reports whether an event is declared with a tag that one has.
func declared(g *graph.Graph, p tag.Pattern) bool {
	for _, n := range g.Meeting(p) {
		if n.Event != nil {
			return true
		}
	}
	return false
}

// listener is the first rule that listens to a tag.
func listener(g *graph.Graph, p tag.Pattern) *graph.Edge {
	for _, n := range g.Meeting(p) {
		for e := range graph.Along(n.Out, graph.Listens) {
			return e
		}
	}
	return nil
}
