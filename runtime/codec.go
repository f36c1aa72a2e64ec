package runtime

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/maphash"
	"io"
	"math"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// The frame, as it stands on the wire (S30c). All of it is msgpack.
//
//	message = frame | tag frame .             two frames: the first is the tag, byte for byte
//	frame   = map { "tag": str, "data": map, "_eda": map } .
//	_eda    = map { "id": str, "rule": str, "hops": int, "engine": str } .
//
// A sender may leave out data, which then is empty, and _eda. Other members of
// a frame are ignored; of members of one name the last counts. What is written
// here has tag, data, _eda in this order, ints in the fewest bytes, floats as
// float64, none as nil, times and durations as text; the same event gives the
// same bytes.
//
// What becomes of msgpack's types: nil is none; bool is bool; an integer is an
// int, beyond int64 a float; a float is a float, NaN and infinities are none;
// str is text and must be UTF-8; array is a list; map is an object, keys must be
// str; a timestamp (extension -1) is RFC 3339 text. bin and every other
// extension make a bad frame.

// FrameLimits bound what one message may hold. Zero fields mean the defaults.
type FrameLimits struct {
	Bytes int // of a message: 1 MiB
	Depth int // of nesting, the message itself being 1: 16
	Items int // values and keys in all: 4,096
}

func (l FrameLimits) withDefaults() FrameLimits {
	if l.Bytes == 0 {
		l.Bytes = 1 << 20
	}
	if l.Depth == 0 {
		l.Depth = 16
	}
	if l.Items == 0 {
		l.Items = 4096
	}
	return l
}

// FrameFault says why a message is no event: a small set, counted by it.
type FrameFault uint8

const (
	NotMsgpack FrameFault = iota + 1
	NotAMap
	NoTag
	TagNotText
	TagEmpty
	DataNotMap
	TooLarge
	TooDeep
	TooManyItems
	TrailingBytes
	BinaryData
	KeyNotText
	NotUTF8
	ArrayReserved
	FrameCount
	TagsDiffer
	BadMeta
	ReservedTag
	TimeRange
)

var faultTexts = [...]string{
	NotMsgpack: "not msgpack", NotAMap: "not a map", NoTag: "no tag", TagNotText: "the tag is not text", TagEmpty: "the tag is empty",
	DataNotMap: "data is no map", TooLarge: "over the size limit", TooDeep: "nested too deep", TooManyItems: "too many items",
	TrailingBytes: "bytes after the end", BinaryData: "binary data", KeyNotText: "a key that is not text", NotUTF8: "text that is no UTF-8",
	ArrayReserved: "an array, which is reserved", FrameCount: "neither one frame nor two", TagsDiffer: "the first frame is not the tag",
	BadMeta: "_eda is malformed", ReservedTag: "tag under /eda/, which is the engine's own", TimeRange: "a timestamp beyond the year 9999",
}

// String says the fault in words.
func (f FrameFault) String() string {
	if f == 0 || int(f) >= len(faultTexts) {
		return "fault?"
	}
	return faultTexts[f]
}

// Error is String.
func (f FrameFault) Error() string { return f.String() }

// DecodeMessage reads one message: one frame, or two with the tag first (S30c).
// The event's time is not set. An error is a FrameFault.
func DecodeMessage(frames [][]byte, lim FrameLimits) (Incoming, error) {
	switch len(frames) {
	case 1:
		return DecodeFrame(frames[0], lim)
	case 2:
		in, err := DecodeFrame(frames[1], lim)
		if err == nil && string(frames[0]) != in.Event.Tag {
			return Incoming{}, TagsDiffer
		}
		return in, err
	}
	return Incoming{}, FrameCount
}

