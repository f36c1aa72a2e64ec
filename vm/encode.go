package vm

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"

	"github.com/eda-lang/eda/vm/value"
)

// The binary form: "EDB1", the number of the format, the number of the
// semantics it was compiled for, SHA-256 of the payload, and the payload.
// Numbers are varints, texts and lists carry their length. The same program
// gives the same bytes.
const (
	magic     = "EDB1"
	format    = 1
	Semantics = 1  // raised whenever a program would mean something else
	maxNested = 64 // how deep a constant may be nested
)

// Encode writes a program in the binary form. It panics if a constant is
// nested deeper than the form can say, which Verify refuses.
func Encode(p *Program) []byte { return seal(magic, format, Semantics, payloadOf(p)) }

func payloadOf(p *Program) []byte {
	c := &codec{what: "compiled program"}
	c.program(p)
	if c.err != nil {
		panic("vm.Encode: a constant is nested too deep: the program was not verified")
	}
	return c.buf
}

// Decode reads a program in the binary form. Its errors say what is wrong: no
// program at all, cut, damaged, or made by an older or newer edac. It never
// panics, and what it allocates stays in proportion to the data; the program
// still has to pass Verify.
func Decode(data []byte) (*Program, error) {
	payload, err := unseal(data, "compiled program", magic, format, "build it again")
	if err != nil {
		return nil, err
	}
	c := &codec{buf: payload, reading: true, what: "compiled program"}
	p := &Program{}
	c.program(p)
	if err := c.finish(); err != nil {
		return nil, err
	}
	return p, nil
}

// seal puts a payload behind its header.
func seal(magic string, format, semantics uint64, payload []byte) []byte {
	out := make([]byte, 0, len(magic)+sha256.Size+len(payload)+4)
	out = append(out, magic...)
	out = binary.AppendUvarint(out, format)
	out = binary.AppendUvarint(out, semantics)
	sum := sha256.Sum256(payload)
	out = append(out, sum[:]...)
	return append(out, payload...)
}

// unseal is the payload of data, if it is a what with this header. Its errors
// end with what to do about one of another age.
func unseal(data []byte, what, magic string, format uint64, remedy string) ([]byte, error) {
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok {
		return nil, fmt.Errorf("this is not a %s: it does not begin with %s", what, magic)
	}
	number := func() (uint64, error) {
		x, n := binary.Uvarint(rest)
		if n <= 0 {
			return 0, fmt.Errorf("the %s is cut", what)
		}
		rest = rest[n:]
		return x, nil
	}
	f, err := number()
	if err != nil {
		return nil, err
	}
	if f != format {
		return nil, fmt.Errorf("the %s was made by %s edac: it has format %d, this one reads %d; %s", what, age(f, format), f, format, remedy)
	}
	s, err := number()
	if err != nil {
		return nil, err
	}
	if s != Semantics {
		return nil, fmt.Errorf("the %s was made by %s edac: for semantics %d, this one runs %d; %s", what, age(s, Semantics), s, Semantics, remedy)
	}
	if len(rest) < sha256.Size {
		return nil, fmt.Errorf("the %s is cut", what)
	}
	payload := rest[sha256.Size:]
	if sum := sha256.Sum256(payload); !bytes.Equal(sum[:], rest[:sha256.Size]) {
		return nil, fmt.Errorf("the %s is damaged: its checksum does not fit", what)
	}
	return payload, nil
}

func age(got, own uint64) string {
	if got > own {
		return "a newer"
	}
	return "an older"
}

// codec writes or reads: one description of the form serves both ways. Each
// method writes what its argument points to, or reads into it.
type codec struct {
	buf     []byte
	reading bool
	what    string // is written or read, for messages
	err     error
}

func (c *codec) fail() {
	if c.err == nil {
		c.err = fmt.Errorf("the %s is malformed", c.what)
	}
	c.buf = nil
}

// finish is the error of what was read, if only that something follows it.
func (c *codec) finish() error {
	if c.err == nil && len(c.buf) > 0 {
		c.err = fmt.Errorf("something follows the end of the %s", c.what)
	}
	return c.err
}

func (c *codec) uint(x *uint64) {
	if !c.reading {
		c.buf = binary.AppendUvarint(c.buf, *x)
		return
	}
	v, n := binary.Uvarint(c.buf)
	if n <= 0 || n != (bits.Len64(v|1)+6)/7 { // one way to write each number
		c.fail()
		v, n = 0, 0
	}
	*x, c.buf = v, c.buf[n:]
}

func (c *codec) int64(x *int64) {
	u := uint64(*x)<<1 ^ uint64(*x>>63)
	c.uint(&u)
	if c.reading {
		*x = int64(u>>1) ^ -int64(u&1)
	}
}

