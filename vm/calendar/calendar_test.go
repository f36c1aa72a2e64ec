package calendar

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	for _, c := range []struct {
		text string
		want int64
		fix  string
	}{
		{"10s", 10e9, ""}, {"1h30m", 5400e9, ""}, {"1w", 7 * 86400e9, ""}, {"250ms", 250e6, ""}, {"3us", 3e3, ""}, {"7ns", 7, ""}, {"2d", 2 * 86400e9, ""},
		{"1.5h", 0, "1h30m"}, {"10sec", 0, "10s"}, {"5min", 0, "5m"}, {"10", 0, "10s"}, {"0s", 0, ""}, {"10q", 0, ""}, {"s", 0, ""}, {"", 0, ""},
		{"9999999w", 0, ""}, {"10S", 0, "10s"},
	} {
		got, err := ParseDuration(c.text)
		if (err == nil) != (c.want != 0) || got != c.want {
			t.Errorf("%q is %d, %v; want %d", c.text, got, err, c.want)
		}
		if err != nil && err.Fix != c.fix {
			t.Errorf("%q: the fix is %q, want %q (%s)", c.text, err.Fix, c.fix, err.Message)
		}
	}
}

// What is printed reads back.
func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		d := 1 + int64(r.Uint64()>>1)>>r.IntN(62)
		if got, err := ParseDuration(FormatDuration(d)); err != nil || got != d {
			t.Fatalf("%d prints as %s and reads as %d, %v", d, FormatDuration(d), got, err)
		}
		ns := int64(r.Uint64())
		if got, err := ParseTime(FormatTime(ns)); err != nil || got != ns {
			t.Fatalf("%d prints as %s and reads as %d, %v", ns, FormatTime(ns), got, err)
		}
	}
	for d, want := range map[int64]string{0: "0s", 90e9: "1m30s", -90e9: "-1m30s", 8 * 86400e9: "8d", 1: "1ns"} {
		if got := FormatDuration(d); got != want {
			t.Errorf("%d prints as %s, want %s", d, got, want)
		}
	}
}

func TestParseTime(t *testing.T) {
	for text, ok := range map[string]bool{
		"2026-03-01T12:00:00Z": true, "2026-03-01T12:00:00.123456789+02:00": true, "2026-03-01T12:00:00.1234567891Z": false,
		"2026-03-01": false, "1500-01-01T00:00:00Z": false, "2300-01-01T00:00:00Z": false, "": false,
	} {
		if _, err := ParseTime(text); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestZones(t *testing.T) {
	berlin, err := LoadZone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	ns := time.Date(2026, 7, 4, 23, 5, 0, 0, time.UTC).UnixNano()
	if h, m, w, d := Hour(ns, berlin), Minute(ns, berlin), Weekday(ns, berlin), Date(ns, berlin); h != 1 || m != 5 || w != "sun" || d != "2026-07-05" {
		t.Errorf("%d:%d %s %s", h, m, w, d)
	}
	for _, bad := range []string{"", "Local", "Europe/Bonn"} {
		if _, err := LoadZone(bad); err == nil {
			t.Errorf("zone %q was found", bad)
		}
	}
}

// Zones are the built-in ones, whatever the host has.
func TestZonesAreBuiltIn(t *testing.T) {
	dir := t.TempDir()
	kiritimati, err := zoneFiles()["Pacific/Kiritimati"].Open()
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(kiritimati)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "Europe"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "Europe", "Paris"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ZONEINFO", dir)
	if loc, err := time.LoadLocation("Europe/Paris"); err != nil || Hour(0, loc) != 14 && Hour(0, loc) != 13 {
		t.Skip("the host's zones cannot be changed here") // they were read before
	}
	paris, err := LoadZone("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	if h := Hour(0, paris); h != 1 {
		t.Errorf("the hour in Paris is %d", h)
	}
	for _, bad := range []string{"../etc/passwd", "/Europe/Paris", "europe/paris", "Europe", "Europe/", "zone.tab"} {
		if _, err := LoadZone(bad); err == nil {
			t.Errorf("zone %q was found", bad)
		}
	}
	all := Zones()
	for _, name := range all {
		if _, err := LoadZone(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if utc, err := LoadZone("UTC"); err != nil || Hour(3600e9, utc) != 1 || len(all) < 400 {
		t.Errorf("%d zones, UTC %v", len(all), err)
	}
}

// Days that are short or long, and zones that are not whole hours.
func TestZoneEdges(t *testing.T) {
	for _, c := range []struct{ at, zone, want string }{
		{"2026-03-29T00:59:59Z", "Europe/Berlin", "1:59 sun 2026-03-29"},
		{"2026-03-29T01:00:00Z", "Europe/Berlin", "3:0 sun 2026-03-29"},
		{"2026-10-25T00:30:00Z", "Europe/Berlin", "2:30 sun 2026-10-25"},
		{"2026-10-25T01:30:00Z", "Europe/Berlin", "2:30 sun 2026-10-25"},
		{"2026-12-31T18:30:00Z", "Asia/Kolkata", "0:0 fri 2027-01-01"},
		{"2026-01-01T11:00:00Z", "Pacific/Kiritimati", "1:0 fri 2026-01-02"},
		{"2026-01-01T11:00:00Z", "Pacific/Pago_Pago", "0:0 thu 2026-01-01"},
		{"1969-12-31T23:59:59.999999999Z", "UTC", "23:59 wed 1969-12-31"},
		{"2100-07-01T12:00:00Z", "America/New_York", "8:0 thu 2100-07-01"},
	} {
		ns, err := ParseTime(c.at)
		if err != nil {
			t.Fatal(err)
		}
		loc, err := LoadZone(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%d:%d %s %s", Hour(ns, loc), Minute(ns, loc), Weekday(ns, loc), Date(ns, loc)); got != c.want {
			t.Errorf("%s in %s is %s, want %s", c.at, c.zone, got, c.want)
		}
	}
}
