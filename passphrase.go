package main

import (
	"fmt"
	"io"
	"os"
	"os/signal"

	"golang.org/x/term"

	"smtpscope/report"
	"smtpscope/tlskeys"
)

// passphrase asks for that of the encrypted keys in a file: on standard input if
// it is a terminal, and on the controlling terminal where a capture comes from
// standard input. Where there is neither, nobody can be asked.
func passphrase(name string, stdin io.Reader, stderr io.Writer) func(attempt int) ([]byte, error) {
	in, ok := stdin.(*os.File)
	if !ok {
		return nil
	}
	return func(attempt int) ([]byte, error) {
		tty := in
		if !term.IsTerminal(int(tty.Fd())) {
			var err error
			if tty, err = os.Open(controllingTerminal); err != nil {
				return nil, tlskeys.ErrNoPassphrase
			}
			defer tty.Close()
		}
		if attempt > 0 {
			fmt.Fprintln(stderr, "smtpscope: that does not open it")
		}
		fmt.Fprintf(stderr, "smtpscope: passphrase of %s: ", report.Printable(name))
		return readSecret(tty, stderr)
	}
}

// readSecret reads a line that the terminal does not show, and ends the line on
// stderr for it. Who gives up by Ctrl-C gets the terminal back as it was.
func readSecret(tty *os.File, stderr io.Writer) ([]byte, error) {
	state, err := term.GetState(int(tty.Fd()))
	if err != nil {
		return nil, err
	}
	defer fmt.Fprintln(stderr)
	interrupts, over := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	defer close(over)
	go func() {
		select {
		case <-interrupts:
			_ = term.Restore(int(tty.Fd()), state)
			fmt.Fprintln(stderr)
			os.Exit(exitUsage)
		case <-over:
		}
	}()
	return term.ReadPassword(int(tty.Fd()))
}
