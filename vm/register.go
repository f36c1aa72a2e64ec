package vm

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/value"
)

// Registers: cells of named memory that rules write with set and read by name
// (D25). A step reads them as they stood when it began; what it writes is
// committed when it ends, and a situation whose condition reads a cell that
// changed is looked at in a step of its own, at once, in the next round (S4).

// register is a register with its cells. A cell that reads as one that was
// never written is not kept (D20).
type register struct {
	*Register
	cells    map[string]*stored
	watchers map[string][]*cell // situations whose condition reads the cell
	sweepAt  int                // number of cells at which expired ones are collected
}

// stored is what a cell holds.
type stored struct {
	key     []string
	v       value.Value
	written int64 // the instant
}

// cellName is a cell of a register.
type cellName struct {
	register int
	key      string // as appendKey writes it
}

// pending is what the step at hand has written, and whom the commit concerns.
type pending struct {
	writes  []write
	before  map[cellName]value.Value // what the cells that someone watches read as
	touched []write                  // the first write to each of those
	table   *tableState              // whose rows the step's event replaces
	rows    map[string]value.Value   // by these
	ended   []*cell                  // keys whose rows are gone
	follow  []*cell                  // situations to look at next
	cause   write                    // the first write that concerned one
	watcher *cell                    // whose reads are being noted
	noted   int                      // how many of its were
	buf     []byte
	keys    []value.Value
}

// write is one set that was performed.
type write struct {
	rule  int
	owner []string // the rule's key
	cell  cellName
	parts []string
	v     value.Value
}

func newRegister(r *Register) *register {
	return &register{Register: r, cells: map[string]*stored{}, watchers: map[string][]*cell{}, sweepAt: 1024}
}

// check says what is wrong with a register of a program.
func (r *Register) check() error {
	switch {
	case r.Kind > value.KindDuration:
		return fmt.Errorf("holds values of kind %d", r.Kind)
	case r.Expire < 0:
		return fmt.Errorf("expires after %d ns", r.Expire)
	case len(r.By) > maxStack:
		return fmt.Errorf("has %d key parts", len(r.By))
	case !r.Default.IsNone() && !r.holds(r.Default):
		return fmt.Errorf("starts with a value of kind %s", r.Default.Kind())
	}
	return nil
}

// holds reports whether a value is of the register's type.
func (r *Register) holds(v value.Value) bool {
	return v.Kind() == r.Kind || r.Kind == value.KindNone && value.Numbers.Has(v)
}

// fit makes a value of the register's type of v, if it is one.
func (r *Register) fit(v value.Value) (value.Value, bool) {
	if r.Kind == value.KindNone {
		return v, value.Numbers.Has(v)
	}
	return fit(v, r.Kind)
}

// read is the value of a cell at t, and the instant at which it ends.
func (r *register) read(key []byte, t int64) (value.Value, int64) {
	c := r.cells[string(key)]
	if c == nil || r.ended(c, t) {
		return r.Default, never
	}
	if r.Expire == 0 {
		return c.v, never
	}
	return c.v, after(c.written, r.Expire)
}

func (r *register) ended(c *stored, t int64) bool {
	return r.Expire > 0 && after(c.written, r.Expire) <= t
}

// sweep collects the cells that have expired.
func (r *register) sweep(t int64) {
	for k, c := range r.cells {
		if r.ended(c, t) {
			delete(r.cells, k)
		}
	}
	r.sweepAt = max(1024, 2*len(r.cells))
}

// cellKey writes the key of a cell into buf; false where a part is none, a
// list or an object (S11).
func (m *Machine) cellKey(args []value.Value) (key []byte, ok bool) {
	b := m.pending.buf[:0]
	for i := range args {
		start := len(b)
		if len(args) > 1 {
			b = append(b, 0, 0, 0, 0)
		}
		n := len(b)
		if b, ok = value.AppendKey(b, args[i]); !ok {
			m.pending.buf = b
			return nil, false
		}
		if len(args) > 1 {
			n = len(b) - n
			b[start], b[start+1], b[start+2], b[start+3] = byte(n), byte(n>>8), byte(n>>16), byte(n>>24)
		}
	}
	m.pending.buf = b
	return b, true
}

// readRegister reads the cell that args name. Where its value can end by
// itself, that is an instant.
func (m *Machine) readRegister(i int, args []value.Value, pc Block) value.Value {
	key, ok := m.cellKey(args)
	if !ok {
		m.noKey(args, pc)
		return value.Value{}
	}
	if m.pending.watcher != nil {
		m.note(i, key)
	}
	v, end := m.registers[i].read(key, m.now)
	m.wake = min(m.wake, end)
	return v
}

