package lsp

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
	"github.com/eda-lang/eda/vm/value"
)

// kinds of completion items
const (
	itemText      = 1
	itemFunction  = 3
	itemField     = 5
	itemVariable  = 6
	itemModule    = 9
	itemProperty  = 10
	itemUnit      = 11
	itemKeyword   = 14
	itemSnippet   = 15
	itemFile      = 17
	itemReference = 18
	itemConstant  = 21
	itemStruct    = 22
	itemEvent     = 23
	itemType      = 25
)

// completer collects what may stand at a place.
type completer struct {
	*spot
	cur      *lang.Cursor
	snippets bool
	edit     textRange
	items    []completionItem
	seen     map[string]bool
}

func (s *server) completion(ctx context.Context, p *placeParams) (any, error) {
	at, err := s.at(ctx, *p)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	snippets := s.client.TextDocument.Completion.CompletionItem.SnippetSupport
	s.mu.Unlock()
	cur := lang.CursorAt(at.doc.text, at.offset)
	c := &completer{spot: at, cur: cur, snippets: snippets, edit: at.doc.rangeOf(cur.Word, s.enc), seen: map[string]bool{}}
	if !c.ignorable() {
		c.fill()
	}
	if c.items == nil {
		c.items = []completionItem{}
	}
	return completionList{Items: c.items}, nil
}

// ignorable proposes what can be ignored, in a comment that says so; it reports
// whether the place is in one.
func (c *completer) ignorable() bool {
	line := c.doc.text[:c.offset]
	line = line[strings.LastIndexByte(line, '\n')+1:]
	i := strings.LastIndexByte(line, '#')
	if i < 0 || !strings.HasPrefix(strings.TrimLeft(line[i:], "# \t"), "edac:ignore") || strings.Contains(line[i:], "--") {
		return false
	}
	start := c.offset - len(line) + strings.LastIndexAny(line, " ,\t") + 1
	c.edit = c.doc.rangeOf(lang.Span{Start: start, End: c.offset}, c.s.enc)
	for _, row := range lang.Codes() {
		if row.Severity != lang.Error {
			c.add(0, itemConstant, row.Slug, row.Code.String()+"  "+row.Title, "", "")
		}
	}
	return true
}

// add proposes a word. Those of one rank stand together, lower ones first; a
// snippet stands in for the label where the client can take it.
func (c *completer) add(rank int, kind int, label, detail, snippet, docs string) {
	if c.seen[label] {
		return
	}
	c.seen[label] = true
	it := completionItem{Label: label, Kind: kind, Detail: detail, SortText: fmt.Sprintf("%d %s", rank, label)}
	text := label
	if snippet != "" && c.snippets {
		text, it.InsertTextFormat = snippet, 2
	}
	it.TextEdit = &textEdit{c.edit, text}
	if docs != "" {
		it.Data = &completionData{URI: c.doc.uri, Kind: docs, Name: label}
	}
	c.items = append(c.items, it)
}

// declSnippets are whole declarations, by their word.
var declSnippets = map[string]string{
	"rule":   "rule ${1:name}\non \"${2:/tag}\"\nwhen ${3:condition}\ndo fire \"${4:/alert}\"\n",
	"on":     "on \"${1:/tag}\" do $0",
	"event":  "event \"${1:/tag}\" { ${2:field}: ${3:float} }",
	"param":  "param ${1:name}: ${2:float} = ${3:1.0}",
	"state":  "state ${1:name}: ${2:int} by ${3:key} = ${4:0}",
	"table":  "table ${1:name} from \"${2:file.csv}\" key ${3:column}",
	"fn":     "fn ${1:name}(${2:x}) = $0",
	"action": "action ${1:name}(${2:text}: ${3:string}) to \"${4:/act/name}\"",
	"use":    "use \"${1:file.eda}\" as ${2:name}",
	"may":    "may fire \"${1:/tag}\"",
	"mute":   "mute ${1:rule} where $0",
	"test":   "test \"${1:what happens}\" {\n  send \"${2:/tag}\" { $3 }\n  expect \"${4:/alert}\"\n}",
}

var declOrder = []string{"rule", "on", "event", "param", "fn", "state", "table", "action", "use", "may", "mute", "test"}

