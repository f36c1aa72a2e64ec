package lang

import "github.com/alecthomas/participle/v2/lexer"

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
	Name   Name          `parser:"( 'rule' @@ )?"` // empty Text when the rule has none
	Source RuleSource    `parser:"'on' @@"`
	By     *ByClause     `parser:"@@?"`
	Lets   []*Let        `parser:"@@*"`
	When   Expr          `parser:"( 'when' @@"`   // nil without one
	For    Expr          `parser:"( 'for' @@ )?"` // a duration Lit or Ident, nil without one
	Repeat Expr          `parser:"( 'repeat' @@ )? )?"`
	Do     []Act         `parser:"( 'do' @@ ( ',' @@ )* )?"`
	Clear  *ClearClause  `parser:"@@?"`
	Limit  *LimitClause  `parser:"@@?"`
	Gather *GatherClause `parser:"@@?"`
	Expire Expr          `parser:"( 'expire' @@ )?"`
}

// RuleSource is what a rule listens to: exactly one of Alts, Every and Cron.
// A plain source has one step with one or several alternatives ("|"). Steps
// after the first come from "then"; Both means "&" joins a step's elements.
type RuleSource struct {
	Every  Expr   `parser:"( ( 'every' @@"` // a duration, nil without one
	Cron   *Str   `parser:"| 'cron' @@"`
	Zone   *Str   `parser:"( 'in' @@ )? )"`
	Where  Expr   `parser:"( 'where' @@ )?"` // of every and cron
	Steps  []Step `parser:"| @@ ( 'then' @@ )*"`
	Within Expr   `parser:"( 'within' @@ )? )"` // nil without one
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
	Pos   lexer.Position
	None  bool     `parser:"'by' ( @'none'"`
	Parts []ByPart `parser:"| @@ ( ',' @@ )* )"`
}

// ByPart is one part of a key.
type ByPart struct {
	Expr Expr
	In   Name // a table, empty Text when absent
}

// Let names an expression within a rule.
type Let struct {
	Name  Name `parser:"'let' @@"`
	Value Expr `parser:"'=' @@"`
}

// ClearClause is clear [when expr [for d]] [do acts].
type ClearClause struct {
	Pos  lexer.Position
	When Expr  `parser:"'clear' ( 'when' @@"`
	For  Expr  `parser:"( 'for' @@ )? )?"`
	Do   []Act `parser:"( 'do' @@ ( ',' @@ )* )?"`
}

// LimitClause is limit n per d [by key].
type LimitClause struct {
	Pos lexer.Position
	N   Expr      `parser:"'limit' @@"`
	Per Expr      `parser:"'per' @@"`
	By  *ByClause `parser:"@@?"`
}

// GatherClause is gather d [by key].
type GatherClause struct {
	Pos lexer.Position
	Dur Expr      `parser:"'gather' @@"`
	By  *ByClause `parser:"@@?"`
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

	diags Diagnostics
}

// ParamDecl is param name: type = expr.
type ParamDecl struct {
	At    Span
	Name  Name      `parser:"'param' @@"`
	Type  *TypeExpr `parser:"':' @@"`
	Value Expr      `parser:"'=' @@"`
}

// FnDecl is fn name(params) = expr.
type FnDecl struct {
	At     Span
	Name   Name   `parser:"'fn' @@ '('"`
	Params []Name `parser:"( @@ ( ',' @@ )* )? ')'"`
	Body   Expr   `parser:"'=' @@"`
}

// EventDecl is event tag { fields } [time field [late d]].
type EventDecl struct {
	At     Span
	Tag    *Str      `parser:"'event' @@"`
	Body   *FieldSet `parser:"@@"` // not embedded: its Parse would become the declaration's
	Time   Name      `parser:"( 'time' @@"`
	Late   Expr      `parser:"( 'late' @@ )? )?"`
	Fields []*Field  // of Body
	Open   bool      // of Body
}

// FieldSet is { name: type, …, ... }.
type FieldSet struct {
	Fields []*Field
	Open   bool // has "..."

	diags Diagnostics
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
	Object   *FieldSet
	Optional bool

	diags Diagnostics
}

// UseDecl is use "file" as name.
type UseDecl struct {
	At   Span
	Path *Str `parser:"'use' @@"`
	Name Name `parser:"'as' @@"`
}

// TableDecl is table name from "file" key names.
type TableDecl struct {
	At   Span
	Name Name   `parser:"'table' @@"`
	Path *Str   `parser:"'from' @@"`
	Keys []Name `parser:"'key' @@ ( ',' @@ )*"`
}

// StateDecl is state name: type [by names] [= expr] [expire d].
type StateDecl struct {
	At      Span
	Name    Name      `parser:"'state' @@"`
	Type    *TypeExpr `parser:"':' @@"`
	By      []Name    `parser:"( 'by' @@ ( ',' @@ )* )?"`
	Default Expr      `parser:"( '=' @@ )?"`
	Expire  Expr      `parser:"( 'expire' @@ )?"`
}

// ActionDecl is action name(params) to tag [ack tag] [retry n] [backoff d] [timeout d].
type ActionDecl struct {
	At      Span
	Name    Name     `parser:"'action' @@ '('"`
	Params  []*Field `parser:"( @@ ( ',' @@ )* )? ')'"`
	To      *Str     `parser:"'to' @@"`
	Ack     *Str     `parser:"( 'ack' @@ )?"`
	Retry   Expr     `parser:"( 'retry' @@ )?"`
	Backoff Expr     `parser:"( 'backoff' @@ )?"`
	Timeout Expr     `parser:"( 'timeout' @@ )?"`
}

// MayDecl is may fire tag, ….
type MayDecl struct {
	At   Span
	Tags []*Str `parser:"'may' 'fire' @@ ( ',' @@ )*"`
}

// MuteDecl is mute rule [where expr].
type MuteDecl struct {
	At    Span
	Rule  Name `parser:"'mute' @@"`
	Where Expr `parser:"( 'where' @@ )?"`
}

// TestDecl is test "name" { … }.
type TestDecl struct {
	At    Span
	Name  *Str        `parser:"'test' @@ '{'"`
	Steps []*TestStep `parser:"@@* '}'"`
}

// TestKind says what a line of a test does.
type TestKind uint8

const (
	Given TestKind = iota
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

	diags Diagnostics
}

// BadDecl is a stretch of tokens that is no declaration; its diagnostic is reported.
type BadDecl struct {
	At    Span
	First string
	Name  string   // what it would have declared, if that could be read
	Names []string // of its first words, one of which it may have meant to declare
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
