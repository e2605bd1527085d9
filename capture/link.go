package capture

import (
	"encoding/binary"
	"math/bits"
)

// Link types that are decoded as others are: what some writers use for them.
const (
	linkRawBSD    LinkType = 12  // the value of DLT_RAW on most systems
	linkRawOpen   LinkType = 14  // the value of DLT_RAW on OpenBSD
	linkPPPSerial LinkType = 50  // PPP in HDLC-like framing, RFC 1662
	linkPPPoE     LinkType = 51  // from the PPPoE header on, RFC 2516
	linkCiscoHDLC LinkType = 104 // RFC 1547, section 4.3.1
)

// EtherTypes (IANA "IEEE 802 numbers").
const (
	etherTypeIPv4     = 0x0800
	etherTypeTransEth = 0x6558 // transparent Ethernet bridging: NVGRE, Geneve
	etherTypeVLAN     = 0x8100 // 802.1Q
	etherTypeIPv6     = 0x86dd
	etherTypeMPLS     = 0x8847
	etherTypeMPLSMC   = 0x8848
	etherTypePPPoE    = 0x8864 // session stage
	etherTypeJumboLLC = 0x8870
	etherTypeQinQ     = 0x88a8 // 802.1ad
	etherTypeQinQ9100 = 0x9100 // 802.1ad before it had a number
	etherTypeQinQ9200 = 0x9200
	etherTypePBB      = 0x88e7 // 802.1ah: a whole frame within a backbone's
	etherTypeVNTag    = 0x8926 // Cisco's tag of fabric extenders
	etherTypeETag     = 0x893f // 802.1BR, for the same
	etherTypePPTP     = 0x880b // as a protocol of GRE version 1: PPP
	etherTypeERSPAN   = 0x88be // as a GRE protocol: types I and II
	etherTypeERSPAN3  = 0x22eb
	// Smaller values are the length of an 802.3 frame.
	etherTypeMin = 0x0600
)

// firstStep says how a packet of the link type begins.
func firstStep(t LinkType) step {
	switch t {
	case LinkEthernet:
		return readEthernet
	case LinkSLL:
		return readSLL
	case LinkSLL2:
		return readSLL2
	case LinkRaw, linkRawBSD, linkRawOpen:
		return readIP
	case LinkIPv4:
		return readIPv4
	case LinkIPv6:
		return readIPv6
	case LinkNull:
		return readNull
	case LinkLoop:
		return readLoop
	case LinkPPP, linkPPPSerial:
		return readPPP
	case linkPPPoE:
		return readPPPoE
	case linkCiscoHDLC:
		return readCiscoHDLC
	case LinkIEEE80211:
		return readIEEE80211
	case LinkRadiotap:
		return readRadiotap
	}
	return foundUnknownLink
}

// ethernet reads the two addresses. What follows is a type or a length.
func (w *walk) ethernet() step {
	if w.take(12) == nil {
		return foundMalformed
	}
	return w.takeEtherType()
}

// takeEtherType reads an EtherType, and says what to do with it.
func (w *walk) takeEtherType() step {
	header := w.take(2)
	if header == nil {
		return foundMalformed
	}
	w.number = binary.BigEndian.Uint16(header)
	return readEtherType
}

// etherType goes on with what the EtherType w.number stands for.
func (w *walk) etherType() step {
	switch w.number {
	case etherTypeIPv4:
		return readIPv4
	case etherTypeIPv6:
		return readIPv6
	case etherTypeVLAN, etherTypeQinQ, etherTypeQinQ9100, etherTypeQinQ9200:
		return w.tag()
	case etherTypeMPLS, etherTypeMPLSMC:
		return readMPLS
	case etherTypePPPoE:
		return readPPPoE
	case etherTypeTransEth:
		return readEthernet
	case etherTypeVNTag:
		return w.bridgeTag(4)
	case etherTypeETag:
		return w.bridgeTag(6)
	case etherTypePBB:
		if w.take(4) == nil { // priority, service identifier
			return foundMalformed
		}
		return readEthernet
	case etherTypeJumboLLC:
		return readLLC
	}
	if w.number < etherTypeMin {
		return readLLC
	}
	return foundOther
}

