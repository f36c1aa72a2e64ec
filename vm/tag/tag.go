// Package tag matches the tags of events against patterns.
//
// A tag is text in segments between slashes; /a and a differ. In a pattern a
// segment * stands for any one segment that is not empty, and {name} does so
// and names it; * within a segment stands for any text there; ** stands for
// any number of segments, and {name**} at the end names the rest. At most one
// of ** and {name**} stands in a pattern (D8, S30a). Matching is by case.
package tag

import (
	"fmt"
	"strings"
)

// Pattern is a parsed pattern. It is immutable.
type Pattern struct {
	text  string
	segs  []segment
	rest  int // index of the segment that stands for many, or -1
	wilds []Wildcard
}

type segKind uint8

const (
	literal segKind = iota
	one
	glob
	many
)

type segment struct {
	kind segKind
	text string // of literal and glob
	wild int    // index into wilds, -1 for literal
}

// Wildcard is one part of a pattern that stands for varying text.
type Wildcard struct {
	Name     string // empty for *, ** and globs
	Position int    // from 1 among all wildcards of the pattern
	Rest     bool   // stands for any number of segments
	Glob     bool   // part of its segment is fixed; it stands for the whole segment
}

// ParseError says what is wrong with a pattern and at which byte of it.
type ParseError struct {
	Offset  int
	Message string
}

func (e *ParseError) Error() string { return e.Message }

// Parse reads a pattern.
func Parse(s string) (Pattern, error) {
	p := Pattern{text: s, rest: -1}
	fail := func(at int, format string, args ...any) (Pattern, error) {
		return Pattern{}, &ParseError{at, fmt.Sprintf(format, args...)}
	}
	if s == "" {
		return fail(0, "a tag pattern cannot be empty; \"**\" matches every tag")
	}
	at, position := 0, 0
	texts := strings.Split(s, "/")
	for i, text := range texts {
		seg := segment{kind: literal, text: text, wild: -1}
		switch {
		case text == "" && i > 0 && i < len(texts)-1:
			return fail(at, "there is an empty segment here, between two slashes")
		case text == "**", strings.HasPrefix(text, "{") && strings.HasSuffix(text, "**}"):
			name := ""
			if text != "**" {
				name = text[1 : len(text)-3]
				if !validName(name) {
					return fail(at, "%q is no name; write {name**}", name)
				}
				if i != len(texts)-1 {
					return fail(at, "%s names the rest of the tag, so it must stand last", text)
				}
			}
			if p.rest >= 0 {
				return fail(at, "only one ** can stand in a pattern")
			}
			p.rest = i
			position++
			seg = segment{many, "", len(p.wilds)}
			p.wilds = append(p.wilds, Wildcard{Name: name, Position: position, Rest: true})
		case text == "*":
			position++
			seg = segment{one, "", len(p.wilds)}
			p.wilds = append(p.wilds, Wildcard{Position: position})
		case strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}"):
			name := text[1 : len(text)-1]
			if !validName(name) {
				return fail(at, "%q is no name; a capture is written {name}", name)
			}
			position++
			seg = segment{one, "", p.wildNamed(name)}
			if seg.wild < 0 {
				seg.wild = len(p.wilds)
				p.wilds = append(p.wilds, Wildcard{Name: name, Position: position})
			}
		case strings.ContainsAny(text, "{}"):
			return fail(at+strings.IndexAny(text, "{}"), "a capture takes a whole segment: /{name}/; for a part of one use *")
		case strings.Contains(text, "**"):
			return fail(at+strings.Index(text, "**"), "** stands alone in its segment; within one write *")
		case strings.Contains(text, "*"):
			position++
			seg = segment{glob, text, len(p.wilds)}
			p.wilds = append(p.wilds, Wildcard{Position: position, Glob: true})
		}
		p.segs = append(p.segs, seg)
		at += len(text) + 1
	}
	return p, nil
}

func (p *Pattern) wildNamed(name string) int {
	for i, w := range p.wilds {
		if w.Name == name && !w.Rest {
			return i
		}
	}
	return -1
}

func validName(s string) bool {
	if s == "" {
		return false
	}
	for i, r := range s {
		if !(r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || i > 0 && r >= '0' && r <= '9') {
			return false
		}
	}
	return true
}

// String is the pattern as written.
func (p Pattern) String() string { return p.text }

