package lsp

import (
	"context"
	"fmt"
	"path"
	"slices"
)

// How documents are opened, changed and closed, and what that makes stale.

func (s *server) didOpen(_ context.Context, p *openParams) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := p.TextDocument
	d := newDocument(s.named(t.URI), t.URI, t.Text)
	d.open, d.version = true, t.Version
	s.docs[d.name] = d // opened twice, the later text counts
	pub := s.published[d.name]
	pub.sent = false // its client has forgotten what was sent
	s.published[d.name] = pub
	delete(s.lists, path.Dir(d.name))
	s.touch(d.name)
	return nil, nil
}

func (s *server) didChange(_ context.Context, p *changeParams) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.docs[s.named(p.TextDocument.URI)]
	if d == nil {
		return nil, fmt.Errorf("%s is not open", p.TextDocument.URI)
	}
	s.docs[d.name] = d.edited(p, s.enc)
	s.touch(d.name)
	return nil, nil
}

func (s *server) didSave(_ context.Context, p *documentParams) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(s.named(p.TextDocument.URI))
	if !s.client.Workspace.DidChangeWatchedFiles.DynamicRegistration {
		s.forgetAll() // nothing else says that other files have changed
	}
	return nil, nil
}

func (s *server) didClose(_ context.Context, p *documentParams) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := s.named(p.TextDocument.URI)
	s.touch(name)
	delete(s.docs, name)
	s.forget(name)
	s.touch(name)
	return nil, nil
}

func (s *server) watched(_ context.Context, p *watchedParams) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range p.Changes {
		name := s.named(c.URI)
		s.forget(name)
		if ext := path.Ext(name); path.Base(name) == "edac.toml" || ext == ".edr" || ext == ".jsonl" {
			s.forgetAll()
		}
	}
	return nil, nil
}

func (s *server) reconfigured(context.Context, *struct{}) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetAll()
	return nil, nil
}

func (s *server) foldersChanged(_ context.Context, p *foldersChange) (any, error) {
	s.mu.Lock()
	for _, f := range p.Event.Removed {
		if dir, ok := pathOf(f.URI); ok {
			s.folders = slices.DeleteFunc(s.folders, func(known string) bool { return known == dir })
		}
	}
	for _, f := range p.Event.Added {
		if dir, ok := pathOf(f.URI); ok && !slices.Contains(s.folders, dir) {
			s.folders = append(s.folders, dir)
		}
	}
	s.forgetAll()
	for name := range s.docs {
		s.dirty[s.programOf(name)] = true
	}
	s.mu.Unlock()
	go s.survey()
	return nil, nil
}

// forget reads a file again when it is wanted. The server is locked.
func (s *server) forget(name string) {
	delete(s.disk, name)
	delete(s.lists, path.Dir(name))
	s.touch(name)
}

// forgetAll does not trust anything that was read or decided. The server is locked.
func (s *server) forgetAll() {
	clear(s.disk)
	clear(s.lists)
	clear(s.projects)
	clear(s.replays)
	for _, p := range s.programs {
		p.again = true
	}
	for _, p := range s.programs {
		s.dirty[p] = true
	}
	s.wake()
}

// touch has the programs analysed that a file is one of. The server is locked.
func (s *server) touch(name string) {
	delete(s.results, name)
	if _, inFolder := s.folderOf(name); inFolder || s.docs[name] != nil {
		s.dirty[s.programOf(name)] = true
	}
	for _, p := range s.programs {
		if p.inputs[name] {
			s.dirty[p] = true
		}
	}
	if s.cancel != nil {
		s.cancel()
	}
	s.wake()
}

func (s *server) wake() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}
