package vm

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/eda-lang/eda/vm/value"
)

var valueType = reflect.TypeFor[value.Value]()

var texts = []string{"", "cur_load", "/a/*", "ü∧\u2028😀", "\xff\xfe", "a \"b\" ; c", "L1:", "\n\t\\\x00", "@0:1:2", strings.Repeat("x", 40)}

func randomInt(r *rand.Rand, bits int) uint64 {
	n := []uint64{0, 1, 2, 127, 128, math.MaxUint64, 1 << (bits - 1), 1<<(bits-1) - 1, r.Uint64()}[r.IntN(9)]
	return n << (64 - bits) >> (64 - bits)
}

// randomValue has any kind; lists and objects are nested up to depth.
func randomValue(r *rand.Rand, depth int) value.Value {
	n := int64(randomInt(r, 64))
	kinds := 9
	if depth <= 1 {
		kinds = 7
	}
	switch value.Kind(r.IntN(kinds)) {
	case value.KindBool:
		return value.Bool(n&1 == 1)
	case value.KindInt:
		return value.Int(n)
	case value.KindFloat:
		return value.Float([]float64{0, math.Copysign(0, -1), 0.1, 20, math.MaxFloat64, math.SmallestNonzeroFloat64, 1e21, math.Float64frombits(r.Uint64())}[r.IntN(8)])
	case value.KindString:
		return value.String(texts[r.IntN(len(texts))])
	case value.KindTime:
		return value.Time(n)
	case value.KindDuration:
		return value.Duration(n)
	case value.KindList:
		var items []value.Value
		for range r.IntN(4) {
			items = append(items, randomValue(r, depth-1))
		}
		return value.List(items)
	case value.KindObject:
		var fields []value.Field
		for range r.IntN(4) {
			fields = value.SetField(fields, texts[r.IntN(len(texts))], randomValue(r, depth-1))
		}
		return value.Object(fields)
	}
	return value.Value{}
}

// fill sets all that x holds, whatever fields it has, to random values.
func fill(r *rand.Rand, x reflect.Value) {
	if x.Type() == valueType {
		x.Set(reflect.ValueOf(randomValue(r, 1+r.IntN(6))))
		return
	}
	switch x.Kind() {
	case reflect.Bool:
		x.SetBool(r.IntN(2) == 0)
	case reflect.Int, reflect.Int64:
		x.SetInt(int64(randomInt(r, 64)))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		n := randomInt(r, x.Type().Bits())
		if r.IntN(4) > 0 {
			n = uint64(r.IntN(20)) // an operation, a kind, a place that there is
		}
		x.SetUint(n)
	case reflect.String:
		x.SetString(texts[r.IntN(len(texts))])
	case reflect.Pointer:
		if r.IntN(2) == 0 {
			x.Set(reflect.New(x.Type().Elem()))
			fill(r, x.Elem())
		}
	case reflect.Slice:
		n := r.IntN(5)
		x.Set(reflect.MakeSlice(x.Type(), n, n))
		for i := range n {
			fill(r, x.Index(i))
		}
	case reflect.Struct:
		for i := range x.NumField() {
			fill(r, x.Field(i))
		}
	default:
		panic("a program holds " + x.Type().String())
	}
}

func randomProgram(r *rand.Rand) *Program {
	p := &Program{}
	fill(r, reflect.ValueOf(p).Elem())
	for range r.IntN(20) {
		p.Code = append(p.Code, Instr{Op: Op(r.IntN(int(numOps))), A: uint32(r.IntN(20))})
	}
	p.Lines = make([]Line, len(p.Code))
	for i := range p.Lines {
		if r.IntN(3) > 0 {
			fill(r, reflect.ValueOf(&p.Lines[i]).Elem())
		}
	}
	return p
}

// exact tells values apart by kind and bits: 2 from 2.0, 0.0 from -0.0.
func exact(v value.Value) string {
	return fmt.Sprintf("%x", Encode(&Program{Consts: []value.Value{v}})[len(magic)+2+32:])
}

// differ says where two programs differ; a nil slice is an empty one.
func differ(path string, a, b reflect.Value) string {
	if a.Type() == valueType {
		if x, y := exact(a.Interface().(value.Value)), exact(b.Interface().(value.Value)); x != y {
			return fmt.Sprintf("%s: %s, %s", path, x, y)
		}
		return ""
	}
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() != b.IsNil() {
			return path + ": one is nil"
		}
		if a.IsNil() {
			return ""
		}
		return differ(path, a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return fmt.Sprintf("%s: %d items, %d items", path, a.Len(), b.Len())
		}
		for i := range a.Len() {
			if d := differ(fmt.Sprintf("%s[%d]", path, i), a.Index(i), b.Index(i)); d != "" {
				return d
			}
		}
		return ""
	case reflect.Struct:
		for i := range a.NumField() {
			if d := differ(path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i)); d != "" {
				return d
			}
		}
		return ""
	}
	if !a.Equal(b) {
		return fmt.Sprintf("%s: %#v, %#v", path, a, b)
	}
	return ""
}

