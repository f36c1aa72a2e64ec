package lint

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// unit is what a name says its number is in: `latency_ms`, `used_pct`.
type unit struct {
	of    string  // what is measured
	name  string  // as messages say it
	scale float64 // in the smallest unit of that
}

const (
	ofTime  = "time"
	ofBytes = "bytes"
	ofParts = "parts"
)

// units are the endings of names that say a unit.
var units = map[string]unit{
	"ns": {ofTime, "nanoseconds", 1}, "us": {ofTime, "microseconds", 1e3}, "ms": {ofTime, "milliseconds", 1e6}, "millis": {ofTime, "milliseconds", 1e6},
	"sec": {ofTime, "seconds", 1e9}, "secs": {ofTime, "seconds", 1e9}, "seconds": {ofTime, "seconds", 1e9}, "s": {ofTime, "seconds", 1e9},
	"minutes": {ofTime, "minutes", 60e9}, "mins": {ofTime, "minutes", 60e9}, "hours": {ofTime, "hours", 3600e9},
	"bytes": {ofBytes, "bytes", 1}, "kb": {ofBytes, "kilobytes", 1e3}, "kib": {ofBytes, "kibibytes", 1 << 10}, "mb": {ofBytes, "megabytes", 1e6},
	"mib": {ofBytes, "mebibytes", 1 << 20}, "gb": {ofBytes, "gigabytes", 1e9}, "gib": {ofBytes, "gibibytes", 1 << 30},
	"pct": {ofParts, "percent", 1}, "percent": {ofParts, "percent", 1}, "ratio": {ofParts, "a ratio", 100}, "fraction": {ofParts, "a fraction", 100},
}

// small are words of names whose percentages are below one on good days.
var small = []string{"err", "fail", "loss", "drop", "miss", "retr", "timeout", "bad", "steal", "late", "dup", "change", "growth", "diff", "delta"}

// keepsUnit are the functions whose value is in the unit of their argument.
var keepsUnit = []string{"avg", "min", "max", "first", "last", "pct", "sum", "stddev", "delta", "prev", "abs", "round", "min2", "max2"}

// measure is the unit that an expression is in by its name, and that name.
func (j *judge) measure(e lang.Expr) (u unit, name string) {
	switch e := j.stands(e).(type) {
	case *lang.Ident:
		if k := j.Info.Uses[e].Kind; k == lang.SymField || k == lang.SymState || k == lang.SymParam {
			name = e.Text
		}
	case *lang.Select:
		if j.Info.Qualified[e] == nil {
			name = e.Name.Text
		}
	case *lang.Unary:
		if e.Op == "neg" {
			return j.measure(e.X)
		}
	case *lang.Binary:
		if e.Op == "??" {
			return j.measure(e.X)
		}
	case *lang.Call:
		if j.Fns[e.Fn.Text] == nil && slices.Contains(keepsUnit, e.Fn.Text) && len(e.Args) > 0 {
			return j.measure(e.Args[0])
		}
	}
	if name == "" || !strings.Contains(name, "_") && units[name].of != ofParts {
		return unit{}, ""
	}
	return units[strings.ToLower(name[strings.LastIndexByte(name, '_')+1:])], name
}

// unitsOf looks at what is compared, added and taken away by the units that
// names say.
func (j *judge) unitsOf(e *lang.Binary) {
	switch e.Op {
	case "==", "!=", "<", "<=", ">", ">=", "+", "-":
	default:
		return
	}
	x, xname := j.measure(e.X)
	y, yname := j.measure(e.Y)
	switch {
	case x.of != "" && y.of != "":
		if x.of == y.of && x.scale != y.scale {
			j.report(lang.CodeUnits, j.file, j.rule, e.At, "by their names `"+xname+"` is in "+x.name+" and `"+yname+"` in "+y.name+"; bring them to one unit first")
		} else if x.of != y.of {
			j.report(lang.CodeUnits, j.file, j.rule, e.At, "by their names `"+xname+"` is in "+x.name+" and `"+yname+"` in "+y.name+", which do not go together")
		}
	case x.of != "":
		j.bound(e, e.Y, x, xname, e.Op)
	case y.of != "":
		j.bound(e, e.X, y, yname, turned[e.Op])
	}
}

// bound looks at a constant beside a name that says its unit.
func (j *judge) bound(e *lang.Binary, c lang.Expr, u unit, name string, op lang.Op) {
	lit, ok := unparen(c).(*lang.Lit)
	if !ok || op == "" || op == "+" || op == "-" {
		return
	}
	say := func(message string, to float64) {
		text := strconv.FormatFloat(to, 'f', -1, 64)
		d := j.report(lang.CodeUnits, j.file, j.rule, lit.At, message+"; write `"+text+"` if that is meant")
		j.fix(d, lit.At, text, "write `"+text+"`", false)
	}
	if ns, ok := lit.Value.AsDuration(); ok && u.of == ofTime {
		say("by its name `"+name+"` is a number of "+u.name+", and "+lit.Raw+" is a duration, which no number is compared with", float64(ns)/u.scale)
		return
	}
	v, ok := lit.Value.AsNumber()
	if !ok || u.of != ofParts || op == "==" || op == "!=" {
		return
	}
	has := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, w) })
	}
	switch {
	case u.scale == 1 && v >= 0.5 && v < 1 && !has(small):
		say("by its name `"+name+"` is in percent, and "+lit.Raw+" is less than one percent", round(v*100))
	case u.scale == 100 && v >= 10 && v <= 100 && !has([]string{"compress", "size"}):
		say("by its name `"+name+"` is "+u.name+", mostly from 0 to 1, and "+lit.Raw+" looks like percent", round(v/100))
	}
}

func round(f float64) float64 { return math.Round(f*1e9) / 1e9 }

// floats looks at == and != with what is computed and hardly ever just that.
func (j *judge) floats(e *lang.Binary) {
	if e.Op != "==" && e.Op != "!=" {
		return
	}
	x, c := e.X, e.Y
	v, ok := j.constant(c)
	if !ok {
		x, c = c, x
		if v, ok = j.constant(c); !ok {
			return
		}
	}
	f, isNumber := v.AsNumber()
	if !isNumber || f == 0 {
		return
	}
	why := ""
	switch s := j.stands(x).(type) {
	case *lang.Call:
		if j.Fns[s.Fn.Text] == nil && slices.Contains([]string{"avg", "rate", "slope", "stddev"}, s.Fn.Text) {
			if ext := j.extent(s); !ext.between(f, f, false, false) {
				return // never at all, which is said
			}
			why = "`" + s.Fn.Text + "`"
		}
	case *lang.Binary:
		if slices.Contains([]lang.Op{"+", "-", "*", "/"}, s.Op) && !short(f) && j.Info.Types[s].Kind() != value.KindDuration {
			why = "a computed number"
		}
	}
	if why == "" {
		return
	}
	j.report(lang.CodeFloatEqual, j.file, j.rule, e.At, why+" is rounded and hardly ever exactly "+value.Text(v)+"; compare with `<` or `>`, or ask `abs(… - "+value.Text(v)+") < 0.01`")
}
