package compiler_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// model is a program as parts that can be left out again.
type model struct {
	decls []string
	rules []*ruleModel
}

type ruleModel struct {
	name      string
	seq       *seqModel // in place of alts
	tick      string    // in place of alts, with its where
	alts      []string
	where     []string // of each alternative
	by        string
	lets      []string
	when      string
	hold      string
	repeat    string
	do        []string
	clear     bool
	clearWhen string
	clearHold string
	clearDo   []string
	limit     string
	limitBy   string
	gather    string
	gatherBy  string
	expire    string
	caps      []string // of alts
}

func (r *ruleModel) String() string {
	var b strings.Builder
	if r.name != "" {
		fmt.Fprintf(&b, "rule %s\n", r.name)
	}
	b.WriteString("on " + r.tick)
	if r.seq != nil {
		b.WriteString(r.seq.String())
	}
	for i, a := range r.alts {
		if i > 0 {
			b.WriteString(" | ")
		}
		b.WriteString(a)
		if r.where[i] != "" {
			b.WriteString(" where " + r.where[i])
		}
	}
	line := func(words ...string) {
		if words[len(words)-1] != "" {
			b.WriteString("\n" + strings.Join(words, " "))
		}
	}
	line("by", r.by)
	for _, l := range r.lets {
		line("let", l)
	}
	if r.when != "" {
		line("when", r.when)
		if r.hold != "" {
			b.WriteString(" for " + r.hold)
		}
		if r.repeat != "" {
			b.WriteString(" repeat " + r.repeat)
		}
	}
	line("do", strings.Join(r.do, ", "))
	if r.clear {
		b.WriteString("\nclear")
		if r.clearWhen != "" {
			b.WriteString(" when " + r.clearWhen)
			if r.clearHold != "" {
				b.WriteString(" for " + r.clearHold)
			}
		}
		if len(r.clearDo) > 0 {
			b.WriteString(" do " + strings.Join(r.clearDo, ", "))
		}
	}
	if r.limit != "" {
		line("limit", r.limit)
		if r.limitBy != "" {
			b.WriteString(" by " + r.limitBy)
		}
	}
	if r.gather != "" {
		line("gather", r.gather)
		if r.gatherBy != "" {
			b.WriteString(" by " + r.gatherBy)
		}
	}
	line("expire", r.expire)
	return b.String() + "\n"
}

func (m *model) String() string {
	var b strings.Builder
	for _, d := range m.decls {
		b.WriteString(d + "\n")
	}
	for _, r := range m.rules {
		b.WriteString("\n" + r.String())
	}
	return b.String()
}

func (m *model) clone() *model {
	c := &model{decls: slices.Clone(m.decls)}
	for _, r := range m.rules {
		d := *r
		d.alts, d.where, d.lets = slices.Clone(r.alts), slices.Clone(r.where), slices.Clone(r.lets)
		d.seq = r.seq.clone()
		d.do, d.clearDo = slices.Clone(r.do), slices.Clone(r.clearDo)
		c.rules = append(c.rules, &d)
	}
	return c
}

// gen makes random programs and streams. All durations are small multiples of
// five seconds, so that instants meet.
type gen struct {
	*rand.Rand
	params     bool
	actions    bool
	fns        bool
	regs       []*genRegister
	tabs       []string
	levels     bool
	at         int      // which rule is being made
	situations []string // names of the rules before this one that have when

	// of the rule at hand
	caps      []string
	plain     bool
	lets      []string
	inside    bool // of an aggregate or another place without aggregates
	mayAsk    bool
	before    bool // comparers allowed
	cycle     bool
	sequences bool // every rule is one
	aliases   []string
	group     bool // the acts are gathered
}

func newGen(seed uint64) *gen { return &gen{Rand: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))} }

func (g *gen) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g *gen, xs ...T) T { return xs[g.IntN(len(xs))] }

func (g *gen) dur() string {
	if g.params && g.chance(10) {
		return "span"
	}
	return pick(g, "5s", "5s", "10s", "10s", "15s", "20s", "30s", "10001ms", "5s1ns")
}

