//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package main

import "golang.org/x/sys/unix"

// How the state of a terminal is read and set.
const (
	getTerminal = unix.TIOCGETA
	setTerminal = unix.TIOCSETA
)
