package lang

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

var (
	readOnce    sync.Once
	readGrammar map[string]*node
)

// DeriveProgram writes a random program of n declarations with SPEC.md's
// grammar; most have no meaning.
func DeriveProgram(t testing.TB, seed uint64, n int) string {
	readOnce.Do(func() { readGrammar = specGrammar(t) })
	g := readGrammar
	names := []string{"rule", "rule", "rule", "use", "param", "event", "table", "state", "fn", "action", "may", "mute", "test"}
	r := rand.New(rand.NewPCG(43, seed))
	var b strings.Builder
	for range n {
		derive(r, g, g[names[r.IntN(len(names))]], 5+r.IntN(12), &b)
		b.WriteString("\n")
	}
	return b.String()
}

// Damaged is a source with one token damaged, and where.
func Damaged(r *rand.Rand, src Source) (string, Span) {
	toks, _ := scan(src)
	return damaged(r, src, toks)
}
func Rounds(n int) int { return rounds(n) }
