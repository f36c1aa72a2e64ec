package compiler_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
)

var library = stdlib.Library()

// build compiles texts as the files of one program.
func build(texts ...string) (*vm.Program, *lang.Unit, error) {
	env, err := lang.NewEnv(stdlib.Signatures())
	if err != nil {
		return nil, nil, err
	}
	var sources []lang.Source
	for i, s := range texts {
		sources = append(sources, lang.Source{Name: fmt.Sprintf("%d.eda", i), Text: s, Tables: tableFiles})
	}
	p, u, ds := compiler.Build(sources, env)
	if p == nil {
		return nil, u, fmt.Errorf("%v", ds)
	}
	return p, u, nil
}

// engineRun runs the compiled program, with calls of Advance at the extra
// instants that lie between events.
func engineRun(p *vm.Program, events []vm.Event, horizon int64, extra ...int64) ([]vm.Effect, error) {
	m, err := vm.New(p, library)
	if err != nil {
		return nil, err
	}
	slices.Sort(extra)
	var out []vm.Effect
	for i := range events {
		for len(extra) > 0 && extra[0] < events[i].T {
			m.Advance(extra[0])
			out = append(out, m.Effects()...)
			extra = extra[1:]
		}
		e := events[i]
		if err := m.Event(&e); err != nil {
			return nil, err
		}
		out = append(out, copied(m.Effects())...)
	}
	for len(extra) > 0 && extra[0] < horizon {
		m.Advance(extra[0])
		out = append(out, copied(m.Effects())...)
		extra = extra[1:]
	}
	m.Flush(horizon)
	return append(out, copied(m.Effects())...), nil
}

func copied(es []vm.Effect) []vm.Effect {
	out := slices.Clone(es)
	for i := range out {
		out[i].Key = slices.Clone(out[i].Key)
	}
	return out
}

// convert brings the engine's effects into the form both sides are compared in.
func convert(p *vm.Program, es []vm.Effect) []effect {
	n := map[string]int{}
	var out []effect
	for _, e := range es {
		x := effect{ID: fmt.Sprintf("%x", e.ID), T: e.T, Round: e.Round, Act: e.Act, Kind: e.Kind, Tag: e.Tag, Text: e.Text, Key: strings.Join(e.Key, " ")}
		if e.Rule >= 0 && e.Rule < len(p.Rules) {
			x.Rule = p.Rules[e.Rule].Name
		}
		if e.Kind != vm.Logged {
			x.Data = jsonOf(e.Data)
		}
		id := fmt.Sprint(e.Rule, e.T, fmt.Sprintf("%q", e.Key))
		if x.N = n[id]; e.Attempt > 1 { // it has its id from before
			x.N = -1
		} else {
			n[id]++
		}
		out = append(out, x)
	}
	return out
}

// difference runs both and says where they part; "" if they agree.
func difference(p *vm.Program, u *lang.Unit, events []vm.Event, horizon int64) (why string, want []effect) {
	defer func() {
		if r := recover(); r == tooLong {
			long++
		} else if r != nil {
			why = fmt.Sprintf("panic: %v", r)
		}
	}()
	want = evaluate(u, library, events, horizon)
	es, err := engineRun(p, events, horizon)
	if err != nil {
		return err.Error(), want
	}
	return compare(convert(p, es), want), want
}

var long int // pairs given up

func compare(got, want []effect) string {
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			return fmt.Sprintf("effect %d\n engine     nothing more\n evaluator  %v", i, want[i])
		case i >= len(want):
			return fmt.Sprintf("effect %d\n engine     %v\n evaluator  nothing more", i, got[i])
		case got[i] != want[i]:
			return fmt.Sprintf("effect %d\n engine     %v\n evaluator  %v", i, got[i], want[i])
		}
	}
	return ""
}

