package runtime

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestCSV(t *testing.T) {
	at := `{"time":"2026-03-01T00:00:00Z","tag":`
	for _, c := range []struct {
		name, in string
		opt      CSVOptions
		want     string
	}{
		{"only a header", "time,tag\n", CSVOptions{}, ""},
		{"types and empty cells", "time,tag,a,b,c,d,e\n2026-03-01T00:00:00Z,/a,25,25.0,true,,up\n", CSVOptions{}, at + `"/a","data":{"a":25,"b":25.0,"c":true,"e":"up"}}`},
		{"what stays text", "time,tag,a,b,c,d,e,f,g,h\n2026-03-01T00:00:00Z,/a,007,+5,1e999,99999999999999999999,-05,NaN,0x10,TRUE\n", CSVOptions{},
			at + `"/a","data":{"a":"007","b":"+5","c":"1e999","d":"99999999999999999999","e":"-05","f":"NaN","g":"0x10","h":"TRUE"}}`},
		{"numbers", "time,tag,a,b,c,d\n2026-03-01T00:00:00Z,/a,-5,1e3,-9223372036854775808,.5\n", CSVOptions{}, at + `"/a","data":{"a":-5,"b":1000.0,"c":-9223372036854775808,"d":0.5}}`},
		{"times", "timestamp,tag\n2026-03-01 00:00:00,/a\n1772323200,/a\n1772323200.000000001,/a\n2026-03-01T01:00:00.5+01:00,/a\n", CSVOptions{},
			at + `"/a","data":{}}` + "\n" + at + `"/a","data":{}}` + "\n" + `{"time":"2026-03-01T00:00:00.000000001Z","tag":"/a","data":{}}` + "\n" + `{"time":"2026-03-01T00:00:00.5Z","tag":"/a","data":{}}`},
		{"before 1970", "time,tag\n-1.5,/a\n-0.5,/a\n", CSVOptions{}, `{"time":"1969-12-31T23:59:58.5Z","tag":"/a","data":{}}` + "\n" + `{"time":"1969-12-31T23:59:59.5Z","tag":"/a","data":{}}`},
		{"named columns", "when,what,time\n0,/a,5\n", CSVOptions{Time: "when", Tag: "what"}, `{"time":"1970-01-01T00:00:00Z","tag":"/a","data":{"time":5}}`},
		{"tag of columns", "time,host,disk\n0,a,sda\n", CSVOptions{Tag: "/client/{host}/{disk}"}, `{"time":"1970-01-01T00:00:00Z","tag":"/client/a/sda","data":{"host":"a","disk":"sda"}}`},
		{"tag of columns and an end", "time,host\n0,a\n", CSVOptions{Tag: "/c/{host}/up"}, `{"time":"1970-01-01T00:00:00Z","tag":"/c/a/up","data":{"host":"a"}}`},
		{"one tag for all", "time,host\n0,a\n", CSVOptions{Tag: "/up"}, `{"time":"1970-01-01T00:00:00Z","tag":"/up","data":{"host":"a"}}`},
		{"quotes, mark, CRLF", "\ufefftime,tag,s\r\n0,/a,\"x,\"\"y\"\"\nz\"\r\n", CSVOptions{}, `{"time":"1970-01-01T00:00:00Z","tag":"/a","data":{"s":"x,\"y\"\nz"}}`},
	} {
		r, err := NewReader(strings.NewReader(c.in), CSV, "rec", c.opt)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got, err := ReadAll(r)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if s := strings.TrimSuffix(string(written(t, JSONLines, got)), "\n"); s != c.want {
			t.Errorf("%s\n%s\nwant\n%s", c.name, s, c.want)
		}
	}
}

