package compiler_test

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// The aggregates beyond sums and ends, as S14-S17 and SPEC 6 say, from all
// entries of the window and in rational numbers.
//
//  17. S14: what an aggregate is over decides which events it skips: numbers for
//     sum avg rate slope stddev; numbers, durations and times for min max pct delta
//     min_by max_by, of which it is the last value; what == compares for distinct.
//     Of the two values of min_by and max_by neither may be none.
//  18. Numbers, durations and times in one window have no order: min max pct
//     min_by max_by are none. delta looks at the first and the last alone.
//  19. S16: stddev is the root of n*Σx² - (Σx)² over n², and slope n*Σtx - Σt*Σx
//     over n*Σt² - (Σt)², times 1e9: those differences are exact and rounded to 53
//     bits, with any exponent, and so is every step after them; the end is float64.
//  20. S17: pct takes its percentage as it is written in decimal. Of equal values
//     an int stands before a float and -0.0 before 0.0.
//  21. S15: now inside an aggregate or a comparer is that event's own instant.
//  22. S17: unique compares with == all events of the key that matched in earlier
//     steps and lie in (t-d, t].

// sampled is an event in a window, with the values it has there.
type sampled struct {
	t        int64
	v, carry value.Value
}

func isOver(aggregate string, v value.Value) bool {
	number := v.Kind() == value.KindInt || v.Kind() == value.KindFloat
	sized := number || v.Kind() == value.KindDuration || v.Kind() == value.KindTime
	switch aggregate {
	case "sum", "avg", "rate", "slope", "stddev":
		return number
	case "min", "max", "pct", "delta", "min_by", "max_by":
		return sized
	case "distinct":
		return sized || v.Kind() == value.KindString || v.Kind() == value.KindBool
	}
	return !v.IsNone()
}

// sampleOf is what an event is for an aggregate, if it is anything.
func (w *world) sampleOf(e *lang.Call, args []lang.Expr, x *ctx, sc *scope) (sampled, bool) {
	s := sampled{t: x.o.t, v: value.Bool(true)}
	if len(args) == 0 {
		return s, true
	}
	at := args[0]
	if e.Fn.Text == "min_by" || e.Fn.Text == "max_by" {
		at = args[1]
		if s.carry = w.eval(args[0], x, sc); s.carry.IsNone() {
			return s, false
		}
	}
	s.v = w.eval(at, x, sc)
	return s, isOver(e.Fn.Text, s.v)
}

