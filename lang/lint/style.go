package lint

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/eda-lang/eda/lang"
)

var styleRows = []row{
	{lang.CodeUnformatted, judges, unformatted},
	{lang.CodeNameStyle, judges, nameStyle},
	{lang.CodeUndescribed, judges, undescribed},
}

// unformatted finds declarations that are not laid out as edac fmt does. It
// lays out all files to see, so it is done where it is asked for alone.
func unformatted(p *pass) {
	if !p.shows(lang.CodeUnformatted) {
		return
	}
	for _, f := range p.Files {
		for _, u := range lang.Layout(f) {
			at := u.Decl.Span()
			if i := strings.IndexByte(f.Source.Text[at.Start:at.End], '\n'); i >= 0 {
				at.End = at.Start + i
			}
			d := p.report(lang.CodeUnformatted, f, nil, at, "`edac fmt` lays this out differently")
			d.Fixes = append(d.Fixes, lang.Fix{Title: "lay it out", Safe: true, Edits: []lang.Edit{u.Edit}})
		}
	}
}

var snake = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// nameStyle hints at names with capitals. A let is renamed where it is used;
// other names are used from outside of the file too, in tests, settings, by people.
func nameStyle(p *pass) {
	for _, f := range p.Files {
		say := func(n lang.Name, r *lang.RuleInfo) *lang.Diag {
			if n.Text == "" || snake.MatchString(n.Text) {
				return nil
			}
			return p.report(lang.CodeNameStyle, f, r, n.At, "names are written in small letters and `_`: `"+snaked(n.Text)+"`")
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *lang.RuleDecl:
				say(d.Name, nil)
				for _, l := range d.Lets {
					if diag := say(l.Name, nil); diag != nil {
						p.rename(diag, f, d, l)
					}
				}
			case *lang.ParamDecl:
				say(d.Name, nil)
			case *lang.FnDecl:
				say(d.Name, nil)
				for _, n := range d.Params {
					say(n, nil)
				}
			case *lang.TableDecl:
				say(d.Name, nil)
			case *lang.StateDecl:
				say(d.Name, nil)
			case *lang.ActionDecl:
				say(d.Name, nil)
			}
		}
	}
}

// snaked is a name in small letters: maxLoad is max_load.
func snaked(name string) string {
	var b strings.Builder
	prev := '_'
	for _, c := range name {
		if unicode.IsUpper(c) && (unicode.IsLower(prev) || unicode.IsDigit(prev)) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
		prev = c
	}
	return b.String()
}

// rename offers another name for a let, unless something in its rule or its
// program has that name.
func (p *pass) rename(d *lang.Diag, f *lang.File, r *lang.RuleDecl, l *lang.Let) {
	to := snaked(l.Name.Text)
	edits := []lang.Edit{{File: f.Source.Name, Span: l.Name.At, Text: to}}
	taken := p.named(to) || slices.ContainsFunc(r.Lets, func(o *lang.Let) bool { return o.Name.Text == to })
	lang.Exprs(r, func(e lang.Expr) {
		lang.Walk(e, func(x lang.Expr) bool {
			if id, ok := x.(*lang.Ident); ok {
				taken = taken || id.Text == to
				if p.Info.Uses[id].Let == l {
					edits = append(edits, lang.Edit{File: f.Source.Name, Span: id.At, Text: to})
				}
			}
			return true
		})
	})
	if !taken {
		d.Fixes = append(d.Fixes, lang.Fix{Title: "call it `" + to + "`", Safe: true, Edits: edits})
	}
}

// named reports whether something that a program declares has that name.
func (p *pass) named(name string) bool {
	return slices.ContainsFunc(p.Params, func(x *lang.ParamInfo) bool { return x.Decl.Name.Text == name }) ||
		slices.ContainsFunc(p.States, func(x *lang.StateInfo) bool { return x.Decl.Name.Text == name }) ||
		slices.ContainsFunc(p.Tables, func(x *lang.TableInfo) bool { return x.Decl.Name.Text == name }) ||
		slices.ContainsFunc(p.Rules, func(x *lang.RuleInfo) bool { return x.Decl.Name.Text == name }) ||
		slices.ContainsFunc(p.Actions, func(x *lang.ActionInfo) bool { return x.Decl.Name.Text == name }) ||
		p.Fns[name] != nil
}

