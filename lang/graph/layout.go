package graph

import (
	"cmp"
	"slices"
)

// The layout is the layered one of Sugiyama, Tagawa and Toda ("Methods for visual
// understanding of hierarchical system structures", 1981): edges that lead back
// are turned, each node gets a layer by the longest way to it, long edges get a
// bend in each layer they cross, the nodes of a layer are put in order by where
// their neighbours stand, and then moved towards them.
//
// It is written here since what draws graphs well is large: Graphviz compiled to
// WebAssembly (goccy/go-graphviz 0.2.10) works without cgo, but makes the command
// 8 MB larger and compiles the module whenever any command starts, for 0.6 s the
// first time. Whoever wants Graphviz pipes --format dot into it.

// box is a node or the bend of a long edge, in the picture's units.
type box struct {
	node  *Node // nil for a bend
	x, y  float64
	w, h  float64
	layer int
	in    []*box // neighbours in the layer before, of what is drawn there
	out   []*box
	order float64 // where the neighbours stand
}

// drawn is an edge as it is drawn: by way of its bends.
type drawn struct {
	edge *Edge
	via  []*box // from the node it begins at to the one it ends at
}

// Spaces of a picture.
const (
	columnGap = 64
	rowGap    = 14
	bendGap   = 8
	partGap   = 30
)

// layout places the nodes of a graph; what is not connected stands below each other.
func layout(nodes []*Node, edges []*Edge, size func(*Node) (w, h float64)) (boxes []*box, lines []drawn, width, height float64) {
	of := map[*Node]*box{}
	for _, n := range nodes {
		b := &box{node: n}
		b.w, b.h = size(n)
		of[n] = b
	}
	for _, part := range parts(nodes, edges) {
		inside := map[*Node]bool{}
		for _, n := range part {
			inside[n] = true
		}
		l := layered{of: of}
		for _, e := range edges {
			if inside[e.From] && e.From != e.To {
				l.edges = append(l.edges, e)
			}
		}
		l.layer(part)
		l.bend(part)
		l.sort()
		l.place()
		w, h := l.bounds()
		for _, layer := range l.layers {
			for _, b := range layer {
				b.y += height
				boxes = append(boxes, b)
			}
		}
		width = max(width, w)
		height += h + partGap
		lines = append(lines, l.lines...)
	}
	return boxes, lines, width, max(0, height-partGap)
}

// parts are the connected parts of a graph, the largest first.
func parts(nodes []*Node, edges []*Edge) [][]*Node {
	next := map[*Node][]*Node{}
	for _, e := range edges {
		next[e.From] = append(next[e.From], e.To)
		next[e.To] = append(next[e.To], e.From)
	}
	seen := map[*Node]bool{}
	var out [][]*Node
	for _, n := range nodes {
		if seen[n] {
			continue
		}
		seen[n] = true
		part := []*Node{n}
		for i := 0; i < len(part); i++ {
			for _, o := range next[part[i]] {
				if !seen[o] {
					seen[o] = true
					part = append(part, o)
				}
			}
		}
		slices.SortFunc(part, func(a, b *Node) int { return a.place - b.place })
		out = append(out, part)
	}
	slices.SortStableFunc(out, func(a, b []*Node) int { return len(b) - len(a) })
	return out
}

type layered struct {
	of     map[*Node]*box
	edges  []*Edge
	back   map[*Edge]bool // edges that lead back, and are laid out the other way
	layers [][]*box
	lines  []drawn
}

// ends are those of an edge as it is laid out.
func (l *layered) ends(e *Edge) (from, to *Node) {
	if l.back[e] {
		return e.To, e.From
	}
	return e.From, e.To
}

