package capture

import (
	"encoding/binary"
	"net/netip"
)

// side is one of the two ends of a flow: 0 is the one whose address and port
// sort first. All of the assembler's own state is indexed by it, because which
// side is the client may turn out later.
type side uint8

func (s side) other() side { return s ^ 1 }

// An address is an IP address as two big-endian words. IPv4 addresses are those
// mapped into IPv6.
type address struct{ hi, lo uint64 }

func address4(b []byte) address {
	return address{lo: 0xffff<<32 | uint64(binary.BigEndian.Uint32(b))}
}

func address6(b []byte) address {
	return address{hi: binary.BigEndian.Uint64(b), lo: binary.BigEndian.Uint64(b[8:])}
}

// A flowKey names a connection: both ends in canonical order. Neither VLAN nor
// interface is part of it: on a trunk, a bridge or a host with several
// interfaces the two directions, or copies of one packet, come with different
// tags.
type flowKey struct {
	addr [2]address
	port [2]uint16
}

// A route says which flow a packet belongs to, and from which side it comes.
type route struct {
	key  flowKey
	from side
}

// set makes r the route from one end to the other.
func (r *route) set(src, dst address, srcPort, dstPort uint16) {
	var from side
	switch {
	case src.hi != dst.hi:
		from = sideOf(src.hi > dst.hi)
	case src.lo != dst.lo:
		from = sideOf(src.lo > dst.lo)
	default:
		from = sideOf(srcPort > dstPort)
	}
	to := from.other()
	r.from = from
	r.key.addr[from&1], r.key.addr[to&1] = src, dst
	r.key.port[from&1], r.key.port[to&1] = srcPort, dstPort
}

func sideOf(second bool) side {
	if second {
		return 1
	}
	return 0
}

// equal is ==, in a form that takes a few instructions instead of a call.
func (k *flowKey) equal(o *flowKey) bool {
	differs := (k.addr[0].lo ^ o.addr[0].lo) | (k.addr[1].lo ^ o.addr[1].lo) |
		(k.addr[0].hi ^ o.addr[0].hi) | (k.addr[1].hi ^ o.addr[1].hi)
	return differs == 0 && k.port == o.port
}

// end returns the address and port of one side.
func (k *flowKey) end(of side) netip.AddrPort {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], k.addr[of].hi)
	binary.BigEndian.PutUint64(b[8:], k.addr[of].lo)
	return netip.AddrPortFrom(netip.AddrFrom16(b).Unmap(), k.port[of])
}
