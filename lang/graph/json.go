package graph

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/eda-lang/eda/lang"
)

// The JSON of a graph. A field that does not apply is left out; counts are there
// only beside a recording.
type (
	jsonGraph struct {
		Version int        `json:"version"`
		Tool    string     `json:"tool"`
		Nodes   []jsonNode `json:"nodes"`
		Edges   []jsonEdge `json:"edges"`
		Loops   []jsonLoop `json:"loops"`
		Files   []jsonFile `json:"files"`
	}
	jsonNode struct {
		ID       string  `json:"id"`
		Kind     string  `json:"kind"` // tag, rule, action, register, table
		Name     string  `json:"name"`
		Pattern  string  `json:"pattern,omitempty"`  // of a tag: without names of captures
		Declared bool    `json:"declared,omitempty"` // a tag with an event declaration
		Muted    bool    `json:"muted,omitempty"`    // a rule that a mute names
		Identity string  `json:"identity,omitempty"` // of a rule
		Place    place   `json:"place"`
		Loop     *int    `json:"loop,omitempty"`  // the place in loops
		Count    *uint64 `json:"count,omitempty"` // of a tag events, of a rule runs, of an action calls
	}
	jsonEdge struct {
		From   string  `json:"from"`
		To     string  `json:"to"`
		Kind   string  `json:"kind"`
		Places []place `json:"places"`
		Count  *uint64 `json:"count,omitempty"`
	}
	jsonLoop struct {
		Path    []string    `json:"path"` // the shortest way round, a node once
		Members []string    `json:"members"`
		Bounds  []jsonBound `json:"bounds"`
	}
	jsonBound struct {
		Rule string `json:"rule"`
		By   string `json:"by"` // when, limit, then not
	}
	jsonFile struct {
		File string   `json:"file"`
		May  []string `json:"may_fire"`
	}
	place struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Column int    `json:"column"`
	}
)

func placeOf(f *lang.File, at lang.Span) place {
	line, column := lang.LineCol(f.Source.Text, at.Start)
	return place{f.Source.Name, line, column}
}

// JSON writes a graph as one object, indented.
func (g *Graph) JSON(w io.Writer) error {
	out := jsonGraph{1, "edac", []jsonNode{}, []jsonEdge{}, []jsonLoop{}, []jsonFile{}}
	for _, n := range g.Nodes {
		j := jsonNode{ID: n.ID, Kind: n.Kind.String(), Name: n.Name, Pattern: n.Pattern.String(), Declared: n.Event != nil, Place: placeOf(n.File, n.At)}
		if n.Rule != nil {
			j.Muted, j.Identity = len(n.Rule.Mutes) > 0, n.Rule.Identity
		}
		if n.Loop >= 0 {
			j.Loop = &n.Loop
		}
		if g.Counted && n.Kind <= Action {
			j.Count = &n.Count
		}
		out.Nodes = append(out.Nodes, j)
	}
	for _, e := range g.Edges {
		j := jsonEdge{From: e.From.ID, To: e.To.ID, Kind: e.Kind.String(), Places: []place{}}
		for _, u := range e.Uses {
			j.Places = append(j.Places, placeOf(u.File, u.At))
		}
		if g.Counted && e.Kind.counted() {
			j.Count = &e.Count
		}
		out.Edges = append(out.Edges, j)
	}
	for i := range g.Loops {
		l := &g.Loops[i]
		j := jsonLoop{Bounds: []jsonBound{}}
		for _, e := range l.Path {
			j.Path = append(j.Path, e.From.ID)
		}
		for _, n := range l.Members {
			j.Members = append(j.Members, n.ID)
		}
		for _, b := range l.Guards() {
			j.Bounds = append(j.Bounds, jsonBound{b.Rule.ID, b.By})
		}
		out.Loops = append(out.Loops, j)
	}
	for _, p := range g.Unit.Permits {
		j := jsonFile{File: p.File.Source.Name}
		for _, pat := range p.Patterns {
			j.May = append(j.May, pat.String())
		}
		out.Files = append(out.Files, j)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(out)
}

// about says in a line what a node is and where it stands.
func (g *Graph) about(n *Node) string {
	p := placeOf(n.File, n.At)
	parts := []string{fmt.Sprintf("%s %s, %s:%d", n.Kind, n.Name, p.File, p.Line)}
	if g.Counted && n.Kind <= Action {
		what := [...]string{Tag: "event", Rule: "run", Action: "call"}[n.Kind]
		if n.Count != 1 {
			what += "s"
		}
		parts = append(parts, fmt.Sprint(n.Count, " ", what))
	}
	return strings.Join(parts, ", ")
}
