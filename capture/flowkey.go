package capture

import (
	"bytes"
	"net/netip"
)

// side is one of the two ends of a flow: 0 is the one whose address and port
// sort first. All of the assembler's own state is indexed by it, because which
// side is the client may turn out later.
type side uint8

func (s side) other() side { return s ^ 1 }

// A flowKey names a connection: both ends in canonical order. Neither VLAN nor
// interface is part of it: on a trunk, a bridge or a host with several
// interfaces the two directions, or copies of one packet, come with different
// tags. IPv4 addresses are those mapped into IPv6.
type flowKey struct {
	addr [2][16]byte
	port [2]uint16
}

// keyOf returns the key of the flow and the side that src is.
func keyOf(src, dst netip.AddrPort) (k flowKey, from side) {
	k = flowKey{
		addr: [2][16]byte{src.Addr().As16(), dst.Addr().As16()},
		port: [2]uint16{src.Port(), dst.Port()},
	}
	order := bytes.Compare(k.addr[0][:], k.addr[1][:])
	if order < 0 || order == 0 && k.port[0] <= k.port[1] {
		return k, 0
	}
	k.addr[0], k.addr[1] = k.addr[1], k.addr[0]
	k.port[0], k.port[1] = k.port[1], k.port[0]
	return k, 1
}
