// Command edarepl is the interactive loop: expressions and rules against a
// recording, on its virtual time. With standard input that is no terminal it
// is a plain interpreter without prompts, and the first error ends it.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/peterh/liner"

	"github.com/eda-lang/eda/cmd/internal/repl"
	"github.com/eda-lang/eda/cmd/internal/term"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/stdlib"
)

const usageText = `usage: edarepl [--keep-going] [--color auto|always|never] [RECORDING] [RULES…]

RECORDING is a .jsonl, .edr or .csv file, RULES are .eda files or folders of them.
Enter an expression, a rule, or :help.

  --keep-going   go on after an error where standard input is no terminal
  --color MODE   colour of findings: where they go to a terminal (auto; NO_COLOR,
                 CLICOLOR_FORCE and TERM=dumb are honoured), always or never
`

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

func run(args []string, in *os.File, out, errw io.Writer) int {
	flags := flag.NewFlagSet("edarepl", flag.ContinueOnError)
	flags.SetOutput(errw)
	flags.Usage = func() { fmt.Fprint(errw, usageText) }
	keep := flags.Bool("keep-going", false, "go on after an error when standard input is no terminal")
	color := flags.String("color", term.Modes[0], "")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if !slices.Contains(term.Modes, *color) {
		fmt.Fprintf(errw, "edarepl: --color is auto, always or never, not %q\n", *color)
		return 2
	}
	s, err := open(flags.Args(), term.Colored(*color, errw))
	if err != nil {
		fmt.Fprintf(errw, "edarepl: %v\n", err)
		return 2
	}
	// To a person: what is typed and what is answered are on one terminal, and
	// so are the errors.
	interactive := term.Is(in) && term.Is(out)
	if interactive {
		s.Color(term.Colored(*color, out))
	}
	var r reader = &plain{in: bufio.NewReader(in)}
	if interactive {
		r = newTerminal(s)
		fmt.Fprintln(out, s.Banner())
	}
	defer r.Close()
	return loop(s, r, interactive, *keep, out, errw)
}

// open reads the recording and the rules named on the command line.
func open(args []string, color bool) (*repl.Session, error) {
	env, err := lang.NewEnv(stdlib.Signatures())
	if err != nil {
		return nil, err
	}
	cfg := repl.Config{Env: env, Library: stdlib.Library(), Color: color}
	for _, arg := range args {
		st, err := os.Stat(arg)
		if err != nil {
			var pe *os.PathError
			if errors.As(err, &pe) {
				err = pe.Err
			}
			return nil, fmt.Errorf("%s: %w", arg, err)
		}
		files := []string{arg}
		if st.IsDir() {
			if files, err = filepath.Glob(filepath.Join(arg, "*.eda")); err != nil || len(files) == 0 {
				return nil, fmt.Errorf("%s: no *.eda file in this folder", arg)
			}
		} else if filepath.Ext(arg) != ".eda" {
			if cfg.Name != "" {
				return nil, fmt.Errorf("%s: one recording at a time; %s is one already", arg, cfg.Name)
			}
			form, err := runtime.FormatOf(arg)
			if err != nil {
				return nil, err
			}
			f, err := os.Open(arg)
			if err != nil {
				return nil, err
			}
			rec, err := runtime.NewReader(f, form, arg, runtime.CSVOptions{})
			if err == nil {
				cfg.Events, err = runtime.ReadAll(rec)
			}
			f.Close()
			if err != nil {
				return nil, err
			}
			cfg.Name = filepath.Base(arg)
			continue
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			cfg.Rules = append(cfg.Rules, lang.Source{Name: name, Text: string(text)})
		}
	}
	cfg.Rules = lang.Join(cfg.Rules, func(name string) (string, error) {
		text, err := os.ReadFile(filepath.FromSlash(name))
		return string(text), err
	})
	return repl.New(cfg)
}

