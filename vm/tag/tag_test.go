package tag

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, tag string
		want         string // the texts of the wildcards, or "no"
	}{
		{"/a/b", "/a/b", ""},
		{"/a", "a", "no"},
		{"/a/*", "/a/b", "b"},
		{"/a/*", "/a/", "no"},
		{"/a/*", "/a/b/c", "no"},
		{"/a/web*", "/a/web12", "web12"},
		{"/a/web*", "/a/web", "web"},
		{"/a/*x*y", "/a/1x2y", "1x2y"},
		{"/a/{h}/c", "/a/b/c", "b"},
		{"/a/{h}/{h}", "/a/b/b", "b"},
		{"/a/{h}/{h}", "/a/b/c", "no"},
		{"/disk/{host}/{mount**}", "/disk/w/mnt/x", "w|mnt/x"},
		{"/disk/{host}/{mount**}", "/disk/w", "w|"},
		{"/**", "/a/b", "a/b"},
		{"**", "/a/b", "/a/b"},
		{"/**/z", "/z", ""},
		{"/**/z", "/a/b/z", "a/b"},
		{"/**/z", "/a/b", "no"},
		{"/a/**/y/z", "/a/y/z", ""},
		{"/*/x", "/eda/x", "no"},
		{"**", "/eda/x", "no"},
		{"/eda/*", "/eda/x", "x"},
		{"/eda/**", "/eda/error/keys", "error/keys"},
		{"/A/*", "/a/b", "no"},
	} {
		p, err := Parse(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		caps, ok := p.Match(c.tag, nil)
		got := strings.Join(caps, "|")
		if !ok {
			got = "no"
		}
		if got != c.want {
			t.Errorf("%s against %s: %q, want %q", c.pattern, c.tag, got, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for pattern, want := range map[string]string{
		"": "empty", "/a//b": "empty segment", "/**/**": "only one **", "/{x**}/a": "stand last", "/{x": "whole segment", "/a{x}": "whole segment",
		"/{1x}": "no name", "/a**": "stands alone", "/{x**}/**": "stand last",
	} {
		if _, err := Parse(pattern); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", pattern, err, want)
		}
	}
}

func randomPattern(r *rand.Rand) Pattern {
	for {
		var segs []string
		for range 1 + r.IntN(4) {
			segs = append(segs, []string{"a", "b", "ab", "*", "a*", "*b", "**", "eda"}[r.IntN(8)])
		}
		if p, err := Parse("/" + strings.Join(segs, "/")); err == nil {
			return p
		}
	}
}

// tags are all short ones over a small alphabet.
func tags() []string {
	segs := []string{"a", "b", "ab", "aab", "c", "eda"}
	all := []string{"/"}
	level := []string{""}
	for range 3 {
		var next []string
		for _, l := range level {
			for _, s := range segs {
				next = append(next, l+"/"+s)
			}
		}
		all = append(all, next...)
		level = next
	}
	return all
}

// Intersect and Covers agree with trying every short tag. Covers may say no
// where the answer is yes, never the other way round.
func TestRelations(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	all := tags()
	for range 4000 {
		a, b := randomPattern(r), randomPattern(r)
		both, uncovered := false, false
		for _, s := range all {
			_, am := a.Match(s, nil)
			_, bm := b.Match(s, nil)
			both = both || am && bm
			uncovered = uncovered || bm && !am
		}
		if both && !Intersect(a, b) {
			t.Fatalf("%s and %s meet, Intersect says no", a, b)
		}
		if Intersect(a, b) != Intersect(b, a) {
			t.Fatalf("Intersect(%s, %s) depends on the order", a, b)
		}
		if uncovered && Covers(a, b) {
			t.Fatalf("%s does not cover %s, Covers says yes", a, b)
		}
	}
	for _, c := range []struct {
		a, b  string
		meets bool
	}{{"/a/*", "/a/b", true}, {"/a/*", "/b/*", false}, {"/**", "/a/b/c", true}, {"/a/**/c", "/a/*/*/*", true}, {"/x*", "/*y", true}, {"/x*", "/y*", false}, {"/**", "/eda/x", false}} {
		a, _ := Parse(c.a)
		b, _ := Parse(c.b)
		if Intersect(a, b) != c.meets {
			t.Errorf("Intersect(%s, %s) is %v", c.a, c.b, !c.meets)
		}
	}
}

// The index finds what trying each pattern finds, cached or not.
func TestIndex(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		var x Index
		var patterns []Pattern
		for i := range 1 + r.IntN(20) {
			p := randomPattern(r)
			patterns = append(patterns, p)
			x.Add(p, i/2)
		}
		for range 2 {
			for _, s := range tags()[:100] {
				var want []int
				for i := range patterns {
					if _, ok := patterns[i].Match(s, nil); ok {
						want = append(want, i/2)
					}
				}
				if got := x.Lookup(s, nil); !slices.Equal(got, want) {
					t.Fatalf("%s: %v, want %v", s, got, want)
				}
			}
		}
	}
}

func TestLookupAllocatesNothing(t *testing.T) {
	var x Index
	p, _ := Parse("/client/load/*")
	x.Add(p, 0)
	dst := make([]int, 0, 4)
	caps := make([]string, 0, 4)
	x.Lookup("/client/load/a", dst)
	if n := testing.AllocsPerRun(100, func() {
		x.Lookup("/client/load/a", dst)
		p.Match("/client/load/a", caps)
	}); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("/a/{x}/**", "/a/b/c")
	f.Fuzz(func(t *testing.T, pattern, tag string) {
		p, err := Parse(pattern)
		if err != nil {
			return
		}
		if caps, ok := p.Match(tag, nil); ok && len(caps) != len(p.Wildcards()) {
			t.Fatalf("%d texts for %d wildcards", len(caps), len(p.Wildcards()))
		}
	})
}

func BenchmarkLookup(b *testing.B) {
	for _, n := range []int{10, 1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var x Index
			for i := range n {
				p, _ := Parse(fmt.Sprintf("/host%d/load/*", i))
				x.Add(p, i)
			}
			var dst []int
			b.ReportAllocs()
			for b.Loop() {
				dst = x.Lookup("/host7/load/one", dst[:0])
			}
		})
	}
}

// An index finds the patterns that Intersect finds one by one.
func TestIndexMeets(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		var x Index
		var all []Pattern
		for i := range 30 {
			all = append(all, randomPattern(r))
			x.Add(all[i], i)
		}
		p := randomPattern(r)
		var want []int
		for i, q := range all {
			if Intersect(p, q) {
				want = append(want, i)
			}
		}
		if got := x.Meet(p, nil); !slices.Equal(got, want) {
			t.Fatalf("%s meets %v of %v, want %v", p, got, all, want)
		}
	}
}

func TestUnnamed(t *testing.T) {
	for text, want := range map[string]string{
		"/a/b": "/a/b", "/a/{x}/b": "/a/*/b", "/a/*/{y}": "/a/*/*", "/a/{x**}": "/a/**", "/a/**": "/a/**", "/a/web*": "/a/web*",
	} {
		p, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Unnamed(); got != want {
			t.Errorf("%s without names is %s, want %s", text, got, want)
		}
	}
}
