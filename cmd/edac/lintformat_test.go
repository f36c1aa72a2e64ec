package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
)

// odd is a program whose findings have all that a finding can have: labels,
// notes, safe and unsafe fixes, a rule, text beyond ASCII, and some suppressed.
func odd(t *testing.T) (lang.Diagnostics, map[string]string, lang.RenderOptions) {
	t.Helper()
	src := []lang.Source{{Name: "rules/ä b,c:1%.eda", Text: `event "/client/load/{host}" { cur_load: float }
on "client/load/{host}" where cur_load > 20 do log "{host}"
rule hot on "/client/load/{host}" where "🙂" != "" && cur_laod > 20 do log "{host}"
rule warm on "/client/load/{host}" when avg(cur_load, 10s) > 20 do log "{host}"
`}, {Name: "rules/clean.eda", Text: "on \"/b\" do log \"x\"\n"}}
	r := lint.Program(src, environment(), lint.Settings{})
	quiet := []lang.Source{{Name: "/abs/quiet.eda", Text: "# edac:ignore unused -- read by others; \"quoted\" <b>\nparam p: float = 1.0\non \"/c\" do log \"x\"\n"}}
	r.Suppressed = lint.Program(quiet, environment(), lint.Settings{}).Suppressed
	files := texts(append(src, quiet...))
	opt := lang.RenderOptions{Units: []*lang.Unit{r.Unit}, Suppressed: r.Suppressed, Version: "v1.2.3"}
	for _, page := range lang.Codes() { // one of each kind
		avoid, _ := page.Code.Examples()
		name := "pages/" + page.Slug + ".eda"
		ds := exampleFindings(t, avoid[0])
		for _, d := range ds {
			if d.Primary.File != "rules.eda" {
				continue
			}
			files[name], _, _ = strings.Cut(avoid[0], "\n-- ")
			r.Findings = append(r.Findings, renamed(d, name))
		}
	}
	return r.Findings, files, opt
}

// renamed is a finding as of another file.
func renamed(d lang.Diag, name string) lang.Diag {
	d.Primary.File = name
	d.Labels = slices.Clone(d.Labels)
	for i := range d.Labels {
		if d.Labels[i].File == "rules.eda" {
			d.Labels[i].File = name
		}
	}
	d.Fixes = slices.Clone(d.Fixes)
	for i, f := range d.Fixes {
		d.Fixes[i].Edits = slices.Clone(f.Edits)
		for j := range f.Edits {
			if d.Fixes[i].Edits[j].File == "rules.eda" {
				d.Fixes[i].Edits[j].File = name
			}
		}
	}
	return d
}

