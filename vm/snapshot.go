package vm

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"

	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// A snapshot is all that a machine remembers, so that another one can go on
// from there as if nothing had happened: "EDS1", the number of the format, that
// of the semantics, SHA-256 of the payload, and the payload. The same memory
// gives the same bytes.
//
// The payload is a list of parts, one for each thing a rule or the machine
// remembers: its noun, the hash of its shape, and its content. The shape is all
// that gives the content its meaning, and no more: a window's size and filter
// are part of its shape, the threshold its average is compared with is not. A
// program takes over the parts that it has with the same shape, rule by rule,
// and leaves the others (D30). For the program that made it those are all parts.
//
// To add something a machine remembers, give it a row in ofMachine or ofRule
// below. A row has the noun; how many of it there are (none: one); the shape;
// and the content, written and read by the same code. Content that is lost with
// an edit stays as a new machine has it, unless lost says better. What counts
// time says in resume how it begins anew after blind time. Write what can
// be observed and nothing else, in an order that is always the same (sorted, not
// ranged over a map); when reading, call c.fail for what no machine could have
// written, so that a forged snapshot can neither panic nor hang. A timer is
// written as its wake (see timer below) and set again when read.
// TestSnapshotsResume in compiler holds every row to this.
const (
	snapshotMagic  = "EDS1"
	snapshotFormat = 1
	maxRemembered  = 100_000 // how deep a value that is read may be nested
)

// remembered is one kind of thing that is remembered.
type remembered struct {
	noun  string
	n     func(o *owner) int
	shape func(h *shape, o *owner)
	state func(c *codec, o *owner)
	lost  func(o *owner)
	// resume is what blind time does to it (blind.go); nil: nothing.
	resume func(o *owner)
	text   func(o *owner) string // what it is, for reports; empty means the noun alone
}

// owner is whose memory it is.
type owner struct {
	m     *Machine
	rule  *ruleState // nil for the machine's own
	cells []*cell    // of the rule, in order of key
	i     int        // which of the n
}

// ofMachine is what belongs to no rule.
var ofMachine = []remembered{
	{noun: "clock", state: func(c *codec, o *owner) {
		m := o.m
		c.int64(&m.now)
		c.uint(&m.step)
		c.counters(&m.stats)
		c.bool(&m.begun)
		if m.idsAt != m.now {
			clear(m.ids)
			m.idsAt = m.now
		}
		table(c, &m.ids, func(n *uint32) { small(c, n) })
		if c.reading {
			m.idsAt = m.now
		}
	}},
	{noun: "faults", shape: func(h *shape, o *owner) { h.program(o.m.prog) }, state: func(c *codec, o *owner) {
		all := o.m.Faults()
		list(c, &all, func(f *FaultCount) {
			c.int(&f.PC)
			c.int(&f.Rule)
			small(c, (*uint8)(&f.Fault))
			c.uint(&f.Count)
			c.int64(&f.T)
			c.str(&f.Tag)
			small(c, (*uint8)(&f.X))
			small(c, (*uint8)(&f.Y))
		})
		if !c.reading {
			return
		}
		o.m.faults = faults{counts: map[faultKey]*FaultCount{}}
		for i := range all {
			f := &all[i]
			if f.PC < 0 || f.PC >= len(o.m.prog.Code) || f.Rule < 0 || f.Rule >= len(o.m.rules) {
				c.fail()
				return
			}
			o.m.faults.counts[faultKey{uint32(f.PC), f.Fault}] = f
		}
	}},
	{noun: "events held", n: func(o *owner) int {
		if o.m.arrivals == nil {
			return 0
		}
		return 1
	}, state: func(c *codec, o *owner) { o.m.arrivals.save(c, o) }},
	{noun: "register", n: func(o *owner) int { return len(o.m.registers) },
		shape: func(h *shape, o *owner) {
			r := o.m.registers[o.i]
			h.text(r.Name)
			h.int64(int64(r.Kind))
			for _, name := range r.By {
				h.text(name)
			}
		},
		state: func(c *codec, o *owner) { o.m.registers[o.i].save(c, o) },
		text:  func(o *owner) string { return o.m.registers[o.i].Name }},
	{noun: "table", n: func(o *owner) int { return len(o.m.tables) },
		shape: func(h *shape, o *owner) {
			t := o.m.tables[o.i]
			h.text(t.Name)
			for _, name := range t.By {
				h.text(name)
			}
			for _, col := range t.Columns {
				h.text(col.Name)
				h.int64(int64(col.Kind))
			}
		},
		state: func(c *codec, o *owner) { o.m.tables[o.i].save(c) },
		text:  func(o *owner) string { return o.m.tables[o.i].Name }},
}

