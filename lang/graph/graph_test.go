package graph

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
)

// program makes the graph of a text, which must have no errors.
func program(t testing.TB, text string) *Graph {
	t.Helper()
	f, ds := lang.Parse(lang.Source{Name: "rules.eda", Text: text})
	env, err := lang.NewEnv(nil)
	if err != nil {
		t.Fatal(err)
	}
	u, more := lang.Check([]*lang.File{f}, env)
	for _, d := range append(ds, more...) {
		if d.Severity == lang.Error {
			t.Fatalf("%s: %s\n%s", d.Code, d.Message, text)
		}
	}
	return New(u)
}

// edges prints a graph, an edge a line.
func edges(g *Graph) string {
	var b strings.Builder
	for _, e := range g.Edges {
		fmt.Fprintf(&b, "%s %s %s\n", e.From.Name, edgeKinds[e.Kind].does, e.To.Name)
	}
	return b.String()
}

func TestEdges(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"captures of two names are one tag", `
rule a on "/x/{host}" do fire "/y/{host}"
rule b on "/y/{h}" do log "{h}"`, `
/x/{host} is listened to by a
/y/{host} is listened to by b
a fires /y/{host}`},
		{"a fired tag that may be another", `
rule a on "/x" do fire "/y/{event.n}"
rule b on "/y/1" do log "b"
rule c on "/y/**" do log "c"
rule d on "/z/*" do log "d"`, `
/x is listened to by a
/y/** is listened to by c
/y/1 is listened to by b
/y/{event.n} may be /y/**
/y/{event.n} may be /y/1
/z/* is listened to by d
a fires /y/{event.n}`},
		{"two tags that are heard are no pair", `
rule a on "/y/*" do log "a"
rule b on "/y/1" do log "b"`, `
/y/* is listened to by a
/y/1 is listened to by b`},
		{"sequences", `
rule a on "/x" then not "/no" then "/z" within 5m do log "a"`, `
/no is forbidden by a
/x is listened to by a
/z is listened to by a`},
		{"actions", `
action page(text: string) to "/act/page" ack "/done/page"
rule a on "/x" do page("{tag}"), page("again")`, `
/done/page answers page
/x is listened to by a
a calls page
page sends /act/page`},
		{"registers, tables and rules that are asked", `
state maint: bool by host = false
fn busy(n) = count(1m from "/load/*") > n
rule down on "/beat/{host}" when silent(1m)
rule set on "/maint/{host}" do set maint = true
rule a on "/x/{host}" when not maint and not active(down) and busy(3) do log "{host}"
mute a where maint`, `
/beat/{host} is listened to by down
/load/* is ranged over by a
/maint/{host} is listened to by set
/x/{host} is listened to by a
down is asked by a
set writes maint
maint is read by a`},
	} {
		if got := edges(program(t, c.text)); got != strings.TrimPrefix(c.want, "\n")+"\n" {
			t.Errorf("%s:\n%s", c.name, got)
		}
	}
}

func TestLoops(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"none", `rule a on "/x" do fire "/y"
rule b on "/y" do fire "/z"`, ``},
		{"itself", `rule a on "/x" when count(1m) > 3 do fire "/x"`, `a → /x → a: when of a`},
		{"two rules", `rule a on "/x" do fire "/y"
rule b on "/y" do fire "/x" limit 1 per 1m`, `a → /y → b → /x → a: limit of b`},
		{"the shortest way", `rule a on "/x" do fire "/y", fire "/z"
rule b on "/y" do fire "/z"
rule c on "/z" do fire "/x" limit 1 per 1m`, `a → /z → c → /x → a: limit of c`},
		{"by another tag", `rule a on "/x/**" when count(1m) > 3 do fire "/x/many"`, `a → /x/many → a: when of a`},
		{"an action", `action act(n: int) to "/do/{n}"
rule a on "/do/1" do act(1) limit 1 per 1m`, `a → act → /do/{n} → a: limit of a`},
		{"that two tags may each be a third makes no loop", `
rule a on "/x" do fire "/m/{event.a}", fire "/m/1"
rule b on "/m/1" do log "b"
rule c on "/m/*" do log "c"
rule d on "/m/2" do log "d"`, ``},
		{"what does not come leads nowhere", `rule a on "/x" then not "/y" within 5m do fire "/y"`, ``},
		{"two loops", `rule d on "/p" when count(1m) > 3 do fire "/p"
rule c on "/q" when count(1m) > 3 do fire "/q"`, `d → /p → d: when of d; c → /q → c: when of c`},
	} {
		var got []string
		g := program(t, c.text)
		for i := range g.Loops {
			l := &g.Loops[i]
			var guards []string
			for _, x := range l.Guards() {
				guards = append(guards, x.By+" of "+x.Rule.Name)
			}
			got = append(got, l.String()+": "+strings.Join(guards, ", "))
		}
		if got := strings.Join(got, "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// many is a program of n rules in chains of eight.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "rule r%d on \"/a%d/{host}\" where x > %d do fire \"/a%d/{host}\" { x: x }\n", i, i, i, i+1+i%8/7)
	}
	return b.String()
}

func BenchmarkNew(b *testing.B) {
	for _, n := range []int{1000, 4000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			u := program(b, many(n)).Unit
			for b.Loop() {
				New(u)
			}
		})
	}
}
