package lang

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The grammar of SPEC.md is held to the parser from both sides: whatever it
// derives is read without a finding, and whatever is read without a finding it
// derives.

// node is a part of a production.
type node struct {
	kind byte // 'a' alternatives, 's' sequence, '[' once or not, '{' any number, '"' a word, 'n' a production or token
	text string
	kids []*node
}

// ebnf reads the indented productions of a document, "name = … .", each
// beginning at the same column.
func ebnf(t testing.TB, text string) map[string]*node {
	t.Helper()
	var toks []string
	for f := strings.Fields(text); len(f) > 0; f = f[1:] {
		toks = append(toks, f[0])
	}
	prods := map[string]*node{}
	var alt func() *node
	next := func() string { return toks[0] }
	take := func() string { s := toks[0]; toks = toks[1:]; return s }
	closes := map[string]string{"[": "]", "{": "}", "(": ")"}
	seq := func() *node {
		n := &node{kind: 's'}
		for !slices.Contains([]string{"|", "]", "}", ")", "."}, next()) {
			s := take()
			switch {
			case closes[s] != "":
				kid := alt()
				if got := take(); got != closes[s] {
					t.Fatalf("grammar: %q closes %q", got, s)
				}
				if s != "(" {
					kid = &node{kind: s[0], kids: []*node{kid}}
				}
				n.kids = append(n.kids, kid)
			case s[0] == '"':
				n.kids = append(n.kids, &node{kind: '"', text: strings.Trim(s, `"`)})
			default:
				n.kids = append(n.kids, &node{kind: 'n', text: s})
			}
		}
		return n
	}
	alt = func() *node {
		n := &node{kind: 'a', kids: []*node{seq()}}
		for next() == "|" {
			take()
			n.kids = append(n.kids, seq())
		}
		return n
	}
	for len(toks) > 0 {
		name := take()
		if eq := take(); eq != "=" {
			t.Fatalf("grammar: %q after %q", eq, name)
		}
		prods[name] = alt()
		take()
	}
	return prods
}

// tokensOf are the productions that the lexer reads, with what they may be.
var tokensOf = map[string]struct {
	kind Kind
	some []string
}{
	"ID": {IdentTok, []string{"load", "host", "x", "y1", "last", "rule", "state", "from", "time"}}, "INT": {IntTok, []string{"5", "12"}},
	"FLOAT": {FloatTok, []string{"0.5", "2e3"}}, "DUR": {DurTok, []string{"10s", "1h30m"}}, "STR": {StrTok, []string{`"/a/{host}"`, `"ab"`}},
}

func specGrammar(t testing.TB) map[string]*node {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "SPEC.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "```ebnf\n")
	block, _, ok2 := strings.Cut(rest, "```")
	if !ok || !ok2 {
		t.Fatal("SPEC.md has no ebnf block")
	}
	g := ebnf(t, block)
	used := map[string]bool{"file": true}
	var look func(n *node)
	look = func(n *node) {
		if n.kind == 'n' {
			used[n.text] = true
			if _, isTok := tokensOf[n.text]; g[n.text] == nil && !isTok {
				t.Errorf("the grammar of SPEC.md uses %s and does not say what it is", n.text)
			}
		}
		for _, k := range n.kids {
			look(k)
		}
	}
	for _, n := range g {
		look(n)
	}
	for name := range g {
		if !used[name] {
			t.Errorf("nothing in the grammar of SPEC.md uses %s", name)
		}
	}
	return g
}

// derive writes a random sentence.
func derive(r *rand.Rand, g map[string]*node, n *node, depth int, b *strings.Builder) {
	switch n.kind {
	case 'a':
		kid := n.kids[r.IntN(len(n.kids))]
		if depth <= 0 { // the shortest way out
			kid = slices.MinFunc(n.kids, func(a, b *node) int { return weight(g, a, 0) - weight(g, b, 0) })
		}
		derive(r, g, kid, depth, b)
	case 's':
		for _, k := range n.kids {
			derive(r, g, k, depth, b)
		}
	case '[':
		if depth > 0 && r.IntN(2) == 0 {
			derive(r, g, n.kids[0], depth-1, b)
		}
	case '{':
		for depth > 0 && r.IntN(3) == 0 {
			derive(r, g, n.kids[0], depth-1, b)
		}
	case '"':
		fmt.Fprintf(b, "%s ", n.text)
	default:
		if tok, ok := tokensOf[n.text]; ok {
			fmt.Fprintf(b, "%s ", tok.some[r.IntN(len(tok.some))])
			return
		}
		derive(r, g, g[n.text], depth-1, b)
	}
}

