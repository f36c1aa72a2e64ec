package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// What rules ask for against what recordings had: tags, fields and texts that
// were not there, and thresholds with all values on one side. What a
// declaration names is looked for in schema.go, and times in period.go.

var evidenceRows = []row{
	{lang.CodeRecordedKind, always, kinds},
	{lang.CodeUnseenTag, always, unseen},
}

// someEvents is how many events show what is usual.
const someEvents = 10

// evidence is what the lints find out about a recording, each once.
type evidence struct {
	seen map[string]*lang.ObservedTags // by patterns
	own  map[string][]tag.Pattern      // what the program sends itself, by its literal head
	tree *segment                      // the tags
	caps map[string][]string           // what a wildcard stood for, by pattern and place
	gaps map[string]period             // by patterns and key
}

// recorded are the observed tags that one of the patterns matches; there must
// be a recording.
func (p *pass) recorded(patterns ...tag.Pattern) *lang.ObservedTags {
	var key strings.Builder
	for _, x := range patterns {
		key.WriteString(x.String() + "\n")
	}
	g := p.seen[key.String()]
	if g == nil {
		if p.seen == nil {
			p.seen = map[string]*lang.ObservedTags{}
		}
		g = p.Observed.Matching(patterns...)
		p.seen[key.String()] = g
	}
	return g
}

// captured is what a wildcard of a pattern stood for.
func (p *pass) captured(x tag.Pattern, w int) []string {
	key := strconv.Itoa(w) + " " + x.String()
	out, done := p.caps[key]
	if !done {
		if p.caps == nil {
			p.caps = map[string][]string{}
		}
		out = p.recorded(x).Wildcard(x, w)
		p.caps[key] = out
	}
	return out
}

// complete reports whether all tags of the recording and of the program are
// known, so that one that is not among them was not there, and is not sent by
// a rule that could not be read.
func (p *pass) complete() bool {
	return p.Observed.Rest == 0 && p.Observed.Events > 0 && !p.Broken
}

// unbroken leaves out what a recording says of rules that have an error: what
// they mean is not known.
func unbroken(found, errors lang.Diagnostics) lang.Diagnostics {
	broken := map[string]bool{}
	for _, d := range errors {
		broken[d.Rule] = broken[d.Rule] || d.Rule != "" && d.Severity == lang.Error
	}
	return slices.DeleteFunc(found, func(d lang.Diag) bool { return broken[d.Rule] && d.Code.NeedsRecording() })
}

// ours reports whether the program itself may send an event with such a tag,
// or the engine.
func (p *pass) ours(x tag.Pattern) bool {
	if head(x) == "eda" {
		return true
	}
	if p.own == nil {
		p.own = map[string][]tag.Pattern{}
		add := func(x tag.Pattern) { p.own[head(x)] = append(p.own[head(x)], x) }
		for _, r := range p.Rules {
			for _, f := range r.Fires {
				add(f.Pattern)
			}
		}
		for _, a := range p.Actions {
			for _, s := range []*lang.Str{a.Decl.To, a.Decl.Ack} {
				if s == nil {
					continue
				}
				if loose, ok := loosely(s); ok {
					add(loose)
				}
			}
		}
	}
	meets := func(o tag.Pattern) bool { return tag.Intersect(o, x) }
	if h := head(x); h != "" {
		return slices.ContainsFunc(p.own[h], meets) || slices.ContainsFunc(p.own[""], meets)
	}
	for _, list := range p.own {
		if slices.ContainsFunc(list, meets) {
			return true
		}
	}
	return false
}

// head is the first segment of a pattern that is not empty, or nothing where
// that varies.
func head(x tag.Pattern) string {
	h, _, _ := strings.Cut(strings.TrimPrefix(x.String(), "/"), "/")
	if strings.ContainsAny(h, "*{") {
		return ""
	}
	return h
}

// loosely is a tag with * for what is printed in it.
func loosely(s *lang.Str) (tag.Pattern, bool) {
	var b strings.Builder
	for _, part := range s.Parts {
		if part.Path != nil {
			b.WriteString("*")
		} else {
			b.WriteString(part.Text)
		}
	}
	p, err := tag.Parse(b.String())
	return p, err == nil
}

// evident says of a finding that it rests on a recording.
func (p *pass) evident(d *lang.Diag) *lang.Diag {
	d.Notes = append(d.Notes, "this is what "+p.Observed.Recording()+" shows: evidence, not proof")
	return d
}

// fix offers a change; one that rests on evidence is never safe.
func (p *pass) fix(d *lang.Diag, f *lang.File, at lang.Span, text, title string) {
	d.Fixes = append(d.Fixes, lang.Fix{Title: title, Edits: []lang.Edit{{File: f.Source.Name, Span: at, Text: text}}})
}

