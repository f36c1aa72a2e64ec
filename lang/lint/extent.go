package lint

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// class is what values can be compared with each other.
type class uint8

const (
	none class = iota
	boolean
	number
	text
	duration
	instant
	other // lists and objects, and what an unknown value may be beside all that is asked
	classes
)

func classOf(k value.Kind) class {
	switch k {
	case value.KindNone:
		return none
	case value.KindBool:
		return boolean
	case value.KindInt, value.KindFloat:
		return number
	case value.KindString:
		return text
	case value.KindDuration:
		return duration
	case value.KindTime:
		return instant
	}
	return other
}

// extent is all that an expression can be: of which classes, and within what
// bounds. It may hold more than can be, never less.
type extent struct {
	of     [classes]bool
	lo, hi float64 // of numbers, both included
	loOpen bool    // lo itself is not
	hiOpen bool
	whole  bool              // numbers are whole
	texts  []string          // all of them, sorted; nil where they are not known
	fits   func(string) bool // what a text must be besides
	why    string            // says so to the reader
}

func anything() extent {
	x := extent{lo: math.Inf(-1), hi: math.Inf(1)}
	for c := range classes {
		x.of[c] = true
	}
	return x
}

// only is an extent of one class.
func only(c class, maybe bool) extent {
	x := extent{lo: math.Inf(-1), hi: math.Inf(1)}
	x.of[c], x.of[none] = true, maybe
	return x
}

// within is a number between two bounds.
func within(lo, hi float64, whole, maybe bool, why string) extent {
	x := only(number, maybe)
	x.lo, x.hi, x.whole, x.why = lo, hi, whole, why
	return x
}

func oneOf(texts []string, maybe bool, why string) extent {
	x := only(text, maybe)
	x.texts, x.why = slices.Sorted(slices.Values(texts)), why
	return x
}

func ofType(t lang.Type) extent {
	c := classOf(t.Kind())
	if t.Kind() == value.KindNone {
		if !t.Numeric() {
			return anything()
		}
		c = number
	}
	x := only(c, true)
	x.whole = t.Kind() == value.KindInt
	if x.whole {
		x.why = "an int is a whole number"
	}
	return x
}

// isOnly reports whether a known value is of that class.
func (x *extent) isOnly(c class) bool {
	for o := none + 1; o < classes; o++ {
		if x.of[o] != (o == c) {
			return false
		}
	}
	return true
}

// join is what either can be.
func (x extent) join(y extent) extent {
	for c := range classes {
		x.of[c] = x.of[c] || y.of[c]
	}
	if y.lo < x.lo || y.lo == x.lo && x.loOpen {
		x.lo, x.loOpen = y.lo, y.loOpen
	}
	if y.hi > x.hi || y.hi == x.hi && x.hiOpen {
		x.hi, x.hiOpen = y.hi, y.hiOpen
	}
	x.whole = x.whole && y.whole
	if x.texts == nil || y.texts == nil {
		x.texts = nil
	} else {
		x.texts = slices.Compact(slices.Sorted(slices.Values(slices.Concat(x.texts, y.texts))))
	}
	x.fits, x.why = nil, ""
	return x
}

// between reports whether there is a number from lo to hi in it.
func (x *extent) between(lo, hi float64, loOpen, hiOpen bool) bool {
	if x.lo > lo || x.lo == lo && x.loOpen {
		lo, loOpen = x.lo, x.loOpen
	}
	if x.hi < hi || x.hi == hi && x.hiOpen {
		hi, hiOpen = x.hi, x.hiOpen
	}
	if lo > hi || lo == hi && (loOpen || hiOpen) {
		return false
	}
	if x.whole && hi-lo < 2 && math.Abs(lo) < exact {
		n := math.Ceil(lo)
		if n == lo && loOpen {
			n++
		}
		return n < hi || n == hi && !hiOpen
	}
	return true
}

// exact bounds the ints that a float64 holds exactly.
const exact = 1 << 53

