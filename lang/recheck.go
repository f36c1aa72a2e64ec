package lang

import (
	"slices"

	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// A recording can stand in for declarations: fields that no event declares get
// the types that were seen, and the program is checked once more. What the
// checker then says of kinds that do not go together is what would happen
// live, wherever the value goes: through lets, fns and aggregates.

// Misuse is a use of a field that the kind of its recorded values does not
// allow.
type Misuse struct {
	Diag           // what the checker says of a field declared with that kind
	In   *RuleInfo // of the unit that was given
	File *File
	Name string // the field
	Kind value.Kind
	Seen *ObservedValue
	Tags []tag.Pattern // of the events it was looked for in
}

// Misuses checks a program again, with the types of recorded fields. Of values
// of several kinds it takes the one that is least like a number. A rule and a
// field are spoken of once; the fixes mend all places.
func Misuses(u *Unit, o *Observed) []Misuse {
	c := newChecker(u.Files, u.Env)
	c.watch = &watch{o: o}
	c.check()
	known := map[Label]bool{} // has its finding without a recording
	if u.Broken {
		_, ds := Check(u.Files, u.Env)
		for _, d := range ds {
			known[d.Primary] = true
		}
	}
	rules := map[*RuleDecl]*RuleInfo{}
	for _, r := range u.Rules {
		rules[r.Decl] = r
	}
	var out []Misuse
	said := map[string]int{}
	c.diags.Sort()
	for _, d := range c.diags {
		if d.Code != codeType || known[d.Primary] {
			continue
		}
		s := c.watch.behind(&d)
		if s == nil {
			continue
		}
		key := d.Primary.File + "\n" + d.Rule + "\n" + s.name
		if i, is := said[key]; is {
			first := &out[i]
			if len(first.Fixes) == 1 && len(d.Fixes) == 1 {
				first.Fixes[0].Edits = append(first.Fixes[0].Edits, d.Fixes[0].Edits...)
			}
			continue
		}
		said[key] = len(out)
		m := Misuse{Diag: d, File: s.file, Name: s.name, Kind: s.kind, Seen: s.value, Tags: s.tags}
		if s.rule != nil {
			m.In = rules[s.rule.Decl]
		}
		out = append(out, m)
	}
	return out
}

// watch is what the second check looks at, and what it saw used.
type watch struct {
	o    *Observed
	seen map[string]*ObservedTags
	uses []sighting
}

// sighting is a recorded field where it stands.
type sighting struct {
	file  *File
	rule  *RuleInfo
	at    Span
	name  string
	kind  value.Kind
	value *ObservedValue
	tags  []tag.Pattern
}

// recorded is the type of a field that no event declares: any without a recording.
func (c *checker) recorded(name string, at Span) Type {
	w := c.watch
	if w == nil || c.rule == nil {
		return Type{}
	}
	var tags []tag.Pattern
	key := ""
	if c.other != nil {
		tags = []tag.Pattern{c.unit.Info.Froms[c.other.call]}
	} else {
		for _, el := range c.scope {
			tags = append(tags, el.Pattern)
		}
	}
	for _, p := range tags {
		key += p.String() + "\n"
	}
	g := w.seen[key]
	if g == nil {
		if w.seen == nil {
			w.seen = map[string]*ObservedTags{}
		}
		g = w.o.Matching(tags...)
		w.seen[key] = g
	}
	v := g.Data.Field(name)
	if v == nil || v.Known() == 0 {
		return Type{}
	}
	t := v.least()
	w.uses = append(w.uses, sighting{c.file, c.rule, at, name, t.Kind(), v, tags})
	return t
}

// leastLike orders kinds by how little they are like a number.
var leastLike = []value.Kind{value.KindList, value.KindObject, value.KindString, value.KindBool, value.KindTime, value.KindDuration, value.KindFloat, value.KindInt}

// least is the type of the values that are least like a number.
func (v *ObservedValue) least() Type {
	i := slices.IndexFunc(leastLike, func(k value.Kind) bool { return v.Of(k) > 0 })
	if i < 0 {
		return Type{}
	}
	switch k := leastLike[i]; k {
	case value.KindList:
		elem := Type{}
		if v.Items != nil {
			elem = v.Items.least()
		}
		return Type{kind: listType, elem: &elem}
	case value.KindObject:
		t := Type{kind: objectType, open: true}
		for _, f := range v.Fields {
			t.fields = append(t.fields, TypeField{f.Name, f.least()})
		}
		return t
	default:
		return of(namedTypes[k.String()])
	}
}

// behind is the recorded field that a finding is about: one that stands there,
// or in a let that is named there.
func (w *watch) behind(d *Diag) *sighting {
	var found *sighting
	take := func(at Span) {
		for i := range w.uses {
			s := &w.uses[i]
			if s.file.Source.Name == d.Primary.File && at.Start <= s.at.Start && s.at.End <= at.End && (found == nil || slices.Index(leastLike, s.kind) < slices.Index(leastLike, found.kind)) {
				found = s
			}
		}
	}
	take(d.Primary.Span)
	if found != nil {
		return found
	}
	for i := range w.uses {
		s := &w.uses[i]
		if s.rule == nil || s.file.Source.Name != d.Primary.File || s.rule.Label != d.Rule {
			continue
		}
		text := s.file.Source.Text[d.Primary.Span.Start:d.Primary.Span.End]
		for _, l := range s.rule.Decl.Lets {
			if at := l.Value.Span(); at.Start <= s.at.Start && s.at.End <= at.End && hasWord(text, l.Name.Text) {
				return s
			}
		}
	}
	return nil
}

// hasWord reports whether a name stands in a text.
func hasWord(text, word string) bool {
	toks, _ := scan(Source{Text: text})
	return slices.ContainsFunc(toks, func(t Token) bool { return t.Kind == IdentTok && t.Text == word })
}
