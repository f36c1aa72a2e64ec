package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/graph"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/tag"
)

var testRows = []row{
	{lang.CodeUntested, judges, untested},
	{lang.CodeNoExpect, always, testShapes},
	{lang.CodeEarlyExpect, always, testClocks},
	{lang.CodeUnmatchedSend, always, testTags},
	{lang.CodeUnreadTestData, always, testData},
}

// untested finds rules that no event of a test can reach, directly or through
// what other rules fire (W7).
func untested(p *pass) {
	g := p.Graph()
	seen := map[*graph.Node]bool{}
	var queue []*graph.Node
	reach := func(n *graph.Node) {
		if !seen[n] {
			seen[n] = true
			queue = append(queue, n)
		}
	}
	for _, t := range p.Tests {
		for _, s := range t.Decl.Steps {
			if pat, ok := testTag(s); ok && s.Kind == lang.Send {
				for _, n := range g.Meeting(pat) {
					reach(n)
				}
			}
		}
	}
	if len(p.Tests) > 0 {
		for _, r := range p.Rules {
			if r.Ticks != nil || domain(r) {
				reach(g.RuleNode(r))
			}
		}
	}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for e := range graph.Along(n.Out, graph.Listens, graph.Forbids, graph.Meets, graph.Fires, graph.Calls, graph.Sends) {
			reach(e.To)
		}
	}
	for _, r := range p.Rules {
		if r.File.Source.Joined || seen[g.RuleNode(r)] {
			continue
		}
		at := r.Decl.Name.At
		if r.Decl.Name.Text == "" {
			at = lang.Span{Start: r.Decl.At.Start, End: r.Decl.At.Start + 2}
		}
		p.report(lang.CodeUntested, r.File, r, at, "no test sends what this rule acts on; write one: test \"…\" { send … expect … }")
	}
}

// testTag is what a line of a test sends or expects.
func testTag(s *lang.TestStep) (tag.Pattern, bool) {
	if s.Tag == nil {
		return tag.Pattern{}, false
	}
	text, ok := s.Tag.Literal()
	if !ok {
		return tag.Pattern{}, false
	}
	pat, err := tag.Parse(text)
	return pat, err == nil
}

// testShapes judges tests as they are written.
func testShapes(p *pass) {
	names := map[string]*lang.TestInfo{} // by file and name
	for _, t := range p.Tests {
		d := t.Decl
		key := t.File.Source.Name + "\x00" + t.Name
		if old := names[key]; old != nil {
			dg := p.report(lang.CodeSameTest, t.File, nil, d.Name.At, "another test has this name, so nobody can tell which of them failed; say what this one is about")
			dg.Labels = append(dg.Labels, lang.Label{File: old.File.Source.Name, Span: old.Decl.Name.At, Text: "here"})
		} else {
			names[key] = t
		}
		happens := func(s *lang.TestStep) bool { return s.Kind != lang.ExpectNothing && s.Kind != lang.Given }
		if !slices.ContainsFunc(d.Steps, happens) && !slices.ContainsFunc(p.Rules, func(r *lang.RuleInfo) bool { return r.Ticks != nil || domain(r) }) && !p.broken(t.File, d.At) {
			dg := p.report(lang.CodeNoExpect, t.File, nil, d.Name.At, "in this test nothing happens, so it cannot fail: send something, and say what is expected")
			dg.Severity = lang.Warning
			continue
		}
		expects := func(s *lang.TestStep) bool { return s.Kind == lang.Expect || s.Kind == lang.ExpectNothing }
		if slices.ContainsFunc(d.Steps, expects) {
			continue
		}
		dg := p.report(lang.CodeNoExpect, t.File, nil, d.Name.At, "this test expects nothing, so it fails if anything is fired; if that is what it is for, say so: `expect nothing`")
		if end := d.At.End - 1; end > 0 && end < len(t.File.Source.Text) && t.File.Source.Text[end] == '}' && len(d.Steps) > 0 {
			last := d.Steps[len(d.Steps)-1].At.End
			dg.Fixes = append(dg.Fixes, change(t.File, lang.Span{Start: last, End: last}, "\n  expect nothing", "add `expect nothing`", true))
		}
	}
}

