package capture

import (
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

func benchmarkSelect(b *testing.B, link LinkType, want bool, data []byte) {
	s := NewSelector(smtpPorts)
	p := packetOf(link, data)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		q := p
		if s.Select(&q) != want {
			b.Fatal("selected otherwise")
		}
	}
}

func BenchmarkSelectUnwanted(b *testing.B) {
	const v4, v6 = layers.EthernetTypeIPv4, layers.EthernetTypeIPv6
	const tcp, udp = layers.IPProtocolTCP, layers.IPProtocolUDP
	web := tcpLayer(50000, 443)
	for _, bench := range []struct {
		name   string
		link   LinkType
		layers []gopacket.SerializableLayer
	}{
		{"ipv4-tcp", LinkEthernet, []gopacket.SerializableLayer{ethernetLayer(v4), ipv4Layer(tcp), web}},
		{"ipv6-tcp", LinkEthernet, []gopacket.SerializableLayer{ethernetLayer(v6), ipv6Layer(tcp), web}},
		{"ipv4-udp", LinkEthernet, []gopacket.SerializableLayer{ethernetLayer(v4), ipv4Layer(udp), udpLayer(443)}},
		{"vlan", LinkEthernet, []gopacket.SerializableLayer{ethernetLayer(layers.EthernetTypeDot1Q), &layers.Dot1Q{VLANIdentifier: 42, Type: v4}, ipv4Layer(tcp), web}},
		{"qinq", LinkEthernet, []gopacket.SerializableLayer{ethernetLayer(layers.EthernetTypeQinQ), &layers.Dot1Q{VLANIdentifier: 42, Type: layers.EthernetTypeDot1Q}, &layers.Dot1Q{VLANIdentifier: 43, Type: v4}, ipv4Layer(tcp), web}},
		{"arp", LinkEthernet, []gopacket.SerializableLayer{ethernetLayer(layers.EthernetTypeARP)}},
		{"sll2", LinkSLL2, []gopacket.SerializableLayer{octets("0800 0000 00000002 0001 00 06 020000000001 0000"), ipv4Layer(tcp), web}},
		{"null", LinkNull, []gopacket.SerializableLayer{octets("02000000"), ipv4Layer(tcp), web}},
		{"raw", LinkRaw, []gopacket.SerializableLayer{ipv4Layer(tcp), web}},
		{"vxlan", LinkEthernet, []gopacket.SerializableLayer{ethernetLayer(v4), ipv4Layer(udp), udpLayer(4789), &layers.VXLAN{ValidIDFlag: true}, ethernetLayer(v4), ipv4Layer(tcp), web}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			benchmarkSelect(b, bench.link, false, serialize(b, append(bench.layers, payload(1200))...))
		})
	}
}

func BenchmarkSelectWanted(b *testing.B) {
	mail := tcpLayer(50000, 25)
	b.Run("ipv4", func(b *testing.B) {
		benchmarkSelect(b, LinkEthernet, true, serialize(b, ethernetLayer(layers.EthernetTypeIPv4), ipv4Layer(layers.IPProtocolTCP), mail, payload(1448)))
	})
	b.Run("ipv6", func(b *testing.B) {
		benchmarkSelect(b, LinkEthernet, true, serialize(b, ethernetLayer(layers.EthernetTypeIPv6), ipv6Layer(layers.IPProtocolTCP), mail, payload(1428)))
	})
	b.Run("gre", func(b *testing.B) {
		benchmarkSelect(b, LinkEthernet, true, serialize(b, ethernetLayer(layers.EthernetTypeIPv4), ipv4Layer(layers.IPProtocolGRE),
			&layers.GRE{Protocol: layers.EthernetTypeIPv4}, ipv4Layer(layers.IPProtocolTCP), mail, payload(1400)))
	})
}

func BenchmarkDecode(b *testing.B) {
	data := serialize(b, ethernetLayer(layers.EthernetTypeIPv4), ipv4Layer(layers.IPProtocolTCP), tcpLayer(50000, 25), payload(1448))
	p := packetOf(LinkEthernet, data)
	if !NewSelector(smtpPorts).Select(&p) {
		b.Fatal("not selected")
	}
	var s segment
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if !decode(&p, &s) {
			b.Fatal("not decoded")
		}
	}
}