// noKey counts key parts that can be none.
func (m *Machine) noKey(args []value.Value, pc Block) {
	for _, a := range args {
		if a.Kind() == value.KindList || a.Kind() == value.KindObject {
			m.fault(pc, value.Mismatch, a, value.Value{})
		}
	}
}

// noteReads notes which cells the condition of c reads: all of them, whichever the
// rest of the condition lets matter; and those of the mutes while a rise waits.
func (m *Machine) noteReads(c *cell) {
	m.pending.watcher, m.pending.noted = c, 0
	for _, b := range c.rule.Reads {
		m.run(b)
	}
	if c.pending {
		for _, b := range c.rule.MuteReads {
			m.run(b)
		}
	}
	m.pending.watcher = nil
	m.unwatch(c, m.pending.noted)
}

func (m *Machine) note(register int, key []byte) {
	c, n := m.pending.watcher, m.pending.noted
	m.pending.noted++
	if n < len(c.watching) {
		if w := &c.watching[n]; w.register == register && w.key == string(key) {
			return
		}
		m.unwatch(c, n) // the rest is noted anew
	}
	w := cellName{register, string(key)}
	c.watching = append(c.watching, w)
	rg := m.registers[register]
	rg.watchers[w.key] = append(rg.watchers[w.key], c)
}

// unwatch lets go of the cells that c watches from the nth on.
func (m *Machine) unwatch(c *cell, n int) {
	for _, w := range c.watching[n:] {
		rg := m.registers[w.register]
		list := rg.watchers[w.key]
		if i := slices.Index(list, c); len(list) > 1 {
			rg.watchers[w.key] = slices.Delete(list, i, i+1)
		} else {
			delete(rg.watchers, w.key)
		}
	}
	c.watching = c.watching[:n]
}

// write performs a set: the value is committed when the step ends. One that is
// none, or does not fit, writes nothing.
func (m *Machine) write(rs *ruleState, owner []string, a *Act) {
	rg := m.registers[a.Register]
	keys := m.pending.keys[:0]
	for _, b := range a.Keys {
		keys = append(keys, m.run(b))
	}
	m.pending.keys = keys
	v := m.run(a.Value)
	fitted, ok := rg.fit(v)
	if v.IsNone() || !ok {
		f := value.Mismatch
		if v.IsNone() {
			f = value.Missing
		}
		m.fault(a.Value, f, v, value.Value{})
		m.stats.Unset++
		return
	}
	key, ok := m.cellKey(keys)
	if !ok {
		m.stats.Unset++
		return
	}
	w := write{rule: rs.index, owner: owner, cell: cellName{a.Register, string(key)}, v: fitted}
	for _, k := range keys {
		w.parts = append(w.parts, value.Text(k))
	}
	m.pending.writes = append(m.pending.writes, w)
}

// commit makes the step's writes, in the order of its effects, and collects
// the situations whose condition reads a cell that changed.
func (m *Machine) commit() {
	p := &m.pending
	if p.table != nil {
		m.swap()
	}
	if len(p.writes) == 0 {
		return
	}
	slices.SortStableFunc(p.writes, func(a, b write) int {
		if a.rule != b.rule {
			return a.rule - b.rule
		}
		return compareKeys(a.owner, b.owner)
	})
	for _, w := range p.writes {
		rg := m.registers[w.cell.register]
		if len(rg.watchers[w.cell.key]) > 0 {
			if _, again := p.before[w.cell]; !again {
				if p.before == nil {
					p.before = map[cellName]value.Value{}
				}
				p.before[w.cell], _ = rg.read([]byte(w.cell.key), m.now)
				p.touched = append(p.touched, w)
			}
		}
		m.store(rg, w)
	}
	for _, w := range p.touched {
		rg := m.registers[w.cell.register]
		now, _ := rg.read([]byte(w.cell.key), m.now)
		if was := p.before[w.cell]; now.Kind() == was.Kind() && value.Identical(now, was) {
			continue
		}
		if len(p.follow) == 0 {
			p.cause = w
		}
		p.follow = append(p.follow, rg.watchers[w.cell.key]...)
	}
	clear(p.writes)
	clear(p.touched)
	p.writes, p.touched = p.writes[:0], p.touched[:0]
	clear(p.before)
}

