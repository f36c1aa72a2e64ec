package value

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

func ratAt(v Value) *big.Rat { return ratOf(v) }

func mulRat(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }

func to53(x *big.Rat) *big.Float { return new(big.Float).SetPrec(53).SetRat(x) }

type instantValue struct {
	t int64
	v Value
}

// moments in rational numbers: n*Σx² - (Σx)², n*Σtx - Σt*Σx, n*Σt² - (Σt)².
func ratMoments(in []instantValue) (xx, tx, tt *big.Rat) {
	n, sx, sxx, st, stt, stx := big.NewRat(int64(len(in)), 1), new(big.Rat), new(big.Rat), new(big.Rat), new(big.Rat), new(big.Rat)
	for _, e := range in {
		x, t := ratAt(e.v), new(big.Rat).SetInt64(e.t)
		sx.Add(sx, x)
		sxx.Add(sxx, mulRat(x, x))
		st.Add(st, t)
		stt.Add(stt, mulRat(t, t))
		stx.Add(stx, mulRat(t, x))
	}
	xx = sxx.Sub(mulRat(n, sxx), mulRat(sx, sx))
	tx = stx.Sub(mulRat(n, stx), mulRat(st, sx))
	tt = stt.Sub(mulRat(n, stt), mulRat(st, st))
	return xx, tx, tt
}

func wantStddev(in []instantValue) Value {
	if len(in) == 0 {
		return Value{}
	}
	xx, _, _ := ratMoments(in)
	d := to53(xx)
	d.Quo(d, new(big.Float).SetPrec(53).SetInt64(int64(len(in)*len(in))))
	f, _ := d.Sqrt(d).Float64()
	return Float(f)
}

func wantSlope(in []instantValue) Value {
	_, tx, tt := ratMoments(in)
	if len(in) == 0 || tt.Sign() == 0 {
		return Value{}
	}
	q := new(big.Float).SetPrec(53).Quo(to53(tx), to53(tt))
	f, _ := q.Mul(q, big.NewFloat(1e9)).Float64()
	return Float(f)
}

// numbersOf makes streams of one sort: what a sensor sends, counters, ints and
// floats mixed, all of float64, or what is near its ends.
func numbersOf(r *rand.Rand, sort int) Value {
	switch sort {
	case 0:
		return Float(20 + float64(r.IntN(1000))/10)
	case 1:
		return Int(r.Int64N(1_000_000))
	case 2:
		if r.IntN(2) == 0 {
			return Int(int64(r.IntN(100)) - 50)
		}
		return Float(r.NormFloat64() * 30)
	case 3:
		return Float(math.Float64frombits(r.Uint64())) // now and then none
	case 4:
		return []Value{Int(math.MinInt64), Int(math.MaxInt64), Float(1e308), Float(-1e308), Float(5e-324), Float(math.Copysign(0, -1)), Int(0), Int(1), Float(1e16), Float(0.1)}[r.IntN(10)]
	case 5:
		return Float(1e9 + r.Float64()) // a small spread far from 0
	}
	return Float(math.Ldexp(r.Float64()-0.5, r.IntN(90)-45)) // within and beyond one frame
}

func sameValue(a, b Value) bool { return a.kind == b.kind && a.num == b.num }

