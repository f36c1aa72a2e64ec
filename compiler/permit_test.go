package compiler_test

import (
	"strings"
	"testing"

	"github.com/eda-lang/eda/vm"
)

// What only the tag itself shows is asked when it is known; what is refused is
// counted and is a fault.
func TestMayFireAsksTheTag(t *testing.T) {
	p, _, err := build(`may fire "/f/*", "/g/{x}/**"
		rule r on "/a" do fire "/f/{s}", fire "/{s}/x", fire "/g/{s}"`, `on "/a" do fire "/free/{s}"`)
	if err != nil {
		t.Fatal(err)
	}
	m, err := vm.New(p, library)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ s, fired string }{
		{`"x"`, "/f/x /g/x /free/x"},
		{`"x/y"`, "/g/x/y /free/x/y"},
		{`""`, "/free/"},
		{`"f"`, "/f/f /f/x /g/f /free/f"},
		{`"../f"`, "/g/../f /free/../f"},
	} {
		before := m.Stats().Forbidden
		ev := parseEvents(t, `0s /a {"s": `+c.s+`}`)[0]
		if err := m.Event(&ev); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range m.Effects() {
			got = append(got, e.Tag)
		}
		if strings.Join(got, " ") != c.fired {
			t.Errorf("s = %s: fired %v, want %s", c.s, got, c.fired)
		}
		if n := m.Stats().Forbidden - before; int(n) != 4-len(got) {
			t.Errorf("s = %s: %d are counted as refused", c.s, n)
		}
	}
	said := false
	for _, f := range m.Faults() {
		said = said || f.Fault.String() == "not allowed"
	}
	if !said {
		t.Error("no fault says what was refused")
	}
}