// DecodeFrame reads {"tag": str, "data": map, "_eda": map}, the last two of
// which may be missing. The frame is walked first, within bounds and without
// allocating, because a decoder that believes the lengths in a frame can be
// made to allocate any amount by five bytes.
func DecodeFrame(frame []byte, lim FrameLimits) (Incoming, error) {
	lim = lim.withDefaults()
	if len(frame) > lim.Bytes {
		return Incoming{}, TooLarge
	}
	w := walker{data: frame, items: lim.Items}
	if err := w.value(lim.Depth); err != nil {
		return Incoming{}, err
	}
	if w.at != len(frame) {
		return Incoming{}, TrailingBytes
	}
	switch c := frame[0]; {
	case c >= 0x90 && c <= 0x9f || c == 0xdc || c == 0xdd:
		return Incoming{}, ArrayReserved
	case !(c >= 0x80 && c <= 0x8f || c == 0xde || c == 0xdf):
		return Incoming{}, NotAMap
	}
	u := unpackers.Get().(*unpacker)
	defer u.release()
	u.reset(frame)
	v, err := u.value()
	if err != nil {
		var fault FrameFault
		if errors.As(err, &fault) {
			return Incoming{}, fault
		}
		return Incoming{}, NotMsgpack
	}
	return incoming(v)
}

// incoming is the event that a frame's map says.
func incoming(frame value.Value) (Incoming, error) {
	t := frame.Get("tag")
	if t.IsNone() {
		return Incoming{}, NoTag
	}
	var in Incoming
	var ok bool
	if in.Event.Tag, ok = t.AsString(); !ok {
		return Incoming{}, TagNotText
	}
	if in.Event.Tag == "" {
		return Incoming{}, TagEmpty
	}
	if in.Event.Data = frame.Get("data"); in.Event.Data.IsNone() {
		in.Event.Data = value.Object(nil)
	}
	if in.Event.Data.Kind() != value.KindObject {
		return Incoming{}, DataNotMap
	}
	if meta := frame.Get("_eda"); !meta.IsNone() {
		if meta.Kind() != value.KindObject {
			return Incoming{}, BadMeta
		}
		if engine := meta.Get("engine"); !engine.IsNone() {
			if in.Engine, ok = engine.AsString(); !ok {
				return Incoming{}, BadMeta
			}
		}
		// hops bound loops through other engines, so what is no count is no 0
		if hops := meta.Get("hops"); !hops.IsNone() {
			n, ok := hops.AsInt()
			if !ok || n < 0 || n > math.MaxInt32 {
				return Incoming{}, BadMeta
			}
			in.Event.Hops = int(n)
		}
	}
	if in.Engine == "" && tag.Reserved(in.Event.Tag) {
		return Incoming{}, ReservedTag
	}
	return in, nil
}

// walker checks that bytes are one msgpack value of kinds that events have.
type walker struct {
	data  []byte
	at    int
	items int
}

// take moves over n bytes and returns where they began.
func (w *walker) take(n uint64) (int, bool) {
	if n > uint64(len(w.data)-w.at) {
		return 0, false
	}
	start := w.at
	w.at += int(n)
	return start, true
}

// length reads a big-endian length of n bytes.
func (w *walker) length(n uint64) (uint64, bool) {
	start, ok := w.take(n)
	if !ok {
		return 0, false
	}
	var x uint64
	for _, b := range w.data[start:w.at] {
		x = x<<8 | uint64(b)
	}
	return x, true
}

func (w *walker) text(n uint64, ok bool) error {
	start := 0
	if ok {
		start, ok = w.take(n)
	}
	if !ok {
		return NotMsgpack
	}
	if !utf8.Valid(w.data[start:w.at]) {
		return NotUTF8
	}
	return nil
}

