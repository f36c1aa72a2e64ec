package lang

import (
	"slices"
	"strings"
)

// What can be written at a place of a text that may be broken, found from the
// tokens before it: what editors and the interactive loop complete by.

// Want is a set of what may stand at a place.
type Want uint32

const (
	WantDecl      Want = 1 << iota // the word of a declaration
	WantValue                      // a value: a name, a function, a literal
	WantOperator                   // an operator, because a value stands before
	WantDuration                   // of values, a duration
	WantUnit                       // the unit of a duration, right after digits
	WantMember                     // a member of Path
	WantHeard                      // in a string: a pattern of tags
	WantFired                      // in a string: a tag that is fired
	WantTested                     // in a string: a tag that a test sends or expects
	WantText                       // in a string: text
	WantPath                       // in the braces of a string: a name
	WantFile                       // in a string: a file of rules
	WantTable                      // the name of a table
	WantTableFile                  // in a string: the file of a table
	WantZone                       // in a string: a time zone
	WantCron                       // in a string: a schedule
	WantSpans                      // in a string: days and hours
	WantField                      // the name of a field of the event with Tag
	WantType                       // a type
	WantAct                        // an act
	WantRule                       // the name of a rule
	WantState                      // the name of a register
	WantParam                      // the name of a param
	WantName                       // a new name: nothing to propose
)

// Cursor is what stands around a place and may stand there.
type Cursor struct {
	Word   Span   // the word at the place, of which Prefix stands before it
	Prefix string // in a string, all that stands before in it, or in the braces
	Want   Want
	Words  []string // words of the language that may stand here
	Decl   string   // the word of the declaration at hand, "" between declarations; "on" counts as "rule"
	Name   string   // what it declares
	Start  int      // where it begins
	Clause string   // the word of the clause, "" before the first
	Path   []string // names before the dot; the last is "[]" after brackets
	Tag    string   // of the event whose Field is wanted
	Calls  []CursorCall
	Tags   []string // of the rule's source
	From   string   // the tag of the aggregate at hand, where it has its own
	Lets   []string
	Alias  map[string]string // of the rule's source: names and their tags
	Params []string          // of the fn or action
	Fired  bool              // in the acts of a rule
	Group  bool              // the rule gathers

	quoted Want // what a string that begins here would be about
}

// CursorCall is a call that is not closed before the place.
type CursorCall struct {
	Module, Fn string
	Arg        int
	At         int // of its bracket
}

// bracket is one that is open.
type bracket struct {
	text string
	call *CursorCall
	tag  string // of an object that is the data of an event
	data bool
	args int
	from string
}

// ruleWords are what may follow in each clause of a rule, once it is whole.
var ruleWords = map[string][]string{
	"source": {"as", "where", "then", "within", "by", "let", "when", "do"},
	"then":   {"as", "where", "then", "within"},
	"where":  {"then", "within", "by", "let", "when", "do"},
	"within": {"by", "let", "when", "do"},
	"every":  {"where", "by", "let", "when", "do"},
	"cron":   {"in", "where", "by", "let", "when", "do"},
	"by":     {"in", "let", "when", "do"},
	"let":    {"let", "when", "do"},
	"when":   {"for", "repeat", "do", "clear", "limit", "gather", "expire"},
	"for":    {"repeat", "do", "clear", "limit", "gather", "expire"},
	"repeat": {"do", "clear", "limit", "gather", "expire"},
	"do":     {"clear", "limit", "gather", "expire"},
	"clear":  {"when", "do"},
	"limit":  {"per"},
	"per":    {"by", "gather", "expire"},
	"gather": {"by", "expire"},
	"expire": {},
}

// wordsOf are those of the clauses of other declarations.
var wordsOf = map[string]map[string][]string{
	"event":  {"": {"time"}, "time": {"late"}},
	"table":  {"": {"from"}, "from": {"key"}},
	"param":  {"": {"="}},
	"state":  {"": {"by", "=", "expire"}, "by": {"=", "expire"}},
	"action": {"": {"to"}, "to": {"ack"}, "ack": {"retry", "backoff", "timeout"}, "retry": {"backoff", "timeout"}, "backoff": {"timeout"}},
	"use":    {"": {"as"}},
	"mute":   {"": {"where"}},
	"may":    {"": {"fire"}},
}

