package compiler_test

import (
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// Tables, from D26 and S29. All versions that were ever in force are kept, each
// with the step that brought it. Where the design leaves a choice:
//
// 21. D26: an event /eda/table/NAME from outside brings a version when its step
//     ends; every key of a rule that looks into the table in when or clear when, not
//     counting what stands in an aggregate, is then looked at, as after a write.
//     An event whose rows are no list, lack a key or have one twice changes nothing.

type tables struct {
	loaded    map[string]*versions
	lookups   map[*rule]map[*versions]bool // in when and clear when
	reloading *versions
	rows      map[string]value.Value
}

type versions struct {
	info *lang.TableInfo
	all  []version
}

type version struct {
	step int
	rows map[string]value.Value
}

func (w *world) loadTables() {
	w.loaded, w.lookups = map[string]*versions{}, map[*rule]map[*versions]bool{}
	for _, t := range w.u.Tables {
		rows := map[string]value.Value{}
		for _, cells := range t.Rows {
			var fields []value.Field
			for i, c := range t.Columns {
				fields = append(fields, value.Field{Name: c.Name, Value: cells[i]})
			}
			row := value.Object(fields)
			id, _ := rowKey(t, row)
			rows[id] = row
		}
		w.loaded[t.Decl.Name.Text] = &versions{t, []version{{-1, rows}}}
	}
}

func rowKey(t *lang.TableInfo, row value.Value) (string, bool) {
	var parts []string
	for _, k := range t.Decl.Keys {
		v := row.Get(k.Text)
		if v.IsNone() || v.Kind() == value.KindList || v.Kind() == value.KindObject {
			return "", false
		}
		parts = append(parts, value.Text(v))
	}
	return join(parts), true
}

// table is the one that an expression names.
func (w *world) table(r *rule, e lang.Expr, sc *scope) *versions {
	id, ok := e.(*lang.Ident)
	if !ok {
		return nil
	}
	if sc != nil {
		if _, param := sc.args[id.Text]; param {
			return nil
		}
	} else if r.lets[id.Text] != nil || r.caps[id.Text] || r.aliases[id.Text] {
		return nil
	}
	return w.loaded[id.Text]
}

func (w *world) noteLookup(r *rule, x lang.Expr, sc *scope) {
	if i, ok := x.(*lang.Index); ok && w.within == 0 {
		if t := w.table(r, i.X, sc); t != nil {
			if w.lookups[r] == nil {
				w.lookups[r] = map[*versions]bool{}
			}
			w.lookups[r][t] = true
		}
	}
}

func (w *world) lookUp(t *versions, keys []lang.Expr, x *ctx, sc *scope) value.Value {
	var parts []string
	for _, k := range keys {
		v := w.eval(k, x, sc)
		if v.IsNone() || v.Kind() == value.KindList || v.Kind() == value.KindObject {
			return value.Value{}
		}
		parts = append(parts, value.Text(v))
	}
	step := w.steps
	if x.then {
		step = x.o.n
	}
	for _, v := range slices.Backward(t.all) {
		if v.step < step {
			return v.rows[join(parts)]
		}
	}
	return value.Value{}
}

// reload reads the rows of an event from outside.
func (w *world) reload(ev queued) {
	name, ok := strings.CutPrefix(ev.tag, "/eda/table/")
	t := w.loaded[name]
	list := ev.data.Get("rows")
	if !ok || t == nil || ev.round > 0 || list.Kind() != value.KindList {
		return
	}
	rows := map[string]value.Value{}
	for _, row := range list.Items() {
		id, ok := rowKey(t.info, row)
		if _, twice := rows[id]; !ok || twice {
			return
		}
		var fields []value.Field
		for _, c := range t.info.Columns {
			v := row.Get(c.Name)
			_, isText := v.AsString()
			n, isInt := v.AsInt()
			switch plain := !v.IsNone() && v.Kind() < value.KindList; {
			case !plain:
				v = value.Value{}
			case c.Kind == value.KindString && !isText:
				v = value.String(value.Text(v))
			case c.Kind == value.KindFloat && isInt:
				v = value.Float(float64(n))
			case c.Kind == value.KindInt && !isInt:
				if f, ok := v.AsFloat(); ok && f == float64(int64(f)) {
					v = value.Int(int64(f))
				} else {
					v = value.Value{}
				}
			case c.Kind != value.KindNone && v.Kind() != c.Kind:
				v = value.Value{}
			}
			fields = append(fields, value.Field{Name: c.Name, Value: v})
		}
		rows[id] = value.Object(fields)
	}
	w.reloading, w.rows = t, rows
}

// swap puts the version of this step in force, adds the looks it asks for, and
// finds the keys whose rows are gone.
func (w *world) swap(looks map[*cell]bool) map[*rule][]*cell {
	t := w.reloading
	if t == nil {
		return nil
	}
	w.reloading = nil
	t.all = append(t.all, version{w.steps, w.rows})
	for r, read := range w.lookups {
		if !read[t] {
			continue
		}
		for _, c := range r.cells {
			if r.concerns(c) {
				looks[c] = true
			}
		}
	}
	ended := map[*rule][]*cell{}
	for _, r := range w.rules {
		if !r.domain {
			continue
		}
		for _, c := range r.cells {
			for i, p := range r.key {
				if w.loaded[p.in] != t {
					continue
				}
				if _, in := w.rows[join([]string{c.key[i]})]; !in {
					ended[r] = append(ended[r], c)
					break
				}
			}
		}
	}
	w.populate(t)
	return ended
}

// 22. S11, S13: by x in TABLE keeps out what no row of the version in force names.
//     Where every part of the key has a table, the keys of a situation are the
//     product of their rows: there from the first event's instant, or from the end of
//     the step that brings the row, looked at in the timer step of that instant. What
//     stands for an event is then the key alone, its parts by name, and the captures
//     it is made of. Such keys do not die of age; a key whose row goes ends in the
//     step after, as one that is forgotten.

func (w *world) hasRow(table, text string) bool {
	for _, v := range slices.Backward(w.loaded[table].all) {
		if v.step < w.steps || v.step < 0 {
			_, ok := v.rows[join([]string{text})]
			return ok
		}
	}
	return false
}

// populate makes the keys that rows name; only those of rules that look into t,
// if there is one.
func (w *world) populate(t *versions) {
	for _, r := range w.rules {
		if !r.domain || r.decl.When == nil {
			continue
		}
		concerned := t == nil
		keys := [][]string{{}}
		for _, p := range r.key {
			concerned = concerned || w.loaded[p.in] == t
			all := w.loaded[p.in].all
			var longer [][]string
			for _, k := range keys {
				for _, row := range all[len(all)-1].rows {
					longer = append(longer, append(slices.Clone(k), value.Text(row.Get(w.loaded[p.in].info.Decl.Keys[0].Text))))
				}
			}
			keys = longer
		}
		if !concerned {
			continue
		}
		for _, k := range keys {
			if r.cells[join(k)] != nil {
				continue
			}
			o := &occ{t: w.now, n: w.steps, data: keyObject(r, k, false), caps: map[string]string{}}
			for i, p := range r.key {
				if p.name != "" && r.caps[p.name] && r.lets[p.name] == nil {
					o.caps[p.name] = k[i]
				}
			}
			r.cells[join(k)] = &cell{key: k, birth: o}
			w.due[w.now] = true
		}
	}
}

func (c *cell) start() *occ {
	if c.birth != nil {
		return c.birth
	}
	return c.events[0]
}
