package lang

import (
	"embed"
	"strings"
)

// Each kind of finding has a page, pages/EDA0203.md, which says to the reader
// what is wrong and what to do, and has programs to avoid and to prefer:
// blocks marked "eda avoid", each of which draws the finding, and "eda prefer",
// which draw none. A block can have files beside its rules, each after a line
// "-- NAME --": a table, a joined file, edac.toml, a recording. A test runs them.

//go:embed pages/*.md
var pages embed.FS

// Page is the page of a kind of finding, in Markdown; empty where there is none.
func (c Code) Page() string {
	text, err := pages.ReadFile("pages/" + c.String() + ".md")
	if err != nil {
		return ""
	}
	return string(text)
}

// Examples are the programs of the code's page: those that draw the finding,
// and similar ones that do not.
func (c Code) Examples() (avoid, prefer []string) {
	var block *[]string
	var text strings.Builder
	for line := range strings.Lines(c.Page()) {
		switch mark := strings.TrimSpace(line); {
		case block != nil && mark == "```":
			*block = append(*block, text.String())
			block = nil
			text.Reset()
		case block != nil:
			text.WriteString(line)
		case mark == "```eda avoid":
			block = &avoid
		case mark == "```eda prefer":
			block = &prefer
		}
	}
	return avoid, prefer
}
