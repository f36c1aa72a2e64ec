// Package value is what expressions compute with: none, booleans, int64,
// float64, text, instants, durations, lists and objects; their arithmetic,
// Kleene's logic, exact comparison, and how they are printed.
//
// A Value is immutable and may be shared by goroutines. Operations are total:
// where there is no result they return none and a Fault that says why.
package value

import (
	"math"
	"unsafe"
)

// Kind is what a value is.
type Kind uint8

const (
	KindNone Kind = iota
	KindBool
	KindInt
	KindFloat
	KindString
	KindTime
	KindDuration
	KindList
	KindObject
	numKinds
)

var kindNames = [numKinds]string{"none", "bool", "int", "float", "string", "time", "duration", "list", "object"}

// String is the kind's name in the language.
func (k Kind) String() string {
	if k < numKinds {
		return kindNames[k]
	}
	return "kind?"
}

// Value is one value, 24 bytes. The zero Value is none. Scalars and strings
// are wrapped without allocation. Do not compare Values with ==: use Equal or
// Identical.
type Value struct {
	ptr  unsafe.Pointer // of a string's bytes, a list's items or an object's fields
	num  uint64         // the scalar, or the length of what ptr points to
	kind Kind
}

// Field is a member of an object.
type Field struct {
	Name  string
	Value Value
}

// Bool wraps a boolean.
func Bool(b bool) Value {
	v := Value{kind: KindBool}
	if b {
		v.num = 1
	}
	return v
}

// Int wraps an int64.
func Int(n int64) Value { return Value{kind: KindInt, num: uint64(n)} }

// Float wraps a float64; NaN and the infinities become none (D10).
func Float(f float64) Value {
	if f-f != 0 {
		return Value{}
	}
	return Value{kind: KindFloat, num: math.Float64bits(f)}
}

// String wraps text; its bytes are shared.
func String(s string) Value {
	return Value{kind: KindString, ptr: unsafe.Pointer(unsafe.StringData(s)), num: uint64(len(s))}
}

// Time wraps an instant, ns since the Unix epoch.
func Time(ns int64) Value { return Value{kind: KindTime, num: uint64(ns)} }

// Duration wraps a duration in ns.
func Duration(ns int64) Value { return Value{kind: KindDuration, num: uint64(ns)} }

// List wraps items; the slice belongs to the value from then on.
func List(items []Value) Value {
	return Value{kind: KindList, ptr: unsafe.Pointer(unsafe.SliceData(items)), num: uint64(len(items))}
}

// Object wraps fields, in order; names must be unique (SetField keeps them
// so). The slice belongs to the value from then on.
func Object(fields []Field) Value {
	return Value{kind: KindObject, ptr: unsafe.Pointer(unsafe.SliceData(fields)), num: uint64(len(fields))}
}

// SetField sets a member: a later part wins, at the place of the first.
func SetField(fields []Field, name string, v Value) []Field {
	for i := range fields {
		if fields[i].Name == name {
			fields[i].Value = v
			return fields
		}
	}
	return append(fields, Field{name, v})
}

// Kind returns what v is.
func (v Value) Kind() Kind { return v.kind }

// IsNone reports whether v is none.
func (v Value) IsNone() bool { return v.kind == KindNone }

// AsBool returns the boolean v is; ok is false for other kinds, as in all that follow.
func (v Value) AsBool() (b, ok bool) { return v.num != 0 && v.kind == KindBool, v.kind == KindBool }

// AsInt returns the int v is.
func (v Value) AsInt() (int64, bool) {
	if v.kind != KindInt {
		return 0, false
	}
	return int64(v.num), true
}

// AsFloat returns the float v is; an int is none.
func (v Value) AsFloat() (float64, bool) {
	if v.kind != KindFloat {
		return 0, false
	}
	return math.Float64frombits(v.num), true
}

// AsNumber returns an int or a float as float64, rounded if it must be.
func (v Value) AsNumber() (float64, bool) {
	switch v.kind {
	case KindInt:
		return float64(int64(v.num)), true
	case KindFloat:
		return math.Float64frombits(v.num), true
	}
	return 0, false
}

// AsString returns the text v is.
func (v Value) AsString() (string, bool) {
	if v.kind != KindString {
		return "", false
	}
	return unsafe.String((*byte)(v.ptr), int(v.num)), true
}

// AsTime returns the instant v is.
func (v Value) AsTime() (int64, bool) {
	if v.kind != KindTime {
		return 0, false
	}
	return int64(v.num), true
}

// AsDuration returns the duration v is.
func (v Value) AsDuration() (int64, bool) {
	if v.kind != KindDuration {
		return 0, false
	}
	return int64(v.num), true
}

// Items returns the items of a list, nil for other kinds. Do not change them.
func (v Value) Items() []Value {
	if v.kind != KindList || v.num == 0 {
		return nil
	}
	return unsafe.Slice((*Value)(v.ptr), int(v.num))
}

// Fields returns the members of an object, nil for other kinds. Do not change them.
func (v Value) Fields() []Field {
	if v.kind != KindObject || v.num == 0 {
		return nil
	}
	return unsafe.Slice((*Field)(v.ptr), int(v.num))
}

// Get returns a member of an object; none if it is absent or v is no object.
func (v Value) Get(name string) Value {
	if v.kind != KindObject {
		return Value{}
	}
	fields := unsafe.Slice((*Field)(v.ptr), int(v.num))
	for i := range fields {
		if fields[i].Name == name {
			return fields[i].Value
		}
	}
	return Value{}
}

// True reports whether v is known to be true.
func True(v Value) bool { return v.kind == KindBool && v.num == 1 }

// False reports whether v is known to be false.
func False(v Value) bool { return v.kind == KindBool && v.num == 0 }

// Identical reports whether two values are the same as a reader sees them:
// numbers by what they are worth (2 is 2.0), lists by their items, objects by
// their members in any order, none is none.
func Identical(a, b Value) bool {
	if a.kind == KindInt && b.kind == KindFloat || a.kind == KindFloat && b.kind == KindInt {
		return compareNumbers(a, b) == 0
	}
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case KindFloat:
		return compareNumbers(a, b) == 0
	case KindString:
		x, _ := a.AsString()
		y, _ := b.AsString()
		return x == y
	case KindList:
		x, y := a.Items(), b.Items()
		if len(x) != len(y) {
			return false
		}
		for i := range x {
			if !Identical(x[i], y[i]) {
				return false
			}
		}
		return true
	case KindObject:
		x, y := a.Fields(), b.Fields()
		if len(x) != len(y) {
			return false
		}
		for i := range x {
			found := false
			for j := range y {
				if x[i].Name == y[j].Name {
					found = Identical(x[i].Value, y[j].Value)
					break
				}
			}
			if !found {
				return false
			}
		}
		return true
	}
	return a.num == b.num
}
