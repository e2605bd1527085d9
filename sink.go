package main

import (
	"encoding/binary"
	"maps"
	"net/netip"
	"time"

	"smtpscope/capture"
	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/tlskeys"
	"smtpscope/verdict"
)

// A viewer takes the sessions that are shown: it prints them, or keeps them for
// the screens.
type viewer interface {
	Render(b []byte, s *inspect.Session) []byte
	Write(id int64, rendered []byte) error
	Flush() error
}

// A sink hands those sessions that the filter chooses to a viewer, holds them
// against what is required, and counts them. What it needs for that are a few
// octets before those of the viewer.
type sink struct {
	viewer
	filter      *filter.Filter
	requirement requirement
	// keep makes it note the connections of the sessions shown.
	keep        bool
	connections []capture.Connection
	randoms     []tlskeys.Random // of those whose TLS was opened
	states      map[verdict.State]int64
	start, end  int64 // of the sessions shown, Unix nanoseconds
	shown       int64
}

// Render implements inspect.Sink. It makes nothing of a session that is not chosen.
func (s *sink) Render(b []byte, record *inspect.Session) []byte {
	if !s.filter.Empty() {
		facts := filter.FactsOf(record)
		if !s.filter.Match(&facts, func() []byte { return filter.Text(nil, record) }) {
			return b
		}
	}
	b = appendRandom(appendConnection(appendStanding(b, record), record), record)
	return s.viewer.Render(b, record)
}

// Session implements inspect.Sink.
func (s *sink) Session(id int64, rendered []byte) error {
	if len(rendered) == 0 {
		return nil
	}
	standing := readStanding(id, rendered)
	s.requirement.judge(standing)
	c := readConnection(rendered[standingOctets:])
	if s.keep {
		s.connections = append(s.connections, c)
		if random := tlskeys.Random(rendered[standingOctets+connectionOctets:]); random != (tlskeys.Random{}) {
			s.randoms = append(s.randoms, random)
		}
	}
	if s.shown++; s.shown == 1 || c.Start < s.start {
		s.start = c.Start
	}
	s.end = max(s.end, c.End)
	if s.states == nil {
		s.states = make(map[verdict.State]int64)
	}
	s.states[standing.state]++
	return s.viewer.Write(id, rendered[standingOctets+connectionOctets+len(tlskeys.Random{}):])
}

// summarize makes the summary tell of the sessions shown.
func (s *sink) summarize(sum *inspect.Summary) {
	if sum != nil && !s.filter.Empty() {
		s.fill(sum)
	}
}

func (s *sink) fill(sum *inspect.Summary) {
	sum.Sessions, sum.States = s.shown, map[verdict.State]int64{}
	maps.Copy(sum.States, s.states)
	sum.Start, sum.End = time.Time{}, time.Time{}
	if s.shown > 0 {
		sum.Start, sum.End = time.Unix(0, s.start).UTC(), time.Unix(0, s.end).UTC()
	}
}

// connectionOctets is the length of a connection as octets.
const connectionOctets = 2*(16+2) + 2*8

// appendConnection writes down which connection a session is, for readConnection.
func appendConnection(b []byte, s *inspect.Session) []byte {
	for _, end := range [...]netip.AddrPort{netip.AddrPortFrom(s.Client.IP, s.Client.Port), netip.AddrPortFrom(s.Server.IP, s.Server.Port)} {
		ip := end.Addr().As16()
		b = binary.LittleEndian.AppendUint16(append(b, ip[:]...), end.Port())
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(s.Start.UnixNano()))
	return binary.LittleEndian.AppendUint64(b, uint64(s.End.UnixNano()))
}

// appendRandom writes down by what random a key log names the session; zeros where
// its TLS was not opened.
func appendRandom(b []byte, s *inspect.Session) []byte {
	var random tlskeys.Random
	if s.TLS != nil && s.TLS.Decrypted {
		random, _ = randomOf(s.TLS.ClientRandom)
	}
	return append(b, random[:]...)
}

func readConnection(b []byte) capture.Connection {
	end := func(b []byte) netip.AddrPort {
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[:16])).Unmap(), binary.LittleEndian.Uint16(b[16:]))
	}
	return capture.Connection{
		Client: end(b), Server: end(b[18:]),
		Start: int64(binary.LittleEndian.Uint64(b[36:])), End: int64(binary.LittleEndian.Uint64(b[44:])),
	}
}

// A storeViewer keeps sessions for the screens.
type storeViewer struct{ inspect.Sink }

// Write implements viewer.
func (v *storeViewer) Write(id int64, rendered []byte) error { return v.Session(id, rendered) }
