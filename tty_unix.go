//go:build !windows

package main

import "golang.org/x/sys/unix"

// controllingTerminal is where keys come from when packets come from standard input.
const controllingTerminal = "/dev/tty"

// hideTyping makes a terminal show no more of what is typed. Lines are edited and
// Ctrl-C interrupts as ever.
func hideTyping(fd int) error {
	state, err := unix.IoctlGetTermios(fd, getTerminal)
	if err != nil {
		return err
	}
	state.Lflag &^= unix.ECHO
	state.Lflag |= unix.ICANON | unix.ISIG
	state.Iflag |= unix.ICRNL
	return unix.IoctlSetTermios(fd, setTerminal, state)
}
