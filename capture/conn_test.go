package capture

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestSwap(t *testing.T) {
	// Neither port is known, so the higher one is taken for the client's.
	in := `
		S @0 "220 a0
		C @0 "EHLO a3
		+200ms
		S "250
		C "QUIT FIN
		S FIN
		C`
	for _, tt := range []struct {
		name string
		on   Kind
		want string
	}{
		{name: "on the Open", on: Open, want: "open S:220 C:EHLO S:250 C:QUIT C:end S:end close=fin"},
		{name: "on the first Data", on: Data, want: "open C:220 C:EHLO S:250 C:QUIT C:end S:end close=fin"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, swapped := new(transcript), false
			got.on = func(c *Chunk) {
				if c.Kind == tt.on && !swapped {
					swapped = true
					c.Conn.Swap()
				}
			}
			a := NewAssembler(got, Rules{}, Limits{})
			p := newScript(t, a)
			p.ends = [2]netip.AddrPort{netip.MustParseAddrPort("192.0.2.2:1000"), netip.MustParseAddrPort("192.0.2.1:2000")}
			p.run(in)
			if s := got.String(); s != tt.want {
				t.Errorf("got  %s\nwant %s", s, tt.want)
			}
			c := got.conns[0]
			if c.Client != p.ends[0] || c.Initiator != InitiatorGuessed ||
				c.Count[FromClient].Bytes != 8 || c.Count[FromServer].Bytes != 6 || c.Count[FromClient].Packets != 3 {
				t.Errorf("%+v", c)
			}
		})
	}
}

func TestClientGuessed(t *testing.T) {
	for _, tt := range []struct {
		name     string
		ports    []uint16
		from, to uint16
		client   uint16
	}{
		{name: "a server port to another", ports: []uint16{25, 587}, from: 25, to: 1000, client: 1000},
		{name: "another to a server port", ports: []uint16{25, 5870}, from: 1000, to: 5870, client: 1000},
		{name: "both are servers' ports", ports: []uint16{25, 587}, from: 25, to: 587, client: 587},
		{name: "neither is", from: 3000, to: 2000, client: 3000},
		{name: "the same", from: 3000, to: 3000, client: 3000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := new(transcript)
			a := NewAssembler(got, Rules{Ports: tt.ports}, Limits{})
			p := newScript(t, a)
			p.ends = [2]netip.AddrPort{
				netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), tt.from),
				netip.AddrPortFrom(netip.MustParseAddr("192.0.2.2"), tt.to),
			}
			p.run(`C @0 "x a0`)
			a.Flush(p.clock)
			if c := got.conns[0]; c.Client.Port() != tt.client || tt.from == tt.to && c.Client != p.ends[0] {
				t.Errorf("client %v", c.Client)
			}
		})
	}
}

func TestIgnore(t *testing.T) {
	got := new(transcript)
	got.on = func(c *Chunk) {
		if strings.HasPrefix(string(c.Data), "GET") {
			c.Conn.Ignore()
		}
	}
	a := NewAssembler(got, Rules{}, Limits{Idle: time.Minute})
	p := newScript(t, a)
	p.run(handshake + `
		C @7 "more a0
		C @0 "GET a0
		S "200
		C "GET
		+50s
		C "GET
		+50s
		S "200
		C FIN
		C isn=99 SYN
		S isn=100 SYN
		C
		C "EHLO`)
	if s := got.String(); s != "open C:GET open C:EHLO" {
		t.Error(s)
	}
	if s := a.Stats(); s.Ignored != 5 || s.Opened != 2 || s.Conns != 1 {
		t.Errorf("%+v", s)
	}
	a.Flush(p.clock)
	checkEmpty(t, a)
	if len(got.conns) != 1 {
		t.Errorf("%d closed", len(got.conns))
	}
}

// several runs scripts for several clients in turns, a line of each at a time.
func several(t *testing.T, a *Assembler, scripts ...string) *script {
	p := newScript(t, a)
	parts := make([]*script, len(scripts))
	lines := make([][]string, len(scripts))
	longest := 0
	for i, text := range scripts {
		q := *p
		q.ends[0] = netip.AddrPortFrom(testClient.Addr(), uint16(50000+i))
		parts[i] = &q
		for line := range strings.Lines(text) {
			lines[i] = append(lines[i], strings.TrimSpace(line))
		}
		longest = max(longest, len(lines[i]))
	}
	for n := range longest {
		for i, q := range parts {
			if n < len(lines[i]) && lines[i][n] != "" {
				q.clock, q.frame, q.fingerprint = p.clock, p.frame, p.fingerprint
				q.line(lines[i][n])
				p.clock, p.frame, p.fingerprint = q.clock, q.frame, q.fingerprint
			}
		}
	}
	return p
}

