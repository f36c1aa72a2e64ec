package lang

// Source is one file of rules: its name as the user wrote it and its bytes.
type Source struct {
	Name   string
	Text   string
	Joined bool                // it is there because another file uses it: its tests are not this program's
	Tables map[string]Attached // the files of its tables, by path as written
	Err    error               // why it could not be read; Text is then empty. Check reports it where the file is used
}

// Attached is a file that a source names. Err says why it could not be read.
type Attached struct {
	Name string
	Text string
	Err  error
}

// Span is a half-open range of bytes [Start, End) in one file. Lines and
// columns are computed when a diagnostic is shown, never stored.
type Span struct {
	Start, End int
}

// Join is the smallest span that covers both s and t.
func (s Span) Join(t Span) Span {
	return Span{min(s.Start, t.Start), max(s.End, t.End)}
}

// Contains reports whether the offset lies in the span or at its end.
func (s Span) Contains(offset int) bool { return s.Start <= offset && offset <= s.End }
