package lang_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
)

var wantNames = []string{"decl", "value", "operator", "duration", "unit", "member", "heard", "fired", "tested", "text", "path", "file", "table", "tablefile", "zone", "cron", "spans",
	"field", "type", "act", "rule", "state", "param", "name"}

func cursorText(c *lang.Cursor) string {
	var out []string
	for i, name := range wantNames {
		if c.Want&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	s := strings.Join(out, "+")
	if len(c.Words) > 0 {
		s += " [" + strings.Join(c.Words, " ") + "]"
	}
	if len(c.Path) > 0 {
		s += " of " + strings.Join(c.Path, ".")
	}
	if c.Tag != "" {
		s += " in " + c.Tag
	}
	for _, call := range c.Calls {
		s += fmt.Sprintf(" %s#%d", call.Fn, call.Arg)
	}
	return strings.TrimSpace(s)
}

// What may stand at the bar.
func TestCursor(t *testing.T) {
	const rest = "clear limit gather expire"
	for _, c := range []struct{ text, want string }{
		{"|", "decl"},
		{"ru|", "decl"},
		{"# a note |", ""},
		{"on |", "[every cron]"},
		{"rule |", "name"},
		{"rule hot |", "[on]"},
		{`on "|`, "heard"},
		{`on "/a" | "|"`, "heard"},
		{`on "/a" |`, "operator [as where then within by let when do]"},
		{"on \"/a\"\n|", "decl+operator [as where then within by let when do]"},
		{`on "/a" as |`, "name"},
		{`on "/a" where |`, "value"},
		{`on "/a" where x |`, "operator [then within by let when do]"},
		{`on "/a" where x > |`, "value"},
		{`on "/a" where x > 1 and y|`, "value"},
		{`on "/a" then |`, "[not]"},
		{`on "/a" then not "|`, "heard"},
		{`on "/a" by |`, "value [none]"},
		{`on "/a" by x |`, "operator [in let when do]"},
		{`on "/a" by x in |`, "table"},
		{`on "/a" let |`, "name"},
		{`on "/a" let y = |`, "value"},
		{`on "/a" let y = 1 |`, "operator [let when do]"},
		{`on "/a" when avg(|`, "value avg#0"},
		{`on "/a" when avg(x, |`, "value+duration [last each this session] avg#1"},
		{`on "/a" when avg(x |`, "operator [from where] avg#0"},
		{`on "/a" when avg(x, 1m from "|`, "heard avg#1"},
		{`on "/a" when avg(x, 10|`, "unit avg#1"},
		{`on "/a" when avg(x, 1h30|`, "unit avg#1"},
		{`on "/a" when x > 1 |`, "operator [for repeat do " + rest + "]"},
		{`on "/a" when x > 1 for |`, "value+duration"},
		{`on "/a" when x > 1 for 5|`, "unit"},
		{`on "/a" when x > 1 for 5m |`, "operator [repeat do " + rest + "]"},
		{`on "/a" do |`, "act"},
		{`on "/a" do fi|`, "act"},
		{`on "/a" do fire "|`, "fired"},
		{`on "/a/{h}" do fire "/b/{|`, "path"},
		{`on "/a/{h}" do fire "/b/{event.|`, "member of event"},
		{`on "/a" do fire "/b" |`, "operator [" + rest + "]"},
		{`on "/a" do fire "/b" { |`, "field in /b"},
		{`on "/a" do fire "/b" { x: |`, "value"},
		{`on "/a" do fire "/b" { x: 1, y|`, "field in /b"},
		{`on "/a" do set |`, "state"},
		{`on "/a" do set n = |`, "value"},
		{`on "/a" do log "|`, "text"},
		{`on "/a" do log "of {|`, "path"},
		{`on "/a" do log "x", |`, "act"},
		{`on "/a" when active(|`, "rule active#0"},
		{`on "/a" when x > 1 clear |`, "[when do]"},
		{`on "/a" when x > 1 clear when y |`, "operator [for do limit gather expire]"},
		{`on "/a" do log "x" limit 1 |`, "operator [per]"},
		{`on "/a" do log "x" limit 1 per 1m |`, "operator [by gather expire]"},
		{`on "/a" do log "x" limit 1 per 1m by h |`, "operator [gather expire]"},
		{`on "/a" when owner[h].|`, "member of owner.[]"},
		{`on "/a" when e.net.|`, "member of e.net"},
		{`on "/a" when text(pick(a, |`, "value text#0 pick#1"},
		{`on every |`, "value+duration"},
		{`on cron "|`, "cron"},
		{`on cron "0 9 * * *" in "|`, "zone"},
		{`on "/a" when during("|`, "spans during#0"},
		{`param |`, "name"},
		{`param x: |`, "type"},
		{`param x: float |`, "operator [=]"},
		{`param x: float = |`, "value"},
		{`state x: int |`, "operator [by = expire]"},
		{`event "/a" { x: |`, "type"},
		{`event "/a" { |`, "name"},
		{`event "/a" { x: int } |`, "operator [time]"},
		{`event "/a" { x: int } time |`, "field in /a"},
		{`table t from "|`, "tablefile"},
		{`use "|`, "file"},
		{`fn f(|`, "name"},
		{`fn f(x) = |`, "value"},
		{`action a(x: |`, "type"},
		{`action a(x: int) to "/b" |`, "operator [ack]"},
		{`action a(x: int) to "/b" ack "/c" |`, "operator [retry backoff timeout]"},
		{`may |`, "[fire]"},
		{`may fire "|`, "heard"},
		{`mute |`, "rule"},
		{`mute hot where |`, "value"},
		{"test \"t\" {\n  |", "[given send wait expect]"},
		{"test \"t\" {\n  send \"|", "tested"},
		{"test \"t\" {\n  send \"/a\" { |", "field in /a"},
		{"test \"t\" {\n  send \"/a\" { x: 1 } |", "[given send wait expect every for]"},
		{"test \"t\" {\n  expect |", "[nothing]"},
		{"test \"t\" {\n  wait 1|", "unit"},
		{"test \"t\" {\n  given param |", "param"},
		{"rule a on \"/a\" do fire \"/b\"\nru|", "decl+operator [" + rest + "]"},
		{"rule a on \"/a\" do fire \"/b\"\nrule |", "name"},
		{"rule a on \"/a\" do fire \"/b\"\nrule x |", "[on]"},
		{"rule a on \"/a\" where (x > |\nrule b on \"/b\" do log \"x\"\n", "value"},
	} {
		at := strings.LastIndexByte(c.text, '|')
		if strings.Count(c.text, "|") > 1 && strings.HasSuffix(c.text, `"|"`) {
			at = len(c.text) - 2
		}
		got := lang.CursorAt(c.text[:at]+c.text[at+1:], at)
		if s := cursorText(got); s != c.want {
			t.Errorf("%s\n  is   %s\n  want %s", c.text, s, c.want)
		}
	}
}

// No text and no place makes it fail.
func TestCursorEverywhere(t *testing.T) {
	names, _ := filepath.Glob("../testdata/canon/*.eda")
	for _, name := range names[:6] {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range data {
			lang.CursorAt(string(data), i)
			lang.CursorAt(string(data[i:]), len(data)/2)
		}
	}
}
