package lsp

import (
	"context"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
)

// published is what a file's diagnostics were last, by program: a file that
// others join is judged with each of them.
type published struct {
	by      map[*program][]diagnostic
	shown   []diagnostic
	version int
	sent    bool
}

// work analyses what has changed, until the server ends. A change that comes
// meanwhile ends the analysis at hand: its result would be stale.
func (s *server) work() {
	for {
		select {
		case <-s.done:
			return
		case <-s.kick:
		}
		for s.workOnce() {
		}
	}
}

// workOnce analyses one program; it reports whether there was one.
func (s *server) workOnce() bool {
	s.mu.Lock()
	p := s.urgent()
	if p == nil {
		s.mu.Unlock()
		return false
	}
	delete(s.dirty, p)
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.mu.Unlock()
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			s.logf("analysis of %s%s: %v\n%s", p.folder, p.alone, r, debug.Stack())
		}
	}()
	a, err := s.analyse(ctx, p)
	if err != nil { // what has changed has made it dirty again, or another one
		s.mu.Lock()
		s.dirty[p] = true
		s.mu.Unlock()
		return true
	}
	s.publish(a)
	return true
}

// urgent is the program to analyse next: one with an open document before the
// others. The server is locked.
func (s *server) urgent() *program {
	var best *program
	for p := range s.dirty {
		if best == nil || s.before(p, best) {
			best = p
		}
	}
	return best
}

func (s *server) before(a, b *program) bool {
	open := func(p *program) bool {
		if p.alone != "" {
			return s.docs[p.alone] != nil
		}
		for name := range s.docs {
			if dir, ok := s.folderOf(name); ok && dir == p.folder {
				return true
			}
		}
		return false
	}
	if x, y := open(a), open(b); x != y {
		return x
	}
	return a.folder+a.alone < b.folder+b.alone
}

// publish sends what is new of an analysis: the diagnostics of each of its
// files, and none for what has none any more.
func (s *server) publish(a *analysis) {
	found := map[string][]diagnostic{}
	docs := map[string]*document{}
	for name := range a.files {
		d := a.docs[name]
		found[d.name], docs[d.name] = nil, d
	}
	for i := range a.found {
		if d := a.docs[a.found[i].Primary.File]; d != nil {
			found[d.name] = append(found[d.name], s.diagnostic(a, &a.found[i]))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.alive(a.program) {
		found = map[string][]diagnostic{}
	}
	for name, pub := range s.published {
		if _, ok := found[name]; !ok && pub.by[a.program] != nil {
			found[name] = nil
		}
	}
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		pub := s.published[name]
		if pub.by == nil {
			pub.by = map[*program][]diagnostic{}
		}
		if list := found[name]; list == nil {
			delete(pub.by, a.program)
		} else {
			pub.by[a.program] = list
		}
		s.published[name] = pub
		s.show(name, docs[name])
	}
}

// show sends the diagnostics of a file if they, or its version, are new. They
// were found in the document d. The server is locked.
func (s *server) show(name string, d *document) {
	pub := s.published[name]
	list := []diagnostic{}
	var owners []*program
	for p := range pub.by {
		owners = append(owners, p)
	}
	slices.SortFunc(owners, func(a, b *program) int { return strings.Compare(a.folder+a.alone, b.folder+b.alone) })
	for _, p := range owners {
		for _, x := range pub.by[p] {
			if !slices.ContainsFunc(list, func(o diagnostic) bool { return o.Range == x.Range && o.Code == x.Code && o.Message == x.Message }) {
				list = append(list, x)
			}
		}
	}
	list = append(list, s.results[name]...)
	params := publishParams{URI: s.uri(name), Diagnostics: list}
	version := -1
	if d != nil && d.open {
		version = d.version
		params.Version = &version
	}
	if pub.version == version && reflect.DeepEqual(pub.shown, list) && pub.sent || !pub.sent && len(list) == 0 && version < 0 {
		return
	}
	pub.shown, pub.version, pub.sent = list, version, true
	s.published[name] = pub
	if err := s.rpc.Notify(context.Background(), "textDocument/publishDiagnostics", params); err != nil {
		s.logf("publish: %v", err)
	}
}

// alive reports whether a program is still one: a file that stood alone may
// have been closed, a folder be gone. The server is locked.
func (s *server) alive(p *program) bool {
	if p.alone == "" {
		return s.covers(p.folder)
	}
	if s.docs[p.alone] == nil {
		return false
	}
	_, inFolder := s.folderOf(p.alone)
	return !inFolder
}

// pages is where the page of each kind of finding can be read.
const pages = "https://github.com/eda-lang/eda/blob/main/lang/pages/"

// diagnostic is a finding as the protocol has it.
func (s *server) diagnostic(a *analysis, d *lang.Diag) diagnostic {
	out := diagnostic{
		Severity: map[lang.Severity]int{lang.Error: 1, lang.Warning: 2, lang.Hint: 4}[d.Severity],
		Code:     d.Code.String(),
		Source:   "edac",
		Message:  strings.Join(append([]string{d.Message}, d.Notes...), "\n"),
		Data:     &diagnosticData{Slug: d.Slug(), Rule: d.Rule},
	}
	out.CodeDescription = &codeDescription{pages + out.Code + ".md"}
	if doc := a.docs[d.Primary.File]; doc != nil {
		out.Range = doc.rangeOf(d.Primary.Span, s.enc)
	}
	if strings.HasPrefix(d.Slug(), "unused") {
		out.Tags = []int{1} // unnecessary
	}
	for _, l := range d.Labels {
		if doc := a.docs[l.File]; doc != nil {
			s.mu.Lock()
			uri := s.uri(l.File)
			s.mu.Unlock()
			out.RelatedInformation = append(out.RelatedInformation, relatedInformation{location{uri, doc.rangeOf(l.Span, s.enc)}, l.Text})
		}
	}
	return out
}
