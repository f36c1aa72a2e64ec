package value

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"testing"
)

func randomFloat(r *rand.Rand) float64 {
	for {
		var f float64
		switch r.IntN(6) {
		case 0:
			f = math.Float64frombits(r.Uint64())
		case 1:
			f = float64(r.IntN(2000)) / 10
		case 2:
			f = math.Ldexp(r.Float64()-0.5, r.IntN(120)-60)
		case 3:
			f = math.Float64frombits(r.Uint64N(1 << 53)) // subnormal and small
		case 4:
			f = []float64{1e308, -1e308, math.MaxFloat64, 5e-324, 0, math.Copysign(0, -1), 1, -1, 0.1, 1 << 53, 1<<53 + 2}[r.IntN(11)]
		default:
			f = r.NormFloat64() * 100
		}
		if f-f == 0 {
			return f
		}
	}
}

func randomNumber(r *rand.Rand) Value {
	if r.IntN(3) == 0 {
		n := int64(r.Uint64())
		return Int(n >> r.IntN(64))
	}
	return Float(randomFloat(r))
}

// The sum is the exact one, rounded once, whatever came and went before.
func TestSumIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		var s Sum
		var in []Value
		kind := r.IntN(3) // near, wild, ints
		for range 1 + r.IntN(60) {
			if len(in) > 0 && r.IntN(3) == 0 {
				i := r.IntN(len(in))
				s.Sub(in[i])
				in = append(in[:i], in[i+1:]...)
			} else {
				v := randomNumber(r)
				switch kind {
				case 0:
					v = Float(float64(r.IntN(100000)) / 1000)
				case 2:
					v = Int(int64(r.Uint64()))
				}
				in = append(in, v)
				s.Add(v)
			}
			checkSum(t, &s, in)
		}
	}
}

func checkSum(t *testing.T, s *Sum, in []Value) {
	t.Helper()
	exact := new(big.Float).SetPrec(2400)
	ints := true
	for _, v := range in {
		x := new(big.Float).SetPrec(2400)
		if n, ok := v.AsInt(); ok {
			x.SetInt64(n)
		} else {
			f, _ := v.AsFloat()
			x.SetFloat64(f)
			ints = false
		}
		exact.Add(exact, x)
	}
	want, _ := exact.Float64()
	if got := s.Float(); got != want && !(math.IsInf(got, 0) && math.IsInf(want, 0)) {
		t.Fatalf("sum of %v is %v, want %v", in, got, want)
	}
	if ints {
		n, acc := exact.Int64()
		if acc == big.Exact {
			if got, ok := s.Value().AsInt(); !ok || got != n {
				t.Fatalf("sum of %v is %v, want %d", in, Text(s.Value()), n)
			}
		} else if !s.Value().IsNone() {
			t.Fatalf("sum of %v is %v, want none", in, Text(s.Value()))
		}
	}
}

func TestSumAllocatesNothing(t *testing.T) {
	var s Sum
	v := Float(25.25)
	if n := testing.AllocsPerRun(100, func() { s.Add(v); s.Add(v); s.Sub(v); _ = s.Avg() }); n != 0 {
		t.Errorf("%v allocations per run, want 0", n)
	}
}

func rat(v Value) *big.Rat { return ratOf(v) }

func nearest(x *big.Rat) float64 { f, _ := x.Float64(); return f }

// Arithmetic agrees with math/big.
func TestArithmetic(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200_000 {
		a, b := randomNumber(r), randomNumber(r)
		c, _ := Compare(a, b)
		if want := rat(a).Cmp(rat(b)); c != want {
			t.Fatalf("compare %v %v = %d, want %d", Text(a), Text(b), c, want)
		}
		q, f := FloorDiv(a, b)
		m, g := Mod(a, b)
		if rat(b).Sign() == 0 {
			if f != DivideByZero || g != DivideByZero {
				t.Fatalf("%v // %v: %v %v", Text(a), Text(b), f, g)
			}
			continue
		}
		p := new(big.Rat).Quo(rat(a), rat(b))
		fl := new(big.Int).Div(p.Num(), p.Denom())
		rem := new(big.Rat).Sub(rat(a), new(big.Rat).Mul(new(big.Rat).SetInt(fl), rat(b)))
		if a.Kind() == KindInt && b.Kind() == KindInt {
			if !fl.IsInt64() {
				if f != Overflow {
					t.Fatalf("%v // %v: %v", Text(a), Text(b), f)
				}
				continue
			}
			n, _ := q.AsInt()
			k, _ := m.AsInt()
			if n != fl.Int64() || k != rem.Num().Int64() {
				t.Fatalf("%v // %v = %d rest %d, want %v rest %v", Text(a), Text(b), n, k, fl, rem)
			}
			continue
		}
		wantQ, _ := new(big.Float).SetInt(fl).Float64()
		gotQ, _ := q.AsFloat()
		gotM, _ := m.AsFloat()
		if math.IsInf(wantQ, 0) {
			if f != NotANumber {
				t.Fatalf("%v // %v: %v", Text(a), Text(b), f)
			}
		} else if gotQ != wantQ || gotM != nearest(rem) {
			t.Fatalf("%v // %v = %v rest %v, want %v rest %v", Text(a), Text(b), gotQ, gotM, wantQ, nearest(rem))
		}
	}
}

