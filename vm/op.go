package vm

// Op is an operation of the machine. Its row in the table says all there is to
// know of it: the assembler, the printer, the verifier and the manual read it
// there.
type Op uint8

// The operations. Numbers are part of the binary form: new ones go to the end.
const (
	OpRet Op = iota
	OpConst
	OpField
	OpEvent
	OpTag
	OpNow
	OpCap
	OpAlias
	OpGet
	OpIndex
	OpAdd
	OpSub
	OpMul
	OpDiv
	OpFloorDiv
	OpMod
	OpNeg
	OpEq
	OpNe
	OpLt
	OpLe
	OpGt
	OpGe
	OpAnd
	OpOr
	OpNot
	OpJumpFalse
	OpJumpTrue
	OpJumpKnown
	OpIn
	OpLike
	OpMatch
	OpHas
	OpCall
	OpMakeList
	OpMakeObject
	OpText
	OpFixed
	OpConcat
	OpConcatTag
	OpAgg
	OpSilent
	OpReached
	OpPrev
	OpChanged
	OpUnique
	OpActive
	OpWatch
	OpRegister
	OpGroupCount
	OpGroup
	OpMember
	OpLookup
	OpFrom
	OpDuring
	OpKey
	numOps
)

// operand says what A, or A and B, of an instruction mean.
type operand uint8

const (
	argNone     operand = iota
	argConst            // A: index into Consts
	argName             // A: index into Names
	argCapture          // A: capture slot of the rule
	argAliases          // A: bit mask of alternatives
	argTarget           // A: place in Code, after this one
	argRegexp           // A: index into Regexps
	argFunc             // A: index into Funcs, B: number of arguments
	argCount            // A: number of values
	argShape            // A: index into Consts of a list of names
	argDigits           // A: decimals, 0 to 9
	argAgg              // A: window of the rule, B: aggregate of that window
	argDuration         // A: index into Consts of a duration
	argComparer         // A: comparer of the rule
	argUnique           // A: unique of the rule
	argAsk              // A: ask of the rule
	argPoint            // A: number of a point, which means something to the compiler alone
	argRegister         // A: index into Registers; takes a value for each part of its key
	argTake             // A: take of the rule's gathering
	argTable            // A: index into Tables; likewise
	argFrom             // A: stream of the rule, B: aggregate of its window
	argSpans            // A: index into Spans
	argKey              // A: part of the rule's key
	numOperands
)

// operands says in the manual what A and B are.
var operands = [...]string{
	argNone:     "none",
	argConst:    "A: a constant",
	argName:     "A: a name",
	argCapture:  "A: a capture slot of the rule",
	argAliases:  "A: a bit for each alternative of the source",
	argTarget:   "A: a place further on in the block",
	argRegexp:   "A: a regular expression",
	argFunc:     "A: a function; B: the number of arguments",
	argCount:    "A: the number of values",
	argShape:    "A: a constant list of names",
	argDigits:   "A: decimals, 0 to 9",
	argAgg:      "A: a window of the rule; B: one of its aggregates",
	argDuration: "A: a constant duration",
	argComparer: "A: a comparer of the rule",
	argUnique:   "A: a unique of the rule",
	argAsk:      "A: an ask of the rule",
	argPoint:    "A: the number of a place in the source",
	argRegister: "A: a register; it takes a value for each part of its key",
	argTake:     "A: a take of the rule's gathering",
	argTable:    "A: a table; it takes a value for each part of its key",
	argFrom:     "A: a stream of the rule; B: one of the aggregates of its window",
	argSpans:    "A: spans of the week",
	argKey:      "A: a part of the rule's key",
}

// opRow is one operation. Every part of the package that has to know what an
// operation takes, leaves or is called reads it here.
type opRow struct {
	Name    string
	Arg     operand
	Pops    int // values taken; counted means as many as the operand says
	Pushes  int
	Jump    int // values pushed more on the way a jump takes
	Picture string
	Doc     string
}

const counted = -1

