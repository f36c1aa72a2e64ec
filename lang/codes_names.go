package lang

// Codes of names that are hardly the ones meant (package lint).
const (
	CodeNameSlip Code = 205
)

var nameCodes = []CodeRow{
	{CodeNameSlip, "name-slip", Warning, "a name that nothing declares, and that is nearly another one"},
}
