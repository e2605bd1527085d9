package capture

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// maxSegment bounds a TCP segment whose IP header does not state its length:
// what Linux hands to a network card in one piece at most (eight times 64 KiB).
const maxSegment = 8 << 16

// A tcpBounds says where in a packet a TCP segment is: offsets from the start
// of Packet.Data.
type tcpBounds struct {
	l3      int // the IP header
	tcp     int // the TCP header
	end     int // the end of the segment as captured
	wireEnd int // its end on the wire; not less than end
	header  int // length of the TCP header as stated
	id      uint16
	version uint8 // of IP
}

// locateTCP finds the TCP segment in the IP packet at data[l3:], which is not a
// fragment. wire is Packet.WireLen. It fails if the headers contradict
// themselves or if less than the fixed part of the TCP header was captured; the
// options may be cut.
func locateTCP(data []byte, l3 int, wire uint32) (b tcpBounds, ok bool) {
	if l3 >= len(data) {
		return b, false
	}
	packet, stated := data[l3:], 0
	b.version = packet[0] >> 4
	switch b.version {
	case 4:
		h, ok := parseIPv4(packet)
		if !ok {
			return b, false
		}
		b.id, b.tcp, stated = h.id, h.header, h.total
		if h.protocol == protocolTCP {
			break
		}
		e, ok := skipExtensions(packet, h.header, ipv4ProtocolAt)
		if !ok || e.next != protocolTCP {
			return b, false
		}
		b.tcp = e.off
	case 6:
		if len(packet) < ipv6HeaderLen {
			return b, false
		}
		e, ok := skipExtensions(packet, ipv6HeaderLen, ipv6NextAt)
		if !ok || e.next != protocolTCP {
			return b, false
		}
		b.tcp = e.off
		if payload := int(binary.BigEndian.Uint16(packet[4:])); payload != 0 {
			stated = ipv6HeaderLen + payload
		}
	default:
		return b, false
	}
	end := int64(stated)
	if stated == 0 {
		end = min(max(int64(wire), int64(len(data)))-int64(l3), maxSegment)
	}
	b.l3, b.tcp, b.wireEnd = l3, l3+b.tcp, l3+int(end)
	b.end = min(b.wireEnd, len(data))
	return b.withHeader(data)
}

// withHeader reads the length of the TCP header.
func (b tcpBounds) withHeader(data []byte) (tcpBounds, bool) {
	const fixed = 20
	if b.end < b.tcp+fixed {
		return b, false
	}
	b.header = int(data[b.tcp+12]>>4) * 4
	return b, b.header >= fixed && b.tcp+b.header <= b.wireEnd
}

// decode reads the TCP segment of a packet that a Selector kept. It reports
// false if there is none at p.L3. It only reads p; s.payload points into p.Data.
func decode(p *Packet, s *segment) bool {
	b, ok := locateTCP(p.Data, int(p.L3), p.WireLen)
	if !ok {
		return false
	}
	tcp := p.Data[b.tcp:b.end]
	src, dst := b.addresses(p.Data)
	payload := min(b.header, len(tcp))
	*s = segment{
		time:    p.Time,
		clock:   p.Clock,
		frame:   p.Frame,
		src:     netip.AddrPortFrom(src, binary.BigEndian.Uint16(tcp)),
		dst:     netip.AddrPortFrom(dst, binary.BigEndian.Uint16(tcp[2:])),
		seq:     binary.BigEndian.Uint32(tcp[4:]),
		ack:     binary.BigEndian.Uint32(tcp[8:]),
		flags:   tcp[13],
		window:  binary.BigEndian.Uint16(tcp[14:]),
		vlan:    p.VLAN,
		iface:   p.Interface,
		payload: tcp[payload:],
		wireLen: b.wireEnd - b.tcp - b.header,
	}
	s.fingerprint = fingerprint(b.id, s, tcp[20:payload])
	return true
}

// addresses returns the addresses of the IP header; IPv4-mapped IPv6 addresses
// as IPv4.
func (b *tcpBounds) addresses(data []byte) (src, dst netip.Addr) {
	ip := data[b.l3:]
	if b.version == 4 {
		return netip.AddrFrom4([4]byte(ip[12:16])), netip.AddrFrom4([4]byte(ip[16:20]))
	}
	return netip.AddrFrom16([16]byte(ip[8:24])).Unmap(), netip.AddrFrom16([16]byte(ip[24:40])).Unmap()
}

// Arbitrary odd constants with as many ones as zeros.
const (
	mix0 = 0x9e3779b97f4a7c15
	mix1 = 0xc2b2ae3d27d4eb4f
	mix2 = 0xd6e8feb86659fd93
)

// mix folds the 128-bit product of a and b: a change of any bit of one reaches
// about half the bits of the result.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// hash returns Packet.Hash. The product of one number for each endpoint does
// not depend on their order.
func (b *tcpBounds) hash(data []byte) uint32 {
	ip, tcp := data[b.l3:], data[b.tcp:]
	src, dst := uint64(binary.BigEndian.Uint16(tcp)), uint64(binary.BigEndian.Uint16(tcp[2:]))
	if b.version == 4 {
		src |= uint64(binary.BigEndian.Uint32(ip[12:])) << 16
		dst |= uint64(binary.BigEndian.Uint32(ip[16:])) << 16
	} else {
		src ^= mix(binary.BigEndian.Uint64(ip[8:])^mix1, binary.BigEndian.Uint64(ip[16:])^mix2)
		dst ^= mix(binary.BigEndian.Uint64(ip[24:])^mix1, binary.BigEndian.Uint64(ip[32:])^mix2)
	}
	h := mix(src^mix0, dst^mix0)
	return uint32(h ^ h>>32)
}

// fingerprint returns segment.fingerprint. It leaves out what changes on the
// way of a packet: TTL, checksums, tags, type of service.
func fingerprint(id uint16, s *segment, options []byte) uint64 {
	h := mix(uint64(s.seq)<<32|uint64(s.ack)^mix1, mix0)
	h = mix(h^uint64(id)<<32^uint64(s.window)<<8^uint64(s.flags), mix1)
	h = mix(h^uint64(s.wireLen), mix2)
	for len(options) >= 8 {
		h = mix(h^binary.LittleEndian.Uint64(options), mix0)
		options = options[8:]
	}
	if len(options) >= 4 { // options come in words of four octets, unless cut
		h = mix(h^uint64(binary.LittleEndian.Uint32(options)), mix1)
		options = options[4:]
	}
	for _, octet := range options {
		h = mix(h^uint64(octet), mix2)
	}
	return h
}
