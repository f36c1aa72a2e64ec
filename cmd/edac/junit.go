package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/eda-lang/eda/lang"
)

// The shape of JUnit XML: one suite per file, one case per test.
type (
	junitReport struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     seconds      `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     seconds     `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr"`
		Line    int           `xml:"line,attr"`
		Time    seconds       `xml:"time,attr"`
		Failure *junitFailure `xml:"failure"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// seconds is a time as JUnit writes it.
type seconds time.Duration

func (s seconds) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%.6f", time.Duration(s).Seconds()), nil
}

// writeJUnit writes the results to a file, in order of files and tests as they
// were run.
func writeJUnit(path string, results []outcome) error {
	var report junitReport
	place := map[string]int{}
	for i := range results {
		o := &results[i]
		src := o.test.File.Source
		at, ok := place[src.Name]
		if !ok {
			at = len(report.Suites)
			place[src.Name] = at
			report.Suites = append(report.Suites, junitSuite{Name: src.Name})
		}
		s := &report.Suites[at]
		line, _ := lang.LineCol(src.Text, o.test.Decl.At.Start)
		c := junitCase{Name: o.test.Name, Class: strings.TrimSuffix(src.Name, ".eda"), File: src.Name, Line: line, Time: seconds(o.took)}
		s.Tests++
		s.Time += seconds(o.took)
		report.Tests++
		report.Time += seconds(o.took)
		if !o.Passed() {
			var text bytes.Buffer
			if err := (&app{out: &text, color: "never"}).printFailure(o); err != nil {
				return err
			}
			c.Failure = &junitFailure{Message: o.Failures[0].Message, Type: "expectation", Text: text.String()}
			s.Failures++
			report.Failures++
		}
		s.Cases = append(s.Cases, c)
	}
	out, err := xml.MarshalIndent(&report, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, append([]byte(xml.Header), append(out, '\n')...), 0o666); err != nil {
		return unreadable(path, err)
	}
	return nil
}