// ofRule is what a rule remembers. The keys come first: they make the cells
// that the others fill.
var ofRule = []remembered{
	{noun: "keys", shape: func(h *shape, o *owner) { h.keys(o.rule.Rule) }, state: func(c *codec, o *owner) {
		list(c, &o.cells, func(x **cell) {
			if c.reading {
				*x = o.m.newCell(o.rule, make([]string, len(o.rule.Key)))
			}
			(*x).save(c, o)
		})
		if !c.reading {
			return
		}
		if len(o.cells) > MaxKeys {
			c.fail()
		}
		for i, x := range o.cells {
			if i > 0 && compareKeys(o.cells[i-1].key, x.key) >= 0 {
				c.fail()
			}
			o.rule.cells[string(appendKey(nil, x.key))] = x
		}
	}},
	{noun: "blind time", state: func(c *codec, o *owner) {
		c.int64(&o.rule.resumed)
		if c.reading && o.rule.resumed > after(o.m.now, 1) {
			c.fail()
		}
	}},
	{noun: "previous values", n: func(o *owner) int { return min(1, len(o.rule.Comparers)) },
		shape: func(h *shape, o *owner) {
			for _, b := range o.rule.Comparers {
				h.block(b)
			}
		},
		state: eachCell(func(c *codec, o *owner, x *cell) {
			c.bool(&x.hasPrev)
			if !x.hasPrev {
				return
			}
			c.instant(&x.seen, o)
			list(c, &x.prev, c.remembered)
			if len(x.prev) != len(o.rule.Comparers) {
				c.fail()
			}
		})},
	{noun: "unique values", n: func(o *owner) int { return len(o.rule.Uniques) },
		shape: func(h *shape, o *owner) { h.unique(&o.rule.Uniques[o.i]) },
		state: eachCell(func(c *codec, o *owner, x *cell) { x.recent[o.i].save(c, o, o.rule.Uniques[o.i].Within) })},
	{noun: "sequence", n: ifSequence,
		shape: func(h *shape, o *owner) {
			h.sequence(o.rule.Rule)
			h.bool(&o.rule.plan.aliased)
		},
		state: eachCell(func(c *codec, o *owner, x *cell) { x.seq.save(c, o) }),
		resume: func(o *owner) {
			for _, x := range o.cells {
				o.m.resumeSequence(x)
			}
		}},
	{noun: "events of a match", n: func(o *owner) int {
		if o.rule.plan == nil || !o.rule.plan.aliased {
			return 0
		}
		return 1
	},
		shape: func(h *shape, o *owner) { h.keys(o.rule.Rule) },
		state: eachCell(func(c *codec, o *owner, x *cell) {
			if x.born {
				c.members(&x.parts, o)
			}
		}),
		lost: func(o *owner) {
			for _, x := range o.cells {
				x.parts = make([]member, len(o.rule.Elems))
			}
		}},
	{noun: "window", n: func(o *owner) int { return len(o.rule.Windows) },
		shape: func(h *shape, o *owner) { h.window(&o.rule.Windows[o.i]) },
		state: eachCell(func(c *codec, o *owner, x *cell) { x.windows[o.i].save(c, o) }),
		lost: func(o *owner) { // what it held was not seen by this one
			if len(o.cells) > 0 {
				o.rule.resumed = o.m.now + 1
			}
		},
		text: func(o *owner) string { return o.rule.Windows[o.i].String() }},
	{noun: "stream", n: func(o *owner) int { return len(o.rule.streams) },
		shape: func(h *shape, o *owner) {
			s := o.rule.streams[o.i]
			h.text(s.Pattern)
			for _, j := range s.Joins {
				h.text(o.rule.Caps[j.Slot])
			}
			h.window(&s.Window)
		},
		state: func(c *codec, o *owner) {
			s := o.rule.streams[o.i]
			s.sweep(o.m.now)
			table(c, &s.cells, func(x **streamCell) {
				if c.reading {
					*x = &streamCell{window: newWindow(&s.Window, o.m.lib)}
				}
				(*x).save(c, o)
			})
			if len(s.cells) > MaxKeys {
				c.fail()
			}
		},
		lost: func(o *owner) {
			if len(o.cells) > 0 {
				o.rule.resumed = o.m.now + 1
			}
		},
		text: func(o *owner) string { return o.rule.Streams[o.i].Pattern }},
	{noun: "streams heard", n: func(o *owner) int {
		if !o.rule.heeds {
			return 0
		}
		return 1
	},
		state: func(c *codec, o *owner) {
			if c.reading { // they follow from the latest events
				heedAll(o)
			}
		}, lost: heedAll},
	{noun: "situation", n: ifSituation,
		state: eachCell(func(c *codec, o *owner, x *cell) {
			c.bool(&x.on)
			c.bool(&x.acted)
			c.bool(&x.pending)
			if c.reading && x.on && !x.born {
				c.fail()
			}
		})},
	{noun: "hold", n: ifSituation,
		shape: func(h *shape, o *owner) { h.filters(o.rule.Rule); h.block(o.rule.When); h.int64(o.rule.For) },
		state: eachCell(func(c *codec, o *owner, x *cell) { x.cond.save(c, o) }),
		resume: func(o *owner) {
			for _, x := range o.cells {
				x.cond.resume(o.m.now)
			}
		}},
	{noun: "hold of clear", n: func(o *owner) int {
		if o.rule.Clear == 0 {
			return 0
		}
		return 1
	},
		shape: func(h *shape, o *owner) { h.filters(o.rule.Rule); h.block(o.rule.Clear); h.int64(o.rule.ClearFor) },
		state: eachCell(func(c *codec, o *owner, x *cell) { x.clear.save(c, o) }),
		resume: func(o *owner) {
			for _, x := range o.cells {
				x.clear.resume(o.m.now)
			}
		}},
	{noun: "ticks", n: func(o *owner) int {
		if o.rule.ticker == nil {
			return 0
		}
		return 1
	},
		shape: func(h *shape, o *owner) {
			k := o.rule.Ticks
			h.int64(k.Every)
			h.text(k.Cron)
			h.text(k.Zone)
		},
		state: func(c *codec, o *owner) { o.rule.ticker.save(c, o) },
		lost: func(o *owner) {
			if k := o.rule.ticker; o.m.begun {
				o.m.timers.set(&k.timer, k.next(o.m.now))
			}
		},
		resume: func(o *owner) { o.rule.ticker.resume(o.m) }},
	{noun: "repeat", n: func(o *owner) int {
		if len(o.rule.Do) == 0 {
			return 0
		}
		return int(min(1, o.rule.Repeat))
	},
		shape: func(h *shape, o *owner) { h.int64(o.rule.Repeat) },
		state: eachCell(func(c *codec, o *owner, x *cell) {
			if x.on {
				c.deadline(&x.repeatAt, o)
			}
		}),
		lost: func(o *owner) {
			for _, x := range o.cells {
				x.repeatAt = after(o.m.now, o.rule.Repeat)
			}
		},
		resume: func(o *owner) { // those missed are not made up
			for _, x := range o.cells {
				if d := o.m.now - x.repeatAt; x.on && d > 0 {
					x.repeatAt = after(o.m.now, (o.rule.Repeat-d%o.rule.Repeat)%o.rule.Repeat)
				}
			}
		}},
	{noun: "limit", n: func(o *owner) int {
		if o.rule.Limit == nil {
			return 0
		}
		return 1
	},
		shape: func(h *shape, o *owner) {
			h.int64(o.rule.Limit.Per)
			h.key(o.rule.Limit.Key)
			h.gather(o.rule.Rule)
		},
		state: func(c *codec, o *owner) {
			if !o.rule.Limit.Own && o.rule.Gather == nil {
				eachCell(func(c *codec, o *owner, x *cell) { x.runs.save(c, o) })(c, o)
				return
			}
			now := o.m.now
			maps.DeleteFunc(o.rule.limits, func(_ string, r *runs) bool { r.free(o.rule.Limit, now); return len(r.at) == 0 })
			table(c, &o.rule.limits, func(r **runs) {
				if c.reading {
					*r = &runs{}
				}
				(*r).save(c, o)
			})
		}},
	{noun: "groups", n: func(o *owner) int {
		if o.rule.Gather == nil {
			return 0
		}
		return 1
	},
		shape: func(h *shape, o *owner) {
			h.gather(o.rule.Rule)
			h.int64(o.rule.Gather.For)
			for _, b := range o.rule.Gather.Takes {
				h.block(b)
			}
			if l := o.rule.Limit; l != nil {
				h.key(l.Key)
			}
		},
		state: func(c *codec, o *owner) {
			table(c, &o.rule.groups, func(g **group) {
				if c.reading {
					*g = o.m.newGroup(o.rule, make([]string, len(o.rule.groupKey())))
				}
				(*g).save(c, o)
			})
			eachCell(func(c *codec, o *owner, x *cell) {
				list(c, &x.waits, func(w *wait) {
					c.str(&w.group)
					c.int(&w.n)
					if g := o.rule.groups[w.group]; c.err == nil && (g == nil || w.n <= 0 || w.n > g.n || !x.on) {
						c.fail()
					}
				})
			})(c, o)
		},
		resume: func(o *owner) { // those that should have ended end now
			for _, g := range o.rule.groups {
				o.m.timers.set(&g.timer, max(g.wake, o.m.now))
			}
		},
		lost: func(o *owner) { // what waited for one joins another
			for _, x := range o.cells {
				if x.on && !x.acted {
					x.pending = true
				}
			}
		}},
	{noun: "calls", n: func(o *owner) int { return min(1, len(o.m.prog.Actions)) },
		shape: func(h *shape, o *owner) { h.actions(o.m.prog); h.acts(o.rule.Rule) },
		state: func(c *codec, o *owner) {
			calls := o.m.outstanding(o.rule)
			list(c, &calls, func(x **call) {
				if c.reading {
					*x = &call{rule: o.rule}
				}
				(*x).save(c, o)
			})
		},
		resume: func(o *owner) {
			for _, x := range o.m.outstanding(o.rule) {
				x.resume(o.m)
			}
		}},
	{noun: "registers read", n: func(o *owner) int { return min(1, len(o.rule.Reads)+len(o.rule.MuteReads)) },
		shape: func(h *shape, o *owner) { h.program(o.m.prog) },
		state: eachCell(func(c *codec, o *owner, x *cell) {
			list(c, &x.watching, func(w *cellName) {
				c.int(&w.register)
				c.str(&w.key)
				if w.register < 0 || w.register >= len(o.m.registers) {
					c.fail()
				} else if c.reading {
					rg := o.m.registers[w.register]
					rg.watchers[w.key] = append(rg.watchers[w.key], x)
				}
			})
		}),
		lost: func(o *owner) {
			for _, x := range o.cells {
				if x.born {
					o.m.see(x)
					o.m.noteReads(x)
				}
			}
		}},
	{noun: "counters", state: func(c *codec, o *owner) { c.counters(&o.rule.stats) }},
	{noun: "timers", shape: func(h *shape, o *owner) { h.program(o.m.prog) },
		state: eachCell(func(c *codec, o *owner, x *cell) { x.timer.save(c, o) }),
		// Conditions may be others than they were.
		lost: lookAtAll, resume: lookAtAll},
}

