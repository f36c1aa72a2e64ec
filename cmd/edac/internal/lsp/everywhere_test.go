package lsp

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/stdlib"
)

// asker calls handlers as a client would, without pipes.
type asker struct {
	*server
	t *testing.T
}

func startAsker(t *testing.T) *asker {
	env, err := lang.NewEnv(stdlib.Signatures())
	if err != nil {
		t.Fatal(err)
	}
	c := Config{Env: env, List: func(string) ([]string, error) { return nil, nil }, Read: func(name string) (string, error) {
		text, err := os.ReadFile(filepath.FromSlash(name))
		return string(text), err
	}}
	for _, f := range stdlib.Funcs() {
		c.Functions = append(c.Functions, Function{Name: f.Name(), Signature: f.Signature, Doc: f.Doc})
	}
	for _, f := range stdlib.Aggs() {
		c.Functions = append(c.Functions, Function{Name: f.Name, Signature: f.Signature, Doc: f.Doc})
	}
	return &asker{newServer(c), t}
}

// ask calls a handler; a panic of it fails the test.
func (a *asker) ask(method string, params any) (any, error) {
	a.t.Helper()
	p, err := json.Marshal(params)
	if err != nil {
		a.t.Fatal(err)
	}
	v, err := methods[method].handle(a.server, context.Background(), p)
	if err != nil {
		return nil, err
	}
	if _, err := json.Marshal(v); err != nil {
		a.t.Fatal(method, err)
	}
	return v, nil
}

// Every request has an answer at every place, in whole texts and in broken ones.
func TestEverywhere(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("..", "..", "..", "..", "testdata", "canon", "*.eda"))
	if err != nil || len(names) < 20 {
		t.Fatal(len(names), err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	renamed, refused := 0, 0
	for _, name := range names {
		file, _ := filepath.Abs(name)
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for round := range 3 {
			a := startAsker(t)
			text := string(data)
			if round > 0 { // a stretch is missing
				i := r.IntN(len(text))
				text = text[:i] + text[min(len(text), i+1+r.IntN(30)):]
			}
			uri := uriOf(path.Clean(filepath.ToSlash(file)))
			doc := m{"uri": uri}
			if _, err := a.ask("textDocument/didOpen", m{"textDocument": m{"uri": uri, "version": 1, "text": text}}); err != nil {
				t.Fatal(err)
			}
			d := newDocument("x", "x", text)
			all := m{"start": m{"line": 0, "character": 0}, "end": d.position(len(text), utf16Columns)}
			for _, method := range []string{"documentSymbol", "foldingRange", "semanticTokens/full", "codeLens", "formatting", "inlayHint", "codeAction", "rangeFormatting"} {
				if _, err := a.ask("textDocument/"+method, m{"textDocument": doc, "range": all, "context": m{}}); err != nil {
					t.Errorf("%s of %s: %v", method, name, err)
				}
			}
			for i := r.IntN(9); i < len(text); i += 1 + r.IntN(60) {
				at := m{"textDocument": doc, "position": d.position(i, utf16Columns), "positions": []any{d.position(i, utf16Columns)}}
				for _, method := range []string{"hover", "definition", "references", "documentHighlight", "completion", "signatureHelp", "selectionRange"} {
					if _, err := a.ask("textDocument/"+method, at); err != nil {
						t.Errorf("%s at %d of %s: %v", method, i, name, err)
					}
				}
				if round > 0 {
					continue
				}
				v, err := a.ask("textDocument/prepareRename", at)
				if err != nil || strings.Contains(v.(renameRange).Placeholder, "/") { // a tag
					continue
				}
				at["newName"] = "quite_new"
				if _, err := a.ask("textDocument/rename", at); err == nil {
					renamed++
				} else {
					refused++
				}
			}
		}
	}
	if renamed < 15 || refused > renamed/3 {
		t.Errorf("%d names were changed, %d not", renamed, refused)
	}
}
