package capture

import "encoding/binary"

// mpls reads a label stack (RFC 3032). Nothing in it says what follows, so the
// payload is looked at: IP by its version, else an Ethernet pseudowire with a
// control word (RFC 4448) or without.
func (w *walk) mpls() step {
	const bottomOfStack = 0x100
	for range maxHeaders {
		label := w.take(4)
		if label == nil {
			return foundMalformed
		}
		if binary.BigEndian.Uint32(label)&bottomOfStack != 0 {
			return w.mplsPayload()
		}
	}
	return foundMalformed
}

func (w *walk) mplsPayload() step {
	const controlWord = 4
	switch {
	case w.looksLikeIP():
		return readIP
	case w.looksLikePseudowire(controlWord):
		w.off += controlWord
		return readEthernet
	case w.looksLikeEthernet(0):
		return readEthernet
	}
	return foundOther
}

// looksLikeIP is stricter than the version: a pseudowire without a control word
// begins with an Ethernet address, which may begin with 4 or 6 as well. The
// length that the header would state then seldom fits the packet.
func (w *walk) looksLikeIP() bool {
	first, ok := w.peek8(0)
	if !ok {
		return false
	}
	room := max(int64(w.wire), int64(len(w.packet))) - int64(w.off)
	switch first >> 4 {
	case 4:
		header := int64(first&0xf) * 4
		total, ok := w.peek16(2)
		return ok && header >= 20 && (total == 0 || int64(total) >= header && int64(total) <= room)
	case 6:
		payload, ok := w.peek16(4)
		return ok && int64(payload)+40 <= room
	}
	return false
}

// looksLikePseudowire reports whether there is a control word, whose first
// four bits are 0, and a frame behind it.
func (w *walk) looksLikePseudowire(size int) bool {
	first, ok := w.peek8(0)
	return ok && first>>4 == 0 && w.looksLikeEthernet(size)
}

// looksLikeEthernet reports whether an Ethernet frame at w.off+at would carry
// what is of interest here, with a first octet that agrees.
func (w *walk) looksLikeEthernet(at int) bool {
	etherType, ok := w.peek16(at + 12)
	if !ok {
		return false
	}
	first, ok := w.peek8(at + 14)
	if !ok {
		return false
	}
	switch etherType {
	case etherTypeIPv4:
		return first>>4 == 4
	case etherTypeIPv6:
		return first>>4 == 6
	case etherTypeVLAN, etherTypeQinQ, etherTypeQinQ9100, etherTypeQinQ9200, etherTypePPPoE, etherTypeMPLS:
		return true
	}
	return false
}