// What Spread and Trend come to is what rational arithmetic says, whatever the
// order in which numbers left.
func TestMoments(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	rounds := 70
	if testing.Short() {
		rounds = 42
	}
	narrow, wide := 0, 0
	for round := range rounds {
		var s Spread
		var tr Trend
		var in []instantValue
		sort := round % 7
		origin := []int64{0, 1_700_000_000e9, math.MinInt64, math.MaxInt64 - 1e12}[r.IntN(4)]
		step := []int64{1, 1e6, 1e9, 1e18}[r.IntN(4)]
		at := origin
		for range 40 {
			if len(in) > 0 && r.IntN(3) == 0 {
				i := r.IntN(len(in))
				s.Sub(in[i].v)
				tr.Sub(in[i].t, in[i].v)
				in = append(in[:i], in[i+1:]...)
			} else if v := numbersOf(r, sort); !v.IsNone() {
				if at < math.MaxInt64-2*step {
					at += r.Int64N(2*step + 1)
				}
				in = append(in, instantValue{at, v})
				s.Add(v)
				tr.Add(at, v)
			}
			if s.wides > 0 {
				wide++
			} else {
				narrow++
			}
			if got, want := s.Stddev(), wantStddev(in); !sameValue(got, want) {
				t.Fatalf("sort %d: stddev of %v is %s, want %s", sort, in, Text(got), Text(want))
			}
			if got, want := tr.Slope(), wantSlope(in); !sameValue(got, want) {
				t.Fatalf("sort %d: slope of %v is %s, want %s", sort, in, Text(got), Text(want))
			}
			if s.Len() != len(in) || tr.Len() != len(in) {
				t.Fatalf("%d and %d numbers, want %d", s.Len(), tr.Len(), len(in))
			}
		}
		for _, e := range in {
			s.Sub(e.v)
			tr.Sub(e.t, e.v)
		}
		if s != (Spread{}) || tr != (Trend{}) {
			t.Fatalf("not empty once all is out: %+v %+v", s, tr)
		}
	}
	if narrow < 200 || wide < 200 {
		t.Errorf("only %d narrow and %d wide", narrow, wide)
	}
}

// Values that a program would get wrong in float64.
func TestMomentsByHand(t *testing.T) {
	var s Spread
	for _, x := range []float64{1e9, 1e9 + 1, 1e9 + 2} {
		s.Add(Float(x))
	}
	if got := Text(s.Stddev()); got != "0.816496580927726" { // root of 2/3
		t.Error(got)
	}
	s.Reset()
	for _, x := range []Value{Int(math.MaxInt64), Int(math.MinInt64), Float(0.1)} {
		s.Add(x)
	}
	s.Sub(Int(math.MaxInt64))
	s.Sub(Int(math.MinInt64))
	if got := Text(s.Stddev()); got != "0" {
		t.Error(got)
	}
	s.Reset()
	for _, x := range []float64{1e200, -1e200} { // the squares are beyond float64
		s.Add(Float(x))
	}
	if got := Text(s.Stddev()); got != "1e+200" {
		t.Error(got)
	}
	var tr Trend
	for i := range 3 {
		tr.Add(1_700_000_000e9+int64(i)*1e9, Float(1e15+float64(i)/8))
	}
	if got := Text(tr.Slope()); got != "0.125" {
		t.Error(got)
	}
	tr.Sub(1_700_000_000e9, Float(1e15))
	tr.Sub(1_700_000_001e9, Float(1e15+1./8))
	if got := tr.Slope(); !got.IsNone() {
		t.Error(got)
	}
}

// Sums of negated numbers are exact too.
func TestSumNeg(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for round := range 200 {
		var s Sum
		want := new(big.Rat)
		var in []Value
		for range 30 {
			v := numbersOf(r, round%7)
			if v.IsNone() {
				continue
			}
			s.AddNeg(v)
			in = append(in, v)
			want.Sub(want, ratAt(v))
			if r.IntN(3) == 0 {
				s.SubNeg(in[0])
				want.Add(want, ratAt(in[0]))
				in = in[1:]
			}
			if f, _ := want.Float64(); s.Float() != f {
				t.Fatalf("%v: %v, want %v", in, s.Float(), f)
			}
		}
	}
}

