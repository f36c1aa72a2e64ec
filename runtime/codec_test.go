package runtime

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// packed is what the library writes for v.
func packed(t testing.TB, v any) []byte {
	t.Helper()
	b, err := msgpack.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// frameOf is the frame {"tag": "/a", "data": {"v": raw}}.
func frameOf(raw ...byte) []byte {
	f := append([]byte{0x82}, "\xa3tag\xa2/a\xa4data\x81\xa1v"...)
	return append(f, raw...)
}

func TestFrameValues(t *testing.T) {
	for _, c := range []struct {
		name string
		raw  []byte
		json string
	}{
		{"nil", []byte{0xc0}, "null"},
		{"true", []byte{0xc3}, "true"},
		{"fixint", []byte{0x7f}, "127"},
		{"negative fixint", []byte{0xe0}, "-32"},
		{"uint8", []byte{0xcc, 0xff}, "255"},
		{"uint16", []byte{0xcd, 0xff, 0xff}, "65535"},
		{"uint32", []byte{0xce, 0xff, 0xff, 0xff, 0xff}, "4294967295"},
		{"uint64 that fits", packed(t, uint64(math.MaxInt64)), "9223372036854775807"},
		{"uint64 that does not", packed(t, uint64(1<<63)), "9223372036854776000.0"},
		{"int8", []byte{0xd0, 0x80}, "-128"},
		{"int64", packed(t, int64(math.MinInt64)), "-9223372036854775808"},
		{"float32", []byte{0xca, 0x3f, 0xc0, 0, 0}, "1.5"},
		{"float64", packed(t, 25.0), "25.0"},
		{"float64 NaN", packed(t, math.NaN()), "null"},
		{"float64 infinity", packed(t, math.Inf(-1)), "null"},
		{"float32 infinity", []byte{0xca, 0x7f, 0x80, 0, 0}, "null"},
		{"str8", append([]byte{0xd9, 3}, "ab\xc3"[:2]+"c"...), `"abc"`},
		{"str32", append([]byte{0xdb, 0, 0, 0, 2}, "é"...), `"é"`},
		{"array16", []byte{0xdc, 0, 2, 1, 2}, "[1,2]"},
		{"map16, later wins, order of the first", append([]byte{0xde, 0, 3}, "\xa1b\x01\xa1a\x02\xa1b\x03"...), `{"b":3,"a":2}`},
		{"timestamp 32", []byte{0xd6, 0xff, 0, 0, 0, 0}, `"1970-01-01T00:00:00Z"`},
		{"timestamp 64", []byte{0xd7, 0xff, 0, 0, 0, 4, 0, 0, 0, 1}, `"1970-01-01T00:00:01.000000001Z"`},
		{"timestamp 96", append([]byte{0xc7, 12, 0xff, 0, 0, 0, 5}, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), `"1969-12-31T23:59:59.000000005Z"`},
	} {
		in, err := DecodeFrame(frameOf(c.raw...), FrameLimits{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got, want := string(value.AppendJSON(nil, in.Event.Data)), `{"v":`+c.json+`}`; got != want {
			t.Errorf("%s: %s, want %s", c.name, got, want)
		}
	}
}

// wide is a map of n members with names of their own.
func wide(n int) []byte {
	b := []byte{0xdf, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
	for i := range n {
		b = fmt.Appendf(append(b, 0xa8), "%08d", i)
		b = append(b, 1)
	}
	return b
}

func TestFrameFaults(t *testing.T) {
	tag := "\xa3tag\xa2/a"
	for _, c := range []struct {
		name  string
		frame string
		want  FrameFault
	}{
		{"empty", "", NotMsgpack},
		{"never used code", "\xc1", NotMsgpack},
		{"text instead", "hello", TrailingBytes},
		{"a number", "\x01", NotAMap},
		{"cut", "\x81\xa3ta", NotMsgpack},
		{"no tag", "\x81\xa4data\x80", NoTag},
		{"tag nil", "\x81\xa3tag\xc0", NoTag},
		{"tag int", "\x81\xa3tag\x01", TagNotText},
		{"tag empty", "\x81\xa3tag\xa0", TagEmpty},
		{"data list", "\x82" + tag + "\xa4data\x90", DataNotMap},
		{"data text", "\x82" + tag + "\xa4data\xa1x", DataNotMap},
		{"bytes after", "\x81" + tag + "\x00", TrailingBytes},
		{"bin8", string(frameOf(0xc4, 0)), BinaryData},
		{"bin32 of 4 GiB", string(frameOf(0xc6, 0xff, 0xff, 0xff, 0xff)), BinaryData},
		{"other extension", string(frameOf(0xd4, 1, 0)), BinaryData},
		{"other extension of a timestamp's size", string(frameOf(0xd6, 1, 0, 0, 0, 0)), BinaryData},
		{"timestamp of a wrong size", string(frameOf(0xc7, 3, 0xff, 0, 0, 0)), BinaryData},
		{"timestamp in the year 292277026596", string(frameOf(append([]byte{0xc7, 12, 0xff, 0, 0, 0, 0, 0x7f}, bytes.Repeat([]byte{0xff}, 7)...)...)), TimeRange},
		{"timestamp in the year 10000", string(frameOf(append([]byte{0xc7, 12, 0xff, 0, 0, 0, 0}, 0, 0, 0, 0x3a, 0xff, 0xf4, 0x41, 0x80)...)), TimeRange},
		{"key int", "\x81\x01\x01", KeyNotText},
		{"key bin", "\x81\xc4\x01a\x01", KeyNotText},
		{"key no UTF-8", "\x81\xa1\xff\x01", NotUTF8},
		{"text no UTF-8", string(frameOf(0xa1, 0xff)), NotUTF8},
		{"array", "\x91\x81" + tag, ArrayReserved},
		{"array32 of 4 G", "\xdd\xff\xff\xff\xff", TooManyItems},
		{"map32 of 4 G", "\xdf\xff\xff\xff\xff", TooManyItems},
		{"str32 of 4 GiB", "\xdb\xff\xff\xff\xff", NotMsgpack},
		{"nested for ever", strings.Repeat("\x91", 1<<20), TooDeep},
		{"maps nested for ever", strings.Repeat("\x81\xa1a", 1<<18), TooDeep},
		{"over a MiB", strings.Repeat("\x01", 1<<20+1), TooLarge},
		{"5,000 members", string(frameOf(wide(5000)...)), TooManyItems},
		{"_eda int", "\x82" + tag + "\xa4_eda\x01", BadMeta},
		{"hops negative", "\x82" + tag + "\xa4_eda\x81\xa4hops\xff", BadMeta},
		{"hops text", "\x82" + tag + "\xa4_eda\x81\xa4hops\xa11", BadMeta},
		{"hops beyond an int", "\x82" + tag + "\xa4_eda\x81\xa4hops\xcf\xff\xff\xff\xff\xff\xff\xff\xff", BadMeta},
		{"engine int", "\x82" + tag + "\xa4_eda\x81\xa6engine\x01", BadMeta},
		{"reserved tag", "\x81\xa3tag\xa6/eda/x", ReservedTag},
		{"reserved tag without slash", "\x81\xa3tag\xa5eda/x", ReservedTag},
	} {
		if _, err := DecodeFrame([]byte(c.frame), FrameLimits{}); err != c.want {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	for f := NotMsgpack; int(f) < len(faultTexts); f++ {
		if f.String() == "" || f.Error() != f.String() {
			t.Errorf("fault %d has no text", f)
		}
	}
	if FrameFault(0).String() != "fault?" || FrameFault(200).String() != "fault?" {
		t.Error("what is no fault has a text")
	}
}

func TestFrameLimitsAreExact(t *testing.T) {
	nest := func(n int) []byte { return frameOf(append(bytes.Repeat([]byte{0x91}, n), 1)...) }
	// the message is 1, data 2, so v is at 3
	if _, err := DecodeFrame(nest(13), FrameLimits{}); err != nil {
		t.Errorf("16 deep: %v", err)
	}
	if _, err := DecodeFrame(nest(14), FrameLimits{}); err != TooDeep {
		t.Errorf("17 deep: %v", err)
	}
	// message, tag and its name, data and its name, v and its name: 7; two for each member
	full := frameOf(wide((4096 - 7) / 2)...)
	if _, err := DecodeFrame(full, FrameLimits{Items: 4095}); err != nil {
		t.Errorf("4,095 items: %v", err)
	}
	if _, err := DecodeFrame(full, FrameLimits{Items: 4094}); err != TooManyItems {
		t.Errorf("one too many: %v", err)
	}
	if _, err := DecodeFrame(full, FrameLimits{Bytes: len(full)}); err != nil {
		t.Error(err)
	}
	if _, err := DecodeFrame(full, FrameLimits{Bytes: len(full) - 1}); err != TooLarge {
		t.Errorf("one byte too many: %v", err)
	}
}

func TestMessages(t *testing.T) {
	f := []byte("\x81\xa3tag\xa2/a")
	in, err := DecodeMessage([][]byte{f}, FrameLimits{})
	if err != nil || in.Event.Tag != "/a" || in.Event.Data.Kind() != value.KindObject {
		t.Errorf("%+v %v", in, err)
	}
	if _, err := DecodeMessage([][]byte{[]byte("/a"), f}, FrameLimits{}); err != nil {
		t.Error(err)
	}
	if _, err := DecodeMessage([][]byte{[]byte("/b"), f}, FrameLimits{}); err != TagsDiffer {
		t.Error(err)
	}
	for _, n := range []int{0, 3} {
		if _, err := DecodeMessage(make([][]byte, n), FrameLimits{}); err != FrameCount {
			t.Errorf("%d frames: %v", n, err)
		}
	}
}

func TestEffectFrame(t *testing.T) {
	p := &vm.Program{Rules: []vm.Rule{{Name: "overload"}}}
	e := &vm.Effect{Tag: "/eda/x", Hops: 3, ID: [16]byte{0xab, 15: 0x01}}
	frame := AppendEffect([]byte("before"), p, e, "here")[len("before"):]
	want := "\x83\xa3tag\xa6/eda/x\xa4data\x80\xa4_eda\x84\xa2id\xd9\x20ab000000000000000000000000000001" +
		"\xa4rule\xa8overload\xa4hops\x03\xa6engine\xa4here"
	if string(frame) != want {
		t.Errorf("%q, want %q", frame, want)
	}
	// an engine's own events may be under /eda/
	in, err := DecodeFrame(frame, FrameLimits{})
	if err != nil || in.Engine != "here" || in.Event.Hops != 3 || in.Event.Tag != "/eda/x" {
		t.Errorf("%+v %v", in, err)
	}
}

func TestFrameBytes(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 5, time.UTC).UnixNano()
	data := value.Object([]value.Field{
		{Name: "none"}, {Name: "f", Value: value.Float(25)}, {Name: "t", Value: value.Time(at)}, {Name: "l", Value: value.List([]value.Value{value.Bool(false)})},
	})
	got := AppendFrame(nil, "/a", data)
	want := "\x82\xa3tag\xa2/a\xa4data\x84\xa4none\xc0\xa1f\xcb\x40\x39\x00\x00\x00\x00\x00\x00\xa1t\xbe2026-03-01T00:00:00.000000005Z\xa1l\x91\xc2"
	if string(got) != want {
		t.Errorf("%q\nwant\n%q", got, want)
	}
	for n, want := range map[int64]string{
		0: "00", 127: "7f", 128: "cc80", 255: "ccff", 256: "cd0100", 65535: "cdffff", 65536: "ce00010000", math.MaxUint32: "ceffffffff",
		math.MaxUint32 + 1: "d30000000100000000", -1: "ff", -32: "e0", -33: "d0df", -128: "d080", -129: "d1ff7f", -32768: "d18000",
		-32769: "d2ffff7fff", math.MinInt32: "d280000000", math.MinInt32 - 1: "d3ffffffff7fffffff", math.MaxInt64: "d37fffffffffffffff",
	} {
		if got := hex.EncodeToString(appendMsgpack(nil, value.Int(n))); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

// What is written is what the library understands.
func TestFrameAgainstTheLibrary(t *testing.T) {
	r := newRandom(1)
	for range 2000 {
		data := r.object(4)
		frame := AppendFrame(nil, "/a", data)
		var m map[string]any
		if err := msgpack.Unmarshal(frame, &m); err != nil {
			t.Fatalf("%v: %x", err, frame)
		}
		if m["tag"] != "/a" || len(m["data"].(map[string]any)) != len(data.Fields()) {
			t.Fatalf("%v", m)
		}
		in, err := DecodeFrame(frame, FrameLimits{Items: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		if !same(in.Event.Data, data) {
			t.Fatalf("%s\n%s", value.AppendJSON(nil, in.Event.Data), value.AppendJSON(nil, data))
		}
	}
}

// allocated is how many bytes f allocates.
func allocated(f func()) uint64 {
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	f()
	runtime.ReadMemStats(&b)
	return b.TotalAlloc - a.TotalAlloc
}

// A frame cannot make the decoder allocate by what it claims.
func TestFrameAllocatesByWhatIsThere(t *testing.T) {
	for _, head := range []string{"\xdd\xff\xff\xff\xff", "\xdf\xff\xff\xff\xff", "\xdb\xff\xff\xff\xff", "\xc6\xff\xff\xff\xff", "\xc9\xff\xff\xff\xff\xff", "\xdc\xff\xff", "\xde\xff\xff", "\xda\xff\xff"} {
		for _, frame := range [][]byte{[]byte(head), frameOf([]byte(head)...)} {
			n := allocated(func() {
				if _, err := DecodeFrame(frame, FrameLimits{}); err == nil {
					t.Errorf("%x was taken", frame)
				}
			})
			if n > 4<<10 {
				t.Errorf("%x allocated %d bytes", frame, n)
			}
		}
	}
}

// An object takes time in proportion to its members.
func TestWideFrame(t *testing.T) {
	frame := frameOf(wide(50_000)...)
	in, err := DecodeFrame(frame, FrameLimits{Items: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(in.Event.Data.Get("v").Fields()); n != 50_000 {
		t.Errorf("%d members", n)
	}
	// and the later of one name still wins, at the place of the first
	b := []byte{0xdc, 0, 1, 0xde, 0, 60}
	for i := range 60 {
		b = append(b, 0xa2, '0'+byte(i%30/10), '0'+byte(i%10), byte(i))
	}
	in, err = DecodeFrame(frameOf(b...), FrameLimits{})
	if err != nil {
		t.Fatal(err)
	}
	fields := in.Event.Data.Get("v").Items()[0].Fields()
	if len(fields) != 30 {
		t.Fatalf("%d members", len(fields))
	}
	for i, f := range fields {
		if n, _ := f.Value.AsInt(); f.Name != fmt.Sprintf("%02d", i) || n != int64(30+i) {
			t.Errorf("member %d is %s: %d", i, f.Name, n)
		}
	}
}

func TestSkipDerived(t *testing.T) {
	for tag, want := range map[string]bool{
		"/a": false, "/edax/late": false, "/eda/resumed": false, "/eda/gap": false, "/eda/slow": false, "/eda/table/hosts": false,
		"/eda/late": true, "/eda/forgotten": true, "/eda/dead": true, "/eda/error/cascade": true, "/eda/table/": true, "/eda": true, "": false,
	} {
		if got := SkipDerived(tag); got != want {
			t.Errorf("SkipDerived(%q) = %v", tag, got)
		}
	}
}

func FuzzFrame(f *testing.F) {
	f.Add([]byte("\x81\xa3tag\xa2/a"))
	f.Add(frameOf(0xd7, 0xff, 0, 0, 0, 4, 0, 0, 0, 1))
	f.Add([]byte("\xdd\xff\xff\xff\xff"))
	f.Add([]byte("\xdf\xff\xff\xff\xff"))
	f.Add(frameOf(0xc6, 0xff, 0xff, 0xff, 0xff))
	f.Add(bytes.Repeat([]byte{0x91}, 40))
	f.Add(AppendFrame(nil, "/a", newRandom(7).object(4)))
	f.Add(AppendEffect(nil, &vm.Program{Rules: []vm.Rule{{Name: "r"}}}, &vm.Effect{Tag: "/b", Hops: 1}, "e"))
	f.Fuzz(func(t *testing.T, frame []byte) {
		in, err := DecodeFrame(frame, FrameLimits{})
		if err != nil {
			if _, ok := err.(FrameFault); !ok {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		again, err := DecodeFrame(AppendFrame(nil, in.Event.Tag, in.Event.Data), FrameLimits{Bytes: 16 << 20})
		if err == ReservedTag && in.Engine != "" {
			return
		}
		if err != nil || again.Event.Tag != in.Event.Tag || !same(again.Event.Data, in.Event.Data) {
			t.Fatalf("%v\n%+v\n%+v", err, in, again)
		}
	})
}

func loadFrame() []byte {
	return AppendFrame(nil, "/client/load/ec2-5f5533", value.Object([]value.Field{
		{Name: "cur_load", Value: value.Float(51.8)}, {Name: "host", Value: value.String("ec2-5f5533")},
	}))
}

func BenchmarkDecodeFrame(b *testing.B) {
	frame := loadFrame()
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeFrame(frame, FrameLimits{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWalkFrame(b *testing.B) {
	frame := loadFrame()
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		w := walker{data: frame, items: 4096}
		if err := w.value(16); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendEffect(b *testing.B) {
	p := &vm.Program{Rules: []vm.Rule{{Name: "overload"}}}
	e := &vm.Effect{Tag: "/lb/drain/ec2-5f5533", Data: value.Object([]value.Field{{Name: "load", Value: value.Float(51.8)}})}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendEffect(buf[:0], p, e, "engine")
	}
	b.SetBytes(int64(len(buf)))
}
