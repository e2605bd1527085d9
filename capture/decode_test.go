package capture

import (
	"encoding/binary"
	"net"
	"net/netip"
	"slices"
	"testing"

	"github.com/gopacket/gopacket/layers"
)

// decoded selects and decodes an IP packet.
func decoded(t *testing.T, data []byte, wire uint32) (segment, bool) {
	t.Helper()
	p := packetOf(LinkRaw, data)
	p.WireLen = wire
	var s segment
	if !NewSelector(smtpPorts).Select(&p) {
		return s, false
	}
	if !decode(&p, &s) {
		t.Fatal("selected but not decoded")
	}
	return s, true
}

// plain4 and plain6 are packets with 12 octets of TCP options and 33 of payload.
func plain4(t *testing.T) []byte { return serialize(t, mail4()...) }
func plain6(t *testing.T) []byte { return serialize(t, mail6()...) }

func TestDecodeLengths(t *testing.T) {
	put := func(data []byte, at int, v uint16) []byte {
		data = slices.Clone(data)
		binary.BigEndian.PutUint16(data[at:], v)
		return data
	}
	p4, p6 := plain4(t), plain6(t)
	padded := func(data []byte) []byte { return append(slices.Clone(data), make([]byte, 9)...) }
	for _, test := range []struct {
		name     string
		data     []byte
		wire     uint32 // 0: as captured
		refused  bool
		captured int
		wireLen  int
	}{
		{name: "as is, IPv4", data: p4, captured: 33, wireLen: 33},
		{name: "as is, IPv6", data: p6, captured: 33, wireLen: 33},
		{name: "padding, IPv4", data: padded(p4), captured: 33, wireLen: 33},
		{name: "padding, IPv6", data: padded(p6), captured: 33, wireLen: 33},
		{name: "no payload, padding", data: padded(put(p4[:52], 2, 52)), captured: 0, wireLen: 0},
		{name: "cut by the snap length", data: p4[:60], wire: 85, captured: 8, wireLen: 33},
		{name: "cut behind the header", data: p6[:72], wire: 105, captured: 0, wireLen: 33},
		{name: "cut within the options", data: p4[:44], wire: 85, captured: 0, wireLen: 33},
		{name: "cut within the fixed header", data: p4[:39], wire: 85, refused: true},
		{name: "total length 0: before segmentation", data: put(p4, 2, 0), captured: 33, wireLen: 33},
		{name: "total length 0, cut", data: put(p4, 2, 0)[:60], wire: 60000, captured: 8, wireLen: 60000 - 52},
		{name: "payload length 0", data: put(p6, 4, 0), captured: 33, wireLen: 33},
		{name: "payload length 0, cut", data: put(p6, 4, 0)[:80], wire: 200000, captured: 8, wireLen: 200000 - 72},
		{name: "length unstated, wire length of no segment", data: put(p4, 2, 0), wire: 1<<32 - 1, captured: 33, wireLen: maxSegment - 52},
		{name: "length unstated, wire length too small", data: put(p4, 2, 0), wire: 1, captured: 33, wireLen: 33},
		{name: "total length less than the headers", data: put(p4, 2, 51), refused: true},
		{name: "total length less than IP's header", data: put(p4, 2, 19), refused: true},
		{name: "payload length less than TCP's header", data: put(p6, 4, 31), refused: true},
		{name: "total length beyond what is there", data: put(p4, 2, 1500), captured: 33, wireLen: 1500 - 52},
	} {
		t.Run(test.name, func(t *testing.T) {
			wire := test.wire
			if wire == 0 {
				wire = uint32(len(test.data))
			}
			s, ok := decoded(t, test.data, wire)
			if ok == test.refused {
				t.Fatalf("decoded: %v", ok)
			}
			if !test.refused && (len(s.payload) != test.captured || s.wireLen != test.wireLen) {
				t.Errorf("payload %d of %d, want %d of %d", len(s.payload), s.wireLen, test.captured, test.wireLen)
			}
		})
	}
}

func TestDecodeCarriesThePacketsFacts(t *testing.T) {
	p := packetOf(LinkEthernet, serialize(t, append(stack{ethernetLayer(layers.EthernetTypeDot1Q), &layers.Dot1Q{VLANIdentifier: 42, Type: v4}}, mail4()...)...))
	p.Time, p.Clock, p.Frame, p.Interface = 11, 12, 13, 14
	if !NewSelector(smtpPorts).Select(&p) {
		t.Fatal("not selected")
	}
	var s segment
	if !decode(&p, &s) {
		t.Fatal("not decoded")
	}
	if s.time != 11 || s.clock != 12 || s.frame != 13 || s.iface != 14 || s.vlan != 42 {
		t.Errorf("%+v", s)
	}
	if cap(s.payload) > cap(p.Data) || &s.payload[0] != &p.Data[18+20+32] {
		t.Error("the payload is a copy")
	}
}

