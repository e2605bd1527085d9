package capture

import "encoding/binary"

// A udpTunnelKind says what a UDP datagram carries.
type udpTunnelKind uint8

const (
	noTunnel udpTunnelKind = iota
	tunnelVXLAN
	tunnelVXLANGPE
	tunnelGeneve
	tunnelGTP
	tunnelL2TP
	tunnelMPLS
	tunnelTZSP
)

// udpTunnel tells tunnels by the destination port: all of them are sent to it
// in both directions, from ports of the sender's choice.
func udpTunnel(port uint16) udpTunnelKind {
	switch port {
	case 4789, // RFC 7348
		8472: // Linux, before there was a number
		return tunnelVXLAN
	case 4790: // draft-ietf-nvo3-vxlan-gpe
		return tunnelVXLANGPE
	case 6081: // RFC 8926
		return tunnelGeneve
	case 2152: // 3GPP TS 29.281
		return tunnelGTP
	case 1701: // RFC 2661
		return tunnelL2TP
	case 6635: // RFC 7510
		return tunnelMPLS
	case 37008: // TaZmen Sniffer Protocol: what wireless sensors and routers mirror
		return tunnelTZSP
	}
	return noTunnel
}

// udp reads a UDP header.
func (w *walk) udp() step {
	header := w.take(udpHeaderLen)
	if header == nil {
		return foundMalformed
	}
	ports := binary.BigEndian.Uint32(header)
	if isBesidePort(uint16(ports>>16)) && w.sel.wantsDatagram(ports) { // whatever port it is an answer to
		return foundDatagram
	}
	switch udpTunnel(uint16(ports)) {
	case tunnelVXLAN:
		return readVXLAN
	case tunnelVXLANGPE:
		return readVXLANGPE
	case tunnelGeneve:
		return readGeneve
	case tunnelGTP:
		return readGTP
	case tunnelL2TP:
		return readL2TP
	case tunnelMPLS:
		return readMPLS
	case tunnelTZSP:
		return readTZSP
	}
	if w.sel.wantsDatagram(ports) {
		return foundDatagram
	}
	return foundOther
}

// vxlan reads a VXLAN header (RFC 7348, section 5).
func (w *walk) vxlan() step {
	header := w.take(8)
	if header == nil {
		return foundMalformed
	}
	const validIdentifier = 0x08
	if header[0]&validIdentifier == 0 {
		return foundOther
	}
	return readEthernet
}

// vxlanGPE reads a VXLAN header that says what comes next (draft-ietf-nvo3-vxlan-gpe,
// section 3.1).
func (w *walk) vxlanGPE() step {
	header := w.take(8)
	if header == nil {
		return foundMalformed
	}
	const nextProtocol = 0x04
	if header[0]&nextProtocol == 0 {
		return readEthernet
	}
	switch header[3] {
	case 1:
		return readIPv4
	case 2:
		return readIPv6
	case 3:
		return readEthernet
	case 5:
		return readMPLS
	}
	return foundOther
}

// geneve reads a Geneve header (RFC 8926, section 3.4).
func (w *walk) geneve() step {
	header := w.take(8)
	if header == nil {
		return foundMalformed
	}
	if version := header[0] >> 6; version != 0 {
		return foundOther
	}
	if options := int(header[0]&0x3f) * 4; w.take(options) == nil {
		return foundMalformed
	}
	w.number = binary.BigEndian.Uint16(header[2:])
	if w.number < etherTypeMin {
		return foundOther
	}
	return readEtherType
}

// gtp reads a GTP-U header with its extension headers (TS 29.281, section 5).
func (w *walk) gtp() step {
	header := w.take(8)
	if header == nil {
		return foundMalformed
	}
	const (
		versionMask, version1   = 0xf0, 0x30 // version 1, protocol type GTP
		extension, sequence, pn = 0x04, 0x02, 0x01
		userData                = 255
	)
	if header[0]&versionMask != version1 || header[1] != userData {
		return foundOther
	}
	if header[0]&(extension|sequence|pn) != 0 {
		optional := w.take(4)
		if optional == nil {
			return foundMalformed
		}
		if header[0]&extension != 0 && !w.skipGTPExtensions(optional[3]) {
			return foundMalformed
		}
	}
	first, ok := w.peek8(0)
	if !ok {
		return foundMalformed
	}
	switch first >> 4 {
	case 4, 6:
		return readIP
	}
	return readPPP
}

// skipGTPExtensions goes past extension headers, the first of which is of the
// type next: a length in units of four octets, contents, and the next type.
func (w *walk) skipGTPExtensions(next uint8) bool {
	for range maxExtensions {
		if next == 0 {
			return true
		}
		units, ok := w.peek8(0)
		if !ok || units == 0 {
			return false
		}
		extension := w.take(int(units) * 4)
		if extension == nil {
			return false
		}
		next = extension[len(extension)-1]
	}
	return false
}

// gre reads a GRE header (RFC 2784, RFC 2890). Source routes (RFC 1701) are not
// followed.
func (w *walk) gre() step {
	header := w.take(4)
	if header == nil {
		return foundMalformed
	}
	const (
		checksum, routing, key, sequence = 0x80, 0x40, 0x20, 0x10
		versionMask                      = 0x07
	)
	flags := header[0]
	if header[1]&versionMask == 1 && binary.BigEndian.Uint16(header[2:]) == etherTypePPTP {
		w.off -= len(header)
		return readPPTP
	}
	if flags&routing != 0 || header[1]&versionMask != 0 {
		return foundOther
	}
	size := 0
	for _, present := range [...]byte{checksum, key, sequence} {
		if flags&present != 0 {
			size += 4
		}
	}
	if w.take(size) == nil {
		return foundMalformed
	}
	w.number = binary.BigEndian.Uint16(header[2:])
	switch {
	case w.number == etherTypeERSPAN && flags&sequence == 0:
		return readEthernet // type I has no header of its own
	case w.number == etherTypeERSPAN:
		return readERSPAN2
	case w.number == etherTypeERSPAN3:
		return readERSPAN3
	case w.number < etherTypeMin:
		return foundOther
	}
	return readEtherType
}

// erspan2 reads a header of ERSPAN type II (draft-foschiano-erspan, section
// 4.2). The mirrored frame may have lost its tag to it.
func (w *walk) erspan2() step {
	header := w.take(8)
	if header == nil {
		return foundMalformed
	}
	if version := header[0] >> 4; version != 1 {
		return foundOther
	}
	w.setVLAN(binary.BigEndian.Uint16(header) & 0xfff)
	return readEthernet
}

// erspan3 reads a header of ERSPAN type III (the same draft, section 4.3).
func (w *walk) erspan3() step {
	header := w.take(12)
	if header == nil {
		return foundMalformed
	}
	if version := header[0] >> 4; version != 2 {
		return foundOther
	}
	w.setVLAN(binary.BigEndian.Uint16(header) & 0xfff)
	const platformSpecific = 1
	if header[11]&platformSpecific != 0 && w.take(8) == nil {
		return foundMalformed
	}
	const ethernetFrame, ipPacket = 0, 2
	switch frameType := header[10] >> 2 & 0x1f; frameType {
	case ethernetFrame:
		return readEthernet
	case ipPacket:
		return readIP
	}
	return foundOther
}
