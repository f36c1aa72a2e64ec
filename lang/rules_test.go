package lang_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
)

// said is a case: a program and all that is said of it, each as a code with
// words that must be in its message, notes or fixes.
type said struct {
	text string
	want []string
}

// partial are findings about what the rest of a program would do: the cases
// here are parts of one.
var partial = []lang.Code{lang.CodeUnheardTag, lang.CodeUnset}

// holds compares what is said of programs, hints apart unless they are asked
// for.
func holds(t *testing.T, hints bool, cases []said) {
	t.Helper()
	env := environment(t)
	for _, c := range cases {
		var got []string
		all := findings(env, c.text)
		for _, d := range all {
			if d.Severity == lang.Hint && !hints || slices.Contains(partial, d.Code) || d.Code == lang.CodeUnused && all.HasErrors() {
				continue
			}
			line := d.Code.String() + " " + d.Message
			for _, l := range d.Labels {
				line += " | " + l.Text
			}
			for _, n := range d.Notes {
				line += " | " + n
			}
			for _, f := range d.Fixes {
				line += " | " + f.Title
			}
			got = append(got, line)
		}
		ok := len(got) == len(c.want)
		for i := 0; ok && i < len(got); i++ {
			code, words, _ := strings.Cut(c.want[i], " ")
			ok = strings.HasPrefix(got[i], code) && strings.Contains(got[i], words)
		}
		if !ok {
			t.Errorf("%s\n  draws %s\n  want  %s", c.text, strings.Join(got, "\n        "), strings.Join(c.want, "\n        "))
		}
	}
}

func none(text string) said                  { return said{text, nil} }
func draws(text string, want ...string) said { return said{text, want} }

// Names: D13, E1, E5, E12, S40.
func TestNames(t *testing.T) {
	const load = `event "/load/{host}" { cpu: float, host: string, note: string? }` + "\n"
	holds(t, false, []said{
		none(load + `on "/load/{host}" when avg(cpu, 10s) > 20 do fire "/x/{host}"`),
		draws(load+`on "/load/{h}" where cpy > 1 do log "x"`, "EDA0203 write `cpu`"),
		draws(load+`on "/load/{h}" where event.cpy > 1 do log "x"`, "EDA0203 write `cpu`"),
		draws(load+`on "/load/{h}" where event["cpy"] > 1 do log "x"`, "EDA0203 cpu"),
		draws(load+`on "/load/{h}" as e where e.cpy > 1 do log "x"`, "EDA0203 write `cpu`"),
		draws(load+`on "/load/{h}" do log "{cpy}"`, "EDA0203 write `cpu`"),
		draws(load+`on "/load/{h}" do fire "/b/{cpy}"`, "EDA0203 write `cpu`"),
		draws(load+`on "/load/{h}" do fire "/b" { x: "{cpy}" }`, "EDA0203 write `cpu`"),
		draws(load+"param lim: float = 1.5\n"+`on "/load/{h}" where cpu > lm do log "x"`, "EDA0203 write `lim`"),
		draws(load+"param cpu: float = 1.5\n"+`on "/load/{h}" where cpu > 1 do log "x"`, "EDA0207 param"),
		draws("param h: int = 1\n"+`on "/load/{h}" do log "x"`, "EDA0207 capture"),
		draws(`on "/a/{x}" | "/b" do log "{x}"`, "EDA0209 `{x}`"),
		draws(`on "/a/{x}" | "/b" where x == "1" do log "x"`, "EDA0209 `{x}`"),
		none(`on "/a/{x}" where x == "1" | "/b" where y == 2 do log "x"`),
		draws(`on "/a/{x}" where y == 1 | "/b" where x == "2" do log "x"`, "EDA0209 `{x}`"),
		none(`on "/a/{x}" | "/b/{x}" by x do log "{x}"`),
		draws(`on "/a/{x}" | "/b" by x do log "a"`, "EDA0209 `{x}`"),
		draws(`on "/a/{x}" do log "{1}"`, "EDA0209 `{1}`"),
		draws(`on "/a/*" do log "{2}"`, "EDA0209 `{2}`"),
		none(`on "/a/*/{x}/*" do log "{1} {3}"`),
		none(`on "/a" as a | "/b" as b do fire "/c" { x: a.x ?? b.y ?? 0 }`),
		draws(`on "/a" as a where b.x > 1 | "/b" as b where b.x > 1 do log "x"`, "EDA0209 `b`"),
		draws("fn f(x) = y + 1\n"+`on "/a" where f(x) > 1 do log "x"`, "EDA0201 `y` is none of these"),
		draws("fn f(x) = f(x)\n"+`on "/a" where f(x) > 1 do log "x"`, "EDA0208 itself"),
		draws("fn f(x) = g(x)\nfn g(x) = f(x)\n"+`on "/a" where f(x) > 1 do log "x"`, "EDA0208 f → g → f"),
		draws("fn f(x, x) = x\n"+`on "/a" where f(x, 1) > 1 do log "x"`, "EDA0213 twice"),
		draws("fn avg(x) = x\n"+`on "/a" where avg(x) > 1 do log "x"`, "EDA0213 of the language"),
		draws("fn rate(x) = x\n"+`on "/a" where rate(x) > 1 do log "x"`, "EDA0213 of the language"),
		draws("fn lower(x) = x\n"+`on "/a" where lower(x) > 1 do log "x"`, "EDA0213 of the language"),
		draws(`on "/a" let x = y let y = x do log "{x}"`, "EDA0208 x → y → x"),
		draws(`on "/a" let x = 1 let x = 2 do log "{x}"`, "EDA0213 twice"),
		draws(`rule a on "/a" when x > 1 do log "x" rule a on "/b" do log "y"`, "EDA0213 `a` is declared already"),
		draws("param a: int = 1\n"+`rule a on "/a" where x > a do log "x"`, "EDA0213 `a` is declared already"),
		draws(`on "/a" where active(hto) do log "x"`+"\n"+`rule hot on "/b" when x > 1 do log "x"`, "EDA0201 write `hot`"),
		draws(`on "/a" where active("hot") do log "x"`+"\n"+`rule hot on "/b" when x > 1 do log "x"`, "EDA0201 write `hot`"),
		draws(`on "/a" where active(hot) do log "x"`+"\n"+`rule hot on "/b" do log "x"`, "EDA0201 no `when`"),
		draws(`on "/a" where length(x) > 1 do log "x"`, "EDA0204 write `len`"),
		draws(`on "/a" where lenn(x) > 1 do log "x"`, "EDA0204 write `len`"),
		draws(`on "/a" when mean(x, 10s) > 1 do log "x"`, "EDA0204 write `avg`"),
		draws(load+`on "/load/{host}" where event == "up" do log "x"`, "EDA0301 event.event"),
		draws(`on "/a" where x.b.c > 1 and tag.x > 1 do log "x"`, "EDA0301 only objects have members"),
		draws(`event "/a" { n: int, l: [int] }`+"\n"+`on "/a" where len(n) > 2 do log "x"`, "EDA0301 counts the letters"),
		none(`event "/a" { n: int, l: [int] }` + "\n" + `on "/a" where len(l) > 2 and n > 1 do log "x"`),
		draws(`event "/a" { l: [int] }`+"\n"+`on "/a" by l when count(1m) > 2 for 1m do log "x"`, "EDA0301 keys are of texts"),
		draws(`event "/a" { ok: bool }`+"\n"+`on "/a" where ok == True do log "x"`, "EDA0203 write `true`"),
		draws(`event "/a" { s: string? }`+"\n"+`on "/a" where s like 5 do log "x"`, "EDA0301 pattern in quotes"),
		draws(`on "/a" do log("x")`, "EDA0204 stands without brackets"),
		draws(`on "/a/{host}" where host.name == "x" do log "x"`, "EDA0301 event.host"),
		draws("event \"/a\" { x: int, x: float }\n"+`on "/a" where x > 1 do log "x"`, "EDA0213 twice"),
		draws("event \"/a/*\" { x: int }\nevent \"/*/b\" { x: int }\n"+`on "/a/c" where x > 1 do log "x"`, "EDA0216 /*/b and /a/*"),
		draws("event \"/a\" { x: itn }\n"+`on "/a" where x > "a" do log "x"`, "EDA0303 write `int`"),
		// one cause, one finding
		draws(load+`on "/load/{h}" when avg(cpy, 10s) > 20 and cpy < 5 do fire "/x" { c: cpy }`, "EDA0203", "EDA0203", "EDA0203"),
		draws(`on "/a" let y = agv(x, 10s) when y > 1 do fire "/b/{y}" { y: y }`, "EDA0204"),
		draws("param p: int = nope\n"+`on "/a" when x > p for p do log "x"`, "EDA0417"),
	})
}