func (c *completer) fill() {
	cur := c.cur
	want := func(w lang.Want) bool { return cur.Want&w != 0 }
	for _, w := range cur.Words {
		c.add(2, itemKeyword, w, "", "", "form")
	}
	if want(lang.WantDecl) {
		for _, w := range declOrder {
			c.add(4, itemKeyword, w, "", declSnippets[w], "form")
		}
	}
	if want(lang.WantOperator) && (!want(lang.WantDecl) || cur.Prefix != "") && (len(cur.Calls) > 0 || cur.Clause == "where" || cur.Clause == "let" || cur.Clause == "when" || cur.Decl == "fn") {
		for _, w := range []string{"and", "or", "in", "like", "matches"} {
			c.add(3, itemKeyword, w, "", "", "form")
		}
	}
	switch {
	case want(lang.WantUnit):
		for _, u := range units {
			c.add(0, itemUnit, u[0], u[1], "", "")
		}
	case want(lang.WantHeard | lang.WantFired | lang.WantTested):
		c.tags()
	case want(lang.WantField):
		c.fieldsOf(cur.Tag)
	case want(lang.WantType):
		for _, t := range lang.TypeWords {
			c.add(0, itemType, t, typeDocs[t], "", "")
		}
	case want(lang.WantAct):
		c.acts()
	case want(lang.WantRule):
		for _, r := range c.unit.Rules {
			if r.Decl.Name.Text != "" && (cur.Decl == "mute" || r.Decl.When != nil) {
				c.add(0, itemReference, r.Label, "rule on "+sourceOf(r.File, sourceSpan(r.Decl)), "", "rule")
			}
		}
	case want(lang.WantTable):
		c.tables(0, false)
	case want(lang.WantState):
		c.states(0)
	case want(lang.WantParam):
		c.params(0)
	case want(lang.WantMember):
		c.members()
	case want(lang.WantFile):
		c.paths(".eda")
	case want(lang.WantTableFile):
		c.paths(".csv", ".jsonl")
	case want(lang.WantZone):
		for _, z := range []string{"UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Tokyo", "Asia/Shanghai", "Asia/Kolkata", "Australia/Sydney"} {
			c.add(0, itemConstant, z, "", "", "")
		}
	case want(lang.WantCron):
		for _, z := range [][2]string{{"0 9 * * mon-fri", "at nine on working days"}, {"0 * * * *", "every hour"}, {"*/5 * * * *", "every five minutes"}, {"0 0 1 * *", "on the first of each month"}} {
			c.add(0, itemConstant, z[0], z[1], "", "")
		}
	case want(lang.WantSpans):
		for _, z := range []string{"mon-fri 09:00-17:00", "daily 22:00-06:00", "sat,sun 00:00-24:00"} {
			c.add(0, itemConstant, z, "", "", "")
		}
	case want(lang.WantPath):
		c.values(true)
	case want(lang.WantValue | lang.WantDuration):
		c.values(false)
	}
}

var units = [][2]string{{"s", "seconds"}, {"m", "minutes"}, {"h", "hours"}, {"d", "days"}, {"w", "weeks"}, {"ms", "milliseconds"}, {"us", "microseconds"}, {"ns", "nanoseconds"}}

// tags proposes what tags of the program fit the place.
func (c *completer) tags() {
	heard := c.cur.Want&lang.WantHeard != 0
	add := func(rank int, text, detail string) { c.add(rank, itemEvent, text, detail, "", "") }
	for _, e := range c.unit.Events {
		add(0, e.Pattern.String(), "declared event")
	}
	for _, t := range c.names().Tags {
		text := strings.Trim(t.Str.Raw, `"`)
		switch {
		case t.File == c.file && t.Str.At.Contains(c.offset): // what is being written
		case t.Role == lang.TagHeard:
			add(1, text, "heard here")
		case t.Role == lang.TagFired && heard:
			add(2, t.Pattern.String(), "fired here")
		case t.Role == lang.TagFired:
			add(2, text, "fired here")
		case t.Role == lang.TagPermitted:
			add(3, text, "permitted here")
		}
	}
	if o := c.observed(); o != nil {
		for i, t := range o.Tags {
			if i == 200 {
				break
			}
			add(4, t.Tag, plural(t.Count, "event")+" in "+o.Recording())
		}
	}
	if heard {
		for _, t := range []string{"/eda/late", "/eda/resumed", "/eda/dead", "/eda/forgotten"} {
			add(5, t, "event of the engine")
		}
	}
}

