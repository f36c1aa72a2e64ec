package stdlib

import (
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// Func is one row: a pure function.
type Func struct {
	Signature string // as language text: "round(x: num, digits: int?) -> num?"
	Doc       string
	Examples  []Example
	call      func(args []value.Value) (value.Value, value.Fault)
}

// Example is an expression of the language and the text of its value.
type Example struct{ Expr, Want string }

// Name is what the function is called by.
func (f Func) Name() string { return f.Signature[:strings.IndexByte(f.Signature, '(')] }

// arity reads the least and the greatest number of arguments off the
// signature: an argument whose type ends in ? may be left out.
func (f Func) arity() (least, most int) {
	params := f.Signature[strings.IndexByte(f.Signature, '(')+1 : strings.IndexByte(f.Signature, ')')]
	if params == "" {
		return 0, 0
	}
	for p := range strings.SplitSeq(params, ",") {
		most++
		if !strings.HasSuffix(strings.TrimSpace(p), "?") {
			least = most
		}
	}
	return least, most
}

// Agg is one row: an aggregator over a window.
type Agg struct {
	Name      string
	Signature string // for readers: "max_by(v: any, x: num, window) -> any"
	Doc       string
	Examples  []AggExample
	Over      value.Domain // skips what is not in it
	Carries   bool         // yields another argument than the one it is over
	Valid     func(param int64) bool
	new       func(evicts bool, param int64) vm.Accumulator
}

// AggExample is an aggregate over events a second apart, in which x is one
// value of Over after the other and n counts them, and its text at the last.
type AggExample struct{ Over, Expr, Want string }

var families = [][]Func{mathFuncs, textFuncs, timeFuncs, listFuncs}

// Beside names the other functions of a function's family.
func Beside(name string) []string {
	var out []string
	for _, family := range families {
		if !slices.ContainsFunc(family, func(f Func) bool { return f.Name() == name }) {
			continue
		}
		for _, f := range family {
			if f.Name() != name {
				out = append(out, f.Name())
			}
		}
	}
	return out
}

// Funcs lists the functions in order of name.
func Funcs() []Func {
	all := slices.Concat(families...)
	slices.SortFunc(all, func(a, b Func) int { return strings.Compare(a.Name(), b.Name()) })
	return all
}

// Aggs lists the aggregators.
func Aggs() []Agg { return aggs }

// Signatures lists the functions' signatures as the checker reads them.
func Signatures() []string {
	var out []string
	for _, f := range Funcs() {
		out = append(out, f.Signature)
	}
	return out
}

// Library links the rows for a machine.
func Library() *vm.Library {
	lib := &vm.Library{Funcs: map[string]vm.Func{}, Aggs: map[string]vm.Aggregator{}}
	for _, f := range Funcs() {
		least, most := f.arity()
		lib.Funcs[f.Name()] = vm.Func{Name: f.Name(), Min: least, Max: most, Call: f.call}
	}
	for _, a := range aggs {
		lib.Aggs[a.Name] = vm.Aggregator{Name: a.Name, Over: a.Over, Carries: a.Carries, Valid: a.Valid, New: a.new}
	}
	return lib
}

// known reports whether all arguments are; a function of an unknown is unknown.
func known(args []value.Value) bool {
	for _, a := range args {
		if a.IsNone() {
			return false
		}
	}
	return true
}

var none = value.Value{}