// store writes one cell.
func (m *Machine) store(rg *register, w write) {
	if v := rg.Default; v.Kind() == w.v.Kind() && value.Identical(v, w.v) {
		delete(rg.cells, w.cell.key) // it reads as a fresh one, now and later
		return
	}
	if c := rg.cells[w.cell.key]; c != nil {
		c.v, c.written = w.v, m.now
		return
	}
	if len(rg.cells) >= min(rg.sweepAt, MaxKeys) {
		rg.sweep(m.now)
	}
	if len(rg.cells) >= MaxKeys {
		m.stats.Unkept++
		key := make([]value.Field, len(w.parts))
		for i, part := range w.parts {
			key[i] = value.Field{Name: rg.By[i], Value: value.String(part)}
		}
		m.emit(Effect{Rule: w.rule, Key: w.owner, Act: -1, Kind: Noted, Tag: "/eda/error/keys", Data: value.Object([]value.Field{
			{Name: "state", Value: value.String(rg.Name)}, {Name: "key", Value: value.Object(key)}, {Name: "keys", Value: value.Int(MaxKeys)},
		})})
		return
	}
	rg.cells[w.cell.key] = &stored{w.parts, w.v, m.now}
}

// follow is the step that a commit sets off: the situations it concerns are
// looked at. It is of the next round, and bounded like what is fired (S3).
func (m *Machine) follow(round, hops int) {
	p := &m.pending
	if round == MaxRounds {
		m.stats.Cut++
		if m.cut.n == 0 {
			w := p.cause
			m.cut = cut{rule: w.rule, key: w.owner, state: m.registers[w.cell.register].Name}
		}
		m.cut.n++
		clear(p.follow)
		p.follow = p.follow[:0]
		return
	}
	m.begin()
	for _, c := range p.ended { // all at once: none of them is looked at for another's end
		c.born = false
	}
	for _, c := range p.ended {
		m.forget(c)
	}
	clear(p.ended)
	p.ended = p.ended[:0]
	for _, c := range p.follow {
		m.keyBuf = appendKey(m.keyBuf[:0], c.key)
		if c.born && c.rule.cells[string(m.keyBuf)] == c { // it has not just ended
			m.plan(c)
		}
	}
	clear(p.follow)
	p.follow = p.follow[:0]
	m.runAgenda()
	m.end(round+1, hops)
}

// SetRegister gives a cell of a register a value as if it had been written at
// t, before the first event. Its errors say what does not fit.
func (m *Machine) SetRegister(register int, key []string, v value.Value, t int64) error {
	rg := m.registers[register]
	fitted, ok := rg.fit(v)
	if !ok || v.IsNone() || len(key) != len(rg.By) {
		return fmt.Errorf("register %s takes %d key parts and a value of its type", rg.Name, len(rg.By))
	}
	parts := slices.Clone(key)
	rg.cells[string(appendKey(nil, parts))] = &stored{parts, fitted, t}
	return nil
}

// RegisterView is a cell of a register, copied for showing.
type RegisterView struct {
	Key     []string
	Value   value.Value
	Written int64
	Ends    int64 // the instant its value ends; meaningful if Ending
	Ending  bool
}

// Registers returns the cells of the register with that index that hold
// another value than the default as of Now, in order of key.
func (m *Machine) Registers(register int) []RegisterView {
	rg := m.registers[register]
	var out []RegisterView
	for _, c := range rg.cells {
		if !rg.ended(c, m.now) {
			out = append(out, RegisterView{slices.Clone(c.key), c.v, c.written, after(c.written, rg.Expire), rg.Expire > 0})
		}
	}
	slices.SortFunc(out, func(a, b RegisterView) int { return compareKeys(a.Key, b.Key) })
	return out
}

// registerText writes the declaration of a register.
func registerText(r *Register) string {
	var b strings.Builder
	b.WriteString("register " + nameText(r.Name) + " " + kindText(r.Kind))
	if !r.Default.IsNone() {
		b.WriteString(" default " + string(appendLiteral(nil, r.Default)))
	}
	if r.Expire != 0 {
		b.WriteString(" expire " + durText(r.Expire))
	}
	if len(r.By) > 0 {
		b.WriteString(" by" + nameTexts(r.By))
	}
	return b.String()
}

// register reads it.
func (a *assembler) register() Register {
	r := Register{Name: a.name(), Kind: a.kind()}
	if a.maybe("default") {
		r.Default = a.literal(maxNested)
	}
	if a.maybe("expire") {
		r.Expire = a.dur()
	}
	if a.maybe("by") {
		r.By = a.names()
	}
	return r
}

// cellText writes what a set writes to.
func (a *printer) cellText(x *Act, section int) string {
	s := ""
	if x.Kind == Set || x.Register != 0 {
		s = fmt.Sprintf(" register %d", x.Register)
	}
	for _, k := range x.Keys {
		s += " cell " + a.block(k, section)
	}
	if x.Value != 0 {
		s += " value " + a.block(x.Value, section)
	}
	return s
}
