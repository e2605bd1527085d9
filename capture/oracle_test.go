package capture

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// A generator makes packets with random encapsulations around one TCP segment,
// and remembers what is in it.
type generator struct {
	*rand.Rand
	layers stack
	want   segment
	vlan   uint16
	ips    int
}

// generate returns a packet and its link type.
func generate(t *testing.T, r *rand.Rand) (*generator, LinkType, []byte) {
	g := &generator{Rand: r}
	link := g.link()
	data := serialize(t, g.layers...)
	for range g.IntN(8) { // padding, or a frame check sequence
		data = append(data, byte(g.Uint32()))
	}
	return g, link, data
}

func (g *generator) add(l ...gopacket.SerializableLayer) { g.layers = append(g.layers, l...) }

func (g *generator) one(choices ...func()) { choices[g.IntN(len(choices))]() }

// link adds a link header and all that follows.
func (g *generator) link() (link LinkType) {
	six := g.IntN(2) == 0
	byVersion := func(four, sixth string) gopacket.Payload {
		if six {
			return octets(sixth)
		}
		return octets(four)
	}
	g.one(
		func() { link = LinkEthernet; g.ethernet() },
		func() { link = LinkEthernet; g.ethernet() },
		func() { link = LinkRaw; g.ip(six) },
		func() { link = LinkIPv4; g.ip(false) },
		func() { link = LinkIPv6; g.ip(true) },
		func() {
			link = LinkSLL
			g.add(octets("0000 0001 0006 020000000001 0000"), byVersion("0800", "86dd"))
			g.ip(six)
		},
		func() {
			link = LinkSLL2
			g.add(byVersion("0800", "86dd"), octets("0000 00000002 0001 00 06 020000000001 0000"))
			g.ip(six)
		},
		func() { link = LinkNull; g.add(byVersion("02000000", "1e000000")); g.ip(six) },
		func() { link = LinkLoop; g.add(byVersion("00000002", "00000018")); g.ip(six) },
		func() { link = LinkPPP; g.add(byVersion("ff030021", "ff030057")); g.ip(six) },
		func() {
			link = LinkRadiotap
			g.add(octets("0000 0900 02000000 00 8802 0000 020000000001 020000000002 020000000003 0000 0000 aaaa03 000000"), byVersion("0800", "86dd"))
			g.ip(six)
		},
	)
	return link
}

// etherType adds what the EtherType that it returns announces: layers are
// written behind the header that will name it.
func (g *generator) etherType(next func(layers.EthernetType)) {
	six := g.IntN(2) == 0
	ip := func() {
		if six {
			next(v6)
		} else {
			next(v4)
		}
		g.ip(six)
	}
	g.one(ip, ip, ip,
		func() {
			id := uint16(g.IntN(4096))
			if g.vlan == 0 {
				g.vlan = id
			}
			next([]layers.EthernetType{0x8100, 0x88a8}[g.IntN(2)])
			g.etherType(func(t layers.EthernetType) { g.add(&layers.Dot1Q{VLANIdentifier: id, Type: t}) })
		},
		func() {
			next(layers.EthernetTypeMPLSUnicast)
			for range g.IntN(3) {
				g.add(&layers.MPLS{Label: g.Uint32() >> 12, TTL: 64})
			}
			g.add(&layers.MPLS{Label: g.Uint32() >> 12, TTL: 64, StackBottom: true})
			g.ip(six)
		},
		func() {
			next(layers.EthernetTypePPPoESession)
			g.add(&layers.PPPoE{Version: 1, Type: 1, SessionId: 1})
			if six {
				g.add(octets("0057"))
			} else {
				g.add(octets("0021"))
			}
			g.ip(six)
		},
	)
}

func (g *generator) ethernet() {
	g.etherType(func(t layers.EthernetType) { g.add(ethernetLayer(t)) })
}

func (g *generator) address(size int) net.IP {
	ip := make(net.IP, size)
	for i := range ip {
		ip[i] = byte(g.Uint32())
	}
	return ip
}

