package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func (a *app) manCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write the manual pages",
		Long: `Write a manual page for each command into a folder, which is made if it is not
there. They are for section 1, and the same version writes the same bytes.`,
		Example: `  edac man /usr/local/share/man/man1
  edac man . && man ./edac-lint.1`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return unreadable(args[0], err)
			}
			n := 0
			var failed error
			walk(cmd.Root(), func(c *cobra.Command) {
				if failed != nil || c.Hidden {
					return
				}
				n++
				path := filepath.Join(args[0], manName(c)+".1")
				if err := os.WriteFile(path, manPage(c), 0o644); err != nil {
					failed = unreadable(path, err)
				}
			})
			if failed == nil && !a.quiet {
				fmt.Fprintf(a.err, "%s in %s\n", plural(n, "page"), args[0])
			}
			return failed
		},
	}
}

// manName is what the page of a command is called: edac-record-info.
func manName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// manPage is the manual page of a command. It is written here and not by
// cobra/doc, whose pages are dated, say nothing of exit statuses, environment
// and files, and bring a reader of YAML along.
func manPage(c *cobra.Command) []byte {
	var b strings.Builder
	section := func(name, text string) {
		if text = strings.Trim(text, "\n"); text != "" {
			fmt.Fprintf(&b, "# %s\n\n%s\n\n", name, text)
		}
	}
	fmt.Fprintf(&b, "%% %q %q %q %q %q\n\n", strings.ToUpper(manName(c)), "1", "", program+" "+moduleVersion(), "EDA")
	section("NAME", manName(c)+" - "+plain(strings.ToLower(c.Short[:1])+c.Short[1:]))
	section("SYNOPSIS", plain(c.UseLine()))
	section("DESCRIPTION", manText(c.Long))
	commands := ""
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			commands += manTerm(fmt.Sprintf("**%s**(1)", manName(sub)), sub.Short)
		}
	}
	section("COMMANDS", commands)
	section("OPTIONS", manFlags(c.NonInheritedFlags()))
	section("GLOBAL OPTIONS", manFlags(c.InheritedFlags()))
	section("EXIT STATUS", manTerms([][2]string{
		{"0", "Done. Commands that go on until they are interrupted end so."},
		{"1", "Findings, a failed test, or a difference."},
		{"2", "A mistake in how the command was called, a file that cannot be read, or rules that do not compile."},
		{"3", "A mistake in edac itself."},
		{"130", "Interrupted before there was a result."},
	}))
	section("ENVIRONMENT", manTerms([][2]string{
		{"NO_COLOR", "If it is set and not empty, nothing is written in colour, unless --color=always says so."},
		{"CLICOLOR_FORCE", "If it is set and not 0, output has colour also where it does not go to a terminal. NO_COLOR comes first."},
		{"TERM", "On a terminal called dumb there is no colour."},
	}))
	section("FILES", manTerms([][2]string{
		{"*.eda", "Rules. A folder stands for those in it."},
		{"edac.toml", "Settings of a project: the one in the folder of the rules, or the nearest above it."},
		{"*.edr, *.jsonl", "Recordings of events."},
		{"*.edb", "Compiled rules."},
	}))
	if c.Example != "" {
		section("EXAMPLES", indentedBlock(c.Example))
	}
	var see []string
	if c.HasParent() {
		see = append(see, fmt.Sprintf("**%s**(1)", manName(c.Parent())))
		for _, sib := range c.Parent().Commands() {
			if sib != c && !sib.Hidden {
				see = append(see, fmt.Sprintf("**%s**(1)", manName(sib)))
			}
		}
	}
	section("SEE ALSO", strings.Join(see, ", "))
	return md2man.Render([]byte(b.String()))
}

// manText makes Markdown of text for people: paragraphs, and lines that are
// indented stay as they are.
func manText(text string) string {
	var out []string
	for p := range strings.SplitSeq(strings.Trim(text, "\n"), "\n\n") {
		if strings.HasPrefix(p, "  ") {
			out = append(out, indentedBlock(p))
		} else {
			out = append(out, plain(p))
		}
	}
	return strings.Join(out, "\n\n")
}

func indentedBlock(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("    " + strings.TrimPrefix(line, "  "))
	}
	return b.String()
}

// plain keeps signs that Markdown would take for its own.
func plain(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]<>#|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func manTerm(term, text string) string { return term + "\n: " + plain(text) + "\n\n" }

func manTerms(list [][2]string) string {
	out := ""
	for _, t := range list {
		out += manTerm("**"+plain(t[0])+"**", t[1])
	}
	return out
}

func manFlags(flags *pflag.FlagSet) string {
	out := ""
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		word, about := pflag.UnquoteUsage(f)
		term := "**--" + f.Name + "**"
		if f.Shorthand != "" {
			term = "**-" + f.Shorthand + "**, " + term
		}
		if word != "" {
			term += " " + plain(word)
		}
		if d := f.DefValue; d != "" && d != "false" && d != "0" && d != "[]" && d != "0s" {
			about += " (" + strings.Trim(d, "[]") + " unless given)"
		}
		out += manTerm(term, strings.ToUpper(about[:1])+about[1:]+".")
	})
	return out
}
