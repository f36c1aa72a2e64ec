package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// Declared events against recorded ones. What a declaration says and a
// recording does not show is reported where it is declared, and not again
// where it is used.

var schemaRows = []row{
	{lang.CodeMayBeMissing, always, schema},
}

// Disagreements is where the declared events of a program and what was
// observed disagree.
func Disagreements(u *lang.Unit, o *lang.Observed) lang.Diagnostics {
	p := &pass{Unit: u, Settings: Settings{Observed: o}}
	schema(p)
	p.found.Sort()
	return p.found
}

// Undeclared are the observed tags that no declaration covers, without the
// engine's own.
func Undeclared(u *lang.Unit, o *lang.Observed) []*lang.ObservedTag {
	var x tag.Index
	for i, e := range u.Events {
		x.Add(e.Pattern, i)
	}
	var out []*lang.ObservedTag
	for _, t := range o.Tags {
		if !tag.Reserved(t.Tag) && len(x.Lookup(t.Tag, nil)) == 0 {
			out = append(out, t)
		}
	}
	return out
}

func schema(p *pass) {
	if p.Observed == nil {
		return
	}
	for _, e := range p.Events {
		g := p.recorded(e.Pattern)
		if g.Count == 0 {
			if !p.complete() || p.ours(e.Pattern) {
				continue
			}
			p.evident(p.report(lang.CodeNotRecorded, e.File, nil, e.Decl.Tag.At, fmt.Sprintf("in %s no event is tagged %s", p.Observed.Recording(), e.Pattern)))
			continue
		}
		s := schemaOf{p, e, fmt.Sprintf("tagged %s", e.Pattern)}
		s.members(e.Decl.Fields, e.Decl.Open, e.Decl.Tag.At, &g.Data, "")
		s.late(g)
	}
}

// schemaOf compares one declaration.
type schemaOf struct {
	*pass
	e    *lang.EventInfo
	what string
}

// members compares the fields of an event, or the members of an object; path
// is what the object is called, at where it is declared.
func (s *schemaOf) members(fields []*lang.Field, open bool, at lang.Span, data *lang.ObservedValue, path string) {
	objects := data.Of(value.KindObject)
	if objects == 0 {
		return
	}
	declared := map[string]bool{}
	for _, f := range fields {
		declared[f.Name.Text] = true
	}
	var others []string // undeclared members
	for _, m := range data.Fields {
		if !declared[m.Name] && m.Known() > 0 {
			others = append(others, m.Name)
		}
	}
	rec, whose := s.Observed.Recording(), "events "+s.what
	if path != "" {
		whose = "values of `" + path + "`"
	}
	for _, f := range fields {
		if f.Type == nil {
			continue
		}
		name := path
		if name != "" {
			name += "."
		}
		name += f.Name.Text
		m := data.Field(f.Name.Text)
		known := 0
		if m != nil {
			known = m.Known()
		}
		switch {
		case known == 0 && (data.Cut || m != nil && f.Type.Optional): // it may be there, or is always null
		case known == 0:
			near := nearField(f.Name.Text, others)
			code, message := lang.CodeMayBeMissing, fmt.Sprintf("in %s none of the %s %s has `%s`", rec, lang.Grouped(objects), whose, name)
			if objects == 1 {
				message = fmt.Sprintf("in %s the one %s has no `%s`", rec, strings.Replace(strings.Replace(whose, "events ", "event ", 1), "values ", "value ", 1), name)
			}
			if f.Type.Optional && len(near) == 0 {
				s.evident(s.report(lang.CodeNotRecorded, s.e.File, nil, f.Name.At, message))
				break
			}
			d := s.evident(s.report(code, s.e.File, nil, f.Name.At, message+didYouMean(near)))
			if len(near) > 0 {
				others = slices.DeleteFunc(others, func(o string) bool { return o == near[0] })
				s.fix(d, s.e.File, f.Name.At, lang.MemberName(near[0]), "declare `"+near[0]+"`")
			} else {
				d.Message += fmt.Sprintf("; declare it `%s?` if it may be missing", s.source(f.Type))
				s.fix(d, s.e.File, lang.Span{Start: f.Type.At.End, End: f.Type.At.End}, "?", "write `"+s.source(f.Type)+"?`")
			}
		case known < objects && !f.Type.Optional:
			d := s.evident(s.report(lang.CodeMayBeMissing, s.e.File, nil, f.Name.At, fmt.Sprintf("in %s %s of %s %s %s no `%s`; declare it `%s?`",
				rec, lang.Grouped(objects-known), lang.Grouped(objects), whose, have(objects-known), name, s.source(f.Type))))
			s.fix(d, s.e.File, lang.Span{Start: f.Type.At.End, End: f.Type.At.End}, "?", "write `"+s.source(f.Type)+"?`")
		case known == objects && f.Type.Optional && known >= someEvents:
			d := s.evident(s.report(lang.CodeNeverMissing, s.e.File, nil, f.Name.At, fmt.Sprintf("in %s all %s %s have `%s`; without `?` rules need not ask for it", rec, lang.Grouped(objects), whose, name)))
			s.fix(d, s.e.File, lang.Span{Start: f.Type.At.End - 1, End: f.Type.At.End}, "", "declare it without `?`")
		}
		if known > 0 {
			s.kind(f.Type, m, name)
		}
	}
	if !open && len(others) > 0 {
		shown := others[:min(len(others), 3)]
		more := ""
		if n := len(others) - len(shown); n > 0 {
			more = fmt.Sprintf(" and %d more", n)
		}
		s.evident(s.report(lang.CodeUndeclared, s.e.File, nil, at, fmt.Sprintf("in %s %s also have `%s`%s; declare what rules read, or write `...` for the rest", rec, whose, strings.Join(shown, "`, `"), more)))
	}
}

