package main

import (
	"bytes"
	"cmp"
	"slices"

	"smtpscope/capture"
)

// A template is one recorded session, ready to be played again.
type template struct {
	port  uint16
	turns []turn
	// octets is the size of all turns of a side, by capture.Dir.
	octets [2]int
	// reset says that one side, resetBy, broke the session off.
	reset   bool
	resetBy capture.Dir
	// udp says that each turn is a datagram.
	udp bool
}

// A turn is what one side sends before the other speaks, or a part of it that
// begins a segment of its own.
type turn struct {
	dir  capture.Dir
	data []byte
}

// with returns the same session with other turns.
func (t *template) with(turns []turn) *template {
	made := &template{port: t.port, turns: turns, reset: t.reset, resetBy: t.resetBy}
	for _, u := range turns {
		made.octets[u.dir] += len(u.data)
	}
	return made
}

// add adds recorded bytes to the present turn, or begins the next one.
func (t *template) add(dir capture.Dir, data []byte) {
	t.octets[dir] += len(data)
	if n := len(t.turns); n > 0 && t.turns[n-1].dir == dir {
		t.turns[n-1].data = append(t.turns[n-1].data, data...)
		return
	}
	t.turns = append(t.turns, turn{dir, bytes.Clone(data)})
}

// encrypted reports whether the client began TLS, early or late: a handshake
// record (RFC 8446, section 5.1).
func (t *template) encrypted() bool {
	return slices.ContainsFunc(t.turns, func(u turn) bool {
		return u.dir == capture.FromClient && bytes.HasPrefix(u.data, []byte{22, 3})
	})
}

// shortest returns the share of the sessions that has the fewest octets, one at
// least, of those that are not encrypted.
func shortest(all []template, share float64) []template {
	list := slices.DeleteFunc(slices.Clone(all), func(t template) bool { return t.encrypted() })
	slices.SortStableFunc(list, func(a, b template) int {
		return cmp.Compare(a.octets[0]+a.octets[1], b.octets[0]+b.octets[1])
	})
	return list[:min(len(list), 1+int(share*float64(len(list))))]
}
