package observe

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// Which tags are one event? Tags of equal length that differ in one segment
// become one with a capture there, if what varies looks like the name of a
// thing and not of an event, and if their fields agree. What is a name in one
// tag is one in others that begin alike. Two declarations may not speak of one
// tag, so tags alike but for that segment are merged all or not at all.

// group is some tags that are declared together.
type group struct {
	segs  []string // of its tags; of no meaning where they vary
	wild  []bool
	tags  []*lang.ObservedTag
	paths map[string]kinds // of its fields, members and items
	names int              // of fields at the top
	gone  bool             // another one has its tags
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
		list := numbered(byLength[n], blocked)
		for _, e := range []evidence{strong, weak} {
			for p := n - 1; p >= 0; p-- {
				list = mergeAt(list, p, e, blocked)
			}
		}
		out = append(out, list...)
	}
	return settle(out, blocked)
}

// buckets are groups alike but for some places, in order of appearance; places
// says which, and whether there are any.
func buckets(list []*group, places func(g *group, i int) bool) [][]*group {
	at := map[string]int{}
	var out [][]*group
	for _, g := range list {
		var key strings.Builder
		some := false
		for i, s := range g.segs {
			switch {
			case places(g, i):
				some = true
				key.WriteString("\x00")
			case g.wild[i]:
				key.WriteString("\x01")
			default:
				key.WriteString(s)
			}
			key.WriteByte('/')
		}
		if !some {
			continue
		}
		k, is := at[key.String()]
		if !is {
			k = len(out)
			at[key.String()] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], g)
	}
	return out
}

// numbered takes all segments with a number in them, but the first, to vary,
// so that tags are found together that differ in several places. settle takes
// back what does not vary in the end.
func numbered(list []*group, blocked []tag.Pattern) []*group {
	places := func(g *group, i int) bool {
		return i > g.first() && strings.ContainsFunc(g.segs[i], unicode.IsDigit)
	}
	for _, b := range buckets(list, places) {
		if !agree(b, 0, strong) {
			continue
		}
		m := merged(b)
		for i := range m.segs {
			m.wild[i] = places(m, i)
		}
		list = replace(list, b, m, blocked)
	}
	return rest(list)
}

// mergeAt merges what differs at one place alone.
func mergeAt(list []*group, p int, e evidence, blocked []tag.Pattern) []*group {
	for _, b := range buckets(list, func(g *group, i int) bool { return i == p && !g.wild[p] && g.segs[p] != "" }) {
		if len(b) < 2 || !agree(b, p, e) || !varies(b, p, e) {
			continue
		}
		m := merged(b)
		m.wild[p] = true
		list = replace(list, b, m, blocked)
	}
	return rest(list)
}

// replace puts a group in place of others, if no tag is then of two.
func replace(list, b []*group, m *group, blocked []tag.Pattern) []*group {
	for _, g := range b {
		g.gone = true
	}
	if apart(m, list, blocked) {
		return append(list, m)
	}
	for _, g := range b {
		g.gone = false
	}
	return list
}

func rest(list []*group) []*group {
	return slices.DeleteFunc(list, func(g *group) bool { return g.gone })
}

// settle looks at all groups together: what does not vary in one may be a name
// of what varies in another, and what has a number in it but never varies is
// part of the tag.
func settle(list []*group, blocked []tag.Pattern) []*group {
	const most = 4 // what spreads to one group may spread from there
	for range most {
		c := contextOf(list)
		changed := false
		for _, g := range list {
			for p := range g.segs {
				if g.wild[p] || g.segs[p] == "" || p == g.first() || !c.known(g, p) {
					continue
				}
				g.wild[p], g.gone = true, true
				g.wild[p] = apart(g, list, blocked)
				g.gone = false
				changed = changed || g.wild[p]
			}
		}
		if !changed {
			break
		}
	}
	c := contextOf(list)
	for _, g := range list {
		for p := range g.segs {
			g.wild[p] = g.wild[p] && (len(c.texts[c.before[g][p]]) > 1 || c.mirrors[mirror(g.tags, p)])
		}
	}
	return list
}

// context is what varies in all groups.
type context struct {
	before  map[*group][]string        // for each place, the pattern before it
	texts   map[string]map[string]bool // by what stands before them
	mirrors map[string]bool            // fields that hold what varies
}

func contextOf(list []*group) context {
	c := context{map[*group][]string{}, map[string]map[string]bool{}, map[string]bool{}}
	for _, g := range list {
		key := ""
		for p, s := range g.segs {
			c.before[g] = append(c.before[g], key)
			if g.wild[p] {
				all := g.texts(p)
				if m := mirror(g.tags, p); len(all) > 1 && m != "" {
					c.mirrors[m] = true
				}
				if c.texts[key] == nil {
					c.texts[key] = map[string]bool{}
				}
				for t := range all {
					c.texts[key][t] = true
				}
				s = "\x01"
			}
			key += s + "/"
		}
	}
	return c
}

// known reports whether a segment is a name of what varies elsewhere.
func (c context) known(g *group, p int) bool {
	others := c.texts[c.before[g][p]]
	return c.mirrors[mirror(g.tags, p)] || len(others) > 1 && others[g.segs[p]]
}

// first is the place of the first segment that is not empty: it says whose
// tags these are.
func (g *group) first() int {
	for i, s := range g.segs {
		if s != "" {
			return i
		}
	}
	return len(g.segs)
}

// texts are the segments at a place of the tags.
func (g *group) texts(p int) map[string]bool {
	out := map[string]bool{}
	for _, t := range g.tags {
		out[strings.Split(t.Tag, "/")[p]] = true
	}
	return out
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
	common := map[string]int{}
	bare := false
	for _, g := range b {
		bare = bare || g.names == 0
		for path := range g.paths {
			common[path]++
		}
	}
	shared := slices.ContainsFunc(slices.Collect(maps.Keys(names)), func(n string) bool { return common[n] == len(b) })
	if len(names) > 0 && !shared && (e == weak || !bare) {
		return false
	}
	if e == weak && !slices.ContainsFunc(b, func(g *group) bool { return g.names == len(names) }) {
		return false // each has something that the others lack
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
	g, end := b[0], len(b[0].segs)-1
	if e == weak { // what has a capture right behind it is more of a kind than a name
		return p > g.first() && (p == end || !g.wild[end] || !slices.Contains(g.wild, true))
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

func merged(b []*group) *group {
	m := &group{segs: slices.Clone(b[0].segs), wild: slices.Clone(b[0].wild), paths: map[string]kinds{}}
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
func apart(m *group, list []*group, blocked []tag.Pattern) bool {
	for _, g := range list {
		if g.gone || len(g.segs) != len(m.segs) {
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