// didYouMean is a closing half-sentence for a message, or nothing.
func didYouMean(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return "; did you mean `" + names[0] + "`?"
	}
	return "; did you mean `" + strings.Join(names[:len(names)-1], "`, `") + "` or `" + names[len(names)-1] + "`?"
}

// tagged names the events that patterns match.
func tagged(tags []tag.Pattern) string {
	var texts []string
	for _, t := range tags {
		if !slices.Contains(texts, t.String()) {
			texts = append(texts, t.String())
		}
	}
	return "tagged " + strings.Join(texts, " or ")
}

// declared reports whether some declaration speaks of events with such a tag.
func (p *pass) declared(x tag.Pattern) bool {
	return slices.ContainsFunc(p.Events, func(e *lang.EventInfo) bool { return tag.Intersect(e.Pattern, x) })
}

// covered reports whether a declaration closes the fields of events with such
// a tag: what it does not name is an error then, and what it names is looked
// for where it is declared.
func (p *pass) covered(x tag.Pattern) *lang.EventInfo {
	for _, e := range p.Events {
		if tag.Covers(e.Pattern, x) {
			return e
		}
	}
	return nil
}

// unseen goes through the rules.
func unseen(p *pass) {
	if p.Observed == nil {
		return
	}
	for _, r := range p.Rules {
		there := true
		for _, el := range r.Elems {
			there = p.tag(r, el.Elem.Tag, el.Pattern) && there
		}
		s := &sights{pass: p, r: r, missed: map[string]bool{}}
		lang.Exprs(r.Decl, func(e lang.Expr) {
			lang.Walk(e, func(x lang.Expr) bool {
				if call, ok := x.(*lang.Call); ok && call.From != nil {
					if from, ok := p.Info.Froms[call]; ok {
						p.tag(r, call.From, from)
					}
				}
				return true
			})
		})
		if there { // a rule whose events were not there has its finding
			s.rule()
		}
	}
}

// tag looks for a tag, and reports one that was not there.
func (p *pass) tag(r *lang.RuleInfo, s *lang.Str, x tag.Pattern) (there bool) {
	g := p.recorded(x)
	switch {
	case g.Count > 0:
		const most, of = 2, 1000 // of so many, no more are hardly any
		if g.Count <= most && p.Observed.Events >= of && !p.ours(x) && !p.declared(x) {
			p.evident(p.report(lang.CodeNotRecorded, r.File, r, s.At, fmt.Sprintf("in %s only %s of %s is tagged %s", p.Observed.Recording(), lang.Grouped(g.Count), lang.Amount(p.Observed.Events, "event"), x)))
		}
		return true
	case !p.complete() || p.ours(x) || p.declared(x):
		return false
	}
	if want, how := p.nearTag(s, x); want != "" {
		d := p.evident(p.report(lang.CodeUnseenTag, r.File, r, s.At, fmt.Sprintf("in %s no event is tagged %s%s; did you mean \"%s\"?", p.Observed.Recording(), x, how, want)))
		p.fix(d, r.File, s.At, `"`+want+`"`, `write "`+want+`"`)
		return false
	}
	p.evident(p.report(lang.CodeNotRecorded, r.File, r, s.At, fmt.Sprintf("in %s no event is tagged %s", p.Observed.Recording(), x)))
	return false
}

// segment is a node of the tree of tags.
type segment struct {
	next  map[string]*segment
	names []string // of next, in order
	end   bool
}

func (p *pass) tags() *segment {
	if p.tree == nil {
		p.tree = &segment{}
		for _, t := range p.Observed.Tags {
			n := p.tree
			for s := range strings.SplitSeq(t.Tag, "/") {
				if n.next[s] == nil {
					if n.next == nil {
						n.next = map[string]*segment{}
					}
					n.next[s] = &segment{}
					n.names = append(n.names, s)
				}
				n = n.next[s]
			}
			n.end = true
		}
	}
	return p.tree
}

