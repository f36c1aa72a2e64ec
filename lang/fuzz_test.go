package lang

import (
	"strings"
	"testing"
	"testing/fstest"
)

func seeds(f *testing.F) {
	for _, src := range corpus(f) {
		f.Add(src.Text)
		for _, line := range strings.Split(src.Text, "\n") {
			if line != "" && line[0] != '#' {
				f.Add(line)
			}
		}
	}
}

// No text stops the parser; its tokens cover it, and findings stand within it.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		src := Source{Name: "fuzz.eda", Text: text}
		covers(t, src)
		file, ds := Parse(src)
		at := 0
		for _, d := range file.Decls {
			s := d.Span()
			if s.Start < at || s.End > len(text) || s.Start >= s.End {
				t.Fatalf("a declaration at %v after %d in %q", s, at, text)
			}
			at = s.End
			if _, bad := d.(*BadDecl); bad && len(ds) == 0 {
				t.Fatalf("%q is bad without a finding", text[s.Start:s.End])
			}
		}
		for i := range ds {
			s := ds[i].Primary.Span
			if s.Start < 0 || s.End < s.Start || s.End > len(text) {
				t.Fatalf("a finding at %v in %q: %s", s, text, ds[i].Message)
			}
		}
		_ = shown(src, ds)
		ParseExpr(text, "fuzz")
		Complete(text)
	})
}

// Formatting changes no token and is done at once.
func FuzzFormat(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) { formats(t, Source{Name: "fuzz.eda", Text: text}) })
}

// rules256K is the canon, many times, without its own names.
func rules256K(t testing.TB) Source {
	text := canon(t).Text
	return Source{Name: "big.eda", Text: strings.Repeat(text, 256<<10/len(text)+1)}
}

func BenchmarkScan(b *testing.B) {
	src := rules256K(b)
	b.SetBytes(int64(len(src.Text)))
	b.ReportAllocs()
	for b.Loop() {
		scan(src)
	}
}

func BenchmarkParse(b *testing.B) {
	src := rules256K(b)
	b.SetBytes(int64(len(src.Text)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(src)
	}
}

func BenchmarkFormat(b *testing.B) {
	src := rules256K(b)
	b.SetBytes(int64(len(src.Text)))
	b.ReportAllocs()
	for b.Loop() {
		Format(src)
	}
}

// The budgets: a tenth of an allocation per token, 1.1 per byte parsed.
func TestAllocations(t *testing.T) {
	src := rules256K(t)
	toks, ds := scan(src)
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	perToken := testing.AllocsPerRun(3, func() { scan(src) }) / float64(len(toks))
	perByte := testing.AllocsPerRun(3, func() { Parse(src) }) / float64(len(src.Text))
	t.Logf("%.4f allocations per token, %.3f per byte parsed", perToken, perByte)
	if perToken > 0.1 || perByte > 1.1 {
		t.Error("want at most 0.1 and 1.1")
	}
	one := `rule hot on "/client/load/{host}" when avg(cur_load, 1m) > 20 for 30s do fire "/lb/drain/{host}" clear do fire "/lb/enable/{host}"`
	if n := testing.AllocsPerRun(10, func() { Parse(Source{Name: "one.eda", Text: one}) }); n > 400 {
		t.Errorf("one declaration takes %.0f allocations, want at most 400", n)
	}
}

func TestLoad(t *testing.T) {
	fsys := fstest.MapFS{
		"rules/b.eda":     {Data: []byte("# b")},
		"rules/a.eda":     {Data: []byte("# a")},
		"rules/notes.txt": {Data: []byte("no rules")},
		"rules/sub/c.eda": {Data: []byte("# c")},
		"empty/x.txt":     {Data: []byte("")},
		"one.eda":         {Data: []byte("# one")},
	}
	srcs, err := Load(fsys, []string{"one.eda", "rules", "rules/a.eda", "./rules/sub/"})
	var names []string
	for _, s := range srcs {
		names = append(names, s.Name+" "+s.Text)
	}
	if want := "one.eda # one, rules/a.eda # a, rules/b.eda # b, rules/sub/c.eda # c"; err != nil || strings.Join(names, ", ") != want {
		t.Errorf("%v, %v", names, err)
	}
	for path, want := range map[string]string{"gone.eda": "gone.eda: file does not exist", "empty": "empty: no *.eda file in this folder"} {
		if _, err := Load(fsys, []string{path}); err == nil || err.Error() != want {
			t.Errorf("%s: %v", path, err)
		}
	}
}
