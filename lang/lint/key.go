package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

var keyRows = []row{
	{lang.CodeUnboundedKey, always, unboundedKeys},
	{lang.CodeNeverSeen, always, neverSeen},
	{lang.CodeMergedKey, always, mergedKeys},
	{lang.CodeKeyNeverTwice, always, oddKeys},
	{lang.CodeConstantKey, always, constantKeys},
}

// unbounded are names whose values never end: each request has a new one. Those
// that are false may come again.
var unbounded = map[string]bool{}

func init() {
	for surely, names := range map[bool]string{
		true: "requestid reqid traceid spanid correlationid messageid msgid transactionid txnid txid eventid invocationid uuid guid nonce",
		false: "session sessionid orderid order paymentid payment invoiceid jobid taskid runid buildid ticketid callid cartid uploadid " +
			"txn trace request email pid clientip srcip sourceip remoteip remoteaddr srcport",
	} {
		for _, n := range strings.Fields(names) {
			unbounded[n] = surely
		}
	}
	for _, n := range strings.Fields("request req trace session job task run build order payment invoice ticket call cart upload message msg txn transaction") {
		numbered[n], numbered[n+"s"] = true, true
	}
}

// joined writes the words of a name together.
var joined = strings.NewReplacer("_", "", "-", "")

// numbered are words before an `{id}` that says which of them, of which there
// is no end.
var numbered = map[string]bool{}

// endless reports whether a name has values without end, and whether that is sure.
func endless(name string) (surely, maybe bool) {
	surely, maybe = unbounded[strings.ToLower(joined.Replace(name))]
	return surely, maybe
}

// remembers reports whether a rule keeps something of each key for its life.
// What waits within a sequence is forgotten after its `within`.
func remembers(u *lang.Unit, r *lang.RuleInfo, calls []*lang.Call) bool {
	if r.Sequence() || r.Ticks != nil {
		return false
	}
	if r.Decl.When != nil || calling(calls, "prev", "changed", "unique", "silent") {
		return true
	}
	return slices.ContainsFunc(calls, func(c *lang.Call) bool {
		_, window := u.Info.Windows[c]
		return window && c.From == nil
	})
}

// unboundedKeys finds what is remembered for long under names that never come
// again (W8).
func unboundedKeys(p *pass) {
	u := p.Unit
	for _, r := range u.Rules {
		if r.Decl.Expire != nil || domain(r) || !remembers(u, r, p.callsOf(r)) {
			continue
		}
		for _, k := range r.Key {
			surely, maybe := endless(k.Name)
			if !maybe && !(k.Name == "id" && afterNumbered(r)) {
				continue
			}
			at := keySpan(r, k)
			end := r.Decl.At.End
			life := calendar.FormatDuration(r.Expire)
			sooner := max(10*minute, 2*longestOf(u, r, p.callsOf(r)))
			if sooner >= r.Expire {
				continue
			}
			advice := calendar.FormatDuration(sooner)
			d := p.report(lang.CodeUnboundedKey, r.File, r, at, fmt.Sprintf("each new `%s` is remembered for %s after its last event, and a rule keeps 100,000 keys at most; `expire %s` forgets them sooner", k.Name, life, advice))
			if !surely {
				d.Severity = lang.Hint
			}
			d.Fixes = append(d.Fixes, insert(r.File, end, " expire "+advice))
			break
		}
	}
	for _, st := range u.States {
		if st.Decl.Expire != nil {
			continue
		}
		for _, n := range st.Decl.By {
			if surely, maybe := endless(n.Text); maybe {
				d := p.report(lang.CodeUnboundedKey, st.File, nil, n.At, fmt.Sprintf("`%s` is kept for each `%s` for ever, and a register has 100,000 keys at most; add `expire 1d`", st.Decl.Name.Text, n.Text))
				if !surely {
					d.Severity = lang.Hint
				}
				d.Fixes = append(d.Fixes, insert(st.File, st.Decl.At.End, " expire 1d"))
				break
			}
		}
	}
}

