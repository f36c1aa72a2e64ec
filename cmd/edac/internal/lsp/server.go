// Package lsp is the editor server: the Language Server Protocol 3.17 over a
// pair of pipes. What it says of rules is what packages lang and lint say; what
// runs rules, and what the project has decided, it is given in its Config.
//
// A change of a document replaces the document and returns; one goroutine
// analyses what has changed and publishes what was found. Requests analyse too
// where they come first: an analysis is kept until something it was made of
// changes (see program.go).
package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/creachadair/jrpc2"
	"github.com/creachadair/jrpc2/channel"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// Config is what a server needs from outside. Paths are absolute, with slashes.
type Config struct {
	Version   string
	Env       *lang.Env
	Functions []Function // what can be called, for its documentation

	Read func(file string) (string, error)     // the text of a file
	List func(folder string) ([]string, error) // the *.eda files of a folder
	Walk func(root string) []string            // the folders below one that have *.eda files, itself included

	// Files are those below a folder whose names end so, for completion; nil
	// proposes none.
	Files func(folder string, exts []string) []string

	// Project is what the project of a folder has decided; nil decides nothing.
	// It is asked again when edac.toml or a recording has changed.
	Project func(folder string) (Project, error)
	// Test runs a test of a program; nil offers none.
	Test func(ctx context.Context, u *lang.Unit, t *lang.TestInfo) (TestResult, error)
	// Replay runs a program on its project's recording; nil offers none.
	Replay func(ctx context.Context, u *lang.Unit, folder string) (ReplayResult, error)

	Log io.Writer // what went wrong within; nil for nowhere
}

// Project is what is decided for all files of a project.
type Project struct {
	Settings  lint.Settings // with what its recording had
	Recording string        // its name, empty for none
}

// Function is something that can be called, as its manual says.
type Function struct {
	Name, Signature, Doc string
	Examples             []string
}

// TestResult is what a test gave.
type TestResult struct {
	Summary  string // one line
	Failures []Failure
}

// Failure is an expectation that was not met, in the test's file.
type Failure struct {
	At      lang.Span
	Message string
}

// ReplayResult is what a replay gave.
type ReplayResult struct {
	Summary string         // one line
	Acts    map[string]int // by the label of the rule
}

// phases of a server's life
const (
	starting = iota
	running
	stopped
)

// Codes of errors that the protocol adds to those of JSON-RPC.
const (
	notInitialized   jrpc2.Code = -32002
	requestFailed    jrpc2.Code = -32803
	requestCancelled jrpc2.Code = -32800
)

type server struct {
	config Config
	rpc    *jrpc2.Server
	logMu  sync.Mutex

	mu        sync.Mutex
	phase     int
	enc       encoding
	client    clientCapabilities
	root      string   // what names of files are relative to, empty for nothing
	folders   []string // of the workspace
	docs      map[string]*document
	disk      map[string]*document // files as they were read
	lists     map[string]*listing
	programs  map[string]*program
	dirty     map[*program]bool
	published map[string]published    // by name of the file
	results   map[string][]diagnostic // of tests that were run, by name of the file
	replays   map[string]ReplayResult // by folder
	projects  map[string]Project      // by folder
	cancel    context.CancelFunc      // of the analysis at hand

	kick   chan struct{} // something is dirty
	done   chan struct{} // the server has ended
	exited chan struct{} // the client has said exit
	exit1  sync.Once
}

// Serve speaks the protocol over two pipes until the client or the context ends
// it. The result is the exit status that the protocol demands: 0 after shutdown.
func Serve(ctx context.Context, config Config, in io.Reader, out io.WriteCloser) int {
	s := newServer(config)
	s.rpc = jrpc2.NewServer(s, &jrpc2.ServerOptions{AllowPush: true, DisableBuiltin: true, Concurrency: 64})
	box := newOutbox(channel.LSP(in, out))
	s.rpc.Start(box)
	go s.work()
	closed := make(chan struct{})
	go func() {
		s.rpc.Wait()
		close(closed)
	}()
	select { // after exit a client may leave its end open, so nothing waits for that
	case <-closed:
	case <-s.exited:
	case <-ctx.Done():
	}
	close(s.done)
	box.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase == stopped {
		return 0
	}
	return 1
}