// durationClauses take a duration.
var durationClauses = map[string]bool{"within": true, "every": true, "for": true, "repeat": true, "per": true, "gather": true, "expire": true,
	"late": true, "backoff": true, "timeout": true, "wait": true, "at": true}

// operators that a value follows.
var wantValueAfter = map[string]bool{"and": true, "or": true, "not": true, "==": true, "!=": true, "<": true, "<=": true, ">": true, ">=": true, "in": true,
	"like": true, "matches": true, "+": true, "-": true, "??": true, "*": true, "/": true, "//": true, "%": true, "=": true, "(": true, "[": true, ",": true, ":": true, "has": true, "...": true}

// CursorAt looks at a place of a text.
func CursorAt(text string, offset int) *Cursor {
	offset = max(0, min(offset, len(text)))
	c := &Cursor{Word: Span{offset, offset}, Alias: map[string]string{}}
	toks, diags := scan(Source{Text: text[:offset]})
	open := -1 // where the string begins that the place is in
	for i := range diags {
		if d := &diags[i]; d.Code == codeUnclosed {
			for j := range toks {
				if t := &toks[j]; t.Kind == StrTok && t.At.Start == d.Primary.Span.Start && t.At.End == offset {
					open = t.At.Start
				}
			}
		}
	}
	toks = toks[:len(toks)-1] // the end
	if n := len(toks); n > 0 && toks[n-1].Kind == Comment && !strings.HasSuffix(toks[n-1].Text, "\n") {
		return c // in a comment nothing is proposed
	}
	digits := ""
	if open < 0 {
		for c.Word.Start > 0 && (isLetter(text[c.Word.Start-1]) || isDigit(text[c.Word.Start-1])) {
			c.Word.Start--
		}
		if c.Word.Start < offset && isDigit(text[c.Word.Start]) { // a number, a duration
			n := offset
			for n > c.Word.Start && isLetter(text[n-1]) {
				n--
			}
			if strings.Trim(text[c.Word.Start:n], "0123456789dhmsun") == "" {
				digits = text[c.Word.Start:n]
			}
			c.Word.Start = n
		}
		for c.Word.End < len(text) && (isLetter(text[c.Word.End]) || isDigit(text[c.Word.End])) {
			c.Word.End++
		}
		c.Prefix = text[c.Word.Start:offset]
	}
	// the tokens of the declaration, without what is being written
	for len(toks) > 0 && (toks[len(toks)-1].At.End > c.Word.Start-len(digits) || open >= 0 && toks[len(toks)-1].At.Start >= open) {
		toks = toks[:len(toks)-1]
	}
	column1 := c.Word.Start-len(digits) == 0 || text[c.Word.Start-len(digits)-1] == '\n'
	toks = append(toks, Token{Kind: EOF, At: Span{offset, offset}})
	chunk := lastChunk(toks)
	c.read(chunk)
	switch {
	case open >= 0:
		c.inString(text, open+1, offset)
	case digits != "":
		c.Want, c.Words = WantUnit, nil
		c.Prefix = text[c.Word.Start:offset]
	case c.Decl == "" || column1 && len(c.Calls) == 0 && c.Want&(WantOperator|WantName) != 0 || column1 && c.Want == 0:
		c.Want |= WantDecl
	}
	return c
}

// lastChunk are the solid tokens of the declaration that is being written.
func lastChunk(toks []Token) []Token {
	chunks := split(toks)
	if len(chunks) == 0 {
		return nil
	}
	var solid []Token
	for _, t := range chunks[len(chunks)-1] {
		if t.solid() {
			solid = append(solid, t)
		}
	}
	// a word in column 1 that nothing follows yet
	all := chunks[len(chunks)-1]
	for i := len(all) - 1; i > 0; i-- {
		t := &all[i]
		if !t.solid() || !declWords[t.Text] || all[i-1].Kind != Space || !strings.HasSuffix(all[i-1].Text, "\n") {
			continue
		}
		for j := range solid {
			if solid[j].At == t.At && len(solid)-j <= 2 {
				return solid[j:]
			}
		}
	}
	return solid
}

