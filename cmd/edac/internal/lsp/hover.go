package lsp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

func (s *server) hover(ctx context.Context, p *placeParams) (any, error) {
	at, err := s.at(ctx, *p)
	if err != nil {
		return nil, err
	}
	text, span := at.explain()
	if text == "" {
		return nil, nil
	}
	r := at.doc.rangeOf(span, s.enc)
	return hover{markup{"markdown", text}, &r}, nil
}

// explain says what stands at a place, in Markdown.
func (at *spot) explain() (string, lang.Span) {
	if refs := at.names().At(at.file, at.offset); len(refs) > 0 {
		var parts []string
		for _, r := range refs {
			parts = append(parts, at.describe(r))
		}
		return strings.Join(parts, "\n\n---\n\n"), refs[0].At
	}
	if t, ok := at.names().Tag(at.file, at.offset); ok {
		return at.describeTag(t), t.Str.At
	}
	for _, t := range lang.Tokens(at.doc.text) { // a word or a sign of the language
		if t.At.End < at.offset || t.Kind == lang.Space {
			continue
		}
		if word := t.Text; t.At.Start <= at.offset && (t.Kind == lang.IdentTok || t.Kind == lang.Keyword || t.Kind == lang.Punct && t.At.End > at.offset) {
			if text := formText(word); text != "" {
				return text, t.At
			}
		}
		if t.At.Start > at.offset {
			break
		}
	}
	d := at.file.DeclAt(at.offset)
	if d == nil {
		return "", lang.Span{}
	}
	exprs := lang.ExprsAt(d, at.offset)
	for _, e := range slices.Backward(exprs) { // a window, from its size
		if call, ok := e.(*lang.Call); ok {
			if w, ok := at.unit.Info.Windows[call]; ok && call.At.Contains(at.offset) {
				return code(at.source(call)) + "\n\n" + at.window(d, call, w), call.At
			}
		}
	}
	if len(exprs) > 0 {
		e := exprs[len(exprs)-1]
		switch e := e.(type) {
		case *lang.Lit:
			if ns, ok := e.Value.AsDuration(); ok {
				return code(fmt.Sprintf("%s: duration", e.Raw)) + "\n\n" + seconds(ns), e.At
			}
			return "", lang.Span{}
		case *lang.Str:
			return "", lang.Span{}
		}
		if t, ok := at.unit.Info.Types[e]; ok && t.String() != "any" {
			return code(at.source(e) + ": " + t.String()), e.Span()
		}
	}
	return "", lang.Span{}
}