// lookAtAll gives each key a timer step now. Where nothing has changed, a step
// more changes nothing.
func lookAtAll(o *owner) {
	for _, x := range o.cells {
		if o.rule.Situation && x.born {
			o.m.timers.set(&x.timer, o.m.now)
		} else {
			o.m.timers.set(&x.timer, max(o.m.now, min(o.m.death(x), x.seq.next())))
		}
	}
}

func ifSequence(o *owner) int {
	if o.rule.Sequence == nil {
		return 0
	}
	return 1
}

func ifSituation(o *owner) int {
	if o.rule.Situation {
		return 1
	}
	return 0
}

// eachCell is the state of a thing that each key has.
func eachCell(f func(c *codec, o *owner, x *cell)) func(c *codec, o *owner) {
	return func(c *codec, o *owner) {
		for _, x := range o.cells {
			if f(c, o, x); c.err != nil {
				return
			}
		}
	}
}

func (x *cell) save(c *codec, o *owner) {
	for i := range x.key {
		c.str(&x.key[i])
	}
	c.bool(&x.born)
	if !x.born {
		return
	}
	c.event(&x.latest, o)
	c.int(&x.elem)
	list(c, &x.caps, c.str)
	if x.elem < 0 || x.elem >= len(x.rule.Elems) || len(x.caps) != len(x.rule.Caps) {
		c.fail()
		x.born = false
		return
	}
	x.typ = o.m.typeOf(x.latest.Tag)
}

