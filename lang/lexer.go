package lang

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/eda-lang/eda/vm/calendar"
)

// scan cuts a source into tokens. It never fails: every byte is in some token,
// and what it cannot read as written it repairs and reports.
func scan(src Source) ([]Token, Diagnostics) {
	s := &scanner{src: src, text: src.Text}
	s.toks = make([]Token, 0, len(src.Text)/3+8)
	for s.at < len(s.text) {
		s.next()
	}
	s.toks = append(s.toks, Token{Kind: EOF, At: Span{len(s.text), len(s.text)}})
	return s.toks, s.diags
}

type scanner struct {
	src   Source
	text  string
	at    int
	toks  []Token
	diags Diagnostics
}

// report adds a finding with at most one fix.
func (s *scanner) report(code Code, at Span, fix, format string, args ...any) {
	d := Diag{Code: code, Severity: Error, Message: fmt.Sprintf(format, args...), Primary: Label{File: s.src.Name, Span: at}}
	if fix != "" {
		d.Fixes = []Fix{{Title: "write `" + fix + "`", Safe: true, Edits: []Edit{{s.src.Name, at, fix}}}}
	}
	s.diags = append(s.diags, d)
}

// emit adds the token from start to the present place.
func (s *scanner) emit(k Kind, start int, text string) {
	s.toks = append(s.toks, Token{Kind: k, At: Span{start, s.at}, Text: text})
}

