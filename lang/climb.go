package lang

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// parseExpr is participle's way into expressions. It never fails: where no
// expression can be read it leaves a Bad node, and findings stay in the nodes
// until the declaration is done, so that what participle gives up takes its
// findings with it.
func parseExpr(lex *lexer.PeekingLexer) (Expr, error) {
	c := climber{lex: lex}
	return c.expr(0), nil
}

// climber reads expressions by precedence climbing (Richards, Whitby-Strevens:
// BCPL, 1979; the operators' table is in token.go).
type climber struct {
	lex   *lexer.PeekingLexer
	depth int
	links int // operators, calls and selections read so far
}

// An expression may nest this deep and have this many links, so that no text
// exhausts the stack of what walks the tree.
const (
	maxDepth = 200
	maxLinks = 10_000
)

// tooDeep gives up on the rest of the declaration.
func (c *climber) tooDeep() Expr {
	t := *c.lex.Peek()
	at := spanOf(&t)
	for c.lex.Peek().Type != lexer.EOF {
		c.lex.Next()
	}
	return &Bad{At: at, diags: Diagnostics{finding(codeTooDeep, at, "this expression is nested too deeply, or too long; name parts of it with `let`")}}
}

func finding(code Code, at Span, format string, args ...any) Diag {
	return Diag{Code: code, Severity: Error, Message: fmt.Sprintf(format, args...), Primary: Label{Span: at}}
}

// withFix adds a safe fix that replaces a span.
func withFix(d Diag, at Span, text, title string) Diag {
	d.Fixes = append(d.Fixes, Fix{Title: title, Safe: true, Edits: []Edit{{Span: at, Text: text}}})
	return d
}

func (c *climber) is(text string) bool {
	t := c.lex.Peek()
	return t.Value == text && t.Type != typeOf(StrTok) && t.Type != lexer.EOF
}

func (c *climber) accept(text string) bool {
	if c.is(text) {
		c.lex.Next()
		return true
	}
	return false
}

// second is the token after the next one.
func (c *climber) second() lexer.Token {
	mark := c.lex.MakeCheckpoint()
	c.lex.Next()
	t := *c.lex.Peek()
	c.lex.LoadCheckpoint(mark)
	return t
}

func (c *climber) expr(least int) Expr {
	if c.depth++; c.depth > maxDepth {
		return c.tooDeep()
	}
	defer func() { c.depth-- }()
	x := c.prefix()
	compared := false
	for {
		if c.links++; c.links > maxLinks && c.lex.Peek().Type != lexer.EOF {
			return c.tooDeep()
		}
		t := *c.lex.Peek()
		op := t.Value
		var diags Diagnostics
		prefixNot := false
		switch {
		case t.Type == typeOf(StrTok) || t.Type == lexer.EOF:
			return x
		case op == "=" && precComparison >= least:
			diags = append(diags, withFix(finding(codeBorrowed, spanOf(&t), "`=` gives a name its meaning; equality is written `==`"), spanOf(&t), "==", "write `==`"))
			op = "=="
		case t.Type == typeOf(IdentTok) && operatorWords[op].op != "" && precedence[operatorWords[op].op] >= least:
			w := operatorWords[op].op
			diags = append(diags, withFix(finding(codeBorrowed, spanOf(&t), "`%s` is written `%s` here", op, w), spanOf(&t), w, "write `"+w+"`"))
			op = w
		case op == "not":
			next := c.second().Value
			if next != "in" && next != "like" && next != "matches" || precComparison < least {
				return x
			}
			c.lex.Next()
			op, prefixNot = next, true
			example := map[string]string{"in": "not x in xs", "like": "not x like \"a*\"", "matches": "not x matches \"^a\""}[next]
			d := finding(codeNotIn, spanOf(&t), "`not` stands before the comparison: `%s`", example)
			inTok := spanOf(c.lex.Peek())
			d.Fixes = []Fix{{Title: "move `not` to the front", Safe: true, Edits: []Edit{
				{Span: Span{x.Span().Start, x.Span().Start}, Text: "not "}, {Span: Span{t.Pos.Offset, inTok.Start}, Text: ""}}}}
			diags = append(diags, d)
		}
		prec, ok := precedence[op]
		if !ok || prec < least {
			return x
		}
		at := spanOf(c.lex.Next())
		y := c.expr(prec + 1)
		if str, ok := y.(*Str); ok && (op == "like" || op == "matches") {
			str.plain()
		}
		if prec == precComparison {
			if compared && !notThere(y) && !notThere(x) {
				diags = append(diags, c.chained(x, at, y))
			}
			compared = true
		}
		if notThere(x) && op == "==" && len(diags) > 0 {
			diags = nil // a sign twice: what is missing has been said
		}
		b := &Binary{At: x.Span().Join(y.Span()), Op: Op(op), OpAt: at, X: x, Y: y, diags: diags}
		x = b
		if prefixNot {
			x = &Unary{At: b.At, Op: "not", OpAt: spanOf(&t), X: b}
		}
	}
}

