package stdlib

import (
	"strings"

	"github.com/eda-lang/eda/vm/value"
)

var textFuncs = []Func{
	{
		Signature: "text(x: any) -> string",
		Doc:       "x as it is printed in a message.",
		Examples:  []Example{{"text(25.0)", "25"}, {"text(90s)", "1m30s"}, {"text(none)", "none"}},
		call: func(a []value.Value) (value.Value, value.Fault) {
			if a[0].Kind() == value.KindString {
				return a[0], value.OK
			}
			return value.String(value.Text(a[0])), value.OK
		},
	},
	{
		Signature: "lower(s: string) -> string",
		Doc:       "s in lower case.",
		Examples:  []Example{{`lower("Web1")`, "web1"}},
		call:      onText(strings.ToLower),
	},
	{
		Signature: "upper(s: string) -> string",
		Doc:       "s in upper case.",
		Examples:  []Example{{`upper("Web1")`, "WEB1"}},
		call:      onText(strings.ToUpper),
	},
	{
		Signature: "split(s: string, sep: string) -> [string]",
		Doc:       "The pieces of s between the separators.",
		Examples:  []Example{{`split("a,b", ",")`, `["a","b"]`}, {`split("a,b", ",")[1]`, "b"}},
		call: func(a []value.Value) (value.Value, value.Fault) {
			s, ok := a[0].AsString()
			sep, ok2 := a[1].AsString()
			if !ok || !ok2 {
				return wrong(a)
			}
			var out []value.Value
			for piece := range strings.SplitSeq(s, sep) {
				out = append(out, value.String(piece))
			}
			return value.List(out), value.OK
		},
	},
}

func onText(f func(string) string) func([]value.Value) (value.Value, value.Fault) {
	return func(a []value.Value) (value.Value, value.Fault) {
		s, ok := a[0].AsString()
		if !ok {
			return wrong(a)
		}
		return value.String(f(s)), value.OK
	}
}
