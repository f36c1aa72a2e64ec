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
	"unicode/utf8"

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

// csvReader reads CSV (RFC 4180, UTF-8) with a header. Every column but those
// of time and tag is a field: an int, a float, true or false where a cell is
// written as one, text otherwise; an empty cell leaves the field out. What
// would not read back as it is written stays text: 007, +5, 1e999, an integer
// beyond 64 bits.
type csvReader struct {
	in     *csv.Reader
	meter  *meter
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
	m := &meter{r: r}
	c := &csvReader{in: csv.NewReader(m), meter: m, name: name, last: math.MinInt64, tag: -1}
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
	for i, h := range c.header {
		switch {
		case !utf8.ValidString(h):
			return nil, c.fail(i, "this column's name is no UTF-8; save the file as UTF-8")
		case h == "":
			return nil, c.fail(i, "this column has no name; the first line names the columns")
		case slices.Index(c.header, h) < i:
			return nil, c.fail(i, "there are two columns %q; rename one", h)
		}
	}
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
	case !utf8.ValidString(opt.Tag):
		return nil, fmt.Errorf("%s: the tag %q is no UTF-8", name, opt.Tag)
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
		if errors.Is(err, csv.ErrFieldCount) {
			return fmt.Errorf("%s:%d: this row does not have the %d columns of the first line", c.name, pe.Line, len(c.header))
		}
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
		c.meter.n = 0
		row, err := c.in.Read()
		if errors.Is(err, io.EOF) {
			return i, io.EOF
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
		col := c.tag
		if col < 0 && len(c.cols) > 0 {
			col = c.cols[0]
		}
		return c.fail(max(col, 0), "the tag %q: %w", ev.Tag, err)
	}
	fields := make([]value.Field, 0, len(row))
	for i, cell := range row {
		if !utf8.ValidString(cell) {
			return c.fail(i, "this cell is no UTF-8; save the file as UTF-8")
		}
		if i == c.time || i == c.tag || cell == "" {
			continue
		}
		fields = append(fields, value.Field{Name: c.header[i], Value: csvValue(strings.Clone(cell))})
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
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && strconv.FormatInt(n, 10) == s {
		return value.Int(n)
	}
	if strings.ContainsAny(s, ".eE") {
		if f, err := strconv.ParseFloat(s, 64); err == nil {
			return value.Float(f)
		}
	}
	return value.String(s)
}

// meter bounds what one row may take, so that a quote that is never closed
// does not read the whole file as one cell. A csv.Reader reads ahead, so this
// is exact to its buffer.
type meter struct {
	r io.Reader
	n int
}

var errLongRow = fmt.Errorf("a row is longer than %d MiB; is a quote not closed?", maxLine>>20)

func (m *meter) Read(b []byte) (int, error) {
	if m.n > maxLine {
		return 0, errLongRow
	}
	n, err := m.r.Read(b)
	m.n += n
	return n, err
}

// csvTime reads RFC 3339, "2006-01-02 15:04:05" in UTC, or seconds since the epoch.
func csvTime(s string) (int64, error) {
	if t, err := calendar.ParseTime(s); err == nil {
		return t, nil
	}
	if len(s) > len(time.DateOnly) && s[len(time.DateOnly)] == ' ' {
		if t, err := calendar.ParseTime(strings.Replace(s, " ", "T", 1) + "Z"); err == nil {
			return t, nil
		}
	}
	whole, frac, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n > math.MaxInt64/1_000_000_000-1 || n < math.MinInt64/1_000_000_000+1 || len(frac) > 9 || strings.Trim(frac, "0123456789") != "" {
		return 0, fmt.Errorf("%q is not a time; write 2006-01-02T15:04:05Z, 2006-01-02 15:04:05, or seconds since 1970", s)
	}
	ns, _ := strconv.ParseInt((frac + "000000000")[:9], 10, 64)
	if strings.HasPrefix(whole, "-") {
		ns = -ns
	}
	return n*1e9 + ns, nil
}
