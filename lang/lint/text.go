package lint

import (
	"regexp"
	"strings"

	"github.com/eda-lang/eda/lang"
)

// texts looks at all texts of a declaration: for placeholders that other
// languages would fill in, and for what should be in no file.
func (j *judge) texts(d lang.Decl) {
	names := map[string]bool{}
	if j.rule != nil {
		for _, c := range j.rule.Caps {
			names[c] = true
		}
		for _, l := range j.rule.Decl.Lets {
			names[l.Name.Text] = true
		}
		for _, el := range j.rule.Elems {
			names[el.Elem.As.Text] = true
		}
	}
	_, rule := d.(*lang.RuleDecl)
	said := map[*lang.Str]bool{}
	var look func(e lang.Expr)
	look = func(e lang.Expr) {
		lang.Walk(e, func(x lang.Expr) bool {
			switch x := x.(type) {
			case *lang.Str:
				if !said[x] {
					j.secret(x)
				}
				if rule {
					j.placeholder(x, names)
				}
			case *lang.Obj:
				for _, p := range x.Parts {
					if s, ok := p.Value.(*lang.Str); ok {
						said[s] = j.credential(p.Name.Text, s)
					}
				}
			case *lang.Binary:
				if x.Op == "matches" || x.Op == "like" { // patterns have signs of their own
					look(x.X)
					return false
				}
			}
			return true
		})
	}
	if p, ok := d.(*lang.ParamDecl); ok {
		if s, ok := p.Value.(*lang.Str); ok {
			said[s] = j.credential(p.Name.Text, s)
		}
	}
	lang.Exprs(d, look)
}

var (
	dollar = regexp.MustCompile(`\$([A-Za-z_][A-Za-z0-9_]*)|\$\(([A-Za-z_][A-Za-z0-9_]*)\)|%\(([A-Za-z_][A-Za-z0-9_]*)\)[sd]`)
	printf = regexp.MustCompile(`(^|[^%\w])%(-?[0-9]*(\.[0-9]+)?[sdvfgxq])($|[^\w%])`)
)

// placeholder looks for `$host`, `${host}` and `%s` in a text.
func (j *judge) placeholder(s *lang.Str, names map[string]bool) {
	for i, p := range s.Parts {
		if p.Path != nil {
			id, ok := p.Path.(*lang.Ident)
			if i == 0 || !ok || s.Parts[i-1].Path != nil || !strings.HasSuffix(s.Parts[i-1].Text, "$") {
				continue
			}
			if sym := j.Info.Uses[id]; sym.Kind != lang.SymCapture && sym.Kind != lang.SymTag {
				continue // a number may have a dollar before it
			}
			at := lang.Span{Start: p.At.Start - 1, End: p.At.End}
			d := j.report(lang.CodePlaceholder, j.file, j.rule, at, "this prints a `$` before the value; `{"+id.Text+"}` alone prints it")
			j.fix(d, lang.Span{Start: at.Start, End: at.Start + 1}, "", "write `{"+id.Text+"}`", false)
			continue
		}
		raw := j.file.Source.Text[p.At.Start:p.At.End]
		if !strings.ContainsAny(raw, "$%") {
			continue
		}
		for _, m := range dollar.FindAllStringSubmatchIndex(raw, -1) {
			name := raw[max(m[2], m[4], m[6]):max(m[3], m[5], m[7])]
			if !names[name] {
				continue
			}
			at := lang.Span{Start: p.At.Start + m[0], End: p.At.Start + m[1]}
			d := j.report(lang.CodePlaceholder, j.file, j.rule, at, "this is printed as it is; `{"+name+"}` prints the value")
			j.fix(d, at, "{"+name+"}", "write `{"+name+"}`", false)
		}
		if m := printf.FindStringSubmatchIndex(raw); m != nil {
			at := lang.Span{Start: p.At.Start + m[4] - 1, End: p.At.Start + m[5]}
			j.report(lang.CodePlaceholder, j.file, j.rule, at, "this is printed as it is; a value is printed by its name in braces, such as `{host}` or `{load:.2f}`")
		}
	}
}

