package lang

// File is one parsed file: its declarations in order, and the source.
// Comments are not in the tree; the formatter reads them from the tokens.
type File struct {
	Source Source
	Decls  []Decl
}

// Decl is a declaration. One that could not be read is a *BadDecl.
type Decl interface {
	Span() Span
	// Word is the declaration's kind as its first word: "rule", "event", "fn", …
	Word() string
}

// RuleDecl is a rule, named or not.
type RuleDecl struct {
	At     Span
	Name   Name // empty Text when the rule has none
	Source RuleSource
	By     *ByClause
	Lets   []*Let
	When   Expr // nil without one
	WhenAt Span // the word
	For    Expr // a duration Lit or Ident, nil without one
	Repeat Expr
	Do     []Act
	Clear  *ClearClause
	Limit  *LimitClause
	Gather *GatherClause
	Expire Expr
}

// RuleSource is what a rule listens to: exactly one of Alts, Every and Cron.
// A plain source has one step with one or several alternatives ("|"). Steps
// after the first come from "then"; Both means "&" joins a step's elements.
type RuleSource struct {
	At     Span
	Steps  []Step
	Within Expr // nil without one
	Every  Expr // a duration, nil without one
	Cron   *Str
	Zone   *Str
	Where  Expr // of every and cron
}

// Step is one place in a sequence.
type Step struct {
	At    Span
	Not   bool // "then not"
	Both  bool // elements are joined by "&", otherwise by "|"
	Elems []*Elem
}

// Elem is [N of] TAG [as ID] [where expr].
type Elem struct {
	At    Span
	Count Expr // "5 of", nil without one
	Tag   *Str
	As    Name
	Where Expr
}

// ByClause is by none, or by expr [in table], ….
type ByClause struct {
	At    Span
	None  bool
	Parts []ByPart
}

// ByPart is one part of a key.
type ByPart struct {
	Expr Expr
	In   Name // a table, empty Text when absent
}

// Let names an expression within a rule.
type Let struct {
	At    Span
	Name  Name
	Value Expr
}

// ClearClause is clear [when expr [for d]] [do acts].
type ClearClause struct {
	At   Span
	When Expr
	For  Expr
	Do   []Act
}

// LimitClause is limit n per d [by key].
type LimitClause struct {
	At  Span
	N   Expr
	Per Expr
	By  *ByClause
}

// GatherClause is gather d [by key].
type GatherClause struct {
	At  Span
	Dur Expr
	By  *ByClause
}

// ActKind says what an act does.
type ActKind uint8

const (
	Fire ActKind = iota
	Set
	Log
	CallAction
	BadAct // an unknown act; its diagnostic is reported
)

// Act is one act of a do.
type Act struct {
	At   Span
	Kind ActKind
	Tag  *Str   // fire
	Data *Obj   // fire, nil without one
	Text *Str   // log
	Name Name   // set: the register; call: the action
	Mod  Name   // call: the module, empty Text when absent
	Keys []Expr // set
	Args []Expr // call
	Expr Expr   // set
}

// ParamDecl is param name: type = expr.
type ParamDecl struct {
	At    Span
	Name  Name
	Type  *TypeExpr
	Value Expr
}

// FnDecl is fn name(params) = expr.
type FnDecl struct {
	At     Span
	Name   Name
	Params []Name
	Body   Expr
}

// EventDecl is event tag { fields } [time field [late d]].
type EventDecl struct {
	At     Span
	Tag    *Str
	Fields []*Field
	Open   bool // has "..."
	Time   Name
	Late   Expr
}

// Field is name: type.
type Field struct {
	At   Span
	Name Name
	Type *TypeExpr
}

// TypeExpr is a type as written: a name, [elem] or {fields}, with ? at the end.
type TypeExpr struct {
	At       Span
	Name     Name // "int", "float", …; empty Text for lists and objects
	Elem     *TypeExpr
	Fields   []*Field
	Open     bool
	Optional bool
}

// UseDecl is use "file" as name.
type UseDecl struct {
	At   Span
	Path *Str
	Name Name
}

// TableDecl is table name from "file" key names.
type TableDecl struct {
	At   Span
	Name Name
	Path *Str
	Keys []Name
}

// StateDecl is state name: type [by names] [= expr] [expire d].
type StateDecl struct {
	At      Span
	Name    Name
	Type    *TypeExpr
	By      []Name
	Default Expr
	Expire  Expr
}

// ActionDecl is action name(params) to tag [ack tag] [retry n] [backoff d] [timeout d].
type ActionDecl struct {
	At      Span
	Name    Name
	Params  []*Field
	To      *Str
	Ack     *Str
	Retry   Expr
	Backoff Expr
	Timeout Expr
}

// MayDecl is may fire tag, ….
type MayDecl struct {
	At   Span
	Tags []*Str
}

// MuteDecl is mute rule [where expr].
type MuteDecl struct {
	At    Span
	Rule  Name
	Where Expr
}

// TestDecl is test "name" { … }.
type TestDecl struct {
	At    Span
	Name  *Str
	Steps []*TestStep
}

// TestKind says what a line of a test does.
type TestKind uint8

const (
	Given TestKind = iota // not built yet but for time and param
	Send
	Wait
	Expect
	ExpectNothing
)

// TestStep is one line of a test.
type TestStep struct {
	At    Span
	Kind  TestKind
	Tag   *Str // send, expect
	Data  *Obj
	Every Expr // send … every d for d
	For   Expr
	Dur   Expr // wait; expect … at
	What  Name // given: "param", "time", "state", "table"
	Name  Name
	Keys  []Expr
	Value Expr // given param, state; given time: a Str
	Rows  []*Obj
}

// BadDecl is a stretch of tokens that is no declaration; its diagnostic is reported.
type BadDecl struct {
	At    Span
	First string
}

func (d *RuleDecl) Span() Span   { return d.At }
func (d *ParamDecl) Span() Span  { return d.At }
func (d *FnDecl) Span() Span     { return d.At }
func (d *EventDecl) Span() Span  { return d.At }
func (d *UseDecl) Span() Span    { return d.At }
func (d *TableDecl) Span() Span  { return d.At }
func (d *StateDecl) Span() Span  { return d.At }
func (d *ActionDecl) Span() Span { return d.At }
func (d *MayDecl) Span() Span    { return d.At }
func (d *MuteDecl) Span() Span   { return d.At }
func (d *TestDecl) Span() Span   { return d.At }
func (d *BadDecl) Span() Span    { return d.At }

func (d *RuleDecl) Word() string   { return "rule" }
func (d *ParamDecl) Word() string  { return "param" }
func (d *FnDecl) Word() string     { return "fn" }
func (d *EventDecl) Word() string  { return "event" }
func (d *UseDecl) Word() string    { return "use" }
func (d *TableDecl) Word() string  { return "table" }
func (d *StateDecl) Word() string  { return "state" }
func (d *ActionDecl) Word() string { return "action" }
func (d *MayDecl) Word() string    { return "may" }
func (d *MuteDecl) Word() string   { return "mute" }
func (d *TestDecl) Word() string   { return "test" }
func (d *BadDecl) Word() string    { return d.First }
