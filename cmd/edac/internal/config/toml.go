package config

import (
	"errors"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/eda-lang/eda/lang"
)

// entry is one key with its value, wherever and in whichever of TOML's forms it
// was written.
type entry struct {
	path  []string
	row   *Key      // in the table of keys, once it is found there
	key   lang.Span // of the last part that was written
	value value
}

// value is what stands after a key: a string, bool, int64, float64 or []value;
// nil is anything else, such as a date or an array of tables.
type value struct {
	at lang.Span
	is any
}

// entries lists the keys of a document in order. The library checks that it is
// TOML and that no key stands twice; its positions are those of its tree.
func entries(text string) ([]entry, *syntaxError) {
	var all map[string]any
	if err := toml.Unmarshal([]byte(text), &all); err != nil {
		return nil, syntax(text, err)
	}
	var p unstable.Parser
	p.Reset([]byte(text))
	var out []entry
	var table []string
	for p.NextExpression() {
		n := p.Expression()
		switch n.Kind {
		case unstable.Table, unstable.ArrayTable:
			var at lang.Span
			table, at = key(n.Key())
			out = append(out, entry{path: table, key: at, value: value{at: at, is: map[string]any{}}})
			if n.Kind == unstable.ArrayTable {
				out[len(out)-1].value.is = nil
			}
		case unstable.KeyValue:
			out = keyValue(out, text, table, n)
		}
	}
	return out, nil
}

func keyValue(out []entry, text string, table []string, n *unstable.Node) []entry {
	path, at := key(n.Key())
	path = append(append([]string(nil), table...), path...)
	end := int(n.Raw.Offset + n.Raw.Length)
	v := n.Value()
	if v.Kind != unstable.InlineTable {
		return append(out, entry{path: path, key: at, value: read(text, v, at.End, end)})
	}
	out = append(out, entry{path: path, key: at, value: value{at, map[string]any{}}})
	for it := v.Children(); it.Next(); {
		if it.Node().Kind == unstable.KeyValue {
			out = keyValue(out, text, path, it.Node())
		}
	}
	return out
}

// key is a dotted key and the place of its last part.
func key(it unstable.Iterator) (path []string, at lang.Span) {
	for it.Next() {
		n := it.Node()
		path = append(path, string(n.Data))
		at = span(n.Raw)
	}
	return path, at
}

func span(r unstable.Range) lang.Span {
	return lang.Span{Start: int(r.Offset), End: int(r.Offset + r.Length)}
}

// read is a value; the tree does not say where an array stands, but it is all
// between its key and the end of the pair.
func read(text string, n *unstable.Node, after, end int) value {
	v := value{at: span(n.Raw)}
	switch n.Kind {
	case unstable.String:
		v.is = string(n.Data)
	case unstable.Bool:
		v.is = n.Data[0] == 't'
	case unstable.Integer:
		if i, err := strconv.ParseInt(string(n.Data), 0, 64); err == nil {
			v.is = i
		}
	case unstable.Float:
		if f, err := strconv.ParseFloat(strings.ReplaceAll(string(n.Data), "_", ""), 64); err == nil {
			v.is = f
		}
	case unstable.Array:
		list := []value{}
		for it := n.Children(); it.Next(); {
			if it.Node().Kind != unstable.Comment {
				list = append(list, read(text, it.Node(), after, end))
			}
		}
		v.is = list
	}
	if v.at.End == 0 { // not in the tree
		v.at = lang.Span{Start: after, End: end}
		if i := strings.IndexByte(text[after:end], '='); i >= 0 {
			v.at.Start += i + 1
		}
		v.at.Start += len(text[v.at.Start:end]) - len(strings.TrimLeft(text[v.at.Start:end], " \t\r\n"))
		v.at.End = v.at.Start + len(strings.TrimRight(text[v.at.Start:v.at.End], " \t\r\n"))
	}
	return v
}

// syntaxError says where a text is no TOML.
type syntaxError struct {
	at      lang.Span
	message string
}

func syntax(text string, err error) *syntaxError {
	var de *toml.DecodeError
	if !errors.As(err, &de) {
		return &syntaxError{message: strings.TrimPrefix(err.Error(), "toml: ")}
	}
	row, column := de.Position()
	start := 0
	for range row - 1 {
		start += strings.IndexByte(text[start:], '\n') + 1
	}
	start = min(start+column-1, len(text))
	end := start
	if end < len(text) && text[end] != '\n' {
		end++
	}
	return &syntaxError{lang.Span{Start: start, End: end}, strings.TrimPrefix(de.Error(), "toml: ")}
}