func TestDecodeUnmapsIPv4(t *testing.T) {
	ip := ipv6Layer(isTCP)
	ip.SrcIP = append(net.ParseIP("::ffff:0:0")[:12:12], 192, 0, 2, 1)
	ip.DstIP = append(net.ParseIP("::ffff:0:0")[:12:12], 192, 0, 2, 2)
	s, ok := decoded(t, serialize(t, ip, tcpLayer(50000, 25)), 72)
	if !ok || s.src().Addr() != netip.MustParseAddr("192.0.2.1") || s.dst().Addr() != netip.MustParseAddr("192.0.2.2") {
		t.Errorf("%v: %v, %v", ok, s.src(), s.dst())
	}
}

func TestDecodeRefusesWhatNoSelectorKept(t *testing.T) {
	var s segment
	for _, test := range []struct {
		name string
		data []byte
		l3   uint16
	}{
		{name: "nothing"},
		{name: "L3 at the end", data: plain4(t), l3: 85},
		{name: "L3 behind the end", data: plain4(t), l3: 60000},
		{name: "no IP", data: plain4(t), l3: 1},
		{name: "UDP", data: serialize(t, ipv4Layer(isUDP), udpLayer(25), payload(40))},
		{name: "UDP over IPv6", data: serialize(t, ipv6Layer(isUDP), udpLayer(25), payload(40))},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := packetOf(LinkRaw, test.data)
			p.L3 = test.l3
			if decode(&p, &s) {
				t.Error("decoded")
			}
		})
	}
}

func TestFingerprint(t *testing.T) {
	fingerprintOf := func(change func(data []byte) []byte, data []byte) uint64 {
		t.Helper()
		s, ok := decoded(t, change(slices.Clone(data)), uint32(len(data)))
		if !ok {
			t.Fatal("not decoded")
		}
		return s.fingerprint
	}
	set := func(at int, v byte) func([]byte) []byte {
		return func(data []byte) []byte {
			data[at] ^= v
			return data
		}
	}
	p4 := plain4(t)
	original := fingerprintOf(set(0, 0), p4)
	for _, test := range []struct {
		name   string
		change func([]byte) []byte
		same   bool
	}{
		{name: "type of service", change: set(1, 0xff), same: true},
		{name: "TTL", change: set(8, 1), same: true},
		{name: "IP checksum", change: set(10, 1), same: true},
		{name: "TCP checksum", change: set(20+16, 1), same: true},
		{name: "payload", change: set(20+32, 1), same: true},
		{name: "identification", change: set(5, 1)},
		{name: "sequence number", change: set(20+7, 1)},
		{name: "acknowledgment", change: set(20+11, 1)},
		{name: "flags", change: set(20+13, flagFIN)},
		{name: "window", change: set(20+15, 1)},
		{name: "timestamp value", change: set(20+27, 1)},
		{name: "timestamp echo", change: set(20+31, 1)},
		{name: "length", change: set(3, 1)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := fingerprintOf(test.change, p4); (got == original) != test.same {
				t.Errorf("same fingerprint: %v, want %v", got == original, test.same)
			}
		})
	}
	t.Run("IPv6 hop limit and flow label", func(t *testing.T) {
		p6 := plain6(t)
		if fingerprintOf(set(7, 1), p6) != fingerprintOf(set(0, 0), p6) || fingerprintOf(set(3, 1), p6) != fingerprintOf(set(0, 0), p6) {
			t.Error("differs")
		}
	})
}

func TestLinkTypeString(t *testing.T) {
	for link, want := range map[LinkType]string{
		LinkNull: "NULL", LinkEthernet: "EN10MB", LinkPPP: "PPP", 12: "RAW", 14: "RAW", LinkRaw: "RAW", LinkLoop: "LOOP",
		LinkSLL: "LINUX_SLL", LinkSLL2: "LINUX_SLL2", LinkIPv4: "IPV4", LinkIPv6: "IPV6",
		LinkIEEE80211: "IEEE802_11", LinkRadiotap: "IEEE802_11_RADIO", 147: "LINKTYPE_147", 65535: "LINKTYPE_65535",
	} {
		if got := link.String(); got != want {
			t.Errorf("%d: %s, want %s", uint16(link), got, want)
		}
	}
}
