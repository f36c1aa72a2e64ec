package runtime

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/eda-lang/eda/vm/value"
)

func TestJSONLines(t *testing.T) {
	head := `{"time":"2026-03-01T00:00:00Z","tag":"/a","data":`
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"blank lines", "\n \t\n" + head + "{}}\r\n\n", head + "{}}\n"},
		{"no end of the last line", head + "{}}", head + "{}}\n"},
		{"byte order mark", "\ufeff" + head + "{}}\n", head + "{}}\n"},
		{"without data", `{"time":"2026-03-01T00:00:00Z","tag":"/a"}`, head + "{}}\n"},
		{"members in another order, spaces", ` { "data" : { "a" : [ 1 , 2 ] } , "tag" : "/a" , "time" : "2026-03-01T01:00:00+01:00" } `, head + `{"a":[1,2]}}` + "\n"},
		{"_eda is passed over", `{"_eda":{"id":"x","hops":[1]},"time":"2026-03-01T00:00:00Z","tag":"/a","data":{}}`, head + "{}}\n"},
		{"ints and floats", head + `{"a":25,"b":25.0,"c":2.5e1,"d":-0.0,"e":-7,"f":9223372036854775807,"g":-9223372036854775808,"h":9223372036854775808,"i":0,"j":0.5,"k":1E-7,"l":123456789.123456789}}`,
			head + `{"a":25,"b":25.0,"c":25.0,"d":-0.0,"e":-7,"f":9223372036854775807,"g":-9223372036854775808,"h":9223372036854776000.0,"i":0,"j":0.5,"k":1e-07,"l":123456789.12345679}}` + "\n"},
		{"later member wins", head + `{"a":1,"b":2,"a":{"x":null}}}`, head + `{"a":{"x":null},"b":2}}` + "\n"},
		{"escapes", head + `{"\u0061\n":"\ud83d\ude80\/\"\u00e9 é"}}`, head + `{"a\n":"🚀/\"é é"}}` + "\n"},
		{"equal times", head + "{}}\n" + head + "{}}\n", head + "{}}\n" + head + "{}}\n"},
	} {
		got, err := ReadAll(reader(t, JSONLines, []byte(c.in)))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if s := string(written(t, JSONLines, got)); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

func TestJSONLinesErrors(t *testing.T) {
	good := `{"time":"2026-03-01T00:00:05Z","tag":"/a","data":{}}` + "\n"
	head := `{"time":"2026-03-01T00:00:05Z","tag":"/a","data":`
	cut := "; the file ends in this line, so its writer may have been stopped: take the line out to read the others"
	for _, c := range []struct{ in, want string }{
		{good + "\n" + `{"time":"2026-03-01T00:00:04Z","tag":"/a"}` + "\n", "rec:3: time goes back; `edac convert --sort` puts a recording in order"},
		{"[1]\n", `rec:1:1: an event is an object: {"time": …, "tag": …, "data": …}`},
		{good + head + "[]}\n", `rec:2:50: "data" is an object: {"name": value, …}`},
		{head + "{},\"extra\":1}\n", `rec:1:53: an event has time, tag and data, not "extra"; put it into data`},
		{`{"tag":"/a"}` + "\n", `rec:1:1: this event has no "time"`},
		{`{"time":"2026-03-01T00:00:05Z"}` + "\n", `rec:1:1: this event has no "tag"`},
		{`{"time":5,"tag":"/a"}` + "\n", `rec:1:9: "time" is text such as "2026-03-01T12:00:00Z"`},
		{`{"time":"5","tag":"/a"}` + "\n", `rec:1:9: "5" is not a time; write it as 2006-01-02T15:04:05Z, with up to nine decimals`},
		{`{"time":"2026-03-01T00:00:05.1234567891Z","tag":"/a"}` + "\n", `rec:1:9: "2026-03-01T00:00:05.1234567891Z" has more than nine decimals`},
		{`{"time":"3026-03-01T00:00:05Z","tag":"/a"}` + "\n", `rec:1:9: "3026-03-01T00:00:05Z" is out of range: times reach from 1678 to 2262`},
		{`{"time":"2026-03-01T00:00:05Z","tag":""}` + "\n", `rec:1:38: "tag" is text that is not empty`},
		{head + "{}} {}\n", "rec:1:54: something follows the event; each stands on a line of its own"},
		{head + `{"é":01}}` + "\n", "rec:1:56: `,` or `}` was expected"},
		{head + `{"a":1.}}` + "\n", "rec:1:57: a digit was expected"},
		{head + `{"a":-}}` + "\n", "rec:1:56: a digit was expected"},
		{head + `{"a":1e999}}` + "\n", "rec:1:55: 1e999 is beyond the greatest number"},
		{head + `{a:1}}` + "\n", "rec:1:51: a member's name in quotes was expected"},
		{head + `{"a" 1}}` + "\n", "rec:1:55: `:` was expected after the name"},
		{head + `{"a":yes}}` + "\n", "rec:1:55: a value was expected; text stands in double quotes"},
		{head + "{\"a\":\"\xff\"}}\n", "rec:1:56: text that is no UTF-8"},
		{head + `{"a":` + strings.Repeat("[", 70) + "\n", "rec:1:117: nested deeper than 64"},
		{good + head + `{"cur_lo`, "rec:2:51: this text is not closed" + cut},
		{good + head + `{"a":1`, "rec:2:56: the text ends before `}`" + cut},
		{good + head + `{"a":1` + "\n", "rec:2:56: the text ends before `}`"},
	} {
		_, err := ReadAll(reader(t, JSONLines, []byte(c.in)))
		if fmt.Sprint(err) != c.want {
			t.Errorf("%s\n%v\nwant\n%s", c.in, err, c.want)
		}
	}
}

// A recording cut anywhere gives the lines before the cut and names the one
// that is cut, unless what is left is whole.
func TestJSONLinesCutAnywhere(t *testing.T) {
	events := newRandom(5).small(12)
	data := written(t, JSONLines, events)
	for n := range len(data) + 1 {
		whole := bytes.Count(data[:n], []byte("\n"))
		got, err := ReadAll(reader(t, JSONLines, data[:n]))
		open := n > 0 && data[n-1] != '\n'
		switch {
		case open && n+1 <= len(data) && data[n] == '\n': // only the end of the line is missing
			whole++
			fallthrough
		case !open:
			if err != nil {
				t.Fatalf("cut at %d: %v", n, err)
			}
		default:
			if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("rec:%d:", whole+1)) || !strings.Contains(err.Error(), "the file ends in this line") {
				t.Fatalf("cut at %d: %v", n, err)
			}
		}
		sameEvents(t, got, events[:whole])
	}
}

