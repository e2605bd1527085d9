package main

import (
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// signals are those that the program acts upon while it reads: SIGINT and SIGTERM
// end the reading in order, and SIGHUP does, or has the log opened anew. They are
// caught before it is said that the program listens, because who started it may
// send one at once; what comes before act is called is acted upon then.
type signals struct {
	interrupts, hangups chan os.Signal // nil until they are caught
	// terminal is standard error, if that was a terminal at the beginning.
	terminal io.Writer
	// piped tells that all we do is for the reader of standard output: we end with it.
	piped bool
	// kept tells that SIGHUP was ignored at the beginning (nohup): it ends nothing.
	kept bool
	// early is what came while the captures were opened, if that was done nevertheless.
	early  os.Signal
	over   chan struct{}
	acting sync.WaitGroup
}

// heapTime is for how long what opens a pipe survives an interrupt: who writes to it
// has got that, too, and now puts in what it has kept back until then.
const heapTime = 200 * time.Millisecond

// opening is called before captures are opened, and what it returns after that. An
// interrupt while they are ends the program, as if it were not caught, but only when
// heapTime has passed; else act acts upon it.
func (s *signals) opening() (opened func()) {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	over := make(chan struct{})
	var waiting sync.WaitGroup
	waiting.Go(func() {
		select {
		case got := <-interrupts:
			end := afterFunc(heapTime, func() {
				signal.Stop(interrupts)
				endBy(got)
			})
			<-over
			if end.Stop() {
				s.early = got
			}
		case <-over:
		}
	})
	return func() {
		signal.Stop(interrupts)
		close(over)
		waiting.Wait()
	}
}

// endBy ends the program by a signal that is not caught any more.
func endBy(s os.Signal) {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Signal(s)
	}
	if err != nil { // there are no such signals
		os.Exit(exitUsage)
	}
}

// catch begins to keep signals. logs tells that there is a log to be opened anew.
func (s *signals) catch(logs bool, stderr io.Writer) {
	s.interrupts, s.hangups = make(chan os.Signal, 1), make(chan os.Signal, 1)
	s.over = make(chan struct{})
	if isTerminal(stderr) {
		s.terminal = stderr
	}
	if !s.piped {
		// A reader that has gone is told by an error then, not by the end of us.
		signal.Ignore(syscall.SIGPIPE)
	}
	if s.early != nil {
		s.interrupts <- s.early
	}
	signal.Notify(s.interrupts, os.Interrupt, syscall.SIGTERM)
	if s.kept = signal.Ignored(syscall.SIGHUP); logs || !s.kept {
		signal.Notify(s.hangups, syscall.SIGHUP)
	}
}

// act calls end at the first interrupt, so that what was read is printed; the second
// one ends the program the hard way, as when the reader of our output has stalled.
// SIGHUP calls reopen; without one, or when the terminal itself has vanished, end.
func (s *signals) act(end, reopen func()) {
	s.acting.Go(func() {
		select {
		case <-s.interrupts:
			signal.Stop(s.interrupts)
			end()
		case <-s.over:
		}
	})
	s.acting.Go(func() { // apart: a log that has stalled is not opened anew before it goes on
		for {
			select {
			case <-s.hangups:
				if reopen != nil && (s.kept || !s.hungUp()) {
					reopen()
				} else {
					end()
				}
			case <-s.over:
				return
			}
		}
	})
}

// hungUp tells that the terminal has vanished: who has logged in by ssh is gone.
func (s *signals) hungUp() bool { return s.terminal != nil && !isTerminal(s.terminal) }

// release gives signals back to the system.
func (s *signals) release() {
	signal.Stop(s.interrupts)
	signal.Stop(s.hangups)
	close(s.over)
	s.acting.Wait()
}
