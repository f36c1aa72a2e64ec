// Package term says what is a terminal, and what is written in colour.
package term

import "os"

// Modes are what a flag --color takes.
var Modes = []string{"auto", "always", "never"}

// Colored reports whether what is written to w gets colour. "always" and
// "never" say so themselves; otherwise NO_COLOR asks for none, CLICOLOR_FORCE
// for some, and without either w must be a terminal that is not dumb.
func Colored(mode string, w any) bool {
	switch mode {
	case "always":
		return true
	case "never":
		return false
	}
	if os.Getenv("NO_COLOR") != "" {
		return false
	}
	if force := os.Getenv("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true
	}
	return os.Getenv("TERM") != "dumb" && Is(w)
}

// Is reports whether f is a terminal: a device of characters, and not the one
// that swallows them.
func Is(f any) bool {
	file, ok := f.(*os.File)
	if !ok {
		return false
	}
	st, err := file.Stat()
	if err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(st, null)
}
