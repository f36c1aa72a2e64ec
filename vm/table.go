package vm

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/vm/value"
)

// Tables: rows that rules look up by key. A version of a table never changes;
// an event /eda/table/NAME with all its rows puts another in its place when
// its step ends, so that a replay knows which version was in force (D26).

// tableState is a table with the version in force.
type tableState struct {
	*Table
	reloaded bool                   // by an event: the rows are not the program's
	rows     map[string]value.Value // objects, by their key as appendKey writes it
	readers  []*ruleState           // situations whose condition looks into it
	muters   []*ruleState           // those with a mute that does
}

func newTable(t *Table) *tableState {
	s := &tableState{Table: t, rows: make(map[string]value.Value, len(t.Rows))}
	for _, row := range t.Rows {
		fields := make([]value.Field, len(row))
		for i, v := range row {
			fields[i] = value.Field{Name: t.Columns[i].Name, Value: v}
		}
		obj := value.Object(fields)
		key, _, _ := t.keyOf(obj)
		s.rows[key] = obj
	}
	return s
}

// keyOf is the key of a row: as appendKey writes it, and its parts.
func (t *Table) keyOf(row value.Value) (key string, parts []string, ok bool) {
	for _, name := range t.By {
		b, ok := value.AppendKey(nil, row.Get(name))
		if !ok {
			return "", nil, false
		}
		parts = append(parts, string(b))
	}
	return string(appendKey(nil, parts)), parts, true
}

// check says what is wrong with a table of a program.
func (t *Table) check() error {
	at := make([]int, len(t.By))
	for i, k := range t.By {
		at[i] = slices.IndexFunc(t.Columns, func(f FieldType) bool { return f.Name == k })
		if at[i] < 0 || t.Columns[at[i]].Kind != value.KindString {
			return fmt.Errorf("has no text column %q for its key", k)
		}
	}
	if len(t.By) == 0 || len(t.By) > maxStack {
		return fmt.Errorf("has %d key columns", len(t.By))
	}
	for i, c := range t.Columns {
		if c.Kind > value.KindString && c.Kind != value.KindNone {
			return fmt.Errorf("has a column of kind %d", c.Kind)
		}
		if slices.ContainsFunc(t.Columns[:i], func(o FieldType) bool { return o.Name == c.Name }) {
			return fmt.Errorf("has two columns %q", c.Name)
		}
	}
	seen := make(map[string]bool, len(t.Rows))
	for i, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("has %d values in row %d of %d columns", len(row), i, len(t.Columns))
		}
		for j, v := range row {
			if !v.IsNone() && v.Kind() != t.Columns[j].Kind {
				return fmt.Errorf("has a value of kind %s in column %q of row %d", v.Kind(), t.Columns[j].Name, i)
			}
		}
		parts := make([]string, len(at))
		for j, c := range at {
			text, ok := row[c].AsString()
			if !ok {
				return fmt.Errorf("has no key in row %d", i)
			}
			parts[j] = text
		}
		key := string(appendKey(nil, parts))
		if seen[key] {
			return fmt.Errorf("has the key of row %d twice", i)
		}
		seen[key] = true
	}
	return nil
}

// version makes a version of rows that come as data: objects with the table's
// columns. Any plain value is text where the column is; otherwise one that does
// not fit its column is none.
func (t *Table) version(rows value.Value) (map[string]value.Value, error) {
	if rows.Kind() != value.KindList {
		return nil, errors.New("the rows are no list")
	}
	out := make(map[string]value.Value, len(rows.Items()))
	for i, row := range rows.Items() {
		fields := make([]value.Field, len(t.Columns))
		key, parts, ok := t.keyOf(row)
		if !ok {
			return nil, fmt.Errorf("row %d has no key", i+1)
		}
		if _, twice := out[key]; twice {
			return nil, fmt.Errorf("row %d has the key %s, which stands before", i+1, strings.Join(parts, " "))
		}
		for j, c := range t.Columns {
			v := row.Get(c.Name)
			if text, ok := value.AppendKey(nil, v); ok && c.Kind == value.KindString {
				v = value.String(string(text))
			} else if v, ok = fit(v, c.Kind); !ok || v.Kind() >= value.KindList {
				v = value.Value{}
			}
			fields[j] = value.Field{Name: c.Name, Value: v}
		}
		out[key] = value.Object(fields)
	}
	return out, nil
}

