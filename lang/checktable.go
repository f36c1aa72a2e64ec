package lang

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/table"
	"github.com/eda-lang/eda/vm/value"
)

// Tables: rows of a file that rules look up by key. The checker reads no
// files: Join attaches them to the sources.

// attach reads the files of the tables that a file declares.
func attach(f *File, read func(name string) (string, error)) map[string]Attached {
	var out map[string]Attached
	for _, d := range f.Decls {
		t, ok := d.(*TableDecl)
		if !ok || t.Path == nil {
			continue
		}
		p, ok := t.Path.Literal()
		if !ok {
			continue
		}
		if out == nil {
			out = map[string]Attached{}
		}
		if _, done := out[p]; !done {
			a := Attached{Name: TableFile(f.Source.Name, p)}
			a.Text, a.Err = read(a.Name)
			out[p] = a
		}
	}
	return out
}

// TableFile is the name of a table's file: its path is relative to the file
// that names it (S31).
func TableFile(source, p string) string {
	if path.IsAbs(p) {
		return path.Clean(p)
	}
	return path.Join(path.Dir(source), p)
}

func (c *checker) checkTables() {
	for _, t := range c.unit.Tables {
		d := t.Decl
		c.file = t.File
		var key []string
		c.keyParts(codeTable, "table", d.Keys)
		for i, n := range d.Keys {
			if slices.ContainsFunc(d.Keys[:i], func(o Name) bool { return o.Text == n.Text }) {
				c.report(codeDuplicate, n.At, "`%s` stands twice in this key", n.Text)
			}
			key = append(key, n.Text)
		}
		p, ok := d.Path.Literal()
		if !ok {
			c.report(codeTable, d.Path.At, "the file of a table has a fixed name: there is nothing to print in braces here")
			c.lost[d.Name.Text] = true
			continue
		}
		a, have := t.File.Source.Tables[p]
		if !have {
			a = Attached{Name: TableFile(t.File.Source.Name, p), Err: errors.New("it was not looked for")}
		}
		rows, err := &table.Table{}, a.Err
		if err == nil {
			rows, err = table.Parse(a.Name, []byte(a.Text), key)
		} else if ext := path.Ext(p); ext == ".csv" || ext == ".jsonl" || ext == ".ndjson" {
			err = fmt.Errorf("it cannot be read: %s; the path is relative to this file", reason(err))
		} else {
			_, err = table.Parse(a.Name, nil, key)
		}
		var bad *table.Error
		if errors.As(err, &bad) && bad.Column != "" {
			i := slices.Index(key, bad.Column)
			c.report(codeTable, d.Keys[i].At, "%s: %s", a.Name, bad)
		} else if err != nil {
			c.report(codeTable, d.Path.At, "%s: %s", a.Name, err)
		}
		if err != nil {
			c.lost[d.Name.Text] = true
			continue
		}
		t.Table = rows
	}
	slices.SortFunc(c.unit.Tables, func(a, b *TableInfo) int { return strings.Compare(a.Decl.Name.Text, b.Decl.Name.Text) })
	c.file = nil
}

// tableNamed is the name of the table that e is, nil if it is none.
func (c *checker) tableNamed(e Expr) *Ident {
	switch e := e.(type) {
	case *Ident:
		inFn := c.fn != nil && slices.ContainsFunc(c.fn.Params, func(n Name) bool { return n.Text == e.Text })
		if c.byTable[e.Text] != nil && !inFn && (c.fn != nil || !c.local(e.Text)) {
			return e
		}
	case *Select:
		if q, _ := c.qualified(e); q != nil && c.byTable[q.Text] != nil {
			return q
		}
	}
	return nil
}

// lookUp types NAME[key, …]: a row, which may not be there.
func (c *checker) lookUp(e *Index, id *Ident) Type {
	t := c.byTable[id.Text]
	c.unit.Info.Uses[id] = Symbol{Kind: SymTable, Name: id.Text}
	ok := true
	for _, k := range e.Args {
		kt := c.expr(k)
		if kt.kind == listType || kt.kind == objectType || kt.kind == noneType {
			c.report(codeType, k.Span(), "%s cannot be a part of a key", kt.article())
			ok = false
		}
		ok = ok && kt.kind != badType
	}
	if len(e.Args) != len(t.Decl.Keys) {
		d := c.report(codeArity, e.At, "a row of `%s` is found by %s; write a value for each: `%[1]s[%[2]s]`", id.Text, names(t.Decl.Keys))
		c.label(d, t.File, t.Decl.Name.At, "declared here")
		return of(badType)
	}
	if !ok || c.isLost(id.Text, "table") {
		return of(badType)
	}
	c.unit.Info.Lookups[e] = &Lookup{Table: t, Keys: e.Args}
	row := Type{kind: objectType, Optional: true}
	for _, col := range t.Columns {
		ct := typeOfKind(col.Kind)
		ct.Optional = true
		row.fields = append(row.fields, TypeField{col.Name, ct})
	}
	return row
}

func typeOfKind(k value.Kind) Type {
	switch k {
	case value.KindInt:
		return of(intType)
	case value.KindFloat:
		return of(floatType)
	case value.KindBool:
		return of(boolType)
	case value.KindString:
		return of(stringType)
	}
	return Type{}
}

