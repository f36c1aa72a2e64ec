package editors

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// hook is one of .pre-commit-hooks.yaml.
type hook struct{ id, language, files, command string }

var field = regexp.MustCompile(`(?m)^[- ] (\w+): (.*)$`)

func hooks(t *testing.T) (out []hook) {
	t.Helper()
	text, err := os.ReadFile("../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range field.FindAllStringSubmatch(string(text), -1) {
		if m[1] == "id" {
			out = append(out, hook{id: m[2]})
		}
		h := &out[len(out)-1]
		switch m[1] {
		case "language":
			h.language = m[2]
		case "files":
			h.files = m[2]
		case "entry":
			h.command = m[2]
		case "args":
			h.command += " " + strings.Trim(m[2], "[]")
		}
	}
	return out
}

// Folders in which hooks have nothing to say, and in which each has.
var (
	fineRules = map[string]string{
		"rules/a.eda": "on \"/a\" do fire \"/b\"\ntest \"b\" {\n  send \"/a\" {}\n  expect \"/b\"\n}\n",
	}
	badRules = map[string]map[string]string{
		"edac fmt":  {"rules/a.eda": "on \"/a\"   do fire \"/b\"\n"},
		"edac lint": {"rules/a.eda": "on \"/a\" where do fire \"/b\"\n"},
		"edac test": {"rules/a.eda": "on \"/a\" do fire \"/b\"\ntest \"b\" {\n  send \"/a\" {}\n  expect nothing\n}\n"},
	}
)

// Each hook's command passes what is fine, and for what is not it fails or, as
// fmt does, changes the file, which pre-commit takes for a failure.
func TestHooks(t *testing.T) {
	needEdac(t)
	seen := map[string]string{}
	for _, h := range hooks(t) {
		name, wantID := strings.Join(strings.Fields(h.command)[:2], " "), ""
		if wantID = strings.ReplaceAll(name, " ", "-"); h.language == "system" {
			wantID += "-system"
		} else if h.language != "golang" {
			t.Errorf("%s: language %s", h.id, h.language)
		}
		if h.id != wantID || seen[h.id] != "" {
			t.Errorf("%s: its name is not %s, or stands twice", h.id, wantID)
		}
		seen[h.id] = name
		if ok, err := regexp.MatchString(h.files, "rules/a.eda"); err != nil || !ok {
			t.Errorf("%s: does not look at rules", h.id)
		}
		args := strings.Fields(h.command)[1:]
		if name == "edac fmt" {
			args = append(args, "rules/a.eda")
		}
		for want, files := range []map[string]string{fineRules, badRules[name]} {
			dir := rules(t, files)
			_, status := edac(t, dir, args...)
			if now, err := os.ReadFile(filepath.Join(dir, "rules/a.eda")); err != nil || string(now) != files["rules/a.eda"] {
				status = 1
			}
			if status != want {
				t.Errorf("%s: status %d, want %d", h.id, status, want)
			}
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d hooks", len(seen))
	}
}

// pre-commit itself reads the hooks and runs those of the search path.
func TestPreCommit(t *testing.T) {
	need(t, "pre-commit")
	needEdac(t)
	t.Setenv("PRE_COMMIT_HOME", t.TempDir())
	run := func(dir, name string, args ...string) (string, error) {
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run("..", "pre-commit", "validate-manifest", ".pre-commit-hooks.yaml"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	manifest, err := os.ReadFile("../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	commit := func(files map[string]string) string {
		dir := rules(t, files)
		for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-q", "-m", "t"}} {
			if out, err := run(dir, "git", args...); err != nil {
				t.Fatalf("git %v: %v: %s", args, err, out)
			}
		}
		return dir
	}
	repo := commit(map[string]string{".pre-commit-hooks.yaml": string(manifest)})
	fine := commit(fineRules)
	for _, h := range hooks(t) {
		if h.language != "system" {
			continue
		}
		name := strings.Join(strings.Fields(h.command)[:2], " ")
		for dir, want := range map[string]string{fine: "Passed", commit(badRules[name]): "Failed"} {
			if out, err := run(dir, "pre-commit", "try-repo", repo, h.id, "--all-files"); !strings.Contains(out, want) {
				t.Errorf("%s: not %s: %v\n%s", h.id, want, err, out)
			}
		}
	}
}
