package lint

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/eda-lang/eda/lang"
)

// Changed are the lines of files that differ from an earlier version.
type Changed struct {
	lines map[string][][2]int // first and last, from 1
	whole map[string]bool     // files that are new
}

// ParseDiff reads the changed lines off a unified diff without context, as
// `git diff -U0` writes it. Name gives a file of the diff the name that the
// findings have for it.
func ParseDiff(diff string, name func(string) string) (*Changed, error) {
	c := &Changed{map[string][][2]int{}, map[string]bool{}}
	file := ""
	left := 0 // lines of the present hunk
	for line := range strings.Lines(diff) {
		line = strings.TrimRight(line, "\r\n")
		if left > 0 && (strings.HasPrefix(line, "+") || strings.HasPrefix(line, "-")) {
			left--
			continue
		}
		if to, ok := strings.CutPrefix(line, "+++ "); ok {
			if s, err := strconv.Unquote(to); err == nil { // odd characters
				to = s
			}
			file = ""
			if to, ok := strings.CutPrefix(strings.TrimSuffix(to, "\t"), "b/"); ok {
				file = name(to)
			}
			continue
		}
		if !strings.HasPrefix(line, "@@ ") {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) < 4 {
			return nil, fmt.Errorf("a diff with the line %q cannot be read", line)
		}
		_, gone, err1 := hunk(fields[1])
		start, count, err2 := hunk(fields[2])
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("a diff with the line %q cannot be read", line)
		}
		left = gone + count
		if file != "" {
			// what was taken away is seen at the lines around it
			c.lines[file] = append(c.lines[file], [2]int{start, max(start+count-1, start)})
		}
	}
	return c, nil
}

// hunk reads "-12,3" or "+12".
func hunk(s string) (start, count int, err error) {
	first, n, many := strings.Cut(s[1:], ",")
	if start, err = strconv.Atoi(first); err != nil {
		return 0, 0, err
	}
	count = 1
	if many {
		count, err = strconv.Atoi(n)
	}
	return start, count, err
}

// AddFile counts all lines of a file as changed.
func (c *Changed) AddFile(name string) { c.whole[name] = true }

// Has reports whether a finding is on a changed line. An error always counts:
// what breaks may stand far from what was changed.
func (c *Changed) Has(d *lang.Diag, files map[string]string) bool {
	if d.Severity == lang.Error || c.whole[d.Primary.File] {
		return true
	}
	lines := c.lines[d.Primary.File]
	if len(lines) == 0 {
		return false
	}
	first, _ := lang.LineCol(files[d.Primary.File], d.Primary.Span.Start)
	last, _ := lang.LineCol(files[d.Primary.File], d.Primary.Span.End)
	for _, l := range lines {
		if l[0] <= last && first <= l[1] {
			return true
		}
	}
	return false
}
