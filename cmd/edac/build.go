package main

import (
	"fmt"
	"os"
	"path/filepath"

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
	return &cobra.Command{
		Use:   "disasm RULES…",
		Short: "Print bytecode as text",
		Long: `Compile rules, or read a file that build wrote, and print the bytecode as text:
each rule with its windows, conditions and acts, each instruction with the line
it comes from. SPEC.md says what the instructions do.`,
		Example: `  edac disasm rules.eda
  edac disasm rules.edb`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.program(args)
			if err != nil {
				return err
			}
			return vm.Fprint(a.out, p)
		},
	}
}
