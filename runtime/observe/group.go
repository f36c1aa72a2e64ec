package observe

import (
	"slices"
	"strings"
	"unicode"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// Which tags are one event? Tags of equal length that differ in one segment
// become one with a capture there, if what varies looks like the name of a
// thing and not of an event, and if their fields agree. Two declarations may
// not speak of one tag, so tags alike but for that segment are merged all or
// not at all.

// group is some tags that are declared together.
type group struct {
	segs  []string // of its tags; of no meaning where they vary
	wild  []bool
	tags  []*lang.ObservedTag
	paths map[string]kinds // of its fields, members and items
	names int              // of fields at the top
}

// kinds is a set of kinds that go together: numbers of either kind are one.
type kinds uint8

func kindsOf(v *lang.ObservedValue) (set kinds) {
	for i, ks := range [][]value.Kind{{value.KindInt, value.KindFloat}, {value.KindString}, {value.KindBool}, {value.KindList}, {value.KindObject}, {value.KindTime}, {value.KindDuration}} {
		if v.Of(ks...) > 0 {
			set |= 1 << i
		}
	}
	return set
}

const numeric kinds = 1

func newGroup(t *lang.ObservedTag) *group {
	g := &group{segs: strings.Split(t.Tag, "/"), tags: []*lang.ObservedTag{t}, paths: map[string]kinds{}, names: len(t.Data.Fields)}
	g.wild = make([]bool, len(g.segs))
	var walk func(at string, v *lang.ObservedValue)
	walk = func(at string, v *lang.ObservedValue) {
		for _, f := range v.Fields {
			path := at + "\x00" + f.Name
			g.paths[path] = kindsOf(f)
			walk(path, f)
		}
		if v.Items != nil {
			g.paths[at+"\x00\x00"] = kindsOf(v.Items)
			walk(at+"\x00\x00", v.Items)
		}
	}
	walk("", &t.Data)
	return g
}

// evidence is why a segment that varies is a capture.
type evidence bool

const (
	strong evidence = true  // its values are in a field, or look like numbered things, or are many
	weak   evidence = false // its fields agree, and it has more segments after it, or something that is measured
)

const manyValues = 20

// groups merges tags; blocked patterns are declared elsewhere.
func groups(tags []*lang.ObservedTag, blocked []tag.Pattern) []*group {
	var out []*group
	byLength := map[int][]*group{}
	longest := 0
	for _, t := range tags {
		g := newGroup(t)
		byLength[len(g.segs)] = append(byLength[len(g.segs)], g)
		longest = max(longest, len(g.segs))
	}
	for n := 1; n <= longest; n++ {
		list := byLength[n]
		for _, e := range []evidence{strong, weak} {
			for p := n - 1; p >= 0; p-- {
				list = mergeAt(list, p, e, blocked)
			}
		}
		out = append(out, list...)
	}
	return known(out, blocked)
}

// known makes a capture of a segment that does not vary, where a field holds
// it that is held by a capture of other groups: one host is a host too.
func known(list []*group, blocked []tag.Pattern) []*group {
	names := map[string]bool{}
	for _, g := range list {
		for p, wild := range g.wild {
			if wild {
				names[mirror(g.tags, p)] = true
			}
		}
	}
	for i, g := range list {
		for p := range g.segs {
			if m := mirror(g.tags, p); m != "" && names[m] && !g.wild[p] && g.segs[p] != "" {
				if more := merged([]*group{g}, p); apart(more, list, map[*group]bool{g: true}, blocked) {
					list[i] = more
					g = more
				}
			}
		}
	}
	return list
}

// mergeAt merges what differs at one place alone.
func mergeAt(list []*group, p int, e evidence, blocked []tag.Pattern) []*group {
	buckets := map[string][]*group{}
	var order []string
	for _, g := range list {
		if g.wild[p] || g.segs[p] == "" {
			continue
		}
		var key strings.Builder
		for i, s := range g.segs {
			switch {
			case i == p:
				key.WriteString("\x00")
			case g.wild[i]:
				key.WriteString("\x01")
			default:
				key.WriteString(s)
			}
			key.WriteByte('/')
		}
		if buckets[key.String()] == nil {
			order = append(order, key.String())
		}
		buckets[key.String()] = append(buckets[key.String()], g)
	}
	for _, key := range order {
		b := buckets[key]
		if len(b) < 2 || !agree(b, p, e) || !varies(b, p, e) {
			continue
		}
		m := merged(b, p)
		in := map[*group]bool{}
		for _, g := range b {
			in[g] = true
		}
		if !apart(m, list, in, blocked) {
			continue
		}
		i := slices.Index(list, b[0])
		list[i] = m
		list = slices.DeleteFunc(list, func(g *group) bool { return in[g] })
	}
	return list
}

// agree reports whether the fields of groups go together.
func agree(b []*group, p int, e evidence) bool {
	all := map[string]kinds{}
	names := map[string]bool{}
	for _, g := range b {
		for path, k := range g.paths {
			if strings.Count(path, "\x00") == 1 {
				names[path] = true
			}
			if k == 0 {
				continue
			}
			have, is := all[path]
			if is && have&k == 0 {
				return false
			}
			if is {
				k &= have
			}
			all[path] = k
		}
	}
	measured := false
	for _, k := range all {
		measured = measured || k == numeric
	}
	if e == weak && !measured && p == len(b[0].segs)-1 { // the last one may be what happened
		return false
	}
	for _, g := range b {
		if 2*g.names < len(names) && (e == weak || g.names > 0 || g.tags[0].Count > 2) {
			return false
		}
	}
	return true
}

// varies reports whether the segment at p is that of a capture.
func varies(b []*group, p int, e evidence) bool {
	if e == weak { // not the first one, which says whose tags these are
		first := 0
		for b[0].segs[first] == "" {
			first++
		}
		return p > first && (p == len(b[0].segs)-1 || !slices.Contains(b[0].wild, true))
	}
	var tags []*lang.ObservedTag
	texts := map[string]bool{}
	digits := 0
	for _, g := range b {
		tags = append(tags, g.tags...)
		if texts[g.segs[p]] {
			continue
		}
		texts[g.segs[p]] = true
		if strings.ContainsFunc(g.segs[p], unicode.IsDigit) {
			digits++
		}
	}
	return len(texts) >= manyValues || 2*digits >= len(texts) || mirror(tags, p) != ""
}

// mirror is the field that always holds what stands at a place of the tag.
func mirror(tags []*lang.ObservedTag, p int) string {
	if p == 0 || p == 1 && tags[0].Tag[0] == '/' {
		return "" // the first segment says whose tags these are
	}
	holds := func(t *lang.ObservedTag, f *lang.ObservedValue) bool {
		return f != nil && len(f.Seen) == 1 && !f.More && len(f.Values) == 1 && f.Known() == f.Count && f.Count == t.Count &&
			f.Of(value.KindList, value.KindObject) == 0 && value.Text(f.Values[0]) == strings.Split(t.Tag, "/")[p]
	}
	for _, f := range tags[0].Data.Fields {
		if !holds(tags[0], f) {
			continue
		}
		if !slices.ContainsFunc(tags[1:], func(t *lang.ObservedTag) bool { return !holds(t, t.Data.Field(f.Name)) }) {
			return f.Name
		}
	}
	return ""
}

func merged(b []*group, p int) *group {
	m := &group{segs: slices.Clone(b[0].segs), wild: slices.Clone(b[0].wild), paths: map[string]kinds{}}
	m.wild[p] = true
	names := map[string]bool{}
	for _, g := range b {
		m.tags = append(m.tags, g.tags...)
		for path, k := range g.paths {
			m.paths[path] |= k
			if strings.Count(path, "\x00") == 1 {
				names[path] = true
			}
		}
	}
	m.names = len(names)
	return m
}

// apart reports whether no tag can be of m and of another group, or of a
// pattern that is declared.
func apart(m *group, list []*group, in map[*group]bool, blocked []tag.Pattern) bool {
	for _, g := range list {
		if in[g] || len(g.segs) != len(m.segs) {
			continue
		}
		meets := true
		for i := range m.segs {
			if !m.wild[i] && !g.wild[i] && m.segs[i] != g.segs[i] || (m.wild[i] != g.wild[i]) && (m.segs[i] == "" || g.segs[i] == "") {
				meets = false
				break
			}
		}
		if meets {
			return false
		}
	}
	if len(blocked) == 0 {
		return true
	}
	p, err := tag.Parse(m.pattern(nil))
	return err == nil && !slices.ContainsFunc(blocked, func(o tag.Pattern) bool { return tag.Intersect(o, p) })
}

// pattern is the tag pattern with these names of captures, or with *.
func (g *group) pattern(names map[int]string) string {
	segs := slices.Clone(g.segs)
	for i := range segs {
		if g.wild[i] {
			segs[i] = "*"
			if names != nil {
				segs[i] = "{" + names[i] + "}"
			}
		}
	}
	return strings.Join(segs, "/")
}
