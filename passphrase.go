package main

import (
	"bytes"
	"errors"
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
		return readSecret(tty, fmt.Sprintf("smtpscope: passphrase of %s: ", report.Printable(name)), stderr)
	}
}

// readSecret asks for a line that the terminal does not show: it is told not to before
// anybody can begin to type. It ends the line on stderr. Who gives up by Ctrl-C gets
// the terminal back as it was.
func readSecret(tty *os.File, prompt string, stderr io.Writer) ([]byte, error) {
	fd := int(tty.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	defer fmt.Fprintln(stderr)
	interrupts, over := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	defer close(over)
	if err := hideTyping(fd); err != nil {
		return nil, err
	}
	defer term.Restore(fd, state)
	go func() {
		select {
		case <-interrupts:
			_ = term.Restore(fd, state) // nobody hides anything from here on
			fmt.Fprintln(stderr)
			os.Exit(exitUsage)
		case <-over:
		}
	}()
	fmt.Fprint(stderr, prompt)
	return readLine(tty)
}

// maxSecret bounds a line that is typed.
const maxSecret = 4096

// readLine reads a line, without what ends it, and no more than that. One that ends
// with the input counts, if there is something in it.
func readLine(r io.Reader) ([]byte, error) {
	line := make([]byte, 0, maxSecret) // at once: what has been in memory is not left behind
	for len(line) < maxSecret {
		n, err := r.Read(line[len(line) : len(line)+1])
		switch {
		case n == 0 && errors.Is(err, io.EOF) && len(line) > 0:
			return line, nil
		case n == 0 && err != nil:
			return nil, err
		case n > 0 && line[:len(line)+1][len(line)] == '\n':
			return bytes.TrimSuffix(line, []byte("\r")), nil
		}
		line = line[:len(line)+n]
	}
	return nil, fmt.Errorf("a line longer than %d octets", maxSecret)
}
