package lang

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// RenderOptions says how findings are shown. The zero value is plain text
// without colour, with all findings.
type RenderOptions struct {
	Format    string  // the name of one of Renderings; empty is text
	Color     bool    // in text
	ASCII     bool    // nothing of ours beyond ASCII
	MaxErrors int     // stop printing text after so many; 0 prints all
	Width     int     // longer source lines are cut around the caret; 0 means 100
	FixHint   string  // stands in brackets after a safe fix, such as "edac lint --fix applies this"
	Units     []*Unit // the programs checked: their rules and keys stand in JSON
	// Cost is, of those, an estimate of the bytes a rule keeps for one key, and of
	// the operations that an event takes.
	Cost    func(*RuleInfo) (bytes int64, operations int)
	Version string // of the tool, in SARIF

	Suppressed []Suppressed // findings that are not shown: counted in JSON, marked in SARIF
}

// Render writes findings for people or machines. The texts are those of the
// files the findings name.
func Render(w io.Writer, ds Diagnostics, files map[string]string, opt RenderOptions) error {
	if opt.Width <= 0 {
		opt.Width = 100
	}
	r := renderer{w: bufio.NewWriter(w), opt: opt, texts: files, indexes: map[string]*lineIndex{}}
	if opt.Format == "" {
		opt.Format = "text"
	}
	f, err := LookupRendering(opt.Format)
	if err != nil {
		return err
	}
	if err := f.write(&r, ds); err != nil {
		return err
	}
	return r.w.Flush()
}

type renderer struct {
	w       *bufio.Writer
	opt     RenderOptions
	texts   map[string]string
	indexes map[string]*lineIndex
}

// capped shows the first findings and counts the others.
func (r *renderer) capped(ds Diagnostics, show func(*Diag)) error {
	n := len(ds)
	if r.opt.MaxErrors > 0 {
		n = min(n, r.opt.MaxErrors)
	}
	for i := range ds[:n] {
		show(&ds[i])
	}
	if n == len(ds) {
		return nil
	}
	in := map[string]bool{}
	for i := range ds[n:] {
		in[ds[n+i].Primary.File] = true
	}
	plural := "s"
	if len(in) == 1 {
		plural = ""
	}
	_, err := fmt.Fprintf(r.w, "and %d more in %d file%s\n", len(ds)-n, len(in), plural)
	return err
}

// Colours of a terminal: none, or SGR sequences.
const (
	bold   = "1"
	red    = "1;31"
	yellow = "1;33"
	cyan   = "1;36"
	blue   = "34"
	green  = "32"
)

var severityColor = [...]string{Error: red, Warning: yellow, Hint: cyan}

func (r *renderer) paint(color, s string) string {
	if !r.opt.Color || s == "" {
		return s
	}
	return "\x1b[" + color + "m" + s + "\x1b[0m"
}

