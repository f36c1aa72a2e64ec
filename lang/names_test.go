package lang_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
)

func readRules(t *testing.T, name string) *lang.Unit {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return checkedUnit(t, lang.Join([]lang.Source{{Name: name, Text: string(text)}}, func(name string) (string, error) {
		text, err := os.ReadFile(name)
		return string(text), err
	}))
}

func checkedUnit(t *testing.T, sources []lang.Source) *lang.Unit {
	t.Helper()
	var files []*lang.File
	for _, s := range sources {
		f, ds := lang.Parse(s)
		if ds.HasErrors() {
			t.Fatalf("%s: %s", s.Name, ds[0].Message)
		}
		files = append(files, f)
	}
	u, ds := lang.Check(files, environment(t))
	if ds.HasErrors() {
		t.Fatalf("%s: %s", ds[0].Primary.File, ds[0].Message)
	}
	return u
}

// Every word of a program without errors is a name with a meaning or a word of
// the language, and what is declared is declared where it says.
func TestNamesAreAll(t *testing.T) {
	var files []string
	for _, p := range []string{"../testdata/canon/*.eda", "../testdata/nexmark/q*.eda"} {
		m, _ := filepath.Glob(p)
		files = append(files, m...)
	}
	words := strings.Fields(`rule use as param event table from key state fn action may fire mute test within every cron log set limit per gather expire repeat
		to ack retry backoff timeout time late send expect given wait at nothing last each this session like matches has of count`)
	if len(files) < 20 {
		t.Fatal("the corpus is missing")
	}
	for _, name := range files {
		u := readRules(t, name)
		names := u.Names()
		for _, f := range u.Files {
			for _, tok := range lang.Tokens(f.Source.Text) {
				if tok.Kind != lang.IdentTok || slices.Contains(words, tok.Text) {
					continue
				}
				refs := names.At(f, tok.At.Start)
				if i := slices.IndexFunc(refs, func(r lang.Ref) bool { return r.At == tok.At && r.Def.Name == tok.Text }); i < 0 {
					line, col := lang.LineCol(f.Source.Text, tok.At.Start)
					t.Errorf("%s:%d:%d: `%s` has no meaning", f.Source.Name, line, col, tok.Text)
				}
			}
		}
		for _, r := range names.Refs {
			text := r.File.Source.Text[r.At.Start:r.At.End]
			if text != r.Def.Name && text != `"`+r.Def.Name+`"` {
				t.Errorf("%s: %q stands where %s `%s` should", name, text, r.Def.Kind, r.Def.Name)
			}
			if d := r.Def; d.File != nil {
				if got := d.File.Source.Text[d.At.Start:d.At.End]; got != d.Name {
					t.Errorf("%s: %s `%s` is declared at %q", name, d.Kind, d.Name, got)
				}
			}
		}
	}
}

// What a name stands for: in the program, each name with a number is used with
// the same number where it means the same.
func TestNamesMean(t *testing.T) {
	const program = `
event "/load/{a1}" { cpu: float, note: string?, ts: time } time ts late 5s
param high: float = 0.5
state seen: float by host = 0.0
fn share(x, y) = x / y
action page(team: string) to "/act/{team}"
rule hot
on "/load/{host}" as e where cpu > high
let part = share(e.cpu, cpu)
when avg(part, 1m) > high and has note and count(1m from "/other/{host}" where cpu > 1) > 0
do fire "/load/{host}" { cpu: part ?? 0.0, ts: now }, set seen = cpu, page(host), log "{host} {part} {seen}"
rule cold on "/load/{host}" when not active(hot) and cpu < seen[host] for 1m do fire "/b/{host}"
mute hot where host like "test*"
test "t" { given param high = 0.1 send "/load/web" { cpu: 1.0, ts: 1 } }
`
	u := checkedUnit(t, []lang.Source{{Name: "x.eda", Text: program}})
	names := u.Names()
	f := u.Files[0]
	at := func(word string, n int) int { // of the n-th time it stands there
		i := -1
		for range n {
			j := strings.Index(program[i+1:], word)
			if j < 0 {
				t.Fatalf("%q is not there %d times", word, n)
			}
			i += 1 + j
		}
		return i
	}
	for _, c := range []struct {
		word string
		n    int
		kind lang.DefKind
		uses int // of the same thing
	}{
		{"high", 1, lang.DefParam, 4},
		{"host", 3, lang.DefCapture, 6}, // of rule hot, with the mute's
		{"seen", 1, lang.DefState, 4},
		{"cpu", 1, lang.DefField, 8},
		{"note", 1, lang.DefField, 2},
		{"share", 1, lang.DefFn, 2},
		{"team", 1, lang.DefArg, 2},
		{"page", 1, lang.DefAction, 2},
		{"part", 1, lang.DefLet, 4},
		{"hot", 1, lang.DefRule, 3},
		{"x /", 1, lang.DefArg, 2},
		{"e.cpu", 1, lang.DefAlias, 2},
	} {
		refs := names.At(f, at(c.word, c.n))
		if len(refs) != 1 || refs[0].Def.Kind != c.kind {
			t.Errorf("%s: %+v", c.word, refs)
			continue
		}
		if got := len(names.Of(refs[0].Def)); got != c.uses {
			for _, r := range names.Of(refs[0].Def) {
				line, col := lang.LineCol(program, r.At.Start)
				t.Logf("%d:%d", line, col)
			}
			t.Errorf("`%s` stands at %d places, want %d", c.word, got, c.uses)
		}
	}
	if heard := names.Meeting(names.Tags[0].Pattern); len(heard) != 5 {
		t.Errorf("the event's tag stands at %d places: %v", len(heard), heard)
	}
}