func (w *window) save(c *codec, o *owner) {
	w.settle(o.m.now)
	if w.spec.Kind == Sliding || w.spec.Kind == Last {
		entries := make([]Entry, 0, w.n) // what the aggregates hold follows from them
		for i := range w.n {
			entries = append(entries, w.entry(i))
		}
		before := int64(past)
		list(c, &entries, func(e *Entry) {
			c.instant(&e.T, o)
			c.remembered(&e.V)
			if w.spec.Carry != 0 {
				c.remembered(&e.Carry)
			}
			if e.T < before || w.spec.Kind == Last && len(entries) > int(w.spec.Size) {
				c.fail()
			}
			before = e.T
			if c.reading && c.err == nil && (w.spec.Arg == 0 || w.over.Has(e.V)) {
				w.put(*e)
			}
		})
		return
	}
	c.int(&w.count)
	c.int(&w.done)
	c.int64(&w.pane)
	if c.reading && (w.count < 0 || w.done < 0 || w.pane > o.m.now || w.spec.Kind != Session && w.pane != floorTo(o.m.now, w.spec.Size)) {
		c.fail()
	}
	for i := range w.accs {
		c.accumulator(w.accs[i].acc)
		if w.spec.Kind == Each {
			c.accumulator(w.accs[i].done)
		}
	}
}

