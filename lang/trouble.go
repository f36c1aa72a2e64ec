package lang

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// What a person reads where the grammar does not go on: the place, what is
// wrong there, and what to write instead.

// shapes says how each declaration is written.
var shapes = map[string]string{
	"rule":   "a rule is written `rule hot on \"/client/load/*\" when avg(cur_load, 1m) > 20 do fire \"/lb/drain\"`",
	"on":     "a rule is written `on \"/client/load/*\" when avg(cur_load, 1m) > 20 do fire \"/lb/drain\"`",
	"param":  "a param is written `param crit: float = 0.9`",
	"fn":     "a function is written `fn share(used, total) = used / total`",
	"event":  "an event is written `event \"/client/load/{host}\" { cur_load: float, cores: int? }`",
	"test":   "a test is written `test \"name\" { send \"/a\" { x: 1 } expect \"/b\" }`",
	"table":  "a table is written `table owner from \"owners.csv\" key svc`",
	"state":  "a register is written `state maint: bool by host = false`",
	"use":    "a module is written `use \"lib/net.eda\" as net`",
	"may":    "a permission is written `may fire \"/lb/**\"`",
	"mute":   "a mute is written `mute hot where during(\"sat 22:00-24:00\", \"UTC\")`",
	"action": "an action is written `action page(text: string) to \"/act/page\"`",
}

// expected says the grammar's words in ours.
var expected = map[string]string{
	"Act":        "an act such as `fire \"/alert\"` or `log \"text\"`",
	"Step":       "a tag in quotes, such as \"/client/load/*\"",
	"TAG":        "a tag in quotes, such as \"/client/load/*\"",
	"Str":        "text in quotes",
	"RuleSource": "a tag in quotes, such as \"/client/load/*\"",
	"ByPart":     "what groups the events, such as `host`, or `none`",
	"TypeExpr":   "a type such as int, float, string or bool",
	"FieldSet":   "the fields in braces, such as { cur_load: float }",
	"Field":      "a field such as `name: type`",
	"TestStep":   "lines such as `send`, `wait` and `expect`",
	"Name":       "a name",
	"Expr":       "a value",
}

// borrowedWords are those with which other languages begin what this one
// begins otherwise.
var borrowedWords = map[string]string{
	"alert": "rule", "trigger": "rule", "import": "use", "include": "use", "require": "use", "def": "fn", "func": "fn",
	"function": "fn", "const": "param", "var": "param", "schema": "event", "stream": "event", "register": "state", "silence": "mute",
}

// operatorWords are words that other languages have between two values, and
// the operator that is meant, or what to write where it is no operator.
var operatorWords = map[string]struct{ op, say string }{
	"is": {"==", ""}, "equals": {"==", ""}, "eq": {"==", ""}, "ne": {"!=", ""}, "neq": {"!=", ""}, "isnt": {"!=", ""},
	"gt": {">", ""}, "gte": {">=", ""}, "ge": {">=", ""}, "lt": {"<", ""}, "lte": {"<=", ""}, "le": {"<=", ""}, "above": {">", ""}, "below": {"<", ""},
	"mod": {"%", ""}, "div": {"//", ""}, "regex": {"matches", ""}, "match": {"matches", ""}, "rlike": {"matches", ""}, "glob": {"like", ""},
	"contains":   {"", "ask `x like \"*part*\"`, or `item in list`"},
	"startswith": {"", "ask `x like \"begin*\"`"}, "starts_with": {"", "ask `x like \"begin*\"`"},
	"endswith": {"", "ask `x like \"*end\"`"}, "ends_with": {"", "ask `x like \"*end\"`"},
	"between": {"", "ask `x >= low and x <= high`"}, "exists": {"", "ask `has x`"},
}

// clauseWords are words that other tools have for a clause, and how the clause
// is written here; %s is the duration that follows, where one must.
var clauseWords = map[string]struct {
	clause string
	timed  bool
	say    string
}{
	"throttle": {"limit 1 per %s", true, ""}, "cooldown": {"limit 1 per %s", true, ""}, "debounce": {"limit 1 per %s", true, ""}, "suppress": {"limit 1 per %s", true, ""},
	"over": {"for %s", true, ""}, "lasting": {"for %s", true, ""}, "sustained": {"for %s", true, ""}, "during": {"for %s", true, ""},
	"every": {"repeat %s", true, ""}, "ttl": {"expire %s", true, ""}, "group_wait": {"gather %s", true, ""}, "batch": {"gather %s", true, ""},
	"window": {"", false, "a window stands in the aggregate, as in avg(x, 5m)"},
	"group":  {"", false, "the key of a rule is written `by host`"}, "partition": {"", false, "the key of a rule is written `by host`"}, "per": {"", false, "the key of a rule is written `by host`"},
	"group_by": {"", false, "the key of a rule is written `by host`"}, "groupby": {"", false, "the key of a rule is written `by host`"},
	"while": {"when", false, ""}, "having": {"when", false, ""}, "filter": {"where", false, ""},
	"resolve": {"clear", false, ""}, "recover": {"clear", false, ""}, "reset": {"clear", false, ""},
	"run": {"do", false, ""}, "execute": {"do", false, ""}, "action": {"do", false, ""},
}