// The binary form keeps every field of any program, sound or not.
func TestEncodeKeepsEverything(t *testing.T) {
	r := rand.New(rand.NewPCG(27, 28))
	for range 3000 {
		p := randomProgram(r)
		data := Encode(p)
		q, err := Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if d := differ("Program", reflect.ValueOf(*p), reflect.ValueOf(*q)); d != "" {
			t.Fatal(d)
		}
		if !bytes.Equal(Encode(q), data) {
			t.Fatal("the same program has two encodings")
		}
		_ = Verify(q, nil)
	}
}

// sealed puts the head of a compiled program before a payload.
func sealed(format, semantics uint64, payload []byte) []byte {
	return seal(magic, format, semantics, payload)
}

func TestDecodeErrors(t *testing.T) {
	small := payloadOf(&Program{})
	deep := value.Int(1)
	for range maxNested {
		deep = value.List([]value.Value{deep})
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "it does not begin with EDB1"},
		{"text", []byte("program 1\n"), "it does not begin with EDB1"},
		{"magic only", []byte("EDB1"), "cut"},
		{"head only", []byte("EDB1\x01\x01"), "cut"},
		{"endless number", append([]byte("EDB1"), bytes.Repeat([]byte{0xff}, 40)...), "cut"},
		{"newer format", sealed(format+1, Semantics, small), "made by a newer edac: it has format 2, this one reads 1"},
		{"older format", sealed(0, Semantics, small), "made by an older edac"},
		{"newer semantics", sealed(format, Semantics+1, small), "made by a newer edac: for semantics"},
		{"checksum", append(sealed(format, Semantics, small), 0), "damaged: its checksum does not fit"},
		{"trailing", sealed(format, Semantics, append(bytes.Clone(small), 0)), "something follows"},
		{"cut payload", sealed(format, Semantics, small[1:]), "malformed"},
		{"length beyond the data", sealed(format, Semantics, binary.AppendUvarint(nil, 1<<62)), "malformed"},
		{"number written long", sealed(format, Semantics, append([]byte{0x80, 0x00}, small[1:]...)), "malformed"},
		{"kind", sealed(format, Semantics, append([]byte{1, 9}, small[1:]...)), "malformed"},
		{"bool", sealed(format, Semantics, append([]byte{1, 1, 2}, small[1:]...)), "malformed"},
		{"not a number", sealed(format, Semantics, append(append([]byte{1, 3}, binary.AppendUvarint(nil, 0x7ff8<<48)...), small[1:]...)), "malformed"},
		{"nested", sealed(format, Semantics, append(append([]byte{1}, bytes.Repeat([]byte{7, 1}, maxNested)...), append([]byte{0}, small[1:]...)...)), "malformed"},
	} {
		if _, err := Decode(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := Decode(sealed(format, Semantics, small)); err != nil {
		t.Errorf("the empty program: %v", err)
	}
	fits := deep.Items()[0]
	if p, err := Decode(Encode(&Program{Consts: []value.Value{fits}})); err != nil || exact(p.Consts[0]) != exact(fits) {
		t.Errorf("a constant nested %d deep: %v", maxNested, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a constant nested deeper was encoded")
		}
	}()
	Encode(&Program{Consts: []value.Value{deep}})
}

// A payload with any byte changed, sealed anew, is refused or is a program that
// encodes to these very bytes: there is one encoding of each program.
func TestPayloadIsCanonical(t *testing.T) {
	payload := payloadOf(sample())
	read := 0
	for i := range payload {
		for bit := range 8 {
			bad := bytes.Clone(payload)
			bad[i] ^= 1 << bit
			data := sealed(format, Semantics, bad)
			p, err := Decode(data)
			if err != nil {
				continue
			}
			read++
			if !bytes.Equal(Encode(p), data) {
				t.Fatalf("byte %d, bit %d: read, but written otherwise", i, bit)
			}
			_ = Verify(p, nil)
		}
	}
	if read == 0 {
		t.Error("no changed payload was read: the test says nothing")
	}
}

// A short text of great lengths allocates little.
func TestDecodeAllocatesInProportion(t *testing.T) {
	payload := append(binary.AppendUvarint(nil, 1<<19), bytes.Repeat([]byte{7, 63}, 1<<19)...)
	data := sealed(format, Semantics, payload)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Decode(data); err == nil {
		t.Fatal("read")
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > uint64(len(data)) {
		t.Errorf("%d bytes allocated for a program that is refused at once", n)
	}
}