// nearTag is what a tag of a rule should be to match recorded events, if that
// is a slip: the leading slash, a * that does not cross slashes, or a segment.
func (p *pass) nearTag(s *lang.Str, x tag.Pattern) (want, how string) {
	text := x.String()
	matches := func(text string) bool {
		o, err := tag.Parse(text)
		return err == nil && p.recorded(o).Count > 0
	}
	if bare, slash := strings.CutPrefix(text, "/"); slash && matches(bare) {
		return bare, ", where the leading slash counts"
	} else if !slash && matches("/"+text) {
		return "/" + text, ", where the leading slash counts"
	}
	if strings.HasSuffix(text, "/*") && !strings.Contains(text, "**") && matches(text+"*") {
		return text + "*", ", where `*` is one segment"
	}
	segs := strings.Split(text, "/")
	var walk func(n *segment, i int, slip string) string
	walk = func(n *segment, i int, slip string) string {
		if i == len(segs) {
			if n.end && slip != "" {
				return slip
			}
			return ""
		}
		loose := strings.ContainsAny(segs[i], "*{")
		if next := n.next[segs[i]]; next != nil && !loose {
			if found := walk(next, i+1, slip); found != "" {
				return found
			}
		}
		for _, name := range n.names {
			found := ""
			switch {
			case loose && (segs[i] == "**" || strings.HasSuffix(segs[i], "**}")):
				if slip != "" {
					return slip
				}
				continue
			case loose:
				found = walk(n.next[name], i+1, slip)
			case slip == "" && lang.Misspelt(segs[i], name):
				found = walk(n.next[name], i+1, fmt.Sprintf("%d %s", i, name))
			}
			if found != "" {
				return found
			}
		}
		return ""
	}
	slip := walk(p.tags(), 0, "")
	if slip == "" {
		return "", ""
	}
	var i int
	var name string
	fmt.Sscanf(slip, "%d %s", &i, &name)
	segs[i] = name
	return strings.Join(segs, "/"), ""
}

// sights looks through one rule.
type sights struct {
	*pass
	r      *lang.RuleInfo
	missed map[string]bool // fields that were spoken of
}

// place is where an expression finds its value in the recording.
type place struct {
	tags  []tag.Pattern
	seen  *lang.ObservedTags
	path  []string    // of names and "[]"
	at    []lang.Span // of each
	value *lang.ObservedValue
	cap   []string // what a capture stood for, where it is one
	text  string   // as it is written
}

// place finds a field, a member of one or a capture; from is the tag of the
// aggregate it stands in, if that has its own. ok is false for what is neither.
func (s *sights) place(e lang.Expr, from *tag.Pattern) (pl place, ok bool) {
	var tags []tag.Pattern
	for _, el := range s.r.Elems {
		tags = append(tags, el.Pattern)
	}
	if from != nil {
		tags = []tag.Pattern{*from}
	}
	var path func(e lang.Expr) bool
	path = func(e lang.Expr) bool {
		switch e := e.(type) {
		case *lang.Paren:
			return path(e.X)
		case *lang.Ident:
			switch sym := s.Info.Uses[e]; sym.Kind {
			case lang.SymField:
				pl.path, pl.at = append(pl.path, e.Text), append(pl.at, e.At)
				return true
			case lang.SymEvent:
				return true
			case lang.SymAlias:
				if from == nil {
					tags = nil
					for _, el := range s.r.Elems {
						if el.Elem.As.Text == e.Text {
							tags = append(tags, el.Pattern)
						}
					}
				}
				return len(tags) > 0
			case lang.SymCapture:
				if from != nil {
					return false
				}
				for _, el := range s.r.Elems {
					for w, c := range el.Caps {
						if c >= 0 && s.r.Caps[c] == e.Text {
							pl.cap = append(pl.cap, s.captured(el.Pattern, w)...)
						}
					}
				}
				return len(pl.cap) > 0
			}
		case *lang.Select:
			if s.Info.Qualified[e] == nil && path(e.X) {
				pl.path, pl.at = append(pl.path, e.Name.Text), append(pl.at, e.Name.At)
				return true
			}
		case *lang.Index:
			if s.Info.Lookups[e] == nil && len(e.Args) == 1 && path(e.X) {
				pl.path, pl.at = append(pl.path, "[]"), append(pl.at, e.At)
				return true
			}
		}
		return false
	}
	if !path(e) || len(pl.path) == 0 && pl.cap == nil {
		return pl, false
	}
	pl.tags, pl.text = tags, s.source(e)
	pl.seen = s.recorded(tags...)
	pl.value = pl.seen.Data.At(pl.path...)
	return pl, pl.seen.Count > 0
}