// undescribed finds named rules without a comment above or on their first line.
func undescribed(p *pass) {
	if !p.shows(lang.CodeUndescribed) {
		return
	}
	for _, r := range p.Rules {
		text, at := r.File.Source.Text, r.Decl.At
		if r.Decl.Name.Text == "" {
			continue
		}
		above, _ := strings.CutSuffix(strings.TrimRight(text[:at.Start], " \t"), "\n")
		line := text[at.Start:]
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line = line[:i]
		}
		if strings.HasPrefix(strings.TrimSpace(above[strings.LastIndexByte(above, '\n')+1:]), "#") || strings.Contains(line, "#") {
			continue
		}
		p.report(lang.CodeUndescribed, r.File, r, r.Decl.Name.At, "say in a comment above what `"+r.Decl.Name.Text+"` is for, and what to do when it acts")
	}
}

// limit is a number that something is compared with.
type limit struct {
	file *lang.File
	rule *lang.RuleInfo
	lit  *lang.Lit
	name string // of what is compared
}

// limits collects the bounds of a program, by what they bound and their value,
// in the order of the files.
type limits struct {
	order []int
	of    map[int][]limit
}

// add notes the bound of a comparison: of a field, or an aggregate of one.
func (l *limits) add(j *judge, e *lang.Binary) {
	if j.rule == nil || e.Op != "<" && e.Op != "<=" && e.Op != ">" && e.Op != ">=" {
		return
	}
	x, c := e.X, e.Y
	lit, ok := unparen(c).(*lang.Lit)
	if !ok {
		x = e.Y
		if lit, ok = unparen(e.X).(*lang.Lit); !ok {
			return
		}
	}
	f, isNumber := lit.Value.AsNumber()
	if !isNumber || f == 0 || f == 1 || f == 100 {
		return
	}
	y := j.stands(x)
	if call, ok := y.(*lang.Call); ok && len(j.Info.Windows[call].Args) == 1 {
		y = j.Info.Windows[call].Args[0]
	}
	id, ok := y.(*lang.Ident)
	if !ok || j.Info.Uses[id].Kind != lang.SymField || slices.Contains([]string{"status", "code", "severity", "level", "priority"}, id.Text) {
		return
	}
	key := j.same.number("bound "+lit.Raw, j.same.of(x))
	if len(l.of[key]) == 0 {
		l.order = append(l.order, key)
	}
	if n := len(l.of[key]); n == 0 || l.of[key][n-1].rule != j.rule {
		l.of[key] = append(l.of[key], limit{j.file, j.rule, lit, id.Text})
	}
}

// magic reports bounds that stand in several rules, each once, where it stands first.
func (l *limits) magic(p *pass) {
	var taken map[string]bool
	for _, key := range l.order {
		all := l.of[key]
		if len(all) < often {
			continue
		}
		first := all[0]
		d := p.report(lang.CodeMagic, first.file, first.rule, first.lit.At, "`"+first.name+"` is compared with "+first.lit.Raw+" in "+strconv.Itoa(len(all))+" rules; a param says it once, and tests and deployments can change it")
		for _, o := range all[1:] {
			d.Labels = append(d.Labels, lang.Label{File: o.file.Source.Name, Span: o.lit.At, Text: "here too"})
		}
		name := first.name + "_limit"
		if taken == nil {
			taken = p.names()
		}
		if taken[name] {
			continue
		}
		taken[name] = true
		is := "int"
		if _, whole := first.lit.Value.AsInt(); !whole {
			is = "float"
		}
		at := 0
		for _, o := range first.file.Decls {
			switch o.(type) {
			case *lang.UseDecl, *lang.ParamDecl:
				at = o.Span().End
			}
		}
		text := "param " + name + ": " + is + " = " + first.lit.Raw
		if at > 0 {
			text = "\n" + text
		} else {
			text += "\n"
		}
		fix := lang.Fix{Title: "make it the param `" + name + "`", Edits: []lang.Edit{{File: first.file.Source.Name, Span: lang.Span{Start: at, End: at}, Text: text}}}
		for _, o := range all {
			fix.Edits = append(fix.Edits, lang.Edit{File: o.file.Source.Name, Span: o.lit.At, Text: name})
		}
		d.Fixes = append(d.Fixes, fix)
	}
}

// names are those that a program declares or reads.
func (p *pass) names() map[string]bool {
	out := map[string]bool{}
	for id := range p.Info.Uses {
		out[id.Text] = true
	}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *lang.RuleDecl:
				out[d.Name.Text] = true
			case *lang.ParamDecl:
				out[d.Name.Text] = true
			case *lang.FnDecl:
				out[d.Name.Text] = true
			case *lang.TableDecl:
				out[d.Name.Text] = true
			case *lang.StateDecl:
				out[d.Name.Text] = true
			case *lang.ActionDecl:
				out[d.Name.Text] = true
			}
		}
	}
	return out
}
