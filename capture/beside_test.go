package capture

import (
	"bytes"
	"net/netip"
	"slices"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

var withBeside = Rules{Ports: smtpPorts.Ports, Beside: true}

// segmentOf is a frame of TCP between two ports.
func segmentOf(t testing.TB, src, dst layers.TCPPort) []byte {
	return serialize(t, ethernetLayer(layers.EthernetTypeIPv4), ipv4Layer(layers.IPProtocolTCP), tcpLayer(src, dst), payload(9))
}

// datagramLayers are those of UDP between two ports, behind IPv4.
func datagramLayers(src, dst layers.UDPPort, octets int) []gopacket.SerializableLayer {
	return []gopacket.SerializableLayer{ipv4Layer(layers.IPProtocolUDP), &layers.UDP{SrcPort: src, DstPort: dst}, payload(octets)}
}

func datagramOf(t testing.TB, src, dst layers.UDPPort) []byte {
	return serialize(t, append([]gopacket.SerializableLayer{ethernetLayer(layers.EthernetTypeIPv4)}, datagramLayers(src, dst, 40)...)...)
}

func TestLanes(t *testing.T) {
	anyPort := Rules{Ports: smtpPorts.Ports, AnyPort: true, Beside: true}
	ports88 := Rules{Ports: []uint16{25, 88}, Beside: true}
	const none = lane(0xff)
	for _, test := range []struct {
		name  string
		rules Rules
		data  []byte
		want  lane
	}{
		{"mail", withBeside, segmentOf(t, 50000, 587), laneConnection},
		{"a KDC", withBeside, segmentOf(t, 50000, 88), laneBeside},
		{"its answer", withBeside, segmentOf(t, 88, 50000), laneBeside},
		{"passwords", withBeside, segmentOf(t, 50000, 464), laneBeside},
		{"a name server", withBeside, segmentOf(t, 50000, 53), laneBeside},
		{"mail from a port of Kerberos'", withBeside, segmentOf(t, 88, 25), laneConnection},
		{"neither", withBeside, segmentOf(t, 50000, 443), none},
		{"nobody wants what is beside", smtpPorts, segmentOf(t, 50000, 88), none},
		{"any port", anyPort, segmentOf(t, 50000, 443), laneConnection},
		{"any port, and Kerberos", anyPort, segmentOf(t, 50000, 88), laneBoth},
		{"port 88 is said to be mail's", ports88, segmentOf(t, 50000, 88), laneConnection},

		{"Kerberos by UDP", withBeside, datagramOf(t, 40000, 88), laneBeside},
		{"its answer by UDP", withBeside, datagramOf(t, 88, 40000), laneBeside},
		{"passwords by UDP", withBeside, datagramOf(t, 40000, 464), laneBeside},
		{"a question", withBeside, datagramOf(t, 40000, 53), laneBeside},
		{"an answer", withBeside, datagramOf(t, 53, 40000), laneBeside},
		{"an answer to a port of tunnels'", withBeside, datagramOf(t, 88, 37008), laneBeside},
		{"multicast DNS", withBeside, datagramOf(t, 5353, 5353), laneBeside},
		{"LLMNR, the answer", withBeside, datagramOf(t, 5355, 40000), laneBeside},
		{"LLMNR, the question", withBeside, datagramOf(t, 40000, 5355), none},
		{"other UDP", withBeside, datagramOf(t, 40000, 123), none},
		{"nobody wants datagrams", smtpPorts, datagramOf(t, 40000, 88), none},
		{"any port of TCP", Rules{AnyPort: true}, datagramOf(t, 40000, 88), none},
		{"port 88 is said to be mail's, which is TCP", ports88, datagramOf(t, 40000, 88), laneBeside},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, p, got := NewSelector(test.rules), packetOf(LinkEthernet, test.data), none
			dismissed := s.dismisses(LinkEthernet, test.data)
			if s.Select(&p) {
				got = p.lane
			}
			if got != test.want {
				t.Errorf("lane %d, want %d", got, test.want)
			}
			if dismissed != (test.want == none) {
				t.Errorf("dismissed by its headers: %t", dismissed)
			}
		})
	}
}

