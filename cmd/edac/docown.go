package main

import (
	"fmt"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/graph"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// What the manual says of a program's own names.

// own reads the rules named on the command line. Errors in them are no reason
// to say nothing.
func (a *app) own(paths []string) ([]entry, error) {
	sets, err := a.programs(paths)
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, set := range sets {
		set = lang.Join(set, readText)
		u, ds := check(set, environment())
		if ds.HasErrors() && !a.quiet {
			fmt.Fprintf(a.err, "the rules have %s, so some of this may be missing; `%s lint` shows them\n", count(ds, lang.Error, "error"), program)
		}
		out = append(out, ownEntries(u)...)
	}
	return out, nil
}

// ownGroups are the declarations that have names, in the order of the manual.
var ownGroups = []struct{ word, group string }{
	{"rule", "rules"}, {"event", "events"}, {"param", "params"}, {"table", "tables"}, {"state", "registers"},
	{"fn", "functions of the program"}, {"action", "actions"},
}

// ownEntries lists what a program declares.
func ownEntries(u *lang.Unit) []entry {
	o := &owner{u: u, g: graph.New(u)}
	for _, group := range ownGroups {
		for _, f := range u.Files {
			for _, d := range f.Decls {
				if d.Word() == group.word {
					o.add(group.group, f, d)
				}
			}
		}
	}
	return o.out
}

// owner collects the entries of a program.
type owner struct {
	u   *lang.Unit
	g   *graph.Graph
	out []entry
}

func (o *owner) add(group string, f *lang.File, d lang.Decl) {
	e := entry{group: group, syntax: sourceText(f, d.Span()), doc: comment(f, d)}
	line, _ := lang.LineCol(f.Source.Text, d.Span().Start)
	e.put("declared", fmt.Sprintf("%s:%d", f.Source.Name, line))
	switch d := d.(type) {
	case *lang.EventDecl:
		for _, ev := range o.u.Events {
			if ev.Decl == d {
				e.name = ev.Pattern.String()
				o.event(&e, ev)
			}
		}
	case *lang.ParamDecl:
		e.name = d.Name.Text
		for _, p := range o.u.Params {
			if p.Decl == d {
				e.put("value", value.Text(p.Value))
				e.put("used by", o.users(func(x lang.Expr) bool {
					id, ok := x.(*lang.Ident)
					if s, selects := x.(*lang.Select); selects {
						id, ok = o.u.Info.Qualified[s]
					}
					return ok && o.u.Info.Uses[id].Param == p
				})...)
			}
		}
	case *lang.FnDecl:
		e.name = d.Name.Text
		e.put("used by", o.users(func(x lang.Expr) bool {
			c, ok := x.(*lang.Call)
			return ok && c.Fn.Text == d.Name.Text
		})...)
	default:
		for _, n := range o.g.Nodes {
			if declared(n) == d {
				e.name = n.Name
				o.node(&e, n)
			}
		}
	}
	if e.name != "" {
		o.out = append(o.out, e)
	}
}

// declared is the declaration that a node stands for; tags have none.
func declared(n *graph.Node) lang.Decl {
	switch n.Kind {
	case graph.Rule:
		return n.Rule.Decl
	case graph.Action:
		return n.Action.Decl
	case graph.Register:
		return n.State.Decl
	case graph.Table:
		return n.Table.Decl
	}
	return nil
}

// put adds a fact that says something.
func (e *entry) put(name string, list ...string) {
	if text := strings.Join(list, ", "); text != "" {
		e.facts = append(e.facts, fact{name, text})
	}
}

// edgeFacts is what edges say of the node they end at and of the one they
// begin at, in the order in which it is told.
var edgeFacts = []struct {
	kind    graph.EdgeKind
	in, out string
}{
	{graph.Listens, "listens to", ""}, {graph.Forbids, "acts without", ""}, {graph.Ranges, "looks at", ""},
	{graph.Asks, "asks", "asked by"}, {graph.Reads, "reads", "read by"}, {graph.LooksUp, "looks up", "looked up by"},
	{graph.Fires, "", "fires"}, {graph.Calls, "called by", "calls"}, {graph.Writes, "written by", "writes"},
	{graph.Sends, "", "sends"}, {graph.Acks, "answered by", ""},
}

// node adds what the graph and the checker know of a declaration.
func (o *owner) node(e *entry, n *graph.Node) {
	from := func(x *graph.Edge) string { return x.From.Name }
	to := func(x *graph.Edge) string { return x.To.Name }
	for _, f := range edgeFacts {
		if f.in != "" {
			e.put(f.in, ends(graph.Along(n.In, f.kind), from)...)
		}
		if f.out != "" {
			e.put(f.out, ends(graph.Along(n.Out, f.kind), to)...)
		}
	}
	switch n.Kind {
	case graph.Rule:
		o.rule(e, n.Rule)
	case graph.Table:
		if n.Table.Table != nil {
			var columns []string
			for _, c := range n.Table.Columns {
				columns = append(columns, c.Name+": "+c.Kind.String())
			}
			e.put("columns", columns...)
			e.put("rows", fmt.Sprint(len(n.Table.Rows)))
		}
	}
}

func (o *owner) rule(e *entry, r *lang.RuleInfo) {
	e.put("key", keyText(r))
	var windows []string
	lang.Exprs(r.Decl, func(x lang.Expr) {
		lang.Walk(x, func(x lang.Expr) bool {
			if c, ok := x.(*lang.Call); ok {
				if w, ok := o.u.Info.Windows[c]; ok {
					windows = append(windows, sourceText(r.File, c.Span())+": "+windowText(w))
				}
			}
			return true
		})
	})
	slices.Sort(windows)
	e.put("windows", strings.Join(slices.Compact(windows), "\n"))
	for _, m := range r.Mutes {
		e.put("muted by", sourceText(m.File, m.Decl.At))
	}
	if r.Ticks == nil {
		e.put("a key lives", calendar.FormatDuration(r.Expire)+" after its last event")
	}
}

// windowText says what a window holds.
func windowText(w lang.Window) string {
	size := calendar.FormatDuration(w.Size)
	switch {
	case w.Size == 0:
		return "all events"
	case w.Kind == lang.Last && w.Size == 1:
		return "the last event"
	case w.Kind == lang.Last:
		return fmt.Sprintf("the last %d events", w.Size)
	case w.Kind == lang.Each:
		return "the last full " + size
	case w.Kind == lang.This:
		return "the " + size + " under way"
	case w.Kind == lang.Session:
		return "a run of events less than " + size + " apart"
	}
	return "the last " + size
}

func (o *owner) event(e *entry, ev *lang.EventInfo) {
	if n := o.g.TagNode(ev.Pattern); n != nil {
		e.put("fired by", ends(n.Fed(), func(x *graph.Edge) string { return x.From.Name })...)
		e.put("heard by", ends(n.Heard(), func(x *graph.Edge) string { return x.To.Name })...)
	}
}

// users are the declarations with an expression of which this is true.
func (o *owner) users(is func(lang.Expr) bool) []string {
	var out []string
	for _, f := range o.u.Files {
		for _, d := range f.Decls {
			used := false
			lang.Exprs(d, func(x lang.Expr) {
				lang.Walk(x, func(x lang.Expr) bool { used = used || is(x); return true })
			})
			if used {
				out = append(out, o.label(f, d))
			}
		}
	}
	return slices.Compact(out)
}

// label names a declaration.
func (o *owner) label(f *lang.File, d lang.Decl) string {
	for _, r := range o.u.Rules {
		if r.Decl == d {
			return r.Label
		}
	}
	switch d := d.(type) {
	case *lang.FnDecl:
		return d.Name.Text
	case *lang.ParamDecl:
		return d.Name.Text
	case *lang.StateDecl:
		return d.Name.Text
	}
	line, _ := lang.LineCol(f.Source.Text, d.Span().Start)
	return fmt.Sprintf("%s:%d", path.Base(f.Source.Name), line)
}

// ends are the names at one end of edges, each once.
func ends(edges iter.Seq[*graph.Edge], name func(*graph.Edge) string) []string {
	var out []string
	for e := range edges {
		if n := name(e); !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// sourceText is the source of a span.
func sourceText(f *lang.File, at lang.Span) string {
	return strings.TrimRight(f.Source.Text[at.Start:at.End], " \t\n")
}
