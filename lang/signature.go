package lang

// What tools see of types and of what can be called.

// Fields lists the members of an object type.
func (t Type) Fields() []TypeField { return t.fields }

// IsAny reports whether nothing is known of a type.
func (t Type) IsAny() bool { return t.unknown() }

// Fits reports whether a value of one type may stand where another is wanted.
// What is not known fits.
func Fits(from, to Type) bool {
	to.Optional = false
	return fits(from, to)
}

// Signature is a function of the language as it is called.
type Signature struct {
	Text   string // "round(x: num, digits: int?) -> num?"
	Params []TypeField
	Result Type
}

// Signature finds a function of the environment by name.
func (e *Env) Signature(name string) (Signature, bool) {
	s, ok := e.funcs[name]
	return Signature{s.text, s.params, s.result}, ok
}

// NamedType is a type by its name.
func NamedType(name string) (Type, bool) {
	k, ok := namedTypes[name]
	return Type{kind: k}, ok
}

// TypeWords are the names of types.
var TypeWords = []string{"int", "float", "num", "string", "bool", "time", "duration", "any"}