func TestJSONLinesTooLong(t *testing.T) {
	good := `{"time":"2026-03-01T00:00:00Z","tag":"/a","data":{}}` + "\n"
	for _, end := range []string{"", "\n"} {
		got, err := ReadAll(reader(t, JSONLines, []byte(good+strings.Repeat(" ", maxLine+2)+end)))
		if len(got) != 1 || fmt.Sprint(err) != "rec:2: this line is longer than 7 MiB; is it a recording?" {
			t.Errorf("%d %v", len(got), err)
		}
	}
	// an endless line is not read into memory
	n := allocated(func() { _, _ = ReadAll(newLines(endless{}, "rec")) })
	if n > 64<<20 {
		t.Errorf("%d bytes for an endless line", n)
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

// The parser for lines and ParseJSON read the same values.
func TestLineParserIsParseJSON(t *testing.T) {
	r := newRandom(9)
	for range 3000 {
		text := value.AppendJSON(nil, r.value(4))
		if r.IntN(3) == 0 && len(text) > 0 { // and mostly refuse the same
			text[r.IntN(len(text))] = pick[byte](r, '"', '0', '.', 'e', '-', ',', ']', '}', ' ', '\\')
		}
		agree(t, text)
	}
	for _, s := range []string{"0", "-0", "00", "-", "1.", ".1", "1.0.0", "1e5", "1E+5", "1e", "0.0", "00.0", "1234567890123456789", "12345678901234567890", "999999999999999999", "1.23456789012345678", "-1.5", "1-2", "0x1"} {
		agree(t, []byte(s))
	}
}

func agree(t *testing.T, text []byte) {
	t.Helper()
	want, werr := ParseJSON(text)
	var p lineParser
	p.begin(text)
	p.space()
	got := p.read(maxDepth)
	p.space()
	ok := p.err == nil && p.at == len(text)
	if ok != (werr == nil) || ok && !same(got, want) {
		t.Fatalf("%s: %v %v, ParseJSON %v", text, got, p.err, werr)
	}
}

func FuzzJSONL(f *testing.F) {
	f.Add(written(f, JSONLines, newRandom(1).events(4)))
	f.Add([]byte("\ufeff{\"time\":\"2026-03-01T00:00:00Z\",\"tag\":\"/a\"}\n\n{"))
	f.Add([]byte(`{"time":"2026-03-01T00:00:00Z","tag":"/a","data":{"a":[1,2.5,{"b":null}],"\ud800":-0.0}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		events, _ := ReadAll(newLines(bytes.NewReader(data), "rec"))
		for _, form := range []Format{JSONLines, EDR} {
			back, err := ReadAll(reader(t, form, written(t, form, events)))
			if err != nil {
				t.Fatalf("%s: %v", form, err)
			}
			sameEvents(t, back, events)
		}
	})
}
