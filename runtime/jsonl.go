package runtime

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// maxLine bounds a line of a recording, in bytes. A message of 1 MiB may come
// to six times as much as JSON, where a control character takes six bytes for
// one; and a line of this size fits a block of an .edr file. So what came in
// can be recorded, and what is recorded can be read and converted.
const maxLine = 7 << 20

// lines reads JSON lines: {"time": …, "tag": …, "data": …}, one event a line,
// blank lines between them allowed, the end of the last line optional.
//
// A tokenizer library was measured and not taken: it spends on the tokens of a
// line about as long as this does on the whole event, and error columns and the
// kinds of numbers would still be ours to find.
type lines struct {
	in   *bufio.Reader
	name string
	n    int  // the line, from 1
	open bool // the line at hand has no end: it is the last, maybe cut
	last int64
	free bool // order does not matter
	buf  []byte

	lineParser
	timeText []byte // the time of the event before, as text and as ns
	time     int64
}

func newLines(r io.Reader, name string) *lines {
	return &lines{in: bufio.NewReaderSize(r, 64<<10), name: name, last: math.MinInt64}
}

// line reads the next line that is not blank, without what ends it. It is
// valid until the next call.
func (l *lines) line() ([]byte, error) {
	for {
		l.n++
		text, err := l.in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			l.buf = append(l.buf[:0], text...)
			for errors.Is(err, bufio.ErrBufferFull) {
				if len(l.buf) > maxLine {
					return nil, fmt.Errorf("%s:%d: this line is longer than %d MiB; is it a recording?", l.name, l.n, maxLine>>20)
				}
				text, err = l.in.ReadSlice('\n')
				l.buf = append(l.buf, text...)
			}
			text = l.buf
		}
		if err != nil && !(errors.Is(err, io.EOF) && len(text) > 0) {
			return nil, err
		}
		if len(text) > maxLine+1 {
			return nil, fmt.Errorf("%s:%d: this line is longer than %d MiB; is it a recording?", l.name, l.n, maxLine>>20)
		}
		l.open = err != nil
		if l.n == 1 {
			text = bytes.TrimPrefix(text, []byte("\ufeff"))
		}
		if text = bytes.TrimRight(text, " \t\r\n"); len(text) > 0 {
			return text, nil
		}
	}
}

// Next implements EventReader.
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

// event reads the event of a line.
func (l *lines) event(text []byte, ev *vm.Event) error {
	l.begin(text)
	*ev = vm.Event{}
	timed := l.object(ev)
	if l.err == nil {
		switch {
		case !timed:
			l.fail(0, `this event has no "time"`)
		case ev.Tag == "":
			l.fail(0, `this event has no "tag"`)
		}
	}
	if l.err != nil {
		var je *JSONError
		if !errors.As(l.err, &je) {
			return fmt.Errorf("%s:%d: %w", l.name, l.n, l.err)
		}
		cut := ""
		if l.open {
			cut = "; the file ends in this line, so its writer may have been stopped: take the line out to read the others"
		}
		column := utf8.RuneCount(text[:min(je.Offset, len(text))]) + 1
		return fmt.Errorf("%s:%d:%d: %s%s", l.name, l.n, column, je.Message, cut)
	}
	if ev.T < l.last && !l.free {
		return fmt.Errorf("%s:%d: %w", l.name, l.n, ErrOrder)
	}
	if ev.Data.IsNone() {
		ev.Data = value.Object(nil)
	}
	l.last = ev.T
	return nil
}

// object reads the members of an event; timed says that there was a time.
func (l *lines) object(ev *vm.Event) (timed bool) {
	l.space()
	if l.peek() != '{' {
		l.fail(l.at, `an event is an object: {"time": …, "tag": …, "data": …}`)
		return false
	}
	l.at++
	for first := true; l.err == nil; first = false {
		l.space()
		if first && l.peek() == '}' {
			l.at++
			break
		}
		named := l.at
		name := l.member()
		if l.err != nil {
			return false
		}
		start := l.at
		switch name {
		case "time":
			timed = true
			ev.T = l.instant()
		case "tag":
			v := l.read(maxDepth - 1)
			s, ok := v.AsString()
			if l.err == nil && (!ok || s == "") {
				l.fail(start, `"tag" is text that is not empty`)
			}
			ev.Tag = s
		case "data":
			ev.Data = l.read(maxDepth - 1)
			if l.err == nil && ev.Data.Kind() != value.KindObject {
				l.fail(start, `"data" is an object: {"name": value, …}`)
			}
		case "_eda": // what an engine wrote beside an event
			l.read(maxDepth - 1)
		default:
			l.fail(named, "an event has time, tag and data, not %q; put it into data", name)
		}
		if l.next('}') {
			break
		}
	}
	l.space()
	if l.err == nil && l.at < len(l.text) {
		l.fail(l.at, "something follows the event; each stands on a line of its own")
	}
	return timed
}

