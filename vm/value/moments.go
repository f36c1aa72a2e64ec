package value

import (
	"math"
	"math/big"
	"math/bits"
)

// Spread and Trend hold the exact sums that a standard deviation and a least
// squares line are made of (S16): numbers go in and out in any order, and what
// comes out depends only on what is in. Each belongs to one goroutine; the
// zero one is empty.
//
// Numbers are integers in units of 2^scale, within 95 bits as long as they lie
// near enough to each other, so that their sums fit 128 bits and sums of their
// products 256. The range of places grows with the numbers that come and
// starts anew when none is left. One that does not fit goes to wide integers
// in units of 2^-1074; as the range only grows it never fits later, so what
// was added somewhere is taken out there.

// span is how many bits the numbers of a frame may span: with 2^31 of them
// the greatest sum of products, n * Σx², stays below 2^255.
const span = 95

// frame is the range of binary places of the numbers in the narrow sums.
type frame struct {
	set   bool
	scale int // the least place; numbers are integers in units of 2^scale
	top   int // above the greatest
}

// splitNumber gives a number as odd * 2^exp.
func splitNumber(v Value) (m int64, exp int) {
	m = int64(v.num)
	if v.kind == KindFloat {
		m, exp = split(v)
	}
	if m == 0 {
		return 0, 0
	}
	n := bits.TrailingZeros64(uint64(m))
	return m >> n, exp + n
}

// place finds m * 2^exp in units of 2^scale. narrow is false where it does not
// fit; shift is how much finer the units have become.
func (f *frame) place(m int64, exp int, in bool) (x int128, shift uint, narrow bool) {
	if m == 0 {
		return int128{}, 0, true
	}
	abs := uint64(m)
	if m < 0 {
		abs = -abs
	}
	top := exp + bits.Len64(abs)
	if in {
		switch {
		case !f.set:
			*f = frame{true, exp, top}
		case exp < f.scale || top > f.top:
			scale, top := min(exp, f.scale), max(top, f.top)
			if top-scale > span {
				return int128{}, 0, false
			}
			shift = uint(f.scale - scale)
			f.scale, f.top = scale, top
		}
	} else if exp < f.scale || top > f.top {
		return int128{}, 0, false
	}
	return fromInt(m).shlBy(uint(exp - f.scale)), shift, true
}

// shlBy is a * 2^n for n up to span; the product must fit.
func (a int128) shlBy(n uint) int128 {
	if n >= 64 {
		return int128{int64(a.lo << (n - 64)), 0}
	}
	return a.shl(n)
}

// wideNumber is m * 2^exp in units of 2^-1074.
func wideNumber(m int64, exp int) *big.Int {
	x := big.NewInt(m)
	return x.Lsh(x, uint(exp-smallest))
}

// Spread is Σx and Σx².
type Spread struct {
	n  int
	at frame
	x  int128
	xx int256

	wides        int
	wideX, wideS *big.Int // units of 2^-1074 and 2^-2148
}

// Len is how many numbers are in it.
func (s *Spread) Len() int { return s.n }

// Reset empties it.
func (s *Spread) Reset() { *s = Spread{} }

// Add takes a number in.
func (s *Spread) Add(v Value) { s.put(v, true) }

// Sub takes a number out that was taken in before.
func (s *Spread) Sub(v Value) {
	s.put(v, false)
	if s.n == 0 {
		s.Reset()
	}
}

func (s *Spread) put(v Value, in bool) {
	m, exp := splitNumber(v)
	if in {
		s.n++
	} else {
		s.n--
	}
	x, shift, narrow := s.at.place(m, exp, in)
	if !narrow {
		s.putWide(m, exp, in)
		return
	}
	if shift > 0 {
		s.x, s.xx = s.x.shlBy(shift), s.xx.shl(2*shift)
	}
	if xx := x.mul(x); in {
		s.x, s.xx = s.x.add(x), s.xx.add(xx)
	} else {
		s.x, s.xx = s.x.add(x.neg()), s.xx.sub(xx)
	}
}

func (s *Spread) putWide(m int64, exp int, in bool) {
	if s.wideX == nil {
		s.wideX, s.wideS = new(big.Int), new(big.Int)
	}
	x := wideNumber(m, exp)
	xx := new(big.Int).Mul(x, x)
	if in {
		s.wides++
		s.wideX.Add(s.wideX, x)
		s.wideS.Add(s.wideS, xx)
	} else {
		s.wides--
		s.wideX.Sub(s.wideX, x)
		s.wideS.Sub(s.wideS, xx)
	}
}