// layer turns the edges that lead back and gives each node a layer.
func (l *layered) layer(part []*Node) {
	next := map[*Node][]*Edge{}
	into := map[*Node]int{}
	for _, e := range l.edges {
		next[e.From] = append(next[e.From], e)
		into[e.To]++
	}
	l.back = map[*Edge]bool{}
	const open, done = 1, 2
	state := map[*Node]int{}
	var order []*Node // each after all it leads to
	var visit func(n *Node)
	visit = func(n *Node) {
		state[n] = open
		for _, e := range next[n] {
			switch state[e.To] {
			case open:
				l.back[e] = true
			case done:
			default:
				visit(e.To)
			}
		}
		state[n] = done
		order = append(order, n)
	}
	roots := slices.Clone(part) // what nothing leads to comes first
	slices.SortStableFunc(roots, func(a, b *Node) int { return cmp.Compare(min(into[a], 1), min(into[b], 1)) })
	for _, n := range roots {
		if state[n] == 0 {
			visit(n)
		}
	}
	var after, before = map[*Node][]*Node{}, map[*Node]bool{}
	for _, e := range l.edges {
		from, to := l.ends(e)
		after[from] = append(after[from], to)
		before[to] = true
	}
	most := 0
	for _, n := range slices.Backward(order) {
		for _, o := range after[n] {
			l.of[o].layer = max(l.of[o].layer, l.of[n].layer+1)
			most = max(most, l.of[o].layer)
		}
	}
	for _, n := range order { // what begins stands next to what it leads to
		if len(after[n]) == 0 || before[n] {
			continue
		}
		least := most
		for _, o := range after[n] {
			least = min(least, l.of[o].layer-1)
		}
		l.of[n].layer = least
	}
	l.layers = make([][]*box, most+1)
	for _, n := range part {
		b := l.of[n]
		l.layers[b.layer] = append(l.layers[b.layer], b)
	}
}

// bend puts a bend into each layer that an edge crosses.
func (l *layered) bend(part []*Node) {
	for _, e := range l.edges {
		from, to := l.ends(e)
		via := []*box{l.of[from]}
		for layer := l.of[from].layer + 1; layer < l.of[to].layer; layer++ {
			b := &box{layer: layer, h: 2}
			l.layers[layer] = append(l.layers[layer], b)
			via = append(via, b)
		}
		via = append(via, l.of[to])
		for i := 1; i < len(via); i++ {
			via[i-1].out = append(via[i-1].out, via[i])
			via[i].in = append(via[i].in, via[i-1])
		}
		if l.back[e] {
			via = slices.Clone(via)
			slices.Reverse(via)
		}
		l.lines = append(l.lines, drawn{e, via})
	}
}

// sort orders each layer by the mean place of the neighbours, to and fro, and
// keeps the order with the fewest crossings.
func (l *layered) sort() {
	place := map[*box]float64{}
	number := func() {
		for _, layer := range l.layers {
			for i, b := range layer {
				place[b] = float64(i)
			}
		}
	}
	number()
	best, least := clones(l.layers), l.crossings(place)
	for round := range 16 {
		for k := range l.layers {
			layer := l.layers[k]
			if round%2 == 1 {
				layer = l.layers[len(l.layers)-1-k]
			}
			for _, b := range layer {
				near := b.in
				if round%2 == 1 {
					near = b.out
				}
				b.order = place[b]
				if len(near) > 0 {
					b.order = 0
					for _, o := range near {
						b.order += place[o] / float64(len(near))
					}
				}
			}
			slices.SortStableFunc(layer, func(a, b *box) int { return cmp.Compare(a.order, b.order) })
			for i, b := range layer {
				place[b] = float64(i)
			}
		}
		if n := l.crossings(place); n < least {
			best, least = clones(l.layers), n
		}
	}
	l.layers = best
}

func clones(layers [][]*box) [][]*box {
	out := make([][]*box, len(layers))
	for i, l := range layers {
		out[i] = slices.Clone(l)
	}
	return out
}

// crossings counts the pairs of edges between neighbouring layers that cross: the
// pairs of ends that stand in another order than the beginnings (Barth, Jünger
// and Mutzel, "Simple and efficient bilayer cross counting", 2002).
func (l *layered) crossings(place map[*box]float64) int {
	n := 0
	for k, layer := range l.layers[:len(l.layers)-1] {
		size := len(l.layers[k+1])
		tree := make([]int, size+1) // of counts of ends up to a place (Fenwick)
		total := 0
		var ends []int
		for _, b := range layer {
			ends = ends[:0]
			for _, o := range b.out {
				ends = append(ends, int(place[o])+1)
			}
			for _, end := range ends {
				n += total
				for i := end; i > 0; i &= i - 1 {
					n -= tree[i]
				}
			}
			for _, end := range ends {
				total++
				for i := end; i <= size; i += i & -i {
					tree[i]++
				}
			}
		}
	}
	return n
}

