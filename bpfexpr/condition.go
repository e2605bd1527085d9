package bpfexpr

import "net/netip"

// A condition is a part of an expression.
type condition interface {
	// compile makes the nodes that go on to yes or to no. What is asked is asked
	// in the order of the text: where a packet ends decides what can be asked.
	compile(c *compiler, yes, no *node) *node
}

type (
	both     struct{ first, second condition }
	either   struct{ first, second condition }
	negation struct{ of condition }

	// A linkProtocol is what the link header says: "ip", "arp".
	linkProtocol struct {
		etherType uint32
		tags      int
	}
	// An ipProtocol is what an IP header says: "tcp", "ip proto 47".
	ipProtocol struct {
		number   uint32
		versions versions
		tags     int
	}
	// hosts4 are IPv4 addresses, of the packet or of what ARP and RARP ask for.
	hosts4 struct {
		ranges []span // in the order of the text
		dir    direction
		// etherTypes are those asked, in this order.
		etherTypes []uint32
		tags       int
	}
	// net6 is a prefix of IPv6 addresses.
	net6 struct {
		prefix netip.Prefix
		dir    direction
		tags   int
	}
	// ports are those of transport protocols.
	ports struct {
		ranges    []span
		dir       direction
		protocols []uint32
		tags      int
	}
	// A tag is an 802.1Q or 802.1ad tag, behind so many others.
	tag struct {
		id   int // -1 for any
		tags int
	}
)

// versions of IP.
type versions uint8

const (
	anyVersion versions = iota
	version4
	version6
)

// A direction says which of two addresses or ports is asked for.
type direction uint8

const (
	sourceOrDestination direction = iota
	source
	destination
	sourceAndDestination
)

// A compiler makes the nodes of an expression for one link type.
type compiler struct {
	graph
	layout
}

// at is where the payload of the link header begins, behind so many tags.
func (c *compiler) at(tags int, offset uint32) uint32 { return c.payload + 4*uint32(tags) + offset }

// ends asks a source, a destination, or both.
func (d direction) ends(src, dst func(yes, no *node) *node, yes, no *node) *node {
	switch d {
	case source:
		return src(yes, no)
	case destination:
		return dst(yes, no)
	case sourceAndDestination:
		return src(dst(yes, no), no)
	}
	return src(yes, dst(yes, no))
}

func (b both) compile(c *compiler, yes, no *node) *node {
	return b.first.compile(c, b.second.compile(c, yes, no), no)
}

func (e either) compile(c *compiler, yes, no *node) *node {
	return e.first.compile(c, yes, e.second.compile(c, yes, no))
}

func (n negation) compile(c *compiler, yes, no *node) *node { return n.of.compile(c, no, yes) }

func (p linkProtocol) compile(c *compiler, yes, no *node) *node {
	return c.carries(p.etherType, p.tags, yes, no)
}

func (p ipProtocol) compile(c *compiler, yes, no *node) *node {
	if p.versions != version4 {
		// A fragment header is gone past, for it is so common.
		behind := c.ask(opEqual, protocolFragment, c.do(opLoadByte, c.at(p.tags, 40), c.ask(opEqual, p.number, yes, no)), no)
		no = c.carries(etherTypeIPv6, p.tags, c.do(opLoadByte, c.at(p.tags, 6), c.ask(opEqual, p.number, yes, behind)), no)
	}
	if p.versions != version6 {
		no = c.carries(etherTypeIPv4, p.tags, c.do(opLoadByte, c.at(p.tags, 9), c.ask(opEqual, p.number, yes, no)), no)
	}
	return no
}

func (h hosts4) compile(c *compiler, yes, no *node) *node {
	ranges := merge(h.ranges)
	for i := len(h.etherTypes) - 1; i >= 0; i-- {
		src, dst := uint32(12), uint32(16)
		if h.etherTypes[i] != etherTypeIPv4 {
			src, dst = 14, 24
		}
		end := func(offset uint32) func(yes, no *node) *node {
			return func(yes, no *node) *node {
				return c.load(opLoadWord, c.at(h.tags, offset), c.within(ranges, yes, no), yes)
			}
		}
		no = c.carries(h.etherTypes[i], h.tags, h.dir.ends(end(src), end(dst), yes, no), no)
	}
	return no
}

func (n net6) compile(c *compiler, yes, no *node) *node {
	end := func(offset uint32) func(yes, no *node) *node {
		return func(yes, no *node) *node { return c.prefix6(n.prefix, c.at(n.tags, offset), yes, no) }
	}
	return c.carries(etherTypeIPv6, n.tags, n.dir.ends(end(8), end(24), yes, no), no)
}

// prefix6 compares an address word by word.
func (c *compiler) prefix6(p netip.Prefix, at uint32, yes, no *node) *node {
	a := p.Addr().As16()
	for word := 3; word >= 0; word-- {
		bits := min(max(p.Bits()-32*word, 0), 32)
		mask := ^uint32(0) << (32 - bits)
		value := be32(a[4*word:]) & mask
		next := c.ask(opEqual, value, yes, no)
		switch {
		case bits == 0:
			continue
		case bits < 32:
			next = c.do(opAnd, mask, next)
		}
		yes = c.do(opLoadWord, at+4*uint32(word), next)
	}
	return yes
}

// load reads what next asks about, unless that is nothing any more.
func (c *compiler) load(op uint16, at uint32, next, nothing *node) *node {
	if next == nothing {
		return next
	}
	return c.do(op, at, next)
}

func be32(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

func (p ports) compile(c *compiler, yes, no *node) *node {
	const laterFragment = 0x1fff
	ranges := merge(p.ranges)
	end4 := func(offset uint32) func(yes, no *node) *node {
		return func(yes, no *node) *node {
			return c.do(opLoadHalfX, c.at(p.tags, offset), c.within(ranges, yes, no))
		}
	}
	end6 := func(offset uint32) func(yes, no *node) *node {
		return func(yes, no *node) *node {
			return c.do(opLoadHalf, c.at(p.tags, offset), c.within(ranges, yes, no))
		}
	}
	found := c.do(opIPHeaderX, c.at(p.tags, 0), p.dir.ends(end4(0), end4(2), yes, no))
	first := c.do(opLoadHalf, c.at(p.tags, 6), c.ask(opAnySet, laterFragment, no, found))
	ip4 := c.carries(etherTypeIPv4, p.tags, c.do(opLoadByte, c.at(p.tags, 9), c.among(p.protocols, first, no)), no)
	found = p.dir.ends(end6(40), end6(42), yes, ip4)
	return c.carries(etherTypeIPv6, p.tags, c.do(opLoadByte, c.at(p.tags, 6), c.among(p.protocols, found, ip4)), ip4)
}

func (t tag) compile(c *compiler, yes, no *node) *node {
	if t.id >= 0 {
		yes = c.do(opLoadHalf, c.at(t.tags, 0), c.do(opAnd, 0xfff, c.ask(opEqual, uint32(t.id), yes, no)))
	}
	return c.do(opLoadHalf, c.number+4*uint32(t.tags), c.among([]uint32{etherTypeVLAN, etherTypeQinQ, etherTypeQinQ9100}, yes, no))
}