var ops = [numOps]opRow{
	OpRet:        {"ret", argNone, 1, 0, 0, "x --", "ends the block; x is its value"},
	OpConst:      {"const", argConst, 0, 1, 0, "-- v", "a constant"},
	OpField:      {"field", argName, 0, 1, 0, "-- v", "a field of the event at hand, fitted to its declared type; none if absent"},
	OpEvent:      {"event", argNone, 0, 1, 0, "-- obj", "the data of the event at hand"},
	OpTag:        {"tag", argNone, 0, 1, 0, "-- s", "the tag of the event at hand"},
	OpNow:        {"now", argNone, 0, 1, 0, "-- t", "the instant"},
	OpCap:        {"cap", argCapture, 0, 1, 0, "-- s", "what a wildcard of the source stood for"},
	OpAlias:      {"alias", argAliases, 0, 1, 0, "-- obj", "the data of the event if it came through one of these alternatives, otherwise none"},
	OpGet:        {"get", argName, 1, 1, 0, "x -- x.name", "a member of an object; none if absent"},
	OpIndex:      {"index", argNone, 2, 1, 0, "x i -- x[i]", "an item of a list by number, or a member of an object by name"},
	OpAdd:        {"add", argNone, 2, 1, 0, "x y -- x+y", "sum"},
	OpSub:        {"sub", argNone, 2, 1, 0, "x y -- x-y", "difference"},
	OpMul:        {"mul", argNone, 2, 1, 0, "x y -- x*y", "product"},
	OpDiv:        {"div", argNone, 2, 1, 0, "x y -- x/y", "quotient, a float"},
	OpFloorDiv:   {"floordiv", argNone, 2, 1, 0, "x y -- x//y", "floor of the true quotient"},
	OpMod:        {"mod", argNone, 2, 1, 0, "x y -- x%y", "remainder of floordiv, with the sign of y"},
	OpNeg:        {"neg", argNone, 1, 1, 0, "x -- -x", "negation"},
	OpEq:         {"eq", argNone, 2, 1, 0, "x y -- x==y", "equality; unknown between kinds"},
	OpNe:         {"ne", argNone, 2, 1, 0, "x y -- x!=y", "inequality; unknown between kinds"},
	OpLt:         {"lt", argNone, 2, 1, 0, "x y -- x<y", "order"},
	OpLe:         {"le", argNone, 2, 1, 0, "x y -- x<=y", "order"},
	OpGt:         {"gt", argNone, 2, 1, 0, "x y -- x>y", "order"},
	OpGe:         {"ge", argNone, 2, 1, 0, "x y -- x>=y", "order"},
	OpAnd:        {"and", argNone, 2, 1, 0, "x y -- x∧y", "conjunction in Kleene's logic"},
	OpOr:         {"or", argNone, 2, 1, 0, "x y -- x∨y", "disjunction in Kleene's logic"},
	OpNot:        {"not", argNone, 1, 1, 0, "x -- ¬x", "negation in Kleene's logic"},
	OpJumpFalse:  {"jump_false", argTarget, 1, 1, 0, "x -- x", "goes on at the target, keeping x, if x is false"},
	OpJumpTrue:   {"jump_true", argTarget, 1, 1, 0, "x -- x", "goes on at the target, keeping x, if x is true"},
	OpJumpKnown:  {"jump_known", argTarget, 1, 0, 1, "x -- x|", "goes on at the target, keeping x, if x is known; otherwise drops it"},
	OpIn:         {"in", argNone, 2, 1, 0, "x list -- b", "x equals an item"},
	OpLike:       {"like", argNone, 2, 1, 0, "s p -- b", "text against a pattern with * and ?"},
	OpMatch:      {"match", argRegexp, 1, 1, 0, "s -- b", "text against a regular expression, unanchored"},
	OpHas:        {"has", argNone, 1, 1, 0, "x -- b", "x is known; never unknown itself"},
	OpCall:       {"call", argFunc, counted, 1, 0, "args -- v", "a library function"},
	OpMakeList:   {"list", argCount, counted, 1, 0, "items -- list", "a list of the values"},
	OpMakeObject: {"object", argShape, counted, 1, 0, "values -- obj", "an object with these names; an empty name spreads its value; a later part wins"},
	OpText:       {"text", argNone, 1, 1, 0, "x -- s", "x as it is printed"},
	OpFixed:      {"fixed", argDigits, 1, 1, 0, "x -- s", "a number printed with that many decimals; none stays none"},
	OpConcat:     {"concat", argCount, counted, 1, 0, "parts -- s", "the parts printed one after the other"},
	OpConcatTag:  {"concat_tag", argCount, counted, 1, 0, "parts -- s", "like concat, but none if a part is none"},
	OpAgg:        {"agg", argAgg, 0, 1, 0, "-- v", "an aggregate over a window, now"},
	OpSilent:     {"silent", argDuration, 0, 1, 0, "-- b", "no kept event of the key for that long"},
	OpReached:    {"reached", argNone, 1, 1, 0, "t -- b", "the instant t has come"},
	OpPrev:       {"prev", argComparer, 0, 1, 0, "-- v", "the comparer's argument at the event before"},
	OpChanged:    {"changed", argComparer, 0, 1, 0, "-- b", "the comparer's argument is known to differ from before"},
	OpUnique:     {"unique", argUnique, 0, 1, 0, "-- b", "no earlier event of that time had the comparer's argument"},
	OpActive:     {"active", argAsk, 0, 1, 0, "-- b", "the situation of another rule is on for this key"},
	OpWatch:      {"watch", argPoint, 1, 1, 0, "x -- x", "shows x to whoever watches the machine; rules run live have none"},
	OpRegister:   {"register", argRegister, counted, 1, 0, "keys -- v", "a cell of a register, as it stood when the step began"},
	OpGroupCount: {"group_count", argNone, 0, 1, 0, "-- n", "how many members the group has"},
	OpGroup:      {"group", argTake, 0, 1, 0, "-- list", "what a take was for each member of the group"},
	OpMember:     {"member", argTake, 0, 1, 0, "-- v", "what a take was for the last member of the group"},
	OpLookup:     {"lookup", argTable, counted, 1, 0, "keys -- row", "a row of a table as an object, none if there is none"},
	OpFrom:       {"from", argFrom, 0, 1, 0, "-- v", "an aggregate over other events, now"},
	OpDuring:     {"during", argSpans, 0, 1, 0, "-- b", "the instant lies in the spans"},
	OpKey:        {"key", argKey, 0, 1, 0, "-- s", "a part of the key as text, in a mute"},
}

