package lang

import (
	"slices"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// declaration is the root participle parses, once for each declaration.
type declaration struct {
	Rule   *RuleDecl   `parser:"  @@"`
	Use    *UseDecl    `parser:"| @@"`
	Param  *ParamDecl  `parser:"| @@"`
	Event  *EventDecl  `parser:"| @@"`
	Table  *TableDecl  `parser:"| @@"`
	State  *StateDecl  `parser:"| @@"`
	Fn     *FnDecl     `parser:"| @@"`
	Action *ActionDecl `parser:"| @@"`
	May    *MayDecl    `parser:"| @@"`
	Mute   *MuteDecl   `parser:"| @@"`
	Test   *TestDecl   `parser:"| @@"`
}

var grammar = sync.OnceValue(func() *participle.Parser[declaration] {
	return participle.MustBuild[declaration](
		participle.Lexer(definition{}),
		participle.UseLookahead(1),
		participle.ParseTypeWith(parseExpr),
	)
})

// Grammar is the grammar of declarations in EBNF, as the parser has it.
func Grammar() string { return grammar().String() }

// Parse reads one file. Every declaration is read by itself: one that is
// broken is reported and becomes a BadDecl, and hides no other.
func Parse(src Source) (*File, Diagnostics) {
	return parse(src, func(toks []Token, found slips) (Decl, Diagnostics, []Token) { return parseChunk(src, toks, found) })
}

// parse reads one file; read reads a declaration at the beginning of some tokens.
func parse(src Source, read func(toks []Token, found slips) (Decl, Diagnostics, []Token)) (*File, Diagnostics) {
	toks, diags := scan(src)
	f := &File{Source: src}
	var found slips
	for _, d := range diags {
		lossy := d.Code == codeUnclosed || d.Code == codeBadByte || d.Code == codeDuration && len(d.Fixes) == 0
		place, before := d.Primary.Span.Start, 0
		if d.Code == codeUnclosed {
			before = place - strings.LastIndexByte(src.Text[:place], '\n') - 1
		}
		found = append(found, slip{place, before, lossy})
	}
	for _, chunk := range split(toks) {
		for chunk != nil {
			var d Decl
			var ds Diagnostics
			d, ds, chunk = read(chunk, found)
			f.Decls = append(f.Decls, d)
			diags = append(diags, ds...)
		}
	}
	for i := range diags {
		diags[i].fill(src.Name)
	}
	if at := strings.IndexByte(src.Text, 0); at >= 0 && len(diags) > 0 { // an image, a program: one finding says it
		d := finding(codeBadByte, Span{at, at + 1}, "this file holds a zero byte, so it is no text; rule files are UTF-8 text")
		d.fill(src.Name)
		diags = Diagnostics{d}
	}
	diags.Sort()
	return f, diags
}

// parseChunk reads the declaration at the beginning of some tokens. Where the
// words that begin the next one are damaged, they stand in the same chunk: then
// what comes before them is read by itself, and they are the rest.
func parseChunk(src Source, toks []Token, slips slips) (Decl, Diagnostics, []Token) {
	d, ds := parseDecl(src, toks, slips)
	ds = first(ds, src.Text, slips, d.Span())
	if _, bad := d.(*BadDecl); !bad {
		return d, ds, nil
	}
	at := d.Span().End
	if len(ds) > 0 {
		at = ds[0].Primary.Span.Start
	}
	for _, s := range slips.within(d.Span()) {
		if s.lossy {
			at = min(at, s.place)
		}
	}
	tries := 0
	for i := len(toks) - 1; i > 0 && tries < 8; i-- {
		if toks[i].At.Start > at || !damagedHead(toks, i) {
			continue
		}
		tries++
		if before, none := parseDecl(src, toks[:i], slips); len(none) == 0 && stands(before) {
			return before, nil, toks[i:]
		}
	}
	return d, ds, nil
}

// damagedHead reports whether a declaration whose first words are damaged may
// begin at a token: it is the first of its line, and after a blank line or a
// comment, or before a word that begins declarations, or a tag.
func damagedHead(toks []Token, i int) bool {
	if !toks[i].solid() || toks[i-1].Kind != Space || !strings.Contains(toks[i-1].Text, "\n") {
		return false
	}
	if i > 1 && toks[i-2].Kind == Comment || strings.Count(toks[i-1].Text, "\n") > 1 {
		return true
	}
	var next []*Token
	for j := i; j < len(toks) && len(next) < 4; j++ {
		if toks[j].solid() {
			next = append(next, &toks[j])
		}
	}
	for k, t := range next {
		if k < 3 && (t.Kind == IdentTok || t.Kind == Keyword) && declWords[t.Text] {
			return true
		}
	}
	t := next[0]
	return t.Kind == StrTok || t.Text == "every" || t.Text == "cron" || t.Kind == Punct || t.Kind == IntTok || t.Kind == DurTok || len(next) < 3 ||
		next[1].Text == ":" || next[1].Text == "(" || next[1].Kind == StrTok
}

// stands reports whether a declaration is whole, not the beginning of one.
func stands(d Decl) bool {
	switch d := d.(type) {
	case *BadDecl:
		return false
	case *RuleDecl:
		return len(d.Do) > 0 || d.Clear != nil
	}
	return true
}

// first keeps of a declaration's findings those that stand for themselves and,
// of those that say that words are missing or in the way, the first: the others
// are mostly its consequences.
func first(ds Diagnostics, text string, slips slips, at Span) Diagnostics {
	slices.SortStableFunc(ds, func(a, b Diag) int { return a.Primary.Span.Start - b.Primary.Span.Start })
	if i := slices.IndexFunc(ds, func(d Diag) bool { return d.Code == codeTooDeep }); i >= 0 {
		return ds[i : i+1]
	}
	lost := false
	lostAt := at.End + 1
	for _, s := range slips.within(at) {
		if s.lossy {
			lostAt = min(lostAt, s.place-s.before)
		}
	}
	lineEnd := -1 // of the last line of a test that is wrong
	return slices.DeleteFunc(ds, func(d Diag) bool {
		if d.Primary.Span.Start < lineEnd {
			return true
		}
		switch d.Code {
		case codeSyntax, codeOperand, codeBracket, codeMember:
			drop := lost && d.Code != codeMember || d.Primary.Span.End > lostAt
			lost = true
			return drop
		case codeTestStep: // what follows on its line is mostly a part of it
			if end := strings.IndexByte(text[d.Primary.Span.End:], '\n'); end >= 0 {
				lineEnd = d.Primary.Span.End + end
			}
		case codeAct:
			drop := lost || d.Primary.Span.End > lostAt
			lost = lost || len(d.Fixes) == 0
			return drop
		}
		return false
	})
}

// slip is a place at which the lexer has reported something; after a lossy one
// words are missing.
type slip struct {
	place  int
	before int // how far before it words may be lost too: after an odd quote, to the line's beginning
	lossy  bool
}

// slips are those of a file, in order.
type slips []slip

// within are the slips in a span and at its end.
func (ss slips) within(at Span) slips {
	by := func(s slip, place int) int { return s.place - place }
	i, _ := slices.BinarySearchFunc(ss, at.Start, by)
	j, _ := slices.BinarySearchFunc(ss, at.End+1, by)
	return ss[i:j]
}

// at reports whether there is one at a place.
func (ss slips) at(place int) bool {
	return len(ss.within(Span{place, place})) > 0
}

// ParseExpr reads one expression, as the interactive loop does.
func ParseExpr(text, name string) (Expr, Diagnostics) {
	src := Source{Name: name, Text: text}
	toks, diags := scan(src)
	lex, _ := lexer.Upgrade(&feed{toks: toks})
	c := climber{lex: lex}
	x := c.expr(0)
	diags = append(diags, gather(x)...)
	if t := lex.Peek(); t.Type != lexer.EOF && len(diags) == 0 {
		diags = append(diags, finding(codeSyntax, spanOf(t), "`%s` cannot follow here", t.Value))
	}
	for i := range diags {
		diags[i].fill(name)
	}
	return x, diags
}

// fill names the file wherever reading left that out.
func (d *Diag) fill(file string) {
	if d.Primary.File == "" {
		d.Primary.File = file
	}
	for i := range d.Labels {
		if d.Labels[i].File == "" {
			d.Labels[i].File = file
		}
	}
	for i := range d.Fixes {
		for j := range d.Fixes[i].Edits {
			if d.Fixes[i].Edits[j].File == "" {
				d.Fixes[i].Edits[j].File = file
			}
		}
	}
}

// solid reports whether a token is more than white space and comment.
func (t *Token) solid() bool { return t.Kind != Space && t.Kind != Comment && t.Kind != EOF }

// split cuts tokens into declarations (S32). Comments and space before a
// declaration go with it, except for what follows on the line of the last one.
func split(toks []Token) [][]Token {
	var solid []int
	for i := range toks {
		if toks[i].solid() {
			solid = append(solid, i)
		}
	}
	var starts []int
	depth := 0
	for k, i := range solid {
		t := &toks[i]
		next := func(n int) *Token {
			if k+n < len(solid) {
				return &toks[solid[k+n]]
			}
			return &toks[len(toks)-1]
		}
		column1 := i == 0 || toks[i-1].Kind == Space && strings.HasSuffix(toks[i-1].Text, "\n")
		if (t.Kind == IdentTok || t.Kind == Keyword) && declWords[t.Text] {
			begins := false
			switch {
			case k == 0:
				begins = true
			case t.Text == "on":
				named := k >= 2 && toks[solid[k-2]].Text == "rule" && toks[solid[k-1]].Kind == IdentTok && slices.Contains(starts, solid[k-2])
				begins = !named && (column1 || depth == 0 && listens(next(1)))
			case column1:
				begins = follows(t.Text, next(1), next(2)) || depth > 0 && mayBegin(next(1)) || depth == 0 && mayBegin(next(1)) && completes(&toks[solid[k-1]])
			case depth == 0:
				begins = follows(t.Text, next(1), next(2)) && completes(&toks[solid[k-1]])
			}
			if begins {
				starts = append(starts, i)
				depth = 0
			}
		} else if k == 0 || column1 && depth == 0 && borrowedWords[t.Text] != "" && (next(1).Kind == IdentTok || next(1).Kind == StrTok) && completes(&toks[solid[k-1]]) {
			starts = append(starts, i)
		}
		if t.Kind == Punct {
			switch t.Text {
			case "(", "[", "{":
				depth++
			case ")", "]", "}":
				depth = max(0, depth-1)
			}
		}
	}
	var out [][]Token
	for n, s := range starts {
		end := len(toks) - 1
		if n+1 < len(starts) {
			end = starts[n+1]
		}
		out = append(out, toks[s:end])
	}
	return out
}

// follows reports whether what must follow a declaration's word does.
func follows(word string, a, b *Token) bool {
	switch word {
	case "rule":
		return a.Kind == IdentTok && b.Text == "on"
	case "use", "test":
		return a.Kind == StrTok
	case "event":
		return a.Kind == StrTok && b.Text == "{"
	case "param", "state":
		return a.Kind == IdentTok && b.Text == ":"
	case "table":
		return a.Kind == IdentTok && b.Text == "from"
	case "fn", "action":
		return a.Kind == IdentTok && b.Text == "("
	case "may":
		return a.Text == "fire"
	case "mute":
		return a.Kind == IdentTok
	}
	return false
}

// listens reports whether a token may be what a rule listens to.
func listens(t *Token) bool {
	return t.Kind == StrTok || t.Text == "/" || t.Text == "every" || t.Text == "cron"
}

// mayBegin is the weaker test for column 1: the word is not plainly a name in
// an expression.
func mayBegin(a *Token) bool {
	return a.Kind == IdentTok || a.Kind == StrTok || a.Kind == Keyword && a.Text == "on"
}

// completes reports whether a declaration can end with this token.
func completes(t *Token) bool {
	switch t.Kind {
	case Keyword:
		return t.Text == "true" || t.Text == "false" || t.Text == "none"
	case Punct:
		return t.Text == ")" || t.Text == "]" || t.Text == "}" || t.Text == "?"
	}
	return true
}

func parseDecl(src Source, toks []Token, slips slips) (Decl, Diagnostics) {
	last := len(toks) - 1
	for !toks[last].solid() {
		last--
	}
	toks = toks[:last+1]
	first := &toks[0]
	at := Span{first.At.Start, toks[last].At.End}
	bad := &BadDecl{At: at, First: first.Text}
	if len(toks) > 2 && first.Text != "on" && toks[2].Kind == IdentTok {
		bad.Name = toks[2].Text
	}
	if first.Text != "on" {
		bad.Names = firstNames(toks)
	}
	if !declWords[first.Text] || first.Kind != IdentTok && first.Kind != Keyword {
		if slips.at(first.At.Start) {
			return bad, nil
		}
		named := len(toks) > 4 && toks[2].Kind == IdentTok && toks[4].Text == "on"
		return bad, Diagnostics{notDeclaration(first, named)}
	}
	lex, err := lexer.Upgrade(&feed{toks: toks})
	if err != nil {
		return bad, Diagnostics{finding(codeSyntax, first.At, "%v", err)}
	}
	d, err := readDecl(lex, at)
	var diags Diagnostics
	if d != nil {
		diags = findings(d)
	}
	if err != nil && len(diags) == 0 {
		if diag := syntaxError(err, toks, slips); diag != nil {
			diags = append(diags, *diag)
		}
	}
	if err == nil && d != nil && len(diags) == 0 {
		return d, nil
	}
	for i := range diags {
		if r, ok := d.(*RuleDecl); ok && r.Name.Text != "" {
			diags[i].Rule = r.Name.Text
		}
	}
	if n := declName(d); n != "" {
		bad.Name = n
	}
	return bad, diags
}

// readDecl reads one declaration up to the end of the tokens. With an error
// there may be a part of one.
func readDecl(lex *lexer.PeekingLexer, at Span) (Decl, error) {
	if word := lex.Peek().Value; word == "on" || word == "rule" {
		mark := lex.MakeCheckpoint()
		if r := readRule(lex); r != nil {
			r.At = at
			return r, nil
		}
		lex.LoadCheckpoint(mark)
	}
	return readByGrammar(lex, at)
}

func readByGrammar(lex *lexer.PeekingLexer, at Span) (Decl, error) {
	tree, err := grammar().ParseFromLexer(lex)
	if tree == nil {
		return nil, err
	}
	return tree.decl(at), err
}

// firstNames are the names among the first words of a declaration, and of a
// use the last one.
func firstNames(toks []Token) (out []string) {
	n := 0
	for i := range toks {
		t := &toks[i]
		if !t.solid() {
			continue
		}
		if n++; n > 5 {
			break
		}
		if t.Kind == IdentTok && !declWords[t.Text] {
			out = append(out, t.Text)
		}
	}
	return out
}

func declName(d Decl) string {
	switch d := d.(type) {
	case *RuleDecl:
		return d.Name.Text
	case *ParamDecl:
		return d.Name.Text
	case *FnDecl:
		return d.Name.Text
	case *StateDecl:
		return d.Name.Text
	case *TableDecl:
		return d.Name.Text
	case *ActionDecl:
		return d.Name.Text
	}
	return ""
}

// decl is the one declaration that was read, with its span.
func (t *declaration) decl(at Span) Decl {
	switch {
	case t.Rule != nil:
		t.Rule.At = at
		return t.Rule
	case t.Use != nil:
		t.Use.At = at
		return t.Use
	case t.Param != nil:
		t.Param.At = at
		return t.Param
	case t.Event != nil:
		t.Event.At = at
		if b := t.Event.Body; b != nil {
			t.Event.Fields, t.Event.Open = b.Fields, b.Open
		}
		return t.Event
	case t.Table != nil:
		t.Table.At = at
		return t.Table
	case t.State != nil:
		t.State.At = at
		return t.State
	case t.Fn != nil:
		t.Fn.At = at
		return t.Fn
	case t.Action != nil:
		t.Action.At = at
		return t.Action
	case t.May != nil:
		t.May.At = at
		return t.May
	case t.Mute != nil:
		t.Mute.At = at
		return t.Mute
	case t.Test != nil:
		t.Test.At = at
		return t.Test
	}
	return nil
}