// looksUp reports whether what a fn looks up in a table may be its value.
func (c *checker) looksUp(e Expr) bool {
	if e == nil {
		return false
	}
	again := func(xs ...Expr) bool {
		return slices.ContainsFunc(xs, c.looksUp)
	}
	switch e := e.(type) {
	case *Index:
		return c.unit.Info.Lookups[e] != nil || again(e.X)
	case *Select:
		return again(e.X)
	case *Paren:
		return again(e.X)
	case *Unary:
		return e.Op == "neg" && again(e.X)
	case *Binary:
		switch e.Op {
		case "??":
			return again(e.Y)
		case "+", "-", "*", "/", "//", "%":
			return again(e.X, e.Y)
		}
	case *List:
		return again(e.Items...)
	case *Obj:
		for _, p := range e.Parts {
			if again(p.Value) {
				return true
			}
		}
	case *Str:
		for _, p := range e.Parts {
			if p.Path != nil && again(p.Path) {
				return true
			}
		}
	case *Call:
		if fn := c.unit.Fns[e.Fn.Text]; fn != nil {
			found, done := c.leaking[fn]
			if !done {
				if c.leaking == nil {
					c.leaking = map[*FnDecl]bool{}
				}
				c.leaking[fn] = false // a ring is another finding
				found = again(fn.Body)
				c.leaking[fn] = found
			}
			return found
		}
		if _, ok := c.env.funcs[e.Fn.Text]; ok && e.Fn.Text != "text" {
			return again(e.Args...)
		}
	}
	return false
}

// givenTable checks the rows that a test puts in a table's place.
func (c *checker) givenTable(s *TestStep) {
	t := c.byTable[s.Name.Text]
	if t == nil {
		if s.Name.Text != "" && !c.isLost(s.Name.Text, "table") {
			var all []string
			for _, o := range c.unit.Tables {
				all = append(all, o.Decl.Name.Text)
			}
			c.report(codeUnknownRule, s.Name.At, "there is no table `%s`%s", s.Name.Text, didYouMean(Nearest(s.Name.Text, all)))
		}
		return
	}
	seen := map[string]bool{}
	for _, row := range s.Rows {
		n := len(c.diags)
		c.testValue(row)
		if len(c.diags) > n || c.isLost(s.Name.Text, "table") {
			continue
		}
		v, _ := c.constant(row)
		id := ""
		for _, k := range t.Decl.Keys {
			part, ok := value.AppendKey(nil, v.Get(k.Text))
			if !ok {
				c.report(codeTable, row.At, "a row of `%s` needs a value for its key `%s`", s.Name.Text, k.Text)
			}
			id += fmt.Sprintf("%q", part)
		}
		if seen[id] {
			c.report(codeTable, row.At, "two rows have this key; leave one out")
		}
		seen[id] = true
		for _, p := range row.Parts {
			i := slices.IndexFunc(t.Columns, func(col table.Column) bool { return col.Name == p.Name.Text })
			if i < 0 {
				var all []string
				for _, col := range t.Columns {
					all = append(all, col.Name)
				}
				c.report(codeTable, p.Name.At, "the table `%s` has no column `%s`%s", s.Name.Text, p.Name.Text, didYouMean(Nearest(p.Name.Text, all)))
				continue
			}
			pv := v.Get(p.Name.Text)
			isKey := slices.ContainsFunc(t.Decl.Keys, func(k Name) bool { return k.Text == p.Name.Text })
			if want := typeOfKind(t.Columns[i].Kind); !pv.IsNone() && !isKey && !isFitted(pv, want) {
				c.report(codeTable, p.Value.Span(), "the column `%s` is %s, and this is %s", p.Name.Text, want, typeOfValue(pv).article())
			}
		}
	}
}

// domain is the table in which a key part is looked for.
func (c *checker) domain(n Name) *TableInfo {
	if n.Text == "" {
		return nil
	}
	t := c.byTable[n.Text]
	switch {
	case t == nil && !c.isLost(n.Text, "table"):
		var all []string
		for _, o := range c.unit.Tables {
			all = append(all, o.Decl.Name.Text)
		}
		near := Nearest(n.Text, all)
		d := c.report(codeUnknownRule, n.At, "there is no table `%s`%s", n.Text, didYouMean(near))
		if len(near) > 0 {
			c.fix(d, n.At, near[0], "write `"+near[0]+"`", true)
		}
	case t != nil && len(t.Decl.Keys) != 1:
		d := c.report(codeTable, n.At, "a key part is looked for in a table with one key column, and `%s` has %s", n.Text, names(t.Decl.Keys))
		c.label(d, t.File, t.Decl.Name.At, "declared here")
	default:
		return t
	}
	return nil
}

// noDomain refuses tables in a key that names no keys of a rule.
func (c *checker) noDomain(key []KeyInfo, by *ByClause, what string) {
	for i, k := range key {
		if k.In != nil {
			c.report(codeTable, by.Parts[i].In.At, "the key of a `%s` has no domain; `in %s` stands in the `by` of the rule", what, by.Parts[i].In.Text)
		}
	}
}