// fieldOfTag is a field that events may have.
type fieldOfTag struct {
	name, detail string
	rank         int
	typ          lang.Type
}

// fieldsFor lists the fields of events with these tags: declared, recorded, or
// read by other rules. known says that all are declared.
func (c *completer) fieldsFor(tags []string) (out []fieldOfTag, known bool) {
	var patterns []tag.Pattern
	for _, t := range tags {
		if p, err := tag.Parse(t); err == nil {
			patterns = append(patterns, p)
		} else if p, err := tag.Parse(starsFor(t)); err == nil {
			patterns = append(patterns, p)
		}
	}
	have := map[string]bool{}
	add := func(name, detail string, rank int, t lang.Type) {
		if name != "" && !have[name] {
			have[name] = true
			out = append(out, fieldOfTag{name, detail, rank, t})
		}
	}
	for _, p := range patterns {
		for _, e := range c.unit.Events {
			if !tag.Intersect(e.Pattern, p) {
				continue
			}
			known = known || !e.Decl.Open && tag.Covers(e.Pattern, p)
			for _, f := range e.Fields {
				add(f.Name, f.Type.String()+"  of "+e.Pattern.String(), 0, f.Type)
			}
		}
	}
	if known {
		return out, true
	}
	if o := c.observed(); o != nil && len(patterns) > 0 {
		if seen := o.Matching(patterns...); seen.Count > 0 {
			for _, f := range seen.Data.Fields {
				add(f.Name, strings.TrimPrefix(inRecording(f, seen.Count, o.Recording()), "In "), 1, lang.Type{})
			}
		}
	}
	for _, r := range c.names().Refs { // what rules on the same tags read
		d := r.Def
		if d.Kind != lang.DefField || d.File != nil || r.At.Contains(c.offset) && r.File == c.file {
			continue
		}
		if rule := c.ruleOf(r.File.DeclAt(r.At.Start)); rule != nil && slices.ContainsFunc(rule.Elems, func(el lang.ElemInfo) bool {
			return slices.ContainsFunc(patterns, func(p tag.Pattern) bool { return tag.Intersect(p, el.Pattern) })
		}) {
			add(d.Name, "read here", 2, lang.Type{})
		}
	}
	return out, false
}

// starsFor is a tag that something is printed into as a pattern.
func starsFor(t string) string {
	for {
		i := strings.IndexByte(t, '{')
		j := strings.IndexByte(t, '}')
		if i < 0 || j < i {
			return t
		}
		t = t[:i] + "*" + t[j+1:]
	}
}

func (c *completer) fieldsOf(t string) {
	fields, _ := c.fieldsFor([]string{t})
	for _, f := range fields {
		snippet := f.name + ": $0"
		if c.cur.Decl == "event" {
			snippet = ""
		}
		c.add(f.rank, itemField, f.name, f.detail, snippet, "")
	}
}

// acts proposes what a rule may do.
func (c *completer) acts() {
	c.add(0, itemKeyword, "fire", "an event", "fire \"${1:/tag}\"$0", "form")
	c.add(0, itemKeyword, "log", "a text", "log \"$0\"", "form")
	c.add(0, itemKeyword, "set", "a register", "set ${1:name} = $0", "form")
	for _, a := range c.unit.Actions {
		var args []string
		for i, p := range a.Decl.Params {
			args = append(args, fmt.Sprintf("${%d:%s}", i+1, p.Name.Text))
		}
		name := a.Decl.Name.Text
		c.add(1, itemFunction, name, sourceOf(a.File, a.Decl.At), name+"("+strings.Join(args, ", ")+")", "action")
	}
}

func (c *completer) tables(rank int, bracket bool) {
	for _, t := range c.unit.Tables {
		snippet := ""
		if bracket {
			snippet = t.Decl.Name.Text + "[$1]"
		}
		c.add(rank, itemStruct, t.Decl.Name.Text, sourceOf(t.File, t.Decl.At), snippet, "table")
	}
}

func (c *completer) states(rank int) {
	for _, st := range c.unit.States {
		c.add(rank, itemVariable, st.Decl.Name.Text, sourceOf(st.File, st.Decl.At), "", "register")
	}
}

func (c *completer) params(rank int) {
	for _, p := range c.unit.Params {
		c.add(rank, itemConstant, p.Decl.Name.Text, sourceOf(p.File, p.Decl.At), "", "param")
	}
}

