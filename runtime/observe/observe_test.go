package observe

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

func observed(t *testing.T, recordings ...string) *lang.Observed {
	t.Helper()
	var o Observer
	for i, text := range recordings {
		name := fmt.Sprintf("rec%d.jsonl", i+1)
		r, err := runtime.NewReader(strings.NewReader(text), runtime.JSONLines, name, runtime.CSVOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Recording(name, r); err != nil {
			t.Fatal(err)
		}
	}
	return o.Observed()
}

const day = `{"time":"2026-03-01T00:00:00Z","tag":"/load/a","data":{"load":1,"host":"a","at":"2026-02-28T23:59:57Z","cpu":{"user":0.5},"disks":[{"size":10},{"size":20,"ro":true}]}}
{"time":"2026-03-01T00:00:30Z","tag":"/load/b","data":{"load":"high","host":"b"}}
{"time":"2026-03-01T00:01:00Z","tag":"/load/a","data":{"load":2.5,"host":"a","at":1772323255,"cpu":{},"disks":[]}}
{"time":"2026-03-01T00:03:00Z","tag":"/load/a","data":{"load":null,"host":"a"}}
`

func TestObserver(t *testing.T) {
	o := observed(t, day)
	if o.Events != 4 || len(o.Tags) != 2 || o.Last-o.First != int64(3*time.Minute) || o.Rest != 0 || o.Recording() != "rec1.jsonl" {
		t.Fatalf("%+v", o)
	}
	a := o.Tags[0]
	if a.Tag != "/load/a" || a.Count != 3 || a.Gaps.Count != 2 || a.Gaps.Min != 60e9 || a.Gaps.Max != 120e9 {
		t.Errorf("%+v", a)
	}
	show := func(path ...string) string {
		v := a.Data.At(path...)
		if v == nil {
			return "nothing"
		}
		var kinds []string
		for k, n := range v.Kinds {
			if n > 0 {
				kinds = append(kinds, fmt.Sprintf("%d %s", n, value.Kind(k)))
			}
		}
		return fmt.Sprintf("%s, %d distinct, %v..%v", strings.Join(kinds, " "), len(v.Seen), v.Numbers.Min, v.Numbers.Max)
	}
	for path, want := range map[string]string{
		"load": "1 none 1 int 1 float, 2 distinct, 1..2.5", "host": "3 string, 1 distinct, 0..0", "cpu": "2 object, 0 distinct, 0..0",
		"cpu user": "1 float, 1 distinct, 0.5..0.5", "disks": "2 list, 0 distinct, 0..0", "disks [] size": "2 int, 2 distinct, 10..20",
		"disks [] ro": "1 bool, 1 distinct, 0..0", "disks size": "nothing", "gone": "nothing",
	} {
		if got := show(strings.Fields(path)...); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	if at := a.Data.At("at"); at.Lag.Count != 2 || at.Lag.Min != 3e9 || at.Lag.Max != 5e9 {
		t.Errorf("the lag of at is %+v", at.Lag)
	}
	if h := a.Data.At("host"); h.Gaps.Count != 2 || h.Gaps.Max != 120e9 || !h.Complete() {
		t.Errorf("host: %+v", h)
	}
	if l := a.Data.At("load"); l.Known() != 2 || !l.Are(value.KindInt, value.KindFloat) {
		t.Errorf("load: %+v", l)
	}
	if d := a.Data.At("disks"); d.Length.Min != 0 || d.Length.Max != 2 || d.Complete() {
		t.Errorf("disks: %+v", d)
	}
}

// Two recordings are looked at together, but the time between them is no gap.
func TestTwoRecordings(t *testing.T) {
	o := observed(t, day, strings.ReplaceAll(day, "2026-03-01", "2026-02-01"))
	a := o.Tags[0]
	if o.Events != 8 || a.Count != 6 || a.Gaps.Count != 4 || a.Gaps.Max != 120e9 || a.Data.At("host").Gaps.Max != 120e9 {
		t.Errorf("%+v", a)
	}
	if a.Last != o.Last || o.First != a.First || o.Last-o.First < int64(24*time.Hour) || o.Recording() != "rec1.jsonl and rec2.jsonl" {
		t.Errorf("from %d to %d, %q", o.First, o.Last, o.Recording())
	}
	if again := observed(t, day, strings.ReplaceAll(day, "2026-03-01", "2026-02-01")); dump(again) != dump(o) {
		t.Error("the same recordings were seen otherwise")
	}
}

// dump is all that was observed, as text.
func dump(o *lang.Observed) string {
	var b strings.Builder
	var place func(v *lang.ObservedValue)
	place = func(v *lang.ObservedValue) {
		fmt.Fprintf(&b, "%s %d %v %v %v %v %v %v %v %d %v\n", v.Name, v.Count, v.Kinds, v.Numbers, v.Length, v.Lag, v.Gaps, v.Seen, v.More, v.Long, v.Cut)
		for _, x := range v.Values {
			b.WriteString(value.Text(x) + "\n")
		}
		for _, f := range v.Fields {
			place(f)
		}
		if v.Items != nil {
			place(v.Items)
		}
	}
	fmt.Fprintf(&b, "%v %d %d %d %d\n", o.Names, o.Events, o.First, o.Last, o.Rest)
	for _, t := range o.Tags {
		fmt.Fprintf(&b, "%s %d %d %d %v\n", t.Tag, t.Count, t.First, t.Last, t.Gaps)
		place(&t.Data)
	}
	return b.String()
}

// What is kept has bounds, whatever a recording holds.
func TestBounds(t *testing.T) {
	var o Observer
	o.Begin("x")
	for i := range 3 * lang.MaxObservedTags / 2 {
		fields := []value.Field{{Name: "id", Value: value.Int(int64(i))}}
		if i < 2*lang.MaxObservedDistinct {
			o.Add(&vm.Event{T: int64(i), Tag: "/same", Data: value.Object(fields)})
		}
		for j := range 8 {
			fields = append(fields, value.Field{Name: fmt.Sprintf("f%d", i*8+j), Value: value.String(strings.Repeat("x", 100))})
		}
		o.Add(&vm.Event{T: int64(i), Tag: fmt.Sprintf("/t/%d", i), Data: value.Object(fields)})
	}
	places := o.places
	x := o.Observed()
	if len(x.Tags) != lang.MaxObservedTags || x.Rest == 0 || places > lang.MaxObservedPlaces {
		t.Errorf("%d tags, %d beyond, %d places", len(x.Tags), x.Rest, places)
	}
	id := x.Tags[0].Data.At("id")
	if x.Tags[0].Tag != "/same" || len(id.Seen) != lang.MaxObservedDistinct || !id.More || len(id.Values) != lang.MaxObservedValues || id.Complete() {
		t.Errorf("%d distinct, more %v", len(id.Seen), id.More)
	}
	if !x.Tags[len(x.Tags)-1].Data.Cut {
		t.Error("members that are not kept are not spoken of")
	}
	deep := value.Object(nil)
	for range 20 {
		deep = value.Object([]value.Field{{Name: "x", Value: deep}})
	}
	var d Observer
	d.Add(&vm.Event{Tag: "/deep", Data: deep})
	depth, v := 0, &d.Observed().Tags[0].Data
	for ; v.Field("x") != nil; v = v.Field("x") {
		depth++
	}
	if depth != maxDepth || !v.Cut {
		t.Errorf("%d deep, cut %v", depth, v.Cut)
	}
}
