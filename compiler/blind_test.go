package compiler_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eda-lang/eda/vm"
)

// A machine that was down goes on from its snapshot with /eda/resumed. Times
// are from the start; "down" stands for the restart.
func TestBlindTime(t *testing.T) {
	const beat = `/beat/x {}`
	for _, c := range []struct {
		name, rule   string
		before, back string // the last instant seen, the restart
		events       string
		until        string
		want         string
	}{
		{"silence restarts its count", `rule down on "/beat/{h}" when silent(30s) do log "down"`,
			"10s", "1h", "0s " + beat, "1h1m", "1h0m30s down"},
		{"a beat in time", `rule down on "/beat/{h}" when silent(30s) do log "down"`,
			"10s", "1h", "0s " + beat + "\n1h30s " + beat, "1h45s", ""},
		{"a beat late by a nanosecond", `rule down on "/beat/{h}" when silent(30s) do log "down"`,
			"10s", "1h", "0s " + beat + "\n1h30.000000001s " + beat, "1h45s", "1h0m30s down"},
		{"active stays active, and ends when heard of", `rule down on "/beat/{h}" when silent(30s) do log "down" clear do log "up"`,
			"1m", "1h", "0s " + beat + "\n1h50s " + beat, "2h", "30s down, 1h0m50s up, 1h1m20s down"},
		{"a hold restarts", `rule hot on "/a/{h}" when v > 1 for 30s do log "hot"`,
			"20s", "1h", `0s /a/x {"v": 2}`, "2h", "1h0m30s hot"},
		{"a hold of clear restarts", `rule hot on "/a/{h}" when v > 1 do log "hot" clear when v < 1 for 30s do log "cool"`,
			"20s", "1h", "0s /a/x {\"v\": 2}\n5s /a/x {\"v\": 0}", "2h", "0s hot, 1h0m30s cool"},
		{"an empty window is no recovery until it could have filled", `rule busy on "/a/{h}" when count(10s) >= 2 do log "busy" clear do log "idle"`,
			"5s", "1h", "0s /a/x {}\n1s /a/x {}", "2h", "1s busy, 1h0m10s idle"},
		{"one kept event is evidence", `rule busy on "/a/{h}" when count(10s) >= 2 do log "busy" clear do log "idle"`,
			"5s", "1h", "0s /a/x {}\n1s /a/x {}\n1h3s /a/x {}", "2h", "1s busy, 1h0m3s idle"},
		{"a short restart leaves windows full", `rule busy on "/a/{h}" when count(1m) >= 3 do log "busy"`,
			"5s", "20s", "0s /a/x {}\n1s /a/x {}\n25s /a/x {}", "2m", "25s busy"},
		{"repeats keep their places, those missed are missed", `rule hot on "/a/{h}" when v > 1 repeat 10m do log "hot"`,
			"5m", "1h5m", `0s /a/x {"v": 2}`, "1h25m", "0s hot, 1h10m0s hot, 1h20m0s hot"},
		{"a repeat on the dot", `rule hot on "/a/{h}" when v > 1 repeat 10m do log "hot"`,
			"5m", "1h", `0s /a/x {"v": 2}`, "1h5m", "0s hot, 1h0m0s hot"},
		{"a key lives on", `rule hot on "/a/{h}" when v > 1 do log "hot" clear do log "cool" expire 1h` + "\n" + `on "/eda/forgotten" do log "gone"`,
			"5m", "10h", `0s /a/x {"v": 2}`, "12h", "0s hot, 11h0m0s gone"},
		{"data says when", `rule due on "/a/{h}" when reached(ts) do log "due"`,
			"5m", "10h", `0s /a/x {"ts": "2024-03-01T01:00:00Z"}`, "12h", "10h0m0s due"},
		{"a register's value ends all the same", `state quiet: bool by h = false expire 1h` + "\n" + `on "/q/{h}" do set quiet = true` + "\n" + `on "/a/{h}" where not quiet do log "loud"`,
			"5m", "2h", "0s /q/x {}\n1s /a/x {}\n2h1s /a/x {}", "3h", "2h0m1s loud"},
		{"ticks in it are missed, one on the dot is not", `on every 10m do log "tick"`,
			"10m", "1h10m", "5m /a {}", "1h20m", "10m0s tick, 1h10m0s tick, 1h20m0s tick"},
		{"runs missed are counted", `rule noon on cron "*/20 * * * *" do log "run"` + "\n" + `on "/eda/resumed" do log "{missed}"`,
			"25m", "1h20m", "5m /a {}", "1h30m", "20m0s run, 1h20m0s {\"noon\":2}, 1h20m0s run"},
		{"rules hear of it", `on "/eda/resumed" do log "blind for {blind}"`, "5m", "1h5m", "0s /a {}", "2h", "1h5m0s blind for 1h"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, u, err := build(c.rule)
			if err != nil {
				t.Fatal(err)
			}
			var es []vm.Effect
			m, err := vm.New(p, library)
			if err != nil {
				t.Fatal(err)
			}
			take := func() { es = append(es, copied(m.Effects())...) }
			back := at(t, c.back)
			var all []vm.Event
			restart := func() {
				m.Advance(at(t, c.before))
				take()
				if m, _, err = vm.Restore(p, library, m.Snapshot()); err != nil {
					t.Fatal(err)
				}
				e := m.Resumed(back)
				all = append(all, e)
				if err := m.Event(&e); err != nil {
					t.Fatal(err)
				}
				take()
			}
			for _, e := range parseEvents(t, c.events) {
				if e.T > back && m.Now() < back {
					restart()
				}
				all = append(all, e)
				if err := m.Event(&e); err != nil {
					t.Fatal(err)
				}
				take()
			}
			if m.Now() < back {
				restart()
			}
			m.Flush(at(t, c.until))
			take()
			if s := logs(es); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
			// the recording of it, replayed without a restart, gives the same
			if d, _ := difference(p, u, all, at(t, c.until)); d != "" {
				t.Error(d)
			}
			if s := logs(mustRun(t, p, all, at(t, c.until))); s != c.want {
				t.Errorf("replayed %s\nwant     %s", s, c.want)
			}
		})
	}
}

func logs(es []vm.Effect) string {
	var out []string
	for _, e := range es {
		if e.Kind == vm.Logged {
			out = append(out, fmt.Sprintf("%s %s", time.Duration(e.T-epoch), e.Text))
		}
	}
	return strings.Join(out, ", ")
}
