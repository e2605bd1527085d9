package nearby

import (
	"net/netip"
	"sync"
)

// The bounds of a Log. What is older gives way.
const (
	maxEntries = 1 << 16
	maxOctets  = 16 << 20 // of DNS
	maxAge     = int64(3600e9)
	// maxAnswer is how much of one message of DNS is kept, in octets.
	maxAnswer = 1232
)

// A Stamp is where and when a message was seen. Clock is the running time of the
// capture, which never goes backwards; both times are Unix nanoseconds.
type Stamp struct {
	Clock, Time, Frame int64
}

// seen is when it was by the clock: the message's own time, if that was too far ahead
// for the clock, which has gone on to there since. What a damaged record says stays ahead.
func (s Stamp) seen(clock int64) int64 {
	if s.Time <= clock {
		return max(s.Clock, s.Time)
	}
	return s.Clock
}

// An entry is one message, or what the header of a TCP segment said.
type entry struct {
	Stamp
	kind   entryKind
	client netip.AddrPort
	server netip.AddrPort
	// older is the place of the entry of the same chain before this one, plus one.
	older int64
	// message is a KDC's, or one to it; dns is one of DNS.
	message *kdcMessage
	dns     []byte
	icmp    *ICMP
}

type entryKind uint8

const (
	entryMessageUDP entryKind = iota
	entryMessageTCP
	entryAttempted // SYN
	entryAnswered  // SYN and ACK
	entryReset     // RST of the KDC's
	entrySpoke     // octets of the KDC's that the capture lacks
	entryDeniedUDP // ICMP about what was sent to the KDC
	entryDeniedTCP
	entryAnswer   // of DNS
	entryQuestion // to DNS
)

// ofNames tells that an entry is one of DNS.
func (k entryKind) ofNames() bool { return k >= entryAnswer }

// A chain is the entries of a client, those of DNS apart from the others: many
// questions for names do not push out the few for tickets.
type chain struct {
	host  netip.Addr
	names bool
}

// A page is the entries of one batch. It does not change once a View has it.
type page struct {
	first   int64 // the place of entries[0]
	entries []entry
	octets  int
}

// A leaver is a page that gave way, and the number of the View from which on.
type leaver struct {
	*page
	view int
}

// A Log keeps messages by client. Add and View are for one goroutine; Views may be
// looked at by others meanwhile.
type Log struct {
	current page
	next    int64  // the place of the next entry
	block   []byte // where messages of DNS are copied to: one allocation for many
	pages   []*page
	entries int
	octets  int

	mu sync.RWMutex
	// all are the pages as readers see them; newest is the place of each chain's
	// latest entry, plus one.
	all    []*page
	newest map[chain]int64
	// pending are changes of newest to come with the next View.
	pending map[chain]int64
	// gone are pages that gave way: readers of older Views may still look at them.
	gone  []leaver
	views int
	// Dropped counts entries that gave way before their time.
	Dropped int64
	// began is the time of the capture's first packet, that of what was dropped last
	// if something was; 0 while there was none. Unix nanoseconds.
	began int64
}

// NewLog gives an empty Log.
func NewLog() *Log {
	return &Log{newest: map[chain]int64{}, pending: map[chain]int64{}}
}

// A View is a Log as it was when the View was made. The zero View is empty.
type View struct {
	log       *Log
	low, high int64 // the places from low to high, without high
	since     int64 // what is older than this was not there to be seen
}

const (
	portDNS      = 53
	portKerberos = 88
	portKpasswd  = 464
	portMDNS     = 5353
	portLLMNR    = 5355
)

// Began says when the capture began, Unix nanoseconds: the first call counts.
func (l *Log) Began(at int64) {
	if l.began == 0 {
		l.began = at
	}
}

// Datagram takes in what UDP carried between two addresses. Multicast DNS is
// everybody's.
func (l *Log) Datagram(at Stamp, source, destination netip.AddrPort, payload []byte) {
	switch source.Port() {
	case portDNS, portLLMNR:
		l.name(at, destination, source, payload)
		return
	case portMDNS:
		l.name(at, netip.AddrPort{}, source, payload)
		return
	}
	switch destination.Port() {
	case portDNS:
		l.name(at, source, destination, payload)
	case portKerberos, portKpasswd:
		l.message(at, entryMessageUDP, source, destination, payload)
	default:
		switch source.Port() {
		case portKerberos, portKpasswd:
			l.message(at, entryMessageUDP, destination, source, payload)
		}
	}
}

// Message takes in what a TCP connection carried between a client and a server of
// Kerberos or DNS.
func (l *Log) Message(at Stamp, client, server netip.AddrPort, payload []byte) {
	if server.Port() == portDNS {
		l.name(at, client, server, payload)
		return
	}
	l.message(at, entryMessageTCP, client, server, payload)
}

// Attempted, Answered and Reset take in what the opening of a TCP connection to a
// KDC showed.
func (l *Log) Attempted(at Stamp, client, server netip.AddrPort) {
	l.signal(at, entryAttempted, client, server)
}

// Answered is the KDC's SYN and ACK.
func (l *Log) Answered(at Stamp, client, server netip.AddrPort) {
	l.signal(at, entryAnswered, client, server)
}

// Reset is the KDC's RST.
func (l *Log) Reset(at Stamp, client, server netip.AddrPort) {
	l.signal(at, entryReset, client, server)
}

