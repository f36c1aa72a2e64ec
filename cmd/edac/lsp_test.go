package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/creachadair/jrpc2"
	"github.com/creachadair/jrpc2/channel"
	"github.com/rogpeppe/go-internal/txtar"
)

// The editor server is driven as editors drive it: this process starts `edac
// lsp`, speaks to it over its pipes, and does what a script in testdata/lsp
// says. A script is a txtar text: commands, each after "> " with what it must
// print below it after "| ", then the files. EDA_UPDATE=1 rewrites what is printed.

func TestEditing(t *testing.T) {
	scripts, err := filepath.Glob(filepath.Join("..", "..", "testdata", "lsp", "*.txtar"))
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, name := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			e := startEditor(t, ar.Files)
			var out strings.Builder
			for line := range strings.Lines(string(ar.Comment)) {
				switch {
				case strings.HasPrefix(line, "| ") || line == "|\n":
				case strings.HasPrefix(line, "> "):
					out.WriteString(line)
					for l := range strings.Lines(e.do(strings.TrimSpace(line[2:]))) {
						out.WriteString(strings.TrimRight("| "+strings.TrimRight(l, "\n"), " ") + "\n")
					}
				default:
					out.WriteString(line)
				}
			}
			e.end()
			got := out.String()
			if got == string(ar.Comment) {
				return
			}
			if os.Getenv("EDA_UPDATE") != "" {
				ar.Comment = []byte(got)
				if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			was := strings.Split(string(ar.Comment), "\n")
			for i, l := range strings.Split(got, "\n") {
				if i >= len(was) || was[i] != l {
					t.Fatalf("line %d differs:\n%s\n\nall of it:\n%s", i+1, l, got)
				}
			}
			t.Fatal("lines are missing at the end")
		})
	}
}

// editor is a client with its documents.
type editor struct {
	t     *testing.T
	dir   string
	cmd   *exec.Cmd
	rpc   channel.Channel
	calls map[string]chan reply // by id
	last  int
	docs  map[string]*edited
	file  string
	utf8  bool

	started any // what initialize gave

	out    sync.Mutex // one message at a time
	mu     sync.Mutex
	some   *sync.Cond
	found  map[string]foundDiagnostics // by name of the file
	shown  []string                    // messages
	closed bool
}

type foundDiagnostics struct {
	version int
	list    []any
}

type edited struct {
	text    string
	version int
	at      int
}

type m = map[string]any

// startEditor starts a server on a folder with these files.
func startEditor(t *testing.T, files []txtar.File) *editor {
	t.Helper()
	e := &editor{t: t, dir: t.TempDir(), docs: map[string]*edited{}, found: map[string]foundDiagnostics{}}
	if real, err := filepath.EvalSymlinks(e.dir); err == nil {
		e.dir = real
	}
	e.some = sync.NewCond(&e.mu)
	for _, f := range files {
		name := filepath.Join(e.dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	in, out := e.start("--log", filepath.Join(t.TempDir(), "log"))
	e.connect(in, out)
	return e
}

// reply is the answer to a request.
type reply struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result any             `json:"result"`
	Error  *jrpc2.Error    `json:"error"`
}

// connect reads what the server says, in order.
func (e *editor) connect(in io.WriteCloser, out io.Reader) {
	e.rpc, e.calls = channel.LSP(out, in), map[string]chan reply{}
	go func() {
		for {
			msg, err := e.rpc.Recv()
			if err != nil {
				return
			}
			var r reply
			if err := json.Unmarshal(msg, &r); err != nil {
				e.t.Error(err)
				return
			}
			switch {
			case r.Method != "" && r.ID != nil:
				e.send(m{"jsonrpc": "2.0", "id": r.ID, "result": nil})
			case r.Method != "":
				e.notified(&r)
			default:
				e.mu.Lock()
				c := e.calls[string(r.ID)]
				e.mu.Unlock()
				c <- r
			}
		}
	}()
}

func (e *editor) send(v any) error {
	msg, err := json.Marshal(v)
	if err != nil {
		return err
	}
	e.out.Lock()
	defer e.out.Unlock()
	return e.rpc.Send(msg)
}

// start runs this test binary as edac lsp.
func (e *editor) start(flags ...string) (in io.WriteCloser, out io.Reader) {
	e.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		e.t.Fatal(err)
	}
	e.cmd = &exec.Cmd{Path: exe, Args: append([]string{"edac", "lsp"}, flags...), Stderr: os.Stderr, Dir: e.dir}
	in, err = e.cmd.StdinPipe()
	if err != nil {
		e.t.Fatal(err)
	}
	out, err = e.cmd.StdoutPipe()
	if err != nil {
		e.t.Fatal(err)
	}
	if err := e.cmd.Start(); err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(func() { e.cmd.Process.Kill() })
	return in, out
}