func newServer(config Config) *server {
	return &server{config: config, enc: utf16Columns, docs: map[string]*document{}, disk: map[string]*document{}, lists: map[string]*listing{},
		programs: map[string]*program{}, dirty: map[*program]bool{}, published: map[string]published{}, results: map[string][]diagnostic{},
		replays: map[string]ReplayResult{}, projects: map[string]Project{}, kick: make(chan struct{}, 1), done: make(chan struct{}), exited: make(chan struct{})}
}

// method is a row of the table of methods.
type method struct {
	name   string
	handle func(s *server, ctx context.Context, params json.RawMessage) (any, error)
}

// on is a row whose parameters are a P.
func on[P any](name string, f func(*server, context.Context, *P) (any, error)) method {
	return method{name, func(s *server, ctx context.Context, params json.RawMessage) (any, error) {
		var p P
		if len(params) > 0 {
			if err := json.Unmarshal(params, &p); err != nil {
				return nil, jrpc2.Errorf(jrpc2.InvalidParams, "%s: %v", name, err)
			}
		}
		return f(s, ctx, &p)
	}}
}

var methods = func() map[string]method {
	m := map[string]method{}
	for _, row := range []method{
		on("initialize", (*server).initialize),
		on("initialized", (*server).initialized),
		on("shutdown", (*server).shutdown),
		on("exit", (*server).exit),
		on("$/cancelRequest", (*server).cancelRequest),
		on("$/setTrace", (*server).nothing),
		on("workspace/didChangeConfiguration", (*server).reconfigured),
		on("workspace/didChangeWatchedFiles", (*server).watched),
		on("workspace/didChangeWorkspaceFolders", (*server).foldersChanged),
		on("textDocument/didOpen", (*server).didOpen),
		on("textDocument/didChange", (*server).didChange),
		on("textDocument/didSave", (*server).didSave),
		on("textDocument/didClose", (*server).didClose),

		on("textDocument/formatting", (*server).formatting),
		on("textDocument/rangeFormatting", (*server).rangeFormatting),
		on("textDocument/hover", (*server).hover),
		on("textDocument/definition", (*server).definition),
		on("textDocument/declaration", (*server).definition),
		on("textDocument/references", (*server).references),
		on("textDocument/documentHighlight", (*server).highlights),
		on("textDocument/documentSymbol", (*server).documentSymbols),
		on("workspace/symbol", (*server).workspaceSymbols),
		on("textDocument/foldingRange", (*server).folding),
		on("textDocument/completion", (*server).completion),
		on("completionItem/resolve", (*server).resolve),
		on("textDocument/signatureHelp", (*server).signatureHelp),
		on("textDocument/prepareRename", (*server).prepareRename),
		on("textDocument/rename", (*server).rename),
		on("textDocument/semanticTokens/full", (*server).semanticTokens),
		on("textDocument/codeAction", (*server).codeActions),
		on("textDocument/inlayHint", (*server).inlayHints),
		on("textDocument/codeLens", (*server).codeLenses),
		on("textDocument/selectionRange", (*server).selectionRanges),
		on("workspace/executeCommand", (*server).execute),
	} {
		m[row.name] = row
	}
	return m
}()

// Assign finds the handler of a method.
func (s *server) Assign(_ context.Context, name string) jrpc2.Handler {
	row, ok := methods[name]
	if !ok {
		if strings.HasPrefix(name, "$/") { // the protocol lets them be ignored
			return func(_ context.Context, r *jrpc2.Request) (any, error) {
				if r.IsNotification() {
					return nil, nil
				}
				return nil, jrpc2.Errorf(jrpc2.MethodNotFound, "there is no method %s", name)
			}
		}
		return nil
	}
	return func(ctx context.Context, r *jrpc2.Request) (result any, err error) {
		defer func() {
			if p := recover(); p != nil {
				s.logf("%s: %v\n%s\n%s", name, p, r.ParamString(), debug.Stack())
				result, err = nil, jrpc2.Errorf(jrpc2.InternalError, "internal error in %s: a mistake in edac; its log says where (edac lsp --log FILE)", name)
			}
		}()
		if err := s.admit(name); err != nil {
			return nil, err
		}
		result, err = row.handle(s, ctx, json.RawMessage(r.ParamString()))
		var coded *jrpc2.Error
		switch {
		case err == nil || errors.As(err, &coded):
		case ctx.Err() != nil || errors.Is(err, errCancelled):
			err = jrpc2.Errorf(requestCancelled, "cancelled")
		default:
			err = jrpc2.Errorf(requestFailed, "%s", err)
		}
		return result, err
	}
}

