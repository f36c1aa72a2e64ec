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
	"sort"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// The form .edr, version 1. All numbers of fixed size are big endian.
//
//	file    = "EDAREC" version:u16 { block } .
//	block   = length:u32 checksum:u32 count:u32 first:i64 last:i64 payload .
//	payload = msgpack array: [ tags: [ str … ], events: [ [ dt, tag, data ] … ] ] .
//
// length is that of the payload, in bytes, at most 16 MiB; checksum is CRC-32C
// (RFC 3720) of count, first, last and payload; count is that of the events, at
// least 1; first and last are the times of the block's first and last event, ns
// since the Unix epoch; dt is the time since the event before, in ns, 0 for the
// first; tag is an index into tags, from 0; data is a map of the kinds that a
// frame may have.
//
// A writer ends a block before its payload exceeds 64 KiB, at 4,096 events, and
// when it is flushed; an event larger than that has a block of its own. A file
// is read up to its last whole block: what follows was being written when the
// writer ended, or is the zeros that a file system left there. Bytes are taken
// for such a tail only if they can be one: a head or a payload cut short by the
// end of the file, or a block that is wrong with nothing or only zeros behind
// it. Anything else is damage, and an error; so is a length that is wrong, which
// shows when the checksum fits a part of what is there.
const (
	edrMagic   = "EDAREC"
	edrVersion = 1
	edrStart   = int64(len(edrMagic) + 2)
	edrHead    = 28
	// blocks are ended at this size or count
	edrBlock      = 64 << 10
	edrBlockCount = 4096
	edrMaxBlock   = 16 << 20
	// values may nest as deep as in JSON lines, below payload, events and event
	edrDepth = maxDepth + 2
	edrItems = 8 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// BlockInfo is a block of an .edr file, known without decoding it.
type BlockInfo struct {
	Offset      int64 // of its head in the file, bytes
	Length      int   // of its payload, bytes
	Count       int   // events
	First, Last int64 // their times, ns
}

// parseHead reads what stands before a payload; the offset is the caller's.
func parseHead(head []byte) BlockInfo {
	return BlockInfo{
		Length: int(binary.BigEndian.Uint32(head)), Count: int(binary.BigEndian.Uint32(head[8:])),
		First: int64(binary.BigEndian.Uint64(head[12:])), Last: int64(binary.BigEndian.Uint64(head[20:])),
	}
}

// check reports what in a head cannot be, after is the time before it.
func (b *BlockInfo) check(after int64) error {
	switch {
	case b.Length > edrMaxBlock:
		return fmt.Errorf("it claims %d bytes", b.Length)
	case b.Count == 0 || b.Count > b.Length:
		return fmt.Errorf("it claims %d events in %d bytes", b.Count, b.Length)
	case b.First < after || b.Last < b.First:
		return errors.New("its times go back")
	}
	return nil
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

// edrWriter writes .edr. After an error it writes nothing more, so that what
// was written stays readable.
type edrWriter struct {
	w     io.Writer
	err   error
	body  []byte // the events of the block
	out   []byte // the block
	tags  map[string]int
	names []string
	size  int // of the names, as they will be written
	count int
	first int64
	last  int64
}

func newEDRWriter(w io.Writer) (*edrWriter, error) {
	head := binary.BigEndian.AppendUint16([]byte(edrMagic), edrVersion)
	if _, err := w.Write(head); err != nil {
		return nil, err
	}
	return &edrWriter{w: w, tags: map[string]int{}, last: math.MinInt64}, nil
}

// Write implements EventWriter. An event that could not be read back is
// refused: without a tag, over 16 MiB, nested deeper than 63, or with text that
// is no UTF-8; the writer goes on after it.
func (e *edrWriter) Write(ev *vm.Event) error {
	if e.err != nil {
		return e.err
	}
	switch {
	case ev.T < e.last:
		return ErrOrder
	case ev.Tag == "":
		return errors.New("an event without a tag cannot be recorded")
	case e.count > 0 && uint64(ev.T)-uint64(e.last) > math.MaxInt64:
		if err := e.Flush(); err != nil {
			return err
		}
	}
	if err := e.add(ev); err != nil {
		return err
	}
	if e.count >= edrBlockCount || len(e.body)+e.size >= edrBlock {
		return e.Flush()
	}
	return nil
}

// add appends an event to the block.
func (e *edrWriter) add(ev *vm.Event) error {
	id, known := e.tags[ev.Tag]
	if !known {
		id = len(e.names)
	}
	before := e.last
	if e.count == 0 {
		before = ev.T
	}
	start := len(e.body)
	e.body = append(e.body, 0x93)
	e.body = appendMsgpack(e.body, value.Int(ev.T-before))
	e.body = appendMsgpack(e.body, value.Int(int64(id)))
	e.body = appendData(e.body, ev.Data)
	// what a reader would refuse would cost it the whole block
	w := walker{data: e.body[start:], items: edrItems / 2}
	err := w.value(edrDepth - 2)
	if err == nil && !known {
		w = walker{data: appendText(e.out[:0], ev.Tag), items: 1}
		err = w.value(1)
	}
	if size := len(e.body) - start + len(ev.Tag); err == nil && size > edrMaxBlock-2*edrBlock {
		err = TooLarge
	}
	if err != nil {
		e.body = e.body[:start]
		return fmt.Errorf("this event cannot be recorded: %w", err)
	}
	if e.count > 0 && len(e.body)+e.size+len(ev.Tag) > edrBlock {
		// it begins the next block
		e.body = e.body[:start]
		if err := e.Flush(); err != nil {
			return err
		}
		return e.add(ev)
	}
	if !known {
		e.tags[ev.Tag] = id
		e.names = append(e.names, ev.Tag)
		e.size += len(ev.Tag) + 5
	}
	if e.count == 0 {
		e.first = ev.T
	}
	e.last = ev.T
	e.count++
	return nil
}

// Flush ends the block, so that what was written can be read.
func (e *edrWriter) Flush() error {
	if e.count == 0 { // also after an error: Write takes nothing more
		return e.err
	}
	out := append(e.out[:0], make([]byte, 8)...)
	out = binary.BigEndian.AppendUint32(out, uint32(e.count))
	out = binary.BigEndian.AppendUint64(out, uint64(e.first))
	out = binary.BigEndian.AppendUint64(out, uint64(e.last))
	out = appendHead(append(out, 0x92), len(e.names), 0x90, 0xdc)
	for _, n := range e.names {
		out = appendText(out, n)
	}
	out = appendHead(out, e.count, 0x90, 0xdc)
	out = append(out, e.body...)
	binary.BigEndian.PutUint32(out, uint32(len(out)-edrHead))
	binary.BigEndian.PutUint32(out[4:], crc32.Checksum(out[8:], castagnoli))
	e.out, e.body, e.count, e.size = out, e.body[:0], 0, 0
	clear(e.names)
	e.names = e.names[:0]
	clear(e.tags)
	_, e.err = e.w.Write(out)
	return e.err
}

// Close implements EventWriter.
func (e *edrWriter) Close() error { return e.Flush() }

// edrReader reads .edr from its beginning or, after seek, from a block.
type edrReader struct {
	in     *bufio.Reader
	name   string
	offset int64 // of the block to come
	block  int   // its number, from 0
	last   int64 // time of the event before
	body   bytes.Buffer
	u      *unpacker
	tags   []string
	batch  []vm.Event
	queue  []vm.Event // what is left of batch
	torn   *TornError
	err    error // what ended the reading
}

func newEDRReader(r io.Reader, name string) (*edrReader, error) {
	e := &edrReader{in: bufio.NewReaderSize(r, 64<<10), name: name, last: math.MinInt64, u: newUnpacker()}
	head := make([]byte, edrStart)
	if n, err := io.ReadFull(e.in, head); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	} else if err := checkMagic(head[:n], name); err != nil {
		return nil, err
	}
	e.offset = edrStart
	return e, nil
}

// checkMagic reports what is wrong with the beginning of a file.
func checkMagic(head []byte, name string) error {
	if len(head) == 0 {
		return fmt.Errorf("%s: the file is empty; a recording begins with %s", name, edrMagic)
	}
	if len(head) < int(edrStart) || string(head[:len(edrMagic)]) != edrMagic {
		return fmt.Errorf("%s: this is not an .edr recording: it does not begin with %s", name, edrMagic)
	}
	if v := binary.BigEndian.Uint16(head[len(edrMagic):]); v != edrVersion {
		return fmt.Errorf("%s: this recording has version %d; this edac reads version %d", name, v, edrVersion)
	}
	return nil
}

// Torn tells of a reader's recording whether its end was found to be cut.
func Torn(r EventReader) *TornError {
	switch r := r.(type) {
	case *edrReader:
		return r.torn
	case *EDRFile:
		return r.torn
	}
	return nil
}

// Next implements EventReader.
func (e *edrReader) Next(batch []vm.Event) (int, error) {
	n := 0
	for n < len(batch) {
		if len(e.queue) == 0 {
			if e.err == nil {
				e.err = e.read()
			}
			if e.err != nil {
				return n, e.err
			}
		}
		k := copy(batch[n:], e.queue)
		e.queue = e.queue[k:]
		n += k
	}
	return n, nil
}

// cut notes a torn tail, of which got bytes were taken, and ends the recording.
func (e *edrReader) cut(got int) error {
	rest, err := io.Copy(io.Discard, e.in)
	if err != nil {
		return err
	}
	e.torn = &TornError{Name: e.name, Offset: e.offset, Lost: int64(got) + rest}
	return io.EOF
}

// bad ends the recording at a block that is not as it was written, of which got
// bytes were taken. With nothing behind it but zeros it was being written.
func (e *edrReader) bad(got int, err error) error {
	zero, n, zerr := onlyZeros(e.in)
	if zerr != nil {
		return zerr
	}
	if zero {
		return e.cut(got + int(n))
	}
	return e.damaged(err)
}

func (e *edrReader) damaged(err error) error { return damage(e.name, e.block, e.offset, err) }

func damage(name string, block int, offset int64, err error) error {
	return fmt.Errorf("%s: block %d at byte %d is damaged: %w", name, block, offset, err)
}

// read reads a block into the queue.
func (e *edrReader) read() error {
	var head [edrHead]byte
	n, err := io.ReadFull(e.in, head[:])
	switch {
	case errors.Is(err, io.EOF):
		return io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF):
		return e.cut(n)
	case err != nil:
		return err
	}
	b := parseHead(head[:])
	if err := b.check(e.last); err != nil {
		return e.bad(n, err)
	}
	e.body.Reset() // grows with what is there, not with what is claimed
	if k, err := io.CopyN(&e.body, e.in, int64(b.Length)); err != nil {
		if !errors.Is(err, io.EOF) {
			return err
		}
		if prefixFits(head[:], e.body.Bytes()) {
			return e.damaged(fmt.Errorf("it claims %d bytes and is shorter", b.Length))
		}
		return e.cut(n + int(k))
	}
	if !sumFits(head[:], e.body.Bytes()) {
		err := errors.New("its checksum does not fit")
		if prefixFits(head[:], e.body.Bytes()) {
			return e.damaged(err)
		}
		return e.bad(n+b.Length, err)
	}
	if err := e.decode(&b); err != nil {
		return e.damaged(err)
	}
	e.offset += edrHead + int64(b.Length)
	e.block++
	return nil
}