// kind compares values with a declared type.
func (s *schemaOf) kind(t *lang.TypeExpr, v *lang.ObservedValue, name string) {
	known := v.Known()
	if misfits := known - fitting(t, v); misfits > 0 && t.Name.Text != "any" {
		code, how := lang.CodeRecordedMixed, fmt.Sprintf("in %s of %s", lang.Grouped(misfits), lang.Amount(known, "event"))
		if misfits == known {
			code, how = lang.CodeRecordedKind, "in "+all(known)
		}
		d := s.evident(s.report(code, s.e.File, nil, t.At, fmt.Sprintf("`%s` is declared %s, but in %s it is %s %s %s", name, s.source(t), s.Observed.Recording(), otherKind(t, v), how, s.what)))
		if misfits == known && v.Type() != "any" {
			text := v.Type()
			if t.Optional {
				text += "?"
			}
			d.Message += "; declare it `" + text + "`, or mend the sender"
			s.fix(d, s.e.File, t.At, text, "declare `"+text+"`")
		} else {
			d.Message += "; there it counts as unknown"
		}
		return
	}
	switch {
	case t.Object != nil:
		s.members(t.Object.Fields, t.Object.Open, t.At, v, name)
	case t.Elem != nil && v.Items != nil && v.Items.Known() > 0:
		s.kind(t.Elem, v.Items, name+"[]")
	}
}

// fitting is how many values a declared type takes (SPEC.md, Types).
func fitting(t *lang.TypeExpr, v *lang.ObservedValue) int {
	switch {
	case t.Elem != nil:
		return v.Of(value.KindList)
	case t.Object != nil:
		return v.Of(value.KindObject)
	}
	switch t.Name.Text {
	case "bool":
		return v.Of(value.KindBool)
	case "int":
		return v.Of(value.KindInt) + v.Whole
	case "float", "num":
		return v.Of(value.KindInt, value.KindFloat)
	case "string":
		return v.Of(value.KindString)
	case "time":
		return v.Of(value.KindInt, value.KindFloat, value.KindTime) + v.Times
	case "duration":
		return v.Of(value.KindDuration) + v.Spans
	}
	return v.Known()
}

// otherKind names the kinds of the values that a type does not take.
func otherKind(t *lang.TypeExpr, v *lang.ObservedValue) string {
	var words []string
	for k, n := range v.Kinds {
		one := &lang.ObservedValue{Count: n, Whole: v.Whole, Times: v.Times, Spans: v.Spans}
		one.Kinds[k] = n
		if kind := value.Kind(k); kind != value.KindNone && n > 0 && fitting(t, one) < n {
			words = append(words, kindWords[kind])
		}
	}
	if len(words) == 0 {
		return "of another kind"
	}
	return strings.Join(words, " or ")
}

var kindWords = map[value.Kind]string{value.KindBool: "true or false", value.KindInt: "an int", value.KindFloat: "a float", value.KindString: "text",
	value.KindTime: "a time", value.KindDuration: "a duration", value.KindList: "a list", value.KindObject: "an object"}

// source is a type as it is written, without its ?.
func (s *schemaOf) source(t *lang.TypeExpr) string {
	text := strings.Join(strings.Fields(s.e.File.Source.Text[t.At.Start:t.At.End]), " ")
	return strings.TrimSuffix(text, "?")
}

// late compares how far events lie behind their arrival with what the clock of
// the program waits for.
func (s *schemaOf) late(g *lang.ObservedTags) {
	d := s.e.Decl
	v := g.Data.Field(d.Time.Text)
	if d.Late == nil || v == nil || v.Lag.Count == 0 { // without late, the declaration has its finding
		return
	}
	waits := s.e.Late
	for _, e := range s.Events {
		waits = max(waits, e.Late)
	}
	behind := v.Lag.Above(float64(waits))
	if 100*behind < v.Lag.Count || behind == 0 { // a few stragglers are what /eda/late is for
		return
	}
	f := s.evident(s.report(lang.CodeLate, s.e.File, nil, d.Late.Span(), fmt.Sprintf("in %s %s of %s events %s came more than %s after their `%s`, one of them %s after; these go to /eda/late, and no other rule sees them; wait longer",
		s.Observed.Recording(), lang.Grouped(behind), lang.Grouped(v.Lag.Count), s.what, lang.RoughDuration(float64(waits)), d.Time.Text, lang.RoughDuration(v.Lag.Max))))
	if _, literal := d.Late.(*lang.Lit); literal {
		text := calendar.FormatDuration(wider(v.Lag.Max))
		s.fix(f, s.e.File, d.Late.Span(), text, "write `"+text+"`")
	}
}

func have(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}
