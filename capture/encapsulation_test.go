package capture

import (
	"encoding/hex"
	"slices"
	"strings"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// octets makes a layer of hexadecimal digits, for headers that gopacket cannot write.
func octets(digits string) gopacket.Payload {
	raw, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	if err != nil {
		panic(err)
	}
	return raw
}

type stack = []gopacket.SerializableLayer

func on(outer stack, inner ...gopacket.SerializableLayer) stack {
	return append(slices.Clip(outer), inner...)
}

const (
	v4, v6 = layers.EthernetTypeIPv4, layers.EthernetTypeIPv6
	isTCP  = layers.IPProtocolTCP
	isUDP  = layers.IPProtocolUDP
	isGRE  = layers.IPProtocolGRE
)

// mail4 and mail6 are what every case below carries.
func mail4() stack { return stack{ipv4Layer(isTCP), tcpLayer(50000, 25), payload(33)} }
func mail6() stack { return stack{ipv6Layer(isTCP), tcpLayer(50000, 25), payload(33)} }

// extended6 is mail6 with the extension headers given, the first of which is
// of the given protocol.
func extended6(first layers.IPProtocol, extensions string) stack {
	return stack{ipv6Layer(first), octets(extensions), tcpLayer(50000, 25), payload(33)}
}

type encapsulation struct {
	name   string
	link   LinkType
	layers stack
	l3     int
	vlan   uint16
}

func encapsulations() []encapsulation {
	ether := func(t layers.EthernetType, inner ...stack) stack {
		return slices.Concat(append([]stack{{ethernetLayer(t)}}, inner...)...)
	}
	tag := func(id uint16, t layers.EthernetType) stack {
		return stack{&layers.Dot1Q{VLANIdentifier: id, Type: t}}
	}
	outerUDP := func(port layers.UDPPort) stack {
		return on(ether(v4), ipv4Layer(isUDP), udpLayer(port))
	}
	gre := func(g layers.GRE) stack { return on(ether(v4), ipv4Layer(isGRE), &g) }
	withOptions := ipv4Layer(isTCP)
	withOptions.Options = []layers.IPv4Option{{OptionType: 148, OptionLength: 4, OptionData: []byte{0, 0}}}
	mac := "020000000002 020000000001"
	return []encapsulation{
		{name: "Ethernet, IPv4", link: LinkEthernet, layers: ether(v4, mail4()), l3: 14},
		{name: "Ethernet, IPv6", link: LinkEthernet, layers: ether(v6, mail6()), l3: 14},
		{name: "IPv4 options", link: LinkEthernet, layers: on(ether(v4), withOptions, tcpLayer(50000, 25), payload(33)), l3: 14},
		{name: "802.1Q", link: LinkEthernet, layers: ether(layers.EthernetTypeDot1Q, tag(42, v4), mail4()), l3: 18, vlan: 42},
		{name: "802.1Q, IPv6", link: LinkEthernet, layers: ether(layers.EthernetTypeDot1Q, tag(42, v6), mail6()), l3: 18, vlan: 42},
		{name: "802.1Q twice", link: LinkEthernet, layers: ether(layers.EthernetTypeDot1Q, tag(42, layers.EthernetTypeDot1Q), tag(43, v4), mail4()), l3: 22, vlan: 42},
		{name: "802.1Q priority only", link: LinkEthernet, layers: ether(layers.EthernetTypeDot1Q, tag(0, layers.EthernetTypeDot1Q), tag(43, v4), mail4()), l3: 22, vlan: 43},
		{name: "802.1ad", link: LinkEthernet, layers: ether(layers.EthernetTypeQinQ, tag(100, layers.EthernetTypeDot1Q), tag(7, v6), mail6()), l3: 22, vlan: 100},
		{name: "QinQ 0x9100", link: LinkEthernet, layers: ether(0x9100, tag(100, layers.EthernetTypeDot1Q), tag(7, v4), mail4()), l3: 22, vlan: 100},
		{name: "MPLS", link: LinkEthernet, layers: on(ether(layers.EthernetTypeMPLSUnicast, stack{octets("00064040 00065140")}), mail4()...), l3: 22},
		{name: "MPLS multicast, IPv6", link: LinkEthernet, layers: on(ether(layers.EthernetTypeMPLSMulticast, stack{octets("00065140")}), mail6()...), l3: 18},
		{name: "MPLS pseudowire with control word", link: LinkEthernet, layers: ether(layers.EthernetTypeMPLSUnicast, stack{octets("00065140 00000000")}, ether(v4, mail4())), l3: 36},
		{name: "MPLS pseudowire without", link: LinkEthernet, layers: ether(layers.EthernetTypeMPLSUnicast, stack{octets("00065140")}, ether(v6, mail6())), l3: 32},
		{name: "MPLS pseudowire to an address that looks like IPv4", link: LinkEthernet, layers: ether(layers.EthernetTypeMPLSUnicast, stack{octets("00065140 46aabbccddee 020000000001 0800")}, mail4()), l3: 32},
		{name: "PPPoE", link: LinkEthernet, layers: ether(layers.EthernetTypePPPoESession, stack{octets("11 00 0001 0059 0021")}, mail4()), l3: 22},
		{name: "PPPoE, IPv6, short protocol", link: LinkEthernet, layers: ether(layers.EthernetTypePPPoESession, stack{octets("11 00 0001 0059 57")}, mail6()), l3: 21},
		{name: "LLC/SNAP", link: LinkEthernet, layers: on(stack{octets(mac + "0065 aaaa03 000000 0800")}, mail4()...), l3: 22},
		{name: "LLC with IP's SAP", link: LinkEthernet, layers: on(stack{octets(mac + "0060 060603")}, mail4()...), l3: 17},
		{name: "PPP", link: LinkPPP, layers: on(stack{octets("0021")}, mail4()...), l3: 2},
		{name: "PPP framed", link: LinkPPP, layers: on(stack{octets("ff03 0057")}, mail6()...), l3: 4},
		{name: "PPP serial", link: linkPPPSerial, layers: on(stack{octets("ff03 21")}, mail4()...), l3: 3},
		{name: "PPPoE link", link: linkPPPoE, layers: on(stack{octets("11 00 0001 0059 0021")}, mail4()...), l3: 8},
		{name: "Cisco HDLC", link: linkCiscoHDLC, layers: on(stack{octets("0f00 0800")}, mail4()...), l3: 4},
		{name: "Cisco HDLC as PPP", link: LinkPPP, layers: on(stack{octets("8f00 86dd")}, mail6()...), l3: 4},
		{name: "Linux cooked", link: LinkSLL, layers: on(stack{octets("0000 0001 0006 020000000001 0000 0800")}, mail4()...), l3: 16},
		{name: "Linux cooked, tag", link: LinkSLL, layers: on(stack{octets("0000 0001 0006 020000000001 0000 8100 002a 86dd")}, mail6()...), l3: 20, vlan: 42},
		{name: "Linux cooked, LLC", link: LinkSLL, layers: on(stack{octets("0000 0001 0006 020000000001 0000 0004 aaaa03 000000 0800")}, mail4()...), l3: 24},
		{name: "Linux cooked v2", link: LinkSLL2, layers: on(stack{octets("0800 0000 00000002 0001 00 06 020000000001 0000")}, mail4()...), l3: 20},
		{name: "Linux cooked v2, loopback, IPv6", link: LinkSLL2, layers: on(stack{octets("86dd 0000 00000001 0304 00 06 000000000000 0000")}, mail6()...), l3: 20},
		{name: "Null, little-endian", link: LinkNull, layers: on(stack{octets("02000000")}, mail4()...), l3: 4},
		{name: "Null, big-endian", link: LinkNull, layers: on(stack{octets("00000002")}, mail4()...), l3: 4},
		{name: "Null, Darwin IPv6", link: LinkNull, layers: on(stack{octets("1e000000")}, mail6()...), l3: 4},
		{name: "Null, Npcap IPv6", link: LinkNull, layers: on(stack{octets("18000000")}, mail6()...), l3: 4},
		{name: "Loop, FreeBSD IPv6", link: LinkLoop, layers: on(stack{octets("0000001c")}, mail6()...), l3: 4},
		{name: "Raw, IPv4", link: LinkRaw, layers: mail4()},
		{name: "Raw, IPv6", link: LinkRaw, layers: mail6()},
		{name: "Raw by DLT 12", link: linkRawBSD, layers: mail4()},
		{name: "Raw by DLT 14", link: linkRawOpen, layers: mail6()},
		{name: "IPv4 link", link: LinkIPv4, layers: mail4()},
		{name: "IPv6 link", link: LinkIPv6, layers: mail6()},
		{name: "hop-by-hop, routing, destination", link: LinkIPv6, layers: extended6(0, "2b00010400000000 3c00000000000000 0600010400000000")},
		{name: "mobility, HIP, shim6", link: LinkIPv6, layers: extended6(135, "8b00010400000000 8c00000000000000 0600010400000000")},
		{name: "long extension header", link: LinkIPv6, layers: extended6(60, "0602"+strings.Repeat("00", 22))},
		{name: "authentication header, IPv6", link: LinkIPv6, layers: extended6(51, "0604 0000 00000001 00000001 000000000000000000000000")},
		{name: "authentication header, IPv4", link: LinkIPv4, layers: stack{ipv4Layer(51), octets("0604 0000 00000001 00000001 000000000000000000000000"), tcpLayer(50000, 25), payload(33)}},
		{name: "atomic fragment", link: LinkIPv6, layers: extended6(44, "0600 0000 01020304")},
		{name: "atomic fragment with reserved bits", link: LinkIPv6, layers: extended6(44, "06ff 0006 01020304")},
		{name: "IPv4 in IPv4", link: LinkEthernet, layers: ether(v4, stack{ipv4Layer(4)}, mail4()), l3: 34},
		{name: "IPv6 in IPv4", link: LinkEthernet, layers: ether(v4, stack{ipv4Layer(41)}, mail6()), l3: 34},
		{name: "IPv4 in IPv6", link: LinkEthernet, layers: ether(v6, stack{ipv6Layer(4)}, mail4()), l3: 54},
		{name: "IPv6 in IPv6", link: LinkEthernet, layers: ether(v6, stack{ipv6Layer(41)}, mail6()), l3: 54},
		{name: "seven IPv4 around", link: LinkRaw, layers: append(stack{ipv4Layer(4), ipv4Layer(4), ipv4Layer(4), ipv4Layer(4), ipv4Layer(4), ipv4Layer(4), ipv4Layer(4)}, mail4()...), l3: 140},
		{name: "GRE", link: LinkEthernet, layers: on(gre(layers.GRE{Protocol: v4}), mail4()...), l3: 38},
		{name: "GRE with checksum, key, sequence", link: LinkEthernet, layers: on(gre(layers.GRE{Protocol: v6, ChecksumPresent: true, KeyPresent: true, SeqPresent: true}), mail6()...), l3: 50},
		{name: "NVGRE", link: LinkEthernet, layers: on(gre(layers.GRE{Protocol: 0x6558, KeyPresent: true}), ether(layers.EthernetTypeDot1Q, tag(9, v4), mail4())...), l3: 60, vlan: 9},
		{name: "MPLS in GRE", link: LinkEthernet, layers: on(gre(layers.GRE{Protocol: 0x8847}), on(stack{octets("00065140")}, mail4()...)...), l3: 42},
		{name: "ERSPAN I", link: LinkEthernet, layers: on(gre(layers.GRE{Protocol: 0x88be}), ether(v4, mail4())...), l3: 52},
		{name: "ERSPAN II", link: LinkEthernet, layers: on(gre(layers.GRE{Protocol: 0x88be, SeqPresent: true}), on(stack{octets("1017 0001 00000000")}, ether(v4, mail4())...)...), l3: 64, vlan: 23},
		{name: "ERSPAN III", link: LinkEthernet, layers: on(gre(layers.GRE{Protocol: 0x22eb, SeqPresent: true}), on(stack{octets("2017 0001 00000000 0000 0000")}, ether(v4, mail4())...)...), l3: 68, vlan: 23},
		{name: "ERSPAN III with subheader", link: LinkEthernet, layers: on(gre(layers.GRE{Protocol: 0x22eb, SeqPresent: true}), on(stack{octets("2000 0001 00000000 0000 0001 0000000000000000")}, ether(v6, mail6())...)...), l3: 76},
		{name: "VXLAN", link: LinkEthernet, layers: on(outerUDP(4789), on(stack{&layers.VXLAN{ValidIDFlag: true, VNI: 77}}, ether(v4, mail4())...)...), l3: 64},
		{name: "VXLAN on Linux's port", link: LinkEthernet, layers: on(outerUDP(8472), on(stack{&layers.VXLAN{ValidIDFlag: true, VNI: 77}}, ether(layers.EthernetTypeDot1Q, tag(5, v6), mail6())...)...), l3: 68, vlan: 5},
		{name: "VXLAN over IPv6", link: LinkEthernet, layers: on(ether(v6), on(stack{ipv6Layer(isUDP), udpLayer(4789), &layers.VXLAN{ValidIDFlag: true}}, ether(v4, mail4())...)...), l3: 84},
		{name: "Geneve", link: LinkEthernet, layers: on(outerUDP(6081), on(stack{octets("0000 6558 00004d00")}, ether(v4, mail4())...)...), l3: 64},
		{name: "Geneve with options, IP inside", link: LinkEthernet, layers: on(outerUDP(6081), on(stack{octets("0240 86dd 00004d00 0101 80 01 00000000")}, mail6()...)...), l3: 58},
		{name: "GTP-U", link: LinkEthernet, layers: on(outerUDP(2152), on(stack{octets("30 ff 005d 00000001")}, mail4()...)...), l3: 50},
		{name: "GTP-U with sequence", link: LinkEthernet, layers: on(outerUDP(2152), on(stack{octets("32 ff 0061 00000001 00010000")}, mail4()...)...), l3: 54},
		{name: "GTP-U with extension headers", link: LinkEthernet, layers: on(outerUDP(2152), on(stack{octets("34 ff 0069 00000001 00000085 01 1001 c0 01 0000 00")}, mail6()...)...), l3: 62},
		{name: "PPTP", link: LinkEthernet, layers: on(ether(v4), on(stack{ipv4Layer(isGRE), octets("3001 880b 0057 0001 00000005 ff03 0021")}, mail4()...)...), l3: 50},
		{name: "PPTP with acknowledgement, short protocol", link: LinkEthernet, layers: on(ether(v4), on(stack{ipv4Layer(isGRE), octets("3081 880b 0057 0001 00000005 00000004 57")}, mail6()...)...), l3: 51},
		{name: "EtherIP", link: LinkEthernet, layers: on(ether(v4), on(stack{ipv4Layer(97), octets("3000")}, ether(v6, mail6())...)...), l3: 50},
		{name: "L2TP", link: LinkEthernet, layers: on(outerUDP(1701), on(stack{octets("0002 0001 0002 ff03 0021")}, mail4()...)...), l3: 52},
		{name: "L2TP with length, sequence, offset", link: LinkEthernet, layers: on(outerUDP(1701), on(stack{octets("4a02 0000 0001 0002 00050004 0003 000000 0057")}, mail6()...)...), l3: 61},
		{name: "MPLS in UDP", link: LinkEthernet, layers: on(outerUDP(6635), on(stack{octets("00065140")}, mail4()...)...), l3: 46},
		{name: "VXLAN-GPE, IP inside", link: LinkEthernet, layers: on(outerUDP(4790), on(stack{octets("0c000002 00004d00")}, mail6()...)...), l3: 50},
		{name: "VXLAN-GPE, Ethernet inside", link: LinkEthernet, layers: on(outerUDP(4790), on(stack{octets("0c000003 00004d00")}, ether(v4, mail4())...)...), l3: 64},
		{name: "TZSP", link: LinkEthernet, layers: on(outerUDP(37008), on(stack{octets("01 00 0001 01")}, ether(v4, mail4())...)...), l3: 61},
		{name: "TZSP with fields, 802.11 inside", link: LinkEthernet, layers: on(outerUDP(37008), on(stack{octets("01 00 0012 0a 01 c8 00 29 02 0064 01 0801 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800")}, mail4()...)...), l3: 87},
		{name: "VN-tag", link: LinkEthernet, layers: ether(0x8926, stack{octets("00010002 8100 0007 0800")}, mail4()), l3: 24, vlan: 7},
		{name: "802.1BR", link: LinkEthernet, layers: ether(0x893f, stack{octets("000000010000 86dd")}, mail6()), l3: 22},
		{name: "802.1ah", link: LinkEthernet, layers: ether(0x88e7, stack{octets("00000001")}, ether(v4, mail4())), l3: 32},
		{name: "802.11", link: LinkIEEE80211, layers: on(stack{octets("0801 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800")}, mail4()...), l3: 32},
		{name: "802.11 QoS", link: LinkIEEE80211, layers: on(stack{octets("8802 0000 020000000001 020000000002 020000000003 0000 0000 aaaa03 000000 86dd")}, mail6()...), l3: 34},
		{name: "radiotap", link: LinkRadiotap, layers: on(stack{octets("0000 0800 00000000 0801 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800")}, mail4()...), l3: 40},
		{name: "radiotap, four addresses, QoS, padding", link: LinkRadiotap, layers: on(stack{octets("0000 0900 02000000 20 8801 0000 020000000001 020000000002 020000000003 0000 0000 0000 aaaa03 000000 0800")}, mail4()...), l3: 45},
		{name: "radiotap in Linux cooked v2", link: LinkSLL2, layers: on(stack{octets("0004 0000 00000002 0323 00 06 020000000001 0000 0000 0800 00000000 0801 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800")}, mail4()...), l3: 60},
		{name: "802.11 in Linux cooked v2", link: LinkSLL2, layers: on(stack{octets("0800 0000 00000002 0321 00 06 020000000001 0000 0801 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800")}, mail4()...), l3: 52},
	}
}