// borrowedClause says how a clause of another tool is written here.
func borrowedClause(t, next *Token) (Diag, bool) {
	w, ok := clauseWords[t.Text]
	switch {
	case !ok:
		return Diag{}, false
	case w.say != "":
		return finding(codeSyntax, t.At, "there is no clause `%s`: %s", t.Text, w.say), true
	case w.timed && next.Kind != DurTok:
		return finding(codeSyntax, t.At, "there is no clause `%s`: write `%s`", t.Text, fmt.Sprintf(w.clause, "5m")), true
	case w.timed:
		clause := fmt.Sprintf(w.clause, next.Text)
		d := withFix(finding(codeSyntax, t.At, "there is no clause `%s`: write `%s`", t.Text, clause), Span{t.At.Start, next.At.End}, clause, "write `"+clause+"`")
		d.Fixes[0].Safe = false
		return d, true
	}
	d := withFix(finding(codeSyntax, t.At, "there is no clause `%s`: write `%s`", t.Text, w.clause), t.At, w.clause, "write `"+w.clause+"`")
	d.Fixes[0].Safe = false
	return d, true
}

// clauses of a rule in their order.
var clauses = []string{"on", "then", "within", "by", "let", "when", "for", "repeat", "do", "clear", "limit", "gather", "expire"}

// notDeclaration says that a declaration cannot begin with a token.
func notDeclaration(first *Token, named bool) Diag {
	word := clip(first.Text)
	if first.Kind == StrTok {
		d := finding(codeDecl, first.At, "a rule begins with `on`, or with `rule NAME on`, before its tag")
		return withFix(d, Span{first.At.Start, first.At.Start}, "on ", "write `on` before the tag")
	}
	if first.Text == "//" || first.Text == "/" || first.Text == "-" {
		return finding(codeDecl, first.At, "`%s` begins no declaration; a comment begins with `#`", word)
	}
	if first.Kind != IdentTok && first.Kind != Keyword {
		if first.Kind == Punct && strings.Contains(")]}", first.Text) {
			return finding(codeBracket, first.At, "nothing is open that this `%s` closes; delete it", word)
		}
		return finding(codeDecl, first.At, "`%s` begins no declaration; one begins with rule, on, param, event, fn or test", word)
	}
	if slices.Contains(clauses, word) || word == "where" || word == "fire" || word == "log" || word == "if" {
		return finding(codeDecl, first.At, "`%s` stands in a rule only, and no rule is begun here; a rule begins with `on` and a tag", word)
	}
	var words []string
	for w := range declWords {
		words = append(words, w)
	}
	near := Nearest(word, words)
	if w := borrowedWords[word]; w != "" {
		near = []string{w}
	}
	if len(near) == 0 && named {
		near = []string{"rule"}
	}
	if len(near) > 0 && len(word) > 1 {
		d := finding(codeDecl, first.At, "`%s` begins no declaration%s", word, didYouMean(near))
		d = withFix(d, first.At, near[0], "write `"+near[0]+"`")
		d.Fixes[0].Safe = borrowedWords[word] == ""
		return d
	}
	return finding(codeDecl, first.At, "`%s` begins no declaration; one begins with rule, on, param, event, fn or test", word)
}

// syntaxError says in words where a declaration could not be read. It is nil
// where the lexer has said it.
func syntaxError(err error, toks []Token, slips slips) *Diag {
	var u *participle.UnexpectedTokenError
	if !errors.As(err, &u) {
		d := finding(codeSyntax, toks[0].At, "this cannot be read")
		return &d
	}
	var solid []*Token
	for i := range toks {
		if toks[i].solid() {
			solid = append(solid, &toks[i])
		}
	}
	k := len(solid) // the index of the unexpected token
	if u.Unexpected.Type != lexer.EOF {
		k = slices.IndexFunc(solid, func(t *Token) bool { return t.At.Start == u.Unexpected.Pos.Offset })
		if k < 0 || slips.at(solid[k].At.Start) {
			return nil
		}
	}
	tr := trouble{solid: solid, k: k, want: words(u.Message()), word: solid[0].Text}
	d := tr.say()
	return &d
}

