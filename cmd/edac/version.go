package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/eda-lang/eda/vm/calendar"
)

// version is what `edac version` prints: the module's version, what it was
// built with, and the release of its time zones.
func version() string {
	return fmt.Sprintf("%s %s (%s %s/%s, time zones %s)", program, moduleVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH, calendar.ZoneVersion)
}

// moduleVersion is that of the module, where the build knows one.
func moduleVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
