package bpfexpr

// Ancillary data of Linux (linux/filter.h): offsets that no packet has.
const (
	adOff = 0xfffff000 // SKF_AD_OFF
	// netOff is SKF_NET_OFF: offsets from there on count from the network header.
	netOff = 0xfff00000

	adProtocol       = adOff + 0  // SKF_AD_PROTOCOL
	adVLANTagPresent = adOff + 48 // SKF_AD_VLAN_TAG_PRESENT
)

// EtherTypes.
const (
	etherTypeIPv4     = 0x0800
	etherTypeARP      = 0x0806
	etherTypeRARP     = 0x8035
	etherTypeVLAN     = 0x8100
	etherTypeIPv6     = 0x86dd
	etherTypeMPLS     = 0x8847
	etherTypeMPLSMC   = 0x8848
	etherTypePPPoE    = 0x8864
	etherTypeJumboLLC = 0x8870
	etherTypeQinQ     = 0x88a8
	etherTypeQinQ9100 = 0x9100
	etherTypeQinQ9200 = 0x9200
	etherTypeTransEth = 0x6558
	etherTypePBB      = 0x88e7
	etherTypeVNTag    = 0x8926
	etherTypeETag     = 0x893f
	// etherTypeMin is the least: what is below is the length of a frame with
	// LLC, or what Linux calls such frames.
	etherTypeMin = 0x0600
)

var (
	// taggedTypes are followed by a VLAN identifier and a type.
	taggedTypes = []uint32{etherTypeVLAN, etherTypeQinQ, etherTypeQinQ9100, etherTypeQinQ9200}
	// tunnelTypes carry IP further in.
	tunnelTypes = []uint32{etherTypeMPLS, etherTypeMPLSMC, etherTypePPPoE, etherTypeJumboLLC, etherTypeTransEth, etherTypePBB, etherTypeVNTag, etherTypeETag}
)

// IP protocols.
const (
	protocolHopByHop = 0
	protocolICMP     = 1
	protocolIGMP     = 2
	protocolIPv4     = 4
	protocolTCP      = 6
	protocolUDP      = 17
	protocolIPv6     = 41
	protocolRouting  = 43
	protocolFragment = 44
	protocolGRE      = 47
	protocolESP      = 50
	protocolAH       = 51
	protocolICMPv6   = 58
	protocolDestOpts = 60
	protocolEtherIP  = 97
	protocolPIM      = 103
	protocolVRRP     = 112
	protocolSCTP     = 132
	protocolMobility = 135
	protocolHIP      = 139
	protocolShim6    = 140
)

var (
	// tunnelProtocols carry IP further in.
	tunnelProtocols = []uint32{protocolIPv4, protocolIPv6, protocolGRE, protocolEtherIP}
	// extensionHeaders are followed by another header, at a distance that
	// they tell in units of eight octets.
	extensionHeaders = []uint32{protocolHopByHop, protocolRouting, protocolDestOpts, protocolMobility, protocolHIP, protocolShim6}
)

// How far the sieve looks; what goes on beyond that is kept.
const (
	maxTags       = 3
	maxExtensions = 4
)

// mayBeTCP are the protocols of fragments whose datagram may be wanted.
func (s *sieve) mayBeTCP() []uint32 {
	list := []uint32{protocolTCP, protocolAH}
	if len(s.udp) > 0 {
		list = append(list, protocolUDP)
	}
	if s.tunnel == s.accept {
		list = append(list, tunnelProtocols...)
	}
	return list
}

// A sieve makes the graph of what keeps packets by their ports. Where a header
// is, X says while the programme runs, counted from base.
type sieve struct {
	graph
	base     uint32
	anyPort  bool
	tcp, udp []span
	// denied are the ports that ICMP tells of; none: it is not wanted.
	denied []span
	// accept and reject are the ends, tunnel that of packets within packets.
	accept, reject, tunnel *node
}

func (s *sieve) loadByte(at uint32, then *node) *node { return s.do(opLoadByteX, s.base+at, then) }
func (s *sieve) loadHalf(at uint32, then *node) *node { return s.do(opLoadHalfX, s.base+at, then) }

