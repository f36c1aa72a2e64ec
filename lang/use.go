package lang

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Files that join others: use "lib/net.eda" as net. The file and its rules
// become part of the program, once, and net.limit is the name limit declared
// there. Names are those of the whole program, so the prefix only names (S31).

// Join adds to the files of a program those that they use, and those that
// these use in turn, each once. A path is relative to the file that names it;
// read gets it cleaned, with slashes. What cannot be read becomes a Source
// with Err, which Check reports at the use. The files of tables are attached
// to the sources that name them.
func Join(sources []Source, read func(name string) (string, error)) []Source {
	out, _ := join(sources, read, func(s Source) *File {
		if !strings.Contains(s.Text, "use") && !strings.Contains(s.Text, "table") {
			return nil
		}
		f, _ := Parse(s)
		return f
	})
	return out
}

// JoinParsed is Join for who needs the files too: parse is called once for
// each, and what it returns has the files of its tables afterwards.
func JoinParsed(sources []Source, read func(name string) (string, error), parse func(Source) *File) []*File {
	_, files := join(sources, read, parse)
	return files
}

func join(sources []Source, read func(name string) (string, error), parse func(Source) *File) ([]Source, []*File) {
	out := slices.Clone(sources)
	have := map[string]bool{}
	for _, s := range out {
		have[path.Clean(s.Name)] = true
	}
	var files []*File
	for i := 0; i < len(out); i++ {
		f := parse(out[i])
		files = append(files, f)
		if f == nil {
			continue
		}
		out[i].Tables = attach(f, read)
		f.Source.Tables = out[i].Tables
		for _, d := range f.Decls {
			u, ok := d.(*UseDecl)
			if !ok || u.Path == nil {
				continue
			}
			name, why := usedFile(f, u)
			if why != "" || have[name] {
				continue
			}
			have[name] = true
			text, err := read(name)
			out = append(out, Source{Name: name, Text: text, Joined: true, Err: err})
		}
	}
	return out, files
}

// usedFile is the name of the file that a use joins, or why there is none.
func usedFile(f *File, u *UseDecl) (name, why string) {
	p, ok := u.Path.Literal()
	switch {
	case !ok:
		return "", "the file to join is a fixed name: there is nothing to print in braces here"
	case path.Ext(p) != ".eda":
		return "", fmt.Sprintf("%q is not a file of rules: their names end in .eda", p)
	case path.IsAbs(p):
		return path.Clean(p), ""
	}
	return path.Join(path.Dir(f.Source.Name), p), ""
}

// UsedFile is the file that a use joins, nil where it could not be read.
func (u *Unit) UsedFile(f *File, d *UseDecl) *File {
	name, why := usedFile(f, d)
	i := slices.IndexFunc(u.Files, func(o *File) bool { return why == "" && path.Clean(o.Source.Name) == name && o.Source.Err == nil })
	if i < 0 {
		return nil
	}
	return u.Files[i]
}

// module is a joined file under the name it has in another.
type module struct {
	decl *UseDecl
	file *File // nil where it could not be read
}

