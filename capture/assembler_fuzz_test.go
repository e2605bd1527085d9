package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"net/netip"
	"testing"
	"time"
)

// fuzzLimits are small, so that a short input reaches all of them.
var fuzzLimits = Limits{
	BufferedBytesPerConn: 8 << 10, SegmentsPerConn: 12, BufferedBytes: 20 << 10, RecentBytes: 40 << 10,
	Conns: 3, HalfOpen: 3, Closed: 3, Ignored: 3, ReorderPackets: 6,
	ReorderTime: 10 * time.Millisecond, Hold: time.Second, Idle: time.Minute, Linger: 5 * time.Second,
}

// fuzzClocks are when inputs begin: captures can claim any time.
var fuzzClocks = []int64{1e18, 0, -1e18, math.MaxInt64 - int64(time.Hour), math.MinInt64 + 1, math.MaxInt64 / 2}

// fuzzSegment makes a segment out of eight octets:
// who, flags, sequence number, ACK (near to where the streams are, or far),
// length, cut, pause.
func fuzzSegment(b []byte, prior *segment) segment {
	port := uint16(b[0]>>1&3) + 1000
	s := segment{
		route:       routeOf(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, 1}), port), netip.MustParseAddrPort("10.0.0.2:25")),
		frame:       prior.frame + 1,
		flags:       b[1] & 0x1f,
		window:      uint16(b[0] >> 7),
		iface:       uint32(b[0] >> 6 & 1),
		seq:         fuzzNumber(b[2], b[3]),
		ack:         fuzzNumber(b[4], b[5]),
		payload:     make([]byte, int(b[6]&0x3f)*int(b[6]>>6+1)*4),
		fingerprint: binary.LittleEndian.Uint64(b) * 0x9e3779b97f4a7c15,
	}
	if b[0]&1 != 0 {
		s.from = s.from.other()
	}
	if b[0]&0x20 != 0 {
		s.flags = flagACK // or most packets would be odd ones
	}
	for i := range s.payload {
		s.payload[i] = byte(s.seq) + byte(i) // agrees with other segments, mostly
	}
	if b[0]&0x18 == 0x18 {
		s.payload = append(s.payload[:len(s.payload)/2], b[7])
	}
	s.wireLen = len(s.payload)
	if b[0]&0x18 == 0x10 {
		s.wireLen += int(b[7])
	}
	pause := int64(b[7]&0xf) * int64(b[7]&0xf) * int64(time.Millisecond)
	if b[7] == 0xff {
		pause = int64(2 * time.Minute)
	}
	s.clock = max(prior.clock, prior.clock+pause) // clocks never run backwards
	s.time = s.clock
	return s
}

func fuzzNumber(hi, lo byte) uint32 {
	n := uint32(hi&0xf)<<8 | uint32(lo)
	switch hi >> 4 {
	case 15:
		return n << 20
	case 14:
		return -n
	}
	return n
}

// An auditor checks what must hold for chunks whatever the packets were.
type auditor struct {
	t     *testing.T
	conns map[*Conn]*audit
	seed  byte
}

type audit struct {
	bytes, gaps [2]int64
	ended       [2]bool
	first       bool
	clock       int64
}

func (r *auditor) Chunk(c *Chunk) {
	u := r.conns[c.Conn]
	if (c.Kind == Open) != (u == nil) {
		r.t.Fatalf("kind %d for a connection that is open: %v", c.Kind, u != nil)
	}
	if u == nil {
		u = &audit{first: true, clock: c.Clock}
		r.conns[c.Conn] = u
	}
	if c.Clock < u.clock {
		r.t.Fatalf("the clock ran back from %d to %d", u.clock, c.Clock)
	}
	u.clock = c.Clock
	switch c.Kind {
	case Data:
		u.bytes[c.Dir] += int64(len(c.Data))
		if len(c.Data) == 0 || u.ended[c.Dir] {
			r.t.Fatal("data without bytes, or after the end")
		}
	case Gap:
		u.gaps[c.Dir] += c.Missing
		if c.Missing <= 0 || c.Frame == 0 || u.ended[c.Dir] {
			r.t.Fatalf("a gap of %d by frame %d", c.Missing, c.Frame)
		}
	case End:
		if u.ended[c.Dir] || c.Frame == 0 {
			r.t.Fatal("a second end")
		}
		u.ended[c.Dir] = true
	case Close:
		for d := range Dir(2) {
			if n := c.Conn.Count[d]; n.Bytes != u.bytes[d] || n.GapBytes != u.gaps[d] {
				r.t.Fatalf("%v: counted %+v, handed out %d and %d", d, n, u.bytes[d], u.gaps[d])
			}
		}
		delete(r.conns, c.Conn)
		return
	}
	// Sometimes the handler turns the connection round, or wants no more of it.
	if u.first && c.Kind != End && (c.Frame+int64(r.seed))%5 == 0 {
		c.Conn.Swap()
		u.bytes[0], u.bytes[1] = u.bytes[1], u.bytes[0]
		u.gaps[0], u.gaps[1] = u.gaps[1], u.gaps[0]
	}
	if (c.Frame+int64(r.seed))%11 == 0 {
		c.Conn.Ignore()
		delete(r.conns, c.Conn)
		return
	}
	u.first = u.first && c.Kind == Open
}

