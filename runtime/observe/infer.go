package observe

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// Infer writes declarations of the events that were observed, formatted, with
// what else was seen of them as comments. What a declared pattern matches is
// left out. Same observations, same text; the text is empty where there is
// nothing to declare.
func Infer(o *lang.Observed, declared []tag.Pattern) string {
	w := writer{o: o}
	var tags []*lang.ObservedTag
	var caps []string
	for _, t := range o.Tags {
		known := func(p tag.Pattern) (ok bool) {
			caps, ok = p.Match(t.Tag, caps)
			return ok
		}
		switch {
		case tag.Reserved(t.Tag): // the engine's own are declared by the language
		case slices.ContainsFunc(declared, known):
		default:
			if _, err := tag.Parse(t.Tag); err != nil {
				w.odd = append(w.odd, t)
				continue
			}
			tags = append(tags, t)
		}
	}
	type named struct {
		pattern string
		g       *group
		caps    map[int]string
	}
	var events []named
	for _, g := range groups(tags, declared) {
		plain := true
		for i, s := range g.segs {
			plain = plain && (g.wild[i] || !strings.ContainsFunc(s, unwritten))
		}
		if !plain {
			w.odd = append(w.odd, g.tags...)
			continue
		}
		caps := captures(g)
		events = append(events, named{g.pattern(caps), g, caps})
	}
	if len(events) == 0 && len(w.odd) == 0 {
		return ""
	}
	slices.SortFunc(events, func(a, b named) int { return strings.Compare(a.pattern, b.pattern) })
	w.head()
	for _, e := range events {
		w.event(e.pattern, e.g, e.caps)
	}
	w.tail()
	text, _ := lang.Format(lang.Source{Name: "inferred.eda", Text: w.String()})
	return text
}

// unwritten are characters that cannot stand in a tag of a program.
func unwritten(r rune) bool {
	return r == '"' || r == '\\' || r == utf8.RuneError || !unicode.IsPrint(r)
}

// captures names what varies: by the field that always holds it, by the
// segment before it in the singular, or by a plain name.
func captures(g *group) map[int]string {
	fields := map[string]bool{}
	for _, t := range g.tags {
		for _, f := range t.Data.Fields {
			fields[f.Name] = true
		}
	}
	out := map[int]string{}
	used := map[string]bool{}
	for p, wild := range g.wild {
		if !wild {
			continue
		}
		if m := mirror(g.tags, p); m != "" && isName(m) && !used[m] {
			out[p] = m
			used[m] = true
		}
	}
	for p, wild := range g.wild {
		if !wild || out[p] != "" {
			continue
		}
		var names []string
		if p > 0 && !g.wild[p-1] {
			if s := singular(g.segs[p-1]); s != "" {
				names = append(names, s)
			}
		}
		if idLike(g.texts(p)) {
			names = append(names, "id")
			if p > 0 && !g.wild[p-1] {
				names = append(names, strings.ReplaceAll(g.segs[p-1], "-", "_")+"_id")
			}
		}
		names = append(names, "name", "id", "key")
		for i := 1; ; i++ {
			names = append(names, "part"+strconv.Itoa(i))
			n := slices.IndexFunc(names, func(s string) bool { return isName(s) && !used[s] && !fields[s] })
			if n >= 0 {
				out[p] = names[n]
				used[names[n]] = true
				break
			}
		}
	}
	return out
}

// idLike reports whether texts are numbers, or long and of hexadecimal digits.
func idLike(texts map[string]bool) bool {
	for t := range texts {
		digits := strings.ContainsFunc(t, unicode.IsDigit)
		number := strings.Trim(t, "0123456789") == ""
		hex := len(t) >= 8 && strings.Trim(strings.ToLower(t), "0123456789abcdef-") == ""
		if !digits || !number && !hex {
			return false
		}
	}
	return true
}

// singular of an English plural; empty for what is none.
func singular(s string) string {
	for _, end := range []struct{ plural, single string }{{"ies", "y"}, {"sses", "ss"}, {"xes", "x"}, {"ches", "ch"}, {"shes", "sh"}, {"ss", ""}, {"us", ""}, {"is", ""}, {"s", "*"}} {
		stem, ok := strings.CutSuffix(strings.ToLower(s), end.plural)
		switch {
		case !ok:
		case end.single == "" || len(stem) < 2:
			return ""
		default:
			return strings.ReplaceAll(stem, "-", "_") + strings.TrimSuffix(end.single, "*")
		}
	}
	return ""
}

// special are names with a meaning of their own in rules, which a capture
// would hide.
var special = strings.Fields("event tag now group has like matches last each this session")