func (c *codec) int(x *int) {
	n := int64(*x)
	c.int64(&n)
	if c.reading {
		*x = int(n)
	}
}

func (c *codec) bool(x *bool) {
	u := uint64(0)
	if *x {
		u = 1
	}
	c.uint(&u)
	if c.reading {
		if u > 1 {
			c.fail()
		}
		*x = u == 1
	}
}

// small reads and writes any unsigned integer type within its range.
func small[T ~uint8 | ~uint16 | ~uint32](c *codec, x *T) {
	u := uint64(*x)
	c.uint(&u)
	if c.reading {
		if uint64(T(u)) != u {
			c.fail()
		}
		*x = T(u)
	}
}

func (c *codec) str(x *string) {
	n := uint64(len(*x))
	c.uint(&n)
	if !c.reading {
		c.buf = append(c.buf, *x...)
		return
	}
	if n > uint64(len(c.buf)) {
		c.fail()
		n = 0
	}
	*x, c.buf = string(c.buf[:n]), c.buf[n:]
}

// list reads and writes the items of a slice. Each takes a byte at least, so
// a length that the data cannot hold is refused; and as an item may be larger
// in memory than in the data, the slice grows only as items are read.
func list[T any](c *codec, x *[]T, item func(*T)) {
	n := uint64(len(*x))
	c.uint(&n)
	if !c.reading {
		for i := range *x {
			item(&(*x)[i])
		}
		return
	}
	*x = nil
	if n > uint64(len(c.buf)) {
		c.fail()
		return
	}
	if n > 0 {
		*x = make([]T, 0, min(n, 64))
	}
	for range n {
		var zero T
		*x = append(*x, zero)
		if item(&(*x)[len(*x)-1]); c.err != nil {
			return
		}
	}
}

func (c *codec) value(v *value.Value, depth int) {
	if depth == 0 {
		c.fail()
		return
	}
	k := uint8(v.Kind())
	small(c, &k)
	switch value.Kind(k) {
	case value.KindNone:
		if c.reading {
			*v = value.Value{}
		}
	case value.KindBool:
		b, _ := v.AsBool()
		c.bool(&b)
		if c.reading {
			*v = value.Bool(b)
		}
	case value.KindInt, value.KindTime, value.KindDuration:
		n, _ := v.AsInt()
		if t, ok := v.AsTime(); ok {
			n = t
		}
		if d, ok := v.AsDuration(); ok {
			n = d
		}
		c.int64(&n)
		if c.reading {
			switch value.Kind(k) {
			case value.KindInt:
				*v = value.Int(n)
			case value.KindTime:
				*v = value.Time(n)
			default:
				*v = value.Duration(n)
			}
		}
	case value.KindFloat:
		f, _ := v.AsFloat()
		u := math.Float64bits(f)
		c.uint(&u)
		if c.reading {
			if *v = value.Float(math.Float64frombits(u)); v.IsNone() {
				c.fail()
			}
		}
	case value.KindString:
		s, _ := v.AsString()
		c.str(&s)
		if c.reading {
			*v = value.String(s)
		}
	case value.KindList:
		items := v.Items()
		list(c, &items, func(x *value.Value) { c.value(x, depth-1) })
		if c.reading {
			*v = value.List(items)
		}
	case value.KindObject:
		fields := v.Fields()
		list(c, &fields, func(x *value.Field) {
			c.str(&x.Name)
			c.value(&x.Value, depth-1)
		})
		if c.reading {
			*v = value.Object(fields)
		}
	default:
		c.fail()
	}
}

func (c *codec) program(p *Program) {
	list(c, &p.Consts, func(v *value.Value) { c.value(v, maxNested) })
	list(c, &p.Names, c.str)
	list(c, &p.Funcs, c.str)
	list(c, &p.Regexps, c.str)
	list(c, &p.Events, func(e *EventType) {
		c.str(&e.Pattern)
		list(c, &e.Fields, c.column)
		c.str(&e.Time)
		c.int64(&e.Late)
	})
	list(c, &p.Registers, func(r *Register) {
		c.str(&r.Name)
		small(c, (*uint8)(&r.Kind))
		c.value(&r.Default, maxNested)
		c.int64(&r.Expire)
		list(c, &r.By, c.str)
	})
	list(c, &p.Permits, func(x *[]string) { list(c, x, c.str) })
	list(c, &p.Actions, c.action)
	list(c, &p.Tables, func(t *Table) {
		c.str(&t.Name)
		list(c, &t.By, c.str)
		list(c, &t.Columns, c.column)
		list(c, &t.Rows, func(row *[]value.Value) {
			list(c, row, func(v *value.Value) { c.value(v, maxNested) })
		})
	})
	list(c, &p.Spans, c.spans)
	list(c, &p.Rules, c.rule)
	list(c, &p.Code, func(i *Instr) {
		small(c, (*uint8)(&i.Op))
		small(c, &i.A)
		small(c, &i.B)
	})
	list(c, &p.Files, c.str)
	list(c, &p.Lines, c.line)
}

