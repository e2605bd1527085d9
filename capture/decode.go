package capture

import (
	"encoding/binary"
	"math/bits"
)

// maxSegment bounds a TCP segment whose IP header does not state its length:
// what Linux hands to a network card in one piece at most (eight times 64 KiB).
const maxSegment = 8 << 16

// A tcpBounds says where in a packet a TCP segment is: offsets from the start
// of Packet.Data. All are 0 if that is not known.
type tcpBounds struct {
	header  uint32 // of the TCP header
	end     uint32 // of the end of the segment as captured
	wireEnd uint32 // of its end on the wire; not less than end
}

// locate finds the TCP segment in the IP packet at data[l3:], which is not a
// fragment. wire is Packet.WireLen. It fails if the headers contradict
// themselves or if less than the fixed part of the TCP header was captured; the
// options may be cut.
func (b *tcpBounds) locate(data []byte, l3 int, wire uint32) bool {
	if l3 >= len(data) {
		return false
	}
	packet := data[l3:]
	switch packet[0] >> 4 {
	case 4:
		h, ok := parseIPv4(packet)
		if !ok {
			return false
		}
		if h.protocol == protocolTCP {
			return b.set(data, l3, h.header, h.total, wire)
		}
		e, ok := skipExtensions(packet, h.header, ipv4ProtocolAt)
		return ok && e.next == protocolTCP && b.set(data, l3, e.off, h.total, wire)
	case 6:
		if len(packet) < ipv6HeaderLen {
			return false
		}
		stated := int(binary.BigEndian.Uint16(packet[4:]))
		if stated != 0 {
			stated += ipv6HeaderLen
		}
		e, ok := skipExtensions(packet, ipv6HeaderLen, ipv6NextAt)
		return ok && e.next == protocolTCP && b.set(data, l3, e.off, stated, wire)
	}
	return false
}

// set takes the bounds of a segment whose header is headers octets behind that
// of IP, which states the length of all, or 0. It fails as locate does.
func (b *tcpBounds) set(data []byte, l3, headers, stated int, wire uint32) bool {
	const fixed = 20
	end, at := l3+stated, l3+headers
	if stated == 0 {
		end = l3 + int(min(max(int64(wire), int64(len(data)))-int64(l3), maxSegment))
	}
	captured := min(end, len(data))
	if captured < at+fixed {
		return false
	}
	if length := int(data[at+12]>>4) * 4; length < fixed || at+length > end {
		return false
	}
	b.header, b.end, b.wireEnd = uint32(at), uint32(captured), uint32(end)
	return true
}

// decode reads the TCP segment of a packet that a Selector kept. It reports
// false if there is none at p.L3. It only reads p; s.payload points into p.Data.
func decode(p *Packet, s *segment) bool {
	b := p.tcp
	if b.header == 0 && !b.locate(p.Data, int(p.L3), p.WireLen) {
		return false
	}
	ip, tcp := p.Data[p.L3:], p.Data[b.header:b.end]
	length := int(tcp[12]>>4) * 4
	options := min(length, len(tcp))
	srcPort, dstPort := binary.BigEndian.Uint16(tcp), binary.BigEndian.Uint16(tcp[2:])
	var id uint16
	if ip[0]>>4 == 4 {
		id = binary.BigEndian.Uint16(ip[4:])
		s.set(address4(ip[12:]), address4(ip[16:]), srcPort, dstPort)
	} else {
		s.set(address6(ip[8:]), address6(ip[24:]), srcPort, dstPort)
	}
	// One by one: a struct made elsewhere and copied here costs twice the time.
	s.time, s.clock, s.frame = p.Time, p.Clock, p.Frame
	s.vlan, s.iface = p.VLAN, p.Interface
	s.seq, s.ack = binary.BigEndian.Uint32(tcp[4:]), binary.BigEndian.Uint32(tcp[8:])
	s.flags, s.window = tcp[13], binary.BigEndian.Uint16(tcp[14:])
	s.payload = tcp[options:]
	s.wireLen = int(b.wireEnd-b.header) - length
	s.fingerprint = fingerprint(id, s, tcp[20:options])
	return true
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
func (b *tcpBounds) hash(data []byte, l3 int) uint32 {
	ip, tcp := data[l3:], data[b.header:]
	src, dst := uint64(binary.BigEndian.Uint16(tcp)), uint64(binary.BigEndian.Uint16(tcp[2:]))
	if ip[0]>>4 == 4 {
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
