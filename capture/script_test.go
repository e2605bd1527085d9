package capture

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The scripts of these tests are dialogues. One line is one packet:
//
//	C @5 a10 "hello FIN
//
// the client (S: the server) sends from its 5th byte on, acknowledges 10 bytes
// of the other side, "hello is the payload, FIN a flag. Without @ it continues
// where it stopped, without a it acknowledges what the other side sent
// last. Also: "x*1448 (that many), SYN, RST, cut=N (bytes that the snap length
// cut), win=N, isn=N (a new one, relative numbers are relative to it), fp=N
// (fingerprint), if=N (interface), noack. A line "+200ms" lets time pass; each
// packet takes a millisecond. Behind a line "?72h" packets have times so far ahead
// of the clock, which stands still until time passes: it leaps to them if that is days.
// Of interfaces it leaps by itself.
type script struct {
	t           *testing.T
	a           *Assembler
	clock       int64
	ahead       int64
	stands      int64 // the clock, while ahead is not 0
	tally       tally // of interfaces, if it is live
	frame       int64
	isn         [2]uint32
	sent        [2]int64 // relative to isn+1; -1 before the SYN
	fingerprint uint64
	ends        [2]netip.AddrPort
}

var (
	testClient = netip.MustParseAddrPort("192.0.2.2:50000")
	testServer = netip.MustParseAddrPort("192.0.2.1:25")
)

func newScript(t *testing.T, a *Assembler) *script {
	return &script{t: t, a: a, isn: [2]uint32{0xfffffff0, 0x7fffffff}, ends: [2]netip.AddrPort{testClient, testServer}}
}

func (p *script) run(text string) {
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			p.line(line)
		}
	}
}

func (p *script) line(line string) {
	if d, ok := strings.CutPrefix(line, "+"); ok {
		pause := p.duration(d)
		p.tally.clock = p.clock
		p.clock += pause
		if p.tally.tick(p.clock); p.tally.live {
			p.a.Leapt(p.tally.leapt)
		}
		if p.ahead != 0 && pause > maxLeap {
			p.a.Leapt(Leap{From: p.stands, To: p.clock})
		}
		p.ahead = 0
		p.a.Advance(p.clock)
		return
	}
	if d, ok := strings.CutPrefix(line, "?"); ok {
		p.ahead, p.stands = p.duration(d), p.clock
		return
	}
	s := p.parse(strings.Fields(line))
	if p.ahead != 0 {
		s.clock = p.stands
	}
	p.a.segment(&s)
}

func (p *script) duration(text string) int64 {
	d, err := time.ParseDuration(text)
	if err != nil {
		p.t.Fatal(err)
	}
	return int64(d)
}

func (p *script) parse(words []string) segment {
	from := strings.Index("CS", words[0])
	if from < 0 {
		p.t.Fatalf("who is %q?", words[0])
	}
	p.clock += int64(time.Millisecond)
	p.frame++
	p.fingerprint++
	s := segment{
		time: p.clock + p.ahead, clock: p.clock, frame: p.frame, fingerprint: p.fingerprint,
		route: routeOf(p.ends[from], p.ends[1-from]), flags: flagACK, window: 1000,
	}
	at, ack, cut, acked := p.sent[from], p.sent[1-from], 0, true
	for _, w := range words[1:] {
		name, text, _ := strings.Cut(w, "=")
		n, _ := strconv.ParseInt(text, 10, 64)
		switch {
		case w[0] == '"':
			s.payload = []byte(unfold(w[1:]))
		case w[0] == '@':
			at = p.number(w[1:])
		case w[0] == 'a':
			ack = p.number(w[1:])
		case w == "ACK":
			acked, ack = true, 0
		case w == "noack":
			acked = false
		case w == "SYN":
			s.flags |= flagSYN
			if acked = from == 1; !acked {
				ack = 0
			}
			at = -1
			p.sent[from] = 0
		case w == "FIN":
			s.flags |= flagFIN
		case w == "RST":
			s.flags |= flagRST
		case name == "cut":
			cut = int(n)
		case name == "win":
			s.window = uint16(n)
		case name == "isn":
			p.isn[from], p.sent[from] = uint32(n), 0
		case name == "fp":
			s.fingerprint = uint64(n)
		case name == "if":
			s.iface = uint32(n)
		default:
			p.t.Fatalf("what is %q?", w)
		}
	}
	s.wireLen = len(s.payload) + cut
	s.fingerprint *= 0x9e3779b97f4a7c15 // spread, as a hash is
	s.seq = p.isn[from] + 1 + uint32(at)
	s.ack = p.isn[1-from] + 1 + uint32(ack)
	if !acked {
		s.flags &^= flagACK
		s.ack = 0
	}
	if s.flags&flagSYN != 0 {
		at++
	}
	end := at + int64(s.wireLen)
	if s.flags&flagFIN != 0 {
		end++
	}
	p.sent[from] = max(p.sent[from], end)
	return s
}

func (p *script) number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

// unfold makes xxxxx of x*5.
func unfold(s string) string {
	if c, n, ok := strings.Cut(s, "*"); ok {
		if times, err := strconv.Atoi(n); err == nil {
			return strings.Repeat(c, times)
		}
	}
	return s
}

func fold(s string) string {
	if len(s) > 8 && strings.Count(s, s[:1]) == len(s) {
		return fmt.Sprintf("%s*%d", s[:1], len(s))
	}
	return s
}

// A transcript writes down chunks, one word each.
type transcript struct {
	words  []string
	frames []int64
	conns  []Conn // as they were at their Close
	on     func(*Chunk)
}

func (r *transcript) Chunk(c *Chunk) {
	who := "CS"[c.Dir : c.Dir+1]
	word := ""
	switch c.Kind {
	case Open:
		word = "open"
	case Data:
		word = who + ":" + fold(string(c.Data))
	case Gap:
		word = fmt.Sprintf("%s:gap=%d", who, c.Missing)
	case End:
		word = who + ":end"
	case Close:
		word = "close=" + c.Reason.String()
		if c.Reason == ClosedByRST {
			word += "/" + who
		}
		r.conns = append(r.conns, *c.Conn)
	}
	r.words = append(r.words, word)
	r.frames = append(r.frames, c.Frame)
	if r.on != nil {
		r.on(c)
	}
}

func (r *transcript) String() string { return strings.Join(r.words, " ") }

// handshake is what most scripts begin with.
const handshake = "C SYN\nS SYN\nC\n"