// testClocks follows the clock of each test: it stands still but for `wait` and
// `send … every … for`.
func testClocks(p *pass) {
	u := p.Unit
	for _, t := range p.Tests {
		clock := int64(0)
		for _, s := range t.Decl.Steps {
			switch s.Kind {
			case lang.Wait:
				clock += durationOf(u, s.Dur)
			case lang.Send:
				every, span := durationOf(u, s.Every), durationOf(u, s.For)
				clock += span
				if every > 0 && span > 0 && every >= span {
					p.report(lang.CodeSentOnce, t.File, nil, s.Every.Span().Join(s.For.Span()), fmt.Sprintf("in %s this sends once, at its beginning: the next would come after %s; make `for` longer, or leave both out", wording(t.File, s.For.Span()), wording(t.File, s.Every.Span())))
				}
			case lang.Expect:
				at := durationOf(u, s.Dur)
				if at <= clock {
					continue
				}
				missing := calendar.FormatDuration(at - clock)
				d := p.report(lang.CodeEarlyExpect, t.File, nil, s.Dur.Span(), fmt.Sprintf("at this line %s have passed, and `at` counts from the beginning of the test; add `wait %s` before it", calendar.FormatDuration(clock), missing))
				d.Fixes = append(d.Fixes, insert(t.File, s.At.Start, "wait "+missing+"\n  "))
			}
		}
	}
}

// expectedData finds fields that a test expects and that no rule fires with
// such a tag.
func (p *pass) expectedData(t *lang.TestInfo, s *lang.TestStep, pat tag.Pattern, fires map[string][]*lang.Act) {
	var fields []string
	for _, n := range p.Graph().Meeting(pat) {
		if !graph.None(graph.Along(n.In, graph.Sends)) {
			return
		}
		for _, a := range fires[n.Pattern.String()] {
			if a.Data == nil {
				continue
			}
			for _, part := range a.Data.Parts {
				if part.Spread {
					return
				}
				fields = append(fields, part.Name.Text)
			}
		}
	}
	for _, part := range s.Data.Parts {
		if l, ok := part.Value.(*lang.Lit); ok && l.Value.IsNone() {
			continue // what is not there
		}
		if name := part.Name.Text; name != "" && !slices.Contains(fields, name) {
			ask, best := nearest(name, fields)
			d := p.report(lang.CodeUnfiredExpect, t.File, nil, part.Name.At, "no rule fires this tag with `"+name+"`, so this is never met"+ask)
			if best != "" {
				d.Fixes = append(d.Fixes, change(t.File, part.Name.At, best, "write `"+best+"`", false))
			}
		}
	}
}

// testTags finds what tests send and no rule takes, and what they expect and
// no rule fires.
func testTags(p *pass) {
	if len(p.Tests) == 0 {
		return
	}
	g := p.Graph()
	heard := func(n *graph.Node) bool {
		return !graph.None(graph.Along(n.Out, graph.Listens, graph.Forbids, graph.Ranges, graph.Acks))
	}
	fired := func(n *graph.Node) bool { return !graph.None(graph.Along(n.In, graph.Fires, graph.Sends)) }
	near := map[string]string{}
	nearest := func(text string, what func(*graph.Node) bool, kind string) string {
		key := kind + text
		found, known := near[key]
		if !known {
			for n := range g.Of(graph.Tag) {
				if what(n) {
					if found = corrected(text, n.Pattern.String()); found != "" {
						break
					}
				}
			}
			near[key] = found
		}
		return found
	}
	fires := map[string][]*lang.Act{} // by tag
	for _, r := range p.Rules {
		for _, f := range r.Fires {
			fires[f.Pattern.String()] = append(fires[f.Pattern.String()], f.Act)
		}
	}
	for _, t := range p.Tests {
		for _, s := range t.Decl.Steps {
			pat, ok := testTag(s)
			if !ok || s.Kind != lang.Send && s.Kind != lang.Expect {
				continue
			}
			text, _ := s.Tag.Literal()
			if tag.Reserved(text) {
				continue
			}
			what, code, message := heard, lang.CodeUnmatchedSend, "no rule takes an event with this tag"
			if s.Kind == lang.Expect {
				what, code, message = fired, lang.CodeUnfiredExpect, "no rule fires an event with this tag, so this is never met"
			}
			if slices.ContainsFunc(g.Meeting(pat), what) {
				if s.Kind == lang.Expect && s.Data != nil {
					p.expectedData(t, s, pat, fires)
				}
				continue
			}
			want := nearest(text, what, message)
			if want != "" {
				message += "; did you mean `" + want + "`?"
			}
			d := p.report(code, t.File, nil, s.Tag.At, message)
			switch {
			case want != "":
				d.Fixes = append(d.Fixes, change(t.File, s.Tag.At, `"`+want+`"`, `write "`+want+`"`, false))
			case s.Kind == lang.Send:
				d.Severity = lang.Hint // that nothing comes of it may be what is tested
			}
		}
	}
}