// trouble is a place among the tokens of a declaration.
type trouble struct {
	solid []*Token
	k     int
	want  string // what the grammar wants there, "" where the declaration may end
	word  string // the declaration's
}

func (tr *trouble) at(i int) *Token {
	if i < 0 || i >= len(tr.solid) {
		return &Token{Kind: EOF}
	}
	return tr.solid[i]
}

func (tr *trouble) say() Diag {
	t, prev := tr.at(tr.k), tr.at(tr.k-1)
	if in := tr.at(tr.k - 2); prev.Kind == DurTok && in.Text == "in" && tr.at(tr.k-4).Text == "limit" {
		return withFix(finding(codeSyntax, in.At, "a limit is written `limit %s per %s`", tr.at(tr.k-3).Text, prev.Text), in.At, "per", "write `per`")
	}
	if t.Kind == EOF {
		if prev.Kind == Punct && prev.Text == "," {
			return withFix(finding(codeSyntax, prev.At, "nothing follows this comma"), prev.At, "", "delete the comma")
		}
		want := tr.want
		if want == "" {
			want = "more"
		}
		d := finding(codeSyntax, prev.At, "after `%s` something is missing: %s", clip(prev.Text), want)
		return tr.shaped(d)
	}
	if d, ok := spacedUnit(prev, t); ok {
		return d
	}
	if t.Kind == Punct && strings.Contains(")]}", t.Text) && tr.want == "" {
		return finding(codeBracket, t.At, "nothing is open that this `%s` closes; delete it", t.Text)
	}
	if tr.word == "rule" || tr.word == "on" {
		if d, ok := tr.inRule(t, prev); ok {
			return d
		}
	}
	return tr.plain(t, prev)
}

// plain is what is said where nothing better is known.
func (tr *trouble) plain(t, prev *Token) Diag {
	text := clip(t.Text)
	switch {
	case tr.want != "":
		return tr.shaped(finding(codeSyntax, t.At, "`%s` cannot stand here: after `%s` comes %s", text, clip(prev.Text), tr.want))
	case t.Kind == Punct && t.Text == "," && prev.Kind == IntTok && tr.at(tr.k+1).Kind == IntTok && tr.at(tr.k+1).At.Start == t.At.End && t.At.Start == prev.At.End:
		if next := tr.at(tr.k + 1); len(next.Text) == 3 {
			return finding(codeNumber, Span{prev.At.Start, next.At.End}, "a number has no comma in it: `%s%s`, or `%s.%s` if it has decimals", prev.Text, next.Text, prev.Text, next.Text)
		}
		whole := prev.Text + "." + tr.at(tr.k+1).Text
		return withFix(finding(codeNumber, Span{prev.At.Start, tr.at(tr.k + 1).At.End}, "decimals stand after a point: %s", whole), Span{prev.At.Start, tr.at(tr.k + 1).At.End}, whole, "write `"+whole+"`")
	case t.Kind == Punct && t.Text == "?":
		return finding(codeSyntax, t.At, "there is no `? :` here; write pick(condition, a, b)")
	case t.Text == "-" && tr.at(tr.k+1).Text == "-" && tr.at(tr.k+1).At.Start == t.At.End:
		return finding(codeBorrowed, Span{t.At.Start, tr.at(tr.k + 1).At.End}, "a comment begins with `#`, not `--`")
	case operandEnds(prev) && strings.EqualFold(t.Text, "is") && slices.ContainsFunc([]string{"null", "none", "not"}, func(w string) bool { return strings.EqualFold(tr.at(tr.k+1).Text, w) }):
		return finding(codeBorrowed, t.At, "there is no `%s %s`: ask `has x`, or `not has x`", t.Text, tr.at(tr.k+1).Text)
	case operandEnds(prev) && operatorWords[t.Text].say == "" && operatorWords[strings.ToLower(t.Text)].say != "":
		return finding(codeBorrowed, t.At, "there is no `%s`: %s", text, operatorWords[strings.ToLower(t.Text)].say)
	case prev.Kind == IdentTok && operatorWords[prev.Text].op != "" && tr.at(tr.k-2).Text == "-" && tr.at(tr.k-2).At.End == prev.At.Start:
		at, op := Span{tr.at(tr.k - 2).At.Start, prev.At.End}, operatorWords[prev.Text].op
		return withFix(finding(codeBorrowed, at, "`-%s` is written `%s` here", prev.Text, op), at, op, "write `"+op+"`")
	case operandEnds(prev) && operatorWords[t.Text].say != "":
		return finding(codeBorrowed, t.At, "there is no `%s`: %s", text, operatorWords[t.Text].say)
	case operandEnds(prev) && (t.Kind == IdentTok || t.Kind == IntTok || t.Kind == FloatTok || t.Kind == DurTok || t.Kind == StrTok):
		return tr.shaped(finding(codeSyntax, t.At, "`%s` cannot follow `%s`: is a word, an operator or a bracket missing between them?", text, clip(prev.Text)))
	}
	return tr.shaped(finding(codeSyntax, t.At, "`%s` cannot follow `%s` here", text, clip(prev.Text)))
}

