package lint

import (
	"fmt"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/calendar"
)

var deliveryRows = []row{
	{lang.CodeIdleClause, always, idleClauses},
	{lang.CodeLongDelivery, always, deliveries},
	{lang.CodeClearLikeDo, always, sameActs},
	{lang.CodeNoAct, always, noActs},
	{lang.CodeMuted, always, alwaysMuted},
}

// idleClauses finds clauses that change nothing in their rule.
func idleClauses(p *pass) {
	u := p.Unit
	for _, r := range u.Rules {
		d, f := r.Decl, r.File
		// idle reports a clause from its first word to the end of e, and offers
		// to leave it out.
		idle := func(word string, e lang.Expr, why string) {
			start := strings.LastIndex(f.Source.Text[:e.Span().Start], word)
			if start < 0 {
				return
			}
			at := lang.Span{Start: start, End: e.Span().End}
			dg := p.report(lang.CodeIdleClause, f, r, at, why)
			cut := lang.Span{Start: len(strings.TrimRight(f.Source.Text[:start], " \t\r\n")), End: at.End}
			dg.Fixes = append(dg.Fixes, change(f, cut, "", "leave `"+word+"` out", true))
		}
		if d.Repeat != nil && len(d.Do) == 0 {
			idle("repeat", d.Repeat, "`repeat` runs `do` again, and this rule has none")
		}
		if l := d.Limit; l != nil && l.By == nil && durationOf(u, l.Per) > 0 {
			n, _ := u.Info.Consts[l.N].AsInt()
			per := durationOf(u, l.Per)
			switch {
			case len(d.Do) == 0:
				idle("limit", l.Per, "a limit counts runs of `do`, and this rule has none; `clear do` is never limited")
			case n > 0 && r.Ticks != nil && r.Ticks.Every > 0 && n >= (per+r.Ticks.Every-1)/r.Ticks.Every && d.Repeat == nil:
				idle("limit", l.Per, fmt.Sprintf("in %s there are at most %d ticks, so this limit holds nothing back", wording(f, l.Per.Span()), (per+r.Ticks.Every-1)/r.Ticks.Every))
			case n > 0 && d.Gather != nil && d.Gather.By == nil && per <= durationOf(u, d.Gather.Dur):
				idle("limit", l.Per, fmt.Sprintf("a group acts once in %s, so this limit holds nothing back", wording(f, d.Gather.Dur.Span())))
			}
		}
		if d.Expire != nil && durationOf(u, d.Expire) > 0 && d.When == nil && d.Limit == nil && d.Gather == nil && !r.Sequence() && len(p.callsOf(r)) == 0 {
			idle("expire", d.Expire, "this rule remembers nothing of its keys, so there is nothing that could expire")
		}
	}
}