// constantExtent is that of a constant.
func constantExtent(v value.Value) extent {
	x := only(classOf(v.Kind()), false)
	switch f, isNumber := v.AsNumber(); {
	case v.IsNone():
		x.of[none] = true
	case isNumber && math.Abs(f) < exact:
		x.lo, x.hi, x.whole = f, f, f == math.Trunc(f)
	}
	if s, ok := v.AsString(); ok {
		x.texts = []string{s}
	}
	return x
}

// extent finds what an expression can be.
func (j *judge) extent(e lang.Expr) extent {
	if v, ok := j.constant(e); ok {
		return constantExtent(v)
	}
	if j.Info.Lookups[e] != nil {
		return ofType(j.Info.Types[e])
	}
	switch e := e.(type) {
	case *lang.Paren:
		return j.extent(e.X)
	case *lang.Str:
		return only(text, false)
	case *lang.Ident:
		switch sym := j.Info.Uses[e]; sym.Kind {
		case lang.SymLet:
			return j.extent(sym.Let.Value)
		case lang.SymCapture:
			return j.capture(e.Text)
		case lang.SymTag:
			return only(text, false)
		case lang.SymNow:
			return only(instant, false)
		}
	case *lang.Select:
		if q := j.Info.Qualified[e]; q != nil {
			return j.extent(q)
		}
	case *lang.Unary:
		switch e.Op {
		case "neg":
			if x := j.extent(e.X); x.isOnly(number) {
				x.lo, x.hi, x.loOpen, x.hiOpen, x.why = -x.hi, -x.lo, x.hiOpen, x.loOpen, ""
				return x
			}
		default:
			return only(boolean, true)
		}
	case *lang.Binary:
		return j.binary(e)
	case *lang.Call:
		if j.Fns[e.Fn.Text] == nil {
			if _, ok := j.Info.Windows[e]; ok {
				return j.aggregate(e)
			}
			if f := functions[e.Fn.Text]; f != nil {
				return f(j, e.Args)
			}
		}
	}
	return ofType(j.Info.Types[e])
}

// capture is what a part of a tag can be.
func (j *judge) capture(name string) extent {
	x := only(text, false)
	if j.rule == nil {
		return x
	}
	for _, el := range j.rule.Elems {
		for i, w := range el.Pattern.Wildcards() {
			if i < len(el.Caps) && el.Caps[i] >= 0 && j.rule.Caps[el.Caps[i]] == name && (w.Rest || w.Name == "") {
				return x
			}
		}
	}
	x.fits = func(s string) bool { return s != "" && !strings.Contains(s, "/") }
	x.why = "a segment of a tag is never empty and has no `/`"
	return x
}

func (j *judge) binary(e *lang.Binary) extent {
	switch e.Op {
	case "and", "or", "==", "!=", "<", "<=", ">", ">=", "in", "like", "matches":
		return only(boolean, true)
	case "??":
		x, y := j.extent(e.X), j.extent(e.Y)
		if !x.of[none] {
			return x
		}
		x.of[none] = false
		return x.join(y)
	}
	if e.Op == "/" && j.share(e) {
		return within(0, 1, false, true, "a part of the whole is from 0 to 1")
	}
	x, y := j.extent(e.X), j.extent(e.Y)
	if !x.isOnly(number) || !y.isOnly(number) {
		return ofType(j.Info.Types[e])
	}
	z := only(number, true)
	if y.lo == y.hi && (y.lo == 0 || e.Op == "%" && y.lo == 1) || x.lo == x.hi && x.lo == 0 {
		return z // arithmetic has its own finding
	}
	z.whole = x.whole && y.whole
	switch e.Op {
	case "+":
		z.lo, z.hi = x.lo+y.lo, x.hi+y.hi
	case "-":
		z.lo, z.hi = x.lo-y.hi, x.hi-y.lo
	case "*":
		var all []float64
		for _, a := range []float64{x.lo, x.hi} {
			for _, b := range []float64{y.lo, y.hi} {
				if a == 0 || b == 0 {
					all = append(all, 0) // also of an infinity, which is only a bound
				} else {
					all = append(all, a*b)
				}
			}
		}
		z.lo, z.hi = slices.Min(all), slices.Max(all)
	case "/", "//":
		z.whole = e.Op == "//"
		if y.lo >= 0 && x.lo >= 0 {
			z.lo = 0
		}
		if y.lo == y.hi && y.lo > 0 { // by a constant
			z.lo, z.hi = x.lo/y.lo, x.hi/y.lo
			if e.Op == "//" { // the quotients above are rounded
				if z.hi = math.Floor(z.hi) + 1; z.lo != 0 {
					z.lo = math.Floor(z.lo) - 1
				}
			}
		}
	case "%":
		if y.lo > 0 {
			z.lo, z.hi, z.hiOpen = 0, y.hi, z.whole // of floats it is rounded, maybe up to y
		}
	}
	if z.lo > z.hi || math.IsNaN(z.lo) || math.IsNaN(z.hi) {
		z.lo, z.hi = math.Inf(-1), math.Inf(1)
	}
	if x.why != "" && y.lo == y.hi {
		z.why = x.why
	}
	return z
}