func rendered(t *testing.T, format string) []byte {
	t.Helper()
	ds, files, opt := odd(t)
	opt.Format = format
	var b bytes.Buffer
	if err := lang.Render(&b, ds, files, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every finding there can be is as the shipped schema says, in JSON and in JSON
// lines, and the schema lets nothing through that is not.
func TestJSONSchema(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(lang.FindingsSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("findings.json", doc); err != nil {
		t.Fatal(err)
	}
	whole, err := c.Compile("findings.json")
	if err != nil {
		t.Fatal(err)
	}
	one, err := c.Compile("findings.json#/$defs/diagnostic")
	if err != nil {
		t.Fatal(err)
	}
	out := rendered(t, "json")
	var report any
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatal(err)
	}
	if err := whole.Validate(report); err != nil {
		t.Error(err)
	}
	n := 0
	for line := range bytes.Lines(rendered(t, "jsonl")) {
		var d any
		if err := json.Unmarshal(line, &d); err != nil {
			t.Fatal(err)
		}
		if err := one.Validate(d); err != nil {
			t.Error(err)
		}
		n++
	}
	if n < len(lang.Codes()) {
		t.Errorf("only %d findings", n)
	}
	for _, cut := range []string{`"version":1`, `"severity":"error"`, `"slug":"unused"`, `"files":`} {
		bad := bytes.Replace(out, []byte(cut), []byte(`"x`+cut[1:]), 1)
		if err := json.Unmarshal(bad, &report); err != nil {
			t.Fatal(err)
		}
		if whole.Validate(report) == nil {
			t.Errorf("the schema takes a report without %s", cut)
		}
	}
}

// The SARIF of every finding there can be is valid by the official schema, and
// reads back as what was found.
func TestSARIF(t *testing.T) {
	ds, files, opt := odd(t)
	out := rendered(t, "sarif")
	report, err := sarif.FromBytes(out, sarif.WithStrictValidation())
	if err != nil {
		t.Fatal(err)
	}
	run := report.Runs[0]
	if len(run.Results) != len(ds)+len(opt.Suppressed) || len(opt.Suppressed) != 1 {
		t.Fatalf("%d results of %d findings", len(run.Results), len(ds))
	}
	prints := map[string]bool{}
	for i, d := range ds {
		res := run.Results[i]
		rule := run.Tool.Driver.Rules[res.RuleIndex]
		if *res.RuleID != d.Code.String() || *rule.ID != *res.RuleID || *rule.Name != d.Slug() || *rule.Help.Markdown != d.Code.Page() || !strings.HasPrefix(*res.Message.Text, d.Message) {
			t.Errorf("%s: %+v", d.Code, res)
		}
		if len(res.RelatedLocations) != len(d.Labels) {
			t.Errorf("%s: %d related places", d.Code, len(res.RelatedLocations))
		}
		safe := 0
		for _, f := range d.Fixes {
			if f.Safe {
				safe++
			}
		}
		if len(res.Fixes) != safe {
			t.Errorf("%s: %d fixes", d.Code, len(res.Fixes))
		}
		region := res.Locations[0].PhysicalLocation.Region
		line, _ := lang.LineCol(files[d.Primary.File], d.Primary.Span.Start)
		if *region.StartLine != line {
			t.Errorf("%s: line %d", d.Code, *region.StartLine)
		}
		prints[res.PartialFingerprints["edac/v1"]] = true
	}
	if len(prints) != len(ds) {
		t.Errorf("%d fingerprints of %d findings", len(prints), len(ds))
	}
	text := string(out)
	for _, want := range []string{
		`"columnKind": "utf16CodeUnits"`, `"uri": "rules/%C3%A4%20b,c:1%25.eda"`, `"uriBaseId": "%SRCROOT%"`, `"uri": "file:///abs/quiet.eda"`,
		`"justification": "read by others; \"quoted\" <b>"`, `"kind": "inSource"`, `"version": "v1.2.3"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %s", want)
		}
	}
	// the field after the emoji: two units of UTF-16, one character
	for i, d := range ds {
		if d.Slug() == "unknown-field" && strings.HasPrefix(d.Primary.File, "rules/") {
			_, col := lang.LineCol(files[d.Primary.File], d.Primary.Span.Start)
			if got := *run.Results[i].Locations[0].PhysicalLocation.Region.StartColumn; got != col+1 {
				t.Errorf("column %d in UTF-16, %d in characters", got, col)
			}
		}
	}
}

// Fingerprints stay where lines move and spacing changes, and differ where the
// words do.
func TestFingerprints(t *testing.T) {
	print := func(text string) string {
		src := []lang.Source{{Name: "a.eda", Text: text + "\non \"/c\" do log \"x\"\n"}}
		r := lint.Program(src, environment(), lint.Settings{})
		if len(r.Findings) != 1 {
			t.Fatal(r.Findings)
		}
		return lang.Fingerprints(r.Findings, texts(src))[0]
	}
	one := print("param hot: float = 1.0\n")
	for _, same := range []string{"\n\n# c\nparam hot: float = 1.0\n", "param  hot:float=1.0 # more", "on \"/a\" do log \"x\"\nparam hot: float = 1.0\n"} {
		if print(same) != one {
			t.Errorf("%q has another fingerprint", same)
		}
	}
	for _, other := range []string{"param cold: float = 1.0\n", "param hot: float = 2.0\n"} {
		if print(other) == one {
			t.Errorf("%q has the same fingerprint", other)
		}
	}
}

// JUnit XML is well formed, with a suite for each file, also for clean ones.
func TestLintJUnit(t *testing.T) {
	dec := xml.NewDecoder(bytes.NewReader(rendered(t, "junit")))
	for {
		if _, err := dec.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	text := string(rendered(t, "junit"))
	if !strings.Contains(text, `<testsuite name="rules/clean.eda" tests="1" failures="0"`) || !strings.Contains(text, `<testcase name="EDA0203 unknown-field" classname="rules/ä b,c:1%"`) {
		t.Error(text[:500])
	}
}

// Annotations are escaped as GitHub's runner wants them.
func TestGitHub(t *testing.T) {
	text := string(rendered(t, "github"))
	want := "::error file=rules/ä b%2Cc%3A1%25.eda,line=3,col=54,endColumn=62,title=EDA0203 unknown-field::no field `cur_laod` on events tagged /client/load/{host}; did you mean `cur_load`?%0Ahelp: write `cur_load`\n"
	if !strings.Contains(text, want) {
		t.Errorf("lacks %q:\n%.2000s", want, text)
	}
	name := filepath.Join(t.TempDir(), "summary.md")
	t.Setenv("GITHUB_STEP_SUMMARY", name)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.eda"), []byte("param a: string = \"|\"\non \"/c\" do log \"x\"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for range 2 {
		var out, errw writer
		if code := run(t.Context(), []string{"lint", "--format", "github", "--fail-on", "warning", "a.eda"}, nil, &out, &errw); code != exitFindings {
			t.Errorf("%d: %s", code, errw)
		}
	}
	got, err := os.ReadFile(name)
	table := "### edac lint\n\n| place | finding | says |\n| --- | --- | --- |\n| a.eda:1 | warning EDA0211 unused | nothing uses the param `a`; delete it, or use it |\n\n"
	if err != nil || string(got) != table+table {
		t.Errorf("%q %v", got, err)
	}
}

// Where there is no git, --new-from says so.
func TestNewFromWithoutGit(t *testing.T) {
	t.Setenv("PATH", "")
	name := filepath.Join(t.TempDir(), "a.eda")
	if err := os.WriteFile(name, []byte("on \"/a\" do log \"x\"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	var out, errw writer
	code := run(t.Context(), []string{"lint", "--new-from", "HEAD", name}, nil, &out, &errw)
	if code != exitUsage || !strings.HasPrefix(string(errw), "edac: --new-from asks git what changed, and there is no git") {
		t.Errorf("%d: %s", code, errw)
	}
}

// The formats that the help lists are those that there are, and each has a use.
func TestRenderings(t *testing.T) {
	var out, errw writer
	if code := run(t.Context(), []string{"lint", "--help"}, nil, &out, &errw); code != 0 {
		t.Fatal(code)
	}
	for _, r := range lang.Renderings() {
		if !strings.Contains(string(out), fmt.Sprintf("\n  %-8s for %s\n", r.Name, r.For)) || len(rendered(t, r.Name)) == 0 {
			t.Errorf("%+v", r)
		}
	}
}