// forward moves X by so many octets.
func (s *sieve) forward(octets uint32, then *node) *node {
	return s.do(opXToA, 0, s.do(opAdd, octets, s.do(opAToX, 0, then)))
}

// protocol begins with what Linux says that the packet is.
func (s *sieve) protocol() *node {
	next := s.etherType(s.ipv4(s.reject), s.ipv6(maxExtensions, s.reject), s.tagInPacket(), s.tunnel, s.reject)
	return s.do(opSetX, 0, s.do(opLoadWord, adProtocol, next))
}

// announced begins with what a link header says that it carries.
func (s *sieve) announced(c *compiler) *node {
	ip4, ip6 := s.ipv4(s.reject), s.ipv6(maxExtensions, s.reject)
	switch c.form {
	case byEtherType, byCookedType:
		return s.do(opLoadHalf, c.number, s.etherType(ip4, ip6, s.tag(maxTags, s.tunnel), s.tunnel, s.reject))
	}
	return c.carries(etherTypeIPv4, 0, ip4, c.carries(etherTypeIPv6, 0, ip6, s.reject))
}

// etherType goes on by the type in A; to llc if it is none, but a length.
func (s *sieve) etherType(ipv4, ipv6, tagged, llc, no *node) *node {
	return s.ask(opEqual, etherTypeIPv4, ipv4, s.ask(opEqual, etherTypeIPv6, ipv6,
		s.among(taggedTypes, tagged, s.among(tunnelTypes, s.tunnel,
			s.ask(opAtLeast, etherTypeMin, no, llc)))))
}

// tagInPacket goes on with a packet whose tag the kernel has not taken out.
// Where it sees the network header then depends on how the packet came about:
// at the tag, or behind all tags (a driver that writes tags itself, packets
// sent by programs). Both are tried. The second may be a mistake, so it must
// not look beyond the end of a short packet, which would end the programme.
func (s *sieve) tagInPacket() *node {
	// The length of an IPv4 packet is where the type behind a tag would be.
	tag := s.tag(maxTags, s.reject)
	const withoutOptions = 0x45
	ip4 := s.ask(opEqual, withoutOptions, s.ipv4(tag), s.accept)
	ip6 := s.ipv6(0, tag)
	version := func(v uint32, yes, no *node) *node {
		low, high := v<<4, v<<4|0xf
		return s.ask(opAtLeast, low, s.ask(opGreater, high, no, yes), no)
	}
	return s.loadByte(0, version(4, ip4, version(6, ip6, s.tag(maxTags, s.tunnel))))
}

// tag goes on with a tag at X, to llc if a length follows.
func (s *sieve) tag(left int, llc *node) *node {
	next := s.accept
	if left > 0 {
		next = s.tag(left-1, llc)
		next = s.forward(4, next)
	}
	return s.loadHalf(2, s.etherType(
		s.forward(4, s.ipv4(s.reject)), s.forward(4, s.ipv6(maxExtensions, s.reject)), next, llc, s.reject))
}

// ipv4 goes on with an IPv4 header at X.
func (s *sieve) ipv4(no *node) *node {
	const offset = 0x1fff             // of a fragment
	restX := func(then *node) *node { // X to behind the header
		return s.loadByte(0, s.do(opAnd, 0xf, s.do(opShiftLeft, 2, s.do(opAddX, 0, s.do(opAToX, 0, then)))))
	}
	// The tries that may follow want X at the header: they begin from 0.
	back := no
	if no != s.reject {
		back = s.do(opSetX, 0, no)
	}
	whole := s.transport(
		restX(s.ports(s.tcp, back)), restX(s.ports(s.udp, back)),
		s.ask(opEqual, protocolAH, restX(s.authentication(maxExtensions, back)), s.icmp4(restX, no)))
	later := s.among(s.mayBeTCP(), s.accept, no)
	return s.loadHalf(6, s.ask(opAnySet, offset, s.loadByte(9, later), s.loadByte(9, whole)))
}

