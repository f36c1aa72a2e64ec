package scenario_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime/scenario"
)

// Each change stands at its place, and nothing of the tests is changed.
func TestMutants(t *testing.T) {
	const text = `param most: float = 0.5
fn twice(x) = x + x
on "/a" where x > 1 and y == "s" do fire "/b" { x: x - 1, n: 7 }
rule r
on "/c"
let v = avg(x, last 4 where x != 0)
when v < most for 30s
repeat 1m
do log "{v}"
clear when count(10s) >= 2 for 5s do log "off"
limit 2 per 1h by none
test "t" { send "/a" { x: 1 } wait 1s expect nothing }
`
	u := unit(t, []lang.Source{{Name: "x.eda", Text: text}})
	var got []string
	for _, m := range scenario.Mutants(u) {
		line, col := lang.LineCol(text, m.At.Start)
		got = append(got, fmt.Sprintf("%d:%d %s|%s", line, col, m.Old(), m.New))
	}
	want := `1:21 0.5|0.45
1:21 0.5|0.55
2:17 +|-
3:9 where x > 1 and y == "s"|
3:17 >|>=
3:19 1|0
3:19 1|2
3:21 and|or
3:27 ==|!=
3:54 -|+
6:21 4|2
6:21 4|8
6:23 where x != 0|
6:31 !=|==
6:34 0|-1
6:34 0|1
7:8 <|<=
7:15 for 30s|
7:19 30s|15s
7:19 30s|1m
8:1 repeat 1m|
8:8 1m|30s
8:8 1m|2m
10:1 clear when count(10s) >= 2 for 5s do log "off"|
10:18 10s|5s
10:18 10s|20s
10:23 >=|>
10:26 2|1
10:26 2|3
10:28 for 5s|
10:32 5s|2s500ms
10:32 5s|10s
11:1 limit 2 per 1h by none|
11:7 2|1
11:7 2|3
11:13 1h|30m
11:13 1h|2h`
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
}

func TestFates(t *testing.T) {
	const text = `on "/a" where x > 1 do fire "/b" limit 1 per 1h
test "t" {
  send "/a" { x: 2 }
  expect "/b"
}
`
	u := unit(t, []lang.Source{{Name: "x.eda", Text: text}})
	s := scenario.New(u, environment(t))
	got := ""
	for _, m := range scenario.Mutants(u) {
		fate, err := s.Try(&m, u.Tests)
		if err != nil {
			t.Fatal(err)
		}
		got += fmt.Sprintf("%s|%s %d; ", m.Old(), m.New, fate)
	}
	if want := `where x > 1| 0; >|>= 0; 1|0 0; 1|2 1; limit 1 per 1h| 0; 1|0 2; 1|2 0; 1h|30m 0; 1h|2h 0; `; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
