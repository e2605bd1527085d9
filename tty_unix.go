//go:build !windows

package main

// controllingTerminal is where keys come from when packets come from standard input.
const controllingTerminal = "/dev/tty"
