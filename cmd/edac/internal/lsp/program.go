package lsp

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// program is a set of files that are checked together: those of a folder with
// what they use, or one file that stands alone.
type program struct {
	folder string // of its files, empty for one that stands alone
	alone  string // the file, empty for a folder

	inputs map[string]bool // files of the last analysis, under the lock of the server
	again  bool            // the project may have decided otherwise, likewise

	mu     sync.Mutex
	parsed map[string]*parsedFile
	last   *analysis
}

// parsedFile is a file as it was read last.
type parsedFile struct {
	doc    *document
	joined bool
	parser lang.Parser
	file   *lang.File
	found  lang.Diagnostics
}

// analysis is all that is known of a program at one moment. It is read-only.
type analysis struct {
	program *program
	unit    *lang.Unit
	found   lang.Diagnostics
	docs    map[string]*document // all that was read, tables too
	files   map[string]*lang.File
	list    *listing

	once  sync.Once
	index *lang.Names
}

// names is what the names of the program stand for.
func (a *analysis) names() *lang.Names {
	a.once.Do(func() { a.index = a.unit.Names() })
	return a.index
}

// listing are the files of a folder, as they were listed.
type listing struct{ names []string }

// folderOf is the folder of a file's program. A file outside of the folders of
// the workspace, or of another kind, stands alone.
func (s *server) folderOf(name string) (string, bool) {
	dir := path.Dir(name)
	return dir, isFile(name) && path.Ext(name) == ".eda" && s.covers(dir)
}

// covers reports whether a folder is in the workspace. The server is locked.
func (s *server) covers(dir string) bool {
	full := s.full(dir)
	return slices.ContainsFunc(s.folders, func(root string) bool {
		return full == root || strings.HasPrefix(full, strings.TrimSuffix(root, "/")+"/")
	})
}

// programOf is the program that a file is one of, in its own right. The server is locked.
func (s *server) programOf(name string) *program {
	if dir, ok := s.folderOf(name); ok {
		return s.folderProgram(dir)
	}
	p := s.programs["file "+name]
	if p == nil {
		p = &program{alone: name, parsed: map[string]*parsedFile{}}
		s.programs["file "+name] = p
	}
	return p
}

func (s *server) folderProgram(dir string) *program {
	p := s.programs[dir]
	if p == nil {
		p = &program{folder: dir, parsed: map[string]*parsedFile{}}
		s.programs[dir] = p
	}
	return p
}

// document is a file as it is now: in an editor, or on the disk. The server is locked.
func (s *server) document(name string) *document {
	name = s.canonical(name)
	if d := s.docs[name]; d != nil {
		return d
	}
	d := s.disk[name]
	if d == nil {
		text, err := s.config.Read(s.full(name))
		d = newDocument(name, uriOf(s.full(name)), text)
		d.err = err
		s.disk[name] = d
	}
	return d
}

// listed are the files of a folder: those on the disk, and open ones that are
// not there yet. The server is locked.
func (s *server) listed(dir string) *listing {
	l := s.lists[dir]
	if l == nil {
		l = &listing{}
		found, _ := s.config.List(s.full(dir))
		for _, f := range found {
			l.names = append(l.names, s.nameOf(f))
		}
		for name := range s.docs {
			if path.Dir(name) == dir && path.Ext(name) == ".eda" && !slices.Contains(l.names, name) {
				l.names = append(l.names, name)
			}
		}
		slices.Sort(l.names)
		s.lists[dir] = l
	}
	return l
}

// fresh reports whether nothing has changed that an analysis was made of. The
// server is locked.
func (s *server) fresh(a *analysis) bool {
	if a.program.folder != "" && s.listed(a.program.folder) != a.list {
		return false
	}
	for name, d := range a.docs {
		if s.document(name) != d {
			return false
		}
	}
	return true
}

var errCancelled = errors.New("superseded")

// analyse is what is known of a program now. Where nothing has changed that is
// what was known before; a context that ends gives an error between two steps.
func (s *server) analyse(ctx context.Context, p *program) (*analysis, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.mu.Lock()
	if p.last != nil && !p.again && s.fresh(p.last) {
		s.mu.Unlock()
		return p.last, nil
	}
	a := &analysis{program: p, docs: map[string]*document{}, files: map[string]*lang.File{}}
	names := []string{p.alone}
	if p.alone == "" {
		a.list = s.listed(p.folder)
		names = a.list.names
	}
	p.inputs, p.again = map[string]bool{}, false
	var sources []lang.Source
	for _, name := range names {
		d := s.document(name)
		a.docs[name] = d
		p.inputs[d.name] = true
		if d.err == nil {
			sources = append(sources, lang.Source{Name: name, Text: d.text})
		}
	}
	s.mu.Unlock()
	read := func(name string) (string, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		d := s.document(name)
		a.docs[name] = d
		p.inputs[d.name] = true
		return d.text, d.err
	}
	var found lang.Diagnostics
	used := map[string]bool{}
	files := lang.JoinParsed(sources, read, func(src lang.Source) *lang.File {
		used[src.Name] = true
		f := p.parsed[src.Name]
		if f == nil {
			f = &parsedFile{}
			p.parsed[src.Name] = f
		}
		if d := a.docs[src.Name]; f.doc != d || f.joined != src.Joined {
			f.doc, f.joined = d, src.Joined
			f.file, f.found = f.parser.Parse(src)
		}
		found = append(found, f.found...)
		file := *f.file // its tables are of this moment
		file.Source = src
		return &file
	})
	for name := range p.parsed {
		if !used[name] {
			delete(p.parsed, name)
		}
	}
	if ctx.Err() != nil {
		return nil, errCancelled
	}
	for _, f := range files {
		a.files[f.Source.Name] = f
	}
	r := lint.Files(files, found, s.config.Env, s.project(p).Settings)
	a.unit, a.found = r.Unit, r.Findings
	p.last = a
	return a, nil
}

// isFile reports whether a name is that of a file, not a URI.
func isFile(name string) bool {
	i := strings.IndexByte(name, ':')
	return i < 2 || strings.Contains(name[:i], "/")
}

// project is what the project of a program has decided.
func (s *server) project(p *program) Project {
	if s.config.Project == nil {
		return Project{}
	}
	dir := s.full(p.dir())
	s.mu.Lock()
	known, ok := s.projects[dir]
	s.mu.Unlock()
	if ok {
		return known
	}
	found, err := s.config.Project(dir)
	if err != nil {
		s.say(warningMessage, err.Error())
	}
	s.mu.Lock()
	s.projects[dir] = found
	s.mu.Unlock()
	return found
}

// dir is the folder that a program is in.
func (p *program) dir() string {
	if p.alone != "" {
		return path.Dir(p.alone)
	}
	return p.folder
}
