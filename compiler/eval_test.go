package compiler_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// This file is the language once more, slow and obvious: an evaluator over the
// checked tree that recomputes every value from all events kept so far. It
// shares with the engine the arithmetic and the printing of values and the
// scalar functions; tags, keys, windows, sums, instants, situations and order
// are its own. It is written from the words of SPEC.md; where they leave a
// choice, the reading taken is one of these.
//
//  1. S6a, D7: a condition that is looked at in an event's step at t has the
//     value the formulas give for t: what lies at t-d is out of the window, the
//     pane of t has begun, silent(d) counts (t-d, t]. Only looking is put off to
//     the timer step, and with it the holds, the limit's release and the end of
//     a key.
//  2. S1: a (rule, key) has at most one timer step at an instant, in which
//     everything due to it happens: first the look (window exits, holds, rise,
//     fall, postponed rise, repeat), then the end of the key. Timers of one
//     instant go: asked rules by dependency and then identity, then the others by
//     identity, each rule's keys in order.
//  3. S6a: a step in which situation (r, k) changed looks at the askers' keys
//     that join with k, also in a timer step, after r's own end of key; such a
//     look is no timer step of the asker: it can break a hold, not reach one.
//     "Asks" means in when or clear when, through lets and fns. A key that only
//     asks in its do is not looked at.
//  4. S7, S8: repeat asks the condition without its hold, as it says "the
//     condition", and counts from the instant of the rise, also when the rise
//     was postponed. The act of the rise and a repeat due at the same instant both
//     run if the limit allows both, the rise first.
//  5. S10: a run is a run of do, whether or not its fires succeed; a rise without
//     do needs no leave of the limit and counts as one whose do ran (D23). A limit
//     key that is no key (none, a list) allows nothing. The key of the limit is
//     read when the run is tried.
//  6. S26: a let that nobody uses has no windows; what it asks by active counts
//     for the order of rules all the same, as it stands in the rule.
//  7. S11: an event that more than one alternative keeps is kept once, by the
//     first whose where holds. For prev it is matched by the first whose tag fits.
//  8. prev, changed: the latest event of the key that matched before, at most
//     expire ago (both ends count), whatever became of the key since.
//  9. S13: at last + expire the windows are looked at once more, then the key
//     ends, unless a pane of each (or this) still holds a value; then it ends with
//     the pane. last n and session hold on to nothing: they end with the key. The
//     limit's runs per key of the rule end too; runs under the limit's own key stay.
// 10. S14, S15: an event whose argument is none (or no number, where numbers are
//     wanted) is not there for that aggregate: last n takes the n latest known
//     values, session the latest run of events that have one. min and max are the
//     first of equal values.
// 11. S16: avg is the exact sum rounded to a float, divided by the count, of ints
//     too; an exact sum of zeros is +0.
// 12. The acts of clear do are numbered after those of do; notes of the engine
//     are act -1. Effects of one (rule, key) in one step: do, repeat, clear do,
//     forgotten.
// 13. S3: runs count for the limit also when their fires are cut. What was cut is
//     reported once, when the cascade is over, by a step of round 0 of its own with
//     bounds of its own, in the name of the first fire that was cut; what that sets
//     off is cut silently. Keys in /eda/… data are objects of their parts.
//     The rule in /eda/… data is its identity: a label would change with its place.
// 14. S30b: the fitted event is what rules read everywhere, event included; a
//     misfit is none there. A number of seconds is rounded to ns, half away from 0.
// 15. x in list is the disjunction of the equalities (Kleene).
// 16. S5: active joins on equal key names, "1", "2", … included; names only the
//     asker has do not matter.

// effect is an effect as both sides are compared by.
type effect struct {
	T     int64
	Round int
	Rule  string
	Key   string
	Act   int
	Kind  vm.EffectKind
	Tag   string
	Data  string
	Text  string
	N     int
	ID    string
}

func (e effect) String() string {
	what := fmt.Sprintf("fire %s %s", e.Tag, e.Data)
	switch e.Kind {
	case vm.Logged:
		what = fmt.Sprintf("log %q", e.Text)
	case vm.Noted:
		what = fmt.Sprintf("note %s %s", e.Tag, e.Data)
	}
	return fmt.Sprintf("%s round %d %s[%s] act %d n %d: %s", instant(e.T), e.Round, e.Rule, e.Key, e.Act, e.N, what)
}

func instant(t int64) string { return time.Unix(0, t).UTC().Format(time.RFC3339Nano) }

// occ is an event as one rule has it: fitted, with its captures.
type occ struct {
	t     int64
	n     int // the step it came in
	tag   string
	data  value.Value
	caps  map[string]string
	parts map[string]value.Value // of a match: its events by their aliases
}

// cell is what is remembered for one key of a rule.
type cell struct {
	key    []string
	events []*occ // kept since the key began
	birth  *occ   // of a key that a table says is there: what stands for its event before there is one

	looked          bool // a first time; until then no write concerns it
	on, owed, ran   bool
	onAt, repeated  int64
	is, held        bool // the condition, and its hold
	since           int64
	clearIs, clearH bool
	clearSince      int64
	runs            []int64
}

func (c *cell) latest() *occ {
	if len(c.events) == 0 {
		return c.birth
	}
	return c.events[len(c.events)-1]
}

type alternative struct {
	segs  []string
	names []string // of the wildcards in order
	where lang.Expr
}

type keyPart struct {
	in      string // a table
	name    string
	capture bool
	expr    lang.Expr
}

type rule struct {
	of        *rule // the rule that this mutes
	mutes     []silencer
	domain    bool // tables say which keys there are
	ticked    int64
	info      *lang.RuleInfo
	decl      *lang.RuleDecl
	place     int // in order of identity
	level     int
	asked     bool
	asksCond  []*rule // by active in when or clear when
	alts      []alternative
	caps      map[string]bool
	lets      map[string]lang.Expr
	aliases   map[string]bool
	key       []keyPart
	limitKey  []keyPart
	seq       *sequence // of a source of several events
	elemAs    []string
	history   map[string]*history
	cells     map[string]*cell
	before    map[string]*occ    // the latest event of each key that matched
	matched   map[string][]*occ  // all of them
	runs      map[string][]int64 // under the limit's own key, or those of groups
	groups    map[string]*gathering
	gatherKey []keyPart
	calls     []scoped // aggregates
	reached   []scoped // in when and clear when
}

// scoped is an expression and where its names are looked up.
type scoped struct {
	x  lang.Expr
	sc *scope
}

// ruleNamed is the rule that active(r) or active(module.r) asks.
func ruleNamed(c *lang.Call) string {
	if s, ok := c.Args[0].(*lang.Select); ok {
		return s.Name.Text
	}
	return c.Args[0].(*lang.Ident).Text
}

// scope holds the arguments of a fn; nil is the rule's own scope.
type scope struct{ args map[string]scoped }

type declared struct {
	segs   []string
	fields []*lang.Field
}

