package stdlib

import (
	"slices"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

var aggs = []Agg{
	{Name: "count", Doc: "How many events, or how many in which x is known. 0 for none.",
		new: func(bool) vm.Accumulator { return &count{} }},
	{Name: "sum", Numeric: true, Doc: "The exact sum, correctly rounded; int for ints. 0 for none.",
		new: func(bool) vm.Accumulator { return &sum{} }},
	{Name: "avg", Numeric: true, Doc: "The exact sum divided by the count, as a float; none for none.",
		new: func(bool) vm.Accumulator { return &avg{} }},
	{Name: "min", Numeric: true, Doc: "The smallest value, the first of equal ones; none for none.",
		new: func(evicts bool) vm.Accumulator { return &extreme{evicts: evicts, sign: -1} }},
	{Name: "max", Numeric: true, Doc: "The greatest value, the first of equal ones; none for none.",
		new: func(evicts bool) vm.Accumulator { return &extreme{evicts: evicts, sign: 1} }},
	{Name: "first", Doc: "The earliest value; none for none.",
		new: func(evicts bool) vm.Accumulator { return &first{evicts: evicts} }},
	{Name: "last", Doc: "The latest value; none for none.",
		new: func(bool) vm.Accumulator { return &last{} }},
}

type count struct{ n int64 }

func (c *count) Add(vm.Entry)        { c.n++ }
func (c *count) Evict(vm.Entry)      { c.n-- }
func (c *count) Reset()              { c.n = 0 }
func (c *count) Result() value.Value { return value.Int(c.n) }

func (c *count) Save() value.Value { return value.Int(c.n) }
func (c *count) Load(v value.Value) (ok bool) {
	c.n, ok = v.AsInt()
	return ok && c.n >= 0
}

type sum struct{ s value.Sum }

func (a *sum) Add(e vm.Entry)          { a.s.Add(e.V) }
func (a *sum) Evict(e vm.Entry)        { a.s.Sub(e.V) }
func (a *sum) Reset()                  { a.s.Reset() }
func (a *sum) Result() value.Value     { return a.s.Value() }
func (a *sum) Save() value.Value       { return a.s.Save() }
func (a *sum) Load(v value.Value) bool { return a.s.Load(v) }

type avg struct{ s value.Sum }

func (a *avg) Add(e vm.Entry)          { a.s.Add(e.V) }
func (a *avg) Evict(e vm.Entry)        { a.s.Sub(e.V) }
func (a *avg) Reset()                  { a.s.Reset() }
func (a *avg) Result() value.Value     { return a.s.Avg() }
func (a *avg) Save() value.Value       { return a.s.Save() }
func (a *avg) Load(v value.Value) bool { return a.s.Load(v) }

// extreme is the greatest value (sign 1) or the smallest (sign -1). With
// eviction it keeps a monotonic queue: only values that can still become the
// extreme, the current one in front, so that each entry is added and taken out
// once. Equal values stay, the first in front, so that eviction by instant
// meets the right one.
type extreme struct {
	evicts bool
	sign   int
	queue  []value.Value
	head   int
}

func (x *extreme) beats(a, b value.Value) bool {
	c, f := value.Compare(a, b)
	return f == value.OK && c*x.sign > 0
}

func (x *extreme) Add(e vm.Entry) {
	if !x.evicts {
		if len(x.queue) == 0 {
			x.queue = append(x.queue, e.V)
		} else if x.beats(e.V, x.queue[0]) {
			x.queue[0] = e.V
		}
		return
	}
	for len(x.queue) > x.head && x.beats(e.V, x.queue[len(x.queue)-1]) {
		x.queue = x.queue[:len(x.queue)-1]
	}
	x.queue, x.head = enqueue(x.queue, x.head, e.V)
}

// enqueue adds v to the queue that starts at head. Room in front is used again
// once it is half of the whole, so that each value is moved once on average.
func enqueue(q []value.Value, head int, v value.Value) ([]value.Value, int) {
	if len(q) == cap(q) && head > 0 && 2*head >= len(q) {
		q, head = q[:copy(q, q[head:])], 0
	}
	return append(q, v), head
}

func (x *extreme) Evict(e vm.Entry) {
	if c, f := value.Compare(e.V, x.queue[x.head]); f == value.OK && c == 0 {
		x.head++
	}
	if x.head == len(x.queue) {
		x.queue, x.head = x.queue[:0], 0
	}
}

func (x *extreme) Reset() { x.queue, x.head = x.queue[:0], 0 }

func (x *extreme) Save() value.Value { return value.List(slices.Clone(x.queue[x.head:])) }

func (x *extreme) Load(v value.Value) bool {
	x.queue, x.head = slices.Clone(v.Items()), 0
	return v.Kind() == value.KindList
}

func (x *extreme) Result() value.Value {
	if x.head == len(x.queue) {
		return none
	}
	return x.queue[x.head]
}

// first keeps the values in order where they can leave; otherwise the first.
type first struct {
	evicts bool
	queue  []value.Value
	head   int
}

func (x *first) Add(e vm.Entry) {
	if !x.evicts && len(x.queue) > 0 {
		return
	}
	x.queue, x.head = enqueue(x.queue, x.head, e.V)
}

func (x *first) Evict(vm.Entry) {
	x.head++
	if x.head == len(x.queue) {
		x.queue, x.head = x.queue[:0], 0
	}
}

func (x *first) Reset() { x.queue, x.head = x.queue[:0], 0 }

func (x *first) Save() value.Value { return value.List(slices.Clone(x.queue[x.head:])) }

func (x *first) Load(v value.Value) bool {
	x.queue, x.head = slices.Clone(v.Items()), 0
	return v.Kind() == value.KindList
}

func (x *first) Result() value.Value {
	if x.head == len(x.queue) {
		return none
	}
	return x.queue[x.head]
}

type last struct {
	n int
	v value.Value
}

func (x *last) Add(e vm.Entry) { x.n++; x.v = e.V }
func (x *last) Evict(vm.Entry) {
	if x.n--; x.n == 0 {
		x.v = none
	}
}
func (x *last) Reset()              { *x = last{} }
func (x *last) Result() value.Value { return x.v }

func (x *last) Save() value.Value { return value.List([]value.Value{value.Int(int64(x.n)), x.v}) }

func (x *last) Load(v value.Value) bool {
	items := v.Items()
	if len(items) != 2 {
		return false
	}
	n, ok := items[0].AsInt()
	x.n, x.v = int(n), items[1]
	return ok && n >= 0
}
