package capture

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// about is ICMP of 203.0.113.9 that quotes the first octets of a packet; about6 is
// ICMPv6.
func about(t testing.TB, kind, code uint8, quoted []byte) []byte {
	ip := ipv4Layer(layers.IPProtocolICMPv4)
	ip.SrcIP, ip.DstIP = []byte{203, 0, 113, 9}, []byte{192, 0, 2, 1}
	return serialize(t, ethernetLayer(layers.EthernetTypeIPv4), ip, &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(kind, code)}, gopacket.Payload(quoted))
}

func about6(t testing.TB, kind, code uint8, quoted []byte) []byte {
	return serialize(t, ethernetLayer(layers.EthernetTypeIPv6), ipv6Layer(layers.IPProtocolICMPv6),
		&layers.ICMPv6{TypeCode: layers.CreateICMPv6TypeCode(kind, code)}, gopacket.Payload(slices.Concat(make([]byte, 4), quoted)))
}

func TestUnreachable(t *testing.T) {
	four := func(src, dst layers.UDPPort) []byte { return serialize(t, datagramLayers(src, dst, 40)...) }
	segment := serialize(t, ipv4Layer(layers.IPProtocolTCP), tcpLayer(50000, 88))
	options := ipv4Layer(layers.IPProtocolUDP)
	options.Options = []layers.IPv4Option{{OptionType: 1}, {OptionType: 1}, {OptionType: 1}, {OptionType: 1}}
	six := serialize(t, ipv6Layer(layers.IPProtocolUDP), &layers.UDP{SrcPort: 40000, DstPort: 88}, payload(40))
	tagged := serialize(t, ethernetLayer(layers.EthernetTypeDot1Q), &layers.Dot1Q{VLANIdentifier: 42, Type: layers.EthernetTypeIPv4}, gopacket.Payload(about(t, 3, 1, four(40000, 88))[14:]))
	const client, kdc, router = "192.0.2.1:40000", "198.51.100.2:88", "203.0.113.9"
	for _, test := range []struct {
		name              string
		data              []byte
		from, source, dst string // not kept, if empty
		tcp               bool
		code              uint8
	}{
		{"port unreachable", about(t, 3, 3, four(40000, 88)), router, client, kdc, false, 3},
		{"prohibited, of TCP", about(t, 3, 13, segment), router, "192.0.2.1:50000", kdc, true, 13},
		{"of passwords", about(t, 3, 3, four(40000, 464)), router, client, "198.51.100.2:464", false, 3},
		{"of a packet with options", about(t, 3, 3, serialize(t, options, &layers.UDP{SrcPort: 40000, DstPort: 88})), router, client, kdc, false, 3},
		{"the ports, and no more", about(t, 3, 3, four(40000, 88)[:24]), router, client, kdc, false, 3},
		{"behind a tag", tagged, router, client, kdc, false, 1},
		{"IPv6", about6(t, 1, 4, six), "2001:db8::1", "[2001:db8::1]:40000", "[2001:db8:1::2]:88", false, 4},
		{"to fragment is needed", about(t, 3, 4, four(40000, 88)), "", "", "", false, 0},
		{"of what a KDC sent", about(t, 3, 3, four(88, 40000)), "", "", "", false, 0},
		{"of mail", about(t, 3, 3, serialize(t, ipv4Layer(layers.IPProtocolTCP), tcpLayer(50000, 25))), "", "", "", false, 0},
		{"less than the ports", about(t, 3, 3, four(40000, 88)[:23]), "", "", "", false, 0},
		{"of nothing", about(t, 3, 3, nil), "", "", "", false, 0},
		{"echo", about(t, 8, 0, four(40000, 88)), "", "", "", false, 0},
		{"too big", about6(t, 2, 0, six), "", "", "", false, 0},
		{"IPv6, less than the ports", about6(t, 1, 4, six[:43]), "", "", "", false, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			kept := selectAll(NewSelector(withBeside), LinkEthernet, test.data)
			if len(kept) == 0 {
				if test.from != "" {
					t.Error("not kept")
				}
				return
			}
			if kept[0].lane != laneBeside || test.from == "" {
				t.Fatalf("lane %d", kept[0].lane)
			}
			want := Unreachable{From: netip.MustParseAddr(test.from), Source: netip.MustParseAddrPort(test.source), Destination: netip.MustParseAddrPort(test.dst), TCP: test.tcp, Code: test.code}
			if got, ok := kept[0].Unreachable(); !ok || got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
			if source, destination := kept[0].Ends(); source != want.Source || destination != want.Destination {
				t.Errorf("from %v to %v", source, destination)
			}
			what, _, _ := kept[0].Signal()
			if _, ok := kept[0].Datagram(); ok || what != NoSignal {
				t.Errorf("a datagram: %t, signal %d", ok, what)
			}
		})
	}
	if kept := selectAll(NewSelector(smtpPorts), LinkEthernet, about(t, 3, 3, four(40000, 88))); len(kept) != 0 {
		t.Error("kept, and nobody wants what is beside")
	}
}
