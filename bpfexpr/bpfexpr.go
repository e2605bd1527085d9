// Package bpfexpr understands a part of the language in which tcpdump's users
// say which packets they want, and makes programmes for the classic BPF machine
// of it:
//
//	port 25 or 587 and not host 10.0.0.1
//
// What it means, pcap-filter(7) says, and the same packets are chosen: "or" and
// "and" bind alike and from the left, "not" binds more than both; a value
// without its word takes those of the one before; "port" asks TCP, UDP and SCTP,
// of IPv4 without later fragments and of IPv6 without extension headers; "host"
// of an IPv4 address asks ARP and RARP, too; "vlan" moves what comes after it
// in the text behind the tag; what would look beyond the end of a packet does
// not choose it, not even behind "not".
//
// There are: ip ip6 arp rarp tcp udp sctp icmp icmp6 igmp pim ah esp vrrp; host,
// net, port, portrange and proto, with src, dst, "src or dst", "src and dst" and
// a protocol before them; vlan with a number or without; and && or || not ! ( ).
// A port may have a name ([Services]), which stands for its number. Hosts are
// addresses: names are not looked up, for a filter must not change with a name
// server. Everything else is refused by its name, never taken for something
// similar.
//
// [Wanted] makes the programmes that the kernel runs before anybody sees a
// packet.
package bpfexpr

// An Expr is an expression, understood.
type Expr struct {
	root condition
	text string
}

// String returns the expression as it was written.
func (e *Expr) String() string { return e.text }

// Parse understands an expression. Its error is an *Error, which knows the
// place; nothing at all is an error as well.
func Parse(expression string) (*Expr, error) {
	p := parser{tokens: lex(expression), end: len(expression)}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	return &Expr{root, expression}, nil
}

// An Error says what is wrong with an expression, and where.
type Error struct {
	// Offset and Length are the place in octets; Length is 0 at the end.
	Offset, Length int
	// Text says what is wrong, in a clause.
	Text string
}

func (e *Error) Error() string { return e.Text }

// Compile makes the programme for packets that begin as those of a link type do.
// The error is a *LinkError, for the operator: the expression asks for something
// that there is not, or the link type is not known here.
func (e *Expr) Compile(l Link) (Program, error) {
	where, err := layoutOf(l)
	if err != nil {
		return nil, err
	}
	if where.form != byEtherType && hasTags(e.root) {
		return nil, &LinkError{l, `has no VLAN tags: leave out "vlan"`}
	}
	g := make(graph)
	c := compiler{graph: g, layout: where}
	return assemble(e.root.compile(&c, g.give(keepAll), g.give(0))), nil
}

// hasTags tells whether an expression asks for VLANs.
func hasTags(c condition) bool {
	switch c := c.(type) {
	case both:
		return hasTags(c.first) || hasTags(c.second)
	case either:
		return hasTags(c.first) || hasTags(c.second)
	case negation:
		return hasTags(c.of)
	case tag:
		return true
	}
	return false
}