func (c *codec) column(f *FieldType) {
	c.str(&f.Name)
	small(c, (*uint8)(&f.Kind))
}

func (c *codec) line(l *Line) {
	small(c, &l.File)
	small(c, &l.Line)
	small(c, &l.Col)
	c.str(&l.Text)
}

func (c *codec) block(b *Block) { small(c, (*uint32)(b)) }

func (c *codec) key(k *KeyPart) {
	c.str(&k.Name)
	c.block(&k.Code)
	c.int(&k.In)
}

func (c *codec) act(a *Act) {
	small(c, (*uint8)(&a.Kind))
	c.block(&a.Tag)
	c.block(&a.Data)
	c.block(&a.Text)
	c.int(&a.Register)
	list(c, &a.Keys, c.block)
	c.block(&a.Value)
	list(c, &a.Permits, c.int)
	c.int(&a.Action)
	c.block(&a.Ack)
}

func (c *codec) sequence(s **Sequence) {
	has := *s != nil
	if c.bool(&has); !has {
		return
	}
	if c.reading {
		*s = &Sequence{}
	}
	c.int64(&(*s).Within)
	list(c, &(*s).Steps, func(st *Step) {
		c.bool(&st.Not)
		c.bool(&st.Both)
		list(c, &st.Counts, c.int)
	})
}

func (c *codec) window(w *Window) {
	small(c, (*uint8)(&w.Kind))
	c.int64(&w.Size)
	c.block(&w.Arg)
	c.block(&w.Carry)
	c.block(&w.Where)
	list(c, &w.Aggs, func(a *Agg) {
		c.str(&a.Name)
		c.int64(&a.Param)
	})
	c.str(&w.Text)
}

func (c *codec) rule(r *Rule) {
	c.str(&r.Name)
	c.str(&r.Identity)
	c.bool(&r.Unnamed)
	c.int(&r.Order)
	list(c, &r.Elems, func(e *Elem) {
		c.str(&e.Pattern)
		list(c, &e.Caps, c.int)
		c.block(&e.Where)
	})
	c.sequence(&r.Sequence)
	c.ticks(&r.Ticks)
	list(c, &r.Caps, c.str)
	list(c, &r.Key, c.key)
	list(c, &r.Comparers, c.block)
	list(c, &r.Uniques, func(u *Unique) {
		c.int(&u.Comparer)
		c.int64(&u.Within)
	})
	list(c, &r.Windows, c.window)
	list(c, &r.Streams, func(s *Stream) {
		c.str(&s.Pattern)
		list(c, &s.Caps, c.int)
		list(c, &s.Joins, func(j *Join) {
			c.int(&j.Slot)
			c.int(&j.Key)
		})
		c.window(&s.Window)
	})
	list(c, &r.Asks, func(a *Ask) {
		c.int(&a.Rule)
		list(c, &a.Mine, c.int)
		list(c, &a.Their, c.int)
	})
	list(c, &r.Reads, c.block)
	c.bool(&r.Situation)
	c.block(&r.When)
	c.int64(&r.For)
	c.int64(&r.Repeat)
	c.block(&r.Clear)
	c.int64(&r.ClearFor)
	list(c, &r.Do, c.act)
	list(c, &r.ClearDo, c.act)
	list(c, &r.Mutes, c.block)
	list(c, &r.MuteReads, c.block)
	limited := r.Limit != nil
	c.bool(&limited)
	if limited {
		if c.reading {
			r.Limit = &Limit{}
		}
		c.int(&r.Limit.N)
		c.int64(&r.Limit.Per)
		c.bool(&r.Limit.Own)
		list(c, &r.Limit.Key, c.key)
	}
	gathers := r.Gather != nil
	c.bool(&gathers)
	if gathers {
		if c.reading {
			r.Gather = &Gather{}
		}
		c.int64(&r.Gather.For)
		c.bool(&r.Gather.Own)
		list(c, &r.Gather.Key, c.key)
		list(c, &r.Gather.Takes, c.block)
	}
	c.int64(&r.Expire)
	list(c, &r.Probes, func(p *Probe) {
		c.str(&p.Text)
		c.block(&p.Code)
		c.line(&p.Line)
		c.int(&p.Depth)
		c.bool(&p.Clear)
	})
}
