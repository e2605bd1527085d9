//go:build aix || linux || solaris

package main

import "golang.org/x/sys/unix"

// How the state of a terminal is read and set.
const (
	getTerminal = unix.TCGETS
	setTerminal = unix.TCSETS
)
