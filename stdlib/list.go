package stdlib

import (
	"unicode/utf8"

	"github.com/eda-lang/eda/vm/value"
)

var listFuncs = []Func{
	{
		Signature: "len(x: any) -> int?",
		Doc:       "How many items a list has, how many members an object, or how many characters (code points) a text.",
		Examples:  []Example{{"len([1, 2, 3])", "3"}, {`len("Grüße")`, "5"}},
		call: func(a []value.Value) (value.Value, value.Fault) {
			switch a[0].Kind() {
			case value.KindString:
				s, _ := a[0].AsString()
				return value.Int(int64(utf8.RuneCountInString(s))), value.OK
			case value.KindList:
				return value.Int(int64(len(a[0].Items()))), value.OK
			case value.KindObject:
				return value.Int(int64(len(a[0].Fields()))), value.OK
			}
			return wrong(a)
		},
	},
	{
		Signature: "pick(c: bool, a: any, b: any) -> any",
		Doc:       "a if c is true, b if it is false, none if it is unknown.",
		Examples:  []Example{{`pick(2 > 1, "yes", "no")`, "yes"}, {`pick(none, 1, 2)`, "none"}},
		call: func(a []value.Value) (value.Value, value.Fault) {
			switch {
			case value.True(a[0]):
				return a[1], value.OK
			case value.False(a[0]):
				return a[2], value.OK
			}
			return wrong(a[:1])
		},
	},
}
