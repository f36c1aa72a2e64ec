package lang

// Tokens cuts a text into tokens: every byte is in one of them, space and
// comments too. What cannot be read is repaired, as Parse does.
func Tokens(text string) []Token {
	toks, _ := scan(Source{Text: text})
	return toks
}
