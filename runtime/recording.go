package runtime

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sort"
	"strings"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// EventReader reads the events of a recording in order of time. Next fills
// batch and returns how many; io.EOF, with the last ones or without, says that
// there are no more. The events may be kept.
type EventReader interface {
	Next(batch []vm.Event) (int, error)
}

// EventWriter writes events, which must come in order of time.
type EventWriter interface {
	Write(ev *vm.Event) error
	Close() error // writes what is buffered; does not close what is below
}

// Format is a form of recordings.
type Format string

const (
	JSONLines Format = "jsonl"
	EDR       Format = "edr"
	CSV       Format = "csv" // is read only
)

// FormatOf tells the form by the name of a file.
func FormatOf(name string) (Format, error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jsonl", ".ndjson", ".json":
		return JSONLines, nil
	case ".edr":
		return EDR, nil
	case ".csv":
		return CSV, nil
	}
	return "", fmt.Errorf("%s: the name does not tell the form of the recording; use .jsonl, .edr or .csv", name)
}

// NewReader reads a recording in that form. name is for messages.
func NewReader(r io.Reader, f Format, name string, opt CSVOptions) (EventReader, error) {
	switch f {
	case JSONLines:
		return newLines(r, name), nil
	case EDR:
		return newEDRReader(r, name)
	case CSV:
		return newCSV(r, name, opt)
	}
	return nil, fmt.Errorf("there is no form %q of recordings", f)
}

// NewWriter writes a recording in that form.
func NewWriter(w io.Writer, f Format) (EventWriter, error) {
	switch f {
	case JSONLines:
		return &lineWriter{w: bufio.NewWriter(w)}, nil
	case EDR:
		return newEDRWriter(w)
	}
	return nil, fmt.Errorf("recordings are written as jsonl or edr, not as %s", f)
}

// maxLine bounds a line of a recording.
const maxLine = 1 << 20

// ErrOrder is the reason when time goes back in a recording.
var ErrOrder = errors.New("time goes back; `edac convert --sort` puts a recording in order")

// lines reads JSON lines.
type lines struct {
	in   *bufio.Reader
	name string
	n    int
	last int64
	tags map[string]string // one string for each tag, however often it comes
	free bool              // order does not matter
	buf  []byte
}

func newLines(r io.Reader, name string) *lines {
	return &lines{in: bufio.NewReaderSize(r, 64<<10), name: name, last: -1 << 63, tags: map[string]string{}}
}

func (l *lines) fail(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", l.name, l.n, fmt.Errorf(format, args...))
}