func (r *register) save(c *codec, o *owner) {
	r.sweep(o.m.now)
	table(c, &r.cells, func(x **stored) {
		if c.reading {
			*x = &stored{key: make([]string, len(r.By))}
		}
		for i := range (*x).key {
			c.str(&(*x).key[i])
		}
		c.remembered(&(*x).v)
		c.instant(&(*x).written, o)
		if c.reading && (!r.holds((*x).v) || len(r.cells) >= MaxKeys) {
			c.fail()
		}
	})
}

// save writes the rows if they are others than the program's.
func (t *tableState) save(c *codec) {
	c.bool(&t.reloaded)
	if !t.reloaded {
		return
	}
	table(c, &t.rows, func(row *value.Value) {
		fields := slices.Clone(row.Fields())
		if c.reading {
			fields = make([]value.Field, len(t.Columns))
		}
		for i := range fields {
			c.remembered(&fields[i].Value)
			if c.reading {
				fields[i].Name = t.Columns[i].Name
				if k := fields[i].Value.Kind(); k >= value.KindList || t.Columns[i].Kind != value.KindNone && k != value.KindNone && k != t.Columns[i].Kind {
					c.fail()
				}
			}
		}
		*row = value.Object(fields)
	})
	if !c.reading {
		return
	}
	for key, row := range t.rows {
		if id, _, ok := t.keyOf(row); !ok || id != key {
			c.fail()
		}
	}
}

func (h *hold) save(c *codec, o *owner) {
	c.bool(&h.is)
	if h.is {
		c.instant(&h.since, o)
		c.bool(&h.held)
	}
}

func (r *runs) save(c *codec, o *owner) {
	if !c.reading {
		r.free(o.rule.Limit, o.m.now)
	}
	before := int64(past)
	list(c, &r.at, func(t *int64) {
		c.instant(t, o)
		if *t < before {
			c.fail()
		}
		before = *t
	})
}

func (t *timer) save(c *codec, o *owner) {
	wake := t.wake
	c.deadline(&wake, o)
	if c.reading && c.err == nil {
		o.m.timers.set(t, wake)
	}
}

// instant is one that has come; deadline one that may yet come.
func (c *codec) instant(t *int64, o *owner) {
	c.int64(t)
	if c.reading && *t > o.m.now {
		c.fail()
	}
}

