package runtime

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// The form .edr, version 1. All numbers of fixed size are big endian.
//
//	file   = "EDAREC" version:u16 { block } .
//	block  = length:u32 checksum:u32 count:u32 first:i64 last:i64 payload .
//	payload = msgpack array: [ tags: [str …], events: [ [dt, tag, data] … ] ] .
//
// length is that of the payload, in bytes; checksum is CRC-32C (RFC 3720) of
// count, first, last and payload; first and last are the times of the block's
// first and last event, ns; dt is the time since the event before, in ns, since
// first for the first; tag is an index into tags. A file is read up to its last
// whole block: what follows was being written when the writer ended.
const (
	edrMagic   = "EDAREC"
	edrVersion = 1
	edrHead    = 28
	// blocks are ended at this size or count
	edrBlock      = 64 << 10
	edrBlockCount = 4096
	edrMaxBlock   = 16 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// BlockInfo is a block of an .edr file, known without decoding it.
type BlockInfo struct {
	Offset      int64 // of its head in the file, bytes
	Length      int   // of its payload, bytes
	Count       int   // events
	First, Last int64 // their times, ns
}

// TornError says that the end of an .edr file is cut: its writer was stopped.
// All events before were read.
type TornError struct {
	Name   string
	Offset int64 // where the whole blocks end
	Lost   int64 // bytes after that
}

func (e *TornError) Error() string {
	return fmt.Sprintf("%s: the end is cut: %d bytes after byte %d are no whole block; all before was read", e.Name, e.Lost, e.Offset)
}

type edrWriter struct {
	w       io.Writer
	payload []byte
	tags    map[string]int
	names   []string
	count   int
	first   int64
	last    int64
	any     bool
}

func newEDRWriter(w io.Writer) (*edrWriter, error) {
	head := binary.BigEndian.AppendUint16([]byte(edrMagic), edrVersion)
	if _, err := w.Write(head); err != nil {
		return nil, err
	}
	return &edrWriter{w: w, tags: map[string]int{}}, nil
}

func (e *edrWriter) Write(ev *vm.Event) error {
	if e.any && ev.T < e.last {
		return ErrOrder
	}
	before := e.last
	if e.count == 0 {
		e.first, before = ev.T, ev.T
	}
	id, ok := e.tags[ev.Tag]
	if !ok {
		id = len(e.names)
		e.tags[ev.Tag] = id
		e.names = append(e.names, ev.Tag)
	}
	e.payload = append(e.payload, 0x93)
	e.payload = appendMsgpack(e.payload, value.Int(ev.T-before))
	e.payload = appendMsgpack(e.payload, value.Int(int64(id)))
	e.payload = appendData(e.payload, ev.Data)
	e.last, e.any = ev.T, true
	e.count++
	if len(e.payload) >= edrBlock || e.count >= edrBlockCount {
		return e.Flush()
	}
	return nil
}

// Flush ends the block, so that what was written can be read.
func (e *edrWriter) Flush() error {
	if e.count == 0 {
		return nil
	}
	body := appendHead([]byte{0x92}, len(e.names), 0x90, 0xdc)
	for _, n := range e.names {
		body = appendText(body, n)
	}
	body = appendHead(body, e.count, 0x90, 0xdc)
	body = append(body, e.payload...)
	out := make([]byte, 8, edrHead+len(body))
	out = binary.BigEndian.AppendUint32(out, uint32(e.count))
	out = binary.BigEndian.AppendUint64(out, uint64(e.first))
	out = binary.BigEndian.AppendUint64(out, uint64(e.last))
	out = append(out, body...)
	binary.BigEndian.PutUint32(out, uint32(len(body)))
	binary.BigEndian.PutUint32(out[4:], crc32.Checksum(out[8:], castagnoli))
	e.payload, e.names, e.count = e.payload[:0], e.names[:0], 0
	clear(e.tags)
	_, err := e.w.Write(out)
	return err
}

func (e *edrWriter) Close() error { return e.Flush() }

type edrReader struct {
	in     *bufio.Reader
	name   string
	offset int64
	queue  []vm.Event
	last   int64
	block  int
	torn   *TornError
	tags   map[string]string
}

func newEDRReader(r io.Reader, name string) (*edrReader, error) {
	e := &edrReader{in: bufio.NewReaderSize(r, 1<<20), name: name, last: math.MinInt64, tags: map[string]string{}}
	head := make([]byte, len(edrMagic)+2)
	n, err := io.ReadFull(e.in, head)
	if err != nil || string(head[:len(edrMagic)]) != edrMagic {
		if n == 0 {
			return nil, fmt.Errorf("%s: the file is empty; a recording begins with %s", name, edrMagic)
		}
		return nil, fmt.Errorf("%s: this is no .edr recording: it does not begin with %s", name, edrMagic)
	}
	if v := binary.BigEndian.Uint16(head[len(edrMagic):]); v != edrVersion {
		return nil, fmt.Errorf("%s: this recording has version %d; this edac reads version %d", name, v, edrVersion)
	}
	e.offset = int64(len(head))
	return e, nil
}

// Torn is not nil once the end was found to be cut.
func (e *edrReader) Torn() *TornError { return e.torn }

// Torn tells of a reader's recording whether its end was found to be cut.
func Torn(r EventReader) *TornError {
	if e, ok := r.(*edrReader); ok {
		return e.torn
	}
	return nil
}

func (e *edrReader) Next(batch []vm.Event) (int, error) {
	n := 0
	for n < len(batch) {
		if len(e.queue) == 0 {
			if err := e.read(); err != nil {
				return n, err
			}
		}
		k := copy(batch[n:], e.queue)
		e.queue = e.queue[k:]
		n += k
	}
	return n, nil
}

// cut notes a torn tail and ends the recording there.
func (e *edrReader) cut(got int) error {
	rest, err := io.Copy(io.Discard, e.in)
	if err != nil {
		return err
	}
	e.torn = &TornError{Name: e.name, Offset: e.offset, Lost: int64(got) + rest}
	return io.EOF
}

func (e *edrReader) damaged(format string, args ...any) error {
	return fmt.Errorf("%s: block %d at byte %d is damaged: %w", e.name, e.block, e.offset, fmt.Errorf(format, args...))
}

func (e *edrReader) read() error {
	head := make([]byte, edrHead)
	n, err := io.ReadFull(e.in, head)
	switch {
	case errors.Is(err, io.EOF):
		return io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF):
		return e.cut(n)
	case err != nil:
		return err
	}
	length := binary.BigEndian.Uint32(head)
	if length > edrMaxBlock {
		return e.damaged("it claims %d bytes", length)
	}
	var body bytes.Buffer // grows with what is there, not with what is claimed
	if k, err := io.CopyN(&body, e.in, int64(length)); err != nil {
		if errors.Is(err, io.EOF) {
			return e.cut(n + int(k))
		}
		return err
	}
	sum := crc32.Update(crc32.Checksum(head[8:], castagnoli), castagnoli, body.Bytes())
	if sum != binary.BigEndian.Uint32(head[4:]) {
		if _, err := e.in.Peek(1); errors.Is(err, io.EOF) {
			return e.cut(n + int(length)) // the last block, half written
		}
		return e.damaged("its checksum does not fit")
	}
	count := int(binary.BigEndian.Uint32(head[8:]))
	first, last := int64(binary.BigEndian.Uint64(head[12:])), int64(binary.BigEndian.Uint64(head[20:]))
	if err := e.decode(body.Bytes(), count, first, last); err != nil {
		return e.damaged("%w", err)
	}
	e.offset += int64(edrHead) + int64(length)
	e.block++
	return nil
}

