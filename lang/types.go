package lang

import (
	"strings"

	"github.com/eda-lang/eda/vm/value"
)

// Type is the type of an expression. The zero Type is any: nothing is known,
// and nothing is said. Optional ones may be none.
type Type struct {
	kind     typeKind
	elem     *Type       // of a list; nil means any
	fields   []TypeField // of an object
	open     bool        // the object may have other fields
	Optional bool
}

// TypeField is a member of an object type.
type TypeField struct {
	Name string
	Type Type
}

type typeKind uint8

const (
	anyType typeKind = iota
	badType          // an error has been reported: what follows is silent
	noneType
	boolType
	intType
	floatType
	numType // int or float
	stringType
	timeType
	durationType
	listType
	objectType
)

var typeNames = map[typeKind]string{anyType: "any", badType: "any", noneType: "none", boolType: "bool", intType: "int",
	floatType: "float", numType: "num", stringType: "string", timeType: "time", durationType: "duration"}

var namedTypes = map[string]typeKind{"any": anyType, "bool": boolType, "int": intType, "float": floatType, "num": numType,
	"string": stringType, "time": timeType, "duration": durationType}

// String writes the type as the language does.
func (t Type) String() string {
	s := typeNames[t.kind]
	switch t.kind {
	case listType:
		s = "[any]"
		if t.elem != nil {
			s = "[" + t.elem.String() + "]"
		}
	case objectType:
		var parts []string
		for _, f := range t.fields {
			parts = append(parts, f.Name+": "+f.Type.String())
		}
		if t.open {
			parts = append(parts, "...")
		}
		s = "{" + strings.Join(parts, ", ") + "}"
	}
	if t.Optional {
		s += "?"
	}
	return s
}

// Kind is what a declared field's values are fitted to; none means any.
func (t Type) Kind() value.Kind {
	switch t.kind {
	case boolType:
		return value.KindBool
	case intType:
		return value.KindInt
	case floatType:
		return value.KindFloat
	case stringType:
		return value.KindString
	case timeType:
		return value.KindTime
	case durationType:
		return value.KindDuration
	case listType:
		return value.KindList
	case objectType:
		return value.KindObject
	}
	return value.KindNone
}

func of(k typeKind) Type     { return Type{kind: k} }
func maybe(k typeKind) Type  { return Type{kind: k, Optional: true} }
func (t Type) unknown() bool { return t.kind == anyType || t.kind == badType }
func (t Type) number() bool  { return t.kind == intType || t.kind == floatType || t.kind == numType }
func (t Type) couldBe(k typeKind) bool {
	return t.unknown() || t.kind == k || t.kind == noneType || k == numType && t.number()
}

// Numeric reports whether values of the type are numbers.
func (t Type) Numeric() bool { return t.number() }

// article is the type with its article, for messages.
func (t Type) article() string {
	switch t.kind {
	case listType:
		return "a list"
	case objectType:
		return "an object"
	case intType:
		return "an int"
	case stringType:
		return "text"
	case numType:
		return "a number"
	case noneType:
		return "none"
	}
	return "a " + typeNames[t.kind]
}

// typeOfValue is the type of a constant.
func typeOfValue(v value.Value) Type {
	switch v.Kind() {
	case value.KindBool:
		return of(boolType)
	case value.KindInt:
		return of(intType)
	case value.KindFloat:
		return of(floatType)
	case value.KindString:
		return of(stringType)
	case value.KindTime:
		return of(timeType)
	case value.KindDuration:
		return of(durationType)
	case value.KindList:
		return of(listType)
	case value.KindObject:
		return Type{kind: objectType, open: true}
	}
	return of(noneType)
}

// fits reports whether a value of type from may stand where to is declared:
// an int fits float, and num and any are taken on trust.
func fits(from, to Type) bool {
	switch {
	case from.unknown() || to.unknown() || from.kind == noneType:
		return true
	case to.kind == numType || to.kind == floatType || to.kind == intType:
		return from.number() && !(to.kind == intType && from.kind == floatType)
	case from.kind != to.kind:
		return false
	case to.kind == listType && from.elem != nil && to.elem != nil:
		return fits(*from.elem, *to.elem)
	case to.kind == objectType:
		for _, f := range to.fields {
			g := from.field(f.Name)
			if g == nil && !f.Type.Optional && !from.open || g != nil && !fits(*g, f.Type) {
				return false
			}
		}
	}
	return true
}

func (t Type) field(name string) *Type {
	for i := range t.fields {
		if t.fields[i].Name == name {
			return &t.fields[i].Type
		}
	}
	return nil
}

// Typed reports whether a declaration says what a name is of; a field without
// one can be anything.
func (u *Unit) Typed(id *Ident) bool { return !u.Info.Types[id].unknown() }