// reader follows the tokens of a declaration.
type cursorReader struct {
	*Cursor
	toks  []Token
	i     int
	open  []bracket
	clear bool   // in the clear of a rule
	last  string // the word of the clause before
}

func (c *Cursor) read(toks []Token) {
	if len(toks) == 0 || !declWords[toks[0].Text] {
		return
	}
	c.Decl, c.Start = toks[0].Text, toks[0].At.Start
	r := &cursorReader{Cursor: c, toks: toks}
	if len(toks) > 1 && toks[1].Kind == IdentTok && c.Decl != "on" {
		c.Name = toks[1].Text
	}
	switch c.Decl {
	case "on":
		c.Decl, c.Clause = "rule", "source"
	case "rule":
		if len(toks) > 2 && toks[2].Text == "on" {
			r.i, c.Clause = 2, "source"
		}
	}
	for r.i++; r.i < len(r.toks); r.i++ {
		r.token(&r.toks[r.i])
	}
	r.end()
}

func (r *cursorReader) prev(n int) *Token {
	if r.i-n >= 0 && r.i-n < len(r.toks) {
		return &r.toks[r.i-n]
	}
	return &Token{}
}

func (r *cursorReader) top() *bracket {
	if len(r.open) == 0 {
		return nil
	}
	return &r.open[len(r.open)-1]
}

// whole reports whether what stands before a token is a whole value.
func (r *cursorReader) whole() bool {
	p := r.prev(1)
	return p.Kind != EOF && r.i > 0 && completes(p) && !wantValueAfter[p.Text] && !(p.Kind == IdentTok && r.i-1 == 0) &&
		!(p.Kind == Keyword && p.Text != "true" && p.Text != "false" && p.Text != "none")
}

func (r *cursorReader) token(t *Token) {
	switch {
	case t.Kind == Punct:
		r.punct(t)
		return
	case t.Kind == StrTok:
		r.str(t)
		return
	case len(r.open) > 0:
		if t.Text == "from" && r.top().call != nil && r.whole() {
			if n := r.i + 1; n < len(r.toks) && r.toks[n].Kind == StrTok {
				r.top().from = strings.Trim(r.toks[n].Text, `"`)
			}
		}
		return
	case t.Kind != IdentTok && t.Kind != Keyword:
		return
	}
	word := t.Text
	switch r.Decl {
	case "rule":
		r.ruleWord(word)
	case "test":
	default:
		if slices.Contains(wordsOf[r.Decl][r.Clause], word) && r.i > 1 {
			r.Clause = word
		}
	}
}

// ruleWord follows the clauses of a rule.
func (r *cursorReader) ruleWord(word string) {
	if r.Clause == "source" && (word == "every" || word == "cron") && r.prev(1).Text == "on" {
		r.Clause = word
		return
	}
	switch r.prev(1).Text { // a name, not a clause
	case "let", "as", "set":
		switch r.prev(1).Text {
		case "let":
			if r.Clause == "let" {
				r.Lets = append(r.Lets, word)
			}
		case "as":
			if n := len(r.Tags); n > 0 {
				r.Alias[word] = r.Tags[n-1]
			}
		}
		return
	}
	clause := word
	switch word {
	case "by":
		if r.Clause == "per" || r.Clause == "limit" {
			clause = "per"
			r.last = "limit"
		} else if r.Clause == "gather" {
			r.last = "gather"
		} else {
			r.last = ""
		}
		r.Clause = "by"
		return
	case "then", "where", "within", "let", "when", "for", "repeat", "do", "clear", "limit", "per", "gather", "expire":
	default:
		return
	}
	if !r.whole() && r.prev(1).Text != "clear" && r.prev(1).Text != "none" {
		return
	}
	if word == "clear" {
		r.clear = true
	}
	if word == "limit" || word == "gather" || word == "expire" {
		r.clear = false
	}
	r.Group = r.Group || word == "gather"
	r.Clause = clause
}

func (r *cursorReader) str(t *Token) {
	if len(r.open) > 0 || r.Decl != "rule" {
		return
	}
	if r.Clause == "source" || r.Clause == "then" {
		r.Tags = append(r.Tags, strings.Trim(t.Text, `"`))
	}
}

