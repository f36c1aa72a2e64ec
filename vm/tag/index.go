package tag

import (
	"slices"
	"strings"
)

// maxCached bounds the tags whose answer an Index remembers. When it is
// reached, all are forgotten and the ones still seen come back.
const maxCached = 1 << 16

// Index finds the patterns that match a tag: a trie over segments in front of
// a cache of answers. It belongs to one goroutine. The zero Index is empty.
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