// tag reads an 802.1Q tag: priority and identifier, then an EtherType again.
func (w *walk) tag() step {
	header := w.take(2)
	if header == nil {
		return foundMalformed
	}
	w.setVLAN(binary.BigEndian.Uint16(header) & 0xfff)
	return w.takeEtherType()
}

// bridgeTag passes over a tag that says which ports of a fabric extender the
// frame goes between.
func (w *walk) bridgeTag(octets int) step {
	if w.take(octets) == nil {
		return foundMalformed
	}
	return w.takeEtherType()
}

// setVLAN keeps the outermost identifier. Identifier 0 is a priority without a
// VLAN (IEEE 802.1Q, table 9-2).
func (w *walk) setVLAN(id uint16) {
	if w.vlan == 0 {
		w.vlan = id
	}
}

// llc reads an IEEE 802.2 header. IP has a SAP of its own (6), but comes in
// SNAP (RFC 1042): DSAP and SSAP 0xaa, control 3, organization, EtherType.
func (w *walk) llc() step {
	header := w.take(3)
	if header == nil {
		return foundMalformed
	}
	switch [3]byte(header) {
	case [3]byte{0x06, 0x06, 0x03}:
		return readIP
	case [3]byte{0xaa, 0xaa, 0x03}:
	default:
		return foundOther
	}
	organization := w.take(3)
	if organization == nil {
		return foundMalformed
	}
	switch [3]byte(organization) {
	case [3]byte{0, 0, 0}, [3]byte{0, 0, 0xf8}: // RFC 1042; 802.1H bridge tunnel
		if next := w.takeEtherType(); next != readEtherType || w.number >= etherTypeMin {
			return next
		}
	}
	return foundOther
}

// Hardware types (Linux if_arp.h) for which the protocol field of a cooked
// header is not what follows.
const (
	hardwareIEEE80211 = 801
	hardwareRadiotap  = 803
)

// sll reads a Linux cooked header, sll2 one of its second version.
func (w *walk) sll() step {
	header := w.take(16)
	if header == nil {
		return foundMalformed
	}
	return w.cooked(binary.BigEndian.Uint16(header[2:]), binary.BigEndian.Uint16(header[14:]))
}

func (w *walk) sll2() step {
	header := w.take(20)
	if header == nil {
		return foundMalformed
	}
	return w.cooked(binary.BigEndian.Uint16(header[8:]), binary.BigEndian.Uint16(header[0:]))
}

func (w *walk) cooked(hardware, protocol uint16) step {
	const (
		protocolRaw8023 = 1 // Novell's 802.3 without LLC
		protocolLLC     = 4
	)
	switch {
	case hardware == hardwareRadiotap:
		return readRadiotap
	case hardware == hardwareIEEE80211:
		return readIEEE80211
	case protocol == protocolLLC:
		return readLLC
	case protocol < etherTypeMin:
		return foundOther
	}
	w.number = protocol
	return readEtherType
}

// null reads the BSD loopback header: the address family in the byte order of
// the machine that wrote it. loop reads OpenBSD's, in network byte order.
func (w *walk) null() step {
	header := w.take(4)
	if header == nil {
		return foundMalformed
	}
	family := binary.BigEndian.Uint32(header)
	if family > 0xffff {
		family = bits.ReverseBytes32(family)
	}
	return familyStep(family)
}

func (w *walk) loop() step {
	header := w.take(4)
	if header == nil {
		return foundMalformed
	}
	return familyStep(binary.BigEndian.Uint32(header))
}

// familyStep knows the values of AF_INET and AF_INET6 of all systems that
// write captures.
func familyStep(family uint32) step {
	switch family {
	case 2:
		return readIPv4
	case 10, // Linux
		23, // Windows
		24, // NetBSD, OpenBSD, Npcap
		26, // Solaris
		28, // FreeBSD
		30: // Darwin
		return readIPv6
	}
	return foundOther
}
