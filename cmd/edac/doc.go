package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/stdlib"
)

// entry is what the manual says of one name.
type entry struct {
	name    string
	words   []string // other names it is found by
	group   string
	syntax  string
	doc     string
	facts   []fact
	results []result
	example string
	see     []string
}

// fact is a line of an entry: bounds, who listens, where it is declared.
type fact struct{ name, text string }

// result is an expression with its value; over is what x was, event after event.
type result struct{ over, expr, is string }

const (
	aggregateGroup = "aggregates"
	functionGroup  = "functions"
)

// manual lists all that rules can say, group by group.
func manual() []entry {
	var out []entry
	for _, g := range lang.Groups() {
		if g == lang.Questions { // with the other things that are called
			out = append(out, aggregates()...)
			out = append(out, functions()...)
		}
		for _, f := range lang.Forms() {
			if f.Group != g {
				continue
			}
			e := entry{name: f.Name, words: f.Words, group: string(g), syntax: f.Syntax, doc: f.Doc, example: f.Example, see: f.See}
			if f.Bounds != "" {
				e.facts = append(e.facts, fact{"Bounds", f.Bounds})
			}
			for _, r := range f.Results {
				e.results = append(e.results, result{expr: r.Expr, is: r.Is})
			}
			out = append(out, e)
		}
	}
	return out
}

func aggregates() []entry {
	var out []entry
	for _, a := range stdlib.Aggs() {
		e := entry{name: a.Name, group: aggregateGroup, syntax: a.Signature, doc: a.Doc, see: []string{"window", "where", "from"}}
		for _, x := range a.Examples {
			e.results = append(e.results, result{x.Over, x.Expr, x.Want})
		}
		out = append(out, e)
	}
	return out
}

func functions() []entry {
	var out []entry
	for _, f := range stdlib.Funcs() {
		e := entry{name: f.Name(), group: functionGroup, syntax: f.Signature, doc: f.Doc, see: stdlib.Beside(f.Name())}
		for _, x := range f.Examples {
			e.results = append(e.results, result{expr: x.Expr, is: x.Want})
		}
		out = append(out, e)
	}
	return out
}

func (a *app) docCmd() *cobra.Command {
	var format string
	var all bool
	cmd := &cobra.Command{
		Use:   "doc [NAME] [RULES…]",
		Short: "Say what a word, a function or one of your own names means",
		Long: `Say what a name of the language means: a declaration, a clause, an operator, a
function, an aggregate, an event of the engine, with its bounds and examples.
It also knows what rules declare: what a rule listens to and fires, who reads an
event; they are those named after it or, without any, those of edac.toml and of
the current folder. Without a name it lists all there is, --all prints it.`,
		Example: `  edac doc
  edac doc avg
  edac doc '??'
  edac doc when
  edac doc high_load
  edac doc high_load rules/
  edac doc rules/`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			name := ""
			if len(args) > 0 && (len(args) > 1 && !isRules(args[0]) || !isPath(args[0])) {
				name, args = args[0], args[1:]
			}
			known := manual()
			if name != "" && len(args) == 0 && len(named(known, name)) == 0 {
				args = a.rulesAtHand() // none of the language's: one of theirs?
			}
			if len(args) > 0 {
				own, err := a.own(args)
				if err != nil {
					return err
				}
				if name == "" {
					known = nil
				}
				known = append(own, known...) // a program's own name comes first
			}
			chosen := known
			if name != "" {
				if chosen = named(known, name); len(chosen) == 0 {
					return noName(known, name)
				}
			}
			p := &docPrinter{w: a.out, bold: a.colored(a.out)}
			switch whole := name != "" || all; {
			case format == "md" && whole:
				p.pagesMD(chosen)
			case format == "md":
				p.listMD(chosen)
			case whole:
				p.pages(chosen)
			default:
				p.list(chosen)
			}
			return p.err
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "print all there is to say, not the list alone")
	choose(cmd, &format, "format", "print for people, or as Markdown", "text", "md")
	return cmd
}

// isPath reports whether an argument names rules and not a name: there is such
// a file or folder, and no such word.
func isPath(arg string) bool {
	if len(named(manual(), arg)) > 0 {
		return false
	}
	_, err := os.Stat(arg)
	return err == nil || isRules(arg)
}