// deliveries judges what actions say about calls that are not answered.
func deliveries(p *pass) {
	for _, a := range p.Actions {
		d := a.Decl
		if d.Ack == nil {
			continue
		}
		if d.To != nil && d.Ack.Raw == d.To.Raw {
			dg := p.report(lang.CodeOwnAck, a.File, nil, d.Ack.At, "the answer would come on the tag of the call, where every actor takes it for another call; give it a tag of its own")
			if !strings.Contains(d.Ack.Raw, `\`) {
				repl := strings.TrimSuffix(d.Ack.Raw, `"`) + `/done"`
				dg.Fixes = append(dg.Fixes, change(a.File, d.Ack.At, repl, "write `"+repl+"`", false))
			}
		}
		total := float64(a.Timeout)
		wait := float64(a.Backoff)
		for range a.Retry {
			total += wait + float64(a.Timeout)
			wait *= 2
		}
		if total > float64(day) && d.Retry != nil {
			p.report(lang.CodeLongDelivery, a.File, nil, d.Retry.Span(), "the wait doubles each time, so the last of these is sent "+roughly(total)+" after the first; is it still wanted then?")
		}
	}
}

// roughly is a long time in words.
func roughly(ns float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{365 * float64(day), "years"}, {float64(day), "days"}} {
		if n := ns / u.size; n >= 2 {
			return fmt.Sprintf("%.0f %s", n, u.name)
		}
	}
	return calendar.FormatDuration(int64(ns) / minute * minute)
}

// sameActs finds acts that stand twice: in one do, or in do and clear do.
func sameActs(p *pass) {
	for _, r := range p.Rules {
		first := map[string]*lang.Act{}
		lists := [][]lang.Act{r.Decl.Do}
		if r.Decl.Clear != nil {
			lists = append(lists, r.Decl.Clear.Do)
		}
		for i, acts := range lists {
			here := map[string]*lang.Act{}
			for j := range acts {
				a := &acts[j]
				text, again := wording(r.File, a.At), "this stands here already; leave it out"
				switch a.Kind {
				case lang.BadAct:
					continue
				case lang.Set:
					text = "set " + a.Name.Text
					for _, k := range a.Keys {
						text += "\x00" + wording(r.File, k.Span())
					}
					again = "`" + a.Name.Text + "` is set here already, and only the later write counts; leave one out"
				}
				if old := here[text]; old != nil {
					dg := p.report(lang.CodeRepeatedAct, r.File, r, a.At, again)
					dg.Labels = append(dg.Labels, lang.Label{File: r.File.Source.Name, Span: old.At, Text: "here"})
					continue
				}
				here[text] = a
				if old := first[text]; i > 0 && old != nil && fixedMessage(p.Unit, a) {
					dg := p.report(lang.CodeClearLikeDo, r.File, r, a.At, "this is sent when the situation begins, and the same when it ends: nobody can tell one from the other; give it another tag, or a field that says which")
					dg.Labels = append(dg.Labels, lang.Label{File: r.File.Source.Name, Span: old.At, Text: "when it begins"})
				}
			}
			first = here
		}
	}
}

// fixedMessage reports whether an act sends the same whenever it is run for
// one key.
func fixedMessage(u *lang.Unit, a *lang.Act) bool {
	if a.Kind != lang.Fire && a.Kind != lang.CallAction {
		return false
	}
	fixed := true
	actExprs(a, func(e lang.Expr) {
		lang.Walk(e, func(e lang.Expr) bool {
			switch e := e.(type) {
			case *lang.Call:
				fixed = false
			case *lang.Ident:
				if k := u.Info.Uses[e].Kind; k != lang.SymCapture && k != lang.SymParam {
					fixed = false
				}
			}
			return fixed
		})
	})
	return fixed
}

// noActs finds situations without any act that no rule asks for. One with a
// name may be asked by the rules of a program that joins its file.
func noActs(p *pass) {
	acts := map[*lang.File]bool{} // or may, where a rule cannot be read
	for _, f := range p.Files {
		for _, d := range f.Decls {
			_, bad := d.(*lang.BadDecl)
			acts[f] = acts[f] || bad
		}
	}
	for _, r := range p.Rules {
		acts[r.File] = acts[r.File] || len(r.Decl.Do) > 0
	}
	for _, r := range p.Rules {
		d := r.Decl
		if d.When == nil || len(d.Do) > 0 || d.Clear != nil && len(d.Clear.Do) > 0 || r.Asked || len(r.Mutes) > 0 { // of a mute that has nothing to mute more is said
			continue
		}
		if d.Name.Text == "" {
			p.report(lang.CodeNoAct, r.File, r, lang.Span{Start: d.At.Start, End: d.At.Start + 2}, "this rule does nothing: add `do`, or a name by which other rules ask it, `rule hot on …` and active(hot)")
			continue
		}
		dg := p.report(lang.CodeNoAct, r.File, r, d.Name.At, "`"+d.Name.Text+"` does nothing: it has no `do`, and no rule here asks active("+d.Name.Text+")")
		if r.File.Source.Joined || !acts[r.File] {
			dg.Severity = lang.Hint // the file may be there for others to ask
		}
	}
}

// alwaysMuted advises on mutes that nothing ends.
func alwaysMuted(p *pass) {
	for _, r := range p.Rules {
		for _, m := range r.Mutes {
			if m.Decl.Where == nil {
				p.report(lang.CodeMuted, m.File, r, m.Decl.Rule.At, "all that `"+m.Decl.Rule.Text+"` does is held back until this line is deleted; `where during(…)` or a register ends it by itself")
			}
		}
	}
}
