package calendar

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

// ZoneVersion is the release of the IANA time zone database that rules see. It
// is built in: time.LoadLocation would prefer the host's files, and then one
// recording could mean two things on two hosts (S30).
const ZoneVersion = "2025c"

// The database, which is in the public domain, as the Go distribution packs it.
//
//go:embed zoneinfo.zip
var zoneinfo []byte

var zoneFiles = sync.OnceValue(func() map[string]*zip.File {
	r, err := zip.NewReader(bytes.NewReader(zoneinfo), int64(len(zoneinfo)))
	if err != nil {
		panic("calendar: the time zone database is damaged: " + err.Error())
	}
	files := map[string]*zip.File{}
	for _, f := range r.File {
		files[f.Name] = f
	}
	return files
})

// Zones lists the names of all time zones, in order.
func Zones() []string {
	var out []string
	for name := range zoneFiles() {
		if !strings.HasSuffix(name, "/") {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// zones are those that were asked for, *time.Location by name.
var zones sync.Map

// LoadZone finds a time zone by its name in the zone database, such as
// Europe/Berlin. The empty name and Local are refused: rules name their zone.
// It may be called by several goroutines.
func LoadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%q names no time zone; write one such as \"Europe/Berlin\" or \"UTC\"", name)
	}
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location), nil
	}
	loc, err := readZone(name)
	if err != nil {
		return nil, fmt.Errorf("there is no time zone %q; write one such as \"Europe/Berlin\" or \"UTC\"", name)
	}
	zones.Store(name, loc)
	return loc, nil
}

func readZone(name string) (*time.Location, error) {
	f := zoneFiles()[name]
	if f == nil {
		return nil, fmt.Errorf("no such zone")
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData(name, data)
}
