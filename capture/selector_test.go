package capture

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

func TestSelectFindsTCPInEncapsulations(t *testing.T) {
	for _, test := range encapsulations() {
		t.Run(test.name, func(t *testing.T) {
			data := append(serialize(t, test.layers...), 0xde, 0xad, 0xbe, 0xef) // as a frame check sequence
			p := packetOf(test.link, data)
			s := NewSelector(smtpPorts)
			if !s.Select(&p) {
				t.Fatalf("not selected: %+v\n%s", s.Stats(), hex.Dump(data))
			}
			if int(p.L3) != test.l3 || p.VLAN != test.vlan || p.Link != test.link {
				t.Errorf("L3 %d, VLAN %d, link %v; want %d, %d, %v", p.L3, p.VLAN, p.Link, test.l3, test.vlan, test.link)
			}
			checkMail(t, &p)
		})
	}
}

// checkMail checks that p carries what mail4 or mail6 made.
func checkMail(t *testing.T, p *Packet) {
	t.Helper()
	var got segment
	if !decode(p, &got) {
		t.Fatal("not decoded")
	}
	src, dst := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("198.51.100.2")
	if got.src().Addr().Is6() {
		src, dst = netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8:1::2")
	}
	if got.src() != netip.AddrPortFrom(src, 50000) || got.dst() != netip.AddrPortFrom(dst, 25) {
		t.Errorf("endpoints %v, %v", got.src(), got.dst())
	}
	if got.seq != 0x01020304 || got.ack != 0x05060708 || got.flags != flagACK|flagPSH || got.window != 501 {
		t.Errorf("seq %#x, ack %#x, flags %#x, window %d", got.seq, got.ack, got.flags, got.window)
	}
	if !bytes.Equal(got.payload, payload(33)) || got.wireLen != 33 {
		t.Errorf("payload % x, %d on the wire", got.payload, got.wireLen)
	}
}

// A packet may be cut at every octet: it is then not kept, or kept with what is
// left of the payload and the same length on the wire.
func TestSelectCutPackets(t *testing.T) {
	for _, test := range encapsulations() {
		t.Run(test.name, func(t *testing.T) {
			whole := serialize(t, test.layers...)
			kept := false
			for n := range whole {
				p := packetOf(test.link, slices.Clip(whole[:n:n]))
				p.WireLen = uint32(len(whole))
				if !NewSelector(smtpPorts).Select(&p) {
					if kept {
						t.Fatalf("kept when shorter, but not with %d octets", n)
					}
					continue
				}
				kept = true
				var got segment
				if !decode(&p, &got) {
					t.Fatalf("%d octets: selected but not decoded", n)
				}
				if got.wireLen != 33 || len(got.payload) != max(0, n-len(whole)+33) {
					t.Fatalf("%d of %d octets: payload %d of %d", n, len(whole), len(got.payload), got.wireLen)
				}
			}
			if !kept {
				t.Error("never kept")
			}
		})
	}
}

