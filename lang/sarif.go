package lang

import (
	"encoding/json"
	"net/url"
	"strings"
)

// The part of SARIF 2.1.0 that findings have (OASIS, "Static Analysis Results
// Interchange Format Version 2.1.0", 2020).
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool           `json:"tool"`
		ColumnKind string              `json:"columnKind"`
		Bases      map[string]sarifAny `json:"originalUriBaseIds"`
		Results    []sarifResult       `json:"results"`
	}
	sarifAny  map[string]any
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID     string       `json:"id"`
		Name   string       `json:"name"`
		Short  sarifMessage `json:"shortDescription"`
		Help   sarifMessage `json:"help"`
		Config sarifAny     `json:"defaultConfiguration"`
	}
	sarifMessage struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifResult struct {
		Rule         string            `json:"ruleId"`
		Index        int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifMessage      `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		Fixes        []sarifFix        `json:"fixes,omitempty"`
		Suppressions []sarifAny        `json:"suppressions,omitempty"`
		Prints       map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		ID       int           `json:"id,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
		Logical  []sarifAny    `json:"logicalLocations,omitempty"`
		Message  *sarifMessage `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"` // after the last one
	}
	sarifFix struct {
		Description sarifMessage  `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion  `json:"deletedRegion"`
		Inserted sarifContent `json:"insertedContent"`
	}
	sarifContent struct {
		Text string `json:"text"`
	}
)

var sarifLevels = [...]string{Error: "error", Warning: "warning", Hint: "note"}

// sarifRoot stands for the folder that the files are named from.
const sarifRoot = "%SRCROOT%"

// sarif writes findings for code scanning. Those that are suppressed are among
// them, marked as such.
func (r *renderer) sarif(ds Diagnostics) error {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "edac", Version: r.opt.Version, Rules: []sarifRule{}}},
		ColumnKind: "utf16CodeUnits", Results: []sarifResult{},
		Bases: map[string]sarifAny{sarifRoot: {"description": sarifMessage{Text: "the folder that edac ran in"}}},
	}
	rules := map[Code]int{}
	add := func(list Diagnostics, mark func(i int) []sarifAny) {
		prints := Fingerprints(list, r.texts)
		for i := range list {
			d := &list[i]
			at, known := rules[d.Code]
			if !known {
				at = len(rules)
				rules[d.Code] = at
				run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(d.Code))
			}
			res := sarifResult{Rule: d.Code.String(), Index: at, Level: sarifLevels[d.Severity], Message: sarifMessage{Text: d.Message}, Suppressions: mark(i)}
			for _, n := range d.Notes {
				res.Message.Text += "\n" + n
			}
			res.Prints = map[string]string{"edac/v1": prints[i]}
			place := sarifLocation{Physical: r.sarifPlace(d.Primary)}
			if d.Rule != "" {
				place.Logical = []sarifAny{{"name": d.Rule, "kind": "function"}}
			}
			res.Locations = []sarifLocation{place}
			for j, l := range d.Labels {
				res.Related = append(res.Related, sarifLocation{ID: j + 1, Physical: r.sarifPlace(l), Message: &sarifMessage{Text: l.Text}})
			}
			for _, f := range d.Fixes {
				if fix := r.sarifFix(&f); f.Safe && len(fix.Changes) > 0 {
					res.Fixes = append(res.Fixes, fix)
				}
			}
			run.Results = append(run.Results, res)
		}
	}
	add(ds, func(int) []sarifAny { return nil })
	var quiet Diagnostics
	for _, s := range r.opt.Suppressed {
		quiet = append(quiet, s.Diag)
	}
	add(quiet, func(i int) []sarifAny {
		s := &r.opt.Suppressed[i]
		mark := sarifAny{"kind": [...]string{ByComment: "inSource", ByBaseline: "external"}[s.By]}
		if s.Reason != "" {
			mark["justification"] = s.Reason
		}
		return []sarifAny{mark}
	})
	enc := json.NewEncoder(r.w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

func sarifRuleOf(c Code) sarifRule {
	row, page := c.Row(), c.Page()
	return sarifRule{
		ID: c.String(), Name: row.Slug, Short: sarifMessage{Text: row.Title},
		Help:   sarifMessage{Text: page, Markdown: page},
		Config: sarifAny{"level": sarifLevels[row.Severity]},
	}
}

func (r *renderer) sarifPlace(l Label) sarifPhysical {
	p := sarifPhysical{Artifact: sarifFile(l.File)}
	if x := r.index(l.File); x != nil {
		region := sarifRegionOf(x, l.Span)
		p.Region = &region
	}
	return p
}

// sarifFile names a file: below the root, or by its whole path.
func sarifFile(name string) sarifArtifact {
	if strings.HasPrefix(name, "/") {
		return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: name}).String()}
	}
	return sarifArtifact{(&url.URL{Path: name}).String(), sarifRoot}
}

func sarifRegionOf(x *lineIndex, s Span) sarifRegion {
	start, _ := x.at(s.Start)
	end, _ := x.at(s.End)
	return sarifRegion{start, x.utf16(s.Start), end, x.utf16(s.End)}
}

func (r *renderer) sarifFix(f *Fix) sarifFix {
	out := sarifFix{Description: sarifMessage{Text: f.Title}}
	for _, e := range f.Edits {
		x := r.index(e.File)
		if x == nil {
			return sarifFix{}
		}
		file := sarifFile(e.File)
		if n := len(out.Changes); n == 0 || out.Changes[n-1].Artifact != file {
			out.Changes = append(out.Changes, sarifChange{Artifact: file})
		}
		c := &out.Changes[len(out.Changes)-1]
		c.Replacements = append(c.Replacements, sarifReplacement{sarifRegionOf(x, e.Span), sarifContent{e.Text}})
	}
	return out
}
