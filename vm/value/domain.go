package value

import "math"

// Domain is a set of kinds: what an aggregate is over.
type Domain uint8

const (
	Anything   Domain = iota // every known value
	Scalars                  // what == compares: all but lists and objects
	Quantities               // what has an order and a size: numbers, times, durations
	Numbers                  // ints and floats
)

// Has reports whether v is in the domain; none is in no domain.
func (d Domain) Has(v Value) bool {
	switch v.kind {
	case KindNone:
		return false
	case KindInt, KindFloat:
		return true
	case KindTime, KindDuration:
		return d != Numbers
	case KindBool, KindString:
		return d <= Scalars
	}
	return d == Anything
}

// Class is the place of a value's kind in Order: numbers of either kind are
// one class, so within a class == decides.
type Class uint8

const (
	classNumber Class = iota
	classDuration
	classTime
	classString
	classBool
	classOther
	// Classes is how many there are.
	Classes
)

// ClassOf is the class of a value.
func ClassOf(v Value) Class {
	switch v.kind {
	case KindInt, KindFloat:
		return classNumber
	case KindDuration:
		return classDuration
	case KindTime:
		return classTime
	case KindString:
		return classString
	case KindBool:
		return classBool
	}
	return classOther
}

// Order is a total order of scalars: as Compare where they can be compared,
// and by class where they cannot.
func Order(a, b Value) int {
	if isNumber(a.kind) && isNumber(b.kind) { // the common case
		return compareNumbers(a, b)
	}
	switch x, y := ClassOf(a), ClassOf(b); {
	case x != y:
		return int(x) - int(y)
	case x == classBool:
		return int(a.num) - int(b.num)
	}
	o, _ := Compare(a, b)
	return o
}

// Scalar is a scalar as a key: two are the same key if and only if == says
// that the values are equal, so 2 and 2.0 are one. It can be a key of maps.
type Scalar struct {
	class Class
	frac  bool   // num is the bits of a float that is no int64
	num   uint64 // of what is no text
	text  string
}

// Value is a value of that key.
func (k Scalar) Value() Value {
	switch {
	case k.frac:
		return Value{kind: KindFloat, num: k.num}
	case k.class == classString:
		return String(k.text)
	}
	kind := map[Class]Kind{classNumber: KindInt, classDuration: KindDuration, classTime: KindTime, classBool: KindBool}[k.class]
	return Value{kind: kind, num: k.num}
}

// AsScalar is the key of a scalar; ok is false for none, lists and objects.
func AsScalar(v Value) (key Scalar, ok bool) {
	switch v.kind {
	case KindFloat:
		f := math.Float64frombits(v.num)
		if f >= -1<<63 && f < 1<<63 && f == math.Trunc(f) {
			return Scalar{class: classNumber, num: uint64(int64(f))}, true
		}
		return Scalar{class: classNumber, frac: true, num: v.num}, true
	case KindString:
		s, _ := v.AsString()
		return Scalar{class: classString, text: s}, true
	case KindInt, KindTime, KindDuration, KindBool:
		return Scalar{class: ClassOf(v), num: v.num}, true
	}
	return Scalar{}, false
}
