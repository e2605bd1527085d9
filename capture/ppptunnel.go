package capture

import "encoding/binary"

// Tunnels that carry PPP, and those of frames that have no place elsewhere.

// pptp reads the header of GRE version 1 (RFC 2637, section 4.1). Without a
// sequence number it carries nothing.
func (w *walk) pptp() step {
	header := w.take(8) // flags, protocol, length, call
	if header == nil {
		return foundMalformed
	}
	const sequence, acknowledgement = 0x10, 0x80
	if header[0]&sequence == 0 {
		return foundOther
	}
	size := 4
	if header[1]&acknowledgement != 0 {
		size += 4
	}
	if w.take(size) == nil {
		return foundMalformed
	}
	return readPPP
}

// l2tp reads a header of L2TP version 2 (RFC 2661, section 3.1).
func (w *walk) l2tp() step {
	header := w.take(2)
	if header == nil {
		return foundMalformed
	}
	const (
		control, length, sequence, offset = 0x80, 0x40, 0x08, 0x02
		versionMask, version2             = 0x0f, 2
	)
	flags := header[0]
	if flags&control != 0 || header[1]&versionMask != version2 {
		return foundOther
	}
	size := 4 // tunnel, session
	if flags&length != 0 {
		size += 2
	}
	if flags&sequence != 0 {
		size += 4
	}
	if w.take(size) == nil {
		return foundMalformed
	}
	if flags&offset != 0 {
		padding := w.take(2)
		if padding == nil || w.take(int(binary.BigEndian.Uint16(padding))) == nil {
			return foundMalformed
		}
	}
	return readPPP
}

// etherIP reads the header of EtherIP (RFC 3378, section 3).
func (w *walk) etherIP() step {
	header := w.take(2)
	if header == nil {
		return foundMalformed
	}
	if version := header[0] >> 4; version != 3 {
		return foundOther
	}
	return readEthernet
}

// tzsp reads the header of the TaZmen Sniffer Protocol: version, type, what is
// inside, and fields of a type, a length and contents up to one that ends them.
func (w *walk) tzsp() step {
	header := w.take(4)
	if header == nil {
		return foundMalformed
	}
	const version1, padding, end = 1, 0, 1
	if header[0] != version1 {
		return foundOther
	}
	for range maxHeaders {
		field := w.take(1)
		if field == nil {
			return foundMalformed
		}
		switch field[0] {
		case padding:
			continue
		case end:
			switch binary.BigEndian.Uint16(header[2:]) {
			case 1:
				return readEthernet
			case 18:
				return readIEEE80211
			}
			return foundOther
		}
		length := w.take(1)
		if length == nil || w.take(int(length[0])) == nil {
			return foundMalformed
		}
	}
	return foundMalformed
}
