package graph

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/eda-lang/eda/lang"
)

// Text writes a graph a path a line, from what comes from outside to what goes
// there. A rule is followed once; where it comes up again, "…" stands for what
// is on another line, and "↺" for a rule that the line has been to. Then come
// registers, tables and rules that are asked, and at last the loops.
func (g *Graph) Text(w io.Writer) error {
	t := texter{g, bufio.NewWriter(w), map[*Node]bool{}}
	begun := map[*Node]bool{} // tags that have begun a line
	begin := func(n *Node) {
		begun[n] = true
		for e := range Along(n.Out, Listens, Forbids, Ranges, Acks) {
			t.follow(n.Name, e, nil)
		}
	}
	for n := range g.Of(Tag) {
		if None(n.Fed()) {
			begin(n)
		}
	}
	for n := range g.Of(Rule) {
		if n.Rule.Ticks != nil {
			t.rule(ticks(n), n, nil)
		}
	}
	for n := range g.Of(Tag) { // what only loops bring about
		if !begun[n] && slices.ContainsFunc(n.Out, func(e *Edge) bool { return e.Kind == Listens && !t.done[e.To] }) {
			begin(n)
		}
	}
	for n := range g.Of(Rule) {
		t.asides(n.Name, n.Out, Asks)
	}
	for n := range g.Of(Register) {
		for e := range Along(n.In, Writes) {
			fmt.Fprintf(t.w, "%s%s%s\n", shown(e.From.Name), arrow("sets", 0, false), shown(n.Name))
		}
		t.asides(n.Name, n.Out, Reads)
	}
	for n := range g.Of(Table) {
		t.asides(n.Name, n.Out, LooksUp)
	}
	for i := range g.Loops {
		fmt.Fprintf(t.w, "loop: %s\n", shown(g.Loops[i].String()))
	}
	if len(g.Loops) == 0 {
		fmt.Fprintln(t.w, "no loops")
	}
	return t.w.Flush()
}

type texter struct {
	g    *Graph
	w    *bufio.Writer
	done map[*Node]bool // rules whose acts have been written
}

// arrow joins two names; a label or a count stands in it.
func arrow(label string, count uint64, counted bool) string {
	if counted {
		if label != "" {
			label += " "
		}
		label += fmt.Sprint(count)
	}
	if label == "" {
		return " → "
	}
	return " ─" + label + "→ "
}

func (t *texter) arrow(e *Edge) string {
	return arrow(edgeKinds[e.Kind].label, e.Count, t.g.Counted && e.Kind.counted())
}

// asides writes what rules look at beside events.
func (t *texter) asides(name string, edges []*Edge, kind EdgeKind) {
	for e := range Along(edges, kind) {
		fmt.Fprintf(t.w, "%s%s%s\n", shown(name), t.arrow(e), shown(e.To.Name))
	}
}

// follow goes on from a tag with what takes its events.
func (t *texter) follow(line string, e *Edge, path []*Node) {
	line += t.arrow(e)
	switch {
	case e.To.Kind != Rule:
		t.line(line + e.To.Name)
	case e.Kind != Listens:
		t.line(line + e.To.Name + " …")
	default:
		t.rule(line, e.To, path)
	}
}

// rule goes on from a rule with what it does.
func (t *texter) rule(line string, n *Node, path []*Node) {
	line += n.Name
	if slices.Contains(path, n) {
		t.line(line + " ↺")
		return
	}
	acts := slices.Collect(Along(n.Out, Fires, Calls))
	if t.done[n] {
		if len(acts) > 0 {
			line += " …"
		}
		t.line(line)
		return
	}
	t.done[n] = true
	path = append(path, n)
	if len(acts) == 0 {
		if logs(n.Rule) {
			line += " → log"
		}
		t.line(line)
		return
	}
	for _, e := range acts {
		on := line + t.arrow(e) + e.To.Name
		to := e.To
		if e.Kind == Calls {
			for s := range Along(to.Out, Sends) {
				on += t.arrow(s) + s.To.Name
				to = s.To
			}
		}
		ends := true
		for h := range Along(to.Out, Listens, Forbids, Ranges) {
			ends = false
			t.follow(on, h, path)
		}
		for m := range Along(to.Out, Meets) {
			for h := range Along(m.To.Out, Listens, Forbids, Ranges) {
				ends = false
				t.follow(on+t.arrow(m)+m.To.Name, h, path)
			}
		}
		if ends {
			t.line(on)
		}
	}
}

func (t *texter) line(s string) { fmt.Fprintln(t.w, shown(s)) }

// shown is a text without what would upset a terminal or a picture.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}

// ticks is the source of a rule that time feeds, as written, and an arrow.
func ticks(n *Node) string {
	s := &n.Rule.Decl.Source
	text := "cron "
	at := n.Rule.Decl.At
	switch {
	case s.Every != nil:
		text, at = "every ", s.Every.Span()
	case s.Cron != nil:
		at = s.Cron.At
	}
	return text + n.File.Source.Text[at.Start:at.End] + " → "
}

func logs(r *lang.RuleInfo) bool {
	is := func(a lang.Act) bool { return a.Kind == lang.Log }
	return slices.ContainsFunc(r.Decl.Do, is) || r.Decl.Clear != nil && slices.ContainsFunc(r.Decl.Clear.Do, is)
}
