package lang

import "github.com/alecthomas/participle/v2/lexer"

// readRule reads a rule as the grammar of RuleDecl says, without the parser's
// reflection: rules are most of any file, and with it reading them takes 2.4
// times as long. It knows well-formed rules only and is nil for others, which
// the parser then reads, and says what is wrong; a test holds both to the same
// trees.
func readRule(lex *lexer.PeekingLexer) *RuleDecl {
	c := climber{lex: lex}
	d := &RuleDecl{}
	ok := (!c.accept("rule") || d.Name.Parse(lex) == nil) && c.accept("on") && c.ruleSource(&d.Source)
	if ok && c.is("by") {
		d.By, ok = c.byClause()
	}
	for ok && c.accept("let") {
		l := &Let{}
		if ok = l.Name.Parse(lex) == nil && c.accept("="); ok {
			l.Value = c.fresh()
			d.Lets = append(d.Lets, l)
		}
	}
	if ok && c.accept("when") {
		d.When = c.fresh()
		d.For = c.clause("for")
		d.Repeat = c.clause("repeat")
	}
	if ok && c.accept("do") {
		d.Do, ok = c.actList()
	}
	if pos := lex.Peek().Pos; ok && c.accept("clear") {
		d.Clear = &ClearClause{Pos: pos}
		if c.accept("when") {
			d.Clear.When = c.fresh()
			d.Clear.For = c.clause("for")
		}
		if c.accept("do") {
			d.Clear.Do, ok = c.actList()
		}
	}
	if pos := lex.Peek().Pos; ok && c.accept("limit") {
		d.Limit = &LimitClause{Pos: pos, N: c.fresh()}
		if ok = c.accept("per"); ok {
			d.Limit.Per = c.fresh()
		}
		if ok && c.is("by") {
			d.Limit.By, ok = c.byClause()
		}
	}
	if pos := lex.Peek().Pos; ok && c.accept("gather") {
		d.Gather = &GatherClause{Pos: pos, Dur: c.fresh()}
		if c.is("by") {
			d.Gather.By, ok = c.byClause()
		}
	}
	if ok {
		d.Expire = c.clause("expire")
	}
	if !ok || lex.Peek().Type != lexer.EOF {
		return nil
	}
	return d
}

// fresh reads an expression by itself, as each of the grammar's is.
func (c *climber) fresh() Expr {
	x, _ := parseExpr(c.lex)
	return x
}

// clause is what stands after a word, nil where the word does not come.
func (c *climber) clause(word string) Expr {
	if !c.accept(word) {
		return nil
	}
	return c.fresh()
}

func (c *climber) ruleSource(s *RuleSource) bool {
	switch {
	case c.accept("every"):
		s.Every = c.fresh()
		s.Where = c.clause("where")
		return true
	case c.accept("cron"):
		s.Cron = &Str{}
		if s.Cron.Parse(c.lex) != nil {
			return false
		}
		if c.accept("in") {
			s.Zone = &Str{}
			if s.Zone.Parse(c.lex) != nil {
				return false
			}
		}
		s.Where = c.clause("where")
		return true
	}
	for {
		s.Steps = append(s.Steps, Step{})
		if s.Steps[len(s.Steps)-1].Parse(c.lex) != nil {
			return false
		}
		if !c.accept("then") {
			break
		}
	}
	s.Within = c.clause("within")
	return true
}

func (c *climber) byClause() (*ByClause, bool) {
	by := &ByClause{Pos: c.lex.Peek().Pos}
	c.lex.Next()
	if by.None = c.accept("none"); by.None {
		return by, true
	}
	for {
		by.Parts = append(by.Parts, ByPart{})
		if by.Parts[len(by.Parts)-1].Parse(c.lex) != nil {
			return nil, false
		}
		if !c.accept(",") {
			return by, true
		}
	}
}

func (c *climber) actList() ([]Act, bool) {
	var out []Act
	for {
		out = append(out, Act{})
		if out[len(out)-1].Parse(c.lex) != nil {
			return nil, false
		}
		if !c.accept(",") {
			return out, true
		}
	}
}