// Stddev is the standard deviation of the population: n*Σx² - (Σx)², which is
// exact and rounded once, divided by n², and the root of that; none when empty.
func (s *Spread) Stddev() Value {
	if s.n == 0 {
		return Value{}
	}
	var d rounded
	if s.wides == 0 {
		d = s.xx.times(uint64(s.n)).sub(s.x.mul(s.x)).round(2 * s.at.scale)
	} else {
		x := s.x.big()
		x.Lsh(x, uint(s.at.scale-smallest)).Add(x, s.wideX)
		xx := s.xx.big()
		xx.Lsh(xx, uint(2*(s.at.scale-smallest))).Add(xx, s.wideS)
		xx.Mul(xx, big.NewInt(int64(s.n)))
		d = roundBig(xx.Sub(xx, x.Mul(x, x)), 2*smallest)
	}
	d.frac /= float64(s.n) * float64(s.n)
	if d.exp%2 != 0 { // roots halve the exponent
		d.frac *= 2
		d.exp--
	}
	return result(math.Sqrt(d.frac), d.exp/2)
}

// Trend is Σt, Σt², Σx and Σt*x for numbers x at instants t in ns.
type Trend struct {
	n      int
	origin int64 // t counts from the first instant; a shift changes no slope
	t      int128
	tt     int256
	at     frame
	x      int128
	tx     int256

	wides         int
	wideX, wideTX *big.Int // units of 2^-1074
}

// Len is how many numbers are in it.
func (s *Trend) Len() int { return s.n }

// Reset empties it.
func (s *Trend) Reset() { *s = Trend{} }

// Add takes a number in that came at t.
func (s *Trend) Add(t int64, v Value) {
	if s.n == 0 {
		s.origin = t
	}
	s.put(t, v, true)
}

// Sub takes a number out that was taken in before with that t.
func (s *Trend) Sub(t int64, v Value) {
	s.put(t, v, false)
	if s.n == 0 {
		s.Reset()
	}
}

func (s *Trend) put(at int64, v Value, in bool) {
	t := fromInt(at).add(fromInt(s.origin).neg())
	tt := t.mul(t)
	m, exp := splitNumber(v)
	x, shift, narrow := s.at.place(m, exp, in)
	if shift > 0 {
		s.x, s.tx = s.x.shlBy(shift), s.tx.shl(shift)
	}
	tx := t.mul(x)
	if in {
		s.n++
		s.t, s.tt, s.x, s.tx = s.t.add(t), s.tt.add(tt), s.x.add(x), s.tx.add(tx)
	} else {
		s.n--
		s.t, s.tt, s.x, s.tx = s.t.add(t.neg()), s.tt.sub(tt), s.x.add(x.neg()), s.tx.sub(tx)
	}
	if !narrow { // and x was 0
		s.putWide(t, m, exp, in)
	}
}

func (s *Trend) putWide(t int128, m int64, exp int, in bool) {
	if s.wideX == nil {
		s.wideX, s.wideTX = new(big.Int), new(big.Int)
	}
	x := wideNumber(m, exp)
	tx := t.big()
	tx.Mul(tx, x)
	if in {
		s.wides++
		s.wideX.Add(s.wideX, x)
		s.wideTX.Add(s.wideTX, tx)
	} else {
		s.wides--
		s.wideX.Sub(s.wideX, x)
		s.wideTX.Sub(s.wideTX, tx)
	}
}

// Slope is that of the least squares line, per second: n*Σtx - Σt*Σx divided by
// n*Σt² - (Σt)², both exact and rounded once, times 1e9; none where the
// numbers lie at less than two instants.
func (s *Trend) Slope() Value {
	n := uint64(s.n)
	den := s.tt.times(n).sub(s.t.mul(s.t)).round(0)
	if den.frac == 0 {
		return Value{}
	}
	var num rounded
	if s.wides == 0 {
		num = s.tx.times(n).sub(s.t.mul(s.x)).round(s.at.scale)
	} else {
		x := s.x.big()
		x.Lsh(x, uint(s.at.scale-smallest)).Add(x, s.wideX)
		tx := s.tx.big()
		tx.Lsh(tx, uint(s.at.scale-smallest)).Add(tx, s.wideTX)
		tx.Mul(tx, big.NewInt(int64(s.n)))
		num = roundBig(tx.Sub(tx, x.Mul(x, s.t.big())), smallest)
	}
	return result(num.frac/den.frac*1e9, num.exp-den.exp)
}