// Fields of several declared events.
func TestAlternatives(t *testing.T) {
	const two = `event "/a" { x: int, only: string }` + "\n" + `event "/b" { x: int, other: string }` + "\n"
	holds(t, false, []said{
		none(two + `on "/a" | "/b" where x > 1 do log "x"`),
		none(two + `on "/a" | "/b" where only == "x" do log "x"`),
		draws(two+`on "/a" | "/b" do log "{only}"`, "EDA0310 `only`"),
		none(two + `on "/a" | "/b" do log "x" limit 1 per 1m by only ?? other`),
		draws(two+`on "/a" | "/b" where nix > 1 do log "x"`, "EDA0203 nix"),
		none(two + `on "/a" where only == "x" | "/b" where other == "x" do log "x"`),
		draws(two+`on "/a" where other == "x" | "/b" where x > 1 do log "x"`, "EDA0203 other"),
		none(two + `on "/**" where nix > 1 do log "{nix}"`),
	})
}

// Types: E2, S22, S26, D11.
func TestTypes(t *testing.T) {
	const ev = `event "/a" { n: int, f: float, s: string, b: bool, t: time, u: time, d: duration, e: duration, l: [float], o: { x: int, s: string? }, a: any, z: any }` + "\n"
	bad := func(cond, want string) said { return draws(ev+`on "/a" where `+cond+` do log "x"`, want) }
	good := func(cond string) said { return none(ev + `on "/a" where ` + cond + ` do log "x"`) }
	holds(t, false, []said{
		good(`n > 1.5 and f < 3 and s == "x" and b and t > u and d > 5m and l[0] > 1 and o.x > 2 and o.s == "x" and a > 1 and z == "x"`),
		good(`t - u > 5m and t + d > u and d + 1m > 2m and d * 2 > 1m and d / e > 2 and d / 2 > 1m and d // 1m > 3 and d % 1m > 1s`),
		good(`n in [1, 2.5] and s in ["a"] and len(l) > 1 and len(s) > 1`),
		good(`s like "a*" and s matches "^a\d+$" and not s like "*b{3}"`),
		good(`hour(t, "UTC") > 8 and weekday(t) in ["sat", "sun"] and num(s) > 3 and text(n) == "3" and round(f) > 1 and round(f, 2) > 1`),
		bad(`s > 5`, "EDA0301 write `num(s)`"),
		bad(`"5" > n`, "EDA0301 write `5`"),
		bad(`l > 5`, "EDA0301 write `l[0]`"),
		bad(`l + 1 > 5`, "EDA0301 write `l[0]`"),
		bad(`abs(l) > 5`, "EDA0301 write `l[0]`"),
		bad(`l == [1]`, "EDA0301 cannot be compared"),
		bad(`o == o`, "EDA0301 cannot be compared"),
		bad(`b > true`, "EDA0301 have no order"),
		bad(`b == 1`, "EDA0301"),
		bad(`d > 300`, "EDA0301 write `300s`"),
		bad(`s + "x" == "y"`, "EDA0301 \"{a}{b}\""),
		bad(`n + s > 1`, "EDA0301"),
		bad(`t + t > t`, "EDA0301"),
		bad(`t > 5m`, "EDA0301"),
		bad(`n in 5`, "EDA0301 list"),
		bad(`n in ["a", "b"]`, "EDA0301 never"),
		bad(`n`, "EDA0301 asks a question"),
		bad(`n and b`, "EDA0301 joins conditions"),
		bad(`not n`, "EDA0301 turns true and false"),
		bad(`-s > 1`, "EDA0301 needs a number"),
		bad(`n like "a"`, "EDA0301 compares text"),
		bad(`s matches n`, "EDA0301 needs a pattern"),
		bad(`s matches s`, "EDA0417 known at load"),
		bad(`s matches "(a"`, "EDA0218"),
		bad(`s == "a\d"`, "EDA0311"),
		bad(`o.y > 1`, "EDA0203 no member `y`"),
		bad(`o.xx > 1`, "EDA0203 write `x`"),
		bad(`l["a"] > 1`, "EDA0301 indexed by an int"),
		bad(`n[0] > 1`, "EDA0301 only lists and objects"),
		bad(`lower(n) == "x"`, "EDA0301 `lower` wants"),
		bad(`lower() == "x"`, "EDA0304"),
		bad(`lower(s, s) == "x"`, "EDA0304 lower(s: string)"),
		bad(`n == none`, "EDA0520 not has n"),
		bad(`n != none`, "EDA0520 has n"),
		draws(ev+`on "/a" do log "{s:.2f}"`, "EDA0301 prints numbers"),
		draws(ev+`on "/a" when avg(l, 10s) > 1 do log "x"`, "EDA0301 write `l[0]`"),
		draws(ev+`on "/a" when avg(s, 10s) > 1 do log "x"`, "EDA0301 write `num(s)`"),
		draws(ev+`on "/a" when avg(b, 10s) > 1 do log "x"`, "EDA0301"),
		none(ev + `on "/a" when count(b, 10s) > 1 and last(s) == "x" and first(s, 1m) == "y" do log "x"`),
		draws(ev+`on "/a" when last(s) > 1 do log "x"`, "EDA0301"),
		draws(ev+`on "/a" do fire "/b/{l}"`, "EDA0301 a tag"),
		draws("fn f(a, b) = a + b\n"+ev+`on "/a" where f(1) > 1 do log "x"`, "EDA0304 takes 2"),
		draws("param p: int = \"x\"\n"+`on "/b" where x > p do log "x"`, "EDA0301 declared"),
		draws("param p: int = 1.5\n"+`on "/b" where x > p do log "x"`, "EDA0301 declared"),
		none("param p: float = 1\nparam q: [string] = [\"a\"]\nparam r: duration = 5m\n" + `on "/b" where x > p and y in q when z > 1 for r do log "x"`),
		none("param a: int = b + 1\nparam b: int = 1\n" + `on "/b" where x > a do log "x"`),
		draws("param a: int = b\nparam b: int = a\n"+`on "/b" where x > a + b do log "x"`, "EDA0208 a → b → a"),
		draws("param a: int = len(\"x\")\n"+`on "/b" where x > a do log "x"`, "EDA0417 constant"),
	})
}

