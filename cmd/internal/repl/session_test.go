package repl

import (
	"context"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/stdlib"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// session has loads 12, 14, … 34, one a second from 12:00:00.
func session(t *testing.T) *Session {
	t.Helper()
	env, err := lang.NewEnv(stdlib.Signatures())
	if err != nil {
		t.Fatal(err)
	}
	start, _ := calendar.ParseTime("2026-03-01T12:00:00Z")
	cfg := Config{Name: "sample.edr", Env: env, Library: stdlib.Library(),
		Rules: []lang.Source{{Name: "load.eda", Text: "rule high on \"/client/load/*\" when avg(cur_load, 10s) > 20 do fire \"/reconfig/lb\"\n"}}}
	for i := range int64(12) {
		cfg.Events = append(cfg.Events, vm.Event{T: start + i*1e9, Tag: "/client/load/a", Data: value.Object([]value.Field{{Name: "cur_load", Value: value.Int(12 + 2*i)}})})
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Each line is entered in turn; the answer holds the words.
func TestSession(t *testing.T) {
	s := session(t)
	if got := s.Banner(); got != "sample.edr: 12 events, 12:00:00 to 12:00:11 · 1 rule · :help for commands" {
		t.Errorf("the banner is %q", got)
	}
	for _, c := range []struct{ entry, want string }{
		{"1 + 2", "3"},
		{":st 5", "could be :state or :step"},
		{":ste 5", "12:00:04  /client/load/a  cur_load=20"},
		{"avg(cur_load, 10s)", "16"},
		{`"load {cur_load}"`, `"load 20"`},
		{"prev(cur_load)", "18"},
		{"changed(cur_load)", "true"},
		{"cur_load by none", "20"},
		{"max(cur_load, last 2) by none", "20"},
		{":why high", "off: the condition is not true"},
		{":until high", "12:00:09  ● high → fire \"/reconfig/lb\""}, // ten events sum to 210
		{"avg(cur_load, 10s)", "21"},
		{"active(high)", "true"},
		{":back", ""},
		{"avg(cur_load, 10s)", "20"},
		{`on "/client/load/*" when max(cur_load, 5s) > 27 do fire "/early"`, "added, key: 1"},
		{":fired", "12:00:08  ● entry1:1 → fire \"/early\""}, // as if it had been there
		{":goto 12:00:05", ""},
		{":fired", "nothing so far"},
		{":run", "6 events taken, now at 12:00:11"},
		{":step", "the recording is at its end"},
		{":goto +20s", ""},
		{"avg(cur_load, 10s)", "none"}, // the window has emptied by itself
		{"silent(20s)", "true"},
		{"cur_laod + ", "EDA0112"},
		{"rule x on \"/a\" do frie \"/b\"", "did you mean `fire`?"},
		{"agv(cur_load, 10s)", "did you mean `avg`?"},
		{":wyh", "did you mean :why?"},
		{":windows high", "avg(cur_load, 10s)"},
		{":state", "on, last event 12:00:11, looked at again in 23h59m40s"},
		{":list high", "key: 1"},
		{`rule pair on "/client/load/*" as a then not "/never" within 1m do fire "/late" { v: a.cur_load }`, "added, key: none"},
		{":state pair", "waits until 12:0"},
	} {
		out, _, err := s.Eval(context.Background(), c.entry)
		if err != nil {
			out += err.Error()
		}
		if c.want == "" && out != "" || !strings.Contains(out, c.want) || c.want != "" && !strings.ContainsAny(c.want, " :→A`") && out != c.want {
			t.Errorf("%s\n  says %q, want %q", c.entry, out, c.want)
		}
	}
	if _, done, _ := s.Eval(context.Background(), ":q"); !done {
		t.Error(":q does not end the session")
	}
}

// An interrupted run keeps what it reached.
func TestInterrupt(t *testing.T) {
	s := session(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	out, _, err := s.Eval(ctx, ":run")
	if err != nil || !strings.Contains(out, "interrupted") {
		t.Errorf("%q, %v", out, err)
	}
	if out, _, _ := s.Eval(context.Background(), ":run"); !strings.Contains(out, "12 events taken") {
		t.Errorf("after it: %q", out)
	}
}

func TestComplete(t *testing.T) {
	s := session(t)
	for entry, want := range map[string]string{":wi": ":windows", "cur": "cur_load", "1 + rou": "round", "active(hi": "high"} {
		if _, words, _ := s.Complete(entry, len(entry)); len(words) != 1 || words[0] != want {
			t.Errorf("%q goes on with %q, want %q", entry, words, want)
		}
	}
	for entry, want := range map[string]bool{"avg(x,": true, "1 +": true, "1 + 2": false, ":run": false, "\"a": true, "on \"/a\" where x >": true} {
		if got := Incomplete(entry); got != want {
			t.Errorf("%q: incomplete is %v", entry, got)
		}
	}
}