func TestSelectRefuses(t *testing.T) {
	count := func(s SelectionStats) [4]int64 {
		var links int64
		for _, n := range s.UnknownLink {
			links += n
		}
		return [4]int64{s.Unwanted, s.NotTCP, s.Malformed, links}
	}
	isUnwanted, isNotTCP, isMalformed, isUnknown := [4]int64{1}, [4]int64{1: 1}, [4]int64{2: 1}, [4]int64{3: 1}
	e4 := ethernetLayer(v4)
	deep := stack{}
	for range maxIPDepth {
		deep = append(deep, ipv4Layer(4))
	}
	chain := strings.Repeat("3c00010400000000", maxExtensions) + "0600010400000000"
	labels := strings.Repeat("00064040", 1000)
	tags := strings.Repeat("8100002a", 1000)
	for _, test := range []struct {
		name   string
		link   LinkType
		layers stack
		want   [4]int64
	}{
		{name: "empty", link: LinkEthernet, want: isMalformed},
		{name: "other ports", link: LinkEthernet, layers: stack{e4, ipv4Layer(isTCP), tcpLayer(50000, 80)}, want: isUnwanted},
		{name: "other ports in a tunnel", link: LinkEthernet, layers: stack{e4, ipv4Layer(4), ipv4Layer(isTCP), tcpLayer(50000, 80)}, want: isUnwanted},
		{name: "UDP to a wanted port", link: LinkEthernet, layers: stack{e4, ipv4Layer(isUDP), udpLayer(25), payload(40)}, want: isNotTCP},
		{name: "UDP, raw", link: LinkRaw, layers: stack{ipv4Layer(isUDP), udpLayer(25), payload(40)}, want: isNotTCP},
		{name: "ICMP", link: LinkEthernet, layers: stack{e4, ipv4Layer(1), payload(40)}, want: isNotTCP},
		{name: "ARP", link: LinkEthernet, layers: stack{ethernetLayer(layers.EthernetTypeARP), payload(46)}, want: isNotTCP},
		{name: "spanning tree", link: LinkEthernet, layers: stack{octets("0180c2000000 020000000001 0026 424203"), payload(46)}, want: isNotTCP},
		{name: "PPTP without a payload", link: LinkEthernet, layers: append(stack{e4, ipv4Layer(isGRE), octets("2081 880b 0000 0000 00000001")}, mail4()...), want: isNotTCP},
		{name: "L2TP control message", link: LinkEthernet, layers: append(stack{e4, ipv4Layer(isUDP), udpLayer(1701), octets("c802 000c 0000 0000 0000 0000")}, mail4()...), want: isNotTCP},
		{name: "TZSP without an end", link: LinkEthernet, layers: append(stack{e4, ipv4Layer(isUDP), udpLayer(37008), octets("01 00 0001 0a ff")}, mail4()...), want: isMalformed},
		{name: "GRE with source routes", link: LinkEthernet, layers: append(stack{e4, ipv4Layer(isGRE), octets("4000 0800 00000000 00000000")}, mail4()...), want: isNotTCP},
		{name: "VXLAN without an identifier", link: LinkEthernet, layers: append(stack{e4, ipv4Layer(isUDP), udpLayer(4789), &layers.VXLAN{}, e4}, mail4()...), want: isNotTCP},
		{name: "GTP control message", link: LinkEthernet, layers: append(stack{e4, ipv4Layer(isUDP), udpLayer(2152), octets("3001005d00000001")}, mail4()...), want: isNotTCP},
		{name: "nested too deep", link: LinkRaw, layers: append(deep, mail4()...), want: isMalformed},
		{name: "too many extension headers", link: LinkIPv6, layers: extended6(60, chain), want: isMalformed},
		{name: "too many labels", link: LinkEthernet, layers: stack{ethernetLayer(layers.EthernetTypeMPLSUnicast), octets(labels)}, want: isMalformed},
		{name: "too many tags", link: LinkEthernet, layers: stack{octets("020000000002 020000000001" + tags)}, want: isMalformed},
		{name: "TCP header length too small", link: LinkRaw, layers: stack{ipv4Layer(isTCP), octets("c3500019 00000000 00000000 4010 0000 0000 0000")}, want: isMalformed},
		{name: "TCP header longer than the packet", link: LinkRaw, layers: stack{ipv4Layer(isTCP), octets("c3500019 00000000 00000000 f010 0000 0000 0000")}, want: isMalformed},
		{name: "IP version 5", link: LinkRaw, layers: stack{octets("55000000")}, want: isMalformed},
		{name: "IPv6 on an IPv4 link", link: LinkIPv4, layers: mail6(), want: isMalformed},
		{name: "encrypted 802.11", link: LinkIEEE80211, layers: on(stack{octets("0841 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800")}, mail4()...), want: isNotTCP},
		{name: "802.11 fragment", link: LinkIEEE80211, layers: on(stack{octets("0801 0000 020000000001 020000000002 020000000003 0100 aaaa03 000000 0800")}, mail4()...), want: isNotTCP},
		{name: "802.11 without data", link: LinkIEEE80211, layers: on(stack{octets("4801 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800")}, mail4()...), want: isNotTCP},
		{name: "802.11 beacon", link: LinkIEEE80211, layers: stack{octets("8000 0000 020000000001 020000000002 020000000003 0000"), payload(40)}, want: isNotTCP},
		{name: "radiotap header of absurd length", link: LinkRadiotap, layers: on(stack{octets("0000 8813" + strings.Repeat("00", 4996) + "0801 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800")}, mail4()...), want: isMalformed},
		{name: "address family of something else", link: LinkNull, layers: on(stack{octets("07000000")}, mail4()...), want: isNotTCP},
		{name: "USB", link: 220, layers: mail4(), want: isUnknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			var data []byte
			if test.layers != nil {
				data = serialize(t, test.layers...)
			}
			s := NewSelector(smtpPorts)
			p := packetOf(test.link, data)
			before := p
			if s.Select(&p) {
				t.Fatal("selected")
			}
			if got := count(s.Stats()); got != test.want {
				t.Errorf("unwanted, not TCP, malformed, unknown link: %v, want %v", got, test.want)
			}
			if p.L3 != before.L3 || p.Hash != before.Hash || p.VLAN != before.VLAN || p.Link != before.Link || len(p.Data) != len(before.Data) {
				t.Errorf("changed: %+v", p)
			}
		})
	}
}

