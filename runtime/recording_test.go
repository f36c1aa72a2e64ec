package runtime

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// random makes values and events, the odd ones often.
type random struct{ *rand.Rand }

func newRandom(seed uint64) random { return random{rand.New(rand.NewPCG(seed, 1))} }

func pick[T any](r random, from ...T) T { return from[r.IntN(len(from))] }

func (r random) text() string {
	switch r.IntN(6) {
	case 0:
		return pick(r, "", " ", "\x00", "\x7f", "\"\\/", "\r\n\t", "é", "日本語", "🚀", "\ufffd", "\ufeff", "\u2028", "</script>", "null", "1e5")
	case 1:
		return strings.Repeat(pick(r, "a", "é", "\n"), pick(r, 31, 32, 64, 65, 255, 256, 300))
	}
	b := make([]rune, r.IntN(8))
	for i := range b {
		b[i] = pick(r, 'a', 'Z', '0', '"', '\\', '\n', '\u001f', 'ß', '\U0010ffff')
	}
	return string(b)
}

// value makes one that is the same after it was read back: no instants,
// durations or floats that are none.
func (r random) value(depth int) value.Value {
	n := 8
	if depth <= 0 {
		n = 6
	}
	switch r.IntN(n) {
	case 0:
		return value.Value{}
	case 1:
		return value.Bool(r.IntN(2) == 0)
	case 2:
		return value.Int(pick[int64](r, 0, 1, -1, 25, -32, -33, 127, 128, 255, 256, 65535, 65536, math.MaxInt32, math.MinInt32, math.MaxUint32, 1<<53+1, math.MaxInt64, math.MinInt64, r.Int64()))
	case 3:
		return value.Float(pick[float64](r, 0, math.Copysign(0, -1), 25, 0.1, -1.5, 1e21, 1e-7, 1e20, 123456789012345680, math.MaxFloat64, math.SmallestNonzeroFloat64, 1<<53, r.NormFloat64(), math.Float64frombits(r.Uint64())))
	case 4, 5:
		return value.String(r.text())
	case 6:
		items := make([]value.Value, r.IntN(5))
		for i := range items {
			items[i] = r.value(depth - 1)
		}
		return value.List(items)
	}
	return r.object(depth - 1)
}

func (r random) object(depth int) value.Value {
	var fields []value.Field
	for range pick(r, 0, 1, 2, 5, 17, 40) {
		fields = value.SetField(fields, r.text(), r.value(depth-1))
	}
	return value.Object(fields)
}

// events makes a recording, in order.
func (r random) events(n int) []vm.Event {
	t := int64(1_700_000_000_000_000_000) + r.Int64N(1e9)
	out := make([]vm.Event, n)
	for i := range out {
		t += pick[int64](r, 0, 0, 1, 999, 1_000_000_000, 86_400_000_000_000)
		tag := "/" + r.text()
		if r.IntN(2) == 0 {
			tag = pick(r, "/a", "/a/b", "x")
		}
		out[i] = vm.Event{T: t, Tag: tag, Data: r.object(3)}
	}
	return out
}

// small makes a recording of few bytes, for tests that go through all of them.
func (r random) small(n int) []vm.Event {
	out := r.events(n)
	for i := range out {
		out[i].Tag = pick(r, "/a", "/a/b", "x")
		out[i].Data = value.Object([]value.Field{{Name: "v", Value: pick(r, value.Value{}, value.Int(0), value.Float(0), value.Float(1.5), value.String("é"), value.Object(nil))}})
	}
	return out
}

// same reports whether two values are the same to the last bit: kinds, the
// order of members, -0.
func same(a, b value.Value) bool {
	if a.Kind() != b.Kind() {
		return false
	}
	switch a.Kind() {
	case value.KindFloat:
		x, _ := a.AsFloat()
		y, _ := b.AsFloat()
		return math.Float64bits(x) == math.Float64bits(y)
	case value.KindList:
		x, y := a.Items(), b.Items()
		if len(x) != len(y) {
			return false
		}
		for i := range x {
			if !same(x[i], y[i]) {
				return false
			}
		}
		return true
	case value.KindObject:
		x, y := a.Fields(), b.Fields()
		if len(x) != len(y) {
			return false
		}
		for i := range x {
			if x[i].Name != y[i].Name || !same(x[i].Value, y[i].Value) {
				return false
			}
		}
		return true
	}
	return value.Identical(a, b)
}

