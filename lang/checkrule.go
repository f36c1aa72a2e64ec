package lang

import (
	"slices"
	"strconv"
	"strings"

	"github.com/eda-lang/eda/vm/tag"
)

const day = 24 * 3600e9

// checkRule resolves and types one rule.
func (c *checker) checkRule(r *RuleInfo) {
	d := r.Decl
	c.file, c.rule, c.fn = r.File, r, nil
	c.lets, c.using = map[string]*Let{}, nil
	c.guarded = map[string]bool{}
	if !c.source(r) {
		return // nothing below can be judged
	}
	for _, l := range d.Lets {
		if l.Name.Text == "" {
			continue
		}
		if c.lets[l.Name.Text] != nil {
			c.report(codeDuplicate, l.Name.At, "`let %s` stands twice in this rule", l.Name.Text)
			continue
		}
		c.lets[l.Name.Text] = l
	}
	for _, e := range r.Elems {
		c.where = inWhere
		c.condition(e.Where, "`where`")
	}
	c.where = inKey
	r.Key = c.key(d.By, r)
	if l := d.Limit; l != nil {
		c.limit(l, r)
	}
	c.where = inWhen
	if d.When == nil {
		c.where = inDo
	}
	for _, l := range d.Lets {
		c.letOnce(l)
	}
	c.where = inWhen
	c.condition(d.When, "`when`")
	c.duration(d.For, "`for`")
	c.duration(d.Repeat, "`repeat`")
	for _, e := range r.Elems {
		c.guard(e.Where)
	}
	c.guard(d.When)
	c.where = inDo
	c.acts(d.Do)
	if d.Clear != nil {
		if d.When == nil {
			c.report(codeClear, Span{d.Clear.Pos.Offset, d.Clear.Pos.Column}, "`clear` ends a situation, and without `when` this rule has none: it acts on each event")
		} else if d.Clear.When == nil && len(d.Clear.Do) == 0 {
			c.report(codeSyntax, Span{d.Clear.Pos.Offset, d.Clear.Pos.Column}, "`clear` needs a `when` or a `do`")
		}
		c.where = inClear
		c.condition(d.Clear.When, "`clear when`")
		c.duration(d.Clear.For, "`for`")
		c.guarded = map[string]bool{}
		c.guard(d.Clear.When)
		c.where = inDo
		c.acts(d.Clear.Do)
	}
	if g := d.Gather; g != nil {
		c.notBuilt(Span{g.Pos.Offset, g.Pos.Column}, "`gather` is")
	}
	if len(d.Do) == 0 && (d.Clear == nil || len(d.Clear.Do) == 0) && d.When == nil {
		c.report(codeSyntax, Span{d.At.Start, d.At.Start + 2}, "this rule does nothing: add `do`, or a `when` if other rules ask it by active(…)")
	}
	r.Expire = c.expire(r)
	c.rule = nil
}

// source reads what the rule listens to.
func (c *checker) source(r *RuleInfo) bool {
	s := &r.Decl.Source
	head := Span{r.Decl.At.Start, r.Decl.At.Start + 2}
	switch {
	case s.Every != nil:
		c.notBuilt(s.Every.Span(), "`on every` is")
		return false
	case s.Cron != nil:
		c.notBuilt(s.Cron.At, "`on cron` is")
		return false
	case len(s.Steps) == 0:
		c.report(codeSyntax, head, "`on` needs a tag in quotes, such as \"/client/load/*\"")
		return false
	case len(s.Steps) > 1:
		c.notBuilt(s.Steps[1].At, "sequences (`then`) are")
		return false
	case s.Steps[0].Both:
		c.notBuilt(s.Steps[0].At, "joint sources (`&`) are")
		return false
	}
	for _, e := range s.Steps[0].Elems {
		if e.Count != nil {
			c.notBuilt(e.Count.Span(), "repetition (`"+"N of`) is")
			return false
		}
	}
	if s.Within != nil {
		c.notBuilt(s.Within.Span(), "`within` is")
		return false
	}
	elems := s.Steps[0].Elems
	ok := true
	for _, e := range elems {
		pat, good := c.pattern(e.Tag)
		if !good {
			ok = false
			continue
		}
		info := ElemInfo{Elem: e, Pattern: pat, Where: e.Where}
		for _, w := range pat.Wildcards() {
			name := w.Name
			if name == "" {
				name = strconv.Itoa(w.Position)
			}
			slot := slices.Index(r.Caps, name)
			if slot < 0 {
				slot = len(r.Caps)
				r.Caps = append(r.Caps, name)
			}
			info.Caps = append(info.Caps, slot)
		}
		r.Elems = append(r.Elems, info)
		c.tagSlip(e.Tag, pat)
	}
	if !ok {
		return false
	}
	if n := len(elems); n > 1 && elems[n-1].Where != nil && !slices.ContainsFunc(elems[:n-1], func(e *Elem) bool { return e.Where != nil }) {
		for i := range r.Elems { // it speaks for all (S11)
			r.Elems[i].Where = elems[n-1].Where
		}
	}
	for _, name := range r.Caps {
		if old, clash := c.names[name]; clash && old.what == "param" {
			d := c.report(codeClash, elems[0].Tag.At, "`%s` is a capture here and a param of the program; one of them needs another name", name)
			c.label(d, old.file, old.at, "the param")
		}
	}
	return true
}

