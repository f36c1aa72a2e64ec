package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// build makes the binary once for this test.
func build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "edarepl")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v: %s", err, out)
	}
	return bin
}

const rule = "rule high on \"/client/load/*\" when avg(cur_load, 10s) > 20 do fire \"/reconfig/lb\"\n"

// files writes a rule and a recording of loads 12, 14, … one a second.
func files(t *testing.T, events int) (rec, rules string) {
	t.Helper()
	dir := t.TempDir()
	var b strings.Builder
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for i := range events {
		fmt.Fprintf(&b, "{\"time\":%q,\"tag\":\"/client/load/a\",\"data\":{\"cur_load\":%d}}\n", start.Add(time.Duration(i)*time.Second).Format(time.RFC3339), 12+2*(i%12))
	}
	rec, rules = filepath.Join(dir, "sample.jsonl"), filepath.Join(dir, "load.eda")
	for name, text := range map[string]string{rec: b.String(), rules: rule} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return rec, rules
}

func piped(t *testing.T, bin, input string, args ...string) (out, errs string, code int) {
	t.Helper()
	cmd := exec.Command(bin, args...)
	cmd.Stdin = strings.NewReader(input)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	if err := cmd.Run(); err != nil {
		var x *exec.ExitError
		if !asExit(err, &x) {
			t.Fatal(err)
		}
		code = x.ExitCode()
	}
	return o.String(), e.String(), code
}

func asExit(err error, x **exec.ExitError) bool {
	e, ok := err.(*exec.ExitError)
	*x = e
	return ok
}

// Without a terminal there is no prompt, and the first error ends with 1.
func TestPiped(t *testing.T) {
	bin := build(t)
	rec, rules := files(t, 12)
	out, errs, code := piped(t, bin, "1 + 2\nround(2.5)\n:step 9\navg(cur_load, 10s)\n:step\navg(cur_load, 10s)\n", rec, rules)
	want := "3\n3\n"
	if !strings.HasPrefix(out, want) || strings.Contains(out, "> ") && strings.Contains(out, "12:00:00> ") || code != 0 || errs != "" {
		t.Errorf("status %d, standard error %q, output:\n%s", code, errs, out)
	}
	for _, line := range []string{"\n20\n", "\n21\n", "● high → fire \"/reconfig/lb\""} {
		if !strings.Contains(out, line) {
			t.Errorf("the output lacks %q:\n%s", line, out)
		}
	}
	out, errs, code = piped(t, bin, "1 + 1\n1 +* 2\n5\n", rec)
	if out != "2\n" || code != 1 || !strings.Contains(errs, "EDA0112") {
		t.Errorf("status %d, standard error %q, output %q", code, errs, out)
	}
	if out, _, code = piped(t, bin, "1 +* 2\n5\n", "--keep-going"); out != "5\n" || code != 1 {
		t.Errorf("with --keep-going status %d, output %q", code, out)
	}
	if _, errs, code = piped(t, bin, "", "nowhere.edr"); code != 2 || errs != "edarepl: nowhere.edr: no such file or directory\n" {
		t.Errorf("status %d, standard error %q", code, errs)
	}
}

// screen drives the program on a terminal: expect, then send.
type screen struct {
	t    *testing.T
	tty  *os.File
	seen chan string
	text string // what was not yet expected, without escapes
	raw  string // all of it
}

// read passes on what the terminal shows, until it is closed.
func (s *screen) read() {
	buf := make([]byte, 4096)
	for {
		n, err := s.tty.Read(buf)
		if n > 0 {
			s.seen <- string(buf[:n])
		}
		if err != nil {
			close(s.seen)
			return
		}
	}
}

var escapes = regexp.MustCompile(`\x1b\[[0-9;?]*[A-Za-z]`)

func (s *screen) expect(want string) {
	s.t.Helper()
	deadline := time.After(20 * time.Second)
	for !strings.Contains(s.text, want) {
		select {
		case more, ok := <-s.seen:
			if !ok {
				s.t.Fatalf("the program ended before %q; it showed:\n%s", want, s.text)
			}
			s.raw += more
			s.text += escapes.ReplaceAllString(more, "")
		case <-deadline:
			s.t.Fatalf("%q does not come; it shows:\n%s", want, s.text)
		}
	}
	s.text = s.text[strings.Index(s.text, want)+len(want):]
}

func (s *screen) send(keys string) {
	s.t.Helper()
	if _, err := io.WriteString(s.tty, keys); err != nil {
		s.t.Fatal(err)
	}
}