// checkDatagram checks that a packet was kept, and what it carries.
func checkDatagram(t *testing.T, p *Packet, source string, octets int) {
	t.Helper()
	d, ok := p.Datagram()
	if !ok || p.lane != laneBeside {
		t.Fatalf("no datagram, lane %d", p.lane)
	}
	if d.Source != netip.MustParseAddrPort(source) || d.Destination.Port() != 88 || !bytes.Equal(d.Payload, payload(octets)) {
		t.Errorf("%v to %v, %d octets: % x", d.Source, d.Destination, len(d.Payload), d.Payload)
	}
}

func TestDatagram(t *testing.T) {
	four := datagramLayers(40000, 88, 40)
	six := []gopacket.SerializableLayer{ipv6Layer(layers.IPProtocolUDP), &layers.UDP{SrcPort: 40000, DstPort: 88}, payload(40)}
	behind := func(first ...gopacket.SerializableLayer) []byte { return serialize(t, append(first, four...)...) }
	outer := ipv4Layer(layers.IPProtocolUDP)
	outer.SrcIP = []byte{10, 0, 0, 1}
	vxlan := &layers.VXLAN{ValidIDFlag: true, VNI: 7}
	long := datagramOf(t, 40000, 88)
	long[14+20+4], long[14+20+5] = 0xff, 0xff // its length
	short := datagramOf(t, 40000, 88)
	short[14+20+4], short[14+20+5] = 0, 7
	for _, test := range []struct {
		name   string
		link   LinkType
		data   []byte
		source string
	}{
		{"Ethernet", LinkEthernet, behind(ethernetLayer(layers.EthernetTypeIPv4)), "192.0.2.1:40000"},
		{"padding", LinkEthernet, append(behind(ethernetLayer(layers.EthernetTypeIPv4)), 1, 2, 3, 4), "192.0.2.1:40000"},
		{"VLAN", LinkEthernet, behind(ethernetLayer(layers.EthernetTypeDot1Q), &layers.Dot1Q{VLANIdentifier: 42, Type: layers.EthernetTypeIPv4}), "192.0.2.1:40000"},
		{"no link header", LinkRaw, behind(), "192.0.2.1:40000"},
		{"IPv6", LinkRaw, serialize(t, six...), "[2001:db8::1]:40000"},
		{"VXLAN", LinkRaw, behind(outer, udpLayer(4789), vxlan, ethernetLayer(layers.EthernetTypeIPv4)), "192.0.2.1:40000"},
		{"a length beyond the packet", LinkEthernet, long, "192.0.2.1:40000"},
		{"a length that cannot be", LinkEthernet, short, "192.0.2.1:40000"},
	} {
		t.Run(test.name, func(t *testing.T) {
			kept := selectAll(NewSelector(withBeside), test.link, test.data)
			if len(kept) != 1 {
				t.Fatalf("%d kept", len(kept))
			}
			checkDatagram(t, &kept[0], test.source, 40)
		})
	}
}

// A datagram may be cut at every octet: what is left of it is handed on.
func TestCutDatagrams(t *testing.T) {
	whole := datagramOf(t, 40000, 88)
	const headers = 14 + 20 + udpHeaderLen
	for n := range whole {
		p := packetOf(LinkEthernet, slices.Clip(whole[:n:n]))
		p.WireLen = uint32(len(whole))
		kept := NewSelector(withBeside).Select(&p)
		if kept != (n >= headers) {
			t.Fatalf("%d octets: kept %t", n, kept)
		}
		if kept {
			checkDatagram(t, &p, "192.0.2.1:40000", n-headers)
		}
	}
}

