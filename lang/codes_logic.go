package lang

// Codes of conditions that ask nothing, or hardly what is meant (package lint).
const (
	CodeAlwaysTrue     Code = 501
	CodeAlwaysFalse    Code = 502
	CodeConflict       Code = 503
	CodeRedundant      Code = 504
	CodeSelf           Code = 505
	CodeDefault        Code = 506
	CodePromised       Code = 507
	CodeZeroDivision   Code = 508
	CodeIdle           Code = 509
	CodeFlapping       Code = 511
	CodeClearsAtOnce   Code = 513
	CodeDefaultClear   Code = 514
	CodeLiteralPattern Code = 521
	CodeForeignPattern Code = 522
	CodeUnits          Code = 302
	CodeFloatEqual     Code = 307
	CodePlaceholder    Code = 312
	CodeSecret         Code = 610
	CodeNegated        Code = 705
	CodeDetour         Code = 706
	CodeSameRule            = codeSameRule
	CodeSubsumed       Code = 215
	CodeEdgeOnField    Code = 512
)

var logicCodes = []CodeRow{
	{CodeAlwaysTrue, "always-true", Warning, "a condition that is always true"},
	{CodeAlwaysFalse, "always-false", Warning, "a condition that is never true"},
	{CodeConflict, "contradiction", Warning, "conditions that exclude each other"},
	{CodeRedundant, "redundant-term", Warning, "a term that another one says already"},
	{CodeSelf, "self-comparison", Warning, "a value compared with itself, or reckoned with itself"},
	{CodeDefault, "redundant-default", Warning, "a value to use instead of one that is always there"},
	{CodePromised, "promised-field", Hint, "has or ?? with a field that is declared as always there"},
	{CodeZeroDivision, "division-by-zero", Warning, "a division by zero"},
	{CodeIdle, "idle-arithmetic", Warning, "arithmetic with the same result for every value"},
	{CodeClearsAtOnce, "clear-overlaps-when", Warning, "a value that turns a rule on and off at once"},
	{CodeDefaultClear, "default-clear", Hint, "a clear condition that is what clear means anyway"},
	{CodeLiteralPattern, "literal-pattern", Hint, "a pattern without wildcards"},
	{CodeForeignPattern, "foreign-pattern", Warning, "a pattern in the syntax of another language"},
	{CodeUnits, "unit-mismatch", Warning, "numbers in different units, by what their names say"},
	{CodeFloatEqual, "float-equality", Warning, "== with a number that is computed and rounded"},
	{CodePlaceholder, "foreign-placeholder", Warning, "a placeholder of another language in a text"},
	{CodeSecret, "secret-in-rule", Warning, "a text that looks like a key or a password"},
	{CodeNegated, "negated-comparison", Hint, "not before a comparison that has an opposite"},
	{CodeDetour, "detour", Hint, "a condition that is said in a roundabout way"},
	{CodeSubsumed, "subsumed-rule", Warning, "a rule that does what a wider one does already"},
	{CodeFlapping, "missing-hysteresis", Hint, "a threshold without for and clear"},
	{CodeEdgeOnField, "edge-on-field", Hint, "when over a plain field, where each event is often meant"},
}