// wildcards of other languages, as a segment of a tag.
var foreignWildcard = regexp.MustCompile(`^(?:(#)|(\+)|:([A-Za-z_]\w*)|<([A-Za-z_]\w*)>|\$([A-Za-z_]\w*))$`)

// wildcards looks for `+`, `#` and `:host` in the tags of a rule.
func (j *judge) wildcards(d *lang.RuleDecl) {
	look := func(s *lang.Str, fired bool) {
		if s == nil || !strings.ContainsAny(s.Raw, "#+:<$") {
			return
		}
		at := s.At.Start + 1
		for segment := range strings.SplitSeq(j.file.Source.Text[s.At.Start+1:max(s.At.Start+1, s.At.End-1)], "/") {
			span := lang.Span{Start: at, End: at + len(segment)}
			at = span.End + 1
			m := foreignWildcard.FindStringSubmatch(segment)
			if m == nil || fired && (m[1] != "" || m[2] != "") {
				continue
			}
			to, is := "{"+m[3]+m[4]+m[5]+"}", "one segment with a name"
			switch {
			case fired:
				is = "a value"
			case m[1] != "":
				to, is = "**", "any number of segments"
			case m[2] != "":
				to, is = "*", "any one segment"
			}
			dg := j.report(lang.CodePlaceholder, j.file, j.rule, span, "in a tag `"+segment+"` is just these characters; "+is+" is written `"+to+"`")
			j.fix(dg, span, to, "write `"+to+"`", false)
		}
	}
	for _, el := range j.rule.Elems {
		look(el.Elem.Tag, false)
	}
	for _, acts := range [][]lang.Act{d.Do, clearActs(d)} {
		for i := range acts {
			look(acts[i].Tag, true)
		}
	}
}

// secrets are texts that open something, each with what it is.
var secrets = []struct {
	is   string
	text *regexp.Regexp
}{
	{"an AWS access key", regexp.MustCompile(`\b(AKIA|ASIA)[0-9A-Z]{16}\b`)},
	{"a private key", regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)},
	{"a GitHub token", regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{36,}\b`)},
	{"a Slack token", regexp.MustCompile(`\bxox[abprs]-[A-Za-z0-9-]{10,}`)},
	{"a Slack webhook", regexp.MustCompile(`hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{12,}`)},
	{"a bearer token", regexp.MustCompile(`(?i)\bbearer [a-z0-9._~+/-]{20,}`)},
	{"a password in an address", regexp.MustCompile(`://[^/\s:@{}]+:[^/\s:@{}]{3,}@`)},
	{"a password", regexp.MustCompile(`(?i)\b(password|passwd|pwd|secret|token|api_?key)\s*[=:]\s*[^\s{}"&,;]{6,}`)},
}

// hint is the few signs that one of those has, to look at most texts once.
const hint = "-=:_"

// secret looks for what opens something.
func (j *judge) secret(s *lang.Str) {
	if len(s.Raw) < 12 || !strings.ContainsAny(s.Raw, hint) && !strings.Contains(s.Raw, "A") && !strings.Contains(strings.ToLower(s.Raw), "bearer") {
		return
	}
	for _, k := range secrets {
		if k.text.MatchString(s.Raw) {
			j.leak(s, k.is)
			return
		}
	}
}

func (j *judge) leak(s *lang.Str, is string) {
	j.report(lang.CodeSecret, j.file, j.rule, s.At, "this looks like "+is+"; rules are read by many, so keep it with the actor that needs it, and replace it now")
}

var secretName = regexp.MustCompile(`(?i)^(.*_)?(password|passwd|secret|token|api_?key|private_key)$`)

// credential looks at a member whose name says that it is secret, with a text
// that looks so: long, of one piece, with letters and digits.
func (j *judge) credential(name string, s *lang.Str) bool {
	text, ok := s.Literal()
	if !ok || len(text) < 8 || !secretName.MatchString(name) || strings.ContainsAny(text, " /") ||
		!strings.ContainsAny(text, "0123456789") || strings.Trim(strings.ToLower(text), "0123456789.-_") == "" {
		return false
	}
	j.leak(s, "a secret")
	return true
}
