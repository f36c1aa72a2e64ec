package compiler_test

import (
	"fmt"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// tableFiles are what the tables of random programs are read from.
var tableFiles = map[string]lang.Attached{
	"own.csv":    {Name: "own.csv", Text: "h,n,s,f\nx,1,up,0.5\n7,3,,2\nz,,down,1\n"},
	"pair.jsonl": {Name: "pair.jsonl", Text: `{"a": "x", "b": 7, "n": 2}` + "\n" + `{"a": "y", "b": "x", "ok": true}` + "\n"},
}

func (g *gen) tables() []string {
	var out []string
	if g.chance(80) {
		out = append(out, `table own from "own.csv" key h`)
		g.tabs = append(g.tabs, "own")
	}
	if len(out) == 0 || g.chance(30) {
		out = append(out, `table pair from "pair.jsonl" key a, b`)
		g.tabs = append(g.tabs, "pair")
	}
	if g.chance(30) {
		out = append(out, "fn level(h) = "+g.row("own", `h`)+".n ?? 1")
		if g.tabs[0] == "own" {
			g.levels = true
		} else {
			out = out[:len(out)-1]
		}
	}
	return out
}

// row names a row of a table.
func (g *gen) row(t string, keys ...string) string {
	key := func() string {
		if len(keys) > 0 {
			return keys[0]
		}
		if len(g.caps) > 0 && g.chance(60) {
			return pick(g, g.caps...)
		}
		return pick(g, "k", "s", `"x"`, "7", "l", "v", "tag")
	}
	if t == "pair" {
		return fmt.Sprintf("pair[%s, %s]", key(), key())
	}
	return fmt.Sprintf("own[%s]", key())
}

func (g *gen) lookNum() string {
	if g.levels && g.chance(25) {
		return fmt.Sprintf("level(%s)", pick(g, "s", `"x"`, "k"))
	}
	t := pick(g, g.tabs...)
	column := "n"
	if t == "own" {
		column = pick(g, "n", "f")
	}
	return fmt.Sprintf("(%s.%s ?? %s)", g.row(t), column, pick(g, "1", "2.5"))
}

func (g *gen) lookCond() string {
	t := pick(g, g.tabs...)
	if g.chance(30) {
		return "has " + g.row(t)
	}
	if t == "own" && g.chance(50) {
		return fmt.Sprintf(`%s.s == %s`, g.row(t), pick(g, `"up"`, `"down"`))
	}
	return fmt.Sprintf("%s.n %s %s", g.row(t), pick(g, ">", "<", "==", ">="), pick(g, "0", "1", "2", "v"))
}

// reload makes some events bring new rows.
func (g *gen) reload(events []vm.Event) {
	if len(g.tabs) == 0 {
		return
	}
	for i := range events {
		if !g.chance(12) {
			continue
		}
		t := pick(g, g.tabs...)
		var rows []value.Value
		for range g.IntN(4) {
			var fields []value.Field
			add := func(name string, vs ...value.Value) {
				if !g.chance(4) {
					fields = append(fields, value.Field{Name: name, Value: pick(g, vs...)})
				}
			}
			text := []value.Value{value.String("x"), value.String("y"), value.String("7"), value.Int(7), value.String("z"), value.String("up")}
			plain := []value.Value{value.Int(1), value.Int(0), value.Float(3), value.Float(2.5), value.String("up"), value.Bool(true), value.List(nil), {}}
			if t == "own" {
				add("h", text...)
				add("f", plain...)
				add("s", value.String("up"), value.String("down"), value.Int(1))
			} else {
				add("a", text...)
				add("b", text...)
			}
			add("n", plain...)
			add("more", plain...)
			rows = append(rows, value.Object(fields))
		}
		data := value.List(rows)
		if g.chance(5) {
			data = value.Int(1)
		}
		events[i].Tag = "/eda/table/" + pick(g, t, t, t, t, "none")
		events[i].Data = value.Object([]value.Field{{Name: "rows", Value: data}})
	}
}