func TestCSVErrors(t *testing.T) {
	for _, c := range []struct {
		in   string
		opt  CSVOptions
		want string
	}{
		{"", CSVOptions{}, "rec: the file is empty; its first line names the columns"},
		{"a,b\n", CSVOptions{}, `rec: no column "time" holds the time; the columns are a, b (--time names another)`},
		{"time,b\n", CSVOptions{}, `rec: no column "tag" holds the tag; name one, or make it of columns: --tag '/client/load/{host}'`},
		{"time,b\n", CSVOptions{Tag: "/{host}"}, `rec: the tag "/{host}" names the column "host", which is not there; the columns are time, b`},
		{"time,b\n", CSVOptions{Tag: "/{b"}, `rec: the tag "/{b" names the column "b", which is not there; the columns are time, b`},
		{"time,tag,a,a\n", CSVOptions{}, `rec:1:12: there are two columns "a"; rename one`},
		{"time,tag,\n", CSVOptions{}, "rec:1:10: this column has no name; the first line names the columns"},
		{"time,tag,\xff\n", CSVOptions{}, "rec:1:10: this column's name is no UTF-8; save the file as UTF-8"},
		{"tag,time\n/a,5\n/a,4\n", CSVOptions{}, "rec:3:4: time goes back; `edac convert --sort` puts a recording in order"},
		{"tag,time\n/a,soon\n", CSVOptions{}, `rec:2:4: "soon" is not a time; write 2006-01-02T15:04:05Z, 2006-01-02 15:04:05, or seconds since 1970`},
		{"tag,time\n/a,9999999999\n", CSVOptions{}, `rec:2:4: "9999999999" is not a time; write 2006-01-02T15:04:05Z, 2006-01-02 15:04:05, or seconds since 1970`},
		{"tag,time\n/a,2026-03-01 00:00:00.1234567891\n", CSVOptions{}, `rec:2:4: "2026-03-01 00:00:00.1234567891" is not a time; write 2006-01-02T15:04:05Z, 2006-01-02 15:04:05, or seconds since 1970`},
		{"tag,time\n/a\n", CSVOptions{}, "rec:2: this row does not have the 2 columns of the first line"},
		{"tag,time\n,5\n", CSVOptions{}, `rec:2:1: the tag "": a tag cannot be empty`},
		{"time,host\n5,a*\n", CSVOptions{Tag: "/{host}"}, `rec:2:3: the tag "/a*": an event has one tag, so there can be no * in it`},
		{"tag,time,a\n/a,5,\xff\n", CSVOptions{}, "rec:2:6: this cell is no UTF-8; save the file as UTF-8"},
		{"tag,time\n/a,\"5\n", CSVOptions{}, `rec:2:7: extraneous or missing " in quoted-field`},
		{"tag,time\n/a,5\"\n", CSVOptions{}, `rec:2:5: bare " in non-quoted-field`},
	} {
		r, err := NewReader(strings.NewReader(c.in), CSV, "rec", c.opt)
		if err == nil {
			_, err = ReadAll(r)
		}
		if fmt.Sprint(err) != c.want {
			t.Errorf("%q\n%v\nwant\n%s", c.in, err, c.want)
		}
	}
}

// A quote that is never closed does not read the file into memory.
func TestCSVRowTooLong(t *testing.T) {
	in := io.MultiReader(strings.NewReader("time,tag\n5,\""), endless{})
	n := allocated(func() {
		r, err := NewReader(in, CSV, "rec", CSVOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadAll(r); err == nil || !strings.HasSuffix(err.Error(), "a row is longer than 7 MiB; is a quote not closed?") {
			t.Error(err)
		}
	})
	if n > 128<<20 {
		t.Errorf("%d bytes for an endless cell", n)
	}
}

// The bound is one of rows, not of files.
func TestCSVLongFile(t *testing.T) {
	const rows = 100_000
	in := "time,tag,a\n" + strings.Repeat("0,/a,"+strings.Repeat("x", 100)+"\n", rows)
	if len(in) < maxLine {
		t.Fatal("the file is short")
	}
	r, err := NewReader(strings.NewReader(in), CSV, "rec", CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadAll(r)
	if err != nil || len(got) != rows {
		t.Errorf("%d rows, %v", len(got), err)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add("time,tag,a\n0,/a,1.5\n", "", "")
	f.Add("timestamp,host\n2026-03-01 00:00:00,a\n", "timestamp", "/c/{host}")
	f.Add("\ufeffa,b\r\n\"x\ny\",\"\"\"\"\n", "a", "{b}{a}")
	f.Fuzz(func(t *testing.T, in, time, tag string) {
		r, err := NewReader(strings.NewReader(in), CSV, "rec", CSVOptions{Time: time, Tag: tag})
		if err != nil {
			return
		}
		events, _ := ReadAll(r)
		for _, form := range []Format{JSONLines, EDR} {
			back, err := ReadAll(reader(t, form, written(t, form, events)))
			if err != nil {
				t.Fatalf("%s: %v", form, err)
			}
			sameEvents(t, back, events)
		}
	})
}
