package vm

import (
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// run executes a block and returns its value. The program is verified: every
// operand is in range, the stack never leaves its bounds, and jumps go forward
// only, so a block ends after at most as many instructions as it has.
//
// Operations are total. One that has no result yields none and counts a fault.
func (m *Machine) run(b Block) value.Value {
	code := m.prog.Code
	s := &m.stack
	sp := 0
	pc := b
	for {
		in := &code[pc]
		switch in.Op {
		case OpRet:
			return s[sp-1]
		case OpConst:
			s[sp] = m.prog.Consts[in.A]
			sp++
		case OpField:
			s[sp] = m.field(m.prog.Names[in.A], pc)
			sp++
		case OpEvent:
			s[sp] = m.object(pc)
			sp++
		case OpTag:
			s[sp] = m.tag()
			sp++
		case OpNow:
			s[sp] = value.Time(m.now)
			sp++
		case OpCap:
			s[sp] = m.captured(in.A)
			sp++
		case OpAlias:
			s[sp] = m.alias(in.A, pc)
			sp++
		case OpGet:
			x := s[sp-1]
			s[sp-1] = x.Get(m.prog.Names[in.A])
			if x.Kind() != value.KindObject && !x.IsNone() {
				m.fault(pc, value.Mismatch, x, value.Value{})
			}
		case OpIndex:
			sp--
			s[sp-1] = m.index(s[sp-1], s[sp], pc)
		case OpAdd, OpSub, OpMul, OpDiv, OpFloorDiv, OpMod, OpEq, OpNe, OpLt, OpLe, OpGt, OpGe, OpAnd, OpOr:
			sp--
			s[sp-1] = m.binary(in.Op, s[sp-1], s[sp], pc)
		case OpNeg, OpNot:
			f := value.OK
			x := s[sp-1]
			if in.Op == OpNeg {
				s[sp-1], f = value.Neg(x)
			} else {
				s[sp-1], f = value.Not(x)
			}
			if f > value.Missing {
				m.fault(pc, f, x, value.Value{})
			}
		case OpJumpFalse:
			if value.False(s[sp-1]) {
				pc = Block(in.A)
				continue
			}
		case OpJumpTrue:
			if value.True(s[sp-1]) {
				pc = Block(in.A)
				continue
			}
		case OpJumpKnown:
			if !s[sp-1].IsNone() {
				pc = Block(in.A)
				continue
			}
			sp--
		case OpIn:
			sp--
			s[sp-1] = m.in(s[sp-1], s[sp], pc)
		case OpLike:
			sp--
			s[sp-1] = m.like(s[sp-1], s[sp], pc)
		case OpMatch:
			x := s[sp-1]
			if text, ok := x.AsString(); ok {
				s[sp-1] = value.Bool(m.regexps[in.A].MatchString(text))
			} else {
				s[sp-1] = value.Value{}
				m.mismatch(pc, x, value.Value{})
			}
		case OpHas:
			s[sp-1] = value.Bool(!s[sp-1].IsNone())
		case OpCall:
			n := int(in.B)
			sp -= n
			v, f := m.funcs[in.A].Call(s[sp : sp+n])
			if f > value.Missing {
				var x value.Value
				if n > 0 {
					x = s[sp]
				}
				m.fault(pc, f, x, value.Value{})
			}
			s[sp] = v
			sp++
		case OpMakeList:
			n := int(in.A)
			sp -= n
			s[sp] = value.List(append([]value.Value(nil), s[sp:sp+n]...))
			sp++
		case OpMakeObject:
			names := m.prog.Consts[in.A].Items()
			sp -= len(names)
			s[sp] = m.build(names, s[sp:sp+len(names)], pc)
			sp++
		case OpText:
			if s[sp-1].Kind() != value.KindString {
				s[sp-1] = value.String(value.Text(s[sp-1]))
			}
		case OpFixed:
			if !s[sp-1].IsNone() { // none stays none, so that a tag can see it
				s[sp-1] = value.String(string(value.AppendFixed(nil, s[sp-1], int(in.A))))
			}
		case OpConcat, OpConcatTag:
			n := int(in.A)
			sp -= n
			s[sp] = m.concat(s[sp:sp+n], in.Op == OpConcatTag)
			sp++
		case OpAgg:
			v, next := m.c.windows[in.A].read(int(in.B), m.now)
			if since, ok := m.unheard(); ok {
				if known := m.c.rule.Windows[in.A].known(since); m.now < known {
					v, next = value.Value{}, min(next, known)
				}
			}
			m.wake = min(m.wake, next)
			s[sp] = v
			sp++
		case OpSilent:
			d, _ := m.prog.Consts[in.A].AsDuration()
			since, unheard := m.unheard()
			end := after(max(since, m.c.latest.T), d)
			s[sp] = value.Bool(end <= m.now)
			if end > m.now {
				m.wake = min(m.wake, end)
				if unheard {
					s[sp] = value.Value{}
				}
			}
			sp++
		case OpReached:
			s[sp-1] = m.reached(s[sp-1], pc)
		case OpDuring:
			s[sp] = m.during(int(in.A))
			sp++
		case OpKey:
			s[sp] = value.String(m.key[in.A])
			sp++
		case OpPrev:
			s[sp] = value.Value{}
			if m.remembers() {
				s[sp] = m.c.prev[in.A]
			}
			sp++
		case OpChanged:
			s[sp] = m.changedSince(int(in.A), pc)
			sp++
		case OpUnique:
			s[sp] = m.unique(int(in.A), pc)
			sp++
		case OpGroupCount:
			s[sp] = value.Int(int64(m.group.n))
			sp++
		case OpGroup:
			s[sp] = m.group.list(int(in.A))
			sp++
		case OpMember:
			s[sp] = m.group.last(int(in.A))
			sp++
		case OpActive:
			s[sp] = value.Bool(m.active(int(in.A)))
			sp++
		case OpWatch:
			m.sight(int(in.A), s[sp-1])
		case OpFrom:
			s[sp] = m.readStream(int(in.A), int(in.B))
			sp++
		case OpRegister:
			n := len(m.registers[in.A].By)
			sp -= n
			s[sp] = m.readRegister(int(in.A), s[sp:sp+n], pc)
			sp++
		case OpLookup:
			n := len(m.tables[in.A].By)
			sp -= n
			s[sp] = m.lookUp(m.tables[in.A], s[sp:sp+n], pc)
			sp++
		}
		pc++
	}
}

// alias is the data of the event at hand if it came through one of these
// elements, or of the event of the match at hand that did.
func (m *Machine) alias(mask uint32, pc Block) value.Value {
	if m.parts == nil {
		if mask&(1<<uint(m.elem)) != 0 {
			return m.object(pc)
		}
		return value.Value{}
	}
	for i := range m.parts {
		if p := &m.parts[i]; p.set && mask&(1<<uint(i)) != 0 {
			ev, typ := m.ev, m.typ
			m.ev, m.typ = &p.ev, p.typ
			v := m.object(pc)
			m.ev, m.typ = ev, typ
			return v
		}
	}
	return value.Value{}
}

// object is the data of the event at hand, with its fields fitted to their
// declared types: event.x is event["x"] is x.
func (m *Machine) object(pc Block) value.Value {
	data := m.ev.Data
	if data.IsNone() {
		return value.Object(nil)
	}
	if m.typ < 0 {
		return data
	}
	fields := slices.Clone(data.Fields())
	for i := range fields {
		fields[i].Value = m.fitted(fields[i].Name, fields[i].Value, pc)
	}
	return value.Object(fields)
}

func (m *Machine) mismatch(pc Block, x, y value.Value) {
	if !x.IsNone() && (y.Kind() == value.KindNone || !y.IsNone()) {
		m.fault(pc, value.Mismatch, x, y)
	}
}

// field reads a field of the event at hand, fitted to its declared type.
func (m *Machine) field(name string, pc Block) value.Value {
	v := m.ev.Data.Get(name)
	if m.typ < 0 {
		return v
	}
	return m.fitted(name, v, pc)
}

func (m *Machine) fitted(name string, v value.Value, pc Block) value.Value {
	if v.IsNone() {
		return v
	}
	for i := range m.prog.Events[m.typ].Fields {
		f := &m.prog.Events[m.typ].Fields[i]
		if f.Name != name {
			continue
		}
		fitted, ok := fit(v, f.Kind)
		if !ok {
			m.fault(pc, value.Mismatch, v, value.Value{})
		}
		return fitted
	}
	return v
}

// fit makes a value of the declared kind of v, if it is one (S29a, S30b).
func fit(v value.Value, k value.Kind) (value.Value, bool) {
	if k == value.KindNone || v.Kind() == k {
		return v, true
	}
	switch k {
	case value.KindInt:
		if f, ok := v.AsFloat(); ok {
			if n := int64(f); f == float64(n) && f >= -1<<63 && f < 1<<63 {
				return value.Int(n), true
			}
		}
	case value.KindFloat:
		if n, ok := v.AsInt(); ok {
			return value.Float(float64(n)), true
		}
	case value.KindTime:
		return toTime(v)
	case value.KindDuration:
		if s, ok := v.AsString(); ok {
			if d, err := calendar.ParseDuration(s); err == nil {
				return value.Duration(d), true
			}
		}
	}
	return value.Value{}, false
}

// toTime reads a time as S29a says: a time, RFC 3339 text, or seconds since
// the epoch.
func toTime(v value.Value) (value.Value, bool) {
	if v.Kind() == value.KindTime {
		return v, true
	}
	if s, ok := v.AsString(); ok {
		if t, err := calendar.ParseTime(s); err == nil {
			return value.Time(t), true
		}
		return value.Value{}, false
	}
	if !value.Numbers.Has(v) {
		return value.Value{}, false
	}
	d, f := value.Mul(v, value.Duration(1e9))
	if ns, ok := d.AsDuration(); ok && f == value.OK {
		return value.Time(ns), true
	}
	return value.Value{}, false
}

func (m *Machine) binary(op Op, x, y value.Value, pc Block) value.Value {
	var v value.Value
	var f value.Fault
	switch op {
	case OpAdd:
		v, f = value.Add(x, y)
	case OpSub:
		v, f = value.Sub(x, y)
	case OpMul:
		v, f = value.Mul(x, y)
	case OpDiv:
		v, f = value.Div(x, y)
	case OpFloorDiv:
		v, f = value.FloorDiv(x, y)
	case OpMod:
		v, f = value.Mod(x, y)
	case OpEq:
		v, f = value.Equal(x, y)
	case OpNe:
		if v, f = value.Equal(x, y); f == value.OK {
			v, _ = value.Not(v)
		}
	case OpLt:
		v, f = value.Less(x, y)
	case OpLe:
		v, f = value.LessEqual(x, y)
	case OpGt:
		v, f = value.Less(y, x)
	case OpGe:
		v, f = value.LessEqual(y, x)
	case OpAnd:
		v, f = value.And(x, y)
	case OpOr:
		v, f = value.Or(x, y)
	}
	if f > value.Missing {
		m.fault(pc, f, x, y)
	}
	return v
}

func (m *Machine) index(x, i value.Value, pc Block) value.Value {
	if x.IsNone() || i.IsNone() {
		return value.Value{}
	}
	switch x.Kind() {
	case value.KindList:
		if n, ok := i.AsInt(); ok {
			items := x.Items()
			if n >= 0 && n < int64(len(items)) {
				return items[n]
			}
			m.fault(pc, value.Range, x, i)
			return value.Value{}
		}
	case value.KindObject:
		if name, ok := i.AsString(); ok {
			return x.Get(name)
		}
	}
	m.fault(pc, value.Mismatch, x, i)
	return value.Value{}
}

// in is x == item or … over the list, in Kleene's logic.
func (m *Machine) in(x, list value.Value, pc Block) value.Value {
	if list.IsNone() {
		return value.Value{}
	}
	if list.Kind() != value.KindList {
		m.fault(pc, value.Mismatch, x, list)
		return value.Value{}
	}
	out := value.Bool(false)
	for _, item := range list.Items() {
		eq, f := value.Equal(x, item)
		if value.True(eq) {
			return eq
		}
		if eq.IsNone() {
			out = value.Value{}
			if f > value.Missing {
				m.fault(pc, f, x, item)
			}
		}
	}
	return out
}

func (m *Machine) like(x, pattern value.Value, pc Block) value.Value {
	s, ok := x.AsString()
	p, ok2 := pattern.AsString()
	if !ok || !ok2 {
		if !x.IsNone() && !pattern.IsNone() {
			m.fault(pc, value.Mismatch, x, pattern)
		}
		return value.Value{}
	}
	return value.Bool(Like(s, p))
}

// Like reports whether s matches a pattern in which * stands for any text and
// ? for any one character (code point). It takes time len(s)*len(pattern) at most.
func Like(s, pattern string) bool {
	sr, pr := []rune(s), []rune(pattern)
	si, pi, star, mark := 0, 0, -1, 0
	for si < len(sr) {
		switch {
		case pi < len(pr) && pr[pi] == '*':
			star, mark = pi, si
			pi++
		case pi < len(pr) && (pr[pi] == '?' || pr[pi] == sr[si]):
			si++
			pi++
		case star >= 0:
			mark++
			si, pi = mark, star+1
		default:
			return false
		}
	}
	for pi < len(pr) && pr[pi] == '*' {
		pi++
	}
	return pi == len(pr)
}

// build makes an object; an empty name spreads the value's own fields. A
// later part wins.
func (m *Machine) build(names, values []value.Value, pc Block) value.Value {
	fields := make([]value.Field, 0, len(names))
	for i, n := range names {
		name, _ := n.AsString()
		if name != "" {
			fields = value.SetField(fields, name, values[i])
			continue
		}
		if values[i].Kind() != value.KindObject && !values[i].IsNone() {
			m.fault(pc, value.Mismatch, values[i], value.Value{})
		}
		for _, f := range values[i].Fields() {
			fields = value.SetField(fields, f.Name, f.Value)
		}
	}
	return value.Object(fields)
}

// concat joins texts; for a tag it is none if a part is.
func (m *Machine) concat(parts []value.Value, isTag bool) value.Value {
	if len(parts) == 1 && parts[0].Kind() == value.KindString {
		return parts[0]
	}
	var b strings.Builder
	for _, p := range parts {
		if isTag && p.IsNone() {
			return value.Value{}
		}
		if s, ok := p.AsString(); ok {
			b.WriteString(s)
		} else {
			b.WriteString(value.Text(p))
		}
	}
	return value.String(b.String())
}

// reached is true from the instant x on (S9a).
func (m *Machine) reached(x value.Value, pc Block) value.Value {
	if x.IsNone() {
		return x
	}
	v, ok := toTime(x)
	if !ok {
		m.fault(pc, value.Mismatch, x, value.Value{})
		return v
	}
	t, _ := v.AsTime()
	if t > m.now {
		m.wake = min(m.wake, t)
	}
	return value.Bool(t <= m.now)
}

// remembers reports whether there is an event before this one, at most the
// rule's expire ago.
func (m *Machine) remembers() bool { return m.c.hasPrev && m.now <= after(m.c.seen, m.c.rule.Expire) }

// changedSince is true if the argument is known to differ from what it was at
// the event before, and unknown if either is (S17).
func (m *Machine) changedSince(i int, pc Block) value.Value {
	if !m.remembers() {
		return value.Value{}
	}
	eq, f := value.Equal(m.c.prev[i], m.cur[i])
	if f > value.Missing {
		m.fault(pc, f, m.cur[i], m.c.prev[i])
	}
	if f != value.OK {
		return value.Value{}
	}
	v, _ := value.Not(eq)
	return v
}

// active says whether the rule asked is on for a key that agrees in the parts
// both have (S5).
func (m *Machine) active(i int) bool {
	rs := m.rules[m.ruleAt]
	ask := &rs.Asks[i]
	m.keyBuf = appendSome(m.keyBuf[:0], m.key, ask.Mine)
	return m.rules[ask.Rule].asked[rs.joinOn[i]].on[string(m.keyBuf)] > 0
}
