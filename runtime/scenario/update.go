package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// Update is what makes failing tests pass: their expects say what was fired.
type Update struct {
	Edits   []lang.Edit // in order of file and place
	Updated []*lang.TestInfo
	Left    []Left
}

// Left is a failing test that cannot be mended by its expects.
type Left struct {
	Test *lang.TestInfo
	Why  string
}

// Update works out how the expects of failing tests would say what was fired.
// Expects that are met stay as they are, and so does all else in the file. What
// it finds has been tried: the tests pass with it.
func (s *Suite) Update(results []*Result) (*Update, error) {
	up := &Update{}
	for _, r := range results {
		if r.Passed() || slices.Contains(up.Updated, r.Test) {
			continue
		}
		if r.script == nil {
			up.Left = append(up.Left, Left{r.Test, "it cannot be run: " + r.Failures[0].Message})
			continue
		}
		edits, err := s.mend(r)
		if err != nil {
			return nil, err
		}
		if edits == nil {
			up.Left = append(up.Left, Left{r.Test, "what was fired cannot be written as constants"})
			continue
		}
		up.Edits = append(up.Edits, edits...)
		up.Updated = append(up.Updated, r.Test)
	}
	slices.SortStableFunc(up.Edits, func(a, b lang.Edit) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Span.Start, b.Span.Start))
	})
	return up, nil
}

// Apply is a text with the edits of its file, which are in order and apart.
func Apply(src lang.Source, edits []lang.Edit) string {
	var b strings.Builder
	at := 0
	for _, e := range edits {
		if e.File == src.Name {
			b.WriteString(src.Text[at:e.Span.Start])
			b.WriteString(e.Text)
			at = e.Span.End
		}
	}
	b.WriteString(src.Text[at:])
	return b.String()
}

// mend finds edits with which a test passes: as few as it takes, or else all
// its expects anew; nil if neither does.
func (s *Suite) mend(r *Result) ([]lang.Edit, error) {
	for _, anew := range []bool{false, true} {
		p := newPatch(r, anew)
		p.expects()
		edits := p.edits()
		u, ok := s.changed(r.Test.File, Apply(r.Test.File.Source, edits))
		if !ok {
			continue
		}
		again, err := New(u, s.env).Run(u.Tests[slices.Index(s.unit.Tests, r.Test)])
		if err != nil {
			return nil, err
		}
		if again.Passed() {
			return edits, nil
		}
	}
	return nil, nil
}

// changed is the unit with another text for one of its files; ok is false if
// it does not check.
func (s *Suite) changed(file *lang.File, text string) (*lang.Unit, bool) {
	src := file.Source
	src.Text = text
	next, ds := lang.Parse(src)
	if ds.HasErrors() {
		return nil, false
	}
	files := slices.Clone(s.unit.Files)
	files[slices.Index(files, file)] = next
	u, ds := lang.Check(files, s.env)
	return u, !ds.HasErrors() && len(u.Tests) == len(s.unit.Tests)
}

// patch collects changes to the steps of a test.
type patch struct {
	r      *Result
	text   string
	steps  []*lang.TestStep
	anew   bool
	change map[int]string   // the new text of a step, "" to delete it
	insert map[int][]string // steps to insert after a step; -1 is before all
}

func newPatch(r *Result, anew bool) *patch {
	return &patch{r: r, text: r.Test.File.Source.Text, steps: r.Test.Decl.Steps, anew: anew, change: map[int]string{}, insert: map[int][]string{}}
}

// expects decides what becomes of each expect and each effect.
func (p *patch) expects() {
	sc, effects := p.r.script, p.r.effects
	by, met := sc.claims(effects)
	free := make([]bool, len(effects)) // to be expected
	for j := range effects {
		free[j] = p.anew && by[j] != excused || by[j] == unclaimed || by[j] >= 0 && sc.expects[by[j]].nothing
	}
	i := -1
	for k, st := range p.steps {
		if st.Kind != lang.Expect && st.Kind != lang.ExpectNothing {
			continue
		}
		i++
		x := &sc.expects[i]
		if x.nothing || met[i] && !p.anew {
			continue
		}
		p.change[k] = ""
		best := -1
		for j := range effects {
			e := &effects[j]
			if p.anew || !free[j] || e.Tag != x.tag || e.T > x.until || by[j] >= 0 && by[j] < i {
				continue
			}
			if best < 0 || x.timed && e.T == x.exact && effects[best].T != x.exact {
				best = j
			}
		}
		if best >= 0 {
			free[best] = false
			p.change[k] = p.corrected(st, x, &effects[best])
		}
	}
	for j := range effects {
		if free[j] {
			e := &effects[j]
			text := "expect " + quoted(e.Tag)
			if data, ok := literal(e.Data); ok && len(e.Data.Fields()) > 0 && data != "{}" {
				text += " " + data
			}
			at := p.place(e.T)
			p.insert[at] = append(p.insert[at], text+" at "+calendar.FormatDuration(e.T-sc.start))
		}
	}
}

// corrected is an expect with the same fields and, if it has one, an "at" that
// fit the effect.
func (p *patch) corrected(st *lang.TestStep, x *expectation, e *vm.Effect) string {
	text := "expect " + st.Tag.Raw
	if st.Data != nil {
		at := st.Data.Span()
		data := p.text[at.Start:at.End]
		timeless := *x
		timeless.timed = false
		if !timeless.fits(e) {
			var fields []value.Field
			for _, f := range x.fields.Fields() {
				if v := e.Data.Get(f.Name); !v.IsNone() || f.Value.IsNone() {
					fields = append(fields, value.Field{Name: f.Name, Value: v})
				}
			}
			data, _ = literal(value.Object(fields))
		}
		if data != "{}" && data != "" {
			text += " " + data
		}
	}
	if x.timed {
		text += " at " + calendar.FormatDuration(e.T-p.r.script.start)
	}
	return text
}

