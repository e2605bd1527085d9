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

// ppp reads the address and control octets of HDLC-like framing (RFC 1662,
// section 3.1), which may be left out.
func (w *walk) ppp() step {
	const addressAndControl = 0xff03
	if first, ok := w.peek16(0); ok && first == addressAndControl {
		w.off += 2
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

// ciscoHDLC reads the other framing of serial lines: address, control, and an
// EtherType. Some writers label it as PPP; the addresses tell them apart.
func (w *walk) ciscoHDLC() step {
	header := w.take(2)
	if header == nil {
		return foundMalformed
	}
	const unicast, multicast = 0x0f00, 0x8f00
	switch binary.BigEndian.Uint16(header) {
	case unicast, multicast:
		return w.takeEtherType()
	}
	return foundOther
}