// Windows, and what stands where: S9a, S14, S15, S37.
func TestPlaces(t *testing.T) {
	holds(t, false, []said{
		none(`on "/a" when avg(x, 10s) > 1 and sum(x, last 5) > 1 and min(x, each 1m) > 1 and max(x, this 1h) > 1 and count(session 5m) > 1 and first(x, 1m) > 0 and last(x) > 1 do log "x"`),
		none("param n: int = 5\nparam d: duration = 5m\n" + `on "/a" when avg(x, last n) > 1 and avg(x, d) > 1 and count(each d where y > 1) > 1 for d repeat d do log "x" limit n per d expire d`),
		draws(`on "/a" when avg(x, 10) > 1 do log "x"`, "EDA0410 write `10s` | write `last 10`"),
		draws(`on "/a" when count(10) > 1 do log "x"`, "EDA0410 write `10s` | write `last 10`"),
		draws("param n: int = 5\n"+`on "/a" when avg(x, n) > 1 do log "x"`, "EDA0410 write `last n`"),
		draws(`on "/a" when avg(x, "10s") > 1 do log "x"`, "EDA0410 write `10s`"),
		draws(`on "/a" when avg(10s, x) > 1 do log "x"`, "EDA0410 write `avg(x, 10s)`"),
		draws(`on "/a" when avg(x) > 1 do log "x"`, "EDA0410 needs a window"),
		draws(`on "/a" when avg(x, y) > 1 do log "x"`, "EDA0410 window"),
		draws(`on "/a" when count() > 1 do log "x"`, "EDA0410 count(10s)"),
		draws(`on "/a" when avg(x, last 5s) > 1 do log "x"`, "EDA0410 write `5s`"),
		draws(`on "/a" when avg(x, last 0) > 1 do log "x"`, "EDA0410 1 or more"),
		draws(`on "/a" when avg(x, each 5) > 1 do log "x"`, "EDA0410 duration"),
		draws(`on "/a" when avg(10s) > 1 do log "x"`, "EDA0304 avg(field, 10s)"),
		draws(`on "/a" when avg(x, y, 10s) > 1 do log "x"`, "EDA0304"),
		draws(`on "/a" when abs(last 5) > 1 do log "x"`, "EDA0410 only aggregates"),
		draws(`on "/a" when abs(x where y) > 1 do log "x"`, "EDA0410 aggregates"),
		draws(`on "/a" where avg(x, 10s) > 1 do log "x"`, "EDA0411 `where`"),
		draws(`on "/a" where silent(10s) do log "x"`, "EDA0411 `when`"),
		draws(`on "/a" let v = avg(x, 10s) where v > 1 do log "x"`, "EDA0110"),
		draws(`on "/a" where v > 1 let v = avg(x, 10s) do log "x"`, "EDA0411 `v`"),
		draws("fn load(x) = avg(x, 10s)\n"+`on "/a" where load(x) > 1 do log "x"`, "EDA0411 `load`"),
		draws("fn load(x) = avg(x, 10s)\nfn two(x) = load(x) * 2\n"+`on "/a" where two(x) > 1 do log "x"`, "EDA0411 `two`"),
		none("fn load(x) = avg(x, 10s)\n" + `on "/a" when load(x) > 1 do log "x"`),
		draws("fn load(x) = avg(x, 10s)\n"+`on "/a" when load(sum(x, 5s)) > 1 do log "x"`, "EDA0411"),
		draws(`on "/a" let v = sum(x, 5s) when avg(v, 10s) > 1 do log "x"`, "EDA0411 `v`"),
		draws(`on "/a" when avg(sum(x, 5s), 10s) > 1 do log "x"`, "EDA0411"),
		draws(`on "/a" when count(1m where silent(5s)) > 1 do log "x"`, "EDA0411"),
		draws(`on "/a" by avg(x, 10s) do log "x"`, "EDA0411 key"),
		draws(`on "/a" by prev(x) do log "x"`, "EDA0413 key"),
		none(`on "/a" where changed(x) and prev(x) > 1 let d = x - prev(x) do fire "/b" { d: d, p: prev(x) }`),
		draws(`on "/a" when changed(x) do log "x"`, "EDA0413 where changed(x)"),
		draws(`on "/a" let d = x - prev(x) when d > 1 do log "x"`, "EDA0413 `d`"),
		draws(`on "/a" when x > 1 do fire "/b" { p: prev(x) }`, "EDA0413"),
		draws(`on "/a" where prev(prev(x)) > 1 do log "x"`, "EDA0413"),
		draws(`on "/a" when avg(prev(x), 10s) > 1 do log "x"`, "EDA0413"),
		draws(`on "/a" when now - t > 5m do log "x"`, "EDA0414 reached"),
		draws(`on "/a" when x > 1 do log "x" clear when now > t do log "x"`, "EDA0414"),
		draws(`on "/a" let age = now - t when age > 5m do log "x"`, "EDA0414 `age`"),
		none(`on "/a" let age = now - t when x > 1 do log "{age}"`),
		none(`on "/a" where now - t < 5m do log "{now}"`),
		none(`on "/a" when reached(t + 5m) do log "x"`),
		draws(`on "/a" when reached(last(t)) do log "x"`, "EDA0411 reached"),
		draws(`on "/a" let m = max(t, 1m) when reached(m) do log "x"`, "EDA0411 `m`"),
		draws(`on "/a" do log "x" clear do log "y"`, "EDA0415"),
		draws(`on "/a" do log "x" clear when x > 1 do log "y"`, "EDA0415"),
		draws(`on "/a" do log "x" limit 0 per 1m`, "EDA0416"),
		draws(`on "/a" do log "x" limit 1.5 per 1m`, "EDA0417"),
		draws(`on "/a" do log "x" limit n per 1m`, "EDA0417"),
		draws(`on "/a" do log "x" limit 1 per 10`, "EDA0417 write `10s`"),
		draws(`on "/a" when x > 1 for y do log "x"`, "EDA0417 `for`"),
		draws(`on "/a" when x > 1 for 10 do log "x"`, "EDA0417 write `10s`"),
		draws(`on "/a" when silent(10) do log "x"`, "EDA0417 write `10s`"),
		draws(`on "/a" when silent(y) do log "x"`, "EDA0417"),
		draws(`on "/a" when x > 1 for -5m do log "x"`, "EDA0417 greater than zero"),
		draws(`on "/a" by none, x do log "x"`, "EDA0110"),
		draws(`on "/a" by x, x do log "x"`, "EDA0213 twice"),
		draws(`on "/a" where x > 1`, "EDA0110 does nothing"),
		none(`rule r on "/a" when x > 1` + "\n" + `on "/b" where active(r) do log "x"`),
		draws(`rule r on "/a" when active(r) do log "x"`, "EDA0602 r → r"),
		draws(`param p: int = 9223372036854775807 param q: int = p + 1`, "EDA0417 this has no result"),
		draws(`param q: int = p + 1`, "EDA0417 `p` is not a param"),
		draws(`rule a on "/a" when active(b) do log "x" rule b on "/a" when active(c) do log "x" rule c on "/a" when active(a) do log "x"`, "EDA0602 a → b → c → a"),
		draws(`rule hot on "/load/{host}" when x > 1 do log "x"`+"\n"+`on "/svc/{name}" where active(hot) do log "x"`, "EDA0219 host"),
		none(`rule hot on "/load/{host}" when x > 1 do log "x"` + "\n" + `on "/svc/{host}/{name}" where active(hot) do log "x"`),
		none(`rule hot on "/load" when x > 1 do log "x"` + "\n" + `on "/svc/{name}" where active(hot) do log "x"`),
		draws(`fn f(x) = active(x)`+"\n"+`rule r on "/a" when x > 1 and f(r) do log "x"`, "EDA0411 fn"),
	})
}

