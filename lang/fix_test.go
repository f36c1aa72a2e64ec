package lang

import "testing"

// Fixes are taken whole or not at all; those that touch do not go together.
func TestEdited(t *testing.T) {
	fix := func(edits ...Edit) *Fix { return &Fix{Edits: edits} }
	edit := func(start, end int, text string) Edit { return Edit{"a", Span{start, end}, text} }
	e := NewEdited(map[string]string{"a": "0123456789", "b": "xy"})
	for i, c := range []struct {
		fix  *Fix
		want bool
	}{
		{fix(edit(2, 4, "AB")), true},
		{fix(edit(3, 5, "C")), false},
		{fix(edit(4, 4, "C")), false}, // touches
		{fix(edit(0, 0, "<"), edit(9, 10, ">")), true},
		{fix(edit(6, 7, "D"), edit(3, 3, "E")), false}, // as a whole
		{fix(edit(6, 7, "D"), edit(6, 7, "E")), false}, // in its own way
		{fix(edit(6, 7, "")), true},
		{fix(edit(11, 12, "")), false},
		{fix(Edit{"c", Span{0, 0}, "x"}), false},
		{fix(), false},
		{fix(Edit{"b", Span{1, 1}, "1"}, Edit{"b", Span{1, 1}, "2"}), true},
	} {
		if got := e.Take(c.fix); got != c.want {
			t.Errorf("%d: %v", i, got)
		}
	}
	if a, b := e.Text("a"), e.Text("b"); a != "<01AB4578>" || b != "x12y" {
		t.Errorf("%q %q", a, b)
	}
	if f := e.Files(); len(f) != 2 || f[0] != "a" || f[1] != "b" {
		t.Error(f)
	}
}
