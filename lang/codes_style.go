package lang

// Codes of how rules are written (package lint).
const (
	CodeUnformatted Code = 701
	CodeNameStyle   Code = 702
	CodeUndescribed Code = 703
	CodeMagic       Code = 704
)

var styleCodes = []CodeRow{
	{CodeUnformatted, "not-formatted", Hint, "a declaration that edac fmt would lay out otherwise"},
	{CodeNameStyle, "name-style", Hint, "a name with capitals"},
	{CodeUndescribed, "missing-doc", Hint, "a rule without a word on what it is for"},
	{CodeMagic, "magic-threshold", Hint, "one bound in several rules"},
}
