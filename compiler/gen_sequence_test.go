package compiler_test

import (
	"fmt"
	"slices"
	"strings"
)

// seqModel is a sequence as parts that can be left out again.
type seqModel struct {
	steps  []stepModel
	within string
}

type stepModel struct {
	not, both bool
	elems     []elemModel
}

type elemModel struct {
	count int
	tag   string
	caps  []string
	as    string
	where string
}

func (s *seqModel) String() string {
	var b strings.Builder
	for i, st := range s.steps {
		if i > 0 {
			b.WriteString(" then ")
		}
		if st.not {
			b.WriteString("not ")
		}
		for j, e := range st.elems {
			if j > 0 {
				b.WriteString(map[bool]string{true: " & ", false: " | "}[st.both])
			}
			if e.count > 1 {
				fmt.Fprintf(&b, "%d of ", e.count)
			}
			fmt.Fprintf(&b, "%q", e.tag)
			if e.as != "" {
				b.WriteString(" as " + e.as)
			}
			if e.where != "" {
				b.WriteString(" where " + e.where)
			}
		}
	}
	return b.String() + " within " + s.within
}

func (s *seqModel) clone() *seqModel {
	if s == nil {
		return nil
	}
	c := *s
	c.steps = slices.Clone(s.steps)
	for i := range c.steps {
		c.steps[i].elems = slices.Clone(c.steps[i].elems)
	}
	return &c
}

// smaller lists what is left when one part is left out.
func (s *seqModel) smaller() (out []*seqModel) {
	if s == nil {
		return nil
	}
	add := func(change func(c *seqModel)) {
		c := s.clone()
		change(c)
		out = append(out, c)
	}
	for i, st := range s.steps {
		if len(s.steps) > 1 {
			add(func(c *seqModel) { c.steps = slices.Delete(c.steps, i, i+1) })
		}
		for j, e := range st.elems {
			if len(st.elems) > 1 {
				add(func(c *seqModel) {
					c.steps[i].elems = slices.Delete(c.steps[i].elems, j, j+1)
					c.steps[i].both = c.steps[i].both && len(c.steps[i].elems) > 1
				})
			}
			if e.count > 1 {
				add(func(c *seqModel) { c.steps[i].elems[j].count-- })
			}
			if e.where != "" {
				add(func(c *seqModel) { c.steps[i].elems[j].where = "" })
			}
			if e.as != "" {
				add(func(c *seqModel) { c.steps[i].elems[j].as = "" })
			}
		}
	}
	return out
}

// seqSources are elements by layer, with the captures each binds. They overlap,
// so that one event is at several elements, and share names in many ways.
var seqSources = [][]elemModel{
	{
		{tag: "/a/{h}", caps: []string{"h"}}, {tag: "/a/{h}", caps: []string{"h"}}, {tag: "/b/{h}", caps: []string{"h"}}, {tag: "/b/{h}", caps: []string{"h"}},
		{tag: "/*/{h}", caps: []string{"h"}}, {tag: "/a/*"}, {tag: "/c"}, {tag: "/d/{h}/{k}", caps: []string{"h", "k"}}, {tag: "/d/{k}/{h}", caps: []string{"h", "k"}},
		{tag: "/a/{k}", caps: []string{"k"}}, {tag: "/d/{h}/*", caps: []string{"h"}}, {tag: "/a/x*"}, {tag: "/b/{k}", caps: []string{"k"}},
	},
	{
		{tag: "/f1/{h}", caps: []string{"h"}}, {tag: "/f1/{h}", caps: []string{"h"}}, {tag: "/f1/*"}, {tag: "/a/{h}", caps: []string{"h"}}, {tag: "/f1/{k}", caps: []string{"k"}},
		{tag: "/eda/forgotten"},
	},
	{
		{tag: "/f2/{h}", caps: []string{"h"}}, {tag: "/f1/{h}", caps: []string{"h"}}, {tag: "/b/{h}", caps: []string{"h"}}, {tag: "/f2/*"},
	},
}

// sequence makes a random one, and leaves the captures and aliases that a match
// of it has.
func (g *gen) sequence(layer int) *seqModel {
	s := &seqModel{within: g.dur()}
	bound := map[string]bool{}
	g.aliases = nil
	pool := seqSources[layer]
	if g.chance(60) { // elements that join
		pool = slices.Clone(pool[:4])
		pool = append(pool, pick(g, seqSources[layer]...))
	}
	elem := func(not bool, i int) elemModel {
		e := pick(g, pool...)
		if !not && g.chance(20) {
			e.count = pick(g, 2, 2, 3)
		}
		if g.chance(25) {
			caps := g.caps
			g.caps = e.caps
			e.where = g.cond(1)
			g.caps = caps
		}
		if !not && g.chance(25) {
			e.as = fmt.Sprintf("e%d", i)
		}
		return e
	}
	n, count := 1+g.IntN(4), 0
	for i := range n {
		st := stepModel{not: i > 0 && !s.steps[i-1].not && g.chance(35)}
		k := 1
		if g.chance(25) {
			k = 2 + g.IntN(2)
			st.both = !st.not && g.chance(60)
		}
		if n == 1 && !st.both && g.chance(50) {
			k, st.both = 2+g.IntN(2), true
		}
		for range k {
			count++
			st.elems = append(st.elems, elem(st.not, count))
		}
		s.steps = append(s.steps, st)
		if n == 1 && !st.both && st.elems[0].count < 2 {
			s.steps[0].elems[0].count = 2
		}
	}
	for _, st := range s.steps {
		if st.not {
			continue
		}
		in := map[string]int{}
		for _, e := range st.elems {
			for _, c := range e.caps {
				in[c]++
			}
			if e.as != "" && (st.both || len(st.elems) == 1) {
				g.aliases = append(g.aliases, e.as)
			}
		}
		for c, k := range in {
			if st.both || k == len(st.elems) {
				bound[c] = true
			}
		}
	}
	g.caps = nil
	for _, c := range []string{"h", "k"} {
		if bound[c] {
			g.caps = append(g.caps, c)
		}
	}
	return s
}