// Unnamed is the pattern as text without the names of its wildcards. Two that are
// alike so match the same tags, unless a name stands twice in one.
func (p Pattern) Unnamed() string {
	if !strings.Contains(p.text, "{") {
		return p.text
	}
	segs := strings.Split(p.text, "/")
	for i, s := range segs {
		if strings.HasPrefix(s, "{") {
			if segs[i] = "*"; strings.HasSuffix(s, "**}") {
				segs[i] = "**"
			}
		}
	}
	return strings.Join(segs, "/")
}

// Wildcards lists what varies, each name once, in order.
func (p Pattern) Wildcards() []Wildcard { return p.wilds }

// Literal returns the one tag a pattern without wildcards matches.
func (p Pattern) Literal() (string, bool) { return p.text, len(p.wilds) == 0 }

// ofEngine reports whether the first segment that is not empty is written eda.
func (p Pattern) ofEngine() bool {
	for _, s := range p.segs {
		if s.kind == literal && s.text == "" {
			continue
		}
		return s.kind == literal && s.text == "eda"
	}
	return false
}

// Reserved reports whether a tag is the engine's own: /eda/… (S29).
func Reserved(tag string) bool {
	tag = strings.TrimPrefix(tag, "/")
	return tag == "eda" || strings.HasPrefix(tag, "eda/")
}

// Match reports whether the pattern matches a tag, and sets caps to one text
// per wildcard, parts of tag. caps is used again if it is long enough, and then
// nothing is allocated. A pattern whose first segment is not written eda never
// matches a reserved tag.
func (p *Pattern) Match(tag string, caps []string) ([]string, bool) {
	if cap(caps) < len(p.wilds) {
		caps = make([]string, len(p.wilds))
	}
	caps = caps[:len(p.wilds)]
	if len(p.wilds) == 0 {
		return caps, tag == p.text
	}
	for i := range caps {
		caps[i] = ""
	}
	if Reserved(tag) && !p.ofEngine() {
		return caps, false
	}
	segs, tail := p.segs, []segment(nil)
	if p.rest >= 0 {
		segs, tail = p.segs[:p.rest], p.segs[p.rest+1:]
	}
	left, has := tag, true // has: there is a segment left, maybe empty
	for i := range segs {
		if !has {
			return caps, false
		}
		var text string
		text, left, has = strings.Cut(left, "/")
		if !p.take(&segs[i], text, caps) {
			return caps, false
		}
	}
	if p.rest < 0 {
		return caps, !has
	}
	// the tail is taken from the end, ** has what is between
	for i := len(tail) - 1; i >= 0; i-- {
		if !has {
			return caps, false
		}
		text := left
		if slash := strings.LastIndexByte(left, '/'); slash >= 0 {
			text, left = left[slash+1:], left[:slash]
		} else {
			left, has = "", false
		}
		if !p.take(&tail[i], text, caps) {
			return caps, false
		}
	}
	caps[p.segs[p.rest].wild] = left
	return caps, true
}

// take matches one segment.
func (p *Pattern) take(s *segment, text string, caps []string) bool {
	switch s.kind {
	case literal:
		return text == s.text
	case glob:
		if !globMatch(s.text, text) {
			return false
		}
	}
	if text == "" {
		return s.kind == literal
	}
	if s.kind != literal {
		if caps[s.wild] != "" && caps[s.wild] != text { // a capture twice must be equal
			return false
		}
		caps[s.wild] = text
	}
	return true
}

// globMatch matches text against a pattern in which * stands for any text.
func globMatch(pattern, text string) bool {
	pi, ti, star, mark := 0, 0, -1, 0
	for ti < len(text) {
		switch {
		case pi < len(pattern) && pattern[pi] == '*':
			star, mark = pi, ti
			pi++
		case pi < len(pattern) && pattern[pi] == text[ti]:
			pi++
			ti++
		case star >= 0:
			mark++
			pi, ti = star+1, mark
		default:
			return false
		}
	}
	for pi < len(pattern) && pattern[pi] == '*' {
		pi++
	}
	return pi == len(pattern)
}

// ValidTag reports what keeps s from being the tag of an event.
func ValidTag(s string) error {
	switch {
	case s == "":
		return &ParseError{0, "a tag cannot be empty"}
	case strings.ContainsAny(s, "*"):
		return &ParseError{strings.IndexByte(s, '*'), "an event has one tag, so there can be no * in it"}
	case strings.ContainsAny(s, "{}"):
		return &ParseError{strings.IndexAny(s, "{}"), "an event has one tag, so there can be no { } in it"}
	}
	return nil
}
