package capture

import "encoding/binary"

const (
	// maxIPDepth bounds how many IP headers may be nested in one packet.
	maxIPDepth = 8
	// maxHeaders bounds how many headers of any kind are walked: tags, labels
	// and tunnel headers between the IP headers included.
	maxHeaders = 64
)

// A walk goes through the headers of one packet, from the link header to the
// innermost TCP header, whatever lies between. All header methods work the same
// way: they read the header at w.off, move w.off behind it, and return the step
// that comes next.
type walk struct {
	sel *Selector
	// packet and wire are what Packet.Data and Packet.WireLen will be; link
	// says how packet begins. They change when a datagram becomes whole.
	packet []byte
	wire   uint32
	link   LinkType
	// data is packet, cut at the end that the innermost IP header states; outer
	// is where the IP headers around that one end.
	data  []byte
	outer int
	// off is where the next header begins.
	off int
	// number says what the next header is, in the numbering that the step
	// names: an EtherType, a PPP protocol or an IP protocol.
	number uint16
	// l3 is the offset of the innermost IP header so far.
	l3 int
	// depth counts the IP headers so far.
	depth int
	// vlan is the first VLAN identifier that is not 0.
	vlan uint16
	// clock and iface are those of the packet.
	clock int64

	wifi wifi
}

// A step is what a walk does next: read a header, or end.
type step uint8

const (
	readEthernet step = iota
	readEtherType
	readLLC
	readMPLS
	readPPPoE
	readPPP
	readPPPNumber
	readIP
	readIPv4
	readIPv6
	readIPNumber
	readUDP
	readICMP
	readGRE
	readERSPAN2
	readERSPAN3
	readPPTP
	readEtherIP
	readVXLAN
	readVXLANGPE
	readGeneve
	readGTP
	readL2TP
	readTZSP
	readSLL
	readSLL2
	readNull
	readLoop
	readCiscoHDLC
	readIEEE80211
	readRadiotap
	// The steps from here on end the walk.
	foundTCP
	foundDatagram
	foundUnreachable
	foundOther
	foundMalformed
	foundFragment
	foundUnknownLink
)

// run walks p for s. When p is wanted it sets p's fields.
func (w *walk) run(s *Selector, p *Packet) finding {
	w.sel, w.clock = s, p.Clock
	w.packet, w.wire, w.link = p.Data, p.WireLen, p.Link
	w.data, w.off, w.l3, w.depth, w.vlan = p.Data, 0, 0, 0, 0
	next := firstStep(p.Link)
	for range maxHeaders {
		if next >= foundTCP {
			break
		}
		next = w.read(next)
	}
	switch next {
	case foundTCP:
		return w.judge(p)
	case foundDatagram:
		return w.beside(p, cargoUDP, w.off-udpHeaderLen)
	case foundUnreachable:
		return w.beside(p, cargoICMP, w.off)
	case foundOther:
		return notTCP
	case foundFragment:
		return fragmented
	case foundUnknownLink:
		return unknownLink
	}
	return malformed // foundMalformed, or headers without end
}

// judge decides on the TCP segment at w.off.
func (w *walk) judge(p *Packet) finding {
	ports, ok := w.peek32(0)
	if !ok {
		return malformed
	}
	if !w.sel.wants(ports) {
		return unwanted
	}
	var tcp tcpBounds
	ok = tcp.locate(w.packet, w.l3, w.wire)
	if ok && int(tcp.wireEnd) > w.outer && w.outer < len(w.packet) {
		// The tunnel's packet was cut on its way, as mirrors do. What comes
		// after it in the frame is not the segment's.
		w.packet, w.wire = w.packet[:w.outer], uint32(w.outer)
		ok = tcp.locate(w.packet, w.l3, w.wire)
	}
	if !ok || w.l3 > 0xffff {
		return malformed
	}
	p.Data, p.WireLen, p.Link = w.packet, w.wire, w.link
	p.L3, p.VLAN, p.Hash = uint16(w.l3), w.vlan, tcp.hash(w.packet, w.l3)
	p.tcp = tcp
	p.lane, p.carries = w.sel.lane(ports), cargoTCP
	return wanted
}

// beside takes what is not TCP, and begins at header.
func (w *walk) beside(p *Packet, carries cargo, header int) finding {
	if w.l3 > 0xffff {
		return malformed
	}
	p.Data, p.WireLen, p.Link = w.packet, w.wire, w.link
	p.L3, p.VLAN, p.Hash = uint16(w.l3), w.vlan, 0
	p.tcp = tcpBounds{header: uint32(header), end: uint32(len(w.data)), wireEnd: uint32(len(w.data))}
	p.lane, p.carries = laneBeside, carries
	return wanted
}

// read reads one header.
func (w *walk) read(s step) step {
	switch s {
	case readEthernet:
		return w.ethernet()
	case readEtherType:
		return w.etherType()
	case readLLC:
		return w.llc()
	case readMPLS:
		return w.mpls()
	case readPPPoE:
		return w.pppoe()
	case readPPP:
		return w.ppp()
	case readPPPNumber:
		return w.pppNumber()
	case readIP:
		return w.ip()
	case readIPv4:
		return w.ipv4()
	case readIPv6:
		return w.ipv6()
	case readIPNumber:
		return w.ipNumber()
	case readUDP:
		return w.udp()
	case readICMP:
		return w.icmp()
	case readGRE:
		return w.gre()
	case readERSPAN2:
		return w.erspan2()
	case readERSPAN3:
		return w.erspan3()
	case readPPTP:
		return w.pptp()
	case readEtherIP:
		return w.etherIP()
	case readVXLAN:
		return w.vxlan()
	case readVXLANGPE:
		return w.vxlanGPE()
	case readGeneve:
		return w.geneve()
	case readGTP:
		return w.gtp()
	case readL2TP:
		return w.l2tp()
	case readTZSP:
		return w.tzsp()
	case readSLL:
		return w.sll()
	case readSLL2:
		return w.sll2()
	case readNull:
		return w.null()
	case readLoop:
		return w.loop()
	case readCiscoHDLC:
		return w.ciscoHDLC()
	case readIEEE80211:
		return w.ieee80211()
	case readRadiotap:
		return w.radiotap()
	}
	return foundMalformed
}

// left is how many octets there are from w.off on. It may be negative.
func (w *walk) left() int { return len(w.data) - w.off }

// take returns the next n octets and moves behind them; nil if there are not
// so many.
func (w *walk) take(n int) []byte {
	if w.left() < n {
		return nil
	}
	header := w.data[w.off : w.off+n]
	w.off += n
	return header
}

// peek8, peek16 and peek32 read at w.off+at and do not move.
func (w *walk) peek8(at int) (uint8, bool) {
	if w.left() < at+1 {
		return 0, false
	}
	return w.data[w.off+at], true
}

func (w *walk) peek16(at int) (uint16, bool) {
	if w.left() < at+2 {
		return 0, false
	}
	return binary.BigEndian.Uint16(w.data[w.off+at:]), true
}

func (w *walk) peek32(at int) (uint32, bool) {
	if w.left() < at+4 {
		return 0, false
	}
	return binary.BigEndian.Uint32(w.data[w.off+at:]), true
}