// checkBooks checks the assembler's own sums and orders.
func (a *Assembler) checkBooks(t *testing.T) {
	var buffered, recorded int
	conns := 0
	for c := a.oldest; c != nil; c = c.flow.newer {
		if conns++; a.find(&c.flow.key) != c {
			t.Fatalf("%v is not found by its key", c.flow.key)
		}
		f := &c.flow
		bytes := 0
		for i := range f.stream {
			st := &f.stream[i]
			at := st.next
			for _, h := range st.held {
				if h.off < at || h.n > len(h.buf) || h.n == 0 && h.cut == 0 {
					t.Fatalf("held [%d, %d) where [%d ... comes next", h.off, h.end(), at)
				}
				at = h.end()
				bytes += h.cost()
			}
			recorded += len(st.recent.ring)
		}
		if f.copies.many != nil {
			recorded += manyCopiesBytes
		}
		if bytes != f.bytes || bytes > a.limits.BufferedBytesPerConn || f.heldSegments() > a.limits.SegmentsPerConn {
			t.Fatalf("%d octets held, %d counted, %d segments", bytes, f.bytes, f.heldSegments())
		}
		if f.blocked() && f.waiting == 0 {
			t.Fatal("waits without a deadline")
		}
		buffered += bytes
	}
	if conns != a.conns.len {
		t.Fatalf("%d connections in the list, %d in the table", conns, a.conns.len)
	}
	kept := 0
	for _, r := range a.revivals {
		for _, s := range r.kept {
			kept += len(s.payload) + segmentOverhead
		}
	}
	if kept != int(a.revivalBytes) || len(a.revivals) > a.limits.Closed+a.limits.Conns {
		t.Fatalf("%d octets kept of %d connections, %d counted", kept, len(a.revivals), a.revivalBytes)
	}
	buffered += kept
	if buffered != int(a.stats.Buffered) || recorded != int(a.stats.Recent) ||
		buffered > a.limits.BufferedBytes || recorded > a.limits.RecentBytes || a.conns.len > a.limits.Conns {
		t.Fatalf("%d held, %d recorded, %d connections: %+v", buffered, recorded, a.conns.len, a.stats)
	}
	for kind, limit := range []int{a.limits.HalfOpen, a.limits.Closed, a.limits.Ignored} {
		if a.stubs.kinds[kind].len > limit {
			t.Fatalf("%d stubs of kind %d", a.stubs.kinds[kind].len, kind)
		}
	}
}

