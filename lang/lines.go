package lang

import (
	"sort"
	"unicode/utf16"
	"unicode/utf8"
)

// LineCol is the line and column of an offset, both from 1, the column in runes.
func LineCol(text string, offset int) (line, column int) { return lineIndexOf(text).at(offset) }

// lineIndex finds lines and columns in a text.
type lineIndex struct {
	text   string
	starts []int
}

func lineIndexOf(text string) lineIndex {
	x := lineIndex{text: text, starts: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			x.starts = append(x.starts, i+1)
		}
	}
	return x
}

// at is the line and column of an offset, from 1, the column in runes.
func (x lineIndex) at(offset int) (line, column int) {
	offset = max(0, min(offset, len(x.text)))
	i := sort.SearchInts(x.starts, offset+1) - 1
	return i + 1, utf8.RuneCountInString(x.text[x.starts[i]:offset]) + 1
}

// utf16 is the column in UTF-16 units, from 1, as editors count.
func (x lineIndex) utf16(offset int) int {
	offset = max(0, min(offset, len(x.text)))
	i := sort.SearchInts(x.starts, offset+1) - 1
	return len(utf16.Encode([]rune(x.text[x.starts[i]:offset]))) + 1
}

// line is the text of a line, from 1, without its end.
func (x lineIndex) line(n int) string {
	start, end := x.starts[n-1], len(x.text)
	if n < len(x.starts) {
		end = x.starts[n] - 1
	}
	if end > start && x.text[end-1] == '\r' {
		end--
	}
	return x.text[start:end]
}