// Optional values: S35, E4.
func TestOptional(t *testing.T) {
	const ev = `event "/a" { n: int?, s: string, o: { x: int }?, u: bool? }` + "\n"
	act := func(rest string, want ...string) said { return said{ev + `on "/a" ` + rest, want} }
	holds(t, false, []said{
		act(`where n > 1 do fire "/b/{n}" { n: n }, log "{n}"`),
		act(`where has n do fire "/b/{n}"`),
		act(`where has n and s == "x" do fire "/b/{n}"`),
		act(`where u do log "{u}"`),
		act(`where not u do log "{u}"`),
		act(`when n > 1 do fire "/b/{n}" clear do fire "/c/{n}"`),
		act(`when n > 1 do fire "/b/{n}" clear when n < 0 do fire "/c/{n}"`),
		act(`where n > 1 when s == "x" do fire "/b/{n}" clear do fire "/c/{n}"`),
		act(`let m = n ?? 0 do fire "/b/{m}" { m: m }`),
		act(`let m = n + 1 when m > 5 do fire "/b/{m}" { n: n }`),
		act(`do fire "/b" { n: n ?? 0, k: has n, t: n ?? 0 + 1 }`),
		act(`do log "{s}"`),
		act(`when avg(n, 10s) > 1 do fire "/b" { a: avg(n, 10s) }, log "x"`),
		act(`where n > 1 or s == "x" do fire "/b/{n}"`, "EDA0310 `n`"),
		act(`where not has n do fire "/b/{n}"`, "EDA0310 `n`"),
		act(`do fire "/b/{n}"`, "EDA0310 n ?? …"),
		act(`do fire "/b" { n: n }`, "EDA0310 `n`"),
		act(`do fire "/b" { n: n + 1 }`, "EDA0310 `n`"),
		act(`do fire "/b" { n: [n, 1] }`, "EDA0310 `n`"),
		act(`do fire "/b" { n: abs(n) }`, "EDA0310 `n`"),
		act(`do fire "/b" { n: "{n}" }`, "EDA0310 `n`"),
		act(`do fire "/b" { n: event.n }`, "EDA0310 `event.n`"),
		act(`where event.n > 1 do fire "/b" { n: n }`),
		act(`do fire "/b" { n: o.x }`, "EDA0310 `o"),
		act(`where o.x > 1 do fire "/b" { n: o.x }`),
		act(`let m = n * 2 do log "{m}"`, "EDA0310 `n`"),
		act(`when n > 1 do log "x" clear when s == "ok" do log "{n}"`, "EDA0310 `n`"),
		act(`when n > 1 and s == "x" do log "x" clear do log "{n}"`, "EDA0310 `n`"),
		act(`let a = avg(n, 10s) when s == "x" do fire "/b/{a}"`, "EDA0310 `a`"),
		act(`let a = avg(n, 10s) when a > 1 do fire "/b/{a}" { a: a }`),
		act(`let a = count(10s) when s == "x" do fire "/b/{a}"`),
		act(`where prev(s) == "x" let p = prev(s) do fire "/b/{p}"`),
		act(`let p = prev(s) do fire "/b/{p}"`, "EDA0310 `p`"),
		draws("fn twice(x) = x * 2\n"+ev+`on "/a" do fire "/b" { n: twice(n) }`, "EDA0310 `n`"),
		none("fn orzero(x) = x ?? 0\n" + ev + `on "/a" do fire "/b" { n: orzero(n) }`),
		none(`on "/z" do fire "/b/{n}" { n: n }, log "{n}"`),
		draws(ev+`on "/a" where n > 1 | "/a" where s == "x" do log "{n}"`, "EDA0310 `n`"),
	})
}