type world struct {
	u      *lang.Unit
	lib    *vm.Library
	rules  []*rule // by identity
	order  []*rule // by level, then identity
	timers []*rule // asked first
	byName map[string]*rule
	params map[string]value.Value
	events []declared

	durations, panes map[int64]bool
	due              map[int64]bool
	now              int64
	round            int
	acts             []pending
	changed          map[*rule][][]string
	queue            []queued
	fired            int
	cut              int
	firstCut         pending
	memory
	grouped bool       // what is emitted is in the name of a group
	calls   []*calling // that wait for an answer
	blindness
	begun bool // the first event has come
	timed bool // some event says when it happened
	tables
	past
	numbered map[string]int
	out      []effect
	steps    int
	tried    int // events, in searches for matches
}

type pending struct {
	r       *rule
	key     []string
	e       effect
	val     value.Value
	grouped bool     // the key is that of a group
	call    *calling // what waits for an answer
	state   string   // no fire, but the look that a write to this asks for
}

type queued struct {
	round int
	tag   string
	data  value.Value
	tick  *rule             // whose tick it is
	looks map[*cell]bool    // no event, but a look at these
	ended map[*rule][]*cell // and the end of these
}

// evaluate runs the unit over events in order of time, up to the horizon.
func evaluate(u *lang.Unit, lib *vm.Library, events []vm.Event, horizon int64) []effect {
	w := newWorld(u, lib)
	events = w.inTime(events)
	w.edges(events, horizon)
	for i, e := range events {
		w.advance(seen(events, e.T-1))
		w.now = e.T
		if i == 0 {
			w.populate(nil)
			w.beginTicks()
		}
		w.resume(e)
		if w.isLate(e) {
			w.tooLate(e)
			continue
		}
		w.external(queued{tag: e.Tag, data: e.Data}, nil, nil)
	}
	w.advance(horizon)
	return w.out
}

func newWorld(u *lang.Unit, lib *vm.Library) *world {
	w := &world{u: u, lib: lib, byName: map[string]*rule{}, params: map[string]value.Value{},
		durations: map[int64]bool{}, panes: map[int64]bool{}, due: map[int64]bool{}, numbered: map[string]int{}}
	for _, p := range u.Params {
		w.params[p.Decl.Name.Text] = p.Value
		w.addDuration(p.Value)
	}
	for _, e := range u.Events {
		w.events = append(w.events, declared{segments(tagText(e.Decl.Tag)), e.Decl.Fields})
	}
	w.remember()
	w.loadTables()
	for i, info := range u.Rules {
		r := w.newRule(info)
		r.domain = len(r.key) > 0 && r.seq == nil && !slices.ContainsFunc(r.key, func(p keyPart) bool { return p.in == "" })
		r.place = i
		w.rules = append(w.rules, r)
		if info.Decl.Name.Text != "" {
			w.byName[info.Decl.Name.Text] = r
		}
	}
	w.loadMutes()
	asks := map[*rule][]*rule{}
	for _, r := range w.rules {
		d := r.decl
		cond := []lang.Expr{d.When}
		other := []lang.Expr{d.For, d.Repeat, d.Expire, d.Source.Within, d.Source.Every}
		if d.Clear != nil {
			cond = append(cond, d.Clear.When)
			other = append(other, d.Clear.For)
		}
		if d.Limit != nil {
			other = append(other, d.Limit.Per)
		}
		if d.Gather != nil {
			other = append(other, d.Gather.Dur)
		}
		if d.By != nil {
			for _, p := range d.By.Parts {
				other = append(other, p.Expr)
			}
		}
		for _, a := range r.alts {
			other = append(other, a.where)
		}
		acts := d.Do
		if d.Clear != nil {
			acts = append(slices.Clone(acts), d.Clear.Do...)
		}
		for _, a := range acts {
			if a.Tag != nil {
				other = append(other, a.Tag)
			}
			if a.Data != nil {
				other = append(other, a.Data)
			}
			if a.Text != nil {
				other = append(other, a.Text)
			}
			other = append(other, a.Args...)
			if a.Expr != nil {
				other = append(append(other, a.Expr), a.Keys...)
			}
		}
		visit := func(x lang.Expr, sc *scope, inCond bool) {
			if inCond {
				w.noteRead(r, x, sc)
				w.noteLookup(r, x, sc)
				w.noteFrom(r, x, sc)
			}
			switch x := x.(type) {
			case *lang.Lit:
				w.addDuration(x.Value)
			case *lang.Call:
				if aggregates[x.Fn.Text] && w.byName[x.Fn.Text] == nil {
					if x.From == nil {
						r.calls = append(r.calls, scoped{x, sc})
					}
					kind, size, _ := w.window(r, x, sc)
					if kind == lang.Each || kind == lang.This {
						w.panes[size] = true
					}
				}
				switch x.Fn.Text {
				case "reached":
					if inCond {
						r.reached = append(r.reached, scoped{x.Args[0], sc})
					}
				case "active":
					asked := w.byName[ruleNamed(x)]
					asks[r] = append(asks[r], asked)
					asked.asked = true
					if inCond {
						r.asksCond = append(r.asksCond, asked)
					}
				}
			}
		}
		for _, x := range cond {
			w.walk(r, x, nil, func(x lang.Expr, sc *scope) { visit(x, sc, true) })
		}
		for _, x := range other {
			w.walk(r, x, nil, func(x lang.Expr, sc *scope) { visit(x, sc, false) })
		}
		for _, l := range d.Lets {
			w.walk(r, l.Value, nil, func(x lang.Expr, _ *scope) {
				if c, ok := x.(*lang.Call); ok && c.Fn.Text == "active" {
					asked := w.byName[ruleNamed(c)]
					asks[r] = append(asks[r], asked)
					asked.asked = true
				}
			})
		}
		w.checkExpire(r, append(cond, other...))
		w.durations[r.info.Expire] = true
	}
	var level func(r *rule) int
	level = func(r *rule) int {
		n := 0
		for _, a := range asks[r] {
			n = max(n, level(a)+1)
		}
		return n
	}
	for _, r := range w.rules {
		r.level = level(r)
	}
	w.order = slices.Clone(w.rules)
	slices.SortStableFunc(w.order, func(a, b *rule) int { return cmp.Compare(a.level, b.level) })
	for _, r := range w.order {
		if r.asked {
			w.timers = append(w.timers, r)
		}
	}
	for _, r := range w.rules {
		if !r.asked {
			w.timers = append(w.timers, r)
		}
	}
	return w
}

