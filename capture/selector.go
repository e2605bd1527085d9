package capture

import (
	"encoding/binary"
	"maps"
	"slices"
)

// maxUnknownLinks bounds SelectionStats.UnknownLink: a hostile file may name
// every one of the 65536 link types.
const maxUnknownLinks = 256

// A Selector decides which packets of an input are wanted. It looks at
// headers only; the one thing that it keeps from packet to packet are IP
// fragments, until their datagram is whole.
//
// A Selector belongs to the one goroutine that reads the input.
type Selector struct {
	// ports are those of the rules, all those of the packets beside them too.
	ports, all portSet
	anyPort    bool
	beside     bool
	stats      SelectionStats
	walk       walk
	frags      defragmenter
	// chooser holds packets against Rules.Expr, if that is not nil.
	chooser *chooser
}

// NewSelector returns a Selector for the rules.
func NewSelector(r Rules) *Selector {
	s := &Selector{anyPort: r.AnyPort, beside: r.Beside, frags: newDefragmenter(defaultFragmentLimits), chooser: newChooser(r.Expr)}
	for _, port := range r.Ports {
		s.ports.add(port)
		s.all.add(port)
	}
	if r.Beside {
		for _, port := range BesidePorts() {
			s.all.add(port)
		}
	}
	s.stats.UnknownLink = make(map[LinkType]int64)
	return s
}

// Select reports whether p is wanted: whether it carries, directly or within
// tunnels, a TCP segment that the rules ask for. Data, Time, Clock, WireLen,
// Interface and Link of p must be set. If p is wanted, Select sets L3, Hash and
// VLAN, and decode will succeed on p.
//
// An IP fragment is not wanted, but for the one that completes its datagram:
// Data then becomes that datagram, in memory of its own, Link becomes LinkRaw,
// and WireLen is the datagram's length. L3 is 0 unless the datagram carries a
// tunnel. If p is not wanted its fields are as before.
//
// When a tunnel has cut the packet that it carries, Data is shortened to what
// the tunnel carried. Select never writes to the octets of p.Data.
func (s *Selector) Select(p *Packet) bool {
	if s.chooser != nil && !s.chooser.chooses(p.Link, p.Data) {
		s.stats.NotChosen++
		return false
	}
	found := s.peek(p)
	if found == undecided {
		found = s.walk.run(s, p)
	}
	switch found {
	case wanted:
		return true
	case unwanted:
		s.stats.Unwanted++
	case notTCP:
		s.stats.NotTCP++
	case malformed:
		s.stats.Malformed++
	case unknownLink:
		s.countUnknownLink(p.Link)
	}
	return false
}

// Stats returns the counts so far. Like Select it belongs to the goroutine that
// reads the input, which may hand the result to others: it shares no memory
// with the Selector. Call it once per batch, not per packet.
func (s *Selector) Stats() SelectionStats {
	stats := s.stats
	stats.UnknownLink = maps.Clone(s.stats.UnknownLink)
	if s.chooser != nil {
		stats.FilterErrors = slices.Clone(s.chooser.wrong)
	}
	stats.Fragments = s.frags.seen
	stats.FragmentsLost = s.frags.lost
	stats.FragmentOverlaps = s.frags.overlaps
	return stats
}

// Flush gives up the fragments whose datagrams are not whole, so that Stats
// counts them as lost. It is for the end of the input.
func (s *Selector) Flush() { s.frags.flush() }

// A finding is what is known of a packet.
type finding uint8

const (
	undecided   finding = iota // the peek cannot tell
	wanted                     // TCP that the rules ask for
	unwanted                   // other TCP
	notTCP                     // something else
	malformed                  // headers that are cut or contradict themselves
	unknownLink                // a link type that is not decoded
	fragmented                 // an IP fragment; the defragmenter has counted it
)

