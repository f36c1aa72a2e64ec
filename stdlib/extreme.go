package stdlib

import (
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// extreme is the greatest value (sign 1) or the smallest (sign -1), or what
// its entry carries. With eviction it keeps a monotonic queue: only entries
// that can still become the extreme, the current one in front, so that each is
// added and taken out once. Equal ones stay, the first in front, so that
// eviction meets the right one.
type extreme struct {
	evicts  bool
	carried bool
	sign    int
	queue   []candidate
	head    int
	classes [value.Classes]int // entries of each
}

type candidate struct{ v, carry value.Value }

func (x *extreme) beats(a, b value.Value) bool { return value.Order(a, b)*x.sign > 0 }

func (x *extreme) Add(e vm.Entry) {
	x.classes[value.ClassOf(e.V)]++
	c := candidate{e.V, e.Carry}
	if !x.evicts {
		if len(x.queue) == 0 {
			x.queue = append(x.queue, c)
		} else if x.beats(e.V, x.queue[0].v) {
			x.queue[0] = c
		}
		return
	}
	for len(x.queue) > x.head && x.beats(e.V, x.queue[len(x.queue)-1].v) {
		x.queue = x.queue[:len(x.queue)-1]
	}
	// Room in front is used again once it is half of the whole, so that each
	// entry is moved once on average.
	if len(x.queue) == cap(x.queue) && x.head > 0 && 2*x.head >= len(x.queue) {
		x.queue, x.head = x.queue[:copy(x.queue, x.queue[x.head:])], 0
	}
	x.queue = append(x.queue, c)
}

func (x *extreme) Evict(e, _ vm.Entry) {
	x.classes[value.ClassOf(e.V)]--
	if value.Order(e.V, x.queue[x.head].v) == 0 {
		x.head++
	}
	if x.head == len(x.queue) {
		x.queue, x.head = x.queue[:0], 0
	}
}

func (x *extreme) Reset() {
	x.queue, x.head = x.queue[:0], 0
	x.classes = [value.Classes]int{}
}

func (x *extreme) Result() value.Value {
	if x.head == len(x.queue) {
		return none
	}
	best := x.queue[x.head]
	for c, n := range x.classes {
		if n > 0 && c != int(value.ClassOf(best.v)) {
			return none // numbers, durations and times have no order among them
		}
	}
	if x.carried {
		return best.carry
	}
	return best.v
}

// Save is the number of entries of each class, and the candidates.
func (x *extreme) Save() value.Value {
	var out []value.Value
	for _, n := range x.classes {
		out = append(out, value.Int(int64(n)))
	}
	for _, c := range x.queue[x.head:] {
		out = append(out, c.v, c.carry)
	}
	return value.List(out)
}

func (x *extreme) Load(v value.Value) bool {
	x.Reset()
	items := v.Items()
	if len(items) < len(x.classes) || (len(items)-len(x.classes))%2 != 0 {
		return false
	}
	total := int64(0)
	for i := range x.classes {
		n, ok := items[i].AsInt()
		if !ok || n < 0 || n > 1<<40 {
			return false
		}
		x.classes[i] = int(n)
		total += n
	}
	for items = items[len(x.classes):]; len(items) > 0; items = items[2:] {
		if !value.Quantities.Has(items[0]) || x.classes[value.ClassOf(items[0])] == 0 {
			return false
		}
		x.queue = append(x.queue, candidate{items[0], items[1]})
	}
	return (total == 0) == (len(x.queue) == 0)
}
