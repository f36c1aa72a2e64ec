package lang

import "slices"

// Gathering: one act for many. In the acts of a rule that gathers, group is
// the group that acts: group.count, and group.NAME, the list of what NAME was
// for each member (S29b, D13).

// gather checks the clause, before the acts that it is about.
func (c *checker) gather(r *RuleInfo) {
	g := r.Decl.Gather
	at := Span{g.Pos.Offset, g.Pos.Offset + len("gather")}
	c.duration(g.Dur, "`gather`")
	if len(r.Decl.Do) == 0 {
		c.report(codeGather, at, "there is nothing to gather: this rule has no `do`")
	}
	if g.By != nil {
		r.GatherBy = true
		r.GatherKey = c.key(g.By, r)
		c.noDomain(r.GatherKey, g.By, "gather")
	}
}

// isGroup reports whether a name means the group.
func (c *checker) isGroup(id *Ident) bool {
	return id.Text == "group" && c.rule != nil && c.rule.Decl.Gather != nil && !c.bare && c.fn == nil &&
		!c.local(id.Text) && c.byParam[id.Text] == nil && c.byState[id.Text] == nil
}

// group types group.NAME.
func (c *checker) group(e *Select, id *Ident) Type {
	c.unit.Info.Uses[id] = Symbol{Kind: SymGroup, Name: id.Text}
	c.unit.Info.Types[id] = c.eventType()
	switch e.Name.Text {
	case "":
		c.report(codeSyntax, e.At, "a name is missing after the dot")
		return of(badType)
	case "count":
		return of(intType)
	}
	name := c.unit.Info.Members[e]
	if name == nil {
		name = &Ident{e.Name}
		c.unit.Info.Members[e] = name
	}
	t := c.expr(name)
	if t.kind == badType {
		return t
	}
	return Type{kind: listType, elem: &t}
}

// standGroup refuses group where no group acts, and what each member is asked
// for if it cannot be asked.
func (c *checker) standGroup(e *Select, p place) {
	if slices.Contains(refused[p], aGroup) {
		c.misplaced(e.At, aGroup, p, "group")
	}
	if name := c.unit.Info.Members[e]; name != nil {
		c.stand(name, p)
		c.stand(name, inMember)
	}
}

// isOfGroup reports whether e is group.NAME.
func (c *checker) isOfGroup(e *Select) bool {
	id, ok := e.X.(*Ident)
	return ok && c.unit.Info.Uses[id].Kind == SymGroup
}