// corrected is a tag as a pattern would have it, if one is a slip of the other:
// in one segment, or by the leading slash.
func corrected(text, pattern string) string {
	a, b := strings.Split(text, "/"), strings.Split(pattern, "/")
	varies := func(s string) bool { return strings.ContainsAny(s, "*{") }
	switch {
	case len(a) == len(b)+1 && a[0] == "" && b[0] != "":
		a = a[1:]
	case len(b) == len(a)+1 && b[0] == "" && a[0] != "":
		a = append([]string{""}, a...)
	case len(a) != len(b):
		return ""
	default:
		slips := 0
		for i := range a {
			switch {
			case a[i] == b[i] || varies(b[i]):
			case len(b[i]) > 2 && slips == 0 && letters(a[i]) != letters(b[i]) && len(lang.Nearest(a[i], []string{b[i]})) > 0:
				a[i] = b[i]
				slips++
			default:
				return ""
			}
		}
		if slips == 0 {
			return ""
		}
		return strings.Join(a, "/")
	}
	for i := range a {
		if a[i] != b[i] && !varies(b[i]) {
			return ""
		}
	}
	return strings.Join(a, "/")
}

// letters is a word without its digits: web1 and web2 are two words, not a slip.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return -1
		}
		return r
	}, s)
}

// testData finds fields that tests send and no rule reads, where the rules of
// that tag read one that is spelt nearly so and is not sent.
func testData(p *pass) {
	read := map[string]bool{} // anywhere
	for id, s := range p.Info.Uses {
		if s.Kind == lang.SymField || s.Kind == lang.SymKey {
			read[id.Text] = true
		}
	}
	for _, e := range p.Events {
		for _, f := range e.Fields {
			read[f.Name] = true
		}
	}
	for _, st := range p.States {
		for _, n := range st.Decl.By {
			read[n.Text] = true
		}
	}
	odd := func(s *lang.TestStep) bool {
		return s.Kind == lang.Send && s.Data != nil && slices.ContainsFunc(s.Data.Parts, func(part lang.ObjPart) bool { return part.Name.Text != "" && !read[part.Name.Text] })
	}
	if !slices.ContainsFunc(p.Tests, func(t *lang.TestInfo) bool { return slices.ContainsFunc(t.Decl.Steps, odd) }) {
		return // most programs end here
	}
	g := p.Graph()
	byRule := map[*lang.RuleInfo]map[string]bool{}
	collect := func(into map[string]bool) func(lang.Expr) {
		return func(e lang.Expr) {
			lang.Walk(e, func(e lang.Expr) bool {
				switch e := e.(type) {
				case *lang.Ident:
					if k := p.Info.Uses[e].Kind; k == lang.SymField || k == lang.SymKey {
						into[e.Text], read[e.Text] = true, true
					}
				case *lang.Select:
					into[e.Name.Text], read[e.Name.Text] = true, true
				case *lang.Index:
					for _, x := range e.Args {
						if s, ok := x.(*lang.Str); ok {
							text, _ := s.Literal()
							read[text] = true
						}
					}
				}
				return true
			})
		}
	}
	for _, r := range p.Rules {
		byRule[r] = map[string]bool{}
		lang.Exprs(r.Decl, collect(byRule[r]))
	}
	for _, t := range p.Tests {
		for _, s := range t.Decl.Steps {
			pat, ok := testTag(s)
			if !ok || !odd(s) {
				continue
			}
			sent := map[string]bool{}
			for _, part := range s.Data.Parts {
				sent[part.Name.Text] = true
			}
			for _, part := range s.Data.Parts {
				name := part.Name.Text
				if name == "" || read[name] {
					continue
				}
				var wanted []string
				for _, n := range g.Meeting(pat) {
					for e := range graph.Along(n.Out, graph.Listens, graph.Ranges) {
						for f := range byRule[e.To.Rule] {
							if !sent[f] {
								wanted = append(wanted, f)
							}
						}
					}
				}
				slices.Sort(wanted)
				if near := lang.Nearest(name, slices.Compact(wanted)); len(near) > 0 {
					d := p.report(lang.CodeUnreadTestData, t.File, nil, part.Name.At, "no rule reads `"+name+"`; did you mean `"+near[0]+"`?")
					d.Fixes = append(d.Fixes, change(t.File, part.Name.At, near[0], "write `"+near[0]+"`", false))
				}
			}
		}
	}
}