// What is fired: S33, S36, S39, E7.
func TestFires(t *testing.T) {
	const ev = `event "/b/{h}" { n: int, s: string? }` + "\n"
	holds(t, false, []said{
		none(ev + `on "/a" do fire "/b/{x}" { n: 1 }`),
		none(ev + `on "/a" do fire "/b/{x}" { n: x, s: y }`),
		none(ev + `on "/a" do fire "/b/1" { ...event }`),
		draws(ev+`on "/a" do fire "/b/1"`, "EDA0612 needs `n: int`"),
		draws(ev+`on "/a" do fire "/b/1" { s: "x" }`, "EDA0612 needs `n: int`"),
		draws(ev+`on "/a" do fire "/b/1" { n: "x" }`, "EDA0612 declared as int"),
		draws(ev+`on "/a" do fire "/b/1" { n: 1, t: 1 }`, "EDA0612 no field `t`"),
		draws(ev+`on "/a" do fire "/b/1" { N: 1 }`, "EDA0612 write `n`"),
		draws(ev+`on "/a" do fire "b/1" { n: 1 }`, "EDA0202 write \"/b/1\""),
		draws(`on "/a" do fire "/b/*"`, "EDA0611"),
		draws(`on "/a" do fire "/b//c"`, "EDA0611"),
		draws(`on "/a" do fire ""`, "EDA0611"),
		draws(`on "/a" do fire "/eda/x"`, "EDA0611 engine"),
		draws(`on "/a/{x**}" do fire "/b/{x**}"`, "EDA0611"),
		none(`on "/a/{x**}" do fire "/b/{x}"`),
		draws(`on "/a/**/**" do log "x"`, "EDA0217"),
		draws(`on "/a" do fire "/a"`, "EDA0601"),
		draws(`rule x on "/a" do fire "/b" rule y on "/b" where n > 1 do fire "/a"`, "EDA0601 x → y → x"),
		draws(`rule x on "/a/{h}" do fire "/b/{h}" rule y on "/b/*" do fire "/a/{n}"`, "EDA0601 x → y → x"),
		draws(`rule x on "/a/{h**}" do fire "/b/{h}" rule y on "/b/**" do fire "/a/1/2"`, "EDA0601 x → y → x"),
		none(`rule x on "/a" do fire "/b" rule y on "/b" when n > 1 do fire "/a"`),
		none(`rule x on "/a" do fire "/b" rule y on "/b" do fire "/a" limit 1 per 1m`),
		none(`rule x on "/a" do fire "/b" rule y on "/b" do fire "/c"`),
		draws(`on "/a" do log "x"`+"\n"+`on "/a" do log "x"`, "EDA0214 same"),
		none(`on "/a" do log "x"` + "\n" + `on "/a" do log "y"`),
	})
}

// Slips of declared tags: S33.
func TestTagSlips(t *testing.T) {
	const ev = `event "/client/load/{h}" { n: int }` + "\n"
	on := func(tag, want string) said {
		c := said{text: ev + `on "` + tag + `" do log "x"`}
		if want != "" {
			c.want = []string{"EDA0202 " + want}
		}
		return c
	}
	holds(t, false, []said{
		on("/client/load/*", ""), on("/client/load/web1", ""), on("/client/**", ""), on("/client/io/*", ""), on("/**", ""), on("/x/y", ""),
		on("/client/load/**", ""), on("/client/*/{h}", ""),
		on("client/load/*", "write \"/client/load/*\""),
		on("/Client/load/*", "write \"/client/load/*\""),
		on("/Client/Load/web1", "write \"/client/load/web1\""),
		on("/client/laod/*", "write \"/client/load/*\""),
		on("/client/laod/web1", "write \"/client/load/web1\""),
		on("/clients/load/{h}", "write \"/client/load/{h}\""),
		on("/client/*", "write \"/client/**\""),
		on("/*", "write \"/**\""), on("*", "write \"**\""), on("/cli*", "write \"/cli*/**\""), on("/client/load2/{h}", ""),
		draws(ev+`on "/z" do fire "/client/laod/x" { n: 1 }`, "EDA0202 write \"/client/load/x\""),
		draws(ev+`on "/z" do fire "/client/laod/{x}" { n: 1 }`, "EDA0202 write \"/client/load/{x}\""),
		draws(ev+`on "/z" do log "x"`+"\ntest \"t\" { send \"/client/laod/x\" { n: 1 } expect nothing }", "EDA0202"),
		none(`event "b" { n: int }` + "\n" + `on "b" do log "x"`),
		draws(`event "b" { n: int }`+"\n"+`on "/b" do log "x"`, "EDA0202 write \"b\""),
	})
}

