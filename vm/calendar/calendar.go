// Package calendar reads and prints durations, instants and days. Instants
// are nanoseconds since the Unix epoch in UTC, durations nanoseconds; both are
// int64 and reach from 1678 to 2262.
package calendar

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Units in ns, largest first.
var units = []struct {
	name string
	ns   int64
}{
	{"w", 7 * 24 * 3600e9}, {"d", 24 * 3600e9}, {"h", 3600e9}, {"m", 60e9}, {"s", 1e9},
	{"ms", 1e6}, {"us", 1e3}, {"ns", 1},
}

// DurationError says what is wrong with a duration, at which byte of it, and
// what to write instead where that is clear.
type DurationError struct {
	Offset  int
	Message string
	Fix     string
	Zero    bool // it can be read, and is zero
}

func (e *DurationError) Error() string { return e.Message }

// ParseDuration reads a sum of parts such as 1h30m: whole numbers with the
// units ns us ms s m h d w. Zero is an error: no clause has a use for it.
func ParseDuration(s string) (int64, *DurationError) {
	if s == "" {
		return 0, &DurationError{Message: "a duration is missing"}
	}
	var total int64
	for i := 0; i < len(s); {
		start := i
		for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
			i++
		}
		digits := s[start:i]
		u := i
		for i < len(s) && !(s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
			i++
		}
		unit, at := s[u:i], u
		if digits == "" {
			return 0, &DurationError{Offset: start, Message: fmt.Sprintf("%q is no duration: a number comes before the unit, as in 10s", s)}
		}
		ns, ok := unitOf(unit)
		if !ok {
			msg := fmt.Sprintf("%q is not a unit of time; the units are ns, us, ms, s, m, h, d and w", unit)
			if unit == "" {
				msg = fmt.Sprintf("%s has no unit; write %ss for seconds", digits, digits)
				return 0, &DurationError{Offset: at, Message: msg, Fix: strings.Replace(s, digits, digits+"s", 1)}
			}
			fix := ""
			if better := nearest(unit); better != "" {
				fix = s[:u] + better + s[i:]
				msg += fmt.Sprintf("; did you mean %s?", better)
			}
			return 0, &DurationError{Offset: at, Message: msg, Fix: fix}
		}
		if strings.Contains(digits, ".") {
			e := &DurationError{Offset: start, Message: fmt.Sprintf("a duration has whole numbers, not %s", digits)}
			if f, err := strconv.ParseFloat(digits, 64); err == nil && f > 0 && f*float64(ns) < 1<<62 {
				e.Fix = s[:start] + FormatDuration(int64(f*float64(ns)+0.5)) + s[i:]
				e.Message += "; write " + e.Fix
			}
			return 0, e
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n > (1<<63-1)/ns || total > 1<<63-1-n*ns {
			return 0, &DurationError{Offset: start, Message: fmt.Sprintf("%s is longer than 292 years, the longest duration there is", s)}
		}
		total += n * ns
	}
	if total == 0 {
		return 0, &DurationError{Message: "a duration of zero has no use here; write one such as 5m", Zero: true}
	}
	return total, nil
}

func unitOf(name string) (int64, bool) {
	for _, u := range units {
		if u.name == name {
			return u.ns, true
		}
	}
	return 0, false
}

// nearest is the unit a word probably means.
func nearest(word string) string {
	switch w := strings.ToLower(word); {
	case strings.HasPrefix(w, "sec"):
		return "s"
	case strings.HasPrefix(w, "mil") || w == "msec" || w == "msecs":
		return "ms"
	case strings.HasPrefix(w, "min"), w == "mn":
		return "m"
	case strings.HasPrefix(w, "ho"), w == "hr", w == "hrs":
		return "h"
	case strings.HasPrefix(w, "da"):
		return "d"
	case strings.HasPrefix(w, "we"):
		return "w"
	case strings.HasPrefix(w, "mic"), w == "µs", w == "μs":
		return "us"
	case strings.HasPrefix(w, "na"):
		return "ns"
	default:
		if _, ok := unitOf(w); ok {
			return w
		}
	}
	return ""
}

// FormatDuration prints a duration as fmt writes it: parts from days down,
// such as 1h30m; 0s for zero.
func FormatDuration(ns int64) string { return string(AppendDuration(nil, ns)) }

// AppendDuration appends FormatDuration.
func AppendDuration(dst []byte, ns int64) []byte {
	if ns == 0 {
		return append(dst, "0s"...)
	}
	left := uint64(ns)
	if ns < 0 {
		dst = append(dst, '-')
		left = -left
	}
	for _, u := range units[1:] {
		if n := left / uint64(u.ns); n > 0 {
			dst = strconv.AppendUint(dst, n, 10)
			dst = append(dst, u.name...)
			left %= uint64(u.ns)
		}
	}
	return dst
}

var (
	earliest = time.Unix(0, -1<<63)
	latest   = time.Unix(0, 1<<63-1)
)

// ParseTime reads RFC 3339 with up to nine decimals.
func ParseTime(s string) (int64, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a time; write it as 2006-01-02T15:04:05Z, with up to nine decimals", s)
	}
	if dot := strings.IndexByte(s, '.'); dot >= 0 {
		n := 0
		for dot+1+n < len(s) && s[dot+1+n] >= '0' && s[dot+1+n] <= '9' {
			n++
		}
		if n > 9 {
			return 0, fmt.Errorf("%q has more than nine decimals", s)
		}
	}
	if t.Before(earliest) || t.After(latest) {
		return 0, fmt.Errorf("%q is out of range: times reach from 1678 to 2262", s)
	}
	return t.UnixNano(), nil
}

// FormatTime prints an instant as RFC 3339 in UTC, with as many decimals as needed.
func FormatTime(ns int64) string { return string(AppendTime(nil, ns)) }

// AppendTime appends FormatTime.
func AppendTime(dst []byte, ns int64) []byte {
	return time.Unix(0, ns).UTC().AppendFormat(dst, time.RFC3339Nano)
}

// Hour is the hour of the day, 0 to 23.
func Hour(ns int64, loc *time.Location) int { return time.Unix(0, ns).In(loc).Hour() }

// Minute is the minute of the hour, 0 to 59.
func Minute(ns int64, loc *time.Location) int { return time.Unix(0, ns).In(loc).Minute() }

// Weekday is the day of the week, mon to sun.
func Weekday(ns int64, loc *time.Location) string {
	return [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}[time.Unix(0, ns).In(loc).Weekday()]
}

// Date is the day as YYYY-MM-DD.
func Date(ns int64, loc *time.Location) string { return time.Unix(0, ns).In(loc).Format(time.DateOnly) }
