package value

import (
	"math"
	"math/big"
	"math/bits"
)

// int256 is a two's complement integer of 256 bits, the least word first. It
// holds sums of products of two int128.
type int256 [4]uint64

func (a int256) add(b int256) (s int256) {
	var c uint64
	s[0], c = bits.Add64(a[0], b[0], 0)
	s[1], c = bits.Add64(a[1], b[1], c)
	s[2], c = bits.Add64(a[2], b[2], c)
	s[3], _ = bits.Add64(a[3], b[3], c)
	return s
}

func (a int256) sub(b int256) (s int256) {
	var c uint64
	s[0], c = bits.Sub64(a[0], b[0], 0)
	s[1], c = bits.Sub64(a[1], b[1], c)
	s[2], c = bits.Sub64(a[2], b[2], c)
	s[3], _ = bits.Sub64(a[3], b[3], c)
	return s
}

func (a int256) negative() bool { return int64(a[3]) < 0 }

// shl is a * 2^n; n is less than 256.
func (a int256) shl(n uint) (s int256) {
	words, n := int(n/64), n%64
	for i := 3; i >= words; i-- {
		s[i] = a[i-words] << n
		if n > 0 && i > words {
			s[i] |= a[i-words-1] >> (64 - n)
		}
	}
	return s
}

// times is a * n; the product must fit.
func (a int256) times(n uint64) (s int256) {
	var c uint64
	for i, w := range a {
		hi, lo := bits.Mul64(w, n)
		var carry uint64
		s[i], carry = bits.Add64(lo, c, 0)
		c = hi + carry
	}
	return s // modulo 2^256, so right for negative a too
}

// mul is a * b in full.
func (a int128) mul(b int128) int256 {
	negative := (a.hi < 0) != (b.hi < 0)
	if a.hi < 0 {
		a = a.neg()
	}
	if b.hi < 0 {
		b = b.neg()
	}
	var p int256
	ah, bh := uint64(a.hi), uint64(b.hi)
	p[1], p[0] = bits.Mul64(a.lo, b.lo)
	if ah|bh != 0 {
		add := func(x, y uint64) {
			hi, lo := bits.Mul64(x, y)
			var c uint64
			p[1], c = bits.Add64(p[1], lo, 0)
			p[2], c = bits.Add64(p[2], hi, c)
			p[3] += c
		}
		add(ah, b.lo)
		add(a.lo, bh)
		hi, lo := bits.Mul64(ah, bh)
		var c uint64
		p[2], c = bits.Add64(p[2], lo, 0)
		p[3], _ = bits.Add64(p[3], hi, c)
	}
	if negative {
		return int256{}.sub(p)
	}
	return p
}

func (a int256) big() *big.Int {
	negative := a.negative()
	if negative {
		a = int256{}.sub(a)
	}
	x := new(big.Int)
	for i := 3; i >= 0; i-- {
		x.Lsh(x, 64)
		x.Add(x, new(big.Int).SetUint64(a[i]))
	}
	if negative {
		x.Neg(x)
	}
	return x
}

// rounded is a number of 53 bits with an exponent of its own, so that it is
// never too great or too small: frac * 2^exp, with 1/2 <= |frac| < 1, or 0.
// Arithmetic on frac is that of float64; result brings it back into its range.
type rounded struct {
	frac float64
	exp  int
}

// round is a * 2^scale, rounded to the nearest, ties to even.
func (a int256) round(scale int) rounded {
	negative := a.negative()
	if negative {
		a = int256{}.sub(a)
	}
	top := 3
	for top > 0 && a[top] == 0 {
		top--
	}
	w := a[top]
	if w == 0 {
		return rounded{}
	}
	// the 64 bits from the first 1 on, and whether anything was below them
	n := uint(bits.LeadingZeros64(w))
	w <<= n
	if top > 0 {
		if n > 0 {
			w |= a[top-1] >> (64 - n)
		}
		rest := a[top-1] << n
		for i := range top - 1 {
			rest |= a[i]
		}
		if rest != 0 {
			w |= 1
		}
	}
	f, e := math.Frexp(float64(w)) // float64 rounds once, to even: the last bit lies below its place
	if negative {
		f = -f
	}
	return rounded{f, e + 64*top - int(n) + scale}
}

// roundBig is a * 2^scale, rounded likewise.
func roundBig(a *big.Int, scale int) rounded {
	if a.Sign() == 0 {
		return rounded{}
	}
	f := new(big.Float).SetPrec(53).SetInt(a) // to nearest even
	e := f.MantExp(f)
	x, _ := f.Float64()
	return rounded{x, e + scale}
}

// result is r * 2^exp as a value; none if it is beyond float64.
func result(r float64, exp int) Value { return Float(math.Ldexp(r, exp)) }