// shrink leaves out what the difference does not need.
func shrink(m *model, events []vm.Event, horizon int64, fails func(*model, []vm.Event, int64) bool) (*model, []vm.Event, int64) {
	for again := true; again; {
		again = false
		try := func(change func(c *model) bool) bool {
			c := m.clone()
			if !change(c) || !fails(c, events, horizon) {
				return false
			}
			m, again = c, true
			return true
		}
		for i := len(m.rules) - 1; i >= 0; i-- {
			try(func(c *model) bool { c.rules = slices.Delete(c.rules, i, i+1); return len(c.rules) > 0 })
		}
		for i := len(m.decls) - 1; i >= 0; i-- {
			try(func(c *model) bool { c.decls = slices.Delete(c.decls, i, i+1); return true })
		}
		for size := max(len(events)/2, 1); size > 0; size /= 2 {
			for i := 0; i+size <= len(events); {
				less := slices.Delete(slices.Clone(events), i, i+size)
				if fails(m, less, horizon) {
					events, again = less, true
				} else {
					i += size
				}
			}
		}
		for i := range m.rules {
			for _, seq := range m.rules[i].seq.smaller() {
				if try(func(c *model) bool { c.rules[i].seq = seq; return true }) {
					break
				}
			}
			for j := len(m.rules[i].alts) - 1; j >= 0; j-- {
				try(func(c *model) bool {
					r := c.rules[i]
					if len(r.alts) < 2 || j >= len(r.alts) {
						return false
					}
					r.alts, r.where = slices.Delete(r.alts, j, j+1), slices.Delete(r.where, j, j+1)
					return true
				})
			}
			for j := range m.rules[i].where {
				blank(try, i, func(r *ruleModel) *string { return &r.where[j] })
			}
			for _, list := range []func(r *ruleModel) *[]string{
				func(r *ruleModel) *[]string { return &r.lets }, func(r *ruleModel) *[]string { return &r.do },
				func(r *ruleModel) *[]string { return &r.clearDo }} {
				for j := len(*list(m.rules[i])) - 1; j >= 0; j-- {
					try(func(c *model) bool {
						l := list(c.rules[i])
						if j >= len(*l) {
							return false
						}
						*l = slices.Delete(*l, j, j+1)
						return true
					})
				}
			}
			for _, part := range []func(r *ruleModel) *string{
				func(r *ruleModel) *string { return &r.by }, func(r *ruleModel) *string { return &r.hold },
				func(r *ruleModel) *string { return &r.repeat }, func(r *ruleModel) *string { return &r.clearHold },
				func(r *ruleModel) *string { return &r.clearWhen }, func(r *ruleModel) *string { return &r.limitBy },
				func(r *ruleModel) *string { return &r.gatherBy }, func(r *ruleModel) *string { return &r.gather }, func(r *ruleModel) *string { return &r.limit }, func(r *ruleModel) *string { return &r.expire },
			} {
				blank(try, i, part)
			}
			try(func(c *model) bool {
				r := c.rules[i]
				was := r.clear
				r.clear, r.clearWhen, r.clearHold, r.clearDo = false, "", "", nil
				return was
			})
			for j := range m.rules[i].do { // simpler acts
				try(func(c *model) bool { return simplify(&c.rules[i].do[j]) })
			}
			for j := range m.rules[i].clearDo {
				try(func(c *model) bool { return simplify(&c.rules[i].clearDo[j]) })
			}
			for _, part := range []func(r *ruleModel) *string{
				func(r *ruleModel) *string { return &r.when }, func(r *ruleModel) *string { return &r.clearWhen }} {
				for _, piece := range pieces(*part(m.rules[i])) {
					if try(func(c *model) bool { *part(c.rules[i]) = piece; return true }) {
						break
					}
				}
			}
		}
		for i := range events {
			fields := events[i].Data.Fields()
			for j := len(fields) - 1; j >= 0; j-- {
				less := slices.Clone(events)
				less[i].Data = objectWithout(fields, j)
				if fails(m, less, horizon) {
					events, again = less, true
					fields = events[i].Data.Fields()
				}
			}
		}
		for horizon > epoch+sec {
			h := horizon - (horizon-epoch)/4
			if len(events) > 0 && h < events[len(events)-1].T || !fails(m, events, h) {
				break
			}
			horizon = h
		}
	}
	return m, events, horizon
}

func blank(try func(func(*model) bool) bool, i int, part func(*ruleModel) *string) {
	try(func(c *model) bool {
		s := part(c.rules[i])
		was := *s
		*s = ""
		return was != ""
	})
}