// dismisses reports whether a packet is not wanted, as far as its headers say so
// at their usual places: Ethernet, IPv4 without options or IPv6 without
// extension headers, and ports that nobody asked for. It counts the packet
// then; Select does not need to see it. Not even a Packet has to be made for
// it: this, and the loop around it, is what the rest of a capture costs.
func (s *Selector) dismisses(link LinkType, data []byte) bool {
	const least, least6 = 44, 58 // what peek asks for, and ports behind IPv6
	if link != LinkEthernet || len(data) < least {
		return false
	}
	d := (*[least]byte)(data)
	var protocol uint8
	var ports uint32
	switch binary.BigEndian.Uint16(d[12:]) {
	case etherTypeIPv4:
		if d[14] != 0x45 || binary.BigEndian.Uint16(d[20:])&fragmentMask != 0 {
			return false
		}
		protocol, ports = d[23], binary.BigEndian.Uint32(d[34:])
	case etherTypeIPv6:
		if len(data) < least6 || d[14]>>4 != 6 {
			return false
		}
		protocol, ports = d[20], binary.BigEndian.Uint32(data[54:])
	default:
		return false
	}
	switch {
	case protocol == protocolTCP && !s.wants(ports):
		s.stats.Unwanted++
		return true
	case protocol == protocolUDP && udpTunnel(uint16(ports)) == noTunnel && !s.wantsDatagram(ports):
		s.stats.NotTCP++
		return true
	}
	return false
}

// fragmentMask are the bits of an IPv4 header that a fragment has set: more
// fragments, or an offset.
const fragmentMask = 0x3fff

// peek decides on the packets that nearly every capture consists of: Ethernet
// with at most one VLAN tag, Linux cooked v2 ("any"), or no link header; IPv4
// without options or IPv6 without extension headers; TCP, or a UDP that is no
// tunnel.
func (s *Selector) peek(p *Packet) finding {
	d := p.Data
	const shortest = 20 + 20 + 4 // Linux cooked v2, IPv4, ports
	if len(d) < shortest {
		return undecided
	}
	var etherType, vlan uint16
	l3 := 0
	switch p.Link {
	case LinkEthernet:
		etherType, l3 = binary.BigEndian.Uint16(d[12:]), 14
		if etherType == etherTypeVLAN {
			vlan = binary.BigEndian.Uint16(d[14:]) & 0xfff
			etherType, l3 = binary.BigEndian.Uint16(d[16:]), 18
		}
	case LinkSLL2:
		if binary.BigEndian.Uint16(d[8:]) >= hardwareIEEE80211 {
			return undecided
		}
		etherType, l3 = binary.BigEndian.Uint16(d), 20
	case LinkRaw:
		etherType = etherTypeIPv4
		if d[0]>>4 == 6 {
			etherType = etherTypeIPv6
		}
	default:
		return undecided
	}
	ip := d[l3:]
	var protocol uint8
	var ports uint32 // source in the high half, destination in the low one
	switch etherType {
	case etherTypeIPv4:
		if ip[0] != 0x45 || binary.BigEndian.Uint16(ip[6:])&fragmentMask != 0 {
			return undecided
		}
		protocol, ports = ip[9], binary.BigEndian.Uint32(ip[20:])
	case etherTypeIPv6:
		if len(ip) < 44 || ip[0]>>4 != 6 {
			return undecided
		}
		protocol, ports = ip[6], binary.BigEndian.Uint32(ip[40:])
	default:
		return undecided
	}
	switch protocol {
	case protocolTCP:
		if !s.wants(ports) {
			return unwanted
		}
	case protocolUDP:
		if udpTunnel(uint16(ports)) != noTunnel || s.wantsDatagram(ports) {
			return undecided
		}
		return notTCP
	default:
		return undecided
	}
	var tcp tcpBounds
	if !tcp.locate(d, l3, p.WireLen) {
		return malformed
	}
	p.L3, p.VLAN, p.Hash, p.tcp = uint16(l3), vlan, tcp.hash(d, l3), tcp
	p.lane, p.carries = s.lane(ports), cargoTCP
	return wanted
}

// wants reports whether TCP between these two ports is asked for. The order of
// the ports does not matter.
func (s *Selector) wants(ports uint32) bool {
	return s.anyPort || s.all.has(uint16(ports)) || s.all.has(uint16(ports>>16))
}

func (s *Selector) countUnknownLink(t LinkType) {
	if _, known := s.stats.UnknownLink[t]; known || len(s.stats.UnknownLink) < maxUnknownLinks {
		s.stats.UnknownLink[t]++
		return
	}
	s.stats.Malformed++ // no honest input has so many
}

// A portSet holds one bit per port: 8 KiB, which stay in the first-level cache.
type portSet [1 << 16 / 64]uint64

func (s *portSet) add(port uint16)      { s[port>>6] |= 1 << (port & 63) }
func (s *portSet) has(port uint16) bool { return s[port>>6]>>(port&63)&1 != 0 }