// Spoke takes in that the KDC sent something in a connection that the capture lacks.
func (l *Log) Spoke(at Stamp, client, server netip.AddrPort) {
	l.signal(at, entrySpoke, client, server)
}

// A Denied is a message of ICMP that what a client sent does not reach its destination.
type Denied struct {
	From           netip.Addr
	Client, Server netip.AddrPort
	TCP            bool
	Code           uint8
}

// Denied takes in that a KDC cannot be reached.
func (l *Log) Denied(at Stamp, d Denied) {
	if d.Server.Port() != portKerberos {
		return
	}
	kind := entryDeniedUDP
	if d.TCP {
		kind = entryDeniedTCP
	}
	l.add(entry{Stamp: at, kind: kind, client: d.Client, server: d.Server,
		icmp: &ICMP{Frame: at.Frame, From: d.From, Error: deniedName(d.From.Is4(), d.Code)}})
}

func (l *Log) signal(at Stamp, kind entryKind, client, server netip.AddrPort) {
	if server.Port() == portKerberos {
		l.add(entry{Stamp: at, kind: kind, client: client, server: server})
	}
}

// name takes in an answer of DNS, or a question to a name server.
func (l *Log) name(at Stamp, client, server netip.AddrPort, b []byte) {
	if !isMessage(b) {
		return
	}
	e := entry{Stamp: at, kind: entryAnswer, client: client, server: server}
	if !isAnswer(b) {
		if server.Port() != portDNS {
			return
		}
		e.kind = entryQuestion
	}
	e.dns = l.keep(b[:min(len(b), maxAnswer)])
	l.add(e)
}

// keep copies octets.
func (l *Log) keep(b []byte) []byte {
	const blockSize = 64 << 10
	if len(b) > cap(l.block)-len(l.block) {
		l.block = make([]byte, 0, blockSize)
	}
	from := len(l.block)
	l.block = append(l.block, b...)
	return l.block[from:len(l.block):len(l.block)]
}

func (l *Log) message(at Stamp, kind entryKind, client, server netip.AddrPort, payload []byte) {
	read := readKDC
	if server.Port() == portKpasswd {
		read = readPassword
	}
	if m, ok := read(payload); ok {
		l.add(entry{Stamp: at, kind: kind, client: client, server: server, message: m})
	}
}

func (l *Log) add(e entry) {
	c := e.chain()
	older, ok := l.pending[c]
	if !ok {
		older = l.newest[c] // no lock: only this goroutine writes it
	}
	e.older = older
	l.current.entries = append(l.current.entries, e)
	l.current.octets += len(e.dns)
	l.next++
	l.pending[c] = l.next
}

func (e *entry) chain() chain { return chain{e.client.Addr(), e.kind.ofNames()} }

// View lets go of what is too old by the clock and returns the Log as it is.
func (l *Log) View(clock int64) View {
	var fresh *page
	if len(l.current.entries) > 0 {
		fresh = &page{first: l.current.first, entries: l.current.entries, octets: l.current.octets}
		l.pages = append(l.pages, fresh)
		l.entries, l.octets = l.entries+len(fresh.entries), l.octets+fresh.octets
		l.current = page{first: l.next, entries: make([]entry, 0, len(fresh.entries))} // the next batch is much like this one
	}
	l.views++
	l.evict(clock)
	if len(l.pending) > 0 || len(l.gone) > 0 {
		l.publish(fresh)
	}
	low := l.next
	if len(l.pages) > 0 {
		low = l.pages[0].first
	}
	return View{log: l, low: low, high: l.next, since: l.began}
}

// behind is how many Views a reader may be behind the latest.
const behind = 16

func (l *Log) evict(clock int64) {
	for len(l.pages) > 0 {
		p := l.pages[0]
		full := l.entries > maxEntries || l.octets > maxOctets
		if !full && clock-p.entries[len(p.entries)-1].seen(clock) <= maxAge {
			return
		}
		if full {
			l.Dropped += int64(len(p.entries))
			l.began = max(l.began, p.entries[len(p.entries)-1].Time)
		}
		l.entries, l.octets = l.entries-len(p.entries), l.octets-p.octets
		l.pages = l.pages[1:]
		l.gone = append(l.gone, leaver{p, l.views})
	}
}

// publish shows readers what is new, and forgets the clients of pages that nobody
// can look for any more.
func (l *Log) publish(fresh *page) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c, place := range l.pending {
		l.newest[c] = place
	}
	clear(l.pending)
	leaving := len(l.gone)
	for len(l.gone) > 0 && l.views-l.gone[0].view > behind {
		p := l.gone[0]
		for i := range p.entries {
			c := p.entries[i].chain()
			if place := l.newest[c]; place > 0 && place <= p.first+int64(len(p.entries)) {
				delete(l.newest, c)
			}
		}
		l.gone = l.gone[1:]
	}
	if len(l.gone) == leaving { // what readers have is as it was, and goes on behind that
		if fresh != nil {
			l.all = append(l.all, fresh)
		}
		return
	}
	l.all = make([]*page, 0, len(l.gone)+len(l.pages))
	for _, g := range l.gone {
		l.all = append(l.all, g.page)
	}
	l.all = append(l.all, l.pages...)
}