// after reports whether the token before this one is a word: in a test, "at 0s"
// is an instant, where a duration of zero is of use.
func (s *scanner) after(word string) bool {
	for i := len(s.toks) - 1; i >= 0; i-- {
		if s.toks[i].solid() {
			return s.toks[i].Text == word
		}
	}
	return false
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isLetter(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func (s *scanner) next() {
	start, c := s.at, s.text[s.at]
	switch {
	case isSpace(c):
		for s.at < len(s.text) && isSpace(s.text[s.at]) {
			s.at++
		}
		s.emit(Space, start, s.text[start:s.at])
	case c == '#':
		for s.at < len(s.text) && s.text[s.at] != '\n' {
			s.at++
		}
		s.emit(Comment, start, s.text[start:s.at])
	case isLetter(c):
		for s.at < len(s.text) && (isLetter(s.text[s.at]) || isDigit(s.text[s.at])) {
			s.at++
		}
		word := s.text[start:s.at]
		if keywords[word] {
			s.emit(Keyword, start, word)
			return
		}
		if low := strings.ToLower(word); low != word && (keywords[low] && low != "in" && low != "by" || declWords[low]) && word == strings.ToUpper(word) {
			s.report(codeCase, Span{start, s.at}, low, "keywords are written in small letters: `%s`", low)
			k := Keyword
			if !keywords[low] {
				k = IdentTok
			}
			s.emit(k, start, low)
			return
		}
		s.emit(IdentTok, start, word)
	case isDigit(c):
		s.number()
	case c == '"', c == '\'':
		s.str()
	case c >= utf8.RuneSelf && s.curly():
	default:
		s.punct()
	}
}

func (s *scanner) number() {
	start := s.at
	digits := func() {
		for s.at < len(s.text) && isDigit(s.text[s.at]) {
			s.at++
		}
	}
	digits()
	kind := IntTok
	if s.at+1 < len(s.text) && s.text[s.at] == '.' && isDigit(s.text[s.at+1]) {
		kind = FloatTok
		s.at++
		digits()
	}
	if s.at < len(s.text) && (s.text[s.at] == 'e' || s.text[s.at] == 'E') {
		end := s.at + 1
		if end < len(s.text) && (s.text[end] == '+' || s.text[end] == '-') {
			end++
		}
		if end < len(s.text) && isDigit(s.text[end]) {
			kind = FloatTok
			s.at = end
			digits()
		}
	}
	if s.at < len(s.text) && (isLetter(s.text[s.at]) || s.text[s.at] >= utf8.RuneSelf) { // a duration, or a slip of one
		for s.at < len(s.text) && (isLetter(s.text[s.at]) || isDigit(s.text[s.at]) || s.text[s.at] >= utf8.RuneSelf ||
			s.text[s.at] == '.' && s.at+1 < len(s.text) && isDigit(s.text[s.at+1])) {
			s.at++
		}
		text := s.text[start:s.at]
		if plain, ok := plainNumber(text); ok {
			s.report(codeNumber, Span{start, s.at}, plain, "numbers are written with decimal digits only: %s", plain)
			s.emit(IntTok, start, plain)
			return
		}
		if _, err := calendar.ParseDuration(text); err != nil && !(err.Zero && s.after("at")) {
			s.report(codeDuration, Span{start, s.at}, err.Fix, "%s", err.Message)
			if err.Fix != "" {
				text = err.Fix
			}
		}
		s.emit(DurTok, start, text)
		return
	}
	s.emit(kind, start, s.text[start:s.at])
}

// plainNumber is what 1_000 or 0x1F is in decimal digits.
func plainNumber(text string) (string, bool) {
	if !strings.Contains(text, "_") && !strings.HasPrefix(text, "0x") {
		return "", false
	}
	n, err := strconv.ParseInt(text, 0, 64)
	if err != nil {
		return "", false
	}
	return strconv.FormatInt(n, 10), true
}

// str reads a string as one token, its quotes included. Braces in it may hold
// no quotes, so its end is the next quote that is not escaped.
func (s *scanner) str() {
	start, quote := s.at, s.text[s.at]
	s.at++
	for s.at < len(s.text) && s.text[s.at] != quote && s.text[s.at] != '\n' {
		if s.text[s.at] == '\\' && s.at+1 < len(s.text) && s.text[s.at+1] != '\n' {
			s.at++
		}
		s.at++
	}
	text := s.text[start:s.at]
	if s.at >= len(s.text) || s.text[s.at] == '\n' {
		end := start + len(strings.TrimRight(text, " \t\r"))
		s.report(codeUnclosed, Span{start, end}, "", "this string is not closed on its line; add a closing quote")
		if line := strings.LastIndexByte(s.text[:start], '\n') + 1; strings.IndexByte(s.text[line:start], '"') >= 0 {
			d := &s.diags[len(s.diags)-1]
			d.Notes = append(d.Notes, "or a quote is missing before it on this line")
		}
		s.emit(StrTok, start, `"`+text[1:]+`"`)
		return
	}
	s.at++
	text = s.text[start:s.at]
	if quote == '\'' {
		text = `"` + strings.ReplaceAll(text[1:len(text)-1], `"`, `\"`) + `"`
		s.report(codeQuotes, Span{start, s.at}, text, "strings are written in double quotes")
	}
	s.emit(StrTok, start, text)
}

// curly reads a string in typographic quotes that ends on its line.
func (s *scanner) curly() bool {
	r, n := utf8.DecodeRuneInString(s.text[s.at:])
	if !strings.ContainsRune("“”„‘’‚«»", r) {
		return false
	}
	rest := s.text[s.at+n:]
	if line := strings.IndexByte(rest, '\n'); line >= 0 {
		rest = rest[:line]
	}
	end := strings.IndexAny(rest, "“”‘’«»\"")
	if end < 0 {
		return false
	}
	_, m := utf8.DecodeRuneInString(rest[end:])
	start, text := s.at, `"`+rest[:end]+`"`
	s.at += n + end + m
	s.report(codeQuotes, Span{start, s.at}, text, "these are typographic quotes; strings are written in plain double quotes")
	s.emit(StrTok, start, text)
	return true
}

// borrowed maps what other languages write to what this one does.
var borrowed = map[string]string{"&&": "and", "||": "or", "!": "not", "<>": "!=", "===": "==", "=~": "matches", "**": "", "=<": "<=", "≥": ">=", "≤": "<=", "≠": "!="}

var puncts = []string{"...", "===", "==", "!=", "<=", ">=", "//", "??", "&&", "||", "<>", "=~", "=>", "->", "=<", "≥", "≤", "≠"}

func (s *scanner) punct() {
	start := s.at
	for _, p := range puncts {
		if strings.HasPrefix(s.text[s.at:], p) {
			s.at += len(p)
			s.foreign(start, p)
			return
		}
	}
	c := s.text[s.at]
	if strings.IndexByte("(){}[],.:|&<>+-*/%=?", c) >= 0 {
		s.at++
		s.emit(Punct, start, s.text[start:s.at])
		return
	}
	if c == '!' || c == ';' {
		s.at++
		s.foreign(start, string(c))
		return
	}
	r, n := utf8.DecodeRuneInString(s.text[s.at:])
	s.at += n
	switch {
	case r == utf8.RuneError && n == 1:
		s.report(codeBadByte, Span{start, s.at}, "", "this byte is not text: rule files are UTF-8")
	case r == '“' || r == '”' || r == '„':
		s.report(codeQuotes, Span{start, s.at}, `"`, "this is a typographic quote; strings are written in plain double quotes")
	case unicode.IsPrint(r):
		s.report(codeBadByte, Span{start, s.at}, "", "`%c` has no meaning here; delete it", r)
	default:
		s.report(codeBadByte, Span{start, s.at}, "", "the character U+%04X has no meaning here; delete it", r)
	}
	s.emit(Space, start, s.text[start:s.at]) // skipped, so that what stands around it is read
}

func (s *scanner) foreign(start int, p string) {
	at := Span{start, s.at}
	switch p {
	case ";":
		if word := s.following(); word == "fire" || word == "set" || word == "log" {
			s.report(codeBorrowed, at, ",", "between two acts stands a comma, not `;`")
			s.emit(Punct, start, ",")
			return
		}
		s.report(codeBorrowed, at, "", "no `;` is needed: a declaration ends where the next one begins")
		s.emit(Space, start, p)
	case "=>", "->":
		if next := s.following(); p == "=>" && next != "" && (isDigit(next[0]) || next[0] == '-') {
			s.report(codeBorrowed, at, ">=", "`=>` is written `>=` here")
			s.emit(Punct, start, ">=")
			return
		}
		if s.following() == `"` {
			s.report(codeBorrowed, at, "then", "one event after another is written `then`, not `%s`", p)
			s.emit(Keyword, start, "then")
			return
		}
		s.report(codeBorrowed, at, "do", "what a rule does begins with `do`, not `%s`", p)
		s.emit(Keyword, start, "do")
	default:
		if repl := borrowed[p]; repl != "" {
			s.report(codeBorrowed, at, repl, "`%s` is written `%s` here", p, repl)
			k := Punct
			if keywords[repl] {
				k = Keyword
			} else if isLetter(repl[0]) {
				k = IdentTok
			}
			s.emit(k, start, repl)
			return
		}
		s.emit(Punct, start, p)
	}
}

// following is the word or the character after the space that follows.
func (s *scanner) following() string {
	rest := strings.TrimLeft(s.text[s.at:], " \t\r\n")
	n := 0
	for n < len(rest) && isLetter(rest[n]) {
		n++
	}
	return rest[:max(n, min(1, len(rest)))]
}

// definition tells participle the kinds of tokens; the tokens themselves come
// from scan.
type definition struct{}

func (definition) Symbols() map[string]lexer.TokenType { return symbols }

func (definition) Lex(name string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	toks, _ := scan(Source{Name: name, Text: string(text)})
	return &feed{toks: toks}, nil
}

// feed hands tokens to participle, without space and comments. A position
// carries the token's end in Column, because columns are computed elsewhere.
type feed struct {
	toks []Token
	i    int
}

func (f *feed) Next() (lexer.Token, error) {
	for f.i < len(f.toks) && (f.toks[f.i].Kind == Space || f.toks[f.i].Kind == Comment) {
		f.i++
	}
	if f.i >= len(f.toks) || f.toks[f.i].Kind == EOF {
		at := 0
		if n := len(f.toks); n > 0 {
			at = f.toks[n-1].At.End
		}
		return lexer.EOFToken(lexer.Position{Offset: at, Column: at}), nil
	}
	t := &f.toks[f.i]
	f.i++
	return lexer.Token{Type: typeOf(t.Kind), Value: t.Text, Pos: lexer.Position{Offset: t.At.Start, Column: t.At.End}}, nil
}

// spanOf is where a token of participle's stands.
func spanOf(t *lexer.Token) Span { return Span{t.Pos.Offset, t.Pos.Column} }
