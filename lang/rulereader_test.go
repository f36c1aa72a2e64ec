package lang

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/alecthomas/participle/v2/lexer"
)

// The reader of rules gives the trees that the grammar gives, for every rule
// of the corpus, for those derived from SPEC.md's grammar, and for damaged
// ones; where the grammar sees an error it gives none.
func TestRuleReaderIsTheGrammar(t *testing.T) {
	read, refused := 0, 0
	check := func(text string) {
		toks, _ := scan(Source{Name: "r", Text: text})
		for _, chunk := range split(toks) {
			if chunk[0].Text != "on" && chunk[0].Text != "rule" {
				continue
			}
			last := len(chunk) - 1
			for !chunk[last].solid() {
				last--
			}
			chunk = chunk[:last+1]
			a, _ := lexer.Upgrade(&feed{toks: chunk})
			b, _ := lexer.Upgrade(&feed{toks: chunk})
			mine := readRule(a)
			theirs, err := readByGrammar(b, Span{})
			if (mine == nil) != (err != nil) {
				t.Fatalf("%q: the reader says %v, the grammar %v", text, mine != nil, err)
			}
			if mine == nil {
				refused++
				continue
			}
			read++
			if !reflect.DeepEqual(Decl(mine), theirs) {
				t.Fatalf("%q: other trees\n%+v\n%+v", text, mine, theirs)
			}
		}
	}
	for _, src := range corpus(t) {
		check(src.Text)
	}
	for seed := range uint64(rounds(2000)) {
		check(DeriveProgram(t, seed, 2))
	}
	src := canon(t)
	toks, _ := scan(src)
	r := rand.New(rand.NewPCG(5, 6))
	for range rounds(400) {
		text, _ := damaged(r, src, toks)
		check(text)
	}
	t.Logf("%d rules read, %d refused", read, refused)
	if read < 500 || refused < 20 {
		t.Errorf("only %d rules were read, and %d refused", read, refused)
	}
}
