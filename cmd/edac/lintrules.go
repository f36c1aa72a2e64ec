package main

import (
	"encoding/json"
	"fmt"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// listRules prints all kinds of findings with their severities, and whether
// they are on, by the settings.
func (a *app) listRules(f *lintFlags, s lint.Settings) error {
	type line struct {
		Code     string `json:"code"`
		Slug     string `json:"slug"`
		Severity string `json:"severity"`
		On       bool   `json:"on"`
		Evidence bool   `json:"needsRecording"`
		Fix      string `json:"fix,omitempty"`
		Title    string `json:"title"`
	}
	var lines []line
	for _, row := range lang.Codes() {
		sev, on := s.Of(row.Code)
		lines = append(lines, line{row.Code.String(), row.Slug, sev.String(), on, row.Code.NeedsRecording(), row.Code.Mended(), row.Title})
	}
	switch f.format {
	case "json":
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(map[string]any{"version": 1, "rules": lines})
	case "text":
	default:
		return usage("--list-rules is printed as text or json, not as %s", f.format)
	}
	for _, l := range lines {
		state := "on"
		switch {
		case !l.On:
			state = "off"
		case l.Evidence:
			state = "rec"
		}
		fmt.Fprintf(a.out, "%s  %-23s  %-7s  %-3s  %-6s  %s\n", l.Code, l.Slug, l.Severity, state, l.Fix, l.Title)
	}
	if !a.quiet {
		fmt.Fprintf(a.err, "%s; rec: with --recording; safe, unsafe: --fix, --fix-unsafe can mend it; `edac explain ID` says more\n", plural(len(lines), "kind")+" of findings")
	}
	return nil
}
