package lsp

import (
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// Offsets and positions are each other's inverse, in both countings, and what
// lies outside of a text is brought into it.
func TestPositions(t *testing.T) {
	for _, text := range []string{"", "a", "a\nb\n", "ä😀z\r\n\r\nx", "\n\n", "😀😀"} {
		d := newDocument("x", "x", text)
		for _, enc := range []encoding{utf8Columns, utf16Columns} {
			for i := 0; i <= len(text); i++ {
				if i < len(text) && (!utf8.RuneStart(text[i]) || text[i] == '\n' && i > 0 && text[i-1] == '\r') {
					continue
				}
				p := d.position(i, enc)
				if got := d.offset(p, enc); got != i {
					t.Errorf("%q %s: offset %d is %v, which is %d", text, enc, i, p, got)
				}
			}
			for _, p := range []position{{-1, 0}, {0, -5}, {0, 99}, {99, 0}, {1, 99}} {
				if got := d.offset(p, enc); got < 0 || got > len(text) {
					t.Errorf("%q: %v is %d", text, p, got)
				}
			}
		}
	}
	d := newDocument("x", "x", "ä😀z")
	if p := d.position(len("ä😀"), utf16Columns); p.Character != 1+utf16.RuneLen('😀') {
		t.Errorf("%v", p)
	}
	if got := d.offset(position{0, 2}, utf16Columns); got != len("ä😀") && got != len("ä") {
		t.Errorf("within a pair: %d", got)
	}
}

// URIs and files are each other's inverse.
func TestURIs(t *testing.T) {
	for file, uri := range map[string]string{
		"/home/a b/ä#?.eda": "file:///home/a%20b/%C3%A4%23%3F.eda",
		"C:/rules/x.eda":    "file:///C:/rules/x.eda",
	} {
		if got := uriOf(file); got != uri {
			t.Errorf("%s is %s, want %s", file, got, uri)
		}
		if got, ok := pathOf(uri); !ok || got != file {
			t.Errorf("%s is %s, want %s", uri, got, file)
		}
	}
	if got, ok := pathOf("file:///c%3A/rules/x.eda"); !ok || got != "C:/rules/x.eda" {
		t.Errorf("a drive: %s", got)
	}
	for _, uri := range []string{"untitled:Untitled-1", "http://example.org/a.eda", "", "%zz", "file://"} {
		if got, ok := pathOf(uri); ok {
			t.Errorf("%q is the file %s", uri, got)
		}
	}
}
