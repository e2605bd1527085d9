package bpfexpr

import (
	"slices"

	"golang.org/x/net/bpf"
)

// The lengths of the longest programmes that kernels take (BPF_MAXINSNS).
const (
	maxLinux = 4096
	maxBSD   = 512 // macOS, too
)

// Wanted says what the kernel is to keep. The programmes made of it keep at
// least that: who gets the packets looks at them again.
type Wanted struct {
	// Ports are those of TCP servers: what comes from or goes to one of them.
	Ports []uint16
	// AnyPort keeps all of TCP.
	AnyPort bool
	// Causes keeps Kerberos (port 88, and 464 of its passwords) and DNS (53, and
	// 5353 and 5355 of what neighbours answer), in UDP and TCP, which tell why a
	// login was not Kerberos; and ICMP that says so of what was sent to Kerberos.
	Causes bool
	// WithoutTunnels gives up what is tunnelled: IP in IP, GRE, EtherIP, VXLAN,
	// Geneve, GTP, L2TP, TZSP, MPLS, PPPoE, LLC and frames within frames. Else all of it is kept, whatever is inside: on
	// a host whose traffic is mostly tunnelled that is most of the traffic.
	WithoutTunnels bool
	// Expr, if not nil, must hold as well.
	Expr *Expr
}

// The ports of what tells causes.
var (
	causesTCP = []uint16{53, 88, 464}
	causesUDP = []uint16{53, 88, 464, 5353, 5355}
	// causesICMP are those of which it matters that they are not reached.
	causesICMP = []uint16{88, 464}
	// tunnelPorts are those that L2TP, GTP, VXLAN, Geneve, MPLS and TZSP are sent to.
	tunnelPorts = []uint16{1701, 2152, 4789, 4790, 6081, 6635, 8472, 37008}
)

// Linux returns the programme for packet sockets of Linux, whatever link type
// the interface has, and for cooked ones: it asks for the protocol that the
// kernel found, and looks at the packet from the IP header on. A VLAN tag may
// be beside the packet or still in it.
//
// Kept are, of IPv4 and IPv6: TCP from or to the ports; of fragments, all but
// the first of their datagram, for only that one has ports (of IPv6, all);
// chains of more than four extension headers, and tags behind three others,
// whatever follows; and tunnels, unless [Wanted] leaves them out. Of packets
// with tags, the expression is not asked. If all that makes the programme too
// long, the expression is left out, and then the ports: all of TCP is kept.
func (w Wanted) Linux() []bpf.RawInstruction {
	program, _ := w.fit(maxLinux, Wanted.linux)
	return program
}

// BSD returns the programme for /dev/bpf of BSD and macOS, and for other
// systems that hand over packets with their tags in them. It keeps what that
// of Linux does, asks the expression of all packets, and has to be shorter. The
// error is that of [Expr.Compile].
func (w Wanted) BSD(l Link) ([]bpf.RawInstruction, error) {
	return w.fit(maxBSD, func(w Wanted) ([]bpf.RawInstruction, error) { return w.link(l) })
}

// fit leaves out what makes a programme too long.
func (w Wanted) fit(most int, programOf func(Wanted) ([]bpf.RawInstruction, error)) ([]bpf.RawInstruction, error) {
	program, err := programOf(w)
	if len(program) > most && w.Expr != nil {
		w.Expr = nil
		program, err = programOf(w)
	}
	if len(program) > most {
		w.AnyPort = true
		program, err = programOf(w)
	}
	return program, err
}

func (w Wanted) linux() ([]bpf.RawInstruction, error) {
	s := w.sieve(netOff)
	first := s.protocol()
	if w.Expr != nil {
		first = w.Expr.inKernel(s.graph, first, s.reject)
	}
	return assemble(first), nil
}

func (w Wanted) link(l Link) ([]bpf.RawInstruction, error) {
	where, err := layoutOf(l)
	if err != nil {
		return nil, err
	}
	s := w.sieve(where.payload)
	c := &compiler{graph: s.graph, layout: where}
	first := s.do(opSetX, 0, s.announced(c))
	if w.Expr != nil {
		if _, err := w.Expr.Compile(l); err != nil {
			return nil, err
		}
		first = w.Expr.root.compile(c, first, s.reject)
	}
	return assemble(first), nil
}

// keepAll is more than any packet's length.
const keepAll = 0xffffffff

func (w Wanted) sieve(base uint32) *sieve {
	s := &sieve{graph: make(graph), base: base, anyPort: w.AnyPort}
	s.accept, s.reject = s.give(keepAll), s.give(0)
	s.tunnel = s.reject
	tcp, udp := slices.Clone(w.Ports), []uint16(nil)
	if w.Causes {
		tcp = append(tcp, causesTCP...)
		udp = append(udp, causesUDP...)
		s.denied = single(causesICMP)
	}
	if !w.WithoutTunnels {
		s.tunnel = s.accept
		udp = append(udp, tunnelPorts...)
	}
	s.tcp, s.udp = single(tcp), single(udp)
	return s
}
