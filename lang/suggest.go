package lang

import (
	"slices"
	"strings"
)

// Nearest returns the candidates that a misspelt name probably means, best
// first, at most three: those that differ in case alone, then those it begins,
// then those within a third of its length by optimal string alignment, where a
// swap of neighbours counts one (Boytsov, "Indexing methods for approximate
// dictionary searching", 2011, section 2.2).
func Nearest(name string, candidates []string) []string {
	type hit struct {
		name string
		rank int
	}
	var hits []hit
	most := max(1, len(name)/3)
	for _, c := range candidates {
		switch {
		case c == name || c == "":
		case strings.EqualFold(c, name):
			hits = append(hits, hit{c, 0})
		case len(name) >= 3 && strings.HasPrefix(c, name):
			hits = append(hits, hit{c, 1})
		case len(name) > longName:
		case len(c)-len(name) > most || len(name)-len(c) > most:
		default:
			if d := distance(name, c); d <= most {
				hits = append(hits, hit{c, 1 + d})
			}
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		return strings.Compare(a.name, b.name)
	})
	var out []string
	for _, h := range hits {
		if h.rank > hits[0].rank+1 {
			break // much farther than the best
		}
		if !slices.Contains(out, h.name) && len(out) < 3 {
			out = append(out, h.name)
		}
	}
	return out
}

// longName is how many bytes a name has at most to be compared letter by letter.
const longName = 200

// distance is the optimal string alignment distance in bytes.
func distance(a, b string) int {
	prev2 := make([]int, len(b)+1)
	prev := make([]int, len(b)+1)
	cur := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}

// didYouMean is a closing half-sentence for a message, or nothing.
func didYouMean(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return "; did you mean `" + names[0] + "`?"
	}
	return "; did you mean `" + strings.Join(names[:len(names)-1], "`, `") + "` or `" + names[len(names)-1] + "`?"
}

// Misspelt reports whether one word may be a slip of another: by case, or by
// spelling. Words that differ in their numbers alone are two.
func Misspelt(word, other string) bool {
	return word != other && (strings.EqualFold(word, other) || misspelt(word, other))
}