func simplify(act *string) bool {
	tag, _, ok := strings.Cut(*act, " {")
	if !ok || !strings.HasPrefix(tag, "fire") || strings.Count(tag, `"`) != 2 {
		return false
	}
	*act = tag
	return true
}

// pieces are the operands of the connectives on top of a condition.
func pieces(cond string) []string {
	var out []string
	for _, op := range []string{" and ", " or "} {
		depth := 0
		for i := range cond {
			switch cond[i] {
			case '(':
				depth++
			case ')':
				depth--
			}
			if depth == 0 && strings.HasPrefix(cond[i:], op) {
				out = append(out, cond[:i], cond[i+len(op):])
			}
		}
	}
	if s, ok := strings.CutPrefix(cond, "not ("); ok {
		out = append(out, strings.TrimSuffix(s, ")"))
	}
	if s, ok := strings.CutPrefix(cond, "("); ok && strings.HasSuffix(s, ")") {
		out = append(out, strings.TrimSuffix(s, ")"))
	}
	return out
}

// pair is one random program with one random stream.
type pair struct {
	m       *model
	events  []vm.Event
	horizon int64
	p       *vm.Program
	u       *lang.Unit
}

func newPair(g *gen) (pair, error) {
	g.sequences = g.chance(15)
	x := pair{m: g.model(), events: g.stream()}
	x.horizon = x.events[len(x.events)-1].T + 150*sec
	text := x.m.String()
	if !strings.Contains(text, " repeat ") && g.chance(10) {
		x.horizon += 3 * 24 * 3600 * sec
	}
	var err error
	x.p, x.u, err = build(text)
	if err == nil && strings.Contains(text, " ack ") {
		g.answers(&x)
	}
	return x, err
}

// pairs is how many random pairs a test looks at: few by default, more when
// EDA_DIFF_PAIRS says so.
func pairs(t *testing.T, few int) int {
	if s := os.Getenv("EDA_DIFF_PAIRS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if testing.Short() {
		return few / 4
	}
	return few
}

func firstSeed() uint64 {
	n, _ := strconv.ParseUint(os.Getenv("EDA_DIFF_SEED"), 10, 64)
	return n
}

func TestEngineEqualsEvaluator(t *testing.T) {
	n, refused, effects, busy, failed := pairs(t, 600), 0, 0, 0, 0
	kinds := map[vm.EffectKind]int{}
	reasons := map[string]int{}
	seen := map[string]bool{}
	for seed := firstSeed(); seed < firstSeed()+uint64(n); seed++ {
		x, err := newPair(newGen(seed))
		if err != nil {
			refused++
			reasons[codes.FindString(err.Error())]++
			if os.Getenv("EDA_DIFF_REFUSED") != "" && reasons[codes.FindString(err.Error())] < 3 {
				t.Logf("seed %d: %v\n%s", seed, err, x.m)
			}
			continue
		}
		why, want := difference(x.p, x.u, x.events, x.horizon)
		effects += len(want)
		for _, e := range want {
			kinds[e.Kind]++
		}
		if len(want) > 0 {
			busy++
		}
		if why == "" {
			continue
		}
		m, events, horizon := shrink(x.m, x.events, x.horizon, func(m *model, events []vm.Event, horizon int64) bool {
			p, u, err := build(m.String())
			if err != nil {
				return false
			}
			d, _ := difference(p, u, events, horizon)
			return d != ""
		})
		failed++
		if seen[m.String()] {
			continue
		}
		seen[m.String()] = true
		p, u, _ := build(m.String())
		why, want = difference(p, u, events, horizon)
		t.Errorf("seed %d: %s\n--- program\n%s--- events\n%s--- until %s\n--- evaluator\n%s", seed, why, m, jsonl(events), instant(horizon), list(want))
		if len(seen) >= 8 {
			break
		}
	}
	t.Logf("%d pairs, %d refused by the checker, %d with effects, %d effects (%v by kind), %d given up, %d differ", n, refused, busy, effects, kinds, long, failed)
	if refused > n/4 {
		t.Errorf("the checker refuses %d of %d programs: %v", refused, n, reasons)
	}
}

var codes = regexp.MustCompile(`EDA[0-9]{4}`)

