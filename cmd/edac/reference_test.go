package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/runtime/scenario"
	"github.com/eda-lang/eda/runtime/zmq"
	"github.com/eda-lang/eda/vm"
)

// part is what a document says below a heading, up to the next one.
func part(t *testing.T, name, heading string) string {
	t.Helper()
	m := regexp.MustCompile(`(?m)^#+ [0-9. ]*` + regexp.QuoteMeta(heading) + "$").FindStringIndex(document(t, name))
	if m == nil {
		t.Fatalf("%s has no section %s", name, heading)
	}
	text := document(t, name)[m[1]:]
	if end := strings.Index(text, "\n## "); end >= 0 {
		text = text[:end]
	}
	return text
}

// fenced is the n-th block of a kind in a text.
func fenced(t *testing.T, text, kind string, n int) string {
	t.Helper()
	blocks := regexp.MustCompile("(?ms)^```"+kind+"\n(.*?)^```$").FindAllStringSubmatch(text, -1)
	if n >= len(blocks) {
		t.Fatalf("there are %d blocks of %s", len(blocks), kind)
	}
	return blocks[n][1]
}

// The table of operations is the machine's own.
func TestDocumentedOperations(t *testing.T) {
	var want strings.Builder
	for _, op := range vm.Ops() {
		fmt.Fprintf(&want, "| `%s` | %s | `%s` | %s |\n", op.Name, op.Operands, strings.ReplaceAll(op.Picture, "|", `\|`), op.Doc)
	}
	if !strings.Contains(part(t, "SPEC.md", "Bytecode"), want.String()) {
		t.Errorf("SPEC.md lists other operations than the machine has, which are\n%s", want.String())
	}
}

// The grammar of the text form is the one that stands beside the assembler.
func TestDocumentedTextForm(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "..", "vm", "asm.go"))
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, m := range regexp.MustCompile(`(?m)^//\t(.*)$`).FindAllSubmatch(source, -1) {
		fmt.Fprintf(&want, "%s\n", m[1])
	}
	if got := fenced(t, part(t, "SPEC.md", "Bytecode"), "ebnf", 0); got != want.String() {
		t.Errorf("SPEC.md gives another grammar of the text form than vm/asm.go, which says\n%s", want.String())
	}
}

// The listing is what the program beside it compiles to, and assembles to the
// same program.
func TestDocumentedListing(t *testing.T) {
	text := part(t, "SPEC.md", "Bytecode")
	program, listing := fenced(t, text, "eda", 0), fenced(t, text, "text", 0)
	u, ds := check([]lang.Source{{Name: "hot.eda", Text: program}}, environment())
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	for _, p := range []func() (*vm.Program, error){
		func() (*vm.Program, error) { return compiler.Compile(u), nil },
		func() (*vm.Program, error) { return vm.Assemble(listing) },
	} {
		p, err := p()
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if err := vm.Fprint(&out, p); err != nil {
			t.Fatal(err)
		}
		if out.String() != listing {
			t.Errorf("the listing in SPEC.md should be\n%s", out.String())
		}
	}
}

// The bounds that SPEC.md names are those of the code.
func TestDocumentedBounds(t *testing.T) {
	frame := zmq.DefaultLimits().MaxFrame
	bounds := map[string]int{
		"rounds that follow from one external event or timer": vm.MaxRounds,
		"events fired in them":                                vm.MaxFired,
		"engines an event passes through (hops)":              runtime.MaxHops,
		"keys of a rule":                                      vm.MaxKeys,
		"cells of a register that differ from its default":    vm.MaxKeys,
		"groups of a rule at once":                            vm.MaxKeys,
		"members that a group lists":                          vm.MaxMembers,
		"events of a key that wait for their match":           vm.MaxPending,
		"openers of a key that wait for their answer":         vm.MaxPending,
		"events that a sequence takes, and n of `n of`":       vm.MaxPending,
		"calls of a rule that wait for their answer":          vm.MaxCalls,
		"`retry` of an action":                                vm.MaxRetry,
		"events held for event time":                          vm.MaxHeld,
		"bytes of a message":                                  frame,
		"events that one test sends":                          scenario.MaxEvents,
	}
	for _, m := range regexp.MustCompile(`(?m)^\| (.*?) \| ([0-9,]+) \|`).FindAllStringSubmatch(part(t, "SPEC.md", "Bounds"), -1) {
		got, err := strconv.Atoi(strings.ReplaceAll(m[2], ",", ""))
		if err != nil {
			t.Fatal(err)
		}
		if want, known := bounds[m[1]]; known && got != want {
			t.Errorf("SPEC.md bounds %s by %d, the code by %d", m[1], got, want)
		}
		delete(bounds, m[1])
	}
	for what := range bounds {
		t.Errorf("SPEC.md does not bound %s", what)
	}
}

// Every event that the engine fires by itself is in the table of them.
func TestDocumentedEngineEvents(t *testing.T) {
	listed := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(/eda/[a-zA-Z/]+)` \\|").FindAllStringSubmatch(document(t, "SPEC.md"), -1) {
		listed[m[1]] = true
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "vm", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, name := range slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, "_test.go") }) {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(/eda/[a-z/]*[a-z])"`).FindAllSubmatch(source, -1) {
			named[string(m[1])] = true
		}
	}
	if len(named) < 5 {
		t.Fatalf("only %d events of the engine found in the machine", len(named))
	}
	for tag := range named {
		if !listed[tag] {
			t.Errorf("SPEC.md does not list %s", tag)
		}
	}
}

// The sections are numbered in order, the table of contents names each, and
// what refers to a section by its number finds one.
func TestDocumentedSections(t *testing.T) {
	text := document(t, "SPEC.md")
	headings := regexp.MustCompile(`(?m)^## ([0-9]+)\. (.*)$`).FindAllStringSubmatch(text, -1)
	if len(headings) < 10 {
		t.Fatalf("only %d numbered sections", len(headings))
	}
	var contents strings.Builder
	for i, h := range headings {
		if h[1] != strconv.Itoa(i+1) {
			t.Errorf("section %d is numbered %s", i+1, h[1])
		}
		anchor := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(h[2]), "")
		fmt.Fprintf(&contents, "%d. [%s](#%d-%s)\n", i+1, h[2], i+1, strings.ReplaceAll(anchor, " ", "-"))
	}
	if !strings.Contains(text, "\n\n"+contents.String()+"\n") {
		t.Errorf("the table of contents should be\n%s", contents.String())
	}
	for _, m := range regexp.MustCompile(`section ([0-9]+)`).FindAllStringSubmatch(text, -1) {
		if n, err := strconv.Atoi(m[1]); err != nil || n < 1 || n > len(headings) {
			t.Errorf("there is no %s", m[0])
		}
	}
}