func (g *gen) model() *model {
	m := &model{}
	if g.chance(40) {
		g.params = true
		m.decls = append(m.decls, "param crit: float = "+pick(g, "2.5", "0.5", "3.0"), "param span: duration = "+pick(g, "10s", "15s"))
	}
	if g.chance(40) {
		m.decls = append(m.decls, "fn above(x, y) = x > y", "fn mean(x) = avg(x, 10s)", `fn there(x) = sum(x, 15s from "/b/{h}")`, "fn half(x) = x / 2")
		g.fns = true
	}
	if g.chance(30) {
		m.decls = append(m.decls, `event "/b/{x}" { v: float?, w: int?, s: string?, ok: bool?, k: any, ts: time? `+pick(g, "", ", ...")+`}`+g.eventTime())
	}
	if g.chance(40) {
		m.decls = append(m.decls, g.registers()...)
	}
	if g.chance(12) {
		m.decls = append(m.decls, g.permits())
	}
	if g.chance(25) {
		m.decls = append(m.decls, g.actionDecls()...)
		g.actions = true
	}
	if g.chance(25) {
		m.decls = append(m.decls, g.tables()...)
	}
	n := 1 + g.IntN(4)
	if g.chance(10) {
		n += g.IntN(4)
	}
	names := []string{"ra", "rb", "rc", "rd", "re", "rf", "rg", "rh", "ri"}
	g.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for i := range n {
		r := g.rule(i, names[i])
		m.rules = append(m.rules, r)
		if r.when != "" && r.name != "" {
			g.situations = append(g.situations, r.name)
		}
	}
	m.decls = append(m.decls, g.mutes(m.rules)...)
	return m
}

// sources are patterns with the captures each binds, by layer: what a rule of
// one layer fires is heard in higher ones.
var sources = [][]struct {
	alts []string
	caps []string
}{
	{
		{[]string{`"/a/{h}"`}, []string{"h"}}, {[]string{`"/a/{h}"`}, []string{"h"}}, {[]string{`"/a/{h}"`}, []string{"h"}},
		{[]string{`"/a/*"`}, nil}, {[]string{`"/b/{h}"`}, []string{"h"}}, {[]string{`"/a/{h}"`, `"/b/{h}"`}, []string{"h"}},
		{[]string{`"/a/*"`, `"/b/*"`}, nil}, {[]string{`"/a/x*"`}, nil}, {[]string{`"/c"`}, nil},
		{[]string{`"/a/{h}"`, `"/*/{h}"`}, []string{"h"}}, {[]string{`"/d/{h}/{k}"`}, []string{"h", "k"}},
		{[]string{`"/d/{h}/*"`}, []string{"h"}}, {[]string{`"/d/{h}/{d}"`, `"/a/{h}"`}, []string{"h"}},
		{[]string{`"/d/{rest**}"`}, []string{"rest"}}, {[]string{`"/d/{h}/{h}"`}, []string{"h"}}, {[]string{`"/a/{x}"`}, []string{"x"}}, {[]string{`"/**"`}, nil},
	},
	{
		{[]string{`"/f1/{h}"`}, []string{"h"}}, {[]string{`"/f1/*"`}, nil}, {[]string{`"/f1/{h}"`, `"/a/{h}"`}, []string{"h"}},
		{[]string{`"/eda/forgotten"`}, nil}, {[]string{`"/eda/resumed"`}, nil}, {[]string{`"/eda/error/*"`}, nil},
	},
	{
		{[]string{`"/f2/{h}"`}, []string{"h"}}, {[]string{`"/f2/*"`, `"/f1/*"`}, nil}, {[]string{`"/f2/**"`}, nil},
	},
}

