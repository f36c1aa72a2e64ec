package main

import (
	"bytes"
	"io"
	"os"
)

// Bracketed paste: the terminal marks what is pasted, so that a pasted tab is
// a space and no request for completion.
const (
	pasteOn    = "\x1b[?2004h"
	pasteOff   = "\x1b[?2004l"
	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// pasteFilter copies from in to out until in ends, with the marks taken out
// and tabs between them turned into spaces.
func pasteFilter(out io.WriteCloser, in io.Reader) {
	defer out.Close()
	var held []byte // the beginning of what may be a mark
	pasting := false
	buf := make([]byte, 4096)
	for {
		n, err := in.Read(buf)
		held = append(held, buf[:n]...)
		for len(held) > 0 {
			mark := pasteBegin
			if pasting {
				mark = pasteEnd
			}
			i := bytes.IndexByte(held, mark[0])
			switch {
			case i < 0:
				i = len(held)
			case i == 0 && bytes.HasPrefix(held, []byte(mark)):
				held, pasting = held[len(mark):], !pasting
				continue
			case i == 0 && bytes.HasPrefix([]byte(mark), held):
				i = -1 // wait for the rest of it
			case i == 0:
				i = 1
			}
			if i < 0 {
				break
			}
			text := held[:i]
			if pasting {
				text = bytes.ReplaceAll(text, []byte("\t"), []byte("  "))
			}
			if _, werr := out.Write(text); werr != nil {
				return
			}
			held = held[i:]
		}
		if err != nil {
			_, _ = out.Write(held)
			return
		}
	}
}

// filterStdin puts the filter between the terminal and whoever reads os.Stdin
// from now on. What is returned undoes it.
func filterStdin() (restore func(), err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	tty := os.Stdin
	os.Stdin = r
	os.Stdout.WriteString(pasteOn)
	go pasteFilter(w, tty)
	return func() {
		os.Stdout.WriteString(pasteOff)
		os.Stdin = tty
	}, nil
}
