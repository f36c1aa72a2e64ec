package lang

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The parts below read themselves (participle.Parseable): places where the
// grammar needs more than one token to decide, or where a slip is so common
// that it is read and reported instead of refused.

// Parse reads one place of a sequence: [ "not" ] elem { "|" elem } or { "&" elem }.
func (s *Step) Parse(lex *lexer.PeekingLexer) error {
	c := climber{lex: lex}
	start := lex.Peek().Pos.Offset
	s.Not = c.accept("not")
	for {
		e, err := c.elem()
		if err != nil {
			return err
		}
		s.Elems = append(s.Elems, e)
		s.At = Span{start, e.At.End}
		if c.is("&") && (len(s.Elems) == 1 || s.Both) {
			s.Both = true
		} else if !c.is("|") || s.Both {
			return nil
		}
		lex.Next()
	}
}

// elem reads [ INT "of" ] TAG [ "as" ID ] [ "where" expr ].
func (c *climber) elem() (*Elem, error) {
	e := &Elem{}
	t := *c.lex.Peek()
	e.At = spanOf(&t)
	if (t.Type == typeOf(IntTok) || t.Type == typeOf(IdentTok)) && c.second().Value == "of" {
		e.Count = c.atom()
		c.lex.Next()
	}
	e.Tag = &Str{}
	if err := e.Tag.Parse(c.lex); err != nil {
		return nil, &participle.UnexpectedTokenError{Unexpected: *c.lex.Peek(), Expect: "TAG"}
	}
	e.At.End = e.Tag.At.End
	if c.is("as") {
		c.lex.Next()
		if err := e.As.Parse(c.lex); err != nil {
			return nil, &participle.UnexpectedTokenError{Unexpected: *c.lex.Peek(), Expect: "Name"}
		}
		e.At.End = e.As.At.End
	}
	if c.accept("where") {
		e.Where = c.expr(0)
		e.At.End = e.Where.Span().End
	}
	return e, nil
}

// Parse reads a key part: a sum, so that "in" after it names a table.
func (p *ByPart) Parse(lex *lexer.PeekingLexer) error {
	c := climber{lex: lex}
	start := lex.Cursor()
	p.Expr = c.expr(precComparison + 1)
	if lex.Cursor() == start { // participle wants progress in an alternative
		return &participle.UnexpectedTokenError{Unexpected: *lex.Peek(), Expect: "ByPart"}
	}
	if c.accept("in") {
		return p.In.Parse(lex)
	}
	return nil
}

// Parse reads { fields }.
func (f *FieldSet) Parse(lex *lexer.PeekingLexer) error { return f.parse(&climber{lex: lex}) }

func (f *FieldSet) parse(c *climber) error {
	lex := c.lex
	if !c.is("{") {
		return participle.NextMatch
	}
	open := *lex.Next()
	for !c.is("}") {
		if c.accept("...") {
			f.Open = true
		} else {
			field := &Field{}
			if err := field.parse(c); err != nil {
				f.diags = append(f.diags, c.badField(field, open)...)
				if len(f.diags) > 0 {
					c.close("}", open)
					return nil
				}
				break
			}
			f.Fields = append(f.Fields, field)
		}
		if !c.accept(",") {
			break
		}
	}
	if _, bad := c.close("}", open); bad != nil {
		f.diags = append(f.diags, *bad)
	}
	return nil
}

// badField says why a field could not be read, if there is one.
func (c *climber) badField(f *Field, open lexer.Token) Diagnostics {
	t := *c.lex.Peek()
	at := spanOf(&t)
	var d Diag
	switch {
	case f.Name.Text == "" && (t.Type == lexer.EOF || t.Type == typeOf(Keyword)):
		return nil // the bracket is not closed
	case f.Name.Text == "":
		d = finding(codeSyntax, at, "`%s` cannot stand here: a field is written `name: type`", clip(t.Value))
	case f.Type == nil:
		d = finding(codeSyntax, f.Name.At, "the field `%s` has no type; write `%s: float` or another type", f.Name.Text, f.Name.Text)
	default:
		d = finding(codeSyntax, at, "`%s` is not a type; there are int, float, string, bool, time, duration, [type], {…} and any", clip(t.Value))
	}
	return Diagnostics{d}
}

