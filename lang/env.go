package lang

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/value"
)

// Env is what a program can call beside its own functions, and the values
// given for params. It is read-only and may be shared.
type Env struct {
	funcs  map[string]signature
	params map[string]value.Value
	strict bool // see WithStrict
}

type signature struct {
	text   string
	params []TypeField
	result Type
}

// NewEnv reads signatures as the language writes them:
// "round(x: num, digits: int?) -> num?". An argument whose type ends in ? may
// be left out.
func NewEnv(signatures []string) (*Env, error) {
	e := &Env{funcs: map[string]signature{}}
	for _, text := range signatures {
		bad := func() error { return fmt.Errorf("signature %q: write \"name(x: type, y: type?) -> type\"", text) }
		name, rest, ok := strings.Cut(text, "(")
		args, result, ok2 := strings.Cut(rest, ") -> ")
		if !ok || !ok2 {
			return nil, bad()
		}
		s := signature{text: text}
		if args != "" {
			for _, a := range strings.Split(args, ", ") {
				n, t, ok := strings.Cut(a, ": ")
				if !ok {
					return nil, bad()
				}
				typ, ok := parseType(t)
				if !ok {
					return nil, bad()
				}
				s.params = append(s.params, TypeField{n, typ})
			}
		}
		if s.result, ok = parseType(result); !ok {
			return nil, bad()
		}
		e.funcs[name] = s
	}
	return e, nil
}

// parseType reads the few forms that signatures use.
func parseType(s string) (Type, bool) {
	t := Type{}
	if inner, ok := strings.CutSuffix(s, "?"); ok {
		s, t.Optional = inner, true
	}
	if inner, ok := strings.CutPrefix(s, "["); ok {
		elem, ok := parseType(strings.TrimSuffix(inner, "]"))
		t.kind, t.elem = listType, &elem
		return t, ok
	}
	k, ok := namedTypes[s]
	t.kind = k
	return t, ok
}

// WithParams is the same environment with values for params, which stand in
// place of those the program gives.
func (e *Env) WithParams(values map[string]value.Value) *Env {
	s := *e
	s.params = maps.Clone(values)
	return &s
}

// world are the functions that look at more than their arguments.
var world = []string{"silent", "reached", "active", "prev", "changed", "unique", "during"}

// FuncNames lists everything that can be called by name.
func (e *Env) FuncNames() []string {
	names := slices.Collect(maps.Keys(e.funcs))
	for n := range aggregates {
		names = append(names, n)
	}
	names = append(names, world...)
	slices.Sort(names)
	return names
}
