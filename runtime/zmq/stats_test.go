package zmq

import (
	"bytes"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestEachReasonHasItsField(t *testing.T) {
	c := newCounters(slog.New(slog.DiscardHandler), "PULL", "")
	for r := range reasons {
		if reasons[r].text == "" || reasons[r].field == nil {
			t.Fatalf("reason %d has no row", r)
		}
		c.add(reason(r), r+1)
	}
	seen := map[uint64]string{}
	v := reflect.ValueOf(c.snapshot())
	for i := range v.NumField() {
		name, n := v.Type().Field(i).Name, v.Field(i).Uint()
		if name == "Connections" {
			continue
		}
		if n == 0 || seen[n] != "" {
			t.Errorf("%s has no counter of its own, see %q", name, seen[n])
		}
		seen[n] = name
	}
}

func TestLogIsBoundedAndSaysWhatItLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		c := newCounters(slog.New(slog.NewTextHandler(&out, nil)), "PULL", "here")
		for range 3000 { // three seconds of the bubble's clock
			c.note(malformed, "err", "x")
			time.Sleep(time.Millisecond)
		}
		c.note(stalled)
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) != 4 || !strings.Contains(lines[1], "suppressed=999") || !strings.Contains(lines[3], "message begun") {
			t.Errorf("%d lines:\n%s", len(lines), out.String())
		}
		if n := c.snapshot().Malformed; n != 3000 {
			t.Errorf("counted %d", n)
		}
	})
}
