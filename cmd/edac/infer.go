package main

import (
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
	"github.com/eda-lang/eda/runtime/observe"
	"github.com/eda-lang/eda/vm/tag"
)

func (a *app) inferCmd() *cobra.Command {
	var out string
	var merge, check []string
	cmd := &cobra.Command{
		Use:   "infer REC…",
		Short: "Write event declarations from recordings, or check them",
		Long: `Write event declarations from recordings: tags that differ in a name alone as
one pattern, the types of fields, which may be missing, and as comments what
was seen of them. --merge leaves out what those rules declare already. --check
writes nothing: it says where declarations and recordings disagree, and the
exit status is 1 if they do.`,
		Example: `  edac infer today.edr > rules/events.eda
  edac infer --merge rules/ -o rules/new.eda today.edr
  edac infer --check rules/ monday.edr tuesday.edr`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(check) > 0 && (len(merge) > 0 || out != "") {
				return usage("infer: --check compares and writes nothing; leave out --merge and -o")
			}
			o, err := a.observed(args)
			if err != nil {
				return err
			}
			if o.Events == 0 {
				return usage("infer: there are no events in %s", o.Recording())
			}
			if len(check) > 0 {
				return a.inferCheck(check, o)
			}
			var declared []tag.Pattern
			if len(merge) > 0 {
				u, _, err := a.declarations(merge)
				if err != nil {
					return err
				}
				for _, e := range u.Events {
					declared = append(declared, e.Pattern)
				}
			}
			text := observe.Infer(o, declared)
			if out == "" {
				_, err := io.WriteString(a.out, text)
				return err
			}
			if err := os.WriteFile(out, []byte(text), 0o666); err != nil {
				return unreadable(out, err)
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVarP(&out, "output", "o", "", "write to `FILE` instead of standard output")
	f.StringArrayVar(&merge, "merge", nil, "leave out what these `RULES` declare already; may be repeated")
	f.StringArrayVar(&check, "check", nil, "say where the declarations of these `RULES` and the recordings disagree; may be repeated")
	return cmd
}

// declarations reads rules for what they declare; errors among the findings
// end the command.
func (a *app) declarations(paths []string) (*lang.Unit, []lang.Source, error) {
	sets, err := a.programs(paths)
	if err != nil {
		return nil, nil, err
	}
	var sources []lang.Source
	for _, s := range sets {
		sources = append(sources, s...)
	}
	sources = lang.Join(sources, readText)
	r := lint.Program(sources, environment(), lint.Settings{})
	if r.Findings.HasErrors() {
		if err := a.render(a.err, sources, r.Findings); err != nil {
			return nil, nil, err
		}
		return nil, nil, usage("the rules do not compile: %s", count(r.Findings, lang.Error, "error"))
	}
	return r.Unit, sources, nil
}

// inferCheck says where declarations and recordings disagree.
func (a *app) inferCheck(paths []string, o *lang.Observed) error {
	u, sources, err := a.declarations(paths)
	if err != nil {
		return err
	}
	ds := lint.Disagreements(u, o)
	opt := lang.RenderOptions{Color: a.colored(a.out)}
	if err := lang.Render(a.out, ds, texts(sources), opt); err != nil {
		return err
	}
	differ := 0
	for _, d := range ds {
		if d.Code != lang.CodeNeverMissing { // advice: it may be missing tomorrow
			differ++
		}
	}
	const most = 20
	bare := lint.Undeclared(u, o)
	for i, t := range bare {
		if i == most {
			fmt.Fprintf(a.out, "%s: %s more tags that no event declares\n", o.Recording(), lang.Grouped(len(bare)-most))
			break
		}
		fmt.Fprintf(a.out, "%s: no event declares %s (%s)\n", o.Recording(), strconv.Quote(t.Tag), lang.Amount(t.Count, "event"))
	}
	if n := differ + len(bare); n > 0 {
		if !a.quiet {
			fmt.Fprintf(a.err, "%s between the declarations and %s\n", plural(n, "difference"), o.Recording())
		}
		return &status{code: exitFindings}
	}
	if !a.quiet {
		fmt.Fprintf(a.err, "ok: %s and %s in %s agree\n", plural(len(u.Events), "declaration"), lang.Amount(o.Events, "event"), o.Recording())
	}
	return nil
}
