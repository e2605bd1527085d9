package capture

import "encoding/binary"

// PPP protocol numbers (IANA "PPP numbers").
const (
	pppIPv4   = 0x0021
	pppIPv6   = 0x0057
	pppMPLS   = 0x0281
	pppMPLSMC = 0x0283
)

// pppoe reads a PPPoE header (RFC 2516, section 4). Its length is not looked
// at: the IP header inside says where the packet ends.
func (w *walk) pppoe() step {
	header := w.take(6)
	if header == nil {
		return foundMalformed
	}
	const versionAndType, session = 0x11, 0
	if header[0] != versionAndType {
		return foundMalformed
	}
	if header[1] != session {
		return foundOther
	}
	return readPPPNumber
}

// Address and control octets at the start of a frame on a serial line.
const (
	framedPPP       = 0xff03 // RFC 1662, section 3.1
	framedCiscoOne  = 0x0f00 // Cisco's framing, to one station
	framedCiscoMany = 0x8f00 // and to all
)

// ppp reads the octets of HDLC-like framing, which may be left out. Cisco's
// framing comes under the same link type.
func (w *walk) ppp() step {
	switch first, _ := w.peek16(0); first {
	case framedPPP:
		w.off += 2
	case framedCiscoOne, framedCiscoMany:
		return readCiscoHDLC
	}
	return readPPPNumber
}

// pppNumber reads a protocol number: two octets, or one if that is odd
// (RFC 1661, section 6.5).
func (w *walk) pppNumber() step {
	first, ok := w.peek8(0)
	if !ok {
		return foundMalformed
	}
	number := uint16(first)
	w.off++
	if first&1 == 0 {
		second, ok := w.peek8(0)
		if !ok {
			return foundMalformed
		}
		number = number<<8 | uint16(second)
		w.off++
	}
	switch number {
	case pppIPv4:
		return readIPv4
	case pppIPv6:
		return readIPv6
	case pppMPLS, pppMPLSMC:
		return readMPLS
	}
	return foundOther
}

// ciscoHDLC reads Cisco's framing of serial lines: address, control, and an
// EtherType (RFC 1547, section 4.3.1).
func (w *walk) ciscoHDLC() step {
	header := w.take(2)
	if header == nil {
		return foundMalformed
	}
	switch binary.BigEndian.Uint16(header) {
	case framedCiscoOne, framedCiscoMany:
		return w.takeEtherType()
	}
	return foundOther
}
