package runtime

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/tag"
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
		return newLineWriter(w), nil
	case EDR:
		return newEDRWriter(w)
	}
	return nil, fmt.Errorf("recordings are written as jsonl or edr, not as %s", f)
}

// ErrOrder is the reason when time goes back in a recording.
var ErrOrder = errors.New("time goes back; `edac convert --sort` puts a recording in order")

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

// Sort puts events in order of time; those of one instant keep their order.
func Sort(events []vm.Event) {
	slices.SortStableFunc(events, func(a, b vm.Event) int { return cmp.Compare(a.T, b.T) })
}

// Convert copies a recording, closes w and returns how many events it holds,
// also when the reading failed. With sorted the recording is read into memory
// and put in order of time first; events of one instant keep their order.
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
		Sort(all)
		r = &Events{List: all}
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
			return n, errors.Join(err, w.Close())
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
