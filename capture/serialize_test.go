package capture

import (
	"net"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// serialize returns the octets of the layers, with lengths filled in.
func serialize(tb testing.TB, ls ...gopacket.SerializableLayer) []byte {
	tb.Helper()
	buf := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true}, ls...); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

func ethernetLayer(next layers.EthernetType) *layers.Ethernet {
	return &layers.Ethernet{
		SrcMAC:       net.HardwareAddr{2, 0, 0, 0, 0, 1},
		DstMAC:       net.HardwareAddr{2, 0, 0, 0, 0, 2},
		EthernetType: next,
	}
}

func ipv4Layer(next layers.IPProtocol) *layers.IPv4 {
	return &layers.IPv4{
		Version: 4, TTL: 64, Id: 0x1234, Protocol: next,
		SrcIP: net.IP{192, 0, 2, 1}, DstIP: net.IP{198, 51, 100, 2},
	}
}

func ipv6Layer(next layers.IPProtocol) *layers.IPv6 {
	return &layers.IPv6{
		Version: 6, HopLimit: 64, NextHeader: next,
		SrcIP: net.ParseIP("2001:db8::1"), DstIP: net.ParseIP("2001:db8:1::2"),
	}
}

func tcpLayer(src, dst layers.TCPPort) *layers.TCP {
	return &layers.TCP{
		SrcPort: src, DstPort: dst, Seq: 0x01020304, Ack: 0x05060708, ACK: true, PSH: true, Window: 501,
		Options: []layers.TCPOption{
			{OptionType: layers.TCPOptionKindNop}, {OptionType: layers.TCPOptionKindNop},
			{OptionType: layers.TCPOptionKindTimestamps, OptionLength: 10, OptionData: []byte{1, 2, 3, 4, 5, 6, 7, 8}},
		},
	}
}

func udpLayer(dst layers.UDPPort) *layers.UDP {
	return &layers.UDP{SrcPort: 40000, DstPort: dst}
}

func payload(n int) gopacket.Payload {
	p := make(gopacket.Payload, n)
	for i := range p {
		p[i] = byte(i)
	}
	return p
}

var smtpPorts = Rules{Ports: []uint16{25, 465, 587, 2525}}

func packetOf(link LinkType, data []byte) Packet {
	return Packet{Data: data, WireLen: uint32(len(data)), Link: link, Frame: 1}
}
