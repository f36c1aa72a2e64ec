package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/eda-lang/eda/vm/calendar"
)

// version is what `edac version` prints: the module's version, where the
// build knows one, what it was built with, and the release of its time zones.
func version() string {
	v := "devel"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		v = info.Main.Version
	}
	return fmt.Sprintf("edac %s (%s %s/%s, time zones %s)", v, runtime.Version(), runtime.GOOS, runtime.GOARCH, calendar.ZoneVersion)
}