// instant reads a time, often the same as that of the event before.
func (l *lines) instant() int64 {
	start := l.at
	if l.peek() == '"' {
		if s, ok := l.plain(); ok && len(s) > 0 && bytes.Equal(s, l.timeText) {
			l.at += len(s) + 2
			return l.time
		}
	}
	v := l.read(maxDepth - 1)
	s, ok := v.AsString()
	if l.err != nil {
		return 0
	}
	if !ok {
		l.fail(start, `"time" is text such as "2026-03-01T12:00:00Z"`)
		return 0
	}
	t, err := calendar.ParseTime(s)
	if err != nil {
		l.fail(start, "%v", err)
		return 0
	}
	l.timeText, l.time = append(l.timeText[:0], s...), t
	return t
}

// lineParser is the JSON parser of json.go made fit for millions of values:
// texts are shared, containers are collected on stacks, and an object takes
// time in proportion to its members.
type lineParser struct {
	jsonParser
	fields []value.Field
	items  []value.Value
	texts  interner
}

func (p *lineParser) begin(text []byte) {
	p.jsonParser = jsonParser{text: text}
	p.fields, p.items = p.fields[:0], p.items[:0]
}

// plain is what stands between the quotes of the text at hand, if there is
// nothing to undo in it; it does not move.
func (p *lineParser) plain() ([]byte, bool) {
	ascii := true
	for i, c := range p.text[p.at+1:] {
		switch {
		case c == '"':
			s := p.text[p.at+1 : p.at+1+i]
			return s, ascii || utf8.Valid(s)
		case c == '\\' || c < ' ':
			return nil, false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return nil, false
}

// quoted reads a text.
func (p *lineParser) quoted() string {
	s, ok := p.plain()
	if !ok {
		return p.str()
	}
	p.at += len(s) + 2
	return p.texts.text(s)
}

// member reads the name of a member and the colon.
func (p *lineParser) member() string {
	if p.peek() != '"' {
		p.fail(p.at, "a member's name in quotes was expected")
		return ""
	}
	name := p.quoted()
	p.space()
	if p.peek() != ':' {
		p.fail(p.at, "`:` was expected after the name")
		return ""
	}
	p.at++
	p.space()
	return name
}

// read reads a value.
func (p *lineParser) read(depth int) value.Value {
	if depth == 0 {
		p.fail(p.at, "nested deeper than %d", maxDepth)
		return value.Value{}
	}
	switch c := p.peek(); {
	case c == '"':
		return value.String(p.quoted())
	case c == '-' || c >= '0' && c <= '9':
		return p.digits()
	case c == '{':
		p.at++
		m := members{start: len(p.fields)}
		for first := true; p.err == nil; first = false {
			p.space()
			if first && p.peek() == '}' {
				p.at++
				break
			}
			name := p.member()
			if p.err != nil {
				break
			}
			p.fields = m.set(p.fields, name, p.read(depth-1))
			if p.next('}') {
				break
			}
		}
		object := append([]value.Field(nil), p.fields[m.start:]...)
		p.fields = p.fields[:m.start]
		return value.Object(object)
	case c == '[':
		p.at++
		start := len(p.items)
		for first := true; p.err == nil; first = false {
			p.space()
			if first && p.peek() == ']' {
				p.at++
				break
			}
			p.items = append(p.items, p.read(depth-1))
			if p.next(']') {
				break
			}
		}
		list := append([]value.Value(nil), p.items[start:]...)
		p.items = p.items[:start]
		return value.List(list)
	}
	return p.value(1) // true, false, null, or what is wrong
}

// digits reads a number; those of the usual forms without a detour.
func (p *lineParser) digits() value.Value {
	text := p.text[p.at:]
	i, point := 0, 0
	if text[0] == '-' {
		i++
	}
	from := i
	var n int64
	for ; i < len(text) && i-from < 19; i++ {
		c := text[i]
		if c == '.' && point == 0 && i > from {
			point = i
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int64(c-'0')
	}
	usual := i > from && i-from < 19 && (text[from] != '0' || i == from+1 || point == from+1) && point != i-1
	if usual && i < len(text) && (text[i] == 'e' || text[i] == 'E' || text[i] == '.') || !usual {
		return p.number()
	}
	p.at += i
	if point == 0 {
		if text[0] == '-' {
			n = -n
		}
		return value.Int(n)
	}
	f, err := strconv.ParseFloat(string(text[:i]), 64)
	if err != nil {
		p.fail(p.at-i, "%s is not a number", text[:i])
	}
	return value.Float(f)
}

// lineWriter writes JSON lines.
type lineWriter struct {
	w    *bufio.Writer
	buf  []byte
	last int64
}

func newLineWriter(w io.Writer) *lineWriter {
	return &lineWriter{w: bufio.NewWriterSize(w, 64<<10), last: math.MinInt64}
}

// Write implements EventWriter.
func (l *lineWriter) Write(ev *vm.Event) error {
	if ev.T < l.last {
		return ErrOrder
	}
	l.last = ev.T
	l.buf = append(AppendEventJSON(l.buf[:0], ev), '\n')
	_, err := l.w.Write(l.buf)
	return err
}

// Close implements EventWriter.
func (l *lineWriter) Close() error { return l.w.Flush() }

// Flush writes what is buffered.
func (l *lineWriter) Flush() error { return l.w.Flush() }