func (e *editor) uri(name string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(e.dir, filepath.FromSlash(name)))}).String()
}

// name is a URI as scripts write it.
func (e *editor) name(uri string) string { return strings.TrimPrefix(uri, e.uri("")+"/") }

func (e *editor) notified(r *reply) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var p struct {
		URI         string `json:"uri"`
		Version     *int   `json:"version"`
		Diagnostics []any  `json:"diagnostics"`
		Message     string `json:"message"`
	}
	if err := json.Unmarshal(r.Params, &p); err != nil {
		e.t.Error(err)
	}
	switch r.Method {
	case "textDocument/publishDiagnostics":
		f := foundDiagnostics{-1, p.Diagnostics}
		if p.Version != nil {
			f.version = *p.Version
		}
		e.found[e.name(p.URI)] = f
	case "window/showMessage":
		e.shown = append(e.shown, p.Message)
	}
	e.some.Broadcast()
}

// wait waits until something is so.
func (e *editor) wait(what string, so func() bool) {
	e.t.Helper()
	stop := time.AfterFunc(20*time.Second, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.closed = true
		e.some.Broadcast()
	})
	defer stop.Stop()
	e.mu.Lock()
	defer e.mu.Unlock()
	for !so() {
		if e.closed {
			e.t.Fatalf("waited in vain for %s", what)
		}
		e.some.Wait()
	}
}

func (e *editor) call(method string, params any) any {
	e.t.Helper()
	answer := make(chan reply, 1)
	e.mu.Lock()
	e.last++
	id := e.last
	e.calls[strconv.Itoa(id)] = answer
	e.mu.Unlock()
	msg := m{"jsonrpc": "2.0", "id": id, "method": method}
	if params != nil {
		msg["params"] = params
	}
	if err := e.send(msg); err != nil {
		e.t.Fatal(err)
	}
	select {
	case r := <-answer:
		if r.Error != nil {
			return r.Error
		}
		return r.Result
	case <-time.After(20 * time.Second):
		e.t.Fatalf("no answer to %s", method)
	}
	return nil
}

func (e *editor) notify(method string, params any) {
	e.t.Helper()
	msg := m{"jsonrpc": "2.0", "method": method}
	if params != nil {
		msg["params"] = params
	}
	if err := e.send(msg); err != nil {
		e.t.Fatal(err)
	}
}

// end shuts the server down as the protocol wants it.
func (e *editor) end() {
	e.t.Helper()
	if v := e.call("shutdown", nil); v != nil {
		e.t.Errorf("shutdown gives %v", v)
	}
	e.notify("exit", nil)
	if err := e.cmd.Wait(); err != nil {
		e.t.Errorf("after shutdown and exit: %v", err)
	}
}

// position is an offset of the present document as the protocol has it.
func (e *editor) position(d *edited, at int) m {
	before := d.text[:at]
	line := strings.Count(before, "\n")
	before = before[strings.LastIndexByte(before, '\n')+1:]
	n := len(utf16.Encode([]rune(before)))
	if e.utf8 {
		n = len(before)
	}
	return m{"line": line, "character": n}
}