// Parse reads name: type; any word or text is a name here.
func (f *Field) Parse(lex *lexer.PeekingLexer) error { return f.parse(&climber{lex: lex}) }

func (f *Field) parse(c *climber) error {
	lex := c.lex
	t := *lex.Peek()
	switch t.Type {
	case typeOf(IdentTok), typeOf(Keyword):
		lex.Next()
		f.Name = Name{t.Value, spanOf(&t)}
	case typeOf(StrTok):
		s := &Str{}
		_ = s.Parse(lex)
		text, _ := s.Literal()
		f.Name = Name{text, s.At}
	default:
		return participle.NextMatch
	}
	f.At = f.Name.At
	if !c.accept(":") {
		return &participle.UnexpectedTokenError{Unexpected: *lex.Peek(), Expect: "':'"}
	}
	f.Type = &TypeExpr{}
	if err := f.Type.parse(c); err != nil {
		return err
	}
	f.At.End = f.Type.At.End
	return nil
}

// Parse reads a type.
func (t *TypeExpr) Parse(lex *lexer.PeekingLexer) error { return t.parse(&climber{lex: lex}) }

func (t *TypeExpr) parse(c *climber) error {
	lex := c.lex
	if c.depth++; c.depth > maxDepth {
		t.diags = gather(c.tooDeep())
		return nil
	}
	defer func() { c.depth-- }()
	first := *lex.Peek()
	t.At = spanOf(&first)
	switch {
	case first.Type == typeOf(IdentTok):
		lex.Next()
		t.Name = Name{first.Value, t.At}
	case c.is("["):
		lex.Next()
		t.Elem = &TypeExpr{}
		if err := t.Elem.parse(c); err != nil {
			return err
		}
		end, bad := c.close("]", first)
		t.At.End = end
		if bad != nil {
			t.diags = append(t.diags, *bad)
		}
	case c.is("{"):
		t.Object = &FieldSet{}
		if err := t.Object.parse(c); err != nil {
			return err
		}
	default:
		return &participle.UnexpectedTokenError{Unexpected: first, Expect: "TypeExpr"}
	}
	if c.is("?") {
		t.At.End = spanOf(lex.Next()).End
		t.Optional = true
	}
	return nil
}

