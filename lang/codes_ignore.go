package lang

// Codes of comments that silence findings (package lint).
const (
	CodeUnusedIgnore  Code = 790
	CodeIgnoreReason  Code = 791
	CodeIgnoreNothing Code = 792
)

var ignoreCodes = []CodeRow{
	{CodeUnusedIgnore, "unused-ignore", Warning, "a comment that silences nothing"},
	{CodeIgnoreReason, "ignore-without-reason", Hint, "a comment that silences a finding and does not say why"},
	{CodeIgnoreNothing, "bad-ignore", Warning, "a comment that cannot silence what it names"},
}