func (e *editor) offset(d *edited, p any) int {
	line, column := int(get(p, "line").(float64)), int(get(p, "character").(float64))
	at := 0
	for range line {
		at += strings.IndexByte(d.text[at:], '\n') + 1
	}
	n := 0
	for i, r := range d.text[at:] {
		if n >= column {
			return at + i
		}
		if e.utf8 {
			n += len(string(r))
		} else {
			n += utf16.RuneLen(r)
		}
	}
	return len(d.text)
}

// get walks into a decoded value.
func get(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			mm, _ := v.(m)
			v = mm[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

// sizes are estimates of memory, which are tested elsewhere.
var sizes = regexp.MustCompile(`about [0-9.]+ [KM]?i?B`)

func list(v any) []any { l, _ := v.([]any); return l }
func str(v any) string { s, _ := v.(string); return s }

// span is a range as scripts show it: from 1, as editors do.
func span(v any) string {
	l := func(p any) string {
		return fmt.Sprintf("%d:%d", int(get(p, "line").(float64))+1, int(get(p, "character").(float64))+1)
	}
	a, b := l(get(v, "start")), l(get(v, "end"))
	if a == b {
		return a
	}
	return a + "-" + b
}

// args splits a command: words, and texts in quotes.
func args(t *testing.T, line string) []string {
	var out []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		if line[0] == '"' {
			q, err := strconv.QuotedPrefix(line)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			s, _ := strconv.Unquote(q)
			out = append(out, s)
			line = line[len(q):]
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		out = append(out, word)
		line = rest
	}
	return out
}

// do does one command and says what came of it.
func (e *editor) do(line string) string {
	e.t.Helper()
	a := args(e.t, line)
	arg := func(i int) string {
		if i < len(a) {
			return a[i]
		}
		return ""
	}
	d := e.docs[e.file]
	here := func() m { return m{"textDocument": m{"uri": e.uri(e.file)}, "position": e.position(d, d.at)} }
	file := func() m { return m{"textDocument": m{"uri": e.uri(e.file)}} }
	missing := ""
	place := func(i int) { // a place by its text: where it begins, or where it ends
		n := 1
		if k, err := strconv.Atoi(arg(i + 2)); err == nil {
			n = k
		}
		at := -1
		for range n {
			k := strings.Index(d.text[at+1:], arg(i+1))
			if k < 0 {
				missing = fmt.Sprintf("%q is not there", arg(i+1))
				return
			}
			at += 1 + k
		}
		d.at = at
		if arg(i) == "after" {
			d.at += len(arg(i + 1))
		}
	}
	if i := slices.IndexFunc(a, func(s string) bool { return s == "at" || s == "after" }); i > 0 {
		if place(i); missing != "" {
			return missing
		}
		a = a[:i]
	}
	var out strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	locations := func(v any) string {
		if err, ok := v.(error); ok {
			return err.Error()
		}
		for _, l := range list(v) {
			say("%s:%s", e.name(str(get(l, "uri"))), span(get(l, "range")))
		}
		return cmp.Or(out.String(), "nothing")
	}
	switch a[0] {
	case "start":
		caps := m{"textDocument": m{"documentSymbol": m{"hierarchicalDocumentSymbolSupport": true}, "completion": m{"completionItem": m{"snippetSupport": arg(1) == "snippets"}},
			"codeAction": m{"codeActionLiteralSupport": m{}}},
			"workspace": m{"workspaceEdit": m{"documentChanges": true}, "didChangeWatchedFiles": m{"dynamicRegistration": true}}}
		if e.utf8 = slices.Contains(a, "utf-8"); e.utf8 {
			caps["general"] = m{"positionEncodings": []string{"utf-8", "utf-16"}}
		}
		p := m{"processId": nil, "rootUri": e.uri(""), "capabilities": caps}
		if slices.Contains(a, "alone") {
			p["rootUri"] = nil
		}
		v := e.call("initialize", p)
		e.started = v
		e.notify("initialized", m{})
		return fmt.Sprint(get(v, "capabilities", "positionEncoding"))
	case "open":
		e.file = a[1]
		text, err := os.ReadFile(filepath.Join(e.dir, filepath.FromSlash(e.file)))
		if err != nil {
			text = nil
		}
		d = &edited{text: string(text), version: 1}
		e.mu.Lock()
		delete(e.found, e.file)
		e.mu.Unlock()
		e.docs[e.file] = d
		e.notify("textDocument/didOpen", m{"textDocument": m{"uri": e.uri(e.file), "languageId": "eda", "version": 1, "text": d.text}})
		e.judged(e.file)
	case "leave", "enter": // the folder, as one of the workspace
		folder := []m{{"uri": e.uri(""), "name": "rules"}}
		event := m{"added": []m{}, "removed": folder}
		if a[0] == "enter" {
			event = m{"added": folder, "removed": []m{}}
		}
		e.notify("workspace/didChangeWorkspaceFolders", m{"event": event})
	case "switch":
		e.file = a[1]
	case "close":
		e.notify("textDocument/didClose", file())
		delete(e.docs, e.file)
	case "write": // on the disk, behind the editor's back
		if err := os.WriteFile(filepath.Join(e.dir, filepath.FromSlash(a[1])), []byte(a[2]), 0o644); err != nil {
			e.t.Fatal(err)
		}
		e.mu.Lock()
		e.shown = nil
		e.mu.Unlock()
		e.notify("workspace/didChangeWatchedFiles", m{"changes": []m{{"uri": e.uri(a[1]), "type": 2}}})
	case "at", "after":
		place(0)
	case "type":
		for _, r := range a[1] {
			e.change(d, d.at, d.at, string(r))
		}
		e.judged(e.file)
	case "paste":
		e.change(d, d.at, d.at, a[1])
		e.judged(e.file)
	case "rub": // backspaces
		n, _ := strconv.Atoi(cmp.Or(arg(1), "1"))
		for range n {
			e.change(d, d.at-1, d.at, "")
		}
		e.judged(e.file)
	case "replace":
		at := strings.Index(d.text, a[1])
		if at < 0 {
			e.t.Fatalf("%s: it is not there", line)
		}
		e.change(d, at, at+len(a[1]), a[2])
		e.judged(e.file)
	case "show":
		return d.text
	case "diagnostics":
		var quiet string
		if d != nil {
			e.call("textDocument/documentSymbol", file()) // all that is being published is here then
		}
		if arg(1) == "of" {
			e.wait("diagnostics of "+arg(2), func() bool { f, ok := e.found[arg(2)]; return ok && (len(f.list) > 0) == (arg(3) != "none") })
			quiet = arg(2)
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		for _, name := range slices.Sorted(mapKeys(e.found)) {
			if quiet != "" && name != quiet {
				continue
			}
			for _, x := range e.found[name].list {
				if arg(1) != "hints" && get(x, "severity") == 4.0 { // they change with the lints
					continue
				}
				say("%s:%s %s %s: %s", name, span(get(x, "range")), []string{"", "error", "warning", "information", "hint"}[int(get(x, "severity").(float64))], cmp.Or(str(get(x, "code")), str(get(x, "source"))), strings.ReplaceAll(str(get(x, "message")), "\n", " / "))
				for _, r := range list(get(x, "relatedInformation")) {
					say("    %s:%s %s", e.name(str(get(r, "location", "uri"))), span(get(r, "location", "range")), str(get(r, "message")))
				}
				if tags := list(get(x, "tags")); len(tags) > 0 {
					say("    unnecessary")
				}
			}
		}
		return cmp.Or(out.String(), "none")
	case "hover":
		v := e.call("textDocument/hover", here())
		if v == nil {
			return "nothing"
		}
		return span(get(v, "range")) + "\n" + sizes.ReplaceAllString(str(get(v, "contents", "value")), "about N bytes")
	case "definition":
		return locations(e.call("textDocument/definition", here()))
	case "references":
		p := here()
		p["context"] = m{"includeDeclaration": arg(1) != "uses"}
		return locations(e.call("textDocument/references", p))
	case "highlight":
		for _, h := range list(e.call("textDocument/documentHighlight", here())) {
			say("%s %s", span(get(h, "range")), []string{"", "text", "read", "write"}[int(get(h, "kind").(float64))])
		}
	case "symbols":
		for _, s := range list(e.call("textDocument/documentSymbol", file())) {
			say("%s %s  %s", span(get(s, "range")), get(s, "name"), str(get(s, "detail")))
			for _, c := range list(get(s, "children")) {
				say("    %s %s", span(get(c, "range")), get(c, "name"))
			}
		}
	case "workspace":
		for _, s := range list(e.call("workspace/symbol", m{"query": arg(1)})) {
			say("%s:%s %s", e.name(str(get(s, "location", "uri"))), span(get(s, "location", "range")), get(s, "name"))
		}
	case "folding":
		for _, f := range list(e.call("textDocument/foldingRange", file())) {
			say("%d-%d %s", int(get(f, "startLine").(float64))+1, int(get(f, "endLine").(float64))+1, str(get(f, "kind")))
		}
	case "format":
		p := file()
		p["options"] = m{"tabSize": 2, "insertSpaces": true}
		method := "textDocument/formatting"
		if arg(1) != "" { // of the line at the cursor
			method = "textDocument/rangeFormatting"
			p["range"] = m{"start": e.position(d, d.at), "end": e.position(d, d.at)}
		}
		edits := list(e.call(method, p))
		for _, x := range edits {
			say("%s %q", span(get(x, "range")), get(x, "newText"))
		}
		e.apply(d, edits)
		e.judged(e.file)
	default:
		return e.more(a, arg, d, here, file)
	}
	return out.String()
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// change changes a document and tells the server.
func (e *editor) change(d *edited, from, to int, text string) {
	e.t.Helper()
	at := m{"start": e.position(d, from), "end": e.position(d, to)}
	d.text = d.text[:from] + text + d.text[to:]
	d.version++
	switch {
	case d.at >= to:
		d.at += len(text) - (to - from)
	case d.at > from:
		d.at = from
	}
	e.notify("textDocument/didChange", m{"textDocument": m{"uri": e.uri(e.file), "version": d.version}, "contentChanges": []m{{"range": at, "text": text}}})
}

// apply makes edits that are all of one text.
func (e *editor) apply(d *edited, edits []any) {
	e.t.Helper()
	slices.SortStableFunc(edits, func(a, b any) int {
		return e.offset(d, get(b, "range", "start")) - e.offset(d, get(a, "range", "start"))
	})
	for _, x := range edits {
		e.change(d, e.offset(d, get(x, "range", "start")), e.offset(d, get(x, "range", "end")), str(get(x, "newText")))
	}
}

// judged waits for the diagnostics of a document as it is now.
func (e *editor) judged(name string) {
	e.t.Helper()
	d := e.docs[name]
	e.wait(fmt.Sprintf("diagnostics of %s, version %d", name, d.version), func() bool { return e.found[name].version == d.version })
}

// more does the commands that are about what comes next.
func (e *editor) more(a []string, arg func(int) string, d *edited, here, file func() m) string {
	e.t.Helper()
	var out strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	switch a[0] {
	case "complete": // as an editor shows it: what begins with what stands there
		items := list(get(e.call("textDocument/completion", here()), "items"))
		slices.SortStableFunc(items, func(a, b any) int { return cmp.Compare(str(get(a, "sortText")), str(get(b, "sortText"))) })
		n := 0
		for _, it := range items {
			from := e.offset(d, get(it, "textEdit", "range", "start"))
			if !strings.HasPrefix(str(get(it, "label")), d.text[from:d.at]) {
				continue
			}
			if n++; n > 12 {
				continue
			}
			text := str(get(it, "label"))
			if new := str(get(it, "textEdit", "newText")); new != text {
				text += fmt.Sprintf(" %q", new)
			}
			say("%s  %s", text, str(get(it, "detail")))
		}
		if n > 12 {
			say("and %d more", n-12)
		}
		return cmp.Or(out.String(), "nothing")
	case "accept": // a proposal by its label
		for _, it := range list(get(e.call("textDocument/completion", here()), "items")) {
			if str(get(it, "label")) == arg(1) {
				r := get(it, "textEdit", "range")
				e.change(d, e.offset(d, get(r, "start")), e.offset(d, get(r, "end")), str(get(it, "textEdit", "newText")))
				e.judged(e.file)
				return ""
			}
		}
		e.t.Fatalf("%s is not proposed", arg(1))
	case "explain": // the documentation of a proposal
		for _, it := range list(get(e.call("textDocument/completion", here()), "items")) {
			if str(get(it, "label")) == arg(1) {
				return str(get(e.call("completionItem/resolve", it), "documentation", "value"))
			}
		}
		e.t.Fatalf("%s is not proposed", arg(1))
	case "signature":
		v := e.call("textDocument/signatureHelp", here())
		if v == nil {
			return "nothing"
		}
		label := str(get(v, "signatures", 0, "label"))
		p := list(get(v, "signatures", 0, "parameters", int(get(v, "activeParameter").(float64)), "label"))
		if len(p) == 2 {
			i, j := int(p[0].(float64)), int(p[1].(float64))
			label = label[:i] + "<" + label[i:j] + ">" + label[j:]
		}
		return label
	case "renameable":
		v := e.call("textDocument/prepareRename", here())
		if err, ok := v.(*jrpc2.Error); ok {
			return err.Message
		}
		return span(get(v, "range")) + " " + str(get(v, "placeholder"))
	case "rename":
		p := here()
		p["newName"] = arg(1)
		v := e.call("textDocument/rename", p)
		if err, ok := v.(*jrpc2.Error); ok {
			return err.Message
		}
		return e.applied(v)
	case "tokens":
		names := list(get(e.started, "capabilities", "semanticTokensProvider", "legend", "tokenTypes"))
		mods := list(get(e.started, "capabilities", "semanticTokensProvider", "legend", "tokenModifiers"))
		data := list(get(e.call("textDocument/semanticTokens/full", file()), "data"))
		line, column := 0, 0
		for i := 0; i+4 < len(data); i += 5 {
			n := func(k int) int { return int(data[i+k].(float64)) }
			if line += n(0); n(0) > 0 {
				column = 0
			}
			column += n(1)
			if arg(1) != "" && strconv.Itoa(line+1) != arg(1) {
				continue
			}
			from := e.offset(d, m{"line": float64(line), "character": float64(column)})
			to := e.offset(d, m{"line": float64(line), "character": float64(column + n(2))})
			text := fmt.Sprintf("%s %s", d.text[from:to], names[n(3)])
			for k, mod := range mods {
				if n(4)&(1<<k) != 0 {
					text += " " + mod.(string)
				}
			}
			say("%s", text)
		}
	case "fixes", "fix":
		p := file()
		p["range"] = m{"start": e.position(d, d.at), "end": e.position(d, d.at)}
		ctx := m{"diagnostics": []any{}}
		if arg(2) != "" {
			ctx["only"] = []string{arg(2)}
		}
		p["context"] = ctx
		for _, x := range list(e.call("textDocument/codeAction", p)) {
			if a[0] == "fixes" {
				say("%s (%s)", get(x, "title"), get(x, "kind"))
			} else if str(get(x, "title")) == arg(1) {
				return e.applied(get(x, "edit"))
			}
		}
		if a[0] == "fix" {
			e.t.Fatalf("no fix %s", arg(1))
		}
		return cmp.Or(out.String(), "nothing")
	case "hints":
		p := file()
		p["range"] = m{"start": m{"line": 0, "character": 0}, "end": e.position(d, len(d.text))}
		lines := strings.Split(d.text, "\n")
		for _, h := range slices.Backward(list(e.call("textDocument/inlayHint", p))) {
			pos := get(h, "position")
			line := int(get(pos, "line").(float64))
			at := int(get(pos, "character").(float64))
			label := str(get(h, "label"))
			if get(h, "paddingLeft") == true {
				label = " " + label
			}
			lines[line] = lines[line][:at] + "‹" + label + "›" + lines[line][at:]
		}
		for _, l := range lines {
			if strings.Contains(l, "‹") {
				say("%s", l)
			}
		}
	case "lenses":
		for _, l := range list(e.call("textDocument/codeLens", file())) {
			say("%s %s", span(get(l, "range")), get(l, "command", "title"))
		}
	case "run": // a lens by its title
		for _, l := range list(e.call("textDocument/codeLens", file())) {
			if str(get(l, "command", "title")) == arg(1) && (arg(2) == "" || strings.HasPrefix(span(get(l, "range")), arg(2)+":")) {
				e.mu.Lock()
				e.shown = nil
				e.mu.Unlock()
				if v := e.call("workspace/executeCommand", m{"command": get(l, "command", "command"), "arguments": get(l, "command", "arguments")}); v != nil {
					return fmt.Sprint(v)
				}
				e.wait("a message", func() bool { return len(e.shown) > 0 })
				return e.shown[0]
			}
		}
		e.t.Fatalf("no lens %s", arg(1))
	case "message":
		e.wait("a message", func() bool { return len(e.shown) > 0 })
		return e.shown[len(e.shown)-1]
	case "select":
		v := e.call("textDocument/selectionRange", m{"textDocument": m{"uri": e.uri(e.file)}, "positions": []m{e.position(d, d.at)}})
		for r := get(v, 0); r != nil; r = get(r, "parent") {
			say("%s", span(get(r, "range")))
		}
	default:
		e.t.Fatalf("there is no command %s", a[0])
	}
	return out.String()
}

// applied makes the changes of an edit and shows the lines that it changes: in
// open documents, and on the disk in others.
func (e *editor) applied(edit any) string {
	e.t.Helper()
	var out strings.Builder
	was := e.file
	for _, dc := range list(get(edit, "documentChanges")) {
		name := e.name(str(get(dc, "textDocument", "uri")))
		d := e.docs[name]
		open := d != nil
		if !open {
			text, err := os.ReadFile(filepath.Join(e.dir, filepath.FromSlash(name)))
			if err != nil {
				e.t.Fatal(err)
			}
			d = &edited{text: string(text)}
		}
		before := strings.Split(d.text, "\n")
		e.file = name
		edits := list(get(dc, "edits"))
		if open {
			if v := get(dc, "textDocument", "version"); v != float64(d.version) {
				e.t.Errorf("%s has version %d, the edit is of %v", name, d.version, v)
			}
			e.apply(d, edits)
			e.judged(name)
		} else {
			slices.SortStableFunc(edits, func(a, b any) int {
				return e.offset(d, get(b, "range", "start")) - e.offset(d, get(a, "range", "start"))
			})
			for _, x := range edits {
				d.text = d.text[:e.offset(d, get(x, "range", "start"))] + str(get(x, "newText")) + d.text[e.offset(d, get(x, "range", "end")):]
			}
			e.do("write " + strconv.Quote(name) + " " + strconv.Quote(d.text))
		}
		for i, l := range strings.Split(d.text, "\n") {
			if i >= len(before) || before[i] != l {
				fmt.Fprintf(&out, "%s:%d %s\n", name, i+1, l)
			}
		}
	}
	e.file = was
	return cmp.Or(out.String(), "nothing")
}

// Odd clients: whatever comes, there is an answer or silence, and the server lives.
func TestOddClients(t *testing.T) {
	e := startEditor(t, []txtar.File{{Name: "a.eda", Data: []byte("on \"/a\" do log \"ä😀\"\n")}, {Name: "sub/b.eda", Data: []byte("on \"/b\" do log \"b\"\n")}})
	code := func(v any) int {
		if err, ok := v.(*jrpc2.Error); ok {
			return int(err.Code)
		}
		return 0
	}
	at := func(line, column int) m {
		return m{"textDocument": m{"uri": e.uri("a.eda")}, "position": m{"line": line, "character": column}}
	}
	if c := code(e.call("textDocument/hover", at(0, 0))); c != -32002 {
		t.Errorf("before initialize: %d", c)
	}
	e.notify("textDocument/didOpen", m{"textDocument": m{"uri": e.uri("a.eda"), "version": 1, "text": "x"}})
	if c := code(e.call("initialize", []int{1})); c != -32602 {
		t.Errorf("initialize of a list: %d", c)
	}
	e.do("start")
	if c := code(e.call("initialize", m{})); c != -32600 {
		t.Errorf("initialize twice: %d", c)
	}
	if c := code(e.call("textDocument/nonsense", m{})); c != -32601 {
		t.Errorf("an unknown method: %d", c)
	}
	if c := code(e.call("$/nonsense", m{})); c != -32601 {
		t.Errorf("an unknown method of the protocol: %d", c)
	}
	e.notify("$/nonsense", m{})
	e.notify("textDocument/nonsense", m{})
	e.notify("textDocument/didChange", m{"textDocument": m{"uri": e.uri("a.eda"), "version": 7}, "contentChanges": []m{{"text": "x"}}}) // not open
	e.notify("textDocument/didClose", m{"textDocument": m{"uri": e.uri("nowhere.eda")}})
	for _, uri := range []string{e.uri("nowhere.eda"), "", "%zz", "http://example.org/a.eda", "file://", "untitled:x", e.uri("")} {
		for _, method := range []string{"hover", "definition", "completion", "formatting", "documentSymbol", "semanticTokens/full", "codeAction", "rename", "prepareRename"} {
			if v := e.call("textDocument/"+method, m{"textDocument": m{"uri": uri}, "position": m{"line": 1, "character": 1}, "newName": "x"}); code(v) == 0 && v != nil && len(list(v)) > 0 {
				t.Errorf("%s of %q gives %v", method, uri, v)
			}
		}
	}
	e.do("open a.eda")
	e.do("open a.eda") // twice
	for _, p := range []m{at(99, 0), at(0, 999), at(-1, -1), at(0, 17), at(0, 18), at(0, 19)} {
		if v := e.call("textDocument/hover", p); code(v) != 0 {
			t.Errorf("hover at %v: %v", p["position"], v)
		}
	}
	d := e.docs["a.eda"]
	d.version++
	e.notify("textDocument/didChange", m{"textDocument": m{"uri": e.uri("a.eda"), "version": d.version}, "contentChanges": []m{
		{"range": m{"start": m{"line": 5, "character": 5}, "end": m{"line": 3, "character": 0}}, "text": "# the end"}}})
	e.judged("a.eda")
	if v := e.call("workspace/executeCommand", m{"command": "nonsense"}); code(v) == 0 {
		t.Errorf("an unknown command gives %v", v)
	}
	if c := code(e.call("shutdown", nil)); c != 0 {
		t.Errorf("shutdown: %d", c)
	}
	if c := code(e.call("textDocument/hover", at(0, 0))); c != -32600 {
		t.Errorf("after shutdown: %d", c)
	}
	e.notify("exit", nil)
	if err := e.cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// The exit status is 0 after shutdown alone.
func TestServerStatus(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(e *editor, in io.Closer)
		want int
	}{
		{"exit without shutdown", func(e *editor, _ io.Closer) { e.notify("exit", nil) }, 1},
		{"the client is gone", func(e *editor, in io.Closer) { in.Close() }, 1},
		{"shutdown, and the client is gone", func(e *editor, in io.Closer) { e.call("shutdown", nil); in.Close() }, 0},
	} {
		e := &editor{t: t, dir: t.TempDir(), docs: map[string]*edited{}, found: map[string]foundDiagnostics{}}
		e.some = sync.NewCond(&e.mu)
		in, out := e.start()
		e.connect(in, out)
		e.do("start")
		c.end(e, in)
		e.cmd.Wait()
		if got := e.cmd.ProcessState.ExitCode(); got != c.want {
			t.Errorf("%s: status %d, want %d", c.name, got, c.want)
		}
	}
}
