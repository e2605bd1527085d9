package main

import "golang.org/x/sys/windows"

// controllingTerminal is where keys come from when packets come from standard input.
const controllingTerminal = "CONIN$"

// hideTyping makes a console show no more of what is typed. Lines are edited and
// Ctrl-C interrupts as ever.
func hideTyping(fd int) error {
	var mode uint32
	if err := windows.GetConsoleMode(windows.Handle(fd), &mode); err != nil {
		return err
	}
	mode &^= windows.ENABLE_ECHO_INPUT
	mode |= windows.ENABLE_LINE_INPUT | windows.ENABLE_PROCESSED_INPUT
	return windows.SetConsoleMode(windows.Handle(fd), mode)
}