func TestSelectByAddressFamily(t *testing.T) {
	for _, family := range []byte{10, 23, 24, 26, 28, 30} {
		for _, header := range [][]byte{{family, 0, 0, 0}, {0, 0, 0, family}} {
			p := packetOf(LinkNull, append(header, serialize(t, mail6()...)...))
			if !NewSelector(smtpPorts).Select(&p) {
				t.Errorf("% x: not selected", header)
			}
		}
	}
}

func TestSelectByRules(t *testing.T) {
	for _, test := range []struct {
		name     string
		rules    Rules
		src, dst layers.TCPPort
		want     bool
	}{
		{name: "to the server", rules: smtpPorts, src: 50000, dst: 587, want: true},
		{name: "from the server", rules: smtpPorts, src: 587, dst: 50000, want: true},
		{name: "neither", rules: smtpPorts, src: 50000, dst: 588},
		{name: "no port", src: 0, dst: 0},
		{name: "any port", rules: Rules{AnyPort: true}, src: 1, dst: 2, want: true},
		{name: "port 0", rules: Rules{Ports: []uint16{0}}, src: 0, dst: 9, want: true},
		{name: "port 65535", rules: Rules{Ports: []uint16{65535}}, src: 9, dst: 65535, want: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := NewSelector(test.rules)
			for _, link := range []LinkType{LinkEthernet, LinkRaw} {
				data := serialize(t, ethernetLayer(v4), ipv4Layer(isTCP), tcpLayer(test.src, test.dst), payload(9))
				if link == LinkRaw {
					data = data[14:]
				}
				p := packetOf(link, data)
				if got := s.Select(&p); got != test.want {
					t.Errorf("link %v: %v", link, got)
				}
			}
		})
	}
}

func TestHashIsSymmetricAndSpreads(t *testing.T) {
	hash := func(ip func(layers.IPProtocol) gopacket.SerializableLayer, src, dst layers.TCPPort) uint32 {
		p := packetOf(LinkRaw, serialize(t, ip(isTCP), tcpLayer(src, dst)))
		if !NewSelector(Rules{AnyPort: true}).Select(&p) {
			t.Fatal("not selected")
		}
		return p.Hash
	}
	there4 := func(n layers.IPProtocol) gopacket.SerializableLayer { return ipv4Layer(n) }
	back4 := func(n layers.IPProtocol) gopacket.SerializableLayer {
		ip := ipv4Layer(n)
		ip.SrcIP, ip.DstIP = ip.DstIP, ip.SrcIP
		return ip
	}
	there6 := func(n layers.IPProtocol) gopacket.SerializableLayer { return ipv6Layer(n) }
	back6 := func(n layers.IPProtocol) gopacket.SerializableLayer {
		ip := ipv6Layer(n)
		ip.SrcIP, ip.DstIP = ip.DstIP, ip.SrcIP
		return ip
	}
	const shards, flows = 8, 4000
	for _, way := range []struct {
		name        string
		there, back func(layers.IPProtocol) gopacket.SerializableLayer
	}{{"IPv4", there4, back4}, {"IPv6", there6, back6}} {
		var low, high [shards]int
		for port := layers.TCPPort(1024); port < 1024+flows; port++ {
			h := hash(way.there, port, 25)
			if port%100 == 0 && h != hash(way.back, 25, port) {
				t.Errorf("%s: port %d: the two directions differ", way.name, port)
			}
			low[h%shards]++
			high[h>>29]++
		}
		for i := range shards {
			// Three quarters of the even share is eleven standard deviations off.
			if least := flows / shards * 3 / 4; low[i] < least || high[i] < least {
				t.Errorf("%s: uneven shards: %v, %v", way.name, low, high)
				break
			}
		}
	}
}