// rule looks through the conditions and acts of the rule.
func (s *sights) rule() {
	lets := map[*lang.Let]bool{}
	var look func(e lang.Expr, from *tag.Pattern, asked bool)
	all := func(xs []lang.Expr, from *tag.Pattern, asked bool) {
		for _, x := range xs {
			look(x, from, asked)
		}
	}
	look = func(e lang.Expr, from *tag.Pattern, asked bool) {
		if e == nil {
			return
		}
		if pl, ok := s.place(e, from); ok {
			s.missing(pl, asked)
			if i, ok := e.(*lang.Index); ok {
				all(i.Args, from, false)
			}
			return
		}
		switch e := e.(type) {
		case *lang.Paren:
			look(e.X, from, asked)
		case *lang.Ident:
			if sym := s.Info.Uses[e]; sym.Kind == lang.SymLet && !lets[sym.Let] {
				lets[sym.Let] = true
				look(sym.Let.Value, from, asked)
			}
		case *lang.Unary:
			look(e.X, from, asked || e.Op == "has")
		case *lang.Binary:
			look(e.X, from, asked || e.Op == "??")
			look(e.Y, from, asked || e.Op == "??") // the other one is there
			s.compares(e, from)
		case *lang.Select:
			if s.Info.Qualified[e] == nil {
				look(e.X, from, asked)
			}
		case *lang.Index:
			look(e.X, from, asked)
			all(e.Args, from, asked)
		case *lang.List:
			all(e.Items, from, asked)
		case *lang.Obj:
			for _, m := range e.Parts {
				look(m.Value, from, asked)
			}
		case *lang.Str:
			for _, m := range e.Parts {
				look(m.Path, from, asked)
			}
		case *lang.Call:
			if s.Info.Asks[e] != nil {
				return
			}
			if x, ok := s.Info.Froms[e]; ok {
				if s.recorded(x).Count == 0 {
					return
				}
				from = &x
			}
			all(e.Args, from, asked)
			look(e.Where, from, asked)
		}
	}
	tags := map[lang.Expr]bool{} // say what is taken
	for _, el := range s.r.Elems {
		tags[el.Elem.Tag] = true
	}
	lang.Exprs(s.r.Decl, func(e lang.Expr) {
		if !tags[e] {
			look(e, nil, false)
		}
	})
}

// missing reports a field that recorded events do not have, once for the rule.
func (s *sights) missing(pl place, asked bool) {
	if len(pl.path) == 0 || pl.value != nil && pl.value.Known() > 0 {
		return
	}
	for _, t := range pl.tags {
		if e := s.covered(t); e != nil && (!e.Decl.Open || slices.ContainsFunc(e.Fields, func(f lang.EventField) bool { return f.Name == pl.path[0] })) {
			return // the declaration has what is to be said
		}
	}
	// the first step that was not there
	v, i := &pl.seen.Data, 0
	for ; i < len(pl.path); i++ {
		next := v.At(pl.path[i])
		if next == nil || next.Known() == 0 {
			break
		}
		v = next
	}
	if i == len(pl.path) || v.Cut || pl.path[i] == "[]" || v.Of(value.KindObject) == 0 {
		return
	}
	name := strings.ReplaceAll(strings.Join(pl.path[:i+1], "."), ".[]", "[]")
	if s.missed[name] {
		return
	}
	s.missed[name] = true
	var names []string
	for _, f := range v.Fields {
		if f.Known() > 0 {
			names = append(names, f.Name)
		}
	}
	near := nearField(pl.path[i], names)
	message := fmt.Sprintf("in %s none of %s %s has `%s`", s.Observed.Recording(), lang.Amount(pl.seen.Count, "event"), tagged(pl.tags), name)
	if len(near) == 0 || asked {
		if !asked {
			s.evident(s.report(lang.CodeNotRecorded, s.r.File, s.r, pl.at[i], message))
		}
		return
	}
	d := s.evident(s.report(lang.CodeUnseenField, s.r.File, s.r, pl.at[i], message+didYouMean(near)))
	if lang.IsName(near[0]) {
		s.fix(d, s.r.File, pl.at[i], near[0], "write `"+near[0]+"`")
		s.everywhere(d, pl, i)
	}
}

// everywhere makes the fix of a field that is named wrongly mend all places of
// the rule.
func (s *sights) everywhere(d *lang.Diag, pl place, i int) {
	if i > 0 {
		return
	}
	edits := &d.Fixes[0].Edits
	lang.Exprs(s.r.Decl, func(e lang.Expr) {
		lang.Walk(e, func(x lang.Expr) bool {
			if id, ok := x.(*lang.Ident); ok && id.Text == pl.path[0] && s.Info.Uses[id].Kind == lang.SymField && id.At != pl.at[0] {
				*edits = append(*edits, lang.Edit{File: s.r.File.Source.Name, Span: id.At, Text: (*edits)[0].Text})
			}
			return true
		})
	})
	slices.SortFunc(*edits, func(a, b lang.Edit) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
}

// nearField are the fields that one may be meant for: by spelling, or because
// all parts between underlines of one are in the other, as load in cur_load.
func nearField(name string, names []string) []string {
	if near := lang.Nearest(name, names); len(near) > 0 {
		return near
	}
	parts := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == '_' || r == '-' || r == '.' })
	}
	in := func(some, all []string) bool {
		return len(some) > 0 && !slices.ContainsFunc(some, func(s string) bool { return len(s) < 3 || !slices.Contains(all, s) })
	}
	var out []string
	for _, n := range names {
		if x, y := parts(name), parts(n); len(out) < 3 && (in(x, y) || in(y, x)) {
			out = append(out, n)
		}
	}
	return out
}
