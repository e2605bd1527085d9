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
// packet takes a millisecond.
type script struct {
	t           *testing.T
	a           *Assembler
	clock       int64
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
		pause, err := time.ParseDuration(d)
		if err != nil {
			p.t.Fatal(err)
		}
		p.clock += int64(pause)
		p.a.Advance(p.clock)
		return
	}
	s := p.parse(strings.Fields(line))
	p.a.segment(&s)
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
		time: p.clock, clock: p.clock, frame: p.frame, fingerprint: p.fingerprint,
		src: p.ends[from], dst: p.ends[1-from], flags: flagACK, window: 1000,
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

var dialogues = []struct {
	name   string
	limits Limits
	in     string
	// out is what is handed out by the end of the script; eof what Flush adds.
	out, eof string
	// client and server are what is counted.
	client, server DirCount
}{
	{
		name: "in order",
		in: handshake + `
			S "220
			C
			C "EHLO
			S "250
			C "QUIT FIN
			S "221 FIN
			C`,
		out:    `open S:220 C:EHLO S:250 C:QUIT C:end S:221 S:end close=fin`,
		client: DirCount{Packets: 6, Bytes: 8},
		server: DirCount{Packets: 4, Bytes: 9},
	},
	{
		name: "out of order",
		in: handshake + `
			C @5 "fghij a0
			C @0 "abcde a0
			S "ok`,
		out: `open C:abcde C:fghij S:ok`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 10, OutOfOrder: 1},
		server: DirCount{Packets: 2, Bytes: 2},
	},
	{
		name: "retransmission, then more than was sent",
		in: handshake + `
			C "abcde
			C @0 "abcde
			C @3 "defgh`,
		out: `open C:abcde C:fgh`, eof: `close=eof`,
		client: DirCount{Packets: 5, Bytes: 8, Retransmitted: 1},
		server: DirCount{Packets: 1},
	},
	{
		name: "overlaps of what is held",
		in: handshake + `
			C @2 "cd a0
			C @6 "gh a0
			C @8 "i a0
			C @1 "bcdefghi a0
			C @0 "abc a0`,
		out: `open C:a C:b C:cd C:ef C:gh C:i`, eof: `close=eof`,
		client: DirCount{Packets: 7, Bytes: 9, OutOfOrder: 4},
		server: DirCount{Packets: 1},
	},
	{
		name: "contradictions: first seen wins",
		in: handshake + `
			C "abcde
			C @0 "aXcde
			C @7 "hij a0
			C @5 "fgHIj a0`,
		out: `open C:abcde C:fg C:hij`, eof: `close=eof`,
		client: DirCount{Packets: 6, Bytes: 10, OutOfOrder: 1, Retransmitted: 1, Conflicts: 2},
		server: DirCount{Packets: 1},
	},
	{
		name: "a copy with other bytes is a contradiction too",
		in: handshake + `
			C "abcde fp=77
			C @0 "zzzzz fp=77`,
		out: `open C:abcde`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 5, Duplicates: 1, Conflicts: 1},
		server: DirCount{Packets: 1},
	},
	{
		name: "copies of every packet",
		in: handshake + `
			C "abcde fp=77 if=1
			C @0 "abcde fp=77 if=2
			+20ms
			C @0 "abcde fp=77 if=3
			C @9 "x a0 fp=78 if=1
			C @9 "x a0 fp=78 if=2
			S a5 fp=79 if=1
			S a5 fp=79 if=2
			C @5 "fghi a0`,
		out: `open C:abcde C:fghi C:x`, eof: `close=eof`,
		client: DirCount{Packets: 8, Bytes: 10, Duplicates: 3, OutOfOrder: 1},
		server: DirCount{Packets: 3, Duplicates: 1},
	},
	{
		name: "keep-alives and window probes",
		in: handshake + `
			C "abcde
			S a5 win=0
			C @4
			C @4 "z
			C @5 "f
			S a5 win=0
			C @5 "f
			S a6
			C @6 "gh`,
		out: `open C:abcde C:f C:gh`, eof: `close=eof`,
		client: DirCount{Packets: 8, Bytes: 8, KeepAlives: 3},
		server: DirCount{Packets: 4},
	},
	{
		name: "answer captured before the question",
		in: handshake + `
			S "220 a0
			S "250 a4
			C @0 "EHLO a3`,
		out: `open S:220 C:EHLO S:250`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 4},
		server: DirCount{Packets: 3, Bytes: 6},
	},
	{
		name: "a whole dialogue backwards",
		in: handshake + `
			S @6 "221 a8 FIN
			C @4 "QUIT a6 FIN
			S @3 "250 a4
			C @0 "EHLO a3
			S @0 "220 a0`,
		out: `open S:220 C:EHLO S:250 C:QUIT S:221 S:end C:end`, eof: `close=fin`,
		client: DirCount{Packets: 4, Bytes: 8, OutOfOrder: 1},
		server: DirCount{Packets: 4, Bytes: 9, OutOfOrder: 2},
	},
	{
		name:   "a lost segment is missing after packets",
		limits: Limits{ReorderPackets: 4},
		in: handshake + `
			C @0 "abc a0
			C @103 "def a0
			S a106
			C @106 "1
			C @107 "2
			C @108 "3
			C @109 "4
			C @110 "5`,
		out: `open C:abc C:gap=100 C:def C:1 C:2 C:3 C:4 C:5`, eof: `close=eof`,
		client: DirCount{Packets: 9, Bytes: 11, Gaps: 1, GapBytes: 100, OutOfOrder: 5},
		server: DirCount{Packets: 2},
	},
	{
		name: "a lost segment is missing after time",
		in: handshake + `
			C @0 "abc a0
			C @103 "def a0
			S "ok a106
			+200ms
			C "ghi`,
		out: `open C:abc C:gap=100 C:def S:ok C:ghi`, eof: `close=eof`,
		client: DirCount{Packets: 5, Bytes: 9, Gaps: 1, GapBytes: 100, OutOfOrder: 1},
		server: DirCount{Packets: 2, Bytes: 2},
	},
	{
		name: "what comes after it was declared missing is late",
		in: handshake + `
			C @0 "abc a0
			S "ok a6
			+200ms
			C @3 "def a0`,
		out: `open C:abc C:gap=3 S:ok`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 3, Gaps: 1, GapBytes: 3},
		server: DirCount{Packets: 2, Bytes: 2},
	},
	{
		name:   "a hole nobody acknowledged",
		limits: Limits{Hold: time.Second},
		in: handshake + `
			C @3 "def a0
			+500ms
			C @6 "ghi a0
			+600ms`,
		out: `open C:gap=3 C:def C:ghi`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 6, Gaps: 1, GapBytes: 3, OutOfOrder: 2},
		server: DirCount{Packets: 1},
	},
	{
		name:   "more than may be buffered",
		limits: Limits{BufferedBytesPerConn: 8000},
		in: handshake + `
			C @100 "a*1448 a0
			C @1548 "b*1448 a0
			C @2996 "c*1448 a0
			C @4444 "d*1448 a0`,
		out: `open C:gap=100 C:a*1448 C:b*1448 C:c*1448 C:d*1448`, eof: `close=eof`,
		client: DirCount{Packets: 6, Bytes: 4 * 1448, Gaps: 1, GapBytes: 100, OutOfOrder: 4},
		server: DirCount{Packets: 1},
	},
	{
		name: "the last bytes are lost",
		in: handshake + `
			C "QUIT
			S a4 "bye FIN
			C a4 @10 FIN`,
		out: `open C:QUIT S:bye S:end`, eof: `C:gap=6 C:end close=fin`,
		client: DirCount{Packets: 4, Bytes: 4, Gaps: 1, GapBytes: 6},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "a lost FIN is no gap",
		in: handshake + `
			C "QUIT
			S a5 "bye FIN
			+200ms`,
		out: `open C:QUIT S:bye S:end`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 4},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "a lost byte is, when more follows",
		in: handshake + `
			C "abcd
			S a5 "bye
			+200ms
			C @5 "fgh a3
			+1ms`,
		out: `open C:abcd S:bye C:gap=1 C:fgh`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 7, Gaps: 1, GapBytes: 1, OutOfOrder: 1},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "an ACK of what cannot have been sent",
		in: handshake + `
			C "abc
			S "x a1073741824
			+1s
			C "def a1
			S "y a6`,
		out: `open C:abc S:x C:def S:y`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 6},
		server: DirCount{Packets: 3, Bytes: 2},
	},
	{
		name:   "an ACK that its sender goes back on",
		limits: Limits{ReorderPackets: 20},
		in: handshake + `
			C "abc
			S a100000
			S a3
			S a3
			S a3
			S a3
			S a3
			S a3
			S a3
			S "x a3
			+1s
			C "def a1
			S "y a6`,
		out: `open C:abc S:x C:def S:y`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 6},
		server: DirCount{Packets: 11, Bytes: 2},
	},
	{
		name: "cut by the snap length",
		in: handshake + `
			C "abc cut=97
			C "def cut=1
			S "ok
			C @110 "xyz cut=7 a2
			C @104 "ghi cut=3 a2
			C cut=50 a2
			C "end a2`,
		out: `open C:abc C:gap=97 C:def C:gap=1 S:ok C:ghi C:gap=3 C:xyz C:gap=7 C:gap=50 C:end`, eof: `close=eof`,
		client: DirCount{Packets: 8, Bytes: 15, Gaps: 4, GapBytes: 158, OutOfOrder: 1, Truncated: 5},
		server: DirCount{Packets: 2, Bytes: 2},
	},
	{
		name: "a retransmission brings what was cut",
		in: handshake + `
			C @3 "def cut=3 a0
			C @3 "defghi a0
			C @0 "abc a0`,
		out: `open C:abc C:def C:ghi`, eof: `close=eof`,
		client: DirCount{Packets: 5, Bytes: 9, OutOfOrder: 2, Truncated: 1},
		server: DirCount{Packets: 1},
	},
	{
		name: "half close",
		in: handshake + `
			C "QUIT FIN
			S "221
			S "more
			S FIN
			C`,
		out:    `open C:QUIT C:end S:221 S:more S:end close=fin`,
		client: DirCount{Packets: 4, Bytes: 4},
		server: DirCount{Packets: 4, Bytes: 7},
	},
	{
		name: "payload behind a FIN, and the FIN again",
		in: handshake + `
			C @4 "junk a0
			C @0 "QUIT FIN a0
			C @5 "junk
			C @4 FIN
			S "221 FIN a5
			C @5
			C "junk`,
		out:    `open C:QUIT C:end S:221 S:end close=fin`,
		client: DirCount{Packets: 7, Bytes: 4, OutOfOrder: 1},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "reset, then what was on its way",
		in: handshake + `
			S "220
			C "QUIT
			C RST
			S "221 FIN
			S RST`,
		out:    `open S:220 C:QUIT close=rst/C`,
		client: DirCount{Packets: 4, Bytes: 4},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "a reset that answers an ACK",
		in: handshake + `
			S "220
			C "QUIT
			S RST @3 noack`,
		out:    `open S:220 C:QUIT close=rst/S`,
		client: DirCount{Packets: 3, Bytes: 4},
		server: DirCount{Packets: 3, Bytes: 3},
	},
	{
		name: "resets that are not exact do not count while more follows",
		in: handshake + `
			S "220
			C RST @100
			C RST @-5
			C @0 "EHLO
			S "250 a4`,
		out: `open S:220 C:EHLO S:250`, eof: `close=rst/C`,
		client: DirCount{Packets: 5, Bytes: 4},
		server: DirCount{Packets: 3, Bytes: 6},
	},
	{
		name: "reset before the bytes that precede it",
		in: handshake + `
			C @4 RST a0
			C @0 "QUIT a0`,
		out:    `open C:QUIT close=rst/C`,
		client: DirCount{Packets: 4, Bytes: 4},
		server: DirCount{Packets: 1},
	},
	{
		name: "reset behind a hole",
		in: handshake + `
			C @4 "more a0
			C @8 RST a0
			+200ms`,
		out:    `open C:gap=4 C:more close=rst/C`,
		client: DirCount{Packets: 4, Bytes: 4, Gaps: 1, GapBytes: 4, OutOfOrder: 1},
		server: DirCount{Packets: 1},
	},
	{
		name: "payload in the SYN",
		in: `
			C SYN "EHLO
			S SYN a4
			S "250
			C`,
		out: `open C:EHLO S:250`, eof: `close=eof`,
		client: DirCount{Packets: 2, Bytes: 4},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "payload in the SYN, not taken",
		in: `
			C SYN "EHLO
			S SYN a0
			C @0 "EHLO
			S "250`,
		out: `open C:EHLO S:250`, eof: `close=eof`,
		client: DirCount{Packets: 2, Bytes: 4, Retransmitted: 1},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "both open at once",
		in: `
			C SYN
			S SYN noack
			C SYN ACK
			S SYN
			S "220 a0
			C "EHLO`,
		out: `open S:220 C:EHLO`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 4},
		server: DirCount{Packets: 3, Bytes: 3},
	},
	{
		name: "nothing beyond the SYNs",
		in: `
			C SYN
			C SYN
			S SYN
			S SYN`,
	},
	{
		name: "refused, and tried again with the same SYN",
		in: `
			C SYN
			S RST @-1 a0
			+500ms
			C SYN
			S RST @-1 a0`,
	},
	{
		name: "the beginning is not captured",
		in: `
			S @7 "250 a20
			C @20 "MAIL a10
			S "250
			+200ms
			C "RCPT`,
		out: `open S:250 C:MAIL S:250 C:RCPT`, eof: `close=eof`,
		client: DirCount{Packets: 2, Bytes: 8},
		server: DirCount{Packets: 2, Bytes: 6},
	},
	{
		name: "the beginning is not captured, and out of order",
		in: `
			S @10 "251 a24
			C @20 "MAIL a10
			S @7 "250 a20
			+200ms`,
		out: `open S:250 C:MAIL S:251`, eof: `close=eof`,
		client: DirCount{Packets: 1, Bytes: 4},
		server: DirCount{Packets: 2, Bytes: 6},
	},
	{
		name: "SYNs after the payload",
		in: `
			S @0 "220 a0
			C @-1 a0 SYN
			S SYN
			C a3 "EHLO`,
		out: `open S:220 C:EHLO`, eof: `close=eof`,
		client: DirCount{Packets: 2, Bytes: 4},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "begins with a keep-alive",
		in: `
			C @9
			C @10 "MAIL a5
			S a14 @5
			+200ms
			S "250`,
		out: `open C:MAIL S:250`, eof: `close=eof`,
		client: DirCount{Packets: 1, Bytes: 4},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "only the client",
		in: `
			C SYN
			C a0
			C "EHLO a100
			C "MAIL a200
			+200ms
			C "QUIT a300 FIN
			C a400`,
		out: `open C:EHLO C:MAIL C:QUIT C:end`, eof: `close=eof`,
		client: DirCount{Packets: 6, Bytes: 12},
	},
	{
		name: "only the server, without SYN",
		in: `
			S @40 "250 a100
			S "251 a200
			+200ms
			S "252 a300`,
		out: `open S:250 S:251 S:252`, eof: `close=eof`,
		server: DirCount{Packets: 3, Bytes: 9},
	},
	{
		name: "the same ports again",
		in: handshake + `
			C "ABC
			C isn=5000 SYN
			S isn=9000 SYN
			C
			C "DEF`,
		out: `open C:ABC close=reuse open C:DEF`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 3},
		server: DirCount{Packets: 1},
	},
	{
		name: "the same ports again, only the client captured",
		in: `
			C SYN
			C
			C "ABC
			+200ms
			C isn=5000 SYN
			C
			C "DEF
			+200ms`,
		out: `open C:ABC close=reuse open C:DEF`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 3},
	},
	{
		name: "the same ports again after the end",
		in: handshake + `
			C "ABC FIN
			S FIN
			C
			C isn=5000 SYN
			S isn=9000 SYN
			C
			C "DEF`,
		out: `open C:ABC C:end S:end close=fin open C:DEF`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 3},
		server: DirCount{Packets: 1},
	},
	{
		name: "a SYN again, and a forged one",
		in: handshake + `
			C SYN
			C @777777 noack
			C SYN @-1
			C @0 "ABC`,
		out: `open C:ABC`, eof: `close=eof`,
		client: DirCount{Packets: 6, Bytes: 3},
		server: DirCount{Packets: 1},
	},
	{
		name:   "silence",
		limits: Limits{Idle: time.Minute},
		in: handshake + `
			C "ABC
			+61s
			C "DEF
			+1s`,
		out: `open C:ABC close=idle open C:DEF`, eof: `close=eof`,
		client: DirCount{Packets: 1, Bytes: 3},
	},
	{
		name:   "answers that claim each other as their cause",
		limits: Limits{ReorderPackets: 4},
		in: handshake + `
			C @0 "abc a3
			S @0 "xyz a3
			S @3
			S @3
			S @3
			S @3`,
		out: `open C:abc S:xyz`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 3},
		server: DirCount{Packets: 6, Bytes: 3},
	},
	{
		name:   "a forged segment far ahead",
		limits: Limits{Hold: time.Second},
		in: handshake + `
			C @500000000 "forged a0
			+2s
			C @0 "ABC a0`,
		out: `open C:ABC`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 3, OutOfOrder: 1},
		server: DirCount{Packets: 1},
	},
}

