package compiler

import (
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
)

// rule lowers one rule.
type rule struct {
	c           *compiler
	info        *lang.RuleInfo
	file        uint16
	out         vm.Rule
	blocks      map[string]vm.Block // by their instructions
	gathering   bool                // what is lowered are acts that are gathered
	foreign     map[string]bool     // captures of the events that the aggregate at hand is over, where it has a source of its own
	reads       *[]vm.Block         // where those are noted
	inCondition bool                // what is lowered decides a situation as it stands: register reads are noted
}

func (c *compiler) rule(info *lang.RuleInfo, order int) vm.Rule {
	d := info.Decl
	r := &rule{c: c, info: info, blocks: map[string]vm.Block{}}
	r.file = uint16(slices.Index(c.unit.Files, info.File))
	r.out = vm.Rule{
		Name: info.Label, Identity: info.Identity, Unnamed: d.Name.Text == "", Order: order,
		Caps: info.Caps, Situation: d.When != nil, Expire: info.Expire,
		For: r.duration(d.For), Repeat: r.duration(d.Repeat),
	}
	for _, e := range info.Elems {
		r.out.Elems = append(r.out.Elems, vm.Elem{Pattern: e.Pattern.String(), Caps: e.Caps, Where: r.condition(e.Where, Where)})
	}
	if k := info.Ticks; k != nil {
		r.out.Ticks = &vm.Ticks{Every: k.Every, Cron: k.Cron, Zone: k.Zone}
		r.out.Elems = []vm.Elem{{Where: r.condition(d.Source.Where, Where)}}
	}
	r.reads = &r.out.Reads
	r.out.Sequence = r.sequence()
	r.out.Key = r.key(info.Key)
	r.out.When = r.condition(d.When, When)
	if d.Gather != nil {
		r.gather(d.Gather, d.Do)
	} else {
		r.out.Do = r.acts(d.Do)
	}
	if d.Clear != nil {
		r.out.Clear = r.condition(d.Clear.When, Clear)
		r.out.ClearFor = r.duration(d.Clear.For)
		r.out.ClearDo = r.acts(d.Clear.Do)
	}
	r.mutes()
	if l := d.Limit; l != nil {
		n, _ := c.unit.Info.Consts[l.N].AsInt()
		r.out.Limit = &vm.Limit{N: int(n), Per: r.duration(l.Per), Own: info.LimitBy}
		if info.LimitBy {
			r.out.Limit.Key = r.key(info.LimitKey)
		}
	}
	if c.probes {
		if d.When != nil {
			r.probe(d.When, 0, false)
		}
		if d.Clear != nil && d.Clear.When != nil {
			r.probe(d.Clear.When, 0, true)
		}
	}
	return r.out
}

func (r *rule) duration(e lang.Expr) int64 {
	if e == nil {
		return 0
	}
	d, _ := r.c.unit.Info.Consts[e].AsDuration()
	return d
}

// block lowers an expression to a block of its own; 0 for nil.
func (r *rule) block(e lang.Expr) vm.Block {
	if e == nil {
		return 0
	}
	b := &code{}
	r.expr(b, e, nil)
	return r.place(b)
}

func (r *rule) key(parts []lang.KeyInfo) []vm.KeyPart {
	var out []vm.KeyPart
	for _, k := range parts {
		p := vm.KeyPart{Name: k.Name}
		if k.In != nil {
			p.In = r.c.tables[k.In] + 1
		}
		if k.Capture >= 0 {
			b := &code{}
			b.emit(vm.Instr{Op: vm.OpCap, A: uint32(k.Capture)}, vm.Line{})
			p.Code = r.place(b)
		} else {
			p.Code = r.block(k.Expr)
		}
		out = append(out, p)
	}
	return out
}

func (r *rule) acts(acts []lang.Act) []vm.Act {
	var out []vm.Act
	for i := range acts {
		a := &acts[i]
		switch a.Kind {
		case lang.Fire:
			b := &code{}
			r.str(b, a.Tag, nil, vm.OpConcatTag)
			act := vm.Act{Kind: vm.Fire, Tag: r.place(b), Permits: r.c.permitsOf(a)}
			if a.Data != nil {
				act.Data = r.block(a.Data)
			}
			out = append(out, act)
		case lang.Log:
			b := &code{}
			r.str(b, a.Text, nil, vm.OpConcat)
			out = append(out, vm.Act{Kind: vm.Log, Text: r.place(b)})
		case lang.CallAction:
			out = append(out, r.callAct(a))
		case lang.Set:
			out = append(out, r.set(a))
		default:
			panic("compiler: an act that the checker refuses")
		}
	}
	return out
}