func list(es []effect) string {
	var b strings.Builder
	for _, e := range es {
		fmt.Fprintln(&b, e)
	}
	return b.String()
}

// lines prints the engine's effects in full, rules by identity; shift moves
// the instants and leaves the ids out.
func lines(p *vm.Program, es []vm.Effect, shift int64, ids bool) []string {
	var out []string
	for _, e := range es {
		rule := ""
		if e.Rule >= 0 && e.Rule < len(p.Rules) {
			rule = p.Rules[e.Rule].Identity
		}
		s := fmt.Sprintf("%s %d %s %q %d %d %s %s %q", instant(e.T+shift), e.Round, rule, e.Key, e.Act, e.Kind, e.Tag, jsonOf(e.Data), e.Text)
		if ids {
			s += fmt.Sprintf(" %x", e.ID)
		}
		out = append(out, s)
	}
	return out
}

func sameLines(t *testing.T, what string, x pair, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		a, b := "nothing more", "nothing more"
		if i < len(got) {
			a = got[i]
		}
		if i < len(want) {
			b = want[i]
		}
		if a != b {
			t.Fatalf("%s: line %d\n have %s\n want %s\n--- program\n%s--- events\n%s", what, i, a, b, x.m, jsonl(x.events))
		}
	}
}

// eachPair calls f for random pairs with the engine's run of it.
func eachPair(t *testing.T, from uint64, f func(g *gen, x pair, run []vm.Effect)) {
	n := pairs(t, 250)
	done := 0
	for seed := from + firstSeed(); seed < from+firstSeed()+uint64(n); seed++ {
		g := newGen(seed)
		x, err := newPair(g)
		if err != nil {
			continue
		}
		run, err := engineRun(x.p, x.events, x.horizon)
		if err != nil {
			t.Fatalf("%v\n%s", err, x.m)
		}
		f(g, x, run)
		done++
	}
	t.Logf("%d pairs", done)
}

func mustRun(t *testing.T, p *vm.Program, events []vm.Event, horizon int64, extra ...int64) []vm.Effect {
	t.Helper()
	es, err := engineRun(p, events, horizon, extra...)
	if err != nil {
		t.Fatal(err)
	}
	return es
}

// The same input gives the same bytes, and an id names its effect alone.
func TestReplayIsAFunction(t *testing.T) {
	eachPair(t, 1e6, func(g *gen, x pair, run []vm.Effect) {
		again, _, err := build(x.m.String())
		if err != nil {
			t.Fatal(err)
		}
		sameLines(t, "replay", x, lines(again, mustRun(t, again, x.events, x.horizon), 0, true), lines(x.p, run, 0, true))
		ids := map[[16]byte]string{}
		for i, e := range convert(x.p, run) {
			if run[i].Kind == vm.Noted && e.Rule == "" || e.N < 0 { // what is sent again has its id from the first time
				continue
			}
			what := fmt.Sprintf("%s %q %d %d", x.p.Rules[run[i].Rule].Identity, run[i].Key, e.T, e.N)
			if other, ok := ids[run[i].ID]; ok && other != what {
				t.Fatalf("one id for %s and %s\n%s", other, what, x.m)
			}
			ids[run[i].ID] = what
		}
	})
}

// Permuting rules and spreading them over files changes nothing at all.
func TestOrderOfRulesIsFree(t *testing.T) {
	eachPair(t, 2e6, func(g *gen, x pair, run []vm.Effect) {
		m := x.m.clone()
		g.Shuffle(len(m.rules), func(i, j int) { m.rules[i], m.rules[j] = m.rules[j], m.rules[i] })
		files := []string{"", "", ""}
		for _, d := range m.decls {
			if !strings.HasPrefix(d, "may fire") {
				files[0] += d + "\n"
				continue
			}
			for i := range files { // what binds one file bound all rules
				files[i] += d + "\n"
			}
		}
		for _, r := range m.rules {
			i := g.IntN(len(files))
			files[i] += "\n" + r.String()
		}
		p, _, err := build(files...)
		if err != nil {
			t.Fatalf("permuted: %v\n%s", err, m)
		}
		sameLines(t, "permuted", x, lines(p, mustRun(t, p, x.events, x.horizon), 0, true), lines(x.p, run, 0, true))
	})
}

