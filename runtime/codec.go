package runtime

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

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
)

var faultTexts = [...]string{
	NotMsgpack: "not msgpack", NotAMap: "not a map", NoTag: "no tag", TagNotText: "the tag is no text", TagEmpty: "the tag is empty",
	DataNotMap: "data is no map", TooLarge: "over the size limit", TooDeep: "nested too deep", TooManyItems: "too many items",
	TrailingBytes: "bytes after the end", BinaryData: "binary data", KeyNotText: "a key that is no text", NotUTF8: "text that is no UTF-8",
	ArrayReserved: "an array, which is reserved", FrameCount: "neither one frame nor two", TagsDiffer: "the first frame is not the tag",
	BadMeta: "_eda is malformed",
}

func (f FrameFault) Error() string { return faultTexts[f] }

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
	d := msgpack.NewDecoder(bytes.NewReader(frame))
	v, err := decode(d)
	if err != nil {
		return Incoming{}, NotMsgpack
	}
	var in Incoming
	t := v.Get("tag")
	if t.IsNone() {
		return Incoming{}, NoTag
	}
	var ok bool
	if in.Event.Tag, ok = t.AsString(); !ok {
		return Incoming{}, TagNotText
	}
	if in.Event.Tag == "" {
		return Incoming{}, TagEmpty
	}
	in.Event.Data = v.Get("data")
	if in.Event.Data.IsNone() {
		in.Event.Data = value.Object(nil)
	}
	if in.Event.Data.Kind() != value.KindObject {
		return Incoming{}, DataNotMap
	}
	if meta := v.Get("_eda"); !meta.IsNone() {
		if meta.Kind() != value.KindObject {
			return Incoming{}, BadMeta
		}
		in.Engine, _ = meta.Get("engine").AsString()
		if hops, ok := meta.Get("hops").AsInt(); ok {
			if hops < 0 || hops > math.MaxInt32 {
				return Incoming{}, BadMeta
			}
			in.Event.Hops = int(hops)
		}
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

// decode reads one value, keys in order, a later one of the same name winning.
func decode(d *msgpack.Decoder) (value.Value, error) {
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
		s, err := d.DecodeString()
		return value.String(s), err
	case c >= 0x90 && c <= 0x9f, c == 0xdc, c == 0xdd:
		n, err := d.DecodeArrayLen()
		if err != nil {
			return value.Value{}, err
		}
		items := make([]value.Value, n)
		for i := range items {
			if items[i], err = decode(d); err != nil {
				return value.Value{}, err
			}
		}
		return value.List(items), nil
	case c >= 0x80 && c <= 0x8f, c == 0xde, c == 0xdf:
		n, err := d.DecodeMapLen()
		if err != nil {
			return value.Value{}, err
		}
		fields := make([]value.Field, 0, n)
		for range n {
			name, err := d.DecodeString()
			if err != nil {
				return value.Value{}, err
			}
			v, err := decode(d)
			if err != nil {
				return value.Value{}, err
			}
			fields = value.SetField(fields, name, v)
		}
		return value.Object(fields), nil
	case c == 0xd6, c == 0xd7, c == 0xc7:
		t, err := d.DecodeTime()
		if err != nil {
			return value.Value{}, err
		}
		return value.String(t.UTC().Format(time.RFC3339Nano)), nil
	}
	return value.Value{}, errKind
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
	dst = appendText(dst, fmt.Sprintf("%x", e.ID))
	dst = appendText(dst, "rule")
	dst = appendText(dst, p.Rules[e.Rule].Name)
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
		case n >= math.MinInt8 && n <= math.MaxInt8:
			return append(dst, 0xd0, byte(n))
		case n >= math.MinInt16 && n <= math.MaxInt16:
			return binary.BigEndian.AppendUint16(append(dst, 0xd1), uint16(n))
		case n >= math.MinInt32 && n <= math.MaxInt32:
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

// AppendEventJSON appends an event as a line of a recording, without the
// line's end.
func AppendEventJSON(dst []byte, ev *vm.Event) []byte {
	dst = append(dst, `{"time":"`...)
	dst = calendar.AppendTime(dst, ev.T)
	dst = append(dst, `","tag":`...)
	dst = value.AppendQuoted(dst, ev.Tag)
	dst = append(dst, `,"data":`...)
	if ev.Data.Kind() != value.KindObject {
		return append(dst, "{}}"...)
	}
	dst = value.AppendJSON(dst, ev.Data)
	return append(dst, '}')
}

// AppendEffectJSON appends an effect as one JSON object: {"time", "rule",
// "key", "tag", "data", "id"}; a log has "log" in place of tag and data.
func AppendEffectJSON(dst []byte, p *vm.Program, e *vm.Effect) []byte {
	r := &p.Rules[e.Rule]
	dst = append(dst, `{"time":"`...)
	dst = calendar.AppendTime(dst, e.T)
	dst = append(dst, `","rule":`...)
	dst = value.AppendQuoted(dst, r.Name)
	dst = append(dst, `,"key":{`...)
	for i, k := range e.Key {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = value.AppendQuoted(dst, r.Key[i].Name)
		dst = append(dst, ':')
		dst = value.AppendQuoted(dst, k)
	}
	dst = append(dst, '}')
	if e.Kind == vm.Logged {
		dst = append(dst, `,"log":`...)
		dst = value.AppendQuoted(dst, e.Text)
	} else {
		dst = append(dst, `,"tag":`...)
		dst = value.AppendQuoted(dst, e.Tag)
		dst = append(dst, `,"data":`...)
		if e.Data.Kind() == value.KindObject {
			dst = value.AppendJSON(dst, e.Data)
		} else {
			dst = append(dst, "{}"...)
		}
	}
	return fmt.Appendf(dst, `,"id":"%x"}`, e.ID)
}
