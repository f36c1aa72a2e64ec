package compiler_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// Three situations worked out by hand, with loops over plain structs and
// nothing of the language: what the rules below mean over streams of load.

const minute = 60 * sec

// sample is one measurement of one host; known is false where the load is
// missing or no number.
type sample struct {
	t     int64
	host  string
	load  float64
	known bool
	n     int // place in the stream
}

// decision is something a rule did. Events of an instant come before its
// timers, events as they came, timers by host.
type decision struct {
	t     int64
	timer bool
	n     int
	host  string
	tag   string
}

// windowOf is the known loads in (t-d, t] among samples in order.
func windowOf(past []sample, t, d int64) []float64 {
	var out []float64
	for i := len(past) - 1; i >= 0 && past[i].t > t-d; i-- {
		if past[i].known {
			out = append(out, past[i].load)
		}
	}
	return out
}

// mean is the correctly rounded exact sum over the count; NaN of nothing, for
// which each comparison is false.
func mean(xs []float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	sum := new(big.Rat)
	for _, x := range xs {
		sum.Add(sum, new(big.Rat).SetFloat64(x))
	}
	f, _ := sum.Float64()
	return f / float64(len(xs))
}

func greatest(xs []float64) float64 {
	best := math.NaN()
	for _, x := range xs {
		if !(best >= x) {
			best = x
		}
	}
	return best
}

// oracle decides for one host: look is called after each sample and at each
// instant of wake, and returns the tags decided then and instants to look at.
type oracle func() (look func(past []sample, t int64, timer bool) (tags []string, wake []int64))

