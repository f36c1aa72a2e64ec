package calendar

import (
	"math"
	"testing"
	"time"
)

func TestParseWeek(t *testing.T) {
	for _, c := range []struct {
		text   string
		offset int // of what is wrong, -1 for nothing
		fix    string
	}{
		{"mon-fri 09:00-17:00", -1, ""}, {"sat 22:00-24:00; sun 00:00-02:00", -1, ""}, {"daily 23:30-00:30", -1, ""}, {"sat,sun 00:00-24:00", -1, ""},
		{"fri-mon 10:00-11:00", -1, ""}, {"mon-wed,fri  09:00-17:00 ;sat 08:00-09:00", -1, ""}, {"daily 22:00-00:00", -1, ""},
		{"sat", 0, "sat 00:00-24:00"}, {"", 0, ""}, {"mon 09:00-17:00;", 16, ""}, {"mon 09:00-17:00; Sat 10:00-11:00", 17, "mon 09:00-17:00; sat 10:00-11:00"},
		{"monday 09:00-17:00", 0, "mon 09:00-17:00"}, {"mon-friday 09:00-17:00", 4, "mon-fri 09:00-17:00"}, {"weekend 09:00-17:00", 0, ""}, {"09:00-17:00", 0, "daily 09:00-17:00"},
		{"mon 9:00-17:00", 4, ""}, {"mon 09:00-25:00", 10, ""}, {"mon 24:00-03:00", 4, ""}, {"mon 09:00", 4, ""}, {"mon 09:60-10:00", 4, ""}, {"mon 09:00-09:00", 4, ""},
		{"mon 00:00-00:00", 4, "mon 00:00-24:00"}, {"mon +9:00-10:00", 4, ""}, {"mon,", 4, ""},
	} {
		_, err := ParseWeek(c.text, time.UTC)
		switch {
		case c.offset < 0 && err != nil:
			t.Errorf("%q: %v", c.text, err)
		case c.offset >= 0 && err == nil:
			t.Errorf("%q is taken", c.text)
		case err != nil && (err.Offset != c.offset || err.Fix != c.fix):
			t.Errorf("%q: %v at %d, fix %q; want %d, %q", c.text, err, err.Offset, err.Fix, c.offset, c.fix)
		}
		if err != nil && err.Fix != "" {
			if _, again := ParseWeek(err.Fix, time.UTC); again != nil {
				t.Errorf("the fix of %q is wrong: %v", c.text, again)
			}
		}
	}
}

// Minute by minute: the time of day that counts is the latest that clocks have
// shown so far.
func TestWeek(t *testing.T) {
	texts := []string{"mon-fri 09:00-17:00", "sun 02:30-03:10", "sat 22:00-02:30; sun 01:45-02:15", "daily 00:00-00:01", "sat,sun 00:00-24:00", "thu-fri 23:30-00:30; daily 12:00-12:05"}
	for _, c := range []struct{ zone, from string }{
		{"Europe/Berlin", "2026-03-26T00:00:00Z"}, {"Europe/Berlin", "2026-10-22T00:00:00Z"}, {"UTC", "2026-12-30T00:00:00Z"}, {"Australia/Lord_Howe", "2026-04-03T00:00:00Z"},
		{"Pacific/Apia", "2011-12-28T00:00:00Z"}, {"America/Havana", "2026-10-30T00:00:00Z"}, {"America/Sao_Paulo", "2018-02-15T00:00:00Z"}, {"Asia/Kolkata", "2026-01-01T00:00:00Z"},
	} {
		loc, err := LoadZone(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		start, _ := ParseTime(c.from)
		for _, text := range texts {
			w, bad := ParseWeek(text, loc)
			if bad != nil {
				t.Fatal(bad)
			}
			shown := time.Time{} // the latest, as if in UTC
			was, until, last := false, int64(math.MinInt64), int64(math.MinInt64)
			for i := -1440; i < 5*1440; i++ {
				at := time.Unix(0, start).Add(time.Duration(i) * time.Minute)
				_, off := at.In(loc).Zone()
				if now := at.UTC().Add(time.Duration(off) * time.Second); now.After(shown) {
					shown = now
				}
				if i < 0 {
					continue
				}
				want := false
				for _, s := range w.spans {
					for back := range 2 {
						day := time.Date(shown.Year(), shown.Month(), shown.Day()-back, 0, 0, 0, 0, time.UTC)
						m := int(shown.Sub(day) / time.Minute)
						want = want || s.days>>day.Weekday()&1 == 1 && s.from <= m && m < s.to
					}
				}
				ns := at.UnixNano()
				in, next := w.In(ns)
				if in != want {
					t.Fatalf("%s %s at %s is %v", c.zone, text, FormatTime(ns), in)
				}
				if next <= ns || i > 0 && in != was && ns != until {
					t.Fatalf("%s %s changes at %s; said was %s, next %s", c.zone, text, FormatTime(ns), FormatTime(until), FormatTime(next))
				}
				if ns >= until && until != last {
					last = until
				}
				was, until = in, next
			}
			if last == math.MinInt64 {
				t.Errorf("%s %s has no edge", c.zone, text)
			}
		}
	}
	for _, at := range []int64{math.MinInt64, math.MaxInt64 - 1} { // the ends of time
		w, _ := ParseWeek("daily 09:00-17:00", time.UTC)
		if _, next := w.In(at); next <= at {
			t.Errorf("after %d comes %d", at, next)
		}
	}
}

// What the edges are, to the nanosecond.
func TestWeekEdges(t *testing.T) {
	for _, c := range []struct {
		text, zone, at string
		in             bool
		until          string
	}{
		{"sat 22:00-24:00", "UTC", "2026-03-07T21:59:59.999999999Z", false, "2026-03-07T22:00:00Z"},
		{"sat 22:00-24:00", "UTC", "2026-03-07T22:00:00Z", true, "2026-03-08T00:00:00Z"},
		{"sat 22:00-24:00", "UTC", "2026-03-08T00:00:00Z", false, "2026-03-14T22:00:00Z"},
		{"sat 22:00-02:00", "UTC", "2026-03-08T01:00:00Z", true, "2026-03-08T02:00:00Z"},  // belongs to saturday
		{"sat 22:00-02:00", "UTC", "2026-03-07T01:00:00Z", false, "2026-03-07T22:00:00Z"}, // and not to friday
		{"sun 02:30-04:00", "Europe/Berlin", "2026-03-29T00:59:00Z", false, "2026-03-29T01:00:00Z"},
		{"sun 02:10-02:50", "Europe/Berlin", "2026-03-29T01:00:00Z", false, "2026-04-05T00:10:00Z"}, // skipped as a whole
		{"sun 02:30-04:00", "Europe/Berlin", "2026-10-25T00:30:00Z", true, "2026-10-25T03:00:00Z"},
		{"sun 02:00-02:30", "Europe/Berlin", "2026-10-25T01:15:00Z", false, "2026-11-01T01:00:00Z"}, // the second 02:15
	} {
		loc, err := LoadZone(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		w, bad := ParseWeek(c.text, loc)
		if bad != nil {
			t.Fatal(bad)
		}
		at, _ := ParseTime(c.at)
		if in, until := w.In(at); in != c.in || FormatTime(until) != c.until {
			t.Errorf("%s at %s: %v until %s, want %v until %s", c.text, c.at, in, FormatTime(until), c.in, c.until)
		}
	}
}
