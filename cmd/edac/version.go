package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is what `edac version` prints: the module's version, where the
// build knows one, and what it was built with.
func version() string {
	v := "devel"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		v = info.Main.Version
	}
	return fmt.Sprintf("edac %s (%s %s/%s)", v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
