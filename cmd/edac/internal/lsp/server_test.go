package lsp

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/creachadair/jrpc2"
	"github.com/creachadair/jrpc2/channel"
)

// safeBuffer is what a log is written to.
type safeBuffer struct {
	mu sync.Mutex
	strings.Builder
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Builder.Write(p)
}

func (b *safeBuffer) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.String()
}

// A handler that panics is an error to its client and a trace in the log, and
// the server goes on.
func TestPanicIsAnAnswer(t *testing.T) {
	methods["test/panic"] = method{"test/panic", func(*server, context.Context, json.RawMessage) (any, error) { panic("ouch") }}
	defer delete(methods, "test/panic")
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	var log safeBuffer
	ended := make(chan int)
	go func() { ended <- Serve(context.Background(), Config{Log: &log}, toServer, fromServer) }()
	client := jrpc2.NewClient(channel.LSP(toClient, fromClient), nil)
	ctx := context.Background()
	if _, err := client.Call(ctx, "initialize", m{}); err != nil {
		t.Fatal(err)
	}
	_, err := client.Call(ctx, "test/panic", m{})
	if err == nil || jrpc2.ErrorCode(err) != jrpc2.InternalError || strings.Contains(err.Error(), "goroutine") {
		t.Errorf("the answer is %v", err)
	}
	if !strings.Contains(log.text(), "ouch") || !strings.Contains(log.text(), "server_test.go") {
		t.Errorf("the log is %s", log.text())
	}
	if _, err := client.Call(ctx, "shutdown", nil); err != nil {
		t.Errorf("the server does not go on: %v", err)
	}
	if err := client.Notify(ctx, "exit", nil); err != nil {
		t.Fatal(err)
	}
	if code := <-ended; code != 0 {
		t.Errorf("status %d", code)
	}
}
