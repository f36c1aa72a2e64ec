package lang

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// The shape of JUnit XML, for tests and for findings.
type (
	JUnit struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     Seconds      `xml:"time,attr"`
		Suites   []JUnitSuite `xml:"testsuite"`
	}
	JUnitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     Seconds     `xml:"time,attr"`
		Cases    []JUnitCase `xml:"testcase"`
	}
	JUnitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr"`
		Line    int           `xml:"line,attr"`
		Time    Seconds       `xml:"time,attr"`
		Failure *JUnitFailure `xml:"failure"`
	}
	JUnitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// Seconds is a time as JUnit writes it.
type Seconds time.Duration

// MarshalText writes it in seconds with six decimals.
func (s Seconds) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%.6f", time.Duration(s).Seconds()), nil
}

// Add adds a case to the suite of its file, which is made where it is not there.
func (j *JUnit) Add(c JUnitCase) {
	i := len(j.Suites) - 1
	for i >= 0 && j.Suites[i].Name != c.File {
		i--
	}
	if i < 0 {
		i = len(j.Suites)
		j.Suites = append(j.Suites, JUnitSuite{Name: c.File})
	}
	s := &j.Suites[i]
	s.Cases = append(s.Cases, c)
	s.Tests++
	j.Tests++
	s.Time += c.Time
	j.Time += c.Time
	if c.Failure != nil {
		s.Failures++
		j.Failures++
	}
}

// Write writes the report.
func (j *JUnit) Write(w io.Writer) error {
	out, err := xml.MarshalIndent(j, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append([]byte(xml.Header), append(out, '\n')...))
	return err
}

// junit writes findings as tests that fail: a suite for each file, a case for
// each kind of finding in it, and one that passes for a file without.
func (r *renderer) junit(ds Diagnostics) error {
	var j JUnit
	class := func(file string) string { return strings.TrimSuffix(file, ".eda") }
	in := map[string]Diagnostics{}
	for file := range r.texts {
		in[file] = nil
	}
	for _, d := range ds {
		in[d.Primary.File] = append(in[d.Primary.File], d)
	}
	for _, file := range slices.Sorted(maps.Keys(in)) {
		var codes []Code
		of := map[Code]Diagnostics{}
		for _, d := range in[file] {
			if of[d.Code] == nil {
				codes = append(codes, d.Code)
			}
			of[d.Code] = append(of[d.Code], d)
		}
		if len(codes) == 0 {
			j.Add(JUnitCase{Name: "lint", Class: class(file), File: file, Line: 1})
		}
		for _, code := range codes {
			list := of[code]
			line := 1
			if x := r.index(file); x != nil {
				line, _ = x.at(list[0].Primary.Span.Start)
			}
			var text strings.Builder
			sub := renderer{w: bufio.NewWriter(&text), opt: RenderOptions{Width: r.opt.Width}, texts: r.texts, indexes: r.indexes}
			for i := range list {
				sub.text(&list[i])
			}
			sub.w.Flush()
			f := &JUnitFailure{Message: list[0].Message, Type: list[0].Severity.String(), Text: text.String()}
			if n := len(list); n > 1 {
				f.Message += fmt.Sprintf(" (and %d more)", n-1)
			}
			j.Add(JUnitCase{Name: code.String() + " " + code.Row().Slug, Class: class(file), File: file, Line: line, Failure: f})
		}
	}
	return j.Write(r.w)
}
