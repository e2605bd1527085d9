package capture

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/gopacket/gopacket/layers"
)

// A cut is a part of a datagram's fragmentable part.
type cut struct {
	from, to int
	last     bool
}

// cuts divides total octets at the multiples of step, which is a multiple of 8.
func cuts(total, step int) []cut {
	var all []cut
	for from := 0; from < total; from += step {
		to := min(from+step, total)
		all = append(all, cut{from, to, to == total})
	}
	return all
}

// fragmentOf4 returns the part of an IPv4 packet that c says, as a packet.
func fragmentOf4(whole []byte, id uint16, c cut) []byte {
	header := int(whole[0]&0xf) * 4
	out := append(slices.Clone(whole[:header]), whole[header+c.from:header+c.to]...)
	binary.BigEndian.PutUint16(out[2:], uint16(len(out)))
	binary.BigEndian.PutUint16(out[4:], id)
	field := uint16(c.from / 8)
	if !c.last {
		field |= 0x2000
	}
	binary.BigEndian.PutUint16(out[6:], field)
	return out
}

// fragmentOf6 does the same for an IPv6 packet without extension headers.
func fragmentOf6(whole []byte, id uint32, c cut) []byte {
	out := slices.Clone(whole[:40])
	next := out[6]
	out[6] = 44
	field := uint16(c.from) | 6 // reserved bits, to be ignored
	if !c.last {
		field |= 1
	}
	out = append(out, next, 0xff)
	out = binary.BigEndian.AppendUint16(out, field)
	out = binary.BigEndian.AppendUint32(out, id)
	out = append(out, whole[40+c.from:40+c.to]...)
	binary.BigEndian.PutUint16(out[4:], uint16(len(out)-40))
	return out
}

// selectAll gives the packets to s and returns those that were kept.
func selectAll(s *Selector, link LinkType, packets ...[]byte) []Packet {
	var kept []Packet
	for i, data := range packets {
		p := packetOf(link, data)
		p.Frame = int64(i + 1)
		if s.Select(&p) {
			kept = append(kept, p)
		}
	}
	return kept
}

func TestFragmentsBecomeADatagram(t *testing.T) {
	whole4, whole6 := serialize(t, mail4()...), serialize(t, mail6()...)
	size := len(whole4) - 20
	parts4 := func(step int) (out [][]byte) {
		for _, c := range cuts(size, step) {
			out = append(out, fragmentOf4(whole4, 7, c))
		}
		return out
	}
	parts6 := func(step int) (out [][]byte) {
		for _, c := range cuts(size, step) {
			out = append(out, fragmentOf6(whole6, 7, c))
		}
		return out
	}
	reversed := func(packets [][]byte) [][]byte {
		slices.Reverse(packets)
		return packets
	}
	twice := func(packets [][]byte) (out [][]byte) {
		for _, p := range packets {
			out = append(out, p, p)
		}
		return out
	}
	for _, test := range []struct {
		name    string
		packets [][]byte
	}{
		{name: "IPv4, two", packets: parts4(40)},
		{name: "IPv4, tiny", packets: parts4(8)},
		{name: "IPv4, tiny, last first", packets: reversed(parts4(8))},
		{name: "IPv4, each twice", packets: twice(parts4(16))},
		{name: "IPv6, two", packets: parts6(40)},
		{name: "IPv6, tiny", packets: parts6(8)},
		{name: "IPv6, tiny, last first", packets: reversed(parts6(8))},
		{name: "IPv6, each twice", packets: twice(parts6(16))},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := NewSelector(smtpPorts)
			kept := selectAll(s, LinkRaw, test.packets...)
			if len(kept) != 1 {
				t.Fatalf("%d packets kept; %+v", len(kept), s.Stats())
			}
			p := kept[0]
			if p.L3 != 0 || p.Link != LinkRaw || int(p.WireLen) != len(p.Data) {
				t.Errorf("L3 %d, link %v, %d octets of %d", p.L3, p.Link, len(p.Data), p.WireLen)
			}
			checkMail(t, &p)
			stats := s.Stats()
			if stats.Fragments != int64(len(test.packets)) || stats.FragmentsLost != 0 || stats.FragmentOverlaps != 0 {
				t.Errorf("%+v", stats)
			}
			direct := packetOf(LinkRaw, whole4)
			if p.Data[0]>>4 == 6 {
				direct = packetOf(LinkRaw, whole6)
			}
			if !s.Select(&direct) || direct.Hash != p.Hash {
				t.Error("the hash differs from that of the unfragmented packet")
			}
		})
	}
}

