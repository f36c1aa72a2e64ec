package lang

// Codes of what rules do, and how it is delivered (package lint).
const (
	CodeIdleClause   Code = 640
	CodeLongDelivery Code = 641
	CodeOwnAck       Code = 642
	CodeClearLikeDo  Code = 643
	CodeNoAct        Code = 644
	CodeMuted        Code = 645
	CodeRepeatedAct  Code = 646
)

var deliveryCodes = []CodeRow{
	{CodeIdleClause, "idle-clause", Warning, "a clause that changes nothing in its rule"},
	{CodeLongDelivery, "long-delivery", Hint, "a call that may be sent again days later"},
	{CodeOwnAck, "own-ack", Warning, "an answer on the tag of the call itself"},
	{CodeClearLikeDo, "clear-like-do", Warning, "the same message when a situation begins and ends"},
	{CodeNoAct, "rule-without-act", Warning, "a situation that does nothing and that nobody asks"},
	{CodeMuted, "always-muted", Hint, "a rule that is muted for good"},
	{CodeRepeatedAct, "repeated-act", Warning, "the same act twice in one do"},
}