func TestSelectDoesNotAllocate(t *testing.T) {
	s := NewSelector(smtpPorts)
	var got segment
	for _, test := range encapsulations() {
		if strings.Contains(test.name, "802.11") || strings.Contains(test.name, "radiotap") {
			continue // gopacket allocates
		}
		data := serialize(t, test.layers...)
		if n := testing.AllocsPerRun(20, func() {
			p := packetOf(test.link, data)
			if !s.Select(&p) || !decode(&p, &got) {
				t.Fatal("not selected")
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", test.name, n)
		}
	}
	other := serialize(t, ethernetLayer(v4), ipv4Layer(isTCP), tcpLayer(50000, 443))
	if n := testing.AllocsPerRun(20, func() {
		p := packetOf(LinkEthernet, other)
		if s.Select(&p) {
			t.Fatal("selected")
		}
	}); n != 0 {
		t.Errorf("unwanted: %v allocations", n)
	}
}

func TestUnknownLinksAreBounded(t *testing.T) {
	s := NewSelector(smtpPorts)
	for link := LinkType(1000); link < 3000; link++ {
		p := packetOf(link, []byte{1})
		s.Select(&p)
	}
	stats := s.Stats()
	if len(stats.UnknownLink) != maxUnknownLinks || stats.Malformed != 2000-maxUnknownLinks {
		t.Errorf("%d link types, %d malformed", len(stats.UnknownLink), stats.Malformed)
	}
	stats.UnknownLink[1000] = 77
	if s.Stats().UnknownLink[1000] != 1 {
		t.Error("Stats shares memory with the Selector")
	}
}

func TestL3BeyondSixteenBits(t *testing.T) {
	// Two IPv6 headers of unstated length with 32 KiB of extension headers each.
	unstated := func(next string) []byte {
		header := octets("60000000 0000 3c 40" + strings.Repeat("00", 32))
		for range maxExtensions - 1 {
			header = append(header, octets("3cff"+strings.Repeat("00", 2046))...)
		}
		return append(header, octets(next+"ff"+strings.Repeat("00", 2046))...)
	}
	once := append(unstated("04"), serialize(t, mail4()...)...)
	p := packetOf(LinkRaw, once)
	if !NewSelector(smtpPorts).Select(&p) || p.L3 != ipv6HeaderLen+maxExtensions*2048 {
		t.Errorf("one header of them: L3 %d", p.L3)
	}
	p = packetOf(LinkRaw, append(unstated("29"), once...))
	s := NewSelector(smtpPorts)
	if s.Select(&p) || s.Stats().Malformed != 1 {
		t.Errorf("selected with L3 %d; %+v", p.L3, s.Stats())
	}
}

// A mirror may cut the frame that it sends; what comes behind the tunnel's
// packet is then no part of the segment.
func TestTunnelThatCuts(t *testing.T) {
	frame := serialize(t, append(stack{ethernetLayer(v4)}, mail4()...)...)
	cutFrame := gopacket.Payload(frame[:len(frame)-13])
	data := append(serialize(t, ethernetLayer(v4), ipv4Layer(isGRE), &layers.GRE{Protocol: layers.EthernetTypeERSPAN, SeqPresent: true},
		&layers.ERSPANII{Version: 1, IsTruncated: true}, cutFrame), 0xde, 0xad, 0xbe, 0xef)
	p := packetOf(LinkEthernet, data)
	if !NewSelector(smtpPorts).Select(&p) {
		t.Fatal("not selected")
	}
	var got segment
	if !decode(&p, &got) {
		t.Fatal("not decoded")
	}
	if !bytes.Equal(got.payload, payload(20)) || got.wireLen != 33 {
		t.Errorf("payload % x of %d", got.payload, got.wireLen)
	}
	if len(p.Data) != len(data)-4 || int(p.WireLen) != len(p.Data) {
		t.Errorf("%d octets of %d", len(p.Data), p.WireLen)
	}
}

// A tunnel's outer header may state its length where the inner one, captured
// before segmentation, does not.
func TestTunnelAroundUnstatedLength(t *testing.T) {
	inner := serialize(t, mail4()...)
	binary.BigEndian.PutUint16(inner[2:], 0)
	data := append(serialize(t, ethernetLayer(v4), ipv4Layer(4), gopacket.Payload(inner)), 0xde, 0xad, 0xbe, 0xef)
	p := packetOf(LinkEthernet, data)
	if !NewSelector(smtpPorts).Select(&p) {
		t.Fatal("not selected")
	}
	checkMail(t, &p)
}
