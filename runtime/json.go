package runtime

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/eda-lang/eda/vm/value"
)

// maxDepth bounds the nesting of JSON that is read.
const maxDepth = 64

// JSONError says what is wrong with a JSON text and at which byte of it.
type JSONError struct {
	Offset  int
	Message string
}

func (e *JSONError) Error() string { return fmt.Sprintf("%s (at character %d)", e.Message, e.Offset+1) }

// ParseJSON reads one JSON value (RFC 8259). An integer without point and
// exponent is an int, any other number a float; members keep their order, and
// a later one of the same name wins. encoding/json keeps neither the order of
// members nor, without a string a number, the difference of 25 and 25.0.
func ParseJSON(text []byte) (value.Value, error) {
	p := jsonParser{text: text}
	p.space()
	v := p.value(maxDepth)
	p.space()
	if p.err == nil && p.at < len(text) {
		p.fail(p.at, "something follows the end of the value")
	}
	if p.err != nil {
		return value.Value{}, p.err
	}
	return v, nil
}

type jsonParser struct {
	text []byte
	at   int
	err  error
}

func (p *jsonParser) fail(at int, format string, args ...any) {
	if p.err == nil {
		p.err = &JSONError{at, fmt.Sprintf(format, args...)}
	}
}

func (p *jsonParser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\r', '\n':
			p.at++
		default:
			return
		}
	}
}

func (p *jsonParser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *jsonParser) value(depth int) value.Value {
	if depth == 0 {
		p.fail(p.at, "nested deeper than %d", maxDepth)
		return value.Value{}
	}
	switch c := p.peek(); {
	case c == '"':
		return value.String(p.str())
	case c == '{':
		p.at++
		var fields []value.Field
		for first := true; p.err == nil; first = false {
			p.space()
			if first && p.peek() == '}' {
				p.at++
				break
			}
			if p.peek() != '"' {
				p.fail(p.at, "a member's name in quotes was expected")
				break
			}
			name := p.str()
			p.space()
			if p.peek() != ':' {
				p.fail(p.at, "`:` was expected after the name")
				break
			}
			p.at++
			p.space()
			fields = value.SetField(fields, name, p.value(depth-1))
			if p.next('}') {
				break
			}
		}
		return value.Object(fields)
	case c == '[':
		p.at++
		var items []value.Value
		for first := true; p.err == nil; first = false {
			p.space()
			if first && p.peek() == ']' {
				p.at++
				break
			}
			items = append(items, p.value(depth-1))
			if p.next(']') {
				break
			}
		}
		return value.List(items)
	case c == 't':
		return p.word("true", value.Bool(true))
	case c == 'f':
		return p.word("false", value.Bool(false))
	case c == 'n':
		return p.word("null", value.Value{})
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	if p.at >= len(p.text) {
		p.fail(p.at, "the text ends where a value was expected")
	} else {
		p.fail(p.at, "a value was expected; text stands in double quotes")
	}
	return value.Value{}
}

// next reads the comma between members; done says that it was the closing
// bracket instead.
func (p *jsonParser) next(closing byte) (done bool) {
	if p.err != nil {
		return true
	}
	p.space()
	switch c := p.peek(); {
	case c == closing:
		p.at++
		return true
	case c == ',':
		p.at++
		return false
	case p.at >= len(p.text):
		p.fail(p.at, "the text ends before `%c`", closing)
	default:
		p.fail(p.at, "`,` or `%c` was expected", closing)
	}
	return true
}

func (p *jsonParser) word(w string, v value.Value) value.Value {
	if len(p.text)-p.at < len(w) || string(p.text[p.at:p.at+len(w)]) != w {
		p.fail(p.at, "a value was expected; text stands in double quotes")
		return value.Value{}
	}
	p.at += len(w)
	return v
}

func (p *jsonParser) number() value.Value {
	start, float := p.at, false
	digits := func() {
		from := p.at
		for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
			p.at++
		}
		if p.at == from {
			p.fail(p.at, "a digit was expected")
		}
	}
	if p.peek() == '-' {
		p.at++
	}
	if p.peek() == '0' {
		p.at++
	} else {
		digits()
	}
	if p.peek() == '.' {
		float = true
		p.at++
		digits()
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		float = true
		p.at++
		if c := p.peek(); c == '+' || c == '-' {
			p.at++
		}
		digits()
	}
	if p.err != nil {
		return value.Value{}
	}
	text := string(p.text[start:p.at])
	if !float {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return value.Int(n)
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) {
		p.fail(start, "%s is beyond the greatest number", text)
	}
	return value.Float(f)
}

func (p *jsonParser) str() string {
	start := p.at
	p.at++
	from := p.at
	for p.at < len(p.text) { // the common case: nothing to undo
		c := p.text[p.at]
		if c == '"' {
			s := p.text[from:p.at]
			p.at++
			if !utf8.Valid(s) {
				p.fail(from, "text that is no UTF-8")
			}
			return string(s)
		}
		if c == '\\' || c < ' ' {
			break
		}
		p.at++
	}
	buf := append([]byte(nil), p.text[from:p.at]...)
	for p.at < len(p.text) {
		c := p.text[p.at]
		p.at++
		switch {
		case c == '"':
			if !utf8.Valid(buf) {
				p.fail(from, "text that is no UTF-8")
			}
			return string(buf)
		case c < ' ':
			p.fail(p.at-1, "a control character in a text; write it as \\u%04x", c)
			return ""
		case c != '\\':
			buf = append(buf, c)
			continue
		}
		if p.at >= len(p.text) {
			break
		}
		c = p.text[p.at]
		p.at++
		switch c {
		case '"', '\\', '/':
			buf = append(buf, c)
		case 'b':
			buf = append(buf, '\b')
		case 'f':
			buf = append(buf, '\f')
		case 'n':
			buf = append(buf, '\n')
		case 'r':
			buf = append(buf, '\r')
		case 't':
			buf = append(buf, '\t')
		case 'u':
			r := p.hex()
			if utf16.IsSurrogate(r) {
				if p.at+1 < len(p.text) && p.text[p.at] == '\\' && p.text[p.at+1] == 'u' {
					p.at += 2
					r = utf16.DecodeRune(r, p.hex())
				} else {
					r = utf8.RuneError
				}
			}
			buf = utf8.AppendRune(buf, r)
		default:
			p.fail(p.at-2, "`\\%c` is no escape of JSON", c)
			return ""
		}
	}
	p.fail(start, "this text is not closed")
	return ""
}

func (p *jsonParser) hex() rune {
	if p.at+4 > len(p.text) {
		p.fail(p.at, "four hexadecimal digits were expected")
		return 0
	}
	n, err := strconv.ParseUint(string(p.text[p.at:p.at+4]), 16, 16)
	if err != nil {
		p.fail(p.at, "four hexadecimal digits were expected")
	}
	p.at += 4
	return rune(n)
}
