package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// watchTests runs the tests again and again until it is interrupted, which is
// its end and no failure.
func (a *app) watchTests(ctx context.Context, paths []string, f *testFlags) error {
	for {
		before := a.read
		seen := fingerprint(paths, before)
		err := a.test(ctx, paths, f)
		if ctx.Err() != nil {
			return nil
		}
		var s *status
		if err != nil && !errors.As(err, &s) {
			return err
		}
		if s != nil && s.err != nil { // say rules that do not compile: the next change may mend it
			fmt.Fprintf(a.err, "edac: %s\n", s.err)
		}
		if !slices.Equal(a.read, before) {
			seen = fingerprint(paths, a.read)
		}
		fmt.Fprintln(a.err, "waiting for a change; ^C ends")
		if a.changes != nil && !a.changes(ctx) || a.changes == nil && !waitForChange(ctx, func() bool { return fingerprint(paths, a.read) != seen }) {
			return nil
		}
	}
}

// pollEvery is how often files are looked at. To be told of changes by the
// system takes a dependency, and loses files that an editor replaces.
const pollEvery = 300 * time.Millisecond

// waitForChange returns true when something changed and false when the context
// ends.
func waitForChange(ctx context.Context, changed func() bool) bool {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
			if changed() {
				return true
			}
		}
	}
}

// fingerprint stands for the files that rules are made of: those in the
// folders named, those beside the files named, and those read before, by name,
// size and time of the last change.
func fingerprint(paths, read []string) [32]byte {
	h := sha256.New()
	note := func(path string) {
		if st, err := os.Stat(path); err == nil {
			fmt.Fprintf(h, "%q %d %d\n", path, st.Size(), st.ModTime().UnixNano())
		}
	}
	for _, root := range paths {
		deep := true
		if st, err := os.Stat(root); err == nil && !st.IsDir() {
			root, deep = filepath.Dir(root), false
		}
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil: // the run will tell of it
			case d.IsDir() && path != root && (!deep || d.Name()[0] == '.'):
				return filepath.SkipDir
			case slices.Contains([]string{".eda", ".csv", ".jsonl"}, filepath.Ext(path)):
				note(path)
			}
			return nil
		})
	}
	for _, path := range read {
		note(path)
	}
	return [32]byte(h.Sum(nil))
}