func TestFragmentedTunnel(t *testing.T) {
	inner := append(stack{ipv4Layer(isGRE), &layers.GRE{Protocol: v6}}, mail6()...)
	whole := serialize(t, inner...)
	ether := serialize(t, ethernetLayer(layers.EthernetTypeDot1Q), &layers.Dot1Q{VLANIdentifier: 42, Type: v4})[:18]
	var packets [][]byte
	for _, c := range cuts(len(whole)-20, 48) {
		frame := append(slices.Clone(ether), fragmentOf4(whole, 99, c)...)
		packets = append(packets, append(frame, 0, 0, 0, 0, 0, 0)) // padding
	}
	kept := selectAll(NewSelector(smtpPorts), LinkEthernet, packets...)
	if len(kept) != 1 {
		t.Fatalf("%d packets kept", len(kept))
	}
	p := kept[0]
	if p.L3 != 24 || p.VLAN != 42 || p.Link != LinkRaw || p.Frame != int64(len(packets)) {
		t.Errorf("L3 %d, VLAN %d, link %v, frame %d", p.L3, p.VLAN, p.Link, p.Frame)
	}
	checkMail(t, &p)
}

// A fragmented header counts once towards the depth of nesting.
func TestFragmentedTunnelOfGreatestDepth(t *testing.T) {
	var nested stack
	for range maxIPDepth - 1 {
		nested = append(nested, ipv4Layer(4))
	}
	whole := serialize(t, append(nested, mail4()...)...)
	two := cuts(len(whole)-20, 80)[:2]
	two[1] = cut{80, len(whole) - 20, true}
	kept := selectAll(NewSelector(smtpPorts), LinkRaw, fragmentOf4(whole, 1, two[0]), fragmentOf4(whole, 1, two[1]))
	if len(kept) != 1 {
		t.Fatalf("%d packets kept", len(kept))
	}
	checkMail(t, &kept[0])
}

func TestFragmentsNotCollected(t *testing.T) {
	for _, test := range []struct {
		name   string
		layers stack
		lost   int64 // without the first fragment
		notTCP int64
	}{
		{name: "ICMP", layers: stack{ipv4Layer(1), payload(64)}, notTCP: 2},
		{name: "TCP of other ports", layers: stack{ipv4Layer(isTCP), tcpLayer(50000, 80), payload(33)}, lost: 1},
		{name: "UDP that is no tunnel", layers: stack{ipv4Layer(isUDP), udpLayer(53), payload(64)}, lost: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			whole := serialize(t, test.layers...)
			two := cuts(len(whole)-20, 40)
			first, last := fragmentOf4(whole, 1, two[0]), fragmentOf4(whole, 1, two[1])
			s := NewSelector(smtpPorts)
			if selectAll(s, LinkRaw, first, last) != nil || s.frags.bytes != 0 {
				t.Fatal("collected or kept")
			}
			s.Flush()
			stats := s.Stats()
			if stats.Fragments != 2 || stats.FragmentsLost != 0 || stats.NotTCP != test.notTCP {
				t.Errorf("%+v", stats)
			}
			s = NewSelector(smtpPorts)
			selectAll(s, LinkRaw, last)
			s.Flush()
			if stats := s.Stats(); stats.FragmentsLost != test.lost {
				t.Errorf("last fragment alone: %+v", stats)
			}
		})
	}
}

func TestFragmentCutBySnapLength(t *testing.T) {
	whole := serialize(t, mail4()...)
	two := cuts(len(whole)-20, 48)
	first, last := fragmentOf4(whole, 1, two[0]), fragmentOf4(whole, 1, two[1])
	s := NewSelector(smtpPorts)
	selectAll(s, LinkRaw, first)
	p := packetOf(LinkRaw, last[:25:25])
	p.WireLen = uint32(len(last))
	if !s.Select(&p) {
		t.Fatal("not selected")
	}
	var got segment
	if !decode(&p, &got) {
		t.Fatal("not decoded")
	}
	if got.wireLen != 33 || !bytes.Equal(got.payload, payload(33)[:21]) {
		t.Errorf("payload % x of %d", got.payload, got.wireLen)
	}
}