func TestIntOverflow(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	edge := []int64{0, 1, -1, math.MaxInt64, math.MinInt64, math.MaxInt64 - 1, math.MinInt64 + 1, 1 << 31, 1 << 32, -1 << 32}
	pick := func() int64 {
		if r.IntN(2) == 0 {
			return edge[r.IntN(len(edge))]
		}
		return int64(r.Uint64()) >> r.IntN(64)
	}
	for range 100_000 {
		x, y := pick(), pick()
		for _, op := range []struct {
			name string
			fn   func(a, b Value) (Value, Fault)
			big  func(z, a, b *big.Int) *big.Int
		}{{"+", Add, (*big.Int).Add}, {"-", Sub, (*big.Int).Sub}, {"*", Mul, (*big.Int).Mul}} {
			want := op.big(new(big.Int), big.NewInt(x), big.NewInt(y))
			v, f := op.fn(Int(x), Int(y))
			if n, ok := v.AsInt(); want.IsInt64() != ok || ok && n != want.Int64() || !ok && f != Overflow {
				t.Fatalf("%d %s %d = %v %v, want %v", x, op.name, y, Text(v), f, want)
			}
		}
	}
}

func TestPrinting(t *testing.T) {
	for _, c := range []struct {
		v          Value
		text, json string
	}{
		{Value{}, "none", "null"},
		{Bool(true), "true", "true"},
		{Int(-7), "-7", "-7"},
		{Float(25), "25", "25.0"},
		{Float(0.1), "0.1", "0.1"},
		{Float(math.Copysign(0, -1)), "0", "-0.0"},
		{Float(1e21), "1e+21", "1e+21"},
		{Float(1e20), "100000000000000000000", "100000000000000000000.0"},
		{Float(1e-7), "1e-07", "1e-07"},
		{String("a\"b\n\x01ü\xff"), "a\"b\n\x01ü\xff", `"a\"b\n\u0001ü` + "\uFFFD" + `"`},
		{Duration(5400e9), "1h30m", `"1h30m"`},
		{Time(1.5e9), "1970-01-01T00:00:01.5Z", `"1970-01-01T00:00:01.5Z"`},
		{List([]Value{Int(1), Float(2)}), "[1,2.0]", "[1,2.0]"},
		{Object([]Field{{"b", Int(1)}, {"a", Value{}}}), `{"b":1,"a":null}`, `{"b":1,"a":null}`},
	} {
		if got := Text(c.v); got != c.text {
			t.Errorf("text %q, want %q", got, c.text)
		}
		if got := string(AppendJSON(nil, c.v)); got != c.json {
			t.Errorf("JSON %s, want %s", got, c.json)
		}
	}
	r := rand.New(rand.NewPCG(7, 8))
	for range 100_000 {
		f := randomFloat(r)
		got, err := strconv.ParseFloat(Text(Float(f)), 64)
		if err != nil || got != f {
			t.Fatalf("%v prints as %s", f, Text(Float(f)))
		}
	}
}

func TestKleene(t *testing.T) {
	vals := []Value{Bool(false), {}, Bool(true)}
	for i, a := range vals {
		for j, b := range vals {
			if v, _ := And(a, b); !Identical(v, vals[min(i, j)]) {
				t.Errorf("%v and %v = %v", Text(a), Text(b), Text(v))
			}
			if v, _ := Or(a, b); !Identical(v, vals[max(i, j)]) {
				t.Errorf("%v or %v = %v", Text(a), Text(b), Text(v))
			}
		}
		if v, _ := Not(a); !Identical(v, vals[2-i]) {
			t.Errorf("not %v = %v", Text(a), Text(v))
		}
	}
}

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		fn   func(a, b Value) (Value, Fault)
		a, b Value
		want string
		f    Fault
	}{
		{Add, Int(1), Float(2), "3", OK},
		{Add, String("a"), String("b"), "none", Mismatch},
		{Add, Int(1), Value{}, "none", Missing},
		{Div, Int(7), Int(2), "3.5", OK},
		{Div, Int(1), Int(0), "none", DivideByZero},
		{FloorDiv, Float(1), Float(0.1), "9", OK},
		{Mod, Int(-7), Int(3), "2", OK},
		{Sub, Time(5e9), Time(2e9), "3s", OK},
		{Mul, Duration(1e9), Float(1.5), "1s500ms", OK},
		{Mul, Int(3), Duration(1e9), "3s", OK},
		{Div, Duration(3e9), Duration(2e9), "1.5", OK},
		{Equal, Int(2), Float(2), "true", OK},
		{Equal, Int(2), String("2"), "none", Mismatch},
		{Equal, List(nil), List(nil), "none", Mismatch},
		{Less, Bool(false), Bool(true), "none", Mismatch},
		{Equal, Bool(false), Bool(true), "false", OK},
		{Mul, Float(1e308), Float(10), "none", NotANumber},
	} {
		v, f := c.fn(c.a, c.b)
		if Text(v) != c.want || f != c.f {
			t.Errorf("%v, %v: %v (%v), want %v (%v)", Text(c.a), Text(c.b), Text(v), f, c.want, c.f)
		}
	}
}

func BenchmarkSum(b *testing.B) {
	var s Sum
	vals := make([]Value, 1024)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range vals {
		vals[i] = Float(float64(r.IntN(100000)) / 1000)
		s.Add(vals[i])
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		v := vals[i&1023]
		s.Sub(v)
		s.Add(v)
		_ = s.Avg()
	}
}
