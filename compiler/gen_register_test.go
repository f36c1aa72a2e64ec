package compiler_test

import (
	"fmt"
	"slices"
	"strings"
)

// genRegister is a register of a random program. One rule writes it.
type genRegister struct {
	name, kind string
	by         []string
	sure       bool // it has a default
	writer     int  // -1 before there is one
}

func (g *gen) registers() []string {
	all := []struct{ name, kind, start string }{
		{"ni", "int", "0"}, {"nf", "float", "0.5"}, {"nn", "num", ""}, {"bb", "bool", "false"}, {"bt", "bool", "true"}, {"ts0", "string", `"up"`}, {"mt", "time", ""},
	}
	g.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var out []string
	for _, r := range all[:1+g.IntN(4)] {
		reg := &genRegister{name: r.name, kind: r.kind, writer: -1, sure: r.start != ""}
		if g.chance(75) {
			reg.by = pick(g, []string{"h"}, []string{"h"}, []string{"h"}, []string{"k"}, []string{"h", "k"}, []string{"x"})
		}
		text := "state " + reg.name + ": " + reg.kind
		if len(reg.by) > 0 {
			text += " by " + strings.Join(reg.by, ", ")
		}
		if reg.sure {
			text += " = " + r.start
		}
		if g.chance(50) {
			text += " expire " + g.dur()
		}
		out = append(out, text)
		g.regs = append(g.regs, reg)
	}
	return out
}

// cell names a cell of a register.
func (g *gen) cell(r *genRegister) string {
	if len(r.by) == 0 {
		return r.name
	}
	bound := !slices.ContainsFunc(r.by, func(n string) bool { return !slices.Contains(g.caps, n) })
	if bound && g.chance(80) {
		return r.name
	}
	var keys []string
	for range r.by {
		key := pick(g, "k", "s", "tag", `"x"`, "7", "l", "v")
		if len(g.caps) > 0 && g.chance(60) {
			key = pick(g, g.caps...)
		}
		keys = append(keys, key)
	}
	return fmt.Sprintf("%s[%s]", r.name, strings.Join(keys, ", "))
}

func (g *gen) registerOf(kinds ...string) *genRegister {
	var some []*genRegister
	for _, r := range g.regs {
		if slices.Contains(kinds, r.kind) {
			some = append(some, r)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return pick(g, some...)
}

func (g *gen) readNum() string {
	r := g.registerOf("int", "float", "num")
	if r == nil {
		return pick(g, "v", "1")
	}
	return fmt.Sprintf("(%s ?? %s)", g.cell(r), pick(g, "1", "2.5"))
}

func (g *gen) readCond() string {
	r := pick(g, g.regs...)
	at := g.cell(r)
	switch r.kind {
	case "bool":
		return pick(g, "", "not ") + at
	case "string":
		return fmt.Sprintf("%s %s %s", at, pick(g, "==", "!="), pick(g, `"up"`, `"down"`))
	case "time":
		if !g.inside && !g.before && g.chance(70) {
			return fmt.Sprintf("reached(%s)", pick(g, at, at+" + 5s", at+" + 10s"))
		}
		return "has " + at
	}
	if g.chance(10) {
		return "has " + at
	}
	return fmt.Sprintf("%s %s %s", at, pick(g, ">", "<", ">=", "==", "!="), pick(g, "0", "1", "2", "2.5", "v"))
}

// set is an act that writes a register which no other rule writes.
func (g *gen) set() string {
	r := pick(g, g.regs...)
	if r.writer >= 0 && r.writer != g.at {
		return ""
	}
	at := g.cell(r)
	var x string
	switch r.kind {
	case "bool":
		x = pick(g, "true", "false", "(ok ?? true)", "not ("+g.cell(r)+" ?? false)")
	case "string":
		x = pick(g, `"up"`, `"down"`, `(s ?? "up")`, "tag")
	case "time":
		x = pick(g, "now", "now + 5s", "now - 5s")
	case "int":
		x = pick(g, "("+g.cell(r)+" ?? 0) + 1", "("+g.cell(r)+" ?? 0) + 1", "0", "1", "(v ?? 0)", "3")
	case "float":
		x = pick(g, "("+g.cell(r)+" ?? 0.5) + 1", "1", "2.5", "(v ?? 1.0)")
	case "num":
		x = fmt.Sprintf("(%s ?? 1)", g.num(1))
	}
	r.writer = g.at
	return fmt.Sprintf("set %s = %s", at, x)
}
