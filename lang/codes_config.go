package lang

// Codes of edac.toml, and of what it asks for.
const (
	CodeConfig          Code = 191
	codeUndeclaredTag   Code = 224
	codeUndeclaredField Code = 225
)

var configCodes = []CodeRow{
	{codeUndeclaredTag, "undeclared-tag", Error, "a tag that no event declares, in a strict project"},
	{codeUndeclaredField, "undeclared-field", Error, "a field that no event declares, in a strict project"},
	{CodeConfig, "bad-config", Error, "a key or a value of edac.toml that has no meaning"},
}