func TestTerminal(t *testing.T) {
	bin := build(t)
	rec, rules := files(t, 60_000)
	cmd := exec.Command(bin, rec, rules)
	cmd.Env = append(os.Environ(), "TERM=xterm", "XDG_CONFIG_HOME="+t.TempDir(), "HOME="+t.TempDir())
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		t.Skip("no terminal can be had:", err)
	}
	defer tty.Close()
	s := &screen{t: t, tty: tty, seen: make(chan string, 100)}
	go s.read()
	s.expect("sample.jsonl: 60000 events, 2026-03-01 12:00:00 to")
	s.expect("12:00:00> ")
	s.send(":step 5\r")
	s.expect("12:00:04  /client/load/a  cur_load=20")
	s.expect("12:00:04> ")
	s.send("avg(cur_load, 10s)\r")
	s.expect("16\r\n")
	s.expect("12:00:04> ")
	s.send(":why high\r")
	s.expect("the condition is not true")
	s.expect("avg(cur_load, 10s) > 20")
	s.expect("12:00:04> ")
	s.send("cur_l\t\r") // completed by tab
	s.expect("20\r\n")
	s.expect("12:00:04> ")
	// Pasted text with tabs, which goes on in the next line.
	s.send(pasteBegin + "on \"/client/load/*\"\twhen max(cur_load,\r\t5s) > 27\tdo fire \"/early\"" + pasteEnd + "\r")
	s.expect("...> ")
	s.expect("added, key: 1")
	s.expect("12:00:04> ")
	s.send(":until fired high\r")
	s.expect("● high → fire \"/reconfig/lb\"")
	s.expect("12:00:09> ")
	s.send(":back 1\r")
	s.expect("12:00:08> ")
	s.send(":until cur_load == 999") // slow on purpose: each event asks again
	s.expect("999")
	s.send("\r")
	s.expect("\r\n")
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	s.expect("interrupted; what was reached is kept")
	s.expect("> ")
	s.send(":quit\r")
	for range s.seen {
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

// The marks are found wherever the input is cut, and nothing else changes.
func TestPasteFilter(t *testing.T) {
	in := "a\tb" + pasteBegin + "c\td\x1b[A" + pasteEnd + "e\t\x1b[200f\x1b"
	const want = "a\tbc  d\x1b[Ae\t\x1b[200f\x1b"
	for cut := range len(in) {
		var out buffer
		pasteFilter(&out, io.MultiReader(strings.NewReader(in[:cut]), strings.NewReader(in[cut:])))
		if out.String() != want {
			t.Fatalf("cut at %d: %q, want %q", cut, out.String(), want)
		}
	}
}

type buffer struct{ bytes.Buffer }

func (*buffer) Close() error { return nil }

// Findings are in colour on a terminal, and where it is asked for; no escape
// goes into a pipe or to a dumb terminal, whatever a recording holds.
func TestColor(t *testing.T) {
	bin := build(t)
	_, rules := files(t, 1)
	rec := filepath.Join(t.TempDir(), "odd.jsonl")
	if err := os.WriteFile(rec, []byte(`{"time":"2026-03-01T12:00:00Z","tag":"/client/load/a","data":{"cur_load":12,"text":"\u001b[31mred"}}`+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	input := []string{":step", "event.text", ":state", ":windows", ":why high", "on \"/a\" where x == do fire \"/b\"", ":quit"}
	for _, c := range []struct {
		env, flag string
		tty       bool
		colors    bool // selected graphics
		escapes   bool // of the line editor too
	}{
		{},
		{env: "CLICOLOR_FORCE=1 NO_COLOR=1"},
		{env: "CLICOLOR_FORCE=1", colors: true, escapes: true},
		{flag: "--color=always", colors: true, escapes: true},
		{env: "CLICOLOR_FORCE=1", flag: "--color=never"},
		{tty: true, env: "TERM=dumb"},
		{tty: true, env: "TERM=xterm NO_COLOR=1", escapes: true},
		{tty: true, env: "TERM=xterm", colors: true, escapes: true},
	} {
		args := []string{rec, rules}
		if c.flag != "" {
			args = append([]string{c.flag}, args...)
		}
		if !c.tty {
			args = append([]string{"--keep-going"}, args...)
		}
		cmd := exec.Command(bin, args...)
		cmd.Env = append(os.Environ(), "NO_COLOR=", "CLICOLOR_FORCE=", "XDG_CONFIG_HOME="+t.TempDir(), "HOME="+t.TempDir())
		cmd.Env = append(cmd.Env, strings.Fields(c.env)...)
		var out []byte
		if c.tty {
			tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
			if err != nil {
				t.Skip("no terminal can be had:", err)
			}
			s := &screen{t: t, tty: tty, seen: make(chan string, 100)}
			go s.read()
			for _, line := range input {
				s.expect("12:00:00> ")
				s.send(line + "\r")
			}
			for text := range s.seen {
				s.raw += text
			}
			out = []byte(s.raw)
			_ = cmd.Wait()
			tty.Close()
		} else {
			cmd.Stdin = strings.NewReader(strings.Join(input, "\n"))
			out, _ = cmd.CombinedOutput()
		}
		where := fmt.Sprintf("%+v", c)
		if !bytes.Contains(out, []byte("error[EDA")) {
			t.Errorf("%s: no finding in %q", where, out)
		}
		if colors := regexp.MustCompile(`\x1b\[[0-9;]*m`).Match(out); colors != c.colors {
			t.Errorf("%s: colour is %v in %q", where, colors, out)
		}
		if bytes.Contains(out, []byte{0x1b}) && !c.escapes || bytes.Contains(out, []byte("\x1b[31mred")) {
			t.Errorf("%s: an escape in %q", where, out)
		}
	}
}