// Sequences: their shape, what each part of the rule sees, and what it may say.
func TestSequences(t *testing.T) {
	const declared = `event "/a/{x}" { n: int, m: int? }` + "\n" + `event "/b/{x}" { s: string }` + "\n" + `event "/out" { n: int }` + "\n"
	holds(t, false, []said{
		none(`on "/a/{x}" as d then "/b/{x}" within 10m do fire "/c/{x}" { b: d.b }`),
		none(`on "/a/{x}" then not "/b/{x}" within 10m do fire "/c/{x}"`),
		none(`on 5 of "/a/{x}" | "/b/{x}" within 10m do fire "/c/{x}"`),
		none(`on "/a" & 2 of "/b" within 10m when count(1h) > 2 for 1m do fire "/c" clear do log "x" limit 1 per 1m`),
		none("param n: int = 3\nparam d: duration = 5m\n" + `on n of "/a" then not "/b" then "/c" within d do fire "/d"`),
		draws(`on "/a" within 10m do fire "/c"`, "EDA0418 leave it out"),
		draws(`on "/a" then "/b" do log "x"`, "EDA0418 add `within 5m`"),
		draws(`on 5 of "/a" do log "x"`, "EDA0418 `N of` needs"),
		draws(`on "/a" & "/b" do log "x"`, "EDA0418 `&` needs"),
		draws(`on 1 of "/a" within 5m do log "x"`, "EDA0418 `1 of` repeats nothing"),
		draws(`on n of "/a" within 5m do log "x"`, "EDA0417"),
		draws("param n: int = 1\n"+`on n of "/a" within 5m do log "x"`, "EDA0418 repeats nothing"),
		draws(`on 1001 of "/a" within 5m do log "x"`, "EDA0418 which is 1000"),
		none(`on 1000 of "/a" within 5m do log "x"`),
		draws(`on 500 of "/a" then 501 of "/b" within 5m do log "x"`, "EDA0418 a match of 1001"),
		draws(`on "/a" then not "/b" then not "/c" within 5m do log "x"`, `EDA0418 not "/b" | "/c"`),
		none(`on "/a"` + strings.Repeat(` then "/b"`, 31) + ` within 1m do log "x"`),
		draws(`on "/a"`+strings.Repeat(` then "/b"`, 32)+` within 1m do log "x"`, "EDA0110 32 tags at most"),
		draws(`on "/a"`+strings.Repeat(` | "/b"`, 32)+` do log "x"`, "EDA0110 32 tags at most"),
		draws(`on not "/a" do log "x"`, "EDA0418 begins with what comes"),
		draws(`on not "/a" then "/b" within 5m do log "x"`, "EDA0418 begins with what comes"),
		draws(`on "/a" then not "/b" & "/c" within 5m do log "x"`, "EDA0418 with `|`"),
		draws(`on "/a" then not 2 of "/c" within 5m do log "x"`, "EDA0418 one by one"),
		draws(`on "/a" then not "/b" as b within 5m do log "x"`, "EDA0418 did not come"),
		draws(`on "/a" as e then "/b" as e within 5m do log "{e}"`, "EDA0213"),
		draws(`on "/a" as e & "/b" as e within 5m do log "{e}"`, "EDA0213"),
		none(`on "/a" as e | "/b" as e then "/c" within 5m do log "{e}"`),
		// what is bound in a match
		draws(`on "/a/{x}" then not "/b/{y}" within 5m do log "{y}"`, "EDA0209 did not come"),
		draws(`on "/a/{x}" | "/b/{y}" then "/c" within 5m do log "{y}"`, "EDA0209 in one alternative alone"),
		none(`on "/a/{x}" & "/b/{y}" then "/c" within 5m do log "{x}{y}"`),
		none(`on "/a/{x}" | "/b/{y}" then "/c/{x}" within 5m do log "{x}"`),
		draws(`on "/a" as a | "/b" then "/c" within 5m do log "{a.v}"`, "EDA0209 in one alternative alone"),
		draws(`on "/a/*" then "/b/{y}" within 5m do log "{1}"`, "EDA0209 only wildcards with a name"),
		none(`on 2 of "/a/*" within 5m do log "{1}"`),
		// where, by and let
		draws(`on "/a/{x}" as a then "/b/{y}" where a.v > 1 within 5m do log "x"`, "EDA0209 asks about its own event"),
		draws(`on "/a/{x}" then "/b/{y}" where x == "1" within 5m do log "x"`, "EDA0209 asks about its own event"),
		none(`on "/a/{x}" then "/b/{y}" as b where b.v > 1 and y == "1" within 5m do log "x"`),
		none(`on "/a/{x}" as a then "/b/{y}" within 5m by build when a.v > v do log "x"`),
		draws(`on "/a/{x}" then "/b/{y}" within 5m by x do log "x"`, "EDA0209 read off each event"),
		draws(`on "/a" then "/b" where q > 1 within 5m let q = x + 1 do log "{q}"`, "EDA0418 make it a fn"),
		none(`on "/a" as a then "/b" as b within 5m let q = b.x - a.x when q > 3 do log "{q}"`),
		draws(`on "/a" then "/b" where prev(x) > 1 within 5m do log "x"`, "EDA0413 no such one"),
		draws(`on "/a" then "/b" within 5m do log "x", fire "/c" { p: prev(x) }`, "EDA0413 no such one"),
		// types and optional values
		none(declared + `on "/a/{x}" as a then "/b/{x}" within 5m do fire "/out" { n: a.n }`),
		draws(declared+`on "/a/{x}" as a then "/b/{x}" within 5m do fire "/out" { n: n }`, "EDA0203 no field `n`"),
		draws(declared+`on "/a/{x}" as a then "/b/{x}" within 5m do fire "/out" { n: a.q }`, "EDA0203 no field `q`"),
		draws(declared+`on "/a/{x}" as a then "/b/{x}" within 5m do fire "/out" { n: a.m }`, "EDA0310"),
		none(declared + `on "/a/{x}" as a where has m then "/b/{x}" within 5m do fire "/out" { n: a.m }`),
		none(declared + `on "/a/{x}" where m > 2 then not "/b/{x}" within 5m do fire "/out" { n: m }`),
		none(declared + `on "/a/{x}" as a then "/b/{x}" within 5m when a.m > 3 do fire "/out" { n: a.m }`),
		draws(declared+`on "/a/{x}" then not "/b/{x}" where s > 3 within 5m do log "{n}"`, "EDA0301"),
		// loops: a match uses up its events
		draws(`on "/a" then "/b" within 5m do fire "/a", fire "/b"`, "EDA0601", "EDA0601"),
		none(`on "/a" then "/b" within 5m do fire "/a"`),
		none(`on "/a" then "/c" within 5m do fire "/b"` + "\n" + `on "/b" do fire "/a"`),
		none(`on "/a" then not "/b" within 5m do fire "/a"`),
		none(`on "/c" then not "/a" then "/b" within 5m do fire "/a"`),
	})
	hints := []said{
		draws(`on "/a/*" then "/b/{y}" within 5m do log "x"`, "EDA0419 joins nothing"),
		none(`on 2 of "/a/*" within 5m do log "x"`),
	}
	for _, h := range hints {
		got := findings(environment(t), h.text)
		if len(got) != len(h.want) || len(got) > 0 && !strings.HasPrefix(h.want[0], got[0].Code.String()) {
			t.Errorf("%s\ndraws %v", h.text, got)
		}
	}
}

// What is not built is refused, each form once, and the rest of its
// declaration is still looked at.
func TestNotBuilt(t *testing.T) {
	holds(t, false, []said{
		draws(`on "/a" then "/b" within 10m do log "{lenn(x)}"`, "EDA0108"),
		draws(`on "/a" then "/b" within 10m where lenn(x) > 1 do log "x"`, "EDA0110"),
		draws(`on "/a" then "/b" where lenn(x) > 1 within 10m do log "x"`, "EDA0204"),
		draws(`on "/a" then "/b" within 10m when agv(x, 1m) > 1 do log "x"`, "EDA0204"),
	})
}