// moreAggregates is what the others come to.
func (w *world) moreAggregates(e *lang.Call, in []sampled, args []lang.Expr) value.Value {
	equal := func(a, b value.Value) bool { eq, _ := value.Equal(a, b); return value.True(eq) }
	less := func(a, b value.Value) bool { lt, _ := value.Less(a, b); return value.True(lt) }
	switch e.Fn.Text {
	case "distinct":
		n := 0
		for i, s := range in {
			if !slices.ContainsFunc(in[:i], func(o sampled) bool { return equal(o.v, s.v) }) {
				n++
			}
		}
		return value.Int(int64(n))
	case "changes":
		n := 0
		for i := 1; i < len(in); i++ {
			if eq, _ := value.Equal(in[i-1].v, in[i].v); value.False(eq) {
				n++
			}
		}
		return value.Int(int64(n))
	}
	if len(in) == 0 {
		return value.Value{}
	}
	first, last := in[0], in[len(in)-1]
	switch e.Fn.Text {
	case "delta":
		if first.t == last.t {
			return value.Value{}
		}
		d, _ := value.Sub(last.v, first.v)
		return d
	case "rate":
		if first.t == last.t {
			return value.Value{}
		}
		grown := new(big.Rat)
		for i := 1; i < len(in); i++ {
			grown.Add(grown, rat(in[i].v))
			if !less(in[i].v, in[i-1].v) {
				grown.Sub(grown, rat(in[i-1].v))
			}
		}
		f, _ := grown.Float64()
		return value.Float(f / (float64(last.t-first.t) / 1e9))
	case "slope":
		n, t, tt, x, tx := new(big.Rat), new(big.Rat), new(big.Rat), new(big.Rat), new(big.Rat)
		for _, s := range in {
			at := new(big.Rat).SetInt64(s.t)
			n.Add(n, big.NewRat(1, 1))
			t.Add(t, at)
			tt.Add(tt, product(at, at))
			x.Add(x, rat(s.v))
			tx.Add(tx, product(at, rat(s.v)))
		}
		den := tt.Sub(product(n, tt), product(t, t))
		if den.Sign() == 0 {
			return value.Value{}
		}
		q := float53().Quo(nearest(tx.Sub(product(n, tx), product(t, x))), nearest(den))
		return float64Of(q.Mul(q, big.NewFloat(1e9)))
	case "stddev":
		n, x, xx := new(big.Rat), new(big.Rat), new(big.Rat)
		for _, s := range in {
			n.Add(n, big.NewRat(1, 1))
			x.Add(x, rat(s.v))
			xx.Add(xx, product(rat(s.v), rat(s.v)))
		}
		d := nearest(xx.Sub(product(n, xx), product(x, x)))
		d.Quo(d, nearest(product(n, n)))
		return float64Of(d.Sqrt(d))
	}
	class := func(v value.Value) value.Kind {
		if v.Kind() == value.KindInt {
			return value.KindFloat
		}
		return v.Kind()
	}
	for _, s := range in {
		if class(s.v) != class(first.v) {
			return value.Value{}
		}
	}
	if e.Fn.Text == "pct" {
		sorted := slices.Clone(in)
		slices.SortStableFunc(sorted, func(a, b sampled) int {
			switch {
			case less(a.v, b.v):
				return -1
			case less(b.v, a.v):
				return 1
			}
			x, _ := a.v.AsFloat()
			y, _ := b.v.AsFloat()
			sign := map[bool]int{true: -1}
			return cmp.Or(cmp.Compare(a.v.Kind(), b.v.Kind()), sign[math.Signbit(x)]-sign[math.Signbit(y)])
		})
		f, _ := w.constant(args[1]).AsNumber()
		p, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'f', -1, 64))
		for i, s := range sorted { // the first with at least p % at or below it
			if product(big.NewRat(int64(i+1), 1), big.NewRat(100, 1)).Cmp(product(p, big.NewRat(int64(len(in)), 1))) >= 0 {
				return s.v
			}
		}
	}
	best := first
	for _, s := range in[1:] {
		if e.Fn.Text[:3] == "max" && less(best.v, s.v) || e.Fn.Text[:3] == "min" && less(s.v, best.v) {
			best = s
		}
	}
	if len(e.Fn.Text) > 3 {
		return best.carry
	}
	return best.v
}

func rat(v value.Value) *big.Rat {
	if n, ok := v.AsInt(); ok {
		return new(big.Rat).SetInt64(n)
	}
	f, _ := v.AsFloat()
	return new(big.Rat).SetFloat64(f)
}

func product(a, b *big.Rat) *big.Rat     { return new(big.Rat).Mul(a, b) }
func float53() *big.Float                { return new(big.Float).SetPrec(53) }
func nearest(x *big.Rat) *big.Float      { return float53().SetRat(x) }
func float64Of(f *big.Float) value.Value { x, _ := f.Float64(); return value.Float(x) }

// isUnique is unique(x, d) for the event at hand.
func (w *world) isUnique(e *lang.Call, x *ctx, sc *scope) value.Value {
	v := w.eval(e.Args[0], x, sc)
	if v.IsNone() || v.Kind() == value.KindList || v.Kind() == value.KindObject {
		return value.Value{}
	}
	d := w.duration(e.Args[1])
	for _, o := range x.r.matched[join(x.key)] {
		if o.n >= w.steps || o.t <= w.now-d {
			continue
		}
		eq, _ := value.Equal(v, w.eval(e.Args[0], &ctx{r: x.r, key: x.key, c: x.c, o: o, then: true}, sc))
		if value.True(eq) {
			return value.Bool(false)
		}
	}
	return value.Bool(true)
}
