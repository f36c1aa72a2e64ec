package lang

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/tag"
)

// What each name of a program stands for, by its place: what an editor asks for
// when it shows, finds and renames.

// DefKind says what kind of thing a name stands for.
type DefKind uint8

const (
	DefRule     DefKind = iota
	DefParam            // param
	DefFn               // fn
	DefTable            // table
	DefState            // state
	DefAction           // action
	DefModule           // the name a joined file has in another
	DefField            // a field of an event; without File where none is declared
	DefColumn           // a column of a table
	DefArg              // a parameter of a fn or an action
	DefLet              // let
	DefAlias            // as
	DefCapture          // a wildcard of a tag with a name
	DefKeyPart          // a name after the by of a register
	DefFunction         // a function of the language
	DefWord             // event, tag, now, group
	DefType             // a type
)

var defKindNames = [...]string{"rule", "param", "fn", "table", "register", "action", "joined file", "field", "column", "parameter", "let", "alias", "capture", "part of the key", "function", "name of the language", "type"}

func (k DefKind) String() string { return defKindNames[k] }

// Def is what a name stands for. File and At are where it is declared; File is
// nil for what the program does not declare.
type Def struct {
	Kind DefKind
	Name string
	File *File
	At   Span
	Node any       // *RuleInfo, *ParamInfo, *FnDecl, *TableInfo, *StateInfo, *ActionInfo, *UseDecl, *EventInfo of a field, *Let, *Elem of an alias, *FnDecl or *ActionInfo of an arg, *TableInfo of a column
	Rule *RuleInfo // of a let, an alias or a capture
}

// Ref is a place where a name stands.
type Ref struct {
	File  *File
	At    Span
	Def   *Def
	Decl  bool   // it declares
	Write bool   // it is set
	Ident *Ident // the expression, nil where it is none
}

// TagRole says what a tag is there for.
type TagRole uint8

const (
	TagDeclared  TagRole = iota // event
	TagHeard                    // a source, or the from of an aggregate
	TagFired                    // fire, the to and the ack of an action
	TagPermitted                // may fire
	TagTested                   // send and expect of a test
)

// TagUse is a tag where it stands, as a pattern: with * for what is printed into it.
type TagUse struct {
	File    *File
	Str     *Str
	Pattern tag.Pattern
	Role    TagRole
	Rule    *RuleInfo  // whose source or act it is
	Event   *EventInfo // that it declares
}

// Names are the names and tags of a program in order of file and place.
type Names struct {
	Refs []Ref
	Tags []TagUse
}

type defKey struct {
	owner any
	name  string
}

type namer struct {
	unit    *Unit
	out     *Names
	defs    map[defKey]*Def
	fields  map[*File]map[int]*FieldUse
	modules map[*File]map[string]*UseDecl
	rules   map[*RuleDecl]*RuleInfo
	idents  map[*Ident]*Def

	file   *File
	rule   *RuleInfo
	fn     *FnDecl
	action *ActionInfo
}

// Names finds what the names of a program stand for. Those in a declaration
// that could not be read, or that have no meaning, are left out.
func (u *Unit) Names() *Names {
	n := &namer{unit: u, out: &Names{}, defs: map[defKey]*Def{}, fields: map[*File]map[int]*FieldUse{}, modules: map[*File]map[string]*UseDecl{},
		rules: map[*RuleDecl]*RuleInfo{}, idents: map[*Ident]*Def{}}
	for _, r := range u.Rules {
		n.rules[r.Decl] = r
	}
	for i := range u.Info.Fields {
		f := &u.Info.Fields[i]
		if n.fields[f.File] == nil {
			n.fields[f.File] = map[int]*FieldUse{}
		}
		n.fields[f.File][f.At.Start] = f
	}
	for _, f := range u.Files {
		n.modules[f] = map[string]*UseDecl{}
		for _, d := range f.Decls {
			if use, ok := d.(*UseDecl); ok && n.modules[f][use.Name.Text] == nil {
				n.modules[f][use.Name.Text] = use
			}
		}
	}
	mutes := map[*File][]*MuteDecl{}
	for _, f := range u.Files {
		n.file = f
		for _, d := range f.Decls {
			if m, ok := d.(*MuteDecl); ok {
				mutes[f] = append(mutes[f], m)
				continue
			}
			n.decl(d)
		}
	}
	for _, f := range u.Files { // they name what the rules have
		n.file = f
		for _, m := range mutes[f] {
			n.decl(m)
		}
	}
	order := map[*File]int{}
	for i, f := range u.Files {
		order[f] = i
	}
	slices.SortStableFunc(n.out.Refs, func(a, b Ref) int {
		return cmp.Or(order[a.File]-order[b.File], a.At.Start-b.At.Start)
	})
	n.out.Refs = slices.CompactFunc(n.out.Refs, func(a, b Ref) bool { return a.File == b.File && a.At == b.At && a.Def == b.Def })
	slices.SortStableFunc(n.out.Tags, func(a, b TagUse) int {
		return cmp.Or(order[a.File]-order[b.File], a.Str.At.Start-b.Str.At.Start)
	})
	return n.out
}

