package lang

import (
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/eda-lang/eda/vm/value"
)

// Aggregates of the language: what each is over, what it takes beside that,
// and what it yields.

type aggregate struct {
	over   value.Domain
	carry  bool // its first argument is what it yields: max_by(v, x, w)
	param  bool // a constant follows what it is over: pct(x, p, w)
	result Type // where yields is nil
	yields func(arg Type) Type
}

// values is how many arguments it takes beside the window.
func (a *aggregate) values() int {
	if a.carry || a.param {
		return 2
	}
	return 1
}

// shape is the call as messages show it.
func (a *aggregate) shape(name string) string {
	switch {
	case a.carry:
		return name + "(v, x, 10s)"
	case a.param:
		return name + "(x, 95, 10s)"
	}
	return name + "(field, 10s)"
}

// same is the argument's type, and maybe none.
func same(arg Type) Type {
	arg.Optional = true
	return arg
}

func sameNumber(arg Type) Type {
	if arg.number() {
		return maybe(arg.kind)
	}
	return maybe(numType)
}

func sameQuantity(arg Type) Type {
	if arg.number() || arg.kind == durationType || arg.kind == timeType {
		return maybe(arg.kind)
	}
	return Type{Optional: true}
}

// difference is the type of last - first.
func difference(arg Type) Type {
	t := sameQuantity(arg)
	if t.kind == timeType {
		t.kind = durationType
	}
	return t
}

var aggregates = map[string]*aggregate{
	"count":    {result: of(intType)}, // takes no argument too
	"changes":  {result: of(intType)},
	"distinct": {over: value.Scalars, result: of(intType)},
	"sum":      {over: value.Numbers, yields: sameNumber},
	"avg":      {over: value.Numbers, result: maybe(floatType)},
	"rate":     {over: value.Numbers, result: maybe(floatType)},
	"slope":    {over: value.Numbers, result: maybe(floatType)},
	"stddev":   {over: value.Numbers, result: maybe(floatType)},
	"min":      {over: value.Quantities, yields: sameQuantity},
	"max":      {over: value.Quantities, yields: sameQuantity},
	"pct":      {over: value.Quantities, param: true, yields: sameQuantity},
	"delta":    {over: value.Quantities, yields: difference},
	"first":    {yields: same},
	"last":     {yields: same},
	"min_by":   {over: value.Quantities, carry: true, yields: same},
	"max_by":   {over: value.Quantities, carry: true, yields: same},
}

// Aggregates lists the aggregates by name.
func Aggregates() []string { return slices.Sorted(maps.Keys(aggregates)) }

// Over is what an aggregate is over; of another name it is Anything.
func Over(name string) value.Domain {
	if a := aggregates[name]; a != nil {
		return a.over
	}
	return value.Anything
}

// over reports what is no argument of an aggregate.
func (c *checker) over(a *aggregate, name string, e Expr, t Type) {
	what := ""
	switch a.over {
	case value.Numbers:
		if !t.couldBe(numType) {
			what = "numbers"
		}
	case value.Quantities:
		if !t.couldBe(numType) && !t.couldBe(durationType) && !t.couldBe(timeType) {
			what = "numbers, durations or times"
		}
	case value.Scalars:
		if t.kind == listType || t.kind == objectType {
			what = "values that can be compared"
		}
	}
	if what == "" {
		return
	}
	d := c.report(codeType, e.Span(), "`%s` is over %s, and `%s` is %s", name, what, c.text(e), t.article())
	switch {
	case a.over == value.Scalars:
		d.Notes = append(d.Notes, "take what is in it: a field of an object, an item of a list")
	case t.kind == listType:
		c.listFix(d, e)
	case t.kind == stringType:
		repl := "num(" + c.text(e) + ")"
		c.fix(d, e.Span(), repl, "write `"+repl+"`", false)
	case t.kind == durationType:
		repl := "(" + c.text(e) + ") / 1s"
		c.fix(d, e.Span(), repl, "write `"+repl+"`", false)
	}
}

// millionths is how fine a percentage may be.
const millionths = 1_000_000

// percentage is a constant from 0 to 100 with at most six decimals, as a whole
// number of millionths. It means what is written: 99.9 is no binary fraction.
func (c *checker) percentage(e Expr) (int64, bool) {
	t := c.expr(e)
	v, ok := c.constant(e)
	if !ok {
		if !c.excused && t.kind != badType {
			c.report(codeConstant, e.Span(), "the percentage of `pct` must be known at load: a number from 0 to 100, or a param")
		}
		return 0, false
	}
	f, isNumber := v.AsNumber()
	if !isNumber || f < 0 || f > 100 {
		c.report(codeConstant, e.Span(), "`pct` takes a percentage from 0 to 100, and this is %s", value.Text(v))
		return 0, false
	}
	x, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'f', -1, 64))
	if !ok {
		return 0, false
	}
	x.Mul(x, big.NewRat(millionths, 1))
	if !x.IsInt() {
		d := c.report(codeConstant, e.Span(), "`pct` takes a percentage with at most six decimals")
		repl := strconv.FormatFloat(math.Round(f*millionths)/millionths, 'f', -1, 64)
		c.fix(d, e.Span(), repl, "write `"+repl+"`", false)
		return 0, false
	}
	if f > 0 && f < 1 {
		repl := strconv.FormatFloat(math.Round(f*100*millionths)/millionths, 'f', -1, 64)
		d := c.report(codePercent, e.Span(), "`pct` takes a percentage, and %s is less than one percent", value.Text(v))
		if _, lit := e.(*Lit); lit {
			c.fix(d, e.Span(), repl, "write `"+repl+"`", false)
		}
	}
	return x.Num().Int64(), true
}
