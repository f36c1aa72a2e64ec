package observe

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// events is a recording with one event a second for each tag and data.
func events(t *testing.T, lines ...string) *lang.Observed {
	t.Helper()
	var o Observer
	o.Begin("rec.jsonl")
	for i, line := range lines {
		name, data, _ := strings.Cut(line, " ")
		v, err := runtime.ParseJSON([]byte(data))
		if err != nil {
			t.Fatal(err)
		}
		o.Add(&vm.Event{T: int64(1_772_323_200+i) * 1e9, Tag: name, Data: v})
	}
	return o.Observed()
}

// patterns are the tags that are declared, without comments.
func patterns(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, `event "`); ok {
			p, _, _ := strings.Cut(rest, `"`)
			out = append(out, p)
		}
	}
	return strings.Join(out, " ")
}

func TestInferPatterns(t *testing.T) {
	for _, c := range []struct {
		what  string
		lines []string
		want  string
	}{
		{"a field holds the segment", []string{`/load/a {"x":1,"host":"a"}`, `/load/b {"x":2,"host":"b"}`}, "/load/{host}"},
		{"numbered, after a plural", []string{`/hosts/web1/up {}`, `/hosts/web2/up {}`}, "/hosts/{host}/up"},
		{"measured", []string{`/load/a {"x":1}`, `/load/b {"x":2.5}`}, "/load/{name}"},
		{"measured in the middle", []string{`/sensor/bath/temp {"c":1}`, `/sensor/hall/temp {"c":2.5}`}, "/sensor/{name}/temp"},
		{"no field of that name is hidden", []string{`/load/a {"x":1,"name":"z"}`, `/load/b {"x":2.5,"name":"y"}`}, "/load/{id}"},
		{"words without data", []string{`/svc/db/start {}`, `/svc/db/stop {}`}, "/svc/db/start /svc/db/stop"},
		{"kinds that contradict", []string{`/load/a1 {"x":1}`, `/load/a2 {"x":2}`, `/load/a3 {"x":[1,2]}`}, "/load/a1 /load/a2 /load/a3"},
		{"fields that have nothing in common", []string{`/m/a1 {"load":1}`, `/m/a2 {"used":2,"free":3}`}, "/m/a1 /m/a2"},
		{"the first segment says whose tags these are", []string{`/a/load {"x":1}`, `/b/load {"x":2}`}, "/a/load /b/load"},
		{"a name before what happened", []string{`/svc/db/died {}`, `/svc/web/died {}`}, "/svc/{name}/died"},
		{"one host is a host too", []string{`/load/a {"x":1,"host":"a"}`, `/load/b {"x":2,"host":"b"}`, `/disk/a {"used":1,"host":"a"}`}, "/disk/{host} /load/{host}"},
		{"one host alone may be anything", []string{`/load/a {"x":1,"host":"a"}`}, "/load/a"},
		{"two captures", []string{`/disk/web1/sda {"n":1}`, `/disk/web2/sda {"n":2}`, `/disk/web2/sdb {"n":3}`, `/disk/web1/sdb {"n":4}`}, "/disk/{name}/{id}"},
		{"two places at once", []string{`/hosts/web1/disks/sda {"used":1}`, `/hosts/web2/disks/sdb {"used":2}`}, "/hosts/{host}/disks/{disk}"},
		{"a number that never varies", []string{`/site1/v2/load {"x":1}`, `/site1/v2/disk {"y":2}`}, "/site1/v2/disk /site1/v2/load"},
		{"the id of one is the id of another", []string{`/order/17/paid {"n":1}`, `/order/18/paid {"n":1}`, `/order/18/sent {"by":"x"}`}, "/order/{id}/paid /order/{id}/sent"},
		{"the name of one is the name of another", []string{`/site/rome/temp {"c":1}`, `/site/oslo/temp {"c":1}`, `/site/oslo/fan {"rpm":2}`}, "/site/{name}/fan /site/{name}/temp"},
		{"of a kind, not a name", []string{`/client/load/web1 {"v":1}`, `/client/load/web2 {"v":1}`, `/client/mem/web1 {"v":1}`, `/client/mem/web2 {"v":1}`}, "/client/load/{name} /client/mem/{name}"},
		{"each has something of its own", []string{`/rack/temp {"c":1,"unit":"C"}`, `/rack/hum {"pct":1,"unit":"C"}`}, "/rack/hum /rack/temp"},
		{"one has something more", []string{`/load/a {"x":1}`, `/load/b {"x":1,"cores":2}`}, "/load/{name}"},
		{"not over a tag that is another's", []string{`/a/x1/load {"v":1}`, `/a/x2/load {"v":1}`, `/b/x1/y1 {"v":1}`, `/b/x1/y2 {"v":1}`}, "/a/{name}/load /b/x1/{name}"},
		{"the engine's own", []string{`/eda/late {"x":1}`, `/a {}`}, "/a"},
		{"case and slashes differ", []string{`load/a {"x":1,"host":"a"}`, `/load/a {"x":1,"host":"a"}`}, "/load/a load/a"},
	} {
		if got := patterns(Infer(events(t, c.lines...), nil)); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

func TestInferTypes(t *testing.T) {
	o := events(t, `/a {"n":1,"f":1,"s":"x","b":true,"l":[1,2.5],"o":{"x":1,"on":"y"},"opt":1,"z":null,"mixed":1,"none":[],"odd name":1,"at":"2026-03-01T00:00:00Z","wait":"1m30s","t":"2026-03-01T00:00:00Z","deep":[[{"k":1}]]}`,
		`/a {"n":2,"f":2.5,"s":"y","b":false,"l":[],"o":{"x":1},"z":null,"mixed":"1","none":[],"odd name":1,"at":"2026-03-01T00:00:00Z","wait":"5s","t":1772323201,"deep":[]}`)
	text := Infer(o, nil)
	for _, want := range []string{"n: int,", "f: float,", "s: string,", "b: bool,", "l: [float],", "o: {\n", "    x: int,", "    \"on\": string?", "opt: int?,", "z: any?,", "mixed: any,",
		"\"none\": [any],", `"odd name": int,`, "at: string,", "wait: string,", "t: time,", "deep: [[{ k: int }]]"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// What is inferred is formatted, draws no finding, and agrees with what it was
// inferred from; and what it declares already, it does not infer again.
func agrees(t *testing.T, o *lang.Observed) {
	t.Helper()
	env, err := lang.NewEnv(stdlib.Signatures())
	if err != nil {
		t.Fatal(err)
	}
	text := Infer(o, nil)
	if text != Infer(o, nil) {
		t.Error("inferring twice gives two texts")
	}
	src := lang.Source{Name: "x.eda", Text: text}
	if again, _ := lang.Format(src); again != text {
		t.Errorf("not formatted:\n%s", text)
	}
	r := lint.Program([]lang.Source{src}, env, lint.Settings{Observed: o})
	for _, d := range append(r.Findings, lint.Disagreements(r.Unit, o)...) {
		t.Errorf("%s %s: %s\n%s", d.Code, d.Slug(), d.Message, text)
	}
	for _, u := range lint.Undeclared(r.Unit, o) {
		if !strings.Contains(text, "# Not declared:") {
			t.Errorf("%s is not declared:\n%s", u.Tag, text)
		}
	}
	var declared []tag.Pattern
	for _, e := range r.Unit.Events {
		declared = append(declared, e.Pattern)
	}
	if more := Infer(o, declared); patterns(more) != "" {
		t.Errorf("inferred again:\n%s\nbeside\n%s", more, text)
	}
	if len(declared) > 1 { // half of it, and then the rest
		half := declared[:len(declared)/2]
		rest := Infer(o, half)
		var b strings.Builder
		for _, p := range half {
			fmt.Fprintf(&b, "event \"%s\" {...}\n", p)
		}
		both := lint.Program([]lang.Source{{Name: "x.eda", Text: rest}, {Name: "y.eda", Text: b.String()}}, env, lint.Settings{})
		if both.Findings.HasErrors() {
			t.Errorf("merged:\n%s%s\n%v", rest, b.String(), both.Findings)
		}
	}
}

func TestInferAgrees(t *testing.T) {
	for _, name := range []string{"demo.jsonl", "beacon.edr"} {
		f, err := os.Open(filepath.Join("..", "..", "testdata", "recordings", name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		form, err := runtime.FormatOf(name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := runtime.NewReader(f, form, name, runtime.CSVOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var o Observer
		if err := o.Recording(name, r); err != nil {
			t.Fatal(err)
		}
		agrees(t, o.Observed())
	}
}

func TestInferAgreesOnRandom(t *testing.T) {
	for seed := range uint64(80) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		pick := func(words ...string) string { return words[rnd.IntN(len(words))] }
		// each name has a kind of its own, and now and then another one
		var val func(name string, depth int) value.Value
		val = func(name string, depth int) value.Value {
			k := (len(name)*7 + int(name[0])) % 8
			if rnd.IntN(20) == 0 {
				k = rnd.IntN(9)
			}
			switch {
			case k == 0:
				return value.Int(int64(rnd.IntN(50)))
			case k == 1:
				return value.Float(rnd.NormFloat64() * 10)
			case k == 2:
				return value.String(pick("ok", "warn", "1m30s", "2026-03-01T00:00:00Z", "näh\n\x01\"", strings.Repeat("long", 30)))
			case k == 3:
				return value.Bool(rnd.IntN(2) == 0)
			case k == 4:
				return value.Value{}
			case k == 5 && depth > 0:
				var items []value.Value
				for range rnd.IntN(4) {
					items = append(items, val(name+"x", depth-1))
				}
				return value.List(items)
			case depth > 0:
				var fields []value.Field
				for range rnd.IntN(4) {
					n := pick("user", "sys", "on", "a b", "x{y}", "q\"")
					fields = value.SetField(fields, n, val(n, depth-1))
				}
				return value.Object(fields)
			}
			return value.Int(1_700_000_000)
		}
		var o Observer
		o.Begin("random")
		for i := range 1 + rnd.IntN(120) {
			var segs []string
			for range rnd.IntN(4) {
				segs = append(segs, pick("load", "disk", "hosts", "web1", "web2", "db", "mounts", "a", "b", "", "x-y", "ümlaut", "odd\"quote", "back\\slash"))
			}
			name := pick("/", "", "/", "/") + strings.Join(segs, "/")
			if tag.ValidTag(name) != nil {
				name = "/plain"
			}
			var fields []value.Field
			for range rnd.IntN(5) {
				n := pick("load", "host", "cores", "text", "at", "o", "list", "where", "event", "a.b", "ß")
				if n == "host" && rnd.IntN(4) > 0 && len(segs) > 0 {
					fields = value.SetField(fields, n, value.String(segs[len(segs)-1]))
					continue
				}
				fields = value.SetField(fields, n, val(n, 2))
			}
			o.Add(&vm.Event{T: int64(1_772_323_200+i) * 1e9, Tag: name, Data: value.Object(fields)})
		}
		agrees(t, o.Observed())
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
