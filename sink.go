package main

import (
	"encoding/binary"
	"fmt"
	"maps"
	"net/netip"
	"sync"
	"time"

	"smtpscope/capture"
	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/metrics"
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

// A watcher is a viewer that wants open sessions, too.
type watcher interface {
	Open(id int64, rendered []byte) error
}

// A sink hands those sessions that the filter chooses to a viewer, holds them
// against what is required, and counts them. What it needs for that are a few
// octets before those of the viewer.
type sink struct {
	viewer
	filter      *filter.Filter
	requirement requirement
	meter       *metrics.Meter // nil without --metrics
	// keep makes it note the connections of the sessions shown.
	keep bool
	// recording is told which sessions are chosen, and gets their keys; nil when
	// packets are not saved as they come.
	recording   *capture.Recording
	keylogOf    func([]tlskeys.Random) []byte
	comparing   sync.Mutex // of across, which the screens look at meanwhile
	across      verdict.Across
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
			return s.renderUnchosen(b, record)
		}
	}
	start := len(b)
	b = append(b, make([]byte, lengthOctets)...)
	b = appendStanding(b, record)
	if s.requirement.excepts(record) {
		b[len(b)-1] |= standingExcepted
	}
	b = appendRandom(appendConnection(b, record), record)
	b = verdict.AppendTraits(b, record.Session, record.Verdict.State)
	binary.LittleEndian.PutUint32(b[start:], uint32(len(b)-start))
	if s.meter != nil && !record.Open {
		s.meter.Count(record)
	}
	return s.viewer.Render(b, record)
}

// lengthOctets is the size of the length that a rendering begins with.
const lengthOctets = 4

// apart takes a rendering apart: what the sink needs, and what the viewer made.
func apart(rendered []byte) (ours, theirs []byte) {
	n := binary.LittleEndian.Uint32(rendered)
	return rendered[lengthOctets:n], rendered[n:]
}

// renderUnchosen makes of a session that is not chosen what a recording has to know.
func (s *sink) renderUnchosen(b []byte, record *inspect.Session) []byte {
	if s.recording == nil || record.Open {
		return b
	}
	return appendConnection(b, record)
}

// Session implements inspect.Sink.
func (s *sink) Session(id int64, rendered []byte) error {
	if len(rendered) == 0 {
		return nil
	}
	if len(rendered) == connectionOctets {
		s.recording.Decide(readConnection(rendered), false)
		return nil
	}
	ours, theirs := apart(rendered)
	standing := readStanding(id, ours)
	c := readConnection(ours[standingOctets:])
	standing.connection = c
	s.requirement.judge(standing)
	random := tlskeys.Random(ours[standingOctets+connectionOctets:])
	if s.recording != nil {
		s.record(c, random)
	}
	if s.keep {
		s.connections = append(s.connections, c)
		if random != (tlskeys.Random{}) {
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
	s.comparing.Lock()
	s.across.Add(id, ours[headOctets:])
	s.comparing.Unlock()
	return s.viewer.Write(id, theirs)
}

// record has a session's packets saved, and what opens its TLS.
func (s *sink) record(c capture.Connection, random tlskeys.Random) {
	if random != (tlskeys.Random{}) {
		lines := s.keylogOf([]tlskeys.Random{random})
		defer clear(lines)
		s.recording.Keys(c, lines)
	}
	s.recording.Decide(c, true)
}

// Open implements inspect.Watcher: an open session is shown, and neither judged
// nor counted.
func (s *sink) Open(id int64, rendered []byte) error {
	w, watches := s.viewer.(watcher)
	if !watches || len(rendered) == 0 {
		return nil
	}
	_, theirs := apart(rendered)
	return w.Open(id, theirs)
}

// summarize makes the summary tell of the sessions shown.
func (s *sink) summarize(sum *inspect.Summary) {
	if sum == nil {
		return
	}
	if !s.filter.Empty() {
		s.fill(sum)
	}
	s.addAcross(sum)
}

// findings are those that it takes several sessions to see, so far, and how many more
// there are. It may be called from any goroutine.
func (s *sink) findings() (list []verdict.SummaryFinding, unlisted int64) {
	s.comparing.Lock()
	defer s.comparing.Unlock()
	return s.across.Findings()
}

// addAcross makes the summary tell what the sessions shown say together.
func (s *sink) addAcross(sum *inspect.Summary) {
	var unlisted int64
	sum.Findings, unlisted = s.findings()
	limit := func(name string, n int64, text string) {
		if n == 0 {
			return
		}
		if sum.Limits == nil {
			sum.Limits = map[string]int64{}
		}
		sum.Limits[name] = n
		sum.Warnings = append(sum.Warnings, fmt.Sprintf(text, n))
	}
	limit("across-sessions", s.across.Dropped, "findings over several sessions do not cover all: there were so many clients, users or servers that %d of them were forgotten")
	limit("across-findings", unlisted, "%d more findings over several sessions are not listed: of each kind stand those with the most sessions")
}

func (s *sink) fill(sum *inspect.Summary) {
	sum.Sessions, sum.States = s.shown, map[verdict.State]int64{}
	maps.Copy(sum.States, s.states)
	sum.Start, sum.End = time.Time{}, time.Time{}
	if s.shown > 0 {
		sum.Start, sum.End = time.Unix(0, s.start).UTC(), time.Unix(0, s.end).UTC()
	}
}

// connectionOctets is the length of a connection as octets, headOctets that of all
// that stands before the traits.
const (
	connectionOctets = 2*(16+2) + 2*8
	headOctets       = standingOctets + connectionOctets + len(tlskeys.Random{})
)

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
type storeViewer struct{ inspect.Watcher }

// Write implements viewer.
func (v *storeViewer) Write(id int64, rendered []byte) error { return v.Session(id, rendered) }
