package runtime

import (
	"testing"
	"time"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

func TestEffectJSON(t *testing.T) {
	p := &vm.Program{Rules: []vm.Rule{
		{Name: "over\"load", Key: []vm.KeyPart{{Name: "host"}, {Name: "disk"}}},
		{Name: "a.eda:3"},
	}}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 3600)).UnixNano()
	id := [16]byte{0: 0xff, 15: 0x0a}
	for _, c := range []struct {
		e    vm.Effect
		want string
	}{
		{vm.Effect{T: at, Key: []string{"a", "1"}, Tag: "/x", ID: id, Data: value.Object([]value.Field{{Name: "n", Value: value.Int(25)}, {Name: "f", Value: value.Float(25)}, {Name: "z"}})},
			`{"time":"2026-03-01T11:00:00Z","rule":"over\"load","key":{"host":"a","disk":"1"},"tag":"/x","data":{"n":25,"f":25.0,"z":null},"id":"ff00000000000000000000000000000a"}`},
		{vm.Effect{T: at + 1, Rule: 1, Tag: "/x"},
			`{"time":"2026-03-01T11:00:00.000000001Z","rule":"a.eda:3","key":{},"tag":"/x","data":{},"id":"00000000000000000000000000000000"}`},
		{vm.Effect{T: at, Rule: 1, Kind: vm.Logged, Text: "line\n2"},
			`{"time":"2026-03-01T11:00:00Z","rule":"a.eda:3","key":{},"log":"line\n2","id":"00000000000000000000000000000000"}`},
		{vm.Effect{T: at, Rule: 1, Kind: vm.Noted, Act: -1, Tag: "/eda/forgotten"},
			`{"time":"2026-03-01T11:00:00Z","rule":"a.eda:3","key":{},"tag":"/eda/forgotten","data":{},"id":"00000000000000000000000000000000"}`},
	} {
		if got := string(AppendEffectJSON([]byte("x"), p, &c.e)); got != "x"+c.want {
			t.Errorf("%s\nwant\n%s", got, c.want)
		}
	}
}
