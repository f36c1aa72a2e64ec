package lang

// Codes of tests (package lint).
const (
	CodeUntested       Code = 901
	CodeNoExpect       Code = 902
	CodeUnmatchedSend  Code = 904
	CodeSameTest       Code = 905
	CodeUnfiredExpect  Code = 906
	CodeUnreadTestData Code = 907
	CodeEarlyExpect    Code = 908
	CodeSentOnce       Code = 910
)

var testCodes = []CodeRow{
	{CodeUntested, "untested-rule", Hint, "a rule that no test reaches"},
	{CodeNoExpect, "test-without-expect", Hint, "a test that expects nothing and does not say so"},
	{CodeUnmatchedSend, "unmatched-send", Warning, "a test that sends what no rule takes"},
	{CodeSameTest, "duplicate-test", Warning, "two tests with the same name"},
	{CodeUnfiredExpect, "unfired-expect", Warning, "a test that expects what no rule fires"},
	{CodeEarlyExpect, "early-expect", Warning, "a test that expects at an instant its clock has not reached"},
	{CodeSentOnce, "sent-once", Hint, "a send every so often that sends one event"},
	{CodeUnreadTestData, "unread-test-field", Warning, "a test that sends a field nearly as the rules read it"},
}
