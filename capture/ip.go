package capture

import "encoding/binary"

// IP protocol numbers (IANA "Protocol Numbers").
const (
	protocolHopByHop = 0
	protocolICMP     = 1
	protocolIPv4     = 4
	protocolTCP      = 6
	protocolUDP      = 17
	protocolIPv6     = 41
	protocolRouting  = 43
	protocolFragment = 44
	protocolGRE      = 47
	protocolEtherIP  = 97
	protocolAH       = 51
	protocolICMPv6   = 58
	protocolDestOpts = 60
	protocolMobility = 135
	protocolHIP      = 139
	protocolShim6    = 140
)

// ip reads an IP header of either version.
func (w *walk) ip() step {
	first, ok := w.peek8(0)
	if !ok {
		return foundMalformed
	}
	switch first >> 4 {
	case 4:
		return readIPv4
	case 6:
		return readIPv6
	}
	return foundMalformed
}

// enterIP notes that an IP header is at w.off.
func (w *walk) enterIP() bool {
	w.l3, w.outer = w.off, len(w.data)
	w.depth++
	return w.depth <= maxIPDepth
}

// ipv4 reads an IPv4 header (RFC 791, section 3.1).
func (w *walk) ipv4() step {
	h, ok := parseIPv4(w.data[min(w.off, len(w.data)):])
	if !ok || !w.enterIP() {
		return foundMalformed
	}
	if h.total != 0 {
		w.data = w.data[:min(len(w.data), w.l3+h.total)]
	}
	w.off += h.header
	w.number = uint16(h.protocol)
	if h.offset != 0 || h.more {
		return w.fragment4(h)
	}
	if h.protocol == protocolAH {
		return w.extensions(w.l3 + ipv4ProtocolAt)
	}
	return readIPNumber
}

// ipv6 reads an IPv6 header (RFC 8200, section 3) and its extension headers.
func (w *walk) ipv6() step {
	header := w.data[min(w.off, len(w.data)):]
	if len(header) < ipv6HeaderLen || header[0]>>4 != 6 || !w.enterIP() {
		return foundMalformed
	}
	if payload := int(binary.BigEndian.Uint16(header[4:])); payload != 0 {
		w.data = w.data[:min(len(w.data), w.l3+ipv6HeaderLen+payload)]
	}
	w.off += ipv6HeaderLen
	w.number = uint16(header[ipv6NextAt])
	return w.extensions(w.l3 + ipv6NextAt)
}

// extensions skips the extension headers at w.off. namedAt is the offset of the
// octet that names the first of them.
func (w *walk) extensions(namedAt int) step {
	e, ok := skipExtensions(w.data, w.off, namedAt)
	if !ok {
		return foundMalformed
	}
	w.off, w.number = e.off, uint16(e.next)
	if e.next == protocolFragment {
		return w.fragment6(e)
	}
	return readIPNumber
}

// ipNumber goes on with what the IP protocol w.number stands for.
func (w *walk) ipNumber() step {
	switch w.number {
	case protocolTCP:
		return foundTCP
	case protocolUDP:
		return readUDP
	case protocolICMP, protocolICMPv6:
		return readICMP
	case protocolIPv4:
		return readIPv4
	case protocolIPv6:
		return readIPv6
	case protocolGRE:
		return readGRE
	case protocolEtherIP:
		return readEtherIP
	}
	return foundOther
}

const (
	ipv4HeaderLen  = 20 // without options
	ipv4ProtocolAt = 9
	ipv6HeaderLen  = 40
	ipv6NextAt     = 6
)

// An ipv4Header is what is of use of an IPv4 header. Lengths are in octets.
type ipv4Header struct {
	header   int // length with options
	total    int // total length as stated; 0 stands for "until the end": a packet captured before segmentation offload
	id       uint16
	offset   int // of a fragment
	more     bool
	protocol uint8
}

func parseIPv4(data []byte) (h ipv4Header, ok bool) {
	if len(data) < ipv4HeaderLen || data[0]>>4 != 4 {
		return h, false
	}
	fragment := binary.BigEndian.Uint16(data[6:])
	h = ipv4Header{
		header:   int(data[0]&0xf) * 4,
		total:    int(binary.BigEndian.Uint16(data[2:])),
		id:       binary.BigEndian.Uint16(data[4:]),
		offset:   int(fragment&0x1fff) * 8,
		more:     fragment&0x2000 != 0,
		protocol: data[ipv4ProtocolAt],
	}
	sound := h.header >= ipv4HeaderLen && h.header <= len(data) && (h.total == 0 || h.total >= h.header)
	return h, sound
}

// maxExtensions bounds the chain of extension headers.
const maxExtensions = 16

// An extensionEnd is where a chain of extension headers ends.
type extensionEnd struct {
	off     int   // of the header behind the chain
	next    uint8 // what that header is; protocolFragment if it is one that fragments
	namedAt int   // offset of the octet that holds next
}

// skipExtensions goes past the IPv6 extension headers (RFC 8200, section 4) and
// authentication headers (RFC 4302) in data from off on. It stops at a fragment
// header, unless that is the whole datagram (RFC 6946: atomic fragments).
func skipExtensions(data []byte, off, namedAt int) (e extensionEnd, ok bool) {
	e = extensionEnd{off: off, next: data[namedAt], namedAt: namedAt}
	for range maxExtensions + 1 {
		size := 0
		switch e.next {
		case protocolHopByHop, protocolRouting, protocolDestOpts, protocolMobility, protocolHIP, protocolShim6:
			if len(data) < e.off+2 {
				return e, false
			}
			size = (int(data[e.off+1]) + 1) * 8
		case protocolAH:
			if len(data) < e.off+2 {
				return e, false
			}
			size = (int(data[e.off+1]) + 2) * 4
		case protocolFragment:
			size = fragmentHeaderLen
			if len(data) < e.off+size {
				return e, false
			}
			const offsetAndMore = 0xfff9
			if binary.BigEndian.Uint16(data[e.off+2:])&offsetAndMore != 0 {
				return e, true
			}
		default:
			return e, true
		}
		if len(data) < e.off+size {
			return e, false
		}
		e = extensionEnd{off: e.off + size, next: data[e.off], namedAt: e.off}
	}
	return e, false
}
