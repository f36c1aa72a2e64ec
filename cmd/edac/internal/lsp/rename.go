package lsp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
)

// Renaming: where a name stands is replaced in all programs that have it. The
// programs are then read again as they would be, and unless each name means
// what it did and nothing new is found, the renaming is refused, with the reason.

// replacement is a stretch of a file and what comes in its place.
type replacement struct {
	at   lang.Span
	text string
}

func (s *server) prepareRename(ctx context.Context, p *placeParams) (any, error) {
	at, err := s.at(ctx, *p)
	if err != nil {
		return nil, err
	}
	span, err := at.renamed()
	if err != nil {
		return nil, err
	}
	return renameRange{at.doc.rangeOf(span, s.enc), at.doc.text[span.Start:span.End]}, nil
}

// renamed is the name or the tag at a place that can be renamed.
func (at *spot) renamed() (lang.Span, error) {
	refs := at.names().At(at.file, at.offset)
	for _, r := range refs {
		if err := fixed(r.Def); err != nil {
			return lang.Span{}, err
		}
	}
	if len(refs) > 0 {
		return unquoted(at.doc.text, refs[0].At), nil
	}
	if t, ok := at.names().Tag(at.file, at.offset); ok {
		return unquoted(at.doc.text, t.Str.At), nil
	}
	return lang.Span{}, errors.New("there is no name here that can be renamed")
}

// fixed is why a name cannot be changed here, nil if it can.
func fixed(d *lang.Def) error {
	switch d.Kind {
	case lang.DefFunction, lang.DefWord, lang.DefType:
		return fmt.Errorf("`%s` is a keyword of the language", d.Name)
	case lang.DefColumn:
		return fmt.Errorf("`%s` is a column of a table: its name is that in the table's file", d.Name)
	case lang.DefKeyPart:
		return fmt.Errorf("`%s` is a part of a register's key, which rules with a capture or a field of that name find by it", d.Name)
	case lang.DefField:
		if d.File == nil {
			return fmt.Errorf("`%s` is a field of an event that is not declared: who sends it decides its name", d.Name)
		}
	}
	return nil
}

// unquoted is a span without the quotes around it.
func unquoted(text string, at lang.Span) lang.Span {
	if at.End-at.Start >= 2 && text[at.Start] == '"' && text[at.End-1] == '"' {
		return lang.Span{Start: at.Start + 1, End: at.End - 1}
	}
	return at
}

func (s *server) rename(ctx context.Context, p *renameParams) (any, error) {
	at, err := s.at(ctx, p.placeParams)
	if err != nil {
		return nil, err
	}
	if _, err := at.renamed(); err != nil {
		return nil, err
	}
	programs, err := s.with(ctx, at.analysis, at.doc.name)
	if err != nil {
		return nil, err
	}
	all := map[*document][]replacement{}
	for _, a := range programs {
		f := a.fileOf(at.doc)
		edits := map[string][]replacement{}
		if refs := a.names().At(f, at.offset); len(refs) > 0 {
			if toks := lang.Tokens(p.NewName); len(toks) != 2 || toks[0].Kind != lang.IdentTok || toks[0].Text != p.NewName {
				return nil, fmt.Errorf("`%s` is not a name: a name has letters, digits and _, and is not a keyword such as `when`", p.NewName)
			}
			for _, r := range refs {
				if err := fixed(r.Def); err != nil {
					return nil, err
				}
				for _, o := range a.names().Of(r.Def) {
					add(edits, o.File.Source.Name, replacement{unquoted(o.File.Source.Text, o.At), p.NewName})
				}
				if err := a.hidden(r.Def.Name); err != nil {
					return nil, err
				}
			}
		} else if err := a.retag(f, at.offset, p.NewName, edits); err != nil {
			return nil, err
		}
		if err := s.unchanged(a, edits); err != nil {
			return nil, err
		}
		for name, list := range edits {
			d := a.docs[name]
			for _, e := range list {
				if !slices.Contains(all[d], e) {
					all[d] = append(all[d], e)
				}
			}
		}
	}
	return s.edit(all), nil
}

