package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Every command says what it does, in short and at length, and shows how it
// is used; every flag says what it does, and what it takes. Shells complete
// what a flag or an argument takes by the word that stands for it.
func TestHelpIsWhole(t *testing.T) {
	a := &app{}
	places := a.places()
	walk(a.root(), func(c *cobra.Command) {
		name := c.CommandPath()
		if c.Short == "" || c.Long == "" || c.Example == "" {
			t.Errorf("%s lacks Short, Long or Example", name)
		}
		if strings.HasSuffix(c.Short, ".") || !strings.HasSuffix(c.Long, ".") && c.HasParent() {
			t.Errorf("%s: Short is a heading without a full stop, Long is sentences with one", name)
		}
		if n := len([]rune(c.Short)); n > docWidth-14 {
			t.Errorf("%s: Short is too long for the list of commands, by %d", name, n-(docWidth-14))
		}
		for line := range strings.Lines(c.Long) {
			if len([]rune(strings.TrimRight(line, "\n"))) > docWidth {
				t.Errorf("%s: wider than %d: %s", name, docWidth, line)
			}
		}
		for _, word := range placeholders(c.Use) {
			if _, ok := places[word]; !ok {
				t.Errorf("%s takes %s, which is not in places: say how it is completed", name, word)
			}
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			word, about := pflag.UnquoteUsage(f)
			if about == "" || strings.HasSuffix(about, ".") || strings.ToUpper(about[:1]) == about[:1] {
				t.Errorf("%s --%s: %q is no half sentence", name, f.Name, about)
			}
			_, chosen := f.Value.(choice)
			if _, ok := places[word]; !ok && !chosen && word != "" {
				t.Errorf("%s --%s takes %q: write what it takes as `WORD` in the help, a word of places", name, f.Name, word)
			}
		})
	})
}

// The examples are commands that are there, with flags and arguments they take.
func TestExamplesParse(t *testing.T) {
	n := 0
	walk((&app{}).root(), func(c *cobra.Command) {
		own := false
		for line := range strings.Lines(c.Example) {
			args := shellWords(line)
			for len(args) > 0 && args[0] != program {
				args = args[1:]
			}
			if strings.HasPrefix(strings.TrimSpace(line), "#") || len(args) == 0 {
				continue
			}
			n++
			if err := parses(args[1:], &own, c.CommandPath()); err != nil {
				t.Errorf("%s: %s: %v", c.CommandPath(), strings.TrimSpace(line), err)
			}
		}
		if !own && c.HasParent() {
			t.Errorf("%s: no example of it", c.CommandPath())
		}
	})
	if n < 30 {
		t.Errorf("only %d examples", n)
	}
}

// parses reads a command line as edac would, without running it.
func parses(args []string, own *bool, path string) error {
	root := (&app{}).root()
	c, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	*own = *own || c.CommandPath() == path
	if err := c.ParseFlags(rest); err != nil {
		return err
	}
	return c.ValidateArgs(c.Flags().Args())
}

// shellWords splits the first command of a line as a shell would.
func shellWords(line string) []string {
	var out []string
	var word strings.Builder
	quote, begun := rune(0), false
	for _, r := range strings.TrimSpace(line) + " " {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, begun = r, true
		case r == ' ' || r == '(' || r == ')':
			if begun {
				out = append(out, word.String())
			}
			word.Reset()
			begun = false
		case (r == '|' || r == '<' || r == '>' || r == '&') && len(out) > 0:
			return out
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	return out
}

// Each command has a page, the same whenever it is written, which man renders
// without a warning.
func TestManPages(t *testing.T) {
	dir := t.TempDir()
	for _, sub := range []string{"a", "b"} {
		if code := run(context.Background(), []string{"-q", "man", filepath.Join(dir, sub)}, nil, &writer{}, os.Stderr); code != 0 {
			t.Fatal(code)
		}
	}
	var pages []string
	walk((&app{}).root(), func(c *cobra.Command) {
		page := filepath.Join(dir, "a", manName(c)+".1")
		pages = append(pages, page)
		text, err := os.ReadFile(page)
		if err != nil {
			t.Error(err)
			return
		}
		again, _ := os.ReadFile(filepath.Join(dir, "b", manName(c)+".1"))
		if !bytes.Equal(text, again) {
			t.Errorf("%s differs from time to time", page)
		}
		for _, section := range []string{"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES"} {
			if !bytes.Contains(text, []byte("\n.SH "+section+"\n")) && !bytes.Contains(text, []byte(fmt.Sprintf("\n.SH %q\n", section))) {
				t.Errorf("%s has no section %s", page, section)
			}
		}
	})
	if all, _ := filepath.Glob(filepath.Join(dir, "a", "*")); len(all) != len(pages) {
		t.Errorf("%d pages for %d commands", len(all), len(pages))
	}
	man, err := exec.LookPath("man")
	if err != nil {
		return
	}
	cmd := exec.Command(man, append([]string{"--warnings", "-E", "UTF-8", "-l"}, pages...)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil || said.Len() > 0 {
		t.Errorf("man: %v: %s", err, &said)
	}
}