// paths proposes files beside this one, relative to it.
func (c *completer) paths(exts ...string) {
	dir := path.Dir(c.s.full(c.doc.name))
	if c.s.config.Files == nil || !isFile(c.doc.name) {
		return
	}
	for _, f := range c.s.config.Files(dir, exts) {
		rel := strings.TrimPrefix(f, dir+"/")
		if rel != path.Base(c.doc.name) {
			c.add(0, itemFile, rel, "", "", "")
		}
	}
}

// windowAt is which argument of a call is a window, or a length of time.
func windowAt(fn string) int {
	switch fn {
	case "silent":
		return 0
	case "min_by", "max_by", "pct":
		return 2
	}
	return 1
}

// wanted is the type that a value should have here, any where nothing is said.
func (c *completer) wanted() lang.Type {
	cur := c.cur
	if n := len(cur.Calls); n > 0 && !(cur.Want&lang.WantDuration != 0 && cur.Calls[n-1].Arg >= windowAt(cur.Calls[n-1].Fn)) {
		call := cur.Calls[n-1]
		if s, ok := c.s.config.Env.Signature(call.Fn); ok && call.Arg < len(s.Params) {
			return s.Params[call.Arg].Type
		}
		for _, a := range c.unit.Actions {
			if cur.Clause == "do" && a.Decl.Name.Text == call.Fn && call.Arg < len(a.Params) {
				return a.Params[call.Arg].Type
			}
		}
		if slices.Contains(lang.Aggregates(), call.Fn) && call.Arg == 0 {
			if lang.Over(call.Fn) == value.Numbers {
				t, _ := lang.NamedType("num")
				return t
			}
		}
		return lang.Type{}
	}
	if cur.Want&lang.WantDuration != 0 {
		t, _ := lang.NamedType("duration")
		return t
	}
	return lang.Type{}
}

// values proposes what has a value at the place: what the rule names, fields,
// names of the program and functions that fit. In the braces of a string there
// are no calls.
func (c *completer) values(path bool) {
	cur := c.cur
	want := c.wanted()
	duration := cur.Want&lang.WantDuration != 0 && (len(cur.Calls) == 0 || cur.Calls[len(cur.Calls)-1].Arg >= windowAt(cur.Calls[len(cur.Calls)-1].Fn))
	if cur.Want&lang.WantDuration != 0 {
		for _, d := range []string{"10s", "30s", "1m", "5m", "1h", "1d"} {
			c.add(1, itemConstant, d, "duration", "", "")
		}
	}
	for _, p := range c.unit.Params {
		rank := 3
		if t := p.Decl.Type; t != nil && !want.IsAny() {
			if pt, ok := lang.NamedType(t.Name.Text); ok && !lang.Fits(pt, want) {
				continue
			} else if ok && !pt.IsAny() {
				rank = 0
			}
		}
		c.add(rank, itemConstant, p.Decl.Name.Text, sourceOf(p.File, p.Decl.At), "", "param")
	}
	if duration {
		return // known at load: a literal or a param
	}
	for _, l := range cur.Lets {
		c.add(0, itemVariable, l, c.letText(l), "", "let")
	}
	for _, p := range cur.Params {
		c.add(0, itemVariable, p, "parameter", "", "")
	}
	tags := cur.Tags
	if cur.From != "" {
		tags = []string{cur.From}
	}
	for _, name := range capturesOf(tags) {
		c.add(0, itemVariable, name, "string  a part of the tag", "", "")
	}
	for _, name := range sortedKeys(cur.Alias) {
		c.add(0, itemVariable, name, "the event of "+cur.Alias[name], "", "")
	}
	if cur.Decl == "rule" || cur.Decl == "" {
		fields, _ := c.fieldsFor(tags)
		for _, f := range fields {
			if !want.IsAny() && !lang.Fits(f.typ, want) {
				continue
			}
			c.add(1+f.rank, itemField, f.name, f.detail, "", "")
		}
		c.states(3)
		for _, w := range []string{"event", "tag", "now"} {
			c.add(5, itemKeyword, w, "", "", "form")
		}
		if cur.Group {
			c.add(4, itemKeyword, "group", "", "", "form")
		}
	}
	if path {
		return
	}
	c.tables(3, true)
	for _, name := range sortedKeys(c.modules()) {
		c.add(4, itemModule, name, "joined file", "", "")
	}
	if cur.Clause == "by" && len(cur.Calls) == 0 {
		return
	}
	c.functions(want)
	for _, w := range []string{"true", "false", "not", "has"} {
		c.add(6, itemKeyword, w, "", "", "form")
	}
}

