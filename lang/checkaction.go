package lang

import (
	"maps"
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/tag"
)

// Actions: events to actors, with the types of what they carry and, where they
// are acknowledged, how often they are sent (S29c).

// ActionInfo is a declared action. Retry, Backoff and Timeout count only with
// an ack.
type ActionInfo struct {
	Decl    *ActionDecl
	File    *File
	Params  []EventField
	To      tag.Pattern // with * for what is interpolated
	Ack     tag.Pattern // likewise; empty without one
	Retry   int
	Backoff int64 // ns
	Timeout int64 // ns

	reach  tag.Pattern // all that To can be
	permit *PermitInfo // of its file, where it is asked for each call
	bad    bool        // the declaration has a finding that calls would repeat
}

// The delivery of a call where its action does not say otherwise, and how often
// one may be sent again: the wait between doubles each time.
const (
	defaultTimeout = 30e9
	defaultBackoff = 1e9
	maxRetry       = 30
)

func (c *checker) checkActions() {
	for _, a := range c.unit.Actions {
		c.file = a.File
		d := a.Decl
		for i, p := range d.Params {
			if slices.ContainsFunc(d.Params[:i], func(o *Field) bool { return o.Name.Text == p.Name.Text }) {
				c.report(codeDuplicate, p.Name.At, "parameter `%s` stands twice", p.Name.Text)
				a.bad = true
			}
			t := c.typeExpr(p.Type)
			a.bad = a.bad || t.kind == badType
			a.Params = append(a.Params, EventField{p.Name.Text, t, p.At})
		}
		var ok bool
		if a.To, a.reach, ok = c.actionTag(a, d.To); ok {
			a.permit = c.permitted(d.To.At, d.To.Raw, a.reach, a.File)
			c.actionEvent(a)
		} else {
			a.bad = true
		}
		if d.Ack != nil {
			a.Ack, _, ok = c.actionTag(a, d.Ack)
			a.bad = a.bad || !ok
		}
		a.Timeout, a.Backoff = defaultTimeout, defaultBackoff
		for _, clause := range []struct {
			e    Expr
			name string
			to   *int64
		}{{d.Retry, "retry", nil}, {d.Backoff, "backoff", &a.Backoff}, {d.Timeout, "timeout", &a.Timeout}} {
			switch {
			case clause.e == nil:
			case d.Ack == nil:
				c.report(codeAction, clause.e.Span(), "without `ack` nobody says that the call has arrived, so `%s` has no meaning; add an `ack`, or leave `%s` out", clause.name, clause.name)
			case clause.to == nil:
				a.Retry = c.retries(clause.e)
			default:
				if ns := c.duration(clause.e, "`"+clause.name+"`"); ns > 0 {
					*clause.to = ns
				}
			}
		}
	}
	slices.SortFunc(c.unit.Actions, func(a, b *ActionInfo) int { return strings.Compare(a.Decl.Name.Text, b.Decl.Name.Text) })
	c.file = nil
}

func (c *checker) retries(e Expr) int {
	if _, bad := e.(*Bad); bad {
		return 0
	}
	v, ok := c.constant(e)
	n, isInt := v.AsInt()
	switch {
	case !ok && c.excused:
	case !ok || !isInt:
		c.report(codeConstant, e.Span(), "`retry` takes a whole number known at load")
	case n < 0 || n > maxRetry:
		c.report(codeAction, e.Span(), "`retry` takes a number from 0 to %d, for the wait doubles each time; this is %d", maxRetry, n)
	default:
		return int(n)
	}
	return 0
}

// actionTag checks the to or ack of an action: one tag, in which parameters of
// the action may be printed.
func (c *checker) actionTag(a *ActionInfo, s *Str) (pat, reach tag.Pattern, ok bool) {
	fn := &FnDecl{Name: a.Decl.Name}
	var names []string
	for _, p := range a.Decl.Params {
		fn.Params = append(fn.Params, p.Name)
		names = append(names, p.Name.Text)
	}
	for _, p := range s.Parts {
		if p.Path == nil {
			if strings.Contains(p.Text, "*") {
				c.report(codeFireTag, p.At, "an action has one tag, so there can be no `*` in it; {name} prints a parameter")
				return pat, reach, false
			}
			continue
		}
		id, is := p.Path.(*Ident)
		i := -1
		if is {
			i = slices.Index(names, id.Text)
		}
		switch {
		case !is || i < 0 && c.byParam[id.Text] == nil:
			text, near := c.text(p.Path), []string(nil)
			if is {
				near = Nearest(id.Text, names)
			}
			d := c.report(codeFireTag, p.At, "`%s` is not a parameter of this action, so it would have no value here%s", text, didYouMean(near))
			if len(near) > 0 {
				c.fix(d, id.At, near[0], "write `"+near[0]+"`", true)
			}
			return pat, reach, false
		case i >= 0 && i < len(a.Params):
			switch t := a.Params[i].Type; {
			case t.kind == listType || t.kind == objectType:
				c.report(codeType, p.At, "%s cannot be a part of a tag", t.article())
				return pat, reach, false
			case t.Optional:
				c.report(codeOptional, p.At, "`%s` may be none, and then there would be no tag; declare it without `?`", id.Text)
				return pat, reach, false
			}
		}
	}
	was := c.fn
	c.fn = fn
	defer func() { c.fn = was }()
	if pat, ok = c.firedTag(s, true, false); !ok {
		return pat, reach, false
	}
	c.tagSlip(s, pat)
	reach, ok = c.reach(s)
	return pat, reach, ok
}