// afterNumbered reports whether {id} says which request, job or order it is.
func afterNumbered(r *lang.RuleInfo) bool {
	return slices.ContainsFunc(r.Elems, func(el lang.ElemInfo) bool {
		before, _, ok := strings.Cut(el.Pattern.String(), "/{id}")
		return ok && numbered[before[strings.LastIndexByte(before, '/')+1:]]
	})
}

// longestOf is the longest duration that a rule looks back or waits.
func longestOf(u *lang.Unit, r *lang.RuleInfo, calls []*lang.Call) int64 {
	longest := int64(0)
	lang.Exprs(r.Decl, func(e lang.Expr) { longest = max(longest, durationOf(u, e)) })
	for _, c := range calls {
		if w, ok := u.Info.Windows[c]; ok && w.Kind != lang.Last {
			longest = max(longest, w.Size)
		}
		for _, a := range c.Args {
			longest = max(longest, durationOf(u, a))
		}
	}
	return longest
}

// keySpan is where a part of a key is written: in `by`, or as a capture.
func keySpan(r *lang.RuleInfo, k lang.KeyInfo) lang.Span {
	if by := r.Decl.By; by != nil {
		for _, part := range by.Parts {
			if id, ok := part.Expr.(*lang.Ident); part.Expr == k.Expr || ok && id.Text == k.Name {
				return part.Expr.Span()
			}
		}
	}
	for _, el := range r.Elems {
		for _, part := range el.Elem.Tag.Parts {
			if id, ok := part.Path.(*lang.Ident); ok && id.Text == k.Name {
				return part.At
			}
		}
	}
	if len(r.Elems) > 0 {
		return r.Elems[0].Elem.Tag.At
	}
	return r.Decl.At
}

// neverSeen advises on silence of keys that nobody lists: one that never spoke
// is not missed (W3).
func neverSeen(p *pass) {
	u := p.Unit
	for _, r := range u.Rules {
		if r.Decl.When == nil || len(r.Key) == 0 || domain(r) || r.Sequence() || !calling(p.callsOf(r), "silent") {
			continue
		}
		done := false
		throughLets(u, r.Decl.When, func(e lang.Expr) bool {
			c, ok := e.(*lang.Call)
			if done || !ok || c.Fn.Text != "silent" {
				return !done
			}
			done = true
			name, table := r.Key[0].Name, "TABLE"
			if r.Key[0].Capture >= 0 && '0' <= name[0] && name[0] <= '9' {
				name = "host"
			}
			var listed []string
			for _, t := range u.Tables {
				if len(t.Decl.Keys) == 1 && t.Decl.Keys[0].Text == name {
					listed = append(listed, t.Decl.Name.Text)
				}
			}
			if len(listed) > 0 {
				table = listed[0]
			}
			d := p.report(lang.CodeNeverSeen, r.File, r, c.Span(), fmt.Sprintf("a key that never sent an event is not missed; where a table lists them all, `by %s in %s` finds those too", name, table))
			if len(listed) == 1 && len(r.Key) == 1 && r.Decl.By == nil && len(r.Elems) > 0 && r.Key[0].Name == name {
				d.Fixes = append(d.Fixes, insert(r.File, r.Elems[len(r.Elems)-1].Elem.At.End, " by "+name+" in "+table))
			}
			return false
		})
	}
}

