package bpfexpr

import (
	"slices"

	"golang.org/x/net/bpf"
)

// MaxInstructions is the length of the longest programme that Linux takes
// (BPF_MAXINSNS), and every other system that has /dev/bpf.
const MaxInstructions = 4096

// Wanted says what the kernel is to keep. The programmes made of it keep at
// least that: who gets the packets looks at them again.
type Wanted struct {
	// Ports are those of TCP servers: what comes from or goes to one of them.
	Ports []uint16
	// AnyPort keeps all of TCP.
	AnyPort bool
	// Causes keeps Kerberos (port 88) and DNS (53, and 5353 of multicast DNS),
	// in UDP and TCP, which tell why a login was not Kerberos.
	Causes bool
	// WithoutTunnels gives up what is tunnelled: IP in IP, GRE, VXLAN, Geneve,
	// GTP, MPLS, PPPoE and LLC. Else all of it is kept, whatever is inside: on
	// a host whose traffic is mostly tunnelled that is most of the traffic.
	WithoutTunnels bool
	// SnapLen is how many octets of a packet are kept, 0 for all.
	SnapLen uint32
	// Expr, if not nil, must hold as well.
	Expr *Expr
}

// The ports of what tells causes.
var (
	causesTCP = []uint16{53, 88}
	causesUDP = []uint16{53, 88, 5353}
	// tunnelPorts are those that VXLAN, Geneve and GTP are sent to.
	tunnelPorts = []uint16{2152, 4789, 6081, 8472}
)

// Linux returns the programme for packet sockets of Linux, whatever link type
// the interface has, and for cooked ones: it asks for the protocol that the
// kernel found, and looks at the packet from the IP header on. A VLAN tag may
// be beside the packet or still in it.
//
// Kept are, of IPv4 and IPv6: TCP from or to the ports; of fragments, all but
// the first of their datagram, for only that one has ports (of IPv6, all);
// chains of more than four extension headers; and tunnels. Not seen is what
// [Wanted] leaves out. If the ports are too many for one programme, all of TCP
// is kept.
func (w Wanted) Linux() []bpf.RawInstruction {
	program := w.linux()
	if len(program) > MaxInstructions && w.Expr != nil {
		w.Expr = nil
		program = w.linux()
	}
	if len(program) > MaxInstructions {
		w.AnyPort = true
		program = w.linux()
	}
	return program
}

func (w Wanted) linux() []bpf.RawInstruction {
	s := w.sieve(netOff)
	found := s.give(keepAll)
	if w.SnapLen > 0 {
		found = s.give(w.SnapLen)
	}
	s.accept, s.reject = found, s.give(0)
	s.tunnel = s.reject
	if !w.WithoutTunnels {
		s.tunnel = s.accept
	}
	first := s.protocol()
	if w.Expr != nil {
		first = w.Expr.inKernel(s.graph, first, s.reject)
	}
	return assemble(first)
}

// keepAll is more than any packet's length.
const keepAll = 0xffffffff

// sieve returns a sieve without its ways on.
func (w Wanted) sieve(base uint32) *sieve {
	s := &sieve{graph: make(graph), base: base, anyPort: w.AnyPort}
	tcp, udp := slices.Clone(w.Ports), []uint16(nil)
	if w.Causes {
		tcp = append(tcp, causesTCP...)
		udp = append(udp, causesUDP...)
	}
	if !w.WithoutTunnels {
		udp = append(udp, tunnelPorts...)
	}
	s.tcp, s.udp = single(tcp), single(udp)
	return s
}