func add(edits map[string][]replacement, file string, r replacement) {
	if !slices.Contains(edits[file], r) {
		edits[file] = append(edits[file], r)
	}
}

// hidden refuses where a declaration that cannot be read may use a name.
func (a *analysis) hidden(name string) error {
	for _, f := range a.unit.Files {
		for _, d := range f.Decls {
			if _, bad := d.(*lang.BadDecl); !bad {
				continue
			}
			at := d.Span()
			for _, t := range lang.Tokens(f.Source.Text[at.Start:at.End]) {
				if t.Text == name || t.Kind == lang.StrTok && strings.Contains(t.Text, "{"+name) {
					line, _ := lang.LineCol(f.Source.Text, at.Start)
					return fmt.Errorf("%s:%d: this declaration cannot be read, and uses `%s`; mend it first", f.Source.Name, line, name)
				}
			}
		}
	}
	return nil
}

// retag replaces the fixed segments of a tag wherever a tag can be that of the
// same event.
func (a *analysis) retag(f *lang.File, offset int, text string, edits map[string][]replacement) error {
	t, ok := a.names().Tag(f, offset)
	if !ok {
		return errors.New("there is no name here that can be renamed")
	}
	inner := func(t lang.TagUse) (lang.Span, []string) {
		at := unquoted(t.File.Source.Text, t.Str.At)
		return at, strings.Split(t.File.Source.Text[at.Start:at.End], "/")
	}
	_, was := inner(t)
	will := strings.Split(text, "/")
	if _, err := tag.Parse(text); err != nil {
		return fmt.Errorf("%q is not a tag: %w", text, err)
	}
	if len(was) != len(will) {
		return fmt.Errorf("a renamed tag has as many segments as before, %d, and this has %d", len(was), len(will))
	}
	var changed []int
	for i := range was {
		if was[i] == will[i] {
			continue
		}
		if strings.ContainsAny(was[i]+will[i], "*{") {
			return errors.New("only the fixed segments of a tag are renamed here; rename a capture at its name")
		}
		changed = append(changed, i)
	}
	for _, o := range a.names().Meeting(t.Pattern) {
		at, segs := inner(o)
		rest := slices.IndexFunc(segs, func(s string) bool { return strings.Contains(s, "**") })
		for i, seg := range segs {
			if slices.Contains(changed, i) && (rest < 0 || i < rest) && seg == was[i] {
				add(edits, o.File.Source.Name, replacement{lang.Span{Start: at.Start, End: at.Start + len(seg)}, will[i]})
			}
			at.Start += len(seg) + 1
		}
	}
	return nil
}

