package editors

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// bin is the folder of edac, built by the first test that needs it.
var bin string

func TestMain(m *testing.M) {
	code := m.Run()
	if bin != "" {
		os.RemoveAll(bin)
	}
	os.Exit(code)
}

// need skips where a command of others is missing.
func need(t *testing.T, command string) {
	t.Helper()
	if testing.Short() {
		t.Skip("left out of short tests")
	}
	if _, err := exec.LookPath(command); err != nil {
		t.Skip(command + " is not installed")
	}
}

// needEdac puts edac into the search path.
func needEdac(t *testing.T) {
	t.Helper()
	if bin == "" {
		dir, err := os.MkdirTemp("", "edac")
		if err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("go", "build", "-o", dir, "../cmd/edac").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		bin = dir
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("NO_COLOR", "1")
}

// edac runs the command in a folder.
func edac(t *testing.T, dir string, args ...string) (stdout string, status int) {
	t.Helper()
	cmd := exec.Command(filepath.Join(bin, "edac"), args...)
	cmd.Dir = dir
	var out bytes.Buffer
	cmd.Stdout = &out
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// rules writes files into a new folder.
func rules(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// severities are programs that draw a finding of each severity, one of them
// behind letters of two bytes.
var severities = map[string]string{
	"wrong/a.eda": `event "/load/{host}" { load: float }
on "/load/{host}" where "äöü" != host and laod > 1 do log "x"
`,
	"odd/b.eda": `# A warning and a hint.
on "/load/{host}" where load > 5 and load < 3 do log "{host}"
on "/load/{host}" when avg(load, 10s) > 20 do log "{host}"
`,
}