// String is the operation's name in the text form.
func (op Op) String() string {
	if op < numOps {
		return ops[op].Name
	}
	return "op?"
}

// Doc says in one line what the operation does; empty for a number that is none.
func (op Op) Doc() string {
	if op < numOps {
		return ops[op].Doc
	}
	return ""
}

// Picture is the operation's effect on the stack, "x y -- x+y": what it takes,
// the last on top, and what it leaves; empty for a number that is none.
func (op Op) Picture() string {
	if op < numOps {
		return ops[op].Picture
	}
	return ""
}

// OpDoc is an operation as the manual shows it.
type OpDoc struct{ Name, Operands, Picture, Doc string }

// Ops lists all operations in order of their numbers.
func Ops() []OpDoc {
	out := make([]OpDoc, numOps)
	for i, row := range ops {
		out[i] = OpDoc{row.Name, operands[row.Arg], row.Picture, row.Doc}
	}
	return out
}

// jumps reports whether the operand of op is a place in the code.
func (op Op) jumps() bool { return ops[op].Arg == argTarget }

// two reports whether op has two operands.
func (op Op) two() bool {
	return ops[op].Arg == argFunc || ops[op].Arg == argAgg || ops[op].Arg == argFrom
}

// takes is how many values an instruction pops.
func (in Instr) takes(p *Program) int {
	row := &ops[in.Op]
	if row.Pops != counted {
		return row.Pops
	}
	switch row.Arg {
	case argFunc:
		return int(in.B)
	case argShape:
		return len(p.Consts[in.A].Items())
	case argRegister:
		return len(p.Registers[in.A].By)
	case argTable:
		return len(p.Tables[in.A].By)
	}
	return int(in.A)
}
