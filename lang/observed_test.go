package lang

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// A spread's quantiles are those of the numbers, within an eighth of a power
// of two, however the numbers came together.
func TestSpread(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var all []float64
	var whole Spread
	parts := make([]Spread, 3)
	for i := range 2000 {
		x := (rnd.Float64() - 0.2) * 1000
		switch i % 50 {
		case 0:
			x = 0
		case 1:
			x *= 1e-9
		}
		all = append(all, x)
		whole.Add(x)
		parts[i%3].Add(x)
	}
	slices.Sort(all)
	var merged Spread
	for i := range parts {
		merged.Merge(&parts[i])
	}
	for _, s := range []*Spread{&whole, &merged} {
		if s.Count != len(all) || s.Min != all[0] || s.Max != all[len(all)-1] {
			t.Errorf("count %d, min %v, max %v", s.Count, s.Min, s.Max)
		}
		for _, p := range []float64{0, 0.01, 0.25, 0.5, 0.9, 1} {
			want := all[max(0, int(p*float64(len(all)))-1)]
			if got, _ := s.Quantile(p); got < want-0.13*max(want, -want)-1e-12 || got > want+0.13*max(want, -want)+1e-12 {
				t.Errorf("the %v quantile is %v, want %v", p, got, want)
			}
		}
		if s.Above(s.Max) != 0 || s.Above(s.Min-1) != s.Count || s.Above(s.Min) == s.Count {
			t.Errorf("above: %d, %d, %d", s.Above(s.Max), s.Above(s.Min-1), s.Above(s.Min))
		}
	}
	var same Spread
	for range 7 {
		same.Add(300e9)
	}
	if m, ok := same.Quantile(0.5); !ok || m != 300e9 {
		t.Errorf("the median of equal numbers is %v", m)
	}
}

func TestObservedMatching(t *testing.T) {
	data := func(x float64) ObservedValue {
		f := &ObservedValue{Name: "x", Count: 1, Seen: []uint64{uint64(x)}, Values: []value.Value{value.Float(x)}}
		f.Kinds[value.KindFloat] = 1
		f.Numbers.Add(x)
		return ObservedValue{Count: 1, Fields: []*ObservedValue{f}}
	}
	o := &Observed{Tags: []*ObservedTag{
		{Tag: "/a/web1", Count: 1, First: 5, Last: 5, Data: data(1)},
		{Tag: "/a/web2", Count: 2, First: 3, Last: 9, Data: data(2)},
		{Tag: "/a/web2/x", Count: 4, First: 1, Last: 20, Data: data(2)},
		{Tag: "/b", Count: 8, First: 7, Last: 7, Data: data(4)},
	}}
	for _, c := range []struct {
		patterns []string
		count    int
		distinct int
		max      float64
	}{
		{[]string{"/a/*"}, 3, 2, 2},
		{[]string{"/a/{host}"}, 3, 2, 2},
		{[]string{"/a/web1"}, 1, 1, 1},
		{[]string{"/a/**"}, 7, 2, 2},
		{[]string{"**"}, 15, 3, 4},
		{[]string{"/a/*", "/b", "/*/web2"}, 11, 3, 4},
		{[]string{"/c/*"}, 0, 0, 0},
	} {
		var ps []tag.Pattern
		for _, s := range c.patterns {
			p, err := tag.Parse(s)
			if err != nil {
				t.Fatal(err)
			}
			ps = append(ps, p)
		}
		g := o.Matching(ps...)
		distinct, most := 0, 0.0
		if x := g.Data.At("x"); x != nil {
			distinct, most = len(x.Seen), x.Numbers.Max
		}
		if g.Count != c.count || distinct != c.distinct || most != c.max {
			t.Errorf("%v: %d events, %d distinct, up to %v; want %d, %d, %v", c.patterns, g.Count, distinct, most, c.count, c.distinct, c.max)
		}
	}
	p, _ := tag.Parse("/a/{host}")
	g := o.Matching(p)
	if got := g.Wildcard(p, 0); !slices.Equal(got, []string{"web1", "web2"}) || g.First != 3 || g.Last != 9 {
		t.Errorf("hosts %v from %d to %d", got, g.First, g.Last)
	}
}