// checkExpire holds the life of keys against the rule's durations (S13): not
// less than any in a clause or window, and one of those written or 24 h.
func (w *world) checkExpire(r *rule, xs []lang.Expr) {
	life := int64(24 * time.Hour)
	if r.decl.Expire != nil {
		life = w.duration(r.decl.Expire)
	}
	longest := max(life, w.duration(r.decl.For), w.duration(r.decl.Repeat), w.duration(r.decl.Source.Within), w.duration(r.decl.Source.Every))
	if c := r.decl.Clear; c != nil {
		longest = max(longest, w.duration(c.For))
	}
	if l := r.decl.Limit; l != nil {
		longest = max(longest, w.duration(l.Per))
	}
	if g := r.decl.Gather; g != nil {
		longest = max(longest, w.duration(g.Dur))
	}
	written := map[int64]bool{life: true}
	visit := func(x lang.Expr, sc *scope) {
		switch x := x.(type) {
		case *lang.Lit:
			d, _ := x.Value.AsDuration()
			written[d] = true
		case *lang.Ident:
			d, _ := w.params[x.Text].AsDuration()
			written[d] = true
		case *lang.Call:
			if aggregates[x.Fn.Text] {
				if kind, size, _ := w.window(r, x, sc); kind != lang.Last && kind != forever {
					longest = max(longest, size)
				}
			} else if x.Fn.Text == "silent" {
				longest = max(longest, w.duration(x.Args[0]))
			}
		}
	}
	for _, x := range xs {
		w.walk(r, x, nil, visit)
	}
	for _, l := range r.decl.Lets {
		w.walk(r, l.Value, nil, func(x lang.Expr, sc *scope) {
			at := longest
			visit(x, sc)
			longest = at
		})
	}
	if r.info.Expire < longest || !written[r.info.Expire] {
		panic(fmt.Sprintf("keys of %s live %d ns, but some duration is %d ns", r.info.Label, r.info.Expire, longest))
	}
}

func (w *world) addDuration(v value.Value) {
	if d, ok := v.AsDuration(); ok && d > 0 {
		w.durations[d] = true
	}
}

func (w *world) newRule(info *lang.RuleInfo) *rule {
	d := info.Decl
	r := &rule{info: info, decl: d, caps: map[string]bool{}, lets: map[string]lang.Expr{}, aliases: map[string]bool{},
		seq: w.sequenceOf(d), elemAs: elemNames(d), history: map[string]*history{}, cells: map[string]*cell{}, before: map[string]*occ{}, matched: map[string][]*occ{}, runs: map[string][]int64{}, groups: map[string]*gathering{}}
	var elems []*lang.Elem
	for _, s := range d.Source.Steps {
		elems = append(elems, s.Elems...)
	}
	common := map[string]int{}
	for _, el := range elems {
		a := alternative{segs: segments(tagText(el.Tag)), where: el.Where}
		a.names = wildcards(a.segs)
		seen := map[string]bool{}
		for _, n := range a.names {
			if r.seq != nil && r.seq.named && n[0] <= '9' {
				continue
			}
			r.caps[n] = true
			if !seen[n] {
				common[n]++
			}
			seen[n] = true
		}
		if el.As.Text != "" {
			r.aliases[el.As.Text] = true
		}
		r.alts = append(r.alts, a)
	}
	if d.Source.Every != nil || d.Source.Cron != nil {
		r.alts = []alternative{{where: d.Source.Where}}
	}
	// a where of the last alternative alone speaks for all (S11)
	from := 0
	for _, s := range d.Source.Steps {
		alts := r.alts[from : from+len(s.Elems)]
		from += len(s.Elems)
		alone := alts[len(alts)-1].where
		for _, a := range alts[:len(alts)-1] {
			if a.where != nil || s.Both {
				alone = nil
			}
		}
		if alone != nil {
			for i := range alts {
				alts[i].where = alone
			}
		}
	}
	for _, l := range d.Lets {
		r.lets[l.Name.Text] = l.Value
	}
	if d.By == nil {
		seen := map[string]bool{}
		for _, n := range r.alts[0].names {
			if common[n] == len(elems) && !seen[n] {
				r.key = append(r.key, keyPart{name: n, capture: true})
			}
			seen[n] = true
		}
	} else {
		r.key = r.parts(d.By)
	}
	if d.Limit != nil && d.Limit.By != nil {
		r.limitKey = r.parts(d.Limit.By)
	}
	if d.Gather != nil && d.Gather.By != nil {
		r.gatherKey = r.parts(d.Gather.By)
	}
	return r
}

func (r *rule) parts(by *lang.ByClause) []keyPart {
	var out []keyPart
	for _, p := range by.Parts {
		part := keyPart{expr: p.Expr, in: p.In.Text}
		if id, ok := p.Expr.(*lang.Ident); ok {
			part.name = id.Text
		}
		out = append(out, part)
	}
	return out
}

// walk calls visit for x and all below it, with lets and fns written out.
func (w *world) walk(r *rule, x lang.Expr, sc *scope, visit func(lang.Expr, *scope)) {
	if isNil(x) {
		return
	}
	visit(x, sc)
	down := func(xs ...lang.Expr) {
		for _, x := range xs {
			w.walk(r, x, sc, visit)
		}
	}
	switch x := x.(type) {
	case *lang.Ident:
		if sc != nil {
			if a, ok := sc.args[x.Text]; ok {
				w.walk(r, a.x, a.sc, visit)
			}
		} else if l, ok := r.lets[x.Text]; ok {
			down(l)
		}
	case *lang.Str:
		for _, p := range x.Parts {
			down(p.Path)
		}
	case *lang.Unary:
		down(x.X)
	case *lang.Binary:
		down(x.X, x.Y)
	case *lang.Select:
		if q := w.u.Info.Qualified[x]; q != nil {
			down(q)
			return
		}
		if w.isGroup(x.X, &ctx{r: r}, sc) {
			down(&lang.Ident{Name: x.Name})
			return
		}
		down(x.X)
	case *lang.Index:
		down(x.X)
		down(x.Args...)
	case *lang.Call:
		if x.Fn.Text == "active" {
			return
		}
		if fn := w.u.Fns[x.Fn.Text]; fn != nil {
			w.walk(r, fn.Body, bind(fn, x, sc), visit)
			return
		}
		if aggregates[x.Fn.Text] {
			w.within++
			defer func() { w.within-- }()
		}
		down(x.Args...)
		if x.Win != nil {
			down(x.Win.Size)
		}
		down(x.Where)
	case *lang.List:
		down(x.Items...)
	case *lang.Obj:
		for _, p := range x.Parts {
			down(p.Value)
		}
	case *lang.Paren:
		down(x.X)
	}
}

func isNil(x lang.Expr) bool {
	if x == nil {
		return true
	}
	switch x := x.(type) {
	case *lang.Str:
		return x == nil
	case *lang.Obj:
		return x == nil
	}
	return false
}

func bind(fn *lang.FnDecl, c *lang.Call, sc *scope) *scope {
	inner := &scope{args: map[string]scoped{}}
	for i, p := range fn.Params {
		inner.args[p.Text] = scoped{c.Args[i], sc}
	}
	return inner
}

// ---- tags

func tagText(s *lang.Str) string { return strings.Trim(s.Raw, `"`) }

func segments(tag string) []string { return strings.Split(tag, "/") }

// wildcards names them in order: a written name, or the place among all.
func wildcards(segs []string) []string {
	var out []string
	for _, s := range segs {
		switch {
		case strings.HasPrefix(s, "{"):
			out = append(out, strings.Trim(s, "{*}"))
		case strings.Contains(s, "*"):
			out = append(out, fmt.Sprint(len(out)+1))
		}
	}
	return out
}