// ip adds an IP header and what it carries: the TCP segment, or a tunnel.
func (g *generator) ip(six bool) {
	g.ips++
	header := &addresses{src: g.address(4), dst: g.address(4)}
	add := func(next layers.IPProtocol) { g.add(g.ipv4(header, next)) }
	if six {
		header = &addresses{src: g.address(16), dst: g.address(16)}
		add = func(next layers.IPProtocol) { g.add(g.ipv6(header, next)...) }
	}
	if g.ips >= 5 || g.IntN(2) == 0 {
		add(isTCP)
		g.tcp(header)
		return
	}
	inner := g.IntN(2) == 0
	g.one(
		func() { add(4); g.ip(false) },
		func() { add(41); g.ip(true) },
		func() {
			add(isGRE)
			g.etherType(func(t layers.EthernetType) {
				g.add(&layers.GRE{Protocol: t, ChecksumPresent: g.IntN(2) == 0, KeyPresent: g.IntN(2) == 0, SeqPresent: g.IntN(2) == 0})
			})
		},
		func() {
			add(isGRE)
			g.add(&layers.GRE{Protocol: layers.EthernetTypeTransparentEthernetBridging, KeyPresent: true})
			g.ethernet()
		},
		func() {
			add(isGRE)
			g.add(&layers.GRE{Protocol: layers.EthernetTypeERSPAN, SeqPresent: true}, &layers.ERSPANII{Version: 1, SessionID: 3})
			g.ethernet()
		},
		func() {
			add(isUDP)
			g.add(udpLayer(4789), &layers.VXLAN{ValidIDFlag: true, VNI: 5})
			g.ethernet()
		},
		func() {
			add(isUDP)
			g.add(udpLayer(6081), &layers.Geneve{Protocol: layers.EthernetTypeTransparentEthernetBridging, VNI: 5,
				Options: []*layers.GeneveOption{{Class: 1, Data: make([]byte, 4*g.IntN(3))}}})
			g.ethernet()
		},
		func() {
			add(isUDP)
			gtp := &layers.GTPv1U{Version: 1, MessageType: 255, TEID: 9, SequenceNumberFlag: g.IntN(2) == 0}
			if g.IntN(2) == 0 {
				gtp.GTPExtensionHeaders = []layers.GTPExtensionHeader{{Type: 0x85, Content: []byte{0x10, 9}}}
			}
			g.add(udpLayer(2152), gtp)
			g.ip(inner)
		},
	)
}

type addresses struct{ src, dst net.IP }

func (g *generator) ipv4(a *addresses, next layers.IPProtocol) *layers.IPv4 {
	ip := &layers.IPv4{Version: 4, TTL: 64, Id: uint16(g.Uint32()), Protocol: next, SrcIP: a.src, DstIP: a.dst, Flags: layers.IPv4DontFragment}
	if g.IntN(4) == 0 {
		ip.Options = []layers.IPv4Option{{OptionType: 148, OptionLength: 4, OptionData: []byte{0, 0}}}
	}
	return ip
}

// ipv6 returns an IPv6 header, with extension headers now and then.
func (g *generator) ipv6(a *addresses, next layers.IPProtocol) stack {
	ip := &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: next, SrcIP: a.src, DstIP: a.dst}
	chain := stack{ip}
	for g.IntN(3) == 0 {
		kind := []layers.IPProtocol{layers.IPProtocolIPv6Destination, layers.IPProtocolIPv6Routing}[g.IntN(2)]
		units := byte(g.IntN(3))
		extension := make(gopacket.Payload, 8*(int(units)+1))
		extension[0], extension[1] = byte(next), units
		if kind == layers.IPProtocolIPv6Destination {
			extension[2], extension[3] = 1, byte(len(extension)-4) // PadN
		}
		next = kind
		ip.NextHeader = kind
		chain = append(stack{ip, extension}, chain[1:]...)
	}
	return chain
}

