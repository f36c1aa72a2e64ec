package lang

// Codes of what rules cost in memory and time (package lint).
const (
	CodeLeadingWildcard   Code = 801
	CodeCostlyWindow      Code = 802
	CodeRepeatedAggregate Code = 803
)

var costCodes = []CodeRow{
	{CodeLeadingWildcard, "leading-wildcard", Hint, "a tag that begins with a wildcard, so that every event is looked at"},
	{CodeCostlyWindow, "costly-window", Hint, "a rule that keeps very much for each key"},
	{CodeRepeatedAggregate, "repeated-aggregate", Hint, "an aggregate that is computed again and again"},
}