// window finds or makes the window of an aggregate and returns its index and
// that of the aggregator in it.
func (r *rule) window(call *lang.Call, s *scope) (win, agg int) {
	spec := r.windowOf(call, s)
	win = slices.IndexFunc(r.out.Windows, func(o vm.Window) bool { return same(&o, &spec, call.Fn.Text) })
	if win < 0 {
		win = len(r.out.Windows)
		r.out.Windows = append(r.out.Windows, spec)
	}
	return win, aggOf(&r.out.Windows[win], r.agg(call))
}

// windowOf lowers the window of an aggregate.
func (r *rule) windowOf(call *lang.Call, s *scope) vm.Window {
	defer func(was bool) { r.inCondition = was }(r.inCondition)
	r.inCondition = false // what an event adds to a window stays as it was then
	w := r.c.unit.Info.Windows[call]
	spec := vm.Window{Kind: vm.WindowKind(w.Kind), Size: w.Size}
	if len(w.Args) > 0 {
		b := &code{}
		r.expr(b, w.Args[0], s)
		spec.Arg = r.place(b)
		spec.Text = r.text(w.Args[0].Span())
	}
	if w.Carry != nil {
		b := &code{}
		r.expr(b, w.Carry, s)
		spec.Carry = r.place(b)
		spec.Text = r.text(w.Carry.Span()) + ", " + spec.Text
	}
	if call.Where != nil {
		b := &code{}
		r.expr(b, call.Where, s)
		spec.Where = r.place(b)
	}
	return spec
}

// same reports whether an aggregator can be over a window like another.
func same(a, b *vm.Window, aggregator string) bool {
	return a.Kind == b.Kind && a.Size == b.Size && a.Arg == b.Arg && a.Carry == b.Carry && a.Where == b.Where && lang.Over(a.Aggs[0].Name) == lang.Over(aggregator)
}

func (r *rule) agg(call *lang.Call) vm.Agg {
	return vm.Agg{Name: call.Fn.Text, Param: r.c.unit.Info.Windows[call].Param}
}

// aggOf finds or makes an aggregator of a window.
func aggOf(w *vm.Window, row vm.Agg) int {
	agg := slices.Index(w.Aggs, row)
	if agg < 0 {
		agg = len(w.Aggs)
		w.Aggs = append(w.Aggs, row)
	}
	return agg
}

// ask finds or makes the join of active(other).
func (r *rule) ask(other *lang.RuleInfo) int {
	a := vm.Ask{Rule: slices.Index(r.c.unit.Rules, other)}
	for i, mine := range r.info.Key {
		for j, their := range other.Key {
			if mine.Joins(their) {
				a.Mine = append(a.Mine, i)
				a.Their = append(a.Their, j)
			}
		}
	}
	for i, o := range r.out.Asks {
		if o.Rule == a.Rule {
			return i
		}
	}
	r.out.Asks = append(r.out.Asks, a)
	return len(r.out.Asks) - 1
}

// unique finds or makes a unique(x, d).
func (r *rule) unique(call *lang.Call, s *scope) int {
	d, _ := r.c.unit.Info.Consts[call.Args[1]].AsDuration()
	u := vm.Unique{Comparer: r.comparer(call.Args[0], s), Within: d}
	if i := slices.Index(r.out.Uniques, u); i >= 0 {
		return i
	}
	r.out.Uniques = append(r.out.Uniques, u)
	return len(r.out.Uniques) - 1
}

// comparer finds or makes the argument of prev, changed and unique.
func (r *rule) comparer(e lang.Expr, s *scope) int {
	b := &code{}
	r.expr(b, e, s)
	at := r.place(b)
	if i := slices.Index(r.out.Comparers, at); i >= 0 {
		return i
	}
	r.out.Comparers = append(r.out.Comparers, at)
	return len(r.out.Comparers) - 1
}

// probe adds the parts of a condition, outermost first.
func (r *rule) probe(e lang.Expr, depth int, clear bool) {
	switch e := e.(type) {
	case *lang.Paren:
		r.probe(e.X, depth, clear)
		return
	case *lang.Lit, *lang.Str, *lang.List, *lang.Obj:
		return
	}
	r.out.Probes = append(r.out.Probes, vm.Probe{Text: r.text(e.Span()), Code: r.block(e), Line: r.line(e.Span()), Depth: depth, Clear: clear})
	switch e := e.(type) {
	case *lang.Unary:
		r.probe(e.X, depth+1, clear)
	case *lang.Binary:
		r.probe(e.X, depth+1, clear)
		r.probe(e.Y, depth+1, clear)
	case *lang.Ident:
		if sym := r.c.unit.Info.Uses[e]; sym.Kind == lang.SymLet {
			r.probe(sym.Let.Value, depth+1, clear)
		}
	}
}