func (c *completer) letText(name string) string {
	for _, r := range c.unit.Rules {
		if r.Decl.At.Start == c.cur.Start && r.File == c.file {
			for _, l := range r.Decl.Lets {
				if l.Name.Text == name {
					return "let " + name + " = " + sourceOf(r.File, l.Value.Span())
				}
			}
		}
	}
	return "let"
}

// capturesOf lists the names in tags.
func capturesOf(tags []string) []string {
	var out []string
	for _, t := range tags {
		p, err := tag.Parse(t)
		if err != nil {
			continue
		}
		for _, w := range p.Wildcards() {
			if w.Name != "" && !slices.Contains(out, w.Name) {
				out = append(out, w.Name)
			}
		}
	}
	return out
}

// modules are the joined files of this one by the name they have in it.
func (c *completer) modules() map[string]*lang.File {
	out := map[string]*lang.File{}
	for _, d := range c.file.Decls {
		if u, ok := d.(*lang.UseDecl); ok && u.Path != nil {
			if p, ok := u.Path.Literal(); ok {
				out[u.Name.Text] = c.files[lang.TableFile(c.file.Source.Name, p)]
			}
		}
	}
	return out
}

// functions proposes functions whose result fits, and where the place is an
// argument of one, none whose result does not.
func (c *completer) functions(want lang.Type) {
	for _, name := range sortedKeys(c.unit.Fns) {
		f := c.unit.Fns[name]
		var args []string
		for i, p := range f.Params {
			args = append(args, fmt.Sprintf("${%d:%s}", i+1, p.Text))
		}
		c.add(4, itemFunction, f.Name.Text, sourceOf(c.unit.Info.FileOf[f], f.At), f.Name.Text+"("+strings.Join(args, ", ")+")", "fn")
	}
	inAggregate := slices.ContainsFunc(c.cur.Calls, func(k lang.CursorCall) bool { return slices.Contains(lang.Aggregates(), k.Fn) })
	where := c.cur.Clause == "where" || c.cur.Decl != "rule" && c.cur.Decl != "fn"
	for _, f := range c.s.config.Functions {
		rank := 5
		if slices.Contains(lang.Aggregates(), f.Name) {
			if inAggregate || where || c.cur.Clause == "by" {
				continue // it has no meaning there
			}
			rank = 4
		} else if sig, ok := c.s.config.Env.Signature(f.Name); ok && !want.IsAny() {
			if !lang.Fits(sig.Result, want) {
				continue
			}
			if !sig.Result.IsAny() {
				rank = 2
			}
		}
		c.add(rank, itemFunction, f.Name, f.Signature, callSnippet(f), "function")
	}
	for _, f := range questions {
		if c.cur.Decl == "rule" && !inAggregate && (!f.condition || c.cur.Clause == "when" || c.cur.Clause == "clear" || c.cur.Clause == "let") || f.name == "during" {
			c.add(4, itemFunction, f.name, f.signature, f.snippet, "form")
		}
	}
}

// questions look at more than their arguments.
var questions = []struct {
	name, signature, snippet string
	condition                bool
}{
	{"silent", "silent(for: duration) -> bool", "silent(${1:5m})", true},
	{"reached", "reached(at: time) -> bool?", "reached(${1:time})", true},
	{"active", "active(rule) -> bool", "active(${1:rule})", false},
	{"prev", "prev(x) -> x?", "prev(${1:x})", false},
	{"changed", "changed(x) -> bool?", "changed(${1:x})", false},
	{"unique", "unique(x, for: duration) -> bool?", "unique(${1:x}, ${2:1h})", false},
	{"during", "during(spans: string, zone: string?) -> bool", "during(\"${1:mon-fri 09:00-17:00}\", \"${2:UTC}\")", false},
}