func (c *climber) prefix() Expr {
	t := *c.lex.Peek()
	at := spanOf(&t)
	switch {
	case t.Type == typeOf(Keyword) && t.Value == "not":
		c.lex.Next()
		x := c.expr(precNot)
		return &Unary{At: at.Join(x.Span()), Op: "not", OpAt: at, X: x}
	case t.Type == typeOf(Punct) && t.Value == "-":
		c.lex.Next()
		x := c.expr(precUnary)
		return &Unary{At: at.Join(x.Span()), Op: "neg", OpAt: at, X: x}
	case t.Type == typeOf(IdentTok) && t.Value == "has":
		next := c.second()
		if next.Value == "(" && next.Type == typeOf(Punct) || next.Type == typeOf(IdentTok) && next.Value != "like" && next.Value != "matches" {
			c.lex.Next()
			x := c.post()
			return &Unary{At: at.Join(x.Span()), Op: "has", OpAt: at, X: x}
		}
	}
	return c.post()
}

func (c *climber) post() Expr {
	x := c.atom()
	for {
		if c.links++; c.links > maxLinks && c.lex.Peek().Type != lexer.EOF {
			return c.tooDeep()
		}
		t := *c.lex.Peek()
		if t.Type != typeOf(Punct) {
			return x
		}
		switch t.Value {
		case ".":
			dot := spanOf(c.lex.Next())
			if l, ok := x.(*Lit); ok && l.At.End == dot.Start && isDigit(l.Raw[0]) {
				at := l.At.Join(dot)
				x = &Bad{At: at, diags: Diagnostics{withFix(finding(codeNumber, at, "a number ends with a digit: %s.0", l.Raw), at, l.Raw+".0", "write `"+l.Raw+".0`")}}
				continue
			}
			n := c.member(dot.End)
			sel := &Select{At: x.Span().Join(n.At), X: x, Name: n}
			if x = sel; n.Text == "" {
				x = &Bad{At: sel.At, diags: append(gather(sel), finding(codeOperand, dot, "a name is missing after this point"))}
			}
		case "[":
			c.lex.Next()
			var args []Expr
			for {
				args = append(args, c.expr(0))
				if !c.accept(",") {
					break
				}
			}
			end, bad := c.close("]", t)
			idx := &Index{At: Span{x.Span().Start, end}, X: x, Args: args}
			x = idx
			if bad != nil {
				x = &Bad{At: idx.At, diags: append(gather(idx), *bad)}
			}
		case "(":
			switch f := x.(type) {
			case *Ident:
				x = c.call(Name{}, f.Name, f.At.Start)
			case *Select:
				if m, ok := f.X.(*Ident); ok {
					x = c.call(m.Name, f.Name, f.At.Start)
					continue
				}
				return x
			default:
				return x
			}
		default:
			return x
		}
	}
}

// member is the name after a dot; any word will do if it follows at once.
func (c *climber) member(dot int) Name {
	t := *c.lex.Peek()
	if t.Type == typeOf(IdentTok) || t.Type == typeOf(Keyword) && t.Pos.Offset == dot {
		c.lex.Next()
		return Name{t.Value, spanOf(&t)}
	}
	return Name{"", Span{t.Pos.Offset, t.Pos.Offset}}
}

// close expects a closing bracket and returns where it ends. Without one it
// skips to it, if it comes later, and says what is in the way.
func (c *climber) close(bracket string, open lexer.Token) (int, *Diag) {
	t := *c.lex.Peek()
	if c.accept(bracket) {
		return t.Pos.Column, nil
	}
	d := c.unclosed(bracket, open, t)
	depth, end := 0, t.Pos.Offset
	for {
		t := *c.lex.Peek()
		if t.Type == lexer.EOF {
			return end, &d
		}
		if t.Type == typeOf(Punct) {
			switch t.Value {
			case "(", "[", "{":
				depth++
			case ")", "]", "}":
				if depth == 0 {
					if t.Value == bracket {
						c.lex.Next()
						return t.Pos.Column, &d
					}
					return end, &d
				}
				depth--
			}
		} else if t.Type == typeOf(Keyword) && depth == 0 && (t.Value == "do" || t.Value == "when" || t.Value == "clear") {
			return end, &d
		}
		c.lex.Next()
		end = t.Pos.Column
	}
}