func (g *gen) rule(i int, name string) *ruleModel {
	r := &ruleModel{name: name}
	g.at = i
	layer := 0
	if i > 0 {
		layer = pick(g, 0, 0, 1, 1, 2)
	}
	g.plain, g.cycle = g.chance(35), false
	g.lets, g.inside, g.before, g.mayAsk, g.aliases = nil, true, true, true, nil
	if !g.sequences && g.chance(12) {
		return g.tickRule(r, layer)
	}
	if g.sequences || g.chance(20) {
		g.before = false
		r.seq = g.sequence(layer)
		g.plain = g.chance(60)
	} else {
		src := pick(g, sources[layer]...)
		r.alts, g.caps = slices.Clone(src.alts), src.caps
		r.caps = src.caps
		r.where = make([]string, len(r.alts))
	}
	if r.seq == nil && g.chance(35) {
		r.where[len(r.where)-1] = g.cond(1)
	}
	if len(r.where) > 1 && g.chance(25) {
		r.where[0] = g.cond(1)
	}
	g.before, g.mayAsk = false, false
	if g.chance(30) {
		r.by = pick(g, "none", "h", "k", "tag, h", "h, k", "s", "tag", "lower(s)", "w")
	}
	if len(g.tabs) > 0 && g.tabs[0] == "own" && g.chance(40) {
		r.by = pick(g, "h in own", "h in own", "h in own", "s in own", "h in own, k in own", "h, k in own")
	}
	if r.seq == nil && g.chance(10) {
		r.alts[0] += " as it"
		if len(r.alts) > 1 {
			r.alts[1] += " as it"
		}
	}
	g.inside, g.before, g.mayAsk = false, g.plain && r.seq == nil, true
	for j := range g.IntN(3) {
		name := fmt.Sprintf("n%d", j)
		r.lets = append(r.lets, name+" = "+g.num(2))
		g.lets = append(g.lets, name)
	}
	if !g.plain {
		r.when = g.situation(2)
		if g.chance(45) {
			r.hold = g.dur()
		}
		if g.chance(30) {
			r.repeat = g.dur()
		}
		if g.chance(60) {
			r.clear = true
			if g.chance(55) {
				r.clearWhen = g.situation(1)
				if g.chance(50) {
					r.clearHold = g.dur()
				}
			}
		}
	}
	if g.chance(15) {
		r.name = ""
	}
	if g.chance(20) {
		g.gathering(r)
	}
	g.group = r.gather != ""
	for range 1 + g.IntN(2) {
		r.do = append(r.do, g.act(layer))
	}
	g.group = false
	if r.clear && (r.clearWhen == "" || g.chance(80)) {
		r.clearDo = append(r.clearDo, g.act(layer))
	}
	if r.clear && r.gather == "" && g.chance(5) {
		r.do = nil
	}
	everything := r.seq == nil && (strings.Contains(r.alts[len(r.alts)-1], "*\"") || strings.Contains(r.alts[len(r.alts)-1], "/*"))
	if everything && layer != 1 || g.cycle || g.chance(30) {
		r.limit = fmt.Sprintf("%d per %s", pick(g, 1, 1, 2, 3, 40), g.dur())
		if g.chance(35) {
			r.limitBy = pick(g, "none", "none", "h", "k", "s")
		}
	}
	if g.chance(35) {
		r.expire = pick(g, "5s", "30s", "35s", "40s", "1m")
	}
	return r
}

func (g *gen) act(layer int) string {
	if len(g.regs) > 0 && g.chance(35) {
		if s := g.set(); s != "" {
			return s
		}
	}
	if g.chance(25) {
		return fmt.Sprintf("log \"%s\"", g.message())
	}
	to := layer + 1
	if g.chance(6) {
		to, g.cycle = max(1, layer), g.plain // perhaps a cycle, which needs a guard
	}
	if g.actions && g.chance(45) {
		v := fmt.Sprintf("(%s ?? %s)", g.num(1), pick(g, "1", "2.5", "s"))
		return fmt.Sprintf("act%d(%s, %s)", to, pick(g, v, v, "v", "w", "2", "(k ?? 1)"), pick(g, `(s ?? "y")`, `"x"`, "tag", `text(k)`, "tag"))
	}
	part := "z"
	switch {
	case len(g.caps) > 0 && g.chance(80):
		part = "{" + pick(g, g.caps...) + "}"
	case g.chance(20):
		part = "{k}"
	case g.chance(20):
		part = "{s}"
	}
	tag := fmt.Sprintf("/f%d/%s", to, part)
	if g.chance(10) {
		tag = fmt.Sprintf("/out/%d", g.IntN(3))
	}
	if g.chance(15) {
		return fmt.Sprintf("fire \"%s\"", tag)
	}
	var parts []string
	if g.chance(8) {
		parts = append(parts, "...event")
	}
	parts = append(parts, "v: "+g.num(2))
	if g.group && g.chance(75) {
		parts = append(parts, "g: "+g.ofGroup())
	}
	switch g.IntN(6) {
	case 0:
		parts = append(parts, "w: "+g.num(1))
	case 1:
		parts = append(parts, "s: "+g.str())
	case 2:
		parts = append(parts, "ok: "+g.cond(1))
	case 3:
		parts = append(parts, "k: "+pick(g, "tag", "k", "[1, v]", "now", "text(v)", "event.s", `{ a: v, "b-c": none }`))
	}
	return fmt.Sprintf("fire \"%s\" { %s }", tag, strings.Join(parts, ", "))
}

