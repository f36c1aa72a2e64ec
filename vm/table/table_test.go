package table

import (
	"strings"
	"testing"

	"github.com/eda-lang/eda/vm/value"
)

func show(t *Table) string {
	var b strings.Builder
	for i, c := range t.Columns {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(c.Name + ":" + c.Kind.String())
	}
	for _, r := range t.Rows {
		b.WriteString(" |")
		for _, v := range r {
			b.Write(append([]byte(" "), value.AppendJSON(nil, v)...))
		}
	}
	return b.String()
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, text, key, want string }{
		{"a.csv", "host,cpu,load,up\nweb1,4,0.5,true\nweb2,8,1,false\n", "host", `host:string cpu:int load:float up:bool | "web1" 4 0.5 true | "web2" 8 1.0 false`},
		{"a.csv", "\ufeffhost,x\r\nweb1,\r\n", "host", `host:string x:none | "web1" null`},
		{"a.csv", "id,x\n007,007\n7,7\n", "id", `id:string x:string | "007" "007" | "7" "7"`},
		{"a.csv", "id,x\n1,true\n2,5\n", "id", `id:string x:string | "1" "true" | "2" "5"`},
		{"a.csv", "id,x\n1,1e3\n2,-0.5\n", "id", `id:string x:float | "1" 1000.0 | "2" -0.5`},
		{"a.csv", "id,x\n1,inf\n2,NaN\n3,0x10\n4,+1\n5,1_0\n", "id", `id:string x:string | "1" "inf" | "2" "NaN" | "3" "0x10" | "4" "+1" | "5" "1_0"`},
		{"a.csv", "id,x\n1,99999999999999999999\n", "id", `id:string x:string | "1" "99999999999999999999"`},
		{"a.csv", "a,b\nx,y\nx,z\n", "a b", `a:string b:string | "x" "y" | "x" "z"`},
		{"a.csv", "a,b\n\"q \"\"1\"\"\n\",y\n", "a", `a:string b:string | "q \"1\"\n" "y"`},
		{"a.csv", "a,b\n", "a", `a:string b:none`},
		{"a.jsonl", "{\"a\": 1, \"b\": 2}\n\n{\"b\": 2.5, \"a\": \"x\", \"c\": null}\n", "a", `a:string b:float c:none | "1" 2.0 null | "x" 2.5 null`},
		{"a.ndjson", `{"a": true, "b": "t"}`, "a", `a:string b:string | "true" "t"`},
		{"a.jsonl", `{"a": "x", "b": 1}` + "\n" + `{"a": "y", "b": false}`, "a", `a:string b:string | "x" "1" | "y" "false"`},
		{"a.jsonl", "", "", ""},
		// what is wrong, and where
		{"a.txt", "", "a", "! a table is a .csv file with a header, or a .jsonl file with an object on each line"},
		{"a.csv", "", "a", "! the file is empty; its first line names the columns"},
		{"a.csv", "a,a\n", "a", `! line 1: column 2 has the name "a", which is empty or stands twice`},
		{"a.csv", "a,b\nx\n", "a", "! line 2: 1 cells, where the header names 2 columns"},
		{"a.csv", "a,b\n\"x\n", "a", `! line 2: extraneous or missing " in quoted-field`},
		{"a.csv", "a,b\nx,1\n\nx,2\n", "a", "! line 4: the key x stands in line 2 already"},
		{"a.csv", "a,b\n,1\n", "a", `! line 2: the key column "a" has no value here`},
		{"a.csv", "a,b\nx,1\n", "c", `! there is no column "c"; there are a, b`},
		{"a.csv", "a\n\xff\n", "a", "! line 2: text that is no UTF-8"},
		{"a.jsonl", "{\"a\": 1}\n{\"a\": \"1\"}", "a", "! line 2: the key 1 stands in line 1 already"},
		{"a.jsonl", "{\"a\": [1]}", "a", `! line 1: "a" is a list or an object; a table holds numbers, text, true and false`},
		{"a.jsonl", "{\"a\": 1, \"a\": 2}", "a", `! line 1: "a" stands twice`},
		{"a.jsonl", "{\"a\": 1e999}", "a", `! line 1: "a" is 1e999, which is beyond what a number holds`},
		{"a.jsonl", "\n[1]", "a", `! line 2: an object such as {"host": "web1"} was expected`},
		{"a.jsonl", "{\"a\": 1} 2", "a", "! line 1: something follows the object"},
		{"a.jsonl", "{\"a\": 1", "a", "! line 1: this is not a JSON object"},
	} {
		got := ""
		tab, err := Parse(c.name, []byte(c.text), strings.Fields(c.key))
		if err != nil {
			got = "! " + err.Error()
		} else {
			got = show(tab)
		}
		if got != c.want {
			t.Errorf("%s %q\n got  %s\n want %s", c.name, c.text, got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(true, "a,b\nx,1\n\"y\",2.5\n")
	f.Add(false, "{\"a\": 1, \"b\": null}\n")
	f.Fuzz(func(t *testing.T, csv bool, text string) {
		name := "t.jsonl"
		if csv {
			name = "t.csv"
		}
		tab, err := Parse(name, []byte(text), []string{"a"})
		if err != nil {
			return
		}
		for _, row := range tab.Rows {
			for i, v := range row {
				if k := v.Kind(); k != value.KindNone && k != tab.Columns[i].Kind {
					t.Fatalf("a %s in column %s: %s", k, tab.Columns[i].Name, tab.Columns[i].Kind)
				}
			}
		}
	})
}