// unclosed says what stands where a bracket should close.
func (c *climber) unclosed(bracket string, open, t lexer.Token) Diag {
	prev := c.before()
	here, text := spanOf(&t), clip(t.Value)
	comma := func() Diag {
		d := finding(codeBracket, here, "`%s` cannot follow `%s` here; is a comma missing before it?", text, clip(prev.Text))
		d = withFix(d, Span{prev.At.End, prev.At.End}, ",", "write the comma")
		d.Fixes[0].Safe = false
		return d
	}
	next := Token{kindOf(t.Type), here, t.Value}
	if d, ok := spacedUnit(&prev, &next); ok {
		return d
	}
	switch t.Type {
	case lexer.EOF:
		return finding(codeBracket, spanOf(&open), "this `%s` is not closed; add `%s`", open.Value, bracket)
	case typeOf(Keyword):
		if t.Value == "where" {
			return finding(codeBracket, here, "`where` cannot stand here: it comes last in the brackets of an aggregate")
		}
		return finding(codeBracket, spanOf(&open), "this `%s` is not closed before `%s`; add `%s`", open.Value, t.Value, bracket)
	case typeOf(Punct):
		switch t.Value {
		case ")", "]", "}":
			return finding(codeBracket, spanOf(&open), "this `%s` is closed by `%s`; it wants `%s`", open.Value, t.Value, bracket)
		case "?":
			return finding(codeSyntax, here, "there is no `? :` here; write pick(condition, a, b)")
		}
	default:
		if w := operatorWords[t.Value].say; w != "" && operandEnds(&prev) {
			return finding(codeBorrowed, here, "there is no `%s`: %s", text, w)
		}
		if operandEnds(&prev) {
			return comma()
		}
	}
	return finding(codeBracket, here, "`%s` cannot stand here; `,` or `%s` was expected", text, bracket)
}

// chained reports a comparison of a comparison, and writes the two that are meant.
func (c *climber) chained(x Expr, op Span, y Expr) Diag {
	first, ok := x.(*Binary)
	if !ok || first.Y == nil || op.Start < first.Y.Span().End {
		return finding(codeChain, op, "comparisons do not chain; join two by `and`")
	}
	middle := c.written(first.Y.Span())
	both := c.written(first.At) + " and " + middle + " " + c.written(op) + " " + c.written(y.Span())
	if len(both) > 120 {
		both = "a < b and b < c"
	}
	d := finding(codeChain, op, "comparisons do not chain; write `%s`", both)
	end := first.At.End
	return withFix(d, Span{end, end}, " and "+middle, "write `and "+middle+"` between them")
}

// written is what has been read in a span, with single spaces.
func (c *climber) written(at Span) string {
	var b strings.Builder
	end := -1
	for _, t := range c.lex.Range(0, c.lex.RawCursor()) {
		if s := spanOf(&t); s.Start >= at.Start && s.End <= at.End {
			if end >= 0 && s.Start > end {
				b.WriteByte(' ')
			}
			b.WriteString(t.Value)
			end = s.End
		}
	}
	return b.String()
}

// notThere reports whether a value, or the right side of a comparison, is not there.
func notThere(x Expr) bool {
	if b, ok := x.(*Binary); ok && precedence[string(b.Op)] == precComparison {
		x = b.Y
	}
	_, bad := x.(*Bad)
	return bad
}

// before is the token read last.
func (c *climber) before() Token {
	at := c.lex.RawCursor()
	if at == 0 {
		return Token{Kind: EOF}
	}
	t := c.lex.Range(at-1, at)[0]
	return Token{kindOf(t.Type), spanOf(&t), t.Value}
}

// kindOf is the kind of a token of participle's.
func kindOf(t lexer.TokenType) Kind {
	if t == lexer.EOF {
		return EOF
	}
	return Kind(-t - 10)
}