// transport goes on by the protocol in A.
func (s *sieve) transport(tcp, udp, other *node) *node {
	if s.anyPort {
		tcp = s.accept
	}
	if s.tunnel == s.accept {
		other = s.among(tunnelProtocols, s.tunnel, other)
	}
	if len(s.udp) > 0 {
		other = s.ask(opEqual, protocolUDP, udp, other)
	}
	return s.ask(opEqual, protocolTCP, tcp, other)
}

// ports asks for the two ports at X.
func (s *sieve) ports(ranges []span, no *node) *node {
	if len(ranges) == 0 {
		return no
	}
	return s.loadHalf(0, s.within(ranges, s.accept, s.loadHalf(2, s.within(ranges, s.accept, no))))
}

// ipv6 goes on with an IPv6 header at X.
func (s *sieve) ipv6(extensions int, no *node) *node {
	const headerLen, nextHeader, kept = 40, 6, 0
	back := no
	if no != s.reject {
		back = s.do(opSetX, 0, no)
	}
	return s.loadByte(nextHeader, s.do(opStore, kept,
		s.forward(headerLen, s.do(opLoadScratch, kept, s.chain(extensions, back)))))
}

// chain goes on with the header at X, which A tells the kind of.
func (s *sieve) chain(left int, no *node) *node {
	further, authentication := s.accept, s.accept
	if left > 0 {
		further = s.extension(left, 1, 3, no)
		authentication = s.authentication(left, no)
	}
	other := s.ask(opEqual, protocolFragment, s.accept,
		s.ask(opEqual, protocolAH, authentication, s.among(extensionHeaders, further, s.icmp6(no))))
	return s.transport(s.ports(s.tcp, no), s.ports(s.udp, no), other)
}

// authentication goes past an authentication header (RFC 4302), which counts
// units of four octets.
func (s *sieve) authentication(left int, no *node) *node { return s.extension(left, 2, 2, no) }

// extension goes past a header of (length field + more) << shift octets.
func (s *sieve) extension(left int, more, shift uint32, no *node) *node {
	const kept = 0
	return s.loadByte(0, s.do(opStore, kept, s.loadByte(1, s.do(opAdd, more, s.do(opShiftLeft, shift,
		s.do(opAddX, 0, s.do(opAToX, 0, s.do(opLoadScratch, kept, s.chain(left-1, no)))))))))
}

// icmpHeader is the length of the header of a message that tells of a packet.
const icmpHeader = 8

// icmp4 goes on with ICMP, if that is in A: that a destination is unreachable (RFC 792)
// is kept if it is about one of the ports. restX moves X to the message.
func (s *sieve) icmp4(restX func(*node) *node, no *node) *node {
	const unreachable, withoutOptions, length = 3, 0x45, 20
	if len(s.denied) == 0 {
		return no
	}
	about := s.accept
	if no == s.reject { // else it may be a mistake, and must not look far
		about = s.loadByte(icmpHeader, s.ask(opEqual, withoutOptions,
			s.loadHalf(icmpHeader+length+2, s.within(s.denied, s.accept, no)), s.accept))
	}
	back := no
	if no != s.reject {
		back = s.do(opSetX, 0, no)
	}
	return s.ask(opEqual, protocolICMP, restX(s.loadByte(0, s.ask(opEqual, unreachable, about, back))), no)
}

// icmp6 does so with ICMPv6 (RFC 4443, section 3.1) at X.
func (s *sieve) icmp6(no *node) *node {
	const unreachable, nextHeader, length = 1, 6, 40
	if len(s.denied) == 0 {
		return no
	}
	about := s.accept
	if no == s.reject {
		port := s.loadHalf(icmpHeader+length+2, s.within(s.denied, s.accept, no))
		about = s.loadByte(icmpHeader+nextHeader, s.among([]uint32{protocolTCP, protocolUDP}, port,
			s.among(append([]uint32{protocolAH, protocolFragment}, extensionHeaders...), s.accept, no)))
	}
	return s.ask(opEqual, protocolICMPv6, s.loadByte(0, s.ask(opEqual, unreachable, about, no)), no)
}