// Parse reads an act. A word that is no act but stands before a tag or text is
// taken for a slip.
func (a *Act) Parse(lex *lexer.PeekingLexer) error {
	c := climber{lex: lex}
	t := *lex.Peek()
	a.At = spanOf(&t)
	if t.Type == typeOf(StrTok) {
		a.Kind = BadAct
		d := finding(codeAct, a.At, "an act begins with a word: `fire` before a tag, `log` before a text")
		a.diags = append(a.diags, withFix(d, Span{a.At.Start, a.At.Start}, "fire ", "write `fire`"))
		s := &Str{}
		_ = s.Parse(lex)
		if c.is("{") {
			c.obj()
		}
		return nil
	}
	if t.Type != typeOf(IdentTok) {
		return participle.NextMatch
	}
	second := c.second()
	switch {
	case t.Value == "fire" && second.Value != "(" && second.Value != ".":
		lex.Next()
		a.Kind = Fire
		switch {
		case second.Type == typeOf(StrTok):
			a.Tag = &Str{}
			_ = a.Tag.Parse(lex)
		case second.Value == "/" || second.Type == typeOf(IdentTok) && !slices.Contains(clauses, second.Value):
			var d Diag
			a.Tag, d = c.bareTag()
			a.diags = append(a.diags, d)
		default:
			a.Kind = BadAct
			a.diags = append(a.diags, finding(codeAct, a.At, "`fire` needs the tag of an event in quotes, such as fire \"/alert\""))
			a.recover(&c)
			return nil
		}
		a.At.End = a.Tag.At.End
		if c.is("{") {
			x := c.obj()
			a.At.End = x.Span().End
			if o, ok := x.(*Obj); ok {
				a.Data = o
			} else {
				a.Kind = BadAct
				a.diags = append(a.diags, gather(x)...)
			}
		}
	case t.Value == "log" && second.Value != "(" && second.Value != ".":
		lex.Next()
		a.Kind = Log
		if second.Type != typeOf(StrTok) {
			a.Kind = BadAct
			at := a.At
			if second.Type != lexer.EOF {
				at = spanOf(&second)
			}
			a.diags = append(a.diags, finding(codeAct, at, "`log` needs a text in quotes, such as log \"{host} is up\""))
			a.recover(&c)
			return nil
		}
		a.Text = &Str{}
		_ = a.Text.Parse(lex)
		a.At.End = a.Text.At.End
	case t.Value == "set" && second.Type == typeOf(IdentTok):
		lex.Next()
		a.Kind = Set
		_ = a.Name.Parse(lex)
		if c.is("[") {
			open := *lex.Next()
			for {
				a.Keys = append(a.Keys, c.expr(0))
				if !c.accept(",") {
					break
				}
			}
			if _, bad := c.close("]", open); bad != nil {
				a.diags = append(a.diags, *bad)
			}
		}
		if !c.accept("=") {
			return &participle.UnexpectedTokenError{Unexpected: *lex.Peek(), Expect: "'='"}
		}
		a.Expr = c.expr(0)
		a.At.End = a.Expr.Span().End
	case second.Value == "(" || second.Value == ".":
		a.Kind = CallAction
		x := c.post()
		a.At = x.Span()
		if call, ok := x.(*Call); ok {
			a.Mod, a.Name, a.Args = call.Module, call.Fn, call.Args
			a.diags = append(a.diags, call.diags...)
		} else {
			a.Kind = BadAct
			a.diags = append(a.diags, gather(x)...)
			if len(a.diags) == 0 {
				a.diags = append(a.diags, finding(codeAct, a.At, "an act is `fire TAG {…}`, `set NAME = …`, `log TEXT` or the call of an action"))
			}
		}
	default:
		lex.Next()
		a.Kind = BadAct
		d := finding(codeAct, a.At, "`%s` is not an act; an act is `fire TAG {…}`, `set NAME = …`, `log TEXT` or the call of an action", t.Value)
		if near := Nearest(t.Value, []string{"fire", "log", "set"}); len(near) > 0 {
			d.Message = "`" + t.Value + "` is not an act; did you mean `" + near[0] + "`?"
			d = withFix(d, a.At, near[0], "write `"+near[0]+"`")
		} else if w := borrowedActs[strings.ToLower(t.Value)]; w == "" {
		} else if slices.Contains(actWords, w) {
			d.Message = "`" + t.Value + "` is written `" + w + "` here"
			d = withFix(d, a.At, w, "write `"+w+"`")
			d.Fixes[0].Safe = false
		} else {
			d.Message = "there is no `" + t.Value + "`: " + w
		}
		a.diags = append(a.diags, d)
		a.recover(&c)
	}
	return nil
}

// borrowedActs are acts of other tools, and what they are here.
var borrowedActs = func() map[string]string {
	const actor = "rules run nothing themselves; fire an event, or call a declared action, that an actor on the host takes"
	m := map[string]string{"print": "log", "echo": "log", "write": "log", "puts": "log", "debug": "log", "send": "fire", "emit": "fire", "publish": "fire", "raise": "fire", "trigger": "fire", "pub": "fire", "let": "set", "update": "set", "store": "set", "put": "set"}
	for _, w := range []string{"exec", "run", "execute", "shell", "command", "cmd", "system", "call", "http", "post", "webhook", "notify", "alert", "restart", "script"} {
		m[w] = actor
	}
	return m
}()

// recover skips what probably belonged to a broken act.
func (a *Act) recover(c *climber) {
	for {
		t := *c.lex.Peek()
		switch {
		case t.Type == typeOf(StrTok), t.Type == typeOf(IntTok), t.Type == typeOf(Punct) && t.Value != ",":
			if t.Value == "{" {
				c.obj()
				continue
			}
			c.lex.Next()
		default:
			return
		}
	}
}