func (c *codec) deadline(t *int64, o *owner) {
	c.int64(t)
	if c.reading && *t < min(o.m.now, o.m.dark) { // none is kept while the end of blind time is held
		c.fail()
	}
}

func (c *codec) remembered(v *value.Value) {
	depth := maxRemembered
	if !c.reading {
		depth = math.MaxInt
	}
	c.value(v, depth)
}

func (c *codec) event(e *Event, o *owner) {
	c.instant(&e.T, o)
	c.str(&e.Tag)
	c.remembered(&e.Data)
	c.int(&e.Hops)
}

func (c *codec) accumulator(a Accumulator) {
	v := value.Value{}
	if !c.reading {
		v = a.Save()
	}
	c.remembered(&v)
	if c.reading && c.err == nil && !a.Load(v) {
		c.fail()
	}
}

// counters reads and writes the counters of a struct by their names, so that
// one more or less does not make another format.
func (c *codec) counters(p any) {
	s := reflect.ValueOf(p).Elem()
	counts := map[string]uint64{}
	for i := range s.NumField() {
		if n := s.Field(i); n.Kind() == reflect.Uint64 && n.Uint() > 0 {
			counts[s.Type().Field(i).Name] = n.Uint()
		}
	}
	table(c, &counts, c.uint)
	for name, n := range counts {
		if f := s.FieldByName(name); c.reading && f.Kind() == reflect.Uint64 {
			f.SetUint(n)
		}
	}
}

// table reads and writes a map in the order of its keys.
func table[T any](c *codec, x *map[string]T, item func(*T)) {
	keys := slices.Sorted(maps.Keys(*x))
	before, first := "", true
	if c.reading {
		*x = map[string]T{}
	}
	list(c, &keys, func(k *string) {
		c.str(k)
		if !first && *k <= before {
			c.fail()
		}
		before, first = *k, false
		v := (*x)[*k]
		item(&v)
		if c.reading && c.err == nil {
			(*x)[*k] = v
		}
	})
}

// shape hashes what gives a part its meaning.
type shape struct {
	codec
	p *Program
	r *Rule
}

func (h *shape) int64(n int64)   { h.codec.int64(&n) }
func (h *shape) text(s string)   { h.codec.str(&s) }
func (h *shape) ints(list []int) { h.int64(int64(len(list))); h.each(list) }
func (h *shape) each(list []int) {
	for _, n := range list {
		h.int64(int64(n))
	}
}

// program makes a part belong to this very program.
func (h *shape) program(p *Program) { h.text(string(hashOf(p))) }

func hashOf(p *Program) []byte {
	sum := sha256.Sum256(payloadOf(p))
	return sum[:]
}

// keys is what makes two keys the same and their latest event readable.
func (h *shape) keys(r *Rule) {
	h.key(r.Key)
	for _, e := range r.Elems {
		h.text(e.Pattern)
		h.ints(e.Caps)
	}
	for _, s := range r.Caps {
		h.text(s)
	}
}

func (h *shape) key(parts []KeyPart) {
	h.int64(int64(len(parts)))
	for _, k := range parts {
		h.text(k.Name)
		h.block(k.Code)
	}
}

// filters say which events are kept.
func (h *shape) filters(r *Rule) {
	for _, e := range r.Elems {
		h.block(e.Where)
	}
}

func (h *shape) agg(a Agg) {
	h.text(a.Name)
	h.int64(a.Param)
}

func (h *shape) window(w *Window) {
	h.filters(h.r)
	h.int64(int64(w.Kind))
	h.int64(w.Size)
	h.block(w.Arg)
	h.block(w.Carry)
	h.block(w.Where)
	if w.Kind == Sliding || w.Kind == Last {
		return // entries serve any aggregate, as far as it is over them
	}
	for _, a := range w.Aggs {
		h.agg(a)
	}
}