// tagSlip warns of a pattern that is nearly a declared one (S33).
func (c *checker) tagSlip(s *Str, pat tag.Pattern) {
	text := pat.String()
	for _, e := range c.unit.Events {
		if tag.Intersect(e.Pattern, pat) {
			return
		}
	}
	for _, e := range c.unit.Events {
		other := e.Pattern.String()
		why, want := "", ""
		switch {
		case strings.TrimPrefix(text, "/") != text && meets(strings.TrimPrefix(text, "/"), e.Pattern):
			why, want = "declared without the leading slash", strings.TrimPrefix(text, "/")
		case meets("/"+text, e.Pattern):
			why, want = "declared with a leading slash", "/"+text
		case strings.EqualFold(text, other):
			why, want = "declared with other capitals", other
		default:
			a, b := strings.Split(text, "/"), strings.Split(other, "/")
			if len(a) != len(b) {
				continue
			}
			diff := -1
			for i := range a {
				if a[i] != b[i] && !strings.ContainsAny(a[i]+b[i], "*{") {
					if diff >= 0 {
						diff = -2
						break
					}
					diff = i
				}
			}
			if diff < 0 || len(Nearest(a[diff], []string{b[diff]})) == 0 {
				continue
			}
			fixed := slices.Clone(a)
			fixed[diff] = b[diff]
			why, want = "declared as `"+b[diff]+"`", strings.Join(fixed, "/")
		}
		d := c.report(codeTagSlip, s.At, "no declared event has a tag like this; %s is %s", other, why)
		c.label(d, e.File, e.Decl.Tag.At, "declared here")
		c.fix(d, s.At, `"`+want+`"`, "write \""+want+"\"", false)
		return
	}
}

func meets(text string, p tag.Pattern) bool {
	q, err := tag.Parse(text)
	return err == nil && tag.Intersect(p, q)
}

// key is the key of a rule: what by says, or what the source implies (D2, S11).
func (c *checker) key(by *ByClause, r *RuleInfo) []KeyInfo {
	if by == nil {
		var out []KeyInfo
		for slot, name := range r.Caps {
			everywhere := true
			for _, e := range r.Elems {
				everywhere = everywhere && slices.Contains(e.Caps, slot)
			}
			if everywhere {
				out = append(out, KeyInfo{Name: name, Capture: slot})
			}
		}
		return out
	}
	if by.None {
		return nil
	}
	var out []KeyInfo
	for _, p := range by.Parts {
		if p.In.Text != "" {
			c.notBuilt(p.In.At, "`by … in TABLE` is")
		}
		k := KeyInfo{Capture: -1, Expr: p.Expr, Name: strings.Join(strings.Fields(c.file.Source.Text[p.Expr.Span().Start:p.Expr.Span().End]), " ")}
		c.expr(p.Expr)
		if l, ok := p.Expr.(*Lit); ok && l.Value.IsNone() {
			c.report(codeType, l.At, "`none` stands alone in a key and is no part of one")
		}
		if id, ok := p.Expr.(*Ident); ok {
			if slot := slices.Index(r.Caps, id.Text); slot >= 0 && c.unit.Info.Uses[id].Kind == SymCapture {
				k.Capture, k.Expr = slot, nil
			}
		}
		if slices.ContainsFunc(out, func(o KeyInfo) bool { return o.Name == k.Name }) {
			c.report(codeDuplicate, p.Expr.Span(), "`%s` stands twice in this key", k.Name)
		}
		out = append(out, k)
	}
	return out
}

