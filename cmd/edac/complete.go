package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/eda-lang/eda/cmd/edac/internal/config"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/tag"
)

// Completion in the shell. What a flag or an argument takes is the word in
// capitals that stands for it in the help, so each such word has one way to be
// completed; a flag that takes one of a few words completes those (choose).
// Nothing here prints an error, and each completion reads a bounded amount.

const noFiles = cobra.ShellCompDirectiveNoFileComp

// places says how each word of the help is completed.
func (a *app) places() map[string]cobra.CompletionFunc {
	return map[string]cobra.CompletionFunc{
		"PATH":      files("eda"),
		"RULES":     files("eda", "edb"),
		"REC":       files("edr", "jsonl", "csv"),
		"RECORDING": files("edr", "jsonl", "csv"),
		"IN":        files("edr", "jsonl", "csv"),
		"OUT":       files("edr", "jsonl"),
		"FILE":      nil, // any: the shell knows best
		"FOLDER":    cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs),
		"DIR":       cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs),
		"TAG":       a.completeTags,
		"PATTERN":   a.completePatterns,
		"REGEXP":    a.completeTests,
		"RULE":      a.completeRules,
		"ID":        completeCodes,
		"NAME":      a.completeNames,
		"SHELL":     words(shells...),
		"COMMAND":   completeCommands,
		"ADDRESS":   words(defaultIn, defaultOut),
		"JSON":      words(),
		"N":         words(),
		"PERCENT":   words(),
		"TIME":      words(),
		"COLUMN":    words(),
		"REVISION":  words(),
	}
}

// complete says how a flag is completed.
func complete(cmd *cobra.Command, flag string, f cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(err)
	}
}

// completes gives a command's flags and arguments the completions of the words
// that stand for them.
func (a *app) completes(cmd *cobra.Command) {
	places := a.places()
	add := func(f *pflag.Flag) {
		word, _ := pflag.UnquoteUsage(f)
		if _, given := cmd.GetFlagCompletionFunc(f.Name); !given && places[word] != nil {
			complete(cmd, f.Name, places[word])
		}
	}
	cmd.Flags().VisitAll(add)
	cmd.PersistentFlags().VisitAll(add)
	args := placeholders(cmd.Use)
	if cmd.ValidArgsFunction != nil || cmd.ValidArgs != nil {
		return
	}
	cmd.ValidArgsFunction = func(cmd *cobra.Command, done []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		i := len(done)
		if n := len(args); n > 0 && i >= n && strings.HasSuffix(cmd.Use, "…]") || n > 0 && i >= n && strings.HasSuffix(cmd.Use, "…") {
			i = n - 1
		}
		if i >= len(args) {
			return nil, noFiles
		}
		f, ok := places[args[i]]
		switch {
		case f != nil:
			return f(cmd, done, begun)
		case ok:
			return nil, cobra.ShellCompDirectiveDefault
		}
		return nil, noFiles
	}
}

// placeholders are the words that stand for arguments in a usage line: NAME
// and RULES of "doc [NAME [RULES…]]". What belongs to flags is none of them.
func placeholders(use string) []string {
	var out []string
	flag := false
	for _, word := range strings.Fields(use)[1:] {
		bare := strings.Trim(word, "[]'…")
		switch {
		case strings.HasPrefix(bare, "-"):
			flag = true
			continue
		case !flag && bare != "" && bare == strings.ToUpper(bare):
			out = append(out, bare)
		}
		flag = false
	}
	return out
}

// words completes one of a few words.
func words(of ...string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var out []cobra.Completion
		for _, w := range of {
			if strings.HasPrefix(w, begun) {
				out = append(out, w)
			}
		}
		return out, noFiles
	}
}

// files completes files with one of these extensions, and folders.
func files(extensions ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(extensions, cobra.ShellCompDirectiveFilterFileExt)
}

// completeCodes completes the ids and slugs of findings, one or several
// between commas.
func completeCodes(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := begun[:strings.LastIndexByte(begun, ',')+1]
	var out []cobra.Completion
	for _, row := range lang.Codes() {
		out = offer(out, begun, before+row.Code.String(), row.Slug+": "+row.Title)
		out = offer(out, begun, before+row.Slug, row.Code.String()+": "+row.Title)
	}
	return out, noFiles
}

func completeCommands(cmd *cobra.Command, done []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	at, _, err := cmd.Root().Find(done)
	if err != nil {
		return nil, noFiles
	}
	var out []cobra.Completion
	for _, c := range at.Commands() {
		if !c.Hidden {
			out = offer(out, begun, c.Name(), c.Short)
		}
	}
	return out, noFiles
}