// place gives the boxes their coordinates: columns by layer, and in each column
// as near to the neighbours as the order allows.
func (l *layered) place() {
	x := 0.0
	for _, layer := range l.layers {
		wide := 0.0
		for _, b := range layer {
			wide = max(wide, b.w)
		}
		y := 0.0
		for i, b := range layer {
			if i > 0 {
				y += gap(layer[i-1], b)
			}
			b.x, b.y = x, y
			if b.node == nil {
				b.w = wide
			}
			y += b.h
		}
		x += wide + columnGap
	}
	for round := range 24 {
		for k := range l.layers {
			layer := l.layers[k]
			if round%2 == 1 {
				layer = l.layers[len(l.layers)-1-k]
			}
			settle(layer, round)
		}
	}
	for range 2 {
		for _, line := range l.lines {
			l.straighten(line.via[1 : len(line.via)-1])
		}
	}
	top := 0.0
	for i, layer := range l.layers {
		if i == 0 || layer[0].y < top {
			top = layer[0].y
		}
	}
	for _, layer := range l.layers {
		for _, b := range layer {
			b.y -= top
		}
	}
}

// straighten moves the bends of an edge to one height, as far as there is room.
func (l *layered) straighten(bends []*box) {
	if len(bends) < 2 {
		return
	}
	var heights []float64
	for _, b := range bends {
		heights = append(heights, b.y)
	}
	slices.Sort(heights)
	want := heights[len(heights)/2]
	for _, b := range bends {
		layer := l.layers[b.layer]
		i := slices.Index(layer, b)
		y := want
		if i+1 < len(layer) {
			y = min(y, layer[i+1].y-gap(b, layer[i+1])-b.h)
		}
		if i > 0 {
			y = max(y, layer[i-1].y+layer[i-1].h+gap(layer[i-1], b))
		}
		b.y = y
	}
}

func gap(a, b *box) float64 {
	if a.node == nil && b.node == nil {
		return bendGap
	}
	return rowGap
}

// settle moves the boxes of a layer to the middle of their neighbours, and then
// apart as far as they would overlap: boxes that touch move as one block, to the
// mean of where its boxes would like to be.
func settle(layer []*box, round int) {
	type block struct {
		first, n  int
		at        float64 // of its first box
		want, sum float64 // the mean and the number of wishes for that
		height    float64
	}
	var blocks []block
	for i, b := range layer {
		near := b.in
		if round%2 == 1 {
			near = b.out
		}
		if len(near) == 0 || round > 16 {
			near = append(slices.Clone(b.in), b.out...)
		}
		want, weight := b.y, 0.1
		if len(near) > 0 {
			want, weight = 0, 1
			for _, o := range near {
				want += (o.y + o.h/2) / float64(len(near))
			}
			want -= b.h / 2
			if b.node == nil {
				weight = 4 // long edges are straight
			}
		}
		blocks = append(blocks, block{i, 1, want, want, weight, b.h})
		for len(blocks) > 1 {
			a, c := &blocks[len(blocks)-2], blocks[len(blocks)-1]
			space := gap(layer[c.first-1], layer[c.first])
			if a.at+a.height+space <= c.at {
				break
			}
			shift := a.height + space
			a.want = (a.want*a.sum + (c.want-shift)*c.sum) / (a.sum + c.sum)
			a.sum += c.sum
			a.at = a.want
			a.height += space + c.height
			a.n += c.n
			blocks = blocks[:len(blocks)-1]
		}
	}
	for _, bl := range blocks {
		y := bl.at
		for i := bl.first; i < bl.first+bl.n; i++ {
			if i > bl.first {
				y += gap(layer[i-1], layer[i])
			}
			layer[i].y = y
			y += layer[i].h
		}
	}
}

func (l *layered) bounds() (w, h float64) {
	for _, layer := range l.layers {
		for _, b := range layer {
			w, h = max(w, b.x+b.w), max(h, b.y+b.h)
		}
	}
	return w, h
}
