package bpfexpr

import "fmt"

// A Link is a link-layer header type of capture files
// (draft-ietf-opsawg-pcaplinktype).
type Link uint16

// A LinkError says that an expression cannot be held against a link type.
type LinkError struct {
	Link Link
	// Text goes on after the name of the link type.
	Text string
}

func (e *LinkError) Error() string { return fmt.Sprintf("link type %d %s", e.Link, e.Text) }

// A form is how a link header says what it carries.
type form uint8

const (
	byEtherType form = iota
	// byCookedType is an EtherType that no VLAN tag is looked for behind.
	byCookedType
	byPPPNumber
	byVersion // the IP header's first octet
	byFamily  // an address family
	onlyIPv4
	onlyIPv6
	byKernel // it is asked for
)

// A layout says where things are in packets of a link type, in octets.
type layout struct {
	form
	// number is where the link header says what it carries, payload where
	// that begins.
	number, payload uint32
}

// inKernel is the layout of what Linux's packet sockets hear.
var inKernel = layout{byKernel, adProtocol, netOff}

func layoutOf(l Link) (layout, error) {
	switch l {
	case 1: // Ethernet
		return layout{byEtherType, 12, 14}, nil
	case 113: // Linux cooked
		return layout{byCookedType, 14, 16}, nil
	case 276: // Linux cooked v2
		return layout{byCookedType, 0, 20}, nil
	case 101, 12, 14: // raw IP, and what BSDs call it
		return layout{byVersion, 0, 0}, nil
	case 228:
		return layout{onlyIPv4, 0, 0}, nil
	case 229:
		return layout{onlyIPv6, 0, 0}, nil
	case 0, 108: // loopback of BSD, of OpenBSD
		return layout{byFamily, 0, 4}, nil
	case 9, 50: // PPP, behind an address and a control octet
		return layout{byPPPNumber, 2, 4}, nil
	case 51: // from the PPPoE header on
		return layout{byPPPNumber, 6, 8}, nil
	case 104: // Cisco HDLC
		return layout{byCookedType, 2, 4}, nil
	}
	return layout{}, &LinkError{l, "is not known to capture filters"}
}

// The address families of IP, as 32 bits of either byte order. That of IPv6
// differs between Linux, Windows, NetBSD and OpenBSD, Solaris, FreeBSD and
// Darwin; tcpdump knows that of the system that it runs on.
var (
	familyIPv4 = bothOrders(2)
	familyIPv6 = bothOrders(10, 23, 24, 26, 28, 30)
)

func bothOrders(families ...uint32) []uint32 {
	for _, f := range families {
		families = append(families, f<<24)
	}
	return families
}

// pppNumbers are PPP's words for EtherTypes; it has none for ARP.
var pppNumbers = map[uint32]uint32{etherTypeIPv4: 0x0021, etherTypeIPv6: 0x0057}

// carries asks whether the link header, behind so many tags, announces an
// EtherType.
func (c *compiler) carries(etherType uint32, tags int, yes, no *node) *node {
	switch c.form {
	case byEtherType, byCookedType:
		return c.do(opLoadHalf, c.number+4*uint32(tags), c.ask(opEqual, etherType, yes, no))
	case byKernel:
		return c.do(opLoadWord, c.number, c.ask(opEqual, etherType, yes, no))
	case byPPPNumber:
		if number, known := pppNumbers[etherType]; known {
			return c.do(opLoadHalf, c.number, c.ask(opEqual, number, yes, no))
		}
		return no
	}
	switch etherType {
	case etherTypeIPv4:
		return c.carriesIP(4, onlyIPv4, familyIPv4, yes, no)
	case etherTypeIPv6:
		return c.carriesIP(6, onlyIPv6, familyIPv6, yes, no)
	}
	return no
}

// carriesIP asks the same where there is nothing but IP.
func (c *compiler) carriesIP(version uint32, alone form, families []uint32, yes, no *node) *node {
	switch c.form {
	case byVersion:
		return c.do(opLoadByte, 0, c.do(opAnd, 0xf0, c.ask(opEqual, version<<4, yes, no)))
	case byFamily:
		return c.do(opLoadWord, 0, c.among(families, yes, no))
	case alone:
		return yes
	}
	return no
}