// offer adds a word that begins with what was begun, once.
func offer(out []cobra.Completion, begun, word, about string) []cobra.Completion {
	c := cobra.CompletionWithDesc(word, strings.Join(strings.Fields(about), " "))
	if !strings.HasPrefix(word, begun) || strings.ContainsFunc(word, unicode.IsControl) || slices.ContainsFunc(out, func(o cobra.Completion) bool {
		return strings.SplitN(o, "\t", 2)[0] == word
	}) {
		return out
	}
	return append(out, c)
}

// What a completion reads at most.
const (
	completeFiles  = 64
	completeBytes  = 256 << 10
	completeEvents = 5000
)

// nearby reads the rules a completion is about: those named on the command
// line or, without any, those of edac.toml and of the current folder.
func (a *app) nearby(args []string) *lang.Unit {
	unit, _ := lang.Check(a.nearbyFiles(args), environment())
	return unit
}

func (a *app) nearbyFiles(args []string) []*lang.File {
	var names []string
	for _, arg := range args {
		names = append(names, listed(a.within(arg), ".eda")...)
	}
	if len(names) == 0 {
		names = a.rulesAtHand()
	}
	left := completeBytes
	var sources []lang.Source
	for _, name := range names[:min(len(names), completeFiles)] {
		text, err := readAtMost(name, left)
		if err != nil {
			continue
		}
		left -= len(text)
		sources = append(sources, lang.Source{Name: name, Text: text})
	}
	var out []*lang.File
	for _, s := range sources {
		f, _ := lang.Parse(s)
		out = append(out, f)
	}
	return out
}

// rulesAtHand are the rules that edac.toml names, and those of the current folder.
func (a *app) rulesAtHand() []string {
	return a.ofProject(func(c *config.Config) []string { return c.Rules }, ".eda")
}

// ofProject are the files that edac.toml names, and those of the current folder.
func (a *app) ofProject(of func(*config.Config) []string, extensions ...string) []string {
	names := listed(a.within("."), extensions...)
	c, _, ds, err := config.Load(a.config, cmp.Or(a.dir, "."))
	if err != nil || len(ds) > 0 {
		return names
	}
	for _, path := range of(c) {
		for _, name := range listed(path, extensions...) {
			if !slices.ContainsFunc(names, func(n string) bool { return filepath.Clean(n) == filepath.Clean(name) }) {
				names = append(names, name)
			}
		}
	}
	return names
}

// within is a path as -C means it; commands change the folder, completions do not.
func (a *app) within(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(a.dir, path)
}

// listed are the files with one of these extensions that a path stands for.
func listed(path string, extensions ...string) []string {
	st, err := os.Stat(path)
	if err != nil {
		return nil
	}
	if !st.IsDir() {
		if slices.Contains(extensions, filepath.Ext(path)) {
			return []string{path}
		}
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, err := dir.Readdirnames(completeFiles * 64)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil
	}
	slices.Sort(names)
	var out []string
	for _, name := range names {
		if slices.Contains(extensions, filepath.Ext(name)) {
			out = append(out, filepath.Join(path, name))
		}
	}
	return out
}

// readAtMost reads a file that is no larger.
func readAtMost(name string, most int) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() || st.Size() > int64(most) {
		return "", errors.New("too large")
	}
	var b bytes.Buffer
	_, err = io.Copy(&b, io.LimitReader(f, int64(most)))
	return b.String(), err
}

// seenTags are tags of recordings named on the command line or, without any,
// of those of edac.toml and of the current folder.
func (a *app) seenTags(args []string) []string {
	kinds := []string{".jsonl", ".edr"}
	var names []string
	for _, arg := range args {
		names = append(names, listed(a.within(arg), kinds...)...)
	}
	if len(names) == 0 {
		names = a.ofProject(func(c *config.Config) []string { return c.Recording }, kinds...)
	}
	var out []string
	seen := map[string]bool{}
	left := completeEvents
	for _, name := range names {
		r, done, err := a.openRecording(name, "", runtime.CSVOptions{})
		if err != nil {
			continue
		}
		batch := make([]vm.Event, 256)
		for left > 0 && err == nil {
			var n int
			n, err = r.Next(batch[:min(len(batch), left)])
			left -= n
			for _, ev := range batch[:n] {
				if !seen[ev.Tag] {
					seen[ev.Tag] = true
					out = append(out, ev.Tag)
				}
			}
		}
		done()
	}
	slices.Sort(out)
	return out
}

