package compiler_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/eda-lang/eda/vm"
)

// resumedRun runs the program with an interruption before the events whose
// numbers are in cuts: a snapshot is taken, and a fresh machine goes on from
// it. It fails if the fresh machine's own snapshot differs.
func resumedRun(t *testing.T, x pair, cuts ...int) []vm.Effect {
	t.Helper()
	m, err := vm.New(x.p, library)
	if err != nil {
		t.Fatal(err)
	}
	var out []vm.Effect
	interrupt := func() {
		data := m.Snapshot()
		next, r, err := vm.Restore(x.p, library, data)
		if err != nil {
			t.Fatalf("%v\n--- program\n%s--- events\n%s", err, x.m, jsonl(x.events))
		}
		if again := next.Snapshot(); !bytes.Equal(again, data) {
			t.Fatalf("the second snapshot differs from the first\n--- program\n%s--- events\n%s", x.m, jsonl(x.events))
		}
		for _, p := range r.Parts {
			if p.Fate != vm.Kept {
				t.Fatalf("%s of %s was lost\n%s", p.What, p.Rule, x.m)
			}
		}
		if a, b := m.Stats(), next.Stats(); a != b {
			t.Fatalf("counts %+v became %+v\n%s", a, b, x.m)
		}
		m = next
	}
	for i := range x.events {
		if slices.Contains(cuts, i) {
			interrupt()
		}
		e := x.events[i]
		if err := m.Event(&e); err != nil {
			t.Fatal(err)
		}
		out = append(out, copied(m.Effects())...)
	}
	if slices.Contains(cuts, len(x.events)) {
		interrupt()
	}
	m.Flush(x.horizon)
	return append(out, copied(m.Effects())...)
}

// A snapshot taken anywhere, restored into a fresh machine that goes on, equals
// no interruption: every effect, every byte of it. Whatever a machine remembers
// has a row in vm/snapshot.go, or this fails.
func TestSnapshotsResume(t *testing.T) {
	eachPair(t, 7e6, func(g *gen, x pair, run []vm.Effect) {
		cuts := []int{g.IntN(len(x.events) + 1), g.IntN(len(x.events) + 1), len(x.events)}
		sameLines(t, "with interruptions", x, stepped(x.p, resumedRun(t, x, cuts...)), stepped(x.p, run))
	})
}

// stepped is lines with the numbers of the steps and the hops.
func stepped(p *vm.Program, es []vm.Effect) []string {
	out := lines(p, es, 0, true)
	for i := range out {
		out[i] += " " + strconv.FormatUint(es[i].Step, 10) + " " + strconv.Itoa(es[i].Hops)
	}
	return out
}

// ranTo is a machine that ran the program over events, and what it decided.
func ranTo(t testing.TB, p *vm.Program, events []vm.Event) (*vm.Machine, []vm.Effect) {
	t.Helper()
	var out []vm.Effect
	m, err := vm.New(p, library)
	if err != nil {
		t.Fatal(err)
	}
	for i := range events {
		e := events[i]
		if err := m.Event(&e); err != nil {
			t.Fatal(err)
		}
		out = append(out, copied(m.Effects())...)
	}
	return m, out
}

const head = 4 + 1 + 1 + sha256.Size // of a snapshot

// forge seals a snapshot with another payload.
func forge(data []byte, payload []byte) []byte {
	sum := sha256.Sum256(payload)
	return slices.Concat(data[:6], sum[:], payload)
}

