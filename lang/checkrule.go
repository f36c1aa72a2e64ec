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
	c.shadows = map[string]bool{}
	if !c.source(r) {
		return // a tag that cannot be read has no captures and no fields to judge the rest by
	}
	c.scope, c.match, c.keyed = r.Closing(), r.Sequence(), false
	c.events, _ = c.schemas()
	for _, l := range d.Lets {
		if l.Name.Text == "" {
			continue
		}
		if c.lets[l.Name.Text] != nil {
			c.report(codeDuplicate, l.Name.At, "`let %s` stands twice in this rule; give one of them another name", l.Name.Text)
			continue
		}
		c.lets[l.Name.Text] = l
	}
	for _, l := range d.Lets {
		if _, done := c.unit.Info.Types[l.Value]; !done {
			c.letOnce(l)
		}
	}
	c.match = false
	for i := 0; i < len(r.Elems); i++ {
		e, n := r.Elems[i], 1
		for i+n < len(r.Elems) && e.Where != nil && r.Elems[i+n].Where == e.Where {
			n++ // it speaks for all of them
		}
		c.scope = r.Elems[i : i+n]
		c.condition(e.Where, "`where`")
		c.stand(e.Where, inWhere)
		i += n - 1
	}
	c.scope = r.Elems
	c.condition(d.Source.Where, "`where`")
	c.stand(d.Source.Where, inWhere)
	c.keyed = true
	r.Key = c.key(d.By, r)
	c.scope, c.match, c.keyed = r.Closing(), r.Sequence(), false
	if l := d.Limit; l != nil {
		c.limit(l, r)
	}
	for _, l := range d.Lets {
		c.stand(l.Value, inLet)
	}
	c.condition(d.When, "`when`")
	c.stand(d.When, inWhen)
	c.duration(d.For, "`for`")
	c.duration(d.Repeat, "`repeat`")
	c.known0 = c.guardsOf(r, d.When, true)
	if d.Gather != nil {
		c.gather(r)
	}
	c.acts(r, d.Do, inAct)
	if d.Clear != nil {
		if d.When == nil {
			c.report(codeClear, Span{d.Clear.Pos.Offset, d.Clear.Pos.Column}, "`clear` ends a situation, and without `when` this rule has none: it acts on each event; add `when`, or leave `clear` out")
		} else if d.Clear.When == nil && len(d.Clear.Do) == 0 {
			c.report(codeSyntax, Span{d.Clear.Pos.Offset, d.Clear.Pos.Column}, "`clear` needs a `when` or a `do`")
		}
		c.condition(d.Clear.When, "`clear when`")
		c.stand(d.Clear.When, inClear)
		c.duration(d.Clear.For, "`for`")
		if c.known0 = c.guardsOf(r, d.Clear.When, true); d.Clear.When == nil {
			c.known0 = c.guardsOf(r, d.When, false)
		}
		c.acts(r, d.Clear.Do, inClearDo)
	}
	if len(d.Do) == 0 && (d.Clear == nil || len(d.Clear.Do) == 0) && d.When == nil {
		c.report(codeSyntax, Span{d.At.Start, d.At.Start + 2}, "this rule does nothing: add `do`, or a `when` if other rules ask it by active(…)")
	}
	r.Expire = c.expire(r)
	c.joined(r)
	c.rule = nil
}