func (e *edrReader) decode(body []byte, count int, first, last int64) error {
	w := walker{data: body, items: len(body) + 1}
	if err := w.value(24); err != nil {
		return err
	}
	if w.at != len(body) {
		return TrailingBytes
	}
	d := msgpack.NewDecoder(bytes.NewReader(body))
	if n, err := d.DecodeArrayLen(); err != nil || n != 2 {
		return errKind
	}
	n, err := d.DecodeArrayLen()
	if err != nil || n < 0 {
		return errKind
	}
	tags := make([]string, n)
	for i := range tags {
		s, err := d.DecodeString()
		if err != nil {
			return err
		}
		if known, ok := e.tags[s]; ok {
			s = known
		} else if len(e.tags) < 1<<16 {
			e.tags[s] = s
		}
		tags[i] = s
	}
	n, err = d.DecodeArrayLen()
	if err != nil || n != count || n == 0 {
		return errors.New("its count does not fit")
	}
	e.queue = make([]vm.Event, n)
	t := first
	for i := range e.queue {
		k, err := d.DecodeArrayLen()
		if err != nil || k != 3 {
			return errKind
		}
		dt, err := d.DecodeInt64()
		if err != nil || dt < 0 || t > math.MaxInt64-dt {
			return errors.New("a time in it goes back")
		}
		t += dt
		id, err := d.DecodeInt64()
		if err != nil || id < 0 || id >= int64(len(tags)) || tags[id] == "" {
			return errors.New("a tag in it is missing")
		}
		v, err := decode(d)
		if err != nil {
			return err
		}
		if v.Kind() != value.KindObject {
			return errKind
		}
		e.queue[i] = vm.Event{T: t, Tag: tags[id], Data: v}
	}
	if t != last || e.queue[0].T != first || first < e.last {
		return errors.New("its times do not fit")
	}
	e.last = last
	return nil
}

// Index lists the blocks of an .edr file without decoding them; the error is
// a *TornError if the end is cut, and the blocks before it are listed.
func Index(r io.ReaderAt, size int64, name string) ([]BlockInfo, error) {
	head := make([]byte, edrHead)
	var out []BlockInfo
	at := int64(len(edrMagic) + 2)
	for at < size {
		if size-at < edrHead {
			return out, &TornError{name, at, size - at}
		}
		if _, err := r.ReadAt(head, at); err != nil {
			return out, err
		}
		b := BlockInfo{Offset: at, Length: int(binary.BigEndian.Uint32(head)), Count: int(binary.BigEndian.Uint32(head[8:])),
			First: int64(binary.BigEndian.Uint64(head[12:])), Last: int64(binary.BigEndian.Uint64(head[20:]))}
		end := at + edrHead + int64(b.Length)
		if end > size {
			return out, &TornError{name, at, size - at}
		}
		out = append(out, b)
		at = end
	}
	return out, nil
}