func TestSnapshotsAreRefused(t *testing.T) {
	p, _, err := build(`rule hot on "/a/{h}" when avg(v, 10s) > 3 for 5s do log "hot"`)
	if err != nil {
		t.Fatal(err)
	}
	m, _ := ranTo(t, p, parseEvents(t, "0s /a/x {\"v\": 4}\n1s /a/y {\"v\": 4}"))
	data := m.Snapshot()
	payload := data[head:]
	age := func(i int, n byte) []byte {
		out := bytes.Clone(data)
		out[i] = n
		return out
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "this is not a snapshot: it does not begin with EDS1"},
		{"a program", vm.Encode(p), "this is not a snapshot"},
		{"magic only", data[:4], "the snapshot is cut"},
		{"head only", data[:head-1], "the snapshot is cut"},
		{"cut", data[:len(data)-1], "the snapshot is damaged: its checksum does not fit"},
		{"one bit", age(len(data)-3, data[len(data)-3]^1), "damaged"},
		{"older format", age(4, 0), "made by an older edac: it has format 0"},
		{"newer format", age(4, 99), "made by a newer edac: it has format 99"},
		{"newer semantics", age(5, 99), "made by a newer edac: for semantics 99"},
		{"forged: cut", forge(data, payload[:len(payload)-1]), "the snapshot is malformed"},
		{"forged: longer", forge(data, append(bytes.Clone(payload), 0)), "something follows the end of the snapshot"},
		{"forged: endless list", forge(data, append(bytes.Clone(payload[:33]), 0xff, 0xff, 0xff, 0xff, 0x7f)), "the snapshot is malformed"},
	} {
		if m, _, err := vm.Restore(p, library, c.data); err == nil || m != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, _, err := vm.Restore(p, library, data); err != nil {
		t.Error(err)
	}
}

// useForged restores a snapshot that somebody made up and goes on from it: it
// is refused or runs.
func useForged(p *vm.Program, data []byte, events []vm.Event, horizon int64) (taken bool) {
	m, _, err := vm.Restore(p, library, data)
	if err != nil {
		return false
	}
	at := horizon
	if len(events) > 0 {
		at = events[0].T
	}
	back := m.Resumed(at) // what the snapshot says is now may be long ago
	_ = m.Event(&back)
	for i := range events {
		if e := events[i]; m.Event(&e) == nil {
			m.Effects()
		}
	}
	if n := m.Now(); n < horizon {
		m.Flush(horizon)
	}
	m.Snapshot()
	return true
}

// A forged snapshot is refused or runs; it neither panics nor hangs.
func TestForgedSnapshotsAreHarmless(t *testing.T) {
	taken, tried := 0, 0
	eachPair(t, 8e6, func(g *gen, x pair, run []vm.Effect) {
		n := g.IntN(len(x.events)) + 1
		m, _ := ranTo(t, x.p, x.events[:n])
		data := m.Snapshot()
		for range 4 {
			payload := bytes.Clone(data[head:])
			for range 1 + g.IntN(3) {
				i := g.IntN(len(payload))
				switch g.IntN(4) {
				case 0:
					payload[i] ^= 1 << g.IntN(8)
				case 1:
					payload[i] = pick[byte](g, 0, 1, 2, 0x7f, 0x80, 0xff)
				case 2:
					payload = slices.Delete(payload, i, min(len(payload), i+1+g.IntN(3)))
				case 3:
					payload = slices.Insert(payload, i, payload[i])
				}
				if len(payload) == 0 {
					return
				}
			}
			tried++
			if useForged(x.p, forge(data, payload), x.events[n:], x.horizon) {
				taken++
			}
		}
	})
	t.Logf("%d forged, %d taken", tried, taken)
	if taken == 0 || taken == tried {
		t.Error("the forgeries reach nothing")
	}
}

// fate is what became of the parts of a snapshot after an edit.
func fate(r *vm.Restored) string {
	var out []string
	for _, p := range r.Parts {
		if p.Rule != "" && p.What != "counters" {
			out = append(out, fmt.Sprintf("%s: %s %s %d", p.Rule, p.What, []string{"kept", "fresh", "dropped"}[p.Fate], p.Keys))
		}
	}
	return strings.Join(out, "\n")
}