// line reads the next line that is not blank.
func (l *lines) line() ([]byte, error) {
	for {
		l.n++
		l.buf = l.buf[:0]
		for {
			part, err := l.in.ReadSlice('\n')
			l.buf = append(l.buf, part...)
			if len(l.buf) > maxLine {
				return nil, l.fail("this line is longer than 1 MiB")
			}
			if err == nil {
				break
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			if errors.Is(err, io.EOF) && len(l.buf) > 0 {
				break
			}
			return nil, err
		}
		if len(strings.TrimSpace(string(l.buf))) > 0 {
			return l.buf, nil
		}
	}
}

func (l *lines) Next(batch []vm.Event) (int, error) {
	for i := range batch {
		text, err := l.line()
		if err != nil {
			return i, err
		}
		if err := l.event(text, &batch[i]); err != nil {
			return i, err
		}
	}
	return len(batch), nil
}

func (l *lines) event(text []byte, ev *vm.Event) error {
	v, err := ParseJSON(text)
	if err != nil {
		var je *JSONError
		if errors.As(err, &je) {
			return fmt.Errorf("%s:%d:%d: %s", l.name, l.n, je.Offset+1, je.Message)
		}
		return l.fail("%w", err)
	}
	if v.Kind() != value.KindObject {
		return l.fail("an event is an object: {\"time\": …, \"tag\": …, \"data\": …}")
	}
	*ev = vm.Event{}
	timed := false
	for _, f := range v.Fields() {
		switch f.Name {
		case "time":
			s, ok := f.Value.AsString()
			if !ok {
				return l.fail("\"time\" is text such as \"2026-03-01T12:00:00Z\"")
			}
			if ev.T, err = calendar.ParseTime(s); err != nil {
				return l.fail("%w", err)
			}
			timed = true
		case "tag":
			s, ok := f.Value.AsString()
			if !ok || s == "" {
				return l.fail("\"tag\" is text that is not empty")
			}
			t, known := l.tags[s]
			if !known {
				t = s
				if len(l.tags) < 1<<16 {
					l.tags[s] = s
				}
			}
			ev.Tag = t
		case "data":
			if f.Value.Kind() != value.KindObject {
				return l.fail("\"data\" is an object")
			}
			ev.Data = f.Value
		case "_eda":
		default:
			return l.fail("an event has time, tag and data, not %q", f.Name)
		}
	}
	switch {
	case !timed:
		return l.fail("this event has no \"time\"")
	case ev.Tag == "":
		return l.fail("this event has no \"tag\"")
	case ev.T < l.last && !l.free:
		return l.fail("%w", ErrOrder)
	}
	if ev.Data.IsNone() {
		ev.Data = value.Object(nil)
	}
	l.last = ev.T
	return nil
}

type lineWriter struct {
	w   *bufio.Writer
	buf []byte
}

func (l *lineWriter) Write(ev *vm.Event) error {
	l.buf = append(AppendEventJSON(l.buf[:0], ev), '\n')
	_, err := l.w.Write(l.buf)
	return err
}

func (l *lineWriter) Close() error { return l.w.Flush() }

// Flush writes what is buffered.
func (l *lineWriter) Flush() error { return l.w.Flush() }

// Events is a recording in memory.
type Events struct {
	List []vm.Event
	at   int
}

// Next implements EventReader.
func (e *Events) Next(batch []vm.Event) (int, error) {
	n := copy(batch, e.List[e.at:])
	e.at += n
	if e.at == len(e.List) {
		return n, io.EOF
	}
	return n, nil
}

// ReadAll reads a recording into memory.
func ReadAll(r EventReader) ([]vm.Event, error) {
	var all []vm.Event
	batch := make([]vm.Event, 256)
	for {
		n, err := r.Next(batch)
		all = append(all, batch[:n]...)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

// Convert copies a recording. With sorted it is read into memory and put in
// order of time first; events of one instant keep their order.
func Convert(r EventReader, w EventWriter, sorted bool) (n int, err error) {
	if sorted {
		switch r := r.(type) {
		case *lines:
			r.free = true
		case *csvReader:
			r.free = true
		}
		all, err := ReadAll(r)
		if err != nil {
			return 0, err
		}
		sort.SliceStable(all, func(i, j int) bool { return all[i].T < all[j].T })
		r2 := &Events{List: all}
		r = r2
	}
	batch := make([]vm.Event, 256)
	for {
		k, err := r.Next(batch)
		for i := range batch[:k] {
			if err := w.Write(&batch[i]); err != nil {
				return n, err
			}
			n++
		}
		if errors.Is(err, io.EOF) {
			return n, w.Close()
		}
		if err != nil {
			return n, err
		}
	}
}

// validTag is the check of tags that are made up from columns.
func validTag(s string) error { return tag.ValidTag(s) }

// Merged reads several recordings as one, in order of time; events of one
// instant come in the order of the recordings.
func Merged(readers []EventReader) EventReader {
	if len(readers) == 1 {
		return readers[0]
	}
	m := &merged{}
	for _, r := range readers {
		m.in = append(m.in, &buffered{r: r, buf: make([]vm.Event, 256)})
	}
	return m
}

type merged struct{ in []*buffered }

type buffered struct {
	r     EventReader
	buf   []vm.Event
	at, n int
	end   bool
}

// head is the next event; nil at the end.
func (b *buffered) head() (*vm.Event, error) {
	for b.at == b.n && !b.end {
		n, err := b.r.Next(b.buf)
		b.at, b.n = 0, n
		if errors.Is(err, io.EOF) {
			b.end = true
		} else if err != nil {
			return nil, err
		}
	}
	if b.at == b.n {
		return nil, nil
	}
	return &b.buf[b.at], nil
}

func (m *merged) Next(batch []vm.Event) (int, error) {
	for i := range batch {
		var first *buffered
		var ev *vm.Event
		for _, b := range m.in {
			h, err := b.head()
			if err != nil {
				return i, err
			}
			if h != nil && (ev == nil || h.T < ev.T) {
				first, ev = b, h
			}
		}
		if ev == nil {
			return i, io.EOF
		}
		batch[i] = *ev
		first.at++
	}
	return len(batch), nil
}