// shaped adds how the declaration is written, except to rules, which have too
// many forms.
func (tr *trouble) shaped(d Diag) Diag {
	if s := shapes[tr.word]; s != "" && tr.word != "rule" && tr.word != "on" {
		d.Notes = append(d.Notes, s)
	}
	return d
}

var actWords = []string{"fire", "log", "set"}

// inRule knows the slips people make in rules.
func (tr *trouble) inRule(t, prev *Token) (Diag, bool) {
	word := t.Kind == IdentTok || t.Kind == Keyword
	before := Span{t.At.Start, t.At.Start}
	seen := tr.clausesBefore()
	inDo := len(seen) > 0 && seen[len(seen)-1] == "do"
	switch {
	case prev.Text == "then" && word && (slices.Contains(actWords, t.Text) || t.Text == "do"):
		if t.Text == "do" {
			return withFix(finding(codeSyntax, prev.At, "`then` joins events; before `do` it has no place"), Span{prev.At.Start, t.At.Start}, "", "delete `then`"), true
		}
		return withFix(finding(codeSyntax, prev.At, "`then` joins events; what a rule does begins with `do`"), prev.At, "do", "write `do`"), true
	case prev.Text == "on" && t.Text == "cron" && tr.at(tr.k+1).Kind != EOF:
		return finding(codeSyntax, tr.at(tr.k+1).At, "after `cron` comes a schedule in quotes, such as \"0 2 * * mon-fri\""), true
	case (prev.Text == "on" || prev.Text == "then" || prev.Text == "|") && prev.Kind != StrTok && (t.Kind == IdentTok || t.Kind == Punct && (t.Text == "/" || t.Text == "//" || t.Text == "*")):
		return tr.unquoted(t), true
	case tr.word == "rule" && tr.k < 2:
		if next := tr.at(1); next.Kind == EOF {
			return finding(codeSyntax, tr.at(0).At, "after `rule` comes its name; a rule without one begins with `on`"), true
		} else if next.Text == "on" {
			return withFix(finding(codeSyntax, next.At, "after `rule` comes its name; a rule without one begins with `on`"), Span{tr.at(0).At.Start, next.At.Start}, "", "delete `rule`"), true
		} else if next.Kind == IdentTok {
			return finding(codeSyntax, next.At, "after the name of a rule come `on` and a tag"), true
		}
		return finding(codeSyntax, tr.at(1).At, "after `rule` comes a name, such as `rule hot`"), true
	case tr.word == "rule" && tr.k == 2 && t.Kind == StrTok:
		return withFix(finding(codeSyntax, t.At, "`on` is missing before the tag"), before, "on ", "write `on` before the tag"), true
	case t.Kind == Punct && t.Text == "{" && prev.Text == "," && inDo:
		return withFix(finding(codeSyntax, prev.At, "between a tag and its data stands no comma"), prev.At, "", "delete the comma"), true
	case t.Kind == Punct && t.Text == "{":
		return finding(codeSyntax, t.At, "a rule has no braces: its clauses follow one another, `on … when … do …`"), true
	case (t.Text == "and" || t.Text == "or") && prev.Kind == StrTok && tr.at(tr.k+1).Kind == StrTok && len(seen) == 1:
		sign, is := "&", "both, in any order"
		if t.Text == "or" {
			sign, is = "|", "either"
		}
		return withFix(finding(codeSyntax, t.At, "between two tags stands `%s` (%s), not `%s`", sign, is, t.Text), t.At, sign, "write `"+sign+"`"), true
	case t.Kind == IntTok && (prev.Text == "on" || prev.Text == "then") && tr.at(tr.k+1).Kind == StrTok:
		return withFix(finding(codeSyntax, t.At, "several events are written `%s of %s`", t.Text, clip(tr.at(tr.k+1).Text)), Span{t.At.End, t.At.End}, " of", "write `of`"), true
	case prev.Text == "clear" && prev.Kind != StrTok && t.Kind == IdentTok && tr.want == "" && !slices.Contains(actWords, t.Text):
		return withFix(finding(codeSyntax, t.At, "after `clear` comes `when` and a condition, or `do`"), before, "when ", "write `when`"), true
	case t.Text == "==" && tr.at(tr.k-2).Text == "set":
		return withFix(finding(codeSyntax, t.At, "`set` writes with one `=`"), t.At, "=", "write `=`"), true
	case t.Kind == IdentTok && prev.Kind == StrTok && len(seen) == 1 && tr.want == "" && tr.at(tr.k+1).Kind == Punct && strings.Contains("( < <= > >= == != .", tr.at(tr.k+1).Text):
		return finding(codeSyntax, t.At, "a condition begins with `when` (it becomes true) or `where` (of one event)"), true
	case (t.Text == "and" || t.Text == "then" || t.Text == "or") && inDo && slices.Contains(actWords, tr.at(tr.k+1).Text):
		return withFix(finding(codeSyntax, t.At, "between two acts stands a comma, not `%s`", t.Text), Span{prev.At.End, t.At.End}, ",", "write the comma"), true
	case word && slices.Contains(actWords, t.Text) && inDo:
		return withFix(finding(codeSyntax, t.At, "between two acts stands a comma"), Span{prev.At.End, prev.At.End}, ",", "write the comma"), true
	case word && slices.Contains(actWords, t.Text) && tr.want == "":
		return withFix(finding(codeSyntax, t.At, "`do` is missing before `%s`: what a rule does begins with it", t.Text), before, "do ", "write `do`"), true
	case word && t.Text == "if":
		d := withFix(finding(codeSyntax, t.At, "there is no `if`: a condition begins with `when` (it becomes true) or `where` (of one event)"), t.At, "when", "write `when`")
		d.Fixes[0].Safe = false
		return d, true
	case word && (t.Text == "else" || t.Text == "elif" || t.Text == "otherwise"):
		return finding(codeSyntax, t.At, "there is no `%s`: what happens when the condition is over stands after `clear do`", t.Text), true
	case word && (t.Text == "unless" || t.Text == "until"):
		return finding(codeSyntax, t.At, "there is no `%s`: write `when not …`, or `clear when …` for the end of a situation", t.Text), true
	case word && t.Text == "where" && tr.want == "":
		return finding(codeSyntax, t.At, "`where` stands right after the tag: it says which events the rule takes"), true
	case prev.Kind != StrTok && slices.Contains(clauses, prev.Text) && tr.want != "":
		return finding(codeSyntax, t.At, "`%s` cannot stand here: after `%s` comes %s", clip(t.Text), prev.Text, tr.want), true
	case word && slices.Contains(clauses, t.Text) && tr.want == "":
		return tr.misplaced(t, seen), true
	case t.Kind == StrTok && prev.Kind == StrTok && len(seen) == 1:
		return withFix(finding(codeSyntax, t.At, "between two tags stands `|` (either), `&` (both) or `then` (one after the other)"), before, "| ", "write `|`"), true
	case word && tr.at(tr.k+1).Kind == DurTok && tr.at(tr.k-2).Text == "limit":
		return withFix(finding(codeSyntax, t.At, "a limit is written `limit %s per %s`", prev.Text, tr.at(tr.k+1).Text), t.At, "per", "write `per`"), true
	case t.Kind == DurTok && prev.Text == "per":
		return finding(codeSyntax, prev.At, "how many is missing: a limit is written `limit 1 per %s`", t.Text), true
	case t.Kind == DurTok && len(seen) > 0 && seen[len(seen)-1] == "limit":
		return withFix(finding(codeSyntax, t.At, "a limit is written `limit 1 per %s`", t.Text), before, "per ", "write `per`"), true
	case t.Kind == IdentTok && tr.want == "" && len(t.Text) > 2:
		if d, ok := borrowedClause(t, tr.at(tr.k+1)); ok {
			return d, true
		}
		if near := Nearest(t.Text, append([]string{"where"}, clauses[1:]...)); len(near) > 0 {
			return withFix(finding(codeSyntax, t.At, "`%s` is not a clause of a rule%s", t.Text, didYouMean(near)), t.At, near[0], "write `"+near[0]+"`"), true
		}
	}
	return Diag{}, false
}