func (r *cursorReader) punct(t *Token) {
	switch t.Text {
	case "(", "[", "{":
		b := bracket{text: t.Text}
		p := r.prev(1)
		switch {
		case t.Text == "(" && p.Kind == IdentTok && !(r.Decl == "fn" && r.i == 2) && !(r.Decl == "action" && r.i == 2) && p.Text != "has" && p.Text != "in":
			b.call = &CursorCall{Fn: p.Text, At: t.At.Start}
			if r.prev(2).Text == "." && r.prev(3).Kind == IdentTok {
				b.call.Module = r.prev(3).Text
			}
		case t.Text == "{" && p.Kind == StrTok && (r.prev(2).Text == "fire" || r.prev(2).Text == "send" || r.prev(2).Text == "expect"):
			b.data, b.tag = true, strings.Trim(p.Text, `"`)
		}
		r.open = append(r.open, b)
	case ")", "]", "}":
		if len(r.open) > 0 {
			r.open = r.open[:len(r.open)-1]
		}
	case ",":
		if b := r.top(); b != nil {
			b.args++
			if b.call != nil {
				b.call.Arg = b.args
			}
		}
	}
	if (r.Decl == "fn" || r.Decl == "action") && len(r.open) == 1 && r.open[0].text == "(" {
		if n := r.i + 1; n < len(r.toks) && (t.Text == "(" || t.Text == ",") && r.toks[n].Kind == IdentTok && r.open[0].call == nil {
			r.Params = append(r.Params, r.toks[n].Text)
		}
	}
}

// end says what may stand after the last token.
func (r *cursorReader) end() {
	c := r.Cursor
	for i := range r.open {
		if r.open[i].call != nil {
			c.Calls = append(c.Calls, *r.open[i].call)
		}
		if r.open[i].from != "" {
			c.From = r.open[i].from
		}
	}
	c.Fired = c.Decl == "rule" && c.Clause == "do"
	if n := len(c.Lets); n > 0 && c.Clause == "let" { // not by itself
		c.Lets = c.Lets[:n-1]
	}
	c.quoted = r.role()
	p := r.prev(1)
	if p.Text == "." && p.Kind == Punct {
		c.Want, c.Path = WantMember, r.path()
		return
	}
	b := r.top()
	value := !r.whole()
	switch {
	case c.Decl == "event" && b != nil:
		r.fieldOfType(p)
		return
	case c.Decl == "action" && b != nil && len(r.open) == 1 && b.call == nil:
		r.fieldOfType(p)
		return
	case c.Decl == "fn" && b != nil && len(r.open) == 1 && b.call == nil && c.Clause == "" && !slices.ContainsFunc(r.toks, func(t Token) bool { return t.Text == "=" }):
		c.Want = WantName
		return
	case c.Decl == "test":
		r.testEnd(p, b, value)
		return
	case b != nil && b.data && (p.Text == "{" || p.Text == ","):
		c.Want, c.Tag = WantField, b.tag
		return
	case b != nil && b.text == "{" && !b.data && (p.Text == "{" || p.Text == ","):
		c.Want = WantName
		return
	case b != nil:
		r.inBrackets(b, p, value)
		return
	}
	switch c.Decl {
	case "rule":
		r.ruleEnd(p, value)
	case "param", "state":
		switch {
		case len(r.toks) == 1:
			c.Want = WantName
		case p.Text == ":":
			c.Want = WantType
		case p.Text == "=":
			c.Want = WantValue
		case p.Text == "by" && c.Clause == "by":
			c.Want = WantName
		case p.Text == "expire":
			c.Want = WantValue | WantDuration
		default:
			c.Want, c.Words = WantOperator, wordsOf[c.Decl][c.Clause]
		}
	case "fn":
		switch {
		case len(r.toks) == 1:
			c.Want = WantName
		case value:
			c.Want = WantValue
		default:
			c.Want = WantOperator
		}
	case "mute":
		switch {
		case len(r.toks) == 1:
			c.Want = WantRule
		case c.Clause == "where" && value:
			c.Want = WantValue
		case c.Clause == "where":
			c.Want = WantOperator
		default:
			c.Want, c.Words = WantOperator, []string{"where"}
		}
	default:
		switch {
		case c.Decl == "may" && len(r.toks) == 1:
			c.Words = []string{"fire"}
		case len(r.toks) == 1 || p.Text == "as" || p.Text == "key" || c.Clause == "key":
			c.Want = WantName
		case durationClauses[p.Text]:
			c.Want = WantValue | WantDuration
		case p.Text == "retry":
			c.Want = WantValue
		case p.Text == "time" && c.Decl == "event":
			c.Want = WantField
			if len(r.toks) > 1 {
				c.Tag = strings.Trim(r.toks[1].Text, `"`)
			}
		case p.Text == c.Clause:
		default:
			c.Want, c.Words = WantOperator, wordsOf[c.Decl][c.Clause]
		}
	}
}