// Parse reads one line of a test.
func (s *TestStep) Parse(lex *lexer.PeekingLexer) error {
	c := climber{lex: lex}
	t := *lex.Peek()
	if t.Type != typeOf(IdentTok) {
		return participle.NextMatch
	}
	s.At = spanOf(&t)
	end := func(x Expr) Expr { s.At.End = x.Span().End; return x }
	data := func() {
		if c.is("{") {
			x := end(c.obj())
			if o, ok := x.(*Obj); ok {
				s.Data = o
			} else {
				s.diags = append(s.diags, gather(x)...)
			}
		}
	}
	// wants reports what is missing; the line ends there.
	wants := func(what string) error {
		prev := c.before()
		s.diags = append(s.diags, finding(codeTestStep, prev.At, "after `%s` comes %s", clip(prev.Text), what))
		return nil
	}
	tag := func() bool {
		if t := lex.Peek(); t.Type == typeOf(Punct) && t.Value == "/" {
			var d Diag
			s.Tag, d = c.bareTag()
			s.diags = append(s.diags, d)
		} else {
			s.Tag = &Str{}
			if err := s.Tag.Parse(lex); err != nil {
				return false
			}
		}
		s.At.End = s.Tag.At.End
		return true
	}
	switch t.Value {
	case "send":
		lex.Next()
		s.Kind = Send
		if !tag() {
			return wants("the tag of an event in quotes")
		}
		data()
		if c.accept("every") {
			s.Every = c.expr(0)
			if !c.accept("for") {
				return wants("`for` and how long, as in `every 1s for 40s`")
			}
			s.For = end(c.expr(0))
		}
	case "wait":
		lex.Next()
		s.Kind, s.Dur = Wait, end(c.expr(0))
	case "expect":
		lex.Next()
		s.Kind = Expect
		if c.is("nothing") {
			s.Kind, s.At.End = ExpectNothing, spanOf(lex.Next()).End
			return nil
		}
		if !tag() {
			return wants("a tag in quotes, or `nothing`")
		}
		data()
		if c.accept("at") {
			s.Dur = end(c.expr(0))
		}
	case "given":
		lex.Next()
		s.Kind = Given
		if err := s.What.Parse(lex); err != nil {
			return &participle.UnexpectedTokenError{Unexpected: *lex.Peek(), Expect: "'param'"}
		}
		return s.given(&c, end)
	default:
		d := finding(codeTestStep, s.At, "`%s` is not a line of a test; there are given, send, wait and expect", t.Value)
		if near := Nearest(t.Value, []string{"given", "send", "wait", "expect"}); len(near) > 0 {
			d = withFix(d, s.At, near[0], "write `"+near[0]+"`")
			d.Message = "`" + t.Value + "` is not a line of a test; did you mean `" + near[0] + "`?"
		}
		s.diags = append(s.diags, d)
		lex.Next()
		for !c.is("}") && lex.Peek().Type != lexer.EOF && !(lex.Peek().Type == typeOf(IdentTok) && testWords[lex.Peek().Value]) {
			if c.is("{") {
				c.obj()
				continue
			}
			lex.Next()
		}
	}
	return nil
}

var testWords = map[string]bool{"given": true, "send": true, "wait": true, "expect": true}

func (s *TestStep) given(c *climber, end func(Expr) Expr) error {
	if s.What.Text == "time" {
		s.Value = end(c.expr(0))
		return nil
	}
	if err := s.Name.Parse(c.lex); err != nil {
		return &participle.UnexpectedTokenError{Unexpected: *c.lex.Peek(), Expect: "Name"}
	}
	open := *c.lex.Peek()
	if c.accept("[") {
		for !c.is("]") {
			if s.What.Text == "table" {
				if !c.is("{") {
					break
				}
				if o, ok := c.obj().(*Obj); ok {
					s.Rows = append(s.Rows, o)
				}
				c.accept(",")
				continue
			}
			s.Keys = append(s.Keys, c.expr(0))
			if !c.accept(",") {
				break
			}
		}
		stop, bad := c.close("]", open)
		s.At.End = stop
		if bad != nil {
			s.diags = append(s.diags, *bad)
		}
	}
	if s.What.Text == "table" {
		return nil
	}
	if !c.accept("=") {
		return &participle.UnexpectedTokenError{Unexpected: *c.lex.Peek(), Expect: "'='"}
	}
	s.Value = end(c.expr(0))
	return nil
}