// checkUses finds the files that are joined, and rings of them.
func (c *checker) checkUses() {
	byName := map[string]*File{}
	for _, f := range c.unit.Files {
		byName[path.Clean(f.Source.Name)] = f
	}
	joins := map[*File][]*UseDecl{}
	for _, f := range c.unit.Files {
		c.file = f
		named := map[string]module{}
		c.modules[f] = named
		for _, d := range f.Decls {
			u, ok := d.(*UseDecl)
			if !ok || u.Path == nil {
				continue
			}
			if old, twice := named[u.Name.Text]; twice {
				d := c.report(codeDuplicate, u.Name.At, "`%s` is the name of a joined file already", u.Name.Text)
				c.label(d, f, old.decl.Name.At, "here")
				continue
			}
			if n, ok := c.names[u.Name.Text]; ok {
				d := c.report(codeClash, u.Name.At, "`%s` is a %s of this program; give the joined file another name", u.Name.Text, n.what)
				c.label(d, n.file, n.at, "the "+n.what)
			}
			named[u.Name.Text] = module{decl: u}
			name, why := usedFile(f, u)
			to := byName[name]
			switch {
			case why != "":
				c.report(codeUse, u.Path.At, "%s", why)
			case to == nil:
				c.report(codeUse, u.Path.At, "%s is not among the files of this program", name)
			case to.Source.Err != nil:
				c.report(codeUse, u.Path.At, "%s cannot be read: %s; the path is relative to this file", name, reason(to.Source.Err))
			default:
				named[u.Name.Text] = module{u, to}
				joins[f] = append(joins[f], u)
			}
		}
	}
	// a ring is reported once, at the use that closes it
	state := map[*File]int{} // 1 on the path, 2 done
	var trail []string
	var visit func(f *File)
	visit = func(f *File) {
		state[f] = 1
		trail = append(trail, f.Source.Name)
		for _, u := range joins[f] {
			to := c.modules[f][u.Name.Text].file
			switch state[to] {
			case 0:
				visit(to)
			case 1:
				c.file = f
				ring := append(slices.Clone(trail[slices.Index(trail, to.Source.Name):]), to.Source.Name)
				c.report(codeUse, u.Path.At, "these files join each other in a ring: %s; move what they share to a file of its own", strings.Join(ring, " -> "))
			}
		}
		trail = trail[:len(trail)-1]
		state[f] = 2
	}
	for _, f := range c.unit.Files {
		if state[f] == 0 {
			visit(f)
		}
	}
}

// reason is why a file could not be read, without its name.
func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return err.Error()
}

// member reports whether a name is one that a joined file declares, and says
// so where it is not.
func (c *checker) member(m module, n Name) bool {
	if m.file == nil || n.Text == "" {
		return false // the use, or the missing name, has its finding
	}
	if d, ok := c.names[n.Text]; ok && d.file == m.file {
		return true
	}
	names := map[string]bool{}
	for name, d := range c.names {
		if d.file == m.file {
			names[name] = true
		}
	}
	near := Nearest(n.Text, slices.Sorted(maps.Keys(names)))
	d := c.report(codeUse, n.At, "%s declares no `%s`%s", m.file.Source.Name, n.Text, didYouMean(near))
	if len(near) > 0 {
		c.fix(d, n.At, near[0], "write `"+near[0]+"`", true)
	}
	return false
}

// qualified is the name that module.name stands for; ok says that e is of
// this form, the name nil that it has its finding.
func (c *checker) qualified(e *Select) (id *Ident, ok bool) {
	x, is := e.X.(*Ident)
	if !is || c.fn == nil && c.local(x.Text) {
		return nil, false
	}
	m, is := c.modules[c.file][x.Text]
	if !is {
		return nil, false
	}
	if q := c.unit.Info.Qualified[e]; q != nil {
		return q, true
	}
	c.unit.Info.Uses[x] = Symbol{Kind: SymModule, Name: x.Text}
	if !c.member(m, e.Name) {
		return nil, true
	}
	q := &Ident{e.Name}
	c.unit.Info.Qualified[e] = q
	return q, true
}

// local reports whether the rule at hand gives a name its meaning.
func (c *checker) local(name string) bool {
	if c.rule == nil {
		return false
	}
	return c.lets[name] != nil || slices.Contains(c.rule.Caps, name) ||
		slices.ContainsFunc(c.rule.Elems, func(e ElemInfo) bool { return e.Elem.As.Text == name })
}

// named is the name that e is, by itself or through a joined file.
func (c *checker) named(e Expr) (*Ident, bool) {
	switch e := e.(type) {
	case *Ident:
		return e, true
	case *Select:
		return c.qualified(e)
	}
	return nil, false
}
