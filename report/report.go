// Package report prints the records of [inspect]: as JSON Lines for programs
// and as text for people. A printer gets one [inspect.Capture], then sessions
// as they end, then one [inspect.Summary]; it streams, so that its memory does
// not grow with their number.
//
// Rules of the house: text is a function of the records alone, so that JSON
// read back prints the same text; whatever was said on the wire passes
// [Printable] before it reaches a terminal; colour repeats what words say and
// never replaces them.
package report

import (
	"errors"

	"smtpscope/inspect"
)

// A Printer writes records in the order in which its methods are called: Begin
// once, Write for each session, End once. Records are buffered: Flush writes
// those not yet written, and a caller that follows live traffic calls it when
// there is nothing more to print for now. End flushes by itself.
//
// An error is the writer's and is final: every later call returns it and
// writes nothing. Records are not kept after the call.
type Printer interface {
	Begin(*inspect.Capture) error
	// Render appends to b what Write is to print of a session, all but its
	// number, which is known later. It changes nothing in the Printer and may be
	// called from several goroutines at once.
	Render(b []byte, s *inspect.Session) []byte
	// Write prints what Render made of a session, under its number.
	Write(id int64, rendered []byte) error
	End(*inspect.Summary) error
	Flush() error
}

// errNoSession is the answer to a record that has a verdict on nothing: Render
// makes nothing of it.
var errNoSession = errors.New("session record without a session")
