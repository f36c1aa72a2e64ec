package lang

import "strings"

// Format sets the white space of a file (S43a): one space where words meet,
// two columns for each open bracket of the lines before, at most one blank
// line. It keeps the author's line breaks, and neither joins nor breaks lines.
// No token and no comment changes; white space at the end of a comment is not
// part of it. A declaration in which something was found stays as it is typed.
//
// It works on tokens, not on the tree, so what it prints does not depend on
// how much of a file could be understood. The findings are those of Parse.
func Format(src Source) (string, Diagnostics) {
	file, diags := Parse(src)
	once := format(src, file, diags)
	if once == src.Text {
		return once, diags
	}
	// What is written must read as the same words and be in its final form. If
	// not, say through damage that moves a declaration's word into column 1,
	// the file stays as it is.
	next := Source{Name: src.Name, Text: once}
	again, more := Parse(next)
	if !sameTokens(src, next) || len(again.Decls) != len(file.Decls) || format(next, again, more) != once {
		return src.Text, diags
	}
	return once, diags
}

// format writes a file once.
func format(src Source, file *File, diags Diagnostics) string {
	kept := verbatim(file, diags)
	toks, _ := scan(src)
	p := layout{text: src.Text, out: make([]byte, 0, len(src.Text)+len(src.Text)/8)}
	for i := 0; i < len(toks); i++ {
		t := &toks[i]
		if t.Kind == EOF || t.Kind == Space {
			continue
		}
		for len(kept) > 0 && kept[0].End <= t.At.Start {
			kept = kept[1:]
		}
		if len(kept) > 0 && kept[0].Start <= t.At.Start {
			p.copy(kept[0])
			for i+1 < len(toks) && toks[i+1].At.End <= kept[0].End && toks[i+1].Kind != EOF {
				i++
			}
			continue
		}
		p.token(t)
	}
	return p.end()
}

// verbatim lists the spans of declarations in which something was found.
func verbatim(file *File, diags Diagnostics) []Span {
	var kept []Span
	k, reach := 0, -1 // findings that begin before the declaration, and how far they reach
	for _, d := range file.Decls {
		at := d.Span()
		_, bad := d.(*BadDecl)
		for ; k < len(diags) && diags[k].Primary.Span.Start < at.Start; k++ {
			reach = max(reach, diags[k].Primary.Span.End)
		}
		bad = bad || reach >= at.Start || k < len(diags) && diags[k].Primary.Span.Start <= at.End
		if bad {
			kept = append(kept, at)
		}
	}
	return kept
}

// layout writes tokens with the space that belongs between them.
type layout struct {
	text  string
	out   []byte
	last  int   // where the item written last ended
	prev  Token // the token written last
	given int   // words of "given table NAME" just written
	sign  bool  // prev is a sign, not a minus between operands
	level int   // indentation of the present line
	open  []int // indentation of the lines in which brackets were opened
}

// copy writes a stretch of source, and what stands before it, as it is.
func (p *layout) copy(at Span) {
	p.out = append(p.out, p.text[p.last:at.End]...)
	p.last, p.prev, p.sign = at.End, Token{}, false
	p.level, p.open = 0, p.open[:0]
}

func (p *layout) token(t *Token) {
	closes := t.Kind == Punct && (t.Text == ")" || t.Text == "]" || t.Text == "}")
	inner := p.inner()
	if closes && len(p.open) > 0 {
		inner = p.open[len(p.open)-1]
		p.open = p.open[:len(p.open)-1]
	}
	gap := p.text[p.last:t.At.Start]
	lines := strings.Count(gap, "\n")
	switch {
	case strings.TrimSpace(gap) != "": // something the lexer skipped and reported
		p.out = append(p.out, gap...)
	case len(p.out) == 0:
	case lines > 0:
		p.out = append(p.out, "\n\n"[:min(lines, 2)]...)
		p.level = inner
		for range inner {
			p.out = append(p.out, ' ')
		}
	case t.Kind == Comment:
		p.out = append(p.out, "  "...)
	case p.prev.Kind == EOF || p.apart(t):
		p.out = append(p.out, ' ')
	}
	text := p.text[t.At.Start:t.At.End]
	if t.Kind == Comment {
		text = strings.TrimRight(text, " \t\r")
	}
	p.out = append(p.out, text...)
	p.last = t.At.End
	if t.Kind == Comment {
		p.prev, p.sign = Token{}, false
		return
	}
	p.sign = t.Kind == Punct && t.Text == "-" && !operandEnds(&p.prev)
	p.prev = *t
	switch { // given table NAME: rows follow, not an index
	case t.Text == "given":
		p.given = 1
	case p.given == 1 && t.Text == "table", p.given == 2:
		p.given++
	default:
		p.given = 0
	}
	if t.Kind == Punct && (t.Text == "(" || t.Text == "[" || t.Text == "{") {
		p.open = append(p.open, p.level)
	}
}