// At lists what stands at an offset, in it or at its end: one name, or one that
// is a field of several events.
func (x *Names) At(f *File, offset int) []Ref {
	var out []Ref
	for i := range x.Refs {
		r := &x.Refs[i]
		if r.File == f && r.At.Contains(offset) && (len(out) == 0 || out[0].At == r.At) {
			out = append(out, *r)
		}
	}
	return out
}

// Of lists where something stands.
func (x *Names) Of(d *Def) []Ref {
	var out []Ref
	for _, r := range x.Refs {
		if r.Def == d {
			out = append(out, r)
		}
	}
	return out
}

// In lists the names of a file.
func (x *Names) In(f *File) []Ref {
	i := slices.IndexFunc(x.Refs, func(r Ref) bool { return r.File == f })
	if i < 0 {
		return nil
	}
	j := i
	for j < len(x.Refs) && x.Refs[j].File == f {
		j++
	}
	return x.Refs[i:j]
}

// Tag is the tag that stands at an offset.
func (x *Names) Tag(f *File, offset int) (TagUse, bool) {
	for _, t := range x.Tags {
		if t.File == f && t.Str.At.Contains(offset) {
			return t, true
		}
	}
	return TagUse{}, false
}

// Meeting lists the tags that can be those of one event with a pattern.
func (x *Names) Meeting(p tag.Pattern) []TagUse {
	var out []TagUse
	for _, t := range x.Tags {
		if meet(t.Pattern, p) {
			out = append(out, t)
		}
	}
	return out
}

func (n *namer) ref(at Name, d *Def) *Ref {
	if d == nil || at.Text == "" {
		return &Ref{}
	}
	n.out.Refs = append(n.out.Refs, Ref{File: n.file, At: at.At, Def: d})
	return &n.out.Refs[len(n.out.Refs)-1]
}

// def is the thing of an owner, made when it is first asked for.
func (n *namer) def(owner any, name string, make func() Def) *Def {
	k := defKey{owner, name}
	d := n.defs[k]
	if d == nil {
		v := make()
		v.Name = name
		d = &v
		n.defs[k] = d
	}
	return d
}

func (n *namer) ruleDef(r *RuleInfo) *Def {
	return n.def(r, r.Decl.Name.Text, func() Def { return Def{Kind: DefRule, File: r.File, At: r.Decl.Name.At, Node: r} })
}

func (n *namer) paramDef(p *ParamInfo) *Def {
	return n.def(p, p.Decl.Name.Text, func() Def { return Def{Kind: DefParam, File: p.File, At: p.Decl.Name.At, Node: p} })
}

func (n *namer) fnDef(f *FnDecl) *Def {
	return n.def(f, f.Name.Text, func() Def { return Def{Kind: DefFn, File: n.unit.Info.FileOf[f], At: f.Name.At, Node: f} })
}

func (n *namer) stateDef(s *StateInfo) *Def {
	return n.def(s, s.Decl.Name.Text, func() Def { return Def{Kind: DefState, File: s.File, At: s.Decl.Name.At, Node: s} })
}

func (n *namer) tableDef(t *TableInfo) *Def {
	return n.def(t, t.Decl.Name.Text, func() Def { return Def{Kind: DefTable, File: t.File, At: t.Decl.Name.At, Node: t} })
}