// source reads what the rule listens to.
func (c *checker) source(r *RuleInfo) bool {
	s := &r.Decl.Source
	head := Span{r.Decl.At.Start, r.Decl.At.Start + 2}
	switch {
	case s.Every != nil || s.Cron != nil:
		c.ticks(r)
		c.tickKey(r.Decl.By)
		return true
	case len(s.Steps) == 0:
		c.report(codeSyntax, head, "`on` needs a tag in quotes, such as \"/client/load/*\"")
		return false
	}
	var elems []*Elem
	for _, st := range s.Steps {
		elems = append(elems, st.Elems...)
	}
	if len(elems) > mostElems {
		c.report(codeSyntax, elems[mostElems].At, "a source has %d tags at most; a wildcard or a rule of its own can take some of these %d", mostElems, len(elems))
		return false
	}
	joined := len(s.Steps) > 1 || s.Steps[0].Both // several elements come together
	if s.Steps[0].Not {
		c.report(codeSequence, s.Steps[0].At, "a rule begins with what comes; write on \"/first\" then not %s within 5m, or ask silent(…) in `when`", c.text(s.Steps[0].Elems[0].Tag))
		return false
	}
	if s.Within != nil && !sequential(s) {
		c.report(codeSequence, s.Within.Span(), "`within` says how long a sequence may take, and this source is one event; leave it out")
	}
	c.duration(s.Within, "`within`")
	ok := true
	for _, e := range elems {
		pat, good := c.pattern(e.Tag)
		if !good {
			ok = false
			continue
		}
		info := ElemInfo{Elem: e, Pattern: pat, Where: e.Where}
		unnamed := false
		for _, w := range pat.Wildcards() {
			name := w.Name
			if name == "" && joined {
				info.Caps = append(info.Caps, -1)
				unnamed = true
				continue
			}
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
		if unnamed {
			c.unnamed(e)
		}
		r.Elems = append(r.Elems, info)
		c.scheduleSlip(e.Tag)
		c.usedTag(e.Tag, pat)
	}
	if !ok {
		return false
	}
	if sequential(s) {
		c.sequence(r)
	}
	i := 0
	for _, st := range s.Steps {
		last := i + len(st.Elems) - 1
		if !st.Both && last > i && elems[last].Where != nil && !slices.ContainsFunc(st.Elems[:last-i], func(e *Elem) bool { return e.Where != nil }) {
			for ; i < last; i++ { // it speaks for all (S11)
				r.Elems[i].Where = elems[last].Where
			}
		}
		i = last + 1
	}
	for _, name := range r.Caps {
		if old, clash := c.names[name]; clash && hides[old.what] {
			d := c.report(codeClash, elems[0].Tag.At, "`%s` is a capture here and a %s of the program; one of them needs another name", name, old.what)
			c.label(d, old.file, old.at, "the "+old.what)
		}
	}
	return true
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
		k := KeyInfo{Capture: -1, Expr: p.Expr, Name: strings.Join(strings.Fields(c.file.Source.Text[p.Expr.Span().Start:p.Expr.Span().End]), " ")}
		if t := c.expr(p.Expr); t.kind == listType || t.kind == objectType {
			c.report(codeType, p.Expr.Span(), "`%s` is %s, and keys are of texts, numbers and booleans; no event would be kept", c.text(p.Expr), t.article())
		}
		c.stand(p.Expr, inKey)
		k.In = c.domain(p.In)
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
		case !ok && c.excused:
		case !ok || !isInt:
			c.report(codeConstant, l.N.Span(), "`limit` takes a whole number known at load; write it out, or use a param")
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
		c.noDomain(r.LimitKey, l.By, "limit")
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
func (c *checker) acts(r *RuleInfo, acts []Act, where place) {
	if where == inAct && r.Decl.When != nil {
		where = inDo
	}
	for i := range acts {
		a := &acts[i]
		switch a.Kind {
		case Fire:
			if a.Tag == nil {
				continue
			}
			pat, ok := c.firedTag(a.Tag, true, false)
			c.stand(a.Tag, where)
			if a.Data != nil {
				c.expr(a.Data)
				c.stand(a.Data, where)
				for _, p := range a.Data.Parts {
					c.needed(p.Value, false)
				}
			}
			if ok {
				c.fires = append(c.fires, fire{r, a, pat})
				r.Fires = append(r.Fires, FireInfo{a, pat})
				if all, ok := c.reach(a.Tag); !ok {
				} else if p := c.permitted(a.Tag.At, a.Tag.Raw, all, r.File); p != nil {
					c.unit.Info.Permits[a] = append(c.unit.Info.Permits[a], p)
				}
				c.usedTag(a.Tag, pat)
				c.misfit(a, pat)
			}
		case Log:
			if a.Text == nil {
				continue
			}
			c.expr(a.Text)
			c.stand(a.Text, where)
			c.needed(a.Text, false)
		case Set:
			c.set(a, where)
		case CallAction:
			c.callAction(r, a, where)
		}
	}
}

// firedTag checks a tag that one event has, and returns a pattern of what it
// can be.
func (c *checker) firedTag(s *Str, interpolated, engine bool) (tag.Pattern, bool) {
	var b strings.Builder
	c.escapes(s)
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
			if p.Digits >= 0 && !t.couldBe(numType) {
				c.report(codeType, p.At, "`:.%df` prints numbers, and this is %s", p.Digits, t.article())
			}
			c.needed(p.Path, true)
			if c.several(p.Path) {
				b.WriteString(rest)
			} else {
				b.WriteByte('*')
			}
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
		c.report(codeFireTag, s.At, "a tag cannot be empty; write one such as \"/alert\"")
		return tag.Pattern{}, false
	}
	if tag.Reserved(text) && !engine {
		c.report(codeFireTag, s.At, "tags under /eda/ are the engine's own; fire another one")
		return tag.Pattern{}, false
	}
	segs := strings.Split(text, "/")
	many := 0
	for i, seg := range segs {
		if seg == rest && many == 0 { // all of the tag that {name**} stands for
			many++
			segs[i] = "**"
			continue
		}
		seg = strings.ReplaceAll(seg, rest, "*")
		for strings.Contains(seg, "**") {
			seg = strings.ReplaceAll(seg, "**", "*")
		}
		segs[i] = seg
	}
	pat, err := c.tagOf(strings.Join(segs, "/"))
	if err != nil {
		c.report(codeFireTag, s.At, "%s", err)
		return pat, false
	}
	return pat, true
}

// rest stands for what a capture of several segments prints, until the whole
// tag is known.
const rest = "\x00"

// several reports whether a path is a capture of several segments.
func (c *checker) several(e Expr) bool {
	id, ok := e.(*Ident)
	if !ok || c.rule == nil || c.unit.Info.Uses[id].Kind != SymCapture {
		return false
	}
	for _, el := range c.rule.Elems {
		for _, w := range el.Pattern.Wildcards() {
			if w.Rest && (w.Name == id.Text || w.Name == "" && strconv.Itoa(w.Position) == id.Text) {
				return true
			}
		}
	}
	return false
}

// misfit checks what is fired against the declared event (S36).
func (c *checker) misfit(a *Act, pat tag.Pattern) {
	e := c.declared.covering(pat)
	if e == nil {
		return
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
			case i < 0 && c.env.strict:
				d := c.report(codeUndeclaredField, p.Name.At, "the event %s does not declare `%s`, and the project is strict; add it to the declaration, with its type", e.Pattern, p.Name.Text)
				c.label(d, e.File, e.Decl.Tag.At, "declared here")
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

// escapes reports backslashes in a text that escape nothing.
func (c *checker) escapes(s *Str) {
	for _, at := range s.odd {
		d := c.report(codeBadEscape, at, "this backslash escapes nothing; write two for one: `\\\\`")
		c.fix(d, Span{at.Start, at.Start}, `\`, "add a backslash", true)
	}
}