func TestDialogues(t *testing.T) {
	for _, tt := range dialogues {
		t.Run(tt.name, func(t *testing.T) {
			got := new(transcript)
			a := NewAssembler(got, Rules{Ports: []uint16{25}}, tt.limits)
			p := newScript(t, a)
			p.run(tt.in)
			if s := got.String(); s != tt.out {
				t.Errorf("got  %s\nwant %s", s, tt.out)
			}
			got.words = nil
			a.Flush(p.clock)
			if s := got.String(); s != tt.eof {
				t.Errorf("at the end: got %s\nwant %s", s, tt.eof)
			}
			if last := len(got.conns) - 1; last >= 0 {
				c := got.conns[last]
				if c.Count != [2]DirCount{tt.client, tt.server} {
					t.Errorf("counted %+v\nwant    %+v", c.Count, [2]DirCount{tt.client, tt.server})
				}
				if c.Client != testClient || c.Server != testServer {
					t.Errorf("client %v, server %v", c.Client, c.Server)
				}
			}
			checkEmpty(t, a)
		})
	}
}

// checkEmpty checks that nothing is left after Flush.
func checkEmpty(t *testing.T, a *Assembler) {
	t.Helper()
	s := a.Stats()
	if s.Conns != 0 || s.HalfOpen != 0 || s.Buffered != 0 || s.Recent != 0 ||
		len(a.waiting) != 0 || len(a.stubs.index) != 0 || a.oldest != nil || a.newest != nil {
		t.Errorf("left after Flush: %d waiting, %d stubs, %+v", len(a.waiting), len(a.stubs.index), s)
	}
}
