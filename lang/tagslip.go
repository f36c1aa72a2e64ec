package lang

import (
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/tag"
)

// scheduleSlip warns of a schedule that stands in quotes, as a tag.
func (c *checker) scheduleSlip(s *Str) {
	text, _ := s.Literal()
	word, rest, ok := strings.Cut(text, " ")
	if !ok || word != "every" && word != "cron" {
		return
	}
	instead := "every " + rest
	if word == "cron" {
		instead = `cron "` + strings.Trim(rest, "'") + `"`
	}
	d := c.report(codeTagSlip, s.At, "in quotes this is a tag; a schedule is written `on %s`", instead)
	c.fix(d, s.At, instead, "write `"+instead+"`", false)
}

// tagSlip warns of a tag that is nearly a declared one (S33): by its slash, by
// case, by the spelling of one segment, or by a * that does not cross a slash.
func (c *checker) tagSlip(s *Str, pat tag.Pattern) {
	if len(c.unit.Events) == 0 || len(c.declared.meeting(pat)) > 0 {
		return
	}
	want, e, how := c.nearTag(s, pat)
	if e == nil {
		return
	}
	d := c.report(codeTagSlip, s.At, "no declared event has this tag; %s is declared, %s", e.Pattern, how)
	c.label(d, e.File, e.Decl.Tag.At, "declared here")
	c.fix(d, s.At, `"`+want+`"`, "write \""+want+"\"", false)
}

// nearTag finds the declared event that a tag is a slip of, what the tag should
// be, and how they differ; nil where there is none.
func (c *checker) nearTag(s *Str, pat tag.Pattern) (want string, e *EventInfo, how string) {
	sl := newSlips(s.inner(), pat.String(), c.declared.rooted, c.declared.bare)
	for _, i := range c.declared.near(sl) {
		e := c.unit.Events[i]
		if want, how := sl.of(e.Pattern); want != "" {
			return want, e, how
		}
	}
	return "", nil, ""
}

// tagSlips are the tags that one may be meant for.
type tagSlips struct {
	segs        []string // as written
	slash, wide nearTag  // with the other leading slash; with a * that crosses slashes
	slashed     nearTag  // without the slash at its end
}

type nearTag struct {
	text string
	pat  tag.Pattern
	ok   bool
}

func near(text, loose string) nearTag {
	p, err := tag.Parse(loose)
	return nearTag{text, p, err == nil}
}

// newSlips takes a tag as written, and with wildcards for what varies, and
// whether tags are declared with and without a leading slash.
func newSlips(text, loose string, rooted, unrooted bool) *tagSlips {
	s := &tagSlips{segs: strings.Split(text, "/")}
	if bare, cut := strings.CutPrefix(loose, "/"); cut && unrooted {
		s.slash = near(strings.TrimPrefix(text, "/"), bare)
	} else if !cut && rooted {
		s.slash = near("/"+text, "/"+loose)
	}
	if bare, cut := strings.CutSuffix(loose, "/"); cut {
		s.slashed = near(strings.TrimSuffix(text, "/"), bare)
	}
	if last := s.segs[len(s.segs)-1]; text == loose && !strings.Contains(text, "**") && strings.Contains(last, "*") {
		if last == "*" {
			text += "*"
		} else {
			text += "/**"
		}
		s.wide = near(text, text)
	}
	return s
}

// of is what the tag should be if it is a slip of a declared one, and how that
// differs.
func (s *tagSlips) of(declared tag.Pattern) (want, how string) {
	if s.slash.ok && meet(s.slash.pat, declared) {
		if strings.HasPrefix(s.slash.text, "/") {
			return s.slash.text, "with a leading slash"
		}
		return s.slash.text, "without the leading slash"
	}
	if s.wide.ok && meet(s.wide.pat, declared) {
		return s.wide.text, "and `*` stands for one segment only"
	}
	b := strings.Split(declared.String(), "/")
	if s.slashed.ok && meet(s.slashed.pat, declared) {
		return s.slashed.text, "without the slash at its end"
	}
	if len(b) == len(s.segs)+1 && len(s.segs) > 1 && strings.ContainsAny(b[len(b)-1], "*{") && slices.Equal(s.segs, b[:len(b)-1]) {
		return declared.String(), "with one segment more"
	}
	if len(s.segs) != len(b) {
		return "", ""
	}
	varies := func(s string) bool { return strings.ContainsAny(s, "*{") }
	cases, spelt := 0, ""
	for i, a := range s.segs {
		switch {
		case a == b[i]:
		case varies(a) || varies(b[i]):
			b[i] = a
		case strings.EqualFold(a, b[i]):
			cases++
		case spelt == "" && misspelt(a, b[i]):
			spelt = b[i]
		default:
			return "", ""
		}
	}
	switch {
	case spelt != "":
		return strings.Join(b, "/"), "with `" + spelt + "`"
	case cases > 0:
		return strings.Join(b, "/"), "with other capitals"
	}
	return "", ""
}

// misspelt reports whether one word may be a slip of another. Words that
// differ in their numbers alone are two.
func misspelt(word, other string) bool {
	strip := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, s)
	}
	return len(word) > 2 && strip(word) != strip(other) && len(Nearest(word, []string{other})) > 0
}