// unquoted is a tag without quotes: the run of tokens without space between.
func (tr *trouble) unquoted(t *Token) Diag {
	at, text := t.At, t.Text
	for i := tr.k + 1; i < len(tr.solid) && tr.solid[i].At.Start == at.End; i++ {
		text += tr.solid[i].Text
		at.End = tr.solid[i].At.End
	}
	return withFix(finding(codeTagQuote, at, "a tag stands in quotes: \"%s\"", text), at, `"`+text+`"`, "write the quotes")
}

// clausesBefore lists the clause words before the place, outside of brackets.
func (tr *trouble) clausesBefore() []string {
	var seen []string
	depth := 0
	for _, t := range tr.solid[:tr.k] {
		switch {
		case t.Kind == Punct && strings.Contains("([{", t.Text):
			depth++
		case t.Kind == Punct && strings.Contains(")]}", t.Text):
			depth--
		case depth == 0 && (t.Kind == Keyword || t.Kind == IdentTok) && slices.Contains(clauses, t.Text):
			seen = append(seen, t.Text)
		}
	}
	return seen
}

// misplaced is a clause that stands in the wrong order, twice, or without the
// clause it belongs to.
func (tr *trouble) misplaced(t *Token, seen []string) Diag {
	rank := slices.Index(clauses, t.Text)
	if (t.Text == "for" || t.Text == "repeat") && !slices.Contains(seen, "when") {
		return finding(codeSyntax, t.At, "`%s` belongs to `when`, and there is none before it", t.Text)
	}
	if t.Text == "do" && slices.Contains(seen, "do") {
		return finding(codeSyntax, t.At, "a rule has one `do`; between acts stands a comma")
	}
	if slices.Contains(seen, t.Text) && t.Text != "on" && t.Text != "then" {
		return finding(codeSyntax, t.At, "a rule has one `%s`; join conditions with `and`, or write two rules", t.Text)
	}
	for _, s := range seen {
		if slices.Index(clauses, s) > rank {
			return finding(codeSyntax, t.At, "`%s` must stand before `%s`: the order is on, by, let, when … for … repeat, do, clear, limit, gather, expire", t.Text, s)
		}
	}
	return finding(codeSyntax, t.At, "`%s` cannot stand here: the order is on, by, let, when … for … repeat, do, clear, limit, gather, expire", t.Text)
}