// completeTags completes a tag to send: those of tests and recordings, and the
// beginnings of those that events and rules speak of.
func (a *app) completeTags(_ *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, noFiles
	}
	u := a.nearby(args)
	var out []cobra.Completion
	begins := false
	pattern := func(p tag.Pattern, about string) {
		text := p.String()
		if i := strings.IndexAny(text, "*{"); i >= 0 {
			if strings.HasPrefix(text[:i], begun) && text[:i] != begun {
				begins = true
			}
			about += " " + text
			text = text[:i]
			if text == "/" || text == begun {
				return
			}
		}
		out = offer(out, begun, text, about)
	}
	for _, e := range u.Events {
		pattern(e.Pattern, "event")
	}
	for _, t := range u.Tests {
		for _, s := range t.Decl.Steps {
			if text, ok := s.Tag.Literal(); ok && s.Kind == lang.Send {
				out = offer(out, begun, text, "test: "+t.Name)
			}
		}
	}
	for _, name := range a.seenTags(args) {
		out = offer(out, begun, name, "recorded")
	}
	for _, r := range u.Rules {
		for _, e := range r.Elems {
			pattern(e.Pattern, r.Label)
		}
	}
	if begins {
		return out, noFiles | cobra.ShellCompDirectiveNoSpace
	}
	return out, noFiles
}

// completePatterns completes a pattern to subscribe to: what rules fire, by
// actions too, and what is declared.
func (a *app) completePatterns(_ *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	u := a.nearby(args)
	var out []cobra.Completion
	for _, r := range u.Rules {
		for _, f := range r.Fires {
			out = offer(out, begun, f.Pattern.String(), r.Label)
		}
	}
	for _, e := range u.Events {
		out = offer(out, begun, e.Pattern.String(), "event")
	}
	for _, name := range a.seenTags(args) {
		out = offer(out, begun, name, "recorded")
	}
	return out, noFiles
}

// completeRules completes the name of a rule.
func (a *app) completeRules(_ *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	for _, r := range a.nearby(args).Rules {
		if r.Decl.Name.Text != "" {
			out = offer(out, begun, r.Decl.Name.Text, comment(r.File, r.Decl))
		}
	}
	return out, noFiles
}

// completeTests completes a regular expression that one test matches.
func (a *app) completeTests(_ *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	for _, t := range a.nearby(args).Tests {
		out = offer(out, begun, regexp.QuoteMeta(t.Name), filepath.Base(t.File.Source.Name))
	}
	return out, noFiles
}

//go:embed complete.bash
var bashAlone string // for a bash without the package bash-completion

// shells are those there is a completion for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

func (a *app) completionCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a script that completes edac in the shell",
		Long: `Print a script for bash, zsh, fish or powershell that completes commands, flags
and what they take: files, formats, the ids of findings, and from the rules and
recordings in the current folder the names of rules and tests, and tags.

zsh needs compinit, which a line "autoload -U compinit; compinit" in ~/.zshrc
loads.`,
		Example: `  # bash, now; the second line does so for good
  source <(edac completion bash)
  edac completion bash > ~/.local/share/bash-completion/completions/edac
  # zsh
  edac completion zsh > "${fpath[1]}/_edac"
  # fish
  edac completion fish > ~/.config/fish/completions/edac.fish
  # PowerShell
  edac completion powershell | Out-String | Invoke-Expression`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				if err := root.GenBashCompletionV2(a.out, true); err != nil {
					return err
				}
				_, err := io.WriteString(a.out, bashAlone)
				return err
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.out)
			}
			return usage("completion: SHELL is %s, not %q%s", either(shells), args[0], nearest(args[0], shells, ""))
		},
	}
}

func (a *app) helpCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND…]",
		Short:   "Say what a command does",
		Long:    "Say what a command does, what it takes, and how it is used.",
		Example: "  edac help\n  edac help record info",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			c, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return noCommand(c, rest[0])
			}
			c.InitDefaultHelpFlag()
			return c.Help()
		},
	}
}

// comment is what the comments directly above a declaration say.
func comment(f *lang.File, d lang.Decl) string {
	text := f.Source.Text[:d.Span().Start]
	var lines []string
	for text != "" {
		text = strings.TrimSuffix(text, "\n")
		line := strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
		if !strings.HasPrefix(line, "#") {
			break
		}
		if line = strings.TrimSpace(strings.TrimLeft(line, "#")); !strings.HasPrefix(line, "edac:") { // that speaks to lint
			lines = append(lines, line)
		}
		text = text[:strings.LastIndexByte(text, '\n')+1]
	}
	slices.Reverse(lines)
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