// actionEvent holds what an action carries against the declared event of its
// tag (S36).
func (c *checker) actionEvent(a *ActionInfo) {
	e := c.declared.covering(a.To)
	if e == nil {
		return
	}
	for _, p := range a.Params {
		j := slices.IndexFunc(e.Fields, func(f EventField) bool { return f.Name == p.Name })
		switch {
		case j < 0 && !e.Decl.Open:
			d := c.report(codeMisfit, p.At, "the event %s, which this action is, has no field `%s`", e.Pattern, p.Name)
			c.label(d, e.File, e.Decl.Tag.At, "declared here")
			return
		case j >= 0 && !fits(p.Type, e.Fields[j].Type):
			d := c.report(codeMisfit, p.At, "`%s` is declared as %s in the event %s, and here as %s", p.Name, e.Fields[j].Type, e.Pattern, p.Type)
			c.label(d, e.File, e.Fields[j].At, "declared here")
		}
	}
	for _, f := range e.Fields {
		if !f.Type.Optional && !slices.ContainsFunc(a.Params, func(p EventField) bool { return p.Name == f.Name }) {
			d := c.report(codeMisfit, a.Decl.To.At, "the event %s needs `%s: %s`, which this action does not carry", e.Pattern, f.Name, f.Type)
			c.label(d, e.File, f.At, "declared here")
		}
	}
}

// callAction checks a call in a do.
func (c *checker) callAction(r *RuleInfo, a *Act, where place) {
	for _, x := range a.Args {
		c.expr(x)
		c.stand(x, where)
	}
	action := c.actionNamed(a)
	if action == nil || action.bad {
		return
	}
	d := action.Decl
	if len(a.Args) != len(d.Params) {
		dg := c.report(codeArity, a.At, "`%s` takes %s, not %d", a.Name.Text, arguments(len(d.Params)), len(a.Args))
		c.label(dg, action.File, d.Name.At, "declared here")
		return
	}
	for i, x := range a.Args {
		p := action.Params[i]
		if t := c.unit.Info.Types[x]; !fits(t, p.Type) || t.kind == noneType && !p.Type.Optional {
			dg := c.report(codeMisfit, x.Span(), "`%s` is declared as %s, and this is %s", p.Name, p.Type, t.article())
			c.label(dg, action.File, p.At, "declared here")
		} else if !p.Type.Optional {
			c.neededBy(x, "sent")
		}
	}
	c.unit.Info.Calls[a] = action
	c.fires = append(c.fires, fire{r, a, action.To})
	r.Fires = append(r.Fires, FireInfo{a, action.To})
	// it binds the file that calls as well as that which declares
	permits := []*PermitInfo{action.permit}
	if r.File != action.File {
		permits = append(permits, c.permitted(a.At, d.To.Raw, action.reach, r.File))
	}
	for _, p := range permits {
		if p != nil {
			c.unit.Info.Permits[a] = append(c.unit.Info.Permits[a], p)
		}
	}
}

// actionNamed is the action that is called; nil when there is none, which has
// been said.
func (c *checker) actionNamed(a *Act) *ActionInfo {
	name := a.Name
	if a.Mod.Text != "" {
		m, ok := c.modules[c.file][a.Mod.Text]
		if !ok {
			c.report(codeUse, a.Mod.At, "no file is joined as `%s`; write use \"….eda\" as %s", a.Mod.Text, a.Mod.Text)
			return nil
		}
		if !c.member(m, name) {
			return nil
		}
	}
	if action := c.byAction[name.Text]; action != nil || c.isLost(name.Text, "action") || name.Text == "" {
		return action
	}
	if old, ok := c.names[name.Text]; ok {
		d := c.report(codeUnknownFunc, name.At, "`%s` is %s; a `do` calls actions, and fires events", name.Text, article(old.what))
		c.label(d, old.file, old.at, "declared here")
		return nil
	}
	if how := map[string]string{"fire": "fire \"/alert\" { host: host }", "log": "log \"{host} is up\"", "set": "set maint = true"}[name.Text]; how != "" {
		c.report(codeUnknownFunc, name.At, "`%s` stands without brackets: %s", name.Text, how)
		return nil
	}
	near := Nearest(name.Text, slices.Sorted(maps.Keys(c.byAction)))
	d := c.report(codeUnknownFunc, name.At, "there is no action `%s`%s", name.Text, didYouMean(near))
	if len(near) > 0 {
		c.fix(d, name.At, near[0], "write `"+near[0]+"`", true)
	} else {
		d.Notes = append(d.Notes, "declare it: action "+name.Text+"(…) to \"/act/"+name.Text+"\"")
	}
	return nil
}
