package lang

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Mark is something to say below a line of source.
type Mark struct {
	At    Span
	Under byte // '^' or '-' underlines the place; 0 hangs the text from its first character
	Text  string
}

// Annotate writes the lines of a source that have marks, each with its marks
// below, or all lines. A place that goes on over several lines is marked in its
// first.
func Annotate(w io.Writer, src Source, marks []Mark, all bool, opt RenderOptions) error {
	opt.Width = 1 << 30 // columns must stay what they are
	r := renderer{w: bufio.NewWriter(w), opt: opt}
	x := lineIndexOf(src.Text)
	marks = slices.Clone(marks)
	slices.SortStableFunc(marks, func(a, b Mark) int { return cmp.Compare(a.At.Start, b.At.Start) })
	last := 1
	if len(marks) > 0 {
		last, _ = x.at(marks[len(marks)-1].At.Start)
	}
	if all {
		last = len(x.starts)
		if last > 1 && x.starts[last-1] == len(src.Text) {
			last-- // after the last end of line
		}
	}
	gutter := len(strconv.Itoa(last))
	for number := 1; number <= last; number++ {
		n := 0
		for n < len(marks) {
			if at, _ := x.at(marks[n].At.Start); at != number {
				break
			}
			n++
		}
		if n > 0 || all {
			r.annotated(x, number, gutter, marks[:n])
		}
		marks = marks[n:]
	}
	return r.w.Flush()
}

// annotated writes one line and what is said of it.
func (r *renderer) annotated(x lineIndex, number, gutter int, marks []Mark) {
	line, start := x.line(number), x.starts[number-1]
	r.marked(line, number, 0, 0, gutter, 0, "", "")
	var hung []hanging
	for _, m := range marks {
		_, from, to := r.window(line, m.At.Start-start, min(m.At.End-start, len(line)))
		if m.Under == 0 {
			hung = append(hung, hanging{from, r.said(m.Text)})
			continue
		}
		color := blue
		if m.Under == '^' {
			color = red
		}
		under := strings.Repeat(string(m.Under), max(1, to-from))
		if m.Text != "" {
			under += " " + r.said(m.Text)
		}
		r.below(gutter, strings.Repeat(" ", from)+r.paint(color, under))
	}
	for _, row := range hang(hung) {
		r.below(gutter, r.paint(cyan, row))
	}
}

func (r *renderer) below(gutter int, text string) {
	fmt.Fprintf(r.w, "%*s %s %s\n", gutter+1, "", r.paint(blue, "|"), text)
}

// hanging is a text below a column of a line.
type hanging struct {
	col  int
	text string
}

// hang lays texts out below their columns, each at the end of a bar, as few
// rows as it takes so that none touches another.
func hang(items []hanging) []string {
	if len(items) == 0 {
		return nil
	}
	var cols []hanging
	for _, it := range items {
		if n := len(cols); n > 0 && cols[n-1].col == it.col {
			if cols[n-1].text != it.text {
				cols[n-1].text += ", " + it.text
			}
			continue
		}
		cols = append(cols, it)
	}
	write := func(row []byte, col int, text string) []byte {
		for utf8.RuneCount(row) < col {
			row = append(row, ' ')
		}
		return append(row, text...)
	}
	var bars []byte
	for _, c := range cols {
		bars = write(bars, c.col, "|")
	}
	rows := []string{string(bars)}
	for len(cols) > 0 {
		here := make([]bool, len(cols)) // ends in this row
		right := 1 << 30
		for i := len(cols) - 1; i >= 0; i-- {
			if here[i] = cols[i].col+utf8.RuneCountInString(cols[i].text) < right; here[i] || right > cols[i].col {
				right = cols[i].col
			}
		}
		var row []byte
		var rest []hanging
		for i, c := range cols {
			if here[i] {
				row = write(row, c.col, c.text)
			} else {
				row = write(row, c.col, "|")
				rest = append(rest, c)
			}
		}
		rows = append(rows, string(row))
		cols = rest
	}
	return rows
}