func sameEvents(t testing.TB, got, want []vm.Event) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d events, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i].T != want[i].T || got[i].Tag != want[i].Tag || !same(got[i].Data, want[i].Data) {
			t.Fatalf("event %d\n%s\nwant\n%s", i, AppendEventJSON(nil, &got[i]), AppendEventJSON(nil, &want[i]))
		}
	}
}

// written is a recording of events in that form.
func written(t testing.TB, f Format, events []vm.Event) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, f)
	if err != nil {
		t.Fatal(err)
	}
	for i := range events {
		if err := w.Write(&events[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func reader(t testing.TB, f Format, data []byte) EventReader {
	t.Helper()
	r, err := NewReader(bytes.NewReader(data), f, "rec", CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRoundTrips(t *testing.T) {
	for seed := range uint64(60) {
		r := newRandom(seed)
		events := r.events(r.IntN(300))
		lines := written(t, JSONLines, events)
		got, err := ReadAll(reader(t, JSONLines, lines))
		if err != nil {
			t.Fatal(err)
		}
		sameEvents(t, got, events)

		edr := written(t, EDR, got)
		back, err := ReadAll(reader(t, EDR, edr))
		if err != nil {
			t.Fatal(err)
		}
		sameEvents(t, back, events)
		if !bytes.Equal(written(t, JSONLines, back), lines) {
			t.Fatal("jsonl -> edr -> jsonl changed bytes")
		}
		if !bytes.Equal(written(t, EDR, back), edr) {
			t.Fatal("edr -> edr changed bytes")
		}
	}
}

func TestExtremeTimes(t *testing.T) {
	for _, times := range [][]int64{
		{math.MinInt64, math.MaxInt64}, {math.MinInt64, 0, math.MaxInt64}, {math.MinInt64, math.MinInt64}, {-1, math.MaxInt64, math.MaxInt64}, {0}, {math.MaxInt64},
	} {
		var events []vm.Event
		for _, at := range times {
			events = append(events, vm.Event{T: at, Tag: "/a", Data: value.Object(nil)})
		}
		for _, f := range []Format{JSONLines, EDR} {
			got, err := ReadAll(reader(t, f, written(t, f, events)))
			if err != nil {
				t.Fatalf("%s %v: %v", f, times, err)
			}
			sameEvents(t, got, events)
		}
	}
}

// Whatever the wire lets in can be recorded and read back.
func TestLargestMessagesCanBeRecorded(t *testing.T) {
	for _, text := range []string{strings.Repeat("\x01", 1<<20-64), strings.Repeat("é", 1<<19-64)} {
		in, err := DecodeFrame(AppendFrame(nil, "/a", value.Object([]value.Field{{Name: "v", Value: value.String(text)}})), FrameLimits{})
		if err != nil {
			t.Fatal(err)
		}
		events := []vm.Event{in.Event}
		for _, f := range []Format{JSONLines, EDR} {
			got, err := ReadAll(reader(t, f, written(t, f, events)))
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			sameEvents(t, got, events)
		}
	}
}

func TestWritersRefuseDisorder(t *testing.T) {
	for _, f := range []Format{JSONLines, EDR} {
		w, err := NewWriter(io.Discard, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			at   int64
			want error
		}{{5, nil}, {5, nil}, {4, ErrOrder}, {6, nil}} {
			if err := w.Write(&vm.Event{T: c.at, Tag: "/a"}); err != c.want {
				t.Errorf("%s at %d: %v", f, c.at, err)
			}
		}
	}
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]Format{"a.jsonl": JSONLines, "b/a.JSON": JSONLines, "a.ndjson": JSONLines, "a.b.edr": EDR, "a.csv": CSV, "a": "", "edr": "", "a.txt": ""} {
		got, err := FormatOf(name)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := NewWriter(io.Discard, CSV); err == nil {
		t.Error("CSV was written")
	}
}

func TestSortIsStable(t *testing.T) {
	r := newRandom(3)
	events := make([]vm.Event, 1000)
	for i := range events {
		events[i] = vm.Event{T: r.Int64N(20), Tag: fmt.Sprintf("/%04d", i)}
	}
	Sort(events)
	for i := 1; i < len(events); i++ {
		if a, b := &events[i-1], &events[i]; a.T > b.T || a.T == b.T && a.Tag > b.Tag {
			t.Fatalf("%d %s before %d %s", a.T, a.Tag, b.T, b.Tag)
		}
	}
}

func TestConvert(t *testing.T) {
	disorder := `{"time":"2026-03-01T00:00:05Z","tag":"/a","data":{"n":1}}
{"time":"2026-03-01T00:00:01Z","tag":"/b","data":{"n":2}}
{"time":"2026-03-01T00:00:05Z","tag":"/c","data":{"n":3}}
`
	convert := func(in string, sorted bool) (string, int, error) {
		var out bytes.Buffer
		w, err := NewWriter(&out, JSONLines)
		if err != nil {
			t.Fatal(err)
		}
		n, err := Convert(reader(t, JSONLines, []byte(in)), w, sorted)
		return out.String(), n, err
	}
	lines := strings.SplitAfter(disorder, "\n")
	out, n, err := convert(disorder, true)
	if want := lines[1] + lines[0] + lines[2]; err != nil || n != 3 || out != want {
		t.Errorf("%d %v\n%s", n, err, out)
	}
	// without it, what came before the fault is whole, and the fault has its line
	out, n, err = convert(disorder, false)
	if !errors.Is(err, ErrOrder) || !strings.HasPrefix(fmt.Sprint(err), "rec:2: time goes back") || n != 1 || out != lines[0] {
		t.Errorf("%d %v\n%s", n, err, out)
	}
}

func TestMerged(t *testing.T) {
	at := func(tag string, times ...int64) EventReader {
		e := &Events{}
		for _, t := range times {
			e.List = append(e.List, vm.Event{T: t, Tag: tag})
		}
		return e
	}
	all, err := ReadAll(Merged([]EventReader{at("a", 1, 3, 3), at("b"), at("c", 0, 3, 9)}))
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, e := range all {
		got += fmt.Sprintf("%s%d ", e.Tag, e.T)
	}
	if got != "c0 a1 a3 a3 c3 c9 " {
		t.Error(got)
	}
}

// loadLines is a recording like that of a fleet of hosts: n events.
func loadEvents(n int) []vm.Event {
	r := newRandom(11)
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).UnixNano()
	out := make([]vm.Event, n)
	for i := range out {
		host := fmt.Sprintf("ec2-%06x", i%17*7919)
		out[i] = vm.Event{T: start + int64(i/6)*300e9, Tag: "/client/load/" + host, Data: value.Object([]value.Field{
			{Name: "cur_load", Value: value.Float(math.Round(r.Float64()*1e5) / 1e3)}, {Name: "host", Value: value.String(host)},
		})}
	}
	return out
}

func benchmarkRead(b *testing.B, f Format, data []byte, events int) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	batch := make([]vm.Event, 256)
	for b.Loop() {
		r, n := reader(b, f, data), 0
		for {
			k, err := r.Next(batch)
			n += k
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		if n != events {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func benchmarkWrite(b *testing.B, f Format) {
	events := loadEvents(20_000)
	b.SetBytes(int64(len(written(b, f, events))))
	b.ReportAllocs()
	for b.Loop() {
		w, err := NewWriter(io.Discard, f)
		if err != nil {
			b.Fatal(err)
		}
		for i := range events {
			if err := w.Write(&events[i]); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(events))*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkReadJSONL(b *testing.B) {
	benchmarkRead(b, JSONLines, written(b, JSONLines, loadEvents(20_000)), 20_000)
}
func BenchmarkReadEDR(b *testing.B) {
	benchmarkRead(b, EDR, written(b, EDR, loadEvents(20_000)), 20_000)
}

func BenchmarkReadCSV(b *testing.B) {
	var out strings.Builder
	out.WriteString("time,tag,cur_load,host\n")
	for _, e := range loadEvents(20_000) {
		f := e.Data.Fields()
		fmt.Fprintf(&out, "%s,%s,%s,%s\n", time.Unix(0, e.T).UTC().Format(time.RFC3339), e.Tag, value.Text(f[0].Value), value.Text(f[1].Value))
	}
	benchmarkRead(b, CSV, []byte(out.String()), 20_000)
}
func BenchmarkWriteJSONL(b *testing.B) { benchmarkWrite(b, JSONLines) }
func BenchmarkWriteEDR(b *testing.B)   { benchmarkWrite(b, EDR) }
