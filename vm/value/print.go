package value

import (
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/eda-lang/eda/vm/calendar"
)

// Text is v as it is printed in a message (S25).
func Text(v Value) string {
	if s, ok := v.AsString(); ok {
		return s
	}
	return string(AppendText(nil, v))
}

// AppendText appends Text: text as it is, a float as the shortest digits that
// read back, in decimal for 1e-6 <= |x| < 1e21 and with an exponent outside,
// lists and objects as JSON.
func AppendText(dst []byte, v Value) []byte {
	switch v.kind {
	case KindNone:
		return append(dst, "none"...)
	case KindBool:
		return strconv.AppendBool(dst, v.num != 0)
	case KindInt:
		return strconv.AppendInt(dst, int64(v.num), 10)
	case KindFloat:
		f := math.Float64frombits(v.num)
		if f == 0 {
			return append(dst, '0')
		}
		return appendFloat(dst, f)
	case KindString:
		s, _ := v.AsString()
		return append(dst, s...)
	case KindTime:
		return calendar.AppendTime(dst, int64(v.num))
	case KindDuration:
		return calendar.AppendDuration(dst, int64(v.num))
	}
	return AppendJSON(dst, v)
}

func appendFloat(dst []byte, f float64) []byte {
	if abs := math.Abs(f); abs == 0 || abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'e', -1, 64)
}

// AppendFixed appends a number with that many decimals, anything else as AppendText.
func AppendFixed(dst []byte, v Value, digits int) []byte {
	switch v.kind {
	case KindInt:
		dst = strconv.AppendInt(dst, int64(v.num), 10)
		for i := range digits {
			if i == 0 {
				dst = append(dst, '.')
			}
			dst = append(dst, '0')
		}
		return dst
	case KindFloat:
		n := len(dst)
		dst = strconv.AppendFloat(dst, math.Float64frombits(v.num), 'f', digits, 64)
		if dst[n] == '-' && !hasDigit(dst[n:]) { // no -0.00
			dst = append(dst[:n], dst[n+1:]...)
		}
		return dst
	}
	return AppendText(dst, v)
}

func hasDigit(b []byte) bool {
	for _, c := range b {
		if c >= '1' && c <= '9' {
			return true
		}
	}
	return false
}

// AppendKey appends the text of a value as a part of a key (S11); ok is false
// for what cannot be one: none, a list, an object.
func AppendKey(dst []byte, v Value) (key []byte, ok bool) {
	if v.kind == KindNone || v.kind == KindList || v.kind == KindObject {
		return dst, false
	}
	return AppendText(dst, v), true
}

// AppendJSON appends v as JSON: none as null, a float always with a point or
// an exponent and an int without (S30d), instants as RFC 3339 and durations as
// text, members in their order. Bytes that are no UTF-8 become U+FFFD.
func AppendJSON(dst []byte, v Value) []byte {
	switch v.kind {
	case KindNone:
		return append(dst, "null"...)
	case KindFloat:
		n := len(dst)
		dst = appendFloat(dst, math.Float64frombits(v.num))
		for _, c := range dst[n:] {
			if c == '.' || c == 'e' {
				return dst
			}
		}
		return append(dst, ".0"...)
	case KindString:
		s, _ := v.AsString()
		return AppendQuoted(dst, s)
	case KindTime, KindDuration:
		dst = append(dst, '"')
		dst = AppendText(dst, v)
		return append(dst, '"')
	case KindList:
		dst = append(dst, '[')
		for i, item := range v.Items() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = AppendJSON(dst, item)
		}
		return append(dst, ']')
	case KindObject:
		dst = append(dst, '{')
		for i, f := range v.Fields() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = AppendQuoted(dst, f.Name)
			dst = append(dst, ':')
			dst = AppendJSON(dst, f.Value)
		}
		return append(dst, '}')
	}
	return AppendText(dst, v)
}

// AppendQuoted appends s as a JSON string.
func AppendQuoted(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
				i++
				continue
			}
			dst = append(dst, s[start:i]...)
			switch c {
			case '"', '\\':
				dst = append(dst, '\\', c)
			case '\n':
				dst = append(dst, '\\', 'n')
			case '\r':
				dst = append(dst, '\\', 'r')
			case '\t':
				dst = append(dst, '\\', 't')
			default:
				dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			start = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			dst = append(dst, s[start:i]...)
			dst = append(dst, "\uFFFD"...)
			i++
			start = i
			continue
		}
		i += n
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}
