package lang

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// The table of SPEC.md has the engine's events, with these fields.
func TestEngineTags(t *testing.T) {
	spec, err := os.ReadFile(filepath.Join("..", "SPEC.md"))
	if err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile(`[a-z]+`)
	found := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| (`/eda/.*?) \\| (.*?) ?\\| (.*) \\|$").FindAllSubmatch(spec, -1) {
		for _, tag := range regexp.MustCompile("`(/eda/[^`]*)`").FindAllSubmatch(row[1], -1) {
			fields := word.FindAllString(string(row[2]), -1)
			if regexp.MustCompile("`state` in place of").Match(row[3]) {
				fields = append(fields, "state")
			}
			fields = slices.DeleteFunc(fields, func(s string) bool { return s == "or" })
			slices.Sort(fields)
			found[string(tag[1])] = fields
		}
	}
	for _, e := range EngineTags {
		fields := slices.Sorted(slices.Values(e.Fields))
		if got, ok := found[e.Tag]; !ok || !slices.Equal(got, fields) {
			t.Errorf("%s has %v, SPEC.md says %v", e.Tag, fields, got)
		}
	}
	for _, f := range eventForms {
		for _, tag := range append([]string{f.Name}, f.Words...) {
			if _, ok := found[tag]; !ok && tag != "/eda/table" {
				t.Errorf("%s is no event of the engine", tag)
			}
		}
	}
	if len(found) != len(EngineTags) {
		t.Errorf("SPEC.md has %d events of the engine, the table %d", len(found), len(EngineTags))
	}
}
