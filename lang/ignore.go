package lang

import (
	"slices"
	"strings"
)

// Ignore is a comment that silences findings (S44):
//
//	# edac:ignore SLUG[, SLUG] -- reason
//	# edac:ignore-file SLUG[, SLUG] -- reason
type Ignore struct {
	At     Span // the comment
	Names  []IgnoreName
	Reason string
	Over   Span   // findings that begin here are silenced
	Alone  bool   // the comment stands on a line of its own
	Wrong  string // why it silences nothing: it is no such comment, or stands where it cannot
}

// IgnoreName is an id or a slug in such a comment. Code is 0 where it is none.
type IgnoreName struct {
	Name
	Code Code
}

// Suppressed is a finding that is not shown, and who said so.
type Suppressed struct {
	Diag
	By     Suppressor
	Reason string // may be empty
}

// Suppressor is what suppresses a finding.
type Suppressor uint8

const (
	ByComment  Suppressor = iota // edac:ignore
	ByBaseline                   // a file of known findings
)

// directive is how the comments for this tool begin, after #.
const directive = "edac:"

// Ignores lists the comments of a file that silence findings, in order, and
// those that only look like it.
func (f *File) Ignores() []Ignore {
	text := f.Source.Text
	if !strings.Contains(text, directive) {
		return nil
	}
	toks, _ := scan(f.Source)
	var out []Ignore
	for i, t := range toks {
		if t.Kind != Comment {
			continue
		}
		body := strings.TrimLeft(t.Text, "#")
		body = strings.TrimLeft(body, " \t")
		if !strings.HasPrefix(body, directive) {
			continue
		}
		x := Ignore{At: Span{t.At.Start, t.At.Start + len(strings.TrimRight(t.Text, " \t\r"))}}
		word, rest, _ := strings.Cut(body[len(directive):], " ")
		x.read(strings.TrimRight(rest, " \t\r"), t.At.End-len(rest))
		x.Alone = i == 0 || toks[i-1].Kind == Space && (i == 1 || strings.Contains(toks[i-1].Text, "\n"))
		switch word = strings.TrimRight(word, "\r\t"); {
		case word == "ignore-file":
			x.Over = Span{0, len(text)}
			if len(f.Decls) > 0 && f.Decls[0].Span().Start < x.At.Start {
				x.Wrong = "`edac:ignore-file` speaks for a whole file and stands above its first declaration"
			}
		case word != "ignore":
			x.Wrong = "there is no comment `edac:" + word + "`" + didYouMean(Nearest(word, []string{"ignore", "ignore-file"}))
		case !x.Alone:
			x.Over = Span{strings.LastIndexByte(text[:x.At.Start], '\n') + 1, x.At.Start}
		default:
			x.Over = f.after(toks[i+1:], x.At.End)
		}
		if x.Wrong == "" && len(x.Names) == 0 {
			x.Wrong = "this does not say what to ignore; name the finding: # edac:" + word + " SLUG -- reason"
		}
		out = append(out, x)
	}
	return out
}

// read takes the names and the reason of a comment, which begin at a place.
func (x *Ignore) read(text string, at int) {
	if i := strings.Index(text, "--"); i >= 0 && (i == 0 || text[i-1] == ' ') {
		x.Reason = strings.TrimSpace(text[i+2:])
		text = text[:i]
	}
	for len(text) > 0 {
		n := strings.IndexAny(text, ", \t")
		if n < 0 {
			n = len(text)
		}
		if n > 0 {
			name := IgnoreName{Name: Name{At: Span{at, at + n}, Text: text[:n]}}
			if row, ok := LookupCode(name.Text); ok {
				name.Code = row.Code
			}
			x.Names = append(x.Names, name)
		}
		n = min(n+1, len(text))
		text, at = text[n:], at+n
	}
}

// after is what a comment on a line of its own speaks for: the declaration
// after it, or the next line where it stands within one. It begins at some tokens.
func (f *File) after(toks []Token, end int) Span {
	i := slices.IndexFunc(toks, func(t Token) bool { return t.solid() })
	if i < 0 {
		return Span{end, end}
	}
	at := toks[i].At.Start
	for _, d := range f.Decls {
		switch s := d.Span(); {
		case s.Start >= at:
			return s
		case s.End > at:
			line := strings.IndexByte(f.Source.Text[at:], '\n')
			if line < 0 {
				line = len(f.Source.Text) - at
			}
			return Span{at, at + line}
		}
	}
	return Span{end, end}
}

// Remove is the edit that takes the comment away, with its line where it has
// one of its own.
func (x *Ignore) Remove(src Source) Edit {
	s, text := x.At, src.Text
	for s.Start > 0 && (text[s.Start-1] == ' ' || text[s.Start-1] == '\t') {
		s.Start--
	}
	for s.End < len(text) && text[s.End] != '\n' {
		s.End++
	}
	if x.Alone && s.End < len(text) {
		s.End++
	} else if s.End > x.At.End && text[s.End-1] == '\r' {
		s.End--
	}
	return Edit{src.Name, s, ""}
}

// Without is the edit that takes one name out of the comment; the others stay.
func (x *Ignore) Without(src Source, i int) Edit {
	s := x.Names[i].At
	if i+1 < len(x.Names) {
		s.End = x.Names[i+1].At.Start
	} else {
		s.Start = x.Names[i-1].At.End
	}
	return Edit{src.Name, s, ""}
}
