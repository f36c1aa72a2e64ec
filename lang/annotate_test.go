package lang

import (
	"strings"
	"testing"
)

func TestAnnotate(t *testing.T) {
	src := Source{Name: "x.eda", Text: "rule r\non \"/a\"\n\twhen avg(x, 10s) > 20 and y\n"}
	at := func(s string) Span { i := strings.Index(src.Text, s); return Span{i, i + len(s)} }
	var b strings.Builder
	err := Annotate(&b, src, []Mark{{at("avg(x, 10s)"), 0, "21.0"}, {at("> 20"), 0, "true"}, {at("and"), 0, "none"}, {at("y\n"), 0, "none"}, {at("\"/a\""), '^', "here"}}, false, RenderOptions{})
	want := ` 2 | on "/a"
   |    ^^^^ here
 3 |     when avg(x, 10s) > 20 and y
   |          |           |    |   |
   |          21.0        true |   none
   |                           none
`
	if err != nil || b.String() != want {
		t.Errorf("%v\n%s\nwant\n%s", err, b.String(), want)
	}
	b.Reset()
	if err := Annotate(&b, src, nil, true, RenderOptions{}); err != nil || b.String() != " 1 | rule r\n 2 | on \"/a\"\n 3 |     when avg(x, 10s) > 20 and y\n" {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestHang(t *testing.T) {
	for _, c := range []struct {
		items []hanging
		want  string
	}{
		{nil, ""},
		{[]hanging{{2, "a"}}, "  |\n  a"},
		{[]hanging{{0, "long text"}, {4, "b"}}, "|   |\n|   b\nlong text"},
		{[]hanging{{0, "abc"}, {4, "d"}, {5, "e"}}, "|   ||\nabc |e\n    d"},
		{[]hanging{{1, "a"}, {1, "a"}, {1, "b"}}, " |\n a, b"},
	} {
		if got := strings.Join(hang(c.items), "\n"); got != c.want {
			t.Errorf("%v\n%s\nwant\n%s", c.items, got, c.want)
		}
	}
}
