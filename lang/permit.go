package lang

import (
	"strings"

	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// PermitInfo is what the may fire declarations of a file say together: the
// rules and actions of that file send nothing else (S31).
type PermitInfo struct {
	File     *File
	At       Span // of the last tag
	Patterns []tag.Pattern
}

// checkPermits reads what each file may fire.
func (c *checker) checkPermits() {
	for _, f := range c.unit.Files {
		c.file = f
		for _, d := range f.Decls {
			may, ok := d.(*MayDecl)
			if !ok {
				continue
			}
			p := c.permits[f]
			if p == nil {
				p = &PermitInfo{File: f}
				c.permits[f] = p
				c.unit.Permits = append(c.unit.Permits, p)
			}
			for _, s := range may.Tags {
				p.At = s.At
				if pat, ok := c.pattern(s); ok {
					p.Patterns = append(p.Patterns, pat)
					c.tagSlip(s, pat)
				} else {
					p.Patterns = append(p.Patterns, pat)
					c.lostPermits[p] = true
				}
			}
		}
	}
}

// permitted holds a fired tag and all that it can be against what a file may fire: fine where a
// pattern has all that it can be, an error where none has any of it.
// Otherwise the permit is asked when the tag is known, and is returned.
func (c *checker) permitted(at Span, text string, all tag.Pattern, f *File) *PermitInfo {
	p := c.permits[f]
	if p == nil || c.lostPermits[p] {
		return nil
	}
	some := false
	for _, pat := range p.Patterns {
		if tag.Covers(pat, all) {
			return nil
		}
		some = some || meet(pat, all)
	}
	if some {
		return p
	}
	d := c.report(codeMay, at, "this file may not fire %s: its `may fire` allows other tags only", text)
	c.label(d, f, p.At, "this is what it may fire")
	if f == c.file {
		c.fix(d, Span{p.At.End, p.At.End}, `, "`+all.String()+`"`, "allow \""+all.String()+"\"", false)
	}
	return nil
}

// reach is a pattern of all that a fired tag can be. What is printed in it
// may hold slashes or be empty, unless it is one segment of the event's tag, a
// number, a boolean, a time or a duration.
func (c *checker) reach(s *Str) (tag.Pattern, bool) {
	var b strings.Builder
	for _, p := range s.Parts {
		switch {
		case p.Path == nil:
			b.WriteString(p.Text)
		case c.several(p.Path):
			b.WriteString(rest)
		case p.Digits >= 0 || c.plain(p.Path):
			b.WriteByte('*')
		default:
			if v, ok := c.constant(p.Path); ok && !strings.ContainsAny(value.Text(v), "*{}") {
				b.WriteString(value.Text(v))
				continue
			}
			b.WriteString(rest)
		}
	}
	segs := strings.Split(b.String(), "/")
	first, last := -1, -1
	for i, seg := range segs {
		if strings.Contains(seg, rest) {
			if first < 0 {
				first = i
			}
			last = i
			continue
		}
		for strings.Contains(seg, "**") {
			seg = strings.ReplaceAll(seg, "**", "*")
		}
		segs[i] = seg
	}
	if first >= 0 {
		segs = append(append(segs[:first:first], "**"), segs[last+1:]...)
	}
	pat, err := c.tagOf(strings.Join(segs, "/"))
	return pat, err == nil
}

// plain reports whether what e prints is text within one segment.
func (c *checker) plain(e Expr) bool {
	if id, ok := e.(*Ident); ok && c.unit.Info.Uses[id].Kind == SymCapture {
		return true
	}
	switch c.unit.Info.Types[e].kind {
	case boolType, intType, floatType, numType, timeType, durationType:
		return true
	}
	return false
}