// Test blocks.
func TestTestBlocks(t *testing.T) {
	const r = "param p: int = 1\n" + `on "/a" where x > p do fire "/b" { x: x }` + "\n"
	holds(t, false, []said{
		none(r + `test "t" { given time "2026-03-01T12:00:00Z" given param p = 2 send "/a" { x: p, l: [1, { y: "z" }] } every 1s for 40s wait 5s expect "/b" { x: 2 } at 3s expect nothing }`),
		draws(r+`test "t" { given param q = 2 send "/a" { x: 1 } expect nothing }`, "EDA0201 param `q`"),
		draws(r+`test "t" { given param p = "x" send "/a" { x: 1 } expect nothing }`, "EDA0301 declared"),
		draws(r+`test "t" { given time "yesterday" send "/a" { x: 1 } expect nothing }`, "EDA0417 time"),
		draws(r+`test "t" { send "/a/*" { x: 1 } expect nothing }`, "EDA0611"),
		draws(r+`test "t" { send "/a/{x}" { x: 1 } expect nothing }`, "EDA0611"),
		draws(r+`test "t" { send "/eda/x" { x: 1 } expect nothing }`, "EDA0611"),
		draws(r+`test "t" { send "/a" { x: foo } expect nothing }`, "EDA0417 foo"),
		draws(r+`test "t" { send "/a" { x: avg(x, 1m) } expect nothing }`, "EDA0417"),
		draws(r+`test "t" { wait 5 expect nothing }`, "EDA0417 write `5s`"),
	})
}

// Hints and lints: S34, S37, S43, D13, E10.
func TestLints(t *testing.T) {
	const used = "param p: int = 1\n"
	holds(t, true, []said{
		draws(`on "/a" when avg(x, 10s) > 20 do log "x"`, "EDA0511 `for 1m`"),
		none(`on "/a" when avg(x, 10s) > 20 for 1m do log "x"`),
		none(`on "/a" when avg(x, 10s) > 20 do log "x" clear when avg(x, 10s) < 15`),
		draws(`on "/a" when x > 20 do log "x"`, "EDA0512 `where`"),
		draws(`on "/a" let hot = x > 20 when hot do log "x"`, "EDA0512 `where`"),
		none(`on "/a" when silent(1m) do log "x"`),
		draws(`rule r on "/a" when x > 20`+"\n"+`on "/b" where active(r) do log "x"`, "EDA0511"),
		draws(used+`on "/a" do log "x"`, "EDA0211 `p`"),
		draws(`on "/a" let y = x + 1 do log "x"`, "EDA0211 `y`"),
		draws(`on "/a" as e do log "x"`, "EDA0211 `e`"),
		none(`on "/a" as e do log "{e.x}"`),
		none(used + `on "/a" where x > p do log "x"`),
		none(used + `on "/a" do log "{p}"`),
		draws(`event "/a/{host}" { host: string, x: int }`+"\n"+`on "/a/{host}" do log "{host}"`, "EDA0210 event.host"),
		none(`event "/a/{host}" { host: string, x: int }` + "\n" + `on "/a/{host}" do log "{event.host}"`),
		draws(`on "/a" where true do log "x"`, "EDA0501"),
		draws(`on "/a" where 1 > 2 do log "x"`, "EDA0502"),
		none("param p: int = 3\n" + `on "/a" where p > 2 do log "x"`), // another value may be given
		draws(`on "/a" where x > 20 and x < 10 do log "x"`, "EDA0503 x"),
		draws(`on "/a" where x == "a" and x == "b" do log "x"`, "EDA0503 x"),
		draws(`on "/a" where x > 20 and y == 1 and x <= 20 do log "x"`, "EDA0503 x"),
		none(`on "/a" where x > 10 and x < 20 do log "x"`),
		none(`on "/a" where x >= 10 and x <= 10 do log "x"`),
		none(`on "/a" where x > 20 or x < 10 do log "x"`),
		draws(`on "/a" when silent(1m) and false do log "x"`, "EDA0502"),
		draws(`on "/a" do fire "/x/y"`+"\n"+`on "x/y" do log "x"`, "EDA0202 leading slash"),
	})
}

var wanted = regexp.MustCompile(`(EDA\d{4}) "([^"]*)"`)

// The files of testdata/errors say on each line what is found there. What
// cannot be read is another test's; here the checker's part is compared.
func TestErrorFilesChecked(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "errors", "*.eda"))
	if err != nil || len(names) == 0 {
		t.Fatal(err, names)
	}
	env := environment(t)
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "EDA0190 \"") && !regexp.MustCompile(`EDA0[2-6]\d\d "`).Match(text) {
			continue // it is about reading alone
		}
		wants := map[int][][]string{}
		for i, line := range strings.Split(string(text), "\n") {
			_, comment, ok := strings.Cut(line, "# want ")
			if !ok {
				continue
			}
			at := i + 1
			if strings.HasPrefix(comment, "below ") {
				at++
			}
			for _, w := range wanted.FindAllStringSubmatch(comment, -1) {
				if w[1] >= "EDA0190" {
					wants[at] = append(wants[at], w)
				}
			}
		}
		for _, d := range findings(env, string(text)) {
			if d.Severity == lang.Hint || d.Code.String() < "EDA0190" {
				continue
			}
			line, _ := lang.LineCol(string(text), d.Primary.Span.Start)
			k := slices.IndexFunc(wants[line], func(w []string) bool {
				return w[1] == d.Code.String() && regexp.MustCompile(w[2]).MatchString(d.Message)
			})
			if k < 0 {
				t.Errorf("%s:%d: not wanted: %s %s", name, line, d.Code, d.Message)
				continue
			}
			wants[line] = slices.Delete(wants[line], k, k+1)
		}
		for line, ws := range wants {
			for _, w := range ws {
				t.Errorf("%s:%d: no %s %q", name, line, w[1], w[2])
			}
		}
	}
}

// unit is a program that must have no error.
func unit(t *testing.T, text string) *lang.Unit {
	t.Helper()
	f, ds := lang.Parse(lang.Source{Name: "dir/t.eda", Text: text})
	u, more := lang.Check([]*lang.File{f}, environment(t))
	if ds = append(ds, more...); ds.HasErrors() {
		t.Fatalf("%s\n%s", text, ds[0].Message)
	}
	return u
}

