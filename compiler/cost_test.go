package compiler_test

import (
	"fmt"
	"strings"
	"testing"
)

// What the checker lets through compiles: what is more than the machine's
// stack holds, or explodes when lets and fns are written out, is refused with
// its place; what fits is not.
func TestCosts(t *testing.T) {
	times := func(s string, n int) string { return strings.TrimSuffix(strings.Repeat(s+", ", n), ", ") }
	nested := func(n int) string { return strings.Repeat("1 - (", n) + "x" + strings.Repeat(")", n) }
	names := func(n int) string {
		s := "k0"
		for i := 1; i < n; i++ {
			s += fmt.Sprintf(", k%d", i)
		}
		return s
	}
	object := func(n int) string {
		var parts []string
		for i := range n {
			parts = append(parts, fmt.Sprintf("f%d: x + %d", i, i))
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	}
	chain := func(n int) (s string) {
		for i := 1; i < n; i++ {
			s += fmt.Sprintf("let a%d = a%d + a%d\n", i, i-1, i-1)
		}
		return fmt.Sprintf("on \"/a\"\nlet a0 = x\n%sdo fire \"/b\" { x: a%d }", s, n-1)
	}
	fns := func(n int) (s string) {
		for i := 1; i < n; i++ {
			s += fmt.Sprintf("fn f%d(x) = f%d(x) + f%d(x)\n", i, i-1, i-1)
		}
		return fmt.Sprintf("fn f0(x) = x + 1\n%son \"/a\" do fire \"/b\" { x: f%d(x) }", s, n-1)
	}
	rule := func(x string) string { return `on "/a" do fire "/b" { x: ` + x + ` }` }
	for _, c := range []struct {
		name, program string
		ok            bool
	}{
		{"64 items", rule("[" + times("x", 64) + "]"), true},
		{"65 items", rule("[" + times("x", 65) + "]"), false},
		{"65 constant items", rule("x in [" + times("-1", 65) + "]"), true},
		{"63 deep", rule(nested(63)), true},
		{"64 deep", rule(nested(64)), false},
		{"brackets", rule(strings.Repeat("(", 100) + "x" + strings.Repeat(")", 100)), true},
		{"a long sum", rule(strings.Repeat("x + ", 1000) + "x"), true},
		{"defaults", rule(strings.Repeat("x ?? (", 80) + "x" + strings.Repeat(")", 80)), true},
		{"63 members of two", `on "/a" do fire "/b" ` + object(63), true},
		{"65 members", `on "/a" do fire "/b" ` + object(65), false},
		{"deep in a fn", "fn f(y) = " + strings.Replace(nested(40), "x", "y", 1) + "\n" + rule("f("+nested(40)+")"), false},
		{"less deep in a fn", "fn f(y) = " + strings.Replace(nested(30), "x", "y", 1) + "\n" + rule("f("+nested(30)+")"), true},
		{"deep in a let", `on "/a" let y = ` + nested(40) + ` do fire "/b" { x: ` + strings.Replace(nested(40), "x", "y", 1) + " }", false},
		{"lets that double", chain(12), true},
		{"lets that explode", chain(40), false},
		{"fns that double", fns(12), true},
		{"fns that explode", fns(40), false},
		{"a constant nested 63 deep", rule(strings.Repeat("[", 63) + "1" + strings.Repeat("]", 63)), true},
		{"a constant nested 64 deep", rule("x in " + strings.Repeat("[", 64) + "1" + strings.Repeat("]", 64)), false},
		{"a param nested too deep", "param p: any = " + strings.Repeat("[", 65) + "1" + strings.Repeat("]", 65) + "\n" + rule("p"), false},
		{"a param in too many lists", "param p: any = " + strings.Repeat("[", 60) + "1" + strings.Repeat("]", 60) + "\n" + rule("[[[[[p]]]]]"), false},
		{"an object nested too deep", "param p: any = " + strings.Repeat("{ a: ", 64) + "1" + strings.Repeat(" }", 64) + "\n" + rule("p"), false},
		{"an object nested less deep", "param p: any = " + strings.Repeat("{ a: ", 63) + "1" + strings.Repeat(" }", 63) + "\n" + rule("p"), true},
		{"many wildcards", `on "` + strings.Repeat("/{x}", 100) + `" do fire "/b"`, true},
		{"many key parts", "state s: int by " + names(65) + "\non \"/a\" do fire \"/b\"", false},
		{"a text", `on "/a" do log "` + strings.Repeat("{x} ", 33) + `"`, false},
		{"a shorter text", `on "/a" do log "` + strings.Repeat("{x} ", 32) + `"`, true},
	} {
		_, _, err := build(c.program)
		switch {
		case c.ok && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case !c.ok && (err == nil || !strings.Contains(err.Error(), "written out") && !strings.Contains(err.Error(), "nested") && !strings.Contains(err.Error(), "parts at most")):
			t.Errorf("%s: drew %v", c.name, err)
		}
	}
}