func (w *walker) many(n uint64, ok bool, depth int, isMap bool) error {
	if !ok {
		return NotMsgpack
	}
	if n > uint64(w.items) {
		return TooManyItems
	}
	for range n {
		if isMap {
			if w.at >= len(w.data) {
				return NotMsgpack
			}
			if c := w.data[w.at]; !(c >= 0xa0 && c <= 0xbf || c >= 0xd9 && c <= 0xdb) {
				return KeyNotText
			}
			if err := w.value(depth); err != nil {
				return err
			}
		}
		if err := w.value(depth); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) value(depth int) error {
	if depth == 0 {
		return TooDeep
	}
	if w.items--; w.items < 0 {
		return TooManyItems
	}
	start, ok := w.take(1)
	if !ok {
		return NotMsgpack
	}
	skip := func(n uint64) error {
		if _, ok := w.take(n); !ok {
			return NotMsgpack
		}
		return nil
	}
	switch c := w.data[start]; {
	case c <= 0x7f || c >= 0xe0 || c == 0xc0 || c == 0xc2 || c == 0xc3:
		return nil
	case c <= 0x8f:
		return w.many(uint64(c&15), true, depth-1, true)
	case c <= 0x9f:
		return w.many(uint64(c&15), true, depth-1, false)
	case c <= 0xbf:
		return w.text(uint64(c&31), true)
	case c >= 0xd9 && c <= 0xdb:
		n, ok := w.length(1 << (c - 0xd9))
		return w.text(n, ok)
	case c == 0xca, c == 0xce, c == 0xd2:
		return skip(4)
	case c == 0xcb, c == 0xcf, c == 0xd3:
		return skip(8)
	case c == 0xcc, c == 0xd0:
		return skip(1)
	case c == 0xcd, c == 0xd1:
		return skip(2)
	case c == 0xdc, c == 0xdd:
		n, ok := w.length(2 << (c - 0xdc))
		return w.many(n, ok, depth-1, false)
	case c == 0xde, c == 0xdf:
		n, ok := w.length(2 << (c - 0xde))
		return w.many(n, ok, depth-1, true)
	case c >= 0xc4 && c <= 0xc6:
		return BinaryData
	case c == 0xd6, c == 0xd7, c == 0xc7: // a timestamp is extension type -1 of 4, 8 or 12 bytes
		n := uint64(4)
		if c == 0xd7 {
			n = 8
		} else if c == 0xc7 {
			if n, ok = w.length(1); !ok {
				return NotMsgpack
			}
			if n != 12 {
				return BinaryData
			}
		}
		at, ok := w.take(n + 1)
		if !ok {
			return NotMsgpack
		}
		if w.data[at] != 0xff {
			return BinaryData
		}
		return nil
	case c == 0xc1:
		return NotMsgpack
	}
	return BinaryData // other extensions
}

var errKind = errors.New("a kind that events do not have")

// unpacker reads values that a walker has passed. It keeps what it works with,
// so that an event costs what its value needs and nothing else.
type unpacker struct {
	in     bytes.Reader
	d      *msgpack.Decoder
	buf    []byte        // a text
	fields []value.Field // of the objects being read, one above the other
	items  []value.Value // likewise of lists
	texts  interner
}

var unpackers = sync.Pool{New: func() any { return newUnpacker() }}

func newUnpacker() *unpacker {
	u := &unpacker{}
	u.d = msgpack.NewDecoder(&u.in)
	return u
}

func (u *unpacker) reset(data []byte) {
	u.in.Reset(data)
	u.d.Reset(&u.in)
	u.fields, u.items = u.fields[:0], u.items[:0]
}

// release gives u back, without what one large frame made it grow to and
// without the frame.
func (u *unpacker) release() {
	const keep = 1 << 10
	if cap(u.fields) > keep || cap(u.items) > keep || cap(u.buf) > 64*keep {
		return
	}
	clear(u.fields[:cap(u.fields)])
	clear(u.items[:cap(u.items)])
	u.reset(nil)
	unpackers.Put(u)
}

// text reads a str.
func (u *unpacker) text() (string, error) {
	n, err := u.d.DecodeBytesLen()
	if err != nil {
		return "", err
	}
	if n < 0 || n > u.in.Len() {
		return "", io.ErrUnexpectedEOF
	}
	if cap(u.buf) < n {
		u.buf = make([]byte, n)
	}
	u.buf = u.buf[:n]
	if err := u.d.ReadFull(u.buf); err != nil {
		return "", err
	}
	return u.texts.text(u.buf), nil
}

// array reads the head of an array, int an integer.
func (u *unpacker) array() (int, error) {
	n, err := u.d.DecodeArrayLen()
	if n < 0 {
		return 0, errKind
	}
	return n, err
}

func (u *unpacker) int() (int64, error) { return u.d.DecodeInt64() }

// value reads one value, keys in order, a later one of the same name winning.
func (u *unpacker) value() (value.Value, error) {
	d := u.d
	c, err := d.PeekCode()
	if err != nil {
		return value.Value{}, err
	}
	switch {
	case c == 0xc0:
		return value.Value{}, d.DecodeNil()
	case c == 0xc2, c == 0xc3:
		b, err := d.DecodeBool()
		return value.Bool(b), err
	case c == 0xca, c == 0xcb:
		f, err := d.DecodeFloat64()
		return value.Float(f), err
	case c == 0xcf:
		n, err := d.DecodeUint64()
		if n > math.MaxInt64 {
			return value.Float(float64(n)), err
		}
		return value.Int(int64(n)), err
	case c <= 0x7f, c >= 0xe0, c >= 0xcc && c <= 0xce, c >= 0xd0 && c <= 0xd3:
		n, err := d.DecodeInt64()
		return value.Int(n), err
	case c >= 0xa0 && c <= 0xbf, c >= 0xd9 && c <= 0xdb:
		s, err := u.text()
		return value.String(s), err
	case c >= 0x90 && c <= 0x9f, c == 0xdc, c == 0xdd:
		n, err := d.DecodeArrayLen()
		if err != nil {
			return value.Value{}, err
		}
		start := len(u.items)
		for range n {
			v, err := u.value()
			if err != nil {
				return value.Value{}, err
			}
			u.items = append(u.items, v)
		}
		list := append([]value.Value(nil), u.items[start:]...)
		u.items = u.items[:start]
		return value.List(list), nil
	case c >= 0x80 && c <= 0x8f, c == 0xde, c == 0xdf:
		n, err := d.DecodeMapLen()
		if err != nil {
			return value.Value{}, err
		}
		m := members{start: len(u.fields)}
		for range n {
			name, err := u.text()
			if err != nil {
				return value.Value{}, err
			}
			v, err := u.value()
			if err != nil {
				return value.Value{}, err
			}
			u.fields = m.set(u.fields, name, v)
		}
		object := append([]value.Field(nil), u.fields[m.start:]...)
		u.fields = u.fields[:m.start]
		return value.Object(object), nil
	case c == 0xd6, c == 0xd7, c == 0xc7:
		t, err := d.DecodeTime()
		if err != nil {
			return value.Value{}, err
		}
		if s := t.Unix(); s < firstSecond || s > lastSecond {
			return value.Value{}, TimeRange
		}
		return value.String(t.UTC().Format(time.RFC3339Nano)), nil
	}
	return value.Value{}, errKind
}

// RFC 3339 has years of four digits.
const (
	firstSecond = -62167219200 // 0000-01-01T00:00:00Z
	lastSecond  = 253402300799 // 9999-12-31T23:59:59Z
)

// members is the object being collected on top of a stack of fields. It is
// value.SetField in time that grows with the members and not with their
// square, which an object made for it would turn into minutes.
type members struct {
	start int            // of its fields in the stack
	where map[string]int // from start, by name; nil while there are few
}

const fewMembers = 24

// set sets a member: a later one wins, at the place of the first.
func (m *members) set(stack []value.Field, name string, v value.Value) []value.Field {
	own := stack[m.start:]
	if m.where == nil {
		for i := range own {
			if own[i].Name == name {
				own[i].Value = v
				return stack
			}
		}
		if len(own) < fewMembers {
			return append(stack, value.Field{Name: name, Value: v})
		}
		m.where = make(map[string]int, 2*fewMembers)
		for i := range own {
			m.where[own[i].Name] = i
		}
	}
	if i, ok := m.where[name]; ok {
		own[i].Value = v
		return stack
	}
	m.where[name] = len(own)
	return append(stack, value.Field{Name: name, Value: v})
}

// interner gives equal short texts one string while they come close together:
// the names of fields, hosts, states. It holds a bounded number of them.
type interner struct {
	seed  maphash.Seed
	slots []string
}

const (
	internSlots = 1 << 10
	internBytes = 64 // longer texts seldom come again
)

// text is the string of b.
func (in *interner) text(b []byte) string {
	if len(b) > internBytes {
		return string(b)
	}
	if len(b) == 0 {
		return ""
	}
	if in.slots == nil {
		in.seed, in.slots = maphash.MakeSeed(), make([]string, internSlots)
	}
	slot := &in.slots[maphash.Bytes(in.seed, b)%internSlots]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}

// AppendFrame appends the frame of an event as a sender writes it.
func AppendFrame(dst []byte, tag string, data value.Value) []byte {
	dst = append(dst, 0x82)
	dst = appendText(dst, "tag")
	dst = appendText(dst, tag)
	dst = appendText(dst, "data")
	return appendData(dst, data)
}

// AppendEffect appends the second frame of what was fired: {tag, data,
// _eda: {id, rule, hops, engine}}.
func AppendEffect(dst []byte, p *vm.Program, e *vm.Effect, engine string) []byte {
	dst = append(dst, 0x83)
	dst = appendText(dst, "tag")
	dst = appendText(dst, e.Tag)
	dst = appendText(dst, "data")
	dst = appendData(dst, e.Data)
	dst = appendText(dst, "_eda")
	dst = append(dst, 0x84)
	dst = appendText(dst, "id")
	dst = append(dst, 0xd9, 2*byte(len(e.ID)))
	dst = hex.AppendEncode(dst, e.ID[:])
	dst = appendText(dst, "rule")
	dst = appendText(dst, p.RuleName(e.Rule))
	dst = appendText(dst, "hops")
	dst = appendMsgpack(dst, value.Int(int64(e.Hops)))
	dst = appendText(dst, "engine")
	return appendText(dst, engine)
}

func appendData(dst []byte, data value.Value) []byte {
	if data.Kind() != value.KindObject {
		return append(dst, 0x80)
	}
	return appendMsgpack(dst, data)
}

func appendText(dst []byte, s string) []byte {
	switch n := len(s); {
	case n < 32:
		dst = append(dst, 0xa0|byte(n))
	case n < 1<<8:
		dst = append(dst, 0xd9, byte(n))
	case n < 1<<16:
		dst = binary.BigEndian.AppendUint16(append(dst, 0xda), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint32(append(dst, 0xdb), uint32(n))
	}
	return append(dst, s...)
}

func appendHead(dst []byte, n int, small, wide byte) []byte {
	switch {
	case n < 16:
		return append(dst, small|byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(dst, wide), uint16(n))
	}
	return binary.BigEndian.AppendUint32(append(dst, wide+1), uint32(n))
}

// appendMsgpack writes a value: ints in the fewest bytes, floats as float64,
// times and durations as text.
func appendMsgpack(dst []byte, v value.Value) []byte {
	switch v.Kind() {
	case value.KindBool:
		if value.True(v) {
			return append(dst, 0xc3)
		}
		return append(dst, 0xc2)
	case value.KindInt:
		n, _ := v.AsInt()
		switch {
		case n >= 0 && n < 128, n < 0 && n >= -32:
			return append(dst, byte(n))
		case n >= 0 && n <= math.MaxUint8:
			return append(dst, 0xcc, byte(n))
		case n >= 0 && n <= math.MaxUint16:
			return binary.BigEndian.AppendUint16(append(dst, 0xcd), uint16(n))
		case n >= 0 && n <= math.MaxUint32:
			return binary.BigEndian.AppendUint32(append(dst, 0xce), uint32(n))
		case n < 0 && n >= math.MinInt8:
			return append(dst, 0xd0, byte(n))
		case n < 0 && n >= math.MinInt16:
			return binary.BigEndian.AppendUint16(append(dst, 0xd1), uint16(n))
		case n < 0 && n >= math.MinInt32:
			return binary.BigEndian.AppendUint32(append(dst, 0xd2), uint32(n))
		}
		return binary.BigEndian.AppendUint64(append(dst, 0xd3), uint64(n))
	case value.KindFloat:
		f, _ := v.AsFloat()
		return binary.BigEndian.AppendUint64(append(dst, 0xcb), math.Float64bits(f))
	case value.KindString:
		s, _ := v.AsString()
		return appendText(dst, s)
	case value.KindTime, value.KindDuration:
		return appendText(dst, value.Text(v))
	case value.KindList:
		items := v.Items()
		dst = appendHead(dst, len(items), 0x90, 0xdc)
		for _, item := range items {
			dst = appendMsgpack(dst, item)
		}
		return dst
	case value.KindObject:
		fields := v.Fields()
		dst = appendHead(dst, len(fields), 0x80, 0xde)
		for _, f := range fields {
			dst = appendText(dst, f.Name)
			dst = appendMsgpack(dst, f.Value)
		}
		return dst
	}
	return append(dst, 0xc0)
}

// SkipDerived reports whether an event of a recording is one that the engine
// makes itself: under /eda/, but none of its inputs (S29).
func SkipDerived(t string) bool {
	if len(t) < 4 || t[0] != '/' || !tag.Reserved(t) {
		return false
	}
	switch rest := t[len("/eda"):]; {
	case rest == "/resumed", rest == "/gap", rest == "/slow", len(rest) > 7 && rest[:7] == "/table/":
		return false
	}
	return true
}