func isRules(arg string) bool {
	return filepath.Ext(arg) == ".eda" || strings.HasSuffix(arg, string(filepath.Separator)) || arg == "." || arg == "-"
}

// named are the entries that a name stands for.
func named(known []entry, name string) []entry {
	var out []entry
	for _, e := range known {
		if e.name == name || slices.Contains(e.words, name) {
			out = append(out, e)
		}
	}
	return out
}

// noName says that nothing has this name, and what may have been meant.
func noName(known []entry, name string) error {
	var names []string
	for _, e := range known {
		names = append(append(names, e.name), e.words...)
	}
	near := nearest(name, names, "")
	if near == "" {
		near = fmt.Sprintf("; `%s doc` lists all there is", program)
	}
	return usage("doc: there is no %q%s", name, near)
}

// completeNames completes a name of the language or of the rules at hand, and
// after it files.
func (a *app) completeNames(_ *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	for _, e := range ownEntries(a.nearby(nil)) {
		out = offer(out, begun, e.name, e.summary())
	}
	for _, e := range manual() {
		out = offer(out, begun, e.name, e.summary())
	}
	return out, cobra.ShellCompDirectiveDefault
}

// summary is the first sentence, or where there is none the text itself.
func (e *entry) summary() string {
	text := strings.Join(strings.Fields(e.doc), " ")
	if text == "" {
		return strings.Join(strings.Fields(e.syntax), " ")
	}
	for i := 0; i < len(text); i++ {
		if text[i] == '.' && (i+1 == len(text) || text[i+1] == ' ') {
			return text[:i+1]
		}
	}
	return text
}

// docPrinter writes entries; the first error stays.
type docPrinter struct {
	w    io.Writer
	bold bool
	err  error
}

func (p *docPrinter) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *docPrinter) strong(s string) string {
	if !p.bold || s == "" {
		return s
	}
	return "\x1b[1m" + s + "\x1b[0m"
}

// docWidth is how wide text for people is.
const docWidth = 80

// list names all entries with their first sentences.
func (p *docPrinter) list(list []entry) {
	group := ""
	for _, e := range list {
		if e.group != group {
			if group != "" {
				p.printf("\n")
			}
			group = e.group
			p.printf("%s\n", p.strong(group))
		}
		const column = 20
		name := strings.Join(append([]string{e.name}, e.signs()...), " ")
		gap := max(column-2-utf8.RuneCountInString(name), 2)
		p.printf("  %s%s", name, strings.Repeat(" ", gap))
		p.printf("%s\n", cut(e.summary(), max(docWidth-2-utf8.RuneCountInString(name)-gap, 20)))
	}
	if len(list) > 0 {
		p.printf("\n`%s doc NAME` says more.\n", program)
	}
}

// signs are the other names that are no words, to be shown beside the name.
func (e *entry) signs() []string {
	const signs = "!=<>%-+*/"
	var out []string
	for _, w := range e.words {
		if strings.Trim(w+e.name, signs) == "" {
			out = append(out, w)
		}
	}
	return out
}

// cut ends a sentence that is too long at a word.
func cut(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	short := ""
	for _, w := range strings.Fields(text) {
		if utf8.RuneCountInString(short+w)+2 > width {
			break
		}
		short += w + " "
	}
	return strings.TrimRight(short, " ,;:") + " …"
}

// pages writes all there is to say of each entry.
func (p *docPrinter) pages(list []entry) {
	for i, e := range list {
		if i > 0 {
			p.printf("\n%s\n\n", strings.Repeat("─", docWidth))
		}
		p.printf("%s  (%s)\n\n", p.strong(e.name), e.group)
		p.indented(e.syntax)
		if e.doc != "" {
			p.printf("\n")
		}
		p.wrap("", e.doc)
		if len(e.facts) > 0 {
			p.printf("\n")
		}
		for _, f := range e.facts {
			p.wrap(f.name+": ", f.text)
		}
		if len(e.results) > 0 || e.example != "" {
			p.printf("\n%s\n", p.strong("Examples"))
		}
		over := ""
		width := 0
		for _, r := range e.results {
			width = max(width, utf8.RuneCountInString(r.expr))
		}
		for _, r := range e.results {
			if r.over != over {
				over = r.over
				p.printf("  where x is %s, one a second:\n", strings.ReplaceAll(r.over, " ", ", "))
			}
			indent := "  "
			if over != "" {
				indent = "    "
			}
			p.printf("%s%-*s  is %s\n", indent, width, r.expr, r.is)
		}
		p.indented(e.example)
		if len(e.see) > 0 {
			p.printf("\n")
			p.wrap("See also: ", strings.Join(e.see, ", "))
		}
	}
}

