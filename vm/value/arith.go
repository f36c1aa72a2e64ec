package value

import (
	"cmp"
	"math"
	"math/big"
	"strings"
)

// Fault says why an operation has no result.
type Fault uint8

const (
	OK           Fault = iota
	Missing            // an operand is none: nothing is wrong
	Mismatch           // the kinds do not go together
	Overflow           // beyond int64
	DivideByZero       // or the remainder of it
	NotANumber         // beyond float64
	Range              // an index or an argument out of its range
	Forbidden          // a tag that must not be fired
	NoArgument         // an argument that an action needs is none
)

var faultNames = [...]string{"ok", "an operand is unknown", "the kinds do not go together", "the result is beyond a 64-bit integer", "division by zero", "the result is no number", "out of range", "not allowed", "an argument is missing"}

// String says the fault in words.
func (f Fault) String() string {
	if int(f) < len(faultNames) {
		return faultNames[f]
	}
	return "fault?"
}

func isNumber(k Kind) bool { return k == KindInt || k == KindFloat }

// fail is the fault of an operation that these kinds do not have.
func fail(a, b Value) (Value, Fault) {
	if a.kind == KindNone || b.kind == KindNone {
		return Value{}, Missing
	}
	return Value{}, Mismatch
}

func ofFloat(f float64) (Value, Fault) {
	if f-f != 0 {
		return Value{}, NotANumber
	}
	return Float(f), OK
}

func addInts(a, b int64) (int64, bool) {
	s := a + b
	return s, (s > a) == (b > 0)
}

func subInts(a, b int64) (int64, bool) {
	d := a - b
	return d, (d < a) == (b > 0)
}

func mulInts(a, b int64) (int64, bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	p := a * b
	return p, p/b == a && !(a == -1 && b == math.MinInt64) && !(b == -1 && a == math.MinInt64)
}

// wrap makes a value of that kind unless the sum overflowed.
func wrap(k Kind, n int64, ok bool) (Value, Fault) {
	if !ok {
		return Value{}, Overflow
	}
	return Value{kind: k, num: uint64(n)}, OK
}

// Add is a + b.
func Add(a, b Value) (Value, Fault) {
	x, y := int64(a.num), int64(b.num)
	switch {
	case a.kind == KindInt && b.kind == KindInt:
		n, ok := addInts(x, y)
		return wrap(KindInt, n, ok)
	case isNumber(a.kind) && isNumber(b.kind):
		f, _ := a.AsNumber()
		g, _ := b.AsNumber()
		return ofFloat(f + g)
	case a.kind == KindDuration && b.kind == KindDuration:
		n, ok := addInts(x, y)
		return wrap(KindDuration, n, ok)
	case a.kind == KindTime && b.kind == KindDuration, a.kind == KindDuration && b.kind == KindTime:
		n, ok := addInts(x, y)
		return wrap(KindTime, n, ok)
	}
	return fail(a, b)
}

// Sub is a - b.
func Sub(a, b Value) (Value, Fault) {
	x, y := int64(a.num), int64(b.num)
	switch {
	case a.kind == KindInt && b.kind == KindInt:
		n, ok := subInts(x, y)
		return wrap(KindInt, n, ok)
	case isNumber(a.kind) && isNumber(b.kind):
		f, _ := a.AsNumber()
		g, _ := b.AsNumber()
		return ofFloat(f - g)
	case a.kind == KindDuration && b.kind == KindDuration, a.kind == KindTime && b.kind == KindTime:
		n, ok := subInts(x, y)
		return wrap(KindDuration, n, ok)
	case a.kind == KindTime && b.kind == KindDuration:
		n, ok := subInts(x, y)
		return wrap(KindTime, n, ok)
	}
	return fail(a, b)
}

// Mul is a * b; a duration scales by a number, rounded half away from zero to ns.
func Mul(a, b Value) (Value, Fault) {
	if b.kind == KindDuration {
		a, b = b, a
	}
	switch {
	case a.kind == KindInt && b.kind == KindInt:
		n, ok := mulInts(int64(a.num), int64(b.num))
		return wrap(KindInt, n, ok)
	case isNumber(a.kind) && isNumber(b.kind):
		f, _ := a.AsNumber()
		g, _ := b.AsNumber()
		return ofFloat(f * g)
	case a.kind == KindDuration && b.kind == KindInt:
		n, ok := mulInts(int64(a.num), int64(b.num))
		return wrap(KindDuration, n, ok)
	case a.kind == KindDuration && b.kind == KindFloat:
		x := new(big.Rat).SetInt64(int64(a.num))
		return roundDuration(x.Mul(x, ratOf(b)))
	}
	return fail(a, b)
}

