package main

import (
	"bytes"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang/graph"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
)

func (a *app) graphCmd() *cobra.Command {
	var format, out string
	var counts []string
	cmd := &cobra.Command{
		Use:   "graph [PATH…]",
		Short: "Draw which events lead to which rules, and what those do",
		Long: `Draw which events lead to which rules, and what those fire, call and set: a
path on each line, a picture, or text for Graphviz, Mermaid or a program. It
looks at tags alone, so it shows what can happen, not what does; --counts runs
the rules over recordings and says how often it did. Loops are marked.`,
		Example: `  edac graph rules/
  edac graph --format svg -o rules.svg rules/
  edac graph --counts today.edr rules/
  edac graph --format dot rules/ | dot -Tpdf -o rules.pdf`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			paths, err := a.paths(cmd, args)
			if err != nil {
				return err
			}
			u, _, err := a.declarations(paths)
			if err != nil {
				return err
			}
			g := graph.New(u)
			if len(counts) > 0 {
				c, err := a.counted(cmd, compiler.Compile(u), counts)
				if err != nil {
					return err
				}
				g.Count(*c)
			}
			var b bytes.Buffer
			write := map[string]func(io.Writer) error{"text": g.Text, "json": g.JSON, "dot": g.Dot, "mermaid": g.Mermaid, "svg": g.SVG}
			if err := write[format](&b); err != nil {
				return err
			}
			if out == "" {
				_, err := a.out.Write(b.Bytes())
				return err
			}
			if err := os.WriteFile(out, b.Bytes(), 0o666); err != nil {
				return unreadable(out, err)
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&counts, "counts", nil, "run the rules over the recording `REC` and count at each tag, rule and edge what happened; may be repeated")
	f.StringVarP(&out, "output", "o", "", "write to `FILE` instead of standard output")
	choose(cmd, &format, "format", "print one path per line, one JSON object, the language of Graphviz or of Mermaid, or a picture", "text", "json", "dot", "mermaid", "svg")
	return cmd
}

// counted runs a program over recordings and counts what comes and what is done.
func (a *app) counted(cmd *cobra.Command, p *vm.Program, names []string) (*graph.Counts, error) {
	c := &graph.Counts{Events: map[string]uint64{}, Runs: map[string]uint64{}, Acts: map[graph.ActOf]uint64{}}
	var readers []runtime.EventReader
	for _, name := range names {
		r, done, err := a.openRecording(name, "", runtime.CSVOptions{})
		if err != nil {
			return nil, err
		}
		defer done()
		readers = append(readers, r)
	}
	m, err := vm.New(p, stdlib.Library())
	if err != nil {
		return nil, usage("%w", err)
	}
	stop := &status{code: exitInterrupted}
	_, err = runtime.Replay(m, tally{runtime.Merged(readers), c.Events}, nil, func(e *vm.Effect) error {
		if cmd.Context().Err() != nil {
			return stop
		}
		if e.Kind != vm.Logged {
			c.Events[e.Tag]++
		}
		if e.Rule >= 0 && e.Act >= 0 {
			c.Acts[graph.ActOf{Rule: p.Rules[e.Rule].Identity, Act: e.Act}]++
		}
		return nil
	})
	switch {
	case errors.Is(err, stop):
		return nil, stop
	case err != nil:
		return nil, usage("%w", err)
	}
	for i, r := range p.Rules {
		c.Runs[r.Identity] = m.RuleStats(i).Runs
	}
	return c, nil
}

// tally counts the events of a recording by tag, those apart that the engine
// makes anew.
type tally struct {
	runtime.EventReader
	events map[string]uint64
}

func (t tally) Next(batch []vm.Event) (int, error) {
	n, err := t.EventReader.Next(batch)
	for i := range batch[:n] {
		if !runtime.SkipDerived(batch[i].Tag) {
			t.events[batch[i].Tag]++
		}
	}
	return n, err
}
