package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/runtime/zmq"
)

// colorFiles have something to say in every way: a finding of each severity, a
// failing test, what is not formatted, and bytes of escape where text comes
// from outside.
const colorFiles = `
-- rules.eda --
# an escape in a comment: ESC[31m
event "/load/{host}" { load: float, text: string? }
rule hot on "/load/{host}" where load >   20 do fire "/drain/{host}" { text: text ?? "" }, log "{host} {text}"
rule twice on "/load/{host}" where load > 20 and load > 20 do fire "/drian/{host}"
test "fails" {
  send "/load/a" { load: 25.0, text: "\u{1b}[31m" }
  expect "/drain/b"
}
-- bad.eda --
on "/load/{host}" where load > do fire "/x"  # ESC[31m
-- mend.eda --
on "/load/{host}" where load > 20 && load < 90 do log "{host}"
-- loose.eda --
on "/load/{host}"   do log "{host}"
-- rec.jsonl --
{"time":"2026-03-01T12:00:00Z","tag":"/load/a","data":{"load":25.5,"text":"\u001b[31mred"}}
{"time":"2026-03-01T12:00:01Z","tag":"/load/b","data":{"load":5.5}}
`

// colorCases run each command with something to print; those that go on until
// they are interrupted are, after a while. With colors, colour is to be seen
// where it is asked for.
var colorCases = []struct {
	args, in string
	colors   bool
	serves   bool
}{
	{args: "", colors: false},
	{args: "beacon load --every 10ms --to ENGINE", serves: true},
	{args: "build rules.eda -o x.edb", colors: true},
	{args: "build bad.eda -o x.edb", colors: true},
	{args: "completion bash"},
	{args: "convert rec.jsonl -  --to jsonl"},
	{args: "demo", serves: true},
	{args: "disasm rules.eda", colors: true},
	{args: "doc avg", colors: true},
	{args: "doc", colors: true},
	{args: "doc avgg"},
	{args: "fmt -d loose.eda", colors: true}, // a diff of text with an escape has it, or could not be applied
	{args: "graph --counts rec.jsonl loose.eda"},
	{args: "graph bad.eda", colors: true},
	{args: "help lint"},
	{args: "infer rec.jsonl"},
	{args: "infer --check rules.eda rec.jsonl", colors: true},
	{args: "lint rules.eda bad.eda", colors: true},
	{args: "lint --diff --fix-unsafe mend.eda", colors: true},
	{args: "explain", colors: false},
	{args: "explain unknown-field", colors: true},
	{args: "lint --format compact rules.eda", colors: true},
	{args: "lsp"},
	{args: "man pages"},
	{args: "record --in tcp://127.0.0.1:0 -o y.jsonl", serves: true},
	{args: "record info rec.jsonl"},
	{args: "replay --rules rules.eda rec.jsonl", colors: true},
	{args: "run --in tcp://127.0.0.1:0 --out tcp://127.0.0.1:0 rules.eda", colors: true, serves: true},
	{args: "send --to ENGINE /load/a", serves: true},
	{args: "tail --from tcp://127.0.0.1:1", serves: true},
	{args: "test rules.eda", colors: true},
	{args: "test -v --mutate --cover bad.eda", colors: true},
	{args: "version"},
}

func TestColor(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, f := range txtar.Parse([]byte(colorFiles)).Files {
		if err := os.WriteFile(f.Name, bytes.ReplaceAll(f.Data, []byte("ESC"), []byte{0x1b}), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pull, err := zmq.ListenPull("tcp://127.0.0.1:0", zmq.Options{}) // for those who send
	if err != nil {
		t.Fatal(err)
	}
	defer pull.Close()
	go func() {
		for {
			if _, err := pull.Recv(t.Context()); err != nil {
				return
			}
		}
	}()
	tried := map[string]bool{}
	for _, c := range colorCases {
		c.args = strings.ReplaceAll(c.args, "ENGINE", pull.Endpoint())
		root := (&app{}).root()
		cmd, _, err := root.Find(strings.Fields(c.args))
		if err != nil {
			t.Fatal(err)
		}
		tried[cmd.CommandPath()] = true
		for _, m := range []struct {
			name   string
			env    string
			flag   string
			tty    bool
			colors bool
		}{
			{name: "in a pipe"},
			{name: "on a terminal under NO_COLOR", env: "NO_COLOR=1", tty: true},
			{name: "on a dumb terminal", env: "TERM=dumb", tty: true},
			{name: "on a terminal with --color never", flag: "--color=never", tty: true},
			{name: "with CLICOLOR_FORCE under NO_COLOR", env: "CLICOLOR_FORCE=1 NO_COLOR=1"},
			{name: "with CLICOLOR_FORCE=0", env: "CLICOLOR_FORCE=0"},
			{name: "on a terminal", tty: true, colors: true},
			{name: "in a pipe with CLICOLOR_FORCE", env: "CLICOLOR_FORCE=1", colors: true},
			{name: "in a pipe with --color always under NO_COLOR", env: "NO_COLOR=1", flag: "--color=always", colors: true},
		} {
			if c.serves && m.name != "in a pipe" && m.name != "on a terminal under NO_COLOR" {
				continue // they take their time
			}
			got := colorOutput(t, strings.Fields(m.flag+" "+c.args), c.in, m.env, m.tty, c.serves)
			where := "edac " + c.args + " " + m.name
			switch {
			case !m.colors && bytes.Contains(got, []byte{0x1b}):
				t.Errorf("%s writes escapes: %q", where, got)
			case m.colors && c.colors && !bytes.Contains(got, []byte{0x1b}):
				t.Errorf("%s writes without colour: %q", where, got)
			case m.colors && !c.colors && bytes.Contains(got, []byte{0x1b}):
				t.Errorf("%s has colour; say so in the table", where)
			}
			for line := range bytes.Lines(got) {
				all := escapes.FindAllString(string(line), -1)
				if len(all) > 0 && all[len(all)-1] != "\x1b[0m" || bytes.Count(line, []byte{0x1b}) != len(all) {
					t.Errorf("%s does not end its colour with the line: %q", where, line)
				}
			}
		}
	}
	walk((&app{}).root(), func(c *cobra.Command) {
		if !tried[c.CommandPath()] {
			t.Errorf("`%s` is not among the commands whose colour is tested", c.CommandPath())
		}
	})
}

var escapes = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// both takes standard output and error, which a command that serves writes to
// from several goroutines.
type both struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *both) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *both) bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.buf.Bytes())
}

// colorOutput is what a command writes to standard output and error, which
// are both a terminal or a pipe.
func colorOutput(t *testing.T, args []string, in, env string, tty, serves bool) []byte {
	t.Helper()
	for _, v := range []string{"NO_COLOR=", "CLICOLOR_FORCE=", "TERM=xterm"} {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
	for v := range strings.FieldsSeq(env) {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
	file := filepath.Join(t.TempDir(), "in")
	if err := os.WriteFile(file, []byte(in), 0o644); err != nil {
		t.Fatal(err)
	}
	stdin, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	ctx := context.Background()
	if serves {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 100*time.Millisecond)
		defer cancel()
	}
	if !tty {
		var out both
		run(ctx, args, stdin, &out, &out)
		return out.bytes()
	}
	master, slave, err := pty.Open()
	if err != nil {
		t.Skip(err)
	}
	read := make(chan []byte)
	go func() {
		text, _ := io.ReadAll(master) // ends with an error when the other end is closed
		read <- text
	}()
	run(ctx, args, stdin, slave, slave)
	slave.Close()
	defer master.Close()
	return bytes.ReplaceAll(<-read, []byte("\r\n"), []byte("\n"))
}
