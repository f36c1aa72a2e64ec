package lang

import "strings"

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
	{codeBadByte, "bad-character", Error, "a character that has no meaning", "on \"/a\" where x § 1 do log \"x\"", "on \"/a\" where x > 1 do log \"x\""},
	{codeUnclosed, "unclosed-string", Error, "a string without its closing quote", "on \"/a do log \"x\"", "on \"/a\" do log \"x\""},
	{codeQuotes, "wrong-quotes", Error, "quotes other than double ones", "on '/a' do log \"x\"", "on \"/a\" do log \"x\""},
	{codeDuration, "bad-duration", Error, "a duration that is none", "on \"/a\" when avg(x, 10sec) > 1 do log \"x\"", "on \"/a\" when avg(x, 10s) > 1 do log \"x\""},
	{codeNumber, "bad-number", Error, "a number beyond what fits", "on \"/a\" where x > 99999999999999999999 do log \"x\"", "on \"/a\" where x > 99999999999999999999.0 do log \"x\""},
	{codeBorrowed, "borrowed-syntax", Error, "what another language writes", "on \"/a\" where x > 1 && y do log \"x\"", "on \"/a\" where x > 1 and y do log \"x\""},
	{codeCase, "upper-case-word", Error, "a word of the language in capitals", "on \"/a\" WHERE x > 1 do log \"x\"", "on \"/a\" where x > 1 do log \"x\""},
	{codeString, "bad-string", Error, "braces or a format in a string that cannot be read", "on \"/a\" do log \"{x + 1}\"", "on \"/a\" do log \"{x}\""},
	{codeSyntax, "syntax", Error, "something stands where it cannot", "on \"/a\" do", "on \"/a\" do log \"x\""},
	{codeDecl, "unknown-declaration", Error, "a word that begins no declaration", "rul hot on \"/a\" do log \"x\"", "rule hot on \"/a\" do log \"x\""},
	{codeOperand, "missing-value", Error, "an operator without a value", "on \"/a\" where x > do log \"x\"", "on \"/a\" where x > 1 do log \"x\""},
	{codeBracket, "bracket", Error, "a bracket that is not closed", "on \"/a\" when avg(x, 10s > 1 do log \"x\"", "on \"/a\" when avg(x, 10s) > 1 do log \"x\""},
	{codeChain, "chained-comparison", Error, "a comparison of a comparison", "on \"/a\" where 1 < x < 5 do log \"x\"", "on \"/a\" where 1 < x and x < 5 do log \"x\""},
	{codeNotIn, "not-in", Error, "not in the middle", "on \"/a\" where x not in [1, 2] do log \"x\"", "on \"/a\" where not x in [1, 2] do log \"x\""},
	{codeAct, "unknown-act", Error, "an act that is none", "on \"/a\" do frie \"/b\"", "on \"/a\" do fire \"/b\""},
	{codeMember, "member", Error, "a member of an object without its value", "on \"/a\" do fire \"/b\" { x }", "on \"/a\" do fire \"/b\" { x: x }"},
	{codeTestStep, "test-line", Error, "a line of a test that is none", "test \"t\" { sned \"/a\" {} }", "test \"t\" { send \"/a\" {} }"},
	{codeTagQuote, "unquoted-tag", Error, "a tag without quotes", "on /a/b do log \"x\"", "on \"/a/b\" do log \"x\""},
	{codeTooDeep, "too-deep", Error, "an expression nested beyond what anyone can read", "on \"/a\" where " + strings.Repeat("(", 300) + "x" + strings.Repeat(")", 300) + " do log \"x\"", "on \"/a\" where ((x)) do log \"x\""},
	{codeNotBuilt, "not-built", Error, "a form of the language that this version does not have", "test \"t\" { given weather x = 1 }", "test \"t\" { given time \"2026-03-01T12:00:00Z\" }"},
}
