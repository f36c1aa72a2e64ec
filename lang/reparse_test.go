package lang

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// What a Parser makes of an edited file is what Parse makes of it, whatever is
// edited where.
func TestParserIsParse(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, pattern := range []string{"../testdata/canon/*.eda", "../testdata/nexmark/*.eda", "testdata/rules/*.eda", "testdata/errors/*"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			text := string(data)
			var p Parser
			p.Parse(Source{Name: "x.eda", Text: text})
			for _, insert := range []string{"# one line more\n", "", "x", "\"", "{", "on ", "\n\n"} {
				at := 0
				if insert != "# one line more\n" {
					at = r.IntN(len(text) + 1)
				}
				src := Source{Name: "x.eda", Text: text[:at] + insert + text[at:]}
				got, gotDiags := p.Parse(src)
				want, wantDiags := Parse(src)
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("%s with %q at %d: the trees differ", name, insert, at)
				}
				if !reflect.DeepEqual(gotDiags, wantDiags) {
					t.Fatalf("%s with %q at %d: the findings differ:\n%v\n%v", name, insert, at, gotDiags, wantDiags)
				}
			}
		}
	}
}

// A declaration that did not change is not read again, and one that stays where
// it was is the same.
func TestParserKeeps(t *testing.T) {
	var b strings.Builder
	for i := range 20 {
		fmt.Fprintf(&b, "on \"/a%d\" do fire \"/b\" { n: 1 + 2 }\n", i)
	}
	text := b.String()
	var p Parser
	before, _ := p.Parse(Source{Name: "x.eda", Text: text})
	at := strings.Index(text, "/a10")
	edited := Source{Name: "x.eda", Text: text[:at] + "/long" + text[at:]}
	after, _ := p.Parse(edited)
	for i := range 20 {
		if same := before.Decls[i] == after.Decls[i]; same != (i < 10) {
			t.Errorf("declaration %d: kept is %v", i, same)
		}
	}
	whole := testing.AllocsPerRun(5, func() { Parse(edited) })
	again := testing.AllocsPerRun(5, func() { p.Parse(edited) })
	if again > whole/4 {
		t.Errorf("an unchanged file takes %v allocations, the first reading %v", again, whole)
	}
}
