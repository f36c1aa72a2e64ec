package compiler_test

import (
	"strings"
	"time"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// during, from S42 and D27, minute by minute. Where the design leaves a choice:
//
// 36. D27: what counts is the latest time that the zone's clocks have shown. So a
//     skipped time comes with the next one shown, and one shown again has passed;
//     both for beginnings and for ends.

const minutes = 60 * sec

type daySpan struct {
	days     map[time.Weekday]bool
	from, to int // minutes of the day it begins on
}

// daySpans reads the text of a during, which the checker has taken.
func daySpans(text string) (out []daySpan) {
	order := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	number := func(name string) time.Weekday {
		for i, d := range order {
			if d == name {
				return time.Weekday(i)
			}
		}
		panic("no day " + name)
	}
	clock := func(s string) int {
		at, err := time.Parse("15:04", s)
		if s == "24:00" {
			return 1440
		} else if err != nil {
			panic(err)
		}
		return at.Hour()*60 + at.Minute()
	}
	for _, part := range strings.Split(text, ";") {
		words := strings.Fields(part)
		s := daySpan{days: map[time.Weekday]bool{}}
		for _, d := range strings.Split(strings.ReplaceAll(words[0], "daily", "mon-sun"), ",") {
			a, b, ok := strings.Cut(d, "-")
			if !ok {
				b = a
			}
			for d := number(a); ; d = (d + 1) % 7 {
				s.days[d] = true
				if d == number(b) {
					break
				}
			}
		}
		a, b, _ := strings.Cut(words[1], "-")
		if s.from, s.to = clock(a), clock(b); s.to <= s.from {
			s.to += 1440
		}
		out = append(out, s)
	}
	return out
}

func (w *world) constantText(x lang.Expr) string {
	if s, ok := x.(*lang.Str); ok {
		text, _ := s.Literal()
		return text
	}
	text, _ := w.constant(x).AsString()
	return text
}

// during reports whether t lies in the spans of a call.
func (w *world) during(e *lang.Call, t int64) bool {
	zone := "UTC"
	if len(e.Args) > 1 {
		zone = w.constantText(e.Args[1])
	}
	loc, err := calendar.LoadZone(zone)
	if err != nil {
		panic(err)
	}
	shown := int64(-1 << 62) // minutes, as if in UTC
	for back := range int64(180) {
		at := floorDiv(t, minutes) - back
		_, off := time.Unix(at*60, 0).In(loc).Zone()
		shown = max(shown, at+int64(off)/60)
	}
	for _, s := range daySpans(w.constantText(e.Args[0])) {
		for begun := range int64(2) { // today, or the day before
			day := floorDiv(shown, 1440) - begun
			m := int(shown - day*1440)
			if s.days[time.Unix(day*86400, 0).UTC().Weekday()] && s.from <= m && m < s.to {
				return true
			}
		}
	}
	return false
}

// edges makes instants of all changes of a during from the first event on.
func (w *world) edges(events []vm.Event, horizon int64) {
	if len(events) == 0 {
		return
	}
	for _, f := range w.u.Files {
		for _, d := range f.Decls {
			look := func(x lang.Expr) bool {
				e, ok := x.(*lang.Call)
				if !ok || e.Fn.Text != "during" {
					return true
				}
				first := floorDiv(events[0].T, minutes) * minutes
				was := w.during(e, first)
				for t := first + minutes; t <= horizon; t += minutes {
					if is := w.during(e, t); is != was {
						w.due[t], was = true, is
					}
				}
				return false
			}
			lang.Exprs(d, func(x lang.Expr) { lang.Walk(x, look) })
		}
	}
}

func (w *world) duringNow(e *lang.Call, x *ctx) value.Value {
	if x.then {
		return value.Bool(w.during(e, x.o.t))
	}
	return value.Bool(w.during(e, w.now))
}