func (n *namer) actionDef(a *ActionInfo) *Def {
	return n.def(a, a.Decl.Name.Text, func() Def { return Def{Kind: DefAction, File: a.File, At: a.Decl.Name.At, Node: a} })
}

func (n *namer) moduleDef(name string) *Def {
	use := n.modules[n.file][name]
	if use == nil {
		return nil
	}
	return n.def(use, name, func() Def { return Def{Kind: DefModule, File: n.file, At: use.Name.At, Node: use} })
}

func (n *namer) eventField(e *EventInfo, name string) *Def {
	i := slices.IndexFunc(e.Decl.Fields, func(f *Field) bool { return f.Name.Text == name })
	if i < 0 {
		return nil
	}
	at := e.Decl.Fields[i].Name.At
	return n.def(e, name, func() Def { return Def{Kind: DefField, File: e.File, At: at, Node: e} })
}

func (n *namer) column(t *TableInfo, name string) *Def {
	return n.def(columnOf{t}, name, func() Def { return Def{Kind: DefColumn, Node: t} })
}

type columnOf struct{ *TableInfo }

func (n *namer) argDef(owner any, names []Name, name string) *Def {
	i := slices.IndexFunc(names, func(p Name) bool { return p.Text == name })
	if i < 0 {
		return nil
	}
	return n.def(argOf{owner}, name, func() Def { return Def{Kind: DefArg, File: n.file, At: names[i].At, Node: owner} })
}

type argOf struct{ owner any }

func (n *namer) capture(name string) *Def {
	if n.rule == nil {
		return nil
	}
	r := n.rule
	return n.def(captureOf{r}, name, func() Def { return Def{Kind: DefCapture, File: r.File, Rule: r} })
}

type captureOf struct{ *RuleInfo }

func (n *namer) word(kind DefKind, name string) *Def {
	return n.def(kind, name, func() Def { return Def{Kind: kind} })
}

// field adds a read of a field: of the events it is declared for, or of none.
func (n *namer) field(at Name, id *Ident) {
	found := false
	if use := n.fields[n.file][at.At.Start]; use != nil && use.Name == at.Text {
		for _, e := range use.Events {
			if d := n.eventField(e, at.Text); d != nil {
				n.ref(at, d).Ident = id
				found = true
			}
		}
	}
	if !found {
		var owner any = n.file
		if n.rule != nil {
			owner = n.rule
		}
		n.ref(at, n.def(owner, "field "+at.Text, func() Def { return Def{Kind: DefField} })).Ident = id
		n.defs[defKey{owner, "field " + at.Text}].Name = at.Text
	}
}

func (n *namer) ident(id *Ident) {
	sym, ok := n.unit.Info.Uses[id]
	if !ok || id.Text == "" || id.At.End-id.At.Start != len(id.Text) {
		return
	}
	before := len(n.out.Refs)
	switch sym.Kind {
	case SymField:
		n.field(id.Name, id)
	case SymLet:
		n.ref(id.Name, n.letDef(sym.Let))
	case SymCapture:
		n.ref(id.Name, n.capture(id.Text))
	case SymAlias:
		n.ref(id.Name, n.alias(id.Text))
	case SymParam:
		n.ref(id.Name, n.paramDef(sym.Param))
	case SymFnParam:
		switch {
		case n.action != nil:
			n.ref(id.Name, n.argDef(n.action, fieldNames(n.action.Decl.Params), id.Text))
		case n.fn != nil:
			n.ref(id.Name, n.argDef(n.fn, n.fn.Params, id.Text))
		}
	case SymEvent, SymTag, SymNow, SymGroup:
		n.ref(id.Name, n.word(DefWord, id.Text))
	case SymModule:
		n.ref(id.Name, n.moduleDef(id.Text))
	case SymState:
		n.ref(id.Name, n.stateDef(sym.State))
	case SymTable:
		n.ref(id.Name, n.tableNamed(id.Text))
	case SymKey:
		if n.rule == nil || sym.Index >= len(n.rule.Key) {
			return
		}
		if k := n.rule.Key[sym.Index]; k.Capture >= 0 {
			n.ref(id.Name, n.capture(id.Text))
		} else if part, ok := k.Expr.(*Ident); ok {
			n.ref(id.Name, n.idents[part])
		}
	}
	for i := before; i < len(n.out.Refs); i++ {
		n.out.Refs[i].Ident = id
		n.idents[id] = n.out.Refs[i].Def
	}
}

