package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"

	"smtpscope/report"
	"smtpscope/words"
)

// A logFile is the file of --log: each Write is one record. It is opened anew at
// SIGHUP, after logrotate has renamed it. A disk that is full is said once; what
// does not fit is counted, and writing goes on when there is room again.
type logFile struct {
	name   string
	rights *rights
	stderr io.Writer
	lost   atomic.Int64

	mu     sync.Mutex
	file   *os.File
	header []byte // the first record: each new file begins with it
	full   int64  // records lost since the disk is full
}

// openLog opens the file of --log, which goes on where it ended.
func (c *config) openLog(stderr io.Writer) (*logFile, error) {
	if err := c.isRead(c.log); err != nil {
		return nil, err
	}
	l := &logFile{name: c.log, rights: &c.rights, stderr: stderr}
	var err error
	l.file, err = l.open()
	return l, err
}

// open opens the file for appending. One that is new belongs to the user that the
// process becomes, so that it can be opened again.
func (l *logFile) open() (*os.File, error) {
	f, err := os.OpenFile(l.name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600) // it may hold what others should not read
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Size() == 0 {
		if err := l.rights.hand(f); err != nil && !l.rights.given {
			f.Close()
			return nil, err
		}
	}
	return f, nil
}

// Write writes one record. Its error is none that passes: a full disk is not.
func (l *logFile) Write(record []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.header == nil {
		l.header = append([]byte{}, record...)
	} else {
		l.head()
	}
	n, err := l.file.Write(record)
	switch {
	case isFull(err):
		l.retract(n)
		l.lost.Add(1)
		if l.full++; l.full == 1 {
			l.say("%s: the disk is full: sessions are not logged until there is room", l.name)
		}
		return len(record), nil
	case err != nil:
		return n, err
	case l.full > 0:
		l.say("%s: there is room again: %s missing", l.name, words.Count(l.full, "record"))
		l.full = 0
	}
	return n, nil
}

// retract takes back the beginning of a record that did not fit.
func (l *logFile) retract(octets int) {
	if info, err := l.file.Stat(); octets > 0 && err == nil {
		_ = l.file.Truncate(info.Size() - int64(octets))
	}
}

func (l *logFile) say(format string, args ...any) {
	fmt.Fprintf(l.stderr, "smtpscope: %s\n", report.Printable(fmt.Sprintf(format, args...)))
}

// reopen goes on in a file of the same name. If that cannot be, it stays with the
// one that it has.
func (l *logFile) reopen() {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, err := l.open()
	if err != nil {
		l.say("%v: logging goes on in the file that was open", err)
		if l.rights.given && errors.Is(err, os.ErrPermission) {
			l.say("hint: root was given up: let logrotate make the file for the user (create 0600 %s), or see --user", l.rights.user)
		}
		return
	}
	l.file.Close()
	l.file = f
	if l.header != nil {
		l.head()
	}
}

// head begins a file with the header: a new one, and one that logrotate has copied
// and truncated.
func (l *logFile) head() {
	if info, err := l.file.Stat(); err == nil && info.Mode().IsRegular() && info.Size() == 0 {
		_, _ = l.file.Write(l.header) // a disk that is full, the next record tells
	}
}

// close ends the log, and says what it lacks.
func (l *logFile) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := l.lost.Load(); n > 0 {
		l.say("%s: %s missing: the disk was full", l.name, words.Count(n, "record"))
	}
	return l.file.Close()
}

// A recordwise printer flushes each record, so that a record is a Write, and is
// in the log as soon as it is known.
type recordwise struct{ report.Printer }

// Write implements report.Printer.
func (p recordwise) Write(id int64, rendered []byte) error {
	if err := p.Printer.Write(id, rendered); err != nil {
		return err
	}
	return p.Flush()
}

// isFull tells that there is no room, or none within the quota.
func isFull(err error) bool {
	return slices.ContainsFunc(fullErrors, func(full error) bool { return errors.Is(err, full) })
}

// outputError says in plain words what became of standard output.
func outputError(err error) error {
	switch {
	case errors.Is(err, syscall.EPIPE):
		return errors.New("standard output was closed by its reader: the rest is not written")
	case isFull(err):
		return errors.New("standard output: no space left: the rest is not written")
	}
	return err
}