func (g *gen) message() string {
	out := "m"
	for range 1 + g.IntN(3) {
		switch g.IntN(6) {
		case 0:
			out += " {tag}"
		case 1:
			out += " {v}"
		case 2:
			out += " {event.s}"
		case 3:
			if len(g.lets) > 0 {
				out += " {" + pick(g, g.lets...) + ":.2f}"
			}
		case 4:
			if len(g.caps) > 0 {
				out += " {" + pick(g, g.caps...) + "}"
			}
		case 5:
			out += " {l[0]} {l}"
			if g.group {
				out += " {group.count} {group.v}"
			}
		}
	}
	return out
}

func (g *gen) str() string {
	switch g.IntN(6) {
	case 0:
		return `"up"`
	case 1:
		return "tag"
	case 2:
		return `lower(s)`
	case 3:
		if len(g.caps) > 0 {
			return pick(g, g.caps...)
		}
	case 4:
		if !g.inside {
			return pick(g, "last(s)", "last(s, 10s)", "last(s, last 3)", "last(s where v > 1)", "max_by(s, v, 20s)", "min_by(s, v, last 4)")
		}
	}
	return `s`
}

// num is a numeric expression.
func (g *gen) num(depth int) string {
	if len(g.tabs) > 0 && g.chance(15) {
		return g.lookNum()
	}
	if len(g.regs) > 0 && g.chance(15) {
		return g.readNum()
	}
	if depth <= 0 {
		switch g.IntN(10) {
		case 0, 1, 2, 3, 4:
			return g.field()
		case 5, 6:
			return "w"
		case 7:
			if g.params {
				return "crit"
			}
		case 8:
			if len(g.lets) > 0 && !g.inside {
				return pick(g, g.lets...)
			}
		}
		return pick(g, "0", "1", "2", "2.5", "-1", "3")
	}
	if !g.inside && g.chance(60) || g.inside && g.before && g.chance(15) {
		return g.agg()
	}
	switch g.IntN(12) {
	case 0, 1:
		return fmt.Sprintf("(%s %s %s)", g.num(depth-1), pick(g, "+", "-", "*", "/", "//", "%"), g.num(depth-1))
	case 2:
		return fmt.Sprintf("(%s ?? %s)", g.num(depth-1), g.num(0))
	case 3:
		return fmt.Sprintf("abs(%s)", g.num(depth-1))
	case 4:
		return fmt.Sprintf("round(%s)", g.num(depth-1))
	case 5:
		return fmt.Sprintf("pick(%s, %s, %s)", g.cond(0), g.num(depth-1), g.num(depth-1))
	case 6:
		return fmt.Sprintf("max2(%s, %s)", g.num(depth-1), g.num(depth-1))
	case 7:
		if g.before {
			return fmt.Sprintf("prev(%s)", pick(g, "v", "w", "v + w"))
		}
	case 8:
		if g.fns {
			return fmt.Sprintf("half(%s)", g.num(depth-1))
		}
	case 9:
		return "-" + g.num(0)
	case 10:
		return "len(s)"
	}
	return g.num(0)
}

func (g *gen) win() string {
	if g.params && g.chance(10) {
		return "span"
	}
	switch g.IntN(12) {
	case 0, 1:
		return "last " + strconv.Itoa(1+g.IntN(4))
	case 2, 3:
		return "each " + g.dur()
	case 4, 5:
		return "this " + g.dur()
	case 6, 7:
		return "session " + g.dur()
	}
	return g.dur()
}