// block is what a piece of code computes, wherever it and what it names stand.
func (h *shape) block(b Block) {
	if b == 0 {
		h.int64(-1)
		return
	}
	for pc := b; ; pc++ {
		in := h.p.Code[pc]
		h.int64(int64(in.Op))
		switch ops[in.Op].Arg {
		case argConst, argShape, argDuration:
			v := h.p.Consts[in.A]
			h.codec.value(&v, maxNested)
		case argName:
			h.text(h.p.Names[in.A])
		case argRegexp:
			h.text(h.p.Regexps[in.A])
		case argFunc:
			h.text(h.p.Funcs[in.A])
			h.int64(int64(in.B))
		case argTarget:
			h.int64(int64(in.A) - int64(pc))
		case argAgg:
			w := &h.r.Windows[in.A]
			h.window(w)
			h.agg(w.Aggs[in.B])
		case argComparer:
			h.block(h.r.Comparers[in.A])
		case argUnique:
			h.unique(&h.r.Uniques[in.A])
		case argRegister:
			h.text(h.p.Registers[in.A].Name)
		case argSpans:
			h.text(h.p.Spans[in.A].String())
		case argTable:
			h.text(h.p.Tables[in.A].Name)
		case argAsk:
			a := &h.r.Asks[in.A]
			h.text(h.p.Rules[a.Rule].Identity)
			h.ints(a.Mine)
			h.ints(a.Their)
		default:
			h.int64(int64(in.A))
			h.int64(int64(in.B))
		}
		if in.Op == OpRet {
			return
		}
	}
}

// part is a part of a snapshot.
type part struct {
	noun  string
	shape string // hash
	text  string
	state string
}

func (c *codec) part(p *part) {
	c.str(&p.noun)
	c.str(&p.shape)
	c.str(&p.text)
	c.str(&p.state)
}

// chapter is the parts of one rule; those of the machine come first, without a rule.
type chapter struct {
	identity, name string
	keys           int
	parts          []part
}

func (c *codec) chapter(x *chapter) {
	c.str(&x.identity)
	c.str(&x.name)
	c.int(&x.keys)
	list(c, &x.parts, c.part)
}

// parts calls f for each part that o has; o.i says which.
func (o *owner) parts(f func(row *remembered)) {
	rows := ofRule
	if o.rule == nil {
		rows = ofMachine
	}
	for i := range rows {
		row := &rows[i]
		n := 1
		if row.n != nil {
			n = row.n(o)
		}
		for o.i = range n {
			f(row)
		}
	}
}

// part is the head of a part of o.
func (o *owner) part(row *remembered) part {
	p := part{noun: row.noun, text: row.noun}
	if row.text != nil {
		p.text = row.noun + " " + row.text(o)
	}
	h := &shape{p: o.m.prog}
	if o.rule != nil {
		h.r = o.rule.Rule
	}
	if row.shape != nil {
		row.shape(h, o)
	}
	sum := sha256.Sum256(h.buf)
	p.shape = string(sum[:16])
	return p
}

// String is the window as a rule would name it: "avg(cur_load, 10s)".
func (w *Window) String() string {
	size := ""
	switch w.Kind {
	case Last:
		size = fmt.Sprintf("last %d", w.Size)
	default:
		size = map[WindowKind]string{Each: "each ", This: "this ", Session: "session "}[w.Kind] + calendar.FormatDuration(w.Size)
	}
	if w.Text != "" {
		size = w.Text + ", " + size
	}
	name := ""
	for i, a := range w.Aggs {
		if i > 0 {
			name += ", "
		}
		name += a.Name
	}
	return name + "(" + size + ")"
}

// owners lists the machine and its rules.
func (m *Machine) owners() []*owner {
	out := []*owner{{m: m}}
	for _, rs := range m.rules {
		o := &owner{m: m, rule: rs}
		for _, c := range rs.cells {
			o.cells = append(o.cells, c)
		}
		slices.SortFunc(o.cells, func(a, b *cell) int { return compareKeys(a.key, b.key) })
		out = append(out, o)
	}
	return out
}

// Snapshot is what the machine remembers, as bytes: equal memories give equal
// bytes. Effects and faults that were not yet taken are not part of it, so take
// them first. It may be called between any two calls of Event and Advance.
func (m *Machine) Snapshot() []byte {
	var chapters []chapter
	for _, o := range m.owners() {
		x := chapter{keys: len(o.cells)}
		if o.rule != nil {
			x.identity, x.name = o.rule.Identity, o.rule.Name
		}
		o.parts(func(row *remembered) {
			p := o.part(row)
			c := &codec{what: "snapshot"}
			row.state(c, o)
			p.state = string(c.buf)
			x.parts = append(x.parts, p)
		})
		chapters = append(chapters, x)
	}
	c := &codec{what: "snapshot"}
	hash := string(hashOf(m.prog))
	c.str(&hash)
	list(c, &chapters, c.chapter)
	return seal(snapshotMagic, snapshotFormat, Semantics, c.buf)
}

