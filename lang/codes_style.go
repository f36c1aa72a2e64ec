package lang

// Codes of how rules are written (package lint).
const (
	CodeUnformatted Code = 701
	CodeNameStyle   Code = 702
	CodeUndescribed Code = 703
	CodeMagic       Code = 704
)

var styleCodes = []CodeRow{
	{CodeUnformatted, "not-formatted", Hint, "a declaration that edac fmt lays out differently"},
	{CodeNameStyle, "name-style", Hint, "a name with capitals"},
	{CodeUndescribed, "missing-doc", Hint, "a named rule without a comment on what it is for"},
	{CodeMagic, "magic-threshold", Hint, "the same threshold in several rules"},
}