// TestDatagramOfFragments: a ticket with many groups is longer than a packet.
func TestDatagramOfFragments(t *testing.T) {
	const octets = 4000
	whole4 := serialize(t, datagramLayers(40000, 88, octets)...)
	whole6 := serialize(t, ipv6Layer(layers.IPProtocolUDP), &layers.UDP{SrcPort: 40000, DstPort: 88}, payload(octets))
	var parts4, parts6 [][]byte
	for _, c := range cuts(octets+udpHeaderLen, 1400) {
		parts4, parts6 = append(parts4, fragmentOf4(whole4, 7, c)), append(parts6, fragmentOf6(whole6, 7, c))
	}
	for _, test := range []struct {
		name, source string
		parts        [][]byte
	}{{"IPv4", "192.0.2.1:40000", parts4}, {"IPv6", "[2001:db8::1]:40000", parts6}} {
		t.Run(test.name, func(t *testing.T) {
			slices.Reverse(test.parts) // as some systems send them
			kept := selectAll(NewSelector(withBeside), LinkRaw, test.parts...)
			if len(kept) != 1 || kept[0].Frame != int64(len(test.parts)) {
				t.Fatalf("%d kept", len(kept))
			}
			checkDatagram(t, &kept[0], test.source, octets)
			if lost := selectAll(NewSelector(withBeside), LinkRaw, test.parts[1:]...); len(lost) != 0 {
				t.Errorf("%d kept of a datagram with a hole", len(lost))
			}
		})
	}
}

func TestSignal(t *testing.T) {
	for _, test := range []struct {
		name          string
		syn, ack, rst bool
		want          Signal
	}{
		{"SYN", true, false, false, Attempted},
		{"SYN and ACK", true, true, false, Answered},
		{"RST", false, false, true, Reset},
		{"RST and ACK", false, true, true, Reset},
		{"ACK", false, true, false, NoSignal},
	} {
		t.Run(test.name, func(t *testing.T) {
			tcp := tcpLayer(50000, 88)
			tcp.SYN, tcp.ACK, tcp.RST = test.syn, test.ack, test.rst
			kept := selectAll(NewSelector(withBeside), LinkRaw, serialize(t, ipv4Layer(layers.IPProtocolTCP), tcp))
			if len(kept) != 1 {
				t.Fatalf("%d kept", len(kept))
			}
			what, source, destination := kept[0].Signal()
			if what != test.want || source.Port() != 50000 || destination.Port() != 88 {
				t.Errorf("%d from %v to %v", what, source, destination)
			}
			if _, ok := kept[0].Datagram(); ok {
				t.Error("a datagram")
			}
		})
	}
	datagram := selectAll(NewSelector(withBeside), LinkEthernet, datagramOf(t, 40000, 88))
	if what, _, _ := datagram[0].Signal(); what != NoSignal {
		t.Errorf("a datagram's signal: %d", what)
	}
}

// TestBesideOrder: each way of a batch has its packets in the order of the input,
// and what goes both ways is in both.
func TestBesideOrder(t *testing.T) {
	s := NewSelector(Rules{Ports: smtpPorts.Ports, AnyPort: true, Beside: true})
	var pool batchPool
	owner := &blockPool{}
	b := pool.get()
	bl := owner.adopt(nil)
	for i, data := range [][]byte{
		segmentOf(t, 50000, 25), datagramOf(t, 40000, 88), segmentOf(t, 50001, 88), segmentOf(t, 50002, 443),
		datagramOf(t, 40000, 123), datagramOf(t, 53, 40000), segmentOf(t, 50000, 25),
	} {
		p := b.slot()
		*p = packetOf(LinkEthernet, data)
		p.Frame = int64(i + 1)
		if s.Select(p) {
			b.keep(bl)
		}
	}
	frames := func(packets []Packet) (all []int64) {
		for i := range packets {
			all = append(all, packets[i].Frame)
		}
		return all
	}
	if got := frames(b.slots[:b.kept]); !slices.Equal(got, []int64{1, 3, 4, 7}) {
		t.Errorf("connections: %v", got)
	}
	if got := frames(b.beside); !slices.Equal(got, []int64{2, 3, 6}) {
		t.Errorf("beside: %v", got)
	}
	b.recycle()
	if len(b.beside) != 0 || b.kept != 0 {
		t.Errorf("%d and %d after recycling", b.kept, len(b.beside))
	}
}
