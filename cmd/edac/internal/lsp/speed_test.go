package lsp

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creachadair/jrpc2"
	"github.com/creachadair/jrpc2/channel"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/stdlib"
)

// rulesOf is a program of about so many bytes, of all kinds of declarations.
func rulesOf(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `# Load of the clients of service %[1]d.
event "/svc%[1]d/load/{host}" { cur_load: float, cores: int?, name: string, ts: time }
param limit_%[1]d: float = 20.0
state last_%[1]d: float by host = 0.0 expire 1h
fn share_%[1]d(used, total) = used / total

rule hot_%[1]d
on "/svc%[1]d/load/{host}" where cur_load > 1.0
let load = avg(cur_load, 1m)
when load > limit_%[1]d and count(1m) > 3 for 30s
do fire "/lb%[1]d/drain/{host}" { load: load ?? 0.0, host: host, why: "load of {host} is {load:.1f}" }
clear when load < limit_%[1]d * 0.8 for 2m
do fire "/lb%[1]d/enable/{host}"

on "/svc%[1]d/load/{host}" where share_%[1]d(cur_load, cores ?? 1) > 0.9 and name != "test"
do set last_%[1]d = cur_load, log "{host} has {cur_load:.2f}, had {last_%[1]d}"

test "svc%[1]d drains once" {
  send "/svc%[1]d/load/web1" { cur_load: 25.0, name: "a", ts: 1 } every 1s for 40s
  expect "/lb%[1]d/drain/web1" at 30s
}

`, i)
	}
	return b.String()
}

type m = map[string]any

// From a key to its diagnostics through the whole server: single characters
// typed in the middle of a file of 33 KB.
func BenchmarkKeyToDiagnostics(b *testing.B) {
	env, err := lang.NewEnv(stdlib.Signatures())
	if err != nil {
		b.Fatal(err)
	}
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	go Serve(context.Background(), Config{Env: env, Read: func(string) (string, error) { return "", io.EOF }}, toServer, fromServer)
	versions := make(chan int, 1000)
	client := jrpc2.NewClient(channel.LSP(toClient, fromClient), &jrpc2.ClientOptions{OnNotify: func(r *jrpc2.Request) {
		var p publishParams
		if err := r.UnmarshalParams(&p); err == nil && p.Version != nil {
			versions <- *p.Version
		}
	}})
	ctx := context.Background()
	if _, err := client.Call(ctx, "initialize", m{"capabilities": m{}}); err != nil {
		b.Fatal(err)
	}
	text := rulesOf(33 << 10)
	lines := strings.Split(text[:len(text)/2], "\n")
	line := len(lines) - 1
	for !strings.HasPrefix(lines[line], "when load") { // its condition grows
		line--
	}
	column := strings.Index(lines[line], " for ")
	uri := "untitled:33.eda"
	await := func(version int) {
		for v := range versions {
			if v == version {
				return
			}
		}
	}
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	must(client.Notify(ctx, "textDocument/didOpen", m{"textDocument": m{"uri": uri, "version": 1, "text": text}}))
	await(1)
	typed := strings.Repeat(" and count(5m) > 12 or load < 3.5", 1)
	version := 1
	var took []time.Duration
	n := 0
	for b.Loop() {
		if n == len(typed) { // start again
			version++
			must(client.Notify(ctx, "textDocument/didChange", m{"textDocument": m{"uri": uri, "version": version}, "contentChanges": []m{{"text": text}}}))
			await(version)
			n = 0
		}
		version++
		at := m{"line": line, "character": column + n}
		start := time.Now()
		must(client.Notify(ctx, "textDocument/didChange", m{"textDocument": m{"uri": uri, "version": version},
			"contentChanges": []m{{"range": m{"start": at, "end": at}, "text": typed[n : n+1]}}}))
		await(version)
		took = append(took, time.Since(start))
		n++
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
	b.ReportMetric(float64(took[len(took)*9/10].Microseconds())/1000, "ms-p90")
}
