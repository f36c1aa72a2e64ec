package value

import (
	"math"
	"math/big"
	"math/bits"
)

// Sum is the exact sum of the numbers in it (S16). Numbers can be taken out
// again, in any order; the result depends only on what is in it. The zero Sum
// is empty. It belongs to one goroutine.
//
// Ints add up in 128 bits. Floats do so as fixed-point numbers, a small
// superaccumulator in the manner of Kulisch: the first float fixes the place
// of the last bit, and every float whose bits lie within the 128 is added as
// an integer. Others go to a wide integer in units of 2^-1074. While floats
// are in it the place stays, so what was added somewhere is taken out there.
type Sum struct {
	n      int // numbers
	floats int // of them floats
	ints   int128
	fixed  int128
	scale  int // fixed counts units of 2^scale
	wide   *big.Int
	wides  int // numbers in wide
}

// reach is how far above scale a float's last bit may lie: 53+42 bits leave 32
// for the carries of four billion numbers.
const (
	reach    = 42
	below    = 21 // how far below the first float's last bit the place is set
	smallest = -1074
)

// Len is how many numbers are in it.
func (s *Sum) Len() int { return s.n }

// Reset empties it.
func (s *Sum) Reset() {
	w := s.wide
	if w != nil {
		w.SetInt64(0)
	}
	*s = Sum{wide: w}
}

// Add takes a number in; other kinds are ignored.
func (s *Sum) Add(v Value) {
	switch v.kind {
	case KindInt:
		s.n++
		s.ints = s.ints.add(fromInt(int64(v.num)))
	case KindFloat:
		if s.floats == 0 {
			_, exp := split(v)
			s.scale = max(exp-below, smallest)
		}
		s.n++
		s.floats++
		s.shift(v, false)
	}
}

// Sub takes a number out that was taken in before.
func (s *Sum) Sub(v Value) {
	switch v.kind {
	case KindInt:
		s.n--
		s.ints = s.ints.add(fromInt(int64(v.num)).neg())
	case KindFloat:
		s.n--
		s.floats--
		s.shift(v, true)
	}
}

// AddNeg takes -v in, which need not be a value: it is exact for the least int too.
func (s *Sum) AddNeg(v Value) {
	switch v.kind {
	case KindInt:
		s.n++
		s.ints = s.ints.add(fromInt(int64(v.num)).neg())
	case KindFloat:
		v.num ^= 1 << 63
		s.Add(v)
	}
}

// SubNeg takes -v out that was taken in before.
func (s *Sum) SubNeg(v Value) {
	switch v.kind {
	case KindInt:
		s.n--
		s.ints = s.ints.add(fromInt(int64(v.num)))
	case KindFloat:
		v.num ^= 1 << 63
		s.Sub(v)
	}
}

// split gives a float as mant * 2^exp with an odd or full mantissa.
func split(v Value) (mant int64, exp int) {
	b := v.num
	mant, exp = int64(b&(1<<52-1)), int(b>>52&0x7ff)
	if exp == 0 {
		exp = 1
	} else {
		mant |= 1 << 52
	}
	exp -= 1075
	if b>>63 != 0 {
		mant = -mant
	}
	return mant, exp
}

func (s *Sum) shift(v Value, out bool) {
	mant, exp := split(v)
	if mant == 0 {
		return
	}
	if out {
		mant = -mant
	}
	if d := exp - s.scale; d >= 0 && d <= reach {
		s.fixed = s.fixed.add(fromInt(mant).shl(uint(d)))
		return
	}
	if s.wide == nil {
		s.wide = new(big.Int)
	}
	if out {
		s.wides--
	} else {
		s.wides++
	}
	x := big.NewInt(mant)
	s.wide.Add(s.wide, x.Lsh(x, uint(exp-smallest)))
}

// Value is the sum: an int for ints alone (none beyond int64, 0 when empty),
// otherwise the float nearest to the exact sum, ties to even.
func (s *Sum) Value() Value {
	if s.floats == 0 {
		if s.ints.hi != int64(s.ints.lo)>>63 {
			return Value{}
		}
		return Int(int64(s.ints.lo))
	}
	return Float(s.Float())
}

// Avg is the sum rounded to a float, divided by the count; none when empty.
func (s *Sum) Avg() Value {
	if s.n == 0 {
		return Value{}
	}
	return Float(s.Float() / float64(s.n))
}

