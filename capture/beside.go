package capture

import (
	"encoding/binary"
	"net/netip"
)

// A lane is the way that a wanted packet goes.
type lane uint8

const (
	laneConnection lane = iota // to the connections that the rules ask for
	laneBeside                 // to Kerberos and DNS
	laneBoth
)

// A cargo is what a wanted packet carries.
type cargo uint8

const (
	cargoTCP cargo = iota
	cargoUDP
	cargoICMP // that Kerberos is not reached
)

// The ports of what is beside the connections: Kerberos (RFC 4120, section 7.2),
// changes of Kerberos passwords (RFC 3244), DNS (RFC 1035, section 4.2) and
// multicast DNS (RFC 6762), and its older brother of Windows (RFC 4795).
const (
	portDNS      = 53
	portKerberos = 88
	portKpasswd  = 464
	portMDNS     = 5353
	portLLMNR    = 5355
)

// BesidePorts are the TCP ports of what is beside the connections.
func BesidePorts() []uint16 { return []uint16{portDNS, portKerberos, portKpasswd} }

func isBesidePort(port uint16) bool {
	return port == portDNS || port == portKerberos || port == portKpasswd
}

// lane says which way TCP between two ports goes that is wanted.
func (s *Selector) lane(ports uint32) lane {
	if !s.beside {
		return laneConnection
	}
	source, destination := uint16(ports>>16), uint16(ports)
	switch {
	case s.ports.has(source) || s.ports.has(destination):
		return laneConnection
	case !isBesidePort(source) && !isBesidePort(destination):
		return laneConnection
	case s.anyPort:
		return laneBoth
	}
	return laneBeside
}

// wantsDatagram reports whether UDP between two ports is Kerberos or DNS. Of what
// is asked of neighbours, the answers do: mostly nobody answers.
func (s *Selector) wantsDatagram(ports uint32) bool {
	if !s.beside {
		return false
	}
	source, destination := uint16(ports>>16), uint16(ports)
	return isBesidePort(source) || isBesidePort(destination) || source == portMDNS || source == portLLMNR
}

// udpHeaderLen is the length of a UDP header (RFC 768).
const udpHeaderLen = 8

// A Datagram is what a packet beside the connections carries by UDP.
type Datagram struct {
	Source, Destination netip.AddrPort
	// Payload points into the packet, as far as it was captured.
	Payload []byte
}

// Datagram returns the UDP datagram of a packet of Batch.Beside; false when it
// carries something else.
func (p *Packet) Datagram() (Datagram, bool) {
	if p.carries != cargoUDP {
		return Datagram{}, false
	}
	ip, udp := p.Data[p.L3:], p.Data[p.tcp.header:p.tcp.end]
	var r route
	source, destination := binary.BigEndian.Uint16(udp), binary.BigEndian.Uint16(udp[2:])
	if ip[0]>>4 == 4 {
		r.set(address4(ip[12:]), address4(ip[16:]), source, destination)
	} else {
		r.set(address6(ip[8:]), address6(ip[24:]), source, destination)
	}
	end := len(udp)
	if stated := int(binary.BigEndian.Uint16(udp[4:])); stated >= udpHeaderLen {
		end = min(end, stated)
	}
	return Datagram{Source: r.key.end(r.from), Destination: r.key.end(r.from.other()), Payload: udp[udpHeaderLen:end]}, true
}

// A Signal is what the header of a TCP segment says of its connection.
type Signal uint8

// The signals.
const (
	NoSignal  Signal = iota
	Attempted        // SYN
	Answered         // SYN and ACK
	Reset            // RST
)

// Signal returns what a TCP segment of Batch.Beside says of its connection, and
// from where to where it went.
func (p *Packet) Signal() (what Signal, source, destination netip.AddrPort) {
	var s segment
	if p.carries != cargoTCP || !decode(p, &s) {
		return NoSignal, source, destination
	}
	switch {
	case s.flags&flagRST != 0:
		what = Reset
	case s.flags&(flagSYN|flagACK) == flagSYN|flagACK:
		what = Answered
	case s.flags&flagSYN != 0:
		what = Attempted
	}
	return what, s.key.end(s.from), s.key.end(s.from.other())
}

// Ends are from where to where a packet of Batch.Beside went; of ICMP, what it is about.
func (p *Packet) Ends() (source, destination netip.AddrPort) {
	switch p.carries {
	case cargoUDP:
		d, _ := p.Datagram()
		return d.Source, d.Destination
	case cargoICMP:
		u, _ := p.Unreachable()
		return u.Source, u.Destination
	}
	_, source, destination = p.Signal()
	return source, destination
}
