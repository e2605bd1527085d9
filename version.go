package main

import "runtime/debug"

// version is the module's version as the Go toolchain recorded it; "(devel)"
// for a build from a checkout without that record.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
