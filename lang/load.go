package lang

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
)

// Load reads the files and folders of one program. A folder is its *.eda
// files; its subfolders are programs of their own (S31). The order is that of
// the paths, within a folder that of the names; a file named twice is read once.
func Load(fsys fs.FS, paths []string) ([]Source, error) {
	var names []string
	for _, p := range paths {
		p = path.Clean(p)
		st, err := fs.Stat(fsys, p)
		if err != nil {
			return nil, unreadable(p, err)
		}
		if !st.IsDir() {
			names = append(names, p)
			continue
		}
		entries, err := fs.ReadDir(fsys, p) // sorted by name
		if err != nil {
			return nil, unreadable(p, err)
		}
		before := len(names)
		for _, e := range entries {
			if !e.IsDir() && path.Ext(e.Name()) == ".eda" {
				names = append(names, path.Join(p, e.Name()))
			}
		}
		if len(names) == before {
			return nil, fmt.Errorf("%s: no *.eda file in this folder", p)
		}
	}
	var out []Source
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			continue
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, unreadable(name, err)
		}
		out = append(out, Source{Name: name, Text: string(text)})
	}
	return out, nil
}

func unreadable(name string, err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return fmt.Errorf("%s: %w", name, err)
}
