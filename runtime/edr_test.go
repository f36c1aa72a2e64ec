package runtime

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// blocksOf writes events, so many in each block.
func blocksOf(t testing.TB, events []vm.Event, each int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := newEDRWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	for i := range events {
		if err := w.Write(&events[i]); err != nil {
			t.Fatal(err)
		}
		if (i+1)%each == 0 {
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// sealed is a block with that payload and a checksum that fits.
func sealed(count int, first, last int64, payload string) string {
	b := binary.BigEndian.AppendUint32(make([]byte, 8), uint32(count))
	b = binary.BigEndian.AppendUint64(b, uint64(first))
	b = binary.BigEndian.AppendUint64(b, uint64(last))
	b = append(b, payload...)
	binary.BigEndian.PutUint32(b, uint32(len(payload)))
	binary.BigEndian.PutUint32(b[4:], crc32.Checksum(b[8:], castagnoli))
	return string(b)
}

// The layout, byte for byte as it is published.
func TestEDRLayout(t *testing.T) {
	data := written(t, EDR, []vm.Event{
		{T: 1000, Tag: "/a", Data: value.Object([]value.Field{{Name: "n", Value: value.Int(7)}})},
		{T: 1000, Tag: "/b"},
		{T: 1300, Tag: "/a", Data: value.Object(nil)},
	})
	payload := "92" + "92" + "a22f61" + "a22f62" + "93" + "9300" + "00" + "81a16e07" + "9300" + "01" + "80" + "93cd012c" + "00" + "80"
	want := "454441524543" + "0001" + "0000001a" + "########" + "00000003" + "00000000000003e8" + "0000000000000514" + payload
	sum := crc32.Checksum(data[16:], crc32.MakeTable(crc32.Castagnoli))
	want = strings.Replace(want, "########", fmt.Sprintf("%08x", sum), 1)
	if got := hex.EncodeToString(data); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestEDRBlocks(t *testing.T) {
	events := loadEvents(20_000)
	data := written(t, EDR, events)
	blocks, err := Index(bytes.NewReader(data), int64(len(data)), "rec")
	if err != nil {
		t.Fatal(err)
	}
	n, at := 0, edrStart
	for i, b := range blocks {
		if b.Offset != at || b.First != events[n].T || b.Last != events[n+b.Count-1].T {
			t.Fatalf("block %d: %+v at %d", i, b, at)
		}
		if b.Length > edrBlock+1024 || b.Count > edrBlockCount || i < len(blocks)-1 && b.Length < edrBlock/2 && b.Count < edrBlockCount {
			t.Errorf("block %d: %d bytes, %d events", i, b.Length, b.Count)
		}
		n, at = n+b.Count, at+edrHead+int64(b.Length)
	}
	if n != len(events) || at != int64(len(data)) {
		t.Errorf("%d events, %d bytes of %d", n, at, len(data))
	}

	// tags count too, and a large event has a block of its own
	var large []vm.Event
	for i := range 9 {
		large = append(large, vm.Event{T: int64(i), Tag: fmt.Sprint(i, strings.Repeat("x", 40<<10)), Data: value.Object(nil)})
	}
	large = append(large, vm.Event{T: 9, Tag: "/a", Data: value.Object([]value.Field{{Name: "v", Value: value.String(strings.Repeat("y", 3<<20))}})}, vm.Event{T: 9, Tag: "/a", Data: value.Object(nil)})
	data = written(t, EDR, large)
	if blocks, err = Index(bytes.NewReader(data), int64(len(data)), "rec"); err != nil || len(blocks) != 11 {
		t.Errorf("%d blocks, %v", len(blocks), err)
	}
	got, err := ReadAll(reader(t, EDR, data))
	if err != nil {
		t.Fatal(err)
	}
	sameEvents(t, got, large)
}

// What a reader would refuse is refused before it costs a block.
func TestEDRWriterRefuses(t *testing.T) {
	nested := func(n int) value.Value {
		v := value.Int(1)
		for range n {
			v = value.List([]value.Value{v})
		}
		return value.Object([]value.Field{{Name: "v", Value: v}})
	}
	var out bytes.Buffer
	w, err := newEDRWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	good := vm.Event{T: 1, Tag: "/a", Data: nested(61)} // 63 with the object and the number, as in JSON lines
	for _, c := range []struct {
		ev   vm.Event
		want string
	}{
		{good, "<nil>"},
		{vm.Event{T: 1, Tag: "/a", Data: nested(62)}, "this event cannot be recorded: nested too deep"},
		{vm.Event{T: 1, Data: nested(0)}, "an event without a tag cannot be recorded"},
		{vm.Event{T: 1, Tag: "\xff"}, "this event cannot be recorded: text that is no UTF-8"},
		{vm.Event{T: 1, Tag: "/a", Data: value.Object([]value.Field{{Name: "v", Value: value.String("\xff")}})}, "this event cannot be recorded: text that is no UTF-8"},
		{vm.Event{T: 1, Tag: "/a", Data: value.Object([]value.Field{{Name: "v", Value: value.String(strings.Repeat("x", 16<<20))}})}, "this event cannot be recorded: over the size limit"},
		{good, "<nil>"},
	} {
		if err := w.Write(&c.ev); fmt.Sprint(err) != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := ReadAll(reader(t, EDR, out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	sameEvents(t, got, []vm.Event{good, good})
	// JSON lines agree on how deep
	for n, want := range map[int]bool{61: true, 62: false} {
		_, err := ReadAll(reader(t, JSONLines, written(t, JSONLines, []vm.Event{{T: 1, Tag: "/a", Data: nested(n)}})))
		if (err == nil) != want {
			t.Errorf("%d: %v", n, err)
		}
	}
}

type failing struct{ n int }

func (f *failing) Write(b []byte) (int, error) {
	if f.n--; f.n < 0 {
		return len(b) / 2, io.ErrShortWrite
	}
	return len(b), nil
}

// After a failed write nothing follows the torn block.
func TestEDRWriterStopsAtAnError(t *testing.T) {
	f := &failing{n: 1}
	w, err := newEDRWriter(f)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		_ = w.Write(&vm.Event{T: int64(i), Tag: "/a"})
		if err := w.Flush(); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("flush %d: %v", i, err)
		}
	}
	if f.n != -1 {
		t.Errorf("%d writes after the failed one", -1-f.n)
	}
}

// A file cut at any byte gives the whole blocks before the cut, and says so.
func TestEDRTornAnywhere(t *testing.T) {
	events := newRandom(2).small(14)
	data := blocksOf(t, events, 4)
	blocks, err := Index(bytes.NewReader(data), int64(len(data)), "rec")
	if err != nil || len(blocks) != 4 {
		t.Fatal(len(blocks), err)
	}
	for n := range len(data) + 1 {
		// zeros behind the cut are what some file systems leave
		for _, zeros := range []int{0, 1, edrHead, 3000} {
			file := append(bytes.Clone(data[:n]), make([]byte, zeros)...)
			if !bytes.HasPrefix(file, data[:edrStart]) {
				if _, err := newEDRReader(bytes.NewReader(file), "rec"); err == nil {
					t.Fatalf("cut at %d: no error", n)
				}
				continue
			}
			whole, count, end := 0, 0, edrStart
			for _, b := range blocks {
				if next := b.Offset + edrHead + int64(b.Length); bytes.HasPrefix(file, data[:next]) {
					whole, count, end = whole+1, count+b.Count, next
				}
			}
			var want *TornError
			if lost := int64(len(file)) - end; lost > 0 {
				want = &TornError{"rec", end, lost}
			}
			r := reader(t, EDR, file)
			got, err := ReadAll(r)
			if err != nil {
				t.Fatalf("cut at %d and %d zeros: %v", n, zeros, err)
			}
			sameEvents(t, got, events[:count])
			if torn := Torn(r); (torn == nil) != (want == nil) || torn != nil && *torn != *want {
				t.Fatalf("cut at %d and %d zeros: %+v, want %+v", n, zeros, torn, want)
			}
			if zeros > 0 {
				continue // an index does not look at payloads, where zeros may stand
			}
			index, err := Index(bytes.NewReader(file), int64(len(file)), "rec")
			var torn *TornError
			if len(index) != whole || errors.As(err, &torn) != (want != nil) || torn != nil && *torn != *want {
				t.Fatalf("cut at %d: index of %d blocks, %v", n, len(index), err)
			}
		}
	}
}

// Any flipped bit is noticed: an error, or a tail that is cut and reported.
// What is read is never anything but the events before.
func TestEDRFlippedAnywhere(t *testing.T) {
	events := newRandom(4).small(9)
	data := blocksOf(t, events, 3)
	blocks, err := Index(bytes.NewReader(data), int64(len(data)), "rec")
	if err != nil || len(blocks) != 3 {
		t.Fatal(len(blocks), err)
	}
	for i := range data {
		for bit := range 8 {
			file := bytes.Clone(data)
			file[i] ^= 1 << bit
			if i < int(edrStart) {
				if _, err := newEDRReader(bytes.NewReader(file), "rec"); err == nil {
					t.Fatalf("byte %d bit %d: not noticed", i, bit)
				}
				continue
			}
			at := 0
			for at+1 < len(blocks) && blocks[at+1].Offset <= int64(i) {
				at++
			}
			r := reader(t, EDR, file)
			got, err := ReadAll(r)
			sameEvents(t, got, events[:3*at])
			switch torn := Torn(r); {
			case err != nil:
				if want := fmt.Sprintf("rec: block %d at byte %d is damaged: ", at, blocks[at].Offset); !strings.HasPrefix(err.Error(), want) {
					t.Fatalf("byte %d bit %d: %v", i, bit, err)
				}
			case torn == nil:
				t.Fatalf("byte %d bit %d: not noticed", i, bit)
			case at != len(blocks)-1:
				t.Fatalf("byte %d bit %d: damage in the middle taken for a cut end: %v", i, bit, torn)
			case torn.Offset != blocks[at].Offset || torn.Lost != int64(len(file))-torn.Offset:
				t.Fatalf("byte %d bit %d: %+v", i, bit, torn)
			}
			// the index never claims blocks behind damage that it can see
			if index, _ := Index(bytes.NewReader(file), int64(len(file)), "rec"); len(index) > len(blocks) {
				t.Fatalf("byte %d bit %d: %d blocks", i, bit, len(index))
			}
		}
	}
}

// Whoever writes a block can write its checksum: what is in it is checked.
func TestEDRHostileBlocks(t *testing.T) {
	file := func(blocks ...string) string { return edrMagic + "\x00\x01" + strings.Join(blocks, "") }
	one := "\x92\x91\xa2/a\x91\x93\x00\x00\x80"
	good := sealed(1, 5, 5, one)
	for _, c := range []struct{ name, file, want string }{
		{"version", edrMagic + "\x00\x02", "rec: this recording has version 2; this edac reads version 1"},
		{"no block", "GIF89a..", "rec: this is not an .edr recording: it does not begin with EDAREC"},
		{"empty", "", "rec: the file is empty; a recording begins with EDAREC"},
		{"count too small", file(sealed(1, 5, 5, "\x92\x91\xa2/a\x92\x93\x00\x00\x80\x93\x00\x00\x80"), good), "its count does not fit"},
		{"count of 4 G", file(sealed(-1, 5, 5, one), good), "it claims 4294967295 events in 10 bytes"},
		{"no events", file(sealed(0, 5, 5, "\x92\x90\x90"), good), "it claims 0 events in 3 bytes"},
		{"length of 4 GiB", file("\xff\xff\xff\xff"+good[4:], good), "it claims 4294967295 bytes"},
		{"last before first", file(sealed(1, 5, 4, one), good), "its times go back"},
		{"before the block before", file(good, sealed(1, 4, 4, one), good), "its times go back"},
		{"last is wrong", file(sealed(1, 5, 6, one), good), "its times do not fit"},
		{"first dt", file(sealed(1, 5, 6, "\x92\x91\xa2/a\x91\x93\x01\x00\x80"), good), "its times do not fit"},
		{"negative dt", file(sealed(2, 5, 5, "\x92\x91\xa2/a\x92\x93\x00\x00\x80\x93\xff\x00\x80"), good), "its times do not fit"},
		{"dt beyond int64", file(sealed(2, 5, 5, "\x92\x91\xa2/a\x92\x93\x00\x00\x80\x93\xd3\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x80"), good), "its times do not fit"},
		{"dt around int64 and back", file(sealed(4, -5, 3, "\x92\x91\xa2/a\x94\x93\x00\x00\x80\x93\xd3\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x80\x93\x0a\x00\x80\x93\xd3\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x80"), good), "its times do not fit"},
		{"length up to the end of the file", file("\x00\x00\x00\x30"+good[4:], good), "block 0 at byte 8 is damaged: its checksum does not fit"},
		{"length into zeros", file("\x00\x00\x00\x20"+good[4:]) + strings.Repeat("\x00", 99), "block 0 at byte 8 is damaged: its checksum does not fit"},
		{"length beyond the end", file("\x00\x00\x00\x31"+good[4:], good), "block 0 at byte 8 is damaged: it claims 49 bytes and is shorter"},
		{"no such tag", file(sealed(1, 5, 5, "\x92\x91\xa2/a\x91\x93\x00\x01\x80"), good), "its payload is not laid out as a block's"},
		{"negative tag", file(sealed(1, 5, 5, "\x92\x91\xa2/a\x91\x93\x00\xff\x80"), good), "its payload is not laid out as a block's"},
		{"empty tag", file(sealed(1, 5, 5, "\x92\x91\xa0\x91\x93\x00\x00\x80"), good), "its payload is not laid out as a block's"},
		{"tag no text", file(sealed(1, 5, 5, "\x92\x91\x01\x91\x93\x00\x00\x80"), good), "its payload is not laid out as a block's"},
		{"data no map", file(sealed(1, 5, 5, "\x92\x91\xa2/a\x91\x93\x00\x00\x01"), good), "its payload is not laid out as a block's"},
		{"bytes after", file(sealed(1, 5, 5, one+"\x00"), good), "bytes after the end"},
		{"array of 4 G", file(sealed(1, 5, 5, "\x92\xdd\xff\xff\xff\xff"), good), "too many items"},
		{"nested", file(sealed(1, 5, 5, "\x92\x91\xa2/a\x91\x93\x00\x00\x81\xa1a"+strings.Repeat("\x91", 100)), good), "nested too deep"},
	} {
		var err error
		n := allocated(func() {
			var r EventReader
			if r, err = newEDRReader(strings.NewReader(c.file), "rec"); err == nil {
				_, err = ReadAll(r)
			}
		})
		if err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: %v, want … %s", c.name, err, c.want)
		}
		if n > 1<<20 {
			t.Errorf("%s: %d bytes allocated", c.name, n)
		}
	}
}

// Files of version 1 by other writers stay readable: wider ints, float32.
func TestEDROtherWriters(t *testing.T) {
	file := edrMagic + "\x00\x01" + sealed(2, 5, 6, "\x92\xdc\x00\x01\xd9\x02/a\xdd\x00\x00\x00\x02\x93\xd3\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x93\x01\xcc\x00\x81\xa1v\xca\x3f\xc0\x00\x00")
	got, err := ReadAll(reader(t, EDR, []byte(file)))
	if err != nil {
		t.Fatal(err)
	}
	sameEvents(t, got, []vm.Event{{T: 5, Tag: "/a", Data: value.Object(nil)}, {T: 6, Tag: "/a", Data: value.Object([]value.Field{{Name: "v", Value: value.Float(1.5)}})}})
}

func TestEDRSeekTime(t *testing.T) {
	events := loadEvents(120)
	data := blocksOf(t, events, 7)
	for _, tail := range []string{"", "torn"} {
		file := append(bytes.Clone(data), tail...)
		f, err := OpenEDR(bytes.NewReader(file), int64(len(file)), "rec")
		if err != nil {
			t.Fatal(err)
		}
		if (Torn(f) != nil) != (tail != "") || len(f.Blocks()) != 18 {
			t.Fatalf("%v, %d blocks", Torn(f), len(f.Blocks()))
		}
		all, err := ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		sameEvents(t, all, events)
		times := []int64{math.MinInt64, math.MaxInt64, events[119].T, events[119].T + 1}
		for _, e := range events {
			times = append(times, e.T-1, e.T, e.T+1)
		}
		for _, at := range times {
			if err := f.SeekTime(at); err != nil {
				t.Fatal(err)
			}
			got, err := ReadAll(f)
			if err != nil {
				t.Fatal(err)
			}
			k := 0
			for k < len(events) && events[k].T < at {
				k++
			}
			sameEvents(t, got, events[k:])
		}
	}
	if f, err := OpenEDR(strings.NewReader("hello"), 5, "rec"); err == nil || f != nil {
		t.Error("opened what is no recording")
	}
	data[edrStart+edrHead+1] ^= 1
	if _, err := OpenEDR(bytes.NewReader(data), int64(len(data)), "rec"); err == nil || !strings.Contains(err.Error(), "block 0 at byte 8 is damaged") {
		t.Error(err)
	}
}

func FuzzEDR(f *testing.F) {
	f.Add(blocksOf(f, newRandom(1).events(6), 2))
	f.Add([]byte(edrMagic + "\x00\x01" + sealed(1, 5, 5, "\x92\x91\xa2/a\x91\x93\x00\x00\x80")))
	f.Add([]byte(edrMagic + "\x00\x01" + sealed(1, 5, 5, "\x92\xdd\xff\xff\xff\xff")))
	f.Fuzz(func(t *testing.T, data []byte) {
		// with every checksum made to fit, so that payloads are reached
		file := bytes.Clone(data)
		for at := int(edrStart); at+edrHead <= len(file); {
			n := int(binary.BigEndian.Uint32(file[at:]))
			if n > len(file)-at-edrHead {
				break
			}
			binary.BigEndian.PutUint32(file[at+4:], crc32.Checksum(file[at+8:at+edrHead+n], castagnoli))
			at += edrHead + n
		}
		for _, file := range [][]byte{data, file} {
			blocks, ierr := Index(bytes.NewReader(file), int64(len(file)), "rec")
			r, err := newEDRReader(bytes.NewReader(file), "rec")
			if err != nil {
				continue
			}
			events, err := ReadAll(r)
			if err == nil && Torn(r) == nil {
				n := 0
				for _, b := range blocks {
					n += b.Count
				}
				if ierr != nil || n != len(events) {
					t.Fatalf("read %d, index has %d, %v", len(events), n, ierr)
				}
			}
			back, err := ReadAll(reader(t, EDR, written(t, EDR, events)))
			if err != nil {
				t.Fatal(err)
			}
			sameEvents(t, back, events)
			if f, err := OpenEDR(bytes.NewReader(file), int64(len(file)), "rec"); err == nil {
				_ = f.SeekTime(5)
				_, _ = ReadAll(f)
			}
		}
	})
}

func BenchmarkIndexEDR(b *testing.B) {
	data := written(b, EDR, loadEvents(20_000))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Index(bytes.NewReader(data), int64(len(data)), "rec"); err != nil {
			b.Fatal(err)
		}
	}
}