func (c *checker) limit(l *LimitClause, r *RuleInfo) {
	if _, bad := l.N.(*Bad); !bad {
		v, ok := c.constant(l.N)
		n, isInt := v.AsInt()
		switch {
		case !ok || !isInt:
			c.report(codeConstant, l.N.Span(), "`limit` takes a whole number known at load")
		case n <= 0:
			c.report(codeLimit, l.N.Span(), "a limit of %d lets nothing through; leave `do` out instead", n)
		default:
			c.unit.Info.Consts[l.N] = v
		}
	}
	c.duration(l.Per, "`per`")
	if l.By != nil {
		r.LimitBy = true
		r.LimitKey = c.key(l.By, r)
	}
}

// expire is the life of a key: the rule's own or a day, never less than its
// longest duration (S13).
func (c *checker) expire(r *RuleInfo) int64 {
	d := r.Decl
	life := int64(day)
	if own := c.duration(d.Expire, "`expire`"); own > 0 {
		life = own
	}
	longest := func(e Expr) {
		if v, ok := c.unit.Info.Consts[e]; ok {
			if ns, ok := v.AsDuration(); ok {
				life = max(life, ns)
			}
		}
	}
	seen := map[*FnDecl]bool{}
	var look func(x Expr) bool
	look = func(x Expr) bool {
		call, ok := x.(*Call)
		if !ok {
			return true
		}
		if w, ok := c.unit.Info.Windows[call]; ok && w.Kind != Last {
			life = max(life, w.Size)
		}
		for _, a := range call.Args {
			longest(a)
		}
		if fn := c.unit.Fns[call.Fn.Text]; fn != nil && !seen[fn] {
			seen[fn] = true
			Walk(fn.Body, look)
		}
		return true
	}
	Exprs(d, func(x Expr) {
		longest(x)
		Walk(x, look)
	})
	return life
}

// acts checks what a rule does.
func (c *checker) acts(acts []Act) {
	for i := range acts {
		a := &acts[i]
		switch a.Kind {
		case Fire:
			pat, ok := c.firedTag(a.Tag, true)
			if a.Data != nil {
				c.expr(a.Data)
				for _, p := range a.Data.Parts {
					c.needed(p.Value, true)
				}
			}
			if ok {
				c.fires = append(c.fires, fire{c.rule, a.Tag, pat})
				c.misfit(a, pat)
			}
		case Log:
			c.expr(a.Text)
			c.escapes(a.Text)
			for _, p := range a.Text.Parts {
				if p.Path != nil {
					c.needed(p.Path, true)
				}
			}
		case Set:
			c.notBuilt(a.Name.At, "`set` is")
		case CallAction:
			c.notBuilt(a.At, "calling an action is")
		}
	}
}

// firedTag checks a tag that one event has, and returns a pattern of what it
// can be.
func (c *checker) firedTag(s *Str, interpolated bool) (tag.Pattern, bool) {
	var b strings.Builder
	for _, p := range s.Parts {
		if p.Path != nil {
			if !interpolated {
				c.report(codeFireTag, p.At, "a test sends and expects one tag: write it out here")
				return tag.Pattern{}, false
			}
			if s.rest {
				c.report(codeFireTag, p.At, "`**` stands in patterns only; here {name} prints all of it")
				return tag.Pattern{}, false
			}
			t := c.expr(p.Path)
			if t.kind == listType || t.kind == objectType {
				c.report(codeType, p.At, "%s cannot be a part of a tag", t.article())
			}
			c.needed(p.Path, false)
			b.WriteByte('*')
			continue
		}
		if i := strings.IndexByte(p.Text, '*'); i >= 0 {
			c.report(codeFireTag, p.At, "an event has one tag, so there can be no `*` in what is fired; name a capture to use what it stood for, as in \"/b/{host}\"")
			return tag.Pattern{}, false
		}
		b.WriteString(p.Text)
	}
	text := b.String()
	if text == "" {
		c.report(codeFireTag, s.At, "a tag cannot be empty")
		return tag.Pattern{}, false
	}
	if tag.Reserved(text) {
		c.report(codeFireTag, s.At, "tags under /eda/ are the engine's own")
		return tag.Pattern{}, false
	}
	for strings.Contains(text, "**") {
		text = strings.ReplaceAll(text, "**", "*")
	}
	pat, err := tag.Parse(text)
	if err != nil {
		c.report(codeFireTag, s.At, "%s", err)
		return pat, false
	}
	return pat, true
}