func (r *cursorReader) fieldOfType(p *Token) {
	switch p.Text {
	case ":", "[":
		r.Want = WantType
	case "{", ",", "(":
		r.Want = WantName
	default:
		r.Want = WantName
	}
}

// inBrackets is within a call, a list or an index.
func (r *cursorReader) inBrackets(b *bracket, p *Token, value bool) {
	c := r.Cursor
	switch {
	case value && p.Text == "(" && b.call != nil && b.call.Fn == "active":
		c.Want = WantRule
	case value:
		c.Want = WantValue
		if _, agg := aggregates[callName(b)]; agg && b.args > 0 || p.Text == "last" || p.Text == "each" || p.Text == "this" || p.Text == "session" {
			c.Want |= WantDuration
			c.Words = []string{"last", "each", "this", "session"}
		}
		if b.call != nil && b.call.Fn == "silent" {
			c.Want |= WantDuration
		}
	default:
		c.Want = WantOperator
		if _, agg := aggregates[callName(b)]; agg {
			c.Words = []string{"from", "where"}
		}
	}
}

func callName(b *bracket) string {
	if b.call == nil {
		return ""
	}
	return b.call.Fn
}

func (r *cursorReader) ruleEnd(p *Token, value bool) {
	c := r.Cursor
	switch {
	case c.Clause == "":
		c.Want = WantName
		if len(r.toks) > 1 {
			c.Want, c.Words = 0, []string{"on"}
		}
	case c.Clause == "source" && p.Text == "on":
		c.Words = []string{"every", "cron"}
	case (c.Clause == "source" || c.Clause == "then") && (p.Text == "|" || p.Text == "&" || p.Text == "not"):
	case c.Clause == "then" && p.Text == "then":
		c.Words = []string{"not"}
	case p.Text == "as", p.Text == "let":
		c.Want = WantName
	case p.Text == "in" && c.Clause == "by":
		c.Want = WantTable
	case c.Clause == "do" && (p.Text == "do" || p.Text == ","):
		c.Want = WantAct
	case c.Clause == "do" && p.Text == "set":
		c.Want = WantState
	case c.Clause == "do" && (p.Text == "fire" || p.Text == "log"):
	case c.Clause == "let" && r.prev(2).Text == "let":
	case c.Clause == "by" && (p.Text == "by" || p.Text == ","):
		c.Want, c.Words = WantValue, []string{"none"}
	case durationClauses[p.Text] && p.Text == c.Clause:
		c.Want = WantValue | WantDuration
	case p.Text == "clear" && c.Clause == "clear":
		c.Words = ruleWords["clear"]
	case value:
		c.Want = WantValue
	default:
		c.Want = WantOperator
		c.Words = r.following()
	}
}

// following are the words that may follow a clause that is whole.
func (r *cursorReader) following() []string {
	words := ruleWords[r.Clause]
	if r.Clause == "by" && r.last != "" {
		words = []string{"gather", "expire"}
		if r.last == "gather" {
			words = []string{"expire"}
		}
	}
	if r.clear {
		words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "clear" || w == "repeat" })
	}
	return words
}

