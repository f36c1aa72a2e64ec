package runtime

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// CSVOptions say which columns of a CSV file mean what. Empty ones mean the
// defaults.
type CSVOptions struct {
	Time string // column of the time: "time", or "timestamp"
	Tag  string // column of the tag ("tag"), or a tag made of columns: "/client/load/{host}"
}

// csvReader reads CSV (RFC 4180) with a header. Every other column is a field:
// an int, a float, true or false by what it says, text otherwise; an empty
// cell leaves the field out.
type csvReader struct {
	in     *csv.Reader
	name   string
	header []string
	time   int
	tag    int      // -1 with a template
	parts  []string // of the template: text and {column} in turn
	cols   []int
	last   int64
	free   bool
}

func newCSV(r io.Reader, name string, opt CSVOptions) (*csvReader, error) {
	c := &csvReader{in: csv.NewReader(r), name: name, last: math.MinInt64, tag: -1}
	c.in.ReuseRecord = true
	header, err := c.in.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: the file is empty; its first line names the columns", name)
	}
	if err != nil {
		return nil, c.wrap(err)
	}
	c.header = slices.Clone(header)
	c.header[0] = strings.TrimPrefix(c.header[0], "\ufeff")
	column := func(want ...string) int {
		for _, w := range want {
			if i := slices.Index(c.header, w); i >= 0 {
				return i
			}
		}
		return -1
	}
	names := []string{"time", "timestamp"}
	if opt.Time != "" {
		names = []string{opt.Time}
	}
	if c.time = column(names...); c.time < 0 {
		return nil, fmt.Errorf("%s: no column %q holds the time; the columns are %s (--time names another)", name, names[0], strings.Join(c.header, ", "))
	}
	switch {
	case strings.ContainsAny(opt.Tag, "/{"):
		for rest := opt.Tag; rest != ""; {
			before, after, found := strings.Cut(rest, "{")
			c.parts = append(c.parts, before)
			if !found {
				break
			}
			col, tail, closed := strings.Cut(after, "}")
			i := column(col)
			if !closed || i < 0 {
				return nil, fmt.Errorf("%s: the tag %q names the column %q, which is not there; the columns are %s", name, opt.Tag, col, strings.Join(c.header, ", "))
			}
			c.cols = append(c.cols, i)
			rest = tail
			if tail == "" {
				c.parts = append(c.parts, "")
			}
		}
	default:
		want := "tag"
		if opt.Tag != "" {
			want = opt.Tag
		}
		if c.tag = column(want); c.tag < 0 {
			return nil, fmt.Errorf("%s: no column %q holds the tag; name one, or make it of columns: --tag '/client/load/{host}'", name, want)
		}
	}
	return c, nil
}

func (c *csvReader) wrap(err error) error {
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		return fmt.Errorf("%s:%d:%d: %w", c.name, pe.Line, pe.Column, pe.Err)
	}
	return fmt.Errorf("%s: %w", c.name, err)
}

func (c *csvReader) fail(col int, format string, args ...any) error {
	line, column := c.in.FieldPos(col)
	return fmt.Errorf("%s:%d:%d: %w", c.name, line, column, fmt.Errorf(format, args...))
}

func (c *csvReader) Next(batch []vm.Event) (int, error) {
	for i := range batch {
		row, err := c.in.Read()
		if errors.Is(err, io.EOF) {
			return i, err
		}
		if err != nil {
			return i, c.wrap(err)
		}
		if err := c.event(row, &batch[i]); err != nil {
			return i, err
		}
	}
	return len(batch), nil
}

func (c *csvReader) event(row []string, ev *vm.Event) error {
	t, err := csvTime(row[c.time])
	if err != nil {
		return c.fail(c.time, "%w", err)
	}
	if t < c.last && !c.free {
		return c.fail(c.time, "%w", ErrOrder)
	}
	c.last = t
	*ev = vm.Event{T: t}
	if c.tag >= 0 {
		ev.Tag = strings.Clone(row[c.tag])
	} else {
		var b strings.Builder
		for i, p := range c.parts {
			b.WriteString(p)
			if i < len(c.cols) {
				b.WriteString(row[c.cols[i]])
			}
		}
		ev.Tag = b.String()
	}
	if err := validTag(ev.Tag); err != nil {
		return c.fail(max(c.tag, 0), "%q: %w", ev.Tag, err)
	}
	var fields []value.Field
	for i, cell := range row {
		if i == c.time || i == c.tag || cell == "" {
			continue
		}
		fields = value.SetField(fields, c.header[i], csvValue(strings.Clone(cell)))
	}
	ev.Data = value.Object(fields)
	return nil
}

func csvValue(s string) value.Value {
	switch s {
	case "true", "false":
		return value.Bool(s == "true")
	}
	if strings.Trim(s, "0123456789+-.eE") != "" {
		return value.String(s)
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && s[0] != '+' && (len(s) == 1 || s[0] != '0') {
		return value.Int(n)
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && strings.ContainsAny(s, ".eE") {
		return value.Float(f)
	}
	return value.String(s)
}

// csvTime reads RFC 3339, "2006-01-02 15:04:05" in UTC, or seconds since the epoch.
func csvTime(s string) (int64, error) {
	if t, err := calendar.ParseTime(s); err == nil {
		return t, nil
	}
	if t, err := time.Parse("2006-01-02 15:04:05.999999999", s); err == nil {
		return calendar.ParseTime(t.Format(time.RFC3339Nano))
	}
	whole, frac, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n > math.MaxInt64/1_000_000_000-1 || n < math.MinInt64/1_000_000_000+1 || len(frac) > 9 || strings.Trim(frac, "0123456789") != "" {
		return 0, fmt.Errorf("%q is no time; write 2006-01-02T15:04:05Z, 2006-01-02 15:04:05, or seconds since 1970", s)
	}
	ns, _ := strconv.ParseInt((frac + "000000000")[:9], 10, 64)
	if strings.HasPrefix(whole, "-") {
		ns = -ns
	}
	return n*1e9 + ns, nil
}