// What was decided up to h is never taken back by what comes after h.
func TestPrefixIsKept(t *testing.T) {
	eachPair(t, 3e6, func(g *gen, x pair, run []vm.Effect) {
		for range 4 {
			h := x.events[g.IntN(len(x.events))].T + int64(g.IntN(3)-1)*int64(g.IntN(2))*5*sec
			if isDark(x.events, h) { // in it the prefix says nothing of it
				continue
			}
			before := slices.DeleteFunc(slices.Clone(x.events), func(e vm.Event) bool { return e.T > h })
			m, decided := ranTo(t, x.p, before)
			m.Advance(h) // nothing is over: what is held waits for what may still come
			decided = append(decided, copied(m.Effects())...)
			upTo := slices.DeleteFunc(slices.Clone(run), func(e vm.Effect) bool { return e.T > h-m.Lateness() })
			sameLines(t, "prefix up to "+instant(h), x, lines(x.p, decided, 0, true), lines(x.p, upTo, 0, true))
		}
	})
}

// A rule that nobody hears does not change the others.
func TestRulesAreLocal(t *testing.T) {
	eachPair(t, 4e6, func(g *gen, x pair, run []vm.Effect) {
		m := x.m.clone()
		name := pick(g, "aaa", "rcc", "zzz")
		extra := &ruleModel{name: name, alts: []string{`"/**"`}, where: []string{""}, by: pick(g, "", "none"), when: "count(10s) > 1 or silent(15s)",
			do: []string{`log "{tag}"`}, clear: true, clearDo: []string{`log "off"`}}
		m.rules = slices.Insert(m.rules, g.IntN(len(m.rules)+1), extra)
		p, _, err := build(m.String())
		if err != nil {
			t.Fatalf("with another rule: %v\n%s", err, m)
		}
		others := slices.DeleteFunc(mustRun(t, p, x.events, x.horizon), func(e vm.Effect) bool {
			return e.Rule >= 0 && e.Rule < len(p.Rules) && p.Rules[e.Rule].Name == name
		})
		// /eda/forgotten of the new rule is heard by "/eda/forgotten"; leave such programs out
		if strings.Contains(x.m.String(), "/eda/forgotten") {
			return
		}
		sameLines(t, "with another rule", x, lines(p, others, 0, true), lines(x.p, run, 0, true))
	})
}

// Looking at more instants changes nothing.
func TestInstantsAreEnough(t *testing.T) {
	eachPair(t, 5e6, func(g *gen, x pair, run []vm.Effect) {
		var extra []int64
		first := x.events[0].T
		for range 30 {
			extra = append(extra, first+g.Int64N(x.horizon-first)/5/sec*5*sec+int64(g.IntN(3)-1))
		}
		// not at the instant of an event: after Advance(t) no event at t may come
		extra = slices.DeleteFunc(extra, func(t int64) bool {
			return isDark(x.events, t) || slices.ContainsFunc(x.events, func(e vm.Event) bool { return e.T == t })
		})
		sameLines(t, "with extra instants", x, lines(x.p, mustRun(t, x.p, x.events, x.horizon, extra...), 0, true), lines(x.p, run, 0, true))
	})
}

// A shift by a multiple of all panes shifts the effects.
func TestTimeShifts(t *testing.T) {
	absolute := regexp.MustCompile(`reached|now|during|cron|(each|this|every) (10001ms|5s1ns)|ts`)
	eachPair(t, 6e6, func(g *gen, x pair, run []vm.Effect) {
		if strings.Contains(x.m.String(), " ack ") {
			return // ids are made of instants, and /eda/dead and the answers say them
		}
		if absolute.MatchString(x.m.String()) || strings.Contains(x.m.String(), "...event") {
			return
		}
		shift := int64(g.IntN(1000)-500) * 60 * sec
		moved := slices.Clone(x.events)
		for i := range moved {
			moved[i].T += shift
		}
		sameLines(t, "shifted", x, lines(x.p, mustRun(t, x.p, moved, x.horizon+shift), -shift, false), lines(x.p, run, 0, false))
	})
}
