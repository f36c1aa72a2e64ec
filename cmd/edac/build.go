package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/vm"
)

func dirOf(path string) string { return filepath.Dir(path) }

func (a *app) buildCmd() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "build RULES… -o FILE.edb",
		Short: "Compile rules to one file of bytecode",
		Long: `Compile rules to one file that run, replay and disasm take in place of the
rules. The same rules give the same bytes.`,
		Example: `  edac build rules/ -o rules.edb
  edac run rules.edb`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usage("build: say where to write it: -o FILE.edb")
			}
			p, err := a.program(args)
			if err != nil {
				return err
			}
			data := vm.Encode(p)
			if err := os.WriteFile(out, data, 0o644); err != nil {
				return unreadable(out, err)
			}
			if !a.quiet {
				fmt.Fprintf(a.err, "%s: %s, %s, %s\n", out, plural(len(p.Rules), "rule"), plural(len(p.Code), "instruction"), plural(len(data), "byte"))
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "write to `FILE`")
	return cmd
}

func (a *app) disasmCmd() *cobra.Command {
	var only []string
	cmd := &cobra.Command{
		Use:   "disasm RULES…",
		Short: "Print bytecode as text",
		Long: `Compile rules, or read a file that build wrote, and print the bytecode as text:
each rule with its windows, conditions and acts, each instruction with the line
it comes from. SPEC.md says what the instructions do.`,
		Example: `  edac disasm rules.eda
  edac disasm --rule high_load rules/
  edac disasm rules.edb`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.program(args)
			if err != nil {
				return err
			}
			if len(only) == 0 {
				return vm.Fprint(a.out, p)
			}
			var all strings.Builder
			if err := vm.Fprint(&all, p); err != nil {
				return err
			}
			blocks := ruleBlocks(all.String())
			for _, name := range only {
				if _, ok := blocks[name]; !ok {
					names := slices.Collect(maps.Keys(blocks))
					return usage("disasm: there is no rule %q%s", name, nearest(name, names, ""))
				}
				fmt.Fprint(a.out, blocks[name])
			}
			return nil
		},
	}
	cmd.Flags().StringArrayVar(&only, "rule", nil, "print this `RULE` alone; may be repeated")
	return cmd
}

// ruleBlocks are the parts of a listing that are about one rule each, by its
// name. What comes before them is about the whole program.
func ruleBlocks(listing string) map[string]string {
	const begin = "\nrule "
	out := map[string]string{}
	_, rest, found := strings.Cut(listing, begin)
	for found {
		var block string
		block, rest, found = strings.Cut(rest, begin)
		name, _, _ := strings.Cut(block, "\n")
		if text, err := strconv.Unquote(name); err == nil {
			name = text
		}
		out[name] = begin[1:] + block
	}
	return out
}