// misfit checks what is fired against the declared event (S36).
func (c *checker) misfit(a *Act, pat tag.Pattern) {
	for _, e := range c.unit.Events {
		if !tag.Covers(e.Pattern, pat) {
			continue
		}
		have := map[string]Type{}
		spread := false
		if a.Data != nil {
			for _, p := range a.Data.Parts {
				if p.Spread {
					spread = true
					continue
				}
				have[p.Name.Text] = c.unit.Info.Types[p.Value]
				i := slices.IndexFunc(e.Fields, func(f EventField) bool { return f.Name == p.Name.Text })
				switch {
				case i < 0 && !e.Decl.Open:
					var names []string
					for _, f := range e.Fields {
						names = append(names, f.Name)
					}
					near := Nearest(p.Name.Text, names)
					d := c.report(codeMisfit, p.Name.At, "the event %s has no field `%s`%s", e.Pattern, p.Name.Text, didYouMean(near))
					c.label(d, e.File, e.Decl.Tag.At, "declared here")
					if len(near) > 0 {
						c.fix(d, p.Name.At, near[0], "write `"+near[0]+"`", true)
						return // one slip, one finding: the field it misses is this one
					}
					return
				case i >= 0 && !fits(have[p.Name.Text], e.Fields[i].Type):
					d := c.report(codeMisfit, p.Value.Span(), "`%s` is declared as %s, and this is %s", p.Name.Text, e.Fields[i].Type, have[p.Name.Text].article())
					c.label(d, e.File, e.Fields[i].At, "declared here")
				}
			}
		}
		for _, f := range e.Fields {
			if _, ok := have[f.Name]; !ok && !f.Type.Optional && !spread {
				d := c.report(codeMisfit, a.Tag.At, "the event %s needs `%s: %s`, which is not fired with it", e.Pattern, f.Name, f.Type)
				c.label(d, e.File, f.At, "declared here")
			}
		}
	}
}

// guard notes the fields that a condition needs to be known, at its top (S35).
func (c *checker) guard(e Expr) {
	switch e := e.(type) {
	case *Paren:
		c.guard(e.X)
	case *Unary:
		if e.Op == "has" {
			c.guarded[fieldPath(e.X)] = true
		}
	case *Binary:
		switch e.Op {
		case "and":
			c.guard(e.X)
			c.guard(e.Y)
		case "==", "!=", "<", "<=", ">", ">=", "in", "like", "matches":
			for _, x := range []Expr{e.X, e.Y} {
				Walk(x, func(x Expr) bool {
					if b, ok := x.(*Binary); ok && b.Op == "??" {
						return false
					}
					if _, ok := x.(*Call); ok {
						return false
					}
					c.guarded[fieldPath(x)] = true
					return true
				})
			}
		}
	}
}

// fieldPath writes a path of names, or nothing for other expressions.
func fieldPath(e Expr) string {
	switch e := e.(type) {
	case *Ident:
		return e.Text
	case *Select:
		if p := fieldPath(e.X); p != "" {
			return p + "." + e.Name.Text
		}
	case *Paren:
		return fieldPath(e.X)
	}
	return ""
}

// needed reports an optional value of a declared event that reaches an act
// unguarded (S35). lenient places take the none of an aggregate.
func (c *checker) needed(e Expr, lenient bool) {
	switch x := e.(type) {
	case *Ident:
		sym := c.unit.Info.Uses[x]
		if sym.Kind == SymLet {
			c.needed(sym.Let.Value, lenient)
			return
		}
		if sym.Kind != SymField {
			return
		}
	case *Paren:
		c.needed(x.X, lenient)
		return
	case *Select:
	case *Obj:
		for _, p := range x.Parts {
			c.needed(p.Value, lenient)
		}
		return
	case *Call:
		t := c.unit.Info.Types[x]
		if t.Optional && !lenient {
			c.report(codeOptional, x.At, "this may be none, and then the event would not be fired; add `?? …` to say what to use")
		}
		return
	default:
		return
	}
	t := c.unit.Info.Types[e]
	if p := fieldPath(e); t.Optional && !c.guarded[p] {
		d := c.report(codeOptional, e.Span(), "`%s` may be missing: add `%s ?? …`, or ask `has %s` in `where`", p, p, p)
		_ = d
	}
}

// escapes reports backslashes in a text that escape nothing.
func (c *checker) escapes(s *Str) {
	for _, at := range s.odd {
		d := c.report(codeBadEscape, at, "this backslash escapes nothing; write two for one: `\\\\`")
		c.fix(d, Span{at.Start, at.Start}, `\`, "add a backslash", true)
	}
}
