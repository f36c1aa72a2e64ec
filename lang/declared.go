package lang

import (
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/tag"
)

// declaredEvents finds declarations by tag without trying all of them: those
// that meet a pattern, those that cover it, and those it may be a slip of. The
// zero value has none.
type declaredEvents struct {
	events []*EventInfo
	trie   tag.Index
	met    map[string][]int // answers of meeting, by pattern
	shapes []*tagShape
	rooted bool             // there is one with a leading slash
	bare   bool             // and one without
	short  map[string][]int // by what stands before a last segment that varies
}

// tagShape is the patterns that have so many segments, of which the same vary.
type tagShape struct {
	varies []bool
	ids    []int
	lack   map[string]map[uint64][]int // by the segments that vary here or there, then by a hash of the others but one
}

func (d *declaredEvents) add(e *EventInfo) {
	id := len(d.events)
	d.events = append(d.events, e)
	d.trie.Add(e.Pattern, id)
	d.met = map[string][]int{}
	if strings.HasPrefix(e.Pattern.String(), "/") {
		d.rooted = true
	} else {
		d.bare = true
	}
	segs := strings.Split(e.Pattern.String(), "/")
	varies := segmentsThatVary(segs)
	i := slices.IndexFunc(d.shapes, func(s *tagShape) bool { return slices.Equal(s.varies, varies) })
	if i < 0 {
		i = len(d.shapes)
		d.shapes = append(d.shapes, &tagShape{varies: varies, lack: map[string]map[uint64][]int{}})
	}
	d.shapes[i].ids = append(d.shapes[i].ids, id)
	if n := len(segs) - 1; varies[n] {
		if d.short == nil {
			d.short = map[string][]int{}
		}
		head := strings.Join(segs[:n], "/")
		d.short[head] = append(d.short[head], id)
	}
}

// meeting lists the declarations that some tag matches together with a pattern.
func (d *declaredEvents) meeting(p tag.Pattern) []int {
	if len(d.events) == 0 {
		return nil
	}
	found, ok := d.met[p.String()]
	if !ok {
		found = d.trie.Meet(p, nil)
		d.met[p.String()] = found
	}
	return found
}

// covering is the declaration of every tag that a pattern matches, or nil.
func (d *declaredEvents) covering(p tag.Pattern) *EventInfo {
	for _, i := range d.meeting(p) {
		if tag.Covers(d.events[i].Pattern, p) {
			return d.events[i]
		}
	}
	return nil
}

// near lists the declarations that a tag may be a slip of, and some others.
func (d *declaredEvents) near(s *tagSlips) []int {
	var out []int
	for _, n := range []nearTag{s.slash, s.wide, s.slashed} {
		if n.ok {
			out = append(out, d.meeting(n.pat)...)
		}
	}
	out = append(out, d.short[strings.Join(s.segs, "/")]...)
	varies := segmentsThatVary(s.segs)
	for _, shape := range d.shapes {
		if len(shape.varies) == len(varies) {
			out = append(out, shape.lacking(d, s.segs, varies)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lacking finds the patterns that are alike but for one segment, where a
// segment that varies is like any other.
func (s *tagShape) lacking(d *declaredEvents, segs []string, varies []bool) []int {
	both := make([]byte, len(varies))
	for i := range both {
		if varies[i] || s.varies[i] {
			both[i] = 1
		}
	}
	index, ok := s.lack[string(both)]
	if !ok {
		index = map[uint64][]int{}
		for _, id := range s.ids {
			for _, key := range lacks(strings.Split(d.events[id].Pattern.String(), "/"), both) {
				index[key] = append(index[key], id)
			}
		}
		s.lack[string(both)] = index
	}
	var out []int
	for _, key := range lacks(segs, both) {
		out = append(out, index[key]...)
	}
	return out
}

// lacks are hashes of the segments, each time without another one of those that
// do not vary, in small letters (FNV-1a, Fowler, Noll, Vo 1991). Equal hashes of
// others only mean that more is compared.
func lacks(segs []string, varies []byte) []uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	out := make([]uint64, 0, len(segs))
	for skip := range segs {
		if varies[skip] == 1 {
			continue
		}
		h := uint64(offset)
		add := func(c byte) { h = (h ^ uint64(c)) * prime }
		for i, s := range segs {
			switch {
			case i == skip:
				add('?')
			case varies[i] == 1:
				add('*')
			default:
				for j := range len(s) {
					c := s[j]
					if c >= 'A' && c <= 'Z' {
						c += 'a' - 'A'
					}
					add(c)
				}
			}
			add('/')
		}
		out = append(out, h)
	}
	return out
}

func segmentsThatVary(segs []string) []bool {
	out := make([]bool, len(segs))
	for i, s := range segs {
		out[i] = strings.ContainsAny(s, "*{")
	}
	return out
}
