package calendar

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Cron is a schedule of five fields: minute, hour, day of the month, month and
// day of the week. It is read-only once parsed.
type Cron struct {
	minute, hour, day, month, weekday uint64 // a bit for each value
	both                              bool   // a day has to be in day and in weekday; otherwise one will do
}

// CronError says what is wrong with a schedule, and at which bytes of it.
type CronError struct {
	Offset, End int
	Message     string
	Fix         string // the whole schedule as it should be, where that is clear
}

func (e *CronError) Error() string { return e.Message }

// cronField is one of the five.
type cronField struct {
	name        string
	first, last int
	names       []string // of the values from first on
}

var (
	monthNames = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
	dayNames   = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
)

var cronFields = [5]cronField{
	{"minute", 0, 59, nil}, {"hour", 0, 23, nil}, {"day of the month", 1, 31, nil}, {"month", 1, 12, monthNames}, {"day of the week", 0, 7, dayNames},
}

// ParseCron reads a schedule such as "0 2 * * mon-fri". A field is *, a value,
// a range a-b, either of the last two as often as wanted between commas; * and
// ranges may take every nth value, as in */15. Months and days have names of
// three letters too; 0 and 7 are Sunday. Where both the day of the month and
// the day of the week say something, a day that is in one of them will do; a
// field that begins with * says nothing. A schedule that never comes is an error.
func ParseCron(s string) (*Cron, *CronError) {
	c := &Cron{}
	var texts []string
	var starts []int
	for i := 0; i < len(s); {
		if s[i] == ' ' || s[i] == '\t' {
			i++
			continue
		}
		start := i
		for i < len(s) && s[i] != ' ' && s[i] != '\t' {
			i++
		}
		texts, starts = append(texts, s[start:i]), append(starts, start)
	}
	if len(texts) != len(cronFields) {
		return nil, &CronError{0, len(s), fmt.Sprintf("a schedule has five fields, minute hour day month weekday, as in \"0 2 * * mon-fri\"; here are %d", len(texts)), ""}
	}
	for i, set := range []*uint64{&c.minute, &c.hour, &c.day, &c.month, &c.weekday} {
		bits, err := cronFields[i].parse(texts[i], starts[i])
		if err != nil {
			return nil, err
		}
		*set = bits
	}
	if c.weekday&(1<<7) != 0 {
		c.weekday = c.weekday&^(1<<7) | 1
	}
	c.both = strings.HasPrefix(texts[2], "*") || strings.HasPrefix(texts[4], "*")
	if c.both && !c.comes() {
		return nil, &CronError{starts[2], starts[3] + len(texts[3]), "this never comes: no such month has such a day", ""}
	}
	return c, nil
}

func (f *cronField) parse(text string, at int) (uint64, *CronError) {
	var bits uint64
	for _, item := range strings.Split(text, ",") {
		fail := func(format string, args ...any) (uint64, *CronError) {
			return 0, &CronError{at, at + max(len(item), 1), fmt.Sprintf(format, args...), ""}
		}
		span, every, stepped := strings.Cut(item, "/")
		step := 1
		if stepped {
			n, err := strconv.Atoi(every)
			if err != nil || n < 1 || n > f.last {
				return fail("after / stands how many values to step on, from 1 to %d, not %q", f.last, every)
			}
			step = n
		}
		from, to := f.first, f.last
		if f.last == 7 {
			to = 6 // * is each day once
		}
		if span != "*" {
			a, b, ranged := strings.Cut(span, "-")
			var ok bool
			if from, ok = f.value(a); !ok {
				return fail("%q cannot be the %s; %s", a, f.name, f.values())
			}
			switch to = from; {
			case ranged:
				if to, ok = f.value(b); !ok {
					return fail("%q cannot be the %s; %s", b, f.name, f.values())
				}
				if to == 0 && f.last == 7 && from > 0 {
					to = 7 // sat-sun
				}
				if to < from {
					return fail("the range %s ends before it begins; write %s-%d,%d-%s", span, a, f.last, f.first, b)
				}
			case stepped:
				return fail("%s steps on from one value; write %s-%d/%s", item, a, f.last, every)
			}
		}
		for v := from; v <= to; v += step {
			bits |= 1 << v
		}
		at += len(item) + 1
	}
	return bits, nil
}

func (f *cronField) value(s string) (int, bool) {
	for i, name := range f.names {
		if strings.EqualFold(s, name) {
			return f.first + i, true
		}
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && s[0] != '+' && s[0] != '-' && n >= f.first && n <= f.last
}

func (f *cronField) values() string {
	s := fmt.Sprintf("it is from %d to %d", f.first, f.last)
	if f.names != nil {
		s += fmt.Sprintf(", or %s to %s", f.names[0], f.names[len(f.names)-1])
	}
	return s
}

// comes reports whether some month has such a day.
func (c *Cron) comes() bool {
	for m, days := range []int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31} {
		if c.month&(2<<m) != 0 && c.day&(1<<(days+1)-2) != 0 {
			return true
		}
	}
	return false
}

// on reports whether a day is one of the schedule's.
func (c *Cron) on(day, weekday int) bool {
	d, w := c.day&(1<<day) != 0, c.weekday&(1<<weekday) != 0
	if c.both {
		return d && w
	}
	return d || w
}

// Next is the first instant of the schedule after t, in a zone. A local time
// that is skipped as clocks go forward comes at the first minute after the gap,
// one that comes twice only the first time. ok is false where none is left
// before the year 2262.
func (c *Cron) Next(t int64, loc *time.Location) (next int64, ok bool) {
	at := time.Unix(0, t).In(loc)
	year, month, day := at.Date()
	from := at.Hour()*60 + at.Minute() + 1
	for year <= 2262 {
		d := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
		if year, month, day = d.Date(); c.month&(1<<month) == 0 {
			month, day, from = month+1, 1, 0
			continue
		}
		if c.on(day, int(d.Weekday())) {
			for m := from; m < 24*60; m++ {
				if c.hour&(1<<(m/60)) == 0 {
					m += 59 - m%60
				} else if c.minute&(1<<(m%60)) != 0 {
					if u, in := wall(year, month, day, m, loc); in && u > t {
						return u, true
					}
				}
			}
		}
		day, from = day+1, 0
	}
	return 0, false
}

// wall is the instant at which the clocks of a zone show a minute of a day: the
// first one where they do so twice, the end of the gap where they never do. in
// is false where that is out of range.
func wall(year int, month time.Month, day, minute int, loc *time.Location) (t int64, in bool) {
	u := time.Date(year, month, day, 0, minute, 0, 0, loc)
	want := time.Date(year, month, day, 0, minute, 0, 0, time.UTC)
	shown := func(u time.Time) time.Time {
		_, offset := u.Zone()
		return u.UTC().Add(time.Duration(offset) * time.Second)
	}
	switch at := shown(u); {
	case at.Before(want): // not yet there: the clocks jump over it
		_, u = u.ZoneBounds()
	case at.After(want):
		u, _ = u.ZoneBounds()
	default:
		if start, _ := u.ZoneBounds(); !start.IsZero() {
			_, now := u.Zone()
			_, before := start.Add(-1).Zone()
			if first := u.Add(time.Duration(now-before) * time.Second); first.Before(start) && shown(first).Equal(want) {
				u = first
			}
		}
	}
	if u.Before(earliest) || u.After(latest) {
		return 0, false
	}
	return u.UnixNano(), true
}