func seconds(ns int64) string {
	return fmt.Sprintf("%s seconds", strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.9f", float64(ns)/1e9), "0"), "."))
}

func code(text string) string { return "```eda\n" + text + "\n```" }

// source is an expression as it is written, on one line.
func (at *spot) source(e lang.Expr) string { return sourceOf(at.file, e.Span()) }

func sourceOf(f *lang.File, at lang.Span) string {
	if at.Start < 0 || at.End > len(f.Source.Text) || at.Start > at.End {
		return ""
	}
	return strings.Join(strings.Fields(f.Source.Text[at.Start:at.End]), " ")
}

// comment is what the comment right above a declaration says.
func comment(f *lang.File, d lang.Decl) string {
	lines := strings.Split(f.Source.Text[:d.Span().Start], "\n")
	var out []string
	for i := len(lines) - 2; i >= 0; i-- {
		line := strings.TrimSpace(lines[i])
		if !strings.HasPrefix(line, "#") || strings.HasPrefix(line, "# edac:") {
			break
		}
		out = append(out, strings.TrimSpace(strings.TrimLeft(line, "#")))
	}
	slices.Reverse(out)
	return strings.Join(out, "\n")
}

// declared is a declaration as it is written, with its comment.
func (at *spot) declared(f *lang.File, d lang.Decl, more ...string) string {
	out := []string{code(sourceOf(f, d.Span()))}
	if c := comment(f, d); c != "" {
		out = append(out, c)
	}
	for _, m := range more {
		if m != "" {
			out = append(out, m)
		}
	}
	return strings.Join(out, "\n\n")
}

// describe says what a name stands for.
func (at *spot) describe(r lang.Ref) string {
	u := at.unit
	typed := func(t string) string {
		if r.Ident != nil {
			if known, ok := u.Info.Types[r.Ident]; ok {
				t = known.String()
			}
		}
		return t
	}
	d := r.Def
	switch d.Kind {
	case lang.DefRule:
		return at.describeRule(d.Node.(*lang.RuleInfo))
	case lang.DefParam:
		p := d.Node.(*lang.ParamInfo)
		now := ""
		_, literal := p.Decl.Value.(*lang.Lit)
		if v := value.Text(p.Value); !literal && !p.Value.IsNone() && v != sourceOf(p.File, p.Decl.Value.Span()) {
			now = "Now `" + v + "`."
		}
		return at.declared(p.File, p.Decl, now)
	case lang.DefFn:
		return at.declared(d.File, d.Node.(*lang.FnDecl))
	case lang.DefTable:
		t := d.Node.(*lang.TableInfo)
		var cols []string
		if t.Table != nil {
			for _, c := range t.Columns {
				cols = append(cols, "`"+c.Name+": "+c.Kind.String()+"`")
			}
		}
		return at.declared(t.File, t.Decl, fmt.Sprintf("%s of %s", plural(len(t.Rows), "row"), strings.Join(cols, ", ")))
	case lang.DefState:
		st := d.Node.(*lang.StateInfo)
		life := ""
		if st.Expire > 0 {
			life = "Forgotten " + calendar.FormatDuration(st.Expire) + " after it was last set."
		}
		return at.declared(st.File, st.Decl, life)
	case lang.DefAction:
		a := d.Node.(*lang.ActionInfo)
		how := ""
		if a.Decl.Ack != nil {
			how = fmt.Sprintf("Sent again up to %s, first after %s; an answer is awaited for %s.", plural(a.Retry, "time"), calendar.FormatDuration(a.Backoff), calendar.FormatDuration(a.Timeout))
		}
		return at.declared(a.File, a.Decl, how)
	case lang.DefModule:
		return at.declared(d.File, d.Node.(*lang.UseDecl))
	case lang.DefField:
		e, ok := d.Node.(*lang.EventInfo)
		if !ok {
			out := code(d.Name + ": " + typed("any"))
			if r.Ident != nil {
				out += "\n\nA field of an event that is not declared."
			}
			return out + at.observedField(r, d.Name, nil)
		}
		t := "any"
		for _, f := range e.Fields {
			if f.Name == d.Name {
				t = f.Type.String()
			}
		}
		return code(d.Name+": "+t) + "\n\nA field of the event `" + e.Pattern.String() + "`." + at.observedField(r, d.Name, &e.Pattern)
	case lang.DefColumn:
		t := d.Node.(*lang.TableInfo)
		kind := "any"
		if t.Table != nil {
			for _, c := range t.Columns {
				if c.Name == d.Name {
					kind = c.Kind.String()
				}
			}
		}
		return code(d.Name+": "+kind) + "\n\nA column of the table `" + t.Decl.Name.Text + "`."
	case lang.DefArg:
		if a, ok := d.Node.(*lang.ActionInfo); ok {
			for _, p := range a.Params {
				if p.Name == d.Name {
					return code(d.Name+": "+p.Type.String()) + "\n\nA parameter of the action `" + a.Decl.Name.Text + "`."
				}
			}
		}
		if fn, ok := d.Node.(*lang.FnDecl); ok {
			return code(d.Name) + "\n\nA parameter of `" + fn.Name.Text + "`."
		}
	case lang.DefLet:
		l := d.Node.(*lang.Let)
		out := code("let " + d.Name + " = " + sourceOf(d.File, l.Value.Span()))
		if t, ok := u.Info.Types[l.Value]; ok {
			out = code("let " + d.Name + ": " + t.String() + " = " + sourceOf(d.File, l.Value.Span()))
		}
		if call, ok := l.Value.(*lang.Call); ok && d.Rule != nil {
			if w, ok := u.Info.Windows[call]; ok {
				out += "\n\n" + at.window(d.Rule.Decl, call, w)
			}
		}
		return out
	case lang.DefAlias:
		return code(d.Name) + "\n\nThe event that " + code1(d.Node.(*lang.Elem).Tag.Raw) + " took."
	case lang.DefCapture:
		out := code(d.Name+": string") + "\n\nA part of the tag."
		if d.Rule != nil && slices.ContainsFunc(d.Rule.Key, func(k lang.KeyInfo) bool { return k.Name == d.Name }) {
			out += " The rule keeps a state for each."
		}
		return out + at.observedCapture(d)
	case lang.DefKeyPart:
		return code(d.Name) + "\n\nA part of the key of the register."
	case lang.DefFunction:
		out := at.s.function(d.Name)
		if out == "" {
			out = formText(d.Name) // silent, active, …
		}
		if decl := at.file.DeclAt(at.offset); decl != nil {
			for _, e := range slices.Backward(lang.ExprsAt(decl, at.offset)) {
				if call, ok := e.(*lang.Call); ok && call.Fn.At == r.At {
					if w, ok := u.Info.Windows[call]; ok {
						out = code(at.source(call)) + "\n\n" + at.window(decl, call, w) + "\n\n" + out
					}
					break
				}
			}
		}
		return out
	case lang.DefWord:
		return code(d.Name+": "+typed("any")) + "\n\n" + formText(d.Name)
	case lang.DefType:
		return code(d.Name) + "\n\n" + typeDocs[d.Name]
	}
	return code(d.Name)
}

func code1(s string) string { return "`" + s + "`" }

var typeDocs = map[string]string{
	"int": "A whole number of 64 bits.", "float": "A number, IEEE 754 with 64 bits.", "num": "An int or a float.", "bool": "true or false.",
	"string": "Text.", "time": "An instant, in nanoseconds.", "duration": "A length of time, as in `1m30s`.", "any": "Anything; nothing is checked.",
}

// function is the manual of a function of the language.
func (s *server) function(name string) string {
	for _, f := range s.config.Functions {
		if f.Name == name {
			out := code(f.Signature) + "\n\n" + f.Doc
			for _, e := range f.Examples {
				out += "\n\n" + code1(e)
			}
			return out
		}
	}
	return ""
}

// keyOf is the key of a rule in words.
func keyOf(r *lang.RuleInfo) string {
	if len(r.Key) == 0 {
		return "none"
	}
	var parts []string
	for _, k := range r.Key {
		parts = append(parts, k.Name)
	}
	return strings.Join(parts, ", ")
}

// describeRule says what a rule keeps.
func (at *spot) describeRule(r *lang.RuleInfo) string {
	head := "on " + sourceOf(r.File, sourceSpan(r.Decl))
	if r.Decl.Name.Text != "" {
		head = "rule " + r.Decl.Name.Text + "\n" + head
	}
	out := []string{code(head)}
	if c := comment(r.File, r.Decl); c != "" {
		out = append(out, c)
	}
	key := "One state for all events."
	if len(r.Key) > 0 {
		key = "A state for each `" + keyOf(r) + "`"
		if r.Decl.By == nil {
			key += ", from the tag"
		}
		key += "."
	}
	out = append(out, key)
	var windows []string
	lang.Exprs(r.Decl, func(e lang.Expr) {
		lang.Walk(e, func(x lang.Expr) bool {
			if call, ok := x.(*lang.Call); ok {
				if w, ok := at.unit.Info.Windows[call]; ok {
					windows = append(windows, "- `"+sourceOf(r.File, call.At)+"`: "+span(w))
				}
			}
			return true
		})
	})
	if len(windows) > 0 {
		out = append(out, strings.Join(windows, "\n"))
	}
	for _, cost := range lint.Costs(at.unit, at.observed()) {
		if cost.Rule == r && cost.PerKey > 0 {
			out = append(out, "Memory: "+cost.String()+".")
		}
	}
	var lives []string
	if len(r.Key) > 0 && (len(windows) > 0 || r.Decl.When != nil) {
		lives = append(lives, "A key is forgotten "+calendar.FormatDuration(r.Expire)+" after its last event.")
	}
	if n := len(r.Mutes); n > 0 {
		lives = append(lives, "Muted by "+plural(n, "mute")+".")
	}
	if len(lives) > 0 {
		out = append(out, strings.Join(lives, " "))
	}
	return strings.Join(out, "\n\n")
}

// span says which events a window holds.
func span(w lang.Window) string {
	size := calendar.FormatDuration(w.Size)
	switch w.Kind {
	case lang.Last:
		if w.Size == 1 {
			return "the latest event"
		}
		return fmt.Sprintf("the latest %d events", w.Size)
	case lang.Each:
		return "the last whole " + size
	case lang.This:
		return "the " + size + " at hand so far"
	case lang.Session:
		return "the run of events with gaps below " + size
	}
	return "the last " + size
}

// window says what an aggregate is over.
func (at *spot) window(d lang.Decl, call *lang.Call, w lang.Window) string {
	out := "Over " + span(w)
	var rule *lang.RuleInfo
	for _, r := range at.unit.Rules {
		if r.Decl == d {
			rule = r
		}
	}
	switch from, ok := at.unit.Info.Froms[call]; {
	case ok && rule != nil && len(rule.Joins(from)) > 0:
		out += " of `" + from.String() + "`, for each `" + strings.Join(rule.Joins(from), ", ") + "`"
	case ok:
		out += " of `" + from.String() + "`"
	case rule != nil && len(rule.Key) > 0:
		out += ", for each `" + keyOf(rule) + "`"
	}
	out += "."
	if t, ok := at.unit.Info.Types[call]; ok {
		out += " It is `" + t.String() + "`"
		if t.Optional {
			out += ", none if it holds nothing"
		}
		out += "."
	}
	return out
}

// describeTag says who hears and who fires a tag, and what an event of it has.
func (at *spot) describeTag(t lang.TagUse) string {
	out := []string{code(t.Str.Raw)}
	names := at.names()
	for _, e := range at.unit.Events {
		if tag.Intersect(e.Pattern, t.Pattern) {
			out = append(out, at.declared(e.File, e.Decl))
		}
	}
	line := func(what string, role lang.TagRole) {
		var who []string
		for _, o := range names.Meeting(t.Pattern) {
			if o.Role != role {
				continue
			}
			label := o.File.Source.Name
			if o.Rule != nil {
				label = o.Rule.Label
			} else if d, ok := o.File.DeclAt(o.Str.At.Start).(*lang.ActionDecl); ok {
				label = d.Name.Text
			}
			if label = "`" + label + "`"; !slices.Contains(who, label) {
				who = append(who, label)
			}
		}
		if len(who) > 0 {
			out = append(out, what+" "+strings.Join(who, ", ")+".")
		}
	}
	line("Heard by", lang.TagHeard)
	line("Fired by", lang.TagFired)
	if o := at.observed(); o != nil {
		if seen := o.Matching(t.Pattern); seen != nil && seen.Count > 0 {
			out = append(out, fmt.Sprintf("%s in %s.", plural(seen.Count, "event"), o.Recording()))
		} else {
			out = append(out, "None in "+o.Recording()+".")
		}
	}
	return strings.Join(out, "\n\n")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