// linkTables finds the situations whose condition looks into each table.
func (m *Machine) linkTables() {
	note := func(rs *ruleState, b Block, list func(t *tableState) *[]*ruleState) {
		for pc := b; pc != 0 && m.prog.Code[pc].Op != OpRet; pc++ {
			if in := m.prog.Code[pc]; in.Op == OpLookup {
				if l := list(m.tables[in.A]); !slices.Contains(*l, rs) {
					*l = append(*l, rs)
				}
			}
		}
	}
	for _, rs := range m.rules {
		for _, b := range []Block{rs.When, rs.Clear} {
			note(rs, b, func(t *tableState) *[]*ruleState { return &t.readers })
		}
		for _, b := range rs.Mutes {
			note(rs, b, func(t *tableState) *[]*ruleState { return &t.muters })
		}
	}
}

// lookUp is the row that args name.
func (m *Machine) lookUp(t *tableState, args []value.Value, pc Block) value.Value {
	key, ok := m.cellKey(args)
	if !ok {
		m.noKey(args, pc)
		return value.Value{}
	}
	return t.rows[string(key)]
}

// reload takes note of an event that replaces a table.
func (m *Machine) reload(ev *Event) {
	name, ok := strings.CutPrefix(ev.Tag, "/eda/table/")
	if !ok {
		return
	}
	for _, t := range m.tables {
		if t.Name != name {
			continue
		}
		rows, err := t.version(ev.Data.Get("rows"))
		if err != nil {
			m.stats.Unloaded++
			return
		}
		m.pending.table, m.pending.rows = t, rows
	}
}

// swap puts the new version in force. All keys of the situations that read the
// table are looked at next.
func (m *Machine) swap() {
	p := &m.pending
	p.table.rows, p.table.reloaded = p.rows, true
	for _, rs := range p.table.readers {
		for _, c := range rs.cells {
			if c.born {
				p.follow = append(p.follow, c)
			}
		}
	}
	for _, rs := range p.table.muters {
		for _, c := range rs.cells {
			if c.born && c.pending {
				p.follow = append(p.follow, c)
			}
		}
	}
	m.settleDomains(p.table)
	p.table, p.rows = nil, nil
}

// SetTable replaces the rows of a table before the first event. The error says
// what does not fit.
func (m *Machine) SetTable(table int, rows value.Value) error {
	t := m.tables[table]
	version, err := t.version(rows)
	if err != nil {
		return fmt.Errorf("table %s: %w", t.Name, err)
	}
	t.rows, t.reloaded = version, true
	return nil
}

// table writes the declaration of a table and its rows.
func (a *printer) table(t *Table) {
	a.line("table %s%s", nameText(t.Name), nameTexts(t.By))
	for _, c := range t.Columns {
		a.line("  column %s %s", nameText(c.Name), kindText(c.Kind))
	}
	for _, row := range t.Rows {
		text := "  row"
		for _, v := range row {
			text += " " + string(appendLiteral(nil, v))
		}
		a.line("%s", text)
	}
}

// table reads a column or a row.
func (a *assembler) table(word string) {
	if len(a.p.Tables) == 0 {
		a.fail("a %s belongs to a table", word)
		return
	}
	t := &a.p.Tables[len(a.p.Tables)-1]
	if word == "column" {
		t.Columns = append(t.Columns, FieldType{a.name(), a.kind()})
		return
	}
	var row []value.Value
	for a.more() && a.err == nil {
		row = append(row, a.literal(maxNested))
	}
	t.Rows = append(t.Rows, row)
}