func (c *climber) atom() Expr {
	t := *c.lex.Peek()
	at := spanOf(&t)
	switch t.Type {
	case typeOf(IntTok):
		c.lex.Next()
		n, err := strconv.ParseInt(t.Value, 10, 64)
		if err != nil {
			return &Bad{At: at, diags: Diagnostics{finding(codeNumber, at, "%s does not fit into a 64-bit integer; write it as a float, %s.0", t.Value, t.Value)}}
		}
		return &Lit{At: at, Value: value.Int(n), Raw: t.Value}
	case typeOf(FloatTok):
		c.lex.Next()
		f, err := strconv.ParseFloat(t.Value, 64)
		if err != nil {
			return &Bad{At: at, diags: Diagnostics{finding(codeNumber, at, "%s is beyond the greatest float", t.Value)}}
		}
		return &Lit{At: at, Value: value.Float(f), Raw: t.Value}
	case typeOf(DurTok):
		c.lex.Next()
		ns, err := calendar.ParseDuration(t.Value)
		if err != nil && !err.Zero {
			return &Bad{At: at} // the lexer has said why
		}
		return &Lit{At: at, Value: value.Duration(ns), Raw: t.Value}
	case typeOf(StrTok):
		s := &Str{}
		_ = s.Parse(c.lex)
		return s
	case typeOf(IdentTok):
		c.lex.Next()
		return &Ident{Name{t.Value, at}}
	case typeOf(Keyword):
		switch t.Value {
		case "true", "false":
			c.lex.Next()
			return &Lit{At: at, Value: value.Bool(t.Value == "true"), Raw: t.Value}
		case "none":
			c.lex.Next()
			return &Lit{At: at, Raw: t.Value}
		}
	case typeOf(Punct):
		switch t.Value {
		case "(":
			c.lex.Next()
			x := c.expr(0)
			end, bad := c.close(")", t)
			if bad != nil {
				return &Bad{At: Span{at.Start, end}, diags: append(gather(x), *bad)}
			}
			return &Paren{At: Span{at.Start, end}, X: x}
		case "[":
			return c.list(t)
		case "{":
			return c.obj()
		}
	}
	return &Bad{At: Span{at.Start, at.Start}, diags: Diagnostics{c.missing(t)}}
}

// missing says that there is no value where one must be.
func (c *climber) missing(t lexer.Token) Diag {
	prev, at, text := c.before(), spanOf(&t), clip(t.Value)
	next := c.second()
	switch {
	case t.Type == lexer.EOF && prev.Kind == EOF:
		return finding(codeOperand, at, "nothing is here: a value was expected")
	case t.Type == lexer.EOF:
		return finding(codeOperand, prev.At, "after `%s` a value is missing", clip(prev.Text))
	case text == "." && next.Type == typeOf(IntTok) && next.Pos.Offset == at.End:
		c.lex.Next()
		c.lex.Next()
		whole := "0." + next.Value
		return withFix(finding(codeNumber, at.Join(spanOf(&next)), "a number begins with a digit: %s", whole), Span{at.Start, at.Start}, "0", "write `"+whole+"`")
	case text == "*" && prev.Text == "*" && prev.At.End == at.Start:
		return finding(codeBorrowed, prev.At.Join(at), "there is no power `**`; write x * x")
	case prev.Kind == Punct && prev.Text == "%" && t.Type == typeOf(Keyword):
		return finding(codeOperand, prev.At, "`%%` gives the remainder of a division; a share of 10 %% is written 0.1")
	case t.Type == typeOf(Keyword) && prev.Kind == EOF:
		return finding(codeOperand, at, "`%s` cannot be a value", text)
	case prev.Text == "and" || prev.Text == "or":
		if slices.Contains([]string{"==", "!=", "<", "<=", ">", ">=", "in", "like", "matches"}, t.Value) {
			return finding(codeOperand, at, "`%s` needs a value before it too; say again what is compared, as in `x > 5 %s x < 3`", text, prev.Text)
		}
		fallthrough
	case prev.Kind != EOF && prev.Text != "":
		return finding(codeOperand, at, "between `%s` and `%s` a value is missing", clip(prev.Text), text)
	}
	return finding(codeOperand, at, "before `%s` a value is missing", text)
}

// bareTag reads a tag without quotes: the tokens up to the next space.
func (c *climber) bareTag() (*Str, Diag) {
	t := *c.lex.Next()
	at, text := spanOf(&t), t.Value
	for next := c.lex.Peek(); next.Type != lexer.EOF && next.Pos.Offset == at.End && next.Value != ","; next = c.lex.Peek() {
		text += next.Value
		at.End = spanOf(c.lex.Next()).End
	}
	d := withFix(finding(codeTagQuote, at, "a tag stands in quotes: \"%s\"", text), at, `"`+text+`"`, "write the quotes")
	return &Str{At: at, Raw: `"` + text + `"`, Parts: []Part{{At: at, Text: text, Digits: -1}}}, d
}

