package compiler_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eda-lang/eda/vm"
)

// A group lists so many members and counts them all.
func TestGatherIsBounded(t *testing.T) {
	p, _, err := build(`on "/a/{h}" do fire "/g" { n: group.count, hs: group.h, h: h } gather 10s by none`)
	if err != nil {
		t.Fatal(err)
	}
	m, err := vm.New(p, library)
	if err != nil {
		t.Fatal(err)
	}
	const more = 7
	for i := range vm.MaxMembers + more {
		ev := vm.Event{T: epoch, Tag: fmt.Sprintf("/a/%d", i)}
		if err := m.Event(&ev); err != nil {
			t.Fatal(err)
		}
	}
	m.Advance(epoch + 10*sec)
	es := m.Effects()
	if len(es) != 1 {
		t.Fatal(es)
	}
	n, _ := es[0].Data.Get("n").AsInt()
	if list := es[0].Data.Get("hs").Items(); n != vm.MaxMembers+more || len(list) != vm.MaxMembers || m.Stats().Unlisted != more {
		t.Errorf("%d members, %d listed, %d counted as not listed", n, len(list), m.Stats().Unlisted)
	}
	if h, _ := es[0].Data.Get("h").AsString(); h != fmt.Sprint(vm.MaxMembers-1) {
		t.Errorf("the last member is %s", h)
	}
}

// Ties, boundaries, limits and clears of groups; engine and evaluator agree.
var regressGather = []handCase{
	{
		name:    "closed at d",
		program: `rule r on "/a/{h}" do fire "/g" { n: group.count, hs: group.h } gather 10s by none`,
		events:  "0s /a/x {}\n10s /a/y {}\n10001ms /a/z {}",
		until:   "30s",
		want: `10s 0 r[] fire /g {"n":2,"hs":["x","y"]}
			20.001s 0 r[] fire /g {"n":1,"hs":["z"]}`,
	},
	{
		name:    "per key of the rule, and plain names are the last member's",
		program: `rule r on "/a/{h}" do fire "/g/{h}" { n: group.count, v: v, vs: group.v, at: now } gather 10s`,
		events:  "0s /a/x {\"v\":1}\n1s /a/y {\"v\":2}\n2s /a/x {\"v\":3}\n3s /a/x {}",
		until:   "30s",
		want: `10s 0 r[x] fire /g/x {"n":3,"v":null,"vs":[1,3,null],"at":"2024-03-01T00:00:10Z"}
			11s 0 r[y] fire /g/y {"n":1,"v":2,"vs":[2],"at":"2024-03-01T00:00:11Z"}`,
	},
	{
		// D23, S10: what clears before the group ends has neither do nor clear do.
		name: "clear before and after",
		program: `rule r on "/a/{h}" when v > 1 do fire "/down" { hs: group.h } clear do fire "/up/{h}"
			gather 10s by none`,
		events: "0s /a/x {\"v\":2}\n1s /a/y {\"v\":2}\n5s /a/x {\"v\":0}\n20s /a/y {\"v\":0}",
		until:  "60s",
		want: `10s 0 r[] fire /down {"hs":["y"]}
			20s 0 r[y] fire /up/y {}`,
	},
	{
		// S10: the limit counts the gathered act; situations wait for it and go on gathering.
		name: "a limited group waits",
		program: `rule r on "/a/{h}" when v > 1 do fire "/down" { hs: group.h } clear do fire "/up/{h}"
			limit 1 per 1m gather 10s by none`,
		events: "0s /a/x {\"v\":2}\n15s /a/y {\"v\":2}\n40s /a/z {\"v\":2}\n50s /a/y {\"v\":0}",
		until:  "100s",
		want: `10s 0 r[] fire /down {"hs":["x"]}
			70s 0 r[] fire /down {"hs":["z"]}`,
	},
	{
		name:    "a limited group of events is dropped",
		program: `rule r on "/a/{h}" do fire "/g" { hs: group.h } limit 1 per 1m gather 10s by none`,
		events:  "0s /a/x {}\n15s /a/y {}\n75s /a/z {}",
		until:   "100s",
		want: `10s 0 r[] fire /g {"hs":["x"]}
			1m25s 0 r[] fire /g {"hs":["z"]}`,
	},
	{
		// S8: each repeat is an act, so it is gathered as one.
		name:    "repeats are members",
		program: `rule r on "/a/{h}" when v > 1 repeat 5s do fire "/g" { n: group.count } gather 10s by none`,
		events:  "0s /a/x {\"v\":2}",
		until:   "20s",
		want:    `10s 0 r[] fire /g {"n":3}`,
	},
	{
		name:    "a key of its own that is none gathers nothing",
		program: `rule r on "/a/{h}" do fire "/g" { n: group.count, k: k } gather 10s by k`,
		events:  "0s /a/x {}\n1s /a/x {\"k\":7}\n2s /a/y {\"k\":\"7\"}",
		until:   "20s",
		want:    `11s 0 r[7] fire /g {"n":2,"k":"7"}`,
	},
	{
		// Registers are read when the acts run, so that a gathered set counts.
		name: "registers in gathered acts",
		program: `state seen: int by h = 0
			rule r on "/a/{h}" do set seen = seen + group.count, fire "/g/{h}" { seen: seen } gather 10s`,
		events: "0s /a/x {}\n1s /a/x {}\n20s /a/x {}",
		until:  "40s",
		want: `10s 0 r[x] fire /g/x {"seen":0}
			30s 0 r[x] fire /g/x {"seen":2}`,
	},
}

func TestGatherKeyNames(t *testing.T) {
	p, _, err := build(`on "/a/{h}" do fire "/g" gather 10s by lower(k)`)
	if err != nil {
		t.Fatal(err)
	}
	es, err := engineRun(p, parseEvents(t, `0s /a/x {"k":"UP"}`), epoch+20*sec)
	if err != nil || len(es) != 1 {
		t.Fatal(es, err)
	}
	if parts := p.KeyParts(&es[0]); len(parts) != 1 || parts[0].Name != "lower(k)" || strings.Join(es[0].Key, " ") != "up" {
		t.Error(parts, es[0].Key)
	}
}