// place is the step after which an effect of instant t is expected: among
// those at the first clock not before t the last, but before "nothing".
func (p *patch) place(t int64) int {
	clocks := p.r.script.clocks
	k := 0
	for k < len(clocks)-1 && clocks[k] < t {
		k++
	}
	clock := clocks[k]
	for k < len(clocks) && clocks[k] == clock && p.steps[k].Kind != lang.ExpectNothing {
		k++
	}
	for k--; k >= 0 && p.gone(k); k-- { // after one that stays
	}
	return k
}

// edits are the changes as edits of the file.
func (p *patch) edits() []lang.Edit {
	var out []lang.Edit
	edit := func(start, end int, text string) {
		if n := len(out); n > 0 { // the space between two that go may be gone already
			start = max(start, out[n-1].Span.End)
		}
		out = append(out, lang.Edit{File: p.r.Test.File.Source.Name, Span: lang.Span{Start: start, End: end}, Text: text})
	}
	if list := p.insert[-1]; list != nil {
		open := strings.IndexByte(p.text[p.r.Test.Decl.Name.Span().End:], '{') + p.r.Test.Decl.Name.Span().End + 1
		p.after(open, "  ", list, edit)
	}
	for k := 0; k < len(p.steps); k++ {
		start, end := p.steps[k].At.Start, p.steps[k].At.End
		switch text, changed := p.change[k]; {
		case !changed:
		case text != "":
			edit(start, end, text)
		default:
			for k+1 < len(p.steps) && p.gone(k+1) && strings.Trim(p.text[end:p.steps[k+1].At.Start], " \t") == "" {
				k++ // in the same line
				end = p.steps[k].At.End
			}
			at := p.hole(start, end)
			edit(at.Start, at.End, "")
		}
		if list := p.insert[k]; list != nil {
			p.after(end, p.indent(start), list, edit)
		}
	}
	return out
}

// gone reports whether a step is deleted.
func (p *patch) gone(k int) bool {
	text, changed := p.change[k]
	return changed && text == ""
}

// hole is what to delete with a step: its line, if nothing else is in it, or
// else the space before it.
func (p *patch) hole(start, end int) lang.Span {
	from := len(strings.TrimRight(p.text[:start], " \t"))
	rest, _, _ := strings.Cut(p.text[end:], "\n")
	if from > 0 && p.text[from-1] != '\n' {
		if after := strings.TrimLeft(rest, " \t"); p.text[from-1] == '{' && strings.HasPrefix(after, "}") { // "{}"
			end += len(rest) - len(after)
		}
		return lang.Span{Start: from, End: end}
	}
	if comment := strings.TrimLeft(rest, " \t"); strings.TrimSpace(comment) != "" { // takes the step's place
		return lang.Span{Start: start, End: end + len(rest) - len(comment)}
	}
	end = min(end+len(rest)+1, len(p.text))
	if strings.HasSuffix(p.text[:from], "\n\n") && strings.HasPrefix(p.text[end:], "\n") { // one blank line of two
		end++
	}
	return lang.Span{Start: from, End: end}
}

// indent is the white space before a step that begins its line.
func (p *patch) indent(start int) string {
	from := strings.LastIndexByte(p.text[:start], '\n') + 1
	before := p.text[from:start]
	if strings.TrimSpace(before) != "" {
		return "  "
	}
	return before
}

// after inserts steps behind the place where one ends: each in a line of its
// own if nothing but a comment follows there, otherwise in the same line.
func (p *patch) after(end int, indent string, list []string, edit func(start, end int, text string)) {
	rest, _, more := strings.Cut(p.text[end:], "\n")
	bare := strings.TrimSpace(rest)
	if more && (bare == "" || strings.HasPrefix(bare, "#")) {
		at := end + len(strings.TrimRight(rest, " \t\r"))
		edit(at, at, "\n"+indent+strings.Join(list, "\n"+indent))
		return
	}
	edit(end, end, " "+strings.Join(list, " "))
}

// literal writes a value as an expression. What has no literal, such as an
// instant, is left out of objects; ok is false if that is all there is.
func literal(v value.Value) (text string, ok bool) {
	switch v.Kind() {
	case value.KindTime:
		return "", false
	case value.KindDuration:
		d, _ := v.AsDuration()
		return calendar.FormatDuration(d), d > 0
	case value.KindFloat:
		return strings.Replace(string(value.AppendJSON(nil, v)), "e+", "e", 1), true
	case value.KindString:
		s, _ := v.AsString()
		return quoted(s), utf8.ValidString(s)
	case value.KindList:
		items := make([]string, len(v.Items()))
		for i, x := range v.Items() {
			if items[i], ok = literal(x); !ok {
				return "", false
			}
		}
		return "[" + strings.Join(items, ", ") + "]", true
	case value.KindObject:
		var parts []string
		for _, f := range v.Fields() {
			if text, ok := literal(f.Value); ok {
				parts = append(parts, member(f.Name)+": "+text)
			}
		}
		if len(parts) == 0 {
			return "{}", true
		}
		return "{ " + strings.Join(parts, ", ") + " }", true
	}
	return value.Text(v), true
}

// member is the name of a member as it is written.
func member(name string) string {
	x, ds := lang.ParseExpr(name, "name")
	if id, ok := x.(*lang.Ident); ok && len(ds) == 0 && id.Text == name {
		return name
	}
	return quoted(name)
}

// quoted is a text as a string of rules.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\' || c == '{' || c == '}':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case !unicode.IsPrint(c):
			fmt.Fprintf(&b, `\u{%X}`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
