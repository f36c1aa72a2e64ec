package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/eda-lang/eda/lang/lint"
)

// changedSince asks git which lines of the working folder's repository differ
// from a revision. Files that git does not follow yet are new as a whole.
func changedSince(ctx context.Context, rev string) (*lint.Changed, error) {
	top, err := git(ctx, ".", "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	top = filepath.FromSlash(strings.TrimRight(top, "\r\n"))
	here, err := os.Getwd()
	if err == nil {
		here, err = filepath.EvalSymlinks(here)
	}
	if err != nil {
		return nil, usage("--new-from: %w", err)
	}
	name := func(file string) string {
		if rel, err := filepath.Rel(here, filepath.Join(top, filepath.FromSlash(file))); err == nil {
			file = rel
		}
		return filepath.ToSlash(file)
	}
	if strings.HasPrefix(rev, "-") {
		return nil, usage("--new-from takes a revision of git, such as main or HEAD~1, not %q", rev)
	}
	diff, err := git(ctx, top, "-c", "core.quotepath=off", "diff", "-U0", "--no-color", "--no-ext-diff", "--no-renames", "--src-prefix=a/", "--dst-prefix=b/", rev, "--")
	if err != nil {
		return nil, err
	}
	changed, err := lint.ParseDiff(diff, name)
	if err != nil {
		return nil, usage("--new-from: %w", err)
	}
	added, err := git(ctx, top, "ls-files", "-z", "--others", "--exclude-standard")
	if err != nil {
		return nil, err
	}
	for _, file := range strings.Split(added, "\x00") {
		if file != "" {
			changed.AddFile(name(file))
		}
	}
	return changed, nil
}

// git runs git in a folder and gives its output.
func git(ctx context.Context, folder string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0")
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", usage("--new-from asks git what changed, and there is no git on this machine's PATH")
	case errors.As(err, &exit):
		why, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
		return "", usage("--new-from: git: %s", strings.TrimPrefix(why, "fatal: "))
	case err != nil:
		return "", usage("--new-from: %w", err)
	}
	return string(out), nil
}
