package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/eda-lang/eda/lang"
)

// choice is a flag that takes one of a few words.
type choice struct {
	word *string
	of   []string
}

func (c choice) String() string { return *c.word }
func (c choice) Type() string   { return strings.Join(c.of, "|") }

func (c choice) Set(word string) error {
	if !slices.Contains(c.of, word) {
		return choiceError{fmt.Sprintf("is %s, not %q%s", either(c.of), word, nearest(word, c.of, ""))}
	}
	*c.word = word
	return nil
}

type choiceError struct{ text string }

func (e choiceError) Error() string { return e.text }

// choose adds a flag that takes one of a few words, the first unless it is
// given; the shell completes them.
func choose(cmd *cobra.Command, word *string, name, usage string, of ...string) {
	*word = of[0]
	f := cmd.Flags()
	if !cmd.HasParent() && cmd.Name() == program {
		f = cmd.PersistentFlags()
	}
	f.Var(choice{word, of}, name, usage)
	complete(cmd, name, words(of...))
}

// either lists words for a sentence: text, compact or json.
func either(words []string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
}

// nearest is the end of a sentence that names what was probably meant, each
// after a prefix; empty where nothing is near.
func nearest(word string, names []string, prefix string) string {
	near := lang.Nearest(word, names)
	for i := range near {
		near[i] = prefix + near[i]
	}
	if len(near) == 0 {
		return ""
	}
	return "; did you mean " + either(near) + "?"
}

// badFlag says what is wrong with a flag, and what may have been meant.
func badFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var lacks *pflag.ValueRequiredError
	var bad *pflag.InvalidValueError
	var wrong choiceError
	switch {
	case errors.As(err, &unknown):
		if letters := unknown.GetSpecifiedShortnames(); letters != "" {
			return usage("unknown flag -%s; `%s --help` lists the flags", unknown.GetSpecifiedName(), cmd.CommandPath())
		}
		near := nearest(unknown.GetSpecifiedName(), flagNames(cmd), "--")
		if near == "" {
			near = fmt.Sprintf("; `%s --help` lists the flags", cmd.CommandPath())
		}
		return usage("unknown flag --%s%s", unknown.GetSpecifiedName(), near)
	case errors.As(err, &lacks):
		dashes := "--"
		if lacks.GetSpecifiedShortnames() != "" {
			dashes = "-"
		}
		return usage("%s%s needs %s", dashes, lacks.GetSpecifiedName(), wanted(lacks.GetFlag()))
	case errors.As(err, &bad):
		if errors.As(err, &wrong) {
			return usage("--%s %s", bad.GetFlag().Name, wrong.text)
		}
		return usage("--%s takes %s, not %q", bad.GetFlag().Name, wanted(bad.GetFlag()), bad.GetValue())
	}
	return usage("%w; `%s --help` lists the flags", err, cmd.CommandPath())
}

// wanted is what a flag takes, in words.
func wanted(f *pflag.Flag) string {
	switch v := f.Value.(type) {
	case choice:
		return either(v.of)
	}
	switch f.Value.Type() {
	case "duration":
		return "a duration such as 10s or 5m"
	case "int":
		return "a whole number"
	case "float64":
		return "a number"
	case "bool":
		return "true or false"
	}
	return "a value"
}

// flagNames lists what a command takes, its global flags included.
func flagNames(cmd *cobra.Command) []string {
	var names []string
	add := func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	}
	cmd.Flags().VisitAll(add)
	cmd.InheritedFlags().VisitAll(add)
	return names
}

// checkArgs wraps what a command says of its arguments into a sentence.
func checkArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		err := check(cmd, args)
		var said *status
		if err == nil || errors.As(err, &said) {
			return err
		}
		if cmd.HasSubCommands() {
			return noCommand(cmd, args[0])
		}
		what := "that is too much"
		for more := args; len(more) < len(args)+3; {
			if more = append(slices.Clone(more), ""); check(cmd, more) == nil {
				what = "something is missing"
			}
		}
		return usage("%s: %s; usage: %s", strings.TrimPrefix(cmd.CommandPath(), program+" "), what, strings.TrimSpace(cmd.UseLine()))
	}
}

// noCommand says that there is no such command, and what may have been meant.
func noCommand(cmd *cobra.Command, word string) error {
	var names []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	near := nearest(word, names, cmd.CommandPath()+" ")
	if near == "" {
		near = fmt.Sprintf("; `%s --help` lists the commands", cmd.CommandPath())
	}
	return usage("unknown command %q%s", word, near)
}