// unchanged reads a program as it would be after edits, and says what would be
// different in it beside the names.
func (s *server) unchanged(a *analysis, edits map[string][]replacement) error {
	moved := map[string]func(int) int{}
	var files []*lang.File
	for _, f := range a.unit.Files {
		list := edits[f.Source.Name]
		slices.SortFunc(list, func(x, y replacement) int { return x.at.Start - y.at.Start })
		src := f.Source
		src.Text = applied(src.Text, list)
		moved[src.Name] = func(at int) int {
			by := 0
			for _, e := range list {
				if e.at.End <= at && e.at.Start < at {
					by += len(e.text) - (e.at.End - e.at.Start)
				}
			}
			return at + by
		}
		file, _ := lang.Parse(src)
		files = append(files, file)
	}
	u, found := lang.Check(files, s.config.Env)
	_, before := lang.Check(a.unit.Files, s.config.Env)
	type place struct {
		file string
		at   int
		what string // stands there: a code, or a kind of thing
		of   string // the file that declares it
		from int
	}
	known := map[place]bool{}
	for _, d := range before {
		known[place{file: d.Primary.File, at: moved[d.Primary.File](d.Primary.Span.Start), what: d.Code.String()}] = true
	}
	line := func(file string, at int) string {
		for _, f := range files {
			if f.Source.Name == file {
				n, _ := lang.LineCol(f.Source.Text, at)
				return fmt.Sprintf("%s:%d", file, n)
			}
		}
		return file
	}
	for _, d := range found {
		if !known[place{file: d.Primary.File, at: d.Primary.Span.Start, what: d.Code.String()}] {
			return fmt.Errorf("%s: %s", line(d.Primary.File, d.Primary.Span.Start), d.Message)
		}
	}
	// each name means what it did
	meaning := func(names *lang.Names, moved func(file string, at int) int) map[place]string {
		out := map[place]string{}
		for _, r := range names.Refs {
			p := place{file: r.File.Source.Name, at: moved(r.File.Source.Name, r.At.Start), what: r.Def.Kind.String()}
			if d := r.Def; d.File != nil {
				p.of, p.from = d.File.Source.Name, moved(d.File.Source.Name, d.At.Start)
			}
			out[p] = r.Def.Name
		}
		for _, t := range names.Tags {
			for _, o := range names.Tags {
				if t.Str != o.Str && tag.Intersect(t.Pattern, o.Pattern) {
					from, to := t.File.Source.Name, o.File.Source.Name
					out[place{from, moved(from, t.Str.At.Start), "tag", to, moved(to, o.Str.At.Start)}] = t.Str.Raw
				}
			}
		}
		return out
	}
	was := meaning(a.names(), func(file string, at int) int { return moved[file](at) })
	now := meaning(u.Names(), func(_ string, at int) int { return at })
	var differ []place
	for p := range now {
		if _, ok := was[p]; !ok {
			differ = append(differ, p)
		}
	}
	for p := range was {
		if _, ok := now[p]; !ok {
			differ = append(differ, p)
		}
	}
	if len(differ) == 0 {
		return nil
	}
	first := slices.MinFunc(differ, func(x, y place) int {
		return cmp.Or(cmp.Compare(x.file, y.file), x.at-y.at, cmp.Compare(x.of, y.of), x.from-y.from, cmp.Compare(x.what, y.what))
	})
	name, later := now[first]
	if !later {
		name = was[first]
	}
	name = strings.Trim(name, `"`)
	switch {
	case first.what == "tag" && later:
		return fmt.Errorf("%s: `%s` would match the tag at %s, which it does not now", line(first.file, first.at), name, line(first.of, first.from))
	case first.what == "tag":
		return fmt.Errorf("%s: `%s` would no longer match the tag at %s", line(first.file, first.at), name, line(first.of, first.from))
	case later && first.of != "":
		return fmt.Errorf("%s: `%s` would mean the %s declared at %s", line(first.file, first.at), name, first.what, line(first.of, first.from))
	}
	return fmt.Errorf("%s: `%s` would mean something else", line(first.file, first.at), name)
}

func applied(text string, edits []replacement) string {
	var b strings.Builder
	last := 0
	for _, e := range edits {
		b.WriteString(text[last:e.at.Start])
		b.WriteString(e.text)
		last = e.at.End
	}
	b.WriteString(text[last:])
	return b.String()
}

// edit is changes of documents as the client takes them.
func (s *server) edit(all map[*document][]replacement) *workspaceEdit {
	s.mu.Lock()
	defer s.mu.Unlock()
	var docs []*document
	for d := range all {
		docs = append(docs, d)
	}
	slices.SortFunc(docs, func(a, b *document) int { return strings.Compare(a.name, b.name) })
	out := &workspaceEdit{}
	for _, d := range docs {
		list := all[d]
		slices.SortFunc(list, func(x, y replacement) int { return x.at.Start - y.at.Start })
		var edits []textEdit
		for _, e := range list {
			edits = append(edits, textEdit{d.rangeOf(e.at, s.enc), e.text})
		}
		uri := s.uri(d.name)
		if !s.client.Workspace.WorkspaceEdit.DocumentChanges {
			if out.Changes == nil {
				out.Changes = map[string][]textEdit{}
			}
			out.Changes[uri] = edits
			continue
		}
		var de documentEdit
		de.TextDocument.URI, de.Edits = uri, edits
		if d.open {
			de.TextDocument.Version = &d.version
		}
		out.DocumentChanges = append(out.DocumentChanges, de)
	}
	return out
}