// exceptions are what SPEC.md takes back in words: none stands alone in a key,
// and a name after a window word needs ), from or where behind it.
var exceptions = regexp.MustCompile(`by none ([^a-z]|in |like |matches )|(last|each|this|session) [a-z]\w* ,`)

// weight is how many tokens a node needs at least, as far as a few steps show.
func weight(g map[string]*node, n *node, steps int) int {
	if steps > 12 {
		return 100
	}
	switch n.kind {
	case 'a':
		w := 1000
		for _, k := range n.kids {
			w = min(w, weight(g, k, steps+1))
		}
		return w
	case 's':
		w := 0
		for _, k := range n.kids {
			w += weight(g, k, steps+1)
		}
		return w
	case '[', '{':
		return 0
	case 'n':
		if g[n.text] != nil {
			return weight(g, g[n.text], steps+1)
		}
	}
	return 1
}

func TestSpecGrammarIsRead(t *testing.T) {
	g := specGrammar(t)
	failed := 0
	for _, name := range []string{"rule", "use", "param", "event", "table", "state", "fn", "action", "may", "mute", "test"} {
		for seed := range uint64(600) {
			r := rand.New(rand.NewPCG(41, seed))
			var b strings.Builder
			derive(r, g, g[name], 6+r.IntN(14), &b)
			if exceptions.MatchString(b.String()) {
				continue
			}
			_, ds := Parse(Source{Name: "s", Text: b.String()})
			if len(ds) > 0 && failed < 8 {
				failed++
				t.Errorf("SPEC.md derives as a %s what draws: %s\n%s", name, ds[0].Message, b.String())
			}
		}
	}
}

// ends are the places at which a node that begins at a token can end.
func ends(g map[string]*node, n *node, toks []Token, at int, memo map[[2]any][]int) []int {
	key := [2]any{n, at}
	if out, ok := memo[key]; ok {
		return out
	}
	memo[key] = nil // nothing here begins with itself
	var out []int
	add := func(es []int) {
		for _, e := range es {
			if !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	switch n.kind {
	case 'a':
		for _, k := range n.kids {
			add(ends(g, k, toks, at, memo))
		}
	case 's':
		out = []int{at}
		for _, k := range n.kids {
			from := out
			out = nil
			for _, f := range from {
				add(ends(g, k, toks, f, memo))
			}
		}
	case '[', '{':
		out = []int{at}
		for i := 0; i < len(out); i++ {
			if i > 0 && n.kind == '[' {
				break
			}
			add(ends(g, n.kids[0], toks, out[i], memo))
		}
	case '"':
		if at < len(toks) && toks[at].Text == n.text && toks[at].Kind != StrTok {
			out = []int{at + 1}
		}
	default:
		if tok, ok := tokensOf[n.text]; ok {
			if at < len(toks) && toks[at].Kind == tok.kind {
				out = []int{at + 1}
			}
			break
		}
		out = ends(g, g[n.text], toks, at, memo)
	}
	memo[key] = out
	return out
}

func TestSpecGrammarDerivesWhatIsRead(t *testing.T) {
	g := specGrammar(t)
	n := 0
	for _, src := range corpus(t) {
		f, _ := Parse(src)
		for _, d := range f.Decls {
			if _, bad := d.(*BadDecl); bad {
				continue
			}
			text := src.Text[d.Span().Start:d.Span().End]
			if _, ds := Parse(Source{Name: "s", Text: text}); len(ds) > 0 {
				continue
			}
			all, _ := scan(Source{Name: "s", Text: text})
			toks := slices.DeleteFunc(all, func(t Token) bool { return !t.solid() || t.Kind == EOF })
			n++
			if !slices.Contains(ends(g, g["file"], toks, 0, map[[2]any][]int{}), len(toks)) {
				t.Errorf("%s: SPEC.md does not derive what is read without a finding:\n%s", src.Name, text)
			}
		}
	}
	if n < 60 {
		t.Errorf("only %d declarations looked at", n)
	}
}