// decide runs an oracle over all hosts up to the last sample.
func decide(stream []sample, o oracle) []decision {
	byHost := map[string][]sample{}
	for _, s := range stream {
		byHost[s.host] = append(byHost[s.host], s)
	}
	end := stream[len(stream)-1].t
	var out []decision
	for host, samples := range byHost {
		look := o()
		wake := map[int64]bool{}
		next := 0
		for {
			// the next instant: a sample's or one to wake at
			t, any := int64(math.MaxInt64), false
			if next < len(samples) {
				t, any = samples[next].t, true
			}
			for at := range wake {
				if at < t && at <= end {
					t, any = at, true
				}
			}
			if !any {
				break
			}
			delete(wake, t)
			later := func(at []int64) {
				for _, a := range at {
					if a > t {
						wake[a] = true
					}
				}
			}
			for ; next < len(samples) && samples[next].t == t; next++ {
				tags, at := look(samples[:next+1], t, false)
				later(at)
				for _, tag := range tags {
					out = append(out, decision{t, false, samples[next].n, host, tag})
				}
			}
			tags, at := look(samples[:next], t, true)
			later(at)
			for _, tag := range tags {
				out = append(out, decision{t, true, 0, host, tag})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b decision) int {
		phase := func(d decision) int {
			if d.timer {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(a.t, b.t), cmp.Compare(phase(a), phase(b)), cmp.Compare(a.n, b.n), strings.Compare(a.host, b.host))
	})
	return out
}

// when avg(cur_load, 30m) > 40
func busy() func([]sample, int64, bool) ([]string, []int64) {
	on := false
	return func(past []sample, t int64, timer bool) (tags []string, wake []int64) {
		avg := mean(windowOf(past, t, 30*minute))
		switch {
		case !on && avg > 40:
			on = true
			tags = []string{"/up"}
		case on && avg <= 40:
			on = false
			tags = []string{"/down"}
		}
		return tags, []int64{past[len(past)-1].t + 30*minute, t + 30*minute}
	}
}

// when avg(cur_load, 30m) > 45 for 30m, clear when avg(cur_load, 30m) < 40 for 1h
func lasting() func([]sample, int64, bool) ([]string, []int64) {
	const never = math.MinInt64
	on, highSince, lowSince := false, int64(never), int64(never)
	highHeld, lowHeld := false, false
	return func(past []sample, t int64, timer bool) (tags []string, wake []int64) {
		avg := mean(windowOf(past, t, 30*minute))
		if avg > 45 {
			if highSince == never {
				highSince = t
			}
			if timer && t >= highSince+30*minute {
				highHeld = true
			}
		} else {
			highSince, highHeld = never, false
		}
		if avg < 40 {
			if lowSince == never {
				lowSince = t
			}
			if timer && t >= lowSince+60*minute {
				lowHeld = true
			}
		} else {
			lowSince, lowHeld = never, false
		}
		switch {
		case !on && highHeld && !lowHeld:
			on = true
			tags = []string{"/up"}
		case on && lowHeld:
			on = false
			tags = []string{"/down"}
		}
		wake = []int64{past[len(past)-1].t + 30*minute}
		if highSince != never {
			wake = append(wake, highSince+30*minute)
		}
		if lowSince != never {
			wake = append(wake, lowSince+60*minute)
		}
		for i := len(past) - 1; i >= 0 && past[i].t > t-30*minute; i-- {
			wake = append(wake, past[i].t+30*minute)
		}
		return tags, wake
	}
}

// when max(cur_load, 1h) > 80, clear when max(cur_load, 1h) < 50
func peak() func([]sample, int64, bool) ([]string, []int64) {
	on := false
	return func(past []sample, t int64, timer bool) (tags []string, wake []int64) {
		top := greatest(windowOf(past, t, 60*minute))
		switch {
		case !on && top > 80:
			on = true
			tags = []string{"/up"}
		case on && top < 50:
			on = false
			tags = []string{"/down"}
		}
		for i := len(past) - 1; i >= 0 && past[i].t > t-60*minute; i-- {
			wake = append(wake, past[i].t+60*minute)
		}
		return tags, wake
	}
}

var loadRules = []struct {
	name, text string
	oracle     oracle
}{
	{"average", `on "/client/load/*" when avg(cur_load, 30m) > 40 do fire "/up" clear do fire "/down"`, busy},
	{"holds", `on "/client/load/*" when avg(cur_load, 30m) > 45 for 30m do fire "/up" clear when avg(cur_load, 30m) < 40 for 1h do fire "/down"`, lasting},
	{"maximum", `on "/client/load/*" when max(cur_load, 1h) > 80 do fire "/up" clear when max(cur_load, 1h) < 50 do fire "/down"`, peak},
}

// loads is two weeks of five hosts every five minutes: a daily swing, noise,
// incidents that ramp up and fall, gaps, values without a point, and now and
// then one that is missing or no number.
func loads(seed uint64) ([]sample, []vm.Event) {
	r := rand.New(rand.NewPCG(seed, 7))
	var stream []sample
	var events []vm.Event
	start := time.Date(2024, 2, 14, 0, 0, 0, 0, time.UTC).UnixNano()
	type host struct {
		name         string
		offset       int64
		base, extra  float64
		until, quiet int
	}
	var hosts []*host
	for i := range 5 {
		h := &host{name: fmt.Sprintf("ec2-%d", i), base: 5 + 35*r.Float64()}
		if r.IntN(2) == 0 {
			h.offset = int64(r.IntN(5)) * minute
		}
		hosts = append(hosts, h)
	}
	slices.SortStableFunc(hosts, func(a, b *host) int { return cmp.Compare(a.offset, b.offset) })
	for step := range 14 * 24 * 12 {
		for _, h := range hosts {
			if h.quiet > step {
				continue
			}
			if r.IntN(400) == 0 {
				h.quiet = step + 1 + r.IntN(40)
			}
			if step > h.until && r.IntN(150) == 0 {
				h.until, h.extra = step+2+r.IntN(80), 10+70*r.Float64()
			}
			x := h.base + 8*math.Sin(float64(step)/288*2*math.Pi) + 6*r.NormFloat64()
			if step <= h.until {
				x += h.extra
			}
			x = min(max(x, 0), 100)
			s := sample{t: start + int64(step)*5*minute + h.offset, host: h.name, load: x, known: true, n: len(stream)}
			v := value.Float(x)
			switch r.IntN(60) {
			case 0:
				s.known, v = false, value.Value{}
			case 1:
				s.known, v = false, value.List([]value.Value{value.Float(x), value.Float(1)})
			case 2:
				s.known, v = false, value.String("99")
			case 3, 4, 5, 6:
				s.load = math.Round(x)
				v = value.Int(int64(s.load))
			case 7:
				s.load = pickOne(r, 40, 45, 50, 80)
				v = value.Float(s.load)
			}
			stream = append(stream, s)
			var fields []value.Field
			if !v.IsNone() || r.IntN(2) == 0 {
				fields = append(fields, value.Field{Name: "cur_load", Value: v})
			}
			events = append(events, vm.Event{T: s.t, Tag: "/client/load/" + h.name, Data: value.Object(fields)})
		}
	}
	return stream, events
}

func pickOne(r *rand.Rand, xs ...float64) float64 { return xs[r.IntN(len(xs))] }

func checkLoads(t *testing.T, what string, stream []sample, events []vm.Event) {
	t.Helper()
	for _, rule := range loadRules {
		p, _, err := build(rule.text)
		if err != nil {
			t.Fatal(err)
		}
		es, err := engineRun(p, events, events[len(events)-1].T)
		if err != nil {
			t.Fatal(err)
		}
		want := decide(stream, rule.oracle)
		for i := range max(len(es), len(want)) {
			a, b := "nothing more", "nothing more"
			if i < len(es) {
				a = fmt.Sprint(instant(es[i].T), es[i].Key, es[i].Tag)
			}
			if i < len(want) {
				b = fmt.Sprint(instant(want[i].t), []string{want[i].host}, want[i].tag)
			}
			if a != b {
				t.Fatalf("%s, %s: decision %d\n engine %s\n oracle %s", what, rule.name, i, a, b)
			}
		}
		t.Logf("%s, %s: %d events, %d decisions", what, rule.name, len(events), len(want))
	}
}

func TestLoadRulesByHand(t *testing.T) {
	for seed := range uint64(min(pairs(t, 4)/100, 20) + 2) {
		stream, events := loads(seed)
		checkLoads(t, fmt.Sprintf("seed %d", seed), stream, events)
	}
}

func TestLoadRulesOnRecording(t *testing.T) {
	name := os.Getenv("EDA_RECORDING")
	if name == "" {
		t.Skip("EDA_RECORDING names no recording")
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var stream []sample
	var events []vm.Event
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var line struct {
			Time time.Time
			Tag  string
			Data map[string]any
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		host, ok := strings.CutPrefix(line.Tag, "/client/load/")
		load, isNumber := line.Data["cur_load"].(float64)
		if ok && !strings.Contains(host, "/") {
			stream = append(stream, sample{line.Time.UnixNano(), host, load, isNumber, len(stream)})
		}
		data := value.Object(nil)
		if isNumber {
			data = value.Object([]value.Field{{Name: "cur_load", Value: value.Float(load)}})
		}
		events = append(events, vm.Event{T: line.Time.UnixNano(), Tag: line.Tag, Data: data})
	}
	checkLoads(t, "recording", stream, events)
}