// Keys are inferred from the wildcards of the source (D2, S11).
func TestKeys(t *testing.T) {
	for _, c := range []struct{ rule, want string }{
		{`on "/a" do log "x"`, ""},
		{`on "/a/*" do log "x"`, "1=0"},
		{`on "/a/{host}/*/web*/{rest**}" do log "x"`, "host=0 2=1 3=2 rest=3"},
		{`on "/a/{x}/{x}" do log "x"`, "x=0"},
		{`on "/a/{x}/{y}" | "/b/{y}" do log "{y}"`, "y=1"},
		{`on "/a/*/{y}" | "/b/*" do log "x"`, "1=0"},
		{`on "/a/*" | "/b/{x}" do log "x"`, ""},
		{`on "/a/{x}" by none do log "x"`, ""},
		{`on "/a/{x}" by x, lower(y),  z do log "x"`, "x=0 lower(y)=expr z=expr"},
		{`on "/a/{x}" do log "x" limit 1 per 1m by y`, "x=0; limit y=expr"},
		{`on "/a/{x}" do log "x" limit 1 per 1m by none`, "x=0; limit"},
	} {
		r := unit(t, c.rule).Rules[0]
		show := func(key []lang.KeyInfo) string {
			var parts []string
			for _, k := range key {
				at := "expr"
				if k.Capture >= 0 {
					at = fmt.Sprint(k.Capture)
				} else if k.Expr == nil {
					at = "nothing"
				}
				parts = append(parts, k.Name+"="+at)
			}
			return strings.Join(parts, " ")
		}
		got := show(r.Key)
		if r.LimitBy {
			got = strings.TrimSpace(got + "; limit " + show(r.LimitKey))
		}
		if got != c.want {
			t.Errorf("%s\n  key %q, want %q", c.rule, got, c.want)
		}
	}
}

// A key lives a day, or as long as the rule says, and never less than its
// longest duration (S13).
func TestExpire(t *testing.T) {
	const h = int64(3600e9)
	for _, c := range []struct {
		rule string
		want int64
	}{
		{`on "/a" do log "x"`, 24 * h},
		{`on "/a" do log "x" expire 1h`, h},
		{`on "/a" when avg(x, 2h) > 1 do log "x" expire 1h`, 2 * h},
		{`on "/a" when silent(3h) do log "x" expire 1h`, 3 * h},
		{`on "/a" when x > 1 for 48h do log "x"`, 48 * h},
		{`on "/a" let y = sum(x, each 2h) when y > 1 do log "x" limit 1 per 4h expire 1h`, 4 * h},
		{"fn f(x) = avg(x, 72h)\n" + `on "/a" when f(x) > 1 do log "x"`, 72 * h},
		{"param d: duration = 30h\n" + `on "/a" when avg(x, d) > 1 do log "x"`, 30 * h},
	} {
		if got := unit(t, c.rule).Rules[0].Expire; got != c.want {
			t.Errorf("%s\n  expire %d h, want %d h", c.rule, got/h, c.want/h)
		}
	}
}

// Rules stand in order of identity, whatever the order of their text; those
// without a name after the others, and known by their structure (S2, D30).
func TestIdentity(t *testing.T) {
	a := unit(t, "on \"/z\" do log \"x\"\nrule b on \"/a\" do log \"x\"\nrule a on \"/b\" do log \"y\"\non \"/y\" do log \"x\"")
	b := unit(t, "on  \"/y\" # why\n  do log \"x\"\nrule a on \"/b\" do log \"y\"\n\non \"/z\"\ndo log \"x\" rule b on \"/a\" do log \"x\"")
	var x, y []string
	for i := range a.Rules {
		x, y = append(x, a.Rules[i].Identity), append(y, b.Rules[i].Identity)
	}
	if !slices.Equal(x, y) || x[0] != "a" || x[1] != "b" || len(x[2]) != 16 || x[2] >= x[3] {
		t.Errorf("identities %q and %q", x, y)
	}
	if label := a.Rules[2].Label; !strings.HasPrefix(label, "t.eda:") {
		t.Errorf("label %q", label)
	}
	if c := unit(t, `on "/z" do log "y"`); c.Rules[0].Identity == x[2] || c.Rules[0].Identity == x[3] {
		t.Error("another rule has the same identity")
	}
}

// Levels follow who asks whom (S5); a where after the last alternative speaks
// for all (S11).
func TestRuleInfo(t *testing.T) {
	u := unit(t, `rule c on "/a" when active(b) and active(a) do log "x"
rule b on "/a" let on_ = active(a) when on_ do log "x"
rule a on "/a" when x > 1
on "/a" | "/b" where x > 1 do log "x"
on "/a" where y > 1 | "/b" where x > 1 do log "x"`)
	at := map[string]*lang.RuleInfo{}
	for _, r := range u.Rules {
		at[r.Label] = r
	}
	if a, b, c := at["a"], at["b"], at["c"]; a.Level != 0 || b.Level != 1 || c.Level != 2 || !a.Asked || !b.Asked || c.Asked || !slices.Equal(c.Asks, []*lang.RuleInfo{a, b}) {
		t.Errorf("levels %d %d %d", a.Level, b.Level, c.Level)
	}
	shared, own := at["t.eda:4"], at["t.eda:5"]
	if shared.Elems[0].Where == nil || shared.Elems[0].Where != shared.Elems[1].Where {
		t.Error("the where of the last alternative speaks for all")
	}
	if own.Elems[0].Where == nil || own.Elems[0].Where == own.Elems[1].Where {
		t.Error("each alternative has its own where")
	}
}

// A long program is checked in time that grows with its length.
func TestManyRules(t *testing.T) {
	var b strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&b, "event \"/in/%d/{h}\" { x: float, y: int? }\nrule r%d on \"/in/%d/{h}\" let v = x * 2 where v > 1 and y > 1 do fire \"/out/%d/{h}\" { v: v, y: y }\n", i, i, i, i)
	}
	text := strings.ReplaceAll(b.String(), " let v = x * 2 where v > 1 and y > 1", " where x > 1 and y > 1 let v = x * 2")
	if n := len(unit(t, text).Rules); n != 1500 {
		t.Errorf("%d rules", n)
	}
	tooDeep := func(text string) {
		t.Helper()
		f, _ := lang.Parse(lang.Source{Name: "t.eda", Text: text})
		if _, ds := lang.Check([]*lang.File{f}, environment(t)); len(ds) != 1 || ds[0].Code.String() != "EDA0120" {
			t.Errorf("drew %v", ds)
		}
	}
	// names that double at each step are found to be too much as fast
	b.Reset()
	b.WriteString("on \"/a\"\nlet v0 = x\n")
	for i := range 60 {
		fmt.Fprintf(&b, "let v%d = v%d + v%d\n", i+1, i, i)
	}
	b.WriteString("when v60 > 1 do fire \"/b\" { v: v60 }")
	tooDeep(b.String())
	b.Reset()
	b.WriteString("fn f0(x) = x\n")
	for i := range 60 {
		fmt.Fprintf(&b, "fn f%d(x) = f%d(x) + f%d(x)\n", i+1, i, i)
	}
	b.WriteString("on \"/a\" where f60(x) > 1 do fire \"/b\" { v: f60(x) }")
	tooDeep(b.String())
	unit(t, "on \"/a\" where a"+strings.Repeat(".b", 5000)+" > 1 do log \"x\"")
}