func (r *cursorReader) testEnd(p *Token, b *bracket, value bool) {
	c := r.Cursor
	steps := []string{"given", "send", "wait", "expect"}
	switch {
	case b == nil:
		return
	case b.data && (p.Text == "{" || p.Text == ","):
		c.Want, c.Tag = WantField, b.tag
	case len(r.open) > 1 && value:
		c.Want = WantValue
	case len(r.open) > 1:
		c.Want = WantOperator
	case p.Text == "given":
		c.Words = []string{"param", "time", "state", "table"}
	case r.prev(2).Text == "given" && p.Text == "param":
		c.Want = WantParam
	case r.prev(2).Text == "given" && p.Text == "state":
		c.Want = WantState
	case r.prev(2).Text == "given" && p.Text == "table":
		c.Want = WantTable
	case p.Text == "expect":
		c.Words = []string{"nothing"}
	case p.Text == "send":
	case p.Text == "wait" || p.Text == "at" || p.Text == "every" || p.Text == "for":
		c.Want = WantDuration
	case p.Text == "=":
		c.Want = WantValue
	default:
		c.Words = steps
		switch r.step() {
		case "send":
			c.Words = append(slices.Clone(steps), "every", "for")
		case "expect":
			c.Words = append(slices.Clone(steps), "at")
		}
	}
}

// step is the word that began the line of a test.
func (r *cursorReader) step() string {
	for i := len(r.toks) - 1; i >= 0; i-- {
		if t := &r.toks[i]; t.Kind == IdentTok && testWords[t.Text] {
			return t.Text
		}
	}
	return ""
}

// path are the names before a dot.
func (r *cursorReader) path() []string {
	var out []string
	i := len(r.toks) - 1
	for i > 0 && r.toks[i].Text == "." {
		i--
		if r.toks[i].Text == "]" {
			depth := 0
			for ; i >= 0; i-- {
				if r.toks[i].Text == "]" {
					depth++
				} else if r.toks[i].Text == "[" {
					if depth--; depth == 0 {
						break
					}
				}
			}
			out = append(out, "[]")
			i--
		}
		if i < 0 || r.toks[i].Kind != IdentTok {
			return nil
		}
		out = append(out, r.toks[i].Text)
		i--
	}
	slices.Reverse(out)
	return out
}

// role is what a string would be about that begins here.
func (r *cursorReader) role() Want {
	p := r.prev(1)
	b := r.top()
	switch {
	case b != nil && b.call != nil:
		switch {
		case p.Text == "from":
			return WantHeard
		case b.call.Fn == "during" && b.args == 0:
			return WantSpans
		case b.call.Fn == "during":
			return WantZone
		}
		return WantText
	case r.Decl == "test" && (p.Text == "send" || p.Text == "expect"):
		return WantTested
	case b != nil:
		return WantText
	}
	switch r.Decl + " " + p.Text {
	case "event event", "may fire", "may ,":
		return WantHeard
	case "use use":
		return WantFile
	case "table from":
		return WantTableFile
	case "action to", "action ack", "rule fire":
		return WantFired
	case "rule cron":
		return WantCron
	case "rule in":
		return WantZone
	}
	if r.Decl == "rule" && (r.Clause == "source" || r.Clause == "then") && slices.Contains([]string{"on", "then", "not", "|", "&", "of"}, p.Text) {
		return WantHeard
	}
	return WantText
}

// inString says what may stand in a string that is not closed before the place.
func (c *Cursor) inString(text string, start, offset int) {
	before := text[start:offset]
	c.Word, c.Prefix = Span{start, offset}, before
	for c.Word.End < len(text) && text[c.Word.End] != '"' && text[c.Word.End] != '\n' && text[c.Word.End] != '}' {
		c.Word.End++
	}
	c.Want, c.Words, c.Path = c.quoted, nil, nil
	i := strings.LastIndexByte(before, '{')
	if i < 0 || strings.Contains(before[i:], "}") || i > 0 && before[i-1] == '\\' || c.quoted&(WantText|WantFired) == 0 {
		return
	}
	c.Want, c.Word.Start, c.Prefix = WantPath, start+i+1, before[i+1:]
	if j := strings.LastIndexByte(c.Prefix, '.'); j >= 0 {
		c.Want, c.Path = WantMember, strings.Split(c.Prefix[:j], ".")
		c.Word.Start += j + 1
		c.Prefix = c.Prefix[j+1:]
	}
}