// sumFits compares a block with the checksum in its head.
func sumFits(head, body []byte) bool {
	sum := crc32.Update(crc32.Checksum(head[8:], castagnoli), castagnoli, body)
	return sum == binary.BigEndian.Uint32(head[4:])
}

// prefixFits reports whether the checksum fits a part of what is there: then
// the block is whole and only its length is wrong.
func prefixFits(head, rest []byte) bool {
	want := ^binary.BigEndian.Uint32(head[4:])
	sum := ^crc32.Checksum(head[8:], castagnoli)
	for _, b := range rest {
		if sum = castagnoli[byte(sum)^b] ^ sum>>8; sum == want {
			return true
		}
	}
	return false
}

// onlyZeros reports whether there are only zeros in r, or nothing, and how many
// bytes it took to know.
func onlyZeros(r io.Reader) (zero bool, n int64, err error) {
	buf := make([]byte, 32<<10)
	for {
		k, err := r.Read(buf)
		n += int64(k)
		if len(bytes.TrimLeft(buf[:k], "\x00")) > 0 {
			return false, n, nil
		}
		if errors.Is(err, io.EOF) {
			return true, n, nil
		}
		if err != nil {
			return false, n, err
		}
	}
}

var (
	errShape = errors.New("its payload is not laid out as a block's")
	errCount = errors.New("its count does not fit")
	errTimes = errors.New("its times do not fit")
)

