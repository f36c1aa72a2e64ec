package lang

import (
	"math"
	"slices"
)

// Spread says how numbers lie, in bounded memory: how many, the least and the
// greatest, and how many lie near each size. A bin is an eighth of a power of
// two, so a quantile is the mean of numbers that differ by at most 13 %, and is
// exact where they are equal. Spreads can be added, in any order for all but
// the last digit of a mean. The zero Spread is empty.
type Spread struct {
	Count    int
	Min, Max float64 // 0 where Count is 0
	Bins     []Bin   // ascending
}

// Bin is how many numbers lie near one size.
type Bin struct {
	Place int32 // the sign, the exponent and three bits of the number
	Count int
	Sum   float64
}

// Add counts a number. NaN and the infinities are left out.
func (s *Spread) Add(x float64) {
	if x-x != 0 {
		return
	}
	s.widen(x, x, 1)
	s.bin(Bin{placeOf(x), 1, x})
}

// Merge adds what another one counted.
func (s *Spread) Merge(o *Spread) {
	if o.Count == 0 {
		return
	}
	s.widen(o.Min, o.Max, o.Count)
	for _, b := range o.Bins {
		s.bin(b)
	}
}

func (s *Spread) widen(low, high float64, n int) {
	if s.Count == 0 {
		s.Min, s.Max = low, high
	}
	s.Min, s.Max = min(s.Min, low), max(s.Max, high)
	s.Count += n
}

func (s *Spread) bin(b Bin) {
	i, found := slices.BinarySearchFunc(s.Bins, b.Place, func(x Bin, place int32) int { return int(x.Place - place) })
	if !found {
		s.Bins = slices.Insert(s.Bins, i, b)
		return
	}
	s.Bins[i].Count += b.Count
	s.Bins[i].Sum += b.Sum
}

// placeOf numbers the bins in the order of the numbers in them.
func placeOf(x float64) int32 {
	if x == 0 {
		return 0
	}
	place := int32(math.Float64bits(math.Abs(x))>>49) + 1
	if x < 0 {
		return -place
	}
	return place
}

// Quantile is the number below which the part p of all lie, 0 <= p <= 1: 0.5
// for the median. ok is false for an empty spread.
func (s *Spread) Quantile(p float64) (x float64, ok bool) {
	if s.Count == 0 {
		return 0, false
	}
	rank := max(1, int(math.Ceil(p*float64(s.Count))))
	for _, b := range s.Bins {
		if rank -= b.Count; rank <= 0 {
			return min(max(b.Sum/float64(b.Count), s.Min), s.Max), true
		}
	}
	return s.Max, true
}

// Above is about how many numbers are greater than x; exact where none or all are.
func (s *Spread) Above(x float64) int {
	switch {
	case s.Count == 0 || x >= s.Max:
		return 0
	case x < s.Min:
		return s.Count
	}
	n := 0
	for _, b := range s.Bins {
		if b.Sum/float64(b.Count) > x {
			n += b.Count
		}
	}
	return min(max(n, 1), s.Count-1)
}
