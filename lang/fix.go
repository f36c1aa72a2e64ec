package lang

import (
	"cmp"
	"slices"
	"strings"
)

// Edited are texts with the edits of fixes. Those of a fix are taken as a whole
// or not at all: edits of two fixes that overlap or touch do not go together.
type Edited struct {
	texts map[string]string
	taken map[string][]Edit // in order of place
}

// NewEdited begins with texts as they are.
func NewEdited(texts map[string]string) *Edited {
	return &Edited{texts, map[string][]Edit{}}
}

// Take adds the edits of a fix, unless one of them is in the way of what was
// taken before, or is of a text that is not there.
func (e *Edited) Take(f *Fix) bool {
	for i, x := range f.Edits {
		text, ok := e.texts[x.File]
		if !ok || x.Span.Start < 0 || x.Span.End < x.Span.Start || x.Span.End > len(text) {
			return false
		}
		at := e.place(x)
		list := e.taken[x.File]
		if at > 0 && list[at-1].Span.End >= x.Span.Start || at < len(list) && list[at].Span.Start <= x.Span.End {
			return false
		}
		for _, y := range f.Edits[:i] {
			if y.File == x.File && y.Span.Start < x.Span.End && x.Span.Start < y.Span.End {
				return false
			}
		}
	}
	for _, x := range f.Edits {
		e.taken[x.File] = slices.Insert(e.taken[x.File], e.place(x), x)
	}
	return len(f.Edits) > 0
}

// place is where an edit stands among those taken of its file.
func (e *Edited) place(x Edit) int {
	list := e.taken[x.File]
	i, _ := slices.BinarySearchFunc(list, x, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Span.Start, b.Span.Start), cmp.Compare(a.Span.End, b.Span.End))
	})
	for i < len(list) && list[i].Span == x.Span {
		i++
	}
	return i
}

// Files are the names of the texts that change, in order.
func (e *Edited) Files() []string {
	var out []string
	for name := range e.taken {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// Text is a text with its edits.
func (e *Edited) Text(name string) string {
	text := e.texts[name]
	var b strings.Builder
	at := 0
	for _, x := range e.taken[name] {
		b.WriteString(text[at:x.Span.Start])
		b.WriteString(x.Text)
		at = x.Span.End
	}
	b.WriteString(text[at:])
	return b.String()
}