// Saved forms: a list of ints, and of the wide integers as text.

func (f *frame) save(out []Value) []Value {
	return append(out, Bool(f.set), Int(int64(f.scale)), Int(int64(f.top)))
}

func saveWords(out []Value, words ...uint64) []Value {
	for _, w := range words {
		out = append(out, Int(int64(w)))
	}
	return out
}

func saveWide(out []Value, n int, x, y *big.Int) []Value {
	if n == 0 {
		return out
	}
	return append(out, Int(int64(n)), String(x.Text(62)), String(y.Text(62)))
}

// loader takes saved values one by one; bad is set where one is missing or of
// another kind.
type loader struct {
	items []Value
	bad   bool
}

func (l *loader) next() Value {
	if len(l.items) == 0 {
		l.bad = true
		return Value{}
	}
	v := l.items[0]
	l.items = l.items[1:]
	return v
}

func (l *loader) int() int64 {
	n, ok := l.next().AsInt()
	l.bad = l.bad || !ok
	return n
}

// within is an int of a range.
func (l *loader) within(low, high int) int {
	n := l.int()
	l.bad = l.bad || n < int64(low) || n > int64(high)
	return int(n)
}

func (l *loader) int128() int128 { return int128{l.int(), uint64(l.int())} }

func (l *loader) int256() (a int256) {
	for i := range a {
		a[i] = uint64(l.int())
	}
	return a
}

func (l *loader) frame() (f frame) {
	f.set, _ = l.next().AsBool()
	f.scale = l.within(smallest, 1023)
	f.top = l.within(smallest, 1100)
	l.bad = l.bad || f.top < f.scale || f.top-f.scale > span
	return f
}

// wide reads what saveWide wrote, of at most so many numbers.
func (l *loader) wide(most int) (n int, x, y *big.Int) {
	if len(l.items) == 0 {
		return 0, nil, nil
	}
	n = l.within(1, most)
	var wide [2]*big.Int
	for i := range wide {
		text, ok := l.next().AsString()
		if ok = ok && len(text) <= 800; ok {
			wide[i], ok = new(big.Int).SetString(text, 62)
		}
		l.bad = l.bad || !ok
	}
	return n, wide[0], wide[1]
}

func (l *loader) done() bool { return !l.bad && len(l.items) == 0 }

// Save is all that is in it, as a value from which Load makes an equal Spread.
func (s *Spread) Save() Value {
	if s.n == 0 {
		return Value{}
	}
	out := s.at.save([]Value{Int(int64(s.n))})
	out = saveWords(out, uint64(s.x.hi), s.x.lo)
	out = saveWords(out, s.xx[:]...)
	return List(saveWide(out, s.wides, s.wideX, s.wideS))
}

// Load makes s what Save saved; false if that cannot have been.
func (s *Spread) Load(v Value) bool {
	s.Reset()
	if v.IsNone() {
		return true
	}
	l := &loader{items: v.Items()}
	n := l.within(1, math.MaxInt32)
	got := Spread{n: n, at: l.frame(), x: l.int128(), xx: l.int256()}
	got.wides, got.wideX, got.wideS = l.wide(n)
	if l.done() {
		*s = got
	}
	return l.done()
}

// Save is all that is in it, as a value from which Load makes an equal Trend.
func (s *Trend) Save() Value {
	if s.n == 0 {
		return Value{}
	}
	out := append([]Value{Int(int64(s.n)), Int(s.origin)}, s.at.save(nil)...)
	out = saveWords(out, uint64(s.t.hi), s.t.lo)
	out = saveWords(out, s.tt[:]...)
	out = saveWords(out, uint64(s.x.hi), s.x.lo)
	out = saveWords(out, s.tx[:]...)
	return List(saveWide(out, s.wides, s.wideX, s.wideTX))
}

// Load makes s what Save saved; false if that cannot have been.
func (s *Trend) Load(v Value) bool {
	s.Reset()
	if v.IsNone() {
		return true
	}
	l := &loader{items: v.Items()}
	n := l.within(1, math.MaxInt32)
	got := Trend{n: n, origin: l.int(), at: l.frame(), t: l.int128(), tt: l.int256(), x: l.int128(), tx: l.int256()}
	got.wides, got.wideX, got.wideTX = l.wide(n)
	if l.done() {
		*s = got
	}
	return l.done()
}