// decode reads the payload of a block. It believes nothing that a checksum
// cannot prove, because whoever writes a block can write its checksum.
func (e *edrReader) decode(b *BlockInfo) error {
	body := e.body.Bytes()
	w := walker{data: body, items: edrItems}
	if err := w.value(edrDepth); err != nil {
		return err
	}
	if w.at != len(body) {
		return TrailingBytes
	}
	u := e.u
	u.reset(body)
	if n, err := u.array(); err != nil || n != 2 {
		return errShape
	}
	n, err := u.array()
	if err != nil {
		return errShape
	}
	e.tags = e.tags[:0]
	for range n {
		s, err := u.text()
		if err != nil || s == "" {
			return errShape
		}
		e.tags = append(e.tags, s)
	}
	if n, err = u.array(); err != nil {
		return errShape
	}
	if n != b.Count {
		return errCount
	}
	if cap(e.batch) < n {
		e.batch = make([]vm.Event, n)
	}
	events := e.batch[:n]
	t := b.First
	for i := range events {
		if k, err := u.array(); err != nil || k != 3 {
			return errShape
		}
		dt, err := u.int()
		if err != nil || dt < 0 || i == 0 && dt != 0 || t > 0 && dt > math.MaxInt64-t {
			return errTimes
		}
		t += dt
		id, err := u.int()
		if err != nil || id < 0 || id >= int64(len(e.tags)) {
			return errShape
		}
		v, err := u.value()
		if err != nil {
			return err
		}
		if v.Kind() != value.KindObject {
			return errShape
		}
		events[i] = vm.Event{T: t, Tag: e.tags[id], Data: v}
	}
	if t != b.Last {
		return errTimes
	}
	e.last, e.queue = t, events
	return nil
}

