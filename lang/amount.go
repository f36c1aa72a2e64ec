package lang

import (
	"math"
	"strconv"
	"time"

	"github.com/eda-lang/eda/vm/calendar"
)

// What was observed is told roughly: a reader wants the size of a thing, not
// its digits.

// Amount is how many of a thing: "1 event", "20,160 events".
func Amount(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return Grouped(n) + " " + what + "s"
}

// Grouped is a whole number with its thousands apart.
func Grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// RoughDuration is a duration in ns to about two digits, as the language
// writes durations.
func RoughDuration(ns float64) string {
	d := time.Duration(math.Round(ns))
	unit := time.Nanosecond
	switch {
	case d >= 48*time.Hour:
		unit = time.Hour
	case d >= time.Hour:
		unit = time.Minute
	case d >= time.Minute:
		unit = time.Second
	case d >= 10*time.Second:
		unit = time.Second
	case d >= time.Second:
		unit = 100 * time.Millisecond
	default:
		for unit*100 <= d {
			unit *= 10
		}
	}
	return calendar.FormatDuration(int64(d.Round(unit)))
}

// RoughNumber is a number to about four digits, a whole one of up to seven
// digits as it is.
func RoughNumber(x float64) string {
	switch abs := math.Abs(x); {
	case x == math.Trunc(x) && abs < 1e7:
		return Grouped(int(x))
	case abs >= 1e4 && abs < 1e12:
		return Grouped(int(math.Round(x)))
	case abs >= 1e-4 && abs < 1e12:
		digits := 3 - int(math.Floor(math.Log10(abs)))
		return strconv.FormatFloat(mustFloat(strconv.FormatFloat(x, 'f', max(digits, 0), 64)), 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', 4, 64)
}

// mustFloat reads back what was written: without zeros at its end.
func mustFloat(s string) float64 {
	x, _ := strconv.ParseFloat(s, 64)
	return x
}
