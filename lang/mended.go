package lang

import (
	_ "embed"
	"strings"
)

// Which kinds of findings come with fixes is told by the examples of their
// pages: a test keeps this list.
//
//go:embed pages/fixes.txt
var mended string

// Mended is how the findings of a kind can be mended: "safe", "unsafe", or ""
// by hand alone.
func (c Code) Mended() string {
	_, rest, ok := strings.Cut(mended, c.String()+" ")
	if !ok {
		return ""
	}
	how, _, _ := strings.Cut(rest, "\n")
	return how
}
