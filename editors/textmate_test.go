package editors

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// needNode skips where node or the modules of the extension are missing.
func needNode(t *testing.T) {
	t.Helper()
	need(t, "node")
	if _, err := os.Stat(filepath.Join("vscode", "node_modules", "vscode-textmate")); err != nil {
		t.Skip("the extension's modules are not installed: npm ci --prefix editors/vscode")
	}
}

// node runs a script of the extension.
func node(t *testing.T, in []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("node", args...)
	cmd.Dir = "vscode"
	cmd.Stdin = bytes.NewReader(in)
	var errw bytes.Buffer
	cmd.Stderr = &errw
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node %v: %v\n%s%s", args, err, out, &errw)
	}
	return out
}

// The TextMate grammar shows each token of each program of the repository as
// what lexer and parser take it for.
func TestTextMateGrammar(t *testing.T) {
	needNode(t)
	texts := corpus(t)
	in, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	var runs map[string][][3]any
	if err := json.Unmarshal(node(t, in, "test/tokenise.mjs"), &runs); err != nil {
		t.Fatal(err)
	}
	shown := map[string][]string{}
	for name, text := range texts {
		of := make([]string, len(text))
		for _, r := range runs[name] {
			c := classOfStack(r[2].(string), textmateScope)
			for at := int(r[0].(float64)); at < int(r[1].(float64)) && at < len(of); at++ {
				of[at] = c
			}
		}
		shown[name] = of
	}
	agreement(t, texts, func(name string, at int) (string, bool) { return shown[name][at], true }, lineDiffers)
}
