package stdlib

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/eda-lang/eda/vm/value"
)

var mathFuncs = []Func{
	{
		Signature: "abs(x: num) -> num?",
		Doc:       "The distance of x from zero; none for the least int, whose distance does not fit into an int.",
		Examples:  []Example{{"abs(-3)", "3"}, {"abs(2.5)", "2.5"}},
		call: func(a []value.Value) (value.Value, value.Fault) {
			if f, ok := a[0].AsFloat(); ok {
				return value.Float(math.Abs(f)), value.OK
			}
			if n, ok := a[0].AsInt(); ok {
				if n < 0 {
					return value.Neg(a[0])
				}
				return a[0], value.OK
			}
			return wrong(a)
		},
	},
	{
		Signature: "min2(a: num, b: num) -> num?",
		Doc:       "The smaller of two numbers; a where they are equal.",
		Examples:  []Example{{"min2(3, 2.5)", "2.5"}},
		call:      func(a []value.Value) (value.Value, value.Fault) { return pickNumber(a, a[1], a[0]) },
	},
	{
		Signature: "max2(a: num, b: num) -> num?",
		Doc:       "The greater of two numbers; a where they are equal.",
		Examples:  []Example{{"max2(3, 2.5)", "3"}},
		call:      func(a []value.Value) (value.Value, value.Fault) { return pickNumber(a, a[0], a[1]) },
	},
	{
		Signature: "round(x: num, digits: int?) -> num?",
		Doc:       "x rounded half away from zero to that many decimals (0 if left out, at most 15). Without digits the result is an int, where it fits.",
		Examples:  []Example{{"round(2.5)", "3"}, {"round(-2.5)", "-3"}, {"round(1.005, 2)", "1"}, {"round(3.14159, 2)", "3.14"}},
		call:      round,
	},
	{
		Signature: "num(x: any) -> num?",
		Doc:       "The number a text stands for, or x itself if it is a number; none for any other text.",
		Examples:  []Example{{`num("25")`, "25"}, {`num("2.5e1")`, "25"}, {`num("abc")`, "none"}},
		call: func(a []value.Value) (value.Value, value.Fault) {
			switch a[0].Kind() {
			case value.KindNone, value.KindInt, value.KindFloat:
				return a[0], value.OK
			case value.KindString:
				s, _ := a[0].AsString()
				return parseNumber(s), value.OK
			}
			return wrong(a)
		},
	},
}

func wrong(a []value.Value) (value.Value, value.Fault) {
	if !known(a) {
		return none, value.Missing
	}
	return none, value.Mismatch
}

func isNumber(v value.Value) bool { return v.Kind() == value.KindInt || v.Kind() == value.KindFloat }

// pickNumber is greater if a[1] < a[0], and otherwise the other.
func pickNumber(a []value.Value, less, other value.Value) (value.Value, value.Fault) {
	if !isNumber(a[0]) || !isNumber(a[1]) {
		return wrong(a)
	}
	lt, _ := value.Less(a[1], a[0])
	if value.True(lt) {
		return less, value.OK
	}
	// equal or a smaller: min2 takes a, max2 takes b unless they are equal
	if eq, _ := value.Equal(a[0], a[1]); value.True(eq) {
		return a[0], value.OK
	}
	return other, value.OK
}

// parseNumber reads decimal text: an int if it is written as one and fits.
func parseNumber(s string) value.Value {
	s = strings.TrimSpace(s)
	if s == "" || strings.Trim(s, "0123456789+-.eE") != "" {
		return none
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return value.Int(n)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return none
	}
	return value.Float(f)
}

// round works on the exact decimal value of x, so that 1.005, which is a
// little less than it looks, rounds to 1 at two digits.
func round(a []value.Value) (value.Value, value.Fault) {
	if !known(a) {
		return none, value.Missing
	}
	if !isNumber(a[0]) {
		return none, value.Mismatch
	}
	digits := int64(0)
	if len(a) == 2 {
		d, ok := a[1].AsInt()
		if !ok {
			return none, value.Mismatch
		}
		if d < 0 || d > 15 {
			return none, value.Range
		}
		digits = d
	}
	f, ok := a[0].AsFloat()
	if !ok { // an int is round already
		return a[0], value.OK
	}
	if digits == 0 {
		r := math.Round(f)
		if r >= -1<<63 && r < 1<<63 && len(a) == 1 {
			return value.Int(int64(r)), value.OK
		}
		return value.Float(r), value.OK
	}
	if math.Abs(f) >= 1<<52 {
		return a[0], value.OK
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(digits), nil)
	x := new(big.Rat).SetFloat64(f)
	x.Mul(x, new(big.Rat).SetInt(scale))
	half := big.NewRat(1, 2)
	if x.Sign() < 0 {
		half.Neg(half)
	}
	x.Add(x, half)
	n := new(big.Int).Quo(x.Num(), x.Denom()) // toward zero
	out, _ := new(big.Rat).SetFrac(n, scale).Float64()
	return value.Float(out), value.OK
}
