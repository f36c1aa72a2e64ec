package stdlib

import (
	"math"
	"testing"

	"github.com/eda-lang/eda/vm/value"
)

// The scalar functions of the language are all here, no more and no less, each
// with a document and examples that compiler's tests run.
func TestFunctionsAreComplete(t *testing.T) {
	want := map[string]bool{}
	for _, name := range []string{"len", "abs", "min2", "max2", "round", "num", "text", "lower", "upper", "split", "pick", "seconds", "hour", "minute", "weekday", "date"} {
		want[name] = true
	}
	for _, f := range Funcs() {
		if !want[f.Name()] || f.Doc == "" || len(f.Examples) == 0 {
			t.Errorf("%s stands twice, is not of the language, or its row has a gap", f.Name())
		}
		delete(want, f.Name())
	}
	for name := range want {
		t.Errorf("there is no %s", name)
	}
}

// Values at the edges, and the fault where there is none.
func TestFunctionsAtTheEdges(t *testing.T) {
	i, f, s := value.Int, value.Float, value.String
	call := map[string]Func{}
	for _, fn := range Funcs() {
		call[fn.Name()] = fn
	}
	list := value.List([]value.Value{i(1), f(2)})
	summer := value.Time(1782907200e9) // 2026-07-01T12:00:00Z
	for _, c := range []struct {
		fn    string
		args  []value.Value
		want  string // as JSON, so that 2 and 2.0 differ
		fault value.Fault
	}{
		{"abs", []value.Value{i(math.MinInt64)}, "null", value.Overflow},
		{"abs", []value.Value{f(math.Copysign(0, -1))}, "0.0", value.OK},
		{"abs", []value.Value{s("1")}, "null", value.Mismatch},
		{"abs", []value.Value{none}, "null", value.Missing},
		{"min2", []value.Value{i(2), f(2)}, "2", value.OK},
		{"max2", []value.Value{f(2), i(2)}, "2.0", value.OK},
		{"max2", []value.Value{i(1<<53 + 1), f(1 << 53)}, "9007199254740993", value.OK},
		{"max2", []value.Value{i(1), none}, "null", value.Missing},
		{"min2", []value.Value{i(1), value.Duration(1)}, "null", value.Mismatch},
		{"round", []value.Value{f(0.5)}, "1", value.OK},
		{"round", []value.Value{f(-0.5)}, "-1", value.OK},
		{"round", []value.Value{f(0.49999999999999994)}, "0", value.OK},
		{"round", []value.Value{f(1e300)}, "1e+300", value.OK},
		{"round", []value.Value{f(2.675), i(2)}, "2.67", value.OK}, // which is a little less than it looks
		{"round", []value.Value{f(2.5), i(0)}, "3.0", value.OK},
		{"round", []value.Value{i(7), i(2)}, "7", value.OK},
		{"round", []value.Value{f(1), i(16)}, "null", value.Range},
		{"round", []value.Value{f(1), f(2)}, "null", value.Mismatch},
		{"num", []value.Value{s(" -25 ")}, "-25", value.OK},
		{"num", []value.Value{s("9223372036854775808")}, "9223372036854776000.0", value.OK},
		{"num", []value.Value{s("1e400")}, "null", value.OK},
		{"num", []value.Value{s("0x10")}, "null", value.OK},
		{"num", []value.Value{s("1_000")}, "null", value.OK},
		{"num", []value.Value{s("nan")}, "null", value.OK},
		{"num", []value.Value{s("")}, "null", value.OK},
		{"num", []value.Value{f(2)}, "2.0", value.OK},
		{"num", []value.Value{value.Bool(true)}, "null", value.Mismatch},
		{"text", []value.Value{none}, `"none"`, value.OK},
		{"text", []value.Value{f(math.Copysign(0, -1))}, `"0"`, value.OK},
		{"text", []value.Value{list}, `"[1,2.0]"`, value.OK},
		{"len", []value.Value{s("Grüße")}, "5", value.OK},
		{"len", []value.Value{s("")}, "0", value.OK},
		{"len", []value.Value{list}, "2", value.OK},
		{"len", []value.Value{i(5)}, "null", value.Mismatch},
		{"lower", []value.Value{s("ÄB")}, `"äb"`, value.OK},
		{"upper", []value.Value{i(1)}, "null", value.Mismatch},
		{"split", []value.Value{s("a,b,"), s(",")}, `["a","b",""]`, value.OK},
		{"split", []value.Value{s(""), s(",")}, `[""]`, value.OK},
		{"split", []value.Value{s("äb"), s("")}, `["ä","b"]`, value.OK},
		{"split", []value.Value{none, s(",")}, "null", value.Missing},
		{"pick", []value.Value{value.Bool(true), none, i(2)}, "null", value.OK},
		{"pick", []value.Value{none, i(1), i(2)}, "null", value.Missing},
		{"pick", []value.Value{i(1), i(1), i(2)}, "null", value.Mismatch},
		{"seconds", []value.Value{f(-0.0000000005)}, `"-1ns"`, value.OK}, // half away from zero
		{"seconds", []value.Value{i(math.MaxInt64)}, "null", value.Overflow},
		{"hour", []value.Value{summer}, "12", value.OK},
		{"hour", []value.Value{summer, s("Europe/Berlin")}, "14", value.OK},
		{"minute", []value.Value{summer, s("Asia/Kathmandu")}, "45", value.OK},
		{"weekday", []value.Value{summer}, `"wed"`, value.OK},
		{"weekday", []value.Value{summer, s("Pacific/Kiritimati")}, `"thu"`, value.OK},
		{"date", []value.Value{summer, s("Pacific/Kiritimati")}, `"2026-07-02"`, value.OK},
		{"date", []value.Value{summer, s("Local")}, "null", value.Range},
		{"date", []value.Value{summer, s("Europe/Bonn")}, "null", value.Range},
		{"date", []value.Value{summer, none}, "null", value.Missing},
		{"date", []value.Value{s("2026-07-01T12:00:00Z")}, "null", value.Mismatch},
		{"hour", []value.Value{none, s("UTC")}, "null", value.Missing},
	} {
		v, fault := call[c.fn].call(c.args)
		if got := string(value.AppendJSON(nil, v)); got != c.want || fault != c.fault {
			t.Errorf("%s%s is %s (%v), want %s (%v)", c.fn, value.AppendJSON(nil, value.List(c.args)), got, fault, c.want, c.fault)
		}
	}
}