func (c *climber) list(open lexer.Token) Expr {
	c.lex.Next()
	l := &List{}
	for !c.is("]") {
		l.Items = append(l.Items, c.expr(0))
		if !c.accept(",") {
			break
		}
	}
	end, bad := c.close("]", open)
	l.At = Span{open.Pos.Offset, end}
	if bad != nil {
		return &Bad{At: l.At, diags: append(gather(l), *bad)}
	}
	return l
}

// obj reads an object; the present token is its brace.
func (c *climber) obj() Expr {
	open := *c.lex.Next()
	o := &Obj{}
	var diags Diagnostics
	for !c.is("}") {
		t := *c.lex.Peek()
		p := ObjPart{At: spanOf(&t)}
		switch {
		case t.Value == "..." && t.Type == typeOf(Punct):
			c.lex.Next()
			p.Spread = true
		case t.Type == typeOf(IdentTok), t.Type == typeOf(Keyword):
			c.lex.Next()
			p.Name = Name{t.Value, spanOf(&t)}
		case t.Type == typeOf(StrTok):
			s := &Str{}
			_ = s.Parse(c.lex)
			text, _ := s.Literal()
			p.Name = Name{text, s.At}
			diags = append(diags, s.diags...)
		default:
			end, bad := c.close("}", open)
			if bad == nil {
				d := finding(codeBracket, p.At, "a member `name: value` was expected")
				bad = &d
			}
			return &Bad{At: Span{open.Pos.Offset, end}, diags: append(append(diags, gather(o)...), *bad)}
		}
		if !p.Spread && !c.accept(":") {
			if c.is("=") {
				eq := spanOf(c.lex.Next())
				diags = append(diags, withFix(finding(codeBorrowed, eq, "a member is written `name: value`"), eq, ":", "write `:`"))
			} else {
				d := finding(codeMember, p.Name.At, "a member is written `name: value`; for a field of the same name write `%s: %s`", p.Name.Text, p.Name.Text)
				diags = append(diags, withFix(d, p.Name.At, p.Name.Text+": "+p.Name.Text, "write `"+p.Name.Text+": "+p.Name.Text+"`"))
				p.Value = &Ident{p.Name}
			}
		}
		if p.Value == nil {
			p.Value = c.expr(0)
		}
		p.At = p.At.Join(p.Value.Span())
		o.Parts = append(o.Parts, p)
		if !c.accept(",") {
			break
		}
	}
	end, bad := c.close("}", open)
	o.At = Span{open.Pos.Offset, end}
	o.diags = diags
	if bad != nil {
		return &Bad{At: o.At, diags: append(append(diags, gather(o)...), *bad)}
	}
	return o
}

var windowWords = map[string]WinKind{"last": Last, "each": Each, "this": This, "session": Session}

// call reads arguments; the present token is the bracket.
func (c *climber) call(module, fn Name, start int) Expr {
	open := *c.lex.Next()
	call := &Call{Module: module, Fn: fn}
	for !c.is(")") && !c.is("where") && !(c.is("from") && c.second().Type == typeOf(StrTok)) {
		if w := c.window(); w != nil {
			if call.Win != nil {
				d := finding(codeBracket, w.At, "an aggregate has one window")
				call.diags = append(call.diags, d)
			}
			call.Win = w
		} else {
			call.Args = append(call.Args, c.expr(0))
		}
		if !c.accept(",") {
			break
		}
	}
	if c.is("from") && c.second().Type == typeOf(StrTok) {
		c.lex.Next()
		call.From = &Str{}
		_ = call.From.Parse(c.lex)
	}
	if c.accept("where") {
		call.Where = c.expr(0)
	}
	end, bad := c.close(")", open)
	call.At = Span{start, end}
	if bad != nil {
		return &Bad{At: call.At, diags: append(gather(call), *bad)}
	}
	return call
}

// window reads a window word where it is one: before a number, a duration, or
// a name that ends the argument.
func (c *climber) window() *Win {
	t := *c.lex.Peek()
	kind, ok := windowWords[t.Value]
	if !ok || t.Type != typeOf(IdentTok) {
		return nil
	}
	mark := c.lex.MakeCheckpoint()
	c.lex.Next()
	size := *c.lex.Peek()
	switch size.Type {
	case typeOf(IntTok), typeOf(DurTok):
	case typeOf(IdentTok):
		c.lex.Next()
		if !c.is(")") && !c.is("from") && !c.is("where") {
			c.lex.LoadCheckpoint(mark)
			return nil
		}
		c.lex.LoadCheckpoint(mark)
		c.lex.Next()
	default:
		c.lex.LoadCheckpoint(mark)
		return nil
	}
	return &Win{At: Span{t.Pos.Offset, size.Pos.Column}, Kind: kind, Size: c.atom()}
}