func TestLeastActiveGivesWay(t *testing.T) {
	got := new(transcript)
	a := NewAssembler(got, Rules{Ports: []uint16{25}}, Limits{Conns: 2})
	p := several(t, a,
		handshake+"C \"one\n\nC \"uno",
		handshake+"C \"two",
		"\n\n\n\n"+handshake+"C \"three")
	if s := got.String(); s != "open open C:one C:two C:uno close=limit open C:three" {
		t.Error(s)
	}
	if s := a.Stats(); s.ConnLimit != 1 || got.conns[0].Client.Port() != 50001 {
		t.Errorf("%+v", s)
	}
	a.Flush(p.clock)
	checkEmpty(t, a)
}

func TestBufferedBytesOfAll(t *testing.T) {
	got := new(transcript)
	a := NewAssembler(got, Rules{}, Limits{BufferedBytes: 5000})
	p := several(t, a,
		handshake+"C @5 \"a*1448 a0",
		handshake+"C @5 \"b*1448 a0",
		handshake+"C @5 \"c*1448 a0")
	if s := got.String(); s != "open open open C:gap=5 C:c*1448" {
		t.Error(s)
	}
	if s := a.Stats(); s.BytesLimit != 1 || s.Buffered > 5000 || s.Buffered == 0 {
		t.Errorf("%+v", s)
	}
	a.Flush(p.clock)
	checkEmpty(t, a)
}

// TestOrderOfCloses: at the end by first frame, when idle by time.
func TestOrderOfCloses(t *testing.T) {
	scripts := []string{
		handshake + "C \"one\n\nC \"uno",
		handshake + "C \"two",
		handshake + "C \"three\n\n\nC \"tre",
	}
	for _, tt := range []struct {
		name string
		end  func(a *Assembler, clock int64)
		want []uint16
	}{
		{name: "end of input", end: (*Assembler).Flush, want: []uint16{50000, 50001, 50002}},
		{name: "idle", want: []uint16{50001, 50000, 50002}, end: func(a *Assembler, clock int64) {
			a.Advance(clock + int64(time.Hour))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := new(transcript)
			a := NewAssembler(got, Rules{}, Limits{})
			p := several(t, a, scripts...)
			tt.end(a, p.clock)
			for i, port := range tt.want {
				if i >= len(got.conns) || got.conns[i].Client.Port() != port {
					t.Fatalf("connection %d: %+v", i, got.conns)
				}
			}
		})
	}
}

// TestClockOfDeadlines: what a deadline causes bears the deadline's time,
// however late the assembler is told.
func TestClockOfDeadlines(t *testing.T) {
	var at []int64
	got := new(transcript)
	got.on = func(c *Chunk) {
		if c.Kind == Gap || c.Kind == Close {
			at = append(at, c.Clock)
		}
	}
	a := NewAssembler(got, Rules{}, Limits{ReorderTime: 100 * time.Millisecond, Idle: time.Minute})
	p := newScript(t, a)
	p.run(handshake + `S a50`)
	acked := p.clock
	a.Advance(acked + int64(time.Hour))
	want := []int64{acked + int64(100*time.Millisecond), acked + int64(time.Minute) + 1}
	if len(at) != 2 || at[0] != want[0] || at[1] != want[1] {
		t.Errorf("at %d, want %d", at, want)
	}
}

// TestHandshakeSeen: what a Conn says about the opening.
func TestHandshakeSeen(t *testing.T) {
	for _, tt := range []struct {
		name      string
		in        string
		handshake Handshake
		initiator Initiator
		first     int64
		packets   [2]int64
	}{
		{name: "both", in: handshake + "C \"x", handshake: HandshakeSYNACK, initiator: InitiatorSeen, first: 1, packets: [2]int64{3, 1}},
		{name: "the SYN", in: "C SYN\nC a0\nC \"x", handshake: HandshakeSYN, initiator: InitiatorSeen, first: 1, packets: [2]int64{3, 0}},
		{name: "the SYN+ACK", in: "S SYN\nC a0 @0\nS \"x", handshake: HandshakeSYNACK, initiator: InitiatorSeen, first: 1, packets: [2]int64{1, 2}},
		{name: "neither", in: "C a7\nS @7 \"x a0\nC", handshake: HandshakeUnseen, initiator: InitiatorGuessed, first: 2, packets: [2]int64{1, 1}},
		{name: "the SYN+ACK, late", in: "S @0 \"x a0\nS SYN\nC @0", handshake: HandshakeSYNACK, initiator: InitiatorSeen, first: 1, packets: [2]int64{1, 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := new(transcript)
			a := NewAssembler(got, Rules{}, Limits{})
			p := newScript(t, a)
			p.ends[0] = netip.AddrPortFrom(testClient.Addr(), 1) // a wrong guess
			p.run(tt.in)
			a.Flush(p.clock)
			c := got.conns[0]
			packets := [2]int64{c.Count[0].Packets, c.Count[1].Packets}
			if tt.initiator == InitiatorGuessed {
				packets[0], packets[1] = packets[1], packets[0]
			}
			if c.Handshake != tt.handshake || c.Initiator != tt.initiator || c.First != tt.first || packets != tt.packets ||
				(c.Client == p.ends[0]) != (tt.initiator == InitiatorSeen) {
				t.Errorf("%+v", c)
			}
		})
	}
}
