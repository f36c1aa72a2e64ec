package lint

import (
	"strconv"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// same numbers expressions so that two have one number if and only if they are
// the same: `x` and `event.x`, a let and what it stands for, `a + b` and `b + a`.
// What a field is depends on the rule; so numbers are compared within one rule,
// or between rules of one source.
type same struct {
	u       *lang.Unit
	numbers map[string]int
	lets    map[*lang.Let]int
}

func newSame(u *lang.Unit) *same {
	return &same{u, map[string]int{}, map[*lang.Let]int{}}
}

// number gives equal words equal numbers.
func (s *same) number(word string, parts ...int) int {
	b := []byte(word)
	for _, p := range parts {
		b = strconv.AppendInt(append(b, ' '), int64(p), 10)
	}
	n, ok := s.numbers[string(b)]
	if !ok {
		n = len(s.numbers) + 1
		s.numbers[string(b)] = n
	}
	return n
}

func (s *same) all(xs []lang.Expr) []int {
	out := make([]int, len(xs))
	for i, x := range xs {
		out[i] = s.of(x)
	}
	return out
}

func (s *same) of(e lang.Expr) int {
	info := s.u.Info
	if l := info.Lookups[e]; l != nil {
		word := "table "
		if l.State != nil {
			word = "state " + l.State.Decl.Name.Text
		} else {
			word += l.Table.Decl.Name.Text
		}
		return s.number(word, s.all(l.Keys)...)
	}
	switch e := e.(type) {
	case *lang.Paren:
		return s.of(e.X)
	case *lang.Lit:
		return s.number("= " + e.Value.Kind().String() + " " + value.Text(e.Value))
	case *lang.Str:
		var parts []int
		for _, p := range e.Parts {
			if p.Path == nil {
				parts = append(parts, s.number("= string "+p.Text))
			} else {
				parts = append(parts, s.of(p.Path), p.Digits)
			}
		}
		if _, ok := e.Literal(); ok && len(parts) == 1 {
			return parts[0]
		}
		return s.number("text", parts...)
	case *lang.Ident:
		return s.name(e)
	case *lang.Select:
		if q := info.Qualified[e]; q != nil {
			return s.of(q)
		}
		if m := info.Members[e]; m != nil {
			return s.number("group "+e.Name.Text, s.of(m))
		}
		if id, ok := e.X.(*lang.Ident); ok && info.Uses[id].Kind == lang.SymEvent {
			return s.number("field " + e.Name.Text)
		}
		return s.number("."+e.Name.Text, s.of(e.X))
	case *lang.Index:
		if id, ok := e.X.(*lang.Ident); ok && info.Uses[id].Kind == lang.SymEvent && len(e.Args) == 1 {
			if str, ok := e.Args[0].(*lang.Str); ok {
				if name, ok := str.Literal(); ok {
					return s.number("field " + name)
				}
			}
		}
		return s.number("[", append(s.all(e.Args), s.of(e.X))...)
	case *lang.Unary:
		return s.number(string(e.Op), s.of(e.X))
	case *lang.Binary:
		x, y, op := s.of(e.X), s.of(e.Y), e.Op
		switch op {
		case ">", ">=":
			x, y, op = y, x, map[lang.Op]lang.Op{">": "<", ">=": "<="}[op]
		case "+", "*", "==", "!=", "and", "or":
			x, y = min(x, y), max(x, y)
		}
		return s.number(string(op), x, y)
	case *lang.Call:
		return s.call(e)
	case *lang.List:
		return s.number("list", s.all(e.Items)...)
	case *lang.Obj:
		var parts []int
		for _, p := range e.Parts {
			parts = append(parts, s.number("member "+p.Name.Text, s.of(p.Value)))
		}
		return s.number("object", parts...)
	}
	at := e.Span()
	return s.number("at "+strconv.Itoa(at.Start), at.End)
}

func (s *same) name(e *lang.Ident) int {
	switch sym := s.u.Info.Uses[e]; sym.Kind {
	case lang.SymLet:
		n, ok := s.lets[sym.Let]
		if !ok {
			n = s.of(sym.Let.Value)
			s.lets[sym.Let] = n
		}
		return n
	case lang.SymField:
		return s.number("field " + e.Text)
	default:
		return s.number("name "+strconv.Itoa(int(sym.Kind))+" "+e.Text, sym.Index)
	}
}

// call numbers what is called with its window, and where its events are from.
func (s *same) call(e *lang.Call) int {
	args, of := e.Args, []int{}
	if w, ok := s.u.Info.Windows[e]; ok {
		args = w.Args
		of = append(of, s.window(e), int(w.Param))
		if w.Carry != nil {
			of = append(of, s.of(w.Carry))
		}
	} else if r := s.u.Info.Asks[e]; r != nil {
		return s.number("active " + r.Identity)
	}
	return s.number(e.Fn.Text+"(", append(of, s.all(args)...)...)
}

// window numbers the events that an aggregate is over.
func (s *same) window(e *lang.Call) int {
	w := s.u.Info.Windows[e]
	from, where := 0, 0
	if e.From != nil {
		from = s.number("from " + e.From.Raw)
	}
	if e.Where != nil {
		where = s.of(e.Where)
	}
	return s.number("window", int(w.Kind), int(w.Size), from, where)
}
