package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
)

// The list of what can be mended is what the fixes of the pages' examples say.
// EDA_UPDATE=1 writes it anew.
func TestMended(t *testing.T) {
	var want strings.Builder
	for _, row := range lang.Codes() {
		how := ""
		avoid, _ := row.Code.Examples()
		for _, text := range avoid {
			for _, d := range exampleFindings(t, text) {
				for _, f := range d.Fixes {
					switch {
					case d.Code != row.Code:
					case f.Safe:
						how = "safe"
					case how == "":
						how = "unsafe"
					}
				}
			}
		}
		if how != "" {
			fmt.Fprintf(&want, "%s %s\n", row.Code, how)
		}
		if os.Getenv("EDA_UPDATE") == "" && row.Code.Mended() != how {
			t.Errorf("lang/pages/fixes.txt has %q for %s %s, and its page's examples are mended %q; EDA_UPDATE=1 go test ./cmd/edac -run TestMended writes it anew", row.Code.Mended(), row.Code, row.Slug, how)
		}
	}
	if os.Getenv("EDA_UPDATE") != "" {
		if err := os.WriteFile(filepath.Join("..", "..", "lang", "pages", "fixes.txt"), []byte(want.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
