package calendar

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Week is spans of the week in a time zone, such as mon-fri 09:00-17:00. It is
// read-only and may be shared by goroutines.
type Week struct {
	spans []span
	loc   *time.Location
}

// span begins on each of its days and may end on the next, both in minutes
// after midnight.
type span struct {
	days     uint8 // a bit for each time.Weekday
	from, to int
}

// WeekError says what is wrong with spans, at which byte, and what to write
// instead of all of it where that is clear.
type WeekError struct {
	Offset  int
	Message string
	Fix     string
}

func (e *WeekError) Error() string { return e.Message }

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

const dayMinutes = 24 * 60

// ParseWeek reads parts joined by ";", each days and a span: days are daily, or
// sat, mon-fri and so on joined by ","; a span is HH:MM-HH:MM, where 24:00 may
// be its end. A span that does not end later on its day ends on the next one.
func ParseWeek(s string, loc *time.Location) (*Week, *WeekError) {
	w := &Week{loc: loc}
	at := 0
	for part := range strings.SplitSeq(s, ";") {
		start := at + len(part) - len(strings.TrimLeft(part, " "))
		sp, err := parseSpan(strings.TrimSpace(part))
		if err != nil {
			err.Offset += start
			if err.Fix != "" {
				err.Fix = s[:start] + err.Fix + s[start+len(strings.TrimSpace(part)):]
			}
			return nil, err
		}
		w.spans = append(w.spans, sp)
		at += len(part) + 1
	}
	return w, nil
}

func parseSpan(s string) (span, *WeekError) {
	if s == "" {
		return span{}, &WeekError{Message: "a span is missing; write days and hours, such as \"mon-fri 09:00-17:00\""}
	}
	var out span
	days, hours, ok := strings.Cut(s, " ")
	if !ok {
		if strings.ContainsRune(s, ':') {
			return out, &WeekError{Message: fmt.Sprintf("%s says no days; for every day write daily %s", s, s), Fix: "daily " + s}
		}
		if _, err := parseDays(s); err != nil {
			return out, err
		}
		return out, &WeekError{Message: fmt.Sprintf("%s says no hours; for the whole day write %s 00:00-24:00", s, s), Fix: s + " 00:00-24:00"}
	}
	var err *WeekError
	if out.days, err = parseDays(days); err != nil {
		if err.Fix != "" {
			err.Fix += " " + hours
		}
		return out, err
	}
	from := len(days) + len(hours) - len(strings.TrimLeft(hours, " ")) + 1
	hours = s[from:]
	begin, end, ok := strings.Cut(hours, "-")
	if !ok {
		return out, &WeekError{Offset: from, Message: fmt.Sprintf("%q is no span of time; write HH:MM-HH:MM, such as 09:00-17:00", hours)}
	}
	if out.from, ok = parseMinute(begin); !ok || out.from == dayMinutes {
		return out, badMinute(from, begin, "23:59")
	}
	if out.to, ok = parseMinute(end); !ok {
		return out, badMinute(from+len(begin)+1, end, "24:00")
	}
	if out.to == out.from {
		e := &WeekError{Offset: from, Message: fmt.Sprintf("nothing lies in %s, as its end does not belong to it", hours)}
		if out.from == 0 {
			e.Message += "; the whole day is 00:00-24:00"
			e.Fix = s[:from] + "00:00-24:00"
		}
		return out, e
	}
	if out.to < out.from {
		out.to += dayMinutes
	}
	return out, nil
}

func badMinute(at int, text, last string) *WeekError {
	return &WeekError{Offset: at, Message: fmt.Sprintf("%q is not a time of day; write it as HH:MM, from 00:00 to %s", text, last)}
}

func parseMinute(s string) (int, bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	h, err1 := strconv.ParseUint(s[:2], 10, 8)
	m, err2 := strconv.ParseUint(s[3:], 10, 8)
	n := int(h)*60 + int(m)
	return n, err1 == nil && err2 == nil && m < 60 && n <= dayMinutes
}

func parseDays(s string) (uint8, *WeekError) {
	if s == "daily" {
		return 1<<7 - 1, nil
	}
	var out uint8
	at := 0
	for part := range strings.SplitSeq(s, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		a, b := slices.Index(weekdays, first), slices.Index(weekdays, last)
		if a < 0 || b < 0 {
			bad, off := first, at
			if a >= 0 {
				bad, off = last, at+len(first)+1
			}
			e := &WeekError{Offset: off, Message: fmt.Sprintf("%q is not a day; the days are mon, tue, wed, thu, fri, sat, sun and daily", bad)}
			if l := strings.ToLower(bad); len(l) >= 3 && slices.Contains(weekdays, l[:3]) {
				e.Fix = s[:off] + l[:3] + s[off+len(bad):]
				e.Message = fmt.Sprintf("%q is not a day; write %s", bad, l[:3])
			}
			return 0, e
		}
		for d := a; ; d = (d + 1) % 7 {
			out |= 1 << d
			if d == b {
				break
			}
		}
		at += len(part) + 1
	}
	return out, nil
}

// In reports whether an instant lies in a span, and when that may change next:
// it stays so until then, which is the greatest int64 if it never changes.
//
// A time of day is there from the first instant at which clocks show it or a
// later one: one that is skipped comes with the next that is shown, one that
// comes twice counts once.
func (w *Week) In(ns int64) (in bool, until int64) {
	until = math.MaxInt64
	y, m, d := time.Unix(0, ns).In(w.loc).Date()
	for off := -2; off <= 9; off++ { // clocks set back over midnight show the day before again
		day := time.Date(y, m, d+off, 0, 0, 0, 0, time.UTC)
		for _, s := range w.spans {
			if s.days&(1<<day.Weekday()) == 0 {
				continue
			}
			from, to := w.first(day, s.from), w.first(day, s.to)
			if from <= ns && ns < to {
				in = true
			}
			if from > ns && from < to {
				until = min(until, from)
			}
			if to > ns && from < to {
				until = min(until, to)
			}
		}
	}
	return in, until
}

// first is the first instant at which clocks show that minute of the day or a
// later one. Day is its midnight as if in UTC.
func (w *Week) first(day time.Time, minute int) int64 {
	want := day.Add(time.Duration(minute) * time.Minute).Unix()
	t := time.Unix(want-26*3600, 0).In(w.loc) // no clock shows it yet
	for {
		_, offset := t.Zone()
		at := max(t.Unix(), want-int64(offset))
		_, end := t.ZoneBounds()
		if end.IsZero() || at < end.Unix() {
			return unixNano(at)
		}
		t = end
	}
}

func unixNano(sec int64) int64 {
	switch {
	case sec > math.MaxInt64/int64(1e9):
		return math.MaxInt64
	case sec < math.MinInt64/int64(1e9):
		return math.MinInt64
	}
	return sec * 1e9
}
