package capture

import "encoding/binary"

// fragmentHeaderLen is the length of an IPv6 fragment header (RFC 8200, section
// 4.5): next header, reserved, offset and M flag, identification.
const fragmentHeaderLen = 8

// A fragmentKey says which datagram a fragment is part of (RFC 791, section
// 2.3; RFC 8200, section 4.5). Interface and VLAN are no part of it: a tap on
// an aggregated link sees fragments of one datagram on several interfaces.
type fragmentKey struct {
	src, dst [16]byte // IPv4 addresses fill the first four octets
	id       uint32
	version  uint8
	protocol uint8 // 0 for IPv6, where only the first fragment's counts
}

// A fragment is one piece of an IP datagram. Its slices point into the packet.
type fragment struct {
	key fragmentKey
	// header is what comes before the fragmentable part: all of it is needed of
	// the first fragment only.
	header []byte
	// next is the protocol of the fragmentable part, which nextAt (an offset in
	// header) is to name when the datagram is whole.
	next   uint8
	nextAt int
	// offset is where data belongs in the fragmentable part; size is the length
	// of data on the wire. A snap length may have cut data.
	offset, size int
	data         []byte
	more         bool
}

// fragment4 goes on with an IPv4 fragment, whose payload is at w.off.
func (w *walk) fragment4(h ipv4Header) step {
	header := w.data[w.l3:w.off]
	f := fragment{
		key:    fragmentKey{id: uint32(h.id), version: 4, protocol: h.protocol},
		header: header,
		next:   h.protocol,
		nextAt: ipv4ProtocolAt,
		offset: h.offset,
		size:   h.total - h.header,
		data:   w.data[w.off:],
		more:   h.more,
	}
	copy(f.key.src[:], header[12:16])
	copy(f.key.dst[:], header[16:20])
	return w.fragment(&f)
}

// fragment6 goes on with an IPv6 fragment, whose fragment header is at e.off.
func (w *walk) fragment6(e extensionEnd) step {
	header, own := w.data[w.l3:e.off], w.data[e.off:e.off+fragmentHeaderLen]
	offsetAndMore := binary.BigEndian.Uint16(own[2:])
	payload := int(binary.BigEndian.Uint16(header[4:]))
	f := fragment{
		key:    fragmentKey{id: binary.BigEndian.Uint32(own[4:]), version: 6},
		header: header,
		next:   own[0],
		nextAt: e.namedAt - w.l3,
		offset: int(offsetAndMore &^ 7),
		size:   ipv6HeaderLen + payload - len(header) - fragmentHeaderLen,
		data:   w.data[e.off+fragmentHeaderLen:],
		more:   offsetAndMore&1 != 0,
	}
	copy(f.key.src[:], header[8:24])
	copy(f.key.dst[:], header[24:40])
	return w.fragment(&f)
}

// fragment hands f to the defragmenter. When that has the whole datagram, the
// walk goes on in it.
func (w *walk) fragment(f *fragment) step {
	frags := &w.sel.frags
	frags.seen++
	if !mayCarryTCP(f.next) {
		return foundOther
	}
	if f.offset == 0 && w.hopeless(f) {
		frags.dismiss(f.key, w.clock)
		return foundFragment
	}
	whole, wire, ok := frags.add(f, w.clock)
	if !ok {
		return foundFragment
	}
	w.packet, w.data, w.off = whole, whole, 0
	w.wire, w.link = wire, LinkRaw
	w.depth-- // the same header is about to be read again
	return readIP
}

// mayCarryTCP reports whether TCP may follow, at once or in a tunnel.
func mayCarryTCP(protocol uint8) bool {
	switch protocol {
	case protocolTCP, protocolUDP, protocolIPv4, protocolIPv6, protocolGRE, protocolEtherIP, protocolAH,
		protocolHopByHop, protocolRouting, protocolDestOpts, protocolFragment,
		protocolMobility, protocolHIP, protocolShim6:
		return true
	}
	return false
}

// hopeless reports whether the first fragment's ports already say that nobody
// wants the datagram.
func (w *walk) hopeless(f *fragment) bool {
	if len(f.data) < 4 {
		return false
	}
	ports := binary.BigEndian.Uint32(f.data)
	switch f.next {
	case protocolTCP:
		return !w.sel.wants(ports)
	case protocolUDP:
		return udpTunnel(uint16(ports)) == noTunnel && !w.sel.wantsDatagram(ports)
	}
	return false
}
