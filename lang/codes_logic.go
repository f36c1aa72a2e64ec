package lang

// Codes of conditions that ask nothing, or hardly what is meant (package lint).
const (
	CodeAlwaysTrue   Code = 501
	CodeAlwaysFalse  Code = 502
	CodeConflict     Code = 503
	CodeRedundant    Code = 504
	CodeSelf         Code = 505
	CodeDefault      Code = 506
	CodePromised     Code = 507
	CodeZeroDivision Code = 508
	CodeIdle         Code = 509
	CodeFlapping     Code = 511
	CodeEdgeOnField  Code = 512
)

var logicCodes = []CodeRow{
	{CodeAlwaysTrue, "always-true", Warning, "a condition that asks nothing"},
	{CodeAlwaysFalse, "always-false", Warning, "a condition that nothing meets"},
	{CodeConflict, "contradiction", Warning, "conditions that exclude each other"},
	{CodeRedundant, "redundant-term", Warning, "a term that another one says already"},
	{CodeSelf, "self-comparison", Warning, "one thing compared with itself, or taken from itself"},
	{CodeDefault, "redundant-default", Warning, "a value to use instead of one that is always there"},
	{CodePromised, "promised-field", Hint, "a question whether a field is there that its declaration promises"},
	{CodeZeroDivision, "division-by-zero", Warning, "a division that never has a result"},
	{CodeIdle, "idle-arithmetic", Warning, "arithmetic that gives one result whatever it is of"},
	{CodeFlapping, "missing-hysteresis", Hint, "a threshold without for and clear"},
	{CodeEdgeOnField, "edge-on-field", Hint, "when over a plain field, where each event is often meant"},
}