// Fate says what became of a part of a snapshot.
type Fate uint8

const (
	Kept    Fate = iota // the program goes on with it
	Fresh               // the program has it, the snapshot has not: it begins empty
	Dropped             // the snapshot has it, the program has not
)

// Restored says what a program took over from a snapshot.
type Restored struct {
	Same  bool           // the snapshot was made by this very program: all is kept
	Parts []RestoredPart // rule by rule, in the order of the program, then rules that are gone
}

// RestoredPart is one thing that was remembered.
type RestoredPart struct {
	Rule string // its name, or file:line
	What string // "window avg(cur_load, 10s)"
	Fate Fate
	Keys int // for how many keys
}

// Restore makes a machine that goes on where the snapshot was taken. With the
// program that made it nothing is lost. With another, as after an edit, each
// rule keeps what still means the same (D30), and what was kept is returned.
// Data that is no snapshot, cut, damaged, forged or of another version is
// refused with an error that says so.
func Restore(p *Program, lib *Library, data []byte) (*Machine, *Restored, error) {
	m, err := New(p, lib)
	if err != nil {
		return nil, nil, err
	}
	payload, err := unseal(data, "snapshot", snapshotMagic, snapshotFormat, "it cannot be used here")
	if err != nil {
		return nil, nil, err
	}
	c := &codec{buf: payload, reading: true, what: "snapshot"}
	var hash string
	var chapters []chapter
	c.str(&hash)
	list(c, &chapters, c.chapter)
	if err := c.finish(); err != nil {
		return nil, nil, err
	}
	r := &Restored{Same: hash == string(hashOf(p))}
	taken := make([]bool, len(chapters))
	for i, o := range m.owners() {
		var x chapter
		if at := slices.IndexFunc(chapters, func(x chapter) bool { return o.rule != nil && x.identity == o.rule.Identity }); i == 0 && len(chapters) > 0 {
			x, taken[0] = chapters[0], true
		} else if at > 0 && !taken[at] {
			x, taken[at] = chapters[at], true
		}
		if err := o.restore(&x, r); err != nil {
			return nil, nil, err
		}
	}
	for i, x := range chapters {
		if !taken[i] {
			for _, p := range x.parts {
				r.Parts = append(r.Parts, RestoredPart{Rule: x.name, What: p.text, Fate: Dropped, Keys: x.keys})
			}
		}
	}
	for _, rs := range m.rules { // who is asked by active
		for _, x := range rs.cells {
			if x.on {
				m.countActive(x, 1)
			}
		}
	}
	if !r.Same && m.begun { // tables may have other rows
		for _, rs := range m.rules {
			m.populate(rs)
		}
	}
	return m, r, nil
}

// restore reads the parts of x that o has. Without its keys nothing else of a
// rule means anything.
func (o *owner) restore(x *chapter, r *Restored) error {
	name, keyless := "", false
	if o.rule != nil {
		name = o.rule.Name
	}
	var err error
	o.parts(func(row *remembered) {
		if err != nil {
			return
		}
		want := o.part(row)
		at := slices.IndexFunc(x.parts, func(p part) bool { return p.noun == want.noun && p.shape == want.shape })
		out := RestoredPart{Rule: name, What: want.text, Fate: Fresh, Keys: len(o.cells)}
		if at >= 0 && !keyless {
			c := &codec{buf: []byte(x.parts[at].state), reading: true, what: "snapshot"}
			x.parts = slices.Delete(x.parts, at, at+1)
			row.state(c, o)
			err = c.finish()
			out.Fate, out.Keys = Kept, len(o.cells)
		} else {
			keyless = keyless || row.noun == "keys"
			if row.lost != nil {
				row.lost(o)
			}
		}
		r.Parts = append(r.Parts, out)
	})
	for _, p := range x.parts {
		r.Parts = append(r.Parts, RestoredPart{Rule: name, What: p.text, Fate: Dropped, Keys: x.keys})
	}
	return err
}
