package lang

// Codes of conditions that ask nothing, or hardly what is meant (package lint).
const (
	CodeAlwaysTrue  Code = 501
	CodeAlwaysFalse Code = 502
	CodeConflict    Code = 503
	CodeFlapping    Code = 511
	CodeEdgeOnField Code = 512
)

var logicCodes = []CodeRow{
	{CodeAlwaysTrue, "always-true", Warning, "a condition that asks nothing"},
	{CodeAlwaysFalse, "always-false", Warning, "a condition that nothing meets"},
	{CodeConflict, "contradiction", Warning, "conditions that exclude each other"},
	{CodeFlapping, "missing-hysteresis", Hint, "a threshold without for and clear"},
	{CodeEdgeOnField, "edge-on-field", Hint, "when over a plain field, where each event is often meant"},
}
