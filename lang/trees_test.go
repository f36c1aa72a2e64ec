package lang_test

import (
	"testing"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// derived reads, checks and lints a program derived from the grammar, and runs
// it where it has a meaning. Nothing may panic; what has an error may not
// compile, what has none must.
func derived(t testing.TB, env *lang.Env, text string) (ran bool) {
	defer func() {
		if r := recover(); r != nil {
			t.Fatalf("%v\n%s", r, text)
		}
	}()
	f, ds := lang.Parse(lang.Source{Name: "d.eda", Text: text})
	if len(ds) > 0 {
		return false // what the words take back
	}
	u, ds := lang.Check([]*lang.File{f}, env)
	lint.Run(u, lint.Settings{})
	if ds.HasErrors() {
		return false
	}
	m, err := vm.New(compiler.Compile(u), stdlib.Library())
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	values := []value.Value{{}, value.Int(3), value.Float(0.5), value.String("ab"), value.List([]value.Value{value.Int(1)})}
	for i := range int64(12) {
		ev := vm.Event{T: i * i * 1e9, Tag: []string{"/a/web1", "ab"}[i%2], Data: value.Object([]value.Field{
			{Name: "load", Value: values[i%5]}, {Name: "x", Value: values[i*3%5]}, {Name: "time", Value: values[i*7%5]},
		})}
		if err := m.Event(&ev); err != nil {
			t.Fatal(err)
		}
		m.Effects()
	}
	m.Flush(1e15)
	return true
}

func TestDerivedPrograms(t *testing.T) {
	env := environment(t)
	ran := 0
	for seed := range uint64(1500) {
		if derived(t, env, lang.DeriveProgram(t, seed, 1+int(seed%3))) {
			ran++
		}
	}
	if ran < 30 {
		t.Errorf("only %d derived programs have a meaning", ran)
	}
	t.Logf("%d derived programs ran", ran)
}

func FuzzDerived(f *testing.F) {
	env := environment(f)
	for seed := range uint64(50) {
		f.Add(seed, uint8(seed%4))
	}
	f.Fuzz(func(t *testing.T, seed uint64, n uint8) { derived(t, env, lang.DeriveProgram(t, seed, 1+int(n%8))) })
}