// After an edit the memory that still means the same survives (D30).
func TestSnapshotsSurviveEdits(t *testing.T) {
	const before = `rule hot
on "/a/{h}" where v > 0
when avg(v, 10s) > 3 and count(this 20s) > 0 for 5s
do fire "/hot/{h}"
clear do fire "/cool/{h}"
limit 2 per 1m

rule other on "/b" do log "b"
`
	load := every("1s", 8, `/a/x {"v": 4}`)
	for _, c := range []struct {
		name     string
		old, new string
		want     []string // lines of fate
		effects  string   // after the edit, going on with the same load for 8 s
	}{
		{"a space", "do fire", "do  fire", []string{"hot: keys kept 1", "hot: window avg(v, 10s) kept 1", "hot: hold kept 1", "hot: situation kept 1", "hot: limit kept 1", "hot: timers fresh 1"}, ""},
		{"the threshold", "> 3", "> 3.5", []string{"hot: window avg(v, 10s) kept 1", "hot: window count(this 20s) kept 1", "hot: hold fresh 1", "hot: hold dropped 1", "hot: situation kept 1"}, ""},
		{"beyond what is there", "> 3", "> 30", []string{"hot: window avg(v, 10s) kept 1", "hot: situation kept 1"}, "/cool/x"},
		{"the window", "10s", "20s", []string{"hot: window avg(v, 20s) fresh 1", "hot: window avg(v, 10s) dropped 1", "hot: window count(this 20s) kept 1", "hot: situation kept 1"}, ""},
		{"another aggregate", "avg(v", "max(v", []string{"hot: window max(v, 10s) kept 1"}, ""},
		{"the pane's aggregate", "count(this 20s)", "max(v, this 20s)", []string{"hot: window max(v, this 20s) fresh 1", "hot: window count(this 20s) dropped 1"}, ""},
		{"the filter", "v > 0", "v > -1", []string{"hot: keys kept 1", "hot: window avg(v, 10s) fresh 1", "hot: window avg(v, 10s) dropped 1", "hot: situation kept 1"}, ""},
		{"the key", `when avg`, "by v\nwhen avg", []string{"hot: keys fresh 0", "hot: keys dropped 1", "hot: situation fresh 0", "hot: situation dropped 1"}, "/hot/x"},
		{"the limit", "2 per 1m", "3 per 1m", []string{"hot: limit kept 1"}, ""},
		{"the limit's time", "2 per 1m", "2 per 2m", []string{"hot: limit fresh 1", "hot: limit dropped 1"}, ""},
		{"the name", "rule hot", "rule warm", []string{"warm: keys fresh 0", "hot: keys dropped 1", "other: keys kept 0"}, "/hot/x"},
		{"another rule", "rule other", "rule zero on \"/a/*\" do log \"z\"\nrule other", []string{"zero: keys fresh 0", "hot: window avg(v, 10s) kept 1"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, _, err := build(before)
			if err != nil {
				t.Fatal(err)
			}
			edited, _, err := build(strings.Replace(before, c.old, c.new, 1))
			if err != nil {
				t.Fatal(err)
			}
			m, _ := ranTo(t, p, parseEvents(t, load))
			m, r, err := vm.Restore(edited, library, m.Snapshot())
			if err != nil {
				t.Fatal(err)
			}
			got := fate(r)
			for _, line := range c.want {
				if !strings.Contains("\n"+got+"\n", "\n"+line+"\n") {
					t.Errorf("want %q in\n%s", line, got)
				}
			}
			if r.Same {
				t.Error("the programs are the same")
			}
			var fired []string
			for _, e := range parseEvents(t, after("8s", load)) {
				if err := m.Event(&e); err != nil {
					t.Fatal(err)
				}
				for _, e := range m.Effects() {
					if e.Kind == vm.Fired {
						fired = append(fired, e.Tag)
					}
				}
			}
			if s := strings.Join(fired, " "); s != c.effects {
				t.Errorf("fired %q, want %q", s, c.effects)
			}
		})
	}
}

// FuzzRestore restores whatever claims to be a snapshot.
func FuzzRestore(f *testing.F) {
	var made []pair
	var sealed [][]byte
	for seed := uint64(0); len(made) < 12; seed++ {
		x, err := newPair(newGen(seed))
		if err != nil {
			continue
		}
		m, _ := ranTo(f, x.p, x.events[:len(x.events)/2])
		data := m.Snapshot()
		f.Add(uint8(len(made)), data[head:])
		made, sealed = append(made, x), append(sealed, data)
	}
	f.Fuzz(func(t *testing.T, which uint8, payload []byte) {
		x := made[int(which)%len(made)]
		useForged(x.p, forge(sealed[0], payload), x.events[len(x.events)/2:], x.horizon)
	})
}