func (n *namer) letDef(l *Let) *Def {
	r := n.rule
	return n.def(l, l.Name.Text, func() Def { return Def{Kind: DefLet, File: n.file, At: l.Name.At, Node: l, Rule: r} })
}

func (n *namer) alias(name string) *Def {
	if n.rule == nil {
		return nil
	}
	r := n.rule
	for _, el := range r.Elems {
		if el.Elem.As.Text == name {
			return n.def(aliasOf{r}, name, func() Def { return Def{Kind: DefAlias, File: r.File, At: el.Elem.As.At, Node: el.Elem, Rule: r} })
		}
	}
	return nil
}

type aliasOf struct{ *RuleInfo }

func (n *namer) tableNamed(name string) *Def {
	for _, t := range n.unit.Tables {
		if t.Decl.Name.Text == name {
			return n.tableDef(t)
		}
	}
	return nil
}

func fieldNames(fs []*Field) []Name {
	out := make([]Name, len(fs))
	for i, f := range fs {
		out[i] = f.Name
	}
	return out
}

// pattern adds the captures of a tag that is listened to, and the tag.
func (n *namer) pattern(s *Str, p tag.Pattern, role TagRole, capture func(string) *Def) {
	n.out.Tags = append(n.out.Tags, TagUse{File: n.file, Str: s, Pattern: p, Role: role, Rule: n.rule})
	if capture == nil {
		return
	}
	for _, part := range s.Parts {
		if id, ok := part.Path.(*Ident); ok && id.Text != "" && id.At.End-id.At.Start == len(id.Text) {
			d := capture(id.Text)
			if d == nil {
				continue
			}
			if d.At == (Span{}) {
				d.At = id.At
			}
			n.ref(id.Name, d).Decl = true
		}
	}
}

func (n *namer) typ(t *TypeExpr) {
	switch {
	case t == nil:
	case t.Elem != nil:
		n.typ(t.Elem)
	case t.Object != nil:
		for _, f := range t.Object.Fields {
			n.typ(f.Type)
		}
	default:
		if _, ok := namedTypes[t.Name.Text]; ok {
			n.ref(t.Name, n.word(DefType, t.Name.Text))
		}
	}
}

// data adds the names of what is sent: fields of the event with that tag.
func (n *namer) data(o *Obj, p tag.Pattern) {
	if o == nil {
		return
	}
	i := slices.IndexFunc(n.unit.Events, func(e *EventInfo) bool { return meet(e.Pattern, p) && tag.Covers(e.Pattern, p) })
	for _, part := range o.Parts {
		if part.Spread || part.Name.Text == "" {
			continue
		}
		var d *Def
		if i >= 0 {
			d = n.eventField(n.unit.Events[i], part.Name.Text)
		}
		if d == nil {
			d = n.def(n.file, "sent "+part.Name.Text, func() Def { return Def{Kind: DefField} })
			d.Name = part.Name.Text
		}
		n.ref(part.Name, d)
	}
}

func (n *namer) acts(acts []Act, fires map[*Act]tag.Pattern) {
	u := n.unit
	for i := range acts {
		a := &acts[i]
		switch a.Kind {
		case Fire:
			if p, ok := fires[a]; ok {
				n.pattern(a.Tag, p, TagFired, nil)
				n.data(a.Data, p)
			}
		case Set:
			if l := u.Info.Sets[a]; l != nil {
				n.ref(a.Name, n.stateDef(l.State)).Write = true
			}
		case CallAction:
			if a.Mod.Text != "" {
				n.ref(a.Mod, n.moduleDef(a.Mod.Text))
			}
			if j := slices.IndexFunc(u.Actions, func(x *ActionInfo) bool { return x.Decl.Name.Text == a.Name.Text }); j >= 0 {
				n.ref(a.Name, n.actionDef(u.Actions[j]))
			}
		}
	}
}