// Float is the float nearest to the exact sum, ties to even; infinite beyond
// the greatest.
func (s *Sum) Float() float64 {
	total, scale := s.fixed, s.scale
	switch {
	case s.wides > 0:
		return s.slow()
	case s.floats == 0:
		total, scale = s.ints, 0
	case s.ints != int128{}:
		// ints in units of 2^scale, if they fit with room to spare
		if scale > 0 || scale < -60 || s.ints.hi > 1 || s.ints.hi < -1 {
			return s.slow()
		}
		total = total.add(s.ints.shl(uint(-scale)))
	}
	return total.float(scale)
}

// slow adds all parts in units of 2^-1074.
func (s *Sum) slow() float64 {
	total := new(big.Int)
	if s.wides > 0 {
		total.Set(s.wide)
	}
	x := s.fixed.big()
	total.Add(total, x.Lsh(x, uint(s.scale-smallest)))
	y := s.ints.big()
	total.Add(total, y.Lsh(y, -smallest))
	f := new(big.Float).SetInt(total) // exact: its precision is that of the int
	f.SetMantExp(f, smallest)
	out, _ := f.Float64()
	return out
}

// Save is all that is in it, as a value from which Load makes an equal Sum.
func (s *Sum) Save() Value {
	if s.n == 0 {
		return Value{}
	}
	out := []Value{Int(int64(s.n)), Int(int64(s.floats)), Int(s.ints.hi), Int(int64(s.ints.lo))}
	if s.floats > 0 {
		out = append(out, Int(int64(s.scale)), Int(s.fixed.hi), Int(int64(s.fixed.lo)))
	}
	if s.wides > 0 {
		out = append(out, Int(int64(s.wides)), String(s.wide.Text(62)))
	}
	return List(out)
}

// Load makes s what Save saved; false if that cannot have been.
func (s *Sum) Load(v Value) bool {
	s.Reset()
	if v.IsNone() {
		return true
	}
	items := v.Items()
	var n [8]int64
	for i, x := range items[:min(len(items), len(n))] {
		var ok bool
		if n[i], ok = x.AsInt(); !ok {
			return false
		}
	}
	s.n, s.floats, s.ints = int(n[0]), int(n[1]), int128{n[2], uint64(n[3])}
	s.scale, s.fixed = int(n[4]), int128{n[5], uint64(n[6])}
	switch {
	case s.n <= 0 || s.floats < 0 || s.floats > s.n || s.scale < smallest || s.scale > 1023:
		return false
	case s.floats == 0:
		return len(items) == 4
	case len(items) == 7:
		return true
	case len(items) != 9:
		return false
	}
	text, ok := items[8].AsString()
	if s.wides = int(n[7]); !ok || s.wides <= 0 || s.wides > s.floats || len(text) > 400 {
		return false
	}
	s.wide, ok = new(big.Int).SetString(text, 62)
	return ok
}

// int128 is a two's complement integer of 128 bits.
type int128 struct {
	hi int64
	lo uint64
}

func fromInt(n int64) int128 { return int128{n >> 63, uint64(n)} }

func (a int128) add(b int128) int128 {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	hi, _ := bits.Add64(uint64(a.hi), uint64(b.hi), carry)
	return int128{int64(hi), lo}
}

func (a int128) neg() int128 {
	lo, borrow := bits.Sub64(0, a.lo, 0)
	hi, _ := bits.Sub64(0, uint64(a.hi), borrow)
	return int128{int64(hi), lo}
}

func (a int128) shl(n uint) int128 {
	if n == 0 {
		return a
	}
	return int128{a.hi<<n | int64(a.lo>>(64-n)), a.lo << n} // n < 64
}

func (a int128) big() *big.Int {
	x := big.NewInt(a.hi)
	x.Lsh(x, 64)
	return x.Add(x, new(big.Int).SetUint64(a.lo))
}

// float is the float nearest to a * 2^scale, ties to even. scale is at least
// -1074, so that only the rounding to 53 bits can be inexact.
func (a int128) float(scale int) float64 {
	negative := a.hi < 0
	if negative {
		a = a.neg()
	}
	hi, lo := uint64(a.hi), a.lo
	if hi != 0 { // keep 64 bits, and whether anything was below them
		n := 64 - bits.LeadingZeros64(hi)
		sticky := lo&(1<<n-1) != 0
		lo = hi<<(64-n) | lo>>n
		if n == 64 {
			sticky, lo = a.lo != 0, hi
		}
		if sticky {
			lo |= 1
		}
		scale += n
	}
	f := math.Ldexp(float64(lo), scale) // float64 rounds once, to even; the sticky bit is below the rounding place
	if negative {
		f = -f
	}
	return f
}