// callSnippet is a call with places for what must be given.
func callSnippet(f Function) string {
	_, rest, _ := strings.Cut(f.Signature, "(")
	args, _, _ := strings.Cut(rest, ")")
	var out []string
	for _, a := range strings.Split(args, ", ") {
		name, t, _ := strings.Cut(a, ":")
		if name == "" || strings.HasSuffix(t, "?") {
			continue
		}
		if name == "window" {
			name = "1m"
		}
		out = append(out, fmt.Sprintf("${%d:%s}", len(out)+1, name))
	}
	return f.Name + "(" + strings.Join(out, ", ") + ")"
}

// members proposes what an object has.
func (c *completer) members() {
	p := c.cur.Path
	if len(p) == 0 {
		return
	}
	if f, ok := c.modules()[p[0]]; ok && len(p) == 1 {
		if f != nil {
			for _, d := range f.Decls {
				name, _, detail := heading(f, d)
				switch d.(type) {
				case *lang.FnDecl:
					c.add(0, itemFunction, name, detail, name+"($1)", "")
				case *lang.ParamDecl, *lang.StateDecl, *lang.TableDecl, *lang.ActionDecl:
					c.add(0, itemVariable, name, detail, "", "")
				case *lang.RuleDecl:
					if d.(*lang.RuleDecl).Name.Text != "" {
						c.add(1, itemReference, name, detail, "", "")
					}
				}
			}
		}
		return
	}
	if len(p) == 2 && p[1] == "[]" {
		for _, t := range c.unit.Tables {
			if t.Decl.Name.Text == p[0] && t.Table != nil {
				for _, col := range t.Columns {
					c.add(0, itemField, col.Name, col.Kind.String()+"  of "+p[0], "", "")
				}
			}
		}
		return
	}
	tags := c.cur.Tags
	if c.cur.From != "" {
		tags = []string{c.cur.From}
	}
	rest := p
	switch {
	case p[0] == "event":
		rest = p[1:]
	case c.cur.Alias[p[0]] != "":
		tags, rest = []string{c.cur.Alias[p[0]]}, p[1:]
	case p[0] == "group" && c.cur.Group:
		c.add(0, itemField, "count", "int  how many members", "", "")
		rest = p[1:]
	}
	if len(rest) == 0 {
		fields, _ := c.fieldsFor(tags)
		for _, f := range fields {
			c.add(f.rank+1, itemField, f.name, f.detail, "", "")
		}
		return
	}
	for _, t := range tags { // an object within an event
		pat, err := tag.Parse(t)
		if err != nil {
			continue
		}
		for _, e := range c.unit.Events {
			if !tag.Intersect(e.Pattern, pat) {
				continue
			}
			for _, f := range e.Fields {
				if f.Name != rest[0] {
					continue
				}
				at := f.Type
				for _, step := range rest[1:] {
					next := lang.Type{}
					for _, m := range at.Fields() {
						if m.Name == step {
							next = m.Type
						}
					}
					at = next
				}
				for _, m := range at.Fields() {
					c.add(0, itemField, m.Name, m.Type.String(), "", "")
				}
			}
		}
		if o := c.observed(); o != nil {
			if v := o.Matching(pat).Data.At(rest...); v != nil {
				for _, f := range v.Fields {
					c.add(1, itemField, f.Name, "in "+o.Recording(), "", "")
				}
			}
		}
	}
}

// resolve adds the documentation of an item.
func (s *server) resolve(ctx context.Context, it *completionItem) (any, error) {
	if it.Data == nil {
		return it, nil
	}
	text := ""
	switch it.Data.Kind {
	case "function":
		text = s.function(it.Data.Name)
	case "form":
		text = formText(it.Data.Name)
	default:
		a, _, err := s.program(ctx, it.Data.URI)
		if err != nil {
			return nil, err
		}
		for _, f := range a.unit.Files {
			for _, d := range f.Decls {
				if name, _, _ := heading(f, d); name == it.Data.Name && symbolKinds[d.Word()] != 0 && d.Word() != "test" {
					text = code(sourceOf(f, d.Span()))
					if c := comment(f, d); c != "" {
						text += "\n\n" + c
					}
				}
			}
		}
	}
	if text != "" {
		it.Documentation = &markup{"markdown", text}
	}
	return it, nil
}

// formText is the manual of a word of the language.
func formText(name string) string {
	var out []string
	for _, f := range lang.FormsOf(name) {
		text := code(f.Syntax) + "\n\n" + f.Doc
		if f.Bounds != "" {
			text += "\n\n" + f.Bounds
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n\n---\n\n")
}