// inner is the indentation of a line that begins here.
func (p *layout) inner() int {
	if len(p.open) == 0 {
		return 0
	}
	return p.open[len(p.open)-1] + 2
}

// apart reports whether a space stands between the last token and t.
func (p *layout) apart(t *Token) bool {
	a, b := &p.prev, t
	if p.sign {
		return false
	}
	if a.Kind == Punct {
		switch a.Text {
		case "(", "[", ".":
			return false
		case "...":
			return b.Kind == Punct && b.Text == "}"
		case "{":
			return b.Kind != Punct || b.Text != "}"
		}
	}
	if b.Kind == Punct {
		switch b.Text {
		case ")", "]", ",", ":", ".", "?":
			return false
		case "(":
			return !(a.Kind == IdentTok && a.Text != "like" && a.Text != "matches")
		case "[":
			return p.given == 3 || !(a.Kind == IdentTok || a.Kind == StrTok || a.Kind == Punct && (a.Text == ")" || a.Text == "]" || a.Text == "}"))
		}
	}
	return true
}

// operandEnds reports whether a minus after t stands between operands.
func operandEnds(t *Token) bool {
	switch t.Kind {
	case IdentTok:
		return t.Text != "like" && t.Text != "matches"
	case IntTok, FloatTok, DurTok, StrTok:
		return true
	case Keyword:
		return t.Text == "true" || t.Text == "false" || t.Text == "none"
	case Punct:
		return t.Text == ")" || t.Text == "]" || t.Text == "}"
	}
	return false
}

// end is the whole file, with one end of line at its end.
func (p *layout) end() string {
	if rest := p.text[p.last:]; strings.TrimSpace(rest) != "" {
		return string(append(p.out, rest...))
	}
	if len(p.out) == 0 {
		return ""
	}
	return string(append(p.out, '\n'))
}

// sameTokens reports whether two sources hold the same tokens and comments.
func sameTokens(a, b Source) bool {
	x, _ := scan(a)
	y, _ := scan(b)
	next := func(toks []Token, i int, src Source) (int, string) {
		for ; i < len(toks); i++ {
			if text := src.Text[toks[i].At.Start:toks[i].At.End]; strings.TrimSpace(text) != "" {
				return i, strings.TrimRight(text, " \t\r")
			}
		}
		return i, ""
	}
	i, j := 0, 0
	for {
		var s, t string
		i, s = next(x, i, a)
		j, t = next(y, j, b)
		if i == len(x) || j == len(y) {
			return i == len(x) && j == len(y)
		}
		if x[i].Kind != y[j].Kind || s != t {
			return false
		}
		i, j = i+1, j+1
	}
}

// Untidy is a declaration that Format lays out otherwise, and the edit that does.
type Untidy struct {
	Decl Decl
	Edit Edit
}

// Layout lists the declarations of a parsed file that Format would change, with
// what stands before each.
func Layout(file *File) []Untidy {
	src := file.Source
	if format(src, file, nil) == src.Text {
		return nil
	}
	text, _ := Format(src) // which keeps what was not understood
	next, _ := Parse(Source{Name: src.Name, Text: text})
	if len(next.Decls) != len(file.Decls) {
		return nil
	}
	var out []Untidy
	was, is := Span{}, Span{}
	for i, d := range file.Decls {
		was, is = Span{was.End, d.Span().End}, Span{is.End, next.Decls[i].Span().End}
		if i == len(file.Decls)-1 {
			was.End, is.End = len(src.Text), len(text)
		}
		before, after := src.Text[was.Start:was.End], text[is.Start:is.End]
		if before == after {
			continue
		}
		from := 0
		for from < len(before) && from < len(after) && before[from] == after[from] {
			from++
		}
		to := 0
		for to < len(before)-from && to < len(after)-from && before[len(before)-1-to] == after[len(after)-1-to] {
			to++
		}
		out = append(out, Untidy{d, Edit{src.Name, Span{was.Start + from, was.End - to}, after[from : len(after)-to]}})
	}
	return out
}