// ratOf is the exact value of a number.
func ratOf(v Value) *big.Rat {
	if v.kind == KindInt {
		return new(big.Rat).SetInt64(int64(v.num))
	}
	return new(big.Rat).SetFloat64(math.Float64frombits(v.num))
}

// roundDuration rounds half away from zero to whole ns.
func roundDuration(x *big.Rat) (Value, Fault) {
	half := big.NewRat(1, 2)
	if x.Sign() < 0 {
		half.Neg(half)
	}
	x.Add(x, half)
	n := new(big.Int).Quo(x.Num(), x.Denom())
	if !n.IsInt64() {
		return Value{}, Overflow
	}
	return Duration(n.Int64()), OK
}

func isZero(v Value) bool {
	f, ok := v.AsNumber()
	return ok && f == 0 || v.kind == KindDuration && v.num == 0
}

// Div is a / b: a float for numbers and for two durations, a duration for a
// duration by a number.
func Div(a, b Value) (Value, Fault) {
	numbers := isNumber(a.kind) && isNumber(b.kind)
	durations := a.kind == KindDuration && b.kind == KindDuration
	scale := a.kind == KindDuration && isNumber(b.kind)
	if !numbers && !durations && !scale {
		return fail(a, b)
	}
	if isZero(b) {
		return Value{}, DivideByZero
	}
	switch {
	case durations:
		return ofFloat(quotient(int64(a.num), int64(b.num)))
	case scale:
		x := new(big.Rat).SetInt64(int64(a.num))
		return roundDuration(x.Quo(x, ratOf(b)))
	case a.kind == KindInt && b.kind == KindInt:
		return ofFloat(quotient(int64(a.num), int64(b.num)))
	}
	f, _ := a.AsNumber()
	g, _ := b.AsNumber()
	return ofFloat(f / g)
}

// quotient is the float nearest to x / y. Both are exact as floats below 2^53,
// and then one division rounds once.
func quotient(x, y int64) float64 {
	const exact = 1 << 53
	if -exact <= x && x <= exact && -exact <= y && y <= exact {
		return float64(x) / float64(y)
	}
	f, _ := big.NewRat(x, 1).Quo(big.NewRat(x, 1), big.NewRat(y, 1)).Float64()
	return f
}

// FloorDiv is a // b, the floor of the true quotient: an int for ints and for
// durations, otherwise a float.
func FloorDiv(a, b Value) (Value, Fault) {
	v, _, f := floorDivMod(a, b)
	return v, f
}

// Mod is a % b, what is left of a // b, with the sign of b.
func Mod(a, b Value) (Value, Fault) {
	_, v, f := floorDivMod(a, b)
	return v, f
}

func floorDivMod(a, b Value) (q, r Value, f Fault) {
	numbers := isNumber(a.kind) && isNumber(b.kind)
	durations := a.kind == KindDuration && b.kind == KindDuration
	if !numbers && !durations {
		_, f := fail(a, b)
		return Value{}, Value{}, f
	}
	if isZero(b) {
		return Value{}, Value{}, DivideByZero
	}
	if a.kind == b.kind && a.kind != KindFloat {
		x, y := int64(a.num), int64(b.num)
		if x == math.MinInt64 && y == -1 {
			return Value{}, Value{kind: a.kind}, Overflow
		}
		n, m := x/y, x%y
		if m != 0 && (m < 0) != (y < 0) {
			n--
			m += y
		}
		return Int(n), Value{kind: a.kind, num: uint64(m)}, OK
	}
	x, _ := a.AsNumber()
	y, _ := b.AsNumber()
	if q := x / y; a.kind == KindFloat && b.kind == KindFloat && math.Abs(q) < 1<<50 {
		// math.Mod is exact; the quotient is off by less than a half, so
		// rounding finds it.
		m := math.Mod(x, y)
		n := math.Round((x - m) / y)
		if m != 0 && (m < 0) != (y < 0) {
			n--
			m += y
		}
		return Float(n), Float(m), OK
	}
	// exactly
	p, d := ratOf(a), ratOf(b)
	t := new(big.Rat).Quo(p, d)
	n := new(big.Int).Div(t.Num(), t.Denom()) // Euclidean: the floor, as the denominator is positive
	m := new(big.Rat).Sub(p, new(big.Rat).Mul(new(big.Rat).SetInt(n), d))
	nf, _ := new(big.Float).SetInt(n).Float64()
	mf, _ := m.Float64()
	qv, fault := ofFloat(nf)
	return qv, Float(mf), fault
}