func (p *docPrinter) indented(text string) {
	for line := range strings.Lines(text) {
		p.printf("%s\n", strings.TrimRight("  "+line, " \n"))
	}
}

// wrap writes text in lines; the first begins with a head, the others stand
// below what follows it. Lines of their own stay so.
func (p *docPrinter) wrap(head, text string) {
	indent := strings.Repeat(" ", utf8.RuneCountInString(head))
	for line := range strings.Lines(text) {
		now := head
		head = indent
		for _, w := range strings.Fields(line) {
			if n := utf8.RuneCountInString(now); n > len(indent) && n+1+utf8.RuneCountInString(w) > docWidth {
				p.printf("%s\n", now)
				now = indent
			}
			if utf8.RuneCountInString(now) > len(indent) {
				now += " "
			}
			now += w
		}
		p.printf("%s\n", strings.TrimRight(now, " "))
	}
}

// listMD is the list as tables.
func (p *docPrinter) listMD(list []entry) {
	group := ""
	for _, e := range list {
		if e.group != group {
			if group != "" {
				p.printf("\n")
			}
			group = e.group
			p.printf("## %s\n\n| name | is written | says |\n| --- | --- | --- |\n", title(group))
		}
		syntax := ""
		for line := range strings.Lines(strings.ReplaceAll(e.syntax, "   ", "\n")) { // ways to write it
			if syntax != "" {
				syntax += "<br>"
			}
			syntax += codeMD(strings.Join(strings.Fields(line), " "))
		}
		p.printf("| %s | %s | %s |\n", codeMD(e.name), syntax, cellMD(e.doc))
	}
}

// pagesMD is all there is to say as Markdown.
func (p *docPrinter) pagesMD(list []entry) {
	group := ""
	for i, e := range list {
		if i > 0 {
			p.printf("\n")
		}
		if e.group != group {
			group = e.group
			p.printf("## %s\n\n", title(group))
		}
		p.printf("### %s\n\n```text\n%s\n```\n", codeMD(e.name), strings.TrimRight(e.syntax, "\n"))
		if e.doc != "" {
			p.printf("\n%s\n", e.doc)
		}
		for _, f := range e.facts {
			p.printf("\n%s: %s\n", title(f.name), strings.ReplaceAll(f.text, "\n", "; "))
		}
		if len(e.results) > 0 {
			p.printf("\n")
		}
		for _, r := range e.results {
			over := ""
			if r.over != "" {
				over = ", where x is " + strings.ReplaceAll(r.over, " ", ", ") + ", one a second"
			}
			p.printf("- %s is %s%s\n", codeMD(r.expr), codeMD(r.is), over)
		}
		if e.example != "" {
			rules, files, _ := strings.Cut("\n"+e.example, "\n-- ")
			p.printf("\n```eda\n%s\n```\n", strings.Trim(rules, "\n"))
			for files != "" {
				var file string
				file, files, _ = strings.Cut(files, "\n-- ")
				name, text, _ := strings.Cut(file, " --\n")
				p.printf("\nWith %s:\n\n```text\n%s\n```\n", codeMD(name), strings.Trim(text, "\n"))
			}
		}
		if len(e.see) > 0 {
			p.printf("\nSee also:")
			for i, name := range e.see {
				sep := ","
				if i == 0 {
					sep = ""
				}
				p.printf("%s %s", sep, codeMD(name))
			}
			p.printf("\n")
		}
	}
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// codeMD is code within a line.
func codeMD(s string) string { return "`" + strings.ReplaceAll(s, "|", `\|`) + "`" }

func cellMD(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}