// matchTag matches segment by segment; caps are the texts of the wildcards.
func matchTag(pat, segs []string) (caps []string, ok bool) {
	if len(pat) == 0 {
		return nil, len(segs) == 0
	}
	p := pat[0]
	if p == "**" || strings.HasPrefix(p, "{") && strings.HasSuffix(p, "**}") {
		for n := range len(segs) + 1 {
			if rest, ok := matchTag(pat[1:], segs[n:]); ok {
				return append([]string{strings.Join(segs[:n], "/")}, rest...), true
			}
		}
		return nil, false
	}
	if len(segs) == 0 {
		return nil, false
	}
	s := segs[0]
	rest, ok := matchTag(pat[1:], segs[1:])
	if !ok {
		return nil, false
	}
	switch {
	case p == "*" || strings.HasPrefix(p, "{"):
		return append([]string{s}, rest...), s != ""
	case strings.Contains(p, "*"):
		return append([]string{s}, rest...), glob(p, s)
	}
	return rest, p == s
}

func glob(p, s string) bool {
	if p == "" {
		return s == ""
	}
	if p[0] == '*' {
		return glob(p[1:], s) || s != "" && glob(p, s[1:])
	}
	return s != "" && p[0] == s[0] && glob(p[1:], s[1:])
}

func first(segs []string) string {
	for _, s := range segs {
		if s != "" {
			return s
		}
	}
	return ""
}

func (a *alternative) match(segs []string) (map[string]string, bool) {
	if first(segs) == "eda" && first(a.segs) != "eda" { // S29
		return nil, false
	}
	texts, ok := matchTag(a.segs, segs)
	if !ok {
		return nil, false
	}
	caps := map[string]string{}
	for i, n := range a.names {
		if old, ok := caps[n]; ok && old != texts[i] { // S40
			return nil, false
		}
		caps[n] = texts[i]
	}
	return caps, true
}

// fit reads data through the declared event that covers the tag.
func (w *world) fit(tag string, data value.Value) value.Value {
	for _, d := range w.events {
		if _, ok := matchTag(d.segs, segments(tag)); !ok {
			continue
		}
		fields := slices.Clone(data.Fields())
		for i, f := range fields {
			for _, want := range d.fields {
				if want.Name.Text == f.Name {
					fields[i].Value = fitValue(f.Value, want.Type)
				}
			}
		}
		return value.Object(fields)
	}
	if data.IsNone() {
		return value.Object(nil)
	}
	return data
}

func fitValue(v value.Value, t *lang.TypeExpr) value.Value {
	is := func(k value.Kind) value.Value {
		if v.Kind() == k {
			return v
		}
		return value.Value{}
	}
	switch {
	case t.Elem != nil:
		return is(value.KindList)
	case t.Name.Text == "":
		return is(value.KindObject)
	}
	switch t.Name.Text {
	case "int":
		if f, ok := v.AsFloat(); ok {
			if n, acc := big.NewFloat(f).Int64(); acc == big.Exact {
				return value.Int(n)
			}
		}
		return is(value.KindInt)
	case "float":
		if n, ok := v.AsInt(); ok {
			return value.Float(float64(n))
		}
		return is(value.KindFloat)
	case "string":
		return is(value.KindString)
	case "bool":
		return is(value.KindBool)
	case "duration":
		if s, ok := v.AsString(); ok {
			if d, err := calendar.ParseDuration(s); err == nil {
				return value.Duration(d)
			}
		}
		return is(value.KindDuration)
	case "time":
		if t, ok := asTime(v); ok {
			return value.Time(t)
		}
		return value.Value{}
	}
	return v
}

// asTime reads a time as S29a does.
func asTime(v value.Value) (int64, bool) {
	switch v.Kind() {
	case value.KindTime:
		return v.AsTime()
	case value.KindString:
		s, _ := v.AsString()
		t, err := time.Parse(time.RFC3339Nano, s)
		return t.UnixNano(), err == nil
	case value.KindInt, value.KindFloat:
		d, f := value.Mul(v, value.Duration(1e9))
		if f != value.OK {
			return 0, false
		}
		return d.AsDuration()
	}
	return 0, false
}

// tooLong ends the evaluation of programs that set off too much to compare.
const tooLong = "too many steps"

// ---- instants

// advance runs the timers at or before t.
func (w *world) advance(t int64) {
	for {
		next, ok := int64(0), false
		for d := range w.due {
			if d <= t && (!ok || d < next) {
				next, ok = d, true
			}
		}
		if !ok {
			return
		}
		if w.stale {
			panic(tooLong)
		}
		delete(w.due, next)
		w.now = next
		type stepped struct {
			r   *rule
			key []string
		}
		var had []stepped
		for _, r := range w.timers {
			ticks, keys := w.ticks(r), [][]string(nil)
			for i := 0; ; i++ {
				if i == len(ticks) {
					keys = r.timerKeys()
				}
				switch {
				case i < len(ticks):
					w.external(ticks[i], nil, nil)
				case i-len(ticks) < len(keys):
					w.external(queued{}, r, keys[i-len(ticks)])
					had = append(had, stepped{r, keys[i-len(ticks)]})
				}
				if i-len(ticks) >= len(keys) && i >= len(ticks) {
					break
				}
				for again := true; again; { // what opened in this instant, and is over with it
					again = false
					for _, s := range had {
						if h := s.r.history[join(s.key)]; h != nil && w.expired(s.r, h) != nil {
							w.external(queued{}, s.r, s.key)
							again = true
							break
						}
					}
				}
			}
		}
		w.endGroups()
		w.endCalls()
		for _, r := range w.rules {
			if r.ticked == w.now {
				w.awaitTick(r, w.now+1)
			}
		}
	}
}

func (w *world) wake(t int64) {
	if t > w.now {
		w.due[t] = true
	}
}

