package lsp

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/creachadair/jrpc2"
)

// Commands that an editor offers above tests and rules.
const (
	testCommand   = "edac.test"
	replayCommand = "edac.replay"
)

// kinds of messages
const (
	errorMessage   = 1
	warningMessage = 2
	infoMessage    = 3
)

// say shows a message in the editor.
func (s *server) say(kind int, text string) {
	if err := s.rpc.Notify(context.Background(), "window/showMessage", map[string]any{"type": kind, "message": text}); err != nil {
		s.logf("showMessage: %v", err)
	}
}

// codeLenses offers to run what can be run.
func (s *server) codeLenses(ctx context.Context, p *documentParams) (any, error) {
	a, d, err := s.program(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	out := []codeLens{}
	f := a.files[d.name]
	if s.config.Test != nil {
		n := 0
		for _, t := range a.unit.Tests {
			if t.File == f {
				n++
				out = append(out, codeLens{d.rangeOf(t.Decl.At, s.enc), command{"run test", testCommand, []any{p.TextDocument.URI, t.Name}}})
			}
		}
		if n > 1 {
			out = append(out, codeLens{textRange{}, command{fmt.Sprintf("run all %d tests", n), testCommand, []any{p.TextDocument.URI}}})
		}
	}
	project := s.project(a.program)
	if s.config.Replay == nil || project.Recording == "" {
		return out, nil
	}
	s.mu.Lock()
	last, done := s.replays[a.program.dir()]
	s.mu.Unlock()
	for _, r := range a.rulesIn(d.name) {
		text := "replay on " + project.Recording
		if done {
			text = fmt.Sprintf("%s in %s, replay again", plural(last.Acts[r.Label], "act"), project.Recording)
		}
		out = append(out, codeLens{d.rangeOf(sourceSpan(r.Decl), s.enc), command{text, replayCommand, []any{p.TextDocument.URI}}})
	}
	return out, nil
}

// execute runs tests, or a replay, of the program of a document. What came of
// it is a message, and what failed is shown at its place until the file changes.
func (s *server) execute(ctx context.Context, p *executeParams) (any, error) {
	var uri, name string
	if len(p.Arguments) > 0 {
		if err := json.Unmarshal(p.Arguments[0], &uri); err != nil {
			return nil, jrpc2.Errorf(jrpc2.InvalidParams, "the first argument of %s is the URI of a document", p.Command)
		}
	}
	if len(p.Arguments) > 1 {
		if err := json.Unmarshal(p.Arguments[1], &name); err != nil {
			return nil, jrpc2.Errorf(jrpc2.InvalidParams, "the second argument of %s is the name of a test", p.Command)
		}
	}
	run := map[string]func(context.Context, *analysis, *document, string) error{testCommand: s.runTests, replayCommand: s.replay}[p.Command]
	if run == nil || p.Command == testCommand && s.config.Test == nil || p.Command == replayCommand && s.config.Replay == nil {
		return nil, jrpc2.Errorf(jrpc2.InvalidParams, "there is no command %s", p.Command)
	}
	a, d, err := s.program(ctx, uri)
	if err != nil {
		return nil, err
	}
	if a.found.HasErrors() {
		s.say(errorMessage, "the rules have errors, so they cannot be run")
		return nil, nil
	}
	return nil, run(ctx, a, d, name)
}

func (s *server) runTests(ctx context.Context, a *analysis, d *document, name string) error {
	ran, failed := 0, 0
	var summary string
	list := []diagnostic{}
	for _, t := range a.unit.Tests {
		if a.docs[t.File.Source.Name] != d || name != "" && t.Name != name {
			continue
		}
		r, err := s.config.Test(ctx, a.unit, t)
		if err != nil {
			return err
		}
		ran++
		summary = r.Summary
		if len(r.Failures) > 0 {
			failed++
		}
		for _, f := range r.Failures {
			list = append(list, diagnostic{Range: d.rangeOf(f.At, s.enc), Severity: 1, Source: "edac test", Message: f.Message})
		}
	}
	s.mu.Lock()
	if s.document(d.name) == d {
		s.results[d.name] = list
		s.show(d.name, d)
	}
	s.mu.Unlock()
	switch {
	case ran == 0:
		s.say(warningMessage, "there is no such test")
	case ran == 1:
		s.say(kindOfMessage(failed), summary)
	default:
		s.say(kindOfMessage(failed), fmt.Sprintf("%s ok, %d failed", plural(ran-failed, "test"), failed))
	}
	return nil
}

func kindOfMessage(failed int) int {
	if failed > 0 {
		return errorMessage
	}
	return infoMessage
}

func (s *server) replay(ctx context.Context, a *analysis, _ *document, _ string) error {
	r, err := s.config.Replay(ctx, a.unit, s.full(a.program.dir()))
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.replays[a.program.dir()] = r
	refresh := s.client.Workspace.CodeLens.RefreshSupport
	s.mu.Unlock()
	text := r.Summary
	for _, rule := range a.unit.Rules {
		if n := r.Acts[rule.Label]; n > 0 {
			text += fmt.Sprintf("; %s %d", rule.Label, n)
		}
	}
	s.say(infoMessage, strings.TrimSpace(text))
	if refresh {
		go s.ask("workspace/codeLens/refresh", nil)
	}
	return nil
}
