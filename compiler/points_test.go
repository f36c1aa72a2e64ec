package compiler_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// A program that shows the parts of its conditions does what the plain one does.
func TestPointsChangeNothing(t *testing.T) {
	eachPair(t, 7e6, func(g *gen, x pair, run []vm.Effect) {
		var points []compiler.Point
		p := compiler.Compile(x.u, compiler.WithPoints(&points))
		m, err := vm.New(p, library)
		if err != nil {
			t.Fatal(err)
		}
		m.Watch(func(s vm.Sight) {
			if s.Point >= len(points) || points[s.Point].Rule != s.Rule {
				t.Fatalf("point %d is shown by rule %d\n%s", s.Point, s.Rule, x.m)
			}
		})
		var out []vm.Effect
		for i := range x.events {
			e := x.events[i]
			if err := m.Event(&e); err != nil {
				t.Fatal(err)
			}
			out = append(out, copied(m.Effects())...)
		}
		m.Flush(x.horizon)
		out = append(out, copied(m.Effects())...)
		sameLines(t, "with points", x, lines(p, out, 0, true), lines(x.p, run, 0, true))
	})
}

// Each part is shown where it stands: both sides of and, through lets, and the
// condition that speaks for all alternatives once.
func TestPoints(t *testing.T) {
	_, u, err := build(`rule r
on "/a" | "/b" where x > 1 and not y == 2
let load = sum(x, 10s) + 1
let high = load > 10 or z
when high and x >= 0
do log "on"
clear when not high
`)
	if err != nil {
		t.Fatal(err)
	}
	var points []compiler.Point
	p := compiler.Compile(u, compiler.WithPoints(&points))
	m, err := vm.New(p, library)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	m.Watch(func(s vm.Sight) {
		pt := points[s.Point]
		at := pt.Expr.Span()
		text := u.Files[0].Source.Text[at.Start:at.End]
		atom := ""
		if pt.Atom {
			atom = " atom"
		}
		got = append(got, fmt.Sprintf("%d %s=%s%s", pt.Part, text, value.Text(s.Value), atom))
	})
	err = m.Event(&vm.Event{T: 1, Tag: "/b", Data: value.Object([]value.Field{{Name: "x", Value: value.Int(2)}, {Name: "y", Value: value.Int(3)}})})
	if err != nil {
		t.Fatal(err)
	}
	want := `0 x=2
0 x > 1=true atom
0 y=3
0 y == 2=false atom
0 not y == 2=true
0 x > 1 and not y == 2=true
1 sum(x, 10s)=2
1 sum(x, 10s) + 1=3
1 load=3
1 load > 10=false atom
1 z=none atom
1 load > 10 or z=none
1 high=none
1 x=2
1 x >= 0=true atom
1 high and x >= 0=none
2 sum(x, 10s)=2
2 sum(x, 10s) + 1=3
2 load=3
2 load > 10=false atom
2 z=none atom
2 load > 10 or z=none
2 high=none
2 not high=none`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}
