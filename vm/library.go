package vm

import "github.com/eda-lang/eda/vm/value"

// Library is what rule authors can call. stdlib fills it; a program names its
// functions and aggregators by name, and New links them.
type Library struct {
	Funcs map[string]Func
	Aggs  map[string]Aggregator
}

// Func is a pure function of its arguments. Call must not keep args.
type Func struct {
	Name     string
	Min, Max int // arguments
	Call     func(args []value.Value) (value.Value, value.Fault)
}

// Entry is one value in a window and the instant it came.
type Entry struct {
	T     int64 // ns
	V     value.Value
	Carry value.Value // the second argument, of aggregators that yield it
}

// Aggregator makes accumulators of one kind.
type Aggregator struct {
	Name string
	// Over says which values enter; others are counted as mismatches.
	Over value.Domain
	// Carries says that entries have a second argument, which is what is yielded.
	Carries bool
	// Valid reports whether it takes a parameter; nil if it has none.
	Valid func(param int64) bool
	// New makes an empty accumulator. With evicts, entries leave in the order
	// they came; without, they only leave all at once by Reset.
	New func(evicts bool, param int64) Accumulator
}

// Accumulator holds the aggregate of a window's entries. Its result depends on
// what is in the window alone. It belongs to one machine and is not safe for
// concurrent use.
//
// Save is all it holds, as a value, and Load takes that back, into an
// accumulator made the same way; false means that no accumulator can have saved
// it. Load must not panic or hang whatever it is given. Accumulators that evict
// are filled anew with the entries of their window instead.
type Accumulator interface {
	Add(e Entry)
	// Evict takes the oldest entry out; next is the oldest of those that stay,
	// and the zero Entry if none does.
	Evict(e, next Entry)
	Reset()
	Result() value.Value
	Save() value.Value
	Load(value.Value) bool
}
