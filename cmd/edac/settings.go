package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/eda-lang/eda/cmd/edac/internal/config"
	"github.com/eda-lang/eda/lang"
)

// settings reads the edac.toml that speaks for what a command was given: the
// one that --config names, or the nearest from the folder of the first path
// upward. One with a mistake ends the command.
func (a *app) settings(paths []string) (*config.Config, error) {
	folder := "."
	if len(paths) > 0 {
		if folder = paths[0]; folder == "-" {
			folder = a.stdinName
		}
		if st, err := os.Stat(folder); err != nil || !st.IsDir() {
			folder = filepath.Dir(folder)
		}
	}
	c, src, ds, err := config.Load(a.config, folder)
	if err != nil {
		return nil, usage("%w", err)
	}
	if len(ds) > 0 {
		if err := a.render(a.err, []lang.Source{src}, ds); err != nil {
			return nil, err
		}
		return nil, usage("%s cannot be used: %s", src.Name, count(ds, lang.Error, "error"))
	}
	return c, nil
}

// paths are those of a command that reads edac.toml for nothing else.
func (a *app) paths(cmd *cobra.Command, args []string) ([]string, error) {
	if len(args) > 0 {
		return args, nil
	}
	args, _, err := a.rules(cmd, args)
	return args, err
}

// rules are the paths a command was given, or those that edac.toml has for
// commands without.
func (a *app) rules(cmd *cobra.Command, args []string) ([]string, *config.Config, error) {
	c, err := a.settings(args)
	if err != nil || len(args) > 0 {
		return args, c, err
	}
	if len(c.Rules) == 0 {
		by := ""
		if cmd.Flags().Lookup("rules") != nil {
			by = " with --rules"
		}
		return nil, nil, usage("%s: name the files or folders of rules%s, or set `rules` in %s", cmd.Name(), by, config.Name)
	}
	return c.Rules, c, nil
}

// initConfig writes an edac.toml that decides nothing yet.
func (a *app) initConfig() error {
	f, err := os.OpenFile(config.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return usage("%s is there already; `edac lint --init-config` does not write over it", config.Name)
	}
	if err != nil {
		return unreadable(config.Name, err)
	}
	_, err = f.WriteString(config.Commented())
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return unreadable(config.Name, err)
	}
	if !a.quiet {
		fmt.Fprintf(a.err, "wrote %s\n", config.Name)
	}
	return nil
}