// said is a text of ours as the terminal may show it: no control characters,
// and only ASCII if so wished.
func (r *renderer) said(s string) string {
	clean := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		switch {
		case c == '\n', c == '\t':
			b.WriteByte(' ')
		case c == '…' && r.opt.ASCII:
			b.WriteString("...")
		case !unicode.IsPrint(c), r.opt.ASCII && c >= 0x80:
			fmt.Fprintf(&b, "\\u{%X}", c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

func (r *renderer) text(d *Diag) {
	color := severityColor[d.Severity]
	fmt.Fprintf(r.w, "%s %s: %s\n", r.paint(color, fmt.Sprintf("%s[%s]", d.Severity, d.Code)), d.Slug(), r.paint(bold, r.said(d.Message)))
	in := ""
	if d.Rule != "" {
		in = "   (rule " + r.said(d.Rule) + ")"
	}
	gutter := r.gutter(d)
	r.excerpt(d.Primary, gutter, '^', color, in, d.Primary.Text)
	for _, l := range d.Labels {
		r.gap(gutter)
		fmt.Fprintf(r.w, "%s %s\n", r.paint(bold, "note:"), r.said(l.Text))
		r.excerpt(l, gutter, '-', blue, "", "")
	}
	for _, n := range d.Notes {
		fmt.Fprintf(r.w, "%s %s\n", r.paint(bold, "note:"), r.said(n))
	}
	for i := range d.Fixes {
		r.fix(&d.Fixes[i], gutter)
	}
	r.w.WriteByte('\n')
}

// gutter is the width of the greatest line number a finding shows.
func (r *renderer) gutter(d *Diag) int {
	most := 1
	look := func(file string, at int) {
		if x := r.index(file); x != nil {
			line, _ := x.at(at)
			most = max(most, line)
		}
	}
	look(d.Primary.File, d.Primary.Span.Start)
	for _, l := range d.Labels {
		look(l.File, l.Span.Start)
	}
	for _, f := range d.Fixes {
		for _, e := range f.Edits {
			look(e.File, e.Span.Start)
		}
	}
	return len(strconv.Itoa(most))
}

func (r *renderer) gap(gutter int) {
	fmt.Fprintf(r.w, "%*s %s\n", gutter+1, "", r.paint(blue, "|"))
}

// excerpt shows a place: its line, and what is meant underlined.
func (r *renderer) excerpt(l Label, gutter int, mark byte, color, in, say string) {
	x := r.index(l.File)
	if x == nil {
		fmt.Fprintf(r.w, "%*s%s %s%s\n", gutter+1, "", r.paint(blue, "-->"), r.said(l.File), in)
		return
	}
	number, column := x.at(l.Span.Start)
	fmt.Fprintf(r.w, "%*s%s %s:%d:%d%s\n", gutter+1, "", r.paint(blue, "-->"), r.said(l.File), number, column, in)
	line, start := x.line(number), x.starts[number-1]
	r.gap(gutter)
	r.marked(line, number, l.Span.Start-start, min(l.Span.End-start, len(line)), gutter, mark, color, say)
}

// marked prints one line of source with the bytes from a to b underlined.
func (r *renderer) marked(line string, number, a, b, gutter int, mark byte, color, say string) {
	shown, from, to := r.window(line, a, max(a, b))
	if shown != "" {
		shown = " " + shown
	}
	fmt.Fprintf(r.w, " %*d %s%s\n", gutter, number, r.paint(blue, "|"), shown)
	if mark == 0 {
		return
	}
	under := strings.Repeat(string(mark), max(1, to-from))
	if say != "" {
		under += " " + r.said(say)
	}
	fmt.Fprintf(r.w, "%*s %s %s%s\n", gutter+1, "", r.paint(blue, "|"), strings.Repeat(" ", from), r.paint(color, under))
}

// window is a line as a terminal shows it, cut around the bytes from a to b if
// it is long, and the columns at which those begin and end.
func (r *renderer) window(line string, a, b int) (shown string, from, to int) {
	type cell struct {
		text  string
		width int
	}
	var cells []cell
	var at, first, last int // columns so far; cells of a and b
	first, last = -1, -1
	for i := 0; i < len(line); {
		if i >= a && first < 0 {
			first, from = len(cells), at
		}
		if i >= b && last < 0 {
			last, to = len(cells), at
		}
		c, n := utf8.DecodeRuneInString(line[i:])
		var one cell
		switch {
		case c == '\t':
			one = cell{strings.Repeat(" ", 4-at%4), 4 - at%4}
		case c == utf8.RuneError && n == 1:
			one = cell{"?", 1}
		case unicode.Is(unicode.Mn, c), unicode.Is(unicode.Me, c):
			one = cell{line[i : i+n], 0}
		case !unicode.IsPrint(c), r.opt.ASCII && c >= 0x80:
			one = cell{"?", 1}
		default:
			one = cell{line[i : i+n], runeWidth(c)}
		}
		cells = append(cells, one)
		at += one.width
		i += n
	}
	if first < 0 {
		first, from = len(cells), at
	}
	if last < 0 {
		last, to = len(cells), at
	}
	to = max(to, from)
	lo, hi := 0, len(cells)
	dots := "…"
	if r.opt.ASCII {
		dots = "..."
	}
	if at > r.opt.Width { // keep what is marked, and as much on its left as on its right
		lo, hi = first, first
		room := r.opt.Width - 2*utf8.RuneCountInString(dots)
		for room > 0 && hi < last {
			room -= cells[hi].width
			hi++
		}
		for room > 0 && (lo > 0 || hi < len(cells)) {
			if lo > 0 {
				lo--
				room -= cells[lo].width
			}
			if hi < len(cells) && room > 0 {
				room -= cells[hi].width
				hi++
			}
		}
	}
	var s strings.Builder
	skipped := 0
	if lo > 0 {
		s.WriteString(dots)
		for _, c := range cells[:lo] {
			skipped += c.width
		}
		skipped -= utf8.RuneCountInString(dots)
	}
	seen := 0
	for _, c := range cells[lo:hi] {
		s.WriteString(c.text)
		seen += c.width
	}
	if hi < len(cells) {
		s.WriteString(dots)
		to = min(to, skipped+seen+utf8.RuneCountInString(dots))
	}
	return s.String(), from - skipped, to - skipped
}

// runeWidth is the number of columns a character takes: two for the blocks of
// East Asian wide characters and emoji, one for others.
func runeWidth(c rune) int {
	if c >= 0x1100 && (c <= 0x115f || c >= 0x2e80 && c <= 0x303e || c >= 0x3041 && c <= 0xa4cf || c >= 0xac00 && c <= 0xd7a3 ||
		c >= 0xf900 && c <= 0xfaff || c >= 0xfe30 && c <= 0xfe6f || c >= 0xff00 && c <= 0xff60 || c >= 0xffe0 && c <= 0xffe6 ||
		c >= 0x1f300 && c <= 0x1f64f || c >= 0x1f680 && c <= 0x1f6ff || c >= 0x1f900 && c <= 0x1f9ff || c >= 0x20000 && c <= 0x3fffd) {
		return 2
	}
	return 1
}

// fix says what would mend a finding and shows the line as it would be.
func (r *renderer) fix(f *Fix, gutter int) {
	hint := ""
	if f.Safe && r.opt.FixHint != "" {
		hint = "           [" + r.opt.FixHint + "]"
	}
	fmt.Fprintf(r.w, "%s %s%s\n", r.paint(bold, "help:"), r.said(f.Title), hint)
	if len(f.Edits) == 0 {
		return
	}
	x := r.index(f.Edits[0].File)
	if x == nil {
		return
	}
	edits := slices.Clone(f.Edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	number, _ := x.at(edits[0].Span.Start)
	start := x.starts[number-1]
	end := start + len(x.line(number))
	var line strings.Builder
	from, to, at := -1, -1, start
	for _, e := range edits {
		if e.File != f.Edits[0].File || e.Span.Start < at || e.Span.End > end || strings.Contains(e.Text, "\n") {
			return // not to be shown in one line
		}
		line.WriteString(x.text[at:e.Span.Start])
		if from < 0 {
			from = line.Len()
		}
		line.WriteString(e.Text)
		if e.Text != "" {
			to = line.Len()
		}
		at = e.Span.End
	}
	line.WriteString(x.text[at:end])
	r.gap(gutter)
	mark := byte('~')
	if to < 0 {
		mark = 0
	}
	r.marked(line.String(), number, from, to, gutter, mark, green, "")
}

func (r *renderer) compact(d *Diag) {
	where := r.said(d.Primary.File)
	if x := r.index(d.Primary.File); x != nil {
		line, column := x.at(d.Primary.Span.Start)
		where = fmt.Sprintf("%s:%d:%d", where, line, column)
	}
	fmt.Fprintf(r.w, "%s: %s %s\n", where, r.paint(severityColor[d.Severity], fmt.Sprintf("%s[%s]", d.Severity, d.Code)), r.said(d.Message))
}

// index is the line index of a file, nil for one that is not there.
func (r *renderer) index(file string) *lineIndex {
	x, ok := r.indexes[file]
	if !ok {
		if text, known := r.texts[file]; known {
			y := lineIndexOf(text)
			x = &y
		}
		r.indexes[file] = x
	}
	return x
}

// The shape of JSON output, version 1.
type (
	jsonPos struct {
		Offset int `json:"offset"`
		Line   int `json:"line"`
		Column int `json:"column"`
		UTF16  int `json:"utf16"`
	}
	jsonSpan struct {
		Start jsonPos `json:"start"`
		End   jsonPos `json:"end"`
	}
	jsonLabel struct {
		File string   `json:"file"`
		Span jsonSpan `json:"span"`
		Text string   `json:"text"`
	}
	jsonEdit struct {
		File  string `json:"file"`
		Start int    `json:"start"`
		End   int    `json:"end"`
		Text  string `json:"text"`
	}
	jsonFix struct {
		Title string     `json:"title"`
		Safe  bool       `json:"safe"`
		Edits []jsonEdit `json:"edits"`
	}
	jsonDiag struct {
		Code     string      `json:"code"`
		Slug     string      `json:"slug"`
		Severity string      `json:"severity"`
		Rule     string      `json:"rule,omitempty"`
		Message  string      `json:"message"`
		File     string      `json:"file"`
		Span     jsonSpan    `json:"span"`
		Labels   []jsonLabel `json:"labels"`
		Notes    []string    `json:"notes"`
		Fixes    []jsonFix   `json:"fixes"`
		Explain  string      `json:"explain"`
	}
	jsonRule struct {
		Rule string   `json:"rule"`
		File string   `json:"file"`
		Key  []string `json:"key"`

		BytesPerKey        *int64 `json:"bytes_per_key,omitempty"`
		OperationsPerEvent *int   `json:"operations_per_event,omitempty"`
	}
	jsonSummary struct {
		Error      int `json:"error"`
		Warning    int `json:"warning"`
		Hint       int `json:"hint"`
		Suppressed int `json:"suppressed"`
		Files      int `json:"files"`
	}
	jsonReport struct {
		Version     int         `json:"version"`
		Tool        string      `json:"tool"`
		Diagnostics []jsonDiag  `json:"diagnostics"`
		Rules       []jsonRule  `json:"rules,omitempty"`
		Summary     jsonSummary `json:"summary"`
	}
)

func (r *renderer) json(ds Diagnostics) error {
	enc := json.NewEncoder(r.w)
	enc.SetEscapeHTML(false)
	report := jsonReport{Version: 1, Tool: "edac", Diagnostics: []jsonDiag{}, Summary: jsonSummary{Suppressed: len(r.opt.Suppressed), Files: len(r.texts)}}
	for i := range ds {
		d := &ds[i]
		switch d.Severity {
		case Error:
			report.Summary.Error++
		case Warning:
			report.Summary.Warning++
		case Hint:
			report.Summary.Hint++
		}
		report.Diagnostics = append(report.Diagnostics, r.jsonDiag(d))
	}
	for _, u := range r.opt.Units {
		for _, rule := range u.Rules {
			jr := jsonRule{Rule: rule.Label, Key: []string{}}
			if rule.File != nil {
				jr.File = rule.File.Source.Name
			}
			for _, k := range rule.Key {
				jr.Key = append(jr.Key, k.Name)
			}
			if r.opt.Cost != nil {
				bytes, operations := r.opt.Cost(rule)
				jr.BytesPerKey, jr.OperationsPerEvent = &bytes, &operations
			}
			report.Rules = append(report.Rules, jr)
		}
	}
	return enc.Encode(report)
}

func (r *renderer) jsonSpan(l Label) jsonSpan {
	x := r.index(l.File)
	if x == nil {
		return jsonSpan{jsonPos{Offset: l.Span.Start}, jsonPos{Offset: l.Span.End}}
	}
	at := func(offset int) jsonPos {
		offset = max(0, min(offset, len(x.text)))
		line, column := x.at(offset)
		return jsonPos{offset, line, column, x.utf16(offset) - 1}
	}
	return jsonSpan{at(l.Span.Start), at(l.Span.End)}
}

// jsonl writes each finding on a line of its own.
func (r *renderer) jsonl(ds Diagnostics) error {
	enc := json.NewEncoder(r.w)
	enc.SetEscapeHTML(false)
	for i := range ds {
		if err := enc.Encode(r.jsonDiag(&ds[i])); err != nil {
			return err
		}
	}
	return nil
}

func (r *renderer) jsonDiag(d *Diag) jsonDiag {
	j := jsonDiag{
		Code: d.Code.String(), Slug: d.Slug(), Severity: d.Severity.String(), Rule: d.Rule, Message: d.Message,
		File: d.Primary.File, Span: r.jsonSpan(d.Primary), Labels: []jsonLabel{}, Notes: append([]string{}, d.Notes...),
		Fixes: []jsonFix{}, Explain: d.Code.String(),
	}
	if d.Primary.Text != "" {
		j.Labels = append(j.Labels, jsonLabel{d.Primary.File, j.Span, d.Primary.Text})
	}
	for _, l := range d.Labels {
		j.Labels = append(j.Labels, jsonLabel{l.File, r.jsonSpan(l), l.Text})
	}
	for _, f := range d.Fixes {
		jf := jsonFix{f.Title, f.Safe, []jsonEdit{}}
		for _, e := range f.Edits {
			jf.Edits = append(jf.Edits, jsonEdit{e.File, e.Span.Start, e.Span.End, e.Text})
		}
		j.Fixes = append(j.Fixes, jf)
	}
	return j
}