func FuzzAssembler(f *testing.F) {
	f.Add([]byte("\x00\x02\x00\x00\x00\x00\x00\x00\x01\x12\x00\x00\x00\x01\x00\x00\x20\x10\x00\x01\x00\x01\x05\x00\x20\x10\x00\x80\x00\x01\x05\x00\x21\x10\x00\x01\x02\x01\x05\x00"))
	f.Add([]byte("\x20\x10\x01\x00\x00\x00\x05\x01\x21\x10\x00\x01\x01\x20\x05\x01\x00\x01\x01\x14\x00\x20\x00\x01\x01\x04\x00\x20\x01\x14\x00\x0f"))
	f.Fuzz(func(t *testing.T, input []byte) {
		if len(input) == 0 {
			return
		}
		r := &auditor{t: t, conns: map[*Conn]*audit{}, seed: input[0]}
		a := NewAssembler(r, Rules{Ports: []uint16{25}}, fuzzLimits)
		s := segment{clock: fuzzClocks[int(input[0])%len(fuzzClocks)]}
		for ; len(input) >= 8; input = input[8:] {
			s = fuzzSegment(input, &s)
			a.segment(&s)
			a.checkBooks(t)
			if input[7]&0x30 == 0x30 {
				a.Advance(s.clock)
				a.checkBooks(t)
			}
		}
		a.Flush(s.clock)
		checkEmpty(t, a)
		if len(r.conns) != 0 {
			t.Fatalf("%d connections not closed", len(r.conns))
		}
	})
}

// A logger writes down the chunks of each connection, by its ports.
type logger map[uint16][]byte

func (l logger) Chunk(c *Chunk) {
	port := max(c.Conn.Client.Port(), c.Conn.Server.Port())
	l[port] = fmt.Appendf(l[port], "%d %d %d %d %d %x %d %d %d %+v\n", c.Kind, c.Dir, c.Time, c.Frame, c.Clock,
		c.Data, c.Missing, c.Reason, c.Conn.Initiator, c.Conn.Count)
}

// FuzzSteady checks that steady is but a faster way to the same end.
func FuzzSteady(f *testing.F) {
	f.Add([]byte("\x20\x10\x01\x00\x00\x00\x05\x01\x23\x10\x00\x01\x01\x20\x05\x01\x00\x01\x01\x14\x00\x20\x00\x01\x01\x04\x00\x20\x01\x14\x00\x0f"))
	f.Fuzz(func(t *testing.T, input []byte) {
		fast, slow := logger{}, logger{}
		a := NewAssembler(fast, Rules{Ports: []uint16{25}}, fuzzLimits)
		b := NewAssembler(slow, Rules{Ports: []uint16{25}}, fuzzLimits)
		s := segment{clock: 1e18}
		for ; len(input) >= 8; input = input[8:] {
			s = fuzzSegment(input, &s)
			a.segment(&s)
			b.general(b.arrive(&s), &s)
			if a.Stats() != b.Stats() {
				t.Fatalf("steady: %+v\ngeneral: %+v", a.Stats(), b.Stats())
			}
		}
		a.Flush(s.clock)
		b.Flush(s.clock)
		for port := range slow {
			if !bytes.Equal(fast[port], slow[port]) {
				t.Fatalf("port %d, steady:\n%s\ngeneral:\n%s", port, fast[port], slow[port])
			}
		}
	})
}

// FuzzSpread checks that it does not matter for a connection which others its
// Assembler has, and how often that is told the time.
func FuzzSpread(f *testing.F) {
	f.Add([]byte("\x20\x10\x01\x00\x00\x00\x05\x01\x23\x10\x00\x01\x01\x20\x05\x01\x00\x01\x01\x14\x00\x20\x00\x01\x01\x04\x00\x20\x01\x14\x00\x0f"))
	f.Fuzz(func(t *testing.T, input []byte) {
		limits := fuzzLimits
		limits.BufferedBytes, limits.RecentBytes = 0, 0
		limits.Conns, limits.HalfOpen, limits.Closed, limits.Ignored = 0, 0, 0, 0
		together, apart := logger{}, logger{}
		a := NewAssembler(together, Rules{Ports: []uint16{25}}, limits)
		alone := map[uint16]*Assembler{}
		s := segment{clock: 1e18}
		for ; len(input) >= 8; input = input[8:] {
			s = fuzzSegment(input, &s)
			port := max(s.key.port[0], s.key.port[1])
			if alone[port] == nil {
				alone[port] = NewAssembler(apart, Rules{Ports: []uint16{25}}, limits)
			}
			a.segment(&s)
			alone[port].segment(&s)
			if input[7]&0x30 == 0x30 {
				a.Advance(s.clock)
			}
		}
		a.Flush(s.clock)
		for port, one := range alone {
			one.Flush(s.clock)
			if !bytes.Equal(together[port], apart[port]) {
				t.Fatalf("port %d, together:\n%s\nalone:\n%s", port, together[port], apart[port])
			}
		}
	})
}
