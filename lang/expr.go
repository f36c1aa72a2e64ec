package lang

import "github.com/eda-lang/eda/vm/value"

// Expr is a node of an expression. Nodes are immutable after Parse; what the
// checker learns about them is kept beside them, in Info.
type Expr interface {
	Span() Span
}

// Name is an identifier where it stands. A missing one has the empty Text.
type Name struct {
	Text string
	At   Span
}

func (n Name) Span() Span { return n.At }

// Ident is a name used as a value.
type Ident struct{ Name }

// Lit is a number, a duration, true, false or none.
type Lit struct {
	At    Span
	Value value.Value
	Raw   string // as written, "1h30m"
}

// Str is a string. Where it is interpolated, Parts alternate between text and
// paths; a string without a path has at most one part.
type Str struct {
	At    Span
	Raw   string // as written, quotes included
	Parts []Part

	diags Diagnostics
	odd   []Span // backslashes that escape nothing
	rest  bool   // has a {name**}: a tag pattern
}

// Part is a piece of a string: literal Text, or the value of Path printed.
type Part struct {
	At     Span
	Text   string // when Path is nil
	Path   Expr   // an Ident, Select or Index with an int; "{1}" is an Ident "1"
	Digits int    // ":.2f" has 2; -1 without a format
}

// Literal is the text of a string without interpolation; ok is false where
// there is a path in it.
func (s *Str) Literal() (text string, ok bool) {
	for _, p := range s.Parts {
		if p.Path != nil {
			return "", false
		}
		text += p.Text
	}
	return text, true
}

// Op is an operator: "or and not == != < <= > >= in like matches + - ?? * / // % has neg".
type Op string

// Unary is not x, has x or -x ("neg").
type Unary struct {
	At   Span
	Op   Op
	OpAt Span
	X    Expr
}

// Binary is x op y.
type Binary struct {
	At   Span
	Op   Op
	OpAt Span
	X, Y Expr

	diags Diagnostics
}

// Select is x.name.
type Select struct {
	At   Span
	X    Expr
	Name Name
}

// Index is x[i] or, for tables, x[i, j].
type Index struct {
	At   Span
	X    Expr
	Args []Expr
}

// Call is fn(args), or module.fn(args) with Module set. From and Where stand
// in aggregates only. Win is the window argument: one with a window word, or
// nil; a bare duration or duration param as the last argument stays in Args
// and is told apart by the checker (Info.Windows).
type Call struct {
	At     Span
	Module Name // empty Text when absent
	Fn     Name
	Args   []Expr
	Win    *Win
	From   *Str // a tag
	Where  Expr

	diags Diagnostics
}

// WinKind says which events a window holds.
type WinKind uint8

const (
	Sliding WinKind = iota // (t-d, t]
	Last                   // the n latest
	Each                   // the last completed pane of d
	This                   // the pane of d that holds t, so far
	Session                // the latest run with gaps below d
)

// Win is a window argument written with a word: last 10, each 1m.
type Win struct {
	At   Span
	Kind WinKind
	Size Expr // a Lit (int or duration) or an Ident (a param)
}

// List is [a, b].
type List struct {
	At    Span
	Items []Expr
}

// Obj is { name: expr, ...expr }.
type Obj struct {
	At    Span
	Parts []ObjPart

	diags Diagnostics
}

// ObjPart is one member, or a spread, whose Name is empty.
type ObjPart struct {
	At     Span
	Name   Name
	Value  Expr
	Spread bool
}

// Paren is (x); kept for the formatter and for spans.
type Paren struct {
	At Span
	X  Expr
}

// Bad stands where no expression could be read; its diagnostic is reported.
type Bad struct {
	At Span

	diags Diagnostics
}

func (x *Lit) Span() Span    { return x.At }
func (x *Str) Span() Span    { return x.At }
func (x *Unary) Span() Span  { return x.At }
func (x *Binary) Span() Span { return x.At }
func (x *Select) Span() Span { return x.At }
func (x *Index) Span() Span  { return x.At }
func (x *Call) Span() Span   { return x.At }
func (x *List) Span() Span   { return x.At }
func (x *Obj) Span() Span    { return x.At }
func (x *Paren) Span() Span  { return x.At }
func (x *Bad) Span() Span    { return x.At }
func (w *Win) Span() Span    { return w.At }
