package capture

import (
	"encoding/binary"
	"net"
	"testing"
)

// A transfer makes the packets of a mail without end: a segment of the client,
// the ACK of the server, and so on, as they leave a Selector.
type transfer struct {
	packets [2]Packet
	size    int
	sent    uint32
	count   int64
}

func newTransfer(tb testing.TB, size int) *transfer {
	tb.Helper()
	x := &transfer{size: size}
	s := NewSelector(smtpPorts)
	for i := range x.packets {
		ip, tcp, n := ipv4Layer(isTCP), tcpLayer(50000, 25), size
		if i == 1 {
			ip.SrcIP, ip.DstIP = net.IP(ip.DstIP), net.IP(ip.SrcIP)
			tcp, n = tcpLayer(25, 50000), 0
		}
		x.packets[i] = packetOf(LinkEthernet, serialize(tb, ethernetLayer(v4), ip, tcp, payload(n)))
		if !s.Select(&x.packets[i]) {
			tb.Fatal("not selected")
		}
	}
	return x
}

// next returns the next packet, in the place of the one before the last.
func (x *transfer) next() *Packet {
	const seq, ack = 4, 8 // in the TCP header
	p := &x.packets[x.count&1]
	tcp := p.Data[p.tcp.header:]
	if x.count&1 == 0 {
		binary.BigEndian.PutUint32(tcp[seq:], x.sent)
		binary.BigEndian.PutUint32(tcp[ack:], 1)
		x.sent += uint32(x.size)
	} else {
		binary.BigEndian.PutUint32(tcp[seq:], 1)
		binary.BigEndian.PutUint32(tcp[ack:], x.sent)
	}
	x.count++
	p.Frame, p.Time, p.Clock = x.count, x.count*1000, x.count*1000
	return p
}

// warmed returns an Assembler for which the transfer is in full flow.
func (x *transfer) warmed() *Assembler {
	a := NewAssembler(discard{}, smtpPorts, Limits{})
	for range 1000 {
		a.Packet(x.next())
	}
	return a
}

// TestPacketDoesNotAllocate: decoding and reassembling a packet in order takes
// no memory at all.
func TestPacketDoesNotAllocate(t *testing.T) {
	x := newTransfer(t, 1448)
	a := x.warmed()
	if allocs := testing.AllocsPerRun(10000, func() { a.Packet(x.next()) }); allocs != 0 {
		t.Errorf("%v allocations a packet", allocs)
	}
	if s := a.Stats(); s.Segments != x.count || s.Opened != 1 || s.Undecoded != 0 {
		t.Errorf("%+v", s)
	}
}

// BenchmarkPacket measures decoding and reassembling: segments in turns with
// their ACKs.
func BenchmarkPacket(b *testing.B) {
	x := newTransfer(b, 1448)
	a := x.warmed()
	b.ReportAllocs()
	b.SetBytes(int64(len(x.packets[0].Data)+len(x.packets[1].Data)) / 2)
	for b.Loop() {
		a.Packet(x.next())
	}
}
