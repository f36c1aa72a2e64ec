package lint

import (
	"regexp"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
)

// absences are the findings that nothing else in the program does something
// with a name, a tag or a field. Beside an error that may be an echo of it.
var absences = map[lang.Code]bool{
	lang.CodeUnused: true, lang.CodeNameSlip: true, lang.CodeUnread: true, lang.CodeUnset: true, lang.CodeUnfired: true, lang.CodeDeadRule: true,
	lang.CodeUnmatchedSend: true, lang.CodeUnfiredExpect: true, lang.CodeUnreadTestData: true,
	lang.CodeNoAct: true, lang.CodeIdleMute: true, lang.CodeTagSlip: true, lang.CodeEngineName: true,
}

var quoted = regexp.MustCompile("`[^`]*`|\"[^\"\n]*\"")

// echoes leaves out the absences that have to do with a declaration that has an
// error, those of what an error speaks of, as the name that was probably meant, and of what stands in a
// declaration that could not be read.
func echoes(u *lang.Unit, found, wrong lang.Diagnostics) lang.Diagnostics {
	slips := map[lang.Label]bool{} // of tags; what follows from them need not be said
	for i := range wrong {
		if wrong[i].Code == lang.CodeTagSlip {
			slips[lang.Label{File: wrong[i].Primary.File, Span: wrong[i].Primary.Span}] = true
		}
	}
	found = slices.DeleteFunc(found, func(d lang.Diag) bool {
		return (d.Code == lang.CodeUnmatchedSend || d.Code == lang.CodeUnfiredExpect) && slips[lang.Label{File: d.Primary.File, Span: d.Primary.Span}]
	})
	if !wrong.HasErrors() {
		return found
	}
	var lost strings.Builder // what could not be read, and what errors say
	var tags []tag.Pattern
	for i := range wrong {
		if wrong[i].Severity == lang.Error {
			lost.WriteString(strings.Join(quoted.FindAllString(wrong[i].Message, -1), " "))
			lost.WriteByte('\n')
		}
	}
	files := map[string]*lang.File{}
	for _, f := range u.Files {
		files[f.Source.Name] = f
		for _, d := range f.Decls {
			if _, bad := d.(*lang.BadDecl); bad {
				text := f.Source.Text[d.Span().Start:d.Span().End]
				lost.WriteString(text)
				for _, q := range quoted.FindAllString(text, -1) {
					if t, err := tag.Parse(capture.ReplaceAllString(strings.Trim(q, "`\""), "*")); err == nil {
						tags = append(tags, t)
					}
				}
			}
		}
	}
	// where a name is missing, or is one that nothing is near to, each may be meant
	var anyName, anyTag bool
	for i := range wrong {
		switch wrong[i].Slug() {
		case "missing-value", "unknown-function", "unknown-field":
			anyName = anyName || len(wrong[i].Fixes) == 0
		case "unknown-act":
			anyName, anyTag = true, true
		}
	}
	words := map[string]bool{}
	for _, w := range strings.FieldsFunc(lost.String(), func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		words[w] = true
	}
	bad := map[lang.Decl]bool{}
	for i := range wrong {
		if d := declOf(files[wrong[i].Primary.File], wrong[i].Primary.Span); d != nil && wrong[i].Severity == lang.Error {
			bad[d] = true
		}
	}
	return slices.DeleteFunc(found, func(d lang.Diag) bool {
		if !absences[d.Code] {
			return false
		}
		if anyName && d.Code == lang.CodeUnused || anyTag && (d.Code == lang.CodeUnfiredExpect || d.Code == lang.CodeDeadRule) {
			return true
		}
		f, at := files[d.Primary.File], d.Primary.Span
		for _, l := range append(d.Labels, d.Primary) {
			if within := declOf(files[l.File], l.Span); within != nil && bad[within] {
				return true
			}
		}
		subject := f.Source.Text[at.Start:at.End]
		if !strings.HasPrefix(subject, `"`) {
			return words[subject]
		}
		t, err := tag.Parse(capture.ReplaceAllString(strings.Trim(subject, `"`), "*"))
		return err == nil && slices.ContainsFunc(tags, func(x tag.Pattern) bool { return tag.Intersect(t, x) })
	})
}

// broken reports whether an error has to do with a place.
func (p *pass) broken(f *lang.File, at lang.Span) bool {
	if !p.Broken {
		return false
	}
	if p.wrong == nil { // where errors begin, and the last end of them and those before
		p.wrong = map[string][]lang.Span{}
		for _, e := range p.Errors {
			before := p.wrong[e.File]
			if n := len(before); n > 0 {
				e.Span.End = max(e.Span.End, before[n-1].End)
			}
			p.wrong[e.File] = append(before, e.Span)
		}
	}
	wrong := p.wrong[f.Source.Name]
	n, _ := slices.BinarySearchFunc(wrong, at.End, func(e lang.Span, end int) int { return e.Start - end })
	return n > 0 && wrong[n-1].End > at.Start
}

// declOf is the declaration that a place is in, or nil.
func declOf(f *lang.File, at lang.Span) lang.Decl {
	if f == nil {
		return nil
	}
	n, _ := slices.BinarySearchFunc(f.Decls, at.Start, func(d lang.Decl, start int) int { return d.Span().End - start - 1 })
	if n < len(f.Decls) && f.Decls[n].Span().Start <= at.Start {
		return f.Decls[n]
	}
	return nil
}

// capture is a printed value or a capture in a tag.
var capture = regexp.MustCompile(`\{[^{}]*\}`)
