package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
)

// ignored takes away the findings that comments in the files silence (S44), and
// adds what is to be said of those comments.
func ignored(u *lang.Unit, found lang.Diagnostics, s Settings) (kept lang.Diagnostics, suppressed []lang.Suppressed) {
	all, of := comments(u)
	if len(all) == 0 {
		return found, nil
	}
	silence := func(ds lang.Diagnostics) {
		for _, d := range ds {
			if c := speaker(of[d.Primary.File], &d); c != nil {
				suppressed = append(suppressed, lang.Suppressed{Diag: d, By: lang.ByComment, Reason: c.Reason})
			} else {
				kept = append(kept, d)
			}
		}
	}
	silence(found)
	var own lang.Diagnostics
	for _, c := range all {
		own = append(own, c.wrong()...)
		own = append(own, c.unused(u, s, false)...)
	}
	silence(s.apply(own))
	own = nil
	for _, c := range all { // those that speak of such comments, which could be told only now
		own = append(own, c.unused(u, s, true)...)
	}
	kept = append(kept, s.apply(own)...)
	kept.Sort()
	return kept, suppressed
}

// comments are those of a program, all and by file.
func comments(u *lang.Unit) (all []*comment, of map[string][]*comment) {
	of = map[string][]*comment{}
	for _, f := range u.Files {
		for _, x := range f.Ignores() {
			c := &comment{x, f, make([]bool, len(x.Names))}
			all = append(all, c)
			of[f.Source.Name] = append(of[f.Source.Name], c)
		}
	}
	return all, of
}

// Heard are the findings that no comment silences, for commands that check
// rules on the way to something else.
func Heard(u *lang.Unit, found lang.Diagnostics) lang.Diagnostics {
	all, of := comments(u)
	if len(all) == 0 {
		return found
	}
	return slices.DeleteFunc(slices.Clone(found), func(d lang.Diag) bool { return speaker(of[d.Primary.File], &d) != nil })
}

// comment is a comment that silences findings.
type comment struct {
	lang.Ignore
	file *lang.File
	used []bool // of its names
}

// ignoreCodes are the findings about such comments.
var ignoreCodes = []lang.Code{lang.CodeUnusedIgnore, lang.CodeIgnoreReason, lang.CodeIgnoreNothing}

// speaker is the first comment that silences a finding.
func speaker(of []*comment, d *lang.Diag) *comment {
	if d.Severity == lang.Error {
		return nil
	}
	for _, c := range of {
		at := d.Primary.Span.Start
		if c.Wrong != "" || at < c.Over.Start || at >= c.Over.End {
			continue
		}
		for j, n := range c.Names {
			if n.Code == d.Code {
				c.used[j] = true
				return c
			}
		}
	}
	return nil
}

func (c *comment) diag(code lang.Code, at lang.Span, format string, args ...any) lang.Diag {
	return lang.Diag{Code: code, Severity: code.Row().Severity, Message: fmt.Sprintf(format, args...), Primary: lang.Label{File: c.file.Source.Name, Span: at}}
}

// wrong says why a comment, or a name in it, can silence nothing, and asks for
// the reason of one that can.
func (c *comment) wrong() (ds lang.Diagnostics) {
	if c.Wrong != "" {
		return lang.Diagnostics{c.diag(lang.CodeIgnoreNothing, c.At, "%s", c.Wrong)}
	}
	good := false
	for _, n := range c.Names {
		switch {
		case n.Code == 0:
			if len(ds) > 0 {
				continue // words of a reason, mostly
			}
			d := c.diag(lang.CodeIgnoreNothing, n.At, "%s", lang.UnknownCode(n.Text))
			if near := lang.NearestCodes(n.Text); len(near) > 0 {
				d.Fixes = []lang.Fix{{Title: "write `" + near[0] + "`", Safe: true, Edits: []lang.Edit{{File: c.file.Source.Name, Span: n.At, Text: near[0]}}}}
			} else if c.Reason == "" {
				d.Message += "; a reason stands after `--`"
			}
			ds = append(ds, d)
		case n.Code.Row().Severity == lang.Error:
			ds = append(ds, c.diag(lang.CodeIgnoreNothing, n.At, "`%s` is an error and cannot be ignored: rules with one have no meaning and do not load", n.Text))
		default:
			good = true
		}
	}
	if good && c.Reason == "" && len(ds) == 0 {
		ds = append(ds, c.diag(lang.CodeIgnoreReason, c.At, "say why, for whoever reads this next: # edac:ignore %s -- reason", c.Names[0].Text))
	}
	return ds
}

// unused reports the names that silenced nothing: those of findings about such
// comments, or the others. Where a lint did not run, nobody knows what it would
// have found.
func (c *comment) unused(u *lang.Unit, s Settings, ofComments bool) (ds lang.Diagnostics) {
	if c.Wrong != "" || u.Broken || c.file.Source.Joined {
		return nil
	}
	var idle []int
	for i, n := range c.Names {
		if !c.used[i] && n.Code != 0 && n.Code.Row().Severity != lang.Error && ofComments == slices.Contains(ignoreCodes, n.Code) && s.sought(n.Code) {
			idle = append(idle, i)
		}
	}
	if len(idle) == 0 {
		return nil
	}
	if len(idle) == len(c.Names) {
		var names []string
		for _, n := range c.Names {
			names = append(names, "`"+n.Text+"`")
		}
		d := c.diag(lang.CodeUnusedIgnore, c.At, "there is no %s here to ignore; delete the comment", strings.Join(names, " and no "))
		d.Fixes = []lang.Fix{{Title: "delete the comment", Safe: true, Edits: []lang.Edit{c.Remove(c.file.Source)}}}
		return lang.Diagnostics{d}
	}
	for _, i := range idle {
		d := c.diag(lang.CodeUnusedIgnore, c.Names[i].At, "there is no `%s` here to ignore; delete the name", c.Names[i].Text)
		d.Fixes = []lang.Fix{{Title: "delete `" + c.Names[i].Text + "`", Safe: true, Edits: []lang.Edit{c.Without(c.file.Source, i)}}}
		ds = append(ds, d)
	}
	return ds
}
