package compiler

import (
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
)

// table lowers a table with its rows.
func (c *compiler) table(t *lang.TableInfo) {
	out := vm.Table{Name: t.Decl.Name.Text, Rows: t.Rows}
	for _, k := range t.Decl.Keys {
		out.By = append(out.By, k.Text)
	}
	for _, col := range t.Columns {
		out.Columns = append(out.Columns, vm.FieldType{Name: col.Name, Kind: col.Kind})
	}
	c.tables[t] = len(c.prog.Tables)
	c.prog.Tables = append(c.prog.Tables, out)
}
