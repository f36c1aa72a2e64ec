package calendar

import (
	"strings"
	"testing"
	"time"
)

func at(t *testing.T, s string) int64 {
	t.Helper()
	ns, err := ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return ns
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestCronNext(t *testing.T) {
	for _, c := range []struct{ cron, zone, from, want string }{
		{"0 2 * * mon-fri", "Europe/Berlin", "2026-03-06T12:00:00Z", "2026-03-09T01:00:00Z 2026-03-10T01:00:00Z"},
		{"*/15 * * * *", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:15:00Z 2026-01-01T00:30:00Z"},
		{"*/15 * * * *", "UTC", "2026-01-01T00:14:59.999999999Z", "2026-01-01T00:15:00Z"},
		{"5,35 8-10/2 * * *", "UTC", "2026-01-01T08:05:00Z", "2026-01-01T08:35:00Z 2026-01-01T10:05:00Z 2026-01-01T10:35:00Z 2026-01-02T08:05:00Z"},
		{"0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z 2032-02-29T00:00:00Z"},
		{"0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"},
		// restricted both: one will do; a star: both
		{"0 0 13 * fri", "UTC", "2026-02-10T00:00:00Z", "2026-02-13T00:00:00Z 2026-02-20T00:00:00Z 2026-02-27T00:00:00Z 2026-03-06T00:00:00Z 2026-03-13T00:00:00Z"},
		{"0 0 */2 * mon", "UTC", "2026-06-01T00:00:00Z", "2026-06-15T00:00:00Z 2026-06-29T00:00:00Z"},
		{"0 0 * JAN,jul sat-sun", "UTC", "2026-01-31T00:00:00Z", "2026-07-04T00:00:00Z 2026-07-05T00:00:00Z"},
		{"0 0 * * 7", "UTC", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"},
		// 02:00-03:00 is skipped on 2026-03-29 in Berlin: what falls in it comes at 03:00, once
		{"30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z 2026-03-30T00:30:00Z"},
		{"*/20 2,3 * * *", "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z 2026-03-29T01:20:00Z"},
		// 02:00-03:00 comes twice on 2026-10-25: only the first time counts
		{"30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z 2026-10-26T01:30:00Z"},
		{"0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00Z", "2026-10-25T00:00:00Z 2026-10-25T02:00:00Z"},
		{"30 2 * * *", "Europe/Berlin", "2026-10-25T01:10:00Z", "2026-10-26T01:30:00Z"},
		// a gap at midnight
		{"0 0 * * *", "America/Santiago", "2025-09-06T12:00:00Z", "2025-09-07T04:00:00Z 2025-09-08T03:00:00Z"},
	} {
		cron, err := ParseCron(c.cron)
		if err != nil {
			t.Errorf("%s: %v", c.cron, err)
			continue
		}
		from := at(t, c.from)
		for _, want := range strings.Fields(c.want) {
			next, ok := cron.Next(from, zone(t, c.zone))
			if !ok || FormatTime(next) != want {
				t.Errorf("%s in %s after %s: %s, want %s", c.cron, c.zone, FormatTime(from), FormatTime(next), want)
				break
			}
			from = next
		}
	}
	if c, _ := ParseCron("0 0 * * *"); c != nil {
		if next, ok := c.Next(1<<63-1, time.UTC); ok {
			t.Errorf("something comes after the end of time: %s", FormatTime(next))
		}
	}
}

func TestCronErrors(t *testing.T) {
	for _, c := range []struct{ cron, want string }{
		{"", "five fields"}, {"* * * *", "here are 4"}, {"* * * * * *", "here are 6"}, {"60 * * * *", `"60" cannot be the minute`}, {"* 24 * * *", "from 0 to 23"},
		{"* * 0 * *", "day of the month"}, {"* * * 13 *", "jan to dec"}, {"* * * * 8", "sun to sat"}, {"* * * * funday", "funday"}, {"5/10 * * * *", "write 5-59/10"},
		{"*/0 * * * *", "after /"}, {"*/x * * * *", "after /"}, {"* 22-6 * * *", "write 22-23,0-6"}, {"1,,2 * * * *", `"" cannot be the minute`}, {"+5 * * * *", "+5"},
		{"0 0 30 2 *", "never"}, {"0 0 31 4,6,9,11 *", "never"}, {"0 0 30 2 */2", "never"},
	} {
		if _, err := ParseCron(c.cron); err == nil || !strings.Contains(err.Message, c.want) {
			t.Errorf("%q: %v, want %s", c.cron, err, c.want)
		} else if err.Offset < 0 || err.End > max(len(c.cron), 1) || err.Offset > err.End {
			t.Errorf("%q: the error is at %d to %d", c.cron, err.Offset, err.End)
		}
	}
	if _, err := ParseCron("0 0 30 2 mon"); err != nil {
		t.Errorf("Mondays come in February: %v", err)
	}
}

// Next agrees with looking at every minute.
func TestCronMinuteByMinute(t *testing.T) {
	for name, start := range map[string]string{"UTC": "2026-01-20T00:00:00Z", "Europe/Berlin": "2026-03-10T00:00:00Z", "Europe/Madrid": "2026-10-10T00:00:00Z", "Australia/Lord_Howe": "2026-03-20T00:00:00Z"} {
		loc := zone(t, name)
		for _, text := range []string{"*/7 1-3 * * *", "0,59 2 * * sun", "30 1,2 4,5,25,29 * *"} {
			c, err := ParseCron(text)
			if err != nil {
				t.Fatal(err)
			}
			from := at(t, start)
			var got, want []int64
			for next, ok := c.Next(from, loc); ok && next < from+50*24*3600e9; next, ok = c.Next(next, loc) {
				got = append(got, next)
			}
			before := time.Unix(0, from).In(loc)
			seen := map[string]bool{}
			for u := before.Add(time.Minute); u.UnixNano() < from+50*24*3600e9; u = u.Add(time.Minute) {
				// each local minute that has passed since the one before comes now
				comes := false
				was := before.In(time.UTC).Add(offset(before))
				is := u.In(time.UTC).Add(offset(u))
				for m := was.Add(time.Minute); !m.After(is); m = m.Add(time.Minute) {
					key := m.Format("2006-01-02T15:04")
					if !seen[key] && c.month&(1<<m.Month()) != 0 && c.on(m.Day(), int(m.Weekday())) && c.hour&(1<<m.Hour()) != 0 && c.minute&(1<<m.Minute()) != 0 {
						comes = true
					}
					seen[key] = true
				}
				if comes {
					want = append(want, u.UnixNano())
				}
				before = u
			}
			if len(got) != len(want) {
				t.Errorf("%s in %s: %d, want %d", text, name, len(got), len(want))
				continue
			}
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("%s in %s: %s, want %s", text, name, FormatTime(got[i]), FormatTime(want[i]))
					break
				}
			}
		}
	}
}

func offset(u time.Time) time.Duration {
	_, s := u.Zone()
	return time.Duration(s) * time.Second
}
