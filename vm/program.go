package vm

import "github.com/eda-lang/eda/vm/value"

// Program is a compiled set of rules. It is plain data: it can be printed and
// read back (asm.go), encoded (encode.go), and is checked before it runs
// (verify.go). It is read-only once a Machine has been made from it and may
// then be shared by goroutines.
type Program struct {
	Consts    []value.Value
	Names     []string // fields and members
	Funcs     []string // library functions
	Regexps   []string // RE2
	Events    []EventType
	Registers []Register
	Tables    []Table
	Spans     []Spans
	Permits   [][]string // for each file that has may fire, what it allows
	Actions   []Action
	Rules     []Rule // in order of identity (S2)
	Code      []Instr
	Files     []string
	Lines     []Line // one for each Instr
}

// Block is where a piece of code starts in Program.Code; it ends with ret.
// Block 0 means that there is none: Code[0] is always a ret.
type Block uint32

// Instr is one instruction. What A and B mean is in the row of Op.
type Instr struct {
	Op Op
	B  uint16
	A  uint32
}

// Line says which source an instruction came from.
type Line struct {
	File      uint16 // index into Program.Files
	Line, Col uint32 // from 1, columns in runes; 0 when unknown
	Text      string // what it computes, as written: "cur_load > 20"; empty where nothing can go wrong
}

// EventType is a declared event: fields whose values are fitted to a type
// when rules read them (S30b).
type EventType struct {
	Pattern string
	Fields  []FieldType
	Time    string // the field that says when it happened; empty: its arrival
	Late    int64  // ns that the program waits for it
}

// FieldType is the type of a declared field. Kind None means any.
type FieldType struct {
	Name string
	Kind value.Kind
}

// Register is a memory that rules share: one value for each key (D25).
type Register struct {
	Name    string
	Kind    value.Kind  // of what is written; None means int or float
	Default value.Value // what a cell that was not written reads as
	Expire  int64       // ns a value is valid; 0 for ever
	By      []string    // names of the key parts
}

// Table is a lookup table with the rows it begins with.
type Table struct {
	Name    string
	By      []string        // its key columns
	Columns []FieldType     // of text where they are key columns; None where no row has a value
	Rows    [][]value.Value // a value or none for each column
}

// Rule is one rule.
type Rule struct {
	Name      string // its name, or file:line
	Identity  string // what orders it and names its state (D30)
	Unnamed   bool   // Name is file:line
	Order     int    // place in the order of evaluation within a step and of timers at one instant (S1, S5)
	Elems     []Elem
	Sequence  *Sequence // nil for a plain source
	Ticks     *Ticks    // nil for a source of events; the one of Elems then has no pattern
	Caps      []string  // names of the capture slots
	Key       []KeyPart
	Comparers []Block // arguments of prev, changed and unique, taken before where
	Uniques   []Unique
	Windows   []Window
	Streams   []Stream // windows over other events than the rule's own
	Asks      []Ask
	Reads     []Block // the register reads of when and clear, each with its key: whose writes concern the rule
	Situation bool    // has when
	When      Block
	For       int64 // ns; 0 for none
	Repeat    int64
	Clear     Block // explicit clear condition
	ClearFor  int64
	Do        []Act
	ClearDo   []Act
	Mutes     []Block // do is held back while one of them is true
	MuteReads []Block // the register reads of those, as in Reads; only while a rise waits
	Limit     *Limit
	Gather    *Gather
	Expire    int64   // ns (S13)
	Probes    []Probe // parts of the conditions, for :why and coverage; may be empty
}

// Sequence is a source of several events: its steps take the rule's elements in
// order.
type Sequence struct {
	Within int64 // ns, from the first event of a match to the last
	Steps  []Step
}

// Step is one place in a sequence. Counts has an item for each of its elements:
// how many events that takes. One of the elements has to come; all of them, in
// any order, if Both; none of them if Not, before the next step's events or, in
// the last step, before Within is over.
type Step struct {
	Not    bool
	Both   bool
	Counts []int
}

// Elem is one alternative of a rule's source, or one element of a sequence.
type Elem struct {
	Pattern string
	Caps    []int // for each wildcard of the pattern its capture slot
	Where   Block
}

// KeyPart is one part of a key; Code yields its value.
type KeyPart struct {
	Name string
	Code Block
	In   int // 1 more than the index into Program.Tables of its domain; 0 for none
}

// WindowKind says which events a window holds.
type WindowKind uint8

const (
	Sliding WindowKind = iota // (t-d, t]
	Last                      // the n latest
	Each                      // the last completed pane of d, aligned to the epoch
	This                      // the pane of d that holds t
	Session                   // the latest run whose neighbours are less than d apart
)

// Window is a window of a rule and the aggregates over it.
type Window struct {
	Kind  WindowKind
	Size  int64  // ns; events for Last
	Arg   Block  // what is aggregated; none for count(w)
	Carry Block  // what else an entry carries: v of max_by(v, x, w), where x is what is aggregated
	Where Block  // which events count
	Aggs  []Agg  // instruction agg names them by index
	Text  string // the arguments as written, for messages
}

// Agg is an aggregator by name, and its parameter: 95 of pct(x, 95, 1m). A
// whole number of millionths makes 99.9 what it says.
type Agg struct {
	Name  string
	Param int64 // in millionths, 0 if it has none
}

// Ask is what active(rule) joins on: pairs of key parts, mine and theirs.
type Ask struct {
	Rule  int // index into Program.Rules
	Mine  []int
	Their []int
}

// ActKind says what an act does.
type ActKind uint8

const (
	Fire ActKind = iota
	Log
	Set
	Call
)

// Act is one act: Tag yields the tag of a fire, Data its object or 0; Text
// yields the line of a log; Keys yield the parts of the key of a register's
// cell, and Value what is written to it. Permits
// are those that each must allow the tag, where only the tag itself shows
// whether they do.
type Act struct {
	Kind     ActKind
	Tag      Block
	Data     Block
	Text     Block
	Register int // index into Program.Registers
	Keys     []Block
	Value    Block
	Permits  []int // into Program.Permits
	Action   int   // of a call: index into Program.Actions; its Data yields the arguments by name
	Ack      Block // the tag on which it is answered, 0 if it is not
}

// Limit is limit N per Per. Own says that it has a key of its own.
type Limit struct {
	N   int
	Per int64 // ns
	Own bool
	Key []KeyPart
}

// Probe is a part of a condition with its text and place.
type Probe struct {
	Text  string
	Code  Block
	Line  Line
	Depth int  // of nesting, 0 for the whole condition
	Clear bool // part of the clear condition
}

// RuleName is the name of the rule with that index: its own, or file:line;
// empty where there is none.
func (p *Program) RuleName(i int) string {
	if i < 0 {
		return ""
	}
	return p.Rules[i].Name
}
