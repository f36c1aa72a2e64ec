package compiler

import (
	"bytes"
	"fmt"
	"slices"
	"sort"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// Option changes what Compile emits.
type Option func(*compiler)

// WithProbes adds to each rule code for every part of its conditions, so that
// a machine can say what each part is worth (vm.Machine.Probe). Probes are
// never run by the rules themselves.
func WithProbes() Option { return func(c *compiler) { c.probes = true } }

// Build parses, checks and compiles sources. The program is nil if there is an
// error among the diagnostics.
func Build(sources []lang.Source, env *lang.Env, opts ...Option) (*vm.Program, *lang.Unit, lang.Diagnostics) {
	var files []*lang.File
	var all lang.Diagnostics
	for _, s := range sources {
		f, ds := lang.Parse(s)
		files = append(files, f)
		all = append(all, ds...)
	}
	u, ds := lang.Check(files, env)
	all = append(all, ds...)
	all.Sort()
	if all.HasErrors() {
		return nil, u, all
	}
	return Compile(u, opts...), u, all
}

// Compile lowers a unit that was checked without errors. On any other it
// panics.
func Compile(u *lang.Unit, opts ...Option) *vm.Program {
	c := &compiler{unit: u, prog: &vm.Program{}, consts: map[string]uint32{}, names: map[string]uint32{}, funcs: map[string]uint32{}, regexps: map[string]uint32{}, registers: map[*lang.StateInfo]int{}, tables: map[*lang.TableInfo]int{}}
	for _, o := range opts {
		o(c)
	}
	c.prog.Consts = []value.Value{{}}
	c.prog.Code = []vm.Instr{{Op: vm.OpRet}}
	c.prog.Lines = []vm.Line{{}}
	for _, f := range u.Files {
		c.prog.Files = append(c.prog.Files, f.Source.Name)
		c.lines = append(c.lines, newLineIndex(f.Source.Text))
	}
	for _, e := range u.Events {
		c.event(e)
	}
	for _, t := range u.Tables {
		c.table(t)
	}
	for _, s := range u.States {
		c.register(s)
	}
	c.permits()
	for _, a := range u.Actions {
		c.action(a)
	}
	order := evaluationOrder(u.Rules)
	for i, r := range u.Rules {
		c.prog.Rules = append(c.prog.Rules, c.rule(r, order[i]))
	}
	if err := vm.Verify(c.prog, nil); err != nil {
		var b bytes.Buffer
		_ = vm.Fprint(&b, c.prog)
		panic(fmt.Sprintf("compiler: %v\n%s", err, b.String()))
	}
	return c.prog
}

// evaluationOrder gives each rule its place within a step and among the timers
// of an instant (S1, S5): rules that others ask come first, those asked by
// them before them; the rest follow in order of identity.
func evaluationOrder(rules []*lang.RuleInfo) []int {
	idx := make([]int, len(rules))
	for i := range idx {
		idx[i] = i
	}
	sort.SliceStable(idx, func(i, j int) bool {
		a, b := rules[idx[i]], rules[idx[j]]
		if a.Asked != b.Asked {
			return a.Asked
		}
		return a.Asked && a.Level < b.Level
	})
	place := make([]int, len(rules))
	for i, r := range idx {
		place[r] = i
	}
	return place
}

type compiler struct {
	unit      *lang.Unit
	prog      *vm.Program
	probes    bool
	points    *[]Point
	lines     []lineIndex
	consts    map[string]uint32
	names     map[string]uint32
	funcs     map[string]uint32
	regexps   map[string]uint32
	registers map[*lang.StateInfo]int
	tables    map[*lang.TableInfo]int
}

// event lowers a declared event to the kinds its fields are fitted to.
func (c *compiler) event(e *lang.EventInfo) {
	t := vm.EventType{Pattern: e.Pattern.String(), Time: e.Decl.Time.Text, Late: e.Late}
	for _, f := range e.Fields {
		t.Fields = append(t.Fields, vm.FieldType{Name: f.Name, Kind: f.Type.Kind()})
	}
	c.prog.Events = append(c.prog.Events, t)
}

func intern(list *[]string, index map[string]uint32, s string) uint32 {
	if i, ok := index[s]; ok {
		return i
	}
	i := uint32(len(*list))
	index[s] = i
	*list = append(*list, s)
	return i
}

func (c *compiler) name(s string) uint32 { return intern(&c.prog.Names, c.names, s) }

// constant interns a value by its kind and text; -0.0 and 0.0 differ.
func (c *compiler) constant(v value.Value) uint32 {
	key := string(value.AppendJSON([]byte{byte(v.Kind())}, v))
	if v.Kind() == value.KindList || v.Kind() == value.KindObject {
		key = ""
	}
	if i, ok := c.consts[key]; ok && key != "" {
		return i
	}
	i := uint32(len(c.prog.Consts))
	c.prog.Consts = append(c.prog.Consts, v)
	if key != "" {
		c.consts[key] = i
	}
	return i
}

// shape interns the member names of an object.
func (c *compiler) shape(names []string) uint32 {
	for i, v := range c.prog.Consts {
		if v.Kind() == value.KindList && slices.EqualFunc(v.Items(), names, func(v value.Value, s string) bool {
			t, ok := v.AsString()
			return ok && t == s
		}) {
			return uint32(i)
		}
	}
	items := make([]value.Value, len(names))
	for i, n := range names {
		items[i] = value.String(n)
	}
	return c.constant(value.List(items))
}