func (n *namer) decl(d Decl) {
	u := n.unit
	n.rule, n.fn, n.action = nil, nil, nil
	declares := func(at Name, d *Def) { n.ref(at, d).Decl = true }
	switch d := d.(type) {
	case *RuleDecl:
		r := n.rules[d]
		if r == nil {
			return // its name is another's
		}
		n.rule = r
		if d.Name.Text != "" {
			declares(d.Name, n.ruleDef(r))
		}
		for _, el := range r.Elems {
			n.pattern(el.Elem.Tag, el.Pattern, TagHeard, n.capture)
			if as := el.Elem.As; as.Text != "" {
				declares(as, n.alias(as.Text))
			}
		}
		for _, by := range []*ByClause{d.By, limitBy(d.Limit), gatherBy(d.Gather)} {
			if by != nil {
				for _, p := range by.Parts {
					n.ref(p.In, n.tableNamed(p.In.Text))
				}
			}
		}
		for _, l := range d.Lets {
			declares(l.Name, n.letDef(l))
		}
		fires := map[*Act]tag.Pattern{}
		for _, f := range r.Fires {
			fires[f.Act] = f.Pattern
		}
		n.acts(d.Do, fires)
		if d.Clear != nil {
			n.acts(d.Clear.Do, fires)
		}
	case *ParamDecl:
		if i := slices.IndexFunc(u.Params, func(p *ParamInfo) bool { return p.Decl == d }); i >= 0 {
			declares(d.Name, n.paramDef(u.Params[i]))
		}
		n.typ(d.Type)
	case *FnDecl:
		if u.Fns[d.Name.Text] != d {
			return
		}
		n.fn = d
		declares(d.Name, n.fnDef(d))
		for _, p := range d.Params {
			declares(p, n.argDef(d, d.Params, p.Text))
		}
	case *EventDecl:
		i := slices.IndexFunc(u.Events, func(e *EventInfo) bool { return e.Decl == d })
		if i < 0 {
			return
		}
		e := u.Events[i]
		n.out.Tags = append(n.out.Tags, TagUse{File: n.file, Str: d.Tag, Pattern: e.Pattern, Role: TagDeclared, Event: e})
		for _, f := range d.Fields {
			declares(f.Name, n.eventField(e, f.Name.Text))
			n.typ(f.Type)
		}
		n.ref(d.Time, n.eventField(e, d.Time.Text))
	case *UseDecl:
		if n.modules[n.file][d.Name.Text] == d {
			declares(d.Name, n.moduleDef(d.Name.Text))
		}
	case *TableDecl:
		if i := slices.IndexFunc(u.Tables, func(t *TableInfo) bool { return t.Decl == d }); i >= 0 {
			declares(d.Name, n.tableDef(u.Tables[i]))
			for _, k := range d.Keys {
				n.ref(k, n.column(u.Tables[i], k.Text))
			}
		}
	case *StateDecl:
		i := slices.IndexFunc(u.States, func(s *StateInfo) bool { return s.Decl == d })
		if i < 0 {
			return
		}
		declares(d.Name, n.stateDef(u.States[i]))
		n.typ(d.Type)
		for _, k := range d.By {
			declares(k, n.def(argOf{u.States[i]}, k.Text, func() Def { return Def{Kind: DefKeyPart, File: n.file, At: k.At, Node: u.States[i]} }))
		}
	case *ActionDecl:
		i := slices.IndexFunc(u.Actions, func(a *ActionInfo) bool { return a.Decl == d })
		if i < 0 {
			return
		}
		n.action = u.Actions[i]
		declares(d.Name, n.actionDef(n.action))
		for _, p := range d.Params {
			declares(p.Name, n.argDef(n.action, fieldNames(d.Params), p.Name.Text))
			n.typ(p.Type)
		}
		for _, s := range []*Str{d.To, d.Ack} {
			if s != nil {
				if p, ok := loosely(s); ok {
					n.pattern(s, p, TagFired, nil)
				}
			}
		}
	case *MayDecl:
		for _, s := range d.Tags {
			if p, err := tag.Parse(s.inner()); err == nil {
				n.pattern(s, p, TagPermitted, nil)
			}
		}
	case *MuteDecl:
		if i := slices.IndexFunc(u.Rules, func(r *RuleInfo) bool { return r.Decl.Name.Text == d.Rule.Text && d.Rule.Text != "" }); i >= 0 {
			n.rule = u.Rules[i]
			n.ref(d.Rule, n.ruleDef(n.rule))
		}
	case *TestDecl:
		n.test(d)
	}
	Exprs(d, func(e Expr) { Walk(e, n.visit) })
}