func isName(s string) bool { return lang.IsName(s) && !slices.Contains(special, s) }

// writer writes declarations.
type writer struct {
	strings.Builder
	o   *lang.Observed
	odd []*lang.ObservedTag // that cannot be declared
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *writer) head() {
	at := func(ns int64) string { return time.Unix(0, ns).UTC().Format("2006-01-02 15:04:05") }
	var names []string
	for _, n := range w.o.Names {
		names = append(names, plain(n[strings.LastIndexAny(n, `/\`)+1:]))
	}
	w.line("# Inferred from %s: %s, %s to %s UTC.", strings.Join(names, ", "), lang.Amount(w.o.Events, "event"), at(w.o.First), at(w.o.Last))
	w.line("# It is what was seen there, not all that can be.")
}

func (w *writer) tail() {
	if len(w.odd) > 0 {
		n := 0
		for _, t := range w.odd {
			n += t.Count
		}
		w.line("\n# Not declared: %s with tags that cannot be written in a program, such as %s.", lang.Amount(n, "event"), quoted(w.odd[0].Tag))
	}
	if w.o.Rest > 0 {
		w.line("\n# Not looked at: %s with further tags; only %s are told apart.", lang.Amount(w.o.Rest, "event"), lang.Amount(lang.MaxObservedTags, "tag"))
	}
}

func (w *writer) event(pattern string, g *group, caps map[int]string) {
	seen := lang.Together(g.tags)
	rate := ""
	if every, ok := typicalGap(g.tags); ok {
		rate = ", about every " + lang.RoughDuration(every)
		if len(g.tags) > 1 {
			rate = ", each about every " + lang.RoughDuration(every)
		}
	}
	among := ""
	for p := range g.segs {
		if !g.wild[p] {
			continue
		}
		texts := map[string]bool{}
		for _, t := range g.tags {
			texts[strings.Split(t.Tag, "/")[p]] = true
		}
		many := lang.Grouped(len(texts)) + " different"
		if len(texts) == 1 {
			many = "one"
		}
		among += ", " + many + " {" + caps[p] + "}"
	}
	w.line("\n# %s%s%s", lang.Amount(seen.Count, "event"), among, rate)
	mirrors := map[string]string{}
	for p, wild := range g.wild {
		if wild {
			if m := mirror(g.tags, p); m != "" {
				mirrors[m] = caps[p]
			}
		}
	}
	if len(seen.Data.Fields) == 0 {
		w.line("event \"%s\" {%s}", pattern, map[bool]string{true: "...", false: ""}[seen.Data.Cut])
		return
	}
	fmt.Fprintf(w, "event \"%s\" ", pattern)
	w.object(&seen.Data, mirrors)
	w.WriteString("\n")
}

const (
	manyMembers = 64 // of an object, beyond which rare ones are not declared
	rare        = 10 // one in so many objects
)

// object writes the members of an object, each on its own line.
func (w *writer) object(v *lang.ObservedValue, mirrors map[string]string) {
	members := slices.Clone(v.Fields)
	objects := v.Of(value.KindObject)
	open := v.Cut
	if len(members) > manyMembers {
		members = slices.DeleteFunc(members, func(f *lang.ObservedValue) bool { return rare*f.Known() < objects })
		open = open || len(members) < len(v.Fields)
	}
	w.WriteString("{\n")
	for i, f := range members {
		w.WriteString(lang.MemberName(f.Name) + ": ")
		notes := w.typ(f)
		if f.Known() < objects {
			w.WriteString("?")
		}
		if f.Known() < objects && f.Known() > 0 {
			notes = append(notes, fmt.Sprintf("in %s of %s", lang.Grouped(f.Known()), lang.Grouped(objects)))
		}
		if c := mirrors[f.Name]; c != "" {
			notes = []string{"what {" + c + "} is in the tag"}
		}
		if i < len(members)-1 || open {
			w.WriteString(",")
		}
		if len(notes) > 0 {
			w.WriteString("  # " + strings.Join(notes, "; "))
		}
		w.WriteString("\n")
	}
	if open {
		w.WriteString("...\n")
	}
	w.WriteString("}")
}

// typ writes the type of a place, and returns what is worth saying of it.
func (w *writer) typ(v *lang.ObservedValue) []string {
	switch {
	case v.Are(value.KindObject) && len(v.Fields) > 0:
		w.object(v, nil)
		return nil
	case v.Are(value.KindList):
		if it := v.Items; it != nil && it.Are(value.KindObject) && len(it.Fields) > 0 {
			w.WriteString("[")
			w.object(it, nil)
			if it.Known() < it.Count {
				w.WriteString("?")
			}
			w.WriteString("]")
		} else {
			w.WriteString(v.Type())
		}
		if v.Length.Min == v.Length.Max {
			return []string{lang.Amount(int(v.Length.Min), "item")}
		}
		return []string{fmt.Sprintf("%s to %s items", lang.Grouped(int(v.Length.Min)), lang.Grouped(int(v.Length.Max)))}
	}
	w.WriteString(v.Type())
	switch {
	case v.Are(value.KindInt, value.KindFloat):
		return numbers(v)
	case v.Are(value.KindString):
		return w.texts(v)
	case v.Type() == "time":
		return lag(v)
	case v.Known() == 0:
		return []string{"always null"}
	case v.Type() != "any":
		return nil
	}
	var mixed []string
	for k, n := range v.Kinds {
		if n > 0 && value.Kind(k) != value.KindNone {
			mixed = append(mixed, lang.Grouped(n)+" "+value.Kind(k).String())
		}
	}
	return []string{"mixed: " + strings.Join(mixed, ", ")}
}

func numbers(v *lang.ObservedValue) []string {
	s := &v.Numbers
	if near := lag(v); len(near) > 0 {
		return near
	}
	if s.Min == s.Max {
		return []string{"always " + lang.RoughNumber(s.Min)}
	}
	note := lang.RoughNumber(s.Min) + " to " + lang.RoughNumber(s.Max)
	if m, _ := s.Quantile(0.5); s.Count >= 20 && lang.RoughNumber(m) != lang.RoughNumber(s.Min) && lang.RoughNumber(m) != lang.RoughNumber(s.Max) {
		note += ", about half below " + lang.RoughNumber(m)
	}
	return []string{note}
}

const fewTexts = 5 // texts that are listed

func (w *writer) texts(v *lang.ObservedValue) []string {
	if v.Times == v.Known() {
		return lag(v)
	}
	if v.Spans == v.Known() {
		return []string{"reads as a duration: with `" + lang.MemberName(v.Name) + ": duration`, rules can compute with it"}
	}
	var some []string
	for _, x := range v.Values[:min(len(v.Values), fewTexts)] {
		s, _ := x.AsString()
		some = append(some, quoted(s))
	}
	switch {
	case len(some) == 0:
		return nil
	case v.Complete() && len(v.Values) == 1:
		return []string{"always " + some[0]}
	case v.Complete() && len(v.Values) <= fewTexts:
		return []string{strings.Join(some[:len(some)-1], ", ") + " or " + some[len(some)-1]}
	}
	more := ""
	if v.More {
		more = "more than "
	}
	return []string{more + lang.Amount(len(v.Seen), "value") + ", such as " + some[0]}
}

// lag says of a place whose values read as times what they could be declared
// as: a time, and the time of the event where they lie near it.
func lag(v *lang.ObservedValue) []string {
	const most = float64(10 * time.Minute)
	if v.Lag.Count != v.Known() || v.Lag.Count == 0 {
		return nil
	}
	with := "with `" + lang.MemberName(v.Name) + ": time`, "
	if v.Type() == "time" {
		with = ""
	}
	far := math.Max(math.Abs(v.Lag.Min), math.Abs(v.Lag.Max))
	switch {
	case far <= most && isName(v.Name):
		within := "a time within " + lang.RoughDuration(far) + " of the event's arrival"
		if far == 0 {
			within = "the time of the event's arrival"
		}
		return []string{fmt.Sprintf("%s: %s`time %s late %s` after the brace orders events by it", within, with, v.Name, calendar.FormatDuration(roundUp(max(v.Lag.Max, 0))))}
	case v.Are(value.KindString):
		return []string{"reads as a time: " + with + "rules can compute with it"}
	}
	return nil
}

// roundUp is a duration that a person would write, at least as long.
func roundUp(ns float64) int64 {
	for _, d := range []time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute} {
		if ns <= float64(d) {
			return int64(d)
		}
	}
	return int64(10 * time.Minute)
}

// typicalGap is the median over tags of the median time between neighbours.
func typicalGap(tags []*lang.ObservedTag) (ns float64, ok bool) {
	var all []float64
	for _, t := range tags {
		if m, ok := t.Gaps.Quantile(0.5); ok {
			all = append(all, m)
		}
	}
	if len(all) == 0 {
		return 0, false
	}
	slices.Sort(all)
	return all[(len(all)-1)/2], true
}

// quoted is a text for a comment: on one line, and not long.
func quoted(s string) string {
	if utf8.RuneCountInString(s) > maxShown {
		s = string([]rune(s)[:maxShown-1]) + "…"
	}
	return strconv.Quote(s)
}

const maxShown = 24

// plain is a name for a comment.
func plain(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}
