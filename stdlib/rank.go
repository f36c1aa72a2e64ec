package stdlib

import (
	"math"
	"slices"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// hundred is 100 % as a parameter, in millionths of a percent.
const hundred = 100_000_000

// percentile keeps the values in order.
type percentile struct {
	p int64
	ranks
}

func (c *percentile) Add(e vm.Entry)      { c.insert(e.V) }
func (c *percentile) Evict(e, _ vm.Entry) { c.remove(e.V) }
func (c *percentile) Reset()              { c.ranks = ranks{} }

// Result is the value of the nearest rank: the least k such that k values are
// at least p % of them.
func (c *percentile) Result() value.Value {
	if c.n == 0 {
		return none
	}
	low, high := c.blocks[0], c.blocks[len(c.blocks)-1]
	if value.ClassOf(low[0]) != value.ClassOf(high[len(high)-1]) {
		return none // numbers, durations and times have no order among them
	}
	k := (c.p*int64(c.n) + hundred - 1) / hundred // within int64 for 2^36 values
	return c.at(max(int(k), 1) - 1)
}

// Save is the values in order.
func (c *percentile) Save() value.Value { return value.List(slices.Concat(c.blocks...)) }

func (c *percentile) Load(v value.Value) bool {
	c.Reset()
	for _, x := range v.Items() {
		if !value.Quantities.Has(x) {
			return false
		}
		c.insert(x)
	}
	return v.Kind() == value.KindList
}

// ranks is a sorted list cut into blocks of a few hundred values. To put one in
// or take one out moves part of one block; to find the k-th passes over the
// blocks' lengths. So each costs some hundred ns for windows of up to a million
// values, and a value takes about 36 bytes.
type ranks struct {
	n      int
	blocks [][]value.Value // none is empty
}

const fullBlock = 256

// rankOrder orders equal numbers too, ints first and -0.0 before 0.0, so that
// the list does not depend on the order in which they came.
func rankOrder(a, b value.Value) int {
	if o := value.Order(a, b); o != 0 {
		return o
	}
	if a.Kind() != b.Kind() {
		return int(a.Kind()) - int(b.Kind())
	}
	x, _ := a.AsFloat()
	y, _ := b.AsFloat()
	switch {
	case math.Signbit(x) == math.Signbit(y):
		return 0
	case math.Signbit(x):
		return -1
	}
	return 1
}

// find is the block v belongs to and its place there.
func (r *ranks) find(v value.Value) (block, at int) {
	low, high := 0, len(r.blocks)-1
	for low < high { // the first whose last value is not below v, or the last
		mid := (low + high) / 2
		if b := r.blocks[mid]; rankOrder(b[len(b)-1], v) < 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	at, _ = slices.BinarySearchFunc(r.blocks[low], v, rankOrder)
	return low, at
}

func (r *ranks) insert(v value.Value) {
	r.n++
	if len(r.blocks) == 0 {
		r.blocks = append(r.blocks, append(make([]value.Value, 0, 4), v))
		return
	}
	i, at := r.find(v)
	b := slices.Insert(r.blocks[i], at, v)
	if len(b) == fullBlock {
		half := len(b) / 2
		upper := append(make([]value.Value, 0, fullBlock), b[half:]...)
		clear(b[half:])
		b = b[:half]
		r.blocks = slices.Insert(r.blocks, i+1, upper)
	}
	r.blocks[i] = b
}

// remove takes out a value that was put in.
func (r *ranks) remove(v value.Value) {
	r.n--
	i, at := r.find(v)
	b := slices.Delete(r.blocks[i], at, at+1)
	r.blocks[i] = b
	switch {
	case len(b) == 0:
		r.blocks = slices.Delete(r.blocks, i, i+1)
	case len(b) < fullBlock/4 && i+1 < len(r.blocks) && len(b)+len(r.blocks[i+1]) < fullBlock/2:
		r.blocks[i] = append(b, r.blocks[i+1]...)
		r.blocks = slices.Delete(r.blocks, i+1, i+2)
	}
}

// at is the k-th value, from 0.
func (r *ranks) at(k int) value.Value {
	for _, b := range r.blocks {
		if k < len(b) {
			return b[k]
		}
		k -= len(b)
	}
	return none
}