func limitBy(l *LimitClause) *ByClause {
	if l == nil {
		return nil
	}
	return l.By
}

func gatherBy(g *GatherClause) *ByClause {
	if g == nil {
		return nil
	}
	return g.By
}

// loosely is a tag that something is printed into as a pattern.
func loosely(s *Str) (tag.Pattern, bool) {
	var b strings.Builder
	for _, p := range s.Parts {
		if p.Path != nil {
			b.WriteByte('*')
		} else {
			b.WriteString(p.Text)
		}
	}
	p, err := tag.Parse(b.String())
	return p, err == nil
}

func (n *namer) test(d *TestDecl) {
	u := n.unit
	for _, s := range d.Steps {
		if s.Tag != nil {
			if p, ok := loosely(s.Tag); ok {
				n.pattern(s.Tag, p, TagTested, nil)
				n.data(s.Data, p)
			}
		}
		if s.Kind != Given {
			continue
		}
		switch s.What.Text {
		case "param":
			if i := slices.IndexFunc(u.Params, func(p *ParamInfo) bool { return p.Decl.Name.Text == s.Name.Text }); i >= 0 {
				n.ref(s.Name, n.paramDef(u.Params[i])).Write = true
			}
		case "state":
			if i := slices.IndexFunc(u.States, func(x *StateInfo) bool { return x.Decl.Name.Text == s.Name.Text }); i >= 0 {
				n.ref(s.Name, n.stateDef(u.States[i])).Write = true
			}
		case "table":
			if i := slices.IndexFunc(u.Tables, func(t *TableInfo) bool { return t.Decl.Name.Text == s.Name.Text }); i >= 0 {
				n.ref(s.Name, n.tableDef(u.Tables[i])).Write = true
				for _, row := range s.Rows {
					for _, p := range row.Parts {
						n.ref(p.Name, n.column(u.Tables[i], p.Name.Text))
					}
				}
			}
		}
	}
}

// visit adds the names of an expression.
func (n *namer) visit(x Expr) bool {
	info := n.unit.Info
	switch x := x.(type) {
	case *Ident:
		n.ident(x)
	case *Select:
		switch id, _ := x.X.(*Ident); {
		case info.Qualified[x] != nil:
			n.ident(info.Qualified[x])
		case info.Members[x] != nil:
			n.ident(info.Members[x])
		case id != nil && (info.Uses[id].Kind == SymEvent || info.Uses[id].Kind == SymAlias) && hasUse(info, id):
			n.field(x.Name, nil)
		default:
			if l := info.Lookups[unparen(x.X)]; l != nil && l.Table != nil {
				n.ref(x.Name, n.column(l.Table, x.Name.Text))
			}
		}
	case *Index:
		if id, ok := x.X.(*Ident); ok && hasUse(info, id) && info.Uses[id].Kind == SymEvent && len(x.Args) == 1 {
			if s, ok := x.Args[0].(*Str); ok {
				if name, ok := s.Literal(); ok && name != "" {
					n.field(Name{name, s.At}, nil)
				}
			}
		}
	case *Call:
		if x.Module.Text != "" {
			n.ref(x.Module, n.moduleDef(x.Module.Text))
		}
		switch {
		case n.unit.Fns[x.Fn.Text] != nil:
			n.ref(x.Fn, n.fnDef(n.unit.Fns[x.Fn.Text]))
		case x.Module.Text == "":
			n.ref(x.Fn, n.word(DefFunction, x.Fn.Text))
		}
		if r := info.Asks[x]; r != nil {
			switch a := x.Args[0].(type) {
			case *Ident:
				n.ref(a.Name, n.ruleDef(r))
			case *Select:
				n.ref(a.Name, n.ruleDef(r))
			}
		}
		if p, ok := info.Froms[x]; ok {
			n.pattern(x.From, p, TagHeard, n.capture)
		}
	}
	return true
}

func hasUse(info *Info, id *Ident) bool {
	_, ok := info.Uses[id]
	return ok
}

func unparen(e Expr) Expr {
	for {
		p, ok := e.(*Paren)
		if !ok {
			return e
		}
		e = p.X
	}
}
