// Package table reads the rows of lookup tables: CSV with a header, or JSON
// lines. It turns bytes into typed rows and touches no files.
package table

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/eda-lang/eda/vm/value"
)

// MaxRows bounds a table.
const MaxRows = 1_000_000

// Table is the content of a table file.
type Table struct {
	Columns []Column
	Rows    [][]value.Value // a value, or none, for each column
}

// Column is a column and the kind that all its values have: int, float (where
// some are ints too), bool or string. A key column is text, as keys are. None
// means that there is no value in it.
type Column struct {
	Name string
	Kind value.Kind
}

// Error says what cannot be read, and in which line of the file, from 1; 0
// when no line is to blame. Column is the missing key column, if that is it.
type Error struct {
	Line    int
	Column  string
	Message string
}

func (e *Error) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d: %s", e.Line, e.Message)
	}
	return e.Message
}

// Parse reads a table. The name says the form: .csv, or .jsonl and .ndjson. key
// are its key columns: each row has a value there, and no two rows the same.
// The error is an *Error.
func Parse(name string, data []byte, key []string) (*Table, error) {
	r := &reader{}
	var err error
	switch path.Ext(name) {
	case ".csv":
		err = r.csv(data)
	case ".jsonl", ".ndjson":
		err = r.jsonLines(data)
	default:
		err = &Error{Message: "a table is a .csv file with a header, or a .jsonl file with an object on each line"}
	}
	if err != nil {
		return nil, err
	}
	return r.table(key)
}

// reader collects raw rows.
type reader struct {
	columns []string
	rows    [][]value.Value // text of CSV is typed later
	lines   []int
	raw     bool // cells are text as written
}

func fail(line int, format string, args ...any) error {
	return &Error{Line: line, Message: fmt.Sprintf(format, args...)}
}

func (r *reader) csv(data []byte) error {
	r.raw = true
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return fail(0, "the file is empty; its first line names the columns")
	}
	for err == nil {
		line, _ := in.FieldPos(0)
		row := make([]value.Value, len(header))
		for i, cell := range header {
			if !utf8.ValidString(cell) {
				return fail(line, "text that is no UTF-8")
			}
			if cell != "" {
				row[i] = value.String(cell)
			}
		}
		if r.columns == nil {
			r.columns = slices.Clone(header)
			for i, c := range r.columns {
				if c == "" || slices.Contains(r.columns[:i], c) {
					return fail(line, "column %d has the name %q, which is empty or stands twice", i+1, c)
				}
			}
		} else if err := r.add(row, line); err != nil {
			return err
		}
		header, err = in.Read()
	}
	var pe *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &pe) && errors.Is(pe.Err, csv.ErrFieldCount):
		return fail(pe.Line, "%d cells, where the header names %d columns", len(header), len(r.columns))
	case errors.As(err, &pe):
		return fail(pe.Line, "%s", pe.Err)
	}
	return fail(0, "%s", err)
}

func (r *reader) add(row []value.Value, line int) error {
	if len(r.rows) == MaxRows {
		return fail(line, "more than %d rows", MaxRows)
	}
	r.rows, r.lines = append(r.rows, row), append(r.lines, line)
	return nil
}

func (r *reader) jsonLines(data []byte) error {
	line := 0
	for text := range bytes.Lines(data) {
		line++
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		fields, err := object(text)
		if err != nil {
			return fail(line, "%s", err)
		}
		row := make([]value.Value, len(r.columns))
		for _, f := range fields {
			i := slices.Index(r.columns, f.Name)
			if i < 0 {
				i = len(r.columns)
				r.columns, row = append(r.columns, f.Name), append(row, value.Value{})
			}
			row[i] = f.Value
		}
		if err := r.add(row, line); err != nil {
			return err
		}
	}
	return nil
}

