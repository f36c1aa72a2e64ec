package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/lang"
)

func (a *app) explainCmd() *cobra.Command {
	var all bool
	var format string
	cmd := &cobra.Command{
		Use:   "explain [ID…]",
		Short: "Say what a finding means, why it matters and what to do",
		Long: `Print the pages of kinds of findings: what is wrong, examples to avoid and to
prefer, why it matters, and how the tool knows. Without an argument, list all
kinds of findings.`,
		Example: `  edac explain
  edac explain EDA0203
  edac explain unknown-field tag-slip
  edac explain --all --format md`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			var rows []lang.CodeRow
			for _, name := range args {
				row, ok := lang.LookupCode(name)
				if !ok {
					say := lang.UnknownCode(name)
					if !strings.HasSuffix(say, "?") {
						say += "; `edac explain` lists them"
					}
					return usage("explain: %s", say)
				}
				rows = append(rows, row)
			}
			if all {
				rows = lang.Codes()
			}
			if len(rows) == 0 {
				for _, row := range lang.Codes() {
					fmt.Fprintf(a.out, "%s  %-23s  %-7s  %s\n", row.Code, row.Slug, row.Severity, row.Title)
				}
				return nil
			}
			for i, row := range rows {
				if i > 0 {
					fmt.Fprintln(a.out)
				}
				page := row.Code.Page()
				if format == "text" {
					page = lang.RenderPage(page, row.Severity, a.colored(a.out))
				}
				fmt.Fprint(a.out, page)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "print all pages")
	choose(cmd, &format, "format", "how pages are printed: for a terminal, or as they are written", "text", "md")
	return cmd
}
