package lang

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/eda-lang/eda/vm/value"
)

// Parse reads a string token with what is in it (participle.Parseable).
func (s *Str) Parse(lex *lexer.PeekingLexer) error {
	t := *lex.Peek()
	if t.Type != typeOf(StrTok) {
		return participle.NextMatch
	}
	lex.Next()
	s.At, s.Raw = spanOf(&t), t.Value
	// A repaired token is not as long as its source; then inner places are
	// those of the whole.
	exact := len(t.Value) == s.At.End-s.At.Start
	r := stringReader{str: s, text: s.inner(), base: s.At.Start + 1, exact: exact}
	r.read()
	return nil
}

// plain reads the string again as one that is not interpolated: a pattern of
// like or matches (S41).
func (s *Str) plain() {
	fresh := Str{At: s.At, Raw: s.Raw}
	r := stringReader{str: &fresh, text: s.inner(), base: s.At.Start + 1, exact: len(s.Raw) == s.At.End-s.At.Start, plain: true}
	r.read()
	fresh.odd = nil
	*s = fresh
}

// stringReader takes the inside of a string apart: escapes, and {paths}.
type stringReader struct {
	str   *Str
	text  string
	base  int
	exact bool
	plain bool
	at    int
	lit   strings.Builder
	from  int // where the literal part began
}

func (r *stringReader) span(start, end int) Span {
	if !r.exact {
		return r.str.At
	}
	return Span{r.base + start, r.base + end}
}

// fail reports what cannot be read, unless the lexer has repaired and reported
// this string.
func (r *stringReader) fail(start, end int, format string, args ...any) {
	if !r.exact {
		return
	}
	r.str.diags = append(r.str.diags, finding(codeString, r.span(start, end), format, args...))
}

func (r *stringReader) flush() {
	if r.lit.Len() > 0 {
		r.str.Parts = append(r.str.Parts, Part{At: r.span(r.from, r.at), Text: r.lit.String(), Digits: -1})
		r.lit.Reset()
	}
	r.from = r.at
}

func (r *stringReader) read() {
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case c == '\\':
			r.escape()
		case c == '{' && !r.plain:
			r.flush()
			r.path()
			r.from = r.at
		default:
			r.lit.WriteByte(c)
			r.at++
		}
	}
	r.flush()
}

func (r *stringReader) escape() {
	start := r.at
	r.at++
	if r.at >= len(r.text) {
		return
	}
	c := r.text[r.at]
	r.at++
	switch c {
	case '"', '\\', '{', '}', '\'':
		r.lit.WriteByte(c)
	case 'n':
		r.lit.WriteByte('\n')
	case 't':
		r.lit.WriteByte('\t')
	case 'u':
		end := strings.IndexByte(r.text[r.at:], '}')
		if r.at < len(r.text) && r.text[r.at] == '{' && end > 0 {
			n, err := strconv.ParseUint(r.text[r.at+1:r.at+end], 16, 32)
			r.at += end + 1
			if err == nil && utf8.ValidRune(rune(n)) {
				r.lit.WriteRune(rune(n))
				return
			}
		}
		r.fail(start, r.at, "a character by number is written \\u{1F600}")
	default:
		// kept as it stands: in a regular expression \d is none of ours. The
		// checker reports it elsewhere.
		r.lit.WriteByte('\\')
		r.lit.WriteByte(c)
		r.str.odd = append(r.str.odd, r.span(start, r.at))
	}
}

// path reads {name}, {name.more[0]} or {name:.2f}.
func (r *stringReader) path() {
	start := r.at
	end := strings.IndexByte(r.text[start:], '}')
	if end < 0 {
		r.fail(start, start+1, "this { is not closed; write \\{ for a brace")
		r.lit.WriteString(r.text[start:])
		r.at = len(r.text)
		r.flush()
		return
	}
	end += start
	inner := r.text[start+1 : end]
	r.at = end + 1
	p := Part{At: r.span(start, r.at), Digits: -1}
	if colon := strings.IndexByte(inner, ':'); colon >= 0 {
		f := inner[colon+1:]
		if len(f) == 3 && f[0] == '.' && isDigit(f[1]) && f[2] == 'f' {
			p.Digits = int(f[1] - '0')
		} else {
			r.fail(start+1+colon, end, "a format is written :.0f to :.9f, the number of decimals")
		}
		inner = inner[:colon]
	}
	x, ok := r.pathExpr(inner, start+1)
	if !ok {
		switch {
		case inner == "":
			r.fail(start, r.at, "name what to print between the braces; write \\{ for a brace")
		case strings.HasSuffix(inner, "*"):
			// a wildcard of a tag pattern, {x**}: the tag's reader sees to it
			r.str.rest = true
			name := strings.TrimRight(inner, "*")
			x = &Ident{Name{name, r.span(start+1, start+1+len(name))}}
		case strings.HasPrefix(inner, "{"):
			r.fail(start, r.at, "one brace on each side prints a name: {%s}; write \\{ for a brace", strings.Trim(inner, "{} "))
		default:
			r.fail(start, r.at, "only a name or a path such as {host.name} can be printed; name the result with `let` and print that")
		}
	}
	if x == nil {
		x = &Bad{At: p.At}
	}
	p.Path = x
	r.str.Parts = append(r.str.Parts, p)
}

// pathExpr reads a name followed by .name and [INT].
func (r *stringReader) pathExpr(s string, at int) (Expr, bool) {
	i := 0
	word := func() string {
		start := i
		for i < len(s) && (isLetter(s[i]) || isDigit(s[i])) {
			i++
		}
		return s[start:i]
	}
	name := word()
	if name == "" || isDigit(name[0]) && strings.Trim(name, "0123456789") != "" {
		return nil, false
	}
	var x Expr = &Ident{Name{name, r.span(at, at+i)}}
	for i < len(s) {
		start := i
		switch s[i] {
		case '.':
			i++
			n := word()
			if n == "" {
				return nil, false
			}
			x = &Select{At: r.span(at, at+i), X: x, Name: Name{n, r.span(at+start+1, at+i)}}
		case '[':
			i++
			num := word()
			k, err := strconv.ParseInt(num, 10, 64)
			if err != nil || i >= len(s) || s[i] != ']' {
				return nil, false
			}
			i++
			x = &Index{At: r.span(at, at+i), X: x, Args: []Expr{&Lit{At: r.span(at+start+1, at+i-1), Value: value.Int(k), Raw: num}}}
		default:
			return nil, false
		}
	}
	return x, true
}

// Raw text between the quotes of a string: a tag pattern or a regular
// expression, in which braces and backslashes are not read.
func (s *Str) inner() string {
	if len(s.Raw) < 2 {
		return ""
	}
	return s.Raw[1 : len(s.Raw)-1]
}

// Parse reads a name (participle.Parseable).
func (n *Name) Parse(lex *lexer.PeekingLexer) error {
	t := *lex.Peek()
	if t.Type != typeOf(IdentTok) {
		return participle.NextMatch
	}
	lex.Next()
	n.Text, n.At = t.Value, spanOf(&t)
	return nil
}
