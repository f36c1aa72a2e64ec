package lang

import (
	"github.com/eda-lang/eda/vm/table"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// Unit is one checked program: all files named together, resolved and typed.
// Check always returns one, also beside errors, because editors need it; only
// a Unit without errors may be compiled. It is read-only after Check.
type Unit struct {
	Files   []*File
	Env     *Env
	Rules   []*RuleInfo // in order of identity (S2)
	Params  []*ParamInfo
	Events  []*EventInfo
	Tables  []*TableInfo // in order of name
	States  []*StateInfo // in order of name
	Fns     map[string]*FnDecl
	Permits []*PermitInfo // in order of the files
	Actions []*ActionInfo // in order of name
	Tests   []*TestInfo
	Info    *Info
	Errors  []Label // the places of the errors that Check found
	Broken  bool    // there are some: advice on how it all goes together would repeat them, or guess
}

// Info holds what the checker learned about nodes, beside the tree.
type Info struct {
	Uses      map[*Ident]Symbol    // what each name means where it stands
	Types     map[Expr]Type        // the type of each expression
	Windows   map[*Call]Window     // the window of each aggregate call
	Asks      map[*Call]*RuleInfo  // active(rule)
	Qualified map[*Select]*Ident   // name of a joined file: net.limit is the Ident limit
	Consts    map[Expr]value.Value // durations and numbers of clauses: for, repeat, limit, expire, silent(d), …, params folded
	FileOf    map[Decl]*File
	Froms     map[*Call]tag.Pattern // the tag of an aggregate over other events
	Lookups   map[Expr]*Lookup      // reads of registers and tables
	Sets      map[*Act]*Lookup      // what set writes to
	Calls     map[*Act]*ActionInfo
	Spans     map[*Call]Spans        // during(…)
	Members   map[*Select]*Ident     // group.NAME: what it is a list of
	Permits   map[*Act][]*PermitInfo // those that are asked when the act's tag is known
	Fields    []FieldUse             // reads of fields where events are declared, in the order of checking
}

// FieldUse is a read of a field, and the declared events it is a field of. A
// key that a register implies is one too, and stands where the register does.
type FieldUse struct {
	File   *File
	At     Span
	Name   string
	Events []*EventInfo
}

// SymbolKind says what a name stands for.
type SymbolKind uint8

const (
	SymField   SymbolKind = iota // a field of the event
	SymLet                       // Let
	SymCapture                   // Name is a capture of the rule's source
	SymAlias                     // as NAME
	SymParam                     // Param
	SymFnParam                   // Index into FnDecl.Params
	SymEvent                     // event
	SymTag                       // tag
	SymNow                       // now
	SymGroup                     // the group whose acts run
	SymModule                    // a joined file, before its dot
	SymState                     // State
	SymTable                     // a table, before its bracket
	SymKey                       // Index into RuleInfo.Key of the rule that is muted
	SymUnbuilt                   // group: reported as not built
)

// Symbol is the meaning of one name.
type Symbol struct {
	Kind  SymbolKind
	Name  string
	Let   *Let
	Param *ParamInfo
	State *StateInfo
	Index int
}

// Window is the resolved window of an aggregate. Size is in ns, for Last in events.
type Window struct {
	Kind WinKind
	Size int64
	Args []Expr // the arguments that are no window: what it is over

	Carry Expr  // what it yields, if that is another argument: v of max_by(v, x, w)
	Param int64 // in millionths: 95 of pct(x, 95, w)
}

// ParamInfo is a parameter and its constant value.
type ParamInfo struct {
	Decl  *ParamDecl
	File  *File
	Value value.Value
}

// StateInfo is a register.
type StateInfo struct {
	Decl    *StateDecl
	File    *File
	Type    Type // of what is written to it
	Default value.Value
	Expire  int64 // ns, 0 for none
}

// TableInfo is a table with its rows.
type TableInfo struct {
	Decl *TableDecl
	File *File
	*table.Table
}

// Lookup is a cell of a register or a row of a table, one of the two, and its
// key: as written, or as the names after a register's by mean where it stands.
type Lookup struct {
	State   *StateInfo
	Table   *TableInfo
	Keys    []Expr
	Implied bool // the key is not written
}

// EventInfo is a declared event.
type EventInfo struct {
	Decl    *EventDecl
	File    *File
	Pattern tag.Pattern
	Fields  []EventField
	Late    int64 // ns; the field that says when it happened is Decl.Time
}

// EventField is a declared field; Type says whether it is optional.
type EventField struct {
	Name string
	Type Type
	At   Span
}

// TestInfo is a test block and its file.
type TestInfo struct {
	Decl *TestDecl
	File *File
	Name string
}

// RuleInfo is a rule as the checker understood it.
type RuleInfo struct {
	Decl      *RuleDecl
	File      *File
	Label     string // its name, or file:line where it has none
	Identity  string // its name, or its structural hash (D30): unnamed rules sort after named ones (S2)
	Elems     []ElemInfo
	Ticks     *TickInfo  // of a source that time feeds, which has no Elems
	Steps     []StepInfo // of a sequence, each with some of Elems; none for a plain source
	Caps      []string   // names of the captures of all elements; unnamed ones are "1", "2", … (S11)
	Key       []KeyInfo  // the key, inferred or from "by"; empty for "by none"
	LimitKey  []KeyInfo  // the key of the limit where it has its own; LimitBy says so
	LimitBy   bool
	GatherKey []KeyInfo // the key of the groups where they have their own; GatherBy says so
	GatherBy  bool
	Asks      []*RuleInfo // rules it asks by active, each once, in order of identity
	Asked     bool        // some rule asks it
	Level     int         // 0 without Asks, otherwise one more than the greatest Level of those (S5)
	Expire    int64       // ns (S13)
	Mutes     []MuteInfo
	Fires     []FireInfo // what it may fire, in order of the source
	Sets      []SetInfo  // what it may write, in order of the source
}

// SetInfo is one act that writes a register.
type SetInfo struct {
	Act  *Act
	Cell *Lookup
}

// FireInfo is one act that fires: its tag with * for what is interpolated.
type FireInfo struct {
	Act     *Act
	Pattern tag.Pattern
}

// ElemInfo is one alternative of a source, or one element of a sequence.
type ElemInfo struct {
	Elem    *Elem
	Pattern tag.Pattern
	Count   int   // events it takes in a sequence
	Caps    []int // for each wildcard of Pattern the index into RuleInfo.Caps; -1 where it names nothing
	Where   Expr  // its own, or the one that speaks for all (S11)
}

// KeyInfo is one part of a key: a capture of the source, or an expression.
type KeyInfo struct {
	Name    string
	Capture int        // index into RuleInfo.Caps, or -1
	Expr    Expr       // when Capture is -1
	In      *TableInfo // its domain, nil for none
}

// Joins reports whether two parts are the same by name, so that active joins
// on them (S5, S11): a capture and by NAME have a name, a computed part has none.
func (k KeyInfo) Joins(o KeyInfo) bool { return k.named() && o.named() && k.Name == o.Name }

func (k KeyInfo) named() bool {
	_, name := k.Expr.(*Ident)
	return k.Capture >= 0 || name
}
