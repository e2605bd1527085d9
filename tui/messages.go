package tui

import "smtpscope/inspect"

// The messages of the app, each named for what has happened.
type (
	// sessionsCameMsg: the store has more sessions.
	sessionsCameMsg struct{}
	// stepMsg: the last step of a long work is done and there is more to do.
	stepMsg struct{}
	// progressMsg: reading has come so far.
	progressMsg Progress
	// sortedMsg: a long list was sorted.
	sortedMsg struct {
		generation int
		rows       []int32
	}
	// groupSortedMsg: the rows of a screen were sorted; take shows them.
	groupSortedMsg struct{ take func() }
	// sessionLoadedMsg: a large session was unpacked.
	sessionLoadedMsg struct {
		row     int32
		session *inspect.Session
		err     error
	}
	// octetsReadMsg: the octets of a session's part were read.
	octetsReadMsg struct {
		row    int32
		octets []Octets
		err    error
	}
	// runReadMsg: the octets of a run of a dialogue were read.
	runReadMsg struct {
		row    int32
		of     stream
		words  string
		octets []Octets
		err    error
	}
	// savedMsg: packets or a report were written, or not.
	savedMsg struct {
		what, name string
		lacking    int // sessions of which not all packets are kept any more
		err        error
	}
)
