package lang

import (
	"fmt"
	"io"
	"strings"
)

var githubLevels = [...]string{Error: "error", Warning: "warning", Hint: "notice"}

// github writes a finding as a workflow command, which becomes an annotation of
// its line.
func (r *renderer) github(d *Diag) {
	place := "file=" + githubProperty(d.Primary.File)
	if x := r.index(d.Primary.File); x != nil {
		line, column := x.at(d.Primary.Span.Start)
		place += fmt.Sprintf(",line=%d,col=%d", line, column)
		if last, end := x.at(d.Primary.Span.End); last == line {
			place += fmt.Sprintf(",endColumn=%d", end)
		} else {
			place += fmt.Sprintf(",endLine=%d", last)
		}
	}
	text := d.Message
	for _, n := range d.Notes {
		text += "\nnote: " + n
	}
	for _, f := range d.Fixes {
		text += "\nhelp: " + f.Title
	}
	fmt.Fprintf(r.w, "::%s %s,title=%s::%s\n", githubLevels[d.Severity], place, githubProperty(d.Code.String()+" "+d.Slug()), githubData(text))
}

var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace
	githubCell     = strings.NewReplacer("|", "\\|", "\r", " ", "\n", " ", "<", "&lt;").Replace
)

// GitHubSummary writes findings as a table for the page of a workflow's run.
func GitHubSummary(w io.Writer, ds Diagnostics, files map[string]string) error {
	var b strings.Builder
	b.WriteString("### edac lint\n\n")
	if len(ds) == 0 {
		b.WriteString("nothing found\n")
	} else {
		b.WriteString("| place | finding | says |\n| --- | --- | --- |\n")
	}
	for i := range ds {
		d := &ds[i]
		line, _ := LineCol(files[d.Primary.File], d.Primary.Span.Start)
		fmt.Fprintf(&b, "| %s:%d | %s %s %s | %s |\n", githubCell(d.Primary.File), line, d.Severity, d.Code, d.Slug(), githubCell(d.Message))
	}
	_, err := io.WriteString(w, b.String()+"\n")
	return err
}