// Index lists the blocks of an .edr file from their heads alone: payloads and
// their checksums are not looked at. The error is a *TornError if the end is
// cut, and the blocks before it are listed.
func Index(r io.ReaderAt, size int64, name string) ([]BlockInfo, error) {
	var head [edrHead]byte
	start := head[:min(edrStart, size)]
	if _, err := r.ReadAt(start, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := checkMagic(start, name); err != nil {
		return nil, err
	}
	var out []BlockInfo
	after := int64(math.MinInt64)
	for at := edrStart; at < size; {
		torn := &TornError{name, at, size - at}
		if size-at < edrHead {
			return out, torn
		}
		if _, err := r.ReadAt(head[:], at); err != nil {
			return out, err
		}
		b := parseHead(head[:])
		b.Offset = at
		if err := b.check(after); err != nil {
			zero, _, zerr := onlyZeros(io.NewSectionReader(r, at+edrHead, size-at-edrHead))
			if zerr != nil {
				return out, zerr
			}
			if zero {
				return out, torn
			}
			return out, damage(name, len(out), at, err)
		}
		end := at + edrHead + int64(b.Length)
		if end > size {
			rest := make([]byte, size-at-edrHead) // less than a block
			if _, err := r.ReadAt(rest, at+edrHead); err != nil && !errors.Is(err, io.EOF) {
				return out, err
			}
			if prefixFits(head[:], rest) {
				return out, damage(name, len(out), at, fmt.Errorf("it claims %d bytes and is shorter", b.Length))
			}
			return out, torn
		}
		out = append(out, b)
		at, after = end, b.Last
	}
	return out, nil
}

// EDRFile is an .edr recording that can be read from any instant on. It is an
// EventReader.
type EDRFile struct {
	edrReader
	at     io.ReaderAt
	size   int64
	blocks []BlockInfo
}

// OpenEDR reads the index of a recording of size bytes. A cut end is no error:
// Torn tells of it.
func OpenEDR(r io.ReaderAt, size int64, name string) (*EDRFile, error) {
	f := &EDRFile{at: r, size: size}
	blocks, err := Index(r, size, name)
	if err != nil && !errors.As(err, &f.torn) {
		return nil, err
	}
	f.blocks = blocks
	f.in, f.name, f.u = bufio.NewReaderSize(nil, 64<<10), name, newUnpacker()
	if err := f.SeekTime(math.MinInt64); err != nil {
		return nil, err
	}
	return f, nil
}

// Blocks lists the whole blocks. Do not change them.
func (f *EDRFile) Blocks() []BlockInfo { return f.blocks }

// SeekTime makes Next go on with the first event at t, ns, or later.
func (f *EDRFile) SeekTime(t int64) error {
	i := sort.Search(len(f.blocks), func(i int) bool { return f.blocks[i].Last >= t })
	f.queue, f.err, f.block = nil, nil, i
	f.offset, f.last = edrStart, math.MinInt64
	if i > 0 {
		b := f.blocks[i-1]
		f.offset, f.last = b.Offset+edrHead+int64(b.Length), b.Last
	}
	f.in.Reset(io.NewSectionReader(f.at, f.offset, f.size-f.offset))
	if i == len(f.blocks) {
		return nil
	}
	if f.err = f.read(); f.err != nil {
		if errors.Is(f.err, io.EOF) { // the only block from t on is torn
			return nil
		}
		return f.err
	}
	k := sort.Search(len(f.queue), func(i int) bool { return f.queue[i].T >= t })
	f.queue = f.queue[k:]
	return nil
}