// agg is an aggregate that is a number.
func (g *gen) agg() string {
	inside, before, ask, own := g.inside, g.before, g.mayAsk, g.caps
	g.inside, g.before, g.mayAsk = true, false, false
	defer func() { g.inside, g.before, g.mayAsk, g.caps = inside, before, ask, own }()
	where := ""
	if inside || g.chance(20) { // in where, only another source will do
		if g.fns && g.chance(15) {
			return fmt.Sprintf("there(%s)", g.num(0))
		}
		where, g.caps = g.from()
	} else if g.fns && g.chance(8) {
		return fmt.Sprintf("mean(%s)", g.num(0))
	}
	if g.chance(25) {
		where += " where " + g.cond(0)
	}
	if g.chance(35) {
		return g.moreAgg(where)
	}
	switch g.IntN(9) {
	case 0, 1:
		return fmt.Sprintf("count(%s%s)", g.win(), where)
	case 2:
		return fmt.Sprintf("count(%s, %s%s)", pick(g, "v", "s", "l", "w"), g.win(), where)
	case 3:
		return fmt.Sprintf("last(%s%s)", g.field(), where)
	case 4:
		return fmt.Sprintf("%s(%s, %s%s)", pick(g, "first", "last"), g.field(), g.win(), where)
	}
	arg := g.field()
	if g.chance(25) {
		arg = g.num(1)
	}
	return fmt.Sprintf("%s(%s, %s%s)", pick(g, "sum", "avg", "min", "max", "avg", "sum"), arg, g.win(), where)
}

func (g *gen) field() string {
	if len(g.aliases) > 0 && g.chance(40) {
		return pick(g, g.aliases...) + pick(g, ".v", ".v", ".w")
	}
	return pick(g, "v", "v", "v", "w")
}

// cond is a condition over the event at hand, and where allowed aggregates.
func (g *gen) cond(depth int) string {
	if len(g.tabs) > 0 && g.chance(12) {
		return g.lookCond()
	}
	if len(g.regs) > 0 && g.chance(12) {
		return g.readCond()
	}
	if depth > 0 && g.chance(35) {
		switch g.IntN(4) {
		case 0:
			return fmt.Sprintf("not (%s)", g.cond(depth-1))
		case 1:
			return fmt.Sprintf("(%s or %s)", g.cond(depth-1), g.cond(depth-1))
		default:
			return fmt.Sprintf("(%s and %s)", g.cond(depth-1), g.cond(depth-1))
		}
	}
	switch g.IntN(14) {
	case 0:
		return "has " + pick(g, "v", "w", "s", "l")
	case 1:
		return "ok"
	case 2:
		return fmt.Sprintf("s == %s", pick(g, `"up"`, `"down"`))
	case 3:
		return fmt.Sprintf("v in [1, 2, %s]", g.num(0))
	case 4:
		return fmt.Sprintf("s %s", pick(g, `like "u*"`, `like "*o?n"`, `matches "^u"`, `!= "up"`))
	case 5:
		if g.before {
			if g.chance(50) {
				return g.isNew()
			}
			return fmt.Sprintf("changed(%s)", pick(g, "v", "s", "w", "ok"))
		}
	case 6:
		if g.mayAsk && len(g.situations) > 0 {
			return fmt.Sprintf("%sactive(%s)", pick(g, "", "not "), pick(g, g.situations...))
		}
	case 8:
		if g.chance(60) {
			return g.during()
		}
	case 7:
		if g.fns {
			return fmt.Sprintf("above(%s, %s)", g.num(1), g.num(0))
		}
	}
	return fmt.Sprintf("%s %s %s", g.num(1), pick(g, ">", "<", ">=", "<=", "==", "!=", ">"), g.num(0))
}

// situation is a condition of when or clear when.
func (g *gen) situation(depth int) string {
	if len(g.tabs) > 0 && g.chance(25) {
		return g.lookCond()
	}
	if len(g.regs) > 0 && g.chance(25) {
		return g.readCond()
	}
	if depth > 0 && g.chance(35) {
		return fmt.Sprintf("%s %s %s", g.situation(0), pick(g, "and", "and", "or"), pick(g, g.situation(0), "not ("+g.situation(0)+")"))
	}
	switch g.IntN(12) {
	case 0, 1:
		return fmt.Sprintf("silent(%s)", g.dur())
	case 2:
		return fmt.Sprintf("reached(%s)", pick(g, "ts", "ts", "k", "ts + 5s", "w"))
	case 3, 4:
		if len(g.situations) > 0 {
			return fmt.Sprintf("%sactive(%s)", pick(g, "", "", "not "), pick(g, g.situations...))
		}
	case 7:
		return g.during()
	case 5:
		return g.cond(1)
	case 6:
		return fmt.Sprintf("last(s) == %s", pick(g, `"up"`, `"down"`))
	}
	return fmt.Sprintf("%s %s %s", g.agg(), pick(g, ">", ">", "<", ">=", "<=", "==", "!="), pick(g, "0", "1", "2", "2.5", "1", "3"))
}