// admit refuses what does not belong to the present part of the server's life.
func (s *server) admit(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case name == "exit":
		return nil
	case s.phase == starting && name != "initialize":
		return jrpc2.Errorf(notInitialized, "the server is not initialized")
	case s.phase == running && name == "initialize":
		return jrpc2.Errorf(jrpc2.InvalidRequest, "the server is initialized already")
	case s.phase == stopped:
		return jrpc2.Errorf(jrpc2.InvalidRequest, "the server is shut down")
	}
	return nil
}

func (s *server) logf(format string, args ...any) {
	if s.config.Log == nil {
		return
	}
	s.logMu.Lock()
	defer s.logMu.Unlock()
	fmt.Fprintf(s.config.Log, "%s "+format+"\n", append([]any{time.Now().UTC().Format(time.RFC3339)}, args...)...)
}

func (s *server) initialize(_ context.Context, p *initializeParams) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.phase, s.client = running, p.Capabilities
	if slices.Contains(p.Capabilities.General.PositionEncodings, string(utf8Columns)) {
		s.enc = utf8Columns
	}
	folders := p.WorkspaceFolders
	if len(folders) == 0 && p.RootURI != "" {
		folders = []workspaceFolder{{URI: p.RootURI}}
	}
	for _, f := range folders {
		if dir, ok := pathOf(f.URI); ok {
			s.folders = append(s.folders, dir)
		}
	}
	if len(s.folders) == 0 && path.IsAbs(p.RootPath) {
		s.folders = append(s.folders, slashed(p.RootPath))
	}
	if len(s.folders) > 0 {
		s.root = s.folders[0]
	}
	return initializeResult{
		Capabilities: s.capabilities(),
		ServerInfo:   map[string]string{"name": "edac", "version": s.config.Version},
	}, nil
}

func (s *server) capabilities() map[string]any {
	return map[string]any{
		"positionEncoding":                string(s.enc),
		"textDocumentSync":                map[string]any{"openClose": true, "change": 2, "save": map[string]any{"includeText": false}},
		"workspace":                       map[string]any{"workspaceFolders": map[string]any{"supported": true, "changeNotifications": true}},
		"documentFormattingProvider":      true,
		"documentRangeFormattingProvider": true,
		"hoverProvider":                   true,
		"definitionProvider":              true,
		"declarationProvider":             true,
		"referencesProvider":              true,
		"documentHighlightProvider":       true,
		"documentSymbolProvider":          true,
		"workspaceSymbolProvider":         true,
		"foldingRangeProvider":            true,
		"completionProvider":              map[string]any{"triggerCharacters": []string{".", "\"", "{", "/", "("}, "resolveProvider": true},
		"signatureHelpProvider":           map[string]any{"triggerCharacters": []string{"(", ","}},
		"renameProvider":                  map[string]any{"prepareProvider": true},
		"semanticTokensProvider":          map[string]any{"legend": map[string]any{"tokenTypes": tokenTypes, "tokenModifiers": tokenModifiers}, "full": true},
		"codeActionProvider":              map[string]any{"codeActionKinds": []string{"quickfix", fixAll}},
		"inlayHintProvider":               true,
		"codeLensProvider":                map[string]any{},
		"selectionRangeProvider":          true,
		"executeCommandProvider":          map[string]any{"commands": []string{testCommand, replayCommand}},
	}
}

func (s *server) initialized(ctx context.Context, _ *struct{}) (any, error) {
	s.mu.Lock()
	watch := s.client.Workspace.DidChangeWatchedFiles.DynamicRegistration
	s.mu.Unlock()
	if watch {
		var watchers []any
		for _, glob := range []string{"**/*.eda", "**/*.csv", "**/*.jsonl", "**/*.edr", "**/edac.toml"} {
			watchers = append(watchers, map[string]any{"globPattern": glob})
		}
		go s.ask("client/registerCapability", map[string]any{"registrations": []registration{{
			ID: "files", Method: "workspace/didChangeWatchedFiles", RegisterOptions: map[string]any{"watchers": watchers},
		}}})
	}
	go s.survey()
	return nil, nil
}

