package capture

import (
	"encoding/binary"
	"net/netip"
)

// An Unreachable is a message of ICMP that a packet of Kerberos did not reach its
// destination (RFC 792; RFC 4443, section 3.1). From is who says so; the others are of
// the packet that it is about.
type Unreachable struct {
	From                netip.Addr
	Source, Destination netip.AddrPort
	TCP                 bool  // else UDP
	Code                uint8 // of ICMP or ICMPv6, as From is
}

// icmp reads ICMP. Of all that is said there, only that a KDC is not reached matters.
func (w *walk) icmp() step {
	if !w.sel.beside || w.left() <= 0 {
		return foundOther
	}
	if _, ok := unreachable(w.data[w.off:], w.number == protocolICMPv6); !ok {
		return foundOther
	}
	return foundUnreachable
}

// Unreachable returns the message of a packet of Batch.Beside; false when it carries
// something else.
func (p *Packet) Unreachable() (Unreachable, bool) {
	if p.carries != cargoICMP {
		return Unreachable{}, false
	}
	ip := p.Data[p.L3:]
	ipv6 := ip[0]>>4 == 6
	u, ok := unreachable(p.Data[p.tcp.header:p.tcp.end], ipv6)
	if ipv6 {
		u.From = netip.AddrFrom16([16]byte(ip[8:24]))
	} else {
		u.From = netip.AddrFrom4([4]byte(ip[12:16]))
	}
	return u, ok
}

// unreachable reads a message of ICMP or ICMPv6 from its type on, but for From. It is
// false for all other messages, and where less than the ports is quoted.
func unreachable(message []byte, ipv6 bool) (u Unreachable, ok bool) {
	const header, type4, fragmentationNeeded, type6 = 8, 3, 4, 1
	if len(message) < header {
		return u, false
	}
	u.Code = message[1]
	quoted := message[header:]
	var protocol uint8
	var transport int
	if ipv6 {
		if message[0] != type6 || len(quoted) < ipv6HeaderLen {
			return u, false
		}
		e, ok := skipExtensions(quoted, ipv6HeaderLen, ipv6NextAt)
		if !ok {
			return u, false
		}
		protocol, transport = e.next, e.off
	} else {
		h, ok := parseIPv4(quoted)
		if message[0] != type4 || u.Code == fragmentationNeeded || !ok || h.offset != 0 {
			return u, false
		}
		protocol, transport = h.protocol, h.header
	}
	if protocol != protocolTCP && protocol != protocolUDP || len(quoted) < transport+4 {
		return u, false
	}
	from, to := binary.BigEndian.Uint16(quoted[transport:]), binary.BigEndian.Uint16(quoted[transport+2:])
	if to != portKerberos && to != portKpasswd {
		return u, false
	}
	var r route
	if ipv6 {
		r.set(address6(quoted[8:]), address6(quoted[24:]), from, to)
	} else {
		r.set(address4(quoted[12:]), address4(quoted[16:]), from, to)
	}
	u.Source, u.Destination, u.TCP = r.key.end(r.from), r.key.end(r.from.other()), protocol == protocolTCP
	return u, true
}
