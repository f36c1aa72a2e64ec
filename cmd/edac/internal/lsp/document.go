package lsp

import (
	"net/url"
	"path"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/eda-lang/eda/lang"
)

// document is a text at one moment, of an editor or of a file. An edit makes
// another one, so that what has begun to read a document is not disturbed.
type document struct {
	name    string // as programs call the file
	uri     string
	open    bool // in an editor, with a version
	version int
	text    string
	err     error // why the file could not be read
	starts  []int // of lines
}

func newDocument(name, uri, text string) *document {
	d := &document{name: name, uri: uri, text: text, starts: []int{0}}
	for i := 0; ; {
		n := strings.IndexByte(text[i:], '\n')
		if n < 0 {
			break
		}
		i += n + 1
		d.starts = append(d.starts, i)
	}
	return d
}

// encoding is how columns are counted.
type encoding string

const (
	utf8Columns  encoding = "utf-8"
	utf16Columns encoding = "utf-16"
)

// offset is a place as an offset. Places outside of the text are its nearest.
func (d *document) offset(p position, enc encoding) int {
	if p.Line < 0 {
		return 0
	}
	if p.Line >= len(d.starts) {
		return len(d.text)
	}
	line := d.line(p.Line)
	at := d.starts[p.Line]
	if enc == utf8Columns {
		n := max(0, min(p.Character, len(line)))
		for n > 0 && n < len(line) && !utf8.RuneStart(line[n]) {
			n--
		}
		return at + n
	}
	units := 0
	for i, r := range line {
		if units >= p.Character {
			return at + i
		}
		units += max(1, utf16.RuneLen(r))
	}
	return at + len(line)
}

// line is the text of a line, from 0, without its end.
func (d *document) line(n int) string {
	end := len(d.text)
	if n+1 < len(d.starts) {
		end = d.starts[n+1] - 1
	}
	return strings.TrimSuffix(d.text[d.starts[n]:end], "\r")
}

// position is an offset as a place.
func (d *document) position(offset int, enc encoding) position {
	offset = max(0, min(offset, len(d.text)))
	n := sort.SearchInts(d.starts, offset+1) - 1
	before := d.text[d.starts[n]:offset]
	if enc == utf8Columns {
		return position{n, len(before)}
	}
	units := 0
	for _, r := range before {
		units += max(1, utf16.RuneLen(r))
	}
	return position{n, units}
}

func (d *document) rangeOf(s lang.Span, enc encoding) textRange {
	return textRange{d.position(s.Start, enc), d.position(s.End, enc)}
}

func (d *document) span(r textRange, enc encoding) lang.Span {
	start := d.offset(r.Start, enc)
	return lang.Span{Start: start, End: max(start, d.offset(r.End, enc))}
}

// edited is the document after changes, each of the text that the one before
// left.
func (d *document) edited(p *changeParams, enc encoding) *document {
	for _, c := range p.ContentChanges {
		text := c.Text
		if c.Range != nil {
			at := d.span(*c.Range, enc)
			text = d.text[:at.Start] + c.Text + d.text[at.End:]
		}
		d = newDocument(d.name, d.uri, text)
	}
	if len(p.ContentChanges) == 0 {
		d = newDocument(d.name, d.uri, d.text)
	}
	d.open, d.version = true, p.TextDocument.Version
	return d
}

// pathOf is the file that a URI names; ok is false for one that names none.
func pathOf(uri string) (file string, ok bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Path == "" {
		return "", false
	}
	p := u.Path
	if len(p) > 2 && p[0] == '/' && p[2] == ':' { // of a drive
		p = strings.ToUpper(p[1:2]) + p[2:]
	}
	return path.Clean(p), true
}

func uriOf(file string) string {
	if !strings.HasPrefix(file, "/") {
		file = "/" + file
	}
	return (&url.URL{Scheme: "file", Path: file}).String()
}

// slashed is an absolute path with slashes.
func slashed(file string) string {
	if runtime.GOOS == "windows" {
		file = filepath.ToSlash(file)
	}
	return path.Clean(file)
}
