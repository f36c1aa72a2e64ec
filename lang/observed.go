package lang

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// Bounds of what is kept of recordings; the rest is counted.
const (
	MaxObservedTags     = 10_000 // concrete tags
	MaxObservedPlaces   = 65_536 // fields, members and items of all tags together
	MaxObservedDistinct = 1_024  // distinct values of a place
	MaxObservedValues   = 32     // of which so many are shown
)

// Observed is what was on the bus, out of one or several recordings: evidence
// for lints, schemas and the editor. It says what was there, and proves nothing
// about what was not. It is made by package observe and read-only from then on.
type Observed struct {
	Names       []string // the recordings
	Events      int
	First, Last int64          // times of the first and last event, ns
	Tags        []*ObservedTag // in order of the tag
	Rest        int            // events whose tags are beyond MaxObservedTags, and not in Tags
}

// ObservedTag is what was seen of one concrete tag.
type ObservedTag struct {
	Tag         string
	Count       int
	First, Last int64
	Gaps        Spread // ns between neighbours
	Data        ObservedValue
}

// ObservedValue is what stood at one place of the data of events: the data
// itself, a field, a member of an object, the items of a list.
type ObservedValue struct {
	Name    string // of a field or a member
	Count   int    // values, none included
	Kinds   [value.KindObject + 1]int
	Whole   int    // floats that are whole numbers: fit int
	Times   int    // texts that read as a time
	Spans   int    // texts that read as a duration
	Numbers Spread // ints and floats
	Length  Spread // of lists
	Lag     Spread // ns by which a value that reads as a time lies before its event
	Gaps    Spread // ns between neighbours that have the same value here: text, ints, bools

	Seen   []uint64      // hashes of the distinct scalars, ascending
	More   bool          // there were others: more than MaxObservedDistinct
	Values []value.Value // some of the distinct scalars, in order of appearance
	Long   int           // texts that are too long to be among Values

	Fields []*ObservedValue // members of objects, in order of appearance
	Items  *ObservedValue   // items of lists, nil without any
	Cut    bool             // some members are not in Fields
}

// Known is how many values there were but none.
func (v *ObservedValue) Known() int { return v.Count - v.Kinds[value.KindNone] }

// Are reports whether all known values were of these kinds, and there were any.
func (v *ObservedValue) Are(kinds ...value.Kind) bool {
	return v.Known() > 0 && v.Of(kinds...) == v.Known()
}

// Of is how many values were of these kinds.
func (v *ObservedValue) Of(kinds ...value.Kind) int {
	n := 0
	for _, k := range kinds {
		n += v.Kinds[k]
	}
	return n
}

// Complete reports whether Values are all values there were.
func (v *ObservedValue) Complete() bool {
	return !v.More && v.Long == 0 && len(v.Values) == len(v.Seen) && v.Of(value.KindList, value.KindObject) == 0
}

// Field is a member by name, nil where no object had it.
func (v *ObservedValue) Field(name string) *ObservedValue {
	for _, f := range v.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// At is a member along a path, each step a name or "[]" for the items of a
// list; nil where there was nothing.
func (v *ObservedValue) At(path ...string) *ObservedValue {
	for _, step := range path {
		if v == nil {
			return nil
		}
		if step == "[]" {
			v = v.Items
		} else {
			v = v.Field(step)
		}
	}
	return v
}

// merge adds what another place had.
func (v *ObservedValue) merge(o *ObservedValue) {
	v.Count += o.Count
	for k, n := range o.Kinds {
		v.Kinds[k] += n
	}
	v.Whole += o.Whole
	v.Times += o.Times
	v.Spans += o.Spans
	v.Numbers.Merge(&o.Numbers)
	v.Length.Merge(&o.Length)
	v.Lag.Merge(&o.Lag)
	v.Gaps.Merge(&o.Gaps)
	v.Long += o.Long
	v.More = v.More || o.More
	v.Cut = v.Cut || o.Cut
	v.Seen, v.More = union(v.Seen, o.Seen, v.More)
	for _, x := range o.Values {
		if len(v.Values) < MaxObservedValues && !slices.ContainsFunc(v.Values, func(y value.Value) bool { return value.Identical(x, y) }) {
			v.Values = append(v.Values, x)
		}
	}
	for _, f := range o.Fields {
		to := v.Field(f.Name)
		if to == nil {
			to = &ObservedValue{Name: f.Name}
			v.Fields = append(v.Fields, to)
		}
		to.merge(f)
	}
	if o.Items != nil {
		if v.Items == nil {
			v.Items = &ObservedValue{}
		}
		v.Items.merge(o.Items)
	}
}

// union merges ascending hashes, up to a bound.
func union(a, b []uint64, more bool) ([]uint64, bool) {
	if len(b) == 0 {
		return a, more
	}
	out := make([]uint64, 0, min(len(a)+len(b), MaxObservedDistinct))
	for len(a) > 0 || len(b) > 0 {
		var x uint64
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			x, a = a[0], a[1:]
		case len(a) == 0 || b[0] < a[0]:
			x, b = b[0], b[1:]
		default:
			x, a, b = a[0], a[1:], b[1:]
		}
		if len(out) == MaxObservedDistinct {
			return out, true
		}
		out = append(out, x)
	}
	return out, more
}