// share reports whether a quotient is of counts over one window, the first of
// some of the events, the second of all.
func (j *judge) share(e *lang.Binary) bool {
	part, ok := j.stands(e.X).(*lang.Call)
	all, ok2 := j.stands(e.Y).(*lang.Call)
	if !ok || !ok2 || part.Fn.Text != "count" || all.Fn.Text != "count" || j.Fns["count"] != nil || all.Where != nil {
		return false
	}
	p, a := j.Info.Windows[part], j.Info.Windows[all]
	from := func(c *lang.Call) string {
		if c.From == nil {
			return ""
		}
		return c.From.Raw
	}
	// of the last n, and of a session, a filter makes others
	return len(a.Args) == 0 && p.Kind == a.Kind && p.Size == a.Size && from(part) == from(all) && p.Kind != lang.Last && p.Kind != lang.Session
}

// stands is what an expression stands for: without parentheses and lets.
func (j *judge) stands(e lang.Expr) lang.Expr {
	for {
		switch x := e.(type) {
		case *lang.Paren:
			e = x.X
			continue
		case *lang.Ident:
			if s := j.Info.Uses[x]; s.Kind == lang.SymLet {
				e = s.Let.Value
				continue
			}
		}
		return e
	}
}

// aggregate is what an aggregate can be, by what it is over.
func (j *judge) aggregate(e *lang.Call) extent {
	w := j.Info.Windows[e]
	most := math.Inf(1)
	few := w.Kind == lang.Last && w.Size > 1 // of one event there is a finding of its own
	if few {
		most = float64(w.Size)
	}
	counted := "a count is a whole number from 0"
	if few {
		counted += " to " + value.Text(value.Int(w.Size))
	}
	over := func(arg lang.Expr) extent {
		x := j.known(e, arg)
		x.of[none] = true
		return x
	}
	switch e.Fn.Text {
	case "count", "distinct":
		return within(0, most, true, e.From != nil, counted)
	case "changes":
		return within(0, max(0, most-1), true, e.From != nil, "a count of changes is a whole number from 0")
	case "stddev":
		return within(0, math.Inf(1), false, true, "a deviation is never below 0")
	case "rate":
		if x := over(w.Args[0]); x.isOnly(number) && x.lo >= 0 { // below 0 a restart counts as a decrease
			return within(0, math.Inf(1), false, true, "a rate of what is never below 0 is not either")
		}
		return only(number, true)
	case "sum":
		x := over(w.Args[0])
		s := only(number, true)
		if x.of[number] && x.lo >= 0 {
			s.lo = 0
		}
		s.whole = x.whole
		return s
	case "avg":
		x := over(w.Args[0])
		a := within(x.lo, x.hi, false, true, x.why)
		// a sum is rounded once: bounds that are no short numbers may be passed by a hair
		if !short(a.lo) {
			a.lo -= math.Abs(a.lo) * 1e-12
		}
		if !short(a.hi) {
			a.hi += math.Abs(a.hi) * 1e-12
		}
		return a
	case "min", "max", "pct", "first", "last":
		return over(w.Args[0])
	case "min_by", "max_by":
		return over(w.Carry)
	}
	return ofType(j.Info.Types[e])
}

