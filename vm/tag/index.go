package tag

import (
	"slices"
	"strings"
)

// maxCached bounds the tags whose answer an Index remembers. When it is
// reached, all are forgotten and the ones still seen come back.
const maxCached = 1 << 16

// Index finds the patterns that match a tag, or that have a tag in common with
// another pattern: a trie over segments, for tags in front of a cache of
// answers. It belongs to one goroutine. The zero Index is empty.
type Index struct {
	root     node
	patterns []Pattern
	ids      []int
	cache    map[string][]int
	caps     []string
}

type node struct {
	literal map[string]*node
	any     *node // * and globs; checked by matching
	ends    []int // entries whose segments end here
	rests   []int // entries with ** from here on
}

// Add puts a pattern in under an id; several may share one.
func (x *Index) Add(p Pattern, id int) {
	entry := len(x.patterns)
	x.patterns = append(x.patterns, p)
	x.ids = append(x.ids, id)
	x.cache = nil
	n := &x.root
	for _, s := range p.segs {
		switch s.kind {
		case many:
			n.rests = append(n.rests, entry)
			return
		case literal:
			if n.literal == nil {
				n.literal = map[string]*node{}
			}
			if n.literal[s.text] == nil {
				n.literal[s.text] = &node{}
			}
			n = n.literal[s.text]
		default:
			if n.any == nil {
				n.any = &node{}
			}
			n = n.any
		}
	}
	n.ends = append(n.ends, entry)
}

// Lookup appends to dst the ids of all patterns that match a tag, ascending,
// an id once for each of its patterns. A tag seen before costs one map lookup
// and no allocation, however many patterns there are.
func (x *Index) Lookup(tag string, dst []int) []int {
	if found, ok := x.cache[tag]; ok {
		return append(dst, found...)
	}
	var entries []int
	entries = x.walk(&x.root, tag, true, entries)
	var found []int
	for _, e := range entries {
		var ok bool
		if x.caps, ok = x.patterns[e].Match(tag, x.caps); ok {
			found = append(found, x.ids[e])
		}
	}
	slices.Sort(found)
	if x.cache == nil || len(x.cache) >= maxCached {
		x.cache = map[string][]int{}
	}
	x.cache[strings.Clone(tag)] = found
	return append(dst, found...)
}

func (x *Index) walk(n *node, left string, has bool, out []int) []int {
	out = append(out, n.rests...)
	if !has {
		return append(out, n.ends...)
	}
	text, rest, more := strings.Cut(left, "/")
	if next := n.literal[text]; next != nil {
		out = x.walk(next, rest, more, out)
	}
	if n.any != nil && text != "" {
		out = x.walk(n.any, rest, more, out)
	}
	return out
}

// Meet appends to dst the ids of all patterns that some tag matches together
// with p, as Intersect says, ascending, an id once for each of its patterns.
func (x *Index) Meet(p Pattern, dst []int) []int {
	var entries []int
	entries = x.root.meet(p.segs, entries)
	from := len(dst)
	for _, e := range entries {
		if Intersect(x.patterns[e], p) {
			dst = append(dst, x.ids[e])
		}
	}
	slices.Sort(dst[from:])
	return dst
}

// meet appends the entries below n that may go on as segs do.
func (n *node) meet(segs []segment, out []int) []int {
	if len(segs) > 0 && segs[0].kind == many {
		return n.all(out)
	}
	out = append(out, n.rests...)
	if len(segs) == 0 {
		return append(out, n.ends...)
	}
	if n.any != nil {
		out = n.any.meet(segs[1:], out)
	}
	if s := segs[0]; s.kind == literal {
		if next := n.literal[s.text]; next != nil {
			out = next.meet(segs[1:], out)
		}
		return out
	}
	for _, next := range n.literal {
		out = next.meet(segs[1:], out)
	}
	return out
}

// all appends every entry below n.
func (n *node) all(out []int) []int {
	out = append(append(out, n.rests...), n.ends...)
	if n.any != nil {
		out = n.any.all(out)
	}
	for _, next := range n.literal {
		out = next.all(out)
	}
	return out
}