// Products and sums of 256 bits are those of big integers.
func TestInt256(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 3000 {
		number := func() int128 {
			x := int128{int64(r.Uint64()), r.Uint64()}
			switch r.IntN(5) {
			case 0:
				return int128{x.hi >> 40, x.lo}
			case 1:
				return fromInt(int64(x.lo))
			case 2:
				return int128{0, x.lo >> r.IntN(64)}
			}
			return int128{x.hi >> 1, x.lo}
		}
		a, b, c, d := number(), number(), number(), number()
		p := a.mul(b)
		if want := new(big.Int).Mul(a.big(), b.big()); p.big().Cmp(want) != 0 {
			t.Fatalf("%v * %v is %v", a.big(), b.big(), p.big())
		}
		q := c.mul(d)
		if want := new(big.Int).Sub(p.big(), q.big()); p.sub(q).big().Cmp(want) != 0 {
			t.Fatalf("%v - %v is %v", p.big(), q.big(), p.sub(q).big())
		}
		n := uint64(r.Uint32())
		small := fromInt(int64(a.lo)).mul(b)
		if want := new(big.Int).Mul(small.big(), new(big.Int).SetUint64(n)); small.times(n).big().Cmp(want) != 0 {
			t.Fatalf("%v * %d is %v", small.big(), n, small.times(n).big())
		}
		k := uint(r.IntN(150))
		x := fromInt(int64(a.lo) >> 1)
		y := int256{x.lo, uint64(x.hi), uint64(x.hi), uint64(x.hi)}
		if want := new(big.Int).Lsh(x.big(), k); y.shl(k).big().Cmp(want) != 0 {
			t.Fatalf("%v << %d is %v", x.big(), k, y.shl(k).big())
		}
		if got, want := p.round(-7), roundBig(p.big(), -7); got != want {
			t.Fatalf("%v rounds to %v, want %v", p.big(), got, want)
		}
	}
}

// Order is total, and AsScalar is equality.
func TestOrderAndScalar(t *testing.T) {
	vals := []Value{Int(2), Float(2), Float(2.5), Int(-1), Int(math.MaxInt64), Int(math.MinInt64), Float(1 << 63), Float(-1 << 63), Float(0), Float(math.Copysign(0, -1)),
		Int(0), Float(1e300), Float(5e-324), String(""), String("2"), String("a"), Bool(true), Bool(false), Time(2), Duration(2), Duration(0), Float(1<<53 + 2), Int(1<<53 + 1), Int(1<<53 + 2)}
	for _, a := range vals {
		for _, b := range vals {
			eq, f := Equal(a, b)
			ka, _ := AsScalar(a)
			kb, _ := AsScalar(b)
			if (ka == kb) != True(eq) || True(eq) != (Order(a, b) == 0) {
				t.Errorf("%s and %s: equal %v, one key %v, order %d", Text(a), Text(b), True(eq), ka == kb, Order(a, b))
			}
			if lt, _ := Less(a, b); f == OK && a.kind != KindBool && True(lt) != (Order(a, b) < 0) {
				t.Errorf("%s and %s: less %v, order %d", Text(a), Text(b), True(lt), Order(a, b))
			}
			if Order(a, b) > 0 != (Order(b, a) < 0) {
				t.Errorf("%s and %s: order %d and %d", Text(a), Text(b), Order(a, b), Order(b, a))
			}
			for _, c := range vals {
				if Order(a, b) <= 0 && Order(b, c) <= 0 && Order(a, c) > 0 {
					t.Errorf("%s %s %s are in no order", Text(a), Text(b), Text(c))
				}
			}
		}
	}
	for _, v := range []Value{{}, List(nil), Object(nil)} {
		if _, ok := AsScalar(v); ok {
			t.Errorf("%s is a key", Text(v))
		}
	}
}

// Domains.
func TestDomains(t *testing.T) {
	for _, c := range []struct {
		v    Value
		want string
	}{
		{Value{}, ""}, {Int(1), "asqn"}, {Float(1), "asqn"}, {Time(1), "asq"}, {Duration(1), "asq"}, {String("x"), "as"}, {Bool(true), "as"},
		{List(nil), "a"}, {Object(nil), "a"},
	} {
		got := ""
		for d, name := range map[Domain]string{Anything: "a", Scalars: "s", Quantities: "q", Numbers: "n"} {
			if d.Has(c.v) {
				got += name
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s is in %q, want %q", Text(c.v), got, c.want)
		}
	}
}