// Recording names the recordings, for messages: a file without its folders, or
// how many.
func (o *Observed) Recording() string {
	name := func(s string) string { return s[strings.LastIndexAny(s, `/\`)+1:] }
	switch len(o.Names) {
	case 0:
		return "the recording"
	case 1:
		return name(o.Names[0])
	case 2:
		return name(o.Names[0]) + " and " + name(o.Names[1])
	}
	return "the recordings"
}

// ObservedTags are tags that are looked at together, because one pattern
// matches them.
type ObservedTags struct {
	Tags        []*ObservedTag
	Count       int
	First, Last int64
	Data        ObservedValue
}

// Matching are the tags that one of the patterns matches. It costs what the
// tags with the literal beginning of each pattern are.
func (o *Observed) Matching(patterns ...tag.Pattern) *ObservedTags {
	out := &ObservedTags{}
	var caps []string
	for _, p := range patterns {
		begin := p.String()
		if i := strings.IndexAny(begin, "*{"); i >= 0 {
			begin = begin[:i]
		}
		i, _ := slices.BinarySearchFunc(o.Tags, begin, func(t *ObservedTag, s string) int { return cmp.Compare(t.Tag, s) })
		for ; i < len(o.Tags) && strings.HasPrefix(o.Tags[i].Tag, begin); i++ {
			var ok bool
			if caps, ok = p.Match(o.Tags[i].Tag, caps); ok {
				out.Tags = append(out.Tags, o.Tags[i])
			}
		}
	}
	if len(patterns) > 1 {
		slices.SortFunc(out.Tags, func(a, b *ObservedTag) int { return cmp.Compare(a.Tag, b.Tag) })
		out.Tags = slices.Compact(out.Tags)
	}
	out.sum()
	return out
}

// Together are tags as one.
func Together(tags []*ObservedTag) *ObservedTags {
	out := &ObservedTags{Tags: tags}
	out.sum()
	return out
}

func (g *ObservedTags) sum() {
	for i, t := range g.Tags {
		if i == 0 {
			g.First, g.Last = t.First, t.Last
		}
		g.Count += t.Count
		g.First, g.Last = min(g.First, t.First), max(g.Last, t.Last)
		g.Data.merge(&t.Data)
	}
}

// Wildcard are the distinct texts that a wildcard of a pattern stood for, in
// order; i counts from 0 along p.Wildcards.
func (g *ObservedTags) Wildcard(p tag.Pattern, i int) []string {
	var out, caps []string
	for _, t := range g.Tags {
		var ok bool
		if caps, ok = p.Match(t.Tag, caps); ok {
			out = append(out, caps[i])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Type is the type of a declaration that all values had, on one line; what was
// mixed is any. Whether a value may be missing is not in it.
func (v *ObservedValue) Type() string {
	switch {
	case v.Known() == 0:
		return "any"
	case v.Are(value.KindInt, value.KindFloat) && !v.Are(value.KindInt):
		return "float"
	case v.Are(value.KindInt, value.KindFloat, value.KindString) && v.Lag.Count == v.Known() && v.Of(value.KindString) > 0 && !v.Are(value.KindString):
		return "time"
	case v.Are(value.KindList):
		if v.Items == nil || v.Items.Known() == 0 {
			return "[any]"
		}
		return "[" + v.Items.Type() + v.Items.mayBeNone() + "]"
	case v.Are(value.KindObject):
		var members []string
		for _, f := range v.Fields {
			optional := ""
			if f.Known() < v.Of(value.KindObject) {
				optional = "?"
			}
			members = append(members, MemberName(f.Name)+": "+f.Type()+optional)
		}
		if v.Cut {
			members = append(members, "...")
		}
		if len(members) == 0 {
			return "{}"
		}
		return "{ " + strings.Join(members, ", ") + " }"
	}
	for k := range v.Kinds {
		if kind := value.Kind(k); kind != value.KindNone && v.Are(kind) {
			return kind.String()
		}
	}
	return "any"
}

func (v *ObservedValue) mayBeNone() string {
	if v.Known() < v.Count {
		return "?"
	}
	return ""
}

// MemberName is the name of a field as a declaration or an object writes it:
// in quotes where it is no name of the language.
func MemberName(s string) string {
	if IsName(s) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\' || r == '{':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u{%X}`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// IsName reports whether a text can stand as a name in a program.
func IsName(s string) bool {
	if s == "" || keywords[s] {
		return false
	}
	for i, r := range s {
		if !(r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || i > 0 && r >= '0' && r <= '9') {
			return false
		}
	}
	return true
}