// reader hands over what is typed, a line at a time.
type reader interface {
	Read(prompt string) (string, error) // io.EOF at the end, errDropped for a line given up
	Add(entry string)                   // to the history
	Close()
}

var errDropped = errors.New("dropped")

func loop(s *repl.Session, r reader, interactive, keep bool, out, errw io.Writer) int {
	entry := ""
	code := 0
	var interrupts chan os.Signal // nil where ^C ends the program
	if interactive {
		interrupts = make(chan os.Signal, 1)
		signal.Notify(interrupts, os.Interrupt)
		defer signal.Stop(interrupts)
	}
	for {
		select { // one that came too late for what it was meant for
		case <-interrupts:
		default:
		}
		prompt := s.Prompt()
		if entry != "" {
			prompt = "...> "
		}
		line, err := r.Read(prompt)
		switch {
		case errors.Is(err, errDropped):
			entry = ""
			continue
		case err != nil && entry == "":
			return code
		case err == nil:
			forced := entry != "" && strings.TrimSpace(line) == ""
			entry += line + "\n"
			if !forced && repl.Incomplete(entry) {
				continue
			}
		}
		r.Add(strings.TrimSpace(entry))
		ctx, stop := context.WithCancel(context.Background())
		go func() {
			select {
			case <-interrupts:
				stop()
			case <-ctx.Done():
			}
		}()
		text, done, eerr := s.Eval(ctx, entry)
		stop()
		entry = ""
		if text != "" {
			fmt.Fprintln(out, text)
		}
		if eerr != nil {
			if interactive {
				fmt.Fprintln(out, eerr)
			} else {
				fmt.Fprintln(errw, eerr)
				code = 1
				if !keep {
					return code
				}
			}
		}
		if done || err != nil {
			return code
		}
	}
}

// plain reads lines without prompts.
type plain struct{ in *bufio.Reader }

func (p *plain) Read(string) (string, error) {
	line, err := p.in.ReadString('\n')
	if err != nil && line == "" {
		return "", io.EOF
	}
	return strings.TrimRight(line, "\r\n"), nil
}

func (p *plain) Add(string) {}
func (p *plain) Close()     {}

// terminal edits lines, with history and completion.
type terminal struct {
	state   *liner.State
	history string
	restore func()
}

func newTerminal(s *repl.Session) *terminal {
	t := &terminal{restore: func() {}}
	if os.Getenv("TERM") != "dumb" { // which knows no marks
		if restore, err := filterStdin(); err == nil { // before liner looks at os.Stdin
			t.restore = restore
		}
	}
	t.state = liner.NewLiner()
	t.state.SetCtrlCAborts(true)
	t.state.SetTabCompletionStyle(liner.TabPrints)
	t.state.SetWordCompleter(s.Complete)
	if dir, err := os.UserConfigDir(); err == nil {
		t.history = filepath.Join(dir, "eda", "history")
		if f, err := os.Open(t.history); err == nil {
			_, _ = t.state.ReadHistory(f)
			f.Close()
		}
	}
	return t
}

func (t *terminal) Read(prompt string) (string, error) {
	line, err := t.state.Prompt(prompt)
	if errors.Is(err, liner.ErrPromptAborted) {
		return "", errDropped
	}
	return line, err
}

// Add keeps an entry as one line, so that it comes back as it was entered.
func (t *terminal) Add(entry string) {
	if entry != "" {
		t.state.AppendHistory(strings.Join(slices.DeleteFunc(strings.Split(entry, "\n"), func(l string) bool {
			return strings.HasPrefix(strings.TrimSpace(l), "#")
		}), " "))
	}
}

// Close restores the terminal and writes the history, if it can.
func (t *terminal) Close() {
	t.state.Close()
	t.restore()
	if t.history == "" || os.MkdirAll(filepath.Dir(t.history), 0o700) != nil {
		return
	}
	if f, err := os.OpenFile(t.history, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600); err == nil {
		_, _ = t.state.WriteHistory(f)
		f.Close()
	}
}
