package lang

import "github.com/alecthomas/participle/v2/lexer"

// Kind is the kind of a token.
type Kind int8

const (
	EOF Kind = iota
	Space
	Comment
	IdentTok // a name or a word that is special only in its place
	Keyword
	IntTok
	FloatTok
	DurTok
	StrTok
	Punct
	Illegal
)

// Token is a stretch of source. Text is what it stands for: the source, or
// what the lexer took it for where it repaired a slip.
type Token struct {
	Kind Kind
	At   Span
	Text string
}

var keywords = map[string]bool{
	"on": true, "where": true, "by": true, "let": true, "when": true, "for": true, "do": true, "clear": true,
	"then": true, "and": true, "or": true, "not": true, "in": true, "true": true, "false": true, "none": true,
}

// precedence of binary operators; higher binds tighter (3.2 of the language).
// not stands between and and the comparisons, has and unary - above all.
var precedence = map[string]int{
	"or": 1, "and": 2,
	"==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4, "like": 4, "matches": 4,
	"+": 5, "-": 5, "??": 5,
	"*": 6, "/": 6, "//": 6, "%": 6,
}

const (
	precNot        = 3
	precComparison = 4
	precUnary      = 7
)

// declWords begin declarations (S32).
var declWords = map[string]bool{
	"rule": true, "on": true, "use": true, "param": true, "event": true, "table": true, "state": true,
	"fn": true, "action": true, "may": true, "mute": true, "test": true,
}

// symbols are the kinds as participle knows them.
var symbols = map[string]lexer.TokenType{
	"EOF": lexer.EOF, "Ident": -tokenType(IdentTok), "Keyword": -tokenType(Keyword), "Int": -tokenType(IntTok),
	"Float": -tokenType(FloatTok), "Dur": -tokenType(DurTok), "Str": -tokenType(StrTok),
	"Punct": -tokenType(Punct), "Illegal": -tokenType(Illegal),
}

func tokenType(k Kind) lexer.TokenType { return lexer.TokenType(k) + 10 }

func typeOf(k Kind) lexer.TokenType {
	if k == EOF {
		return lexer.EOF
	}
	return -tokenType(k)
}