// short reports whether any sum of some copies of f is exact.
func short(f float64) bool {
	return math.IsInf(f, 0) || f*1024 == math.Trunc(f*1024) && math.Abs(f) < 1<<30
}

func asNumber(j *judge, args []lang.Expr) extent {
	x := j.extent(args[0])
	if !x.isOnly(number) {
		x = only(number, true)
	}
	x.of[none] = true
	return x
}

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// functions say what the scalar functions can be, by name.
var functions map[string]func(j *judge, args []lang.Expr) extent

func init() { functions = scalars } // they ask for the extents of their arguments

var scalars = map[string]func(j *judge, args []lang.Expr) extent{
	"abs": func(j *judge, args []lang.Expr) extent {
		x := asNumber(j, args)
		switch {
		case x.lo >= 0:
		case x.hi <= 0:
			x.lo, x.hi = -x.hi, -x.lo
		default:
			x.lo, x.hi = 0, max(-x.lo, x.hi)
		}
		x.loOpen, x.hiOpen, x.why = false, false, "`abs` is never below 0"
		return x
	},
	"round": func(j *judge, args []lang.Expr) extent {
		x := asNumber(j, args)
		out := only(number, true)
		out.whole = len(args) == 1 || x.whole
		if x.lo >= 0 {
			out.lo = 0
		}
		if out.whole {
			out.lo, out.hi, out.why = math.Round(x.lo), math.Round(x.hi), "what `round` gives is a whole number"
		}
		return out
	},
	"min2": func(j *judge, args []lang.Expr) extent {
		x, y := asNumber(j, args), asNumber(j, args[1:])
		z := x.join(y)
		z.hi, z.hiOpen = min(x.hi, y.hi), false
		return z
	},
	"max2": func(j *judge, args []lang.Expr) extent {
		x, y := asNumber(j, args), asNumber(j, args[1:])
		z := x.join(y)
		z.lo, z.loOpen = max(x.lo, y.lo), false
		return z
	},
	"num":  asNumber,
	"text": func(*judge, []lang.Expr) extent { return only(text, false) },
	"len": func(*judge, []lang.Expr) extent {
		return within(0, math.Inf(1), true, true, "a length is a whole number from 0")
	},
	"lower": func(*judge, []lang.Expr) extent {
		x := only(text, true)
		x.fits, x.why = func(s string) bool { return s == strings.ToLower(s) }, "`lower` leaves no capitals"
		return x
	},
	"upper": func(*judge, []lang.Expr) extent {
		x := only(text, true)
		x.fits, x.why = func(s string) bool { return s == strings.ToUpper(s) }, "`upper` leaves no small letters"
		return x
	},
	"pick": func(j *judge, args []lang.Expr) extent {
		x := j.extent(args[1]).join(j.extent(args[2]))
		x.of[none] = true
		return x
	},
	"hour":    func(*judge, []lang.Expr) extent { return within(0, 23, true, true, "hours go from 0 to 23") },
	"minute":  func(*judge, []lang.Expr) extent { return within(0, 59, true, true, "minutes go from 0 to 59") },
	"seconds": func(*judge, []lang.Expr) extent { return only(duration, true) },
	"weekday": func(*judge, []lang.Expr) extent {
		return oneOf(weekdays, true, "`weekday` is `mon`, `tue`, `wed`, `thu`, `fri`, `sat` or `sun`")
	},
	"date": func(*judge, []lang.Expr) extent {
		x := only(text, true)
		x.fits = func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil }
		x.why = "`date` is written YYYY-MM-DD"
		return x
	},
}