// Neg is -a.
func Neg(a Value) (Value, Fault) {
	switch a.kind {
	case KindInt, KindDuration:
		if int64(a.num) == math.MinInt64 {
			return Value{}, Overflow
		}
		return Value{kind: a.kind, num: -a.num}, OK
	case KindFloat:
		return Float(-math.Float64frombits(a.num)), OK
	}
	return fail(a, a)
}

// compareNumbers compares an int and a float, or two of a kind, exactly.
func compareNumbers(a, b Value) int {
	switch {
	case a.kind == KindInt && b.kind == KindInt:
		return cmp.Compare(int64(a.num), int64(b.num))
	case a.kind == KindFloat && b.kind == KindFloat:
		return cmp.Compare(math.Float64frombits(a.num), math.Float64frombits(b.num))
	case a.kind == KindInt:
		return compareIntFloat(int64(a.num), math.Float64frombits(b.num))
	}
	return -compareIntFloat(int64(b.num), math.Float64frombits(a.num))
}

func compareIntFloat(n int64, f float64) int {
	switch {
	case f >= 1<<63:
		return -1
	case f < -1<<63:
		return 1
	}
	whole := math.Trunc(f)
	if c := cmp.Compare(n, int64(whole)); c != 0 {
		return c
	}
	return cmp.Compare(whole, f)
}

// Compare orders numbers exactly, texts by bytes, instants and durations.
// order is -1, 0 or 1 if the fault is OK.
func Compare(a, b Value) (order int, f Fault) {
	if isNumber(a.kind) && isNumber(b.kind) {
		return compareNumbers(a, b), OK
	}
	if a.kind == b.kind {
		switch a.kind {
		case KindString:
			x, _ := a.AsString()
			y, _ := b.AsString()
			return strings.Compare(x, y), OK
		case KindTime, KindDuration:
			return cmp.Compare(int64(a.num), int64(b.num)), OK
		}
	}
	_, f = fail(a, b)
	return 0, f
}

// Equal is a == b: true, false, or none between kinds, for lists, for objects
// and for none (S22).
func Equal(a, b Value) (Value, Fault) {
	if a.kind == KindBool && b.kind == KindBool {
		return Bool(a.num == b.num), OK
	}
	o, f := Compare(a, b)
	if f != OK {
		return Value{}, f
	}
	return Bool(o == 0), OK
}

// Less is a < b.
func Less(a, b Value) (Value, Fault) {
	o, f := Compare(a, b)
	if f != OK {
		return Value{}, f
	}
	return Bool(o < 0), OK
}

// LessEqual is a <= b.
func LessEqual(a, b Value) (Value, Fault) {
	o, f := Compare(a, b)
	if f != OK {
		return Value{}, f
	}
	return Bool(o <= 0), OK
}

// logical reports whether a value can stand in a condition.
func logical(v Value) bool { return v.kind == KindBool || v.kind == KindNone }

// And is Kleene's conjunction; an operand that is no boolean is unknown and a
// mismatch.
func And(a, b Value) (Value, Fault) {
	f := OK
	if !logical(a) || !logical(b) {
		f = Mismatch
	}
	switch {
	case False(a) || False(b):
		return Bool(false), f
	case True(a) && True(b):
		return Bool(true), f
	}
	return Value{}, max(f, Missing)
}

// Or is Kleene's disjunction.
func Or(a, b Value) (Value, Fault) {
	f := OK
	if !logical(a) || !logical(b) {
		f = Mismatch
	}
	switch {
	case True(a) || True(b):
		return Bool(true), f
	case False(a) && False(b):
		return Bool(false), f
	}
	return Value{}, max(f, Missing)
}

// Not is Kleene's negation.
func Not(a Value) (Value, Fault) {
	if a.kind == KindBool {
		return Bool(a.num == 0), OK
	}
	return fail(a, a)
}
