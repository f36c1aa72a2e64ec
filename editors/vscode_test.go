package editors

import (
	"archive/zip"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// around is what a snippet needs beside it to be a program that has no finding:
// what it is a part of, what it names, or what uses what it declares.
var around = map[string]string{
	"Limit":      `on "/oom/{host}" do fire "/page/ops" SNIPPET`,
	"Gather":     `on "/heartbeat/{host}" when silent(1m) do fire "/page" { hosts: group.host } SNIPPET`,
	"Event":      `SNIPPET on "/client/load/{host}" where cur_load > 20 do log "{host}"`,
	"Param":      `SNIPPET on "/client/load/{host}" where cur_load > most do log "{host}"`,
	"State":      `SNIPPET on "/begin/{host}" do set maint = true on "/down/{host}" where not maint do fire "/page"`,
	"Table":      `SNIPPET on "/mem/{svc}" do fire "/page/{team}" { svc: svc, team: owner[svc].team ?? "ops" }`,
	"Function":   `SNIPPET on "/mem/{svc}" where share(used, total) > 0.9 do log "{svc}"`,
	"Action":     `SNIPPET on "/oom/{host}" do page("ops", "{host}")`,
	"Permission": `SNIPPET on "/oom/{host}" do fire "/lb/drain"`,
	"Mute":       `rule shed on "/load/{host}" when avg(x, 1m) > 20 for 5m do fire "/shed" SNIPPET`,
	"Use":        `SNIPPET on "/net/{dev}" where net.share(used, total) > 0.9 do log "{dev}"`,
	"Test":       hot + `SNIPPET`,
	"Send":       hot + `test "t" { SNIPPET every 1s for 40s expect "/lb/drain/web1" at 30s }`,
	"Expect":     hot + `test "t" { send "/client/load/web1" { cur_load: 25.0 } every 1s for 40s SNIPPET }`,
}

const hot = `on "/client/load/{host}" when avg(cur_load, 1m) > 20 for 30s do fire "/lb/drain/{host}" `

var (
	choice   = regexp.MustCompile(`\$\{(\d+)\|([^,|]*)[^|]*\|\}`)
	standard = regexp.MustCompile(`\$\{(\d+):((?:[^{}]|\{[^{}]*\})*)\}`)
	again    = regexp.MustCompile(`\$(\d+)`)
)

// filled is a snippet with what it offers by itself.
func filled(body string) string {
	values := map[string]string{"0": ""}
	for _, form := range []*regexp.Regexp{choice, standard} {
		body = form.ReplaceAllStringFunc(body, func(s string) string {
			m := form.FindStringSubmatch(s)
			values[m[1]] = m[2]
			return m[2]
		})
	}
	return again.ReplaceAllStringFunc(body, func(s string) string { return values[s[1:]] })
}

// Every snippet, with what it offers by itself, is formatted and is a piece of
// a program that draws no error and no warning and whose tests pass.
func TestSnippets(t *testing.T) {
	needEdac(t)
	text, err := os.ReadFile("vscode/snippets/eda.json")
	if err != nil {
		t.Fatal(err)
	}
	var snippets map[string]struct {
		Prefix, Description string
		Body                any
	}
	if err := json.Unmarshal(text, &snippets); err != nil {
		t.Fatal(err)
	}
	files, prefixes := map[string]string{}, map[string]bool{}
	for name, s := range snippets {
		if s.Description == "" || s.Prefix == "" || prefixes[s.Prefix] {
			t.Errorf("%s: no description, or the prefix %q twice", name, s.Prefix)
		}
		prefixes[s.Prefix] = true
		body, ok := s.Body.(string)
		if lines, many := s.Body.([]any); many {
			ok = true
			for _, l := range lines {
				body += l.(string) + "\n"
			}
		}
		if body = strings.TrimRight(filled(body), "\n"); !ok || strings.Contains(body, "$") {
			t.Errorf("%s: cannot be filled: %s", name, body)
		}
		context := around[name]
		if context == "" {
			context = "SNIPPET"
		}
		delete(around, name)
		dir := "rules/" + strings.ReplaceAll(name, " ", "_")
		files[dir+"/a.eda"] = strings.Replace(context, "SNIPPET", "\n"+body+"\n", 1) + "\n"
		files[dir+"/owners.csv"] = "svc,team\ndb,night\n"
		files[dir+"/lib/net.eda"] = "fn share(used, total) = used / total\n"
		if context == "SNIPPET" {
			files["formatted/"+dir+".eda"] = body + "\n"
		}
	}
	for name := range around {
		t.Errorf("there is no snippet %q", name)
	}
	if len(snippets) < 20 {
		t.Errorf("only %d snippets", len(snippets))
	}
	dir := rules(t, files)
	if out, status := edac(t, dir, "lint", "--format", "compact", "--fail-on", "warning", "rules"); status != 0 {
		t.Errorf("lint:\n%s", out)
	}
	if out, status := edac(t, dir, "fmt", "-d", "formatted"); status != 0 {
		t.Errorf("fmt:\n%s", out)
	}
	for _, name := range []string{"Test", "Send", "Expect"} {
		if out, status := edac(t, filepath.Join(dir, "rules"), "test", name); status != 0 {
			t.Errorf("test:\n%s", out)
		}
	}
}

// The client, bundled, starts the server, talks with it, restarts it, and says
// what to do where it cannot: in Node, with a stand-in for the editor.
func TestVSCodeClient(t *testing.T) {
	needNode(t)
	needEdac(t)
	node(t, nil, "build.mjs")
	if help, _ := edac(t, ".", "lsp", "--help"); strings.Contains(help, "edac lsp") {
		t.Setenv("EDAC", filepath.Join(bin, "edac"))
	}
	t.Logf("%s", node(t, nil, "--test", "test/extension.test.mjs"))
}

// The extension packages, with what it needs and nothing else.
func TestVSCodePackage(t *testing.T) {
	needNode(t)
	file := filepath.Join(t.TempDir(), "eda.vsix")
	cmd := exec.Command("npm", "run", "--silent", "package", "--", "--out", file)
	cmd.Dir = "vscode"
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var names []string
	for _, f := range z.File {
		if name, ok := strings.CutPrefix(f.Name, "extension/"); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	want := "LICENSE.txt language-configuration.json out/extension.js package.json readme.md snippets/eda.json syntaxes/eda.tmLanguage.json syntaxes/markdown.tmLanguage.json"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// The list of modules names no registry: it is whatever the machine has.
func TestModulesNameNoRegistry(t *testing.T) {
	text, err := os.ReadFile("vscode/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), `"resolved"`) || !strings.Contains(string(text), `"integrity"`) {
		t.Error("vscode/package-lock.json names where modules come from; write it with `npm install --omit-lockfile-registry-resolved`")
	}
}
