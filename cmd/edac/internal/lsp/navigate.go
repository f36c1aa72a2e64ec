package lsp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
)

// opened is a document by its URI, open or on the disk.
func (s *server) opened(uri string) (*document, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.document(s.named(uri))
	if d.err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", uri, d.err)
	}
	return d, nil
}

// spot is a place in an analysed program.
type spot struct {
	*analysis
	s      *server
	doc    *document
	file   *lang.File
	offset int
}

// at analyses the program of a document, for a place in it.
func (s *server) at(ctx context.Context, p placeParams) (*spot, error) {
	a, d, err := s.program(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	return &spot{a, s, d, a.files[d.name], d.offset(p.Position, s.enc)}, nil
}

// program analyses the program of a document.
func (s *server) program(ctx context.Context, uri string) (*analysis, *document, error) {
	s.mu.Lock()
	name := s.named(uri)
	d := s.document(name)
	if d.err != nil {
		s.mu.Unlock()
		return nil, nil, fmt.Errorf("%s cannot be read: %w", uri, d.err)
	}
	p := s.programOf(name)
	s.mu.Unlock()
	a, err := s.analyse(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	d = a.docs[name]
	if d == nil || a.files[name] == nil {
		return nil, nil, fmt.Errorf("%s is not a file of rules", uri)
	}
	return a, d, nil
}

// with lists the programs that have a file: its own, and those that join it.
func (s *server) with(ctx context.Context, own *analysis, name string) ([]*analysis, error) {
	s.mu.Lock()
	var others []*program
	for _, p := range s.programs {
		if p != own.program && p.inputs[name] && s.alive(p) {
			others = append(others, p)
		}
	}
	s.mu.Unlock()
	slices.SortFunc(others, func(a, b *program) int { return strings.Compare(a.folder+a.alone, b.folder+b.alone) })
	out := []*analysis{own}
	for _, p := range others {
		a, err := s.analyse(ctx, p)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(sortedKeys(a.files), func(f string) bool { return a.docs[f].name == name }) {
			out = append(out, a)
		}
	}
	return out, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// fileOf is the file of an analysis that a document is.
func (a *analysis) fileOf(d *document) *lang.File {
	for name, f := range a.files {
		if a.docs[name].name == d.name {
			return f
		}
	}
	return nil
}

// locate is a span of a file as the protocol has it.
func (s *server) locate(a *analysis, file string, at lang.Span) location {
	s.mu.Lock()
	uri := s.uri(file)
	s.mu.Unlock()
	if d := a.docs[file]; d != nil {
		return location{uri, d.rangeOf(at, s.enc)}
	}
	return location{URI: uri}
}

func (s *server) definition(ctx context.Context, p *placeParams) (any, error) {
	at, err := s.at(ctx, *p)
	if err != nil {
		return nil, err
	}
	out := []location{}
	add := func(file string, span lang.Span) {
		if l := s.locate(at.analysis, file, span); !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	for _, r := range at.names().At(at.file, at.offset) {
		switch d := r.Def; {
		case d.File != nil:
			add(d.File.Source.Name, d.At)
		case d.Kind == lang.DefColumn:
			t := d.Node.(*lang.TableInfo)
			if path, ok := t.Decl.Path.Literal(); ok {
				add(lang.TableFile(t.File.Source.Name, path), lang.Span{})
			}
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	for _, d := range at.file.Decls { // the file that a string names
		switch d := d.(type) {
		case *lang.UseDecl:
			if path, ok := d.Path.Literal(); ok && d.Path.At.Contains(at.offset) {
				add(lang.TableFile(at.file.Source.Name, path), lang.Span{})
			}
		case *lang.TableDecl:
			if path, ok := d.Path.Literal(); ok && d.Path.At.Contains(at.offset) {
				add(lang.TableFile(at.file.Source.Name, path), lang.Span{})
			}
		}
	}
	if t, ok := at.names().Tag(at.file, at.offset); ok {
		for _, role := range []lang.TagRole{lang.TagDeclared, lang.TagFired, lang.TagHeard} {
			for _, o := range at.names().Meeting(t.Pattern) {
				if o.Role == role && o.Str != t.Str {
					add(o.File.Source.Name, o.Str.At)
				}
			}
			if len(out) > 0 {
				break
			}
		}
	}
	return out, nil
}

// meaning is a place where what is asked for stands.
type meaning struct {
	analysis *analysis
	file     *lang.File
	at       lang.Span
	decl     bool
	write    bool
}

// meanings lists where the thing or the tag at a place stands, in all programs
// that have its file.
func (s *server) meanings(ctx context.Context, at *spot) ([]meaning, error) {
	programs, err := s.with(ctx, at.analysis, at.doc.name)
	if err != nil {
		return nil, err
	}
	type key struct {
		name string
		at   lang.Span
	}
	seen := map[key]bool{}
	var out []meaning
	for _, a := range programs {
		f := a.fileOf(at.doc)
		for _, m := range a.meanings(f, at.offset) {
			k := key{a.docs[m.file.Source.Name].name, m.at}
			if !seen[k] {
				seen[k] = true
				out = append(out, m)
			}
		}
	}
	return out, nil
}

func (a *analysis) meanings(f *lang.File, offset int) []meaning {
	var out []meaning
	names := a.names()
	refs := names.At(f, offset)
	for _, r := range refs {
		for _, o := range names.Of(r.Def) {
			out = append(out, meaning{a, o.File, o.At, o.Decl, o.Write})
		}
	}
	if len(refs) > 0 {
		return out
	}
	if t, ok := names.Tag(f, offset); ok {
		for _, o := range names.Meeting(t.Pattern) {
			out = append(out, meaning{a, o.File, o.Str.At, o.Role == lang.TagDeclared, o.Role == lang.TagFired})
		}
	}
	return out
}

func (s *server) references(ctx context.Context, p *referenceParams) (any, error) {
	at, err := s.at(ctx, p.placeParams)
	if err != nil {
		return nil, err
	}
	found, err := s.meanings(ctx, at)
	if err != nil {
		return nil, err
	}
	out := []location{}
	for _, m := range found {
		if !m.decl || p.Context.IncludeDeclaration {
			out = append(out, s.locate(m.analysis, m.file.Source.Name, m.at))
		}
	}
	return out, nil
}

func (s *server) highlights(ctx context.Context, p *placeParams) (any, error) {
	at, err := s.at(ctx, *p)
	if err != nil {
		return nil, err
	}
	out := []highlight{}
	for _, m := range at.meanings(at.file, at.offset) {
		if m.file == at.file {
			kind := 2
			if m.decl || m.write {
				kind = 3
			}
			out = append(out, highlight{at.doc.rangeOf(m.at, s.enc), kind})
		}
	}
	return out, nil
}
