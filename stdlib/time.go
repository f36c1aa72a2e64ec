package stdlib

import (
	"time"

	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

var timeFuncs = []Func{
	{
		Signature: "seconds(x: num) -> duration?",
		Doc:       "x seconds as a duration, to the nanosecond.",
		Examples:  []Example{{"seconds(90)", "1m30s"}, {"seconds(0.5)", "500ms"}},
		call: func(a []value.Value) (value.Value, value.Fault) {
			if !isNumber(a[0]) {
				return wrong(a)
			}
			return value.Mul(a[0], value.Duration(int64(time.Second)))
		},
	},
	{
		Signature: "hour(t: time, zone: string?) -> int?",
		Doc:       "The hour of t, 0 to 23, in a zone such as \"Europe/Berlin\" (UTC if left out).",
		Examples:  []Example{{`hour(now)`, "0"}, {`hour(now, "Asia/Tokyo")`, "9"}, {`hour(now + 25h)`, "1"}},
		call:      onTime(func(t int64, loc *time.Location) value.Value { return value.Int(int64(calendar.Hour(t, loc))) }),
	},
	{
		Signature: "minute(t: time, zone: string?) -> int?",
		Doc:       "The minute of t, 0 to 59, in a zone (UTC if left out).",
		Examples:  []Example{{`minute(now + 90m)`, "30"}, {`minute(now, "Asia/Kolkata")`, "30"}},
		call:      onTime(func(t int64, loc *time.Location) value.Value { return value.Int(int64(calendar.Minute(t, loc))) }),
	},
	{
		Signature: "weekday(t: time, zone: string?) -> string?",
		Doc:       "The day of the week of t, mon to sun, in a zone (UTC if left out).",
		Examples:  []Example{{`weekday(now)`, "thu"}, {`weekday(now, "America/New_York")`, "wed"}},
		call:      onTime(func(t int64, loc *time.Location) value.Value { return value.String(calendar.Weekday(t, loc)) }),
	},
	{
		Signature: "date(t: time, zone: string?) -> string?",
		Doc:       "The day of t as YYYY-MM-DD, in a zone (UTC if left out).",
		Examples:  []Example{{`date(now)`, "1970-01-01"}, {`date(now, "America/New_York")`, "1969-12-31"}},
		call:      onTime(func(t int64, loc *time.Location) value.Value { return value.String(calendar.Date(t, loc)) }),
	},
}

func onTime(f func(t int64, loc *time.Location) value.Value) func([]value.Value) (value.Value, value.Fault) {
	return func(a []value.Value) (value.Value, value.Fault) {
		t, ok := a[0].AsTime()
		if !ok {
			return wrong(a)
		}
		loc := time.UTC
		if len(a) == 2 {
			name, ok := a[1].AsString()
			if !ok {
				return wrong(a)
			}
			var err error
			if loc, err = calendar.LoadZone(name); err != nil {
				return none, value.Range
			}
		}
		return f(t, loc), value.OK
	}
}
