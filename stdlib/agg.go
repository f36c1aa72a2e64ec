package stdlib

import (
	"maps"
	"slices"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// Aggregators. An accumulator learns of each entry that comes and goes, and
// never walks the window: what it costs is said in its row. Its state is plain
// data, and what comes out depends on what is in the window alone, not on how
// it came there.

var aggs = []Agg{
	{Name: "count", Signature: "count([x: any,] window) -> int",
		Doc:      "How many events, or in how many of them x is known; 0 if there are no events.",
		Examples: []AggExample{{"1 2 4", "count(1m)", "3"}, {"1 none 4", "count(x, 1m)", "2"}},
		new:      func(bool, int64) vm.Accumulator { return &count{} }},
	{Name: "sum", Over: value.Numbers, Signature: "sum(x: num, window) -> num?",
		Doc:      "The exact sum, correctly rounded; an int for ints, and none beyond 64 bits. 0 if there are no values.",
		Examples: []AggExample{{"1 2 4", "sum(x, 1m)", "7"}, {"0.1 0.2 0.3", "sum(x, 1m)", "0.6"}},
		new:      func(bool, int64) vm.Accumulator { return &sum{} }},
	{Name: "avg", Over: value.Numbers, Signature: "avg(x: num, window) -> float?",
		Doc:      "The exact sum divided by the count, as a float; none if there are no values.",
		Examples: []AggExample{{"1 2 4.5", "avg(x, 1m)", "2.5"}},
		new:      func(bool, int64) vm.Accumulator { return &avg{} }},
	{Name: "min", Over: value.Quantities, Signature: "min(x: num|duration|time, window) -> the same?",
		Doc:      "The smallest value, the first of equal ones; none if there are no values, or if numbers, durations and times are mixed.",
		Examples: []AggExample{{"3 1 2", "min(x, 1m)", "1"}, {"5s 90s", "min(x, 1m)", "5s"}},
		new:      func(evicts bool, _ int64) vm.Accumulator { return &extreme{evicts: evicts, sign: -1} }},
	{Name: "max", Over: value.Quantities, Signature: "max(x: num|duration|time, window) -> the same?",
		Doc:      "The greatest value, the first of equal ones; none if there are no values, or if numbers, durations and times are mixed.",
		Examples: []AggExample{{"3 1 2", "max(x, 1m)", "3"}, {"3 1 2", "max(x, last 2)", "2"}},
		new:      func(evicts bool, _ int64) vm.Accumulator { return &extreme{evicts: evicts, sign: 1} }},
	{Name: "min_by", Over: value.Quantities, Carries: true, Signature: "min_by(v: any, x: num|duration|time, window) -> any",
		Doc:      "What v was at the smallest x, the first of equal ones; none if no event has both. Events in which x or v is none are skipped.",
		Examples: []AggExample{{"3 1 2", "min_by(n, x, 1m)", "2"}},
		new:      func(evicts bool, _ int64) vm.Accumulator { return &extreme{evicts: evicts, sign: -1, carried: true} }},
	{Name: "max_by", Over: value.Quantities, Carries: true, Signature: "max_by(v: any, x: num|duration|time, window) -> any",
		Doc:      "What v was at the greatest x, the first of equal ones; none if no event has both. Events in which x or v is none are skipped.",
		Examples: []AggExample{{"3 5 5", "max_by(n, x, 1m)", "2"}},
		new:      func(evicts bool, _ int64) vm.Accumulator { return &extreme{evicts: evicts, sign: 1, carried: true} }},
	{Name: "first", Signature: "first(x: any, window) -> any",
		Doc:      "The earliest value; none if there are no values.",
		Examples: []AggExample{{"3 1 2", "first(x, 1m)", "3"}},
		new:      func(bool, int64) vm.Accumulator { return &first{} }},
	{Name: "last", Signature: "last(x: any [, window]) -> any",
		Doc:      "The latest value; none if there are no values. Without a window, the latest known value.",
		Examples: []AggExample{{"3 1 none", "last(x)", "1"}},
		new:      func(bool, int64) vm.Accumulator { return &last{} }},
	{Name: "delta", Over: value.Quantities, Signature: "delta(x: num|duration|time, window) -> num|duration?",
		Doc:      "The last value minus the first; none if no time lies between them. The difference of two times is a duration.",
		Examples: []AggExample{{"3 1 7", "delta(x, 1m)", "4"}, {"3", "delta(x, 1m)", "none"}, {"5s 90s", "delta(x, 1m)", "1m25s"}},
		new:      func(bool, int64) vm.Accumulator { return &delta{} }},
	{Name: "rate", Over: value.Numbers, Signature: "rate(x: num, window) -> float?",
		Doc:      "How fast a counter grows, per second: the exact sum of its increases, divided by the time between its first and its last value. A value below the one before is a restart from 0, so all of it is an increase. The result is none if no time lies between them.",
		Examples: []AggExample{{"100 102 106", "rate(x, 1m)", "3"}, {"100 104 2", "rate(x, 1m)", "3"}, {"5", "rate(x, 1m)", "none"}},
		new:      func(bool, int64) vm.Accumulator { return &rate{} }},
	{Name: "slope", Over: value.Numbers, Signature: "slope(x: num, window) -> float?",
		Doc:      "The slope of the least-squares line through the values, per second; none if they are of fewer than two instants.",
		Examples: []AggExample{{"1 3 5", "slope(x, 1m)", "2"}, {"5 5", "slope(x, 1m)", "0"}, {"5", "slope(x, 1m)", "none"}},
		new:      func(bool, int64) vm.Accumulator { return &slope{} }},
	{Name: "stddev", Over: value.Numbers, Signature: "stddev(x: num, window) -> float?",
		Doc:      "The standard deviation of the values, taken as all there are (the population); 0 for one value, none if there are no values.",
		Examples: []AggExample{{"2 4 4 4 5 5 7 9", "stddev(x, 1m)", "2"}, {"7", "stddev(x, 1m)", "0"}},
		new:      func(bool, int64) vm.Accumulator { return &stddev{} }},
	{Name: "pct", Over: value.Quantities, Valid: func(p int64) bool { return p >= 0 && p <= hundred }, Signature: "pct(x: num|duration|time, p: num, window) -> the same?",
		Doc:      "The p-th percentile by nearest rank: the smallest value with at least p % of the values at or below it, never one in between. p is 0 to 100, with at most six decimals, known at load. An int comes before an equal float. The result is none if there are no values, or if numbers, durations and times are mixed.",
		Examples: []AggExample{{"15 20 35 40 50", "pct(x, 40, 1m)", "20"}, {"15 20 35 40 50", "pct(x, 50, 1m)", "35"}, {"3 1 2", "pct(x, 0, 1m)", "1"}, {"3 1 2", "pct(x, 100, 1m)", "3"}},
		new:      func(_ bool, p int64) vm.Accumulator { return &percentile{p: p} }},
	{Name: "distinct", Over: value.Scalars, Signature: "distinct(x: any, window) -> int",
		Doc:      "How many different values, exactly; 2 and 2.0 are one. 0 if there are no values. Lists and objects are skipped: they cannot be compared.",
		Examples: []AggExample{{"2 2.0 3", "distinct(x, 1m)", "2"}, {`"a" "b" "a"`, "distinct(x, 1m)", "2"}},
		new:      func(bool, int64) vm.Accumulator { return &distinct{} }},
	{Name: "changes", Signature: "changes(x: any, window) -> int",
		Doc:      "How often a value is known to differ from the one before; 0 if there are no values. Values that cannot be compared, such as a text and a number, do not count as different.",
		Examples: []AggExample{{"true false false true", "changes(x, 1m)", "2"}, {"1 none 1.0", "changes(x, 1m)", "0"}},
		new:      func(bool, int64) vm.Accumulator { return &changes{} }},
}

type count struct{ n int64 }

func (c *count) Add(vm.Entry)             { c.n++ }
func (c *count) Evict(vm.Entry, vm.Entry) { c.n-- }
func (c *count) Reset()                   { c.n = 0 }
func (c *count) Result() value.Value      { return value.Int(c.n) }

func (c *count) Save() value.Value { return value.Int(c.n) }
func (c *count) Load(v value.Value) (ok bool) {
	c.n, ok = v.AsInt()
	return ok && c.n >= 0
}

type sum struct{ s value.Sum }

func (a *sum) Add(e vm.Entry)          { a.s.Add(e.V) }
func (a *sum) Evict(e, _ vm.Entry)     { a.s.Sub(e.V) }
func (a *sum) Reset()                  { a.s.Reset() }
func (a *sum) Result() value.Value     { return a.s.Value() }
func (a *sum) Save() value.Value       { return a.s.Save() }
func (a *sum) Load(v value.Value) bool { return a.s.Load(v) }

type avg struct{ s value.Sum }

func (a *avg) Add(e vm.Entry)          { a.s.Add(e.V) }
func (a *avg) Evict(e, _ vm.Entry)     { a.s.Sub(e.V) }
func (a *avg) Reset()                  { a.s.Reset() }
func (a *avg) Result() value.Value     { return a.s.Avg() }
func (a *avg) Save() value.Value       { return a.s.Save() }
func (a *avg) Load(v value.Value) bool { return a.s.Load(v) }

type first struct {
	n int
	v value.Value
}

func (x *first) Add(e vm.Entry) {
	if x.n == 0 {
		x.v = e.V
	}
	x.n++
}

func (x *first) Evict(_, next vm.Entry) { x.n--; x.v = next.V }
func (x *first) Reset()                 { *x = first{} }
func (x *first) Result() value.Value    { return x.v }
func (x *first) Save() value.Value      { return saved(x.n, x.v) }
func (x *first) Load(v value.Value) (ok bool) {
	x.n, x.v, ok = loaded(v)
	return ok
}

type last struct {
	n int
	v value.Value
}

func (x *last) Add(e vm.Entry) { x.n++; x.v = e.V }
func (x *last) Evict(vm.Entry, vm.Entry) {
	if x.n--; x.n == 0 {
		x.v = none
	}
}
func (x *last) Reset()              { *x = last{} }
func (x *last) Result() value.Value { return x.v }
func (x *last) Save() value.Value   { return saved(x.n, x.v) }
func (x *last) Load(v value.Value) (ok bool) {
	x.n, x.v, ok = loaded(v)
	return ok
}

// saved is a count and a value.
func saved(n int, v value.Value) value.Value {
	return value.List([]value.Value{value.Int(int64(n)), v})
}

func loaded(v value.Value) (n int, x value.Value, ok bool) {
	items := v.Items()
	if len(items) != 2 {
		return 0, none, false
	}
	m, ok := items[0].AsInt()
	return int(m), items[1], ok && m >= 0
}

// ends are the first and the last entry.
type ends struct {
	n           int
	first, last vm.Entry
}

func (x *ends) add(e vm.Entry) {
	if x.n == 0 {
		x.first = e
	}
	x.last = e
	x.n++
}

func (x *ends) evict(next vm.Entry) {
	if x.n--; x.n == 0 {
		*x = ends{}
		return
	}
	x.first = next
}

func (x *ends) save() []value.Value {
	return []value.Value{value.Int(int64(x.n)), value.Int(x.first.T), x.first.V, value.Int(x.last.T), x.last.V}
}

// load takes back what save gave, with a number of values after it.
func (x *ends) load(v value.Value, more int) bool {
	items := v.Items()
	if len(items) != 5+more {
		return false
	}
	n, ok := items[0].AsInt()
	t, ok2 := items[1].AsInt()
	u, ok3 := items[3].AsInt()
	*x = ends{int(n), vm.Entry{T: t, V: items[2]}, vm.Entry{T: u, V: items[4]}}
	return ok && ok2 && ok3 && n >= 0 && t <= u
}

// apart reports whether time lies between the first and the last.
func (x *ends) apart() bool { return x.last.T > x.first.T }

type delta struct{ ends }

func (d *delta) Add(e vm.Entry)         { d.add(e) }
func (d *delta) Evict(_, next vm.Entry) { d.evict(next) }
func (d *delta) Reset()                 { *d = delta{} }
func (d *delta) Result() value.Value {
	if !d.apart() {
		return none
	}
	v, _ := value.Sub(d.last.V, d.first.V)
	return v
}

func (d *delta) Save() value.Value       { return value.List(d.save()) }
func (d *delta) Load(v value.Value) bool { return d.load(v, 0) }

// changes counts pairs of neighbours; a pair goes with its older one.
type changes struct {
	n    int
	last value.Value
	of   int64
}

func differ(a, b value.Value) bool {
	eq, _ := value.Equal(a, b)
	return value.False(eq)
}

func (c *changes) Add(e vm.Entry) {
	if c.n > 0 && differ(c.last, e.V) {
		c.of++
	}
	c.n++
	c.last = e.V
}

func (c *changes) Evict(e, next vm.Entry) {
	if c.n--; c.n == 0 {
		*c = changes{}
	} else if differ(e.V, next.V) {
		c.of--
	}
}

func (c *changes) Reset()              { *c = changes{} }
func (c *changes) Result() value.Value { return value.Int(c.of) }

func (c *changes) Save() value.Value {
	return value.List([]value.Value{value.Int(int64(c.n)), c.last, value.Int(c.of)})
}

func (c *changes) Load(v value.Value) bool {
	items := v.Items()
	if len(items) != 3 {
		return false
	}
	n, ok := items[0].AsInt()
	of, ok2 := items[2].AsInt()
	*c = changes{int(n), items[1], of}
	return ok && ok2 && of >= 0 && of <= max(0, n-1)
}

// distinct counts how often each value is there.
type distinct struct{ times map[value.Scalar]int }

func (d *distinct) Add(e vm.Entry) {
	if d.times == nil {
		d.times = map[value.Scalar]int{}
	}
	k, _ := value.AsScalar(e.V)
	d.times[k]++
}

func (d *distinct) Evict(e, _ vm.Entry) {
	k, _ := value.AsScalar(e.V)
	if n := d.times[k]; n > 1 {
		d.times[k] = n - 1
	} else {
		delete(d.times, k)
	}
}

func (d *distinct) Reset()              { clear(d.times) }
func (d *distinct) Result() value.Value { return value.Int(int64(len(d.times))) }

func (d *distinct) Save() value.Value {
	keys := slices.SortedFunc(maps.Keys(d.times), func(a, b value.Scalar) int { return value.Order(a.Value(), b.Value()) })
	var out []value.Value
	for _, k := range keys {
		out = append(out, k.Value(), value.Int(int64(d.times[k])))
	}
	return value.List(out)
}

func (d *distinct) Load(v value.Value) bool {
	items := v.Items()
	d.times = map[value.Scalar]int{}
	for ; len(items) > 1; items = items[2:] {
		k, ok := value.AsScalar(items[0])
		n, ok2 := items[1].AsInt()
		if !ok || !ok2 || n <= 0 || d.times[k] > 0 {
			return false
		}
		d.times[k] = int(n)
	}
	return v.Kind() == value.KindList && len(items) == 0
}