// survey finds the programs of the workspace, and has them analysed.
func (s *server) survey() {
	s.mu.Lock()
	folders := slices.Clone(s.folders)
	s.mu.Unlock()
	for _, root := range folders {
		found := s.config.Walk(root)
		s.mu.Lock()
		for _, dir := range found {
			s.dirty[s.folderProgram(s.nameOf(dir))] = true
		}
		s.mu.Unlock()
	}
	s.wake()
}

// ask sends a request to the client whose answer does not matter.
func (s *server) ask(method string, params any) {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	if _, err := s.rpc.Callback(ctx, method, params); err != nil {
		s.logf("%s: %v", method, err)
	}
}

func (s *server) shutdown(context.Context, *struct{}) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.phase = stopped
	return nil, nil
}

func (s *server) exit(context.Context, *struct{}) (any, error) {
	s.exit1.Do(func() { close(s.exited) })
	return nil, nil
}

func (s *server) nothing(context.Context, *json.RawMessage) (any, error) { return nil, nil }

func (s *server) cancelRequest(_ context.Context, p *struct {
	ID json.RawMessage `json:"id"`
}) (any, error) {
	s.rpc.CancelRequest(string(p.ID))
	return nil, nil
}

// full is the path of a file by its name.
func (s *server) full(name string) string {
	if s.root == "" || path.IsAbs(name) || !isFile(name) {
		return name
	}
	return path.Join(s.root, name)
}

// nameOf is what programs call a file: its path relative to the first folder
// of the workspace where it is below it.
func (s *server) nameOf(file string) string {
	switch rest, ok := strings.CutPrefix(file, strings.TrimSuffix(s.root, "/")+"/"); {
	case s.root != "" && file == s.root:
		return "."
	case s.root != "" && ok:
		return rest
	}
	return file
}

// named is what programs call the file of a URI. One that is no file has the
// URI as its name, and stands alone.
func (s *server) named(uri string) string {
	if file, ok := pathOf(uri); ok {
		return s.nameOf(file)
	}
	return uri
}

// canonical is the one name of a file that programs may reach by several.
func (s *server) canonical(name string) string { return s.nameOf(s.full(name)) }

// uri is that of a file by its name: as its editor writes it, where it is open.
// The server is locked.
func (s *server) uri(name string) string {
	if d := s.docs[s.canonical(name)]; d != nil {
		return d.uri
	}
	if !isFile(name) {
		return name
	}
	return uriOf(s.full(name))
}

// outbox lets who sends go on while the client is slow to read: otherwise a
// client that writes before it reads would wait for a server that waits for it.
type outbox struct {
	channel.Channel
	mu     sync.Mutex
	queue  [][]byte
	closed bool
	some   chan struct{}
	empty  chan struct{}
}

func newOutbox(c channel.Channel) *outbox {
	o := &outbox{Channel: c, some: make(chan struct{}, 1), empty: make(chan struct{})}
	go o.write()
	return o
}

func (o *outbox) Send(msg []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return io.ErrClosedPipe
	}
	o.queue = append(o.queue, slices.Clone(msg))
	select {
	case o.some <- struct{}{}:
	default:
	}
	return nil
}

func (o *outbox) write() {
	defer close(o.empty)
	for {
		o.mu.Lock()
		queue, closed := o.queue, o.closed
		o.queue = nil
		o.mu.Unlock()
		for _, msg := range queue {
			if err := o.Channel.Send(msg); err != nil {
				o.mu.Lock()
				o.closed = true
				o.mu.Unlock()
				return
			}
		}
		if closed {
			return
		}
		<-o.some
	}
}

// Close sends what is waiting, as far as the client takes it soon.
func (o *outbox) Close() error {
	o.mu.Lock()
	again := o.closed
	o.closed = true
	o.mu.Unlock()
	if again {
		return nil
	}
	select {
	case o.some <- struct{}{}:
	default:
	}
	select {
	case <-o.empty:
	case <-time.After(time.Second):
	}
	return o.Channel.Close()
}