// spacedUnit is a duration with space in it, such as 500 ms.
func spacedUnit(number, unit *Token) (Diag, bool) {
	short := units[unit.Text]
	if number.Kind != IntTok || unit.Kind != IdentTok || short == "" {
		return Diag{}, false
	}
	at := Span{number.At.Start, unit.At.End}
	whole := number.Text + short
	return withFix(finding(codeDuration, at, "a duration has no space in it: %s", whole), at, whole, "write `"+whole+"`"), true
}

// units of a duration, also as other languages write them.
var units = map[string]string{
	"ns": "ns", "us": "us", "ms": "ms", "s": "s", "m": "m", "h": "h", "d": "d", "w": "w",
	"sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
	"hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d", "week": "w", "weeks": "w", "millis": "ms", "milliseconds": "ms",
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:37]) + "…"
	}
	return s
}

// words turns the parser's message into what a reader would say is missing;
// "" where it expected nothing more.
func words(message string) string {
	_, grammar, ok := strings.Cut(message, "(expected ")
	if !ok {
		return ""
	}
	var fields []string // names, and literals with their quotes
	for i := 0; i < len(grammar); i++ {
		switch c := grammar[i]; {
		case c == '"':
			end := strings.IndexByte(grammar[i+1:], '"')
			if end < 0 {
				return ""
			}
			fields = append(fields, grammar[i:i+end+2])
			i += end + 1
		case isLetter(c):
			start := i
			for i < len(grammar) && (isLetter(grammar[i]) || isDigit(grammar[i])) {
				i++
			}
			fields = append(fields, grammar[start:i])
			i--
		}
	}
	if len(fields) == 0 {
		return ""
	}
	w := strings.Trim(fields[0], `"`)
	switch {
	case w == fields[0]:
		return expected[w]
	case w == "none":
		return expected["ByPart"]
	case len(fields) > 1 && expected[fields[1]] != "" && w != "(":
		return fmt.Sprintf("`%s` and %s", w, expected[fields[1]])
	}
	return "`" + w + "`"
}
