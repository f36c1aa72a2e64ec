package lang

// Codes of what cannot be read.
const (
	codeBadByte  Code = 101
	codeUnclosed Code = 102
	codeQuotes   Code = 103
	codeDuration Code = 104
	codeNumber   Code = 105
	codeBorrowed Code = 106
	codeCase     Code = 107
	codeString   Code = 108
	codeSyntax   Code = 110
	codeDecl     Code = 111
	codeOperand  Code = 112
	codeBracket  Code = 113
	codeChain    Code = 114
	codeNotIn    Code = 115
	codeAct      Code = 116
	codeMember   Code = 117
	codeTestStep Code = 118
	codeTagQuote Code = 119
	codeTooDeep  Code = 120
	codeNotBuilt Code = 190
)

var syntaxCodes = []CodeRow{
	{codeBadByte, "bad-character", Error, "a character that has no meaning"},
	{codeUnclosed, "unclosed-string", Error, "a string without its closing quote"},
	{codeQuotes, "wrong-quotes", Error, "quotes other than double ones"},
	{codeDuration, "bad-duration", Error, "a duration that is not written as one"},
	{codeNumber, "bad-number", Error, "a number that is too large, or not written as one"},
	{codeBorrowed, "borrowed-syntax", Error, "an operator or a word of another language"},
	{codeCase, "upper-case-word", Error, "a keyword in capital letters"},
	{codeString, "bad-string", Error, "braces or a format in a string that cannot be read"},
	{codeSyntax, "syntax", Error, "something that cannot stand where it does"},
	{codeDecl, "unknown-declaration", Error, "a word that does not begin a declaration"},
	{codeOperand, "missing-value", Error, "an operator without a value"},
	{codeBracket, "bracket", Error, "a bracket that is not closed"},
	{codeChain, "chained-comparison", Error, "a chain of comparisons, such as a < b < c"},
	{codeNotIn, "not-in", Error, "the word not in the middle of a comparison"},
	{codeAct, "unknown-act", Error, "something after do that is not an act"},
	{codeMember, "member", Error, "a member of an object without its value"},
	{codeTestStep, "test-line", Error, "something in a test that is not a line of it"},
	{codeTagQuote, "unquoted-tag", Error, "a tag without quotes"},
	{codeTooDeep, "too-deep", Error, "an expression nested beyond what anyone can read"},
	{codeNotBuilt, "not-built", Error, "a form of the language that this version does not have"},
}
