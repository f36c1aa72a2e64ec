package lang

// Codes of what the declarations of a program are to each other (package lint).
const (
	CodeTagSlip      = codeTagSlip
	CodeUnused  Code = 211
)

var graphCodes = []CodeRow{
	{CodeUnused, "unused", Warning, "a name that nothing uses"},
}