// ---- streams

const sec = int64(time.Second)

var epoch = time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC).UnixNano()

func (g *gen) stream() []vm.Event {
	n := 4 + g.IntN(30)
	span := 4 + g.IntN(40)
	huge := g.chance(20)
	var out []vm.Event
	gapAt, gap := g.IntN(n), int64(0)
	if g.chance(30) {
		gap = int64(g.IntN(20)) * 5 * sec
	}
	for i := range n {
		t := epoch + int64(g.IntN(span))*5*sec
		switch g.IntN(12) {
		case 0:
			t++
		case 1:
			t--
		case 2:
			t += int64(g.IntN(5)) * sec
		}
		if i >= gapAt {
			t += gap
		}
		out = append(out, vm.Event{T: t, Tag: g.tag(), Data: g.data(t, huge)})
	}
	slices.SortStableFunc(out, func(a, b vm.Event) int { return cmp.Compare(a.T, b.T) })
	g.date(out)
	g.reload(out)
	return g.blinded(out)
}

func (g *gen) tag() string {
	h := pick(g, "x", "x", "x", "y", "7")
	switch g.IntN(12) {
	case 0, 1, 2, 3, 4, 5:
		return "/a/" + h
	case 6, 7:
		return "/b/" + h
	case 8:
		return "/c"
	case 9, 10:
		return "/d/" + h + "/" + pick(g, "x", "y", "7")
	}
	return pick(g, "/a", "/a/x1", "/d", "/d/x", "/d/x/y/z", "a/x", "/f1/x", "/f2/y", "/A/x")
}

func (g *gen) data(t int64, huge bool) value.Value {
	var fields []value.Field
	add := func(name string, v value.Value) { fields = append(fields, value.Field{Name: name, Value: v}) }
	wrong := func() value.Value {
		return pick(g, value.Value{}, value.String("up"), value.Bool(true), value.List([]value.Value{value.Int(1), value.Float(2.5)}),
			value.Object([]value.Field{{Name: "v", Value: value.Int(1)}}))
	}
	number := func() value.Value {
		switch {
		case huge && g.chance(40):
			return pick(g, value.Float(1e308), value.Float(-1e308), value.Int(math.MaxInt64), value.Int(math.MinInt64), value.Int(1<<53+1),
				value.Float(1<<53), value.Float(5e-324), value.Float(1e16), value.Float(-1e16), value.Float(1e-7), value.Float(1e21))
		case g.chance(50):
			return value.Int(int64(g.IntN(6)) - 1)
		}
		return pick(g, value.Float(0.1), value.Float(0.2), value.Float(2.5), value.Float(math.Copysign(0, -1)), value.Float(3), value.Float(-1.5), value.Float(1), value.Float(0))
	}
	if !g.chance(12) {
		add("v", number())
	}
	if g.chance(60) {
		add("w", number())
	}
	if g.chance(5) {
		fields = value.SetField(fields, "v", wrong())
	}
	if g.chance(50) {
		add("s", pick(g, value.String("up"), value.String("up"), value.String("down"), value.String("")))
	}
	if g.chance(30) {
		add("ok", pick(g, value.Bool(true), value.Bool(false), value.Bool(false), value.Int(1)))
	}
	if g.chance(40) {
		add("k", pick(g, value.String("x"), value.String("7"), value.Int(7), value.Float(7), value.Bool(true), value.List(nil), value.Float(2.5)))
	}
	if g.chance(20) {
		add("h", pick(g, value.String("x"), value.Int(7)))
	}
	if g.chance(25) {
		at := t + int64(g.IntN(12)-2)*5*sec
		add("ts", pick(g, value.String(instant(at)), value.Int(at/sec), value.Float(float64(at/sec)+0.5), value.String("soon")))
	}
	if g.chance(20) {
		add("l", pick(g, value.List([]value.Value{value.Int(1), value.Float(2)}), value.List(nil), value.Int(3)))
	}
	return value.Object(fields)
}

func jsonl(events []vm.Event) string {
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "{\"time\":%q,\"tag\":%q,\"data\":%s}\n", instant(e.T), e.Tag, jsonOf(e.Data))
	}
	return b.String()
}

func objectWithout(fields []value.Field, i int) value.Value {
	return value.Object(slices.Delete(slices.Clone(fields), i, i+1))
}
