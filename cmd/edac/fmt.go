package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/lang"
)

func (a *app) fmtCmd() *cobra.Command {
	var diff, list, check bool
	cmd := &cobra.Command{
		Use:   "fmt [PATH…]",
		Short: "Format rules in place",
		Long: `Format rules in place; "-" formats standard input to standard output.

Only white space changes, never a token or a comment. A declaration that does
not parse is left as it is.`,
		Example: `  edac fmt rules/
  edac fmt --diff rules/load.eda
  edac fmt - < draft.eda`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			args, err := a.paths(cmd, args)
			if err != nil {
				return err
			}
			sets, err := a.programs(args)
			if err != nil {
				return err
			}
			changed := 0
			for _, set := range sets {
				for _, src := range set {
					text, _ := lang.Format(src)
					if src.Name == "<stdin>" && !diff && !list && !check {
						fmt.Fprint(a.out, text)
						continue
					}
					if text == src.Text {
						continue
					}
					changed++
					switch {
					case diff:
						if err := a.printDiff(a.out, src.Name, src.Name+" (formatted)", src.Text, text); err != nil {
							return err
						}
					case list:
						fmt.Fprintln(a.out, src.Name)
					case check:
						fmt.Fprintf(a.out, "%s: not formatted; run `edac fmt`\n", src.Name)
					default:
						if err := replaceFile(src.Name, text); err != nil {
							return unreadable(src.Name, err)
						}
						if !a.quiet {
							fmt.Fprintf(a.err, "formatted %s\n", src.Name)
						}
					}
				}
			}
			if changed > 0 && (check || diff) {
				return &status{code: exitFindings}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.BoolVarP(&diff, "diff", "d", false, "show what would change; exit status 1 if anything would")
	f.BoolVarP(&list, "list", "l", false, "list the files that would change")
	f.BoolVar(&check, "check", false, "name the files that would change; exit status 1 if any would")
	return cmd
}

// replaceFile writes a file as a whole or not at all, keeping its mode; of a
// link it writes the file that it names.
func replaceFile(path, text string) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	st, err := os.Stat(path)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dirOf(path), ".edac-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.WriteString(text); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Chmod(st.Mode()); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