func (g *generator) tcp(a *addresses) {
	src, _ := netip.AddrFromSlice(a.src)
	dst, _ := netip.AddrFromSlice(a.dst)
	tcp := &layers.TCP{SrcPort: 50000, DstPort: 25, Seq: g.Uint32(), Ack: g.Uint32(), ACK: true, Window: uint16(g.Uint32())}
	if g.IntN(2) == 0 {
		tcp.SrcPort, tcp.DstPort = tcp.DstPort, tcp.SrcPort
	}
	if g.IntN(2) == 0 {
		tcp.Options = tcpLayer(1, 2).Options
	}
	body := gopacket.Payload(g.address(1 + g.IntN(200)))
	g.want = segment{
		route: routeOf(netip.AddrPortFrom(src, uint16(tcp.SrcPort)), netip.AddrPortFrom(dst, uint16(tcp.DstPort))),
		seq:   tcp.Seq, ack: tcp.Ack, flags: flagACK, window: tcp.Window, payload: body, wireLen: len(body),
	}
	g.add(tcp, body)
}

// gopacketSegment returns the innermost TCP segment that gopacket finds, with
// the addresses of the IP header before it.
func gopacketSegment(link LinkType, data []byte) (s segment, ok bool) {
	first := gopacket.Decoder(layers.LinkType(link))
	switch link {
	case LinkIPv4:
		first = layers.LayerTypeIPv4
	case LinkIPv6:
		first = layers.LayerTypeIPv6
	}
	// Not gopacket.NoCopy: some of its layers write to the octets.
	packet := gopacket.NewPacket(data, first, gopacket.DecodeOptions{Lazy: true})
	var src, dst netip.Addr
	for _, layer := range packet.Layers() {
		switch l := layer.(type) {
		case *layers.IPv4:
			src, _ = netip.AddrFromSlice(l.SrcIP)
			dst, _ = netip.AddrFromSlice(l.DstIP)
		case *layers.IPv6:
			src, _ = netip.AddrFromSlice(l.SrcIP)
			dst, _ = netip.AddrFromSlice(l.DstIP)
		case *layers.TCP:
			ok = len(l.Contents) >= 20
			s = segment{
				route: routeOf(netip.AddrPortFrom(src, uint16(l.SrcPort)), netip.AddrPortFrom(dst, uint16(l.DstPort))),
				seq:   l.Seq, ack: l.Ack, window: l.Window, payload: l.Payload, wireLen: len(l.Payload),
			}
			if ok {
				s.flags = l.Contents[13]
			}
		}
	}
	return s, ok
}

func sameSegment(a, b *segment) bool {
	return a.route == b.route && a.seq == b.seq && a.ack == b.ack && a.flags == b.flags &&
		a.window == b.window && a.wireLen == b.wireLen && bytes.Equal(a.payload, b.payload)
}

// The walk finds what the generator put in, and what gopacket finds.
func TestWalkAgreesWithGopacket(t *testing.T) {
	const packets = 20000
	r := rand.New(rand.NewPCG(20, 26))
	s := NewSelector(smtpPorts)
	byGopacket := 0
	for range packets {
		g, link, data := generate(t, r)
		p := packetOf(link, data)
		if !s.Select(&p) {
			t.Fatalf("not selected: %v, %+v\n%s", link, s.Stats(), hex.Dump(data))
		}
		var got segment
		if !decode(&p, &got) || !sameSegment(&got, &g.want) {
			t.Fatalf("got %+v\nwant %+v\n%s", got, g.want, hex.Dump(data))
		}
		if p.VLAN != g.vlan {
			t.Fatalf("VLAN %d, want %d\n%s", p.VLAN, g.vlan, hex.Dump(data))
		}
		theirs, ok := gopacketSegment(link, data)
		if !ok {
			continue
		}
		byGopacket++
		if !sameSegment(&got, &theirs) {
			t.Fatalf("gopacket found %+v\nthe walk %+v\n%s", theirs, got, hex.Dump(data))
		}
	}
	t.Logf("gopacket decoded %d of %d packets", byGopacket, packets)
	if byGopacket < packets*3/4 {
		t.Errorf("gopacket decoded only %d of %d packets", byGopacket, packets)
	}
}