// object reads one JSON object of plain values.
func object(text []byte) (out []value.Field, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("an object such as {\"host\": \"web1\"} was expected")
	}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, errors.New("this is not a JSON object")
		}
		if slices.ContainsFunc(out, func(f value.Field) bool { return f.Name == name }) {
			return nil, fmt.Errorf("%q stands twice", name)
		}
		if t, err = d.Token(); err != nil {
			return nil, errors.New("this is not a JSON object")
		}
		var v value.Value
		switch t := t.(type) {
		case nil:
		case bool:
			v = value.Bool(t)
		case string:
			v = value.String(t)
		case json.Number:
			if v = number(t.String()); v.IsNone() {
				return nil, fmt.Errorf("%q is %s, which is beyond what a number holds", name, t)
			}
		default:
			return nil, fmt.Errorf("%q is a list or an object; a table holds numbers, text, true and false", name)
		}
		out = append(out, value.Field{Name: name, Value: v})
	}
	if t, err := d.Token(); err != nil || t != json.Delim('}') {
		return nil, errors.New("this is not a JSON object")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the object")
	}
	return out, nil
}

// number reads an int of 64 bits or a finite float; none if it is neither.
func number(s string) value.Value {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return value.Int(n)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || !strings.ContainsAny(s, ".eE") {
		return value.Value{}
	}
	return value.Float(f)
}

// cell is what the text of a CSV cell says if it reads back as it is written:
// 007, +5 and inf stay text.
func cell(s string) value.Value {
	switch s {
	case "true", "false":
		return value.Bool(s == "true")
	}
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || digits[0] < '0' || digits[0] > '9' || len(digits) > 1 && digits[0] == '0' && digits[1] != '.' && digits[1] != 'e' && digits[1] != 'E' {
		return value.String(s)
	}
	if strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune("0123456789+-.eE", r) }) < 0 && s != "-0" {
		if v := number(s); !v.IsNone() {
			return v
		}
	}
	return value.String(s)
}

// table types the columns and checks the keys.
func (r *reader) table(key []string) (*Table, error) {
	t := &Table{Rows: r.rows}
	for i := range t.Rows {
		for len(t.Rows[i]) < len(r.columns) {
			t.Rows[i] = append(t.Rows[i], value.Value{})
		}
	}
	for c, name := range r.columns {
		t.Columns = append(t.Columns, Column{name, r.column(c, slices.Contains(key, name))})
	}
	var at []int
	for _, k := range key {
		i := slices.Index(r.columns, k)
		if i < 0 {
			return nil, &Error{Column: k, Message: fmt.Sprintf("there is no column %q; there are %s", k, strings.Join(r.columns, ", "))}
		}
		at = append(at, i)
	}
	seen := map[string]int{}
	for i, row := range t.Rows {
		id, shown := "", ""
		for _, c := range at {
			s, ok := row[c].AsString()
			if !ok {
				return nil, fail(r.lines[i], "the key column %q has no value here", r.columns[c])
			}
			id += strconv.Quote(s)
			shown += " " + s
		}
		if first, twice := seen[id]; twice {
			return nil, fail(r.lines[i], "the key%s stands in line %d already", shown, first)
		}
		seen[id] = r.lines[i]
	}
	return t, nil
}

// column gives the values of a column one kind.
func (r *reader) column(c int, key bool) value.Kind {
	kind := value.KindNone
	typed := make([]value.Value, len(r.rows))
	for i, row := range r.rows {
		v := row[c]
		if s, ok := v.AsString(); ok && r.raw && !key {
			v = cell(s)
		}
		typed[i] = v
		switch k := v.Kind(); {
		case k == value.KindNone || k == kind:
		case kind == value.KindNone:
			kind = k
		case k == value.KindInt && kind == value.KindFloat:
		case k == value.KindFloat && kind == value.KindInt:
			kind = k
		default:
			kind = value.KindString
		}
	}
	if key {
		kind = value.KindString
	}
	for i, row := range r.rows {
		switch v := typed[i]; {
		case v.IsNone():
		case kind == value.KindString && !r.raw:
			row[c] = value.String(value.Text(v))
		case kind == value.KindString: // as written
		case kind == value.KindFloat:
			if n, ok := v.AsInt(); ok {
				v = value.Float(float64(n))
			}
			row[c] = v
		default:
			row[c] = v
		}
	}
	return kind
}