// mergedKeys finds acts that name one of many, where all of them share one
// situation: it is whose event came last (W5).
func mergedKeys(p *pass) {
	u := p.Unit
	for _, r := range u.Rules {
		d := r.Decl
		if d.When == nil || d.By == nil || !d.By.None || r.Sequence() || d.Gather != nil {
			continue
		}
		done := false
		acts := slices.Clone(d.Do)
		if d.Clear != nil {
			acts = append(acts, d.Clear.Do...)
		}
		var look func(e lang.Expr) bool
		look = func(e lang.Expr) bool {
			if _, _, aggregate := aggregateOf(u, e); done || aggregate {
				return false // inside, a capture is that event's own
			}
			id, ok := e.(*lang.Ident)
			if !ok {
				return true
			}
			switch s := u.Info.Uses[id]; s.Kind {
			case lang.SymCapture:
				done = true
				dg := p.report(lang.CodeMergedKey, r.File, r, id.At, fmt.Sprintf("with `by none` all events share one situation, and `%s` is merely that of the event that came last; leave `by none` out, or ask for one with `max_by(%s, …)`", id.Text, id.Text))
				dg.Labels = append(dg.Labels, lang.Label{File: r.File.Source.Name, Span: lang.Span{Start: d.By.Pos.Offset, End: d.By.Pos.Offset + 2}, Text: "this makes all share one state"})
			case lang.SymLet:
				throughLets(u, id, func(e lang.Expr) bool {
					if e == lang.Expr(id) {
						return true
					}
					if x, ok := e.(*lang.Ident); ok && u.Info.Uses[x].Kind == lang.SymLet {
						return true
					}
					return look(e)
				})
			}
			return !done
		}
		for i := range acts {
			actExprs(&acts[i], func(e lang.Expr) { lang.Walk(e, look) })
		}
	}
}

// actExprs calls f for what an act prints, sends and writes.
func actExprs(a *lang.Act, f func(lang.Expr)) {
	if a.Tag != nil {
		f(a.Tag)
	}
	if a.Data != nil {
		f(a.Data)
	}
	if a.Text != nil {
		f(a.Text)
	}
	for _, list := range [][]lang.Expr{a.Keys, a.Args, {a.Expr}} {
		for _, e := range list {
			if e != nil {
				f(e)
			}
		}
	}
}

// oddKeys judges keys by the types of their parts.
func oddKeys(p *pass) {
	u := p.Unit
	for _, r := range u.Rules {
		by := r.Decl.By
		if by == nil {
			continue
		}
		for _, part := range by.Parts {
			t, known := u.Info.Types[part.Expr]
			id, _ := part.Expr.(*lang.Ident)
			now := id != nil && u.Info.Uses[id].Kind == lang.SymNow
			switch kind := t.Kind(); {
			case now || known && (kind == value.KindTime || kind == value.KindFloat):
				what := "a " + kind.String()
				if now {
					what = "the time"
				}
				p.report(lang.CodeKeyNeverTwice, r.File, r, part.Expr.Span(), fmt.Sprintf("`%s` is %s, which hardly any two events share, so each has a state of its own and nothing adds up; name what the events have in common", wording(r.File, part.Expr.Span()), what))
			case known && t.Optional && part.In.Text == "":
				p.report(lang.CodeOptionalKey, r.File, r, part.Expr.Span(), fmt.Sprintf("an event without `%s` does not reach this rule; `%[1]s ?? \"other\"` would give it a key", wording(r.File, part.Expr.Span())))
			}
		}
	}
}

// constantKeys finds parts of keys that are a value and no name: in quotes,
// mostly.
func constantKeys(p *pass) {
	for _, r := range p.Rules {
		d := r.Decl
		clauses := []*lang.ByClause{d.By}
		if d.Limit != nil {
			clauses = append(clauses, d.Limit.By)
		}
		if d.Gather != nil {
			clauses = append(clauses, d.Gather.By)
		}
		for _, by := range clauses {
			if by == nil {
				continue
			}
			for _, part := range by.Parts {
				v, ok := p.Constant(part.Expr)
				if !ok || v.IsNone() {
					continue
				}
				d := p.report(lang.CodeConstantKey, r.File, r, part.Expr.Span(), "`"+wording(r.File, part.Expr.Span())+"` is the same for all events, so it tells no two apart; name a capture or a field, or write `by none`")
				name, _ := v.AsString()
				if s, quoted := part.Expr.(*lang.Str); quoted && word(strings.Trim(name, "{}")) {
					name = strings.Trim(name, "{}")
					d.Fixes = append(d.Fixes, change(r.File, s.At, name, "write `"+name+"`", false))
				}
			}
		}
	}
}

// word reports whether a text could be a name.
func word(s string) bool {
	for i, c := range s {
		if letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'; !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