// instants are those that an event or a change at now can bring about.
func (w *world) instants() {
	for d := range w.durations {
		w.wake(w.now + d)
	}
	for d := range w.panes {
		w.wake((floorDiv(w.now, d) + 1) * d)
		w.wake((floorDiv(w.now, d) + 2) * d)
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// ---- steps

// external is one external event or one timer with all it brings about.
func (w *world) external(ev queued, r *rule, key []string) {
	w.cascade(func() { w.step(ev, r, key) })
}

func (w *world) cascade(first func()) {
	w.fired, w.cut = 0, 0
	first()
	w.follow()
}

// follow takes what was fired until nothing is left.
func (w *world) follow() {
	for len(w.queue) > 0 {
		q := w.queue[0]
		w.queue = w.queue[1:]
		w.step(q, nil, nil)
	}
	if w.cut > 0 {
		w.reportCut()
	}
}

func (w *world) reportCut() {
	p, n := w.firstCut, w.cut
	w.fired, w.cut = 0, 0
	w.round, w.acts = 0, nil
	what := value.Field{Name: "tag", Value: value.String(p.e.Tag)}
	if p.state != "" {
		what = value.Field{Name: "state", Value: value.String(p.state)}
	}
	w.grouped = p.grouped
	w.emit(p.r, p.key, effect{Act: -1, Kind: vm.Noted, Tag: "/eda/error/cascade"}, value.Object([]value.Field{
		{Name: "rule", Value: value.String(p.r.info.Identity)}, {Name: "key", Value: keyObject(p.r, p.key, p.grouped)},
		what, {Name: "cut", Value: value.Int(int64(n))}}))
	w.commit()
	for len(w.queue) > 0 {
		q := w.queue[0]
		w.queue = w.queue[1:]
		w.step(q, nil, nil)
	}
}

func keyObject(r *rule, key []string, grouped bool) value.Value {
	var fields []value.Field
	names := r.info.Key
	if grouped {
		names = r.info.GatherKey
	}
	for i, k := range key {
		fields = append(fields, value.Field{Name: names[i].Name, Value: value.String(k)})
	}
	return value.Object(fields)
}

// step takes one event, or one timer.
func (w *world) step(ev queued, timerRule *rule, timerKey []string) {
	if w.steps++; w.steps > 20000 {
		panic(tooLong)
	}
	w.round = ev.round
	w.acts, w.changed = nil, map[*rule][][]string{}
	if timerRule == nil {
		w.instants()
		if ev.looks == nil && ev.tick == nil {
			w.answer(ev.tag, ev.data)
		}
	}
	w.reload(ev)
	for r, cells := range ev.ended {
		for _, c := range cells {
			w.drop(r, c)
		}
	}
	var timerCell *cell
	if timerRule == nil && ev.looks == nil && ev.tick == nil {
		w.history = append(w.history, queuedAt{ev, w.now, w.steps})
	}
	for _, r := range w.order {
		look := map[*cell]bool{}
		for c := range ev.looks {
			if r.cells[join(c.key)] == c {
				look[c] = true
			}
		}
		if timerRule == nil && ev.looks == nil && ev.tick == nil {
			w.concerned(r, ev, look)
		}
		if ev.tick != nil && ev.tick != r {
			// it is another's alone
		} else if timerRule == nil && ev.looks == nil && r.seq != nil {
			if c := w.offerSequence(r, ev); c != nil && r.decl.When == nil {
				w.plain(r, c, nil)
			} else if c != nil {
				look[c] = true
			}
		} else if timerRule == nil && ev.looks == nil {
			c, prev, kept := w.offer(r, ev)
			if kept {
				if r.decl.When == nil {
					w.plain(r, c, prev)
				} else {
					look[c] = true
				}
			}
		}
		if r == timerRule {
			w.absent(r, timerKey)
			if timerCell = r.cells[join(timerKey)]; timerCell != nil {
				look[timerCell] = true
			}
		}
		for _, asked := range r.asksCond {
			for _, k := range w.changed[asked] {
				for _, c := range r.cells {
					if joins(r, c.key, asked, k) {
						look[c] = true
					}
				}
			}
		}
		for _, c := range inOrder(look) {
			timer := c == timerCell && r == timerRule
			if r.decl.When != nil {
				w.look(r, c, timer)
			}
			if timer {
				w.end(r, c)
			}
		}
	}
	w.commit()
}

// commit puts the step's effects in order and queues what they fire (S2, S3).
func (w *world) commit() {
	slices.SortStableFunc(w.acts, func(a, b pending) int {
		return cmp.Or(cmp.Compare(a.r.place, b.r.place), slices.Compare(a.key, b.key))
	})
	for _, p := range w.acts {
		if p.e.Kind != vm.Logged {
			if w.round+1 > 16 || w.fired >= 1000 {
				if w.cut == 0 {
					w.firstCut = p
				}
				w.cut++
				continue
			}
			w.fired++
			w.queue = append(w.queue, queued{round: w.round + 1, tag: p.e.Tag, data: p.val})
		}
		if p.call == nil || p.call.attempts == 1 {
			id := fmt.Sprintf("%d %q %d", p.r.place, p.key, w.now)
			p.e.N = w.numbered[id]
			w.numbered[id]++
			p.e.ID = idOf(p.r.info.Identity, p.key, w.now, p.e.N)
		} else {
			p.e.N = -1 // it has one already
		}
		if p.call != nil {
			w.sent(p)
		}
		w.out = append(w.out, p.e)
	}
	w.store()
}

// idOf is the id of an effect (D31, SPEC 9).
func idOf(identity string, key []string, t int64, n int) string {
	b := binary.AppendUvarint(nil, uint64(len(identity)))
	b = append(b, identity...)
	b = binary.AppendUvarint(b, uint64(len(key)))
	for _, k := range key {
		b = binary.AppendUvarint(b, uint64(len(k)))
		b = append(b, k...)
	}
	b = binary.BigEndian.AppendUint64(b, uint64(t))
	b = binary.BigEndian.AppendUint32(b, uint32(n))
	sum := sha256.Sum256(b)
	return fmt.Sprintf("%x", sum[:16])
}

func (r *rule) sorted() []*cell {
	all := map[*cell]bool{}
	for _, c := range r.cells {
		all[c] = true
	}
	return inOrder(all)
}

func inOrder(cells map[*cell]bool) []*cell {
	var out []*cell
	for c := range cells {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *cell) int { return slices.Compare(a.key, b.key) })
	return out
}

func join(key []string) string { return fmt.Sprintf("%q", key) }

// joins reports whether asker's key stands in active(asked) for that key.
func joins(asker *rule, mine []string, asked *rule, theirs []string) bool {
	for i, p := range asker.key {
		for j, q := range asked.key {
			if p.name != "" && p.name == q.name && mine[i] != theirs[j] {
				return false
			}
		}
	}
	return true
}

// offer gives the event to the rule; kept says that its key c has it now.
func (w *world) offer(r *rule, ev queued) (c *cell, prev *occ, kept bool) {
	segs := segments(ev.tag)
	var data value.Value
	fitted := false
	for _, a := range r.alts {
		caps, ok := a.match(segs)
		if ev.tick != nil {
			caps, ok, data, fitted = map[string]string{}, true, ev.data, true
		}
		if !ok {
			continue
		}
		if !fitted {
			data, fitted = w.fit(ev.tag, ev.data), true
		}
		o := &occ{t: w.now, n: w.steps, tag: ev.tag, data: data, caps: caps}
		key, ok := w.keyOf(r, r.key, o, nil)
		if !ok {
			continue
		}
		id := join(key)
		if before := r.before[id]; before != nil && before.n == w.steps {
			// an alternative before this one has matched this very event
		} else if before != nil && w.now-before.t <= r.info.Expire {
			prev = before
		}
		if r.before[id] == nil || r.before[id].n != w.steps {
			r.before[id] = o
			r.matched[id] = append(r.matched[id], o)
		}
		if a.where != nil && !value.True(w.eval(a.where, &ctx{r: r, key: key, c: r.cells[id], o: o, prev: prev}, nil)) {
			continue
		}
		c := r.cells[id]
		if c == nil {
			c = &cell{key: key}
			r.cells[id] = c
		}
		c.events = append(c.events, o)
		return c, prev, true
	}
	return nil, nil, false
}

// keyOf computes a key; ok is false where a part is no key (S11).
func (w *world) keyOf(r *rule, parts []keyPart, o *occ, c *cell) (key []string, ok bool) {
	key = []string{}
	for _, p := range parts {
		var v value.Value
		if p.capture {
			text, ok := o.caps[p.name]
			if !ok {
				return nil, false
			}
			v = value.String(text)
		} else {
			x := &ctx{r: r, o: o, c: c}
			if c != nil {
				x.key = c.key
			}
			v = w.eval(p.expr, x, nil)
		}
		if v.IsNone() || v.Kind() == value.KindList || v.Kind() == value.KindObject {
			return nil, false
		}
		key = append(key, value.Text(v))
		if p.in != "" && !w.hasRow(p.in, value.Text(v)) {
			return nil, false
		}
	}
	return key, true
}

// plain is a kept event of a rule without when.
func (w *world) plain(r *rule, c *cell, prev *occ) {
	if w.muted(r, c.key) {
		return
	}
	if r.decl.Gather != nil {
		w.joinGroup(r, &ctx{r: r, key: c.key, c: c, o: c.latest(), prev: prev})
		return
	}
	if w.run(r, c) {
		w.perform(r, r.decl.Do, 0, &ctx{r: r, key: c.key, c: c, o: c.latest(), prev: prev})
	}
}

// run asks the limit and counts a run that it allows (S10).
func (w *world) run(r *rule, c *cell) bool {
	l := r.decl.Limit
	if l == nil {
		return true
	}
	n, _ := w.constant(l.N).AsInt()
	per := w.duration(l.Per)
	runs := c.runs
	own := ""
	if l.By != nil {
		key, ok := w.keyOf(r, r.limitKey, c.latest(), c)
		if !ok {
			return false
		}
		own = join(key)
		runs = r.runs[own]
	}
	in := int64(0)
	for _, t := range runs {
		if t > w.now-per {
			in++
		}
	}
	if in >= n {
		return false
	}
	runs = append(runs, w.now)
	w.wake(w.now + per)
	if l.By != nil {
		r.runs[own] = runs
	} else {
		c.runs = runs
	}
	return true
}

func (w *world) constant(x lang.Expr) value.Value {
	switch x := x.(type) {
	case *lang.Lit:
		return x.Value
	case *lang.Ident:
		return w.params[x.Text]
	case *lang.Paren:
		return w.constant(x.X)
	}
	return value.Value{}
}

func (w *world) duration(x lang.Expr) int64 {
	if x == nil {
		return 0
	}
	d, _ := w.constant(x).AsDuration()
	return d
}

// look evaluates a situation (S6-S10).
func (w *world) look(r *rule, c *cell, timer bool) {
	d := r.decl
	c.looked = true
	x := &ctx{r: r, key: c.key, c: c, o: c.latest()}
	cond := w.eval(d.When, x, nil)
	w.hold(value.True(cond), w.duration(d.For), timer, &c.is, &c.held, &c.since)
	explicit := d.Clear != nil && d.Clear.When != nil
	if explicit {
		clear := value.True(w.eval(d.Clear.When, x, nil))
		w.hold(clear, w.duration(d.Clear.For), timer, &c.clearIs, &c.clearH, &c.clearSince)
	}
	for _, q := range r.reached {
		if t, ok := asTime(w.eval(q.x, x, q.sc)); ok {
			w.wake(t)
		}
	}
	repeat := w.duration(d.Repeat)
	switch {
	case !c.on && c.held && !c.clearH:
		c.on, c.owed, c.ran, c.onAt = true, true, false, w.now
		w.changed[r] = append(w.changed[r], c.key)
	case c.on && (explicit && c.clearH || !explicit && value.False(cond)):
		c.on, c.owed = false, false
		w.leave(r, c)
		w.changed[r] = append(w.changed[r], c.key)
		if c.ran && d.Clear != nil {
			w.perform(r, d.Clear.Do, len(d.Do), x)
		}
	}
	muted := c.on && w.muted(r, c.key)
	if c.on && c.owed && !muted && d.Gather != nil {
		c.owed = false
		w.joinGroup(r, x)
	}
	if c.on && c.owed && !muted && (len(d.Do) == 0 || w.run(r, c)) {
		c.owed, c.ran = false, true
		w.perform(r, d.Do, 0, x)
	}
	if c.on && repeat > 0 {
		if timer && w.now > c.onAt && (w.now-c.onAt)%repeat == 0 && c.repeated != w.now {
			c.repeated = w.now // an absence can bring a second timer step of this instant
			switch {
			case !value.True(cond) || len(d.Do) == 0 || muted:
			case d.Gather != nil:
				w.joinGroup(r, x)
			case w.run(r, c):
				w.perform(r, d.Do, 0, x)
			}
		}
		w.wake(c.onAt + ((w.now-c.onAt)/repeat+1)*repeat)
	}
}

func (w *world) hold(is bool, d int64, timer bool, was, held *bool, since *int64) {
	switch {
	case !is:
		*was, *held = false, false
		return
	case !*was:
		*was, *since = true, w.now
		w.wake(w.now + d)
	}
	if d == 0 || timer && w.now >= *since+d {
		*held = true
	}
}

// end lets go of a key whose life is over (S13).
func (w *world) end(r *rule, c *cell) {
	if r.domain || w.now < max(c.latest().t, w.resumed)+r.info.Expire {
		return
	}
	x := &ctx{r: r, key: c.key, c: c, o: c.latest()}
	for _, a := range r.calls {
		call := a.x.(*lang.Call)
		kind, _, args := w.window(r, call, a.sc)
		if kind != lang.Each && kind != lang.This {
			continue
		}
		if len(w.entries(call, x, a.sc, args)) > 0 {
			return
		}
	}
	w.drop(r, c)
}

// drop lets go of a key.
func (w *world) drop(r *rule, c *cell) {
	delete(r.cells, join(c.key))
	w.leave(r, c)
	if c.on {
		w.changed[r] = append(w.changed[r], c.key)
		w.forgotten(r, c)
	}
}

func (w *world) forgotten(r *rule, c *cell) {
	data := value.Object([]value.Field{{Name: "rule", Value: value.String(r.info.Identity)}, {Name: "key", Value: keyObject(r, c.key, false)}})
	w.emit(r, c.key, effect{Act: -1, Kind: vm.Noted, Tag: "/eda/forgotten"}, data)
}

func (w *world) emit(r *rule, key []string, e effect, data value.Value) {
	e.T, e.Round, e.Rule, e.Key = w.now, w.round, r.info.Label, strings.Join(key, " ")
	if e.Kind != vm.Logged {
		e.Data = jsonOf(data)
	}
	w.acts = append(w.acts, pending{r: r, key: key, e: e, val: data, grouped: w.grouped})
}

func jsonOf(v value.Value) string {
	if v.IsNone() {
		return "{}"
	}
	return string(value.AppendJSON(nil, v))
}

func (w *world) perform(r *rule, acts []lang.Act, offset int, x *ctx) {
	for i, a := range acts {
		switch a.Kind {
		case lang.Fire:
			tag, ok := w.text(a.Tag, x, nil)
			if !ok || !w.may(r.info.File, tag) { // S24, S31
				continue
			}
			var data value.Value
			if a.Data != nil {
				data = w.eval(a.Data, x, nil)
			}
			w.emit(r, x.key, effect{Act: offset + i, Kind: vm.Fired, Tag: tag}, data)
		case lang.Log:
			text, _ := w.text(a.Text, x, nil)
			w.emit(r, x.key, effect{Act: offset + i, Kind: vm.Logged, Text: text}, value.Value{})
		case lang.CallAction:
			w.callAction(r, a, offset+i, x)
		case lang.Set:
			w.set(r, a, x)
		}
	}
}

// ---- expressions

// ctx is what an expression is about: a rule's key, and the event at hand.
type ctx struct {
	r     *rule
	key   []string
	c     *cell
	o     *occ
	prev  *occ
	g     *gathering           // whose acts run
	m     *membership          // of the last member, which plain names are about
	on    map[*rule][][]string // the situations that are on, where it is about the past
	other bool                 // o is an event of another source
	then  bool                 // o is an event of the past: registers are read as they stood when it came, and now is its instant
}

var aggregates = map[string]bool{"count": true, "sum": true, "avg": true, "min": true, "max": true, "first": true, "last": true,
	"rate": true, "delta": true, "slope": true, "stddev": true, "pct": true, "distinct": true, "changes": true, "max_by": true, "min_by": true}

// text prints a string; ok is false where a path in it is none.
func (w *world) text(s *lang.Str, x *ctx, sc *scope) (text string, ok bool) {
	ok = true
	for _, p := range s.Parts {
		if p.Path == nil {
			text += p.Text
			continue
		}
		v := w.eval(p.Path, x, sc)
		if v.IsNone() {
			ok = false
		}
		if p.Digits >= 0 {
			text += string(value.AppendFixed(nil, v, p.Digits))
		} else {
			text += value.Text(v)
		}
	}
	return text, ok
}

func (w *world) eval(e lang.Expr, x *ctx, sc *scope) value.Value {
	switch e := e.(type) {
	case *lang.Lit:
		return e.Value
	case *lang.Str:
		s, _ := w.text(e, x, sc)
		return value.String(s)
	case *lang.Paren:
		return w.eval(e.X, x, sc)
	case *lang.Ident:
		return w.name(e.Text, x, sc)
	case *lang.Unary:
		v := w.eval(e.X, x, sc)
		switch e.Op {
		case "not":
			v, _ = value.Not(v)
			return v
		case "has":
			return value.Bool(!v.IsNone())
		}
		v, _ = value.Neg(v)
		return v
	case *lang.Binary:
		return w.binary(e, x, sc)
	case *lang.Select:
		if q := w.u.Info.Qualified[e]; q != nil {
			return w.eval(q, x, sc)
		}
		if w.isGroup(e.X, x, sc) {
			return w.ofGroup(e.Name.Text, x)
		}
		return w.eval(e.X, x, sc).Get(e.Name.Text)
	case *lang.Index:
		if reg := w.register(x.r, e.X, sc); reg != nil {
			return w.read(reg, e.Args, x, sc)
		}
		if t := w.table(x.r, e.X, sc); t != nil {
			return w.lookUp(t, e.Args, x, sc)
		}
		v, i := w.eval(e.X, x, sc), w.eval(e.Args[0], x, sc)
		if s, ok := i.AsString(); ok {
			return v.Get(s)
		}
		if n, ok := i.AsInt(); ok && n >= 0 && n < int64(len(v.Items())) {
			return v.Items()[n]
		}
		return value.Value{}
	case *lang.List:
		items := []value.Value{}
		for _, i := range e.Items {
			items = append(items, w.eval(i, x, sc))
		}
		return value.List(items)
	case *lang.Obj:
		var fields []value.Field
		set := func(name string, v value.Value) {
			for i := range fields {
				if fields[i].Name == name {
					fields[i].Value = v
					return
				}
			}
			fields = append(fields, value.Field{Name: name, Value: v})
		}
		for _, p := range e.Parts {
			v := w.eval(p.Value, x, sc)
			if !p.Spread {
				set(p.Name.Text, v)
				continue
			}
			for _, f := range v.Fields() {
				set(f.Name, f.Value)
			}
		}
		return value.Object(fields)
	case *lang.Call:
		return w.call(e, x, sc)
	}
	panic(fmt.Sprintf("no meaning for %T", e))
}

// name looks a name up as D13 orders it.
func (w *world) name(n string, x *ctx, sc *scope) value.Value {
	if sc != nil {
		if a, ok := sc.args[n]; ok {
			return w.eval(a.x, x, a.sc)
		}
		return w.params[n]
	}
	if v, ok := x.partOf(n); ok {
		return v
	}
	if l, ok := x.r.lets[n]; ok {
		return w.eval(l, x, nil)
	}
	if x.other {
		if v, ok := w.foreignName(n, x); ok {
			return v
		}
	} else if x.r.caps[n] {
		if s, ok := x.o.caps[n]; ok {
			return value.String(s)
		}
		return value.Value{}
	}
	if x.r.aliases[n] && !x.other {
		if x.o.parts != nil {
			return x.o.parts[n]
		}
		return x.o.data
	}
	if reg := w.registers[n]; reg != nil {
		return w.read(reg, nil, x, nil)
	}
	if p, ok := w.params[n]; ok {
		return p
	}
	switch n {
	case "event":
		return x.o.data
	case "tag":
		if x.o.tag == "" {
			return value.Value{}
		}
		return value.String(x.o.tag)
	case "now":
		if x.then {
			return value.Time(x.o.t)
		}
		return value.Time(w.now)
	}
	return x.o.data.Get(n)
}

func (w *world) binary(e *lang.Binary, x *ctx, sc *scope) value.Value {
	a, b := w.eval(e.X, x, sc), w.eval(e.Y, x, sc)
	var v value.Value
	switch e.Op {
	case "or":
		v, _ = value.Or(a, b)
	case "and":
		v, _ = value.And(a, b)
	case "==":
		v, _ = value.Equal(a, b)
	case "!=":
		v, _ = value.Equal(a, b)
		v, _ = value.Not(v)
	case "<":
		v, _ = value.Less(a, b)
	case "<=":
		v, _ = value.LessEqual(a, b)
	case ">":
		v, _ = value.Less(b, a)
	case ">=":
		v, _ = value.LessEqual(b, a)
	case "+":
		v, _ = value.Add(a, b)
	case "-":
		v, _ = value.Sub(a, b)
	case "*":
		v, _ = value.Mul(a, b)
	case "/":
		v, _ = value.Div(a, b)
	case "//":
		v, _ = value.FloorDiv(a, b)
	case "%":
		v, _ = value.Mod(a, b)
	case "??":
		if v = a; a.IsNone() {
			v = b
		}
	case "in":
		if b.Kind() != value.KindList {
			return value.Value{}
		}
		v = value.Bool(false)
		for _, item := range b.Items() {
			eq, _ := value.Equal(a, item)
			v, _ = value.Or(v, eq)
		}
	case "like", "matches":
		s, ok := a.AsString()
		p, ok2 := b.AsString()
		if !ok || !ok2 {
			return value.Value{}
		}
		if e.Op == "matches" {
			return value.Bool(regexp.MustCompile(p).MatchString(s))
		}
		return value.Bool(like([]rune(p), []rune(s)))
	default:
		panic("no meaning for operator " + string(e.Op))
	}
	return v
}

func like(p, s []rune) bool {
	if len(p) == 0 {
		return len(s) == 0
	}
	if p[0] == '*' {
		return like(p[1:], s) || len(s) > 0 && like(p, s[1:])
	}
	return len(s) > 0 && (p[0] == '?' || p[0] == s[0]) && like(p[1:], s[1:])
}

func (w *world) call(e *lang.Call, x *ctx, sc *scope) value.Value {
	if fn := w.u.Fns[e.Fn.Text]; fn != nil {
		return w.eval(fn.Body, x, bind(fn, e, sc))
	}
	if x.m != nil && looksBack(e.Fn.Text) {
		return w.asOf(e, x, sc)
	}
	if aggregates[e.Fn.Text] {
		return w.aggregate(e, x, sc)
	}
	before := func() value.Value {
		if x.prev == nil {
			return value.Value{}
		}
		return w.eval(e.Args[0], &ctx{r: x.r, key: x.key, c: x.c, o: x.prev, then: true}, sc)
	}
	switch e.Fn.Text {
	case "silent":
		d, _ := w.eval(e.Args[0], x, sc).AsDuration()
		if w.unheard(x.c) && w.resumed > w.now-d {
			return value.Value{}
		}
		if x.c == nil || x.c.start().t > w.now-d {
			return value.Bool(false)
		}
		return value.Bool(x.c.latest().t <= w.now-d)
	case "reached":
		t, ok := asTime(w.eval(e.Args[0], x, sc))
		if !ok {
			return value.Value{}
		}
		return value.Bool(t <= w.now)
	case "during":
		return w.duringNow(e, x)
	case "prev":
		return before()
	case "unique":
		return w.isUnique(e, x, sc)
	case "changed":
		v, _ := value.Equal(w.eval(e.Args[0], x, sc), before())
		v, _ = value.Not(v)
		return v
	case "active":
		asked := w.byName[ruleNamed(e)]
		if x.on != nil {
			return value.Bool(slices.ContainsFunc(x.on[asked], func(key []string) bool { return joins(x.r, x.key, asked, key) }))
		}
		for _, c := range asked.cells {
			if c.on && joins(x.r, x.key, asked, c.key) {
				return value.Bool(true)
			}
		}
		return value.Bool(false)
	case "pick":
		switch c := w.eval(e.Args[0], x, sc); {
		case value.True(c):
			return w.eval(e.Args[1], x, sc)
		case value.False(c):
			return w.eval(e.Args[2], x, sc)
		}
		return value.Value{}
	}
	f, ok := w.lib.Funcs[e.Fn.Text]
	if !ok {
		panic("no function " + e.Fn.Text)
	}
	var args []value.Value
	for _, a := range e.Args {
		args = append(args, w.eval(a, x, sc))
	}
	v, _ := f.Call(args)
	return v
}

const forever lang.WinKind = 255 // last(x) without a window

// window tells the window of an aggregate from its arguments.
func (w *world) window(r *rule, e *lang.Call, sc *scope) (kind lang.WinKind, size int64, args []lang.Expr) {
	if e.Win != nil {
		v := w.constant(e.Win.Size)
		if n, ok := v.AsInt(); ok {
			return e.Win.Kind, n, e.Args
		}
		d, _ := v.AsDuration()
		return e.Win.Kind, d, e.Args
	}
	if n := len(e.Args); n > 0 {
		x := e.Args[n-1]
		for {
			id, ok := x.(*lang.Ident)
			if !ok || sc == nil {
				break
			}
			a, ok := sc.args[id.Text]
			if !ok {
				break
			}
			x, sc = a.x, a.sc
		}
		if id, ok := x.(*lang.Ident); ok && sc == nil && (r.lets[id.Text] != nil || r.caps[id.Text] || r.aliases[id.Text]) {
			return forever, 0, e.Args
		}
		if d, ok := w.constant(x).AsDuration(); ok {
			return lang.Sliding, d, e.Args[:n-1]
		}
	}
	return forever, 0, e.Args
}

// entries are the events in the window of an aggregate as of now, with their
// values.
func (w *world) entries(e *lang.Call, x *ctx, sc *scope, args []lang.Expr) []sampled {
	kind, d, _ := w.window(x.r, e, sc)
	var in []sampled
	var all []*occ
	if e.From != nil {
		all = w.others(e, kind, x)
	} else if x.c != nil {
		all = x.c.events
	}
	if len(all) > 0 {
		for _, o := range all {
			at := &ctx{r: x.r, key: x.key, c: x.c, o: o, other: e.From != nil, then: true}
			if e.Where != nil && !value.True(w.eval(e.Where, at, sc)) {
				continue
			}
			if s, ok := w.sampleOf(e, args, at, sc); ok {
				in = append(in, s)
			}
		}
	}
	w.counted = len(in) > 0 && in[len(in)-1].t >= w.resumed
	within := func(from, to int64) { // [from, to)
		in = slices.DeleteFunc(in, func(o sampled) bool { return o.t < from || o.t >= to })
	}
	pane := int64(0)
	if kind == lang.Each || kind == lang.This {
		pane = floorDiv(w.now, d) * d
	}
	switch kind {
	case lang.Sliding:
		within(w.now-d+1, w.now+1)
	case lang.Last:
		in = in[max(0, len(in)-int(d)):]
	case lang.Each:
		within(pane-d, pane)
	case lang.This:
		within(pane, pane+d)
	case lang.Session:
		i := len(in) - 1
		for i > 0 && in[i].t-in[i-1].t < d {
			i--
		}
		in = in[max(i, 0):]
	}
	return in
}

func (w *world) aggregate(e *lang.Call, x *ctx, sc *scope) value.Value {
	kind, size, args := w.window(x.r, e, sc)
	w.counted = false
	in := w.entries(e, x, sc, args)
	unheard := w.unheard(x.c)
	if e.From != nil {
		unheard = !w.counted && w.resumed > 0
	}
	if unheard && w.reachesBack(kind, size) {
		return value.Value{}
	}
	var vals []value.Value
	for _, s := range in {
		vals = append(vals, s.v)
	}
	switch e.Fn.Text {
	case "count":
		return value.Int(int64(len(vals)))
	case "sum":
		sum, _ := exactSum(vals)
		return sum
	}
	if len(vals) > 0 {
		switch e.Fn.Text {
		case "first":
			return vals[0]
		case "last":
			return vals[len(vals)-1]
		case "avg":
			_, sum := exactSum(vals)
			return value.Float(sum / float64(len(vals)))
		}
	}
	return w.moreAggregates(e, in, args)
}

// exactSum is the correctly rounded exact sum, int for ints, and as a float (S16).
func exactSum(vals []value.Value) (value.Value, float64) {
	sum := new(big.Float).SetPrec(4000)
	ints := true
	for _, v := range vals {
		if n, ok := v.AsInt(); ok {
			sum.Add(sum, new(big.Float).SetInt64(n))
			continue
		}
		ints = false
		f, _ := v.AsFloat()
		sum.Add(sum, new(big.Float).SetFloat64(f))
	}
	f, _ := sum.Float64()
	if ints {
		if n, acc := sum.Int64(); acc == big.Exact {
			return value.Int(n), f
		}
		return value.Value{}, f
	}
	return value.Float(f + 0), f // an infinity is none
}
