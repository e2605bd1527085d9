package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"smtpscope/report"
)

// The exit codes of the program.
const (
	exitFine         = 0
	exitBreached     = 1 // a requirement is breached
	exitUsage        = 2 // usage, or input that cannot be read
	exitInconclusive = 3 // a requirement that cannot be judged
)

// A hintError is an operator's error with the remedy, where we know one.
type hintError struct {
	err  error
	hint string
}

func (e *hintError) Error() string { return e.err.Error() }
func (e *hintError) Unwrap() error { return e.err }
func (e *hintError) Hint() string  { return e.hint }

// A hinter is an error that says what helps.
type hinter interface{ Hint() string }

// fail complains, and returns the exit code for that.
func fail(w io.Writer, err error) int {
	complain(w, err)
	return exitUsage
}

// complain prints an error for the operator: "smtpscope: " and the error in
// lower case without a period, then its hint on a line of its own.
func complain(w io.Writer, err error) {
	// File names and words from inside a file may hold anything.
	fmt.Fprintf(w, "smtpscope: %s\n", report.Printable(err.Error()))
	var hinted hinter
	if errors.As(err, &hinted) && hinted.Hint() != "" {
		fmt.Fprintf(w, "smtpscope: hint: %s\n", report.Printable(hinted.Hint()))
	}
}

// withRemedy adds what helps to errors whose remedy is known, and not said.
func withRemedy(err error) error {
	var hinted hinter
	if errors.Is(err, fs.ErrPermission) && !errors.As(err, &hinted) {
		return &hintError{err, "try it as a user who may read the file, for example with sudo"}
	}
	return err
}
